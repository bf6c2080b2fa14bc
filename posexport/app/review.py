"""Business days reviewed: read from the store, built into vouchers, and judged by every rule that needs no network.
Preview shows the reviews, export drafts the ready ones, status shows where they stand."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from operator import attrgetter

from posexport.app.completeness import Completeness
from posexport.app.sealed_setup import SealedSetup, keep_credit_types
from posexport.core.codes import Codes
from posexport.core.company import Company, Venue
from posexport.core.coverage import Covered
from posexport.core.day import BusinessCalendar, Period, stretches
from posexport.core.delivery import Delivery, History, Kind, Stage
from posexport.core.finding import ACCEPTABLE, Accepted, Finding, Severity, gravest_first
from posexport.core.findings.accounts import mark_later
from posexport.core.findings.customers import (
    UNKNOWN_CUSTOMER,
    is_linked_since,
    make_not_yet_linked_finding,
    name_unlinked_customers,
)
from posexport.core.findings.days import make_booking_findings, make_no_data_finding, make_unreal_day_finding
from posexport.core.findings.drafts import (
    describe_change,
    find_difference,
    make_failed_import_finding,
    make_missing_page_finding,
    make_twice_finding,
    make_undone_finding,
)
from posexport.core.findings.every_rule import check_settlement, check_voucher
from posexport.core.findings.order_customers import check_part_payments, without_part_payments
from posexport.core.findings.orders import list_ordered_too
from posexport.core.findings.payments import list_credit_left_out, name_left_out_by_hand
from posexport.core.findings.registers import make_unknown_register_finding
from posexport.core.findings.rounding import check_rounding
from posexport.core.findings.setup_rows import Names, name_codes
from posexport.core.findings.tickets import NOT_COUNTED, check_doubts, check_reversals
from posexport.core.findings.vat import check_vat, make_not_registered_finding
from posexport.core.findings.z_reports import check_z_reports
from posexport.core.history import Acceptance
from posexport.core.lines import LineRules
from posexport.core.mapping import AccountMapping
from posexport.core.orders.booking import OutOfVouchers, RouteSeal, figure_credit, take_out
from posexport.core.orders.customers import CustomerLink, CustomerMode
from posexport.core.orders.document import ORDER, find_receivers
from posexport.core.orders.reference import name_order
from posexport.core.orders.route import CreditRules
from posexport.core.orders.setup import credit_rules
from posexport.core.report import ControlFigures, EmptyDay, Nothing, State, VoucherReport
from posexport.core.review import DayReview, EmptyReview, Review, fingerprint_day, remember
from posexport.core.sales import EntryKind
from posexport.core.settlement import (
    EntrySum,
    Settlement,
    sum_left_out,
)
from posexport.core.vat import (
    VatFigure,
    VatKey,
    find_misfit_keys,
    rate_changes_at_midnight,
    sum_vat,
    written_rates,
)
from posexport.core.voucher import (
    Voucher,
    build_adjustment,
    build_vouchers,
    compare_lines,
    empty_voucher,
    find_moved_payments,
    format_adjustment,
    format_description,
    format_reference,
    name_payers,
    renamed,
    renumber,
    venue_of_reference,
)
from posexport.core.z_report import TicketFigures, ZComparison, compare_figures, sum_rows
from posexport.delivery.customer_links import links_customers
from posexport.errors import PageTooLate, PosexportError, VoucherGone
from posexport.ledgers.registry import find_ledger
from posexport.store.acceptances import read_acceptances
from posexport.store.aside import UnknownRegister, read_unknown_registers
from posexport.store.charts import find_venue_and_rates
from posexport.store.credit_facts import read_firms_of_tickets
from posexport.store.customer_links import read_links
from posexport.store.database import Connection, Database
from posexport.store.day_counts import read_trade
from posexport.store.day_sums import find_wrong_days
from posexport.store.days import read_days
from posexport.store.deliveries import read_deliveries
from posexport.store.firms import read_firms
from posexport.store.master_data import read_code_names
from posexport.store.row_plan import RowPlanner
from posexport.store.setups import find_company_number, find_only_company
from posexport.store.stretch import LOOK_BACK, StretchData, read_stretch
from posexport.store.sums import has_vat, read_misfits
from posexport.store.ticket_doubts import read_doubts, read_odd_days
from posexport.store.tickets import read_tickets
from posexport.store.z_reports import (
    HORIZON_S,
    StoredZReport,
    read_register_sums,
)

_ONE_DAY = timedelta(days=1)


_Compared = tuple[StoredZReport, ZComparison]
_OfRegister = tuple[int, int, int]
"""A register's number, and since when and until when (UTC s) its tickets are wanted."""

_made_at = attrgetter("until_utc_s")
_begins_at, _ends_at = attrgetter("first_utc_s"), attrgetter("last_utc_s")


@dataclass(frozen=True, slots=True)
class _Rules:
    """The setup that vouchers of one posting date are settled by: the venue as of that date, and what follows from
    it."""

    venue: Venue
    lines: LineRules
    not_turnover: Codes
    credit: CreditRules


class Reviewer:
    """Reviews one venue's business days on one connection. With `remap`, drafted days count as changed where today's
    setup gives other accounts, not only where their sales have changed."""

    def __init__(
        self, database: Database, connection: Connection, company: Company, venue: Venue, *, remap: bool = False
    ) -> None:
        self._database, self._connection, self._remap = database, connection, remap
        self._company, self._venue, self._calendar = company, venue, venue.calendar
        self._rules: dict[int, _Rules] = {}
        self._register_sums: dict[_OfRegister, tuple[TicketFigures, frozenset[date]]] = {}
        self._number, self._rates = find_venue_and_rates(connection, venue)
        self._completeness = Completeness(connection, self._number, venue)
        self._rows = RowPlanner(database, connection, company, venue)
        self._names: Names | None = None
        self._sealed = SealedSetup(connection, company, venue, self._number)

    def _rules_on(self, posting_date: date) -> _Rules:
        """The rules for a posting date; worked out once per set of valid setup rows."""
        stretch = self._venue.find_stretch(posting_date)
        rules = self._rules.get(stretch)
        if rules is None:
            venue = self._venue.on(posting_date)
            rules = _Rules(venue, LineRules(venue), venue.mapping.not_turnover, credit_rules(self._company, venue))
            self._rules[stretch] = rules
        return rules

    def _read_names(self) -> Names:
        """The register's own names of its codes; read once."""
        if self._names is None:
            numbers = {self._company.organization_number or "", *self._venue.file_organization_numbers}
            self._names = read_code_names(self._connection, numbers)
        return self._names

    def review(self, period: Period, now_utc_s: int) -> Iterator[DayReview]:
        """The reviews of every closed business day of the period; of an open period, of every closed day not yet done.
        `now_utc_s`: UTC seconds."""
        yield from self.review_days(self.find_days(period, now_utc_s), now_utc_s)

    def find_days(self, period: Period, now_utc_s: int) -> list[date]:
        """The business days a period means: without both ends, days that have data and are not done; with both, every
        closed day."""
        first = max(self._venue.export_from, period.first or self._venue.export_from)
        last = self._calendar.last_closed(now_utc_s)
        if period.last is not None:
            last = min(last, period.last)
        if period.first is not None and period.last is not None:
            return Period(first, last).days() if first <= last else []
        return read_days(self._connection, self._number, first, last, only_open=period.is_open)

    def find_why_nothing(self, period: Period, now_utc_s: int) -> Nothing:
        """Why a period has no voucher to show."""
        first = max(self._venue.export_from, period.first or self._venue.export_from)
        closed = self._calendar.last_closed(now_utc_s)
        last = period.last or date.max
        if read_days(self._connection, self._number, first, min(last, closed), only_open=False):
            return Nothing.DONE
        is_going_on = read_days(self._connection, self._number, max(first, closed + _ONE_DAY), last, only_open=False)
        return Nothing.NOT_OVER if is_going_on else Nothing.NO_SALES

    def list_odd_dates(self, now_utc_s: int) -> list[Finding]:
        """The findings that hold tickets dated so far off that no day shows them, until a person says what they are."""
        days = read_odd_days(self._connection, self._number, self._calendar.last_closed(now_utc_s))
        found: list[Finding] = []
        for stretch in stretches(days):
            doubts = read_doubts(self._connection, self._number, stretch[0], stretch[-1])
            accepted = read_acceptances(self._connection, self._number, stretch[0], stretch[-1])
            for day in stretch:
                odd = [doubt for doubt in doubts.get(day, ()) if doubt.code == "odd-date"]
                found += self._judge(check_doubts(odd, self._rules_on(day).venue), day, accepted.get(day, {}))
        return [finding for finding in found if finding.holds]

    def find_wrong_days(self, period: Period, now_utc_s: int) -> list[date]:
        """The days of the period whose stored sums differ from the sums of their tickets."""
        return find_wrong_days(self._connection, self._number, self.find_days(period, now_utc_s))

    def review_days(self, days: Sequence[date], now_utc_s: int) -> Iterator[DayReview]:
        """The reviews of these days, in order; days close to each other are read from the store together."""
        for stretch in stretches(days):
            data = self._read(stretch[0], stretch[-1])
            for day in stretch:
                yield from self._review_day(day, data, now_utc_s)

    def _read(self, first: date, last: date) -> StretchData:
        data = read_stretch(self._database, self._connection, self._company, self._venue, self._number, (first, last))
        self._completeness.learn(first - LOOK_BACK, data.counts)
        self._register_sums.clear()
        return data

    def _review_day(self, day: date, data: StretchData, now_utc_s: int) -> Iterator[DayReview]:
        was = self._find_sealed(day, data)
        rules = self._seal_credit(day, (self._rules_on(day), self._rules_on(day + _ONE_DAY)), was)
        venue = rules[0].venue
        sums = data.sums.get(day, ())
        out = self._take_out(day, sums, rules[0], data)
        unbalanced = data.unbalanced.get(day, ())
        settlement = Settlement(venue.id, day, sums, out.left_out, unbalanced, out.indivisible, out.ordered)
        split = self._is_split(day, settlement, data)
        if split and rules[0] is not rules[1]:
            settlement = self._take_out_by_part(settlement, rules, data)
        lines = [of_part.lines for of_part in rules]
        vouchers = build_vouchers(settlement, self._company, venue, split=split, rules=lines)
        compared = self._compare_z_reports(day, data)
        comparisons = tuple(comparison for _, comparison in compared)
        of_day = [
            *_check_by_part(settlement, rules if split else rules[:1]),
            *check_doubts(data.doubts.get(day, ()), venue),
            *check_rounding(data.rounded.get(day, ()), venue.mapping.rounding_limit_ore, venue),
            *check_reversals(data.reversals.get(day, ()), venue),
            *check_part_payments(out.routed),
            *([] if self._company.orders.is_on else list_credit_left_out(settlement.left_out, venue.mapping)),
            *self._check_data(day, data, compared),
            *check_z_reports(comparisons, venue.z_report),
        ]
        of_day = name_left_out_by_hand(of_day, out.routed)
        figures = data.figures.get(day)
        control = _with_discounts(figures.control if figures else ControlFigures(), sums)
        if day in data.removals:
            control = replace(control, removals=data.removals[day])
        if out.routed:
            control = replace(control, credit=figure_credit(sums, out, rules[0].credit))
        file_id = data.summary.files.get(day, 0)
        accepted = data.accepted.get(day, {})
        parts = {voucher.part: voucher for voucher in vouchers}
        delivered = {part for (when, part), history in data.histories.items() if when == day and history.counts}
        known_as = _name_of_day(day, data, venue)
        booking = data.bookings.get(day)
        if booking is not None or (not parts and not delivered):
            found = [*of_day, *self._check_vat_of_nothing(day, settlement, data)]
            findings = self._rows.add_rows(self._judge(found, day, accepted), day)
            if booking is not None:
                findings = self._place(make_booking_findings(booking, sums, control.sales_ore, self._calendar), day)
            empty = EmptyDay(
                company=self._company,
                venue=venue,
                business_day=day,
                state=State.HELD if any(finding.holds for finding in findings) else State.NOTHING,
                reference=format_reference(venue.id, day, 0),
                findings=findings,
                control=control,
                z_reports=comparisons,
                is_left_out=bool(settlement.left_out),
            )
            yield EmptyReview(empty, file_id, out.seals)
            return
        if any(history.standing for (when, _), history in data.histories.items() if when == day):
            # what has changed since it was drafted is told as such
            of_day = [finding for finding in of_day if finding.code != "ticket-changed"]
        counting = sum(
            delivery.stage is not Stage.REPLACED
            for (when, _), history in data.histories.items()
            for delivery in (history.deliveries if when == day else ())
        )
        has_others = max(counting, len(parts.keys() | delivered)) > 1
        payers = self._find_payers(day, out)
        for place, part in enumerate(sorted(parts.keys() | delivered)):
            voucher = parts.get(part) or empty_voucher(self._company, venue, day, part)
            voucher = name_payers(renamed(voucher, known_as), payers)
            behind, own = settlement.transferred, settlement.own
            if split:
                behind, own = (tuple(entry for entry in each if entry.key.part == part) for each in (behind, own))
            dated = rules[part if split else 0].venue
            vat = sum_vat(voucher, behind, dated.mapping, self._rates)
            vat = self._find_misfits(day, vat, part if split else None, data, dated.mapping)
            of_voucher = mark_later(check_voucher(voucher, dated.mapping), dated.dated, voucher.posting_date)
            of_voucher = without_part_payments(name_codes(of_voucher, self._read_names), out.routed)
            found = [*of_day, *of_voucher, *check_vat(vat, dated)]
            whole = VoucherReport(
                company=self._company,
                venue=dated,
                business_day=day,
                state=State.READY,
                reference=voucher.reference,
                voucher=voucher,
                findings=self._rows.add_rows(self._judge(found, day, accepted), day),
                vat=vat,
                control=control if place == 0 else ControlFigures(),
                z_reports=comparisons if place == 0 else (),
            )
            history = data.histories.get((day, part), History())
            before = "" if was is None else fingerprint_day(own, was.on(dated_on(day, part, split=split)))
            for review in self._review_voucher(whole, history, own, out.seals, data, now_utc_s, before):
                yield split_review(review) if has_others else review

    def _find_sealed(self, day: date, data: StretchData) -> Venue | None:
        """The venue as it was set up when the day was first sent, where that was another setup than now."""
        histories = (data.histories.get((day, part), History()) for part in (0, 1))
        vouchers = [delivery for history in histories for delivery in history.deliveries]
        return self._sealed.find_venue(day, vouchers, has_orders=bool(data.routes.get(day)))

    def _seal_credit(self, day: date, rules: tuple[_Rules, _Rules], was: Venue | None) -> tuple[_Rules, _Rules]:
        """The rules of a day's posting dates with the payment types that were on credit when it was sent."""
        if was is None or not any(one.credit.invoices_from is not None for one in rules):
            return rules
        first, second = (
            replace(one, credit=keep_credit_types(one.credit, was.on(day + part * _ONE_DAY).mapping))
            for part, one in enumerate(rules)
        )
        return (first, first) if rules[0] is rules[1] else (first, second)

    def _find_payers(self, day: date, out: OutOfVouchers) -> dict[str, int]:
        """The ledger's customers (ids) that the orders of tickets paid in part and ordered whole are for, by the names
        of the orders: as they were sent, and until then as the tickets' customers are linked."""
        paid = [one for one in out.routed if one.part_paid_ore]
        if not paid:
            return {}
        sent = find_receivers(read_deliveries(self._connection, self._number, day, day, ORDER))
        codes = {one.ticket.customer for one in paid if one.ticket.customer}
        firms = read_firms(self._connection, find_company_number(self._connection, self._company.id), codes)
        named = read_firms_of_tickets(self._connection, self._number, day)
        payers: dict[str, int] = {}
        for one in paid:
            link = firms.find(*named.get(one.key, (one.ticket.customer or "", "")))
            linked = link.customer_id if isinstance(link, CustomerLink) else None
            customer_id = sent.get(one.key) or linked
            if customer_id is not None:
                payers[name_order(one.placed)] = customer_id
        return payers

    def _check_vat_of_nothing(self, day: date, settlement: Settlement, data: StretchData) -> list[Finding]:
        """For a day without a voucher, since sales and returns cancel out: the findings where their VAT does not."""
        if not settlement.transferred:
            return []
        venue = self._rules_on(day).venue
        empty = empty_voucher(self._company, venue, day, 0)
        vat = sum_vat(empty, settlement.transferred, venue.mapping, self._rates)
        return check_vat(self._find_misfits(day, vat, None, data, venue.mapping), venue)

    def _is_split(self, day: date, settlement: Settlement, data: StretchData) -> bool:
        """Whether the day becomes two vouchers because a VAT rate changes at midnight. A day that was sent stays as it
        was sent."""
        histories = [data.histories.get((day, part), History()) for part in (0, 1)]
        first, second = (history.frozen for history in histories)
        if second is not None or (first is not None and histories[1].counts):
            return True
        venue, after = (self._rules_on(date_).venue for date_ in (day, day + _ONE_DAY))
        if not rate_changes_at_midnight(
            settlement.transferred, day, venue.mapping, self._rates, after_midnight=after.mapping
        ):
            return False
        if first is None:
            return True
        early = [entry for entry in settlement.own if entry.key.part == 0]
        return first.fingerprint == fingerprint_day(early, venue)

    def _take_out_by_part(self, settlement: Settlement, rules: Sequence[_Rules], data: StretchData) -> Settlement:
        """The settlement without what stays out of the vouchers, for a day of two vouchers with a mapping each."""
        day, sums = settlement.business_day, settlement.sums
        found = [self._take_out(day, sums, of_part, data) for of_part in rules]
        parts = [
            replace(settlement, left_out=out.left_out, indivisible=out.indivisible, ordered=out.ordered).of_part(part)
            for part, out in enumerate(found)
        ]
        return replace(
            settlement,
            left_out=tuple(entry for part in parts for entry in part.left_out),
            indivisible=tuple(ticket for part in parts for ticket in part.indivisible),
            ordered=tuple(entry for part in parts for entry in part.ordered),
        )

    def _take_out(self, day: date, sums: Sequence[EntrySum], rules: _Rules, data: StretchData) -> OutOfVouchers:
        """What of a day stays out of its vouchers, ticket by ticket; nothing is read where nothing does."""
        payment, sealed = EntryKind.PAYMENT, data.routes.get(day, {})
        paid_with = {entry.key.code for entry in sums if entry.key.kind is payment}
        codes = {code for code in paid_with if code in rules.credit.left_out}
        is_routed = bool(sealed) or rules.credit.invoices_from is not None
        credit = {code for code in paid_with if code in rules.credit.credit_types} if is_routed else set()
        if not codes and not credit:
            return OutOfVouchers()
        tickets = read_tickets(self._database, self._connection, self._number, day, paid_with=codes | credit)
        if not credit:
            left_out = sum_left_out(tickets, codes)
            return OutOfVouchers((), left_out.sums, left_out.indivisible)
        return take_out(tickets, rules.credit, sealed)

    def _find_misfits(
        self, day: date, vat: tuple[VatFigure, ...], part: int | None, data: StretchData, mapping: AccountMapping
    ) -> tuple[VatFigure, ...]:
        """The VAT figures with the tickets whose VAT cannot be right; looked for only where the stored figures show
        that there are some."""
        bounds = data.vat_bounds.get(day)
        keys_of = find_misfit_keys(vat, bounds, mapping, part) if bounds else {}
        return tuple(self._add_misfits(day, figure, keys_of.get(figure.vat_code)) for figure in vat) if keys_of else vat

    def _add_misfits(self, day: date, figure: VatFigure, keys: set[VatKey] | None) -> VatFigure:
        if not keys or figure.rate_bp is None:
            return figure
        misfits = read_misfits(self._connection, self._number, day, keys, written_rates(figure.rate_bp))
        return replace(figure, misfits=tuple(misfits))

    def _check_data(self, day: date, data: StretchData, compared: Sequence[_Compared]) -> list[Finding]:
        """The findings about whether the data is complete: covered time, numbers, Z-reports."""
        figures = data.figures.get(day)
        if figures is None:
            return [] if compared else [make_no_data_finding()]
        found: list[Finding] = []
        control = figures.control
        unreal = control.voids + control.training
        unjudged = any(doubt.code in ("unjudged-ticket", "other-currency") for doubt in data.doubts.get(day, ()))
        if control.tickets == 0 and unreal and not unjudged:
            found.append(make_unreal_day_finding(unreal))
        spans = self._spans_of(day, data.summary.spans)
        agreeing = {z.register_id for z, comparison in compared if comparison.rows and comparison.agrees}
        found += self._completeness.check_end(day, spans, agreeing)
        found += self._completeness.check_numbers(day)
        return found

    def _spans_of(self, day: date, spans: Sequence[Covered]) -> list[Covered]:
        start, end = self._calendar.start(day), self._calendar.end(day)
        return [span for span in spans if span.end_utc_s > start and span.start_utc_s < end]

    def _compare_z_reports(self, day: date, data: StretchData) -> list[_Compared]:
        """Every Z-report that covers tickets of this day, or was made on it over none, compared with its tickets. Those
        made too long after the day are left out, however many days are read together."""
        start, end = self._calendar.start(day), self._calendar.end(day)
        first = bisect_left(data.z_reports, start, key=_made_at)
        found = []
        for z in data.z_reports[first : bisect_left(data.z_reports, end + HORIZON_S, lo=first, key=_made_at)]:
            if z.since_utc_s >= end:
                continue
            tickets, days = self._sum_register(z, data)
            made_today = start <= z.until_utc_s < end
            if day in days or (made_today and not days):
                found.append((z, self._compare_z_report(z, tickets, self._rules_on(day).not_turnover)))
        return found

    def _compare_z_report(self, z: StoredZReport, tickets: TicketFigures, not_turnover: Codes) -> ZComparison:
        """A Z-report compared with its tickets. A register's first known Z that differs from its own day may cover
        earlier days too, and is compared with those where it agrees."""
        found = compare_figures(z.figures, z.until_utc_s, tickets, not_turnover)
        if not z.is_first or found.agrees:
            return found
        today = self._calendar.open_day(z.until_utc_s)
        trade = read_trade(self._connection, self._number, z.register_id, (today - LOOK_BACK, today))
        own = trade.pop(today, None)
        for day in sorted(trade, reverse=True):
            earlier = replace(z, since_utc_s=self._calendar.start(day) - 1)
            tickets, _ = read_register_sums(self._database, self._connection, self._number, earlier)
            other = compare_figures(z.figures, z.until_utc_s, tickets, not_turnover)
            if other.agrees:
                return other
        closes_its_day = own is not None and own.end_utc_s <= z.until_utc_s
        first_at = "" if closes_its_day else f"{self._calendar.local(z.until_utc_s):%Y-%m-%d %H:%M}"
        return replace(found, first_at=first_at)

    def _sum_register(self, z: StoredZReport, data: StretchData) -> tuple[TicketFigures, frozenset[date]]:
        """The sums of the tickets a Z-report covers, and their business days. Cached, since a Z made at night touches
        two days. Whole days are summed already; a day that the Z divides is summed ticket by ticket."""
        of_register = (z.register_id, z.since_utc_s, z.until_utc_s)
        found = self._register_sums.get(of_register)
        if found is not None:
            return found
        of_days = data.register_days.get(z.register_id, ())
        first = bisect_right(of_days, z.since_utc_s, key=_ends_at)
        touched = of_days[first : bisect_right(of_days, z.until_utc_s, lo=first, key=_begins_at)]
        is_read = data.within[0] <= z.since_utc_s + 1 and z.until_utc_s < data.within[1]
        is_whole = not touched or (touched[0].first_utc_s > z.since_utc_s and touched[-1].last_utc_s <= z.until_utc_s)
        if is_read and is_whole:
            sums = sum_rows(chain.from_iterable(day.sums for day in touched))
            found = (sums, frozenset(day.business_day for day in touched))
        else:
            found = read_register_sums(self._database, self._connection, self._number, z)
        self._register_sums[of_register] = found
        return found

    def _judge(self, findings: Sequence[Finding], day: date, accepted: Mapping[str, Acceptance]) -> tuple[Finding, ...]:
        return judge_findings(self._place(findings, day), accepted, self._calendar) if findings else ()

    def _place(self, findings: Iterable[Finding], day: date) -> tuple[Finding, ...]:
        return tuple(self._place_one(finding, day) for finding in findings)

    def _place_one(self, finding: Finding, day: date) -> Finding:
        return replace(finding, venue=self._venue.id, business_day=day)

    def _review_voucher(
        self,
        whole: VoucherReport,
        history: History,
        sums: tuple[EntrySum, ...],
        seals: tuple[RouteSeal, ...],
        data: StretchData,
        now_utc_s: int,
        before: str = "",
    ) -> Iterator[Review]:
        """The reviews of one voucher: one per delivery that stands, and one for what is pending. `before`: the digest
        of its sales by the setup that the day was first sent with."""
        current, file_id = history.current, data.summary.files.get(whole.business_day, 0)
        for place, delivery in enumerate(history.standing):
            is_paid_to_others = delivery is current and bool(find_moved_payments(whole.voucher.lines, history.lines))
            digests = {fingerprint_day(sums, whole.venue), before or None}
            is_changed = delivery is current and (delivery.fingerprint not in digests or is_paid_to_others)
            shown = self._show_drafted(whole, delivery, is_changed=is_changed)
            undone = data.undone.get(delivery.id)
            failed = data.failed.get(delivery.id)
            if failed is not None:
                told = make_failed_import_finding(delivery, failed, now_utc_s)
                shown = replace(shown, findings=(self._place_one(told, delivery.business_day), *shown.findings))
            if place:
                shown = replace(shown, control=ControlFigures(), z_reports=())
            if is_changed:
                shown = _compare(shown, whole.voucher, history.standing)
                changed = describe_change(history, whole.voucher, self._venue.id, whole.findings, undone=bool(undone))
                shown = replace(shown, findings=(changed, *shown.findings))
            others = data.doubled.get(delivery.id)
            if others is not None:
                day = delivery.business_day
                twice = self._judge([make_twice_finding(delivery, others)], day, data.accepted.get(day, {}))
                shown = replace(shown, findings=(*twice, *shown.findings))
            if delivery.id in data.ordered:
                too = list_ordered_too(seals, data.ordered[delivery.id])
                shown = replace(shown, findings=(*self._place(too, delivery.business_day), *shown.findings))
            if undone is not None:
                told = make_undone_finding(*undone, delivery.reference, is_changed=is_changed)
                shown = replace(shown, findings=(self._place_one(told, delivery.business_day), *shown.findings))
            if is_changed or (delivery is current and self._remap and find_difference(history, whole.voucher)):
                review = Review(shown, sums, whole, delivery=delivery, file_id=file_id, history=history, seals=seals)
                yield replace(review, is_paid_to_others=is_paid_to_others, before=before)
            else:
                review = Review(shown, sums, delivery=delivery, file_id=file_id, history=history, seals=seals)
                yield replace(review, before=before)
        if current is None or not current.is_drafted:
            report = self._show_pending(whole, history)
            kept, answer = ((), "") if current is None else self._remember(current, now_utc_s)
            remembered = self._leave_out_linked(kept)
            if remembered and report.voucher is not None:
                remembered = self._rows.add_rows(remembered, report.business_day, report.voucher.lines)
            if kept and report.state is State.HELD and not any(f.holds for f in (*remembered, *report.findings)):
                report = replace(report, state=State.READY)  # what was against it is to be asked again
            report = self._warn_of_unlinked(report, remembered)
            yield Review(
                replace(report, answer=answer) if answer else report,
                sums,
                delivery=current,
                file_id=file_id,
                remembered=remembered,
                history=history,
                seals=seals,
            )

    def _show_pending(self, whole: VoucherReport, history: History) -> VoucherReport:
        """The report of what is to be drafted next: the whole day, or the difference to what was drafted."""
        current, voucher, before = history.current, whole.voucher, history.replaced
        revision = current.revision if current else history.next_revision
        posting_day = current.posting_day if current else None
        if current is not None and current.kind is Kind.ADJUSTMENT:
            voucher = build_adjustment(voucher, history.lines, self._venue, revision, posting_day)
            whole = replace(whole, vat=(), control=ControlFigures(), z_reports=(), is_adjustment=True)
            before = history.standing
        elif revision > 1 or posting_day:
            voucher = renumber(voucher, revision, posting_day)
        state = State.HELD if any(finding.holds for finding in whole.findings) else State.READY
        if current is not None and (state is State.READY or current.stage.shown is State.UNCERTAIN):
            state = current.stage.shown
        if before:
            whole = _compare(whole, whole.voucher, before)
        elif voucher is whole.voucher and state is whole.state:
            return whole
        return replace(whole, voucher=voucher, reference=voucher.reference, state=state)

    def _remember(self, current: Delivery, now_utc_s: int) -> tuple[tuple[Finding, ...], str]:
        return remember(current, self._company, self._venue, find_ledger(current.target), now_utc_s)

    def _leave_out_linked(self, remembered: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """What the ledger said, without what was said of customers that have been linked since."""
        if not any(finding.code == UNKNOWN_CUSTOMER for finding in remembered):
            return remembered
        links = self._read_links(name_unlinked_customers(remembered))
        return tuple(finding for finding in remembered if not is_linked_since(finding, links))

    def _warn_of_unlinked(self, report: VoucherReport, remembered: tuple[Finding, ...]) -> VoucherReport:
        """The report with a warning about each customer that a person is still to link, unless the ledger said so: an
        error where the voucher credits it with a part payment."""
        if self._company.orders.customers is not CustomerMode.LINKED or not links_customers(self._company):
            return report
        codes = {line.customer for line in report.voucher.lines if line.customer is not None and line.payer is None}
        left = sorted(codes - name_unlinked_customers(remembered))
        links = self._read_links(left)
        company, paid = self._company.id, {line.customer for line in report.voucher.lines if line.order is not None}
        found = [make_not_yet_linked_finding(company, code, holds=code in paid) for code in left if code not in links]
        if not found:
            return report
        placed = self._place(found, report.business_day)
        is_held = report.state is State.READY and any(finding.holds for finding in found)
        state = State.HELD if is_held else report.state
        return replace(report, state=state, findings=gravest_first((*report.findings, *placed)))

    def _read_links(self, codes: Collection[str]) -> dict[str, CustomerLink]:
        if not codes:
            return {}
        company = find_company_number(self._connection, self._company.id)
        return {code: stored.link for code, stored in read_links(self._connection, company, codes).items()}

    def _show_drafted(self, report: VoucherReport, delivery: Delivery, *, is_changed: bool) -> VoucherReport:
        """The report of a draft as it was made. Findings that would hold it today are not shown as holding, unless the
        day has changed and is to be corrected."""
        drafted_at = delivery.drafted_at_utc_s
        own_day = delivery.business_day + delivery.part * _ONE_DAY
        description = format_description(self._venue, own_day)
        is_adjustment = delivery.kind is Kind.ADJUSTMENT
        drafted = Voucher(
            venue=self._venue.id,
            business_day=delivery.business_day,
            part=delivery.part,
            posting_date=delivery.posting_day or own_day,
            reference=delivery.reference,
            description=format_adjustment(description) if is_adjustment else description,
            department=delivery.lines[0].department,
            currency=self._company.currency,
            lines=delivery.lines,
        )
        findings = [
            replace(finding, severity=Severity.WARNING)
            if finding.holds and finding.code not in NOT_COUNTED and not is_changed
            else finding
            for finding in report.findings
        ]
        if delivery.page_state.is_waiting:
            told = make_missing_page_finding(delivery.page_answer, delivery.reference)
            findings.insert(0, self._place_one(told, delivery.business_day))
        return replace(
            report,
            state=State.DRAFTED,
            voucher=drafted,
            reference=delivery.reference,
            remote_id=delivery.remote_id,
            drafted_at=self._calendar.local(drafted_at) if drafted_at else None,
            vat=() if is_adjustment else report.vat,
            is_adjustment=is_adjustment,
            findings=tuple(findings),
        )


def _check_by_part(settlement: Settlement, rules: Sequence[_Rules]) -> list[Finding]:
    """The findings from the tickets alone, of a day with one or two vouchers, each by the rules of its own date."""
    day, dated = settlement.business_day, rules[0].venue.dated
    if len(set(map(id, rules))) == 1:
        return mark_later(check_settlement(settlement, rules[0].venue), dated, day)
    return [
        finding
        for part, of_part in enumerate(rules)
        for finding in mark_later(
            check_settlement(settlement.of_part(part), of_part.venue), dated, day + part * _ONE_DAY
        )
    ]


def _compare(shown: VoucherReport, now: Voucher, drafted: Sequence[Delivery]) -> VoucherReport:
    """The report with what was drafted beside what it would be now."""
    lines = (line for delivery in drafted for line in delivery.lines)
    references = tuple(delivery.reference for delivery in drafted)
    return replace(shown, changes=compare_lines(now.lines, lines), compared_with=references)


def dated_on(day: date, part: int, *, split: bool) -> date:
    """The posting date of one of a business day's vouchers."""
    return day + (part if split else 0) * _ONE_DAY


def _name_of_day(day: date, data: StretchData, venue: Venue) -> str:
    """The venue id that the day's references begin with: the id the venue had when the day was first planned, else its
    present one."""
    for part in (0, 1):
        history = data.histories.get((day, part))
        if history is not None:
            return venue_of_reference(history.deliveries[0].reference)
    return venue.id


def _with_discounts(control: ControlFigures, sums: Sequence[EntrySum]) -> ControlFigures:
    discounts_ore = sum(entry.discount_ore for entry in sums)
    return replace(control, discounts_ore=discounts_ore) if discounts_ore else control


def judge_findings(
    findings: Iterable[Finding], accepted: Mapping[str, Acceptance], calendar: BusinessCalendar
) -> tuple[Finding, ...]:
    """The findings, most severe first; what a person accepted (by digest) no longer holds anything."""
    return gravest_first(
        _accept(finding, accepted[finding.digest], calendar)
        if finding.code in ACCEPTABLE and finding.digest in accepted
        else finding
        for finding in findings
    )


def _accept(finding: Finding, by: Acceptance, calendar: BusinessCalendar) -> Finding:
    told = Accepted(by.who, calendar.local(by.at_utc_s), by.why)
    return replace(finding, severity=Severity.INFO, accepted=told)


def split_review(review: Review) -> Review:
    """Mark a review as one of a day's several vouchers."""
    report, remembered = review.report, review.remembered
    told = replace(report, findings=tuple(name_voucher(finding) for finding in report.findings))
    return replace(review, report=told, remembered=tuple(map(name_voucher, remembered)), has_others=True)


def name_voucher(finding: Finding) -> Finding:
    """Mark a finding as belonging to one of a day's several vouchers."""
    return replace(finding, is_one_of_several=True)


def make_page_failure_finding(error: PosexportError, reference: str) -> Finding:
    """The finding that a draft's settlement report could not be attached, and whether a later run tries again."""
    variant = "posted" if isinstance(error, PageTooLate) else "gone" if isinstance(error, VoucherGone) else ""
    return make_missing_page_finding(str(error), reference, variant)


def list_unknown_registers(connection: Connection, companies: Collection[str]) -> tuple[Finding, ...]:
    """The findings about registers whose tickets wait for a venue of these companies. Where several companies are set
    up and the register's company is unknown, each is told and none is held."""
    found = read_unknown_registers(connection, companies)
    if not found:
        return ()
    only = find_only_company(connection)
    return tuple(_make_unknown_finding(row, row.company_code or only) for row in found)


def _make_unknown_finding(row: UnknownRegister, company: str) -> Finding:
    return make_unknown_register_finding(
        row.register,
        company=company,
        tickets=row.tickets,
        files=row.files,
        location=row.location,
        organization_number=row.organization_number,
        is_kept=row.is_kept,
    )


def list_unregistered(
    connection: Connection, companies: Iterable[Company], venues: Iterable[Venue]
) -> tuple[Finding, ...]:
    """The findings about clients that are not VAT registered though their registers charge VAT, once each. `companies`:
    the company of each venue, in order."""
    found: dict[str, Finding] = {}
    for company, venue in zip(companies, venues, strict=True):
        if not venue.mapping.vat_registered and company.id not in found and has_vat(connection, venue):
            found[company.id] = make_not_registered_finding(company)
    return tuple(found.values())
