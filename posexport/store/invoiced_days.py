"""Which business days of a venue have credit sales in the ledger: in vouchers, or as orders."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import Connection

from posexport.core.lines import VoucherLine
from posexport.core.order_setup import Route
from posexport.store.database import day_number, day_of, read_rows
from posexport.store.deliveries import read_deliveries


def read_booked_lines(connection: Connection, venue: int, first: date, last: date) -> dict[date, list[VoucherLine]]:
    """By business day, the lines of all vouchers that the ledger has, or may have."""
    lines: dict[date, list[VoucherLine]] = defaultdict(list)
    for delivery in read_deliveries(connection, venue, first, last):
        if delivery.may_be_there:
            lines[delivery.business_day] += delivery.lines
    return lines


_ORDERED_DAYS = """
    SELECT DISTINCT business_day FROM credit_route
    WHERE venue_id = :venue AND route = :route AND business_day BETWEEN :first AND :last ORDER BY business_day
    """


def read_ordered_days(connection: Connection, venue: int, first: date, last: date) -> list[date]:
    """The business days with tickets whose credit part is an order, sealed, in order."""
    days = {"first": day_number(first), "last": day_number(last)}
    rows = read_rows(connection, _ORDERED_DAYS, {"venue": venue, "route": Route.ORDER.value, **days})
    return [day_of(day) for (day,) in rows]
