"""What both PowerOffice APIs share: addresses, keys and tokens, what may be sent again, and the meaning of every
answer. `http.client` makes the requests, with their limits and retries.

Secrets are in `Keys`, whose text form shows none of them, and in request headers; never in a message.

Retried, as `RETRIES` says, with exponential waits and jitter: a request that never left, a 429 (after the wait it asks
for, at least a second), and, for tokens and repeatable calls (reads, deletions, replacements), a 408, a 5xx or a lost
answer. A 401 renews the token once and repeats the call once.

A voucher counts as refused only after a 4xx with a problem document of PowerOffice, and not after a conflict, which may
be with an earlier attempt of the same call. After any other unsuccessful answer it may have been processed: that is
`AnswerLost`, and it must be looked up before it is sent again. Only where the server itself refuses duplicates
(`is_guarded`) is it sent again at once, after a 401 or a 429. An attachment whose answer was lost is never sent again
from here.

After a call's deadline none of its requests begins, the token's included; `LIMITS` has how long an answer may take and
how large it may be.

Source: PowerOffice Go's API descriptions, v1 and v2.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

import httpx

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
from posexport.http.client import NEVER, Client, Limits, RetryPolicy, Runtime
from posexport.http.evidence import Answered, format_evidence, with_evidence
from posexport.http.failures import Lost, NotLeft, NoWayOut
from posexport.http.redact import Redactor, basic_secret
from posexport.ledgers.poweroffice.answers import (
    HttpRefused,
    Repeatable,
    find_wrong_key,
    is_own_refusal,
    is_privilege_question,
    is_problem,
    json_of,
    name_answer,
    words_of,
)

Api = Literal["v1", "v2"]
"""PowerOffice's two APIs; each is throttled by itself, v1 by application key, v2 by subscription key."""

RETRIES = RetryPolicy(attempts=4, patience_s=20)
"""A 429 that asks for a longer wait than `patience_s` is left to the next run."""

LIMITS = Limits(exchange_s=45, answer_bytes_max=50_000_000)
"""Longer than the wait for an answer to begin (25 s); 20,000 rows of any list are a fifth of so many bytes."""

TOKEN_LIFETIME_MAX_S = 7 * 86_400
"""The longest believable lifetime of a token (s); PowerOffice promises 20 minutes."""

_TOKEN_FORM = re.compile(r"[!-~]{1,20000}")
"""A token's possible characters and length: it fits into a header, and is many times longer than any JWT."""

TOKEN_MARGIN_S = 60
"""How long (s) before it expires a token is renewed, rather than after a 401."""

REFUSAL_S = 30
"""How long (s) refused keys are not tried again: hundreds of vouchers would each ask the same."""


LAG_S = 2.0
"""How long (s) reads may lag writes: what nobody answered, or was refused as a duplicate, is looked for after this."""

FORMER_TOKENS = 16
"""How many tokens are remembered, so that they are redacted from answers that repeat them: more than a run of hours
uses."""

_BASES: Mapping[tuple[Api, str], str] = {
    ("v1", "production"): "https://api.poweroffice.net",
    ("v1", "demo"): "https://api-demo.poweroffice.net",
    ("v2", "production"): "https://goapi.poweroffice.net",
    ("v2", "demo"): "https://goapi.poweroffice.net/Demo",
}


def find_base_url(company: Company, api: Api) -> str:
    """The base URL of a company's calls, without a trailing slash."""
    return (company.base_url or _BASES[api, company.environment]).rstrip("/")


def format_user_agent(contact: str | None = None) -> str:
    """The User-Agent header: the program, its version, and an address that PowerOffice can write to.

    >>> format_user_agent("drift@kjede.example").partition(" ")[2]
    '(drift@kjede.example)'
    """
    program = f"posexport/{__version__}"
    return f"{program} ({quote(contact, safe=_IN_CONTACT)})" if contact else program


_IN_CONTACT = "@.+-_~!#$&'*/=?^`{|}"
"""Characters of an e-mail address that need no escaping in a header."""


@dataclass(frozen=True, slots=True)
class Keys:
    """One venue's secrets. Never shown."""

    application_key: str = field(repr=False)
    client_key: str = field(repr=False)
    subscription_key: str | None = field(default=None, repr=False)


@dataclass(slots=True)
class _Token:
    value: str = field(repr=False)
    renew_at: float


@dataclass(frozen=True, slots=True)
class _Call:
    """One call, over all its attempts."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    parameters: Mapping[str, str] | None = None
    body: Mapping[str, Any] | None = None
    page: Page | None = None
    patch: Mapping[str, Any] | None = None
    deadline_utc_s: float = NEVER
    is_guarded: bool = False

    @property
    def is_repeatable(self) -> bool:
        """Whether making it twice has the same effect as once."""
        return self.method != "POST"

    @property
    def may_go_again(self) -> bool:
        """Whether it may be repeated at once though PowerOffice may have received it: it is repeatable, or the server
        refuses a duplicate, or a duplicate books nothing."""
        return self.is_repeatable or self.is_guarded or self.page is not None

    @property
    def answers_json(self) -> bool:
        """Whether a success must have a body."""
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
        self._client = Client(runtime, api, hashlib.sha256(throttled_by.encode()).hexdigest(), LIMITS, RETRIES)
        self._token: _Token | None = None
        self._tokens: tuple[str, ...] = ()
        self._refusal: tuple[float, KeysRefused] | None = None
        self._lock = threading.Lock()

    def read(self, path: str, parameters: Mapping[str, str] | None = None, deadline_utc_s: float = NEVER) -> Answered:
        """GET; the JSON of the answer, None where it has no body."""
        return self._make(_Call("GET", path, parameters, deadline_utc_s=deadline_utc_s))

    def write(self, path: str, body: Mapping[str, Any], deadline_utc_s: float, *, is_guarded: bool) -> Answered:
        """POST; the JSON of the answer. No request is begun after the deadline: NotSent instead. `is_guarded`: the
        server refuses a duplicate with the same reference.

        Raises AnswerLost where it may have been processed though no usable answer came.
        """
        return self._make(_Call("POST", path, body=body, deadline_utc_s=deadline_utc_s, is_guarded=is_guarded))

    def patch(self, path: str, values: Mapping[str, Any]) -> Answered:
        """PATCH that gives these fields these values; repeated where its answer was lost: it replaces itself."""
        return self._make(_Call("PATCH", path, patch=values))

    def delete(self, path: str) -> Answered:
        """DELETE; repeated where its answer was lost, which is safe."""
        return self._make(_Call("DELETE", path))

    def upload(self, path: str, page: Page, deadline_utc_s: float) -> Answered:
        """POST of a file. No request is begun after the deadline: NotSent instead. Raises AnswerLost where it may have
        been stored."""
        return self._make(_Call("POST", path, page=page, deadline_utc_s=deadline_utc_s))

    def replace(self, path: str, parameters: Mapping[str, str], page: Page, deadline_utc_s: float) -> Answered:
        """PUT of a file; repeated where its answer was lost, until the deadline: it replaces itself."""
        return self._make(_Call("PUT", path, parameters, page=page, deadline_utc_s=deadline_utc_s))

    def read_time(self) -> int | None:
        """PowerOffice's clock (UTC s), from the newest of its answers; None where it has not told it."""
        return self._client.read_time()

    def sign_in(self) -> None:
        """Fetch a token, unless a valid one is cached; tried once."""
        try:
            self._find_token(NEVER)
        except Repeatable as error:
            raise NotSent(str(error)) from None

    @property
    def venue(self) -> str:
        """The id of the venue whose keys these are."""
        return self._venue

    def measure(self, path: str, parameters: Mapping[str, str]) -> int:
        """The length (characters) of a read's encoded URL."""
        return len(str(httpx.URL(f"{self._base_url}{self._prefix}{path}", params=parameters)))

    @property
    def _prefix(self) -> str:
        return "/v2" if self._api == "v2" else ""

    def wait(self, seconds: float) -> None:
        """Sleep before the next call."""
        self._runtime.sleep(seconds)

    def _make(self, call: _Call) -> Answered:
        arrived: list[int] = []
        try:
            return self._client.keep_trying(lambda: self._try(call, arrived), _find_wait_s, call.deadline_utc_s)
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
        """Attempt a call once. `arrived`: collects the status of each answer that leaves open whether PowerOffice has
        the request."""
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
        """The JSON of a successful answer. Raises Repeatable or AnswerLost where it cannot be read."""
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
        if call.patch is not None:
            headers["Content-Type"] = "application/json-patch+json"
            changes = [{"op": "replace", "path": f"/{name}", "value": value} for name, value in call.patch.items()]
            content = json.dumps(changes, ensure_ascii=False).encode()
        if call.page is not None:
            files = {"file": (call.page.name, call.page.content, "application/pdf")}
        request = self._client.build(
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
        """Make a request once. Raises NotSent where it never left; where it left and no complete answer came,
        Repeatable for a repeatable call and AnswerLost for any other."""
        try:
            return self._client.exchange(request, deadline_utc_s)
        except NoWayOut as failed:
            raise NotConnected(failed.what, failed.fix) from None
        except NotLeft as failed:
            raise NotSent(failed.why) from None
        except Lost as failed:
            if is_repeatable:
                raise Repeatable(failed.why) from None
            raise AnswerLost(failed.why) from None

    def _judge(self, call: _Call, response: httpx.Response) -> None:
        """Raises what an unsuccessful answer means, by what to do about it."""
        status, redact = response.status_code, self._redactor()
        if status < 300:
            return
        evidence = format_evidence(response, redact)
        if status == 429 and call.may_go_again:
            raise with_evidence(Throttled(self._client.find_asked_wait_s(response)), evidence)
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

    def _redactor(self) -> Redactor:
        """The redactor of this session's secrets, former tokens included."""
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
        """Drop a token that PowerOffice no longer accepts, unless another thread has renewed it since."""
        with self._lock:
            if self._token is not None and self._token.value == value:
                self._token = None

    def _fetch_token(self, deadline_utc_s: float) -> _Token:
        """Fetch a new token. Runs within the retries of `_make`, since a token call may always be repeated. Its answer
        is never kept as evidence."""
        request = self._client.build(
            "POST",
            f"{self._base_url}/OAuth/Token",
            data={"grant_type": "client_credentials"},
            headers=self._who_asks(),
        )
        credentials = httpx.BasicAuth(self._keys.application_key, self._keys.client_key)
        request = next(credentials.auth_flow(request))
        response = self._exchange(request, deadline_utc_s, is_repeatable=True)
        if response.status_code == 429:
            raise Throttled(self._client.find_asked_wait_s(response))
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
        """The headers of every call, token calls included."""
        headers = {"Accept": "application/json", "User-Agent": self._user_agent}
        if self._api == "v2" and self._keys.subscription_key:
            headers["Ocp-Apim-Subscription-Key"] = self._keys.subscription_key
        return headers


def _find_wait_s(error: BaseException) -> float | None:
    """How long (s) to wait at least before a failed call is retried; None where it is not."""
    if isinstance(error, Throttled):
        return error.retry_after_s
    is_worth_repeating = isinstance(error, NotSent | Repeatable) and not isinstance(error, NotConnected)
    return 0 if is_worth_repeating else None


def _parse_lifetime_s(told: Any) -> float:
    """A token's lifetime (s), 0 where the answer does not say. Raises Repeatable for one that no token of PowerOffice's
    has."""
    if told is None:
        return 0.0
    if isinstance(told, str) and told.isascii() and told.isdecimal():
        told = int(told[:20])
    is_number = isinstance(told, int | float) and not isinstance(told, bool)
    if not is_number or not 0 < told <= TOKEN_LIFETIME_MAX_S:
        raise Repeatable("the token call answered with a token of a lifetime that cannot be")
    return float(told)


def wire_amount(amount_ore: int) -> float:
    """Øre as a JSON number in kroner. Divided and rounded once, so its shortest text, which is what is sent, has at
    most two decimals."""
    return amount_ore / 100
