"""Each venue's state in a few figures, from indexes alone: monitoring asks often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import Connection

from posexport.core.coverage import find_missing
from posexport.core.findings.days import make_no_data_finding
from posexport.store.database import day_number, day_of, read_rows

_NO_DATA = make_no_data_finding().digest


@dataclass(frozen=True, slots=True)
class Health:
    """One venue: its last drafted business day, and its closed days that are not done; among them days without data on
    weekdays that usually have sales."""

    last_drafted: date | None
    oldest_waiting: date | None
    waiting: int


_DRAFTED = """
    SELECT MAX(business_day) FROM delivery
    WHERE venue_id = :venue AND state = 'drafted' AND document_kind = 'voucher'
    """

_DAYS = """
    SELECT business_day, is_open FROM business_day
    WHERE venue_id = :venue AND business_day BETWEEN :first AND :last
    """

_EXPLAINED = """
    SELECT business_day FROM acceptance WHERE venue_id = :venue AND code = 'no-sales-data' AND digest = :digest
    UNION
    SELECT business_day FROM booked_elsewhere WHERE venue_id = :venue AND ended_at_utc_s IS NULL
    """


def read_health(connection: Connection, venue: int, first: date, last_closed: date, *, by_itself: bool) -> Health:
    """A venue's state. `first`: its first business day to export. Days without data count up to `last_closed` for a
    venue exported automatically (`by_itself`), else only up to its last day with data."""
    [(drafted,)] = read_rows(connection, _DRAFTED, {"venue": venue})
    stretch = {"venue": venue, "first": day_number(first), "last": day_number(last_closed)}
    rows = read_rows(connection, _DAYS, stretch)
    waiting = {_ordinal(number) for number, is_open in rows if is_open}
    days = [_ordinal(number) for number, _ in rows]
    if days:
        missing = find_missing(days, last_closed.toordinal() + 1 if by_itself else max(days))
        waiting.update(set(missing) - _read_explained(connection, venue) if missing else ())
    oldest = date.fromordinal(min(waiting)) if waiting else None
    return Health(day_of(drafted) if drafted else None, oldest, len(waiting))


def _read_explained(connection: Connection, venue: int) -> set[int]:
    """Days without data that a person has accepted, or booked by hand."""
    return {_ordinal(number) for (number,) in read_rows(connection, _EXPLAINED, {"venue": venue, "digest": _NO_DATA})}


@lru_cache(maxsize=8_192)
def _ordinal(number: int) -> int:
    return day_of(number).toordinal()
