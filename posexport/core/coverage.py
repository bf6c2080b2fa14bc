"""Whether what was read covers a business day from end to end.

A calendar-day export cuts a business day in two: a day whose ends are not covered is not complete. Spans are
what files say they cover, half open, UTC seconds; a file that says nothing is taken to cover its days whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from posexport.core.day import BusinessCalendar
from posexport.core.findings import Finding, Severity
from posexport.core.sales import Coverage

_NEAR_THE_CUT_S = 3600


class Span(NamedTuple):
    """A half-open stretch of time, UTC seconds."""

    start_utc_s: int
    end_utc_s: int


class DayEvidence(NamedTuple):
    """What is known of one business day's trade: its first and last ticket, the last Z-report inside it (None
    where there is none), and whether the venue has ever sold after midnight."""

    first_utc_s: int
    last_utc_s: int
    last_z_utc_s: int | None
    sells_after_midnight: bool


def measure_span(
    claim: Coverage,
    calendar: BusinessCalendar,
    first_utc_s: int,
    last_utc_s: int,
    *,
    read_at_utc_s: int,
    trusted: tuple[date, date] | None = None,
) -> Span:
    """What one file covers of a venue, from its claim, when it was read, and the first and last ticket in it.

    A claim that its own tickets contradict (a fiscal year, a date that is only the day of the export) is not
    believed; `trusted` are the first and last business day for which it is, None for all. A file without a
    believable claim covers the business days of its tickets. None covers what was sold after it was made, or, where
    it does not say, read; each covers its own tickets.
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


def check_coverage(
    day: date, calendar: BusinessCalendar, spans: Iterable[Span], evidence: DayEvidence
) -> list[Finding]:
    """A day cut at its start is incomplete; one cut at its end is, unless a Z-report closed it or the venue
    neither sells after midnight nor was selling when the file ends."""
    start, end = calendar.start(day), calendar.end(day)
    reached = start
    later = end
    for span in sorted(spans):
        if span.start_utc_s <= reached:
            reached = max(reached, span.end_utc_s)
        else:
            later = min(later, span.start_utc_s)
    if reached >= end:
        return []
    if reached == start:
        return [_finding("start", since=_clock(calendar, later), day_starts=_clock(calendar, start))]
    closed = evidence.last_z_utc_s is not None and evidence.last_z_utc_s >= evidence.last_utc_s
    selling = evidence.sells_after_midnight or evidence.last_utc_s >= reached - _NEAR_THE_CUT_S
    if closed or not selling:
        return []
    return [_finding("end", until=_clock(calendar, reached), day_ends=_clock(calendar, end))]


def _finding(variant: str, **facts: str) -> Finding:
    return Finding("incomplete-day", Severity.ERROR, facts, variant=variant)


def _clock(calendar: BusinessCalendar, at_utc_s: int) -> str:
    return f"{calendar.local(at_utc_s):%Y-%m-%d %H:%M}"


RHYTHM_WEEKS = 4
"""How far back a venue's habits are looked for."""


def is_expected(day: date, days_with_data: Collection[date]) -> bool:
    """Whether a venue's registers usually report such a day: they did on half or more of the same weekdays of the
    weeks before. A venue without so much of a past is expected every day. `days_with_data`: not empty."""
    with_data = {other.toordinal() for other in days_with_data}
    return _is_usual(day.toordinal(), min(with_data), with_data)


def find_missing(days_with_data: Sequence[int], until: int) -> list[int]:
    """The days without data, from the first that has some and before `until`, that a venue's registers usually report
    (`is_expected`). Days are ordinals, for this is asked of every venue's whole history."""
    if not days_with_data:
        return []
    first, with_data = min(days_with_data), frozenset(days_with_data)
    return [day for day in sorted(set(range(first, until)) - with_data) if _is_usual(day, first, with_data)]


def _is_usual(day: int, first: int, with_data: Collection[int]) -> bool:
    known = [other for other in range(day - 7 * RHYTHM_WEEKS, day, 7) if other >= first]
    return sum(other in with_data for other in known) * 2 >= len(known)
