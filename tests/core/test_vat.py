"""VAT: the register's figure beside PowerOffice's, what rounding can explain, and the night a rate changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from posexport.core.company import Venue
from posexport.core.finding import Severity
from posexport.core.findings.vat import check_vat
from posexport.core.mapping import ProductType
from posexport.core.money import extract_vat_ore, format_ore, round_half_up_ratio
from posexport.core.sales import Payment, SaleLine, Ticket
from posexport.core.vat import USUAL_RATES_BP, VatFigure, VatRate, find_rate, rate_changes_at_midnight, sum_vat
from posexport.core.voucher import Voucher
from posexport.texts.describe import message_of
from tests.support.build import DAY, MAPPING, VENUE, read_tickets, settle, venue_with, vouchers_of
from tests.support.strategies import looking

NEXT = DAY + timedelta(days=1)


def figures_of(*texts: str, venue: Venue = VENUE, rates: tuple[VatRate, ...] = ()) -> dict[str, VatFigure]:
    """VAT figures by code of the one voucher these tickets make."""
    settlement = settle(read_tickets(texts), venue)
    (voucher,) = vouchers_of(settlement, venue, rates)
    return {figure.vat_code: figure for figure in sum_vat(voucher, settlement.transferred, venue.mapping, rates)}


def after_midnight(*texts: str, rates: tuple[VatRate, ...] = (), venue: Venue = VENUE) -> tuple[Voucher, ...]:
    """The vouchers of a day whose tickets these are."""
    return vouchers_of(settle(read_tickets(texts), venue), venue, rates)


# Rates


def test_a_rate_counts_from_its_first_day_to_its_last() -> None:
    rate = VatRate("31", 1500, DAY, NEXT)
    days = [DAY - timedelta(days=1), DAY, NEXT, NEXT + timedelta(days=1)]
    assert [rate.is_valid(day) for day in days] == [False, True, True, False]
    assert VatRate("31", 1500).is_valid(date(1970, 1, 1))


def test_the_rate_of_a_code_is_the_one_valid_on_the_day() -> None:
    rates = (VatRate("31", 1500, None, DAY), VatRate("31", 1200, NEXT), VatRate("3", 2500))
    assert [find_rate(rates, "31", day) for day in (DAY, NEXT)] == [1500, 1200]
    assert find_rate(rates, "33", DAY) is None
    assert find_rate((), "3", DAY) is None


def test_what_poweroffice_told_counts_before_what_the_register_wrote() -> None:
    figure = figures_of("food@25 126.00 rate 25 = visa 126.00", rates=(VatRate("3", 2600),))["3"]
    assert (figure.rate_bp, figure.extracted_ore) == (2600, 2_600)


def test_what_the_register_wrote_counts_before_the_usual_rate() -> None:
    assert figures_of("entry@12 106.00 rate 6 = visa 106.00")["33"].rate_bp == 600
    assert figures_of("entry@12 112.00 = visa 112.00")["33"].rate_bp == 1200


def test_where_the_register_wrote_several_rates_for_a_code_the_usual_one_counts() -> None:
    assert figures_of("food@25 125.00 rate 25, food@25 126.00 rate 26 = visa 251.00")["3"].rate_bp == 2500


def test_a_code_that_nobody_knows_a_rate_for_has_no_figure_to_compare() -> None:
    venue = venue_with(vat_codes={"25": "81"}, product_types={"food": ProductType("food", "Mat", {"81": "3000"})})
    figure = figures_of("food@25 100.00 vat 20.00 = visa 100.00", venue=venue)["81"]
    assert (figure.rate_bp, figure.extracted_ore, figure.difference_ore, figure.is_explained) == (
        None,
        None,
        None,
        True,
    )


def test_the_standard_codes_have_their_usual_rates() -> None:
    assert {code: USUAL_RATES_BP[code] for code in ("3", "31", "32", "33", "5", "52", "6", "7", "0")} == {
        "3": 2500,
        "31": 1500,
        "32": 1111,
        "33": 1200,
        **dict.fromkeys(("5", "52", "6", "7", "0"), 0),
    }


# The register's figure and PowerOffice's


def test_poweroffice_extracts_vat_from_each_line_and_not_from_their_sum() -> None:
    figure = figures_of("food@25 0.02, beer@25 0.02 = visa 0.04")["3"]
    assert figure.gross_ore == 4
    assert figure.extracted_ore == 2 * extract_vat_ore(2, 2500) == 0
    assert extract_vat_ore(4, 2500) == 1


def test_figures_differ_by_ore_where_the_register_counts_per_ticket() -> None:
    texts = ["food@25 0.99 vat 0.20 = visa 0.99"] * 9
    figure = figures_of(*texts)["3"]
    assert (figure.register_ore, figure.extracted_ore, figure.difference_ore) == (180, 178, 2)
    assert figure.is_explained


@looking(100)
@given(st.lists(st.integers(-50_000, 50_000).filter(bool), min_size=1, max_size=30), st.sampled_from((2500, 1500)))
def test_rounding_per_line_is_always_explained(grosses: list[int], rate_bp: int) -> None:
    code = {2500: "25", 1500: "15"}[rate_bp]
    lines = tuple(SaleLine("food", code, ore, extract_vat_ore(ore, rate_bp)) for ore in grosses)
    ticket = Ticket(
        "1", "1", read_tickets(["tip 1.00 = cash 1.00"])[0].completed_at, lines, (Payment("visa", sum(grosses)),)
    )
    settlement = settle([ticket])
    for voucher in vouchers_of(settlement):
        assert check_vat(sum_vat(voucher, settlement.transferred, MAPPING)) == []


@looking(100)
@given(st.lists(st.integers(1, 50_000), min_size=1, max_size=30))
def test_cutting_off_ore_per_line_is_always_explained(grosses: list[int]) -> None:
    lines = tuple(SaleLine("food", "25", ore, ore // 5) for ore in grosses)
    at = read_tickets(["tip 1.00 = cash 1.00"])[0].completed_at
    settlement = settle([Ticket("1", "1", at, lines, (Payment("visa", sum(grosses)),))])
    (voucher,) = vouchers_of(settlement)
    assert check_vat(sum_vat(voucher, settlement.transferred, MAPPING)) == []


def test_the_tolerance_is_an_ore_per_entry_and_per_line_and_not_one_more() -> None:
    """One sale line and one voucher line: two øre can be rounding, three cannot."""
    for vat, explained in (("20.02", True), ("19.98", True), ("20.03", False), ("19.97", False)):
        figure = figures_of(f"food@25 100.00 vat {vat} = visa 100.00")["3"]
        assert figure.tolerance_ore == 2
        assert figure.is_explained is explained
        assert [finding.code for finding in check_vat([figure])] == ([] if explained else ["vat-mismatch"])


def test_a_difference_beyond_rounding_says_every_figure() -> None:
    (found,) = check_vat(figures_of("food@25 100.00 vat 13.04 = visa 100.00").values())
    message = message_of(found, "en")
    for figure in ("100.00", "13.04", "20.00", "25 %", "-6.96"):
        assert figure in message


def test_vat_that_the_register_left_out_of_a_line_is_named_and_the_rest_compared() -> None:
    figure = figures_of("food@25 100.00 vat 20.00, food@25 50.00 = visa 150.00")["3"]
    assert (figure.register_ore, figure.difference_ore, figure.is_explained) == (2_000, 0, True)
    assert figure.extracted_ore == 3_000
    (found,) = check_vat([figure])
    assert (found.code, found.severity, found.facts["amount"]) == ("vat-not-stated", Severity.INFO, 5_000)


def test_an_addition_to_a_ticket_states_no_vat_by_its_nature_and_hides_no_line_that_should() -> None:
    service = ProductType("raise:11", "Service", {"3": "3020"})
    venue = replace(VENUE, mapping=replace(MAPPING, product_types={**MAPPING.product_types, "raise:11": service}))
    line, added = SaleLine("food", "25", 10_000, 2_000), SaleLine("raise:11", "25", 1_000)

    def told(*lines: SaleLine) -> list[tuple[str, Any]]:
        paid = Payment("visa", sum(line.gross_ore for line in lines))
        sold = Ticket("1", "1", datetime(2026, 11, 20, 12), lines, (paid,))
        settlement = settle([sold], venue)
        (voucher,) = vouchers_of(settlement, venue)
        figures = sum_vat(voucher, settlement.transferred, venue.mapping)
        return [(found.code, found.facts.get("amount")) for found in check_vat(figures)]

    assert told(line, added) == []
    assert told(line, added, SaleLine("food", "25", 5_000)) == [("vat-not-stated", 5_000)]
    assert told(line, added._replace(vat_ore=900)) == [("vat-mismatch", None)]


def test_vat_that_is_left_out_of_every_line_is_nothing_to_compare() -> None:
    figure = figures_of("food@25 100.00, food@25 50.00 = visa 150.00")["3"]
    assert (figure.register_ore, figure.difference_ore, figure.is_explained) == (None, None, True)
    assert check_vat([figure]) == []


def test_a_discount_on_its_own_account_reduces_the_vat_of_its_code() -> None:
    accounts = MAPPING.accounts.__class__(discounts={"3": "3087"})
    figure = figures_of("food@25 80.00 off 20.00 vat 16.00 = visa 80.00", venue=venue_with(accounts=accounts))["3"]
    assert (figure.gross_ore, figure.extracted_ore, figure.register_ore) == (8_000, 1_600, 1_600)


def test_a_negative_day_extracts_negative_vat() -> None:
    figure = figures_of("food@25 -100.00 vat -20.00 = visa -100.00")["3"]
    assert (figure.gross_ore, figure.extracted_ore, figure.difference_ore) == (-10_000, -2_000, 0)


def test_figures_stand_in_the_order_of_their_codes_and_payments_have_none() -> None:
    assert list(figures_of("food@15 1.00, food@25 1.00, card@none 1.00 = visa 3.00")) == ["0", "3", "31"]


def test_vat_of_sales_that_the_setup_has_no_code_for_is_not_shown() -> None:
    assert list(figures_of("food@25 1.00, food@99 1.00 = visa 2.00")) == ["3"]


# A code that points to the wrong one


@pytest.mark.parametrize(
    ("pos_code", "rate", "vat", "go"),
    [
        ("25", "25", "20.00", "31"),
        ("15", "15", "13.04", "3"),
        ("25", "25", "20.00", "6"),
        ("12", "12", "10.71", "5"),
        ("12", "6", "5.66", "5"),
    ],
)
def test_a_code_mapped_to_another_rate_is_a_mismatch_though_the_register_tells_its_own(
    pos_code: str, rate: str, vat: str, go: str
) -> None:
    """Otherwise the register's rate would stand for Go's, and the wrong mapping would always look right."""
    venue = venue_with(vat_codes={pos_code: go}, product_types={"food": ProductType("food", "Mat", {go: "3000"})})
    text = f"food@{pos_code} 100.00 vat {vat} rate {rate} = visa 100.00"
    figure = figures_of(text, venue=venue)[go]
    assert figure.rate_bp == USUAL_RATES_BP[go]
    assert [finding.code for finding in check_vat([figure])] == ["vat-mismatch"]


@pytest.mark.parametrize(("code", "rate_bp"), [("3", 2400), ("31", 1200), ("33", 600), ("32", 1000), ("31", 1111)])
def test_a_rate_that_is_only_another_years_is_believed(code: str, rate_bp: int) -> None:
    pos_code = {go: pos for pos, go in MAPPING.vat_codes.items()}[code]
    venue = venue_with(product_types={"food": ProductType("food", "Mat", {code: "3000"})})
    vat = format_ore(extract_vat_ore(10_000, rate_bp))
    lines = (SaleLine("food", pos_code, 10_000, extract_vat_ore(10_000, rate_bp), rate_bp),)
    at = read_tickets(["tip 1.00 = cash 1.00"])[0].completed_at
    settlement = settle([Ticket("1", "1", at, lines, (Payment("visa", 10_000),))], venue)
    (voucher,) = vouchers_of(settlement, venue)
    (figure,) = sum_vat(voucher, settlement.transferred, venue.mapping)
    assert (figure.rate_bp, format_ore(figure.extracted_ore or 0)) == (rate_bp, vat)
    assert figure.is_explained


@pytest.mark.parametrize(
    "text",
    [
        "food@25 100.00 vat 20.00 rate 25 = visa 100.00",
        "food@25 100.00 vat 20.00 rate 25, food@15 100.00 vat 13.04 rate 15 = visa 200.00",
        "food@25 100.00 vat 20.00, food@15 100.00 vat 13.04 = visa 200.00",
    ],
)
def test_a_client_that_is_not_registered_for_vat_has_none_extracted_and_nothing_to_agree_with(text: str) -> None:
    venue = venue_with(vat_registered=False, product_types={"food": ProductType("food", "Mat", {"0": "3200"})})
    figure = figures_of(text, venue=venue, rates=(VatRate("3", 2500),))["0"]
    assert (figure.rate_bp, figure.extracted_ore, figure.register_ore) == (0, 0, None)
    assert check_vat([figure]) == []


# The night a rate changes

CHANGED = (VatRate("31", 1500, None, DAY), VatRate("31", 1200, NEXT), VatRate("3", 2500))


def test_a_rate_that_changes_at_midnight_makes_a_voucher_of_its_own_dated_the_day_after() -> None:
    texts = ["23:00 food@15 115.00 = visa 115.00", "+1 01:00 food@15 112.00 = visa 112.00"]
    before, after = after_midnight(*texts, rates=CHANGED)
    assert (before.posting_date, after.posting_date) == (DAY, NEXT)
    assert (before.business_day, after.business_day) == (DAY, DAY)
    settlement = settle(read_tickets(texts))
    for voucher, part, vat_ore in ((before, 0, 1_500), (after, 1, 1_200)):
        behind = [entry for entry in settlement.sums if entry.key.part == part]
        (figure,) = sum_vat(voucher, behind, MAPPING, CHANGED)
        assert figure.extracted_ore == vat_ore


def test_every_ticket_after_the_change_is_in_the_second_voucher_whatever_its_codes() -> None:
    before, after = after_midnight(
        "23:00 food@15 115.00 = visa 115.00",
        "+1 01:00 food@15 112.00, beer@25 90.00, tip 10.00 = cash 212.00",
        "+1 02:00 beer@25 90.00 = visa 90.00",
        rates=CHANGED,
    )
    assert (before.debit_ore, after.debit_ore) == (11_500, 30_200)


def test_a_change_of_a_code_that_nothing_was_sold_with_after_midnight_splits_nothing() -> None:
    (whole,) = after_midnight(
        "23:00 food@15 115.00 = visa 115.00", "+1 01:00 beer@25 90.00 = visa 90.00", rates=CHANGED
    )
    assert whole.posting_date == DAY


def test_a_change_with_sales_only_after_midnight_dates_them_the_day_after() -> None:
    (after,) = after_midnight("+1 01:00 food@15 112.00 = visa 112.00", rates=CHANGED)
    assert after.posting_date == NEXT


def test_rates_that_do_not_change_split_nothing() -> None:
    rates = (VatRate("31", 1500), VatRate("3", 2500))
    (whole,) = after_midnight(
        "23:00 food@15 115.00 vat 15.00 = visa 115.00", "+1 01:00 food@15 112.00 vat 12.00 = visa 112.00", rates=rates
    )
    assert whole.debit_ore == 22_700


def test_a_rate_told_in_two_periods_and_the_same_in_both_is_no_change() -> None:
    rates = (VatRate("31", 1500, None, DAY), VatRate("31", 1500, NEXT))
    assert len(after_midnight("food@15 1.00 = visa 1.00", "+1 01:00 food@15 1.00 = visa 1.00", rates=rates)) == 1


def test_the_registers_own_rates_tell_of_a_change_where_poweroffice_does_not() -> None:
    texts = ["23:00 food@15 115.00 rate 15 = visa 115.00", "+1 01:00 food@15 112.00 rate 12 = visa 112.00"]
    assert [voucher.posting_date for voucher in after_midnight(*texts)] == [DAY, NEXT]


def test_the_registers_vat_tells_of_a_change_where_nobody_wrote_a_rate() -> None:
    texts = ["23:00 food@15 115.00 vat 15.00 = visa 115.00", "+1 01:00 food@15 112.00 vat 12.00 = visa 112.00"]
    assert [voucher.posting_date for voucher in after_midnight(*texts)] == [DAY, NEXT]


@looking(100)
@given(
    st.lists(st.integers(1, 300), min_size=1, max_size=20),
    st.lists(st.integers(1, 300), min_size=1, max_size=20),
    st.sampled_from((2500, 1500, 1200)),
    st.booleans(),
)
def test_rounding_of_vat_is_never_taken_for_a_change(before: list[int], after: list[int], rate: int, cut: bool) -> None:
    def vat(gross_ore: int) -> int:
        exact = (gross_ore * rate, 10_000 + rate)
        return exact[0] // exact[1] if cut else round_half_up_ratio(*exact)

    at = {0: read_tickets(["23:00 tip 1.00 = cash 1.00"])[0], 1: read_tickets(["+1 01:00 tip 1.00 = cash 1.00"])[0]}
    tickets = [
        Ticket("1", "1", at[part].completed_at, (SaleLine("food", "15", ore, vat(ore)),), (Payment("visa", ore),))
        for part, grosses in ((0, before), (1, after))
        for ore in grosses
    ]
    settlement = settle(tickets)
    assert not rate_changes_at_midnight(settlement.sums, DAY, MAPPING)


@pytest.mark.parametrize(
    "after",
    [
        "+1 01:00 food@15 112.00 = visa 112.00",
        "+1 01:00 food@15 -115.00 vat -15.00 = visa -115.00",
        "+1 01:00 food@15 0.00 vat 0.00 = ",
        "+1 01:00 food@25 125.00 vat 25.00 = visa 125.00",
    ],
)
def test_sales_that_tell_no_rate_are_no_change(after: str) -> None:
    sums = settle(read_tickets(["23:00 food@15 115.00 vat 15.00 = visa 115.00", after])).sums
    assert not rate_changes_at_midnight(sums, DAY, MAPPING)


def test_a_client_that_is_not_registered_for_vat_has_no_rates_that_change() -> None:
    venue = venue_with(vat_registered=False, product_types={"food": ProductType("food", "Mat", {"0": "3200"})})
    texts = ["23:00 food@15 115.00 rate 15 = visa 115.00", "+1 01:00 food@15 112.00 rate 12 = visa 112.00"]
    assert len(after_midnight(*texts, venue=venue)) == 1
