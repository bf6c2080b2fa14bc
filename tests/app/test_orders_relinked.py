"""A customer that is linked anew while an order to the former one is under way: what was asked for is what counts, and
that it is for somebody else is told."""

from __future__ import annotations

import pytest

from posexport.app.customers import link_customer
from posexport.app.orders import OrderFilter, list_orders, resolve_order, send
from posexport.core.order_review import OrderReport
from posexport.core.orders.state import OrderState
from posexport.errors import Exit
from posexport.sandbox import Fault
from posexport.texts.describe import fix_of, message_of
from tests.support.credit_shop import CUSTOMER, apply_orders, credit_sale, orders_of
from tests.support.harness import Shop, sale

COMPLETE = "/SalesOrders/Complete"
OTHER = "10102"
RELINKED, KEPT = "order-changed-after-sending/relinked", "order-changed-after-sending/relinked-kept"


@pytest.fixture
def shop(both: Shop) -> Shop:
    """A shop on either database."""
    return both


def link(shop: Shop, number: str) -> None:
    with shop.open() as workspace:
        link_customer(workspace, "fjordmat", "K-17", number)


def listed(shop: Shop, *, asks: bool = False) -> OrderReport:
    with shop.open() as workspace:
        (shown,) = list_orders(workspace, shop.venues(workspace), asks=asks)
    return shown


def revise(shop: Shop) -> None:
    with shop.open() as workspace:
        send(workspace, shop.venues(workspace), OrderFilter(), revises=True)


def buyers(shop: Shop) -> list[str]:
    """The customers that orders and invoices are for."""
    numbers = {id_: str(one.no) for id_, one in shop.world._one(None).customers.register.items_now()}
    standing = [*shop.world.orders(), *(invoice.order for invoice in shop.world.invoices())]
    return [numbers[one.customer_id] for one in standing]


def lose(shop: Shop, kind: str = "lose_answer", **more: float) -> None:
    """Send an order that nobody answers for, and link its customer anew in the meantime."""
    apply_orders(shop, customers="linked")
    link(shop, CUSTOMER)
    shop.sell(sale(1, "200.00"), credit_sale(2, customer="K-17"))
    shop.faults.append(Fault(kind, method="POST", path=COMPLETE, **more))  # type: ignore[arg-type]
    shop.export()
    shop.clock.sleep(10)
    link(shop, OTHER)
    shop.clock.sleep(10)


def number_of(shown: OrderReport) -> str | None:
    return shown.order.link.number if shown.order.link else None


def keys(shown: OrderReport) -> list[str]:
    return [found.key for found in shown.findings]


def test_an_order_that_arrived_is_for_whom_it_was_sent_to_and_says_so(shop: Shop) -> None:
    lose(shop)
    exported = shop.export()
    (shown,) = orders_of(exported.report)
    assert (exported.exit_code, number_of(shown), buyers(shop)) == (Exit.BOOKKEEPER, CUSTOMER, [CUSTOMER])
    assert (keys(shown), shown.is_changed) == ([RELINKED], True)
    (found,) = shown.findings
    assert f"er til kunden som var koblet før, {CUSTOMER}" in message_of(found, "nb")
    assert "orders send --revise" in fix_of(found, "en")


def test_it_is_replaced_by_an_order_to_the_customer_that_is_linked_now(shop: Shop) -> None:
    lose(shop)
    shop.export()
    shop.clock.sleep(900)
    revise(shop)
    shown = listed(shop)
    assert (shown.state_of_order, number_of(shown), keys(shown)) == (OrderState.SENT, OTHER, [])
    assert buyers(shop) == [OTHER]
    assert shop.export().exit_code is Exit.DONE


def test_an_invoice_to_the_former_customer_is_left_to_a_person(shop: Shop) -> None:
    lose(shop)
    shop.export()
    (made,) = shop.world.orders()
    shop.world.invoice(made.id)
    shop.clock.sleep(900)
    shown = listed(shop, asks=True)
    assert (shown.state_of_order, keys(shown)) == (OrderState.INVOICED, [KEPT])
    assert f"link the customer back: posexport customers link fjordmat K-17 {CUSTOMER}" in fix_of(
        shown.findings[0], "en"
    )
    revise(shop)
    assert (buyers(shop), len(shop.world.orders())) == ([CUSTOMER], 0)


def test_what_may_still_arrive_is_sent_again_to_the_same_customer(shop: Shop) -> None:
    lose(shop, "late", delay_s=60.0)
    shop.export()
    shop.clock.sleep(300)
    shop.world.process_late()
    shop.export()
    shown = listed(shop)
    assert (buyers(shop), number_of(shown), keys(shown)) == ([CUSTOMER], CUSTOMER, [RELINKED])


def test_what_can_arrive_no_more_is_sent_to_the_customer_that_is_linked_now(shop: Shop) -> None:
    lose(shop, "lose_request")
    shop.clock.sleep(3_600)
    assert shop.export().exit_code is Exit.DONE
    shown = listed(shop)
    assert (buyers(shop), number_of(shown), keys(shown)) == ([OTHER], OTHER, [])


def test_an_order_that_a_person_takes_over_is_for_whom_it_is_there(shop: Shop) -> None:
    lose(shop, "late", delay_s=900.0)
    shop.clock.sleep(400)
    shop.faults.append(Fault("lose_request", method="POST", path=COMPLETE))
    shop.export()
    shop.clock.sleep(600)
    shop.world.process_late()
    shop.clock.sleep(60)
    shop.export()
    shown = listed(shop)
    assert shown.state_of_order is OrderState.UNCERTAIN
    (made,) = shop.world.orders()
    with shop.open() as workspace:
        resolve_order(workspace, shown.reference, made.id)
    shown = listed(shop)
    assert (buyers(shop), number_of(shown), keys(shown)) == ([CUSTOMER], CUSTOMER, [KEPT])


def test_an_order_whose_customer_is_linked_anew_after_it_was_sent_stays_as_it_is(shop: Shop) -> None:
    apply_orders(shop, customers="linked")
    link(shop, CUSTOMER)
    shop.sell(credit_sale(2, customer="K-17"))
    assert shop.export().exit_code is Exit.DONE
    shop.clock.sleep(60)
    link(shop, OTHER)
    shown = listed(shop)
    assert (number_of(shown), keys(shown)) == (CUSTOMER, [])


def test_no_difference_is_sent_to_the_former_customer(shop: Shop) -> None:
    lose(shop)
    shop.export()
    (made,) = shop.world.orders()
    shop.world.invoice(made.id)
    shop.clock.sleep(900)
    shop.sell(credit_sale(2, "900.00", customer="K-17"))
    revise(shop)
    assert (keys(listed(shop)), shop.world.orders()) == ([KEPT], [])


def test_an_order_that_arrives_after_it_was_given_up_is_for_whom_it_was_sent_to(shop: Shop) -> None:
    lose(shop, "late", delay_s=900.0)
    shop.clock.sleep(600)
    with shop.open() as workspace:
        resolve_order(workspace, listed(shop).reference, None)
    shop.world.change_product("SERV25", active=False)
    shop.clock.sleep(60)
    shop.export()
    assert number_of(listed(shop)) == OTHER, "it waits, and would be for the customer that is linked now"
    shop.world.change_product("SERV25", active=True)
    shop.clock.sleep(300)
    shop.world.process_late()
    shop.clock.sleep(700)
    shop.export()
    shown = listed(shop)
    assert (shown.state_of_order, number_of(shown), buyers(shop)) == (OrderState.SENT, CUSTOMER, [CUSTOMER])
    assert RELINKED in keys(shown)
