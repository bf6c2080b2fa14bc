"""Confirmed orders that are to be replaced: they are set back to drafts before they are deleted, and what is cut off
between the two comes to one end."""

from __future__ import annotations

import pytest

from posexport.core.orders.state import OrderState
from posexport.sandbox import Fault
from tests.app.test_orders import listed
from tests.app.test_orders_changed import change, change_of, edit, revise
from tests.support.credit_shop import apply_orders, credit_sale
from tests.support.harness import FRIDAY, Shop


@pytest.fixture
def shop(both: Shop) -> Shop:
    """A shop on either database."""
    return both


def cut_off(shop: Shop) -> str:
    """A confirmed order of 1 000.00 whose ticket is 900.00 by now is set back to a draft, and then nothing is deleted.
    Returns its id."""
    apply_orders(shop, confirm=True)
    shop.sell(credit_sale(1, "1000.00"))
    shop.export()
    (made,) = shop.world.orders()
    assert made.status == "Confirmed"
    shop.clock.sleep(1_000)
    change(shop, "900.00")
    shop.faults.extend(Fault("status_before", 503, method="DELETE") for _ in range(20))
    revise(shop)
    shop.faults.clear()
    shop.clock.sleep(1_000)
    assert [(order.id, order.status) for order in shop.world.orders()] == [(made.id, "Draft")]
    return str(made.id)


def test_a_confirmed_order_that_was_set_back_and_no_more_is_deleted_by_the_next_run(shop: Shop) -> None:
    left = cut_off(shop)
    shop.export(FRIDAY, FRIDAY)
    (order,) = shop.world.orders()
    assert (order.total_ore, order.id != left) == (90_000, True)
    (report,) = listed(shop)
    assert (report.state_of_order, report.is_changed) == (OrderState.SENT, False)


def test_one_that_a_person_changes_in_between_is_left_to_that_person(shop: Shop) -> None:
    left = cut_off(shop)
    edit(shop, left, 640)
    shop.export(FRIDAY, FRIDAY)
    assert [(order.id, order.total_ore) for order in shop.world.orders()] == [(left, 80_000)]
    (report,) = listed(shop)
    assert (change_of(report).variant, report.remote_id) == ("touched", left)
    shop.world.delete_order(left)
    shop.clock.sleep(1_000)
    shop.export(FRIDAY, FRIDAY)
    shop.clock.sleep(1_000)
    assert listed(shop)[0].state_of_order is OrderState.GONE


def test_a_confirmed_order_that_a_person_has_set_back_is_not_deleted(shop: Shop) -> None:
    apply_orders(shop, confirm=True)
    shop.sell(credit_sale(1, "1000.00"))
    shop.export()
    (made,) = shop.world.orders()
    shop.clock.sleep(1_000)
    shop.world.confirm_order(made.id, confirmed=False)
    shop.clock.sleep(1_000)
    change(shop, "900.00")
    revise(shop)
    shop.export(FRIDAY, FRIDAY)
    assert [(order.id, order.total_ore) for order in shop.world.orders()] == [(made.id, 100_000)]
    assert change_of(listed(shop)[0]).variant == "touched"
