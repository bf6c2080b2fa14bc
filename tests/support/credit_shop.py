"""A shop whose sales on credit become orders, by its setup, its sales files and its exports alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from posexport.core.order_review import OrderReport
from posexport.core.report import Report
from posexport.views.json_orders import list_orders
from tests.support.harness import MAPPING, VENUES, Shop, sale

ORDERS_FROM = date(2026, 11, 15)
CUSTOMER = "10101"
"""A customer of the sandbox, by its number there."""

_PRODUCTS = {
    '{ "31" = "3030", "3" = "3020" }': '{ "31" = "3030", "3" = "3020" }\n'
    '  products = { "31" = "TAKE15", "3" = "SERV25" }',
    '{ "3" = "3022" }': '{ "3" = "3022" }\n  products = { "3" = "FATØL" }',
}


def orders_mapping() -> str:
    """The mapping of the tests' company with products."""
    text = MAPPING
    for accounts, with_products in _PRODUCTS.items():
        assert accounts in text, accounts
        text = text.replace(accounts, with_products)
    return text


def apply_orders(
    shop: Shop, *, first: date | str = ORDERS_FROM, products: str = "", mapping: str = "", **keys: Any
) -> None:
    """Set the shop up with orders; `keys` are further keys of `[company.orders]`, `products` lines of its products."""
    target, further = keys.pop("target", "journal"), keys.pop("company", "")
    venues = keys.pop("venues", VENUES)
    keys.setdefault("customers", "number")
    told = "\n".join(f"  {key} = {_toml(value)}" for key, value in keys.items())
    orders = (
        f"{mapping or orders_mapping()}\n  [company.orders]\n  from = {first}\n{told}\n"
        f'    [company.orders.products]\n    tips = "DRIKKEPENGER"\n    gift_cards = "GAVEKORT"\n{products}'
    )
    shop.apply(target=target, company=f'invoicing = "orders"\n{further}', mapping=orders, venues=venues)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def credit_sale(
    number: int | str, amount: str = "1250.00", *, customer: Any = CUSTOMER, **more: Any
) -> Mapping[str, Any]:
    """A sale on credit to a customer."""
    told = {} if customer is None else {"customer": customer}
    return sale(number, amount, paid=more.pop("paid", "CREDIT"), **told, **more)


def orders_of(report: Report) -> list[OrderReport]:
    """The orders of a preview or an export."""
    return list(list_orders(report))


def tell_orders(report: Report) -> list[tuple[str, str, str]]:
    """Ticket, state and total of each order."""
    return [
        (one.order.ticket_number, one.state_of_order.value, f"{one.order.total_ore / 100:.2f}")
        for one in orders_of(report)
    ]
