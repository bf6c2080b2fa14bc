"""Work that was asked for in the office: rows that whoever is free takes, one worker at a time."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select, update

from posexport.store.database import day_number, day_of
from posexport.store.office_tables import OfficeRunLineRow, OfficeRunRow

_run, _line = OfficeRunRow.__table__, OfficeRunLineRow.__table__  # type: ignore[attr-defined]


class RunState(StrEnum):
    """Where a run stands. Values are stored; never rename."""

    WAITING = "waiting"
    GOING = "going"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    """Its worker died; what was on its way is looked up by the next one."""


LEASE_S = 30
"""After this long without a word from its worker a run was interrupted."""

SILENT_S = 10
"""After this long it is said that nothing is heard of it."""

OVER = frozenset({RunState.DONE, RunState.STOPPED, RunState.FAILED, RunState.INTERRUPTED})


@dataclass(frozen=True, slots=True)
class Run:
    """Work that somebody asked for. `kind`: what for; runs of one kind that names something after a colon, such as
    "files:fjordmat", wait for each other. `asked`: what, as facts; `days`: business days in all, 0 while that is not
    known; `exit_code`: who must act, None until it is over; `trouble`: why it failed; `alive_until_utc_s`: until when
    its worker has it, None where none had it. Times are UTC s."""

    id: str
    user_id: str
    who: str
    kind: str
    state: RunState
    asked: Mapping[str, Any]
    made_at_utc_s: int
    started_at_utc_s: int | None
    ended_at_utc_s: int | None
    stopped_by: str
    exit_code: int | None
    days: int
    trouble: str
    alive_until_utc_s: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in OVER

    def is_silent(self, now_utc_s: int) -> bool:
        """Whether its worker, which says again and again that it goes on, has not done so lately."""
        until = self.alive_until_utc_s
        return self.state is RunState.GOING and until is not None and until - LEASE_S + SILENT_S <= now_utc_s

    @property
    def work(self) -> str:
        """What kind of work it is, wherever."""
        return self.kind.partition(":")[0]

    @property
    def venues(self) -> Sequence[str]:
        """The ids of the venues that it concerns."""
        one = self.asked.get("venue")  # as runs were stored that drafted a day, when there were no others
        return [one] if one else self.asked.get("venues", [])

    @property
    def period(self) -> tuple[date, date] | None:
        """The first and the last business day that it concerns; None where it concerns none."""
        asked = self.asked
        return (date.fromisoformat(asked["from"]), date.fromisoformat(asked["to"])) if "from" in asked else None


def new_run(run_id: str, user_id: str, who: str, kind: str, asked: Mapping[str, Any], now_utc_s: int) -> Run:
    """Work that is asked for now, and that nobody has taken yet."""
    return Run(run_id, user_id, who, kind, RunState.WAITING, asked, now_utc_s, None, None, "", None, 0, "")


@dataclass(frozen=True, slots=True)
class RunLine:
    """What became of one business day in a run, or of one file: `business_day` is None then, and `venue` ""."""

    number: int
    venue: str
    business_day: date | None
    state: str
    facts: Mapping[str, Any]
    at_utc_s: int


def add_run(connection: Connection, run: Run) -> None:
    """Store work that is asked for."""
    connection.execute(
        insert(_run).values(
            id=run.id,
            user_id=run.user_id,
            who=run.who,
            kind=run.kind,
            state=RunState.WAITING.value,
            asked=json.dumps(run.asked, ensure_ascii=False, sort_keys=True),
            worker="",
            made_at_utc_s=run.made_at_utc_s,
            stopped_by="",
            days=0,
            trouble="",
        )
    )


def take_run(connection: Connection, worker: str, now_utc_s: int, alive_until_utc_s: int) -> Run | None:
    """Take the oldest run that waits for nothing else; None where there is none, or somebody else was faster."""
    is_waiting = _run.c.state == RunState.WAITING.value
    connection.execute(select(_run.c.id).where(is_waiting).with_for_update())  # one worker chooses at a time
    going = select(_run.c.kind).where(_run.c.state == RunState.GOING.value, _run.c.kind.contains(":", autoescape=True))
    waiting = select(_run.c.id).where(is_waiting, _run.c.kind.not_in(going))
    run_id = connection.execute(waiting.order_by(_run.c.made_at_utc_s, _run.c.id).limit(1)).scalar()
    if run_id is None:
        return None
    taken = connection.execute(
        update(_run)
        .where(_run.c.id == run_id, _run.c.state == RunState.WAITING.value)
        .values(
            state=RunState.GOING.value,
            worker=worker,
            started_at_utc_s=now_utc_s,
            alive_until_utc_s=alive_until_utc_s,
        )
    )
    return read_run(connection, run_id) if taken.rowcount == 1 else None


def keep_run(connection: Connection, run_id: str, worker: str, alive_until_utc_s: int) -> bool:
    """Go on having a run; False where somebody asked for it to stop, or it is no longer this worker's."""
    mine = (_run.c.id == run_id, _run.c.worker == worker, _run.c.state == RunState.GOING.value)
    kept = connection.execute(update(_run).where(*mine).values(alive_until_utc_s=alive_until_utc_s))
    stopped_by = connection.execute(select(_run.c.stopped_by).where(_run.c.id == run_id)).scalar()
    return kept.rowcount == 1 and not stopped_by


def ask_to_stop(connection: Connection, run_id: str, who: str, now_utc_s: int) -> None:
    """Ask for a run to stop after what is on its way; one that nobody has taken yet is over."""
    waits = (_run.c.id == run_id, _run.c.state == RunState.WAITING.value)
    over = {"state": RunState.STOPPED.value, "stopped_by": who, "ended_at_utc_s": now_utc_s, "exit_code": 0}
    if connection.execute(update(_run).where(*waits).values(**over)).rowcount:
        return
    goes = (_run.c.id == run_id, _run.c.state == RunState.GOING.value, _run.c.stopped_by == "")
    connection.execute(update(_run).where(*goes).values(stopped_by=who))


def end_run(
    connection: Connection, run_id: str, worker: str, state: RunState, exit_code: int, trouble: str, now_utc_s: int
) -> None:
    """Store how a run ended, where it is still this worker's."""
    mine = (_run.c.id == run_id, _run.c.worker == worker, _run.c.state == RunState.GOING.value)
    ended = {"state": state.value, "exit_code": exit_code, "trouble": trouble, "ended_at_utc_s": now_utc_s}
    connection.execute(update(_run).where(*mine).values(**ended))


def note_days(connection: Connection, run_id: str, days: int) -> None:
    """Store how many business days a run has in all."""
    connection.execute(update(_run).where(_run.c.id == run_id).values(days=days))


def interrupt_lost(connection: Connection, now_utc_s: int) -> None:
    """Mark the runs whose worker has not been heard of."""
    lost = (_run.c.state == RunState.GOING.value, _run.c.alive_until_utc_s <= now_utc_s)
    connection.execute(update(_run).where(*lost).values(state=RunState.INTERRUPTED.value, ended_at_utc_s=now_utc_s))


def add_line(connection: Connection, run_id: str, line: RunLine) -> None:
    """Store what became of one business day; a later word about the same voucher stands behind the earlier."""
    connection.execute(
        insert(_line).values(
            run_id=run_id,
            number=line.number,
            at_utc_s=line.at_utc_s,
            venue=line.venue,
            business_day=0 if line.business_day is None else day_number(line.business_day),
            state=line.state,
            document=json.dumps(line.facts, ensure_ascii=False, sort_keys=True),
        )
    )


def read_run(connection: Connection, run_id: str) -> Run | None:
    """A run; None where there is none."""
    row = connection.execute(select(_run).where(_run.c.id == run_id)).first()
    return None if row is None else _make_run(row)


def read_runs(
    connection: Connection, *, most: int = 100, states: Collection[RunState] = (), kinds: Collection[str] = ()
) -> list[Run]:
    """The newest runs first; in these states and of these kinds where some are given."""
    query = select(_run).order_by(_run.c.made_at_utc_s.desc(), _run.c.id).limit(most)
    if kinds:
        query = query.where(_run.c.kind.in_(list(kinds)))
    if states:
        query = query.where(_run.c.state.in_([state.value for state in states]))
    return [_make_run(row) for row in connection.execute(query)]


def read_lines(connection: Connection, run_id: str) -> list[RunLine]:
    """What became of a run's business days, in the order they were answered."""
    rows = connection.execute(select(_line).where(_line.c.run_id == run_id).order_by(_line.c.number))
    return [
        RunLine(
            row.number,
            row.venue,
            day_of(row.business_day) if row.business_day else None,
            row.state,
            json.loads(row.document),
            row.at_utc_s,
        )
        for row in rows
    ]


def _make_run(row: Any) -> Run:
    return Run(
        row.id,
        row.user_id,
        row.who,
        row.kind,
        RunState(row.state),
        json.loads(row.asked),
        row.made_at_utc_s,
        row.started_at_utc_s,
        row.ended_at_utc_s,
        row.stopped_by,
        row.exit_code,
        row.days,
        row.trouble,
        row.alive_until_utc_s,
    )
