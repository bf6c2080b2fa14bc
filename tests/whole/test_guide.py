"""The guide for the bookkeeper says what the program does, in both languages."""

from __future__ import annotations

import io
import json
import re
import shlex
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import pytest
from rich.console import Console

from posexport import wiring
from posexport.cli.main import cli
from posexport.core.orders.state import OrderState
from posexport.demo import run as demo
from posexport.demo.run import MISSING, NOW, run_demo
from posexport.render.guide import TOPICS
from posexport.sandbox import PowerOfficeGo, SandboxServer, default_world
from posexport.texts.describe import CODES
from posexport.texts.language import LANGS, Lang
from posexport.texts.order_findings import ORDER_TEXTS
from posexport.texts.orders import ORDER_STATES
from tests.support.command_line import Run, make_run
from tests.support.each import each
from tests.support.harness import NoThrottle
from tests.support.pages import GUIDE as GUIDE_FOLDER, README, blank_fences

GUIDE_PAGES = ("nb/kredittsalg-og-faktura.md", "en/credit-sales-and-invoices.md")
NORWEGIAN, ENGLISH = ((GUIDE_FOLDER / page).read_text(encoding="utf-8") for page in GUIDE_PAGES)
GUIDE = NORWEGIAN + ENGLISH


@pytest.mark.parametrize("state", list(OrderState))
def test_every_state_of_an_order_is_explained_in_both_languages(state: OrderState) -> None:
    assert re.search(rf"^\|.*{re.escape(ORDER_STATES[state]['nb'])}\b", NORWEGIAN, re.MULTILINE)
    assert re.search(rf"^\|.*{re.escape(ORDER_STATES[state]['en'])}\b", ENGLISH, re.MULTILINE)


def test_every_command_and_option_that_it_names_is_there() -> None:
    named = [" ".join(found.split()) for found in re.findall(r"`posexport ([^`]+)`", GUIDE)]
    assert len(named) > 15
    for words in named:
        command: click.Command = cli
        for word in words.split():
            if word.startswith("--"):
                assert any(word in option.opts for option in command.params), words
            elif isinstance(command, click.Group) and word in command.commands:
                command = command.commands[word]


@pytest.mark.parametrize("text", [NORWEGIAN, ENGLISH], ids=["nb", "en"])
def test_every_finding_about_orders_is_told_with_what_to_do(text: str) -> None:
    codes = {key.partition("/")[0] for key in ORDER_TEXTS} | {"indivisible-ticket", "left-out-by-hand"}
    assert sorted(code for code in codes if f"`{code}`" not in text) == []
    in_table = set(re.findall(r"`([a-z-]+)`", "".join(re.findall(r"^\| `.*", text, re.MULTILINE))))
    assert sorted(codes - in_table - {"indivisible-ticket"}) == []
    assert sorted(code for code in in_table if code not in CODES and not code.startswith("posexport")) == []


@pytest.mark.parametrize("text", [NORWEGIAN, ENGLISH], ids=["nb", "en"])
def test_every_way_out_that_a_mend_of_an_order_has_is_told(text: str) -> None:
    ways = ("--to voucher", "--to order", "--to left-out", "--register", "--there", "--not-there", "--revise")
    assert [way for way in ways if way not in text] == []
    assert "tickets withdraw" in text and "orders accept" in text


def test_both_languages_name_the_same_commands_in_the_same_order() -> None:
    def commands(text: str) -> list[str]:
        return [" ".join(re.findall(r"--[a-z-]+|^[a-z]+", found)) for found in re.findall(r"`posexport ([^`]+)`", text)]

    assert commands(NORWEGIAN) == commands(ENGLISH)


def test_readme_leads_to_every_page() -> None:
    readme = README.read_text(encoding="utf-8")
    files = (f"posexport/guide/{lang}/{name}" for names in TOPICS.values() for lang, name in names.items())
    assert [file for file in files if f"({file})" not in readme] == []


def test_readme_is_for_whoever_comes_first() -> None:
    assert len(README.read_bytes()) < 12_000, "the rest is in the guide"


def test_what_is_to_be_typed_at_the_start_is_the_same_in_both_languages() -> None:
    norwegian, english = (
        (GUIDE_FOLDER / lang / TOPICS["start"][lang]).read_text(encoding="utf-8") for lang in ("nb", "en")
    )
    typed = [block.replace("--lang nb ", "--lang en ") for block in list_blocks(norwegian, "sh")]
    assert typed == list_blocks(english, "sh")
    assert all("posexport --lang nb demo" in page for page in (norwegian, english.replace("--lang en", "--lang nb")))


def list_blocks(text: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_what_is_to_be_typed_is_the_same_in_both_languages() -> None:
    assert len(list_blocks(NORWEGIAN, "sh")) == 3
    for kind in ("sh", "json"):
        assert list_blocks(NORWEGIAN, kind) == list_blocks(ENGLISH, kind)


@pytest.mark.parametrize("topic", ["setup-file", "files"])
def test_what_a_page_for_both_readers_names_is_the_same_in_both_languages(topic: str) -> None:
    norwegian, english = ((GUIDE_FOLDER / lang / TOPICS[topic][lang]).read_text(encoding="utf-8") for lang in LANGS)
    for kind in ("toml", "json", "csv", "sh", "text"):
        assert list_blocks(norwegian, kind) == list_blocks(english, kind)
    assert list_names(norwegian) == list_names(english)


BOTH = sorted(topic for topic, names in TOPICS.items() if set(names) == set(LANGS) and topic != "findings")
"""The pages in both languages; that of the findings is made of what the code says."""


@each("topic", BOTH)
def test_a_page_has_the_same_commands_names_and_tables_in_both_languages(topic: str) -> None:
    norwegian, english = ((GUIDE_FOLDER / lang / TOPICS[topic][lang]).read_text(encoding="utf-8") for lang in LANGS)

    def count_rows(text: str) -> list[int]:
        tables = re.findall(r"(?m)(?:^\|.*\n)+", text)
        return [table.count("\n") for table in tables]

    def list_typed(text: str) -> list[str]:
        typed = [line for kind in ("sh", "bash", "bat", "powershell") for line in list_blocks(text, kind)]
        return [re.sub(r'(--lang |LANG = "|--why ")(?:nb|en|[^"]+(?="))', r"\1...", block) for block in typed]

    assert list_typed(norwegian) == list_typed(english)
    assert topic == "words" or count_rows(norwegian) == count_rows(english), (
        "the English words are also those of the code"
    )
    only_norwegian = list_commands(norwegian) - list_commands(english)
    only_english = list_commands(english) - list_commands(norwegian)
    assert (only_norwegian, only_english) == (set(), set())


def list_commands(text: str) -> set[str]:
    """The commands that a page's sentences name, and the options."""
    found: set[str] = set()
    for name in re.findall(r"`([^`]+)`", blank_fences(text)):
        path, words = [], name.split()
        command: click.Command = cli
        for word in words[1:] if words[0] == "posexport" else ():
            if isinstance(command, click.Group) and word in command.commands:
                command = command.commands[word]
                path.append(word)
        found |= {" ".join(path)} | {word for word in words if re.fullmatch("--[a-z-]+", word)}
    return found - {"--lang"}


@pytest.mark.parametrize("lang", LANGS)
def test_the_windows_page_sets_what_the_demo_exports(lang: Lang, tmp_path: Path) -> None:
    shown = io.StringIO()
    run_demo(tmp_path / "posexport-demo", Console(file=shown, width=1_000), lang, spoken=lang)
    exported = dict(re.findall(r"(\w+)=(\S+)", "".join(re.findall(r"(?m)^ +export (.*\n)", shown.getvalue()))))
    exported["POSEXPORT_DB"] = "sqlite:///posexport-demo/demo.db"  # as it is where the demo is run
    exported["POSEXPORT_LANG"] = lang
    page = (GUIDE_FOLDER / lang / TOPICS["windows"][lang]).read_text(encoding="utf-8")
    (block,) = list_blocks(page, "powershell")
    assert dict(re.findall(r'(?m)^\$env:(\w+) = "(.*)"$', block)) == exported


def list_names(text: str) -> set[str]:
    """What stands in code within sentences, but for words that stand for something to be put there."""
    prose = re.sub(r"(?ms)^```.*?^```|<!-- begin: .*?<!-- end: [^>]*>", "", text)
    names = {" ".join(name.split()) for name in re.findall(r"`([^`]+)`", prose)}
    return {name for name in names if not re.search(r"[A-ZØ]{3}|old|gammel|--lang", name)}


@dataclass
class Tried:
    """What the demo left, before a sandbox that listens: `type` runs lines of a page and says how each ended."""

    folder: Path
    run: Run
    world: PowerOfficeGo
    now: list[float]

    def type(self, commands: str) -> list[int]:
        return [self.run(*shlex.split(line)[1:]).code for line in commands.splitlines()]

    def apply(self, more: str, base_url: str) -> None:
        setup = self.folder / "posexport-demo" / "setup.toml"
        text = re.sub(r"http://127\.0\.0\.1:\d+", base_url, setup.read_text(encoding="utf-8"))
        setup.write_text(text + more, encoding="utf-8")
        assert self.run("setup", "apply", str(setup)).code == 0


@pytest.fixture
def tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tried:
    run_demo(tmp_path / "posexport-demo", Console(file=io.StringIO()), "en")
    now = [datetime(2026, 11, 17, 12, tzinfo=NOW.tzinfo).timestamp()]
    real, many = wiring.open_workspace, 10_000
    world = default_world(clock=lambda: now[0], v1_requests_per_s=many, v2_requests_per_s=many, replica_lag_s=0)

    def open_workspace(url: str, **options: Any) -> Any:
        return real(url, clock=lambda: now[0], sleep=lambda _: None, **options)

    monkeypatch.setattr(wiring, "open_workspace", open_workspace)
    monkeypatch.setattr(wiring.Connections, "_build_throttle", lambda _: NoThrottle())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POSEXPORT_DB", "sqlite:///posexport-demo/demo.db")
    for number, name in enumerate(demo.KEYS):
        monkeypatch.setenv(name, f"any-key-{number}")
    return Tried(tmp_path, make_run(monkeypatch, capsys), world, now)


def test_whoever_follows_the_first_page_mends_the_day_that_waits(tried: Tried) -> None:
    page = (GUIDE_FOLDER / "nb" / TOPICS["start"]["nb"]).read_text(encoding="utf-8")
    _, account, customer = list_blocks(page, "sh")
    with SandboxServer(tried.world) as server:
        tried.apply("", server.base_url)
        assert tried.type(account)[0] == 0
        shown = tried.run("show", "brygga", "2026-11-14", "--json").json
        assert tried.type(customer) == [0, 0]
        drafted = tried.run("status", "--json").json
    assert [one["state"] for one in shown["vouchers"]] == ["drafted"]
    states = {(one["venue"], one["business_day"]): one["state"] for one in drafted["days"]}
    assert states["brygga", "2026-11-14"] == "drafted"
    assert len(tried.world.orders()) == 1


def test_both_languages_say_what_happens_in_the_same_cases() -> None:
    norwegian, english = (
        (GUIDE_FOLDER / lang / TOPICS["what-happens"][lang]).read_text(encoding="utf-8") for lang in ("nb", "en")
    )
    case = re.compile(r"^\*\*\.\.\. ?.+?\?\*\*", re.MULTILINE)
    assert len(case.findall(norwegian)) == len(case.findall(english)) > 15
    for kind in ("resolve", "export --revise", "accept", "tickets withdraw", "imports undo", "customers link", "show"):
        assert f"posexport {kind}" in norwegian and f"posexport {kind}" in english, kind


def test_whoever_tries_it_sees_what_it_says(tried: Tried, tmp_path: Path) -> None:
    run, world, now, run_all = tried.run, tried.world, tried.now, tried.type
    (linking, returning, leaving), (sunday, monday) = list_blocks(ENGLISH, "sh"), list_blocks(ENGLISH, "json")

    def states() -> dict[str, str]:
        now[0] += 1_000
        return {one["ticket"]: one["state"] for one in run("orders", "--json").json["orders"]}

    with SandboxServer(world) as server:
        tried.apply(MISSING, server.base_url)
        assert set(run_all(linking)) == {0}
        assert states()["20700"] == "sent"
        world.invoice(world.orders()[0].id)
        now[0] += 1_000
        assert states() == {"20672": "gone", "20700": "invoiced"}
        assert run("orders", "resolve", "--ticket", "20672", "--not-there").code == 0
        assert run("orders", "send").code == 3, "the demo's voucher of that day is not there either"
        assert run("resolve", "brygga", "2026-11-13", "--not-drafted").code == 0
        assert run("orders", "send").code == 0
        (tmp_path / "sunday.jsonl").write_text(sunday, encoding="utf-8")
        assert run_all(returning) == [0, 3, 0, 0, 0]
        found = states()
        note = next(order for order in world.orders() if order.is_credit_note)
        world.credit(world.invoices()[0].id)
        now[0] += 1_000
        (tmp_path / "monday.jsonl").write_text(monday, encoding="utf-8")
        assert run_all(leaving) == [0, 3, 0, 0]
        (day,) = run("orders", "reconcile", "--from", "2026-11-16", "--json").json["days"]
        left = states()
    assert found == {"20672": "sent", "20700": "invoiced", "20801": "sent", "20802": "moved"}
    assert note.related_invoice_no == 5001
    assert (day["verdict"], day["left_out"], left["20901"]) == ("agrees", "-200.00", "left-out")
    assert json.loads(sunday.splitlines()[0])["refers_to"]["ticket"] == "20700"
