"""Orders among the deliveries, by their tickets."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from posexport.core.credit_facts import TicketReference
from posexport.core.orders.reference import order_key
from posexport.store.database import day_number, day_of, read_rows
from posexport.store.days import Days, of_days

_DAYS = """
    SELECT business_day FROM business_day WHERE venue_id = :venue AND business_day >= :since AND is_open
    UNION
    SELECT business_day FROM credit_route
    WHERE venue_id = :venue AND (route = 'order' OR moved_at_utc_s IS NOT NULL)
    UNION
    SELECT business_day FROM delivery WHERE venue_id = :venue AND document_kind = 'order'
    """


def read_order_days(connection: Connection, venue: int, since: date) -> list[date]:
    """The business days of a venue that may have orders, in order: those with orders among their sealed routes, or
    with some that were moved or sent, and those not done yet since the first day that has orders."""
    rows = read_rows(connection, _DAYS, {"venue": venue, "since": day_number(since)})
    return sorted(day_of(row[0]) for row in rows)


_OPEN_DAYS = """
    SELECT business_day FROM business_day WHERE venue_id = :venue AND business_day >= :since AND is_open
    UNION
    SELECT d.business_day FROM delivery d LEFT JOIN order_seen o ON o.delivery_id = d.id
    WHERE d.venue_id = :venue AND d.document_kind = 'order' AND d.state <> 'replaced'
      AND (d.state <> 'drafted' OR o.delivery_id IS NULL OR o.is_open)
    """


def read_open_order_days(connection: Connection, venue: int, since: date) -> list[date]:
    """Those of these days that may have an order that is not at an end, in order."""
    rows = read_rows(connection, _OPEN_DAYS, {"venue": venue, "since": day_number(since)})
    return sorted(day_of(row[0]) for row in rows)


_UNSENT_DAYS = """
    SELECT business_day FROM business_day WHERE venue_id = :venue AND business_day >= :since AND is_open
    UNION
    SELECT business_day FROM delivery
    WHERE venue_id = :venue AND document_kind = 'order' AND state NOT IN ('drafted', 'replaced')
    """


def read_unsent_order_days(connection: Connection, venue: int, since: date) -> list[date]:
    """Those of these days that may have an order that is not known to be in the ledger, in order."""
    rows = read_rows(connection, _UNSENT_DAYS, {"venue": venue, "since": day_number(since)})
    return sorted(day_of(row[0]) for row in rows)


_SOLD_BEFORE = """
    SELECT t.completed_at_utc_s FROM ticket t JOIN register r ON r.id = t.register_id
    WHERE t.venue_id = :venue AND r.code = :register AND t.number = :number AND t.completed_at_utc_s < :before
    ORDER BY t.completed_at_utc_s DESC LIMIT 1
    """
_SENT = """
    SELECT id FROM delivery
    WHERE venue_id = :venue AND document_kind = 'order' AND document_key = :key AND state = 'drafted'
    ORDER BY revision DESC
    """


def find_orders_of_ticket(connection: Connection, venue: int, sold: TicketReference, before_utc_s: int) -> list[int]:
    """The ids of the deliveries by which a ticket's orders were sent, the newest first. Numbers may start anew: of
    several tickets, the last before this time (UTC s)."""
    named = {"venue": venue, "register": sold.register, "number": sold.number, "before": before_utc_s}
    rows = read_rows(connection, _SOLD_BEFORE, named)
    if not rows:
        return []
    return find_orders_of_key(connection, venue, order_key(sold.register, sold.number, int(rows[0][0])))


def find_orders_of_key(connection: Connection, venue: int, key: str) -> list[int]:
    """The ids of the deliveries by which the orders of the ticket with this key were sent, the newest first."""
    return [int(row[0]) for row in read_rows(connection, _SENT, {"venue": venue, "key": key})]


_ORDERED = """
    SELECT DISTINCT business_day FROM delivery
    WHERE venue_id = :venue AND business_day BETWEEN :first AND :last AND document_kind = 'order'
    """


def read_ordered_days(connection: Connection, venue: int, days: Days) -> set[date]:
    """Those of these business days of a venue that orders were sent of, or begun to be."""
    return {day_of(row[0]) for row in read_rows(connection, _ORDERED, of_days(venue, days))}
