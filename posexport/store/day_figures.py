"""Control figures of business days, and the tickets of a day that do not balance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from posexport.core.coverage import Covered
from posexport.core.day import BusinessCalendar
from posexport.core.report import ControlFigures
from posexport.core.sales import (
    TicketStatus,
)
from posexport.core.settlement import UnbalancedTicket
from posexport.store.database import day_of, read_rows
from posexport.store.day_counts import CountRow, RegisterCount, count_registers, read_counts
from posexport.store.days import Days, of_days
from posexport.store.tables import (
    RegisterRow,
    SalesFileRow,
)
from posexport.store.z_reports import HORIZON_S

_register, _file = RegisterRow.__table__, SalesFileRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class DayFigures:
    """The figures of one day's tickets without their lines. `control` has no discounts yet."""

    control: ControlFigures
    registers: Mapping[int, RegisterCount]
    first_utc_s: int
    last_utc_s: int


@dataclass(frozen=True, slots=True)
class StretchSummary:
    """What is known of consecutive days beside their sums: what files cover of them, the last act that touched each
    day, and which rarer data exists at all."""

    spans: tuple[Covered, ...]
    files: dict[date, int]
    has_unbalanced: bool
    has_acceptances: bool
    has_deliveries: bool
    has_watched: bool
    has_z_reports: bool
    has_doubts: bool
    has_bookings: bool
    has_removals: bool
    has_routes: bool


_STRETCH_SUMMARY = """
    SELECT 'file' AS what, CAST(business_day AS BIGINT) AS one, file_id AS other, 0 AS register,
           CAST(0 AS BIGINT) AS of_file
    FROM business_day WHERE venue_id = :venue AND business_day BETWEEN :first AND :last
    UNION ALL
    SELECT CASE WHEN is_silent THEN 'silent' ELSE 'span' END, start_utc_s, end_utc_s, register_id, file_id
    FROM span WHERE venue_id = :venue AND end_utc_s > :start AND start_utc_s < :end
    UNION ALL
    SELECT 'unbalanced', 0, 0, 0, 0 WHERE EXISTS (
        SELECT 1 FROM ticket WHERE venue_id = :venue AND business_day BETWEEN :first AND :last
          AND status = 0 AND sales_ore <> payments_ore)
    UNION ALL
    SELECT 'acceptance', 0, 0, 0, 0 WHERE EXISTS (
        SELECT 1 FROM acceptance WHERE venue_id = :venue AND business_day BETWEEN :first AND :last)
    UNION ALL
    SELECT 'delivery', 0, 0, 0, 0 WHERE EXISTS (
        SELECT 1 FROM delivery WHERE venue_id = :venue AND business_day BETWEEN :first AND :last)
    UNION ALL
    SELECT 'watched', 0, 0, 0, 0 WHERE EXISTS (
        SELECT 1 FROM delivery d JOIN import_watch w ON w.delivery_id = d.id
        WHERE d.venue_id = :venue AND d.business_day BETWEEN :first AND :last)
    UNION ALL
    SELECT 'booking', 0, 0, 0, 0 WHERE EXISTS (
        SELECT 1 FROM booked_elsewhere WHERE venue_id = :venue AND business_day BETWEEN :first AND :last)
    UNION ALL
    SELECT 'doubt', 0, 0, 0, 0 WHERE EXISTS (
        SELECT 1 FROM ticket_doubt WHERE venue_id = :venue AND business_day BETWEEN :first AND :last)
    UNION ALL
    SELECT 'removal', 0, 0, 0, 0 WHERE EXISTS (
        SELECT 1 FROM ticket_removal WHERE venue_id = :venue AND business_day BETWEEN :first AND :last)
    UNION ALL
    SELECT 'route', 0, 0, 0, 0 WHERE EXISTS (
        SELECT 1 FROM credit_route WHERE venue_id = :venue AND business_day BETWEEN :first AND :last)
    UNION ALL
    SELECT 'z-report', 0, 0, 0, 0 WHERE EXISTS (
        SELECT 1 FROM z_report
        WHERE venue_id = :venue AND reported_at_utc_s >= :start AND reported_at_utc_s < :horizon)
    """


def read_stretch_summary(connection: Connection, venue: int, days: Days, calendar: BusinessCalendar) -> StretchSummary:
    """The summary of these days, in one query: on an ordinary day most of the rarer data does not exist and need not be
    read."""
    start, end = calendar.start(days[0]), calendar.end(days[1])
    stretch = of_days(venue, days) | {"start": start, "end": end, "horizon": end + HORIZON_S}
    rows = read_rows(connection, _STRETCH_SUMMARY, stretch)
    there = {row[0] for row in rows}
    return StretchSummary(
        spans=tuple(
            Covered(row[1], row[2], row[3], row[4], row[0] == "silent") for row in rows if row[0] in ("span", "silent")
        ),
        files={day_of(row[1]): row[2] for row in rows if row[0] == "file"},
        has_unbalanced="unbalanced" in there,
        has_acceptances="acceptance" in there,
        has_deliveries="delivery" in there,
        has_watched="watched" in there,
        has_z_reports="z-report" in there,
        has_doubts="doubt" in there,
        has_bookings="booking" in there,
        has_removals="removal" in there,
        has_routes="route" in there,
    )


_UNBALANCED = """
    SELECT t.business_day, r.code, t.number, t.completed_at_utc_s, t.sales_ore, t.payments_ore, t.part,
           t.tip_may_be_unwritten
    FROM ticket t JOIN register r ON r.id = t.register_id
    WHERE t.venue_id = :venue AND t.business_day BETWEEN :first AND :last
      AND t.status = 0 AND t.sales_ore <> t.payments_ore
    ORDER BY t.business_day, t.completed_at_utc_s, r.code, t.number
    """


def read_unbalanced(connection: Connection, venue: int, days: Days) -> dict[date, tuple[UnbalancedTicket, ...]]:
    """The tickets that do not balance, by day; from an index of only those."""
    found: dict[date, list[UnbalancedTicket]] = defaultdict(list)
    for row in read_rows(connection, _UNBALANCED, of_days(venue, days)):
        unexplained = bool(row[7]) and row[5] > row[4] > 0
        found[day_of(row[0])].append(UnbalancedTicket(row[1], row[2], row[3], row[4], row[5], row[6], unexplained))
    return {day: tuple(tickets) for day, tickets in found.items()}


def read_figures(connection: Connection, venue: int, days: Days, calendar: BusinessCalendar) -> dict[date, DayFigures]:
    """The control figures of each day."""
    counts = read_counts(connection, venue, days)
    return {day: sum_figures(rows, calendar) for day, rows in counts.items()}


def sum_figures(rows: Sequence[CountRow], calendar: BusinessCalendar) -> DayFigures:
    """The figures of one day, from its counts."""
    counts: dict[TicketStatus, int] = defaultdict(int)
    amounts: dict[TicketStatus, int] = defaultdict(int)
    returns = returns_ore = 0
    for row in rows:
        status = TicketStatus(row.status)
        counts[status] += row.tickets
        amounts[status] += row.sales_ore
        if status is TicketStatus.COUNTED:
            returns += row.returns
            returns_ore += row.returns_ore
    registers = count_registers([row for row in rows if row.status != TicketStatus.WITHDRAWN] or rows)
    first = min(count.first_utc_s for count in registers.values())
    last = max(count.last_utc_s for count in registers.values())
    control = ControlFigures(
        tickets=counts[TicketStatus.COUNTED],
        sales_ore=amounts[TicketStatus.COUNTED],
        returns=returns,
        returns_ore=returns_ore,
        voids=counts[TicketStatus.VOID],
        voids_ore=amounts[TicketStatus.VOID],
        training=counts[TicketStatus.TRAINING],
        training_ore=amounts[TicketStatus.TRAINING],
        movements=counts[TicketStatus.MOVEMENT],
        not_sales=counts[TicketStatus.NOT_A_SALE],
        first_at=calendar.local(first),
        last_at=calendar.local(last),
    )
    return DayFigures(control, registers, first, last)


def register_code(connection: Connection, register: int) -> str:
    """A register's own id, from its database id."""
    return str(connection.execute(select(_register.c.code).where(_register.c.id == register)).scalar_one())
