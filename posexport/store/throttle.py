"""PowerOffice's throttles, kept by all processes on one PostgreSQL database together.

Each request takes the next free place in the line of its key, by one statement and the database's clock, and then
waits for it. Nobody asks twice, so a crowd costs no more than one, and who dies leaves one place empty.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import text

from posexport.store.database import Database

_NOW_US = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"

_TAKE_PLACE = text(
    f"""
    INSERT INTO throttle (key, next_at_utc_us) VALUES (:key, {_NOW_US} + :apart_us)
    ON CONFLICT (key) DO UPDATE SET next_at_utc_us = greatest(throttle.next_at_utc_us, {_NOW_US}) + :apart_us
    RETURNING next_at_utc_us - :apart_us - {_NOW_US}
    """  # noqa: S608
)


@dataclass(frozen=True, slots=True)
class SharedThrottle:
    """One line per key, over all processes on the database. `apart_s` has the time between two requests, by
    API, and a place is no longer good `late_s` after its time."""

    database: Database
    apart_s: Mapping[str, float]
    late_s: float
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def wait(self, api: str, key_digest: str) -> None:
        """Return when one more request may be made under this key. A place that was slept through is given up."""
        key = hashlib.sha256(f"{api} {key_digest}".encode()).hexdigest()
        late_s = math.inf
        while late_s > self.late_s:
            wait_s = self._take_place(key, round(1_000_000 * self.apart_s[api])) / 1_000_000
            began = self.clock()
            self.sleep(max(0.0, wait_s))
            late_s = self.clock() - began - max(0.0, wait_s)

    def _take_place(self, key: str, apart_us: int) -> int:
        """How long it is until the next free place (microseconds), which is ours now."""
        with self.database.writing(durable=False) as connection:
            return int(connection.execute(_TAKE_PLACE, {"key": key, "apart_us": apart_us}).scalar_one())
