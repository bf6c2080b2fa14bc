"""Companies and venues as they were last applied, and the numbers the other tables know them by."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import lru_cache

from sqlalchemy import Connection, insert, select, update

from posexport.core.setup import Company, Setup, Venue, parse_company
from posexport.errors import UsageError
from posexport.store.database import day_number, day_of, insert_row, read_rows
from posexport.store.tables import CompanyRow, VenueRow

_company, _venue = CompanyRow.__table__, VenueRow.__table__  # type: ignore[attr-defined]


def save_company(connection: Connection, company: Company, now_utc_s: int) -> None:
    """Save a company's document, and give each new venue its number.

    Raises UsageError where a venue that was set up before, and left out since, comes back with another
    `export_from`: its days might be exported twice.
    """
    values = {"document": json.dumps(company.document, ensure_ascii=False), "saved_at_utc_s": now_utc_s}
    company_id = connection.execute(select(_company.c.id).where(_company.c.code == company.id)).scalar()
    if company_id is None:
        company_id = insert_row(connection, _company, code=company.id, **values)
    else:
        connection.execute(update(_company).where(_company.c.id == company_id).values(**values))
    known = {row.code: row.export_from for row in connection.execute(select(_venue.c.code, _venue.c.export_from))}
    for venue in company.venues:
        export_from = day_number(venue.export_from)
        if venue.id not in known:
            connection.execute(insert(_venue).values(company_id=company_id, code=venue.id, export_from=export_from))
        elif known[venue.id] != export_from:
            raise UsageError(
                f"Venue {venue.id} was set up before with export_from = {day_of(known[venue.id])}, which cannot be "
                "changed once saved. Write that date again, or give the venue another id."
            )


def load_setup(connection: Connection, companies: Collection[str] | None = None) -> Setup:
    """Everything that is set up, in the order it was first applied; of `companies` alone where they are given."""
    chosen = select(_company.c.document).order_by(_company.c.id)
    if companies is not None:
        chosen = chosen.where(_company.c.code.in_(companies))
    return Setup(tuple(_parse(document) for document in connection.execute(chosen).scalars()))


@lru_cache(maxsize=4_096)
def _parse(document: str) -> Company:
    """A company is the same for as long as its document is: a scheduler reads a thousand of them every minute."""
    return parse_company(json.loads(document))


def find_venue_number(connection: Connection, venue: Venue) -> int:
    """The number other tables know a venue by."""
    return _find_number(connection, "SELECT id FROM venue WHERE code = :code", venue.id)


def lock_venue(connection: Connection, number: int) -> None:
    """Nobody else who locks the same venue writes of it before this transaction ends. SQLite's is alone anyway."""
    connection.execute(select(_venue.c.id).where(_venue.c.id == number).with_for_update())


def find_company_number(connection: Connection, company_id: str) -> int:
    """The number other tables know a company by."""
    return _find_number(connection, "SELECT id FROM company WHERE code = :code", company_id)


def _find_number(connection: Connection, query: str, code: str) -> int:
    [(number,)] = read_rows(connection, query, {"code": code})
    return int(number)
