"""Withdraws or restores one ticket for a person: a withdrawn ticket stays known, and is not counted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, insert, select

from posexport.core.actor import Actor
from posexport.core.sales import TicketStatus
from posexport.errors import UsageError
from posexport.store.acts import ActKind, RemovalKind, add_act, name_days, reopen_days
from posexport.store.database import day_number, day_of, lock_sales, read_rows
from posexport.store.day_sums import sum_days
from posexport.store.tables import TicketRemovalRow
from posexport.store.ticket_rows import (
    delete_doubts_of_content,
    delete_tickets,
    keep_documents,
    put_documents,
    read_documents,
)
from posexport.store.undoing import put_withdrawn, removal_row

_removal = TicketRemovalRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class FoundTicket:
    """A ticket that a person may mean. `files`: the imports that have it, oldest first, as (id, name)."""

    id: int
    register: str
    number: str
    completed_at_utc_s: int
    sales_ore: int
    status: TicketStatus
    file_id: int
    files: tuple[tuple[int, str], ...] = ()

    @property
    def is_withdrawn(self) -> bool:
        """Whether it is withdrawn."""
        return self.status is TicketStatus.WITHDRAWN


_FIND = """
    SELECT t.id, r.code, t.number, t.completed_at_utc_s, t.sales_ore, t.status, t.file_id
    FROM ticket t JOIN register r ON r.id = t.register_id
    WHERE t.venue_id = :venue AND t.business_day = :day AND t.number = :number
    ORDER BY t.completed_at_utc_s, t.id
    """
_HELD_BY = """
    SELECT f.id, f.name FROM ticket_hold h JOIN sales_file f ON f.id = h.file_id
    WHERE h.last_id >= :id AND h.first_id <= :id AND f.undone_by IS NULL ORDER BY f.id
    """


def find_tickets(connection: Connection, venue: int, day: date, register: str, number: str) -> list[FoundTicket]:
    """The tickets of a business day with this number on this register, in order, withdrawn ones too."""
    rows = read_rows(connection, _FIND, {"venue": venue, "day": day_number(day), "number": number})
    listed = [row for row in rows if row[1] == register] or [row for row in rows if _key(row[1]) == _key(register)]
    return [
        FoundTicket(
            id=row[0],
            register=row[1],
            number=row[2],
            completed_at_utc_s=row[3],
            sales_ore=row[4],
            status=TicketStatus(row[5]),
            file_id=row[6],
            files=tuple((id_, name) for id_, name in read_rows(connection, _HELD_BY, {"id": row[0]})),
        )
        for row in listed
    ]


def _key(register: str) -> str:
    return register.strip().casefold()


@dataclass(frozen=True, slots=True)
class Taken:
    """The outcome: the act, and whether the day is drafted already."""

    act_id: int
    changed_after_draft: tuple[tuple[str, date], ...]


def withdraw_ticket(
    connection: Connection, venue: int, day: date, ticket: FoundTicket, actor: Actor, now_utc_s: int, why: str
) -> Taken:
    """Withdraw a ticket.

    Raises UsageError where it has changed since it was looked up.
    """
    lock_sales(connection)
    [document] = _read_same(connection, venue, day, ticket)
    act_id = add_act(connection, ActKind.WITHDRAWAL, _name(ticket), actor, now_utc_s, why=why, trail_of=ticket.file_id)
    keep_documents(connection, [document], act_id, "removed")
    kept = json.dumps(document)
    row = removal_row(document, ticket.register, RemovalKind.WITHDRAWN, act_id, kept)
    connection.execute(delete(_removal).where(_removal.c.ticket_id == ticket.id))
    connection.execute(insert(_removal).values(**row))
    delete_tickets(connection, venue, day_number(day), [ticket.id])
    delete_doubts_of_content(connection, [ticket.id])
    put_withdrawn(connection, document, act_id)
    return _close(connection, act_id, {(venue, day_number(day))})


def restore_ticket(
    connection: Connection, venue: int, day: date, ticket: FoundTicket, actor: Actor, now_utc_s: int, why: str = ""
) -> Taken:
    """Restore a ticket as it was withdrawn.

    Raises UsageError where it has changed since it was looked up.
    """
    lock_sales(connection)
    _read_same(connection, venue, day, ticket)
    of_ticket = (_removal.c.ticket_id == ticket.id, _removal.c.kind == RemovalKind.WITHDRAWN.value)
    document = json.loads(connection.execute(select(_removal.c.document).where(*of_ticket)).scalar_one())
    act_id = add_act(connection, ActKind.RESTORATION, _name(ticket), actor, now_utc_s, why=why, trail_of=ticket.file_id)
    delete_tickets(connection, venue, day_number(day), [ticket.id])
    put_documents(connection, [document], act_id)
    connection.execute(delete(_removal).where(*of_ticket))
    return _close(connection, act_id, {(venue, day_number(day)), (document["venue_id"], document["business_day"])})


def _name(ticket: FoundTicket) -> str:
    """The ticket's name in the list of acts."""
    return f"register {ticket.register}, ticket {ticket.number}"


def _read_same(connection: Connection, venue: int, day: date, ticket: FoundTicket) -> list[dict[str, object]]:
    found = list(read_documents(connection, venue, day_number(day), [ticket.id]).values())
    if not found or found[0]["file_id"] != ticket.file_id:
        raise UsageError(f"Ticket {ticket.number} on register {ticket.register} was changed just now. Try again.")
    return found


def _close(connection: Connection, act_id: int, days: set[tuple[int, int]]) -> Taken:
    for venue, number in days:
        sum_days(connection, venue, [day_of(number)])
    drafted: Sequence[tuple[int, int]] = reopen_days(connection, act_id, days)
    return Taken(act_id, tuple(name_days(connection, drafted)))
