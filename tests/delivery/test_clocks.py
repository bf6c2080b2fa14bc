"""Our clock may leap while a voucher is looked for whose answer was lost: PowerOffice's own time counts too.

The world's clock goes on by itself; ours is beside it, off by as much as a test says. What is read lags 15 seconds.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
from hypothesis import given, strategies as st

from posexport.errors import Exit
from posexport.http.told_time import BELIEVED_S, ToldTime, parse_date
from posexport.sandbox import Fault, default_world
from posexport.sandbox.server import SandboxServer
from tests.support.harness import Clock, Line, Shop, codes, sale, states
from tests.support.quick_store import put_database

LAG_S = 15
LEAPS = (-86_400, -7_200, -300, 0, 300, 7_200, 86_400)
DRAFT = "/v2/JournalEntryVouchers/ManualJournals"


class OffClock(Clock):
    """Our clock: the world's, and how far it is off."""

    def __init__(self) -> None:
        super().__init__()
        self.off_s = 0.0

    def __call__(self) -> float:
        return self.now_s + self.off_s


class Crash(BaseException):
    """The process dies here."""


@dataclass
class Twoclocks:
    """A shop and a world, each with a clock of its own."""

    shop: Shop
    clock: OffClock

    def lose(self, kind: str) -> None:
        """Let the next draft's answer go wrong."""
        shop = self.shop
        if kind in ("die_before", "die_after"):
            shop.line.before = lambda request: self._die(request, kind)
        elif kind != "none":
            delay_s = {"late": 40.0, "later": 230.0}.get(kind, 0.0)
            fault = Fault("late" if delay_s else kind, 502, delay_s=delay_s, method="POST", path=DRAFT)  # type: ignore[arg-type]
            shop.faults.append(fault)

    def _die(self, request: httpx.Request, kind: str) -> None:
        if request.method == "POST" and request.url.path == DRAFT:
            self.shop.line.before = lambda request: None
            if kind == "die_after":
                self.shop.line.handle_request(request)
            raise Crash

    def export(self) -> list[str]:
        """An export in a run of its own, which may die."""
        try:
            return states(self.shop.export().report)
        except Crash:
            return ["died"]

    def pass_s(self, seconds: float, off_s: float) -> None:
        """Time goes on; our clock is off by so much from then."""
        self.clock.now_s += seconds
        self.clock.off_s = off_s

    @property
    def drafts(self) -> int:
        """How many drafts there are, whatever is read of them."""
        self.shop.world.process_late()
        return len(self.shop.world.drafts())


def make(folder: Path, target: str = "journal") -> Twoclocks:
    clock = OffClock()
    shop = Shop(put_database(folder / "sales.db"), folder, clock)
    shop.world = default_world(
        clock=lambda: clock.now_s,
        rng=random.Random(7),
        v1_requests_per_s=10_000,
        v2_requests_per_s=10_000,
        replica_lag_s=LAG_S,
    )
    shop.line = Line(shop.world)
    shop.monotonic = lambda: clock.now_s
    shop.apply(target=target, company="direct_posting = true" if target == "ledger" else "")
    shop.sell(sale(1))
    return Twoclocks(shop, clock)


@pytest.fixture
def two(tmp_path: Path) -> Twoclocks:
    return make(tmp_path)


# What is drafted once


@pytest.mark.sampled(6)
@pytest.mark.parametrize("kind", ["lose_answer", "die_after", "late"])
@pytest.mark.parametrize("off_s", [leap for leap in LEAPS if leap])
def test_a_clock_that_leaps_before_the_next_look_drafts_nothing_twice(two: Twoclocks, kind: str, off_s: int) -> None:
    two.lose(kind)
    assert two.export() in (["uncertain"], ["died"])
    two.pass_s(200, off_s)  # longer than a claim
    two.shop.world.replica_lag_s = 210
    assert two.export() == ["uncertain"]
    two.pass_s(400, off_s)
    assert two.export() == ["drafted"]
    assert two.drafts == 1


@pytest.mark.sampled(2)
@pytest.mark.parametrize("off_s", [leap for leap in LEAPS if leap])
def test_the_wait_is_told_and_kept_by_the_clock_of_now(two: Twoclocks, off_s: int) -> None:
    two.lose("lose_request")
    assert two.export() == ["uncertain"]
    two.pass_s(100, off_s)
    exported = two.shop.export()
    shown = two.shop.only(exported.report)
    until_s = two.clock() + (300 if off_s < 0 else 200)
    told = f"{datetime.fromtimestamp(until_s + 3600, UTC):%H:%M}"
    assert (codes(shown), exported.exit_code) == (["looked-for"], Exit.WAIT)
    assert shown.findings[0].facts["until"] == told
    (row,) = two.shop.status()
    assert f"looked for until {told}" in row.answer
    two.pass_s(until_s - two.clock() - 1, off_s)
    assert two.export() == ["uncertain"]
    two.pass_s(2, off_s)
    assert two.export() == ["drafted"]


FAULTS = (
    "none",
    "lose_answer",
    "lose_answer",
    "lose_request",
    "status_after",
    "late",
    "later",
    "die_before",
    "die_after",
)


def play(two: Twoclocks, chance: random.Random, leaps: tuple[int, ...]) -> None:
    """Some runs with what goes wrong in each, our clock off by one of these."""
    for _ in range(chance.randint(1, 5)):
        two.lose(chance.choice(FAULTS))
        two.export()
        assert two.drafts <= 1
        two.pass_s(chance.choice((1, 8, 60, 200, 301, 700)), chance.choice(leaps))
    two.shop.faults.clear()
    two.shop.line.before = lambda request: None
    for _ in range(6):
        two.pass_s(400, 0)
        two.export()
    assert two.drafts == 1
    assert two.export() in ([], ["drafted"])


@pytest.mark.sampled(1)
@pytest.mark.parametrize("first", range(0, 40, 10))
def test_whatever_our_clock_does_it_is_drafted_once(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + 10):
        folder = tmp_path / str(seed)
        folder.mkdir()
        play(make(folder), random.Random(seed), LEAPS)


@pytest.mark.parametrize("status", [502, 400, 404, 409])
def test_the_same_no_twice_is_no_reason_to_send_it_a_third_time_at_once(two: Twoclocks, status: int) -> None:
    for kind in ("status_before", "status_after"):
        fault = Fault(kind, status, method="POST", path=DRAFT)
        two.shop.faults.append(fault)
        two.export()
        two.pass_s(310 if kind == "status_before" else 5, 0)
    told = two.export()
    assert two.drafts == 1, told
    two.pass_s(310, 0)
    assert two.export() == ["drafted"]
    assert two.drafts == 1


@pytest.mark.parametrize("target", ["import", "ledger"])
@pytest.mark.parametrize("off_s", [7_200, 86_400])
def test_a_clock_that_leaps_takes_no_draft_for_one_of_other_sales(tmp_path: Path, target: str, off_s: int) -> None:
    """The server refuses a second one, and that says nothing of which of the two is there."""
    two = make(tmp_path, target)
    two.shop.faults.append(Fault("lose_answer", method="POST", path="Import" if target == "import" else "Vouch"))
    assert two.export() == ["uncertain"]
    two.shop.sell(sale(2, "70.00"))
    two.pass_s(5, off_s)
    assert two.export() == ["uncertain"]
    two.pass_s(310, off_s)
    exported = two.shop.export()
    assert (states(exported.report), codes(exported.report.vouchers[0])[0]) == (["drafted"], "changed-after-draft")


# What is told of the time


def dated(header: str | None) -> Callable[[httpx.Response], httpx.Response]:
    """Answers with another `Date`, or none."""

    def change(response: httpx.Response) -> httpx.Response:
        del response.headers["Date"]
        if header is not None:
            response.headers["Date"] = header
        return response

    return change


class DatedLine(Line):
    """A line on which the `Date` of every answer is another."""

    change: Callable[[httpx.Response], httpx.Response]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self.change(super().handle_request(request))


ABSURD = (None, "", "yesterday", "Thu, 32 Nov 2026 25:00:00 GMT", "0", "1e9", "Thu, 01 Jan 1970 00:00:00 GMT")
YEARS_OFF = ("Mon, 01 Jan 2024 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Tue, 22 Nov 2095 12:00:00 +1400")


@pytest.mark.sampled(16)
@pytest.mark.parametrize("at_first", [*ABSURD, *YEARS_OFF, "right"])
@pytest.mark.parametrize("later", [*ABSURD[:2], *YEARS_OFF, "right"])
def test_an_absurd_date_leaves_it_to_our_clock(tmp_path: Path, at_first: str | None, later: str | None) -> None:
    two = make(tmp_path)
    two.shop.line = DatedLine(two.shop.world)
    two.shop.line.change = (lambda response: response) if at_first == "right" else dated(at_first)
    two.lose("lose_answer")
    assert two.export() == ["uncertain"]
    two.shop.line.change = (lambda response: response) if later == "right" else dated(later)
    two.shop.world.replica_lag_s = 290
    two.pass_s(280, 0)
    assert two.export() == ["uncertain"]
    two.pass_s(25, 0)
    assert two.export() == ["drafted"]
    assert two.drafts == 1


@pytest.mark.sampled(3)
@pytest.mark.parametrize("first_off_s", [-20 * 86_400, 0, 20 * 86_400])
@pytest.mark.parametrize("later_off_s", [-20 * 86_400, 0, 20 * 86_400])
def test_a_server_whose_own_clock_is_set_keeps_nobody_waiting_for_long(
    tmp_path: Path, first_off_s: int, later_off_s: int
) -> None:
    two = make(tmp_path)
    two.shop.line = line = DatedLine(two.shop.world)

    def tell(off_s: int) -> None:
        def change(response: httpx.Response) -> httpx.Response:
            return dated(write_date(two.clock.now_s + off_s))(response)

        line.change = change

    tell(first_off_s)
    two.lose("lose_request")
    two.export()
    tell(later_off_s)
    two.pass_s(310, 0)
    assert two.export() == (["uncertain"] if later_off_s < first_off_s else ["drafted"])
    two.pass_s(310, 0)
    assert two.export() in ([], ["drafted"])
    assert two.drafts == 1


def write_date(at_s: float) -> str:
    return format_datetime(datetime.fromtimestamp(at_s, UTC), usegmt=True)


@given(st.integers(0, 4_000_000_000), st.floats(-BELIEVED_S * 3, BELIEVED_S * 3), st.floats(0, 90_000))
def test_what_is_told_goes_on_by_a_clock_that_nobody_can_set(at_s: int, off_s: float, later_s: float) -> None:
    steady = Clock(5.0)
    told = ToldTime(steady)
    told.note(write_date(at_s), at_s + off_s)
    steady.now_s += later_s
    expected = int(at_s + later_s) if abs(off_s) <= BELIEVED_S else None
    assert told.tell() == expected or (expected is not None and abs(told.tell() - expected) <= 1)  # type: ignore[operator]


@given(st.text(max_size=40))
def test_no_header_is_ever_a_bug(header: str) -> None:
    assert parse_date(header) is None or isinstance(parse_date(header), float)


def test_the_sandbox_answers_with_a_date_of_its_own_clock() -> None:
    world = default_world(clock=lambda: 1_000_000_000.0)
    with SandboxServer(world) as server, httpx.Client(base_url=server.base_url, trust_env=False) as client:
        told = [
            client.get("/v2/Nothing"),
            client.get("/"),
            client.post("/OAuth/Token", content=b"{", headers={"Transfer-Encoding": "chunked"}),
        ]
    assert [answer.headers.get_list("Date") for answer in told] == [["Sun, 09 Sep 2001 01:46:40 GMT"]] * 3


@pytest.mark.parametrize("off_s", [-7_200, 7_200])
def test_a_wait_until_a_time_is_counted_by_the_clock_that_told_it(tmp_path: Path, off_s: int) -> None:
    two = make(tmp_path)
    two.clock.off_s = off_s
    headers = (("Retry-After", write_date(two.clock.now_s + 7)), ("Date", write_date(two.clock.now_s)))
    two.shop.faults.append(Fault("status_before", 429, headers=headers, method="GET"))
    assert two.export() == ["drafted"]
    assert any(6 <= slept <= 8 for slept in two.clock.slept)
