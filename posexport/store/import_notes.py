"""Notes about a file as it is imported: one of each kind, with the number of tickets and the first of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from posexport.core.sales import ImportNote, Ticket

_AGAIN = (
    "{count} stand more than once in the file, the same to the minute or nearly so; each was read once. If they are "
    "sales of their own, ask the register's vendor for numbers that do not repeat."
)
_BESIDE = (
    "{count} have a number that another ticket of the same register and day has in this file, at another time; all of "
    "them are counted as sales. If the register does not start its numbers anew, ask its vendor why."
)
_OLDER = (
    "{count} are otherwise in a newer file that was read before; what the newer file says stays. To take over this "
    "file's, undo the import of the newer one."
)
_LACKED = (
    "{count} are not in a newer file that was read before and covers their time; they were not brought back. If they "
    "are sales all the same, undo the import of the newer file and import this one again."
)
_ELSEWHERE = (
    "{count} are sales of venue {venue}, business day {day}, whose voucher is drafted or on its way; they stay there "
    "and count there alone. If they belong here, delete the draft in PowerOffice Go, resolve it with posexport resolve "
    "{venue} {day}, and import the file again."
)
_APART = (
    "{count} are like sales of venue {venue}, business day {day}: the same register id, number, time and content. The "
    "two venues have locations of their own, so both are counted. If they are the same sales, undo the import of the "
    "file that is wrong."
)
_FUTURE = (
    "{count} are dated in the future, the first {day}: no business day that closes soon will show them. Was the "
    "register's clock wrong, take each out with posexport tickets withdraw VENUE DAY REGISTER NUMBER --why TEXT and "
    "book the sales by hand."
)
_PAST = (
    "{count} are dated two years or more before the others, the first {day}; their days are held. Was the register's "
    "clock wrong, take each out with posexport tickets withdraw VENUE DAY REGISTER NUMBER --why TEXT and book the "
    "sales by hand."
)
_HISTORY = "Every ticket of the file is more than two years old, the newest of {day}. Is that the file you meant?"
_BEFORE = (
    "{count} are from before {day}, the export_from of venue {venue}: they are kept and never exported. Nothing need "
    "be done if that is right."
)
_BACKWARDS = (
    "{count} have numbers that run against the clock by hours. The register may date its sales by the shift: check the "
    "business days."
)


class ImportNotes:
    """Collects them, and lists them at the end."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, str], int] = {}
        self._firsts: dict[tuple[str, str, str], str] = {}

    def __iter__(self) -> Iterator[ImportNote]:
        for key, count in self._counts.items():
            template, venue, day = key
            told = "1 ticket" if count == 1 else f"{count} tickets"
            yield ImportNote(self._firsts[key], template.format(count=told, venue=venue, day=day))

    def _note(self, template: str, place: str, venue: str = "", day: str = "", *, count: int = 1) -> None:
        key = (template, venue, day)
        self._counts[key] = self._counts.get(key, 0) + count
        self._firsts.setdefault(key, place)

    def note_again(self, ticket: Ticket) -> None:
        """The file has this ticket twice."""
        self._note(_AGAIN, _place(ticket))

    def note_beside(self, ticket: Ticket) -> None:
        """The file has another ticket with the same number."""
        self._note(_BESIDE, _place(ticket))

    def note_older(self, ticket: Ticket) -> None:
        """A newer file has another version of this ticket."""
        self._note(_OLDER, _place(ticket))

    def note_lacked(self, ticket: Ticket) -> None:
        """A newer file covers the ticket's time and no longer has it."""
        self._note(_LACKED, _place(ticket))

    def note_elsewhere(self, ticket: Ticket, venue: str, day: date) -> None:
        """Another venue has this ticket, and has drafted it."""
        self._note(_ELSEWHERE, _place(ticket), venue, day.isoformat())

    def note_apart(self, ticket: Ticket, venue: str, day: date) -> None:
        """Another venue, at another location, has an equal ticket."""
        self._note(_APART, _place(ticket), venue, day.isoformat())

    def note_future(self, ticket: Ticket, day: date) -> None:
        """The ticket is dated in the future."""
        first = next((key[2] for key in self._counts if key[0] == _FUTURE), day.isoformat())
        self._note(_FUTURE, _place(ticket), day=first)

    def note_past(self, place: str, day: date, count: int) -> None:
        """These tickets are dated two years or more before the file's others."""
        self._note(_PAST, place, day=day.isoformat(), count=count)

    def note_history(self, day: date) -> None:
        """All of the file's tickets are old."""
        self._note(_HISTORY, "", day=day.isoformat())

    def note_before(self, ticket: Ticket, venue: str, export_from: date) -> None:
        """The ticket is from before the venue's `export_from`."""
        self._note(_BEFORE, _place(ticket), venue, export_from.isoformat())

    def note_backwards(self, place: str, count: int) -> None:
        """Ticket numbers and times of a register run in opposite directions."""
        self._note(_BACKWARDS, place, count=count)


def _place(ticket: Ticket) -> str:
    return f"register {ticket.register}, ticket {ticket.number}, {ticket.completed_at:%Y-%m-%d %H:%M:%S}"
