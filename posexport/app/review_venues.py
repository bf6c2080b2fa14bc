"""Many venues' business days reviewed, some venues at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from posexport.app.review import Reviewer
from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.core.day import Period
from posexport.core.report import DayReport, State
from posexport.core.review import DayReview, Review
from posexport.delivery.preflight import ChartChecks

VENUES_AT_A_TIME = 25
"""How many venues are reviewed in one read transaction."""


IN_FLIGHT = 24
"""How many vouchers are sent at once; requests are throttled elsewhere."""


def review_venues(workspace: Workspace, venues: Sequence[Venue], period: Period) -> Iterator[DayReview]:
    """The reviews of the period's business days, venue by venue."""
    now = workspace.now_utc_s
    for _, reviewer in open_reviewers(workspace, venues):
        yield from reviewer.review(period, now)


def review_to_remap(workspace: Workspace, venues: Sequence[Venue], period: Period) -> Iterator[DayReview]:
    """As `review_venues`, with drafted days compared with today's accounts too. Of an open period, of drafted days only
    those that differ."""
    now = workspace.now_utc_s
    for _, reviewer in open_reviewers(workspace, venues, remap=True):
        if not period.is_open:
            yield from reviewer.review(period, now)
            continue
        is_open = frozenset(reviewer.find_days(period, now))
        for review in reviewer.review(Period(date.min, None), now):
            if review.business_day in is_open or (isinstance(review, Review) and review.whole is not None):
                yield review


def open_reviewers(
    workspace: Workspace, venues: Sequence[Venue], *, remap: bool = False
) -> Iterator[tuple[Venue, Reviewer]]:
    """A reviewer for each venue, valid until the next is yielded. Several venues share one read transaction, since
    opening one costs as much as several queries."""
    setup = workspace.load_setup_of(venues)
    for first in range(0, len(venues), VENUES_AT_A_TIME):
        with workspace.database.reading() as connection:
            for venue in venues[first : first + VENUES_AT_A_TIME]:
                yield venue, Reviewer(workspace.database, connection, setup.company_of(venue), venue, remap=remap)


SENDABLE = (State.READY, State.REFUSED, State.UNREACHABLE, State.UNCERTAIN)


def learn_rates(workspace: Workspace, reviews: Sequence[DayReview], pool: ThreadPoolExecutor) -> bool:
    """Fetch VAT rates from PowerOffice before vouchers are sent; asked again even where rates are stored if a review is
    held because VAT does not match. True where something new was learned, so that the days must be reviewed again."""
    asked: dict[str, tuple[DayReport, bool]] = {}
    for report in (review.report for review in reviews):
        is_doubtful = report.state is State.HELD and any(found.code == "vat-mismatch" for found in report.findings)
        if is_doubtful or report.state in SENDABLE:
            _, was_doubtful = asked.get(report.company.id, (report, False))
            asked[report.company.id] = report, is_doubtful or was_doubtful

    def learn(chosen: tuple[DayReport, bool]) -> bool:
        report, anew = chosen
        return ChartChecks(workspace.delivery).learn_rates(report.company, report.venue, anew=anew)

    return sum(pool.map(learn, asked.values())) > 0
