"""Traces a voucher's lines back to the tickets behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from posexport.core.company import Venue
from posexport.core.lines import LineKey, LineRules, VoucherLine, line_key, lines_of
from posexport.core.orders.booking import SealedRoute, take_out
from posexport.core.orders.route import CreditRules
from posexport.core.sales import TicketStatus
from posexport.core.settlement import PlacedTicket, entries_of, subtract_sums, sum_left_out


class TicketShare(NamedTuple):
    """One ticket's share of one line; a debit where positive, a credit where negative."""

    register: str
    number: str
    completed_at_utc_s: int
    amount_ore: int


Trace = Mapping[LineKey, tuple[TicketShare, ...]]
"""The tickets behind every line."""


def trace_lines(
    tickets: Iterable[PlacedTicket],
    venue: Venue,
    part: int | None = None,
    *,
    credit: CreditRules | None = None,
    sealed: Mapping[str, SealedRoute] | None = None,
) -> Trace:
    """The tickets behind every line that a day's tickets become, in order; of one part of the day, or of all. The
    shares of a line sum to its amount. `credit`, `sealed`: what decides which of them are ordered, None where none
    is."""
    shares: dict[LineKey, list[TicketShare]] = defaultdict(list)
    rules = LineRules(venue)
    for ticket, moment in tickets:
        if ticket.status not in (TicketStatus.COUNTED, TicketStatus.MOVEMENT) or part not in (None, moment.part):
            continue
        entries = tuple(entries_of(ticket, moment.part))
        placed, left_out = (ticket, moment), venue.mapping.left_out
        if credit is not None:
            taken = take_out([placed], credit, sealed or {})
            out = (*taken.ordered, *taken.left_out)
        else:
            out = sum_left_out([placed], left_out).sums if left_out else ()
        amounts: dict[LineKey, int] = defaultdict(int)
        for entry in subtract_sums(entries, out) if out else entries:
            for line in lines_of(entry, rules):
                amounts[line_key(line)] += line.amount_ore
        for key, amount_ore in amounts.items():
            if amount_ore:
                shares[key].append(TicketShare(ticket.register, ticket.number, moment.at_utc_s, amount_ore))
    return {key: tuple(found) for key, found in shares.items()}


def find_tickets(line: VoucherLine, trace: Trace) -> tuple[TicketShare, ...]:
    """The tickets behind a line; for one drafted before part payments named their orders, of all those orders."""
    line = line._replace(payer=None)  # whom it is credited to in the ledger is no matter of the tickets
    found = trace.get(line_key(line), ())
    if line.order is not None or sum(share.amount_ore for share in found) == line.amount_ore:
        return found
    *own, _, _ = line_key(line)
    return tuple(share for (*key, _, _), shares in trace.items() if key == own for share in shares)


def subtract_trace(after: Trace, before: Trace) -> Trace:
    """The tickets behind an adjustment: for each ticket, its share of each line now minus its share before; unchanged
    tickets are left out."""
    left: dict[LineKey, tuple[TicketShare, ...]] = {}
    for key in dict.fromkeys((*after, *before)):
        amounts: dict[tuple[str, str, int], int] = defaultdict(int)
        for sign, shares in ((1, after.get(key, ())), (-1, before.get(key, ()))):
            for share in shares:
                amounts[share[:3]] += sign * share.amount_ore
        found = [TicketShare(*ticket, amount_ore) for ticket, amount_ore in amounts.items() if amount_ore]
        if found:
            left[key] = tuple(sorted(found, key=lambda share: (share.completed_at_utc_s, share.register, share.number)))
    return left
