"""Reads everything that a review of consecutive business days starts from. The only entrance to these queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from posexport.core.company import Company, Venue
from posexport.core.day import BusinessCalendar
from posexport.core.delivery import Delivery, History
from posexport.core.findings.tickets import TicketDoubt
from posexport.core.history import Acceptance, Booking
from posexport.core.orders.booking import SealedRoute
from posexport.core.ports.ledger import DraftStatus
from posexport.core.report import Removal
from posexport.core.reversal import Reversal
from posexport.core.sales import EntryKind
from posexport.core.settlement import EntrySum, RoundedTicket, UnbalancedTicket
from posexport.core.vat import VatBounds
from posexport.store.acceptances import read_acceptances
from posexport.store.acts import read_removals
from posexport.store.booked_elsewhere import read_bookings
from posexport.store.credit_routes import read_routes
from posexport.store.database import Connection, Database
from posexport.store.day_counts import CountRow, read_counts
from posexport.store.day_figures import DayFigures, StretchSummary, read_stretch_summary, read_unbalanced, sum_figures
from posexport.store.deliveries import read_deliveries, read_noted
from posexport.store.import_watch import read_failed_imports
from posexport.store.master_data import read_cash_codes
from posexport.store.odd_tickets import read_reversals, read_rounded
from posexport.store.sums import DaySums, read_sums
from posexport.store.ticket_doubts import read_doubts
from posexport.store.z_reports import RegisterDays, StoredZReport, read_sums_by_register, read_z_reports

LOOK_BACK = timedelta(days=7)
"""How many days before the first one are included in counts: a register's previous day with sales is nearly always
among them."""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StretchData:
    """Data loaded for a run of consecutive business days of one venue; by day, where nothing else is said. Days without
    data are missing from the mappings.

    `counts` go back `LOOK_BACK` before the first day. `register_days` have one more day on either side, within the time
    `within` (UTC s, half open): Z-reports need not be made where days end. By delivery id: `failed` imports into the
    ledger, `undone` vouchers that people deleted, reversed or corrected, `doubled` ones that the ledger has more than
    once, and `ordered`: `store.deliveries.Noted.ordered`.
    """

    summary: StretchSummary
    sums: Mapping[date, tuple[EntrySum, ...]]
    vat_bounds: Mapping[date, VatBounds]
    counts: Mapping[date, Sequence[CountRow]]
    figures: Mapping[date, DayFigures]
    unbalanced: Mapping[date, tuple[UnbalancedTicket, ...]]
    rounded: Mapping[date, tuple[RoundedTicket, ...]]
    reversals: Mapping[date, list[Reversal]]
    doubts: Mapping[date, tuple[TicketDoubt, ...]]
    removals: Mapping[date, tuple[Removal, ...]]
    bookings: Mapping[date, Booking]
    accepted: Mapping[date, Mapping[str, Acceptance]]
    routes: Mapping[date, Mapping[str, SealedRoute]]
    histories: Mapping[tuple[date, int], History]
    failed: Mapping[int, str]
    undone: Mapping[int, tuple[DraftStatus, str]]
    doubled: Mapping[int, tuple[str, ...]]
    ordered: Mapping[int, Mapping[str, str]]
    z_reports: Sequence[StoredZReport]
    register_days: RegisterDays
    within: tuple[int, int]


def read_stretch(
    database: Database, connection: Connection, company: Company, venue: Venue, number: int, days: tuple[date, date]
) -> StretchData:
    """Read it for the days from the first to the last, both included; `number` is the venue's in the store.

    One query shows which of the rarer data exists at all, and only that is read.
    """
    first, last = days
    calendar = venue.calendar
    summary = read_stretch_summary(connection, number, days, calendar)
    deliveries = read_deliveries(connection, number, first, last) if summary.has_deliveries else []
    around = (first - _ONE_DAY, last + _ONE_DAY)
    counts = read_counts(connection, number, (first - LOOK_BACK, around[1] if summary.has_z_reports else last))
    by_register: RegisterDays = {}
    if summary.has_z_reports:
        found, by_register = read_sums_by_register(database, connection, number, around, counts)
        counts.pop(around[1], None)
    else:
        found = list(read_sums(database, connection, number, days))
    wanted = [of_day for of_day in found if first <= of_day.day <= last]
    sums = {of_day.day: of_day.sums for of_day in wanted}
    noted = read_noted(connection, number, first, last) if deliveries else None
    return StretchData(
        summary=summary,
        sums=sums,
        vat_bounds=_bounds_of(wanted) if venue.mapping.vat_registered else {},
        counts=counts,
        figures={day: sum_figures(rows, calendar) for day, rows in counts.items() if day >= first},
        unbalanced=read_unbalanced(connection, number, days) if summary.has_unbalanced else {},
        rounded=_read_rounded(connection, company, venue, number, sums),
        reversals=read_reversals(database, connection, number, counts, first),
        doubts=read_doubts(connection, number, first, last) if summary.has_doubts else {},
        removals=read_removals(connection, number, days, calendar) if summary.has_removals else {},
        bookings=read_bookings(connection, number, first, last) if summary.has_bookings else {},
        accepted=read_acceptances(connection, number, first, last) if summary.has_acceptances else {},
        routes=read_routes(connection, number, days) if summary.has_routes else {},
        histories=_by_voucher(deliveries),
        failed=read_failed_imports(connection, number, first, last) if summary.has_watched else {},
        undone=noted.undone if noted else {},
        doubled=noted.doubled if noted else {},
        ordered=noted.ordered if noted else {},
        z_reports=read_z_reports(connection, number, calendar, days) if summary.has_z_reports else [],
        register_days=by_register,
        within=_time_of(calendar, around),
    )


def _bounds_of(found: Iterable[DaySums]) -> dict[date, VatBounds]:
    return {of_day.day: of_day.vat_bounds for of_day in found}


def _time_of(calendar: BusinessCalendar, days: tuple[date, date]) -> tuple[int, int]:
    return calendar.start(days[0]), calendar.end(days[1])


def _by_voucher(deliveries: Iterable[Delivery]) -> dict[tuple[date, int], History]:
    """Deliveries grouped into the history of each voucher, by (business day, part)."""
    found: dict[tuple[date, int], list[Delivery]] = {}
    for delivery in deliveries:
        found.setdefault((delivery.business_day, delivery.part), []).append(delivery)
    return {key: History(tuple(group)) for key, group in found.items()}


def _read_rounded(
    connection: Connection, company: Company, venue: Venue, number: int, sums: Mapping[date, Sequence[EntrySum]]
) -> dict[date, tuple[RoundedTicket, ...]]:
    """Tickets whose rounding needs a look. What counts as cash comes from the setup, else from the register's own code
    list, read only where it matters."""
    rounding = EntryKind.ROUNDING
    days = [day for day, of_day in sums.items() if any(entry.key.kind is rounding for entry in of_day)]
    rounded: dict[date, tuple[RoundedTicket, ...]] = {}
    for _, alike in groupby(days, key=venue.find_stretch):
        of_days = list(alike)
        rounded |= _read_rounded_of(connection, company, venue.on(of_days[0]), number, of_days, sums)
    return rounded


def _read_rounded_of(
    connection: Connection,
    company: Company,
    venue: Venue,
    number: int,
    days: Sequence[date],
    sums: Mapping[date, Sequence[EntrySum]],
) -> dict[date, tuple[RoundedTicket, ...]]:
    """The same for days with one mapping; `venue` is as valid on them."""
    payment = EntryKind.PAYMENT
    used = {entry.key.code for day in days for entry in sums[day] if entry.key.kind is payment}
    cash = {code for code in used if venue.mapping.is_cash(code)}
    limit_ore = venue.mapping.rounding_limit_ore
    found = read_rounded(connection, number, days, cash, limit_ore)
    if all(ticket.has_cash for tickets in found.values() for ticket in tickets):
        return found
    told = _find_told_as_cash(connection, company, venue, used - cash)
    return read_rounded(connection, number, days, cash | told, limit_ore) if told else found


def _find_told_as_cash(connection: Connection, company: Company, venue: Venue, codes: Iterable[str]) -> set[str]:
    """Those of these payment types that the register's own code list describes as cash, where the setup does not
    say."""
    known = read_cash_codes(connection, {company.organization_number, *venue.file_organization_numbers})
    types = {code: venue.mapping.payment_types.get(code) for code in codes}
    return {code for code, type_ in types.items() if code in known and (type_ is None or type_.cash is None)}
