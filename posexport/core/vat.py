"""VAT rates, VAT as the register counted it and as PowerOffice will extract it, and the night a rate changes.

Nothing here is ever posted: PowerOffice takes the VAT out of gross lines by itself. Rates are basis points
(2500 is 25 %). Where PowerOffice has told its rates and their validity, those count; else what the register
wrote, as long as it can be the rate of that code in Go; else the usual rate of a standard code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from posexport.core.mapping import AccountMapping
from posexport.core.money import extract_vat_ore
from posexport.core.sales import EntryKind
from posexport.core.settlement import EntrySum
from posexport.core.voucher import LineKind, Voucher

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
"""The tax authority's standard output codes, for when neither PowerOffice nor the register tells."""

_ANOTHER_CODE_BP = 1000
"""A rate this far from a code's usual one is no new rate: the register's code points to the wrong one in Go."""


@dataclass(frozen=True, slots=True)
class VatRate:
    """A VAT code's rate from `valid_from` to `valid_to`, both included; None is open."""

    code: str
    rate_bp: int
    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid(self, day: date) -> bool:
        """Whether it counts on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


def find_rate(rates: Iterable[VatRate], code: str, day: date) -> int | None:
    """The rate of `code` on `day` among what PowerOffice told; None where it told nothing."""
    return next((rate.rate_bp for rate in rates if rate.code == code and rate.is_valid(day)), None)


@dataclass(frozen=True, slots=True)
class VatFigure:
    """One VAT code of one voucher. `register_ore` is None where the register left VAT out, `extracted_ore`
    and `rate_bp` where the rate is not known. `tolerance_ore` is what rounding can explain."""

    vat_code: str
    gross_ore: int
    rate_bp: int | None
    register_ore: int | None
    extracted_ore: int | None
    tolerance_ore: int

    @property
    def difference_ore(self) -> int | None:
        """The register's figure less PowerOffice's; None where either is missing."""
        if self.register_ore is None or self.extracted_ore is None:
            return None
        return self.register_ore - self.extracted_ore

    @property
    def is_explained(self) -> bool:
        """Whether rounding can explain the difference, or there is none to explain."""
        return self.difference_ore is None or abs(self.difference_ore) <= self.tolerance_ore


def sum_vat(
    voucher: Voucher, sums: Iterable[EntrySum], mapping: AccountMapping, rates: Sequence[VatRate] = ()
) -> tuple[VatFigure, ...]:
    """VAT per code of Go on one voucher, from its lines and from the sums behind it."""
    behind: dict[str, list[EntrySum]] = defaultdict(list)
    for entry in sums:
        if entry.key.kind is EntryKind.SALE:
            code = mapping.go_vat_code(entry.key.vat_code)
            if code is not None:
                behind[code].append(entry)
    lines: dict[str, list[int]] = defaultdict(list)
    for line in voucher.lines:
        if line.kind in (LineKind.SALES, LineKind.DISCOUNT) and line.vat_code is not None:
            lines[line.vat_code].append(-line.amount_ore)
    figures = (_sum_code(code, lines[code], behind[code], rates, voucher.posting_date) for code in sorted(behind))
    if mapping.vat_registered:
        return tuple(figures)
    # Code 0 is what the setup asks for: what the register makes of VAT is then nothing to agree with.
    return tuple(replace(figure, rate_bp=0, register_ore=None, extracted_ore=0) for figure in figures)


def _sum_code(
    code: str, lines_ore: list[int], behind: list[EntrySum], rates: Sequence[VatRate], day: date
) -> VatFigure:
    stated: set[int | None] = set()
    register_ore: int | None = 0
    tolerance_ore = len(lines_ore)
    for key, _, vat_ore, _, entries in behind:
        stated.add(key.vat_rate_bp)
        register_ore = None if register_ore is None or vat_ore is None else register_ore + vat_ore
        tolerance_ore += entries
    rate_bp = find_rate(rates, code, day)
    if rate_bp is None:
        rate_bp = _likely_rate(code, stated)
    return VatFigure(
        vat_code=code,
        gross_ore=sum(lines_ore),
        rate_bp=rate_bp,
        register_ore=register_ore,
        extracted_ore=None if rate_bp is None else sum([extract_vat_ore(line_ore, rate_bp) for line_ore in lines_ore]),
        tolerance_ore=tolerance_ore,
    )


def _likely_rate(code: str, stated: set[int | None]) -> int | None:
    """The rate of a code in Go by what the register wrote; the usual one where it wrote none, several, or one
    that cannot be this code's. Without the last, a code mapped to the wrong one would always seem right."""
    usual_bp = USUAL_RATES_BP.get(code)
    stated_bp = next(iter(stated)) if len(stated) == 1 else None
    if stated_bp is None or usual_bp is None:
        return usual_bp if stated_bp is None else stated_bp
    return stated_bp if usual_bp and abs(stated_bp - usual_bp) < _ANOTHER_CODE_BP else usual_bp


def rate_changes_at_midnight(
    sums: Sequence[EntrySum], day: date, mapping: AccountMapping, rates: Sequence[VatRate] = ()
) -> bool:
    """Whether a VAT code has one rate before and another after the midnight inside `day`'s window, by what
    PowerOffice told or, failing that, by what the register wrote. Never where all is posted with code 0."""
    if not mapping.vat_registered:
        return False
    seen: dict[str, tuple[list[EntrySum], list[EntrySum]]] = defaultdict(lambda: ([], []))
    for entry in sums:
        if entry.key.kind is EntryKind.SALE:
            seen[entry.key.vat_code][entry.key.part].append(entry)
    for pos_code, (before, after) in seen.items():
        if not after:
            continue
        code = mapping.go_vat_code(pos_code) or ""
        rate_before, rate_after = find_rate(rates, code, day), find_rate(rates, code, day + timedelta(days=1))
        if rate_before is not None and rate_after is not None:
            if rate_before != rate_after:
                return True
        elif before and _rates_disagree(before, after):
            return True
    return False


def _rates_disagree(before: list[EntrySum], after: list[EntrySum]) -> bool:
    """Whether no one rate fits both sides: each side allows the rates that its VAT, to the øre, could be."""
    stated = {entry.key.vat_rate_bp for entry in before}
    if len(stated) == 1 and None not in stated and stated == {entry.key.vat_rate_bp for entry in after}:
        return False
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
    if len(vat) < len(sums) or gross_ore <= 0 or sum(vat) + doubt_ore >= gross_ore:
        return 0, 10_000
    low_ore, high_ore = max(0, sum(vat) - doubt_ore), sum(vat) + doubt_ore
    return 10_000 * low_ore // (gross_ore - low_ore), 10_000 * high_ore // (gross_ore - high_ore) + 1
