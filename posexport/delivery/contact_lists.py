"""The contact persons of ledgers' customers, in this process alone: they are people, and the store keeps none of them.
Times are UTC seconds."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from posexport.core.company import Company
from posexport.core.orders.customers import ContactPerson
from posexport.errors import PowerOfficeRefused, PowerOfficeUnavailable

_log = logging.getLogger("posexport.orders")

CONTACTS_AGE_S = 300
"""How long (s) contact persons are not read again."""

CONTACTS_KEPT_S = 3_600
"""How long (s) they are remembered: longer than a run takes."""


class ContactBook(Protocol):
    """The contact persons of one client of a ledger."""

    def read_contact_persons(self) -> Sequence[ContactPerson]:
        """Every contact person. May raise what a `Ledger` raises."""


class _Listed(NamedTuple):
    """The contact persons of a client, and when they were read."""

    persons: tuple[ContactPerson, ...]
    read_at: float


@dataclass(slots=True)
class ContactLists:
    """The contact persons of all clients, one list per client, shared by its venues."""

    clock: Callable[[], float]
    _listed: dict[str, _Listed] = field(default_factory=dict, repr=False)
    _locks: dict[str, threading.Lock] = field(default_factory=dict, repr=False)
    _guard: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def refresh(self, company: Company, book: ContactBook) -> bool:
        """Read the contact persons of a company's client, unless that was done a few minutes ago; by one thread while
        the others wait. Returns whether others are known now. Where they may not or cannot be read, nobody is known:
        no order waits for that."""
        with self._lock_of(company):
            listed = self._listed.get(company.id)
            if listed is not None and self._is_younger(listed, CONTACTS_AGE_S):
                return False
            before = self.find_kept(company)
            try:
                persons = tuple(book.read_contact_persons())
            except (PowerOfficeRefused, PowerOfficeUnavailable) as error:
                _log.warning("%s: orders name contacts by text, contact persons cannot be read: %s", company.id, error)
                persons = ()
            self._listed[company.id] = _Listed(persons, self.clock())
            return persons != before

    def find_kept(self, company: Company) -> tuple[ContactPerson, ...]:
        """The contact persons as last read; none where that was not done in this process, or is long ago."""
        listed = self._listed.get(company.id)
        return listed.persons if listed is not None and self._is_younger(listed, CONTACTS_KEPT_S) else ()

    def doubt(self, company: Company) -> None:
        """After a refusal: they are read again before the next order is sent."""
        self._listed.pop(company.id, None)

    def _is_younger(self, listed: _Listed, age_s: int) -> bool:
        return 0 <= self.clock() - listed.read_at < age_s

    def _lock_of(self, company: Company) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(company.id, threading.Lock())
