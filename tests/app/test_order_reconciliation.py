"""Credit sales reconciled through the whole program, from the register's file to the invoice in PowerOffice Go."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from posexport.app.customers import link_customer
from posexport.app.order_reconciliation import Reconciled, list_not_invoiced_at, reconcile_orders
from posexport.app.orders import OrderFilter, move_orders, send
from posexport.app.resolve import book_day_elsewhere
from posexport.core.day import Period
from posexport.core.order_reconciliation import NotInvoiced, Place, Reason, Verdict
from posexport.core.orders.route import Route
from posexport.errors import Exit, UsageError
from posexport.sandbox import Fault
from posexport.texts.reconciliation import describe_verdict
from tests.support.credit_shop import CUSTOMER, apply_orders, credit_sale, orders_mapping
from tests.support.harness import FRIDAY, SATURDAY, Shop, sale


@pytest.fixture
def shop(both: Shop) -> Shop:
    """A shop on either database."""
    return both


def reconcile(shop: Shop) -> Reconciled:
    """The one day that there is, reconciled."""
    with shop.open() as workspace:
        (found,) = reconcile_orders(workspace, shop.venues(workspace), Period(FRIDAY, FRIDAY))
    return found


def places(found: Reconciled) -> dict[str, int]:
    """Where the orders of a day are."""
    return {place.value: ore for place in Place if (ore := found.day.sum_orders(place))}


def not_invoiced(shop: Shop, at: date = FRIDAY) -> NotInvoiced:
    with shop.open() as workspace:
        (found,) = list_not_invoiced_at(workspace, shop.venues(workspace), at)
    return found


def accounts(found: NotInvoiced) -> dict[tuple[str | None, str | None], tuple[int, int, int]]:
    return {(one.account, one.vat_code): (one.net_ore, one.vat_ore, one.gross_ore) for one in found.accounts}


def sell_example_24(shop: Shop) -> None:
    """The day of the example: 1 250.00 is sent, 160.00 invoiced, 640.00 waits for its customer."""
    apply_orders(shop, customers="linked")
    shop.sell(
        sale(1, "7400.00"),
        sale(2, "2550.00", paid="CASH"),
        credit_sale(3, "1250.00", customer="K-17"),
        credit_sale(4, "160.00", customer="K-17"),
        credit_sale(5, "640.00", customer="K-99"),
    )
    with shop.open() as workspace:
        link_customer(workspace, "fjordmat", "K-17", CUSTOMER)
    shop.export()
    invoice(shop, 16_000)


def invoice(shop: Shop, total_ore: int, on: date = FRIDAY) -> None:
    """Have the bookkeeper invoice an order, and let posexport ask again."""
    shop.world.invoice(next(order.id for order in shop.world.orders() if order.total_ore == total_ore), on=on)
    shop.clock.sleep(1_000)


def send_all(shop: Shop, *, revises: bool = False) -> None:
    with shop.open() as workspace:
        send(workspace, shop.venues(workspace), OrderFilter(), revises=revises)


def test_a_day_agrees_and_says_what_is_not_in_the_ledger(shop: Shop) -> None:
    sell_example_24(shop)
    found = reconcile(shop)
    day = found.day
    assert (day.till_ore, day.voucher_ore, day.left_out_ore) == (1_200_000, 995_000, 0)
    assert [(one.amount_ore, one.is_credit) for one in day.till] == [
        (740_000, False),
        (255_000, False),
        (205_000, True),
    ]
    assert places(found) == {"sent": 125_000, "invoiced": 16_000, "waiting": 64_000}
    assert (day.verdict, day.not_in_ledger_ore) == (Verdict.AGREES, 64_000)
    assert describe_verdict(day, "en") == (
        "Agrees to the øre, but is not done. 640.00 is not in Go. Somebody has to look at: ticket 5 (the customer "
        "is not linked)."
    )
    assert found.exit_code is Exit.BOOKKEEPER


def test_what_agrees_and_waits_for_nobody_ends_well(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "200.00"), credit_sale(2))
    shop.export()
    found = reconcile(shop)
    assert (found.day.verdict, found.day.not_in_ledger_ore, found.exit_code) == (Verdict.AGREES, 0, Exit.DONE)


def test_before_anything_is_sent_all_of_the_day_is_not_in_the_ledger(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "200.00"), credit_sale(2))
    found = reconcile(shop)
    assert (found.day.voucher.waiting_ore, places(found)) == (20_000, {"waiting": 125_000})
    assert (found.day.verdict, found.day.not_in_ledger_ore) == (Verdict.AGREES, 145_000)


@pytest.mark.parametrize(
    ("later", "nb", "en"),
    [
        ("100.00", "100,00 og -100,00 venter, og er ikke i Go.", "100.00 and -100.00 wait, and are not in Go."),
        (None, "-100,00 er ikke i Go.", "-100.00 is not in Go."),
    ],
)
def test_what_is_added_and_what_is_taken_off_are_both_told_where_they_cancel_out(
    shop: Shop, later: str | None, nb: str, en: str
) -> None:
    apply_orders(shop)
    shop.sell(sale(2, "100.00"), credit_sale(1, "1000.00"))
    shop.export()
    shop.clock.sleep(600)
    shop.sell(credit_sale(1, "900.00"), *([credit_sale(3, later, customer=None)] if later else []))
    day = reconcile(shop).day
    assert (day.verdict, day.not_in_ledger_ore) == (Verdict.AGREES, 0 if later else -10_000)
    assert describe_verdict(day, "nb").startswith(f"Stemmer til øret, men er ikke ferdig. {nb} Noen må se på: bong 1")
    assert describe_verdict(day, "en").startswith(f"Agrees to the øre, but is not done. {en} Somebody has to look at")


def test_a_change_that_comes_to_nothing_is_told_to_wait(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(2, "100.00"), credit_sale(1, "1000.00"))
    shop.export()
    shop.clock.sleep(600)
    shop.sell(credit_sale(1, "1000.00", product="200", vat="3"))
    day = reconcile(shop).day
    assert (day.verdict, day.not_in_ledger) == (Verdict.AGREES, (0,))
    assert "is not done. A change waits, and is not in Go." in describe_verdict(day, "en")


def test_the_days_that_are_not_over_or_have_no_credit_sale_are_left_out(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "200.00"), credit_sale(2, at="2026-11-22T13:30:00"))
    with shop.open() as workspace:
        for period in (Period(), Period(FRIDAY, date(2026, 11, 30))):
            assert reconcile_orders(workspace, shop.venues(workspace), period) == []


@pytest.mark.parametrize("comes_back", ["900.00", None])
def test_a_ticket_that_has_changed_since_is_counted_with_what_it_comes_to_more_or_less(
    shop: Shop, comes_back: str | None
) -> None:
    apply_orders(shop)
    shop.sell(sale(2, "100.00"), credit_sale(1, "1000.00"))
    shop.export()
    shop.clock.sleep(600)
    shop.sell(credit_sale(1, comes_back) if comes_back else {**credit_sale(1, "1000.00"), "void": True})
    found, change_ore = reconcile(shop), -10_000 if comes_back else -100_000
    assert places(found) == {"sent": 100_000, "waiting": change_ore}
    assert (found.day.verdict, found.day.not_in_ledger_ore) == (Verdict.AGREES, change_ore)
    assert found.exit_code is Exit.BOOKKEEPER
    left = not_invoiced(shop)
    assert (left.gross_ore, len(left.orders)) == (100_000 + change_ore, 2)


@pytest.mark.parametrize("comes_back", ["900.00", None])
def test_of_an_invoiced_ticket_that_has_changed_only_the_change_is_not_invoiced(
    shop: Shop, comes_back: str | None
) -> None:
    apply_orders(shop)
    shop.sell(sale(2, "100.00"), credit_sale(1, "1000.00"))
    shop.export()
    invoice(shop, 100_000)
    shop.clock.sleep(3_600)
    shop.sell(credit_sale(1, comes_back) if comes_back else {**credit_sale(1, "1000.00"), "void": True})
    change_ore = -10_000 if comes_back else -100_000
    assert places(reconcile(shop)) == {"invoiced": 100_000, "waiting": change_ore}
    assert accounts(not_invoiced(shop)) == {("3020", "3"): (change_ore * 4 // 5, change_ore // 5, change_ore)}
    send_all(shop, revises=True)
    found = reconcile(shop)
    assert places(found) == {"invoiced": 100_000, "sent": change_ore}
    assert found.day.verdict is Verdict.AGREES
    assert not_invoiced(shop).gross_ore == change_ore


def test_a_correction_whose_answer_is_lost_is_counted_once_and_as_uncertain(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "1000.00"))
    shop.export()
    invoice(shop, 100_000)
    shop.clock.sleep(3_600)
    shop.sell(credit_sale(1, "900.00"))
    shop.faults.append(Fault("lose_answer", method="POST", path="/SalesOrders/Complete"))
    send_all(shop, revises=True)
    found = reconcile(shop)
    assert places(found) == {"invoiced": 100_000, "uncertain": -10_000}
    assert (found.day.verdict, found.exit_code) == (Verdict.AGREES, Exit.WAIT)


def test_an_order_that_may_be_there_though_its_ticket_is_void_makes_the_day_differ(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(2, "100.00"), credit_sale(1, "1000.00"))
    shop.faults.append(Fault("lose_answer", method="POST", path="/SalesOrders/Complete"))
    shop.export()
    shop.sell({**credit_sale(1, "1000.00"), "void": True})
    found = reconcile(shop)
    assert (found.day.verdict, found.day.difference_ore) == (Verdict.DIFFERS, -100_000)
    told = describe_verdict(found.day, "en")
    assert told.startswith("Differs: the register has 1,000.00 less than voucher, orders and left out.")
    assert found.exit_code > Exit.DONE


def test_a_day_whose_voucher_is_to_be_corrected_says_what_of_it_is_not_in_the_ledger(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "200.00"), credit_sale(2))
    shop.export()
    shop.clock.sleep(600)
    shop.sell(sale(3, "50.00"))
    found = reconcile(shop)
    assert (found.day.voucher.drafted_ore, found.day.voucher.waiting_ore) == (20_000, 5_000)
    assert (found.day.verdict, found.exit_code) == (Verdict.AGREES, Exit.BOOKKEEPER)
    shop.revise()
    assert reconcile(shop).day.voucher.waiting_ore == 0


def test_what_is_moved_to_the_voucher_is_counted_there_and_is_earned_no_more(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "200.00"), credit_sale(2, "640.00", customer=None))
    shop.export()
    assert not_invoiced(shop).gross_ore == 64_000
    with shop.open() as workspace:
        move_orders(workspace, shop.venues(workspace)[0], FRIDAY, Route.VOUCHER, "", None)
    found = reconcile(shop)
    assert (found.day.voucher.drafted_ore, found.day.voucher.waiting_ore, places(found)) == (20_000, 64_000, {})
    assert found.day.verdict is Verdict.AGREES
    shop.revise()
    assert (reconcile(shop).day.voucher.drafted_ore, not_invoiced(shop).orders) == (84_000, ())


def test_an_order_that_was_deleted_in_the_ledger_waits_again(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.export()
    shop.world.delete_order(shop.world.orders()[0].id)
    for _ in range(2):
        shop.clock.sleep(1_000)
        found = reconcile(shop)
    assert places(found) == {"waiting": 125_000}
    assert not_invoiced(shop).gross_ore == 125_000


def test_a_day_that_was_booked_by_hand_is_not_compared(shop: Shop) -> None:
    apply_orders(shop, customers="linked")
    shop.sell(credit_sale(1, customer="K-17"))
    shop.export()
    with shop.open() as workspace:
        book_day_elsewhere(workspace, shop.venues(workspace)[0], FRIDAY, "booked by hand, the dinner too")
    found = reconcile(shop)
    assert (found.day.verdict, found.exit_code, places(found)) == (Verdict.BY_HAND, Exit.DONE, {"moved": 125_000})
    assert not_invoiced(shop).orders == ()


@pytest.mark.parametrize("mixed", ["share", "whole"])
def test_of_a_ticket_that_is_paid_in_part_each_krone_is_counted_once(shop: Shop, mixed: str) -> None:
    apply_orders(shop, mixed=mixed)
    parts = [{"payment_type": "CARD", "amount": "400.00"}, {"payment_type": "CREDIT", "amount": "800.00"}]
    shop.sell({**credit_sale(1, "1200.00"), "payments": parts})
    shop.export()
    found = reconcile(shop)
    assert (found.day.verdict, found.day.till_ore, found.day.not_in_ledger_ore) == (Verdict.AGREES, 120_000, 0)
    expected = {"share": (40_000, {"sent": 80_000}), "whole": (0, {"sent": 120_000})}
    assert (found.day.voucher_ore, places(found)) == expected[mixed]


def test_what_the_setup_leaves_out_is_a_part_of_the_till(shop: Shop) -> None:
    staff = '  [[company.payment_type]]\n  code = "STAFF"\n  name = "Ansatt"\n  transfer = false\n'
    apply_orders(shop, mapping=staff + orders_mapping())
    shop.sell(sale(1, "200.00"), sale(3, "75.00", paid="STAFF"), credit_sale(2))
    shop.export()
    found = reconcile(shop)
    assert (found.day.till_ore, found.day.left_out_ore, found.day.verdict) == (152_500, 7_500, Verdict.AGREES)


def test_a_fee_on_the_invoice_is_a_difference_of_its_own(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.export()
    shop.world.add_client(replace(shop.world.clients[0], invoice_fee=Decimal(52)))
    shop.world.invoice(shop.world.orders()[0].id)
    shop.clock.sleep(1_000)
    (order,) = reconcile(shop).day.orders
    invoiced = order.shown.seen.invoice
    assert invoiced is not None
    assert (invoiced.total_ore, invoiced.fee_ore) == (131_500, 6_500)
    assert order.differences == ((Reason.FEE, 6_500),)
    assert reconcile(shop).day.verdict is Verdict.AGREES


def sell_with_a_fee(shop: Shop) -> str:
    """A dinner of 1 250.00 sent as an order, at a client that adds 65.00 to each invoice. Returns the order's id."""
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.export()
    shop.world.add_client(replace(shop.world.clients[0], invoice_fee=Decimal(52)))
    (made,) = shop.world.orders()
    return made.id


def test_a_fee_and_an_edit_before_it_are_two_differences(shop: Shop) -> None:
    order_id = sell_with_a_fee(shop)
    shop.world.edit_order(order_id, 1, unit_price=Decimal(900))
    shop.world.invoice(order_id)
    shop.clock.sleep(1_000)
    (order,) = reconcile(shop).day.orders
    assert order.differences == ((Reason.EDITED, -12_500), (Reason.FEE, 6_500))


def test_a_fee_is_read_once(shop: Shop) -> None:
    shop.world.invoice(sell_with_a_fee(shop))
    for _ in range(3):
        shop.clock.sleep(1_000)
        reconcile(shop)
    assert sum(one.path.endswith("/Lines") for one in shop.world.requests) == 1


def test_an_invoice_whose_lines_cannot_be_read_may_have_a_fee_or_be_edited(shop: Shop) -> None:
    shop.world.invoice(sell_with_a_fee(shop))
    shop.faults.append(Fault("refuse", 403, method="GET", path="/Lines"))
    shop.clock.sleep(1_000)
    (order,) = reconcile(shop).day.orders
    assert order.differences == ((Reason.ON_INVOICE, 6_500),)
    shop.clock.sleep(1_000)
    (order,) = reconcile(shop).day.orders
    assert order.differences == ((Reason.FEE, 6_500),)


def test_a_ticket_that_changes_is_corrected_though_its_invoice_has_a_fee(shop: Shop) -> None:
    shop.world.invoice(sell_with_a_fee(shop))
    shop.clock.sleep(3_600)
    shop.sell(credit_sale(1, "1150.00"))
    with shop.open() as workspace:
        send(workspace, shop.venues(workspace), OrderFilter(), revises=True)
    (note,) = shop.world.orders()
    assert note.total_ore == -10_000


def test_an_edit_is_known_for_an_edit_when_the_order_is_invoiced_later(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "10.01"))
    shop.export()
    (made,) = shop.world.orders()
    shop.clock.sleep(600)
    shop.world.edit_order(made.id, 1, unit_price=Decimal(9))
    shop.clock.sleep(1_000)
    (order,) = reconcile(shop).day.orders
    assert [difference.reason for difference in order.differences] == [Reason.EDITED]
    shop.world.invoice(made.id)
    shop.clock.sleep(1_000)
    (order,) = reconcile(shop).day.orders
    assert order.place is Place.INVOICED
    assert order.differences == ((Reason.EDITED, 1_125 - 1_001),)


def test_an_ore_that_the_ledger_cannot_have_is_told_as_rounding(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "10.02"))
    shop.export()
    (order,) = reconcile(shop).day.orders
    assert [(one.reason, abs(one.amount_ore)) for one in order.differences] == [(Reason.ROUNDING, 1)]
    found = not_invoiced(shop)
    assert found.gross_ore == order.total_ore == 1_002 + order.difference_ore


# Not invoiced at a date


def test_what_is_not_invoiced_is_listed_by_the_accounts_that_the_invoices_will_have(shop: Shop) -> None:
    sell_example_24(shop)
    found = not_invoiced(shop)
    assert accounts(found) == {("3020", "3"): (151_200, 37_800, 189_000)}
    assert [one.shown.order.ticket_number for one in found.orders] == ["3", "5"]


def test_an_order_counts_as_not_invoiced_until_the_date_of_its_invoice(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.export()
    invoice(shop, 125_000, on=SATURDAY)
    assert not_invoiced(shop, FRIDAY).gross_ore == 125_000
    assert not_invoiced(shop, SATURDAY).orders == ()
    shop.world.pay(shop.world.invoices()[0].id)
    shop.clock.sleep(1_000)
    assert not_invoiced(shop, FRIDAY).gross_ore == 125_000


def test_days_after_the_date_do_not_count_and_one_that_is_not_over_is_refused(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1), credit_sale(2, "100.00", at="2026-11-21T13:00:00"))
    assert not_invoiced(shop, FRIDAY).gross_ore == 125_000
    assert not_invoiced(shop, SATURDAY).gross_ore == 135_000
    with pytest.raises(UsageError, match="not over"):
        not_invoiced(shop, date(2026, 11, 22))


def test_a_return_takes_from_what_is_not_invoiced(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1), credit_sale(2, "-250.00", at="2026-11-20T13:00:00"))
    shop.export()
    assert accounts(not_invoiced(shop)) == {("3020", "3"): (80_000, 20_000, 100_000)}
    found = reconcile(shop)
    assert (places(found), found.day.verdict) == ({"sent": 100_000}, Verdict.AGREES)


def test_what_has_no_account_yet_is_listed_without_one_and_never_dropped(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1), credit_sale(2, "50.00", product="900"))
    found = not_invoiced(shop)
    assert accounts(found)[None, "3"][2] == 5_000
    assert found.gross_ore == 130_000


def test_an_invoice_that_was_credited_is_told_as_such(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.export()
    made = shop.world.invoice(shop.world.orders()[0].id, on=FRIDAY)
    shop.world.credit(made.id)
    shop.clock.sleep(1_000)
    found = reconcile(shop)
    assert (places(found), found.day.verdict) == ({"credited": 125_000}, Verdict.AGREES)
    assert not_invoiced(shop).orders == ()


def test_an_order_in_the_ledger_whose_ticket_can_be_divided_no_more_is_still_counted(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(2, "100.00"), credit_sale(1, "1000.00"))
    shop.export()
    shop.clock.sleep(600)
    parts = [{"payment_type": "CARD", "amount": "-100.00"}, {"payment_type": "CREDIT", "amount": "100.00"}]
    lines = [{"product_type": "100", "vat_code": "3", "gross": gross} for gross in ("300.00", "-300.00")]
    shop.sell({**credit_sale(1, "1000.00"), "lines": lines, "payments": parts})
    found = reconcile(shop)
    assert places(found) == {"sent": 100_000, "waiting": -100_000}
    assert (found.day.verdict, found.exit_code) == (Verdict.AGREES, Exit.BOOKKEEPER)


def test_the_account_is_the_products_in_the_ledger_where_that_is_another_than_a_vouchers(shop: Shop) -> None:
    apply_orders(shop, mapping=orders_mapping().replace('"3" = "3020"', '"3" = "3000"'))
    shop.sell(credit_sale(1))
    shop.export()
    assert accounts(not_invoiced(shop)) == {("3020", "3"): (100_000, 25_000, 125_000)}
