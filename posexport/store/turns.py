"""Scheduled runs: which were due, who claimed them, and their outcome. Of several schedulers on one database, the one
that inserts a run's row has it."""

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
    """One scheduled run of a venue. `exit_code`: None while running or abandoned. `taken_by`: empty where its scheduler
    cannot continue it after a crash."""

    id: int
    due_at_utc_s: int
    taken_at_utc_s: int
    taken_by: str
    finished_at_utc_s: int | None
    exit_code: int | None
    drafted: int
    waiting: int
    note: str = ""
    """Why it failed, where it did."""


LOST_S = 3_600
"""A run unfinished for so long (s) was abandoned by a crashed process."""


def take_turn(
    connection: Connection, venue: int, due_at_utc_s: int, now_utc_s: int, *, by: str, lost_after_s: int
) -> int | None:
    """Claim a run that is unclaimed, released, or was claimed by the same worker; or one claimed more than
    `lost_after_s` ago and never finished. Returns its id, None where somebody else has it."""
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
    """Claim a run again that finished with one of these exit codes at least `retry_after_s` ago; None where there is
    none."""
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
    """Store the outcome of a run."""
    values = {"exit_code": exit_code, "drafted": drafted, "waiting": waiting, "note": note}
    connection.execute(update(_turn).where(_turn.c.id == turn).values(finished_at_utc_s=now_utc_s, **values))


def give_up_turn(connection: Connection, turn: int) -> None:
    """Release an unfinished run, so that others can claim it."""
    unfinished = (_turn.c.id == turn, _turn.c.finished_at_utc_s.is_(None))
    connection.execute(update(_turn).where(*unfinished).values(taken_at_utc_s=0))


def read_last_turns(connection: Connection) -> dict[str, Turn]:
    """Each venue's latest run, by venue id."""
    latest = select(_turn.c.venue_id, func.max(_turn.c.due_at_utc_s).label("due")).group_by(_turn.c.venue_id).subquery()
    columns = [_turn.c[name] for name in Turn.__dataclass_fields__]
    rows = connection.execute(
        select(_venue.c.code, *columns)
        .join(latest, (latest.c.venue_id == _turn.c.venue_id) & (latest.c.due == _turn.c.due_at_utc_s))
        .join(_venue, _venue.c.id == _turn.c.venue_id)
    )
    return {row[0]: Turn(*row[1:]) for row in rows}


def read_recent_turns(
    connection: Connection, venues: Collection[str], since_utc_s: int, most: int
) -> list[tuple[str, Turn]]:
    """The newest runs of these venues (ids) that were due since then, with the id of the venue; the last due first."""
    columns = [_turn.c[name] for name in Turn.__dataclass_fields__]
    numbers = select(_venue.c.id).where(_venue.c.code.in_(list(venues)))
    rows = connection.execute(
        select(_venue.c.code, *columns)
        .join(_venue, _venue.c.id == _turn.c.venue_id)
        .where(_turn.c.venue_id.in_(numbers), _turn.c.due_at_utc_s >= since_utc_s)
        .order_by(_turn.c.due_at_utc_s.desc(), _venue.c.code)
        .limit(most)
    )
    return [(row[0], Turn(*row[1:])) for row in rows]
