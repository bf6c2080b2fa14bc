"""`python -m tests.bench`: every figure, as a table in Markdown on stdout; what is being done on stderr."""

from __future__ import annotations

import argparse
import platform
import sqlite3
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from tests.bench.figures import FIGURES
from tests.bench.ground import Ground
from tests.bench.measuring import NoFigure, Row, format_table


def tell(text: str) -> None:
    """To stderr."""
    sys.stderr.write(f"[{time.strftime('%H:%M:%S')}] {text}\n")
    sys.stderr.flush()


def measure_all(ground: Ground, names: list[str]) -> list[Row]:
    """The rows of the figures of these names, of all where none is given; one that fails is a row that says why."""
    rows: list[Row] = []
    for figure in FIGURES:
        if names and figure.NAME not in names:
            continue
        ground.tell(figure.NAME)
        try:
            found = figure.measure(ground)
        except NoFigure as error:
            found = [Row(figure.NAME, figure.WORK, "", skipped=f"no figure: {error}")]
        rows += found
        for row in found:
            ground.tell(f"{row.name}: {row.skipped or f'{row.value:.2f} {row.unit}'} ({row.ours} / {row.theirs})")
    return rows


def format_head(ground: Ground) -> str:
    """What was measured on, and when."""
    plan = ground.plan
    return (
        f"{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{platform.machine()}. {plan.tickets:,} tickets of ten lines on average: {plan.venues} venues, {plan.days} "
        f"business days. Median of {ground.runs} or more runs, ours and the floor in turn.\n\n"
    )


def main() -> int:
    """Run what the command line asks for; 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="What posexport does beside its floor.")
    names = [figure.NAME for figure in FIGURES]
    parser.add_argument("names", nargs="*", metavar="NAME", help="the figures to measure; all where none is named")
    parser.add_argument("--lines", type=int, default=1_000_000, help="sale lines (default %(default)s)")
    parser.add_argument("--only", action="append", default=[], choices=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--runs", type=int, default=5, help="runs of each side (default %(default)s)")
    parser.add_argument("--out", type=Path, help="also write the table to this file")
    parser.add_argument("--folder", type=Path, help="keep the files here, for the next time; default: nowhere")
    options = parser.parse_args()
    unknown = set(options.names) - set(names)
    if unknown:
        parser.error(f"no figure {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    if options.folder:
        options.folder.mkdir(parents=True, exist_ok=True)
    keep = nullcontext(options.folder) if options.folder else tempfile.TemporaryDirectory(prefix="posexport-bench-")
    with keep as folder:
        ground = Ground(Path(folder), options.lines, options.runs, tell)
        rows = measure_all(ground, [*options.names, *options.only])
    table = format_head(ground) + format_table(rows)
    sys.stdout.write(table)
    if options.out:
        options.out.write_text(table, encoding="utf-8")
    return 1 if any(row.is_met is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
