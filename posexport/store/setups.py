"""Companies and venues as they were last applied, and the numbers the other tables know them by.

A venue's number stays whatever becomes of the venue: a new id is written on its row, and one that is removed keeps the
row and, inside its company's document, what was set up for it (`_REMOVED`), so that its days can still be looked at.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from posexport.core.company import Company, Document, Setup, Venue, parse_company
from posexport.core.document import VOUCHER
from posexport.core.voucher import venue_of_reference
from posexport.errors import UsageError
from posexport.store.database import day_number, day_of, insert_row, read_rows
from posexport.store.tables import (
    BusinessDayRow,
    CodeRow,
    CompanyRow,
    DeliveryRow,
    RegisterRow,
    TicketRow,
    VenueRow,
)

_company, _venue = CompanyRow.__table__, VenueRow.__table__  # type: ignore[attr-defined]
_delivery = DeliveryRow.__table__  # type: ignore[attr-defined]
_register, _code = RegisterRow.__table__, CodeRow.__table__  # type: ignore[attr-defined]
_day, _ticket = BusinessDayRow.__table__, TicketRow.__table__  # type: ignore[attr-defined]

_REMOVED = "removed_venue"
"""Where a company's document keeps the venues that were removed, beside `venue`. No setup file has it."""


def save_company(connection: Connection, company: Company, now_utc_s: int, *, removed: Iterable[Document] = ()) -> None:
    """Save a company's document, and give each new venue its number. `removed`: what was set up for venues that are
    removed now; those that come back are as the company has them.

    Raises UsageError where a venue that was set up before, and left out since, comes back with another
    `export_from`: its days might be exported twice; where it comes back under another company; and where its id
    stands on the vouchers of another.
    """
    known = _read_venues(connection)
    row = connection.execute(select(_company.c.id, _company.c.document).where(_company.c.code == company.id)).first()
    document = _with_removed(company, json.loads(row.document) if row else {}, removed)
    values = {"document": json.dumps(document, ensure_ascii=False), "saved_at_utc_s": now_utc_s}
    if row is None:
        company_id = insert_row(connection, _company, code=company.id, **values)
    else:
        company_id = row.id
        connection.execute(update(_company).where(_company.c.id == company_id).values(**values))
    for venue in company.venues:
        if venue.id in known:
            _keep_venue(connection, venue, known[venue.id], company_id)
        else:
            _check_references(connection, venue.id)
            export_from = day_number(venue.export_from)
            connection.execute(insert(_venue).values(company_id=company_id, code=venue.id, export_from=export_from))
    for gone in removed:
        connection.execute(update(_venue).where(_venue.c.code == gone["id"]).values(removed_at_utc_s=now_utc_s))


def _read_venues(connection: Connection) -> dict[str, Any]:
    columns = (_venue.c.code, _venue.c.id, _venue.c.company_id, _venue.c.export_from, _venue.c.removed_at_utc_s)
    return {row.code: row for row in connection.execute(select(*columns))}


def _with_removed(company: Company, saved: Document, removed: Iterable[Document]) -> Document:
    """A company's document as it is kept."""
    kept = {row["id"]: row for row in (*saved.get(_REMOVED, ()), *removed)}
    rows = [row for id_, row in kept.items() if id_ not in {venue.id for venue in company.venues}]
    return {**company.document, _REMOVED: rows} if rows else company.document


def _keep_venue(connection: Connection, venue: Venue, row: Any, company: int) -> None:
    """A venue that was set up before; one that was removed is back."""
    if row.company_id != company:
        raise UsageError(
            f"Venue {venue.id} was set up before as another company's, and a venue cannot move. Give the new venue an "
            "id of its own."
        )
    if row.export_from != day_number(venue.export_from):
        raise UsageError(
            f"Venue {venue.id} was set up before with export_from = {day_of(row.export_from)}, which cannot be "
            "changed once saved. Write that date again, or give the venue another id."
        )
    if row.removed_at_utc_s is not None:
        connection.execute(update(_venue).where(_venue.c.id == row.id).values(removed_at_utc_s=None))


def rename_venues_in_store(connection: Connection, renames: Mapping[str, str]) -> None:
    """Write venues' new ids on their rows: all that is known of them goes along. Ids may change places.

    Raises UsageError where a new id is that of a venue that was removed, or stands on the vouchers of another.
    """
    numbers = {old: _find_number(connection, "SELECT id FROM venue WHERE code = :code", old) for old in renames}
    for number in numbers.values():  # no two venues have one id, not even for a moment
        connection.execute(update(_venue).where(_venue.c.id == number).values(code=f"/{number}"))
    for old, new in renames.items():
        if connection.execute(select(_venue.c.id).where(_venue.c.code == new)).first() is not None:
            raise UsageError(
                f"{new} is the id of a venue that was removed, and its days stay under it. Give {old} another id."
            )
        _check_references(connection, new, numbers[old])
        connection.execute(update(_venue).where(_venue.c.id == numbers[old]).values(code=new))


def _check_references(connection: Connection, venue_id: str, number: int | None = None) -> None:
    """A reference is one voucher's for good: an id that stands on the vouchers of a venue that was renamed since is
    no other's."""
    rows = connection.execute(
        select(_delivery.c.reference, _delivery.c.venue_id).where(
            _delivery.c.reference.like(f"{venue_id}-%"), _delivery.c.document_kind == VOUCHER.name
        )
    )
    for reference, of_venue in rows:
        if of_venue != number and venue_of_reference(reference) == venue_id:
            raise UsageError(
                f"{venue_id} stands on vouchers of a venue that has another id now ({reference}), and no two vouchers "
                "share a reference. Give the venue another id."
            )


def load_setup(connection: Connection, companies: Collection[str] | None = None) -> Setup:
    """Everything that is set up, in the order it was first applied; of `companies` alone where they are given."""
    return Setup(tuple(_parse(document) for document in _read_documents(connection, companies)))


def load_removed(connection: Connection) -> tuple[tuple[Venue, int], ...]:
    """The venues that were removed, as they were last set up, and when (UTC seconds). None is exported by itself."""
    venues = [venue for document in _read_documents(connection, None) for venue in _parse_removed(document)]
    rows = _read_venues(connection) if venues else {}
    return tuple((venue, at) for venue in venues if (at := rows[venue.id].removed_at_utc_s) is not None)


def _read_documents(connection: Connection, companies: Collection[str] | None) -> Sequence[str]:
    chosen = select(_company.c.document).order_by(_company.c.id)
    if companies is not None:
        chosen = chosen.where(_company.c.code.in_(companies))
    return connection.execute(chosen).scalars().all()


@lru_cache(maxsize=4_096)
def _parse(document: str) -> Company:
    """A company is the same for as long as its document is: a scheduler reads a thousand of them every minute."""
    kept = json.loads(document)
    kept.pop(_REMOVED, None)
    return parse_company(kept)


def _parse_removed(document: str) -> tuple[Venue, ...]:
    if _REMOVED not in document:
        return ()
    kept = json.loads(document)
    company = parse_company({**kept, "venue": kept.get(_REMOVED, [])})
    return tuple(replace(venue, automatic_export=False) for venue in company.venues)


def has_history(connection: Connection, venue_id: str) -> bool:
    """Whether a venue has sales, or had some that something was done about."""
    number = connection.execute(select(_venue.c.id).where(_venue.c.code == venue_id)).scalar()
    if number is None:
        return False
    tables = (_day, _ticket, _delivery)
    return any(
        connection.execute(select(table.c.venue_id).where(table.c.venue_id == number).limit(1)).first() is not None
        for table in tables
    )


def count_undrafted(connection: Connection, venue_id: str) -> int:
    """How many of a venue's business days are not done with."""
    number = _find_number(connection, "SELECT id FROM venue WHERE code = :code", venue_id)
    open_days = select(func.count()).where(_day.c.venue_id == number, _day.c.is_open)
    return int(connection.execute(open_days).scalar() or 0)


def find_unanswered(connection: Connection, venue_id: str) -> list[tuple[date, str]]:
    """The vouchers of a venue of which it is not known whether they are in PowerOffice: business day and reference."""
    number = _find_number(connection, "SELECT id FROM venue WHERE code = :code", venue_id)
    states = ("sending", "removing", "uncertain")
    rows = connection.execute(
        select(_delivery.c.business_day, _delivery.c.reference)
        .where(_delivery.c.venue_id == number, _delivery.c.state.in_(states))
        .order_by(_delivery.c.business_day, _delivery.c.reference)
    )
    return [(day_of(row.business_day), row.reference) for row in rows]


def find_drafted_days(connection: Connection, venue: int) -> list[date]:
    """The business days whose voucher is in PowerOffice, in order."""
    of_venue = (_delivery.c.venue_id == venue, _delivery.c.document_kind == VOUCHER.name)
    days = select(_delivery.c.business_day).where(*of_venue, _delivery.c.state == "drafted")
    return [
        day_of(number) for number in connection.execute(days.distinct().order_by(_delivery.c.business_day)).scalars()
    ]


def read_codes(connection: Connection) -> list[tuple[str, str]]:
    """Every id that is stored: registers with their venue's id, all other codes with ""."""
    registers = select(_venue.c.code, _register.c.code).join(_venue, _venue.c.id == _register.c.venue_id)
    found = [(venue, code) for venue, code in connection.execute(registers)]
    return found + [("", text) for text in connection.execute(select(_code.c.text)).scalars()]


def find_only_company(connection: Connection) -> str:
    """The id of the company that is set up; "" where there are several."""
    codes = connection.execute(select(_company.c.code).limit(2)).scalars().all()
    return codes[0] if len(codes) == 1 else ""


def find_venue_number(connection: Connection, venue: Venue) -> int:
    """The number other tables know a venue by."""
    return _find_number(connection, "SELECT id FROM venue WHERE code = :code", venue.id)


def find_place(connection: Connection, number: int) -> int:
    """A venue's place among those that its company has, or had, in the order they came: 1 for the first, and the same
    for good."""
    query = """
        SELECT COUNT(*) FROM venue v JOIN venue own ON own.company_id = v.company_id
        WHERE own.id = :id AND v.id <= :id
        """
    [(place,)] = read_rows(connection, query, {"id": number})
    return int(place)


def lock_venue(connection: Connection, number: int) -> None:
    """Nobody else who locks the same venue writes of it before this transaction ends. SQLite's is alone anyway."""
    connection.execute(select(_venue.c.id).where(_venue.c.id == number).with_for_update())


def find_company_number(connection: Connection, company_id: str) -> int:
    """The number other tables know a company by."""
    return _find_number(connection, "SELECT id FROM company WHERE code = :code", company_id)


def _find_number(connection: Connection, query: str, code: str) -> int:
    [(number,)] = read_rows(connection, query, {"code": code})
    return int(number)
