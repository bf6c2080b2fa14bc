"""Which tickets are one sale: the pure rules, and the properties that they keep."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import pytest
from hypothesis import assume, given, strategies as st

from posexport.core.matching import Age, Match, Sold, Stored, Verdict, is_in_scope, is_zone_apart, pair

NOON = 20_000 * 86_400 + 12 * 3_600
"""The middle of a business day, as days are counted here."""


def day_of(at_utc_s: int) -> int:
    return (at_utc_s - 5 * 3_600) // 86_400


def sold(at_utc_s: int, content: int = 1, source_id: str | None = None) -> Sold:
    return Sold(at_utc_s, day_of(at_utc_s), content, source_id)


def judge(incoming: Iterable[Sold], *stored: Stored) -> list[Match]:
    numbers = iter(range(1_000, 2_000))
    return pair(list(incoming), stored, lambda _: next(numbers))


def verdict(one: Sold, *stored: Stored) -> Verdict:
    return judge([one], *stored)[0].verdict


# Another file's


@pytest.mark.parametrize("apart_s", [0, 3, 59, 119, 3_600, 3_541, 3_659, 7_200, 7_259, -3, -3_600, -7_141])
def test_the_same_content_seconds_or_whole_hours_apart_is_the_same_ticket(apart_s: int) -> None:
    assert verdict(sold(NOON + apart_s), Stored(7, sold(NOON))) is Verdict.KNOWN


@pytest.mark.parametrize("apart_s", [120, 1_800, 3_540, 3_660, 7_140, 7_260, 10_800, 16_800])
def test_the_same_content_at_any_other_time_of_the_day_is_asked_about(apart_s: int) -> None:
    [match] = judge([sold(NOON + apart_s)], Stored(7, sold(NOON)))
    assert (match.verdict, match.twice) == (Verdict.NEW, (7,))


def test_the_same_content_at_any_time_is_the_same_where_the_newer_file_lacks_the_older_ticket() -> None:
    assert verdict(sold(NOON + 16_800), Stored(7, sold(NOON), is_gone=True)) is Verdict.KNOWN
    assert verdict(sold(NOON + 16_800, 2), Stored(7, sold(NOON), is_gone=True)) is Verdict.NEW


@pytest.mark.parametrize("apart_s", [60, 3_600, 7_200])
def test_the_border_of_the_business_day_makes_no_second_ticket(apart_s: int) -> None:
    border = 20_001 * 86_400 + 5 * 3_600
    before, after = sold(border - apart_s // 2), sold(border - apart_s // 2 + apart_s)
    assert before.business_day != after.business_day
    assert verdict(after, Stored(7, before)) is Verdict.KNOWN


def test_a_number_of_another_day_is_another_ticket() -> None:
    [match] = judge([sold(NOON + 86_400)], Stored(7, sold(NOON)))
    assert (match.verdict, match.twice) == (Verdict.NEW, ())


def test_other_content_beside_the_border_is_a_series_that_starts_anew() -> None:
    border = 20_001 * 86_400 + 5 * 3_600
    assert judge([sold(border + 60, 2)], Stored(7, sold(border - 60)))[0].twice == ()


@pytest.mark.parametrize(
    ("age", "expected"), [(Age.NEWER, Verdict.CHANGED), (Age.OLDER, Verdict.OLDER), (Age.UNKNOWN, Verdict.NEW)]
)
def test_of_two_contents_at_one_time_the_newer_counts_or_somebody_is_asked(age: Age, expected: Verdict) -> None:
    [match] = judge([sold(NOON, 2)], Stored(7, sold(NOON), age=age))
    assert match.verdict is expected
    assert match.twice == ((7,) if age is Age.UNKNOWN else ())


def test_a_ticket_that_could_not_be_judged_makes_room_for_one_that_can() -> None:
    assert verdict(sold(NOON, 2), Stored(7, sold(NOON), is_unjudged=True)) is Verdict.CHANGED
    assert verdict(sold(NOON, 2), Stored(7, sold(NOON), is_unjudged=True, age=Age.OLDER)) is Verdict.OLDER


def test_other_content_at_another_time_of_the_day_is_asked_about_whoever_is_newer() -> None:
    for age in Age:
        [match] = judge([sold(NOON + 900, 2)], Stored(7, sold(NOON), age=age))
        assert (match.verdict, match.twice) == (Verdict.NEW, (7,))


def test_a_ticket_that_a_person_took_out_stays_out_and_does_not_swallow_another() -> None:
    assert verdict(sold(NOON + 3), Stored(7, sold(NOON), is_withdrawn=True)) is Verdict.KNOWN
    for age in (Age.NEWER, Age.UNKNOWN):
        [match] = judge([sold(NOON, 2)], Stored(7, sold(NOON), is_withdrawn=True, age=age))
        assert (match.verdict, match.twice, match.withdrawn_id) == (Verdict.NEW, (), 7)


# One file's


def test_one_file_says_two_sales_of_one_number_beside_each_other() -> None:
    for later in (sold(NOON + 16_800), sold(NOON + 900, 2)):
        first, second = judge([sold(NOON), later])
        assert (first.verdict, first.is_beside) == (Verdict.NEW, False)
        assert (second.verdict, second.is_beside, second.twice) == (Verdict.NEW, True, ())


def test_one_file_has_a_ticket_twice_seconds_apart() -> None:
    _, again = judge([sold(NOON), sold(NOON + 119)])
    assert (again.verdict, again.ticket_id, again.is_again) == (Verdict.KNOWN, 1_000, True)


def test_one_file_contradicts_itself_at_one_time_or_about_one_id() -> None:
    assert judge([sold(NOON), sold(NOON, 2)])[1].verdict is Verdict.CONTRADICTED
    ids = [sold(NOON, 1, "a"), sold(NOON + 900, 2, "a")]
    assert judge(ids)[1].verdict is Verdict.CONTRADICTED
    assert judge([sold(NOON, 1, "a"), sold(NOON, 2, "b")])[1].verdict is Verdict.NEW


def test_what_agrees_in_everything_is_paired_before_what_only_looks_alike() -> None:
    """An hour apart, both in the file: neither takes the other's place."""
    one, other = Stored(7, sold(NOON)), Stored(8, sold(NOON + 3_600))
    matches = judge([sold(NOON + 3_600), sold(NOON)], one, other)
    assert [match.ticket_id for match in matches] == [8, 7]
    late = judge([sold(NOON + 3_600), sold(NOON)], one)
    assert [(match.verdict, match.ticket_id) for match in late] == [(Verdict.NEW, 1_000), (Verdict.KNOWN, 7)]


# Ids


def test_an_id_is_the_same_ticket_at_any_time_and_other_content_is_a_change() -> None:
    there = Stored(7, sold(NOON, 1, "a"))
    assert verdict(sold(NOON + 16_800, 1, "a"), there) is Verdict.KNOWN
    assert verdict(sold(NOON + 86_400, 1, "a"), there) is Verdict.KNOWN
    assert verdict(sold(NOON + 900, 2, "a"), there) is Verdict.CHANGED
    assert verdict(sold(NOON, 2, "a"), there._replace(age=Age.OLDER)) is Verdict.OLDER


def test_an_id_with_other_content_on_another_day_is_asked_about() -> None:
    """As where a register's numbers are given for ids, and start anew each day."""
    [match] = judge([sold(NOON + 86_400, 2, "a")], Stored(7, sold(NOON, 1, "a")))
    assert (match.verdict, match.twice) == (Verdict.NEW, (7,))


def test_a_ticket_without_an_id_is_known_by_its_number_and_takes_the_id_over() -> None:
    assert verdict(sold(NOON + 3, 1, "a"), Stored(7, sold(NOON))) is Verdict.KNOWN
    assert verdict(sold(NOON, 1, None), Stored(7, sold(NOON, 1, "a"))) is Verdict.KNOWN


def test_ids_that_differ_at_one_time_are_asked_about_and_never_swallowed() -> None:
    [match] = judge([sold(NOON, 1, "b")], Stored(7, sold(NOON, 1, "a")))
    assert (match.verdict, match.twice) == (Verdict.NEW, (7,))
    [match] = judge([sold(NOON + 900, 2, "b")], Stored(7, sold(NOON, 1, "a")))
    assert (match.verdict, match.twice) == (Verdict.NEW, ())


@pytest.mark.parametrize("apart_s", [0, 119, -3_600])
def test_a_former_version_adds_nothing_unless_a_newer_file_or_another_id_has_it(apart_s: int) -> None:
    there = Stored(7, sold(NOON, 2, "a"), former=(sold(NOON, 1), sold(NOON, 3, "a")))
    again = sold(NOON + apart_s)
    assert verdict(again, there) is Verdict.OLDER
    assert verdict(again, there._replace(age=Age.OLDER)) is Verdict.OLDER
    assert verdict(again, there._replace(age=Age.NEWER)) is (Verdict.NEW if apart_s else Verdict.CHANGED)
    assert verdict(sold(NOON + apart_s, 1, "b"), there) is Verdict.NEW
    assert verdict(sold(NOON + 900), there) is Verdict.NEW
    assert verdict(sold(NOON + apart_s, 4), there) is Verdict.NEW


def test_of_two_that_changed_each_former_version_is_the_nearest_ones() -> None:
    one = Stored(7, sold(NOON + 3_600, 2, "a"), former=(sold(NOON, 1),))
    other = Stored(8, sold(NOON, 2, "b"), former=(sold(NOON + 3_600, 1),))
    assert [match.ticket_id for match in judge([sold(NOON), sold(NOON + 3_600)], one, other)] == [7, 8]


# Properties

TIMES = st.integers(0, 40).map(lambda n: NOON - 15 * 3_600 + n * 3_600) | st.integers(NOON - 200, NOON + 200)
TICKETS = st.builds(sold, TIMES, st.integers(1, 2), st.none() | st.sampled_from("ab"))


def ids_are_unique(file: list[Sold]) -> bool:
    """Whether a source gives each of its ids to one ticket of a file, as an id is meant."""
    given_ids = [one.source_id for one in file if one.source_id is not None]
    return len(set(given_ids)) == len(given_ids)


FILES = st.lists(TICKETS, max_size=6).filter(ids_are_unique)


class Shelf:
    """The slow store: a list. Every file is unlike in age, as JSON lines are."""

    def __init__(self) -> None:
        self.tickets: dict[int, Sold] = {}
        self.former: dict[int, list[Sold]] = {}
        self.asked: set[frozenset[int]] = set()

    def read(self, file: list[Sold]) -> list[Match] | None:
        """What came of each ticket; None where the file is refused, and nothing of it stays."""
        before = dict(self.tickets)

        def place(n: int) -> int:
            number = len(self.tickets) + 1
            self.tickets[number] = file[n]
            return number

        matches = pair(file, [self._stored(id_) for id_ in before], place)
        if any(match.verdict is Verdict.CONTRADICTED for match in matches):
            self.tickets = before
            return None
        for one, match in zip(file, matches, strict=True):
            if match.verdict is Verdict.CHANGED:
                self.former.setdefault(match.ticket_id, []).append(self.tickets[match.ticket_id])
                self.tickets[match.ticket_id] = one
            elif match.verdict is Verdict.KNOWN and self.tickets[match.ticket_id].source_id is None:
                there = self.tickets[match.ticket_id]
                self.tickets[match.ticket_id] = there._replace(source_id=one.source_id)
            self.asked |= {frozenset((match.ticket_id, other)) for other in match.twice}
        return matches

    def _stored(self, id_: int) -> Stored:
        return Stored(id_, self.tickets[id_], former=tuple(self.former.get(id_, ())))


@given(files=st.lists(FILES, min_size=1, max_size=4))
def test_files_read_once_more_in_their_order_add_nothing(files: list[list[Sold]]) -> None:
    """Of a source that gives an id to one ticket, not to a ticket of each day, as numbers for ids are."""
    of_ids = [one for file in files for one in file if one.source_id is not None]
    assume(all(is_in_scope(a, b) for a, b in combinations(of_ids, 2) if a.source_id == b.source_id))
    shelf = Shelf()
    taken = [file for file in files if shelf.read(file) is not None]
    count = len(shelf.tickets)
    for file in taken:
        matches = shelf.read(file)
        assert matches is None or all(match.verdict is not Verdict.NEW for match in matches)
    assert len(shelf.tickets) == count


def test_a_ticket_that_a_file_has_at_three_times_is_one_the_second_time_too() -> None:
    """Its first time is near to both others, which are not near to each other."""
    shelf = Shelf()
    file = [sold(NOON + 119), sold(NOON), sold(NOON + 120, 1, "a")]
    for _ in range(3):
        assert shelf.read(file) is not None
    assert len(shelf.tickets) == 1


def test_a_ticket_that_a_file_has_at_three_times_is_one_also_after_it_changed() -> None:
    shelf = Shelf()
    file = [sold(NOON + 1), sold(NOON + 120), sold(NOON, 1, "a")]
    for content in (2, 3):
        assert shelf.read(file) is not None
        assert shelf.read([sold(NOON - 7 * 3_600, content, "a")]) is not None
    assert len(shelf.tickets) == 1


@given(
    times=st.lists(st.integers(0, 20), min_size=1, max_size=5, unique=True),
    shift_s=st.sampled_from([0, 3_600, -3_600, 7_200, -7_200]),
    lost_s=st.integers(-59, 59),
)
def test_a_file_again_with_other_seconds_and_in_another_zone_adds_nothing(
    times: list[int], shift_s: int, lost_s: int
) -> None:
    """Tickets of one number and other contents, hours apart."""
    file = [sold(NOON - 6 * 3_600 + n * 600, 10 + n) for n in times]
    shelf = Shelf()
    assert shelf.read(file) is not None
    again = shelf.read([sold(one.at_utc_s + shift_s + lost_s, one.content) for one in file])
    assert again is not None
    assert {match.verdict for match in again} == {Verdict.KNOWN}


@given(one=TICKETS, other=TICKETS)
def test_two_files_one_ticket_each_count_once_or_are_asked_about_or_say_plainly_that_they_are_two(
    one: Sold, other: Sold
) -> None:
    shelf = Shelf()
    shelf.read([one])
    shelf.read([other])
    if len(shelf.tickets) == 1:
        return
    is_told_apart = not is_in_scope(one, other) or (one.business_day != other.business_day)
    has_ids = None not in (one.source_id, other.source_id) and one.source_id != other.source_id
    assert shelf.asked or is_told_apart or has_ids


@given(file=FILES, others=st.lists(TICKETS, max_size=4))
def test_no_stored_ticket_is_two_of_a_file_unless_the_file_has_it_twice(file: list[Sold], others: list[Sold]) -> None:
    matches = judge(file, *(Stored(n, there) for n, there in enumerate(others, 1)))
    taken = [match.ticket_id for match in matches if not match.is_again and match.verdict is not Verdict.CONTRADICTED]
    assert len(taken) == len(set(taken))


@given(st.integers(-20_000, 20_000))
def test_zones_are_one_or_two_whole_hours_whichever_way(apart_s: int) -> None:
    one, other = sold(NOON), sold(NOON + apart_s)
    assert is_zone_apart(one, other) == is_zone_apart(other, one)
    assert is_zone_apart(one, other) == any(abs(abs(apart_s) - hours) <= 59 for hours in (3_600, 7_200))
