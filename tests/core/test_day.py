"""Business days: they tile the year, on the nights the clocks change too, and an instant falls in exactly one."""

from __future__ import annotations

import doctest
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from posexport.core import day as day_module
from posexport.core.day import BusinessCalendar, Period, parse_days, parse_period
from tests.support.strategies import looking

OSLO = ZoneInfo("Europe/Oslo")
FIVE = BusinessCalendar(OSLO)
CALENDARS = [
    (zone, starts)
    for zone in ("Europe/Oslo", "UTC", "Atlantic/Azores", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu")
    for starts in (time(5), time(0), time(2, 30), time(18))
]
every_calendar = pytest.mark.parametrize(
    "calendar",
    [BusinessCalendar(ZoneInfo(zone), starts) for zone, starts in CALENDARS],
    ids=[f"{zone} {starts:%H:%M}" for zone, starts in CALENDARS],
)
FIRST, LAST = date(2024, 1, 1), date(2027, 12, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
HOUR = 3_600


def test_the_examples_in_the_module_hold() -> None:
    assert doctest.testmod(day_module).failed == 0


def test_a_calendar_remembers_little_however_many_days_it_places() -> None:
    calendar = BusinessCalendar(OSLO)
    for day in DAYS:
        for hour in (9, 22):
            at = datetime.combine(day, time(hour))
            assert calendar.place(at) == BusinessCalendar(OSLO).place(at)
    assert max(len(calendar._offsets), len(calendar._starts)) <= 200


# Tiling


@every_calendar
def test_business_days_tile_four_years_without_gap_or_overlap(calendar: BusinessCalendar) -> None:
    spans = [(calendar.start(day), calendar.end(day)) for day in DAYS]
    assert all(start < end for start, end in spans)
    assert all(one[1] == next_[0] for one, next_ in pairwise(spans))
    whole_s = calendar.start(LAST + timedelta(days=1)) - calendar.start(FIRST)
    assert sum(end - start for start, end in spans) == whole_s


@every_calendar
def test_every_business_day_opens_at_its_hour_on_its_own_date(calendar: BusinessCalendar) -> None:
    for day in DAYS:
        opened = calendar.local(calendar.start(day))
        assert opened.date() == day
        # In the hour that the clocks leave out, the day opens as late after the jump as it would have before.
        assert opened.time() == calendar.day_starts or opened.utcoffset() != (opened - timedelta(hours=3)).utcoffset()


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2024, 3, 30), 23),
        (date(2024, 10, 26), 25),
        (date(2025, 3, 29), 23),
        (date(2025, 10, 25), 25),
        (date(2026, 3, 28), 23),
        (date(2026, 10, 24), 25),
        (date(2027, 3, 27), 23),
        (date(2027, 10, 30), 25),
    ],
)
def test_the_day_the_clocks_change_under_has_23_or_25_hours_and_no_other_has(day: date, hours: int) -> None:
    assert FIVE.end(day) - FIVE.start(day) == hours * HOUR
    for beside in (day - timedelta(days=1), day + timedelta(days=1)):
        assert FIVE.end(beside) - FIVE.start(beside) == 24 * HOUR


def test_a_year_has_one_short_day_and_one_long_day() -> None:
    for year in (2024, 2025, 2026, 2027):
        lengths = [FIVE.end(day) - FIVE.start(day) for day in DAYS if day.year == year]
        assert lengths.count(23 * HOUR) == lengths.count(25 * HOUR) == 1
        assert lengths.count(24 * HOUR) == len(lengths) - 2


def test_a_summer_and_a_winter_day_open_at_five_local() -> None:
    assert FIVE.start(date(2026, 7, 1)) == datetime(2026, 7, 1, 3, tzinfo=UTC).timestamp()
    assert FIVE.start(date(2026, 1, 1)) == datetime(2026, 1, 1, 4, tzinfo=UTC).timestamp()


# Placing

instants = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))
near_a_change = st.sampled_from(
    [datetime(2026, 3, 29, 1), datetime(2026, 10, 25, 1), datetime(2026, 4, 4, 15), datetime(2026, 11, 1, 5)]
).flatmap(
    lambda at: st.integers(-6 * HOUR, 6 * HOUR).map(lambda s: at.replace(tzinfo=UTC) + timedelta(seconds=s)),
)


@every_calendar
@looking(60)
@given(st.data())
def test_an_instant_falls_in_the_day_whose_span_holds_it(calendar: BusinessCalendar, data: st.DataObject) -> None:
    instant = data.draw(instants | near_a_change)
    moment = calendar.place(instant)
    at_utc_s = int(instant.timestamp())
    assert moment.at_utc_s == at_utc_s
    assert calendar.start(moment.business_day) <= at_utc_s < calendar.end(moment.business_day)
    assert moment.part == (instant.astimezone(calendar.zone).date() - moment.business_day).days
    assert calendar.open_day(at_utc_s) == moment.business_day


@every_calendar
@looking(60)
@given(st.data())
def test_local_time_and_the_instant_it_names_are_placed_alike(calendar: BusinessCalendar, data: st.DataObject) -> None:
    instant = data.draw(instants | near_a_change).replace(microsecond=0)
    local = instant.astimezone(calendar.zone)
    naive = local.replace(tzinfo=None)
    if local.fold or naive.replace(tzinfo=calendar.zone).astimezone(UTC) != instant:
        return  # the clock shows this twice: the first is meant
    assert calendar.place(naive) == calendar.place(instant) == calendar.place(local)


@every_calendar
def test_every_quarter_of_an_hour_around_the_changes_falls_in_its_day(calendar: BusinessCalendar) -> None:
    for change in (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)):
        for quarter in range(-40, 40):
            instant = change + timedelta(minutes=15 * quarter)
            moment = calendar.place(instant)
            assert calendar.start(moment.business_day) <= moment.at_utc_s < calendar.end(moment.business_day)
            naive = calendar.place(instant.astimezone(calendar.zone).replace(tzinfo=None))
            assert calendar.start(naive.business_day) <= naive.at_utc_s < calendar.end(naive.business_day)


def test_the_last_second_before_five_is_yesterdays_and_five_is_todays() -> None:
    assert FIVE.place(datetime(2026, 11, 21, 4, 59, 59)).business_day == date(2026, 11, 20)
    assert FIVE.place(datetime(2026, 11, 21, 4, 59, 59, 999_999)).business_day == date(2026, 11, 20)
    assert FIVE.place(datetime(2026, 11, 21, 5)).business_day == date(2026, 11, 21)


def test_sales_after_midnight_on_new_years_eve_are_the_old_years() -> None:
    moment = FIVE.place(datetime(2027, 1, 1, 0, 30))
    assert (moment.business_day, moment.part) == (date(2026, 12, 31), 1)


def test_the_part_tells_before_from_after_the_midnight_inside_the_window() -> None:
    assert FIVE.place(datetime(2026, 11, 20, 23, 59, 59)).part == 0
    assert FIVE.place(datetime(2026, 11, 21)).part == 1
    midnight = BusinessCalendar(OSLO, time(0))
    assert {midnight.place(datetime(2026, 11, 20, hour)).part for hour in range(24)} == {0}


def test_the_hour_the_clock_shows_twice_is_the_first_where_nothing_tells() -> None:
    assert FIVE.place(datetime(2026, 10, 25, 2, 30)).at_utc_s == datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp()


def test_an_instant_in_another_offset_is_placed_by_the_venues_clock() -> None:
    new_york = datetime(2026, 11, 20, 23, 30, tzinfo=ZoneInfo("America/New_York"))
    assert FIVE.place(new_york).business_day == date(2026, 11, 21)
    assert FIVE.place(datetime(2026, 11, 21, 3, 59, tzinfo=UTC)).business_day == date(2026, 11, 20)


@pytest.mark.parametrize("first", [0, 1])
def test_what_was_placed_before_does_not_change_where_a_time_falls(first: int) -> None:
    """Lord Howe's clock goes half an hour forward at 02:00: the two halves of that hour have offsets of their own."""
    calendar = BusinessCalendar(ZoneInfo("Australia/Lord_Howe"))
    times = [datetime(2026, 10, 4, 2, 10), datetime(2026, 10, 4, 2, 40)]
    calendar.place(times[first])
    assert [calendar.place(at).at_utc_s for at in times] == [
        int(at.replace(tzinfo=calendar.zone).timestamp()) for at in times
    ]


def test_a_calendar_that_has_seen_very_many_days_still_places_right() -> None:
    calendar = BusinessCalendar(OSLO)
    for n in range(10_100):
        calendar.place(datetime(1999, 1, 1, 12) + timedelta(days=n))
    assert calendar.place(datetime(2026, 11, 21, 1)).business_day == date(2026, 11, 20)


# Open and closed


def test_a_day_is_closed_from_the_instant_it_ends() -> None:
    day = date(2026, 11, 20)
    end = FIVE.end(day)
    assert not FIVE.is_closed(day, end - 1)
    assert FIVE.is_closed(day, end)
    assert (FIVE.last_closed(end - 1), FIVE.last_closed(end)) == (date(2026, 11, 19), day)
    assert (FIVE.open_day(end - 1), FIVE.open_day(end)) == (day, date(2026, 11, 21))


@looking(100)
@given(instants)
def test_the_last_closed_day_is_closed_and_the_one_after_is_not(instant: datetime) -> None:
    now = int(instant.timestamp())
    last = FIVE.last_closed(now)
    assert FIVE.is_closed(last, now)
    assert not FIVE.is_closed(last + timedelta(days=1), now)


# Periods

TODAY = date(2026, 11, 22)
"""A Sunday."""


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("today", TODAY, TODAY),
        ("yesterday", date(2026, 11, 21), date(2026, 11, 21)),
        ("this-week", date(2026, 11, 16), TODAY),
        ("last-week", date(2026, 11, 9), date(2026, 11, 15)),
        ("this-month", date(2026, 11, 1), TODAY),
        ("last-month", date(2026, 10, 1), date(2026, 10, 31)),
        ("Last Month", date(2026, 10, 1), date(2026, 10, 31)),
        (" last_week ", date(2026, 11, 9), date(2026, 11, 15)),
        ("2026-02-28", date(2026, 2, 28), date(2026, 2, 28)),
    ],
)
def test_a_word_names_its_days(word: str, first: date, last: date) -> None:
    assert parse_days(word, TODAY) == (first, last)


@pytest.mark.parametrize(
    ("today", "word", "first", "last"),
    [
        (date(2026, 11, 16), "this-week", date(2026, 11, 16), date(2026, 11, 16)),
        (date(2026, 11, 16), "last-week", date(2026, 11, 9), date(2026, 11, 15)),
        (date(2026, 1, 1), "yesterday", date(2025, 12, 31), date(2025, 12, 31)),
        (date(2026, 1, 31), "last-month", date(2025, 12, 1), date(2025, 12, 31)),
        (date(2024, 3, 31), "last-month", date(2024, 2, 1), date(2024, 2, 29)),
        (date(2026, 1, 1), "this-month", date(2026, 1, 1), date(2026, 1, 1)),
    ],
)
def test_words_hold_on_mondays_and_at_the_turn_of_months_and_years(
    today: date, word: str, first: date, last: date
) -> None:
    assert parse_days(word, today) == (first, last)


@looking(200)
@given(st.dates(date(2000, 1, 1), date(2099, 1, 1)))
def test_weeks_are_monday_to_sunday_and_months_whole(today: date) -> None:
    monday, sunday = parse_days("last-week", today)
    assert (monday.weekday(), sunday.weekday()) == (0, 6)
    assert 1 <= (today - sunday).days <= 7
    first, last = parse_days("last-month", today)
    assert first.day == 1
    assert (last + timedelta(days=1)).day == 1
    assert last + timedelta(days=1) == parse_days("this-month", today)[0]


@pytest.mark.parametrize(
    "text", ["", "overmorgen", "tomorrow", "2026-13-01", "2026-2-1", "20261120", "2026-W47-5", "1"]
)
def test_anything_else_is_refused_with_the_forms_that_are_understood(text: str) -> None:
    with pytest.raises(ValueError, match="yesterday") as refused:
        parse_days(text, TODAY)
    assert repr(text) in str(refused.value)


@pytest.mark.parametrize(
    ("first", "last", "period"),
    [
        (None, None, Period()),
        ("2026-11-01", None, Period(date(2026, 11, 1), None)),
        (" 2026-11-01 ", None, Period(date(2026, 11, 1), None)),
        (None, "2026-11-01", Period(None, date(2026, 11, 1))),
        ("last-month", None, Period(date(2026, 10, 1), date(2026, 10, 31))),
        ("yesterday", None, Period(date(2026, 11, 21), date(2026, 11, 21))),
        ("last-month", "yesterday", Period(date(2026, 10, 1), date(2026, 11, 21))),
        (None, "last-week", Period(None, date(2026, 11, 15))),
        ("2026-11-01", "2026-11-01", Period(date(2026, 11, 1), date(2026, 11, 1))),
    ],
)
def test_from_and_to_make_a_period(first: str | None, last: str | None, period: Period) -> None:
    assert parse_period(first, last, TODAY) == period


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match=r"ends .* before it begins"):
        parse_period("2026-11-02", "2026-11-01", TODAY)


def test_a_period_holds_its_ends_and_what_lies_between() -> None:
    period = Period(date(2026, 11, 1), date(2026, 11, 3))
    assert period.days() == [date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 3)]
    assert [day in period for day in (date(2026, 10, 31), *period.days(), date(2026, 11, 4))] == [
        *(False, True, True, True, False)
    ]
    assert "2026-11-01" not in period


def test_an_open_end_holds_everything_on_its_side() -> None:
    assert date(2099, 1, 1) in Period(date(2026, 11, 1))
    assert date(1999, 1, 1) in Period(None, date(2026, 11, 1))
    assert date(1999, 1, 1) not in Period(date(2026, 11, 1))
    assert Period(date(2026, 11, 1)).days() == []
    assert Period().is_open
    assert not Period(None, date(2026, 11, 1)).is_open
