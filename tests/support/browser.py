"""A real browser (Chromium) before a running office."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from posexport.app.workspace import Workspace
from posexport.core.roles import Grant, User
from posexport.office.access import digest_token, make_token
from posexport.office.serve import listen, make_local_link, make_local_site, serve
from posexport.office.site import Site
from posexport.store.office_users import add_session, add_user, read_user
from tests.support.harness import Shop
from tests.support.scope import IS_EVERYTHING, WHY_LEFT_OUT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
IN_A_BROWSER = [
    pytest.mark.skipif(not IS_EVERYTHING, reason=f"the browser is left out: {WHY_LEFT_OUT}"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
"""The marks of tests that need one."""

PATIENCE_MS = 10_000
"""How long a test waits for what a page is to show."""

_QUIET = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """A browser without a window."""
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*options, *_QUIET])
        yield browser
        browser.close()


@dataclass
class Running:
    """An office that listens, over a shop, and a browser."""

    site: Site
    shop: Shop
    browser: Browser

    def enter(self, **options: Any) -> Page:
        """A page of a browser that nobody has signed in with."""
        page = self.browser.new_context(**{"locale": "nb-NO", **options}).new_page()
        page.set_default_timeout(PATIENCE_MS)
        return page

    def sign_in_as(self, *grants: Grant, name: str = "Kari Moe", **options: Any) -> Page:
        """A page of a user with these roles, which is blank yet. Who was there before is there again."""
        page, token, now = self.enter(**options), make_token(), self.site.workspace.now_utc_s
        with self.site.workspace.database.writing() as connection:
            if read_user(connection, name) is None:
                add_user(connection, User(name, name, f"{name}@posexport.example", grants), now)
            add_session(connection, digest_token(token), name, "password", "127.0.0.1", now)
        page.context.add_cookies([{"name": self.site.cookie, "value": token, "url": self.site.origin}])
        return page

    def sign_in(self, name: str = "Logg inn", **options: Any) -> Page:
        """A page of somebody who came by the link."""
        page = self.enter(**options)
        page.goto(make_local_link(self.site, "kari"))
        page.get_by_role("button", name=name).click()
        page.locator("main h1").wait_for()
        page.wait_for_url(f"{self.site.origin}/")
        return page

    def go(self, page: Page, path: str) -> None:
        """Go to an address of the office."""
        page.goto(f"{self.site.origin}{path}")

    def look_at(self, page: Page, path: str) -> None:
        """Go to a page, which fits the window and has one heading."""
        page.goto(f"{self.site.origin}{path}")
        assert page.viewport_size is not None
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], path
        assert page.locator("h1").count() == 1, path


@contextmanager
def run_office(shop: Shop, browser: Browser) -> Iterator[Running]:
    """The office over a shop, listening on a free port, with its worker."""
    with shop.open() as workspace, run_site(workspace, browser) as site:
        yield Running(site, shop, browser)


@contextmanager
def run_site(workspace: Workspace, browser: Browser) -> Iterator[Site]:
    """The office over a workspace."""
    stop, ready = threading.Event(), threading.Event()
    with listen(0) as listening:
        site = make_local_site(workspace, listening, lambda _, venues: ((venue, None) for venue in venues))
        server = threading.Thread(target=serve, args=(site, listening, stop, ready.set))
        server.start()
        assert ready.wait(10)
        try:
            yield site
        finally:
            for context in browser.contexts:
                context.close()
            stop.set()
            server.join()


def finish_run(page: Page) -> None:
    """Wait for the run whose page is open to be done; the note beside Stop has the same word."""
    page.locator(".run-done").first.wait_for()


def text_of(page: Page) -> str:
    """What can be read in the main part of a page, one space between the words."""
    return " ".join(page.get_by_role("main").inner_text().split())


def listen_to_console(page: Page) -> list[str]:
    """What a page's console and errors say from now on."""
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    return told


_RUN_AXE = """async options => (await axe.run(options)).violations
    .filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => [one.id, one.nodes.map(node => node.html)])"""
"""What is in order is a hundred times as long, and stays in the browser."""


def find_serious(page: Page, rules: Sequence[str] = ()) -> list[tuple[str, Any]]:
    """What axe-core finds that keeps somebody from using the page, by these rules, or by all where none is named."""
    from axe_playwright_python.base import AXE_SCRIPT

    # styles are ours and loaded; what is in order is not described
    options: dict[str, Any] = {"preload": False, "resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [(rule, nodes) for rule, nodes in page.evaluate(_RUN_AXE, options)]
