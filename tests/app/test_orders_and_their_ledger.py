"""Orders by the export, as the ledger changes meanwhile: what is mended there counts, and what becomes of an order is
asked."""

from __future__ import annotations

from decimal import Decimal

import pytest

from posexport.app.customers import link_customer
from posexport.app.orders import move_orders
from posexport.core.orders.route import Route
from posexport.errors import Exit, UsageError
from posexport.sandbox import Fault
from tests.app.test_orders import send_all
from tests.support.credit_shop import apply_orders, credit_sale, orders_mapping, orders_of, tell_orders
from tests.support.harness import BRYGGA, FRIDAY, VENUES, Shop
from tests.support.looks import delete_rows, read_rows


def paths(shop: Shop) -> list[tuple[str, str]]:
    """What went over the wire, but for tokens."""
    every = [(one.method, one.path.removeprefix("/v2")) for one in shop.world.requests]
    return [call for call in every if not call[1].endswith("/Token")]


def test_a_product_mended_in_the_ledger_lets_its_orders_go_with_the_next_export(shop: Shop) -> None:
    apply_orders(shop)
    shop.world.change_product("SERV25", active=False)
    shop.clock.now_s += 5
    shop.sell(credit_sale(1), credit_sale(2))
    exported = shop.export()
    assert exported.exit_code is Exit.BOOKKEEPER
    assert [state for _, state, _ in tell_orders(exported.report)] == ["waiting", "waiting"]
    shop.world.change_product("SERV25", active=True)
    shop.clock.now_s += 3_600
    exported = shop.export()
    assert [state for _, state, _ in tell_orders(exported.report)] == ["sent", "sent"]
    assert exported.exit_code is Exit.DONE


def test_a_ledger_is_asked_about_its_orders_by_the_export_and_once_in_fifteen_minutes(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1), credit_sale(2))
    shop.export()
    (first, second) = shop.world.orders()
    invoice = shop.world.invoice(first.id)
    shop.clock.now_s += 3_600
    before = len(paths(shop))
    shop.export()
    assert paths(shop)[before:] == [("GET", "/SalesOrders"), ("GET", "/OutgoingInvoices")]
    exported = shop.export(FRIDAY, FRIDAY)
    assert sorted(state for _, state, _ in tell_orders(exported.report)) == ["invoiced", "sent"]
    assert len(paths(shop)) == before + 2, "asked just now"
    assert str(invoice.no) in str(read_rows(shop, "order_seen", "document"))
    assert second.id in [order.id for order in shop.world.orders()]


def back(shop: Shop, number: int = 9) -> None:
    """A return of the sale of ticket 1."""
    shop.sell(credit_sale(number, "-250.00", at="2026-11-20T13:00:00", refers_to={"register": "1", "ticket": "1"}))


def test_a_return_names_the_invoice_that_its_sale_has_by_now(shop: Shop) -> None:
    """The sale was asked about a minute ago, and its state is good for a quarter of an hour: a return asks at once."""
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.export()
    (made,) = shop.world.orders()
    shop.clock.now_s += 3_600
    shop.export(FRIDAY, FRIDAY)
    invoice = shop.world.invoice(made.id)
    shop.clock.now_s += 120
    back(shop)
    before = len(paths(shop))
    shop.export()
    (note,) = shop.world.orders()
    assert (note.total_ore, note.related_invoice_no) == (-25_000, invoice.no)
    told = paths(shop)[before:]
    assert told.count(("GET", "/SalesOrders")) == 2, "what became of the sale, and what there is of the return"


def test_a_return_is_for_whom_its_sale_is_invoiced_to_however_the_customer_is_linked_since(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.export()
    (made,) = shop.world.orders()
    invoice = shop.world.invoice(made.id)
    shop.clock.now_s += 3_600
    with shop.open() as workspace:
        link_customer(workspace, "fjordmat", "10101", "10002", share=True)
    shop.clock.now_s += 3_600
    back(shop)
    exported = shop.export()
    (note,) = shop.world.orders()
    assert (note.related_invoice_no, note.customer_id) == (invoice.no, made.customer_id)
    (found,) = [one for order in orders_of(exported.report) for one in order.findings]
    assert (found.code, found.facts["go_number_now"]) == ("order-return-customer", "10002")


def test_a_return_of_a_sale_that_waits_in_the_ledger_goes_without_an_invoice(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.export()
    shop.clock.now_s += 3_600
    back(shop)
    shop.faults.append(Fault("status_before", 500, method="GET", path="/SalesOrders"))
    shop.export()
    note = next(order for order in shop.world.orders() if order.total_ore < 0)
    assert note.related_invoice_no is None


def test_a_shop_without_orders_asks_about_none(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, customer=None))
    shop.export()
    before = len(paths(shop))
    shop.clock.now_s += 3_600
    shop.export()
    assert not [call for call in paths(shop)[before:] if "SalesOrders" in call[1]]


def test_an_order_sent_twice_is_not_deleted_while_the_first_request_may_still_come(shop: Shop) -> None:
    """Deleted, its reference would be free, and the late request would make it beside its revision."""
    apply_orders(shop)
    shop.sell(credit_sale(1, "1000.00"))
    shop.faults.append(Fault("late", method="POST", path="/SalesOrders/Complete", delay_s=90))
    shop.export()
    shop.export()
    assert len(shop.world.orders()) == 1
    shop.sell(credit_sale(1, "900.00"))
    shop.clock.now_s += 5
    assert [order.total_ore for order in shop.world.orders()] == [100_000]
    send_all(shop, revises=True)
    assert [order.total_ore for order in shop.world.orders()] == [100_000]
    shop.clock.now_s += 3_600
    send_all(shop, revises=True)
    assert [order.total_ore for order in shop.world.orders()] == [90_000]


@pytest.mark.parametrize("account", ["1530", "1579", "1920"])
def test_what_is_paid_later_becomes_an_order_whatever_account_it_is_booked_on(shop: Shop, account: str) -> None:
    row = f'  [[company.payment_type]]\n  code = "FAKT"\n  account = "{account}"\n  credit = true'
    apply_orders(shop, mapping=f"{orders_mapping()}\n{row}")
    shop.sell(credit_sale(1, "1000.00", paid="FAKT"))
    assert tell_orders(shop.export(FRIDAY, FRIDAY).report) == [("1", "sent", "1000.00")]


def test_an_order_whose_reference_another_has_is_not_moved_to_the_voucher(shop: Shop) -> None:
    """What is there may be it, edited by a person: a sale is booked once."""
    apply_orders(shop)
    shop.sell(credit_sale(1, "1000.00"))
    shop.export()
    for table in ("order_seen", "delivery_event", "delivery"):
        delete_rows(shop, table)
    shop.clock.now_s += 60
    (made,) = shop.world.orders()
    shop.world.edit_order(made.id, 1, unit_price=Decimal(700))
    shop.clock.now_s += 5
    exported = shop.export(FRIDAY, FRIDAY)
    assert [state for _, state, _ in tell_orders(exported.report)] == ["uncertain"]
    with shop.open() as workspace, pytest.raises(UsageError, match="nobody knows yet whether it is in PowerOffice"):
        move_orders(workspace, shop.venues(workspace)[0], FRIDAY, Route.VOUCHER, "")


def asked(shop: Shop, before: int) -> list[tuple[str, str]]:
    """What was asked about orders since then."""
    return [call for call in paths(shop)[before:] if call[1] in ("/SalesOrders", "/OutgoingInvoices")]


def test_each_client_key_is_asked_once_for_all_its_orders_whatever_the_target_was(shop: Shop) -> None:
    apply_orders(shop, target="journal", venues=VENUES + BRYGGA)
    other = {"register": "3", "at": "2026-11-20T12:30:00"}
    shop.sell(credit_sale(1), credit_sale(2), credit_sale(1, **other), credit_sale(2, **other))
    shop.export()
    apply_orders(shop, target="import", venues=VENUES + BRYGGA)
    shop.sell(*(credit_sale(number, at="2026-11-21T12:00:00") for number in (3, 4)))
    shop.export()
    assert sorted(read_rows(shop, "delivery", "target", document_kind="order")) == [
        *[("import",)] * 2,
        *[("journal",)] * 4,
    ]
    for order in shop.world.orders()[::2]:
        shop.world.invoice(order.id)
    shop.clock.now_s += 3_600
    before = len(paths(shop))
    shop.export()
    lists = asked(shop, before)
    assert lists.count(("GET", "/SalesOrders")) == 2, "the two venues have a key each"
    assert len(lists) <= 4, "two requests for each key, however many orders and targets there are"
    states = [row[0] for row in read_rows(shop, "order_seen", "asked_at_utc_s")]
    assert states == [int(shop.clock.now_s)] * 6
