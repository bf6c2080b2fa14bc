"""The demo: what a newcomer sees first, and that it leaves alone what is not its own."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from lxml import etree
from rich.console import Console

from posexport.app import export, setup as app_setup
from posexport.app.customers import link_customer
from posexport.cli.main import cli
from posexport.core.day import Period
from posexport.core.orders.state import OrderState
from posexport.core.report import State
from posexport.demo import run, sales as demo_sales
from posexport.demo.run import FRIDAY, MISSING, NOW, SATURDAY, prepare_folder, run_demo
from posexport.errors import Exit, UsageError
from posexport.sandbox import SandboxServer, default_world
from posexport.setup.file import read_setup
from posexport.texts.language import Lang
from posexport.texts.messages import MESSAGES
from posexport.views.json_orders import list_orders
from posexport.wiring import open_workspace
from tests.support.paths import SHARED

SCHEMA = SHARED / "saft-cash-register"
FILES = {
    ".posexport-demo",
    "brygga-2026-11-13.jsonl",
    "brygga-2026-11-14.jsonl",
    "demo.db",
    "drafts.html",
    "drafts.json",
    "held.html",
    "preview.html",
    "reports",
    "setup.toml",
    "torget-2026-11-13.xml",
}


@dataclass(frozen=True)
class Shown:
    """One run: its files, what it printed, how it ended, the keys it used."""

    folder: Path
    text: str
    exit_code: Exit
    keys: dict[str, str]

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


def show(folder: Path, *, lang: Lang = "nb", width: int = 100, spoken: Lang = "en") -> Shown:
    made = run.make_keys()
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(run, "make_keys", lambda: dict(made))
        exit_code = run_demo(folder, Console(file=out, width=width), lang, spoken=spoken)
    return Shown(folder, out.getvalue(), exit_code, made)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return show(tmp_path_factory.mktemp("demo") / "files")


# What it shows


def test_the_demo_ends_well_and_leaves_the_files_it_names(shown: Shown) -> None:
    assert shown.exit_code is Exit.DONE
    assert {path.name for path in shown.folder.iterdir()} == FILES
    for name in FILES - {".posexport-demo", "demo.db", "drafts.json"}:
        assert name in shown.text


def test_the_demo_tells_seven_steps_in_order(shown: Shown) -> None:
    steps = re.findall(r"^(\d)  \w", shown.text, re.MULTILINE)

    assert steps == list("1234567")


def test_the_demo_speaks_the_language_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[Lang] = []

    def note(*given: Any) -> Exit:
        spoken.append(given[-1])
        return Exit.DONE

    monkeypatch.setattr(run, "run_demo", note)
    for typed in (["demo"], ["demo", "--lang", "nb"], ["--lang", "nb", "demo"]):
        CliRunner().invoke(cli, typed, env={"POSEXPORT_LANG": None})
    assert spoken == ["en", "nb", "nb"]


def test_a_demo_in_norwegian_shows_commands_that_answer_in_norwegian_and_a_setup_with_norwegian_comments(
    tmp_path: Path,
) -> None:
    shown = show(tmp_path / "files", spoken="nb")
    typed = [line.strip(" $") for line in shown.text.splitlines() if re.match(r" +(\$ )?posexport ", line)]
    assert len(typed) > 9
    assert [line for line in typed if not line.startswith("posexport --lang nb ")] == [
        run.MAP,
        run.LINK,
        "posexport export",
    ], "what comes after the language was exported"
    assert "demo.db POSEXPORT_LANG=nb\n" in shown.text
    comments = re.findall(r"# (.+)$", run.SETUP_TEXT, re.MULTILINE)
    assert len(comments) > 10
    setup = shown.read("setup.toml")
    assert [comment for comment in comments if comment in setup or MESSAGES[comment] not in setup] == []


def test_the_sandbox_received_two_drafts_each_balanced_and_of_its_own_department(shown: Shown) -> None:
    drafts = json.loads(shown.read("drafts.json"))["drafts"]

    assert {draft["reference"] for draft in drafts} == {"torget-20261113-r1", "brygga-20261113-r1"}
    assert {draft["integration"] for draft in drafts} == {"posexport", "posexport, add-on 1"}
    for draft in drafts:
        assert draft["debit"] == draft["credit"]
        assert draft["posted"] is False
        assert draft["voucher_date"] == FRIDAY.isoformat()
        assert {line["department"] for line in draft["lines"]} == {"10" if "torget" in draft["reference"] else "20"}
        assert draft["id"] in shown.text


def test_what_the_sandbox_received_is_what_the_preview_showed(shown: Shown) -> None:
    preview = re.findall(r"^ +Sum +([\d\s]+,\d\d) +\S", shown.text, re.MULTILINE)
    drafted = re.findall(r"debit (.+), credit (.+)", shown.text)

    assert len(preview) == len(drafted) == 2
    assert {"".join(amount.split()) for amount in preview} == {"".join(debit.split()) for debit, _ in drafted}
    assert all(debit == credit for debit, credit in drafted)


def test_the_second_run_sends_nothing_and_says_so(shown: Shown) -> None:
    plain = " ".join(shown.text.split())

    assert "0 new tickets, 240 already known" in plain
    assert "2 vouchers drafted already, 0 sent. The sandbox still has 2 drafts." in plain


def test_the_saturday_is_held_for_an_account_that_is_shown_how_to_add(shown: Shown) -> None:
    held = shown.text.partition("7  A day that has to wait")[2]

    assert "Brygga Bar 14 Nov 2026: held, nothing was sent." in held
    assert "Varegruppe 330" in held
    assert "Exit code 3" in held
    for line in MISSING.splitlines():
        assert line.strip() in held
    assert "brygga-20261114-r1" not in shown.read("drafts.html")
    assert 'code = "330"' not in shown.read("setup.toml")


def test_a_dinner_on_account_becomes_an_order_and_another_waits_for_its_customer(shown: Shown) -> None:
    plain = " ".join(shown.text.split())

    assert "10101FjordvikByggAS(K-12ikassen)1089,50,Sendt,order2001" in re.sub(r"\s", "", plain)
    assert "0 orders sent: the sandbox still has 1 order." in plain
    assert "K-88 Mona Strandheim (ikke koblet)" in plain
    assert "K-88 10104" in shown.text.partition("Try it yourself")[2]
    assert "Kredittsalg i kassen:" in plain


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_demo_speaks_the_language_it_is_asked_for(lang: Lang, tmp_path: Path) -> None:
    shown = show(tmp_path / "files", lang=lang)

    word = {"nb": "KLAR TIL KLADD", "en": "READY TO DRAFT"}[lang]
    assert shown.text.count(word) == 2
    assert f'<html lang="{lang}"' in shown.read("preview.html")
    assert (" --lang en" in shown.text) is (lang == "en")


@pytest.mark.parametrize("width", [80, 120])
def test_nothing_but_what_is_to_be_copied_is_wider_than_the_screen(
    width: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = show(Path("posexport-demo"), width=width)
    copied = re.compile(r" +(\$ |posexport |export |accounts )")

    for line in shown.text.splitlines():
        assert line == line.rstrip()
        assert len(line) <= width or copied.match(line), line


def test_two_runs_show_the_same_but_for_the_port(tmp_path: Path) -> None:
    def told(folder: Path) -> str:
        return re.sub(r"(127\.0\.0\.1:|--port )\d+", r"\1PORT", show(folder).text)

    assert told(tmp_path) == told(tmp_path)


# The pages


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


@pytest.mark.parametrize("name", ["preview.html", "held.html", "drafts.html"])
def test_every_page_stands_alone(shown: Shown, name: str) -> None:
    parser = _Links()
    parser.feed(shown.read(name))

    assert all(link.startswith("#") or (shown.folder / link).is_file() for link in parser.links)


def test_the_previews_show_what_the_terminal_showed(shown: Shown) -> None:
    preview, held = shown.read("preview.html"), shown.read("held.html")

    for told in ("Torget Kafé", "Brygga Bar", "torget-20261113-r1", "brygga-20261113-r1"):
        assert told in preview
    assert "missing-account" in held
    assert "torget-20261113-r1" not in held


# Secrets


def test_no_key_stands_in_any_file_or_in_what_was_printed(shown: Shown) -> None:
    assert set(shown.keys) == set(run.KEYS)
    for key in shown.keys.values():
        assert key not in shown.text
        for path in filter(Path.is_file, shown.folder.rglob("*")):
            assert key.encode() not in path.read_bytes(), path.name


def test_every_run_makes_keys_of_its_own() -> None:
    assert not set(run.make_keys().values()) & set(run.make_keys().values())


def test_the_setup_names_the_keys_and_gives_each_department_its_own(shown: Shown) -> None:
    (company,) = tomllib.loads(shown.read("setup.toml"))["company"]

    named = [company["application_key"], *(venue["client_key"] for venue in company["venue"])]
    named += [company["venue"][1]["application_key"], company["subscription_key"]]
    assert {reference.removeprefix("env:") for reference in named} == set(run.KEYS)
    assert len(set(named)) == 5


# The sales


def test_both_fridays_hold_one_of_everything_that_makes_a_day_interesting() -> None:
    for shop in (demo_sales.TORGET, demo_sales.BRYGGA):
        sales = demo_sales.make_sales(shop, FRIDAY, 1, seed=1)
        sold = [line for sale in sales for line in sale.lines if line.gross_ore > 0]

        assert 60 <= len(sales) <= 150
        assert [sale.training for sale in sales].count(True) == 1
        assert [sale.void for sale in sales].count(True) == 1
        assert sum(sale.lines_ore < 0 for sale in sales) == 1
        assert any(sale.completed_at.date() == SATURDAY for sale in sales)
        assert all(sale.completed_at.hour < 5 or sale.completed_at.date() == FRIDAY for sale in sales)
        assert any(sale.tip_ore for sale in sales)
        assert any(sale.rounding_ore for sale in sales)
        assert {way for sale in sales for way, _ in sale.payments} == set(demo_sales.PAYMENT_TYPES)
        assert [sale.customer for sale in demo_sales.sell_on_account(sales, run.LINKED)].count(run.LINKED) == 1
        assert {"2", "3"} <= {line.vat_code for line in sold}
        assert all(line.vat_code == "3" for line in sold if line.article.product_type in ("200", "210"))


def test_every_made_up_ticket_balances() -> None:
    for seed in range(20):
        for shop in (demo_sales.TORGET, demo_sales.BRYGGA, demo_sales.BRYGGA_WITH_COCKTAILS):
            for sale in demo_sales.sell_on_account(demo_sales.make_sales(shop, FRIDAY, 1, seed), run.UNLINKED):
                due_ore = sale.lines_ore + sale.tip_ore + sale.rounding_ore + sale.gift_cards_ore
                assert due_ore == sum(amount_ore for _, amount_ore in sale.payments)


@pytest.mark.skipif(not SCHEMA.is_dir(), reason="the tax authority's schema is not beside this checkout")
def test_the_demo_s_saft_file_keeps_the_tax_authority_s_schema(shown: Shown) -> None:
    (schema,) = SCHEMA.glob("*.xsd")

    etree.XMLSchema(etree.parse(str(schema))).assertValid(etree.parse(str(shown.folder / "torget-2026-11-13.xml")))


# Afterwards


def test_the_lines_that_are_shown_mend_the_saturday(tmp_path: Path) -> None:
    shown = show(tmp_path / "files")
    setup = shown.folder / "setup.toml"
    world = default_world(clock=NOW.timestamp)
    keys = {name: f"any-{number}" for number, name in enumerate(run.KEYS)}
    with SandboxServer(world) as server:
        text = re.sub(r"http://127\.0\.0\.1:\d+", server.base_url, setup.read_text(encoding="utf-8"))
        setup.write_text(text + MISSING, encoding="utf-8")
        database = f"sqlite:///{shown.folder / 'demo.db'}"
        transport = httpx.HTTPTransport()
        with open_workspace(database, environ=keys, clock=NOW.timestamp, transport=transport) as workspace:
            app_setup.apply_setup(workspace, read_setup(setup, workspace.load_setup(), keys))
            link_customer(workspace, "fjordmat", "K-88", "10104")
            exported = export.export_period(workspace, workspace.load_setup().venues, Period())

    assert exported.exit_code is Exit.DONE
    assert run.LINK == "posexport customers link fjordmat K-88 10104"
    assert [order.state_of_order for order in list_orders(exported.report)] == [OrderState.SENT]
    assert [shown.state for shown in exported.report.vouchers] == [State.DRAFTED]
    assert [draft.reference for draft in world.drafts()] == ["brygga-20261114-r1"]


# The folder


def test_the_demo_starts_afresh_in_a_folder_of_its_own(tmp_path: Path) -> None:
    first = show(tmp_path / "files")
    (first.folder / "notes.txt").write_text("mine", encoding="utf-8")
    second = show(tmp_path / "files")

    assert second.exit_code is Exit.DONE
    assert "112 new tickets" in second.text
    assert (second.folder / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    prepare_folder(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == [".posexport-demo"]


def test_a_folder_with_somebody_s_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "setup.toml").write_text("mine", encoding="utf-8")

    with pytest.raises(UsageError, match=r"--keep DIR"):
        prepare_folder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["setup.toml"]
    assert (tmp_path / "setup.toml").read_text(encoding="utf-8") == "mine"


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")

    with pytest.raises(UsageError, match=r"--keep DIR"):
        prepare_folder(tmp_path / "file")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_a_link_in_the_folder_is_replaced_and_what_it_leads_to_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("mine", encoding="utf-8")
    prepare_folder(tmp_path / "files")
    (tmp_path / "files" / "setup.toml").symlink_to(tmp_path / "elsewhere")

    show(tmp_path / "files")

    assert (tmp_path / "elsewhere").read_text(encoding="utf-8") == "mine"


# The command


def test_the_command_takes_the_folder_of_the_day_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    ended = CliRunner().invoke(cli, ["demo"])

    assert ended.exit_code == 0
    assert {path.name for path in (tmp_path / "posexport-demo").iterdir()} == FILES


def test_the_demo_runs_as_a_program_without_keys_and_past_any_proxy(tmp_path: Path) -> None:
    nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"), "http://127.0.0.1:9")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PO_", "POSEXPORT_"))}

    ended = subprocess.run(
        [sys.executable, "-m", "posexport", "demo", "--keep", "a folder", "--lang", "en"],
        cwd=tmp_path,
        env={**environ, **nowhere, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, b"")
    assert {path.name for path in (tmp_path / "a folder").iterdir()} == FILES
    assert "posexport setup apply 'a folder/setup.toml'" in ended.stdout.decode()


def test_the_command_says_what_to_do_about_a_folder_it_will_not_touch(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")

    ended = subprocess.run(
        [sys.executable, "-m", "posexport", "demo", "--keep", str(tmp_path)],
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 2
    assert b"--keep DIR" in ended.stderr
    assert ended.stdout == b""
