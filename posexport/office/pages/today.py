"""Today: what waits, for whom; how the last day went; what is going on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from starlette.responses import Response

from posexport.app.day_list import judge_row
from posexport.app.status import Standing, list_orders_of_removed, read_standing
from posexport.core.company import Venue
from posexport.core.day import Period
from posexport.core.document import VOUCHER
from posexport.core.finding import gravest_first
from posexport.core.orders.document import ORDER
from posexport.core.report import State, StatusRow
from posexport.core.roles import Right
from posexport.errors import Exit
from posexport.office.addresses import day_address, order_address
from posexport.office.fill import tell_finding
from posexport.office.mend_links import MendLink, find_account_link, find_link
from posexport.office.pages.day import name_sending
from posexport.office.pages.run import describe_run, list_seen
from posexport.office.visit import Visit
from posexport.office.words import name_look
from posexport.store.office_runs import RunState, read_runs

SHOWN_AT_MOST = 30
"""So many of what waits are shown, the oldest; the page of days has all of them."""

_FOR_PEOPLE = frozenset({Exit.BOOKKEEPER, Exit.OPERATOR})


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A business day, or an order of one, that waits. `told`: why, in a sentence; `mend`: where that is mended."""

    row: StatusRow
    look: str
    told: str
    mend: MendLink | None = None

    @property
    def is_order(self) -> bool:
        """Whether it is an order."""
        return self.row.document_kind == ORDER.name


def show(visit: Visit) -> Response:
    """The page."""
    venues = visit.venues
    standing = read_standing(visit.workspace, venues) if venues else Standing((), {})
    rows = (*standing.rows, *_list_of_removed(visit))
    waiting = [row for row in rows if judge_row(row) or row.state in {State.READY, State.UNREACHABLE}]
    mine = [row for row in waiting if _is_for(visit, row)]
    others = [row for row in waiting if not _is_for(visit, row)]
    with visit.workspace.database.reading() as connection:
        going = read_runs(connection, states=[RunState.WAITING, RunState.GOING])
    turns = [at for _, at in visit.site.list_next_turns(visit.workspace, venues) if at is not None]
    return visit.show(
        "today.html.j2",
        mine=[lay_out_row(visit, row) for row in _oldest_first(mine)[:SHOWN_AT_MOST]],
        mine_count=len(mine),
        others=[lay_out_row(visit, row) for row in _oldest_first(others)[:SHOWN_AT_MOST]],
        others_count=len(others),
        last=[lay_out_row(visit, row) for row in _list_last(rows)],
        without_file=_list_without_file(venues, standing),
        going=[(run, describe_run(run, seen, visit.lang)) for run in going if (seen := list_seen(visit, run))],
        last_drafted=_find_last_drafted(rows),
        next_turn=min(turns, default=None),
        now=visit.local_now(),
        has_venues=bool(venues),
        setup_is_there=bool(visit.setup.companies),
    )


def _list_of_removed(visit: Visit) -> list[StatusRow]:
    """The orders that wait of venues that were removed from the setup."""
    seen = {venue.id for venue in visit.venues_with_removed if venue.is_removed}
    return [row for row in list_orders_of_removed(visit.workspace, Period()) if row.venue.id in seen] if seen else []


def _list_without_file(venues: Sequence[Venue], standing: Standing) -> list[tuple[Venue, date]]:
    """The venues' days of which no file has come, oldest first."""
    days = [(venue, day) for venue in venues for day in standing.without_file.get(venue.id, ())]
    return sorted(days, key=lambda one: (one[1], one[0].name))[:SHOWN_AT_MOST]


def _is_for(visit: Visit, row: StatusRow) -> bool:
    """Whether it waits for the user, rather than for a run or for somebody else."""
    return judge_row(row) in _FOR_PEOPLE or _is_by_hand(visit, row)


def _is_by_hand(visit: Visit, row: StatusRow) -> bool:
    """Whether a day is drafted, or an order is sent, only when somebody does it, and the user may."""
    return row.state is State.READY and not row.venue.automatic_export and visit.user.may_at(Right.BOOK, row.venue)


def _is_to_try(visit: Visit, row: StatusRow) -> bool:
    """Whether it is a day of which the ledger took nothing, and the user may send it again."""
    is_day, is_for = row.document_kind == VOUCHER.name, visit.user.may_at(Right.BOOK, row.venue)
    return is_day and is_for and row.state in {State.REFUSED, State.UNREACHABLE}


def _oldest_first(rows: Sequence[StatusRow]) -> list[StatusRow]:
    return sorted(rows, key=lambda row: (row.business_day, row.venue.name))


def _list_last(rows: Sequence[StatusRow]) -> list[StatusRow]:
    """The last closed business day of each venue."""
    closed = [row for row in rows if row.state is not State.OPEN and row.document_kind == VOUCHER.name]
    last = {row.venue.id: row for row in _oldest_first(closed)}
    return list(last.values())


def _find_last_drafted(rows: Sequence[StatusRow]) -> tuple[Venue, datetime] | None:
    """Where the newest draft is of, and since when it is there."""
    drafted = [(row.venue, row.drafted_at) for row in rows if row.drafted_at and row.document_kind == VOUCHER.name]
    return max(drafted, key=lambda one: one[1], default=None)


def lay_out_row(visit: Visit, row: StatusRow) -> WaitingRow:
    """A day or an order with its look, why it waits, and where that is mended."""
    findings = [finding for finding in gravest_first(row.findings) if not finding.is_settled]
    told = tell_finding(findings[0], visit.lang) if findings else row.answer
    is_order = row.document_kind == ORDER.name
    mends = (
        find_link(visit, finding, "/")
        or (None if is_order else find_account_link(visit, finding, row.venue, row.business_day))
        for finding in findings
    )
    mend = next((mend for mend in mends if mend is not None), None)
    by_day = MendLink(day_address(row.venue.id, row.business_day, "draft"), name_sending([row.state]))
    if mend is None and _is_to_try(visit, row):
        mend = by_day
    elif mend is None and _is_by_hand(visit, row):
        mend = MendLink(order_address(row.reference, "send"), "send_now") if is_order else by_day
    return WaitingRow(row, _look_of(row), told, mend)


def _look_of(row: StatusRow) -> str:
    """What a day looks like, or an order: as the page of orders has it."""
    if any(finding.code == "order-changed-after-sending" and finding.holds for finding in row.findings):
        return "ticket-changed"
    return row.order_state or name_look(row.state, int(judge_row(row)), row.sold)
