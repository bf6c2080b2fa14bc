"""Files and the setup in a real browser: files are chosen and uploaded, with and without JavaScript, and on a phone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from posexport.setup.sealing import VARIABLE, make_vault_key
from tests.support.browser import IN_A_BROWSER, Running, listen_to_console
from tests.support.harness import FRIDAY, sale
from tests.support.looks import count_rows

pytestmark = IN_A_BROWSER


def write(folder: Path, name: str, *tickets: dict[str, Any]) -> str:
    path = folder / name
    path.write_text("".join(json.dumps(ticket) + "\n" for ticket in tickets), encoding="utf-8")
    return str(path)


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
    page.get_by_role("status").get_by_text("1 bonger telles med").wait_for()
    assert count_rows(running.shop, "ticket") == 4 and count_rows(running.shop, "aside") == 0
    page.get_by_label("Slipp filer her").set_input_files([str(tmp_path / "ny.jsonl")])
    page.get_by_role("button", name="Last opp").click()
    page.get_by_text("Ingenting nytt").wait_for()
    page.goto(f"{running.site.origin}/v/torget/{FRIDAY}")
    assert "375,00" in page.get_by_role("main").inner_text()


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


def test_a_key_that_is_typed_is_found_nowhere_again(running: Running) -> None:
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


PATHS = ("/files", "/imports/1", "/setup", "/c/fjordmat", "/c/fjordmat/check", "/c/fjordmat/venues/torget")


@pytest.mark.parametrize(("locale", "name"), [("nb-NO", "Logg inn"), ("en-GB", "Sign in")])
def test_these_pages_fit_a_phone_and_leave_the_console_empty(running: Running, locale: str, name: str) -> None:
    page = running.sign_in(name, locale=locale, viewport={"width": 320, "height": 700})
    told = listen_to_console(page)
    for path in PATHS:
        running.look_at(page, path)
        page.emulate_media(media="print")
        assert not page.get_by_role("navigation").is_visible(), path
        page.emulate_media(media="screen")
    assert told == []
