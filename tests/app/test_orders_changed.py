"""Tickets that change after their order was sent, and what people do in PowerOffice Go meanwhile: there is always a way
to an end, and what is offered is never refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from posexport.app.export_orders import DELETED, judge_order, review_orders
from posexport.app.order_revisions import revise_orders
from posexport.app.orders import OrderFilter, accept_order, resolve_order, send
from posexport.core.finding import Finding
from posexport.core.mends import MendKind
from posexport.core.order_reconciliation import Reason, Verdict
from posexport.core.order_review import OrderReport
from posexport.core.orders.route import Route
from posexport.core.orders.state import OrderState
from posexport.core.report import State
from posexport.delivery.claims import Outcome
from posexport.errors import Exit, PowerOfficeUnavailable, UsageError
from posexport.sandbox import Fault
from posexport.texts.describe import fix_of, message_of
from posexport.texts.failures import describe_failure
from tests.app.test_order_reconciliation import places, reconcile
from tests.app.test_orders import booked, listed, move, posts, send_twice_and_forget
from tests.support.credit_shop import CUSTOMER, apply_orders, credit_sale, orders_of, tell_orders
from tests.support.harness import FRIDAY, Shop, sale
from tests.support.looks import overwrite_rows, read_rows

CHANGED = "order-changed-after-sending"


@pytest.fixture
def shop(both: Shop) -> Shop:
    """A shop on either database."""
    return both


def sell_and_send(shop: Shop, amount: str = "1000.00") -> str:
    """An order of one ticket in PowerOffice Go; its id."""
    apply_orders(shop)
    shop.sell(credit_sale(1, amount))
    shop.export()
    (made,) = shop.world.orders()
    shop.clock.sleep(1_000)
    return str(made.id)


def change(shop: Shop, amount: str | None) -> None:
    """The ticket comes back with another amount, or void."""
    shop.sell(credit_sale(1, amount) if amount else {**credit_sale(1, "1000.00"), "void": True})


def edit(shop: Shop, order_id: str, net: int | str) -> None:
    """A person changes the order's one line."""
    shop.world.edit_order(order_id, 1, unit_price=Decimal(net))
    shop.clock.sleep(1_000)


def plan_revision(shop: Shop) -> None:
    """The order is to be replaced, and nothing is done about it yet."""
    with shop.open() as workspace:
        venues = shop.venues(workspace)
        assert revise_orders(workspace, venues, review_orders(workspace, venues, {("torget", FRIDAY)})) == []


def revise(shop: Shop) -> list[Outcome[OrderReport]]:
    with shop.open() as workspace:
        return send(workspace, shop.venues(workspace), OrderFilter(), revises=True)


def accept(shop: Shop, reference: str, code: str = CHANGED) -> int:
    with shop.open() as workspace:
        return accept_order(workspace, reference, code, "the customer and we agreed")[1]


def change_of(report: OrderReport) -> Finding:
    (found,) = [finding for finding in report.findings if finding.code == CHANGED]
    return found


# Confirmed or edited before it could be replaced


@pytest.mark.parametrize("comes_back", ["900.00", None])
def test_a_replacement_of_an_order_that_somebody_confirmed_is_called_off_and_the_order_is_the_changed_one(
    shop: Shop, comes_back: str | None
) -> None:
    order_id = sell_and_send(shop)
    change(shop, comes_back)
    plan_revision(shop)
    shop.world.confirm_order(order_id)
    shop.export(FRIDAY, FRIDAY)
    (report,) = listed(shop)
    assert (report.state_of_order, report.is_changed, report.remote_id) == (OrderState.SENT, True, order_id)
    found = change_of(report)
    assert found.variant == "touched"
    assert [mend.kind for mend in found.mends] == [MendKind.OPEN_IN_LEDGER, MendKind.ACCEPT]
    assert ("to 900.00" if comes_back else "to 0.00") in fix_of(found, "en")
    assert [row[0] for row in read_rows(shop, "delivery", "state", document_kind="order")] == ["drafted", "replaced"]
    assert ("called-off",) in read_rows(shop, "delivery_event", "kind")


def test_a_called_off_replacement_goes_after_all_when_the_order_is_deleted_in_go(shop: Shop) -> None:
    order_id = sell_and_send(shop)
    change(shop, "900.00")
    plan_revision(shop)
    shop.world.confirm_order(order_id)
    shop.export(FRIDAY, FRIDAY)
    shop.world.confirm_order(order_id, confirmed=False)
    shop.world.delete_order(order_id)
    for _ in range(2):
        shop.clock.sleep(1_000)
        (report,) = listed(shop)
    assert report.state_of_order is OrderState.GONE
    assert CHANGED not in {finding.code for finding in report.findings}, "what it offers would be refused"
    with shop.open() as workspace:
        resolve_order(workspace, report.reference, None)
    assert shop.export(FRIDAY, FRIDAY).exit_code is Exit.DONE
    assert [order.total_ore for order in shop.world.orders()] == [90_000]


def test_an_order_invoiced_before_it_could_be_replaced_is_corrected_in_the_same_run(shop: Shop) -> None:
    order_id = sell_and_send(shop)
    change(shop, "900.00")
    plan_revision(shop)
    shop.world.invoice(order_id)
    shop.clock.sleep(60)
    assert shop.export(FRIDAY, FRIDAY).exit_code is Exit.DONE
    assert [order.total_ore for order in shop.world.orders()] == [-10_000]


# Corrected in PowerOffice Go


@pytest.mark.parametrize("is_invoiced", [False, True])
def test_an_order_that_a_person_edits_to_what_the_ticket_comes_to_now_needs_nobody(
    shop: Shop, is_invoiced: bool
) -> None:
    order_id = sell_and_send(shop)
    change(shop, "900.00")
    edit(shop, order_id, 720)
    if is_invoiced:
        shop.world.invoice(order_id)
        shop.clock.sleep(1_000)
    (report,) = listed(shop)
    assert (report.is_changed, report.is_mended, judge_order(report)) == (False, True, Exit.DONE)
    (found,) = report.findings
    assert (found.key, found.mends) == ("order-edited/mended", ())
    assert "kommer" not in message_of(found, "nb") and "900,00" in message_of(found, "nb")
    day = reconcile(shop).day
    state = "invoiced" if is_invoiced else "sent"
    assert (day.verdict, day.till_ore, places(reconcile(shop))) == (Verdict.AGREES, 90_000, {state: 90_000})
    assert [one.differences for one in day.orders] == [()]
    assert shop.export(FRIDAY, FRIDAY).exit_code is Exit.DONE
    revise(shop)
    assert posts(shop) == 1


def test_who_has_just_corrected_the_order_in_go_is_not_told_to_correct_it_there(shop: Shop) -> None:
    order_id = sell_and_send(shop)
    change(shop, "900.00")
    assert [one.is_changed for one in listed(shop)] == [True]
    shop.world.edit_order(order_id, 1, unit_price=Decimal(720))
    shop.clock.sleep(60)
    (outcome,) = revise(shop)
    assert (outcome.report.answer, outcome.report.is_mended, outcome.exit_code) == ("", True, Exit.DONE)


def test_an_order_that_is_edited_once_more_has_changed_again(shop: Shop) -> None:
    order_id = sell_and_send(shop)
    change(shop, "900.00")
    edit(shop, order_id, 720)
    assert [one.is_changed for one in listed(shop)] == [False]
    edit(shop, order_id, 700)
    (report,) = listed(shop)
    assert (report.is_changed, change_of(report).variant) == (True, "touched")
    assert "875.00" in message_of(change_of(report), "en")


def test_an_order_that_a_person_edits_to_another_amount_is_still_changed(shop: Shop) -> None:
    order_id = sell_and_send(shop)
    change(shop, "900.00")
    edit(shop, order_id, 712)
    (report,) = listed(shop)
    assert (report.is_changed, judge_order(report)) == (True, Exit.BOOKKEEPER)
    assert {finding.key for finding in report.findings} == {f"{CHANGED}/touched", "order-edited"}


def test_an_order_of_the_same_total_that_nobody_edited_is_still_changed(shop: Shop) -> None:
    sell_and_send(shop)
    shop.sell(credit_sale(1, "1000.00", customer="10102"))
    (report,) = listed(shop)
    assert (report.is_changed, change_of(report).variant) == (True, "customer")


def test_a_void_ticket_whose_order_a_person_edits_to_nothing_needs_nobody(shop: Shop) -> None:
    order_id = sell_and_send(shop)
    change(shop, None)
    edit(shop, order_id, 0)
    (report,) = listed(shop)
    assert (report.is_changed, report.is_mended) == (False, True)
    assert (reconcile(shop).day.verdict, places(reconcile(shop))) == (Verdict.AGREES, {})


def test_a_correction_that_waits_is_dropped_when_a_person_edits_the_order_to_what_the_ticket_comes_to(
    shop: Shop,
) -> None:
    """A correction of an order that is no invoice, as earlier versions planned them."""
    order_id = sell_and_send(shop)
    change(shop, "900.00")
    wait_for_an_invoice(shop, order_id)
    edit(shop, order_id, 720)
    shop.export(FRIDAY, FRIDAY)
    (report,) = listed(shop)
    assert (report.remote_id, report.is_mended, judge_order(report)) == (order_id, True, Exit.DONE)
    assert reconcile(shop).day.verdict is Verdict.AGREES


def wait_for_an_invoice(shop: Shop, order_id: str) -> None:
    """A correction that is planned while its order is no invoice."""
    plan_revision(shop)
    overwrite_rows(shop, "delivery", {"kind": "adjustment"}, state="ready")
    overwrite_rows(shop, "delivery", {"state": "drafted"}, state="removing")
    (first, second) = listed(shop)
    assert (first.remote_id, second.state_of_order) == (order_id, OrderState.WAITING)
    assert change_of(second).variant == "touched"


def test_a_correction_that_waits_is_never_sent_whole_when_a_person_accepts_the_order_as_it_is(shop: Shop) -> None:
    order_id = sell_and_send(shop)
    change(shop, "900.00")
    wait_for_an_invoice(shop, order_id)
    reference = str(listed(shop)[1].findings[0].facts["reference"])
    assert accept(shop, reference) == 1
    shop.export(FRIDAY, FRIDAY)
    assert [order.id for order in shop.world.orders()] == [order_id]
    (report,) = listed(shop)
    assert (report.is_mended, judge_order(report)) == (True, Exit.DONE)


def test_a_correction_that_waits_is_sent_when_its_order_is_found_invoiced_on_demand(shop: Shop) -> None:
    order_id = sell_and_send(shop)
    change(shop, "900.00")
    wait_for_an_invoice(shop, order_id)
    shop.world.invoice(order_id)
    shop.clock.sleep(60)
    revise(shop)
    assert [order.total_ore for order in shop.world.orders()] == [-10_000]


# Left as it is


def test_an_order_is_left_as_it_is_with_a_reason_and_the_reconciliation_tells_the_difference(shop: Shop) -> None:
    order_id = sell_and_send(shop)
    shop.world.confirm_order(order_id)
    shop.clock.sleep(60)
    change(shop, "900.00")
    (report,) = listed(shop)
    assert change_of(report).variant == "touched"
    assert accept(shop, report.reference) == 1
    assert accept(shop, report.reference) == 0
    (report,) = listed(shop)
    assert (report.is_changed, report.is_mended, judge_order(report)) == (False, True, Exit.DONE)
    assert change_of(report).accepted is not None
    day = reconcile(shop).day
    assert (day.verdict, places(reconcile(shop))) == (Verdict.AGREES, {"sent": 90_000})
    assert [(one.reason, one.amount_ore) for one in day.orders[0].differences] == [(Reason.KEPT, 10_000)]
    assert reconcile(shop).exit_code is Exit.DONE
    shop.world.invoice(order_id)
    shop.clock.sleep(1_000)
    (report,) = listed(shop)
    assert (report.state_of_order, report.is_mended) == (OrderState.INVOICED, True), "whatever can be done since"
    change(shop, "800.00")
    assert [one.is_changed for one in listed(shop)] == [True], "another change is another question"


def test_what_is_offered_for_a_changed_ticket_is_not_refused(shop: Shop) -> None:
    order_id = sell_and_send(shop)
    change(shop, "900.00")
    (report,) = listed(shop)
    assert [mend.kind for mend in change_of(report).mends] == [MendKind.SEND_ORDERS, MendKind.ACCEPT]
    shop.world.edit_order(order_id, 1, unit_price=Decimal(792))
    shop.world.invoice(order_id)
    shop.clock.sleep(1_000)
    (report,) = listed(shop)
    found = change_of(report)
    assert (found.variant, [mend.kind for mend in found.mends]) == (
        "invoiced",
        [MendKind.OPEN_IN_LEDGER, MendKind.ACCEPT],
    )
    assert "990.00" in message_of(found, "en")


def test_several_orders_of_a_ticket_are_compared_together(shop: Shop) -> None:
    order_id = sell_and_send(shop)
    shop.world.invoice(order_id)
    shop.clock.sleep(1_000)
    change(shop, "900.00")
    revise(shop)
    shop.clock.sleep(1_000)
    change(shop, "700.00")
    (_, note) = listed(shop)
    assert change_of(note).facts["difference"] == -20_000


# Void


def test_an_order_of_a_void_ticket_is_said_to_be_deleted(shop: Shop) -> None:
    sell_and_send(shop)
    change(shop, None)
    (report,) = listed(shop)
    found = change_of(report)
    assert (found.variant, [mend.kind for mend in found.mends]) == ("void", [MendKind.SEND_ORDERS, MendKind.ACCEPT])
    assert "have the order deleted" in fix_of(found, "en")
    (outcome,) = revise(shop)
    told = outcome.report
    assert (told.reference, told.state_of_order, told.state) == (report.reference, OrderState.GONE, State.NOTHING)
    assert (told.answer, told.findings) == (DELETED, ())
    assert max(judge_order(told), outcome.exit_code) is Exit.DONE
    assert "slettet i PowerOffice Go" in describe_failure(told.answer, "nb").text
    assert (shop.world.orders(), listed(shop), revise(shop)) == ([], [], [])


def test_a_void_ticket_whose_order_was_never_sent_deletes_nothing(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "1000.00", customer=None))
    shop.export()
    shop.sell({**credit_sale(1, "1000.00", customer=None), "void": True})
    assert [outcome.report.answer for outcome in revise(shop)] in ([], [""])


# While a replacement waits


@pytest.mark.parametrize("comes_back", ["900.00", None])
def test_while_a_replacement_waits_the_order_that_is_in_go_is_listed_and_counted_once(
    shop: Shop, comes_back: str | None
) -> None:
    order_id = sell_and_send(shop)
    change(shop, comes_back)
    plan_revision(shop)
    (there, waiting) = listed(shop)
    assert (there.remote_id, there.state_of_order, there.is_changed) == (order_id, OrderState.SENT, False)
    assert (waiting.remote_id, waiting.state_of_order) == (None, OrderState.READY)
    day = reconcile(shop).day
    due_ore = 90_000 if comes_back else 0
    assert (day.verdict, day.till_ore) == (Verdict.AGREES, due_ore)
    assert places(reconcile(shop)) == {"sent": 100_000, "waiting": due_ore - 100_000}
    assert shop.export(FRIDAY, FRIDAY).exit_code is Exit.DONE
    assert sum(order.total_ore for order in shop.world.orders()) == due_ore


# Moving asks PowerOffice Go


def test_an_order_deleted_in_go_is_moved_after_two_looks_minutes_apart(shop: Shop) -> None:
    order_id = sell_and_send(shop)
    shop.sell(sale(2, "200.00"))
    shop.world.delete_order(order_id)
    shop.clock.sleep(10)
    with pytest.raises(UsageError, match="does not show"):
        move(shop, Route.VOUCHER, "1")
    shop.clock.sleep(60)
    with pytest.raises(UsageError, match="does not show"):
        move(shop, Route.VOUCHER, "1")
    shop.clock.sleep(90)
    assert move(shop, Route.VOUCHER, "1").tickets == ("1",)
    shop.revise()
    assert booked(shop)[f"1500/{CUSTOMER}"] == 100_000
    assert [one.state_of_order for one in listed(shop)] == [OrderState.MOVED]


def test_an_order_is_not_moved_where_go_cannot_be_asked(shop: Shop) -> None:
    sell_and_send(shop)
    shop.faults.extend([Fault("status_before", 503, method="GET", path="/SalesOrders")] * 9)
    with pytest.raises(PowerOfficeUnavailable):
        move(shop, Route.VOUCHER, "1")


def test_an_order_invoiced_a_moment_ago_is_not_moved(shop: Shop) -> None:
    order_id = sell_and_send(shop)
    shop.world.invoice(order_id)
    shop.clock.sleep(10)
    with pytest.raises(UsageError, match="is in PowerOffice Go"):
        move(shop, Route.VOUCHER, "1")


# What is there is right


def test_several_orders_that_are_there_are_taken_over_when_a_person_says_that_they_are_right(shop: Shop) -> None:
    invoice_id, note_id = send_twice_and_forget(shop)
    before = posts(shop)
    (report,) = orders_of(shop.export().report)
    (found,) = report.findings
    for id_ in (invoice_id, note_id):
        assert f"--there {id_}" in fix_of(found, "nb") and f"--there {id_}" in fix_of(found, "en")
    with shop.open() as workspace:
        resolved = resolve_order(workspace, report.reference, invoice_id, note_id)
    assert not resolved.is_sent_again
    shop.clock.sleep(1_000)
    shown = {one.remote_id: (one.state_of_order, one.is_changed) for one in listed(shop)}
    assert shown == {invoice_id: (OrderState.INVOICED, False), note_id: (OrderState.SENT, False)}
    assert [one.code for shown in listed(shop) for one in shown.findings] == [], "together they come to what was sold"
    day = reconcile(shop).day
    assert (day.verdict, day.sum_orders()) == (Verdict.AGREES, 70_000)
    assert sum(one.difference_ore for one in day.orders) == 0
    shop.export(FRIDAY, FRIDAY)
    assert posts(shop) == before
    shop.sell(credit_sale(1, "800.00"))
    assert [one.is_changed for one in listed(shop)] == [False, True]


def test_what_is_of_another_ticket_or_not_there_is_not_taken_over(shop: Shop) -> None:
    invoice_id, _ = send_twice_and_forget(shop)
    shop.sell(credit_sale(2, "50.00"))
    (report, other) = orders_of(shop.export().report)
    assert (report.state_of_order, other.state_of_order) == (OrderState.UNCERTAIN, OrderState.SENT)
    shop.clock.sleep(60)
    with shop.open() as workspace:
        for wrong, why in ((str(other.remote_id), "another ticket"), ("4711", "no order or invoice 4711")):
            with pytest.raises(UsageError, match=why):
                resolve_order(workspace, report.reference, invoice_id, wrong)
        with pytest.raises(UsageError, match="is one order"):
            resolve_order(workspace, other.reference, str(other.remote_id), "4711")
    assert [one.state_of_order for one in listed(shop)] == [OrderState.UNCERTAIN, OrderState.SENT]


# In the voucher


def test_a_ticket_that_was_in_no_voucher_is_not_said_to_be_in_one(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "200.00"))
    shop.export()
    shop.sell(sale(1, "210.00"), credit_sale(2, "640.00"))
    (report,) = listed(shop)
    (found,) = [finding for finding in report.findings if finding.code == "order-in-voucher"]
    assert found.variant == "changed"
    assert "may have some of the ticket" in message_of(found, "en")
    shop.revise()
    assert tell_orders(shop.preview(FRIDAY, FRIDAY)) in ([], [("2", "sent", "640.00")])
    assert [order.total_ore for order in shop.world.orders()] == [64_000]


def test_a_ticket_that_was_moved_back_is_said_to_be_moved_back(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "200.00"), credit_sale(2, "640.00"))
    move(shop, Route.VOUCHER)
    shop.export()
    move(shop, Route.ORDER)
    (report,) = listed(shop)
    (found,) = [finding for finding in report.findings if finding.code == "order-in-voucher"]
    assert (found.variant, "moved back" in message_of(found, "en")) == ("", True)


# For the record, after it was sent


def test_an_ore_too_little_is_still_told_when_the_order_is_sent(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "10.02"))
    shop.export()
    (made,) = shop.world.orders()
    shop.clock.sleep(1_000)
    (report,) = listed(shop)
    off_ore = made.total_ore - 1_002
    assert abs(off_ore) == 1
    assert [finding.code for finding in report.findings] == ["order-rounding"]
    shop.world.edit_order(made.id, 1, unit_price=Decimal(100))
    shop.clock.sleep(1_000)
    assert "order-rounding" not in {finding.code for one in listed(shop) for finding in one.findings}


def test_a_return_that_names_itself_says_so_and_names_nothing(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "-250.00", refers_to={"register": "1", "ticket": "1"}))
    (report,) = orders_of(shop.export().report)
    (found,) = report.findings
    assert (found.key, report.state_of_order) == ("order-return-open/itself", OrderState.SENT)
    (note,) = shop.world.orders()
    assert not any("Gjelder" in (line.description or "") for line in note.lines)


def test_a_return_is_told_to_be_invoiced_with_its_sale_until_that_is_invoiced(shop: Shop) -> None:
    order_id = sell_and_send(shop)
    shop.sell(credit_sale(9, "-250.00", at="2026-11-20T13:00:00", refers_to={"register": "1", "ticket": "1"}))
    shop.export(FRIDAY, FRIDAY)
    shop.clock.sleep(1_000)
    assert [[finding.key for finding in one.findings] for one in listed(shop)] == [[], ["order-return-open"]]
    shop.world.invoice(order_id)
    shop.clock.sleep(1_000)
    assert [[finding.key for finding in one.findings] for one in listed(shop)] == [[], []]
