"""The body of an order: every value written out that Go would otherwise inherit."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from posexport.core.credit_facts import TicketReference
from posexport.core.orders.customers import Contact
from posexport.core.orders.document import format_order, parse_order
from posexport.core.orders.route import Mixed
from posexport.ledgers.poweroffice.order_payload import build_order_payload
from tests.support.orders import RULES, credit_ticket, order_of, pieces, with_difference

DINNER = "food@25 1250.00 = invoice 1250.00"

HEAD_FIELDS = frozenset(
    [
        "CustomerId",
        "CurrencyCode",
        "SalesOrderDate",
        "DeliveryDate",
        "ExternalImportReference",
        "SalesOrderStatus",
        "SalesOrderLines",
        "DepartmentCode",
        "CustomerReference",
        "CustomerReferenceContactPersonId",
        "PurchaseOrderReference",
        "ProjectCode",
        "RelatedInvoiceNo",
        "CustomMatchingReference",
    ]
)
LINE_FIELDS = frozenset(
    [
        "LineType",
        "ProductCode",
        "Quantity",
        "ProductUnitPrice",
        "Allowance",
        "UseStandardSalesAccount",
        "Description",
        "SortOrder",
        "ExternalImportReference",
    ]
)
"""Names of the v2 description that are sent."""


def test_an_order_has_a_fixed_head_and_a_text_before_its_lines() -> None:
    order = order_of(credit_ticket("23:41 " + DINNER, line_texts=pieces("Middag", "1")))
    assert build_order_payload(order) == {
        "CustomerId": 4711,
        "CurrencyCode": "NOK",
        "SalesOrderDate": "2026-11-20",
        "DeliveryDate": "2026-11-20",
        "ExternalImportReference": order.reference,
        "SalesOrderStatus": "Draft",
        "DepartmentCode": "10",
        "SalesOrderLines": [
            {
                "LineType": "Text",
                "Description": "Torget Kafé, bong 1042, kasse 1, 20.11.2026 kl. 23.41",
                "SortOrder": 0,
                "ExternalImportReference": "1",
            },
            {
                "LineType": "Normal",
                "ProductCode": "MAT25",
                "Quantity": 1,
                "ProductUnitPrice": 1000,
                "Allowance": 0,
                "UseStandardSalesAccount": True,
                "Description": "Middag",
                "SortOrder": 1,
                "ExternalImportReference": "2",
            },
        ],
    }


def test_every_line_that_posts_takes_no_discount_and_the_standard_account() -> None:
    text = "food@15 10.00, food@25 200.00, tip 20.00, giftcards 100.00 = visa 30.00, invoice 300.00"
    body = build_order_payload(order_of(text, rules=with_difference()))
    posting = [line for line in body["SalesOrderLines"] if line["LineType"] == "Normal"]
    assert posting
    for line in posting:
        assert (line["Allowance"], line["UseStandardSalesAccount"]) == (0, True)
        assert line["Description"]
    assert [line["SortOrder"] for line in body["SalesOrderLines"]] == list(range(len(body["SalesOrderLines"])))
    references = [line["ExternalImportReference"] for line in body["SalesOrderLines"]]
    assert references == [str(number) for number in range(1, len(references) + 1)]


def test_nothing_is_sent_under_another_name_than_the_descriptions() -> None:
    credit = credit_ticket(
        "food@25 -250.00 = invoice -250.00",
        purchase_order="45",
        project="P-1",
        customer_reference="Kari",
        refers_to=TicketReference("1", "7"),
    )
    body = build_order_payload(order_of(credit, related_invoice_no=5012))
    assert body.keys() <= HEAD_FIELDS
    assert all(line.keys() <= LINE_FIELDS for line in body["SalesOrderLines"])
    assert (body["RelatedInvoiceNo"], body["PurchaseOrderReference"], body["ProjectCode"]) == (5012, "45", "P-1")
    assert body["SalesOrderLines"][-1]["Quantity"] == -1


def test_a_price_is_sent_with_the_decimals_it_has() -> None:
    credit = credit_ticket("food@15 105.00 = invoice 105.00", line_texts=pieces("Burger", "3"))
    sent = json.dumps(build_order_payload(order_of(credit)))
    assert '"Quantity": 3, "ProductUnitPrice": 30.4333,' in sent


def test_a_contact_person_and_a_reference_are_never_both_sent() -> None:
    kari = Contact(31, "Kari Moe")
    by_id = build_order_payload(order_of(DINNER, contact=kari))
    assert by_id["CustomerReferenceContactPersonId"] == 31 and "CustomerReference" not in by_id
    named = build_order_payload(order_of(credit_ticket(DINNER, customer_reference="Ola"), contact=kari))
    assert named["CustomerReference"] == "Ola" and "CustomerReferenceContactPersonId" not in named


def test_a_venue_without_a_department_says_none_unless_the_customers_is_to_be_taken() -> None:
    none = build_order_payload(order_of(DINNER, rules=replace(RULES, department=None)))
    assert none["DepartmentCode"] == "-1"
    left = build_order_payload(order_of(DINNER, rules=replace(RULES, inherits_department=True)))
    assert "DepartmentCode" not in left


def test_a_whole_ticket_that_was_partly_paid_is_matched_by_its_reference() -> None:
    text = "food@25 1200.00 = visa 400.00, invoice 800.00"
    order = order_of(text, mixed=Mixed.WHOLE)
    assert build_order_payload(order)["CustomMatchingReference"] == order.reference
    assert "CustomMatchingReference" not in build_order_payload(order_of(text))


def test_a_later_revision_is_matched_by_the_reference_that_the_voucher_has_already() -> None:
    text = "food@25 1200.00 = visa 400.00, invoice 800.00"
    first, second = (order_of(text, mixed=Mixed.WHOLE, revision=revision) for revision in (1, 2))
    assert first.reference != second.reference
    assert build_order_payload(second)["CustomMatchingReference"] == first.reference
    assert first.fingerprint == second.fingerprint
    stored = parse_order(json.loads(json.dumps(format_order(second))), second.lines)
    assert build_order_payload(stored) == build_order_payload(second)
    old = {name: fact for name, fact in format_order(second).items() if name != "matching_reference"}
    assert build_order_payload(parse_order(old, second.lines))["CustomMatchingReference"] == second.reference


def test_an_order_is_confirmed_only_where_the_setup_says_so() -> None:
    assert build_order_payload(order_of(DINNER, rules=replace(RULES, is_confirmed=True)))["SalesOrderStatus"] == (
        "Confirmed"
    )


def test_what_lacks_something_has_no_body() -> None:
    with pytest.raises(ValueError, match="cannot be sent"):
        build_order_payload(order_of(DINNER, link=None))
    with pytest.raises(ValueError, match="cannot be sent"):
        build_order_payload(order_of("deposit@none 5.00 = invoice 5.00"))
