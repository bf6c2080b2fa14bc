"""Worked days: tickets in, a voucher's lines and the VAT that PowerOffice will extract out.

The days stand in `cases/days.toml`. Where the posting rules' own list of cases is at hand, every case of it must
be among ours and come to its lines.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from posexport.core.company import Venue
from posexport.core.finding import Finding
from posexport.core.findings.every_rule import check_settlement, check_voucher
from posexport.core.findings.vat import check_vat
from posexport.core.lines import LineKind
from posexport.core.mapping import OtherAccounts, ProductType
from posexport.core.money import format_ore, parse_ore
from posexport.core.sales import MOVEMENTS
from posexport.core.settlement import Settlement
from posexport.core.vat import sum_vat
from posexport.core.voucher import Voucher
from tests.support.build import (
    DAY,
    MAPPING,
    VENUE,
    leaving_out,
    payments_with,
    read_tickets,
    settle,
    tell_lines,
    vouchers_of,
)
from tests.support.each import each
from tests.support.paths import TESTS

HERE = TESTS
RULES = HERE.parents[1] / "shared" / "accounting-cases.json"
CASES: dict[str, dict[str, Any]] = {
    case["id"]: case for case in tomllib.loads((HERE / "cases" / "days.toml").read_text(encoding="utf-8"))["case"]
}
every_case = each("case", CASES.values(), ids=lambda case: case["id"])


def venue_of(case: Mapping[str, Any]) -> Venue:
    """The café as the case sets it up."""
    products = {code: ProductType(code, code, accounts) for code, accounts in case.get("products", {}).items()}
    accounts: dict[str, Any] = {"rounding": "7740", "tips": "2911", "gift_cards": "2901", **case.get("accounts", {})}
    set_accounts = {name: account for name, account in accounts.items() if account}
    mapping = replace(
        MAPPING,
        vat_codes={**MAPPING.vat_codes, **case.get("vat_codes", {})},
        product_types={**MAPPING.product_types, **products},
        payment_types=payments_with(**case.get("payments", {})),
        accounts=OtherAccounts(**set_accounts, discounts=case.get("discounts", {})),
        vat_registered=case.get("vat_registered", True),
    )
    venue = replace(VENUE, department=case.get("department", "10"), mapping=mapping)
    return leaving_out(*case.get("left_out", ()), venue=venue)


def days_of(case: Mapping[str, Any], venue: Venue) -> tuple[Settlement, Settlement]:
    """The day's settlement and the next day's."""
    day = case.get("day", DAY)
    tickets = read_tickets(case["tickets"], day)
    return settle(tickets, venue, day), settle(tickets, venue, day + timedelta(days=1))


def lines_of(vouchers: tuple[Voucher, ...]) -> list[str]:
    """The lines of the one voucher a day has; none where it has none."""
    assert len(vouchers) <= 1
    return tell_lines(line for voucher in vouchers for line in voucher.lines)


def vat_of(vouchers: tuple[Voucher, ...], settlement: Settlement, venue: Venue) -> dict[str, str]:
    """What PowerOffice extracts per code, where it extracts anything."""
    figures = [figure for voucher in vouchers for figure in sum_vat(voucher, settlement.transferred, venue.mapping)]
    return {figure.vat_code: format_ore(figure.extracted_ore) for figure in figures if figure.extracted_ore}


def findings_of(vouchers: tuple[Voucher, ...], settlement: Settlement, venue: Venue) -> list[Finding]:
    """Everything the core finds without asking PowerOffice."""
    found = check_settlement(settlement, venue)
    for voucher in vouchers:
        found += check_voucher(voucher, venue.mapping)
        found += check_vat(sum_vat(voucher, settlement.transferred, venue.mapping))
    return found


@every_case
def test_a_day_becomes_the_lines_the_case_expects(case: dict[str, Any]) -> None:
    venue = venue_of(case)
    today, tomorrow = days_of(case, venue)
    assert lines_of(vouchers_of(today, venue)) == sorted(case.get("lines", []))
    assert lines_of(vouchers_of(tomorrow, venue)) == sorted(case.get("next_lines", []))


@every_case
def test_poweroffice_extracts_the_vat_the_case_expects(case: dict[str, Any]) -> None:
    venue = venue_of(case)
    today, tomorrow = days_of(case, venue)
    assert vat_of(vouchers_of(today, venue), today, venue) == case.get("vat", {})
    assert vat_of(vouchers_of(tomorrow, venue), tomorrow, venue) == case.get("next_vat", {})


@every_case
def test_a_day_has_the_findings_the_case_expects_and_no_other(case: dict[str, Any]) -> None:
    venue = venue_of(case)
    today, _ = days_of(case, venue)
    vouchers = vouchers_of(today, venue)
    found = findings_of(vouchers, today, venue)
    assert sorted(finding.code for finding in found) == case.get("findings", [])
    open_ore = parse_ore(case.get("open", "0"))
    assert sum(voucher.open_ore for voucher in vouchers) == open_ore
    if open_ore:
        assert any(finding.holds for finding in found)


@every_case
def test_every_line_carries_the_department_and_only_sales_carry_a_vat_code(case: dict[str, Any]) -> None:
    venue = venue_of(case)
    for settlement in days_of(case, venue):
        for voucher in vouchers_of(settlement, venue):
            assert voucher.posting_date == settlement.business_day
            for line in voucher.lines:
                assert line.department == venue.department
                assert line.vat_code == "0" or line.kind in (LineKind.SALES, LineKind.DISCOUNT)


def test_a_department_of_its_own_reaches_every_line_and_the_voucher() -> None:
    case = CASES["departments"]
    venue = venue_of(case)
    (voucher,) = vouchers_of(days_of(case, venue)[0], venue)
    assert voucher.department == "20"
    assert {line.department for line in voucher.lines} == {"20"}


def test_a_movement_is_no_payment_and_no_sale() -> None:
    case = CASES["C14d-over"]
    settlement, _ = days_of(case, venue_of(case))
    assert [entry.amount_ore for entry in settlement.sums if entry.key.kind in MOVEMENTS] == [1500]
    (voucher,) = vouchers_of(settlement, venue_of(case))
    assert [line.kind for line in voucher.lines if line.account == "1900"] == [LineKind.PAYMENT, LineKind.MOVEMENT]


def test_a_whole_discounted_ticket_and_its_return_leave_nothing_with_either_method() -> None:
    for id_ in ("C06a", "C06b"):
        venue = venue_of(CASES[id_])
        back = "food@25 -360.00 off -40.00, food@15 -165.60 off -18.40 = visa -525.60"
        assert vouchers_of(settle(read_tickets([*CASES[id_]["tickets"], back]), venue), venue) == ()


# Against the posting rules' own list


def rules() -> dict[str, dict[str, Any]]:
    if not RULES.exists():
        pytest.skip("the posting rules' own list of cases is not at hand")
    return {case["id"]: case for case in json.loads(RULES.read_text(encoding="utf-8"))["cases"]}


def test_every_case_of_the_posting_rules_is_among_ours() -> None:
    ours = {case.get("of", id_) for id_, case in CASES.items()}
    assert rules().keys() - ours == set()


def test_our_cases_come_to_the_lines_of_the_posting_rules() -> None:
    for id_, theirs in rules().items():
        for ours in (case for case in CASES.values() if case.get("of", case["id"]) == id_):
            told = [
                f"{line['account']} {line['vat']} {format_ore(line['debit'] - line['credit'])}"
                for line in theirs["lines"]
            ]
            bare = [line.split(" kunde ")[0] for line in ours.get("lines", [])]
            assert sorted(bare) == sorted(told), ours["id"]


def test_our_cases_come_to_the_vat_of_the_posting_rules() -> None:
    for id_, theirs in rules().items():
        for ours in (case for case in CASES.values() if case.get("of", case["id"]) == id_):
            expected = {code: Decimal(amount) for code, amount in theirs["expected_vat"].items()}
            assert {code: Decimal(amount) for code, amount in ours.get("vat", {}).items()} == expected, ours["id"]
