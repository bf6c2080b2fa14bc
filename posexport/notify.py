"""Keeping people posted: what has begun to wait, what is mended, the week that was; and sending it.

`note` compares where days stand with what was told and writes messages to the store, in one transaction with the
notices that say so; `send_waiting` sends them. A mail server that fails delays messages and nothing else. Instants
are UTC seconds and given by the caller.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from posexport.core.notices import (
    DAY_S,
    GAP_DAYS,
    HOUR_S,
    DayStatus,
    Digest,
    News,
    Notice,
    VenueWeek,
    Weekly,
    find_news,
    list_gaps,
    list_recipients,
)
from posexport.core.ports import Letter, Post
from posexport.core.report import State, StatusRow
from posexport.core.setup import Company, Venue
from posexport.errors import Exit, LetterRefused, MailTrouble, MissingSecret, PosexportError, UsageError
from posexport.export import Workplace
from posexport.setup_values import parse_schedule
from posexport.status import list_odd_days, status_of_days
from posexport.store.bookings import read_booked_days
from posexport.store.deliveries import read_without_page
from posexport.store.messages import (
    Message,
    NewMessage,
    add_messages,
    add_notices,
    claim_messages,
    close_notices,
    forget,
    give_up,
    has_message,
    lock_company,
    read_due_companies,
    read_open_notices,
    release,
    settle_failed,
    settle_sent,
)
from posexport.store.settlements import read_days
from posexport.store.setups import find_company_number, find_venue_number

FIRST_RETRY_S = 5 * 60
LONGEST_RETRY_S = 6 * HOUR_S
"""A message is tried again after 5 minutes, then 10, 20, 40, …, and from then on every 6 hours."""

GIVEN_UP_AFTER_S = 14 * DAY_S
"""How long a message is tried."""

KEPT_S = 90 * DAY_S
"""How long messages that were sent, and notices that are mended, are kept."""

BATCH = 50
"""Messages on one connection."""

CLAIM_S = 15 * 60
"""How long the messages of a batch are nobody else's."""

BEGIN_S = 60
"""How long letters are begun on one connection; those that are left go over another."""

AT_ONCE = 32
"""Companies whose mail servers are talked to at once."""

WEEKLY_WAITS_S = 3 * HOUR_S
"""How long a weekly summary waits on its Monday for venues whose last day is not exported yet."""

_RHYTHM = timedelta(days=GAP_DAYS + 4 * 7)
_WEEK, _DAY = timedelta(days=7), timedelta(days=1)
_WEEKLY_DAYS = (0, 1, 2)
"""Monday; a Monday on which nothing ran is made up for on Tuesday or Wednesday."""

_log = logging.getLogger("posexport.notify")


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of sending: how many went, how many wait to be tried again, and what went wrong."""

    sent: int = 0
    waiting: int = 0
    troubles: tuple[PosexportError, ...] = ()

    @property
    def exit_code(self) -> Exit:
        """Whose turn it is."""
        return max((trouble.exit_code for trouble in self.troubles), default=Exit.DONE)


def keep_people_posted(workplace: Workplace, now_utc_s: int, at_work: AtWork | None = None) -> Sent:
    """Note every company's days and send what is due. Trouble with mail is told in the result and the log, and
    raises nothing."""
    for company in workplace.load_setup().companies:
        if workplace.stopping():
            return Sent()
        note(workplace, company, now_utc_s)
    return send_waiting(workplace, now_utc_s, at_work)


# Noting


@dataclass(frozen=True, slots=True)
class _VenueDays:
    """One venue as it stands: its number, its open notices, and every day that may be worth a word."""

    venue: Venue
    number: int
    notices: tuple[Notice, ...]
    days: tuple[DayStatus, ...]
    days_with_data: frozenset[date]


def note(workplace: Workplace, company: Company, now_utc_s: int) -> int:
    """Compare where a company's days stand with what was told, and write what is new to the store: one message per
    person. How many were written.

    Where another process has noted something meanwhile, nothing is: it is looked at anew the next time.
    """
    if not company.venues:
        return 0
    week = _find_week(workplace, company, now_utc_s)
    looked_at = [_look_at(workplace, company, venue, week, now_utc_s) for venue in company.venues]
    news = {of.venue.id: _find_news(company, of, now_utc_s) for of in looked_at}
    if week is None and not any(of != News() for of in news.values()):
        return 0
    with workplace.database.writing() as connection:
        number = find_company_number(connection, company.id)
        lock_company(connection, number)
        seen = sorted(notice for of in looked_at for notice in _ids(of.notices))
        if sorted(_ids(read_open_notices(connection, [of.number for of in looked_at]))) != seen:
            return 0
        for of in looked_at:
            found = news[of.venue.id]
            told = [notice for _, notice in found.tell if notice]
            close_notices(connection, sorted(_ids([*found.over, *told])), now_utc_s)
            tell = [(of.number, day.business_day, day.reason) for day, _ in found.tell]
            add_notices(connection, tell, now_utc_s, is_told=True)
            quiet = [(of.number, day.business_day, day.reason) for day in found.notice]
            add_notices(connection, quiet, now_utc_s, is_told=False)
        messages = list(_write_digests(company, looked_at, news))
        if week is not None and not has_message(connection, number, kind := _weekly_kind(week)):
            messages += _write_weeklies(company, looked_at, week, kind, now_utc_s)
        add_messages(connection, number, messages, now_utc_s)
    return len(messages)


def _ids(notices: Iterable[Notice]) -> list[int]:
    return [notice.id for notice in notices]


def _find_news(company: Company, of: _VenueDays, now_utc_s: int) -> News:
    can_tell = company.mail is not None and bool(of.venue.notify)
    return find_news(of.days, of.notices, of.days_with_data, now_utc_s, can_tell=can_tell)


def _look_at(workplace: Workplace, company: Company, venue: Venue, week: date | None, now_utc_s: int) -> _VenueDays:
    """The days of a venue that may be worth a word: not its whole history."""
    last = venue.calendar.last_closed(now_utc_s)
    with workplace.database.reading() as connection:
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
    to_come = {row.business_day: row for row in list_odd_days(workplace, [venue]).get(venue.id, ())}
    over = {day for notice in notices if (day := notice.business_day) > last} - to_come.keys()
    rows = (
        *status_of_days(workplace, company, venue, days, now_utc_s),
        *(to_come.get(day, StatusRow(venue, day, State.NOTHING)) for day in sorted(to_come.keys() | over)),
    )
    of_day = groupby(rows, key=lambda row: row.business_day)
    return _VenueDays(
        venue, number, notices, tuple(DayStatus(venue, day, tuple(group)) for day, group in of_day), with_data
    )


def _write_digests(company: Company, looked_at: Sequence[_VenueDays], news: Mapping[str, News]) -> Iterator[NewMessage]:
    """One message for each person who has something to hear."""
    from posexport.render_mail import write_digest

    if company.mail is None:
        return
    told_before = {of.venue.id: _count_told(of, news[of.venue.id]) for of in looked_at}
    for recipient, venues in list_recipients(company.venues).items():
        waiting = tuple(day for venue in venues for day, _ in news[venue.id].tell)
        mended = tuple(day for venue in venues for day in news[venue.id].mended)
        if not waiting and not mended:
            continue
        before = sum(told_before[venue.id] for venue in venues)
        written = write_digest(Digest(company, waiting, mended, before))
        yield NewMessage("digest", recipient, written.subject, written.text, written.html)


def _count_told(of: _VenueDays, news: News) -> int:
    """Days that wait and were told of before."""
    now_told = {day.business_day for day, _ in news.tell}
    told = {notice.business_day for notice in of.notices if notice.is_told}
    return sum(day.business_day in told - now_told and bool(day.reason) for day in of.days)


# The week


def _find_week(workplace: Workplace, company: Company, now_utc_s: int) -> date | None:
    """The Monday of the week that a summary is due for, None where none is, or it was made already."""
    if company.mail is None or not company.mail.weekly:
        return None
    today = company.venues[0].calendar.open_day(now_utc_s)
    if today.weekday() not in _WEEKLY_DAYS:
        return None
    monday = today - today.weekday() * _DAY - _WEEK
    with workplace.database.reading() as connection:
        number = find_company_number(connection, company.id)
        return None if has_message(connection, number, _weekly_kind(monday)) else monday


def _weekly_kind(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"weekly {year}-W{week:02d}"


def _write_weeklies(
    company: Company, looked_at: Sequence[_VenueDays], monday: date, kind: str, now_utc_s: int
) -> list[NewMessage]:
    """The week's summary for each person; none yet while a venue's night is still being exported."""
    from posexport.render_mail import write_weekly

    calendar = company.venues[0].calendar
    today = calendar.open_day(now_utc_s)
    is_early = now_utc_s < calendar.start(monday + _WEEK) + WEEKLY_WAITS_S
    if is_early and any(of.venue.automatic_export and _count_ready(of) for of in looked_at):
        return []
    weeks = {of.venue.id: _sum_week(of, monday, now_utc_s) for of in looked_at}
    messages = []
    for recipient, venues in list_recipients(company.venues).items():
        written = write_weekly(Weekly(company, monday, today, tuple(weeks[venue.id] for venue in venues)))
        messages.append(NewMessage(kind, recipient, written.subject, written.text, written.html))
    return messages


def _count_ready(of: _VenueDays) -> int:
    return sum(not day.reason and any(row.state is State.READY for row in day.rows) for day in of.days)


def _sum_week(of: _VenueDays, monday: date, now_utc_s: int) -> VenueWeek:
    rows = [row for day in of.days if monday <= day.business_day < monday + _WEEK for row in day.rows]
    drafted = [row for row in rows if row.state is State.DRAFTED]
    return VenueWeek(
        venue=of.venue,
        drafted=len({row.business_day for row in drafted}),
        drafted_ore=sum(row.debit_ore or 0 for row in drafted),
        waiting=tuple(day for day in of.days if day.reason),
        ready=_count_ready(of),
        next_export=_find_next_export(of.venue, now_utc_s),
    )


def _find_next_export(venue: Venue, now_utc_s: int) -> datetime | None:
    """When a venue is next exported, on its own clock; None where it is not by itself."""
    if not venue.automatic_export:
        return None
    from apscheduler.triggers.cron import CronTrigger

    grace = timedelta(minutes=venue.grace_minutes)
    trigger = CronTrigger(**parse_schedule(venue.schedule), timezone=ZoneInfo(venue.timezone))
    at: datetime | None = trigger.get_next_fire_time(None, datetime.fromtimestamp(now_utc_s, UTC) - grace)
    return None if at is None else at + grace


# Sending


@dataclass(slots=True)
class AtWork:
    """The companies whose messages are being sent in this process."""

    companies: set[int] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self, company: int) -> bool:
        """Whether nobody else sends its messages."""
        with self.lock:
            if company in self.companies:
                return False
            self.companies.add(company)
            return True

    def leave(self, company: int) -> None:
        """Its messages are sent, or wait."""
        with self.lock:
            self.companies.discard(company)


def send_waiting(workplace: Workplace, now_utc_s: int, at_work: AtWork | None = None) -> Sent:
    """Send what is due, every company's by itself, so that no mail server keeps another's messages waiting. What fails
    waits: 5 minutes at first, 6 hours at most, and is given up after 14 days. Raises nothing for trouble with mail.

    Returns when each server is done, or out of time; what `at_work` sends already is left to it.
    """
    at_work = at_work or AtWork()
    companies = {}
    with workplace.database.reading() as connection:
        for company in workplace.load_setup().companies:
            companies[find_company_number(connection, company.id)] = company
        due = [number for number in read_due_companies(connection, now_utc_s) if number in companies]

    def send(number: int) -> Sent:
        if not at_work.enter(number):
            return Sent()
        try:
            return _send_of(workplace, number, companies[number], now_utc_s)
        finally:
            at_work.leave(number)

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mail") as threads:
        results = list(threads.map(send, due))
    _clear_up(workplace, now_utc_s)
    return Sent(
        sum(result.sent for result in results),
        sum(result.waiting for result in results),
        tuple(trouble for result in results for trouble in result.troubles),
    )


def _send_of(workplace: Workplace, number: int, company: Company, now_utc_s: int) -> Sent:
    """Send one company's due messages, batch by batch until one meets trouble with the server."""
    total = Sent()
    while company.mail is not None and not workplace.stopping():
        with workplace.database.writing() as connection:
            claimed = claim_messages(connection, number, now_utc_s, now_utc_s + CLAIM_S, BATCH)
        if not claimed:
            break
        batch = _send_batch(workplace, company, claimed, now_utc_s)
        troubles = (*total.troubles, *batch.troubles)
        total = Sent(total.sent + batch.sent, total.waiting + batch.waiting, troubles)
        if not batch.sent + batch.waiting or any(_is_of_server(trouble) for trouble in batch.troubles):
            break
    return total


def _is_of_server(trouble: PosexportError) -> bool:
    return not isinstance(trouble, LetterRefused)


def _send_batch(workplace: Workplace, company: Company, claimed: Sequence[Message], now_utc_s: int) -> Sent:
    """Send messages that are ours. Trouble with the server is the trouble of all that are left; trouble with one
    message is its own."""
    left = list(claimed)
    sent = 0
    refused: list[PosexportError] = []
    until_s = workplace.clock() + BEGIN_S
    try:
        with _telling(), workplace.open_mailer(company).connect() as post:
            while left and workplace.clock() < until_s and not workplace.stopping():
                trouble = _send_one(workplace, post, left[0], now_utc_s)
                left.pop(0)
                sent += trouble is None
                refused += [trouble] if trouble else []
    except _Trouble as trouble:
        if not workplace.stopping():
            for message in left:
                _put_off(workplace, message, str(trouble.error), now_utc_s)
            _log.warning("%d messages of %s wait: %s", len(left), company.id, trouble.error)
            return Sent(sent, len(left) + len(refused), (*refused, trouble.error))
    with workplace.database.writing() as connection:
        for message in left:
            release(connection, message, now_utc_s)
    return Sent(sent, len(refused), tuple(refused))


class _Trouble(Exception):
    """Trouble with a company's mail that a person can be told of."""

    def __init__(self, error: PosexportError) -> None:
        self.error = error
        super().__init__(str(error))


@contextmanager
def _telling() -> Iterator[None]:
    """Whatever keeps a company's mail from being used, as one failure."""
    try:
        yield
    except (MailTrouble, MissingSecret, UsageError) as error:
        raise _Trouble(error) from None


def _send_one(workplace: Workplace, post: Post, message: Message, now_utc_s: int) -> LetterRefused | None:
    """Send one message, and keep that it was; why not, where the server will not have it."""
    try:
        post.send(format_letter(message))
    except LetterRefused as refused:
        _put_off(workplace, message, str(refused), now_utc_s)
        _log.warning("message %d (%s) waits: %s", message.id, message.kind, refused)
        return refused
    with workplace.database.writing() as connection:
        settle_sent(connection, message, now_utc_s)
    return None


def _put_off(workplace: Workplace, message: Message, answer: str, now_utc_s: int) -> None:
    with workplace.database.writing() as connection:
        settle_failed(connection, message, now_utc_s + find_delay_s(message.tries), answer)


def find_delay_s(tries: int) -> int:
    """How long a message waits after so many tries.

    >>> [find_delay_s(tries) // 60 for tries in (1, 2, 3, 7, 8, 1000)]
    [5, 10, 20, 320, 360, 360]
    """
    return int(min(FIRST_RETRY_S * 2 ** min(tries - 1, 20), LONGEST_RETRY_S))


def format_letter(message: Message) -> Letter:
    """A message as it is sent. Its id is the same whenever it is: a person whose mail server took it without
    our learning of it sees it once."""
    told = "\x1f".join((message.recipient, message.kind, message.subject, message.body, str(message.made_at_utc_s)))
    digest = hashlib.sha256(told.encode()).hexdigest()[:24]
    return Letter(
        f"posexport.{message.id}.{digest}",
        message.recipient,
        message.subject,
        message.body,
        message.html,
        message.made_at_utc_s,
    )


def _clear_up(workplace: Workplace, now_utc_s: int) -> None:
    """Give up what was tried for too long, and forget what is long done."""
    with workplace.database.writing() as connection:
        given_up = give_up(connection, now_utc_s - GIVEN_UP_AFTER_S)
        forget(connection, now_utc_s - KEPT_S)
    for message, answer in given_up:
        _log.error(
            "message %d (%s) was not sent in %d days and is given up: %s",
            message.id,
            message.kind,
            GIVEN_UP_AFTER_S // DAY_S,
            answer or "no mail server is set up",
        )


# Trying it out


def send_test(workplace: Workplace, venue: Venue, now_utc_s: int) -> list[tuple[str, MailTrouble | None]]:
    """Send a test message to each of a venue's addresses, now and only now; what went wrong with each, if
    anything did.

    Raises UsageError where the setup names no mail server or no address, MissingSecret, and MailTrouble where the
    server cannot be used at all.
    """
    from posexport.render_mail import write_test

    company = workplace.load_setup_of([venue]).company_of(venue)
    if company.mail is None:
        raise UsageError(f"Company {company.id} has no mail server. Add [company.mail] to the setup and apply it.")
    recipients = list(list_recipients([venue]))
    if not recipients:
        raise UsageError(f'Venue {venue.id} has nobody to tell. Add notify = ["name@example.com"] and apply the setup.')
    written = write_test(company, venue)
    results: list[tuple[str, MailTrouble | None]] = []
    with workplace.open_mailer(company).connect() as post:
        for place, recipient in enumerate(recipients):
            id_ = f"posexport.test.{now_utc_s}.{hashlib.sha256(recipient.encode()).hexdigest()[:12]}.{place}"
            try:
                post.send(Letter(id_, recipient, written.subject, written.text, written.html, now_utc_s))
            except LetterRefused as refused:
                results.append((recipient, refused))
            else:
                results.append((recipient, None))
    return results
