"""Sales orders, the invoices made of them, and what they come to.

Lives here: the records, what is kept of them (`Orders`), and how a line's amounts are rounded. Never here: HTTP, JSON,
which account a line goes to (`reckoning`), and what a person does (`invoicing`). Units: `*_ore` is signed integer øre;
quantity and unit price (kroner without VAT) are `Decimal`; `*_percent` 25 is 25 %.
Go reckons net, line by line, halves away from zero: 3 x 30.4333 is 91.30, and 15 % of it 13.70. An order whose sum is
below zero is the draft of a credit note. An order and the invoice made of it have one id and one reference.
What is not published is decided here and named: a reference is taken among orders and invoices alike, is free again
when the order is deleted, and stays taken when the invoice is reversed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Literal

from .kept import Register
from .wire import CONFLICT, Refused

ORDER_WRONG = "Sales order validation error(s)"
NO_CODE = "-1"
"""How an order says "no department" or "no project", where leaving it out would inherit one."""

FIRST_ORDER_NO, FIRST_INVOICE_NO = 2001, 5001
_DIGITS_MAX = 80

OrderStatus = Literal["Draft", "Confirmed"]
LineType = Literal["Normal", "Text", "InvoiceFee"]


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a line comes to, on the account and under the VAT code of its product."""

    account_no: int
    vat_code: str
    rate_percent: Decimal
    net_ore: int
    vat_ore: int

    @property
    def total_ore(self) -> int:
        return self.net_ore + self.vat_ore


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line. `department_code` and `project_code` are as given: None is the order's, `NO_CODE` is none.
    `use_standard_account`: None where the customer decides. `amounts` None: a text, or a product without sales
    account."""

    id: str
    sort_order: int
    line_type: LineType = "Normal"
    description: str | None = None
    product_id: int | None = None
    product_code: str | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    unit_cost: Decimal | None = None
    unit: str | None = None
    allowance_percent: Decimal = Decimal(0)
    use_standard_account: bool | None = None
    department_code: str | None = None
    project_code: str | None = None
    external_reference: str | None = None
    amounts: Amounts | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order: the draft of an invoice. `customer_id` is the contact's id. `application_key` is that of the
    integration that made it, empty where a person did. `department_code` and `project_code` are as given."""

    id: str
    no: int
    customer_id: int
    lines: tuple[OrderLine, ...]
    reference: str | None = None
    status: OrderStatus = "Draft"
    order_date: date | None = None
    delivery_date: date | None = None
    currency: str = "NOK"
    exchange_rate: Decimal | None = None
    customer_reference: str | None = None
    contact_person_id: int | None = None
    purchase_order: str | None = None
    contract_no: str | None = None
    department_code: str | None = None
    project_code: str | None = None
    imported_order_no: int | None = None
    related_invoice_no: int | None = None
    matching_reference: str | None = None
    payment_term_days: int | None = None
    application_key: str = field(default="", repr=False)
    integration: str = ""

    @property
    def net_ore(self) -> int:
        return sum_net(self.lines)

    @property
    def vat_ore(self) -> int:
        return sum_vat(self.lines)

    @property
    def total_ore(self) -> int:
        return self.net_ore + self.vat_ore

    @property
    def is_credit_note(self) -> bool:
        return self.total_ore < 0


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice or, where its sum is below zero, a credit note: posted, and never changed. `balance_ore` is what is
    left to pay."""

    order: Order
    no: int
    voucher_no: int
    invoice_date: date
    due_date: date
    sent_at: datetime
    lines: tuple[OrderLine, ...]
    balance_ore: int
    balance_changed_at: datetime
    delivery_type: str
    created_at: datetime
    is_reversed: bool = False
    match_id: int | None = None

    @property
    def id(self) -> str:
        return self.order.id

    @property
    def net_ore(self) -> int:
        return sum_net(self.lines)

    @property
    def total_ore(self) -> int:
        return sum_net(self.lines) + sum_vat(self.lines)

    @property
    def is_credit_note(self) -> bool:
        return self.total_ore < 0


def sum_net(lines: Iterable[OrderLine]) -> int:
    return sum(line.amounts.net_ore for line in lines if line.amounts is not None)


def sum_vat(lines: Iterable[OrderLine]) -> int:
    return sum(line.amounts.vat_ore for line in lines if line.amounts is not None)


# --- amounts ------------------------------------------------------------------------------------------


def round_half_up(number: Decimal) -> int:
    """A whole number, halves away from zero: 2.5 -> 3, -2.5 -> -3."""
    return int(number.to_integral_value(ROUND_HALF_UP))


def sum_line(
    quantity: Decimal, unit_price: Decimal, allowance_percent: Decimal, rate_percent: Decimal
) -> tuple[int, int]:
    """A line's net and VAT in øre: (3, 30.4333, 0, 15) -> (9130, 1370)."""
    with localcontext(prec=_DIGITS_MAX):
        net_ore = round_half_up(quantity * unit_price * (100 - allowance_percent))
        vat_ore = round_half_up(net_ore * rate_percent / 100)
    return net_ore, vat_ore


def own_or(given: str | None, inherited: str | None) -> str | None:
    """A code as given, none for `NO_CODE`, else the inherited one."""
    return (None if given == NO_CODE else given) if given is not None else inherited


def project_of(order: Order) -> str | None:
    return own_or(order.project_code, None)


# --- what is kept -------------------------------------------------------------------------------------


class Orders:
    """One company's orders and invoices by id, and the references they have taken."""

    def __init__(self) -> None:
        self.register: Register[str, Order] = Register()
        self.invoices: Register[str, Invoice] = Register()
        self._by_reference: dict[str, str] = {}
        self._last_order_no = FIRST_ORDER_NO - 1
        self._last_invoice_no = FIRST_INVOICE_NO - 1
        self._last_match_id = 0

    def next_no(self) -> int:
        """The next order number."""
        self._last_order_no += 1
        return self._last_order_no

    def next_invoice_no(self) -> int:
        self._last_invoice_no += 1
        return self._last_invoice_no

    def next_match_id(self) -> int:
        self._last_match_id += 1
        return self._last_match_id

    def check_reference(self, reference: str | None, status: int) -> None:
        """Raises `Refused` with this status where an order, or an invoice made of one, has the reference."""
        taken_by = None if reference is None else self._by_reference.get(reference)
        if taken_by is not None:
            raise Refused(
                f"ExternalImportReference is already in use. '{reference}' is used on (sales order) Id = {taken_by}.",
                status=status,
                title=ORDER_WRONG if status == 400 else CONFLICT,
            )

    def numbered_invoice(self, number: int) -> Invoice | None:
        """The invoice with a number."""
        return next((invoice for _, invoice in self.invoices.items_now() if invoice.no == number), None)

    def add(self, order: Order, now_s: float) -> None:
        if order.reference is not None:
            self._by_reference[order.reference] = order.id
        self.register.put(order.id, order, now_s)

    def change(self, order: Order, now_s: float) -> None:
        self.register.put(order.id, order, now_s)

    def delete(self, order: Order, now_s: float) -> None:
        """It is gone, and its reference free. Raises `Refused` where it is confirmed."""
        if order.status == "Confirmed":
            raise Refused(f"Sales order with id = {order.id} is confirmed and cannot be deleted.", status=409)
        self.register.remove(order.id, now_s)
        if order.reference is not None:
            self._by_reference.pop(order.reference, None)

    def become_invoice(self, invoice: Invoice, now_s: float) -> None:
        """The order is gone and the invoice there, with the order's id and reference."""
        self.register.remove(invoice.id, now_s)
        self.invoices.put(invoice.id, invoice, now_s)
