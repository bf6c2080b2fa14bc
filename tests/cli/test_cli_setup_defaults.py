"""What the commands of the setup tell that nobody has set: defaults, and the description of every key."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from posexport.setup.pydantic_models import format_schema
from tests.support.command_line import Run, make_run, reach_shop
from tests.support.harness import Shop, setup_text


@pytest.fixture
def run(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: Any, secrets_in_environment: None) -> Run:
    """Run a command in this process, on a shop's database."""
    reach_shop(shop, monkeypatch)
    return make_run(monkeypatch, capsys)


def apply(run: Run, shop: Shop, **options: str) -> None:
    path = shop.folder / "fjordmat.toml"
    path.write_text(setup_text(**options), encoding="utf-8")
    assert run("setup", "apply", str(path)).code == 0


def test_what_is_shown_tells_every_default_that_holds_as_a_comment_and_no_other(run: Run, shop: Shop) -> None:
    apply(run, shop, torget='z_report = "warn"\nday_starts = "05:00"')
    shown = run("setup", "show").out
    torget = shown.partition('id = "torget"')[2].partition("[[")[0]
    assert '\n  # day_starts = "05:00"  # default\n' in torget, "it was written, and says no more than the default"
    assert '\n  z_report = "warn"\n' in torget
    assert "# z_report" not in torget
    assert "# department =" not in shown, "it has no default"
    assert '# currency = "NOK"  # default\n' in shown
    assert "  # transfer = true  # default\n" in shown


def test_what_is_shown_is_the_same_setup_with_its_defaults_made_lines(run: Run, shop: Shop) -> None:
    apply(run, shop, torget="grace_minutes = 30")
    shown = run("setup", "show").out
    written_out = re.sub(r"(?m)^(\s*)# (\w+ = .*?)  # default$", r"\1\2", shown)
    assert written_out.count("# default") == 0 < shown.count("# default")
    assert tomllib.loads(written_out) != tomllib.loads(shown)
    for name, text in (("shown.toml", shown), ("written-out.toml", written_out)):
        Path(name).write_text(text, encoding="utf-8")
        assert run("setup", "apply", name).out == f"{name} changes nothing.\n"
        assert run("setup", "show").out == shown


def test_programs_get_the_setup_without_its_defaults(run: Run, shop: Shop) -> None:
    apply(run, shop)
    (company,) = run("setup", "show", "--json").json["company"]
    assert "currency" not in company
    assert "day_starts" not in company["venue"][0]


def test_the_description_for_editors_is_printed_or_written_and_needs_no_database(run: Run, tmp_path: Path) -> None:
    nowhere = ("--db", str(tmp_path / "none" / "there.db"), "setup", "schema")
    told = run(*nowhere)
    assert (told.code, told.json) == (0, format_schema("nb"))
    assert run(*nowhere, "--lang", "en").json == format_schema("en")
    path = tmp_path / "posexport.schema.json"
    written = run(*nowhere, "--lang", "en", "--out", str(path))
    assert (written.code, written.out) == (0, "")
    assert json.loads(path.read_text(encoding="utf-8")) == format_schema("en")
