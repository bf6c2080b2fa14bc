"""The rules: each makes the finding it is for and no other, and what it finds can be told in both languages."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from posexport.core import findings
from posexport.core.company import Venue
from posexport.core.finding import Finding, Ore, Severity
from posexport.core.findings.accounts import (
    check_accounts,
    check_bank_accounts,
    check_former_departments,
    check_tips,
    is_bank_account,
)
from posexport.core.findings.customers import check_customers
from posexport.core.findings.days import check_lock_date
from posexport.core.findings.every_rule import check_chart, check_settlement, check_voucher
from posexport.core.findings.payments import list_credit_left_out, list_left_out, list_movements
from posexport.core.findings.rounding import check_rounding
from posexport.core.findings.tickets import check_indivisible, check_reversals, check_unbalanced
from posexport.core.findings.vat import check_registration, check_vat, check_vat_codes, check_vat_rows
from posexport.core.lines import LineKind, VoucherLine
from posexport.core.mapping import OtherAccounts
from posexport.core.ports.ledger import Account, Chart
from posexport.core.reversal import Reversal, SignedTicket
from posexport.core.settlement import RoundedTicket, UnbalancedTicket
from posexport.core.vat import VatFigure, VatRate, format_rate
from posexport.core.voucher import Voucher, subtract_lines
from posexport.texts.describe import fix_of, message_of
from posexport.texts.language import LANGS
from tests.support.build import (
    DAY,
    MAPPING,
    VENUE,
    leaving_out,
    line,
    payments_with,
    read_ticket,
    read_tickets,
    settle,
    venue_with,
    voucher_of,
    voucher_with,
)
from tests.support.strategies import looking

SALES, DISCOUNT, MOVEMENT = LineKind.SALES, LineKind.DISCOUNT, LineKind.MOVEMENT


def codes(found: Iterable[Finding]) -> list[str]:
    return [finding.code for finding in found]


def settlement_findings(*texts: str, venue: Venue = VENUE) -> list[Finding]:
    return told(check_settlement(settle(read_tickets(texts), venue), venue))


def told(found: list[Finding]) -> list[Finding]:
    """The same findings, each told in both languages with no fact missing."""
    for finding in found:
        for lang in LANGS:
            assert message_of(finding, lang)
            assert not re.search(r"\{\w*\}", message_of(finding, lang) + fix_of(finding, lang))
    return found


def test_a_day_in_order_has_no_findings() -> None:
    assert settlement_findings("food@25 100.00, tip 10.00 = visa 110.00", "beer@25 90.00 = cash 90.00") == []
    assert check_voucher(voucher_of("food@25 100.00 = visa 100.00"), MAPPING) == []


# Tickets


def test_an_unbalanced_ticket_is_named_with_register_number_time_and_all_three_figures() -> None:
    ticket = read_ticket("23:05 food@25 100.00 = visa 90.00", number=1042)
    (found,) = told(check_settlement(settle([ticket]), VENUE))
    assert (found.code, found.severity) == ("unbalanced", Severity.ERROR)
    for said in ("1042", "register 1", "20 Nov 2026 23:05:00", "100.00", "90.00", "-10.00"):
        assert said in message_of(found, "en")


def test_the_time_of_a_ticket_is_told_by_the_venues_clock() -> None:
    ticket = UnbalancedTicket("1", "7", 1_795_215_600, 100, 90, 0, False)
    new_york = replace(VENUE, timezone="America/New_York")
    assert check_unbalanced([ticket], VENUE)[0].facts["time"] == "2026-11-21 00:00:00"
    assert check_unbalanced([ticket], new_york)[0].facts["time"] == "2026-11-20 18:00:00"


def test_a_payment_above_the_lines_of_a_format_without_tips_is_unexplained_and_holds() -> None:
    ticket = read_ticket("food@25 100.00 = visa 110.00")._replace(tip_may_be_unwritten=True)
    (found,) = told(check_settlement(settle([ticket]), VENUE))
    assert (found.code, found.severity) == ("unexplained-payment", Severity.ERROR)
    assert found.facts["difference"] == Ore(1_000)


def test_a_payment_above_the_lines_of_any_other_format_is_simply_unbalanced() -> None:
    assert codes(settlement_findings("food@25 100.00 = visa 110.00")) == ["unbalanced"]


def test_every_unbalanced_ticket_is_a_finding_of_its_own() -> None:
    assert codes(settlement_findings("food@25 1.00 = ", "food@25 2.00 = ", "= cash 3.00")) == ["unbalanced"] * 3


def test_a_ticket_that_cannot_be_divided_is_named() -> None:
    venue = leaving_out("giftcard")
    found = settlement_findings("food@25 400.00 = giftcard 500.00, cash -100.00", venue=venue)
    assert codes(found) == ["indivisible-ticket", "not-transferred"]
    assert (found[0].severity, found[0].facts["sales"], found[0].facts["payments"]) == (
        *(Severity.ERROR, Ore(40_000), Ore(50_000)),
    )


@pytest.mark.parametrize("flag", ["training", "void", "copy"])
def test_tickets_that_are_no_takings_need_not_balance(flag: str) -> None:
    assert settlement_findings(f"{flag} food@25 100.00 = ") == []


# VAT codes


def test_a_vat_code_that_the_setup_does_not_know_is_told_per_product_type_with_its_amount() -> None:
    found = settlement_findings("food@99 10.00, food@99 5.00, beer@99 1.00, food@25 1.00 = visa 17.00")
    assert codes(found) == ["missing-vat-code"] * 2
    assert [(finding.facts["source"], finding.facts["amount"]) for finding in found] == [("beer", 100), ("food", 1_500)]
    assert all(finding.holds and finding.variant == "" for finding in found)


def test_a_sale_without_any_vat_code_is_the_registers_business() -> None:
    (found,) = settlement_findings("food@ 10.00 = visa 10.00")
    assert (found.code, found.variant) == ("missing-vat-code", "none")


def test_a_client_that_is_not_registered_for_vat_needs_no_vat_codes() -> None:
    settlement = settle(read_tickets(["food@99 10.00 = visa 10.00"]))
    assert check_vat_codes(settlement.sums, replace(MAPPING, vat_registered=False)) == []


def test_sales_that_stay_out_need_no_vat_code() -> None:
    assert codes(settlement_findings("food@99 10.00 = invoice 10.00", venue=leaving_out("invoice"))) == [
        "not-transferred"
    ]


# What stays out


def test_payment_types_that_stay_out_are_listed_with_what_they_took() -> None:
    venue = leaving_out("invoice", "giftcard")
    found = settlement_findings(
        "food@25 10.00 = invoice 10.00",
        "food@25 5.00 = invoice 2.00, visa 3.00",
        "tip 1.00 = giftcard 1.00",
        venue=venue,
    )
    assert [(finding.facts["source"], finding.facts["amount"]) for finding in found] == [
        ("giftcard", 100),
        ("invoice", 1_200),
    ]
    assert {(finding.code, finding.severity) for finding in found} == {("not-transferred", Severity.INFO)}


def test_movements_without_an_account_are_listed_by_kind() -> None:
    found = settlement_findings(
        "move in-out cash -50.00, in-out visa -10.00, difference cash -0.40, received cash 75.00, float cash 200.00"
    )
    told_ = [(finding.facts["source"], finding.facts["amount"], finding.variant) for finding in found]
    assert told_ == [
        ("float", 20_000, "float"),
        ("cash_difference", -40, ""),
        ("cash_in_out", -6_000, ""),
        ("customer_payments", 7_500, ""),
    ]
    assert {(finding.code, finding.severity) for finding in found} == {("movements-left-out", Severity.INFO)}


def test_movements_with_an_account_are_posted_and_not_listed() -> None:
    accounts = OtherAccounts(cash_in_out="1910", cash_difference="1909", customer_payments="1500")
    text = "move in-out cash -50.00, difference cash -0.40, received cash 75.00"
    assert settlement_findings(text, venue=venue_with(accounts=accounts)) == []


def test_sums_that_are_listed_are_only_payments_and_only_movements() -> None:
    settlement = settle(read_tickets(["food@25 10.00 = visa 10.00", "move float cash 1.00"]))
    assert codes(list_left_out(settlement.sums, MAPPING)) == ["not-transferred"]
    assert codes(list_movements(settlement.sums, MAPPING)) == ["movements-left-out"]


def test_of_what_is_left_out_only_sales_on_credit_are_a_warning() -> None:
    settlement = settle(read_tickets(["food@25 30.00 = visa 10.00, invoice 20.00", "food@25 5.00 = invoice 5.00"]))
    on_credit = replace(MAPPING.payment_types["invoice"], credit=True)
    mapping = replace(MAPPING, payment_types={**MAPPING.payment_types, "invoice": on_credit})
    (found,) = list_credit_left_out(settlement.sums, mapping)
    assert (found.code, found.severity, found.facts["source"], found.facts["amount"]) == (
        "credit-left-out",
        Severity.WARNING,
        "invoice",
        2_500,
    )


# Accounts


@pytest.mark.parametrize(
    ("text", "variant", "source", "amount_ore"),
    [
        ("rum@25 50.00 = visa 50.00", "unknown-product", "rum", 5_000),
        ("rum@25 -50.00 = visa -50.00", "unknown-product", "rum", 5_000),
        ("entry@25 50.00 = visa 50.00", "sale", "entry", 5_000),
        ("food@25 50.00 = iou 50.00", "unknown-payment", "iou", 5_000),
    ],
)
def test_a_line_without_an_account_says_where_to_set_it(text: str, variant: str, source: str, amount_ore: int) -> None:
    (found,) = told(check_voucher(voucher_of(text), MAPPING))
    assert (found.code, found.variant, found.severity) == ("missing-account", variant, Severity.ERROR)
    assert (found.facts["source"], found.facts["amount"]) == (source, Ore(amount_ore))
    assert source in fix_of(found, "nb")


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("tip 1.00 = cash 1.00", "tips"),
        ("rounding 0.40 = cash 0.40", "rounding"),
        ("giftcards 1.00 = cash 1.00", "gift_cards"),
    ],
)
def test_tips_rounding_and_gift_cards_without_an_account_say_the_name_to_set(text: str, source: str) -> None:
    (found,) = told(check_voucher(voucher_of(text, venue=venue_with(accounts=OtherAccounts())), MAPPING))
    assert (found.code, found.variant, found.facts["source"]) == ("missing-account", "other", source)
    assert f"{source} =" in fix_of(found, "en")


def test_a_payment_type_that_is_known_and_has_no_account_wants_only_the_account() -> None:
    venue = venue_with(payment_types=payments_with(visa=None))
    (found,) = told(check_accounts(voucher_of("food@25 50.00 = visa 50.00", venue=venue), venue.mapping))
    assert (found.variant, found.facts["source"]) == ("payment", "visa")


@pytest.mark.parametrize(("code", "variant"), [("safe", "unknown-payment"), ("visa", "payment")])
def test_a_movement_on_a_payment_type_without_an_account_points_to_the_payment_type(code: str, variant: str) -> None:
    venue = venue_with(accounts=OtherAccounts(cash_in_out="1910"), payment_types=payments_with(visa=None))
    (found,) = told(check_accounts(voucher_of(f"move in-out {code} -50.00", venue=venue), venue.mapping))
    assert (found.variant, found.facts["source"]) == (variant, code)


def test_a_sale_without_a_vat_code_is_not_also_a_missing_account() -> None:
    assert check_voucher(voucher_of("food@99 50.00 = visa 50.00"), MAPPING) == []


@pytest.mark.parametrize(
    ("account", "is_bank"),
    [
        *(("1920", True), ("1999", True), ("1950", True), ("1919", False), ("2000", False), ("1591", False)),
        *(("19200", False), ("192", False), ("", False), (None, False)),
    ],
)
def test_bank_accounts_are_1920_to_1999(account: str | None, is_bank: bool) -> None:
    assert is_bank_account(account) is is_bank
    payment = line(account, 100, source="visa")
    found = told(check_bank_accounts(voucher_with(payment, line("3020", -100, SALES, "food"))))
    assert [(finding.code, finding.severity) for finding in found] == [("bank-account", Severity.WARNING)] * is_bank


def test_a_bank_account_on_anything_but_a_payment_is_no_warning() -> None:
    assert check_bank_accounts(voucher_with(line("1920", 100, MOVEMENT), line("1920", -100, SALES))) == []


@pytest.mark.parametrize(("account", "warns"), [("3900", True), ("2911", False), ("7740", False), (None, False)])
def test_tips_on_an_income_account_are_a_warning(account: str | None, warns: bool) -> None:
    voucher = voucher_with(line("1900", 100), line(account, -100, LineKind.TIP, "tips"))
    found = told(check_tips(voucher))
    assert [(finding.code, finding.severity) for finding in found] == [("tips-as-income", Severity.WARNING)] * warns


def test_sales_on_an_income_account_are_no_tips() -> None:
    assert check_tips(voucher_of("food@25 1.00 = cash 1.00")) == []


def test_a_credit_sale_without_a_customer_is_a_warning_with_its_amount() -> None:
    voucher = voucher_of("food@25 50.00 = invoice 30.00, visa 20.00", "food@25 10.00 = invoice 10.00 for 10018")
    (found,) = told(check_customers(voucher, MAPPING))
    assert (found.code, found.severity, found.facts["amount"]) == ("missing-customer", Severity.WARNING, Ore(3_000))


def test_a_payment_type_without_a_sub_ledger_needs_no_customer() -> None:
    assert check_customers(voucher_of("food@25 50.00 = visa 50.00"), MAPPING) == []
    no_account = payments_with(invoice=None)
    voucher = voucher_of("food@25 50.00 = invoice 50.00", venue=venue_with(payment_types=no_account))
    assert codes(check_voucher(voucher, MAPPING)) == ["missing-account"]


# VAT


def test_vat_beyond_rounding_holds_and_vat_within_it_is_silent() -> None:
    def figure(register_ore: int | None) -> VatFigure:
        return VatFigure("31", 10_000, 1_500, register_ore, 1_304, 3)

    assert check_vat([figure(1_304), figure(1_307), figure(1_301), figure(None)]) == []
    (found,) = told(check_vat([figure(1_308)]))
    assert (found.code, found.severity) == ("vat-mismatch", Severity.ERROR)
    assert found.facts["rate"] == "15"


@pytest.mark.parametrize(
    ("rate_bp", "text"), [(2500, "25"), (1111, "11.11"), (1250, "12.5"), (0, "0"), (5, "0.05"), (None, "?")]
)
def test_rates_are_told_without_zeros_that_say_nothing(rate_bp: int | None, text: str) -> None:
    assert format_rate(rate_bp) == text


# What PowerOffice told

ACCOUNTS = {number: Account(number, f"Konto {number}") for number in ("1592", "1900", "3020", "3030", "1500")}
RATES = (VatRate("3", 2500), VatRate("31", 1500), VatRate("0", 0))
CHART = Chart(ACCOUNTS, RATES, departments={"10": 1}, customers={"10018": 5}, lock_date=DAY - timedelta(days=1))
VOUCHER = voucher_of("food@25 100.00, food@15 50.00 = visa 150.00")


def chart_with(number: str, **changes: object) -> Chart:
    changed = replace(ACCOUNTS[number], **changes)  # type: ignore[arg-type]
    return replace(CHART, accounts={**ACCOUNTS, number: changed})


def chart_findings(voucher: Voucher, chart: Chart) -> list[Finding]:
    found = told(check_chart(voucher, chart))
    assert all(finding.holds for finding in found)
    return found


def test_a_voucher_that_poweroffice_will_take_has_no_findings() -> None:
    assert check_chart(VOUCHER, CHART) == []


def test_what_poweroffice_did_not_tell_is_not_checked() -> None:
    odd = voucher_with(line("9999", 1), line("9998", -1, vat_code="77"), department="77")
    assert check_chart(odd, Chart()) == []


def test_an_account_that_is_not_there_is_named_once_however_often_it_is_used() -> None:
    voucher = voucher_with(line("1234", 3), line("1234", -1, source="visa"), line("1234", -2, source="bax"))
    (found,) = chart_findings(voucher, CHART)
    assert (found.code, dict(found.facts)) == ("unknown-account", {"account": "1234"})


def test_a_line_without_an_account_is_another_rules_business() -> None:
    assert chart_findings(voucher_with(line(None, 1), line("1900", -1)), CHART) == []


def test_an_account_that_is_not_active_is_named() -> None:
    assert codes(chart_findings(VOUCHER, chart_with("1592", is_active=False))) == ["inactive-account"]


@pytest.mark.parametrize(("locked", "expected"), [("3", []), ("31", ["vat-code-locked"]), (None, ["vat-code-locked"])])
def test_an_account_locked_to_another_vat_code_is_named(locked: str | None, expected: list[str]) -> None:
    assert codes(chart_findings(VOUCHER, chart_with("3020", is_vat_code_locked=True, vat_code=locked))) == expected


def test_an_account_locked_to_no_vat_takes_lines_with_code_0() -> None:
    assert chart_findings(VOUCHER, chart_with("1592", is_vat_code_locked=True, vat_code=None)) == []


def test_a_vat_code_that_an_account_only_suggests_locks_nothing() -> None:
    assert chart_findings(VOUCHER, chart_with("3020", vat_code="31")) == []


def test_an_account_that_requires_a_department_wants_one() -> None:
    chart = chart_with("3020", is_department_required=True)
    assert chart_findings(VOUCHER, chart) == []
    without = voucher_of("food@25 100.00 = visa 100.00", venue=replace(VENUE, department=None))
    assert codes(chart_findings(without, chart)) == ["department-required"]
    assert chart_findings(without, CHART) == []


def test_a_department_that_is_not_there_is_named() -> None:
    assert codes(chart_findings(VOUCHER, replace(CHART, departments={"20": 2}))) == ["unknown-department"]
    assert chart_findings(VOUCHER, replace(CHART, departments=None)) == []


def test_a_department_that_was_the_venues_and_is_gone_is_named() -> None:
    assert check_former_departments(VOUCHER, CHART) == []
    lines = tuple(line._replace(department="30" if line.amount_ore < 0 else None) for line in VOUCHER.lines)
    former = replace(VOUCHER, lines=lines)
    (found,) = check_former_departments(former, CHART)
    assert (found.code, found.severity, found.facts) == ("unknown-department", Severity.ERROR, {"department": "30"})
    assert check_former_departments(former, replace(CHART, departments={"10": 1, "30": 3})) == []
    assert check_former_departments(former, replace(CHART, departments=None)) == []


def test_a_vat_code_that_is_not_there_or_not_valid_on_the_day_is_named() -> None:
    ended = (VatRate("3", 2500), VatRate("31", 1500, None, DAY - timedelta(days=1)), VatRate("0", 0))
    for rates in (ended, (RATES[0], RATES[2])):
        (found,) = chart_findings(VOUCHER, replace(CHART, vat_rates=rates))
        assert (found.code, found.facts["vat_code"], found.facts["day"]) == ("unknown-vat-code", "31", "2026-11-20")


def test_a_vat_code_of_which_two_rows_count_on_the_day_is_named_with_both() -> None:
    rates = (*RATES, VatRate("31", 1200, DAY, None))
    (found,) = chart_findings(VOUCHER, replace(CHART, vat_rates=rates))
    assert (found.code, found.facts["vat_code"]) == ("vat-code-twice", "31")
    assert found.facts["rows"] == "15 % … – …; 12 % 2026-11-20 – …"
    assert check_vat_rows({"31"}, (), DAY) == [], "where nothing was told nothing is checked"


@pytest.mark.parametrize(
    ("required", "variant", "words"),
    [
        ("location", "location", "requires a location"),
        ("product", "product", "requires a product"),
        ("quantity", "quantity", "requires a quantity"),
        ("activity", "activity", "requires an activity"),
        ("dim1", "dimension", "requires dimension 1"),
        ("dim3", "dimension", "requires dimension 3"),
    ],
)
def test_an_account_that_requires_more_than_we_send_is_named_with_what(required: str, variant: str, words: str) -> None:
    (found,) = chart_findings(VOUCHER, chart_with("3020", required=(required,)))
    assert (found.code, found.variant, found.facts["account"]) == ("dimension-required", variant, "3020")
    assert words in message_of(found, "en")
    assert chart_findings(voucher_of("food@15 50.00 = visa 50.00"), chart_with("3020", required=(required,))) == []


def test_everything_that_an_account_requires_is_named() -> None:
    chart = chart_with("3020", required=("location", "dim1", "dim2"), is_project_required=True)
    assert codes(chart_findings(VOUCHER, chart)) == ["project-required", *["dimension-required"] * 3]


def test_a_customer_that_is_not_there_is_named_and_the_sub_ledger_needs_no_account() -> None:
    voucher = voucher_of("food@25 3.00 = invoice 3.00 for 10018", "food@25 4.00 = invoice 4.00 for 10019")
    without_1500 = {number: account for number, account in ACCOUNTS.items() if number != "1500"}
    (found,) = chart_findings(voucher, replace(CHART, accounts=without_1500))
    assert (found.code, found.facts["customer"]) == ("unknown-customer", "10019")
    assert chart_findings(voucher, replace(CHART, customers=None)) == []


@pytest.mark.parametrize(
    ("told", "by_setup", "expected"),
    [
        (None, True, []),
        (None, False, []),
        (True, True, []),
        (False, False, []),
        (False, True, [("vat-registration", "", True)]),
        (True, False, [("vat-registration", "registered", False)]),
    ],
)
def test_a_client_is_registered_for_vat_or_not_by_the_setup_as_by_poweroffice(
    told: bool | None, by_setup: bool, expected: list[tuple[str, str, bool]]
) -> None:
    mapping = replace(MAPPING, vat_registered=by_setup)
    for rates in (RATES, ()):
        chart = replace(CHART, vat_registered=told, vat_rates=rates)
        found = check_registration(VOUCHER, chart, mapping)
        assert [(finding.code, finding.variant, finding.holds) for finding in found] == expected
    if expected and expected[0][2]:
        assert found[0].facts["vat_codes"] == "3, 31"
        without = voucher_with(line("1900", 1), line("2901", -1))
        assert check_registration(without, chart, mapping) == [], "nothing with VAT is sent"


@pytest.mark.parametrize(
    ("lock_date", "locked"),
    [(None, False), (DAY - timedelta(days=1), False), (DAY, True), (DAY + timedelta(days=9), True)],
)
def test_nothing_is_dated_on_or_before_the_lock_date(lock_date: date | None, locked: bool) -> None:
    found = told(check_lock_date(DAY, lock_date))
    assert codes(found) == ["locked-period"] * locked
    assert codes(chart_findings(VOUCHER, replace(CHART, lock_date=lock_date))) == ["locked-period"] * locked


def test_the_lock_date_counts_against_the_posting_date_of_a_split_day() -> None:
    late = replace(VOUCHER, posting_date=DAY + timedelta(days=1), part=1)
    assert chart_findings(late, replace(CHART, lock_date=DAY)) == []


def test_everything_wrong_at_once_is_all_found() -> None:
    accounts = {
        "1592": Account("1592", "Visa", is_active=False),
        "3020": Account("3020", "Servering", vat_code="5", is_vat_code_locked=True, is_department_required=True),
    }
    chart = Chart(accounts, (VatRate("0", 0),), departments={}, lock_date=DAY)
    voucher = voucher_of("food@25 100.00, food@15 50.00 = visa 150.00", venue=replace(VENUE, department=None))
    assert sorted(codes(chart_findings(voucher, chart))) == [
        "department-required",
        "inactive-account",
        "locked-period",
        "unknown-account",
        "unknown-vat-code",
        "unknown-vat-code",
        "vat-code-locked",
    ]


def test_rounding_beyond_the_limit_is_an_error_with_or_without_cash() -> None:
    tickets = [
        RoundedTicket("1", str(n), 0, ore, cash) for n, ore, cash in [(1, 51, True), (2, -51, False), (3, 50, False)]
    ]
    found = check_rounding(tickets, 50, VENUE)
    assert [(finding.code, finding.severity, finding.facts["number"]) for finding in found] == [
        ("rounding-too-large", Severity.ERROR, "1"),
        ("rounding-too-large", Severity.ERROR, "2"),
        ("rounding-without-cash", Severity.WARNING, "3"),
    ]


def test_a_reversal_tells_both_tickets() -> None:
    sold, taken = SignedTicket("1", "7", 0, 7, 100, 5, True), SignedTicket("1", "8", 60, 8, -100, -5, False)
    for pair, variant in ((Reversal(sold, taken), ""), (Reversal(taken, sold), "sale")):
        (found,) = check_reversals([pair], VENUE)
        assert (found.variant, found.facts["number"], found.facts["other_number"]) == (
            variant,
            pair.void.number,
            pair.counter.number,
        )


def test_every_rule_is_tried_by_itself() -> None:
    files = [
        importlib.import_module(f"{findings.__name__}.{found.name}")
        for found in pkgutil.iter_modules(findings.__path__)
    ]
    rules = {name for file in files for name in vars(file) if name.startswith(("check_", "list_"))}
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.rglob("test_*.py"))
    parts_of_check_chart = {"check_account", "check_vat_validity", "check_customer_numbers"}
    through_imports = {"check_doubts"}
    untried = {rule for rule in rules if not re.search(rf"\b{rule}\(", tests)}
    assert untried == parts_of_check_chart | through_imports
    assert check_indivisible([], VENUE) == []


# What changed after a draft

lines_of_a_voucher = st.lists(
    st.builds(
        line,
        st.sampled_from(("1900", "3020", None)),
        st.integers(-500, 500).filter(bool),
        st.sampled_from((SALES, LineKind.PAYMENT, DISCOUNT)),
        st.sampled_from(("food", "beer")),
        vat_code=st.sampled_from(("3", "0", None)),
        customer=st.sampled_from((None, "10018")),
    ),
    max_size=8,
)


def total(lines: Iterable[VoucherLine]) -> dict[tuple[object, ...], int]:
    """Amounts by what makes a line that line, those that come to 0 gone."""
    sums: dict[tuple[object, ...], int] = {}
    for told_ in lines:
        key = (told_.kind, told_.account, told_.vat_code, told_.department, told_.source, told_.customer)
        sums[key] = sums.get(key, 0) + told_.amount_ore
    return {key: ore for key, ore in sums.items() if ore}


@looking(200)
@given(lines_of_a_voucher, lines_of_a_voucher)
def test_the_difference_turns_before_into_after_exactly(before: list[VoucherLine], after: list[VoucherLine]) -> None:
    difference = subtract_lines(after, before)
    assert total([*before, *difference]) == total(after)
    assert all(told_.amount_ore for told_ in difference)
    assert len(total(difference)) == len(difference)
    assert total(subtract_lines(before, after)) == {key: -ore for key, ore in total(difference).items()}


def test_nothing_changed_is_no_difference() -> None:
    assert subtract_lines(VOUCHER.lines, VOUCHER.lines) == ()
    assert subtract_lines((), ()) == ()


def test_a_day_that_went_away_is_all_of_it_the_other_way() -> None:
    assert total(subtract_lines((), VOUCHER.lines)) == {key: -ore for key, ore in total(VOUCHER.lines).items()}


def test_a_ticket_that_came_late_is_the_difference() -> None:
    later = voucher_of("food@25 100.00, food@15 50.00 = visa 150.00", "food@25 12.00 = cash 12.00")
    difference = subtract_lines(later.lines, VOUCHER.lines)
    assert {(told_.account, told_.amount_ore) for told_ in difference} == {("3020", -1_200), ("1900", 1_200)}


def test_a_sale_moved_to_another_code_is_a_line_back_and_a_line_anew() -> None:
    moved = voucher_of("food@25 150.00 = visa 150.00")
    difference = subtract_lines(moved.lines, VOUCHER.lines)
    assert {(told_.account, told_.vat_code, told_.amount_ore) for told_ in difference} == {
        ("3020", "3", -5_000),
        ("3030", "31", 5_000),
    }
