"""What PowerOffice Go refused is tried again, and what did not reach it is tried now, or by itself at a time that is
told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from posexport.core.roles import Grant, Role
from posexport.sandbox.faults import Fault
from tests.support.harness import FRIDAY, Shop, sale
from tests.support.office import Visitor, open_office

DAY = f"/v/torget/{FRIDAY}"


def list_links(visitor: Visitor, path: str) -> list[str]:
    """The words of what leads to drafting the day."""
    visitor.get(path)
    links = (a for a in visitor.tree.iter("a") if a.get("href") == f"{DAY}/draft")
    return [" ".join(str(a.text_content()).split()) for a in links]


@pytest.mark.parametrize(("lang", "word"), [("nb", "Prøv igjen"), ("en", "Try again")])
def test_what_was_refused_is_tried_again(both: Shop, lang: str, word: str) -> None:
    both.apply()
    both.sell(sale(1))
    both.faults.append(Fault("refuse", 400, method="POST", path="/Import/"))
    both.export()
    with open_office(both) as office:
        kari = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"), **{"accept-language": lang})
        assert [list_links(kari, path) for path in ("/", DAY)] == [[word], [word]]
        kari.get(f"{DAY}/draft")
        kari.send(f"{DAY}/draft")
        office.work()
        assert [list_links(kari, path) for path in ("/", DAY)] == [[], []]
        reader = office.sign_in(Grant(Role.READER, "fjordmat"), name="Per")
        assert [list_links(reader, path) for path in ("/", DAY)] == [[], []]


@pytest.mark.parametrize(
    ("is_automatic", "told"),
    [
        (True, "Den prøves igjen av seg selv, senest 23.11.2026 kl. 05.00."),
        (False, "Den prøves ikke igjen av seg selv"),
    ],
)
def test_what_did_not_reach_go_is_tried_now_or_by_itself(both: Shop, is_automatic: bool, told: str) -> None:
    both.apply()
    both.sell(sale(1))
    both.world.is_down = True
    both.export()
    at = datetime(2026, 11, 23, 5, tzinfo=UTC) if is_automatic else None
    with open_office(both) as office:
        office.site = replace(office.site, list_next_turns=lambda _, venues: ((one, at) for one in venues))
        kari = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
        assert [list_links(kari, path) for path in ("/", DAY)] == [["Prøv nå"], ["Prøv nå"]]
        assert told in kari.text
