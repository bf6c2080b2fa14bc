"""Sales on credit become orders: from the register's file to PowerOffice Go, exactly once."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import QueuePool

from posexport.app import orders
from posexport.app.customers import link_customer, list_customers, unlink_customer
from posexport.app.export_orders import export_orders, review_orders
from posexport.app.history import read_story
from posexport.app.order_revisions import revise_orders
from posexport.app.orders import Moved, OrderFilter, list_orders, move_orders, resolve_order, send
from posexport.app.resolve import book_day_elsewhere
from posexport.app.status import judge_status
from posexport.app.workspace import Workspace
from posexport.core.finding import Ore
from posexport.core.order_review import OrderReport, OrderReview
from posexport.core.orders import order, reference
from posexport.core.orders.route import Route
from posexport.core.orders.state import OrderState
from posexport.core.report import State
from posexport.errors import Exit, UsageError
from posexport.sandbox import Fault, Request
from posexport.texts.describe import fix_of, message_of
from posexport.views.orders import format_tally, tally_orders
from tests.support.credit_shop import CUSTOMER, apply_orders, credit_sale, orders_of, tell_orders
from tests.support.harness import FRIDAY, Shop, sale
from tests.support.looks import count_rows, delete_rows, overwrite_rows, read_rows


@pytest.fixture
def shop(both: Shop) -> Shop:
    """A shop on either database."""
    return both


def test_a_credit_sale_is_sent_as_an_order_and_the_voucher_has_the_rest(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "200.00"), credit_sale(2))
    assert tell_orders(shop.preview()) == [("2", "ready", "1250.00")]
    exported = shop.export()
    assert (exported.exit_code, tell_orders(exported.report)) == (Exit.DONE, [("2", "sent", "1250.00")])
    (made,) = shop.world.orders()
    (draft,) = shop.world.drafts()
    assert sorted(line.amount_ore for line in shop.only_voucher(exported.report).voucher.lines) == [-20000, 20000]
    assert orders_of(exported.report)[0].remote_id == made.id
    assert draft is not None
    assert shop.export().report.orders == ()
    assert len(shop.world.orders()) == 1


def test_what_go_said_once_and_is_known_now_is_told_once(shop: Shop) -> None:
    apply_orders(shop)
    shop.world.change_product("SERV25", active=False)
    shop.clock.sleep(60)
    shop.sell(credit_sale(1))
    for report in (shop.export().report, shop.preview(), shop.export().report):
        (order,) = orders_of(report)
        assert [finding.code for finding in order.findings] == ["order-product-inactive"]
    shop.world.change_product("SERV25", active=True)
    shop.clock.sleep(600)
    assert tell_orders(shop.export().report) == [("1", "sent", "1250.00")]


def test_a_day_of_credit_alone_has_no_voucher_and_its_order_waits_for_nobody(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1), credit_sale(2, customer=None))
    exported = shop.export()
    assert exported.exit_code is Exit.BOOKKEEPER
    assert tell_orders(exported.report) == [("1", "sent", "1250.00"), ("2", "waiting", "1250.00")]
    assert [finding.code for finding in orders_of(exported.report)[1].findings] == ["order-no-customer"]
    assert read_rows(shop, "credit_route", "route") == [("order",), ("order",)]
    again = shop.export()
    assert tell_orders(again.report) == [("1", "sent", "1250.00"), ("2", "waiting", "1250.00")]
    assert len(shop.world.orders()) == 1


def test_a_sale_without_a_customer_is_moved_to_the_voucher_and_back(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "200.00"), credit_sale(2, "640.00", customer=None))
    assert shop.export().exit_code is Exit.BOOKKEEPER
    moved = move(shop, Route.VOUCHER)
    assert (moved.tickets, moved.is_drafted) == (("2",), True)
    exported = shop.revise()
    assert exported.report.orders == ()
    assert booked(shop) == {"3020": -84_000, "1500": 64_000, "1592": 20_000}
    moved = move(shop, Route.ORDER)
    exported = shop.export()
    assert [finding.code for finding in orders_of(exported.report)[0].findings] == [
        "order-in-voucher",
        "order-no-customer",
    ]
    shop.revise()
    assert booked(shop) == {"3020": -20_000, "1592": 20_000}
    assert shop.world.orders() == []


def test_who_moves_a_sale_a_second_time_is_told_that_it_was_moved(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "200.00"), credit_sale(2, "640.00", customer=None))
    move(shop, Route.VOUCHER)
    for ticket in ("2", None):
        with pytest.raises(UsageError, match="Ticket 2 of torget 2026-11-20 was moved to the voucher already"):
            move(shop, Route.VOUCHER, ticket)
    move(shop, Route.ORDER)
    with pytest.raises(UsageError, match="Ticket 2 of torget 2026-11-20 is an order already: torget-o20261120-"):
        move(shop, Route.ORDER)


def test_an_order_that_waits_for_the_voucher_goes_when_that_is_corrected(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "200.00"), credit_sale(2, customer="K-17"))
    assert shop.export().exit_code is Exit.BOOKKEEPER
    move(shop, Route.VOUCHER)
    with shop.open() as workspace:
        link_customer(workspace, "fjordmat", "K-17", CUSTOMER)
    shop.revise()
    assert booked(shop) == {"3020": -145_000, "1500/10101": 125_000, "1592": 20_000}
    move(shop, Route.ORDER)
    shop.export()
    assert shop.world.orders() == []
    shop.revise()
    assert booked(shop) == {"3020": -20_000, "1592": 20_000}
    assert len(shop.world.orders()) == 1


@pytest.mark.parametrize("fault", [Fault("lose_request"), Fault("refuse", 400)], ids=["uncertain", "refused"])
def test_an_order_waits_until_what_corrects_the_voucher_is_there_too(shop: Shop, fault: Fault) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "200.00"), credit_sale(2))
    move(shop, Route.VOUCHER)
    shop.export()
    (draft,) = shop.world.drafts()
    shop.world.post(draft.id)
    move(shop, Route.ORDER)
    shop.faults.append(replace(fault, method="POST", path="/ManualJournals"))
    shop.clock.sleep(10)
    exported = shop.revise()
    assert shop.world.orders() == []
    assert "order-in-voucher" in {finding.code for one in orders_of(exported.report) for finding in one.findings}
    shop.clock.sleep(3_600)
    shop.revise()
    assert booked(shop) == {"3020": -20_000, "1592": 20_000}
    assert len(shop.world.orders()) == 1


def test_whoever_takes_one_order_of_several_holds_no_transaction_open(shop: Shop) -> None:
    """On a server others would wait for it."""
    apply_orders(shop)
    shop.sell(credit_sale(2), credit_sale(3))
    with shop.open() as workspace:
        found = iter(review_orders(workspace, shop.venues(workspace), {("torget", FRIDAY)}))
        next(found)
        pool = workspace.database.engine.pool
        assert isinstance(pool, QueuePool)
        assert pool.checkedout() == 0
        assert len(list(found)) == 1


def test_an_order_waits_where_a_refused_voucher_may_have_arrived_before_it_was_moved(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "200.00"), credit_sale(2))
    move(shop, Route.VOUCHER)
    shop.faults.append(Fault("lose_answer", method="POST", path="/ManualJournals"))
    shop.export()
    overwrite_rows(shop, "delivery", {"state": "refused", "is_lost": True})
    move(shop, Route.ORDER)
    with shop.open() as workspace:
        send(workspace, shop.venues(workspace), OrderFilter())
    assert shop.world.orders() == []
    shop.revise()
    shop.revise()
    assert booked(shop) == {"3020": -20_000, "1592": 20_000}
    assert len(shop.world.orders()) == 1


def test_an_order_invoiced_just_before_it_was_to_be_replaced_is_not_taken_for_a_deleted_one(shop: Shop) -> None:
    """Its invoice is not to be seen for some seconds more than usually."""
    apply_orders(shop)
    shop.sell(credit_sale(1, "1000.00"))
    shop.export()
    (made,) = shop.world.orders()
    shop.clock.sleep(600)
    shop.sell(credit_sale(1, "900.00"))
    with shop.open() as workspace:
        venues = shop.venues(workspace)
        assert revise_orders(workspace, venues, review_orders(workspace, venues, {("torget", FRIDAY)})) == []
    shop.world.replica_lag_s = 15.0
    shop.world.invoice(made.id)
    assert shop.export().exit_code is Exit.WAIT
    assert shop.world.orders() == []
    for _ in range(2):
        shop.clock.sleep(1_000)
        shop.export()
    assert [order.total_ore for order in shop.world.orders()] == [-10_000]


def test_an_order_that_was_deleted_unseen_is_replaced_when_reads_cannot_lag_any_more(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "1000.00"))
    shop.export()
    shop.clock.sleep(600)
    shop.sell(credit_sale(1, "900.00"))
    shop.faults.append(Fault("lose_answer", method="DELETE", path="/SalesOrders/"))
    send_all(shop, revises=True)
    assert shop.world.orders() == []
    shop.clock.sleep(600)
    shop.export()
    assert [order.total_ore for order in shop.world.orders()] == [90_000]


def test_an_order_that_could_not_be_deleted_for_a_void_ticket_is_deleted_later(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "1000.00"))
    shop.export()
    (made,) = shop.world.orders()
    shop.clock.sleep(600)
    shop.sell({**credit_sale(1, "1000.00"), "void": True})
    with shop.open() as workspace:
        venues = shop.venues(workspace)
        assert revise_orders(workspace, venues, review_orders(workspace, venues, {("torget", FRIDAY)})) == []
    shop.faults.extend([Fault("status_before", 503, method="GET", path="/SalesOrders/")] * 9)
    shop.export()
    shop.faults.clear()
    shop.world.invoice(made.id)
    for _ in range(2):
        shop.clock.sleep(1_000)
        shop.export()
    assert [order.total_ore for order in shop.world.orders()] == [-100_000]


def test_a_revision_keeps_its_reference_where_the_ticket_becomes_a_credit_sale_again(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "1000.00"))
    shop.export()
    shop.clock.sleep(600)
    shop.sell({**credit_sale(1, "1000.00"), "void": True})
    with shop.open() as workspace:
        venues = shop.venues(workspace)
        assert revise_orders(workspace, venues, review_orders(workspace, venues, {("torget", FRIDAY)})) == []
    shop.sell(credit_sale(1, "900.00"))
    shop.export()
    (made,) = shop.world.orders()
    shop.clock.sleep(3_600)
    assert [(one.reference, one.state_of_order) for one in listed(shop)] == [(made.reference, OrderState.SENT)]


def test_what_is_in_poweroffice_as_an_order_stays_there(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(2))
    shop.export()
    with pytest.raises(UsageError, match="is in PowerOffice Go"):
        move(shop, Route.VOUCHER)


def test_an_order_that_was_deleted_in_poweroffice_and_moved_waits_for_nobody(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "200.00"), credit_sale(2))
    shop.export()
    (made,) = shop.world.orders()
    shop.world.delete_order(made.id)
    for _ in range(2):
        shop.clock.sleep(3_600)
        (report,) = listed(shop)
    assert report.state_of_order is OrderState.GONE
    assert move(shop, Route.VOUCHER).is_drafted
    exported = shop.revise()
    assert (exported.exit_code, exported.report.orders) == (Exit.DONE, ())
    assert booked(shop) == {"3020": -145_000, "1500/10101": 125_000, "1592": 20_000}
    assert [(one.state_of_order, one.findings) for one in listed(shop)] == [(OrderState.MOVED, ())]
    move(shop, Route.ORDER)
    shop.revise()
    assert booked(shop) == {"3020": -20_000, "1592": 20_000}
    assert [one.total_ore for one in shop.world.orders()] == [125_000]


def test_a_lost_answer_is_looked_up_and_never_sent_twice(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.faults.append(Fault("lose_answer", method="POST", path="/SalesOrders/Complete"))
    exported = shop.export()
    assert (exported.exit_code, tell_orders(exported.report)) == (Exit.WAIT, [("1", "uncertain", "1250.00")])
    exported = shop.export()
    assert (exported.exit_code, tell_orders(exported.report)) == (Exit.DONE, [("1", "sent", "1250.00")])
    assert len(shop.world.orders()) == 1


def test_a_changed_ticket_is_told_and_its_untouched_order_replaced_when_asked(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "1000.00"))
    shop.export()
    shop.clock.sleep(600)
    shop.sell(credit_sale(1, "900.00"))
    (report,) = listed(shop)
    assert (report.is_changed, report.state_of_order) == (True, OrderState.SENT)
    assert [finding.code for finding in report.findings] == ["order-changed-after-sending"]
    assert send_all(shop) == [("sent", 100_000, True)]
    assert send_all(shop, revises=True) == [("sent", 90_000, False)]
    (made,) = shop.world.orders()
    assert made.total_ore == 90_000


# A database that was put back


def forget(shop: Shop) -> None:
    """A database put back to before anything was sent."""
    for table in ("order_seen", "delivery_event", "delivery"):
        delete_rows(shop, table)


def send_revised(shop: Shop) -> str:
    """An order of 900.00 that replaced one of 1000.00; its reference."""
    apply_orders(shop)
    shop.sell(credit_sale(1, "1000.00"))
    shop.export()
    shop.clock.sleep(600)
    shop.sell(credit_sale(1, "900.00"))
    send_all(shop, revises=True)
    (made,) = shop.world.orders()
    shop.clock.sleep(600)
    return str(made.reference)


def posts(shop: Shop) -> int:
    """How many orders were sent."""
    return sum(one.method == "POST" and one.path.endswith("/Complete") for one in shop.world.requests)


@pytest.mark.parametrize("is_invoiced", [False, True])
def test_a_revision_that_a_database_put_back_does_not_know_is_taken_over(shop: Shop, is_invoiced: bool) -> None:
    sent = send_revised(shop)
    if is_invoiced:
        shop.world.invoice(shop.world.orders()[0].id)
        shop.clock.sleep(60)
    forget(shop)
    before = posts(shop)
    exported = shop.export()
    assert [(one.reference, one.order.revision) for one in orders_of(exported.report)] == [(sent, 2)]
    state = OrderState.INVOICED if is_invoiced else OrderState.SENT
    assert (exported.exit_code, tell_orders(exported.report)) == (Exit.DONE, [("1", state.value, "900.00")])
    assert posts(shop) == before
    shop.clock.sleep(3_600)
    assert [(one.reference, one.state_of_order, one.is_changed) for one in listed(shop)] == [(sent, state, False)]
    shop.sell(credit_sale(1, "800.00"))
    send_all(shop, revises=True)
    owed = [*shop.world.orders(), *(invoice.order for invoice in shop.world.invoices())]
    assert sum(one.total_ore for one in owed) == 80_000


def test_a_revision_of_other_content_is_left_to_a_person_who_says_that_it_is_there(shop: Shop) -> None:
    sent = send_revised(shop)
    (there,) = shop.world.orders()
    forget(shop)
    shop.sell(credit_sale(1, "800.00"))
    before = posts(shop)
    exported = shop.export()
    (report,) = orders_of(exported.report)
    assert (exported.exit_code, report.state_of_order) == (Exit.BOOKKEEPER, OrderState.UNCERTAIN)
    assert ([finding.code for finding in report.findings], report.reference) == (["draft-differs"], sent)
    found = report.findings[0]
    assert there.id in message_of(found, "nb") and f"--there {there.id}" in fix_of(found, "nb")
    shop.clock.sleep(3_600)
    shop.export()
    assert posts(shop) == before
    with shop.open() as workspace:
        resolve_order(workspace, report.reference, there.id)
    shop.clock.sleep(3_600)
    assert [one.state_of_order for one in listed(shop)] == [OrderState.SENT]
    assert (posts(shop), len(shop.world.orders())) == (before, 1)


@pytest.mark.parametrize("is_invoiced", [False, True])
def test_a_revision_of_other_content_that_a_person_undoes_lets_the_order_go(shop: Shop, is_invoiced: bool) -> None:
    send_revised(shop)
    (there,) = shop.world.orders()
    forget(shop)
    shop.sell(credit_sale(1, "800.00"))
    if is_invoiced:
        invoice = shop.world.invoice(there.id)
        shop.clock.sleep(60)
    exported = shop.export()
    code = "draft-in-doubt" if is_invoiced else "draft-differs"
    assert [finding.code for finding in orders_of(exported.report)[0].findings] == [code]
    if is_invoiced:
        shop.world.reverse_invoice(invoice.id)
    else:
        shop.world.delete_order(there.id)
    shop.clock.sleep(3_600)
    exported = shop.export()
    assert (exported.exit_code, tell_orders(exported.report)) == (Exit.DONE, [("1", "sent", "800.00")])
    assert [order.total_ore for order in shop.world.orders()] == [80_000]


def send_twice_and_forget(shop: Shop) -> tuple[str, str]:
    """An invoice of 900.00 and a credit note of 200.00 of one ticket, of which nothing is known here; their ids."""
    send_revised(shop)
    invoice = shop.world.invoice(shop.world.orders()[0].id)
    shop.sell(credit_sale(1, "700.00"))
    shop.clock.sleep(60)
    send_all(shop, revises=True)
    (note,) = shop.world.orders()
    shop.clock.sleep(60)
    forget(shop)
    return invoice.id, note.id


def test_several_revisions_that_a_database_put_back_does_not_know_are_all_named(shop: Shop) -> None:
    invoice_id, note_id = send_twice_and_forget(shop)
    before = posts(shop)
    exported = shop.export()
    (report,) = orders_of(exported.report)
    assert [finding.code for finding in report.findings] == ["draft-in-doubt"]
    told = message_of(report.findings[0], "en")
    assert note_id in told and invoice_id in told
    assert posts(shop) == before


def test_what_is_there_of_tickets_is_listed_once_for_all_that_a_run_sends(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(*(credit_sale(number) for number in range(1, 21)))
    shop.export()
    asked = [(one.method, one.path.removeprefix("/v2")) for one in shop.world.requests]
    of_orders = [call for call in asked if call[1].startswith(("/SalesOrders", "/OutgoingInvoices"))]
    assert of_orders.count(("GET", "/SalesOrders")) == of_orders.count(("GET", "/OutgoingInvoices")) == 1
    assert len(of_orders) == 20 + 2


@pytest.mark.parametrize("path", ["/SalesOrders", "/OutgoingInvoices"])
def test_where_it_cannot_be_listed_what_there_is_of_tickets_no_order_is_sent(shop: Shop, path: str) -> None:
    sent = send_revised(shop)
    forget(shop)
    before = posts(shop)
    shop.faults.extend([Fault("status_before", 503, method="GET", path=path)] * 9)
    exported = shop.export()
    assert (exported.exit_code, tell_orders(exported.report)) == (Exit.WAIT, [("1", "unreachable", "900.00")])
    assert posts(shop) == before
    shop.faults.clear()
    assert tell_orders(shop.export().report) == [("1", "sent", "900.00")]
    assert (posts(shop), len(shop.world.orders())) == (before, 1)
    shop.clock.sleep(3_600)
    assert [(one.reference, one.state_of_order) for one in listed(shop)] == [(sent, OrderState.SENT)]


def test_a_ticket_that_comes_back_void_takes_its_untouched_order_away(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "1000.00"))
    shop.export()
    shop.clock.sleep(600)
    shop.sell({**credit_sale(1, "1000.00"), "void": True})
    assert [report.is_changed for report in listed(shop)] == [True]
    send_all(shop, revises=True)
    assert shop.world.orders() == []
    assert listed(shop) == []


@pytest.mark.parametrize("comes_back", ["900.00", None])
def test_an_order_confirmed_just_before_it_was_to_be_replaced_stays_and_a_person_is_told(
    shop: Shop, comes_back: str | None
) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "1000.00"))
    shop.export()
    (made,) = shop.world.orders()
    shop.clock.sleep(600)
    shop.sell(credit_sale(1, comes_back) if comes_back else {**credit_sale(1, "1000.00"), "void": True})
    with shop.open() as workspace:
        venues = shop.venues(workspace)
        days = {("torget", FRIDAY)}
        assert revise_orders(workspace, venues, review_orders(workspace, venues, days)) == []
    shop.world.confirm_order(made.id)
    for _ in range(3):
        assert shop.export(FRIDAY, FRIDAY).exit_code is Exit.BOOKKEEPER
    assert [order.total_ore for order in shop.world.orders()] == [100_000]
    codes = {finding.code for report in listed(shop) for finding in report.findings}
    assert "order-changed-after-sending" in codes


@pytest.mark.parametrize("comes_back", ["900.00", None])
def test_of_an_invoiced_order_the_difference_is_sent_as_a_credit_note(shop: Shop, comes_back: str | None) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "1000.00"))
    shop.export()
    (made,) = shop.world.orders()
    invoice = shop.world.invoice(made.id)
    shop.clock.sleep(3_600)
    shop.sell(credit_sale(1, comes_back) if comes_back else {**credit_sale(1, "1000.00"), "void": True})
    assert [report.state_of_order for report in listed(shop)] == [OrderState.INVOICED]
    send_all(shop, revises=True)
    (note,) = shop.world.orders()
    assert (note.total_ore, note.related_invoice_no) == (-10_000 if comes_back else -100_000, invoice.no)
    send_all(shop, revises=True)
    assert len(shop.world.orders()) == 1


def test_an_order_is_not_moved_while_the_one_that_it_replaces_is_not_deleted_yet(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "1000.00"))
    shop.export()
    (made,) = shop.world.orders()
    shop.clock.sleep(3_600)
    shop.sell(credit_sale(1, "900.00"))
    shop.faults.extend(Fault("status_before", 503, method="DELETE") for _ in range(20))
    send_all(shop, revises=True)
    assert [order.id for order in shop.world.orders()] == [made.id]
    with pytest.raises(UsageError, match="Delete the order there first"):
        move(shop, Route.VOUCHER, "1")
    shop.world.invoice(made.id)
    shop.faults.clear()
    shop.clock.sleep(3_600)
    shop.revise()
    assert booked(shop) == {}


def test_what_is_moved_while_an_export_ends_is_not_closed_with_the_day(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "1000.00"))
    move(shop, Route.VOUCHER, "1")
    shop.export()
    assert booked(shop)["1500/10101"] == 100_000
    shop.clock.sleep(3_600)

    def move_meanwhile(*told: Any) -> Any:
        sent = export_orders(*told)
        move(shop, Route.ORDER, "1")
        return sent

    with monkeypatch.context() as patched:
        patched.setattr("posexport.app.export.export_orders", move_meanwhile)
        shop.export(FRIDAY, FRIDAY)
    shop.clock.sleep(3_600)
    shop.revise()
    shop.export()
    assert [order.total_ore for order in shop.world.orders()] == [100_000]
    assert booked(shop) == {}


@pytest.mark.parametrize("is_seen_between", [True, False])
def test_an_order_that_was_edited_before_it_was_invoiced_is_not_corrected_once_more(
    shop: Shop, is_seen_between: bool
) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "80.00"))
    shop.export()
    (made,) = shop.world.orders()
    shop.sell(credit_sale(1, "90.00"))
    shop.world.edit_order(made.id, 1, unit_price=Decimal(70))
    shop.clock.sleep(1_000)
    if is_seen_between:
        listed(shop)
    shop.world.invoice(made.id)
    shop.clock.sleep(1_000)
    with shop.open() as workspace:
        (outcome,) = send(workspace, shop.venues(workspace), OrderFilter(), revises=True)
    assert "before it was invoiced" in outcome.report.answer
    assert outcome.report.state_of_order is OrderState.INVOICED
    assert shop.world.orders() == []


def test_an_order_that_somebody_edited_is_left_to_a_person(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "1000.00"))
    shop.export()
    (made,) = shop.world.orders()
    shop.clock.sleep(600)
    shop.world.confirm_order(made.id)
    shop.sell(credit_sale(1, "900.00"))
    shop.clock.sleep(1_000)
    assert send_all(shop, revises=True) == [("sent", 100_000, True)]
    assert len(shop.world.orders()) == 1


def test_a_deleted_order_is_gone_and_sent_again_when_a_person_says_so(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.export()
    (made,) = shop.world.orders()
    shop.world.delete_order(made.id)
    for _ in range(2):
        shop.clock.sleep(1_000)
        (report,) = listed(shop)
    assert report.state_of_order is OrderState.GONE
    with shop.open() as workspace:
        resolve_order(workspace, report.reference, None)
    assert tell_orders(shop.export().report) == [("1", "sent", "1250.00")]
    assert len(shop.world.orders()) == 1


def test_of_a_day_that_was_booked_by_hand_no_order_is_sent(shop: Shop) -> None:
    apply_orders(shop, customers="linked")
    shop.sell(credit_sale(1, customer="K-17"))
    assert shop.export().exit_code is Exit.BOOKKEEPER
    with shop.open() as workspace:
        book_day_elsewhere(workspace, shop.venues(workspace)[0], FRIDAY, "booked by hand, the dinner too")
        link_customer(workspace, "fjordmat", "K-17", CUSTOMER)
    assert (shop.export(FRIDAY, FRIDAY).exit_code, shop.world.orders()) == (Exit.DONE, [])
    assert [report.state_of_order for report in listed(shop)] == [OrderState.MOVED]
    assert [row for row in shop.status() if row.document_kind == "order"] == []


def test_a_day_agrees_with_its_till_by_voucher_and_orders(shop: Shop) -> None:
    apply_orders(shop, customers="linked")
    shop.sell(
        sale(1, "7400.00"),
        sale(2, "2550.00", paid="CASH"),
        credit_sale(3, "1250.00", customer="K-17"),
        credit_sale(4, "160.00", customer="K-17"),
        credit_sale(5, "640.00", customer="K-99"),
    )
    shop.export()
    with shop.open() as workspace:
        link_customer(workspace, "fjordmat", "K-17", CUSTOMER)
    exported = shop.export()
    sums = {one.order.ticket_number: one.order.total_ore for one in orders_of(exported.report)}
    shop.world.invoice(next(order.id for order in shop.world.orders() if order.total_ore == 16_000))
    shop.clock.sleep(1_000)
    states = {report.order.ticket_number: report.state_of_order.value for report in listed(shop)}
    assert (sums, states) == (
        {"3": 125_000, "4": 16_000, "5": 64_000},
        {"3": "sent", "4": "invoiced", "5": "waiting"},
    )
    assert booked(shop) == {"3020": -995_000, "1592": 740_000, "1900": 255_000}
    assert sum(sums.values()) + 995_000 == 1_200_000


def test_the_status_has_the_orders_that_somebody_must_act_for_and_no_others(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1), credit_sale(2), credit_sale(3, "640.00", customer=None))
    shop.export()
    rows = [row for row in shop.status() if row.document_kind == "order"]
    assert [(row.state, row.debit_ore, [finding.code for finding in row.findings]) for row in rows] == [
        (State.HELD, 64_000, ["order-no-customer"])
    ]
    assert judge_status(rows) is Exit.BOOKKEEPER
    (made,) = shop.world.orders()
    shop.world.delete_order(made.id)
    for _ in range(2):
        shop.clock.sleep(1_000)
        listed(shop)
    rows = [row for row in shop.status() if row.document_kind == "order"]
    assert [[finding.code for finding in row.findings] for row in rows] == [["order-gone"], ["order-no-customer"]]


def test_customers_are_listed_with_what_waits_for_their_link(shop: Shop) -> None:
    apply_orders(shop, customers="linked")
    shop.sell(credit_sale(1, "640.00", customer="K-17"), credit_sale(2, "60.00", customer="K-17"))
    shop.export()
    with shop.open() as workspace:
        assert [(one.code, one.waiting_ore) for one in list_customers(workspace).customers] == [("K-17", 70_000)]
        assert link_customer(workspace, "fjordmat", "K-17", CUSTOMER).sent == ()
    shop.export()
    with shop.open() as workspace:
        assert [(one.code, one.waiting_ore) for one in list_customers(workspace).customers] == [("K-17", 0)]
        assert len(unlink_customer(workspace, "fjordmat", "K-17").sent) == 2


# Two at once, and what changes in between


def test_a_ticket_moved_while_its_voucher_is_on_its_way_is_booked_where_it_was_moved_to(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "200.00"), credit_sale(2, "640.00", customer=None))
    waiting = [Route.VOUCHER]

    def move_once(request: Request) -> None:
        """The voucher is built, and looked for before it is sent."""
        if waiting and request.path.endswith("/JournalEntryVouchers"):
            move(shop, waiting.pop())

    shop.world.faults = move_once
    shop.export()
    assert waiting == []
    assert booked(shop) == {"3020": -84_000, "1500": 64_000, "1592": 20_000}
    assert shop.world.orders() == []


def test_an_order_that_is_sent_meanwhile_is_not_moved(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    apply_orders(shop, customers="linked")
    shop.sell(credit_sale(2, customer="K-17"))
    shop.export()
    is_movable = orders._require_movable

    def send_meanwhile(workspace: Workspace, review: OrderReview, gone: object) -> None:
        is_movable(workspace, review)
        link_customer(workspace, "fjordmat", "K-17", CUSTOMER)
        shop.export()

    monkeypatch.setattr(orders, "_require_movable", send_meanwhile)
    with pytest.raises(UsageError, match="is being sent by another run"):
        move(shop, Route.VOUCHER)
    assert len(shop.world.orders()) == 1
    assert [row[0] for row in read_rows(shop, "credit_route", "route")] == ["order"]


def test_a_share_that_the_corrected_voucher_leaves_out_is_ordered_whatever_else_has_changed(shop: Shop) -> None:
    apply_orders(shop, customers="linked")
    part = {**credit_sale(2, "100.00", customer="K-17"), "payments": [pay("CARD", "50.00"), pay("CREDIT", "50.00")]}
    shop.sell(sale(1, "200.00"), part)
    shop.export()
    shop.sell(credit_sale(2, "100.00", customer="K-17"))
    codes = {finding.code for report in listed(shop) for finding in report.findings}
    assert "order-in-voucher" in codes, "fifty of it are in the voucher still"
    shop.revise()
    assert booked(shop) == {"3020": -20_000, "1592": 20_000}
    shop.sell(sale(9, "10.00", at="2026-11-20T14:00:00"))
    with shop.open() as workspace:
        link_customer(workspace, "fjordmat", "K-17", CUSTOMER)
    shop.export()
    assert [order.total_ore for order in shop.world.orders()] == [10_000]


def test_two_orders_of_one_reference_are_both_kept_back(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1), credit_sale(2))
    monkeypatch.setattr(order, "format_order_reference", lambda *_: "torget-o20261120-00000000")
    monkeypatch.setattr(reference, "format_order_reference", lambda *_: "torget-o20261120-00000000")
    exported = shop.export()
    codes = [[finding.code for finding in one.findings] for one in orders_of(exported.report)]
    assert (codes, exported.exit_code) == ([["order-same-reference"]] * 2, Exit.BOOKKEEPER)
    assert shop.world.orders() == []


def test_an_order_that_nobody_knows_of_for_too_long_says_so_as_an_order(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.faults.append(Fault("lose_request", method="POST", path="/SalesOrders/Complete"))
    shop.export()
    shop.clock.sleep(40 * 3_600)
    assert [finding.code for report in listed(shop) for finding in report.findings] == ["order-uncertain-too-long"]


def pay(payment_type: str, amount: str) -> dict[str, str]:
    return {"payment_type": payment_type, "amount": amount}


def move(shop: Shop, route: Route, ticket: str | None = "2") -> Moved:
    with shop.open() as workspace:
        (venue,) = shop.venues(workspace, ["torget"])
        return move_orders(workspace, venue, FRIDAY, route, "", ticket)


def listed(shop: Shop) -> list[OrderReport]:
    with shop.open() as workspace:
        return list_orders(workspace, shop.venues(workspace))


def send_all(shop: Shop, *, revises: bool = False) -> list[tuple[str, int, bool]]:
    with shop.open() as workspace:
        outcomes = send(workspace, shop.venues(workspace), OrderFilter(), revises=revises)
    reports = [outcome.report for outcome in outcomes]
    return [(one.state_of_order.value, one.order.total_ore, one.is_changed) for one in reports]


def booked(shop: Shop) -> dict[str, int]:
    """What stands in PowerOffice Go's drafts, by account."""
    sums: dict[str, int] = {}
    for draft in shop.world.drafts():
        for line in draft.lines:
            account = f"{line.account_no}/{line.customer}" if line.customer else str(line.account_no)
            sums[account] = sums.get(account, 0) + line.amount_ore
    return {account: ore for account, ore in sums.items() if ore}


def test_an_order_that_is_sent_late_is_not_told_to_be_unsent(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "20.00"), credit_sale(2))
    shop.clock.now_s += 6 * 86_400
    assert "order-unsent" in [finding.code for finding in orders_of(shop.preview())[0].findings]
    (order,) = orders_of(shop.export().report)
    assert (order.state_of_order.value, [finding.code for finding in order.findings]) == ("sent", [])


def test_an_order_that_is_not_invoiced_for_a_month_is_sent_all_the_same_and_told_as_sent(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "20.00"), credit_sale(2))
    late = {
        20: ["order-unsent", "order-not-invoiced/waiting"],
        20 + 20: ["order-unsent", "order-not-invoiced/waiting-month"],
    }
    for days, keys in late.items():
        shop.clock.now_s += 20 * 86_400
        (order,) = orders_of(shop.preview())
        assert (order.state_of_order.value, sorted(one.key for one in order.findings)) == ("ready", sorted(keys)), days
    assert "not invoiced" not in format_tally(tally_orders([order]), "en")
    with shop.open() as workspace:
        (sent,) = send(workspace, shop.venues(workspace), OrderFilter())
        (listed,) = list_orders(workspace, shop.venues(workspace))
    assert sent.report.state_of_order.value == "sent"
    assert [one.key for one in sent.report.findings] == ["order-not-invoiced/month"]
    assert sent.report.findings == listed.findings


def test_an_order_that_is_sent_after_a_fortnight_is_told_as_one_that_is_sent(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "20.00"), credit_sale(2))
    shop.clock.now_s += 20 * 86_400
    (order,) = orders_of(shop.export().report)
    assert [one.key for one in order.findings] == ["order-not-invoiced"]


def test_of_an_order_that_go_keeps_back_for_days_the_cause_is_told_alone(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "20.00"), credit_sale(2))
    shop.world.change_product("SERV25", active=False)
    shop.clock.now_s += 6 * 86_400
    for _ in range(2):
        (order,) = orders_of(shop.export().report)
        assert [finding.code for finding in order.findings] == ["order-product-inactive"]
    assert [[finding.code for finding in row.findings] for row in shop.status()][-1] == ["order-product-inactive"]


# Part payments of whole orders, and nobody to credit with them


def part_paid(number: int, customer: str | None) -> dict[str, Any]:
    """A sale of 1,200.00 of which 400.00 was paid by card."""
    return {**credit_sale(number, "1200.00", customer=customer), "payments": [pay("CARD", "400"), pay("CREDIT", "800")]}


@pytest.mark.parametrize("customer", [None, "K-17"])
def test_a_part_payment_of_a_whole_order_holds_the_day_while_nobody_can_be_credited_with_it(
    shop: Shop, customer: str | None
) -> None:
    apply_orders(shop, customers="linked", mixed="whole")
    shop.sell(part_paid(2, customer), sale(3, "10.00", at="2026-11-21T12:00:00"))
    exported = shop.export()
    (held, other) = exported.report.vouchers
    assert (exported.exit_code, held.state, other.state) == (Exit.BOOKKEEPER, State.HELD, State.DRAFTED)
    of_day = "order-no-customer" if customer is None else "unknown-customer"
    assert [finding.code for finding in held.findings if finding.holds] == [of_day]
    assert booked(shop) == {"1592": 1_000, "3020": -1_000}
    assert shop.world.orders() == []
    assert [one.state_of_order for one in listed(shop)] == [OrderState.WAITING]
    rows = [row for row in shop.status() if row.business_day == FRIDAY and row.document_kind != "order"]
    assert [(row.state, judge_status([row])) for row in rows] == [(State.HELD, Exit.BOOKKEEPER)]


def test_a_part_payment_of_nobody_is_told_on_the_day_and_on_the_order_with_both_sums(shop: Shop) -> None:
    apply_orders(shop, customers="linked", mixed="whole")
    shop.sell(part_paid(2, None))
    shown = shop.preview()
    day = shop.only(shown)
    assert (day.state, [finding.code for finding in day.findings]) == (State.HELD, ["order-no-customer"])
    (of_order,) = orders_of(shown)[0].findings
    for finding in (day.findings[0], of_order):
        assert (finding.variant, finding.holds) == ("part-paid", True)
        assert {"number": "2", "amount": Ore(80_000), "paid": Ore(40_000)}.items() <= finding.facts.items()
        assert "400.00 of it was paid at the register" in message_of(finding, "en")
        assert "Verken ordren eller dagens bilag sendes" in message_of(finding, "nb")
        assert "posexport orders move torget 2026-11-20 --ticket 2 --to voucher" in fix_of(finding, "en")


def test_a_part_payment_of_nobody_is_booked_when_the_sale_is_moved_or_has_a_customer(shop: Shop) -> None:
    apply_orders(shop, customers="number", mixed="whole")
    shop.sell(part_paid(2, None), part_paid(3, None))
    assert shop.export().exit_code is Exit.BOOKKEEPER
    move(shop, Route.VOUCHER, "2")
    assert shop.export().exit_code is Exit.BOOKKEEPER
    assert shop.world.drafts() == []
    shop.clock.sleep(600)
    shop.sell(part_paid(3, CUSTOMER))
    exported = shop.export()
    assert (exported.exit_code, tell_orders(exported.report)) == (Exit.DONE, [("3", "sent", "1200.00")])
    assert booked(shop) == {"1500": 80_000, f"1500/{CUSTOMER}": -40_000, "1592": 80_000, "3020": -120_000}
    codes = {finding.code for finding in shop.only(exported.report).findings if finding.code != "ticket-changed"}
    assert codes == {"missing-customer"}


def test_part_payments_of_one_customer_are_a_line_for_each_order(shop: Shop) -> None:
    apply_orders(shop, mixed="whole")
    shop.sell(part_paid(2, CUSTOMER), part_paid(3, CUSTOMER))
    assert shop.export().exit_code is Exit.DONE
    (draft,) = shop.world.drafts()
    credited = [(line.amount_ore, line.description) for line in draft.lines if line.customer]
    assert sorted(credited) == [(-40_000, f"Kreditt kunde {CUSTOMER}, bong {number}, kasse 1") for number in (2, 3)]


def test_a_day_drafted_before_part_payments_named_their_orders_stays_as_it_was_drafted(shop: Shop) -> None:
    apply_orders(shop, mixed="whole")
    shop.sell(part_paid(2, CUSTOMER), part_paid(3, CUSTOMER))
    shop.export()
    forget_orders(shop)
    before = read_rows(shop, "delivery", "fingerprint", "lines", document_kind="voucher")
    assert [row.state for row in shop.status() if row.document_kind == "voucher"] == [State.DRAFTED]
    assert shop.preview().vouchers == ()
    shop.clock.sleep(600)
    assert shop.revise().exit_code is Exit.DONE
    assert (len(shop.world.drafts()), count_rows(shop, "delivery")) == (1, 3)
    assert read_rows(shop, "delivery", "fingerprint", "lines", document_kind="voucher") == before
    with shop.open() as workspace:
        (venue, *_) = shop.venues(workspace)
        company = workspace.load_setup().company_of(venue)
        story = read_story(workspace.database, company, venue, FRIDAY, workspace.now_utc_s)
    (credited,) = [told for told in story.vouchers[0].lines if told.line.customer]
    assert [(share.number, share.amount_ore) for share in credited.tickets] == [("2", -40_000), ("3", -40_000)]


def test_an_adjustment_of_such_a_day_leaves_its_part_payments_alone(shop: Shop) -> None:
    apply_orders(shop, mixed="whole")
    shop.sell(part_paid(2, CUSTOMER), part_paid(3, CUSTOMER))
    shop.export()
    forget_orders(shop)
    shop.world.post(shop.world.drafts()[0].id)
    shop.clock.sleep(600)
    shop.sell(sale(4, "10.00"))
    assert shop.revise().exit_code is Exit.DONE
    adjustment = shop.world.drafts()[-1]
    assert sorted((line.account_no, line.amount_ore) for line in adjustment.lines) == [(1592, 1_000), (3020, -1_000)]


def forget_orders(shop: Shop) -> None:
    """The only voucher drafted, as it was stored before its lines named orders: one line of both part payments."""
    [(text,)] = read_rows(shop, "delivery", "lines", document_kind="voucher")
    named = [line for line in json.loads(text) if len(line) > 8]
    assert len(named) == 2
    lines = [line for line in json.loads(text) if len(line) == 8]
    whole = [*named[0][:3], sum(line[3] for line in named), *named[0][4:6], f"Kreditt kunde {CUSTOMER}", CUSTOMER]
    overwrite_rows(shop, "delivery", {"lines": json.dumps([*lines, whole])}, document_kind="voucher")


def test_a_sale_of_nobody_that_is_shared_or_wholly_on_credit_holds_its_order_alone(shop: Shop) -> None:
    apply_orders(shop, mixed="share")
    shop.sell(part_paid(2, None))
    exported = shop.export()
    assert [one.state for one in exported.report.vouchers] == [State.DRAFTED]
    assert [finding.variant for finding in orders_of(exported.report)[0].findings] == [""]
    assert booked(shop) == {"1592": 40_000, "3020": -40_000}
