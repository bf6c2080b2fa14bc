"""What holds for any tickets and any mapping. Every count here is made a second time, slowly and from the
tickets themselves, with nothing of the code under test but the values it works on.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from fractions import Fraction
from random import Random

from hypothesis import given, strategies as st

from posexport.core.company import Venue
from posexport.core.findings.every_rule import check_settlement, check_voucher
from posexport.core.findings.vat import check_vat
from posexport.core.lines import LineKind, VoucherLine
from posexport.core.sales import EntryKind, Payment, SaleLine, Ticket, TicketStatus
from posexport.core.settlement import (
    PlacedTicket,
    Settlement,
    add_sums,
    entries_of,
    fingerprint_sums,
    subtract_sums,
    sum_left_out,
    sum_tickets,
)
from posexport.core.vat import sum_vat
from posexport.core.voucher import (
    Voucher,
    build_adjustment,
    build_vouchers,
    empty_voucher,
    renumber,
    subtract_lines,
)
from posexport.texts.describe import fix_of, message_of
from posexport.texts.language import LANGS
from tests.support.build import COMPANY, DAY, VENUE, settle
from tests.support.strategies import (
    PAYMENT_TYPES,
    days_of_tickets,
    looking,
    positive_amounts,
    sale_lines,
    tickets,
    venues,
)

whole_transfer = venues(transfer=True)
counted = st.just(TicketStatus.COUNTED)
sold_tickets = tickets(status=counted)


def build(settlement: Settlement, venue: Venue, *, split: bool = False) -> tuple[Voucher, ...]:
    return build_vouchers(settlement, COMPANY, venue, split=split)


def posted(day: Iterable[Ticket]) -> list[Ticket]:
    return [ticket for ticket in day if ticket.status is TicketStatus.COUNTED]


def total(vouchers: Iterable[Voucher], *kinds: LineKind, **wanted: str) -> int:
    """What the lines of some kinds come to, where their `vat_code` or `source` is the one wanted."""
    return sum(
        line.amount_ore
        for voucher in vouchers
        for line in voucher.lines
        if line.kind in kinds and all(getattr(line, name) == value for name, value in wanted.items())
    )


# Any balanced day


@looking()
@given(days_of_tickets, venues(), st.booleans())
def test_vouchers_of_balanced_tickets_sum_to_0_unless_a_named_ticket_cannot_be_divided(
    day: list[Ticket], venue: Venue, split: bool
) -> None:
    settlement = settle(day, venue)
    assert settlement.unbalanced == ()
    vouchers = build(settlement, venue, split=split)
    for voucher in vouchers:
        assert voucher.debit_ore - voucher.credit_ore == voucher.open_ore
        if not settlement.indivisible:
            assert voucher.open_ore == 0
            assert voucher.is_sendable
    difference_ore = sum(ticket.difference_ore for ticket in settlement.indivisible)
    assert sum(voucher.open_ore for voucher in vouchers) == -difference_ore


@looking()
@given(days_of_tickets, whole_transfer, st.booleans())
def test_every_vat_code_holds_what_its_tickets_hold(day: list[Ticket], venue: Venue, split: bool) -> None:
    vouchers = build(settle(day, venue), venue, split=split)
    told: Counter[str] = Counter()
    for ticket in posted(day):
        for line in ticket.lines:
            code = venue.mapping.vat_codes[line.vat_code] if venue.mapping.vat_registered else "0"
            told[code] += line.gross_ore
    for code in ("3", "31", "33", "6", "0"):
        assert total(vouchers, LineKind.SALES, LineKind.DISCOUNT, vat_code=code) == -told[code]


@looking()
@given(days_of_tickets, whole_transfer, st.booleans())
def test_every_payment_type_and_every_other_amount_is_there_in_full(
    day: list[Ticket], venue: Venue, split: bool
) -> None:
    vouchers = build(settle(day, venue), venue, split=split)
    for code in PAYMENT_TYPES:
        paid_ore = sum(
            payment.amount_ore for ticket in posted(day) for payment in ticket.payments if payment.payment_type == code
        )
        assert total(vouchers, LineKind.PAYMENT, source=code) == paid_ore
    assert total(vouchers, LineKind.TIP) == -sum(ticket.tip_ore for ticket in posted(day))
    assert total(vouchers, LineKind.ROUNDING) == -sum(ticket.rounding_ore for ticket in posted(day))
    assert total(vouchers, LineKind.GIFT_CARD) == -sum(ticket.gift_cards_ore for ticket in posted(day))


@looking()
@given(days_of_tickets, whole_transfer)
def test_every_product_type_is_posted_to_the_account_of_its_vat_code(day: list[Ticket], venue: Venue) -> None:
    told: dict[tuple[str, str], int] = defaultdict(int)
    discounts = venue.mapping.accounts.discounts
    for ticket in posted(day):
        for line in ticket.lines:
            code = venue.mapping.vat_codes[line.vat_code] if venue.mapping.vat_registered else "0"
            told[line.product_type, code] += line.gross_ore + (line.discount_ore if code in discounts else 0)
    held: dict[tuple[str, str], int] = defaultdict(int)
    for voucher in build(settle(day, venue), venue):
        for posted_line in voucher.lines:
            if posted_line.kind is LineKind.SALES:
                product, code = posted_line.source, posted_line.vat_code or ""
                held[product, code] -= posted_line.amount_ore
                assert posted_line.account == venue.mapping.product_types[product].accounts[code]
    assert {key: ore for key, ore in told.items() if ore} == dict(held)


@looking()
@given(days_of_tickets, whole_transfer)
def test_cash_that_moved_is_posted_only_where_an_account_is_set(day: list[Ticket], venue: Venue) -> None:
    wanted = {
        EntryKind.MOVE_DIFFERENCE: "cash_difference",
        EntryKind.MOVE_IN_OUT: "cash_in_out",
        EntryKind.MOVE_RECEIVED: "customer_payments",
    }
    vouchers = build(settle(day, venue), venue)
    for kind, source in wanted.items():
        moved_ore = sum(move.amount_ore for ticket in day for move in ticket.movements if move.kind is kind)
        is_set = getattr(venue.mapping.accounts, source) is not None
        assert total(vouchers, LineKind.MOVEMENT, source=source) == (-moved_ore if is_set else 0)
    drawer_ore = sum(total(vouchers, LineKind.MOVEMENT, source=code) for code in PAYMENT_TYPES)
    assert drawer_ore == -sum(total(vouchers, LineKind.MOVEMENT, source=source) for source in wanted.values())


@looking()
@given(days_of_tickets, venues(), st.booleans())
def test_no_line_is_0_and_no_two_lines_share_a_key(day: list[Ticket], venue: Venue, split: bool) -> None:
    for voucher in build(settle(day, venue), venue, split=split):
        keys = [
            (line.account, line.vat_code, line.department, line.kind, line.source, line.customer)
            for line in voucher.lines
        ]
        assert len(keys) == len(set(keys))
        assert all(line.amount_ore for line in voucher.lines)


@looking()
@given(days_of_tickets, venues(), st.randoms(use_true_random=False))
def test_the_order_of_tickets_changes_nothing(day: list[Ticket], venue: Venue, random: Random) -> None:
    mixed = list(day)
    random.shuffle(mixed)
    one, other = settle(day, venue), settle(mixed, venue)
    assert build(one, venue) == build(other, venue)
    assert [v.fingerprint for v in build(one, venue)] == [v.fingerprint for v in build(other, venue)]
    assert one.sums == other.sums
    assert fingerprint_sums(one.sums, with_discounts=True) == fingerprint_sums(other.sums, with_discounts=True)


@looking()
@given(days_of_tickets, st.booleans())
def test_the_fingerprint_of_a_day_does_not_ask_how_its_sums_were_grouped(day: list[Ticket], discounts: bool) -> None:
    settlement = settle(day)
    apart = [entry for ticket in day for entry in entries_of(ticket, 0) if ticket.status in (0, 3)]
    assert fingerprint_sums(settlement.sums, with_discounts=discounts) == fingerprint_sums(
        reversed(apart), with_discounts=discounts
    )


@looking()
@given(days_of_tickets)
def test_an_ore_more_is_another_fingerprint(day: list[Ticket]) -> None:
    found = settle(day)
    more = Ticket("1", "1", datetime.combine(DAY, time(12)), (SaleLine("100", "A", 1),), (Payment("CASH", 1),))
    other = settle([*day, more])
    assert fingerprint_sums(found.sums, with_discounts=False) != fingerprint_sums(other.sums, with_discounts=False)


@looking()
@given(days_of_tickets, whole_transfer)
def test_splitting_at_midnight_loses_nothing_and_dates_each_part(day: list[Ticket], venue: Venue) -> None:
    settlement = settle(day, venue)
    whole, parts = build(settlement, venue), build(settlement, venue, split=True)
    assert [voucher.part for voucher in parts] == sorted({voucher.part for voucher in parts})
    assert all((voucher.posting_date - DAY).days == voucher.part for voucher in parts)
    assert len({voucher.reference for voucher in parts}) == len(parts)
    for kind in LineKind:
        assert total(whole, kind) == total(parts, kind)
    late = [ticket for ticket in posted(day) if ticket.completed_at.date() > DAY]
    after = [voucher for voucher in parts if voucher.part == 1]
    assert total(after, LineKind.PAYMENT) == sum(ticket.payments_ore for ticket in late)


@looking()
@given(days_of_tickets, venues())
def test_no_posted_ticket_means_no_voucher(day: list[Ticket], venue: Venue) -> None:
    unposted = [ticket for ticket in day if ticket.status not in (TicketStatus.COUNTED, TicketStatus.MOVEMENT)]
    assert build(settle(unposted, venue), venue) == ()


@looking()
@given(days_of_tickets, venues())
def test_a_day_and_its_mirror_image_come_to_nothing(day: list[Ticket], venue: Venue) -> None:
    back = [mirror(ticket) for ticket in day]
    settlement = settle([*day, *back], venue)
    assert build(settlement, venue) == ()


def mirror(ticket: Ticket) -> Ticket:
    """The ticket taken back in full."""
    return ticket._replace(
        lines=tuple(
            line._replace(
                gross_ore=-line.gross_ore,
                vat_ore=None if line.vat_ore is None else -line.vat_ore,
                discount_ore=-line.discount_ore,
            )
            for line in ticket.lines
        ),
        payments=tuple(payment._replace(amount_ore=-payment.amount_ore) for payment in ticket.payments),
        movements=tuple(move._replace(amount_ore=-move.amount_ore) for move in ticket.movements),
        tip_ore=-ticket.tip_ore,
        rounding_ore=-ticket.rounding_ore,
        gift_cards_ore=-ticket.gift_cards_ore,
    )


@looking()
@given(days_of_tickets, venues(), tickets(status=counted, balanced=False))
def test_an_unbalanced_ticket_is_named_and_the_voucher_stays_open_by_its_difference(
    day: list[Ticket], venue: Venue, odd: Ticket
) -> None:
    whole = replace(
        venue,
        mapping=replace(
            venue.mapping,
            payment_types={code: replace(known, transfer=True) for code, known in venue.mapping.payment_types.items()},
        ),
    )
    settlement = settle([*day, odd], whole)
    (named,) = settlement.unbalanced
    assert (named.register, named.number) == (odd.register, odd.number)
    assert named.difference_ore == odd.payments_ore - odd.sales_ore
    vouchers = build(settlement, whole)
    assert sum(voucher.open_ore for voucher in vouchers) == named.difference_ore
    assert not any(voucher.is_sendable for voucher in vouchers)
    assert [finding.code for finding in check_settlement(settlement, whole) if finding.holds] == ["unbalanced"]


@looking()
@given(st.lists(tickets(balanced=False) | tickets(), max_size=6), venues())
def test_whatever_is_found_can_be_told_in_both_languages(day: list[Ticket], venue: Venue) -> None:
    settlement = settle(day, venue)
    found = check_settlement(settlement, venue)
    for voucher in build(settlement, venue):
        found += check_voucher(voucher, venue.mapping)
        found += check_vat(sum_vat(voucher, settlement.transferred, venue.mapping))
    for finding in found:
        for lang in LANGS:
            assert not re.search(r"\{\w+\}", message_of(finding, lang))
            assert message_of(finding, lang)
            fix_of(finding, lang)


@looking()
@given(days_of_tickets, venues())
def test_vat_figures_cover_every_sale_of_a_voucher_and_nothing_else(day: list[Ticket], venue: Venue) -> None:
    settlement = settle(day, venue)
    for voucher in build(settlement, venue):
        figures = sum_vat(voucher, settlement.transferred, venue.mapping)
        assert len({figure.vat_code for figure in figures}) == len(figures)
        sold_ore = -total([voucher], LineKind.SALES, LineKind.DISCOUNT)
        assert sum(figure.gross_ore for figure in figures) == sold_ore


# Sums


@looking()
@given(days_of_tickets)
def test_adding_sums_twice_adds_them_once(day: list[Ticket]) -> None:
    sums = settle(day).sums
    assert add_sums(sums) == sums
    assert len({entry.key for entry in sums}) == len(sums)


@looking()
@given(days_of_tickets)
def test_everything_less_everything_is_nothing(day: list[Ticket]) -> None:
    sums = settle(day).sums
    assert subtract_sums(sums, sums) == ()


@looking()
@given(st.lists(sold_tickets, max_size=5), st.lists(sold_tickets, max_size=5))
def test_sums_of_two_halves_are_the_sums_of_the_whole(one: list[Ticket], other: list[Ticket]) -> None:
    assert add_sums([*settle(one).sums, *settle(other).sums]) == settle([*one, *other]).sums


# What payment types with `transfer = false` take out


@looking(80)
@given(sold_tickets, st.sets(st.sampled_from(PAYMENT_TYPES)))
def test_what_stays_out_of_a_ticket_is_its_left_out_payments_and_as_much_of_its_sales(
    ticket: Ticket, left_out: set[str]
) -> None:
    placed = settle_one(ticket)
    out = sum_left_out([placed], left_out)
    paid_ore = sum(payment.amount_ore for payment in ticket.payments if payment.payment_type in left_out)
    payments = [entry for entry in out.sums if entry.key.kind is EntryKind.PAYMENT]
    assert sum(entry.amount_ore for entry in payments) == paid_ore
    assert {entry.key.code for entry in payments} <= left_out
    sold_ore = sum(entry.amount_ore for entry in out.sums if entry.key.kind is not EntryKind.PAYMENT)
    if out.indivisible:
        assert abs(sold_ore) <= abs(paid_ore)
        assert out.indivisible[0].sales_ore == sold_ore
    else:
        assert sold_ore == paid_ore
    left = subtract_sums(sum_tickets([placed]), out.sums)
    assert not {entry.key.code for entry in left if entry.key.kind is EntryKind.PAYMENT and entry.amount_ore} & left_out


@looking(100)
@given(st.lists(sale_lines(positive_amounts), min_size=1, max_size=5), st.data())
def test_a_sale_is_split_by_largest_remainder_over_its_lines(lines: list[SaleLine], data: st.DataObject) -> None:
    """The reading in fractions: floor each line's share, then an øre each to the largest remainders."""
    lines_ore = sum(line.gross_ore for line in lines)
    paid_ore = data.draw(st.integers(0, lines_ore))
    payments = (Payment("GIFT", paid_ore), Payment("CARD", lines_ore - paid_ore))
    ticket = Ticket("1", "1", datetime.combine(DAY, time(12)), tuple(lines), payments)
    exact = [Fraction(paid_ore * line.gross_ore, lines_ore) for line in ticket.lines]
    parts = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[: paid_ore - sum(parts)]:
        parts[place] += 1
    told: Counter[tuple[str, str, int | None]] = Counter()
    for line, part_ore in zip(ticket.lines, parts, strict=True):
        assert 0 <= part_ore <= line.gross_ore
        told[line.product_type, line.vat_code, line.vat_rate_bp] += part_ore
    out = sum_left_out([settle_one(ticket)], {"GIFT"})
    held = {
        (entry.key.code, entry.key.vat_code, entry.key.vat_rate_bp): entry.amount_ore
        for entry in out.sums
        if entry.key.kind is EntryKind.SALE
    }
    assert held == {key: ore for key, ore in told.items() if ore}
    assert out.indivisible == ()


@looking()
@given(days_of_tickets, venues(transfer=False))
def test_a_day_paid_wholly_with_what_is_left_out_makes_no_voucher_but_for_cash_that_moved(
    day: list[Ticket], venue: Venue
) -> None:
    sold = [ticket for ticket in day if ticket.status is not TicketStatus.MOVEMENT]
    assert build(settle(sold, venue), venue) == ()


@looking()
@given(days_of_tickets, venues())
def test_a_payment_type_that_is_left_out_has_no_line_and_every_other_has_all_of_it(
    day: list[Ticket], venue: Venue
) -> None:
    vouchers = build(settle(day, venue), venue)
    for code in PAYMENT_TYPES:
        paid_ore = sum(
            payment.amount_ore for ticket in posted(day) for payment in ticket.payments if payment.payment_type == code
        )
        is_transferred = venue.mapping.payment_types[code].transfer
        assert total(vouchers, LineKind.PAYMENT, source=code) == (paid_ore if is_transferred else 0)
        if not is_transferred:
            of_type = [line for v in vouchers for line in v.lines if line.kind is LineKind.PAYMENT]
            assert code not in {line.source for line in of_type}


def settle_one(ticket: Ticket) -> PlacedTicket:
    return ticket, VENUE.calendar.place(ticket.completed_at)


# What was drafted, and what it is to become


def whole_of(day: Iterable[Ticket], venue: Venue) -> Voucher:
    """The voucher of a day's tickets, without lines where there are none."""
    found = build(settle(day, venue), venue)
    return found[0] if found else empty_voucher(COMPANY, venue, DAY, 0)


def amounts_of(lines: Iterable[VoucherLine]) -> dict[tuple[object, ...], int]:
    """What lines come to, by everything on them but their amount and their text."""
    sums: Counter[tuple[object, ...]] = Counter()
    for line in lines:
        key = (line.kind, line.account, line.vat_code, line.department, line.source, line.customer)
        sums[key] += line.amount_ore
    return {key: ore for key, ore in sums.items() if ore}


@looking(100)
@given(days_of_tickets, days_of_tickets, whole_transfer, whole_transfer)
def test_what_was_drafted_and_its_adjustment_are_the_day_as_it_is_now(
    before: list[Ticket], after: list[Ticket], then: Venue, now: Venue
) -> None:
    """Whatever was sold since, and whatever accounts it goes to now."""
    drafted, whole = whole_of(before, then), whole_of(after, now)
    adjustment = build_adjustment(whole, drafted.lines, now, 2)
    assert sum(line.amount_ore for line in adjustment.lines) == 0
    assert adjustment.debit_ore == adjustment.credit_ore
    assert amounts_of([*drafted.lines, *adjustment.lines]) == amounts_of(whole.lines)
    assert len(amounts_of(adjustment.lines)) == len(adjustment.lines), "no line is 0, and none comes twice"


@looking()
@given(days_of_tickets, whole_transfer, st.randoms(use_true_random=False))
def test_the_adjustment_of_a_day_that_has_not_changed_is_empty(day: list[Ticket], venue: Venue, random: Random) -> None:
    drafted = whole_of(day, venue)
    shuffled = random.sample(day, len(day))
    assert build_adjustment(whole_of(shuffled, venue), drafted.lines, venue, 2).lines == ()
    assert subtract_lines(drafted.lines, drafted.lines) == ()


@looking()
@given(st.lists(days_of_tickets, min_size=2, max_size=4), whole_transfer)
def test_a_draft_and_all_its_adjustments_are_the_day_as_it_was_last(days: list[list[Ticket]], venue: Venue) -> None:
    standing: list[VoucherLine] = []
    for revision, day in enumerate(days, 1):
        whole = whole_of(day, venue)
        standing += build_adjustment(whole, standing, venue, revision).lines
        assert amounts_of(standing) == amounts_of(whole.lines)


@looking()
@given(days_of_tickets, whole_transfer)
def test_an_adjustment_from_nothing_is_the_day_and_one_to_nothing_takes_it_back(
    day: list[Ticket], venue: Venue
) -> None:
    whole, nothing = whole_of(day, venue), empty_voucher(COMPANY, venue, DAY, 0)
    assert build_adjustment(whole, (), venue, 2).lines == whole.lines
    back = build_adjustment(nothing, whole.lines, venue, 2)
    assert amounts_of(back.lines) == {key: -ore for key, ore in amounts_of(whole.lines).items()}


@looking()
@given(days_of_tickets, st.lists(tickets(balanced=False), max_size=2), whole_transfer)
def test_an_adjustment_leaves_open_exactly_what_tickets_that_do_not_balance_do(
    day: list[Ticket], unbalanced: list[Ticket], venue: Venue
) -> None:
    """It can be shown, and never sent."""
    drafted, whole = whole_of(day, venue), whole_of([*day, *unbalanced], venue)
    adjustment = build_adjustment(whole, drafted.lines, venue, 2)
    assert sum(line.amount_ore for line in adjustment.lines) == adjustment.open_ore == whole.open_ore


@looking()
@given(days_of_tickets, venues(), st.integers(2, 99), st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_another_revision_of_a_voucher_differs_in_its_reference_and_its_date_alone(
    day: list[Ticket], venue: Venue, revision: int, dated: date
) -> None:
    whole = whole_of(day, venue)
    again = renumber(whole, revision, dated)
    assert again == replace(whole, reference=f"torget-20261120-r{revision}", posting_date=dated)
    assert renumber(whole, revision).posting_date == whole.posting_date
