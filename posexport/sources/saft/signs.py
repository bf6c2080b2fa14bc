"""What the signs on a SAF-T ticket mean: pure arithmetic on øre, no XML, no codes.

Registers write a return in several ways, and payments carry no debit or credit. So a ticket is taken as the
programs known to us could have meant it, and the balance, lines + tip + rounding = payments, decides.

Readings of the lines, in this order (`a` is the amount as written; a line without amntTp has its ticket's):

    as written                          a                             the official example
    D is minus                          -|a| on D, else a             the Danish reading, positive with D
    D turns                             -a on D, else a               the same, with a discount line below zero
    marked is minus                     -|a| where the line type or the quantity says return, else a
    all turned                          -a                            signs on the payments only
    all minus                           -|a|                          signs mixed between lines
    C is minus                          -|a| on C, |a| on D           inverted: a sale is D
    C turns                             -a on C, else a               inverted, with a discount line
    all plus                            |a|                           lines below zero, payments not

Each is tried with the payments as written and turned (the rounding and the tip too), converted to NOK and as
they stand, the tip outside the lines and inside them, other additions likewise, a ticket's discount on top of the
lines or already in them. Whatever balances is a candidate. Where candidates give the lines different signs, this
evidence is asked in order, and each answer keeps those candidates that agree with it, if any does:

    1  a line whose lineType or quantity says return is not positive
    2  written signs and amntTp agree throughout, and some line is D: as written
    3  every line, or the ticket's total, is written below zero: money goes out
    4  the transaction type is a return (11006): money goes out
    5  every payment is written below zero: money goes out
    6  amntTp: C is a sale and D a return, or the reverse where this register writes its sales as D. Where that is
       not known yet, D is a return unless the codes call the D lines sales: the transaction type or the line
       types alone are no decision, both together are (a quantity above zero says nothing: see "D is minus")
    7  nothing is D: as written

Where more than one is left, the ticket is not decided, and the file is refused with its name. Where nothing
balances, the evidence chooses among the readings of the lines, as written where it cannot, and the ticket goes
on as it is, unbalanced, for the exporter to hold. A register that writes sales both as C and as D is refused.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


class WrittenLine(NamedTuple):
    """One line as written. `side`: amntTp, "C", "D" or "". `tip_ore`: tips on the line; `raise_ore`: other surcharges;
    `untaxed`: it has no VAT."""

    amount_ore: int
    side: str = ""
    returned: bool = False
    sold: bool = False
    tip_ore: int = 0
    untaxed: bool = False
    raise_ore: int = 0


@dataclass(slots=True)
class WrittenTicket:
    """One ticket as written, in øre. `payments`: interpretations of them in NOK, most likely first."""

    lines: list[WrittenLine]
    payments: list[list[int]]
    side: str = ""
    total_ore: int | None = None
    rounding_ore: int = 0
    tip_ore: int = 0
    discount_ore: int = 0
    raise_ore: int = 0
    is_return: bool = False
    is_sale: bool = False
    sides: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sides = [line.side or self.side for line in self.lines]


class Raises(NamedTuple):
    """One reading of surcharges that are no tip: their sign, and `outside_ore` of them on top of the lines. `in_lines`:
    each line's own surcharge is in its amount. `spread_ore`: the ticket's, included somewhere in the lines; `line`: the
    index of a line that is nothing else, if there is one."""

    sign: int = 1
    outside_ore: int = 0
    in_lines: bool = False
    spread_ore: int = 0
    line: int | None = None


class Reading(NamedTuple):
    """How the ticket is meant, in øre: a sale is positive. `lines` are before the changes by `line_tips`, `raises` and
    `adjustment_ore`: each line's own tip is still to be deducted, and the adjustment (a discount on the whole ticket)
    to be distributed. `tip_line`: the index of a line that is nothing but the tip."""

    lines: tuple[int, ...]
    payments: tuple[int, ...]
    payments_way: int
    rounding_ore: int
    tip_ore: int
    line_tips: tuple[int, ...] | None
    tip_line: int | None
    adjustment_ore: int
    balanced: bool
    raises: Raises


class Undecided(Exception):
    """The ticket can be read in more than one way; the message says which."""


class SalesSide:
    """Which side (C or D) one register writes its sales on, as far as its tickets have shown."""

    __slots__ = ("side",)

    def __init__(self) -> None:
        self.side = ""


def read_signs(ticket: WrittenTicket, sales: SalesSide) -> Reading:
    """The only possible reading of a ticket; `sales` learns from it. Raises Undecided."""
    balanced: dict[tuple[int, ...], Reading] = {}
    for lines in _ways_of_lines(ticket):
        if lines in balanced:
            continue
        reading = _balanced(ticket, lines)
        if reading is not None:
            balanced[lines] = reading
    if not balanced:
        return _unbalanced(ticket, sales)
    lines = next(iter(balanced)) if len(balanced) == 1 else _decided(ticket, list(balanced), sales)
    _learn(ticket, lines, sales)
    return balanced[lines]


def read_signs_leniently(ticket: WrittenTicket, sales: SalesSide) -> Reading:
    """As `read_signs`, for a ticket that is not counted: raises nothing, and `sales` does not learn."""
    copy = SalesSide()
    copy.side = sales.side
    try:
        return read_signs(ticket, copy)
    except Undecided:
        return _unbalanced(ticket, copy)


def _ways_of_lines(ticket: WrittenTicket) -> list[tuple[int, ...]]:
    written = [line.amount_ore for line in ticket.lines]
    sides = ticket.sides
    both = list(zip(written, sides, strict=True))
    return [
        tuple(written),
        tuple(-abs(a) if side == "D" else a for a, side in both),
        tuple(-a if side == "D" else a for a, side in both),
        tuple(-abs(line.amount_ore) if line.returned else line.amount_ore for line in ticket.lines),
        tuple(-a for a in written),
        tuple(-abs(a) for a in written),
        tuple(-abs(a) if side == "C" else abs(a) for a, side in both),
        tuple(-a if side == "C" else a for a, side in both),
        tuple(abs(a) for a in written),
    ]


class _Tips(NamedTuple):
    """One reading of the tips: `total_ore`, of which `outside_ore` is on top of the lines."""

    total_ore: int
    outside_ore: int
    line_tips: tuple[int, ...] | None = None
    tip_line: int | None = None


def _ways_of_tips(ticket: WrittenTicket, lines: tuple[int, ...]) -> list[_Tips]:
    on_lines = [line.tip_ore for line in ticket.lines]
    line_tips_ore = sum(on_lines)
    if not ticket.tip_ore and not any(on_lines):
        return [_Tips(0, 0)]
    ways = []
    same = (line_tips_ore + ticket.tip_ore < 0) == (sum(lines) < 0)
    for sign in (1, -1) if same else (-1, 1):
        tip_ore, all_ore = sign * ticket.tip_ore, sign * (ticket.tip_ore + line_tips_ore)
        ways.append(_Tips(all_ore, all_ore))
        if any(on_lines):
            ways.append(_Tips(all_ore, tip_ore, tuple(sign * tip for tip in on_lines)))
        if tip_ore and not line_tips_ore:
            tip_lines = [place for place, line in enumerate(ticket.lines) if line.untaxed and lines[place] == tip_ore]
            if len(tip_lines) == 1:
                ways.append(_Tips(all_ore, 0, tip_line=tip_lines[0]))
    return ways


_NO_RAISES = [Raises()]


def _ways_of_raises(ticket: WrittenTicket, lines: tuple[int, ...]) -> list[Raises]:
    on_lines = [line.raise_ore for line in ticket.lines]
    lines_ore = sum(lines)
    if not ticket.raise_ore and not any(on_lines):
        return _NO_RAISES
    total_ore = ticket.raise_ore + sum(on_lines)
    ways = []
    for sign in (1, -1) if (total_ore < 0) == (lines_ore < 0) else (-1, 1):
        of_ticket_ore = sign * ticket.raise_ore
        ways.append(Raises(sign, sign * total_ore))
        if any(on_lines):
            ways.append(Raises(sign, of_ticket_ore, True))
        if of_ticket_ore and lines_ore:
            alone = [place for place, line in enumerate(ticket.lines) if line.untaxed and lines[place] == of_ticket_ore]
            ways.append(Raises(sign, 0, any(on_lines), of_ticket_ore, alone[0] if len(alone) == 1 else None))
    return ways


def _ways_to_adjust(ticket: WrittenTicket, lines_ore: int) -> list[int]:
    off = ticket.discount_ore if lines_ore < 0 else -ticket.discount_ore
    return [0, off] if off else [0]


def _ways_of_payments(ticket: WrittenTicket) -> Iterator[tuple[int, int]]:
    """The index of each interpretation of the payments, with a sign."""
    for sign in (1, -1):
        for way in range(len(ticket.payments)):
            yield way, sign


def _balanced(ticket: WrittenTicket, lines: tuple[int, ...]) -> Reading | None:
    """The first reading of everything else with which these lines balance; None where there is none."""
    lines_ore = sum(lines)
    roundings = (ticket.rounding_ore, -ticket.rounding_ore) if ticket.rounding_ore else (0,)
    others = itertools.product(
        _ways_to_adjust(ticket, lines_ore), _ways_of_tips(ticket, lines), _ways_of_raises(ticket, lines)
    )
    for adjustment_ore, tips, raises in others:
        for way, sign in _ways_of_payments(ticket):
            paid = ticket.payments[way]
            rest_ore = sign * sum(paid) - lines_ore - adjustment_ore - tips.outside_ore - raises.outside_ore
            for rounding_ore in roundings:
                if rest_ore == rounding_ore:
                    return Reading(
                        lines,
                        tuple(sign * amount for amount in paid),
                        way,
                        rounding_ore,
                        tips.total_ore,
                        tips.line_tips,
                        tips.tip_line,
                        adjustment_ore,
                        True,
                        raises,
                    )
    return None


def _unbalanced(ticket: WrittenTicket, sales: SalesSide) -> Reading:
    ways = list(dict.fromkeys(_ways_of_lines(ticket)[:6]))
    lines = ways[0]
    if len(ways) > 1:
        try:
            lines = _decided(ticket, ways, sales)
        except Undecided:
            lines = ways[0]
    out = sum(lines) < 0
    paid = ticket.payments[0]
    turn_payments = out and bool(paid) and min(paid) >= 0
    tip_ore = ticket.tip_ore + sum(line.tip_ore for line in ticket.lines)
    raise_ore = ticket.raise_ore + sum(line.raise_ore for line in ticket.lines)
    raise_sign = -1 if out and raise_ore > 0 else 1
    turned = out and lines != ways[0]
    return Reading(
        lines,
        tuple(-amount for amount in paid) if turn_payments else tuple(paid),
        0,
        -ticket.rounding_ore if turned else ticket.rounding_ore,
        -tip_ore if out and tip_ore > 0 else tip_ore,
        None,
        None,
        0,
        False,
        Raises(raise_sign, raise_sign * raise_ore),
    )


def _decided(ticket: WrittenTicket, ways: list[tuple[int, ...]], sales: SalesSide) -> tuple[int, ...]:
    """The signed lines that the evidence leaves. Raises Undecided where more than one is left."""
    for keep in _evidence(ticket, sales):
        agreeing = [lines for lines in ways if keep(lines)]
        ways = agreeing or ways
        if len(ways) == 1:
            return ways[0]
    raise Undecided("sale and return balance alike, and nothing on the ticket tells which it is")


def _evidence(ticket: WrittenTicket, sales: SalesSide) -> Iterator[Callable[[tuple[int, ...]], bool]]:
    """What the ticket says about itself, strongest first; each a test of signed lines."""
    written = tuple(line.amount_ore for line in ticket.lines)
    counted = [place for place, amount in enumerate(written) if amount]
    sides = ticket.sides

    def goes_out(lines: tuple[int, ...]) -> bool:
        return sum(lines) < 0

    def as_written(lines: tuple[int, ...]) -> bool:
        return lines == written

    marked = [place for place in counted if ticket.lines[place].returned]
    if marked:
        yield lambda lines: all(lines[place] <= 0 for place in marked)
    below_zero = any(written[place] < 0 for place in counted)
    if "D" in sides and below_zero and all((written[p] < 0) == (sides[p] == "D") for p in counted if sides[p]):
        yield as_written
    if (counted and all(written[place] < 0 for place in counted)) or (ticket.total_ore or 0) < 0:
        yield goes_out
    if ticket.is_return:
        yield goes_out
    paid = [amount for amount in ticket.payments[0] if amount]
    if paid and max(paid) < 0:
        yield goes_out
    minus = _minus_side(ticket, counted, sales)
    if minus:
        yield lambda lines: all((lines[p] < 0) == (sides[p] == minus) for p in counted if sides[p])
    if "D" not in sides:
        yield as_written
        yield lambda lines: sum(lines) > 0


def _minus_side(ticket: WrittenTicket, counted: list[int], sales: SalesSide) -> str:
    """The side that means a return on this ticket; "" where amntTp does not decide. Raises Undecided."""
    own = {ticket.sides[place] for place in counted} - {""}
    if not own:
        return ""
    if sales.side == "D":
        if own == {"C"} and _sale_marks(ticket, counted) > 1:
            raise Undecided("this register writes its sales as D, and here is one as C")
        return "C"
    if own == {"C"}:
        return "D" if ticket.side != "D" else ""
    if own == {"D"} and ticket.side == "C":
        return ""
    if sales.side == "C":
        return "D"
    marks = _sale_marks(ticket, [place for place in counted if ticket.sides[place] == "D"])
    if marks == 1:
        raise Undecided("amntTp D says a return, and a code on the ticket says a sale")
    return "C" if marks > 1 else "D"


def _sale_marks(ticket: WrittenTicket, places: list[int]) -> int:
    """How many codes say that these lines are sales: the transaction type, the line types."""
    return int(ticket.is_sale) + int(bool(places) and all(ticket.lines[place].sold for place in places))


def _learn(ticket: WrittenTicket, lines: tuple[int, ...], sales: SalesSide) -> None:
    own = set(ticket.sides)
    if sales.side or len(own) != 1 or (side := own.pop()) not in "CD" or not side:
        return
    net_ore = sum(lines)
    if net_ore:
        sales.side = side if net_ore > 0 else ("C" if side == "D" else "D")
