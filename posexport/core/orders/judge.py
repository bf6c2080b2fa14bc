"""What the ledger's products say against an order, line by line."""

from __future__ import annotations

from posexport.core.mapping import AccountMapping
from posexport.core.orders.order import Order, OrderLine, OrderLineKind
from posexport.core.orders.products import ProductCatalog, ProductFault, SoldAs, judge_product


def judge_lines(order: Order, mapping: AccountMapping, catalog: ProductCatalog) -> tuple[ProductFault, ...]:
    """What is wrong with the products of an order's lines, each once. `mapping`: the venue's on the business day, by
    which a voucher would have booked them."""
    sold = (line for line in order.lines if line.kind is not OrderLineKind.TEXT and line.vat_code is not None)
    faults = (judge_product(line.product, _sold_as(line, mapping), order.business_day, catalog) for line in sold)
    return tuple(dict.fromkeys(fault for fault in faults if fault is not None))


def _sold_as(line: OrderLine, mapping: AccountMapping) -> SoldAs:
    accounts = mapping.accounts
    account = {
        OrderLineKind.SALE: mapping.sales_account(line.source, line.vat_code),
        OrderLineKind.GIFT_CARD: accounts.gift_cards,
        OrderLineKind.TIP: accounts.tips,
        OrderLineKind.ROUNDING: accounts.rounding,
    }.get(line.kind)
    return SoldAs(line.source, line.vat_code or "", account)
