"""How pages look with long names and large amounts: on a phone, on a screen and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from posexport.core.roles import Grant, Role
from posexport.render.html import fill_page
from posexport.render.templates import find_template
from tests.support.browser import IN_A_BROWSER, Running, run_office
from tests.support.harness import FRIDAY, SATURDAY, VENUES, Shop, sale

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = IN_A_BROWSER

NAME = "Restaurant Fjellheimen og Kulturhuskafeen i Sentrum, avdeling Uteservering"
FILE = "salg-fra-restaurant-fjellheimen-og-kulturhuskafeen-i-sentrum-2026-11-20-z-212.jsonl"
CODE = "330 Cocktails og andre drikker med alkohol"
SENTRUM = f"""
  [[company.venue]]
  id = "sentrum"
  name = "{NAME}"
  department = "20"
  client_key = "env:PO_CLIENT_BRYGGA"
  addon = 1
  application_key = "env:PO_ADDON_1"
  registers = ["77"]
  export_from = 2026-11-19
"""
HELD = f"/v/sentrum/{FRIDAY}"
PAGES = (
    "/",
    "/days?month=2026-11",
    "/month",
    "/files",
    "/search?q=20.11",
    "/draft",
    "/runs",
    "/c/fjordmat/accounts",
    HELD,
)

FIND_WHAT_STICKS_OUT = """() => [...document.querySelectorAll('main .card')].flatMap(card => {
    const edge = card.getBoundingClientRect().right - parseFloat(getComputedStyle(card).paddingRight) + 1;
    return [...card.querySelectorAll('*')]
        .filter(one => one.checkVisibility() && !one.closest('.unseen, thead'))
        .filter(one => one.getBoundingClientRect().right > edge
            || one.matches('dd') && one.scrollWidth > one.clientWidth)
        .map(one => one.outerHTML.slice(0, 80));
})"""
FIND_LETTERS_BELOW_EACH_OTHER = """() => [...document.querySelectorAll('main :is(td, th, dt, dd)')]
    .filter(one => one.checkVisibility() && !one.closest('thead, .grid') && one.innerText.trim().length > 2)
    .filter(one => one.getBoundingClientRect().width < 26)
    .map(one => one.innerText)"""

COUNT_LINES = """one => {
    const all = document.createRange();
    all.selectNodeContents(one);
    return new Set([...all.getClientRects()].map(box => box.top)).size;
}"""


@pytest.fixture
def long(shop: Shop, chromium: Browser) -> Iterator[Running]:
    """A venue with a long name, whose day is held, and one that is ready."""
    shop.apply(venues=VENUES + SENTRUM)
    shop.sell(sale(1), sale(2, "80.00", at=f"{SATURDAY}T12:00:00", product="330"))
    shop.sell(sale(3, "12345678.00", register="77", product=CODE), name=FILE)
    shop.check()
    with run_office(shop, chromium) as running:
        yield running


def left_of(page: Page, what: str) -> float:
    """Where something begins, in px."""
    box = page.locator(what).first.bounding_box()
    assert box is not None
    return box["x"]


def test_long_names_and_large_amounts_stay_in_their_cards(long: Running) -> None:
    page = long.sign_in_as(Grant(Role.BOOKKEEPER), Grant(Role.ADMINISTRATOR))
    found = {}
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in PAGES:
            long.go(page, path)
            faults = page.evaluate(FIND_WHAT_STICKS_OUT) + page.evaluate(FIND_LETTERS_BELOW_EACH_OTHER)
            if faults:
                found[width, path] = faults
    assert found == {}


def test_on_a_phone_the_days_are_a_list_with_the_worst_first(long: Running) -> None:
    page = long.sign_in_as(Grant(Role.BOOKKEEPER), viewport={"width": 375, "height": 800})
    listed = page.locator(".by-day")
    for query, found in (("", listed.get_by_role("link")), ("&pick=1", listed.get_by_role("checkbox"))):
        long.go(page, f"/days?month=2026-11{query}")
        assert page.locator("table.grid").is_hidden() and found.count() > 0
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.locator("table.grid").is_visible() and listed.is_hidden()


def test_what_mends_a_line_stands_in_line_with_its_words(long: Running) -> None:
    page = long.sign_in_as(Grant(Role.BOOKKEEPER), viewport={"width": 1280, "height": 800})
    long.go(page, "/")
    rows = page.locator(".waiting li").filter(has=page.locator(".told .button")).all()
    assert len(rows) == 3
    for row in rows:
        button, words = row.locator(".told .button").bounding_box(), row.locator(".told").bounding_box()
        assert button is not None and words is not None
        first = row.locator(".told > :first-child").bounding_box()
        assert first is not None
        assert button["x"] == words["x"] or button["x"] > first["x"] + first["width"], row.inner_text()


def test_what_is_done_with_a_page_does_not_touch_the_edges_of_a_phone(long: Running) -> None:
    page = long.sign_in_as(Grant(Role.BOOKKEEPER), viewport={"width": 375, "height": 800})
    long.go(page, f"/v/torget/{FRIDAY}")
    assert left_of(page, "main > .actions .button") >= 12


@pytest.mark.parametrize("width", [375, 1280])
def test_once_an_account_is_saved_the_next_step_is_seen_without_scrolling(long: Running, width: int) -> None:
    page = long.sign_in_as(Grant(Role.BOOKKEEPER), viewport={"width": width, "height": 800})
    long.go(page, HELD)
    page.get_by_role("link", name="Velg konto").click()
    page.get_by_label("3024").check()
    page.get_by_role("button", name="Lagre").click()
    button = page.get_by_role("link", name="Lag kladd")
    box = button.bounding_box()
    assert box is not None and box["y"] + box["height"] < 800
    button.click()
    page.get_by_role("button", name="Lag 1 kladd").wait_for()


def test_a_choice_of_venue_is_not_wider_than_what_it_belongs_to(long: Running) -> None:
    long.shop.sell(sale(9, register="9"))
    page = long.sign_in_as(Grant(Role.PARTNER), viewport={"width": 1280, "height": 800})
    long.go(page, "/files")
    select, button = (
        page.locator("form.inline select").bounding_box(),
        page.locator("form.inline button").bounding_box(),
    )
    assert select is not None and button is not None
    assert select["width"] < 700 and abs(select["y"] - button["y"]) < 20


def test_what_is_wrong_with_a_form_stands_apart_from_its_first_field(long: Running) -> None:
    page = long.sign_in_as(Grant(Role.ADMINISTRATOR))
    long.go(page, "/c/fjordmat/venues/torget")
    page.get_by_label("Stenger").fill("25:00")
    page.get_by_role("button", name="Lagre").click()
    told, field = page.get_by_role("alert").bounding_box(), page.locator("form.settings").bounding_box()
    assert told is not None and field is not None
    assert field["y"] - (told["y"] + told["height"]) > 8


def test_days_and_short_words_stand_on_one_line_on_a_small_screen(long: Running) -> None:
    grants = (Grant(Role.PARTNER), Grant(Role.BOOKKEEPER))
    page = long.sign_in_as(*grants, viewport={"width": 768, "height": 800})
    long.go(page, HELD)
    page.get_by_role("link", name="Velg konto").click()
    page.get_by_label("3024").check()
    page.get_by_role("button", name="Lagre").click()
    page.get_by_text("Konto 3024 er lagret.").wait_for()
    for path, what in (("/", "table.plain td:nth-child(2)"), ("/log", ".log td:nth-child(2) .aside")):
        long.go(page, path)
        assert page.locator(what).first.evaluate(COUNT_LINES) == 1, path


def read_sheets(page: Page) -> str:
    """What stands on the sheets of a page that is printed."""
    told = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(page.pdf())).pages)
    return " ".join(told.replace("\xa0", " ").split())


def test_each_sheet_says_when_and_by_whom_once(long: Running) -> None:
    page = long.sign_in_as(Grant(Role.BOOKKEEPER), Grant(Role.ADMINISTRATOR))
    for path in PAGES:
        long.go(page, path)
        assert read_sheets(page).count("Hentet fram 22.11.2026 kl. 13.00 av Kari Moe.") == 1, path
        assert page.get_by_text("Hentet fram").locator("visible=true").count() == (path == "/month"), path


def test_paper_has_what_is_set_and_not_the_forms_that_set_it(long: Running) -> None:
    page = long.sign_in_as(Grant(Role.BOOKKEEPER), Grant(Role.ADMINISTRATOR), Grant(Role.SHOP))
    long.go(page, "/c/fjordmat/accounts")
    told = read_sheets(page)
    assert "3020" in told and "1592" in told
    assert "Gjelder fra" not in told and "20.11.2026 Tom" not in told
    long.go(page, "/files")
    assert "Last opp" not in read_sheets(page) and FILE[:20] in read_sheets(page)


def test_a_stranger_is_not_led_to_help_behind_the_door(long: Running) -> None:
    page = long.enter()
    long.go(page, "/invitation/none")
    assert page.get_by_role("link", name="Hjelp").count() == 0


# The preview, which is a file


@pytest.fixture
def preview(shop: Shop, chromium: Browser, tmp_path: Path) -> Iterator[Page]:
    """The preview of a venue with a long name, of more days than are shown whole, on a phone."""
    shop.apply(venues=SENTRUM.replace("2026-11-19", "2026-11-01"))
    days = (sale(n, "150.00", at=f"2026-11-{n:02}T12:00:00", register="77", paid="VISA") for n in range(1, 22))
    shop.sell(*days)
    path = tmp_path / "preview.html"
    path.write_text(fill_page(shop.preview(), "nb", datetime(2026, 11, 22, 13), find_template("preview.html.j2")))
    page = chromium.new_context(viewport={"width": 375, "height": 800}).new_page()
    page.goto(path.as_uri())
    yield page
    page.context.close()


def test_a_folded_voucher_of_a_long_name_has_its_sign_beside_the_name(preview: Page) -> None:
    fold = preview.locator(".fold > summary").first
    name, whole = fold.locator(":scope > :first-child").bounding_box(), fold.bounding_box()
    assert name is not None and whole is not None
    assert name["y"] - whole["y"] < 20 and name["x"] > 30
    assert preview.evaluate("document.documentElement.scrollWidth") == 375


def test_what_a_line_of_the_preview_says_of_itself_stands_beside_its_heading(preview: Page) -> None:
    preview.locator("details.fold").first.evaluate("fold => { fold.open = true; }")
    told = preview.locator("details.fold").first.locator(".lines td.small[data-label='Avdeling']").first
    box = told.bounding_box()
    assert box is not None and box["height"] < 28, told.inner_text()
