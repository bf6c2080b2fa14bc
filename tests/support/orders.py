"""Small builders for tests of orders: the café of `build`, whose invoices become orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from posexport.core.codes import Codes
from posexport.core.credit_facts import CreditFacts, LineText, RegisterCustomer
from posexport.core.money import format_ore
from posexport.core.orders.credit_ticket import CreditTicket, place_credit_ticket
from posexport.core.orders.customers import CustomerLink, LedgerCustomer
from posexport.core.orders.order import Order, OrderLine, OrderLineKind, OrderProducts, OrderRules, build_order
from posexport.core.orders.products import LedgerProduct, ProductCatalog
from posexport.core.orders.route import CreditRules, Mixed, Route, choose_route
from posexport.core.orders.share import DividedTicket, divide_ticket
from posexport.core.sales import Ticket
from posexport.core.vat import VatRate
from tests.support.build import DAY, MAPPING, VENUE, leaving_out, read_ticket, settle, tell_lines, vouchers_of

RATES_BP = {"3": 2500, "31": 1500, "32": 1111, "33": 1200, "5": 0, "6": 0, "0": 0}
PRODUCTS = OrderProducts(
    sales={
        ("food", "3"): "MAT25",
        ("food", "31"): "MAT15",
        ("beer", "3"): "ØL25",
        ("goods", "3"): "VARE25",
        ("goods", "31"): "VARE15",
        ("goods", "5"): "FRI",
        ("fish", "32"): "FISK",
        ("entry", "33"): "INN12",
    },
    tips="TIPS",
    gift_cards="GAVEKORT",
    rounding="AVRUND",
)
RULES = OrderRules("Torget Kafé", MAPPING, RATES_BP, PRODUCTS, department="10")
CREDIT = CreditRules(
    credit_types=Codes(["invoice"]),
    transferred=Codes(["invoice"]),
    invoices_from=date(2026, 11, 15),
)
LINK = CustomerLink(4711, "10018", "Hotell Fjordgløtt AS")
CUSTOMER = RegisterCustomer("K-17", "Hotell Fjordgløtt AS", "974760673")


def credit_ticket(text: str, *, day: date = DAY, number: int = 1042, **facts: Any) -> CreditTicket:
    """A credit ticket from its line of text (`build.read_ticket`), for K-17 unless the facts name another."""
    return placed(read_ticket(text, day, number), **facts)


def placed(ticket: Ticket, **facts: Any) -> CreditTicket:
    """A ticket with its credit facts, at the café."""
    return place_credit_ticket("torget", VENUE.calendar, ticket, CreditFacts(**{"customer": CUSTOMER, **facts}))


def divided(credit: CreditTicket, mixed: Mixed = Mixed.SHARE) -> DividedTicket:
    """What of a ticket with the route `order` is ordered."""
    rules = replace(CREDIT, mixed=mixed)
    assert choose_route(credit.ticket, credit.business_day, rules) is Route.ORDER
    share = divide_ticket(credit.ticket, rules)
    assert isinstance(share, DividedTicket), share
    return share


def order_of(
    credit: CreditTicket | str, *, rules: OrderRules = RULES, mixed: Mixed = Mixed.SHARE, **other: Any
) -> Order:
    """The order of a credit ticket, linked unless another link is given."""
    credit = credit_ticket(credit) if isinstance(credit, str) else credit
    return build_order(credit, divided(credit, mixed), rules, **{"link": LINK, **other})


def with_difference(rules: OrderRules = RULES, product: str = "AVR") -> OrderRules:
    """The same rules with a product for what Go's amounts lack."""
    return replace(rules, products=replace(rules.products, difference=product))


def tell(order: Order) -> list[str]:
    """The lines that are sold, as `product quantity x price: net + vat`."""
    return [tell_line(line) for line in order.lines if line.kind is not OrderLineKind.TEXT]


def tell_line(line: OrderLine) -> str:
    price = f"{line.price:f}"
    return f"{line.product} {line.quantity} x {price}: {format_ore(line.net_ore)} + {format_ore(line.vat_ore)}"


def sums_of(order: Order) -> str:
    """What an order comes to, as `net + vat = total`."""
    return f"{format_ore(order.net_ore)} + {format_ore(order.vat_ore)} = {format_ore(order.total_ore)}"


def texts_of(order: Order) -> list[str]:
    """The texts that are lines of their own."""
    return [line.text for line in order.lines if line.kind is OrderLineKind.TEXT]


def voucher_lines(*texts: str) -> list[str]:
    """The lines of the voucher of a day on which invoices become orders; none where there is no voucher."""
    venue = leaving_out("invoice")
    tickets = [read_ticket(text, DAY, number) for number, text in enumerate(texts, 1)]
    return [line for voucher in vouchers_of(settle(tickets, venue), venue) for line in tell_lines(voucher.lines)]


def go_customer(number: str, name: str = "Hotell Fjordgløtt AS", **told: Any) -> LedgerCustomer:
    """A customer in Go; its id is its number and 9000."""
    return LedgerCustomer(9000 + int(number), number, name)._replace(**told)


def catalog(**accounts: str) -> ProductCatalog:
    """Products by code, each with its own sales account."""
    return ProductCatalog(
        products={code: LedgerProduct(code, code.title(), account) for code, account in accounts.items()},
        account_vat_codes={"3000": "3", "3020": "3", "3030": "31", "2911": None},
        vat_rates=(VatRate("3", 2500), VatRate("31", 1500), VatRate("0", 0)),
    )


def pieces(text: str, quantity: str, unit: str = "") -> tuple[LineText, ...]:
    """The text of a ticket's only line."""
    return (LineText(text, quantity, unit=unit),)
