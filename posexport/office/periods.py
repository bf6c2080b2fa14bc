"""The business days that somebody asks for: written in a form as dates or words, as on the command line, or
as a month in an address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from posexport.core.company import Venue
from posexport.core.day import Period, parse_period
from posexport.office.visit import FIRST_YEAR, LAST_YEAR, Declined, Visit
from posexport.office.words import office_words


def read_period(visit: Visit, first: str, last: str, venues: Sequence[Venue]) -> Period:
    """The period that was written, both days included; None at an end that was left empty. Raises Declined for what is
    no day, or ends before it begins."""
    now = visit.workspace.now_utc_s
    today = max((venue.calendar.open_day(now) for venue in venues), default=visit.local_now().date())
    try:
        return parse_period(first or None, last or None, today)
    except ValueError:
        words = office_words(visit.lang)
        raise Declined(words["no_period"].format(first=first or "–", last=last or "–"), "from") from None


def read_month_asked(visit: Visit) -> date:
    """The first day of the month that the address asks for (`?month=2026-11`); of the present one where it asks for
    none."""
    try:
        first = date.fromisoformat(f"{visit.request.query_params.get('month', '')}-01")
    except ValueError:
        first = None
    if first is None or not FIRST_YEAR <= first.year <= LAST_YEAR:
        return visit.local_now().date().replace(day=1)
    return first


def read_day(visit: Visit, text: str, venues: Sequence[Venue]) -> date | None:
    """The business day that was written; None where nothing was. Raises Declined for what is no one day."""
    if not text.strip():
        return None
    period = read_period(visit, text.strip(), text.strip(), venues)
    if period.first is None or period.first != period.last:
        raise Declined(office_words(visit.lang)["no_one_day"].format(text=text.strip()), "dated")
    return period.first
