"""What becomes of orders in the sandbox: invoices, credit notes, payments, reversals, and the page where a person does
all of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest

from posexport.sandbox import Answer, Customer, NotAllowed, PowerOfficeGo
from posexport.sandbox.told import describe_order
from tests.support.sandbox_client import Caller, Clock, Numbers, Sales, data, instant_text, sold, words

INVOICES = "/v2/OutgoingInvoices"
NOWHERE = "3fa85f64-5717-4562-b3fc-2c963f66afa6"


def rows(v2: Caller, path: str = INVOICES, **query: str) -> list[dict[str, Any]]:
    """A list of v2; an empty one is a 204."""
    answer = v2("GET", path, None, **query)
    assert answer.status in (200, 204), words(answer)
    return [] if answer.status == 204 else list(data(answer))


def ledger_of(v2: Caller) -> list[tuple[int, Decimal, str]]:
    found = rows(v2, "/v2/AccountTransactions", fromDate="2026-01-01", toDate="2026-12-31")
    return [(row["AccountNo"], row["Amount"], row["VoucherType"]) for row in found]


# --- an invoice ---------------------------------------------------------------------------------------


def test_an_invoice_has_the_id_of_its_order_and_the_order_is_gone(
    world: PowerOfficeGo, sales: Sales, clock: Clock
) -> None:
    order = sales.make(sold("SERV25", 1, 800, ExternalImportReference="1"), PurchaseOrderReference="PO 9")
    clock.advance(600)
    made = world.invoice(order["Id"], on=date(2026, 11, 23))
    path = f"{INVOICES}/{order['Id']}"
    assert sales.v2("GET", f"/v2/SalesOrders/{order['Id']}").status == 200, "reads lag"
    assert sales.v2("GET", path).status == 404
    clock.advance(1)
    gone = sales.v2("GET", f"/v2/SalesOrders/{order['Id']}")
    assert (gone.status, data(gone)["title"]) == (404, "Object(s) not found")
    assert sales.v2("DELETE", f"/v2/SalesOrders/{order['Id']}").status == 404
    found = data(sales.v2("GET", path))
    assert found["Id"] == order["Id"] == made.id
    assert (found["InvoiceNo"], found["OrderNo"], found["VoucherDate"]) == (5001, 2001, "2026-11-23")
    assert (found["DueDate"], found["VoucherType"]) == ("2026-12-07", "OutgoingInvoice")
    assert (found["NetAmount"], found["TotalAmount"], found["Balance"]) == (800, 1000, 1000)
    assert found["ExternalImportReference"] == order["ExternalImportReference"]
    assert (found["PurchaseOrderReference"], found["CustomerNo"]) == ("PO 9", 10101)
    assert found["CreatedDateTimeOffset"] == order["CreatedDateTimeOffset"]
    assert found["SentDateTimeOffset"] == instant_text(clock.now_s - 1)
    assert rows(sales.v2) == [found]
    (line,) = rows(sales.v2, f"{path}/Lines")
    assert (line["AccountNo"], line["VatCode"], line["VatAmount"], line["TotalAmount"]) == (3020, "3", 200, 1000)
    assert line["ExternalImportReference"] == "1"
    assert line["Id"] != order["SalesOrderLines"][0]["Id"]
    for missing in (NOWHERE, "nonsense"):
        assert sales.v2("GET", f"{INVOICES}/{missing}").status == 404
        assert sales.v2("GET", f"{INVOICES}/{missing}/Lines").status == 404


def test_an_invoice_that_a_person_sent_does_not_count_as_made_by_the_integration(
    world: PowerOfficeGo, sales: Sales, clock: Clock
) -> None:
    world.invoice(sales.make()["Id"])
    clock.advance(1)
    assert rows(sales.v2, onlyCreatedByCurrentIntegration="true") == []
    (found,) = rows(sales.v2, onlyCreatedByCurrentIntegration="false")
    assert found["IsCreatedByCurrentIntegration"] is False


def test_an_invoice_is_in_the_ledger_with_the_orders_id_and_reference(
    world: PowerOfficeGo, sales: Sales, clock: Clock
) -> None:
    order = sales.make(sold("SERV25", 1, 100), sold("FRITT", 1, 30), sold("SERV25", 0, 5), DepartmentCode="10")
    world.invoice(order["Id"])
    clock.advance(1)
    found = rows(sales.v2, "/v2/AccountTransactions", fromDate="2026-11-22", toDate="2026-11-22")
    assert [(row["AccountNo"], row["Amount"], row["ProductCode"]) for row in found] == [
        (1500, 155, None),
        (3020, -100, "SERV25"),
        (2700, -25, None),
        (3100, -30, "FRITT"),
    ]
    assert {row["VoucherId"] for row in found} == {order["Id"]}
    assert {row["ExternalImportReference"] for row in found} == {order["ExternalImportReference"]}
    assert [row["CustomerAccountNo"] for row in found] == [10101, None, None, None]
    assert world.drafts() == world.vouchers() == []
    with pytest.raises(KeyError):
        world.reverse(order["Id"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"active": False}, "is archived"),
        ({"delivery_type": "EHF", "organization_number": None}, "EHF and has no organization number"),
        ({"delivery_type": "PdfByEmail", "email": None, "invoice_email": None}, "has no e-mail address"),
    ],
)
def test_what_go_could_not_send_is_not_invoiced(
    world: PowerOfficeGo, sales: Sales, change: dict[str, Any], said: str
) -> None:
    order_id = sales.make()["Id"]
    world.change_customer(10101, **change)
    with pytest.raises(NotAllowed, match=said):
        world.invoice(order_id)
    assert (len(world.orders()), world.invoices()) == (1, [])
    world.set_customer(Customer(10101, "Fjordvik Bygg AS"))
    assert world.invoice(order_id).no == 5001, "a failed attempt takes no number"


def test_an_invoice_is_not_dated_in_a_closed_period(world: PowerOfficeGo, sales: Sales) -> None:
    world.set_lock_date(date(2026, 11, 30))
    order_id = sales.make()["Id"]
    with pytest.raises(NotAllowed, match="on or before the lock date"):
        world.invoice(order_id)
    assert world.invoice(order_id, on=date(2026, 12, 1)).invoice_date == date(2026, 12, 1)


def test_an_order_in_another_currency_is_not_invoiced_here(world: PowerOfficeGo, sales: Sales) -> None:
    with pytest.raises(NotAllowed, match="no invoices in EUR"):
        world.invoice(sales.make(customer=10108, CurrencyCode=None)["Id"])
    assert world.invoice(sales.make(customer=10108, ExternalImportReference="b")["Id"]).total_ore == 100_000


def test_the_due_date_is_the_orders_else_the_customers_days_away(world: PowerOfficeGo, sales: Sales) -> None:
    world.set_customer(Customer(10500, "Kort frist", payment_term_days=5))
    sales = Sales(sales.v2)
    days = []
    for reference, customer, term in (("a", 10101, None), ("b", 10500, None), ("c", 10500, 30)):
        order = sales.make(customer=customer, ExternalImportReference=reference, PaymentTerm=term)
        invoice = world.invoice(order["Id"])
        days.append((invoice.due_date - invoice.invoice_date).days)
    assert days == [14, 5, 30]


def test_a_company_may_add_a_fee_to_its_invoices_as_a_line_of_its_own(
    world: PowerOfficeGo, sales: Sales, clock: Clock
) -> None:
    world.add_client(replace(world.clients[0], invoice_fee=Decimal(40)))
    invoice = world.invoice(sales.make()["Id"])
    world.change_customer(10102, use_invoice_fee=False)
    free = world.invoice(sales.make(customer=10102, ExternalImportReference="b")["Id"])
    returned = world.invoice(sales.make(sold("SERV25", -1, 80), ExternalImportReference="c")["Id"])
    assert [made.total_ore for made in (invoice, free, returned)] == [105_000, 100_000, -10_000]
    clock.advance(1)
    lines = rows(sales.v2, f"{INVOICES}/{invoice.id}/Lines")
    assert [(line["LineType"], line["TotalAmount"]) for line in lines] == [("Normal", 1000), ("InvoiceFee", 50)]


# --- credit notes, payments, reversals ----------------------------------------------------------------


def test_a_credited_invoice_and_its_credit_note_have_nothing_left(
    world: PowerOfficeGo, sales: Sales, clock: Clock
) -> None:
    order = sales.make(sold("SERV25", 2, 99.9), sold("TAKE15", 1, 8.69), {"LineType": "Text", "Description": "x"})
    invoice = world.invoice(order["Id"])
    clock.advance(60)
    note = world.credit(invoice.id)
    clock.advance(1)
    first, second = rows(sales.v2)
    assert (first["Balance"], first["IsReversed"], first["InvoiceNo"]) == (0, False, 5001)
    assert (second["RelatedInvoiceNo"], second["VoucherType"]) == (5001, "OutgoingCreditNote")
    assert (second["TotalAmount"], second["Balance"]) == (-first["TotalAmount"], 0)
    assert second["ExternalImportReference"] is None
    assert first["MatchId"] == second["MatchId"] is not None
    assert first["BalanceLastChangedDateTimeOffset"] == second["SentDateTimeOffset"]
    assert sum(amount for _, amount, _ in ledger_of(sales.v2)) == 0
    assert {kind for _, _, kind in ledger_of(sales.v2)} == {"OutgoingInvoice", "OutgoingCreditNote"}
    with pytest.raises(NotAllowed, match="credit note is not credited"):
        world.credit(note.id)


def test_an_order_below_zero_becomes_a_credit_note_of_the_invoice_that_it_names(
    world: PowerOfficeGo, sales: Sales, clock: Clock
) -> None:
    invoice = world.invoice(sales.make(ExternalImportReference="a")["Id"])
    part = sales.make(sold("SERV25", -1, 80), ExternalImportReference="b", RelatedInvoiceNo=5001)
    whole = sales.make(sold("SERV25", -1, 800), ExternalImportReference="c", RelatedInvoiceNo=5001)
    assert (part["TotalAmount"], part["RelatedInvoiceNo"]) == (-100, 5001)
    assert world.invoice(part["Id"]).balance_ore == -10_000, "only equal amounts are matched"
    assert world.invoice(whole["Id"]).balance_ore == 0
    clock.advance(1)
    assert [(row["InvoiceNo"], row["Balance"]) for row in rows(sales.v2)] == [(5001, 0), (5002, -100), (5003, 0)]
    assert [row["InvoiceNo"] for row in rows(sales.v2, onlyUnpaidInvoices="true")] == [5002]
    assert invoice.balance_ore == 100_000


@pytest.mark.parametrize(
    ("customer", "number", "status", "said"),
    [(10101, 5009, 404, "Invoice with number = 5009 not found"), (10102, 5001, 400, "is another customer's")],
)
def test_a_credit_note_names_an_invoice_of_its_customer(
    world: PowerOfficeGo, sales: Sales, customer: int, number: int, status: int, said: str
) -> None:
    world.invoice(sales.make(ExternalImportReference="a")["Id"])
    body = sales.order(sold("SERV25", -1, 1), customer=customer, RelatedInvoiceNo=number)
    answer = sales.v2("POST", "/v2/SalesOrders/Complete", body)
    assert (answer.status, said in words(answer)) == (status, True)


def test_payments_lower_the_balance_and_can_be_polled(world: PowerOfficeGo, sales: Sales, clock: Clock) -> None:
    invoice = world.invoice(sales.make()["Id"])
    clock.advance(10)
    sent = instant_text(clock.now_s)
    clock.advance(10)
    assert world.pay(invoice.id, 40_000).balance_ore == 60_000
    clock.advance(1)
    (found,) = rows(sales.v2, balanceLastChangedDateTimeOffsetGreaterThan=sent)
    assert (found["Balance"], found["TotalAmount"]) == (600, 1000)
    assert rows(sales.v2, sentDateTimeOffsetGreaterThan=sent) == []
    assert len(rows(sales.v2, onlyUnpaidInvoices="true")) == 1
    world.pay(invoice.id)
    clock.advance(1)
    assert rows(sales.v2, onlyUnpaidInvoices="true") == []


def test_a_reversed_invoice_is_still_there_and_says_so(world: PowerOfficeGo, sales: Sales, clock: Clock) -> None:
    invoice = world.invoice(sales.make()["Id"])
    world.reverse_invoice(invoice.id)
    clock.advance(1)
    (found,) = rows(sales.v2)
    assert (found["IsReversed"], found["Balance"]) == (True, 0)
    assert sum(amount for account, amount, _ in ledger_of(sales.v2) if account == 3020) == 0
    assert "ReversalVoucher" in {kind for _, _, kind in ledger_of(sales.v2)}
    with pytest.raises(NotAllowed, match="It is reversed"):
        world.credit(invoice.id)


def test_orders_and_vouchers_do_not_share_their_references(
    world: PowerOfficeGo, sales: Sales, numbers: Numbers
) -> None:
    voucher = numbers.voucher(ExternalImportReference="same")
    assert sales.v2("POST", "/v2/Vouchers/CashJournals", voucher).status == 201
    invoice = world.invoice(sales.make(ExternalImportReference="same")["Id"])
    world.reverse_invoice(invoice.id)
    assert sales.v2("POST", "/v2/Vouchers/CashJournals", voucher).status == 400, "the voucher is there still"
    assert sales.v2("POST", "/v2/SalesOrders/Complete", sales.order(ExternalImportReference="same")).status == 400


def test_acts_on_what_is_not_there_are_told(world: PowerOfficeGo, sales: Sales) -> None:
    order_id = sales.make()["Id"]
    on_invoices: list[Callable[[str], object]] = [world.credit, world.pay, world.reverse_invoice]
    on_orders: list[Callable[[str], object]] = [world.invoice, world.delete_order, world.confirm_order, world.order]
    for act in on_invoices:
        with pytest.raises(KeyError):
            act(order_id)
    world.invoice(order_id)
    for act in on_orders:
        with pytest.raises(KeyError):
            act(order_id)
        with pytest.raises(KeyError):
            act(NOWHERE)


def test_invoices_are_filtered(world: PowerOfficeGo, sales: Sales, clock: Clock) -> None:
    first = world.invoice(
        sales.make(ExternalImportReference="a", CustomMatchingReference="m", DepartmentCode="10")["Id"],
        on=date(2026, 11, 1),
    )
    second = world.invoice(sales.make(customer=10102, ExternalImportReference="b")["Id"], on=date(2026, 11, 20))
    clock.advance(1)

    def found(**query: str) -> list[int]:
        return [row["InvoiceNo"] for row in rows(sales.v2, **query)]

    assert found() == [5001, 5002]
    assert found(invoiceIds=f"{first.id}, {second.id.upper()}") == [5001, 5002]
    assert found(invoiceIds=NOWHERE) == []
    assert found(invoiceNos="5002-") == [5002]
    assert found(voucherNos="1") == [5001]
    assert found(customerNos="10102") == [5002]
    assert found(fromDate="2026-11-01", toDate="2026-11-19") == [5001]
    assert found(fromDate="2026-11-02") == [5002]
    assert found(customMatchingReferences="m") == [5001]
    assert found(departmentCodes="10") == [5001]
    assert found(departmentCodes="-1") == [5002]
    assert found(projectCodes="-1") == [5001, 5002]
    assert found(projectCodes="P", includeSubProject="true") == []
    assert found(sentDateTimeOffsetGreaterThan="2026-01-01T00:00:00Z") == [5001, 5002]
    for wrong in ({"invoiceIds": "5001"}, {"fromDate": "x"}, {"externalImportReference": "a"}, {"invoiceNos": "a"}):
        assert sales.v2("GET", INVOICES, None, **wrong).status == 400
    many = ",".join([first.id] * 45)
    assert found(invoiceIds=many) == [5001]
    assert sales.v2("GET", INVOICES, None, invoiceIds=",".join([first.id] * 60)).status == 404, "too long an address"


def test_a_voucher_number_may_come_later(world: PowerOfficeGo, sales: Sales, clock: Clock) -> None:
    world.voucher_no_lag_s = 5
    world.invoice(sales.make()["Id"])
    clock.advance(1)
    assert [row["VoucherNo"] for row in rows(sales.v2)] == [None]
    clock.advance(5)
    assert [row["VoucherNo"] for row in rows(sales.v2)] == [1]


# --- the page -----------------------------------------------------------------------------------------


class Page(HTMLParser):
    """The forms of the page with their fields, and its text."""

    def __init__(self, world: PowerOfficeGo, query: str = "") -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.source = world.handle("GET", "/", query).body.decode()
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((found["action"], {}))
        elif tag == "input" and self.forms and "name" in found:
            self.forms[-1][1][found["name"]] = found.get("value", "")

    def handle_data(self, text: str) -> None:
        self.text += f"{text} "

    def form(self, act: str, **fields: str) -> dict[str, str]:
        """The fields of the first form of this act that has these."""
        return next(
            found for action, found in self.forms if action == f"/bookkeeper/{act}" and fields.items() <= found.items()
        )


def send(world: PowerOfficeGo, act: str, form: dict[str, str]) -> Answer:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return world.handle("POST", f"/bookkeeper/{act}", "", kind, urlencode(form).encode())


def click(world: PowerOfficeGo, act: str, changed: dict[str, str] | None = None, **fields: str) -> str:
    """Sends a form that stands on the page, as a browser does; the page's text after it."""
    form = Page(world).form(act, **fields) | (changed or {})
    answer = send(world, act, form)
    assert (answer.status, answer.body) == (303, b"")
    return Page(world).text


def test_a_person_does_all_of_it_on_the_page(world: PowerOfficeGo, sales: Sales) -> None:
    order_id = sales.make(sold("SERV25", 1, 800), {"LineType": "Text", "Description": "Bong 88"})["Id"]
    other_id = sales.make(ExternalImportReference="b")["Id"]
    page = Page(world).text
    for told in ("Order 2001, 10101 Fjordvik Bygg AS", "Bong 88", "1\N{NO-BREAK SPACE}000.00", "SERV25", "2 order(s)"):
        assert told in page
    assert "Changed: order 2001" in click(
        world, "edit-order", {"quantity": "2", "price": "99,50", "description": "To retter"}, id=order_id, at="0"
    )
    assert (world.order(order_id).total_ore, world.order(order_id).lines[0].description) == (24_875, "To retter")
    assert "Confirmed: order 2001" in click(world, "confirm-order", id=order_id)
    assert "delete-order" not in [
        action.split("/")[-1] for action, form in Page(world).forms if form.get("id") == order_id
    ]
    assert "Set back to a draft: order 2001" in click(world, "unconfirm-order", id=order_id)
    assert "Deleted: order 2002" in click(world, "delete-order", id=other_id)
    assert "Invoiced: invoice 5001 of order 2001" in click(world, "invoice", id=order_id)
    assert [order.id for order in world.orders()] == []
    assert "Credited: credit note 5002" in click(world, "credit", id=order_id)
    page = Page(world).text
    assert "credits invoice 5001" in page
    assert "nothing left to pay" in page
    third = world.invoice(sales.make(ExternalImportReference="c")["Id"])
    assert "Paid: invoice 5003" in click(world, "pay", id=third.id)
    assert "Reversed: invoice 5003" in click(world, "reverse-invoice", id=third.id)
    assert "reversed" in Page(world).text
    assert not [form for _, form in Page(world).forms if form.get("id") == third.id]


def test_a_credit_note_draft_is_called_one(world: PowerOfficeGo, sales: Sales) -> None:
    sales.make(sold("SERV25", -1, 80))
    assert "Credit note draft 2001" in Page(world).text
    assert "Invoiced: credit note 5001" in click(world, "invoice")


def test_customers_and_products_are_listed_and_archived_and_taken_back(world: PowerOfficeGo, v2: Caller) -> None:
    page = Page(world).text
    for told in ("Fjordvik Bygg AS", "310042013", "VAT free", "10 % discount", "your reference Ola Bakken", "GAVEKORT"):
        assert told in page
    assert "Archived: 10102 Nordlys Reiser AS" in click(world, "archive-customer", customer="10102")
    assert next(customer for customer in world.customers() if customer.no == 10102).active is False
    assert "Taken back: 10102" in click(world, "unarchive-customer", customer="10102")
    assert "Archived: Kaffe" in click(world, "archive-product", product="KAFFE")
    assert next(product for product in world.products() if product.code == "KAFFE").active is False
    assert "Taken back: Kaffe" in click(world, "unarchive-product", product="KAFFE")


@pytest.mark.parametrize(
    ("act", "form", "said"),
    [
        ("invoice", {"id": "gone"}, "not here any more"),
        ("edit-order", {"at": "7"}, "That line is not there"),
        ("edit-order", {"at": "x"}, "That line is not there"),
        ("edit-order", {"at": "0", "quantity": "many", "price": "1"}, "is no quantity"),
        ("edit-order", {"at": "0", "quantity": "1", "price": "NaN"}, "is no price"),
        ("edit-order", {"at": "0", "quantity": "1", "price": "1", "product": "NOPE"}, "no product NOPE"),
        ("credit", {}, "not here any more"),
        ("archive-customer", {"customer": "x", "client": "c"}, "is no customer number"),
        ("archive-product", {"product": "NOPE", "client": "c"}, "not here any more"),
    ],
)
def test_a_click_that_cannot_be_is_told_and_changes_nothing(
    world: PowerOfficeGo, sales: Sales, act: str, form: dict[str, str], said: str
) -> None:
    before = world.order(sales.make()["Id"])
    assert send(world, act, {"id": before.id, **form}).status == 303
    assert said in Page(world).text
    assert world.orders() == [before]


def test_what_a_person_cannot_invoice_is_told_on_the_page(world: PowerOfficeGo, sales: Sales) -> None:
    sales.make(customer=10109)
    assert "is to get EHF and has no organization number" in click(world, "invoice")
    assert len(world.orders()) == 1


def test_a_copy_of_the_page_lists_everything_and_has_no_forms(world: PowerOfficeGo, sales: Sales) -> None:
    world.invoice(sales.make()["Id"])
    sales.make(ExternalImportReference="b")
    copy = Page(world, "copy")
    assert copy.forms == []
    for told in ("Order 2002", "Invoice 5001", "Kurslokalet AS", "OVERN12"):
        assert told in copy.text


def test_orders_on_the_page_are_escaped_and_load_nothing(world: PowerOfficeGo, sales: Sales) -> None:
    evil = '"><script>alert(1)</script><img src=x>'
    world.set_customer(Customer(10500, evil, email=evil))
    sales = Sales(sales.v2)
    sales.make(
        sold("SERV25", 1, 1, Description=evil), customer=10500, CustomerReference=evil, ExternalImportReference=evil
    )
    world.invoice(world.orders()[0].id)
    sales.make(sold("SERV25", 1, 1, Description=evil), customer=10500, ExternalImportReference="b")
    source = Page(world).source
    assert "<script" not in source
    assert "<img" not in source
    assert "http" not in source.replace("http-equiv", "")


def test_orders_and_invoices_are_shown_as_json_too(world: PowerOfficeGo, sales: Sales) -> None:
    world.invoice(sales.make()["Id"])
    sales.make(sold("TAKE15", 3, 30.4333), ExternalImportReference="b")
    found = data(world.handle("GET", "/drafts.json"))
    (order,), (invoice,) = found["orders"], found["invoices"]
    assert (order["reference"], order["total"], order["lines"][0]["price"]) == ("b", "105.00", "30.4333")
    assert (invoice["invoice_no"], invoice["balance"], invoice["order_no"]) == (5001, "1000.00", 2001)
    assert "application_key" not in order


def test_an_order_is_described_in_one_line(world: PowerOfficeGo, sales: Sales) -> None:
    sales.make(ExternalImportReference="a\nb")
    assert describe_order(world.orders()[0]) == "received order 2001 a b (1 lines, 1000.00)"
