"""The JSON of orders: in previews, exports and `posexport orders`. Amounts are strings of kroner."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from posexport.core.money import format_ore
from posexport.core.order_review import OrderReport
from posexport.core.orders.order import OrderLine, OrderLineKind
from posexport.core.orders.state import Invoice
from posexport.core.report import Report


def list_orders(report: Report) -> tuple[OrderReport, ...]:
    """The orders of a report."""
    return tuple(shown for shown in report.orders if isinstance(shown, OrderReport))


def format_order(shown: OrderReport, findings: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One order as JSON data, with its findings as JSON data."""
    order = shown.order
    data: dict[str, Any] = {
        "venue": shown.venue.id,
        "business_day": shown.business_day.isoformat(),
        "register": order.register,
        "ticket": order.ticket_number,
        "reference": order.reference,
        "revision": order.revision,
        "customer": _format_customer(shown),
        "credit": format_ore(order.credit_ore),
        "net": format_ore(order.net_ore),
        "vat": format_ore(order.vat_ore),
        "total": format_ore(order.total_ore),
        "difference": format_ore(order.difference_ore),
        "state": shown.state_of_order.value,
        "changed": shown.is_changed,
        "order_no": format_number(shown.there.order_no) if shown.there else None,
        "sent_at": shown.drafted_at.isoformat() if shown.drafted_at else None,
        "invoice": _format_invoice(shown.seen.invoice) if shown.seen.invoice else None,
        "findings": list(findings),
        "lines": [_format_line(line) for line in order.lines],
    }
    return data | ({"answer": shown.answer} if shown.answer else {})


def _format_customer(shown: OrderReport) -> dict[str, Any] | None:
    code, link = shown.order.customer_code, shown.order.link
    if code is None:
        return None
    name = (link.name if link else "") or (shown.customer.name if shown.customer else "")
    return {
        "code": code,
        "name": name or None,
        "number": format_number(link.number) if link else None,
        "linked": link.by.value if link else None,
    }


def _format_invoice(invoice: Invoice) -> dict[str, Any]:
    return {
        "number": format_number(invoice.number),
        "date": invoice.on.isoformat(),
        "total": format_ore(invoice.total_ore),
        "balance": format_ore(invoice.balance_ore),
        "paid": invoice.is_paid,
        "credited": invoice.is_credited,
    }


def _format_line(line: OrderLine) -> dict[str, Any]:
    if line.kind is OrderLineKind.TEXT:
        return {"product": None, "text": line.text}
    return {
        "product": line.product,
        "text": line.text,
        "quantity": _plain(line.quantity),
        "price": _plain(line.price),
        "vat_code": line.vat_code,
        "net": format_ore(line.net_ore),
        "vat": format_ore(line.vat_ore),
    }


def _plain(number: Decimal) -> str:
    return f"{number:f}"


def format_number(text: str) -> int | str:
    """The ledger's number of a customer or a document as JSON has it: a number, where it is written as one.

    >>> format_number("10018"), format_number("0018"), format_number("K-17")
    (10018, '0018', 'K-17')
    """
    return int(text) if text.isascii() and text.isdigit() and str(int(text)) == text else text
