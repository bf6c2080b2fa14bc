"""Limits of requests are kept, and what is answered beyond them."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, strategies as st

from posexport.app.export import export_period
from posexport.core.day import Period
from posexport.errors import (
    Exit,
)
from posexport.http.throttle import REQUESTS_PER_SECOND, Departures, PacedThrottle
from posexport.sandbox import Fault, default_world
from posexport.wiring import open_workspace
from tests.support.harness import (
    NOON,
    Clock,
    Line,
    Shop,
    of_voucher,
    sale,
    states,
)
from tests.support.ledger_bench import DRAFT_PATH, LISTS, PAGE_REQUESTS, WIRE, apply, received, requests, waits_for_it


@pytest.mark.parametrize("target", WIRE)
def test_a_429_waits_as_long_as_it_is_asked_to(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    fault = Fault("status_before", 429, headers=(("Retry-After", "3"),), method="POST", path=DRAFT_PATH[target])
    shop.faults.append(fault)
    if target == "journal":
        waits_for_it(shop)
    assert states(shop.export().report) == ["drafted"]
    assert len(received(shop)) == 1
    assert target == "journal" or max(shop.clock.slept) == 3


@pytest.mark.parametrize("after", ["", "nonsense", "0", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_429_waits_a_second_at_least(shop: Shop, after: str) -> None:
    shop.apply()
    shop.sell(sale(1))
    headers = (("Retry-After", after),) if after else ()
    shop.faults.append(Fault("status_before", 429, headers=headers, path="/Import/"))
    assert states(shop.export().report) == ["drafted"]
    assert [slept for slept in shop.clock.slept if slept >= 1]


@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize("after", ["1", "86400"])
def test_a_429_that_goes_on_is_left_for_later(shop: Shop, target: str, after: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    fault = Fault("status_before", 429, headers=(("Retry-After", after),))
    shop.world.faults = lambda request: fault if request.method == "POST" and "Token" not in request.path else None
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["uncertain"], Exit.WAIT)
    assert sum(shop.clock.slept) < 60
    assert "429" in of_voucher(exported.report.vouchers[0]).answer
    for _ in range(2):
        shop.clock.now_s += 300
        exported = shop.export()
        assert (states(exported.report), exported.exit_code) == (["uncertain"], Exit.WAIT), "it only waits"
    shop.world.faults = None  # type: ignore[assignment]
    shop.clock.now_s += 300
    assert states(shop.export().report) == ["drafted"]
    assert len(received(shop)) == 1


@pytest.mark.parametrize(("target", "days"), [("import", 90), ("journal", 18)])
@pytest.mark.long
def test_the_real_limits_are_kept_rather_than_hit(shop: Shop, target: str, days: int) -> None:
    apply(shop, target)
    shop.sell(*(sale(n, at=f"2026-{8 + n // 30:02d}-{1 + n % 30:02d}T12:00:00") for n in range(days)))
    skew_s = NOON - time.time()

    def clock() -> float:
        return time.time() + skew_s

    world = default_world(clock=clock)
    with open_workspace(shop.url, environ=shop.environ, clock=clock, transport=Line(world)) as workspace:
        exported = export_period(workspace, shop.venues(workspace), Period())
    assert states(exported.report) == ["drafted"] * days
    assert len(world.drafts()) == days
    assert 429 not in {request.status for request in world.requests}


def test_two_windows_of_a_throttle_hold_no_more_than_the_limit() -> None:
    clock, times = Clock(), []
    throttle, departures = PacedThrottle(clock, clock.sleep), Departures(clock, clock.sleep)
    for _ in range(25):
        throttle.wait("v2", "key")
        departures.wait("v2", "key")
        times.append(clock())
    for start in range(len(times) - 10):
        assert times[start + 10] - times[start] > 1.0


def test_the_first_requests_under_a_key_go_at_once_and_the_others_evenly() -> None:
    clock, times = Clock(), []
    throttle = PacedThrottle(clock, clock.sleep)
    for _ in range(100):
        throttle.wait("v1", "key")
        times.append(clock())
    assert times[24] == times[0]
    assert times[99] - times[0] == pytest.approx((99 / 0.98 - 25) / 50, abs=0.001)


def test_another_key_and_another_api_wait_for_nobody() -> None:
    clock = Clock()
    throttle = PacedThrottle(clock, clock.sleep)
    for _ in range(25):
        throttle.wait("v2", "key")
    before = clock()
    throttle.wait("v2", "another key")
    throttle.wait("v1", "key")
    assert clock() == before


@given(st.sampled_from(["v1", "v2"]), st.lists(st.floats(0, 0.4), min_size=60, max_size=90))
def test_requests_that_leave_late_have_nobody_behind_them_catch_up(api: Any, delays_s: list[float]) -> None:
    now = [0.0]
    left: list[float] = []
    throttle = PacedThrottle(lambda: now[0], lambda s: now.__setitem__(0, now[0] + s))
    departures = Departures(lambda: now[0], lambda s: left.__setitem__(-1, now[0] + s))
    ready = []
    for delay_s in delays_s:
        throttle.wait(api, "key")
        ready.append(now[0] + delay_s)
    for at in sorted(ready):
        now[0] = at
        left.append(at)
        departures.wait(api, "key")
        departures.wait(api, f"another {len(left)}")
    limit = REQUESTS_PER_SECOND[api]
    assert all(later - first > 1.01 for first, later in zip(left, left[limit:], strict=False))


def test_a_request_that_is_woken_late_counts_from_when_it_really_left() -> None:
    clock, late_s = Clock(), iter([0.07])
    departures = Departures(clock, lambda seconds: clock.sleep(seconds + next(late_s, 0.0)))
    left = []
    for _ in range(11):
        departures.wait("v2", "key")
        left.append(clock())
    woken_late = left[10]
    for _ in range(10):
        departures.wait("v2", "key")
    assert clock() - woken_late > 1.01


def test_requests_that_leave_evenly_are_never_held_back() -> None:
    now = [0.0]
    slept: list[float] = []
    throttle = PacedThrottle(lambda: now[0], lambda s: now.__setitem__(0, now[0] + s))
    departures = Departures(lambda: now[0], slept.append)
    for _ in range(10):
        throttle.wait("v2", "key")
    for _ in range(200):
        throttle.wait("v2", "key")
        departures.wait("v2", "key")
    assert slept == []


def test_who_was_held_up_costs_those_behind_no_place() -> None:
    clock = Clock()
    began, delays_s = clock(), iter([0.0, 0.2, *[0.0] * 20])
    throttle = PacedThrottle(clock, lambda seconds: clock.sleep(seconds + next(delays_s)))
    for _ in range(20):
        throttle.wait("v2", "key")
    assert clock() - began == pytest.approx(19 / 9.8 - 0.5, abs=0.01)


@pytest.mark.parametrize("target", WIRE)
def test_ten_venues_cost_at_most_three_requests_each_and_their_pages(shop: Shop, target: str) -> None:
    most = 30 + 10 * (PAGE_REQUESTS[target] + LISTS[target])
    venues = "".join(
        f"""
  [[company.venue]]
  id = "v{n}"
  name = "Venue {n}"
  client_key = "env:PO_CLIENT_{n}"
  {f"addon = {n}" if n else ""}
  {f'application_key = "env:PO_ADDON_{n}"' if n else ""}
  registers = ["{n}"]
  export_from = 2020-01-01
"""
        for n in range(10)
    )
    apply(shop, target, venues=venues)
    shop.sell(*(sale(1, register=str(n)) for n in range(10)))
    assert states(shop.export().report) == ["drafted"] * 10
    assert len(shop.world.requests) <= most, Counter(path for _, path, _ in requests(shop))
    shop.world.requests.clear()
    shop.clock.now_s += 86_400
    shop.sell(*(sale(2, register=str(n), at="2026-11-21T12:00:00") for n in range(10)))
    assert states(shop.export().report) == ["drafted"] * 10
    assert len(shop.world.requests) <= most
    shop.world.requests.clear()
    shop.export()
    assert len(shop.world.requests) == 0


@pytest.mark.parametrize("target", WIRE)
def test_many_days_of_one_venue_cost_one_request_each_and_one_for_its_page(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(*(sale(n, at=f"2026-11-{n:02d}T12:00:00") for n in range(1, 21)))
    assert states(shop.export().report) == ["drafted"] * 20
    assert len(shop.world.requests) <= 20 * (1 + PAGE_REQUESTS[target]) + 6
