"""VAT rates, VAT as the register states it and as PowerOffice will calculate it, and the night a rate changes.

None of these VAT amounts is ever sent: PowerOffice takes the VAT out of gross lines itself. Rates are basis points
(2500 is 25 %). The rates and periods that PowerOffice gives are used where known; else what the register wrote, if it
can be the rate of that code in Go; else the usual rate of a standard code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from posexport.core.lines import LineKind
from posexport.core.mapping import AccountMapping
from posexport.core.money import extract_vat_ore, round_half_up_ratio
from posexport.core.sales import RAISE_PREFIX, EntryKind
from posexport.core.settlement import EntrySum
from posexport.core.voucher import Voucher

USUAL_RATES_BP: Mapping[str, int] = {
    "3": 2500,
    "31": 1500,
    "32": 1111,
    "33": 1200,
    "5": 0,
    "51": 0,
    "52": 0,
    "6": 0,
    "7": 0,
    "0": 0,
}
"""The rates of the tax authority's standard output codes (basis points), where neither PowerOffice nor the register
gives one."""

_ANOTHER_CODE_BP = 1000
"""A rate this far (basis points) from a code's usual one is no new rate: the register's code is mapped to the wrong one
in Go."""


@dataclass(frozen=True, slots=True)
class VatRate:
    """One row of a VAT code's history: its rate from `valid_from` to `valid_to`, both included; None is open. `id`: the
    row's id in the API, 0 where it works by code."""

    code: str
    rate_bp: int
    valid_from: date | None = None
    valid_to: date | None = None
    id: int = 0

    def is_valid(self, day: date) -> bool:
        """Whether it is valid on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


def find_rows(rates: Iterable[VatRate], code: str, day: date) -> list[VatRate]:
    """The rows of `code` that are valid on `day`: exactly one, if PowerOffice's list is in order."""
    return [rate for rate in rates if rate.code == code and rate.is_valid(day)]


def find_rate(rates: Sequence[VatRate], code: str, day: date) -> int | None:
    """The rate (basis points) of `code` on `day` by PowerOffice's rates; None where there is none, or where there are
    two."""
    if not rates:
        return None
    told = {row.rate_bp for row in find_rows(rates, code, day)}
    return told.pop() if len(told) == 1 else None


_WRITTEN_AS: Mapping[int, tuple[int, ...]] = {
    1111: (111_100, 111_000, 111_111),
    1110: (111_000, 111_100, 111_111),
}
"""Rates that registers round in several ways (ppm): 11.11 % is a ninth."""

_SAME_RATE_BP = 5

LINE_TOLERANCE_ORE = 2
"""What rounding can change in the VAT of one line or ticket (øre): one øre in the register, and one in the ledger."""


def is_same_rate(stated_bp: int, rate_bp: int) -> bool:
    """Whether a rate that a register wrote is this one with fewer decimals (basis points).

    >>> is_same_rate(1110, 1111), is_same_rate(1100, 1111), is_same_rate(600, 1200)
    (True, True, False)
    """
    if abs(stated_bp - rate_bp) <= _SAME_RATE_BP:
        return True
    return rate_bp % 100 != 0 and stated_bp == (rate_bp + 50) // 100 * 100


def written_rates(rate_bp: int) -> tuple[int, ...]:
    """The rates that a register may use for this one (ppm): rounded in several ways."""
    return _WRITTEN_AS.get(rate_bp, (rate_bp * 100,))


def _extract(gross_ore: int, rate_ppm: int) -> int:
    return round_half_up_ratio(gross_ore * rate_ppm, 1_000_000 + rate_ppm)


class OtherRate(NamedTuple):
    """Lines that a register sold at another rate than their code has in Go. `vat_ore`: the VAT stated on them, None
    where none is; `extracted_ore`: what PowerOffice calculates for those that state it."""

    rate_bp: int
    gross_ore: int
    vat_ore: int | None
    extracted_ore: int


class Misfit(NamedTuple):
    """A ticket whose VAT with one code of Go cannot be that code's rate."""

    register: str
    number: str
    completed_at_utc_s: int
    gross_ore: int
    vat_ore: int


VatKey = tuple[int, str, int | None]
"""(part of the day, the register's VAT code, the rate it wrote)."""

VatBounds = Mapping[VatKey, tuple[int, int]]
"""By key: the range of rates (ppm) that fits the VAT of every single line, within `LINE_TOLERANCE_ORE`; lowest >
highest where no single rate fits all."""


@dataclass(frozen=True, slots=True)
class VatFigure:
    """One VAT code of one voucher. `register_ore`: what the register stated, None where it states no VAT at all;
    `extracted_ore` and `rate_bp`: None where the rate is unknown. `tolerance_ore`: what rounding can explain.

    Where only some lines state their VAT, `stated_extracted_ore` is what PowerOffice calculates for these;
    `all_unstated_ore` is the amount of the others, and `unstated_ore` of those of them that could state VAT and state
    no rate either. `other_rates` and `misfits` are lines that are wrong one by one, whatever the sums say.
    """

    vat_code: str
    gross_ore: int
    rate_bp: int | None
    register_ore: int | None
    extracted_ore: int | None
    tolerance_ore: int
    stated_extracted_ore: int | None = None
    all_unstated_ore: int = 0
    unstated_ore: int = 0
    other_rates: tuple[OtherRate, ...] = ()
    misfits: tuple[Misfit, ...] = ()

    @property
    def stated_ore(self) -> int:
        """The amount (øre) of the lines that the register's figure covers."""
        return self.gross_ore - self.all_unstated_ore

    @property
    def compared_ore(self) -> int | None:
        """The figure (øre) that the register's is compared with; None where the rate is unknown."""
        return self.extracted_ore if self.stated_extracted_ore is None else self.stated_extracted_ore

    @property
    def difference_ore(self) -> int | None:
        """The register's figure minus PowerOffice's (øre); None where either is missing."""
        if self.register_ore is None or self.compared_ore is None:
            return None
        return self.register_ore - self.compared_ore

    @property
    def is_explained(self) -> bool:
        """Whether there is no difference, or rounding can explain it, and no single line is wrong."""
        if self.other_rates or self.misfits:
            return False
        return self.difference_ore is None or abs(self.difference_ore) <= self.tolerance_ore

    @property
    def is_explained_elsewhere(self) -> bool:
        """Whether rounding can explain what remains of the difference without the lines that are reported one by
        one."""
        if self.difference_ore is None:
            return True
        rest_ore = self.difference_ore
        for other in self.other_rates:
            rest_ore -= 0 if other.vat_ore is None else other.vat_ore - other.extracted_ore
        for misfit in self.misfits:
            rest_ore -= misfit.vat_ore - extract_vat_ore(misfit.gross_ore, self.rate_bp or 0)
        return abs(rest_ore) <= self.tolerance_ore + len(self.other_rates) + len(self.misfits)


def sum_vat(
    voucher: Voucher, sums: Iterable[EntrySum], mapping: AccountMapping, rates: Sequence[VatRate] = ()
) -> tuple[VatFigure, ...]:
    """The VAT figure of each of Go's codes on one voucher, from its lines and the sums behind it."""
    sale, sales, discount = EntryKind.SALE, LineKind.SALES, LineKind.DISCOUNT
    sold: dict[str, list[EntrySum]] = defaultdict(list)
    for entry in sums:
        key = entry.key
        if key.kind is sale:
            sold[key.vat_code].append(entry)
    behind: dict[str, list[EntrySum]] = defaultdict(list)
    for pos_code, entries in sold.items():
        code = mapping.go_vat_code(pos_code)
        if code is not None:
            behind[code] += entries
    lines: dict[str, list[int]] = defaultdict(list)
    for line in voucher.lines:
        if (line.kind is sales or line.kind is discount) and line.vat_code is not None:
            lines[line.vat_code].append(-line.amount_ore)
    if not mapping.vat_registered:  # code 0 is what the setup asks for: nothing of the register's to agree with
        return tuple(VatFigure(code, sum(lines[code]), 0, None, 0, 0) for code in sorted(behind))
    return tuple(_sum_code(code, lines[code], behind[code], rates, voucher.posting_date) for code in sorted(behind))


def _states_no_vat(product_type: str) -> bool:
    """Whether registers cannot state VAT on it: a surcharge on a ticket (SAF-T's raise)."""
    return product_type.startswith(RAISE_PREFIX)


def _sum_code(
    code: str, lines_ore: list[int], behind: list[EntrySum], rates: Sequence[VatRate], day: date
) -> VatFigure:
    rate_bp = find_rate(rates, code, day)
    if rate_bp is None:
        rate_bp = _likely_rate(code, behind)
    entries = stated_entries = amount_ore = stated_ore = register_ore = unstated_ore = 0
    for entry in behind:
        entries += entry.entries
        amount_ore += entry.amount_ore
        if entry.vat_ore is not None:
            register_ore += entry.vat_ore
            stated_entries += entry.entries - entry.unstated_entries
            stated_ore += entry.amount_ore - entry.unstated_ore
        if entry.key.vat_rate_bp is None and not _states_no_vat(entry.key.code):
            unstated_ore += entry.amount_ore - entry.stated_ore
    is_part = 0 < stated_entries < entries
    figure = VatFigure(
        vat_code=code,
        gross_ore=sum(lines_ore),
        rate_bp=rate_bp,
        register_ore=register_ore if stated_entries else None,
        extracted_ore=None if rate_bp is None else sum([extract_vat_ore(line_ore, rate_bp) for line_ore in lines_ore]),
        tolerance_ore=len(lines_ore) + stated_entries,
        stated_extracted_ore=extract_vat_ore(stated_ore, rate_bp) if rate_bp is not None and is_part else None,
        all_unstated_ore=amount_ore - stated_ore if is_part else 0,
        unstated_ore=unstated_ore if is_part and rate_bp else 0,
        other_rates=() if rate_bp is None else tuple(_list_other_rates(behind, rate_bp)),
    )
    return _allow_spelling(figure, stated_ore) if rate_bp in _WRITTEN_AS else figure


def _list_other_rates(behind: list[EntrySum], rate_bp: int) -> Iterator[OtherRate]:
    """What was sold at rates that the code does not have; sums of 0 are left out."""
    by_rate: dict[int, list[EntrySum]] = defaultdict(list)
    for entry in behind:
        stated_bp = entry.key.vat_rate_bp
        if stated_bp is not None and stated_bp != rate_bp and not is_same_rate(stated_bp, rate_bp):
            by_rate[stated_bp].append(entry)
    for stated_bp, entries in sorted(by_rate.items()):
        vat = [entry.vat_ore for entry in entries if entry.vat_ore is not None]
        gross_ore = sum(entry.amount_ore for entry in entries)
        if gross_ore or any(vat):
            extracted_ore = extract_vat_ore(sum(entry.stated_ore for entry in entries), rate_bp)
            yield OtherRate(stated_bp, gross_ore, sum(vat) if vat else None, extracted_ore)


def _allow_spelling(figure: VatFigure, stated_ore: int) -> VatFigure:
    """The figure with more tolerance where the register may round the rate itself: up to the nearest of
    `written_rates`."""
    if figure.register_ore is None or figure.compared_ore is None or figure.rate_bp is None:
        return figure
    register_ore, own_ore = figure.register_ore, extract_vat_ore(stated_ore, figure.rate_bp)
    near_ore = min(
        (_extract(stated_ore, rate_ppm) for rate_ppm in written_rates(figure.rate_bp)),
        key=lambda ore: abs(register_ore - ore),
    )
    return replace(figure, tolerance_ore=figure.tolerance_ore + abs(near_ore - own_ore))


def find_misfit_keys(
    figures: Iterable[VatFigure], bounds: VatBounds, mapping: AccountMapping, part: int | None = None
) -> dict[str, set[VatKey]]:
    """By code of Go, the keys of the lines to check one by one: all lines at its rate, where the VAT stated on some
    line cannot be that rate; empty where every line fits. `part`: the part of the day that the figures are of, None for
    all of it."""
    rates = {figure.vat_code: figure.rate_bp for figure in figures if figure.register_ore is not None}
    keys: dict[str, set[VatKey]] = defaultdict(set)
    wrong: set[str] = set()
    for key, (lowest, highest) in bounds.items():
        code = mapping.go_vat_code(key[1])
        rate_bp = None if code is None or part not in (None, key[0]) else rates.get(code)
        if code is None or rate_bp is None or not (key[2] is None or is_same_rate(key[2], rate_bp)):
            continue
        keys[code].add(key)
        if not any(lowest <= rate <= highest for rate in written_rates(rate_bp)):
            wrong.add(code)
    return {code: keys[code] for code in wrong}


def sends_all_to_none(mapping: AccountMapping) -> bool:
    """Whether the setup maps every VAT code to one without VAT, as for a client that is not registered for VAT."""
    sent = {USUAL_RATES_BP.get(code) for code in mapping.vat_codes.values()}
    return mapping.vat_registered and sent == {0}


def _likely_rate(code: str, behind: Sequence[EntrySum]) -> int | None:
    """The rate of a code in Go (basis points), from the rates that the register sold at: the usual one where it wrote
    none, or wrote that one too; else the most sold one, unless it is so far off that it must be another code's (a
    wrongly mapped code would otherwise always seem right). Refunds do not count: they may be of sales at an old
    rate."""
    usual_bp = USUAL_RATES_BP.get(code)
    sold: dict[int, int] = defaultdict(int)
    for entry in behind:
        stated_bp = entry.key.vat_rate_bp
        if stated_bp is not None and (entry.amount_ore > 0 or usual_bp is None):
            sold[stated_bp] += abs(entry.amount_ore)
    if not sold or (usual_bp is not None and any(is_same_rate(stated_bp, usual_bp) for stated_bp in sold)):
        return usual_bp
    most_bp = max(sold, key=lambda stated_bp: (sold[stated_bp], stated_bp))
    if usual_bp is None:
        return most_bp
    return most_bp if usual_bp and abs(most_bp - usual_bp) < _ANOTHER_CODE_BP else usual_bp


def rate_changes_at_midnight(
    sums: Sequence[EntrySum],
    day: date,
    mapping: AccountMapping,
    rates: Sequence[VatRate] = (),
    *,
    after_midnight: AccountMapping | None = None,
) -> bool:
    """Whether a VAT code has different rates before and after the midnight inside `day`, by PowerOffice's rates or,
    failing that, by what the register wrote. False where everything has code 0. `after_midnight`: the next day's
    mapping, where it is another."""
    if not mapping.vat_registered:
        return False
    stated = _stated_rates(sums)
    for pos_code in sorted(pos_code for pos_code, (_, after) in stated.items() if after):
        code, code_after = (each.go_vat_code(pos_code) or "" for each in (mapping, after_midnight or mapping))
        rate_before, rate_after = find_rate(rates, code, day), find_rate(rates, code_after, day + timedelta(days=1))
        if rate_before is not None and rate_after is not None:
            if rate_before != rate_after:
                return True
        elif _may_disagree(*stated[pos_code]) and _rates_disagree(*_part_sales(sums, pos_code)):
            return True
    return False


def _stated_rates(sums: Iterable[EntrySum]) -> dict[str, tuple[set[int | None], set[int | None]]]:
    """By a register's VAT code, the rates that it wrote before and after midnight."""
    sale = EntryKind.SALE
    stated: dict[str, tuple[set[int | None], set[int | None]]] = {}
    for entry in sums:
        key = entry.key
        if key.kind is sale:
            of_code = stated.get(key.vat_code)
            if of_code is None:
                of_code = stated[key.vat_code] = set(), set()
            of_code[key.part].add(key.vat_rate_bp)
    return stated


def _may_disagree(before: set[int | None], after: set[int | None]) -> bool:
    """Whether what is sold before and after midnight may have different rates: not where nothing was sold before, nor
    where the register wrote the same single rate."""
    return bool(before) and not (before == after and len(before) == 1 and None not in before)


def _part_sales(sums: Iterable[EntrySum], pos_code: str) -> tuple[list[EntrySum], list[EntrySum]]:
    """The sales at a register's VAT code before and after midnight."""
    parts: tuple[list[EntrySum], list[EntrySum]] = ([], [])
    for entry in sums:
        if entry.key.kind is EntryKind.SALE and entry.key.vat_code == pos_code:
            parts[entry.key.part].append(entry)
    return parts


def _rates_disagree(before: list[EntrySum], after: list[EntrySum]) -> bool:
    """Whether no single rate fits both sides: each side's VAT, to the øre, allows a range of rates."""
    low_before, high_before = _possible_rates(before)
    low_after, high_after = _possible_rates(after)
    return high_before < low_after or high_after < low_before


def _possible_rates(sums: list[EntrySum]) -> tuple[int, int]:
    stated = [entry.key.vat_rate_bp for entry in sums if entry.key.vat_rate_bp is not None]
    if len(stated) == len(sums):
        return min(stated), max(stated)
    vat = [entry.vat_ore for entry in sums if entry.vat_ore is not None]
    gross_ore = sum(entry.amount_ore for entry in sums)
    doubt_ore = sum(entry.entries for entry in sums)
    is_whole = all(entry.stated_entries == entry.entries for entry in sums)
    if not is_whole or gross_ore <= 0 or sum(vat) + doubt_ore >= gross_ore:
        return 0, 10_000
    low_ore, high_ore = max(0, sum(vat) - doubt_ore), sum(vat) + doubt_ore
    return 10_000 * low_ore // (gross_ore - low_ore), 10_000 * high_ore // (gross_ore - high_ore) + 1


def format_rate(rate_bp: int | None) -> str:
    """Basis points as a percentage without trailing zeros.

    >>> format_rate(2500), format_rate(1111)
    ('25', '11.11')
    """
    if rate_bp is None:
        return "?"
    whole, rest = divmod(rate_bp, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)
