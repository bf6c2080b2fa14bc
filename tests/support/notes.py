"""A second kind of document, made up: a credit note to a customer, several of a business day, each known by the ticket
that it is about. It has its row, its preparation, a place in the ledger that takes it, and what reviews it; the code
that claims, sends, looks up, settles and tells of it knows nothing of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

import pytest

from posexport.app.workspace import Workspace
from posexport.core.delivery import History
from posexport.core.document import Document, DocumentKind
from posexport.core.document_kinds import KINDS
from posexport.core.finding import Finding, Severity
from posexport.core.ports.ledger import Drafted, DraftList, DraftStatus, Ledger, LedgerKind, Lookup, Page, Payload
from posexport.core.report import DocumentReport, State
from posexport.core.review import DocumentReview, remember
from posexport.delivery.claims import Outcome
from posexport.delivery.context import DeliveryContext, Preparation, Prepared
from posexport.delivery.lookup import Run, begin_run, target_of
from posexport.delivery.sender import Sender
from posexport.errors import AnswerLost, NotSent, VoucherRefused
from posexport.store.days import last_file_of
from posexport.store.deliveries import read_deliveries
from posexport.store.setups import find_venue_number
from tests.support.harness import FRIDAY, Shop


class NoteLine(NamedTuple):
    """What is given back, and how much of it (øre)."""

    text: str
    amount_ore: int


def _format_lines(lines: Iterable[NoteLine]) -> str:
    return json.dumps([list(line) for line in lines], ensure_ascii=False)


def _parse_lines(document: str) -> tuple[NoteLine, ...]:
    return tuple(NoteLine(*line) for line in json.loads(document))


@dataclass(frozen=True)
class Note:
    """What is to be sent; `customer` None: nobody knows yet whose it is."""

    ticket: str
    lines: tuple[NoteLine, ...]
    customer: str | None = "10001"
    business_day: date = FRIDAY

    @property
    def fingerprint(self) -> str:
        """The same for the same content."""
        return hashlib.sha256(repr((self.customer, self.lines)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class NoteReview(DocumentReview[DocumentReport]):
    """A note as it stands in the store."""

    note: Note

    @property
    def kind(self) -> DocumentKind:
        """A note."""
        return NOTE

    @property
    def document(self) -> Document:
        """What would be sent of it."""
        note = self.note
        return Document(NOTE.name, note.ticket, self.next_revision, self.report.reference, note.fingerprint, note.lines)


def format_reference(venue: str, note: Note, revision: int) -> str:
    """What a note is known by."""
    digest = hashlib.sha256(f"{note.ticket}/{revision}".encode()).hexdigest()[:8]
    return f"{venue}-n{note.business_day:%Y%m%d}-{digest}"


@dataclass
class NoteDesk:
    """Where notes go. `goes_wrong` is asked at each request to send, with what it is of, and may raise; `swallows`
    that the note is there all the same."""

    notes: dict[str, Payload] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    goes_wrong: list[Exception] = field(default_factory=list)
    swallows: bool = False
    removable: bool = True
    silent: bool = False

    def send(self, payload: Payload, deadline_utc_s: float) -> Drafted:
        """Take it, unless something goes wrong."""
        self.sent.append(payload["reference"])
        error = self.goes_wrong.pop(0) if self.goes_wrong else None
        if error is None or self.swallows:
            self.notes[f"note-{len(self.sent)}"] = payload
        if error is not None:
            raise error
        return Drafted(f"note-{len(self.sent)}", evidence="201 Created")

    def find(
        self,
        payload: Payload,
        since_utc_s: int,
        ruled_out: frozenset[str] = frozenset(),
        listing: DraftList | None = None,
    ) -> Lookup:
        """By its reference."""
        if self.silent:
            raise NotSent("no route to host")
        for remote_id, kept in self.notes.items():
            if kept["reference"] == payload["reference"] and remote_id not in ruled_out:
                return Lookup(Drafted(remote_id), is_same=kept == payload)
        return Lookup()

    def find_status(self, remote_id: str, since_utc_s: int) -> DraftStatus:
        """Nobody posts notes."""
        return DraftStatus.UNPOSTED if remote_id in self.notes else DraftStatus.GONE

    def find_successor(self, remote_id: str, since_utc_s: int) -> str:
        """None has one."""
        return ""

    def remove(self, remote_id: str) -> DraftStatus:
        """Take it back."""
        if not self.removable:
            return DraftStatus.POSTED
        self.notes.pop(remote_id, None)
        return DraftStatus.GONE

    def attach(self, remote_id: str, page: Page, deadline_utc_s: float) -> None:
        """Never asked for: a note has no documentation."""
        raise AssertionError((remote_id, page))

    def has_page(self, remote_id: str, page_name: str) -> bool:
        """Never asked for either."""
        raise AssertionError((remote_id, page_name))


DESK: dict[str, NoteDesk] = {}
"""The desk of the test that runs."""


def _describe_target(target: LedgerKind) -> LedgerKind:
    """A note's reference is its own wherever vouchers go."""
    return replace(target, is_guarded=False, removes_drafts=True)


NOTE = DocumentKind(
    "note",
    _format_lines,
    _parse_lines,
    find_destination=lambda _ledger: DESK["desk"],
    describe_target=_describe_target,
    has_page=False,
)


def _prepare(context: DeliveryContext, review: NoteReview, ledger: Ledger, run: Run) -> Prepared:
    note = review.note
    if note.customer is None:
        return Prepared({}, (Finding("missing-customer", Severity.ERROR, {"count": 1}),))
    lines = [{"text": line.text, "amount_ore": line.amount_ore} for line in note.lines]
    return Prepared({"reference": review.report.reference, "customer": note.customer, "lines": lines})


NOTES = Preparation(_prepare, lambda _connection, _review, _now_utc_s: None)


@dataclass
class Notes:
    """A shop that sends notes too."""

    shop: Shop
    desk: NoteDesk

    def send(self, *notes: Note, before: Callable[[Workspace], None] = lambda _: None) -> list[Outcome[DocumentReport]]:
        """Bring these notes where they belong, in a run of its own; `before` happens between reviewing and sending."""
        with self.shop.open() as workspace:
            reviews = [review_note(workspace, note) for note in notes]
            before(workspace)
            context = replace(workspace.delivery, preparations={**workspace.delivery.preparations, NOTE.name: NOTES})
            run = begin_run(reviews, workspace.now_utc_s)
            return [Sender(context).deliver(review, run) for review in reviews]

    def send_one(self, note: Note) -> Outcome[DocumentReport]:
        """Bring one."""
        (outcome,) = self.send(note)
        return outcome


def review_note(workspace: Workspace, note: Note) -> NoteReview:
    """A note as it stands in the store of the shop's first venue."""
    setup = workspace.load_setup()
    company, venue = setup.companies[0], setup.venues[0]
    with workspace.database.reading() as connection:
        number = find_venue_number(connection, venue)
        found = read_deliveries(connection, number, note.business_day, note.business_day, NOTE)
        file_id = last_file_of(connection, number, note.business_day)
    history = History(tuple(delivery for delivery in found if delivery.document_key == note.ticket))
    current = history.current
    revision = current.revision if current else history.next_revision
    reference = current.reference if current else format_reference(venue.id, note, revision)
    state, remembered = State.READY, tuple[Finding, ...]()
    if current is not None:
        state = current.stage.shown
        remembered, _ = remember(current, company, venue, target_of(current), workspace.now_utc_s)
    report = DocumentReport(company, venue, note.business_day, state, reference)
    return NoteReview(report, note, delivery=current, file_id=file_id, remembered=remembered, history=history)


def open_notes(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Notes:
    """The kind's row, put in place for one test."""
    desk = NoteDesk()
    monkeypatch.setitem(KINDS, NOTE.name, NOTE)
    monkeypatch.setitem(DESK, "desk", desk)
    return Notes(shop, desk)


def lost_answer() -> Exception:
    """The request left, and no answer came."""
    return AnswerLost("timed out")


def refusal() -> Exception:
    """The request was read, and not taken."""
    return VoucherRefused("The customer is locked.")


def columns(shop: Shop, *names: str) -> list[tuple[Any, ...]]:
    """What stands in the deliveries of notes."""
    return shop.rows(f"SELECT {', '.join(names)} FROM delivery WHERE document_kind = 'note' ORDER BY id")
