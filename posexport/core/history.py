"""The story of a business day's vouchers as plain values: what was sent and answered, made from which tickets and by
which setup. Never here: reading it, its JSON, or telling it to a person.

Moments are UTC seconds; the story's venue has the clock they are told by. Amounts are øre, debit positive.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from posexport.core.company import Venue
from posexport.core.document import VOUCHER
from posexport.core.events import RecordedEvent
from posexport.core.lines import VoucherLine
from posexport.core.sales import TicketStatus
from posexport.core.settlement import PlacedTicket
from posexport.core.trace import TicketShare


@dataclass(frozen=True, slots=True)
class Acceptance:
    """That a person took responsibility for a day's findings of one code; `known_by` says how the name is known."""

    code: str
    why: str
    who: str
    at_utc_s: int
    known_by: str = ""


@dataclass(frozen=True, slots=True)
class Booking:
    """That a person booked a business day by hand, so that it is not sent, and who took that back, if anybody did.
    `fingerprint` and `sales_ore` are its sales as they were then."""

    why: str
    who: str
    known_by: str
    at_utc_s: int
    fingerprint: str
    sales_ore: int
    ended_why: str = ""
    ended_who: str = ""
    ended_known_by: str = ""
    ended_at_utc_s: int | None = None

    @property
    def stands(self) -> bool:
        """Whether nobody has taken it back."""
        return self.ended_at_utc_s is None


class StoryAct(NamedTuple):
    """What a person did to the tickets of a business day besides reading a file: "undo" of the import of a file
    (`name`), "withdrawal" or "restoration" of one ticket, or "move-in" of tickets that were kept aside. `tickets` are
    those of the day that it was about, by register and number."""

    id: int
    kind: str
    at_utc_s: int
    who: str
    why: str
    name: str
    tickets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TicketVersion:
    """A ticket as one act left it: so from `file_id` on until `until_file_id` wrote it anew or took it out, None where
    it still is so. `content` is a digest of everything on it; `ticket_id` what the store knows it by, as two sales
    may share all that a person knows a ticket by."""

    placed: PlacedTicket
    content: int
    file_id: int
    until_file_id: int | None = None
    ticket_id: int = 0

    @property
    def key(self) -> tuple[str, str, int]:
        """What a ticket is known by: its register, its number and when it was completed."""
        ticket, moment = self.placed
        return (ticket.register, ticket.number, moment.at_utc_s)

    @property
    def identity(self) -> int | tuple[str, str, int]:
        """What its versions have in common."""
        return self.ticket_id or self.key

    @property
    def takings_ore(self) -> int:
        """What it comes to; nothing where it is no sale."""
        ticket = self.placed[0]
        return ticket.sales_ore if ticket.status is TicketStatus.COUNTED else 0

    def stood(self, file_id: int) -> bool:
        """Whether it was so when this file was the last one read."""
        return self.file_id <= file_id and (self.until_file_id is None or self.until_file_id > file_id)


def pick_tickets(versions: Iterable[TicketVersion], file_id: int) -> list[TicketVersion]:
    """The tickets as they were when this file was the last one read."""
    return [version for version in versions if version.stood(file_id)]


def digest_contents(contents: Iterable[tuple[str, str, int, int]]) -> str:
    """A digest over tickets: register, number, completion and the digest of its content, in any order."""
    digest = hashlib.sha256()
    for row in sorted(contents):
        digest.update(repr(row).encode())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class TicketChange:
    """A ticket that came, came back changed, or went: its takings before (None where it is new) and after (None where
    it is gone), 0 where it is no sale, as a cash movement is not."""

    register: str
    number: str
    completed_at_utc_s: int
    before_ore: int | None
    after_ore: int | None

    @property
    def what(self) -> str:
        """What became of it: "new", "changed" or "removed"."""
        if self.before_ore is None:
            return "new"
        return "removed" if self.after_ore is None else "changed"


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A voucher's line and the tickets behind it."""

    line: VoucherLine
    tickets: tuple[TicketShare, ...]

    @property
    def untraced_ore(self) -> int:
        """What of the line no ticket accounts for: 0 wherever tickets and setup are known as they were."""
        return self.line.amount_ore - sum(share.amount_ore for share in self.tickets)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDocument:
    """One delivery of a document; `state` is its stage."""

    document_kind: str = VOUCHER.name
    reference: str
    revision: int
    state: str
    target: str
    remote_id: str | None = None
    first_sent_at_utc_s: int | None = None
    drafted_at_utc_s: int | None = None
    events: tuple[RecordedEvent, ...] = ()
    request: Mapping[str, Any] | None = None
    page_state: str = ""
    page_answer: str = ""

    @property
    def is_tried(self) -> bool:
        """Whether anything was done about it."""
        return bool(self.events)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryVoucher(StoryDocument):
    """One delivery of a voucher, or the voucher as it would be drafted (no `events`).

    `changes` are the tickets since the delivery `after` that it mends,
    `changed_since` those that came after this one. `tickets_digest` is that of the day's tickets it was made from;
    `are_tickets_same` whether the day's tickets still are, `are_tickets_shown` whether those behind the lines are
    the very ones it was made from; `is_setup_same` whether the setup still is. These are None where no digest was kept.
    """

    kind: str
    part: int
    posting_date: date
    lines: tuple[StoryLine, ...]
    tickets_digest: str = ""
    are_tickets_same: bool | None = None
    are_tickets_shown: bool | None = None
    after: str | None = None
    changes: tuple[TicketChange, ...] = ()
    changed_since: tuple[TicketChange, ...] = ()
    setup_digest: str = ""
    is_setup_same: bool | None = None
    setup: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """Everything about the vouchers of one venue's business day, oldest first, and about its other `documents`."""

    venue: Venue
    business_day: date
    vouchers: tuple[StoryVoucher, ...]
    acceptances: tuple[Acceptance, ...] = ()
    bookings: tuple[Booking, ...] = ()
    acts: tuple[StoryAct, ...] = ()
    documents: tuple[StoryDocument, ...] = ()


def find_changes(
    versions: Sequence[TicketVersion], since: int, until: int, part: int | None = None
) -> Iterator[TicketChange]:
    """The tickets that came, came back changed or went after the act `since` and up to the act `until`; of one part of
    the day, or of all of it. One that went and is there again as it was is none."""
    before = {version.identity: version for version in pick_tickets(versions, since)}
    after = {version.identity: version for version in pick_tickets(versions, until)}
    _pair_again(before, after)
    changes = []
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        is_same = old is not None and new is not None and old.content == new.content
        shown = new or old
        if is_same or shown is None or part not in (None, shown.placed[1].part):
            continue
        ores = (found.takings_ore if found else None for found in (old, new))
        changes.append((shown.key[2], shown.key[:2], shown.ticket_id, TicketChange(*shown.key, *ores)))
    yield from (change for *_, change in sorted(changes, key=lambda row: row[:3]))


_ByTicket = dict[int | tuple[str, str, int], TicketVersion]


def _pair_again(before: _ByTicket, after: _ByTicket) -> None:
    """A ticket whose import was undone and whose file was read anew has another number in the store, and is the same:
    it is found by what a person knows it by."""
    gone = {before[identity].key: identity for identity in before.keys() - after.keys()}
    for identity in after.keys() - before.keys():
        former = gone.pop(after[identity].key, None)
        if former is not None:
            before[identity] = before.pop(former)


# As JSON
