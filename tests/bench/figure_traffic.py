"""A night's vouchers drafted over a real socket, with PowerOffice's limits and a quarter of a second on every request;
beside the time that the requests which are needed take at the rate that is allowed.

Each venue is a client of its own: nothing that PowerOffice told of one is known of another. What is needed is a token,
the voucher and, in v2, the list of its drafts and its documentation. The first night may ask for more; the figures are
of a later one, from the command to its end, the program's start included: once by itself, and once, in another store
and sandbox, with all processors but one taken by something else. One run: the throttle is what takes the time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.bench.files import OSLO, format_chain, write_jsonl
from tests.bench.ground import Ground, remove_store
from tests.bench.measuring import Measured, NoFigure, Row, format_seconds
from tests.bench.sales import Plan
from tests.bench.sandbox_process import Sandbox, keys_of, running_sandbox

NAME = "traffic"
WORK = "draft a night's vouchers"
LATENCY_S = 0.25
TICKETS_PER_DAY = 20

DAY_START_H = 5

A_NIGHT_LATER_S = 1.1
"""Longer than the second in which PowerOffice counts requests: two nights never share one."""


@dataclass(frozen=True, slots=True)
class Api:
    """One of PowerOffice's two, and what is asked of us there."""

    name: str
    target: str
    venues: int
    requests_per_s: int
    requests_per_venue: int
    at_most: float
    at_most_beside_others: float


V2 = Api("v2", "journal", 100, 10, 4, 1.1, 1.5)
V1 = Api("v1", "import", 500, 50, 2, 1.1, 1.5)


def measure(ground: Ground) -> list[Row]:
    """Four rows per API: the time, the same beside others, the requests per venue, and how many came too soon."""
    return [row for api in (V2, V1) for row in _measure(ground, api)]


def _measure(ground: Ground, api: Api) -> list[Row]:
    venues = max(2, min(api.venues, api.venues * ground.lines // 1_000_000))
    folder = ground.folder / f"traffic-{api.name}"
    folder.mkdir(exist_ok=True)
    with running_sandbox(venues, LATENCY_S) as sandbox:
        (_, counted_first), (ran, counted) = _two_nights(ground, folder, api, venues, sandbox, nullcontext())
    with running_sandbox(venues, LATENCY_S) as sandbox:
        _, (ran_beside_others, counted_last) = _two_nights(ground, folder, api, venues, sandbox, _taking_processors())
    requests = sum(counted["requests"].values())
    needed_s = api.requests_per_venue * venues / api.requests_per_s
    by_kind = ", ".join(f"{kind} {many}" for kind, many in sorted(counted["requests"].items()))
    work = f"draft {venues} vouchers by {api.name}, {LATENCY_S * 1000:.0f} ms latency"
    time_row = Row(
        f"{NAME}-{api.name}",
        work,
        f"{api.requests_per_venue * venues} requests at {api.requests_per_s} a second",
        api.at_most,
        ran.seconds / needed_s,
        ours=format_seconds(ran.seconds),
        theirs=format_seconds(needed_s),
        note=f"first night: {sum(counted_first['requests'].values())} requests",
    )
    requests_row = Row(
        f"{NAME}-{api.name}-requests",
        f"requests per venue and night, {api.name}",
        f"{api.requests_per_venue} needed",
        float(api.requests_per_venue),
        requests / venues,
        unit="requests",
        note=by_kind,
    )
    throttled = [of_night["throttled"] for of_night in (counted_first, counted, counted_last)]
    throttled_row = Row(
        f"{NAME}-{api.name}-throttled",
        f"requests that were answered 429, {api.name}, in all nights",
        "",
        0.0,
        float(sum(throttled)),
        unit="requests",
        note="{} in the first, {} in the ordinary one, {} in that beside others".format(*throttled),
    )
    beside_row = replace(
        time_row,
        name=f"{NAME}-{api.name}-beside-others",
        work=f"{work}, with all processors but one taken",
        at_most=api.at_most_beside_others,
        value=ran_beside_others.seconds / needed_s,
        ours=format_seconds(ran_beside_others.seconds),
        note="",
    )
    return [time_row, beside_row, requests_row, throttled_row]


def _two_nights(
    ground: Ground,
    folder: Path,
    api: Api,
    venues: int,
    sandbox: Sandbox,
    surroundings: AbstractContextManager[None],
) -> list[tuple[Measured, dict[str, Any]]]:
    """The first night and, in its surroundings, the last closed one's, which is the ordinary one: what is older may
    have been locked since it was last asked for, and is asked for again."""
    now = datetime.now(OSLO)
    if now.hour < DAY_START_H:
        raise NoFigure("between midnight and 05:00 the last closed day is an older one: run it later")
    last_closed = now.date() - timedelta(days=1)
    plan = Plan(venues, 2, TICKETS_PER_DAY, first_day=last_closed - timedelta(days=1))
    keys = keys_of(venues)
    setup, store = folder / "setup.toml", folder / "posexport.db"
    remove_store(store)
    setup.write_text(format_chain(venues, api.target, sandbox.base_url, folder), encoding="utf-8")
    ground.posexport(store, "setup", "apply", str(setup), extra=keys)
    nights: list[tuple[Measured, dict[str, Any]]] = []
    both: list[tuple[Plan, AbstractContextManager[None]]] = [
        (plan.first(1), nullcontext()),
        (plan.last(1), surroundings),
    ]
    for number, (night, around) in enumerate(both, 1):
        time.sleep(A_NIGHT_LATER_S)
        ground.posexport(store, "import", str(write_jsonl(night, folder / f"night-{number}.jsonl")))
        with around:
            ran = ground.posexport(store, "export", "--json", extra=keys)
        counted = sandbox.count()
        if counted["refused"] or counted["drafts"] != number * venues:
            raise NoFigure(f"night {number}: {counted}")
        nights.append((ran, counted))
    return nights


@contextmanager
def _taking_processors() -> Iterator[None]:
    """All processors but one are busy with something else."""
    busy = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(max(1, (os.cpu_count() or 1) - 1))
    ]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()
