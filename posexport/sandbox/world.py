"""The sandbox's world: every company, key, token, draft and fault behind one method, `PowerOfficeGo.handle`.

Lives here: state, routing, throttling, the view of the lagging replica, and what tests look at.
Never here: sockets, sleeping, and anything of posexport outside this folder: the sandbox must not be able to
agree with the exporter by construction.
Units: `*_s` seconds; the clock gives epoch seconds and is the only source of time.
"""

from __future__ import annotations

import random
import threading
import time
import uuid
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import unquote

from . import bookkeeper, oauth, page, page_acts, v1, v2
from .bookkeeper import NotAllowed
from .call import Call
from .chart import Key, SandboxClient, demo_client
from .faults import Fault, Faults, next_fault, ordered_answer, refusal_answer, spoil, status_answer
from .ledger import DRAFT_KINDS, Company, Draft, DraftLine, Kind, Stored
from .refusals import V1BackEnd, v1_http, v2_http
from .throttle import Throttle
from .wire import PRIVILEGE_MISSING, Answer, ConnectionLost, HttpRefusal, Request, http_date

V1_REQUESTS_PER_S = 50
V2_REQUESTS_PER_S = 10
REPLICA_LAG_S = 0.3
REQUEST_LOG_LENGTH = 50_000
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


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request as it went; never keys, query or body. `status` is 0 where nothing was processed."""

    method: str
    path: str
    status: int
    api: str
    at_s: float
    fault: str = "none"


class PowerOfficeGo:
    """PowerOffice Go, as far as a settlement exporter meets it. Thread-safe; deterministic by clock and rng.

    `admit_unknown_keys`: an unknown pair of keys becomes a new key of the first client, unless either key is
    empty or starts with "wrong". With False only pairs added with `add_key` work. `subscription_keys` None
    accepts every subscription key that is not empty and does not start with "wrong".
    What may be changed at any time: `v1_back_end`, in which form v1 refuses; `replica_lag_s`, how long reads lag
    writes; `fresh_s`, how long documentation for a new draft meets a 404; `voucher_no_lag_s`, how long a posted
    voucher has no number yet; `posting_s`, how long posting takes after the click; `privilege_status`, 403 or 400;
    `is_down`, whether no request arrives; `next_voucher`, what becomes of the next one (a key of `page.NEXT_VOUCHER`).
    """

    def __init__(
        self,
        clients: Iterable[SandboxClient] = (),
        keys: Iterable[Key] = (),
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
    ) -> None:
        self._lock = threading.RLock()
        self.rng = rng or random.SystemRandom()
        self._tokens = oauth.Tokens(self.rng)
        self._companies: dict[str, Company] = {}
        self._keys: dict[tuple[str, str], Key] = {}
        self._owner: dict[str, Company] = {}
        self._deleted: deque[tuple[float, Company, str]] = deque()
        self._late: list[tuple[float, Request]] = []
        self._v1_throttle = Throttle(v1_requests_per_s)
        self._v2_throttle = Throttle(v2_requests_per_s)
        self._sequence = 0
        self.clock = clock
        self.admit_unknown_keys = admit_unknown_keys
        self.subscription_keys = subscription_keys
        self.replica_lag_s = replica_lag_s
        self.v1_back_end = v1_back_end
        self.fresh_s = 0.0
        self.voucher_no_lag_s = 0.0
        self.posting_s = 0.0
        self.privilege_status = 403
        self.is_down = False
        self.next_voucher = ""
        self._notice: page.Notice | None = None
        self.faults: Faults = deque() if faults is None else faults
        self.on_draft = on_draft
        self.requests: deque[LoggedRequest] = deque(maxlen=REQUEST_LOG_LENGTH)
        for client in clients:
            self.add_client(client)
        for key in keys:
            self.add_key(key)

    # --- the wire -------------------------------------------------------------------------------------

    def handle(
        self,
        method: str,
        path: str,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """One request, one answer; raises `ConnectionLost` where a fault loses either of them."""
        lowered = {name.lower(): value for name, value in (headers or {}).items()}
        request = Request(method.upper(), unquote(path), query, lowered, body)
        received: list[Draft] = []
        try:
            with self._lock:
                answer = self._handle(request, received)
                return replace(answer, headers={"Date": http_date(self.clock()), **answer.headers})
        finally:
            if self.on_draft is not None:
                for draft in received:
                    self.on_draft(draft)

    def _handle(self, request: Request, received: list[Draft]) -> Answer:
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
        """What was set on the page for this request."""
        if request.api == "page":
            return Fault()
        if self.is_down:
            return Fault("lose_request")
        if self.next_voucher not in _FAULTS_BY_HAND or not request.is_voucher:
            return None
        kind, self.next_voucher = self.next_voucher, ""
        return _FAULTS_BY_HAND[kind]

    def _process_late(self, now_s: float, received: list[Draft]) -> None:
        """What was given up by whoever sent it, and is processed all the same."""
        due = [late for late in self._late if late[0] <= now_s]
        self._late = [late for late in self._late if late[0] > now_s]
        for at_s, request in due:
            answer = self._answer(request, at_s, received)
            self.requests.append(LoggedRequest(request.method, request.path, answer.status, request.api, at_s, "late"))

    def process_late(self) -> None:
        """Let everything that is due have been processed, though nobody asks for anything."""
        with self._lock:
            self._process_late(self.clock(), [])

    def _answer(self, request: Request, now_s: float, received: list[Draft]) -> Answer:
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
            return page.drafts_json([company.client for company in companies], self.drafts(), self.vouchers())
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

    # --- companies and keys ---------------------------------------------------------------------------

    def add_client(self, client: SandboxClient) -> SandboxClient:
        """Adds a company, or replaces the master data of one that is there (its drafts stay)."""
        with self._lock:
            company = self._companies.get(client.client_id)
            if company is None:
                self._companies[client.client_id] = Company(client, len(self._companies))
            else:
                company.set_client(client)
            return client

    def add_key(self, key: Key) -> Key:
        """Adds a pair of keys: one client key per (client, application key), and none is shared."""
        with self._lock:
            if key.client_id not in self._companies:
                raise ValueError("the key names a client that is not here")
            for known in self._keys.values():
                if known.client_key == key.client_key:
                    raise ValueError("the client key is in use already")
                if (known.client_id, known.application_key) == (key.client_id, key.application_key):
                    raise ValueError("the application key has a client key for this client already")
            self._keys[key.application_key, key.client_key] = key
            return key

    def set_privileges(self, application_key: str, client_key: str, privileges: Iterable[str]) -> None:
        """Changes what a key may do; only tokens issued from now on see it."""
        with self._lock:
            pair = application_key, client_key
            self._keys[pair] = replace(self._keys[pair], privileges=frozenset(privileges))

    def set_active(self, application_key: str, client_key: str, *, active: bool) -> None:
        """Switches an extension off or on again; tokens that are out go on."""
        with self._lock:
            pair = application_key, client_key
            self._keys[pair] = replace(self._keys[pair], active=active)

    def set_lock_date(self, lock_date: date | None, client: SandboxClient | str | None = None) -> None:
        """Locks the books up to and including a date, of one company or of every one."""
        with self._lock:
            for company in self._chosen(client):
                company.set_client(replace(company.client, lock_date=lock_date))

    @property
    def clients(self) -> tuple[SandboxClient, ...]:
        with self._lock:
            return tuple(company.client for company in self._companies.values())

    # --- what tests look at and do --------------------------------------------------------------------

    def drafts(self, client: SandboxClient | str | None = None) -> list[Draft]:
        """The drafts that stand in Go now, posted ones included, oldest first; no replica lag here."""
        return self._received(client, DRAFT_KINDS)

    def corrections(self, client: SandboxClient | str | None = None) -> list[Draft]:
        """What a bookkeeper made instead of posted vouchers."""
        return self._received(client, ("correction",))

    def vouchers(self, client: SandboxClient | str | None = None) -> list[Draft]:
        """What was posted directly, past the drafts."""
        return self._received(client, ("cash-voucher", "manual-voucher"))

    def draft(self, draft_id: str) -> Draft:
        """One draft or voucher; raises KeyError."""
        with self._lock:
            return self._stored(draft_id)[1].draft

    def post(self, draft_id: str) -> Draft:
        """A bookkeeper posts the draft. Where it cannot be, it stays one, and `error` says why; raises KeyError."""
        with self._lock:
            company, stored = self._stored(draft_id)
            bookkeeper.post(company, stored, self.clock(), self.posting_s)
            return stored.draft

    def fail(self, draft_id: str, error: str) -> Draft:
        """A bookkeeper clicks Import, and Go says this instead of posting the draft; raises KeyError, and NotAllowed
        where it is posted."""
        with self._lock:
            stored = self._stored(draft_id)[1]
            bookkeeper.fail(stored, self.clock(), error)
            return stored.draft

    def edit(
        self,
        draft_id: str,
        *,
        description: str | None = None,
        voucher_date: date | None = None,
        lines: tuple[DraftLine, ...] | None = None,
    ) -> Draft:
        """A bookkeeper changes a draft, or the text of what is posted; raises KeyError, NotAllowed, and Refused
        where it does not balance."""
        with self._lock:
            company, stored = self._stored(draft_id)
            bookkeeper.edit(
                company, stored, self.clock(), description=description, voucher_date=voucher_date, lines=lines
            )
            return stored.draft

    def correct(
        self,
        voucher_id: str,
        *,
        description: str | None = None,
        voucher_date: date | None = None,
        lines: tuple[DraftLine, ...] | None = None,
    ) -> Draft:
        """A bookkeeper corrects what is posted: a reversal, and a new voucher, which is returned; raises KeyError,
        NotAllowed, and Refused where it does not balance."""
        with self._lock:
            company, stored = self._stored(voucher_id)
            made = bookkeeper.correct(
                company,
                stored,
                self.clock(),
                self.new_id,
                description=description,
                voucher_date=voucher_date,
                lines=lines,
            )
            self.store(company, made)
            return made.draft

    def submit_for_approval(self, draft_id: str) -> None:
        """A bookkeeper sends a journal-entry draft to be approved of; raises KeyError."""
        with self._lock:
            self._stored(draft_id)[1].submitted_at_s = self.clock()

    def reverse(self, voucher_id: str) -> None:
        """A bookkeeper reverses what is posted, and nothing comes instead: the reference of what was posted directly
        is free again; raises KeyError, and NotAllowed where it is not posted."""
        with self._lock:
            company, stored = self._stored(voucher_id)
            bookkeeper.reverse(company, stored, self.clock(), self.new_id)

    def delete(self, draft_id: str) -> None:
        """A bookkeeper deletes the draft; raises KeyError, and NotAllowed where it is posted."""
        with self._lock:
            company, stored = self._stored(draft_id)
            if stored.posted_at_s is not None:
                raise NotAllowed("What is posted is reversed or corrected, never deleted.")
            self.mark_deleted(company, stored, self.clock())

    def expire_tokens(self) -> None:
        """Every token given so far is refused from now on."""
        with self._lock:
            self._tokens.clear()

    def reset(self) -> None:
        """Forgets drafts, vouchers, tokens, faults and the log; companies, keys and lock dates stay."""
        with self._lock:
            for company in self._companies.values():
                company.clear()
            self._owner.clear()
            self._deleted.clear()
            self._late.clear()
            self._tokens.clear()
            self._v1_throttle.clear()
            self._v2_throttle.clear()
            self.requests.clear()
            if not callable(self.faults):
                self.faults.clear()

    def _chosen(self, client: SandboxClient | str | None) -> list[Company]:
        if client is None:
            return list(self._companies.values())
        return [self._companies[client if isinstance(client, str) else client.client_id]]

    def _received(self, client: SandboxClient | str | None, kinds: tuple[Kind, ...]) -> list[Draft]:
        with self._lock:
            found = [
                stored.draft
                for company in self._chosen(client)
                for stored in company.stored.values()
                if stored.deleted_at_s is None and stored.draft.kind in kinds
            ]
            return sorted(found, key=lambda draft: draft.created_at) if client is None else found

    def _stored(self, draft_id: str) -> tuple[Company, Stored]:
        company = self._owner[draft_id]
        stored = company.stored[draft_id]
        if stored.deleted_at_s is not None:
            raise KeyError(draft_id)
        return company, stored

    # --- state, as v1 and v2 change it (the lock is held) ---------------------------------------------

    def new_id(self) -> str:
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def store(self, company: Company, stored: Stored) -> None:
        draft = stored.draft
        company.stored[draft.id] = stored
        self._owner[draft.id] = company
        if draft.kind == "manual-journal":
            self._sequence += 1
            insort(company.journal_times[draft.application_key], (stored.created_at_s, self._sequence, draft.id))
        elif draft.reference is not None:
            references = company.import_by_reference if draft.kind == "import" else company.voucher_by_reference
            references[draft.reference] = draft.id

    def mark_posted(self, company: Company, stored: Stored, now_s: float) -> None:
        bookkeeper.mark_posted(company, stored, now_s)

    def mark_deleted(self, company: Company, stored: Stored, now_s: float) -> None:
        """Gone at once, for readers of the replica a moment later; the reference is free again."""
        stored.deleted_at_s = now_s
        draft = stored.draft
        if draft.kind == "import" and draft.reference is not None:
            company.import_by_reference.pop(draft.reference, None)
        self._deleted.append((now_s, company, draft.id))

    def just_deleted(self, company: Company) -> list[Stored]:
        """What is gone but may still be seen by readers of the replica."""
        return [owner.stored[draft_id] for _, owner, draft_id in self._deleted if owner is company]

    def _forget_deleted(self, now_s: float) -> None:
        while self._deleted and self._deleted[0][0] + self.replica_lag_s <= now_s:
            _, company, draft_id = self._deleted.popleft()
            stored = company.stored.pop(draft_id, None)
            self._owner.pop(draft_id, None)
            if stored is not None and stored.draft.kind == "manual-journal":
                times = company.journal_times[stored.draft.application_key]
                at = bisect_left(times, (stored.created_at_s, 0, ""))
                while times[at][2] != draft_id:
                    at += 1
                del times[at]


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
    )
