"""What both PowerOffice APIs share: addresses, tokens, throttles, retries, and what every kind of answer means.

All traffic goes through one `httpx.Client` that the caller gives, so that tests can put anything behind it.
Secrets live in `Keys`, whose text form shows none of them, and in request headers; never in a message.

What is retried, at most `ATTEMPTS` times with exponential waits and jitter: a request that never left, a 429
(after the wait it asks for, at least a second), and, for tokens and what may be made twice (reads, removals,
replacements), a 408, a 5xx or an answer that was lost. A 401 renews the token once and repeats the call once.

A voucher is refused only by a 4xx in PowerOffice's own form of a problem, and not by a conflict, which may be with
itself. Any other answer to it that is no success may hide one: that is `AnswerLost`, and somebody must look before it
is sent again. Only where the server itself refuses a second one (`is_guarded`) is it sent again from here, after a 401
or a 429. A page whose answer was lost is never sent again from here either.

After a call's deadline none of its requests begins, the token's included; no answer may take longer than `CALL_S` or
be longer than `ANSWER_BYTES_MAX`.

Source: PowerOffice Go's API descriptions, v1 and v2.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    wait_exponential,
    wait_random,
)

from posexport import __version__
from posexport.core.company import Company
from posexport.core.ports.ledger import Page
from posexport.errors import (
    AnswerLost,
    KeysRefused,
    NotConnected,
    NotSent,
    PowerOfficeRefused,
    PowerOfficeUnavailable,
    PrivilegeMissing,
    Throttled,
)
from posexport.http.evidence import Answered, format_evidence, with_evidence
from posexport.http.redact import Redactor, basic_secret
from posexport.http.throttle import Api, Departures, Throttle
from posexport.ledgers.poweroffice.answers import (
    HttpRefused,
    Repeatable,
    find_wrong_key,
    is_own_refusal,
    is_privilege_question,
    is_problem,
    json_of,
    name_answer,
    parse_retry_after_s,
    words_of,
)
from posexport.ledgers.poweroffice.told_time import ToldTime

ATTEMPTS = 4
PATIENCE_S = 20
"""A 429 that asks for a longer wait than this is not waited for: the next run is."""

CALL_S = 45
"""How long one call may take in all, its whole answer included: a server that sends a little now and then would never
be too late for any single wait. Longer than the wait for an answer to begin (25 s)."""

ANSWER_BYTES_MAX = 50_000_000
"""How much of one answer is read, unpacked: 20,000 rows of any list are a fifth of it."""

TOKEN_LIFETIME_MAX_S = 7 * 86_400
"""No token of PowerOffice's lives longer; it promises 20 minutes."""

_TOKEN_FORM = re.compile(r"[!-~]{1,20000}")
"""What fits into a header, and has room for a JWT many times over."""

TOKEN_MARGIN_S = 60
"""A token is renewed this long before it expires, rather than on a 401."""

REFUSAL_S = 30
"""How long keys that were refused are not tried again: hundreds of vouchers would each ask the same."""


FORMER_TOKENS = 16
"""How many tokens are remembered, so that none of them is kept in an answer that repeats it: more than a run of
hours sees, and the oldest have long expired."""

NEVER = math.inf
"""The deadline of what may take its time."""

_BASES: Mapping[tuple[Api, str], str] = {
    ("v1", "production"): "https://api.poweroffice.net",
    ("v1", "demo"): "https://api-demo.poweroffice.net",
    ("v2", "production"): "https://goapi.poweroffice.net",
    ("v2", "demo"): "https://goapi.poweroffice.net/Demo",
}


def find_base_url(company: Company, api: Api) -> str:
    """Where a company's calls go, without a slash at the end."""
    return (company.base_url or _BASES[api, company.environment]).rstrip("/")


def format_user_agent(contact: str | None = None) -> str:
    """What every request says of who asks: the program, its version, and whom PowerOffice may write to.

    >>> format_user_agent("drift@kjede.example").partition(" ")[2]
    '(drift@kjede.example)'
    """
    program = f"posexport/{__version__}"
    return f"{program} ({quote(contact, safe=_IN_CONTACT)})" if contact else program


_IN_CONTACT = "@.+-_~!#$&'*/=?^`{|}"
"""What stands in an e-mail address as it is; a letter that no header takes is written as an address bar has it."""


@dataclass(frozen=True, slots=True)
class Keys:
    """One venue's secrets. Never shown."""

    application_key: str = field(repr=False)
    client_key: str = field(repr=False)
    subscription_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Runtime:
    """What the outside world is made of: traffic, throttle, clocks and sleep; tests put their own in. `monotonic` never
    leaps; `departures` where the traffic tells when a request leaves (httpx's `trace`)."""

    http: httpx.Client
    throttle: Throttle
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    monotonic: Callable[[], float] = time.monotonic
    departures: Departures | None = None


@dataclass(slots=True)
class _Token:
    value: str = field(repr=False)
    renew_at: float


@dataclass(frozen=True, slots=True)
class _Call:
    """One call, however often it is tried."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    parameters: Mapping[str, str] | None = None
    body: Mapping[str, Any] | None = None
    page: Page | None = None
    deadline_utc_s: float = NEVER
    is_guarded: bool = False

    @property
    def is_repeatable(self) -> bool:
        """Whether making it twice is the same as making it once."""
        return self.method != "POST"

    @property
    def may_go_again(self) -> bool:
        """Whether it may be made again at once though PowerOffice may have received it: making it twice is the same, or
        the server refuses a second one, or a second one books nothing."""
        return self.is_repeatable or self.is_guarded or self.page is not None

    @property
    def answers_json(self) -> bool:
        """Whether an answer without content would be none."""
        return self.body is not None or self.method == "GET"


class Session:
    """One venue's authorised calls to one of the APIs. Safe to use from several threads.

    Every call raises KeysRefused, PrivilegeMissing, HttpRefused (a VoucherRefused), Throttled or NotSent; those
    that PowerOffice answered with carry its answer as `evidence`.
    """

    def __init__(
        self, runtime: Runtime, api: Api, base_url: str, keys: Keys, venue: str, *, user_agent: str = ""
    ) -> None:
        self._user_agent = user_agent or format_user_agent()
        self._runtime, self._api, self._base_url = runtime, api, base_url
        self._keys, self._venue = keys, venue
        throttled_by = keys.application_key if api == "v1" else keys.subscription_key or keys.application_key
        self._throttle_key = hashlib.sha256(throttled_by.encode()).hexdigest()
        self._token: _Token | None = None
        self._tokens: tuple[str, ...] = ()
        self._refusal: tuple[float, KeysRefused] | None = None
        self._told_time = ToldTime(runtime.monotonic)
        self._lock = threading.Lock()

    def read(self, path: str, parameters: Mapping[str, str] | None = None, deadline_utc_s: float = NEVER) -> Answered:
        """GET: the JSON it answers, None where there is no content."""
        return self._make(_Call("GET", path, parameters, deadline_utc_s=deadline_utc_s))

    def write(self, path: str, body: Mapping[str, Any], deadline_utc_s: float, *, is_guarded: bool) -> Answered:
        """POST: the JSON it answers. No request of it is begun after the deadline: NotSent instead. `is_guarded`: the
        server refuses a second one with the same reference.

        Raises AnswerLost where it may have been processed without our learning of it.
        """
        return self._make(_Call("POST", path, body=body, deadline_utc_s=deadline_utc_s, is_guarded=is_guarded))

    def delete(self, path: str) -> Answered:
        """DELETE, made again where its answer was lost: it is gone either way."""
        return self._make(_Call("DELETE", path))

    def upload(self, path: str, page: Page, deadline_utc_s: float) -> Answered:
        """POST of a file. No request of it is begun after the deadline: NotSent instead. Raises AnswerLost where it may
        be there."""
        return self._make(_Call("POST", path, page=page, deadline_utc_s=deadline_utc_s))

    def replace(self, path: str, parameters: Mapping[str, str], page: Page, deadline_utc_s: float) -> Answered:
        """PUT of a file, made again where its answer was lost, until the deadline: it replaces itself."""
        return self._make(_Call("PUT", path, parameters, page=page, deadline_utc_s=deadline_utc_s))

    def read_time(self) -> int | None:
        """PowerOffice's own time now (UTC s), by the newest of its answers; None where it has told none."""
        return self._told_time.tell()

    def sign_in(self) -> None:
        """Have a token, kept or new; asked for once."""
        try:
            self._find_token(NEVER)
        except Repeatable as error:
            raise NotSent(str(error)) from None

    @property
    def venue(self) -> str:
        """Whose calls these are."""
        return self._venue

    def measure(self, path: str, parameters: Mapping[str, str]) -> int:
        """How many characters the address of a read has, as it is encoded."""
        return len(str(httpx.URL(f"{self._base_url}{self._prefix}{path}", params=parameters)))

    @property
    def _prefix(self) -> str:
        return "/v2" if self._api == "v2" else ""

    def wait(self, seconds: float) -> None:
        """Let some time pass before the next call."""
        self._runtime.sleep(seconds)

    def _make(self, call: _Call) -> Answered:
        arrived: list[int] = []
        try:
            return _retrying(self._runtime, call.deadline_utc_s)(lambda: self._try(call, arrived))
        except Repeatable as error:
            raise with_evidence(NotSent(str(error)), error.evidence) from None
        except PowerOfficeUnavailable as error:
            if arrived and not isinstance(error, AnswerLost):
                raise with_evidence(AnswerLost(error.why), error.evidence) from None
            raise
        except PowerOfficeRefused as error:
            error.may_be_there = bool(arrived)
            raise

    def _try(self, call: _Call, arrived: list[int]) -> Answered:
        """Make it once. `arrived` gets the status of each answer that leaves open whether PowerOffice has it now."""
        token = self._find_token(call.deadline_utc_s)
        response = self._send(call, token)
        if response.status_code == 401:
            self._forget_token(token)
            self._remember_arrival(call, response, arrived)
            if call.may_go_again:
                response = self._send(call, self._find_token(call.deadline_utc_s))
        if response.status_code == 429:
            self._remember_arrival(call, response, arrived)
        self._judge(call, response)
        return Answered(self._value_of(call, response), response, self._redactor(), is_preceded=bool(arrived))

    @staticmethod
    def _remember_arrival(call: _Call, response: httpx.Response, arrived: list[int]) -> None:
        if call.body is not None:
            arrived.append(response.status_code)

    def _value_of(self, call: _Call, response: httpx.Response) -> Any:
        """What a success says. Raises Repeatable or AnswerLost where that cannot be read."""
        if response.status_code == 204 and (call.is_repeatable or not call.answers_json):
            return None
        if not call.answers_json and not response.content:
            return None
        try:
            return json_of(response, self._redactor())
        except Repeatable as error:
            if call.is_repeatable:
                raise
            raise with_evidence(AnswerLost(str(error), status=response.status_code), error.evidence) from None

    def _send(self, call: _Call, token: str) -> httpx.Response:
        headers = self._who_asks() | {"Authorization": f"Bearer {token}"}
        content, files = None, None
        if call.body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
            content = json.dumps(call.body, ensure_ascii=False).encode()
        if call.page is not None:
            files = {"file": (call.page.name, call.page.content, "application/pdf")}
        request = self._runtime.http.build_request(
            call.method,
            f"{self._base_url}{self._prefix}{call.path}",
            params=call.parameters,
            headers=headers,
            content=content,
            files=files,
        )
        request.read()
        return self._exchange(request, call.deadline_utc_s, is_repeatable=call.is_repeatable)

    def _exchange(self, request: httpx.Request, deadline_utc_s: float, *, is_repeatable: bool) -> httpx.Response:
        self._check_time(deadline_utc_s)
        self._runtime.throttle.wait(self._api, self._throttle_key)
        self._check_time(deadline_utc_s)
        try:
            return self._receive(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotSent(_name(error)) from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            if is_repeatable:
                raise Repeatable(_name(error)) from None
            raise AnswerLost(_name(error)) from None

    def _receive(self, request: httpx.Request) -> httpx.Response:
        """The whole answer, unpacked, within its limits. Raises httpx.ReadError where it is beyond one of them."""
        until_s = time.monotonic() + CALL_S
        request.extensions = {**request.extensions, "until_s": until_s}
        if self._runtime.departures is not None:
            request.extensions["trace"] = self._hold_back
        too_late = _Beyond(f"the answer was not there in {CALL_S} s", request=request)
        sent: httpx.Response | None = None
        try:
            sent = self._runtime.http.send(request, stream=True)
            if "," in sent.headers.get("Content-Encoding", ""):
                raise _Beyond("the answer is packed more than once", request=request)
            content = bytearray()
            for piece in sent.iter_bytes():
                content += piece
                if len(content) > ANSWER_BYTES_MAX:
                    raise _Beyond(f"the answer is longer than {ANSWER_BYTES_MAX // 1_000_000} MB", request=request)
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
            self._runtime.departures.wait(self._api, self._throttle_key)

    def _check_time(self, deadline_utc_s: float) -> None:
        if self._runtime.clock() >= deadline_utc_s:
            raise NotSent("the time to send it ran out")

    def _judge(self, call: _Call, response: httpx.Response) -> None:
        """Every answer that is not a plain success, by what to do about it."""
        status, redact = response.status_code, self._redactor()
        if status < 300:
            return
        evidence = format_evidence(response, redact)
        if status == 429 and call.may_go_again:
            raise with_evidence(self._throttled(response), evidence)
        if call.body is not None and (status == 409 or not is_own_refusal(response)):
            raise with_evidence(AnswerLost(redact(name_answer(response)), status=status), evidence)
        if status >= 500 or status == 408:
            why = f"HTTP {status}"
            raise Repeatable(why, evidence) if call.is_repeatable else with_evidence(AnswerLost(why), evidence)
        words = redact(words_of(response))
        if status == 401:
            raise with_evidence(KeysRefused(self._venue, words, find_wrong_key(response)), evidence)
        if is_privilege_question(response):
            action = f"{'read' if call.method == 'GET' else 'write'} {call.path}"
            raise with_evidence(PrivilegeMissing(action, words), evidence)
        raise with_evidence(HttpRefused(status, words, is_told=is_problem(response)), evidence)

    def _throttled(self, response: httpx.Response) -> Throttled:
        told = self.read_time()
        now_utc_s = self._runtime.clock() if told is None else told
        return Throttled(parse_retry_after_s(response.headers.get("Retry-After", ""), now_utc_s))

    def _redactor(self) -> Redactor:
        """What covers this session's secrets, former tokens among them."""
        keys = self._keys
        return Redactor(
            (
                keys.application_key,
                keys.client_key,
                keys.subscription_key or "",
                basic_secret(keys.application_key, keys.client_key),
                *self._tokens,
            )
        )

    # Tokens

    def _find_token(self, deadline_utc_s: float) -> str:
        with self._lock:
            now = self._runtime.clock()
            if self._refusal is not None and now < self._refusal[0] + REFUSAL_S:
                raise self._refusal[1].with_traceback(None)
            if self._token is None or now >= self._token.renew_at:
                try:
                    self._token = self._fetch_token(deadline_utc_s)
                except KeysRefused as error:
                    self._refusal = (now, error)
                    raise
            return self._token.value

    def _forget_token(self, value: str) -> None:
        """Let go of a token that PowerOffice no longer takes, unless somebody else has renewed it since."""
        with self._lock:
            if self._token is not None and self._token.value == value:
                self._token = None

    def _fetch_token(self, deadline_utc_s: float) -> _Token:
        """Within the retries of `_make`: a token call may always be made again. Its answer is never evidence."""
        request = self._runtime.http.build_request(
            "POST",
            f"{self._base_url}/OAuth/Token",
            data={"grant_type": "client_credentials"},
            headers=self._who_asks(),
        )
        credentials = httpx.BasicAuth(self._keys.application_key, self._keys.client_key)
        request = next(credentials.auth_flow(request))
        response = self._exchange(request, deadline_utc_s, is_repeatable=True)
        if response.status_code == 429:
            raise self._throttled(response)
        if response.status_code >= 500 or response.status_code == 408:
            raise Repeatable(f"HTTP {response.status_code} on the token call")
        if response.status_code != 200:
            raise KeysRefused(self._venue, self._redactor()(words_of(response)), find_wrong_key(response))
        try:
            answer = json_of(response, self._redactor())
        except Repeatable as error:
            raise Repeatable(str(error)) from None
        value = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(value, str):
            raise Repeatable("the token call answered without a token")
        if not _TOKEN_FORM.fullmatch(value):
            raise Repeatable("the token call answered with a token that no header can carry")
        lifetime_s = _parse_lifetime_s(answer.get("expires_in"))
        self._tokens = (*self._tokens, value)[-FORMER_TOKENS:]
        return _Token(value, self._runtime.clock() + max(lifetime_s - TOKEN_MARGIN_S, lifetime_s / 2))

    def _who_asks(self) -> dict[str, str]:
        """The headers of every call, those for a token among them."""
        headers = {"Accept": "application/json", "User-Agent": self._user_agent}
        if self._api == "v2" and self._keys.subscription_key:
            headers["Ocp-Apim-Subscription-Key"] = self._keys.subscription_key
        return headers


def _retrying(runtime: Runtime, deadline_utc_s: float) -> Retrying:
    def is_over(state: RetryCallState) -> bool:
        """Whether it was tried often enough, or the wait before the next try would pass the deadline."""
        return state.attempt_number >= ATTEMPTS or runtime.clock() + state.upcoming_sleep >= deadline_utc_s

    return Retrying(
        stop=is_over,
        wait=_wait_s,
        retry=retry_if_exception(_is_worth_repeating),
        sleep=runtime.sleep,
        reraise=True,
    )


def _is_worth_repeating(error: BaseException) -> bool:
    if isinstance(error, Throttled):
        return error.retry_after_s <= PATIENCE_S
    return isinstance(error, NotSent | Repeatable) and not isinstance(error, NotConnected)


_backoff = wait_exponential(multiplier=0.3, max=5) + wait_random(0, 0.5)


def _wait_s(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked_s = getattr(error, "retry_after_s", 0.0)
    return max(float(asked_s), float(_backoff(state)))


class _Beyond(httpx.ReadError):
    """An answer beyond a limit of ours; its text says which."""


_OF_THE_WAY = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})
"""Headers of how an answer came, which no longer hold once it is unpacked; in bytes, as a proxy may write any."""


def _parse_lifetime_s(told: Any) -> float:
    """How long a token lives (s), 0 where that is not told. Raises Repeatable where no token of PowerOffice's does."""
    if told is None:
        return 0.0
    if isinstance(told, str) and told.isascii() and told.isdecimal():
        told = int(told[:20])
    is_number = isinstance(told, int | float) and not isinstance(told, bool)
    if not is_number or not 0 < told <= TOKEN_LIFETIME_MAX_S:
        raise Repeatable("the token call answered with a token of a lifetime that cannot be")
    return float(told)


def _name(error: httpx.RequestError) -> str:
    """What went wrong, without addresses that may carry keys."""
    return str(error) if isinstance(error, _Beyond) else type(error).__name__


def wire_amount(amount_ore: int) -> float:
    """Øre as a JSON number in kroner. Dividing once and rounding once, its shortest text has at most two
    decimals, which is what is sent."""
    return amount_ore / 100
