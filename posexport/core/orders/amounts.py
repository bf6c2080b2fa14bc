"""The amounts of an order: PowerOffice Go reckons from net unit prices, the register from gross amounts. Net amounts
and prices are chosen so that the gross amounts come out.

Go's sum: per line net = round(quantity x price) and VAT = round(net x rate), half up, and the total is their sum. Not
every gross amount exists that way: a line may differ by one øre. Amounts are whole øre, rates basis points (2500 is
25 %), quantities and prices exact decimals, prices in kroner without VAT.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from posexport.core.money import round_half_up_ratio

PRICE_DECIMALS = range(4, 7)
"""How many decimals a unit price (kroner) has that is no whole number of øre: the fewest that give the net amount."""

_QUANTITY = re.compile(r"[+-]?(\d{1,12})(?:\.(\d{1,9}))?\Z", re.ASCII)


class LineAmounts(NamedTuple):
    """The amounts of one line as Go reckons them (øre)."""

    net_ore: int
    vat_ore: int

    @property
    def total_ore(self) -> int:
        """Net and VAT together."""
        return self.net_ore + self.vat_ore


class Priced(NamedTuple):
    """A net amount as quantity and unit price. `quantity`: negative for a return; `price`: kroner without VAT, never
    negative. `times`: the quantity sold, where it could not be used and has to stand in the text: "3 x Burger"; 1
    otherwise."""

    quantity: Decimal
    price: Decimal
    times: int = 1


def reckon_line(net_ore: int, rate_bp: int) -> LineAmounts:
    """The amounts of a line with this net amount, as Go reckons them.

    >>> reckon_line(869, 1500).total_ore
    999
    """
    return LineAmounts(net_ore, round_half_up_ratio(net_ore * rate_bp, 10_000))


def choose_amounts(gross_ore: int, rate_bp: int, running_ore: int = 0) -> LineAmounts:
    """The amounts of a line whose total is nearest its gross amount.

    `running_ore`: by how much the totals of the lines before it exceed their gross amounts. Of two that are equally
    near, the one that brings that nearer 0, then the lower. A negative line is treated as the same sale with the sign
    turned.

    >>> choose_amounts(1000, 1500), choose_amounts(1000, 1500, running_ore=-1)
    (LineAmounts(net_ore=869, vat_ore=130), LineAmounts(net_ore=870, vat_ore=131))
    """
    if gross_ore < 0:
        sale = choose_amounts(-gross_ore, rate_bp, -running_ore)
        return LineAmounts(-sale.net_ore, -sale.vat_ore)
    nearest_ore = round_half_up_ratio(gross_ore * 10_000, 10_000 + rate_bp)
    candidates = [reckon_line(net_ore, rate_bp) for net_ore in (nearest_ore - 1, nearest_ore, nearest_ore + 1)]
    return min(
        candidates,
        key=lambda line: (
            abs(line.total_ore - gross_ore),
            abs(running_ore + line.total_ore - gross_ore),
            line.total_ore,
        ),
    )


def choose_all(lines: Iterable[tuple[int, int]]) -> list[LineAmounts]:
    """The amounts of an order's lines, each given as gross amount (øre) and rate (basis points), in their order."""
    chosen: list[LineAmounts] = []
    running_ore = 0
    for gross_ore, rate_bp in lines:
        chosen.append(choose_amounts(gross_ore, rate_bp, running_ore))
        running_ore += chosen[-1].total_ore - gross_ore
    return chosen


def parse_quantity(text: str) -> Decimal | None:
    """A quantity as the register wrote it, without its sign (the amount has it); None where it is no decimal number, or
    0.

    >>> parse_quantity("3.000"), parse_quantity("-0.435"), parse_quantity("0"), parse_quantity("3 stk")
    (Decimal('3.000'), Decimal('0.435'), None, None)
    """
    if not _QUANTITY.match(text.strip()):
        return None
    quantity = abs(Decimal(text.strip()))
    return quantity or None


def count_pieces(text: str) -> int:
    """How many pieces a line sold: 1 where the register gives no quantity, or one that is no whole number.

    >>> count_pieces("3.000"), count_pieces("0.435"), count_pieces("")
    (3, 1, 1)
    """
    quantity = parse_quantity(text)
    return int(quantity) if quantity is not None and quantity == quantity.to_integral_value() else 1


def set_price(net_ore: int, pieces: int = 1, *, keeps_decimals: bool = True) -> Priced:
    """The quantity and unit price whose product, rounded to whole øre, is this net amount.

    A price that is no whole number of øre has as few decimals as do. Where none do, or the ledger does not keep them
    (`keeps_decimals` false), the quantity is 1.

    >>> set_price(9130, 3)
    Priced(quantity=Decimal('3'), price=Decimal('30.4333'), times=1)

    >>> set_price(9130, 3, keeps_decimals=False)
    Priced(quantity=Decimal('1'), price=Decimal('91.30'), times=3)
    """
    sign = -1 if net_ore < 0 else 1
    amount_ore = abs(net_ore)
    if amount_ore % pieces == 0:
        return Priced(Decimal(sign * pieces), _kroner(amount_ore // pieces, 2))
    for decimals in PRICE_DECIMALS if keeps_decimals else ():
        units = round_half_up_ratio(amount_ore * 10 ** (decimals - 2), pieces)
        if round_half_up_ratio(units * pieces, 10 ** (decimals - 2)) == amount_ore:
            return Priced(Decimal(sign * pieces), _kroner(units, decimals))
    return Priced(Decimal(sign), _kroner(amount_ore, 2), pieces)


def multiply_ore(quantity: Decimal, price: Decimal) -> int:
    """The net amount (øre) of a quantity at a unit price in kroner, as Go reckons it.

    >>> multiply_ore(Decimal(3), Decimal("30.4333"))
    9130
    """
    (pieces, parts), (units, hundredths) = quantity.as_integer_ratio(), price.as_integer_ratio()
    return round_half_up_ratio(pieces * units * 100, parts * hundredths)


def _kroner(units: int, decimals: int) -> Decimal:
    return Decimal(units).scaleb(-decimals)
