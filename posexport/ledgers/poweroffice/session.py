"""What both PowerOffice APIs share: addresses, keys and tokens, what may be sent again, and what every kind of answer
means. How a request is made, within which limits, and how often it is tried, is `http.client`'s.

Secrets live in `Keys`, whose text form shows none of them, and in request headers; never in a message.

What is retried, as `RETRIES` says with exponential waits and jitter: a request that never left, a 429
(after the wait it asks for, at least a second), and, for tokens and what may be made twice (reads, removals,
replacements), a 408, a 5xx or an answer that was lost. A 401 renews the token once and repeats the call once.

A voucher is refused only by a 4xx in PowerOffice's own form of a problem, and not by a conflict, which may be with
itself. Any other answer to it that is no success may hide one: that is `AnswerLost`, and somebody must look before it
is sent again. Only where the server itself refuses a second one (`is_guarded`) is it sent again from here, after a 401
or a 429. A page whose answer was lost is never sent again from here either.

After a call's deadline none of its requests begins, the token's included; no answer may take longer or be longer than
`LIMITS` say.

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
"""PowerOffice's two APIs; each is a line of the throttle too, v1 by application key, v2 by subscription key."""

RETRIES = RetryPolicy(attempts=4, patience_s=20)
"""A 429 that asks for a longer wait than that patience is not waited for: the next run is."""

LIMITS = Limits(exchange_s=45, answer_bytes_max=50_000_000)
"""Longer than the wait for an answer to begin (25 s); 20,000 rows of any list are a fifth of so many bytes."""

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
        self._client = Client(runtime, api, hashlib.sha256(throttled_by.encode()).hexdigest(), LIMITS, RETRIES)
        self._token: _Token | None = None
        self._tokens: tuple[str, ...] = ()
        self._refusal: tuple[float, KeysRefused] | None = None
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
        return self._client.read_time()

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
        """Make a request once. Raises NotSent where it never left; where it did, and no whole answer came, Repeatable
        for what may simply be made again, and AnswerLost for anything else."""
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
        """Every answer that is not a plain success, by what to do about it."""
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
        """The headers of every call, those for a token among them."""
        headers = {"Accept": "application/json", "User-Agent": self._user_agent}
        if self._api == "v2" and self._keys.subscription_key:
            headers["Ocp-Apim-Subscription-Key"] = self._keys.subscription_key
        return headers


def _find_wait_s(error: BaseException) -> float | None:
    """How long a failed call waits at least before it is tried again; None where it is not."""
    if isinstance(error, Throttled):
        return error.retry_after_s
    is_worth_repeating = isinstance(error, NotSent | Repeatable) and not isinstance(error, NotConnected)
    return 0 if is_worth_repeating else None


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


def wire_amount(amount_ore: int) -> float:
    """Øre as a JSON number in kroner. Dividing once and rounding once, its shortest text has at most two
    decimals, which is what is sent."""
    return amount_ore / 100
