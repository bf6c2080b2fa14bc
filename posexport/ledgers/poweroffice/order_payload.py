"""The body of `POST /SalesOrders/Complete` (v2) for an order. Every value that changes sum or tax, and that Go would
otherwise take from the customer or the product, is written out.

Source: the v2 OpenAPI description (spring 2025), SalesOrderCompletePostDto and SalesOrderLinePostDto.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from posexport.core.orders.order import Order, OrderLine, OrderLineKind
from posexport.core.ports.ledger import Payload

NO_DEPARTMENT = "-1"
"""The department code that stands for none."""

STATUS = {False: "Draft", True: "Confirmed"}
"""Go's `SalesOrderStatus`, by whether the order is locked for editing."""


def build_order_payload(order: Order) -> Payload:
    """The body for an order; the same whenever it is asked. Raises ValueError for an order that cannot be sent: without
    a linked customer, or with a line without a product."""
    if order.link is None or not order.is_sendable:
        raise ValueError(f"{order.reference} cannot be sent: {order.missing}")
    day = order.business_day.isoformat()
    fields: dict[str, Any] = {
        "CustomerId": order.link.customer_id,
        "CurrencyCode": "NOK",
        "SalesOrderDate": day,
        "DeliveryDate": day,
        "ExternalImportReference": order.reference,
        "SalesOrderStatus": STATUS[order.is_confirmed],
        **_references(order),
        "SalesOrderLines": [_line(line, place) for place, line in enumerate(order.lines)],
    }
    if not order.inherits_department:
        fields["DepartmentCode"] = order.department or NO_DEPARTMENT
    return fields


def _references(order: Order) -> dict[str, Any]:
    """The fields of the head that only some orders have."""
    optional = {
        "CustomerReference": order.customer_reference,
        "CustomerReferenceContactPersonId": order.contact_person_id,
        "PurchaseOrderReference": order.purchase_order,
        "ProjectCode": order.project,
        "RelatedInvoiceNo": order.related_invoice_no,
        "CustomMatchingReference": (order.matching_reference or order.reference) if order.part_paid_ore else None,
    }
    return {name: value for name, value in optional.items() if value}


def _line(line: OrderLine, place: int) -> dict[str, Any]:
    common = {"Description": line.text, "SortOrder": place, "ExternalImportReference": str(place + 1)}
    if line.kind is OrderLineKind.TEXT:
        return {"LineType": "Text", **common}
    return {
        "LineType": "Normal",
        "ProductCode": line.product,
        "Quantity": _number(line.quantity),
        "ProductUnitPrice": _number(line.price),
        "Allowance": 0,
        "UseStandardSalesAccount": True,
        **common,
    }


def _number(value: Decimal) -> int | float:
    """A JSON number whose shortest text, which is what is sent, has the decimals of `value` and no more."""
    return int(value) if value == value.to_integral_value() else float(value)
