"""Many workers on one PostgreSQL database: each due turn is queued once, taken once, and taken up again when whoever
had it died; PowerOffice's throttle holds over all of them together."""

from __future__ import annotations

import asyncio
import builtins
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from procrastinate import PsycopgConnector

from posexport.app.workspace import Workspace
from posexport.cli.main import cli
from posexport.errors import UsageError
from posexport.sandbox import Fault
from posexport.schedule.run import look
from posexport.schedule.turn import SchedulerState
from posexport.schedule.worker import RETRY_S, build_queue, handing_out, work
from posexport.store.throttle import SharedThrottle
from tests.support.fleet import Fleet, run_night
from tests.support.harness import BRYGGA, SECRETS, VENUES, Clock, Shop, sale
from tests.support.looks import add_row, read_rows
from tests.support.postgresql import Server
from tests.support.queue_looks import (
    cancel_jobs,
    count_jobs,
    count_workers,
    end_waits,
    forget_queueing_locks,
    leave_to_dead_worker,
    queue_rescue,
    read_jobs,
    read_locks,
    read_waits_s,
)

AUTOMATIC = BRYGGA + "  automatic_export = true\n"
MORNING = datetime(2026, 11, 21, 4, 0, 30, tzinfo=UTC).timestamp()


@pytest.fixture
def fleet_url(postgresql_server: str) -> Iterator[str]:
    """A database of its own: what one test queued, another's worker would take."""
    server = Server(postgresql_server)
    url = server.make()
    yield url
    server.drop(url)


@pytest.fixture
def fleet(fleet_url: str, tmp_path: Path) -> Shop:
    """Two venues, exported by themselves, with a day of sales each; it is half a minute past five."""
    shop = Shop(fleet_url, tmp_path)
    shop.apply(torget="automatic_export = true", venues=VENUES + AUTOMATIC)
    shop.sell(sale(1))
    shop.sell(sale(1, register="3"))
    shop.clock.now_s = MORNING
    return shop


def hand_out(shop: Shop) -> None:
    """One look of a scheduler that leaves the work to others."""
    with shop.open() as workspace, handing_out(workspace) as take:
        look(workspace, SchedulerState(), take)


def queue_of(shop: Shop) -> PsycopgConnector:
    """The way to the queue's tables."""
    options = {"options": "-csearch_path=procrastinate"}
    return PsycopgConnector(conninfo=shop.url, kwargs=options, min_size=1, max_size=4)


def work_off(shop: Shop, workspace: Workspace | None = None) -> None:
    """A worker that takes what there is to take, and ends."""

    async def run(workspace: Workspace) -> None:
        app = build_queue(queue_of(shop), workspace)
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False, concurrency=4)

    if workspace is not None:
        asyncio.run(run(workspace))
        return
    with shop.open() as opened:
        asyncio.run(run(opened))


def jobs(shop: Shop) -> dict[str, str]:
    """How each venue's latest job stands."""
    return dict(read_jobs(shop))


def take_turn(shop: Shop, venue: str, job: int) -> None:
    """Let a job have a venue's turn, and never give it back."""
    ((number,),) = read_rows(shop, "venue", "id", code=venue)
    times = {"due_at_utc_s": int(MORNING) - 30, "taken_at_utc_s": int(MORNING) - 20}
    add_row(shop, "turn", venue_id=number, taken_by=f"job {job}", drafted=0, waiting=0, note="", **times)


def test_a_turn_is_handed_out_once_however_many_schedulers_look(fleet: Shop) -> None:
    hand_out(fleet)
    hand_out(fleet)
    assert read_locks(fleet) == [
        ("brygga", "venue brygga", "brygga 2026-11-20"),
        ("torget", "venue torget", "torget 2026-11-20"),
    ]
    assert fleet.world.drafts() == [], "handing out is not drafting"


def test_workers_draft_what_was_handed_out_and_nothing_is_due_after(fleet: Shop) -> None:
    hand_out(fleet)
    work_off(fleet)
    assert len(fleet.world.drafts()) == 2
    assert jobs(fleet) == {"torget": "succeeded", "brygga": "succeeded"}
    hand_out(fleet)
    assert len(read_jobs(fleet)) == 2
    assert read_rows(fleet, "turn", "exit_code", "drafted") == [(0, 1), (0, 1)]


def test_a_turn_queued_twice_is_taken_once(fleet: Shop) -> None:
    hand_out(fleet)
    forget_queueing_locks(fleet)
    hand_out(fleet)
    assert count_jobs(fleet) == 4
    work_off(fleet)
    assert len(fleet.world.drafts()) == 2


def test_a_turn_that_ends_in_waiting_is_tried_again_later(fleet: Shop) -> None:
    fleet.world.faults = lambda request: Fault("status_before", status=503)
    hand_out(fleet)
    work_off(fleet)
    assert jobs(fleet) == {"torget": "todo", "brygga": "todo"}
    (wait_s,) = {round(left_s) for left_s in read_waits_s(fleet, "torget")}
    assert RETRY_S - 10 <= wait_s <= RETRY_S
    fleet.world.faults = lambda request: None
    fleet.clock.now_s += 300
    end_waits(fleet)
    work_off(fleet)
    assert jobs(fleet) == {"torget": "succeeded", "brygga": "succeeded"}
    assert len(fleet.world.drafts()) == 2


def test_what_a_worker_that_stops_had_in_hand_goes_back_at_once(fleet: Shop) -> None:
    hand_out(fleet)
    with fleet.open() as workspace:
        stopping = threading.Event()

        def stop_at_the_voucher(request: Any) -> None:
            if request.url.path.startswith("/Import"):
                stopping.set()

        fleet.line.before = stop_at_the_voucher
        stopped = replace(workspace, stopping=stopping.is_set)
        cancel_jobs(fleet, "brygga")
        asyncio.run(_until(fleet, stopped, stopping))
    assert jobs(fleet)["torget"] == "todo"
    assert len(fleet.world.drafts()) == 1, "the request in flight was finished"
    fleet.line.before = lambda request: None
    work_off(fleet)
    assert jobs(fleet)["torget"] == "succeeded"
    assert len(fleet.world.drafts()) == 1


async def _until(shop: Shop, workspace: Workspace, stopping: threading.Event) -> None:
    """A worker, until it is told to stop."""
    app = build_queue(queue_of(shop), workspace)
    async with app.open_async():
        working = asyncio.create_task(app.run_worker_async(install_signal_handlers=False, listen_notify=False))
        while not stopping.is_set():
            await asyncio.sleep(0.02)
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working


def test_what_a_worker_that_died_had_in_hand_is_taken_up_by_another(fleet: Shop) -> None:
    """Its job stands as being done, its turn as taken, its voucher as on its way."""
    hand_out(fleet)
    take_turn(fleet, "torget", leave_to_dead_worker(fleet, "torget"))
    work_off(fleet)
    assert jobs(fleet)["brygga"] == "succeeded"
    queue_rescue(fleet)
    work_off(fleet)
    assert jobs(fleet)["torget"] == "succeeded"
    assert len(fleet.world.drafts()) == 2


def test_another_job_does_not_take_a_turn_that_somebody_has(fleet: Shop) -> None:
    hand_out(fleet)
    take_turn(fleet, "torget", 99)
    work_off(fleet)
    assert [draft.lines[0].department_code for draft in fleet.world.drafts()] == ["20"]


def test_a_bug_is_one_venues_and_stands_in_the_queue_as_failed(fleet: Shop, caplog: pytest.LogCaptureFixture) -> None:
    hand_out(fleet)
    with fleet.open() as workspace:
        real = workspace.delivery.open_ledger

        def break_down(company: Any, venue: Any) -> Any:
            if venue.id == "torget":
                raise ZeroDivisionError("a bug")
            return real(company, venue)

        broken = replace(workspace, delivery=replace(workspace.delivery, open_ledger=break_down))
        work_off(fleet, broken)
    assert jobs(fleet) == {"torget": "failed", "brygga": "succeeded"}
    assert sorted(read_rows(fleet, "turn", "exit_code")) == [(0,), (1,)]
    assert "a bug" in caplog.text


def test_a_venue_that_is_no_longer_exported_by_itself_is_left_alone(fleet: Shop) -> None:
    hand_out(fleet)
    fleet.apply(torget="automatic_export = false", venues=VENUES + AUTOMATIC)
    work_off(fleet)
    assert len(fleet.world.drafts()) == 1
    assert jobs(fleet) == {"torget": "succeeded", "brygga": "succeeded"}


# One line for all


def lines_of(workspaces: list[Workspace], clock: Clock) -> list[SharedThrottle]:
    apart_s = {"v1": 0.02, "v2": 0.1}
    return [SharedThrottle(opened.database, apart_s, 0.05, clock.sleep, clock) for opened in workspaces]


def test_processes_that_share_a_database_share_the_throttle(fleet: Shop) -> None:
    clock = Clock()
    with fleet.open() as one, fleet.open() as other:
        throttles = lines_of([one, other], clock)
        for _ in range(5):
            for throttle in throttles:
                throttle.wait("v2", "key")
    waits = [wait for wait in clock.slept if wait]
    assert len(waits) == 9, "the first goes at once"
    assert waits == sorted(waits)
    assert 0 < waits[-1] <= 0.9


def test_each_key_has_its_own_line_and_keys_are_not_in_it(fleet: Shop) -> None:
    clock = Clock()
    with fleet.open() as workspace:
        (throttle,) = lines_of([workspace], clock)
        for api, key in (("v1", "a"), ("v2", "a"), ("v2", "b")):
            throttle.wait(api, key)
    assert set(clock.slept) == {0.0}
    assert all(len(key) == 64 for (key,) in read_rows(fleet, "throttle", "key"))


def test_a_place_that_was_slept_through_is_given_up(fleet: Shop) -> None:
    clock = Clock()

    def oversleep(seconds: float) -> None:
        clock.sleep(seconds + (0.5 if len(clock.slept) == 1 else 0))

    with fleet.open() as workspace:
        throttle = replace(lines_of([workspace], clock)[0], sleep=oversleep)
        throttle.wait("v2", "key")
        throttle.wait("v2", "key")
    assert len(clock.slept) == 3, "the second had to take another place"


# As a person starts it


def test_workers_are_not_for_sqlite_and_say_so(shop: Shop) -> None:
    shop.apply()
    with shop.open() as workspace:
        with pytest.raises(UsageError, match="posexport schedule run does the work itself"):
            work(workspace, threading.Event())
        with pytest.raises(UsageError, match="--db postgresql://"), handing_out(workspace):
            pass


@pytest.mark.parametrize("command", [["worker"], ["schedule", "run", "--fleet"]], ids=" ".join)
def test_without_procrastinate_it_is_said_how_to_install_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == "procrastinate":
            raise ModuleNotFoundError(f"No module named {name!r}", name="procrastinate")
        return real(name, *rest)

    for module in [known for known in sys.modules if known == "posexport.schedule.worker"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.delattr("posexport.schedule.worker", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    told = CliRunner().invoke(cli, ["--db", shop.url, *command])
    assert isinstance(told.exception, UsageError)
    assert "pip install '.[fleet]'" in str(told.exception)


def test_real_workers_draft_a_night_of_many_venues_once_each(fleet_url: str, tmp_path: Path) -> None:
    venues = 8
    outcome = run_night(Fleet(fleet_url, tmp_path, venues, workers=2, latency_s=0.01, kill=False), patience_s=90)
    assert Counter(outcome.drafts_of.values()) == {1: venues}
    assert outcome.waiting == 0
    assert outcome.throttled == 0
    log = "".join(path.read_text() for path in tmp_path.glob("*.log"))
    assert log.count("handed to the workers") == venues
    assert "Traceback" not in log
    assert not any(secret in log for secret in ("client-key-", "application-key", "subscription-key"))


def test_a_worker_stops_within_seconds_when_it_is_told_to(fleet: Shop) -> None:
    environ = {**os.environ, **SECRETS, "POSEXPORT_DB": fleet.url}
    command = [sys.executable, "-m", "posexport", "worker", "--concurrency", "2"]
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as process:
        end = time.monotonic() + 60
        while not count_workers(fleet):
            assert process.poll() is None and time.monotonic() < end
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "stopping" in told
    assert count_workers(fleet) == 0, "it signed off"
