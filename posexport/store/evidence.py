"""The evidence behind vouchers: their tickets as they were, the setup as it was, and every event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from posexport.core.day import Moment
from posexport.core.events import DeliveryEvent, EventKind, Fact, RecordedEvent
from posexport.core.history import TicketVersion, digest_contents
from posexport.core.sales import TicketStatus
from posexport.store.database import Database, day_number, read_rows
from posexport.store.day_figures import register_code
from posexport.store.sums import remember_codes
from posexport.store.tables import (
    DeliveryEventRow,
)
from posexport.store.ticket_rows import name_entry
from posexport.store.tickets import ENTRY_COLUMNS, put_together, read_stored_tickets

_event = DeliveryEventRow.__table__  # type: ignore[attr-defined]

_ONE_DAY = timedelta(days=1)


def read_events(connection: Connection, delivery_id: int) -> list[RecordedEvent]:
    """Every event of a delivery, in order."""
    names = ("at_utc_s", "kind", "facts", "state", "request", "answer", "who", "known_by")
    columns = (_event.c[name] for name in names)
    rows = connection.execute(select(*columns).where(_event.c.delivery_id == delivery_id).order_by(_event.c.id))
    return [
        RecordedEvent(at_utc_s, DeliveryEvent(EventKind(kind), _parse_facts(facts), state), *rest)
        for at_utc_s, kind, facts, state, *rest in rows
    ]


def _parse_facts(kept: str) -> dict[str, Fact]:
    facts = json.loads(kept or "{}")
    return {name: tuple(fact) if isinstance(fact, list) else fact for name, fact in facts.items()}


def digest_tickets(connection: Connection, venue: int, day: date) -> str:
    """A digest (hex) over all stored tickets of a business day: the same tickets, the same digest."""
    return digest_contents(read_rows(connection, _KEYS, {"venue": venue, "day": day_number(day)}))


_KEYS = f"""
    SELECT r.code, t.number, t.completed_at_utc_s, t.content
    FROM ticket t JOIN register r ON r.id = t.register_id
    WHERE t.venue_id = :venue AND t.business_day = :day AND t.status <> {int(TicketStatus.WITHDRAWN)}
    """  # noqa: S608


def read_versions(database: Database, connection: Connection, venue: int, day: date) -> list[TicketVersion]:
    """Every ticket of a business day in every version: as it is now, and as it was before each change or removal.
    Ordered by completion time, a ticket's versions oldest first."""
    versions = _read_former(database, connection, venue, day)
    for stored in read_stored_tickets(database, connection, venue, day):
        if stored.ticket.status is not TicketStatus.WITHDRAWN:
            placed = (stored.ticket, stored.moment)
            versions.append(TicketVersion(placed, stored.content, stored.file_id, None, stored.id))
    return sorted(versions, key=lambda version: (version.key[2], *version.key[:2], version.ticket_id, version.file_id))


_FORMER = """
    SELECT c.ticket_id, c.file_id, c.before FROM ticket_change c
    WHERE c.kind <> 'older' AND c.ticket_id IN (
        SELECT id FROM ticket WHERE venue_id = :venue AND business_day BETWEEN :before AND :after
        UNION
        SELECT ticket_id FROM ticket_removal WHERE venue_id = :venue AND business_day BETWEEN :before AND :after)
    ORDER BY c.id
    """


def _read_former(database: Database, connection: Connection, venue: int, day: date) -> list[TicketVersion]:
    """Former versions of the tickets of a business day. A ticket that later moved to the next or previous day (the
    venue's day boundary was changed) still counts to this day in its former version."""
    near = {"venue": venue, "before": day_number(day - _ONE_DAY), "after": day_number(day + _ONE_DAY)}
    codes: dict[int, str] = {}
    found = []
    for ticket_id, until_file_id, document in read_rows(connection, _FORMER, near):
        before = json.loads(document)
        is_own = (before["venue_id"], before["business_day"]) == (venue, day_number(day))
        if is_own and before["status"] != TicketStatus.WITHDRAWN:
            register_id = before["register_id"]
            codes.setdefault(register_id, register_code(connection, register_id))
            version = _version_before(database, connection, codes[register_id], before, day, until_file_id)
            found.append(replace(version, ticket_id=ticket_id))
    return found


def _version_before(
    database: Database, connection: Connection, register: str, before: Mapping[str, Any], day: date, until_file_id: int
) -> TicketVersion:
    """A former version of a ticket, from its stored JSON: its row, and its amounts in the order of their columns."""
    entries = []
    for row in before["entries"]:
        named = name_entry(row)
        entries.append([named[name] for name in ENTRY_COLUMNS])
    ids = {id_ for entry in entries for id_ in (*entry[3:5], *entry[6:8])} | {before["customer_id"]}
    remember_codes(database, connection, ids)
    ticket = put_together(database.codes, register, before, entries)
    moment = Moment(before["completed_at_utc_s"], day, before["part"])
    return TicketVersion((ticket, moment), before["content"], before["file_id"], until_file_id)
