"""Vouchers are drafted in each accounting system, and found there again."""

from __future__ import annotations

import json

import httpx
import pytest

from posexport.core.ports.ledger import (
    DraftStatus,
    Lookup,
)
from posexport.errors import (
    AnswerLost,
    NotSent,
)
from posexport.ledgers.poweroffice import v2
from tests.support.harness import (
    NOON,
)
from tests.support.ledger_bench import (
    REFERENCE,
    Bench,
    a_voucher,
    ledger_lines,
    told_lines,
    written_lines,
)


def test_a_voucher_arrives_line_by_line(bench: Bench) -> None:
    drafted = bench.send()
    if bench.target == "file":
        written = json.loads((bench.folder / "vouchers" / drafted.remote_id).read_text())
        assert written_lines(written) == told_lines(a_voucher())
    else:
        (draft,) = bench.received()
        assert draft.id == drafted.remote_id
        assert ledger_lines(draft) == told_lines(a_voucher())


def test_a_draft_is_found_by_its_payload_and_only_once_it_is_there(bench: Bench) -> None:
    payload = bench.payload()
    assert bench.find(payload).drafted is None
    drafted = bench.send(payload)
    bench.pass_s()
    found = bench.find(payload).drafted
    assert found is not None
    assert found.remote_id == drafted.remote_id
    assert bench.find(bench.payload("torget-20261121-r1")).drafted is None
    assert bench.open().find(payload, int(NOON)).drafted == found


def test_a_draft_is_found_though_its_answer_was_lost(wired: Bench) -> None:
    payload = wired.payload()
    wired.order("lose_answer")
    with pytest.raises(AnswerLost):
        wired.send(payload)
    wired.pass_s()
    found = wired.find(payload).drafted
    assert found is not None
    assert found.remote_id == wired.received()[0].id
    assert wired.posts() == 1


@pytest.mark.parametrize("skew_s", [-26 * 3600, 26 * 3600])
def test_a_draft_is_found_though_the_clocks_are_a_day_apart(wired: Bench, skew_s: int) -> None:
    wired.world.clock = lambda: wired.clock() + skew_s
    wired.destination = wired.open()
    drafted = wired.send()
    wired.pass_s()
    found = wired.find().drafted
    assert found is not None
    assert found.remote_id == drafted.remote_id
    assert wired.standing(drafted.remote_id) is not DraftStatus.GONE


def test_a_draft_on_a_later_page_of_a_list_is_found(wired: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(v2, "PAGE_SIZE", 2)
    drafted = [wired.send(wired.payload(f"torget-20261120-r{n}")) for n in range(1, 6)]
    wired.pass_s()
    for n in range(1, 6):
        found = wired.find(wired.payload(f"torget-20261120-r{n}")).drafted
        assert found is not None
        assert found.remote_id == drafted[n - 1].remote_id
        assert wired.standing(found.remote_id) is not DraftStatus.GONE


def test_other_drafts_are_ruled_out_once_and_not_looked_at_again(journal: Bench) -> None:
    others = {journal.send(journal.payload(f"torget-2026111{n}-r1")).remote_id for n in range(3)}
    journal.pass_s()
    sighting = journal.find()
    assert sighting == Lookup(None, frozenset(others))
    journal.destination = journal.open()
    payload = journal.payload()
    journal.world.requests.clear()
    assert journal.find(payload, sighting.ruled_out) == Lookup()
    assert [path for _, path in journal.calls()] == ["/v2/JournalEntryVouchers"]
    drafted = journal.send(payload)
    journal.pass_s()
    journal.world.requests.clear()
    found = journal.find(payload, sighting.ruled_out)
    assert found.drafted is not None
    assert (found.drafted.remote_id, found.ruled_out) == (drafted.remote_id, frozenset())
    assert len(journal.calls()) == 2


def test_a_draft_that_is_deleted_while_it_is_looked_for_is_ruled_out(journal: Bench) -> None:
    other = journal.send(journal.payload("torget-20261119-r1")).remote_id
    journal.pass_s()
    payload = journal.payload()

    def delete(request: httpx.Request) -> None:
        if request.url.path.endswith(other):
            journal.world.delete(other)
            journal.pass_s()

    journal.line.before = delete
    assert journal.find(payload) == Lookup(None, frozenset({other}))


def test_a_draft_is_found_though_a_person_has_written_more_behind_our_reference(journal: Bench) -> None:
    drafted = journal.send()
    journal.pass_s()
    described = {"Description": f"Dagsoppgjør [{REFERENCE}] sjekket av Kari"}
    journal.answer(lambda request: httpx.Response(200, json=described), path="ManualJournals/")
    found = journal.find().drafted
    assert found is not None
    assert found.remote_id == drafted.remote_id


@pytest.mark.parametrize("body", [b"{}", b'{"Id": "x"}', b'["x"]', b'"x"', b"1", b'{"success":true,"data":{"id":"x"}}'])
def test_an_answer_that_is_no_list_is_not_taken_for_an_empty_one(wired: Bench, body: bytes) -> None:
    payload = wired.payload()
    drafted = wired.send(payload)
    wired.pass_s()
    headers = {"Content-Type": "application/json"}
    wired.answer(lambda request: httpx.Response(200, content=body, headers=headers), "GET")
    with pytest.raises(NotSent):
        wired.find(payload)
    if wired.target != "ledger" or not body.startswith(b"{"):
        with pytest.raises(NotSent):
            wired.standing(drafted.remote_id)
