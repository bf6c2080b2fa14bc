"""The business days that somebody writes in a form: dates, or words, as on the command line."""

from __future__ import annotations

from collections.abc import Sequence

from posexport.core.company import Venue
from posexport.core.day import Period, parse_period
from posexport.office.visit import Declined, Visit
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
