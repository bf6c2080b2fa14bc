"""Voided tickets that a counter ticket reverses as well: deducted twice, or not at all.

A voided ticket is not counted. Where its exact counter ticket (the same amounts with the other sign) is counted, the
sale is deducted twice; where the counter ticket is the voided one, the sale still counts. Amounts are øre.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from posexport.core.sales import Ticket
from posexport.core.settlement import entries_of


def sign_amounts(amounts: Iterable[tuple[int, str, str, int]]) -> int:
    """A signature of a ticket's amounts (kind, code, VAT code, øre), in any order, as a signed 64-bit number. A ticket
    with every amount negated has the negated signature; one that comes to nothing has 0.

    Signatures are stored and compared later: how they are made must never change.

    >>> sign_amounts([(1, "a", "3", 50), (1, "b", "3", 20)]) == -sign_amounts([(1, "b", "3", -20), (1, "a", "3", -50)])
    True
    """
    sums: dict[tuple[int, str, str], int] = defaultdict(int)
    for kind, code, vat_code, amount_ore in amounts:
        sums[kind, code, vat_code] += amount_ore
    told = sorted((*key, amount_ore) for key, amount_ore in sums.items() if amount_ore)
    if not told:
        return 0
    sign = 1 if told[0][3] > 0 else -1
    content = repr([(*key, sign * amount_ore) for *key, amount_ore in told])
    digest = int.from_bytes(hashlib.blake2b(content.encode(), digest_size=8).digest(), "big")
    return sign * ((digest >> 1) or 1)


def mirror_of(ticket: Ticket) -> int:
    """The signature of a ticket's exact counter ticket."""
    return -sign_amounts(
        (int(entry.key.kind), entry.key.code, entry.key.vat_code, entry.amount_ore) for entry in entries_of(ticket, 0)
    )


class SignedTicket(NamedTuple):
    """A ticket of a business day with its signature (`sign_amounts`)."""

    register: str
    number: str
    completed_at_utc_s: int
    serial: int | None
    sales_ore: int
    signature: int
    is_void: bool
    business_day: date = date.min


class Reversal(NamedTuple):
    """A voided ticket, and its exact counter ticket, which is counted."""

    void: SignedTicket
    counter: SignedTicket

    @property
    def days(self) -> set[date]:
        """The business days it is reported on: that of the later ticket, and that of the counted one."""
        return {max(self.void.business_day, self.counter.business_day), self.counter.business_day}


DAYS_BETWEEN_MAX = timedelta(days=7)
"""How many days after a sale its reversal may come: on the Monday after a Friday, say."""


def find_reversals_across(tickets: Iterable[SignedTicket], days: Iterable[date]) -> dict[date, list[Reversal]]:
    """What `find_reversals` finds on each of these days, and then among the remaining tickets and the days before; by
    the days it is reported on."""
    by_day: dict[date, list[SignedTicket]] = defaultdict(list)
    for ticket in tickets:
        by_day[ticket.business_day].append(ticket)
    found: dict[date, list[Reversal]] = defaultdict(list)
    for day in sorted(days):
        pairs = find_reversals(by_day[day])
        within = [ticket for when in by_day if day - DAYS_BETWEEN_MAX <= when <= day for ticket in by_day[when]]
        for pair in find_reversals(within):
            is_free = all(pair.void != known.void and pair.counter != known.counter for known in pairs)
            if is_free and max(pair.void.business_day, pair.counter.business_day) == day:
                pairs.append(pair)
        for pair in pairs:
            for told_on in sorted(pair.days):
                found[told_on].append(pair)
    return dict(found)


def find_reversals(tickets: Iterable[SignedTicket]) -> list[Reversal]:
    """Voids whose counter ticket, of the same register and before or after, is counted.

    Two voids that are each other's counter ticket are left out. A counter ticket that equally fits a counted sale
    belongs to that sale, unless its number directly follows the void's.
    """
    groups: dict[tuple[str, int], list[SignedTicket]] = defaultdict(list)
    for ticket in tickets:
        if ticket.signature:
            groups[ticket.register, abs(ticket.signature)].append(ticket)
    found = [pair for _, group in sorted(groups.items()) for pair in _pair_group(group)]
    return sorted(found, key=lambda pair: (pair.void.completed_at_utc_s, pair.void.register, pair.void.number))


def _pair_group(group: Sequence[SignedTicket]) -> list[Reversal]:
    voids = _without_each_other([ticket for ticket in group if ticket.is_void])
    if not voids:
        return []
    sign = voids[0].signature
    counters = [ticket for ticket in group if not ticket.is_void and ticket.signature == -sign]
    originals = [ticket for ticket in group if not ticket.is_void and ticket.signature == sign]
    found: list[Reversal] = []
    for void, counter in _nearest_first(voids, counters):
        is_free = all(pair.void is not void and pair.counter is not counter for pair in found)
        if is_free and (_is_next(void, counter) or len(found) < len(counters) - len(originals)):
            found.append(Reversal(void, counter))
    return found


def _without_each_other(voids: list[SignedTicket]) -> list[SignedTicket]:
    plus = [void for void in voids if void.signature > 0]
    minus = [void for void in voids if void.signature < 0]
    for one, other in _nearest_first(plus, minus):
        if any(void is one for void in plus) and any(void is other for void in minus):
            plus = [void for void in plus if void is not one]
            minus = [void for void in minus if void is not other]
    return plus or minus


def _nearest_first(
    some: Sequence[SignedTicket], others: Sequence[SignedTicket]
) -> list[tuple[SignedTicket, SignedTicket]]:
    pairs = [(one, other) for one in some for other in others]
    return sorted(pairs, key=lambda pair: (not _is_next(*pair), _distance_s(*pair)))


def _distance_s(one: SignedTicket, other: SignedTicket) -> int:
    return abs(one.completed_at_utc_s - other.completed_at_utc_s)


def _is_next(one: SignedTicket, other: SignedTicket) -> bool:
    return one.serial is not None and other.serial is not None and abs(one.serial - other.serial) == 1
