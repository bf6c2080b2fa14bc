"""What the server keeps of things that change: their numeric ids, and what each was at which time.

Lives here: `Ids` and `Register`. Never here: what the things are. Units: `*_s` is seconds since the epoch. A read of
the lagging replica asks for what was there a moment ago, and a register answers that as it does for now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from .wire import instant

K = TypeVar("K")
T = TypeVar("T")

SINCE_S = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
"""When what a company starts with was made."""


class Ids:
    """Numeric ids for codes of one kind: different from the codes, and stable over changes."""

    def __init__(self, first: int, step: int) -> None:
        self._next = first
        self._step = step
        self._by_code: dict[int | str, int] = {}
        self._codes: dict[int, int | str] = {}

    def id_of(self, code: int | str) -> int:
        if code not in self._by_code:
            self._by_code[code] = self._next
            self._codes[self._next] = code
            self._next += self._step
        return self._by_code[code]

    def code_of(self, number: int) -> int | str | None:
        return self._codes.get(number)

    def rename(self, old: int | str, new: int | str) -> None:
        """The thing has another code from now on; its id stays."""
        number = self._by_code.pop(old)
        self._by_code[new] = number
        self._codes[number] = new


@dataclass(frozen=True, slots=True)
class Version(Generic[T]):
    """A thing as it was at a time, with when it was made and last changed."""

    value: T
    created_at_s: float
    changed_at_s: float

    @property
    def created_at(self) -> datetime:
        return instant(self.created_at_s)

    @property
    def changed_at(self) -> datetime:
        return instant(self.changed_at_s)

    def is_newer(self, created: datetime | None, changed: datetime | None) -> bool:
        """Whether it was made, and changed, after the instants that are given."""
        return (created is None or self.created_at > created) and (changed is None or self.changed_at > changed)


class Register(Generic[K, T]):
    """Things of one kind by their keys, in the order in which they were made, each as it has been."""

    def __init__(self) -> None:
        self._states: dict[K, list[tuple[float, T | None]]] = {}

    def replace_all(self, values: Mapping[K, T]) -> None:
        """Hold these alone, as if they had always been there."""
        self._states = {key: [(SINCE_S, value)] for key, value in values.items()}

    def set(self, key: K, value: T) -> None:
        """Hold it as if it had always been there."""
        self._states[key] = [(SINCE_S, value)]

    def put(self, key: K, value: T, at_s: float) -> None:
        """It is made, or changed, at this time."""
        self._states.setdefault(key, []).append((at_s, value))

    def remove(self, key: K, at_s: float) -> None:
        self._states[key].append((at_s, None))

    def now(self, key: K) -> T | None:
        """It as a write finds it; None where it is not there."""
        states = self._states.get(key)
        return states[-1][1] if states else None

    def at(self, key: K, at_s: float) -> Version[T] | None:
        """It as it was at a time; None where it was not there."""
        states = self._states.get(key, [])
        for changed_at_s, value in reversed(states):
            if changed_at_s <= at_s:
                return None if value is None else Version(value, states[0][0], changed_at_s)
        return None

    def items_now(self) -> Iterator[tuple[K, T]]:
        """Everything as a write finds it, with its key."""
        for key, states in self._states.items():
            value = states[-1][1]
            if value is not None:
                yield key, value

    def items_at(self, at_s: float) -> Iterator[tuple[K, Version[T]]]:
        """Everything as it was at a time, with its key."""
        for key in self._states:
            found = self.at(key, at_s)
            if found is not None:
                yield key, found
