"""Z-reports against tickets: what a register says it sold, compared with what its tickets say.

A Z covers its register from the Z before it, not a calendar day. Its total is before rounding and its
payments after; article groups may be net or gross of returns. What can be compared is, and nothing else:
counts are unreliable and left alone. Amounts are øre.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from posexport.core.findings import Finding, Ore, Severity
from posexport.core.sales import EntryKind, ZReport
from posexport.core.setup import ZReportPolicy

TOTAL, VAT = "total", "vat"


class TicketSum(NamedTuple):
    """What a register's tickets come to for one code. `positive_ore` is without returns."""

    kind: EntryKind
    code: str
    vat_code: str
    amount_ore: int
    positive_ore: int
    vat_ore: int | None
    entries: int


class ZRow(NamedTuple):
    """One control figure beside the tickets'. `what` is total, vat, or the kind's name in small letters."""

    what: str
    code: str
    z_ore: int
    tickets_ore: int
    agrees: bool

    @property
    def difference_ore(self) -> int:
        """The Z's figure less the tickets'."""
        return self.z_ore - self.tickets_ore


@dataclass(frozen=True, slots=True)
class ZComparison:
    """One Z-report compared."""

    register: str
    number: str
    reported_at_utc_s: int
    rows: tuple[ZRow, ...]

    @property
    def agrees(self) -> bool:
        """Whether every figure does."""
        return all(row.agrees for row in self.rows)


def compare_z_report(
    report: ZReport, reported_at_utc_s: int, tickets: Iterable[TicketSum], not_turnover: Collection[str] = ()
) -> ZComparison:
    """Every figure of the Z beside the tickets that its register completed since the Z before it.

    A list that the Z leaves out altogether is not compared; within a list, what is missing is 0.
    `not_turnover`: product types that are a debt (gift cards, deposits), which a Z's total may leave out.
    """
    sums = list(tickets)
    rows = [
        *_compare_total(report, sums, not_turnover),
        *_compare_kind(report, EntryKind.SALE, sums),
        *_compare_kind(report, EntryKind.PAYMENT, sums),
        *_compare_kind(report, EntryKind.TIP, sums),
        *_compare_vat(report, sums),
    ]
    return ZComparison(report.register, report.number, reported_at_utc_s, tuple(rows))


def _compare_total(report: ZReport, sums: list[TicketSum], not_turnover: Collection[str]) -> list[ZRow]:
    if report.total_ore is None:
        return []
    sales_ore = _amount(sums, EntryKind.SALE)
    tips_ore, gift_cards_ore = _amount(sums, EntryKind.TIP), _amount(sums, EntryKind.GIFT_CARD)
    without_returns_ore = sum(row.positive_ore for row in sums if row.kind is EntryKind.SALE)
    readings = {
        sales_ore,
        sales_ore + tips_ore,
        sales_ore + gift_cards_ore,
        sales_ore + tips_ore + gift_cards_ore,
        without_returns_ore,
        sales_ore - sum(row.amount_ore for row in sums if row.kind is EntryKind.SALE and row.code in not_turnover),
    }
    return [ZRow(TOTAL, "", report.total_ore, sales_ore, report.total_ore in readings)]


def _amount(sums: list[TicketSum], kind: EntryKind) -> int:
    return sum(row.amount_ore for row in sums if row.kind is kind)


def _compare_kind(report: ZReport, kind: EntryKind, sums: list[TicketSum]) -> list[ZRow]:
    reported: dict[str, int] = defaultdict(int)
    for total in report.totals:
        if total.kind is kind:
            reported[total.code] += total.amount_ore
    if not reported:
        return []
    net: dict[str, int] = defaultdict(int)
    positive: dict[str, int] = defaultdict(int)
    for row in sums:
        if row.kind is kind:
            net[row.code] += row.amount_ore
            positive[row.code] += row.positive_ore
    return [
        ZRow(kind.name.lower(), code, reported[code], net[code], reported[code] in (net[code], positive[code]))
        for code in sorted(reported.keys() | net.keys())
        if reported[code] or net[code]
    ]


def _compare_vat(report: ZReport, sums: list[TicketSum]) -> list[ZRow]:
    reported: dict[str, int] = defaultdict(int)
    for total in report.totals:
        if total.kind is None and total.vat_ore is not None and total.code:
            reported[total.code] += total.vat_ore
    if not reported:
        return []
    counted: dict[str, int] = defaultdict(int)
    tolerance: dict[str, int] = defaultdict(int)
    for row in sums:
        if row.kind is not EntryKind.SALE:
            continue
        if row.vat_ore is None:
            return []
        if row.vat_code:
            counted[row.vat_code] += row.vat_ore
        tolerance[row.vat_code] += row.entries
    return [
        ZRow(VAT, code, reported[code], counted[code], abs(reported[code] - counted[code]) <= tolerance[code])
        for code in sorted(reported.keys() | counted.keys())
        if reported[code] or counted[code]
    ]


def check_z_reports(comparisons: Iterable[ZComparison], policy: ZReportPolicy) -> list[Finding]:
    """A figure that differs says both, and holds, warns or is let be as the venue wants."""
    if policy == "ignore":
        return []
    severity = Severity.ERROR if policy == "hold" else Severity.WARNING
    return [
        Finding(
            "z-report-mismatch",
            severity,
            {
                "register": comparison.register,
                "z_number": comparison.number,
                "z_amount": Ore(row.z_ore),
                "amount": Ore(row.tickets_ore),
                "difference": Ore(row.difference_ore),
                "code_of": row.code,
            },
            variant=row.what,
        )
        for comparison in comparisons
        for row in comparison.rows
        if not row.agrees
    ]
