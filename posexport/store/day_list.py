"""The stored day list: the status of every business day, so that it need not be worked out again.

Whatever writes data that a day's status depends on leaves a mark in the same transaction (by database triggers, see
`tables.DayMarkRow`). A stored day is valid while no mark concerns it, its time has not run out, and the setup is the
one it was made from. Readers work out invalid days and renew the list, unless another process renewed the venue's
meanwhile; they delete only the marks that existed when they began to read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from posexport.core.vat import VatRate
from posexport.store.charts import parse_rates
from posexport.store.database import day_number, day_of, read_rows

FOREVER_S = 1 << 60
"""The end (UTC s) of what no passing of time changes."""

NEVER_S = 0
"""The end (UTC s) of what is worked out every time."""

_AT_A_TIME = 500


class KeptDay(NamedTuple):
    """One business day as it is stored. `document`: its status rows as JSON, empty where only the other columns were
    read."""

    business_day: int
    state: str
    exit_code: int
    debit_ore: int | None
    is_settled: bool
    is_stale: bool
    made_from: int
    since_utc_s: int
    until_utc_s: int
    document: str


class RenewedDay(NamedTuple):
    """One business day as it was worked out. `codes`: of its findings; `exit_code`: who must act."""

    business_day: date
    state: str
    exit_code: int
    codes: str
    debit_ore: int | None
    is_settled: bool
    made_from: int
    since_utc_s: int
    until_utc_s: int
    document: str


class Lately(NamedTuple):
    """Of each venue, the latest `many` days with data up to `closed`."""

    closed: date
    many: int


@dataclass(slots=True)
class VenueDays:
    """One venue's day list at one moment. `with_data`: its business days with data, in order; `kept`: stored days by
    number; `marks`: what changed since: `changed` days, and with `is_wide` every day that is not settled."""

    number: int
    version: int
    rates: tuple[VatRate, ...]
    with_data: list[int] = field(default_factory=list)
    kept: dict[int, KeptDay] = field(default_factory=dict)
    marks: list[int] = field(default_factory=list)
    changed: set[int] = field(default_factory=set)
    is_wide: bool = False

    def find_fresh(self, day: int, made_from: int, now_utc_s: int) -> KeptDay | None:
        """A stored day that is still valid; None where it must be worked out."""
        kept = self.kept.get(day)
        if kept is None or kept.is_stale or kept.made_from != made_from or day in self.changed:
            return None
        if (self.is_wide and not kept.is_settled) or not kept.since_utc_s <= now_utc_s < kept.until_utc_s:
            return None
        return kept


_VENUES = """
    SELECT v.code, v.id, COALESCE(l.version, 0), h.rates
    FROM venue v LEFT JOIN chart h ON h.company_id = v.company_id LEFT JOIN day_list_version l ON l.venue_id = v.id
    """
_WITH_DATA = "SELECT venue_id, business_day FROM business_day WHERE {0} ORDER BY venue_id, business_day"
_WITH_DATA_OF_LATE = """
    SELECT venue_id, business_day FROM business_day WHERE {0}
    UNION
    SELECT d.venue_id, d.business_day FROM venue v CROSS JOIN business_day d
    WHERE v.id IN ({1}) AND d.venue_id = v.id AND d.business_day <= :closed AND d.business_day >= COALESCE(
        (SELECT e.business_day FROM business_day e WHERE e.venue_id = v.id AND e.business_day <= :closed
         ORDER BY e.business_day DESC LIMIT 1 OFFSET :before), 0)
    ORDER BY 1, 2
    """
_KEPT = """
    SELECT venue_id, business_day, state, exit_code, debit_ore, is_settled, is_stale, made_from, since_utc_s,
        until_utc_s, {1}
    FROM day_list WHERE {0}
    """
_MARKS = "SELECT id, venue_id, business_day, is_wide FROM day_mark WHERE {0}"


def read_day_lists(
    connection: Connection,
    venues: Collection[str],
    days: tuple[date | None, date | None] = (None, None),
    *,
    with_documents: bool = True,
    lately: Lately | None = None,
) -> dict[str, VenueDays]:
    """The day lists of these venues, by venue id; of the days between `days`, both included, where these are given.
    `with_documents`: with the status rows, which are most of what is read. `lately`: of the days with data only those
    between `days`, and each venue's latest; None for all of them."""
    document = "document" if with_documents else "''"
    wanted = set(venues)
    found = {
        code: VenueDays(number, version, parse_rates(rates))
        for code, number, version, rates in read_rows(connection, _VENUES, {})
        if code in wanted
    }
    by_number = {of_venue.number: of_venue for of_venue in found.values()}
    numbers = sorted(by_number)
    for some in (numbers[start : start + _AT_A_TIME] for start in range(0, len(numbers), _AT_A_TIME)):
        listed = ", ".join(map(str, some))
        of_venues = f"venue_id IN ({listed})"
        between = {name: day_number(day) for name, day in zip(("first", "last"), days, strict=True) if day is not None}
        conditions = {"first": "business_day >= :first", "last": "business_day <= :last"}
        where = " AND ".join([of_venues, *(conditions[name] for name in between)])
        if lately is None:
            with_data = read_rows(connection, _WITH_DATA.format(of_venues), {})
        else:
            late = {"closed": day_number(lately.closed), "before": lately.many - 1}
            with_data = read_rows(connection, _WITH_DATA_OF_LATE.format(where, listed), between | late)
        for venue, day in with_data:
            by_number[venue].with_data.append(day)
        for venue, *kept in read_rows(connection, _KEPT.format(where, document), between):
            by_number[venue].kept[kept[0]] = KeptDay(*kept)
        for mark, venue, day, is_wide in read_rows(connection, _MARKS.format(of_venues), {}):
            _add_mark(by_number[venue], mark, day, is_wide=bool(is_wide))
    return found


def _add_mark(of_venue: VenueDays, mark: int, day: int, *, is_wide: bool) -> None:
    of_venue.marks.append(mark)
    of_venue.changed.add(day)
    of_venue.is_wide = of_venue.is_wide or is_wide


def renew_day_list(connection: Connection, of_venue: VenueDays, days: Sequence[RenewedDay]) -> bool:
    """Store days that were worked out from `of_venue`, and delete the marks it had; other days these marks concern are
    flagged as stale. False, and nothing stored, where another process renewed the venue's list meanwhile."""
    if not _raise_version(connection, of_venue):
        return False
    key = {"venue": of_venue.number}
    if of_venue.is_wide:
        connection.execute(_UNSETTLE, key)
    _execute_many(connection, _UNSETTLE_DAY, [key | {"day": day} for day in sorted(of_venue.changed)])
    _execute_many(connection, _KEEP, [_columns_of(of_venue.number, day) for day in days])
    for start in range(0, len(of_venue.marks), _AT_A_TIME):
        seen = ", ".join(map(str, of_venue.marks[start : start + _AT_A_TIME]))
        connection.exec_driver_sql(f"DELETE FROM day_mark WHERE id IN ({seen})")  # noqa: S608
    return True


def _execute_many(connection: Connection, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(statement, rows)


def _columns_of(venue: int, day: RenewedDay) -> dict[str, Any]:
    return {"venue": venue, **day._asdict(), "business_day": day_number(day.business_day)}


def _raise_version(connection: Connection, of_venue: VenueDays) -> bool:
    """Increase the list's version, unless another process has since it was read; False then. Locks the list until the
    transaction ends."""
    values = {"venue": of_venue.number, "seen": of_venue.version}
    statement = _RAISE if of_venue.version else _RAISE_FIRST
    return bool(connection.execute(statement, values).rowcount == 1)


_RAISE = text("UPDATE day_list_version SET version = version + 1 WHERE venue_id = :venue AND version = :seen")
_RAISE_FIRST = text(
    "INSERT INTO day_list_version (venue_id, version) VALUES (:venue, :seen + 1) ON CONFLICT (venue_id) DO NOTHING"
)
_UNSETTLE = text("UPDATE day_list SET is_stale = TRUE WHERE venue_id = :venue AND NOT is_settled")
_UNSETTLE_DAY = text("UPDATE day_list SET is_stale = TRUE WHERE venue_id = :venue AND business_day = :day")
_NAMES = ("business_day", *(name for name in RenewedDay._fields if name != "business_day"))
_KEEP = text(
    f"""
    INSERT INTO day_list (venue_id, is_stale, {", ".join(_NAMES)})
    VALUES (:venue, FALSE, {", ".join(f":{name}" for name in _NAMES)})
    ON CONFLICT (venue_id, business_day) DO UPDATE
    SET is_stale = FALSE, {", ".join(f"{name} = excluded.{name}" for name in _NAMES[1:])}
    """  # noqa: S608
)


def days_of(numbers: Iterable[int]) -> list[date]:
    """Stored business day numbers as dates."""
    return [day_of(number) for number in numbers]
