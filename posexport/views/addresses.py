"""The addresses of the office's pages, for the pages themselves and for what leads to them."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote


def day_address(venue: str, day: date, *rest: str) -> str:
    """Where a day's page is, or one below it. `venue`: the venue's id.

    >>> day_address("torget", date(2026, 11, 20)), day_address("brygga bar", date(2026, 11, 20), "draft")
    ('/v/torget/2026-11-20', '/v/brygga%20bar/2026-11-20/draft')
    """
    return "/".join(("/v", quote(venue, safe=""), day.isoformat(), *rest))
