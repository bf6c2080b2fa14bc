"""Listings of ledgers' customers, kept in the store: read once, then what has changed. Times are UTC seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from posexport.core.company import Company
from posexport.core.orders.customers import LedgerCustomer, NewCustomer
from posexport.errors import PosexportError
from posexport.store.customer_links import update_seen
from posexport.store.database import Database
from posexport.store.ledger_customers import (
    ListingTimes,
    read_ledger_customers,
    read_listing_times,
    save_customers,
)
from posexport.store.setups import find_company_number

WHOLE_AGE_S = 7 * 86_400
"""After how long (s) all customers are listed anew, so that deleted ones are forgotten."""

CHANGES_AGE_S = 86_400
"""How old (s) numbers may be that are sent as they were listed."""

MISSED_AGE_S = 300
"""How old (s) a listing may be in which somebody is missing; before that is believed, what has changed is read."""

SILENCE_S = 30
"""How long (s) a ledger that did not answer is not asked again: hundreds of vouchers would each wait for it."""


class CustomerBook(Protocol):
    """The customers of one client of a ledger."""

    def read_ledger_customers(self, changed_since_utc_s: int | None = None) -> Sequence[LedgerCustomer]:
        """Every customer, archived ones included; with a time, those that changed since. May raise what a `Ledger`
        raises."""

    def find_customer(self, external_reference: str) -> LedgerCustomer | None:
        """The customer that was made with this reference; None where there is none."""

    def create_customer(self, new: NewCustomer, deadline_utc_s: float) -> LedgerCustomer:
        """Make a customer, unless there is one with its reference, which is returned then."""

    def read_time(self) -> int | None:
        """The ledger's own clock; None where it has not told it."""


@dataclass(slots=True)
class CustomerLists:
    """The customers of all clients as last listed, one listing per client, shared by its venues."""

    database: Database
    clock: Callable[[], float]
    _listed: dict[str, tuple[ListingTimes, tuple[LedgerCustomer, ...]]] = field(default_factory=dict)
    _failed: dict[str, tuple[float, PosexportError]] = field(default_factory=dict)
    _locks: dict[str, threading.Lock] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def find(self, company: Company, book: CustomerBook, *, age_s: int = WHOLE_AGE_S) -> tuple[LedgerCustomer, ...]:
        """Every customer of a company's client, as listed at most `age_s` ago; read now if need be, by one thread while
        the others wait. The links' numbers and names follow.

        Raises what `book` raises, and the same again for `SILENCE_S` without asking.
        """
        with self._lock_of(company):
            times = self._read_times(company)
            if times is not None and self._age(times.read_at_utc_s) < age_s and not self._is_due(times):
                return self._load(company, times)
            failed = self._failed.get(company.id)
            if failed is not None and self.clock() - failed[0] < SILENCE_S:
                raise failed[1].with_traceback(None)
            try:
                self._read(company, book, None if times is None or self._is_due(times) else times)
            except PosexportError as error:
                self._failed[company.id] = (self.clock(), error)
                raise
            times = self._read_times(company)
            assert times is not None, company.id
            return self._load(company, times)

    def add(self, company: Company, customer: LedgerCustomer) -> None:
        """Note a customer that was just made, before it is to be seen in a listing."""
        with self._lock_of(company):
            times = self._read_times(company)
            if times is None:
                return
            with self.database.writing() as connection:
                number = find_company_number(connection, company.id)
                save_customers(connection, number, [customer], times, is_whole=False)
            self._listed.pop(company.id, None)

    def find_kept(self, company: Company) -> tuple[LedgerCustomer, ...]:
        """Every customer as last listed, however long ago; none where they never were."""
        with self._lock_of(company):
            times = self._read_times(company)
            return () if times is None else self._load(company, times)

    def _lock_of(self, company: Company) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(company.id, threading.Lock())

    def _age(self, at_utc_s: int) -> float:
        """How long ago that was; a time in the future, after a clock was set, is too old."""
        age_s = self.clock() - at_utc_s
        return age_s if age_s >= 0 else WHOLE_AGE_S

    def _is_due(self, times: ListingTimes) -> bool:
        return self._age(times.whole_at_utc_s) >= WHOLE_AGE_S

    def _read_times(self, company: Company) -> ListingTimes | None:
        with self.database.reading() as connection:
            return read_listing_times(connection, find_company_number(connection, company.id))

    def _load(self, company: Company, times: ListingTimes) -> tuple[LedgerCustomer, ...]:
        known = self._listed.get(company.id)
        if known is not None and known[0] == times:
            return known[1]
        with self.database.reading() as connection:
            customers = tuple(read_ledger_customers(connection, find_company_number(connection, company.id)).values())
        self._listed[company.id] = (times, customers)
        return customers

    def _read(self, company: Company, book: CustomerBook, since: ListingTimes | None) -> None:
        """Read all customers, or those that changed since they were last read."""
        now = int(self.clock())
        customers = book.read_ledger_customers(None if since is None else since.told_at_utc_s)
        told_at = book.read_time()
        times = ListingTimes(now if since is None else since.whole_at_utc_s, now, now if told_at is None else told_at)
        with self.database.writing() as connection:
            number = find_company_number(connection, company.id)
            save_customers(connection, number, customers, times, is_whole=since is None)
            update_seen(connection, number, customers)
        self._listed.pop(company.id, None)
