"""Believable sales of some venues over some days, the same for the same seed, one ticket in memory at a time.

A venue has two registers, opens at eleven and closes at half past one in the night, which is still the same business
day. Food, coffee, soft drinks, beer, wine, tickets to a concert and gift cards; 25, 15, 12 and 0 % VAT; cash rounded
to whole kroner, cards, Vipps, split bills, tips and refunds. Amounts are øre, VAT included.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

FIRST_DAY = date(2025, 1, 6)
REGISTERS = 2
OPENS_AT = time(11)
OPEN_S = 14 * 3600 + 1800
"""From eleven to half past one."""

RATE_PERCENT = {"3": 25, "2": 15, "1": 12, "0": 0}
"""The registers' VAT codes."""


@dataclass(frozen=True, eq=False)
class Article:
    """Something sold. `served_vat` and `taken_vat` are the register's VAT codes; None is not sold to take away."""

    id: str
    product_type: str
    name: str
    price_ore: int
    served_vat: str
    taken_vat: str | None = None


MENU = (
    Article("1001", "100", "Fiskesuppe", 18_900, "3", "2"),
    Article("1002", "100", "Rekesmørbrød", 16_450, "3", "2"),
    Article("1003", "100", "Dagens burger", 21_990, "3", "2"),
    Article("1004", "100", "Barneburger", 12_900, "3", "2"),
    Article("1005", "100", "Salat", 15_950, "3", "2"),
    Article("1101", "110", "Kaffe", 4_200, "3", "2"),
    Article("1102", "110", "Kanelbolle", 4_490, "3", "2"),
    Article("1103", "110", "Sjokoladekake", 6_950, "3", "2"),
    Article("1201", "120", "Eplemost 0,33", 4_890, "3", "2"),
    Article("1202", "120", "Mineralvann 0,5", 3_990, "3", "2"),
    Article("2001", "200", "Pils 0,5", 10_900, "3"),
    Article("2002", "200", "IPA 0,4", 12_450, "3"),
    Article("2101", "210", "Husets rødvin, glass", 12_900, "3"),
    Article("3001", "300", "Billett, konsert", 25_000, "1"),
    Article("9001", "900", "Gavekort", 50_000, "0", "0"),
)
_RARE = {"3001": 3, "9001": 1}
_USUAL = 20


@dataclass(frozen=True, eq=False)
class Line:
    """One sale line; below zero where it is returned. The same line is the same object on every ticket."""

    article: Article
    quantity: int
    vat_code: str

    @cached_property
    def gross_ore(self) -> int:
        """What it sells for."""
        return self.article.price_ore * self.quantity

    @cached_property
    def vat_ore(self) -> int:
        """The VAT in it, rounded half up as registers do."""
        rate = RATE_PERCENT[self.vat_code]
        sign = 1 if self.gross_ore > 0 else -1
        return sign * ((2 * abs(self.gross_ore) * rate + 100 + rate) // (2 * (100 + rate)))


def _lines(taken: bool, quantities: Sequence[int]) -> list[Line]:
    codes = [(article, article.taken_vat if taken else article.served_vat) for article in MENU]
    return [Line(article, quantity, code) for article, code in codes if code is not None for quantity in quantities]


_CHOICES = tuple(
    (lines, list(accumulate(_RARE.get(line.article.id, _USUAL) for line in lines)))
    for lines in (_lines(False, (1, 1, 1, 2, 3)), _lines(True, (1, 1, 2)))
)
_RETURNS = _lines(False, (-1,))


class Sold(NamedTuple):
    """One ticket; `at` is local time. lines + tip + rounding = payments."""

    venue: int
    register: str
    number: int
    at: datetime
    business_day: date
    lines: tuple[Line, ...]
    payments: tuple[tuple[str, int], ...]
    tip_ore: int
    rounding_ore: int

    @property
    def total_ore(self) -> int:
        """The lines' sum."""
        return sum(line.gross_ore for line in self.lines)


@dataclass(frozen=True)
class Plan:
    """How much is sold: `tickets_per_day` per venue, of `lines_min` to `lines_max` lines each."""

    venues: int
    days: int
    tickets_per_day: int
    lines_min: int = 4
    lines_max: int = 16
    seed: int = 1
    first_day: date = FIRST_DAY

    @property
    def tickets(self) -> int:
        """In all."""
        return self.venues * self.days * self.tickets_per_day

    @property
    def business_days(self) -> list[date]:
        """In order."""
        return [self.first_day + timedelta(days=number) for number in range(self.days)]

    def first(self, days: int) -> Plan:
        """The same sales, of the first days alone."""
        return replace(self, days=min(days, self.days))

    def last(self, days: int) -> Plan:
        """The same sales, of the last days alone."""
        days = min(days, self.days)
        return replace(self, days=days, first_day=self.first_day + timedelta(days=self.days - days))


def plan_for(lines: int, venues: int = 40, tickets_per_day: int = 100) -> Plan:
    """A plan of about this many lines, ten a ticket; fewer venues and shorter days where that is not many.

    >>> plan_for(1_000_000).tickets, plan_for(1_000_000).days
    (100000, 25)
    """
    tickets = max(16, lines // 10)
    venues = max(2, min(venues, tickets // 400))
    per_day = max(4, min(tickets_per_day, tickets // (venues * 4)))
    return Plan(venues, max(2, round(tickets / (venues * per_day))), per_day)


def venue_id(venue: int) -> str:
    """A venue's id in the setup.

    >>> venue_id(7)
    'venue-007'
    """
    return f"venue-{venue:03d}"


def register_id(venue: int, register: int) -> str:
    """A register's id, its own among all venues."""
    return f"V{venue:03d}-{register + 1}"


def sell(plan: Plan) -> Iterator[Sold]:
    """Every ticket: venue by venue, register by register, day by day, as a register writes its journal."""
    for venue in range(plan.venues):
        for register in range(REGISTERS):
            for day in plan.business_days:
                yield from sell_day(plan, venue, register, day)


def sell_day(plan: Plan, venue: int, register: int, day: date) -> Iterator[Sold]:
    """A register's tickets of one business day, in order. Independent of every other day's."""
    rng = random.Random(f"{plan.seed}/{venue}/{register}/{day}")
    here = plan.tickets_per_day // REGISTERS + (register < plan.tickets_per_day % REGISTERS)
    number = (day - FIRST_DAY).days * here
    opened = datetime.combine(day, OPENS_AT)
    lengths = rng.choices(range(plan.lines_min, plan.lines_max + 1), k=here)
    for at_s, length in zip(sorted(rng.sample(range(OPEN_S), here)), lengths, strict=True):
        number += 1
        at = opened + timedelta(seconds=at_s)
        name = register_id(venue, register)
        yield Sold(venue, name, number, at, day, *_ring_up(rng, length))


def _ring_up(rng: random.Random, length: int) -> tuple[tuple[Line, ...], tuple[tuple[str, int], ...], int, int]:
    """What is on a ticket: lines, payments, tip, rounding."""
    if rng.random() < 0.01:
        returned = rng.choice(_RETURNS)
        return (returned,), (("BANKAXEPT", returned.gross_ore),), 0, 0
    choices, weights = _CHOICES[rng.random() < 0.3]
    lines = tuple(rng.choices(choices, cum_weights=weights, k=length))
    total_ore = sum(line.gross_ore for line in lines)
    way = rng.random()
    if way < 0.15:
        paid_ore = (total_ore + 50) // 100 * 100
        return lines, (("CASH", paid_ore),), 0, paid_ore - total_ore
    if way < 0.20:
        first_ore = total_ore // 200 * 100
        return lines, (("VISA", first_ore), ("VIPPS", total_ore - first_ore)), 0, 0
    if way < 0.30:
        tip_ore = rng.randrange(10, 61, 10) * 100
        return lines, (("VISA", total_ore + tip_ore),), tip_ore, 0
    paid_by = "BANKAXEPT" if way < 0.65 else "VISA" if way < 0.85 else "VIPPS"
    return lines, ((paid_by, total_ore),), 0, 0
