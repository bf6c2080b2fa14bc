"""A ticket that has changed after its order was sent: what may be done, and the order of exactly the difference for one
that is invoiced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from posexport.core.credit_facts import CreditFacts, split_firm
from posexport.core.orders.amounts import choose_all, set_price
from posexport.core.orders.order import REGISTER_REFERENCE, Order, OrderLine, OrderLineKind, make_difference_line
from posexport.core.orders.state import OrderState

_OWN = (OrderLineKind.TEXT, OrderLineKind.DIFFERENCE)
"""Kinds of lines that an order has besides what was sold."""


class RevisionPlan(StrEnum):
    """What is done with an order whose ticket has changed."""

    SEND = "send"
    """It is not in the ledger: the new one is sent."""
    REPLACE = "replace"
    """It is deleted in the ledger, and the next revision sent."""
    CORRECT = "correct"
    """It is invoiced: an order of the difference is sent, which is a credit note where that is negative."""
    REFUSE = "refuse"
    """A person has confirmed or edited it: they decide."""
    REFUSE_INVOICED = "refuse-invoiced"
    """Its invoice comes to something else than was sent, so that the difference is not known: a person decides."""
    REFUSE_CUSTOMER = "refuse-customer"
    """It is invoiced to another customer than the ticket has now: a difference would be sent to the wrong one."""
    REFUSE_REFERENCES = "refuse-references"
    """It is invoiced, and what the ticket sold is the same: only what is written on it has changed."""
    ASK = "ask"
    """It is not known to be there: a person says so first."""
    NONE = "none"
    """Nothing: an invoice of the ticket was credited, or the voucher has it."""


def choose_revision(
    state: OrderState,
    *,
    is_draft: bool,
    is_untouched: bool,
    is_invoiced_as_sent: bool,
    is_same_customer: bool = True,
    is_credited: bool = False,
    has_same_sales: bool = False,
) -> RevisionPlan:
    """What to do with an order whose ticket has changed. `is_draft`: not confirmed in the ledger by anybody else;
    `is_untouched`: the ledger last changed it when we did; `is_invoiced_as_sent`: its invoice comes to what we sent;
    `is_same_customer`: the ticket has the customer it was sent to; `is_credited`: an invoice of the ticket was
    credited; `has_same_sales`: nothing but references has changed."""
    if is_credited:
        return RevisionPlan.NONE
    if state is OrderState.INVOICED and not is_same_customer:
        return RevisionPlan.REFUSE_CUSTOMER
    if state is OrderState.INVOICED and has_same_sales:
        return RevisionPlan.REFUSE_REFERENCES
    if state is OrderState.SENT:
        return RevisionPlan.REPLACE if is_draft and is_untouched else RevisionPlan.REFUSE
    if state is OrderState.INVOICED:
        return RevisionPlan.CORRECT if is_invoiced_as_sent else RevisionPlan.REFUSE_INVOICED
    if state in (OrderState.GONE, OrderState.UNCERTAIN):
        return RevisionPlan.ASK
    return RevisionPlan.NONE if state in (OrderState.CREDITED, OrderState.MOVED) else RevisionPlan.SEND


def is_for_same_customer(sent: Order, now: Order | None) -> bool:
    """Whether a ticket has the customer that its order was sent to: by the register's code, or, where that is another,
    by the customer of the ledger. `now`: as in `is_mended_in_ledger`."""
    if now is None or now.customer_code == sent.customer_code:
        return True
    return sent.link is not None and now.link is not None and now.link.customer_id == sent.link.customer_id


def names_other_firm(sent: Order, now: Order) -> bool:
    """Whether a ticket names another firm under the register's code than its order was sent to."""
    if sent.customer_code is None or now.customer_code is None or is_for_same_customer(sent, now):
        return False
    if sent.organization_number in ("", now.organization_number):
        return False
    return split_firm(sent.customer_code)[0] == split_firm(now.customer_code)[0]


def list_new_references(sent: Order, facts: CreditFacts, *, is_whole: bool = True) -> tuple[tuple[str, str, str], ...]:
    """What a ticket says now to be written on its order, and did not when that was sent: each as the name that the
    register's files have for it, what was sent and what it is now. What a file is silent about counts as unchanged.
    `is_whole`: the order is the ticket's, and no correction of it."""
    heading = next((line.text for line in sent.lines if line.kind is OrderLineKind.TEXT), "")
    pairs = [
        ("customer_reference", sent.customer_reference, facts.customer_reference),
        ("purchase_order", sent.purchase_order, facts.purchase_order),
        ("project", sent.project, facts.project),
        *([("reference", heading.partition(REGISTER_REFERENCE)[2], facts.register_reference)] if is_whole else []),
    ]
    return tuple((name, was, now) for name, was, now in pairs if now and now != was)


def refuse_correction(sent: Order, now: Order | None, is_invoiced: bool, is_credited: bool) -> RevisionPlan | None:
    """Why no difference is sent of an order; None where it can be. `is_invoiced`, `is_credited`: any of the ticket's
    orders is; `now`: as in `is_mended_in_ledger`."""
    if not is_invoiced:
        return RevisionPlan.REFUSE
    if is_credited:
        return RevisionPlan.NONE
    return None if is_for_same_customer(sent, now) else RevisionPlan.REFUSE_CUSTOMER


class LedgerSums(NamedTuple):
    """What an order comes to in the ledger (øre); None where that is not known. `sent_ore`: when it was sent.
    `total_ore` and `net_ore`: now, as order or invoice, with VAT and without."""

    sent_ore: int | None = None
    total_ore: int | None = None
    net_ore: int | None = None


def is_mended_in_ledger(sent: Order, now: Order | None, there: LedgerSums) -> bool:
    """Whether a person has changed a sent order in the ledger to what its ticket comes to now: by what is known of it
    there. `now`: the order as it would be made today, None where the ticket is no sale on credit any more; one for
    another customer cannot be compared."""
    if there.total_ore is None or there.sent_ore in (None, there.total_ore):
        return False
    if now is None:
        return there.total_ore == 0
    if now.customer_code != sent.customer_code:
        return False
    if there.total_ore == now.total_ore:
        return there.net_ore in (None, now.net_ore)
    return there.total_ore == now.due_ore


class _Sold(NamedTuple):
    """What lines have to share to be corrected by one line."""

    kind: OrderLineKind
    product: str | None
    vat_code: str | None
    source: str


def build_correction(
    sent: Order,
    now: Order | None,
    *,
    reference: str,
    revision: int,
    invoice_no: int,
    difference_product: str | None = None,
) -> Order | None:
    """The order of what a ticket comes to more, or less, than the order that was sent and invoiced as `invoice_no`.

    `now`: the order as it would be made today, None where the ticket is no sale on credit any more. `reference`,
    `revision`: of the new order. `difference_product`: the product of a line that makes it exact. None where nothing
    that was sold is different. A contact person belongs to one customer: where the customer was linked anew since, the
    order names whom the sent one named.
    """
    lines = tuple(_correct_lines(sent, now))
    if not lines:
        return None
    due_ore = sum(line.gross_ore for line in lines)
    part_paid_ore = (now.part_paid_ore if now else 0) - sent.part_paid_ore
    heading = OrderLine(OrderLineKind.TEXT, f"Rettelse av faktura {invoice_no}: {_name_ticket(sent)}")
    off_ore = sum(line.total_ore for line in lines) - due_ore
    exact = () if not (off_ore and difference_product) else (make_difference_line(-off_ore, difference_product),)
    is_same_customer = now is not None and now.link is not None and now.link[:1] == (sent.link or ())[:1]
    named = now if now is not None and is_same_customer else sent
    return replace(
        now or sent,
        reference=reference,
        revision=revision,
        link=sent.link,
        customer_reference=named.customer_reference,
        contact_person_id=named.contact_person_id,
        contact_elsewhere=named.contact_elsewhere,
        credit_ore=due_ore - part_paid_ore,
        due_ore=due_ore,
        part_paid_ore=part_paid_ore,
        lines=(heading, *lines, *exact),
        related_invoice_no=invoice_no if sum(line.total_ore for line in (*lines, *exact)) < 0 else None,
    )


def merge_orders(orders: Iterable[Order]) -> Order | None:
    """What several orders of one ticket come to together, as one order; None where there is none."""
    orders = list(orders)
    if not orders:
        return None
    return replace(
        orders[0],
        credit_ore=sum(order.credit_ore for order in orders),
        due_ore=sum(order.due_ore for order in orders),
        part_paid_ore=sum(order.part_paid_ore for order in orders),
        lines=tuple(line for order in orders for line in order.lines),
    )


def _name_ticket(order: Order) -> str:
    return f"bong {order.ticket_number}, kasse {order.register}"


def _correct_lines(sent: Order, now: Order | None) -> Iterator[OrderLine]:
    """One line for each product that came to something else."""
    gross: dict[_Sold, int] = {}
    example: dict[_Sold, OrderLine] = {}
    for sign, order in ((1, now), (-1, sent)):
        for line in order.lines if order else ():
            if line.kind not in _OWN:
                key = _Sold(line.kind, line.product, line.vat_code, line.source)
                gross[key] = gross.get(key, 0) + sign * line.gross_ore
                example.setdefault(key, line)
    changed = [(example[key], gross_ore) for key, gross_ore in gross.items() if gross_ore]
    chosen = choose_all((gross_ore, line.rate_bp or 0) for line, gross_ore in changed)
    for (line, gross_ore), amounts in zip(changed, chosen, strict=True):
        quantity, price, _ = set_price(amounts.net_ore)
        yield line._replace(
            quantity=quantity,
            price=price,
            net_ore=amounts.net_ore,
            vat_ore=amounts.vat_ore,
            gross_ore=gross_ore,
        )
