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
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

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


SumRow = tuple[int, str, str, int, int, int | None, int]
"""The fields of a `TicketSum`. The store makes plain tuples of them, which is quicker: there are many."""

TotalRow = tuple[int | None, str, int, int | None]
"""The fields of a `ZTotal`."""

ByCode = Mapping[str, int]
"""Amounts by code."""

_ByKind = Mapping[int, ByCode]
"""Amounts by code, of each kind (see `EntryKind`)."""


class TicketFigures(NamedTuple):
    """The figures of a register's tickets, to compare a Z-report with (øre). `net` is after returns; `returned` holds
    the returns alone (negative), of the codes that have any. `vat` is that of sales by VAT code, None where a sale line
    states no VAT; `lines` counts the sale lines by VAT code."""

    net: _ByKind
    returned: _ByKind
    vat: ByCode | None
    lines: ByCode


class ZFigures(NamedTuple):
    """The figures of a Z-report (øre): its total, None where it has none, the amounts by code of each kind that it
    lists, and VAT by VAT code."""

    register: str
    number: str
    total_ore: int | None
    amounts: _ByKind
    vat: ByCode


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
    rows: Sequence[ZRow]
    first_at: str = ""

    @property
    def agrees(self) -> bool:
        """Whether all figures agree."""
        return isinstance(self.rows, _AgreeingRows) or all(row.agrees for row in self.rows)


class _AgreeingRows(Sequence[ZRow]):
    """The rows of a Z-report that is known to agree; built when they are read, as most never are."""

    __slots__ = ("_tickets", "_z")

    def __init__(self, z: ZFigures, tickets: TicketFigures) -> None:
        self._z, self._tickets = z, tickets

    def _make(self) -> tuple[ZRow, ...]:
        return make_rows(self._z, self._tickets)

    def __bool__(self) -> bool:
        return self._z.total_ore is not None or len(self) > 0

    def __len__(self) -> int:
        return len(self._make())

    def __iter__(self) -> Iterator[ZRow]:
        return iter(self._make())

    def __getitem__(self, place: Any) -> Any:
        return self._make()[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._make() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._make())


def compare_z_report(
    report: ZReport, reported_at_utc_s: int, tickets: Iterable[TicketSum], not_turnover: Collection[str] = ()
) -> ZComparison:
    """Compare every figure of the Z-report with the tickets that its register completed since the previous one; see
    `make_rows`."""
    z = sum_totals(report.register, report.number, report.total_ore, report.totals)
    return compare_figures(z, reported_at_utc_s, sum_rows(tickets), not_turnover)


def sum_rows(sums: Iterable[SumRow]) -> TicketFigures:
    """Add up the sums of one register's tickets (øre)."""
    net: dict[int, dict[str, int]] = defaultdict(dict)
    returned: dict[int, dict[str, int]] = defaultdict(dict)
    vat: dict[str, int] = defaultdict(int)
    lines: dict[str, int] = defaultdict(int)
    states_vat, last_kind, net_of = True, 0, net[_SALE]
    for kind, code, vat_code, amount_ore, positive_ore, vat_ore, entries in sums:
        if kind != last_kind:  # most rows are of the kind of the one before
            last_kind, net_of = kind, net[kind]
        net_of[code] = net_of.get(code, 0) + amount_ore
        if amount_ore != positive_ore:
            returned[kind][code] = returned[kind].get(code, 0) + amount_ore - positive_ore
        if kind == _SALE:
            lines[vat_code] += entries
            if vat_ore is None:
                states_vat = False
            elif vat_code:
                vat[vat_code] += vat_ore
    return TicketFigures(net, returned, vat if states_vat else None, lines)


_SALE = int(EntryKind.SALE)


def sum_totals(register: str, number: str, total_ore: int | None, totals: Iterable[TotalRow]) -> ZFigures:
    """Arrange a Z-report's figures by kind and code (øre); figures of the same kind and code are added."""
    amounts: dict[int, dict[str, int]] = defaultdict(dict)
    vat: dict[str, int] = defaultdict(int)
    for kind, code, amount_ore, vat_ore in totals:
        if kind is not None:
            of_kind = amounts[kind]
            of_kind[code] = of_kind.get(code, 0) + amount_ore
        elif vat_ore is not None and code:
            vat[code] += vat_ore
    return ZFigures(register, number, total_ore, amounts, vat)


def compare_figures(
    z: ZFigures, reported_at_utc_s: int, tickets: TicketFigures, not_turnover: Collection[str] = ()
) -> ZComparison:
    """Compare every figure of the Z-report with the tickets' figures; see `make_rows`."""
    is_same = says_the_same(z, tickets)
    rows = _AgreeingRows(z, tickets) if is_same else make_rows(z, tickets, not_turnover)
    return ZComparison(z.register, z.number, reported_at_utc_s, rows)


def says_the_same(z: ZFigures, tickets: TicketFigures) -> bool:
    """Whether total and lists equal the tickets' net sums to the øre, and VAT as nearly as rounding allows. Then every
    row agrees (see `make_rows`); otherwise they may still do, with returns left out for instance."""
    if z.total_ore is not None and z.total_ore != sum(tickets.net.get(EntryKind.SALE, _NOTHING).values()):
        return False
    for kind in _LISTED:
        if kind in z.amounts and z.amounts[kind] != tickets.net.get(kind, _NOTHING):
            return False
    reported, counted = z.vat, tickets.vat
    if not reported or counted is None or reported == counted:
        return True
    return all(row.agrees for row in _compare_vat(reported, counted, tickets.lines))


def make_rows(z: ZFigures, tickets: TicketFigures, not_turnover: Collection[str] = ()) -> tuple[ZRow, ...]:
    """Every figure of the Z-report with the tickets' figure.

    A list that the Z-report leaves out altogether is not compared; within a list, what is missing is 0. `not_turnover`:
    product types that are liabilities (gift cards, deposits), which its total may leave out.
    """
    net, returned = tickets.net, tickets.returned
    rows = [] if z.total_ore is None else [_compare_total(z.total_ore, net, returned, not_turnover)]
    for kind in _LISTED:
        if kind in z.amounts:
            rows += _compare_kind(kind, z.amounts[kind], net.get(kind, _NOTHING), returned.get(kind, _NOTHING))
    if z.vat and tickets.vat is not None:
        rows += _compare_vat(z.vat, tickets.vat, tickets.lines)
    return tuple(rows)


_LISTED = (EntryKind.SALE, EntryKind.PAYMENT, EntryKind.TIP)
_NOTHING: ByCode = {}


def _compare_total(total_ore: int, net: _ByKind, returned: _ByKind, not_turnover: Collection[str]) -> ZRow:
    """Compare the total, which may be with or without tips, gift cards and returns, and with or without what is no
    turnover."""
    sales = net.get(EntryKind.SALE, _NOTHING)
    sales_ore = sum(sales.values())
    tips_ore, gift_cards_ore = (sum(net.get(kind, _NOTHING).values()) for kind in (EntryKind.TIP, EntryKind.GIFT_CARD))
    agrees = (
        total_ore == sales_ore
        or total_ore == sales_ore + tips_ore
        or total_ore == sales_ore + gift_cards_ore
        or total_ore == sales_ore + tips_ore + gift_cards_ore
        or total_ore == sales_ore - sum(returned.get(EntryKind.SALE, _NOTHING).values())
        or total_ore == sales_ore - sum(net_ore for code, net_ore in sales.items() if code in not_turnover)
        or total_ore == sales_ore - sum(net_ore for code, net_ore in sales.items() if code.startswith(RAISE_PREFIX))
    )
    return ZRow(TOTAL, "", total_ore, sales_ore, agrees)


def _compare_kind(kind: EntryKind, reported: ByCode, net: ByCode, returned: ByCode) -> Iterator[ZRow]:
    what = _WHAT[kind]
    for code in sorted(reported.keys() | net.keys()):
        if code not in reported and (code == CREDIT_SALE or code.startswith(RAISE_PREFIX)):
            continue  # codes of ours, which no Z knows
        z_ore, net_ore = reported.get(code, 0), net.get(code, 0)
        if z_ore or net_ore:
            yield ZRow(what, code, z_ore, net_ore, z_ore in (net_ore, net_ore - returned.get(code, 0)))


_WHAT = {kind: kind.name.lower() for kind in EntryKind}


def _compare_vat(reported: ByCode, counted: ByCode, lines: ByCode) -> Iterator[ZRow]:
    """Compare VAT by code; a difference of up to one øre per sale line is rounding."""
    for code in sorted(reported.keys() | counted.keys()):
        z_ore, counted_ore = reported.get(code, 0), counted.get(code, 0)
        if z_ore or counted_ore:
            yield ZRow(VAT, code, z_ore, counted_ore, abs(z_ore - counted_ore) <= lines.get(code, 0))
