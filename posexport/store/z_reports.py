"""Z-reports, what each file says of one, and the register sums they are compared with."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from posexport.core.day import BusinessCalendar
from posexport.core.sales import TicketStatus
from posexport.core.z_report import SumRow, TicketFigures, ZFigures, sum_rows, sum_totals
from posexport.store.database import Database, day_of, read_rows
from posexport.store.day_counts import CountRow
from posexport.store.days import Days
from posexport.store.sums import DaySums, add_registers, list_day_sums, read_register_rows, remember_codes
from posexport.store.tables import ZReadingRow

_reading = ZReadingRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class StoredZReport:
    """A Z-report with the time it covers of its register: after `since_utc_s`, up to and including `until_utc_s`.
    `is_first`: no earlier one is known."""

    figures: ZFigures
    register_id: int
    since_utc_s: int
    until_utc_s: int
    is_first: bool = False


_Z_REPORTS = """
    SELECT z.register_id, r.code, z.number, z.reported_at_utc_s, z.business_day, z.total_ore, z.totals,
           (SELECT MAX(p.reported_at_utc_s) FROM z_report p
            WHERE p.register_id = z.register_id AND p.reported_at_utc_s < z.reported_at_utc_s) AS since
    FROM z_report z JOIN register r ON r.id = z.register_id
    WHERE z.venue_id = :venue AND z.reported_at_utc_s >= :start AND z.reported_at_utc_s < :horizon
    ORDER BY z.reported_at_utc_s, r.code
    """


def read_z_reports(connection: Connection, venue: int, calendar: BusinessCalendar, days: Days) -> list[StoredZReport]:
    """The Z-reports whose covered time overlaps the days, in order. A Z-report covers its register from the previous
    one on; the first of all covers its own business day."""
    start, end = calendar.start(days[0]), calendar.end(days[1])
    stretch = {"venue": venue, "start": start, "horizon": end + HORIZON_S}
    rows = read_rows(connection, _Z_REPORTS, stretch)
    found = []
    for register_id, code, number, reported_at, day, total_ore, totals, since in rows:
        since_utc_s = calendar.start(day_of(day)) - 1 if since is None else since
        if since_utc_s >= end:
            continue
        figures = sum_totals(code, number, total_ore, json.loads(totals))
        found.append(StoredZReport(figures, register_id, since_utc_s, reported_at, since is None))
    return found


HORIZON_S = 4 * 86_400
"""How long (s) after a day a Z-report may still be the one that covers it."""


@dataclass(frozen=True, slots=True)
class RegisterDay:
    """The sums of one register's counted tickets of one business day, and their first and last time."""

    business_day: date
    first_utc_s: int
    last_utc_s: int
    sums: list[SumRow]


RegisterDays = Mapping[int, Sequence[RegisterDay]]
"""By register, its days in order."""


def read_sums_by_register(
    database: Database, connection: Connection, venue: int, days: Days, counts: Mapping[date, Sequence[CountRow]]
) -> tuple[list[DaySums], RegisterDays]:
    """The sums of days, and of each register's days. `counts`: of these days at least."""
    rows = read_register_rows(connection, venue, days)
    found = list(list_day_sums(database, connection, list(add_registers(rows))))
    codes = database.codes  # knows those of the sums just listed
    by_register: dict[tuple[int, int], list[SumRow]] = defaultdict(list)
    for day, kind, _, code, vat, _, _, _, amount_ore, _, _, lines, _, _, _, _, register, positive_ore, vat_ore in rows:
        by_register[day, register].append((kind, codes[code], codes[vat], amount_ore, positive_ore, vat_ore, lines))
    register_days: dict[int, list[RegisterDay]] = defaultdict(list)
    first, last = days
    for day, of_day in counts.items():
        for row in of_day if first <= day <= last else ():
            if row.status == TicketStatus.COUNTED:  # else its drawer was counted and nothing sold
                sums = by_register.get((row.business_day, row.register), [])
                register_days[row.register].append(RegisterDay(day, row.first_utc_s, row.last_utc_s, sums))
    return found, register_days


_COVERED = """
    SELECT id, business_day FROM ticket
    WHERE register_id = :register AND completed_at_utc_s > :since AND completed_at_utc_s <= :until AND status = 0
    """
_REGISTER_SUMS = f"""
    WITH covered AS ({_COVERED})
    SELECT business_day, kind, code_id, vat_code_id, CAST(SUM(amount_ore) AS BIGINT),
           CAST(SUM(CASE WHEN amount_ore > 0 THEN amount_ore ELSE 0 END) AS BIGINT),
           CAST(CASE WHEN COUNT(vat_ore) = COUNT(*) THEN SUM(vat_ore) END AS BIGINT), COUNT(*)
    FROM entry
    WHERE venue_id = :venue
      AND business_day >= (SELECT MIN(business_day) FROM covered)
      AND business_day <= (SELECT MAX(business_day) FROM covered)
      AND ticket_id IN (SELECT id FROM covered)
    GROUP BY business_day, kind, part, code_id, vat_code_id
    """  # noqa: S608
"""One pass over the days that the tickets are of, each amount asked for its ticket: `ticket_id` stands so late in the
key of `entry` that to look up ticket by ticket would be such a pass for every one of them. Grouped in the order of
the key, which needs no sorting."""


_REGISTER_DAYS = f"SELECT DISTINCT business_day FROM ({_COVERED}) AS covered"  # noqa: S608
"""Also those whose tickets have no amounts."""


def read_register_sums(
    database: Database, connection: Connection, venue: int, z: StoredZReport
) -> tuple[TicketFigures, frozenset[date]]:
    """The sums of a register's tickets within the time that a Z-report covers, ticket by ticket, and the business days
    they belong to."""
    stretch = {"register": z.register_id, "venue": venue, "since": z.since_utc_s, "until": z.until_utc_s}
    rows = read_rows(connection, _REGISTER_SUMS, stretch)
    days = read_rows(connection, _REGISTER_DAYS, stretch)
    remember_codes(database, connection, {id_ for row in rows for id_ in row[2:4]})
    codes = database.codes
    figures = sum_rows((row[1], codes[row[2]], codes[row[3]], *row[4:]) for row in rows)
    return figures, frozenset(day_of(number) for (number,) in days)


# Written

READINGS_AT_ONCE = 500
"""How many rows one statement writes."""

_HAS_READING = select(_reading.c.file_id).where(
    _reading.c.z_report_id == bindparam("z_report_id"), _reading.c.file_id == bindparam("file_id")
)


class ZReadings:
    """Writes what one file says of each Z-report, so that an import can be undone."""

    def __init__(self, connection: Connection, file_id: int) -> None:
        self._connection, self._file_id = connection, file_id
        self._waiting: dict[int, dict[str, Any]] = {}

    def add(self, z_report_id: int, figures: Mapping[str, Any], *, is_new: bool = False) -> bool:
        """Store a Z-report as this file has it; False where this file had it before. `is_new`: no file had it
        before."""
        key = {"z_report_id": z_report_id, "file_id": self._file_id}
        if z_report_id in self._waiting:
            return False
        if not is_new and self._connection.execute(_HAS_READING, key).first() is not None:
            return False
        self._waiting[z_report_id] = {**key, **figures}
        if len(self._waiting) >= READINGS_AT_ONCE:
            self.write()
        return True

    def write(self) -> None:
        """Write what has not been written yet."""
        if self._waiting:
            self._connection.execute(insert(_reading), list(self._waiting.values()))
        self._waiting.clear()
