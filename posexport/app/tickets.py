"""posexport tickets: withdraw a ticket, and restore it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from posexport.app.why import read_why, require_why
from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.core.money import format_ore, parse_ore
from posexport.errors import UsageError
from posexport.store.setups import find_venue_number
from posexport.store.withdrawing import FoundTicket, Taken, find_tickets, restore_ticket, withdraw_ticket
from posexport.texts.language import format_kroner


@dataclass(frozen=True, slots=True)
class WhichTicket:
    """The ticket that is meant: day, register and number; where several share these, also its time ("12:40" or
    "12:40:05", local), its amount in kroner, or the id of its import."""

    day: date
    register: str
    number: str
    at: str | None = None
    amount: str | None = None
    import_id: int | None = None


@dataclass(frozen=True, slots=True)
class TakenTicket:
    """What was recorded: the ticket, and whether its day is drafted already."""

    ticket: FoundTicket
    who: str
    is_drafted: bool


def withdraw(workspace: Workspace, venue: Venue, which: WhichTicket, why: str) -> TakenTicket:
    """Withdraw one ticket: it counts nowhere until it is restored, even when its file is read again.

    Raises UsageError where no ticket or several fit, or where no reason is given.
    """
    why = require_why(why)
    with workspace.database.writing() as connection:
        number = find_venue_number(connection, venue)
        found = find_tickets(connection, number, which.day, which.register, which.number)
        ticket = _choose(found, venue, which, are_withdrawn=False)
        now, actor = workspace.now_utc_s, workspace.actor
        taken = withdraw_ticket(connection, number, which.day, ticket, actor, now, why)
    return _told(workspace, ticket, taken)


def restore(workspace: Workspace, venue: Venue, which: WhichTicket, why: str = "") -> TakenTicket:
    """Restore a withdrawn ticket.

    Raises UsageError where no ticket or several fit.
    """
    with workspace.database.writing() as connection:
        number = find_venue_number(connection, venue)
        found = find_tickets(connection, number, which.day, which.register, which.number)
        ticket = _choose(found, venue, which, are_withdrawn=True)
        now, actor = workspace.now_utc_s, workspace.actor
        taken = restore_ticket(connection, number, which.day, ticket, actor, now, read_why(why))
    return _told(workspace, ticket, taken)


def _told(workspace: Workspace, ticket: FoundTicket, taken: Taken) -> TakenTicket:
    return TakenTicket(ticket, workspace.actor.name, bool(taken.changed_after_draft))


def _choose(found: list[FoundTicket], venue: Venue, which: WhichTicket, *, are_withdrawn: bool) -> FoundTicket:
    """The one ticket that fits. Raises UsageError where none or several do."""
    name = f"ticket {which.number} on register {which.register}"
    if not found:
        raise UsageError(
            f"{venue.id} has no {name} on business day {which.day}. Look at the day with posexport show {venue.id} "
            f"{which.day}; a ticket sold after midnight belongs to the day before."
        )
    wanted = [ticket for ticket in found if ticket.is_withdrawn == are_withdrawn]
    if not wanted:
        state = "not taken out" if are_withdrawn else "taken out already; posexport tickets restore brings it back"
        raise UsageError(f"{venue.id} {which.day}: {name} is {state}.")
    chosen = [ticket for ticket in wanted if _is_meant(ticket, venue, which)]
    if len(chosen) == 1:
        return chosen[0]
    listed = "".join(f"\n  {_describe(ticket, venue)}" for ticket in (chosen or wanted))
    if not chosen:
        raise UsageError(f"{venue.id} {which.day} has {name}, but not that one. There is:{listed}")
    raise UsageError(
        f"{venue.id} {which.day} has {len(chosen)} tickets {which.number} on register {which.register}. Say which, "
        f"with --at HH:MM[:SS], --amount KRONER or --import ID:{listed}"
    )


def _is_meant(ticket: FoundTicket, venue: Venue, which: WhichTicket) -> bool:
    if which.at is not None and not _is_at(ticket, venue, which.at):
        return False
    if which.amount is not None and ticket.sales_ore != _parse_amount(which.amount):
        return False
    return which.import_id is None or which.import_id in [id_ for id_, _ in ticket.files]


def _is_at(ticket: FoundTicket, venue: Venue, at: str) -> bool:
    """Whether a ticket was completed at this local time; without seconds, within that minute. Raises UsageError for
    what is no time."""
    for form in ("%H:%M:%S", "%H:%M"):
        try:
            wanted = datetime.strptime(at.strip(), form).strftime(form)  # noqa: DTZ007 -- a time of day
        except ValueError:
            continue
        return f"{venue.calendar.local(ticket.completed_at_utc_s):{form}}" == wanted
    raise UsageError(f"{at!r} is no time of day. Write --at 12:40 or --at 12:40:05, by the venue's clock.")


def _parse_amount(text: str) -> int:
    try:
        return parse_ore(text.strip().replace("\xa0", "").replace(" ", "").replace(",", "."))
    except ValueError:
        raise UsageError(f"{text!r} is no amount. Write --amount 125.00.") from None


def _describe(ticket: FoundTicket, venue: Venue) -> str:
    """One line of the list of tickets that fit."""
    at = venue.calendar.local(ticket.completed_at_utc_s)
    held = ", ".join(f"import {id_} ({name})" for id_, name in ticket.files)
    return f"{at:%Y-%m-%d %H:%M:%S}, {format_kroner(ticket.sales_ore, 'en')}, {held or 'no import'}"


def format_taken(taken: TakenTicket, venue: Venue, what: str) -> dict[str, Any]:
    """As `tickets withdraw --json` and `tickets restore --json` print it."""
    ticket = taken.ticket
    return {
        "venue": venue.id,
        "register": ticket.register,
        "number": ticket.number,
        "completed_at": venue.calendar.local(ticket.completed_at_utc_s).isoformat(),
        "amount": format_ore(ticket.sales_ore),
        "done": what,
        "who": taken.who,
        "changed_after_draft": taken.is_drafted,
    }
