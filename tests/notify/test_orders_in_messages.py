"""Orders for sales on credit in e-mails and metrics: what waits for a person is told once, and nothing of the customers
stands in a metric."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from posexport.app.workspace import Workspace
from posexport.core.alerts import DayStatus, Weekly, find_reason
from posexport.core.report import State, StatusRow
from posexport.notify.alerts import find_venue_news, look_at
from posexport.notify.weekly import _sum_week
from posexport.render.mail import describe_state, write_weekly
from posexport.schedule.metrics import VenueFigures
from tests.support.credit_shop import apply_orders, credit_sale
from tests.support.harness import FRIDAY, Shop, sale


@pytest.fixture
def workshop(shop: Shop) -> Shop:
    """An exported day: one order sent, one without a customer."""
    apply_orders(shop)
    stranger = {"number": "K-5", "name": "Solgløtt Pensjonat", "email": "post@solglott.example"}
    shop.sell(
        sale(1, "20.00"),
        credit_sale(2, "410.00"),
        credit_sale(3, "95.50", customer=None),
        credit_sale(4, "10.00", customer=stranger),
    )
    shop.export()
    return shop


def scrape(workspace: Workspace) -> str:
    registry = CollectorRegistry()
    registry.register(VenueFigures(workspace))
    return generate_latest(registry).decode()


def test_an_order_that_waits_is_news_of_its_day(workshop: Shop) -> None:
    with workshop.open() as workspace:
        setup = workspace.load_setup()
        of = look_at(workspace, setup.venues[0], None, workspace.now_utc_s)
        news = find_venue_news(setup.companies[0], of, workspace.now_utc_s)
    (day,) = [day for day in of.days if day.business_day == FRIDAY]
    assert {find_reason(row) for row in day.waiting} == {"held:order-no-customer", "held:order-customer-not-linked"}
    assert FRIDAY in [told.business_day for told in (*news.notice, *(day for day, _ in news.tell))]
    told_of = {describe_state(setup.companies[0], row) for row in day.waiting}
    assert told_of == {"Ordre av kredittsalg venter"}


def test_orders_that_are_in_order_are_no_news(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "20.00"), credit_sale(2, "410.00"))
    shop.export()
    with shop.open() as workspace:
        of = look_at(workspace, workspace.load_setup().venues[0], None, workspace.now_utc_s)
    assert not [day for day in of.days if day.reason and day.business_day == FRIDAY]


@pytest.mark.parametrize("state", [State.HELD, State.UNCERTAIN, State.REFUSED, State.UNREACHABLE, State.DRAFTED])
def test_an_order_is_never_told_of_as_a_voucher(workshop: Shop, state: State) -> None:
    with workshop.open() as workspace:
        company = workspace.load_setup().companies[0]
    row = StatusRow(company.venues[0], FRIDAY, state, document_kind="order")
    assert "rdre" in describe_state(company, row)


def test_metrics_count_orders_by_state_and_sum_what_waits(workshop: Shop) -> None:
    with workshop.open() as workspace:
        told = scrape(workspace)
    assert 'posexport_orders{state="waiting",venue="torget"} 2.0' in told
    assert 'posexport_orders_waiting_kroner{venue="torget"} 105.5' in told
    for personal in ("K-5", "Solgl", "solglott", "Fjordvik", "10101"):
        assert personal not in told


def test_metrics_of_a_shop_without_orders_are_as_they_were(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1, "20.00"))
    with shop.open() as workspace:
        assert "posexport_orders" not in scrape(workspace)


def test_the_weekly_summary_tells_how_many_orders_are_where(workshop: Shop) -> None:
    with workshop.open() as workspace:
        company = workspace.load_setup().companies[0]
        of = look_at(workspace, company.venues[0], None, workspace.now_utc_s)
        week = _sum_week(workspace, of, date(2026, 11, 16), workspace.now_utc_s)
        written = write_weekly(Weekly(company, date(2026, 11, 16), date(2026, 11, 23), (week,)))
    told = "Kredittsalg sendt som ordre: 1 ordre, 410,00. Venter: 2 ordrer, 105,50 (bongen er uten kunde; kunden"
    assert told in written.text.replace("\xa0", " ")
    assert told in written.html.replace("\xa0", " ")
    assert (week.drafted, week.drafted_ore) == (1, 2000)


def test_what_a_sent_order_comes_to_is_not_in_the_sum_of_the_vouchers(workshop: Shop) -> None:
    with workshop.open() as workspace:
        venue = workspace.load_setup().venues[0]
        of = look_at(workspace, venue, None, workspace.now_utc_s)
        rows = (
            StatusRow(venue, FRIDAY, State.DRAFTED, debit_ore=2000),
            StatusRow(venue, FRIDAY, State.DRAFTED, debit_ore=41000, document_kind="order"),
        )
        of = replace(of, days=(DayStatus(venue, FRIDAY, rows),))
        week = _sum_week(workspace, of, date(2026, 11, 16), workspace.now_utc_s)
    assert (week.drafted, week.drafted_ore) == (1, 2000)
