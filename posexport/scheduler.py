"""When venues are exported. APScheduler decides when; what is exported is always every closed business day not
yet drafted, by the same functions that the command line calls, so a night that was missed is caught up.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger

from posexport.core.day import Period
from posexport.core.setup import Venue
from posexport.export import Workplace, export_period, find_venues
from posexport.setup_values import parse_schedule

_log = logging.getLogger("posexport.scheduler")


@dataclass(frozen=True, slots=True)
class NextFire:
    """When a venue is next exported; None where it never is by itself."""

    venue: Venue
    at: datetime | None


def make_trigger(venue: Venue) -> CronTrigger:
    """A venue's schedule in its own time zone."""
    return CronTrigger(**parse_schedule(venue.schedule), timezone=ZoneInfo(venue.timezone))


def list_next(venues: Sequence[Venue], now_utc_s: int) -> Iterator[NextFire]:
    """When each venue is next exported, seen from now."""
    now = datetime.fromtimestamp(now_utc_s, UTC)
    for venue in venues:
        at = make_trigger(venue).get_next_fire_time(None, now) if venue.automatic_export else None
        yield NextFire(venue, at)


def format_next(fires: Sequence[NextFire]) -> dict[str, Any]:
    """As `schedule list --json` prints it."""
    return {
        "schedules": [
            {
                "venue": fire.venue.id,
                "automatic_export": fire.venue.automatic_export,
                "schedule": fire.venue.schedule,
                "timezone": fire.venue.timezone,
                "next": fire.at.isoformat() if fire.at else None,
            }
            for fire in fires
        ]
    }


def export_venue(workplace: Workplace, venue_id: str) -> None:
    """One venue's turn: everything closed and not yet drafted. What goes wrong is kept in the store and logged;
    the scheduler goes on."""
    venues = find_venues(workplace.load_setup(), [venue_id])
    exported = export_period(workplace, venues, Period())
    for shown in exported.report.vouchers:
        _log.info("%s %s: %s %s", shown.venue.id, shown.business_day, shown.state.value, shown.answer)


def run(workplace: Workplace) -> None:
    """Catch up, then export each venue at its time, until interrupted."""
    venues = [venue for venue in find_venues(workplace.load_setup(), []) if venue.automatic_export]
    scheduler = BlockingScheduler(timezone=UTC)
    for venue in venues:
        scheduler.add_job(
            export_venue,
            make_trigger(venue),
            args=(workplace, venue.id),
            id=venue.id,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=datetime.now(UTC),
        )
    _log.info("%d venues are exported by themselves", len(venues))
    try:
        scheduler.start()
    finally:
        if scheduler.running:  # what is on its way is finished, with the connections it needs
            scheduler.shutdown(wait=True)
