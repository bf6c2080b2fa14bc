"""A settlement: one venue's business day, summed.

The sums come from the store's GROUP BY; `sum_tickets` is the same in plain Python, slow and obvious, and tests compare
the two. What payment types with `transfer = false` take out with them is worked out ticket by ticket here, because only
a ticket can be divided to the øre. Units: øre, with the signs of `core.sales`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from posexport.core.day import Moment
from posexport.core.money import round_half_up_ratio, split_ore
from posexport.core.sales import EntryKind, Payment, SaleLine, Ticket, TicketStatus


class EntryKey(NamedTuple):
    """What amounts are grouped by. `part`: 1 after the local midnight inside the business day, else 0. `code`: the
    product type or payment type; `vat_code`: the register's own; both "" where there is none. `order`: the name of the
    order (`core.orders.reference`) of a ticket that is ordered whole, where this was paid at the register, and
    `ticket`: that ticket in words; else ""."""

    kind: EntryKind
    part: int
    code: str = ""
    vat_code: str = ""
    vat_rate_bp: int | None = None
    customer: str = ""
    currency: str = ""
    order: str = ""
    ticket: str = ""


class EntrySum(NamedTuple):
    """One group's sums (øre). `vat_ore`: as the register stated it, None where no line states VAT; where only some do,
    `unstated_ore` and `unstated_entries` are the amount and number of the others."""

    key: EntryKey
    amount_ore: int
    vat_ore: int | None = None
    discount_ore: int = 0
    entries: int = 1
    unstated_ore: int = 0
    unstated_entries: int = 0

    @property
    def stated_ore(self) -> int:
        """The amount of the lines that state their VAT (øre)."""
        return 0 if self.vat_ore is None else self.amount_ore - self.unstated_ore

    @property
    def stated_entries(self) -> int:
        """The number of lines that state their VAT."""
        return 0 if self.vat_ore is None else self.entries - self.unstated_entries


PlacedTicket = tuple[Ticket, Moment]
"""A ticket with its moment in its venue's calendar."""


class UnbalancedTicket(NamedTuple):
    """A ticket whose lines + tip + rounding + gift cards differ from its payments. `payment_types`: of one that cannot
    be divided, the codes that are left out. `is_for_order`: what of it cannot be divided was to be an order;
    `has_namesake`: another register has a ticket of its number that day."""

    register: str
    number: str
    completed_at_utc_s: int
    sales_ore: int
    payments_ore: int
    part: int
    unexplained_payment: bool
    payment_types: tuple[str, ...] = ()
    is_for_order: bool = False
    has_namesake: bool = False

    @property
    def difference_ore(self) -> int:
        """Paid minus sold, in øre; negative is too little paid."""
        return self.payments_ore - self.sales_ore


class RoundedTicket(NamedTuple):
    """A ticket with rounding, and whether anything on it was paid in cash. `payment_types`: the codes it was paid by,
    where none is cash."""

    register: str
    number: str
    completed_at_utc_s: int
    amount_ore: int
    has_cash: bool
    payment_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settlement:
    """One venue's business day, summed. `left_out` and `ordered`: the parts of `sums` that stay out of the vouchers,
    since nobody here books them, and since orders have them."""

    venue: str
    business_day: date
    sums: tuple[EntrySum, ...]
    left_out: tuple[EntrySum, ...] = ()
    unbalanced: tuple[UnbalancedTicket, ...] = ()
    indivisible: tuple[UnbalancedTicket, ...] = ()
    ordered: tuple[EntrySum, ...] = ()

    @property
    def transferred(self) -> tuple[EntrySum, ...]:
        """What the vouchers are made of: `sums` minus `left_out` and `ordered`."""
        out = (*self.left_out, *self.ordered)
        return subtract_sums(self.sums, out) if out else self.sums

    @property
    def own(self) -> tuple[EntrySum, ...]:
        """What the vouchers answer for: `sums` minus `ordered`. What is left out is in it, so that a change is
        noticed."""
        return subtract_sums(self.sums, self.ordered) if self.ordered else self.sums

    def of_part(self, part: int) -> Settlement:
        """The part before the midnight inside the day (0), or after it (1)."""
        return replace(
            self,
            sums=tuple(entry for entry in self.sums if entry.key.part == part),
            left_out=tuple(entry for entry in self.left_out if entry.key.part == part),
            ordered=tuple(entry for entry in self.ordered if entry.key.part == part),
            unbalanced=tuple(ticket for ticket in self.unbalanced if ticket.part == part),
            indivisible=tuple(ticket for ticket in self.indivisible if ticket.part == part),
        )


def fingerprint_sums(
    sums: Iterable[EntrySum],
    *,
    with_discounts: bool,
    with_customers: Collection[str] = frozenset(),
    with_payers: bool = False,
) -> str:
    """A digest of a day's sales, by which a change of a drafted day is recognized: the same amounts in the register's
    own codes give the same digest, whatever their file format and their accounts. Included are discounts where they are
    booked, customers on payment types booked per customer, and with `with_payers` those who paid old invoices; never
    the order of a part payment."""
    amounts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for key, amount_ore, _, discount_ore, *_ in sums:
        is_told = with_payers if key.kind is EntryKind.MOVE_RECEIVED else key.code in with_customers
        customer = key.customer if is_told else ""
        group = amounts[_format_key(key.kind, key.code, key.vat_code, customer, key.currency)]
        group[0] += amount_ore
        group[1] += discount_ore if with_discounts else 0
    told = sorted((key, *group) for key, group in amounts.items() if any(group))
    return hashlib.sha256(repr(told).encode()).hexdigest()


@lru_cache(maxsize=16_384)
def _format_key(kind: EntryKind, code: str, vat_code: str, customer: str, currency: str) -> str:
    return repr((int(kind), code, vat_code, customer, currency))


def entries_of(ticket: Ticket, part: int) -> Iterator[EntrySum]:
    """Every amount on a ticket, each with its key. The store keeps these as rows."""
    for line in ticket.lines:
        key = EntryKey(EntryKind.SALE, part, line.product_type, line.vat_code, line.vat_rate_bp)
        yield EntrySum(key, line.gross_ore, line.vat_ore, line.discount_ore)
    for payment in ticket.payments:
        yield EntrySum(payment_key(payment, part, ticket.customer), payment.amount_ore)
    for kind, amount_ore in (
        (EntryKind.TIP, ticket.tip_ore),
        (EntryKind.ROUNDING, ticket.rounding_ore),
        (EntryKind.GIFT_CARD, ticket.gift_cards_ore),
    ):
        if amount_ore:
            yield EntrySum(EntryKey(kind, part), amount_ore)
    for movement in ticket.movements:
        payer = ticket.customer if movement.kind is EntryKind.MOVE_RECEIVED else None
        key = EntryKey(movement.kind, part, movement.payment_type, customer=payer or "")
        yield EntrySum(key, movement.amount_ore)


def payment_key(payment: Payment, part: int, customer: str | None) -> EntryKey:
    """The key that a payment is summed by."""
    return EntryKey(
        EntryKind.PAYMENT,
        part,
        payment.payment_type,
        customer=customer or "",
        currency=payment.currency or "",
    )


def sum_tickets(tickets: Iterable[PlacedTicket]) -> tuple[EntrySum, ...]:
    """The sums of counted tickets and movements, ordered by key; slow and obvious."""
    posted = (TicketStatus.COUNTED, TicketStatus.MOVEMENT)
    return add_sums(
        entry for ticket, moment in tickets if ticket.status in posted for entry in entries_of(ticket, moment.part)
    )


def add_sums(sums: Iterable[EntrySum]) -> tuple[EntrySum, ...]:
    """Sums with the same key added up, ordered by key."""
    groups: dict[EntryKey, list[EntrySum]] = defaultdict(list)
    for entry in sums:
        groups[entry.key].append(entry)
    return tuple(_add_group(key, groups[key]) for key in sorted(groups, key=sort_key))


def _add_group(key: EntryKey, group: list[EntrySum]) -> EntrySum:
    stated = [entry.vat_ore for entry in group if entry.vat_ore is not None]
    amount_ore, entries = sum(entry.amount_ore for entry in group), sum(entry.entries for entry in group)
    return EntrySum(
        key,
        amount_ore,
        sum(stated) if stated else None,
        sum(entry.discount_ore for entry in group),
        entries,
        amount_ore - sum(entry.stated_ore for entry in group) if stated else 0,
        entries - sum(entry.stated_entries for entry in group) if stated else 0,
    )


def sort_key(key: EntryKey) -> tuple[int | str, ...]:
    """A sort key for keys, in which an unstated rate comes first."""
    rate = -1 if key.vat_rate_bp is None else key.vat_rate_bp
    return (key.kind, key.part, key.code, key.vat_code, rate, key.customer, key.currency, key.order)


def subtract_sums(sums: Iterable[EntrySum], out: Iterable[EntrySum]) -> tuple[EntrySum, ...]:
    """`sums` minus `out`; groups that become 0 are left out."""
    negated = (
        entry._replace(
            amount_ore=-entry.amount_ore,
            vat_ore=None if entry.vat_ore is None else -entry.vat_ore,
            discount_ore=-entry.discount_ore,
            entries=0,
            unstated_ore=-entry.unstated_ore,
            unstated_entries=0,
        )
        for entry in out
    )
    left = add_sums([*sums, *negated])
    return tuple(entry for entry in left if entry.amount_ore or entry.discount_ore)


class LeftOut(NamedTuple):
    """What stays out of the vouchers, and the tickets that cannot be divided so that the rest balances."""

    sums: tuple[EntrySum, ...] = ()
    indivisible: tuple[UnbalancedTicket, ...] = ()


def sum_left_out(tickets: Iterable[PlacedTicket], left_out: Collection[str]) -> LeftOut:
    """What payment types in `left_out` take out of the vouchers.

    Each such payment takes its own amount off the ticket's lines, in proportion to their gross amounts, by largest
    remainder, so that the rest still balances. What exceeds the lines is taken off gift cards sold, the tip and the
    rounding, in that order.
    """
    sums: list[EntrySum] = []
    indivisible: list[UnbalancedTicket] = []
    for ticket, moment in tickets:
        if ticket.status is not TicketStatus.COUNTED:
            continue
        taken = list(_left_out_of(ticket, moment.part, left_out))
        sums += taken
        paid_ore = sum(entry.amount_ore for entry in taken if entry.key.kind is EntryKind.PAYMENT)
        sold_ore = sum(entry.amount_ore for entry in taken if entry.key.kind is not EntryKind.PAYMENT)
        if paid_ore != sold_ore and ticket.payments_ore == ticket.sales_ore:
            codes = tuple(sorted({entry.key.code for entry in taken if entry.key.kind is EntryKind.PAYMENT}))
            indivisible.append(
                UnbalancedTicket(
                    ticket.register, ticket.number, moment.at_utc_s, sold_ore, paid_ore, moment.part, False, codes
                )
            )
    return LeftOut(add_sums(sums), tuple(indivisible))


def _left_out_of(ticket: Ticket, part: int, left_out: Collection[str]) -> Iterator[EntrySum]:
    payments = [payment for payment in ticket.payments if payment.payment_type in left_out]
    if not payments:
        return
    if len(payments) == len(ticket.payments):
        yield from entries_of(ticket, part)
        return
    wanted_ore = 0
    for payment in payments:
        wanted_ore += payment.amount_ore
        yield EntrySum(payment_key(payment, part, ticket.customer), payment.amount_ore)
    share = take_share(ticket, wanted_ore)
    for line, taken_ore in zip(ticket.lines, share.lines_ore, strict=True):
        if taken_ore:
            yield _taken_from(line, taken_ore, part)
    for kind, taken_ore in (
        (EntryKind.GIFT_CARD, share.gift_cards_ore),
        (EntryKind.TIP, share.tip_ore),
        (EntryKind.ROUNDING, share.rounding_ore),
    ):
        if taken_ore:
            yield EntrySum(EntryKey(kind, part), taken_ore)


class TicketShare(NamedTuple):
    """A part of what a ticket sold (øre). `lines_ore`: of each of its lines, in their order."""

    lines_ore: tuple[int, ...]
    gift_cards_ore: int = 0
    tip_ore: int = 0
    rounding_ore: int = 0

    @property
    def total_ore(self) -> int:
        """The sum of the share."""
        return sum(self.lines_ore) + self.gift_cards_ore + self.tip_ore + self.rounding_ore


def take_share(ticket: Ticket, wanted_ore: int) -> TicketShare:
    """What an amount takes of a ticket: of its lines in proportion to their gross amounts, by largest remainder; what
    exceeds them, of gift cards sold, the tip and the rounding, in that order. Its total is less than the amount where
    the ticket has not so much of that sign."""
    share_ore = _nearest_to_zero(wanted_ore, sum(line.gross_ore for line in ticket.lines))
    rest_ore, others_ore = wanted_ore - share_ore, []
    for amount_ore in (ticket.gift_cards_ore, ticket.tip_ore, ticket.rounding_ore):
        others_ore.append(_nearest_to_zero(rest_ore, amount_ore))
        rest_ore -= others_ore[-1]
    return TicketShare(tuple(_shares(share_ore, ticket.lines)), *others_ore)


def _nearest_to_zero(wanted_ore: int, there_ore: int) -> int:
    """The smaller of both amounts where they have the same sign, else 0."""
    if wanted_ore > 0:
        return max(0, min(wanted_ore, there_ore))
    return min(0, max(wanted_ore, there_ore))


def _shares(share_ore: int, lines: tuple[SaleLine, ...]) -> list[int]:
    if share_ore == 0:
        return [0] * len(lines)
    return split_ore(share_ore, [line.gross_ore for line in lines])


def _taken_from(line: SaleLine, taken_ore: int, part: int) -> EntrySum:
    key = EntryKey(EntryKind.SALE, part, line.product_type, line.vat_code, line.vat_rate_bp)
    if taken_ore == line.gross_ore:
        return EntrySum(key, taken_ore, line.vat_ore, line.discount_ore)
    vat_ore = None
    if line.vat_ore is not None:
        vat_ore = round_half_up_ratio(line.vat_ore * taken_ore, line.gross_ore)
    discount_ore = round_half_up_ratio(line.discount_ore * taken_ore, line.gross_ore)
    return EntrySum(key, taken_ore, vat_ore, discount_ore)
