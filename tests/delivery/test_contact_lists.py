"""The contact persons of clients: read once for a run, and kept in this process alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from posexport.core.company import Company
from posexport.core.orders.customers import ContactPerson
from posexport.delivery.contact_lists import CONTACTS_AGE_S, CONTACTS_KEPT_S, ContactLists
from posexport.errors import KeysRefused, NotSent, PrivilegeMissing
from tests.support.build import COMPANY
from tests.support.harness import Clock, together

KARI = ContactPerson(1, 19018, "Kari Moe", "kari@fjordglott.example")
OLA = ContactPerson(2, 19018, "Ola Berg")


@dataclass
class Book:
    """A ledger with these contact persons. `fails`: what reading raises."""

    persons: Sequence[ContactPerson] = (KARI,)
    fails: Exception | None = None
    reads: int = 0

    def read_contact_persons(self) -> Sequence[ContactPerson]:
        self.reads += 1
        if self.fails is not None:
            raise self.fails
        return list(self.persons)


@dataclass
class Bench:
    """Lists, a ledger, and a clock."""

    clock: Clock = field(default_factory=Clock)
    book: Book = field(default_factory=Book)

    def __post_init__(self) -> None:
        self.lists = ContactLists(self.clock)

    def refresh(self, company: Company = COMPANY) -> bool:
        return self.lists.refresh(company, self.book)

    def kept(self, company: Company = COMPANY) -> tuple[ContactPerson, ...]:
        return self.lists.find_kept(company)


def test_they_are_read_once_in_some_minutes() -> None:
    bench = Bench()
    assert (bench.kept(), bench.refresh(), bench.refresh(), bench.kept()) == ((), True, False, (KARI,))
    assert bench.book.reads == 1
    bench.clock.now_s += CONTACTS_AGE_S
    assert (bench.refresh(), bench.book.reads) == (False, 2), "the same persons"
    bench.book.persons = (OLA,)
    bench.clock.now_s += CONTACTS_AGE_S
    assert (bench.refresh(), bench.kept()) == (True, (OLA,)), "who was removed is gone"


def test_several_at_once_read_them_once() -> None:
    bench = Bench()
    assert sorted(together(*[bench.refresh] * 4)) == [False, False, False, True]
    assert bench.book.reads == 1


@pytest.mark.parametrize(
    "error", [PrivilegeMissing("read it", "HTTP 403"), NotSent("HTTP 503"), KeysRefused("torget", "HTTP 401")]
)
def test_a_list_that_cannot_be_read_is_empty_and_not_asked_for_again(error: Exception) -> None:
    bench = Bench()
    bench.refresh()
    bench.clock.now_s += CONTACTS_AGE_S
    bench.book.fails = error
    assert (bench.refresh(), bench.refresh(), bench.kept()) == (True, False, ())
    assert bench.book.reads == 2


def test_they_are_forgotten_after_an_hour_and_when_a_clock_goes_back() -> None:
    bench = Bench()
    bench.refresh()
    bench.clock.now_s += CONTACTS_KEPT_S - 1
    assert bench.kept() == (KARI,)
    bench.clock.now_s += 1
    assert bench.kept() == ()
    bench.refresh()
    bench.clock.now_s -= 60
    assert bench.kept() == ()


def test_after_a_refusal_they_are_read_again() -> None:
    bench = Bench()
    bench.refresh()
    bench.lists.doubt(COMPANY)
    assert (bench.kept(), bench.refresh(), bench.book.reads) == ((), True, 2)


def test_none_of_them_is_printed() -> None:
    bench = Bench()
    bench.refresh()
    assert "Kari" not in repr(bench.lists)
