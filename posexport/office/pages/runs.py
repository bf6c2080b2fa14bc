"""Runs: the work that was asked for, and the exports of the schedule, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from starlette.responses import Response

from posexport.core.company import Venue
from posexport.office.pages.run import describe_run, list_seen, name_venues
from posexport.office.visit import Visit
from posexport.office.words import office_words
from posexport.store.office_runs import Run, RunState, read_runs
from posexport.store.turns import LOST_S, Turn, read_recent_turns

TURNS_READ = 1_000
"""So many of the schedule's exports of a venue each are looked at."""

TURNS_SINCE_S = 90 * 24 * 3600


@dataclass(frozen=True, slots=True)
class ScheduledRun:
    """The exports of the schedule that were due at one time. `venues`: those of them that the user sees; `troubles`:
    why they failed, by venue."""

    venues: Sequence[Venue]
    at: datetime
    state: RunState
    drafted: int
    waiting: int
    troubles: Sequence[tuple[Venue, str]]


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A line of the page. `run`: None for the schedule's; `turn`: None for one that somebody asked for."""

    at: datetime
    about: str
    run: Run | None = None
    turn: ScheduledRun | None = None


def show(visit: Visit) -> Response:
    """The page."""
    with visit.workspace.database.reading() as connection:
        runs = read_runs(connection)
    asked = [
        ShownRun(seen[0].calendar.local(run.made_at_utc_s), describe_run(run, seen, visit.lang), run)
        for run in runs
        if (seen := list_seen(visit, run))
    ]
    work = office_words(visit.lang)["work_drafts"]
    scheduled = [
        ShownRun(turn.at, f"{work}: {name_venues(turn.venues, visit.lang)}", turn=turn) for turn in _list_turns(visit)
    ]
    shown = sorted([*asked, *scheduled], key=lambda one: one.at, reverse=True)
    return visit.show("runs.html.j2", runs=shown)


def _list_turns(visit: Visit) -> Iterator[ScheduledRun]:
    """The schedule's exports of the venues that the user sees, those that were due at one time together."""
    seen, now = {venue.id: venue for venue in visit.venues}, visit.workspace.now_utc_s
    with visit.workspace.database.reading() as connection:
        turns = read_recent_turns(connection, seen.keys(), now - TURNS_SINCE_S, TURNS_READ)
    for due_at_utc_s, together in groupby(turns, key=lambda one: one[1].due_at_utc_s):
        yield _put_together([(seen[venue], turn) for venue, turn in together], due_at_utc_s, now)


def _put_together(turns: Sequence[tuple[Venue, Turn]], due_at_utc_s: int, now_utc_s: int) -> ScheduledRun:
    return ScheduledRun(
        venues=[venue for venue, _ in turns],
        at=turns[0][0].calendar.local(due_at_utc_s),
        state=_find_state([turn for _, turn in turns], now_utc_s),
        drafted=sum(turn.drafted for _, turn in turns),
        waiting=sum(turn.waiting for _, turn in turns),
        troubles=[(venue, turn.note) for venue, turn in turns if turn.note],
    )


def _find_state(turns: Sequence[Turn], now_utc_s: int) -> RunState:
    """How they stand: going on while one does; interrupted where one was not finished; failed where one was."""
    unfinished = [turn for turn in turns if turn.finished_at_utc_s is None]
    if any(turn.taken_at_utc_s > now_utc_s - LOST_S for turn in unfinished):
        return RunState.GOING
    if unfinished:
        return RunState.INTERRUPTED
    return RunState.FAILED if any(turn.note for turn in turns) else RunState.DONE
