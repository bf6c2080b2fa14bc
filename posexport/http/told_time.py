"""A service's own clock, from the `Date` header of its answers (RFC 9110, 6.6.1).

It decides how long a voucher with a lost answer has been looked for: our own clock may be set, or jump, between two
runs. Between answers the time is advanced by a monotonic clock. UTC seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

BELIEVED_S = 32 * 86_400
"""The largest difference (s) from our clock: a `Date` that differs more is ignored, whichever of the two is wrong."""


@dataclass(slots=True)
class ToldTime:
    """The last time that PowerOffice gave, and when that was by `monotonic`."""

    monotonic: Callable[[], float] = time.monotonic
    _told: tuple[float, float] | None = None

    def note(self, header: str, now_utc_s: float) -> None:
        """Take over an answer's `Date` header, unless it is too far from our own clock to be believed."""
        told_utc_s = parse_date(header)
        if told_utc_s is not None and abs(told_utc_s - now_utc_s) <= BELIEVED_S:
            self._told = told_utc_s, self.monotonic()

    def tell(self) -> int | None:
        """The service's time now (UTC s); None where it has given none."""
        told = self._told
        return None if told is None else int(told[0] + self.monotonic() - told[1])


def parse_date(header: str) -> float | None:
    """A `Date` header as UTC seconds; None where it is malformed.

    >>> parse_date("Thu, 01 Jan 1970 00:02:00 GMT"), parse_date("yesterday"), parse_date("")
    (120.0, None, None)
    """
    try:
        told = parsedate_to_datetime(header)
        return told.timestamp() if told.tzinfo is not None else None
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
