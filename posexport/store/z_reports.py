"""Z-reports, and the sums of the registers beside them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection

from posexport.core.day import BusinessCalendar
from posexport.core.sales import (
    EntryKind,
    TicketStatus,
    ZReport,
    ZTotal,
)
from posexport.core.z_report import TicketSum
from posexport.store.database import Database, day_of, read_rows
from posexport.store.days import Days, of_days
from posexport.store.sums import remember_codes

_KINDS = {int(kind): kind for kind in EntryKind}


@dataclass(frozen=True, slots=True)
class StoredZReport:
    """A Z-report with the stretch it covers of its register: after `since_utc_s`, up to `until_utc_s`. `is_first`: no
    earlier one is known."""

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
    """The Z-reports whose stretch touches the days, in order. A Z covers its register from the Z before it;
    the first of all covers its own business day."""
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
    """What one register's counted tickets of one business day come to, and when they were completed."""

    business_day: date
    first_utc_s: int
    last_utc_s: int
    sums: list[TicketSum]


RegisterDays = Mapping[int, Sequence[RegisterDay]]
"""A stretch of days by register, in order."""


_REGISTER_TIMES = f"""
    SELECT business_day, register_id, first_at_utc_s, last_at_utc_s
    FROM day_count
    WHERE venue_id = :venue AND business_day BETWEEN :first AND :last AND status = {int(TicketStatus.COUNTED)}
    ORDER BY business_day, register_id
    """  # noqa: S608


_REGISTER_DAYS = """
    SELECT business_day, register_id, kind, code_id, vat_code_id,
           CAST(SUM(amount_ore) AS BIGINT), CAST(SUM(positive_ore) AS BIGINT),
           CAST(CASE WHEN SUM(stated_entries) = SUM(entries) THEN SUM(vat_ore) END AS BIGINT),
           CAST(SUM(entries) AS BIGINT)
    FROM day_sum
    WHERE venue_id = :venue AND business_day BETWEEN :first AND :last
    GROUP BY business_day, register_id, kind, code_id, vat_code_id
    """


def read_register_days(database: Database, connection: Connection, venue: int, days: Days) -> RegisterDays:
    """What each register's days come to."""
    stretch = of_days(venue, days)
    found: dict[int, list[RegisterDay]] = defaultdict(list)
    sums: dict[tuple[int, int], list[TicketSum]] = {}
    for day, register, first, last in read_rows(connection, _REGISTER_TIMES, stretch):
        sums[day, register] = []
        found[register].append(RegisterDay(day_of(day), first, last, sums[day, register]))
    rows = read_rows(connection, _REGISTER_DAYS, stretch)
    remember_codes(database, connection, {id_ for row in rows for id_ in row[3:5]})
    codes = database.codes
    for (day, register), group in groupby(rows, key=itemgetter(0, 1)):
        of_register = sums.get((day, register))
        if of_register is not None:  # else its drawer was counted and nothing sold
            of_register += [TicketSum(_KINDS[row[2]], codes[row[3]], codes[row[4]], *row[5:]) for row in group]
    return found


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
    """What a register's tickets come to in a Z-report's stretch, ticket by ticket, and the business days they belong
    to."""
    stretch = {"register": z.register_id, "venue": venue, "since": z.since_utc_s, "until": z.until_utc_s}
    rows = read_rows(connection, _REGISTER_SUMS, stretch)
    remember_codes(database, connection, {id_ for row in rows for id_ in row[2:4]})
    codes = database.codes
    sums = [TicketSum(_KINDS[row[1]], codes[row[2]], codes[row[3]], *row[4:]) for row in rows]
    return sums, frozenset(day_of(number) for number in {row[0] for row in rows})
