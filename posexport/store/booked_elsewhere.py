"""Business days that people booked by hand in the ledger: who, when, why, and the day's sales at the time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select, update

from posexport.core.actor import Actor
from posexport.core.history import Booking
from posexport.store.database import day_number, day_of, read_rows
from posexport.store.tables import BookedElsewhereRow, BusinessDayRow

_booking, _day = BookedElsewhereRow.__table__, BusinessDayRow.__table__  # type: ignore[attr-defined]
_COLUMNS = tuple(Booking.__dataclass_fields__)

_STANDING = f"""
    SELECT business_day, {", ".join(_COLUMNS)} FROM booked_elsewhere
    WHERE venue_id = :venue AND business_day BETWEEN :first AND :last AND ended_at_utc_s IS NULL
    ORDER BY id
    """  # noqa: S608


def read_bookings(connection: Connection, venue: int, first: date, last: date) -> dict[date, Booking]:
    """The bookings that stand, by business day."""
    stretch = {"venue": venue, "first": day_number(first), "last": day_number(last)}
    return {day_of(number): Booking(*row) for number, *row in read_rows(connection, _STANDING, stretch)}


def read_booked_days(connection: Connection, venue: int) -> list[date]:
    """The business days with a booking that stands."""
    query = "SELECT DISTINCT business_day FROM booked_elsewhere WHERE venue_id = :venue AND ended_at_utc_s IS NULL"
    return [day_of(row[0]) for row in read_rows(connection, query, {"venue": venue})]


def read_every_booking(connection: Connection, venue: int, day: date) -> tuple[Booking, ...]:
    """All bookings of one business day, in order, cancelled ones too."""
    rows = connection.execute(
        select(*(_booking.c[name] for name in _COLUMNS))
        .where(_booking.c.venue_id == venue, _booking.c.business_day == day_number(day))
        .order_by(_booking.c.id)
    )
    return tuple(Booking(*row) for row in rows)


def add_booking(connection: Connection, venue: int, day: date, booking: Booking) -> None:
    """Store that a business day was booked by hand; ends an earlier booking of the day."""
    actor = {"ended_who": booking.who, "ended_known_by": booking.known_by, "ended_at_utc_s": booking.at_utc_s}
    _end(connection, venue, day, actor)
    values = {name: getattr(booking, name) for name in _COLUMNS}
    connection.execute(insert(_booking).values(venue_id=venue, business_day=day_number(day), **values))


def end_booking(connection: Connection, venue: int, day: date, why: str, actor: Actor, now_utc_s: int) -> bool:
    """Cancel the booking of a business day; False where there was none."""
    by = {"ended_who": actor.name, "ended_known_by": actor.known_by, "ended_at_utc_s": now_utc_s}
    return _end(connection, venue, day, {"ended_why": why, **by})


def _end(connection: Connection, venue: int, day: date, values: Mapping[str, Any]) -> bool:
    ended = connection.execute(
        update(_booking)
        .where(
            _booking.c.venue_id == venue,
            _booking.c.business_day == day_number(day),
            _booking.c.ended_at_utc_s.is_(None),
        )
        .values(**values)
    )
    return bool(ended.rowcount)


def settle_day(connection: Connection, venue: int, day: date) -> None:
    """Mark a business day as done. Until the end of the transaction no other process starts to send it."""
    connection.execute(
        update(_day).where(_day.c.venue_id == venue, _day.c.business_day == day_number(day)).values(is_open=False)
    )


_BEFORE_SENDING = """
    SELECT d.file_id, b.id
    FROM business_day d
    LEFT JOIN booked_elsewhere b
      ON b.venue_id = d.venue_id AND b.business_day = d.business_day AND b.ended_at_utc_s IS NULL
    WHERE d.venue_id = :venue AND d.business_day = :day
    """


def look_before_sending(connection: Connection, venue: int, day: date) -> tuple[int, bool]:
    """The last act that touched a business day (0 where none did), and whether the day was booked by hand. Neither
    changes until the end of the transaction: on PostgreSQL the day's row is locked, on SQLite there is only one
    writer."""
    sql = _BEFORE_SENDING + ("FOR UPDATE OF d" if connection.dialect.name == "postgresql" else "")
    found = read_rows(connection, sql, {"venue": venue, "day": day_number(day)})
    return (int(found[0][0]), found[0][1] is not None) if found else (0, False)
