"""Which alerts go to whom: days that have begun to wait, and days that are resolved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby

from posexport.app.status import list_odd_days, list_waiting_orders, status_of_days
from posexport.app.workspace import Workspace
from posexport.core.alerts import (
    GAP_DAYS,
    Alert,
    DayStatus,
    Digest,
    News,
    find_news,
    find_reason,
    list_gaps,
    list_recipients,
)
from posexport.core.company import Company, Venue
from posexport.core.report import State, StatusRow
from posexport.notify.languages import find_languages
from posexport.notify.venue_days import VenueDays
from posexport.store.booked_elsewhere import read_booked_days
from posexport.store.days import read_days
from posexport.store.deliveries import read_without_page
from posexport.store.messages import DIGEST, MENDED, NewMessage
from posexport.store.notices import read_open_notices
from posexport.store.setups import find_venue_number

_WEEK, _DAY = timedelta(days=7), timedelta(days=1)


_RHYTHM = timedelta(days=GAP_DAYS + 4 * 7)


def ids_of(notices: Iterable[Alert]) -> list[int]:
    """The database ids of these alerts."""
    return [notice.id for notice in notices]


def find_venue_news(company: Company, of: VenueDays, now_utc_s: int) -> News:
    """The new and the resolved alerts of a venue."""
    can_tell = company.mail is not None and bool(of.venue.notify)
    return find_news(of.days, of.notices, of.days_with_data, now_utc_s, can_tell=can_tell)


def look_at(workspace: Workspace, venue: Venue, week: date | None, now_utc_s: int) -> VenueDays:
    """The venue's days that an e-mail may mention, rather than its whole history. `week`: the Monday of a summary that
    is due."""
    last = venue.calendar.last_closed(now_utc_s)
    with workspace.database.reading() as connection:
        number = find_venue_number(connection, venue)
        notices = tuple(read_open_notices(connection, [number]))
        waiting = read_days(connection, number, venue.export_from, last, only_open=True)
        with_data = frozenset(read_days(connection, number, max(venue.export_from, last - _RHYTHM), last))
        without_page = [delivery.business_day for delivery in read_without_page(connection, number)]
        booked = read_booked_days(connection, number)
    wanted = {*waiting, *without_page, *booked, *(notice.business_day for notice in notices)}
    wanted |= set(list_gaps(venue, with_data, now_utc_s))
    if week is not None:
        wanted |= {day for n in range(7) if (day := week + n * _DAY) in with_data}
    days = sorted(day for day in wanted if venue.export_from <= day <= last)
    to_come = {row.business_day: row for row in list_odd_days(workspace, [venue]).get(venue.id, ())}
    over = {day for notice in notices if (day := notice.business_day) > last} - to_come.keys()
    rows = (
        *status_of_days(workspace, venue, days, now_utc_s),
        *(to_come.get(day, StatusRow(venue, day, State.NOTHING)) for day in sorted(to_come.keys() | over)),
    )
    orders = [row for row in list_waiting_orders(workspace, venue) if find_reason(row)]
    of_day = groupby(sorted((*rows, *orders), key=lambda row: row.business_day), key=lambda row: row.business_day)
    return VenueDays(
        venue, number, notices, tuple(DayStatus(venue, day, tuple(group)) for day, group in of_day), with_data
    )


def write_digests(
    workspace: Workspace, company: Company, looked_at: Sequence[VenueDays], news: Mapping[str, News]
) -> Iterator[NewMessage]:
    """One message for each recipient who has news, about the venues that name them and in their language."""
    from posexport.render.mail import write_digest

    if company.mail is None:
        return
    told_before = {of.venue.id: count_told(of, news[of.venue.id]) for of in looked_at}
    recipients = list_recipients(company.venues)
    languages = find_languages(workspace, company, recipients)
    for recipient, venues in recipients.items():
        waiting = tuple(day for venue in venues for day, _ in news[venue.id].tell)
        mended = tuple(day for venue in venues for day in news[venue.id].mended)
        if not waiting and not mended:
            continue
        before = sum(told_before[venue.id] for venue in venues)
        written = write_digest(Digest(company, waiting, mended, before), languages[recipient], workspace.office)
        yield NewMessage(DIGEST if waiting else MENDED, recipient, written.subject, written.text, written.html)


def count_told(of: VenueDays, news: News) -> int:
    """How many waiting days an earlier e-mail has mentioned."""
    now_told = {day.business_day for day, _ in news.tell}
    told = {notice.business_day for notice in of.notices if notice.is_told}
    return sum(day.business_day in told - now_told and bool(day.reason) for day in of.days)
