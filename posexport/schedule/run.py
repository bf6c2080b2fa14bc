"""The scheduler: exports venues automatically. APScheduler decides when; what is exported is always every closed, not
yet drafted business day, by the functions that the command line calls, so missed nights are caught up.

A venue's run is due at its scheduled local time plus a grace period for registers that deliver late. It is recorded
before it starts, so that of several schedulers on one database only one takes it; one that nobody finished is taken
again. A run during which PowerOffice could not be reached is tried again before the next is due.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from posexport.app.failed_imports import watch_imports
from posexport.app.inbox import take_in
from posexport.app.workspace import Workspace
from posexport.core.company import Setup, Venue
from posexport.errors import PosexportError
from posexport.notify.notify import keep_people_posted
from posexport.notify.outbox import Sent
from posexport.schedule.due import DueTrigger, find_last_due, list_next
from posexport.schedule.turn import (
    AGAIN,
    GRACE_S,
    LOST_S,
    PATIENCE_S,
    WATCH_AFTER_S,
    WATCH_S,
    SchedulerState,
    Take,
    find_retry_s,
    take_due_turn,
)
from posexport.store.turns import Turn, give_up_turn, read_last_turns

_log = logging.getLogger("posexport.scheduler")

TICK_S = 20
"""How often (s) the scheduler makes a pass."""


NOTIFY_EVERY_S = 300
"""How often (s) e-mails are sent, besides after each run."""


AT_ONCE = 8
"""How many venues run at once; each may send many vouchers at once."""


_JOB: dict[str, Any] = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
"""APScheduler's options: a late job runs once, however late."""


def look(workspace: Workspace, state: SchedulerState, take: Take = take_due_turn) -> None:
    """One pass: import from the inboxes, run every venue that is due, send e-mails."""
    setup = workspace.load_setup()
    venues = setup.venues
    for venue in venues:
        if workspace.stopping():
            return
        take_in(workspace, venue, state.watch)
    taken = _take_all(workspace, state, take, list_due(workspace, venues))
    if not workspace.stopping() and (taken or workspace.now_utc_s >= state.posted_at_utc_s + NOTIFY_EVERY_S):
        state.posted_at_utc_s = workspace.now_utc_s
        _watch_the_rest(workspace, setup)
        _post(workspace, state)


def _post(workspace: Workspace, state: SchedulerState) -> None:
    """Send the e-mails that are due. A slow mail server is not waited for: sending goes on in its thread."""
    thread = ThreadPoolExecutor(1, thread_name_prefix="mail")
    posting = thread.submit(keep_people_posted, workspace, workspace.now_utc_s, state.at_work)
    thread.shutdown(wait=False)
    if wait([posting], PATIENCE_S).done:
        posting.result()
    else:
        posting.add_done_callback(_log_late)


def _log_late(posting: Future[Sent]) -> None:
    """Log the failures of a sending that nobody waits for any more."""
    error = posting.exception()
    if isinstance(error, PosexportError):
        _log.error("people are told later: %s", error)
    elif error is not None:
        _log.error("people were not told", exc_info=error)


def _watch_the_rest(workspace: Workspace, setup: Setup) -> None:
    """Ask about queued imports that no run has asked about by mid-morning: of venues exported weekly or monthly. What
    does not fit into this pass is left to the next."""
    now, until_s = workspace.now_utc_s, workspace.clock() + WATCH_S
    late = [venue for venue in setup.venues if now >= venue.calendar.opened_at(now) + WATCH_AFTER_S]
    watch_imports(workspace.delivery, setup, late, lambda: workspace.stopping() or workspace.clock() >= until_s)


def _take_all(workspace: Workspace, state: SchedulerState, take: Take, venues: Sequence[Venue]) -> bool:
    """Run every due venue, several at once; True if anything was exported. A programming error is raised after all have
    finished."""

    def take_one(venue: Venue) -> bool:
        return not workspace.stopping() and take(workspace, venue, state) is not None

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="turn") as threads:
        taken = [threads.submit(take_one, venue) for venue in venues]
    return sum(turn.result() for turn in taken) > 0


def list_due(workspace: Workspace, venues: Sequence[Venue]) -> list[Venue]:
    """The venues with a run that is due and not taken, or that must be tried again."""
    with workspace.database.reading() as connection:
        turns = read_last_turns(connection)
    now = workspace.now_utc_s
    return [venue for venue in venues if venue.automatic_export and _is_due(workspace, venue, turns.get(venue.id), now)]


def _is_due(workspace: Workspace, venue: Venue, last: Turn | None, now_utc_s: int) -> bool:
    due_at = find_last_due(venue, now_utc_s)
    if due_at is None:
        return False
    if last is None or last.due_at_utc_s < due_at:
        return True
    if last.finished_at_utc_s is None:
        return last.taken_at_utc_s <= now_utc_s - LOST_S
    if last.exit_code not in AGAIN:
        return False
    return last.finished_at_utc_s <= now_utc_s - find_retry_s(workspace, venue, last.finished_at_utc_s)


def run(
    workspace: Workspace,
    stop: threading.Event,
    *,
    take: Take = take_due_turn,
    on_look: Callable[[], None] = lambda: None,
) -> None:
    """Make pass after pass, and run each venue at its time, until `stop` is set. `on_look` is called after each
    pass."""
    state = SchedulerState()
    scheduler = BackgroundScheduler(timezone=UTC)

    def look_around() -> None:
        try:
            _plan(scheduler, workspace, state, take)
            look(workspace, state, take)
        except PosexportError as error:
            _log.error("%s It is looked at again in %d seconds.", error, TICK_S)
        on_look()

    _say_what_is_next(workspace)
    scheduler.add_job(look_around, IntervalTrigger(seconds=TICK_S), next_run_time=datetime.now(UTC), **_JOB)
    scheduler.start()
    try:
        stop.wait()
    finally:
        _log.info("stopping: what is on its way is finished, for at most %d seconds", GRACE_S)
        ending = threading.Thread(target=scheduler.shutdown, daemon=True)
        ending.start()
        ending.join(GRACE_S)
        if ending.is_alive():
            _log.warning("what is on its way takes too long, and is looked for the next time")
            _let_go(workspace, state)


def _let_go(workspace: Workspace, state: SchedulerState) -> None:
    """Release the runs that are not finished, so that another scheduler can take them."""
    with workspace.database.writing() as connection:
        for turn in tuple(state.turns):
            give_up_turn(connection, turn)


def _say_what_is_next(workspace: Workspace) -> None:
    fires = [fire for fire in list_next(workspace, workspace.load_setup().venues) if fire.at is not None]
    first = min(fires, key=lambda fire: fire.at, default=None)  # type: ignore[arg-type,return-value]
    if first is None:
        _log.warning("running, but no venue has automatic_export = true: nothing is exported by itself")
    else:
        many = f"{len(fires)} venues by themselves" if len(fires) > 1 else "1 venue by itself"
        _log.info("running: %s, next %s at %s", many, first.venue.id, first.at)


def _plan(scheduler: BackgroundScheduler, workspace: Workspace, state: SchedulerState, take: Take) -> None:
    """Schedule a job for every venue with an automatic export, by the present setup."""
    venues = {venue.id: venue for venue in workspace.load_setup().venues if venue.automatic_export}
    planned = {job.id: job for job in scheduler.get_jobs() if job.id.startswith("venue ")}
    for job_id, job in planned.items():
        venue = venues.get(job_id.removeprefix("venue "))
        if venue is None or job.kwargs["venue"] != venue:
            job.remove()
    for venue in venues.values():
        if scheduler.get_job(f"venue {venue.id}") is None:
            scheduler.add_job(
                _take_at_its_time,
                DueTrigger(venue),
                kwargs={"take": take, "workspace": workspace, "venue": venue, "state": state},
                id=f"venue {venue.id}",
                **_JOB,
            )


def _take_at_its_time(take: Take, workspace: Workspace, venue: Venue, state: SchedulerState) -> None:
    try:
        take(workspace, venue, state)
    except PosexportError as error:
        _log.error("%s: %s It is tried again.", venue.id, error)
