"""Keys, and progress without loading anew, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.browser import IN_A_BROWSER, Running
from tests.support.harness import FRIDAY, SATURDAY

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = IN_A_BROWSER


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"))


def test_keys_move_through_the_days_of_a_month(running: Running) -> None:
    page = running.sign_in()
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url("**/days")
    page.goto(f"{running.site.origin}/days?month=2026-11")
    page.get_by_role("link", name="fredag 20. november").focus()
    page.keyboard.press("ArrowRight")
    assert "lørdag 21. november" in focused(page)
    page.keyboard.press("Home")
    assert "fredag 20. november" in focused(page)
    page.keyboard.press("End")
    assert "søndag 22. november" in focused(page)
    page.keyboard.press("ArrowLeft")
    assert page.locator("table.grid td a[tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/v/torget/{SATURDAY}")
    page.keyboard.press("e")
    page.get_by_role("heading", name="Velg konto").wait_for()
    page.goto(f"{running.site.origin}/days?month=2026-11")
    page.get_by_role("link", name="fredag 20. november").focus()
    page.keyboard.press("PageUp")
    page.wait_for_url("**month=2026-10*")


def test_days_are_picked_by_space_and_by_shift_and_an_arrow(running: Running) -> None:
    page = running.sign_in()
    page.goto(f"{running.site.origin}/days?month=2026-11&pick=1")
    assert page.locator("table.grid [tabindex='0']").count() == 1
    page.keyboard.press("Tab")
    page.get_by_role("checkbox", name="fredag 20. november").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    assert "lørdag 21. november" in focused(page)
    page.keyboard.press("Shift+ArrowRight")
    assert "søndag 22. november" in focused(page)  # is not over, so a link
    assert page.locator("table.grid :checked").count() == 2
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    assert page.locator("table.grid :checked").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/draft?d=*{FRIDAY}")


@pytest.mark.scenario(35)
def test_letters_type_in_a_field_and_the_slash_goes_to_it(running: Running) -> None:
    page = running.sign_in()
    page.keyboard.press("/")
    page.keyboard.type("gd?torget")
    assert page.locator("#search").input_value() == "gd?torget"
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("?")
    page.wait_for_url("**/help#keys")


def test_u_goes_up_from_where_one_is(running: Running) -> None:
    page, day = running.sign_in(), f"/v/torget/{FRIDAY}"
    for path, above in (
        (f"{day}?part=history", f"**{day}"),
        (day, "**/days?month=2026-11"),
        (f"{day}/draft", f"**{day}"),
        ("/help/days", "**/help"),
        ("/c/fjordmat/venues/torget", "**/setup"),
    ):
        running.go(page, path)
        page.keyboard.press("u")
        page.wait_for_url(above)


def test_j_and_k_go_from_one_waiting_thing_to_the_next(running: Running) -> None:
    page = running.sign_in()
    page.keyboard.press("j")
    first = focused(page)
    page.keyboard.press("j")
    assert focused(page) != first
    page.keyboard.press("k")
    assert focused(page) == first


def test_a_run_shows_its_end_without_being_loaded_anew(running: Running) -> None:
    page = running.sign_in()
    page.goto(f"{running.site.origin}/v/torget/{FRIDAY}/draft")
    page.get_by_role("button", name="Lag 1 kladd").click()
    page.evaluate("window.wasHere = true")
    page.get_by_text("ferdig · 1 av 1").wait_for()
    page.get_by_role("link", name="Se hva det ble til").wait_for()
    assert page.evaluate("window.wasHere") is True


def test_accounts_are_found_while_one_types(running: Running) -> None:
    page = running.sign_in()
    page.goto(f"{running.site.origin}/v/torget/{SATURDAY}")
    page.get_by_role("link", name="Velg konto").click()
    page.evaluate("window.wasHere = true")
    page.locator("#q").press_sequentially("3024")
    page.locator("#accounts input").nth(1).wait_for(state="detached")
    assert page.evaluate("window.wasHere") is True
    page.get_by_label("3024").check()
    page.get_by_role("button", name="Lagre").click()
    page.wait_for_url(f"**/v/torget/{SATURDAY}?saved=3024*")
