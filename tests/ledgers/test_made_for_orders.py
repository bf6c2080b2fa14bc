"""What is made in PowerOffice Go for orders, customers and projects, is there once; and which targets take orders."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from posexport.core.orders.book import TakesOrders
from posexport.core.orders.customers import LedgerCustomer, NewCustomer
from posexport.core.ports.ledger import Chart
from posexport.errors import AnswerLost, NotSent, PosexportError, PrivilegeMissing, UsageError, VoucherRefused
from posexport.http.client import Runtime
from posexport.ledgers.poweroffice.import_queue import ImportQueue
from posexport.ledgers.poweroffice.orders import SalesOrders
from posexport.ledgers.poweroffice.session import Session
from posexport.ledgers.registry import LEDGERS
from posexport.sandbox.chart import ALL_PRIVILEGES
from posexport.sandbox.projects import Project
from tests.support.harness import Shop
from tests.support.ledger_bench import Bench, where
from tests.support.order_bench import DINNER, KEYS, OrderBench

NEW = NewCustomer(
    "Fjellstua Drift AS", "posexport:K-99", "974760673", "post@fjellstua.example", ("Storgata 1", "0155 Oslo")
)


@pytest.fixture
def bench() -> Iterator[OrderBench]:
    bench = OrderBench()
    with bench.http:
        yield bench


def create(bench: OrderBench, new: NewCustomer = NEW) -> LedgerCustomer:
    """Make it."""
    return bench.book.create_customer(new, bench.clock() + 90)


def made(bench: OrderBench) -> list[str]:
    """The names of customers with our reference."""
    customers = bench.world._one(None).customers.register.items_now()
    return [customer.name for _, customer in customers if customer.external_reference == NEW.external_reference]


# Customers


def test_a_customer_is_made_with_its_reference_and_found_by_it_and_by_its_id(bench: OrderBench) -> None:
    customer = create(bench)
    assert (customer.name, customer.external_reference) == (NEW.name, NEW.external_reference)
    bench.clock.now_s += 2
    assert bench.book.find_customer(NEW.external_reference) == customer
    assert bench.book.read_customer(customer.id) == customer
    assert bench.book.find_customer("posexport:K-98") is None
    assert bench.book.read_customer(424_242) is None


def test_a_customer_whose_reference_is_taken_is_the_one_that_is_there(bench: OrderBench) -> None:
    first = create(bench)
    bench.clock.now_s += 2
    assert create(bench, NEW._replace(name="Fjellstua Drift")).id == first.id
    assert made(bench) == [NEW.name]


@pytest.mark.parametrize("kind", ["lose_answer", "lose_request", "status_after", "garbage"])
def test_a_customer_whose_answer_was_lost_is_there_once(bench: OrderBench, kind: str) -> None:
    bench.spoil(kind, path="/Customers")
    if kind == "lose_request":
        with pytest.raises(AnswerLost):
            create(bench)
    created = create(bench)
    assert (made(bench), created.external_reference) == ([NEW.name], NEW.external_reference)


def test_a_customer_whose_answer_was_lost_and_that_cannot_be_looked_for_is_not_known(bench: OrderBench) -> None:
    bench.spoil("lose_answer", path="/Customers")
    for _ in range(9):
        bench.spoil("status_before", 503, method="GET", path="/Customers")
    with pytest.raises(AnswerLost, match="no usable answer") as caught:
        create(bench)
    assert not caught.value.status


@pytest.mark.parametrize("told", [{}, [], {"Id": 7}, {"Number": 10_500}, {"title": "x"}, {"Id": "7", "Number": 1}])
def test_an_answer_that_is_no_customer_is_a_lost_answer(bench: OrderBench, told: Any) -> None:
    bench.answer(lambda _: httpx.Response(201, json=told), "POST", "/Customers")
    with pytest.raises(AnswerLost, match="no customer"):
        create(bench)


def test_a_customer_that_go_will_not_have_says_why(bench: OrderBench) -> None:
    bench.spoil("refuse", 400, path="/Customers")
    with pytest.raises(VoucherRefused, match="A fault was ordered"):
        create(bench)
    assert bench.calls() == [("POST", "/v2/Customers"), ("GET", "/v2/Customers")]


def test_a_refusal_that_cannot_be_looked_into_is_a_lost_answer(bench: OrderBench) -> None:
    bench.spoil("refuse", 400, path="/Customers")
    bench.answer(lambda _: httpx.Response(503), "GET", "/Customers")
    with pytest.raises(AnswerLost, match="cannot be read now"):
        create(bench)


# Projects


def test_a_project_is_made_once_and_a_part_of_one_under_it(bench: OrderBench) -> None:
    assert bench.book.find_projects(["10", "10.2"]) == {}
    for code in ("10", "10.2", "10", "10.2"):
        assert bench.book.create_project(code, bench.clock() + 90).code == code
        bench.clock.now_s += 2
    assert [project.code for project in bench.world.projects()] == ["10", "10.2"]
    assert list(bench.book.find_projects(["10.2", "10", "11"])) == ["10", "10.2"]


@pytest.mark.parametrize(
    ("change", "is_usable"), [({}, True), ({"status": "Archived"}, False), ({"active": False}, False)]
)
def test_a_closed_project_is_seen_as_closed(bench: OrderBench, change: dict[str, Any], is_usable: bool) -> None:
    bench.world.set_project(Project("P-1", "Sommerfest", **change))
    assert bench.book.find_projects(["P-1"])["P-1"].is_usable is is_usable


@pytest.mark.parametrize("told", [{}, [], {"Code": "P-2"}])
def test_an_answer_about_another_project_is_a_lost_answer(bench: OrderBench, told: Any) -> None:
    bench.answer(lambda _: httpx.Response(201, json=told), "POST", "/Projects")
    with pytest.raises(AnswerLost):
        bench.book.create_project("P-1", bench.clock() + 90)


# Privileges


def may_only(bench: OrderBench, privileges: Collection[str]) -> None:
    """Let the venue's keys have these privileges alone, from the next token on."""
    bench.book.sign_in()
    bench.world.set_privileges(KEYS.application_key, KEYS.client_key, privileges)
    bench.book = bench.open()


@pytest.mark.parametrize("name", ["SalesOrders_Full", "OutgoingInvoice", "Customer", "Product"])
def test_a_privilege_that_orders_need_is_named(bench: OrderBench, name: str) -> None:
    assert list(bench.book.read_missing_privileges(makes_customers=True, makes_projects=True)) == []
    stem = name.removesuffix("_Full")
    kept = ALL_PRIVILEGES - {stem, f"{stem}_Full"}
    may_only(bench, kept)
    assert list(bench.book.read_missing_privileges()) == [name]


@pytest.mark.parametrize(("told", "may"), [(True, True), (False, False), (None, False), ("True", False)])
def test_whether_the_keys_may_send_invoices_is_read(bench: OrderBench, told: object, may: bool) -> None:
    bench.answer(lambda _: httpx.Response(200, json={"AllowSendInvoice": told}), path="/ClientIntegrationInformation")
    assert bench.book.read_may_send() is may


def test_only_who_makes_customers_and_projects_needs_to(bench: OrderBench) -> None:
    may_only(bench, ALL_PRIVILEGES - {"Customer_Full", "Project_Full"} | {"Customer"})
    assert list(bench.book.read_missing_privileges()) == []
    missing = bench.book.read_missing_privileges(makes_customers=True, makes_projects=True)
    assert list(missing) == ["Customer_Full", "Project_Full"]


def test_an_order_without_the_privilege_is_refused_in_words_that_name_it(bench: OrderBench) -> None:
    payload = bench.payload()
    may_only(bench, ALL_PRIVILEGES - {"SalesOrders_Full"})
    with pytest.raises(PrivilegeMissing, match="SalesOrders"):
        bench.send(payload)
    assert bench.references() == []


# Targets


@pytest.mark.parametrize("target", LEDGERS)
def test_a_target_takes_orders_where_its_row_says_so(shop: Shop, target: str) -> None:
    shop.apply(target=target, **({"company": "direct_posting = true"} if target == "ledger" else {}))
    with shop.open() as workspace:
        ledger = where(workspace)
        assert isinstance(ledger, TakesOrders) is LEDGERS[target].takes_orders
        if isinstance(ledger, TakesOrders):
            assert isinstance(ledger.orders, SalesOrders)


def test_orders_beside_the_import_queue_sign_in_by_themselves_when_they_are_needed(tmp_path: Path) -> None:
    bench = Bench("import", tmp_path)
    waits: list[tuple[str, str]] = []

    class Waits:
        def wait(self, api: str, key_digest: str) -> None:
            waits.append((api, key_digest))

    def session(api: Any) -> Session:
        runtime = Runtime(bench.http, Waits(), bench.clock, bench.clock.sleep)
        return Session(runtime, api, "https://go.test", KEYS, "torget")

    opened: list[SalesOrders] = []

    def open_orders() -> SalesOrders:
        opened.append(SalesOrders(session("v2")))
        return opened[-1]

    queue = ImportQueue(session("v1"), None, open_orders)
    queue.read_chart([])
    assert opened == []
    for _ in range(2):
        queue.orders.read_ledger_customers()
    assert len(opened) == 1
    of_v2 = {digest for api, digest in waits if api == "v2"}
    session("v2").read("/Departments")
    assert {digest for api, digest in waits if api == "v2"} == of_v2, "one throttle for all that goes by v2"
    assert of_v2.isdisjoint({digest for api, digest in waits if api == "v1"})
    bench.http.close()


def test_an_import_queue_that_cannot_open_them_says_what_is_missing(tmp_path: Path) -> None:
    bench = Bench("import", tmp_path)
    with bench.http, pytest.raises(UsageError, match="subscription_key"):
        bench.destination.orders  # type: ignore[attr-defined]  # noqa: B018


def test_what_a_queue_may_not_read_of_accounts_is_read_by_v2_for_products(bench: OrderBench) -> None:
    catalog = bench.book.read_catalog(Chart())
    assert catalog.account_vat_codes[catalog.products["SERV25"].sales_account] == "3"


def test_a_book_that_is_down_says_that_nothing_was_sent(bench: OrderBench) -> None:
    payload = bench.payload(DINNER)
    bench.world.is_down = True
    with pytest.raises(PosexportError):
        bench.send(payload)
    with pytest.raises(NotSent):
        bench.book.read_customer(1)
