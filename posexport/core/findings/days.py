"""Findings about whole business days: without data or sales, incompletely read, in a locked period, booked by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from posexport.core.coverage import Span
from posexport.core.day import BusinessCalendar
from posexport.core.finding import Fact, Finding, Ore, Severity
from posexport.core.history import Booking, fingerprint_booked
from posexport.core.settlement import EntrySum


def make_unreal_day_finding(tickets: int) -> Finding:
    """The finding that all of a day's tickets are training or void."""
    return Finding("only-training-or-void", Severity.WARNING, {"count": tickets})


def make_cut_start_finding(day: date, calendar: BusinessCalendar, hole: Span, registers: str = "") -> Finding:
    """The finding that the files begin after the day's start; for some registers only, where these are named."""
    start, since = (_clock(calendar, at) for at in (calendar.start(day), hole.end_utc_s))
    return _make_incomplete_finding("start", {"since": since, "day_starts": start}, registers)


def make_cut_end_finding(
    day: date, calendar: BusinessCalendar, hole: Span, closes_utc_s: int, registers: str = ""
) -> Finding:
    """The finding that sales at the day's end, or between two files, may be missing; for some registers only, where
    these are named."""
    until, since = (_clock(calendar, at) for at in hole)
    if hole.end_utc_s < calendar.end(day):
        return _make_incomplete_finding("hole", {"until": until, "since": since}, registers)
    closes = _clock(calendar, max(closes_utc_s, hole.start_utc_s))
    return _make_incomplete_finding("end", {"until": until, "closes": closes}, registers)


def _make_incomplete_finding(variant: str, facts: dict[str, Fact], registers: str) -> Finding:
    if not registers:
        return Finding("incomplete-day", Severity.ERROR, facts, variant=variant)
    named: dict[str, Fact] = {"registers": registers, **facts}
    return Finding("incomplete-day", Severity.ERROR, named, variant=f"register-{variant}")


def _clock(calendar: BusinessCalendar, at_utc_s: int) -> str:
    return f"{calendar.local(at_utc_s):%Y-%m-%d %H:%M}"


def check_lock_date(posting_date: date, lock_date: date | None) -> list[Finding]:
    """A finding where the posting date is on or before the lock date."""
    if lock_date is None or posting_date > lock_date:
        return []
    facts: dict[str, Fact] = {"lock_date": lock_date.isoformat(), "day": posting_date.isoformat()}
    return [Finding("locked-period", Severity.ERROR, facts)]


def make_booking_findings(
    booking: Booking, sums: Sequence[EntrySum], sales_ore: int, calendar: BusinessCalendar
) -> tuple[Finding, ...]:
    """The findings that a person booked a day by hand, and that its sales have changed since."""
    at = f"{calendar.local(booking.at_utc_s):%Y-%m-%d %H:%M}"
    told = Finding("booked-elsewhere", Severity.INFO, {"who": booking.who, "why": booking.why, "at": at})
    if fingerprint_booked(sums) == booking.fingerprint:
        return (told,)
    facts: dict[str, Fact] = {"before": Ore(booking.sales_ore), "amount": Ore(sales_ore)}
    return (Finding("changed-after-booking", Severity.WARNING, facts), told)


def make_no_data_finding() -> Finding:
    """The finding that a day on which the venue usually sells has no sales."""
    return Finding("no-sales-data", Severity.WARNING)
