"""The addresses of the office's pages, for the pages themselves and for what leads to them."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote, urlsplit

PORTS = {"http": 80, "https": 443}
"""By scheme, the port that an address need not name."""


def read_base_url(written: str) -> str | None:
    """An address of the office, as browsers write it, without a slash at its end; None for what is no address.

    >>> read_base_url("HTTPS://Pos.example:443/pos/"), read_base_url("pos.example")
    ('https://pos.example/pos', None)
    """
    try:
        parts = urlsplit(written.strip())
        name, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return None
    has_more = parts.query or parts.fragment or parts.username or parts.password
    path = parts.path.rstrip("/")
    is_plain = all(part and all(sign.isalnum() or sign in "-._~" for sign in part) for part in path.split("/")[1:])
    scheme = parts.scheme.lower()
    if scheme not in PORTS or not name or has_more or not path.isascii() or not is_plain:
        return None
    name = f"[{name}]" if ":" in name else name
    return f"{scheme}://{name}{f':{port}' if port and port != PORTS[scheme] else ''}{path}"


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
