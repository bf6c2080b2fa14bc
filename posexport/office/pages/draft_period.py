"""Draft a period: the vouchers that would go, those that wait and why, with sums per company; then the button."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeGuard
from urllib.parse import quote, unquote

from starlette.responses import Response

from posexport.app.preview import preview
from posexport.core.company import Company, Venue
from posexport.core.day import Period, group_days
from posexport.core.finding import gravest_first
from posexport.core.order_review import OrderReport
from posexport.core.orders.state import OrderState
from posexport.core.report import DayReport, State, VoucherReport
from posexport.core.roles import Right
from posexport.ledgers.registry import find_ledger
from posexport.office.fill import tell_finding
from posexport.office.pages.day import is_sendable
from posexport.office.pages.run import overlaps
from posexport.office.periods import read_period
from posexport.office.visit import Declined, NotAllowed, Visit
from posexport.office.words import office_words
from posexport.store.office_runs import Run, RunState, read_runs
from posexport.views.json_orders import list_orders
from posexport.views.orders import DayKey

DAYS_MAX = 3_000
"""So many business days of venues are looked at in one preview."""

_AT_REST = frozenset({State.DRAFTED, State.NOTHING, State.OPEN})


class WaitingDay(NamedTuple):
    """A business day that would not go. `told`: why."""

    shown: DayReport
    told: str


@dataclass(frozen=True, slots=True)
class CompanySum:
    """What would go to one company."""

    company: Company
    vouchers: tuple[VoucherReport, ...]
    orders: tuple[OrderReport, ...]

    @property
    def sum_ore(self) -> int:
        """The debit of its vouchers."""
        return sum(one.voucher.debit_ore for one in self.vouchers)

    @property
    def orders_ore(self) -> int:
        """What its orders come to."""
        return sum(one.order.total_ore for one in self.orders)

    @property
    def posts_directly(self) -> bool:
        """Whether its vouchers are posted once they are sent."""
        return find_ledger(self.company.target).posts_directly


@dataclass(frozen=True, slots=True)
class PeriodPreview:
    """What a run would do. `left_out`: venues that the user may not draft; `drafted`: how many are drafted already."""

    venues: tuple[Venue, ...]
    left_out: tuple[Venue, ...]
    companies: tuple[CompanySum, ...]
    waiting: tuple[WaitingDay, ...]
    drafted: int

    @property
    def vouchers(self) -> int:
        """How many vouchers would go."""
        return sum(len(one.vouchers) for one in self.companies)

    @property
    def orders(self) -> int:
        """How many orders would go."""
        return sum(len(one.orders) for one in self.companies)

    @property
    def days(self) -> list[DayKey]:
        """The business days that would go, in order."""
        shown = (one for company in self.companies for one in (*company.vouchers, *company.orders))
        return sorted({(one.venue.id, one.business_day) for one in shown}, key=lambda key: (key[1], key[0]))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: venues and a period, or days that were picked."""

    venues: tuple[Venue, ...]
    left_out: tuple[Venue, ...]
    period: Period
    picked: frozenset[DayKey]
    is_asked: bool


def require_bookable(visit: Visit) -> list[Venue]:
    """The venues that the user may draft. Raises NotAllowed where there is none."""
    found = list(visit.user.list_venues(visit.setup, Right.BOOK))
    if not found and visit.user.may_everywhere(Right.BOOK):
        raise Declined(office_words(visit.lang)["no_company"])
    if not found:
        raise NotAllowed(Right.BOOK)
    return found


def read_asked(visit: Visit) -> Asked:
    """What the address asks for. Raises Declined for a period that is none."""
    params, bookable = visit.request.query_params, {venue.id for venue in require_bookable(visit)}
    picked = parse_days(params.getlist("d"))
    named = {venue for venue, _ in picked} | set(params.getlist("venue"))
    chosen = [venue for venue in visit.venues if not named or venue.id in named]
    may = tuple(venue for venue in chosen if venue.id in bookable)
    left_out = tuple(venue for venue in chosen if named and venue.id not in bookable)
    is_asked = bool(picked) or "from" in params
    period = Period() if picked else read_period(visit, params.get("from", ""), params.get("to", ""), visit.venues)
    return Asked(may, left_out, period, picked, is_asked)


def parse_days(texts: Iterable[str]) -> frozenset[DayKey]:
    """Picked days, as `VENUE/DAY` each; what is none is left out."""
    found = set()
    for text in texts:
        venue, _, day = text.rpartition("/")
        try:
            found.add((unquote(venue), date.fromisoformat(day)))
        except ValueError:
            continue
    return frozenset(found)


def format_day_key(key: DayKey) -> str:
    """A picked day as a form has it.

    >>> format_day_key(("brygga bar", date(2026, 11, 20)))
    'brygga%20bar/2026-11-20'
    """
    return f"{quote(key[0], safe='')}/{key[1].isoformat()}"


def read_preview(visit: Visit, asked: Asked) -> PeriodPreview:
    """What would go, as it is in the store. Raises Declined where that is too much to look at."""
    parts = _list_parts(asked)
    if sum(len(venues) * len(period.days()) for venues, period in parts) > DAYS_MAX:
        raise Declined(office_words(visit.lang)["period_too_long"], "from")
    shown: list[DayReport] = []
    orders: list[OrderReport] = []
    for venues, period in parts:
        report = preview(visit.workspace, venues, period)
        shown += report.vouchers
        orders += (one for one in list_orders(report) if one.state_of_order is OrderState.READY)
    going = [one for one in shown if _would_go(one)]
    waiting = [one for one in shown if one.state not in _AT_REST and not _would_go(one)]
    return PeriodPreview(
        asked.venues,
        asked.left_out,
        tuple(_sum_companies(going, orders)),
        tuple(WaitingDay(one, _tell_why(visit, one)) for one in waiting),
        sum(one.state is State.DRAFTED for one in shown),
    )


def _would_go(shown: DayReport) -> TypeGuard[VoucherReport]:
    return isinstance(shown, VoucherReport) and is_sendable(shown)


def _list_parts(asked: Asked) -> list[tuple[Sequence[Venue], Period]]:
    if not asked.picked:
        return [(asked.venues, asked.period)] if asked.venues else []
    by_id = {venue.id: venue for venue in asked.venues}
    groups = group_days(key for key in asked.picked if key[0] in by_id)
    return [([by_id[id_] for id_ in ids], period) for ids, period in groups]


def _sum_companies(vouchers: Sequence[VoucherReport], orders: Sequence[OrderReport]) -> Iterable[CompanySum]:
    companies = {one.company.id: one.company for one in (*vouchers, *orders)}
    for id_, company in companies.items():
        yield CompanySum(
            company,
            tuple(one for one in vouchers if one.company.id == id_),
            tuple(one for one in orders if one.company.id == id_),
        )


def _tell_why(visit: Visit, shown: DayReport) -> str:
    findings = [finding for finding in gravest_first(shown.findings) if not finding.is_settled]
    return tell_finding(findings[0], visit.lang) if findings else getattr(shown, "answer", "")


def find_going(visit: Visit, days: Sequence[DayKey]) -> list[Run]:
    """The runs that wait or go on, and have some of these days."""
    if not days:
        return []
    period = (min(day for _, day in days), max(day for _, day in days))
    with visit.workspace.database.reading() as connection:
        going = read_runs(connection, states=[RunState.WAITING, RunState.GOING])
    return [run for run in going if overlaps(run, sorted({venue for venue, _ in days}), period)]


def show(visit: Visit) -> Response:
    """The form; with what would be drafted, where a period or days are asked for."""
    bookable, trouble, found = require_bookable(visit), "", None
    params = visit.request.query_params
    try:
        asked = read_asked(visit)
        found = read_preview(visit, asked) if asked.is_asked else None
    except Declined as declined:
        trouble = declined.words
    days = found.days if found else []
    return visit.show(
        "draft_period.html.j2",
        status_code=422 if trouble else 200,
        venues=[venue for venue in bookable if venue in visit.venues],
        chosen=set(params.getlist("venue")),
        first=params.get("from", ""),
        last=params.get("to", ""),
        is_picked=bool(params.getlist("d")),
        found=found,
        days=" ".join(map(format_day_key, days)),
        going=find_going(visit, days),
        trouble=trouble,
    )
