"""When each venue's export is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from posexport.app.status import Health, read_health
from posexport.app.venue_turns import DueTrigger as DueTrigger
from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.store.turns import Turn, read_last_turns

_LOOK_BACK = tuple(timedelta(days=days) for days in (1, 8, 32, 367))


@dataclass(frozen=True, slots=True)
class NextFire:
    """When a venue is next exported (None where it is not exported automatically), its last run, and its waiting
    days."""

    venue: Venue
    at: datetime | None
    last: Turn | None
    health: Health


def find_last_due(venue: Venue, now_utc_s: int) -> int | None:
    """When a venue's run was last due, at or before now (UTC s); None where it was not within a year."""
    now = datetime.fromtimestamp(now_utc_s, UTC)
    trigger = DueTrigger(venue)
    for back in _LOOK_BACK:
        found, last = trigger.get_next_fire_time(None, now - back), None
        while found is not None and found <= now:
            last, found = found, trigger.get_next_fire_time(found, found + timedelta(microseconds=1))
        if last is not None:
            return int(last.timestamp())
    return None


def list_next(workspace: Workspace, venues: Sequence[Venue]) -> Iterator[NextFire]:
    """When each venue is next exported, counted from now, and its last run."""
    now = datetime.fromtimestamp(workspace.now_utc_s, UTC)
    health = read_health(workspace, venues)
    with workspace.database.reading() as connection:
        turns = read_last_turns(connection)
    for venue in venues:
        at = DueTrigger(venue).get_next_fire_time(None, now) if venue.automatic_export else None
        yield NextFire(venue, at, turns.get(venue.id), health[venue.id])


def format_next(fires: Sequence[NextFire]) -> dict[str, Any]:
    """As `schedule list --json` prints it."""
    return {
        "schedules": [
            {
                "venue": fire.venue.id,
                "automatic_export": fire.venue.automatic_export,
                "schedule": fire.venue.schedule,
                "grace_minutes": fire.venue.grace_minutes,
                "timezone": fire.venue.timezone,
                "next": fire.at.isoformat() if fire.at else None,
                "last": _format_turn(fire.last, fire.venue) if fire.last else None,
                "last_drafted_day": _format_day(fire.health.last_drafted),
                "oldest_waiting_day": _format_day(fire.health.oldest_waiting),
                "waiting_days": fire.health.waiting,
            }
            for fire in fires
        ]
    }


def _format_day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _format_turn(turn: Turn, venue: Venue) -> dict[str, Any]:
    local = venue.calendar.local
    return {
        "due_at": local(turn.due_at_utc_s).isoformat(),
        "finished_at": local(turn.finished_at_utc_s).isoformat() if turn.finished_at_utc_s else None,
        "exit_code": turn.exit_code,
        "drafted": turn.drafted,
        "waiting": turn.waiting,
    }
