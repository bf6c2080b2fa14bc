"""An order that arrives in PowerOffice Go after it was given up: told in the same night, and settled by what a person
does about it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from posexport.app.orders import OrderFilter, list_orders, move_orders, resolve_order, send
from posexport.app.status import judge_status
from posexport.core.order_review import OrderReport
from posexport.core.orders.route import Route
from posexport.core.orders.state import OrderState
from posexport.errors import Exit, UsageError
from posexport.sandbox import Fault
from posexport.texts.describe import fix_of, message_of
from posexport.texts.failures import describe_failure
from tests.support.credit_shop import CUSTOMER, apply_orders, credit_sale, orders_of
from tests.support.harness import FRIDAY, Shop, sale

COMPLETE = "/SalesOrders/Complete"
LATE_S = 15 * 60
"""How long the request is on its way (s)."""

LATE = Fault("late", method="POST", path=COMPLETE, delay_s=LATE_S)
LOST = Fault("lose_request", method="POST", path=COMPLETE)


@pytest.fixture
def shop(both: Shop) -> Shop:
    """A shop on either database."""
    return both


def listed(shop: Shop, *, asks: bool = True) -> list[OrderReport]:
    with shop.open() as workspace:
        return list_orders(workspace, shop.venues(workspace), asks=asks)


def move(shop: Shop, route: Route) -> None:
    with shop.open() as workspace:
        move_orders(workspace, shop.venues(workspace)[0], FRIDAY, route, "", "2")


def codes(shown: OrderReport) -> list[str]:
    return [finding.code for finding in shown.findings]


def give_up(shop: Shop, fault: Fault = LATE) -> None:
    """Send an order whose request is long on its way, or lost, and say in the meantime that it is not there."""
    apply_orders(shop)
    shop.sell(sale(1, "200.00"), credit_sale(2))
    shop.faults.append(fault)
    shop.export()
    shop.clock.sleep(10 * 60)
    with shop.open() as workspace:
        (report,) = list_orders(workspace, shop.venues(workspace), asks=False)
        resolve_order(workspace, report.reference, None)


def arrive_after_the_move(shop: Shop) -> str:
    """Book the sale by the voucher; then its order arrives. Its id."""
    give_up(shop)
    move(shop, Route.VOUCHER)
    assert shop.revise().exit_code is Exit.DONE
    shop.clock.sleep(LATE_S)
    shop.world.process_late()
    (made,) = shop.world.orders()
    return made.id


def test_an_order_that_arrives_after_its_sale_was_moved_is_told_in_the_night_as_booked_twice(shop: Shop) -> None:
    made = arrive_after_the_move(shop)
    exported = shop.export()
    (shown,) = orders_of(exported.report)
    assert (exported.exit_code, codes(shown), shown.remote_id) == (Exit.BOOKKEEPER, ["order-booked-twice"], made)
    assert (shown.state_of_order, shown.is_changed, shown.is_in_voucher) == (OrderState.SENT, False, True)
    (finding,) = shown.findings
    assert message_of(finding, "nb").startswith("Salget på bong 2, kasse 1, er ført to ganger")
    assert "posexport orders move torget 2026-11-20 --ticket 2 --to order" in fix_of(finding, "en")
    assert judge_status(shop.status()) is Exit.BOOKKEEPER
    assert [codes(one) for one in listed(shop)] == [["order-booked-twice"]]
    with pytest.raises(UsageError, match="is in the voucher already"):
        move(shop, Route.VOUCHER)
    assert [len(shop.world.orders()), len(shop.world.drafts())] == [1, 1]


def test_deleting_the_order_in_go_settles_it(shop: Shop) -> None:
    made = arrive_after_the_move(shop)
    shop.export()
    shop.world.delete_order(made)
    shop.clock.sleep(1_000)
    listed(shop)
    shop.clock.sleep(1_000)
    (shown,) = listed(shop)
    assert (shown.is_settled, shown.findings) == (True, ())
    assert (judge_status(shop.status()), shop.export().exit_code) == (Exit.DONE, Exit.DONE)


def test_moving_the_sale_back_leaves_the_order_and_takes_it_out_of_the_voucher(shop: Shop) -> None:
    arrive_after_the_move(shop)
    shop.export()
    move(shop, Route.ORDER)
    exported = shop.revise()
    assert [(one.state_of_order, codes(one)) for one in listed(shop)] == [(OrderState.SENT, [])]
    assert exported.exit_code is Exit.DONE
    (draft,) = shop.world.drafts()
    assert sorted(line.amount_ore for line in draft.lines) == [-20_000, 20_000]
    assert len(shop.world.orders()) == 1


def test_an_invoice_of_an_order_that_arrived_late_is_told_with_its_number(shop: Shop) -> None:
    invoice = shop.world.invoice(arrive_after_the_move(shop))
    shop.clock.sleep(60)
    (shown,) = orders_of(shop.export().report)
    assert (codes(shown), shown.state_of_order) == (["order-booked-twice"], OrderState.INVOICED)
    assert f"fakturert i PowerOffice Go som {invoice.no} på 1\u00a0250,00" in message_of(shown.findings[0], "nb")
    shop.world.reverse_invoice(invoice.id)
    shop.clock.sleep(1_000)
    assert [one.is_settled for one in listed(shop)] == [True]


def test_a_sale_whose_late_order_was_invoiced_and_credited_stays_in_the_voucher(shop: Shop) -> None:
    invoice = shop.world.invoice(arrive_after_the_move(shop))
    shop.clock.sleep(60)
    shop.export()
    shop.world.reverse_invoice(invoice.id)
    shop.clock.sleep(60)  # nobody has asked since
    with pytest.raises(UsageError, match=f"was invoiced as {invoice.no}.* would be booked nowhere") as refused:
        move(shop, Route.ORDER)
    assert "La det stå i bilaget" in describe_failure(str(refused.value), "nb").text
    shop.revise()
    with shop.open() as workspace:
        send(workspace, shop.venues(workspace), OrderFilter(), revises=True)
    (draft,) = shop.world.drafts()
    assert sorted(line.amount_ore for line in draft.lines) == [-145_000, 20_000, 125_000]
    assert (shop.world.orders(), [one.is_settled for one in listed(shop)]) == ([], [True])


def test_what_was_given_up_is_looked_for_in_few_requests_and_for_a_month(shop: Shop) -> None:
    give_up(shop, LOST)
    move(shop, Route.VOUCHER)
    shop.revise()
    shop.clock.sleep(1_000)
    shop.world.requests.clear()
    listed(shop)
    listed(shop)
    asked = [one.path for one in shop.world.requests if not one.path.endswith("/Token")]
    assert [path.rpartition("/")[2] for path in asked] == ["SalesOrders", "OutgoingInvoices"], "once"
    shop.clock.sleep(32 * 86_400)
    shop.world.requests.clear()
    listed(shop)
    assert [one.path for one in shop.world.requests] == []


def test_an_order_that_arrives_while_its_ticket_waits_is_taken_for_what_it_is(shop: Shop) -> None:
    give_up(shop)
    shop.clock.sleep(LATE_S)
    shop.world.process_late()
    shop.world.change_customer(int(CUSTOMER), active=False)
    shop.clock.sleep(60)
    assert [(one.state_of_order, codes(one)) for one in listed(shop)] == [(OrderState.SENT, [])]


def test_an_order_of_other_content_that_arrives_late_is_named_as_one_where_it_is_seen(shop: Shop) -> None:
    give_up(shop)
    shop.clock.sleep(LATE_S)
    shop.world.process_late()
    (made,) = shop.world.orders()
    shop.world.edit_order(made.id, 1, unit_price=Decimal(900))
    shop.clock.sleep(60)
    (shown,) = listed(shop)
    assert codes(shown) == ["draft-differs"]
    assert len(shop.world.orders()) == 1


def arrive_after_another(shop: Shop) -> tuple[str, str]:
    """Move the sale to the voucher and back, so that another order of it is sent; then the first arrives. The ids of
    both, the late one first."""
    give_up(shop)
    move(shop, Route.VOUCHER)
    shop.revise()
    move(shop, Route.ORDER)
    shop.revise()
    (other,) = shop.world.orders()
    shop.clock.sleep(LATE_S)
    shop.world.process_late()
    (late,) = [one for one in shop.world.orders() if one.id != other.id]
    return late.id, other.id


@pytest.mark.parametrize("deleted", [0, 1])
def test_of_two_orders_of_one_sale_the_late_one_is_told_until_one_is_deleted(shop: Shop, deleted: int) -> None:
    ids = arrive_after_another(shop)
    exported = shop.export()
    told = {one.remote_id: (codes(one), one.is_changed, one.is_in_voucher) for one in listed(shop)}
    assert told == {ids[0]: (["order-booked-twice"], False, False), ids[1]: ([], False, False)}
    assert exported.exit_code is Exit.BOOKKEEPER
    shop.world.delete_order(ids[deleted])
    for _ in range(2):
        shop.clock.sleep(1_000)
        left = {one.remote_id: (one.is_settled, one.findings) for one in listed(shop)}
    assert left == {ids[deleted]: (True, ()), ids[1 - deleted]: (False, ())}
    assert (judge_status(shop.status()), shop.export().exit_code) == (Exit.DONE, Exit.DONE)


def test_a_change_of_a_ticket_is_reckoned_from_the_order_that_counts(shop: Shop) -> None:
    late, other = arrive_after_another(shop)
    listed(shop)
    shop.sell(sale(1, "200.00"), credit_sale(2, "1000.00"))
    changes = {one.remote_id: [found.facts.get("difference") for found in one.findings] for one in listed(shop)}
    assert changes == {late: [None], other: [-25_000]}


def test_an_order_that_somebody_edited_before_it_was_seen_is_left_to_a_person_while_its_ticket_waits(
    shop: Shop,
) -> None:
    give_up(shop)
    shop.world.change_product("SERV25", active=False)
    shop.clock.sleep(60)
    assert shop.export().exit_code is Exit.BOOKKEEPER
    shop.world.change_product("SERV25", active=True)
    shop.clock.sleep(LATE_S)
    shop.world.process_late()
    (made,) = shop.world.orders()
    at = next(at for at, line in enumerate(made.lines) if line.amounts is not None)
    shop.world.edit_order(made.id, at, quantity=Decimal(2))
    for _ in range(2):
        shop.clock.sleep(1_000)
        (shown,) = orders_of(shop.export().report)
        assert (shown.state_of_order, "draft-differs" in codes(shown)) == (OrderState.UNCERTAIN, True)
    assert len(shop.world.orders()) == 1
