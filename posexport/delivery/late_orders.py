"""Orders that arrive in the ledger after they were given up: their answers were lost, nothing was found for as long as
a request may be on its way, and what they were for was booked otherwise, or waits. Times are UTC seconds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from posexport.core.delivery import Delivery, PageState
from posexport.core.events import DeliveryEvent, EventKind
from posexport.core.finding import format_findings
from posexport.core.findings.drafts import make_doubtful_finding
from posexport.core.orders.book import OrderBook, SeenOrder
from posexport.core.orders.customers import LinkedBy, link_to
from posexport.core.orders.document import ORDER, format_order, parse_order
from posexport.core.orders.route import Route
from posexport.core.ports.ledger import DraftedHow, Payload
from posexport.delivery.claims import CLAIM_S
from posexport.delivery.context import DeliveryContext
from posexport.store.credit_routes import read_routes
from posexport.store.database import Connection
from posexport.store.deliveries import (
    Claim,
    change_slot,
    claim,
    read_delivery,
    read_requests,
    reopen_day,
    settle,
    settle_drafted,
)
from posexport.store.order_seen import DueOrder, StoredSeen, save_seen

LOOKED_FOR_S = 31 * 86_400
"""How long (s) an order is looked for that was given up, after it was last sent, or whose sale was moved to a voucher,
after that: the ledger is asked for its list of orders anyway."""


def note_late_order(context: DeliveryContext, book: OrderBook, lost: DueOrder, found: SeenOrder) -> None:
    """Store that an order is in the ledger after all: it is this ticket's from now on. One of other content than was
    sent is left to a person, unless the ticket is booked by the voucher: then it is one too many, whatever it says. May
    raise what a `Destination` raises."""
    now = context.now_utc_s
    with context.database.reading() as connection:
        delivery = read_delivery(connection, lost.delivery_id)
        requests = read_requests(connection, lost.delivery_id)
        is_moved = _is_in_voucher(connection, lost, delivery.document_key)
    is_other = not (is_moved or any(book.find(one, lost.first_sent_at_utc_s).is_same for one in requests))
    report = _name_buyer(book, delivery, found.remote_id)
    with context.database.writing() as connection:
        held = claim(connection, delivery, now, now + CLAIM_S)
        if held is None:
            return
        if is_other:
            _settle_doubted(connection, held, lost, found, requests, now)
        else:
            held = change_slot(connection, held, report=report)
            assert held is not None, "claimed in this transaction"
            event = DeliveryEvent(EventKind.DRAFTED, {"how": DraftedHow.FOUND_BY_REFERENCE.value})
            settle_drafted(connection, held, found.remote_id, now, event, page_state=PageState.NONE)
            seen = StoredSeen(found.order, found.order, found.invoice, asked_at_utc_s=now)
            save_seen(connection, {lost.delivery_id: seen})
        reopen_day(connection, lost.venue_id, lost.business_day)


def _name_buyer(book: OrderBook, delivery: Delivery, remote_id: str) -> str:
    """What is stored of an order, for the customer that it is for in the ledger: the register's may have been linked
    anew since it was given up. May raise what a `Destination` raises."""
    if not delivery.report:
        return delivery.report
    order, buyer = parse_order(json.loads(delivery.report), delivery.lines), book.read_customer_of(remote_id)
    if buyer is None or order.link is None or order.link.customer_id == buyer.id:
        return delivery.report
    return json.dumps(format_order(replace(order, link=link_to(buyer, LinkedBy.PERSON))), ensure_ascii=False)


def _settle_doubted(
    connection: Connection, held: Claim, lost: DueOrder, found: SeenOrder, requests: Sequence[Payload], now_utc_s: int
) -> None:
    """Leave it to a person; it is looked for by what was sent last, whatever was planned since."""
    ids = (found.remote_id,)
    answer = format_findings([make_doubtful_finding(lost.reference, ids, ORDER, is_named=True)])
    kept = change_slot(connection, held, payload=json.dumps(requests[0] if requests else {}, ensure_ascii=False))
    assert kept is not None, "claimed in this transaction"
    settle(connection, kept, DeliveryEvent(EventKind.DOUBTED, {"ids": ids}), now_utc_s, answer=answer)


def _is_in_voucher(connection: Connection, lost: DueOrder, key: str) -> bool:
    day = lost.business_day
    sealed = read_routes(connection, lost.venue_id, (day, day)).get(day, {}).get(key)
    return sealed is not None and sealed.route is Route.VOUCHER
