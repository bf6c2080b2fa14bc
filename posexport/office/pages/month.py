"""A month of a company on one page: days, sums, VAT, vouchers, what is missing or held, orders. Made to be printed."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from urllib.parse import urlencode

from starlette.responses import Response

from posexport.app.day_list import judge_row
from posexport.app.month import Month, read_month
from posexport.core.company import Company, Venue
from posexport.core.report import StatusRow
from posexport.office.addresses import company_address
from posexport.office.pages.today import lay_out_row
from posexport.office.periods import read_month_asked
from posexport.office.visit import Visit, go_to
from posexport.office.words import SIGNS, name_look

WAITING_AT_MOST = 50
"""So many of what waits are told one by one, the oldest; each of them stands in the table of its venue too."""


def month_address(visit: Visit, first: date) -> str:
    """Where a month is: of the only company, or of the one that is chosen, else where one is chosen."""
    company = visit.company or (visit.companies[0] if len(visit.companies) == 1 else None)
    return _address_of(company, first) if company else f"/month?month={first:%Y-%m}"


def _address_of(company: Company, day: date, venue: str = "") -> str:
    asked = {"month": f"{day:%Y-%m}"} | ({"venue": venue} if venue else {})
    return f"{company_address(company.id, 'month')}?{urlencode(asked)}"


def choose(visit: Visit) -> Response:
    """The month of the only company, or the companies to choose from."""
    first = read_month_asked(visit)
    if len(visit.companies) == 1:
        return go_to(month_address(visit, first))
    return visit.show("month_choose.html.j2", listed=[(one, _address_of(one, first)) for one in visit.companies])


def show(visit: Visit) -> Response:
    """The page."""
    company = visit.find_company()
    first = read_month_asked(visit)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    seen = [venue for venue in visit.user.list_venues(visit.setup) if venue.company_id == company.id]
    seen.sort(key=lambda venue: (venue.name, venue.id))
    asked = next((venue for venue in seen if venue.id == visit.request.query_params.get("venue", "")), None)
    venue = asked.id if asked else ""
    month = read_month(visit.workspace, company, [asked] if asked else seen, (first, last))
    waiting = month.waiting
    return visit.show(
        "month.html.j2",
        company=company,
        seen=_list_venues(company, seen, first),
        chosen=venue,
        first=first,
        before=_address_of(company, first - timedelta(days=1), venue),
        after=_address_of(company, last + timedelta(days=1), venue),
        month=month,
        waiting=[lay_out_row(visit, row) for row in waiting[:WAITING_AT_MOST]],
        waiting_count=len(waiting),
        counted=_count(month),
        look=look_of,
    )


def _list_venues(company: Company, seen: Sequence[Venue], first: date) -> list[tuple[str, str, str]]:
    """Id, name and address of each venue; none where there is no choice."""
    return [(one.id, one.name, _address_of(company, first, one.id)) for one in seen] if len(seen) > 1 else []


def look_of(row: StatusRow) -> str:
    """What a voucher, or a day without one, looks like."""
    return name_look(row.state, int(judge_row(row)), row.sold)


def _count(month: Month) -> list[tuple[str, int]]:
    """How many vouchers, and days without one, look how."""
    counted = Counter(look_of(row) for venue in month.venues for day in venue.days for row in day.rows)
    return [(look, counted[look]) for look in SIGNS if counted[look]]
