"""Where every business day stands, and who must act for what waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from posexport.app.documents import DocumentReader
from posexport.app.preview import list_odd_dates
from posexport.app.review import Reviewer
from posexport.app.workspace import Workspace
from posexport.core.company import Company, Venue
from posexport.core.coverage import is_expected
from posexport.core.day import Period, years
from posexport.core.findings import TO_BE_ASKED_AGAIN, Finding, Severity
from posexport.core.report import BOOKED_ELSEWHERE, EmptyDay, State, StatusRow
from posexport.core.review import DayReview
from posexport.errors import Exit

_ONE_DAY = timedelta(days=1)


def status(workspace: Workspace, venues: Sequence[Venue], period: Period) -> tuple[StatusRow, ...]:
    """Where every business day stands, from each venue's first day with data to its last, and every other document than
    their vouchers."""
    setup = workspace.load_setup_of(venues)
    odd = list_odd_days(workspace, venues)
    rows: list[StatusRow] = []
    for venue in venues:
        with workspace.database.reading() as connection:
            company = setup.company_of(venue)
            reviewer = Reviewer(workspace.database, connection, company, venue)
            rows += _venue_status(reviewer, venue, period, workspace.now_utc_s)
            rows += DocumentReader(connection, company, venue).read_status(period, workspace.now_utc_s)
        rows += odd.get(venue.id, [])
    return tuple(rows)


def list_odd_days(workspace: Workspace, venues: Sequence[Venue]) -> dict[str, list[StatusRow]]:
    """Days that are not over and have tickets all the same, by the id of their venue."""
    return {venue.id: _odd_rows(venue, found) for venue, found in list_odd_dates(workspace, venues)}


def _odd_rows(venue: Venue, findings: Sequence[Finding]) -> list[StatusRow]:
    """Days that are not over, for what their tickets are dated."""
    by_day: dict[date, list[Finding]] = {}
    for finding in findings:
        assert finding.business_day is not None
        by_day.setdefault(finding.business_day, []).append(finding)
    return [StatusRow(venue, day, State.OPEN, findings=tuple(found)) for day, found in by_day.items()]


def status_of_days(
    workspace: Workspace, company: Company, venue: Venue, days: Sequence[date], now_utc_s: int
) -> tuple[StatusRow, ...]:
    """Where these business days of one venue stand, in order: the days asked for and not the history around them."""
    with workspace.database.reading() as connection:
        reviewer = Reviewer(workspace.database, connection, company, venue)
        return tuple(_status_row(review) for review in reviewer.review_days(days, now_utc_s))


def _venue_status(reviewer: Reviewer, venue: Venue, period: Period, now_utc_s: int) -> list[StatusRow]:
    """Every day from the first with data to the last, and, of a venue that is exported by itself, those after it
    that its registers usually report: a day without data is not a day without sales."""
    known = reviewer.find_days(Period(date.min, None), now_utc_s)
    days = [day for day in known if day in period]
    if not days:
        return []
    every = sorted({day for run in years(days) for day in Period(run[0], run[-1]).days()})
    if venue.automatic_export and days[-1] == known[-1] < venue.calendar.last_closed(now_utc_s):
        since = Period(days[-1] + _ONE_DAY, venue.calendar.last_closed(now_utc_s)).days()
        every += [day for day in since if day in period and is_expected(day, frozenset(known[-42:]))]
    return [_status_row(review) for review in reviewer.review_days(every, now_utc_s)]


def judge_status(rows: Iterable[StatusRow]) -> Exit:
    """Who must act for what waits: the bookkeeper, the integrator, or nobody yet."""
    return max((_judge_row(row) for row in rows), default=Exit.DONE)


def _judge_row(row: StatusRow) -> Exit:
    if row.state in (State.HELD, State.GAP) or any(finding.holds for finding in row.findings):
        return Exit.BOOKKEEPER
    by_state = {State.REFUSED: Exit.INTEGRATOR, State.UNCERTAIN: Exit.WAIT, State.UNREACHABLE: Exit.WAIT}
    return by_state.get(row.state, Exit.DONE)


def _status_row(review: DayReview) -> StatusRow:
    shown = review.shown
    is_gap = any(
        finding.code == "no-sales-data" and finding.severity is not Severity.INFO for finding in shown.findings
    )
    state = State.GAP if is_gap else shown.state
    findings = tuple(finding for finding in shown.findings if _still_matters(finding, shown.state))
    if isinstance(shown, EmptyDay):
        return StatusRow(shown.venue, shown.business_day, state, findings=findings)
    return StatusRow(
        venue=shown.venue,
        business_day=shown.business_day,
        state=state,
        reference=shown.reference,
        remote_id=shown.remote_id,
        drafted_at=shown.drafted_at,
        debit_ore=shown.voucher.debit_ore,
        findings=findings,
        answer=shown.answer,
    )


def _still_matters(finding: Finding, state: State) -> bool:
    """What a status tells: what holds, what is worth a look before a day is drafted, and what a draft lacks."""
    worth_a_look = finding.severity is Severity.WARNING and state is not State.DRAFTED
    return (
        finding.holds
        or worth_a_look
        or finding.code in ("documentation-missing", "voucher-corrected", BOOKED_ELSEWHERE, TO_BE_ASKED_AGAIN)
    )
