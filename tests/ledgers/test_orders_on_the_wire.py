"""Orders as they go to PowerOffice Go: sent once, found again, and asked about; against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from posexport.core.ports.ledger import DraftedHow, DraftStatus
from tests.support.order_bench import OrderBench


@pytest.fixture
def bench() -> Iterator[OrderBench]:
    bench = OrderBench()
    with bench.http:
        yield bench


def test_an_order_is_sent_in_one_request_and_answered_with_its_number_and_sum(bench: OrderBench) -> None:
    drafted = bench.send()
    assert bench.calls() == [("POST", "/v2/SalesOrders/Complete")]
    (order,) = bench.world.orders()
    assert (drafted.remote_id, drafted.how) == (order.id, DraftedHow.DRAFTED)
    assert (drafted.told.order_no, drafted.told.total_ore, drafted.told.is_draft) == (str(order.no), 125_000, True)


def test_what_became_of_it_is_told_by_draft_confirmed_invoiced_and_deleted(bench: OrderBench) -> None:
    drafted = bench.send()
    bench.clock.now_s += 2
    assert bench.book.find_status(drafted.remote_id, 0) is DraftStatus.UNPOSTED
    bench.world.confirm_order(drafted.remote_id)
    bench.clock.now_s += 2
    assert bench.book.find_status(drafted.remote_id, 0) is DraftStatus.POSTED
    assert bench.book.remove(drafted.remote_id) is DraftStatus.POSTED
    bench.world.confirm_order(drafted.remote_id, confirmed=False)
    bench.world.invoice(drafted.remote_id)
    bench.clock.now_s += 2
    assert bench.book.find_status(drafted.remote_id, 0) is DraftStatus.POSTED
    assert bench.book.remove(drafted.remote_id) is DraftStatus.POSTED
