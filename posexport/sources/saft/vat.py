"""Works out the VAT of a SAF-T ticket's line (code, rate, amount): from the line, its ticket, or its amounts.

Never here: signs, payments, XML. Units: øre as written, rates in percent.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from posexport.core.money import extract_vat_ore, round_half_up_ratio
from posexport.sources.saft.codes import CodeBook
from posexport.sources.saft.raw import RawLine, RawTicket, RawVat
from posexport.sources.saft.values import rate_of

_USUAL = (Decimal(0), Decimal("11.11"), Decimal(12), Decimal(15), Decimal(25))


class LineVat(NamedTuple):
    """The VAT of a line, or of a part of it; `weight_ore`: the size of that part. `code` is "" where unknown."""

    code: str
    rate: Decimal | None = None
    amount_ore: int | None = None
    weight_ore: int = 1

    @property
    def rate_bp(self) -> int | None:
        """The rate in basis points."""
        return None if self.rate is None else int(self.rate * 100)


def find_vats(raw: RawTicket, line: RawLine, book: CodeBook) -> list[LineVat]:
    """A line's VAT; several where it has several that add up to the line. Raises Unreadable for an invalid rate."""
    own_ore = [vat.amount_ore for vat in line.vats if vat.amount_ore is not None]
    vat_ore: int | None = sum(own_ore) if own_ore else None
    if vat_ore is None and line.net_ore is not None:
        vat_ore = line.amount_ore - line.net_ore
    own = {(vat.code, vat.percent) for vat in line.vats if vat.code or vat.percent}
    if len(own) > 1:
        parts = _divide(line, book)
        if parts:
            return parts
        taxed = {(vat.code, vat.percent) for vat in line.vats if vat.amount_ore}
        own = taxed if len(taxed) == 1 else own
    if len(own) == 1:
        code, percent = own.pop()
        rate = rate_of(percent) if percent else None
        if not code and rate is not None:
            code = book.vat_code_of_rate(rate)
        return [LineVat(code, rate, vat_ore)]
    if not own:
        code, rate = _vat_of_ticket(raw, line, book)
        if code:
            return [LineVat(code, rate, vat_ore)]
    return [LineVat("", None, vat_ore)]


def _divide(line: RawLine, book: CodeBook) -> list[LineVat]:
    """The parts of a line with several VAT elements that add up to it, by base and VAT; a missing base is worked out
    from the VAT. Empty where they do not add up, or where only one is other than 0."""
    parts: dict[tuple[str, Decimal | None], list[int]] = {}
    slack_ore = 0
    for vat in line.vats:
        if not (vat.code or vat.percent):
            continue
        rate = rate_of(vat.percent) if vat.percent else book.rate_of_vat_code(vat.code)
        code = vat.code or (book.vat_code_of_rate(rate) if rate is not None else "")
        told = _part_of(vat, rate)
        if told is None:
            return []
        gross_ore, vat_ore, own_slack_ore = told
        slack_ore += own_slack_ore
        sums = parts.setdefault((code, rate), [0, 0])
        sums[0] += gross_ore
        sums[1] += vat_ore
    parts = {key: sums for key, sums in parts.items() if sums[0]}
    total_ore = sum(gross for gross, _ in parts.values())
    if len(parts) < 2 or abs(abs(total_ore) - abs(line.amount_ore)) > slack_ore:
        return []
    return [LineVat(code, rate, vat_ore, gross_ore) for (code, rate), (gross_ore, vat_ore) in parts.items()]


def _part_of(vat: RawVat, rate: Decimal | None) -> tuple[int, int, int] | None:
    """For a VAT element: the amount including VAT; the VAT; and by how much rounding may have changed the former
    (øre)."""
    vat_ore = vat.amount_ore or 0
    if vat.base_ore is not None:
        base_ore = abs(vat.base_ore) if vat_ore >= 0 and vat.base_ore * vat_ore < 0 else vat.base_ore
        return base_ore + vat_ore, vat_ore, 1
    if not vat_ore:
        return 0, 0, 0
    if not rate:
        return None
    rate_bp = int(rate * 100)
    return round_half_up_ratio(vat_ore * (10_000 + rate_bp), rate_bp), vat_ore, (10_000 + rate_bp) // (2 * rate_bp) + 1


def _vat_of_ticket(raw: RawTicket, line: RawLine, book: CodeBook) -> tuple[str, Decimal | None]:
    """The VAT code of a line without one: the ticket's only code, or the one that fits its amounts."""
    found: dict[str, Decimal | None] = {}
    for vat in raw.vats:
        rate = rate_of(vat.percent) if vat.percent else None
        code = vat.code or (book.vat_code_of_rate(rate) if rate is not None else "")
        if code:
            found[code] = rate if rate is not None else book.rate_of_vat_code(code)
    if len(found) == 1:
        return next(iter(found.items()))
    if line.net_ore is None:
        return "", None
    vat_ore = line.amount_ore - line.net_ore
    if found:
        fits = [
            (code, rate) for code, rate in found.items() if rate is not None and tells(line.amount_ore, vat_ore, rate)
        ]
        return fits[0] if len(fits) == 1 else ("", None)
    rates = [rate for rate in _USUAL if tells(line.amount_ore, vat_ore, rate)]
    if len(rates) == 1:
        return book.vat_code_of_rate(rates[0]), rates[0]
    return "", None


def tells(amount_ore: int, vat_ore: int, rate: Decimal) -> bool:
    """Whether this VAT (øre) can be the rate's share of this amount, within rounding."""
    return abs(abs(extract_vat_ore(amount_ore, int(rate * 100))) - abs(vat_ore)) <= (1 if rate else 0)
