"""The route of a credit ticket: where its credit payments are booked. Decided by facts that cannot change afterwards:
never by whether an order could be sent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from posexport.core.codes import Codes
from posexport.core.order_setup import Mixed as Mixed, Route as Route
from posexport.core.sales import Ticket, TicketStatus


class TicketHold(StrEnum):
    """Why a credit ticket can be neither in a voucher nor in an order."""

    TRANSFERS_DIFFER = "transfers-differ"
    """Some of its credit payment types are transferred to the vouchers and others are not."""
    SHARES_DIFFER = "shares-differ"
    """What was paid and what was sold on credit cannot be told apart: no share of its lines has the amount of its
    credit payments."""
    UNBALANCED = "unbalanced"
    """What it sold is not what it was paid with."""


@dataclass(frozen=True, slots=True)
class CreditRules:
    """What a venue's setup says of sales on credit.

    `credit_types`: payment types paid later; `transferred`: those of them that are booked in vouchers where they do not
    become orders. Business days from `invoices_from` to `invoices_until`, both included, are invoiced by orders: None
    as the first is never, None as the last is for ever. `credit_before`: the route of the days before the first, None
    where `transferred` decides it as on any other day. `left_out`: payment types of any kind that are not booked in
    vouchers; for those that are credit, the route decides instead.
    """

    credit_types: Collection[str] = Codes()
    transferred: Collection[str] = Codes()
    invoices_from: date | None = None
    invoices_until: date | None = None
    mixed: Mixed = Mixed.SHARE
    credit_before: Route | None = None
    left_out: Collection[str] = Codes()

    def invoices(self, business_day: date) -> bool:
        """Whether credit sales of this business day become orders."""
        return (
            self.invoices_from is not None
            and self.invoices_from <= business_day
            and (self.invoices_until is None or business_day <= self.invoices_until)
        )

    def is_before(self, business_day: date) -> bool:
        """Whether this business day is one before orders were switched on."""
        return self.invoices_from is not None and business_day < self.invoices_from


def sum_credit_part(ticket: Ticket, rules: CreditRules) -> int:
    """The sum (øre) of a ticket's credit payments; negative where it gives back a sale on credit."""
    return sum(payment.amount_ore for payment in ticket.payments if payment.payment_type in rules.credit_types)


def choose_route(ticket: Ticket, business_day: date, rules: CreditRules) -> Route | TicketHold | None:
    """The one route of all credit payments of a ticket.

    A `TicketHold` where its credit payment types disagree. None where there is nothing to route: no credit payment, or
    a ticket that is not counted.
    """
    used = [payment.payment_type for payment in ticket.payments if payment.payment_type in rules.credit_types]
    if not used or ticket.status is not TicketStatus.COUNTED:
        return None
    is_transferred = {payment_type in rules.transferred for payment_type in used}
    if len(is_transferred) > 1:
        return TicketHold.TRANSFERS_DIFFER
    if rules.invoices(business_day) and sum_credit_part(ticket, rules) != 0:
        return Route.ORDER
    if rules.credit_before is not None and rules.is_before(business_day):
        return rules.credit_before
    return Route.VOUCHER if is_transferred.pop() else Route.LEFT_OUT
