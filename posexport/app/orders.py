"""posexport orders: every order with its state, sent again, moved to the voucher and back, resolved and accepted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from posexport.app.export_orders import (
    DayKey,
    ask_about_originals,
    choose_venues,
    judge_order,
    review_orders,
    send_orders,
)
from posexport.app.order_absence import require_time_to_arrive, require_unknown
from posexport.app.order_choice import OrderFilter as OrderFilter, find_only, require_meant, require_one_register
from posexport.app.order_merging import find_carrier, put_on_order, take_off_order
from posexport.app.order_reviews import OrderReviewer
from posexport.app.order_revisions import ask_about_tickets, revise_orders, send_credited_anew
from posexport.app.order_takeover import ask_what_is_there, require_of_ticket, take_over_orders
from posexport.app.resolve import Resolved, resolve_voucher
from posexport.app.review_venues import IN_FLIGHT
from posexport.app.why import require_why
from posexport.app.workspace import Workspace
from posexport.core.company import Company, Venue
from posexport.core.day import Period
from posexport.core.delivery import Delivery, Stage
from posexport.core.finding import ACCEPTABLE_ON_ORDERS
from posexport.core.findings.orders import CREDITED_RETURN
from posexport.core.order_review import OrderReport, OrderReview
from posexport.core.orders.booking import RoutedTicket
from posexport.core.orders.reference import find_day_of
from posexport.core.orders.route import Route
from posexport.core.orders.state import IN_LEDGER, OrderState, may_move_to_voucher
from posexport.delivery.claims import Outcome
from posexport.delivery.order_watch import ASK_EVERY_S, ask_about_orders, watch_orders
from posexport.errors import Exit, UsageError
from posexport.store.acceptances import add_acceptance
from posexport.store.credit_routes import move_route
from posexport.store.database import Connection
from posexport.store.deliveries import read_deliveries, reopen_day
from posexport.store.order_seen import read_days_to_see_to, read_seen_of
from posexport.store.orders import find_orders_of_key, read_open_order_days, read_order_days, read_unsent_order_days
from posexport.store.setups import find_venue_number


def list_orders(
    workspace: Workspace, venues: Sequence[Venue], wanted: OrderFilter = OrderFilter(), *, asks: bool = True
) -> list[OrderReport]:
    """The orders of these venues, by business day, with those that were moved to the voucher or left out. `asks`: the
    ledger is asked what became of those that were not asked about lately, and of the sales that returns give back."""
    some = choose_venues(workspace, venues)
    if asks:
        watch_orders(workspace.delivery, workspace.load_setup_of(some), some, workspace.stopping)
    found = [review.shown for review in _review(workspace, some, wanted, shows_moved=True)]
    if asks and ask_about_originals(workspace, found, ASK_EVERY_S):
        found = [review.shown for review in _review(workspace, some, wanted, shows_moved=True)]
    return found


def _review(
    workspace: Workspace, venues: Sequence[Venue], wanted: OrderFilter, *, shows_moved: bool = False
) -> list[OrderReview]:
    days = find_days(workspace, venues, wanted.period)
    found = review_orders(workspace, venues, days, shows_moved=shows_moved)
    return [review for review in found if wanted.takes(review.report)]


def list_orders_since(
    workspace: Workspace, venues: Sequence[Venue], since: date, wanted: OrderFilter = OrderFilter()
) -> list[OrderReport]:
    """The orders of business days from `since` on, after those of earlier days that are not at an end: as they are in
    the store, the ledger is not asked. `wanted`: which of them, its period apart."""
    before = list_unfinished_orders(workspace, venues, Period(None, since - timedelta(days=1)))
    recent = list_orders(workspace, venues, replace(wanted, period=Period(since)), asks=False)
    return [*(shown for shown in before if wanted.takes(shown)), *recent]


def list_unfinished_orders(workspace: Workspace, venues: Sequence[Venue], period: Period) -> list[OrderReport]:
    """The orders of a period that are not at an end, as they are in the store: the ledger is not asked."""
    some = choose_venues(workspace, venues)
    days = find_days(workspace, some, period, read_open_order_days)
    return [review.shown for review in review_orders(workspace, some, days)]


def list_orders_to_see_to(
    workspace: Workspace, venues: Sequence[Venue], period: Period, *, but: Collection[DayKey] = ()
) -> list[OrderReport]:
    """The orders of days of a period that are done that somebody must see to, as they are in the store: deleted in the
    ledger, credited twice, or not invoiced for a month. `venues`: those that may have orders (`choose_venues`); `but`:
    days that are told of otherwise. However many orders wait to be invoiced, only days that may have such a one are
    looked at."""
    if not venues:
        return []
    old = datetime.fromtimestamp(workspace.now_utc_s, UTC).date() - _SHORTEST_MONTH
    with workspace.database.reading() as connection:
        found = read_days_to_see_to(connection, old)
    days = {(venue, day) for venue, day in found.difference(but) if day in period}
    shown = (review.shown for review in review_orders(workspace, venues, days))
    return [one for one in shown if judge_order(one) is not Exit.DONE]


_SHORTEST_MONTH = timedelta(days=26)
"""A month at its shortest, less the days by which clocks are apart."""


def list_unsent_orders(workspace: Workspace, venues: Sequence[Venue], period: Period) -> list[OrderReport]:
    """The orders of a period that are not known to be in the ledger, nor moved to a voucher, as they are in the
    store."""
    some = choose_venues(workspace, venues)
    days = find_days(workspace, some, period, read_unsent_order_days)
    found = (review.shown for review in review_orders(workspace, some, days))
    return [shown for shown in found if shown.state_of_order not in _SENT_ONCE]


_SENT_ONCE = IN_LEDGER | {OrderState.GONE, OrderState.MOVED, OrderState.LEFT_OUT}


def find_days(
    workspace: Workspace,
    venues: Sequence[Venue],
    period: Period,
    read: Callable[[Connection, int, date], list[date]] = read_order_days,
) -> set[DayKey]:
    """The business days of a period that may have orders, those that are not over too. `read`: finds such days of a
    venue since the first that has orders."""
    found: set[DayKey] = set()
    setup = workspace.load_setup_of(venues)
    with workspace.database.reading() as connection:
        for venue in venues:
            since = setup.company_of(venue).orders.invoices_from
            number = find_venue_number(connection, venue)
            days = read(connection, number, since or date.max)
            found |= {(venue.id, day) for day in days if day in period}
    return found


def find_order(workspace: Workspace, reference: str, *, asks: bool = True) -> OrderReport:
    """The order with this reference. Raises UsageError where there is none."""
    return _find(workspace, reference, asks=asks, shows_moved=True).shown


def find_reference(workspace: Workspace, ticket: str, register: str | None) -> str:
    """The reference of a ticket's order, as it stands. Raises UsageError where there is none, and where several tickets
    have the number."""
    venues = choose_venues(workspace, workspace.list_with_removed())
    reviews = _review(workspace, venues, OrderFilter(), shows_moved=True)
    return find_only([review.report for review in reviews], ticket, register).reference


def _find(workspace: Workspace, reference: str, *, asks: bool = False, shows_moved: bool = False) -> OrderReview:
    venues = choose_venues(workspace, workspace.list_with_removed())
    if asks:
        watch_orders(workspace.delivery, workspace.load_setup_of(venues), venues, workspace.stopping)
    day = find_day_of(reference)
    wanted = OrderFilter(Period(day, day), references=frozenset({reference}))
    for review in _review(workspace, venues, wanted, shows_moved=shows_moved):
        return review
    raise UsageError(f"There is no order {reference}. posexport orders lists them all.")


# Sending


def send(
    workspace: Workspace,
    venues: Sequence[Venue],
    wanted: OrderFilter,
    *,
    revises: bool = False,
    in_flight: int = IN_FLIGHT,
) -> list[Outcome[OrderReport]]:
    """Send orders that are ready, or whose earlier attempt is unfinished; with `revises`, also what has changed of
    orders that were sent. As often as one likes: what is sent stays as it is.

    Raises UsageError where no order has the ticket, the customer or the register that is named, and where several
    registers have that ticket.
    """
    some = choose_venues(workspace, venues)
    if wanted.names_any:
        require_meant([review.report for review in _review(workspace, some, OrderFilter())], wanted)
    days = find_days(workspace, some, wanted.period)
    told: list[Outcome[OrderReport]] = []
    with ThreadPoolExecutor(in_flight) as pool:
        if revises:
            told = revise_orders(workspace, some, _review(workspace, some, wanted))
        outcomes = send_orders(workspace, some, days, pool, may_send=wanted.takes)
    kept = {outcome.report.reference for outcome in told}
    return [*told, *(one for one in outcomes if wanted.takes(one.report) and one.report.reference not in kept)]


# Moving


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved: the tickets' numbers, and whether the day's voucher was drafted before, so that it is revised;
    for what is left out, or was, it need not be."""

    tickets: tuple[str, ...]
    who: str
    is_drafted: bool


def move_orders(
    workspace: Workspace,
    venue: Venue,
    day: date,
    route: Route,
    why: str,
    ticket: str | None = None,
    *,
    register: str | None = None,
) -> Moved:
    """Have credit sales of a day in the voucher instead of in orders, or back; or leave a return out of both that is
    credited in the ledger already, with a reason. What is, or may be, in the ledger as an order stays; the ledger is
    asked what became of those that were sent, and whether it has one that is not known here.

    Raises UsageError where there is nothing to move, where one of them is in the ledger, where one that is to be left
    out is no return of a credited sale, and where several registers have the ticket that is named; and what a
    `Destination` raises.
    """
    why = require_why(why) if why or route is Route.LEFT_OUT else ""
    if route is Route.ORDER:
        return _move_back(workspace, venue, day, why, ticket, register)
    wanted = OrderFilter(Period(day, day), ticket=ticket, register=register)
    reviews = _review(workspace, [venue], wanted)
    if not reviews:
        _require_not_moved(workspace, venue, wanted)
        raise UsageError(f"{venue.id} {day} has no order{f' of ticket {ticket}' if ticket else ''} to move.")
    require_one_register(((venue.id, one.report.order.register) for one in reviews), ticket, register)
    reviews = [review for review in reviews if _has_sale(review, is_named=ticket is not None)]
    if not reviews:
        raise UsageError(f"{venue.id} {day} has no order{f' of ticket {ticket}' if ticket else ''} to move.")
    sent = {one.report.reference for one in reviews if not one.is_pending}
    if sent:
        company = workspace.load_setup_of([venue]).company_of(venue)
        ask_about_orders(workspace.delivery, company, venue, references=sent)
        ask_about_tickets(workspace, [one for one in reviews if one.report.state_of_order is OrderState.CREDITED])
        reviews = _review(workspace, [venue], wanted)
    ended = {one.report.reference for one in reviews if _has_ended(one, is_named=ticket is not None)}
    reviews = [review for review in reviews if not review.report.is_settled]
    gone = [review for review in reviews if review.report.state_of_order is OrderState.GONE]
    for review in reviews:
        if route is Route.LEFT_OUT:
            _require_credited(review)
        _require_movable(workspace, review, ended)
    for review in gone:  # the ledger is asked once more; what is sure not to be there is an order that was never sent
        _take_off_order(workspace, review)
        resolve_voucher(workspace, venue, day, None, review.report.reference)
    if gone:
        reviews = [one for one in _review(workspace, [venue], wanted) if not one.report.is_settled]
        for review in reviews:
            _require_movable(workspace, review, ended)
    require_unknown(workspace, workspace.load_setup_of([venue]).company_of(venue), venue, reviews)
    with workspace.database.writing() as connection:
        number = find_venue_number(connection, venue)
        for review in reviews:
            _require_unchanged(connection, number, review)
        is_drafted = _move(workspace, connection, number, day, route, [review.key for review in reviews], why)
    tickets = tuple(review.report.order.ticket_number for review in reviews)
    return Moved(tickets, workspace.actor.name, is_drafted and route is Route.VOUCHER)


def _require_not_moved(workspace: Workspace, venue: Venue, wanted: OrderFilter) -> None:
    """Raises UsageError where a person has moved what is to be moved before."""
    moved = {one.report.state_of_order: one.report for one in _review(workspace, [venue], wanted, shows_moved=True)}
    if OrderState.MOVED in moved:
        day, number = wanted.period.first, moved[OrderState.MOVED].order.ticket_number
        raise UsageError(f"Ticket {number} of {venue.id} {day} was moved to the voucher already.")
    if OrderState.LEFT_OUT in moved:
        day, number = wanted.period.first, moved[OrderState.LEFT_OUT].order.ticket_number
        raise UsageError(f"Ticket {number} of {venue.id} {day} was left out already.")


def _move(
    workspace: Workspace, connection: Connection, number: int, day: date, route: Route, keys: Sequence[str], why: str
) -> bool:
    """Store the route that a person chose, and let the next export look at the day. Returns whether its voucher is
    drafted."""
    now, who = workspace.now_utc_s, workspace.actor.name
    for key in keys:
        move_route(connection, number, day, key, route, who=who, why=why, now_utc_s=now)
    reopen_day(connection, number, day)
    return any(delivery.is_drafted for delivery in read_deliveries(connection, number, day, day))


def _has_sale(review: OrderReview, *, is_named: bool) -> bool:
    """Whether there is a sale to be booked by the voucher. Raises UsageError where there is none and a person named the
    ticket."""
    if is_named and not review.has_sale:
        form = _IS_IN_VOUCHER if review.report.is_in_voucher else _IS_NO_SALE
        raise UsageError(form.format(ticket=review.report.order.ticket_number, reference=review.report.reference))
    return review.has_sale


_IS_NO_SALE = (
    "Ticket {ticket} is no sale on credit any more: there is nothing to book by the voucher, and nothing of "
    "{reference} to move."
)

_IS_IN_VOUCHER = (
    "The sale of ticket {ticket} is in the voucher already. Delete the order {reference} in PowerOffice Go."
)


def _require_credited(review: OrderReview) -> None:
    """Raises UsageError where an order is no return whose sale is credited in the ledger."""
    if all(one.code != CREDITED_RETURN for one in review.report.findings):
        raise UsageError(
            f"Ticket {review.report.order.ticket_number} is no return of a sale that is credited in PowerOffice Go, so "
            "it is not left out. Let the next export look, or move it to the voucher."
        )


def _has_ended(review: OrderReview, *, is_named: bool) -> bool:
    """Whether an order that was sent does not count in the ledger any more: deleted there, or, of a ticket that a
    person named, credited by hand."""
    report = review.report
    invoice = report.seen.invoice
    is_credited = invoice is not None and invoice.is_credited_by_hand and is_named
    return report.is_settled or is_credited or report.state_of_order is OrderState.GONE


def _require_movable(workspace: Workspace, review: OrderReview, ended: Collection[str] = ()) -> None:
    """Raises UsageError where an order is in the ledger, or another of its ticket that is not among those that `ended`
    (references), or where an earlier request for it may have made it, or may still do so."""
    report, delivery = review.report, review.delivery
    if any(one.key == "order-same-reference/twins" for one in report.findings):
        raise UsageError(
            f"Ticket {report.order.ticket_number} is there twice with different content. Take one of them out first: "
            "posexport preview shows both."
        )
    if not report.order.is_divided and all(one.code != "indivisible-ticket" for one in report.findings):
        raise UsageError(
            f"Ticket {report.order.ticket_number} does not balance, and no voucher can have it either. Correct it in "
            "the register, export the day again and import the file."
        )
    state, company = report.state_of_order, report.company
    may_come = delivery is not None and workspace.delivery.finder.may_come_again(company, delivery)
    is_unsure = may_come or (delivery is not None and delivery.is_unsure)
    for other in (*review.history.standing, *review.history.leaving):
        if other is not delivery and other.reference not in ended:
            raise UsageError(_IS_THERE.format(reference=other.reference))
    is_over = state is not OrderState.CREDITED or report.reference in ended
    if not is_unsure and is_over and may_move_to_voucher(state, looked_up=True):
        return
    if may_come:
        raise UsageError(
            f"{report.reference} was sent again only minutes ago, and what was sent before may still arrive. Try again "
            "in ten minutes."
        )
    if is_unsure or state in (OrderState.UNCERTAIN, OrderState.UNREACHABLE):
        raise UsageError(
            f"{report.reference} was sent, and nobody knows yet whether it is in PowerOffice Go. Let the next export "
            f"look for it, or say where it is: posexport orders resolve {report.reference} --there ID, or --not-there."
        )
    is_missing = state is OrderState.SENT and report.seen.has_order is False
    raise UsageError((_IS_MISSING if is_missing else _IS_THERE).format(reference=report.reference))


_IS_THERE = "{reference} is in PowerOffice Go. Delete the order there first, or leave it: a sale is booked once."

_IS_MISSING = (
    "PowerOffice Go does not show {reference} any more, nor an invoice of it. What it shows may lag: try again in "
    "three minutes, and it counts as deleted if it is not there then either."
)


def _require_unchanged(connection: Connection, number: int, review: OrderReview) -> None:
    """Raises UsageError where another process has begun to send it since it was looked at."""
    day, known = review.business_day, review.delivery
    of_day = read_deliveries(connection, number, day, day, review.kind)
    found = [one for one in of_day if one.document_key == review.key]
    newest = found[-1] if found else None
    if (newest.id, newest.version) != (known.id, known.version) if newest and known else newest is not known:
        raise UsageError(f"{review.report.reference} is being sent by another run right now. Try again in a minute.")
    if newest is not None and newest.stage in (Stage.SENDING, Stage.UNCERTAIN, Stage.DOUBTED):
        raise UsageError(f"{review.report.reference} may be in PowerOffice Go. Let the next export look for it first.")


def _move_back(
    workspace: Workspace, venue: Venue, day: date, why: str, ticket: str | None, register: str | None
) -> Moved:
    """Have tickets that were moved to the voucher as orders after all, when the voucher is corrected; and those that
    were left out."""
    company = workspace.load_setup_of([venue]).company_of(venue)
    with workspace.database.reading() as connection:
        there = _list_booked(workspace, connection, company, venue, day, ticket, register)
        number = find_venue_number(connection, venue)
        sent = {id_ for one in there for id_ in find_orders_of_key(connection, number, one.key)}
    if sent:  # one that arrived late may be invoiced and credited by now
        ask_about_orders(workspace.delivery, company, venue, delivery_ids=sent)
    with workspace.database.writing() as connection:
        number = find_venue_number(connection, venue)
        named = _list_booked(workspace, connection, company, venue, day, ticket, register)
        require_one_register(((venue.id, one.ticket.register) for one in named), ticket, register)
        moved = [one for one in named if ticket is not None or (one.sealed is not None and one.sealed.is_moved)]
        if not moved:
            _require_not_ordered(workspace, venue, OrderFilter(Period(day, day), ticket=ticket, register=register))
            raise UsageError(f"{venue.id} {day} has no credit sale in the voucher to move.")
        if not company.orders.is_on:
            raise UsageError(f'{company.id} makes no orders. Set invoicing = "orders" first.')
        for one in moved:
            _require_uncredited(connection, number, one)
        is_drafted = _move(workspace, connection, number, day, Route.ORDER, [one.key for one in moved], why)
        is_drafted = is_drafted and any(one.route is Route.VOUCHER for one in moved)
    return Moved(tuple(one.ticket.number for one in moved), workspace.actor.name, is_drafted)


def _require_not_ordered(workspace: Workspace, venue: Venue, wanted: OrderFilter) -> None:
    """Raises UsageError where the ticket that is to be an order is one."""
    for review in _review(workspace, [venue], wanted) if wanted.ticket is not None else ():
        number, day = review.report.order.ticket_number, wanted.period.first
        raise UsageError(f"Ticket {number} of {venue.id} {day} is an order already: {review.report.reference}.")


def _list_booked(
    workspace: Workspace,
    connection: Connection,
    company: Company,
    venue: Venue,
    day: date,
    ticket: str | None,
    register: str | None,
) -> list[RoutedTicket]:
    """The credit tickets of a day that are in its voucher, or that a person left out: those with this number and
    register, where they are named."""
    routed = OrderReviewer(workspace.delivery, connection, company, venue).list_routed(day)
    return [
        one
        for one in routed
        if (one.route is Route.VOUCHER or one.is_left_out_by_hand)
        and ticket in (None, one.ticket.number)
        and register in (None, one.ticket.register)
    ]


def _require_uncredited(connection: Connection, number: int, booked: RoutedTicket) -> None:
    """Raises UsageError where a ticket in the voucher has an order that was invoiced and credited: it would be booked
    nowhere, since no second order is made of it."""
    sent = find_orders_of_key(connection, number, booked.key)
    invoices = [read_seen_of(connection, one).invoice for one in sent]
    credited = [found.number for found in invoices if found is not None and found.is_credited]
    if booked.route is Route.VOUCHER and credited and len(credited) == len(sent):
        raise UsageError(_IS_CREDITED.format(ticket=booked.ticket.number, invoice=", ".join(credited)))


_IS_CREDITED = (
    "Ticket {ticket} was invoiced as {invoice}, and that is credited in PowerOffice Go: taken out of the voucher it "
    "would be booked nowhere. Leave it in the voucher."
)


# What a person says


def resolve_order(workspace: Workspace, reference: str, there: str | None, *more: str) -> Resolved:
    """Record that an order is in the ledger under the id `there`, or, for None, that it is not there. `more`: further
    ids, where orders or invoices that are not known here are together what the ticket comes to. Of one that was deleted
    there, `there` is what was made in its place; or the reference or id of another ticket's order that has its sale. Of
    one that is invoiced and credited, for None, another is sent.

    Raises UsageError as `resolve_voucher` does, and where one of several ids is no order of this ticket; and what a
    `Destination` raises.
    """
    review = _find(workspace, reference)
    carrier = find_carrier(workspace, review, there) if there is not None and not more else None
    if carrier is not None and review.report.state_of_order is OrderState.SENT:
        _require_absent(workspace, review)  # it may have been deleted a moment ago
        review = _find(workspace, reference)
    if there is not None and review.report.state_of_order is OrderState.GONE:
        if carrier is not None:
            return put_on_order(workspace, review, carrier)
        require_of_ticket(workspace, review, (there, *more))
        _take_off_order(workspace, review)
        resolve_voucher(workspace, review.report.venue, review.business_day, None, reference)
        review = _find(workspace, reference)
    if there is None and review.report.state_of_order is OrderState.CREDITED and not review.report.is_settled:
        return send_credited_anew(workspace, review)
    delivery = review.delivery
    is_unsent = delivery is None or not (delivery.may_be_there or delivery.is_unsure)
    is_doubted = delivery is not None and delivery.stage is Stage.DOUBTED
    if there is not None and (is_doubted or is_unsent) and review.report.state_of_order is not OrderState.MOVED:
        return take_over_orders(workspace, review, (there, *more))
    if more:
        raise UsageError(f"{reference} is one order: say the one id under which it is in PowerOffice Go.")
    if there is None and review.report.is_settled:
        raise UsageError(_IS_SETTLED.format(reference=reference))
    if there is None and review.delivery is not None:
        if not _is_on_other(workspace, review.delivery):
            _require_absent(workspace, review)
        _take_off_order(workspace, review)
    resolved = resolve_voucher(workspace, review.report.venue, review.business_day, there, reference)
    if there is not None:
        ask_what_is_there(workspace, review, {reference})
    return replace(resolved, is_sent_again=resolved.is_sent_again and not review.report.venue.is_removed)


def _is_on_other(workspace: Workspace, own: Delivery) -> bool:
    """Whether a person has said that another ticket's order has this one: it is not there by itself."""
    with workspace.database.reading() as connection:
        return bool(read_seen_of(connection, own.id).carried_by)


def _take_off_order(workspace: Workspace, review: OrderReview) -> None:
    """Part an order that is about to be said not to be there from those it was put together with."""
    if review.delivery is not None:
        with workspace.database.writing() as connection:
            take_off_order(connection, review.delivery)


_IS_SETTLED = (
    "{reference} is settled: PowerOffice Go has nothing of it that counts, and its ticket is no sale on credit any "
    "more, or has another order. There is nothing to say of it."
)


def _require_absent(workspace: Workspace, review: OrderReview) -> None:
    """Raises UsageError where one look that finds nothing does not show that an order is not there: the ledger has
    taken it, and has not been without it for longer than reads may lag; or it may still arrive."""
    report = review.report
    require_time_to_arrive(workspace, review)
    if review.delivery is None or not review.delivery.is_drafted or report.state_of_order is not OrderState.SENT:
        return
    ask_about_orders(workspace.delivery, report.company, report.venue, references={report.reference})
    report = _find(workspace, report.reference).report
    if report.state_of_order is OrderState.SENT:
        form = _IS_THERE if report.seen.has_order else _IS_MISSING
        raise UsageError(form.format(reference=report.reference))


def accept_order(workspace: Workspace, reference: str, code: str, why: str) -> tuple[str, int]:
    """Record that a person takes responsibility for an order's findings of one code. Returns who, and how many findings
    this newly covers. Raises UsageError where the code cannot be accepted or the order has no such finding."""
    if code not in ACCEPTABLE_ON_ORDERS:
        raise UsageError(f"{code} cannot be accepted; these can: {', '.join(sorted(ACCEPTABLE_ON_ORDERS))}.")
    why = require_why(why)
    review = _find(workspace, reference)
    of_day = _review(workspace, [review.report.venue], OrderFilter(Period(review.business_day, review.business_day)))
    told = [finding for one in of_day if one.key == review.key for finding in one.report.findings]
    own = [finding for finding in review.report.findings if finding.code == code]
    found = [one for one in told if (one.code, one.facts.get("reference")) == (code, reference)] or own
    if not found:
        there = sorted({finding.code for finding in review.report.findings})
        raise UsageError(f"{reference} has no finding {code}; it has {', '.join(there) or 'none'}.")
    with workspace.database.writing() as connection:
        number = find_venue_number(connection, review.report.venue)
        day, now = review.business_day, workspace.now_utc_s
        many = add_acceptance(connection, number, day, found, why, now, workspace.actor)
    return workspace.actor.name, many
