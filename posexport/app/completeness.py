"""Whether a business day's data is complete: that files cover it to its end, and that no ticket number is missing.

Most days are judged by stored counts per register and day. Single tickets are read only where the counts do not decide
it. Times are UTC seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from posexport.core.company import Venue
from posexport.core.coverage import (
    EVERY_REGISTER,
    RHYTHM_WEEKS,
    Covered,
    RegisterDay,
    Span,
    find_closing,
    find_holes,
    find_midnight,
    find_open_hole,
    find_together,
    find_usual_closing,
    is_quiet,
)
from posexport.core.finding import Finding
from posexport.core.findings.days import make_cut_end_finding, make_cut_start_finding
from posexport.core.findings.tickets import make_gap_finding
from posexport.core.series import Numbered, Series, find_gaps, find_series, goes_on
from posexport.store.database import Connection
from posexport.store.day_counts import (
    CountRow,
    RegisterCount,
    count_registers,
    find_day_after,
    find_day_before,
    find_next_ticket,
    find_z_after,
    has_tickets_in,
    read_counts,
    read_last_sales,
    read_numbered,
)
from posexport.store.day_figures import register_code
from posexport.store.spans import read_registers_of_files, read_spans
from posexport.store.stretch import LOOK_BACK

_KEPT = 40
"""How many days' numbers are cached."""

Counts = Mapping[int, RegisterCount]


class _Cut(NamedTuple):
    """A part of a day that no file covers, and the registers it concerns. `is_whole_venue`: it is missing for every
    register that sold."""

    registers: tuple[int, ...]
    holes: Sequence[Span]
    is_whole_venue: bool


class Completeness:
    """Checks the completeness of one venue's business days, on one connection."""

    def __init__(self, connection: Connection, number: int, venue: Venue) -> None:
        self._connection, self._number = connection, number
        self._venue, self._calendar = venue, venue.calendar
        self._counts: dict[date, Counts] = {}
        self._first: date | None = None
        self._numbered: dict[date, list[Numbered]] = {}
        self._proven: dict[date, bool] = {}
        self._together: dict[tuple[int, date], Collection[int]] = {}

    def learn(self, first: date, counts: Mapping[date, Sequence[CountRow]]) -> None:
        """Take the stored counts of the days from `first` on (the days to be checked and the week before them), by
        day."""
        self._first = first
        self._counts = {day: count_registers(rows) for day, rows in counts.items()}

    # The day's end

    def check_end(self, day: date, covered: Sequence[Covered], agreeing: Collection[int] = ()) -> list[Finding]:
        """The findings about a day whose start or end is not covered, register by register. `agreeing`: registers with
        a Z-report for this day that agrees with their tickets."""
        found = (self._check_cut(day, cut, agreeing) for cut in self._find_cuts(day, covered))
        return [finding for finding in found if finding is not None]

    def _check_cut(self, day: date, cut: _Cut, agreeing: Collection[int]) -> Finding | None:
        codes = () if cut.is_whole_venue else cut.registers
        names = ", ".join(register_code(self._connection, register) for register in codes)
        holes = cut.holes
        if holes[0].start_utc_s == self._calendar.start(day):
            if not self._goes_on(day, cut.registers, holes[0]):
                return make_cut_start_finding(day, self._calendar, holes[0], names)
            holes = holes[1:]
            if not holes:
                return None
        closes_utc_s = self._find_closing(day, holes[0].start_utc_s)
        hole = self._find_open_hole(day, cut.registers, holes, closes_utc_s, agreeing)
        return None if hole is None else make_cut_end_finding(day, self._calendar, hole, closes_utc_s, names)

    def _find_cuts(self, day: date, covered: Sequence[Covered]) -> list[_Cut]:
        """The uncovered parts of the day; registers with the same uncovered parts are put together."""
        start, end = self._calendar.start(day), self._calendar.end(day)
        sold = _list_sold(self._counts_of(day))
        if not sold:
            holes = find_holes((one.span for one in covered), start, end)
            return [_Cut((), holes, is_whole_venue=True)] if holes else []
        found: dict[tuple[Span, ...], list[int]] = {}
        for register in sold:
            holes = find_holes(self._find_spans(register, day, covered), start, end)
            found.setdefault(tuple(holes), []).append(register)
        return [
            _Cut(tuple(registers), holes, is_whole_venue=len(registers) == len(sold))
            for holes, registers in sorted(found.items())
            if holes
        ]

    def _find_spans(self, register: int, day: date, covered: Sequence[Covered]) -> list[Span]:
        """The times covered for a register: by files with tickets of it, and by files that name it or have registers
        exported together with it. A file of the second kind does not count where the register sold something in its
        time that the file lacks."""
        own = [one.span for one in covered if one.has_tickets_of(register)]
        holes = find_holes(own, self._calendar.start(day), self._calendar.end(day))
        if not holes:
            return own
        with_tickets = {one.file for one in covered if one.has_tickets_of(register)}
        others = [one for one in covered if one.file not in with_tickets and one.reaches_into(holes)]
        if not others:
            return own
        together = self._find_together(register, day)
        return own + [
            one.span
            for one in others
            if (one.register == register or one.register in together) and not self._lacks(one, register)
        ]

    def _find_together(self, register: int, day: date) -> Collection[int]:
        """The registers that are exported together with this one, going by the files of the weeks before. Files read by
        an early version have no registers noted: they count as covering every register."""
        if (register, day) not in self._together:
            since = self._calendar.start(day - timedelta(weeks=RHYTHM_WEEKS))
            until = self._calendar.end(day + LOOK_BACK)
            files = read_registers_of_files(self._connection, self._number, Span(since, until))
            every = {one for of_file in files for one in of_file}
            self._together[register, day] = every if EVERY_REGISTER in every else find_together([register], files)
        return self._together[register, day]

    def _lacks(self, one: Covered, register: int) -> bool:
        """Whether a register sold something in the time a file covers, though the file has no tickets of it."""
        days = self._calendar.open_day(one.start_utc_s), self._calendar.open_day(one.end_utc_s)
        return has_tickets_in(self._connection, self._number, register, one.span, days)

    def _goes_on(self, day: date, registers: Collection[int], hole: Span) -> bool:
        """Whether the ticket numbers of each of these registers continue after the hole where they ended before it."""
        series = self._find_series(day, registers)
        return bool(registers) and all(goes_on(series, register, *hole) for register in registers)

    def _find_open_hole(
        self, day: date, sold: Sequence[int], holes: Sequence[Span], closes_utc_s: int, agreeing: Collection[int]
    ) -> Span | None:
        counts = self._counts_of(day)
        last_utc_s = max((counts[register].last_utc_s for register in sold), default=0)
        if find_open_hole(holes, last_utc_s, closes_utc_s, ()) is None:
            return None
        open_ones = [register for register in sold if not self._is_closed(register, day, counts, agreeing)]
        series = self._find_series(day, open_ones) if open_ones else []
        registers = [RegisterDay(register, register not in open_ones, series) for register in sold]
        hole = find_open_hole(holes, last_utc_s, closes_utc_s, registers)
        is_last = hole == holes[-1]
        return None if hole is None or (is_last and self._is_quiet(day, open_ones, hole, counts)) else hole

    def _is_quiet(self, day: date, registers: Collection[int], hole: Span, counts: Counts) -> bool:
        """Whether the venue was just closed during the hole, for registers whose numbers restart daily: no closing time
        is set up, each register's next file is there, and nothing was sold near the hole or ever so late on other
        days."""
        last_utc_s = max(count.last_utc_s for count in counts.values())
        start, end = self._calendar.start(day), self._calendar.end(day)
        if self._venue.closes is not None or not registers:
            return False
        if not is_quiet(hole, last_utc_s, end, find_midnight(day, self._calendar)):
            return False
        latest = [at_utc_s - self._calendar.start(other) for other, at_utc_s in self._read_past(day).items()]
        return max(latest, default=0) <= hole.start_utc_s - start and all(
            self._begins_anew(register, day, counts[register]) for register in registers
        )

    def _begins_anew(self, register: int, day: date, count: RegisterCount) -> bool:
        """Whether a register's numbers restart on its next day: at this day's first number or below."""
        following = find_day_after(self._connection, self._number, register, day) if count.serials else None
        if following is None:
            return False
        rows = read_counts(self._connection, self._number, (following, following))
        return count_registers(rows[following])[register].low <= count.low

    def _is_closed(self, register: int, day: date, counts: Counts, agreeing: Collection[int]) -> bool:
        """Whether a Z-report was made after a register's last ticket of the day: before the next ticket (then it is
        this day's), or one that agrees with the tickets."""
        made_at = find_z_after(self._connection, register, counts[register].last_utc_s)
        if made_at is None:
            return False
        if made_at < self._calendar.end(day) or register in agreeing:
            return True
        following = find_next_ticket(self._connection, self._number, register, day)
        return following is None or made_at <= following

    def _find_closing(self, day: date, reached_utc_s: int) -> int:
        """When the venue closes (UTC s): the set closing time, or the usual one, worked out from past days. Past days
        that may be incomplete themselves count only where they lasted longer than this day's data."""
        calendar = self._calendar
        if self._venue.closes is not None:
            return find_closing(day, calendar, self._venue.closes)
        past = self._read_past(day)
        last_utc_s = max((count.last_utc_s for count in self._counts_of(day).values()), default=0)
        usual = find_usual_closing(day, calendar, past, last_utc_s)
        if max(usual, reached_utc_s) >= find_midnight(day, calendar):
            return usual
        of_weekday = [other for other in past if other.weekday() == day.weekday()]
        if any(self._is_proven(other) for other in of_weekday):
            return usual
        others = {other: at_utc_s for other, at_utc_s in past.items() if other not in of_weekday}
        return find_usual_closing(day, calendar, others, last_utc_s)

    def _is_proven(self, day: date) -> bool:
        """Whether a past day is complete, judged without the venue's usual closing time."""
        if day not in self._proven:
            start, end = self._calendar.start(day), self._calendar.end(day)
            midnight = find_midnight(day, self._calendar)
            self._proven[day] = all(
                cut.holes[0].start_utc_s != start
                and self._find_open_hole(day, cut.registers, cut.holes, midnight, ()) is None
                for cut in self._find_cuts(day, read_spans(self._connection, self._number, Span(start, end)))
            )
        return self._proven[day]

    def _read_past(self, day: date) -> dict[date, int]:
        """The time of the last sale (UTC s) of each day of the weeks before."""
        days = (day - timedelta(weeks=RHYTHM_WEEKS), day - timedelta(days=1))
        return read_last_sales(self._connection, self._number, days)

    # Numbers

    def check_numbers(self, day: date) -> list[Finding]:
        """The findings about ticket numbers that are missing before and between the day's tickets."""
        counts = self._counts_of(day)
        before = {register: self._find_count_before(register, day) for register in counts}
        doubtful = [
            register for register, count in counts.items() if count.serials and _is_doubtful(count, before[register])
        ]
        if not doubtful:
            return []
        gaps = find_gaps(self._find_series(day, doubtful), day)
        return [make_gap_finding(register_code(self._connection, gap.register), gap) for gap in gaps]

    def _find_series(self, day: date, registers: Iterable[int]) -> list[Series]:
        """The number series of these registers, from all tickets of the day and of the days with data next to it."""
        days = {day}
        for register in registers:
            around = (
                self._find_day_before(register, day),
                find_day_after(self._connection, self._number, register, day),
            )
            days.update(other for other in around if other is not None)
        return find_series(ticket for other in sorted(days) for ticket in self._numbered_of(other))

    def _numbered_of(self, day: date) -> list[Numbered]:
        if day not in self._numbered:
            if len(self._numbered) >= _KEPT:
                self._numbered.clear()
            self._numbered[day] = read_numbered(self._connection, self._number, day)
        return self._numbered[day]

    def _counts_of(self, day: date) -> Counts:
        if day not in self._counts and (self._first is None or day < self._first):
            rows = read_counts(self._connection, self._number, (day, day))
            self._counts[day] = count_registers(rows.get(day, ()))
        return self._counts.get(day, {})

    def _find_count_before(self, register: int, day: date) -> RegisterCount | None:
        before = self._find_day_before(register, day)
        return None if before is None else self._counts_of(before).get(register)

    def _find_day_before(self, register: int, day: date) -> date | None:
        """The last day before on which a register has numbered tickets."""
        other = day
        while self._first is not None and other > self._first:
            other -= timedelta(days=1)
            count = self._counts.get(other, {}).get(register)
            if count is not None and count.serials:
                return other
        return find_day_before(self._connection, self._number, register, other)


def _list_sold(counts: Counts) -> list[int]:
    """The registers that sold on a day; if none did, those with any ticket."""
    return [register for register, count in counts.items() if count.has_sold] or list(counts)


def _is_doubtful(count: RegisterCount, before: RegisterCount | None) -> bool:
    """Whether the counts alone cannot show that a register's numbers continued without a gap."""
    return not count.is_unbroken or (before is not None and before.high + 1 != count.low)
