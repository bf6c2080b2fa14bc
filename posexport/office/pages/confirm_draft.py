"""Draft a day, or revise its draft: what would be sent, in figures, and the button that sends it."""

from __future__ import annotations

from starlette.responses import Response

from posexport.core.orders.state import OrderState
from posexport.core.report import State, VoucherReport
from posexport.core.roles import Right
from posexport.ledgers.registry import find_ledger
from posexport.office.pages.day import list_revisable, list_sendable, read_day
from posexport.office.visit import Visit
from posexport.views.json_orders import list_orders


def show(visit: Visit) -> Response:
    """The page for vouchers that are not drafted."""
    return _show(visit, revises=False)


def show_revise(visit: Visit) -> Response:
    """The page for drafts whose sales have changed since."""
    return _show(visit, revises=True)


def _show(visit: Visit, *, revises: bool) -> Response:
    venue, day = visit.find_venue(Right.BOOK), visit.find_day()
    choose = list_revisable if revises else list_sendable
    found = read_day(visit, venue, day)
    vouchers = [report for report in choose(found.vouchers) if isinstance(report, VoucherReport)]
    orders = [one for one in list_orders(found) if one.state_of_order is OrderState.READY]
    company = visit.company_of(venue)
    return visit.show(
        "confirm_draft.html.j2",
        venue=venue,
        day=day,
        company=company,
        vouchers=vouchers,
        revises=revises,
        is_looked_for=any(report.state is State.UNCERTAIN for report in vouchers),
        orders=orders,
        orders_ore=sum(one.order.total_ore for one in orders),
        sum_ore=sum(report.voucher.debit_ore for report in vouchers),
        posts_directly=find_ledger(company.target).posts_directly,
    )
