"""What an import writes: one file in one transaction, tickets in batches, with only the batch in memory.

Here are the file itself, its venues and registers, its Z-reports and what it covers; `ticket_writer` writes the
tickets.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, NamedTuple

from dateutil.relativedelta import relativedelta
from sqlalchemy import Connection, bindparam, func, insert, select, update

from posexport.core.actor import PROGRAM, Actor
from posexport.core.company import Venue, fold_register
from posexport.core.coverage import Span, measure_span
from posexport.core.document import VOUCHER
from posexport.core.sales import (
    Coverage,
    Doubt,
    FileCompany,
    ImportNote,
    MasterData,
    NamedRegister,
    Ticket,
    TicketStatus,
    ZReport,
)
from posexport.errors import UnreadableSales
from posexport.store.acts import ActKind, ActRow, forget_removals
from posexport.store.aside import AsideWriter, forget_name, names_a_company
from posexport.store.claims import believe, find_trusted, format_claim, parse_written_at, trim
from posexport.store.database import day_number, day_of, insert_row, lock_sales
from posexport.store.day_sums import sum_days
from posexport.store.import_notes import ImportNotes
from posexport.store.master_data import save_master_data
from posexport.store.missing_tickets import FileTrail, VenueTrail, lift_missing, read_earlier
from posexport.store.odd_dates import Clockwork, doubt_old_tickets
from posexport.store.register_customers import save_customers
from posexport.store.setups import find_company_number, find_venue_number
from posexport.store.siblings import Moves, find_siblings
from posexport.store.tables import (
    BusinessDayRow,
    DeliveryRow,
    RegisterRow,
    SalesFileRow,
    SpanRow,
    ZReportRow,
)
from posexport.store.ticket_writer import Place, TicketWriter, VenueTrace
from posexport.store.z_reports import ZReadings

_register, _file, _span = RegisterRow.__table__, SalesFileRow.__table__, SpanRow.__table__  # type: ignore[attr-defined]
_day, _z = BusinessDayRow.__table__, ZReportRow.__table__  # type: ignore[attr-defined]
_delivery = DeliveryRow.__table__  # type: ignore[attr-defined]

_KNOWN_Z = select(_z.c.id, _z.c.file_id, _z.c.total_ore, _z.c.totals).where(
    *(_z.c[name] == bindparam(name) for name in ("register_id", "reported_at_utc_s", "number"))
)

_POSTED = (TicketStatus.COUNTED, TicketStatus.MOVEMENT)


@dataclass(frozen=True, slots=True)
class FileResult:
    """The outcome of reading one file; counts are tickets. `older`: known ones of which a newer file has another
    version, or none; `moved`: new ones that another venue had; `changed_after_draft`: drafted days that its tickets
    change; `refused_registers`: tickets by (location, register); `refused_companies`: by (number in the file, number of
    the venue's company); `refused_venues`: by the id of a venue that whoever reads the file may not add to; `doubts`:
    by finding code; `file_id`: the import's."""

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
    older: int = 0
    moved: int = 0
    refused_companies: dict[tuple[str, str], int] = field(default_factory=dict)
    doubts: dict[str, int] = field(default_factory=dict)
    refused_venues: dict[str, int] = field(default_factory=dict)
    file_id: int = 0


class OtherCompany(NamedTuple):
    """A ticket belongs to another company: the organization number in its file, and that of the venue's company."""

    written: str
    organization_number: str


class OtherVenue(NamedTuple):
    """A ticket belongs to a venue (its id) that whoever reads the file may not add to."""

    venue: str


FindVenue = Callable[[str | None, str], Venue | OtherCompany | OtherVenue | None]
FindCompany = Callable[[], str]


class SalesWriter:
    """Writes one file's sales on a connection; the caller commits, or rolls back everything."""

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
        find_currency: Callable[[Venue], str] = lambda _: "NOK",
        find_company: FindCompany = lambda: "",
        moved_from: ActRow | None = None,
        written_at_utc_s: int | None = None,
        are_apart: Callable[[Venue, str, str], bool] | None = None,
    ) -> None:
        """`find_currency`: the currency of a venue's ledger. `find_company`: the company code of tickets without a
        venue, "" where unknown. `moved_from`: the import whose kept-aside tickets are written now, and which holds
        them. `written_at_utc_s`: when the file was last written, where known. `are_apart`: whether a venue and another
        one (by id) each have a register of this id at a location of their own."""
        self._connection = connection
        self._name, self._format, self._now = name, file_format, now
        self._read_at, self._written_at = now, written_at_utc_s
        if moved_from is not None:
            self._read_at, self._written_at = moved_from.read_at_utc_s, parse_written_at(moved_from.claim)
        self.why = ""
        """On what grounds the file was taken, where these are not its own."""
        self._actor, self._organization_number = actor, organization_number
        self._find_venue, self._find_currency, self._are_apart = find_venue, find_currency, are_apart
        self._find_company = find_company
        lock_sales(connection)
        self._file_id = _next_id(connection, _file)
        self._moves, self._notes = Moves(connection, self._file_id), ImportNotes()
        self._moved_from = moved_from
        self._holder_id = moved_from.id if moved_from else self._file_id
        self._tickets = TicketWriter(
            connection, name, self._file_id, self._moves, self._notes, holder_id=self._holder_id, now_utc_s=now
        )
        self._aside = AsideWriter(connection, self._file_id, find_company)
        self._registers: dict[tuple[str | None, str], Place | OtherCompany | OtherVenue | None] = {}
        self._places: dict[tuple[int, str], Place] = {}
        self._venues: dict[str, VenueTrace] = {}
        self._clockwork = Clockwork()
        self._z_reports = 0
        self._readings = ZReadings(connection, self._holder_id)
        self._refused: Counter[tuple[str, str]] = Counter()
        self._refused_companies: Counter[tuple[str, str]] = Counter()
        self._refused_venues: Counter[str] = Counter()
        self._claim = Coverage()
        self._named: list[tuple[Venue, str]] = []
        self._numbers: set[str] = set()
        self._currency = ""
        self._trusted: dict[int, tuple[date, date] | None] = {}
        self._trail: FileTrail | None = None

    @property
    def notes(self) -> tuple[ImportNote, ...]:
        """The notes about the file, once it is finished."""
        return tuple(self._notes)

    @property
    def trail(self) -> FileTrail:
        """What `missing_tickets` needs to know of the file, once it is finished."""
        assert self._trail is not None
        return self._trail

    def add_ticket(self, ticket: Ticket) -> None:
        """Add one ticket; written in batches."""
        place = self._place_register(ticket.location, ticket.register)
        if place is None:
            self._refused[ticket.location or "", ticket.register] += 1
            self._aside.keep(ticket.location, ticket.register, ticket, self._currency)
            return
        if isinstance(place, OtherCompany):
            self._refused_companies[place] += 1
            return
        if isinstance(place, OtherVenue):
            self._refused_venues[place.venue] += 1
            return
        if self._moved_from is None:
            self._aside.note_in(ticket, self._currency)
        trace = place.trace
        if self._currency and self._currency != trace.currency and ticket.status in _POSTED:
            facts = (("currency", self._currency), ("ledger_currency", trace.currency))
            doubts = (*ticket.doubts, Doubt("other-currency", facts))
            ticket = ticket._replace(status=TicketStatus.UNJUDGED, doubts=doubts)
        moment = trace.calendar.place(ticket.completed_at)
        if moment.business_day < trace.venue.export_from:
            self._notes.note_before(ticket, trace.venue.id, trace.venue.export_from)
        if ticket.serial is not None:
            self._clockwork.see(place.register_id, ticket, moment.at_utc_s)
        self._tickets.add(place, ticket, moment)

    def add_z_report(self, report: ZReport) -> None:
        """Add one Z-report; a known one changes nothing, a corrected one replaces the stored one."""
        place = self._place_register(report.location, report.register)
        if place is None:
            self._aside.keep(report.location, report.register, report, self._currency)
        if not isinstance(place, Place) or (self._currency and self._currency != place.trace.currency):
            return
        if self._moved_from is None:
            self._aside.note_in(report, self._currency)
        trace = place.trace
        moment = trace.calendar.place(report.reported_at)
        key = {"register_id": place.register_id, "reported_at_utc_s": moment.at_utc_s, "number": report.number}
        figures = {"total_ore": report.total_ore, "totals": json.dumps(report.totals)}
        known = self._connection.execute(_KNOWN_Z, key).first()
        if known is None:
            day = day_number(moment.business_day)
            row = {**key, **figures, "venue_id": trace.number, "business_day": day, "file_id": self._file_id}
            moved_id = self._moves.move_z(place.siblings, key, figures, trace.number) if place.siblings else 0
            self._readings.add(moved_id or insert_row(self._connection, _z, **row), figures, is_new=not moved_id)
        elif (
            not self._readings.add(known.id, figures)
            or tuple(known[2:]) == tuple(figures.values())
            or self._is_older_than(known.file_id)
        ):
            return
        else:
            of_report = update(_z).where(_z.c.id == known.id)
            self._connection.execute(of_report.values(**figures, file_id=self._file_id))
        self._z_reports += 1
        trace.days.add(moment.business_day)

    def _is_older_than(self, file_id: int) -> bool:
        """Whether this file was made before another one; False where either does not say when."""
        made_at = self._place_made_at()
        other = self._connection.execute(select(_file.c.made_at_utc_s).where(_file.c.id == file_id)).scalar()
        return made_at is not None and other is not None and made_at < other

    def add_master_data(self, master: MasterData) -> None:
        """Merge the file's master data into its company's; customers of a company that is not set up are left out."""
        save_master_data(self._connection, master)
        self._tickets.name_customers(master.customers)
        company = self._find_company() if master.customers else ""
        if names_a_company(company):
            number = find_company_number(self._connection, company)
            save_customers(self._connection, number, master.customers.values(), self._now)

    def add_claim(self, claim: Coverage) -> None:
        """Add the period that the file claims to cover."""
        self._claim = claim
        self._tickets.batch = claim.batch

    def open_company(self, company: FileCompany) -> None:
        """Set the company and currency of the tickets that follow."""
        self._registers.clear()
        self._currency = company.currency
        self._numbers.add(company.organization_number)

    def add_register(self, named: NamedRegister) -> None:
        """Add a register that the file names without tickets: it sold nothing. If two venues have a register of this
        id, the one is chosen by its tickets."""
        with suppress(UnreadableSales):
            venue = self._find_venue(named.location, named.register)
            if isinstance(venue, Venue):
                self._named.append((venue, named.register))

    def finish(self) -> FileResult:
        """Write the last batch, recompute sums, mark the days touched, and return the outcome."""
        self._tickets.write_batch()
        self._readings.write()
        self._tickets.made_at_utc_s = self._place_made_at()
        believed = self._believe()
        self._tickets.finish(believed)
        self._moves.finish()
        made_at = self._place_made_at()
        trails = tuple(self._trail_of(trace, believed.get(trace.number)) for trace in self._venues.values())
        self._trail = FileTrail(self._file_id, self._name, made_at, trails)
        self._aside.finish()
        for trace in self._venues.values():
            sum_days(self._connection, trace.number, trace.days)
            forget_removals(self._connection, trace.number, trace.days)
        changed_after_draft = self._mark_days()
        spans = self._write_spans(believed)
        forget_name(self._connection, self._name)
        lift_missing(self._connection, self._trail)
        self._note_odd_dates()
        result = self._sum_up(changed_after_draft)
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
                kind=(ActKind.MOVE_IN if self._moved_from else ActKind.IMPORT).value,
                of_file_id=self._moved_from.id if self._moved_from else None,
                first_day=min(self._list_own_days(), default=None),
                last_day=max(self._list_own_days(), default=None),
                made_at_utc_s=made_at,
                claim=format_claim(self._claim, spans, self._written_at),
                organization_number="" if len(self._numbers) > 1 else self._organization_number,
                who=self._actor.name,
                known_by=self._actor.known_by.value,
                why=self.why,
            )
        )
        return result

    def _sum_up(self, changed_after_draft: tuple[tuple[str, date], ...]) -> FileResult:
        days = sorted(day for trace in self._venues.values() for day in trace.days)
        counts = self._tickets.counts
        return FileResult(
            name=self._name,
            new=counts["new"],
            known=counts["known"],
            changed=counts["changed"],
            refused=sum(
                sum(left_out.values()) for left_out in (self._refused, self._refused_companies, self._refused_venues)
            ),
            z_reports=self._z_reports,
            days=len(set(days)),
            first_day=days[0] if days else None,
            last_day=days[-1] if days else None,
            refused_registers=dict(self._refused),
            changed_after_draft=changed_after_draft,
            older=counts["older"],
            moved=counts["moved"],
            refused_companies=dict(self._refused_companies),
            doubts=dict(self._tickets.doubts),
            refused_venues=dict(self._refused_venues),
            file_id=self._file_id,
        )

    def _list_own_days(self) -> list[int]:
        """The business days of the file's tickets, new or known."""
        return [day for trace in self._venues.values() for _, day in trace.register_days]

    def _place_made_at(self) -> int | None:
        """When the file was made (UTC s), by the local time of a venue it has sales of; None where it does not say."""
        made_at = self._claim.made_at
        calendar = next((trace.calendar for trace in self._venues.values()), None)
        return None if made_at is None or calendar is None else calendar.place(made_at).at_utc_s

    # Registers

    def _place_register(self, location: str | None, register: str) -> Place | OtherCompany | OtherVenue | None:
        key = (location, register)
        if key not in self._registers:
            venue = self._find_venue(location, register)
            self._registers[key] = self._open_register(venue, register) if isinstance(venue, Venue) else venue
        return self._registers[key]

    def _open_register(self, venue: Venue, register: str) -> Place:
        """A venue's register, created where it is new; ids that differ only in case are the same."""
        trace = self._venues.get(venue.id)
        if trace is None:
            number = find_venue_number(self._connection, venue)
            trace = VenueTrace(number, venue, venue.calendar, self._find_currency(venue), self._now + 86_400)
            self._venues[venue.id] = trace
            self._tickets.made_at_utc_s = self._place_made_at()
        key = (trace.number, register)
        if key not in self._places:
            are_apart = partial(self._are_apart, venue, register) if self._are_apart else None
            siblings = find_siblings(self._connection, trace.number, register, are_apart)
            self._places[key] = Place(self._find_register(trace.number, register), trace, siblings)
        return self._places[key]

    def _find_register(self, venue: int, register: str) -> int:
        rows = self._connection.execute(select(_register.c.id, _register.c.code).where(_register.c.venue_id == venue))
        known = {row.code: int(row.id) for row in rows}
        if register in known:
            return known[register]
        alike = [id_ for code, id_ in known.items() if fold_register(code) == fold_register(register)]
        return alike[0] if alike else insert_row(self._connection, _register, venue_id=venue, code=register)

    # The file as a whole

    def _believe(self) -> dict[int, Span]:
        """By venue number, the span that the file credibly covers, where it claims one."""
        found = {}
        for trace in self._venues.values():
            if trace.first_utc_s > trace.last_utc_s:
                continue
            span = believe(self._claim, trace.calendar, trace.first_utc_s, trace.last_utc_s)
            if span is not None:
                trusted = self._trusted[trace.number] = self._trust(trace, span)
                found[trace.number] = trim(span, trusted, trace.calendar)
        return found

    def _trust(self, trace: VenueTrace, span: Span) -> tuple[date, date] | None:
        registers = {register_id for register_id, _ in trace.register_days}
        own = (trace.calendar.open_day(trace.first_utc_s), trace.calendar.open_day(trace.last_utc_s))
        return find_trusted(self._connection, trace.number, registers, span, trace.calendar, own)

    def _trail_of(self, trace: VenueTrace, believed: Span | None) -> VenueTrail:
        """What the file has of a venue; called before its days are summed, so that earlier tickets can be told
        apart."""
        earlier = read_earlier(self._connection, trace.number, trace.register_days)
        return VenueTrail(trace.number, believed, frozenset(trace.register_days), earlier)

    def _note_odd_dates(self) -> None:
        place, count = self._clockwork.find_backwards()
        if count:
            self._notes.note_backwards(place, count)
        today = datetime.fromtimestamp(self._now, UTC)
        for trace in self._venues.values():
            if trace.first_utc_s > trace.last_utc_s:
                continue  # Z-reports alone
            newest = trace.newest_utc_s
            stored = self._newest_stored(trace)
            references = [moment for moment in (self._place_made_at(), newest, stored) if moment is not None]
            if not references:
                continue
            cutoff = _two_years_before(max(references))
            first_day = trace.calendar.open_day(trace.first_utc_s)
            if trace.first_utc_s <= cutoff:
                found = doubt_old_tickets(self._connection, trace.number, self._file_id, cutoff)
                if found:
                    self._tickets.doubts["odd-date"] += len(found)
                    self._notes.note_past(found[0], first_day, len(found))
            elif newest is not None and newest <= _two_years_before(int(today.timestamp())):
                self._notes.note_history(trace.calendar.open_day(newest))

    def _newest_stored(self, trace: VenueTrace) -> int | None:
        """The start (UTC s) of the venue's newest business day that is not in the future."""
        today = day_number(trace.calendar.open_day(trace.horizon_utc_s))
        newest = select(func.max(_day.c.business_day)).where(
            _day.c.venue_id == trace.number, _day.c.business_day <= today
        )
        number = self._connection.execute(newest).scalar()
        return None if number is None else trace.calendar.start(day_of(number))

    def _mark_days(self) -> tuple[tuple[str, date], ...]:
        """Open every day with new or changed tickets; returns (venue id, day) of those that were drafted already."""
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

    def _drafted_days(self, trace: VenueTrace, numbers: list[int]) -> list[tuple[str, date]]:
        drafted = self._connection.execute(
            select(_delivery.c.business_day)
            .where(
                _delivery.c.venue_id == trace.number,
                _delivery.c.state == "drafted",
                _delivery.c.document_kind == VOUCHER.name,
                _delivery.c.business_day.between(min(numbers), max(numbers)),
            )
            .distinct()
        ).scalars()
        touched = {day_number(day): day for day in trace.days}
        return [(trace.venue.id, touched[number]) for number in sorted(set(drafted) & set(numbers))]

    def _write_spans(self, believed: Mapping[int, Span]) -> dict[int, Span]:
        """Store what the file covers of each venue's registers; returns the credible claimed span by venue number, for
        the file's own row."""
        for trace in self._venues.values():
            if trace.first_utc_s > trace.last_utc_s:
                continue
            span = measure_span(
                self._claim,
                trace.calendar,
                trace.first_utc_s,
                trace.last_utc_s,
                read_at_utc_s=self._find_known_at(trace.last_utc_s),
                trusted=self._trusted.get(trace.number),
            )
            row = {
                "venue_id": trace.number,
                "start_utc_s": span.start_utc_s,
                "end_utc_s": span.end_utc_s,
                "file_id": self._holder_id,
            }
            same = select(_span.c.register_id).where(*(_span.c[name] == value for name, value in row.items()))
            there = set(self._connection.execute(same).scalars())  # where other registers of the file moved in before
            sold = {register_id for register_id, _ in trace.register_days}
            rows = [{**row, "register_id": one, "is_silent": False} for one in sorted(sold - there)]
            silent = self._list_silent(trace) - sold - there
            rows += [{**row, "register_id": one, "is_silent": True} for one in sorted(silent)]
            if rows:
                self._connection.execute(insert(_span), rows)
        return dict(believed)

    def _find_known_at(self, last_utc_s: int) -> int:
        """Up to when (UTC s) a file that does not say when it was made can have every ticket: when it was read, or last
        written if that was earlier, so that reading it again the next day proves no more. A time of writing before its
        own tickets is wrong and ignored."""
        if self._written_at is None or self._written_at < last_utc_s or self._claim.made_at is not None:
            return self._read_at
        return min(self._written_at, self._read_at)

    def _list_silent(self, trace: VenueTrace) -> set[int]:
        """The registers of a venue that the file names without tickets."""
        return {
            self._open_register(venue, register).register_id
            for venue, register in self._named
            if venue.id == trace.venue.id
        }


def _two_years_before(at_utc_s: int) -> int:
    """The time two years earlier (UTC s).

    >>> _two_years_before(1_582_934_400)  # 29 February 2020
    1519776000
    """
    return int((datetime.fromtimestamp(at_utc_s, UTC) - relativedelta(years=2)).timestamp())


def _next_id(connection: Connection, table: Any) -> int:
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()) + 1
