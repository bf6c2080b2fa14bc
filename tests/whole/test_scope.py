"""What the plain test command leaves out, and that it leaves out nothing else."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.support.each import each
from tests.support.scope import IS_EVERYTHING, SETS_QUICKLY, choose_evenly, count_examples, list_left_out

SETS = st.lists(
    st.fixed_dictionaries({"what": st.integers(0, 5), "target": st.sampled_from("abc")}),
    max_size=20,
    unique_by=lambda found: (found["what"], found["target"]),
)


class Item:
    """A test as pytest collects it."""

    def __init__(self, name: str, marks: dict[str, tuple[Any, ...]], **params: Any) -> None:
        self.nodeid = f"tests/x.py::{name}[{'-'.join(map(str, params.values()))}]"
        self.callspec = SimpleNamespace(params=params, indices=dict.fromkeys(params, 0))
        self._marks = marks

    def get_closest_marker(self, name: str) -> Any:
        return SimpleNamespace(args=self._marks[name]) if name in self._marks else None


def left_out(*items: Item) -> dict[str, str]:
    return {item.nodeid: reason for item, reason in list_left_out(items)}  # type: ignore[arg-type]


@given(SETS, st.integers(1, 20))
def test_as_many_sets_are_chosen_as_are_wanted(sets: list[dict[str, Any]], count: int) -> None:
    assert len(choose_evenly(sets, count)) == min(count, len(sets))


@given(st.integers(1, 12), st.integers(1, 5))
def test_each_value_of_each_parameter_is_among_as_many_sets_as_the_most_have_values(one: int, other: int) -> None:
    sets = [{"what": what, "target": target} for what in range(one) for target in range(other)]
    chosen = [sets[place] for place in choose_evenly(sets, max(one, other))]
    assert {found["what"] for found in chosen} == set(range(one))
    assert {found["target"] for found in chosen} == set(range(other))


def test_a_value_that_belongs_to_few_sets_is_not_missed() -> None:
    sets = [{"target": target, "n": n} for n, target in enumerate("aaaabbbcd")]
    assert {sets[place]["target"] for place in choose_evenly(sets, 4)} == {*"abcd"}


def test_what_takes_long_and_most_of_a_sampled_family_are_left_out_with_the_reason() -> None:
    family = [Item("family", {"sampled": (2,)}, n=n) for n in range(5)]
    found = left_out(Item("slow", {"long": ()}), Item("plain", {}, n=1), *family)
    assert list(found) == [f"tests/x.py::{name}" for name in ("slow[]", "family[1]", "family[2]", "family[3]")]
    assert all("POSEXPORT_TESTS=all runs it" in reason for reason in found.values())


def test_a_test_that_does_not_say_how_many_is_run_with_one_of_its_parameter_sets() -> None:
    family = [Item("family", {}, n=n) for n in range(SETS_QUICKLY + 7)]
    assert len(left_out(*family)) == 7


def test_a_test_of_a_sampled_family_that_is_asked_for_by_its_name_is_run() -> None:
    assert left_out(Item("family", {"sampled": (1,)}, n=3)) == {}


def test_sets_are_chosen_on_each_database_by_itself() -> None:
    family = [
        Item("family", {"sampled": (1,)}, n=n, database_url=db) for n in (1, 2) for db in ("sqlite", "postgresql")
    ]
    assert list(left_out(*family)) == ["tests/x.py::family[2-sqlite]", "tests/x.py::family[2-postgresql]"]


@pytest.mark.sampled(1)
@pytest.mark.parametrize("n", range(3))
def test_everything_is_run_where_everything_is_asked_for(n: int, request: pytest.FixtureRequest) -> None:
    assert IS_EVERYTHING or n == 0 or len(request.session.items) == 1
    assert count_examples(200) == (200 if IS_EVERYTHING else 15)


def test_a_test_of_many_values_tries_each_and_names_those_that_fail() -> None:
    tried = []

    @each("one", [1, 2, 3])
    @each(("two", "three"), [("a", "b"), ("c", "d")])
    def run(one: int, two: str, three: str) -> None:
        tried.append((one, two, three))
        assert one != 2

    with pytest.raises(ExceptionGroup, match="2 of 2 fail") as caught:
        run()
    assert len(tried) == 6
    assert caught.value.__notes__ == ["with one 2"]
    told = [note for failure in caught.value.exceptions for note in failure.__notes__]
    assert told == ["with ('two', 'three') ('a', 'b')", "with ('two', 'three') ('c', 'd')"]
