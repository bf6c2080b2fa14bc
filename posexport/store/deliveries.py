"""Deliveries: what was drafted, and what is being sent.

A delivery's state changes only here, each change with its time. Every sending starts with `claim`: it changes the row
only if nobody else holds it, so that of two processes one proceeds. Every further change names the row version it
builds on, so that a process that lost its claim notices.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from posexport.core.actor import Actor
from posexport.core.delivery import CLAIM_MAX_S, Delivery, Kind, PageState, Stage
from posexport.core.document import VOUCHER, Document, DocumentKind
from posexport.core.document_kinds import find_kind
from posexport.core.events import DeliveryEvent, EventKind, change_page
from posexport.core.ports.ledger import DraftStatus, Payload
from posexport.store.database import day_number, day_of, insert_row, read_rows
from posexport.store.tables import BusinessDayRow, DeliveryEventRow, DeliveryRow

_delivery, _event = DeliveryRow.__table__, DeliveryEventRow.__table__  # type: ignore[attr-defined]
_day = BusinessDayRow.__table__  # type: ignore[attr-defined]


def read_deliveries(
    connection: Connection, venue: int, first: date, last: date, kind: DocumentKind = VOUCHER
) -> list[Delivery]:
    """A venue's deliveries of these business days, in order, of one kind of document."""
    days = {"venue": venue, "first": day_number(first), "last": day_number(last), "kind": kind.name}
    return _read(connection, f"{_OF_DAYS} AND document_kind = :kind", days)


def read_other_deliveries(connection: Connection, venue: int, first: date, last: date) -> list[Delivery]:
    """A venue's deliveries of these business days, in order, of documents other than vouchers."""
    days = {"venue": venue, "first": day_number(first), "last": day_number(last)}
    return _read(connection, f"{_OF_DAYS} AND document_kind <> 'voucher'", days)


_OF_DAYS = "venue_id = :venue AND business_day BETWEEN :first AND :last"


def read_venues_with_others(connection: Connection) -> frozenset[str]:
    """The ids of the venues that have documents other than vouchers."""
    query = "SELECT DISTINCT v.code FROM delivery d JOIN venue v ON v.id = d.venue_id WHERE document_kind <> 'voucher'"
    return frozenset(row[0] for row in read_rows(connection, query, {}))


_LAST_DRAFTED = """
    SELECT v.code, (
        SELECT d.business_day FROM delivery d
        WHERE d.venue_id = v.id AND d.document_kind = 'voucher' AND d.state = 'drafted'
        ORDER BY d.business_day DESC LIMIT 1
    ) FROM venue v
    """


def read_last_drafted_days(connection: Connection) -> dict[str, date]:
    """The last business day of each venue that is drafted, by venue id; those without one are left out."""
    return {code: day_of(day) for code, day in read_rows(connection, _LAST_DRAFTED, {}) if day is not None}


def read_delivery(connection: Connection, delivery_id: int) -> Delivery:
    """One delivery as it is now."""
    return _read(connection, "id = :id", {"id": delivery_id})[0]


def find_sent_order(connection: Connection, venue: int, named: str) -> Delivery | None:
    """A venue's order that was sent, by its reference or its id in the ledger; None where there is none."""
    where = "venue_id = :venue AND document_kind = 'order' AND state = 'drafted'"
    found = _read(
        connection, f"{where} AND (reference = :named OR remote_id = :named)", {"venue": venue, "named": named}
    )
    return found[0] if found else None


def read_without_page(connection: Connection, venue: int, day: date | None = None) -> list[Delivery]:
    """A venue's drafts whose settlement report is not attached yet; only those of `day` where it is given."""
    where, values = "venue_id = :venue AND page_state IN ('wanted', 'sending', 'uncertain')", {"venue": venue}
    if day is not None:
        where, values = f"{where} AND business_day = :day", values | {"day": day_number(day)}
    return [delivery for delivery in _read(connection, where, values) if delivery.is_drafted]


def count_documents(connection: Connection, one: Delivery) -> int:
    """How many documents of the same kind, that count, this delivery's business day has."""
    kind = find_kind(one.document_kind)
    of_day = read_deliveries(connection, one.venue_id, one.business_day, one.business_day, kind)
    return sum(found.stage is not Stage.REPLACED for found in of_day)


def read_known_drafts(connection: Connection, venue: int, kind: DocumentKind = VOUCHER) -> frozenset[str]:
    """The ids (in the ledger) of a venue's drafts of one kind that belong to known references: none of them is a draft
    that is searched for."""
    of_kind = (_delivery.c.venue_id == venue, _delivery.c.document_kind == kind.name)
    rows = connection.execute(select(_delivery.c.remote_id).where(*of_kind, _delivery.c.remote_id.is_not(None)))
    return frozenset(rows.scalars())


_COLUMNS = _delivery.c.keys()
_DELIVERIES = f"SELECT {', '.join(_COLUMNS)} FROM delivery WHERE "  # noqa: S608


def _read(connection: Connection, where: str, values: Mapping[str, Any]) -> list[Delivery]:
    rows = read_rows(connection, f"{_DELIVERIES}{where}", values)
    found = [_delivery_of(dict(zip(_COLUMNS, row, strict=True))) for row in rows]
    return sorted(found, key=_place)


def _place(delivery: Delivery) -> tuple[date, str, str, int]:
    return (delivery.business_day, delivery.document_kind, delivery.document_key, delivery.revision)


def _delivery_of(row: dict[str, Any]) -> Delivery:
    values = {name: row[name] for name in Delivery.__dataclass_fields__ if name != "stage"}
    values["stage"] = Stage(row["state"])
    values["kind"], values["page_state"] = Kind(row["kind"]), PageState(row["page_state"])
    values["business_day"] = day_of(row["business_day"])
    values["posting_day"] = day_of(row["posting_day"]) if row["posting_day"] else None
    values["lines"] = find_kind(row["document_kind"]).parse_lines(row["lines"])
    values["payload"] = json.loads(row["payload"])
    values["ruled_out"] = frozenset(json.loads(row["ruled_out"]))
    return Delivery(**values)


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a new delivery belongs: venue number, business day, the whole document or an adjustment (`kind`), and its
    posting date where that is another day."""

    venue: int
    business_day: date
    kind: Kind = Kind.WHOLE
    posting_day: date | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """The document that is about to be sent, with the evidence of what it was made from."""

    document: Document
    target: str
    file_id: int
    report: Mapping[str, Any] | None = None
    tickets_digest: str = ""
    setup_digest: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        """The intent as columns of a delivery; these may change until it is sent."""
        document = self.document
        return {
            "target": self.target,
            "fingerprint": document.fingerprint,
            "lines": find_kind(document.kind).format_lines(document.lines),
            "payload": json.dumps(document.payload, ensure_ascii=False),
            "file_id": self.file_id,
            "report": json.dumps(self.report, ensure_ascii=False) if self.report else "",
            "tickets_digest": self.tickets_digest,
            "setup_digest": self.setup_digest,
        }


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that this run holds, until a time (UTC s), at this row version."""

    delivery_id: int
    version: int


def plan(
    connection: Connection,
    slot: Slot,
    intent: Intent,
    stage: Stage,
    now_utc_s: int,
    claimed_until_utc_s: int = 0,
    told_at_utc_s: int | None = None,
) -> Claim | None:
    """Store a new delivery, claimed; None where another process was first."""
    document = intent.document
    values = {
        "venue_id": slot.venue,
        "business_day": day_number(slot.business_day),
        "document_kind": document.kind,
        "document_key": document.key,
        "revision": document.revision,
        "reference": document.reference,
        "kind": slot.kind,
        "posting_day": day_number(slot.posting_day) if slot.posting_day else None,
        "state": stage,
        "first_sent_at_utc_s": now_utc_s,
        "changed_at_utc_s": now_utc_s,
        "told_at_utc_s": told_at_utc_s,
        "claimed_until_utc_s": claimed_until_utc_s,
        "version": 1,
        "answer": "",
        **intent.columns,
    }
    try:
        with connection.begin_nested():
            delivery_id = insert_row(connection, _delivery, **values)
    except IntegrityError:
        return None
    kind = EventKind.SENDING if stage is Stage.SENDING else EventKind.PLANNED
    event = DeliveryEvent(kind, {"of": slot.kind.value})
    add_event(connection, delivery_id, now_utc_s, event, request=_told(document.payload))
    return Claim(delivery_id, 1)


def claim(connection: Connection, delivery: Delivery, now_utc_s: int, until_utc_s: int) -> Claim | None:
    """Claim a delivery that nobody holds and that has not changed since it was read; None where that fails."""
    taken = connection.execute(
        update(_delivery)
        .where(
            _delivery.c.id == delivery.id,
            _delivery.c.version == delivery.version,
            ~_delivery.c.claimed_until_utc_s.between(now_utc_s + 1, now_utc_s + CLAIM_MAX_S),
        )
        .values(claimed_until_utc_s=until_utc_s, version=delivery.version + 1)
    )
    return Claim(delivery.id, delivery.version + 1) if taken.rowcount == 1 else None


def replan(
    connection: Connection,
    held: Claim,
    intent: Intent,
    stage: Stage,
    now_utc_s: int,
    claimed_until_utc_s: int,
    told_at_utc_s: int | None = None,
) -> Claim | None:
    """Store a new intent for a claimed delivery that is known not to be in the ledger: its content may have changed.
    None where the claim was lost."""
    renewed = _change(
        connection,
        held,
        state=stage,
        changed_at_utc_s=now_utc_s,
        told_at_utc_s=told_at_utc_s,
        is_lost=False,
        claimed_until_utc_s=claimed_until_utc_s,
        answer="",
        **intent.columns,
    )
    if renewed is not None and stage is Stage.SENDING:
        event = DeliveryEvent(EventKind.SENDING)
        add_event(connection, held.delivery_id, now_utc_s, event, request=_told(intent.document.payload))
    return renewed


def settle(
    connection: Connection,
    held: Claim,
    event: DeliveryEvent,
    now_utc_s: int,
    *,
    answer: str = "",
    evidence: str = "",
    actor: Actor | None = None,
    claimed_until_utc_s: int = 0,
    told_at_utc_s: int | None = None,
    is_lost: bool = False,
    **columns: Any,
) -> Claim | None:
    """Store an outcome, and release the claim or keep it until `claimed_until_utc_s`. `actor`: the person who states
    the outcome, if one does. None, and nothing stored, where the claim was lost."""
    renewed = _change(
        connection,
        held,
        state=Stage(event.state),
        changed_at_utc_s=now_utc_s,
        told_at_utc_s=told_at_utc_s,
        is_lost=is_lost,
        claimed_until_utc_s=claimed_until_utc_s,
        answer=answer,
        **columns,
    )
    if renewed is not None:
        add_event(connection, held.delivery_id, now_utc_s, event, answer=evidence, actor=actor)
    return renewed


def settle_drafted(
    connection: Connection,
    held: Claim,
    remote_id: str,
    now_utc_s: int,
    event: DeliveryEvent,
    evidence: str = "",
    *,
    actor: Actor | None = None,
    page_state: PageState = PageState.WANTED,
) -> Claim | None:
    """Store that the document is in the ledger under `remote_id`; its attachment is still to come. None where the claim
    was lost."""
    return settle(
        connection,
        held,
        event,
        now_utc_s,
        evidence=evidence,
        actor=actor,
        remote_id=remote_id,
        drafted_at_utc_s=now_utc_s,
        page_state=page_state,
    )


def settle_page(
    connection: Connection,
    held: Claim,
    state: PageState,
    now_utc_s: int,
    answer: str = "",
    evidence: str = "",
    event: DeliveryEvent | None = None,
) -> None:
    """Store the outcome of attaching the report, with an `event` where one is given, and release the claim."""
    if _change(connection, held, page_state=state, page_answer=answer, claimed_until_utc_s=0) is not None:
        event = event or change_page(state, answer)
        add_event(connection, held.delivery_id, now_utc_s, event, answer=evidence)


def begin_page(connection: Connection, held: Claim, now_utc_s: int) -> Claim | None:
    """Store that the report is about to be attached. None where the claim was lost."""
    renewed = _change(connection, held, page_state=PageState.SENDING, page_answer="")
    if renewed is not None:
        add_event(connection, held.delivery_id, now_utc_s, DeliveryEvent(EventKind.PAGE_SENDING))
    return renewed


def rule_out(connection: Connection, delivery: Delivery, ids: frozenset[str], now_utc_s: int) -> None:
    """Store the ids of drafts that a look-up found to be other documents, and that ours was not found."""
    remember_others(connection, delivery, ids)
    add_event(connection, delivery.id, now_utc_s, DeliveryEvent(EventKind.LOOKED_UP, {"others": len(ids)}))


def remember_others(connection: Connection, delivery: Delivery, ids: frozenset[str]) -> None:
    """Store the ids of drafts that are not this delivery's."""
    if ids:
        known = json.dumps(sorted(delivery.ruled_out | ids))
        connection.execute(update(_delivery).where(_delivery.c.id == delivery.id).values(ruled_out=known))


def read_last_answer(connection: Connection, delivery_id: int) -> str:
    """The answer to a delivery's last sending, word for word; empty where there was none."""
    ends = (Stage.UNCERTAIN, Stage.REFUSED, Stage.DRAFTED)
    found = connection.execute(
        select(_event.c.answer)
        .where(_event.c.delivery_id == delivery_id, _event.c.state.in_(ends))
        .order_by(_event.c.id.desc())
        .limit(1)
    )
    return str(found.scalar() or "")


def read_requests(connection: Connection, delivery_id: int) -> list[Payload]:
    """Everything that was sent of a delivery, each content once, the newest first."""
    sent = (_event.c.delivery_id == delivery_id, _event.c.state == Stage.SENDING, _event.c.request != "")
    found = connection.execute(select(_event.c.request).where(*sent).order_by(_event.c.id.desc())).scalars()
    return [json.loads(request) for request in dict.fromkeys(found)]


_NOTED = """
    SELECT d.id, e.kind, e.facts FROM delivery d JOIN delivery_event e ON e.delivery_id = d.id
    WHERE d.venue_id = :venue AND d.business_day BETWEEN :first AND :last AND d.state = 'drafted'
      AND (e.kind IN ('doubled', 'ordered') OR e.kind IN ('reversed', 'corrected', 'gone') AND NOT EXISTS (
        SELECT 1 FROM delivery_event later WHERE later.delivery_id = d.id AND later.id > e.id
          AND (later.kind IN ('reversed', 'corrected', 'gone') OR later.state IN ('ready', 'sending')
            OR e.kind = 'gone' AND later.state = 'drafted')))
    ORDER BY e.id
    """
"""Events about a draft's state in the ledger that no later event supersedes."""


class Noted(NamedTuple):
    """The last known state in the ledger of drafted deliveries, by id. `undone`: those that people deleted, or reversed
    or corrected after posting, with the number of the voucher that did it ("" for none); `doubled`: those that exist
    more than once, with the other ids; `ordered`: by the keys of their tickets, the orders or invoices that the ledger
    has of their sales, and that are not known here."""

    undone: Mapping[int, tuple[DraftStatus, str]]
    doubled: Mapping[int, tuple[str, ...]]
    ordered: Mapping[int, Mapping[str, str]]


def read_noted(connection: Connection, venue: int, first: date, last: date) -> Noted:
    """The last known states of the drafted deliveries of these business days."""
    undone: dict[int, tuple[DraftStatus, str]] = {}
    doubled: dict[int, tuple[str, ...]] = {}
    ordered: dict[int, dict[str, str]] = {}
    values = {"venue": venue, "first": day_number(first), "last": day_number(last)}
    for delivery_id, kind, kept in read_rows(connection, _NOTED, values):
        facts = json.loads(kept) if kept else {}
        if kind == EventKind.DOUBLED:
            doubled[delivery_id] = tuple(facts["ids"])
        elif kind == EventKind.ORDERED:
            ordered[delivery_id] = dict(zip(facts["keys"], facts["orders"], strict=False))
        else:
            undone[delivery_id] = DraftStatus(kind), facts.get("number", "")
    return Noted(undone, doubled, {id_: found for id_, found in ordered.items() if found})


def note_doubled(
    connection: Connection, venue: int, named: Mapping[str, Sequence[str]], known: Collection[str], now_utc_s: int
) -> None:
    """Store which of a venue's drafted deliveries exist in the ledger more than once. `named`: ids by the reference
    they carry; `known`: ids of our other documents."""
    for reference, ids in named.items():
        values = {"venue": venue, "reference": reference}
        for delivery in _read(connection, "venue_id = :venue AND reference = :reference", values):
            others = tuple(sorted(set(ids) - set(known) - {delivery.remote_id}))
            day = delivery.business_day
            if not (delivery.is_drafted and others):
                continue
            if read_noted(connection, venue, day, day).doubled.get(delivery.id) != others:
                add_event(connection, delivery.id, now_utc_s, DeliveryEvent(EventKind.DOUBLED, {"ids": others}))


def read_sent_times(connection: Connection, delivery_id: int) -> list[int]:
    """Each time a delivery was sent (UTC s), in order."""
    sent = (_event.c.delivery_id == delivery_id, _event.c.state == Stage.SENDING)
    return list(connection.execute(select(_event.c.at_utc_s).where(*sent).order_by(_event.c.id)).scalars())


def read_unanswered(connection: Connection, venue: int) -> list[tuple[str, Stage, int]]:
    """A venue's deliveries that may or may not have arrived: target, stage, and since when (UTC s)."""
    waiting = (_delivery.c.venue_id == venue, _delivery.c.state.in_((Stage.SENDING, Stage.UNCERTAIN)))
    rows = connection.execute(
        select(_delivery.c.target, _delivery.c.state, _delivery.c.changed_at_utc_s).where(*waiting)
    )
    return [(target, Stage(state), changed_at) for target, state, changed_at in rows]


def refreeze(connection: Connection, delivery_id: int, fingerprint: str, now_utc_s: int) -> None:
    """Update a drafted delivery's fingerprint to today's sales: they give the same lines."""
    connection.execute(update(_delivery).where(_delivery.c.id == delivery_id).values(fingerprint=fingerprint))
    add_event(connection, delivery_id, now_utc_s, DeliveryEvent(EventKind.SAME_LINES))


def unfreeze(connection: Connection, delivery: Delivery, now_utc_s: int) -> None:
    """Make a drafted day count as changed: an earlier delivery of it no longer exists in the ledger."""
    connection.execute(update(_delivery).where(_delivery.c.id == delivery.id).values(fingerprint=""))
    add_event(connection, delivery.id, now_utc_s, DeliveryEvent(EventKind.BASE_GONE, state=delivery.stage.value))


def read_held_answers(connection: Connection, venue: int) -> list[tuple[int, str]]:
    """A venue's deliveries held by the ledger's refusal: id and stored answer."""
    held = select(_delivery.c.id, _delivery.c.answer).where(_delivery.c.venue_id == venue, _delivery.c.state == "held")
    return [(id_, answer) for id_, answer in connection.execute(held)]


def change_held_answer(connection: Connection, delivery_id: int, answer: str) -> None:
    """Replace the stored answer of a held delivery, where part of it no longer applies. Nothing happens if it is no
    longer held."""
    still_held = (_delivery.c.id == delivery_id, _delivery.c.state == "held")
    connection.execute(update(_delivery).where(*still_held).values(answer=answer))


def release(connection: Connection, held: Claim) -> None:
    """Release a claim without changing the state."""
    _change(connection, held, claimed_until_utc_s=0)


def change_slot(connection: Connection, held: Claim, **columns: Any) -> Claim | None:
    """Change columns of a planned delivery. None where the claim was lost."""
    return _change(connection, held, **columns)


def redate(connection: Connection, held: Claim, posting_day: date) -> Claim | None:
    """Give a planned delivery another posting date, and release the claim. None where the claim was lost."""
    return _change(connection, held, posting_day=day_number(posting_day), claimed_until_utc_s=0)


def _change(connection: Connection, held: Claim, **values: Any) -> Claim | None:
    """Update a row if it still has the claim's version."""
    changed = connection.execute(
        update(_delivery)
        .where(_delivery.c.id == held.delivery_id, _delivery.c.version == held.version)
        .values(version=held.version + 1, **values)
    )
    return Claim(held.delivery_id, held.version + 1) if changed.rowcount == 1 else None


def add_event(
    connection: Connection,
    delivery_id: int,
    now_utc_s: int,
    event: DeliveryEvent,
    *,
    request: str = "",
    answer: str = "",
    actor: Actor | None = None,
) -> None:
    """Store that something happened to a delivery, with the exact request or answer where there is one, and the person
    who states it."""
    connection.execute(
        insert(_event).values(
            delivery_id=delivery_id,
            at_utc_s=now_utc_s,
            state=event.state,
            kind=event.kind.value,
            facts=json.dumps(event.facts, ensure_ascii=False) if event.facts else "",
            request=request,
            answer=answer,
            who=actor.name if actor else "",
            known_by=actor.known_by if actor else "",
        )
    )


def _told(payload: Payload) -> str:
    return json.dumps(payload, ensure_ascii=False) if payload else ""


CLOCKS_APART_S = 60
"""How far (s) the clocks of two machines may be apart."""


def close_days(connection: Connection, days: Sequence[tuple[int, date, int]], reviewed_at_utc_s: int) -> None:
    """Mark (venue, day, last act) as done, unless a later act has touched the day, a voucher of it is pending, or a
    sale of it was moved to or from an order since it was reviewed. A day booked by hand is done anyway."""
    if days:
        since = reviewed_at_utc_s - CLOCKS_APART_S
        rows = [{"venue": venue, "day": day_number(day), "file": file, "since": since} for venue, day, file in days]
        connection.execute(_CLOSE, rows)


_CLOSE = text(
    """
    UPDATE business_day SET is_open = FALSE
    WHERE venue_id = :venue AND business_day = :day AND file_id = :file AND is_open AND (NOT EXISTS (
        SELECT 1 FROM delivery
        WHERE delivery.venue_id = :venue AND delivery.business_day = :day AND state NOT IN ('drafted', 'replaced'))
    AND NOT EXISTS (
        SELECT 1 FROM credit_route r
        WHERE r.venue_id = :venue AND r.business_day = :day AND r.moved_at_utc_s >= :since)
    OR EXISTS (
        SELECT 1 FROM booked_elsewhere b
        WHERE b.venue_id = :venue AND b.business_day = :day AND b.ended_at_utc_s IS NULL))
    """
)


def reopen_day(connection: Connection, venue: int, day: date) -> None:
    """Mark a day as not done: a run without a period reviews it again."""
    connection.execute(
        update(_day).where(_day.c.venue_id == venue, _day.c.business_day == day_number(day)).values(is_open=True)
    )
