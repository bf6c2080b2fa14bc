"""Orders as a Go takes them: what is sent comes to what we say, whatever the customer's card would do to it."""

from __future__ import annotations

import doctest
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, strategies as st

from posexport.core.credit_facts import LineText, TicketReference
from posexport.core.orders.customers import Contact, CustomerLink, NewCustomer
from posexport.core.orders.order import Order, OrderLineKind, OrderRules
from posexport.core.orders.route import Mixed
from posexport.ledgers.poweroffice import customer_payload
from posexport.ledgers.poweroffice.customer_payload import build_customer_payload
from posexport.ledgers.poweroffice.order_payload import build_order_payload
from posexport.sandbox import PowerOfficeGo
from tests.support.order_bench import GO_RULES, PRODUCTS
from tests.support.orders import credit_ticket, order_of
from tests.support.sandbox_client import Caller, Clock, Sales, data, quick_world, words
from tests.support.strategies import looking

EXACT = replace(GO_RULES, products=replace(PRODUCTS, difference="ØRE"))


@pytest.fixture
def world() -> PowerOfficeGo:
    return quick_world(Clock())


@pytest.fixture
def sales(world: PowerOfficeGo) -> Sales:
    return Sales(Caller(world, "v2"))


def linked(sales: Sales, number: int = 10101) -> CustomerLink:
    return CustomerLink(sales.customer[number], str(number))


def send(sales: Sales, order: Order) -> dict[str, Any]:
    """Send it, and see that Go reckons what we did, in sum and line by line."""
    answer = sales.v2("POST", "/v2/SalesOrders/Complete", build_order_payload(order))
    assert answer.status == 201, words(answer)
    made: dict[str, Any] = data(answer)
    assert (made["NetAmount"] * 100, made["TotalAmount"] * 100) == (order.net_ore, order.total_ore)
    sold = [(line, kept) for line, kept in zip(order.lines, made["SalesOrderLines"], strict=True)]
    for line, kept in sold:
        assert kept["Description"] == line.text
        if line.kind is not OrderLineKind.TEXT:
            assert (kept["NetAmount"] * 100, kept["VatAmount"] * 100) == (line.net_ore, line.vat_ore)
            assert kept["VatCode"] == line.vat_code
    return made


@pytest.mark.parametrize("rules", [GO_RULES, EXACT])
@pytest.mark.parametrize(
    "text",
    [
        "food@25 1250.00 = invoice 1250.00",
        "food@25 199.00, food@15 115.00, entry@12 56.00, goods@free 20.00 = invoice 390.00",
        "food@15 10.00 = invoice 10.00",
        "food@15 35.00, food@15 35.00, food@15 35.00 = invoice 105.00",
        "food@25 199.00, food@15 99.00, entry@12 50.00, goods@free 20.00 = cash 100.00, invoice 268.00",
        "food@25 500.00, tip 50.00 = invoice 550.00",
        "food@25 250.00, giftcards 500.00 = invoice 750.00",
        "food@25 300.00, food@25 -200.00 = invoice 100.00",
        "food@25 -200.02 = invoice -200.02",
        "food@25 99.60, rounding 0.40 = invoice 100.00",
    ],
)
def test_go_reckons_an_order_as_we_do(sales: Sales, text: str, rules: OrderRules) -> None:
    order = order_of(text, rules=rules, link=linked(sales))
    made = send(sales, order)
    assert made["ExternalImportReference"] == order.reference
    assert abs(order.difference_ore) <= (0 if rules is EXACT else 1)


@pytest.mark.parametrize("number", [10106, 10107, 10108])
def test_neither_a_standing_discount_nor_a_vat_free_card_nor_its_currency_changes_the_sum(
    sales: Sales, number: int
) -> None:
    made = send(sales, order_of("food@25 1000.00 = invoice 1000.00", rules=GO_RULES, link=linked(sales, number)))
    assert (made["TotalAmount"], made["CurrencyCode"]) == (1000, "NOK")


def test_a_venues_department_comes_before_the_customers_and_none_is_none(sales: Sales) -> None:
    arena = linked(sales, 10107)
    dinner = credit_ticket("food@25 1000.00 = invoice 1000.00")
    of_venue = send(sales, order_of(dinner, rules=GO_RULES, link=arena))
    assert of_venue["DepartmentCode"] == "10"
    nowhere = replace(GO_RULES, department=None)
    assert send(sales, order_of(dinner, rules=nowhere, link=arena, revision=2))["DepartmentCode"] is None


def test_a_contact_person_of_the_customer_is_named_by_id(world: PowerOfficeGo, sales: Sales) -> None:
    persons = data(sales.v2("GET", "/v2/ContactPersons", None, contactIds=str(sales.customer[10101])))
    order = order_of(
        "food@25 1000.00 = invoice 1000.00",
        rules=GO_RULES,
        link=linked(sales),
        contact=Contact(persons[0]["Id"], "Ida"),
    )
    assert send(sales, order)["CustomerReferenceContactPersonId"] == persons[0]["Id"]


def test_a_return_of_an_invoiced_sale_is_a_credit_note_of_its_invoice(world: PowerOfficeGo, sales: Sales) -> None:
    link = linked(sales)
    made = send(sales, order_of("food@25 1000.00 = invoice 1000.00", rules=GO_RULES, link=link))
    invoice_no = world.invoice(made["Id"]).no
    back = credit_ticket("food@25 -200.00 = invoice -200.00", number=1043, refers_to=TicketReference("1", "1042"))
    note = send(sales, order_of(back, rules=GO_RULES, link=link, related_invoice_no=invoice_no))
    assert note["RelatedInvoiceNo"] == invoice_no


def test_the_same_order_is_not_taken_twice_and_a_second_revision_is(sales: Sales) -> None:
    credit = credit_ticket("food@25 1000.00 = invoice 1000.00")
    order = order_of(credit, rules=GO_RULES, link=linked(sales))
    send(sales, order)
    again = sales.v2("POST", "/v2/SalesOrders/Complete", build_order_payload(order))
    assert again.status in (400, 409)
    send(sales, order_of(credit, rules=GO_RULES, link=linked(sales), revision=2))


def test_a_go_that_keeps_no_decimals_of_prices_gets_quantities_of_one(world: PowerOfficeGo, sales: Sales) -> None:
    world.price_decimals = 2
    credit = credit_ticket("food@15 105.00 = invoice 105.00", line_texts=(LineText("Burger", "3"),))
    made = send(sales, order_of(credit, rules=replace(GO_RULES, keeps_decimals=False), link=linked(sales)))
    assert made["SalesOrderLines"][-1]["Quantity"] == 1
    assert made["SalesOrderLines"][-1]["Description"] == "3 x Burger"


_PRODUCTS = ("food@25", "food@15", "entry@12", "goods@free")


@looking(40)
@given(
    st.lists(
        st.tuples(st.sampled_from(_PRODUCTS), st.integers(-90_000, 90_000).filter(bool), st.integers(1, 60)),
        min_size=1,
        max_size=8,
    ),
    st.integers(0, 100),
    st.sampled_from(Mixed),
    st.booleans(),
    st.booleans(),
)
def test_go_reckons_any_order_as_we_do(
    lines: list[tuple[str, int, int]], percent_paid: int, mixed: Mixed, is_exact: bool, keeps_decimals: bool
) -> None:
    total_ore = sum(ore for _, ore, _ in lines)
    paid_ore = total_ore * percent_paid // 100
    assume(total_ore != paid_ore)
    amounts = ", ".join(f"{product} {ore / 100:.2f}" for product, ore, _ in lines)
    text = f"{amounts} = visa {paid_ore / 100:.2f}, invoice {(total_ore - paid_ore) / 100:.2f}"
    credit = credit_ticket(text, line_texts=tuple(LineText("Vare", str(pieces)) for _, _, pieces in lines))
    world = quick_world(Clock())
    world.price_decimals = None if keeps_decimals else 2
    sales = Sales(Caller(world, "v2"))
    rules = replace(EXACT if is_exact else GO_RULES, keeps_decimals=keeps_decimals)
    order = order_of(credit, rules=rules, mixed=mixed, link=linked(sales))
    made = send(sales, order)
    if is_exact:
        assert made["TotalAmount"] * 100 == order.due_ore


# Customers that are made


@pytest.mark.parametrize(
    ("lines", "address"),
    [
        (("Storgata 1", "0155", "Oslo", "NO"), ("Storgata 1", None, "0155", "Oslo", "NO")),
        (("Storgata 1", "0155 Oslo"), ("Storgata 1", None, "0155", "Oslo", "NO")),
        (
            ("c/o Kari", "Storgata 1", "2. etasje", "0155 Oslo"),
            ("c/o Kari", "Storgata 1, 2. etasje", "0155", "Oslo", "NO"),
        ),
        (("Storgata 1", "Oslo"), None),
        ((), None),
        (("NO",), None),
        (("0155",), None),
    ],
)
def test_a_customer_is_made_with_what_the_register_says_of_it(
    sales: Sales, lines: tuple[str, ...], address: tuple[str | None, ...] | None
) -> None:
    new = NewCustomer("Hotell Fjordgløtt AS", "posexport:K-17", "974760673", "post@fjordglott.example", lines)
    answer = sales.v2("POST", "/v2/Customers", build_customer_payload(new))
    assert answer.status == 201, words(answer)
    made = data(answer)
    told = (made["Name"], made["OrganizationNumber"], made["EmailAddress"], made["ExternalImportReference"])
    assert told == ("Hotell Fjordgløtt AS", "974760673", "post@fjordglott.example", "posexport:K-17")
    assert made["InvoiceDeliveryType"] == "Print"
    kept = made["MailAddress"]
    names = ("AddressLine1", "AddressLine2", "ZipCode", "City", "CountryCode")
    assert (kept and tuple(kept.get(name) for name in names)) == address


def test_a_person_is_made_with_a_first_and_a_last_name(sales: Sales) -> None:
    new = NewCustomer("Kari Anne Moe", "posexport:P-3", is_person=True)
    answer = sales.v2("POST", "/v2/Customers", build_customer_payload(new))
    assert answer.status == 201, words(answer)
    assert (data(answer)["FirstName"], data(answer)["LastName"]) == ("Kari Anne", "Moe")


def test_the_example_of_an_address_holds() -> None:
    assert doctest.testmod(customer_payload).failed == 0
