"""Orders go the way that vouchers go: claimed, sent once, looked up, settled; judged first by what the ledger has."""

from __future__ import annotations

import pytest

from posexport.errors import Exit
from tests.support.harness import Shop, sale
from tests.support.looks import read_rows
from tests.support.order_desk import OrderDesk


@pytest.fixture(params=["import", "journal", "ledger"])
def desk(request: pytest.FixtureRequest, shop: Shop) -> OrderDesk:
    """A shop of each target with a day's sales."""
    shop.apply(target=request.param, **({"company": "direct_posting = true"} if request.param == "ledger" else {}))
    shop.sell(sale(1))
    return OrderDesk(shop)


def test_an_order_is_sent_and_stored_with_what_the_ledger_says_of_it(desk: OrderDesk) -> None:
    outcome = desk.send_one()
    (made,) = desk.shop.world.orders()
    assert (outcome.report.state.value, outcome.report.remote_id, outcome.exit_code) == ("drafted", made.id, Exit.DONE)
    assert outcome.report.there is not None
    assert (outcome.report.there.order_no, outcome.report.there.total_ore) == (str(made.no), 125_000)
    assert desk.columns("state", "remote_id", "page_state") == [("drafted", made.id, "")]
    assert read_rows(desk.shop, "order_seen", "asked_at_utc_s", "is_open") == [(0, True)]
