"""An order that is, or may be, in PowerOffice Go though this database does not know it: its sale is booked once."""

from __future__ import annotations

import re

import pytest

from posexport.app.orders import list_orders, move_orders, resolve_order
from posexport.core.order_review import OrderReport
from posexport.core.orders.route import Route
from posexport.core.orders.state import OrderState
from posexport.errors import PowerOfficeUnavailable, UsageError
from posexport.sandbox import Fault
from posexport.texts.failures import describe_failure
from tests.support.credit_shop import apply_orders, credit_sale
from tests.support.harness import FRIDAY, Shop
from tests.support.looks import delete_rows

COMPLETE = "/SalesOrders/Complete"


def listed(shop: Shop) -> OrderReport:
    with shop.open() as workspace:
        (report,) = list_orders(workspace, shop.venues(workspace), asks=False)
    return report


def told(error: Exception) -> str:
    """A refusal in Norwegian."""
    return describe_failure(str(error), "nb").text


def move(shop: Shop) -> None:
    with shop.open() as workspace:
        move_orders(workspace, shop.venues(workspace)[0], FRIDAY, Route.VOUCHER, "", "1")


def resolve(shop: Shop, there: str | None) -> None:
    with shop.open() as workspace:
        (report,) = list_orders(workspace, shop.venues(workspace), asks=False)
        resolve_order(workspace, report.reference, there)


def send_and_put_back(shop: Shop, *, is_invoiced: bool, customers: str) -> str:
    """Send an order, and put the database back to before; the order's id."""
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.export()
    (made,) = shop.world.orders()
    if is_invoiced:
        shop.world.invoice(made.id)
    links = () if customers == "number" else ("customer_link",)
    for table in ("order_seen", "delivery_event", "delivery", *links):
        delete_rows(shop, table)
    shop.clock.sleep(5 * 86_400)
    if customers != "number":
        apply_orders(shop, customers=customers)
    return made.id


@pytest.mark.parametrize("customers", ["number", "linked"])
@pytest.mark.parametrize("is_invoiced", [False, True])
def test_a_sale_that_a_newer_copy_of_the_database_has_ordered_is_not_moved(
    shop: Shop, customers: str, is_invoiced: bool
) -> None:
    made = send_and_put_back(shop, is_invoiced=is_invoiced, customers=customers)
    assert listed(shop).state_of_order is (OrderState.READY if customers == "number" else OrderState.WAITING)
    with pytest.raises(UsageError, match=rf"as {'invoice' if is_invoiced else 'order'} .*--there") as refused:
        move(shop)
    assert f"Bong 1 er i PowerOffice Go som {'faktura' if is_invoiced else 'ordre'}" in told(refused.value)
    (there,) = [one.order.id for one in shop.world.invoices()] if is_invoiced else [made]
    resolve(shop, there)
    assert (listed(shop).state, listed(shop).remote_id) == ("drafted", there)
    with pytest.raises(UsageError, match="is in PowerOffice Go"):
        move(shop)


def test_a_sale_is_moved_when_what_a_newer_copy_ordered_was_deleted(shop: Shop) -> None:
    shop.world.delete_order(send_and_put_back(shop, is_invoiced=False, customers="number"))
    shop.clock.sleep(60)
    move(shop)
    assert shop.revise().exit_code == 0
    assert shop.world.orders() == []


def test_a_sale_is_not_moved_while_go_cannot_be_asked(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.faults.extend(Fault("lose_request", method="GET", path="/SalesOrders") for _ in range(9))
    with pytest.raises(PowerOfficeUnavailable):
        move(shop)
    assert listed(shop).state_of_order is OrderState.READY


def test_an_order_whose_answer_was_lost_is_not_called_missing_before_it_must_have_come(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.world.replica_lag_s = 60
    shop.faults.append(Fault("lose_answer", method="POST", path=COMPLETE))
    shop.export()
    with pytest.raises(UsageError, match=r"may still arrive in PowerOffice Go.* after 20") as refused:
        resolve(shop, None)
    assert re.search(r"si fra etter \d\d\.\d\d\.20", told(refused.value))
    shop.clock.sleep(8 * 60)
    with pytest.raises(UsageError, match="still arrive"):
        resolve(shop, None)
    shop.clock.sleep(60)
    with pytest.raises(UsageError, match="is in PowerOffice Go, as"):
        resolve(shop, None)


def test_an_order_that_never_came_is_called_missing_in_time_and_moved(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.faults.append(Fault("lose_request", method="POST", path=COMPLETE))
    shop.export()
    shop.clock.sleep(9 * 60)
    resolve(shop, None)
    move(shop)
    assert listed(shop).state_of_order is OrderState.MOVED


def test_a_sent_order_is_not_called_missing_by_one_look_that_lags(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.world.replica_lag_s = 60
    shop.export()
    shop.clock.sleep(5)
    with pytest.raises(UsageError, match="does not show"):
        resolve(shop, None)
    assert listed(shop).state_of_order is OrderState.SENT
