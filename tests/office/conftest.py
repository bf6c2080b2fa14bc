"""An office, with a browser before it where a test needs one. Files whose tests need other sales have fixtures of their
own by these names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from posexport.wiring import Connections
from tests.support.browser import Running, open_chromium, run_office
from tests.support.harness import Shop, sale
from tests.support.letters import Post
from tests.support.office import Office, open_office

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


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    """The mail server of every company."""
    post = Post()
    monkeypatch.setattr(Connections, "open_mailer", lambda self, company: post)
    return post


@pytest.fixture
def office(both: Shop) -> Iterator[Office]:
    """A day that is ready, and one with a product type that is not set up."""
    both.apply()
    both.sell(sale(1), sale(2, "80.00", at="2026-11-21T12:00:00", product="330"))
    with open_office(both) as office:
        yield office
