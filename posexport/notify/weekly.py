"""The weekly summary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from posexport.app.orders import list_unfinished_orders
from posexport.app.workspace import Workspace
from posexport.core.alerts import (
    HOUR_S,
    VenueWeek,
    Weekly,
    list_recipients,
)
from posexport.core.company import Company, Venue
from posexport.core.day import Period
from posexport.core.report import State
from posexport.notify.languages import find_languages
from posexport.notify.venue_days import VenueDays
from posexport.setup.values import parse_schedule
from posexport.store.messages import (
    NewMessage,
    has_message,
)
from posexport.store.setups import find_company_number
from posexport.texts.language import LANGS
from posexport.views.orders import format_tally, tally_orders

_WEEK, _DAY = timedelta(days=7), timedelta(days=1)


WEEKLY_WAITS_S = 3 * HOUR_S
"""How long a weekly summary waits on its Monday for venues whose last day is not exported yet."""


_WEEKLY_DAYS = (0, 1, 2)
"""Monday; a Monday on which nothing ran is made up for on Tuesday or Wednesday."""


def find_week(workspace: Workspace, company: Company, now_utc_s: int) -> date | None:
    """The Monday of the week for which a summary is due; None where none is, or where it was written already."""
    if company.mail is None or not company.mail.weekly:
        return None
    today = company.venues[0].calendar.open_day(now_utc_s)
    if today.weekday() not in _WEEKLY_DAYS:
        return None
    monday = today - today.weekday() * _DAY - _WEEK
    with workspace.database.reading() as connection:
        number = find_company_number(connection, company.id)
        return None if has_message(connection, number, weekly_kind(monday)) else monday


def weekly_kind(monday: date) -> str:
    """The message kind of a week's summary, by which it is stored once."""
    year, week, _ = monday.isocalendar()
    return f"weekly {year}-W{week:02d}"


def write_weeklies(
    workspace: Workspace, company: Company, looked_at: Sequence[VenueDays], monday: date, kind: str, now_utc_s: int
) -> list[NewMessage]:
    """The week's summary for each recipient; empty while a venue's last night is still being exported."""
    from posexport.render.mail import write_weekly

    calendar = company.venues[0].calendar
    today = calendar.open_day(now_utc_s)
    is_early = now_utc_s < calendar.start(monday + _WEEK) + WEEKLY_WAITS_S
    if is_early and any(of.venue.automatic_export and _count_ready(of) for of in looked_at):
        return []
    weeks = {of.venue.id: _sum_week(workspace, of, monday, now_utc_s) for of in looked_at}
    messages = []
    recipients = list_recipients(company.venues)
    languages = find_languages(workspace, company, recipients)
    for recipient, venues in recipients.items():
        week = Weekly(company, monday, today, tuple(weeks[venue.id] for venue in venues))
        written = write_weekly(week, languages[recipient])
        messages.append(NewMessage(kind, recipient, written.subject, written.text, written.html))
    return messages


def _count_ready(of: VenueDays) -> int:
    return sum(not day.reason and any(row.state is State.READY for row in day.rows) for day in of.days)


def _sum_week(workspace: Workspace, of: VenueDays, monday: date, now_utc_s: int) -> VenueWeek:
    rows = [row for day in of.days if monday <= day.business_day < monday + _WEEK for row in day.rows]
    drafted = [row for row in rows if row.state is State.DRAFTED and row.document_kind == "voucher"]
    tally = tally_orders(list_unfinished_orders(workspace, [of.venue], Period()))
    return VenueWeek(
        venue=of.venue,
        drafted=len({row.business_day for row in drafted}),
        drafted_ore=sum(row.debit_ore or 0 for row in drafted),
        waiting=tuple(day for day in of.days if day.reason),
        ready=_count_ready(of),
        next_export=_find_next_export(of.venue, now_utc_s),
        orders={lang: told for lang in LANGS if (told := format_tally(tally, lang))},
    )


def _find_next_export(venue: Venue, now_utc_s: int) -> datetime | None:
    """When a venue is next exported, in its local time; None where it is not exported automatically."""
    if not venue.automatic_export:
        return None
    from apscheduler.triggers.cron import CronTrigger

    grace = timedelta(minutes=venue.grace_minutes)
    trigger = CronTrigger(**parse_schedule(venue.schedule), timezone=ZoneInfo(venue.timezone))
    at: datetime | None = trigger.get_next_fire_time(None, datetime.fromtimestamp(now_utc_s, UTC) - grace)
    return None if at is None else at + grace
