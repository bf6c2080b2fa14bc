"""Credit sales reconciled: whether a business day's takings are all in its voucher, in orders or left out, and what was
not invoiced at a date. Both are proved to the øre; a difference is told, never plugged.

Amounts are whole øre; a return is negative. Never here: words, and how anything is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from posexport.core.company import Company, Venue
from posexport.core.delivery import Kind
from posexport.core.lines import LineKind, VoucherLine
from posexport.core.money import format_ore
from posexport.core.order_review import OrderReport, OrderReview
from posexport.core.orders.book import LedgerOrder
from posexport.core.orders.correction import merge_orders
from posexport.core.orders.order import OrderLine, OrderLineKind
from posexport.core.orders.state import OrderState
from posexport.core.report import State
from posexport.core.review import DayReview, Review


class ReconciliationProofFailed(AssertionError):
    """An order is counted twice, or its amounts by account are not its own: a programming error, never the user's."""


# Orders


class Place(StrEnum):
    """Where the amount of an order is. Programs read the values; never rename one."""

    SENT = "sent"
    """An order in the ledger, not invoiced."""
    INVOICED = "invoiced"
    CREDITED = "credited"
    """Invoiced, and taken back there."""
    UNCERTAIN = "uncertain"
    """It may be in the ledger."""
    WAITING = "waiting"
    """Not in the ledger."""
    MOVED = "moved"
    """Booked by hand with its day."""


NOT_IN_LEDGER = frozenset({Place.UNCERTAIN, Place.WAITING})
"""Where an amount is that nobody knows to be in the ledger."""

_PLACES = {
    OrderState.SENT: Place.SENT,
    OrderState.INVOICED: Place.INVOICED,
    OrderState.CREDITED: Place.CREDITED,
    OrderState.UNCERTAIN: Place.UNCERTAIN,
    OrderState.MOVED: Place.MOVED,
}


class Reason(StrEnum):
    """Why the ledger has another amount than the register. Programs read the values; never rename one."""

    ROUNDING = "rounding"
    """The ledger reckons without VAT: at most an øre a line."""
    RECKONED = "reckoned"
    """The ledger reckoned another total when it took the order."""
    EDITED = "edited"
    """Somebody changed the order there."""
    FEE = "fee"
    """The invoice fee that the ledger added."""
    KEPT = "kept"
    """The ticket has changed since, and a person has taken responsibility for the order as it is there."""
    ON_INVOICE = "on-invoice"
    """The invoice is another than the order as it was last seen: an invoice fee, or a later change."""


class Difference(NamedTuple):
    """A part of what the ledger has more than the register (øre), and why."""

    reason: Reason
    amount_ore: int


@dataclass(frozen=True, slots=True)
class CountedOrder:
    """One order, counted once: as it stands in the ledger, or as it is to be sent.

    `is_change`: instead of an order, what its ticket has come to more, or less, since orders were sent of it; that is
    not in the ledger. `shown`: the order, or the one that is changed. `due_ore`: what the register says it comes to;
    `lines`: what it is made of.
    """

    shown: OrderReport
    place: Place
    credit_ore: int
    due_ore: int
    lines: tuple[OrderLine, ...]
    is_change: bool = False

    @property
    def total_ore(self) -> int:
        """What its lines come to, VAT included."""
        return sum(line.total_ore for line in self.lines)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What the ledger has more than the register, reason by reason; together they are all of it."""
        shown = self.shown
        if self.is_change:
            return ()
        found, last_ore = Counter({Reason.ROUNDING: self.total_ore - self.due_ore}), self.total_ore
        known = [(Reason.RECKONED, _total_of(shown.sent)), (Reason.EDITED, _total_of(shown.there))]
        invoice = shown.seen.invoice
        if invoice is not None:
            is_fee_known = invoice.fee_ore is not None
            known.append((Reason.EDITED if is_fee_known else Reason.ON_INVOICE, invoice.ordered_ore))
        if shown.is_mended:  # it is compared with what the ticket comes to now, which was never sent
            is_kept = any(one.code == "order-changed-after-sending" and one.accepted for one in shown.findings)
            known = [(Reason.KEPT if is_kept else Reason.EDITED, known[-1][1])]
        if invoice is not None:
            known.append((Reason.FEE, invoice.total_ore))
        for reason, total_ore in known:
            if total_ore is not None:
                found[reason] += total_ore - last_ore
                last_ore = total_ore
        return tuple(Difference(reason, ore) for reason, ore in found.items() if ore)

    @property
    def difference_ore(self) -> int:
        """What the ledger has more than the register."""
        return sum(difference.amount_ore for difference in self.differences)


def _total_of(order: LedgerOrder | None) -> int | None:
    return None if order is None else order.total_ore


def count_orders(reviews: Iterable[OrderReview]) -> list[CountedOrder]:
    """The orders of business days, each counted once, with what tickets have come to since. The reviews of a ticket
    follow each other. A ticket that cannot be divided is no order: the voucher that waits for it has its amounts."""
    divided = (review for review in reviews if review.report.order.is_divided)
    return [
        counted
        for _, group in groupby(divided, key=lambda one: (one.report.venue.id, one.business_day, one.key))
        for counted in _count(list(group))
    ]


def _count(reviews: Sequence[OrderReview]) -> Iterator[CountedOrder]:
    """The orders of one ticket; none that is settled, of which nothing is owed."""
    reviews = [review for review in reviews if not review.report.is_settled]
    standing = [review for review in reviews if not review.is_pending]
    pending = [review for review in reviews if review.is_pending]
    for review in standing:
        yield _count_mended(standing, review) if review.report.is_mended else _count_whole(review)
    for review in pending:
        is_adjustment = review.delivery is not None and review.delivery.kind is Kind.ADJUSTMENT
        is_correction = bool(standing) and (is_adjustment or bool(review.history.leaving))
        is_nothing = review.is_void and review.report.state_of_order is not OrderState.UNCERTAIN
        if not is_correction and not is_nothing:
            yield _count_whole(review)
        elif is_correction:
            yield from _count_change(standing, review)
    is_credited = any(review.report.state_of_order is OrderState.CREDITED for review in standing)
    if any(review.report.is_changed for review in standing) and not is_credited:
        yield from _count_change(standing, standing[-1])


def _count_whole(review: OrderReview) -> CountedOrder:
    shown = review.shown
    place = _PLACES.get(shown.state_of_order, Place.WAITING)
    return CountedOrder(shown, place, shown.order.credit_ore, shown.order.due_ore, shown.order.lines)


def _count_mended(standing: Sequence[OrderReview], by: OrderReview) -> CountedOrder:
    """An order of a ticket that has changed since, where a person has seen to that: with the others that the ledger has
    it is what the ticket comes to now."""
    others = [one.report.order for one in standing if one is not by]
    lines = (*(by.now.lines if by.now else ()), *(_negate(line) for order in others for line in order.lines))
    return CountedOrder(
        by.shown,
        _PLACES.get(by.report.state_of_order, Place.WAITING),
        (by.now.credit_ore if by.now else 0) - sum(order.credit_ore for order in others),
        (by.now.due_ore if by.now else 0) - sum(order.due_ore for order in others),
        tuple(line for line in lines if line.kind is not OrderLineKind.TEXT),
    )


def _count_change(standing: Sequence[OrderReview], by: OrderReview) -> Iterator[CountedOrder]:
    """What a ticket comes to more, or less, than the orders that the ledger has of it. `by`: the review of it."""
    sent, now = merge_orders(review.report.order for review in standing), standing[-1].now
    assert sent is not None
    lines = (*(now.lines if now else ()), *(_negate(line) for line in sent.lines))
    lines = tuple(line for line in lines if line.kind is not OrderLineKind.TEXT)
    credit_ore = (now.credit_ore if now else 0) - sent.credit_ore
    due_ore = (now.due_ore if now else 0) - sent.due_ore
    if credit_ore or due_ore or any(_sum_by_product(lines).values()):
        is_unsure = by.is_pending and by.report.state_of_order is OrderState.UNCERTAIN
        place = Place.UNCERTAIN if is_unsure else Place.WAITING
        yield CountedOrder(by.shown, place, credit_ore, due_ore, lines, is_change=True)


def _negate(line: OrderLine) -> OrderLine:
    return line._replace(
        quantity=-line.quantity, net_ore=-line.net_ore, vat_ore=-line.vat_ore, gross_ore=-line.gross_ore
    )


def _sum_by_product(lines: Iterable[OrderLine]) -> Counter[tuple[str | None, str | None, str]]:
    found: Counter[tuple[str | None, str | None, str]] = Counter()
    for line in lines:
        found[line.product, line.vat_code, line.source] += line.total_ore
    return found


# A business day


class Takings(NamedTuple):
    """What was taken by one payment type on a business day. `is_credit`: it is paid later."""

    code: str
    name: str
    amount_ore: int
    is_credit: bool = False


class VoucherAmounts(NamedTuple):
    """The payments that a day's vouchers have. `drafted_ore`: in those that the ledger has; `waiting_ore`: what else is
    to be in them. `states`: of each, and `is_changed`: the day has changed since it was drafted."""

    drafted_ore: int = 0
    waiting_ore: int = 0
    states: tuple[State, ...] = ()
    is_changed: bool = False

    @property
    def total_ore(self) -> int:
        """All that they are to have."""
        return self.drafted_ore + self.waiting_ore


def sum_vouchers(reviews: Iterable[DayReview]) -> VoucherAmounts:
    """The payments that a business day's vouchers have: as they were drafted, and what is to be drafted."""
    drafted_ore = waiting_ore = 0
    vouchers = sorted(
        (review for review in reviews if isinstance(review, Review)), key=lambda review: review.report.voucher.part
    )
    is_changed = False
    for _, group in groupby(vouchers, key=lambda review: review.report.voucher.part):
        of_part = list(group)
        standing_ore = sum(_sum_payments(review.report.voucher.lines) for review in of_part if not review.is_pending)
        drafted_ore += standing_ore
        for review in of_part:
            if review.is_pending:
                waiting_ore += _sum_payments(review.report.voucher.lines)
            elif review.whole is not None:
                is_changed = True
                waiting_ore += _sum_payments(review.whole.voucher.lines) - standing_ore
    return VoucherAmounts(drafted_ore, waiting_ore, tuple(review.report.state for review in vouchers), is_changed)


def _sum_payments(lines: Iterable[VoucherLine]) -> int:
    return sum(line.amount_ore for line in lines if line.kind is LineKind.PAYMENT)


class Verdict(StrEnum):
    """What a reconciliation comes to. Programs read the values; never rename one."""

    AGREES = "agrees"
    DIFFERS = "differs"
    BY_HAND = "by-hand"
    """A person booked the day by hand: posexport does not know what was booked."""


@dataclass(frozen=True, slots=True)
class DayReconciliation:
    """One business day of one venue. `till`: its takings; they are to be the voucher, the orders, what is left out
    (`left_out_ore`) and what is held (`held_ore`) together. Held are sales on credit whose ticket can be in neither
    voucher nor order as it is; `voucher` has them, since it waits for them. `is_booked`: a person booked the day by
    hand. `is_done`: nobody has to do anything about its orders or its voucher; `waits_for_voucher`: about that.
    `undivided`: what is known of those tickets that are held."""

    company: Company
    venue: Venue
    business_day: date
    till: tuple[Takings, ...]
    voucher: VoucherAmounts
    orders: tuple[CountedOrder, ...] = ()
    left_out_ore: int = 0
    is_booked: bool = False
    held_ore: int = 0
    is_done: bool = True
    waits_for_voucher: bool = False
    undivided: tuple[OrderReport, ...] = ()

    @property
    def till_ore(self) -> int:
        """All that was taken."""
        return sum(takings.amount_ore for takings in self.till)

    def sum_orders(self, *places: Place) -> int:
        """What the orders in these places come to; all of them where none is named."""
        return sum(one.due_ore for one in self.orders if not places or one.place in places)

    @property
    def voucher_ore(self) -> int:
        """What the vouchers are to have; nothing that posexport makes where the day was booked by hand."""
        return 0 if self.is_booked else self.voucher.total_ore - self.held_ore

    @property
    def waiting_voucher_ore(self) -> int:
        """What of that is not in the ledger yet."""
        return 0 if self.is_booked else self.voucher.waiting_ore - self.held_ore

    @property
    def not_in_ledger(self) -> tuple[int, ...]:
        """Each amount that is not known to be in the ledger: of the vouchers, what is held, and of the orders; also
        orders that come to nothing, such as a change from one product to another."""
        return (*self.waiting, *self.uncertain)

    @property
    def waiting(self) -> tuple[int, ...]:
        """Those of these amounts that are known not to be there."""
        orders = [one.due_ore for one in self.orders if one.place is Place.WAITING]
        return (*(ore for ore in (self.waiting_voucher_ore, self.held_ore) if ore), *orders)

    @property
    def uncertain(self) -> tuple[int, ...]:
        """Those of orders that may be there."""
        return tuple(one.due_ore for one in self.orders if one.place is Place.UNCERTAIN)

    @property
    def not_in_ledger_ore(self) -> int:
        """All of that together."""
        return sum(self.not_in_ledger)

    @property
    def difference_ore(self) -> int:
        """What the takings are more than voucher, orders, what is left out and what is held; 0 where that is not
        compared."""
        if self.is_booked:
            return 0
        return self.till_ore - self.voucher_ore - self.sum_orders() - self.left_out_ore - self.held_ore

    @property
    def verdict(self) -> Verdict:
        """Whether it agrees, to the øre."""
        if self.is_booked:
            return Verdict.BY_HAND
        return Verdict.DIFFERS if self.difference_ore else Verdict.AGREES


# Not invoiced at a date


class AccountSum(NamedTuple):
    """What is not invoiced on one sales account with one VAT code. None: not known yet."""

    account: str | None
    vat_code: str | None
    gross_ore: int
    net_ore: int
    vat_ore: int


FindAccount = Callable[[CountedOrder, OrderLine], str | None]
"""The sales account that a line of an order goes to; None where it is not known."""


@dataclass(frozen=True, slots=True)
class NotInvoiced:
    """What a company had sold on credit and not invoiced at a date: earned, and not in the ledger. It cannot be made
    unless its orders are the accounts' sums, each counted once."""

    company: Company
    at: date
    orders: tuple[CountedOrder, ...]
    accounts: tuple[AccountSum, ...]

    def __post_init__(self) -> None:
        _prove(self)

    @property
    def gross_ore(self) -> int:
        """All of it, VAT included."""
        return sum(one.total_ore for one in self.orders)

    @property
    def net_ore(self) -> int:
        """All of it, without VAT."""
        return sum(one.net_ore for one in self.accounts)

    @property
    def vat_ore(self) -> int:
        """The VAT of it."""
        return sum(one.vat_ore for one in self.accounts)


def list_not_invoiced(
    company: Company, at: date, orders: Iterable[CountedOrder], find_account: FindAccount
) -> NotInvoiced:
    """What of a company's orders was not invoiced at a date. Later business days do not count; an order that was
    invoiced later does."""
    counted = tuple(one for one in orders if _is_open(one, at))
    sums: dict[tuple[str | None, str | None], list[int]] = {}
    for one in counted:
        for line in one.lines:
            if line.kind is OrderLineKind.TEXT:
                continue
            of_account = sums.setdefault((find_account(one, line), line.vat_code), [0, 0, 0])
            for place, ore in enumerate((line.total_ore, line.net_ore, line.vat_ore)):
                of_account[place] += ore
    placed = sorted(sums.items(), key=lambda item: (item[0][0] is None, item[0][0] or "", item[0][1] or ""))
    accounts = tuple(AccountSum(account, vat_code, *amounts) for (account, vat_code), amounts in placed if any(amounts))
    return NotInvoiced(company, at, counted, accounts)


def _is_open(one: CountedOrder, at: date) -> bool:
    if one.shown.business_day > at or one.place is Place.MOVED:
        return False
    invoice = None if one.is_change else one.shown.seen.invoice
    return invoice is None or invoice.on > at


def _prove(found: NotInvoiced) -> None:
    """Raises `ReconciliationProofFailed` where accounts and orders are not the same sums."""
    names = Counter((one.shown.venue.id, one.shown.reference, one.is_change, one.lines) for one in found.orders)
    twice = [name[:3] for name, times in names.items() if times > 1]
    if twice:
        raise ReconciliationProofFailed(f"counted twice: {twice}")
    gross_ore = sum(one.gross_ore for one in found.accounts)
    if gross_ore != found.gross_ore:
        raise ReconciliationProofFailed(f"accounts: {format_ore(gross_ore)} is not {format_ore(found.gross_ore)}")
    for account in found.accounts:
        if account.net_ore + account.vat_ore != account.gross_ore:
            raise ReconciliationProofFailed(f"{account.account}: net and VAT are not gross")
