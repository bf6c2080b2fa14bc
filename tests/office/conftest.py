"""A browser for all tests of the office that need one, and an office before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import Running, open_chromium, run_office
from tests.support.harness import Shop, sale

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a file of tests; while it is open, nothing else of its thread can wait for asynchronous work."""
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def running(shop: Shop, chromium: Browser) -> Iterator[Running]:
    """An office with a day that is ready and one that lacks an account, and the ledger's chart read."""
    shop.apply()
    shop.sell(sale(1))
    shop.check()
    shop.sell(sale(2, "80.00", at="2026-11-21T12:00:00", product="330"))
    with run_office(shop, chromium) as running:
        yield running
