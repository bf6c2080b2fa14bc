"""Every command that a bookkeeper types tells what it did in Norwegian where Norwegian is named: the demo's days are
worked on with all of them, and no sentence of ours in English may come of it."""

from __future__ import annotations

import importlib
import io
import pkgutil
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import posexport.office.words
import posexport.texts
from posexport import wiring
from posexport.app.workspace import Workspace
from posexport.demo import run as demo
from posexport.texts.language import LANGS
from posexport.texts.messages import MESSAGES
from posexport.texts.refusal_sentences import SENTENCES as OF_FILES
from posexport.texts.setup_fault_sentences import FIXES, PARTS, WHAT
from posexport.texts.usage_sentences import USAGE
from tests.support.command_line import Told, make_run

WORDS_MIN = 2
"""A part of a sentence with fewer words may be in a Norwegian one too."""


def list_forms() -> Iterator[tuple[str, str]]:
    """Every English form of words there is, with its Norwegian one."""
    for table in (MESSAGES, USAGE, OF_FILES, WHAT, FIXES, PARTS):
        yield from table.items()
    for found in pkgutil.iter_modules(posexport.texts.__path__):
        module = importlib.import_module(f"posexport.texts.{found.name}")
        for value in vars(module).values():
            yield from list_pairs(value)
    yield from importlib.import_module("posexport.texts.failures").SENTENCES.items()
    yield from importlib.import_module("posexport.texts.failures").REASONS.items()


def list_pairs(value: Any) -> Iterator[tuple[str, str]]:
    """The pairs of English and Norwegian within a table of words."""
    if isinstance(value, Mapping):
        if set(LANGS) <= value.keys():
            yield from pair(value["en"], value["nb"])
        for one in value.values():
            yield from list_pairs(one)


def pair(english: Any, norwegian: Any) -> Iterator[tuple[str, str]]:
    if isinstance(english, str) and isinstance(norwegian, str):
        yield english, norwegian
    elif isinstance(english, tuple) and isinstance(norwegian, tuple):
        for one, other in zip(english, norwegian, strict=False):
            yield from pair(one, other)
    elif isinstance(english, Mapping) and isinstance(norwegian, Mapping):
        for key in english.keys() & norwegian.keys():
            yield from pair(english[key], norwegian[key])


def list_english() -> set[str]:
    """What is between the holes of the English forms, where it is long enough to be English."""
    forms = list(list_forms())
    norwegian = "\n".join(told for _, told in forms)
    parts = {part.strip() for form, _ in forms for part in re.split(r"{\w+}", form)}
    return {part for part in parts if len(re.findall(r"[A-Za-z]{2,}", part)) >= WORDS_MIN and part not in norwegian}


ENGLISH = list_english()
FRIDAY = "2026-11-13"


def read(told: Told) -> str:
    return f"{told.out}\n{told.err}"


COMMANDS: tuple[tuple[str, ...], ...] = (
    ("setup", "apply", "setup.toml"),
    ("setup", "apply", "missing.toml"),
    ("setup", "apply", "wrong.toml"),
    ("setup", "apply", "setup.toml", "--seen", "99"),
    ("setup", "show"),
    ("setup", "set", "venue:torget", "z_report=warn", "--why", "prøve"),
    ("setup", "set", "venue:torget", "z_report=warn"),
    ("setup", "set", "venue:nowhere", "name=X"),
    ("setup", "set", "venue:torget", "nmae=X"),
    ("setup", "set", "product_type:330", "name=Cocktails", "accounts.3=3020", "--add"),
    ("setup", "history"),
    ("setup", "restore", "1"),
    ("setup", "restore", "99"),
    ("setup", "set", "venue:torget"),
    ("setup", "draft", demo.TORGET_FRIDAY),
    ("import", demo.TORGET_FRIDAY, demo.BRYGGA_FRIDAY),
    ("import", "not-there.xml"),
    ("import", "broken.csv"),
    ("import", "unknown.jsonl"),
    ("imports",),
    ("imports", "list"),
    ("imports", "undo", "99"),
    ("tickets", "withdraw", "torget", FRIDAY, "TK-1", "1", "--why", "prøve"),
    ("tickets", "withdraw", "torget", FRIDAY, "TK-1", "4110", "--why", "prøve"),
    ("tickets", "withdraw", "torget", FRIDAY, "TK-1", "4110", "--why", "prøve"),
    ("tickets", "restore", "torget", FRIDAY, "TK-1", "4110"),
    ("accept", "torget", FRIDAY, "missing-account", "--why", "prøve"),
    ("accept", "fjordmat", "99", "unknown-register", "--why", "Kantinen"),
    ("accept", "fjordmat", "98", "unknown-register", "--why", "Kantinen"),
    ("accept", "torget", "2026-11-12", "no-sales-data", "--why", "stengt"),
    ("accept", "torget", FRIDAY, "no-sales-data", "--why", "stengt"),
    ("resolve", "torget", FRIDAY, "--drafted", "7"),
    ("resolve", "torget", FRIDAY, "--not-drafted"),
    ("resolve", "torget", "2026-11-12", "--booked-elsewhere", "--why", "ført for hånd"),
    ("resolve", "torget", "2026-11-12", "--booked-elsewhere", "--why", "ført for hånd"),
    ("resolve", "torget", "2026-11-12", "--take-back"),
    ("resolve", "torget", "2026-11-12"),
    ("preview", "--from", "yesterday"),
    ("preview", "--from", "2026-11-15"),
    ("preview", "--from", "en gang"),
    ("preview", "--venue", "nowhere"),
    ("preview", "--from", FRIDAY, "--to", "2026-11-01"),
    ("preview", "--html", "side.html"),
    ("preview", "--html", "ikke/her/side.html"),
    ("export", "--from", FRIDAY, "--to", "2026-11-15"),
    ("export", "--remap"),
    ("customers",),
    ("customers", "link", "fjordmat", "K-88", "10104"),
    ("customers", "link", "fjordmat", "K-88", "99999"),
    ("customers", "unlink", "fjordmat", "K-99"),
    ("customers", "link", "nobody", "K-88", "10104"),
    ("export",),
    ("orders",),
    ("orders", "show", "--ticket", "20560"),
    ("orders", "show", "nothing"),
    ("orders", "show"),
    ("orders", "send"),
    ("orders", "move", "brygga", "2026-11-14", "--to", "voucher"),
    ("orders", "resolve", "nothing", "--not-there"),
    ("orders", "accept", "nothing", "order-not-invoiced", "--why", "prøve"),
    ("orders", "reconcile", "--from", FRIDAY),
    ("orders", "not-invoiced"),
    ("orders", "not-invoiced", "--at", "2026-12-01"),
    ("status",),
    ("show", "torget", FRIDAY),
    ("show", "torget", "2026-11-02"),
    ("report", "torget", FRIDAY, "--pdf", "rapport.pdf"),
    ("report", "torget", "2026-11-02", "--pdf", "rapport.pdf"),
    ("schedule", "list"),
    ("doctor",),
    ("guide",),
    ("guide", "nothing"),
    ("notify",),
    ("notify", "--test", "torget"),
    ("users", "list"),
    ("users", "invite", "kari@fjordmat.example", "--role", "bookkeeper", "--company", "fjordmat"),
    ("users", "invite", "kari@fjordmat.example", "--role", "bookkeeper", "--company", "fjordmat"),
    ("users", "invite", "kari", "--role", "shop", "--company", "fjordmat"),
    ("users", "invite", "per@fjordmat.example", "--role", "shop", "--company", "nowhere"),
    ("users", "invite", "per@fjordmat.example", "--role", "shop", "--company", "fjordmat", "--venue", "nowhere"),
    ("users", "invite", "per@fjordmat.example", "--role", "shop", "--venue", "torget"),
    ("users", "invite", "per@fjordmat.example"),
    ("users", "list"),
    ("users", "link", "kari@fjordmat.example"),
    ("users", "link", "nobody@fjordmat.example"),
    ("users", "close", "kari@fjordmat.example"),
    ("office", "--host", "192.0.2.77"),
    ("office", "--port", "70000"),
    ("office", "--base-url", "nowhere"),
    ("office", "--base-url", "http://pos.example.no", "--port", "0"),
    ("office", "--oidc-issuer", "https://accounts.google.com", "--port", "0"),
    ("demo", "--keep", "other"),
    ("demo", "--keep", "setup.toml"),
    ("worker",),
    ("schedule", "run", "--metrics", "abc"),
    ("schedule", "run", "--fleet"),
    ("vault", "rotate"),
    ("sandbox", "--port", "99999"),
    ("no-such-command",),
    ("export", "--no-such-option"),
    ("accept",),
    ("accept", "torget", FRIDAY, "missing-account"),
    ("imports", "undo", "first"),
    ("orders", "list", "--state", "lost"),
    ("show", "torget", FRIDAY, "too", "much"),
    ("imports", "undo", "1"),
)


def test_no_command_tells_a_sentence_in_english_where_norwegian_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told: dict[tuple[str, ...], str] = {}

    def go_on(workspace: Workspace) -> None:
        real = wiring.open_workspace
        monkeypatch.setattr(
            wiring, "open_workspace", lambda url, **options: real(url, clock=workspace.clock, **options)
        )
        for name in workspace.secrets:
            monkeypatch.setenv(name, workspace.secrets[name])
        monkeypatch.setenv("POSEXPORT_DB", str(tmp_path / demo.DATABASE))
        monkeypatch.setenv("POSEXPORT_LANG", "nb")
        monkeypatch.chdir(tmp_path)
        write_wrong_files(tmp_path)
        run = make_run(monkeypatch, capsys)
        for command in COMMANDS:
            told[command] = told.get(command, "") + read(run(*command))

    told["demo",] = ""
    narration = Console(file=io.StringIO(), width=1_000)
    demo.run_demo(tmp_path, narration, "nb", go_on, "nb")
    assert isinstance(narration.file, io.StringIO)
    told["demo",] = narration.file.getvalue()
    assert all(any(sign.isalpha() for sign in text) for text in told.values())
    told["guide",] = re.sub(r".*\(engelsk\)", "", told["guide",])  # pages that are in English alone
    assert [(command, part) for command, text in told.items() for part in sorted(ENGLISH) if part in text] == []


def write_wrong_files(folder: Path) -> None:
    setup = (folder / demo.SETUP).read_text(encoding="utf-8")
    wrong = setup.replace('day_starts = "05:00"', "").replace(
        'name = "Torget Kafé"', 'nmae = "Torget"\nz_report = "no"'
    )
    (folder / "wrong.toml").write_text(wrong, encoding="utf-8")
    (folder / "other").mkdir()
    (folder / "other" / "notes.txt").touch()
    (folder / "broken.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    ticket = (folder / demo.BRYGGA_FRIDAY).read_text(encoding="utf-8").splitlines()[0]
    (folder / "unknown.jsonl").write_text(ticket.replace('"BB-1"', '"99"') + "\n", encoding="utf-8")


def test_the_walk_knows_english_when_it_sees_it() -> None:
    assert len(ENGLISH) > 1_500
    said = (
        "7 already known, 0 changed",
        "There is no import 99. List them with posexport imports.",
        "Unknown key nmae.",
    )
    for text in (*said, "venue torget: 1 drafted day (2026-11-20) used what changed and stays as it is."):
        assert any(part in text for part in ENGLISH), text
