"""The digest of everything on a ticket, by which a changed ticket is recognized. Digests are stored: what is hashed
must never change."""

from __future__ import annotations

import hashlib

from posexport.core.sales import SaleLine, Ticket

_LINES_REMEMBERED = 10_000


class LineTexts(dict[SaleLine, str]):
    """SaleLine -> its text for the digest. A bounded cache: a menu is short, and sold again and again."""

    def __missing__(self, line: SaleLine) -> str:
        if len(self) >= _LINES_REMEMBERED:
            self.clear()
        written = self[line] = repr(tuple(line))
        return written


def digest_ticket(ticket: Ticket, texts: LineTexts) -> int:
    """Everything on a ticket that could change, as a signed 64-bit number that is the same everywhere.

    Digests are stored and compared by later imports: what is hashed, the `repr` of one tuple of plain values, must
    never change.
    """
    lines = ", ".join([texts[line] for line in ticket.lines])
    payments = tuple(map(tuple, ticket.payments))
    movements = tuple([(int(kind), payment_type, amount_ore) for kind, payment_type, amount_ore in ticket.movements])
    content = (
        f"({int(ticket.status)}, ({lines}{',' if len(ticket.lines) == 1 else ''}), {payments}, {ticket.tip_ore}, "
        f"{ticket.rounding_ore}, {ticket.gift_cards_ore}, {movements}, {ticket.customer!r})"
    )
    return int.from_bytes(hashlib.blake2b(content.encode(), digest_size=8).digest(), "big", signed=True)
