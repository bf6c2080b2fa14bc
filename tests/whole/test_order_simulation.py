"""Every credit krone is ordered once, or booked by a voucher, whatever goes wrong. Which seeds, and how to run one
again: see `tests.whole.order_simulation`."""

from __future__ import annotations

import pytest

from tests.whole.order_simulation import SEEDS, run_order_seed
from tests.whole.simulated_guards import Guard
from tests.whole.simulated_order_guards import ORDER_GUARDS

_CHUNK = min(25, SEEDS)
_NARROW = 20
"""Within so many seeds of a guard's first the simulation has to notice that it is out."""


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


def test_every_guard_of_orders_is_seen_to_be_needed_or_says_what_else_holds_the_same() -> None:
    assert [guard.name for guard in ORDER_GUARDS if (guard.first is None) != bool(guard.unseen)] == []
    assert len({guard.name for guard in ORDER_GUARDS}) == len(ORDER_GUARDS)


@pytest.mark.parametrize("guard", ORDER_GUARDS, ids=lambda guard: guard.name)
def test_a_guard_of_orders_can_be_taken_out(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    guard.take_out(monkeypatch)


@pytest.mark.long
@pytest.mark.parametrize(
    "guard", [guard for guard in ORDER_GUARDS if guard.first is not None], ids=lambda guard: guard.name
)
def test_the_simulation_of_orders_notices_when_a_guard_is_taken_out(
    guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert guard.first is not None
    guard.take_out(monkeypatch)
    assert any(_fails(seed, guard) for seed in range(guard.first, guard.first + _NARROW))


def _fails(seed: int, guard: Guard) -> bool:
    try:
        run_order_seed(seed, target=guard.target, mood=guard.mood)
    except AssertionError:
        return True
    return False
