"""The scheduler decides when; what it does is what the command line does, and a night missed is caught up."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from posexport import scheduler
from posexport.sandbox import Fault, SandboxServer
from posexport.scheduler import export_venue, format_next, list_next
from tests.harness import BRYGGA, SECRETS, VENUES, Shop, sale, setup_text


def next_times(shop: Shop, now: str) -> list[str | None]:
    with shop.open() as workplace:
        now_utc_s = int(datetime.fromisoformat(now).timestamp())
        fires = list(list_next(workplace.load_setup().venues, now_utc_s))
    return [fire["next"] for fire in format_next(fires)["schedules"]]


@pytest.mark.parametrize(
    ("schedule", "now", "expected"),
    [
        ("daily", "2026-11-22T04:59:59+01:00", "2026-11-22T05:00:00+01:00"),
        ("daily", "2026-11-22T05:00:01+01:00", "2026-11-23T05:00:00+01:00"),
        ("weekly", "2026-11-22T12:00:00+01:00", "2026-11-23T05:00:00+01:00"),
        ("weekly", "2026-11-23T05:00:01+01:00", "2026-11-30T05:00:00+01:00"),
        ("monthly", "2026-11-22T12:00:00+01:00", "2026-12-01T05:00:00+01:00"),
        ("30 6 * * 1-5", "2026-11-20T12:00:00+01:00", "2026-11-23T06:30:00+01:00"),
        ("0 5 * * 0", "2026-11-20T12:00:00+01:00", "2026-11-22T05:00:00+01:00"),
        ("daily", "2026-03-29T01:00:00+01:00", "2026-03-29T05:00:00+02:00"),
        ("daily", "2026-10-25T01:00:00+02:00", "2026-10-25T05:00:00+01:00"),
    ],
)
def test_the_next_time_is_by_the_venues_own_clock(shop: Shop, schedule: str, now: str, expected: str) -> None:
    shop.apply(torget=f'automatic_export = true\nschedule = "{schedule}"')
    assert next_times(shop, now) == [expected]


def test_a_venue_that_is_not_exported_by_itself_has_no_next_time(shop: Shop) -> None:
    shop.apply(torget="automatic_export = true", venues=VENUES + BRYGGA)
    assert next_times(shop, "2026-11-22T12:00:00+01:00") == ["2026-11-23T05:00:00+01:00", None]


def test_a_time_zone_of_its_own_is_kept(shop: Shop) -> None:
    shop.apply(torget='automatic_export = true\ntimezone = "Atlantic/Reykjavik"')
    assert next_times(shop, "2026-11-22T12:00:00+01:00") == ["2026-11-23T05:00:00+00:00"]


def test_a_turn_exports_every_day_that_was_missed(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    shop.apply(venues=VENUES + BRYGGA)
    shop.sell(*(sale(n, at=f"2026-11-{n}T12:00:00") for n in range(17, 22)), sale(1, register="3"))
    with caplog.at_level(logging.INFO, "posexport"), shop.open() as workplace:
        export_venue(workplace, "torget")
    assert len(shop.world.drafts()) == 5, "brygga has its own turn"
    assert "torget 2026-11-17: drafted" in caplog.text


def test_a_turn_that_fails_is_logged_and_kept_and_the_next_one_goes_on(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.apply()
    shop.sell(sale(1))
    shop.world.faults = lambda request: Fault("status_before", 503)
    with caplog.at_level(logging.INFO, "posexport"), shop.open() as workplace:
        export_venue(workplace, "torget")
        assert "unreachable" in caplog.text
        shop.world.faults = None  # type: ignore[assignment]
        shop.clock.now_s += 86_400
        export_venue(workplace, "torget")
    assert len(shop.world.drafts()) == 1


def test_a_running_scheduler_catches_up_at_once_and_stops_when_told(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.apply(torget="automatic_export = true", venues=VENUES + BRYGGA)
    shop.sell(sale(1), sale(1, register="3"))
    made: list[Any] = []

    class Remembered(scheduler.BlockingScheduler):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            made.append(self)

    monkeypatch.setattr(scheduler, "BlockingScheduler", Remembered)
    with shop.open() as workplace:
        running = threading.Thread(target=scheduler.run, args=(workplace,))
        running.start()
        deadline = time.monotonic() + 10
        while not shop.world.drafts() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert [job.id for job in made[0].get_jobs()] == ["torget"]
        made[0].shutdown(wait=True)
        running.join(timeout=10)
        assert not running.is_alive()
    assert len(shop.world.drafts()) == 1
    assert shop.rows("SELECT state FROM delivery") == [("drafted",)]


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_the_scheduler_in_the_foreground_stops_on_ctrl_c_when_what_it_sent_is_answered(
    shop: Shop, tmp_path: Path
) -> None:
    keys = {name: SECRETS[name] for name in ("PO_APP", "PO_SUB", "PO_CLIENT_TORGET")}
    day = datetime.now(UTC).date().replace(day=1)
    with SandboxServer(shop.world) as server:
        shop.clock.now_s = time.time()
        shop.apply(setup_text(torget="automatic_export = true", base_url=server.base_url))
        shop.sell(sale(1, at=f"{day.year - 1}-06-01T12:00:00"))
        slow = Fault("none", delay_s=1.0)
        shop.world.faults = lambda request: slow if request.path == "/Import/" else None
        process = subprocess.Popen(
            [sys.executable, "-m", "posexport", "--db", shop.url, "-v", "schedule", "run"],
            env={**os.environ, **keys},
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            deadline = time.monotonic() + 30
            while not shop.world.drafts() and time.monotonic() < deadline:
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=30)
        finally:
            process.kill()
            process.wait()
    assert process.returncode == 0, told
    assert "Traceback" not in told
    assert shop.rows("SELECT state FROM delivery") == [("drafted",)]
