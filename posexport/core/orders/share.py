"""What of a ticket was sold on credit, and what was paid at the register: to the øre, line by line.

The split is the one by which vouchers leave out payment types (`core.settlement.take_share`), so that what an order has
is exactly what its day's voucher has not.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from posexport.core.orders.route import CreditRules, Mixed, TicketHold, sum_credit_part
from posexport.core.sales import Ticket
from posexport.core.settlement import TicketShare, take_share


class DividedTicket(NamedTuple):
    """A ticket, divided. `ordered` and `booked` are together the ticket, line by line.

    `credit_ore`: the sum of its credit payments. `ordered`: what its order has. `booked`: what its day's voucher has as
    sales. `part_paid_ore`: what the voucher credits the customer with instead of sales, since the order has the whole
    ticket (`Mixed.WHOLE`); 0 otherwise. `paid_ore`: what was paid at the register.
    """

    credit_ore: int
    paid_ore: int
    ordered: TicketShare
    booked: TicketShare
    part_paid_ore: int = 0

    @property
    def due_ore(self) -> int:
        """What the order is to come to (øre)."""
        return self.credit_ore + self.part_paid_ore

    @property
    def ticket_ore(self) -> int:
        """What the whole ticket comes to (øre)."""
        return self.credit_ore + self.paid_ore

    @property
    def is_share(self) -> bool:
        """Whether the order has only a share of the ticket."""
        return any(self.booked.lines_ore) or self.booked[1:] != (0, 0, 0)


def divide_ticket(ticket: Ticket, rules: CreditRules) -> DividedTicket | TicketHold:
    """A ticket with the route `order`, divided into what is ordered and what is booked.

    A `TicketHold` where it does not balance, or cannot be divided so that both parts do.
    """
    if ticket.payments_ore != ticket.sales_ore:
        return TicketHold.UNBALANCED
    whole = _whole_of(ticket)
    credit_ore = sum_credit_part(ticket, rules)
    paid_ore = ticket.payments_ore - credit_ore
    others = {payment.payment_type for payment in ticket.payments if payment.payment_type not in rules.credit_types}
    if others and rules.mixed is Mixed.WHOLE and any(code in rules.left_out for code in others):
        return TicketHold.SHARES_DIFFER  # the order would have what somebody else books
    if not others or rules.mixed is Mixed.WHOLE:
        return DividedTicket(credit_ore, paid_ore, whole, _rest_of(whole, whole), paid_ore)
    ordered = take_share(ticket, credit_ore)
    if ordered.total_ore != credit_ore:
        return TicketHold.SHARES_DIFFER
    return DividedTicket(credit_ore, paid_ore, ordered, _rest_of(whole, ordered))


def keep_whole(ticket: Ticket, rules: CreditRules) -> DividedTicket:
    """All of a ticket that cannot be divided, as an order would have it: to be shown, and never to be sent."""
    whole, credit_ore = _whole_of(ticket), sum_credit_part(ticket, rules)
    paid_ore = whole.total_ore - credit_ore
    return DividedTicket(credit_ore, paid_ore, whole, _rest_of(whole, whole), paid_ore)


def fingerprint_share(ticket: Ticket, divided: DividedTicket) -> str:
    """A digest of what is ordered and for whom, in the register's own codes: by it a change of the ticket is recognized
    after its order was sent. The setup has no part in it."""
    lines = [
        (line.product_type, line.vat_code, gross_ore)
        for line, gross_ore in zip(ticket.lines, divided.ordered.lines_ore, strict=True)
        if gross_ore
    ]
    told = (lines, *divided.ordered[1:], divided.credit_ore, divided.part_paid_ore, ticket.customer or "")
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _whole_of(ticket: Ticket) -> TicketShare:
    lines_ore = tuple(line.gross_ore for line in ticket.lines)
    return TicketShare(lines_ore, ticket.gift_cards_ore, ticket.tip_ore, ticket.rounding_ore)


def _rest_of(whole: TicketShare, taken: TicketShare) -> TicketShare:
    return TicketShare(
        tuple(line_ore - taken_ore for line_ore, taken_ore in zip(whole.lines_ore, taken.lines_ore, strict=True)),
        whole.gift_cards_ore - taken.gift_cards_ore,
        whole.tip_ore - taken.tip_ore,
        whole.rounding_ore - taken.rounding_ore,
    )
