"""What PowerOffice Go has otherwise than is known here: closed since it was read, taken under our reference, of another
sum than was sold, or made though nobody answered."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from posexport.app.export_orders import judge_order
from posexport.app.order_history import read_order_history
from posexport.app.orders import accept_order, list_orders, resolve_order
from posexport.app.status import judge_status
from posexport.core.events import EventKind
from posexport.core.orders.state import OrderState
from posexport.errors import Exit, UsageError
from posexport.sandbox import Fault
from posexport.texts.describe import fix_of, message_of
from tests.app.test_orders import listed, posts
from tests.support.credit_shop import CUSTOMER, apply_orders, credit_sale, orders_of, tell_orders
from tests.support.harness import Shop, sale
from tests.support.looks import delete_rows


@pytest.fixture
def shop(both: Shop) -> Shop:
    """A shop on either database."""
    return both


# Closed since it was read


@pytest.mark.parametrize("what", ["customer", "product"])
def test_what_was_archived_after_it_was_read_is_told_as_that_and_not_as_a_refusal(shop: Shop, what: str) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.export()
    shop.sell(credit_sale(1), credit_sale(2))

    def archive(*, active: bool) -> None:
        if what == "customer":
            shop.world.change_customer(int(CUSTOMER), active=active)
        else:
            shop.world.change_product("SERV25", active=active)

    archive(active=False)
    shop.clock.sleep(60)
    (shown,) = [one for one in orders_of(shop.export().report) if one.order.ticket_number == "2"]
    assert ([one.code for one in shown.findings], shown.answer) == ([f"order-{what}-inactive"], "")
    assert shown.state_of_order is OrderState.WAITING
    before = posts(shop)
    shop.clock.sleep(600)
    exported = shop.export()
    assert (exported.exit_code, posts(shop)) == (Exit.BOOKKEEPER, before), "it is not sent to be refused again"
    archive(active=True)
    shop.clock.sleep(600)
    shop.export()
    assert {one.state_of_order for one in listed(shop)} == {OrderState.SENT}


def test_the_words_of_a_refusal_that_is_explained_are_kept(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.export()
    shop.sell(credit_sale(1), credit_sale(2))
    shop.world.change_product("SERV25", active=False)
    shop.clock.sleep(60)
    shop.export()
    with shop.open() as workspace:
        (shown,) = [one for one in list_orders(workspace, shop.venues(workspace)) if one.state == "held"]
        history = read_order_history(workspace, shown)
    assert history is not None
    told = [event.event.kind for document in history.documents for event in document.events]
    assert told[-2:] == [EventKind.REFUSED, EventKind.HELD]


# What is there comes to something else


def put_back(shop: Shop) -> str:
    """Send an order, and put the database back to before; the order's id. Its ticket comes to less since."""
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.export()
    (made,) = shop.world.orders()
    for table in ("order_seen", "delivery_event", "delivery"):
        delete_rows(shop, table)
    shop.clock.sleep(1_000)
    shop.sell(credit_sale(1, "800.00"))
    return made.id


def test_a_conflict_of_references_is_named_at_once_and_resolved_at_once(shop: Shop) -> None:
    made = put_back(shop)
    exported = shop.export()
    (shown,) = orders_of(exported.report)
    assert ([one.code for one in shown.findings], exported.exit_code) == (["draft-differs"], Exit.BOOKKEEPER)
    assert made in message_of(shown.findings[0], "nb")
    with shop.open() as workspace:
        resolve_order(workspace, shown.reference, made)
    (shown,) = listed(shop)
    assert (shown.state_of_order, shown.remote_id) == (OrderState.SENT, made)


@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.parametrize("fee", [None, 59])
def test_what_a_person_takes_over_is_compared_with_what_was_sold(shop: Shop, is_known: bool, fee: int | None) -> None:
    made = put_back(shop)
    if fee:
        shop.world.add_client(replace(shop.world.clients[0], invoice_fee=Decimal(fee)))
        shop.world.invoice(made)
        shop.clock.sleep(60)
    if is_known:
        shop.export()
    with shop.open() as workspace:
        (shown,) = list_orders(workspace, shop.venues(workspace), asks=False)
        resolve_order(workspace, shown.reference, made)
        (shown,) = list_orders(workspace, shop.venues(workspace), asks=False)
    (found,) = shown.findings
    assert (found.key, found.facts["theirs"], found.facts["ours"]) == ("order-total-differs", 125_000, 80_000)
    assert judge_status(shop.status()) is Exit.BOOKKEEPER
    with shop.open() as workspace:
        accept_order(workspace, shown.reference, "order-total-differs", "Avtalt med kunden")
    assert [judge_order(one) for one in listed(shop)] == [Exit.DONE]


def test_what_a_person_takes_over_and_comes_to_the_same_is_right(shop: Shop) -> None:
    made = put_back(shop)
    shop.sell(credit_sale(1))
    with shop.open() as workspace:
        (shown,) = list_orders(workspace, shop.venues(workspace), asks=False)
        resolve_order(workspace, shown.reference, made)
        (shown,) = list_orders(workspace, shop.venues(workspace), asks=False)
    assert (shown.state_of_order, shown.findings, shown.there is not None) == (OrderState.SENT, (), True)


MADE_BY_HAND = "11111111-2222-4333-8444-555555555555"


def test_what_a_person_made_in_the_place_of_a_deleted_order_is_taken_over_at_once(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.export()
    (sent,) = shop.world.orders()
    by_hand = replace(sent, id=MADE_BY_HAND, no=2900, reference=None, application_key="", integration="")
    shop.world._one(None).orders.add(by_hand, shop.clock())
    shop.world.delete_order(sent.id)
    for _ in range(2):
        shop.clock.sleep(1200)
        (shown,) = listed(shop)
    assert (shown.state_of_order, MADE_BY_HAND in message_of(shown.findings[0], "nb")) == (OrderState.GONE, False)
    with shop.open() as workspace:
        with pytest.raises(UsageError, match="has no order or invoice"):
            resolve_order(workspace, shown.reference, MADE_BY_HAND.replace("1", "9"))
        assert list_orders(workspace, shop.venues(workspace), asks=False)[0].state_of_order is OrderState.GONE
        resolve_order(workspace, shown.reference, MADE_BY_HAND)
    for _ in range(2):
        (shown,) = listed(shop)
        assert (shown.state_of_order, shown.remote_id, shown.findings) == (OrderState.SENT, MADE_BY_HAND, ())
        shop.clock.sleep(1200)
    assert posts(shop) == 1


def test_a_customer_that_may_have_been_made_is_looked_for_and_nobody_is_asked_to_make_it(shop: Shop) -> None:
    new = {"number": "NY-1", "name": "Nystua Kurs AS", "organization_number": "974760673"}
    apply_orders(shop, customers="create")
    shop.sell(sale(1, "20.00"), credit_sale(2, customer=new))
    shop.faults.append(Fault("lose_request", method="POST", path="/Customers"))
    exported = shop.export()
    (shown,) = orders_of(exported.report)
    assert [one.key for one in shown.findings] == ["order-customer-not-linked/being-made"]
    assert "Ikke opprett kunden for hånd" in fix_of(shown.findings[0], "nb")
    shop.clock.sleep(600)
    assert tell_orders(shop.export().report) == [("2", "sent", "1250.00")]
    assert [one.external_reference for one in shop.world.customers() if one.name == new["name"]] == ["posexport:NY-1"]


def test_an_uncertain_order_that_a_person_finds_edited_is_compared_at_once(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.faults.append(Fault("lose_answer", method="POST", path="/SalesOrders/Complete"))
    shop.export()
    (made,) = shop.world.orders()
    shop.world.edit_order(made.id, 1, unit_price=Decimal(900))
    shop.clock.sleep(60)
    with shop.open() as workspace:
        (shown,) = list_orders(workspace, shop.venues(workspace), asks=False)
        resolve_order(workspace, shown.reference, made.id)
        (shown,) = list_orders(workspace, shop.venues(workspace), asks=False)
    assert [(one.code, one.facts["theirs"]) for one in shown.findings] == [("order-total-differs", 112_500)]
