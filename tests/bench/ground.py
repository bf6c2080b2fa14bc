"""What figures are measured on: files of the same sales and stores filled from them, each made when it is first
needed and kept for as long as the benchmarks run. Making them is nobody's time.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.bench import files, journals
from tests.bench.measuring import Measured, Stopwatch, run_child, run_program
from tests.bench.sales import Plan, plan_for

_WRITERS: dict[str, Callable[[Plan, Path], Path]] = {
    "jsonl": files.write_jsonl,
    "csv": files.write_csv,
    "xml": files.write_saft,
    "ledger": journals.write_ledger,
    "beancount": journals.write_beancount,
}


@dataclass(slots=True)
class Ground:
    """A folder, how many lines, how many runs. `tell` hears what is being made. Without `is_fresh`, functions run in
    this process: quicker to start, and then neither their time nor their memory means anything."""

    folder: Path
    lines: int = 1_000_000
    runs: int = 5
    tell: Callable[[str], None] = field(default=lambda text: None)
    is_fresh: bool = True

    @property
    def plan(self) -> Plan:
        """The sales of nearly every figure."""
        return plan_for(self.lines)

    def sales(self, extension: str, plan: Plan | None = None) -> Path:
        """A file of a plan's sales, by what its name ends with."""
        plan = plan or self.plan
        path = self.folder / f"{_name(plan)}.{extension}"
        if not path.exists():
            self.tell(f"writing {path.name}")
            unfinished = path.with_name(path.name + ".unfinished")
            _WRITERS[extension](plan, unfinished)
            unfinished.rename(path)
        return path

    def empty_store(self, venues: int | None = None) -> Path:
        """A store with its setup and no sales."""
        venues = venues or self.plan.venues
        path = self.folder / f"empty-{venues}.db"
        if not path.exists():
            setup = self.folder / f"setup-{venues}.toml"
            setup.write_text(files.format_setup(venues), encoding="utf-8")
            self.posexport(path, "setup", "apply", str(setup))
        return path

    def filled_store(self, extension: str = "jsonl", plan: Plan | None = None) -> Path:
        """A store with a plan's sales, as the reader of this kind of file left it."""
        plan = plan or self.plan
        path = self.folder / f"{_name(plan)}-{extension}.db"
        if not path.exists():
            sales = self.sales(extension, plan)
            self.tell(f"importing {sales.name}")
            unfinished = path.with_name("unfinished.db")
            remove_store(unfinished)
            shutil.copy(self.empty_store(plan.venues), unfinished)
            self.posexport(unfinished, "import", str(sales))
            unfinished.rename(path)
        return path

    def fresh_copy(self, store: Path) -> Path:
        """A copy to work on, instead of the one before it."""
        path = self.folder / "work.db"
        remove_store(path)
        shutil.copy(store, path)
        return path

    def run(self, function: Callable[..., Measured], *arguments: Any) -> Measured:
        """A function of this folder, with arguments that JSON knows, in a process of its own."""
        if self.is_fresh:
            return run_child(function.__module__.rpartition(".")[2], function.__name__, *arguments)
        return function(*arguments)

    def posexport(self, store: Path, *arguments: str, extra: Mapping[str, str] | None = None) -> Measured:
        """posexport on a store, as the program it is."""
        words = ["--db", url_of(store), *arguments]
        if self.is_fresh:
            return run_program([sys.executable, "-m", "posexport", *words], extra=extra)
        from posexport.cli.main import cli

        stopwatch = Stopwatch()
        with stopwatch.running(), patch.dict(os.environ, extra or {}):
            cli(words, standalone_mode=False)
        return stopwatch.measured()


def _name(plan: Plan) -> str:
    return (
        f"sales-{plan.venues}x{plan.days}x{plan.tickets_per_day}-{plan.lines_min}to{plan.lines_max}"
        f"-from-{plan.first_day:%Y%m%d}"
    )


def remove_store(path: Path) -> None:
    """A SQLite file and what it has beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def url_of(path: Path | str) -> str:
    """A SQLite file as posexport is told of it."""
    return f"sqlite:///{path}"
