"""The sandbox's world: every company, key, token, draft and fault behind one method, `PowerOfficeGo.handle`.

Lives here: routing, throttling, the lagging replica's view, and what tests look at. Never here: sockets, sleeping, and
anything of posexport outside this folder: the sandbox must not be able to agree with the exporter by construction.
Units: `*_s` seconds; the clock gives epoch seconds and is the only source of time.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from urllib.parse import unquote

from . import oauth, page, page_acts, v1, v2
from .books import REPLICA_LAG_S, LoggedRequest
from .call import Call
from .chart import Key, demo_client
from .faults import Fault, Faults, next_fault, ordered_answer, refusal_answer, spoil, status_answer
from .ledger import Draft
from .orders import Order
from .refusals import V1BackEnd, v1_http, v2_http
from .sales_books import SalesBooks
from .wire import PRIVILEGE_MISSING, Answer, ConnectionLost, HttpRefusal, Request, http_date

V1_REQUESTS_PER_S = 50
V2_REQUESTS_PER_S = 10
SUBSCRIPTION_HEADER = "ocp-apim-subscription-key"

URL_LENGTH_MAX = 2_000 - len("https://goapi.poweroffice.net?")
"""Of path and query together."""

_TOO_LONG = b"<html><head><title>404 - File or directory not found.</title></head><body></body></html>"

_FAULTS_BY_HAND = {
    "lose_request": Fault("lose_request"),
    "lose_answer": Fault("lose_answer"),
    "status_before": Fault("status_before", status=503),
    "status_after": Fault("status_after", status=502),
}

_NO_SUBSCRIPTION = (
    "Access denied due to missing subscription key. "
    "Make sure to include subscription key when making requests to an API."
)
_WRONG_SUBSCRIPTION = (
    "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription."
)


class PowerOfficeGo(SalesBooks):
    """PowerOffice Go, as far as a settlement exporter needs it. Thread-safe; deterministic by clock and rng.

    `admit_unknown_keys`: an unknown pair of keys becomes a new key of the first client, unless either key is empty or
    starts with "wrong". With False only pairs added with `add_key` work. `subscription_keys` None accepts every
    subscription key that is not empty and does not start with "wrong".

    May be changed at any time: `v1_back_end`, the form of v1's refusals; `replica_lag_s`, how long reads lag writes;
    `fresh_s`, how long documentation for a new draft gets a 404; `voucher_no_lag_s`, how long a posted voucher has no
    number; `posting_s`, how long posting takes after the click; `privilege_status`, 403 or 400; `duplicate_status`, 400
    or 409 for an order whose reference is taken; `price_decimals`, how many decimals of a price stay, None for all;
    `is_down`, whether no request arrives; `next_voucher`, what happens to the next voucher or order (a key of
    `page.NEXT_VOUCHER`).
    """

    # --- the wire -------------------------------------------------------------------------------------

    def handle(
        self,
        method: str,
        path: str,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """Answer one request. Raises `ConnectionLost` where a fault loses the request or its answer."""
        lowered = {name.lower(): value for name, value in (headers or {}).items()}
        request = Request(method.upper(), unquote(path), query, lowered, body)
        received: list[Draft | Order] = []
        try:
            with self._lock:
                answer = self._handle(request, received)
                return replace(answer, headers={"Date": http_date(self.clock()), **answer.headers})
        finally:
            for made in received:
                if isinstance(made, Order):
                    if self.on_order is not None:
                        self.on_order(made)
                elif self.on_draft is not None:
                    self.on_draft(made)

    def _handle(self, request: Request, received: list[Draft | Order]) -> Answer:
        now_s = self.clock()
        self._process_late(now_s, received)
        fault = self._fault_by_hand(request) or next_fault(self.faults, request)
        status = 0
        try:
            if fault.kind == "lose_request":
                raise ConnectionLost(processed=False, delay_s=fault.delay_s)
            if fault.kind == "late":
                self._late.append((now_s + fault.delay_s, request))
                raise ConnectionLost(processed=False)
            if fault.kind == "refuse":
                return refusal_answer(fault, request.api)
            if fault.kind == "status_before":
                return replace(status_answer(fault), delay_s=fault.delay_s)
            if fault.kind == "answer_before":
                return replace(ordered_answer(fault), delay_s=fault.delay_s)
            answer = self._answer(request, now_s, received)
            status = answer.status
            if fault.kind == "lose_answer":
                raise ConnectionLost(processed=True, delay_s=fault.delay_s)
            if fault.kind == "status_after":
                answer = status_answer(fault)
            elif fault.kind == "answer_after":
                answer = ordered_answer(fault)
            elif fault.kind == "garbage":
                answer = spoil(answer, fault.garbage)
            return replace(answer, delay_s=fault.delay_s) if fault.delay_s else answer
        finally:
            self.requests.append(LoggedRequest(request.method, request.path, status, request.api, now_s, fault.kind))

    def _fault_by_hand(self, request: Request) -> Fault | None:
        """The fault set on the page for this request, if any."""
        if request.api == "page":
            return Fault()
        if self.is_down:
            return Fault("lose_request")
        if self.next_voucher not in _FAULTS_BY_HAND or not request.is_voucher:
            return None
        kind, self.next_voucher = self.next_voucher, ""
        return _FAULTS_BY_HAND[kind]

    def _process_late(self, now_s: float, received: list[Draft | Order]) -> None:
        """Process delayed requests that are due, though their senders have given up."""
        due = [late for late in self._late if late[0] <= now_s]
        self._late = [late for late in self._late if late[0] > now_s]
        for at_s, request in due:
            answer = self._answer(request, at_s, received)
            self.requests.append(LoggedRequest(request.method, request.path, answer.status, request.api, at_s, "late"))

    def process_late(self) -> None:
        """Process every delayed request that is due, without a new request."""
        with self._lock:
            self._process_late(self.clock(), [])

    def _answer(self, request: Request, now_s: float, received: list[Draft | Order]) -> Answer:
        self._forget_deleted(now_s)
        if len(request.path) + len(request.query) > URL_LENGTH_MAX:
            return Answer(404, {"Content-Type": "text/html"}, _TOO_LONG)
        try:
            if request.path == "/OAuth/Token":
                return self._token(request, now_s)
            if request.api == "page":
                return self._page(request)
            if request.api == "v2":
                self._check_subscription(request, now_s)
                token = self._tokens.check(request, "v2", now_s)
                return v2.answer(Call(self, self._companies[token.key.client_id], token, request, now_s, received))
            token = self._tokens.check(request, "v1", now_s)
            self._v1_throttle.take(token.key.application_key, now_s)
            return v1.answer(Call(self, self._companies[token.key.client_id], token, request, now_s, received))
        except HttpRefusal as refusal:
            if request.api != "v2":
                return v1_http(refusal)
            if refusal.title == PRIVILEGE_MISSING:
                refusal.status = self.privilege_status
            return v2_http(refusal, self.rng)

    def _check_subscription(self, request: Request, now_s: float) -> None:
        key = request.headers.get(SUBSCRIPTION_HEADER, "").strip()
        allowed = self.subscription_keys
        if not (key in allowed if allowed is not None else key and not key.startswith("wrong")):
            raise HttpRefusal(401, _WRONG_SUBSCRIPTION if key else _NO_SUBSCRIPTION)
        self._v2_throttle.take(key, now_s)

    def _token(self, request: Request, now_s: float) -> Answer:
        if request.method != "POST":
            raise HttpRefusal(405, "The token call is a POST.", {"Allow": "POST"})
        pair = oauth.basic_keys(request)
        if request.api == "v2":
            self._check_subscription(request, now_s)
        elif pair is not None:
            self._v1_throttle.take(pair[0], now_s)
        key = self._key(*pair) if pair else None
        if key is None:
            return oauth.WRONG_KEYS
        refusal = oauth.check_grant(request)
        if refusal is not None:
            return refusal
        if not key.active:
            return oauth.SWITCHED_OFF
        client = self._companies[key.client_id].client
        return oauth.token_answer(self._tokens.issue(key, request.api, now_s, client))

    def _key(self, application_key: str, client_key: str) -> Key | None:
        known = self._keys.get((application_key, client_key))
        if known is not None or not self.admit_unknown_keys or not self._companies:
            return known
        if any(not key or key.startswith("wrong") for key in (application_key, client_key)):
            return None
        integration = f"Egendefinert {len(self._keys) + 1}"
        key = Key(application_key, client_key, next(iter(self._companies)), integration)
        self._keys[application_key, client_key] = key
        return key

    def _page(self, request: Request) -> Answer:
        if request.path.startswith("/bookkeeper/"):
            if request.method != "POST":
                raise HttpRefusal(405, "The bookkeeper's acts are forms.", {"Allow": "POST"})
            self._notice, answer = page_acts.act(self, request)
            return answer
        if request.method not in ("GET", "HEAD"):
            raise HttpRefusal(405, "This page can only be read.", {"Allow": "GET"})
        companies = list(self._companies.values())
        if request.path == "/drafts.json":
            return page.drafts_json(companies, self.drafts(), self.vouchers())
        if request.query == "copy":
            return page.html(companies, self._surroundings(), None, is_copy=True)
        notice, self._notice = self._notice, None
        return page.html(companies, self._surroundings(), notice)

    def _surroundings(self) -> page.Surroundings:
        return page.Surroundings(
            self.v1_back_end,
            self.is_down,
            self.next_voucher,
            self.replica_lag_s,
            self.fresh_s,
            self.voucher_no_lag_s,
            self.posting_s,
        )


def default_world(
    *,
    clock: Callable[[], float] = time.time,
    rng: random.Random | None = None,
    admit_unknown_keys: bool = True,
    subscription_keys: Collection[str] | None = None,
    v1_requests_per_s: int = V1_REQUESTS_PER_S,
    v2_requests_per_s: int = V2_REQUESTS_PER_S,
    replica_lag_s: float = REPLICA_LAG_S,
    v1_back_end: V1BackEnd = "old",
    faults: Faults | None = None,
    on_draft: Callable[[Draft], None] | None = None,
    on_order: Callable[[Order], None] | None = None,
) -> PowerOfficeGo:
    """A world with one company, Fjordmat AS (999999999), that admits any keys not starting with "wrong"."""
    return PowerOfficeGo(
        [demo_client()],
        clock=clock,
        rng=rng,
        admit_unknown_keys=admit_unknown_keys,
        subscription_keys=subscription_keys,
        v1_requests_per_s=v1_requests_per_s,
        v2_requests_per_s=v2_requests_per_s,
        replica_lag_s=replica_lag_s,
        v1_back_end=v1_back_end,
        faults=faults,
        on_draft=on_draft,
        on_order=on_order,
    )
