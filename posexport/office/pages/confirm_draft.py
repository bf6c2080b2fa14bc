"""Draft a day, or revise its draft: what would be sent, in figures, and the button that sends it."""

from __future__ import annotations

from starlette.responses import Response

from posexport.core.orders.state import OrderState
from posexport.core.report import State, VoucherReport
from posexport.core.roles import Right
from posexport.core.voucher import find_revision
from posexport.ledgers.registry import find_ledger
from posexport.office.pages.day import list_revisable, list_sendable, read_day
from posexport.office.visit import Visit
from posexport.views.json_orders import list_orders


def show(visit: Visit, *, trouble: str = "", status_code: int = 200) -> Response:
    """The page for vouchers that are not drafted. `trouble`: what is wrong with the date that was written."""
    return _show(visit, revises=False, trouble=trouble, status_code=status_code)


def show_revise(visit: Visit, *, trouble: str = "", status_code: int = 200) -> Response:
    """The page for drafts whose sales have changed since."""
    return _show(visit, revises=True, trouble=trouble, status_code=status_code)


def _show(visit: Visit, *, revises: bool, trouble: str, status_code: int) -> Response:
    venue, day = visit.find_venue(Right.BOOK), visit.find_day()
    choose = list_revisable if revises else list_sendable
    found = read_day(visit, venue, day)
    vouchers = [report for report in choose(found.vouchers) if isinstance(report, VoucherReport)]
    orders = [one for one in list_orders(found) if one.state_of_order is OrderState.READY]
    company = visit.company_of(venue)
    return visit.show(
        "confirm_draft.html.j2",
        status_code=status_code,
        trouble=trouble,
        dated=visit.form.get("dated", visit.request.query_params.get("dated", "")),
        venue=venue,
        day=day,
        company=company,
        vouchers=vouchers,
        revises=revises,
        takes_date=revises or any(find_revision(report.reference) > 1 for report in vouchers),
        is_looked_for=any(report.state is State.UNCERTAIN for report in vouchers),
        orders=orders,
        orders_ore=sum(one.order.total_ore for one in orders),
        sum_ore=sum(report.voucher.debit_ore for report in vouchers),
        posts_directly=find_ledger(company.target).posts_directly,
    )
