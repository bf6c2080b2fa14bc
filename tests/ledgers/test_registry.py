"""One row per target: every row is whole, and tells the truth of its ledger."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from typing import Any

import pytest

from posexport.core.ports.ledger import DraftStatus, LedgerKind, TellsProgress
from posexport.ledgers.registry import LEDGERS, find_ledger, list_targets
from posexport.setup.schema import COMPANY, VENUE
from posexport.texts.events import EVENT_WORDS
from posexport.texts.language import LANGS
from posexport.texts.report import WORDS
from posexport.texts.targets import name_target
from posexport.wiring import Connections
from tests.fake_ledger.row import NORDBOK
from tests.fake_ledger.server import nordbok_of
from tests.support.books import TARGETS, Books
from tests.support.harness import FRIDAY, SECRETS, Shop, sale
from tests.support.looks import read_rows

ROWS = [*LEDGERS.values(), NORDBOK]


@contextmanager
def opened(books: Books) -> Iterator[Any]:
    """The ledger of the first venue."""
    with books.shop.open() as workspace:
        (venue, *_), setup = books.shop.venues(workspace), workspace.load_setup()
        yield workspace.delivery.open_ledger(setup.company_of(venue), venue)


def test_the_targets_stand_in_the_order_in_which_people_are_told_of_them() -> None:
    assert list_targets() == ("import", "journal", "ledger", "file")
    assert {name: kind.name for name, kind in LEDGERS.items()} == {name: name for name in LEDGERS}


@pytest.mark.parametrize("kind", ROWS, ids=lambda kind: kind.name)
def test_a_row_names_what_opens_it_and_keys_that_a_setup_can_have(kind: LedgerKind) -> None:
    module, _, name = kind.opened_by.partition(":")
    assert callable(getattr(import_module(module), name))
    for need in kind.needs:
        assert need.key in (VENUE if need.of == "venue" else COMPANY)
        assert need.why
    if kind.folder is not None:
        assert kind.folder.key in COMPANY
    assert bool(kind.drafts_instead) is kind.posts_directly
    assert kind.drafts_instead in ("", *LEDGERS)


@pytest.mark.parametrize("kind", ROWS, ids=lambda kind: kind.name)
def test_a_row_has_its_words_in_every_language_and_none_that_nobody_asks_for(kind: LedgerKind) -> None:
    assert "name" in kind.words
    assert kind.system
    for key, told in kind.words.items():
        assert tuple(told) == LANGS, key
        assert all(told.values()), key
        assert key in {"name", *WORDS, *(f"event_{event}" for event in EVENT_WORDS)}, key
    assert tuple(kind.doctor_words) == LANGS
    facts = [{*re.findall(r"{(\w+)}", "".join(kind.doctor_words[lang]))} for lang in LANGS]
    assert facts[0] == facts[1] <= {"environment", "folder"}


def test_a_target_that_nobody_knows_is_believed_to_take_a_voucher_twice_and_is_told_by_its_name() -> None:
    kind = find_ledger("gone")
    assert (kind.name, kind.is_guarded, kind.removes_drafts, kind.opened_by) == ("gone", False, False, "")
    assert name_target("gone", "nb") == "gone"


def test_a_company_whose_target_is_no_more_is_told_so_and_nothing_is_sent(shop: Shop, nordbok: LedgerKind) -> None:
    books = Books(shop, "nordbok").open()
    shop.sell(sale(1))
    del LEDGERS["nordbok"]
    exported = shop.export()
    shown = shop.only_voucher(exported.report)
    assert "nordbok" in shown.answer
    assert "import, journal, ledger, file" in shown.answer
    LEDGERS["nordbok"] = nordbok
    assert books.entries() == []


@pytest.mark.parametrize("target", TARGETS)
def test_a_row_says_rightly_whether_what_was_sent_can_be_taken_back(shop: Shop, target: str) -> None:
    books = Books(shop, target).open()
    shop.sell(sale(1))
    remote_id = shop.only_voucher(shop.export().report).remote_id
    books.wait()
    kind = find_ledger(target)
    with opened(books) as ledger:
        assert kind.posts_directly is (ledger.find_status(remote_id, 0) is DraftStatus.POSTED)
        assert kind.removes_drafts is (ledger.remove(remote_id) is DraftStatus.GONE)
        assert kind.tells_progress is isinstance(ledger, TellsProgress)


@pytest.mark.parametrize("target", TARGETS)
def test_a_row_says_rightly_whether_a_second_voucher_of_one_reference_is_refused(shop: Shop, target: str) -> None:
    books = Books(shop, target).open()
    shop.sell(sale(1))
    shop.export()
    books.wait()
    ((payload, remote_id),) = read_rows(shop, "delivery", "payload", "remote_id")
    with opened(books) as ledger:
        again = ledger.send(json.loads(payload), shop.clock() + 60)
    assert find_ledger(target).is_guarded is (again.remote_id == remote_id)
    assert len(books.entries()) == (1 if find_ledger(target).is_guarded else 2)


@pytest.mark.parametrize("target", TARGETS)
def test_a_row_says_rightly_where_documentation_goes_and_who_tells_a_lock_date(shop: Shop, target: str) -> None:
    books = Books(shop, target).open()
    nordbok_of(shop.world).lock_date = date(2026, 10, 31)
    shop.world.set_lock_date(date(2026, 10, 31))
    shop.sell(sale(1))
    shop.export()
    files = [path.name for path in shop.folder.rglob("*.pdf")]
    kind = find_ledger(target)
    assert bool(files) is (kind.attaches == "as a file")
    if kind.attaches == "to the draft":
        assert books.entries()[0].pages == (f"torget-{FRIDAY:%Y%m%d}-r1.pdf",)
    with opened(books) as ledger:
        assert kind.tells_lock_date is (ledger.read_chart([]).lock_date is not None)


@pytest.mark.parametrize("target", TARGETS)
def test_what_a_row_needs_is_what_its_ledger_asks_for(shop: Shop, target: str) -> None:
    """Opened without one key after the other, it is refused for each that its row names and for no other."""
    Books(shop, target).open()
    kind = find_ledger(target)
    with shop.open() as workspace:
        setup, (venue, *_) = workspace.load_setup(), shop.venues(workspace)
    asked: set[str] = set()
    connections = Connections(SECRETS, shop.clock)
    find_key = connections._find_key

    def remember(kind: LedgerKind, company: object, venue: object, name: str) -> str:
        asked.add(name)
        return find_key(kind, company, venue, name)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Connections, "_find_key", lambda self, *given: remember(*given))
        connections.open_ledger(setup.company_of(venue), venue)
    connections.close()
    assert asked == {need.key for need in kind.needs if COMPANY.get(need.key, VENUE.get(need.key)).shape == "secret"}  # type: ignore[union-attr]
