"""A day: what was found, its vouchers exactly as the preview has them, and what happened to them."""

from __future__ import annotations

from datetime import date, timedelta

from starlette.responses import Response

from posexport.app.orders import OrderFilter, list_orders
from posexport.app.review import Reviewer
from posexport.core.company import Venue
from posexport.core.day import Period
from posexport.core.finding import ACCEPTABLE_ON_DAYS, Finding
from posexport.core.findings.setup_rows import find_wanted
from posexport.core.order_review import OrderReport
from posexport.core.report import DayReport, State
from posexport.core.roles import Right
from posexport.office.visit import Visit
from posexport.render.html import lay_out_sheets
from posexport.texts.orders import order_words
from posexport.texts.report import words

_SENDABLE = frozenset({State.READY, State.REFUSED, State.UNREACHABLE})


def read_day(visit: Visit, venue: Venue, day: date) -> list[DayReport]:
    """The day's vouchers, settled anew; empty where it is not over or has no data."""
    now = visit.workspace.now_utc_s
    if not venue.calendar.is_closed(day, now):
        return []
    company = visit.workspace.load_setup_of([venue]).company_of(venue)
    with visit.workspace.database.reading() as connection:
        reviewer = Reviewer(visit.workspace.database, connection, company, venue)
        return [review.report for review in reviewer.review_days([day], now)]


def list_sendable(shown: list[DayReport]) -> list[DayReport]:
    """Those of a day's vouchers that would be drafted now."""
    return [report for report in shown if report.state in _SENDABLE]


def can_set_account(finding: Finding) -> bool:
    """Whether choosing an account is what mends it."""
    return finding.code == "missing-account" and find_wanted(finding) is not None


def _list_settable(visit: Visit, venue: Venue, shown: list[DayReport]) -> frozenset[str]:
    """The digests of the findings that the user can mend by choosing an account."""
    if not visit.user.may_at(Right.MAP, venue):
        return frozenset()
    return frozenset(finding.digest for report in shown for finding in report.findings if can_set_account(finding))


def _list_orders(visit: Visit, venue: Venue, day: date) -> list[OrderReport]:
    """The day's orders as they are in the store: nobody waits for the ledger."""
    return list_orders(visit.workspace, [venue], OrderFilter(Period(day, day)), asks=False)


def show(visit: Visit, *, trouble: tuple[str, str] | None = None, status_code: int = 200) -> Response:
    """The page. `trouble`: the code of the finding whose form was declined, and why."""
    venue, day = visit.find_venue(), visit.find_day()
    shown = read_day(visit, venue, day)
    calendar, now = venue.calendar, visit.workspace.now_utc_s
    return visit.show(
        "day.html.j2",
        status_code=status_code,
        venue=venue,
        day=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1) if calendar.is_closed(day + timedelta(days=1), now) else None,
        sheets=lay_out_sheets(shown, _list_orders(visit, venue, day)),
        sendable=list_sendable(shown),
        may_book=visit.user.may_at(Right.BOOK, venue),
        ends_at=None if calendar.is_closed(day, now) else calendar.local(calendar.end(day)),
        acceptable=ACCEPTABLE_ON_DAYS,
        settable=_list_settable(visit, venue, shown),
        saved=visit.request.query_params.get("saved", ""),
        trouble=trouble,
        w=words(visit.lang),
        o=order_words(visit.lang),
    )
