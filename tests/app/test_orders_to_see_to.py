"""What an export tells of days that are done: every order that somebody must see to, and no look at the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from posexport.app.export import export_period
from posexport.app.export_orders import judge_order
from posexport.app.orders import list_orders_to_see_to, list_unfinished_orders, resolve_order
from posexport.core.day import Period
from posexport.errors import Exit
from posexport.sandbox import Fault
from posexport.store.days import read_days
from posexport.store.setups import find_venue_number
from tests.app.test_credited_returns import credit_part, give_back, invoice_draft, invoice_sale
from tests.app.test_orders import listed
from tests.app.test_orders_changed import accept, change, edit, revise, sell_and_send
from tests.support.credit_shop import apply_orders, credit_sale, orders_of
from tests.support.harness import FRIDAY, Shop


@pytest.fixture
def shop(both: Shop) -> Shop:
    """A shop on either database."""
    return both


def look(shop: Shop) -> None:
    """The ledger is asked what became of the orders."""
    shop.clock.sleep(1_000)
    listed(shop)


def delete_in_go(shop: Shop) -> None:
    """An order is deleted in PowerOffice Go, and seen to be missing for longer than reads may lag."""
    shop.world.delete_order(sell_and_send(shop))
    look(shop)
    look(shop)


def leave_for_a_month(shop: Shop) -> None:
    """An order is not invoiced for a month."""
    sell_and_send(shop)
    shop.clock.sleep(32 * 86_400)
    look(shop)


def credit_twice(shop: Shop) -> None:
    """A return is invoiced, and its sale credited by hand."""
    invoice_id = invoice_sale(shop)
    give_back(shop)
    invoice_draft(shop)
    shop.export()
    credit_part(shop, invoice_id)
    look(shop)


def credit_a_correction_twice(shop: Shop) -> None:
    """A correction of what was invoiced is invoiced too, and the invoice credited by hand."""
    invoice_id = invoice_sale(shop)
    change(shop, "900.00")
    revise(shop)
    invoice_draft(shop)
    shop.export()
    credit_part(shop, invoice_id)
    look(shop)


def edit_what_was_taken_over(shop: Shop) -> None:
    """An order whose answer was lost is where a person says it is, and is edited afterwards."""
    apply_orders(shop)
    shop.sell(credit_sale(1, "1000.00"))
    shop.faults.append(Fault("lose_answer", path="/SalesOrders/Complete"))
    (report,) = orders_of(shop.export().report)
    (made,) = shop.world.orders()
    shop.clock.sleep(1_000)
    with shop.open() as workspace:
        resolve_order(workspace, report.reference, made.id)
    shop.export()
    edit(shop, made.id, 700)
    look(shop)


def edit_twice(shop: Shop) -> str:
    """Edit an order to what its ticket comes to since, and then to something else; its id."""
    order_id = sell_and_send(shop)
    change(shop, "900.00")
    edit(shop, order_id, 720)
    look(shop)
    shop.export()
    edit(shop, order_id, 700)
    return order_id


def edit_once_more(shop: Shop) -> None:
    """An order is edited to what its ticket comes to since, and then to something else."""
    edit_twice(shop)
    look(shop)


def invoice_something_else(shop: Shop) -> None:
    """An order is edited to what its ticket comes to since, and edited again just before it is invoiced."""
    shop.world.invoice(edit_twice(shop))
    look(shop)


SCENES = (
    *(delete_in_go, leave_for_a_month, credit_twice, credit_a_correction_twice),
    *(edit_what_was_taken_over, edit_once_more, invoice_something_else),
)


def find_to_see_to(shop: Shop) -> tuple[list[str], list[str]]:
    """The references of the orders of days that are done that somebody must see to: as an export finds them, and found
    by looking at every order."""
    with shop.open() as workspace:
        venues = shop.venues(workspace)
        quick = list_orders_to_see_to(workspace, venues, Period())
        every = list_unfinished_orders(workspace, venues, Period())
    return [one.reference for one in quick], [one.reference for one in every if judge_order(one) is not Exit.DONE]


def list_open_days(shop: Shop) -> list[date]:
    """The business days that are not done."""
    with shop.open() as workspace, workspace.database.reading() as connection:
        (venue,) = shop.venues(workspace)
        number = find_venue_number(connection, venue)
        return read_days(connection, number, None, date(2030, 1, 1), only_open=True)


@pytest.mark.parametrize("happens", SCENES, ids=lambda scene: scene.__name__)
def test_every_order_of_a_day_that_is_done_is_found_that_somebody_must_see_to(
    shop: Shop, happens: Callable[[Shop], None]
) -> None:
    happens(shop)
    assert list_open_days(shop) == []
    quick, every = find_to_see_to(shop)
    assert quick == every != []
    exported = shop.export()
    assert exported.exit_code is Exit.BOOKKEEPER
    assert [one.reference for one in orders_of(exported.report)] == every


def test_what_a_person_accepted_is_found_no_more(shop: Shop) -> None:
    leave_for_a_month(shop)
    (reference,), _ = find_to_see_to(shop)
    accept(shop, reference, "order-not-invoiced")
    assert find_to_see_to(shop) == ([], [])


def count_statements(shop: Shop) -> int:
    """How many statements an export takes."""
    told: list[str] = []

    def trace(connection: Any, *_: object) -> None:
        connection.set_trace_callback(told.append)

    with shop.open() as workspace:
        venues = shop.venues(workspace)
        event.listen(workspace.database.engine, "checkout", trace)
        try:
            assert export_period(workspace, venues, Period()).exit_code is Exit.DONE
        finally:
            event.remove(workspace.database.engine, "checkout", trace)
    return len(told)


def test_an_export_asks_the_database_as_often_for_many_orders_that_are_not_invoiced_as_for_few(
    sqlite_url: str, tmp_path: Path
) -> None:
    shop = Shop(sqlite_url, tmp_path)
    apply_orders(shop, first=FRIDAY - timedelta(days=19))
    days = [FRIDAY - timedelta(days=ago) for ago in range(18, -1, -1)]

    def sell(some: list[date]) -> None:
        shop.sell(*(credit_sale(day.day, at=f"{day}T12:00:00", customer="10101") for day in some))
        shop.export()

    sell(days[-2:])
    count_statements(shop)
    few = count_statements(shop)
    sell(days[:-2])
    assert len(shop.world.orders()) == len(days)
    assert count_statements(shop) == few > 0
