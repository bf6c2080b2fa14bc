"""Whether an order is surely not in PowerOffice Go: before its sale is moved to the voucher, and before a person is
believed who says so."""

from __future__ import annotations

from collections.abc import Sequence

from posexport.app.workspace import Workspace
from posexport.core.company import Company, Venue
from posexport.core.delivery import Stage
from posexport.core.order_review import OrderReview
from posexport.core.orders.state import READS_LAG_S
from posexport.core.review import find_believed_at
from posexport.delivery.lookup import LOOK_BACK_S, find_since
from posexport.delivery.orders import open_order_book
from posexport.errors import UsageError
from posexport.ledgers.registry import find_ledger
from posexport.store.deliveries import read_sent_times


def require_unknown(workspace: Workspace, company: Company, venue: Venue, reviews: Sequence[OrderReview]) -> None:
    """Look in the ledger for every reference that these orders of one business day can have: this database may have
    been put back to before one of them was sent. Not asked where the company's orders can go nowhere.

    Raises UsageError where one is there; and what a `Destination` raises.
    """
    if not reviews or not can_send_orders(company):
        return
    references = {
        one: review for review in reviews for one in (review.report.reference, *review.report.list_references())
    }
    since = find_since(venue, reviews[0].business_day, None, workspace.now_utc_s) - LOOK_BACK_S
    book = open_order_book(workspace.delivery.open_ledger(company, venue), company)
    for reference, (remote_id, seen) in book.find_named(tuple(references), since).items():
        report = references[reference].report
        number = seen.invoice.number if seen.invoice else seen.order.order_no if seen.order else ""
        form = _IS_INVOICED if seen.invoice else _IS_ORDERED
        raise UsageError(
            form.format(
                ticket=report.order.ticket_number,
                number=number,
                found=reference,
                reference=report.reference,
                id=remote_id,
            )
        )


def can_send_orders(company: Company) -> bool:
    """Whether the setup has what a company needs to send orders."""
    return find_ledger(company.target).takes_orders and company.subscription_key is not None


_IS_ORDERED = (
    "Ticket {ticket} is in PowerOffice Go as order {number} ({found}), though that is not known here. If it is right, "
    "take it over: posexport orders resolve {reference} --there {id}. Otherwise delete it there first: a sale is "
    "booked once."
)

_IS_INVOICED = (
    "Ticket {ticket} is in PowerOffice Go as invoice {number} ({found}), though that is not known here. If it is "
    "right, take it over: posexport orders resolve {reference} --there {id}. Otherwise credit it there first: a sale "
    "is booked once."
)


def require_time_to_arrive(workspace: Workspace, review: OrderReview) -> None:
    """Raises UsageError where the last request for an order that is not known to be there may still arrive, or where
    reads may not show yet what has."""
    delivery, report = review.delivery, review.report
    if delivery is None or delivery.is_drafted or not delivery.is_unsure:
        return
    with workspace.database.reading() as connection:
        sent = read_sent_times(connection, delivery.id)
    if not sent:
        return
    until = find_believed_at(Stage.SENDING, sent[-1], report.company) + READS_LAG_S
    if workspace.now_utc_s < until:
        at = report.venue.calendar.local(until + 59)
        raise UsageError(_MAY_ARRIVE.format(reference=report.reference, moment=f"{at:%Y-%m-%d %H:%M}"))


_MAY_ARRIVE = (
    "{reference} was sent a short while ago, and may still arrive in PowerOffice Go, which may not show it yet either. "
    "Look for it there again, and say so after {moment}."
)
