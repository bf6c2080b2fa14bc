"""Works out which row of the setup to write for what a held day lacks, from what is stored: for findings, and for
programs that write the row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from posexport.core.company import Company, Venue
from posexport.core.finding import Finding
from posexport.core.findings.setup_rows import Wanted, find_wanted, name_row, set_row
from posexport.core.findings.vat import check_vat
from posexport.core.lines import MOVEMENT_ACCOUNTS, OTHER, LineKind, VoucherLine
from posexport.core.mapping import AccountMapping, Table
from posexport.core.row_plan import KnownRows, RowPlan, find_known_rows, list_sharing, make_own, plan_row
from posexport.core.sales import CREDIT_SALE, MOVEMENTS, EntryKind
from posexport.core.settlement import EntrySum
from posexport.core.vat import VatRate, find_rows, sum_vat
from posexport.core.voucher import empty_voucher
from posexport.store.charts import find_venue_and_rates
from posexport.store.code_days import SoldAs, find_first_waiting, has_done_with, list_waiting
from posexport.store.database import Connection, Database
from posexport.store.setups import find_venue_number
from posexport.store.sums import DaySums, read_sums

_TABLES: Mapping[LineKind, Table] = {
    LineKind.SALES: "product_type",
    LineKind.PAYMENT: "payment_type",
    LineKind.TIP: "accounts",
    LineKind.ROUNDING: "accounts",
    LineKind.GIFT_CARD: "accounts",
}


_WRONG_VAT = frozenset({"vat-mismatch", "vat-mismatch/rate", "unknown-vat-code"})
"""Findings that say that one of Go's VAT codes is not what a register's is."""


def may_need_row(finding: Finding) -> bool:
    """Whether a setup row may resolve a finding that holds its day; which row depends on the days of other venues
    too."""
    return finding.holds and (
        finding.key in _WRONG_VAT or "account" in finding.facts or find_wanted(finding) is not None
    )


class RowPlanner:
    """Works out the rows to write for one venue; caches its queries for further days."""

    def __init__(self, database: Database, connection: Connection, company: Company, venue: Venue) -> None:
        self._database, self._connection = database, connection
        self._company, self._venue = company, venue
        self._known: dict[tuple[Wanted, date | None], tuple[date, RowPlan]] = {}

    def plan(self, wanted: Wanted, held: date) -> RowPlan:
        """The row to write so that a held day, and earlier days waiting for the same, get what they lack."""
        rows = find_known_rows(self._company, self._venue, wanted.table, wanted.code)
        current = rows.find_current(held)
        first, plan = self._known.get((wanted, current), (date.max, None))
        if plan is not None and first <= held:
            return plan
        venues = list_sharing(self._company, self._venue, wanted.table, wanted.code)
        first_waiting, plan = self._plan(wanted, held, rows, venues)
        if first_waiting is not None:  # else this day is done with, and says nothing of those that follow
            self._known[wanted, current] = first_waiting, plan
        return plan

    def plan_own(self, wanted: Wanted, held: date) -> RowPlan:
        """The same, as a row of the venue's own, so that other venues' days stay as they are too (see `can_be_own`)."""
        rows = find_known_rows(self._company, self._venue, wanted.table, wanted.code)
        return make_own(self._plan(wanted, held, rows, [self._venue])[1], rows, self._venue)

    def _plan(
        self, wanted: Wanted, held: date, rows: KnownRows, venues: Sequence[Venue]
    ) -> tuple[date | None, RowPlan]:
        """The first of the venues' days that waits for the same, None where none does; and the row to write."""
        since = rows.find_current(held) or date.min
        is_right_before = False
        if wanted.table == "vat_code" and wanted.vat_code:
            first_waiting, is_right_before = self._find_first_wrong(venues, wanted, since, held)
        else:
            sold = _sold_as(wanted, self._venue.on(held).mapping)
            first_waiting = self._find_first_waiting(venues, sold, since, held)
        first = first_waiting or held
        numbers = [find_venue_number(self._connection, venue) for venue in venues]
        is_used = has_done_with(self._connection, numbers, _sold_as(wanted), since, first)
        return first_waiting, plan_row(rows, held, first, is_used_before=is_used or is_right_before)

    def _find_first_waiting(self, venues: Iterable[Venue], sold: SoldAs, since: date, held: date) -> date | None:
        """The earliest day, of those to be exported, that waits for the same; None where none does."""
        found = [
            find_first_waiting(self._connection, [number], sold, max(since, venue.export_from), held)
            for venue in venues
            for number in [find_venue_number(self._connection, venue)]
        ]
        return min((day for day in found if day is not None), default=None)

    def _find_first_wrong(
        self, venues: Iterable[Venue], wanted: Wanted, since: date, held: date
    ) -> tuple[date | None, bool]:
        """The earliest waiting day on which Go's VAT code is wrong; and whether an earlier waiting day has it and is
        right."""
        right: list[date] = []
        wrong: list[date] = []
        for venue in venues:
            number = find_venue_number(self._connection, venue)
            first = max(since, venue.export_from)
            waiting = list_waiting(self._connection, number, _sold_as(wanted), first, held)
            for of_day in self._read_sums(number, waiting):
                is_wrong = of_day.day == held or self._is_wrong(venue, of_day, wanted)
                (wrong if is_wrong else right).append(of_day.day)
        first_wrong = min(wrong, default=None)
        return first_wrong, any(day < (first_wrong or held) for day in right)

    def _read_sums(self, number: int, days: Sequence[date]) -> Iterator[DaySums]:
        if days:
            found = read_sums(self._database, self._connection, number, (days[0], days[-1]))
            yield from (of_day for of_day in found if of_day.day in days)

    def _is_wrong(self, venue: Venue, of_day: DaySums, wanted: Wanted) -> bool:
        """Whether the VAT that a register charged under its code cannot be Go's code's, or whether Go's code is no
        longer valid."""
        if self._rates and not find_rows(self._rates, wanted.vat_code, of_day.day):
            return True
        dated = venue.on(of_day.day)
        sales = (entry for entry in of_day.sums if entry.key.kind is EntryKind.SALE)
        entries = [entry for entry in sales if entry.key.vat_code == wanted.code]
        lines = _list_lines(entries, wanted)
        empty = empty_voucher(self._company, dated, of_day.day, 0)
        voucher = replace(empty, lines=lines, open_ore=sum(line.amount_ore for line in lines))
        figures = sum_vat(voucher, entries, dated.mapping, self._rates)
        return any(
            finding.key in _WRONG_VAT and finding.facts["vat_code"] == wanted.vat_code
            for finding in check_vat(figures, dated)
        )

    @cached_property
    def _rates(self) -> tuple[VatRate, ...]:
        """The VAT rates that PowerOffice last returned."""
        return find_venue_and_rates(self._connection, self._venue)[1]

    def _list_wrong_codes(self, vat_code: str, held: date) -> list[Wanted]:
        """The register's VAT codes that must no longer be mapped to this one of Go's: those that are wrong on a day,
        or, if none is by itself, all that are mapped to it."""
        number, mapping = find_venue_number(self._connection, self._venue), self._venue.on(held).mapping
        for of_day in self._read_sums(number, [held]):
            sold = {entry.key.vat_code for entry in of_day.sums if entry.key.kind is EntryKind.SALE}
            codes = sorted(code for code in sold if mapping.go_vat_code(code) == vat_code)
            wanted = [Wanted("vat_code", code, vat_code) for code in codes]
            return [one for one in wanted if self._is_wrong(self._venue, of_day, one)] or wanted
        return []

    def add_rows(
        self, findings: Iterable[Finding], day: date, lines: Iterable[VoucherLine] = ()
    ) -> tuple[Finding, ...]:
        """The findings of a day, each with the setup row that resolves it: for one that holds the day, the row to write
        so that drafted days stay as they are; for others, the row that counts on the day. `lines`: those of its
        voucher, for accounts that the ledger refuses."""
        lines = tuple(lines)
        return tuple(self._add_row(finding, day, lines) for finding in findings)

    def _add_row(self, finding: Finding, day: date, lines: tuple[VoucherLine, ...]) -> Finding:
        if not may_need_row(finding):
            return name_row(finding, self._company, self._venue, day)
        if finding.key in _WRONG_VAT:
            wanted = self._list_wrong_codes(str(finding.facts["vat_code"]), day)
        else:
            wanted = _list_wanted(finding, lines)
        plans = [self.plan(one, day) for one in wanted]
        dated = [plan for plan in plans if plan.address.valid_from]
        own = [plan for plan in plans if plan.address.venue]
        row = min(dated, key=lambda plan: plan.address.valid_from, default=own[0] if own else None)
        return finding if row is None else set_row(finding, row)


def _list_lines(entries: Iterable[EntrySum], wanted: Wanted) -> tuple[VoucherLine, ...]:
    """The voucher's amounts with one VAT code, whatever their accounts."""
    ore_of: dict[str, int] = defaultdict(int)
    for entry in entries:
        ore_of[entry.key.code] += entry.amount_ore
    return tuple(
        VoucherLine("", wanted.vat_code, None, -ore, LineKind.SALES, code, "") for code, ore in sorted(ore_of.items())
    )


def _list_wanted(finding: Finding, lines: Iterable[VoucherLine]) -> list[Wanted]:
    """What the setup is to have for a finding to be resolved."""
    wanted = find_wanted(finding)
    if wanted is not None:
        return [wanted]
    facts = finding.facts
    return [
        Wanted(_TABLES[line.kind], line.source, line.vat_code or "" if line.kind is LineKind.SALES else "")
        for line in lines
        if line.account == facts["account"] and line.kind in _TABLES
    ]


def _sold_as(wanted: Wanted, mapping: AccountMapping | None = None) -> SoldAs:
    """The amounts a wanted row applies to; by a day's mapping, only those with the wanted VAT code."""
    if wanted.table == "vat_code":
        return SoldAs((EntryKind.SALE,), vat_codes=(wanted.code,))
    if wanted.table == "product_type":
        of_vat = [] if mapping is None else [pos for pos, go in mapping.vat_codes.items() if go == wanted.vat_code]
        return SoldAs((EntryKind.SALE,), wanted.code, of_vat)
    if wanted.table == "payment_type":
        return SoldAs((EntryKind.PAYMENT, *MOVEMENTS), wanted.code)
    if wanted.code == "credit_type":
        return SoldAs((EntryKind.PAYMENT,), CREDIT_SALE)
    others = {source: kind for kind, (source, _) in OTHER.items()} | {
        source: kind for kind, source in MOVEMENT_ACCOUNTS.items()
    }
    return SoldAs((others[wanted.code],) if wanted.code in others else ())
