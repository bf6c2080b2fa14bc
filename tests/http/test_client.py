"""What every client of a web service shares, used here by a source that fetches: a till system's sales over HTTP."""

from __future__ import annotations

import base64
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from hypothesis import given, strategies as st

from posexport.http.client import NEVER, REPEATABLE, Client, Limits, RetryPolicy, Runtime
from posexport.http.failures import Busy, Failed, Lost, NotLeft, NoWayOut, Refused
from posexport.http.redact import COVER, Redactor
from posexport.http.throttle import Departures, PacedThrottle
from posexport.http.transport import Transport
from tests.cli.test_stopping import talking
from tests.support.harness import Clock, NoThrottle

TILL_KEY = "till-key-7nine5-XqZ"
SALES = b'{"tickets": [{"number": "1", "total": "125.00"}]}'
NOBODY = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(404)))
QUICK = Limits(exchange_s=0.4, answer_bytes_max=2_000_000)


class TillFeed:
    """A source that fetches: it knows its addresses and its key, and leaves the rest to the client."""

    def __init__(self, client: Client, base_url: str) -> None:
        self.client, self.base_url, self.redact = client, base_url, Redactor((TILL_KEY,))

    def fetch(self, day: str, deadline_utc_s: float = NEVER) -> bytes:
        """A day's sales, as the till system has them."""
        return self._ask("GET", f"/sales/{day}", deadline_utc_s).content

    def close_day(self, day: str, method: str = "POST") -> bytes:
        """Ask the till system to close a day: not to be done twice."""
        return self._ask(method, f"/close/{day}", content=b"{}").content

    def _ask(self, method: str, path: str, deadline_utc_s: float = NEVER, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {TILL_KEY}"}
        request = self.client.build(method, f"{self.base_url}{path}", headers=headers, **more)
        return self.client.ask(request, self.redact, deadline_utc_s)


def answer(status: int = 200, body: bytes = SALES, **headers: str) -> bytes:
    """An answer as it goes over the wire."""
    told = {"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"}
    rows = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in (told | headers).items())
    return f"HTTP/1.1 {status} Told\r\n{rows}\r\n".encode() + body


Answer = bytes | Callable[[socket.socket], None]


@dataclass
class Till:
    """A till system on this machine: it gives its answers in turn, the last one for good."""

    answers: list[Answer]
    requests: list[str] = field(default_factory=list)
    base_url: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def talk(self, one: socket.socket) -> None:
        told = b""
        while b"\r\n\r\n" not in told:
            part = one.recv(65_536)
            if not part:
                return
            told += part
        with self._lock:
            self.requests.append(told.partition(b" HTTP/")[0].decode())
            given_ = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(given_):
            given_(one)
        else:
            one.sendall(given_)
        one.close()


@dataclass
class Fetching:
    """A feed, the till system that it asks, and the clock by which it waits."""

    feed: TillFeed
    till: Till
    clock: Clock

    def answer(self, *answers: Answer) -> None:
        self.till.answers = list(answers)

    @property
    def slept(self) -> list[float]:
        return self.clock.slept


@pytest.fixture
def open_feed() -> Iterator[Callable[..., Fetching]]:
    """Opens feeds on till systems of their own, over real sockets; they sleep by a clock of ours."""
    ended: list[Callable[[], object]] = []

    def open_one(**options: Any) -> Fetching:
        till, clock = Till([answer()]), Clock()
        server = talking(till.talk)
        till.base_url = f"http://127.0.0.1:{server.__enter__()}"
        http = httpx.Client(transport=Transport({}, httpx.Limits()), timeout=5, trust_env=False)
        ended.extend([http.close, lambda: server.__exit__(None, None, None)])
        runtime = Runtime(http, options.pop("throttle", NoThrottle()), clock, clock.sleep, clock, **options)
        return Fetching(TillFeed(Client(runtime, "till", "digest", QUICK), till.base_url), till, clock)

    yield open_one
    for end in ended:
        end()


@pytest.fixture
def fetching(open_feed: Callable[..., Fetching]) -> Fetching:
    return open_feed()


# One exchange


def test_sales_are_fetched(fetching: Fetching) -> None:
    assert fetching.feed.fetch("2026-11-20") == SALES
    assert fetching.till.requests == ["GET /sales/2026-11-20"]


def test_after_its_deadline_nothing_is_asked(fetching: Fetching) -> None:
    for late_s in (0, 1):
        with pytest.raises(NotLeft, match="the time to send it ran out"):
            fetching.feed.fetch("2026-11-20", fetching.clock() - late_s)
    assert fetching.till.requests == []
    assert fetching.slept == []


def test_a_throttle_that_lets_it_through_after_its_deadline_asks_nothing(open_feed: Callable[..., Fetching]) -> None:
    waited: list[str] = []

    class Slow:
        def wait(self, line: str, key_digest: str) -> None:
            waited.append(f"{line} {key_digest}")
            slow.clock.now_s += 30

    slow = open_feed(throttle=Slow())
    for left_s in (30, 0):
        with pytest.raises(NotLeft, match="the time to send it ran out"):
            slow.feed.fetch("2026-11-20", slow.clock() + left_s)
    assert slow.till.requests == []
    assert waited == ["till digest"], "where the time is up already, no place in the line is taken"


def drip(one: socket.socket) -> None:
    one.sendall(answer(body=b"")[:-2].replace(b"Content-Length: 0", b"Content-Length: 99999"))
    one.sendall(b"\r\n")
    while True:
        one.sendall(b" ")
        time.sleep(0.05)


def drip_headers(one: socket.socket) -> None:
    one.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        one.sendall(b"a")
        time.sleep(0.05)


@pytest.mark.parametrize("dripping", [drip, drip_headers])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_answer_that_drips_is_lost_after_its_time(
    fetching: Fetching, dripping: Callable[[socket.socket], None], method: str
) -> None:
    fetching.feed.client.retries = RetryPolicy(attempts=1)
    fetching.answer(dripping)
    began = time.monotonic()
    with pytest.raises(Lost, match=r"the answer was not there in 0\.4 s"):
        fetching.feed.close_day("2026-11-20", method)
    assert time.monotonic() - began < 4
    assert len(fetching.till.requests) == 1


@pytest.mark.parametrize("is_packed", [False, True])
def test_an_answer_that_is_too_long_is_lost(fetching: Fetching, is_packed: bool) -> None:
    body = b" " * 2_100_000
    packed = answer(body=gzip.compress(body), Content_Encoding="gzip")
    fetching.answer(packed if is_packed else answer(body=body))
    with pytest.raises(Lost, match="the answer is longer than 2 MB"):
        fetching.feed.fetch("2026-11-20")
    fetching.answer(answer(body=body[:2_000_000]))
    assert len(fetching.feed.fetch("2026-11-20")) == 2_000_000


def test_an_answer_packed_once_is_unpacked_and_one_packed_twice_is_lost(fetching: Fetching) -> None:
    fetching.answer(answer(body=gzip.compress(SALES), Content_Encoding="gzip"))
    assert fetching.feed.fetch("2026-11-20") == SALES
    fetching.answer(answer(body=gzip.compress(gzip.compress(SALES)), Content_Encoding="gzip, gzip"))
    with pytest.raises(Lost, match="packed more than once"):
        fetching.feed.fetch("2026-11-20")


def test_an_answer_that_breaks_off_is_lost(fetching: Fetching) -> None:
    fetching.answer(answer()[:-5])
    with pytest.raises(Lost) as caught:
        fetching.feed.close_day("2026-11-20")
    assert (caught.value.status, caught.value.evidence) == (0, "")
    assert len(fetching.till.requests) == 1


def test_a_request_leaves_when_its_line_lets_it(open_feed: Callable[..., Fetching]) -> None:
    clock, waits = Clock(0.0), Clock(0.0)
    throttle = PacedThrottle(clock, clock.sleep, {"till": 0.5})
    departures = Departures(waits, waits.sleep, {"till": 1})
    paced = open_feed(throttle=throttle, departures=departures)
    for _ in range(4):
        paced.feed.fetch("2026-11-20")
    assert clock.now_s == 1.0, "two at once, and then half a second apart"
    assert [round(seconds, 2) for seconds in waits.slept] == [1.02] * 3, "a second apart at least as they leave"


def test_a_machine_that_cannot_get_out_says_what_is_wrong(fetching: Fetching) -> None:
    http = httpx.Client(transport=Transport({"HTTP_PROXY": "socks5://p.test"}, httpx.Limits()), trust_env=False)
    runtime = Runtime(http, NoThrottle(), fetching.clock, fetching.clock.sleep)
    with http, pytest.raises(NoWayOut) as caught:
        TillFeed(Client(runtime, "till", "digest"), "http://till.example.test").fetch("2026-11-20")
    assert caught.value.what.startswith("HTTP_PROXY")
    assert caught.value.fix
    assert fetching.slept == [], "nothing would change by waiting"


# Again


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_fetch_that_the_till_system_is_not_up_to_is_tried_again(fetching: Fetching, status: int) -> None:
    fetching.answer(answer(status), answer(status), answer())
    assert fetching.feed.fetch("2026-11-20") == SALES
    assert len(fetching.till.requests) == 3
    assert [0.3 <= seconds <= 1.1 for seconds in fetching.slept] == [True, True]


def test_a_fetch_is_tried_as_often_as_the_policy_says(fetching: Fetching) -> None:
    for attempts in (1, 2, 5):
        fetching.till.requests.clear()
        fetching.feed.client.retries = RetryPolicy(attempts=attempts)
        fetching.answer(answer(503, b"asleep"))
        with pytest.raises(Lost, match="HTTP 503") as caught:
            fetching.feed.fetch("2026-11-20")
        assert len(fetching.till.requests) == attempts
        assert caught.value.evidence == "HTTP 503 application/json\nasleep"


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_must_not_be_done_twice_is_not_tried_again(fetching: Fetching, status: int) -> None:
    fetching.answer(answer(status, Retry_After="1"), answer())
    with pytest.raises(Lost, match=f"HTTP {status}") as caught:
        fetching.feed.close_day("2026-11-20")
    assert caught.value.status == status
    assert fetching.till.requests == ["POST /close/2026-11-20"]
    assert fetching.slept == []


def hang_up(one: socket.socket) -> None:
    one.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST", "PATCH"])
def test_a_lost_answer_is_asked_for_again_only_where_that_does_no_harm(fetching: Fetching, method: str) -> None:
    fetching.answer(hang_up, answer())
    if method in REPEATABLE:
        assert fetching.feed.close_day("2026-11-20", method) == SALES
    else:
        with pytest.raises(Lost):
            fetching.feed.close_day("2026-11-20", method)
    assert len(fetching.till.requests) == (2 if method in REPEATABLE else 1)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_never_left_is_tried_again_whatever_it_asks_for(method: str) -> None:
    with talking(lambda one: one.close()) as port:
        pass  # nobody listens there any more
    clock, tried = Clock(), []

    def count(request: httpx.Request) -> None:
        tried.append(request.method)

    with httpx.Client(trust_env=False, event_hooks={"request": [count]}) as http:
        feed = TillFeed(
            Client(Runtime(http, NoThrottle(), clock, clock.sleep), "till", "x"), f"http://127.0.0.1:{port}"
        )
        with pytest.raises(NotLeft, match=r"^ConnectError$"):
            feed.close_day("2026-11-20", method)
    assert tried == [method] * RetryPolicy().attempts


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 422])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_no_is_a_no(fetching: Fetching, status: int, method: str) -> None:
    fetching.answer(answer(status, b'{"error": "not yours"}'), answer())
    with pytest.raises(Refused, match=f"^HTTP {status}$") as caught:
        fetching.feed.close_day("2026-11-20", method)
    assert caught.value.status == status
    assert "not yours" in caught.value.evidence
    assert len(fetching.till.requests) == 1


# A wait that is asked for


@pytest.mark.parametrize("asked_s", [2, 7, 20])
@pytest.mark.parametrize("is_date", [False, True])
@pytest.mark.parametrize("is_told_time", [False, True])
def test_a_429_is_waited_for_as_long_as_it_asks(
    fetching: Fetching, asked_s: int, is_date: bool, is_told_time: bool
) -> None:
    """A date is one of the till system's clock, which may be another than ours."""
    apart = timedelta(minutes=3) if is_told_time else timedelta()
    now = datetime.fromtimestamp(fetching.clock(), UTC) + apart
    wait = format_datetime(now + timedelta(seconds=asked_s), usegmt=True) if is_date else str(asked_s)
    date = {"Date": format_datetime(now, usegmt=True)} if is_told_time else {}
    fetching.answer(answer(429, SALES, Retry_After=wait, **date), answer())
    assert fetching.feed.fetch("2026-11-20") == SALES
    assert fetching.slept == [asked_s]


@pytest.mark.parametrize("asked", ["21", "3600"])
def test_a_wait_beyond_our_patience_is_told_instead(fetching: Fetching, asked: str) -> None:
    fetching.answer(answer(429, Retry_After=asked), answer())
    with pytest.raises(Busy) as caught:
        fetching.feed.fetch("2026-11-20")
    assert caught.value.retry_after_s == float(asked)
    assert caught.value.evidence.startswith("HTTP 429")
    assert fetching.slept == []


def test_a_wait_that_would_pass_the_deadline_is_not_begun(fetching: Fetching) -> None:
    fetching.answer(answer(429, Retry_After="5"), answer())
    with pytest.raises(Busy):
        fetching.feed.fetch("2026-11-20", fetching.clock() + 5)
    assert fetching.slept == []
    assert len(fetching.till.requests) == 1


@given(st.integers(1, 6), st.floats(0, 30), st.lists(st.one_of(st.none(), st.floats(0, 30)), max_size=8))
def test_whatever_fails_no_more_is_tried_and_no_longer_waited_than_the_policy_says(
    attempts: int, patience_s: float, waits: list[float | None]
) -> None:
    """Each failure asks for a wait, or must not be tried again; after the last of them it goes well."""
    clock, tried = Clock(0.0), []
    policy = RetryPolicy(attempts, patience_s)
    client = Client(Runtime(NOBODY, NoThrottle(), clock, clock.sleep), "till", "x", retries=policy)
    left = list(waits)

    def attempt() -> str:
        tried.append(clock())
        if not left:
            return "well"
        asked_s = left.pop(0)
        raise Refused("no") if asked_s is None else Busy(asked_s)

    def find_wait_s(error: BaseException) -> float | None:
        return error.retry_after_s if isinstance(error, Busy) else None

    ends_at = next((n for n, asked in enumerate(waits) if asked is None or asked > patience_s), len(waits))
    expected = min(ends_at + 1, attempts)
    try:
        assert client.keep_trying(attempt, find_wait_s) == "well"
        assert expected == len(waits) + 1
    except Failed:
        assert expected <= len(waits)
    assert len(tried) == expected
    for asked, slept in zip(waits, clock.slept, strict=False):
        assert asked is not None
        assert asked <= slept <= max(asked, policy.wait_s_max + policy.jitter_s)


# Secrets


WRITTEN: Mapping[str, Callable[[str], str]] = {
    "as it is": str,
    "in JSON's escapes": lambda key: "".join(f"\\u{ord(letter):04x}" for letter in key),
    "in base64": lambda key: base64.b64encode(f"id:{key}".encode()).decode(),
    "in hex": lambda key: key.encode().hex(),
    "percent-encoded": lambda key: "".join(f"%{ord(letter):02X}" for letter in key),
}


@pytest.mark.parametrize("how", WRITTEN)
@pytest.mark.parametrize("status", [400, 429, 503])
def test_a_key_that_an_answer_repeats_is_covered_in_its_evidence(fetching: Fetching, how: str, status: int) -> None:
    told = WRITTEN[how](TILL_KEY)
    fetching.answer(answer(status, f'{{"message": "who is {told}?"}}'.encode(), Retry_After="60"))
    fetching.feed.client.retries = RetryPolicy(attempts=1)
    with pytest.raises(Failed) as caught:
        fetching.feed.fetch("2026-11-20")
    shown = f"{caught.value!r} {caught.value} {caught.value.evidence}"
    assert TILL_KEY not in shown
    assert told not in shown
    assert COVER in caught.value.evidence
    assert "who is" in caught.value.evidence


def test_no_failure_shows_an_address_or_what_was_asked(fetching: Fetching) -> None:
    fetching.answer(hang_up)
    fetching.feed.client.retries = RetryPolicy(attempts=1)
    feed = TillFeed(fetching.feed.client, f"{fetching.till.base_url}/{TILL_KEY}")
    with pytest.raises(Lost) as caught:
        feed.fetch("2026-11-20")
    assert TILL_KEY not in f"{caught.value!r} {caught.value.why} {caught.value.evidence}"
    assert caught.value.__cause__ is None
