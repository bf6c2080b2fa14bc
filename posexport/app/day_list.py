"""The status of business days, read from the stored day list where that is current, else worked out and stored.

A day is worked out again by the first reader after anything was written that its status depends on (an import, an undo,
a delivery, an acceptance, a setup) or after its time has run out. A day held for want of an account is worked out every
time: the row to write for it depends on the days of every venue that shares the row. Nobody waits to store the list:
where the database is busy, the days are shown and worked out again next time.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import groupby
from typing import NamedTuple, TypeVar

from posexport import __version__
from posexport.app.review import Reviewer
from posexport.app.workspace import Workspace
from posexport.core.company import Company, Venue
from posexport.core.coverage import RHYTHM_DAYS
from posexport.core.finding import TO_BE_ASKED_AGAIN, Finding, Severity
from posexport.core.kept_status import format_status_rows, list_turning_times, parse_status_rows
from posexport.core.report import BOOKED_ELSEWHERE, EmptyDay, State, StatusRow
from posexport.core.review import DayReview, Review
from posexport.errors import Exit, StoreTrouble
from posexport.store.database import Connection, Database, day_number
from posexport.store.day_list import (
    FOREVER_S,
    NEVER_S,
    KeptDay,
    Lately,
    RenewedDay,
    VenueDays,
    days_of,
    read_day_lists,
    renew_day_list,
)
from posexport.store.master_data import read_master_versions
from posexport.store.row_plan import may_need_row

FORM = 10
"""Raised whenever the same data give another status than before: lists stored until then are worked out anew."""

VENUES_TOGETHER = 250
"""How many venues' day lists are read in one transaction."""


class DayState(NamedTuple):
    """One business day in short. `exit_code`: who must act, 0 for nobody; `debit_ore`: the sum of its vouchers, None
    where there is none; `sold`: of a day without a voucher, `EmptyDay.sold`."""

    business_day: date
    state: State
    exit_code: int
    debit_ore: int | None = None
    sold: str = ""


Choose = Callable[[Venue, Sequence[date]], Sequence[date]]
"""Picks a venue's business days, in order, from those that have data."""

_Told = TypeVar("_Told")
_STATES = {state.value: state for state in State}
_log = logging.getLogger("posexport.day_list")


def read_status_rows(
    workspace: Workspace,
    venues: Sequence[Venue],
    choose: Choose,
    now_utc_s: int,
    days: tuple[date | None, date | None] = (None, None),
) -> dict[str, list[StatusRow]]:
    """The status of the days that `choose` picks, by venue id. `days`: the first and last business day, both included;
    None is open."""
    return _read(workspace, venues, choose, now_utc_s, days, _VenueList.read_rows)


def read_day_states(
    workspace: Workspace,
    venues: Sequence[Venue],
    choose: Choose,
    now_utc_s: int,
    days: tuple[date, date] | None = None,
) -> dict[str, list[DayState]]:
    """The same in short, by venue id: for figures that are asked for often. The status rows that are stored are not
    read. `days`: the first and last business day, both included; `choose` is then told of no other days with data than
    these and each venue's latest closed ones, as many as tell on which days it usually reports."""
    read = partial(_read, workspace, venues, choose, now_utc_s, with_documents=False)
    if days is None or not venues:
        return read((None, None), _VenueList.read_states)
    closed = [venue.calendar.last_closed(now_utc_s) for venue in venues]
    many = RHYTHM_DAYS + (max(closed) - min(closed)).days  # a day closes sooner at one venue than at another
    return read(days, _VenueList.read_states, lately=Lately(max(closed), many))


def _read(
    workspace: Workspace,
    venues: Sequence[Venue],
    choose: Choose,
    now_utc_s: int,
    days: tuple[date | None, date | None],
    read: Callable[[_VenueList, Sequence[date]], tuple[list[_Told], list[RenewedDay]]],
    *,
    with_documents: bool = True,
    lately: Lately | None = None,
) -> dict[str, list[_Told]]:
    """What `read` makes of each venue's list, by venue id; what had to be worked out is stored."""
    setup = workspace.load_setup_of(venues)
    digests = {company.id: _digest_company(company) for company in setup.companies}
    found: dict[str, list[_Told]] = {}
    for start in range(0, len(venues), VENUES_TOGETHER):
        renewals: list[tuple[VenueDays, list[RenewedDay]]] = []
        with workspace.database.reading() as connection:
            some = venues[start : start + VENUES_TOGETHER]
            ids = [venue.id for venue in some]
            lists = read_day_lists(connection, ids, days, with_documents=with_documents, lately=lately)
            masters = read_master_versions(connection)
            for venue in some:
                company, of_venue = setup.company_of(venue), lists[venue.id]
                made_from = _digest_venue(digests[company.id], company, venue, of_venue, masters)
                one = _VenueList(workspace.database, connection, company, venue, of_venue, made_from, now_utc_s)
                chosen = choose(venue, days_of(of_venue.with_data))
                found[venue.id], renewed = read(one, chosen)
                if renewed or of_venue.marks:
                    renewals.append((of_venue, renewed))
        _keep(workspace, renewals)
    return found


def _keep(workspace: Workspace, renewals: Iterable[tuple[VenueDays, list[RenewedDay]]]) -> None:
    """Store the renewed day lists, unless the database is busy."""
    in_order = sorted(renewals, key=lambda renewal: renewal[0].number)
    if not in_order:
        return
    try:
        with workspace.database.writing(durable=False, at_once=True) as connection:
            for of_venue, renewed in in_order:
                renew_day_list(connection, of_venue, renewed)
    except StoreTrouble as trouble:
        _log.info("the day list was not renewed: %s", trouble)


def _digest_company(company: Company) -> bytes:
    """A digest of what a day's status depends on in the company's setup and in this version of the program."""
    document = json.dumps(company.document, sort_keys=True, default=str)
    return hashlib.sha256(f"{__version__}/{FORM}\x1f{document}".encode()).digest()


def _digest_venue(
    of_company: bytes, company: Company, venue: Venue, of_venue: VenueDays, masters: Mapping[str, int]
) -> int:
    """The same for one venue, as an integer: with the ledger's VAT rates and the register files' master data."""
    numbers = {company.organization_number, *venue.file_organization_numbers, ""}
    told = [(number, masters[number]) for number in sorted(numbers) if number in masters]
    rest = f"{venue.id}\x1f{of_venue.rates}\x1f{told}".encode()
    return int.from_bytes(hashlib.sha256(of_company + rest).digest()[:7], "big")


@dataclass(frozen=True, slots=True)
class _VenueList:
    """The day list of one venue at one moment."""

    database: Database
    connection: Connection
    company: Company
    venue: Venue
    of_venue: VenueDays
    made_from: int
    now_utc_s: int

    def read_rows(self, days: Sequence[date]) -> tuple[list[StatusRow], list[RenewedDay]]:
        """The status of these days, in order, and those of them that had to be worked out."""
        fresh, worked_out = self._find(days)
        rows: list[StatusRow] = []
        for day in days:
            kept = fresh.get(day)
            rows += worked_out[day][0] if kept is None else parse_status_rows(kept.document, self.venue, day)
        return rows, [renewed for _, renewed in worked_out.values()]

    def read_states(self, days: Sequence[date]) -> tuple[list[DayState], list[RenewedDay]]:
        """The same in short."""
        fresh, worked_out = self._find(days)
        renewed = {day: of_day for day, (_, of_day) in worked_out.items()}
        in_short = {day: fresh.get(day) or renewed[day] for day in days}
        return [_in_short(day, found) for day, found in in_short.items()], list(renewed.values())

    def _find(self, days: Sequence[date]) -> tuple[dict[date, KeptDay], dict[date, tuple[list[StatusRow], RenewedDay]]]:
        """These days as they are stored, and those worked out that are not stored or no longer valid."""
        find_fresh = self.of_venue.find_fresh
        kept = {day: find_fresh(day_number(day), self.made_from, self.now_utc_s) for day in days}
        stale = [day for day, found in kept.items() if found is None]
        worked_out = {day: (rows, renewed) for day, rows, renewed in self._work_out(stale)}
        return {day: found for day, found in kept.items() if found is not None}, worked_out

    def _work_out(self, days: Sequence[date]) -> Iterator[tuple[date, list[StatusRow], RenewedDay]]:
        if not days:
            return
        reviewer = Reviewer(self.database, self.connection, self.company, self.venue)
        reviews = reviewer.review_days(days, self.now_utc_s)
        for day, group in groupby(reviews, key=lambda review: review.business_day):
            of_day = list(group)
            rows = [replace(status_row(review), venue=self.venue) for review in of_day]  # whatever day it is settled by
            yield day, rows, self._renew(day, of_day, rows)

    def _renew(self, day: date, reviews: Sequence[DayReview], rows: Sequence[StatusRow]) -> RenewedDay:
        now = self.now_utc_s
        histories = (review.history for review in reviews if isinstance(review, Review))
        deliveries = (delivery for history in histories for delivery in history.deliveries)
        times = [at for delivery in deliveries for at in list_turning_times(delivery, self.company)]
        amounts = [row.debit_ore for row in rows if row.debit_ore is not None]
        acts = max(map(judge_row, rows))
        follows_links = any(  # of part payments, which are to be of whom their orders are for
            line.payer is not None for one in reviews if isinstance(one, Review) for line in one.report.voucher.lines
        )
        needs_row = any(may_need_row(finding) for row in rows for finding in row.findings)
        return RenewedDay(
            business_day=day,
            state=_name_state(max(rows, key=lambda row: (judge_row(row), _BY_WEIGHT.index(row.state)))),
            exit_code=acts.value,
            codes=",".join(sorted({finding.code for row in rows for finding in row.findings})),
            debit_ore=sum(amounts) if amounts else None,
            is_settled=all(row.state is State.DRAFTED for row in rows) and acts is Exit.DONE and not follows_links,
            made_from=self.made_from,
            since_utc_s=max((at for at in times if at <= now), default=0),
            until_utc_s=NEVER_S if needs_row else min((at for at in times if at > now), default=FOREVER_S),
            document=format_status_rows(rows),
        )


def _in_short(day: date, found: KeptDay | RenewedDay) -> DayState:
    state, _, sold = found.state.partition("/")
    return DayState(day, _STATES[state], found.exit_code, found.debit_ore, sold)


def _name_state(row: StatusRow) -> str:
    """A day's state as it is stored: "nothing/ordered" where orders have what was sold."""
    return f"{row.state.value}/{row.sold}" if row.sold else row.state.value


_BY_WEIGHT = (
    *(State.NOTHING, State.OPEN, State.DRAFTED, State.READY, State.GAP),
    *(State.HELD, State.UNREACHABLE, State.UNCERTAIN, State.REFUSED),
)
"""States from the most to the least urgent, for a day with several vouchers."""


def judge_row(row: StatusRow) -> Exit:
    """Who must act for one waiting voucher, as an exit code."""
    if row.state in (State.HELD, State.GAP) or any(finding.holds for finding in row.findings):
        return Exit.BOOKKEEPER
    by_state = {State.REFUSED: Exit.INTEGRATOR, State.UNCERTAIN: Exit.WAIT, State.UNREACHABLE: Exit.WAIT}
    return by_state.get(row.state, Exit.DONE)


def status_row(review: DayReview) -> StatusRow:
    """The status of a reviewed voucher, or of a day without one."""
    shown = review.shown
    is_gap = any(
        finding.code == "no-sales-data" and finding.severity is not Severity.INFO for finding in shown.findings
    )
    state = State.GAP if is_gap else shown.state
    findings = tuple(finding for finding in shown.findings if _still_matters(finding, shown.state))
    venue = shown.venue.on(date.max)  # as it is set up, and not as it was taken for the day
    if isinstance(shown, EmptyDay):
        return StatusRow(venue, shown.business_day, state, findings=findings, sold=shown.sold)
    return StatusRow(
        venue=venue,
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
    """Whether a status lists this finding: errors, warnings about a day not yet drafted, and what a draft lacks."""
    worth_a_look = finding.severity is Severity.WARNING and state is not State.DRAFTED
    return (
        finding.holds
        or worth_a_look
        or finding.code in ("documentation-missing", "voucher-corrected", BOOKED_ELSEWHERE, TO_BE_ASKED_AGAIN)
    )
