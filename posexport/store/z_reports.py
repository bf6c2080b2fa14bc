"""Z-reports, and the register sums they are compared with."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection

from posexport.core.day import BusinessCalendar
from posexport.core.sales import (
    EntryKind,
    TicketStatus,
    ZReport,
    ZTotal,
)
from posexport.core.z_report import TicketSum
from posexport.store.counts import CountRow
from posexport.store.database import Database, day_of, read_rows
from posexport.store.days import Days, of_days
from posexport.store.sums import DaySums, list_day_sums, remember_codes

_KINDS = {int(kind): kind for kind in EntryKind}


@dataclass(frozen=True, slots=True)
class StoredZReport:
    """A Z-report with the time it covers of its register: after `since_utc_s`, up to and including `until_utc_s`.
    `is_first`: no earlier one is known."""

    report: ZReport
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
        report = ZReport(
            register=code,
            number=number,
            reported_at=datetime.fromtimestamp(reported_at, UTC),
            total_ore=total_ore,
            totals=tuple(
                ZTotal(None if kind is None else _KINDS[kind], total_code, amount_ore, vat_ore)
                for kind, total_code, amount_ore, vat_ore in json.loads(totals)
            ),
        )
        found.append(StoredZReport(report, register_id, since_utc_s, reported_at, since is None))
    return found


HORIZON_S = 4 * 86_400
"""How long after a day a Z-report may still be the one that covers it."""


@dataclass(frozen=True, slots=True)
class RegisterDay:
    """The sums of one register's counted tickets of one business day, and their first and last time."""

    business_day: date
    first_utc_s: int
    last_utc_s: int
    sums: list[TicketSum]


RegisterDays = Mapping[int, Sequence[RegisterDay]]
"""A stretch of days by register, in order."""


_BY_REGISTER = """
    SELECT business_day, kind, part, code_id, vat_code_id, vat_rate_bp, customer_id, currency_id,
           amount_ore, vat_ore, discount_ore, entries, stated_ore, stated_entries, lowest_rate, highest_rate,
           register_id, positive_ore
    FROM day_sum
    WHERE venue_id = :venue AND business_day BETWEEN :first AND :last
    ORDER BY business_day, kind, part, code_id, vat_code_id, vat_rate_bp, customer_id, currency_id, register_id
    """
"""In the order of the key, which needs no sorting: what registers have in common stands together."""


def read_sums_by_register(
    database: Database, connection: Connection, venue: int, days: Days, counts: Mapping[date, Sequence[CountRow]]
) -> tuple[list[DaySums], RegisterDays]:
    """The sums of days, and of each register's days, from the stored sums in one query. `counts`: of these days at
    least."""
    rows = read_rows(connection, _BY_REGISTER, of_days(venue, days))
    merged, by_register = _merge_registers(rows)
    found = list(list_day_sums(database, connection, merged))
    remember_codes(database, connection, {id_ for row in rows for id_ in row[3:5]})
    register_days: dict[int, list[RegisterDay]] = defaultdict(list)
    first, last = days
    for day, of_day in counts.items():
        for row in of_day if first <= day <= last else ():
            if row.status == TicketStatus.COUNTED:  # else its drawer was counted and nothing sold
                sums = _sum_register(database.codes, by_register.get((row.business_day, row.register), ()))
                register_days[row.register].append(RegisterDay(day, row.first_utc_s, row.last_utc_s, sums))
    return found, register_days


_Row = tuple[Any, ...]


def _merge_registers(rows: Iterable[_Row]) -> tuple[list[_Row], dict[tuple[int, int], list[_Row]]]:
    """Rows merged over all registers, as `sums.list_day_sums` takes them; and the rows as they are, by business day and
    register."""
    merged: list[_Row] = []
    by_register: dict[tuple[int, int], list[_Row]] = {}
    last_key: _Row = ()
    for row in rows:
        of_register = (row[0], row[16])
        if of_register in by_register:
            by_register[of_register].append(row)
        else:
            by_register[of_register] = [row]
        key = row[:8]
        if key == last_key:
            merged[-1] = _add_rows(merged[-1], row)
        else:
            merged.append(row)
            last_key = key
    return merged, by_register


def _add_rows(one: _Row, other: _Row) -> _Row:
    """Two rows of the same key as one: the VAT is of the lines that state it, and the rates are those that fit both."""
    *key, amount_ore, vat_ore, discount_ore, entries, stated_ore, stated_entries, lowest, highest, _, _ = one
    if other[9] is not None:
        vat_ore = other[9] if vat_ore is None else vat_ore + other[9]
    if other[14] is not None:
        lowest = other[14] if lowest is None else max(lowest, other[14])
        highest = other[15] if highest is None else min(highest, other[15])
    figures = (discount_ore + other[10], entries + other[11], stated_ore + other[12], stated_entries + other[13])
    return (*key, amount_ore + other[8], vat_ore, *figures, lowest, highest, 0, 0)


def _sum_register(codes: Mapping[int, str], rows: Iterable[_Row]) -> list[TicketSum]:
    return [
        TicketSum(_KINDS[row[1]], codes[row[3]], codes[row[4]], row[8], row[17], _vat_of(row), row[11]) for row in rows
    ]


def _vat_of(row: _Row) -> int | None:
    """The VAT of a row whose lines all state it; None where one does not."""
    return row[9] if row[13] == row[11] else None


_REGISTER_SUMS = """
    WITH covered AS (
        SELECT id, business_day FROM ticket
        WHERE register_id = :register AND completed_at_utc_s > :since AND completed_at_utc_s <= :until AND status = 0
    )
    SELECT business_day, kind, code_id, vat_code_id, CAST(SUM(amount_ore) AS BIGINT),
           CAST(SUM(CASE WHEN amount_ore > 0 THEN amount_ore ELSE 0 END) AS BIGINT),
           CAST(CASE WHEN COUNT(vat_ore) = COUNT(*) THEN SUM(vat_ore) END AS BIGINT), COUNT(*)
    FROM entry
    WHERE venue_id = :venue
      AND business_day >= (SELECT MIN(business_day) FROM covered)
      AND business_day <= (SELECT MAX(business_day) FROM covered)
      AND ticket_id IN (SELECT id FROM covered)
    GROUP BY business_day, kind, part, code_id, vat_code_id
    """
"""One pass over the days that the tickets are of, each amount asked for its ticket: `ticket_id` stands so late in the
key of `entry` that to look up ticket by ticket would be such a pass for every one of them. Grouped in the order of
the key, which needs no sorting."""


def read_register_sums(
    database: Database, connection: Connection, venue: int, z: StoredZReport
) -> tuple[list[TicketSum], frozenset[date]]:
    """The sums of a register's tickets within the time that a Z-report covers, ticket by ticket, and the business days
    they belong to."""
    stretch = {"register": z.register_id, "venue": venue, "since": z.since_utc_s, "until": z.until_utc_s}
    rows = read_rows(connection, _REGISTER_SUMS, stretch)
    remember_codes(database, connection, {id_ for row in rows for id_ in row[2:4]})
    codes = database.codes
    sums = [TicketSum(_KINDS[row[1]], codes[row[2]], codes[row[3]], *row[4:]) for row in rows]
    return sums, frozenset(day_of(number) for number in {row[0] for row in rows})
