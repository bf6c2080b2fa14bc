"""Search, help, the company chooser, what a run tells while it goes on, and what the pages load."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import pytest

from posexport.core.roles import Grant, Role
from posexport.office.app import STATIC
from posexport.office.menu import MENU
from posexport.render.templates import find_template
from tests.support.credit_shop import apply_orders, credit_sale
from tests.support.harness import FRIDAY, SATURDAY, Shop, sale, setup_text
from tests.support.office import OTHER_COMPANY, Office, Visitor, open_office

OWN_LINES_AT_MOST = 150
FOLDER = find_template("static/office.js").parent


@pytest.fixture
def office(both: Shop) -> Iterator[Office]:
    """Two companies; the first sold on two days."""
    both.apply(setup_text() + OTHER_COMPANY.format(output=both.folder / "vouchers"))
    both.sell(sale(1), sale(2, "80.00", at="2026-11-21T12:00:00"))
    with open_office(both) as office:
        yield office


@pytest.fixture
def kari(office: Office) -> Visitor:
    return office.sign_in(Grant(Role.BOOKKEEPER))


@pytest.mark.parametrize(
    ("sought", "day"),
    [("torget", SATURDAY), ("Kafé", SATURDAY), ("1", FRIDAY), (f"torget-{FRIDAY:%Y%m%d}-r1", FRIDAY)],
)
def test_what_alone_fits_is_shown_itself(office: Office, kari: Visitor, sought: str, day: object) -> None:
    kari.get(f"/v/torget/{FRIDAY}/draft")
    kari.send(f"/v/torget/{FRIDAY}/draft")
    office.work()
    kari.get(f"/search?q={sought}")
    assert kari.page.url.path == f"/v/torget/{day}"


@pytest.mark.parametrize("sought", ["20.11", "20.11.2026", "2026-11-20", "i går"])
def test_a_day_is_found_at_every_venue(kari: Visitor, sought: str) -> None:
    kari.get(f"/search?q={sought}")
    day = SATURDAY if sought == "i går" else FRIDAY
    links = kari.tree.xpath("//main//table//a/@href")
    assert links == [f"/v/torget/{day}", f"/v/tinden/{day}"]


def test_an_account_leads_to_its_row_and_a_customer_to_its_orders(shop: Shop) -> None:
    hotel = {"number": "K-17", "name": "Pensjonat Utvær", "organization_number": "974760673"}
    apply_orders(shop)
    shop.sell(sale(1), credit_sale(1042, "640.00", customer=hotel))
    with open_office(shop) as office:
        kari = office.sign_in(Grant(Role.READER, "fjordmat"))
        kari.get("/search?q=3020")
        (row,) = kari.tree.xpath(f"//*[@id='{kari.page.url.fragment}']")
        assert kari.page.url.path == "/c/fjordmat/accounts" and "3020" in (row.get("value") or row.text_content())
        for sought in ("K-17", "k-17", "utVÆR", "974760673"):
            kari.get(f"/search?q={sought}")
            assert kari.page.url.path == "/orders" and "bong 1042" in kari.text, sought
        of_venue = office.sign_in(Grant(Role.READER, "fjordmat", "torget"), name="Per")
        for sought in ("3020", "K-17", "utvær"):
            of_venue.get(f"/search?q={sought}")
            assert "Ingenting passer." in of_venue.text


def test_nothing_of_another_company_is_found(office: Office) -> None:
    visitor = office.sign_in(Grant(Role.BOOKKEEPER, "tindmat"))
    for sought in ("Torget", "1", "2", "Kafé", "3020"):
        visitor.get(f"/search?q={sought}")
        assert "Ingenting passer." in visitor.text and "Torget" not in visitor.text.replace(f"Søk: {sought}", "")


def test_one_company_is_chosen_and_stays_chosen_in_the_menu(office: Office, kari: Visitor) -> None:
    kari.get("/days?month=2026-11")
    assert "Torget Kafé" in kari.text and "Tinden Kro" in kari.text
    kari.get("/days?month=2026-11&company=fjordmat")
    assert "Torget Kafé" in kari.text and "Tinden Kro" not in kari.text
    kari.click("‹ Måneden før")
    assert kari.page.url.params["company"] == "fjordmat"
    kari.click("I dag")
    assert kari.page.url.params["company"] == "fjordmat" and "Tinden" not in kari.text
    only = office.sign_in(Grant(Role.READER, "tindmat"), name="Per")
    only.get("/days?company=fjordmat")
    assert not only.tree.xpath("//select[@name='company']") and "Torget" not in only.text


def test_help_has_every_state_and_every_key(kari: Visitor) -> None:
    kari.get("/help")
    for word in ("klar", "holdt", "usikker", "mangler data", "ikke over"):
        assert word in kari.text
    assert {f"g {entry.key}" for entry in MENU if entry.key} <= set(kari.tree.xpath("//kbd/text()"))


def test_the_keys_that_are_listed_are_the_ones_that_work(kari: Visitor) -> None:
    script = (FOLDER / "office.js").read_text("utf-8")
    known = set(re.findall(r"^    \"?([/?a-z])\"?: \(\)", script, re.MULTILINE))
    known |= set(re.findall(r'case "(\w+)"', script))
    kari.get("/help")
    told = {key for text in kari.tree.xpath("//kbd/text()") if not text.startswith("g ") for key in text.split()}
    arrows = {"←": "ArrowLeft", "→": "ArrowRight", "↑": "ArrowUp", "↓": "ArrowDown"}
    assert known - {"Home", "End", "PageUp", "PageDown"} == {arrows.get(key, key) for key in told} - {"Enter"}
    letters = [entry.key for entry in MENU if entry.key]
    assert len(letters) == len(set(letters))


def test_a_run_is_followed_to_its_end(office: Office, kari: Visitor) -> None:
    kari.get(f"/v/torget/{FRIDAY}/draft")
    kari.send(f"/v/torget/{FRIDAY}/draft")
    path = kari.page.url.path
    assert kari.tree.xpath("//noscript/meta[@http-equiv='refresh']")
    assert kari.tree.xpath("//section[@id='progress']")[0].get("hx-sse:connect") == f"{path}/events"
    office.work()
    events = kari.get(f"{path}/events")
    assert events.headers["content-type"].startswith("text/event-stream")
    assert 'class="run run-done"' in events.text and events.text.endswith("event: over\ndata: over\n\n")
    lines = [line for line in events.text.split("event: over")[0].splitlines() if line]
    assert all(line.startswith("data: ") for line in lines)


def test_what_is_loaded_is_ours_or_as_its_authors_made_it() -> None:
    told = (FOLDER / "VENDORED.md").read_text("utf-8")
    sums = dict(re.findall(r"^\| (\S+\.js) \| \S+ \| ([0-9a-f]{64}) \|$", told, re.MULTILINE))
    scripts = {name for name in STATIC if name.endswith(".js")}
    assert set(sums) == scripts - {"office.js"}
    for name, wanted in sums.items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == wanted, name
    assert "0BSD" in told and "Zero-Clause BSD" in (FOLDER / "htmx.LICENSE").read_text("utf-8")
    assert len((FOLDER / "office.js").read_text("utf-8").splitlines()) < OWN_LINES_AT_MOST
