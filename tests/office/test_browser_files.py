"""Files and the setup in a real browser: files are chosen and uploaded, with and without JavaScript, and on a phone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from posexport.core.ports.ledger import Identity
from posexport.ledgers.poweroffice.import_queue import ImportQueue
from posexport.setup.sealing import VARIABLE, make_vault_key
from tests.support.browser import IN_A_BROWSER, Running, run_office, text_of
from tests.support.harness import FRIDAY, Shop, sale
from tests.support.looks import count_rows, read_rows
from tests.support.paths import ROOT
from tests.whole.test_examples import OFFICIAL, needs_official

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = IN_A_BROWSER
CAFE = ROOT / "examples" / "cafe-saft"


def write(folder: Path, name: str, *tickets: dict[str, Any]) -> str:
    path = folder / name
    path.write_text("".join(json.dumps(ticket) + "\n" for ticket in tickets), encoding="utf-8")
    return str(path)


def upload(running: Running, page: Page, name: str, content: bytes) -> str:
    """What the page says once a file of this name is read."""
    running.go(page, "/files")
    page.get_by_label("Slipp filer her").set_input_files({"name": name, "mimeType": "text/xml", "buffer": content})
    page.get_by_role("button", name="Last opp").click()
    page.get_by_role("status").get_by_text("ferdig").wait_for()
    return text_of(page)


@pytest.mark.scenario(16, 22)
@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_file_of_an_unknown_register_is_uploaded_and_the_register_given(
    running: Running, tmp_path: Path, has_scripts: bool
) -> None:
    page = running.sign_in(java_script_enabled=has_scripts)
    page.get_by_role("link", name="Filer").click()
    page.get_by_label("Slipp filer her").set_input_files(
        [write(tmp_path, "ny.jsonl", sale(7, register="9")), write(tmp_path, "kjent.jsonl", sale(8))]
    )
    page.get_by_role("button", name="Last opp").click()
    page.get_by_role("status").get_by_text("ferdig").wait_for()
    assert page.get_by_role("heading", level=2).all_text_contents() == ["ny.jsonl", "kjent.jsonl"]
    page.get_by_role("link", name="Gi den til et sted").click()
    page.get_by_role("button", name="Gi til stedet").click()
    page.get_by_role("status").get_by_text("1 bong telles med").wait_for()
    assert count_rows(running.shop, "ticket") == 4 and count_rows(running.shop, "aside") == 0
    page.get_by_label("Slipp filer her").set_input_files([str(tmp_path / "ny.jsonl")])
    page.get_by_role("button", name="Last opp").click()
    page.get_by_text("Ingenting nytt").wait_for()
    page.goto(f"{running.site.origin}/v/torget/{FRIDAY}")
    assert "375,00" in page.get_by_role("main").inner_text()


@pytest.mark.scenario(15)
@needs_official
def test_the_tax_authoritys_example_is_counted_as_the_command_counts_it(shop: Shop, chromium: Browser) -> None:
    shop.apply((ROOT / "examples" / "official" / "setup.toml").read_text())
    with run_office(shop, chromium) as running:
        page = running.sign_in()
        whole = OFFICIAL.read_bytes()
        assert "4 nye" in upload(running, page, "official.xml", whole)
        assert "Ingenting nytt" in upload(running, page, "../../x.xml", whole)
        assert page.get_by_role("heading", name="x.xml").is_visible()
        stored = count_rows(shop, "ticket")
        told = upload(running, page, "kuttet.xml", whole[: len(whole) // 2])
        assert "Filen slutter midt i." in told and "Eksporter den på nytt." in told
        assert count_rows(shop, "ticket") == stored == 4 and count_rows(shop, "sales_file") == 2
    assert not [path for path in [*shop.folder.parent.rglob("x.xml"), *shop.folder.rglob("*.xml")] if path.is_file()]
    (result,) = shop.load(OFFICIAL).results
    assert (result.new, result.known) == (0, 4)


@pytest.mark.scenario(15)
def test_a_file_is_counted_taken_once_and_its_name_is_no_path(shop: Shop, chromium: Browser) -> None:
    shop.apply((CAFE / "setup.toml").read_text())
    with run_office(shop, chromium) as running:
        page, whole = running.sign_in(), (CAFE / "sales.xml").read_bytes()
        told = upload(running, page, "../../x.xml", whole)
        (new,) = read_rows(shop, "sales_file", "new")[0]
        assert new > 0 and f"{new} nye" in told
        assert "Ingenting nytt" in upload(running, page, "igjen.xml", whole)
        assert "Filen slutter midt i." in upload(running, page, "kuttet.xml", whole[: len(whole) // 2])
        assert count_rows(shop, "sales_file") == 2
    assert not list(shop.folder.parent.rglob("x.xml"))


@pytest.mark.scenario(15)
def test_a_cut_file_is_refused_with_its_place_and_what_to_do(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "kuttet.jsonl"
    path.write_text(json.dumps(sale(9)) + "\n" + json.dumps(sale(10))[:40], encoding="utf-8")
    page = running.sign_in()
    page.goto(f"{running.site.origin}/files")
    page.get_by_label("Slipp filer her").set_input_files([str(path)])
    page.get_by_role("button", name="Last opp").click()
    page.get_by_text("Ingenting av filen er lagret.").wait_for()
    assert "linje 2" in page.get_by_role("main").inner_text()
    assert count_rows(running.shop, "ticket") == 2


@pytest.mark.scenario(23)
def test_a_key_that_is_typed_is_found_nowhere_again(
    running: Running, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.shop.environ[VARIABLE] = make_vault_key()
    page, typed = running.sign_in(), "clientkey-typed-in-chromium-3"
    page.goto(f"{running.site.origin}/c/fjordmat/venues/torget")
    page.get_by_text("Bytt nøkkelen").first.click()
    page.get_by_label("Klientnøkkel", exact=True).fill(typed)
    page.get_by_label("Bytt ut nøkkelen som er satt").first.check()
    page.get_by_role("button", name="Prøv og lagre").first.click()
    page.get_by_text("Nøkkelen virker, og er lagret.").wait_for()
    assert "satt søn. 22. nov. av kari" in page.get_by_role("main").inner_text()
    for path in ("/c/fjordmat/venues/torget", "/c/fjordmat", "/log", "/runs"):
        page.goto(f"{running.site.origin}{path}")
        assert typed not in page.content(), path
    files = [path for path in running.shop.folder.rglob("*") if path.is_file()]
    assert files and not [path for path in files if typed.encode() in path.read_bytes()]
    assert not [
        row for table in ("delivery_event", "office_log") for row in read_rows(running.shop, table) if typed in str(row)
    ]
    assert typed not in caplog.text
    page.goto(f"{running.site.origin}/c/fjordmat/venues/torget")
    monkeypatch.setattr(ImportQueue, "read_identity", lambda _: Identity("Tindmat AS", "974760673"))
    page.get_by_text("Bytt nøkkelen").first.click()
    page.get_by_label("Klientnøkkel", exact=True).fill("clientkey-of-another-company-4")
    page.get_by_label("Bytt ut nøkkelen som er satt").first.check()
    page.get_by_role("button", name="Prøv og lagre").first.click()
    page.get_by_text("Nøkkelen hører til Tindmat AS, ikke Fjordmat AS").wait_for()
