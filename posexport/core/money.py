"""Money: text and Decimal to integer øre and back. Every rounding in posexport is in this file.

Never here: floats, currency symbols, guessing. Units: øre (1/100 krone), signed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

_PLAIN = re.compile(r"([+-]?)(\d{1,16})(?:\.(\d{1,2})0*)?\Z", re.ASCII)
_PLAIN_CENTS = re.compile(r"-?\d{1,16}\.\d\d\Z", re.ASCII)


def parse_ore(text: str) -> int:
    """An amount as text, in kroner with a decimal point and at most two decimals that count, in øre.

    >>> parse_ore("102.80"), parse_ore("-0.4"), parse_ore("7"), parse_ore("1.5000")
    (10280, -40, 700, 150)

    Raises ValueError for anything else: thousands separators, a comma, an exponent, a third decimal.
    """
    if _PLAIN_CENTS.match(text):
        return int(text[:-3] + text[-2:])
    match = _PLAIN.match(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no amount in kroner with at most two decimals")
    sign, kroner, ore = match.groups()
    amount = int(kroner) * 100 + int((ore or "").ljust(2, "0"))
    return -amount if sign == "-" else amount


def format_ore(amount_ore: int) -> str:
    """Øre as a string with two decimals, as in JSON.

    >>> format_ore(10280), format_ore(-5), format_ore(0)
    ('102.80', '-0.05', '0.00')
    """
    sign = "-" if amount_ore < 0 else ""
    kroner, ore = divmod(abs(amount_ore), 100)
    return f"{sign}{kroner}.{ore:02d}"


def round_half_up(amount: Decimal) -> int:
    """The nearest whole øre to `amount` øre; a half goes away from zero.

    >>> round_half_up(Decimal("10.5")), round_half_up(Decimal("-10.5"))
    (11, -11)
    """
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def convert_ore(amount_ore: int, rate: Decimal) -> int:
    """An amount in a foreign currency's hundredths times `rate` NOK per unit, in øre.

    >>> convert_ore(1000, Decimal("11.4235"))
    11424
    """
    return round_half_up(amount_ore * rate)


def convert_together_ore(amounts_ore: Sequence[int], rate: Decimal) -> list[int]:
    """Amounts in one foreign currency's hundredths, converted to øre as one sum, so that rounding each cannot unbalance
    a ticket. Each differs by less than an øre from its own conversion; the largest remainder is rounded up first, the
    earlier of equals.

    >>> convert_together_ore([1000, 1000, 1000], Decimal("11.4235"))
    [11424, 11424, 11423]
    """
    total_ore = convert_ore(sum(amounts_ore), rate)
    sign = -1 if total_ore < 0 else 1
    worths = [sign * amount * rate for amount in amounts_ore]
    parts = [int(worth.to_integral_value(rounding=ROUND_FLOOR)) for worth in worths]
    order = sorted(range(len(parts)), key=lambda place: parts[place] - worths[place])
    for place in order[: abs(total_ore) - sum(parts)]:
        parts[place] += 1
    return [sign * part for part in parts]


def extract_vat_ore(gross_ore: int, rate_bp: int) -> int:
    """The VAT inside a gross amount (øre), as PowerOffice calculates it. `rate_bp`: basis points, 2500 is 25 %.

    >>> extract_vat_ore(10280, 1500)
    1341
    """
    return round_half_up_ratio(gross_ore * rate_bp, 10_000 + rate_bp)


def round_half_up_ratio(numerator: int, denominator: int) -> int:
    """The whole number nearest to `numerator / denominator`, in integers; a half goes away from zero.

    >>> round_half_up_ratio(5, 2), round_half_up_ratio(-5, 2)
    (3, -3)
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    nearest = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -nearest if numerator < 0 else nearest


def split_ore(amount_ore: int, weights: Sequence[int]) -> list[int]:
    """`amount_ore` divided in proportion to `weights`, by largest remainder, exact to the øre.

    The parts sum to `amount_ore` exactly; the earlier weight wins a tie. Weights may be negative (a return among sales)
    as long as they do not sum to 0. A reversal is divided as the original: `-amount_ore` gives the same parts with the
    other sign.

    >>> split_ore(5840, [40000, 18400])
    [4000, 1840]

    >>> split_ore(100, [1, 1, 1])
    [34, 33, 33]

    Raises ValueError where the weights sum to 0 and the amount is not 0.
    """
    total = sum(weights)
    if total == 0:
        if amount_ore == 0:
            return [0] * len(weights)
        raise ValueError("an amount cannot be split over parts that sum to 0")
    parts, remainders = [], []
    for place, weight in enumerate(weights):
        whole, remainder = divmod(abs(amount_ore) * weight * (1 if total > 0 else -1), abs(total))
        parts.append(whole)
        remainders.append((-remainder, place))
    for _, place in sorted(remainders)[: abs(amount_ore) - sum(parts)]:
        parts[place] += 1
    return parts if amount_ore > 0 else [-part for part in parts]
