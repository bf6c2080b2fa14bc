"""What a person does in a real browser (Chromium): the way from what waits to the draft, also without JavaScript, on a
phone and in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.browser import IN_A_BROWSER, Running, listen_to_console
from tests.support.harness import FRIDAY, SATURDAY

pytestmark = IN_A_BROWSER


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


PATHS = (
    *("/", "/days", f"/v/torget/{FRIDAY}", f"/v/torget/{SATURDAY}", f"/v/torget/{FRIDAY}/draft", "/runs", "/log"),
    *("/users", "/me", "/login", "/reset"),
)


@pytest.mark.parametrize(("locale", "name"), [("nb-NO", "Logg inn"), ("en-GB", "Sign in")])
def test_no_page_scrolls_sideways_or_complains_on_the_console(
    running: Running, locale: str, name: str, tmp_path: Path
) -> None:
    page = running.sign_in(name, locale=locale, viewport={"width": 320, "height": 700})
    told = listen_to_console(page)
    for path in PATHS:
        running.look_at(page, path)
    assert told == []
    page.goto(f"{running.site.origin}/v/torget/{FRIDAY}")
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation").is_visible()
    assert page.get_by_role("heading", level=1).is_visible()
    page.pdf(path=tmp_path / "day.pdf")
    assert (tmp_path / "day.pdf").stat().st_size > 5_000
