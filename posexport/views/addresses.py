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


def venue_address(venue: str, *rest: str) -> str:
    """Where something of a venue is. `venue`: its id.

    >>> venue_address("brygga bar", "inbox")
    '/v/brygga%20bar/inbox'
    """
    return "/".join(("/v", quote(venue, safe=""), *rest))


def company_address(company: str, *rest: str) -> str:
    """Where a company's page is, or one below it. `company`: its id.

    >>> company_address("fjordmat", "check")
    '/c/fjordmat/check'
    """
    return "/".join(("/c", quote(company, safe=""), *rest))
