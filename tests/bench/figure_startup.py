"""How soon the command line answers: its help, a wrong usage, and a status of an empty store; beside Python importing
the one package that each cannot do without."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.bench.ground import Ground, url_of
from tests.bench.measuring import Compared, Measured, Row, alternate, run_program

NAME = "startup"
WORK = "the command line answers"


def measure(ground: Ground) -> list[Row]:
    """A row per command."""
    store = ground.empty_store(2)
    status = ("--db", url_of(store), "status")
    return [
        _measure(ground, "help", ("--help",), 0, "click", 1.6),
        _measure(ground, "wrong-command", ("exprot",), 2, "click", 1.6),
        _measure(ground, "wrong-option", ("import",), 2, "click", 1.6),
        _measure(ground, "status", status, 0, "sqlmodel", 1.3),
    ]


def _measure(ground: Ground, name: str, arguments: Sequence[str], exit_code: int, package: str, at_most: float) -> Row:
    ours = [sys.executable, "-m", "posexport", *arguments]
    floor = [sys.executable, "-c", f"import {package}"]
    runs = 3 * ground.runs - 2  # they are short, and a machine is never quiet
    sides = partial(_run, ours, exit_code, ground.folder), partial(_run, floor, 0, ground.folder)
    if ground.is_fresh:
        alternate(1, *sides)  # what is compiled once is nobody's time
    found = alternate(runs, *sides)
    shown = " ".join(word for word in arguments if not word.startswith(("--db", "sqlite:")))
    work = f"posexport {shown}" + (" (an empty store)" if name == "status" else "")
    return Compared(*found).row(f"{NAME}-{name}", work, f'python -c "import {package}"', at_most)


def _run(command: Sequence[str], exit_code: int, folder: Path) -> Measured:
    ran = run_program(command, exit_codes=(exit_code,), folder=folder)
    return Measured(ran.wall_s, wall_s=ran.wall_s)
