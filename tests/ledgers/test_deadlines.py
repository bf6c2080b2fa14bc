"""After its deadline nothing of a voucher goes on the wire."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from posexport.errors import (
    AnswerLost,
    NotSent,
)
from posexport.http.client import Runtime
from posexport.ledgers.poweroffice.session import Session
from tests.support.ledger_bench import DRAFT_PATH, KEYS, PDF, Bench, open_bench


def test_after_the_deadline_nothing_goes_on_the_wire(bench: Bench) -> None:
    payload = bench.payload()
    bench.destination = bench.open()
    bench.world.requests.clear()
    for wait_s in (0, -1):
        with pytest.raises(NotSent, match="the time to send it ran out"):
            bench.send(payload, wait_s)
    assert not bench.world.requests
    assert bench.count() == 0
    assert bench.clock.slept == []


@pytest.mark.parametrize("target", ["journal", "ledger"])
def test_after_its_deadline_no_page_goes_on_the_wire(tmp_path: Path, target: str) -> None:
    for bench in open_bench(target, tmp_path):
        drafted = bench.send()
        bench.pass_s()
        bench.world.requests.clear()
        with pytest.raises(NotSent, match="the time to send it ran out"):
            bench.destination.attach(drafted.remote_id, PDF, bench.clock())
        assert bench.calls() == []


def test_a_token_that_comes_after_the_deadline_is_the_last_request(wired: Bench) -> None:
    payload = wired.payload()
    wired.destination = wired.open()
    wired.world.requests.clear()

    def dawdle(request: httpx.Request) -> None:
        wired.pass_s(10)

    wired.line.before = dawdle
    with pytest.raises(NotSent, match="the time to send it ran out"):
        wired.send(payload, 10)
    assert [request.path for request in wired.world.requests] == ["/OAuth/Token"]


@pytest.mark.parametrize(("wait_s", "statuses"), [(5, [401]), (10, [401, 200])])
def test_the_token_and_the_repeat_after_a_401_have_the_same_deadline(
    wired: Bench, wait_s: int, statuses: list[int]
) -> None:
    is_unguarded = wired.target == "journal"
    payload = wired.payload()
    wired.world.reset()

    def dawdle(request: httpx.Request) -> None:
        wired.pass_s(6)

    wired.line.before = dawdle
    with pytest.raises(AnswerLost):
        wired.send(payload, wait_s)
    assert [request.status for request in wired.world.requests] == (statuses[:1] if is_unguarded else statuses)
    assert wired.count() == 0


@pytest.mark.parametrize("wait_s", [1, 3, 5])
def test_a_wait_that_would_pass_the_deadline_is_not_waited_for(wired: Bench, wait_s: int) -> None:
    payload = wired.payload()
    wired.order("status_before", 429, headers=(("Retry-After", "5"),))
    with pytest.raises(AnswerLost, match="429"):
        wired.send(payload, wait_s)
    assert wired.clock.slept == []
    assert wired.posts() == 1


def test_a_server_that_cannot_be_reached_is_tried_until_the_deadline_and_no_longer(wired: Bench) -> None:
    payload = wired.payload()
    began = wired.clock()
    tried: list[float] = []

    def refuse(request: httpx.Request) -> None:
        tried.append(wired.clock())
        raise httpx.ConnectError("Connection refused")

    wired.line.before = refuse
    with pytest.raises(NotSent, match="ConnectError"):
        wired.send(payload, 0.5)
    assert tried
    assert max(tried) < began + 0.5


def test_a_throttle_that_lets_it_through_too_late_sends_nothing(wired: Bench) -> None:
    payload = wired.payload()
    clock = wired.clock

    class Slow:
        waits = 0

        def wait(self, api: str, key_digest: str) -> None:
            self.waits += 1
            clock.now_s += 30

    slow = Slow()
    runtime = Runtime(wired.http, slow, clock, clock.sleep)
    session = Session(runtime, "v1" if wired.target == "import" else "v2", "https://go.test", KEYS, "torget")
    wired.world.requests.clear()
    for wait_s in (30, 0):
        with pytest.raises(NotSent, match="the time to send it ran out"):
            session.write(DRAFT_PATH[wired.target], payload, clock() + wait_s, is_guarded=True)
    assert not wired.world.requests
    assert slow.waits == 1


@pytest.mark.parametrize("target", ["import", "ledger"])
def test_a_duplicate_that_cannot_be_looked_at_in_time_is_uncertain(tmp_path: Path, target: str) -> None:
    for bench in open_bench(target, tmp_path):
        payload = bench.payload()
        bench.send(payload)
        bench.pass_s()

        def dawdle(request: httpx.Request, bench: Bench = bench) -> None:
            bench.pass_s(5)

        bench.line.before = dawdle
        bench.world.requests.clear()
        with pytest.raises(AnswerLost, match="the reference is taken"):
            bench.send(payload, 5)
        assert len(bench.calls()) == 1
        assert bench.count() == 1
