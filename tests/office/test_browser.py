"""What a person does in a real browser (Chromium): the way from what waits to the draft, also without JavaScript, on a
phone and in both languages."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from posexport.office.serve import listen, make_local_link, make_local_site, serve
from posexport.office.site import Site
from tests.support.harness import FRIDAY, SATURDAY, Shop, sale
from tests.support.scope import IS_EVERYTHING, WHY_LEFT_OUT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.skipif(not IS_EVERYTHING, reason=f"the browser is left out: {WHY_LEFT_OUT}"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
_QUIET = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*options, *_QUIET])
        yield browser
        browser.close()


@dataclass
class Running:
    """An office that listens."""

    site: Site
    shop: Shop
    browser: Browser

    def sign_in(self, name: str = "Logg inn", **options: Any) -> Page:
        """A page of somebody who came by the link."""
        page = self.browser.new_context(**{"locale": "nb-NO", **options}).new_page()
        page.goto(make_local_link(self.site, "kari"))
        page.get_by_role("button", name=name).click()
        return page


@pytest.fixture
def running(shop: Shop, chromium: Browser) -> Iterator[Running]:
    """A day that is ready and one that lacks an account, and the ledger's chart read."""
    shop.apply()
    shop.sell(sale(1))
    shop.check()
    shop.sell(sale(2, "80.00", at="2026-11-21T12:00:00", product="330"))
    stop, ready = threading.Event(), threading.Event()
    with shop.open() as workspace, listen(0) as listening:
        site = make_local_site(workspace, listening, lambda _, venues: ((venue, None) for venue in venues))
        server = threading.Thread(target=serve, args=(site, listening, stop, ready.set))
        server.start()
        assert ready.wait(10)
        try:
            yield Running(site, shop, chromium)
        finally:
            stop.set()
            server.join()
            for context in chromium.contexts:
                context.close()


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_held_day_is_mended_and_drafted_in_eight_clicks(running: Running, has_scripts: bool) -> None:
    page = running.sign_in(java_script_enabled=has_scripts)
    page.get_by_role("link", name="Torget Kafé, lør. 21. nov.").first.click()
    page.get_by_role("link", name="Velg konto").click()
    page.get_by_label("3024").check()
    page.get_by_role("button", name="Lagre").click()
    page.get_by_role("link", name="Lag kladd").click()
    page.get_by_role("button", name="Lag 1 kladd").click()
    page.get_by_text("ferdig · 1 av 1").wait_for()
    (draft,) = running.shop.world.drafts()
    assert (draft.voucher_date, 3024) in {(SATURDAY, line.account_no) for line in draft.lines}


def test_the_way_there_needs_no_mouse(running: Running) -> None:
    page = running.sign_in()

    def press(name: str) -> None:
        page.wait_for_load_state()
        for _ in range(60):
            page.keyboard.press("Tab")
            if name in page.evaluate("document.activeElement?.textContent ?? ''"):
                page.keyboard.press("Enter")
                return
        raise AssertionError(name)

    press("lør. 21. nov.")
    page.wait_for_url("**/v/torget/2026-11-21")
    press("Velg konto")
    page.get_by_role("heading", name="Velg konto").wait_for()


PATHS = ("/", "/days", f"/v/torget/{FRIDAY}", f"/v/torget/{SATURDAY}", f"/v/torget/{FRIDAY}/draft", "/runs", "/log")


@pytest.mark.parametrize(("locale", "name"), [("nb-NO", "Logg inn"), ("en-GB", "Sign in")])
def test_no_page_scrolls_sideways_or_complains_on_the_console(
    running: Running, locale: str, name: str, tmp_path: Path
) -> None:
    page = running.sign_in(name, locale=locale, viewport={"width": 320, "height": 700})
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    for path in PATHS:
        page.goto(f"{running.site.origin}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert page.locator("h1").count() == 1, path
    assert told == []
    page.goto(f"{running.site.origin}/v/torget/{FRIDAY}")
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation").is_visible()
    assert page.get_by_role("heading", level=1).is_visible()
    page.pdf(path=tmp_path / "day.pdf")
    assert (tmp_path / "day.pdf").stat().st_size > 5_000
