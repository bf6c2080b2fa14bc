"""Sales on credit that a person has moved to their day's voucher, and that the ledger has as orders all the same: this
database may have been put back to before the sale was taken out of the voucher again.

The day is done, so that nothing of it is about to be sent, and nobody would ask: the orders are looked for in the list
that each export reads anyway. What is found is noted with the voucher, and the day is looked at again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from posexport.app.order_reviews import OrderReviewer
from posexport.app.workspace import Workspace
from posexport.core.company import Setup, Venue
from posexport.core.delivery import Delivery
from posexport.core.events import DeliveryEvent, EventKind
from posexport.core.orders.book import AskedOrder, SeenOrder
from posexport.core.orders.document import ORDER
from posexport.core.orders.reference import list_ticket_references
from posexport.core.orders.route import Route
from posexport.core.voucher import venue_of_reference
from posexport.delivery.late_orders import LOOKED_FOR_S
from posexport.delivery.lookup import LOOK_BACK_S
from posexport.store.credit_routes import read_days_moved
from posexport.store.database import Connection
from posexport.store.deliveries import add_event, read_deliveries, read_known_drafts, read_noted, reopen_day
from posexport.store.setups import find_venue_number


class MovedSale(NamedTuple):
    """A ticket in a drafted voucher, by its business day and key, with a reference that an order of it would have."""

    business_day: date
    key: str


Moved = Mapping[str, Mapping[str, MovedSale]]
"""By venue id, the sales that were moved to drafted vouchers, by the references that orders of them would have."""


def find_moved_sales(workspace: Workspace, setup: Setup, venues: Sequence[Venue]) -> dict[str, dict[str, MovedSale]]:
    """The sales that people have moved to vouchers that are drafted, not long ago. `venues`: those that may have
    orders."""
    since, found = workspace.now_utc_s - LOOKED_FOR_S, dict[str, dict[str, MovedSale]]()
    with workspace.database.reading() as connection:
        for venue in venues:
            company, number = setup.company_of(venue), find_venue_number(connection, venue)
            days = read_days_moved(connection, number, since) if company.orders.is_on else []
            reviewer = OrderReviewer(workspace.delivery, connection, company, venue)
            for day in days:
                found.setdefault(venue.id, {}).update(_name(reviewer, connection, number, day))
    return {venue: moved for venue, moved in found.items() if moved}


def _name(reviewer: OrderReviewer, connection: Connection, number: int, day: date) -> dict[str, MovedSale]:
    voucher = _find_standing(connection, number, day)
    if voucher is None:
        return {}
    return {
        reference: MovedSale(day, one.key)
        for one in reviewer.list_routed(day)
        if one.route is Route.VOUCHER and one.sealed is not None and one.sealed.is_moved
        for reference in list_ticket_references(
            venue_of_reference(voucher.reference), day, one.ticket.register, one.ticket.number, one.placed[1].at_utc_s
        )
    }


def _find_standing(connection: Connection, number: int, day: date) -> Delivery | None:
    """The newest voucher of a day that is drafted."""
    return next((one for one in reversed(read_deliveries(connection, number, day, day)) if one.is_drafted), None)


def list_asked(moved: Moved, venues: Sequence[Venue]) -> dict[str, list[AskedOrder]]:
    """The orders to be looked for, by venue id."""
    calendars = {venue.id: venue.calendar for venue in venues}
    return {
        venue: [
            AskedOrder("", reference, calendars[venue].end(sale.business_day) - LOOK_BACK_S)
            for reference, sale in sales.items()
        ]
        for venue, sales in moved.items()
    }


def note_ordered_too(
    workspace: Workspace, venues: Sequence[Venue], moved: Moved, found: Mapping[str, Mapping[str, SeenOrder]]
) -> None:
    """Store which of these sales the ledger has as orders that are not known here, and which it has no more. `found`:
    what it has, by venue id and reference; venues that could not be asked are missing."""
    for venue in venues:
        if venue.id in found:
            sales, there = moved[venue.id], found[venue.id]
            for day in sorted({sale.business_day for sale in sales.values()}):
                _note_day(workspace, venue, day, sales, there)


def _note_day(
    workspace: Workspace, venue: Venue, day: date, sales: Mapping[str, MovedSale], there: Mapping[str, SeenOrder]
) -> None:
    with workspace.database.reading() as connection:
        number = find_venue_number(connection, venue)
        voucher = _find_standing(connection, number, day)
        known = read_known_drafts(connection, number, ORDER)
        noted = {} if voucher is None else read_noted(connection, number, day, day).ordered.get(voucher.id, {})
    ordered = {
        sales[reference].key: _name_order(reference, seen)
        for reference, seen in there.items()
        if sales[reference].business_day == day and seen.remote_id not in known
    }
    if voucher is None or ordered == noted:
        return
    facts = {"keys": tuple(ordered), "orders": tuple(ordered.values()) or ("-",)}
    with workspace.database.writing() as connection:
        add_event(connection, voucher.id, workspace.now_utc_s, DeliveryEvent(EventKind.ORDERED, facts))
        reopen_day(connection, number, day)


def _name_order(reference: str, seen: SeenOrder) -> str:
    """What an order is called in the ledger: by its number, or its reference where it has none."""
    if seen.invoice is not None:
        return seen.invoice.number
    return (seen.order.order_no if seen.order is not None else "") or reference
