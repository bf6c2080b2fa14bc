"""Sales orders in the sandbox: what they come to, what they inherit, what is refused, and how they are read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from posexport.sandbox import (
    ALL_PRIVILEGES,
    ConnectionLost,
    Customer,
    Fault,
    Key,
    NotAllowed,
    PowerOfficeGo,
    Product,
    ProductGroup,
    Project,
    VatCode,
)
from posexport.sandbox.orders import sum_line
from posexport.sandbox.wire import format_json
from tests.support.sandbox_client import Caller, Clock, Sales, data, instant_text, quick_world, sold, without, words

ORDERS = "/v2/SalesOrders"
COMPLETE = "/v2/SalesOrders/Complete"
REFERENCE = "brygga-o20261120-0a1b2c3d"
NOWHERE = "3fa85f64-5717-4562-b3fc-2c963f66afa6"


def rows(v2: Caller, path: str = ORDERS, **query: str) -> list[dict[str, Any]]:
    """A list of v2; an empty one is a 204."""
    answer = v2("GET", path, None, **query)
    assert answer.status in (200, 204), words(answer)
    return [] if answer.status == 204 else list(data(answer))


def sums(order: Any) -> tuple[Decimal, Decimal]:
    return Decimal(order["NetAmount"]), Decimal(order["TotalAmount"])


# --- amounts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "net", "total"),
    [
        ([("SERV25", 1, 1000)], "1000.00", "1250.00"),
        ([("SERV25", 1, 184.8), ("TAKE15", 1, 90), ("OVERN12", 1, 75), ("FRITT", 1, 31)], "380.80", "449.50"),
        ([("TAKE15", 1, 9.57)], "9.57", "11.01"),
        ([("TAKE15", 3, 30.4333)], "91.30", "105.00"),
        ([("SERV25", -1, 160)], "-160.00", "-200.00"),
        ([("SERV25", -1, 0.02)], "-0.02", "-0.03"),
        ([("SERV25", 1, 0.02)], "0.02", "0.03"),
        ([("SERV25", 1, 240), ("SERV25", -1, 160)], "80.00", "100.00"),
        ([("DRIKKEPENGER", 1, 50), ("GAVEKORT", 1, 500)], "550.00", "550.00"),
        ([("SERV25", 0, 100)], "0.00", "0.00"),
    ],
)
def test_an_order_comes_to_its_lines_each_rounded_half_up(
    sales: Sales, lines: list[tuple[str, Any, Any]], net: str, total: str
) -> None:
    order = sales.make(*(sold(*line) for line in lines))
    assert sums(order) == (Decimal(net), Decimal(total))


QUANTITIES = st.decimals("-999", "999", places=3)
PRICES = st.decimals("0", "99999", places=6)
RATES = st.sampled_from([Decimal(rate) for rate in ("0", "11.11", "12", "15", "25")])


@given(QUANTITIES, PRICES, st.decimals("-50", "100", places=2), RATES)
def test_a_line_is_rounded_half_away_from_zero_first_its_net_and_then_its_vat(
    quantity: Decimal, price: Decimal, allowance: Decimal, rate: Decimal
) -> None:
    net_ore, vat_ore = sum_line(quantity, price, allowance, rate)
    exact = quantity * price * (1 - allowance / 100)
    assert net_ore == (exact * 100).quantize(Decimal(1), ROUND_HALF_UP)
    assert vat_ore == (net_ore * rate / 100).quantize(Decimal(1), ROUND_HALF_UP)
    mirrored = sum_line(-quantity, price, allowance, rate)
    assert mirrored == (-net_ore, -vat_ore)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["SERV25", "TAKE15", "OVERN12", "FRITT", "GAVEKORT"]), QUANTITIES, PRICES),
        min_size=1,
        max_size=8,
    )
)
def test_the_total_of_an_order_and_of_its_invoice_is_the_sum_of_the_lines(
    lines: list[tuple[str, Decimal, Decimal]],
) -> None:
    clock = Clock()
    world = quick_world(clock)
    sales = Sales(Caller(world, "v2"))
    order = sales.make(*(sold(code, float(quantity), float(price)) for code, quantity, price in lines))
    rates = {"SERV25": 25, "TAKE15": 15, "OVERN12": 12, "FRITT": 0, "GAVEKORT": 0}
    nets = [(quantity * price).quantize(Decimal("0.01"), ROUND_HALF_UP) for _, quantity, price in lines]
    vats = [
        (net * rates[code] / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
        for net, (code, _, _) in zip(nets, lines, strict=True)
    ]
    assert sums(order) == (sum(nets), sum(nets) + sum(vats))
    assert [line["NetAmount"] for line in order["SalesOrderLines"]] == nets
    assert [line["VatAmount"] for line in order["SalesOrderLines"]] == vats
    invoice = world.invoice(order["Id"])
    assert (invoice.net_ore, invoice.total_ore) == (100 * sum(nets), 100 * (sum(nets) + sum(vats)))
    clock.advance(1)
    ledger = rows(sales.v2, "/v2/AccountTransactions", fromDate="2026-01-01", toDate="2026-12-31")
    assert sum(row["Amount"] for row in ledger) == 0
    sold_net = sum(-row["Amount"] for row in ledger if row["ProductCode"] is not None)
    assert sold_net == sum(nets), "the ledger has each line's net as the order has it"


@pytest.mark.parametrize(("decimals", "total"), [(None, "114.13"), (2, "114.11"), (4, "114.13")])
def test_a_go_that_keeps_few_decimals_of_a_price_reckons_with_those(
    world: PowerOfficeGo, sales: Sales, decimals: int | None, total: str
) -> None:
    world.price_decimals = decimals
    order = sales.make(sold("SERV25", 3, 30.4333))
    assert order["TotalAmount"] == Decimal(total)
    kept = order["SalesOrderLines"][0]["ProductUnitPrice"]
    assert kept == Decimal("30.43" if decimals == 2 else "30.4333")


# --- accounts and VAT ---------------------------------------------------------------------------------


def line_of(sales: Sales, line: dict[str, Any], **more: Any) -> Any:
    return sales.make(line, **more)["SalesOrderLines"][0]


@pytest.mark.parametrize(
    ("code", "account", "vat", "rate"),
    [
        ("SERV25", 3020, "3", "0.25"),
        ("TAKE15", 3030, "31", "0.15"),
        ("OVERN12", 3050, "33", "0.12"),
        ("FRITT", 3100, "5", "0"),
        ("FATØL", 3022, "3", "0.25"),
        ("KAFFE", 3000, "3", "0.25"),
    ],
)
def test_the_account_of_a_product_or_its_group_or_the_company_decides_the_vat(
    world: PowerOfficeGo, sales: Sales, code: str, account: int, vat: str, rate: str
) -> None:
    line = line_of(sales, sold(code, 1, 100))
    assert (line["VatCode"], line["VatRate"]) == (vat, Decimal(rate))
    invoice = world.invoice(world.orders()[0].id)
    assert [made.amounts.account_no for made in invoice.lines if made.amounts] == [account]


@pytest.mark.parametrize(("day", "vat"), [("2020-03-31", 12), ("2020-04-01", 6), ("2021-10-01", 12)])
def test_the_rate_is_that_of_the_orders_date(sales: Sales, day: str, vat: int) -> None:
    assert line_of(sales, sold("OVERN12", 1, 100), SalesOrderDate=day)["VatAmount"] == vat


def test_an_order_without_a_date_has_the_rate_of_today(sales: Sales) -> None:
    body = without(sales.order(sold("OVERN12", 1, 100)), "SalesOrderDate")
    order = data(sales.v2("POST", COMPLETE, body))
    assert (order["SalesOrderDate"], order["TotalAmount"]) == (None, 112)


def test_a_vat_code_that_is_over_on_that_day_is_refused(world: PowerOfficeGo, sales: Sales) -> None:
    (client,) = world.clients
    over = VatCode("Z", "Over", Decimal(5), valid_to=date(2026, 10, 31), account_no=2700)
    accounts = dict(client.accounts) | {3000: replace(client.accounts[3000], vat_code="Z")}
    world.add_client(replace(client, vat_codes=(*client.vat_codes, over), accounts=accounts))
    answer = sales.v2("POST", COMPLETE, sales.order(sold("KAFFE", 1, 10)))
    assert (answer.status, "not valid on 2026-11-20" in words(answer)) == (400, True)


def test_a_product_without_an_account_anywhere_has_no_amounts_and_is_not_invoiced(
    world: PowerOfficeGo, sales: Sales
) -> None:
    world.add_client(replace(world.clients[0], standard_sales_account_no=None))
    order = sales.make(sold("KAFFE", 1, 100), sold("SERV25", 1, 100))
    first, second = order["SalesOrderLines"]
    assert (first["NetAmount"], first["VatCode"], second["TotalAmount"], order["TotalAmount"]) == (None, None, 125, 125)
    with pytest.raises(NotAllowed, match="Line 1: product KAFFE has no sales account"):
        world.invoice(order["Id"])
    assert [found.id for found in world.orders()] == [order["Id"]]


# --- what an order must not inherit -------------------------------------------------------------------


@pytest.mark.parametrize(("given", "total"), [({}, 900), ({"Allowance": None}, 900), ({"Allowance": 0}, 1000)])
def test_a_line_without_discount_gets_the_customers(sales: Sales, given: dict[str, Any], total: int) -> None:
    line = without(sold("SERV25", 1, 800), "Allowance") | given
    assert sales.make(line, customer=10107)["TotalAmount"] == total


@pytest.mark.parametrize(
    ("given", "vat", "total"),
    [
        ({}, "6", 400),
        ({"UseStandardSalesAccount": None}, "6", 400),
        ({"UseStandardSalesAccount": False}, "6", 400),
        ({"UseStandardSalesAccount": True}, "3", 500),
    ],
)
def test_a_vat_free_customer_pays_no_vat_unless_the_line_says_so(
    sales: Sales, given: dict[str, Any], vat: str, total: int
) -> None:
    line = without(sold("SERV25", 1, 400), "UseStandardSalesAccount") | given
    order = sales.make(line, customer=10106)
    assert (order["SalesOrderLines"][0]["VatCode"], order["TotalAmount"]) == (vat, total)


def test_the_optional_account_counts_for_other_customers_only_where_the_line_says_so(sales: Sales) -> None:
    plain = without(sold("SERV25", 1, 400), "UseStandardSalesAccount")
    assert sales.make(plain)["TotalAmount"] == 500
    optional = plain | {"UseStandardSalesAccount": False}
    assert sales.make(optional, ExternalImportReference="b")["TotalAmount"] == 400


@pytest.mark.parametrize(("given", "currency"), [({"CurrencyCode": "NOK"}, "NOK"), ({"CurrencyCode": None}, "EUR")])
def test_an_order_without_currency_gets_the_customers(sales: Sales, given: dict[str, Any], currency: str) -> None:
    assert sales.make(customer=10108, **given)["CurrencyCode"] == currency


@pytest.mark.parametrize(
    ("given", "set_to", "inherited"),
    [
        ({}, (None, None), "40"),
        ({"DepartmentCode": "10"}, ("10", 0), "10"),
        ({"DepartmentId": -1}, (None, -1), None),
        ({"DepartmentCode": "-1"}, (None, -1), None),
    ],
)
def test_an_order_without_department_gets_the_customers_and_minus_one_is_none(
    world: PowerOfficeGo,
    sales: Sales,
    clock: Clock,
    given: dict[str, Any],
    set_to: tuple[str | None, int | None],
    inherited: str | None,
) -> None:
    order = sales.make(customer=10107, **given)
    clock.advance(1)
    assert order["DepartmentCode"] == set_to[0]
    assert (order["DepartmentId"] in (None, -1)) is (set_to[0] is None)
    assert data(sales.v2("GET", f"{ORDERS}/{order['Id']}", None, showInherited="true"))["DepartmentCode"] == inherited
    assert data(sales.v2("GET", f"{ORDERS}/{order['Id']}"))["DepartmentCode"] == set_to[0]
    world.invoice(order["Id"])
    clock.advance(1)
    (invoice,) = rows(sales.v2, "/v2/OutgoingInvoices")
    assert invoice["DepartmentCode"] == inherited
    ledger = rows(sales.v2, "/v2/AccountTransactions", fromDate="2026-01-01", toDate="2026-12-31", accountNos="3020")
    assert [row["DepartmentCode"] for row in ledger] == [inherited]


def test_a_lines_department_counts_before_the_orders(world: PowerOfficeGo, sales: Sales, clock: Clock) -> None:
    lines = [sold("SERV25", 1, 100, DepartmentCode="20"), sold("SERV25", 1, 200, DepartmentId=-1), sold("SERV25", 1, 4)]
    world.invoice(sales.make(*lines, DepartmentCode="10")["Id"])
    clock.advance(1)
    ledger = rows(sales.v2, "/v2/AccountTransactions", fromDate="2026-01-01", toDate="2026-12-31", accountNos="3020")
    assert [row["DepartmentCode"] for row in ledger] == ["20", None, "10"]


def test_your_reference_is_the_one_given_else_the_default_contact_persons(
    world: PowerOfficeGo, sales: Sales, clock: Clock
) -> None:
    persons = {item["LastName"]: item["Id"] for item in rows(sales.v2, "/v2/ContactPersons")}
    given = [
        sales.make(ExternalImportReference="a", CustomerReference="Prosjekt 7"),
        sales.make(ExternalImportReference="b", CustomerReferenceContactPersonId=persons["Solvang"]),
        sales.make(ExternalImportReference="c"),
    ]
    assert [order["CustomerReference"] for order in given] == ["Prosjekt 7", "Ida Solvang", None]
    for order in given:
        world.invoice(order["Id"])
    clock.advance(1)
    found = [invoice["CustomerReference"] for invoice in rows(sales.v2, "/v2/OutgoingInvoices")]
    assert found == ["Prosjekt 7", "Ida Solvang", "Ola Bakken"]


def test_a_line_inherits_text_and_price_of_its_product(sales: Sales) -> None:
    line = line_of(sales, {"ProductCode": "FATØL", "Quantity": 2})
    assert (line["Description"], line["ProductUnitPrice"], line["TotalAmount"]) == ("Fatøl", Decimal("79.2"), 198)


# --- what is refused ----------------------------------------------------------------------------------

HEADS: list[tuple[dict[str, Any], int, str]] = [
    ({"CustomerId": None}, 400, "CustomerId or CustomerNo is required"),
    ({"CustomerId": 10101}, 404, "Customer with id = 10101 not found"),
    ({"CustomerId": "10101"}, 400, "CustomerId has to be a whole number"),
    ({"CustomerId": None, "CustomerNo": 19999}, 404, "Customer with number = 19999 not found"),
    ({"CustomerId": None, "CustomerNo": 10105}, 400, "Customer with number = 10105 is archived"),
    ({"ExternalImportReference": "x" * 51}, 400, "51 characters long, at most 50"),
    ({"ExternalImportReference": 7}, 400, "has to be text"),
    ({"SalesOrderDate": "20.11.2026"}, 400, "has to be a date"),
    ({"DeliveryDate": "2026-02-30"}, 400, "not a date of the calendar"),
    ({"CurrencyCode": "XXX"}, 400, "Currency 'XXX' does not exist"),
    ({"CurrencyExchangeRate": 2}, 400, "CurrencyExchangeRate 2 is not valid for NOK"),
    ({"SalesOrderStatus": "Sent"}, 400, "'Sent' is not valid for SalesOrderStatus"),
    ({"DepartmentCode": "nope"}, 404, "Department with code = nope not found"),
    ({"DepartmentCode": "99"}, 400, "Department '99' is not active"),
    ({"DepartmentId": 10}, 404, "Department with id = 10 not found"),
    ({"DepartmentCode": 10}, 400, "DepartmentCode has to be text"),
    ({"ProjectCode": "P-404"}, 404, "Project with code = P-404 not found"),
    ({"ProjectCode": "DONE"}, 400, "Project with code = DONE is not active"),
    ({"ProjectId": 1}, 404, "Project with id = 1 not found"),
    ({"CustomerReferenceContactPersonId": 1}, 404, "Contact person with id = 1 not found"),
    ({"RelatedInvoiceNo": 5001}, 400, "only be set where the sum of the lines is negative"),
    ({"PaymentTerm": "14"}, 400, "PaymentTerm has to be a whole number"),
    ({"SalesOrderLines": []}, 400, "at least one line"),
    ({"SalesOrderLines": None}, 400, "at least one line"),
    ({"SalesOrderLines": ["x"]}, 400, "objects only"),
    ({"OrderDate": "2026-11-20"}, 400, "Could not find member 'OrderDate'"),
    ({"customerId": 1}, 400, "Could not find member 'customerId'"),
    ({"LocationCode": "1"}, 400, "LocationCode is not supported"),
]
LINES: list[tuple[dict[str, Any], int, str]] = [
    ({"ProductCode": None}, 400, "ProductCode or ProductId is required"),
    ({"ProductCode": "NOPE"}, 404, "Product with code = NOPE not found"),
    ({"ProductCode": 25}, 400, "ProductCode has to be text"),
    ({"ProductId": 25}, 404, "Product with id = 25 not found"),
    ({"ProductCode": "SELSKAP"}, 400, "Product with code = SELSKAP is archived"),
    ({"Quantity": None}, 400, "Quantity is required"),
    ({"Quantity": "1"}, 400, "Quantity has to be a number"),
    ({"ProductUnitPrice": "10,00"}, 400, "ProductUnitPrice has to be a number"),
    ({"Allowance": 101}, 400, "Allowance has to be from -1000 to 100"),
    ({"UseStandardSalesAccount": "yes"}, 400, "has to be true or false"),
    ({"LineType": "Freight"}, 400, "'Freight' is not valid for LineType"),
    ({"SortOrder": -1}, 400, "SortOrder starts at 0"),
    ({"VatCode": "3"}, 400, "Could not find member 'VatCode'"),
    ({"DepartmentCode": "nope"}, 404, "Department with code = nope not found"),
    ({"LineType": "Text", "Description": "x"}, 400, "Allowance cannot be set on a text line"),
    ({"Dim1Code": "a"}, 400, "Dim1Code is not supported"),
]


def test_no_order_is_made_of_a_wrong_head(world: PowerOfficeGo, sales: Sales) -> None:
    world.set_project(Project("DONE", "Ferdig", "Complete"))
    for wrong, status, said in HEADS:
        answer = sales.v2("POST", COMPLETE, sales.order(**wrong))
        assert (answer.status, said in words(answer)) == (status, True), (wrong, words(answer))
        assert set(data(answer)) in ({"title", "detail", "status"}, {"title", "status", "errors", "traceId"})
    assert world.orders() == []
    assert sales.make()["SalesOrderNo"] == 2001, "what was refused took no number"


def test_no_order_is_made_of_a_wrong_line_and_the_line_is_named(world: PowerOfficeGo, sales: Sales) -> None:
    for wrong, status, said in LINES:
        answer = sales.v2("POST", COMPLETE, sales.order(sold("SERV25", 1, 1), sold("SERV25", 1, 2) | wrong))
        assert (answer.status, said in words(answer)) == (status, True), (wrong, words(answer))
        assert "Line 2: " in words(answer)
    assert world.orders() == []


def test_a_text_line_needs_a_text_and_costs_nothing(sales: Sales) -> None:
    order = sales.make({"LineType": "Text", "Description": "Bong 17"}, sold("SERV25", 1, 8))
    assert (order["TotalAmount"], order["LineCount"], order["SalesOrderLines"][0]["NetAmount"]) == (10, 2, None)
    answer = sales.v2("POST", COMPLETE, sales.order({"LineType": "Text", "Description": " "}))
    assert (answer.status, "Description is required" in words(answer)) == (400, True)


def test_two_lines_have_two_references(sales: Sales) -> None:
    lines = [sold("SERV25", 1, 8, ExternalImportReference=number) for number in ("1", "1")]
    answer = sales.v2("POST", COMPLETE, sales.order(*lines))
    assert (answer.status, "is on another line already" in words(answer)) == (400, True)


def test_lines_come_back_in_their_sort_order(sales: Sales) -> None:
    order = sales.make(sold("SERV25", 1, 1, SortOrder=2), sold("TAKE15", 1, 2, SortOrder=0))
    assert [line["ProductCode"] for line in order["SalesOrderLines"]] == ["TAKE15", "SERV25"]


def test_ids_count_before_codes_and_numbers(sales: Sales) -> None:
    order = sales.make(
        sold("TAKE15", 1, 100, ProductId=sales.product["SERV25"]),
        CustomerNo=10102,
        DepartmentCode="10",
        DepartmentId=-1,
    )
    assert (order["CustomerNo"], order["TotalAmount"], order["DepartmentId"]) == (10101, 125, -1)


def test_a_contact_person_of_another_customer_is_refused(sales: Sales) -> None:
    persons = rows(sales.v2, "/v2/ContactPersons", contactIds=str(sales.customer[10102]))
    answer = sales.v2("POST", COMPLETE, sales.order(CustomerReferenceContactPersonId=persons[0]["Id"]))
    assert (answer.status, "does not belong to customer 10101" in words(answer)) == (400, True)


# --- one reference, one order -------------------------------------------------------------------------


def draft(world: PowerOfficeGo, order_id: str) -> None:
    """It stays a draft."""


def confirmed(world: PowerOfficeGo, order_id: str) -> None:
    world.confirm_order(order_id)


def invoiced(world: PowerOfficeGo, order_id: str) -> None:
    world.invoice(order_id)


def credited(world: PowerOfficeGo, order_id: str) -> None:
    world.credit(world.invoice(order_id).id)


def reversed_(world: PowerOfficeGo, order_id: str) -> None:
    world.reverse_invoice(world.invoice(order_id).id)


@pytest.mark.parametrize("status", [400, 409])
@pytest.mark.parametrize("live", [draft, confirmed, invoiced, credited, reversed_])
def test_a_reference_is_taken_in_every_life_of_an_order(
    world: PowerOfficeGo, sales: Sales, clock: Clock, live: Any, status: int
) -> None:
    first = sales.make()
    live(world, first["Id"])
    world.duplicate_status = status
    for _ in range(2):
        answer = sales.v2("POST", COMPLETE, sales.order(sold("TAKE15", 1, 5)))
        assert (answer.status, data(answer)["status"]) == (status, status)
        assert f"'{REFERENCE}' is used on (sales order) Id = {first['Id']}" in data(answer)["detail"]
        clock.advance(1)
    assert len(world.orders()) + len(world.invoices()) == (2 if live is credited else 1)


def test_an_order_that_is_deleted_frees_its_reference_whoever_deletes_it(world: PowerOfficeGo, sales: Sales) -> None:
    first = sales.make()
    assert sales.v2("DELETE", f"{ORDERS}/{first['Id']}").status == 200
    second = sales.make()
    world.delete_order(second["Id"])
    assert len({first["Id"], second["Id"], sales.make()["Id"]}) == 3


def test_references_are_the_clients_not_the_integrations(world: PowerOfficeGo, sales: Sales) -> None:
    sales.make()
    world.add_key(Key("other-app", "other-client", world.clients[0].client_id))
    other = Caller(world, "v2", "other-app", "other-client")
    assert other("POST", COMPLETE, sales.order()).status == 400
    assert other("POST", COMPLETE, sales.order(ExternalImportReference="x")).status == 201


def test_orders_without_a_reference_are_never_duplicates(world: PowerOfficeGo, sales: Sales) -> None:
    for _ in range(2):
        sales.make(ExternalImportReference=None)
    assert len(world.orders()) == 2


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["make", "delete", "remove", "confirm", "draft", "invoice", "credit"]), st.sampled_from("abc")
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(ACTS)
def test_whatever_is_done_a_reference_has_one_order_or_invoice_and_only_deleting_frees_it(
    acts: list[tuple[str, str]],
) -> None:
    clock = Clock()
    world = quick_world(clock)
    sales = Sales(Caller(world, "v2"))
    taken: dict[str, tuple[str, str]] = {}
    for act, reference in acts:
        clock.advance(1)
        order_id, life = taken.get(reference, ("", "free"))
        if act == "make":
            answer = sales.v2("POST", COMPLETE, sales.order(ExternalImportReference=reference))
            assert answer.status == (201 if life == "free" else 400)
            if life == "free":
                taken[reference] = (data(answer)["Id"], "draft")
        elif act == "delete" and life != "free":
            status = sales.v2("DELETE", f"{ORDERS}/{order_id}").status
            assert status == {"draft": 200, "confirmed": 409, "invoiced": 404}[life]
            if life == "draft":
                del taken[reference]
        elif act == "remove" and life == "draft":
            world.delete_order(order_id)
            del taken[reference]
        elif act in ("confirm", "draft") and life in ("draft", "confirmed"):
            world.confirm_order(order_id, confirmed=act == "confirm")
            taken[reference] = (order_id, "confirmed" if act == "confirm" else "draft")
        elif act == "invoice" and life in ("draft", "confirmed"):
            world.invoice(order_id)
            taken[reference] = (order_id, "invoiced")
        elif act == "credit" and life == "invoiced":
            world.credit(order_id)
    clock.advance(1)
    ids = {reference: order_id for reference, (order_id, _) in taken.items()}
    listed = rows(sales.v2) + rows(sales.v2, "/v2/OutgoingInvoices")
    found = [(row["ExternalImportReference"], row["Id"]) for row in listed if row["ExternalImportReference"]]
    assert sorted(found) == sorted(ids.items())
    invoiced_ids = {order_id for order_id, life in taken.values() if life == "invoiced"}
    assert {row["Id"] for row in rows(sales.v2)} == set(ids.values()) - invoiced_ids


# --- reading back -------------------------------------------------------------------------------------


def test_an_order_is_read_back_as_it_was_answered_after_the_lag(sales: Sales, clock: Clock) -> None:
    made = sales.make(
        {"LineType": "Text", "Description": "Bong"}, sold("SERV25", 2, 39.92), PurchaseOrderReference="PO"
    )
    paths = [f"{ORDERS}/{made['Id']}", f"{ORDERS}/{made['Id']}/Complete", f"{ORDERS}/{made['Id']}/Lines"]
    for path in paths:
        answer = sales.v2("GET", path)
        assert (answer.status, data(answer)["title"]) == (404, "Object(s) not found")
    clock.advance(1)
    head, complete, lines = (data(sales.v2("GET", path)) for path in paths)
    assert complete == made
    assert head == without(made, "SalesOrderLines")
    assert lines == made["SalesOrderLines"]
    assert rows(sales.v2) == [head]
    for missing in (NOWHERE, "nonsense"):
        assert sales.v2("GET", f"{ORDERS}/{missing}").status == 404


def test_orders_are_filtered(world: PowerOfficeGo, sales: Sales, clock: Clock) -> None:
    world.set_project(Project("7", "Sommer"))
    world.set_project(Project("7.1", "Sommer, uke 1"))
    made = {
        "a": sales.make(ExternalImportReference="a", DepartmentCode="10"),
        "b": sales.make(ExternalImportReference="b", customer=10107, ProjectCode="7.1"),
    }
    clock.advance(10)
    world.add_key(Key("other-app", "other-client", world.clients[0].client_id))
    Caller(world, "v2", "other-app", "other-client")("POST", COMPLETE, sales.order(ExternalImportReference="c"))
    world.confirm_order(made["b"]["Id"])
    clock.advance(1)
    before = instant_text(clock.now_s - 5)

    def found(**query: str) -> str:
        return "".join(sorted(row["ExternalImportReference"] for row in rows(sales.v2, **query)))

    assert found() == "abc"
    assert found(onlyCreatedByCurrentIntegration="true") == "ab"
    assert found(onlyCreatedByCurrentIntegration="false") == "abc"
    assert found(customerNos="10107") == "b"
    assert found(orderStatus="Confirmed") == "b"
    assert found(departmentCodes="10") == "a"
    assert found(departmentCodes="-1") == "bc"
    assert found(projectCodes="7") == ""
    assert found(projectCodes="7", includeSubProject="true") == "b"
    assert found(projectCodes="-1") == "ac"
    assert found(lastChangedDateTimeOffsetGreaterThan=before) == "bc"
    assert [row["IsCreatedByCurrentIntegration"] for row in rows(sales.v2)] == [True, True, False]
    assert rows(sales.v2, Fields="Id", PageSize="1", PageNumber="2") == [{"Id": made["b"]["Id"]}]
    for name in ("externalImportReference", "orderNos", "$filter"):
        assert sales.v2("GET", ORDERS, None, **{name: "a"}).status == 400
    assert sales.v2("GET", ORDERS, None, orderStatus="Sent").status == 400


# --- changing and deleting ----------------------------------------------------------------------------


def test_a_deleted_order_is_gone_after_the_lag_and_once(world: PowerOfficeGo, sales: Sales, clock: Clock) -> None:
    path = f"{ORDERS}/{sales.make()['Id']}"
    clock.advance(1)
    assert sales.v2("DELETE", path).status == 200
    assert sales.v2("GET", path).status == 200, "reads lag"
    again = sales.v2("DELETE", path)
    assert (again.status, data(again)["title"]) == (404, "Object(s) not found")
    clock.advance(1)
    assert sales.v2("GET", path).status == 404
    assert (rows(sales.v2), world.orders()) == ([], [])


def test_a_confirmed_order_is_locked_until_it_is_set_back(world: PowerOfficeGo, sales: Sales) -> None:
    order = sales.make(SalesOrderStatus="Confirmed")
    path = f"{ORDERS}/{order['Id']}"
    assert order["SalesOrderStatus"] == "Confirmed"
    answer = sales.v2("DELETE", path)
    assert (answer.status, data(answer)["title"]) == (409, "Object conflict")
    with pytest.raises(NotAllowed, match="set it back to a draft first"):
        world.edit_order(order["Id"], 0, quantity=Decimal(2))
    with pytest.raises(NotAllowed, match="set it back to a draft first"):
        world.delete_order(order["Id"])
    world.confirm_order(order["Id"], confirmed=False)
    assert sales.v2("DELETE", path).status == 200


def patch(sales: Sales, order_id: str, *operations: dict[str, Any], kind: str = "application/json-patch+json") -> Any:
    headers = {"Authorization": f"Bearer {sales.v2.token}", "Content-Type": kind, **sales.v2.extra}
    return sales.v2.world.handle("PATCH", f"{ORDERS}/{order_id}", "", headers, format_json(operations).encode())


def test_of_a_head_the_status_and_two_references_are_patched(sales: Sales) -> None:
    order_id = sales.make()["Id"]

    def replace_(path: str, value: Any) -> Any:
        return patch(sales, order_id, {"op": "replace", "path": path, "value": value})

    assert data(replace_("/CustomerReference", "Kari"))["CustomerReference"] == "Kari"
    assert data(replace_("/SalesOrderStatus", "Confirmed"))["SalesOrderStatus"] == "Confirmed"
    assert replace_("/PurchaseOrderReference", "PO 1").status == 409
    assert data(replace_("/SalesOrderStatus", "Draft"))["SalesOrderStatus"] == "Draft"
    wrong = replace_("/TotalAmount", 1)
    assert (wrong.status, "'/TotalAmount' cannot be patched" in words(wrong)) == (400, True)
    assert replace_("/SalesOrderStatus", "Sent").status == 400
    assert patch(sales, order_id, {"op": "remove", "path": "/CustomerReference"}).status == 400
    assert patch(sales, order_id).status == 400
    assert patch(sales, order_id, {}, kind="application/json").status == 415
    assert patch(sales, NOWHERE, {"op": "replace", "path": "/CustomerReference", "value": ""}).status == 404


def test_a_person_edits_a_line_and_the_change_is_seen_by_its_time(
    world: PowerOfficeGo, sales: Sales, clock: Clock
) -> None:
    order = sales.make(sold("SERV25", 1, 100), sold("TAKE15", 1, 100))
    assert order["LastChangedDateTimeOffset"] == order["CreatedDateTimeOffset"]
    clock.advance(60)
    world.edit_order(order["Id"], 0, quantity=Decimal(2), description="To")
    world.edit_order(order["Id"], 1, product_code="SERV25")
    clock.advance(1)
    (found,) = rows(sales.v2)
    assert (found["TotalAmount"], found["CreatedDateTimeOffset"]) == (375, order["CreatedDateTimeOffset"])
    assert found["LastChangedDateTimeOffset"] == instant_text(clock.now_s - 1)
    lines = rows(sales.v2, f"{ORDERS}/{order['Id']}/Lines")
    assert [(line["Description"], line["VatCode"]) for line in lines] == [("To", "3"), ("Mat med ut", "3")]
    with pytest.raises(NotAllowed, match="no product NOPE"):
        world.edit_order(order["Id"], 0, product_code="NOPE")


# --- who may, and what may go wrong -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lacking", "method", "path"),
    [
        ({"SalesOrders", "SalesOrders_Full"}, "GET", ORDERS),
        ({"SalesOrders", "SalesOrders_Full"}, "GET", f"{ORDERS}/{NOWHERE}"),
        ({"SalesOrders", "SalesOrders_Full"}, "GET", f"{ORDERS}/{NOWHERE}/Complete"),
        ({"SalesOrders", "SalesOrders_Full"}, "GET", f"{ORDERS}/{NOWHERE}/Lines"),
        ({"SalesOrders_Full"}, "POST", COMPLETE),
        ({"SalesOrders_Full"}, "DELETE", f"{ORDERS}/{NOWHERE}"),
        ({"SalesOrders_Full"}, "PATCH", f"{ORDERS}/{NOWHERE}"),
        ({"OutgoingInvoice"}, "GET", "/v2/OutgoingInvoices"),
        ({"OutgoingInvoice"}, "GET", f"/v2/OutgoingInvoices/{NOWHERE}"),
        ({"OutgoingInvoice"}, "GET", f"/v2/OutgoingInvoices/{NOWHERE}/Lines"),
        ({"Customer", "Customer_Full"}, "GET", "/v2/Customers"),
        ({"Customer", "Customer_Full"}, "GET", "/v2/Customers/1"),
        ({"Customer_Full"}, "POST", "/v2/Customers"),
        ({"Customer", "Customer_Full", "ContactPerson"}, "GET", "/v2/ContactPersons"),
        ({"Customer", "Customer_Full", "ContactPerson"}, "GET", "/v2/ContactPersons/1/1"),
        ({"Product"}, "GET", "/v2/Products"),
        ({"Product"}, "GET", "/v2/Products/1"),
        ({"Product"}, "GET", "/v2/ProductGroups"),
        ({"Project", "Project_Full"}, "GET", "/v2/Projects"),
        ({"Project", "Project_Full"}, "GET", "/v2/Projects/1"),
        ({"Project_Full"}, "POST", "/v2/Projects"),
    ],
)
@pytest.mark.parametrize("status", [403, 400])
def test_each_call_needs_its_privilege(
    world: PowerOfficeGo, v2: Caller, lacking: set[str], method: str, path: str, status: int
) -> None:
    v2.log_in()
    world.privilege_status = status
    world.set_privileges("app", "client", ALL_PRIVILEGES - lacking)
    v2.log_in()
    body: dict[str, Any] | None = {} if method == "POST" else None
    answer = v2(method, path, body)
    assert (answer.status, data(answer)["title"]) == (status, "Missing privilege")
    world.set_privileges("app", "client", ALL_PRIVILEGES)
    v2.log_in()
    assert b"Missing privilege" not in v2(method, path, body).body


def test_a_module_that_is_not_subscribed_to_makes_privileges_invalid(world: PowerOfficeGo, v2: Caller) -> None:
    (client,) = world.clients
    world.add_client(replace(client, privileges=ALL_PRIVILEGES - {"SalesOrders", "SalesOrders_Full"}))
    told = data(v2("GET", "/v2/ClientIntegrationInformation"))
    assert told["InvalidPrivileges"] == ["SalesOrders", "SalesOrders_Full"]
    assert told["AllowSendInvoice"] is False
    assert v2("GET", ORDERS).status == 403


def test_no_integration_sends_an_invoice(world: PowerOfficeGo, sales: Sales) -> None:
    order = sales.make()
    answer = sales.v2("POST", f"{ORDERS}/{order['Id']}/createAndSendInvoice", {"DeliveryType": "Auto"})
    assert (answer.status, data(answer)["title"]) == (403, "Missing privilege")
    assert (len(world.orders()), world.invoices()) == (1, [])


@pytest.mark.parametrize(
    ("fault", "arrives"),
    [
        (Fault("lose_request"), 0),
        (Fault("lose_answer"), 1),
        (Fault("status_before", status=503), 0),
        (Fault("status_after", status=502), 1),
        (Fault("refuse", status=400), 0),
        (Fault("garbage", garbage="truncated"), 1),
        (Fault("answer_before", status=409, body="{}"), 0),
        (Fault("answer_after", status=200, body="{}"), 1),
    ],
)
def test_faults_meet_orders_as_they_meet_vouchers(
    world: PowerOfficeGo, sales: Sales, fault: Fault, arrives: int
) -> None:
    world.faults = lambda request: fault if request.path == COMPLETE else None
    try:
        assert sales.v2("POST", COMPLETE, sales.order()).status in (201, 400, 409, 502, 503, 200)
    except ConnectionLost as lost:
        assert lost.processed is bool(arrives)
    assert len(world.orders()) == arrives
    world.faults = lambda request: None
    assert sales.v2("POST", COMPLETE, sales.order()).status == (400 if arrives else 201)


def test_a_late_order_arrives_after_everybody_gave_it_up(world: PowerOfficeGo, sales: Sales, clock: Clock) -> None:
    world.faults = lambda request: Fault("late", delay_s=30) if request.path == COMPLETE else None
    with pytest.raises(ConnectionLost):
        sales.v2("POST", COMPLETE, sales.order())
    assert world.orders() == []
    world.faults = lambda request: None
    clock.advance(31)
    world.process_late()
    (order,) = world.orders()
    clock.advance(1)
    assert rows(sales.v2)[0]["Id"] == order.id


def test_a_refusal_set_on_the_page_meets_the_next_order_alone(world: PowerOfficeGo, sales: Sales) -> None:
    world.next_voucher = "refuse"
    answer = sales.v2("POST", COMPLETE, sales.order())
    assert (answer.status, "told to refuse this order" in words(answer)) == (400, True)
    assert sales.make()["SalesOrderNo"] == 2001


def test_an_order_needs_json(sales: Sales) -> None:
    headers = {"Authorization": f"Bearer {sales.v2.token}", "Content-Type": "text/plain", **sales.v2.extra}
    assert sales.v2.world.handle("POST", COMPLETE, "", headers, b"{}").status == 415


def test_a_reset_forgets_orders_invoices_and_references(world: PowerOfficeGo, sales: Sales) -> None:
    world.invoice(sales.make()["Id"])
    sales.make(ExternalImportReference="b")
    world.reset()
    assert (world.orders(), world.invoices()) == ([], [])
    sales.v2.log_in()
    assert sales.make()["SalesOrderNo"] == 2001


def test_orders_of_two_companies_do_not_meet(world: PowerOfficeGo, sales: Sales) -> None:
    other = world.add_client(replace(world.clients[0], client_id="other", name="Brygga AS"))
    world.add_key(Key("app", "brygga", other.client_id))
    theirs = Sales(Caller(world, "v2", "app", "brygga"))
    ours, made = sales.make(), theirs.make()
    assert not set(sales.customer.values()) & set(theirs.customer.values())
    assert [order.id for order in world.orders(other)] == [made["Id"]]
    assert theirs.v2("DELETE", f"{ORDERS}/{ours['Id']}").status == 404


def test_a_world_tells_of_each_order(clock: Clock) -> None:
    told: list[str | None] = []
    world = quick_world(clock)
    world.on_order = lambda order: told.append(order.reference)
    Sales(Caller(world, "v2")).make()
    assert told == [REFERENCE]


def test_what_a_company_starts_with_may_be_its_own(world: PowerOfficeGo, clock: Clock) -> None:
    world.set_product_group(ProductGroup("VIN", "Vin", standard_account_no=3024))
    world.set_product(Product("ROD", "Rødvin", group_code="VIN"))
    world.set_customer(Customer(10500, "Vinklubben", allowance_percent=Decimal(50)))
    sales = Sales(Caller(world, "v2"))
    line = {"ProductCode": "ROD", "Quantity": 1, "ProductUnitPrice": 80}
    assert sales.make(line, customer=10500)["TotalAmount"] == 50
    world.change_product("ROD", active=False)
    world.change_customer(10500, active=False)
    answer = sales.v2("POST", COMPLETE, sales.order(line, ExternalImportReference="b"))
    assert (answer.status, "ROD is archived" in words(answer)) == (400, True)
    answer = sales.v2("POST", COMPLETE, sales.order(customer=10500, ExternalImportReference="b"))
    assert (answer.status, "10500 is archived" in words(answer)) == (400, True)
    assert sales.v2("GET", f"/v2/Customers/{sales.customer[10500]}").status == 200
    assert data(sales.v2("GET", f"/v2/Customers/{sales.customer[10500]}"))["IsArchived"] is False, "reads lag"
    clock.advance(1)
    assert data(sales.v2("GET", f"/v2/Customers/{sales.customer[10500]}"))["IsArchived"] is True
