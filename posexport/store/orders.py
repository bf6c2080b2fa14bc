"""Orders among the deliveries, by their tickets."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from posexport.core.credit_facts import TicketReference
from posexport.core.orders.reference import order_key
from posexport.core.orders.route import Route
from posexport.core.sales import EntryKind
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


class SoldTicket(NamedTuple):
    """A ticket that a return names as its sale. `venue`: the number here of the venue that sold it, `venue_id`: its id;
    `key`: `core.orders.reference.order_key`; `paid_with`: its payment types; `route`: as it was sealed, None where it
    was not, and `is_sent`: whether an order of it was begun to be sent."""

    venue: int
    venue_id: str
    business_day: date
    key: str
    paid_with: frozenset[str]
    route: Route | None
    is_sent: bool


_SOLD_BEFORE = """
    SELECT t.venue_id, v.code, t.business_day, t.completed_at_utc_s, t.id
    FROM register r JOIN ticket t ON t.register_id = r.id JOIN venue v ON v.id = t.venue_id
    WHERE v.company_id = (SELECT company_id FROM venue WHERE id = :venue)
      AND r.code = :register AND t.number = :number AND t.completed_at_utc_s < :before
      AND t.completed_at_utc_s = (
          SELECT MAX(o.completed_at_utc_s) FROM ticket o
          WHERE o.register_id = r.id AND o.number = t.number AND o.completed_at_utc_s < :before)
    """
_HAS_REGISTER = "SELECT 1 FROM register WHERE venue_id = :venue AND code = :register"
_PAID_WITH = """
    SELECT DISTINCT c.text FROM entry e JOIN code c ON c.id = e.code_id
    WHERE e.ticket_id = :ticket AND e.kind = :payment
    """
_ROUTE = "SELECT route FROM credit_route WHERE venue_id = :venue AND document_key = :key"
_BEGUN = "SELECT 1 FROM delivery WHERE venue_id = :venue AND document_kind = 'order' AND document_key = :key"
_SENT = """
    SELECT id FROM delivery
    WHERE venue_id = :venue AND document_kind = 'order' AND document_key = :key AND state = 'drafted'
    ORDER BY revision DESC
    """


def find_sold_ticket(connection: Connection, venue: int, sold: TicketReference, before_utc_s: int) -> SoldTicket | None:
    """The ticket that a return of this venue names; None where it was never read. Another venue of the company may have
    sold it, unless this one has a register with that code itself, or several others have such a ticket. Numbers may
    start anew: of several, the last before this time (UTC s)."""
    named = {"venue": venue, "register": sold.register, "number": sold.number, "before": before_utc_s}
    rows = read_rows(connection, _SOLD_BEFORE, named)
    found = [row for row in rows if row[0] == venue]
    if not found:
        is_own = bool(read_rows(connection, _HAS_REGISTER, {"venue": venue, "register": sold.register}))
        found = [] if is_own or len({row[0] for row in rows}) > 1 else list(rows)
    if not found:
        return None
    number, venue_id, day, at_utc_s, ticket = found[0]
    key = order_key(sold.register, sold.number, int(at_utc_s))
    paid_with = read_rows(connection, _PAID_WITH, {"ticket": ticket, "payment": int(EntryKind.PAYMENT)})
    of_key = {"venue": number, "key": key}
    routes = [Route(row[0]) for row in read_rows(connection, _ROUTE, of_key)]
    return SoldTicket(
        int(number),
        venue_id,
        day_of(day),
        key,
        frozenset(row[0] for row in paid_with),
        routes[0] if routes else None,
        bool(read_rows(connection, _BEGUN, of_key)),
    )


def find_orders_of_ticket(connection: Connection, venue: int, sold: TicketReference, before_utc_s: int) -> list[int]:
    """The ids of the deliveries by which the orders of the ticket that a return of this venue names were sent, the
    newest first."""
    found = find_sold_ticket(connection, venue, sold, before_utc_s)
    return [] if found is None else find_orders_of_key(connection, found.venue, found.key)


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
