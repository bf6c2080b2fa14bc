"""Where a voucher stands in each accounting system, and how one is taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from posexport.core.ports.ledger import (
    DraftStatus,
)
from posexport.errors import (
    VoucherRefused,
)
from posexport.http.client import NEVER
from posexport.sandbox import Fault
from tests.support.ledger_bench import PDF, Bench, open_bench, refusal


def test_a_standing_follows_what_a_bookkeeper_does(bench: Bench) -> None:
    first, second = bench.send().remote_id, bench.send(bench.payload("torget-20261121-r1")).remote_id
    bench.pass_s()
    assert bench.standing(first) is (DraftStatus.POSTED if bench.target == "ledger" else DraftStatus.UNPOSTED)
    bench.post(first)
    bench.pass_s()
    assert bench.standing(first) is DraftStatus.POSTED
    if bench.target != "file":
        bench.delete(second)
        bench.pass_s()
        undone = DraftStatus.REVERSED if bench.target == "ledger" else DraftStatus.GONE
        assert bench.standing(second) is undone
        assert bench.find(bench.payload("torget-20261121-r1")).drafted is None


def test_a_draft_can_be_taken_back_and_that_twice(bench: Bench) -> None:
    drafted = bench.send()
    bench.pass_s()
    if bench.target == "ledger":
        assert bench.destination.remove(drafted.remote_id) is DraftStatus.POSTED
        assert bench.count() == 1
        return
    for _ in range(2):
        assert bench.destination.remove(drafted.remote_id) is DraftStatus.GONE
        bench.pass_s()
        assert bench.standing(drafted.remote_id) is DraftStatus.GONE
        assert bench.count() == 0
    assert bench.find().drafted is None
    again = bench.send()
    bench.pass_s()
    assert bench.count() == 1
    assert bench.standing(again.remote_id) is DraftStatus.UNPOSTED


def test_a_posted_draft_cannot_be_taken_back(bench: Bench) -> None:
    drafted = bench.send()
    bench.post(drafted.remote_id)
    bench.pass_s()
    assert bench.destination.remove(drafted.remote_id) is DraftStatus.POSTED
    assert bench.standing(drafted.remote_id) is DraftStatus.POSTED


def test_a_draft_in_an_approval_counts_as_posted(journal: Bench) -> None:
    drafted = journal.send()
    journal.world.submit_for_approval(drafted.remote_id)
    journal.pass_s()
    assert journal.standing(drafted.remote_id) is DraftStatus.POSTED
    assert journal.destination.remove(drafted.remote_id) is DraftStatus.POSTED
    with pytest.raises(VoucherRefused, match="approval"):
        journal.destination.attach(drafted.remote_id, PDF, NEVER)


def test_an_import_that_is_being_posted_counts_as_posted(queue: Bench) -> None:
    drafted = queue.send()
    queue.pass_s()
    told = {"success": True, "data": {"id": drafted.remote_id, "isPosting": True, "isPosted": False}}
    queue.answer(lambda request: httpx.Response(200, json=told), path="/status")
    assert queue.standing(drafted.remote_id) is DraftStatus.POSTED


@pytest.mark.parametrize("target", ["import", "journal"])
@pytest.mark.parametrize("kind", ["lose_answer", "lose_request", "status_after", "status_before", "garbage"])
def test_a_removal_whose_answer_was_lost_is_made_again(tmp_path: Path, target: str, kind: str) -> None:
    for bench in open_bench(target, tmp_path):
        drafted = bench.send()
        bench.faults.append(Fault(kind, 503, method="DELETE"))  # type: ignore[arg-type]
        assert bench.destination.remove(drafted.remote_id) is DraftStatus.GONE
        assert bench.count() == 0


@pytest.mark.parametrize("target", ["import", "journal"])
def test_a_removal_that_is_refused_for_another_reason_is_told(tmp_path: Path, target: str) -> None:
    for bench in open_bench(target, tmp_path):
        drafted = bench.send()
        bench.pass_s()
        bench.answer(lambda request: refusal(target), "DELETE")
        with pytest.raises(VoucherRefused, match="Perioden er avsluttet"):
            bench.destination.remove(drafted.remote_id)
        assert bench.count() == 1


@pytest.mark.parametrize(
    ("told", "is_gone"),
    [
        ({"exception": "ApiNotFound"}, True),
        ({"summary": "Import 1234 was not found."}, True),
        ({"summary": "The client integration was not found."}, False),
        ({"summary": "Import 1234 is locked."}, False),
        ({}, False),
    ],
)
def test_only_an_import_that_is_said_not_to_be_found_is_gone(queue: Bench, told: dict[str, str], is_gone: bool) -> None:
    drafted = queue.send()
    queue.pass_s()
    queue.answer(lambda request: httpx.Response(200, json={"success": False, "validation": told}))
    asks: tuple[Callable[[str], DraftStatus], ...] = (queue.standing, queue.destination.remove)
    for ask in asks:
        if is_gone:
            assert ask(drafted.remote_id) is DraftStatus.GONE
        else:
            with pytest.raises(VoucherRefused):
                ask(drafted.remote_id)


def test_a_list_that_ignores_what_was_asked_for_finds_nothing_of_ours(queue: Bench) -> None:
    queue.send(queue.payload("torget-20261119-r1"))
    queue.pass_s()
    payload = queue.payload()
    rows = [{"id": "1", "externalImportReference": "torget-20261119-r1"}]
    queue.answer(lambda request: httpx.Response(200, json={"success": True, "data": rows}))
    assert queue.find(payload).drafted is None


def test_the_404_of_a_proxy_does_not_make_a_draft_gone(wired: Bench) -> None:
    drafted = wired.send()
    wired.pass_s()
    payload = wired.payload()
    wired.answer(lambda request: httpx.Response(404, html="<h1>Not found</h1>"))
    asks: list[Callable[[], object]] = [lambda: wired.standing(drafted.remote_id), lambda: wired.find(payload)]
    if wired.target != "ledger":
        asks.append(lambda: wired.destination.remove(drafted.remote_id))
    for ask in asks:
        with pytest.raises(VoucherRefused, match="HTTP 404"):
            ask()


def test_a_draft_the_list_does_not_show_is_asked_for_before_it_is_called_gone(journal: Bench) -> None:
    drafted = journal.send()
    journal.pass_s()
    journal.line.before = lambda request: (
        httpx.Response(204) if request.url.path.endswith("/JournalEntryVouchers") else None
    )
    assert journal.standing(drafted.remote_id) is DraftStatus.UNPOSTED
