"""What the ledgers last showed of orders that were sent: the order, or its invoice. Times are UTC seconds."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from posexport.core.delivery import Stage
from posexport.core.orders.book import LedgerOrder, SeenOrder
from posexport.core.orders.carried import CarriedOrder
from posexport.core.orders.correction import LedgerSums
from posexport.core.orders.document import parse_lines
from posexport.core.orders.state import Invoice, OrderFacts, Seen, decide_state, is_at_end
from posexport.store.database import day_number, day_of, read_rows
from posexport.store.days import Days, of_days


@dataclass(frozen=True, slots=True)
class StoredSeen:
    """What is known of one order that was sent.

    `sent`: as the ledger answered the sending, None where it did not say; `order`: as it last showed it, None where it
    is no order any more, and `last`: as it was before that; `invoice`: made of it. `asked_at_utc_s`: 0 where it was not
    asked since it was sent. `missing_since_utc_s`: when first neither was to be seen. `credits_at_utc_s`: when credit
    notes for its invoice were last looked for, 0 for never. `carries`: other tickets' orders that it has in the ledger,
    of which `order` and `invoice` are without; `carried_by`: the delivery of the order that has this one, 0 for none.
    `is_set_back`: it was confirmed, and was about to be set back to a draft so that it can be deleted. `is_of_round`:
    when it was asked about, so were all of its venue's open orders, and of the others only what was new is stored.
    """

    sent: LedgerOrder | None = None
    order: LedgerOrder | None = None
    invoice: Invoice | None = None
    last: LedgerOrder | None = None
    asked_at_utc_s: int = 0
    missing_since_utc_s: int | None = None
    credits_at_utc_s: int = 0
    carries: tuple[CarriedOrder, ...] = ()
    carried_by: int = 0
    is_set_back: bool = False
    is_of_round: bool = False

    @property
    def is_joined(self) -> bool:
        """Whether a person has put it together with others in the ledger."""
        return bool(self.carries or self.carried_by)

    @property
    def seen(self) -> Seen:
        """What decides the state of the order."""
        if not self.asked_at_utc_s:
            return Seen()
        missing_for_s = 0 if self.missing_since_utc_s is None else self.asked_at_utc_s - self.missing_since_utc_s
        return Seen(self.order is not None, self.invoice, missing_for_s)

    @property
    def order_no(self) -> str:
        """The ledger's number of the order; "" where it is not known."""
        return next((known.order_no for known in (self.order, self.sent) if known and known.order_no), "")

    @property
    def is_invoiced_as_sent(self) -> bool:
        """Whether its invoice, where there is one, comes to what was sent, but for the fee that the ledger added."""
        return self.invoice is None or self.sent is None or self.invoice.ordered_ore == self.sent.total_ore

    @property
    def is_credited(self) -> bool:
        """Whether it is invoiced, and that was credited or reversed."""
        return self.invoice is not None and self.invoice.is_credited

    @property
    def all_asked_at_utc_s(self) -> int:
        """When it was last asked about with the credit notes for its invoice; 0 for never."""
        return self.asked_at_utc_s if self.invoice is None else self.credits_at_utc_s

    @property
    def is_draft(self) -> bool:
        """Whether it is, as far as is known, an order that nobody has confirmed."""
        there = self.order or self.sent
        return there is not None and there.is_draft

    @property
    def is_untouched(self) -> bool:
        """Whether the ledger last changed the order when it was sent, as far as is known."""
        there = self.order or self.sent
        return there is not None and self.sent is not None and there.changed_at == self.sent.changed_at

    @property
    def sums(self) -> LedgerSums:
        """What it came to in the ledger when it was sent, and comes to there now."""
        there = self.order or self.last or self.sent
        total_ore = there.total_ore if there else None
        net_ore = there.net_ore if there else None
        if self.invoice is not None:
            total_ore, net_ore = self.invoice.ordered_ore, None if self.invoice.fee_ore else self.invoice.net_ore
        return LedgerSums(self.sent.total_ore if self.sent else None, total_ore, net_ore)

    def ask(self, found: SeenOrder, now_utc_s: int) -> StoredSeen:
        """The same after the ledger was asked now."""
        is_missing = found.order is None and found.invoice is None
        since, invoice, known = self.missing_since_utc_s, found.invoice, self.invoice
        if invoice is not None and invoice.credited_ore is None and known is not None:
            invoice = invoice._replace(credited_ore=known.credited_ore)
        has_credits = found.invoice is not None and found.invoice.credited_ore is not None
        return replace(
            self,
            order=found.order,
            invoice=invoice,
            last=None if found.order else self.order or self.last,
            asked_at_utc_s=now_utc_s,
            missing_since_utc_s=(now_utc_s if since is None else since) if is_missing else None,
            credits_at_utc_s=now_utc_s if has_credits else self.credits_at_utc_s,
            is_of_round=False,
        )

    def is_news_to(self, known: StoredSeen) -> bool:
        """Whether the ledger shows something else than was `known`, or was asked for the first time."""
        is_same = replace(self, asked_at_utc_s=known.asked_at_utc_s, is_of_round=known.is_of_round) == known
        return not (is_same and known.asked_at_utc_s and self.missing_since_utc_s is None)

    @property
    def is_open(self) -> bool:
        """Whether the ledger is to be asked about it again."""
        state = decide_state(OrderFacts(is_day_closed=True, stage=Stage.DRAFTED, seen=self.seen))
        return not is_at_end(state, self.seen)


@dataclass(frozen=True, slots=True)
class DueOrder:
    """A sent order that the ledger is to be asked about. `remote_id`: "" where it is not known to have arrived."""

    delivery_id: int
    venue_id: int
    business_day: date
    target: str
    remote_id: str
    reference: str
    first_sent_at_utc_s: int
    known: StoredSeen


_COLUMNS = "o.asked_at_utc_s, o.missing_since_utc_s, o.document"

_ASKED = """
    CASE WHEN o.is_open AND o.asked_at_utc_s < :round AND d.drafted_at_utc_s <= :round_settled THEN :round
    ELSE o.asked_at_utc_s END"""
"""When an order was last asked about: also in a round in which there was nothing new to store of it."""
_SENT = f"""
    SELECT d.id, d.venue_id, d.business_day, d.target, d.remote_id, d.reference, d.first_sent_at_utc_s,
        {_ASKED}, o.missing_since_utc_s, o.document
    FROM delivery d LEFT JOIN order_seen o ON o.delivery_id = d.id
    WHERE d.document_kind = 'order' AND d.state = 'drafted' AND d.remote_id IS NOT NULL
    """  # noqa: S608
_DUE = f"""{_SENT} AND d.venue_id = :venue
    AND (o.delivery_id IS NULL OR (o.is_open AND {_ASKED} <= :before)) AND d.drafted_at_utc_s <= :settled
    ORDER BY d.id
    """


class Round(NamedTuple):
    """The last time that all of a venue's open orders were asked about: when (UTC s, 0 for never), and until when those
    were in the ledger that it was about."""

    at_utc_s: int = 0
    settled_utc_s: int = 0


_ROUND = """
    SELECT MAX(o.asked_at_utc_s) FROM delivery d JOIN order_seen o ON o.delivery_id = d.id
    WHERE d.venue_id = :venue AND d.document_kind = 'order' AND o.is_open AND o.document LIKE :is_of_round
    """


def read_round(connection: Connection, venue: int, lag_s: int) -> Round:
    """The last round of a venue, that asked about what was sent so long (s) before it."""
    [(at_utc_s,)] = read_rows(connection, _ROUND, {"venue": venue, "is_of_round": '%"round":true%'})
    return Round() if at_utc_s is None else Round(at_utc_s, at_utc_s - lag_s)


def read_due_orders(
    connection: Connection, venue: int, asked_before_utc_s: int, sent_before_utc_s: int, last: Round = Round()
) -> list[DueOrder]:
    """A venue's orders that are not at an end, sent before one time and not asked about since the other. `last`: the
    venue's last round."""
    values = {"venue": venue, "before": asked_before_utc_s, "settled": sent_before_utc_s, **_of_round(last)}
    return [_due(*row) for row in read_rows(connection, _DUE, values)]


def _of_round(last: Round) -> dict[str, int]:
    return {"round": last.at_utc_s, "round_settled": last.settled_utc_s}


_ONE_SENT = f"{_SENT} AND d.id = :id AND d.drafted_at_utc_s <= :settled"


def read_sent_orders(
    connection: Connection,
    delivery_ids: Collection[int],
    asked_before_utc_s: int,
    sent_before_utc_s: int,
    last: Round = Round(),
) -> list[DueOrder]:
    """Those of these orders, at an end or not, that were sent before one time and not asked about, with the credit
    notes of their invoices, since the other. `last`: the last round of their venue."""
    rows = (
        row
        for id_ in sorted(delivery_ids)
        for row in read_rows(connection, _ONE_SENT, {"id": id_, "settled": sent_before_utc_s, **_of_round(last)})
    )
    found = [_due(*row) for row in rows]
    return [one for one in found if one.known.all_asked_at_utc_s <= asked_before_utc_s]


def _due(
    id_: int, venue: int, day: int, target: str, remote_id: str, reference: str, sent_at: int, *seen: Any
) -> DueOrder:
    return DueOrder(id_, venue, day_of(day), target, remote_id, reference, sent_at, _parse(*seen))


_LOST = f"""
    SELECT d.id, d.venue_id, d.business_day, d.target, '', d.reference, d.first_sent_at_utc_s, {_COLUMNS}
    FROM delivery d LEFT JOIN order_seen o ON o.delivery_id = d.id
    WHERE d.venue_id = :venue AND d.document_kind = 'order' AND d.remote_id IS NULL AND NOT d.is_lost
    AND d.state IN ('ready', 'held', 'refused', 'unreachable', 'replaced')
    AND (o.delivery_id IS NULL OR o.asked_at_utc_s <= :before) AND d.changed_at_utc_s <= :settled
    AND EXISTS (
        SELECT 1 FROM delivery_event e WHERE e.delivery_id = d.id AND e.state = 'sending' AND e.at_utc_s >= :since)
    AND EXISTS (
        SELECT 1 FROM delivery_event e
        WHERE e.delivery_id = d.id AND (e.state = 'uncertain' OR e.kind IN ('looked-up', 'said-not-there')))
    ORDER BY d.id
    """  # noqa: S608


def read_lost_orders(
    connection: Connection, venue: int, asked_before_utc_s: int, settled_before_utc_s: int, sent_since_utc_s: int
) -> list[DueOrder]:
    """A venue's orders that were sent since one time, got no answer, and count as not in the ledger: not asked about
    since another time, and as they are since a third."""
    values = {
        "venue": venue,
        "before": asked_before_utc_s,
        "settled": settled_before_utc_s,
        "since": sent_since_utc_s,
    }
    return [_due(*row) for row in read_rows(connection, _LOST, values)]


_OF_DAYS = f"""
    SELECT d.id, {_COLUMNS} FROM delivery d JOIN order_seen o ON o.delivery_id = d.id
    WHERE d.venue_id = :venue AND d.document_kind = 'order' AND d.business_day BETWEEN :first AND :last
    """  # noqa: S608


def read_seen(connection: Connection, venue: int, first: date, last: date) -> dict[int, StoredSeen]:
    """What is known of a venue's sent orders of these business days, by the ids of their deliveries."""
    values = {"venue": venue, "first": day_number(first), "last": day_number(last)}
    return {id_: _parse(*row) for id_, *row in read_rows(connection, _OF_DAYS, values)}


class SentOrder(NamedTuple):
    """An order that is in the ledger, or was, and what is known of it there. `total_ore`: as it was sent."""

    business_day: date
    reference: str
    total_ore: int
    known: StoredSeen


_SENT_OF_DAYS = f"""
    SELECT d.business_day, d.reference, d.lines, {_COLUMNS}
    FROM delivery d LEFT JOIN order_seen o ON o.delivery_id = d.id
    WHERE d.venue_id = :venue AND d.document_kind = 'order' AND d.business_day BETWEEN :first AND :last
      AND d.state = 'drafted'
    ORDER BY d.business_day, d.document_key
    """  # noqa: S608


def read_orders_of_days(connection: Connection, venue: int, days: Days) -> list[SentOrder]:
    """A venue's orders of these business days that were sent, in order."""
    return [
        SentOrder(day_of(day), reference, sum(line.total_ore for line in parse_lines(lines)), _parse(*seen))
        for day, reference, lines, *seen in read_rows(connection, _SENT_OF_DAYS, of_days(venue, days))
    ]


def read_seen_of(connection: Connection, delivery_id: int) -> StoredSeen:
    """What is known of the order of one delivery."""
    of_one = f"SELECT {_COLUMNS} FROM order_seen o WHERE o.delivery_id = :id"  # noqa: S608
    rows = read_rows(connection, of_one, {"id": delivery_id})
    return _parse(*rows[0]) if rows else StoredSeen()


_SAVE = text(
    """
    INSERT INTO order_seen (delivery_id, asked_at_utc_s, is_open, missing_since_utc_s, document)
    VALUES (:delivery_id, :asked_at_utc_s, :is_open, :missing_since_utc_s, :document)
    ON CONFLICT (delivery_id) DO UPDATE SET
        asked_at_utc_s = excluded.asked_at_utc_s, is_open = excluded.is_open,
        missing_since_utc_s = excluded.missing_since_utc_s, document = excluded.document
    """
)


def save_seen(connection: Connection, seen: Mapping[int, StoredSeen]) -> None:
    """Store what is known of sent orders, by the ids of their deliveries."""
    rows = [
        {
            "delivery_id": delivery_id,
            "asked_at_utc_s": one.asked_at_utc_s,
            "is_open": one.is_open,
            "missing_since_utc_s": one.missing_since_utc_s,
            "document": _format(one),
        }
        for delivery_id, one in seen.items()
    ]
    if rows:
        connection.execute(_SAVE, rows)


def _format(one: StoredSeen) -> str:
    told: dict[str, Any] = {name: list(known) for name in ("sent", "order", "last") if (known := getattr(one, name))}
    if one.invoice is not None:
        told["invoice"] = [one.invoice.number, one.invoice.on.isoformat(), *one.invoice[2:]]
        told["credits_at"] = one.credits_at_utc_s
    if one.carries:
        told["carries"] = [list(carried) for carried in one.carries]
    if one.carried_by:
        told["carried_by"] = one.carried_by
    told |= {name: True for name, is_so in (("set_back", one.is_set_back), ("round", one.is_of_round)) if is_so}
    return json.dumps(told, separators=(",", ":"))


def _parse(asked_at_utc_s: int | None, missing_since_utc_s: int | None, document: str | None) -> StoredSeen:
    told: Mapping[str, Any] = json.loads(document or "{}")
    invoice = None
    if "invoice" in told:
        number, on, *amounts = told["invoice"]
        invoice = Invoice(number, date.fromisoformat(on), *amounts)
    sent, order, last = (LedgerOrder(*told[name]) if name in told else None for name in ("sent", "order", "last"))
    credits_at: int = told.get("credits_at", 0)
    carries = tuple(CarriedOrder(*carried) for carried in told.get("carries", ()))
    carried_by: int = told.get("carried_by", 0)
    known = StoredSeen(sent, order, invoice, last, asked_at_utc_s or 0, missing_since_utc_s, credits_at)
    is_set_back, is_of_round = "set_back" in told, "round" in told
    return replace(known, carries=carries, carried_by=carried_by, is_set_back=is_set_back, is_of_round=is_of_round)


_INVOICED = f"""
    SELECT d.business_day, {_COLUMNS} FROM delivery d JOIN order_seen o ON o.delivery_id = d.id
    WHERE d.venue_id = :venue AND d.document_kind = 'order' AND d.business_day <= :at AND NOT o.is_open
    """  # noqa: S608


def read_days_invoiced_after(connection: Connection, venue: int, at: date) -> set[date]:
    """The business days up to this date with an order that is at an end, and was invoiced later."""
    rows = read_rows(connection, _INVOICED, {"venue": venue, "at": day_number(at)})
    found = ((day, _parse(*row).invoice) for day, *row in rows)
    return {day_of(day) for day, invoice in found if invoice is not None and invoice.on > at}


_NOT_AT_END = f"""
    SELECT v.code, d.business_day, d.state <> 'drafted' OR d.revision > 1 OR d.business_day < :old
        OR d.report LIKE :names_sale, {_COLUMNS}
    FROM delivery d JOIN venue v ON v.id = d.venue_id LEFT JOIN order_seen o ON o.delivery_id = d.id
    WHERE d.document_kind <> 'voucher' AND d.document_kind = 'order' AND d.state <> 'replaced'
      AND (d.state <> 'drafted' OR o.delivery_id IS NULL OR o.is_open)
    """  # noqa: S608


def read_days_to_see_to(connection: Connection, old: date) -> set[tuple[str, date]]:
    """The venues' ids and business days with an order that is not at an end and may need a person although nothing of
    its day has changed since that was done: one that is not sent, that the ledger has otherwise than it was sent or has
    not, that gives back another sale or corrects an earlier order, and every one sold before `old`. The others are what
    they were when their days were done."""
    values = {"old": day_number(old), "names_sale": '%"refers_to": [%'}
    return {
        (venue, day_of(day))
        for venue, day, may_change, *seen in read_rows(connection, _NOT_AT_END, values)
        if may_change or _is_otherwise(_parse(*seen))
    }


def _is_otherwise(known: StoredSeen) -> bool:
    return known.missing_since_utc_s is not None or not (known.is_untouched and known.is_invoiced_as_sent)
