"""The commands of the setup: what they print, in words and as JSON, and how they end."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Run, make_run, reach_shop
from tests.support.harness import BRYGGA, MAPPING, Shop, setup_text

OTHER_ACCOUNT = MAPPING.replace('"3020"', '"3022"')
NORDBAR = (
    setup_text(venues=BRYGGA.replace('["3"]', '["9"]'))
    .replace('"fjordmat"', '"nordbar"')
    .replace("999999999", "974760673")
)


@pytest.fixture
def run(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: Any, secrets_in_environment: None) -> Run:
    """Run a command in this process, on a shop's database."""
    reach_shop(shop, monkeypatch)
    return make_run(monkeypatch, capsys)


def write(shop: Shop, text: str | None = None, **options: str) -> str:
    path = shop.folder / "fjordmat.toml"
    path.write_text(setup_text(**options) if text is None else text, encoding="utf-8")
    return str(path)


# setup apply, history and show --revision


def test_the_history_tells_who_saved_what_and_why_newest_first_in_both_languages(run: Run, shop: Shop) -> None:
    assert run("setup", "apply", write(shop)).code == 0
    assert run("setup", "apply", write(shop, mapping=OTHER_ACCOUNT), "--why", "Ny kontoplan").code == 0
    told = run("setup", "history")
    assert told.code == 0
    lines = told.out.splitlines()
    assert lines[0] == "fjordmat"
    assert re.fullmatch(r"  Revisjon 2 · 2\d\.11\.2026 kl\. \d\d\.\d\d · \S+ \(med setup apply\)", lines[1])
    assert lines[2:4] == ["    Grunn: Ny kontoplan", "    varegruppe 100: konto for mva-kode 3: 3020 -> 3022"]
    assert lines[4].startswith("  Revisjon 1 ")
    english = run("setup", "history", "--lang", "en").out
    assert "    Why: Ny kontoplan\n    product type 100: account for VAT code 3: 3020 -> 3022\n" in english


def test_programs_read_the_number_that_they_name_as_seen(run: Run, shop: Shop) -> None:
    assert run("setup", "apply", write(shop), "--json").json["revisions"] == {"fjordmat": 1}
    assert "revisions" not in run("setup", "apply", write(shop), "--json").json, "nothing was changed"
    shown = run("setup", "show", "--json").json
    assert (shown["revisions"], shown["company"][0]["id"]) == ({"fjordmat": 1}, "fjordmat")
    path = write(shop, mapping=OTHER_ACCOUNT)
    assert run("setup", "apply", path, "--seen", "1", "--json").json["revisions"] == {"fjordmat": 2}
    lost = run("setup", "apply", write(shop), "--seen", "1", "--json")
    assert (lost.code, lost.out) == (2, "")
    assert "since you looked (revision 1)" in lost.err and "posexport setup history --company fjordmat" in lost.err
    (newest, oldest) = run("setup", "history", "--json").json["revisions"]
    assert (newest["revision"], oldest["revision"]) == (2, 1)


def test_an_old_revision_is_shown_as_a_file_that_can_be_applied(run: Run, shop: Shop) -> None:
    first = run("setup", "apply", write(shop))
    before = run("setup", "show").out
    run("setup", "apply", write(shop, mapping=OTHER_ACCOUNT))
    told = run("setup", "show", "--revision", "1", "--out", "old.toml")
    assert (first.code, told.code) == (0, 0)
    assert Path("old.toml").read_text(encoding="utf-8") == before
    assert run("setup", "show", "--revision", "1", "--json").json["revisions"] == {"fjordmat": 1}
    assert run("setup", "apply", "old.toml").code == 0
    assert run("setup", "show").out == before
    assert run("setup", "show", "--revision", "9").code == 2


def test_with_several_companies_it_is_said_which(run: Run, shop: Shop) -> None:
    run("setup", "apply", write(shop))
    run("setup", "apply", write(shop, NORDBAR))
    asked = run("setup", "show", "--revision", "1")
    assert asked.code == 2
    assert "fjordmat, nordbar" in asked.err and "--company" in asked.err
    assert 'id = "nordbar"' in run("setup", "show", "--revision", "1", "--company", "nordbar").out
    assert [one["id"] for one in run("setup", "show", "--company", "nordbar", "--json").json["company"]] == ["nordbar"]
    assert "fjordmat" not in run("setup", "history", "--company", "nordbar").out
    assert run("setup", "history", "--company", "sydbar").code == 2


def test_the_history_of_nothing_says_what_to_do(run: Run, shop: Shop) -> None:
    told = run("setup", "history")
    assert told.code == 0 and "posexport setup apply" in told.out
    assert run("setup", "history", "--json").json == {"revisions": []}


def test_what_a_person_types_cannot_steer_the_terminal(run: Run, shop: Shop) -> None:
    run("setup", "apply", write(shop), "--why", "Rød\x1b[31m\nRevisjon 9")
    told = run("setup", "history").out
    assert "\x1b" not in told
    assert "\nRevisjon 9" not in told
