"""posexport status: where every business day stands, and who must act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from posexport.app.day_list import Choose, DayState, judge_row, read_day_states, read_status_rows
from posexport.app.documents import DocumentReader
from posexport.app.preview import list_odd_dates
from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.core.coverage import RHYTHM_DAYS, is_expected
from posexport.core.day import Period, years
from posexport.core.finding import Finding, Severity
from posexport.core.order_review import OrderReport
from posexport.core.orders.document import ORDER
from posexport.core.orders.state import OrderState
from posexport.core.report import State, StatusRow
from posexport.errors import Exit
from posexport.store.deliveries import read_last_drafted_days, read_venues_with_others

_ONE_DAY = timedelta(days=1)


def status(workspace: Workspace, venues: Sequence[Venue], period: Period) -> tuple[StatusRow, ...]:
    """The status of every business day from each venue's first day with data to its last, and of documents other than
    vouchers."""
    now_utc_s = workspace.now_utc_s

    def choose(venue: Venue, with_data: Sequence[date]) -> list[date]:
        return list_days(venue, with_data, period, now_utc_s)

    return _read_rows(workspace, venues, period, now_utc_s, choose)


class Standing(NamedTuple):
    """The status of every day, and by venue id the days of which no file has come (see `list_without_file`)."""

    rows: tuple[StatusRow, ...]
    without_file: dict[str, list[date]]


def read_standing(workspace: Workspace, venues: Sequence[Venue]) -> Standing:
    """Both, from one reading of the day lists."""
    now_utc_s, without_file = workspace.now_utc_s, dict[str, list[date]]()

    def choose(venue: Venue, with_data: Sequence[date]) -> list[date]:
        without_file[venue.id] = list_without_file(venue, with_data, now_utc_s)
        return list_days(venue, with_data, Period(), now_utc_s)

    return Standing(_read_rows(workspace, venues, Period(), now_utc_s, choose), without_file)


def _read_rows(
    workspace: Workspace, venues: Sequence[Venue], period: Period, now_utc_s: int, choose: Choose
) -> tuple[StatusRow, ...]:
    odd = list_odd_days(workspace, venues)
    found = read_status_rows(workspace, venues, choose, now_utc_s, period)
    others = _read_others(workspace, venues, period, now_utc_s)
    orders = _list_order_rows(workspace, venues, period)
    return tuple(
        row for venue in venues for of_venue in (found, others, orders, odd) for row in of_venue.get(venue.id, ())
    )


def list_orders_of_removed(workspace: Workspace, period: Period) -> list[StatusRow]:
    """The orders of venues that were removed from the setup that wait, or that somebody has to look at."""
    removed = [venue for venue in workspace.list_with_removed() if venue.is_removed]
    rows = _list_order_rows(workspace, removed, period) if removed else {}
    return [row for of_venue in rows.values() for row in of_venue]


def list_waiting_orders(workspace: Workspace, venue: Venue) -> list[StatusRow]:
    """The orders of a venue that somebody has to look at, by business day."""
    found = _list_order_rows(workspace, [venue], Period()).get(venue.id, [])
    return sorted(found, key=lambda row: row.business_day)


def _list_order_rows(workspace: Workspace, venues: Sequence[Venue], period: Period) -> dict[str, list[StatusRow]]:
    """The orders that wait, or that somebody has to look at, by venue id. What is sent and in order is not listed."""
    from posexport.app.orders import list_unfinished_orders

    rows: dict[str, list[StatusRow]] = {}
    for shown in list_unfinished_orders(workspace, venues, period):
        found = tuple(finding for finding in shown.findings if finding.severity is not Severity.INFO)
        if not shown.is_settled and (shown.state_of_order not in _ORDERS_AT_REST or found):
            rows.setdefault(shown.venue.id, []).append(order_row(shown, found))
    return rows


def order_row(shown: OrderReport, found: tuple[Finding, ...]) -> StatusRow:
    """The status of an order, with what was found on it."""
    is_open = shown.state_of_order is OrderState.OPEN
    return StatusRow(
        venue=shown.venue,
        business_day=shown.business_day,
        state=State.OPEN if is_open else shown.state,
        reference=shown.reference,
        remote_id=shown.remote_id,
        drafted_at=shown.drafted_at,
        debit_ore=shown.order.total_ore,
        findings=() if is_open else found,
        answer=shown.answer,
        document_kind=ORDER.name,
        order_state=shown.state_of_order.value,
    )


_ORDERS_AT_REST = frozenset(
    {OrderState.SENT, OrderState.INVOICED, OrderState.CREDITED, OrderState.MOVED, OrderState.LEFT_OUT, OrderState.OPEN}
)


class Health(NamedTuple):
    """One venue in short: its last drafted business day, and its closed days that somebody must still act for or that
    the next export takes, the oldest of them and how many."""

    last_drafted: date | None
    oldest_waiting: date | None
    waiting: int


def read_health(workspace: Workspace, venues: Sequence[Venue]) -> dict[str, Health]:
    """Each venue in short, by venue id; the days that wait are those of `status`."""
    now_utc_s = workspace.now_utc_s

    def choose(venue: Venue, with_data: Sequence[date]) -> list[date]:
        return list_days(venue, with_data, Period(), now_utc_s)

    days = read_day_states(workspace, venues, choose, now_utc_s)
    with workspace.database.reading() as connection:
        drafted = read_last_drafted_days(connection)
    return {venue.id: _sum_up(days[venue.id], drafted.get(venue.id)) for venue in venues}


def _sum_up(days: Sequence[DayState], last_drafted: date | None) -> Health:
    waiting = [day.business_day for day in days if day.exit_code or day.state not in _AT_REST]
    return Health(last_drafted, min(waiting, default=None), len(waiting))


_AT_REST = (State.NOTHING, State.OPEN, State.DRAFTED)


def _read_others(
    workspace: Workspace, venues: Sequence[Venue], period: Period, now_utc_s: int
) -> dict[str, list[StatusRow]]:
    """The status of documents other than vouchers, by venue id."""
    with workspace.database.reading() as connection:
        having = read_venues_with_others(connection)
        some = [venue for venue in venues if venue.id in having]
        setup = workspace.load_setup_of(some)
        return {
            venue.id: DocumentReader(connection, setup.company_of(venue), venue).read_status(period, now_utc_s)
            for venue in some
        }


def list_odd_days(workspace: Workspace, venues: Sequence[Venue]) -> dict[str, list[StatusRow]]:
    """By venue id, days that have tickets though they are not over yet (misdated tickets)."""
    return {venue.id: _odd_rows(venue, found) for venue, found in list_odd_dates(workspace, venues)}


def _odd_rows(venue: Venue, findings: Sequence[Finding]) -> list[StatusRow]:
    """Status rows for days that are not over yet but have tickets."""
    by_day: dict[date, list[Finding]] = {}
    for finding in findings:
        if finding.business_day is not None:
            by_day.setdefault(finding.business_day, []).append(finding)
    return [StatusRow(venue, day, State.OPEN, findings=tuple(found)) for day, found in by_day.items()]


def status_of_days(workspace: Workspace, venue: Venue, days: Sequence[date], now_utc_s: int) -> tuple[StatusRow, ...]:
    """The status of these business days of one venue, in order."""
    if not days:
        return ()
    found = read_status_rows(workspace, [venue], lambda _venue, _with_data: days, now_utc_s, (min(days), max(days)))
    return tuple(found[venue.id])


def list_days(venue: Venue, with_data: Sequence[date], period: Period, now_utc_s: int) -> list[date]:
    """Every day from the first with data to the last; for a venue exported automatically also later weekdays that
    usually have sales: no data may mean that a file is missing."""
    last_closed = venue.calendar.last_closed(now_utc_s)
    known = [day for day in with_data if venue.export_from <= day <= last_closed]
    days = [day for day in known if day in period]
    if not days:
        return []
    every = sorted({day for run in years(days) for day in Period(run[0], run[-1]).days()})
    if venue.automatic_export and days[-1] == known[-1] < last_closed:
        every += [day for day in _list_expected(known, last_closed) if day in period]
    return every


def _list_expected(known: Sequence[date], last: date) -> list[date]:
    """The days after those with data on which a venue's registers usually report."""
    recent = frozenset(known[-RHYTHM_DAYS:])
    return [day for day in Period(known[-1] + _ONE_DAY, last).days() if is_expected(day, recent)]


def list_without_file(venue: Venue, with_data: Sequence[date], now_utc_s: int) -> list[date]:
    """The closed days after a venue's last one with data on which its registers usually report: no file has them yet.
    None for a venue that is exported automatically, where they are among the days of `list_days`."""
    last_closed = venue.calendar.last_closed(now_utc_s)
    known = [day for day in with_data if venue.export_from <= day <= last_closed]
    if venue.automatic_export or not known or known[-1] == last_closed:
        return []
    return _list_expected(known, last_closed)


def keep_waiting(rows: Iterable[StatusRow]) -> tuple[StatusRow, ...]:
    """Only the rows that somebody must act for, or that were sent without an answer."""
    return tuple(row for row in rows if judge_row(row) is not Exit.DONE)


def judge_status(rows: Iterable[StatusRow]) -> Exit:
    """Who must act for what waits: the bookkeeper, the integrator, or nobody yet."""
    return max((judge_row(row) for row in rows), default=Exit.DONE)
