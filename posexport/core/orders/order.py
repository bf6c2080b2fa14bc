"""An order: what one credit ticket becomes in the ledger, line by line, and the proof that it comes to what is due.

What is missing to send it is a value too (`Missing`): an order that waits has its lines and its sum. Texts are
Norwegian, as everything that is drafted. Amounts are whole øre; a return is negative.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from posexport.core.codes import clean_code
from posexport.core.credit_facts import LineText, TicketReference
from posexport.core.lines import NAMES
from posexport.core.mapping import NO_VAT, AccountMapping
from posexport.core.money import format_ore
from posexport.core.orders.amounts import (
    LineAmounts,
    choose_all,
    count_pieces,
    multiply_ore,
    parse_quantity,
    reckon_line,
    set_price,
)
from posexport.core.orders.credit_ticket import CreditTicket
from posexport.core.orders.customers import Contact, CustomerLink
from posexport.core.orders.reference import format_order_reference, name_ticket
from posexport.core.orders.share import DividedTicket


class OrderProofFailed(AssertionError):
    """An order does not come to what is due on it: a programming error, never the user's."""


REGISTER_REFERENCE = ", ref. "
"""Comes before the register's own reference in the first line of an order."""


class OrderLineKind(StrEnum):
    """What an order line is for. Values are stored; never rename one."""

    TEXT = "text"
    SALE = "sale"
    GIFT_CARD = "gift-card"
    TIP = "tip"
    ROUNDING = "rounding"
    """Cash rounding that the register declared."""
    DIFFERENCE = "difference"
    """What Go's amounts lack of the register's, at most an øre a line."""


class OrderLine(NamedTuple):
    """One order line. `product`: the ledger's code, None where the setup names none, and on texts. `price`: kroner per
    unit, without VAT. `gross_ore`: what the register sold it for; net and VAT together may differ from it by one øre.
    `source`: the product type, or the setup's name of the account (`tips`). `rate_bp`: the rate (basis points) of
    `vat_code`, the ledger's; None where either is unknown."""

    kind: OrderLineKind
    text: str
    product: str | None = None
    quantity: Decimal = Decimal()
    price: Decimal = Decimal()
    net_ore: int = 0
    vat_ore: int = 0
    gross_ore: int = 0
    vat_code: str | None = None
    rate_bp: int | None = None
    source: str = ""

    @property
    def total_ore(self) -> int:
        """Net and VAT together (øre)."""
        return self.net_ore + self.vat_ore


class MissingKind(StrEnum):
    """What an order can lack to be sent, as far as the setup and the ticket tell."""

    CUSTOMER = "customer"
    """The ticket names no customer."""
    LINK = "link"
    """The customer is not linked to one of the ledger's."""
    PRODUCT = "product"
    """The setup names no product for `source` with `vat_code`."""
    VAT_CODE = "vat-code"
    """The setup does not say which of the ledger's VAT codes the register's `vat_code` is."""
    RATE = "rate"
    """The ledger does not say the rate of `vat_code`."""
    DIVISION = "division"
    """The ticket cannot be divided into what was sold on credit and what was paid: the order shows all of it, and is
    never sent."""


class Missing(NamedTuple):
    """Something an order waits for."""

    kind: MissingKind
    source: str = ""
    vat_code: str = ""


@dataclass(frozen=True, slots=True)
class OrderProducts:
    """The ledger's product codes by the setup. `sales`: by product type and the ledger's VAT code. `tips`, `gift_cards`
    and `rounding`: of what is no line of the ticket. `difference`: of the line that makes the order exact; where None,
    it may be off by an øre a line."""

    sales: Mapping[tuple[str, str], str] = field(default_factory=dict)
    tips: str | None = None
    gift_cards: str | None = None
    rounding: str | None = None
    difference: str | None = None

    def find(self, product_type: str, vat_code: str | None) -> str | None:
        """The product of lines of this product type with this VAT code; None where there is none."""
        if vat_code is None:
            return None
        return self.sales.get((product_type, vat_code)) or self.sales.get((clean_code(product_type), vat_code))


@dataclass(frozen=True, slots=True)
class OrderRules:
    """What decides an order besides its ticket: the venue's setup on its business day, and what is known of the ledger.

    `rates_bp`: the ledger's VAT codes and their rates (basis points) on that day. `inherits_department`: the ledger is
    to choose the department, by the customer. `keeps_decimals`: whether the ledger keeps more than two decimals of a
    unit price.
    """

    venue_name: str
    mapping: AccountMapping
    rates_bp: Mapping[str, int]
    products: OrderProducts = field(default_factory=OrderProducts)
    department: str | None = None
    inherits_department: bool = False
    is_confirmed: bool = False
    keeps_decimals: bool = True


@dataclass(frozen=True, slots=True)
class Order:
    """One order, to be sent or waiting. It cannot be made unless its lines come to what is due on it.

    `credit_ore`: the ticket's credit part; `due_ore`: what the order is to come to, which is more where it has the
    whole ticket. `link`: None where the customer is not linked. `customer_reference` and `contact_person_id`: at most
    one of them. `contact_elsewhere`: numbers of other customers that have a contact person with the contact's e-mail
    address, where it names none by id. `related_invoice_no`: the invoice that a credit note is for. `part_paid_ore`:
    what the voucher credits the customer with for the same ticket, and `matching_reference`: by what the ledger matches
    the two, the reference of the first revision, as the voucher has it; "" is its own. `missing`: what it waits for.
    `organization_number`: of the firm that the ticket names, or that its code is known to be; "" also on orders that
    were sent before it was kept.
    """

    reference: str
    revision: int
    venue_id: str
    business_day: date
    register: str
    ticket_number: str
    completed_at: datetime
    customer_code: str | None
    link: CustomerLink | None
    credit_ore: int
    due_ore: int
    lines: tuple[OrderLine, ...]
    part_paid_ore: int = 0
    customer_reference: str = ""
    contact_person_id: int | None = None
    contact_elsewhere: tuple[str, ...] = ()
    purchase_order: str = ""
    project: str = ""
    department: str | None = None
    inherits_department: bool = False
    is_confirmed: bool = False
    refers_to: TicketReference | None = None
    related_invoice_no: int | None = None
    missing: tuple[Missing, ...] = ()
    matching_reference: str = ""
    organization_number: str = ""

    def __post_init__(self) -> None:
        _prove(self)

    @property
    def net_ore(self) -> int:
        """The sum of its lines without VAT."""
        return sum(line.net_ore for line in self.lines)

    @property
    def vat_ore(self) -> int:
        """The VAT of its lines."""
        return sum(line.vat_ore for line in self.lines)

    @property
    def total_ore(self) -> int:
        """What it comes to with VAT, as the ledger reckons it."""
        return self.net_ore + self.vat_ore

    @property
    def difference_ore(self) -> int:
        """By how much it comes to more than is due, at most an øre a line."""
        return self.total_ore - self.due_ore

    @property
    def is_sendable(self) -> bool:
        """Whether it lacks nothing that the setup and the ticket tell."""
        return not self.missing

    @property
    def is_divided(self) -> bool:
        """Whether its ticket could be divided: only then it has what would be ordered."""
        return all(missing.kind is not MissingKind.DIVISION for missing in self.missing)

    @property
    def shown_ore(self) -> int:
        """What it comes to for a reader: of one whose ticket cannot be divided, what was sold on credit."""
        return self.total_ore if self.is_divided else self.credit_ore

    @property
    def is_return(self) -> bool:
        """Whether it gives back a sale that the ticket names."""
        return self.due_ore < 0 and self.refers_to is not None

    @property
    def is_open_return(self) -> bool:
        """Whether it gives back a sale whose invoice is not named."""
        return self.is_return and self.related_invoice_no is None

    @property
    def refers_to_itself(self) -> bool:
        """Whether the ticket has its own number as that of the sale it gives back: which sale is meant is not known."""
        return self.refers_to == (self.register, self.ticket_number)

    @property
    def fingerprint(self) -> str:
        """A digest of everything it says in the ledger, without its reference."""
        link = self.link.customer_id if self.link else None
        told = [link if name == "link" else getattr(self, name) for name in _TOLD]
        return hashlib.sha256(repr(told).encode()).hexdigest()


_UNTOLD = ("reference", "revision", "missing", "contact_elsewhere", "matching_reference")
_TOLD = tuple(name for name in Order.__dataclass_fields__ if name not in _UNTOLD)


def _prove(order: Order) -> None:
    """Raises `OrderProofFailed` where lines, amounts and what is due disagree."""
    own = (OrderLineKind.TEXT, OrderLineKind.DIFFERENCE)
    sold, is_exact = [line for line in order.lines if line.kind not in own], _is_exact(order)
    gross_ore = sum(line.gross_ore for line in sold)
    if gross_ore != order.due_ore:
        raise OrderProofFailed(f"{order.reference}: its lines were sold for {format_ore(gross_ore)}, not {_due(order)}")
    if order.due_ore != order.credit_ore + order.part_paid_ore:
        raise OrderProofFailed(f"{order.reference}: {_due(order)} is not its credit part and what was paid")
    for line in order.lines:
        _prove_line(order, line)
    if abs(order.difference_ore) > (0 if is_exact else len(sold)):
        raise OrderProofFailed(f"{order.reference}: comes to {format_ore(order.total_ore)}, not {_due(order)}")


def _is_exact(order: Order) -> bool:
    return any(line.kind is OrderLineKind.DIFFERENCE for line in order.lines)


def _due(order: Order) -> str:
    return format_ore(order.due_ore)


def _prove_line(order: Order, line: OrderLine) -> None:
    where = f"{order.reference}, {line.text!r}"
    if line.kind is not OrderLineKind.DIFFERENCE and abs(line.total_ore - line.gross_ore) > 1:
        raise OrderProofFailed(f"{where}: {format_ore(line.total_ore)} for {format_ore(line.gross_ore)}")
    if multiply_ore(line.quantity, line.price) != line.net_ore:
        raise OrderProofFailed(f"{where}: {line.quantity} x {line.price} is not {format_ore(line.net_ore)}")
    if reckon_line(line.net_ore, line.rate_bp or 0).vat_ore != line.vat_ore:
        raise OrderProofFailed(f"{where}: {format_ore(line.vat_ore)} is not the VAT of {format_ore(line.net_ore)}")


class _Sold(NamedTuple):
    """One amount to be ordered. `is_share`: the ticket sold more of it than is ordered."""

    kind: OrderLineKind
    text: LineText
    gross_ore: int
    source: str
    pos_vat_code: str
    vat_code: str | None
    is_share: bool

    def find_rate(self, rules: OrderRules) -> int | None:
        """Its rate (basis points); None where it is unknown."""
        return 0 if self.vat_code == NO_VAT else rules.rates_bp.get(self.vat_code or "")


def build_order(
    credit: CreditTicket,
    divided: DividedTicket,
    rules: OrderRules,
    *,
    link: CustomerLink | None = None,
    contact: Contact | None = None,
    revision: int = 1,
    related_invoice_no: int | None = None,
    known_as: str | None = None,
) -> Order:
    """The order of a credit ticket that was divided.

    `related_invoice_no`: the invoice of the sale that a return gives back, None where there is none yet; it counts only
    where the order is a credit note. `known_as`: the id the venue had when the order was first planned. Raises
    `OrderProofFailed` where its lines do not come to what is due.
    """
    facts, contact = credit.facts, contact or Contact()
    sold = list(_list_sold(credit, divided, rules))
    product_lines = tuple(_product_lines(sold, rules))
    if sum(line.total_ore for line in product_lines) >= 0:
        related_invoice_no = None
    contact = Contact() if facts.customer_reference else contact
    by_person = contact.person_id
    return Order(
        reference=format_order_reference(credit, revision, known_as),
        revision=revision,
        venue_id=credit.venue_id,
        business_day=credit.business_day,
        register=credit.ticket.register,
        ticket_number=credit.ticket.number,
        completed_at=credit.completed_at,
        customer_code=facts.customer.number if facts.customer else None,
        link=link,
        credit_ore=divided.credit_ore,
        due_ore=divided.due_ore,
        lines=(
            *_text_lines(credit, divided, rules, related_invoice_no),
            *product_lines,
        ),
        part_paid_ore=divided.part_paid_ore,
        customer_reference=facts.customer_reference or ("" if by_person is not None else contact.name),
        contact_person_id=by_person,
        contact_elsewhere=contact.elsewhere if by_person is None else (),
        purchase_order=facts.purchase_order,
        project=facts.project,
        department=rules.department,
        inherits_department=rules.inherits_department,
        is_confirmed=rules.is_confirmed,
        refers_to=facts.refers_to,
        related_invoice_no=related_invoice_no,
        missing=tuple(dict.fromkeys(_list_missing(credit, link, sold, rules))),
        matching_reference=format_order_reference(credit, 1, known_as) if divided.part_paid_ore else "",
        organization_number=facts.customer.organization_number if facts.customer else "",
    )


def _list_sold(credit: CreditTicket, divided: DividedTicket, rules: OrderRules) -> Iterator[_Sold]:
    """Every amount of the ticket that is ordered, but for those of 0."""
    ticket, ordered, mapping = credit.ticket, divided.ordered, rules.mapping
    for place, (line, gross_ore) in enumerate(zip(ticket.lines, ordered.lines_ore, strict=True)):
        if gross_ore:
            yield _Sold(
                OrderLineKind.SALE,
                credit.text_of(place),
                gross_ore,
                line.product_type,
                line.vat_code,
                mapping.go_vat_code(line.vat_code),
                gross_ore != line.gross_ore,
            )
    for kind, source, gross_ore, whole_ore in (
        (OrderLineKind.GIFT_CARD, "gift_cards", ordered.gift_cards_ore, ticket.gift_cards_ore),
        (OrderLineKind.TIP, "tips", ordered.tip_ore, ticket.tip_ore),
        (OrderLineKind.ROUNDING, "rounding", ordered.rounding_ore, ticket.rounding_ore),
    ):
        if gross_ore:
            text = LineText(NAMES[source])
            yield _Sold(kind, text, gross_ore, source, NO_VAT, NO_VAT, gross_ore != whole_ore)


def _list_missing(
    credit: CreditTicket, link: CustomerLink | None, sold: list[_Sold], rules: OrderRules
) -> Iterator[Missing]:
    if credit.facts.customer is None:
        yield Missing(MissingKind.CUSTOMER)
    elif link is None:
        yield Missing(MissingKind.LINK)
    for one in sold:
        if one.vat_code is None:
            yield Missing(MissingKind.VAT_CODE, one.source, one.pos_vat_code)
            continue
        if one.find_rate(rules) is None:
            yield Missing(MissingKind.RATE, one.source, one.vat_code)
        if not _find_product(one, rules.products):
            yield Missing(MissingKind.PRODUCT, one.source, one.vat_code)


def _find_product(one: _Sold, products: OrderProducts) -> str | None:
    return {
        OrderLineKind.GIFT_CARD: products.gift_cards,
        OrderLineKind.TIP: products.tips,
        OrderLineKind.ROUNDING: products.rounding,
    }.get(one.kind) or (products.find(one.source, one.vat_code) if one.kind is OrderLineKind.SALE else None)


def _product_lines(sold: list[_Sold], rules: OrderRules) -> Iterator[OrderLine]:
    chosen = choose_all((one.gross_ore, one.find_rate(rules) or 0) for one in sold)
    for one, amounts in zip(sold, chosen, strict=True):
        yield _product_line(one, amounts, rules)
    difference_ore = sum(amounts.total_ore for amounts in chosen) - sum(one.gross_ore for one in sold)
    if difference_ore and rules.products.difference:
        yield make_difference_line(-difference_ore, rules.products.difference)


def make_difference_line(amount_ore: int, product: str) -> OrderLine:
    """The line without VAT that adds some øre, so that an order comes to what is due."""
    quantity, price, _ = set_price(amount_ore)
    return OrderLine(
        kind=OrderLineKind.DIFFERENCE,
        text=NAMES["rounding"],
        product=product,
        quantity=quantity,
        price=price,
        net_ore=amount_ore,
        vat_code=NO_VAT,
        rate_bp=0,
        source="difference",
    )


def _product_line(one: _Sold, amounts: LineAmounts, rules: OrderRules) -> OrderLine:
    pieces = count_pieces(one.text.quantity)
    priced = set_price(amounts.net_ore, 1 if one.is_share else pieces, keeps_decimals=rules.keeps_decimals)
    times = pieces if one.is_share else priced.times
    return OrderLine(
        kind=one.kind,
        text=_line_text(one, times, rules.mapping),
        product=_find_product(one, rules.products),
        quantity=priced.quantity,
        price=priced.price,
        net_ore=amounts.net_ore,
        vat_ore=amounts.vat_ore,
        gross_ore=one.gross_ore,
        vat_code=one.vat_code,
        rate_bp=one.find_rate(rules),
        source=one.source,
    )


# Texts


def _text_lines(
    credit: CreditTicket, divided: DividedTicket, rules: OrderRules, related_invoice_no: int | None
) -> Iterator[OrderLine]:
    yield OrderLine(OrderLineKind.TEXT, _heading(credit, rules))
    number, refers_to = credit.ticket.number, credit.facts.refers_to
    if divided.is_share:
        whole, paid = _kroner(divided.ticket_ore), _kroner(divided.paid_ore)
        yield OrderLine(OrderLineKind.TEXT, f"Del av bong {number}: {whole}, hvorav {paid} betalt i kassen")
    is_itself = refers_to == (credit.ticket.register, number)
    if refers_to is not None and related_invoice_no is None and not is_itself:
        register = "" if refers_to.register == credit.ticket.register else f", kasse {refers_to.register}"
        yield OrderLine(OrderLineKind.TEXT, f"Gjelder bong {refers_to.number}{register}")


def _heading(credit: CreditTicket, rules: OrderRules) -> str:
    ticket, at = credit.ticket, f"{credit.completed_at:%d.%m.%Y kl. %H.%M}"
    own = f"{REGISTER_REFERENCE}{credit.facts.register_reference}" if credit.facts.register_reference else ""
    return f"{rules.venue_name}, {name_ticket(ticket)}, {at}{own}"


def _line_text(one: _Sold, times: int, mapping: AccountMapping) -> str:
    name = one.text.text or one.text.article or mapping.product_name(one.source)
    several = f"{times} x {name}" if times > 1 else name
    return f"{several}{_weight(one.text)}{' (andel)' if one.is_share else ''}"


def _weight(text: LineText) -> str:
    """The quantity of a line that is no number of pieces: ", 0,435 kg"."""
    quantity = parse_quantity(text.quantity)
    if quantity is None or quantity == quantity.to_integral_value():
        return ""
    weight = f"{quantity.normalize():f}".replace(".", ",")
    return f", {weight} {text.unit}".rstrip()


def _kroner(amount_ore: int) -> str:
    """Øre as kroner in Norwegian: "1 200,00"."""
    kroner, ore = format_ore(abs(amount_ore)).split(".")
    return f"{'-' if amount_ore < 0 else ''}{int(kroner):,}".replace(",", " ") + f",{ore}"
