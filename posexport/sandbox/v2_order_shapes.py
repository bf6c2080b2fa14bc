"""v2: the shapes of orders and their lines, and what lists of orders and of invoices filter by.

Lives here: PascalCase shapes. Never here: calls, and rules.
"""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING

from .customers import Customer
from .kept import Version
from .orders import NO_CODE, Amounts, Order, OrderLine
from .reckoning import department_of
from .wire import Json, kroner

if TYPE_CHECKING:
    from .call import Call

LINES_MAX = 10_000
"""Of one order."""

STATUSES = ("Draft", "Confirmed")


def guid_of(text: str) -> str:
    """A GUID as it is kept; anything else as it is, which finds nothing."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return text


def is_own(call: Call, order: Order) -> bool:
    return order.application_key == call.token.key.application_key


def has_code(code: str | None, wanted: frozenset[str] | None, *, with_subs: bool = False) -> bool:
    """Whether a filter of codes takes it: "-1" takes what has none."""
    if wanted is None or (code or NO_CODE) in wanted:
        return True
    return with_subs and code is not None and any(code.startswith(f"{parent}.") for parent in wanted)


def customer_of(call: Call, order: Order) -> Customer:
    customer = call.company.customers.register.now(order.customer_id)
    assert customer is not None
    return customer


def customer_no_of(call: Call, order: Order) -> int:
    return customer_of(call, order).no


# --- shapes of orders ---------------------------------------------------------------------------------


def order_dto(call: Call, version: Version[Order], *, inherited: bool) -> Json:
    order = version.value
    department = department_of(call.company, order) if inherited else order.department_code
    reference = order.customer_reference
    if inherited and reference is None:
        person = call.company.customers.default_person(customer_of(call, order))
        reference = person.name if person is not None else None
    return {
        "Id": order.id,
        "SalesOrderNo": order.no,
        "SalesOrderStatus": order.status,
        "SalesOrderDate": order.order_date,
        "DeliveryDate": order.delivery_date,
        "CustomerId": order.customer_id,
        "CustomerNo": customer_no_of(call, order),
        "CustomerReference": reference,
        "CustomerReferenceContactPersonId": order.contact_person_id,
        "PurchaseOrderReference": order.purchase_order,
        "ContractNo": order.contract_no,
        "CurrencyCode": order.currency,
        "CurrencyExchangeRate": order.exchange_rate or Decimal(1),
        **department_dto(call, department),
        **project_dto(call, order.project_code),
        "ExternalImportReference": order.reference,
        "ImportedOrderNo": order.imported_order_no,
        "RelatedInvoiceNo": order.related_invoice_no,
        "CustomMatchingReference": order.matching_reference,
        "PaymentTerm": order.payment_term_days,
        "NetAmount": kroner(order.net_ore),
        "TotalAmount": kroner(order.total_ore),
        "LineCount": len(order.lines),
        "IsCreatedByCurrentIntegration": is_own(call, order),
        "CreatedDateTimeOffset": version.created_at,
        "LastChangedDateTimeOffset": version.changed_at,
    }


def complete_dto(call: Call, version: Version[Order], *, inherited: bool) -> Json:
    order = version.value
    return {
        **order_dto(call, version, inherited=inherited),
        "SalesOrderLines": [line_dto(call, order, line) for line in order.lines],
    }


def department_dto(call: Call, code: str | None) -> Json:
    """A department as it is set: -1 for none."""
    if code == NO_CODE:
        return {"DepartmentCode": None, "DepartmentId": -1}
    return {
        "DepartmentCode": code,
        "DepartmentId": None if code is None else call.company.department_ids.id_of(code),
    }


def project_dto(call: Call, code: str | None) -> Json:
    if code == NO_CODE:
        return {"ProjectCode": None, "ProjectId": -1}
    return {"ProjectCode": code, "ProjectId": None if code is None else call.company.projects.ids.id_of(code)}


def line_dto(call: Call, order: Order, line: OrderLine) -> Json:
    return {
        "Id": line.id,
        "SalesOrderId": order.id,
        **line_facts(call, line),
        **amounts_dto(call, line.amounts),
        "UseStandardSalesAccount": line.use_standard_account,
    }


def line_facts(call: Call, line: OrderLine) -> Json:
    """What lines of orders and of invoices have in common."""
    is_text = line.line_type == "Text"
    return {
        "LineType": line.line_type,
        "SortOrder": line.sort_order,
        "Description": line.description,
        "ProductCode": line.product_code,
        "ProductId": line.product_id,
        "Quantity": line.quantity,
        "ProductUnitPrice": line.unit_price,
        "ProductUnitCost": line.unit_cost,
        "UnitOfMeasureCode": line.unit,
        "Allowance": None if is_text else line.allowance_percent,
        **department_dto(call, line.department_code),
        **project_dto(call, line.project_code),
        "ExternalImportReference": line.external_reference,
    }


def amounts_dto(call: Call, amounts: Amounts | None) -> Json:
    if amounts is None:
        names = ("NetAmount", "TotalAmount", "VatAmount", "VatCode", "VatId", "VatRate")
        return dict.fromkeys(names)
    wanted = (amounts.vat_code, amounts.rate_percent)
    row = next((row for row in call.company.client.vat_codes if (row.code, row.rate_percent) == wanted), None)
    return {
        "NetAmount": kroner(amounts.net_ore),
        "TotalAmount": kroner(amounts.total_ore),
        "VatAmount": kroner(amounts.vat_ore),
        "VatCode": amounts.vat_code,
        "VatId": None if row is None else call.company.vat_id(row),
        "VatRate": (amounts.rate_percent / 100).normalize(),
    }
