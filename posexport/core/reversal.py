"""Tickets marked void that were taken back by a counter ticket as well: taken off twice, or not at all.

A ticket marked void counts nowhere. Where its exact counter ticket (the same amounts with the other sign) counts, the
sale is taken off twice; where the counter ticket is the one that is marked, the sale still counts. Amounts are øre.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from posexport.core.sales import Ticket
from posexport.core.settlement import entries_of


def sign_amounts(amounts: Iterable[tuple[int, str, str, int]]) -> int:
    """What a ticket comes to as a signed 64-bit number, whatever the order of its lines: (kind, code, VAT code, øre).
    A ticket with every amount negated has the same number with the other sign; one that comes to nothing has 0.

    These numbers are stored and compared later: how they are made must never change.

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
    """What a ticket's exact counter ticket comes to."""
    return -sign_amounts(
        (int(entry.key.kind), entry.key.code, entry.key.vat_code, entry.amount_ore) for entry in entries_of(ticket, 0)
    )


class SignedTicket(NamedTuple):
    """A ticket of one business day with what it comes to, as `sign_amounts` says it."""

    register: str
    number: str
    completed_at_utc_s: int
    serial: int | None
    sales_ore: int
    signature: int
    is_void: bool


class Reversal(NamedTuple):
    """A ticket marked void, and the one that counts and is its exact counter ticket."""

    void: SignedTicket
    counter: SignedTicket


def find_reversals(tickets: Iterable[SignedTicket]) -> list[Reversal]:
    """Voids that a counter ticket of the same day and register, before or after, counts as well.

    Two voids that are each other's counter ticket explain each other, and a counter ticket that a sale of the same
    content counts beside is that sale's, unless it is the very next number to the void.
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
