"""A month of a company on one page: its business days with their vouchers, what the registers sold, VAT and orders.

Days are read from the stored day list; how often the store is asked depends on the venues, and not on the days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from posexport.app.day_list import read_status_rows
from posexport.app.orders import list_unsent_orders
from posexport.app.status import list_days, list_odd_days, order_row
from posexport.app.workspace import Workspace
from posexport.core.company import Company, Venue
from posexport.core.day import Period
from posexport.core.delivery import Stage
from posexport.core.order_review import OrderReport
from posexport.core.orders.state import OrderFacts, OrderState, decide_state
from posexport.core.report import State, StatusRow
from posexport.core.sales import EntryKind
from posexport.core.settlement import EntrySum
from posexport.core.vat import VatRate, find_rate
from posexport.store.charts import find_venue_and_rates
from posexport.store.order_seen import SentOrder, read_orders_of_days
from posexport.store.sums import read_sums


class VatSold(NamedTuple):
    """What was sold under one VAT code of the ledger, None where the setup names none, at one rate (basis points).
    `vat_ore`: as the registers stated it; `unstated_ore`: what was sold by lines that state no VAT."""

    vat_code: str | None
    rate_bp: int | None
    gross_ore: int
    vat_ore: int
    unstated_ore: int


class MonthDay(NamedTuple):
    """One business day: the status of its vouchers, and what the registers sold, with the VAT that they stated."""

    business_day: date
    rows: tuple[StatusRow, ...]
    sales_ore: int
    vat_ore: int

    @property
    def debit_ore(self) -> int:
        """The sum of its vouchers."""
        return sum(row.debit_ore or 0 for row in self.rows)


@dataclass(frozen=True, slots=True)
class VenueMonth:
    """A venue's business days, in order. `sent`: its orders that are in the ledger, or were; `unsent`: the others."""

    venue: Venue
    days: tuple[MonthDay, ...]
    vat: tuple[VatSold, ...]
    sent: tuple[SentOrder, ...]
    unsent: tuple[OrderReport, ...]

    @property
    def sales_ore(self) -> int:
        """What its registers sold."""
        return sum(day.sales_ore for day in self.days)

    @property
    def vat_ore(self) -> int:
        """The VAT that they stated."""
        return sum(day.vat_ore for day in self.days)

    @property
    def debit_ore(self) -> int:
        """The sum of its vouchers."""
        return sum(day.debit_ore for day in self.days)


class OrdersIn(NamedTuple):
    """How many orders are in one state, and their sum."""

    state: OrderState
    orders: int
    total_ore: int


@dataclass(frozen=True, slots=True)
class Month:
    """A month of some venues of a company. `is_over`: whether its last business day is over at every one of them."""

    company: Company
    period: tuple[date, date]
    venues: tuple[VenueMonth, ...]
    is_over: bool

    @property
    def waiting(self) -> list[StatusRow]:
        """The vouchers, days without one and orders for which something is to be done before the month is in the
        ledger, in order of time."""
        rows = [row for venue in self.venues for day in venue.days for row in day.rows if _waits(row)]
        rows += [order_row(shown, shown.findings) for venue in self.venues for shown in venue.unsent]
        return sorted(rows, key=lambda row: row.business_day)

    @property
    def vat(self) -> list[VatSold]:
        """What was sold by VAT code, of all venues together."""
        return _add_up(one for venue in self.venues for one in venue.vat)

    @property
    def orders(self) -> list[OrdersIn]:
        """How many orders are where."""
        found: dict[OrderState, list[int]] = defaultdict(list)
        for venue in self.venues:
            for sent in venue.sent:
                found[state_of(sent)].append(sent.total_ore)
            for shown in venue.unsent:
                found[shown.state_of_order].append(shown.order.total_ore)
        return [OrdersIn(state, len(found[state]), sum(found[state])) for state in OrderState if state in found]


_AT_REST = frozenset({State.NOTHING, State.DRAFTED, State.OPEN})


def _waits(row: StatusRow) -> bool:
    return row.state not in _AT_REST or any(finding.holds for finding in row.findings)


def state_of(sent: SentOrder) -> OrderState:
    """The state of an order that was sent, as the ledger last showed it."""
    return decide_state(OrderFacts(is_day_closed=True, stage=Stage.DRAFTED, seen=sent.known.seen))


def read_month(workspace: Workspace, company: Company, venues: Sequence[Venue], days: tuple[date, date]) -> Month:
    """A month of some venues of a company, as it is in the store: the ledger is not asked. `days`: its first and last
    business day."""
    now, period = workspace.now_utc_s, Period(*days)

    def choose(venue: Venue, with_data: Sequence[date]) -> list[date]:
        return list_days(venue, with_data, period, now)

    rows = read_status_rows(workspace, venues, choose, now, days)
    odd = list_odd_days(workspace, venues)
    unsent = list_unsent_orders(workspace, venues, period)
    found = []
    for venue in venues:
        own = [*rows[venue.id], *(row for row in odd.get(venue.id, ()) if row.business_day in period)]
        of_venue = tuple(shown for shown in unsent if shown.venue.id == venue.id)
        found.append(_read_venue(workspace, venue, days, own, of_venue))
    is_over = all(venue.calendar.is_closed(days[1], now) for venue in venues)
    return Month(company, days, tuple(found), is_over)


def _read_venue(
    workspace: Workspace,
    venue: Venue,
    days: tuple[date, date],
    rows: Iterable[StatusRow],
    unsent: tuple[OrderReport, ...],
) -> VenueMonth:
    with workspace.database.reading() as connection:
        number, rates = find_venue_and_rates(connection, venue)
        sold = {
            of_day.day: [entry for entry in of_day.sums if entry.key.kind is EntryKind.SALE]
            for of_day in read_sums(workspace.database, connection, number, days)
        }
        sent = tuple(read_orders_of_days(connection, number, days))
    by_day: dict[date, list[StatusRow]] = defaultdict(list)
    for row in rows:
        by_day[row.business_day].append(row)
    shown = tuple(_make_day(day, by_day[day], sold.get(day, ())) for day in sorted(by_day))
    vat = _add_up(one for day, entries in sold.items() if day in by_day for one in _sum_vat(venue, day, entries, rates))
    return VenueMonth(venue, shown, tuple(vat), sent, unsent)


def _make_day(day: date, rows: Iterable[StatusRow], sold: Sequence[EntrySum]) -> MonthDay:
    return MonthDay(
        day, tuple(rows), sum(entry.amount_ore for entry in sold), sum(entry.vat_ore or 0 for entry in sold)
    )


def _sum_vat(venue: Venue, day: date, sold: Iterable[EntrySum], rates: Sequence[VatRate]) -> Iterable[VatSold]:
    mapping = venue.on(day).mapping
    for entry in sold:
        code = mapping.go_vat_code(entry.key.vat_code)
        rate_bp = find_rate(rates, code, day) if code is not None else None
        unstated_ore = entry.amount_ore - entry.stated_ore
        rate_bp = entry.key.vat_rate_bp if rate_bp is None else rate_bp
        yield VatSold(code, rate_bp, entry.amount_ore, entry.vat_ore or 0, unstated_ore)


def _add_up(sold: Iterable[VatSold]) -> list[VatSold]:
    sums: dict[tuple[str | None, int | None], VatSold] = {}
    for one in sold:
        key = (one.vat_code, one.rate_bp)
        before = sums.get(key)
        sums[key] = one if before is None else VatSold(*key, *map(sum, zip(before[2:], one[2:], strict=True)))
    return sorted(sums.values(), key=lambda one: (one.vat_code is None, -(one.rate_bp or 0), one.vat_code or ""))
