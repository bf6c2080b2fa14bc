"""One scheduled run of one venue: claimed once, exported, and finished with its outcome."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from posexport.app.export import export_period
from posexport.app.forgetting import forget_people
from posexport.app.inbox import InboxWatch
from posexport.app.preview import Exported
from posexport.app.waiting import list_looked_for
from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.core.day import Period
from posexport.core.money import format_ore
from posexport.core.order_review import OrderReport
from posexport.core.report import DayReport, DocumentReport, EmptyDay, State, VoucherReport
from posexport.errors import Exit, PosexportError
from posexport.notify.outbox import AtWork
from posexport.schedule.due import find_last_due
from posexport.store.setups import find_venue_number
from posexport.store.turns import LOST_S as LOST_S, finish_turn, give_up_turn, read_last_turns, reopen_turn, take_turn

_log = logging.getLogger("posexport.scheduler")


RETRY_S = 1_800
"""How long (s) after it a run that could not reach PowerOffice is tried again."""


PATIENCE_S = 2.0
"""How long (s) a pass waits for mail servers."""


GRACE_S = 6.0
"""How long (s) what is under way may take once the program is to stop."""


WATCH_AFTER_S = 4 * 3_600
"""How long (s) after the start of a business day a venue's queued imports are asked about, where its own run has not
done so."""


WATCH_S = 60
"""How long (s) one pass asks about queued imports."""


AGAIN = (Exit.WAIT, Exit.BUG)
"""Exit codes of runs that are tried again before the next is due."""


@dataclass(slots=True)
class SchedulerState:
    """What one scheduler remembers between passes: `busy` venue ids, and the ids of the runs it has not finished."""

    watch: InboxWatch = field(default_factory=InboxWatch)
    posted_at_utc_s: int = 0
    busy: set[str] = field(default_factory=set)
    turns: set[int] = field(default_factory=set)
    at_work: AtWork = field(default_factory=AtWork)
    lock: threading.Lock = field(default_factory=threading.Lock)


def take_due_turn(
    workspace: Workspace, venue: Venue, state: SchedulerState, *, by: str = "", retry_after_s: int | None = None
) -> Exported | None:
    """Run a venue's export if it is due and not claimed, or must be tried again; returns what came of it, None where
    nothing was done.

    `by` names a worker that, after a restart, continues the runs it left unfinished.
    """
    due_at = find_last_due(venue, workspace.now_utc_s)
    if due_at is None or not _enter(state, venue):
        return None
    try:
        retry_s = _find_last_retry_s(workspace, venue) if retry_after_s is None else retry_after_s
        with workspace.database.writing() as connection:
            number, now = find_venue_number(connection, venue), workspace.now_utc_s
            turn = take_turn(connection, number, due_at, now, by=by, lost_after_s=LOST_S)
            if turn is None:
                turn = reopen_turn(connection, number, due_at, now, by=by, retry_after_s=retry_s, exit_codes=AGAIN)
        if turn is None:
            return None
        state.turns.add(turn)
        exported = _export(workspace, venue, turn)
        state.turns.discard(turn)
        return exported
    finally:
        state.busy.discard(venue.id)


def _find_last_retry_s(workspace: Workspace, venue: Venue) -> int:
    """As `find_retry_s`, for the venue's last run."""
    with workspace.database.reading() as connection:
        last = read_last_turns(connection).get(venue.id)
    if last is None or last.finished_at_utc_s is None:
        return RETRY_S
    return find_retry_s(workspace, venue, last.finished_at_utc_s)


def _enter(state: SchedulerState, venue: Venue) -> bool:
    """Mark a venue as busy; False where another thread works on it."""
    with state.lock:
        if venue.id in state.busy:
            return False
        state.busy.add(venue.id)
        return True


def _export(workspace: Workspace, venue: Venue, turn: int) -> Exported | None:
    """Export a venue: everything closed and not yet drafted. Failures are stored and logged; a programming error is
    also raised."""
    exported, code, note, started_utc_s = None, Exit.BUG, "", workspace.now_utc_s
    try:
        exported = export_period(workspace, [venue], Period())
    except PosexportError as error:
        _log.error("%s: %s", venue.id, error)
        code, note = error.exit_code, str(error)
    finally:
        if workspace.stopping():
            with workspace.database.writing() as connection:
                give_up_turn(connection, turn)
        elif exported is None:
            _finish(workspace, turn, code, note=note)
    if exported is None:
        return None
    shown = exported.report.vouchers
    for document in (*shown, *exported.report.orders):
        if not was_drafted_before(document, started_utc_s) or any(finding.holds for finding in document.findings):
            _log.info("%s", describe_outcome(document))
    if workspace.stopping():
        return exported
    drafted = [one for one in shown if one.state is State.DRAFTED and not was_drafted_before(one, started_utc_s)]
    waiting = sum(voucher.state not in (State.DRAFTED, State.NOTHING) for voucher in shown)
    _finish(workspace, turn, exported.exit_code, len(drafted), waiting)
    told = f"{len(drafted)} drafted ({format_ore(sum(map(_sum_of, drafted)))})" if drafted else "0 drafted"
    _log.info("%s: %s, %d waiting, exit %d", venue.id, told, waiting, int(exported.exit_code))
    _forget_people(workspace, venue)
    return exported


def was_drafted_before(document: DayReport | DocumentReport, started_utc_s: int) -> bool:
    """Whether a document that a run looked at was drafted before the run began: it did not happen in it."""
    at = None if isinstance(document, EmptyDay) else document.drafted_at
    return document.state is State.DRAFTED and at is not None and at.timestamp() < started_utc_s


def describe_outcome(document: DayReport | DocumentReport) -> str:
    """What came of a document, for the log: its state and sum (kroner), as what it was sent or why it was not, by the
    codes of what holds it or in PowerOffice's words. Never anything of a customer's.

    Such as "torget 2026-11-20: drafted 514.20 as torget-20261120-r1", "torget 2026-11-20: held 125.00:
    missing-account".
    """
    why = ", ".join(sorted({finding.code for finding in document.findings if finding.holds}))
    if isinstance(document, VoucherReport) and document.answer:
        why = document.answer
    named = "" if isinstance(document, DayReport) else f" order {document.reference}"
    told = f"{document.venue.id} {document.business_day}:{named} {document.state.value}"
    if not isinstance(document, EmptyDay):
        told += f" {format_ore(_sum_of(document))}"
    if isinstance(document, VoucherReport) and document.state is State.DRAFTED:
        told += f" as {document.reference}"
    return f"{told}: {why}" if why else told


def _sum_of(document: DayReport | DocumentReport) -> int:
    """What a voucher debits, or an order has on credit (øre)."""
    match document:
        case VoucherReport():
            return document.voucher.debit_ore
        case OrderReport():
            return document.order.credit_ore
    return 0


def _forget_people(workspace: Workspace, venue: Venue) -> None:
    """Forget what is no longer needed of a company's customers, after the export of the first of its venues that are
    exported by themselves: once a night, however many they are. A failure is left to the next run."""
    company = workspace.load_setup_of([venue]).company_of(venue)
    first = next((one.id for one in company.venues if one.automatic_export), venue.id)
    if venue.id != first:
        return
    try:
        forget_people(workspace, company)
    except PosexportError as error:
        _log.warning("%s: %s", venue.id, error)


def _finish(workspace: Workspace, turn: int, code: Exit, drafted: int = 0, waiting: int = 0, note: str = "") -> None:
    with workspace.database.writing() as connection:
        finish_turn(
            connection,
            turn,
            workspace.now_utc_s,
            exit_code=int(code),
            drafted=drafted,
            waiting=waiting,
            note=note,
        )


Take = Callable[[Workspace, Venue, SchedulerState], Exported | None]
"""What is done with a due venue: run the export, or queue it for workers."""


def find_retry_s(workspace: Workspace, venue: Venue, finished_at_utc_s: int) -> int:
    """How long (s) after an unfinished run it is tried again: as soon as a voucher with a lost answer need not be
    looked up any longer, otherwise after `RETRY_S`."""
    until = [at for at in list_looked_for(workspace, [venue]) if at >= finished_at_utc_s]
    return min([RETRY_S, *(at - finished_at_utc_s for at in until)])
