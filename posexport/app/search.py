"""Looking for a venue, a day, a ticket, a document or an order by what somebody types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.core.day import parse_days
from posexport.store.search import find_numbers

HITS_AT_MOST = 25


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that fits. `what`: `venue`, `day`, `ticket`, `document` or `order`; `name`: a ticket's register, else
    the reference, else ""; `amount_ore`: of a ticket."""

    what: str
    venue: Venue
    business_day: date
    name: str = ""
    amount_ore: int | None = None


def search(workspace: Workspace, venues: Sequence[Venue], sought: str) -> list[Hit]:
    """What fits the text, at these venues: days that it names, venues with it in their names, and numbers that are it;
    at most `HITS_AT_MOST` of each. A venue is shown with its last business day that is over."""
    sought = " ".join(sought.split())
    if not sought:
        return []
    last = {venue.id: venue.calendar.last_closed(workspace.now_utc_s) for venue in venues}
    named = [venue for venue in venues if sought.casefold() in f"{venue.name} {venue.id}".casefold()]
    hits = [Hit("venue", venue, last[venue.id]) for venue in named[:HITS_AT_MOST]]
    hits += [Hit("day", venue, day) for venue in venues[:HITS_AT_MOST] if (day := _read_day(workspace, venue, sought))]
    by_id = {venue.id: venue for venue in venues}
    with workspace.database.reading() as connection:
        found = find_numbers(connection, list(by_id), sought, HITS_AT_MOST)
    return hits + [Hit(one.what, by_id[one.venue], one.business_day, one.name, one.amount_ore) for one in found]


def _read_day(workspace: Workspace, venue: Venue, sought: str) -> date | None:
    """The business day that the text names; None where it names none, or several."""
    try:
        first, last = parse_days(sought, venue.calendar.open_day(workspace.now_utc_s))
    except ValueError:
        return None
    return first if first == last else None
