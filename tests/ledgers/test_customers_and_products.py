"""Customers, contact persons and products, as they are read from PowerOffice Go for orders; against the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from posexport.core.credit_facts import RegisterCustomer
from posexport.core.orders.customers import CandidateReason, CustomerFault, find_candidates, judge_customer
from posexport.core.orders.products import ProductFaultKind, SoldAs, judge_product
from posexport.errors import NotSent, PrivilegeMissing
from posexport.http.client import Runtime
from posexport.ledgers.poweroffice.chart import read_chart
from posexport.ledgers.poweroffice.customers import CHANGE_MARGIN_S, read_contact_persons, read_ledger_customers
from posexport.ledgers.poweroffice.products import read_catalog
from posexport.ledgers.poweroffice.session import Session
from posexport.sandbox.chart import ALL_PRIVILEGES
from tests.support.harness import FRIDAY, Clock, NoThrottle
from tests.support.ledger_bench import KEYS, Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench("journal", tmp_path)


@pytest.fixture
def session(bench: Bench) -> Session:
    return open_session(bench)


def open_session(bench: Bench) -> Session:
    """A session as a new run of the program has it, with no token yet."""
    runtime = Runtime(bench.http, NoThrottle(), bench.clock, bench.clock.sleep)
    return Session(runtime, "v2", "https://go.test", KEYS, "torget")


def told(rows: object) -> Session:
    """A session whose lists all have these rows."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/Token"):
            return httpx.Response(200, json={"access_token": "t", "token_type": "bearer", "expires_in": 1200})
        return httpx.Response(200, json=rows)

    clock = Clock()
    runtime = Runtime(httpx.Client(transport=httpx.MockTransport(answer)), NoThrottle(), clock, clock.sleep)
    return Session(runtime, "v2", "https://go.test", KEYS, "torget")


def test_every_customer_is_read_archived_ones_too_with_what_decides_a_link(session: Session) -> None:
    customers = {customer.number: customer for customer in read_ledger_customers(session)}
    company, person, closed = customers["10101"], customers["10104"], customers["10105"]
    assert (company.name, company.organization_number) == ("Fjordvik Bygg AS", "310042013")
    assert (company.email, company.invoice_email) == ("post@fjordvikbygg.example", "faktura@fjordvikbygg.example")
    assert (person.name, person.organization_number) == ("Mona Strandheim", "")
    assert (company.is_active, closed.is_active) == (True, False)
    assert (customers["10111"].external_reference, customers["10111"].external_number) == ("posexport:KURS", "4711")
    assert len({customer.id for customer in customers.values()}) == len(customers)


def test_what_is_read_is_what_candidates_are_found_by(session: Session) -> None:
    customers = read_ledger_customers(session)
    wanted = RegisterCustomer("KURS", organization_number="310042048", email="VERA@nordlysreiser.example")
    found = [(one.customer.number, one.best) for one in find_candidates(wanted, customers)]
    assert found == [
        ("10102", CandidateReason.ORGANIZATION_NUMBER),
        ("10103", CandidateReason.ORGANIZATION_NUMBER),
        ("10111", CandidateReason.REFERENCE),
    ]


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("10105", CustomerFault.INACTIVE),
        ("10106", CustomerFault.VAT_FREE),
        ("10109", CustomerFault.NO_ORGANIZATION_NUMBER),
        ("10110", CustomerFault.NO_EMAIL),
    ],
)
def test_what_a_customer_is_not_fit_for_is_seen(session: Session, number: str, fault: CustomerFault) -> None:
    [customer] = [one for one in read_ledger_customers(session) if one.number == number]
    assert fault in judge_customer(customer)


def test_later_only_what_has_changed_is_read(bench: Bench, session: Session) -> None:
    """With a margin for clocks: what was made within it is read again."""
    at = int(bench.clock())
    assert read_ledger_customers(session, at) == []
    bench.world.change_customer(10_101, name="Fjordvik Bygg og Anlegg AS")
    bench.pass_s(10)
    for since in (at, at + CHANGE_MARGIN_S - 60):
        assert [one.name for one in read_ledger_customers(session, since)] == ["Fjordvik Bygg og Anlegg AS"]
    assert read_ledger_customers(session, at + CHANGE_MARGIN_S + 60) == []


def test_contact_persons_are_read_of_all_customers_in_one_request(bench: Bench, session: Session) -> None:
    customers = {customer.id: customer.number for customer in read_ledger_customers(session)}
    asked = list[httpx.Request]()
    bench.line.before = asked.append
    persons = read_contact_persons(session)
    assert [(customers[person.customer_id], person.name, person.email, person.is_active) for person in persons] == [
        ("10101", "Ida Solvang", "ida@fjordvikbygg.example", True),
        ("10101", "Ola Bakken", "ola@fjordvikbygg.example", True),
        ("10102", "Vera Lunde", "vera@nordlysreiser.example", True),
        ("10103", "Vera Lunde", "vera@nordlysreiser.example", True),
        ("10103", "Per Aune", "per@nordlysreiser.example", False),
    ]
    (request,) = asked
    assert (request.method, request.url.path) == ("GET", "/v2/ContactPersons")
    assert request.url.params["Fields"] == "Id,ContactId,FirstName,LastName,EmailAddress,IsActive", (
        "no telephone number"
    )


SOLD = SoldAs("100", "3", "3020")


@pytest.mark.parametrize(
    ("product", "sold", "fault"),
    [
        ("SERV25", SOLD, None),
        ("FATØL", SoldAs("200", "3", "3022"), None),
        ("FATØL", SOLD, ProductFaultKind.OTHER_ACCOUNT),
        ("TAKE15", SOLD, ProductFaultKind.OTHER_VAT),
        ("KAFFE", SOLD, ProductFaultKind.NO_ACCOUNT),
        ("SELSKAP", SOLD, ProductFaultKind.INACTIVE),
        ("FINNES-IKKE", SOLD, ProductFaultKind.UNKNOWN),
        ("DRIKKEPENGER", SoldAs("tips", "0", "2911"), None),
    ],
)
def test_a_product_is_judged_by_what_go_says_of_it(
    session: Session, product: str, sold: SoldAs, fault: ProductFaultKind | None
) -> None:
    found = judge_product(product, sold, FRIDAY, read_catalog(session, read_chart(session, [])))
    assert (found.kind if found else None) is fault


Read = Callable[[Session], Any]
READS: dict[str, Read] = {
    "customers": read_ledger_customers,
    "contact persons": read_contact_persons,
    "products": lambda session: read_catalog(session, read_chart(session, [])),
}


@pytest.mark.parametrize("what", READS)
@pytest.mark.parametrize("rows", [[{"Id": "x"}], [{"Number": 1}], ["row"], {"rows": []}, "none"])
def test_an_answer_of_another_shape_is_no_answer(what: str, rows: object) -> None:
    if what == "products" and rows != "none":
        return  # the chart is read first, and says the same
    with pytest.raises(NotSent):
        READS[what](told(rows))


@pytest.mark.parametrize(("privilege", "what"), [("Customer", "customers"), ("Product", "products")])
def test_a_missing_privilege_is_told_by_its_name(bench: Bench, session: Session, privilege: str, what: str) -> None:
    READS[what](session)
    kept = {name for name in ALL_PRIVILEGES if not name.startswith(privilege)}
    bench.world.set_privileges(KEYS.application_key, KEYS.client_key, kept)
    with pytest.raises(PrivilegeMissing, match=privilege):
        READS[what](open_session(bench))
