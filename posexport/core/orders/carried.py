"""Several tickets' orders that a person has put together in the ledger: one order has them all, and the others are
deleted there. What the ledger says of that one is divided, so that each ticket's part is counted once.

Pure; amounts in øre.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from posexport.core.orders.book import SeenOrder


class CarriedOrder(NamedTuple):
    """An order that another one has in the ledger: the number of its delivery, and what it came to when it was sent.
    `net_ore`: without VAT, None where that is not known."""

    delivery_id: int
    total_ore: int
    net_ore: int | None = None


def divide_seen(found: SeenOrder, carried: Sequence[CarriedOrder]) -> tuple[SeenOrder, tuple[SeenOrder, ...]]:
    """What the ledger shows of an order that has others: its own part, and those of the others, which come to what was
    sent of them. What it has more or less than all of them is in its own part, and so is a fee."""
    parts = tuple(_take_part(found, one) for one in carried)
    total_ore = sum(one.total_ore for one in carried)
    nets = [one.net_ore for one in carried]
    net_ore = None if None in nets else sum(net for net in nets if net is not None)
    order, invoice = found.order, found.invoice
    if order is not None and order.total_ore is not None:
        order = order._replace(total_ore=order.total_ore - total_ore, net_ore=_subtract(order.net_ore, net_ore))
    if invoice is not None:
        invoice = invoice._replace(
            total_ore=invoice.total_ore - total_ore,
            net_ore=_subtract(invoice.net_ore, net_ore),
            balance_ore=0 if invoice.is_paid else invoice.balance_ore - total_ore,
        )
    return SeenOrder(order, invoice, found.remote_id), parts


def _take_part(found: SeenOrder, one: CarriedOrder) -> SeenOrder:
    order, invoice = found.order, found.invoice
    if order is not None:
        order = order._replace(total_ore=one.total_ore, net_ore=one.net_ore)
    if invoice is not None:
        invoice = invoice._replace(
            total_ore=one.total_ore,
            net_ore=one.net_ore,
            balance_ore=0 if invoice.is_paid else one.total_ore,
            fee_ore=None,
            credited_ore=None,
        )
    return SeenOrder(order, invoice)


def _subtract(net_ore: int | None, taken_ore: int | None) -> int | None:
    return None if net_ore is None or taken_ore is None else net_ore - taken_ore
