"""Draft the days that were looked at: a run of exactly these."""

from __future__ import annotations

from starlette.responses import Response

from posexport.core.day import group_days
from posexport.office.pages.draft_period import parse_days, require_bookable
from posexport.office.runs import ask_for
from posexport.office.visit import Declined, Visit, go_to
from posexport.office.words import office_words
from posexport.office.work import drafts


def do(visit: Visit) -> Response:
    """Ask for it; days of a venue that the user may not draft are left out."""
    bookable = {venue.id: venue for venue in require_bookable(visit)}
    days = sorted(key for key in parse_days(visit.form.get("days", "").split()) if key[0] in bookable)
    if not days:
        raise Declined(office_words(visit.lang)["nothing_to_draft"])
    parts = [
        {"venues": list(venues), "from": str(period.first), "to": str(period.last)}
        for venues, period in group_days(days)
    ]
    venues = sorted({venue for venue, _ in days})
    first, last = min(day for _, day in days), max(day for _, day in days)
    then = f"/days?month={first:%Y-%m}"
    asked = {"venues": venues, "from": str(first), "to": str(last), "parts": parts, "days": len(days), "then": then}
    venue, day = (bookable[venues[0]] if len(venues) == 1 else None), (first if first == last else None)
    facts = {"of": venues, "since": str(first), "until": str(last), "days": len(days)}
    return go_to(ask_for(visit, drafts.KIND, asked, "period-draft-asked", venue, day, **facts))
