"""Returns on credit, by what is known of the sale that they give back: sold at another venue of the company, never
read, or no order."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from posexport.core.credit_facts import TicketReference
from posexport.core.order_review import OrderReport
from posexport.render.terminal.orders import print_order
from posexport.sandbox import Order
from posexport.store.orders import find_sold_ticket
from posexport.store.setups import find_venue_number
from posexport.texts.describe import fix_of, message_of
from tests.app.test_orders import listed
from tests.store.test_identity import LOCATED, write_at_location
from tests.support.credit_shop import apply_orders, credit_sale
from tests.support.harness import BRYGGA, VENUES, Shop, sale


@pytest.fixture
def shop(both: Shop) -> Shop:
    """A shop of two venues on either database: ticket 1 is an invoiced order of the first, and ticket 2 one that is
    sent."""
    apply_orders(both, venues=VENUES + BRYGGA)
    both.sell(credit_sale(1, "1000.00"), credit_sale(2, "500.00"), sale(3, "80.00"))
    both.export()
    invoice(both, 100_000)
    both.clock.sleep(1_000)
    return both


def invoice(shop: Shop, total_ore: int) -> None:
    """A person invoices the order that comes to this."""
    (made,) = [one for one in shop.world.orders() if one.total_ore == total_ore]
    shop.world.invoice(made.id)


def give_back(shop: Shop, sold: int, *, register: str = "1", at: str = "1") -> tuple[OrderReport, Order]:
    """A return at one register of a ticket of another, as it is told and as PowerOffice Go has it."""
    refers_to = {"register": register, "ticket": str(sold)}
    shop.sell(credit_sale(9, "-80.00", register=at, at="2026-11-20T13:00:00", refers_to=refers_to))
    shop.export()
    (report,) = [one for one in listed(shop) if one.order.refers_to is not None]
    (made,) = [one for one in shop.world.orders() if one.id == report.remote_id]
    return report, made


def test_a_return_at_another_venue_of_the_company_names_the_invoice_of_its_sale(shop: Shop) -> None:
    report, made = give_back(shop, 1, at="3")
    assert (report.venue.id, made.related_invoice_no, report.findings) == ("brygga", 5001, ())
    shown = io.StringIO()
    print_order(report, Console(file=shown, width=100), "nb")
    assert "Krediterer faktura: 5001" in shown.getvalue()


def test_what_became_of_a_sale_at_another_venue_is_asked_of_that_one(shop: Shop) -> None:
    shop.sell(credit_sale(9, "-80.00", register="3", at="2026-11-20T13:00:00", refers_to=TICKET_2))
    invoice(shop, 50_000)
    shop.clock.sleep(200)  # and nobody has asked since
    shop.export()
    (made,) = [one for one in shop.world.orders() if one.is_credit_note]
    assert made.related_invoice_no == 5002


TICKET_2 = {"register": "1", "ticket": "2"}


@pytest.mark.parametrize(
    ("sold", "at", "key", "told", "mend"),
    [
        (2, "3", "order-return-open", "which is not invoiced yet", "invoice them together"),
        (3, "1", "order-return-open/not-ordered", "of which no order was made", "the customer is to have"),
        (999, "1", "order-return-open/unread", "in no file that was read", "write the invoice"),
    ],
)
def test_a_return_whose_sale_has_no_invoice_is_sent_and_says_why_it_names_none(
    shop: Shop, sold: int, at: str, key: str, told: str, mend: str
) -> None:
    report, made = give_back(shop, sold, at=at)
    (found,) = report.findings
    assert (report.state_of_order.value, found.key, made.related_invoice_no) == ("sent", key, None)
    assert told in message_of(found, "en") and mend in fix_of(found, "en")
    shop.world.invoice(made.id)
    shop.clock.sleep(1_000)
    assert [one.findings for one in listed(shop) if one.order.refers_to is not None] == [()]


def test_a_sale_that_is_not_sealed_yet_is_told_by_how_it_was_paid(shop: Shop) -> None:
    refers_to = {"register": "2", "ticket": "7"}
    late = "2026-11-20T13:00:00"
    shop.sell(
        sale(7, "80.00", register="2", product="not in the setup"),
        credit_sale(9, "-80.00", at=late, refers_to=refers_to),
    )
    shop.preview()
    (report,) = [one for one in listed(shop) if one.order.refers_to is not None]
    assert "order-return-open/not-ordered" in [one.key for one in report.findings]


def test_where_a_venue_has_the_register_itself_no_other_venue_has_the_sale(both: Shop) -> None:
    """Two shops may number their registers alike: a ticket that was not read is not another shop's."""
    both.apply(venues=LOCATED)
    both.load(write_at_location(both, "Torget", "torget.xml"))
    assert [find_sold(both, one) for one in ("torget", "brygga")] == ["torget", "torget"]
    path = write_at_location(both, "Brygga", "brygga.xml")
    path.write_text(path.read_text().replace("<transID>7<", "<transID>8<").replace("<nr>7<", "<nr>8<"))
    both.load(path)
    assert [find_sold(both, one) for one in ("torget", "brygga")] == ["torget", None]


def find_sold(shop: Shop, asking: str) -> str | None:
    """The venue that sold ticket 7 of register K1, as one that has a return of it finds it."""
    with shop.open() as workspace, workspace.database.reading() as connection:
        number = find_venue_number(connection, next(one for one in shop.venues(workspace) if one.id == asking))
        found = find_sold_ticket(connection, number, TicketReference("K1", "7"), int(shop.clock()))
    return found.venue_id if found else None
