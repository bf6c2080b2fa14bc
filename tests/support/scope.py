"""How much is tried: what a change needs within minutes, or everything (`POSEXPORT_TESTS=all`, as `.ci/run` asks).

Left out otherwise: the tests marked `long`; all but one parameter set of each test, or all but n where it is marked
`sampled(n)`; PostgreSQL where no server is named; most seeds of the simulation; most of the steps at which a run may
die; and most examples of a property.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from enum import Enum

import pytest

IS_EVERYTHING = os.environ.get("POSEXPORT_TESTS") == "all"

WHY_LEFT_OUT = "POSEXPORT_TESTS=all runs it"

EXAMPLES_QUICKLY = 15
"""The most examples of a property, where not everything is tried."""

SETS_QUICKLY = 1
"""How many parameter sets of a test that does not say so are run, where not everything is tried."""

ParameterSet = Mapping[str, Hashable]
"""A parameter set of a test: the value of each of its parameters, or its place where it is no plain one."""


def count_examples(examples: int, *, quickly: int = EXAMPLES_QUICKLY) -> int:
    """How many examples of a property are tried that wants this many."""
    return examples if IS_EVERYTHING else min(examples, quickly)


def list_left_out(items: Sequence[pytest.Item]) -> Iterator[tuple[pytest.Item, str]]:
    """The tests that are left out, unless everything is asked for, each with the reason."""
    families: dict[tuple[str, str], list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("long"):
            yield item, f"takes long: {WHY_LEFT_OUT}"
        elif hasattr(item, "callspec"):
            families.setdefault(_find_family(item), []).append(item)
    for family in families.values():
        marker = family[0].get_closest_marker("sampled")
        count = marker.args[0] if marker else SETS_QUICKLY
        chosen = choose_evenly([_read_parameters(item) for item in family], count)
        for place, item in enumerate(family):
            if place not in chosen:
                yield item, f"{count} of its kind are run: {WHY_LEFT_OUT}"


def _find_family(item: pytest.Item) -> tuple[str, str]:
    """A test by its name without parameters, on one database: those on the other may be skipped."""
    parameters = item.callspec.params  # type: ignore[attr-defined]
    databases = [str(value) for name, value in parameters.items() if name.endswith("database_url")]
    return item.nodeid.partition("[")[0], " ".join(databases)


def _read_parameters(item: pytest.Item) -> ParameterSet:
    call = item.callspec  # type: ignore[attr-defined]
    return {
        name: value if isinstance(value, (str, int, Enum, type(None))) else call.indices[name]
        for name, value in call.params.items()
    }


def choose_evenly(sets: Sequence[ParameterSet], count: int) -> set[int]:
    """The places of so many parameter sets. The next is always one whose values were chosen least often so far, and of
    these the one farthest from all that are chosen: with as many sets as a parameter has values, each value is among
    them.

    >>> sorted(choose_evenly([{"n": place} for place in range(9)], 3))
    [0, 4, 8]
    """
    chosen: list[int] = []
    seen: Counter[tuple[str, Hashable]] = Counter()
    while len(chosen) < min(count, len(sets)):
        left = [place for place in range(len(sets)) if place not in chosen]
        place = min(
            left,
            key=lambda place: (
                sum(seen[value] for value in sets[place].items()),
                -min((abs(place - other) for other in chosen), default=0),
            ),
        )
        chosen.append(place)
        seen.update(sets[place].items())
    return set(chosen)
