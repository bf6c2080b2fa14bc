"""Number series of registers: what is missing is told, what is there is not, restarts and shared series are known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from posexport.core.series import Numbered, find_gaps, find_series, goes_on
from tests.support.build import DAY
from tests.support.strategies import looking

DAY_S = 86_400
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


def row(*serials: int, day: date = DAY, register: int = 1, since_s: int = 0, every_s: int = 60) -> list[Numbered]:
    """Tickets of a day in the order in which they were completed."""
    start = (day - DAY).days * DAY_S + since_s
    return [Numbered(start + place * every_s, serial, register, day) for place, serial in enumerate(serials)]


def gaps(*tickets: Numbered, day: date = DAY) -> list[tuple[int, tuple[int, ...]]]:
    return [(gap.register, gap.missing) for gap in find_gaps(find_series(tickets), day)]


def test_a_number_missing_inside_a_day_is_told_with_the_numbers_around_it() -> None:
    (gap,) = find_gaps(find_series(row(1, 2, 3, 5, 6, 7, 8)), DAY)
    assert gap == (1, (4,), 1, 8)


def test_numbers_missing_between_two_days_are_told_on_the_later_one() -> None:
    tickets = (*row(*range(1, 11), day=BEFORE), *row(*range(13, 23)))
    assert gaps(*tickets) == [(1, (11, 12))]
    assert gaps(*tickets, day=BEFORE) == []
    (gap,) = find_gaps(find_series(tickets), DAY)
    assert (gap.first, gap.last) == (10, 22)


def test_a_series_that_goes_on_after_days_without_data_has_no_gap() -> None:
    assert gaps(*row(1, 2, 3, day=DAY - timedelta(days=40)), *row(4, 5, 6)) == []


def test_what_the_next_day_has_is_not_missing() -> None:
    late = (*row(1, 2, 3, 5, 6, 7), *row(4, 8, 9, day=AFTER))
    assert gaps(*late) == []
    assert gaps(*late, day=AFTER) == []


def test_tickets_that_were_opened_early_and_closed_late_are_not_missing() -> None:
    assert gaps(*row(1, 2, 5, 3, 4, 6, 9, 8, 7, 10)) == []
    assert gaps(*row(5, 1, 2, 3, 4, 6)) == []
    assert gaps(*row(3, 2, 1, *range(4, 20))) == []
    assert gaps(*row(1, 2, 5, 3, 6, 9, 8, 7, 10)) == [(1, (4,))]


@pytest.mark.parametrize(
    ("serials", "missing"),
    [
        ((*range(8, 41), *range(1, 6)), ()),
        ((*range(1, 21), *range(1, 31)), ()),
        ((*range(8, 12), *range(13, 41), *range(1, 6)), (12,)),
        ((*range(1, 4), *range(5, 21), *range(1, 21)), (4,)),
        ((*range(1, 21), *range(1, 4), *range(5, 21)), (4,)),
        ((*range(1, 3), *range(4, 51), *range(2, 20)), (3,)),
        ((*range(1, 50), *range(1, 50), *range(51, 60)), (50,)),
    ],
)
def test_a_restart_is_no_gap_and_hides_none(serials: tuple[int, ...], missing: tuple[int, ...]) -> None:
    assert [number for _, numbers in gaps(*row(*serials)) for number in numbers] == list(missing)


def test_a_restart_between_two_days_is_no_gap() -> None:
    assert gaps(*row(*range(1, 51), day=BEFORE), *row(*range(1, 41))) == []
    assert gaps(*row(*range(8, 41), *range(1, 6), day=BEFORE), *row(*range(6, 30), *range(1, 9))) == []
    assert gaps(*row(*range(8, 41), *range(1, 6), day=BEFORE), *row(*range(7, 30), *range(1, 9))) == [(1, (6,))]


def test_a_number_that_stands_twice_is_no_restart() -> None:
    assert gaps(*row(*range(1, 11), 4, *range(11, 41))) == []
    assert gaps(*row(*range(1, 11), 9, *range(11, 41))) == []
    assert gaps(*row(*range(1, 11), 10, *range(11, 41))) == []
    assert gaps(*row(1, 2, 3, 4, 5, 3, *range(6, 20))) == []


def test_numbers_that_are_mostly_missing_are_no_series() -> None:
    assert gaps(*row(1, 50, 900)) == []
    assert gaps(*row(*range(2, 40, 2))) == []
    assert gaps(*row(1, 2, 3, 10, 11, 12)) == []
    assert gaps(*row(2, 4, 6, 8, 10), *row(*range(11, 40), day=AFTER)) == [], "the next day's are another day's"


def test_a_leap_is_another_beginning_and_hides_no_gap_on_either_side() -> None:
    assert gaps(*row(*range(1, 20), *range(21, 41), *range(900, 920), *range(921, 940))) == [(1, (20,)), (1, (920,))]


def test_registers_that_share_a_series_have_each_others_numbers() -> None:
    odd, even = row(*range(1, 40, 2)), row(*range(2, 40, 2), register=2, since_s=30)
    assert gaps(*odd, *even) == []
    assert gaps(*(ticket for ticket in odd if ticket.serial != 17), *even) == [(2, (17,))]
    three = [ticket for n in (1, 2, 3) for ticket in row(*range(n, 60, 3), register=n, since_s=20 * n)]
    assert gaps(*three) == []
    assert gaps(*(ticket for ticket in three if ticket.serial not in (30, 31))) == [(2, (30, 31))]


def test_registers_with_a_series_each_do_not_lend_their_numbers() -> None:
    other = row(*range(1, 41), register=2, since_s=7)
    assert gaps(*row(*range(1, 20), *range(21, 41)), *other) == [(1, (20,))]
    assert gaps(*row(1, 50, 900), *row(2, 3, 4, register=2)) == []


def test_the_first_day_of_a_register_has_nothing_before_it() -> None:
    assert gaps(*row(501, 502, 503)) == []


def test_a_register_goes_on_when_its_next_ticket_has_the_next_number() -> None:
    def told(*serials: int, before: int = 3, register: int = 1) -> bool:
        tickets = row(*serials[:before]) + row(*serials[before:], day=AFTER)
        return goes_on(find_series(tickets), register, 3600, DAY_S)

    assert told(1, 2, 3, 4, 5)
    assert told(1, 3, 2, 4), "the last but one was completed last"
    assert told(1, 2, 4, 3, 5), "one was completed the day after"
    assert not told(1, 2, 3, 5, 6)
    assert not told(1, 2, 3, 1, 2)
    assert not told(1, 2, 3)
    assert not told(1, 2, 3, 4, register=2)
    shared = row(1, 3, 5) + row(2, 4, register=2, since_s=30) + row(6, 8, day=AFTER) + row(7, register=2, day=AFTER)
    assert all(goes_on(find_series(shared), register, 3600, DAY_S) for register in (1, 2))


@looking(200)
@given(
    st.lists(st.integers(10, 60), min_size=1, max_size=4),
    st.sampled_from([1, 2, 17, 5000]),
    st.integers(0, 3),
    st.integers(1, 3),
    st.data(),
)
def test_every_number_taken_out_of_a_dense_series_is_told_once_and_nothing_that_is_there(
    lengths: list[int], first: int, early: int, many: int, data: st.DataObject
) -> None:
    """Days of one series, shared by up to three registers, with tickets that are completed late."""
    tickets: list[Numbered] = []
    serial = first
    for place, length in enumerate(lengths):
        day = DAY + timedelta(days=place)
        for n in range(length):
            register = data.draw(st.integers(1, many)) if n % 5 == 0 else n % many + 1
            late = data.draw(st.integers(0, early)) * 130 if n % 7 == 3 else 0
            tickets.append(Numbered(place * DAY_S + n * 60 + late, serial, register, day))
            serial += 1
    inner = [ticket.serial for ticket in tickets[3:-3]]
    gone = set(data.draw(st.lists(st.sampled_from(inner), max_size=min(5, len(tickets) // 8), unique=True)))
    left = [ticket for ticket in tickets if ticket.serial not in gone]
    told: list[int] = []
    for place in range(len(lengths)):
        window = [ticket for ticket in left if abs((ticket.business_day - DAY).days - place) <= 1]
        for _, missing in gaps(*window, day=DAY + timedelta(days=place)):
            told += missing
    assert sorted(told) == sorted(gone)


@looking(200)
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(8, 50)), min_size=2, max_size=5), st.data())
def test_a_series_that_restarts_again_and_again_tells_what_is_missing_in_each_run(
    runs: list[tuple[int, int]], data: st.DataObject
) -> None:
    serials: list[int] = []
    gone: list[int] = []
    for _, length in runs:
        missing = data.draw(st.one_of(st.none(), st.integers(3, length - 1)))
        serials += [number for number in range(1, length + 1) if number != missing]
        gone += [] if missing is None else [missing]
    assert sorted(number for _, missing in gaps(*row(*serials)) for number in missing) == sorted(gone)
