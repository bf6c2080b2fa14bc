"""The memory of an import, as the program: under a hundred megabytes, and the same however long the file is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

from tests.bench.ground import Ground, url_of
from tests.bench.measuring import Row, format_bytes, format_seconds, run_program
from tests.bench.sales import Plan, plan_for

NAME = "memory"
WORK = "peak memory of an import"
AT_MOST_MB = 100.0
GROWTH_AT_MOST = 1.1
EXTENSIONS = ("xml", "jsonl", "csv")
TIMES = 100
"""How many times as many tickets the long file has."""


def plans_for(lines: int) -> tuple[Plan, Plan]:
    """A short file and a long one: as many tickets as other figures have lines, of two or three lines each."""
    long = replace(plan_for(lines * 10), lines_min=2, lines_max=3)
    days = max(1, round(long.tickets / TIMES / long.venues / long.tickets_per_day))
    per_day = max(2, round(long.tickets / TIMES / long.venues / days))
    return replace(long, days=days, tickets_per_day=per_day), long


def measure(ground: Ground) -> list[Row]:
    """Two rows per format: the peak, and how it grows."""
    plans = plans_for(ground.lines)
    return [row for extension in EXTENSIONS for row in _measure(ground, extension, plans)]


def _measure(ground: Ground, extension: str, plans: tuple[Plan, Plan]) -> list[Row]:
    peaks, seconds = [], 0.0
    for plan in plans:
        sales, store = ground.sales(extension, plan), ground.empty_store(plan.venues)
        copy = ground.fresh_copy(store)
        ran = run_program([sys.executable, "-m", "posexport", "--db", url_of(copy), "import", str(sales)])
        peaks.append(ran.peak_bytes)
        seconds = ran.wall_s
    format_count: Callable[[Plan], str] = lambda plan: f"{plan.tickets:,} tickets"  # noqa: E731
    peak = Row(
        f"{NAME}-{extension}",
        f"{WORK} of {format_count(plans[1])} ({extension})",
        "",
        AT_MOST_MB,
        max(peaks) / 1e6,
        unit="MB",
        ours=format_seconds(seconds),
        memory=format_bytes(max(peaks)),
    )
    growth = Row(
        f"{NAME}-{extension}-growth",
        f"the same, {format_count(plans[1])}",
        format_count(plans[0]),
        GROWTH_AT_MOST,
        peaks[1] / peaks[0],
        memory=" / ".join(format_bytes(size) for size in reversed(peaks)),
    )
    return [peak, growth]
