"""The addresses of the office's pages that name something."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from posexport.store.acts import Import
from posexport.views.addresses import (
    company_address as company_address,
    day_address as day_address,
    venue_address as venue_address,
)


def order_address(reference: str, *rest: str) -> str:
    """Where an order's page is, or one below it.

    >>> order_address("torget-o20261120-9f3a61c2", "send")
    '/orders/torget-o20261120-9f3a61c2/send'
    """
    return "/".join(("/orders", quote(reference, safe=""), *rest))


def customer_address(company: str, code: str, what: str, back: str = "") -> str:
    """Where something is done about a register's customer: `link`, `unlink` or `create`. `back`: the page to go on with
    afterwards.

    >>> customer_address("fjordmat", "K/17", "link", "/customers")
    '/c/fjordmat/customers/link?code=K%2F17&back=%2Fcustomers'
    """
    asked = {"code": code} | ({"back": back} if back else {})
    return f"/c/{quote(company, safe='')}/customers/{what}?{urlencode(asked)}"


def import_address(found: Import, *rest: str) -> str:
    """Where the page of a file that was read is, or one below it."""
    return "/".join(("/imports", found.reference, *rest))


_PAGES = ("/v/", "/orders", "/customers", "/days", "/c/")


def choose_back(given: str, otherwise: str) -> str:
    """The page to go on with: the one that a form names, if it is one of the office's own, else `otherwise`.

    >>> choose_back("/v/torget/2026-11-20", "/"), choose_back("//evil.example/v/", "/")
    ('/v/torget/2026-11-20', '/')
    """
    is_own = given == "/" or (given.startswith(_PAGES) and "\\" not in given and given.isprintable())
    return given if is_own else otherwise
