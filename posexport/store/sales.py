"""What an import writes: one file in one transaction, tickets in batches, nothing kept in memory but the batch.

A ticket is known by its register, its completion time and its number. Known with the same content adds
nothing; known with other content is taken over, and what it was before is kept.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from posexport.core.actor import PROGRAM, Actor
from posexport.core.coverage import measure_span
from posexport.core.day import BusinessCalendar, Moment
from posexport.core.reversal import mirror_of
from posexport.core.sales import Coverage, EntryKind, MasterData, Ticket, TicketStatus, ZReport
from posexport.core.setup import Venue
from posexport.errors import UnreadableSales
from posexport.store.bulk import insert_rows
from posexport.store.database import day_number, day_of, insert_row, lock_sales
from posexport.store.day_sums import sum_days
from posexport.store.digests import LineTexts, digest_ticket
from posexport.store.master_data import save_master_data
from posexport.store.setups import find_venue_number
from posexport.store.tables import (
    BusinessDayRow,
    CodeRow,
    DeliveryRow,
    EntryRow,
    RegisterRow,
    SalesFileRow,
    SpanRow,
    TicketChangeRow,
    TicketDoubtRow,
    TicketRow,
    UnknownRegisterRow,
    ZReadingRow,
    ZReportRow,
)
from posexport.store.ticket_holds import HoldWriter

_ticket, _entry, _code = TicketRow.__table__, EntryRow.__table__, CodeRow.__table__  # type: ignore[attr-defined]
_register, _file, _span = RegisterRow.__table__, SalesFileRow.__table__, SpanRow.__table__  # type: ignore[attr-defined]
_day, _z, _change = BusinessDayRow.__table__, ZReportRow.__table__, TicketChangeRow.__table__  # type: ignore[attr-defined]
_unknown = UnknownRegisterRow.__table__  # type: ignore[attr-defined]
_delivery, _doubt = DeliveryRow.__table__, TicketDoubtRow.__table__  # type: ignore[attr-defined]
_z_reading = ZReadingRow.__table__  # type: ignore[attr-defined]

_KNOWN_Z = select(_z.c.id, _z.c.file_id, _z.c.total_ore, _z.c.totals).where(
    *(_z.c[name] == bindparam(name) for name in ("register_id", "reported_at_utc_s", "number"))
)
_READ_Z = select(_z_reading.c.file_id).where(
    _z_reading.c.z_report_id == bindparam("z_report_id"), _z_reading.c.file_id == bindparam("file_id")
)

BATCH = 500
"""Tickets in memory at once. More were no quicker: they leave the processor's cache before they are written."""

BATCH_AMOUNTS = 50_000
"""Their lines and payments: tickets may be long."""

_SALE, _PAYMENT = int(EntryKind.SALE), int(EntryKind.PAYMENT)
_POSTED = (TicketStatus.COUNTED, TicketStatus.MOVEMENT)


@dataclass(frozen=True, slots=True)
class FileResult:
    """What came of reading one file; the four counts are tickets. `changed_after_draft` names the days, already
    drafted, that its tickets change; `refused_registers` counts tickets by (location, register)."""

    name: str
    new: int
    known: int
    changed: int
    refused: int
    z_reports: int
    days: int
    first_day: date | None
    last_day: date | None
    refused_registers: dict[tuple[str, str], int] = field(default_factory=dict)
    changed_after_draft: tuple[tuple[str, date], ...] = ()


@dataclass(slots=True)
class _VenueTrace:
    """What one file touched of one venue."""

    number: int
    venue: Venue
    calendar: BusinessCalendar
    first_utc_s: int = 1 << 62
    last_utc_s: int = -(1 << 62)
    days: set[date] = field(default_factory=set)


class _Known(NamedTuple):
    """A ticket that is there already, and the file it came from."""

    ticket_id: int
    content: int
    file_id: int


class _Codes(dict[str, int]):
    """The id of every code seen so far; a new one is looked up, and kept where it is new altogether."""

    def __init__(self, connection: Connection) -> None:
        super().__init__({"": 0})
        self._connection = connection

    def __missing__(self, code: str) -> int:
        found = self._connection.execute(select(_code.c.id).where(_code.c.text == code)).scalar()
        self[code] = int(found) if found is not None else insert_row(self._connection, _code, text=code)
        return self[code]


FindVenue = Callable[[str | None, str], Venue | None]


class SalesWriter:
    """Writes one file's sales on a connection whose transaction the caller commits, or rolls back as a whole."""

    def __init__(
        self,
        connection: Connection,
        name: str,
        file_format: str,
        find_venue: FindVenue,
        now: int,
        *,
        actor: Actor = PROGRAM,
        organization_number: str = "",
    ) -> None:
        self._connection = connection
        self._name, self._format, self._now = name, file_format, now
        self._actor, self._organization_number = actor, organization_number
        self._find_venue = find_venue
        lock_sales(connection)
        self._file_id = _next_id(connection, _file)
        self._next_ticket_id = _next_id(connection, _ticket)
        self._codes = _Codes(connection)
        self._holds = HoldWriter(connection, self._file_id)
        self._registers: dict[tuple[str | None, str], tuple[int, _VenueTrace] | None] = {}
        self._venues: dict[str, _VenueTrace] = {}
        self._batch: list[tuple[int, _VenueTrace, Ticket, Moment]] = []
        self._batch_amounts = 0
        self._counts: Counter[str] = Counter()
        self._refused: Counter[tuple[str, str]] = Counter()
        self._claim = Coverage()
        self._texts = LineTexts()

    def add_ticket(self, ticket: Ticket) -> None:
        """One ticket; written with its batch."""
        place = self._place_register(ticket.location, ticket.register)
        if place is None:
            self._refused[ticket.location or "", ticket.register] += 1
            return
        register_id, trace = place
        self._batch.append((register_id, trace, ticket, trace.calendar.place(ticket.completed_at)))
        self._batch_amounts += len(ticket.lines) + len(ticket.payments)
        if len(self._batch) >= BATCH or self._batch_amounts >= BATCH_AMOUNTS:
            self._write_batch()

    def add_z_report(self, report: ZReport) -> None:
        """One Z-report; one that is known already adds nothing, one that comes back corrected is taken over."""
        place = self._place_register(report.location, report.register)
        if place is None:
            return
        register_id, trace = place
        moment = trace.calendar.place(report.reported_at)
        key = {"register_id": register_id, "reported_at_utc_s": moment.at_utc_s, "number": report.number}
        figures = {"total_ore": report.total_ore, "totals": json.dumps(report.totals)}
        known = self._connection.execute(_KNOWN_Z, key).first()
        if known is None:
            day = day_number(moment.business_day)
            row = {**key, **figures, "venue_id": trace.number, "business_day": day, "file_id": self._file_id}
            self._add_reading(insert_row(self._connection, _z, **row), figures)
        elif not self._add_reading(known.id, figures) or tuple(known[2:]) == tuple(figures.values()):
            return
        else:
            of_report = update(_z).where(_z.c.id == known.id)
            self._connection.execute(of_report.values(**figures, file_id=self._file_id))
        self._counts["z_reports"] += 1
        trace.days.add(moment.business_day)

    def _add_reading(self, z_report_id: int, figures: Mapping[str, Any]) -> bool:
        """Keep a Z-report as this file has it; False where the file has had it before."""
        key = {"z_report_id": z_report_id, "file_id": self._file_id}
        if self._connection.execute(_READ_Z, key).first() is not None:
            return False
        self._connection.execute(insert(_z_reading).values(**key, **figures))
        return True

    def add_master_data(self, master: MasterData) -> None:
        """What a file knows of its company's codes, laid over what is known already."""
        save_master_data(self._connection, master)

    def add_claim(self, claim: Coverage) -> None:
        """What the file says it covers."""
        self._claim = claim

    def finish(self) -> FileResult:
        """Write what is left, sum and mark the days it touched, and say what came of it."""
        self._write_batch()
        self._holds.finish()
        for trace in self._venues.values():
            sum_days(self._connection, trace.number, trace.days)
        changed_after_draft = self._mark_days()
        self._write_spans()
        self._write_unknown_registers()
        days = sorted(day for trace in self._venues.values() for day in trace.days)
        result = FileResult(
            name=self._name,
            new=self._counts["new"],
            known=self._counts["known"],
            changed=self._counts["changed"],
            refused=sum(self._refused.values()),
            z_reports=self._counts["z_reports"],
            days=len(set(days)),
            first_day=days[0] if days else None,
            last_day=days[-1] if days else None,
            refused_registers=dict(self._refused),
            changed_after_draft=changed_after_draft,
        )
        self._connection.execute(
            insert(_file).values(
                id=self._file_id,
                name=self._name,
                format=self._format,
                read_at_utc_s=self._now,
                source=self._claim.source,
                batch=self._claim.batch,
                new=result.new,
                known=result.known,
                changed=result.changed,
                refused=result.refused,
                kind="import",
                made_at_utc_s=self._place_made_at(),
                claim=format_claim(self._claim),
                organization_number=self._organization_number,
                who=self._actor.name,
                known_by=self._actor.known_by.value,
            )
        )
        return result

    def _place_made_at(self) -> int | None:
        """When the file was made, by the clock of a venue that it has sales of; None where it does not say."""
        made_at = self._claim.made_at
        calendar = next((trace.calendar for trace in self._venues.values()), None)
        return None if made_at is None or calendar is None else calendar.place(made_at).at_utc_s

    # Registers and codes

    def _place_register(self, location: str | None, register: str) -> tuple[int, _VenueTrace] | None:
        key = (location, register)
        if key not in self._registers:
            venue = self._find_venue(location, register)
            self._registers[key] = self._open_register(venue, register) if venue else None
        return self._registers[key]

    def _open_register(self, venue: Venue, register: str) -> tuple[int, _VenueTrace]:
        trace = self._venues.get(venue.id)
        if trace is None:
            number = find_venue_number(self._connection, venue)
            trace = self._venues[venue.id] = _VenueTrace(number, venue, venue.calendar)
        key = {"venue_id": trace.number, "code": register}
        known = select(_register.c.id).where(*(_register.c[name] == value for name, value in key.items()))
        register_id = self._connection.execute(known).scalar()
        if register_id is None:
            register_id = insert_row(self._connection, _register, **key)
        return int(register_id), trace

    # Tickets

    def _write_batch(self) -> None:
        batch, self._batch, self._batch_amounts = self._batch, [], 0
        known = self._read_known(batch)
        tickets: list[tuple[Any, ...]] = []
        entries: list[tuple[Any, ...]] = []
        held: list[int] = []
        doubts: list[dict[str, Any]] = []
        for register_id, trace, ticket, moment in batch:
            content = digest_ticket(ticket, self._texts)
            key = (register_id, moment.at_utc_s, ticket.number)
            there = known.get(key)
            if there is None:
                ticket_id = self._next_ticket_id
                self._next_ticket_id += 1
                self._counts["new"] += 1
                trace.days.add(moment.business_day)
            elif there.content == content:
                self._counts["known"] += 1
                held.append(there.ticket_id)
                self._trace(trace, moment)
                continue
            elif there.file_id == self._file_id:
                raise self._stands_twice(ticket)
            else:
                ticket_id = there.ticket_id
                self._counts["changed"] += 1
                self._take_out(ticket_id, trace)
                trace.days.add(moment.business_day)
            known[key] = _Known(ticket_id, content, self._file_id)
            held.append(ticket_id)
            self._trace(trace, moment)
            day = day_number(moment.business_day)
            if ticket.doubts:
                doubts += self._doubt_rows(ticket, trace.number, day, ticket_id)
            tickets.append(
                (
                    ticket_id,
                    trace.number,
                    day,
                    moment.part,
                    register_id,
                    ticket.number,
                    moment.at_utc_s,
                    int(ticket.status),
                    ticket.serial,
                    ticket.sales_ore,
                    ticket.payments_ore,
                    self._codes[ticket.customer or ""],
                    ticket.tip_may_be_unwritten,
                    content,
                    self._file_id,
                    ticket.source_id,
                    mirror_of(ticket) if ticket.status is TicketStatus.VOID else None,
                )
            )
            if ticket.status in _POSTED:
                entries += self._entry_rows(ticket, (ticket_id, trace.number, day, moment.part, register_id))
        insert_rows(self._connection, _ticket, tickets)
        insert_rows(self._connection, _entry, entries)
        if doubts:
            self._connection.execute(insert(_doubt), doubts)
        self._holds.add(held)

    def _doubt_rows(self, ticket: Ticket, venue: int, day: int, ticket_id: int) -> list[dict[str, Any]]:
        """What a reader could not judge of a ticket. Several of one code are told apart by `other_id`: 0, -1, -2."""
        seen: Counter[str] = Counter()
        rows = []
        for code, facts in ticket.doubts:
            key = {
                "venue_id": venue,
                "business_day": day,
                "ticket_id": ticket_id,
                "code": code,
                "other_id": -seen[code],
            }
            rows.append({**key, "facts": json.dumps(dict(facts), ensure_ascii=False), "act_id": self._file_id})
            seen[code] += 1
        return rows

    def _trace(self, trace: _VenueTrace, moment: Moment) -> None:
        trace.first_utc_s = min(trace.first_utc_s, moment.at_utc_s)
        trace.last_utc_s = max(trace.last_utc_s, moment.at_utc_s)

    def _read_known(self, batch: list[tuple[int, _VenueTrace, Ticket, Moment]]) -> dict[tuple[int, int, str], _Known]:
        """The tickets already there within the batch's time, by key."""
        known: dict[tuple[int, int, str], _Known] = {}
        ranges: dict[int, tuple[int, int]] = {}
        for register_id, _, _, moment in batch:
            first, last = ranges.get(register_id, (moment.at_utc_s, moment.at_utc_s))
            ranges[register_id] = (min(first, moment.at_utc_s), max(last, moment.at_utc_s))
        names = ("completed_at_utc_s", "number", "id", "content", "file_id")
        columns = [_ticket.c[name] for name in names]
        for register_id, (first, last) in ranges.items():
            found = self._connection.execute(
                select(*columns).where(
                    _ticket.c.register_id == register_id, _ticket.c.completed_at_utc_s.between(first, last)
                )
            )
            for at_utc_s, number, *rest in found:
                known[register_id, at_utc_s, number] = _Known(*rest)
        return known

    def _stands_twice(self, ticket: Ticket) -> UnreadableSales:
        return UnreadableSales(
            self._name,
            f"register {ticket.register}, ticket {ticket.number}",
            f"the ticket stands twice in the file, completed at {ticket.completed_at}, with different contents.",
            "one ticket per register, number and time.",
            "Export the period again; where two locations share register numbers, import each by itself.",
        )

    def _take_out(self, ticket_id: int, trace: _VenueTrace) -> None:
        """Make room for a ticket that came back changed, and keep what it was."""
        row = self._connection.execute(select(_ticket).where(_ticket.c.id == ticket_id)).mappings().one()
        before: dict[str, Any] = dict(row)
        trace.days.add(day_of(before["business_day"]))  # where the venue's days began at another hour then
        of_ticket = (
            _entry.c.venue_id == trace.number,
            _entry.c.business_day == before["business_day"],
            _entry.c.ticket_id == ticket_id,
        )
        before["entries"] = [list(entry) for entry in self._connection.execute(select(_entry).where(*of_ticket))]
        self._connection.execute(delete(_entry).where(*of_ticket))
        self._connection.execute(delete(_ticket).where(_ticket.c.id == ticket_id))
        self._connection.execute(delete(_doubt).where(_doubt.c.ticket_id == ticket_id))
        self._connection.execute(
            insert(_change).values(ticket_id=ticket_id, file_id=self._file_id, before=json.dumps(before))
        )

    def _entry_rows(self, ticket: Ticket, place: tuple[int, int, int, int, int]) -> list[tuple[Any, ...]]:
        """A ticket's amounts as rows of `entry`, in its columns' order: what `core.settlement.entries_of` says,
        without a value for each. Sales are nearly all there is. `place`: the number of the ticket and of its venue,
        its day, its part of it, the number of its register."""
        id_, venue, day, part, register = place
        codes = self._codes
        rows: list[tuple[Any, ...]] = []
        add = rows.append
        for n, (product_type, vat_code, gross_ore, vat_ore, rate_bp, discount_ore) in enumerate(ticket.lines):
            code, vat, rate = codes[product_type], codes[vat_code], -1 if rate_bp is None else rate_bp
            add((venue, day, _SALE, part, code, vat, rate, 0, 0, register, id_, n, gross_ore, vat_ore, discount_ore))
        customer = codes[ticket.customer or ""]
        others = [
            (_PAYMENT, codes[payment_type], customer, codes[currency or ""], amount_ore)
            for payment_type, amount_ore, currency in ticket.payments
        ]
        others += [(kind, 0, 0, 0, amount_ore) for kind, amount_ore in _other_amounts(ticket) if amount_ore]
        others += [
            (int(kind), codes[paid_with], customer if kind is EntryKind.MOVE_RECEIVED else 0, 0, amount_ore)
            for kind, paid_with, amount_ore in ticket.movements
        ]
        for n, (kind, code, of_customer, currency, amount_ore) in enumerate(others, len(rows)):
            add((venue, day, kind, part, code, 0, -1, of_customer, currency, register, id_, n, amount_ore, None, 0))
        return rows

    # The file as a whole

    def _mark_days(self) -> tuple[tuple[str, date], ...]:
        """Open every day that got new or changed tickets; name those that were drafted already."""
        changed = []
        for trace in self._venues.values():
            numbers = [day_number(day) for day in trace.days]
            if not numbers:
                continue
            there = set(
                self._connection.execute(
                    select(_day.c.business_day).where(
                        _day.c.venue_id == trace.number,
                        _day.c.business_day.between(min(numbers), max(numbers)),
                    )
                ).scalars()
            )
            rows = [{"v": trace.number, "d": number, "f": self._file_id} for number in numbers]
            old = [row for row in rows if row["d"] in there]
            new = [row for row in rows if row["d"] not in there]
            if old:
                self._connection.execute(
                    update(_day)
                    .where(_day.c.venue_id == bindparam("v"), _day.c.business_day == bindparam("d"))
                    .values(is_open=True, file_id=bindparam("f")),
                    old,
                )
                changed += self._drafted_days(trace, [row["d"] for row in old])
            if new:
                self._connection.execute(
                    insert(_day).values(
                        venue_id=bindparam("v"), business_day=bindparam("d"), file_id=bindparam("f"), is_open=True
                    ),
                    new,
                )
        return tuple(changed)

    def _drafted_days(self, trace: _VenueTrace, numbers: list[int]) -> list[tuple[str, date]]:
        drafted = self._connection.execute(
            select(_delivery.c.business_day)
            .where(
                _delivery.c.venue_id == trace.number,
                _delivery.c.state == "drafted",
                _delivery.c.business_day.between(min(numbers), max(numbers)),
            )
            .distinct()
        ).scalars()
        touched = {day_number(day): day for day in trace.days}
        return [(trace.venue.id, touched[number]) for number in sorted(set(drafted) & set(numbers))]

    def _write_spans(self) -> None:
        for trace in self._venues.values():
            if trace.first_utc_s > trace.last_utc_s:
                continue
            span = measure_span(
                self._claim, trace.calendar, trace.first_utc_s, trace.last_utc_s, read_at_utc_s=self._now
            )
            self._connection.execute(
                insert(_span).values(
                    venue_id=trace.number,
                    start_utc_s=span.start_utc_s,
                    end_utc_s=span.end_utc_s,
                    file_id=self._file_id,
                )
            )

    def _write_unknown_registers(self) -> None:
        """Remember registers that belong to no venue; forget those of this file that now do, whatever folder it
        lies in by now."""
        file_name = self._name.replace("\\", "/").rpartition("/")[2]
        self._connection.execute(delete(_unknown).where(_unknown.c.file_name == file_name))
        rows = [
            {"file_name": file_name, "location": location, "register_code": register, "tickets": count}
            for (location, register), count in self._refused.items()
        ]
        if rows:
            self._connection.execute(insert(_unknown), rows)


def format_claim(claim: Coverage) -> str:
    """What a file says of itself as `sales_file` keeps it: JSON, times as ISO dates."""
    return json.dumps(claim._asdict(), default=datetime.isoformat, ensure_ascii=False)


def _other_amounts(ticket: Ticket) -> tuple[tuple[int, int], ...]:
    return (
        (int(EntryKind.TIP), ticket.tip_ore),
        (int(EntryKind.ROUNDING), ticket.rounding_ore),
        (int(EntryKind.GIFT_CARD), ticket.gift_cards_ore),
    )


def _next_id(connection: Connection, table: Any) -> int:
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()) + 1
