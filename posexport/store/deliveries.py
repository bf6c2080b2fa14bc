"""What was drafted, what is on its way, and what people accepted.

A delivery's state changes only here, each change with its time. `claim` is the one door to sending: it changes
the row only where nobody else has it, so that of two processes one goes through.
"""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from posexport.core.findings import Finding
from posexport.core.ports import Payload
from posexport.core.report import State
from posexport.core.setup import Target
from posexport.core.vat import VatRate
from posexport.core.voucher import LineKind, Voucher, VoucherLine
from posexport.store.database import day_number, day_of, insert_row
from posexport.store.tables import AcceptanceRow, BusinessDayRow, DeliveryEventRow, DeliveryRow, VatRatesRow

_delivery, _event = DeliveryRow.__table__, DeliveryEventRow.__table__  # type: ignore[attr-defined]
_acceptance, _day = AcceptanceRow.__table__, BusinessDayRow.__table__  # type: ignore[attr-defined]
_rates = VatRatesRow.__table__  # type: ignore[attr-defined]

SENDING = "sending"
"""The one state that is not shown as such: a request is, or was, in flight."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One voucher's way to PowerOffice. `state` is SENDING or a State's value; `version` counts its changes."""

    id: int
    business_day: date
    part: int
    revision: int
    reference: str
    target: Target
    state: str
    fingerprint: str
    lines: tuple[VoucherLine, ...]
    payload: Payload
    file_id: int
    first_sent_at_utc_s: int
    changed_at_utc_s: int
    drafted_at_utc_s: int | None
    version: int
    claimed_until_utc_s: int
    remote_id: str | None
    answer: str

    @property
    def is_drafted(self) -> bool:
        """Whether it is there."""
        return self.state == State.DRAFTED.value

    @property
    def may_be_there(self) -> bool:
        """Whether PowerOffice has it, or may have."""
        return self.is_drafted or self.shown_state is State.UNCERTAIN

    @property
    def shown_state(self) -> State:
        """As a person sees it: a request without an outcome is uncertain."""
        return State.UNCERTAIN if self.state == SENDING else State(self.state)


def read_deliveries(connection: Connection, venue: int, first: date, last: date) -> list[Delivery]:
    """A venue's deliveries of a stretch of business days, in order."""
    rows = connection.execute(
        select(_delivery)
        .where(
            _delivery.c.venue_id == venue,
            _delivery.c.business_day.between(day_number(first), day_number(last)),
        )
        .order_by(_delivery.c.business_day, _delivery.c.part, _delivery.c.revision)
    ).mappings()
    return [_delivery_of(dict(row)) for row in rows]


def _delivery_of(row: dict[str, object]) -> Delivery:
    names = Delivery.__dataclass_fields__
    values = {name: row[name] for name in names}
    values["business_day"] = day_of(int(str(row["business_day"])))
    values["lines"] = parse_lines(str(row["lines"]))
    values["payload"] = json.loads(str(row["payload"]))
    return Delivery(**values)  # type: ignore[arg-type]


def format_lines(lines: Iterable[VoucherLine]) -> str:
    """Voucher lines as the JSON that a delivery keeps."""
    return json.dumps(
        [
            [
                line.account,
                line.vat_code,
                line.department,
                line.amount_ore,
                line.kind,
                line.source,
                line.description,
                line.customer,
            ]
            for line in lines
        ],
        ensure_ascii=False,
    )


def parse_lines(document: str) -> tuple[VoucherLine, ...]:
    """The other way."""
    return tuple(
        VoucherLine(account, vat_code, department, amount_ore, LineKind(kind), source, description, customer)
        for account, vat_code, department, amount_ore, kind, source, description, customer in json.loads(document)
    )


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be sent, under a claim until then."""

    voucher: Voucher
    fingerprint: str
    target: Target
    payload: Payload
    file_id: int
    now_utc_s: int
    claimed_until_utc_s: int

    @property
    def values(self) -> dict[str, object]:
        """As columns of a delivery."""
        return {
            "target": self.target,
            "state": SENDING,
            "fingerprint": self.fingerprint,
            "lines": format_lines(self.voucher.lines),
            "payload": json.dumps(self.payload, ensure_ascii=False),
            "file_id": self.file_id,
            "changed_at_utc_s": self.now_utc_s,
            "claimed_until_utc_s": self.claimed_until_utc_s,
            "answer": "",
        }


def plan(connection: Connection, venue: int, intent: Intent) -> int | None:
    """Write down the intent to send a voucher, already claimed; None where somebody else was first."""
    voucher = intent.voucher
    try:
        with connection.begin_nested():
            delivery_id = insert_row(
                connection,
                _delivery,
                venue_id=venue,
                business_day=day_number(voucher.business_day),
                part=voucher.part,
                revision=1,
                reference=voucher.reference,
                first_sent_at_utc_s=intent.now_utc_s,
                version=1,
                **intent.values,
            )
    except IntegrityError:
        return None
    _note(connection, delivery_id, intent.now_utc_s, SENDING, "intent")
    return delivery_id


def claim(connection: Connection, delivery: Delivery, now_utc_s: int, until_utc_s: int) -> bool:
    """Take a delivery that nobody holds and that is still what was read; whether it was taken."""
    taken = connection.execute(
        update(_delivery)
        .where(
            _delivery.c.id == delivery.id,
            _delivery.c.version == delivery.version,
            _delivery.c.claimed_until_utc_s <= now_utc_s,
        )
        .values(claimed_until_utc_s=until_utc_s, version=_delivery.c.version + 1)
    )
    return taken.rowcount == 1


def replan(connection: Connection, delivery_id: int, intent: Intent) -> None:
    """Write down the intent anew for a delivery that is held and known not to be there: its content may have
    changed."""
    changed = update(_delivery).where(_delivery.c.id == delivery_id)
    connection.execute(changed.values(version=_delivery.c.version + 1, **intent.values))
    _note(connection, delivery_id, intent.now_utc_s, SENDING, "intent")


def settle(
    connection: Connection,
    delivery_id: int,
    state: State,
    now_utc_s: int,
    *,
    remote_id: str | None = None,
    answer: str = "",
) -> None:
    """Write down what came of it, and let go of the claim."""
    values: dict[str, object] = {
        "state": state.value,
        "changed_at_utc_s": now_utc_s,
        "claimed_until_utc_s": 0,
        "version": _delivery.c.version + 1,
        "answer": answer,
    }
    if state is State.DRAFTED:
        values |= {"remote_id": remote_id, "drafted_at_utc_s": now_utc_s}
    connection.execute(update(_delivery).where(_delivery.c.id == delivery_id).values(**values))
    _note(connection, delivery_id, now_utc_s, state.value, remote_id or answer)


def release(connection: Connection, delivery_id: int) -> None:
    """Let go of a claim without a change of state."""
    connection.execute(update(_delivery).where(_delivery.c.id == delivery_id).values(claimed_until_utc_s=0))


def _note(connection: Connection, delivery_id: int, now_utc_s: int, state: str, note: str) -> None:
    connection.execute(insert(_event).values(delivery_id=delivery_id, at_utc_s=now_utc_s, state=state, note=note))


def close_days(connection: Connection, venue: int, days: Sequence[tuple[date, int]]) -> None:
    """Mark (day, last file) as done, where no other file has touched the day since."""
    for day, file_id in days:
        connection.execute(
            update(_day)
            .where(
                _day.c.venue_id == venue,
                _day.c.business_day == day_number(day),
                _day.c.file_id == file_id,
                text("is_open"),
            )
            .values(is_open=False)
        )


def add_acceptance(
    connection: Connection, venue: int, day: date, findings: Iterable[Finding], why: str, now_utc_s: int
) -> str:
    """Keep that a person took responsibility for these findings of a day; who it was."""
    who = _find_user()
    connection.execute(
        insert(_acceptance),
        [
            {
                "venue_id": venue,
                "business_day": day_number(day),
                "code": finding.code,
                "digest": finding.digest,
                "why": why,
                "who": who,
                "at_utc_s": now_utc_s,
            }
            for finding in findings
        ],
    )
    return who


def _find_user() -> str:
    """Who runs posexport; by number where the system has no name for it, as in many containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return f"uid {os.getuid()}"


def read_acceptances(connection: Connection, venue: int, first: date, last: date) -> dict[date, frozenset[str]]:
    """The digests accepted, by business day."""
    rows = connection.execute(
        select(_acceptance.c.business_day, _acceptance.c.digest).where(
            _acceptance.c.venue_id == venue,
            _acceptance.c.business_day.between(day_number(first), day_number(last)),
        )
    )
    found: dict[date, set[str]] = {}
    for number, digest in rows:
        found.setdefault(day_of(number), set()).add(digest)
    return {day: frozenset(digests) for day, digests in found.items()}


def save_vat_rates(connection: Connection, company: int, rates: Iterable[VatRate], now_utc_s: int) -> None:
    """Keep the rates PowerOffice told, for previews without a connection."""
    document = json.dumps(
        [
            [
                rate.code,
                rate.rate_bp,
                rate.valid_from.isoformat() if rate.valid_from else None,
                rate.valid_to.isoformat() if rate.valid_to else None,
            ]
            for rate in rates
        ]
    )
    values = {"document": document, "read_at_utc_s": now_utc_s}
    change = update(_rates).where(_rates.c.company_id == company).values(**values)
    if connection.execute(change).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(_rates).values(company_id=company, **values))
    except IntegrityError:  # another run was first
        connection.execute(change)


def load_vat_rates(connection: Connection, company: int) -> tuple[VatRate, ...]:
    """The rates PowerOffice last told; empty where it was never asked."""
    document = connection.execute(select(_rates.c.document).where(_rates.c.company_id == company)).scalar()
    return tuple(
        VatRate(
            code,
            rate_bp,
            date.fromisoformat(valid_from) if valid_from else None,
            date.fromisoformat(valid_to) if valid_to else None,
        )
        for code, rate_bp, valid_from, valid_to in json.loads(document or "[]")
    )
