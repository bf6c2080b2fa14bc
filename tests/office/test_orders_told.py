"""What the office tells of orders and customers: those of a removed venue too, and a way on that leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from posexport.core.roles import Grant, Role
from tests.cli.test_cli_orders_removed_venue import remove
from tests.office.test_orders import ASKED, HOTEL, LINK, link, order_path, read_customers
from tests.support.command_line import reach_run
from tests.support.credit_shop import apply_orders, credit_sale
from tests.support.harness import FRIDAY, Shop
from tests.support.office import Office, Visitor, open_office
from tests.support.order_cafe import Cafe, ticket

OF_COMPANY = Grant(Role.BOOKKEEPER, "fjordmat")

# A venue that was removed


@pytest.fixture
def removed(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Office]:
    """The venue Torget Kafé was removed after an order of 1 000.00 was sent; another of 640.00 waits."""
    cafe = Cafe(shop, reach_run(shop, monkeypatch, capsys))
    cafe.set_up()
    cafe.sell(ticket(1, "25 1000.00 = CREDIT 1000.00"), ticket(2, "25 640.00 = CREDIT 640.00", customer=None))
    cafe.export()
    remove(cafe)
    with open_office(shop) as office:
        yield office


def test_orders_of_a_removed_venue_are_listed_and_shown(removed: Office) -> None:
    kari = removed.sign_in(OF_COMPANY)
    kari.get("/")
    assert "Torget Kafé, ordre på 640,00" in kari.text
    kari.get("/orders")
    assert "2 ordrer, 1 640,00 i alt" in kari.text and "utsalgsstedet er fjernet" in kari.text
    assert "Torget Kafé (fjernet)" in kari.text
    kari.get("/orders?venue=torget&state=sent")
    kari.click("bong 1")
    assert kari.page.status_code == 200 and "Torget Kafé (fjernet)" in kari.text
    assert kari.get("/orders.csv").text.count("Torget Kafé") == 2


def test_what_was_sold_on_account_there_is_not_invoiced(removed: Office) -> None:
    kari = removed.sign_in(OF_COMPANY)
    kari.get("/orders/not-invoiced")
    assert "1 640,00" in kari.text and kari.text.count("Torget Kafé") == 2


def test_nothing_of_it_is_sent_or_moved_and_a_finding_is_accepted(removed: Office) -> None:
    kari = removed.sign_in(OF_COMPANY)
    path = order_path(kari, 2)
    for way in ("Send nå", "Før i bilaget i stedet", f"/v/torget/{FRIDAY}"):
        assert way not in kari.page.text
    form = kari.find_form(f"{path}/accept")
    for act in ("send", "revise", "move"):
        assert kari.get(f"{path}/{act}").status_code == 422 and "fjernet fra oppsettet" in kari.text
        assert kari.post(f"{path}/{act}", form | {"to": "voucher"}).status_code == 422
    assert removed.work() == 0
    kari.post(f"{path}/accept", form | {"why": "Betalt kontant"})
    assert kari.page.status_code == 200 and "Betalt kontant" in kari.text


@pytest.mark.parametrize("venue", ["brygga", "torget"])
def test_who_does_not_see_the_company_as_a_whole_sees_none_of_it(removed: Office, venue: str) -> None:
    path = order_path(removed.sign_in(OF_COMPANY), 2)
    ola = removed.sign_in(Grant(Role.BOOKKEEPER, "fjordmat", venue), name="Ola Vik")
    assert ola.get(path).status_code == 404
    ola.get("/")
    assert "Torget" not in ola.text
    for page in ("/orders", "/orders?venue=torget", "/orders/not-invoiced", "/orders.csv"):
        ola.get(page)
        assert "Torget" not in ola.text and "640" not in ola.text


def test_a_reader_of_the_company_sees_it_and_does_nothing(removed: Office) -> None:
    path = order_path(removed.sign_in(OF_COMPANY), 2)
    ola = removed.sign_in(Grant(Role.READER, "fjordmat"), name="Ola Vik")
    assert ola.get(path).status_code == 200 and ola.get(f"{path}/resolve").status_code == 403
    assert ola.get(f"{path}/send").status_code == 403


# Linking


@pytest.fixture
def office(shop: Shop) -> Iterator[Office]:
    """A sale on credit to a customer whom PowerOffice Go does not have, and the customers read once."""
    apply_orders(shop, customers="linked")
    shop.sell(credit_sale(1042, "640.00", customer=HOTEL))
    with open_office(shop) as office:
        yield office


@pytest.fixture
def kari(office: Office) -> Visitor:
    """The bookkeeper, signed in."""
    kari = office.sign_in(OF_COMPANY)
    read_customers(office, kari)
    return kari


def main_buttons(visitor: Visitor) -> list[str]:
    """What the buttons of a page's content say that are not quiet."""
    buttons = visitor.tree.xpath("//main//button[not(contains(@class, 'quiet'))]")
    return [button.text_content().strip() for button in buttons]


def test_reading_the_customers_again_leads_back_to_the_link(office: Office, kari: Visitor, shop: Shop) -> None:
    path = order_path(kari)
    kari.click("Koble kunde")
    assert main_buttons(kari) == ["Søk"]
    shop.clock.sleep(60)
    shop.world.change_customer(10101, name="Pensjonat Utvær AS", organization_number="974760673")
    shop.clock.sleep(60)
    kari.send("/c/fjordmat/customers/read")
    assert office.work() == 1
    kari.get(str(kari.page.url))
    kari.click("Se hva det ble til")
    assert kari.page.url.path == LINK and "10101 Pensjonat Utvær AS" in kari.text
    assert main_buttons(kari) == ["Koble"]
    kari.send(LINK, number="10101")
    assert kari.page.url.path == path


def test_to_link_is_no_button_where_everybody_found_is_archived(office: Office, kari: Visitor, shop: Shop) -> None:
    shop.clock.sleep(60)
    shop.world.change_customer(10101, organization_number="974760673", active=False)
    shop.clock.sleep(60)
    read_customers(office, kari)
    kari.get(ASKED)
    assert "arkivert i Go, kan ikke velges" in kari.text and main_buttons(kari) == ["Søk"]


def test_sending_is_offered_when_the_customer_is_linked(kari: Visitor, shop: Shop) -> None:
    path = order_path(kari)
    assert "✕ venter" in kari.text and "Send nå" not in kari.text
    link(kari, "10001")
    kari.get(path)
    assert "Send nå" in kari.text


def test_sending_is_not_offered_of_an_order_without_a_customer(shop: Shop) -> None:
    apply_orders(shop, customers="linked")
    shop.sell(credit_sale(1042, "640.00", customer=None))
    with open_office(shop) as office:
        kari = office.sign_in(OF_COMPANY)
        order_path(kari)
        assert "Send nå" not in kari.text and "Før i bilaget i stedet" in kari.text


# Days without a voucher


def test_a_day_that_is_all_ordered_is_not_called_a_day_without_sales(kari: Visitor) -> None:
    kari.get("/days?month=2026-11")
    of_days = kari.text.rpartition("Torget Kafé")[2]  # a day without sales can be chosen above
    assert "bare ordrer" in of_days and "ikke salg" not in of_days
    kari.get(f"/v/torget/{FRIDAY}")
    assert "Bare kredittsalg, som ordrer" in kari.text


# Today


def test_an_order_that_waits_is_called_what_the_page_of_orders_calls_it(kari: Visitor, shop: Shop) -> None:
    kari.get("/")
    assert "✕ venter Torget Kafé, ordre på 640,00" in kari.text
    link(kari, "10001")
    shop.export()
    shop.sell(credit_sale(1042, "600.00", customer=HOTEL))
    kari.get("/")
    assert "! endret siden Torget Kafé, ordre på 640,00" in kari.text
    shop.sell(credit_sale(1042, "640.00", customer=HOTEL))
    (made,) = shop.world.orders()
    shop.world.delete_order(made.id)
    for _ in range(2):
        shop.clock.sleep(1_000)
        shop.export()
    kari.get("/")
    assert "✕ slettet i Go Torget Kafé, ordre på 640,00" in kari.text
