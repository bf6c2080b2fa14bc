"""What a hurried person does: signed out in the middle of a form, odd addresses, a day that nobody drafts by itself."""

from __future__ import annotations

import pytest

from posexport.core.roles import Grant, Role
from posexport.texts.refusals import describe_refusal
from tests.support.credit_shop import apply_orders, credit_sale
from tests.support.harness import FRIDAY, Shop, sale
from tests.support.looks import count_rows
from tests.support.office import Office, Visitor, open_office

DAY = f"/v/torget/{FRIDAY}"


@pytest.fixture
def kari(office: Office) -> Visitor:
    return office.sign_in(Grant(Role.BOOKKEEPER))


def test_whoever_sends_a_form_after_the_session_is_told_that_nothing_was_saved(kari: Visitor, both: Shop) -> None:
    kari.get(f"{DAY}/draft")
    form = kari.find_form(f"{DAY}/draft")
    kari.client.cookies.clear()
    kari.post(f"{DAY}/draft", form)
    assert kari.page.url.path == "/login" and "Det du sendte, er ikke lagret" in kari.text
    assert count_rows(both, "office_run") == 0


@pytest.mark.parametrize("path", ["/v/torget/9999-12-31", "/v/torget/0001-01-01", "/v/torget/1999-12-31"])
def test_a_day_of_another_age_is_not_there(kari: Visitor, path: str) -> None:
    assert kari.get(path).status_code == 404


@pytest.mark.parametrize("month", ["9999-12", "0001-01"])
def test_a_month_of_another_age_is_the_present_one(kari: Visitor, month: str) -> None:
    assert kari.get(f"/days?month={month}").status_code == 200
    assert "november 2026" in kari.text


def test_what_nobody_drafts_by_itself_waits_for_whoever_may_draft_it(office: Office, kari: Visitor) -> None:
    kari.get("/")
    assert "Venter på deg (2)" in kari.text and "Venter på andre" not in kari.text
    kari.click("Lag kladd")
    assert kari.page.url.path == f"{DAY}/draft"
    reader = office.sign_in(Grant(Role.READER), name="Per")
    reader.get("/")
    assert "Venter på andre (1)" in reader.text


@pytest.mark.parametrize(("named", "is_told"), [("3024", False), ("HACK", False), ("3020", True)])
def test_an_account_is_said_to_be_saved_only_where_the_day_has_it(kari: Visitor, named: str, is_told: bool) -> None:
    kari.get(f"{DAY}?saved={named}")
    assert (f"Konto {named}" in kari.text) is is_told


def test_the_confirmation_names_the_orders_that_go_too(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1), credit_sale(2, "640.00"))
    shop.check()
    with open_office(shop) as office:
        kari = office.sign_in(Grant(Role.BOOKKEEPER))
        kari.get(f"{DAY}/draft")
        assert "Dagens ordrer som er klare, sendes også: 1 på 640,00." in kari.text


@pytest.mark.parametrize("text", ["Export the sales as one of these, and say which of them it is.", "Who is it?"])
def test_a_sentence_that_is_not_known_is_not_half_translated(text: str) -> None:
    assert describe_refusal(text, "nb") == text
    assert describe_refusal("gross is '12,3O'.", "nb") == "gross er '12,3O'."
