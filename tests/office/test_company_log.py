"""What is set of a company as a whole is logged of the company, also of one that has no venue yet."""

from __future__ import annotations

import pytest

from posexport.core.roles import Grant, Role
from tests.support.harness import BRYGGA, VENUES, Shop
from tests.support.looks import read_rows
from tests.support.office import open_office

PAGE = "/c/fjordmat"


@pytest.mark.parametrize("venues", ["", VENUES, VENUES + BRYGGA])
def test_what_is_set_of_a_company_is_logged_of_the_company(both: Shop, venues: str) -> None:
    both.apply(venues=venues)
    with open_office(both) as office:
        ola = office.sign_in(Grant(Role.ADMINISTRATOR, "fjordmat"))
        ola.get(PAGE)
        answer = ola.send(PAGE, contact="regnskap@fjordmat.example")
        assert answer.status_code == 200 and "Lagret." in ola.text
        assert read_rows(both, "office_log", "act", "company", "venue")[-1] == ("settings-saved", "fjordmat", "")
