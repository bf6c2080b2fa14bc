"""Parts of a day's page that are looked at by themselves: the tickets behind a line of a voucher, and what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.responses import Response

from posexport.app.history import LinePage, TicketsWanted, read_line_page, read_story
from posexport.core.company import Venue
from posexport.core.history import Story
from posexport.errors import UsageError
from posexport.office.addresses import day_address
from posexport.office.visit import NotFound, Visit, read_number
from posexport.texts.events import describe_act, describe_event
from posexport.texts.finding_titles import format_title
from posexport.texts.language import Lang
from posexport.texts.report import WORDS, name_actor

TICKETS_ON_A_PAGE = 100


class Happened(NamedTuple):
    """Something that happened to a day: when (UTC s), to which document ("" for the day), and what."""

    at_utc_s: int
    reference: str
    told: str


def line_address(venue: str, day: date, reference: str, line: int) -> str:
    """Where the tickets of a voucher's line are. `line`: counted from 1."""
    return f"{day_address(venue, day)}?{urlencode({'part': 'tickets', 'reference': reference, 'line': line})}"


def _read_story(visit: Visit, venue: Venue, day: date) -> Story:
    """The history of a day, without its tickets. Raises NotFound where it has none."""
    company, database = visit.company_of(venue), visit.workspace.database
    try:
        return read_story(database, company, venue, day, visit.workspace.now_utc_s, with_tickets=False)
    except UsageError:
        raise NotFound from None


def show_tickets(visit: Visit, venue: Venue, day: date) -> Response:
    """The tickets behind a line, a hundred at a time."""
    number, reference = max(_read_number(visit, "page"), 1), visit.request.query_params.get("reference", "")
    found = _read_line(visit, venue, day, reference, number)
    pages = max(-(-found.many // TICKETS_ON_A_PAGE), 1)
    if number > pages:
        number, found = pages, _read_line(visit, venue, day, reference, pages)
    return visit.show(
        "day_tickets.html.j2",
        venue=venue,
        day=day,
        reference=reference,
        line=found.line,
        tickets=found.tickets,
        many=found.many,
        untraced_ore=found.untraced_ore,
        number=number,
        pages=pages,
        address=line_address(venue.id, day, reference, _read_number(visit, "line")),
    )


def _read_line(visit: Visit, venue: Venue, day: date, reference: str, number: int) -> LinePage:
    """The line that is asked for, with the tickets of a page. Raises NotFound."""
    company, wanted = visit.company_of(venue), TicketsWanted((number - 1) * TICKETS_ON_A_PAGE, TICKETS_ON_A_PAGE)
    address, now = (reference, _read_number(visit, "line")), visit.workspace.now_utc_s
    try:
        found = read_line_page(visit.workspace.database, company, venue, day, address, wanted, now)
    except UsageError:
        found = None
    if found is None:
        raise NotFound
    return found


def _read_number(visit: Visit, name: str) -> int:
    return read_number(visit.request.query_params.get(name, "")) or 0


def show_history(visit: Visit, venue: Venue, day: date) -> Response:
    """What happened to a day's vouchers, orders and tickets, in order of time."""
    found = sorted(list_happened(_read_story(visit, venue, day), visit.lang), key=lambda one: one.at_utc_s)
    return visit.show("day_history.html.j2", venue=venue, day=day, happened=found)


def list_happened(story: Story, lang: Lang) -> Iterator[Happened]:
    """Everything that happened to a day, in sentences."""
    for told in (*story.vouchers, *story.documents):
        for recorded in told.events:
            yield Happened(recorded.at_utc_s, told.reference, describe_event(recorded, told, story, lang))
    for act in story.acts:
        yield Happened(act.at_utc_s, "", describe_act(act, lang))
    for accepted in story.acceptances:
        who = name_actor(accepted.who, accepted.known_by, lang)
        told_of = WORDS["story_accepted"][lang].format(
            who=who, title=format_title(accepted.code, lang), why=accepted.why
        )
        yield Happened(accepted.at_utc_s, "", told_of)
    for booking in story.bookings:
        who = name_actor(booking.who, booking.known_by, lang)
        yield Happened(booking.at_utc_s, "", WORDS["story_booked"][lang].format(who=who, why=booking.why))
        if booking.ended_at_utc_s is not None:
            by = name_actor(booking.ended_who, booking.ended_known_by, lang)
            key = "story_booked_back_why" if booking.ended_why else "story_booked_back"
            yield Happened(booking.ended_at_utc_s, "", WORDS[key][lang].format(who=by, why=booking.ended_why))


PARTS: Mapping[str, Callable[[Visit, Venue, date], Response]] = {"tickets": show_tickets, "history": show_history}
"""By what the address asks for."""
