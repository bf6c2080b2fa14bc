"""A payment type whose account, or whose credit, is changed in the setup: days that were sent stay as they were sent,
and the rest goes by the new setup."""

from __future__ import annotations

import pytest

from posexport.app.orders import OrderFilter, send
from posexport.app.tickets import WhichTicket, withdraw
from posexport.core.orders.route import Route
from posexport.errors import Exit
from posexport.texts.describe import fix_of, message_of
from tests.app.test_order_reconciliation import reconcile
from tests.app.test_orders import listed, move
from tests.support.credit_shop import CUSTOMER, apply_orders, credit_sale, orders_mapping, tell_orders
from tests.support.harness import FRIDAY, Shop, sale


@pytest.fixture
def shop(both: Shop) -> Shop:
    """A shop on either database."""
    return both


def mapping(account: str) -> str:
    """The mapping with the credit type on another account."""
    row = 'name = "Kreditt"\n  account = "1500"'
    assert row in orders_mapping()
    other = '[[company.payment_type]]\n  code = "OTHER"\n  name = "Konto"\n  account = "1500"\n  '
    changed = orders_mapping().replace(row, f'name = "Kreditt"\n  account = "{account}"')
    return changed.replace("[company.accounts]", f"{other}[company.accounts]")


def rest_of(shop: Shop) -> tuple[Exit, list[tuple[str, str, str]]]:
    shop.clock.sleep(1_000)
    exported = shop.export(FRIDAY, FRIDAY)
    return exported.exit_code, tell_orders(exported.report)


def test_an_order_that_was_sent_stays_when_its_payment_type_is_on_credit_no_longer(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1), sale(2, "100.00", paid="CASH"))
    shop.export()
    drafts = shop.world.drafts()
    apply_orders(shop, mapping=mapping("1920"))
    assert rest_of(shop) == (Exit.DONE, [("1", "sent", "1250.00")])
    assert [report.is_changed for report in listed(shop)] == [False]
    assert shop.world.drafts() == drafts
    assert reconcile(shop).day.verdict.value == "agrees"


def test_what_was_booked_by_a_voucher_becomes_no_order_when_its_payment_type_is_on_credit_since(shop: Shop) -> None:
    apply_orders(shop, mapping=mapping("1920"))
    shop.sell(credit_sale(1))
    shop.export()
    drafts = shop.world.drafts()
    assert len(drafts) == 1
    apply_orders(shop)
    assert rest_of(shop) == (Exit.DONE, [])
    assert (shop.world.drafts(), shop.world.orders()) == (drafts, [])


def test_a_day_that_is_not_sent_goes_by_the_new_setup(shop: Shop) -> None:
    apply_orders(shop, mapping=mapping("1920"))
    shop.sell(credit_sale(1))
    apply_orders(shop)
    assert rest_of(shop) == (Exit.BOOKKEEPER, [("1", "waiting", "1250.00")]), "whose it is was not kept"
    assert shop.world.drafts() == []


def test_a_ticket_that_is_added_to_a_day_of_orders_goes_as_the_day_does_until_it_is_moved(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.export()
    apply_orders(shop, mapping=mapping("1920"))
    shop.sell(credit_sale(1), credit_sale(3, "250.00"))
    assert rest_of(shop) == (Exit.BOOKKEEPER, [("1", "sent", "1250.00"), ("3", "waiting", "250.00")])
    (found,) = [one for report in listed(shop) for one in report.findings]
    assert found.key == "order-no-customer/former-type"
    assert "In the setup CREDIT is not on credit any more" in message_of(found, "en")
    assert "--ticket 3 --to voucher" in fix_of(found, "nb")
    move(shop, Route.VOUCHER, "3")
    assert rest_of(shop)[0] is Exit.DONE
    assert [draft.lines[0].account_no for draft in shop.world.drafts()] == [1920]


def test_a_ticket_added_to_a_day_of_orders_is_ordered_when_its_payment_type_is_on_credit_again(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1))
    shop.export()
    apply_orders(shop, mapping=mapping("1920"))
    shop.sell(credit_sale(1), credit_sale(3, "250.00"))
    assert rest_of(shop)[0] is Exit.BOOKKEEPER
    apply_orders(shop, mapping=mapping("1920").replace('account = "1920"', 'account = "1920"\n  credit = true'))
    shop.sell(credit_sale(1), credit_sale(3, "250.00"))
    assert rest_of(shop) == (Exit.DONE, [("1", "sent", "1250.00"), ("3", "sent", "250.00")])


@pytest.mark.parametrize("customer", [CUSTOMER, "10111"])
def test_a_correction_of_a_ticket_that_was_ordered_keeps_its_customer(shop: Shop, customer: str) -> None:
    """Though its payment type is not on credit any more; also where the register gives no ids, and the old one is
    taken out."""
    apply_orders(shop)
    shop.sell(credit_sale(1, id=None))
    shop.export()
    apply_orders(shop, mapping=mapping("1920"))
    shop.sell(credit_sale(1, "1000.00", customer=customer, id=None))
    twins = [report for report in listed(shop) if "order-same-reference/twins" in [one.key for one in report.findings]]
    assert [report.order.customer_code for report in twins] == [customer]
    shop.clock.sleep(1_000)
    with shop.open() as workspace:
        (venue,) = shop.venues(workspace)
        withdraw(workspace, venue, WhichTicket(FRIDAY, "1", "1", amount="1250.00"), "it was corrected")
        send(workspace, [venue], OrderFilter(), revises=True)
    assert [(report.order.customer_code, report.state_of_order.value) for report in listed(shop)] == [
        (customer, "sent")
    ]
    assert [made.total_ore for made in shop.world.orders()] == [100_000]
