"""Alerts: which business days need somebody and why, which are resolved, and what was already sent. Pure: times are UTC
seconds and given; `notify` does the sending.

A day's reason is the state of its vouchers and the codes of what holds them, never their figures: a figure that changes
from night to night is no news.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from posexport.core.company import Company, Venue
from posexport.core.coverage import is_expected
from posexport.core.report import State, StatusRow

HOUR_S = 3600
DAY_S = 24 * HOUR_S

PATIENCE_S = DAY_S
"""How long (s) what usually resolves itself by the next night is left alone before an alert."""

NEWS_S = 7 * DAY_S
"""After this time (s) an alert that could not be sent is no longer news, and only in the status."""

MISSING_AFTER_S = 4 * HOUR_S
"""How long (s) after a day's end its file may arrive without an alert; `grace_minutes` where that is more."""

GAP_DAYS = 14
"""How many days back days without data are looked for."""

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
    """An open alert. is_told=False: recorded but not yet sent. `at_utc_s`: when it was sent, or recorded."""

    id: int
    venue_id: int
    business_day: date
    reason: str
    at_utc_s: int
    is_told: bool


@dataclass(frozen=True, slots=True)
class DayStatus:
    """One business day of one venue, with the status of each of its vouchers."""

    venue: Venue
    business_day: date
    rows: tuple[StatusRow, ...]

    @property
    def reason(self) -> str:
        """Why the day waits for somebody; empty where it does not.

        For example "held:missing-account,unbalanced", with one part for each waiting voucher.
        """
        return ";".join(sorted({reason for reason in map(find_reason, self.rows) if reason}))

    @property
    def waiting(self) -> tuple[StatusRow, ...]:
        """Its vouchers that wait for somebody."""
        return tuple(row for row in self.rows if find_reason(row))

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do: each voucher drafted, or nothing to draft."""
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
    """How long (s) a day must have waited for this reason before an alert is sent: 0, unless every part of the reason
    is likely to resolve itself."""
    return PATIENCE_S if all(part in _PATIENT for part in reason.split(";")) else 0


def list_gaps(venue: Venue, days_with_data: Collection[date], now_utc_s: int) -> list[date]:
    """The closed days of the last two weeks without data, on which the venue usually sells and whose file has had time
    to arrive. `days_with_data`: those of the last six weeks at least.

    Usually: on half or more of the same weekdays of the four weeks before. With a shorter past, every day is expected.
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
    """What has changed in a venue's days since they were last looked at. `tell` (with the recorded but unsent alert, if
    there is one) and `mended` go to people; `notice` is recorded without being sent; `over` are alerts to close."""

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
    """Compare one venue's days, in order, with its open alerts.

    Consecutive days without data are reported once, by the first: a register that has stopped reporting is one piece of
    news, not one every night.
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
    """Whether no day between an alerted gap and this one has data."""
    return first is not None and not any(first < other < day for other in days_with_data)


def _is_time(reason: str, quiet: Alert | None, now_utc_s: int) -> bool:
    """Whether a day has waited long enough for an alert, and not so long that it is no news."""
    waited_s = now_utc_s - quiet.at_utc_s if quiet else 0
    patience_s = find_patience_s(reason)
    return patience_s <= waited_s <= patience_s + NEWS_S


@dataclass(frozen=True, slots=True)
class Digest:
    """What one recipient is told of one company in one e-mail. `before`: the number of further waiting days that
    earlier e-mails told of."""

    company: Company
    waiting: tuple[DayStatus, ...] = ()
    mended: tuple[DayStatus, ...] = ()
    before: int = 0


@dataclass(frozen=True, slots=True)
class VenueWeek:
    """A venue's last week: drafted days, their sum (øre), what waits, how many days are ready, and the next automatic
    export (local time; None where there is none). `orders`: those not at an end, in words of each language."""

    venue: Venue
    drafted: int
    drafted_ore: int
    waiting: tuple[DayStatus, ...]
    ready: int
    next_export: datetime | None = None
    orders: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Weekly:
    """A week's summary for one recipient of these venues. `monday`: the first day of that week."""

    company: Company
    monday: date
    today: date
    venues: tuple[VenueWeek, ...] = ()


def list_recipients(venues: Iterable[Venue]) -> dict[str, tuple[Venue, ...]]:
    """The venues of each recipient; an address is the same in any case."""
    spelled: dict[str, str] = {}
    found: dict[str, list[Venue]] = {}
    for venue in venues:
        for address in dict.fromkeys(spelled.setdefault(address.casefold(), address) for address in venue.notify):
            found.setdefault(address, []).append(venue)
    return {address: tuple(listed) for address, listed in found.items()}
