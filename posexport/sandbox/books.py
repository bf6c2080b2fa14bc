"""The state behind the sandbox's API: companies, keys, drafts, posted vouchers, and what a bookkeeper does to them."""

from __future__ import annotations

import random
import threading
import time
import uuid
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from . import bookkeeper, oauth, page
from .bookkeeper import NotAllowed
from .chart import Key, SandboxClient
from .faults import Faults
from .ledger import DIRECT_KINDS, DRAFT_KINDS, INVOICE_KINDS, Company, Draft, DraftLine, Kind, Stored
from .orders import Order
from .refusals import V1BackEnd
from .throttle import Throttle
from .wire import Request

V1_REQUESTS_PER_S = 50
V2_REQUESTS_PER_S = 10
REPLICA_LAG_S = 0.3
REQUEST_LOG_LENGTH = 50_000


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request for the log; never keys, query or body. `status` is 0 where nothing was processed."""

    method: str
    path: str
    status: int
    api: str
    at_s: float
    fault: str = "none"


class Books:
    """All state, and a bookkeeper's acts. Thread-safe; deterministic by clock and rng. The settings are described at
    `world.PowerOfficeGo`."""

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
        on_order: Callable[[Order], None] | None = None,
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
        self.duplicate_status = 400
        self.price_decimals: int | None = None
        self.is_down = False
        self.next_voucher = ""
        self._notice: page.Notice | None = None
        self.faults: Faults = deque() if faults is None else faults
        self.on_draft = on_draft
        self.on_order = on_order
        self.requests: deque[LoggedRequest] = deque(maxlen=REQUEST_LOG_LENGTH)
        for client in clients:
            self.add_client(client)
        for key in keys:
            self.add_key(key)

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
        """Add a pair of keys: one client key per (client, application key). Raises ValueError where it is shared."""
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
        """Switch an extension off or on again; tokens already issued keep working."""
        with self._lock:
            pair = application_key, client_key
            self._keys[pair] = replace(self._keys[pair], active=active)

    def set_lock_date(self, lock_date: date | None, client: SandboxClient | str | None = None) -> None:
        """Lock the books up to and including a date, for one company or for all."""
        with self._lock:
            for company in self._chosen(client):
                company.set_client(replace(company.client, lock_date=lock_date))

    @property
    def clients(self) -> tuple[SandboxClient, ...]:
        with self._lock:
            return tuple(company.client for company in self._companies.values())

    # --- what tests look at and do --------------------------------------------------------------------

    def keep(self, stored: Stored) -> None:
        """Have what was received at some other time."""
        with self._lock:
            self.store(self._companies[stored.draft.client_id], stored)

    def drafts(self, client: SandboxClient | str | None = None) -> list[Draft]:
        """The drafts that exist in Go now, posted ones included, oldest first; without replica lag."""
        return self._received(client, DRAFT_KINDS)

    def corrections(self, client: SandboxClient | str | None = None) -> list[Draft]:
        """The vouchers with which a bookkeeper corrected posted ones."""
        return self._received(client, ("correction",))

    def vouchers(self, client: SandboxClient | str | None = None) -> list[Draft]:
        """The vouchers posted directly, without a draft."""
        return self._received(client, DIRECT_KINDS)

    def draft(self, draft_id: str) -> Draft:
        """One draft or voucher. Raises KeyError."""
        with self._lock:
            return self._stored(draft_id)[1].draft

    def post(self, draft_id: str) -> Draft:
        """A bookkeeper posts the draft. Where that fails, it stays a draft and its `error` says why. Raises
        KeyError."""
        with self._lock:
            company, stored = self._stored(draft_id)
            bookkeeper.post(company, stored, self.clock(), self.posting_s)
            return stored.draft

    def fail(self, draft_id: str, error: str) -> Draft:
        """A bookkeeper clicks Import, and Go says this error instead of posting. Raises KeyError, and NotAllowed where
        it is posted."""
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
        """A bookkeeper changes a draft, or the text of a posted voucher. Raises KeyError, NotAllowed, and Refused where
        it does not balance."""
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
        """A bookkeeper corrects a posted voucher: a reversal, and a new voucher, which is returned. Raises KeyError,
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
        """A bookkeeper sends a journal-entry draft to approval. Raises KeyError."""
        with self._lock:
            self._stored(draft_id)[1].submitted_at_s = self.clock()

    def reverse(self, voucher_id: str) -> None:
        """A bookkeeper reverses a posted voucher without a correction; the external reference of one posted directly is
        free again. Raises KeyError, and NotAllowed where it is not posted."""
        with self._lock:
            company, stored = self._stored(voucher_id)
            bookkeeper.reverse(company, stored, self.clock(), self.new_id)

    def delete(self, draft_id: str) -> None:
        """A bookkeeper deletes a draft. Raises KeyError, and NotAllowed where it is posted."""
        with self._lock:
            company, stored = self._stored(draft_id)
            if stored.posted_at_s is not None:
                raise NotAllowed("What is posted is reversed or corrected, never deleted.")
            self.mark_deleted(company, stored, self.clock())

    def expire_tokens(self) -> None:
        """Refuse every token issued so far."""
        with self._lock:
            self._tokens.clear()

    def reset(self) -> None:
        """Delete drafts, vouchers, orders, invoices, tokens, faults and the log; companies with their customers and
        products, keys and lock dates stay."""
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
        if stored.deleted_at_s is not None or stored.draft.kind in INVOICE_KINDS:
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
        elif draft.reference is not None and draft.kind not in INVOICE_KINDS:
            references = company.import_by_reference if draft.kind == "import" else company.voucher_by_reference
            references[draft.reference] = draft.id

    def mark_posted(self, company: Company, stored: Stored, now_s: float) -> None:
        bookkeeper.mark_posted(company, stored, now_s)

    def mark_deleted(self, company: Company, stored: Stored, now_s: float) -> None:
        """Delete a draft: at once, for readers of the replica a moment later; its reference is free again."""
        stored.deleted_at_s = now_s
        draft = stored.draft
        if draft.kind == "import" and draft.reference is not None:
            company.import_by_reference.pop(draft.reference, None)
        self._deleted.append((now_s, company, draft.id))

    def just_deleted(self, company: Company) -> list[Stored]:
        """Deleted drafts that readers of the replica may still see."""
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
