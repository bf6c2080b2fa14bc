"""A claim runs out while a request is on its way, and another run takes the voucher: whatever each of them then comes
upon, one draft stands in the end, and it is known."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from posexport.core.ports.ledger import DraftStatus
from posexport.delivery.claims import CLAIM_S
from posexport.delivery.outcomes import Outcomes
from posexport.errors import Exit, NotSent
from posexport.ledgers.folder.voucher_files import VoucherFolder
from posexport.ledgers.poweroffice.direct_posting import LedgerPostings
from posexport.ledgers.poweroffice.import_queue import ImportQueue
from posexport.ledgers.poweroffice.journal import JournalDrafts
from tests.support.harness import Shop, sale, states
from tests.support.looks import read_rows

LEDGERS: dict[str, Any] = {
    "import": ImportQueue,
    "journal": JournalDrafts,
    "ledger": LedgerPostings,
    "file": VoucherFolder,
}


def open_shop(shop: Shop, target: str) -> None:
    shop.apply(target=target, company="direct_posting = true" if target == "ledger" else "")
    shop.sell(sale(1, "100.00"))


def list_there(shop: Shop) -> list[str]:
    """The ids of what stands where vouchers go."""
    files = [path.name for path in (shop.folder / "vouchers").glob("*.json")]
    return files + [draft.id for draft in (*shop.world.drafts(), *shop.world.vouchers())]


def assert_one_stands(shop: Shop) -> None:
    """When everything has come to rest there is one, and it is the one that is known."""
    for _ in range(3):
        shop.clock.now_s += 600
        shop.export()
    ((state, remote_id),) = read_rows(shop, "delivery", "state", "remote_id")
    assert (state, [remote_id]) == ("drafted", list_there(shop))


@pytest.mark.parametrize("target", LEDGERS)
def test_what_another_run_is_about_to_write_down_as_found_is_not_taken_away_under_it(
    both: Shop, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first run comes back from its request when the second has found the draft and not yet said so."""
    open_shop(both, target)
    made, found, is_first_done = threading.Event(), threading.Event(), threading.Event()
    send, write_down = LEDGERS[target].send, Outcomes.drafted

    def send_slowly(*what: Any) -> Any:
        drafted = send(*what)
        if threading.current_thread() is not second:
            both.clock.now_s += CLAIM_S + 1
            made.set()
            assert found.wait(20)
        return drafted

    def write_down_late(*what: Any, **more: Any) -> Any:
        if threading.current_thread() is second:
            found.set()
            assert is_first_done.wait(20)
        return write_down(*what, **more)

    monkeypatch.setattr(LEDGERS[target], "send", send_slowly)
    monkeypatch.setattr(Outcomes, "drafted", write_down_late)
    monkeypatch.setattr("posexport.app.export.ThreadPoolExecutor", SameThread)

    def run_second() -> None:
        assert made.wait(20)
        both.export()

    second = threading.Thread(target=run_second)
    second.start()
    both.export()
    is_first_done.set()
    second.join(20)
    assert_one_stands(both)


class SameThread:
    """In place of other threads: what is given is done at once."""

    def __init__(self, _: int) -> None:
        pass

    def submit(self, work: Callable[..., Any], *what: Any) -> Any:
        done: Future[Any] = Future()
        done.set_result(work(*what))
        return done

    def map(self, work: Callable[[Any], Any], over: Any) -> list[Any]:
        return [work(each) for each in over]

    def shutdown(self, **_: Any) -> None:
        pass


def double(shop: Shop, monkeypatch: pytest.MonkeyPatch, remove: Callable[..., Any] | None = None) -> Any:
    """A request that reaches PowerOffice when another run has long sent the voucher anew; what its own run says."""
    send, others = JournalDrafts.send, list[Any]()

    def send_late(*what: Any) -> Any:
        if others:
            return send(*what)
        others.append(None)
        shop.clock.now_s += 1_000
        assert states(shop.export().report) == ["drafted"]
        if remove is not None:
            monkeypatch.setattr(JournalDrafts, "remove", remove)
        return send(what[0], what[1], shop.clock.now_s + 1)

    monkeypatch.setattr(JournalDrafts, "send", send_late)
    return shop.export()


def test_a_second_draft_is_taken_back(both: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    open_shop(both, "journal")
    exported = double(both, monkeypatch)
    assert states(exported.report) == ["drafted"]
    assert_one_stands(both)


def refuse(*_: Any) -> DraftStatus:
    raise NotSent("HTTP 503")


@pytest.mark.parametrize("remove", [refuse, lambda *_: DraftStatus.POSTED])
def test_a_second_draft_that_stays_is_told(shop: Shop, monkeypatch: pytest.MonkeyPatch, remove: Any) -> None:
    open_shop(shop, "journal")
    exported = double(shop, monkeypatch, remove)
    shown = shop.only_voucher(exported.report)
    ((known,),) = read_rows(shop, "delivery", "remote_id")
    (second,) = set(list_there(shop)) - {known}
    assert exported.exit_code is Exit.INTEGRATOR
    assert f"A second draft, {second}, could not be taken back" in shown.answer
