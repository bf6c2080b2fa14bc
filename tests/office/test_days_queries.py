"""The grid of days and the month ask the database as often for many days as for few."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from posexport.core.roles import Grant, Role
from tests.support.harness import Shop, sale
from tests.support.office import open_office


def count_statements(shop: Shop, path: str) -> int:
    """How many statements a second look at a page takes."""
    return len(list_statements(shop, path))


def list_statements(shop: Shop, path: str) -> list[str]:
    """The statements of a second look at a page."""
    told: list[str] = []
    with open_office(shop) as office:
        visitor = office.sign_in(Grant(Role.BOOKKEEPER), name=f"Kari {len(told)} {path} {shop.clock.now_s}")
        visitor.get(path)

        def trace(connection: Any, *_: object) -> None:
            connection.set_trace_callback(told.append)

        event.listen(office.workspace.database.engine, "checkout", trace)
        assert visitor.get(path).status_code == 200
    return told


@pytest.mark.parametrize("path", ["/days?month=2026-11", "/c/fjordmat/month?month=2026-11"])
def test_more_days_are_read_by_as_many_statements(shop: Shop, path: str) -> None:
    shop.apply()
    shop.sell(sale(1))
    few = count_statements(shop, path)
    shop.clock.now_s += 1
    shop.sell(*[sale(day, at=f"2026-11-{day:02d}T12:00:00") for day in range(2, 20)])
    assert count_statements(shop, path) == few > 0


def test_today_reads_the_day_lists_once(shop: Shop) -> None:
    shop.apply()
    shop.sell(*[sale(day, at=f"2026-11-{day:02d}T12:00:00") for day in range(2, 20)])
    read = [one for one in list_statements(shop, "/") if "FROM day_list " in " ".join(one.split())]
    assert len(read) == 1, read
