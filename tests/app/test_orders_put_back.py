"""A database that is put back to before a sale on credit was moved: the sale is booked once, whatever the newer one has
sent."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from posexport.app.customers import link_customer
from posexport.app.orders import list_orders, move_orders
from posexport.core.finding import Finding
from posexport.core.order_review import OrderReport
from posexport.core.orders.route import Route
from posexport.core.orders.state import OrderState
from posexport.errors import Exit
from posexport.sandbox import Fault
from posexport.texts.describe import fix_of, message_of
from tests.support.credit_shop import CUSTOMER, apply_orders, credit_sale, orders_of
from tests.support.harness import FRIDAY, SATURDAY, Shop, sale
from tests.support.looks import StoreFile

TARGETS = ("journal", "import", "ledger")
CODE = "K-17"


def keep(shop: Shop) -> None:
    """Make a copy of the database."""
    StoreFile(_path_of(shop)).copy_to(shop.folder / "copy.db")


def put_back(shop: Shop) -> None:
    """The database is lost, and the copy takes its place, some days later."""
    for engine in shop._idle:
        engine.dispose()
    path = _path_of(shop)
    for found in path.parent.glob(f"{path.name}*"):
        found.unlink()
    shutil.copy(shop.folder / "copy.db", path)
    shop.clock.sleep(5 * 86_400)


def _path_of(shop: Shop) -> Path:
    return Path(shop.url.removeprefix("sqlite:///"))


def set_up(shop: Shop, target: str) -> None:
    more = {"company": "direct_posting = true"} if target == "ledger" else {}
    apply_orders(shop, target=target, customers="linked", **more)


def move(shop: Shop, route: Route, ticket: str = "2") -> None:
    with shop.open() as workspace:
        move_orders(workspace, shop.venues(workspace)[0], FRIDAY, route, "", ticket)


def link(shop: Shop) -> None:
    with shop.open() as workspace:
        link_customer(workspace, "fjordmat", CODE, CUSTOMER)


def listed(shop: Shop) -> list[OrderReport]:
    with shop.open() as workspace:
        return list_orders(workspace, shop.venues(workspace), asks=False)


def only_held(shop: Shop, *, revises: bool = False) -> Finding:
    """Export; the one finding that keeps the one order back."""
    exported = shop.revise() if revises else shop.export()
    assert exported.exit_code is Exit.BOOKKEEPER
    (shown,) = orders_of(exported.report)
    (found,) = [one for one in shown.findings if one.code == "order-in-voucher"]
    assert (shown.state_of_order, shop.world.orders()) == (OrderState.WAITING, [])
    return found


def in_vouchers(shop: Shop) -> int:
    """What stands on customers in vouchers (øre)."""
    vouchers = (*shop.world.drafts(), *shop.world.vouchers())
    return sum(line.amount_ore for one in vouchers for line in one.lines if line.account_no == 1500)


def book_in_voucher(shop: Shop, target: str, *, is_posted: bool = False) -> None:
    """A day's voucher without a sale on credit; a copy of the database; and then the sale is moved to the voucher."""
    set_up(shop, target)
    shop.sell(sale(1, "200.00"), credit_sale(2, customer=CODE))
    assert shop.export().exit_code is Exit.BOOKKEEPER
    shop.clock.sleep(600)
    if is_posted:
        (draft,) = shop.world.drafts()
        shop.world.post(draft.id)
        shop.clock.sleep(60)
    keep(shop)
    link(shop)
    move(shop, Route.VOUCHER)
    shop.revise()
    assert in_vouchers(shop) == 125_000
    put_back(shop)
    link(shop)


@pytest.mark.parametrize("target", TARGETS)
def test_an_order_waits_where_a_newer_database_has_its_sale_in_the_voucher(shop: Shop, target: str) -> None:
    book_in_voucher(shop, target)
    found = only_held(shop)
    assert found.variant == ("other" if target == "ledger" else "replaced"), "what is posted is never deleted"
    (newest,) = {one.id for one in (*shop.world.drafts(), *shop.world.vouchers())} & set(
        str(found.facts["id"]).split(", ")
    )
    assert newest in message_of(found, "nb")
    assert "orders move torget 2026-11-20 --ticket 2 --to voucher" in fix_of(found, "en")
    assert only_held(shop) == found, "it is asked about each time"


@pytest.mark.parametrize("target", ["journal", "import"])
def test_an_order_waits_where_a_newer_database_has_corrected_a_posted_voucher(shop: Shop, target: str) -> None:
    book_in_voucher(shop, target, is_posted=True)
    assert only_held(shop).variant == "other"


@pytest.mark.parametrize("target", TARGETS)
def test_the_sale_that_a_newer_database_has_in_the_voucher_is_booked_there_here_too(shop: Shop, target: str) -> None:
    book_in_voucher(shop, target)
    found = only_held(shop)
    move(shop, Route.VOUCHER)
    if found.variant == "replaced":
        shop.resolve(None, str(found.facts["voucher"]))
    shop.revise()
    if found.variant == "replaced":  # what is there is not known to be the same before a person says so
        (there,) = shop.world.drafts()
        shop.resolve(there.id)
    exported = shop.revise()
    assert (exported.exit_code, in_vouchers(shop), shop.world.orders()) == (Exit.DONE, 125_000, [])


@pytest.mark.parametrize("target", ["journal", "import"])
def test_the_order_goes_when_the_voucher_of_the_newer_database_is_deleted(shop: Shop, target: str) -> None:
    book_in_voucher(shop, target)
    found = only_held(shop)
    (there,) = shop.world.drafts()
    shop.world.delete(there.id)
    shop.clock.sleep(600)
    assert only_held(shop).variant == "gone"
    assert "draft-gone" in {one.code for row in shop.status() for one in row.findings}
    shop.resolve(None, str(found.facts["voucher"]))
    assert shop.export().exit_code is Exit.DONE
    assert (in_vouchers(shop), len(shop.world.orders())) == (0, 1)


@pytest.mark.parametrize("target", TARGETS)
def test_an_order_of_a_day_that_had_no_voucher_waits_where_a_newer_database_made_one(shop: Shop, target: str) -> None:
    set_up(shop, target)
    shop.sell(credit_sale(2, customer=CODE))
    shop.export()
    shop.clock.sleep(600)
    keep(shop)
    link(shop)
    move(shop, Route.VOUCHER)
    shop.export()
    assert in_vouchers(shop) == 125_000
    put_back(shop)
    link(shop)
    assert only_held(shop).variant == "other"


@pytest.mark.parametrize("target", ["journal", "import"])
def test_an_order_waits_where_the_voucher_is_in_doubt(shop: Shop, target: str) -> None:
    set_up(shop, target)
    shop.sell(sale(1, "200.00"), credit_sale(2, customer=CODE))
    keep(shop)
    link(shop)
    move(shop, Route.VOUCHER)
    shop.export()
    put_back(shop)
    link(shop)
    shop.export()
    assert (in_vouchers(shop), shop.world.orders()) == (125_000, [])


@pytest.mark.parametrize("target", TARGETS)
def test_a_day_whose_vouchers_are_known_sends_its_orders_with_one_request_more(shop: Shop, target: str) -> None:
    set_up(shop, target)
    days = (FRIDAY, SATURDAY)
    sold = [sale(number, "200.00", at=f"{day}T12:00:00") for number, day in enumerate(days, 1)]
    shop.sell(
        *sold, *(credit_sale(10 + number, customer="K-1", at=f"{day}T12:00:00") for number, day in enumerate(days))
    )
    shop.export()
    shop.clock.sleep(3_600)
    with shop.open() as workspace:
        link_customer(workspace, "fjordmat", "K-1", CUSTOMER)
    before = len(shop.world.requests)
    assert shop.export().exit_code is Exit.DONE
    asked = [one.path for one in list(shop.world.requests)[before:]]
    of_vouchers = [
        path for path in asked if "JournalEntryVouchers" in path or "/Import/" in path or "Transactions" in path
    ]
    assert len(of_vouchers) == (2 if target == "import" else 1), "an import is asked for by its references"
    assert len(shop.world.orders()) == 2


def test_an_order_is_not_sent_while_the_vouchers_of_its_day_cannot_be_asked_for(shop: Shop) -> None:
    set_up(shop, "journal")
    shop.sell(sale(1, "200.00"), credit_sale(2, customer=CODE))
    shop.export()
    shop.clock.sleep(3_600)
    link(shop)
    shop.faults.extend(Fault("lose_request", method="GET", path="/JournalEntryVouchers") for _ in range(9))
    exported = shop.export()
    assert [one.state_of_order for one in orders_of(exported.report)] == [OrderState.UNREACHABLE]
    shop.faults.clear()
    assert shop.export().exit_code is Exit.DONE
    assert len(shop.world.orders()) == 1


# The other way round


def order_from_voucher(shop: Shop, target: str, *, is_invoiced: bool) -> None:
    """A copy of the database when a sale is to be in the voucher; and then the sale is moved to an order, and sent."""
    set_up(shop, target)
    shop.sell(sale(1, "200.00"), credit_sale(2, customer=CODE))
    move(shop, Route.VOUCHER)
    link(shop)
    keep(shop)
    move(shop, Route.ORDER)
    assert shop.export().exit_code is Exit.DONE
    (made,) = shop.world.orders()
    if is_invoiced:
        shop.world.invoice(made.id)
    for draft in shop.world.drafts():  # as one does who begins anew
        shop.world.delete(draft.id)
    put_back(shop)


@pytest.mark.parametrize("target", ["journal", "import"])
@pytest.mark.parametrize("is_invoiced", [False, True])
def test_a_voucher_waits_where_a_newer_database_has_sent_one_of_its_sales_as_an_order(
    shop: Shop, target: str, is_invoiced: bool
) -> None:
    order_from_voucher(shop, target, is_invoiced=is_invoiced)
    exported = shop.export()
    assert (exported.exit_code, shop.world.drafts()) == (Exit.BOOKKEEPER, [])
    (found,) = [one for one in shop.only(exported.report).findings if one.code == "sale-ordered-already"]
    assert found.variant == ("invoiced" if is_invoiced else "")
    assert f"er i PowerOffice Go som {'faktura' if is_invoiced else 'ordre'} {found.facts['found']}" in message_of(
        found, "nb"
    )
    assert "orders move torget 2026-11-20 --ticket 2 --to order" in fix_of(found, "nb")
    move(shop, Route.ORDER)
    assert shop.export().exit_code is Exit.DONE
    (shown,) = listed(shop)
    assert shown.state == "drafted"
    assert in_vouchers(shop) == 0
    assert [len(shop.world.orders()), len(shop.world.invoices())] == ([0, 1] if is_invoiced else [1, 0])


def test_a_voucher_goes_when_the_order_of_the_newer_database_is_deleted(shop: Shop) -> None:
    order_from_voucher(shop, "journal", is_invoiced=False)
    shop.export()
    (made,) = shop.world.orders()
    shop.world.delete_order(made.id)
    shop.clock.sleep(600)
    assert shop.export().exit_code is Exit.DONE
    assert in_vouchers(shop) == 125_000


def test_a_voucher_without_moved_sales_asks_for_no_orders(shop: Shop) -> None:
    set_up(shop, "journal")
    shop.sell(sale(1, "200.00"))
    shop.export()
    assert [one for one in shop.world.requests if "SalesOrders" in one.path] == []


@pytest.mark.parametrize("paid", [True, False])
def test_an_order_that_a_newer_database_sent_and_that_is_invoiced_is_followed_as_our_own(
    shop: Shop, paid: bool
) -> None:
    set_up(shop, "journal")
    link(shop)
    shop.sell(credit_sale(2, customer=CODE))
    keep(shop)
    shop.export()
    (made,) = shop.world.orders()
    invoice = shop.world.invoice(made.id)
    put_back(shop)
    exported = shop.export()
    (shown,) = orders_of(exported.report)
    assert (shown.state_of_order, shown.seen.invoice and shown.seen.invoice.number) == (
        OrderState.INVOICED,
        str(invoice.no),
    )
    if paid:
        shop.world.pay(invoice.id)
    else:
        shop.world.reverse_invoice(invoice.id)
    shop.clock.sleep(3_600)
    shop.export()
    (shown,) = listed(shop)
    assert shown.seen.invoice is not None
    assert (shown.seen.invoice.is_paid, shown.state_of_order) == (
        (True, OrderState.INVOICED) if paid else (shown.seen.invoice.is_paid, OrderState.CREDITED)
    )


# A sale that a newer database has taken out of the voucher


def take_out_of_voucher(shop: Shop, target: str, *, is_invoiced: bool = False) -> str:
    """A day's voucher with a sale on credit; a copy of the database; and then the sale becomes an order. Returns its
    number in the ledger, or its invoice's."""
    set_up(shop, target)
    link(shop)
    shop.sell(sale(1, "200.00"), credit_sale(2, customer=CODE))
    move(shop, Route.VOUCHER)
    assert shop.export().exit_code is Exit.DONE
    assert in_vouchers(shop) == 125_000
    shop.clock.sleep(600)
    keep(shop)
    move(shop, Route.ORDER)
    shop.revise()
    (order,) = shop.world.orders()
    assert in_vouchers(shop) == 0
    number = shop.world.invoice(order.id).no if is_invoiced else order.no
    put_back(shop)
    return str(number)


def told_too(shop: Shop) -> list[Finding]:
    return [one for row in shop.status() for one in row.findings if one.key == "sale-ordered-already/in-voucher"]


@pytest.mark.parametrize("is_invoiced", [False, True])
@pytest.mark.parametrize("target", TARGETS)
def test_a_sale_that_a_newer_database_has_made_an_order_of_is_told_though_its_day_is_done(
    shop: Shop, target: str, is_invoiced: bool
) -> None:
    number = take_out_of_voucher(shop, target, is_invoiced=is_invoiced)
    for _ in range(2):
        assert shop.export().exit_code is Exit.BOOKKEEPER, "it is told each time"
        (found,) = told_too(shop)
        assert (found.facts["found"], found.business_day) == (number, FRIDAY)
        shop.clock.sleep(86_400)
    assert "orders move torget 2026-11-20 --ticket 2 --to order" in fix_of(found, "en")
    assert f"faktura {number}" in message_of(found, "nb")
    standing = [*shop.world.orders(), *(one.order for one in shop.world.invoices())]
    assert (in_vouchers(shop), len(standing)) == (0, 1)


@pytest.mark.parametrize("target", TARGETS)
def test_a_sale_that_a_newer_database_has_made_an_order_of_becomes_one_here_too(shop: Shop, target: str) -> None:
    take_out_of_voucher(shop, target)
    assert shop.export().exit_code is Exit.BOOKKEEPER
    move(shop, Route.ORDER)
    exported = shop.revise()
    if target != "ledger":
        assert "draft-gone" in {one.code for row in shop.status() for one in row.findings}
        (row,) = [row for row in shop.status() if row.reference.endswith("-r1")]
        shop.resolve(None, row.reference)
        shop.revise()
        (there,) = shop.world.drafts()
        shop.resolve(there.id)
        exported = shop.revise()
    assert told_too(shop) == []
    assert (exported.exit_code, in_vouchers(shop), len(shop.world.orders())) == (Exit.DONE, 0, 1)
    assert [one.state_of_order for one in listed(shop)] == [OrderState.SENT]


def test_an_order_of_a_newer_database_that_is_deleted_is_told_no_more(shop: Shop) -> None:
    take_out_of_voucher(shop, "journal")
    assert shop.export().exit_code is Exit.BOOKKEEPER
    shop.world.delete_order(shop.world.orders()[0].id)
    shop.clock.sleep(600)
    shop.export()
    assert told_too(shop) == []


def test_a_sale_in_its_voucher_costs_a_night_two_lists_and_other_days_nothing(shop: Shop) -> None:
    set_up(shop, "journal")
    link(shop)
    shop.sell(sale(1, "200.00"), credit_sale(2, customer=CODE))
    move(shop, Route.VOUCHER)
    shop.export()
    for days, wanted in ((1, ["/v2/SalesOrders", "/v2/OutgoingInvoices"]), (40, [])):
        shop.clock.sleep(days * 86_400)
        before = len(shop.world.requests)
        shop.export()
        asked = [one.path for one in list(shop.world.requests)[before:] if one.method == "GET"]
        assert [path for path in asked if "Orders" in path or "Invoices" in path] == wanted
