"""The state of an order: decided by what was planned, what became of sending it, and what the ledger shows of it.

Never here: the words and colours of a state.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from posexport.core.delivery import Stage


class OrderState(StrEnum):
    """The state of an order. Programs read the values; never rename one."""

    OPEN = "open"
    """Its business day is not over."""
    WAITING = "waiting"
    """A finding stops it: customer, product, project."""
    READY = "ready"
    UNCERTAIN = "uncertain"
    """Sent, and no usable answer came: looked up before it is sent again."""
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    SENT = "sent"
    INVOICED = "invoiced"
    CREDITED = "credited"
    """Its invoice was reversed, or a credit note answers it."""
    GONE = "gone"
    """Neither order nor invoice is in the ledger any more."""
    MOVED = "moved"
    """A person chose the voucher instead."""
    LEFT_OUT = "left-out"
    """A person left a return out: the ledger has credited it already."""


GOES_BY_ITSELF = frozenset({OrderState.READY, OrderState.UNREACHABLE, OrderState.UNCERTAIN})
"""States of orders that the next export sends, or looks up."""

WAITS_FOR_PERSON = frozenset({OrderState.WAITING, OrderState.GONE})
"""States in which nothing happens until a bookkeeper has acted."""

IN_LEDGER = frozenset({OrderState.SENT, OrderState.INVOICED, OrderState.CREDITED})
"""States of orders that the ledger has, or had as an invoice."""

NOT_SURELY_SENT = frozenset(
    {
        OrderState.OPEN,
        OrderState.WAITING,
        OrderState.READY,
        OrderState.UNCERTAIN,
        OrderState.REFUSED,
        OrderState.UNREACHABLE,
        OrderState.GONE,
    }
)
"""States of orders whose amount is not known to be in the ledger, nor in a voucher."""

READS_LAG_S = 120
"""How long (s) reads may lag behind writes: an order that is not seen for longer is gone."""


class Invoice(NamedTuple):
    """What the ledger shows of an order's invoice; amounts in øre. `balance_ore`: what is left to pay. `is_credited`:
    it was reversed, or a credit note answers it. `fee_ore`: the invoice fee that the ledger added, VAT included; None
    where that was not looked for, since the invoice comes to what was sent, or could not be read. `net_ore`: without
    VAT, None where the ledger does not say. `credited_ore`: what credit notes that people made there take off it, all
    of it where it was reversed; None where they were not looked for; those made of our orders do not count."""

    number: str
    on: date
    total_ore: int
    balance_ore: int
    is_credited: bool = False
    fee_ore: int | None = None
    net_ore: int | None = None
    credited_ore: int | None = None

    @property
    def ordered_ore(self) -> int:
        """What it comes to without the fee that the ledger added."""
        return self.total_ore - (self.fee_ore or 0)

    @property
    def is_credited_by_hand(self) -> bool:
        """Whether people took back all of it in the ledger: not a return of the register's that is a credit note
        there."""
        return self.is_credited and 0 < self.total_ore <= (self.credited_ore or 0)

    @property
    def is_paid(self) -> bool:
        """Whether nothing is left to pay."""
        return self.balance_ore == 0


class ReturnedSale(StrEnum):
    """What is known of the sale that a return gives back: the wordings about one whose invoice is not named."""

    ORDERED = ""
    """It is an order, or will be."""
    NOT_ORDERED = "not-ordered"
    """It was paid at the till, or is booked by a voucher: no order was made of it."""
    UNREAD = "unread"
    """No file with it was read."""


def choose_related(invoices: Iterable[Invoice]) -> Invoice | None:
    """Of the invoices of a sale, the newest first, the one that a credit note for it names: the largest that was not
    credited, since no more can be given back than an invoice comes to, and never a credit note. None where there is
    none with a number."""
    found = [one for one in invoices if one.number.isdigit() and one.total_ore > 0]
    return max(found, key=lambda one: (not one.is_credited, one.total_ore), default=None)


class Seen(NamedTuple):
    """What the ledger shows of an order that was sent. `has_order`: None where it was not asked yet. `missing_for_s`:
    how long (s) neither order nor invoice was to be seen."""

    has_order: bool | None = None
    invoice: Invoice | None = None
    missing_for_s: int = 0

    @property
    def is_gone(self) -> bool:
        """Whether neither order nor invoice is there, for longer than reads may lag."""
        return self.has_order is False and self.invoice is None and self.missing_for_s > READS_LAG_S


class OrderFacts(NamedTuple):
    """What decides the state of an order. `stage`: of its newest delivery, None where it has none. `is_held`: something
    is missing, or an error stops it. `is_moved`: a person has moved its ticket to the voucher."""

    is_day_closed: bool
    stage: Stage | None = None
    is_held: bool = False
    is_moved: bool = False
    seen: Seen = Seen()


def decide_state(facts: OrderFacts) -> OrderState:
    """The state of an order. What may be in the ledger counts before what is planned for it."""
    if facts.stage is Stage.DRAFTED:
        return _state_in_ledger(facts.seen)
    if facts.stage in (Stage.SENDING, Stage.REMOVING, Stage.UNCERTAIN, Stage.DOUBTED):
        return OrderState.UNCERTAIN
    if facts.is_moved:
        return OrderState.MOVED
    if not facts.is_day_closed:
        return OrderState.OPEN
    if facts.stage is Stage.REFUSED:
        return OrderState.REFUSED
    if facts.is_held or facts.stage is Stage.HELD:
        return OrderState.WAITING
    return OrderState.UNREACHABLE if facts.stage is Stage.UNREACHABLE else OrderState.READY


def _state_in_ledger(seen: Seen) -> OrderState:
    if seen.invoice is not None:
        return OrderState.CREDITED if seen.invoice.is_credited else OrderState.INVOICED
    return OrderState.GONE if seen.is_gone else OrderState.SENT


def is_at_end(state: OrderState, seen: Seen) -> bool:
    """Whether the ledger need not be asked about it any more."""
    if state is OrderState.INVOICED:
        return seen.invoice is not None and seen.invoice.is_paid
    return state in (OrderState.CREDITED, OrderState.MOVED, OrderState.LEFT_OUT)


def may_move_to_voucher(state: OrderState, *, looked_up: bool = False) -> bool:
    """Whether a person may move it to the voucher: only what is certainly not in the ledger, or counts there no longer.
    `looked_up`: it was just looked for and not found, or found to be credited."""
    if state in (OrderState.UNREACHABLE, OrderState.CREDITED):
        return looked_up
    return state in (OrderState.OPEN, OrderState.WAITING, OrderState.READY, OrderState.REFUSED, OrderState.GONE)
