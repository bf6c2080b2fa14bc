"""What a person takes back: an import as a whole, or a ticket; and what a person says of tickets kept aside.

Everything is kept with who it was and why. Nothing here asks PowerOffice: a day that is drafted already shows as
changed, and `export --revise` mends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from posexport.core.findings import ACCEPTABLE, Finding, Severity, format_kroner
from posexport.core.money import format_ore, parse_ore
from posexport.core.setup import Venue
from posexport.errors import UsageError
from posexport.export import Workplace
from posexport.store.acceptances import add_company_acceptance
from posexport.store.acts import Import
from posexport.store.acts import list_imports as read_imports
from posexport.store.aside import accept_register as accept_aside
from posexport.store.aside import read_unknown_registers
from posexport.store.setups import find_venue_number, load_removed, load_setup
from posexport.store.undoing import Undone
from posexport.store.undoing import undo_import as undo_in_store
from posexport.store.withdrawing import FoundTicket, Taken, find_tickets, restore_ticket, withdraw_ticket

# Imports


def list_imports(workplace: Workplace, venue: Venue | None = None) -> list[Import]:
    """Every import in the order they were read; those with tickets of one venue where it is given."""
    with workplace.database.reading() as connection:
        number = None if venue is None else find_venue_number(connection, venue)
        return read_imports(connection, number)


def find_zones(workplace: Workplace) -> dict[str, str]:
    """The time zone of every venue by its id, those too that were removed."""
    with workplace.database.reading() as connection:
        removed = [venue for venue, _ in load_removed(connection)]
        return {venue.id: venue.timezone for venue in (*removed, *load_setup(connection).venues)}


def undo_import(workplace: Workplace, import_id: int, why: str = "") -> Undone:
    """Take an import back: afterwards it is as if the file had never been read.

    Raises UsageError where there is no such import, or where it is undone already.
    """
    with workplace.database.writing() as connection:
        return undo_in_store(connection, import_id, workplace.actor, workplace.now_utc_s, why.strip())


def format_imports(imports: list[Import]) -> dict[str, Any]:
    """As `imports --json` prints them; times in UTC."""
    return {
        "imports": [
            {
                "id": found.id,
                "file": found.name,
                "format": found.format,
                "read_at": _format_utc(found.read_at_utc_s),
                "made_at": _format_utc(found.made_at_utc_s),
                "who": found.who or None,
                "known_by": found.known_by or None,
                "new": found.new,
                "known": found.known,
                "changed": found.changed,
                "refused": found.refused,
                "aside": found.aside,
                "first_day": found.first_day.isoformat() if found.first_day else None,
                "last_day": found.last_day.isoformat() if found.last_day else None,
                "undone": _format_undone(found),
            }
            for found in imports
        ]
    }


def _format_undone(found: Import) -> dict[str, Any] | None:
    if not found.is_undone:
        return None
    return {"at": _format_utc(found.undone_at_utc_s), "who": found.undone_by_who, "why": found.undone_why}


def _format_utc(at_utc_s: int | None) -> str | None:
    return None if at_utc_s is None else f"{datetime.fromtimestamp(at_utc_s, UTC):%Y-%m-%dT%H:%M:%SZ}"


def format_undone(undone: Undone) -> dict[str, Any]:
    """As `imports undo --json` prints it."""
    return {
        "import": undone.file_id,
        "file": undone.name,
        "removed": undone.removed,
        "put_back": undone.put_back,
        "kept": undone.kept,
        "z_reports": undone.z_reports,
        "aside": undone.aside,
        "days": _format_days(undone.days),
        "changed_after_draft": _format_days(undone.changed_after_draft),
    }


def _format_days(days: tuple[tuple[str, date], ...]) -> list[dict[str, str]]:
    return [{"venue": venue, "business_day": day.isoformat()} for venue, day in days]


# Tickets


@dataclass(frozen=True, slots=True)
class WhichTicket:
    """Which ticket is meant: its day, its register and its number, and, where several share these, its time ("12:40" or
    "12:40:05", the venue's clock), its amount in kroner, or the import that holds it."""

    day: date
    register: str
    number: str
    at: str | None = None
    amount: str | None = None
    import_id: int | None = None


@dataclass(frozen=True, slots=True)
class TakenTicket:
    """What was written down: the ticket, and whether its day is drafted already."""

    ticket: FoundTicket
    who: str
    is_drafted: bool


def withdraw(workplace: Workplace, venue: Venue, which: WhichTicket, why: str) -> TakenTicket:
    """Take one ticket out: it counts nowhere until it is restored, and reading its file again does not bring it back.

    Raises UsageError where there is no such ticket, where several are meant, or without a reason.
    """
    if not why.strip():
        raise UsageError("Say why, with --why TEXT: it is kept with your name and the time.")
    with workplace.database.writing() as connection:
        number = find_venue_number(connection, venue)
        found = find_tickets(connection, number, which.day, which.register, which.number)
        ticket = _choose(found, venue, which, are_withdrawn=False)
        now, actor = workplace.now_utc_s, workplace.actor
        taken = withdraw_ticket(connection, number, which.day, ticket, actor, now, why.strip())
    return _told(workplace, ticket, taken)


def restore(workplace: Workplace, venue: Venue, which: WhichTicket, why: str = "") -> TakenTicket:
    """Bring a ticket back that was taken out.

    Raises UsageError where there is no such ticket, or where several are meant.
    """
    with workplace.database.writing() as connection:
        number = find_venue_number(connection, venue)
        found = find_tickets(connection, number, which.day, which.register, which.number)
        ticket = _choose(found, venue, which, are_withdrawn=True)
        now, actor = workplace.now_utc_s, workplace.actor
        taken = restore_ticket(connection, number, which.day, ticket, actor, now, why.strip())
    return _told(workplace, ticket, taken)


def _told(workplace: Workplace, ticket: FoundTicket, taken: Taken) -> TakenTicket:
    return TakenTicket(ticket, workplace.actor.name, bool(taken.changed_after_draft))


def _choose(found: list[FoundTicket], venue: Venue, which: WhichTicket, *, are_withdrawn: bool) -> FoundTicket:
    """The one that is meant."""
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
    """Whether it was completed in that second, or in that minute where no second is said."""
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
    """One line of a list to choose from."""
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


# Registers without a venue


def accept_register(workplace: Workplace, company_id: str, register: str, code: str, why: str) -> tuple[str, int]:
    """A person takes responsibility for tickets of a register that belongs to no venue being left out; who it was, and
    how many tickets there are. They still move in if a venue gets the register.

    Raises UsageError where nothing of that register waits.
    """
    assert code in ACCEPTABLE
    if not why.strip():
        raise UsageError("Say why, with --why TEXT: it is kept with your name and the time.")
    setup = workplace.load_setup()
    company = next((company for company in setup.companies if company.id == company_id), None)
    if company is None:
        known = ", ".join(company.id for company in setup.companies)
        raise UsageError(
            f"There is no company {company_id!r}. The setup has: {known}. A register without a venue is accepted by "
            f"its company: posexport accept COMPANY REGISTER {code} --why TEXT."
        )
    with workplace.database.writing() as connection:
        waiting = {row.register for row in read_unknown_registers(connection, [company.id])}
        if register.lower() not in {name.lower() for name in waiting}:
            listed = f" These wait: {', '.join(sorted(waiting))}." if waiting else ""
            raise UsageError(f"No tickets of register {register} wait for {company.id}.{listed}")
        found = Finding(code, Severity.ERROR, {"register": register, "company": company.id})
        acceptance = add_company_acceptance(connection, found, why.strip(), workplace.now_utc_s, workplace.actor)
        many = accept_aside(connection, [company.id], register, acceptance)
    return workplace.actor.name, many
