"""Business days: 05:00-05:00 local time as half-open UTC spans, and periods of them.

A business day is a `date`: the local date on which it begins. On the nights the clocks change it lasts 23 or 25 hours.
Nothing here reads a clock: "now" is always given. Units: whole UTC seconds since 1970.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dateutil.relativedelta import MO, relativedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ONE_DAY = timedelta(days=1)
_REMEMBERED = 200
"""How many hours and days a calendar caches. Sales come in order, so few are enough; there may be many venues."""


class Moment(NamedTuple):
    """A point in time: `at_utc_s`, its business day, and `part`: 0 before the local midnight inside the business day, 1
    after it (VAT rates change at midnight)."""

    at_utc_s: int
    business_day: date
    part: int


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """A venue's business days.

    >>> oslo = BusinessCalendar(ZoneInfo("Europe/Oslo"), time(5))
    >>> oslo.place(datetime(2026, 11, 22, 1, 30)).business_day
    datetime.date(2026, 11, 21)
    """

    zone: ZoneInfo
    day_starts: time = time(5)
    _offsets: dict[tuple[date, int, bool], int] = field(default_factory=dict, repr=False, compare=False)
    _starts: dict[date, int] = field(default_factory=dict, repr=False, compare=False)

    def place(self, completed_at: datetime) -> Moment:
        """The moment of `completed_at`: naive is this venue's local time, aware is an absolute time."""
        if completed_at.tzinfo is None:
            local, at_utc_s = completed_at, self._instant(completed_at)
        else:
            local = completed_at.astimezone(self.zone)
            at_utc_s = int((completed_at - _EPOCH).total_seconds())
        day = local.date()
        # By the instant, not by the clock: the clock may show the hour at which the day starts twice, or never.
        if at_utc_s >= self.start(day):
            return Moment(at_utc_s, day, 0)
        return Moment(at_utc_s, day - _ONE_DAY, 1)

    def _instant(self, local: datetime) -> int:
        """Naive local time as UTC seconds. Offsets are cached per half hour, within which none changes."""
        date_, hour = local.date(), local.hour
        key = (date_, hour, local.minute >= 30)
        offset = self._offsets.get(key)
        if offset is None:
            if len(self._offsets) >= _REMEMBERED:
                self._offsets.clear()
            moment = local.replace(tzinfo=self.zone)
            shift = moment.utcoffset() or timedelta()
            offset = date_.toordinal() * 86_400 - _EPOCH.toordinal() * 86_400 - int(shift.total_seconds())
            self._offsets[key] = offset
        return offset + hour * 3_600 + local.minute * 60 + local.second

    def start(self, day: date) -> int:
        """When `day` begins (UTC s); it ends at the start of the next."""
        start = self._starts.get(day)
        if start is None:
            if len(self._starts) >= _REMEMBERED:
                self._starts.clear()
            start = int((datetime.combine(day, self.day_starts, self.zone) - _EPOCH).total_seconds())
            self._starts[day] = start
        return start

    def end(self, day: date) -> int:
        """When `day` ends (UTC s, not part of it)."""
        return self.start(day + _ONE_DAY)

    def is_closed(self, day: date, now_utc_s: int) -> bool:
        """Whether the business day is over."""
        return self.end(day) <= now_utc_s

    def last_closed(self, now_utc_s: int) -> date:
        """The latest business day that is over."""
        return self.open_day(now_utc_s) - _ONE_DAY

    def open_day(self, now_utc_s: int) -> date:
        """The business day that `now_utc_s` falls in."""
        return self.place(datetime.fromtimestamp(now_utc_s, UTC)).business_day

    def opened_at(self, now_utc_s: int) -> int:
        """When the business day that `now_utc_s` falls in began (UTC s)."""
        return self.start(self.open_day(now_utc_s))

    def local(self, at_utc_s: int) -> datetime:
        """A time (UTC s) in this venue's local time."""
        return datetime.fromtimestamp(at_utc_s, UTC).astimezone(self.zone)


@lru_cache(maxsize=256)
def find_calendar(timezone: str, day_starts: time) -> BusinessCalendar:
    """The calendar of a time zone, by its IANA name. Shared by all venues with the same one, since it caches each
    day."""
    return BusinessCalendar(ZoneInfo(timezone), day_starts)


class Period(NamedTuple):
    """A range of business days, both ends included; None is open."""

    first: date | None = None
    last: date | None = None

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    @property
    def is_open(self) -> bool:
        """Whether both ends are open."""
        return self.first is None and self.last is None

    def days(self) -> list[date]:
        """Every business day of the period; empty where an end is open."""
        if self.first is None or self.last is None:
            return []
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def parse_period(first: str | None, last: str | None, today: date) -> Period:
    """`--from` and `--to` as a period. `today` is the business day that is open now.

    Each is an ISO date or a word: today, yesterday, this-week, last-week, this-month, last-month. A word
    that names several days opens the period with its first and closes it with its last; `--from` alone
    with such a word means the whole of it.

    Raises ValueError naming the text and the forms that are understood.
    """
    start = parse_days(first, today) if first else None
    end = parse_days(last, today) if last else None
    if start and not end and first and _parse_date(first, today) is None:
        end = start
    period = Period(start[0] if start else None, end[1] if end else None)
    if period.first and period.last and period.first > period.last:
        raise ValueError(f"the period ends ({period.last}) before it begins ({period.first})")
    return period


def parse_days(text: str, today: date) -> tuple[date, date]:
    """The first and last business day that `text` names, seen from `today`: by a date as in "2026-11-20" or
    "20.11.2026" or "20 Nov 2026", by "20.11" for the last such day, or by a word, in English or Norwegian.

    >>> parse_days("last-month", date(2026, 11, 22))
    (datetime.date(2026, 10, 1), datetime.date(2026, 10, 31))
    >>> parse_days("forrige uke", date(2026, 11, 22)) == parse_days("last-week", date(2026, 11, 22))
    True
    >>> parse_days("24.12", date(2026, 11, 22))[0], parse_days("1.2.2026", date(2026, 11, 22))[0]
    (datetime.date(2025, 12, 24), datetime.date(2026, 2, 1))
    >>> parse_days("20 Nov 2026", date(2026, 11, 22))[0]
    datetime.date(2026, 11, 20)
    """
    day = _parse_date(text, today)
    if day is not None:
        return day, day
    word = text.strip().lower().replace("_", "-").replace(" ", "-")
    word = _IN_ENGLISH.get(word, word)
    monday = today + relativedelta(weekday=MO(-1))
    month = today + relativedelta(day=1)
    words = {
        "today": (today, today),
        "yesterday": (today - _ONE_DAY, today - _ONE_DAY),
        "this-week": (monday, today),
        "last-week": (monday - timedelta(days=7), monday - _ONE_DAY),
        "this-month": (month, today),
        "last-month": (month + relativedelta(months=-1), month - _ONE_DAY),
    }
    if word not in words:
        raise ValueError(f"{text!r} is no business day; write a date such as 2026-11-20, or {', '.join(words)}")
    return words[word]


_IN_ENGLISH = {
    "i-dag": "today",
    "i-går": "yesterday",
    "denne-uken": "this-week",
    "denne-uka": "this-week",
    "forrige-uke": "last-week",
    "denne-måneden": "this-month",
    "forrige-måned": "last-month",
}

_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)", re.ASCII)
_DOTTED = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.?(?P<year>(?<=\.)\d{4})?", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = re.compile(rf"(?P<day>\d{{1,2}}) (?P<month>{'|'.join(_MONTHS)}) (?P<year>\d{{4}})", re.ASCII | re.IGNORECASE)
_LONGEST_WAY_BACK = 8
"""In years: 29 February is never further away."""


def _parse_date(text: str, today: date) -> date | None:
    """A date as ISO 8601 has it, with an English month, or as it is written in Norway, there without a year the last
    such day; None where it is none."""
    written = text.strip()
    found = _DOTTED.fullmatch(written) or _ISO.fullmatch(written) or _NAMED.fullmatch(written)
    if found is None:
        return None
    day, named_month = int(found["day"]), found["month"].lower()
    month = _MONTHS.index(named_month) + 1 if named_month in _MONTHS else int(named_month)
    years = [int(found["year"])] if found["year"] else range(today.year, today.year - _LONGEST_WAY_BACK - 1, -1)
    for year in years:
        try:
            named = date(year, month, day)
        except ValueError:
            continue
        if found["year"] or named <= today:
            return named
    return None


_NEAR, _LONG = timedelta(days=7), timedelta(days=30)


def stretches(days: Iterable[date]) -> Iterator[list[date]]:
    """The days, in order, divided into runs for one read of the store each: where more than a week lies between, and by
    length, to bound memory.

    >>> [len(stretch) for stretch in stretches([date(2026, 1, 1), date(2026, 1, 8), date(2026, 1, 16)])]
    [2, 1]
    """
    stretch: list[date] = []
    for day in days:
        if stretch and (day - stretch[-1] > _NEAR or day - stretch[0] > _LONG):
            yield stretch
            stretch = []
        stretch.append(day)
    if stretch:
        yield stretch


def group_days(days: Iterable[tuple[str, date]]) -> list[tuple[tuple[str, ...], Period]]:
    """Days of venues as periods without a gap, those of venues with the same one together, in order. `days`: each with
    its venue's id.

    >>> monday, tuesday, friday = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 20)
    >>> found = group_days([("torget", monday), ("torget", tuesday), ("brygga", tuesday), ("brygga", monday)])
    >>> [(venues, period.days()) == (("brygga", "torget"), [monday, tuesday]) for venues, period in found]
    [True]
    >>> [venues for venues, _ in group_days([("torget", monday), ("torget", friday)])]
    [('torget',), ('torget',)]
    """
    by_venue: dict[str, list[date]] = {}
    for venue, day in sorted(set(days)):
        by_venue.setdefault(venue, []).append(day)
    venues: dict[Period, list[str]] = {}
    for venue, of_venue in by_venue.items():
        begun = of_venue[0]
        for day, following in zip(of_venue, [*of_venue[1:], None], strict=True):
            if following is None or following - day != _ONE_DAY:
                venues.setdefault(Period(begun, day), []).append(venue)
                begun = following or begun
    return [(tuple(venues[period]), period) for period in sorted(venues)]


_NO_GAP = timedelta(days=366)


def years(days: Iterable[date]) -> Iterator[list[date]]:
    """The days (at least one), in order, divided where more than a year lies between: a gap to a day dated by a wrong
    clock is no gap.

    >>> [len(run) for run in years([date(2025, 1, 1), date(2026, 1, 1), date(2030, 1, 1)])]
    [2, 1]
    """
    run: list[date] = []
    for day in days:
        if run and day - run[-1] > _NO_GAP:
            yield run
            run = []
        run.append(day)
    yield run
