"""What `setup draft` and `setup apply` tell of accounts that are still to be filled in."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import click
import pytest

from posexport.cli.main import cli
from posexport.demo import run as demo
from posexport.render.guide import read_texts
from posexport.texts.language import LANGS, Lang
from tests.support.command_line import Run, make_run
from tests.support.paths import ROOT
from tests.whole.test_demo import show

SALES = ROOT / "examples" / "cafe-csv" / "sales.csv"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Run:
    """Run a command in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POSEXPORT_DB", raising=False)
    monkeypatch.setenv("POSEXPORT_LANG", "nb")
    return make_run(monkeypatch, capsys)


DRAFT = ("setup", "draft", str(SALES), "--venue", "torget", "--out", "setup.toml")


def test_a_draft_says_what_comes_next(run: Run) -> None:
    told = run(*DRAFT)
    assert told.code == 0
    assert 'Så: skriv kontoene der det står "", og lagre det med posexport setup apply setup.toml' in told.err


def test_a_draft_is_not_written_over_what_was_filled_in(run: Run) -> None:
    run(*DRAFT)
    assert run(*DRAFT).code == 0, "the same file is as good as new"
    setup = Path("setup.toml")
    filled_in = setup.read_text(encoding="utf-8").replace('account = ""', 'account = "1900"')
    setup.write_text(filled_in, encoding="utf-8")
    refused = run(*DRAFT)
    assert (refused.code, setup.read_text(encoding="utf-8")) == (2, filled_in)
    assert refused.err == (
        "Feil: setup.toml finnes fra før, og kan være fylt inn. Velg en annen --out FIL, eller flytt den unna.\n"
    )


def test_what_was_not_filled_in_is_told_as_the_setup_is_saved(run: Run) -> None:
    run(*DRAFT)
    told = run("setup", "apply", "setup.toml")
    assert told.code == 0
    assert "Merk: Ikke fylt inn: kassens mva-kode 2, varegruppe 100, varegruppe 110" in told.err
    assert "betalingsmåte VISA. En dag som trenger noe av det, venter til det er gjort." in told.err
    text = Path("setup.toml").read_text(encoding="utf-8")
    Path("setup.toml").write_text(text.replace('""', '"3"').replace('account = "3"', 'account = "1900"'))
    assert "Ikke fylt inn" not in run("setup", "apply", "setup.toml").err


def test_a_payment_whose_account_is_to_be_filled_in_is_not_said_to_be_no_cash(run: Run) -> None:
    run(*DRAFT)
    run("setup", "apply", "setup.toml")
    run("import", str(SALES))
    told = run("preview", "--json").json
    codes = {finding["code"] for voucher in told["vouchers"] for finding in voucher["findings"]}
    assert "missing-account" in codes and "rounding-without-cash" not in codes


def test_whoever_has_no_database_is_led_to_the_demo_s(run: Run) -> None:
    assert "posexport demo slutter med linjen som sier hvor dens egen er" in run("status").err


def test_a_warning_that_no_log_takes_is_told_in_norwegian(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    told = (
        "torget: whether imports have failed could not be asked: PowerOffice Go could not be reached (ConnectError). "
        "Nothing is lost; run it again later."
    )
    record = logging.LogRecord("posexport.x", logging.WARNING, "", 0, told, (), None)

    def warn() -> None:
        assert logging.lastResort is not None
        logging.lastResort.handle(record)

    before = logging.lastResort
    monkeypatch.setitem(cli.commands, "warn", click.Command("warn", callback=warn))
    assert run("warn").err == (
        "torget: det kunne ikke spørres om importer har feilet: PowerOffice Go kunne ikke nås (ingen forbindelse). "
        "Ingenting er tapt; kjør det på nytt senere.\n"
    )
    assert logging.lastResort is before
    assert run("--lang", "en", "warn").err == f"{told}\n"


@pytest.mark.parametrize("lang", LANGS)
def test_the_demo_ends_with_a_page_that_is_there(lang: Lang, tmp_path: Path) -> None:
    shown = show(tmp_path / "files", lang=lang, spoken=lang)
    ending = " ".join(shown.text.split()).rpartition("posexport demo --office" if lang == "en" else "demo --office")[2]
    title = {"nb": "Den første dagen fra din egen kasse", "en": "The first day from your own register"}[lang]
    assert "guide start" in ending and title in ending
    (page,) = (page for page in read_texts(lang) if "start" in page.names)
    assert f"## {title}" in page.text
    assert demo.MAP in shown.text and demo.MAP in page.text
    assert "guide" in cli.commands
