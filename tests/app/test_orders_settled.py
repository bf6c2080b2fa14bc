"""What becomes of an order whose invoice is credited in PowerOffice Go, that is deleted there, or whose ticket gets
another customer: it comes to an end, and no difference goes to the wrong customer."""

from __future__ import annotations

import pytest

from posexport.app.export_orders import judge_order
from posexport.app.orders import move_orders, resolve_order
from posexport.app.status import list_waiting_orders
from posexport.core.mends import MendKind
from posexport.core.order_reconciliation import Verdict
from posexport.core.order_review import OrderReport
from posexport.core.orders.route import Route
from posexport.core.orders.state import OrderState
from posexport.errors import Exit, UsageError
from posexport.office.pages.order import may_move, may_resolve
from posexport.texts.describe import message_of
from posexport.texts.failures import describe_failure
from posexport.views.orders import Colour, find_colour
from tests.app.test_order_reconciliation import places, reconcile
from tests.app.test_orders import listed, posts
from tests.app.test_orders_changed import (
    CHANGED,
    accept,
    change,
    change_of,
    plan_revision,
    revise,
    sell_and_send,
)
from tests.notify.test_orders_in_messages import scrape
from tests.support.credit_shop import credit_sale
from tests.support.harness import FRIDAY, Shop, sale


@pytest.fixture
def shop(both: Shop) -> Shop:
    """A shop on either database."""
    return both


# Credited, or deleted, in PowerOffice Go


def credit(shop: Shop, order_id: str) -> None:
    """A person invoices the order and credits the invoice."""
    shop.world.credit(shop.world.invoice(order_id).id)
    shop.clock.sleep(1_000)


def pay_by_card(shop: Shop) -> None:
    shop.sell(sale(1, "1000.00", paid="CARD"))


def delete(shop: Shop, order_id: str) -> OrderReport:
    """A person deletes the order, and it is looked for twice."""
    shop.world.delete_order(order_id)
    for _ in range(2):
        shop.clock.sleep(1_000)
        (report,) = listed(shop)
    return report


@pytest.mark.parametrize("is_paid_by_card", [False, True])
def test_nothing_is_owed_of_a_ticket_that_is_void_or_paid_and_whose_invoice_was_credited(
    shop: Shop, is_paid_by_card: bool
) -> None:
    credit(shop, sell_and_send(shop))
    pay_by_card(shop) if is_paid_by_card else change(shop, None)
    (report,) = listed(shop)
    assert (report.state_of_order, report.is_changed, report.findings) == (OrderState.CREDITED, False, ())
    assert judge_order(report) is Exit.DONE
    assert shop.export(FRIDAY, FRIDAY).exit_code is Exit.DONE
    assert (reconcile(shop).day.verdict, places(reconcile(shop))) == (Verdict.AGREES, {})
    assert ([one.exit_code for one in revise(shop)], posts(shop)) == ([Exit.DONE], 1)


def test_a_credited_order_whose_ticket_comes_to_another_amount_says_so_until_a_person_accepts(shop: Shop) -> None:
    credit(shop, sell_and_send(shop))
    change(shop, "900.00")
    (report,) = listed(shop)
    found = change_of(report)
    assert (found.variant, judge_order(report)) == ("credited", Exit.BOOKKEEPER)
    assert [mend.kind for mend in found.mends] == [
        MendKind.OPEN_IN_LEDGER,
        MendKind.RESOLVE_ORDER,
        MendKind.MOVE_ORDER,
        MendKind.ACCEPT,
    ]
    assert "comes to 900.00 now" in message_of(found, "en")
    (outcome,) = revise(shop)
    assert "was credited" in outcome.report.answer
    assert "kreditert" in describe_failure(outcome.report.answer, "nb").text
    assert accept(shop, report.reference) == 1
    assert [judge_order(one) for one in listed(shop)] == [Exit.DONE]
    assert shop.export(FRIDAY, FRIDAY).exit_code is Exit.DONE
    assert (reconcile(shop).day.verdict, posts(shop)) == (Verdict.AGREES, 1)


def test_a_correction_that_waits_is_dropped_when_the_invoice_is_credited_in_go(shop: Shop) -> None:
    order_id = sell_and_send(shop)
    made = shop.world.invoice(order_id)
    shop.clock.sleep(1_000)
    change(shop, None)
    assert [one.is_changed for one in listed(shop)] == [True]
    plan_revision(shop)
    shop.world.credit(made.id)
    shop.clock.sleep(1_000)
    listed(shop)
    shop.export(FRIDAY, FRIDAY)
    assert (shop.world.orders(), reconcile(shop).day.verdict) == ([], Verdict.AGREES)
    assert {judge_order(one) for one in listed(shop)} == {Exit.DONE}


@pytest.mark.parametrize("is_paid_by_card", [False, True])
def test_an_order_that_is_deleted_in_go_is_settled_when_its_ticket_is_no_credit_sale(
    shop: Shop, is_paid_by_card: bool
) -> None:
    order_id = sell_and_send(shop)
    pay_by_card(shop) if is_paid_by_card else change(shop, None)
    report = delete(shop, order_id)
    assert (report.state_of_order, report.findings, judge_order(report)) == (OrderState.GONE, (), Exit.DONE)
    assert not may_move(report) and not may_resolve(report)
    assert find_colour(report) is Colour.GREY
    with shop.open() as workspace:
        assert list_waiting_orders(workspace, report.venue) == []
        assert "posexport_orders" not in scrape(workspace)
    assert (places(reconcile(shop)), reconcile(shop).day.verdict) == ({}, Verdict.AGREES)
    assert shop.export(FRIDAY, FRIDAY).exit_code is Exit.DONE
    change(shop, "1000.00")
    assert [[one.code for one in row.findings] for row in listed(shop)] == [["order-gone"]], "it is on credit again"


@pytest.mark.parametrize("ends", ["deleted", "credited"])
def test_what_is_settled_is_neither_moved_nor_said_to_be_missing(shop: Shop, ends: str) -> None:
    order_id = sell_and_send(shop)
    change(shop, None)
    if ends == "deleted":
        delete(shop, order_id)
    else:
        credit(shop, order_id)
    (report,) = listed(shop)
    assert report.is_settled
    with shop.open() as workspace:
        venue = workspace.load_setup().venues[0]
        with pytest.raises(UsageError, match="no sale on credit any more: there is nothing to book") as refused:
            move_orders(workspace, venue, FRIDAY, Route.VOUCHER, "", report.order.ticket_number)
        assert "ikke noe kredittsalg lenger" in describe_failure(str(refused.value), "nb").text
        with pytest.raises(UsageError, match=f"{FRIDAY} has no order to move"):
            move_orders(workspace, venue, FRIDAY, Route.VOUCHER, "")
        with pytest.raises(UsageError, match="is settled: ") as refused:
            resolve_order(workspace, report.reference, None)
        assert "er avsluttet: " in describe_failure(str(refused.value), "nb").text
    assert [one.is_settled for one in listed(shop)] == [True]


# Another customer

OTHER = "10102"


def test_an_order_that_nobody_touched_is_replaced_by_one_to_the_customer_that_the_ticket_has_now(shop: Shop) -> None:
    sell_and_send(shop)
    shop.sell(credit_sale(1, "1000.00", customer=OTHER))
    (report,) = listed(shop)
    found = change_of(report)
    assert (found.variant, "from customer 10101 to 10102" in message_of(found, "en")) == ("customer", True)
    revise(shop)
    shop.export(FRIDAY, FRIDAY)
    (order,) = shop.world.orders()
    (report,) = listed(shop)
    assert (order.customer_id, judge_order(report)) == (linked_id(report), Exit.DONE)
    assert report.order.customer_code == OTHER


def linked_id(report: OrderReport) -> int:
    assert report.order.link is not None
    return report.order.link.customer_id


@pytest.mark.parametrize("amount", ["1000.00", "900.00"])
def test_no_difference_is_sent_to_a_customer_that_the_ticket_does_not_have(shop: Shop, amount: str) -> None:
    shop.world.invoice(sell_and_send(shop))
    shop.clock.sleep(1_000)
    shop.sell(credit_sale(1, amount, customer=OTHER))
    (report,) = listed(shop)
    found = change_of(report)
    assert (found.variant, judge_order(report)) == ("customer-kept", Exit.BOOKKEEPER)
    assert "fra kunde 10101 til 10102" in message_of(found, "nb")
    (outcome,) = revise(shop)
    assert "to another customer" in outcome.report.answer and outcome.exit_code is Exit.BOOKKEEPER
    assert "annen kunde" in describe_failure(outcome.report.answer, "nb").text
    shop.export(FRIDAY, FRIDAY)
    assert (posts(shop), shop.world.orders()) == (1, [])
    assert accept(shop, report.reference) == 1
    assert [judge_order(one) for one in listed(shop)] == [Exit.DONE]


@pytest.mark.parametrize("is_invoiced", [False, True])
def test_a_customer_that_is_taken_off_the_ticket_is_said_to_be_gone(shop: Shop, is_invoiced: bool) -> None:
    order_id = sell_and_send(shop)
    if is_invoiced:
        shop.world.invoice(order_id)
        shop.clock.sleep(1_000)
    shop.sell(credit_sale(1, "1000.00", customer=None))
    (report,) = listed(shop)
    found = change_of(report)
    assert (found.variant, judge_order(report)) == ("customer-gone", Exit.BOOKKEEPER)
    assert "kunde 10101 er ikke på bongen lenger" in message_of(found, "nb")
    (outcome,) = revise(shop)
    assert "has no customer any more" in outcome.report.answer and outcome.exit_code is Exit.BOOKKEEPER
    assert "ingen kunde lenger" in describe_failure(outcome.report.answer, "nb").text
    assert ([one.is_changed for one in listed(shop)], posts(shop)) == ([True], 1)
    assert accept(shop, report.reference) == 1
    assert [judge_order(one) for one in listed(shop)] == [Exit.DONE]


def test_a_planned_correction_waits_when_the_ticket_gets_another_customer(shop: Shop) -> None:
    shop.world.invoice(sell_and_send(shop))
    shop.clock.sleep(1_000)
    listed(shop)
    change(shop, "900.00")
    plan_revision(shop)
    shop.sell(credit_sale(1, "900.00", customer=OTHER))
    shop.export(FRIDAY, FRIDAY)
    assert (posts(shop), shop.world.orders()) == (1, [])
    assert [one.variant for row in listed(shop) for one in row.findings if one.code == CHANGED] == ["customer-kept"]
