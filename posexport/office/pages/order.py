"""An order: its ticket, lines and amounts, for whom, where it is, and what may be done about it."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from posexport.app.customers import WAITS_FOR_LINK
from posexport.app.order_history import OrderHistory, read_order_history
from posexport.app.orders import OrderFilter, find_order, list_orders
from posexport.core.day import Period
from posexport.core.finding import ACCEPTABLE_ON_ORDERS
from posexport.core.mends import MendKind
from posexport.core.order_review import OrderReport
from posexport.core.orders.route import Route
from posexport.core.orders.state import OrderState, may_move_to_voucher
from posexport.core.roles import Right
from posexport.errors import UsageError
from posexport.office.addresses import order_address
from posexport.office.mend_links import find_links
from posexport.office.pages.customers import find_linked
from posexport.office.pages.orders import look_of
from posexport.office.visit import Declined, NotAllowed, NotFound, Visit
from posexport.office.words import office_words
from posexport.texts.events import describe_event
from posexport.texts.orders import order_words
from posexport.texts.report import words
from posexport.views.orders import lay_out_order

_SENT_BY_HAND = frozenset(
    {OrderState.READY, OrderState.UNREACHABLE, OrderState.UNCERTAIN, OrderState.REFUSED, OrderState.WAITING}
)
"""States in which sending may help: what a person has mended meanwhile is looked at anew."""

_UNSURE = frozenset({OrderState.UNCERTAIN, OrderState.GONE})


def find(visit: Visit, right: Right = Right.SEE) -> OrderReport:
    """The order that the address names, as it is in the store.

    Raises NotFound where the user may not see it, and NotAllowed where the right is missing.
    """
    try:
        shown = find_order(visit.workspace, visit.request.path_params["reference"], asks=False)
    except UsageError:
        raise NotFound from None
    if not visit.user.may_at(Right.SEE, shown.venue):
        raise NotFound
    if not visit.user.may_at(right, shown.venue):
        raise NotAllowed(right)
    return shown


def find_to_send(visit: Visit) -> OrderReport:
    """The order that is to be sent, revised or moved. Raises as `find`, and Declined where its venue was removed from
    the setup."""
    shown = find(visit, Right.BOOK)
    if shown.venue.is_removed:
        raise Declined(office_words(visit.lang)["venue_was_removed"])
    return shown


def list_same_ticket(visit: Visit, shown: OrderReport) -> list[OrderReport]:
    """The orders that are sent or moved together: those of the day's tickets with the same number."""
    wanted = OrderFilter(
        Period(shown.business_day, shown.business_day), ticket=shown.order.ticket_number, register=shown.order.register
    )
    return list_orders(visit.workspace, [shown.venue], wanted, asks=False)


def may_send(shown: OrderReport) -> bool:
    """Whether sending the order again may help."""
    return shown.state_of_order in _SENT_BY_HAND and not (shown.is_changed or shown.venue.is_removed)


def offers_send(shown: OrderReport) -> bool:
    """Whether sending is offered: not while the order waits for what only a person can do elsewhere."""
    return may_send(shown) and shown.order.is_divided and shown.held_by not in _NOT_SENT_BEFORE


_NOT_SENT_BEFORE = (WAITS_FOR_LINK | {"order-no-customer"}) - {"order-customer-inactive"}
"""What keeps an order from being sent until it has a customer that is linked; whether one is active again, the ledger
says when it is sent."""


def may_move(shown: OrderReport) -> bool:
    """Whether it could be booked by the voucher: it may turn out that it is in PowerOffice Go."""
    is_there = not (shown.is_settled or shown.venue.is_removed)
    return is_there and may_move_to_voucher(shown.state_of_order, looked_up=True)


def may_leave_out(shown: OrderReport) -> bool:
    """Whether it is a return that PowerOffice Go may have credited already."""
    mends = (mend for finding in shown.findings for mend in finding.mends)
    return may_move(shown) and any(mend.facts.get("to") == Route.LEFT_OUT.value for mend in mends)


def is_moved(shown: OrderReport) -> bool:
    """Whether a person has moved it to the voucher, or left it out."""
    return shown.is_in_voucher or shown.state_of_order is OrderState.LEFT_OUT


def choose_route(shown: OrderReport, asked: str) -> Route:
    """Where it would be moved. `asked`: what the address or the form says."""
    if is_moved(shown):
        return Route.ORDER
    return Route.LEFT_OUT if asked == Route.LEFT_OUT.value and may_leave_out(shown) else Route.VOUCHER


def may_revise(shown: OrderReport) -> bool:
    """Whether what has changed of its ticket can be sent: where somebody has changed the order, a person decides."""
    mends = (mend for finding in shown.findings for mend in finding.mends)
    return any(mend.kind is MendKind.SEND_ORDERS and mend.facts.get("revise") for mend in mends)


def may_resolve(shown: OrderReport) -> bool:
    """Whether a person may have to say where it is."""
    asked = any(mend.kind is MendKind.RESOLVE_ORDER for finding in shown.findings for mend in finding.mends)
    return asked or (shown.state_of_order in _UNSURE and not shown.is_settled)


def show(visit: Visit, *, trouble: tuple[str, str] | None = None, status_code: int = 200) -> Response:
    """The page. `trouble`: the code of the finding whose form was declined, and why."""
    shown = find(visit)
    address, row = order_address(shown.reference), lay_out_order(shown)
    may_book = visit.user.may_at(Right.BOOK, shown.venue)
    history = read_order_history(visit.workspace, shown)
    return visit.show(
        "order.html.j2",
        status_code=status_code,
        shown=shown,
        row=row,
        look=look_of(row),
        address=address,
        mend_links=find_links(visit, shown.findings, address),
        may_book=may_book,
        may_link=visit.user.may(Right.BOOK, shown.company.id),
        sends=may_book and offers_send(shown),
        revises=may_book and may_revise(shown),
        moves=may_book and may_move(shown),
        leaves_out=may_book and may_leave_out(shown),
        moves_back=may_book and is_moved(shown) and not shown.venue.is_removed,
        resolves=may_book and may_resolve(shown),
        acceptable=ACCEPTABLE_ON_ORDERS,
        events=_list_events(visit, history),
        acceptances=history.acceptances if history else (),
        trouble=trouble,
        linked=find_linked(visit, [shown.order.link.number] if shown.order.link else []),
        w=words(visit.lang),
        o=order_words(visit.lang),
    )


def _list_events(visit: Visit, history: OrderHistory | None) -> Sequence[tuple[str, int, str]]:
    """What happened: the reference, when (UTC s), and what."""
    if history is None:
        return ()
    story = history.story
    return [
        (document.reference, recorded.at_utc_s, describe_event(recorded, document, story, visit.lang))
        for document in history.documents
        for recorded in document.events
    ]


# What is asked before something is done


def show_send(visit: Visit) -> Response:
    """What would be sent, and the button that sends it."""
    return _confirm(visit, revises=False)


def show_revise(visit: Visit) -> Response:
    """What has changed since it was sent, and the button that sends it."""
    return _confirm(visit, revises=True)


def _confirm(visit: Visit, *, revises: bool) -> Response:
    shown = find_to_send(visit)
    together = [one for one in list_same_ticket(visit, shown) if one.is_changed or may_send(one)]
    if revises and not any(one.is_changed or may_revise(one) for one in together):
        together = []
    return visit.show(
        "order_send.html.j2",
        shown=shown,
        orders=together,
        revises=revises,
        sum_ore=sum(one.order.shown_ore for one in together),
        address=order_address(shown.reference),
        o=order_words(visit.lang),
    )


def show_move(visit: Visit, *, trouble: str = "", status_code: int = 200) -> Response:
    """What would be booked by the voucher, be left out, or become an order after all."""
    shown = find_to_send(visit)
    route = choose_route(shown, visit.form.get("to", visit.request.query_params.get("to", "")))
    together = [one for one in list_same_ticket(visit, shown) if is_moved(one) is is_moved(shown)]
    return visit.show(
        "order_move.html.j2",
        status_code=status_code,
        shown=shown,
        orders=together,
        route=route.value,
        sum_ore=sum(one.order.credit_ore for one in together),
        address=order_address(shown.reference),
        trouble=trouble,
        o=order_words(visit.lang),
    )


def show_resolve(visit: Visit, *, trouble: str = "", status_code: int = 200) -> Response:
    """Say where an order is of which no answer came, or that it was deleted."""
    shown = find(visit, Right.BOOK)
    return visit.show(
        "order_resolve.html.j2",
        status_code=status_code,
        shown=shown,
        asks=may_resolve(shown),
        address=order_address(shown.reference),
        trouble=trouble,
    )
