"""A day without data is not a day without sales: of a venue that is exported by itself it is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from posexport.app.accept import accept_finding
from posexport.app.status import judge_status, status
from posexport.core.coverage import is_expected
from posexport.core.day import Period
from posexport.core.report import State
from posexport.errors import Exit
from tests.support.harness import Shop, sale

SUNDAY = date(2026, 11, 15)
"""The shop's clock stands at noon on Sunday the 22nd: the 21st is the last day that is closed."""


def told(shop: Shop) -> dict[str, str]:
    with shop.open() as workspace:
        rows = status(workspace, shop.venues(workspace), Period())
    return {str(row.business_day): row.state.value for row in rows}


def sell_for_weeks(shop: Shop, last: date, *, weeks: int = 4, closed: int | None = None) -> None:
    days = [last - timedelta(days=n) for n in range(7 * weeks)]
    open_days = [day for day in reversed(days) if day.weekday() != closed]
    shop.sell(*(sale(n, at=f"{day}T12:00:00") for n, day in enumerate(open_days)))


def test_days_that_are_usually_reported_and_are_not_are_gaps_up_to_now(shop: Shop) -> None:
    shop.apply(torget="automatic_export = true")
    sell_for_weeks(shop, date(2026, 11, 18))
    shop.export()
    assert list(told(shop).items())[-4:] == [
        ("2026-11-18", "drafted"),
        ("2026-11-19", "gap"),
        ("2026-11-20", "gap"),
        ("2026-11-21", "gap"),
    ]


def test_a_weekday_on_which_the_shop_is_expectedly_closed_is_none(shop: Shop) -> None:
    shop.apply(torget="automatic_export = true")
    sell_for_weeks(shop, date(2026, 11, 18), closed=4)
    shop.export()
    assert list(told(shop))[-3:] == ["2026-11-18", "2026-11-19", "2026-11-21"]


def test_a_venue_that_is_imported_by_hand_has_its_days_when_they_come(shop: Shop) -> None:
    shop.apply()
    sell_for_weeks(shop, date(2026, 11, 18))
    assert list(told(shop))[-1] == "2026-11-18"


def test_a_gap_that_a_person_explains_is_none_any_more(shop: Shop) -> None:
    shop.apply(torget="automatic_export = true")
    sell_for_weeks(shop, date(2026, 11, 20))
    shop.export()
    with shop.open() as workspace:
        rows = status(workspace, shop.venues(workspace), Period())
        assert (rows[-1].state, judge_status(rows)) == (State.GAP, Exit.BOOKKEEPER)
        accept_finding(workspace, shop.venues(workspace)[0], date(2026, 11, 21), "no-sales-data", "closed")
        rows = status(workspace, shop.venues(workspace), Period())
    assert (rows[-1].state, judge_status(rows)) == (State.NOTHING, Exit.DONE)


@pytest.mark.parametrize(
    ("weeks", "expected"), [((1, 2, 3, 4), True), ((1, 3), True), ((2,), False), ((), False), ((5, 6), False)]
)
def test_usual_is_half_of_the_last_four_weeks(weeks: tuple[int, ...], expected: bool) -> None:
    long_ago = SUNDAY - timedelta(weeks=20)
    assert is_expected(SUNDAY, {long_ago, *(SUNDAY - timedelta(weeks=n) for n in weeks)}) == expected


def test_a_venue_without_a_past_is_expected_every_day() -> None:
    assert is_expected(SUNDAY, {SUNDAY - timedelta(days=2)})
