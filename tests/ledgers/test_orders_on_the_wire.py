"""Orders as they go to PowerOffice Go: sent once, found again, asked about; against the sandbox, and by answers that it
never gives."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest

from posexport.core.credit_facts import LineText
from posexport.core.orders.book import AskedOrder, SeenOrder
from posexport.core.ports.ledger import DraftedHow, DraftStatus, Page
from posexport.errors import (
    AnswerLost,
    NotSent,
    PosexportError,
    PowerOfficeRefused,
    PrivilegeMissing,
    VoucherRefused,
)
from posexport.ledgers.poweroffice import order_answers
from posexport.sandbox.chart import ALL_PRIVILEGES
from tests.support.harness import NOON
from tests.support.order_bench import COMPLETE, KEYS, OrderBench

OTHER_ID = "11111111-2222-3333-4444-555555555555"
REFERENCE = "ExternalImportReference"


@pytest.fixture
def bench() -> Iterator[OrderBench]:
    bench = OrderBench()
    with bench.http:
        yield bench


# Sending


def test_an_order_is_sent_in_one_request_and_answered_with_its_number_and_sum(bench: OrderBench) -> None:
    drafted = bench.send()
    assert bench.calls() == [("POST", "/v2/SalesOrders/Complete")]
    (order,) = bench.world.orders()
    assert (drafted.remote_id, drafted.how) == (order.id, DraftedHow.DRAFTED)
    assert (drafted.told.order_no, drafted.told.total_ore, drafted.told.is_draft) == (str(order.no), 125_000, True)
    assert order_answers.is_unchanged(drafted.told.changed_at, drafted.told.changed_at)


@pytest.mark.parametrize("decimals", [None, 6, 4, 2])
def test_the_answer_shows_whether_the_decimals_of_prices_are_kept(bench: OrderBench, decimals: int | None) -> None:
    bench.world.price_decimals = decimals
    burgers = {"line_texts": (LineText("Burger", "3"),)}
    fine = bench.send(bench.payload("food@15 105.00 = invoice 105.00", facts=burgers))
    assert fine.told.keeps_decimals is (decimals != 2)
    coarse = bench.send(bench.payload("food@25 100.00 = invoice 100.00", number=1043))
    assert coarse.told.keeps_decimals is None


def answered(told: Any, status: int = 201, kind: str = "application/json") -> Callable[[httpx.Request], httpx.Response]:
    content = told if isinstance(told, bytes) else json.dumps(told).encode()
    return lambda _: httpx.Response(status, content=content, headers={"Content-Type": kind})


@pytest.mark.parametrize(
    "told",
    [
        {},
        [],
        {"Id": None},
        {"Id": "42"},
        {"Id": "0" * 32},
        {"SalesOrderNo": 2001},
        {"Id": OTHER_ID, REFERENCE: "brygga-o20261120-00000000"},
        b"<html>maintenance</html>",
        b'{"Id": "1111',
    ],
)
def test_an_answer_of_another_shape_is_a_lost_answer(bench: OrderBench, told: Any) -> None:
    payload = bench.payload()
    bench.answer(answered(told), "POST", COMPLETE)
    with pytest.raises(AnswerLost) as caught:
        bench.send(payload)
    assert caught.value.evidence.startswith("HTTP 201")


def test_an_answer_that_does_not_say_what_it_comes_to_is_still_its_answer(bench: OrderBench) -> None:
    payload = bench.payload()
    bench.answer(answered({"Id": OTHER_ID}), "POST", COMPLETE)
    drafted = bench.send(payload)
    assert (drafted.remote_id, drafted.told.total_ore, drafted.told.order_no) == (OTHER_ID, None, "")


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_a_failure_that_may_have_come_after_the_order_was_made_is_a_lost_answer(bench: OrderBench, status: int) -> None:
    bench.spoil("status_after", status)
    with pytest.raises(AnswerLost):
        bench.send()
    assert (bench.posts(), len(bench.world.orders())) == (1, 1)


@pytest.mark.parametrize("kind", ["lose_answer", "lose_request"])
def test_a_request_without_an_answer_is_never_repeated_from_here(bench: OrderBench, kind: str) -> None:
    bench.spoil(kind)
    with pytest.raises(AnswerLost):
        bench.send()
    assert bench.posts() == 1


@pytest.mark.parametrize("status", [401, 429])
@pytest.mark.parametrize("kind", ["status_before", "status_after"])
def test_what_a_gateway_refused_goes_again_and_is_there_once(bench: OrderBench, status: int, kind: str) -> None:
    bench.spoil(kind, status)
    drafted = bench.send()
    (order,) = bench.world.orders()
    assert (drafted.remote_id, bench.posts()) == (order.id, 2)


def test_the_server_says_no_in_its_own_words_and_once_is_enough(bench: OrderBench) -> None:
    bench.spoil("refuse", 404)
    with pytest.raises(VoucherRefused, match="A fault was ordered"):
        bench.send()
    assert bench.calls() == [("POST", "/v2/SalesOrders/Complete")]


# A reference that is taken


@pytest.mark.parametrize("status", [400, 409])
def test_a_duplicate_is_found_as_the_order(bench: OrderBench, status: int) -> None:
    bench.world.duplicate_status = status
    first = bench.send()
    again = bench.send()
    assert (again.remote_id, again.how) == (first.remote_id, DraftedHow.FOUND_BY_REFERENCE)
    assert (again.told.order_no, again.told.total_ore) == (first.told.order_no, 125_000)
    assert len(bench.references()) == 1


@pytest.mark.parametrize("status", [400, 409])
def test_a_duplicate_is_found_as_the_invoice(bench: OrderBench, status: int) -> None:
    bench.world.duplicate_status = status
    first = bench.send()
    bench.world.invoice(first.remote_id)
    again = bench.send()
    assert (again.remote_id, again.told) == (first.remote_id, None)
    assert len(bench.references()) == 1


@pytest.mark.parametrize("status", [400, 409])
@pytest.mark.parametrize("is_invoiced", [False, True])
def test_the_same_reference_with_other_content_is_named_and_not_taken_for_it(
    bench: OrderBench, status: int, is_invoiced: bool
) -> None:
    bench.world.duplicate_status = status
    first = bench.send()
    if is_invoiced:
        bench.world.invoice(first.remote_id)
    other = bench.payload("food@25 900.00 = invoice 900.00")
    with pytest.raises(VoucherRefused, match="is there already, with another customer or") as caught:
        bench.send(other)
    assert "already in use" in caught.value.evidence
    assert bench.find(other).is_same is False


def test_an_order_for_another_customer_is_another_order(bench: OrderBench) -> None:
    bench.send()
    with pytest.raises(VoucherRefused, match="is there already"):
        bench.send(bench.payload(customer=10102))


@pytest.mark.parametrize("status", [400, 409])
def test_a_refusal_about_something_else_stays_what_it_is(bench: OrderBench, status: int) -> None:
    problem = {"title": "Perioden er avsluttet", "detail": "Åpne perioden", "status": status}
    bench.answer(lambda _: httpx.Response(status, json=problem), "POST", COMPLETE)
    with pytest.raises(VoucherRefused if status == 400 else AnswerLost, match="Perioden er avsluttet"):
        bench.send()
    assert bench.posts() == 0, "the sandbox got none"
    assert ("GET", "/v2/SalesOrders") in bench.calls()


def test_a_duplicate_that_is_nowhere_to_be_seen_is_no_refusal(bench: OrderBench) -> None:
    payload = bench.payload()
    problem = {"title": "Conflict", "detail": f"'{payload[REFERENCE]}' er i bruk", "status": 400}
    bench.answer(lambda _: httpx.Response(400, json=problem), "POST", COMPLETE)
    with pytest.raises(AnswerLost, match="seems taken, and no order has it") as caught:
        bench.send(payload)
    assert (caught.value.may_last, "er i bruk" in caught.value.evidence) == (False, True)


def test_a_duplicate_that_reads_do_not_show_yet_is_looked_for_once_more(bench: OrderBench) -> None:
    bench.world.replica_lag_s = 1.5
    first = bench.send()
    assert bench.send().remote_id == first.remote_id


@pytest.mark.parametrize("path", ["/SalesOrders", "/OutgoingInvoices", "/Customers"])
def test_a_duplicate_that_cannot_be_looked_up_now_is_a_lost_answer(bench: OrderBench, path: str) -> None:
    payload = bench.payload()
    bench.world.invoice(bench.send(payload).remote_id)
    bench.answer(lambda _: httpx.Response(503), "GET", path)
    with pytest.raises(AnswerLost, match="whether the reference is taken cannot be read now"):
        bench.send(payload)


def test_a_duplicate_that_may_not_be_looked_up_is_uncertain_and_says_which_privilege_is_missing(
    bench: OrderBench,
) -> None:
    payload = bench.payload()
    bench.world.invoice(bench.send(payload).remote_id)
    privileges = ALL_PRIVILEGES - {"OutgoingInvoice", "OutgoingInvoice_Full"}
    bench.world.set_privileges(KEYS.application_key, KEYS.client_key, privileges)
    bench.book = bench.open()
    with pytest.raises(AnswerLost, match="OutgoingInvoice"):
        bench.send(payload)
    with pytest.raises(PrivilegeMissing, match="OutgoingInvoice"):
        bench.find(payload)


def test_an_order_of_another_of_our_keys_is_found_by_its_reference(bench: OrderBench) -> None:
    """The department got another application key since."""
    bench.book = bench.open(replace(KEYS, application_key="addonkey-5ecret-N1", client_key="clientkey-5ecret-N1"))
    first = bench.send()
    bench.book = bench.open()
    assert bench.send().remote_id == first.remote_id
    assert len(bench.references()) == 1


# Searching


def test_what_was_never_sent_is_not_found(bench: OrderBench) -> None:
    bench.send(bench.payload(number=1043))
    found = bench.find()
    assert (found.drafted, found.alike) == (None, ())
    assert found.told_at_utc_s is not None


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_an_order_is_found_with_what_it_comes_to(bench: OrderBench, is_confirmed: bool) -> None:
    drafted = bench.send()
    bench.world.confirm_order(drafted.remote_id, confirmed=is_confirmed)
    found = bench.find()
    assert found.drafted is not None
    assert (found.drafted.remote_id, found.is_same) == (drafted.remote_id, True)
    assert (found.drafted.told.total_ore, found.drafted.told.is_draft) == (125_000, not is_confirmed)


def test_an_order_that_a_person_invoiced_meanwhile_is_found_as_the_invoice(bench: OrderBench) -> None:
    drafted = bench.send()
    bench.clock.now_s += 600
    bench.world.invoice(drafted.remote_id)
    found = bench.find()
    assert found.drafted is not None
    assert (found.drafted.remote_id, found.is_same, found.drafted.told) == (drafted.remote_id, True, None)


def test_a_fee_that_go_adds_to_the_invoice_is_no_other_content(bench: OrderBench) -> None:
    drafted = bench.send(bench.payload(customer=10102))
    bench.world.add_client(replace(bench.world.clients[0], invoice_fee=Decimal(59)))
    bench.world.invoice(drafted.remote_id)
    found = bench.find(bench.payload(customer=10102))
    assert found.drafted is not None
    assert found.is_same
    (made,) = bench.world.invoices()
    assert made.total_ore > 125_000


def test_a_customer_that_has_another_number_now_is_searched_for_by_that(bench: OrderBench) -> None:
    payload = bench.payload()
    drafted = bench.send(payload)
    bench.world.invoice(drafted.remote_id)
    bench.world.change_customer(10101, no=10999)
    found = bench.find(payload)
    assert found.drafted is not None
    assert found.drafted.remote_id == drafted.remote_id


def test_an_order_that_a_person_edited_meanwhile_is_there_and_not_the_same(bench: OrderBench) -> None:
    drafted = bench.send()
    bench.world.edit_order(drafted.remote_id, 1, unit_price=Decimal(900))
    found = bench.find()
    assert found.drafted is not None
    assert (found.drafted.remote_id, found.is_same, found.has_other_amounts) == (drafted.remote_id, False, True)


def test_a_text_that_a_person_edited_is_no_other_content(bench: OrderBench) -> None:
    drafted = bench.send()
    bench.world.edit_order(drafted.remote_id, 0, description="Middag for ti")
    assert bench.find().is_same


def test_prices_that_lost_their_decimals_are_no_other_content(bench: OrderBench) -> None:
    bench.world.price_decimals = 2
    payload = bench.payload("food@15 105.00 = invoice 105.00", facts={"line_texts": (LineText("Burger", "3"),)})
    bench.send(payload)
    assert bench.find(payload).is_same


@pytest.mark.parametrize("told", [[{"SalesOrderNo": 1}], ["row"], {"rows": []}, "none", 7])
@pytest.mark.parametrize("path", ["/SalesOrders", "/OutgoingInvoices"])
def test_a_list_of_another_shape_is_no_look(bench: OrderBench, path: str, told: Any) -> None:
    payload = bench.payload()
    bench.answer(answered(told, 200), "GET", path)
    asked = [AskedOrder(OTHER_ID, payload[REFERENCE], int(NOON))]
    looks: list[Callable[[], object]] = [lambda: bench.book.read_seen(asked)]
    looks += (
        [lambda: bench.book.find(payload, int(NOON))] if path == "/SalesOrders" or told != [{"SalesOrderNo": 1}] else []
    )
    for look in looks:
        with pytest.raises(NotSent):
            look()


@pytest.mark.parametrize("told", [{}, {"Id": OTHER_ID}, {"title": "x"}, [], {"Id": OTHER_ID, REFERENCE: "x"}])
def test_an_answer_about_another_order_is_not_taken_for_it(bench: OrderBench, told: Any) -> None:
    payload = bench.payload()
    drafted = bench.send(payload)
    bench.clock.now_s += 2
    bench.answer(answered(told, 200), "GET", f"/SalesOrders/{drafted.remote_id}")
    with pytest.raises(NotSent):
        bench.book.find(payload, int(NOON))
    with pytest.raises(NotSent):
        bench.book.find_status(drafted.remote_id, int(NOON))
    with pytest.raises(NotSent):
        bench.book.remove(drafted.remote_id)


# What became of one


def test_what_became_of_it_is_told_by_draft_confirmed_invoiced_and_reversed(bench: OrderBench) -> None:
    drafted = bench.send()

    def status() -> DraftStatus:
        bench.clock.now_s += 2
        return bench.book.find_status(drafted.remote_id, 0)

    assert status() is DraftStatus.UNPOSTED
    bench.world.confirm_order(drafted.remote_id)
    assert status() is DraftStatus.POSTED
    bench.world.confirm_order(drafted.remote_id, confirmed=False)
    bench.world.invoice(drafted.remote_id)
    assert status() is DraftStatus.POSTED
    bench.world.reverse_invoice(drafted.remote_id)
    assert status() is DraftStatus.REVERSED
    assert bench.book.find_status(OTHER_ID, 0) is DraftStatus.GONE
    assert bench.book.find_successor(drafted.remote_id, 0) == ""


def test_a_proxys_404_does_not_say_that_an_order_is_gone(bench: OrderBench) -> None:
    drafted = bench.send()
    bench.answer(lambda _: httpx.Response(404, text="<html>"), "GET", "/SalesOrders/")
    with pytest.raises(PosexportError):
        bench.book.find_status(drafted.remote_id, 0)


def test_only_an_untouched_draft_is_deleted(bench: OrderBench) -> None:
    drafted = bench.send()
    bench.clock.now_s += 2
    assert bench.book.remove_unchanged(drafted.remote_id, drafted.told.changed_at) is DraftStatus.GONE
    assert bench.references() == []
    assert bench.book.remove_unchanged(drafted.remote_id, drafted.told.changed_at) is None


def test_what_was_invoiced_is_asked_for_45_at_a_time(bench: OrderBench) -> None:
    payloads = [bench.payload(number=number) for number in range(1, 47)]
    sent = [bench.send(payload) for payload in payloads]
    for one in sent:
        bench.world.invoice(one.remote_id)
    asked: list[int] = []

    def note(request: httpx.Request) -> None:
        ids = request.url.params.get("invoiceIds")
        asked.extend([len(ids.split(","))] if ids else [])

    bench.line.before = note
    assert all(seen.invoice is not None for seen in bench.seen(*sent, payloads=payloads))
    assert asked == [45, 1], "the address stays short"


@pytest.mark.parametrize("what", ["edited", "confirmed", "invoiced"])
def test_what_a_person_has_touched_is_not_deleted(bench: OrderBench, what: str) -> None:
    drafted = bench.send()
    bench.clock.now_s += 60
    if what == "edited":
        bench.world.edit_order(drafted.remote_id, 0, description="Middag for ti")
    elif what == "confirmed":
        bench.world.confirm_order(drafted.remote_id)
    else:
        bench.world.invoice(drafted.remote_id)
    bench.clock.now_s += 2
    stays = DraftStatus.POSTED if what == "invoiced" else DraftStatus.UNPOSTED
    assert bench.book.remove_unchanged(drafted.remote_id, drafted.told.changed_at) is stays
    assert len(bench.references()) == 1
    assert ("DELETE", f"/v2/SalesOrders/{drafted.remote_id}") not in bench.calls()


def test_an_order_invoiced_a_moment_before_its_deletion_is_not_taken_for_a_deleted_one(bench: OrderBench) -> None:
    """Reads lag: the order is still listed, and its invoice not yet."""
    drafted = bench.send()
    bench.clock.now_s += 60
    bench.world.invoice(drafted.remote_id)
    assert bench.book.remove_unchanged(drafted.remote_id, drafted.told.changed_at) is DraftStatus.POSTED


def test_the_deletion_of_a_confirmed_order_is_not_even_asked_for(bench: OrderBench) -> None:
    drafted = bench.send()
    bench.world.confirm_order(drafted.remote_id)
    bench.clock.now_s += 2
    assert bench.book.remove(drafted.remote_id) is DraftStatus.UNPOSTED
    assert "DELETE" not in {method for method, _ in bench.calls()}


def test_an_order_confirmed_between_the_look_and_the_deletion_stays(bench: OrderBench) -> None:
    drafted = bench.send()
    bench.clock.now_s += 2
    conflict = {"title": "Object conflict", "detail": "It is confirmed.", "status": 409}
    bench.answer(lambda _: httpx.Response(409, json=conflict), "DELETE")
    assert bench.book.remove(drafted.remote_id) is DraftStatus.UNPOSTED


@pytest.mark.parametrize("is_invoiced", [False, True])
def test_an_order_or_its_invoice_tells_its_reference(bench: OrderBench, is_invoiced: bool) -> None:
    drafted = bench.send()
    (reference,) = bench.references()
    if is_invoiced:
        bench.world.invoice(drafted.remote_id)
    bench.clock.now_s += 2
    assert bench.book.find_reference(drafted.remote_id) == reference
    assert bench.book.find_reference("4711") is None


@pytest.mark.parametrize("is_invoiced", [False, True])
def test_what_an_order_comes_to_without_vat_is_seen_too(bench: OrderBench, is_invoiced: bool) -> None:
    drafted = bench.send()
    (order,) = bench.world.orders()
    if is_invoiced:
        bench.world.invoice(drafted.remote_id)
    bench.clock.now_s += 2
    seen = bench.book.read_seen([AskedOrder(drafted.remote_id, str(order.reference), 0)])[drafted.remote_id]
    found = seen.invoice if is_invoiced else seen.order
    assert found is not None
    assert (found.net_ore, found.total_ore) == (order.net_ore, order.total_ore)


@pytest.mark.parametrize("kind", ["lose_answer", "lose_request", "status_after", "status_before"])
def test_a_deletion_without_an_answer_is_repeated(bench: OrderBench, kind: str) -> None:
    drafted = bench.send()
    bench.clock.now_s += 2
    bench.spoil(kind, method="DELETE", path="/SalesOrders/")
    assert bench.book.remove(drafted.remote_id) is DraftStatus.GONE
    assert bench.references() == []


# What became of many


def test_an_order_that_waits_is_seen_as_draft_confirmed_and_edited(bench: OrderBench) -> None:
    drafted = bench.send()
    (seen,) = bench.seen(drafted)
    assert seen == SeenOrder(drafted.told._replace(keeps_decimals=None))
    bench.world.confirm_order(drafted.remote_id)
    (seen,) = bench.seen(drafted)
    assert seen.order is not None
    assert not seen.order.is_draft
    bench.world.confirm_order(drafted.remote_id, confirmed=False)
    bench.clock.now_s += 60
    bench.world.edit_order(drafted.remote_id, 1, unit_price=Decimal(900))
    (seen,) = bench.seen(drafted)
    assert seen.order is not None
    assert (seen.order.total_ore, seen.order.changed_at > drafted.told.changed_at) == (112_500, True)


def test_an_invoice_is_seen_with_number_date_amount_and_what_is_left_to_pay(bench: OrderBench) -> None:
    drafted = bench.send()
    made = bench.world.invoice(drafted.remote_id)
    (seen,) = bench.seen(drafted)
    assert seen.order is None and seen.invoice is not None
    told = seen.invoice
    assert (told.number, told.on, told.total_ore) == (str(made.no), made.invoice_date, 125_000)
    assert (told.balance_ore, told.is_paid, told.is_credited) == (125_000, False, False)
    bench.world.pay(drafted.remote_id)
    (seen,) = bench.seen(drafted)
    assert seen.invoice is not None
    assert (seen.invoice.is_paid, seen.invoice.is_credited) == (True, False)


@pytest.mark.parametrize("how", ["reversed", "credited"])
def test_an_invoice_that_was_taken_back_is_credited(bench: OrderBench, how: str) -> None:
    drafted = bench.send()
    bench.world.invoice(drafted.remote_id)
    if how == "reversed":
        bench.world.reverse_invoice(drafted.remote_id)
    else:
        bench.world.credit(drafted.remote_id)
    (seen,) = bench.seen(drafted)
    assert seen.invoice is not None
    assert seen.invoice.is_credited


def test_an_invoice_that_a_return_answers_in_part_is_not_credited(bench: OrderBench) -> None:
    drafted = bench.send()
    made = bench.world.invoice(drafted.remote_id)
    back = bench.payload("food@25 -250.00 = invoice -250.00", number=1043, related_invoice_no=made.no)
    bench.world.invoice(bench.send(back).remote_id)
    bench.world.pay(drafted.remote_id, made.balance_ore)
    (seen,) = bench.seen(drafted)
    assert seen.invoice is not None
    assert (seen.invoice.is_paid, seen.invoice.is_credited) == (True, False)


def test_what_is_deleted_is_seen_as_neither(bench: OrderBench) -> None:
    drafted = bench.send()
    bench.world.delete_order(drafted.remote_id)
    assert bench.seen(drafted) == [SeenOrder()]


def test_many_are_asked_about_in_few_requests(bench: OrderBench) -> None:
    payloads = [bench.payload(number=number) for number in range(2000, 2100)]
    sent = [bench.send(payload) for payload in payloads]
    before = len(bench.calls())
    bench.seen(*sent, payloads=payloads)
    assert len(bench.calls()) - before == 1
    for one in sent[10:]:
        bench.world.invoice(one.remote_id)
    before = len(bench.calls())
    seen = bench.seen(*sent, payloads=payloads)
    assert [one.order is None for one in seen] == [False] * 10 + [True] * 90
    assert all(one.invoice for one in seen[10:])
    assert bench.calls()[before:] == [("GET", "/v2/SalesOrders"), *[("GET", "/v2/OutgoingInvoices")] * 2]


def test_one_that_is_missing_is_searched_for_by_its_reference_once(bench: OrderBench) -> None:
    other = replace(KEYS, application_key="addonkey-5ecret-N1", client_key="clientkey-5ecret-N1")
    bench.book = bench.open(other)
    drafted = bench.send()
    bench.book = bench.open()
    (seen,) = bench.seen(drafted)
    assert seen.order is not None, "made with a key that the venue had before"
    bench.world.delete_order(drafted.remote_id)
    assert bench.seen(drafted) == [SeenOrder()]
    before = len(bench.calls())
    assert bench.seen(drafted, was_missing=True) == [SeenOrder()]
    assert len(bench.calls()) - before == 2


def test_an_invoice_with_an_id_of_its_own_is_found_by_the_reference(bench: OrderBench) -> None:
    drafted = bench.send()
    bench.world.invoice(drafted.remote_id)
    moved = replace(drafted, remote_id=OTHER_ID)
    (seen,) = bench.seen(moved)
    assert seen.invoice is not None


def test_an_order_with_anothers_reference_is_not_ours_though_it_has_the_id(bench: OrderBench) -> None:
    drafted = bench.send()
    bench.clock.now_s += 2
    asked = AskedOrder(drafted.remote_id, "torget-o20261120-00000000", int(NOON), was_missing=True)
    assert bench.book.read_seen([asked]) == {drafted.remote_id: SeenOrder()}


def test_nothing_is_asked_about_no_orders(bench: OrderBench) -> None:
    assert bench.book.read_seen([]) == {}
    assert bench.calls() == []


@pytest.mark.parametrize("told", [{"VoucherDate": None}, {"TotalAmount": "much"}])
def test_an_invoice_that_cannot_be_read_is_no_invoice(bench: OrderBench, told: dict[str, Any]) -> None:
    drafted = bench.send()
    bench.world.invoice(drafted.remote_id)
    bench.clock.now_s += 2
    row = {"Id": drafted.remote_id, "InvoiceNo": 1, "VoucherDate": "2026-11-22", "TotalAmount": 1, **told}
    bench.answer(answered([row], 200), "GET", "/OutgoingInvoices")
    with pytest.raises(NotSent):
        bench.book.read_seen([AskedOrder(drafted.remote_id, bench.payload()[REFERENCE], int(NOON))])


# Never used, and never called


def test_an_order_takes_no_settlement_report(bench: OrderBench) -> None:
    with pytest.raises(PowerOfficeRefused):
        bench.book.attach(OTHER_ID, Page("x.pdf", b""), 0)
    assert not bench.book.has_page(OTHER_ID, "x.pdf")
    assert bench.calls() == []


def test_nothing_ever_sends_an_invoice(bench: OrderBench) -> None:
    drafted = bench.send()
    bench.seen(drafted)
    bench.find()
    bench.book.remove(drafted.remote_id)
    assert not [path for _, path in bench.calls() if "createAndSend" in path]
