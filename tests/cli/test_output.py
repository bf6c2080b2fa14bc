"""What is printed leaves the program as UTF-8, wherever it goes; a reader who goes away stops nothing; and what is to
be a file is written by posexport itself."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from posexport.errors import Exit
from tests.support.harness import Shop, run_program, sale
from tests.support.looks import count_rows
from tests.support.pages import read_pages

README = read_pages()
DEV_FULL = Path("/dev/full")


def shell(shop: Shop, command: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    """A line of a shell with `posexport` in it, on the shop's database."""
    program = f"'{sys.executable}' -m posexport --db '{shop.url}'"
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command.replace("posexport", program)],
        check=False,
        capture_output=True,
        cwd=shop.folder,
        env={**os.environ, **environ},
    )


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "command",
    [
        "status | head -1",
        "status --json | head -c 1",
        "preview | true",
        "preview --json | true",
        "setup show | head -1",
        "imports | true",
        "schedule list | true",
        "--help | true",
    ],
)
def test_who_reads_no_further_ends_nothing_in_error(shop: Shop, command: str) -> None:
    shop.apply()
    shop.sell(*(sale(n) for n in range(1, 30)))
    done = shell(shop, f"posexport {command}", PYTHONUNBUFFERED="1" if command.endswith("true") else "")
    assert (done.returncode, done.stderr) == (Exit.DONE, b"")


def test_an_import_that_nobody_listens_to_is_made_all_the_same(shop: Shop) -> None:
    shop.apply()
    shop.write(sale(1), name="sales.jsonl")
    done = shell(shop, "posexport -v import sales.jsonl missing.jsonl sales.jsonl 2>&1 | true")
    assert done.returncode == Exit.OPERATOR, "one of the files is not there"
    assert count_rows(shop, "ticket") == 1


@pytest.mark.skipif(not DEV_FULL.exists(), reason="no /dev/full")
@pytest.mark.sampled(2)
@pytest.mark.parametrize(("command", "unbuffered"), [("status", ""), ("status --json", "1"), ("setup show", "")])
def test_a_full_disk_under_the_output_is_told_in_words(shop: Shop, command: str, unbuffered: str) -> None:
    shop.apply()
    shop.sell(sale(1))
    done = shell(shop, f"posexport {command} > /dev/full", PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == Exit.OPERATOR
    assert done.stderr.decode().startswith("Error: The output cannot be written: No space left on device.")
    assert b"Traceback" not in done.stderr
    assert done.stderr.count(b"\n") == 1


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("encoding", "command"),
    [("cp850", "setup show"), ("cp1252", "preview"), ("ascii", "setup show --json"), ("utf-16", "preview --json")],
)
def test_output_is_utf_8_whatever_the_console_thinks(shop: Shop, encoding: str, command: str) -> None:
    shop.apply()
    shop.sell(sale(1))
    done = shell(shop, f"posexport {command}", PYTHONIOENCODING=encoding, PYTHONUTF8="0", LC_ALL="C")
    assert "Kafé" in done.stdout.decode("utf-8")
    assert done.stderr == b""


def test_output_is_utf_8_where_the_locale_is_not(tmp_path: Path) -> None:
    """Click mends an output in ASCII by itself, and none in another code page."""
    code = "import sys; from posexport import __main__ as program; program._open_outlet('stdout')"
    code += "; sys.stderr.write(sys.stdout.encoding)"
    environ = {**os.environ, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=tmp_path, env=environ)
    assert done.stderr == b"utf-8"


def test_what_cannot_be_opened_is_told_in_utf_8(shop: Shop) -> None:
    shop.apply()
    done = shell(shop, "posexport import blåbær.jsonl", PYTHONIOENCODING="cp1252")
    assert "blåbær.jsonl" in done.stderr.decode("utf-8")


def test_closed_outputs_are_no_failure(shop: Shop) -> None:
    shop.apply()
    assert shell(shop, "posexport status >&-").returncode == Exit.DONE
    assert shell(shop, "posexport status >&- 2>&-").returncode == Exit.DONE


# Files


@pytest.mark.parametrize("late", ["log", "print"])
def test_nothing_goes_into_a_file_that_has_the_number_of_a_closed_output(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    with (shop.folder / "errors").open("wb", buffering=0) as raw, io.TextIOWrapper(raw) as errors:
        monkeypatch.setattr(sys, "stderr", errors)
        monkeypatch.setattr(sys, "stdout", errors)
        kept: list[Any] = []

        def keep(*_: Any) -> tuple[()]:
            kept.append(sys.stderr)
            return ()

        monkeypatch.setattr("posexport.app.status.status", keep)
        assert run_program(monkeypatch, "--verbose", "--db", shop.url, "status") == Exit.DONE
        number = raw.fileno()
    seen = io.StringIO()
    monkeypatch.setattr(sys, "stderr", seen)
    opened = os.open(shop.folder / "other", os.O_CREAT | os.O_WRONLY)
    os.dup2(opened, number)
    try:
        if late == "log":
            logging.getLogger("posexport.scheduler").warning("late")
        else:
            print("late", file=kept[0], flush=True)
    finally:
        for handle in {opened, number}:
            os.close(handle)
    assert (shop.folder / "other").read_bytes() == b""
    assert ("late" in seen.getvalue()) == (late == "log")


def test_a_setup_is_written_to_a_file_that_can_be_applied(shop: Shop) -> None:
    shop.apply()
    shown = shell(shop, "posexport setup show")
    written = shell(shop, "posexport setup show --out æøå.toml", PYTHONIOENCODING="cp850")
    assert (written.returncode, written.stdout) == (Exit.DONE, b"")
    assert "Wrote æøå.toml" in written.stderr.decode("utf-8")
    assert (shop.folder / "æøå.toml").read_bytes() == shown.stdout
    assert shell(shop, "posexport setup apply æøå.toml").returncode == Exit.DONE


def test_a_setup_is_written_as_json_too(shop: Shop) -> None:
    shop.apply()
    assert shell(shop, "posexport setup show --json --out s.json").stdout == b""
    document: Any = json.loads((shop.folder / "s.json").read_text(encoding="utf-8"))
    assert document["company"][0]["venue"][0]["name"] == "Torget Kafé"


def test_a_drafted_setup_is_the_same_in_a_file_as_on_the_terminal(shop: Shop) -> None:
    shop.write(sale(1), name="sales.jsonl")
    shown = shell(shop, "posexport setup draft sales.jsonl --venue bar")
    written = shell(shop, "posexport setup draft sales.jsonl --venue bar --out bar.toml", PYTHONIOENCODING="cp1252")
    assert (written.returncode, written.stdout) == (Exit.DONE, b"")
    assert (shop.folder / "bar.toml").read_bytes() == shown.stdout
    assert b"CARD" in shown.stdout


@pytest.mark.parametrize("command", ["setup draft sales.jsonl", "setup show"])
def test_a_file_that_cannot_be_written_is_the_operators(shop: Shop, command: str) -> None:
    shop.apply()
    shop.write(sale(1), name="sales.jsonl")
    done = shell(shop, f"posexport {command} --out no/such/folder.toml")
    assert done.returncode == Exit.OPERATOR
    assert "folder.toml cannot be written" in done.stderr.decode()


# The page that tells people what to type


def commands_of(readme: str) -> list[str]:
    """Every line that begins with posexport in a block that is to be typed."""
    blocks = re.findall(r"```(?:bash|sh)\n(.*?)```", readme, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("posexport ")]


def test_every_command_of_the_readme_means_the_same_in_bash_powershell_and_cmd() -> None:
    lines = commands_of(README)
    assert len(lines) > 40
    within_a_word = re.compile(r"(?<=\w)@(?=\w)")  # PowerShell minds it where a word begins with it
    odd = [line for line in lines if re.search(r"[>|<&;'`$%^\\*~(){}!@#]", within_a_word.sub("", line))]
    assert odd == []


def test_the_readme_says_how_it_is_done_on_windows() -> None:
    assert "PowerShell" in README
    assert "$env:PO_APP_KEY" in README
    assert "set PO_APP_KEY=" in README
