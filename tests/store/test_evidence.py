"""What is kept of every voucher: each request and answer to the letter, the tickets and the setup it was made from,
and which drafts were seen to be others.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from posexport.errors import Exit
from posexport.sandbox import Fault
from posexport.store.evidence import digest_tickets
from posexport.store.setups import find_venue_number
from tests.support.books import DRAFT_PATH, Books, Crash, is_draft
from tests.support.harness import BRYGGA, FRIDAY, FULL_DAY, MAPPING, SECRETS, VENUES, Line, Shop, sale, states
from tests.support.quick_store import put_database

WIRE = ("import", "journal", "ledger")
LOOK_UP = {"import": "/Import/", "journal": "/JournalEntryVouchers", "ledger": "/AccountTransactions"}
"""Where a voucher is looked for."""

R1 = "torget-20261120-r1"


@pytest.fixture(params=WIRE)
def books(request: pytest.FixtureRequest, shop: Shop) -> Books:
    """Every target of PowerOffice, on SQLite."""
    return Books(shop, request.param).open()


def attempts(shop: Shop) -> list[tuple[str, str, str]]:
    """State, request and answer of everything that happened to vouchers, in order; of their documentation nothing."""
    rows = shop.rows("SELECT state, request, answer FROM delivery_event ORDER BY id")
    return [(state, request, answer) for state, request, answer in rows if not state.startswith("page-")]


class Recorder:
    """Keeps what went over the wire and what came back, byte for byte."""

    def __init__(self, shop: Shop) -> None:
        self.sent: list[str] = []
        self.answered: list[tuple[int, str]] = []
        self._shop = shop
        self._real = shop.line.handle_request
        shop.line.handle_request = self._handle  # type: ignore[method-assign]

    def _handle(self, request: httpx.Request) -> httpx.Response:
        if not is_draft(request):
            return self._real(request)
        self.sent.append(request.content.decode())
        response = self._real(request)
        self.answered.append((response.status_code, response.content.decode()))
        return response


# Requests and answers


@pytest.mark.parametrize("target", WIRE)
def test_every_attempt_is_kept_as_it_went_over_the_wire_and_as_it_was_answered(both: Shop, target: str) -> None:
    """Refused, lost on the way, answered by a proxy, and then taken."""
    Books(both, target).open()
    both.sell(*FULL_DAY)
    recorder = Recorder(both)
    path = DRAFT_PATH[target]
    for fault in (Fault("refuse", 400), Fault("lose_request"), Fault("status_before", 503), Fault()):
        both.faults.append(Fault(fault.kind, fault.status, method="POST", path=path))
        both.export()
        both.clock.now_s += 300
    assert len(recorder.sent) == 4
    kept = attempts(both)
    assert [request for state, request, _ in kept if state == "sending"] == recorder.sent
    assert all(request == "" for state, request, _ in kept if state != "sending")
    outcomes = [(state, answer) for state, _, answer in kept if state in ("refused", "uncertain", "drafted")]
    assert [state for state, _ in outcomes] == ["refused", "uncertain", "uncertain", "drafted"]
    (_, refused), (_, lost), (_, proxied), (_, taken) = outcomes
    statuses = iter(recorder.answered)
    for answer in (refused, proxied, taken):
        status, body = next(statuses)
        head, _, kept_body = answer.partition("\n")
        assert head.startswith(f"HTTP {status} ")
        assert kept_body == body
    assert lost == "", "nothing was answered"


def test_what_was_sent_is_kept_before_it_is_and_stays_when_the_process_dies(books: Books) -> None:
    shop = books.shop
    shop.sell(*FULL_DAY)
    sent: list[str] = []

    def crash(request: httpx.Request) -> None:
        if is_draft(request):
            sent.append(request.content.decode())
            assert attempts(shop) == [("sending", sent[0], "")]
            raise Crash

    shop.line.before = crash
    with pytest.raises(Crash):
        shop.export()
    assert attempts(shop) == [("sending", sent[0], "")]


def test_a_voucher_that_is_found_is_kept_with_the_answer_it_was_found_in(books: Books) -> None:
    books.shop.sell(sale(1))
    path = DRAFT_PATH[books.target]
    books.shop.faults.append(Fault("lose_answer", method="POST", path=path))
    books.shop.export()
    books.wait()
    books.shop.export()
    kept = attempts(books.shop)
    assert [state for state, _, _ in kept] == ["sending", "uncertain", "drafted"]
    assert books.entry(R1).remote_id in kept[2][2]


def test_a_look_up_that_fails_is_kept_with_its_reason(books: Books) -> None:
    shop = books.shop
    shop.sell(sale(1))
    shop.faults.append(Fault("lose_request", method="POST", path=DRAFT_PATH[books.target]))
    shop.export()
    books.wait()
    shop.faults.append(Fault("status_before", 403, method="GET", path=LOOK_UP[books.target]))
    assert shop.export().exit_code is Exit.INTEGRATOR
    state, _, answer = attempts(shop)[-1]
    assert state == "look-up-failed"
    assert answer.startswith("HTTP 403")
    books.wait_for_lost()
    shop.export()
    assert [state for state, _, _ in attempts(shop)][-3:] == ["looked-up", "sending", "drafted"]


def test_what_is_kept_of_the_last_attempt_is_what_stands_there(books: Books) -> None:
    books.shop.sell(*FULL_DAY)
    recorder = Recorder(books.shop)
    books.shop.export()
    ((payload, lines),) = books.shop.rows("SELECT payload, lines FROM delivery")
    assert [json.loads(payload)] == [json.loads(sent) for sent in recorder.sent]
    told: dict[int, int] = {}
    for account, _, _, amount_ore, *_ in json.loads(lines):
        told[int(account)] = told.get(int(account), 0) + amount_ore
    assert told == books.entry(R1).amounts


# The tickets


def digest_of(shop: Shop, day: Any = FRIDAY) -> str:
    """The digest of a day's tickets as they are now."""
    with shop.open() as workspace, workspace.database.reading() as connection:
        return digest_tickets(connection, find_venue_number(connection, shop.venues(workspace)[0]), day)


def test_a_voucher_keeps_the_digest_of_the_tickets_it_was_made_from(both: Shop) -> None:
    Books(both, "journal").open()
    both.sell(*FULL_DAY)
    before = digest_of(both)
    both.export()
    both.sell(sale(7, "75.00"))
    ((kept,),) = both.rows("SELECT tickets_digest FROM delivery")
    assert kept == before != digest_of(both)
    both.clock.now_s += 5
    both.revise()
    assert both.rows("SELECT tickets_digest FROM delivery ORDER BY revision") == [(before,), (digest_of(both),)]


@pytest.mark.parametrize(
    "change",
    [
        {"lines": [{"product_type": "100", "vat_code": "3", "gross": "125.01"}]},
        {"lines": [{"product_type": "200", "vat_code": "3", "gross": "125.00"}]},
        {"lines": [{"product_type": "100", "vat_code": "31", "gross": "125.00"}]},
        {"lines": [{"product_type": "100", "vat_code": "3", "gross": "125.00", "vat": "25.00"}]},
        {"lines": [{"product_type": "100", "vat_code": "3", "gross": "125.00", "vat_rate": "25"}]},
        {"payments": [{"payment_type": "CASH", "amount": "125.00"}]},
        {"payments": [{"payment_type": "CARD", "amount": "12.50", "currency": "EUR", "rate": "10"}]},
        {"tip": "5.00", "payments": [{"payment_type": "CARD", "amount": "130.00"}]},
        {"rounding": "0.50", "payments": [{"payment_type": "CARD", "amount": "125.50"}]},
        {"customer": "10001"},
        {"void": True},
        {"training": True},
    ],
)
def test_a_ticket_that_changes_changes_the_digest_and_changing_back_brings_it_back(
    shop: Shop, change: dict[str, Any]
) -> None:
    Books(shop, "journal").open()
    shop.sell(sale(1), sale(2, "75.00"))
    before = digest_of(shop)
    assert shop.sell({**sale(1), **change}).refused == ()
    assert digest_of(shop) != before
    shop.sell(sale(1))
    assert digest_of(shop) == before


def test_a_ticket_more_changes_the_digest(shop: Shop) -> None:
    Books(shop, "journal").open()
    shop.sell(sale(1))
    one = digest_of(shop)
    shop.sell(sale(2))
    assert digest_of(shop) != one


def test_the_same_tickets_have_the_same_digest_however_they_came(both: Shop) -> None:
    Books(both, "journal").open(venues=VENUES + BRYGGA)
    both.sell(*FULL_DAY)
    before = digest_of(both)
    both.sell(*FULL_DAY)
    both.sell(*reversed(FULL_DAY), sale(9, at="2026-11-21T12:00:00"), sale(1, register="3"))
    assert digest_of(both) == before
    both.export()
    assert digest_of(both) == before


def test_the_digest_does_not_ask_in_which_order_or_database_tickets_were_read(
    shop: Shop, tmp_path: Path, postgresql_url: str
) -> None:
    (tmp_path / "other").mkdir()
    other = Shop(postgresql_url, tmp_path / "other")
    Books(shop, "journal").open()
    Books(other, "journal").open()
    shop.sell(*FULL_DAY)
    other.sell(sale(99, at="2026-11-18T12:00:00"))
    for ticket in reversed(FULL_DAY):
        other.sell(ticket)
    assert digest_of(shop) == digest_of(other)


# The setup


def snapshots(shop: Shop) -> dict[str, str]:
    """Every setup that was kept, by its digest."""
    return dict(shop.rows("SELECT digest, document FROM setup_snapshot"))


def test_a_setup_is_kept_once_however_many_vouchers_were_made_by_it(both: Shop) -> None:
    books = Books(both, "journal").open()
    both.sell(*(sale(n, at=f"2026-11-{n:02d}T12:00:00") for n in range(1, 6)))
    both.export()
    ((digest, document),) = snapshots(both).items()
    assert set(both.rows("SELECT setup_digest FROM delivery")) == {(digest,)}
    assert '"3020"' in document
    books.open(mapping=MAPPING.replace('"3020"', '"3022"'))
    both.sell(sale(6, at="2026-11-06T12:00:00"))
    both.export()
    assert len(snapshots(both)) == 2
    books.open()
    both.sell(sale(7, at="2026-11-07T12:00:00"))
    both.export()
    assert len(snapshots(both)) == 2, "the first one again"
    counted = both.rows("SELECT COUNT(*) FROM delivery GROUP BY setup_digest ORDER BY 1")
    assert counted == [(1,), (6,)]


def test_a_setup_that_nothing_was_made_by_is_not_kept(shop: Shop) -> None:
    books = Books(shop, "journal").open()
    books.open(mapping=MAPPING.replace('"3020"', '"3022"'))
    shop.sell(sale(1))
    shop.preview()
    assert snapshots(shop) == {}


def test_a_setup_that_is_kept_names_secrets_and_holds_none(books: Books) -> None:
    books.shop.sell(sale(1))
    books.shop.export()
    (document,) = snapshots(books.shop).values()
    assert "env:PO_CLIENT_TORGET" in document
    assert not [secret for secret in SECRETS.values() if secret in document]


# What was seen to be others


def other_shop(shop: Shop, tmp_path: Path) -> Shop:
    """Another posexport of the same company, with the same keys and a database of its own."""
    folder = tmp_path / "other"
    folder.mkdir()
    other = Shop(put_database(folder / "other.db"), folder, clock=shop.clock)
    other.world = shop.world
    other.line = Line(shop.world)
    Books(other, "journal").open(venues=VENUES.replace('"torget"', '"annekset"'))
    return other


def drafts_read(shop: Shop, since: int) -> list[str]:
    """The ids of the drafts that were asked for one by one since then."""
    paths = [request.path for request in list(shop.world.requests)[since:] if request.method == "GET"]
    return [path.rpartition("/")[2] for path in paths if "/ManualJournals/" in path]


def ruled_out(shop: Shop) -> set[str]:
    """What is kept of the lost voucher's look-ups."""
    ((document,),) = shop.rows(f"SELECT ruled_out FROM delivery WHERE reference = '{R1}'")
    return set(json.loads(document))


def test_a_draft_that_was_seen_to_be_another_is_never_looked_at_again(both: Shop, tmp_path: Path) -> None:
    Books(both, "journal").open()
    other = other_shop(both, tmp_path)
    other.sell(*(sale(n, at=f"2026-11-{n:02d}T12:00:00") for n in range(1, 4)))
    other.export()
    strangers = {draft.id for draft in both.world.drafts()}
    both.sell(sale(1, at="2026-11-19T12:00:00"))
    both.export()
    both.sell(sale(1))

    def lose() -> None:
        both.faults.append(Fault("lose_request", method="POST", path="/ManualJournals"))

    lose()
    assert states(both.export().report) == ["uncertain"]
    assert ruled_out(both) == set()

    both.clock.now_s += 300
    lose()
    since = len(both.world.requests)
    assert states(both.export().report) == ["uncertain"]
    assert sorted(drafts_read(both, since)) == sorted(strangers), "our own draft of the day before is known"
    assert ruled_out(both) == strangers

    both.clock.now_s += 300
    other.sell(sale(9, at="2026-11-09T12:00:00"))
    other.export()
    both.clock.now_s += 60
    newcomers = {draft.id for draft in both.world.drafts()} - strangers - _known(both)
    lose()
    since = len(both.world.requests)
    assert states(both.export().report) == ["uncertain"]
    assert drafts_read(both, since) == list(newcomers), "only the new one"
    assert ruled_out(both) == strangers | newcomers

    both.clock.now_s += 300
    since = len(both.world.requests)
    assert states(both.export().report) == ["drafted"]
    assert drafts_read(both, since) == []
    assert len(both.world.drafts()) == 6


def _known(shop: Shop) -> set[str]:
    return {remote_id for (remote_id,) in shop.rows("SELECT remote_id FROM delivery WHERE remote_id IS NOT NULL")}


def test_a_voucher_that_waits_for_a_person_is_looked_for_at_the_price_of_a_list(shop: Shop, tmp_path: Path) -> None:
    Books(shop, "journal").open()
    other = other_shop(shop, tmp_path)
    other.sell(*(sale(n, at=f"2026-11-{n:02d}T12:00:00") for n in range(1, 4)))
    other.export()
    shop.sell(sale(1))
    shop.faults.append(Fault("lose_request", method="POST", path="/ManualJournals"))
    shop.export()
    shop.clock.now_s += 40 * 3600
    read = []
    for _ in range(3):
        since = len(shop.world.requests)
        assert shop.export().exit_code is Exit.BOOKKEEPER
        read.append(len(drafts_read(shop, since)))
        shop.clock.now_s += 3600
    assert read == [3, 0, 0]


def test_what_was_ruled_out_does_not_hide_a_draft_that_comes_late(shop: Shop, tmp_path: Path) -> None:
    """The request was long on its way: nothing was there at the first look, and it is at the second."""
    Books(shop, "journal").open()
    shop.sell(sale(1))
    late: list[httpx.Request] = []

    def hold_up(request: httpx.Request) -> None:
        if is_draft(request) and not late:
            late.append(request)
            raise httpx.ReadTimeout("timed out")

    shop.line.before = hold_up
    assert states(shop.export().report) == ["uncertain"]
    shop.clock.now_s += 40 * 3600
    assert shop.export().exit_code is Exit.BOOKKEEPER
    with shop.open() as workspace:
        setup = workspace.load_setup()
        destination = workspace.delivery.open_ledger(setup.companies[0], setup.venues[0])
        destination.send(json.loads(late[0].content), shop.clock.now_s + 60)
    shop.clock.now_s += 5
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["drafted"], Exit.DONE)
    assert len(shop.world.drafts()) == 1
