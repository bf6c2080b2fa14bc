"""Works out which row of the setup to write for what a held day lacks, from what is stored: for findings, and for
programs that write the row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from posexport.core.company import Company, Venue
from posexport.core.findings import Finding
from posexport.core.lines import MOVEMENT_ACCOUNTS, OTHER, LineKind, VoucherLine
from posexport.core.mapping import AccountMapping, Table
from posexport.core.row_plan import RowPlan, find_known_rows, list_sharing, plan_row
from posexport.core.sales import MOVEMENTS, EntryKind
from posexport.store.code_days import SoldAs, find_first_waiting, has_done_with
from posexport.store.database import Connection
from posexport.store.setups import find_venue_number


class Wanted(NamedTuple):
    """What the setup is to have: an account or a VAT code for a `code` of a table; in `accounts`, for the account's
    name. `vat_code` (Go's): where it is a product type's account for this VAT code only."""

    table: Table
    code: str
    vat_code: str = ""


_SOURCES: Mapping[str, tuple[Table, str]] = {
    "missing-account/sale": ("product_type", "source"),
    "missing-account/unknown-product": ("product_type", "source"),
    "missing-account/product-later": ("product_type", "source"),
    "missing-account/payment": ("payment_type", "source"),
    "missing-account/unknown-payment": ("payment_type", "source"),
    "missing-account/payment-later": ("payment_type", "source"),
    "missing-account/other": ("accounts", "source"),
    "missing-account/other-later": ("accounts", "source"),
    "missing-vat-code": ("vat_code", "pos_code"),
    "missing-vat-code/later": ("vat_code", "pos_code"),
}
"""Findings that say of one code what the setup lacks: in which table, and which of their facts the code is."""

_TABLES: Mapping[LineKind, Table] = {
    LineKind.SALES: "product_type",
    LineKind.PAYMENT: "payment_type",
    LineKind.TIP: "accounts",
    LineKind.ROUNDING: "accounts",
    LineKind.GIFT_CARD: "accounts",
}


def may_need_row(finding: Finding) -> bool:
    """Whether a setup row may resolve a finding; which row depends on the days of other venues too."""
    return finding.holds and (finding.key in _SOURCES or "account" in finding.facts)


class RowPlanner:
    """Works out the rows to write for one venue; caches its queries for further days."""

    def __init__(self, connection: Connection, company: Company, venue: Venue) -> None:
        self._connection, self._company, self._venue = connection, company, venue
        self._known: dict[tuple[Wanted, date | None], tuple[date, RowPlan]] = {}

    def plan(self, wanted: Wanted, held: date) -> RowPlan:
        """The row to write so that a held day, and earlier days waiting for the same, get what they lack."""
        rows = find_known_rows(self._company, self._venue, wanted.table, wanted.code)
        current = rows.find_current(held)
        first, plan = self._known.get((wanted, current), (date.max, None))
        if plan is not None and first <= held:
            return plan
        venues = list_sharing(self._company, self._venue, wanted.table, wanted.code)
        since = current or date.min
        first_waiting = self._find_first_waiting(venues, _sold_as(wanted, self._venue.on(held).mapping), since, held)
        first = first_waiting or held
        numbers = [find_venue_number(self._connection, venue) for venue in venues]
        is_used = has_done_with(self._connection, numbers, _sold_as(wanted), since, first)
        plan = plan_row(rows, held, first, is_used_before=is_used)
        if first_waiting is not None:  # else this day is done with, and says nothing of those that follow
            self._known[wanted, current] = first, plan
        return plan

    def _find_first_waiting(self, venues: Iterable[Venue], sold: SoldAs, since: date, held: date) -> date | None:
        """The earliest day, of those to be exported, that waits for the same; None where none does."""
        found = [
            find_first_waiting(self._connection, [number], sold, max(since, venue.export_from), held)
            for venue in venues
            for number in [find_venue_number(self._connection, venue)]
        ]
        return min((day for day in found if day is not None), default=None)

    def add_rows(
        self, findings: Iterable[Finding], day: date, lines: Iterable[VoucherLine] = ()
    ) -> tuple[Finding, ...]:
        """The findings of a day, each for a missing account or VAT code with the row to write. `lines`: those of its
        voucher, for accounts that the ledger refuses."""
        lines = tuple(lines)
        return tuple(self._add_row(finding, day, lines) for finding in findings)

    def _add_row(self, finding: Finding, day: date, lines: tuple[VoucherLine, ...]) -> Finding:
        if not may_need_row(finding):
            return finding
        plans = [self.plan(wanted, day) for wanted in _list_wanted(finding, lines)]
        dated = [plan for plan in plans if plan.address.valid_from]
        return replace(finding, row=min(dated, key=lambda plan: plan.address.valid_from)) if dated else finding


def _list_wanted(finding: Finding, lines: Iterable[VoucherLine]) -> list[Wanted]:
    """What the setup is to have for a finding to be resolved."""
    facts = finding.facts
    if finding.key in _SOURCES:
        table, name = _SOURCES[finding.key]
        vat_code = str(facts.get("vat_code", "")) if table == "product_type" else ""
        return [Wanted(table, str(facts[name]), vat_code)]
    if "account" not in facts:
        return []
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
    others = {source: kind for kind, (source, _) in OTHER.items()} | {
        source: kind for kind, source in MOVEMENT_ACCOUNTS.items()
    }
    return SoldAs((others[wanted.code],) if wanted.code in others else ())
