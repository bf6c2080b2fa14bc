"""Sales on credit become orders: from the register's file to PowerOffice Go, exactly once."""

from __future__ import annotations

from posexport.errors import Exit
from tests.support.credit_shop import apply_orders, credit_sale, orders_of, tell_orders
from tests.support.harness import Shop, sale
from tests.support.looks import read_rows


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
