"""What people are told of business days, and when: which days wait for somebody and why, which are mended, and
what was told already. Pure: instants are UTC seconds and given, sending is `notify`'s.

A day's reason is the state of its vouchers and the codes of what holds them, never their figures: a figure that
moves from night to night is no news.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from posexport.core.company import Company, Venue
from posexport.core.coverage import is_expected
from posexport.core.report import State, StatusRow

HOUR_S = 3600
DAY_S = 24 * HOUR_S

PATIENCE_S = DAY_S
"""How long what usually mends itself by the next night is left alone before anybody hears of it."""

NEWS_S = 7 * DAY_S
"""What nobody could be told of for so long is no news any more; it stands in the status."""

MISSING_AFTER_S = 4 * HOUR_S
"""How long after a day's end its file may come without anybody asking for it; `grace_minutes` where that is more."""

GAP_DAYS = 14
"""How far back days without data are looked for."""

_ONE_DAY = timedelta(days=1)

CHANGED, DOCUMENTATION, IMPORT_FAILED, TWICE = "changed", "documentation", "import-failed", "drafted-twice"
"""What a drafted day can wait for: its sales have changed since, its report is not attached, it could not be
imported, or it is there more than once."""

BOOKED = "changed-after-booking"
"""What a day that was booked by hand can wait for: its sales have changed since."""

_PATIENT = frozenset({State.UNREACHABLE.value, DOCUMENTATION, "held:incomplete-day"})
_GAP = State.GAP.value
_WAITING = (State.HELD, State.REFUSED, State.UNCERTAIN, State.UNREACHABLE, State.GAP)


@dataclass(frozen=True, slots=True)
class Alert:
    """One that is kept until its day is mended. Not told: noticed, but too soon, or with nobody to tell.
    `at_utc_s` is when it was told, or noticed."""

    id: int
    venue_id: int
    business_day: date
    reason: str
    at_utc_s: int
    is_told: bool


@dataclass(frozen=True, slots=True)
class DayStatus:
    """One business day of one venue: the status of each of its vouchers."""

    venue: Venue
    business_day: date
    rows: tuple[StatusRow, ...]

    @property
    def reason(self) -> str:
        """Why it waits for somebody; empty where it does not.

        "held:missing-account,unbalanced", say, with one part for each voucher that waits.
        """
        return ";".join(sorted({reason for reason in map(find_reason, self.rows) if reason}))

    @property
    def waiting(self) -> tuple[StatusRow, ...]:
        """Those of its vouchers that wait for somebody."""
        return tuple(row for row in self.rows if find_reason(row))

    @property
    def is_settled(self) -> bool:
        """Whether everything is in its place: drafted, or rightly nothing."""
        done = all(row.state in (State.DRAFTED, State.NOTHING) for row in self.rows)
        return bool(self.rows) and done and not self.reason


def find_reason(row: StatusRow) -> str:
    """Why one voucher waits for somebody; empty where it does not."""
    holding = sorted({finding.code for finding in row.findings if finding.holds})
    if row.state in _WAITING:
        kind = row.state.value
    elif row.state in (State.DRAFTED, State.NOTHING, State.OPEN) and holding:
        kind = State.HELD.value
        if row.state is State.DRAFTED:
            kind = holding[0] if len(holding) == 1 and holding[0] in (IMPORT_FAILED, TWICE) else CHANGED
    elif any(finding.code == BOOKED for finding in row.findings):
        kind = BOOKED
    elif any(finding.code == "documentation-missing" for finding in row.findings):
        kind = DOCUMENTATION
    else:
        return ""
    return f"{kind}:{','.join(holding)}" if holding else kind


def find_patience_s(reason: str) -> int:
    """How long a day has to have waited for this before anybody is told: at once, unless every part of it is
    likely to mend itself."""
    return PATIENCE_S if all(part in _PATIENT for part in reason.split(";")) else 0


def list_gaps(venue: Venue, days_with_data: Collection[date], now_utc_s: int) -> list[date]:
    """The closed days of the last two weeks that have no data, although the venue usually sells on them and their
    file has had time to come. `days_with_data` are those of the last six weeks at least.

    Usually: on half or more of the same weekdays of the four weeks before. A venue without so much of a past is
    expected every day.
    """
    if not days_with_data:
        return []
    first, last = min(days_with_data), venue.calendar.last_closed(now_utc_s)
    patience_s = max(venue.grace_minutes * 60, MISSING_AFTER_S)
    days = (last - n * _ONE_DAY for n in reversed(range(GAP_DAYS)))
    return [
        day
        for day in days
        if day > max(first, venue.export_from - _ONE_DAY)
        and day not in days_with_data
        and venue.calendar.end(day) + patience_s <= now_utc_s
        and is_expected(day, days_with_data)
    ]


@dataclass(frozen=True, slots=True)
class News:
    """What a company's days have come to since they were last looked at. `tell` and `mended` are for people, each
    `tell` with the notice that was noticed before, if one was; `notice` is kept without a word; `over` are notices
    that no longer stand."""

    tell: tuple[tuple[DayStatus, Alert | None], ...] = ()
    notice: tuple[DayStatus, ...] = ()
    mended: tuple[DayStatus, ...] = ()
    over: tuple[Alert, ...] = ()


def find_news(
    days: Sequence[DayStatus],
    notices: Iterable[Alert],
    days_with_data: Collection[date],
    now_utc_s: int,
    *,
    can_tell: bool,
) -> News:
    """What is new about one venue's days, in order, held against its open notices.

    Days without data that follow each other are told of once, by the first: a register that has stopped reporting
    is one piece of news, not one every night.
    """
    of_day: dict[date, list[Alert]] = {}
    for notice in notices:
        of_day.setdefault(notice.business_day, []).append(notice)
    tell: list[tuple[DayStatus, Alert | None]] = []
    noticed: list[DayStatus] = []
    mended: list[DayStatus] = []
    over: list[Alert] = []
    last_gap_told: date | None = None
    for day in days:
        known = of_day.get(day.business_day, [])
        told = next((notice for notice in known if notice.is_told), None)
        quiet = next((notice for notice in known if not notice.is_told), None)
        reason = day.reason
        if not reason:
            if day.is_settled:
                over += known
                mended += [day] if told and can_tell else []
            continue
        if told is not None and told.reason == reason:
            over += [quiet] if quiet else []
            last_gap_told = day.business_day if reason == _GAP else last_gap_told
            continue
        if quiet is not None and quiet.reason != reason:
            over.append(quiet)
            quiet = None
        follows = reason == _GAP and _is_unbroken(last_gap_told, day.business_day, days_with_data)
        if can_tell and not follows and _is_time(reason, quiet, now_utc_s):
            tell.append((day, quiet))
            over += [told] if told else []
            last_gap_told = day.business_day if reason == _GAP else last_gap_told
        elif quiet is None:
            noticed.append(day)
    return News(tuple(tell), tuple(noticed), tuple(mended), tuple(over))


def _is_unbroken(first: date | None, day: date, days_with_data: Collection[date]) -> bool:
    """Whether nothing was reported between a gap that was told of and this one."""
    return first is not None and not any(first < other < day for other in days_with_data)


def _is_time(reason: str, quiet: Alert | None, now_utc_s: int) -> bool:
    """Whether a day has waited long enough to be told of, and not so long that it is no news."""
    waited_s = now_utc_s - quiet.at_utc_s if quiet else 0
    patience_s = find_patience_s(reason)
    return patience_s <= waited_s <= patience_s + NEWS_S


@dataclass(frozen=True, slots=True)
class Digest:
    """What one person is told of one company in one go. `before` counts the days that wait besides, and that were
    told of before."""

    company: Company
    waiting: tuple[DayStatus, ...] = ()
    mended: tuple[DayStatus, ...] = ()
    before: int = 0


@dataclass(frozen=True, slots=True)
class VenueWeek:
    """A venue's last week: its drafted days, their sum in øre, what waits, how many days are ready, and when the
    next export comes (as the venue's clock shows it; None where there is none by itself)."""

    venue: Venue
    drafted: int
    drafted_ore: int
    waiting: tuple[DayStatus, ...]
    ready: int
    next_export: datetime | None = None


@dataclass(frozen=True, slots=True)
class Weekly:
    """A week's summary for one person, who sees these venues. `monday` is the first day of the week it is about."""

    company: Company
    monday: date
    today: date
    venues: tuple[VenueWeek, ...] = ()


def list_recipients(venues: Iterable[Venue]) -> dict[str, tuple[Venue, ...]]:
    """Who is to be told of which venues; an address is one person's however it is spelled."""
    spelled: dict[str, str] = {}
    found: dict[str, list[Venue]] = {}
    for venue in venues:
        for address in dict.fromkeys(spelled.setdefault(address.casefold(), address) for address in venue.notify):
            found.setdefault(address, []).append(venue)
    return {address: tuple(listed) for address, listed in found.items()}
