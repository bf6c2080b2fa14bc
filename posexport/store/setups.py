"""Companies and venues as last saved, and the numbers by which other tables refer to them.

A venue's number never changes: a new id is written to its row, and a removed venue keeps its row and, inside its
company's document, its setup (`_REMOVED`), so that its days can still be looked at.
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
from posexport.store.database import day_number, day_of, insert_row, list_parameters, read_rows
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
    """Save a company's document, and give new venues their numbers. `removed`: the setup of venues that are removed
    now; venues that come back are saved as the company has them.

    Raises UsageError where a venue that comes back has another `export_from` (its days might be exported twice) or
    another company, and where its id stands on another venue's vouchers.
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
    """The document to store: the company's, with its removed venues."""
    kept = {row["id"]: row for row in (*saved.get(_REMOVED, ()), *removed)}
    rows = [row for id_, row in kept.items() if id_ not in {venue.id for venue in company.venues}]
    return {**company.document, _REMOVED: rows} if rows else company.document


def _keep_venue(connection: Connection, venue: Venue, row: Any, company: int) -> None:
    """Update the row of a venue that was set up before; a removed one is restored."""
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
    """Write new ids to venues' rows; everything known of the venues stays with them. Two venues may swap ids.

    Raises UsageError where a new id is a removed venue's, or stands on another venue's vouchers.
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
    """Raises UsageError where an id stands on the vouchers of another venue, renamed since: references must stay
    unique."""
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
    """The setup, in the order it was first applied; of `companies` only, where given."""
    return Setup(tuple(_parse(document) for document in _read_documents(connection, companies)))


def load_removed(connection: Connection) -> tuple[tuple[Venue, int], ...]:
    """The removed venues as they were last set up, without a schedule, and when they were removed (UTC s)."""
    venues = [venue for document in _read_documents(connection, None) for venue in _parse_removed(document)]
    rows = _read_venues(connection) if venues else {}
    return tuple((venue, at) for venue in venues if (at := rows[venue.id].removed_at_utc_s) is not None)


def _read_documents(connection: Connection, companies: Collection[str] | None) -> Sequence[str]:
    listed, codes = list_parameters(companies or ())
    if companies is not None and not codes:
        return []
    chosen = f" WHERE code IN ({listed})" if codes else ""
    rows = read_rows(connection, f"SELECT document FROM company{chosen} ORDER BY id", codes)  # noqa: S608
    return [document for (document,) in rows]


@lru_cache(maxsize=4_096)
def _parse(document: str) -> Company:
    """A company from its document. Cached by the document: a scheduler reads a thousand of them every minute."""
    kept = json.loads(document)
    kept.pop(_REMOVED, None)
    return parse_company(kept)


def _parse_removed(document: str) -> tuple[Venue, ...]:
    if _REMOVED not in document:
        return ()
    kept = json.loads(document)
    company = parse_company({**kept, "venue": kept.get(_REMOVED, [])})
    return tuple(replace(venue, automatic_export=False, is_removed=True) for venue in company.venues)


def has_history(connection: Connection, venue_id: str) -> bool:
    """Whether a venue has, or had, business days with data, tickets or deliveries."""
    number = connection.execute(select(_venue.c.id).where(_venue.c.code == venue_id)).scalar()
    if number is None:
        return False
    tables = (_day, _ticket, _delivery)
    return any(
        connection.execute(select(table.c.venue_id).where(table.c.venue_id == number).limit(1)).first() is not None
        for table in tables
    )


def count_undrafted(connection: Connection, venue_id: str) -> int:
    """How many of a venue's business days are not done."""
    number = _find_number(connection, "SELECT id FROM venue WHERE code = :code", venue_id)
    open_days = select(func.count()).where(_day.c.venue_id == number, _day.c.is_open)
    return int(connection.execute(open_days).scalar() or 0)


def find_unanswered(connection: Connection, venue_id: str) -> list[tuple[date, str]]:
    """The vouchers of a venue with lost answers: business day and reference."""
    number = _find_number(connection, "SELECT id FROM venue WHERE code = :code", venue_id)
    states = ("sending", "removing", "uncertain")
    rows = connection.execute(
        select(_delivery.c.business_day, _delivery.c.reference)
        .where(_delivery.c.venue_id == number, _delivery.c.state.in_(states))
        .order_by(_delivery.c.business_day, _delivery.c.reference)
    )
    return [(day_of(row.business_day), row.reference) for row in rows]


def find_drafted_days(connection: Connection, venue: int) -> list[date]:
    """The business days that have a drafted voucher, in order."""
    of_venue = (_delivery.c.venue_id == venue, _delivery.c.document_kind == VOUCHER.name)
    days = select(_delivery.c.business_day).where(*of_venue, _delivery.c.state == "drafted")
    return [
        day_of(number) for number in connection.execute(days.distinct().order_by(_delivery.c.business_day)).scalars()
    ]


def read_codes(connection: Connection) -> list[tuple[str, str]]:
    """Every stored id: registers with their venue's id, all other codes with ""."""
    registers = select(_venue.c.code, _register.c.code).join(_venue, _venue.c.id == _register.c.venue_id)
    found = [(venue, code) for venue, code in connection.execute(registers)]
    return found + [("", text) for text in connection.execute(select(_code.c.text)).scalars()]


def find_only_company(connection: Connection) -> str:
    """The id of the only company; "" where there are several."""
    codes = connection.execute(select(_company.c.code).limit(2)).scalars().all()
    return codes[0] if len(codes) == 1 else ""


def find_venue_number(connection: Connection, venue: Venue) -> int:
    """The number by which other tables refer to a venue."""
    return _find_number(connection, "SELECT id FROM venue WHERE code = :code", venue.id)


def find_place(connection: Connection, number: int) -> int:
    """A venue's position among all venues its company has, or had, in the order they came: 1 for the first; never
    changes."""
    query = """
        SELECT COUNT(*) FROM venue v JOIN venue own ON own.company_id = v.company_id
        WHERE own.id = :id AND v.id <= :id
        """
    [(place,)] = read_rows(connection, query, {"id": number})
    return int(place)


def lock_venue(connection: Connection, number: int) -> None:
    """Keep others that lock the same venue out until this transaction ends. Nothing to do on SQLite."""
    connection.execute(select(_venue.c.id).where(_venue.c.id == number).with_for_update())


def find_company_number(connection: Connection, company_id: str) -> int:
    """The number by which other tables refer to a company."""
    return _find_number(connection, "SELECT id FROM company WHERE code = :code", company_id)


def _find_number(connection: Connection, query: str, code: str) -> int:
    [(number,)] = read_rows(connection, query, {"code": code})
    return int(number)
