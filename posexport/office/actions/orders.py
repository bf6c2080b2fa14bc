"""What is done about an order: sent, revised, moved, resolved, accepted."""

from __future__ import annotations

from starlette.responses import Response

from posexport.app.orders import accept_order, move_orders, resolve_order
from posexport.core.actor import WHY_LENGTH_MAX
from posexport.core.finding import ACCEPTABLE_ON_ORDERS
from posexport.core.order_review import OrderReport
from posexport.core.orders.route import Route
from posexport.core.roles import Right
from posexport.errors import UsageError
from posexport.office.actions.accept import WHY_LENGTH_MIN
from posexport.office.addresses import day_address, order_address
from posexport.office.pages import order as page
from posexport.office.runs import ask_for
from posexport.office.visit import Declined, Visit, go_to, tell_refusal
from posexport.office.words import office_words
from posexport.office.work import orders


def send(visit: Visit) -> Response:
    """Ask for the order to be sent."""
    return go_to(_ask(visit, page.find_to_send(visit), "order-send-asked", revises=False))


def revise(visit: Visit) -> Response:
    """Ask for what has changed of the order to be sent."""
    return go_to(_ask(visit, page.find_to_send(visit), "order-revision-asked", revises=True))


def _ask(visit: Visit, shown: OrderReport, act: str, *, revises: bool) -> str:
    day, venue = shown.business_day.isoformat(), shown.venue
    asked: dict[str, object] = {
        "venues": [venue.id],
        "from": day,
        "to": day,
        "ticket": shown.order.ticket_number,
        "register": shown.order.register,
        "revises": revises,
    }
    asked["then"] = order_address(shown.reference)
    return ask_for(visit, orders.KIND, asked, act, venue, shown.business_day, order=shown.reference)


def move(visit: Visit) -> Response:
    """Have the sale in the day's voucher instead, leave it out, or have it back; where the voucher is drafted, its
    revision comes next."""
    shown = page.find_to_send(visit)
    route = page.choose_route(shown, visit.form.get("to", ""))
    why, words = visit.form.get("why", "").strip(), office_words(visit.lang)
    leads_to = visit.find_sent_form()
    if leads_to is None:
        if visit.form.get("to") != route.value:
            raise Declined(words["order_moved_already"])
        if len(why) > WHY_LENGTH_MAX or (route is Route.LEFT_OUT and len(why) < WHY_LENGTH_MIN):
            return page.show_move(visit, trouble=words["reason_missing"], status_code=422)
        venue, day = shown.venue, shown.business_day
        try:
            moved = move_orders(
                visit.workspace, venue, day, route, why, shown.order.ticket_number, register=shown.order.register
            )
        except UsageError as refused:
            told = tell_refusal(words["move_refused"], refused, visit.lang)
            return page.show_move(visit, trouble=told, status_code=422)
        leads_to = day_address(venue.id, day, "revise") if moved.is_drafted else order_address(shown.reference)
        facts = {"order": shown.reference, "to": route.value, "tickets": list(moved.tickets)}
        visit.note_done(leads_to, "order-moved", venue, day, **facts)
    return go_to(leads_to)


def resolve(visit: Visit) -> Response:
    """Record where a person says that the order is."""
    shown = page.find(visit, Right.BOOK)
    words, answer, id_ = office_words(visit.lang), visit.form.get("answer"), visit.form.get("id", "").strip()
    if answer not in {"there", "not-there"} or (answer == "there" and not id_):
        return page.show_resolve(visit, trouble=words["order_id_missing"], status_code=422)
    leads_to = visit.find_sent_form()
    if leads_to is None:
        leads_to = order_address(shown.reference)
        try:
            ids = id_.replace(",", " ").split() if answer == "there" else [None]
            resolve_order(visit.workspace, shown.reference, *ids)
        except UsageError as refused:
            told = tell_refusal(words["order_resolve_refused"], refused, visit.lang)
            return page.show_resolve(visit, trouble=told, status_code=422)
        visit.note_done(leads_to, "order-resolved", shown.venue, shown.business_day, order=shown.reference, id=id_)
    return go_to(leads_to)


def accept(visit: Visit) -> Response:
    """Record that a person takes responsibility for a finding about the order."""
    shown = page.find(visit, Right.BOOK)
    words, code, why = office_words(visit.lang), visit.form.get("code", ""), visit.form.get("why", "").strip()
    if code not in ACCEPTABLE_ON_ORDERS:
        raise Declined(words["not_acceptable"])
    leads_to = visit.find_sent_form()
    if leads_to is not None:
        return go_to(leads_to)
    if not WHY_LENGTH_MIN <= len(why) <= WHY_LENGTH_MAX:
        return page.show(visit, trouble=(code, words["reason_missing"]), status_code=422)
    if code not in {finding.code for finding in shown.findings}:
        raise Declined(words["no_longer_found"])
    leads_to = order_address(shown.reference)
    if accept_order(visit.workspace, shown.reference, code, why)[1]:
        facts = {"code": code, "order": shown.reference}
        visit.note_reasoned(leads_to, "order-accepted", shown.venue, shown.business_day, why, **facts)
    return go_to(leads_to)
