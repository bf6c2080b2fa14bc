"""What a person in Go does with orders and invoices: confirm, edit, delete, invoice, credit, pay, reverse.

Lives here: those acts, on one company; the caller holds the world's lock. Never here: HTTP, and what an integration may
do. An invoice that a person sends from an integration's order counts as the person's.
What is not published is decided here and named: an invoice and its credit note are matched where they come to the same
and the credit note names the invoice, and else both stay open; a confirmed order is set back before it is edited or
deleted; the due date is the order's, else the customer's, else the company's days after the invoice's; an invoice in
another currency than the company's is not made here; crediting an invoice makes a credit note of all its lines at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from .bookkeeper import NotAllowed, mark_posted, reverse
from .customers import Customer
from .ledger import Company, Draft, DraftLine, Kind, Stored
from .orders import Amounts, Invoice, Order, OrderLine, own_or, project_of, sum_line
from .reckoning import department_of, reckon
from .wire import Refused, instant

PAYMENT_TERM_DAYS = 14
_FEE_TEXT = "Fakturagebyr"


def _order(company: Company, order_id: str) -> Order:
    """Raises KeyError where no such order is there any more."""
    order = company.orders.register.now(order_id)
    if order is None:
        raise KeyError(order_id)
    return order


def _invoice(company: Company, invoice_id: str) -> Invoice:
    """Raises KeyError."""
    invoice = company.orders.invoices.now(invoice_id)
    if invoice is None:
        raise KeyError(invoice_id)
    return invoice


def _customer(company: Company, order: Order) -> Customer:
    customer = company.customers.register.now(order.customer_id)
    assert customer is not None
    return customer


def check_no_balance(company: Company, customer: Customer) -> None:
    """Raises `NotAllowed` where the customer has something left to pay or to get back: it cannot be archived."""
    contact_id = company.customers.contact_id(customer)
    open_ones = [
        invoice
        for _, invoice in company.orders.invoices.items_now()
        if invoice.order.customer_id == contact_id and invoice.balance_ore
    ]
    if open_ones:
        raise NotAllowed(f"Customer {customer.no} has open invoices and cannot be archived.")


# --- orders -------------------------------------------------------------------------------------------


def confirm(company: Company, order_id: str, now_s: float, *, confirmed: bool) -> Order:
    """Confirm an order, or set it back to a draft. Raises KeyError."""
    changed = replace(_order(company, order_id), status="Confirmed" if confirmed else "Draft")
    company.orders.change(changed, now_s)
    return changed


def delete(company: Company, order_id: str, now_s: float) -> Order:
    """Delete an order; its reference is free again. Raises KeyError, and NotAllowed where it is confirmed."""
    order = _order(company, order_id)
    try:
        company.orders.delete(order, now_s)
    except Refused:
        raise NotAllowed("It is confirmed: set it back to a draft first.") from None
    return order


def edit_line(
    company: Company,
    order_id: str,
    at: int,
    now_s: float,
    *,
    quantity: Decimal | None = None,
    unit_price: Decimal | None = None,
    description: str | None = None,
    product_code: str | None = None,
) -> Order:
    """Change the line `at`, counted from 0; what is not given stays. Raises KeyError, NotAllowed, and Refused where the
    new product has no valid VAT code."""
    order = _order(company, order_id)
    if order.status == "Confirmed":
        raise NotAllowed("It is confirmed: set it back to a draft first.")
    line = order.lines[at]
    if product_code is not None:
        found = company.products.coded(product_code)
        if found is None:
            raise NotAllowed(f"There is no product {product_code}.")
        line = replace(line, product_id=found[0], product_code=product_code)
    line = replace(
        line,
        quantity=line.quantity if quantity is None else quantity,
        unit_price=line.unit_price if unit_price is None else unit_price,
        description=line.description if description is None else description,
    )
    day = order.order_date or instant(now_s).date()
    changed = reckon(company, line, _customer(company, order), day)
    order = replace(order, lines=(*order.lines[:at], changed, *order.lines[at + 1 :]))
    company.orders.change(order, now_s)
    return order


# --- invoices -----------------------------------------------------------------------------------------


def invoice(
    company: Company, order_id: str, now_s: float, new_id: Callable[[], str], *, on: date | None = None
) -> tuple[Invoice, Stored]:
    """Invoice an order: it is posted at once, and no order any more. Returns the invoice and its voucher, which the
    caller stores. `on`: the invoice's date, today where it is left out. Raises KeyError, and NotAllowed where Go could
    not send it."""
    order = _order(company, order_id)
    customer = _customer(company, order)
    day = on or instant(now_s).date()
    why_not = customer.why_not_send()
    if why_not is not None:
        raise NotAllowed(why_not)
    if order.currency != company.client.currency:
        raise NotAllowed(f"This sandbox makes no invoices in {order.currency}.")
    order = _with_inherited(company, order, customer)
    lines = _with_fee(company, order, customer, day, new_id)
    voucher = _voucher(company, order, customer, day, lines, now_s)
    no = company.orders.next_invoice_no()
    kind = "Kreditnota" if order.is_credit_note else "Faktura"
    voucher = replace(voucher, description=f"{kind} {no} {customer.name}")
    stored = Stored(voucher, now_s, b"{}")
    mark_posted(company, stored, now_s)
    assert stored.voucher_no is not None
    days = _payment_term_days(order, customer)
    made_at = company.orders.register.at(order.id, now_s)
    made = Invoice(
        order=order,
        no=no,
        voucher_no=stored.voucher_no,
        invoice_date=day,
        due_date=day + timedelta(days=days),
        sent_at=instant(now_s),
        lines=lines,
        balance_ore=-sum(line.amount_ore for line in voucher.lines if line.customer is None),
        balance_changed_at=instant(now_s),
        delivery_type=customer.delivery_type,
        created_at=made_at.created_at if made_at is not None else instant(now_s),
    )
    company.orders.become_invoice(made, now_s)
    return _matched(company, made, now_s), stored


def credit(
    company: Company, invoice_id: str, now_s: float, new_id: Callable[[], str], *, on: date | None = None
) -> tuple[Invoice, Stored]:
    """Credit an invoice: a credit note of all its lines, made and sent at once. Raises KeyError, and NotAllowed where
    it is a credit note itself, or reversed."""
    credited = _invoice(company, invoice_id)
    if credited.is_credit_note:
        raise NotAllowed("A credit note is not credited.")
    if credited.is_reversed:
        raise NotAllowed("It is reversed.")
    lines = tuple(_negated(line, new_id()) for line in credited.lines if line.line_type != "InvoiceFee")
    order = replace(
        credited.order,
        id=new_id(),
        no=company.orders.next_no(),
        lines=lines,
        reference=None,
        status="Draft",
        order_date=None,
        delivery_date=None,
        related_invoice_no=credited.no,
        application_key="",
        integration="",
    )
    company.orders.add(order, now_s)
    return invoice(company, order.id, now_s, new_id, on=on)


def pay(company: Company, invoice_id: str, now_s: float, amount_ore: int | None = None) -> Invoice:
    """The customer pays an invoice, or a part of it. Raises KeyError."""
    paid = _invoice(company, invoice_id)
    left_ore = paid.balance_ore - (paid.balance_ore if amount_ore is None else amount_ore)
    return _with_balance(company, paid, left_ore, paid.match_id or company.orders.next_match_id(), now_s)


def reverse_invoice(company: Company, invoice_id: str, now_s: float, new_id: Callable[[], str]) -> Invoice:
    """Reverse an invoice's voucher: nothing is left to pay, and its reference stays taken. Raises KeyError."""
    found = _invoice(company, invoice_id)
    reverse(company, company.stored[invoice_id], now_s, new_id)
    company.orders.invoices.put(
        invoice_id, replace(found, is_reversed=True, balance_ore=0, balance_changed_at=instant(now_s)), now_s
    )
    return _invoice(company, invoice_id)


def _with_inherited(company: Company, order: Order, customer: Customer) -> Order:
    """The order with what it inherits, as it is written on the invoice."""
    reference = order.customer_reference
    if reference is None:
        person = company.customers.default_person(customer)
        reference = person.name if person is not None else None
    return replace(
        order,
        customer_reference=reference,
        department_code=department_of(company, order),
        project_code=project_of(order),
        payment_term_days=_payment_term_days(order, customer),
    )


def _payment_term_days(order: Order, customer: Customer) -> int:
    for days in (order.payment_term_days, customer.payment_term_days):
        if days is not None:
            return days
    return PAYMENT_TERM_DAYS


def _with_fee(
    company: Company, order: Order, customer: Customer, day: date, new_id: Callable[[], str]
) -> tuple[OrderLine, ...]:
    """The lines, and the invoice fee where company and customer have one."""
    client = company.client
    if not client.invoice_fee or not customer.use_invoice_fee or order.is_credit_note:
        return order.lines
    account = company.check_account(client.invoice_fee_account_no)
    row = company.vat_row_on(account.vat_code, day)
    rate = row.rate_percent if row is not None else Decimal(0)
    net_ore, vat_ore = sum_line(Decimal(1), client.invoice_fee, Decimal(0), rate)
    fee = OrderLine(
        new_id(),
        1 + max((line.sort_order for line in order.lines), default=0),
        "InvoiceFee",
        _FEE_TEXT,
        quantity=Decimal(1),
        unit_price=client.invoice_fee,
        amounts=Amounts(account.no, account.vat_code, rate, net_ore, vat_ore),
    )
    return (*order.lines, fee)


def _voucher(
    company: Company, order: Order, customer: Customer, day: date, lines: tuple[OrderLine, ...], now_s: float
) -> Draft:
    """The voucher of the invoice: the customer's debit, and each line's gross on its account. Raises NotAllowed where
    it cannot be posted."""
    sales: list[DraftLine] = []
    for at, line in enumerate(lines, start=1):
        if line.line_type == "Text":
            continue
        if line.amounts is None:
            raise NotAllowed(f"Line {at}: product {line.product_code} has no sales account.")
        if not line.amounts.total_ore:
            continue
        sales.append(
            DraftLine(
                line.amounts.account_no,
                line.amounts.vat_code,
                own_or(line.department_code, order.department_code),
                -line.amounts.total_ore,
                line.description,
                posting_date=day,
                has_quantity=bool(line.quantity),
                product_code=line.product_code,
                project_code=own_or(line.project_code, order.project_code),
            )
        )
    total_ore = -sum(line.amount_ore for line in sales)
    debit = DraftLine(
        company.client.customer_account_no, "0", None, total_ore, None, customer=customer.no, posting_date=day
    )
    kind: Kind = "outgoing-credit-note" if total_ore < 0 else "outgoing-invoice"
    voucher = Draft(
        api="v2",
        kind=kind,
        id=order.id,
        client_id=company.client.client_id,
        application_key=order.application_key,
        integration=order.integration,
        reference=order.reference,
        description=None,
        voucher_date=day,
        lines=(debit, *sales),
        created_at=instant(now_s),
    )
    try:
        company.check_postable(voucher)
    except Refused as refused:
        raise NotAllowed(refused.summary) from None
    return voucher


def _negated(line: OrderLine, line_id: str) -> OrderLine:
    amounts = line.amounts
    return replace(
        line,
        id=line_id,
        external_reference=None,
        quantity=None if line.quantity is None else -line.quantity,
        amounts=None if amounts is None else replace(amounts, net_ore=-amounts.net_ore, vat_ore=-amounts.vat_ore),
    )


def _matched(company: Company, made: Invoice, now_s: float) -> Invoice:
    """Match a credit note with the invoice that it names, where both are open with the same amount."""
    number = made.order.related_invoice_no
    related = None if number is None else company.orders.numbered_invoice(number)
    if related is None or not made.balance_ore or related.balance_ore != -made.balance_ore:
        return made
    match_id = company.orders.next_match_id()
    _with_balance(company, related, 0, match_id, now_s)
    return _with_balance(company, made, 0, match_id, now_s)


def _with_balance(company: Company, found: Invoice, balance_ore: int, match_id: int, now_s: float) -> Invoice:
    changed = replace(found, balance_ore=balance_ore, balance_changed_at=instant(now_s), match_id=match_id)
    company.orders.invoices.put(found.id, changed, now_s)
    return changed
