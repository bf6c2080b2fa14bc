"""A fleet on trial: one night of many venues, drafted by several workers on one PostgreSQL database, of which one is
killed half-way, against the sandbox at PowerOffice's real limits. By hand:

    python -m tests.fleet postgresql://user@host/empty_database --venues 1000 --workers 3

The floor is what the throttle sets: the requests that are needed, divided by how many a second are let through.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from posexport.app.import_sales import import_sales
from posexport.app.setup import apply_setup
from posexport.sandbox import PowerOfficeGo, SandboxServer
from posexport.sandbox.chart import Key, demo_client
from posexport.sandbox.world import V1_REQUESTS_PER_S, V2_REQUESTS_PER_S
from posexport.setup.file import read_setup
from posexport.store.database import Database, open_database
from posexport.wiring import open_workspace
from tests.support.harness import MAPPING, sale, write_jsonl

Target = Literal["import", "journal"]

NEEDED = {"import": 7, "journal": 7}
"""Requests that a company's first voucher needs: a token, what there is (accounts, VAT codes, departments, by v1 the
client and its privileges, by v2 the lock date), and the voucher; by v2 its documentation as well."""

_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)

PER_SECOND = {"import": V1_REQUESTS_PER_S, "journal": V2_REQUESTS_PER_S}


@dataclass(frozen=True, slots=True)
class Fleet:
    """What is tried."""

    url: str
    folder: Path
    venues: int
    workers: int
    target: Target = "import"
    latency_s: float = 0.25
    concurrency: int = 16
    kill: bool = True


@dataclass(slots=True)
class Outcome:
    """What came of it. Times are seconds from the first request to the last draft; `undisturbed_s` leaves out what
    the killed worker had in hand."""

    drafts_of: Counter[str] = field(default_factory=Counter)
    waiting: int = 0
    all_s: float = 0.0
    undisturbed_s: float = 0.0
    in_hand: int = 0
    requests: Counter[str] = field(default_factory=Counter)
    throttled: int = 0
    floor_s: float = 0.0


def _organization_number(number: int) -> str:
    """The nth one from 900000000 on whose last digit fits the others."""
    eight = 90_000_000 + number * 3
    while (check := -sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, str(eight), strict=True)) % 11) == 10:
        eight += 1
    return f"{eight}{check}"


def _company(fleet: Fleet, number: int, base_url: str, day: date) -> str:
    return f"""
[[company]]
id = "c{number}"
name = "Kunde {number} AS"
organization_number = "{_organization_number(number)}"
target = "{fleet.target}"
reports = "{fleet.folder / "reports"}"
base_url = "{base_url}"
application_key = "env:PO_APP"
subscription_key = "env:PO_SUB"
  [[company.venue]]
  id = "v{number}"
  name = "Venue {number}"
  department = "10"
  client_key = "env:PO_CLIENT_{number}"
  registers = ["r{number}"]
  export_from = {day}
  automatic_export = true
{MAPPING}"""


def _environ(fleet: Fleet) -> dict[str, str]:
    keys = {f"PO_CLIENT_{n}": f"client-key-{n}" for n in range(fleet.venues)}
    return {"PO_APP": "application-key", "PO_SUB": "subscription-key", **keys}


def _world(fleet: Fleet) -> PowerOfficeGo:
    world = PowerOfficeGo(admit_unknown_keys=False)
    for n in range(fleet.venues):
        client = world.add_client(demo_client(f"Kunde {n} AS", _organization_number(n)))
        world.add_key(Key("application-key", f"client-key-{n}", client.client_id))
    return world


def _set_up(fleet: Fleet, base_url: str) -> None:
    """Every venue, and one business day's sales of each."""
    environ = _environ(fleet)
    with open_workspace(fleet.url, environ=environ) as workspace:
        path = fleet.folder / "setup.toml"
        day = date.fromordinal(date.today().toordinal() - 2)
        path.write_text("".join(_company(fleet, n, base_url, day) for n in range(fleet.venues)))
        apply_setup(workspace, read_setup(path, workspace.load_setup(), environ))
        at = f"{day}T12:00:00"
        tickets = (sale(1, f"{100 + n}.00", at, register=f"r{n}") for n in range(fleet.venues))
        imported = import_sales(workspace, [write_jsonl(fleet.folder / "sales.jsonl", tickets)])
        assert imported.results[0].new == fleet.venues


@contextmanager
def _started(fleet: Fleet, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the fleet; stopped at the end."""
    environ = {**os.environ, **_environ(fleet), "POSEXPORT_DB": fleet.url}
    log = fleet.folder / f"{command[0]}-{time.monotonic_ns()}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "posexport", *command], env=environ, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(60)
        finally:
            process.kill()


def run_night(fleet: Fleet, patience_s: float = 1_800) -> Outcome:
    """One night: set up, hand out, draft, kill one worker half-way, wait until nothing waits."""
    world = _world(fleet)
    with SandboxServer(world, latency_s=fleet.latency_s) as server:
        _set_up(fleet, server.base_url)
        database = open_database(fleet.url)
        worker = ("worker", "--concurrency", str(fleet.concurrency))
        try:
            with _started(fleet, *worker) as victim:
                others = [_started(fleet, *worker) for _ in range(fleet.workers - 1)]
                for other in others:
                    other.__enter__()
                try:
                    with _started(fleet, "schedule", "run", "--fleet"):
                        return _watch(fleet, world, database, victim, time.monotonic() + patience_s)
                finally:
                    for other in others:
                        other.__exit__(None, None, None)
        finally:
            database.close()


def _watch(
    fleet: Fleet, world: PowerOfficeGo, database: Database, victim: subprocess.Popen[bytes], end: float
) -> Outcome:
    outcome = Outcome()
    outcome.floor_s = NEEDED[fleet.target] * fleet.venues / PER_SECOND[fleet.target]
    while time.monotonic() < end:
        drafted = len(world.drafts())
        if fleet.kill and victim.poll() is None and drafted >= fleet.venues // 2:
            victim.kill()
            victim.wait()
            outcome.in_hand = _count(database, "state = 'sending'")
        if drafted >= fleet.venues and _count(database, "state = 'drafted'") == fleet.venues:
            break
        time.sleep(0.1)
    asked = list(world.requests)
    start = min(request.at_s for request in asked)
    outcome.all_s = max(request.at_s for request in asked) - start
    outcome.undisturbed_s = _last_before_gap([request.at_s for request in asked]) - start
    outcome.requests = Counter(f"{r.method} {'/'.join(r.path.split('/')[:4])}" for r in asked)
    outcome.throttled = sum(request.status == 429 for request in asked)
    outcome.drafts_of = Counter(draft.client_id for draft in world.drafts())
    outcome.waiting = fleet.venues - _count(database, "state = 'drafted'")
    return outcome


def _last_before_gap(times: Sequence[float], gap_s: float = 10.0) -> float:
    """When the work in one go ended: what came after a long silence is what the killed worker had in hand."""
    last = min(times)
    for at in sorted(times):
        if at > last + gap_s:
            break
        last = at
    return last


def _count(database: Database, condition: str) -> int:
    with database.reading() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM delivery WHERE {condition}").scalar_one())


def main() -> int:
    """Try a fleet and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", help="an empty PostgreSQL database")
    parser.add_argument("--venues", type=int, default=1_000)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--target", choices=("import", "journal"), default="import")
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--no-kill", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = run_night(
            Fleet(
                chosen.url,
                Path(folder),
                chosen.venues,
                chosen.workers,
                chosen.target,
                concurrency=chosen.concurrency,
                kill=not chosen.no_kill,
            )
        )
    once = sum(count == 1 for count in outcome.drafts_of.values())
    print(f"venues drafted once   {once} of {chosen.venues}, {sum(outcome.drafts_of.values())} drafts in all")
    print(f"still waiting         {outcome.waiting}")
    print(f"in the killed's hand  {outcome.in_hand} vouchers on their way, of all workers")
    print(f"requests              {sum(outcome.requests.values())}, {outcome.throttled} of them 429")
    for what, count in outcome.requests.most_common():
        print(f"  {count:6} {what}")
    print(f"floor                 {outcome.floor_s:.1f} s")
    print(f"in one go             {outcome.undisturbed_s:.1f} s, {outcome.undisturbed_s / outcome.floor_s:.2f} x")
    print(f"to the last           {outcome.all_s:.1f} s")
    return 0 if once == chosen.venues == sum(outcome.drafts_of.values()) and not outcome.waiting else 1


if __name__ == "__main__":
    sys.exit(main())
