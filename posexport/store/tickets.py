"""Reads single tickets back from their rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from posexport.core.day import Moment
from posexport.core.sales import (
    MOVEMENTS,
    EntryKind,
    Movement,
    Payment,
    SaleLine,
    Ticket,
    TicketStatus,
)
from posexport.core.settlement import PlacedTicket
from posexport.store.database import Database, day_number
from posexport.store.sums import remember_codes
from posexport.store.tables import (
    CodeRow,
    EntryRow,
    RegisterRow,
    SalesFileRow,
    TicketRow,
)

_ticket, _entry, _code = TicketRow.__table__, EntryRow.__table__, CodeRow.__table__  # type: ignore[attr-defined]
_register, _file = RegisterRow.__table__, SalesFileRow.__table__  # type: ignore[attr-defined]


ENTRY_COLUMNS = (
    *("ticket_id", "line", "kind", "code_id", "vat_code_id", "vat_rate_bp", "customer_id", "currency_id"),
    *("amount_ore", "vat_ore", "discount_ore"),
)
"""The columns of `entry` that a ticket is put together from."""


class StoredTicket(NamedTuple):
    """A ticket with its id, the digest of its content, and the act that made it what it is."""

    ticket: Ticket
    moment: Moment
    id: int
    content: int
    file_id: int


def read_tickets(
    database: Database,
    connection: Connection,
    venue: int,
    day: date,
    *,
    paid_with: Collection[str] | None = None,
) -> list[PlacedTicket]:
    """The tickets of one day, in the order they were completed; with `paid_with`, only those with a payment of one of
    these types. For one venue's single day."""
    return [
        (stored.ticket, stored.moment)
        for stored in read_stored_tickets(database, connection, venue, day, paid_with=paid_with)
    ]


def read_stored_tickets(
    database: Database,
    connection: Connection,
    venue: int,
    day: date,
    *,
    paid_with: Collection[str] | None = None,
) -> list[StoredTicket]:
    """The same, with the store's ids and digests."""
    of_day = (_entry.c.venue_id == venue, _entry.c.business_day == day_number(day))
    wanted = None
    if paid_with is not None:
        codes = select(_code.c.id).where(_code.c.text.in_(sorted(paid_with)))
        wanted = set(
            connection.execute(
                select(_entry.c.ticket_id)
                .where(*of_day, _entry.c.kind == int(EntryKind.PAYMENT), _entry.c.code_id.in_(codes))
                .distinct()
            ).scalars()
        )
        if not wanted:
            return []
    entries: dict[int, list[Sequence[int]]] = defaultdict(list)
    for row in connection.execute(select(*(_entry.c[name] for name in ENTRY_COLUMNS)).where(*of_day)):
        if wanted is None or row[0] in wanted:
            entries[row[0]].append(tuple(row))
    rows = connection.execute(
        select(_ticket, _register.c.code)
        .join(_register, _register.c.id == _ticket.c.register_id)
        .where(_ticket.c.venue_id == venue, _ticket.c.business_day == day_number(day))
        .order_by(_ticket.c.completed_at_utc_s, _register.c.code, _ticket.c.number)
    ).mappings()
    listed = [row for row in rows if wanted is None or row["id"] in wanted]
    ids = {id_ for group in entries.values() for entry in group for id_ in (*entry[3:5], *entry[6:8])}
    remember_codes(database, connection, ids | {row["customer_id"] for row in listed})
    return [
        StoredTicket(
            put_together(database.codes, row["code"], dict(row), entries.get(row["id"], [])),
            Moment(row["completed_at_utc_s"], day, row["part"]),
            row["id"],
            row["content"],
            row["file_id"],
        )
        for row in listed
    ]


def put_together(
    codes: Mapping[int, str], register: str, row: Mapping[str, Any], entries: Iterable[Sequence[Any]]
) -> Ticket:
    """A ticket from its row and the rows of its amounts, each in the order of `ENTRY_COLUMNS`; `codes` must have every
    id in them."""
    lines, payments, movements = [], [], []
    other = {EntryKind.TIP: 0, EntryKind.ROUNDING: 0, EntryKind.GIFT_CARD: 0}
    for _, _, kind_number, code, vat_code, rate, _, currency, amount, vat, discount in sorted(
        entries, key=lambda entry: entry[1]
    ):
        kind = EntryKind(kind_number)
        if kind is EntryKind.SALE:
            rate_bp = None if rate < 0 else rate
            lines.append(SaleLine(codes[code], codes[vat_code], amount, vat, rate_bp, discount))
        elif kind is EntryKind.PAYMENT:
            payments.append(Payment(codes[code], amount, codes[currency] or None))
        elif kind in MOVEMENTS:
            movements.append(Movement(kind, codes[code], amount))
        else:
            other[kind] += amount
    return Ticket(
        register=register,
        number=str(row["number"]),
        completed_at=datetime.fromtimestamp(row["completed_at_utc_s"], UTC),
        lines=tuple(lines),
        payments=tuple(payments),
        status=TicketStatus(row["status"]),
        tip_ore=other[EntryKind.TIP],
        rounding_ore=other[EntryKind.ROUNDING],
        gift_cards_ore=other[EntryKind.GIFT_CARD],
        movements=tuple(movements),
        customer=codes[row["customer_id"]] or None,
        serial=row["serial"],
        tip_may_be_unwritten=bool(row["tip_may_be_unwritten"]),
        source_id=row.get("source_id"),
    )
