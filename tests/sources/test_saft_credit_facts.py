"""What a SAF-T file says for an invoice: its register of customers, and what tickets and lines say of them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from posexport.core.credit_facts import CreditFacts, LineText, RegisterCustomer, TicketReference
from posexport.core.sales import CREDIT_SALE, MasterData, Ticket
from posexport.sources.saft.reader import read_saft
from posexport.store.credit_facts import read_facts
from posexport.store.database import day_number
from posexport.store.setups import find_company_number, find_venue_number
from tests.support import saft_builder as b
from tests.support.harness import FRIDAY, MAPPING as SETUP_MAPPING, Shop
from tests.support.looks import count_rows

CUSTOMERS = (
    "<customersSuppliers>"
    "<customerSupplier><custSupID>K-4</custSupID><custSupName>Fjellstua Drift AS</custSupName>"
    "<custSupType>Customer</custSupType><contact>Ola Berg</contact><eMail>regning@fjellstua.example</eMail>"
    "<taxRegIdent>NO974760673MVA</taxRegIdent>"
    "<streetAddress><streetname>Fjellveien</streetname><number>2</number><city>Lom</city></streetAddress>"
    "<postalAddress><streetname>Postboks 7</streetname><city>Lom</city><postalCode>2686</postalCode>"
    "<country>NO</country></postalAddress></customerSupplier>"
    "<customerSupplier><custSupID>L-1</custSupID><custSupName>Grossisten</custSupName>"
    "<custSupType>Supplier</custSupType></customerSupplier>"
    "<customerSupplier><custSupID>K-5</custSupID><custSupName>Kari Moe</custSupName>"
    "<custSupType>Customer</custSupType><taxRegIdent>974760674</taxRegIdent></customerSupplier>"
    "</customersSuppliers>"
)
HOTEL = RegisterCustomer(
    "K-4",
    "Fjellstua Drift AS",
    "974760673",
    "",
    "regning@fjellstua.example",
    "Ola Berg",
    ("Postboks 7", "2686", "Lom", "NO"),
)
TO = "<custSupID>K-4</custSupID>"
ON_DAY = {"date": "2026-11-20", "time": "12:00:00"}
SETUP = SETUP_MAPPING.replace('code = "CREDIT"', 'code = "CARD2"').replace(
    'account = "1592"', 'account = "1500"'
)  # paid "by card" is on account here


def read(*tickets: str, lists: str | None = None) -> tuple[list[Ticket], list[MasterData]]:
    items = list(read_saft(io.BytesIO(b.document(*tickets, lists=lists)), "kasse.xml"))
    return [item for item in items if type(item) is Ticket], [item for item in items if type(item) is MasterData]


def facts_of(*tickets: str, lists: str | None = None) -> CreditFacts:
    [ticket] = read(*tickets, lists=lists)[0]
    assert ticket.facts is not None
    return ticket.facts


def test_the_registers_customers_are_read_and_its_suppliers_are_not() -> None:
    _, masters = read(b.sale(head=TO), lists=CUSTOMERS + b.master())
    assert masters[0].customers == {
        "K-4": HOTEL,
        "K-5": RegisterCustomer("K-5", "Kari Moe", organization_text="974760674"),
    }


def test_a_customer_without_an_address_or_a_name_is_its_code() -> None:
    bare = "<customersSuppliers><customerSupplier><custSupID>7</custSupID></customerSupplier></customersSuppliers>"
    assert read(b.sale(), lists=bare + b.master())[1][0].customers == {"7": RegisterCustomer("7")}


def test_lines_say_what_was_sold_in_words() -> None:
    """A line's own words, else its article's name."""
    lines = [
        b.line("60.00", quantity="2", extra="<cashTransLineDescr>Lunsj  med kaffe</cashTransLineDescr>"),
        b.line("40.00", quantity="0.450"),
    ]
    lists = b.master().replace("<artID>1001</artID>", "<artID>1001</artID><artDesc>Dagens</artDesc>")
    told = facts_of(b.ticket(lines, b.payment(), head=TO), lists=lists)
    assert told.customer == RegisterCustomer("K-4")
    assert told.line_texts == (LineText("Lunsj med kaffe", "2", "1001"), LineText("Dagens", "0.45", "1001"))


def test_every_line_of_the_ticket_has_its_text_also_those_that_the_reader_made() -> None:
    """A tip's line is none, an addition that is no tip becomes one, a line of two VAT rates becomes two."""
    fee = "<raise><raiseType>FEE</raiseType><raiseAmnt>20.00</raiseAmnt></raise>"
    lines = [b.line("60.00", extra="<cashTransLineDescr>Lunsj</cashTransLineDescr>"), b.line("40.00", quantity="3")]
    [ticket] = read(b.ticket(lines, b.payment("120.00"), head=TO, total="120.00", extra=fee))[0]
    assert ticket.facts is not None
    assert len(ticket.facts.line_texts) == len(ticket.lines) == 3
    assert [text.quantity for text in ticket.facts.line_texts] == ["1", "3", ""]
    assert ticket.lines[2].product_type.startswith("raise:")


def test_a_customer_is_kept_among_tickets_without_one() -> None:
    """Those are read the short way, once the first has shown how the register writes."""
    tickets, _ = read(b.sale("1"), b.sale("2"), b.sale("3", head=TO), b.sale("4"))
    assert [ticket.customer for ticket in tickets] == [None, None, "K-4", None]
    assert [ticket.facts and ticket.facts.customer for ticket in tickets] == [None, None, RegisterCustomer("K-4"), None]


def test_a_ticket_without_a_customer_keeps_nothing() -> None:
    [ticket] = read(b.ticket(b.line(extra="<cashTransLineDescr>Lunsj</cashTransLineDescr>"), b.payment()))[0]
    assert (ticket.customer, ticket.facts) == (None, None)


@pytest.mark.parametrize(
    ("lines", "project"), [(("P1", "P1"), "P1"), (("P1", ""), "P1"), (("P1", "P2"), ""), (("", ""), "")]
)
def test_the_project_is_the_one_that_its_lines_have(lines: tuple[str, str], project: str) -> None:
    written = [b.line("50.00", extra=f"<projID>{one}</projID>" if one else "") for one in lines]
    assert facts_of(b.ticket(written, b.payment(), head=TO)).project == project


@pytest.mark.parametrize("name", ["refID", "invoiceID"])
def test_a_return_names_the_sale_that_it_gives_back_and_a_sale_names_none(name: str) -> None:
    said = f"{TO}<{name}>1017</{name}>"
    back = b.ticket(b.line("-100.00"), b.payment("-100.00"), total="-100.00", head=said, kind="RETURNSAL")
    assert facts_of(back).refers_to == TicketReference("K1", "1017")
    assert facts_of(b.sale(head=said)).refers_to is None


def test_a_reference_as_long_as_a_story_is_none() -> None:
    back = b.ticket(b.line("-1.00"), b.payment("-1.00"), total="-1.00", head=f"{TO}<refID>{'x' * 900}</refID>")
    assert facts_of(back).refers_to is None


def sell(shop: Shop, *tickets: str, lists: str | None = None, name: str = "kasse.xml") -> None:
    path: Path = shop.folder / name
    inside = b.location(b.register("".join(tickets), "1")) if tickets else ""
    path.write_bytes(b.document(locations=inside, lists=lists) if tickets else b.document(lists=lists))
    shop.load(path)


def facts_in(shop: Shop) -> list[CreditFacts]:
    with shop.open() as workspace, workspace.database.reading() as connection:
        company = find_company_number(connection, "fjordmat")
        number = find_venue_number(connection, shop.venues(workspace)[0])
        return list(read_facts(connection, company, number, day_number(FRIDAY)).values())


def test_a_credit_sale_has_what_the_register_knows_of_its_customer(both: Shop) -> None:
    both.apply(mapping=SETUP)
    sell(both, b.sale(head=TO, **ON_DAY), lists=CUSTOMERS + b.master())
    [told] = facts_in(both)
    assert told.customer == HOTEL


def test_a_sale_on_account_without_a_payment_keeps_it_before_the_setup_says_what_it_is(both: Shop) -> None:
    both.apply()
    unpaid = b.ticket(b.line(), kind="DELIVERY", head=TO, **ON_DAY)
    [ticket] = read(unpaid)[0]
    assert [payment.payment_type for payment in ticket.payments] == [CREDIT_SALE]
    sell(both, unpaid)
    assert len(facts_in(both)) == 1


def test_a_code_that_another_files_list_has_for_another_firm_is_a_customer_of_its_own(both: Shop) -> None:
    both.apply(mapping=SETUP)
    sell(both, b.sale("1", head=TO, **ON_DAY), lists=CUSTOMERS + b.master(), name="a.xml")
    others = CUSTOMERS.replace("NO974760673MVA", "310 042 161").replace("Fjellstua Drift AS", "Kurslokalet")
    sell(both, b.sale("2", head=TO, **ON_DAY), lists=others + b.master(), name="b.xml")
    customers = [told.customer for told in facts_in(both)]
    assert customers[0] == HOTEL
    assert [(one.number, one.name, one.organization_number) for one in customers[1:] if one] == [
        ("K-4/310042161", "Kurslokalet", "310042161")
    ]


def test_customers_in_another_file_of_the_set_are_known_too(both: Shop) -> None:
    both.apply(mapping=SETUP)
    sell(both, b.sale("1", head=TO, **ON_DAY), name="a.xml")
    sell(both, b.sale("2", **ON_DAY), lists=CUSTOMERS + b.master(), name="b.xml")
    assert [told.customer for told in facts_in(both)] == [HOTEL]


def test_cash_sales_to_a_customer_keep_nothing_of_the_ticket(both: Shop) -> None:
    both.apply()
    sell(both, b.sale(head=TO, **ON_DAY))
    assert count_rows(both, "credit_facts") == 0
