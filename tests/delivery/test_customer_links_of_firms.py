"""A register's code that is used for several firms, on lines of vouchers: no credit is booked on the customer of
another firm than the sales name. Against the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from posexport.app.customers import link_customer
from tests.support.harness import Shop, sale, setup_text, states

FJORDVIK = {"number": "K-17", "name": "Fjordvik Bygg", "organization_number": "310 042 013"}
"""Go's 10101, as the register knows it."""
OTHER = {"number": "K-17", "name": "Kurslokalet", "organization_number": "310042161"}
"""Go's 10111, under the same code."""
FIRM = "K-17/310042161"


def set_up(shop: Shop, mode: str) -> None:
    orders = f'[company.orders]\ncustomers = "{mode}"'
    shop.apply(setup_text("journal", reports=str(shop.folder / "reports"), company=orders))


def on_account(customer: Any, number: int, day: int) -> dict[str, Any]:
    return sale(number, paid="CREDIT", customer=customer, at=f"2026-11-{day}T12:00:00")


def booked_on(shop: Shop) -> list[set[int]]:
    return [{line.customer for line in draft.lines if line.customer} for draft in shop.world.drafts()]


def wordings(report: Any) -> list[list[str]]:
    return [[one.variant for one in day.findings if one.code == "unknown-customer"] for day in report.vouchers]


@pytest.mark.parametrize("mode", ["match", "number"])
def test_the_second_firm_of_a_code_holds_its_day_until_it_is_linked(shop: Shop, mode: str) -> None:
    set_up(shop, mode)
    if mode == "number":
        with shop.open() as workspace:
            link_customer(workspace, "fjordmat", "K-17", "10101")
    shop.sell(on_account(FJORDVIK, 1, 20), on_account(OTHER, 2, 21))
    exported = shop.export()
    assert states(exported.report) == ["drafted", "held"]
    assert (wordings(exported.report), booked_on(shop)) == ([[], ["other-firm"]], [{10101}])
    with shop.open() as workspace:
        link_customer(workspace, "fjordmat", FIRM, "10111")
    assert states(shop.export().report) == ["drafted"]
    assert booked_on(shop) == [{10101}, {10111}]


def test_a_code_that_nobody_is_linked_by_names_both_numbers(shop: Shop) -> None:
    set_up(shop, "linked")
    shop.sell(on_account({**FJORDVIK, "organization_number": "974760673"}, 1, 20), on_account(OTHER, 2, 21))
    exported = shop.export()
    assert states(exported.report) == ["held", "held"]
    assert wordings(exported.report)[1] == ["shared-code"]
    (found,) = [one for one in exported.report.vouchers[1].findings if one.code == "unknown-customer"]
    assert found.facts["customer"] == FIRM
    assert (found.facts["other_number"], found.facts["organization_number"]) == ("974760673", "310042161")


def test_two_firms_on_one_day_cannot_be_one_line(shop: Shop) -> None:
    set_up(shop, "match")
    shop.sell(on_account(FJORDVIK, 1, 20), on_account(OTHER, 2, 20))
    with shop.open() as workspace:
        link_customer(workspace, "fjordmat", "K-17", "10101")
        link_customer(workspace, "fjordmat", FIRM, "10111")
    exported = shop.export()
    assert (states(exported.report), wordings(exported.report)) == (["held"], [["several-firms"]])
    assert booked_on(shop) == []
