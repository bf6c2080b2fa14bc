"""Reads single tickets back from their rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

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
from posexport.store.database import Database, day_number, list_parameters, read_rows
from posexport.store.sums import remember_codes
from posexport.store.tables import TicketRow

_ticket = TicketRow.__table__  # type: ignore[attr-defined]


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
    of_day = {"venue": venue, "day": day_number(day)}
    wanted = None
    if paid_with is not None:
        wanted = _find_paid_with(connection, of_day, paid_with) if paid_with else set()
        if not wanted:
            return []
    entries: dict[int, list[Sequence[int]]] = defaultdict(list)
    for entry in read_rows(connection, _ENTRIES, of_day):
        if wanted is None or entry[0] in wanted:
            entries[entry[0]].append(entry)
    rows = [dict(zip(_TICKET_COLUMNS, row, strict=True)) for row in read_rows(connection, _TICKETS, of_day)]
    listed = [row for row in rows if wanted is None or row["id"] in wanted]
    ids = {id_ for group in entries.values() for entry in group for id_ in (*entry[3:5], *entry[6:8])}
    remember_codes(database, connection, ids | {row["customer_id"] for row in listed})
    return [
        StoredTicket(
            put_together(database.codes, row["code"], row, entries.get(row["id"], [])),
            Moment(row["completed_at_utc_s"], day, row["part"]),
            row["id"],
            row["content"],
            row["file_id"],
        )
        for row in listed
    ]


_ENTRIES = f"SELECT {', '.join(ENTRY_COLUMNS)} FROM entry WHERE venue_id = :venue AND business_day = :day"  # noqa: S608

_TICKET_COLUMNS = (*(column.name for column in _ticket.columns), "code")
_TICKETS = f"""
    SELECT {", ".join(f"ticket.{column.name}" for column in _ticket.columns)}, register.code
    FROM ticket JOIN register ON register.id = ticket.register_id
    WHERE ticket.venue_id = :venue AND ticket.business_day = :day
    ORDER BY ticket.completed_at_utc_s, register.code, ticket.number
"""  # noqa: S608


def _find_paid_with(connection: Connection, of_day: Mapping[str, int], types: Collection[str]) -> set[int]:
    """The ids of a day's tickets with a payment of one of these types."""
    listed, codes = list_parameters(types)
    rows = read_rows(
        connection,
        f"""
        SELECT DISTINCT ticket_id FROM entry
        WHERE venue_id = :venue AND business_day = :day AND kind = :kind
        AND code_id IN (SELECT id FROM code WHERE text IN ({listed}))
        """,  # noqa: S608
        {**of_day, "kind": int(EntryKind.PAYMENT), **codes},
    )
    return {ticket for (ticket,) in rows}


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
