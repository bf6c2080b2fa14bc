"""A register's code that is used for several firms: whom each sale is for, and when nobody but a person can say."""

from __future__ import annotations

import pytest

from posexport.core.credit_facts import RegisterCustomer, name_firm, split_firm, tell_apart
from posexport.core.orders.customers import (
    CandidateReason,
    CustomerLink,
    CustomerMode,
    LedgerCustomer,
    decide_link,
    find_candidates,
)
from posexport.core.orders.firms import Firms, OtherFirm

FIRST, SECOND, THIRD = "310042013", "310042161", "974760673"
LINK, OTHER = CustomerLink(1, "10101"), CustomerLink(2, "10111")
FIRM = name_firm("K-17", SECOND)


def customers(**numbers: str) -> dict[int, LedgerCustomer]:
    """The ledger's customers 1 and 2, with these organization numbers."""
    given = {1: numbers.get("first", ""), 2: numbers.get("second", "")}
    return {id_: LedgerCustomer(id_, str(10100 + id_), organization_number=number) for id_, number in given.items()}


def test_a_code_and_a_number_are_a_firm_and_anything_else_is_a_code() -> None:
    assert split_firm(FIRM) == ("K-17", SECOND)
    assert [split_firm(code) for code in ("K/17", SECOND, f"/{SECOND}", "K-17/310042162", "K-17/")] == [
        (code, "") for code in ("K/17", SECOND, f"/{SECOND}", "K-17/310042162", "K-17/")
    ]


@pytest.mark.parametrize(
    ("told", "known", "code"), [(SECOND, FIRST, FIRM), (FIRST, FIRST, "K-17"), ("", FIRST, "K-17")]
)
def test_another_number_with_a_code_is_another_customer(told: str, known: str, code: str) -> None:
    customer = RegisterCustomer("K-17", organization_number=told)
    assert tell_apart(customer, RegisterCustomer("K-17", organization_number=known)).number == code
    assert tell_apart(customer, RegisterCustomer("K-17")).number == "K-17"
    assert tell_apart(customer, None) == customer


CASES: list[tuple[dict[str, CustomerLink], str, str, str, CustomerLink | OtherFirm | None]] = [
    ({"K-17": LINK}, FIRST, "", FIRST, LINK),
    ({"K-17": LINK}, FIRST, "", "", LINK),
    ({"K-17": LINK}, FIRST, FIRST, SECOND, OtherFirm("K-17", SECOND, FIRST, LINK)),
    ({"K-17": LINK}, FIRST, "", SECOND, OtherFirm("K-17", SECOND, FIRST)),
    ({"K-17": LINK}, FIRST, SECOND, FIRST, OtherFirm("K-17", FIRST, SECOND, LINK)),
    ({"K-17": LINK}, FIRST, "NO 310 042 161 MVA", SECOND, LINK),
    ({"K-17": LINK}, FIRST, "310042162", FIRST, LINK),
    ({"K-17": LINK}, "", "", SECOND, LINK),
    ({"K-17": LINK, FIRM: OTHER}, FIRST, FIRST, SECOND, OTHER),
    ({"K-17": LINK, FIRM: OTHER}, FIRST, FIRST, "", LINK),
    ({"K-17": LINK, FIRM: LINK}, FIRST, FIRST, SECOND, LINK),
    ({}, FIRST, "", SECOND, OtherFirm("K-17", SECOND, FIRST)),
    ({}, FIRST, "", FIRST, None),
    ({FIRM: OTHER}, FIRST, "", FIRST, None),
]


@pytest.mark.parametrize(("links", "known", "linked", "named", "wanted"), CASES)
def test_a_link_is_used_for_the_firm_that_a_sale_names(
    links: dict[str, CustomerLink], known: str, linked: str, named: str, wanted: CustomerLink | OtherFirm | None
) -> None:
    """`known`: the code's number; `linked`: that of the ledger's customer; `named`: the sale's."""
    firms = Firms(links, {"K-17": known} if known else {}, customers(first=linked))
    assert firms.find("K-17", named) == wanted


def test_a_day_of_one_firm_has_its_link_and_one_of_several_has_none() -> None:
    firms = Firms({"K-17": LINK, FIRM: OTHER}, {"K-17": FIRST}, customers())
    assert firms.find_of_day("K-17", {FIRST, ""}) == LINK
    assert firms.find_of_day("K-17", {SECOND}) == OTHER
    assert firms.find_of_day("K-17", ()) == LINK
    assert firms.find_of_day("K-17", {FIRST, SECOND}) == OtherFirm("K-17", SECOND, several=(FIRST, SECOND))
    assert firms.find_of_day("K-17", {"", SECOND}) == OtherFirm("K-17", SECOND, several=(SECOND,))
    assert firms.find_of_day("K-17", {FIRST, THIRD}) == OtherFirm("K-17", THIRD, FIRST)
    same = Firms({"K-17": LINK, FIRM: LINK}, {"K-17": FIRST}, customers())
    assert same.find_of_day("K-17", {FIRST, SECOND}) == LINK
    half = Firms({FIRM: OTHER}, {"K-17": FIRST}, customers())
    assert half.find_of_day("K-17", {FIRST, SECOND}) is None


@pytest.mark.parametrize("mode", CustomerMode)
def test_nobody_links_the_second_firm_of_a_code_without_a_person(mode: CustomerMode) -> None:
    wanted = RegisterCustomer(FIRM, "Kurslokalet", SECOND)
    candidates = find_candidates(wanted, customers(second=SECOND).values())
    assert [one.reasons for one in candidates] == [(CandidateReason.ORGANIZATION_NUMBER,)]
    assert not isinstance(decide_link(mode, wanted, candidates), CustomerLink)
    assert isinstance(decide_link(mode, wanted._replace(number="K-18"), candidates), CustomerLink) is (
        mode in (CustomerMode.MATCH, CustomerMode.CREATE)
    )


def test_a_number_in_go_is_not_the_registers_where_the_organization_numbers_differ() -> None:
    wanted = RegisterCustomer("10101", organization_number=SECOND)
    for number, is_linked in ((FIRST, False), (SECOND, True), ("", True)):
        candidates = find_candidates(wanted, [LedgerCustomer(1, "10101", organization_number=number)])
        assert isinstance(decide_link(CustomerMode.NUMBER, wanted, candidates), CustomerLink) is is_linked
