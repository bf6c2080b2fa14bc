"""Requests to a web service: one exchange, throttled, with a deadline and a size limit; and retries.

The same for every service. What an answer means, which keys and tokens a request carries, and the wording of failures
belong to its user: a ledger, or a source that fetches. `exchange` makes a request once and returns any answer; `ask`
also judges the answer by its status, and retries where that is safe; `keep_trying` is for callers whose attempt is more
than one exchange, such as renewing a token.

All traffic goes through one `httpx.Client` that the caller provides, so that tests can replace the network. Deadline
and size limit are checked while an answer arrives: a server that sends a byte now and then would never exceed the limit
of a single read. Times are UTC seconds; durations are in seconds of `time.monotonic`.

Source: RFC 9110 (9.2.2 methods that may be repeated, 10.2.3 Retry-After); RFC 6585 (429).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception, wait_exponential, wait_random

from posexport.http.evidence import format_evidence
from posexport.http.failures import Busy, Failed, Lost, NotLeft, NoWayOut, Refused
from posexport.http.network import NetworkTrouble
from posexport.http.redact import Redactor
from posexport.http.throttle import Departures, Throttle
from posexport.http.told_time import ToldTime

NEVER = math.inf
"""The deadline of a call that has none."""

TIME_IS_UP = "the time to send it ran out"
"""Why a request was not begun after its deadline."""

REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
"""Methods of which making a request twice is the same as making it once."""

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Runtime:
    """The outside world: network, throttle, clocks and sleep; replaced in tests. `monotonic` never jumps; `departures`
    is used where the network layer reports when a request leaves (httpx's `trace`)."""

    http: httpx.Client
    throttle: Throttle
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    monotonic: Callable[[], float] = time.monotonic
    departures: Departures | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one exchange: how long it may take (s), its whole answer included, and the size of the answer,
    decompressed (bytes)."""

    exchange_s: float = 45
    answer_bytes_max: int = 50_000_000


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often something is tried in all, and the waits in between (s): about `first_wait_s` at first, then twice as
    long each time up to `wait_s_max`, plus up to `jitter_s`; or what the service asks for, where that is longer. A
    service that asks for more than `patience_s` is not waited for."""

    attempts: int = 4
    patience_s: float = 20
    first_wait_s: float = 0.3
    wait_s_max: float = 5
    jitter_s: float = 0.5


class Client:
    """One caller's requests to one service, throttled together. Safe to use from several threads."""

    def __init__(
        self,
        runtime: Runtime,
        line: str,
        key_digest: str,
        limits: Limits = Limits(),
        retries: RetryPolicy = RetryPolicy(),
    ) -> None:
        self.limits, self.retries = limits, retries
        self._runtime, self._line, self._key_digest = runtime, line, key_digest
        self._told_time = ToldTime(runtime.monotonic)

    def build(self, method: str, url: str, **more: Any) -> httpx.Request:
        """A request as `httpx.Client.build_request` makes it: `params`, `headers`, `content`, `data`, `files`."""
        return self._runtime.http.build_request(method, url, **more)

    # One exchange

    def exchange(self, request: httpx.Request, deadline_utc_s: float = NEVER) -> httpx.Response:
        """Make a request once, unless its deadline has passed; returns any answer, complete and decompressed. Raises
        NotLeft where the request never left, and Lost where no complete answer came."""
        self._check_time(deadline_utc_s)
        self._runtime.throttle.wait(self._line, self._key_digest)
        self._check_time(deadline_utc_s)
        try:
            return self._receive(request)
        except NetworkTrouble as trouble:
            raise NoWayOut(trouble.what, trouble.fix) from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotLeft(type(error).__name__) from None  # its text may have an address, and that a key
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise Lost(type(error).__name__) from None

    def read_time(self) -> int | None:
        """The service's clock (UTC s), from the newest of its answers; None where it has not told it."""
        return self._told_time.tell()

    def _receive(self, request: httpx.Request) -> httpx.Response:
        """The complete answer, decompressed. Raises Lost where it exceeds a limit."""
        limits = self.limits
        until_s = time.monotonic() + limits.exchange_s
        request.extensions = {**request.extensions, "until_s": until_s}
        if self._runtime.departures is not None:
            request.extensions["trace"] = self._hold_back
        too_late = Lost(f"the answer was not there in {limits.exchange_s} s")
        sent: httpx.Response | None = None
        try:
            sent = self._runtime.http.send(request, stream=True)
            if "," in sent.headers.get("Content-Encoding", ""):
                raise Lost("the answer is packed more than once")
            content = bytearray()
            for piece in sent.iter_bytes():
                content += piece
                if len(content) > limits.answer_bytes_max:
                    raise Lost(f"the answer is longer than {limits.answer_bytes_max // 1_000_000} MB")
                if time.monotonic() > until_s:
                    raise too_late
        except (httpx.ReadTimeout, httpx.WriteTimeout):
            if time.monotonic() >= until_s:
                raise too_late from None
            raise
        finally:
            if sent is not None:
                sent.close()
        self._told_time.note(sent.headers.get("Date", ""), self._runtime.clock())
        headers = [(name, value) for name, value in sent.headers.raw if name.lower() not in _OF_THE_WAY]
        return httpx.Response(sent.status_code, headers=headers, content=bytes(content), request=request)

    def _hold_back(self, event: str, details: Mapping[str, Any]) -> None:
        """Called by httpx before each step of a request; what a proxy is asked counts nowhere."""
        is_leaving = event.endswith("send_request_headers.started") and details["request"].method != b"CONNECT"
        if is_leaving and self._runtime.departures is not None:
            self._runtime.departures.wait(self._line, self._key_digest)

    def _check_time(self, deadline_utc_s: float) -> None:
        if self._runtime.clock() >= deadline_utc_s:
            raise NotLeft(TIME_IS_UP)

    # Again

    def keep_trying(
        self,
        attempt: Callable[[], _Value],
        find_wait_s: Callable[[BaseException], float | None],
        deadline_utc_s: float = NEVER,
    ) -> _Value:
        """Call `attempt` until it succeeds, by the retry policy. `find_wait_s`: how long (s) to wait at least after
        this failure, None where it must not be retried. Raises the failure where the wait would pass the deadline."""
        policy, runtime = self.retries, self._runtime
        backoff = wait_exponential(multiplier=policy.first_wait_s, max=policy.wait_s_max)
        wait = backoff + wait_random(0, policy.jitter_s)

        def is_over(state: RetryCallState) -> bool:
            """Whether it was tried often enough, or the wait before the next try would pass the deadline."""
            return state.attempt_number >= policy.attempts or runtime.clock() + state.upcoming_sleep >= deadline_utc_s

        def is_worth_repeating(error: BaseException) -> bool:
            asked_s = find_wait_s(error)
            return asked_s is not None and asked_s <= policy.patience_s

        def wait_s(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            asked_s = None if error is None else find_wait_s(error)
            return max(float(asked_s or 0), float(wait(state)))

        again = Retrying(
            stop=is_over,
            wait=wait_s,
            retry=retry_if_exception(is_worth_repeating),
            sleep=runtime.sleep,
            reraise=True,
        )
        return again(attempt)

    def ask(self, request: httpx.Request, redact: Redactor, deadline_utc_s: float = NEVER) -> httpx.Response:
        """The answer to a request, if it is a success. A request that never left is retried; a repeatable one
        (`REPEATABLE`) also after a lost answer, a 408, a 429 or a 5xx.

        Raises Failed: NotLeft, Lost, Busy or Refused, with the redacted answer as evidence.
        """
        may_go_again = request.method in REPEATABLE
        request.read()

        def find_wait_s(error: BaseException) -> float | None:
            if isinstance(error, Busy):
                return error.retry_after_s
            is_safe = isinstance(error, NotLeft) and not isinstance(error, NoWayOut)
            return 0 if is_safe or (may_go_again and isinstance(error, Lost)) else None

        def ask_once() -> httpx.Response:
            response = self.exchange(request, deadline_utc_s)
            failure = self._judge(response, redact, may_go_again=may_go_again)
            if failure is not None:
                raise failure
            return response

        return self.keep_trying(ask_once, find_wait_s, deadline_utc_s)

    def find_asked_wait_s(self, response: httpx.Response) -> float:
        """How long (s) a 429 asks us to wait; a date in it is taken by the service's own clock, where known."""
        told = self.read_time()
        return parse_retry_after_s(
            response.headers.get("Retry-After", ""), self._runtime.clock() if told is None else told
        )

    def _judge(self, response: httpx.Response, redact: Redactor, *, may_go_again: bool) -> Failed | None:
        """The failure that an unsuccessful answer stands for. A 429 may come from a gateway after the service has the
        request: it only means a wait where the request may be repeated."""
        status = response.status_code
        if 200 <= status < 300:
            return None
        evidence = format_evidence(response, redact)
        if status == 429 and may_go_again:
            return Busy(self.find_asked_wait_s(response), evidence=evidence)
        if status >= 500 or status in (408, 429):
            return Lost(f"HTTP {status}", status=status, evidence=evidence)
        return Refused(f"HTTP {status}", status=status, evidence=evidence)


_OF_THE_WAY = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})
"""Headers of how an answer came, which no longer hold once it is unpacked; in bytes, as a proxy may write any."""


def parse_retry_after_s(told: str, now_utc_s: float) -> float:
    """How long an answer asks us to wait (s): a number, or a date as HTTP writes it; at least a second.

    >>> parse_retry_after_s("7", 0), parse_retry_after_s("Thu, 01 Jan 1970 00:00:09 GMT", 0), parse_retry_after_s("", 0)
    (7.0, 9.0, 1.0)
    """
    told = told.strip()
    if told.isascii() and told.isdecimal():
        return max(1.0, float(told))
    try:
        return max(1.0, parsedate_to_datetime(told).timestamp() - now_utc_s)
    except (ValueError, TypeError, OverflowError, IndexError):
        return 1.0
