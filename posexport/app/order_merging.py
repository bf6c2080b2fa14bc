"""posexport orders resolve, where a person has put several tickets' orders together in PowerOffice Go: the order of one
ticket has the sales of others too, whose own orders are deleted there."""

from __future__ import annotations

import json
from dataclasses import replace

from posexport.app.resolve import Resolved
from posexport.app.workspace import Workspace
from posexport.core.delivery import Delivery
from posexport.core.events import DeliveryEvent, EventKind
from posexport.core.order_review import OrderReview
from posexport.core.orders.book import SeenOrder
from posexport.core.orders.carried import CarriedOrder, divide_seen
from posexport.core.orders.document import parse_order
from posexport.delivery.order_watch import ask_about_orders
from posexport.errors import UsageError
from posexport.store.database import Connection
from posexport.store.deliveries import add_event, find_sent_order, read_delivery
from posexport.store.order_seen import StoredSeen, read_seen_of, save_seen
from posexport.store.setups import find_venue_number


def find_carrier(workspace: Workspace, review: OrderReview, named: str) -> Delivery | None:
    """The order of another ticket of the venue that this names: by its reference, or its id in the ledger. None where
    it names none that is known."""
    with workspace.database.reading() as connection:
        found = find_sent_order(connection, find_venue_number(connection, review.report.venue), named)
    return None if found is None or found.document_key == review.key else found


def put_on_order(workspace: Workspace, review: OrderReview, carrier: Delivery) -> Resolved:
    """Record that another ticket's order has a ticket's sale too; `review`: of the ticket's own order, deleted in the
    ledger. From then on it is what that other order becomes. The ledger is asked about that one first.

    Raises UsageError where that is not so: the other order is not there either, is credited or has nothing of this one,
    or is for another customer; and what a `Destination` raises.
    """
    report, own = review.report, review.delivery
    assert own is not None
    ask_about_orders(workspace.delivery, report.company, report.venue, delivery_ids={carrier.id})
    now, actor = workspace.now_utc_s, workspace.actor
    with workspace.database.writing() as connection:
        if read_delivery(connection, own.id).version != own.version:
            raise UsageError(f"{report.reference} is being sent by another run right now. Try again in a minute.")
        known, of_carrier = read_seen_of(connection, own.id), read_seen_of(connection, carrier.id)
        _require_fitting(review, known, carrier, of_carrier)
        carried = CarriedOrder(own.id, report.order.total_ore, report.order.net_ore)
        there, (part,) = divide_seen(SeenOrder(of_carrier.order, of_carrier.invoice), [carried])
        of_carrier = replace(
            of_carrier, order=there.order, invoice=there.invoice, carries=(*of_carrier.carries, carried)
        )
        save_seen(connection, {carrier.id: of_carrier, own.id: replace(known.ask(part, now), carried_by=carrier.id)})
        said = DeliveryEvent(EventKind.SAID_THERE, {"who": actor.name, "id": carrier.reference})
        add_event(connection, own.id, now, said, actor=actor)
    return Resolved(actor.name, report.reference, was_asked=True, is_sent_again=False)


def _require_fitting(review: OrderReview, known: StoredSeen, carrier: Delivery, of_carrier: StoredSeen) -> None:
    report, other = review.report, parse_order(json.loads(carrier.report), carrier.lines)
    named = {"reference": report.reference, "other": carrier.reference}
    if known.carries or of_carrier.carried_by:
        raise UsageError(_IS_CHAINED.format(**named))
    if (of_carrier.order is None and of_carrier.invoice is None) or of_carrier.is_credited:
        raise UsageError(_IS_NOT_THERE.format(**named))
    customers = {order.link.customer_id if order.link else None for order in (other, report.order)}
    if len(customers) > 1:
        raise UsageError(_IS_FOR_ANOTHER.format(**named))
    sums = of_carrier.sums
    before_ore = other.total_ore if sums.sent_ore is None else sums.sent_ore
    if sums.total_ore is not None and sums.total_ore == before_ore:
        raise UsageError(_HAS_NOTHING.format(**named))


_IS_CHAINED = (
    "{other} is on another order itself, or {reference} has others on it. Say for each of them which order in "
    "PowerOffice Go has it now."
)

_IS_NOT_THERE = (
    "{other} is not in PowerOffice Go either, or its invoice is credited, so it cannot have the sale of {reference}."
)

_IS_FOR_ANOTHER = (
    "{other} is for another customer in PowerOffice Go than {reference}. Two customers' sales are not invoiced by one "
    "order."
)

_HAS_NOTHING = (
    "{other} comes to what its own ticket does in PowerOffice Go, so it has nothing of {reference}. Put the sale on it "
    "there first."
)


def take_off_order(connection: Connection, own: Delivery) -> None:
    """Record that no other order has this one, nor this one any other: it was a mistake, or the order that had them is
    not there. Each is asked about by itself again."""
    known = read_seen_of(connection, own.id)
    freed = {own.id: replace(known, carried_by=0, carries=(), order=None, invoice=None)} if known.is_joined else {}
    for one in known.carries:
        freed[one.delivery_id] = replace(
            read_seen_of(connection, one.delivery_id), carried_by=0, order=None, invoice=None
        )
    if known.carried_by:
        carrier = read_seen_of(connection, known.carried_by)
        left = tuple(one for one in carrier.carries if one.delivery_id != own.id)
        freed[known.carried_by] = replace(carrier, carries=left)
    save_seen(connection, freed)
