"""The status of many venues over a month, as the program prints it; beside an empty one: the same venues, and no sales.

Days stand in the kept list already, as they do on any morning after a night: nothing is worked out. What is told is
the processor's time that the days take beyond the setup.
"""

from __future__ import annotations

import calendar
import time
from dataclasses import replace
from statistics import median

from tests.bench.ground import Ground, url_of
from tests.bench.measuring import Measured, Row, format_seconds
from tests.bench.sales import Plan

NAME = "status"
WORK = "status of 1,000 venues over 31 days, every row read and made JSON"
FLOOR = "the same of a store without sales"
AT_MOST_S = 1.0
PLAN = Plan(venues=1_000, days=31, tickets_per_day=2, lines_min=1, lines_max=2)


def ours(url: str, as_of_utc_s: int) -> Measured:
    """What `posexport status --json` does after it has opened the store, but for the output's way to a file."""
    from posexport.app.status import judge_status, status
    from posexport.cli.options import collecting_seldom, format_json
    from posexport.core.day import Period
    from posexport.views.json import format_status
    from posexport.wiring import open_workspace

    with open_workspace(url, clock=lambda: float(as_of_utc_s)) as workspace, collecting_seldom():
        started_s, busy_s = time.perf_counter(), time.process_time()
        rows = status(workspace, workspace.load_setup().venues, Period())
        told = format_json({"days": format_status(rows)})
        code = judge_status(rows)
        cpu_s = time.process_time() - busy_s
        return Measured(time.perf_counter() - started_s, [len(rows), len(told), int(code)], cpu_s=cpu_s)


def measure(ground: Ground) -> list[Row]:
    """The figure."""
    plan = PLAN if ground.is_fresh else replace(PLAN, venues=4, days=3)
    store, empty = ground.filled_store("jsonl", plan), ground.empty_store(plan.venues)
    after = calendar.timegm(plan.business_days[-1].timetuple()) + 2 * 86_400
    ground.run(ours, url_of(store), after)  # the first look works the days out
    busy_s = []
    for _ in range(ground.runs):
        runs = [ground.run(ours, url_of(path), after) for path in (store, empty)]
        busy_s.append((runs[0].cpu_s, runs[1].cpu_s))
    beyond_s = median(full_s - none_s for full_s, none_s in busy_s)
    full, none = (format_seconds(median(side)) for side in zip(*busy_s, strict=True))
    return [Row(NAME, WORK, FLOOR, AT_MOST_S, beyond_s, "s", full, none, note="seconds of CPU")]
