"""Compares Z-reports with tickets: what a register says it sold, with what its tickets say.

A Z-report covers its register from the previous one on, not a calendar day. Its total is before rounding and its
payments after; article groups may be net or gross of returns. Only comparable figures are compared; counts are
unreliable and ignored. Amounts are øre.

From when a register's first known Z-report counts is not known. It is compared with the tickets of its business day;
one made in the middle of the day, or before its first ticket, may include earlier sales, and then nothing is held
against the tickets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from posexport.core.sales import CREDIT_SALE, RAISE_PREFIX, EntryKind, ZReport

TOTAL, VAT = "total", "vat"


class TicketSum(NamedTuple):
    """The sum of a register's tickets for one code (øre). `positive_ore`: without returns."""

    kind: EntryKind
    code: str
    vat_code: str
    amount_ore: int
    positive_ore: int
    vat_ore: int | None
    entries: int


class ZRow(NamedTuple):
    """One figure of a Z-report with the tickets' figure. `what`: "total", "vat", or the kind's name in lower case."""

    what: str
    code: str
    z_ore: int
    tickets_ore: int
    agrees: bool

    @property
    def difference_ore(self) -> int:
        """The Z-report's figure minus the tickets' (øre)."""
        return self.z_ore - self.tickets_ore


@dataclass(frozen=True, slots=True)
class ZComparison:
    """One Z-report compared. `first_at`: its time (local) where it is the first one known of its register and may
    include earlier sales; else ""."""

    register: str
    number: str
    reported_at_utc_s: int
    rows: tuple[ZRow, ...]
    first_at: str = ""

    @property
    def agrees(self) -> bool:
        """Whether all figures agree."""
        return all(row.agrees for row in self.rows)


def compare_z_report(
    report: ZReport, reported_at_utc_s: int, tickets: Iterable[TicketSum], not_turnover: Collection[str] = ()
) -> ZComparison:
    """Compare every figure of the Z-report with the tickets that its register completed since the previous one.

    A list that the Z-report leaves out altogether is not compared; within a list, what is missing is 0. `not_turnover`:
    product types that are liabilities (gift cards, deposits), which its total may leave out.
    """
    sums = list(tickets)
    net: _ByKind = defaultdict(dict)
    positive: _ByKind = defaultdict(dict)
    for kind, code, _, amount_ore, positive_ore, _, _ in sums:
        net_of, positive_of = net[kind], positive[kind]
        if code in net_of:
            net_of[code] += amount_ore
            positive_of[code] += positive_ore
        else:
            net_of[code], positive_of[code] = amount_ore, positive_ore
    reported: dict[EntryKind | None, dict[str, int]] = defaultdict(dict)
    for total_kind, code, amount_ore, _ in report.totals:
        of_kind = reported[total_kind]
        of_kind[code] = of_kind.get(code, 0) + amount_ore
    rows = [] if report.total_ore is None else [_compare_total(report.total_ore, net, positive, not_turnover)]
    for kind in (EntryKind.SALE, EntryKind.PAYMENT, EntryKind.TIP):
        if kind in reported:
            rows += _compare_kind(kind, reported[kind], net[kind], positive[kind])
    if None in reported:
        rows += _compare_vat(report, sums)
    return ZComparison(report.register, report.number, reported_at_utc_s, tuple(rows))


_ByKind = dict[EntryKind, dict[str, int]]
"""Amounts (øre) by code, for each kind; or the same without returns."""


def _compare_total(total_ore: int, net: _ByKind, positive: _ByKind, not_turnover: Collection[str]) -> ZRow:
    """Compare the total, which may be with or without tips, gift cards and returns, and with or without what is no
    turnover."""
    sales = net[EntryKind.SALE]
    sales_ore = sum(sales.values())
    tips_ore, gift_cards_ore = sum(net[EntryKind.TIP].values()), sum(net[EntryKind.GIFT_CARD].values())
    agrees = (
        total_ore == sales_ore
        or total_ore == sales_ore + tips_ore
        or total_ore == sales_ore + gift_cards_ore
        or total_ore == sales_ore + tips_ore + gift_cards_ore
        or total_ore == sum(positive[EntryKind.SALE].values())
        or total_ore == sales_ore - sum(net_ore for code, net_ore in sales.items() if code in not_turnover)
        or total_ore == sales_ore - sum(net_ore for code, net_ore in sales.items() if code.startswith(RAISE_PREFIX))
    )
    return ZRow(TOTAL, "", total_ore, sales_ore, agrees)


def _compare_kind(
    kind: EntryKind, reported: Mapping[str, int], net: Mapping[str, int], positive: Mapping[str, int]
) -> Iterator[ZRow]:
    what = _WHAT[kind]
    for code in sorted(reported.keys() | net.keys()):
        if code not in reported and (code == CREDIT_SALE or code.startswith(RAISE_PREFIX)):
            continue  # codes of ours, which no Z knows
        z_ore, net_ore = reported.get(code, 0), net.get(code, 0)
        if z_ore or net_ore:
            yield ZRow(what, code, z_ore, net_ore, z_ore == net_ore or z_ore == positive.get(code, 0))


_WHAT = {kind: kind.name.lower() for kind in EntryKind}


def _compare_vat(report: ZReport, sums: list[TicketSum]) -> list[ZRow]:
    reported: dict[str, int] = defaultdict(int)
    for kind_of_total, code, _, vat_of_total_ore in report.totals:
        if kind_of_total is None and vat_of_total_ore is not None and code:
            reported[code] += vat_of_total_ore
    if not reported:
        return []
    counted: dict[str, int] = defaultdict(int)
    tolerance: dict[str, int] = defaultdict(int)
    for kind, _, vat_code, _, _, vat_ore, entries in sums:
        if kind is not EntryKind.SALE:
            continue
        if vat_ore is None:
            return []
        if vat_code:
            counted[vat_code] += vat_ore
        tolerance[vat_code] += entries
    return [
        ZRow(VAT, code, reported[code], counted[code], abs(reported[code] - counted[code]) <= tolerance[code])
        for code in sorted(reported.keys() | counted.keys())
        if reported[code] or counted[code]
    ]
