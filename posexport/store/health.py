"""How venues are doing, in a few figures from indexes alone: what monitoring asks for, often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select, text

from posexport.store.database import day_number, day_of
from posexport.store.tables import BusinessDayRow, DeliveryRow

_day, _delivery = BusinessDayRow.__table__, DeliveryRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Health:
    """One venue: its last drafted business day, and the closed days that are not done with."""

    last_drafted: date | None
    oldest_waiting: date | None
    waiting: int


def read_health(connection: Connection, venue: int, first: date, last_closed: date) -> Health:
    """How a venue is doing; `first` is its first business day ever exported."""
    drafted = connection.execute(
        select(func.max(_delivery.c.business_day)).where(_delivery.c.venue_id == venue, _delivery.c.state == "drafted")
    ).scalar()
    oldest, waiting = connection.execute(
        select(func.min(_day.c.business_day), func.count()).where(
            _day.c.venue_id == venue,
            _day.c.business_day.between(day_number(first), day_number(last_closed)),
            text("is_open"),
        )
    ).one()
    return Health(day_of(drafted) if drafted else None, day_of(oldest) if oldest else None, int(waiting))
