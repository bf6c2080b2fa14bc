"""Orders by the export, as the ledger changes meanwhile: what is mended there counts, and what becomes of an order is
asked."""

from __future__ import annotations

from posexport.errors import Exit
from tests.support.credit_shop import apply_orders, credit_sale, tell_orders
from tests.support.harness import FRIDAY, Shop
from tests.support.looks import read_rows


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


def test_a_shop_without_orders_asks_about_none(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, customer=None))
    shop.export()
    before = len(paths(shop))
    shop.clock.now_s += 3_600
    shop.export()
    assert not [call for call in paths(shop)[before:] if "SalesOrders" in call[1]]
