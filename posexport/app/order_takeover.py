"""posexport orders resolve, where PowerOffice Go has orders or invoices of a ticket that are not known here: a person
says that they are right, and they are this ticket's orders from then on."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from posexport.app.resolve import Resolved
from posexport.app.workspace import Workspace
from posexport.core.delivery import Delivery, PageState, Stage
from posexport.core.events import DeliveryEvent, EventKind
from posexport.core.order_review import OrderReview
from posexport.core.orders.customers import CustomerLink, LinkedBy, link_to
from posexport.core.orders.document import format_order, make_order_document, parse_order
from posexport.core.orders.order import Order
from posexport.delivery.claims import CLAIM_S
from posexport.delivery.order_watch import ask_about_orders
from posexport.delivery.orders import open_order_book
from posexport.errors import PowerOfficeRefused, PowerOfficeUnavailable, UsageError
from posexport.store.credit_routes import seal_routes
from posexport.store.database import Connection
from posexport.store.deliveries import (
    Claim,
    Intent,
    Slot,
    change_slot,
    claim,
    plan,
    read_known_drafts,
    reopen_day,
    replan,
    settle_drafted,
)
from posexport.store.evidence import digest_tickets
from posexport.store.order_seen import StoredSeen, save_seen
from posexport.store.setup_snapshots import keep_setup
from posexport.store.setups import find_venue_number


def take_over_orders(workspace: Workspace, review: OrderReview, ids: Sequence[str]) -> Resolved:
    """Record that these are a ticket's orders or invoices, and right as they are: the newest stands for what the ticket
    comes to, and of the others only what the ledger says they come to is known. `review`: of the order that was not
    sent because of them, or that was never sent from here.

    Raises UsageError where one of them is not there, is known here, or is no order of this ticket; and what a
    `Destination` raises.
    """
    report, delivery = review.report, review.delivery
    revisions = _find_revisions(workspace, review, tuple(dict.fromkeys(ids)))
    newest, *rest = sorted(revisions, key=lambda id_: -revisions[id_][1])
    is_doubted = delivery is not None and delivery.stage is Stage.DOUBTED
    order = parse_order(json.loads(delivery.report), delivery.lines) if delivery and is_doubted else report.order
    order = replace(order, link=_find_buyer(workspace, review, newest) or order.link)
    unknown = replace(order, lines=(), credit_ore=0, due_ore=0, part_paid_ore=0, missing=())
    now, actor = workspace.now_utc_s, workspace.actor
    with workspace.database.writing() as connection:
        number = find_venue_number(connection, report.venue)
        if not seal_routes(connection, number, review.business_day, review.seals, now, leaves_out=False):
            raise UsageError(f"Ticket {order.ticket_number} was moved to the voucher just now.")
        for id_ in (newest, *rest):
            reference, revision = revisions[id_]
            named = replace(order if id_ == newest else unknown, reference=reference, revision=revision)
            intent = _make_intent(connection, number, review, named)
            if id_ == newest and delivery is not None:
                held = _rename(connection, delivery, intent, now)
            else:
                held = plan(connection, Slot(number, review.business_day), intent, Stage.READY, now)
            if held is None:
                raise UsageError(f"{report.reference} is being sent by another run right now. Try again in a minute.")
            said = DeliveryEvent(EventKind.SAID_THERE, {"who": actor.name, "id": id_})
            settle_drafted(connection, held, id_, now, said, actor=actor, page_state=PageState.NONE)
            save_seen(connection, {held.delivery_id: StoredSeen()})  # what was known was of what stood there before
        reopen_day(connection, number, review.business_day)
    ask_what_is_there(workspace, review, {reference for reference, _ in revisions.values()})
    return Resolved(actor.name, report.reference, was_asked=True, is_sent_again=False)


def _find_buyer(workspace: Workspace, review: OrderReview, remote_id: str) -> CustomerLink | None:
    """Whom an order in the ledger is for, whatever the ticket's customer is linked to by now; None where it is the
    same, or not known."""
    report = review.report
    book = open_order_book(workspace.delivery.open_ledger(report.company, report.venue), report.company)
    buyer, link = book.read_customer_of(remote_id), report.order.link
    is_same = buyer is not None and link is not None and link.customer_id == buyer.id
    return None if buyer is None or is_same else link_to(buyer, LinkedBy.PERSON)


def require_of_ticket(workspace: Workspace, review: OrderReview, ids: Sequence[str]) -> None:
    """Raises UsageError where one of these ids is not there, is known here, or is no order of this ticket; and what a
    `Destination` raises."""
    _find_revisions(workspace, review, ids)


def ask_what_is_there(workspace: Workspace, review: OrderReview, references: Collection[str]) -> None:
    """Ask what orders come to that a person says are there, and were just seen there: the ledger's sum may be another
    than ours. Where it does not answer now, the next night asks."""
    report = review.report
    with suppress(PowerOfficeRefused, PowerOfficeUnavailable):
        ask_about_orders(workspace.delivery, report.company, report.venue, references=references, lag_s=0)


def _find_revisions(workspace: Workspace, review: OrderReview, ids: Sequence[str]) -> Mapping[str, tuple[str, int]]:
    """The reference and the revision of each of these ids. One that has no reference in the ledger, which a person made
    by hand, has this order's."""
    report, order = review.report, review.report.order
    every = {**report.list_references(), report.reference: order.revision}
    taken = {one.revision for one in review.history.deliveries if one is not review.delivery}
    with workspace.database.reading() as connection:
        known = read_known_drafts(connection, find_venue_number(connection, report.venue), review.kind)
    book = open_order_book(workspace.delivery.open_ledger(report.company, report.venue), report.company)
    found: dict[str, tuple[str, int]] = {}
    for id_ in ids:
        reference = book.find_reference(id_)
        if reference is None:
            raise UsageError(
                f"PowerOffice Go has no order or invoice {id_} of this venue. The id is the one PowerOffice gives it, "
                f"not the reference {report.reference}."
            )
        reference = reference or report.reference
        revision = every.get(reference)
        if id_ in known or revision is None or revision in taken or reference in dict(found.values()):
            raise UsageError(
                f"{id_} is the order {reference} in PowerOffice Go, known here already or of another ticket "
                f"than {report.reference}."
            )
        found[id_] = reference, revision
    return found


def _rename(connection: Connection, delivery: Delivery, intent: Intent, now_utc_s: int) -> Claim | None:
    """Give a delivery the reference and revision of what was found; None where another run has it."""
    held, document = claim(connection, delivery, now_utc_s, now_utc_s + CLAIM_S), intent.document
    if held is not None:
        held = change_slot(connection, held, reference=document.reference, revision=document.revision)
    if held is None:
        return None
    return replan(connection, held, intent, Stage.READY, now_utc_s, now_utc_s + CLAIM_S)


def _make_intent(connection: Connection, number: int, review: OrderReview, order: Order) -> Intent:
    """An order as it is stored, with the evidence of what its delivery was made from; one that has none yet, of what
    the order is made from now."""
    delivery, company = review.delivery, review.report.company
    document = make_order_document(order, review.key)
    if delivery is None or delivery.stage is not Stage.DOUBTED:
        return Intent(
            replace(document, fingerprint=review.share),
            company.target,
            review.file_id,
            report=format_order(order),
            tickets_digest=digest_tickets(connection, number, review.business_day),
            setup_digest=keep_setup(connection, company),
        )
    return Intent(
        replace(document, fingerprint=delivery.fingerprint, payload=delivery.payload if order.lines else {}),
        delivery.target,
        delivery.file_id,
        report=format_order(order),
        tickets_digest=delivery.tickets_digest,
        setup_digest=delivery.setup_digest,
    )
