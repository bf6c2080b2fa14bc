"""The period that a file claims to cover, where that is credible: a stored ticket in a newer file's period that the
file lacks has been deleted at the source.

Times are UTC seconds. `sales_file.claim` holds a file's claim as JSON, with the credible period per venue.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from posexport.core.coverage import Span
from posexport.core.day import BusinessCalendar
from posexport.core.sales import Coverage
from posexport.store.database import day_number, day_of, read_rows

_ONE_DAY = timedelta(days=1)


def believe(claim: Coverage, calendar: BusinessCalendar, first_utc_s: int, last_utc_s: int) -> Span | None:
    """The period that a file claims to cover, up to when it was made; None where it claims none, or where its own
    tickets lie outside."""
    if claim.start is None or claim.end is None:
        return None
    start, end = calendar.place(claim.start).at_utc_s, calendar.place(claim.end).at_utc_s
    if claim.made_at is not None and calendar.place(claim.made_at).at_utc_s >= last_utc_s:
        end = min(end, calendar.place(claim.made_at).at_utc_s)
    return Span(start, end) if start <= first_utc_s and last_utc_s <= end else None


_DAYS_OF_REGISTERS = """
    SELECT business_day, register_id FROM day_count
    WHERE venue_id = :venue AND business_day BETWEEN :first AND :last AND status = 0
      AND last_at_utc_s >= :start AND first_at_utc_s < :end
    """


def find_trusted(
    connection: Connection,
    venue: int,
    registers: Iterable[int],
    span: Span,
    calendar: BusinessCalendar,
    own: tuple[date, date],
) -> tuple[date, date] | None:
    """The first and last business day for which a claim is credible; None where all of it is. If the same registers
    have sales in the claimed period on days before or after the file's `own` days, of which the file has none, the file
    does not cover those days."""
    first, last = calendar.open_day(span.start_utc_s), calendar.open_day(max(span.start_utc_s, span.end_utc_s - 1))
    if first >= own[0] and last <= own[1]:
        return None
    claimed = {"venue": venue, "first": day_number(first), "last": day_number(last)}
    claimed |= {"start": span.start_utc_s, "end": span.end_utc_s}
    rows = read_rows(connection, _DAYS_OF_REGISTERS, claimed)
    wanted = set(registers)
    sold = {day_of(day) for day, register_id in rows if register_id in wanted}
    before = max((day for day in sold if day < own[0]), default=None)
    after = min((day for day in sold if day > own[1]), default=None)
    if before is None and after is None:
        return None
    return (first if before is None else before + _ONE_DAY), (last if after is None else after - _ONE_DAY)


def trim(span: Span, trusted: tuple[date, date] | None, calendar: BusinessCalendar) -> Span:
    """The period cut to the business days for which it is credible."""
    if trusted is None:
        return span
    first, last = trusted
    return Span(max(span.start_utc_s, calendar.start(first)), min(span.end_utc_s, calendar.end(last)))


def format_claim(claim: Coverage, believed: dict[int, Span], written_at_utc_s: int | None = None) -> str:
    """The JSON for `sales_file.claim`: times as ISO dates, credible periods by venue number, and when the file was last
    written."""
    spans = {str(venue): list(span) for venue, span in believed.items()}
    document = claim._asdict() | {"believed": spans}
    if written_at_utc_s is not None:
        document[_WRITTEN_AT] = written_at_utc_s
    return json.dumps(document, default=datetime.isoformat, ensure_ascii=False)


_WRITTEN_AT = "written_at_utc_s"


def parse_written_at(document: str) -> int | None:
    """When a file was last written (UTC s), from its claim's JSON; None where unknown."""
    written_at: int | None = json.loads(document).get(_WRITTEN_AT) if document else None
    return written_at


def parse_claim(document: str) -> Coverage:
    """The claim itself, from its JSON."""
    data = json.loads(document) if document else {}
    claim = {name: value for name, value in data.items() if name in Coverage._fields}
    times = {name: datetime.fromisoformat(claim[name]) for name in ("start", "end", "made_at") if claim.get(name)}
    return Coverage(**{**claim, **times})


class _NewerFile(NamedTuple):
    file_id: int
    made_at_utc_s: int
    span: Span


_NEWER = """
    SELECT f.id, f.made_at_utc_s, f.claim FROM sales_file f
    WHERE f.made_at_utc_s > :made AND f.undone_by IS NULL AND f.kind = 'import' AND f.id IN (
        SELECT file_id FROM span WHERE venue_id = :venue AND end_utc_s > :first AND start_utc_s <= :last)
    """
_HAS_REGISTER_DAY = """
    SELECT 1 FROM ticket t
    WHERE t.venue_id = :venue AND t.business_day = :day AND t.register_id = :register AND EXISTS (
        SELECT 1 FROM ticket_hold h WHERE h.file_id = :file AND h.first_id <= t.id AND h.last_id >= t.id)
    LIMIT 1
    """


class NewerFiles:
    """Files newer than the one being read that cover the time of its tickets."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._has: dict[tuple[int, int, int, int], bool] = {}
        self._files: dict[int, list[_NewerFile]] = {}

    def look(self, venues: Iterable[int], made_at_utc_s: int, first_utc_s: int, last_utc_s: int) -> None:
        """Find the newer files that cover something of these venues between these times."""
        self._files = {}
        for venue in venues:
            stretch = {"venue": venue, "made": made_at_utc_s, "first": first_utc_s, "last": last_utc_s}
            for file_id, made_at, document in read_rows(self._connection, _NEWER, stretch):
                believed = json.loads(document).get("believed", {}).get(str(venue)) if document else None
                if believed:
                    self._files.setdefault(venue, []).append(_NewerFile(file_id, made_at, Span(*believed)))

    def lack(self, venue: int, register_id: int, business_day: int, at_utc_s: int) -> bool:
        """Whether a newer file should have a ticket of this register and time, but has not: it covers the time, and it,
        or another part of the same export, has tickets of the register's day."""
        files = self._files.get(venue, ())
        for file in files:
            if file.span.start_utc_s <= at_utc_s < file.span.end_utc_s:
                parts = [other.file_id for other in files if other.made_at_utc_s == file.made_at_utc_s]
                if any(self._has_day(part, venue, register_id, business_day) for part in parts):
                    return True
        return False

    def _has_day(self, file_id: int, venue: int, register_id: int, business_day: int) -> bool:
        key = (file_id, venue, register_id, business_day)
        if key not in self._has:
            of_day = {"venue": venue, "day": business_day, "register": register_id, "file": file_id}
            self._has[key] = bool(read_rows(self._connection, _HAS_REGISTER_DAY, of_day))
        return self._has[key]
