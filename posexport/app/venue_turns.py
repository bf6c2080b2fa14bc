"""When a venue is exported by itself: its schedule, with its grace period."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

from posexport.core.company import Venue
from posexport.setup.values import parse_schedule


def make_trigger(venue: Venue) -> CronTrigger:
    """A venue's schedule as an APScheduler trigger in its own time zone, without the grace period."""
    return CronTrigger(**parse_schedule(venue.schedule), timezone=ZoneInfo(venue.timezone))


class DueTrigger(BaseTrigger):  # type: ignore[misc]
    """A venue's schedule with the grace period added."""

    def __init__(self, venue: Venue) -> None:
        self._cron, self._grace = make_trigger(venue), timedelta(minutes=venue.grace_minutes)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """APScheduler's interface: the first time after the previous one, or from now on."""
        previous = None if previous_fire_time is None else previous_fire_time - self._grace
        found = self._cron.get_next_fire_time(previous, now - self._grace)
        return None if found is None else found + self._grace


def list_turns(venue: Venue, now_utc_s: int, most: int) -> list[datetime]:
    """The next times at which a venue would be exported, in its local time, whether it is exported by itself or not."""
    trigger, found = DueTrigger(venue), list[datetime]()
    moment = datetime.fromtimestamp(now_utc_s, UTC)
    while len(found) < most:
        at = trigger.get_next_fire_time(None, moment)
        if at is None:
            break
        found.append(at)
        moment = at + timedelta(microseconds=1)
    return found
