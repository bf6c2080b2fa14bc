"""v2: the strict reading of an order that is to be made.

Lives here: fields, types, what a line inherits, and what is refused. Never here: state that changes, and the answers.
Source of names, types and required fields: the v2 description of spring 2025.
What is not published is decided here and named: an order has at least one line; a text line has a text and nothing
else; an archived customer, product or project is a 400, one that is not there a 404; the credited invoice has to be the
customer's; `DepartmentCode` and `ProjectCode` "-1" mean none, as -1 does for the ids; prices keep the decimals they
come with unless the world says how many stay; a duplicate reference is a 400, or a 409 where the world says so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Literal

from .customers import Customer
from .orders import NO_CODE, ORDER_WRONG, LineType, Order, OrderLine
from .reckoning import reckon
from .v2_customers import allowance_of, currency_of, read_department
from .v2_order_shapes import LINES_MAX, STATUSES
from .wire import (
    Json,
    OnLine,
    Refused,
    check_known,
    check_unsupported,
    choice_of,
    day_of,
    flag_of,
    instant,
    list_of,
    number_of,
    text_of,
    whole_of,
)

if TYPE_CHECKING:
    from .call import Call

REFERENCE_LENGTH_MAX = 50
TEXT_LENGTH_MAX = 255
DESCRIPTION_LENGTH_MAX = 4000
CODE_LENGTH_MAX = 100
LINE_TYPES = ("Normal", "Text")

ORDER_FIELDS = (
    *("ContractNo", "CurrencyCode", "CurrencyExchangeRate", "CustomMatchingReference", "CustomerId", "CustomerNo"),
    *("CustomerReference", "CustomerReferenceContactPersonId", "DeliveryDate", "DepartmentCode", "DepartmentId"),
    *("ExternalImportReference", "ImportedOrderNo", "PaymentTerm", "ProjectCode", "ProjectId"),
    *("PurchaseOrderReference", "RelatedInvoiceNo", "SalesOrderDate", "SalesOrderLines", "SalesOrderStatus"),
)
ORDER_UNSUPPORTED = (
    *("BrandingThemeCode", "BrandingThemeId", "ContactDeliveryAddressId", "DeliveryTerm", "DeliveryTermId"),
    *("Dim1Code", "Dim1Id", "Dim2Code", "Dim2Id", "Dim3Code", "Dim3Id", "LocationCode", "LocationId"),
    *("PaymentTermId", "SalesPersonEmployeeId", "SalesPersonEmployeeNumber"),
)
LINE_FIELDS = (
    *("Allowance", "DepartmentCode", "DepartmentId", "Description", "ExternalImportReference", "LineType"),
    *("ProductCode", "ProductId", "ProductUnitCost", "ProductUnitPrice", "ProjectCode", "ProjectId", "Quantity"),
    *("SortOrder", "UnitOfMeasureCode", "UseStandardSalesAccount"),
)
LINE_UNSUPPORTED = (
    *("Accrual", "Dim1Code", "Dim1Id", "Dim2Code", "Dim2Id", "Dim3Code", "Dim3Id", "LocationCode", "LocationId"),
    *("SellersReferenceEmployeeId", "SellersReferenceEmployeeNo", "VatReturnSpecification"),
)
NOT_ON_TEXT = (
    *("Allowance", "ProductCode", "ProductId", "ProductUnitCost", "ProductUnitPrice", "Quantity"),
    *("UnitOfMeasureCode", "UseStandardSalesAccount"),
)


def read_order(call: Call, body: Json) -> Order:
    """The order that a body asks for, without its number. Raises Refused."""
    check_known(body, (*ORDER_FIELDS, *ORDER_UNSUPPORTED), "SalesOrderCompletePostDto")
    check_unsupported(body, ORDER_UNSUPPORTED)
    customer_id, customer = _read_customer(call, body)
    reference = text_of(body, "ExternalImportReference", length_max=REFERENCE_LENGTH_MAX)
    order_date, delivery_date = day_of(body, "SalesOrderDate"), day_of(body, "DeliveryDate")
    currency = currency_of(body) or customer.currency
    rate = number_of(body, "CurrencyExchangeRate")
    if rate is not None and (rate <= 0 or (currency == call.company.client.currency and rate != 1)):
        raise Refused(f"CurrencyExchangeRate {rate} is not valid for {currency}.", field_name="CurrencyExchangeRate")
    term = whole_of(body, "PaymentTerm")
    status: Literal["Draft", "Confirmed"] = (
        "Confirmed" if choice_of(body, "SalesOrderStatus", STATUSES) == "Confirmed" else "Draft"
    )
    order = Order(
        id=call.world.new_id(),
        no=0,
        customer_id=customer_id,
        lines=_read_lines(call, body, customer, order_date or instant(call.now_s).date()),
        reference=reference,
        status=status,
        order_date=order_date,
        delivery_date=delivery_date,
        currency=currency,
        exchange_rate=rate,
        customer_reference=text_of(body, "CustomerReference", length_max=TEXT_LENGTH_MAX),
        contact_person_id=_read_person(call, body, customer),
        purchase_order=text_of(body, "PurchaseOrderReference", length_max=TEXT_LENGTH_MAX),
        contract_no=text_of(body, "ContractNo", length_max=TEXT_LENGTH_MAX),
        department_code=read_department(call, body),
        project_code=_read_project(call, body),
        imported_order_no=whole_of(body, "ImportedOrderNo"),
        related_invoice_no=whole_of(body, "RelatedInvoiceNo"),
        matching_reference=text_of(body, "CustomMatchingReference", length_max=TEXT_LENGTH_MAX),
        payment_term_days=term,
        application_key=call.token.key.application_key,
        integration=call.token.key.integration,
    )
    order = _with_person_as_reference(call, order)
    _check_related(call, order)
    call.company.orders.check_reference(reference, call.world.duplicate_status)
    return order


def _read_customer(call: Call, body: Json) -> tuple[int, Customer]:
    """The customer, whose id counts before its number. Raises Refused."""
    customers = call.company.customers
    contact_id, number = whole_of(body, "CustomerId"), whole_of(body, "CustomerNo")
    if contact_id is not None:
        customer = customers.register.now(contact_id)
        if customer is None:
            raise Refused(f"Customer with id = {contact_id} not found.", status=404)
    elif number is not None:
        customer = customers.numbered(number)
        if customer is None:
            raise Refused(f"Customer with number = {number} not found.", status=404)
        contact_id = customers.contact_id(customer)
    else:
        raise Refused("CustomerId or CustomerNo is required.", field_name="CustomerId")
    if not customer.active:
        raise Refused(f"Customer with number = {customer.no} is archived.", title=ORDER_WRONG)
    return contact_id, customer


def _read_person(call: Call, body: Json, customer: Customer) -> int | None:
    person_id = whole_of(body, "CustomerReferenceContactPersonId")
    if person_id is None:
        return None
    person = call.company.customers.persons.now(person_id)
    if person is None:
        raise Refused(f"Contact person with id = {person_id} not found.", status=404)
    if person.customer_no != customer.no:
        raise Refused(
            f"Contact person with id = {person_id} does not belong to customer {customer.no}.", title=ORDER_WRONG
        )
    return person_id


def _with_person_as_reference(call: Call, order: Order) -> Order:
    """The contact person's name stands as the customer's reference."""
    person_id = order.contact_person_id
    person = None if person_id is None else call.company.customers.persons.now(person_id)
    return order if person is None else replace(order, customer_reference=person.name)


def _read_project(call: Call, value: Json) -> str | None:
    """The project of `ProjectId` or else `ProjectCode`, "-1" for none. Raises Refused."""
    number, code = whole_of(value, "ProjectId"), text_of(value, "ProjectCode", length_max=CODE_LENGTH_MAX)
    if number == -1:
        return NO_CODE
    if number is not None:
        project = call.company.projects.register.now(number)
        if project is None:
            raise Refused(f"Project with id = {number} not found.", status=404)
        code = project.code
    if code in (None, NO_CODE):
        return code
    return call.company.projects.usable(code or "").code


def _check_related(call: Call, order: Order) -> None:
    number = order.related_invoice_no
    if number is None:
        return
    if not order.is_credit_note:
        raise Refused(
            "RelatedInvoiceNo can only be set where the sum of the lines is negative.", field_name="RelatedInvoiceNo"
        )
    invoice = call.company.orders.numbered_invoice(number)
    if invoice is None:
        raise Refused(f"Invoice with number = {number} not found.", status=404)
    if invoice.order.customer_id != order.customer_id:
        raise Refused(f"Invoice with number = {number} is another customer's.", title=ORDER_WRONG)


# --- lines --------------------------------------------------------------------------------------------


def _read_lines(call: Call, body: Json, customer: Customer, day: date) -> tuple[OrderLine, ...]:
    given = list_of(body, "SalesOrderLines")
    if len(given) > LINES_MAX:
        raise Refused(f"An order has at most {LINES_MAX} lines.", field_name="SalesOrderLines")
    lines: list[OrderLine] = []
    taken: set[str] = set()
    for at, line in enumerate(given, start=1):
        with OnLine(at, "SalesOrderLines"):
            found = reckon(call.company, _read_line(call, line, at - 1, customer), customer, day)
            if found.external_reference in taken:
                raise Refused(f"ExternalImportReference '{found.external_reference}' is on another line already.")
            if found.external_reference is not None:
                taken.add(found.external_reference)
        lines.append(found)
    return tuple(sorted(lines, key=lambda line: line.sort_order))


def _read_line(call: Call, line: Json, place: int, customer: Customer) -> OrderLine:
    check_known(line, (*LINE_FIELDS, *LINE_UNSUPPORTED), "SalesOrderLinePostDto")
    check_unsupported(line, LINE_UNSUPPORTED)
    sort_order = whole_of(line, "SortOrder")
    if sort_order is not None and sort_order < 0:
        raise Refused("SortOrder starts at 0.", field_name="SortOrder")
    line_type: LineType = "Text" if choice_of(line, "LineType", LINE_TYPES) == "Text" else "Normal"
    found = OrderLine(
        id=call.world.new_id(),
        sort_order=place if sort_order is None else sort_order,
        line_type=line_type,
        description=text_of(line, "Description", length_max=DESCRIPTION_LENGTH_MAX, required=line_type == "Text"),
        department_code=read_department(call, line),
        project_code=_read_project(call, line),
        external_reference=text_of(line, "ExternalImportReference", length_max=REFERENCE_LENGTH_MAX),
    )
    if line_type == "Text":
        for name in NOT_ON_TEXT:
            if line.get(name) is not None:
                raise Refused(f"{name} cannot be set on a text line.", field_name=name)
        return found
    return _with_product(call, line, found, customer)


def _with_product(call: Call, line: Json, found: OrderLine, customer: Customer) -> OrderLine:
    """The line with its product, and what it inherits from product and customer."""
    product_id = _read_product(call, line)
    product = call.company.products.register.now(product_id)
    assert product is not None
    quantity = number_of(line, "Quantity")
    if quantity is None:
        raise Refused("Quantity is required on a line with a product.", field_name="Quantity")
    price, cost = number_of(line, "ProductUnitPrice"), number_of(line, "ProductUnitCost")
    allowance = allowance_of(line)
    if allowance is None:
        allowance = customer.allowance_percent or Decimal(0)
    return replace(
        found,
        description=product.name if found.description is None else found.description,
        product_id=product_id,
        product_code=product.code,
        quantity=quantity,
        unit_price=_as_kept(call, product.unit_price or Decimal(0) if price is None else price),
        unit_cost=product.unit_cost if cost is None else cost,
        unit=text_of(line, "UnitOfMeasureCode", length_max=3) or product.unit,
        allowance_percent=allowance,
        use_standard_account=flag_of(line, "UseStandardSalesAccount"),
    )


def _as_kept(call: Call, price: Decimal) -> Decimal:
    """The price with the decimals that this Go keeps."""
    decimals = call.world.price_decimals
    return price if decimals is None else price.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _read_product(call: Call, line: Json) -> int:
    """The id of the line's product, whose id counts before its code. Raises Refused."""
    product_id, code = whole_of(line, "ProductId"), text_of(line, "ProductCode", length_max=CODE_LENGTH_MAX)
    if product_id is None and code is None:
        raise Refused("ProductCode or ProductId is required on a normal line.", field_name="ProductCode")
    if product_id is None:
        found = call.company.products.coded(code or "")
        if found is None:
            raise Refused(f"Product with code = {code} not found.", status=404)
        product_id = found[0]
    product = call.company.products.register.now(product_id)
    if product is None:
        raise Refused(f"Product with id = {product_id} not found.", status=404)
    if not product.active:
        raise Refused(f"Product with code = {product.code} is archived.", title=ORDER_WRONG)
    return product_id
