"""The states of a delivery, as values: its stage, what was sent, and the history of one document's deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from posexport.core.document import Document, part_of
from posexport.core.ports.ledger import Payload
from posexport.core.report import State

CLAIM_MAX_S = 180
"""How far (s) in the future a claim may end. One that ends later was made by a wrong clock and is ignored."""

WATCHED_S = 31 * 86_400
"""How long after it was made an import that nobody has posted is asked about."""


class Stage(StrEnum):
    """The stage of a delivery. The first three are transient: people see only what they may have led to."""

    SENDING = "sending"
    """A request is, or was, under way."""
    REMOVING = "removing"
    """A draft is being deleted, to be replaced."""
    REPLACED = "replaced"
    """Deleted, or no longer needed: as if it had never been sent."""
    READY = "ready"
    """Planned, and certainly not in the ledger."""
    DRAFTED = "drafted"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    UNREACHABLE = "unreachable"
    HELD = "held"
    DOUBTED = "doubted"
    """Something in the ledger may be it: a person must decide. `answer` has the findings."""

    @property
    def shown(self) -> State:
        """The state that people see: a request without an outcome is uncertain, and what was replaced is nothing."""
        if self in (Stage.SENDING, Stage.REMOVING, Stage.DOUBTED):
            return State.UNCERTAIN
        return State.NOTHING if self is Stage.REPLACED else State(self.value)


class Kind(StrEnum):
    """Whether a delivery is its whole document, or an adjustment."""

    WHOLE = "whole"
    ADJUSTMENT = "adjustment"
    """The difference to the deliveries before it."""


class PageState(StrEnum):
    """The state of a draft's attachment; NONE where it gets none."""

    NONE = ""
    WANTED = "wanted"
    """Certainly not attached; the next run attaches it."""
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    ATTACHED = "attached"
    GIVEN_UP = "given-up"
    """It can no longer be attached."""

    @property
    def is_waiting(self) -> bool:
        """Whether a run still has to attach it, or to look it up."""
        return self in (PageState.WANTED, PageState.SENDING, PageState.UNCERTAIN)

    @property
    def may_be_there(self) -> bool:
        """Whether it may have been attached though the answer was lost."""
        return self in (PageState.SENDING, PageState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One document sent, or to be sent, to the ledger; `version` counts its changes. Its document is identified by
    `document_kind`, `document_key` and `revision` (`core.document`); `lines` are of that kind's type.

    `told_at_utc_s`: the ledger's own clock at the last change, where known (`changed_at_utc_s` is ours). `is_lost`: the
    last request got no usable answer, though it may count as refused. `posting_day`: set where a person chose another
    date. `report`: the data of the settlement report as sent (JSON). `answer`: what is shown of the last answer.
    """

    id: int
    venue_id: int
    business_day: date
    document_kind: str
    document_key: str
    revision: int
    reference: str
    target: str
    stage: Stage
    kind: Kind
    fingerprint: str
    lines: tuple[Any, ...]
    payload: Payload
    posting_day: date | None
    file_id: int
    first_sent_at_utc_s: int
    changed_at_utc_s: int
    drafted_at_utc_s: int | None
    version: int
    claimed_until_utc_s: int
    remote_id: str | None
    answer: str
    ruled_out: frozenset[str]
    report: str
    tickets_digest: str
    setup_digest: str
    page_state: PageState
    page_answer: str
    told_at_utc_s: int | None
    is_lost: bool

    @property
    def document(self) -> Document:
        """The document to be sent, or last sent."""
        return Document(
            self.document_kind,
            self.document_key,
            self.revision,
            self.reference,
            self.fingerprint,
            self.lines,
            self.payload,
        )

    @property
    def part(self) -> int:
        """The part of its business day that a voucher is of (0, or 1 after midnight); 0 for other documents."""
        return part_of(self.document_key)

    @property
    def is_unsure(self) -> bool:
        """Whether a request may have been processed though its answer was lost."""
        return self.is_lost or self.stage.shown is State.UNCERTAIN

    @property
    def is_drafted(self) -> bool:
        """Whether the ledger has it."""
        return self.stage is Stage.DRAFTED

    @property
    def may_be_there(self) -> bool:
        """Whether the ledger has it, or may have it."""
        return self.is_drafted or self.stage.shown is State.UNCERTAIN

    def is_claimed(self, now_utc_s: int) -> bool:
        """Whether a run holds its claim now."""
        return now_utc_s < self.claimed_until_utc_s <= now_utc_s + CLAIM_MAX_S


@dataclass(frozen=True, slots=True)
class History:
    """Every delivery of one document, oldest first."""

    deliveries: tuple[Delivery, ...] = ()

    @property
    def standing(self) -> tuple[Delivery, ...]:
        """The deliveries that the ledger has."""
        return tuple(delivery for delivery in self.deliveries if delivery.is_drafted)

    @property
    def leaving(self) -> tuple[Delivery, ...]:
        """The deliveries whose drafts are being deleted."""
        return tuple(delivery for delivery in self.deliveries if delivery.stage is Stage.REMOVING)

    @property
    def replaced(self) -> tuple[Delivery, ...]:
        """The drafts that were deleted, or are being deleted, so that the newest delivery takes their place: back to
        the last that was a whole document."""
        found: list[Delivery] = []
        for delivery in reversed(self.deliveries):
            if delivery.stage not in (Stage.REPLACED, Stage.REMOVING) or delivery.drafted_at_utc_s is None:
                continue
            found.append(delivery)
            if delivery.kind is Kind.WHOLE:
                break
        return tuple(reversed(found))

    @property
    def current(self) -> Delivery | None:
        """The delivery a run works on: the newest that counts; None where there is none."""
        gone = (Stage.REPLACED, Stage.REMOVING)
        return next((delivery for delivery in reversed(self.deliveries) if delivery.stage not in gone), None)

    @property
    def counts(self) -> bool:
        """Whether any delivery is in the ledger, under way, or being deleted."""
        return self.current is not None or bool(self.leaving)

    @property
    def frozen(self) -> Delivery | None:
        """The newest delivery that is, or may be, in the ledger: its fingerprint decides whether the day has changed.
        None where there is none."""
        return next((delivery for delivery in reversed(self.deliveries) if delivery.may_be_there), None)

    @property
    def lines(self) -> tuple[Any, ...]:
        """The lines of all deliveries that the ledger has."""
        return tuple(line for delivery in self.standing for line in delivery.lines)

    @property
    def next_revision(self) -> int:
        """The revision number of the next delivery."""
        return max((delivery.revision for delivery in self.deliveries), default=0) + 1
