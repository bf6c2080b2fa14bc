"""v2: outgoing invoices and credit notes, read.

Lives here: the calls and their PascalCase shapes. Never here: how an order becomes one (`invoicing`).
Source of names, types and required fields: the v2 description of spring 2025. Only people send invoices here, so none
counts as made by an integration. An invoice has the id of its order; its lines have ids of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from .kept import Version
from .orders import Invoice
from .parameters import Parameters
from .v2_order_shapes import (
    LINES_MAX,
    amounts_dto,
    customer_no_of,
    department_dto,
    guid_of,
    has_code,
    line_facts,
    project_dto,
)
from .wire import Answer, Json, Refused, json_answer, kroner

if TYPE_CHECKING:
    from .call import Call

READ = ("OutgoingInvoice", "OutgoingInvoice_Full")


def list_invoices(call: Call) -> Answer:
    """Invoices and credit notes, whoever sent them."""
    call.token.require(*READ)
    parameters = Parameters(
        call,
        *("balanceLastChangedDateTimeOffsetGreaterThan", "customerNos", "customMatchingReferences"),
        *("departmentCodes", "fromDate", "includeSubProject", "invoiceIds", "invoiceNos"),
        *("onlyCreatedByCurrentIntegration", "onlyUnpaidInvoices", "projectCodes", "sentDateTimeOffsetGreaterThan"),
        *("toDate", "voucherNos"),
    )
    ids, numbers = parameters.identifiers("invoiceIds"), parameters.numbers("invoiceNos")
    vouchers, customers = parameters.numbers("voucherNos"), parameters.numbers("customerNos")
    first, last = parameters.optional_day("fromDate"), parameters.optional_day("toDate")
    sent = parameters.moment("sentDateTimeOffsetGreaterThan")
    paid = parameters.moment("balanceLastChangedDateTimeOffsetGreaterThan")
    departments, projects = parameters.codes("departmentCodes"), parameters.codes("projectCodes")
    matching = parameters.codes("customMatchingReferences")
    own_only, unpaid = parameters.flag("onlyCreatedByCurrentIntegration"), parameters.flag("onlyUnpaidInvoices")
    with_subprojects = parameters.flag("includeSubProject")
    if own_only:
        return Answer(204)
    return parameters.answer(
        _invoice_dto(call, version)
        for _, version in call.company.orders.invoices.items_at(call.replica_s)
        if (invoice := version.value)
        and (ids is None or invoice.id in ids)
        and numbers(invoice.no)
        and vouchers(invoice.voucher_no)
        and customers(customer_no_of(call, invoice.order))
        and (first is None or invoice.invoice_date >= first)
        and (last is None or invoice.invoice_date <= last)
        and (sent is None or invoice.sent_at > sent)
        and (paid is None or invoice.balance_changed_at > paid)
        and (matching is None or invoice.order.matching_reference in matching)
        and (not unpaid or invoice.balance_ore != 0)
        and has_code(invoice.order.department_code, departments)
        and has_code(invoice.order.project_code, projects, with_subs=bool(with_subprojects))
    )


def get_invoice(call: Call, invoice_id: str) -> Answer:
    call.token.require(*READ)
    Parameters(call)
    return json_answer(_invoice_dto(call, _read_invoice(call, invoice_id)))


def list_lines(call: Call, invoice_id: str) -> Answer:
    call.token.require(*READ)
    parameters = Parameters(call)
    invoice = _read_invoice(call, invoice_id).value
    return parameters.answer(_invoice_lines(call, invoice))


def _read_invoice(call: Call, invoice_id: str) -> Version[Invoice]:
    version = call.company.orders.invoices.at(guid_of(invoice_id), call.replica_s)
    if version is None:
        raise Refused(f"Invoice with id = {invoice_id} not found.", status=404)
    return version


def _invoice_dto(call: Call, version: Version[Invoice]) -> Json:
    invoice = version.value
    order = invoice.order
    return {
        "Id": invoice.id,
        "InvoiceNo": invoice.no,
        "VoucherNo": invoice.voucher_no if invoice.sent_at.timestamp() <= call.numbered_s else None,
        "VoucherType": "OutgoingCreditNote" if invoice.is_credit_note else "OutgoingInvoice",
        "VoucherDate": invoice.invoice_date,
        "DueDate": invoice.due_date,
        "SentDateTimeOffset": invoice.sent_at,
        "Cid": None,
        "OrderNo": order.no,
        "OrderDate": order.order_date or invoice.created_at.date(),
        "DeliveryDate": order.delivery_date or invoice.invoice_date,
        "CustomerId": order.customer_id,
        "CustomerNo": customer_no_of(call, order),
        "CustomerReference": order.customer_reference,
        "CustomerReferenceContactPersonId": order.contact_person_id,
        "PurchaseOrderReference": order.purchase_order,
        "ContractNo": order.contract_no,
        "CurrencyCode": order.currency,
        "CurrencyExchangeRate": Decimal(1),
        **department_dto(call, order.department_code),
        **project_dto(call, order.project_code),
        "ExternalImportReference": order.reference,
        "ImportedOrderNo": order.imported_order_no,
        "RelatedInvoiceNo": order.related_invoice_no,
        "CustomMatchingReference": order.matching_reference,
        "PaymentTerm": order.payment_term_days,
        "InvoiceDeliveryType": invoice.delivery_type,
        "NetAmount": kroner(invoice.net_ore),
        "NetPostedAmount": kroner(invoice.net_ore),
        "TotalAmount": kroner(invoice.total_ore),
        "TotalPostedAmount": kroner(invoice.total_ore),
        "Balance": kroner(invoice.balance_ore),
        "BalanceLastChangedDateTimeOffset": invoice.balance_changed_at,
        "MatchId": invoice.match_id,
        "IsReversed": invoice.is_reversed,
        "IsCreatedByCurrentIntegration": False,
        "CreatedDateTimeOffset": invoice.created_at,
        "LastChangedDateTimeOffset": version.changed_at,
    }


def _invoice_lines(call: Call, invoice: Invoice) -> Iterable[Json]:
    for at, line in enumerate(invoice.lines, start=1):
        amounts = line.amounts
        yield {
            "Id": invoice.voucher_no * LINES_MAX + at,
            **line_facts(call, line),
            **amounts_dto(call, amounts),
            "AccountNo": None if amounts is None else amounts.account_no,
            "AccountId": None if amounts is None else call.company.account_ids.id_of(amounts.account_no),
            "NetPostedAmount": None if amounts is None else kroner(amounts.net_ore),
            "TotalPostedAmount": None if amounts is None else kroner(amounts.total_ore),
            "IsAccrued": False,
        }
