"""Number series of cash registers: which numbers are missing, and whether the numbers continue without a gap.

A register numbers its tickets consecutively, across days and files. It may restart at a low number, even within a
business day; tickets opened early and closed late are out of order; several registers of a venue may share one series.
Where most numbers are missing there is no series, and nothing is reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

_STRAYS = 3
"""How many consecutive tickets may be recorded twice without a restart."""


class Numbered(NamedTuple):
    """One ticket of a series, of any status: `serial` is its number."""

    at_utc_s: int
    serial: int
    register: int
    business_day: date


class SeriesGap(NamedTuple):
    """Numbers that no ticket has, reported on the day of the next ticket. `first` and `last`: the numbers around the
    gap."""

    register: int
    missing: tuple[int, ...]
    first: int
    last: int


@dataclass(slots=True)
class Series:
    """Tickets that were numbered consecutively, by number."""

    tickets: dict[int, Numbered]
    low: int
    high: int

    def absorb(self, other: Series) -> None:
        """Add the tickets of another series; where both have a number, this one's stays."""
        self.tickets = other.tickets | self.tickets
        self.low, self.high = min(self.low, other.low), max(self.high, other.high)

    def reaches_into(self, other: Series) -> bool:
        """Whether the ranges of their numbers overlap."""
        return self.low < other.high and other.low < self.high


def find_series(tickets: Iterable[Numbered]) -> list[Series]:
    """The number series that a venue's tickets belong to."""
    by_register: dict[int, list[Numbered]] = defaultdict(list)
    for ticket in tickets:
        by_register[ticket.register].append(ticket)
    found: list[Series] = []
    for of_register in by_register.values():
        series: list[Series] = []
        for run in _find_rising_runs(of_register):
            _place(run, series)
        found += series
    return _join_shared(found)


def _find_rising_runs(tickets: Iterable[Numbered]) -> Iterator[Series]:
    """One register's tickets in order of completion, divided wherever a number is not higher than the one before."""
    run: dict[int, Numbered] = {}
    low = high = 0
    for ticket in sorted(tickets):
        if run and ticket.serial <= high:
            yield Series(run, low, high)
            run = {}
        if not run:
            low = ticket.serial
        high = ticket.serial
        run[high] = ticket
    if run:
        yield Series(run, low, high)


def _place(run: Series, series: list[Series]) -> None:
    """Add a run to the series that it fits into, or begin a new series with it: the register restarted."""
    for known in reversed(series):
        if known.reaches_into(run) and known.tickets.keys().isdisjoint(run.tickets):
            known.absorb(run)
            series[:] = _merge_into(known, series)
            return
    if series and _has_strayed(run, series[-1]):
        series[-1].absorb(run)
    else:
        series.append(run)


def _merge_into(grown: Series, series: Iterable[Series]) -> list[Series]:
    """Merge a grown series with those it now overlaps, which were tickets out of order."""
    others = []
    for other in series:
        if other is not grown and grown.reaches_into(other) and grown.tickets.keys().isdisjoint(other.tickets):
            grown.absorb(other)
        elif other is not grown:
            others.append(other)
    return [*others, grown]


def _has_strayed(run: Series, known: Series) -> bool:
    """Whether a run that repeats numbers is just a ticket or two recorded twice, rather than a restart: a restart goes
    through the numbers again from the first."""
    again = [serial for serial in run.tickets if serial <= known.high]
    if not again or again[0] <= known.low:
        return False
    return len(again) == 1 or (len(again) <= _STRAYS and len(again) * 2 < known.high - again[0] + 1)


def _join_shared(series: list[Series]) -> list[Series]:
    """Join the series of several registers that share one: mostly, the number after one register's is the other's."""
    joined: list[Series] = []
    for one in series:
        while (other := next((each for each in joined if _is_shared(one, each)), None)) is not None:
            joined.remove(other)
            one.absorb(other)
        joined.append(one)
    return joined


def _is_shared(one: Series, other: Series) -> bool:
    if not one.reaches_into(other):
        return False
    if len(one.tickets.keys() & other.tickets.keys()) * 10 > min(len(one.tickets), len(other.tickets)):
        return False
    owners = dict.fromkeys(one.tickets, 0) | dict.fromkeys(other.tickets, 1)
    meetings = [after - before for before, after in pairwise(sorted(owners)) if owners[before] != owners[after]]
    return meetings.count(1) * 2 > len(meetings)


def find_gaps(series: Iterable[Series], day: date) -> list[SeriesGap]:
    """The numbers missing before or between the tickets of a day. `series`: of the day and of adjacent days with data;
    what is missing before a later day's ticket is reported on that day."""
    found: list[SeriesGap] = []
    for one in series:
        top = max((serial for serial, ticket in one.tickets.items() if ticket.business_day <= day), default=None)
        if top is not None:
            for piece in _find_dense_pieces(sorted(serial for serial in one.tickets if serial <= top)):
                found += _find_gaps_in(piece, one, day)
    return sorted(found, key=attrgetter("register", "first"))


def _find_dense_pieces(serials: Sequence[int]) -> Iterator[Sequence[int]]:
    """The parts of a series, in order, in which at most half as many numbers are missing as exist. A larger jump is no
    gap but a restart."""
    most = len(serials) / 2
    leaps = [place for place, (one, other) in enumerate(pairwise(serials), 1) if other - one - 1 > most]
    if leaps:
        for first, last in pairwise((0, *leaps, len(serials))):
            yield from _find_dense_pieces(serials[first:last])
    elif serials[-1] - serials[0] + 1 - len(serials) <= most:
        yield serials


def _find_gaps_in(piece: Sequence[int], series: Series, day: date) -> Iterator[SeriesGap]:
    missing: dict[int, list[int]] = defaultdict(list)
    below: dict[int, int] = {}
    for before, after in pairwise(piece):
        ticket = series.tickets[after]
        if after - before > 1 and ticket.business_day == day:
            missing[ticket.register] += range(before + 1, after)
            below.setdefault(ticket.register, before)
    of_day = [serial for serial in piece if series.tickets[serial].business_day == day]
    for register, numbers in missing.items():
        yield SeriesGap(register, tuple(numbers), min(below[register], of_day[0]), of_day[-1])


def goes_on(series: Iterable[Series], register: int, since_utc_s: int, until_utc_s: int) -> bool:
    """Whether no ticket of a register between two times (UTC s) is missing, judged by numbers: none is missing between
    its last ticket before and its first after. Numbers of registers that share the series count too."""
    for one in series:
        before = [ticket for ticket in one.tickets.values() if ticket.at_utc_s <= since_utc_s]
        if before and _is_last_of(register, before, series, since_utc_s):
            high = max(ticket.serial for ticket in before)
            after = (ticket.serial for ticket in one.tickets.values() if ticket.at_utc_s >= until_utc_s)
            following = min((serial for serial in after if serial > high), default=None)
            return following is not None and all(serial in one.tickets for serial in range(high + 1, following))
    return False


def _is_last_of(register: int, before: Iterable[Numbered], series: Iterable[Series], since_utc_s: int) -> bool:
    """Whether a register's last ticket up to a time (UTC s) is among these."""
    last = max(
        (
            ticket
            for one in series
            for ticket in one.tickets.values()
            if ticket.register == register and ticket.at_utc_s <= since_utc_s
        ),
        default=None,
    )
    return last is not None and last in before
