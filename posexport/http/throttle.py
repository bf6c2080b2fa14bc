"""Throttles requests per key within this process, to what a web service allows.

A "line" is the service's name for requests that are counted together, such as one of PowerOffice's APIs, with a key.
The figures below are PowerOffice's; another service brings its own, and a line without figures is not throttled.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

REQUESTS_PER_SECOND: Mapping[str, int] = {"v1": 50, "v2": 10}
"""PowerOffice's throttles: v1 per application key, v2 per subscription key over all clients together."""


PACE = 0.98
"""The share of the throttle that one process uses by itself: more would only wait in `Departures`."""


CATCH_UP_S = 0.5
"""How much unused time (s) requests may make up for, after the program was held up and when a key is first used."""


SHARED_PACE = 0.95
"""The share of the throttle that several processes use together: none sees when the others' requests really leave."""


APART_S: Mapping[str, float] = {api: 1 / (limit * PACE) for api, limit in REQUESTS_PER_SECOND.items()}
"""The time between two requests under one key (s)."""


SHARED_APART_S: Mapping[str, float] = {api: 1 / (limit * SHARED_PACE) for api, limit in REQUESTS_PER_SECOND.items()}
"""The time between two requests under one key (s), over several processes."""


LATE_S = 0.03
"""How long (s) after its time a slot shared between processes expires."""


WINDOW_S = 1.02
"""Within this time (s) no more requests leave under one key than PowerOffice takes per second. A request that waits
between its slot and its departure, for a connection above all, would otherwise leave together with those behind it."""


class Throttle(Protocol):
    """Delays requests to what a service allows for all programs that share a key."""

    def wait(self, api: str, key_digest: str) -> None:
        """Return when one more request may be made under this key."""


class PacedThrottle:
    """A queue per key within this process: each request takes the next free slot and waits for it. The first requests,
    and late ones after a pause of the whole program, go at once, as many as `CATCH_UP_S` has slots; `Departures` sees
    to it that no second has too many."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        apart_s: Mapping[str, float] = APART_S,
    ) -> None:
        self._clock, self._sleep, self._apart_s = clock, sleep, apart_s
        self._next_at: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def wait(self, api: str, key_digest: str) -> None:
        """As `Throttle.wait`."""
        at = self._take_place(api, key_digest)
        self._sleep(max(0.0, at - self._clock()))

    def _take_place(self, api: str, key_digest: str) -> float:
        with self._lock:
            now = self._clock()
            earliest = now - CATCH_UP_S
            at = max(earliest, self._next_at.get((api, key_digest), earliest))
            self._next_at[api, key_digest] = at + self._apart_s.get(api, 0)
            return at


@dataclass(slots=True)
class _Departure:
    """When a request leaves, or left (s)."""

    at_s: float


class Departures:
    """Records when requests really left, per key, and delays one that would leave too soon after others. Evenly spaced
    requests pass at once."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        requests_per_s: Mapping[str, int] | None = None,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._requests_per_s = REQUESTS_PER_SECOND if requests_per_s is None else requests_per_s
        self._last: dict[tuple[str, str], deque[_Departure]] = {}
        self._lock = threading.Lock()

    def wait(self, api: str, key_digest: str) -> None:
        """Return when a request that is ready to be written to its connection may leave."""
        limit = self._requests_per_s.get(api)
        if limit is None:
            return
        with self._lock:
            now = self._clock()
            last = self._last.setdefault((api, key_digest), deque(maxlen=limit))
            departure = _Departure(max(now, last[0].at_s + WINDOW_S) if len(last) == limit else now)
            last.append(departure)
        if departure.at_s > now:
            self._sleep(departure.at_s - now)
            departure.at_s = max(departure.at_s, self._clock())  # woken late, it leaves late
