"""Draft a day: what would be sent, in figures, and the button that sends it."""

from __future__ import annotations

from starlette.responses import Response

from posexport.core.report import VoucherReport
from posexport.core.roles import Right
from posexport.ledgers.registry import find_ledger
from posexport.office.pages.day import list_sendable, read_day
from posexport.office.visit import Visit


def show(visit: Visit) -> Response:
    """The page."""
    venue, day = visit.find_venue(Right.BOOK), visit.find_day()
    vouchers = [report for report in list_sendable(read_day(visit, venue, day)) if isinstance(report, VoucherReport)]
    company = visit.workspace.load_setup_of([venue]).company_of(venue)
    return visit.show(
        "confirm_draft.html.j2",
        venue=venue,
        day=day,
        company=company,
        vouchers=vouchers,
        sum_ore=sum(report.voucher.debit_ore for report in vouchers),
        posts_directly=find_ledger(company.target).posts_directly,
    )
