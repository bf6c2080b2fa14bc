"""Turns of the schedule: which were due, who took them, and what came of them. Of several schedulers on one
database the one that writes a turn down has it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update
from sqlalchemy.exc import IntegrityError

from posexport.store.database import insert_row
from posexport.store.tables import TurnRow, VenueRow

_turn, _venue = TurnRow.__table__, VenueRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Turn:
    """One venue's turn. `exit_code` None: it is going on, or whoever took it died. `taken_by` is empty where nobody
    can come back for it."""

    id: int
    due_at_utc_s: int
    taken_at_utc_s: int
    taken_by: str
    finished_at_utc_s: int | None
    exit_code: int | None
    drafted: int
    waiting: int


def take_turn(
    connection: Connection, venue: int, due_at_utc_s: int, now_utc_s: int, *, by: str, lost_after_s: int
) -> int | None:
    """Take a turn that nobody has, that somebody took and let go of without an end, or that the same one took before
    it died; None where it is taken."""
    key = {"venue_id": venue, "due_at_utc_s": due_at_utc_s}
    taken = {"taken_at_utc_s": now_utc_s, "taken_by": by}
    try:
        with connection.begin_nested():
            return insert_row(connection, _turn, **key, **taken, drafted=0, waiting=0, note="")
    except IntegrityError:
        pass
    same = (_turn.c.venue_id == venue, _turn.c.due_at_utc_s == due_at_utc_s)
    is_lost = _turn.c.taken_at_utc_s <= now_utc_s - lost_after_s
    is_free = is_lost if by == "" else is_lost | (_turn.c.taken_by == by)
    again = connection.execute(update(_turn).where(*same, _turn.c.finished_at_utc_s.is_(None), is_free).values(**taken))
    if again.rowcount != 1:
        return None
    return int(connection.execute(select(_turn.c.id).where(*same)).scalar_one())


def reopen_turn(
    connection: Connection,
    venue: int,
    due_at_utc_s: int,
    now_utc_s: int,
    *,
    by: str,
    retry_after_s: int,
    exit_codes: Collection[int],
) -> int | None:
    """Take a turn again that ended with one of these exit codes a while ago; None where there is none."""
    again = (
        _turn.c.venue_id == venue,
        _turn.c.due_at_utc_s == due_at_utc_s,
        _turn.c.exit_code.in_(exit_codes),
        _turn.c.finished_at_utc_s <= now_utc_s - retry_after_s,
    )
    turn = connection.execute(select(_turn.c.id).where(*again)).scalar()
    if turn is None:
        return None
    values = {"finished_at_utc_s": None, "exit_code": None, "taken_at_utc_s": now_utc_s, "taken_by": by}
    taken = connection.execute(update(_turn).where(*again).values(**values))
    return int(turn) if taken.rowcount == 1 else None


def finish_turn(
    connection: Connection, turn: int, now_utc_s: int, *, exit_code: int, drafted: int, waiting: int, note: str = ""
) -> None:
    """Write down what came of a turn."""
    values = {"exit_code": exit_code, "drafted": drafted, "waiting": waiting, "note": note}
    connection.execute(update(_turn).where(_turn.c.id == turn).values(finished_at_utc_s=now_utc_s, **values))


def give_up_turn(connection: Connection, turn: int) -> None:
    """Let somebody else have a turn, if it is not finished."""
    unfinished = (_turn.c.id == turn, _turn.c.finished_at_utc_s.is_(None))
    connection.execute(update(_turn).where(*unfinished).values(taken_at_utc_s=0))


def read_last_turns(connection: Connection) -> dict[str, Turn]:
    """Every venue's latest turn, by the venue's id."""
    latest = select(_turn.c.venue_id, func.max(_turn.c.due_at_utc_s).label("due")).group_by(_turn.c.venue_id).subquery()
    columns = [_turn.c[name] for name in Turn.__dataclass_fields__]
    rows = connection.execute(
        select(_venue.c.code, *columns)
        .join(latest, (latest.c.venue_id == _turn.c.venue_id) & (latest.c.due == _turn.c.due_at_utc_s))
        .join(_venue, _venue.c.id == _turn.c.venue_id)
    )
    return {row[0]: Turn(*row[1:]) for row in rows}
