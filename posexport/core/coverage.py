"""Whether the files read cover a business day completely: part of a day must not be drafted as the whole.

A day is complete where files cover it at least until the venue closes. If there is a hole, every register that sold
must show that nothing is missing in it: by a Z-report, or by continuing with the next ticket number. Spans are half
open, in UTC seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from posexport.core.day import BusinessCalendar
from posexport.core.sales import Coverage
from posexport.core.series import Series, goes_on

_ONE_DAY = timedelta(days=1)


class Span(NamedTuple):
    """A half-open span of time, UTC seconds."""

    start_utc_s: int
    end_utc_s: int


EVERY_REGISTER = 0
"""In place of a register: the file covers all of the venue's."""


class Covered(NamedTuple):
    """The span that one file covers of one register. `is_silent`: the file names the register and has no ticket of
    it."""

    start_utc_s: int
    end_utc_s: int
    register: int = EVERY_REGISTER
    file: int = 0
    is_silent: bool = False

    @property
    def span(self) -> Span:
        """The span alone."""
        return Span(self.start_utc_s, self.end_utc_s)

    def has_tickets_of(self, register: int) -> bool:
        """Whether the file has tickets of this register, and this is its span."""
        return self.register in (register, EVERY_REGISTER) and not self.is_silent

    def reaches_into(self, holes: Iterable[Span]) -> bool:
        """Whether it overlaps any of these holes."""
        return any(self.start_utc_s < hole.end_utc_s and hole.start_utc_s < self.end_utc_s for hole in holes)


class RegisterDay(NamedTuple):
    """One register's sales on a business day. `is_closed`: a Z-report was made after its last ticket; `series`: the
    number series of the venue's tickets on the day and on adjacent days with data."""

    register: int
    is_closed: bool = False
    series: Sequence[Series] = ()

    def is_whole_over(self, hole: Span) -> bool:
        """Whether none of its tickets can be missing in a hole."""
        return self.is_closed or goes_on(self.series, self.register, *hole)


def measure_span(
    claim: Coverage,
    calendar: BusinessCalendar,
    first_utc_s: int,
    last_utc_s: int,
    *,
    read_at_utc_s: int,
    trusted: tuple[date, date] | None = None,
) -> Span:
    """What one file covers of a venue, from its claim, the time it was read, and its first and last ticket.

    A claim that its own tickets contradict (a fiscal year; only the date of the export) is ignored. `trusted`: the
    first and last business day for which the claim counts, None for all. A file without a usable claim covers the
    business days of its tickets. No file covers the time after it was made, or read where it does not say; each covers
    its own tickets.
    """
    start, end, made_at = (_instant(moment, calendar) for moment in (claim.start, claim.end, claim.made_at))
    first_day, last_day = calendar.open_day(first_utc_s), calendar.open_day(last_utc_s)
    if start is None or end is None or not start <= first_utc_s <= last_utc_s <= end:
        start, end = calendar.start(first_day), calendar.end(last_day)
    elif trusted is not None:
        start = max(start, calendar.start(min(trusted[0], first_day)))
        end = min(end, calendar.end(max(trusted[1], last_day)))
    if made_at is not None and made_at >= last_utc_s:
        end = min(end, made_at)
    return Span(start, max(last_utc_s, min(end, read_at_utc_s)))


def _instant(moment: datetime | None, calendar: BusinessCalendar) -> int | None:
    return None if moment is None else calendar.place(moment).at_utc_s


def find_holes(spans: Iterable[Span], start_utc_s: int, end_utc_s: int) -> list[Span]:
    """The parts of a span of time that none of the spans covers, in order.

    >>> find_holes([Span(0, 3), Span(2, 5), Span(8, 9)], 1, 10)
    [Span(start_utc_s=5, end_utc_s=8), Span(start_utc_s=9, end_utc_s=10)]
    """
    holes = []
    reached = start_utc_s
    for span in sorted(spans):
        if span.start_utc_s > reached and reached < end_utc_s:
            holes.append(Span(reached, min(span.start_utc_s, end_utc_s)))
        reached = max(reached, span.end_utc_s)
    if reached < end_utc_s:
        holes.append(Span(reached, end_utc_s))
    return holes


def find_together(registers: Collection[int], files: Iterable[Collection[int]]) -> frozenset[int]:
    """The registers that are exported together with these, by the registers in each file: those that share a file,
    directly or through another register.

    >>> sorted(find_together([2], [{1, 2}, {1, 3}, {4}, {5, 6}]))
    [1, 2, 3]
    """
    found, left = set(registers), [frozenset(of_file) for of_file in files]
    while joined := [of_file for of_file in left if not found.isdisjoint(of_file)]:
        left = [of_file for of_file in left if found.isdisjoint(of_file)]
        found.update(*joined)
    return frozenset(found)


def find_open_hole(
    holes: Iterable[Span], last_utc_s: int, closes_utc_s: int, registers: Sequence[RegisterDay]
) -> Span | None:
    """The first of a day's holes in which sales may be missing; None where the day is complete. A hole after both the
    last ticket and the closing time does not count."""
    for hole in holes:
        if hole.start_utc_s >= max(last_utc_s, closes_utc_s):
            return None
        if not registers or not all(register.is_whole_over(hole) for register in registers):
            return hole
    return None


def find_closing(day: date, calendar: BusinessCalendar, closes: time) -> int:
    """When a venue closes on a business day (UTC s), by its set closing time; never after the day's end."""
    on = day if closes > calendar.day_starts else day + _ONE_DAY
    return min(calendar.place(datetime.combine(on, closes)).at_utc_s, calendar.end(day))


RHYTHM_WEEKS = 4
"""How many past weeks show a venue's usual hours and days."""

_STILL_SELLING_S = 3600


def find_usual_closing(day: date, calendar: BusinessCalendar, past: Mapping[date, int], last_utc_s: int) -> int:
    """Until when a venue usually sells on such a day (UTC s). `past`: the time of the last sale of earlier days (UTC
    s).

    That is the latest sale on the same weekday. Without such a past it is midnight, or later: where the venue sold in
    the hour before midnight, or has sold after midnight on another day.
    """
    start = calendar.start(day)
    until = {other: start + at_utc_s - calendar.start(other) for other, at_utc_s in past.items()}
    of_weekday = [at_utc_s for other, at_utc_s in until.items() if other.weekday() == day.weekday()]
    if not of_weekday:
        of_weekday = [find_midnight(day, calendar), last_utc_s + _STILL_SELLING_S, *until.values()]
    return min(max(of_weekday), calendar.end(day))


_QUIET_HOLE_S = 2 * 3600


def is_quiet(hole: Span, last_utc_s: int, day_end_utc_s: int, midnight_utc_s: int) -> bool:
    """Whether a hole is explained by a venue being closed: it is short (up to midnight where no file covers what
    follows), nothing was sold for as long before it (at least an hour), nor after it on that day."""
    end_utc_s = hole.end_utc_s if hole.end_utc_s < day_end_utc_s else midnight_utc_s
    length_s = end_utc_s - hole.start_utc_s
    silence_s = hole.start_utc_s - last_utc_s
    return 0 < length_s <= _QUIET_HOLE_S and silence_s >= max(length_s, _STILL_SELLING_S)


def find_midnight(day: date, calendar: BusinessCalendar) -> int:
    """The end (UTC s) of the calendar day on which a business day begins."""
    return find_closing(day, calendar, time(0))


RHYTHM_DAYS = 42
"""So many of a venue's latest days with data tell on which days its registers usually report."""


def is_expected(day: date, days_with_data: Collection[date]) -> bool:
    """Whether a venue's registers usually report on such a day: they did on half or more of the same weekdays of the
    weeks before. With a shorter past, every day is expected. `days_with_data`: not empty."""
    with_data = {other.toordinal() for other in days_with_data}
    return _is_usual(day.toordinal(), min(with_data), with_data)


def find_missing(days_with_data: Sequence[int], until: int) -> list[int]:
    """The days without data, from the first with data to before `until`, on which the registers usually report
    (`is_expected`). Days are ordinals (`date.toordinal`), for speed: asked of every venue's whole history."""
    if not days_with_data:
        return []
    first, with_data = min(days_with_data), frozenset(days_with_data)
    return [day for day in sorted(set(range(first, until)) - with_data) if _is_usual(day, first, with_data)]


def _is_usual(day: int, first: int, with_data: Collection[int]) -> bool:
    known = [other for other in range(day - 7 * RHYTHM_WEEKS, day, 7) if other >= first]
    return sum(other in with_data for other in known) * 2 >= len(known)
