"""What holds for every page, in a real browser: in both languages, on paper, on a phone, for whoever cannot see it, and
what each answers and says on the console. New pages are walked by their routes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Literal

import pytest
from pypdf import PdfReader

from posexport.app.imports import list_imports
from posexport.app.orders import list_orders
from posexport.core.roles import Grant, Role
from posexport.office.app import PAGES
from posexport.office.security import POLICY
from posexport.office.words import STATE_WORDS, WORDS
from posexport.sandbox.customers import Customer
from tests.support.browser import IN_A_BROWSER, Running, find_serious, finish_run, listen_to_console, run_office
from tests.support.credit_shop import apply_orders, credit_sale
from tests.support.harness import BRYGGA, FRIDAY, SATURDAY, VENUES, Shop, sale
from tests.support.looks import read_rows

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = IN_A_BROWSER

STRANGE = (
    "/login",
    "/reset",
    "/invitation/none",
    "/nowhere",
    "/search?q=20.11",
    "/v/torget/2026-11-22",
    "/v/brygga/2026-11-19",
)
"""Pages beside those of the routes."""

NAMES = r"Torget Kafé|Brygga Bar|Fjordmat|posexport|PowerOffice|English|sales-\d+\.jsonl"
"""What is no word of either language."""


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Running]:
    """A company in which everything has happened: sales that are drafted, ready, held, ordered, uploaded and linked."""
    folder = tmp_path_factory.mktemp("walked")
    shop = Shop(f"sqlite:///{folder / 'office.db'}", folder)
    hotel = {"number": "K-17", "name": "Pensjonat Utvær", "organization_number": "974760673"}
    shop.world.set_customer(Customer(10018, "Pensjonat Utvær AS", "974760673"))
    apply_orders(shop, customers="linked", venues=VENUES + BRYGGA)
    shop.sell(
        credit_sale(1042, "640.00", customer=hotel),
        sale(7, "1234.50"),
        sale(8, "75.00", at=f"{SATURDAY}T12:00:00", product="330"),
        sale(9, "90.00", register="3"),
    )
    shop.check()
    shop.export(FRIDAY, FRIDAY, ["torget"])
    with run_office(shop, chromium) as running:
        page = running.sign_in_as(*EVERYBODY)
        running.go(page, "/files")
        content = shop.write(sale(10, register="9"), name="ny.jsonl").read_bytes()
        page.get_by_label("Slipp filer her").set_input_files(
            {"name": "ny.jsonl", "mimeType": "text/plain", "buffer": content}
        )
        page.get_by_role("button", name="Last opp").click()
        page.get_by_role("status").get_by_text("ferdig").wait_for()
        for path, button in (("/v/brygga/2026-11-20/draft", "Lag 1 kladd"), ("/customers", "Les på nytt")):
            running.go(page, path)
            page.get_by_role("button", name=button).click()
            finish_run(page)
        yield running


DOWNLOADED = (".csv", "/file", "/report", "/events")
"""How the addresses end of what is no page."""

EVERYBODY = (Grant(Role.PARTNER), Grant(Role.BOOKKEEPER), Grant(Role.ADMINISTRATOR))
RULES: dict[tuple[int, str], list[str]] = {
    (375, "light"): [],
    (1280, "light"): [],
    (1280, "dark"): ["color-contrast"],
}
"""In which forms axe-core looks at pages, and by which of its rules."""

LOOKS: dict[str, list[tuple[int, Literal["light", "dark"]]]] = {
    "nb-NO": [(320, "light"), (375, "light"), (1280, "light")],
    "en-GB": [(640, "light"), (1280, "dark")],  # the first as a window of 1280 at 200 %
}
"""How wide, and in which colors, every page is looked at in each language."""


def fill_in(running: Running) -> list[tuple[str, str]]:
    """Every route of a page, and its address with what is there."""
    workspace = running.site.workspace
    runs = dict(read_rows(running.shop, "office_run", "kind", "id"))
    (order, *_) = list_orders(workspace, workspace.load_setup().venues, asks=False)
    (found, *_) = list_imports(workspace)
    given = {"company": "fjordmat", "venue": "torget", "day": FRIDAY, "file": found.reference, "user": "Kari Moe"}
    given |= {"reference": order.reference}

    def fill(path: str) -> str:
        run = runs["files:fjordmat" if path.startswith("/files") else "drafts"]
        return path.format_map(defaultdict(lambda: "none", given, run=run))

    return [(path, fill(path)) for path in PAGES]


def list_pages(running: Running) -> list[str]:
    """The address of every page that is there, with what the routes ask for."""
    found = [*STRANGE, "/days?month=2026-11&pick=1", "/draft?from=2026-11-01&to=2026-11-30", f"/v/torget/{SATURDAY}"]
    found += [f"/v/torget/{FRIDAY}?part=history", "/c/fjordmat/accounts/restore?revision=1"]
    found.append("/c/fjordmat/customers/link?code=K-17")
    found.append(f"/v/torget/{FRIDAY}?part=tickets&reference=torget-20261120-r1&line=1")
    found += ["/c/fjordmat/accounts", "/help/days", "/help/credit-sales"]
    return found + [address for path, address in fill_in(running) if not path.endswith((*DOWNLOADED, "/accounts"))]


KEYS = {key for key in WORDS if "_" in key}


@cache
def english_only() -> set[str]:
    """The words of the office that are English alone, of at least five letters."""
    told = [*WORDS.values(), *STATE_WORDS.values()]
    norwegian = {word for one in told for word in re.findall(r"\w+", one["nb"].lower())}
    english = {word for one in told for word in re.findall(r"[A-Za-z]{5,}", one["en"].lower())} - norwegian
    return english - {"credit"}


def find_faults_of_words(page: Page, lang: str) -> Iterator[object]:
    """Keys, commands, another language, and days and amounts that are written otherwise than in it."""
    text = page.locator("body").inner_text()
    yield from re.findall(r"posexport |\[\[|\.toml", text)
    yield from set(re.findall(r"\w+", text)) & KEYS
    yield from re.findall(r"\b2026-\d\d-\d\d\b", text)
    if page.locator("html").get_attribute("lang") != lang:
        yield "lang"
    if lang == "nb":
        yield from set(re.findall(r"\w+", re.sub(NAMES, "", text).lower())) & english_only()
        yield from re.findall(r"\d,\d\d\d\.\d\d\b", text)
    else:
        yield from re.findall(r"\d\xa0\d\d\d,\d\d\b", text)


def find_faults_on_paper(page: Page) -> Iterator[str]:
    """A page without its heading, or with a menu, where it is printed."""
    page.emulate_media(media="print")
    if not page.get_by_role("heading", level=1).first.is_visible():
        yield "no heading on paper"
    if page.locator("nav:visible").count():
        yield "a menu on paper"
    page.emulate_media(media="screen")


def find_faults_of_page(page: Page, told: list[str]) -> Iterator[object]:
    """What is wrong with the page that was loaded, however it is looked at. `told`: what the console has said."""
    if page.locator("h1").count() != 1:
        yield "not one heading"
    yield from (one for one in told if "status of 4" not in one)
    told.clear()


def find_faults(page: Page, width: int, lang: str) -> Iterator[object]:
    """What is wrong with the page as it is looked at now."""
    if page.evaluate("document.documentElement.scrollWidth") > width:
        yield "scrolls sideways"
    yield from find_faults_of_words(page, lang)


@pytest.mark.scenario(32, 33, 34, 36, 38)
@pytest.mark.parametrize("locale", LOOKS)
def test_every_page_is_whole(walked: Running, locale: str) -> None:
    page = walked.sign_in_as(*EVERYBODY, locale=locale)
    told, found = listen_to_console(page), {}
    for path in list_pages(walked):
        answer = page.goto(f"{walked.site.origin}{path}")
        assert answer is not None and answer.status < 500, path
        faults = [*find_faults_of_page(page, told)]
        if answer.headers["content-security-policy"] != POLICY:
            faults.append("another policy")
        for width, colors in LOOKS[locale]:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=colors)
            faults += [(width, colors, fault) for fault in find_faults(page, width, locale[:2])]
            if (width, colors) in RULES:
                faults += find_serious(page, RULES[width, colors])
        faults += find_faults_on_paper(page)
        if faults:
            found[path] = faults
    page.context.close()
    assert found == {}


@pytest.mark.scenario(38)
def test_what_is_no_page_has_a_policy_too(walked: Running) -> None:
    page = walked.sign_in_as(*EVERYBODY)
    for path in [*(address for _, address in fill_in(walked)), "/static/office.css", "/healthz", "/login"]:
        answer = page.request.get(f"{walked.site.origin}{path}")
        assert answer.headers["content-security-policy"].startswith("default-src 'none'"), path
    page.context.close()


@pytest.mark.scenario(36)
def test_a_day_on_paper_has_its_state_and_figures(walked: Running) -> None:
    page = walked.sign_in_as(Grant(Role.BOOKKEEPER))
    walked.go(page, f"/v/torget/{FRIDAY}")
    sheets = PdfReader(BytesIO(page.pdf())).pages
    assert "3020" in sheets[0].extract_text(), "the first sheet is not the heading alone"
    text = "".join(sheet.extract_text() for sheet in sheets)
    told = " ".join(text.replace("\xa0", " ").split())
    for wanted in ("Torget Kafé", "fredag 20. november 2026", "kladd", "1 234,50", "3020"):
        assert wanted.lower() in told.lower(), wanted
    assert "Oppsett" not in told and "Logg ut" not in told
    page.context.close()


@pytest.mark.scenario(32)
def test_money_and_days_are_written_as_in_the_language(walked: Running) -> None:
    for locale, wanted in (("nb-NO", ("1\xa0234,50", "fre. 20. nov.")), ("en-GB", ("1,234.50", "Fri 20 Nov"))):
        page = walked.sign_in_as(Grant(Role.BOOKKEEPER), locale=locale)
        walked.go(page, f"/v/torget/{FRIDAY}?part=history")
        seen = page.locator("body").inner_text()
        walked.go(page, "/")
        seen += page.locator("body").inner_text()
        walked.go(page, f"/v/torget/{FRIDAY}")
        seen += page.locator("body").inner_text()
        assert all(one in seen for one in wanted), locale
        page.context.close()
