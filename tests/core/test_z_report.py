"""Z-reports against tickets: what is compared, what is left alone, and how a difference is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pytest
from hypothesis import given, strategies as st

from posexport.core.finding import Severity
from posexport.core.findings.z_reports import check_z_reports
from posexport.core.sales import CREDIT_SALE, EntryKind, TicketStatus, ZReport, ZTotal
from posexport.core.settlement import EntryKey, EntrySum, entries_of
from posexport.core.z_report import TicketSum, ZComparison, compare_z_report
from posexport.texts.describe import fix_of, message_of
from posexport.texts.language import LANGS
from tests.support.build import MAPPING, read_tickets
from tests.support.z_reports import Change, change, changes, compare_plainly, tell_all

SALE, PAYMENT, TIP = EntryKind.SALE, EntryKind.PAYMENT, EntryKind.TIP
AT = datetime(2026, 11, 21, 4, 50)

DAY = (
    "food@25 100.00 vat 20.00, food@15 46.00 vat 6.00 = visa 146.00",
    "beer@25 90.00 vat 18.00, tip 10.00 = visa 100.00",
    "food@25 49.60 vat 9.92, rounding 0.40 = cash 50.00",
    "beer@25 -45.00 vat -9.00 = cash -45.00",
)
"""Sales of 240.60 after a return of 45.00; a tip of 10.00; rounding of 0.40."""


def sum_each(entries: Iterable[EntrySum]) -> list[TicketSum]:
    """An entry each, as a register's tickets are summed per code."""
    return [
        TicketSum(
            entry.key.kind,
            entry.key.code,
            entry.key.vat_code,
            entry.amount_ore,
            max(entry.amount_ore, 0),
            entry.vat_ore,
            1,
        )
        for entry in entries
    ]


def sums_of(texts: Iterable[str]) -> list[TicketSum]:
    """The entries of the tickets that count."""
    counted = (ticket for ticket in read_tickets(texts) if ticket.status is TicketStatus.COUNTED)
    return sum_each(entry for ticket in counted for entry in entries_of(ticket, 0))


def compare(*totals: ZTotal, total_ore: int | None = None, texts: Iterable[str] = DAY) -> ZComparison:
    return compare_z_report(ZReport("1", "41", AT, total_ore, totals), 1_795_578_600, sums_of(texts))


def rows(comparison: ZComparison) -> dict[tuple[str, str], tuple[int, int, bool]]:
    return {(row.what, row.code): (row.z_ore, row.tickets_ore, row.agrees) for row in comparison.rows}


def vat(code: str, vat_ore: int | None, net_ore: int = 0) -> ZTotal:
    return ZTotal(None, code, net_ore, vat_ore)


def test_a_z_report_that_says_what_the_tickets_say_agrees_in_every_figure() -> None:
    comparison = compare(
        ZTotal(SALE, "food", 19_560),
        ZTotal(SALE, "beer", 4_500),
        ZTotal(PAYMENT, "visa", 24_600),
        ZTotal(PAYMENT, "cash", 500),
        ZTotal(TIP, "", 1_000),
        vat("25", 3_892),
        vat("15", 600),
        total_ore=24_060,
    )
    assert comparison.agrees
    assert list(rows(comparison)) == [
        ("total", ""),
        ("sale", "beer"),
        ("sale", "food"),
        ("payment", "cash"),
        ("payment", "visa"),
        ("tip", ""),
        ("vat", "15"),
        ("vat", "25"),
    ]
    assert check_z_reports([comparison], "hold") == []


def test_a_z_report_of_no_sales_over_no_tickets_agrees() -> None:
    assert compare(ZTotal(SALE, "food", 0), total_ore=0, texts=()).agrees
    assert compare(texts=()).agrees


@pytest.mark.parametrize(
    ("totals", "total_ore", "what", "z_ore", "tickets_ore"),
    [
        ((), 24_061, ("total", ""), 24_061, 24_060),
        ((ZTotal(SALE, "food", 19_559), ZTotal(SALE, "beer", 4_500)), None, ("sale", "food"), 19_559, 19_560),
        ((ZTotal(PAYMENT, "visa", 24_600), ZTotal(PAYMENT, "cash", 0)), None, ("payment", "cash"), 0, 500),
        ((ZTotal(TIP, "", 900),), None, ("tip", ""), 900, 1_000),
        ((vat("25", 3_000), vat("15", 600)), None, ("vat", "25"), 3_000, 3_892),
    ],
)
def test_every_kind_of_figure_can_differ_and_only_that_one_does(
    totals: tuple[ZTotal, ...], total_ore: int | None, what: tuple[str, str], z_ore: int, tickets_ore: int
) -> None:
    comparison = compare(*totals, total_ore=total_ore)
    assert not comparison.agrees
    differing = {key: row for key, row in rows(comparison).items() if not row[2]}
    assert differing == {what: (z_ore, tickets_ore, False)}


def test_a_list_that_the_z_leaves_out_is_not_compared() -> None:
    comparison = compare(total_ore=24_060)
    assert list(rows(comparison)) == [("total", "")]
    assert list(rows(compare(ZTotal(TIP, "", 1_000)))) == [("tip", "")]
    assert rows(compare()) == {}


@pytest.mark.parametrize(
    ("totals", "missing"),
    [
        ((ZTotal(SALE, "food", 19_560),), ("sale", "beer")),
        ((ZTotal(PAYMENT, "visa", 24_600),), ("payment", "cash")),
        ((vat("25", 3_892),), ("vat", "15")),
    ],
)
def test_within_a_list_what_the_z_leaves_out_is_nothing(totals: tuple[ZTotal, ...], missing: tuple[str, str]) -> None:
    comparison = compare(*totals)
    row = rows(comparison)[missing]
    assert row[0] == 0
    assert not row[2]
    assert not comparison.agrees


def test_what_only_the_z_knows_differs_from_nothing() -> None:
    comparison = compare(
        ZTotal(SALE, "food", 19_560), ZTotal(SALE, "beer", 4_500), ZTotal(SALE, "wine", 12_000), vat("25", 3_892),
        vat("15", 600), vat("12", 50),
    )  # fmt: skip
    assert rows(comparison)["sale", "wine"] == (12_000, 0, False)
    assert rows(comparison)["vat", "12"] == (50, 0, False)


def test_a_code_that_both_have_at_nothing_is_no_row() -> None:
    texts = ("food@25 10.00 = visa 10.00", "beer@25 5.00 = cash 5.00", "beer@25 -5.00 = cash -5.00")
    comparison = compare(ZTotal(SALE, "food", 1_000), ZTotal(SALE, "beer", 0), texts=texts)
    assert list(rows(comparison)) == [("sale", "food")]
    assert comparison.agrees


def test_figures_of_a_code_that_stand_twice_are_added() -> None:
    assert compare(ZTotal(PAYMENT, "visa", 24_000), ZTotal(PAYMENT, "visa", 600), ZTotal(PAYMENT, "cash", 500)).agrees


# Gross or net of returns, before rounding, with tips or without


@pytest.mark.parametrize("beer_ore", [4_500, 9_000])
@pytest.mark.parametrize("cash_ore", [500, 5_000])
def test_figures_may_be_net_or_gross_of_returns(beer_ore: int, cash_ore: int) -> None:
    comparison = compare(
        ZTotal(SALE, "food", 19_560),
        ZTotal(SALE, "beer", beer_ore),
        ZTotal(PAYMENT, "visa", 24_600),
        ZTotal(PAYMENT, "cash", cash_ore),
    )
    assert comparison.agrees


@pytest.mark.parametrize(
    ("total_ore", "agrees"),
    [
        (24_060, True),  # the lines
        (25_060, True),  # with the tip
        (28_560, True),  # without the return
        (24_100, False),  # after rounding: what was paid is another figure
        (0, False),
        (-24_060, False),
    ],
)
def test_the_total_is_before_rounding_with_or_without_tips_and_returns(total_ore: int, agrees: bool) -> None:
    assert compare(total_ore=total_ore).agrees is agrees


@pytest.mark.parametrize("total_ore", [10_000, 11_000, 15_000, 16_000])
def test_the_total_may_count_gift_cards_sold_and_tips_or_leave_either_out(total_ore: int) -> None:
    assert compare(total_ore=total_ore, texts=("food@25 100.00, tip 10.00, giftcards 50.00 = visa 160.00",)).agrees


def test_the_total_may_leave_out_what_is_sold_as_a_line_and_is_a_debt() -> None:
    """A deposit or a gift card sold as an ordinary line, on an account in class 2."""
    texts = ("soda@15 30.00, deposit@none 2.00, card@none 500.00 = visa 532.00",)
    assert MAPPING.not_turnover == frozenset({"deposit", "card"})
    for total_ore, agrees in ((53_200, True), (3_000, True), (3_200, False), (53_000, False)):
        report = ZReport("1", "41", AT, total_ore, ())
        assert compare_z_report(report, 0, sums_of(texts), MAPPING.not_turnover).agrees is agrees
    assert not compare(total_ore=3_000, texts=texts).agrees


# VAT


@pytest.mark.parametrize(("off_ore", "agrees"), [(0, True), (4, True), (-4, True), (5, False), (-5, False)])
def test_vat_may_differ_by_an_ore_per_line_and_not_more(off_ore: int, agrees: bool) -> None:
    """Four lines carry the register's code 25."""
    assert compare(vat("25", 3_892 + off_ore), vat("15", 600)).agrees is agrees


def test_vat_is_not_compared_where_a_ticket_has_none() -> None:
    comparison = compare(vat("25", 1), texts=("food@25 100.00 vat 20.00, beer@25 5.00 = visa 105.00",))
    assert rows(comparison) == {}


def test_a_vat_row_without_a_code_or_without_vat_says_nothing() -> None:
    assert rows(compare(vat("", 4_492), ZTotal(None, "25", 19_460, None))) == {}


def test_vat_of_tickets_without_a_code_is_not_asked_of_the_z() -> None:
    texts = ("food@25 100.00 vat 20.00 = visa 100.00", "food@ 100.00 vat 20.00 = visa 100.00")
    assert compare(vat("25", 2_000), texts=texts).agrees


def test_a_code_without_vat_is_no_row_though_only_the_tickets_have_it() -> None:
    texts = ("food@25 100.00 vat 20.00, hall@outside 100.00 vat 0.00 = visa 200.00",)
    assert list(rows(compare(vat("25", 2_000), texts=texts))) == [("vat", "25")]


# However it is worked out


AMOUNTS = st.integers(-300, 900) | st.sampled_from([-100, 0, 100])
KEYS = st.tuples(
    st.sampled_from([SALE, SALE, PAYMENT, TIP, EntryKind.GIFT_CARD, EntryKind.ROUNDING]),
    st.integers(0, 1),
    st.sampled_from(["", "food", "beer", "deposit", "raise:FEE", CREDIT_SALE]),
    st.sampled_from(["", "25", "15"]),
).map(lambda values: EntryKey(*values))
ENTRIES = st.tuples(KEYS, AMOUNTS, st.integers(-60, 180) | st.sampled_from([0, 20]) | st.none()).map(
    lambda values: EntrySum(*values)
)


@given(st.lists(ENTRIES, max_size=14), st.lists(changes, max_size=3), st.booleans())
def test_whatever_a_z_and_its_tickets_say_every_figure_is_what_a_look_at_each_amount_says(
    entries: list[EntrySum], mistakes: list[Change], states_vat: bool
) -> None:
    """Also where most of it agrees, and none of it needs a closer look."""
    if states_vat:
        entries = [entry._replace(vat_ore=entry.vat_ore or 0) for entry in entries]
    report = tell_all(entries, "1", "41", AT)
    for mistake in mistakes:
        report = change(report, mistake)
    plain = compare_plainly(report, entries, MAPPING.not_turnover)
    comparison = compare_z_report(report, 0, sum_each(entries), MAPPING.not_turnover)
    assert list(comparison.rows) == plain
    assert bool(comparison.rows) == bool(plain)
    assert comparison.agrees == all(row.agrees for row in plain)
    told = [(finding.variant, finding.facts["code_of"]) for finding in check_z_reports([comparison], "hold")]
    assert told == [(row.what, row.code) for row in plain if not row.agrees]


def test_rows_that_nobody_has_looked_at_are_rows_like_any_others() -> None:
    totals = (ZTotal(SALE, "food", 19_560), ZTotal(SALE, "beer", 4_500), vat("25", 3_892), vat("15", 600))
    one, same = compare(*totals, total_ore=24_060), compare(*totals[::-1], total_ore=24_060)
    looked_at = ZComparison(one.register, one.number, one.reported_at_utc_s, tuple(one.rows))
    assert one == same == looked_at
    assert (hash(one), len(one.rows)) == (hash(looked_at), 5)
    assert one.rows[0] == looked_at.rows[0]
    assert one.rows[1:] == looked_at.rows[1:]
    assert one != compare(*totals, total_ore=None)


# How it is told


def test_a_difference_is_the_zs_figure_less_the_tickets() -> None:
    assert [row.difference_ore for row in compare(total_ore=25_000).rows] == [940]


@pytest.mark.parametrize(("policy", "severity"), [("hold", Severity.ERROR), ("warn", Severity.WARNING)])
def test_a_difference_holds_or_warns_as_the_venue_wants(policy: str, severity: Severity) -> None:
    (found,) = check_z_reports([compare(total_ore=25_000)], policy)  # type: ignore[arg-type]
    assert (found.code, found.severity, found.holds) == ("z-report-mismatch", severity, policy == "hold")


def test_a_venue_may_not_care() -> None:
    assert check_z_reports([compare(total_ore=25_000)], "ignore") == []


def test_a_difference_says_both_figures_the_register_and_the_number_of_the_z() -> None:
    wrong = compare(
        ZTotal(SALE, "food", 1), ZTotal(SALE, "beer", 4_500), ZTotal(PAYMENT, "visa", 2), ZTotal(PAYMENT, "cash", 500),
        ZTotal(TIP, "", 3), vat("25", 100), vat("15", 600), total_ore=24_061,
    )  # fmt: skip
    found = check_z_reports([wrong], "hold")
    assert [finding.variant for finding in found] == ["total", "sale", "payment", "tip", "vat"]
    for finding, figures in zip(
        found,
        [("240.61", "240.60", "0.01"), ("0.01", "195.60"), ("0.02", "246.00"), ("0.03", "10.00"), ("1.00", "38.92")],
        strict=True,
    ):
        message = message_of(finding, "en")
        assert "Z-report 41" in message
        assert "register 1" in message
        assert all(figure in message for figure in figures)
        for lang in LANGS:
            assert "posexport accept" in fix_of(finding, lang)
            assert "{" not in message_of(finding, lang) + fix_of(finding, lang)


def test_another_figure_is_another_finding_to_accept() -> None:
    one, same, other = (
        check_z_reports([compare(total_ore=total_ore)], "hold")[0] for total_ore in (25_000, 25_000, 25_001)
    )
    assert one.digest == same.digest
    assert one.digest != other.digest
