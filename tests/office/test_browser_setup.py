"""Pages of the setup and of Help in a real browser: they work without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.browser import IN_A_BROWSER, Running

if TYPE_CHECKING:
    from playwright.sync_api import Dialog

pytestmark = IN_A_BROWSER

PASTE = "/c/fjordmat/accounts/paste"


def test_accounts_are_pasted_looked_at_and_saved_without_javascript(running: Running) -> None:
    page = running.sign_in(java_script_enabled=False)
    page.goto(f"{running.site.origin}{PASTE}")
    page.get_by_role("textbox", name="Teksten").fill(
        '[[company.product_type]]\ncode = "330"\naccounts = { "3" = "3024" }'
    )
    page.get_by_role("button", name="Se hva som endres").click()
    assert page.get_by_role("listitem").filter(has_text="varegruppe 330: lagt til").count() == 1
    page.get_by_role("button", name="Lagre kontoene").click()
    page.get_by_role("status").get_by_text("Lagret.").wait_for()


def test_a_finding_leads_to_its_heading_in_the_guide(running: Running) -> None:
    page = running.sign_in()
    page.goto(f"{running.site.origin}/v/torget/2026-11-21")
    page.get_by_role("link", name="Mer om dette").click()
    page.wait_for_url("**/help/days#missing-account")
    assert page.get_by_role("heading", name="Konto eller mva-kode mangler").is_visible()


def test_all_findings_are_folded_on_the_screen_and_whole_on_paper_without_javascript(running: Running) -> None:
    page = running.sign_in(java_script_enabled=False)
    page.goto(f"{running.site.origin}/help/findings?open=movements-left-out#movements-left-out")
    wanted, other = (page.locator(f"#{code}") for code in ("movements-left-out", "missing-account"))
    assert wanted.is_visible() and not other.is_visible()
    page.get_by_role("heading", name="Kontoer, mva-koder og avdelinger").click()
    assert other.is_visible()
    page.goto(f"{running.site.origin}/help/findings")
    assert not wanted.is_visible()
    page.emulate_media(media="print")
    assert wanted.is_visible() and other.is_visible()


def test_the_accounts_are_walked_by_arrows_and_enter_takes_the_first_that_fits(running: Running) -> None:
    page = running.sign_in()
    running.go(page, "/c/fjordmat/accounts")
    cells = page.locator("table.accounts td input[list]")
    labels = [cells.nth(number).get_attribute("aria-label") for number in range(2)]

    def focused() -> str:
        return str(page.evaluate("document.activeElement.getAttribute('aria-label')"))

    cells.nth(0).focus()
    page.keyboard.press("ArrowDown")
    assert focused() == labels[1]
    page.keyboard.press("ArrowUp")
    assert focused() == labels[0]
    page.keyboard.press("ArrowLeft")
    assert focused() == "Hva 330 er"
    page.keyboard.press("ArrowRight")
    assert focused() == labels[0]
    wanted = page.locator("#chart option").nth(1)
    number, name = wanted.get_attribute("value"), wanted.text_content()
    page.keyboard.type(str(name).upper())
    page.keyboard.press("Enter")
    assert cells.nth(0).input_value() == number
    page.keyboard.press("ArrowDown")
    assert focused() == labels[1]
    assert page.url.endswith("/accounts")


def test_leaving_accounts_that_are_typed_and_not_saved_asks_first(running: Running) -> None:
    page, asked = running.sign_in(), list[str]()

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    running.go(page, "/c/fjordmat/accounts")
    running.go(page, "/days")
    assert asked == []
    running.go(page, "/c/fjordmat/accounts")
    page.locator("table.accounts td input[list]").first.press_sequentially("3020")
    page.get_by_role("link", name="Dager").click()
    page.wait_for_url("**/days")
    assert asked == ["beforeunload"]
    running.go(page, "/c/fjordmat/accounts")
    page.locator("table.accounts td input[list]").first.press_sequentially("3020")
    page.get_by_role("button", name="Lagre").click()
    page.get_by_text("Lagret.").wait_for()
    assert len(asked) == 1
