"""What JSON lines and CSV say for an invoice: the customer, references, and what was sold in words."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from posexport.core.credit_facts import (
    CreditFacts,
    LineText,
    RegisterCustomer,
    TicketReference,
    tidy_quantity,
    tidy_text,
)
from posexport.core.sales import Ticket
from posexport.errors import UnreadableSales
from posexport.sources.files.csv_file import read_csv
from posexport.sources.files.jsonl import read_jsonl
from tests.support.harness import sale

HOTEL = {
    "number": "K-4",
    "name": "Fjellstua Drift AS",
    "organization_number": "NO 974 760 673 MVA",
    "email": "regning@fjellstua.example",
    "contact": "Ola Berg",
    "address": ["Fjellveien 2", "2686", "Lom", "NO"],
}
LINES: list[dict[str, Any]] = [
    {"product_type": "100", "vat_code": "3", "gross": "200.00", "text": "Lunsj", "quantity": 2, "article": "4711"},
    {"product_type": "200", "vat_code": "31", "gross": "50.00"},
]
COLUMNS = (
    *("register", "ticket", "completed_at", "kind", "code", "vat_code", "amount", "customer", "customer_name"),
    *("organization_number", "email", "contact", "customer_reference", "purchase_order", "project"),
    *("refers_to_register", "refers_to_ticket", "text", "quantity", "article"),
)


def read_json(entry: dict[str, Any]) -> Ticket:
    [ticket] = [item for item in read_jsonl(io.BytesIO(json.dumps(entry).encode()), "a.jsonl") if type(item) is Ticket]
    return ticket


def read_rows(*rows: dict[str, str]) -> list[Ticket]:
    """The tickets of rows; what a row leaves out is as on the usual one."""
    usual = {"register": "1", "ticket": "9", "completed_at": "2026-11-20 12:00", "kind": "sale", "code": "100"}
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter=";")
    writer.writeheader()
    writer.writerows([{**usual, "vat_code": "3", "amount": "100,00", **row} for row in rows])
    return [item for item in read_csv(io.BytesIO(out.getvalue().encode()), "a.csv") if type(item) is Ticket]


def facts_of(entry: dict[str, Any]) -> CreditFacts:
    facts = read_json(entry).facts
    assert facts is not None
    return facts


def test_a_customer_may_be_an_object_and_everything_else_that_an_invoice_needs_is_kept() -> None:
    told = facts_of(
        sale(
            7,
            "250.00",
            customer=HOTEL,
            lines=LINES,
            customer_reference="rom 12",
            purchase_order="PO-8",
            project="kurs",
            refers_to={"register": "2", "ticket": "6"},
            reference="bord 3",
        )
    )
    assert told == CreditFacts(
        RegisterCustomer(
            "K-4",
            "Fjellstua Drift AS",
            "974760673",
            "",
            "regning@fjellstua.example",
            "Ola Berg",
            ("Fjellveien 2", "2686", "Lom", "NO"),
        ),
        "rom 12",
        "PO-8",
        "kurs",
        TicketReference("2", "6"),
        "bord 3",
        (LineText("Lunsj", "2", "4711"), LineText()),
    )


def test_a_customer_may_be_its_number_alone_as_before() -> None:
    ticket = read_json(sale(7, customer="K-4"))
    assert ticket.customer == "K-4"
    assert ticket.facts == CreditFacts(RegisterCustomer("K-4"))
    assert read_json(sale(7, customer={"number": 17})).customer == "17"


@pytest.mark.parametrize("customer", [None, "", "  "])
def test_without_a_customer_nothing_is_kept_that_only_an_invoice_needs(customer: object) -> None:
    ticket = read_json(sale(7, customer=customer, customer_reference="rom 12", lines=LINES))
    assert (ticket.customer, ticket.facts) == (None, None)


@pytest.mark.parametrize("written", ["974760674", "12345", "NO 974 760 674", "974760673 / 2"])
def test_an_organization_number_that_cannot_be_right_is_kept_as_text_and_is_no_number(written: str) -> None:
    customer = facts_of(sale(7, customer={"number": "K-4", "organization_number": written})).customer
    assert customer is not None
    assert (customer.organization_number, customer.organization_text) == ("", written)


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"customer": {"name": "Uten nummer"}}, "customer: number"),
        ({"customer": {"number": ""}}, "customer: number"),
        ({"customer": {"number": "1", "nmae": "x"}}, "nmae"),
        ({"customer": {"number": "1", "name": ["x"]}}, "customer: name"),
        ({"customer": {"number": "1", "email": {"to": "x"}}}, "customer: email"),
        ({"customer": {"number": "1", "address": "Storgata 1"}}, "customer: address"),
        ({"customer": {"number": "1", "address": [["x"]]}}, "customer: address"),
        ({"customer": ["K-4"]}, "customer"),
        ({"customer": True}, "customer"),
        ({"customer": "1", "customer_reference": ["x"]}, "customer_reference"),
        ({"customer": "1", "purchase_order": {}}, "purchase_order"),
        ({"customer": "1", "project": True}, "project"),
        ({"customer": "1", "refers_to": "1042"}, "refers_to"),
        ({"customer": "1", "refers_to": {"ticket": "1042"}}, "refers_to: register"),
        ({"customer": "1", "refers_to": {"register": "1", "ticket": ""}}, "refers_to: ticket"),
        ({"refers_to": {"register": "1", "ticket": "1", "day": "x"}}, "day"),
        ({"project": ["x"]}, "project"),
    ],
)
def test_what_is_no_such_value_is_refused_by_name(more: dict[str, Any], place: str) -> None:
    with pytest.raises(UnreadableSales) as refused:
        read_json(sale(7, **more))
    assert place in refused.value.found
    assert refused.value.expected
    assert refused.value.fix


def test_a_key_given_twice_in_an_object_is_refused() -> None:
    line = json.dumps(sale(7, customer={"number": "1"})).replace('{"number": "1"}', '{"number": "1", "number": "2"}')
    with pytest.raises(UnreadableSales, match="stands twice"):
        list(read_jsonl(io.BytesIO(line.encode()), "a.jsonl"))


@pytest.mark.parametrize("quantity", ["a few", [1], None, True, "NaN", "1e400", "0", "12345678", "0.12345678"])
def test_a_quantity_that_is_none_was_never_refused_and_is_left_out(quantity: object) -> None:
    [text] = facts_of(sale(7, customer="1", lines=[{**LINES[0], "quantity": quantity}])).line_texts
    assert text.quantity == ""


@given(st.text())
def test_a_text_is_on_one_line_and_can_be_shown(text: str) -> None:
    tidied = tidy_text(text)
    assert tidied == tidied.strip()
    assert len(tidied) <= 200
    assert tidied.isprintable()
    assert tidy_text(tidied) == tidied


@given(st.decimals(-99_999, 99_999, places=4))
def test_a_quantity_is_the_same_number_however_it_is_written(quantity: Any) -> None:
    tidied = tidy_quantity(str(quantity))
    if quantity == 0:
        assert tidied == ""
    else:
        assert quantity.compare(type(quantity)(tidied)) == 0
        assert tidied == tidy_quantity(str(quantity).replace(".", ","))
        assert tidy_quantity(tidied) == tidied


WORDS = st.sampled_from(["", "Lunsj", "Øl 0,5", "a; b", 'a "b"'])
FACTS = st.fixed_dictionaries(
    {
        "customer_name": WORDS,
        "organization_number": st.sampled_from(["", "974760673", "974760674"]),
        "email": WORDS,
        "contact": WORDS,
        "customer_reference": WORDS,
        "purchase_order": WORDS,
        "project": WORDS,
        "refers_to_ticket": st.sampled_from(["", "12"]),
    }
)
SOLD = st.lists(
    st.fixed_dictionaries({"text": WORDS, "quantity": st.sampled_from(["", "2", "-1", "0,75"]), "article": WORDS}),
    min_size=1,
    max_size=3,
)


@given(FACTS, SOLD, st.booleans())
def test_csv_and_json_lines_say_the_same(told: dict[str, str], sold: list[dict[str, str]], on_all_rows: bool) -> None:
    rows = [
        {"customer": "K-4", **(told if on_all_rows or n == 0 else {}), "refers_to_register": "", **line}
        for n, line in enumerate(sold)
    ]
    [from_csv] = read_rows(*rows)
    customer = {name: told[name] for name in ("organization_number", "email", "contact")}
    more: dict[str, Any] = {name: told[name] for name in ("customer_reference", "purchase_order", "project")}
    if told["refers_to_ticket"]:
        more["refers_to"] = {"register": "1", "ticket": told["refers_to_ticket"]}
    lines = [{"product_type": "100", "vat_code": "3", "gross": "100.00", **line} for line in sold]
    entry = sale("9", lines=lines, customer={"number": "K-4", "name": told["customer_name"], **customer}, **more)
    assert from_csv.facts == read_json(entry).facts
    assert from_csv.facts is not None


def test_rows_of_a_ticket_that_say_two_things_are_refused() -> None:
    with pytest.raises(UnreadableSales, match="purchase_order") as refused:
        read_rows({"customer": "1", "purchase_order": "A"}, {"customer": "1", "purchase_order": "B"})
    assert refused.value.place == "line 3, ticket 9"


def test_rows_of_sales_alone_have_texts() -> None:
    [ticket] = read_rows(
        {"customer": "1", "text": "Lunsj"},
        {"kind": "payment", "code": "ACCOUNT", "vat_code": "", "text": "Takk for besøket"},
        {"text": "Kaffe"},
    )
    assert ticket.facts is not None
    assert [line.text for line in ticket.facts.line_texts] == ["Lunsj", "Kaffe"]
