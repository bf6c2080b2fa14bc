"""Every credit krone is ordered once, or booked by a voucher, whatever goes wrong. Which seeds, and how to run one
again: see `tests.whole.order_simulation`."""

from __future__ import annotations

import pytest

from posexport.core.ports.ledger import Lookup
from posexport.ledgers.poweroffice.orders import SalesOrders
from tests.whole.order_simulation import SEEDS, run_order_seed

_CHUNK = min(25, SEEDS)


@pytest.mark.parametrize("first", range(0, SEEDS, _CHUNK))
def test_every_credit_sale_is_ordered_once_whatever_goes_wrong(first: int) -> None:
    failed = []
    for seed in range(first, first + _CHUNK):
        try:
            run_order_seed(seed)
        except BaseException as error:  # noqa: BLE001
            failed.append(f"{error!r}; again with: python -m tests.whole.order_simulation --seed {seed}")
    assert not failed, "\n".join(failed)


def test_a_seed_of_orders_goes_the_same_way_every_time() -> None:
    told: list[list[str]] = [[], []]
    for steps in told:
        run_order_seed(9, told=steps.append)
    assert told[0] == told[1]


def test_seeds_notice_when_an_order_whose_answer_was_lost_is_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SalesOrders, "find", lambda *_, **__: Lookup())
    monkeypatch.setattr(SalesOrders, "_find_anywhere", lambda *_, **__: None)
    assert any(_fails(seed) for seed in range(8))


def _fails(seed: int) -> bool:
    try:
        run_order_seed(seed)
    except AssertionError:
        return True
    return False
