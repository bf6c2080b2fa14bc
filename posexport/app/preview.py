"""posexport preview: the vouchers as they would be drafted, with their findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

from posexport.app.review import list_unknown_registers, list_unregistered
from posexport.app.review_venues import IN_FLIGHT, learn_rates, open_reviewers, review_venues
from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.core.day import Period
from posexport.core.finding import Finding, gravest_first
from posexport.core.findings.customers import find_unlinked_payer
from posexport.core.findings.setup import make_direct_posting_finding
from posexport.core.order_review import OrderReport
from posexport.core.report import DayReport, Nothing, Report, State, VoucherReport, waits
from posexport.core.review import DayReview, Review
from posexport.delivery.preflight import ChartChecks
from posexport.errors import Exit, StoreTrouble
from posexport.ledgers.registry import find_ledger
from posexport.store.ticket_doubts import read_odd_venues

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Exported:
    """The outcome of an export or a preview, and who must act. `trouble`: the failure that ended it early, other than
    PowerOffice's answers."""

    report: Report
    exit_code: Exit
    trouble: StoreTrouble | None = None
    is_whole: bool = True
    """Whether the reports of all new drafts were attached, as far as that could be tried."""


def preview(workspace: Workspace, venues: Sequence[Venue], period: Period) -> Report:
    """The dry run: the vouchers as they would be drafted, and every finding. PowerOffice is not asked."""
    reviews = list(review_venues(workspace, venues, period))
    orders = _list_orders(workspace, venues, period, reviews)
    why = None if reviews or orders else find_why(workspace, venues, period)
    shown = _hold_part_payments([review.shown for review in reviews], orders)
    return Report(shown, list_top_findings(workspace, venues), why, orders)


def _hold_part_payments(vouchers: Sequence[DayReport], orders: Iterable[OrderReport]) -> tuple[DayReport, ...]:
    """The vouchers, as the export would hold them where one credits a customer with a part payment and an order says
    that the customer is not linked."""
    found: dict[tuple[str, date], list[Finding]] = {}
    for one in orders:
        finding = find_unlinked_payer(one.order, one.findings, one.company.orders.customers)
        if finding is not None:
            placed = replace(finding, venue=one.venue.id, business_day=one.business_day)
            found.setdefault((one.venue.id, one.business_day), []).append(placed)
    return tuple(_hold(shown, found.get((shown.venue.id, shown.business_day), ())) for shown in vouchers)


def _hold(shown: DayReport, found: Sequence[Finding]) -> DayReport:
    """A voucher that is ready, held by those of these findings whose customers it credits."""
    if not isinstance(shown, VoucherReport) or shown.state is not State.READY:
        return shown
    credited = {line.customer for line in shown.voucher.lines if line.order is not None}
    own = [finding for finding in found if finding.facts.get("code", finding.facts["customer"]) in credited]
    return replace(shown, state=State.HELD, findings=gravest_first((*own, *shown.findings))) if own else shown


def _list_orders(
    workspace: Workspace, venues: Sequence[Venue], period: Period, reviews: Sequence[DayReview]
) -> tuple[OrderReport, ...]:
    """The orders of these days, and those of days that are done that somebody must see to, as an export tells them."""
    from posexport.app.export_orders import choose_venues, review_orders
    from posexport.app.orders import list_orders_to_see_to

    some = choose_venues(workspace, venues)
    days = {(review.report.venue.id, review.business_day) for review in reviews}
    of_days = (review.shown for review in review_orders(workspace, some, days))
    return (*of_days, *list_orders_to_see_to(workspace, some, period, but=days))


def find_why(workspace: Workspace, venues: Sequence[Venue], period: Period) -> Nothing:
    """Why there is no voucher to show; where venues have different reasons, the one that comes first in `Nothing`."""
    now = workspace.now_utc_s
    found = {reviewer.find_why_nothing(period, now) for _, reviewer in open_reviewers(workspace, venues)}
    return next((why for why in Nothing if why in found), Nothing.NO_SALES)


def check_period(workspace: Workspace, venues: Sequence[Venue], period: Period) -> Exported:
    """The dry run with --check: PowerOffice is asked about each voucher, and about the sales that returns give back;
    nothing is sent."""
    from posexport.app.export_orders import ask_about_originals

    reviews = list(review_venues(workspace, venues, period))
    with ThreadPoolExecutor(max_workers=IN_FLIGHT) as pool:
        if learn_rates(workspace, reviews, pool):
            reviews = list(review_venues(workspace, venues, period))
        answers = list(pool.map(partial(_ask, ChartChecks(workspace.delivery)), reviews))
    orders = _list_orders(workspace, venues, period, reviews)
    if ask_about_originals(workspace, orders):
        orders = _list_orders(workspace, venues, period, reviews)
    why = None if answers or orders else find_why(workspace, venues, period)
    report = Report(tuple(shown for shown, _ in answers), list_top_findings(workspace, venues), why, orders)
    return Exported(report, max((judge_report(report), *(exit_code for _, exit_code in answers))))


def _ask(checks: ChartChecks, review: DayReview) -> tuple[DayReport, Exit]:
    """A day's report with what PowerOffice would object to, and who must act. A day without a voucher is not asked
    about."""
    if not isinstance(review, Review):
        return review.report, Exit.DONE
    outcome = checks.ask(review)
    return outcome.report, outcome.exit_code


def list_top_findings(workspace: Workspace, venues: Sequence[Venue]) -> tuple[Finding, ...]:
    """The findings that belong to no single voucher: direct posting, clients without VAT registration, unknown
    registers, misdated tickets."""
    setup = workspace.load_setup_of(venues)
    companies = {
        company.id: company for company in map(setup.company_of, venues) if find_ledger(company.target).posts_directly
    }
    direct = map(make_direct_posting_finding, companies.values())
    with workspace.database.reading() as connection:
        unregistered = list_unregistered(connection, map(setup.company_of, venues), venues)
        unknown = list_unknown_registers(connection, {venue.company_id for venue in venues})
        waiting = (*direct, *unregistered, *unknown)
    return (*waiting, *(found for _, of_venue in list_odd_dates(workspace, venues) for found in of_venue))


def list_odd_dates(workspace: Workspace, venues: Sequence[Venue]) -> Iterator[tuple[Venue, list[Finding]]]:
    """Per venue, the findings about tickets dated so far off that no day shows them; venues without such tickets are
    left out."""
    now = workspace.now_utc_s
    with workspace.database.reading() as connection:
        since = datetime.fromtimestamp(now, UTC).date() - 3 * _ONE_DAY  # no venue's last closed day is before that
        odd = read_odd_venues(connection, since)
    for venue, reviewer in open_reviewers(workspace, [venue for venue in venues if venue.id in odd]):
        found = reviewer.list_odd_dates(now)
        if found:
            yield venue, found


def keep_waiting(report: Report) -> Report:
    """Only the vouchers and orders of a report that somebody must act for, or that were sent without an answer."""
    from posexport.app.export_orders import judge_order

    vouchers = tuple(filter(waits, report.vouchers))
    orders = tuple(
        shown for shown in report.orders if isinstance(shown, OrderReport) and judge_order(shown) is not Exit.DONE
    )
    why = None if vouchers or orders else Nothing.NONE_WAITS
    return replace(report, vouchers=vouchers, orders=orders, nothing=why)


def judge_report(report: Report) -> Exit:
    """The exit code of a preview: the bookkeeper's where a finding holds a voucher, or an order waits for them."""
    from posexport.app.export_orders import judge_order

    findings = [*report.findings, *(finding for one in report.vouchers for finding in one.findings)]
    is_held = any(finding.holds for finding in findings)
    orders = (shown for shown in report.orders if isinstance(shown, OrderReport))
    waits = any(judge_order(shown) is Exit.BOOKKEEPER for shown in orders)
    return Exit.BOOKKEEPER if is_held or waits else Exit.DONE
