"""Orders of several tickets that a person puts together in PowerOffice Go: one has them all, and the others are deleted
there. Each sale is still booked once, and the days agree with their tills."""

from __future__ import annotations

from decimal import Decimal

import pytest

from posexport.app.order_reconciliation import reconcile_orders
from posexport.app.orders import OrderFilter, list_orders, move_orders, resolve_order, send
from posexport.core.day import Period
from posexport.core.order_review import OrderReport
from posexport.core.orders.route import Route
from posexport.core.orders.state import OrderState
from posexport.errors import Exit, UsageError
from posexport.texts.failures import describe_failure, is_known
from tests.support.credit_shop import apply_orders, credit_sale
from tests.support.harness import FRIDAY, Shop


@pytest.fixture
def shop(both: Shop) -> Shop:
    """A shop on either database."""
    return both


def listed(shop: Shop) -> dict[str, OrderReport]:
    shop.clock.sleep(1_000)
    with shop.open() as workspace:
        return {one.order.ticket_number: one for one in list_orders(workspace, shop.venues(workspace))}


def states(shop: Shop) -> list[tuple[str, list[str]]]:
    return [(one.state_of_order.value, [found.code for found in one.findings]) for one in listed(shop).values()]


def resolve(shop: Shop, ticket: str, there: str | None) -> None:
    reference = listed(shop)[ticket].reference
    with shop.open() as workspace:
        resolve_order(workspace, reference, there)


def is_reconciled(shop: Shop) -> bool:
    with shop.open() as workspace:
        found = reconcile_orders(workspace, shop.venues(workspace), Period(FRIDAY, FRIDAY))
    (day,) = found
    return day.exit_code is Exit.DONE


def sell_three(shop: Shop, *, other: str = "10101") -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "1250.00"), credit_sale(2, "250.00"), credit_sale(3, "125.00", customer=other))
    assert shop.export().exit_code is Exit.DONE
    shop.clock.sleep(60)


def put_together(shop: Shop, *, net: str = "1300.00", is_seen: bool = True) -> dict[str, str]:
    """The person edits the first order to what all three come to, and deletes the others; the orders' references.
    `is_seen`: that is known here."""
    known = listed(shop)
    first = next(one for one in shop.world.orders() if one.reference == known["1"].reference)
    at = next(at for at, line in enumerate(first.lines) if line.amounts is not None)
    shop.world.edit_order(first.id, at, quantity=Decimal(1), unit_price=Decimal(net))
    for one in shop.world.orders():
        if one.id != first.id:
            shop.world.delete_order(one.id)
    if is_seen:
        listed(shop)
        listed(shop)
    return {number: one.reference for number, one in known.items()}


def test_each_sale_is_on_the_one_order_and_is_invoiced_with_it(shop: Shop) -> None:
    sell_three(shop)
    named = put_together(shop)
    assert [state for state, _ in states(shop)] == ["sent", "gone", "gone"]
    for ticket in ("2", "3"):
        resolve(shop, ticket, named["1"])
    assert states(shop) == [("sent", [])] * 3
    assert (is_reconciled(shop), shop.export().exit_code) == (True, Exit.DONE)
    (there,) = shop.world.orders()
    invoice = shop.world.invoice(there.id)
    shown = listed(shop)
    assert {one.state_of_order for one in shown.values()} == {OrderState.INVOICED}
    assert [one.seen.invoice and one.seen.invoice.total_ore for one in shown.values()] == [125_000, 25_000, 12_500]
    assert {one.seen.invoice and one.seen.invoice.number for one in shown.values()} == {str(invoice.no)}
    assert is_reconciled(shop)
    shop.world.reverse_invoice(invoice.id)
    assert {one.state_of_order for one in listed(shop).values()} == {OrderState.CREDITED}


def test_go_is_asked_about_orders_that_were_deleted_a_moment_ago(shop: Shop) -> None:
    sell_three(shop)
    named = put_together(shop, is_seen=False)
    shop.clock.sleep(60)
    with shop.open() as workspace:
        with pytest.raises(UsageError, match=r"does not show .* try again in three minutes"):
            resolve_order(workspace, named["2"], named["1"])
        shop.clock.sleep(200)
        resolve_order(workspace, named["2"], named["1"])
        with pytest.raises(UsageError, match="is in PowerOffice Go"):
            resolve_order(workspace, named["1"], named["2"])
    assert [state for state, _ in states(shop)][:2] == ["sent", "sent"]
    assert len(shop.world.orders()) == 1


def test_what_the_one_order_has_more_or_less_than_its_tickets_is_told(shop: Shop) -> None:
    sell_three(shop)
    named = put_together(shop, net="1280.00")
    for ticket in ("2", "3"):
        resolve(shop, ticket, named["1"])
    assert states(shop) == [("sent", ["order-edited"]), ("sent", []), ("sent", [])]


def test_none_of_them_is_booked_twice(shop: Shop) -> None:
    sell_three(shop)
    named = put_together(shop)
    resolve(shop, "2", named["1"])
    with shop.open() as workspace, pytest.raises(UsageError, match="is in PowerOffice Go"):
        move_orders(workspace, shop.venues(workspace)[0], FRIDAY, Route.VOUCHER, "", "2")
    with shop.open() as workspace:
        send(workspace, shop.venues(workspace), OrderFilter(), revises=True)
    assert len(shop.world.orders()) == 1


def test_an_order_that_was_said_to_be_on_another_by_mistake_is_sent_again(shop: Shop) -> None:
    sell_three(shop)
    named = put_together(shop, net="1200.00")
    resolve(shop, "2", named["1"])
    resolve(shop, "2", None)
    shop.export()
    assert [state for state, _ in states(shop)] == ["sent", "sent", "gone"]
    assert len(shop.world.orders()) == 2
    resolve(shop, "3", named["1"])
    assert [state for state, _ in states(shop)] == ["sent", "sent", "sent"]


def test_when_the_one_order_is_deleted_all_of_them_are_gone_and_go_again_one_by_one(shop: Shop) -> None:
    sell_three(shop)
    named = put_together(shop)
    for ticket in ("2", "3"):
        resolve(shop, ticket, named["1"])
    (there,) = shop.world.orders()
    shop.world.delete_order(there.id)
    listed(shop)
    assert [state for state, _ in states(shop)] == ["gone"] * 3
    for ticket in ("1", "2", "3"):
        resolve(shop, ticket, None)
    assert shop.export().exit_code is Exit.DONE
    assert states(shop) == [("sent", [])] * 3
    assert sorted(one.total_ore for one in shop.world.orders()) == [12_500, 25_000, 125_000]


@pytest.mark.parametrize(
    ("other", "net", "words"),
    [
        ("10102", "1300.00", "another customer"),
        ("10101", "1000.00", "has nothing of"),
    ],
)
def test_what_cannot_be_on_the_other_order_is_refused(shop: Shop, other: str, net: str, words: str) -> None:
    sell_three(shop, other=other)
    named = put_together(shop, net=net)
    with pytest.raises(UsageError, match=words) as refused:
        resolve(shop, "3", named["1"])
    assert is_known(str(refused.value))
    assert describe_failure(str(refused.value), "nb").text != str(refused.value)


def test_an_order_is_not_put_on_one_that_is_not_there_or_is_on_another(shop: Shop) -> None:
    sell_three(shop)
    named = put_together(shop)
    with pytest.raises(UsageError, match="is not in PowerOffice Go either") as refused:
        resolve(shop, "2", named["3"])
    assert is_known(str(refused.value))
    resolve(shop, "2", named["1"])
    with pytest.raises(UsageError, match="on another order itself") as refused:
        resolve(shop, "3", named["2"])
    assert is_known(str(refused.value))
    assert [state for state, _ in states(shop)] == ["sent", "sent", "gone"]
