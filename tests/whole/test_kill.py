"""A process that is really killed, at any moment, against a real sandbox on a real socket: afterwards every day is
drafted once. The simulation tries every step; this tries what no simulation knows of."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from posexport.sandbox import Fault, PowerOfficeGo, SandboxServer, default_world
from tests.support.harness import BRYGGA, SECRETS, VENUES, Shop, sale
from tests.support.looks import overwrite_rows, read_rows, shift_rows

KILLS = 4
DAYS = [date(2026, 11, 10) + timedelta(days=n) for n in range(5)]
PATIENCE_S = 60


def _start(shop: Shop) -> subprocess.Popen[bytes]:
    environ = {**os.environ, **SECRETS, "POSEXPORT_DB": shop.url}
    command = [sys.executable, "-m", "posexport", "export", "--json"]
    return subprocess.Popen(command, env=environ, cwd=shop.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _tickets(register: str) -> list[dict[str, Any]]:
    return [sale(n, f"{n + 1}00.00", at=f"{day}T12:00:00", register=register) for n, day in enumerate(DAYS)]


def _kill_after(process: subprocess.Popen[bytes], world: PowerOfficeGo, requests: int, later_s: float) -> None:
    """Kill it once it has made so many more requests, and a moment."""
    wanted = len(world.requests) + requests
    end = time.monotonic() + PATIENCE_S
    while len(world.requests) < wanted and process.poll() is None and time.monotonic() < end:
        time.sleep(0.001)
    time.sleep(later_s)
    process.kill()
    process.wait(PATIENCE_S)


@pytest.mark.long
@pytest.mark.parametrize(("target", "seed"), [("import", 1), ("journal", 2), ("journal", 3), ("ledger", 4)])
def test_a_process_killed_at_random_moments_loses_nothing_and_doubles_nothing(
    both: Shop, target: str, seed: int
) -> None:
    chance, lock = random.Random(seed), threading.Lock()

    def dawdle(_: object) -> Fault:
        with lock:
            return Fault(delay_s=chance.choice((0.0, 0.02, 0.06)))

    world = default_world(faults=dawdle, v1_requests_per_s=1_000, v2_requests_per_s=1_000)
    direct = "direct_posting = true" if target == "ledger" else ""
    with SandboxServer(world) as server:
        both.apply(target=target, base_url=server.base_url, venues=VENUES + BRYGGA, company=direct)
        for register in ("1", "3"):
            both.sell(*_tickets(register))
        killed = 0
        for _ in range(KILLS):
            process = _start(both)
            _kill_after(process, world, chance.randrange(1, 24), chance.choice((0.0, 0.005, 0.03)))
            killed += process.returncode < 0
            overwrite_rows(both, "delivery", {"claimed_until_utc_s": 0})
            shift_rows(both, "delivery", {"changed_at_utc_s": -600, "told_at_utc_s": -600})  # ten minutes later
        for _ in range(3):
            if _start(both).wait(PATIENCE_S) == 0:
                break
        else:
            pytest.fail("it does not come to rest")
    received = [*world.drafts(), *world.vouchers()]
    assert killed, "nothing was killed"
    drafted = Counter((draft.application_key, draft.voucher_date) for draft in received)
    assert set(drafted.values()) == {1}
    assert len(drafted) == 2 * len(DAYS)
    assert sorted(draft.debit_ore for draft in received) == sorted(2 * [100_00 * (n + 1) for n in range(len(DAYS))])
    assert {draft.id for draft in received} == {row[0] for row in read_rows(both, "delivery", "remote_id")}
    assert all(len(draft.pages) == 1 for draft in received if draft.kind == "manual-journal")
    assert {*read_rows(both, "delivery", "page_state")} == {("attached",)}
