"""Tests that go through many values in no time: one test for all of them, which names each value that fails. A test of
its own for each costs more than what is tested."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

Test = Callable[..., None]


def each(
    name: str | tuple[str, ...], values: Iterable[Any], *, ids: Callable[[Any], object] = repr
) -> Callable[[Test], Test]:
    """Run the test with every value of this argument (or of these, together), as `pytest.mark.parametrize` does, but as
    one test: it needs no fixtures, or those that may be shared. Several nest.

    Raises what the test raised, with the value noted; an ExceptionGroup where several values fail.
    """
    names, values = (name,) if isinstance(name, str) else name, list(values)
    assert values, f"{name}: nothing to go through"

    def decorate(test: Test) -> Test:
        @functools.wraps(test)
        def run(**others: Any) -> None:
            failures: list[Exception] = []
            for value in values:
                try:
                    test(**dict(zip(names, (value,) if isinstance(name, str) else value, strict=True)), **others)
                except Exception as failure:  # noqa: BLE001 (every one of them is raised below)
                    failure.add_note(f"with {name} {ids(value)}")
                    failures.append(failure)
            if len(failures) == 1:
                raise failures[0]
            if failures:
                raise ExceptionGroup(f"{len(failures)} of {len(values)} fail", failures)

        signature = inspect.signature(test)
        left = [parameter for parameter in signature.parameters.values() if parameter.name not in names]
        assert len(left) + len(names) == len(signature.parameters), f"the test does not take {name}"
        run.__signature__ = signature.replace(parameters=left)  # type: ignore[attr-defined]
        return run

    return decorate
