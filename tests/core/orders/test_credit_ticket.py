"""Credit tickets: where one stands in its venue's calendar, and what its lines say."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from posexport.core.credit_facts import CreditFacts, LineText
from posexport.core.day import BusinessCalendar
from posexport.core.orders.credit_ticket import place_credit_ticket
from posexport.core.sales import Payment, SaleLine, Ticket

OSLO = BusinessCalendar(ZoneInfo("Europe/Oslo"), time(5))


def a_ticket(completed_at: datetime) -> Ticket:
    return Ticket("2", "88", completed_at, (SaleLine("100", "3", 4500),), (Payment("ACCOUNT", 4500),))


def test_a_credit_ticket_after_midnight_belongs_to_the_business_day_before() -> None:
    placed = place_credit_ticket("torget", OSLO, a_ticket(datetime(2026, 11, 21, 2, 30)), CreditFacts())
    assert placed.business_day == date(2026, 11, 20)
    assert placed.completed_at == datetime(2026, 11, 21, 2, 30)


def test_the_time_of_a_credit_ticket_is_the_venues_local_time_whatever_zone_it_is_written_in() -> None:
    utc = datetime(2026, 11, 20, 22, 41, 7, tzinfo=UTC)
    placed = place_credit_ticket("torget", OSLO, a_ticket(utc), CreditFacts())
    assert placed.completed_at == datetime(2026, 11, 20, 23, 41, 7)
    assert placed.at_utc_s == int(utc.timestamp())


def test_a_line_without_a_text_of_its_own_has_an_empty_one() -> None:
    facts = CreditFacts(line_texts=(LineText("Burger", "2"),))
    placed = place_credit_ticket("torget", OSLO, a_ticket(datetime(2026, 11, 20, 12)), facts)
    assert placed.text_of(0) == LineText("Burger", "2")
    assert placed.text_of(1) == LineText()
