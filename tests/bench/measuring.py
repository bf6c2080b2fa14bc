"""Fresh processes, ours and the floor in turn, medians, and the rows that come of them.

Seconds are wall time: of the work alone where a process says so itself, of the whole process otherwise. Memory is the
most a process had in RAM (resident), in bytes, everything imported included.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[2]


class NoFigure(Exception):
    """What a figure needs is not here, or the two sides do not agree."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One run. `cpu_s` is what of it this process was busy, `wall_s` the whole process from start to end; `answer` is
    what the other side has to come to as well."""

    seconds: float
    answer: Any = None
    peak_bytes: int = 0
    wall_s: float = 0.0
    cpu_s: float = 0.0


class Stopwatch:
    """Seconds spent inside `with`, added up.

    >>> stopwatch = Stopwatch()
    >>> with stopwatch.running():
    ...     pass
    >>> stopwatch.seconds > 0
    True
    """

    def __init__(self) -> None:
        self.seconds = self.cpu_s = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Time what is done inside."""
        started_s, busy_s = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - started_s
            self.cpu_s += time.process_time() - busy_s

    def measured(self, answer: Any = None) -> Measured:
        """What was timed, and what came of it."""
        return Measured(self.seconds, answer, cpu_s=self.cpu_s)


Side = Callable[[], Measured]


def alternate(runs: int, ours: Side, floor: Side) -> tuple[list[Measured], list[Measured]]:
    """Run both sides in turn, `runs` times; the results of each.

    Raises NoFigure where they come to different answers.
    """
    results: tuple[list[Measured], list[Measured]] = ([], [])
    for _ in range(runs):
        for side, found in zip((ours, floor), results, strict=True):
            found.append(side())
    answers = {json.dumps(run.answer, sort_keys=True) for found in results for run in found}
    if len(answers) > 1:
        raise NoFigure(f"the sides do not agree: {' | '.join(sorted(answers))[:400]}")
    return results


# Processes


def environment() -> dict[str, str]:
    """What a process of a figure is given: this checkout, and nothing of the user's own setup."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PO_", "POSEXPORT_"))}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "TZ": "UTC"}


def run_child(module: str, function: str, *arguments: Any) -> Measured:
    """A function of a module of this folder, in a fresh process (see `child`); it returns a Measured."""
    command = [sys.executable, "-m", "tests.bench.child", module, function, json.dumps(arguments)]
    ran = run_program(command)
    told = json.loads(ran.answer.rstrip().rpartition("\n")[2])
    return replace(Measured(**told), wall_s=ran.wall_s)


def run_program(
    command: Sequence[str | Path],
    *,
    exit_codes: Sequence[int] = (0,),
    extra: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Measured:
    """Any program, to its end; its answer is its stdout."""
    started_s = time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in command],
        cwd=folder or ROOT,
        env={**environment(), **(extra or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    errors: list[bytes] = []
    assert process.stdout is not None and process.stderr is not None
    listener = threading.Thread(target=lambda pipe: errors.append(pipe.read()), args=(process.stderr,))
    listener.start()
    output = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - started_s
    process.returncode = os.waitstatus_to_exitcode(status)
    listener.join()
    process.stdout.close()
    process.stderr.close()
    if process.returncode not in exit_codes:
        told = errors[0].decode(errors="replace").strip()[-2000:]
        raise NoFigure(f"{' '.join(map(str, command))[:200]} left with {process.returncode}: {told}")
    return Measured(wall_s, output.decode(errors="replace"), used.ru_maxrss * 1024, wall_s)


def read_peak_bytes() -> int:
    """The most this process has had in RAM. Where the system keeps it per program, that of its parent is not in it."""
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
    return int(text.partition("VmHWM:")[2].split()[0]) * 1024


# Rows


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `value` is what `at_most` is held against, a ratio unless `unit` says otherwise."""

    name: str
    work: str
    floor: str
    at_most: float | None = None
    value: float | None = None
    unit: str = "x"
    ours: str = ""
    theirs: str = ""
    memory: str = ""
    note: str = ""
    skipped: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether the target is reached; None where nothing was measured or nothing is asked."""
        if self.value is None or self.at_most is None:
            return None
        return self.value <= self.at_most


@dataclass(frozen=True, slots=True)
class Compared:
    """Runs of ours and of the floor, in turn. `by_wall` takes whole processes rather than the work in them."""

    ours: Sequence[Measured]
    floor: Sequence[Measured]
    by_wall: bool = False

    def _seconds(self, run: Measured) -> float:
        return run.wall_s if self.by_wall else run.seconds

    @property
    def ratio(self) -> float:
        """The median of the runs' own ratios: what a busy machine does to one side it does to the other."""
        return median(
            self._seconds(ours) / max(self._seconds(floor), 1e-9)
            for ours, floor in zip(self.ours, self.floor, strict=True)
        )

    @property
    def ours_s(self) -> float:
        """The median of ours."""
        return median(map(self._seconds, self.ours))

    @property
    def floor_s(self) -> float:
        """The median of the floor."""
        return median(map(self._seconds, self.floor))

    @property
    def cpu_ratio(self) -> float | None:
        """The same of the processes' own CPU time, which others on the machine disturb less; None where it is not
        known."""
        pairs = [(ours.cpu_s, floor.cpu_s) for ours, floor in zip(self.ours, self.floor, strict=True)]
        return median(ours / floor for ours, floor in pairs) if all(map(all, pairs)) else None

    def row(self, name: str, work: str, floor: str, at_most: float | None, note: str = "") -> Row:
        """As a line of the table."""
        peaks = [max((run.peak_bytes for run in side), default=0) for side in (self.ours, self.floor)]
        by_cpu = f"by CPU time {self.cpu_ratio:.2f} x" if self.cpu_ratio else ""
        memory = " / ".join(format_bytes(peak) for peak in peaks) if any(peaks) else ""
        return Row(
            name,
            work,
            floor,
            at_most,
            self.ratio,
            ours=format_seconds(self.ours_s),
            theirs=format_seconds(self.floor_s),
            memory=memory,
            note=", ".join(filter(None, (by_cpu, note))),
        )


def format_seconds(seconds: float) -> str:
    """
    >>> format_seconds(0.01234), format_seconds(12.345)
    ('12.3 ms', '12.35 s')
    """
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def format_bytes(size: int) -> str:
    """
    >>> format_bytes(123_456_789)
    '123 MB'
    """
    return f"{size / 1e6:.0f} MB"


def format_table(rows: Sequence[Row]) -> str:
    """The rows as Markdown."""
    head = "| figure | work | floor | measured | at most | met | ours | floor | peak memory ours / floor | |"
    lines = [head, "|---|---|---|---|---|---|---|---|---|---|"]
    for row in rows:
        measured = row.skipped or (f"{row.value:.2f} {row.unit}" if row.value is not None else "")
        at_most = f"{row.at_most:g} {row.unit}" if row.at_most is not None else ""
        met = {True: "yes", False: "**no**", None: ""}[row.is_met]
        cells = (row.name, row.work, row.floor, measured, at_most, met, row.ours, row.theirs, row.memory, row.note)
        lines.append("| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
