"""The evidence of vouchers: what their tickets were, the setup as it was, and everything that happened to them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from posexport.core.day import Moment
from posexport.core.setup import Company, parse_company
from posexport.core.story import DeliveryEvent, TicketVersion, digest_contents
from posexport.store.database import Database, day_number, read_rows
from posexport.store.settlements import ENTRY_COLUMNS, put_together, read_tickets, remember_codes
from posexport.store.tables import (
    DeliveryEventRow,
    EntryRow,
    RegisterRow,
    SetupSnapshotRow,
    TicketChangeRow,
    TicketRow,
)

_event, _snapshot = DeliveryEventRow.__table__, SetupSnapshotRow.__table__  # type: ignore[attr-defined]
_ticket, _register = TicketRow.__table__, RegisterRow.__table__  # type: ignore[attr-defined]
_change, _entry = TicketChangeRow.__table__, EntryRow.__table__  # type: ignore[attr-defined]

_ONE_DAY = timedelta(days=1)


def read_events(connection: Connection, delivery_id: int) -> list[DeliveryEvent]:
    """Everything that happened to a delivery, in order."""
    columns = (_event.c[name] for name in DeliveryEvent.__dataclass_fields__)
    rows = connection.execute(select(*columns).where(_event.c.delivery_id == delivery_id).order_by(_event.c.id))
    return [DeliveryEvent(*row) for row in rows]


def digest_tickets(connection: Connection, venue: int, day: date) -> str:
    """A digest over every ticket of a business day, as they are stored: the same tickets, the same digest."""
    return digest_contents((*key, content) for key, (content, _) in _read_keys(connection, venue, day).items())


_Key = tuple[str, str, int]


_KEYS = """
    SELECT r.code, t.number, t.completed_at_utc_s, t.content, t.file_id
    FROM ticket t JOIN register r ON r.id = t.register_id
    WHERE t.venue_id = :venue AND t.business_day = :day
    """


def _read_keys(connection: Connection, venue: int, day: date) -> dict[_Key, tuple[int, int]]:
    """The content and the file of every ticket of a business day, by register, number and completion."""
    rows = read_rows(connection, _KEYS, {"venue": venue, "day": day_number(day)})
    return {(code, number, at_utc_s): (content, file_id) for code, number, at_utc_s, content, file_id in rows}


def read_versions(database: Database, connection: Connection, venue: int, day: date) -> list[TicketVersion]:
    """Every ticket of a business day as it is, and as it was before each time it came back changed; in the order
    they were completed, a ticket's own versions oldest first."""
    files = _read_keys(connection, venue, day)
    versions = _read_former(database, connection, venue, day)
    for ticket, moment in read_tickets(database, connection, venue, day):
        content, file_id = files[ticket.register, ticket.number, moment.at_utc_s]
        versions.append(TicketVersion((ticket, moment), content, file_id))
    return sorted(versions, key=lambda version: (version.key[2], *version.key[:2], version.file_id))


def _read_former(database: Database, connection: Connection, venue: int, day: date) -> list[TicketVersion]:
    """What tickets of a business day were before they changed. One that has moved to the day beside it since (its
    venue's days began at another hour then) was still this day's."""
    near = (day_number(day - _ONE_DAY), day_number(day + _ONE_DAY))
    rows = connection.execute(
        select(_register.c.code, _change.c.file_id, _change.c.before)
        .join(_ticket, _ticket.c.id == _change.c.ticket_id)
        .join(_register, _register.c.id == _ticket.c.register_id)
        .where(_ticket.c.venue_id == venue, _ticket.c.business_day.between(*near))
        .order_by(_change.c.id)
    )
    found = []
    for register, until_file_id, document in rows:
        before = json.loads(document)
        if before["business_day"] == day_number(day):
            found.append(_version_before(database, connection, register, before, day, until_file_id))
    return found


_NOW = [column.name for column in _entry.c]
_BEFORE_0004 = [name for name in _NOW if name != "register_id"]
_COLUMNS = {len(names): names for names in (_NOW, _BEFORE_0004)}
"""The columns of entries that were kept as JSON, by how many they are: before schema 0004 none was the register."""


def _version_before(
    database: Database, connection: Connection, register: str, before: Mapping[str, Any], day: date, until_file_id: int
) -> TicketVersion:
    """A ticket from what was kept of it: its row, and the rows of its amounts in the order of their columns."""
    entries = []
    for row in before["entries"]:
        named = dict(zip(_COLUMNS[len(row)], row, strict=True))
        entries.append([named[name] for name in ENTRY_COLUMNS])
    ids = {id_ for entry in entries for id_ in (*entry[3:5], *entry[6:8])} | {before["customer_id"]}
    remember_codes(database, connection, ids)
    ticket = put_together(database.codes, register, before, entries)
    moment = Moment(before["completed_at_utc_s"], day, before["part"])
    return TicketVersion((ticket, moment), before["content"], before["file_id"], until_file_id)


def keep_setup(connection: Connection, company: Company) -> str:
    """Keep a company's setup as it is now; the digest it is found by."""
    document, digest = _format_setup(company), digest_setup(company)
    known = connection.execute(select(_snapshot.c.digest).where(_snapshot.c.digest == digest)).first()
    if known is None:
        try:
            with connection.begin_nested():
                connection.execute(insert(_snapshot).values(digest=digest, document=document))
        except IntegrityError:  # another run was first
            pass
    return digest


def digest_setup(company: Company) -> str:
    """The digest that a company's setup is kept under: SHA-256 of its document as JSON, keys in order."""
    return hashlib.sha256(_format_setup(company).encode()).hexdigest()


def _format_setup(company: Company) -> str:
    return json.dumps(company.document, ensure_ascii=False, sort_keys=True)


def load_setup_of(connection: Connection, digest: str) -> Company | None:
    """A company as it was set up then; None where it was not kept."""
    document = connection.execute(select(_snapshot.c.document).where(_snapshot.c.digest == digest)).scalar()
    return parse_company(json.loads(document)) if document else None
