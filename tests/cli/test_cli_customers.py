"""posexport customers: who the registers' customers are in PowerOffice Go, listed, linked and unlinked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from posexport.app.customers import (
    CustomerList,
    count_waiting_for,
    format_customers,
    link_customer,
    list_customers,
    unlink_customer,
)
from posexport.cli.customer_printing import describe_linked, print_customers, print_made_links, print_untold
from posexport.cli.options import console
from posexport.core.orders.customers import CustomerLink, LinkedBy
from posexport.delivery.customer_links import MadeLink
from posexport.errors import UsageError
from posexport.texts.language import LANGS
from tests.delivery.test_customer_links import FJORDVIK, Mode, on_account, set_up
from tests.support.harness import Shop, sale, states

NORDLYS = {"number": "N-1", "name": "Nordlys Reiser", "email": "POST@nordlysreiser.example"}
KEYS = ["company", "code", "name", "number", "linked", "waiting", "candidates"]


@pytest.fixture
def shop(both: Shop) -> Shop:
    """One that has sold to three customers on account, and to one who paid at once."""
    mode = Mode()
    mode("linked")
    set_up(both, mode, "journal")
    both.sell(
        on_account(FJORDVIK),
        on_account(NORDLYS, 2, at="2026-11-20T13:00:00"),
        on_account("77", 3, at="2026-11-20T14:00:00"),
        sale(4, customer="MEMBER-9", at="2026-11-20T15:00:00"),
    )
    return both


def listed(shop: Shop, company: str | None = None, *, only_unlinked: bool = False) -> CustomerList:
    with shop.open() as workspace:
        return list_customers(workspace, company, only_unlinked=only_unlinked)


def as_json(shop: Shop) -> dict[str, dict[str, Any]]:
    return {one["code"]: one for one in format_customers(listed(shop), "en")["customers"]}


def link(shop: Shop, code: str, number: str, **how: Any) -> str:
    with shop.open() as workspace:
        waited = count_waiting_for(workspace, "fjordmat", code)
        linked = link_customer(workspace, "fjordmat", code, number, **how)
        return " ".join(describe_linked(linked, "en", waited))


def unlink(shop: Shop, code: str) -> str:
    with shop.open() as workspace:
        return " ".join(describe_linked(unlink_customer(workspace, "fjordmat", code), "en"))


def test_customers_on_account_are_listed_with_who_they_could_be(shop: Shop) -> None:
    told = as_json(shop)
    assert list(told) == ["77", "K-17", "N-1"]
    assert [list(one) for one in told.values()] == [KEYS] * 3
    assert told["77"] | {"candidates": []} == {
        "company": "fjordmat",
        "code": "77",
        "name": "",
        "number": None,
        "linked": None,
        "waiting": "0.00",
        "candidates": [],
    }
    assert told["K-17"]["candidates"] == [
        {"number": 10101, "name": "Fjordvik Bygg AS", "active": True, "reasons": ["same organization number"]}
    ]
    assert [one["number"] for one in told["N-1"]["candidates"]] == [10102]
    assert told["N-1"]["candidates"][0]["reasons"] == ["same e-mail address"]


def test_a_linked_customer_is_listed_with_its_number_and_the_unlinked_are_listed_alone(shop: Shop) -> None:
    link(shop, "K-17", "10101")
    told = as_json(shop)["K-17"]
    assert (told["number"], told["linked"], told["candidates"]) == (10101, "person", [])
    assert [one.code for one in listed(shop, only_unlinked=True).customers] == ["77", "N-1"]
    assert states(shop.preview()) == ["ready"]


def test_linking_everybody_lets_the_day_go(shop: Shop) -> None:
    assert states(shop.export().report) == ["held"]
    assert "1 day waited for the customer: the next export takes them unless" in link(shop, "K-17", "10101")
    assert "Nothing waited for the customer." in link(shop, "K-17", "10101")
    link(shop, "N-1", "10102")
    link(shop, "77", "10001")
    assert states(shop.export().report) == ["drafted"]


def test_a_customer_of_go_is_shared_only_where_that_is_said_and_the_others_are_named(shop: Shop) -> None:
    link(shop, "K-17", "10101")
    with pytest.raises(
        UsageError, match=r"linked to customer K-17 of the register already.*--share.*customers unlink fjordmat K-17\."
    ):
        link(shop, "N-1", "10101")
    assert as_json(shop)["N-1"]["linked"] is None
    told = link(shop, "N-1", "10101", share=True, why="Same owner")
    assert "shared with K-17" in told
    assert as_json(shop)["N-1"]["number"] == 10101
    assert "shared" in link(shop, "K-17", "10101", share=True)


def test_linking_anew_names_the_customer_before(shop: Shop) -> None:
    link(shop, "K-17", "10101")
    assert "customer 10101 Fjordvik Bygg AS before" in link(shop, "K-17", "10102")
    assert "before" not in link(shop, "K-17", "10102")


@pytest.mark.parametrize(
    ("code", "number", "told"),
    [
        ("K-17", "99999", "no customer with number 99999"),
        ("K-17", "10105", "archived or inactive"),
        ("K-17", "010101", "no customer with number 010101"),
        (" ", "10101", "Say the customer's code"),
    ],
)
def test_what_cannot_be_linked_is_refused_and_nothing_is_stored(shop: Shop, code: str, number: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        link(shop, code, number)
    assert as_json(shop)["K-17"]["linked"] is None


def test_a_code_that_no_register_has_sold_to_is_linked_and_asked_about(shop: Shop) -> None:
    assert "No register has sold to K-99 yet" in link(shop, "K-99", "10101")
    assert as_json(shop)["K-99"]["name"] == "Fjordvik Bygg AS"


def test_unlinking_says_what_follows_and_holds_what_is_not_sent(shop: Shop) -> None:
    link(shop, "K-17", "10101")
    assert "no longer linked to customer 10101" in unlink(shop, "K-17")
    assert as_json(shop)["K-17"]["linked"] is None
    with pytest.raises(UsageError, match="is not linked"):
        unlink(shop, "K-17")


def test_a_company_that_there_is_none_of_and_one_without_links_are_refused(shop: Shop) -> None:
    with pytest.raises(UsageError, match="no company 'brygga'"):
        listed(shop, "brygga")
    shop.apply(target="file")
    with pytest.raises(UsageError, match="nothing to link"):
        link(shop, "K-17", "10101")
    assert listed(shop).customers == ()


def test_without_the_key_customers_are_listed_without_candidates_and_the_key_is_named(both: Shop) -> None:
    set_up(both, Mode(), "import", key=False)
    both.sell(on_account(FJORDVIK))
    found = listed(both)
    assert [(one.code, one.candidates) for one in found.customers] == [("K-17", ())]
    assert "subscription_key" in str(found.untold[0][1])
    with pytest.raises(UsageError, match="subscription_key"):
        link(both, "K-17", "10101")


@pytest.mark.parametrize("lang", LANGS)
def test_the_list_is_printed_with_what_a_bookkeeper_looks_for(
    shop: Shop, capsys: pytest.CaptureFixture[str], lang: Any
) -> None:
    link(shop, "N-1", "10102")
    shop.world.change_customer(10102, no=10502)
    shop.clock.now_s += 86_401
    found = listed(shop)
    print_customers(found, console(), lang, only_unlinked=False)
    print_untold(found, lang)
    told = capsys.readouterr()
    assert "K-17 Fjordvik Bygg: " in told.out
    assert "10101 Fjordvik Bygg AS: " in told.out
    assert "N-1 Nordlys Reiser = 10502 Nordlys Reiser AS (" in told.out
    assert "10102" in told.out
    assert told.err == ""


def test_json_is_one_document(shop: Shop) -> None:
    assert json.loads(json.dumps(format_customers(listed(shop), "nb")))["customers"][1]["code"] == "K-17"


def test_what_was_linked_by_itself_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    made = MadeLink("fjordmat", "10002", CustomerLink(7, "10002", "Nordlys AS", LinkedBy.NUMBER))
    print_made_links([made], "nb")
    assert "10002 Nordlys AS i PowerOffice Go, for nummeret er det samme" in capsys.readouterr().err


def test_an_archived_candidate_is_marked_and_listed_last(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.world.change_customer(10101, active=False)
    shop.world.change_customer(10001, organization_number=FJORDVIK["organization_number"])
    shop.clock.sleep(86_400)
    (k17,) = [one for one in listed(shop).customers if one.code == "K-17"]
    assert [one.customer.number for one in k17.candidates] == ["10001", "10101"]
    print_customers(CustomerList((k17,)), console(), "nb", only_unlinked=True)
    first, second = [line for line in capsys.readouterr().out.splitlines() if "kan være" in line]
    assert "10101" in second and "arkivert eller inaktiv: åpne den i Go før du kobler" in second
    assert "arkivert" not in first


def test_codes_are_listed_by_their_numbers(shop: Shop) -> None:
    for code in ("K-9", "K-100", "8"):
        link(shop, code, "10101", share=True)
    assert list(as_json(shop)) == ["8", "77", "K-9", "K-17", "K-100", "N-1"]
