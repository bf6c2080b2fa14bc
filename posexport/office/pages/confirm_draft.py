"""Draft a day, or revise its draft: what would be sent, in figures, and the button that sends it."""

from __future__ import annotations

from starlette.responses import Response

from posexport.core.report import State, VoucherReport
from posexport.core.roles import Right
from posexport.ledgers.registry import find_ledger
from posexport.office.pages.day import list_revisable, list_sendable, read_day
from posexport.office.visit import Visit


def show(visit: Visit) -> Response:
    """The page for vouchers that are not drafted."""
    return _show(visit, revises=False)


def show_revise(visit: Visit) -> Response:
    """The page for drafts whose sales have changed since."""
    return _show(visit, revises=True)


def _show(visit: Visit, *, revises: bool) -> Response:
    venue, day = visit.find_venue(Right.BOOK), visit.find_day()
    choose = list_revisable if revises else list_sendable
    vouchers = [report for report in choose(read_day(visit, venue, day).vouchers) if isinstance(report, VoucherReport)]
    company = visit.company_of(venue)
    return visit.show(
        "confirm_draft.html.j2",
        venue=venue,
        day=day,
        company=company,
        vouchers=vouchers,
        revises=revises,
        is_looked_for=any(report.state is State.UNCERTAIN for report in vouchers),
        sum_ore=sum(report.voucher.debit_ore for report in vouchers),
        posts_directly=find_ledger(company.target).posts_directly,
    )
