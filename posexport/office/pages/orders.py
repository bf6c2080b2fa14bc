"""Orders: the sales on credit, and where each of them is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from starlette.responses import Response

from posexport.app.orders import OrderFilter, list_orders, list_orders_since
from posexport.core.company import Venue
from posexport.core.day import Period
from posexport.core.order_review import OrderReport
from posexport.core.orders.state import OrderState
from posexport.core.roles import Right
from posexport.office.mend_links import MendLink, find_link
from posexport.office.periods import read_period
from posexport.office.visit import Declined, Visit, answer_csv
from posexport.texts.orders import describe_reason
from posexport.views.csv_orders import format_orders_csv
from posexport.views.orders import OrderRow, lay_out_orders, tally_orders

SHOWN_DAYS = 31
"""Without a period: orders of so many days, and earlier ones that are not at an end."""

SHOWN_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class OrderQuery:
    """What is asked for. `trouble`: why the period is none."""

    venues: tuple[Venue, ...]
    period: Period
    state: OrderState | None
    customer: str
    trouble: str
    asked: Mapping[str, str]

    def address(self, path: str = "/orders", **changed: str) -> str:
        """The address of the same with something changed."""
        asked = {name: value for name, value in {**self.asked, **changed}.items() if value}
        return f"{path}?{urlencode(asked)}" if asked else path


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """An order in a list. `reason`: why it waits; `mend`: where that is mended."""

    row: OrderRow
    look: str
    reason: str
    mend: MendLink | None


def read_query(visit: Visit) -> OrderQuery:
    """What the address asks for."""
    names = ("venue", "from", "to", "state", "customer")
    asked = {name: visit.request.query_params.get(name, "").strip() for name in names}
    venues = [venue for venue in visit.venues_with_removed if asked["venue"] in ("", venue.id)]
    period, trouble = Period(), ""
    try:
        period = read_period(visit, asked["from"], asked["to"], visit.venues_with_removed)
    except Declined as declined:
        trouble = declined.words
    state = next((state for state in OrderState if state.value == asked["state"]), None)
    return OrderQuery(tuple(venues), period, state, asked["customer"], trouble, asked)


def read_orders(visit: Visit, query: OrderQuery) -> list[OrderReport]:
    """The orders that are asked for, of every state; by business day, the newest first."""
    wanted = OrderFilter(query.period, customer=query.customer or None)
    if query.period.is_open:
        since = visit.local_now().date() - timedelta(days=SHOWN_DAYS)
        found = list_orders_since(visit.workspace, query.venues, since, wanted)
    else:
        found = list_orders(visit.workspace, query.venues, wanted, asks=False)
    return sorted(found, key=lambda shown: (shown.business_day, shown.order.completed_at), reverse=True)


def show(visit: Visit) -> Response:
    """The page."""
    query = read_query(visit)
    reports = read_orders(visit, query)
    counted = Counter(shown.state_of_order for shown in reports)
    chosen = [shown for shown in reports if query.state in (None, shown.state_of_order)]
    back = query.address()
    return visit.show(
        "orders.html.j2",
        query=query,
        venues=visit.venues_with_removed,
        orders=[list_order(visit, row, back) for row in lay_out_orders(chosen[:SHOWN_AT_ONCE]).rows],
        more=max(len(chosen) - SHOWN_AT_ONCE, 0),
        counted=[(state.value, counted[state]) for state in OrderState if counted[state]],
        tally=tally_orders(chosen),
        sum_ore=sum(shown.order.shown_ore for shown in chosen),
        many=len(chosen),
        shown_days=SHOWN_DAYS if query.period.is_open else 0,
    )


def list_order(visit: Visit, row: OrderRow, back: str) -> ListedOrder:
    """An order in a list."""
    holding = [finding for finding in row.shown.findings if finding.holds]
    mends = (find_link(visit, finding, back) for finding in holding)
    mend = next((mend for mend in mends if mend is not None), None)
    return ListedOrder(row, look_of(row), _tell_reason(visit, row, [one.code for one in holding]), mend)


def look_of(row: OrderRow) -> str:
    """What an order looks like: its state, or that its ticket has changed since."""
    return "ticket-changed" if row.is_changed else row.state.value


def _tell_reason(visit: Visit, row: OrderRow, codes: Sequence[str]) -> str:
    return describe_reason(codes[0], visit.lang) if codes and row.state is OrderState.WAITING else ""


def download(visit: Visit) -> Response:
    """The same list as a CSV file. Names of customers are in it for administrators alone."""
    query = read_query(visit)
    if query.trouble:
        raise Declined(query.trouble, "from")
    chosen = [shown for shown in read_orders(visit, query) if query.state in (None, shown.state_of_order)]
    named = {venue.id for venue in visit.venues_with_removed if visit.user.may_at(Right.CONNECT, venue)}
    text = format_orders_csv(lay_out_orders(chosen).rows, visit.lang, named)
    visit.log("orders-exported", orders=len(chosen))
    return answer_csv(text, f"orders-{visit.local_now():%Y%m%d}.csv")
