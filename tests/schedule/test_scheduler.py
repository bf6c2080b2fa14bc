"""The scheduler decides when; what it does is what the command line does, and a night missed is caught up."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from posexport.sandbox import Fault, SandboxServer
from posexport.schedule.due import find_last_due, format_next, list_next
from posexport.schedule.run import look, run
from posexport.schedule.turn import LOST_S, RETRY_S, SchedulerState
from tests.support.credit_shop import apply_orders, credit_sale
from tests.support.harness import BRYGGA, SECRETS, VENUES, Shop, sale, setup_text, together
from tests.support.looks import overwrite_rows, read_rows


def next_times(shop: Shop, now: str) -> list[str | None]:
    with shop.open() as workspace:
        now_utc_s = int(datetime.fromisoformat(now).timestamp())
        fires = list(list_next(replace(workspace, clock=lambda: now_utc_s), workspace.load_setup().venues))
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


def test_a_grace_lets_a_late_register_deliver(shop: Shop) -> None:
    shop.apply(torget="automatic_export = true\ngrace_minutes = 30")
    assert next_times(shop, "2026-11-22T05:10:00+01:00") == ["2026-11-22T05:30:00+01:00"]
    assert next_times(shop, "2026-11-22T05:30:01+01:00") == ["2026-11-23T05:30:00+01:00"]


@pytest.mark.parametrize(
    ("schedule", "now", "expected"),
    [
        ("daily", "2026-11-22T04:59:59+01:00", "2026-11-21T05:00:00+01:00"),
        ("daily", "2026-11-22T05:00:00+01:00", "2026-11-22T05:00:00+01:00"),
        ("daily", "2026-03-29T12:00:00+02:00", "2026-03-29T05:00:00+02:00"),
        ("daily", "2026-10-25T12:00:00+01:00", "2026-10-25T05:00:00+01:00"),
        ("weekly", "2026-11-22T12:00:00+01:00", "2026-11-16T05:00:00+01:00"),
        ("monthly", "2026-11-22T12:00:00+01:00", "2026-11-01T05:00:00+01:00"),
        ("0 5 29 2 *", "2026-11-22T12:00:00+01:00", None),
    ],
)
def test_the_last_time_a_turn_was_due_is_known_also_after_a_long_sleep(
    shop: Shop, schedule: str, now: str, expected: str | None
) -> None:
    shop.apply(torget=f'automatic_export = true\nschedule = "{schedule}"')
    with shop.open() as workspace:
        venue = workspace.load_setup().venues[0]
    found = find_last_due(venue, int(datetime.fromisoformat(now).timestamp()))
    assert (None if found is None else venue.calendar.local(found).isoformat()) == expected


def test_a_turn_exports_every_day_that_was_missed(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    shop.apply(torget="automatic_export = true", venues=VENUES + BRYGGA)
    shop.sell(*(sale(n, at=f"2026-11-{n}T12:00:00") for n in range(17, 22)), sale(1, register="3"))
    with caplog.at_level(logging.INFO, "posexport"), shop.open() as workspace:
        look(workspace, SchedulerState())
    assert len(shop.world.drafts()) == 5, "brygga is not exported by itself"
    assert "torget 2026-11-17: drafted" in caplog.text
    assert read_rows(shop, "turn", "exit_code", "drafted", "waiting") == [(0, 5, 0)]


def test_a_turn_is_one_line_for_each_voucher_and_one_in_all_with_codes_and_sums(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.apply(torget="automatic_export = true")
    shop.sell(sale(1), sale(2, "40.50", at="2026-11-21T12:00:00", paid="VIPPS", vat_code="99"))
    with caplog.at_level(logging.INFO, "posexport"), shop.open() as workspace:
        look(workspace, SchedulerState())
        look(workspace, SchedulerState())
    assert [record.getMessage() for record in caplog.records if record.name == "posexport.scheduler"] == [
        "torget 2026-11-20: drafted 125.00 as torget-20261120-r1",
        "torget 2026-11-21: held 40.50: missing-account, missing-vat-code",
        "torget: 1 drafted (125.00), 1 waiting, exit 3",
    ]


def test_an_order_in_the_log_is_its_reference_sum_and_codes_and_nothing_of_the_customer(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    apply_orders(shop, venues=VENUES.replace("{torget}", "automatic_export = true"))
    stranger = {"number": "K-5", "name": "Solgløtt Pensjonat", "email": "post@solglott.example"}
    shop.sell(sale(1, "20.00"), credit_sale(2, "410.00"), credit_sale(3, "95.50", customer=stranger))
    with caplog.at_level(logging.INFO, "posexport"), shop.open() as workspace:
        look(workspace, SchedulerState())
    lines = [record.getMessage() for record in caplog.records if " order " in record.getMessage()]
    assert re.fullmatch(r"torget 2026-11-20: order torget-o20261120-\w+ drafted 410.00", lines[0])
    assert lines[1].endswith(" held 95.50: order-customer-not-linked")
    assert len(lines) == 2
    for personal in ("K-5", "Solgl", "solglott", "10101"):
        assert personal not in caplog.text


def test_a_turn_sends_orders_once_its_vouchers_are_sent(shop: Shop) -> None:
    apply_orders(shop, venues=VENUES.replace("{torget}", "automatic_export = true"))
    shop.sell(sale(1), credit_sale(2), sale(3, at="2026-11-21T12:00:00"), credit_sale(4, at="2026-11-21T12:00:00"))
    with shop.open() as workspace:
        look(workspace, SchedulerState())
    sent = [one.path.rsplit("/", 1)[1] for one in shop.world.requests if one.method == "POST"]
    assert [path for path in sent if path in ("ManualJournals", "Complete")] == ["ManualJournals"] * 2 + [
        "Complete"
    ] * 2


def test_what_was_drafted_before_a_turn_did_not_happen_in_it(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    """A day whose order waits is looked at again; its voucher is no news."""
    apply_orders(shop, venues=VENUES.replace("{torget}", "automatic_export = true"))
    stranger = {"number": "K-5", "name": "Solgløtt Pensjonat", "email": "post@solglott.example"}
    shop.sell(sale(1, "20.00"), credit_sale(3, "95.50", customer=stranger))
    shop.export()
    shop.clock.now_s += 60
    shop.sell(sale(4, "30.00", at="2026-11-21T12:00:00"))
    with caplog.at_level(logging.INFO, "posexport"), shop.open() as workspace:
        look(workspace, SchedulerState())
    told = [record.getMessage() for record in caplog.records if record.name == "posexport.scheduler"]
    order = re.compile(r"torget 2026-11-20: order torget-o20261120-\w+ held 95.50: order-customer-not-linked")
    assert sorted(line for line in told if not order.fullmatch(line)) == [
        "torget 2026-11-21: drafted 30.00 as torget-20261121-r1",
        "torget: 1 drafted (30.00), 0 waiting, exit 3",
    ]
    assert len(told) == 3
    assert read_rows(shop, "turn", "exit_code", "drafted", "waiting") == [(3, 1, 0)]


def test_what_poweroffice_says_of_an_order_is_not_in_the_log_since_it_may_name_the_customer(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    apply_orders(shop, venues=VENUES.replace("{torget}", "automatic_export = true"))
    shop.sell(sale(1, "20.00"), credit_sale(2, "410.00"))
    shop.world.faults = lambda request: Fault("refuse", 400) if "SalesOrder" in request.path else None
    with caplog.at_level(logging.INFO, "posexport"), shop.open() as workspace:
        look(workspace, SchedulerState())
    (line,) = [record.getMessage() for record in caplog.records if " order " in record.getMessage()]
    assert re.fullmatch(r"torget 2026-11-20: order torget-o20261120-\w+ refused 410.00", line)


def test_a_turn_is_taken_once_however_often_and_by_however_many_it_is_looked_for(both: Shop) -> None:
    both.apply(torget="automatic_export = true")
    both.sell(sale(1))

    def work() -> None:
        with both.open() as workspace:
            for _ in range(3):
                look(workspace, SchedulerState())

    assert together(work, work) == [None, None]
    assert len(read_rows(both, "turn", "id")) == 1
    assert len(both.world.drafts()) == 1


def test_a_turn_whose_process_died_is_taken_again_when_it_is_surely_lost(shop: Shop) -> None:
    shop.apply(torget="automatic_export = true")
    shop.sell(sale(1))

    def die(request: httpx.Request) -> None:
        raise KeyboardInterrupt

    shop.line.before = die
    with shop.open() as workspace:
        with pytest.raises(KeyboardInterrupt):
            look(workspace, SchedulerState())
        overwrite_rows(shop, "turn", {"taken_at_utc_s": int(shop.clock())})  # the power went before it was let go
        shop.line.before = lambda request: None
        look(workspace, SchedulerState())
        assert shop.world.drafts() == []
        shop.clock.now_s += LOST_S
        look(workspace, SchedulerState())
    assert len(shop.world.drafts()) == 1


def test_a_turn_that_could_not_reach_poweroffice_is_tried_again_before_the_next(shop: Shop) -> None:
    shop.apply(torget="automatic_export = true")
    shop.sell(sale(1))
    shop.world.faults = lambda request: Fault("status_before", 503)
    with shop.open() as workspace:
        look(workspace, SchedulerState())
        shop.world.faults = None  # type: ignore[assignment]
        look(workspace, SchedulerState())
        assert shop.world.drafts() == [], "not at once"
        shop.clock.now_s += RETRY_S + 60
        look(workspace, SchedulerState())
    assert len(shop.world.drafts()) == 1
    assert read_rows(shop, "turn", "exit_code", "drafted") == [(0, 1)]


def test_a_refused_day_is_sent_again_by_the_next_night_and_not_before(shop: Shop) -> None:
    shop.apply(torget="automatic_export = true")
    shop.sell(sale(1))
    shop.world.next_voucher, state = "refuse", SchedulerState()
    with shop.open() as workspace:
        for _ in range(2):
            look(workspace, state)
            assert read_rows(shop, "delivery", "state") == [("refused",)]
            shop.clock.now_s += RETRY_S + 60
        assert len(shop.line.posts) == 1
        shop.clock.now_s += 86_400
        look(workspace, state)
    assert read_rows(shop, "delivery", "state") == [("drafted",)]
    assert len(shop.line.posts) == 2


def test_what_is_set_up_while_it_runs_counts_from_the_next_look(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1))
    with shop.open() as workspace:
        look(workspace, SchedulerState())
        assert shop.world.drafts() == []
        shop.apply(torget="automatic_export = true")
        look(workspace, SchedulerState())
    assert len(shop.world.drafts()) == 1


def test_nothing_is_begun_once_the_program_is_to_stop(shop: Shop) -> None:
    shop.apply(torget="automatic_export = true")
    days = [date(2026, 9, 1) + timedelta(days=n) for n in range(60)]
    shop.sell(*(sale(n, at=f"{day}T12:00:00") for n, day in enumerate(days)))
    stop = threading.Event()
    shop.line.before = lambda request: stop.set() if len(shop.world.drafts()) >= 3 else None
    with shop.open() as workspace:
        stopped = replace(workspace, stopping=stop.is_set)
        look(stopped, SchedulerState())
        assert 3 <= len(shop.world.drafts()) < 60
        look(workspace, SchedulerState())
    assert len(shop.world.drafts()) == 60
    assert read_rows(shop, "turn", "exit_code") == [(0,)]


def test_a_running_scheduler_catches_up_at_once_plans_each_venue_and_stops_when_told(shop: Shop) -> None:
    shop.apply(torget="automatic_export = true", venues=VENUES + BRYGGA)
    shop.sell(sale(1), sale(1, register="3"))
    stop, looked = threading.Event(), threading.Event()
    with shop.open() as workspace:
        running = threading.Thread(target=run, args=(workspace, stop), kwargs={"on_look": looked.set})
        running.start()
        assert looked.wait(10)
        stop.set()
        running.join(timeout=10)
        assert not running.is_alive()
    assert len(shop.world.drafts()) == 1
    assert read_rows(shop, "delivery", "state") == [("drafted",)]


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.sampled(1)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_scheduler_in_the_foreground_stops_when_told_and_what_it_sent_is_answered(
    shop: Shop, tmp_path: Path, number: signal.Signals
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
            process.send_signal(number)
            _, told = process.communicate(timeout=30)
        finally:
            process.kill()
            process.wait()
    assert process.returncode == 0, told
    assert "Traceback" not in told
    assert read_rows(shop, "delivery", "state") == [("drafted",)]
