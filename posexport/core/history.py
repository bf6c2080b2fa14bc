"""The history of a business day's vouchers, as values: what was sent and answered, from which tickets and setup it was
made. Never here: reading it, its JSON, or printing it.

Times are UTC seconds, shown by the venue's clock. Amounts are øre, debit positive.
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
from posexport.core.settlement import EntrySum, PlacedTicket, fingerprint_sums
from posexport.core.trace import TicketShare


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A person took responsibility for a day's findings of one code; `known_by` says how the name is known."""

    code: str
    why: str
    who: str
    at_utc_s: int
    known_by: str = ""


@dataclass(frozen=True, slots=True)
class Booking:
    """A person booked a business day by hand, so that it is not sent; and who cancelled that, if anybody did.
    `fingerprint` and `sales_ore` are its sales at the time."""

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
        """Whether it is not cancelled."""
        return self.ended_at_utc_s is None


class StoryAct(NamedTuple):
    """What a person did to a business day's tickets other than importing a file: "undo" of an import (`name` is its
    file), "withdrawal" or "restoration" of one ticket, or "move-in" of tickets that were kept aside. `tickets`: those
    of the day that it concerned, by register and number."""

    id: int
    kind: str
    at_utc_s: int
    who: str
    why: str
    name: str
    tickets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TicketVersion:
    """One version of a ticket: valid from the act `file_id` until the act `until_file_id` changed or removed it (None:
    still valid). `content`: a digest of everything on it; `ticket_id`: the store's id, since two sales may share
    everything that people identify a ticket by."""

    placed: PlacedTicket
    content: int
    file_id: int
    until_file_id: int | None = None
    ticket_id: int = 0

    @property
    def key(self) -> tuple[str, str, int]:
        """What people identify a ticket by: register, number and time of completion (UTC s)."""
        ticket, moment = self.placed
        return (ticket.register, ticket.number, moment.at_utc_s)

    @property
    def identity(self) -> int | tuple[str, str, int]:
        """What all versions of a ticket share."""
        return self.ticket_id or self.key

    @property
    def takings_ore(self) -> int:
        """Its turnover in øre; 0 where it is no sale."""
        ticket = self.placed[0]
        return ticket.sales_ore if ticket.status is TicketStatus.COUNTED else 0

    def stood(self, file_id: int) -> bool:
        """Whether this version was valid right after the act `file_id`."""
        return self.file_id <= file_id and (self.until_file_id is None or self.until_file_id > file_id)


def pick_tickets(versions: Iterable[TicketVersion], file_id: int) -> list[TicketVersion]:
    """The versions that were valid right after the act `file_id`."""
    return [version for version in versions if version.stood(file_id)]


def digest_contents(contents: Iterable[tuple[str, str, int, int]]) -> str:
    """A digest (hex) over tickets in any order: register, number, completion time and content digest of each."""
    digest = hashlib.sha256()
    for row in sorted(contents):
        digest.update(repr(row).encode())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class TicketChange:
    """A ticket that was added, changed or removed: its turnover before (None where new) and after (None where removed);
    0 where it is no sale, such as a cash movement."""

    register: str
    number: str
    completed_at_utc_s: int
    before_ore: int | None
    after_ore: int | None

    @property
    def what(self) -> str:
        """What happened to it: "new", "changed" or "removed"."""
        if self.before_ore is None:
            return "new"
        return "removed" if self.after_ore is None else "changed"


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A voucher line and the tickets behind it."""

    line: VoucherLine
    tickets: tuple[TicketShare, ...]

    @property
    def untraced_ore(self) -> int:
        """The part of the line that no ticket accounts for: 0 wherever the tickets and the setup of the time are
        known."""
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
        """Whether anything was ever sent or planned."""
        return bool(self.events)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryVoucher(StoryDocument):
    """One delivery of a voucher, or the voucher as it would be drafted (without `events`).

    `changes`: tickets changed since the delivery `after`, which this one corrects; `changed_since`: tickets changed
    since this one. `tickets_digest`: of the day's tickets it was made from. `are_tickets_same`: whether the day's
    tickets are still those; `are_tickets_shown`: whether the tickets shown behind the lines are; `is_setup_same`:
    whether the setup still is. These are None where no digest was stored.
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
    """The history of one venue's business day: its vouchers, oldest first, and its other `documents`."""

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
    """The tickets that were added, changed or removed after the act `since`, up to the act `until`; of one part of the
    day, or of all. A ticket that was removed and is there again unchanged is left out."""
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
    """Match tickets whose import was undone and whose file was read again: the store has given them new ids, so they
    are matched by what people identify a ticket by."""
    gone = {before[identity].key: identity for identity in before.keys() - after.keys()}
    for identity in after.keys() - before.keys():
        former = gone.pop(after[identity].key, None)
        if former is not None:
            before[identity] = before.pop(former)


# As JSON


def fingerprint_booked(sums: Sequence[EntrySum]) -> str:
    """What a day that was booked by hand is held against: its sales, whatever the setup says of them."""
    return fingerprint_sums(sums, with_discounts=True)
