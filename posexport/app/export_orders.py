"""The orders of an export's or a preview's business days: looked at when the days' vouchers are done, so that nothing
is sent that a voucher still has, and sent after them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from posexport.app.order_reviews import OrderReviewer
from posexport.app.review import Reviewer
from posexport.app.review_venues import SENDABLE
from posexport.app.voucher_state import judge_vouchers
from posexport.app.workspace import Workspace
from posexport.core.company import Company, Setup, Venue
from posexport.core.findings.orders import CREDITED_RETURN, OF_AGE
from posexport.core.lines import VoucherLine
from posexport.core.order_review import OrderReport, OrderReview, order_naturally
from posexport.core.orders.order import MissingKind
from posexport.core.orders.reference import name_of_reference, order_key
from posexport.core.orders.state import WAITS_FOR_PERSON, OrderState
from posexport.core.report import DayReport, State, VoucherReport
from posexport.core.review import DayReview, EmptyReview
from posexport.core.voucher import find_credited
from posexport.delivery.claims import Outcome
from posexport.delivery.lookup import Run, begin_run
from posexport.delivery.order_watch import ask_about_orders
from posexport.delivery.orders import open_order_book, read_anew
from posexport.delivery.sender import Sender
from posexport.errors import Exit, OperatorError, PowerOfficeRefused, PowerOfficeUnavailable
from posexport.store.credit_routes import read_venues_with_routes, seal_routes
from posexport.store.orders import find_orders_of_key, find_sold_ticket
from posexport.store.setups import find_venue_number

DayKey = tuple[str, date]
"""A venue's id and a business day."""


def choose_venues(workspace: Workspace, venues: Sequence[Venue], setup: Setup | None = None) -> list[Venue]:
    """Those of these venues that may have orders: by their setup, or since routes were sealed when they had. `setup`:
    that of these venues, where the caller has it."""
    setup = setup or workspace.load_setup_of(venues)
    with workspace.database.reading() as connection:
        routed = read_venues_with_routes(connection)
    return [venue for venue in venues if setup.company_of(venue).orders.is_on or venue.id in routed]


def review_orders(
    workspace: Workspace, venues: Sequence[Venue], days: Collection[DayKey], *, shows_moved: bool = False
) -> list[OrderReview]:
    """The orders of these business days, as they are in the store now, venue by venue. `venues`: those that may have
    some (`choose_venues`); `shows_moved`: with those that a person has moved to the voucher."""
    found: list[OrderReview] = []
    for venue in venues:
        own = sorted(day for id_, day in days if id_ == venue.id)
        if own:
            found += _review_venue(workspace, venue, own, shows_moved=shows_moved)
    return found


def _review_venue(workspace: Workspace, venue: Venue, days: Sequence[date], *, shows_moved: bool) -> list[OrderReview]:
    now, company = workspace.now_utc_s, workspace.load_setup_of([venue]).company_of(venue)
    with workspace.database.reading() as connection:
        of_vouchers: dict[date, list[DayReview]] = defaultdict(list)
        for review in Reviewer(workspace.database, connection, company, venue).review_days(days, now):
            of_vouchers[review.business_day].append(review)
        reviewer = OrderReviewer(workspace.delivery, connection, company, venue)
        return [
            review
            for day in days
            for review in reviewer.review_day(day, now, judge_vouchers(of_vouchers[day]), shows_moved=shows_moved)
        ]


def export_orders(
    workspace: Workspace, venues: Sequence[Venue], reviews: Sequence[DayReview], pool: Executor
) -> list[Outcome[OrderReport]]:
    """Send the orders of business days whose vouchers are done with: those that are ready, and those whose earlier
    attempt is unfinished. `venues`: those that may have some (`choose_venues`); `reviews`: of the vouchers. Raises
    StoreTrouble."""
    if not venues:
        return []
    _seal_empty_days(workspace, [review for review in reviews if isinstance(review, EmptyReview)])
    return send_orders(workspace, venues, {(one.report.venue.id, one.business_day) for one in reviews}, pool)


def send_orders(
    workspace: Workspace,
    venues: Sequence[Venue],
    days: Collection[DayKey],
    pool: Executor,
    *,
    may_send: Callable[[OrderReport], bool] = lambda _: True,
) -> list[Outcome[OrderReport]]:
    """Send the orders of these business days; of others than `may_send` takes, only what became of them is returned. A
    step that changes what comes next (an order found, or deleted to be replaced) is followed by the next one. Raises
    StoreTrouble."""
    found = review_orders(workspace, venues, days)
    pending = [review for review in found if review.is_pending and may_send(review.report)]
    are_looked_for = link_customers(workspace, found)
    is_new = read_anew(workspace.delivery, (review.report for review in found if review.is_pending))
    if ask_about_originals(workspace, [review.report for review in pending]) or are_looked_for or is_new:
        found = review_orders(workspace, venues, days)
    if _read_contacts(workspace, [one for one in found if one.is_pending and may_send(one.report)]):
        found = review_orders(workspace, venues, days)
    outcomes: dict[_Key, Outcome[OrderReport]] = {}
    leaving = [review for review in found if not review.is_pending and review.history.leaving]
    for step in range(1, STEPS + 1):
        run = begin_run(found, workspace.now_utc_s)
        brought = list(pool.map(partial(_deliver, workspace, run, may_send), found))
        again = set()
        for review, outcome in zip(found, brought, strict=True):
            outcomes[review.report.venue.id, review.key, review.report.order.revision, review.share] = outcome
            if outcome.again:
                again.add((review.report.venue.id, review.key))
        if not again or step == STEPS:
            break
        for key in [key for key in outcomes if key[:2] in again]:
            del outcomes[key]
        of_keys = {(one.report.venue.id, one.business_day) for one in found if (one.report.venue.id, one.key) in again}
        anew = review_orders(workspace, venues, of_keys)
        found = [review for review in anew if (review.report.venue.id, review.key) in again]
    outcomes = _show_found(workspace, venues, outcomes)
    kept = {key[:2] for key in outcomes}
    deleted = [review for review in leaving if (review.report.venue.id, review.key) not in kept]
    places = {venue.id: place for place, venue in enumerate(venues)}

    def place(outcome: Outcome[OrderReport]) -> tuple[Any, ...]:
        report = outcome.report
        return places[report.venue.id], report.business_day, order_naturally(report.order.ticket_number)

    return sorted([*outcomes.values(), *map(_tell_deleted, deleted)], key=place)


_Key = tuple[str, str, int, str]
"""An outcome's venue id, the key of its ticket, and the revision and share of its order."""


def _show_found(
    workspace: Workspace, venues: Sequence[Venue], outcomes: dict[_Key, Outcome[OrderReport]]
) -> dict[_Key, Outcome[OrderReport]]:
    """The outcomes with what became of orders that were found in the ledger as something else than an order: they are
    asked about at once, as orders are that were sent from here. Failures are left to the next time."""
    found = {key: one.report for key, one in outcomes.items() if _is_found(one.report)}
    for venue in venues:
        own = [report for report in found.values() if report.venue.id == venue.id]
        named = {report.reference for report in own}
        with suppress(OperatorError, PowerOfficeRefused, PowerOfficeUnavailable):
            if own:
                ask_about_orders(workspace.delivery, own[0].company, own[0].venue, references=named, lag_s=0)
    days = {(report.venue.id, report.business_day) for report in found.values()}
    anew = {one.report.reference: one.shown for one in review_orders(workspace, venues, days)} if found else {}
    shown = {key: replace(outcomes[key], report=anew.get(one.reference, one)) for key, one in found.items()}
    return outcomes | shown


def _is_found(report: OrderReport) -> bool:
    """Whether an order was found in the ledger just now, and what it is there was not told."""
    return report.state is State.DRAFTED and report.there is None and report.seen.has_order is None


DELETED = "it was deleted in PowerOffice Go, since its ticket is no sale on credit any more"
"""What became of an order that nothing replaces."""


def _tell_deleted(review: OrderReview) -> Outcome[OrderReport]:
    """The outcome of an order that was deleted because its ticket is no sale on credit any more."""
    gone = replace(review.report, state=State.NOTHING, state_of_order=OrderState.GONE, findings=(), answer=DELETED)
    return Outcome(gone)


STEPS = 6
"""How often an order may be reviewed in one run: found, deleted, its revision sent."""


def _seal_empty_days(workspace: Workspace, reviews: Iterable[EmptyReview]) -> None:
    """Seal the routes of the tickets of days without a voucher, where no voucher does."""
    for review in reviews:
        if review.seals:
            with workspace.database.writing() as connection:
                number, now = find_venue_number(connection, review.report.venue), workspace.now_utc_s
                seal_routes(connection, number, review.business_day, review.seals, now, leaves_out=True)


def link_customers(workspace: Workspace, reviews: Iterable[OrderReview]) -> bool:
    """Make the links that the setup lets be made without a person. Returns whether any was looked for: where none was
    made, who it could be is known now. Failures are left to the orders, which wait."""
    wanted: dict[str, tuple[Company, Venue, set[str]]] = {}
    for review in reviews:
        report = review.report
        code = report.order.customer_code
        if code and review.is_pending and any(one.kind is MissingKind.LINK for one in report.order.missing):
            wanted.setdefault(report.company.id, (report.company, report.venue, set()))[2].add(code)
    links = workspace.delivery.customers
    for company, venue, codes in wanted.values():
        with suppress(OperatorError, PowerOfficeRefused, PowerOfficeUnavailable):
            links.resolve(company, workspace.delivery.open_ledger(company, venue), codes)
    return bool(wanted)


def _read_contacts(workspace: Workspace, reviews: Iterable[OrderReview]) -> bool:
    """Read the contact persons of those clients for which an order is about to be sent that has a contact. Returns
    whether anybody else is known now. Failures are left: orders have the contact's name as text then."""
    wanted: dict[str, tuple[Company, Venue]] = {}
    for review in reviews:
        report = review.report
        if report.names_contact and report.state_of_order in _SENT_ANEW and report.order.is_sendable:
            wanted.setdefault(report.company.id, (report.company, report.venue))
    is_new = False
    for company, venue in wanted.values():
        with suppress(OperatorError):
            book = open_order_book(workspace.delivery.open_ledger(company, venue), company)
            is_new |= workspace.delivery.contacts.refresh(company, book)
    return is_new


_SENT_ANEW = frozenset({OrderState.READY, OrderState.REFUSED, OrderState.UNREACHABLE})
"""States of orders that are sent as they are now; one that is uncertain is sent as it was before."""


ASKED_S = 10
"""What was asked so many seconds ago is not asked again in the same run."""


_RETURNED = frozenset({OrderState.CREDITED, OrderState.MOVED, OrderState.LEFT_OUT, OrderState.GONE})
"""States of orders whose sale is not asked about any more."""

NOTE_WATCHED_DAYS = 30
"""So long after a return was invoiced, its sale is asked about: somebody may have credited that too."""


def ask_about_originals(workspace: Workspace, orders: Iterable[OrderReport], age_s: int = ASKED_S) -> bool:
    """Ask what became of the orders that returns give back, or corrections take off: a return names the invoice of its
    sale, where that is invoiced by now, and either waits for a person where that was credited. Returns whether any was
    asked about. Failures are left: a return without an invoice goes too."""
    wanted: dict[str, tuple[Company, set[int]]] = {}
    for report in orders:
        if not _may_take_off(report, workspace.now_utc_s):
            continue
        venue_id, sold = _find_originals(workspace, report)
        if sold:
            wanted.setdefault(venue_id, (report.company, set()))[1].update(sold)
    asked = 0
    every = {venue.id: venue for venue in workspace.list_with_removed()} if wanted else {}
    for venue_id, (company, ids) in wanted.items():
        with suppress(OperatorError, PowerOfficeRefused, PowerOfficeUnavailable):
            asked += ask_about_orders(workspace.delivery, company, every[venue_id], age_s=age_s, delivery_ids=ids)
    return asked > 0


def _may_take_off(report: OrderReport, now_utc_s: int) -> bool:
    """Whether an order gives back a sale, or corrects one that is invoiced, and that may still be credited twice."""
    order, invoice = report.order, report.seen.invoice
    if report.state_of_order in _RETURNED:
        return False
    if report.is_changed and invoice is not None:
        return True
    if not (order.is_return or (order.due_ore < 0 and order.related_invoice_no is not None)):
        return False
    if invoice is None or any(one.code == CREDITED_RETURN and one.holds for one in report.findings):
        return True
    return invoice.on >= report.venue.calendar.last_closed(now_utc_s) - timedelta(days=NOTE_WATCHED_DAYS)


def _find_originals(workspace: Workspace, report: OrderReport) -> tuple[str, list[int]]:
    """The ids of the deliveries of the sale that a return gives back, and of the venue that sold it; of others, those
    of the ticket itself."""
    order, venue_id = report.order, report.venue.id
    at_utc_s = report.venue.calendar.place(order.completed_at).at_utc_s
    with workspace.database.reading() as connection:
        number = find_venue_number(connection, report.venue)
        key = order_key(order.register, order.ticket_number, at_utc_s)
        if order.is_return and order.refers_to is not None:
            sold = find_sold_ticket(connection, number, order.refers_to, at_utc_s)
            if sold is None:
                return venue_id, []
            number, venue_id, key = sold.venue, sold.venue_id, sold.key
        return venue_id, find_orders_of_key(connection, number, key)


def _deliver(
    workspace: Workspace, run: Run, may_send: Callable[[OrderReport], bool], review: OrderReview
) -> Outcome[OrderReport]:
    report = review.report
    is_over = workspace.stopping() or not review.is_pending or report.state_of_order is OrderState.OPEN
    if is_over or not may_send(report):
        return Outcome(review.shown)
    held_by_ledger = report.state is State.HELD and not review.holds
    is_lost = review.delivery is not None and review.delivery.is_unsure
    is_complete = report.order.is_sendable or is_lost or review.is_void
    if is_complete and (report.state in SENDABLE or held_by_ledger):
        return _without_age(Sender(workspace.delivery).deliver(review, run))
    return Outcome(review.shown)


def _without_age(outcome: Outcome[OrderReport]) -> Outcome[OrderReport]:
    """The outcome, of a lost answer without what was found while the order was not sent yet: it may be there now."""
    report = outcome.report
    if report.state_of_order is not OrderState.UNCERTAIN:
        return outcome
    found = tuple(finding for finding in report.findings if finding.code not in OF_AGE)
    return replace(outcome, report=replace(report, findings=found))


def judge_order(report: OrderReport) -> Exit:
    """Who must act for one order, as an exit code; nobody where there is nothing to send and nothing there."""
    if report.state is State.NOTHING or report.is_settled:
        return Exit.DONE
    is_held = report.is_changed or any(finding.holds for finding in report.findings)
    if is_held or report.state_of_order in WAITS_FOR_PERSON:
        return Exit.BOOKKEEPER
    by_state = {
        OrderState.REFUSED: Exit.INTEGRATOR,
        OrderState.UNCERTAIN: Exit.WAIT,
        OrderState.UNREACHABLE: Exit.WAIT,
    }
    return by_state.get(report.state_of_order, Exit.DONE)


def list_unfinished(outcomes: Iterable[Outcome[OrderReport]]) -> set[DayKey]:
    """The business days with an order that is not in the ledger, or that somebody has to look at."""
    return {
        (outcome.report.venue.id, outcome.report.business_day)
        for outcome in outcomes
        if outcome.report.state not in (State.DRAFTED, State.NOTHING)
        or outcome.again
        or judge_order(outcome.report) is not Exit.DONE
    }


def list_paid_to_others(vouchers: Iterable[DayReport], outcomes: Iterable[Outcome[OrderReport]]) -> set[DayKey]:
    """The business days of which a voucher credits a part payment to another customer than its order is for: that was
    sent after the voucher was looked at, and the next run has to look at it anew."""
    lines: dict[DayKey, list[VoucherLine]] = {}
    for shown in vouchers:
        if isinstance(shown, VoucherReport) and shown.state is State.DRAFTED:
            lines.setdefault((shown.venue.id, shown.business_day), []).extend(shown.voucher.lines)
    credited = {day: find_credited(of_day) for day, of_day in lines.items()}
    found: set[DayKey] = set()
    for outcome in outcomes:
        order, day = outcome.report.order, (outcome.report.venue.id, outcome.report.business_day)
        payer = credited.get(day, {}).get(name_of_reference(order.matching_reference))
        is_there = outcome.report.state_of_order in (OrderState.SENT, OrderState.INVOICED)
        if is_there and payer is not None and order.link is not None and payer != order.link.customer_id:
            found.add(day)
    return found
