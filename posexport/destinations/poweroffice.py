"""What both PowerOffice APIs share: addresses, tokens, throttles, retries, and what every kind of answer means.

All traffic goes through one `httpx.Client` that the caller gives, so that tests can put anything behind it.
Secrets live in `Keys`, whose text form shows none of them, and in request headers; never in a message.

What is retried, at most `ATTEMPTS` times with exponential waits and jitter: a request that never left, a 429
(after the wait it asks for, at least a second), and, for reads and tokens alone, a 5xx or an answer that was
lost. A voucher whose answer was lost is never sent again from here: that is `AnswerLost`, and somebody must
look first. A 401 renews the token once and repeats the call once. Any other 4xx is final.

Source: PowerOffice Go's API descriptions, v1 and v2.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential,
    wait_random,
)

from posexport.core.setup import Company
from posexport.errors import AnswerLost, KeysRefused, NotSent, PrivilegeMissing, Throttled, VoucherRefused

Api = Literal["v1", "v2"]

ATTEMPTS = 4
PATIENCE_S = 20
"""A 429 that asks for a longer wait than this is not waited for: the next run is."""

TOKEN_MARGIN_S = 60
"""A token is renewed this long before it expires, rather than on a 401."""

REFUSAL_S = 30
"""How long keys that were refused are not tried again: hundreds of vouchers would each ask the same."""

REQUESTS_PER_SECOND: Mapping[Api, int] = {"v1": 50, "v2": 10}
"""PowerOffice's throttles: v1 per application key, v2 per subscription key over all clients together."""

_BASES: Mapping[tuple[Api, str], str] = {
    ("v1", "production"): "https://api.poweroffice.net",
    ("v1", "demo"): "https://api-demo.poweroffice.net",
    ("v2", "production"): "https://goapi.poweroffice.net",
    ("v2", "demo"): "https://goapi.poweroffice.net/Demo",
}


def find_base_url(company: Company, api: Api) -> str:
    """Where a company's calls go, without a slash at the end."""
    return (company.base_url or _BASES[api, company.environment]).rstrip("/")


@dataclass(frozen=True, slots=True)
class Keys:
    """One venue's secrets. Never shown."""

    application_key: str = field(repr=False)
    client_key: str = field(repr=False)
    subscription_key: str | None = field(default=None, repr=False)


class Throttle(Protocol):
    """Lets requests through no faster than PowerOffice allows, over everything that shares a key."""

    def wait(self, api: Api, key_digest: str) -> None:
        """Return when one more request may be made under this key."""


class SlidingThrottle:
    """A sliding window per key, in this process. The window is a little longer than PowerOffice's second, since
    requests do not arrive evenly spaced as they left."""

    WINDOW_MS = 1_050

    def __init__(self) -> None:
        self._limiters: dict[tuple[Api, str], Any] = {}
        self._lock = threading.Lock()

    def wait(self, api: Api, key_digest: str) -> None:
        """As `Throttle.wait`."""
        from pyrate_limiter import Limiter, Rate

        with self._lock:
            limiter = self._limiters.get((api, key_digest))
            if limiter is None:
                limiter = Limiter(Rate(REQUESTS_PER_SECOND[api], self.WINDOW_MS))
                self._limiters[api, key_digest] = limiter
        limiter.try_acquire(key_digest)


@dataclass(frozen=True, slots=True)
class Runtime:
    """What the outside world is made of: traffic, throttle, clock and sleep; tests put their own in."""

    http: httpx.Client
    throttle: Throttle
    clock: Callable[[], float]
    sleep: Callable[[float], None]


@dataclass(slots=True)
class _Token:
    value: str = field(repr=False)
    renew_at: float


class _Repeatable(Exception):
    """A read that may simply be made again."""


class Session:
    """One venue's authorised calls to one of the APIs. Safe to use from several threads."""

    def __init__(self, runtime: Runtime, api: Api, base_url: str, keys: Keys, venue: str) -> None:
        self._runtime, self._api, self._base_url = runtime, api, base_url
        self._keys, self._venue = keys, venue
        throttled_by = keys.application_key if api == "v1" else keys.subscription_key or keys.application_key
        self._throttle_key = hashlib.sha256(throttled_by.encode()).hexdigest()
        self._token: _Token | None = None
        self._refusal: tuple[float, KeysRefused] | None = None
        self._lock = threading.Lock()

    def read(self, path: str, parameters: Mapping[str, str] | None = None) -> Any:
        """GET: the JSON it answers, None where there is no content.

        Raises KeysRefused, PrivilegeMissing, VoucherRefused, Throttled or NotSent.
        """
        response = self._call("GET", path, parameters=parameters, body=None, is_read=True)
        if response.status_code == 204:
            return None
        return _json_of(response)

    def write(self, path: str, body: Mapping[str, Any]) -> Any:
        """POST: the JSON it answers.

        Raises as `read`, and AnswerLost where it may have been processed without our learning of it.
        """
        response = self._call("POST", path, parameters=None, body=body, is_read=False)
        try:
            return _json_of(response)
        except _Repeatable as error:
            raise AnswerLost(str(error)) from None

    def _call(
        self,
        method: str,
        path: str,
        *,
        parameters: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
        is_read: bool,
    ) -> httpx.Response:
        def once() -> httpx.Response:
            token = self._find_token()
            response = self._send(method, path, parameters, body, token)
            if response.status_code == 401:
                self._forget_token(token)
                response = self._send(method, path, parameters, body, self._find_token())
            self._judge(response, method, path)
            if is_read and response.status_code != 204:
                _json_of(response)
            return response

        try:
            return _retrying(self._runtime.sleep)(once)
        except _Repeatable as error:
            raise NotSent(str(error)) from None

    def _send(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
        token: str,
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
            content = json.dumps(body, ensure_ascii=False).encode()
        prefix = "/v2" if self._api == "v2" else ""
        request = self._runtime.http.build_request(
            method,
            f"{self._base_url}{prefix}{path}",
            params=parameters,
            headers=headers | self._subscription(),
            content=content,
        )
        return self._exchange(request, is_read=method == "GET")

    def _exchange(self, request: httpx.Request, *, is_read: bool) -> httpx.Response:
        self._runtime.throttle.wait(self._api, self._throttle_key)
        try:
            return self._runtime.http.send(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotSent(_name(error)) from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            if is_read:
                raise _Repeatable(_name(error)) from None
            raise AnswerLost(_name(error)) from None

    def _judge(self, response: httpx.Response, method: str, path: str) -> None:
        """Every answer that is not a plain success, by what to do about it."""
        status = response.status_code
        if status < 300:
            return
        if status == 429:
            raise _throttled(response)
        if status >= 500:
            why = f"HTTP {status}"
            raise _Repeatable(why) if method == "GET" else AnswerLost(why)
        words = words_of(response)
        if status == 401:
            raise KeysRefused(self._venue, words)
        if status == 403:
            raise PrivilegeMissing(f"{'read' if method == 'GET' else 'write'} {path.split('?')[0]}", words)
        raise VoucherRefused(words)

    # Tokens

    def _find_token(self) -> str:
        with self._lock:
            now = self._runtime.clock()
            if self._refusal is not None and now < self._refusal[0] + REFUSAL_S:
                raise self._refusal[1].with_traceback(None)
            if self._token is None or now >= self._token.renew_at:
                try:
                    self._token = self._fetch_token()
                except KeysRefused as error:
                    self._refusal = (now, error)
                    raise
            return self._token.value

    def _forget_token(self, value: str) -> None:
        """Let go of a token that PowerOffice no longer takes, unless somebody else has renewed it since."""
        with self._lock:
            if self._token is not None and self._token.value == value:
                self._token = None

    def _fetch_token(self) -> _Token:
        """Within `_call`'s retries: a token call may always be made again."""
        request = self._runtime.http.build_request(
            "POST",
            f"{self._base_url}/OAuth/Token",
            data={"grant_type": "client_credentials"},
            headers={"Accept": "application/json"} | self._subscription(),
        )
        credentials = httpx.BasicAuth(self._keys.application_key, self._keys.client_key)
        request = next(credentials.auth_flow(request))
        response = self._exchange(request, is_read=True)
        if response.status_code == 429:
            raise _throttled(response)
        if response.status_code >= 500:
            raise _Repeatable(f"HTTP {response.status_code} on the token call")
        if response.status_code != 200:
            raise KeysRefused(self._venue, f"HTTP {response.status_code}")
        answer = _json_of(response)
        value = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(value, str):
            raise _Repeatable("the token call answered without a token")
        told_s = answer.get("expires_in")
        lifetime_s = float(told_s) if isinstance(told_s, int | float) else 0.0
        return _Token(value, self._runtime.clock() + max(lifetime_s - TOKEN_MARGIN_S, lifetime_s / 2))

    def _subscription(self) -> dict[str, str]:
        if self._api == "v2" and self._keys.subscription_key:
            return {"Ocp-Apim-Subscription-Key": self._keys.subscription_key}
        return {}


def _retrying(sleep: Callable[[float], None]) -> Retrying:
    return Retrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=_wait_s,
        retry=retry_if_exception(_is_worth_repeating),
        sleep=sleep,
        reraise=True,
    )


def _is_worth_repeating(error: BaseException) -> bool:
    if isinstance(error, Throttled):
        return error.retry_after_s <= PATIENCE_S
    return isinstance(error, NotSent | _Repeatable)


_backoff = wait_exponential(multiplier=0.3, max=5) + wait_random(0, 0.5)


def _wait_s(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked_s = getattr(error, "retry_after_s", 0.0)
    return max(float(asked_s), float(_backoff(state)))


def _throttled(response: httpx.Response) -> Throttled:
    asked = response.headers.get("Retry-After", "")
    return Throttled(retry_after_s=max(1.0, float(asked)) if asked.isdigit() else 1.0)


def _json_of(response: httpx.Response) -> Any:
    """The JSON of an answer; an answer that is none is as good as lost."""
    content_type = response.headers.get("Content-Type", "")
    if "json" not in content_type:
        raise _Repeatable(f"HTTP {response.status_code} with {content_type or 'no content type'}, not JSON")
    try:
        return json.loads(response.content)
    except ValueError:
        raise _Repeatable("the answer is not whole JSON") from None


def words_of(response: httpx.Response) -> str:
    """PowerOffice's own words in a refusal: Title and Detail, or the status alone."""
    try:
        answer = json.loads(response.content)
    except ValueError:
        answer = None
    words = []
    if isinstance(answer, dict):
        told = {str(name).lower(): value for name, value in answer.items()}
        words = [str(told[name]) for name in ("title", "detail") if told.get(name)]
    return f"HTTP {response.status_code}" + (f": {': '.join(words)}" if words else "")


def _name(error: httpx.RequestError) -> str:
    """What went wrong, without addresses that may carry keys."""
    return type(error).__name__


def wire_amount(amount_ore: int) -> float:
    """Øre as a JSON number in kroner. Dividing once and rounding once, its shortest text has at most two
    decimals, which is what is sent."""
    return amount_ore / 100
