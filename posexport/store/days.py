"""Which business days have data, and which act last touched them."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from posexport.core.company import Venue
from posexport.core.sales import TicketStatus
from posexport.store.database import day_number, day_of, read_rows
from posexport.store.setups import find_venue_number
from posexport.store.tables import (
    BusinessDayRow,
    ZReportRow,
)

_day, _z = BusinessDayRow.__table__, ZReportRow.__table__  # type: ignore[attr-defined]


Days = tuple[date, date]
"""(first, last) business day, both included."""


def of_days(venue: int, days: Days) -> dict[str, int]:
    """A venue's number and a range of days as query parameters."""
    return {"venue": venue, "first": day_number(days[0]), "last": day_number(days[1])}


def read_days(
    connection: Connection, venue: int, first: date | None, last: date, *, only_open: bool = False
) -> list[date]:
    """The business days that have data, in order; with `only_open`, those neither drafted nor known to be empty."""
    rows = read_rows(connection, _OPEN_DAYS if only_open else _DAYS, of_days(venue, (first or date.min, last)))
    return [day_of(row[0]) for row in rows]


_DAYS = """
    SELECT business_day FROM business_day
    WHERE venue_id = :venue AND business_day BETWEEN :first AND :last ORDER BY business_day
    """
_OPEN_DAYS = """
    SELECT business_day FROM business_day
    WHERE venue_id = :venue AND business_day BETWEEN :first AND :last AND is_open ORDER BY business_day
    """


def has_sales(connection: Connection, venue: Venue) -> bool:
    """Whether any business day of a venue has data."""
    number = find_venue_number(connection, venue)
    return connection.execute(select(_day.c.venue_id).where(_day.c.venue_id == number).limit(1)).first() is not None


_TRAIL = """
    SELECT f.source, f.batch FROM sales_file f JOIN business_day d ON d.file_id = f.id
    WHERE d.venue_id = :venue AND d.business_day = :day
    """


def read_trail(connection: Connection, venue: int, day: date) -> tuple[str, str]:
    """The (source, batch) of the file that last gave the day tickets: the audit trail back to it."""
    found = read_rows(connection, _TRAIL, {"venue": venue, "day": day_number(day)})
    return found[0] if found else ("", "")


class SourceFile(NamedTuple):
    """A sales file by its name, and when it was read (UTC s)."""

    name: str
    read_at_utc_s: int


_SOURCES = f"""
    SELECT name, read_at_utc_s FROM sales_file
    WHERE name <> '' AND id IN (
        SELECT COALESCE(f.of_file_id, f.id) FROM sales_file f WHERE f.id IN (
            SELECT t.file_id FROM ticket t
            WHERE t.venue_id = :venue AND t.business_day = :day AND t.status <> {int(TicketStatus.WITHDRAWN)}))
    ORDER BY id
    """  # noqa: S608


def read_source_files(connection: Connection, venue: int, day: date) -> list[SourceFile]:
    """The files that a business day's tickets, as they are now, were read from, in the order they were read."""
    return [SourceFile(*row) for row in read_rows(connection, _SOURCES, {"venue": venue, "day": day_number(day)})]


def last_file_of(connection: Connection, venue: int, day: date) -> int:
    """The id of the last act that touched a day; 0 where none did."""
    of_day = {"venue": venue, "day": day_number(day)}
    found = read_rows(
        connection, "SELECT file_id FROM business_day WHERE venue_id = :venue AND business_day = :day", of_day
    )
    return int(found[0][0]) if found else 0
