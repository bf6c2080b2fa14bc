"""PowerOffice's limit on requests per key."""

from __future__ import annotations

from collections import defaultdict, deque

from .wire import HttpRefusal


class Throttle:
    """A sliding window of one second per key."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._taken: dict[str, deque[float]] = defaultdict(deque)

    def clear(self) -> None:
        self._taken.clear()

    def take(self, key: str, now_s: float) -> None:
        """Count one request. Raises `HttpRefusal` 429 where the second already has as many as allowed."""
        taken = self._taken[key]
        while taken and taken[0] <= now_s - 1:
            taken.popleft()
        if len(taken) >= self._limit:
            raise HttpRefusal(429, "Rate limit is exceeded. Try again in 1 seconds.", {"Retry-After": "1"})
        taken.append(now_s)
