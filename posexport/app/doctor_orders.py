"""The doctor's answers about orders: whether the venue's keys may send them, whether every product that the setup names
can be invoiced with the tax that the register takes, and whether contact persons can be named."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from posexport.app.diagnosis import Diagnosis, DoctorContext
from posexport.app.workspace import Workspace
from posexport.core.mapping import NO_VAT, AccountMapping
from posexport.core.orders.book import OrderBook
from posexport.core.orders.customers import CustomerMode
from posexport.core.orders.products import ProductCatalog, ProductFault, ProductFaultKind, SoldAs, judge_product
from posexport.core.orders.setup import order_products
from posexport.core.ports.ledger import Ledger
from posexport.core.vat import format_rate
from posexport.delivery.orders import open_order_book
from posexport.errors import Exit, KeysRefused, OperatorError, PowerOfficeRefused

_FAULTS = {
    ProductFaultKind.UNKNOWN: "orders/product-unknown",
    ProductFaultKind.INACTIVE: "orders/product-inactive",
    ProductFaultKind.NO_ACCOUNT: "orders/product-no-account",
    ProductFaultKind.OTHER_VAT: "orders/product-vat",
    ProductFaultKind.OTHER_ACCOUNT: "orders/product-account",
}


class _Named(NamedTuple):
    """A product that the setup names, None where it names none, and what it is for."""

    product: str | None
    sold: SoldAs


def examine_orders(context: DoctorContext, workspace: Workspace, destination: Ledger) -> Iterator[Diagnosis]:
    """Every answer about the orders of a venue; none where its company invoices nothing from here. Raises what a
    `Ledger` raises, except that something may not be read."""
    company = context.company
    if not company.orders.is_on:
        return
    try:
        book = open_order_book(destination, company)
        missing = _read_missing(context, book)
        if missing:
            yield context.say("orders", "wrong", "orders/missing", Exit.INTEGRATOR, missing=", ".join(missing))
            return
        may_send = book.read_may_send()
        catalog = workspace.delivery.catalogs.find(
            company, book, lambda: workspace.delivery.charts.find(company, destination)
        )
    except OperatorError as error:
        yield context.say("orders", "wrong", "orders/not-opened", Exit.OPERATOR, why=str(error))
        return
    except KeysRefused:
        raise
    except PowerOfficeRefused as refused:
        yield context.say("orders", "wrong", "orders/refused", Exit.INTEGRATOR, answer=refused.answer)
        return
    found = list(_examine_products(context, catalog))
    yield from found
    yield from _examine_contacts(context, book)
    if not any(diagnosis.answer == "wrong" for diagnosis in found):
        yield context.say("orders", "ok", "orders/ready-sends" if may_send else "orders/ready")


def _read_missing(context: DoctorContext, book: OrderBook) -> list[str]:
    orders = context.company.orders
    return list(
        book.read_missing_privileges(
            makes_customers=orders.customers is CustomerMode.CREATE, makes_projects=orders.projects_created
        )
    )


def _examine_contacts(context: DoctorContext, book: OrderBook) -> Iterator[Diagnosis]:
    """Whether contact persons may be read; orders go without, and name a contact by text."""
    try:
        book.read_contact_persons()
    except KeysRefused:
        raise
    except PowerOfficeRefused as refused:
        yield context.say("orders", "warning", "orders/contacts", answer=refused.answer)


def _examine_products(context: DoctorContext, catalog: ProductCatalog) -> Iterator[Diagnosis]:
    """What cannot be invoiced, or would be with another tax, or in another place; and what has no product yet."""
    named = list(dict.fromkeys(_list_named(context)))
    for one in named:
        fault = judge_product(one.product, one.sold, context.today, catalog) if one.product else None
        if fault is not None:
            yield _tell(context, fault)
    without = [_propose(one.sold, context, catalog) for one in named if one.product is None]
    if without:
        yield context.say("orders", "warning", "orders/without-product", what=", ".join(without))


PROPOSED_MAX = 3
"""How many products are proposed for one thing that is sold."""


def _propose(sold: SoldAs, context: DoctorContext, catalog: ProductCatalog) -> str:
    """What has no product, with those of the ledger that are on its account and have its tax, if there are any."""
    on_account = (
        code
        for code, product in sorted(catalog.products.items())
        if sold.account
        and catalog.find_sales_account(product) == sold.account
        and judge_product(code, sold, context.today, catalog) is None
    )
    proposed = list(islice(on_account, PROPOSED_MAX))
    return f"{sold.source} ({sold.vat_code}{': ' if proposed else ''}{' / '.join(proposed)})"


def _list_named(context: DoctorContext) -> Iterator[_Named]:
    """Everything that a register may sell on account today, with its product."""
    venue = context.venue.on(context.today)
    mapping, products = venue.mapping, order_products(context.company, venue)
    for code, known in mapping.product_types.items():
        for vat_code, account in known.accounts.items():
            yield _Named(products.find(code, vat_code), SoldAs(code, vat_code, account))
    for source, product, booked_on in _list_others(mapping, products.tips, products.gift_cards, products.rounding):
        if product is not None or booked_on is not None:
            yield _Named(product, SoldAs(source, NO_VAT, booked_on))
    if products.difference is not None:
        yield _Named(products.difference, SoldAs("rounding_product", NO_VAT))


def _list_others(
    mapping: AccountMapping, tips: str | None, gift_cards: str | None, rounding: str | None
) -> Iterator[tuple[str, str | None, str | None]]:
    """What is sold beside lines: product and account. Cash rounding hardly ever falls on a credit part, so that it is
    not missed where it has no product."""
    accounts = mapping.accounts
    yield "tips", tips, accounts.tips
    yield "gift_cards", gift_cards, accounts.gift_cards
    yield "rounding", rounding, accounts.rounding if rounding else None


def _tell(context: DoctorContext, fault: ProductFault) -> Diagnosis:
    facts = {
        "product": fault.product,
        "source": fault.sold.source,
        "vat_code": fault.sold.vat_code,
        "account": fault.account,
        "wanted": fault.sold.account or "",
        "rate": format_rate(fault.rate_bp),
        "sold_rate": format_rate(fault.sold_rate_bp),
    }
    if fault.kind.holds:
        return context.say("orders", "wrong", _FAULTS[fault.kind], Exit.BOOKKEEPER, **facts)
    return context.say("orders", "warning", _FAULTS[fault.kind], **facts)
