"""The stored counts per register and day, and the few queries on single tickets that decide whether a day is complete:
ticket numbers, Z-reports, covered time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import Connection

from posexport.core.coverage import Span
from posexport.core.sales import TicketStatus
from posexport.core.series import Numbered
from posexport.store.database import day_number, day_of, read_rows

_SOLD = frozenset({TicketStatus.COUNTED, TicketStatus.UNJUDGED})


class CountRow(NamedTuple):
    """The stored counts of one register's tickets of one status on one day (see `store.day_sums`)."""

    business_day: int
    register: int
    status: int
    tickets: int
    sales_ore: int
    returns: int
    returns_ore: int
    first_utc_s: int
    last_utc_s: int
    first_serial: int | None
    last_serial: int | None
    serials: int
    serial_sum: int | None


class RegisterCount(NamedTuple):
    """One register's tickets of one day, of any status: how many, first and last time (UTC s), how many have a serial
    number, the lowest and highest of these, and their sum."""

    tickets: int
    first_utc_s: int
    last_utc_s: int
    has_sold: bool
    serials: int
    low: int
    high: int
    serial_sum: int

    @property
    def is_unbroken(self) -> bool:
        """Whether no serial number is missing between the lowest and the highest."""
        return is_unbroken(self.serials, self.low, self.high, self.serial_sum)


def is_unbroken(serials: int, low: int, high: int, serial_sum: int) -> bool:
    """Whether this many serial numbers with this sum can be taken to be all those from `low` to `high`."""
    return serials == high - low + 1 and serial_sum * 2 == (low + high) * serials


_COUNTS = """
    SELECT business_day, register_id, status, tickets, sales_ore, returns, returns_ore,
           first_at_utc_s, last_at_utc_s, first_serial, last_serial, serials, serial_sum
    FROM day_count
    WHERE venue_id = :venue AND business_day BETWEEN :first AND :last
    ORDER BY business_day, register_id, status
    """


def read_counts(connection: Connection, venue: int, days: tuple[date, date]) -> dict[date, list[CountRow]]:
    """The counts of each day that has data."""
    of_days = {"venue": venue, "first": day_number(days[0]), "last": day_number(days[1])}
    rows = [CountRow(*row) for row in read_rows(connection, _COUNTS, of_days)]
    return {day_of(number): list(group) for number, group in groupby(rows, key=attrgetter("business_day"))}


def count_registers(rows: Sequence[CountRow]) -> dict[int, RegisterCount]:
    """The counts per register of one day, over all statuses."""
    found: dict[int, RegisterCount] = {}
    for row in rows:
        count = RegisterCount(
            row.tickets,
            row.first_utc_s,
            row.last_utc_s,
            row.status in _SOLD,
            row.serials,
            row.first_serial or 0,
            row.last_serial or 0,
            row.serial_sum or 0,
        )
        known = found.get(row.register)
        found[row.register] = count if known is None else _add(known, count)
    return found


def _add(one: RegisterCount, other: RegisterCount) -> RegisterCount:
    numbered = [count for count in (one, other) if count.serials]
    return RegisterCount(
        one.tickets + other.tickets,
        min(one.first_utc_s, other.first_utc_s),
        max(one.last_utc_s, other.last_utc_s),
        one.has_sold or other.has_sold,
        one.serials + other.serials,
        min((count.low for count in numbered), default=0),
        max((count.high for count in numbered), default=0),
        one.serial_sum + other.serial_sum,
    )


_NUMBERED = """
    SELECT completed_at_utc_s, serial, register_id FROM ticket
    WHERE venue_id = :venue AND business_day = :day AND serial IS NOT NULL
    """


def read_numbered(connection: Connection, venue: int, day: date) -> list[Numbered]:
    """Every ticket of a day that has a serial number; answered from an index alone."""
    of_day = {"venue": venue, "day": day_number(day)}
    return [Numbered(row[0], row[1], row[2], day) for row in read_rows(connection, _NUMBERED, of_day)]


_NEIGHBOUR = """
    SELECT business_day FROM day_count
    WHERE venue_id = :venue AND register_id = :register AND serials > 0 AND business_day {side} :day
    ORDER BY business_day {order} LIMIT 1
    """
_BEFORE = _NEIGHBOUR.format(side="<", order="DESC")
_AFTER = _NEIGHBOUR.format(side=">", order="ASC")


def find_day_before(connection: Connection, venue: int, register: int, day: date) -> date | None:
    """The last earlier day on which a register has tickets with serial numbers; None where there is none."""
    return _find_neighbour(connection, _BEFORE, venue, register, day)


def find_day_after(connection: Connection, venue: int, register: int, day: date) -> date | None:
    """The first later day on which a register has tickets with serial numbers; None where there is none."""
    return _find_neighbour(connection, _AFTER, venue, register, day)


def _find_neighbour(connection: Connection, query: str, venue: int, register: int, day: date) -> date | None:
    found = read_rows(connection, query, {"venue": venue, "register": register, "day": day_number(day)})
    return day_of(found[0][0]) if found else None


def read_trade(connection: Connection, venue: int, register: int, days: tuple[date, date]) -> dict[date, Span]:
    """For each day that a register sold on, the span from its first sale to its last."""
    return {
        day: Span(row.first_utc_s, row.last_utc_s)
        for day, rows in read_counts(connection, venue, days).items()
        for row in rows
        if row.register == register and row.status == TicketStatus.COUNTED
    }


_LAST_SALES = f"""
    SELECT business_day, MAX(last_at_utc_s) FROM day_count
    WHERE venue_id = :venue AND business_day BETWEEN :first AND :last AND status = {int(TicketStatus.COUNTED)}
    GROUP BY business_day ORDER BY business_day DESC
    """  # noqa: S608


def read_last_sales(connection: Connection, venue: int, days: tuple[date, date]) -> dict[date, int]:
    """The time of the last sale (UTC s) of each day, latest day first."""
    of_days = {"venue": venue, "first": day_number(days[0]), "last": day_number(days[1])}
    return {day_of(row[0]): row[1] for row in read_rows(connection, _LAST_SALES, of_days)}


_SOLD_IN = """
    SELECT 1 FROM day_count
    WHERE venue_id = :venue AND register_id = :register AND business_day BETWEEN :first AND :last
      AND (first_at_utc_s >= :start AND first_at_utc_s < :end OR last_at_utc_s >= :start AND last_at_utc_s < :end)
    LIMIT 1
    """


def has_tickets_in(connection: Connection, venue: int, register: int, stretch: Span, days: tuple[date, date]) -> bool:
    """Whether a register's first or last ticket of one of these days lies in a span of time."""
    wanted = {
        "venue": venue,
        "register": register,
        "first": day_number(days[0]),
        "last": day_number(days[1]),
        "start": stretch.start_utc_s,
        "end": stretch.end_utc_s,
    }
    return bool(read_rows(connection, _SOLD_IN, wanted))


_NEXT_TRADE = """
    SELECT MIN(first_at_utc_s) FROM day_count
    WHERE venue_id = :venue AND register_id = :register AND business_day = (
        SELECT MIN(business_day) FROM day_count
        WHERE venue_id = :venue AND register_id = :register AND business_day > :day)
    """


def find_next_ticket(connection: Connection, venue: int, register: int, day: date) -> int | None:
    """The time of a register's first ticket after a day (UTC s); None where there is none."""
    of_day = {"venue": venue, "register": register, "day": day_number(day)}
    ((at_utc_s,),) = read_rows(connection, _NEXT_TRADE, of_day)
    return None if at_utc_s is None else int(at_utc_s)


_FIRST_Z = """
    SELECT MIN(reported_at_utc_s) FROM z_report WHERE register_id = :register AND reported_at_utc_s >= :since
    """


def find_z_after(connection: Connection, register: int, since_utc_s: int) -> int | None:
    """When a register's first Z-report at or after this time was made (UTC s); None where there is none."""
    ((at_utc_s,),) = read_rows(connection, _FIRST_Z, {"register": register, "since": since_utc_s})
    return None if at_utc_s is None else int(at_utc_s)
