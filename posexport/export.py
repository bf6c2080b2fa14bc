"""The story, top to bottom: sales are imported, a period is previewed, a period is exported, a status is told.

Every way in (command line, scheduler) calls these functions with a `Workplace`, which `wiring` builds; nothing
here names a concrete source or destination, or reads a clock of its own.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeVar

from posexport.core.actor import PROGRAM, Actor
from posexport.core.day import Period
from posexport.core.findings import ACCEPTABLE, BOOKED_IN_LEDGER, Finding, Severity
from posexport.core.organization_number import parse_organization_number
from posexport.core.ports import Mailer
from posexport.core.report import Nothing, Report, State, VoucherReport, format_page
from posexport.core.sales import MasterData, Notice, SalesItem
from posexport.core.setup import Company, Setup, Venue
from posexport.delivery import Courier, Outcome
from posexport.errors import Exit, ImportStopped, StoreTrouble, UnreadableSales, UsageError
from posexport.incoming import FileReading, Spool, watch, write_items
from posexport.looking import Run, begin_run
from posexport.resolving import Booked, Resolved, book_elsewhere, resolve, take_back_booking
from posexport.review import Review, Reviewer, list_unknown_registers, list_unregistered, tell_page_failure
from posexport.store.acceptances import add_acceptance
from posexport.store.database import Database
from posexport.store.day_sums import sum_days
from posexport.store.deliveries import Delivery, close_days, count_vouchers
from posexport.store.doubts import read_odd_venues
from posexport.store.master_data import load_master_data
from posexport.store.missing_tickets import FileTrail, doubt_missing, may_lack_tickets
from posexport.store.sales import FileResult, SalesWriter
from posexport.store.setups import find_venue_number, load_removed, load_setup
from posexport.watching import watch_imports

if TYPE_CHECKING:
    from posexport.setup_apply import Applied, Leaving

_log = logging.getLogger("posexport.export")

VENUES_AT_A_TIME = 25
"""Venues reviewed by one look at the store."""

IN_FLIGHT = 24
"""Vouchers on their way at once; the throttle is kept elsewhere."""

PAGES_AT_ONCE = 8
"""Documentation on its way at once, beside the vouchers: no voucher waits for another's page to be made."""

_ONE_DAY = timedelta(days=1)


class OpenFile(Protocol):
    """One sales file, however it was packed."""

    @property
    def name(self) -> str:
        """As the user gave it."""

    @property
    def format(self) -> str:
        """Which reader reads it."""

    @property
    def size_bytes(self) -> int:
        """How much there is to read."""

    @property
    def written_at_utc_s(self) -> int | None:
        """When it was last written to the disk that it was read from; None where that cannot be told."""

    def open(self) -> AbstractContextManager[BinaryIO]:
        """Its bytes; `position` on the stream says how far reading has come."""


class Reader(Protocol):
    """Reads one format."""

    def read(self, stream: BinaryIO, name: str, known: MasterData) -> Iterator[SalesItem]:
        """Everything in the file, one ticket at a time."""

    def read_master(self, stream: BinaryIO, name: str) -> MasterData | None:
        """Its master data alone, None where the format has none."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """What the story needs from outside: the store, the clock, readers, a courier to destinations, and mailers.

    `open_mailer` is for a company that has a mail server; it raises MissingSecret where its password is not there.
    `actor` is who everything that is done here is kept as done by.
    """

    database: Database
    clock: Callable[[], float]
    open_files: Callable[[Path, str | None], Iterable[OpenFile]]
    readers: Mapping[str, Reader]
    courier: Courier
    open_mailer: Callable[[Company], Mailer]
    actor: Actor = PROGRAM
    stopping: Callable[[], bool] = lambda: False

    @property
    def now_utc_s(self) -> int:
        """The time, in whole UTC seconds."""
        return int(self.clock())

    def load_setup(self, companies: Collection[str] | None = None) -> Setup:
        """Everything that is set up; these companies alone where they are given."""
        with self.database.reading() as connection:
            return load_setup(connection, companies)

    def load_setup_with(self, ids: Collection[str]) -> Setup:
        """Everything that is set up, and the venues of these ids that were removed, so that their days can be looked
        at."""
        with self.database.reading() as connection:
            setup = load_setup(connection)
            gone = {id_ for id_ in ids if setup.venue(id_) is None}
            back = [venue for venue, _ in load_removed(connection) if venue.id in gone] if gone else []
        return Setup(
            tuple(
                replace(company, venues=(*company.venues, *(one for one in back if one.company_id == company.id)))
                for company in setup.companies
            )
        )

    def load_setup_of(self, venues: Iterable[Venue]) -> Setup:
        """The companies of these venues."""
        return self.load_setup({venue.company_id for venue in venues})


def find_venues(setup: Setup, ids: Sequence[str]) -> list[Venue]:
    """The venues of these ids, all of them where none is named.

    Raises UsageError naming an id that is not set up, and where nothing is.
    """
    if not setup.venues:
        raise UsageError("Nothing is set up yet. Run posexport setup apply FILE.toml first.")
    if not ids:
        return list(setup.venues)
    known = {venue.id: venue for venue in setup.venues}
    for id_ in ids:
        if id_ not in known:
            raise UsageError(f"There is no venue {id_!r}. The setup has: {', '.join(sorted(known))}.")
    return [known[id_] for id_ in dict.fromkeys(ids)]


# Import


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of importing: per file either a result or why it was refused, and what readers noticed. `trouble` is
    what ended it before all was done: nothing of the files that are `not_read` is stored."""

    results: tuple[FileResult, ...] = ()
    refused: tuple[UnreadableSales, ...] = ()
    notices: tuple[tuple[str, Notice], ...] = ()
    trouble: StoreTrouble | ImportStopped | None = None
    not_read: tuple[str, ...] = ()

    @property
    def exit_code(self) -> Exit:
        """An unreadable file is the operator's; tickets without a venue are the bookkeeper's."""
        waiting = any(result.refused for result in self.results)
        return max(
            Exit.OPERATOR if self.refused else Exit.DONE,
            Exit.BOOKKEEPER if waiting else Exit.DONE,
            self.trouble.exit_code if self.trouble else Exit.DONE,
        )


Progress = Callable[[str, int, int, int], None]
"""Called with a file's name, bytes read, bytes in all, and tickets read."""


def import_sales(
    workplace: Workplace,
    paths: Sequence[Path],
    *,
    file_format: str | None = None,
    venue_id: str | None = None,
    other_company: bool = False,
    on_progress: Progress | None = None,
) -> Imported:
    """Read sales files, each written in one transaction: all of a file or nothing. Every file is tried, until the
    database cannot be used or the program is to stop.

    Master data of every file is gathered first, since one of a set may name what another uses; what the files no
    longer have is looked for last, since one export may come in several. `other_company`: take the sales of other
    organization numbers than the venue's company has.
    """
    setup = workplace.load_setup()
    forced = find_venues(setup, [venue_id])[0] if venue_id else None
    if not setup.venues:
        find_venues(setup, [])
    files, refused = _open_all(workplace, paths, file_format)
    masters = _gather_masters(workplace, files)
    results: list[FileResult] = []
    notices: list[tuple[str, Notice]] = []
    trails: list[FileTrail] = []
    trouble: StoreTrouble | ImportStopped | None = None
    left = list(files)
    try:
        for file in files:
            reading = FileReading(setup, forced, "", file.name, other_company)
            try:
                with Spool() as spool:
                    _read_file(workplace, file, masters, reading, spool, on_progress)
                    result, writer = _write_file(workplace, file, reading, spool, on_progress)
            except UnreadableSales as error:
                refused.append(error)
            else:
                results.append(result)
                trails.append(writer.trail)
                notices += [(file.name, notice) for notice in (*reading.notices, *writer.notices)]
            left.pop(0)
        results = list(_with_missing(workplace, results, trails))
    except (StoreTrouble, ImportStopped) as error:
        trouble = error
    not_read = tuple(file.name for file in left)
    return Imported(tuple(results), tuple(refused), tuple(notices), trouble, not_read)


def _with_missing(
    workplace: Workplace, results: Sequence[FileResult], trails: Sequence[FileTrail]
) -> Iterator[FileResult]:
    """What came of each file, with the tickets that it covers and has no more."""
    found: Mapping[int, int] = {}
    if any(may_lack_tickets(trail) for trail in trails):
        with workplace.database.writing() as connection:
            found = doubt_missing(connection, trails)
    for result, trail in zip(results, trails, strict=True):
        count = found.get(trail.file_id, 0)
        yield replace(result, doubts={**result.doubts, "no-longer-in-file": count}) if count else result


def _open_all(
    workplace: Workplace, paths: Sequence[Path], file_format: str | None
) -> tuple[list[OpenFile], list[UnreadableSales]]:
    files: list[OpenFile] = []
    refused: list[UnreadableSales] = []
    for path in paths:
        try:
            files += workplace.open_files(path, file_format)
        except UnreadableSales as error:
            refused.append(error)
    return files, refused


def _gather_masters(workplace: Workplace, files: Sequence[OpenFile]) -> dict[str, tuple[str, MasterData]]:
    """Per file: its organization number, and the master data of every file of that company. A file that
    cannot be read is told of when its turn comes."""
    of_company: dict[str, MasterData] = {}
    of_file: dict[str, str] = {}
    for file in files:
        try:
            with file.open() as stream:
                master = workplace.readers[file.format].read_master(stream, file.name)
        except UnreadableSales:
            continue
        if master is not None:
            number = master.organization_number
            of_file[file.name] = number
            of_company[number] = of_company.get(number, MasterData()).merged(master)
    return {name: (number, of_company[number]) for name, number in of_file.items()}


def _read_file(
    workplace: Workplace,
    file: OpenFile,
    masters: Mapping[str, tuple[str, MasterData]],
    reading: FileReading,
    spool: Spool,
    on_progress: Progress | None,
) -> None:
    """Read a file to its end, before anybody has to wait for what is written."""
    number, known = masters.get(file.name, ("", MasterData()))
    with workplace.database.reading() as connection:
        stored = load_master_data(connection, number)
    with file.open() as stream:
        items = workplace.readers[file.format].read(stream, file.name, stored.merged(known) if stored else known)

        def tell(tickets: int) -> None:
            if on_progress is not None:
                on_progress(file.name, getattr(stream, "position", 0) // 2, file.size_bytes, tickets)

        spool.fill(watch(items, file.name, workplace.stopping, tell))
    reading.organization_number = parse_organization_number(number)


def _write_file(
    workplace: Workplace,
    file: OpenFile,
    reading: FileReading,
    spool: Spool,
    on_progress: Progress | None,
) -> tuple[FileResult, SalesWriter]:
    """Write what was read of a file, in one transaction. Whoever else read it, or changed the setup, meanwhile is
    known by now."""
    with workplace.database.writing() as connection:
        writer = SalesWriter(
            connection,
            file.name,
            file.format,
            reading.find_venue,
            workplace.now_utc_s,
            actor=workplace.actor,
            organization_number=reading.organization_number,
            find_currency=reading.find_currency,
            find_company=reading.find_company,
            written_at_utc_s=file.written_at_utc_s,
            are_apart=None if reading.forced else reading.are_apart,
        )
        reading.renew(load_setup(connection))

        def tell(place: int) -> None:
            if on_progress is not None:
                share = (1 + place / len(spool)) / 2
                on_progress(file.name, round(share * file.size_bytes), file.size_bytes, place)

        write_items(watch(spool, file.name, workplace.stopping, tell), writer, reading)
        writer.why = reading.why
        return writer.finish(), writer


# Preview and export


def review_venues(workplace: Workplace, venues: Sequence[Venue], period: Period) -> Iterator[Review]:
    """Every business day of the period, venue by venue."""
    now = workplace.now_utc_s
    for _, reviewer in open_reviewers(workplace, venues):
        yield from reviewer.review(period, now)


def _review_to_remap(workplace: Workplace, venues: Sequence[Venue], period: Period) -> Iterator[Review]:
    """As `review_venues`, with drafted days held against the setup too. Without a period, those of them that differ."""
    now = workplace.now_utc_s
    for _, reviewer in open_reviewers(workplace, venues, remap=True):
        if not period.is_open:
            yield from reviewer.review(period, now)
            continue
        is_open = frozenset(reviewer.find_days(period, now))
        for review in reviewer.review(Period(date.min, None), now):
            if review.business_day in is_open or review.whole is not None:
                yield review


def open_reviewers(
    workplace: Workplace, venues: Sequence[Venue], *, remap: bool = False
) -> Iterator[tuple[Venue, Reviewer]]:
    """A reviewer for each venue, good until the next. Venues share a look at the store, a number of them at a time: to
    open one costs as much as several queries."""
    setup = workplace.load_setup_of(venues)
    for first in range(0, len(venues), VENUES_AT_A_TIME):
        with workplace.database.reading() as connection:
            for venue in venues[first : first + VENUES_AT_A_TIME]:
                yield venue, Reviewer(workplace.database, connection, setup.company_of(venue), venue, remap=remap)


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did, or a preview would do, and who must act. `trouble`: what kept it from doing all of it, beside
    what PowerOffice has to say."""

    report: Report
    exit_code: Exit
    trouble: StoreTrouble | None = None
    is_whole: bool = True
    """Whether the documentation of what was drafted was brought too, as far as that could be tried."""


def preview(workplace: Workplace, venues: Sequence[Venue], period: Period) -> Report:
    """The dry run: the vouchers as they would be drafted, and every finding."""
    shown = tuple(review.shown for review in review_venues(workplace, venues, period))
    return Report(shown, _top_findings(workplace, venues), None if shown else _find_why(workplace, venues, period))


def _find_why(workplace: Workplace, venues: Sequence[Venue], period: Period) -> Nothing:
    """Why there is no voucher to show; of several venues, what the most came of."""
    now = workplace.now_utc_s
    found = {reviewer.find_why_nothing(period, now) for _, reviewer in open_reviewers(workplace, venues)}
    return next((why for why in Nothing if why in found), Nothing.NO_SALES)


def check_period(workplace: Workplace, venues: Sequence[Venue], period: Period) -> Exported:
    """The dry run with what PowerOffice has to say: asked, and nothing sent."""
    reviews = list(review_venues(workplace, venues, period))
    with ThreadPoolExecutor(max_workers=IN_FLIGHT) as pool:
        if _learn_rates(workplace, reviews, pool):
            reviews = list(review_venues(workplace, venues, period))
        outcomes = list(pool.map(workplace.courier.ask, reviews))
    why = None if outcomes else _find_why(workplace, venues, period)
    report = Report(tuple(outcome.report for outcome in outcomes), _top_findings(workplace, venues), why)
    return Exported(report, max((judge_report(report), *(outcome.exit_code for outcome in outcomes))))


def _top_findings(workplace: Workplace, venues: Sequence[Venue]) -> tuple[Finding, ...]:
    """What belongs to no single voucher."""
    setup = workplace.load_setup_of(venues)
    companies = {company.id: company for company in map(setup.company_of, venues) if company.target == "ledger"}
    direct = [Finding("direct-posting", Severity.WARNING, {"company": company.name}) for company in companies.values()]
    with workplace.database.reading() as connection:
        unregistered = list_unregistered(connection, map(setup.company_of, venues), venues)
        unknown = list_unknown_registers(connection, {venue.company_id for venue in venues})
        waiting = (*direct, *unregistered, *unknown)
    return (*waiting, *(found for _, of_venue in list_odd_dates(workplace, venues) for found in of_venue))


def list_odd_dates(workplace: Workplace, venues: Sequence[Venue]) -> Iterator[tuple[Venue, list[Finding]]]:
    """Tickets dated so that no day shows them, by venue, of those that have some."""
    now = workplace.now_utc_s
    with workplace.database.reading() as connection:
        since = datetime.fromtimestamp(now, UTC).date() - 3 * _ONE_DAY  # no venue's last closed day is before that
        odd = read_odd_venues(connection, since)
    for venue, reviewer in open_reviewers(workplace, [venue for venue in venues if venue.id in odd]):
        found = reviewer.list_odd_dates(now)
        if found:
            yield venue, found


def judge_report(report: Report) -> Exit:
    """The exit code of a preview: the bookkeeper's where a finding holds something back."""
    findings = [*report.findings, *(finding for shown in report.vouchers for finding in shown.findings)]
    return Exit.BOOKKEEPER if any(finding.holds for finding in findings) else Exit.DONE


@dataclass(frozen=True, slots=True)
class Revision:
    """That a person asked for drafted days whose sales have changed to be mended; `dated` is another date for
    what cannot be dated on its own day, None for its own. `remap`: drafted days that have other accounts by the setup
    as it is now, too; what somebody has posted only where the days are `named`."""

    dated: date | None = None
    remap: bool = False
    named: bool = False


Made = TypeVar("Made")

OnDone = Callable[[VoucherReport, int], None]
"""Called with a voucher that is done with, and how many business days there are in all."""


def export_period(
    workplace: Workplace,
    venues: Sequence[Venue],
    period: Period,
    *,
    revision: Revision | None = None,
    on_done: OnDone | None = None,
    in_flight: int = IN_FLIGHT,
) -> Exported:
    """Draft what is not yet drafted for closed business days of the period. Venues and days go side by side,
    and what goes wrong with one is its own; a held day stops nothing but itself. With `revision`, drafted days
    whose sales have changed are mended as well, and on request those that have other accounts now."""
    look = _review_to_remap if revision is not None and revision.remap else review_venues
    troubles = _Troubles()
    with _threads(in_flight) as pool, _threads(PAGES_AT_ONCE) as page_pool:
        watch_imports(workplace.courier, workplace.load_setup_of(venues), venues, workplace.stopping)
        sign_in = _SigningIn(workplace.courier, pool) if in_flight > 1 else None
        reviews = _review_for_sending(workplace, venues, period, look, sign_in)
        if _learn_rates(workplace, reviews, pool):
            reviews = list(look(workplace, venues, period))
        run = begin_run(reviews, workplace.now_utc_s)
        way = _Way(workplace, run, troubles, page_pool if in_flight > 1 else None)
        results = _bring_all(way, reviews, revision, pool, on_done)
        pages = {reference: found for result in results for reference, found in result.pages.result().items()}
        pages |= troubles.attempt(lambda: _bring_other_pages(workplace, venues, pages, pool)) or {}
    troubles.attempt(lambda: _close(workplace, results))
    top = troubles.attempt(lambda: _top_findings(workplace, venues)) or ()
    shown = tuple(_with_page(result.outcome.report, pages) for result in results)
    why = None if shown else troubles.attempt(lambda: _find_why(workplace, venues, period))
    report = Report(shown, (*top, *_tell_other_pages(shown, pages)), why)
    codes = [Exit.WAIT if result.outcome.again else result.outcome.exit_code for result in results]
    codes += [missing.exit_code for missing in pages.values() if missing]
    codes += [troubles.first.exit_code] if troubles.first else []
    is_whole = not workplace.stopping() or not workplace.courier.list_without_page(venues)
    return Exported(report, max((judge_report(report), *codes)), troubles.first, is_whole)


@contextmanager
def _threads(many: int) -> Iterator[ThreadPoolExecutor]:
    """Threads for work that is waited for; what is not begun when something goes wrong is not begun any more."""
    pool, is_well = ThreadPoolExecutor(many), False
    try:
        yield pool
        is_well = True
    finally:
        pool.shutdown(cancel_futures=not is_well)


@dataclass(slots=True)
class _Troubles:
    """What went wrong with the database in one run. What was done before is told all the same, and nothing more is
    begun."""

    first: StoreTrouble | None = None

    def attempt(self, work: Callable[[], Made]) -> Made | None:
        """Do it, unless the database could not be used before; None where it cannot be."""
        if self.first is None:
            try:
                return work()
            except StoreTrouble as trouble:
                self.note(trouble)
        return None

    def note(self, trouble: StoreTrouble) -> None:
        """Keep why the database cannot be used."""
        self.first = self.first or trouble


def _review_for_sending(
    workplace: Workplace,
    venues: Sequence[Venue],
    period: Period,
    look: Callable[[Workplace, Sequence[Venue], Period], Iterator[Review]],
    sign_in: _SigningIn | None,
) -> list[Review]:
    """Every business day of the period, its sums held against its tickets first. While the later venues are read, the
    first are signed in."""
    reviews = []
    for first in range(0, len(venues), VENUES_AT_A_TIME):
        some = venues[first : first + VENUES_AT_A_TIME]
        _hold_against_tickets(workplace, some, period)
        for review in look(workplace, some, period):
            reviews.append(review)
            if sign_in is not None and review.report.state in _SENDABLE:
                sign_in(review.report.company, review.report.venue)
    return reviews


@dataclass(frozen=True, slots=True)
class _SigningIn:
    """Signs venues in at PowerOffice, each once, beside other work."""

    courier: Courier
    pool: ThreadPoolExecutor
    _begun: set[str] = field(default_factory=set)

    def __call__(self, company: Company, venue: Venue) -> None:
        if venue.id not in self._begun:
            self._begun.add(venue.id)
            self.pool.submit(self.courier.sign_in, company, venue)


def _hold_against_tickets(workplace: Workplace, venues: Sequence[Venue], period: Period) -> None:
    """Hold the sums that the vouchers are about to be built from against the tickets; wrong ones are made anew."""
    now = workplace.now_utc_s
    wrong = [(venue, reviewer.find_wrong_days(period, now)) for venue, reviewer in open_reviewers(workplace, venues)]
    for venue, days in wrong:
        if days:
            told = ", ".join(map(str, days))
            _log.warning(
                "%s: the sums kept of %s were not what the tickets come to; they were made anew", venue.id, told
            )
            with workplace.database.writing() as connection:
                sum_days(connection, find_venue_number(connection, venue), days)


STEPS = 8
"""How often a day may be looked at anew in one run: a draft found, one taken back, its revision drafted."""


@dataclass(frozen=True, slots=True)
class _Missing:
    """That a draft's documentation could not be brought, and who must act."""

    finding: Finding
    exit_code: Exit


_Pages = Mapping[str, _Missing | None]
"""The documentation that was brought, by reference: None, or what went wrong."""


@dataclass(frozen=True, slots=True)
class _Result:
    """A voucher as it was found, what came of it, and its documentation where it was drafted just now."""

    review: Review
    outcome: Outcome
    pages: Future[_Pages]


@dataclass(frozen=True, slots=True)
class _Way:
    """What the vouchers of one run share on their way out. `page_pool` brings their documentation after them; without
    one, each brings its own at once."""

    workplace: Workplace
    run: Run
    troubles: _Troubles
    page_pool: ThreadPoolExecutor | None


def _bring_all(
    way: _Way,
    reviews: Sequence[Review],
    revision: Revision | None,
    pool: ThreadPoolExecutor,
    on_done: OnDone | None,
) -> list[_Result]:
    """Deliver every review; a day of which a step was taken is looked at anew, until there is no more to do."""
    results = {(review.report.venue.id, review.business_day): list[_Result]() for review in reviews}
    for step in range(1, STEPS + 1):
        again: dict[tuple[str, date], Review] = {}
        for result in pool.map(partial(_bring, way, revision), reviews):
            review, outcome = result.review, result.outcome
            key = (review.report.venue.id, review.business_day)
            results[key].append(result)
            if outcome.again:
                again[key] = review
            elif on_done is not None:
                on_done(outcome.report, len(results))
        if not again or step == STEPS:
            break
        revision = None
        found = way.troubles.attempt(partial(_review_all_again, way.workplace, list(again.values())))
        if found is None:
            break
        reviews = found
        for key in again:
            results[key] = []
    return [result for of_day in results.values() for result in of_day]


def _review_all_again(workplace: Workplace, reviews: Sequence[Review]) -> list[Review]:
    """Business days as they stand now."""
    found: list[Review] = []
    for report in (review.report for review in reviews):
        with workplace.database.reading() as connection:
            reviewer = Reviewer(workplace.database, connection, report.company, report.venue)
            found += reviewer.review_days([report.business_day], workplace.now_utc_s)
    return found


def _bring_page(workplace: Workplace, company: Company, waiting: tuple[Venue, Delivery]) -> tuple[str, _Missing | None]:
    venue, delivery = waiting
    error = workplace.courier.bring_page(company, venue, delivery)
    if error is None:
        return delivery.reference, None
    found = tell_page_failure(error, delivery.reference)
    with workplace.database.reading() as connection:
        has_others = count_vouchers(connection, delivery) > 1
    day = delivery.business_day
    told = replace(found, venue=venue.id, business_day=day, is_one_of_several=has_others)
    return delivery.reference, _Missing(told, error.exit_code)


def _bring_other_pages(
    workplace: Workplace, venues: Sequence[Venue], brought: _Pages, pool: ThreadPoolExecutor
) -> _Pages:
    """Bring the documentation that drafts of earlier runs lack."""
    if workplace.stopping():
        return {}
    setup = workplace.load_setup_of(venues)
    left = [found for found in workplace.courier.list_without_page(venues) if found[1].reference not in brought]
    return dict(pool.map(lambda found: _bring_page(workplace, setup.company_of(found[0]), found), left))


def _with_page(shown: VoucherReport, pages: Mapping[str, _Missing | None]) -> VoucherReport:
    """A drafted voucher as it is shown once its documentation was brought, or could not be."""
    if shown.reference not in pages:
        return shown
    findings = tuple(finding for finding in shown.findings if finding.code != "documentation-missing")
    missing = pages[shown.reference]
    return replace(shown, findings=(missing.finding, *findings) if missing else findings)


def _tell_other_pages(shown: Sequence[VoucherReport], pages: Mapping[str, _Missing | None]) -> Iterator[Finding]:
    """The documentation that could not be brought to drafts of days that are done with, and are not shown."""
    references = {report.reference for report in shown}
    for reference, missing in pages.items():
        if missing is not None and reference not in references:
            yield missing.finding


_SENDABLE = (State.READY, State.REFUSED, State.UNREACHABLE, State.UNCERTAIN)


def _learn_rates(workplace: Workplace, reviews: Sequence[Review], pool: ThreadPoolExecutor) -> bool:
    """Whether PowerOffice told VAT rates that the reviews did not know. It is asked anew where one is held back by
    rates that it may know better."""
    asked: dict[str, tuple[VoucherReport, bool]] = {}
    for report in (review.report for review in reviews):
        is_doubtful = report.state is State.HELD and any(found.code == "vat-mismatch" for found in report.findings)
        if is_doubtful or report.state in _SENDABLE:
            _, was_doubtful = asked.get(report.company.id, (report, False))
            asked[report.company.id] = report, is_doubtful or was_doubtful

    def learn(chosen: tuple[VoucherReport, bool]) -> bool:
        report, anew = chosen
        return workplace.courier.learn_rates(report.company, report.venue, anew=anew)

    return sum(pool.map(learn, asked.values())) > 0


def _bring(way: _Way, revision: Revision | None, review: Review) -> _Result:
    """Deliver a voucher, while others are waited for; its documentation follows."""
    if way.troubles.first is not None:
        return _Result(review, Outcome(review.report), _known({}))
    try:
        outcome = _deliver(way.workplace, revision, way.run, review)
    except StoreTrouble as trouble:
        way.troubles.note(trouble)
        report = replace(review.report, state=State.UNCERTAIN, answer=str(trouble))
        return _Result(review, Outcome(report, trouble.exit_code), _known({}))
    if outcome.report.state is not State.DRAFTED or outcome.again:
        return _Result(review, outcome, _known({}))
    if way.page_pool is None:
        return _Result(review, outcome, _known(_bring_own_pages(way, outcome.report)))
    return _Result(review, outcome, way.page_pool.submit(_bring_own_pages, way, outcome.report))


def _known(pages: _Pages) -> Future[_Pages]:
    future: Future[_Pages] = Future()
    future.set_result(pages)
    return future


def _bring_own_pages(way: _Way, report: VoucherReport) -> _Pages:
    """Bring the documentation of a voucher that was drafted just now."""
    if way.workplace.stopping():
        return {}

    def bring() -> _Pages:
        lacking = way.workplace.courier.list_without_page([report.venue], report.business_day)
        own = [found for found in lacking if found[1].reference == report.reference]
        return dict(_bring_page(way.workplace, report.company, found) for found in own)

    return way.troubles.attempt(bring) or {}


def _deliver(workplace: Workplace, revision: Revision | None, run: Run, review: Review) -> Outcome:
    """Deliver what may be delivered; anything else is shown as it is. A day that only PowerOffice held back
    is tried again. Nothing is begun once the program is to stop."""
    report = review.report
    if workplace.stopping():
        return Outcome(report)
    is_redated = revision is not None and revision.dated is not None and review.is_pending and not review.holds
    if revision is not None and (review.whole is not None or is_redated):
        leave_posted = revision.remap and not revision.named
        return workplace.courier.revise(review, revision.dated, leave_posted=leave_posted, run=run)
    held_by_poweroffice = report.state is State.HELD and not review.holds
    if report.state in _SENDABLE or held_by_poweroffice:
        return workplace.courier.deliver(review, run)
    return Outcome(report)


def _close(workplace: Workplace, results: Sequence[_Result]) -> None:
    """Mark the days that are done with: every voucher of theirs drafted as it stands, or nothing to draft."""
    done: dict[tuple[str, date], bool] = {}
    files: dict[tuple[str, date], int] = {}
    for result in results:
        shown = result.outcome.report
        key = (shown.venue.id, shown.business_day)
        settled = shown.state in (State.DRAFTED, State.NOTHING) and not result.outcome.again
        done[key] = done.get(key, True) and settled and not any(finding.holds for finding in shown.findings)
        files[key] = result.review.file_id
    venues = {venue.id: venue for venue in (result.review.report.venue for result in results)}
    with workplace.database.writing() as connection:
        numbers = {id_: find_venue_number(connection, venue) for id_, venue in venues.items()}
        days = [(numbers[id_], day, files[id_, day]) for (id_, day), is_done in done.items() if is_done]
        close_days(connection, days)


# Responsibility


def accept_finding(workplace: Workplace, venue: Venue, day: date, code: str, why: str) -> tuple[str, int]:
    """A person takes responsibility for a day's findings of one code; who it was, and for how many nobody had before.

    Of a voucher that was reversed or corrected in the ledger it says that the day was booked there by hand.

    Raises UsageError where the code cannot be accepted or the day has no such finding.
    """
    if code not in ACCEPTABLE:
        raise UsageError(f"{code} cannot be accepted; these can: {', '.join(sorted(ACCEPTABLE))}.")
    if not why.strip():
        raise UsageError("Say why, with --why TEXT: it is kept with your name and the time.")
    if code in BOOKED_IN_LEDGER:
        booked = book_day_elsewhere(workplace, venue, day, why)
        return booked.booking.who, int(booked.is_new)
    company = workplace.load_setup_of([venue]).company_of(venue)
    with workplace.database.reading() as connection:
        reviewer = Reviewer(workplace.database, connection, company, venue)
        reviews = list(reviewer.review_days([day], workplace.now_utc_s))
    found = {
        finding.digest: finding for review in reviews for finding in review.report.findings if finding.code == code
    }
    if not found:
        there = sorted({finding.code for review in reviews for finding in review.report.findings})
        raise UsageError(
            f"{venue.id} {day} has no finding {code}; it has {', '.join(there) or 'none'}. "
            "Look at it with posexport preview."
        )
    with workplace.database.writing() as connection:
        number = find_venue_number(connection, venue)
        actor = workplace.actor
        many = add_acceptance(connection, number, day, found.values(), why.strip(), workplace.now_utc_s, actor)
    return actor.name, many


def resolve_voucher(
    workplace: Workplace, venue: Venue, day: date, drafted: str | None, reference: str | None = None
) -> Resolved:
    """A person says where an uncertain voucher is (see `resolving`)."""
    company = workplace.load_setup_of([venue]).company_of(venue)
    return resolve(workplace.courier, company, venue, day, drafted, reference, actor=workplace.actor)


def book_day_elsewhere(workplace: Workplace, venue: Venue, day: date, why: str) -> Booked:
    """A person says that they booked a business day by hand (see `resolving`)."""
    company = workplace.load_setup_of([venue]).company_of(venue)
    return book_elsewhere(workplace.courier, company, venue, day, why, actor=workplace.actor)


def take_back_day(workplace: Workplace, venue: Venue, day: date, why: str = "") -> str:
    """A person takes back that a business day was booked by hand (see `resolving`); who it was."""
    take_back_booking(workplace.courier, venue, day, why, actor=workplace.actor)
    return workplace.actor.name


# Documentation


def list_pages(workplace: Workplace, venue: Venue, day: date) -> list[tuple[str, bytes]]:
    """The report of every voucher of a business day, by reference: of a drafted one as it was drafted, of any
    other as it would be drafted now."""
    company = workplace.load_setup_of([venue]).company_of(venue)
    with workplace.database.reading() as connection:
        reviewer = Reviewer(workplace.database, connection, company, venue)
        reviews = list(reviewer.review_days([day], workplace.now_utc_s))
    pages = []
    for review in reviews:
        delivery = review.delivery
        kept = delivery.report if delivery is not None and delivery.is_drafted else ""
        if kept or (review.report.voucher is not None and review.report.voucher.lines):
            document = json.loads(kept) if kept else format_page(review.report)
            pages.append((review.report.reference, workplace.courier.render_page(document)))
    return pages


# Setup


def apply_setup(workplace: Workplace, companies: Iterable[Company], leaving: Leaving | None = None) -> Applied:
    """Save companies as they are now set up, with what it means for what was drafted and what was kept aside before.
    `leaving` says what became of venues that are not there any more.

    Raises UsageError, and saves nothing, where it cannot be (see `setup_apply`).
    """
    from posexport.setup_apply import STAYING, save_setup

    return save_setup(workplace.database, tuple(companies), leaving or STAYING, workplace.now_utc_s, workplace.actor)
