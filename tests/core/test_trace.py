"""From a line back to its tickets: what they have in it is the line, whatever the tickets and the mapping."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given

from posexport.core.company import Venue
from posexport.core.lines import LineKey, VoucherLine, line_key
from posexport.core.mapping import OtherAccounts
from posexport.core.sales import Ticket, TicketStatus
from posexport.core.settlement import PlacedTicket
from posexport.core.trace import Trace, subtract_trace, trace_lines
from posexport.core.voucher import build_vouchers, subtract_lines
from tests.support.build import COMPANY, VENUE, leaving_out, read_tickets, settle, venue_with
from tests.support.strategies import days_of_tickets, looking, venues


def placed(day: Iterable[Ticket], venue: Venue = VENUE) -> list[PlacedTicket]:
    return [(ticket, venue.calendar.place(ticket.completed_at)) for ticket in day]


def lines_of_day(day: Iterable[Ticket], venue: Venue) -> tuple[VoucherLine, ...]:
    return tuple(line for made in build_vouchers(settle(day, venue), COMPANY, venue) for line in made.lines)


def summed(trace: Trace) -> dict[LineKey, int]:
    """What the tickets behind each line come to; lines that come to nothing are none."""
    sums = {key: sum(share.amount_ore for share in shares) for key, shares in trace.items()}
    return {key: amount_ore for key, amount_ore in sums.items() if amount_ore}


def told(trace: Trace) -> dict[tuple[str | None, str], list[tuple[str, int]]]:
    """By account and source: ticket numbers and øre."""
    return {(key[1], key[4]): [(share.number, share.amount_ore) for share in shares] for key, shares in trace.items()}


@looking(80)
@given(days_of_tickets, venues())
def test_the_tickets_behind_a_line_sum_to_it_and_no_line_is_without_them(day: list[Ticket], venue: Venue) -> None:
    lines = lines_of_day(day, venue)
    assert summed(trace_lines(placed(day, venue), venue)) == {line_key(line): line.amount_ore for line in lines}


@looking(80)
@given(days_of_tickets, venues())
def test_of_a_day_in_two_vouchers_each_has_the_tickets_of_its_own_part(day: list[Ticket], venue: Venue) -> None:
    for made in build_vouchers(settle(day, venue), COMPANY, venue, split=True):
        trace = trace_lines(placed(day, venue), venue, made.part)
        assert summed(trace) == {line_key(line): line.amount_ore for line in made.lines}
        of_part = [(ticket, moment) for ticket, moment in placed(day, venue) if moment.part == made.part]
        assert trace == trace_lines(of_part, venue)


@looking(80)
@given(days_of_tickets, days_of_tickets, venues(), venues())
def test_the_tickets_behind_an_adjustment_sum_to_it_also_when_the_setup_has_changed(
    before: list[Ticket], after: list[Ticket], venue_then: Venue, venue_now: Venue
) -> None:
    trace = subtract_trace(
        trace_lines(placed(after, venue_now), venue_now), trace_lines(placed(before, venue_then), venue_then)
    )
    difference = subtract_lines(lines_of_day(after, venue_now), lines_of_day(before, venue_then))
    assert summed(trace) == {line_key(line): line.amount_ore for line in difference}


@looking()
@given(days_of_tickets, venues())
def test_what_has_not_changed_has_no_ticket_behind_it(day: list[Ticket], venue: Venue) -> None:
    trace = trace_lines(placed(day, venue), venue)
    assert subtract_trace(trace, trace) == {}
    assert summed(subtract_trace(trace, {})) == summed(trace)


@looking()
@given(days_of_tickets, venues())
def test_only_tickets_that_count_are_behind_a_line_each_with_something_in_it(day: list[Ticket], venue: Venue) -> None:
    counted = [ticket for ticket in day if ticket.status in (TicketStatus.COUNTED, TicketStatus.MOVEMENT)]
    trace = trace_lines(placed(day, venue), venue)
    assert trace == trace_lines(placed(counted, venue), venue)
    for shares in trace.values():
        assert len(shares) <= len(counted)
        assert all(share.amount_ore for share in shares)


def test_a_ticket_stands_once_behind_a_line_with_all_it_has_in_it() -> None:
    day = read_tickets(["food@25 100.00, food@25 20.00 = cash 120.00", "food@25 -20.00 = cash -20.00"])
    assert told(trace_lines(placed(day), VENUE)) == {
        ("3020", "food"): [("1", -12_000), ("2", 2_000)],
        ("1900", "cash"): [("1", 12_000), ("2", -2_000)],
    }


def test_a_ticket_paid_in_part_with_what_is_left_out_has_its_share_of_what_is_not() -> None:
    venue = leaving_out("mall-card")
    day = read_tickets(
        ["food@25 100.00, beer@25 100.00 = mall-card 50.00, visa 150.00", "beer@25 9.00 = mall-card 9.00"]
    )
    assert told(trace_lines(placed(day), venue)) == {
        ("3020", "food"): [("1", -7_500)],
        ("3022", "beer"): [("1", -7_500)],
        ("1592", "visa"): [("1", 15_000)],
    }


def test_a_discount_has_its_own_line_with_the_tickets_that_gave_it() -> None:
    venue = venue_with(accounts=OtherAccounts(discounts={"3": "3087"}))
    day = read_tickets(["food@25 90.00 off 10.00 = visa 90.00", "food@25 50.00 = visa 50.00"])
    found = told(trace_lines(placed(day), venue))
    assert found["3020", "food"] == [("1", -10_000), ("2", -5_000)]
    assert found["3087", "food"] == [("1", 1_000)]


def test_an_adjustments_tickets_are_told_in_the_order_they_were_completed() -> None:
    before = read_tickets(["13:00 food@25 10.00 = visa 10.00", "14:00 food@25 10.00 = visa 10.00"])
    after = read_tickets(["13:00 food@25 30.00 = visa 30.00", "14:00 food@25 10.00 = visa 10.00"])
    after += [ticket._replace(number="9") for ticket in read_tickets(["12:00 food@25 5.00 = visa 5.00"])]
    trace = subtract_trace(trace_lines(placed(after), VENUE), trace_lines(placed(before), VENUE))
    assert told(trace)["1592", "visa"] == [("9", 500), ("1", 2_000)]
