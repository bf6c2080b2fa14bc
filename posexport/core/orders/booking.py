"""Where each credit ticket of a business day is booked, and what of it stays out of the day's vouchers: to the øre, so
that voucher, orders and what is left out are together the day.

Amounts are whole øre, with the signs of `core.sales`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from posexport.core.money import format_ore
from posexport.core.orders.reference import name_order, name_ticket, order_key
from posexport.core.orders.route import CreditRules, Mixed, Route, TicketHold, choose_route, sum_credit_part
from posexport.core.orders.share import DividedTicket, divide_ticket, fingerprint_share
from posexport.core.report import CreditFigures, OrderedTicket
from posexport.core.sales import EntryKind, Ticket, TicketStatus
from posexport.core.settlement import (
    EntrySum,
    PlacedTicket,
    UnbalancedTicket,
    add_sums,
    entries_of,
    payment_key,
    subtract_sums,
    sum_left_out,
)


class CreditProofFailed(AssertionError):
    """Credit payments are booked twice, or nowhere: a programming error, never the user's."""


class SealedRoute(NamedTuple):
    """The route of a ticket as it is stored. `share`: a digest of what is ordered, as the last voucher was planned
    without it; "" where none was. `is_moved`: a person has chosen the route since it was sealed. `ordered`: a digest of
    what is ordered as its order was last planned; "" where it has none."""

    route: Route
    share: str = ""
    is_moved: bool = False
    ordered: str = ""


class RouteSeal(NamedTuple):
    """The route by which something was made that is about to be sent, with a digest of what is ordered ("" where
    nothing is), and the ticket that has it, completed at `at_utc_s`."""

    key: str
    route: Route
    share: str = ""
    register: str = ""
    number: str = ""
    at_utc_s: int = 0


class RoutedTicket(NamedTuple):
    """A ticket with a credit payment, and where that is booked. `key`: of its order, whether it has one or not.
    `divided`: where its route is `order`; a `TicketHold` where it can be neither in a voucher nor in an order. `mixed`:
    how it is divided."""

    placed: PlacedTicket
    key: str
    route: Route | TicketHold
    divided: DividedTicket | TicketHold | None = None
    sealed: SealedRoute | None = None
    mixed: Mixed = Mixed.SHARE

    @property
    def ticket(self) -> Ticket:
        """The ticket."""
        return self.placed[0]

    @property
    def share(self) -> str:
        """A digest of what is ordered of it; "" where nothing is."""
        return fingerprint_share(self.ticket, self.divided) if isinstance(self.divided, DividedTicket) else ""

    @property
    def seal(self) -> RouteSeal | None:
        """Its route, to be sealed; None where it is held: it is not sealed before that is mended."""
        if not isinstance(self.route, Route) or self.hold is not None:
            return None
        ticket, moment = self.placed
        return RouteSeal(self.key, self.route, self.share, ticket.register, ticket.number, moment.at_utc_s)

    @property
    def part_paid_ore(self) -> int:
        """What its voucher credits the customer with, where the order has the whole ticket; 0 otherwise."""
        return self.divided.part_paid_ore if isinstance(self.divided, DividedTicket) else 0

    @property
    def unnamed_ore(self) -> int:
        """What its voucher would credit the customer with, where the order has the whole ticket and the ticket names
        nobody; 0 otherwise."""
        is_unnamed = not self.ticket.customer and self.hold is None
        return self.divided.part_paid_ore if is_unnamed and isinstance(self.divided, DividedTicket) else 0

    @property
    def is_out_of_vouchers(self) -> bool:
        """Whether the voucher that was last planned has nothing of what is ordered now."""
        return self.sealed is not None and self.sealed.route is Route.ORDER and self.sealed.share == self.share

    @property
    def is_left_out_by_hand(self) -> bool:
        """Whether a person has left it out: it is booked in the ledger already."""
        return self.sealed is not None and self.sealed.is_moved and self.route is Route.LEFT_OUT

    @property
    def hold(self) -> TicketHold | None:
        """Why it can be neither in a voucher nor in an order."""
        return next((one for one in (self.route, self.divided) if isinstance(one, TicketHold)), None)


@dataclass(frozen=True, slots=True)
class OutOfVouchers:
    """What of a day stays out of its vouchers: `ordered`, since orders have it; `left_out`, since nobody here books it.
    `indivisible`: tickets whose parts do not balance. `routed`: every ticket with a credit payment."""

    ordered: tuple[EntrySum, ...] = ()
    left_out: tuple[EntrySum, ...] = ()
    indivisible: tuple[UnbalancedTicket, ...] = ()
    routed: tuple[RoutedTicket, ...] = field(default=(), repr=False)

    @property
    def seals(self) -> tuple[RouteSeal, ...]:
        """The routes of its tickets, to be sealed."""
        return tuple(seal for one in self.routed if (seal := one.seal) is not None)


def route_tickets(
    tickets: Iterable[PlacedTicket], rules: CreditRules, sealed: Mapping[str, SealedRoute]
) -> Iterator[RoutedTicket]:
    """The credit tickets among these, each with its route: the sealed one where there is one, else by the setup."""
    for placed in tickets:
        ticket, moment = placed
        route = choose_route(ticket, moment.business_day, rules)
        if route is None:
            continue
        key = order_key(ticket.register, ticket.number, moment.at_utc_s)
        kept = sealed.get(key)
        if kept is not None and not isinstance(route, TicketHold) and _can_be(kept.route, ticket, rules):
            route = kept.route
        own = rules
        if route is Route.ORDER and (mixed := _choose_mixed(ticket, rules, kept)) is not rules.mixed:
            own = replace(rules, mixed=mixed)
        divided = divide_ticket(ticket, own) if route is Route.ORDER else None
        yield RoutedTicket(placed, key, route, divided, kept, own.mixed)


def _choose_mixed(ticket: Ticket, rules: CreditRules, kept: SealedRoute | None) -> Mixed:
    """How a ticket is divided: as its voucher or its order was planned, for as long as it is the same ticket; else by
    the setup."""
    planned = set() if kept is None else {kept.share, kept.ordered} - {""}
    if not planned:
        return rules.mixed
    others = (mixed for mixed in Mixed if mixed is not rules.mixed)
    return next((mixed for mixed in (rules.mixed, *others) if _digest(ticket, rules, mixed) in planned), rules.mixed)


def _digest(ticket: Ticket, rules: CreditRules, mixed: Mixed) -> str:
    divided = divide_ticket(ticket, replace(rules, mixed=mixed))
    return fingerprint_share(ticket, divided) if isinstance(divided, DividedTicket) else ""


def _can_be(route: Route, ticket: Ticket, rules: CreditRules) -> bool:
    """Whether a ticket that may have changed since can still have its sealed route: of nothing there is no invoice."""
    return route is not Route.ORDER or sum_credit_part(ticket, rules) != 0


def take_out(tickets: Iterable[PlacedTicket], rules: CreditRules, sealed: Mapping[str, SealedRoute]) -> OutOfVouchers:
    """What of these tickets stays out of the vouchers.

    Raises CreditProofFailed where the credit payments are not each in one place.
    """
    tickets = list(tickets)
    routed = tuple(route_tickets(tickets, rules, sealed))
    by_ticket = {id(one.placed): one for one in routed}
    taken = [
        _take_out_of(placed, by_ticket.get(id(placed)), rules)
        for placed in tickets
        if placed[0].status is TicketStatus.COUNTED
    ]
    namesakes = find_namesakes(routed)
    found = OutOfVouchers(
        add_sums(entry for one in taken for entry in one.ordered),
        add_sums(entry for one in taken for entry in one.left_out),
        tuple(ticket._replace(has_namesake=ticket.number in namesakes) for one in taken for ticket in one.indivisible),
        routed,
    )
    prove_credit(tickets, found, rules)
    return found


def find_namesakes(routed: Iterable[RoutedTicket]) -> frozenset[str]:
    """The numbers that credit tickets of several registers have on a day."""
    registers: dict[str, set[str]] = {}
    for one in routed:
        registers.setdefault(one.ticket.number, set()).add(one.ticket.register)
    return frozenset(number for number, several in registers.items() if len(several) > 1)


def _take_out_of(placed: PlacedTicket, routed: RoutedTicket | None, rules: CreditRules) -> OutOfVouchers:
    used = {payment.payment_type for payment in placed[0].payments}
    credit = {code for code in used if code in rules.credit_types} if routed is not None else set()
    others = {code for code in used if code in rules.left_out} - credit
    if routed is None or routed.route is Route.VOUCHER:
        return _only_left_out(placed, others)
    if routed.hold is not None:
        return OutOfVouchers(indivisible=tuple(describe_hold(routed, rules)))
    if routed.route is Route.LEFT_OUT:
        return _only_left_out(placed, others | credit)
    if routed.mixed is Mixed.WHOLE:
        return OutOfVouchers(tuple(_whole_of(placed, rules)))  # nothing is shared, so nothing can be indivisible
    ordered = sum_left_out([placed], credit)
    combined = sum_left_out([placed], credit | others) if others else ordered
    rest = subtract_sums(combined.sums, ordered.sums) if others else ()
    return OutOfVouchers(ordered.sums, rest, combined.indivisible)


def describe_hold(routed: RoutedTicket, rules: CreditRules) -> Iterator[UnbalancedTicket]:
    """A ticket that is held as one that cannot be divided; one that does not balance is told as such elsewhere."""
    placed, hold = routed.placed, routed.hold
    used = {payment.payment_type for payment in placed[0].payments}
    credit = {code for code in used if code in rules.credit_types}
    if hold is TicketHold.SHARES_DIFFER:
        for ticket in sum_left_out([placed], credit).indivisible or (_describe(placed, credit, rules),):
            yield ticket._replace(is_for_order=True)
    elif hold is TicketHold.TRANSFERS_DIFFER:
        yield _describe(placed, [code for code in credit if code not in rules.transferred], rules)


def _only_left_out(placed: PlacedTicket, codes: Collection[str]) -> OutOfVouchers:
    if not codes:
        return OutOfVouchers()
    found = sum_left_out([placed], codes)
    return OutOfVouchers((), found.sums, found.indivisible)


def _whole_of(placed: PlacedTicket, rules: CreditRules) -> Iterator[EntrySum]:
    """All that a ticket sold, and its credit payments with what was paid at the register beside them: what is left is
    that payment, credited to the customer. It keeps the names of its order and its ticket, so that a person finds what
    it is to be matched with: two part payments of a customer are two lines. The ticket's stays when the order is
    revised."""
    ticket, moment = placed
    for entry in entries_of(ticket, moment.part):
        if entry.key.kind is not EntryKind.PAYMENT or entry.key.code in rules.credit_types:
            yield entry
    paid_ore = ticket.payments_ore - sum_credit_part(ticket, rules)
    if paid_ore:
        credit = next(payment for payment in ticket.payments if payment.payment_type in rules.credit_types)
        key = payment_key(credit, moment.part, ticket.customer)
        yield EntrySum(key._replace(order=name_order(placed), ticket=name_ticket(ticket)), paid_ore, entries=0)


def _describe(placed: PlacedTicket, codes: Iterable[str], rules: CreditRules) -> UnbalancedTicket:
    ticket, moment = placed
    return UnbalancedTicket(
        ticket.register,
        ticket.number,
        moment.at_utc_s,
        ticket.sales_ore,
        sum_credit_part(ticket, rules),
        moment.part,
        unexplained_payment=False,
        payment_types=tuple(sorted(codes)),
    )


# Proofs


def sum_credit(sums: Iterable[EntrySum], rules: CreditRules) -> int:
    """The credit payments among sums (øre)."""
    payment = EntryKind.PAYMENT
    return sum(entry.amount_ore for entry in sums if entry.key.kind is payment and entry.key.code in rules.credit_types)


def prove_credit(tickets: Iterable[PlacedTicket], out: OutOfVouchers, rules: CreditRules) -> None:
    """Raises CreditProofFailed unless every credit payment is in the vouchers, in an order or left out, and in one of
    them only: by the routes of the tickets, counted apart from the sums that were taken out."""
    counted = (ticket for ticket, _ in tickets if ticket.status is TicketStatus.COUNTED)
    total_ore = sum(sum_credit_part(ticket, rules) for ticket in counted)
    by_route = _sum_routes(out.routed, rules)
    part_paid_ore = sum(one.divided.part_paid_ore for one in out.routed if isinstance(one.divided, DividedTicket))
    for name, found_ore, wanted_ore in (
        ("sold on credit", sum(by_route.values()), total_ore),
        ("ordered", sum_credit(out.ordered, rules) - part_paid_ore, by_route[Route.ORDER]),
        ("left out", sum_credit(out.left_out, rules), by_route[Route.LEFT_OUT]),
    ):
        if found_ore != wanted_ore:
            raise CreditProofFailed(f"{name}: {format_ore(found_ore)} is not {format_ore(wanted_ore)}")


def figure_credit(sums: Iterable[EntrySum], out: OutOfVouchers, rules: CreditRules) -> CreditFigures | None:
    """Where a business day's sales on credit are booked; None where nothing has a route. `sums`: of the whole day.

    Raises CreditProofFailed where the day's credit payments are not voucher, orders, what is left out and what is held
    together.
    """
    if not out.routed:
        return None
    by_route = _sum_routes(out.routed, rules)
    ordered = tuple(
        OrderedTicket(ticket.register, ticket.number, ticket.customer, sum_credit_part(ticket, rules))
        for routed in out.routed
        if _booked_by(routed) is Route.ORDER
        for ticket in (routed.ticket,)
    )
    figures = CreditFigures(
        sum_credit(sums, rules), by_route[Route.VOUCHER], by_route[Route.LEFT_OUT], ordered, held_ore=by_route[None]
    )
    found_ore = figures.voucher_ore + figures.ordered_ore + figures.left_out_ore + figures.held_ore
    if found_ore != figures.total_ore:
        raise CreditProofFailed(f"booked: {format_ore(found_ore)} is not {format_ore(figures.total_ore)}")
    return figures


def _sum_routes(routed: Iterable[RoutedTicket], rules: CreditRules) -> dict[Route | None, int]:
    """The credit parts (øre) of tickets by their routes; None: of those that are held."""
    by_route: dict[Route | None, int] = dict.fromkeys((*Route, None), 0)
    for one in routed:
        by_route[_booked_by(one)] += sum_credit_part(one.ticket, rules)
    return by_route


def _booked_by(routed: RoutedTicket) -> Route | None:
    """The route of a ticket; None of one that is held, for which the voucher waits."""
    return None if routed.hold is not None else Route(routed.route)
