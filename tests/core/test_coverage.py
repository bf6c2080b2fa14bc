"""Whether what was read covers a business day: calendar-day exports, headers that lie, files that join."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from posexport.core import coverage
from posexport.core.coverage import (
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
from posexport.core.day import BusinessCalendar
from posexport.core.finding import Severity
from posexport.core.findings.days import make_cut_end_finding, make_cut_start_finding
from posexport.core.sales import Coverage
from posexport.core.series import Numbered, find_series
from posexport.texts.describe import fix_of, message_of
from posexport.texts.language import LANGS
from tests.support.build import DAY, VENUE
from tests.support.strategies import looking

CALENDAR = VENUE.calendar
START, END = CALENDAR.start(DAY), CALENDAR.end(DAY)
HOUR = 3_600


def at(hour: int, minute: int = 0, *, day: date = DAY) -> int:
    """A local time as an instant; hour 26 is two o'clock the night after."""
    moment = datetime(day.year, day.month, day.day) + timedelta(hours=hour, minutes=minute)
    return CALENDAR.place(moment).at_utc_s


def measure_span(
    claim: Coverage,
    first_utc_s: int,
    last_utc_s: int,
    *,
    read: int = END + HOUR,
    trusted: tuple[date, date] | None = None,
) -> Span:
    return coverage.measure_span(claim, CALENDAR, first_utc_s, last_utc_s, read_at_utc_s=read, trusted=trusted)


def calendar_day(day: date) -> Span:
    """What an export of one calendar day covers."""
    return Span(at(0, day=day), at(24, day=day))


# What a file covers


def test_a_file_that_says_what_it_covers_and_keeps_to_it_is_believed() -> None:
    claim = Coverage(datetime(2026, 11, 20), datetime(2026, 11, 21))
    assert measure_span(claim, at(8), at(23)) == Span(at(0), at(24))


@pytest.mark.parametrize(
    "claim",
    [
        Coverage(datetime(2026, 1, 1), datetime(2026, 6, 30)),
        Coverage(datetime(2026, 11, 20, 9), datetime(2026, 11, 21)),
        Coverage(datetime(2026, 11, 20), datetime(2026, 11, 20, 22)),
        Coverage(datetime(2026, 11, 22), datetime(2026, 11, 22)),
        Coverage(datetime(2026, 11, 20), None),
        Coverage(None, datetime(2026, 11, 21)),
        Coverage(),
    ],
)
def test_a_claim_that_the_tickets_contradict_or_that_is_half_a_claim_is_not_believed(claim: Coverage) -> None:
    assert measure_span(claim, at(8), at(23)) == Span(START, END)


def test_a_file_without_a_claim_that_is_read_afterwards_covers_the_days_of_its_tickets_whole() -> None:
    assert measure_span(Coverage(), at(2), at(23)) == Span(CALENDAR.start(DAY - timedelta(days=1)), END)
    assert measure_span(Coverage(), at(10), at(26)) == Span(START, END)


@pytest.mark.parametrize(("read", "end"), [(at(15, 30), at(15, 30)), (at(29), END), (at(40), END), (at(9), at(14))])
def test_a_file_without_a_claim_covers_nothing_after_it_was_read_but_its_own_tickets(read: int, end: int) -> None:
    assert measure_span(Coverage(), at(10), at(14), read=read) == Span(START, end)


@pytest.mark.parametrize(("read", "end"), [(at(15, 30), at(15, 30)), (at(24), at(24)), (END, at(24)), (at(9), at(14))])
def test_a_file_that_does_not_say_when_it_was_made_covers_nothing_after_it_was_read(read: int, end: int) -> None:
    claim = Coverage(datetime(2026, 11, 20), datetime(2026, 11, 21))
    assert measure_span(claim, at(10), at(14), read=read) == Span(at(0), end)


@pytest.mark.parametrize(
    ("claim", "start"), [(Coverage(), START), (Coverage(datetime(2026, 1, 1), datetime(2026, 3, 1)), START)]
)
def test_without_a_believable_claim_when_a_file_was_made_is_as_far_as_it_goes(claim: Coverage, start: int) -> None:
    made = claim._replace(made_at=datetime(2026, 11, 20, 15, 30))
    assert measure_span(made, at(8), at(14)) == Span(start, at(15, 30))
    assert measure_span(made, at(8), at(16)) == Span(start, END), "it was not made then: it has a later ticket"


def test_a_claim_is_believed_only_for_the_days_that_are_trusted_and_for_its_own_tickets() -> None:
    claim = Coverage(datetime(2026, 1, 1), datetime(2027, 1, 1), datetime(2026, 11, 22, 9))
    saturday = DAY + timedelta(days=1)
    noon = at(60)
    assert measure_span(claim, at(37), at(45), trusted=(saturday, saturday), read=noon) == Span(END, at(53))
    assert measure_span(claim, at(37), at(45), trusted=(DAY, saturday), read=noon) == Span(START, at(53))
    assert measure_span(claim, at(13), at(45), trusted=(saturday, saturday), read=noon) == Span(START, at(53))
    assert measure_span(claim, at(37), at(45), read=noon).start_utc_s == at(0, day=date(2026, 1, 1))


@looking(100)
@given(
    st.tuples(*[st.one_of(st.none(), st.integers(-60, 100))] * 3),
    st.lists(st.integers(-30, 60), min_size=1, max_size=5),
    st.integers(-40, 120),
)
def test_a_file_covers_its_own_tickets_and_nothing_after_it_was_read(
    told: tuple[int | None, ...], hours: list[int], read: int
) -> None:
    midnight = datetime(2026, 11, 20)
    starts, ends, made = (None if hour is None else midnight + timedelta(hours=hour) for hour in told)
    claim = Coverage(starts, ends, made)
    first, last = at(min(hours)), at(max(hours))
    span = measure_span(claim, first, last, read=at(read))
    assert span.start_utc_s <= first <= last <= span.end_utc_s
    assert span.end_utc_s <= max(last, at(read))
    if claim.made_at is not None and at(0, day=DAY) + told[2] * HOUR >= last:  # type: ignore[operator]
        assert span.end_utc_s <= at(told[2])  # type: ignore[arg-type]


def test_a_fiscal_year_in_the_header_covers_no_more_than_when_the_file_was_made() -> None:
    claim = Coverage(datetime(2026, 1, 1), datetime(2027, 1, 1), datetime(2026, 11, 21, 0, 30))
    assert measure_span(claim, at(8), at(23)).end_utc_s == at(24, 30)


def test_when_a_file_was_made_counts_only_after_its_tickets_and_before_its_claimed_end() -> None:
    whole = Span(at(0), at(24))
    for made_at in (datetime(2026, 11, 20, 12), datetime(2026, 11, 22, 9), None):
        claim = Coverage(datetime(2026, 11, 20), datetime(2026, 11, 21), made_at)
        assert measure_span(claim, at(8), at(23)) == whole


def test_a_claim_of_one_instant_with_its_only_ticket_there_is_believed() -> None:
    claim = Coverage(datetime(2026, 11, 20, 12), datetime(2026, 11, 20, 12))
    assert measure_span(claim, at(12), at(12)) == Span(at(12), at(12))


# Whether a day is whole


def holes(*spans: Span) -> list[Span]:
    return find_holes(spans, START, END)


def numbered(serial: int, at_utc_s: int, register: int = 1) -> Numbered:
    return Numbered(at_utc_s, serial, register, CALENDAR.open_day(at_utc_s))


def registers(*tickets: Numbered, closed: Collection[int] = ()) -> list[RegisterDay]:
    series = find_series(tickets)
    sold = sorted({ticket.register for ticket in tickets if ticket.business_day == DAY})
    return [RegisterDay(register, register in closed, series) for register in sold]


def find(
    *spans: Span, last: int = at(21), closes: int = END, trade: Sequence[RegisterDay] = (RegisterDay(1),)
) -> Span | None:
    return find_open_hole(holes(*spans), last, closes, trade)


def test_a_span_over_the_whole_day_leaves_no_hole() -> None:
    assert holes(Span(START, END)) == holes(Span(START - 1, END + 1)) == []


def test_several_files_join_in_any_order_and_may_overlap() -> None:
    parts = [Span(at(11), at(22)), Span(at(3), at(12)), Span(at(22), END), Span(at(12), at(13))]
    assert holes(*parts) == holes(*reversed(parts)) == []


def test_what_lies_outside_the_day_is_no_hole_of_it() -> None:
    assert holes() == holes(calendar_day(DAY - timedelta(days=3)), Span(END, END + HOUR)) == [Span(START, END)]
    assert holes(calendar_day(DAY)) == [Span(at(24), END)]
    assert holes(Span(at(10), at(12)), Span(at(14), END + HOUR)) == [Span(START, at(10)), Span(at(12), at(14))]


def test_a_day_that_was_read_until_the_venue_closes_is_whole() -> None:
    assert find(calendar_day(DAY), closes=at(21)) is None
    assert find(calendar_day(DAY), closes=at(24)) is None
    assert find(calendar_day(DAY), closes=at(24) + 1) == Span(at(24), END)


def test_a_day_that_was_read_until_closing_time_but_sold_longer_is_not_whole() -> None:
    spans = (Span(START, at(20)), Span(at(20, 30), at(22)))
    assert find(*spans, closes=at(19), last=at(21)) == Span(at(20), at(20, 30))
    assert find(*spans, closes=at(19), last=at(20)) is None


def test_a_day_is_whole_when_every_register_has_a_z_report_or_goes_on_with_the_next_number() -> None:
    half = Span(START, at(15))
    tickets = (numbered(1, at(12)), numbered(2, at(14)), numbered(3, at(34)), numbered(7, at(13), register=2))
    assert find(half, trade=registers(*tickets)) == Span(at(15), END)
    assert find(half, trade=registers(*tickets, closed=[1])) == Span(at(15), END)
    assert find(half, trade=registers(*tickets, closed=[2])) is None
    assert find(half, trade=registers(*tickets, numbered(8, at(40), register=2))) is None
    assert find(half, trade=registers(*tickets, numbered(9, at(40), register=2))) == Span(at(15), END)


def test_a_day_on_which_nothing_is_known_to_have_sold_is_proven_by_no_register() -> None:
    assert find(Span(START, at(15)), trade=()) == Span(at(15), END)


def test_a_night_whose_numbers_go_on_does_not_hide_the_evening_that_is_missing() -> None:
    files = (Span(START, at(15)), Span(at(24), at(48)))
    night = (numbered(201, at(12)), numbered(202, at(14)), numbered(230, at(25)), numbered(231, at(37)))
    assert find(*files, last=at(25), trade=registers(*night)) == Span(at(15), at(24))
    whole = (numbered(228, at(12)), numbered(229, at(14)), numbered(230, at(25)), numbered(231, at(37)))
    assert find(*files, last=at(25), trade=registers(*whole)) is None


@pytest.mark.parametrize(
    ("hole", "last", "quiet"),
    [
        (Span(at(23, 30), at(24)), at(22), True),
        (Span(at(23, 30), END), at(22), True),
        (Span(at(23, 30), END), at(22, 31), False),
        (Span(at(22), at(24)), at(20), True),
        (Span(at(22), at(24)), at(20, 1), False),
        (Span(at(21, 59), END), at(8), False),
        (Span(at(20), at(22, 1)), at(8), False),
        (Span(at(24), END), at(8), False),
        (Span(at(25), at(25, 30)), at(23), True),
        (Span(at(22), END), at(23), False),
    ],
)
def test_a_hole_is_quiet_where_it_is_short_and_the_silence_before_it_is_not(hole: Span, last: int, quiet: bool) -> None:
    assert is_quiet(hole, last, END, at(24)) is quiet


@looking(100)
@given(st.lists(st.sets(st.integers(1, 6), min_size=1, max_size=3), max_size=6), st.integers(1, 6))
def test_registers_are_exported_together_where_files_lead_from_one_to_the_other(
    files: list[set[int]], register: int
) -> None:
    """A slow model: step by step through the files, as often as there are registers."""
    reached = {register}
    for _ in range(6):
        for of_file in files:
            if of_file & reached:
                reached |= of_file
    assert find_together([register], files) == reached


@pytest.mark.parametrize(
    ("closes", "hour"), [(time(21), 21), (time(5, 15), 5.25), (time(2, 30), 26.5), (time(0), 24), (time(5), 29)]
)
def test_a_closing_time_before_the_day_starts_is_after_midnight(closes: time, hour: float) -> None:
    assert find_closing(DAY, CALENDAR, closes) == START + int((hour - 5) * HOUR)


def test_midnight_is_the_end_of_a_day_that_starts_at_midnight() -> None:
    oslo = BusinessCalendar(ZoneInfo("Europe/Oslo"), time(0))
    assert find_midnight(DAY, oslo) == oslo.end(DAY)
    assert find_midnight(DAY, CALENDAR) == at(24)


def past(**hours: float) -> dict[date, int]:
    """Last sales: `w1=21` a week before at nine, `d1` the day before."""
    days = {name: DAY - timedelta(days=int(name[1:]) * (7 if name[0] == "w" else 1)) for name in hours}
    return {days[name]: CALENDAR.start(days[name]) + int((hour - 5) * HOUR) for name, hour in hours.items()}


@pytest.mark.parametrize(
    ("sold", "last", "hour"),
    [
        ({}, 14, 24),
        ({}, 23, 24),
        ({}, 23.5, 24.5),
        ({"w1": 21}, 23.5, 21),
        ({"w1": 21, "w2": 26.5, "w4": 20}, 14, 26.5),
        ({"w1": 21, "d1": 26}, 14, 21),
        ({"d1": 21}, 14, 24),
        ({"d1": 26}, 14, 26),
        ({}, 28.5, 29),
    ],
)
def test_a_venue_usually_closes_when_it_sold_last_on_that_weekday(
    sold: dict[str, float], last: float, hour: float
) -> None:
    last_utc_s = START + int((last - 5) * HOUR)
    assert find_usual_closing(DAY, CALENDAR, past(**sold), last_utc_s) == START + int((hour - 5) * HOUR)


def test_incomplete_days_can_be_told_in_both_languages() -> None:
    start = make_cut_start_finding(DAY, CALENDAR, Span(START, at(10)))
    hole = make_cut_end_finding(DAY, CALENDAR, Span(at(12), at(14)), at(21))
    end = make_cut_end_finding(DAY, CALENDAR, Span(at(15, 30), END), at(21))
    assert [found.variant for found in (start, hole, end)] == ["start", "hole", "end"]
    assert start.facts == {"since": "2026-11-20 10:00", "day_starts": "2026-11-20 05:00"}
    assert hole.facts == {"until": "2026-11-20 12:00", "since": "2026-11-20 14:00"}
    assert end.facts == {"until": "2026-11-20 15:30", "closes": "2026-11-20 21:00"}
    for found in (start, hole, end):
        assert (found.code, found.severity) == ("incomplete-day", Severity.ERROR)
        for lang in LANGS:
            assert ("20.11.2026" if lang == "nb" else "20 Nov 2026") in message_of(found, lang)
            assert "{" not in message_of(found, lang) + fix_of(found, lang)


@looking(200)
@given(
    st.lists(st.tuples(st.integers(-6, 30), st.integers(0, 30)), max_size=5),
    st.integers(0, 24),
    st.lists(
        st.tuples(
            st.booleans(),
            st.lists(st.tuples(st.integers(0, 23), st.integers(1, 3)), min_size=1, max_size=4),
            st.integers(1, 3),
        ),
        min_size=1,
        max_size=3,
    ),
)
def test_a_day_is_whole_exactly_when_every_hour_is_covered_or_shown_to_be_empty(
    pieces: list[tuple[int, int]], closes: int, trade: list[tuple[bool, list[tuple[int, int]], int]]
) -> None:
    """A slow model: an hour is well when a file covers it, when nothing can have been sold in it, or when every
    register has a Z-report at the end or no number left for it. Tickets lie where files are."""
    spans = [Span(START + first * HOUR, START + (first + length) * HOUR) for first, length in pieces]
    covered = [any(span.start_utc_s <= START + hour * HOUR < span.end_utc_s for span in spans) for hour in range(24)]
    of_day: list[tuple[bool, list[Numbered]]] = []
    for register, (is_closed, sold, step) in enumerate(trade):
        serial = 1000 * register
        tickets: list[Numbered] = []
        for hour, leap in sorted(sold, key=lambda one: one[0]):
            if covered[hour]:
                serial += leap
                tickets.append(numbered(serial, START + hour * HOUR + 1 + len(tickets), register))
        if tickets:
            of_day.append((is_closed, [*tickets, numbered(serial + step, END + 30 * HOUR, register)]))
    last = max((tickets[-2].at_utc_s for _, tickets in of_day), default=0)
    closes_utc_s = START + closes * HOUR

    def is_well(hour: int) -> bool:
        began = hour
        while began > 0 and not covered[began - 1]:
            began -= 1
        since = START + began * HOUR
        if covered[hour] or since >= max(last, closes_utc_s):
            return True
        for is_closed, tickets in of_day:
            before = [ticket.serial for ticket in tickets if ticket.at_utc_s <= since]
            after = [ticket.serial for ticket in tickets if ticket.at_utc_s > since]
            if not is_closed and not (before and min(after) == max(before) + 1):
                return False
        return bool(of_day)

    all_numbers = find_series(ticket for _, tickets in of_day for ticket in tickets)
    registers_ = [RegisterDay(tickets[0].register, is_closed, all_numbers) for is_closed, tickets in of_day]
    found = find_open_hole(holes(*spans), last, closes_utc_s, registers_)
    assert (found is None) is all(is_well(hour) for hour in range(24))
