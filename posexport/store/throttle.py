"""PowerOffice's throttles, shared by all processes on one PostgreSQL database.

Each request takes its key's next free slot, in one statement and by the database's clock, and then waits for it. Nobody
polls, so a crowd costs no more than one, and a process that dies leaves one slot unused.
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
    """A queue of slots per key, over all processes on the database. `apart_s`: the time between two requests (s), by
    API, where one that is not named is not throttled; a slot expires `late_s` seconds after its time."""

    database: Database
    apart_s: Mapping[str, float]
    late_s: float
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def wait(self, api: str, key_digest: str) -> None:
        """Return when one more request may be made under this key. A slot that expired while we slept is given up for a
        new one."""
        apart_s = self.apart_s.get(api)
        if apart_s is None:
            return
        key = hashlib.sha256(f"{api} {key_digest}".encode()).hexdigest()
        late_s = math.inf
        while late_s > self.late_s:
            wait_s = self._take_place(key, round(1_000_000 * apart_s)) / 1_000_000
            began = self.clock()
            self.sleep(max(0.0, wait_s))
            late_s = self.clock() - began - max(0.0, wait_s)

    def _take_place(self, key: str, apart_us: int) -> int:
        """Take the next free slot; returns how long it is until then (microseconds)."""
        with self.database.writing(durable=False) as connection:
            return int(connection.execute(_TAKE_PLACE, {"key": key, "apart_us": apart_us}).scalar_one())
