"""Who chooses accounts for which venues: a role at one venue writes rows of that venue alone."""

from __future__ import annotations

from typing import Any

import pytest

from posexport.core.roles import Grant, Role
from tests.support.harness import BRYGGA, MAPPING, VENUES, Shop, sale
from tests.support.office import Office, Visitor, open_office

SATURDAY = "2026-11-21"
DAY = f"/v/brygga/{SATURDAY}"
AT_BRYGGA = Grant(Role.BOOKKEEPER, "fjordmat", "brygga")
LATER = """
  [[company.product_type]]
  code = "200"
  valid_from = 2026-12-01
  accounts = { "3" = "3023" }
"""


def list_links(visitor: Visitor) -> list[str]:
    return [str(a.get("href")) for a in visitor.tree.iter("a") if "/account?" in str(a.get("href"))]


def sell_at_both(shop: Shop, product: str, vat_code: str, mapping: str = MAPPING) -> None:
    """The same, which lacks an account, is sold at both venues on a Saturday."""
    shop.apply(venues=VENUES + BRYGGA, mapping=mapping)
    tickets = (
        sale(9, "80.00", at=f"{SATURDAY}T12:00:00", product=product, vat_code=vat_code, register=register)
        for register in ("1", "3")
    )
    shop.sell(*tickets)


def choose(visitor: Visitor, account: str) -> None:
    visitor.get(DAY)
    visitor.get(list_links(visitor)[0])
    assert "Kontoen gjelder bare Brygga Bar" in visitor.text
    visitor.send(f"{DAY}/account", account=account)


def read_document(office: Office) -> dict[str, Any]:
    (company,) = office.workspace.load_setup().companies
    return dict(company.document)


def list_states(shop: Shop) -> dict[str, str]:
    return {f"{row.venue.id} {row.business_day}": row.state.value for row in shop.status()}


@pytest.mark.parametrize(
    ("product", "vat_code", "account", "own"),
    [
        ("330", "3", "3024", {"code": "330", "accounts": {"3": "3024"}}),
        ("200", "31", "3030", {"code": "200", "name": "Øl", "accounts": {"3": "3022", "31": "3030"}}),
    ],
)
def test_a_role_at_one_venue_sets_an_account_of_that_venue_alone(
    both: Shop, product: str, vat_code: str, account: str, own: dict[str, Any]
) -> None:
    sell_at_both(both, product, vat_code)
    with open_office(both) as office:
        before = read_document(office)
        choose(office.sign_in(AT_BRYGGA), account)
        after = read_document(office)
        assert after["product_type"] == before["product_type"]
        assert [venue.get("product_type") for venue in after["venue"]] == [None, [own]]
        states = list_states(both)
        assert (states[f"torget {SATURDAY}"], states[f"brygga {SATURDAY}"]) == ("held", "ready")


def test_another_account_of_one_venue_stands_among_its_own(both: Shop) -> None:
    both.apply(venues=VENUES + BRYGGA, mapping=MAPPING.replace('tips = "2911"', ""))
    paid = [{"payment_type": "CARD", "amount": "100.00"}]
    at = f"{SATURDAY}T12:00:00"
    both.sell(*(sale(9, "80.00", at=at, register=one, tip="20.00", payments=paid) for one in ("1", "3")))
    with open_office(both) as office:
        before = read_document(office)
        choose(office.sign_in(AT_BRYGGA), "2911")
        after = read_document(office)
        assert after["accounts"] == before["accounts"]
        assert [venue.get("accounts") for venue in after["venue"]] == [None, {"tips": "2911"}]
        assert list_states(both)[f"brygga {SATURDAY}"] == "ready"


def test_an_account_of_one_venue_begins_with_the_first_day_that_waits_where_others_are_drafted(both: Shop) -> None:
    both.apply(venues=VENUES + BRYGGA)
    both.sell(sale(1, product="200", register="3"), sale(2, product="200"))
    both.export()
    sell_at_both(both, "200", "31")
    with open_office(both) as office:
        choose(office.sign_in(AT_BRYGGA), "3030")
        [own] = read_document(office)["venue"][1]["product_type"]
        assert (own["valid_from"], own["accounts"]) == (SATURDAY, {"3": "3022", "31": "3030"})
        assert list_states(both)["brygga 2026-11-20"] == "drafted"


def test_an_account_that_the_company_sets_anew_later_is_set_for_the_company_as_a_whole(both: Shop) -> None:
    sell_at_both(both, "200", "31", MAPPING + LATER)
    with open_office(both) as office:
        whole = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"), name="Ola Lie")
        whole.get(DAY)
        [address] = list_links(whole)
        kari = office.sign_in(AT_BRYGGA)
        for page in ("/", DAY):
            kari.get(page)
            assert "Varegruppe 200" in kari.text and not list_links(kari), page
        before = read_document(office)
        kari.get(address)
        assert "hele firmaet" in kari.text and f"{DAY}/account" not in kari.list_actions()
        kari.get("/help")
        form = kari.find_form("/logout") | {"form_key": "one", "finding": address.partition("=")[2], "account": "3030"}
        kari.post(f"{DAY}/account", form)
        assert "hele firmaet" in kari.text and read_document(office) == before
        whole.get(address)
        assert "bare Brygga" not in whole.text
        whole.send(f"{DAY}/account", account="3030")
        assert read_document(office) != before


def test_the_table_of_accounts_and_what_is_pasted_are_for_the_company_as_a_whole(both: Shop) -> None:
    sell_at_both(both, "330", "3")
    with open_office(both) as office:
        kari, before = office.sign_in(AT_BRYGGA), read_document(office)
        kari.get("/help")
        form = kari.find_form("/logout") | {"form_key": "one", "seen": "1", "text": MAPPING.replace("3020", "3021")}
        kari.get("/c/fjordmat/accounts")
        assert kari.page.status_code == 403
        for path in ("", "/paste", "/paste/save", "/restore"):
            assert kari.post(f"/c/fjordmat/accounts{path}", form).status_code == 403, path
        assert read_document(office) == before
