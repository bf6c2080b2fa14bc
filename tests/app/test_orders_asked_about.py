"""Many orders that wait to be invoiced: when they are asked about, nothing is stored of those that are as they were,
and the status of their days takes no more of the database than that of few."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import event

from posexport.app.export import Revision, export_period
from posexport.app.status import status
from posexport.core.day import Period
from posexport.delivery import claims, lookup
from posexport.delivery.order_watch import ASK_EVERY_S, ask_about_orders
from posexport.store import credit_routes
from tests.support.credit_shop import apply_orders, credit_sale
from tests.support.harness import Shop, sale
from tests.support.looks import count_rows, delete_rows, read_rows

MANY = 12


def send_many(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(*[credit_sale(at, f"{at}00.00", at=f"2026-11-20T12:{at:02}:00") for at in range(1, MANY + 1)])
    shop.export()
    shop.clock.sleep(60)
    assert ask(shop) == MANY


def ask(shop: Shop, age_s: int = ASK_EVERY_S) -> int:
    """Ask about those that were not asked about for so long; how many that were."""
    with shop.open() as workspace:
        setup = workspace.load_setup()
        return ask_about_orders(workspace.delivery, setup.companies[0], setup.venues[0], age_s=age_s)


def test_orders_that_are_as_they_were_are_not_stored_again(shop: Shop) -> None:
    send_many(shop)
    before = dict(read_rows(shop, "order_seen", "delivery_id", "asked_at_utc_s"))
    for _ in range(3):
        shop.clock.sleep(ASK_EVERY_S)
        delete_rows(shop, "day_mark")
        assert ask(shop) == MANY
        assert ask(shop) == 0, "asked just now"
        assert count_rows(shop, "day_mark") <= 2, "one row"
    after = dict(read_rows(shop, "order_seen", "delivery_id", "asked_at_utc_s"))
    assert [id_ for id_ in before if after[id_] != before[id_]] == [max(before)]


def test_what_has_become_of_one_is_stored_and_of_the_others_nothing(shop: Shop) -> None:
    send_many(shop)
    first = shop.world.orders()[0]
    shop.world.invoice(first.id)
    shop.clock.sleep(ASK_EVERY_S)
    delete_rows(shop, "day_mark")
    assert ask(shop) == MANY
    assert count_rows(shop, "day_mark") <= 4, "the invoiced one, and one row for all"
    assert sum('"invoice"' in document for (document,) in read_rows(shop, "order_seen", "document")) == 1


def test_an_order_sent_after_all_were_asked_about_is_asked_about_and_does_not_put_the_others_off(shop: Shop) -> None:
    send_many(shop)
    shop.clock.sleep(ASK_EVERY_S)
    assert ask(shop) == MANY
    shop.sell(credit_sale(50, "10.00", at="2026-11-21T12:00:00"))
    shop.clock.sleep(300)
    shop.export()
    shop.clock.sleep(300)
    assert ask(shop) == 1
    shop.clock.sleep(400)
    assert ask(shop) == MANY, "for a quarter of an hour they were not asked about"


def count_statements(shop: Shop) -> int:
    """How many statements a second look at the status takes."""
    told: list[str] = []
    with shop.open() as workspace:
        venues = shop.venues(workspace)
        status(workspace, venues, Period())

        def trace(connection: Any, *_: object) -> None:
            connection.set_trace_callback(told.append)

        event.listen(workspace.database.engine, "checkout", trace)
        assert status(workspace, venues, Period())
    return len(told)


def test_the_status_of_a_day_with_many_orders_takes_as_many_statements_as_with_few(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1), credit_sale(2, at="2026-11-20T12:02:00"))
    shop.export()
    few = count_statements(shop)
    shop.sell(*[credit_sale(at, f"{at}00.00", at=f"2026-11-20T12:{at:02}:00") for at in range(3, 3 + MANY)])
    shop.export()
    assert count_statements(shop) == few > 0


@pytest.mark.parametrize(
    ("module", "name", "often"),
    [(claims, "digest_tickets", 1), (lookup, "read_known_drafts", 1), (credit_routes, "read_routes", 0)],
)
def test_a_day_and_the_orders_before_it_are_looked_through_once_however_many_orders_are_sent(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, often: int
) -> None:
    looked, look = [0], getattr(module, name)

    def count(*asked: Any) -> Any:
        looked[0] += 1
        return look(*asked)

    monkeypatch.setattr(module, name, count)
    send_many(shop)
    assert (len(shop.world.orders()), looked) == (MANY, [often])
    shop.sell(*[credit_sale(at, f"{at}.00", at=f"2026-11-20T13:{at:02}:00") for at in range(30, 33)])
    shop.export()
    assert (len(shop.world.orders()), looked) == (MANY + 3, [2 * often])
    assert len(set(read_rows(shop, "delivery", "tickets_digest"))) == 2, "the day's tickets are others since"


def test_what_the_tickets_were_is_told_of_each_sending_though_one_program_made_both(shop: Shop) -> None:
    """A scheduler sends a day again after a later file, without beginning anew."""
    shop.apply()
    shop.sell(sale(1))
    with shop.open() as workspace:
        export_period(workspace, shop.venues(workspace), Period())
        shop.sell(sale(2))
        export_period(workspace, shop.venues(workspace), Period(), revision=Revision())
    digests = [digest for (digest,) in read_rows(shop, "delivery", "tickets_digest")]
    assert len(set(digests)) == len(digests) == 2
