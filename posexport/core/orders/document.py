"""Orders as documents: their lines as a delivery keeps them, and where they are sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from posexport.core.credit_facts import TicketReference
from posexport.core.delivery import Delivery, Kind, Stage
from posexport.core.document import Document, DocumentKind
from posexport.core.orders.book import OrderBook, TakesOrders
from posexport.core.orders.customers import CustomerLink, LinkedBy
from posexport.core.orders.order import Missing, MissingKind, Order, OrderLine, OrderLineKind
from posexport.core.ports.ledger import Ledger, LedgerKind


def format_lines(lines: Iterable[OrderLine]) -> str:
    """Order lines as the JSON stored with a delivery; quantities and prices are text."""
    told = [line._replace(quantity=str(line.quantity), price=str(line.price)) for line in lines]  # type: ignore[arg-type]
    return json.dumps(told, ensure_ascii=False)


def parse_lines(document: str) -> tuple[OrderLine, ...]:
    """Order lines from that JSON."""
    return tuple(_parse_line(OrderLine(*told)) for told in json.loads(document))


def _parse_line(told: OrderLine) -> OrderLine:
    return told._replace(
        kind=OrderLineKind(told.kind), quantity=Decimal(str(told.quantity)), price=Decimal(str(told.price))
    )


# The head of an order


def format_order(order: Order) -> dict[str, Any]:
    """Everything that an order says but for its lines, as plain JSON stored with a delivery."""
    told = {name: getattr(order, name) for name in _HEAD}
    return {
        **told,
        "business_day": order.business_day.isoformat(),
        "completed_at": order.completed_at.isoformat(),
        "link": list(order.link) if order.link else None,
        "refers_to": list(order.refers_to) if order.refers_to else None,
        "contact_elsewhere": list(order.contact_elsewhere),
        "missing": [list(missing) for missing in order.missing],
    }


def parse_order(told: Mapping[str, Any], lines: Iterable[OrderLine]) -> Order:
    """An order from that JSON and its lines."""
    link = told["link"]
    values = {
        **{name: told[name] for name in _HEAD if name in told},
        "business_day": date.fromisoformat(told["business_day"]),
        "completed_at": datetime.fromisoformat(told["completed_at"]),
        "link": CustomerLink(link[0], link[1], link[2], LinkedBy(link[3])) if link else None,
        "refers_to": TicketReference(*told["refers_to"]) if told["refers_to"] else None,
        "contact_elsewhere": tuple(told.get("contact_elsewhere", ())),
        "missing": tuple(Missing(MissingKind(kind), *rest) for kind, *rest in told["missing"]),
    }
    return Order(lines=tuple(lines), **values)


_HEAD = tuple(name for name in Order.__dataclass_fields__ if name != "lines")


def find_order_book(ledger: Ledger) -> OrderBook | None:
    """The order book of a ledger; None where it takes no orders."""
    return ledger.orders if isinstance(ledger, TakesOrders) else None


def describe_target(target: LedgerKind) -> LedgerKind:
    """A target as it is for orders: a second order with the same reference is refused, and a draft can be deleted."""
    if not target.takes_orders:
        return target
    return replace(
        target,
        is_guarded=True,
        posts_directly=False,
        removes_drafts=True,
        attaches="to the draft",
        tells_progress=False,
        folder=None,
    )


ORDER = DocumentKind(
    "order",
    format_lines,
    parse_lines,
    find_destination=find_order_book,
    describe_target=describe_target,
    has_page=False,
)
"""The order of a credit ticket. Its key is `core.orders.reference.order_key`."""


def find_receivers(deliveries: Iterable[Delivery]) -> dict[str, int]:
    """Whom the orders that are, or may be, in the ledger are for: the ledger's ids of the customers, by the keys of the
    orders. `deliveries`: of orders, oldest first. Where a whole order is to be sent anew, what was sent before came
    to nothing; one that is to be deleted first counts until it is."""
    found: dict[str, int] = {}
    leaving: set[str] = set()
    for one in deliveries:
        key, link = one.document_key, json.loads(one.report)["link"] if one.report else None
        if one.stage is Stage.REMOVING:
            leaving.add(key)
        if one.stage is Stage.REPLACED:
            continue
        if one.may_be_there or one.is_unsure:
            if link is not None:
                found[key] = link[0]
        elif one.kind is Kind.WHOLE and key not in leaving:
            found.pop(key, None)
    return found


def make_order_document(order: Order, key: str) -> Document:
    """An order as a document, its request not built yet."""
    return Document(
        ORDER.name, key, order.revision, order.reference, order.fingerprint, order.lines, is_sendable=order.is_sendable
    )
