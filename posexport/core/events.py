"""Events of a delivery: a kind and its facts, never a phrase.

Whoever records an event picks its kind here; `texts.events` has the words for each kind. A kind says which facts its
events have and in which state they leave the delivery, or its attachment; other events cannot be made. What was sent
and answered, when, and who stated it, are beside it (`RecordedEvent`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from posexport.core.delivery import PageState, Stage

Fact = str | int | tuple[str, ...]


class EventKind(StrEnum):
    """Everything that can happen to a delivery."""

    PLANNED = "planned"
    """Recorded, and certainly not in the ledger; `of`: the whole day, or an adjustment."""
    SENDING = "sending"
    """About to be sent. `of`: present if this is the delivery's first event."""
    DRAFTED = "drafted"
    """It is in the ledger; `how` says how we know (`core.ports.ledger.DraftedHow`)."""
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    UNREACHABLE = "unreachable"
    HELD = "held"
    """The ledger would refuse it; `findings` as `format_findings` stores them."""
    DOUBTED = "doubted"
    """The drafts with these `ids` may be it: a person must decide."""
    NOT_THERE = "not-there"
    """It was uncertain, and is now known not to be in the ledger."""
    REMOVING = "removing"
    TAKEN_BACK = "taken-back"
    NOTHING_LEFT = "nothing-left"
    """The day's sales are what the ledger has already."""
    POSTED_MEANWHILE = "posted-meanwhile"
    """Its draft was to be deleted, but a person had posted it."""
    CALLED_OFF = "called-off"
    """The draft that it was to replace stays: somebody had changed it. It was never sent."""
    SAME_LINES = "same-lines"
    """The sales have changed, and give the same lines."""
    BASE_GONE = "base-gone"
    """The delivery that this one adjusts is not in the ledger."""
    SAID_THERE = "said-there"
    """A person says that it is in the ledger, under this `id`."""
    SAID_NOT_THERE = "said-not-there"
    LOOKED_UP = "looked-up"
    """Looked up and not found; `others`: how many drafts turned out to be other vouchers."""
    LOOK_UP_FAILED = "look-up-failed"
    CLOCK_SET = "clock-set"
    CLAIM_LOST = "claim-lost"
    """Another run had claimed it when our answer came; `id`: the draft that we made."""
    REVERSED = "reversed"
    CORRECTED = "corrected"
    """A person reversed or corrected the posted voucher, with the voucher of this `number`; "?" where unknown."""
    GONE = "gone"
    """The ledger no longer had anything with this `reference` when it was to be revised."""
    DOUBLED = "doubled"
    """Other drafts, with these `ids`, have the same reference: another database has sent it too."""
    ORDERED = "ordered"
    """The ledger has sales of this voucher as `orders`, or invoices, that are not known here, as it last showed; by
    `keys`, the keys of their tickets. Without keys: it has none any more."""
    IMPORT_FAILED = "import-failed"
    IMPORT_MENDED = "import-mended"
    PAGE_WANTED = "page-wanted"
    PAGE_SENDING = "page-sending"
    PAGE_UNCERTAIN = "page-uncertain"
    PAGE_ATTACHED = "page-attached"
    PAGE_GIVEN_UP = "page-given-up"
    PAGE_NOT_KEPT = "page-not-kept"
    """It was sent before report data was stored, so its report cannot be made as it was sent."""
    NOTE = "note"
    """An early version's text that fits no kind; kept word for word as `text`."""


class _Form(NamedTuple):
    """What a kind's events look like: the possible states (the first is the default; any, where none is listed),
    required facts, and optional facts."""

    states: tuple[str, ...]
    facts: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


_ANY_STAGE = tuple(stage.value for stage in Stage)
_ERROR = ("error",)

_FORMS: Mapping[EventKind, _Form] = {
    EventKind.PLANNED: _Form((Stage.READY,), ("of",)),
    EventKind.SENDING: _Form((Stage.SENDING,), optional=("of",)),
    EventKind.DRAFTED: _Form((Stage.DRAFTED,), ("how",)),
    EventKind.REFUSED: _Form((Stage.REFUSED,), optional=_ERROR),
    EventKind.UNCERTAIN: _Form((Stage.UNCERTAIN,), optional=_ERROR),
    EventKind.UNREACHABLE: _Form((Stage.UNREACHABLE,), optional=_ERROR),
    EventKind.HELD: _Form((Stage.HELD,), ("findings",)),
    EventKind.DOUBTED: _Form((Stage.DOUBTED,), ("ids",)),
    EventKind.NOT_THERE: _Form((Stage.READY,)),
    EventKind.REMOVING: _Form((Stage.REMOVING,)),
    EventKind.TAKEN_BACK: _Form((Stage.REPLACED,)),
    EventKind.NOTHING_LEFT: _Form((Stage.REPLACED,)),
    EventKind.POSTED_MEANWHILE: _Form((Stage.DRAFTED,)),
    EventKind.CALLED_OFF: _Form((Stage.REPLACED,)),
    EventKind.SAME_LINES: _Form((Stage.DRAFTED,)),
    EventKind.BASE_GONE: _Form(_ANY_STAGE),
    EventKind.SAID_THERE: _Form((Stage.DRAFTED,), ("who", "id")),
    EventKind.SAID_NOT_THERE: _Form((Stage.READY, Stage.UNCERTAIN, Stage.REPLACED, Stage.DRAFTED), ("who",)),
    EventKind.LOOKED_UP: _Form(("looked-up",), ("others",)),
    EventKind.LOOK_UP_FAILED: _Form(("look-up-failed",), optional=_ERROR),
    EventKind.CLOCK_SET: _Form(("clock-set",)),
    EventKind.CLAIM_LOST: _Form(("claim-lost",), ("id",)),
    EventKind.REVERSED: _Form(("reversed",), ("number",)),
    EventKind.CORRECTED: _Form(("corrected",), ("number",)),
    EventKind.GONE: _Form(("gone",), ("reference",)),
    EventKind.DOUBLED: _Form(("doubled",), ("ids",)),
    EventKind.ORDERED: _Form(("ordered",), ("keys", "orders")),
    EventKind.IMPORT_FAILED: _Form(("import-failed",), optional=_ERROR),
    EventKind.IMPORT_MENDED: _Form(("import-mended",)),
    EventKind.PAGE_WANTED: _Form(("page-wanted",), optional=_ERROR),
    EventKind.PAGE_SENDING: _Form(("page-sending",)),
    EventKind.PAGE_UNCERTAIN: _Form(("page-uncertain",), optional=_ERROR),
    EventKind.PAGE_ATTACHED: _Form(("page-attached",)),
    EventKind.PAGE_GIVEN_UP: _Form(("page-given-up",), optional=_ERROR),
    EventKind.PAGE_NOT_KEPT: _Form(("page-given-up",)),
    EventKind.NOTE: _Form((), ("text",)),
}


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """One event of a delivery. `state`: the state it left the delivery or its attachment in; the event's own name where
    it changed neither.

    Raises ValueError where facts or state are not the kind's.
    """

    kind: EventKind
    facts: Mapping[str, Fact] = field(default_factory=dict)
    state: str = ""

    def __post_init__(self) -> None:
        form, given = _FORMS[self.kind], set(self.facts)
        if not set(form.facts) <= given <= {*form.facts, *form.optional}:
            raise ValueError(f"{self.kind} has the facts {form.facts} and may have {form.optional}, not {given}")
        if not self.state and form.states:
            object.__setattr__(self, "state", str(form.states[0]))
        if form.states and self.state not in form.states:
            raise ValueError(f"{self.kind} leaves a delivery in {form.states}, not in {self.state!r}")

    def text(self, name: str) -> str:
        """A fact as text; empty where the event has none of that name."""
        fact = self.facts.get(name, "")
        return ", ".join(fact) if isinstance(fact, tuple) else str(fact)


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as it is stored: `request` and `answer` are what was sent and answered, redacted. `who` stated it, where
    a person did, and how they are known (`core.actor.KnownBy`)."""

    at_utc_s: int
    event: DeliveryEvent
    request: str = ""
    answer: str = ""
    who: str = ""
    known_by: str = ""


def first_sent(events: Iterable[RecordedEvent]) -> int | None:
    """When a delivery was first sent (UTC s); None where it was only planned."""
    return next((recorded.at_utc_s for recorded in events if recorded.event.state == Stage.SENDING), None)


def states_of(kind: EventKind) -> tuple[str, ...]:
    """The states in which events of a kind may leave a delivery; empty where any."""
    return tuple(map(str, _FORMS[kind].states))


def facts_of(kind: EventKind) -> tuple[str, ...]:
    """The facts that events of a kind have, required and optional."""
    return (*_FORMS[kind].facts, *_FORMS[kind].optional)


def fail(stage: Stage, error: str) -> DeliveryEvent:
    """The event that sending failed: refused, uncertain or unreachable."""
    return DeliveryEvent(EventKind(stage.value), {"error": error} if error else {})


def change_page(state: PageState, error: str = "") -> DeliveryEvent:
    """The event of an attachment's new state."""
    return DeliveryEvent(EventKind(f"page-{state.value}"), {"error": error} if error else {})
