"""posexport export: draft every closed, not yet drafted business day of a period, then attach each voucher's settlement
report.

The command line and the scheduler call this with a `Workspace` built by `wiring`; nothing here names a concrete ledger
or reads a clock of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import TypeVar

from posexport.app.export_orders import (
    DayKey,
    choose_venues,
    export_orders,
    judge_order,
    list_paid_to_others,
    list_unfinished,
)
from posexport.app.failed_imports import watch_imports
from posexport.app.moved_sales import find_moved_sales, list_asked, note_ordered_too
from posexport.app.orders import list_orders_to_see_to
from posexport.app.preview import Exported, find_why, judge_report, list_top_findings
from posexport.app.review import Reviewer, make_page_failure_finding
from posexport.app.review_venues import (
    IN_FLIGHT,
    SENDABLE,
    VENUES_AT_A_TIME,
    learn_rates,
    open_reviewers,
    review_to_remap,
    review_venues,
)
from posexport.app.workspace import Workspace
from posexport.core.company import Company, Venue
from posexport.core.day import Period
from posexport.core.delivery import Delivery
from posexport.core.finding import Finding
from posexport.core.order_review import OrderReport
from posexport.core.report import DayReport, EmptyDay, Report, State, VoucherReport
from posexport.core.review import DayReview, Review
from posexport.delivery.claims import Outcome
from posexport.delivery.documentation import Documentation
from posexport.delivery.lookup import Run, begin_run
from posexport.delivery.order_watch import watch_orders
from posexport.delivery.revisions import Revisions
from posexport.delivery.sender import Sender
from posexport.errors import Exit, StoreTrouble
from posexport.store.day_sums import sum_days
from posexport.store.deliveries import close_days, count_documents
from posexport.store.setups import find_venue_number

_log = logging.getLogger("posexport.export")


PAGES_AT_ONCE = 8
"""How many settlement reports are attached at once, beside the vouchers."""


@dataclass(frozen=True, slots=True)
class Revision:
    """The options of --revise: drafted days with changed sales are replaced or adjusted. `dated`: another date for
    adjustments that cannot have their own day's, None for the day's own. `remap`: also days that have other accounts by
    today's setup; already posted ones only where the days were `named`."""

    dated: date | None = None
    remap: bool = False
    named: bool = False


Made = TypeVar("Made")

OnDone = Callable[[DayReport, int], None]
"""Called with each finished voucher, or day without one, and the number of business days in all."""


def export_period(
    workspace: Workspace,
    venues: Sequence[Venue],
    period: Period,
    *,
    revision: Revision | None = None,
    on_done: OnDone | None = None,
    in_flight: int = IN_FLIGHT,
) -> Exported:
    """Draft every closed, not yet drafted business day of the period, several venues and days at once. A failure or a
    held day affects only itself. With `revision`, drafted days whose sales have changed are corrected too, and with
    `remap` those whose accounts have."""
    look, begun_at_utc_s = review_venues, workspace.now_utc_s
    if revision is not None and revision.remap:
        look = review_to_remap
    troubles = _Troubles()
    with _threads(in_flight) as pool, _threads(PAGES_AT_ONCE) as page_pool:
        setup = workspace.load_setup_of(venues)
        watch_imports(workspace.delivery, setup, venues, workspace.stopping)
        ordering = choose_venues(workspace, venues, setup)
        moved = find_moved_sales(workspace, setup, ordering)
        asked = list_asked(moved, ordering)
        found = watch_orders(workspace.delivery, setup, ordering, workspace.stopping, also=asked)
        note_ordered_too(workspace, ordering, moved, found)
        with _signing_in(workspace, is_beside=in_flight > 1) as sign_in:
            reviews = _review_for_sending(workspace, venues, period, look, sign_in)
        if learn_rates(workspace, reviews, pool):
            reviews = list(look(workspace, venues, period))
        run = begin_run([review for review in reviews if isinstance(review, Review)], workspace.now_utc_s)
        way = _Way(workspace, run, troubles, page_pool if in_flight > 1 else None)
        results = _bring_all(way, reviews, revision, pool, on_done)
        pages = {reference: found for result in results for reference, found in result.pages.result().items()}
        pages |= troubles.attempt(lambda: _bring_other_pages(workspace, venues, pages, pool)) or {}
        reviewed = [result.review for result in results]
        sent = troubles.attempt(lambda: export_orders(workspace, ordering, reviewed, pool)) or []
    unfinished = list_unfinished(sent) | list_paid_to_others((result.report for result in results), sent)
    troubles.attempt(lambda: _close(workspace, results, unfinished, begun_at_utc_s))
    top = troubles.attempt(lambda: list_top_findings(workspace, venues)) or ()
    shown = tuple(_with_page(result.report, pages) for result in results)
    earlier = troubles.attempt(lambda: _list_earlier(workspace, ordering, period, reviewed)) or []
    why = None if shown or earlier else troubles.attempt(lambda: find_why(workspace, venues, period))
    orders = (*(outcome.report for outcome in sent), *earlier)
    report = Report(
        shown,
        (*top, *_find_other_page_failures(shown, pages)),
        why,
        orders,
        datetime.fromtimestamp(begun_at_utc_s, UTC),
    )
    codes = [Exit.WAIT if result.again else result.exit_code for result in results]
    codes += [max(judge_order(outcome.report), outcome.exit_code) for outcome in sent]
    codes += [judge_order(shown) for shown in earlier]
    codes += [missing.exit_code for missing in pages.values() if missing]
    codes += [troubles.first.exit_code] if troubles.first else []
    is_whole = not workspace.stopping() or not Documentation(workspace.delivery).list_waiting(venues)
    return Exported(report, max((judge_report(report), *codes)), troubles.first, is_whole)


def _list_earlier(
    workspace: Workspace, venues: Sequence[Venue], period: Period, reviews: Sequence[DayReview]
) -> list[OrderReport]:
    """The orders of days that are done that somebody must see to."""
    if workspace.stopping():
        return []
    looked_at = {(review.report.venue.id, review.business_day) for review in reviews}
    return list_orders_to_see_to(workspace, venues, period, but=looked_at)


@contextmanager
def _threads(many: int) -> Iterator[ThreadPoolExecutor]:
    """A thread pool that is waited for at the end; after an exception, what has not started is cancelled."""
    pool, is_well = ThreadPoolExecutor(many), False
    try:
        yield pool
        is_well = True
    finally:
        pool.shutdown(cancel_futures=not is_well)


@dataclass(slots=True)
class _Troubles:
    """The first database failure of a run. After it nothing new is started; what was done before is still reported."""

    first: StoreTrouble | None = None

    def attempt(self, work: Callable[[], Made]) -> Made | None:
        """Run `work`; None where the database fails now or has failed before."""
        if self.first is None:
            try:
                return work()
            except StoreTrouble as trouble:
                self.note(trouble)
        return None

    def note(self, trouble: StoreTrouble) -> None:
        """Remember why the database cannot be used."""
        self.first = self.first or trouble


def _review_for_sending(
    workspace: Workspace,
    venues: Sequence[Venue],
    period: Period,
    look: Callable[[Workspace, Sequence[Venue], Period], Iterator[DayReview]],
    sign_in: Callable[[Company, Venue], None],
) -> list[DayReview]:
    """The reviews of the period, after the stored sums were checked against the tickets. Venues already read sign in
    while the later ones are being read."""
    reviews = []
    for first in range(0, len(venues), VENUES_AT_A_TIME):
        some = venues[first : first + VENUES_AT_A_TIME]
        _hold_against_tickets(workspace, some, period)
        for review in look(workspace, some, period):
            reviews.append(review)
            if review.report.state in SENDABLE:
                sign_in(review.report.company, review.report.venue)
    return reviews


SIGN_INS_AT_ONCE = 25
"""Each waits a quarter of a second for its answer: enough of them for every request that the throttle allows, those at
once in the beginning included."""


@contextmanager
def _signing_in(workspace: Workspace, *, is_beside: bool) -> Iterator[Callable[[Company, Venue], None]]:
    """Yields a function that signs a venue in at its ledger, once, in another thread. A venue that is not signed in at
    the end of the block signs in with its first voucher, so that no voucher waits for other venues."""
    begun: set[str] = set()
    sender, pool = Sender(workspace.delivery), ThreadPoolExecutor(SIGN_INS_AT_ONCE)

    def sign_in(company: Company, venue: Venue) -> None:
        if is_beside and venue.id not in begun:
            begun.add(venue.id)
            pool.submit(sender.sign_in, company, venue)

    try:
        yield sign_in
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _hold_against_tickets(workspace: Workspace, venues: Sequence[Venue], period: Period) -> None:
    """Check the stored day sums against the tickets, and recompute the wrong ones, before vouchers are built from
    them."""
    now = workspace.now_utc_s
    wrong = [(venue, reviewer.find_wrong_days(period, now)) for venue, reviewer in open_reviewers(workspace, venues)]
    for venue, days in wrong:
        if days:
            told = ", ".join(map(str, days))
            _log.warning(
                "%s: the sums kept of %s were not what the tickets come to; they were made anew", venue.id, told
            )
            with workspace.database.writing() as connection:
                sum_days(connection, find_venue_number(connection, venue), days)


STEPS = 8
"""How often a day may be reviewed in one run: a draft found, a draft deleted, its revision drafted."""


@dataclass(frozen=True, slots=True)
class _Missing:
    """A settlement report that could not be attached: the finding, and who must act."""

    finding: Finding
    exit_code: Exit


_Pages = Mapping[str, _Missing | None]
"""By reference, the outcome of attaching a report: None, or what went wrong."""


@dataclass(frozen=True, slots=True)
class _Result:
    """What came of one review: the report to show, the exit code, and the attachments of a new draft. `again`: the day
    must be reviewed anew, since a step was taken that changes what comes next."""

    review: DayReview
    report: DayReport
    pages: Future[_Pages]
    exit_code: Exit = Exit.DONE
    again: bool = False


@dataclass(frozen=True, slots=True)
class _Way:
    """What all vouchers of one run share. `page_pool`: threads that attach reports behind the vouchers; None attaches
    each at once."""

    workspace: Workspace
    run: Run
    troubles: _Troubles
    page_pool: ThreadPoolExecutor | None


def _bring_all(
    way: _Way,
    reviews: Sequence[DayReview],
    revision: Revision | None,
    pool: ThreadPoolExecutor,
    on_done: OnDone | None,
) -> list[_Result]:
    """Deliver every review. Days with `again` are reviewed and delivered anew, at most `STEPS` times."""
    results = {(review.report.venue.id, review.business_day): list[_Result]() for review in reviews}
    deleted: dict[DayKey, set[str]] = {key: set() for key in results}
    for step in range(1, STEPS + 1):
        again: dict[tuple[str, date], DayReview] = {}
        for result in pool.map(partial(_bring, way, revision), reviews):
            review = result.review
            key = (review.report.venue.id, review.business_day)
            results[key].append(result)
            if result.again:
                again[key] = review
                deleted[key] |= _list_leaving(review)
            elif on_done is not None:
                on_done(result.report, len(results))
        if not again or step == STEPS:
            break
        revision = None
        found = way.troubles.attempt(partial(_review_all_again, way.workspace, list(again.values())))
        if found is None:
            break
        reviews = found
        for key in again:
            results[key] = []
    return [_tell_deleted(result, deleted[key]) for key, of_day in results.items() for result in of_day]


def _list_leaving(review: DayReview) -> set[str]:
    """The references of a day's vouchers that are to be deleted in the ledger."""
    return {one.reference for one in review.history.leaving} if isinstance(review, Review) else set()


def _tell_deleted(result: _Result, deleted: Collection[str]) -> _Result:
    """The result of a day; where nothing is left for a voucher, with those that were deleted."""
    if not deleted or not isinstance(result.report, EmptyDay):
        return result
    return replace(result, report=replace(result.report, deleted=tuple(sorted(deleted))))


def _review_all_again(workspace: Workspace, reviews: Sequence[DayReview]) -> list[DayReview]:
    """The same business days, reviewed anew."""
    found: list[DayReview] = []
    for report in (review.report for review in reviews):
        with workspace.database.reading() as connection:
            reviewer = Reviewer(workspace.database, connection, report.company, report.venue)
            found += reviewer.review_days([report.business_day], workspace.now_utc_s)
    return found


def _bring_page(workspace: Workspace, company: Company, waiting: tuple[Venue, Delivery]) -> tuple[str, _Missing | None]:
    venue, delivery = waiting
    error = Documentation(workspace.delivery).bring(company, venue, delivery)
    if error is None:
        return delivery.reference, None
    found = make_page_failure_finding(error, delivery.reference)
    with workspace.database.reading() as connection:
        has_others = count_documents(connection, delivery) > 1
    day = delivery.business_day
    told = replace(found, venue=venue.id, business_day=day, is_one_of_several=has_others)
    return delivery.reference, _Missing(told, error.exit_code)


def _bring_other_pages(
    workspace: Workspace, venues: Sequence[Venue], brought: _Pages, pool: ThreadPoolExecutor
) -> _Pages:
    """Attach the reports that drafts of earlier runs still lack."""
    if workspace.stopping():
        return {}
    setup = workspace.load_setup_of(venues)
    left = [
        found for found in Documentation(workspace.delivery).list_waiting(venues) if found[1].reference not in brought
    ]
    return dict(pool.map(lambda found: _bring_page(workspace, setup.company_of(found[0]), found), left))


def _with_page(shown: DayReport, pages: Mapping[str, _Missing | None]) -> DayReport:
    """A drafted voucher with the outcome of its attachment: the finding is removed, or renewed."""
    if shown.reference not in pages:
        return shown
    findings = tuple(finding for finding in shown.findings if finding.code != "documentation-missing")
    missing = pages[shown.reference]
    return replace(shown, findings=(missing.finding, *findings) if missing else findings)


def _find_other_page_failures(shown: Sequence[DayReport], pages: Mapping[str, _Missing | None]) -> Iterator[Finding]:
    """Findings for attachments that failed on vouchers outside this report."""
    references = {report.reference for report in shown}
    for reference, missing in pages.items():
        if missing is not None and reference not in references:
            yield missing.finding


def _bring(way: _Way, revision: Revision | None, review: DayReview) -> _Result:
    """Deliver one voucher, and start attaching its report. A day without a voucher is passed through."""
    if way.troubles.first is not None or not isinstance(review, Review):
        return _Result(review, review.report, _known({}))
    try:
        outcome = _deliver(way.workspace, revision, way.run, review)
    except StoreTrouble as trouble:
        way.troubles.note(trouble)
        report = replace(review.report, state=State.UNCERTAIN, answer=str(trouble))
        return _Result(review, report, _known({}), trouble.exit_code)
    pages = _known({})
    if outcome.report.state is State.DRAFTED and not outcome.again:
        if way.page_pool is None:
            pages = _known(_bring_own_pages(way, outcome.report))
        else:
            pages = way.page_pool.submit(_bring_own_pages, way, outcome.report)
    return _Result(review, outcome.report, pages, outcome.exit_code, outcome.again)


def _known(pages: _Pages) -> Future[_Pages]:
    future: Future[_Pages] = Future()
    future.set_result(pages)
    return future


def _bring_own_pages(way: _Way, report: VoucherReport) -> _Pages:
    """Attach the report of a voucher that was drafted just now."""
    if way.workspace.stopping():
        return {}

    def bring() -> _Pages:
        lacking = Documentation(way.workspace.delivery).list_waiting([report.venue], report.business_day)
        own = [found for found in lacking if found[1].reference == report.reference]
        return dict(_bring_page(way.workspace, report.company, found) for found in own)

    return way.troubles.attempt(bring) or {}


def _deliver(workspace: Workspace, revision: Revision | None, run: Run, review: Review) -> Outcome[VoucherReport]:
    """Send, revise or pass through one voucher, by its state. A day held only by an earlier refusal of the ledger is
    tried again. Nothing is started once the program is to stop."""
    report = review.report
    if workspace.stopping():
        return Outcome(report)
    is_redated = revision is not None and revision.dated is not None and review.is_pending and not review.holds
    if revision is not None and (review.whole is not None or is_redated):
        leave_posted = revision.remap and not revision.named
        return Revisions(workspace.delivery).revise(review, revision.dated, leave_posted=leave_posted, run=run)
    held_by_poweroffice = report.state is State.HELD and not review.holds
    if report.state in SENDABLE or held_by_poweroffice:
        return Sender(workspace.delivery).deliver(review, run)
    return Outcome(report)


def _close(
    workspace: Workspace, results: Sequence[_Result], unfinished: Collection[DayKey], begun_at_utc_s: int
) -> None:
    """Mark days as done: every voucher drafted as it stands, or nothing to draft. `unfinished`: those with an order
    that is not sent, or is for another customer than its part payment; `begun_at_utc_s`: when the run began, before it
    looked at any day."""
    done: dict[tuple[str, date], bool] = {}
    files: dict[tuple[str, date], int] = {}
    for result in results:
        shown = result.report
        key = (shown.venue.id, shown.business_day)
        settled = shown.state in (State.DRAFTED, State.NOTHING) and not result.again
        done[key] = done.get(key, True) and settled and not any(finding.holds for finding in shown.findings)
        files[key] = result.review.file_id
    venues = {venue.id: venue for venue in (result.review.report.venue for result in results)}
    with workspace.database.writing() as connection:
        numbers = {id_: find_venue_number(connection, venue) for id_, venue in venues.items()}
        finished = [key for key, is_done in done.items() if is_done and key not in unfinished]
        days = [(numbers[id_], day, files[id_, day]) for id_, day in finished]
        close_days(connection, days, begun_at_utc_s)
