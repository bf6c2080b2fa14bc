"""Customers that are linked anew while an order to the former one is under way, or may be.

What was asked for stays what it was: a request that may still arrive is sent again to whom it was for. That the order
is for somebody else than the customer that is linked now is known when it is found. Pure; times are UTC seconds.
"""

from __future__ import annotations

import json
from dataclasses import replace

from posexport.core.credit_facts import CreditFacts
from posexport.core.delivery import Delivery, Stage
from posexport.core.orders.customers import CustomerLink
from posexport.core.orders.document import parse_order
from posexport.core.orders.order import Order


def keep_link(planned: Delivery | None, code: str, link: CustomerLink | None, *, may_come: bool) -> CustomerLink | None:
    """Whom an order of a customer with this `code` is for: by its `link`, or, while a request for the `planned` one
    `may_come`, whoever that was for."""
    if planned is None or not (may_come and planned.is_unsure and planned.report) or planned.stage is Stage.REFUSED:
        return link
    was = _read_order(planned)
    return was.link if was.link is not None and was.customer_code == code else link


def follow_invoice(note: Order, sold: Order, facts: CreditFacts) -> Order:
    """A credit note for whom the invoice it names is for, where its customer was linked anew since: a contact person of
    the other is named by name. `sold`: the order of that invoice; `facts`: what the ticket of the credit note says."""
    if sold.link is None or note.link is None or sold.customer_code != note.customer_code:
        return note
    if sold.link.customer_id == note.link.customer_id:
        return note
    contact = facts.customer.contact if facts.customer is not None else ""
    named = facts.customer_reference or contact
    return replace(note, link=sold.link, contact_person_id=None, contact_elsewhere=(), customer_reference=named)


def is_relinked(sent: Delivery, link: CustomerLink, linked_at_utc_s: int) -> bool:
    """Whether a customer was linked anew when an order to the former one was sent and not known to be there: whoever
    did so meant this order too. One that is linked anew later leaves the order as it is. `link`: as it is now."""
    was = _read_order(sent).link
    if was is None or was.customer_id == link.customer_id:
        return False
    return sent.first_sent_at_utc_s <= linked_at_utc_s <= (sent.drafted_at_utc_s or 0)


def _read_order(delivery: Delivery) -> Order:
    return parse_order(json.loads(delivery.report), delivery.lines)
