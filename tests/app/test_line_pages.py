"""The tickets behind a voucher's line, a page at a time: those of the day's history, found by the database where the
voucher was made of the tickets as they are now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from posexport.app import history
from posexport.app.export import Revision, export_period
from posexport.app.history import TicketsWanted, read_line_page, read_story
from posexport.core.day import Period
from posexport.core.history import StoryLine, StoryVoucher
from posexport.core.ports.ledger import Chart
from posexport.core.trace import TicketShare
from posexport.core.vat import VatRate
from posexport.store.charts import save_chart
from tests.support.credit_shop import apply_orders, credit_sale
from tests.support.harness import FRIDAY, FULL_DAY, MAPPING, Shop, sale
from tests.support.looks import delete_rows

ON_A_PAGE = 2
EVE = date(2026, 12, 31)


def sell_a_full_day(shop: Shop) -> None:
    shop.apply()
    shop.sell(*FULL_DAY)


def sell_at_a_discount(shop: Shop) -> None:
    """Discounts have an account of their own."""
    accounts = '[company.accounts]\n  discounts = { "3" = "3087" }'
    shop.apply(mapping=MAPPING.replace("[company.accounts]", accounts), target="file")
    line = {"product_type": "100", "vat_code": "3", "gross": "90.00", "discount": "10.00"}
    payments = [{"payment_type": "CARD", "amount": "90.00"}]
    shop.sell(*FULL_DAY, *(sale(n, lines=[line], payments=payments) for n in range(50, 53)))


def draft_a_full_day(shop: Shop) -> None:
    sell_a_full_day(shop)
    shop.export()


def sell_two_parts(shop: Shop) -> None:
    """A day over new year, at which a rate changes: two vouchers."""
    shop.clock.now_s = datetime(2027, 1, 2, 12, tzinfo=UTC).timestamp()
    shop.apply(target="file")
    rates = [VatRate("31", 1500, date(2000, 1, 1), EVE), VatRate("31", 1200, date(2027, 1, 1))]
    with shop.open() as workspace, workspace.database.writing() as connection:
        save_chart(connection, 1, "", Chart(vat_rates=tuple(rates)), 0)
    times = ("2026-12-31T20:00:00", "2027-01-01T01:00:00", "2027-01-01T02:00:00")
    shop.sell(*(sale(n, "115.00", at=at, vat_code="31") for n, at in enumerate(times)))


def change_a_drafted_day(shop: Shop) -> None:
    draft_a_full_day(shop)
    shop.sell(sale(1, "250.00", paid="CASH"), sale(20, "75.00", register="2"))


def correct_a_posted_day(shop: Shop) -> None:
    draft_a_full_day(shop)
    shop.world.post(shop.world.drafts()[0].id)
    shop.sell(sale(1, "250.00", paid="CASH"), sale(20, "75.00", register="2"))
    shop.clock.now_s += 60
    with shop.open() as workspace:
        export_period(workspace, shop.venues(workspace), Period(), revision=Revision())


def leave_out_a_payment_type(shop: Shop) -> None:
    mall = (
        '  [[company.payment_type]]\n  code = "MALL"\n  name = "Senterkort"\n  account = "1579"\n  transfer = false\n'
    )
    shop.apply(mapping=MAPPING + mall, target="file")
    shop.sell(*FULL_DAY, sale(12, "19.00", at="2026-11-20T15:01:00", paid="MALL"))


def order_a_sale(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1), sale(2, "80.00"), credit_sale(3, "640.00"))


def lose_a_ticket(shop: Shop) -> None:
    """Somebody deletes a ticket of the database by hand."""
    draft_a_full_day(shop)
    delete_rows(shop, "entry", ticket_id=2)
    delete_rows(shop, "ticket", id=2)


FOUND_NOW: list[Callable[[Shop], None]] = [sell_a_full_day, draft_a_full_day, sell_two_parts, sell_at_a_discount]
OTHERS: list[Callable[[Shop], None]] = [
    change_a_drafted_day,
    correct_a_posted_day,
    leave_out_a_payment_type,
    order_a_sale,
    lose_a_ticket,
]


@pytest.mark.parametrize("happens", [*FOUND_NOW, *OTHERS], ids=lambda happens: happens.__name__)
def test_the_pages_of_a_line_have_the_tickets_of_its_history(
    both: Shop, monkeypatch: pytest.MonkeyPatch, happens: Callable[[Shop], None]
) -> None:
    happens(both)
    day = EVE if happens is sell_two_parts else FRIDAY
    with both.open() as workspace:
        (venue, *_) = both.venues(workspace)
        database, company, now = workspace.database, workspace.load_setup().company_of(venue), workspace.now_utc_s
        story = read_story(database, company, venue, day, now)
        if happens in FOUND_NOW:
            monkeypatch.delattr(history, "read_versions")
        assert story.vouchers
        for voucher in story.vouchers:
            for number, line in enumerate(voucher.lines, 1):
                told: list[TicketShare] = []
                for skipped in range(0, len(line.tickets) + ON_A_PAGE, ON_A_PAGE):
                    wanted, address = TicketsWanted(skipped, ON_A_PAGE), (voucher.reference, number)
                    page = read_line_page(database, company, venue, day, address, wanted, now)
                    assert page is not None and len(page.tickets) <= ON_A_PAGE
                    assert page[0::2] == (line.line, len(line.tickets)) and page.untraced_ore == line.untraced_ore
                    told += page.tickets
                assert told == list(line.tickets)


@pytest.mark.parametrize(
    "happens", [draft_a_full_day, correct_a_posted_day, order_a_sale], ids=lambda one: one.__name__
)
def test_a_history_without_tickets_is_otherwise_the_same_and_reads_none(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, happens: Callable[[Shop], None]
) -> None:
    happens(shop)
    with shop.open() as workspace:
        (venue, *_) = shop.venues(workspace)
        database, company, now = workspace.database, workspace.load_setup().company_of(venue), workspace.now_utc_s
        whole = read_story(database, company, venue, FRIDAY, now)
        monkeypatch.delattr(history, "read_versions")
        without = read_story(database, company, venue, FRIDAY, now, with_tickets=False)
    told = [replace(one, lines=_without(one), changes=(), changed_since=(), **_NOT_SAID) for one in whole.vouchers]
    kept = [replace(one, tickets_digest="") for one in without.vouchers]
    assert kept == told and replace(without, vouchers=whole.vouchers) == whole


_NOT_SAID: dict[str, Any] = {"tickets_digest": "", "are_tickets_same": None, "are_tickets_shown": None}


def _without(voucher: StoryVoucher) -> tuple[StoryLine, ...]:
    return tuple(replace(line, tickets=()) for line in voucher.lines)


@pytest.mark.parametrize("address", [("torget-20261120-r1", 0), ("torget-20261120-r1", 99), ("other", 1)])
def test_a_line_that_is_none_is_not_found(shop: Shop, address: tuple[str, int]) -> None:
    draft_a_full_day(shop)
    with shop.open() as workspace:
        (venue, *_) = shop.venues(workspace)
        company, wanted = workspace.load_setup().company_of(venue), TicketsWanted(0, ON_A_PAGE)
        database, now = workspace.database, workspace.now_utc_s
        assert read_line_page(database, company, venue, FRIDAY, address, wanted, now) is None
