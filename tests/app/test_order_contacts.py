"""The contact of a sale on credit: a contact person of the customer in PowerOffice Go, by id, or a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from posexport.app.orders import OrderFilter, list_orders, send
from posexport.core.order_review import OrderReport
from posexport.errors import Exit
from posexport.sandbox import ContactPerson, Fault
from posexport.sandbox.orders import Order
from posexport.texts.describe import fix_of
from tests.app.test_orders import send_all
from tests.support.credit_shop import CUSTOMER, apply_orders, credit_sale, orders_of, tell_orders
from tests.support.harness import Shop
from tests.support.looks import read_rows

IDA = {"contact": "Ida Solvang"}
"""A contact person of the customer, by name."""
OTHER_CUSTOMER = 10102


def sold_to(number: int, contact: Mapping[str, str], amount: str = "1250.00", **more: Any) -> Mapping[str, Any]:
    """A sale on credit to the customer, with a contact."""
    return credit_sale(number, amount, customer={"number": CUSTOMER, **contact}, **more)


def person_id(shop: Shop, first_name: str, customer: int = int(CUSTOMER)) -> int:
    """The id that a contact person has in PowerOffice Go."""
    persons = shop.world._one(None).customers.persons.items_now()
    (found,) = (id_ for id_, one in persons if (one.first_name, one.customer_no) == (first_name, customer))
    return found


def named(order: Order) -> tuple[str | None, int | None]:
    """Whom an order in PowerOffice Go names: the name, which Go fills in for a contact person, and the id."""
    return order.customer_reference, order.contact_person_id


def reads(shop: Shop) -> int:
    """How often contact persons were asked for; nothing else is ever done with them."""
    asked = [one for one in shop.world.requests if "ContactPersons" in one.path]
    assert {(one.method, one.path) for one in asked} <= {("GET", "/v2/ContactPersons")}
    return len(asked)


def codes(report: OrderReport) -> list[str]:
    """What is told of an order."""
    return [finding.code for finding in report.findings]


def listed(shop: Shop) -> list[OrderReport]:
    """The orders as another process shows them."""
    with shop.open() as workspace:
        return list_orders(workspace, shop.venues(workspace), OrderFilter())


# Whom an order names


@pytest.mark.parametrize(
    "contact",
    [IDA, {"contact": "ida  SOLVANG"}, {"contact": "I. Solvang", "email": "IDA@fjordvikbygg.example"}],
    ids=["name", "spelled otherwise", "e-mail"],
)
def test_an_order_names_the_contact_person_of_its_customer(both: Shop, contact: Mapping[str, str]) -> None:
    apply_orders(both)
    both.sell(sold_to(1, contact))
    exported = both.export()
    assert (exported.exit_code, tell_orders(exported.report)) == (Exit.DONE, [("1", "sent", "1250.00")])
    (made,) = both.world.orders()
    assert named(made) == ("Ida Solvang", person_id(both, "Ida"))
    assert reads(both) == 1
    assert [codes(report) for report in (*orders_of(exported.report), *listed(both))] == [[], []]


def test_a_contact_that_nobody_there_is_stands_on_the_order_by_name(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sold_to(1, {"contact": "Kari Moe", "email": "kari@moe.example"}))
    exported = shop.export()
    (made,) = shop.world.orders()
    assert (exported.exit_code, named(made), reads(shop)) == (Exit.DONE, ("Kari Moe", None), 1)
    assert codes(orders_of(exported.report)[0]) == []


def test_the_buyers_own_reference_comes_first_and_nobody_is_asked_for(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sold_to(1, {**IDA, "email": "vera@nordlysreiser.example"}, customer_reference="PO-7"))
    exported = shop.export()
    (made,) = shop.world.orders()
    assert (named(made), reads(shop), codes(orders_of(exported.report)[0])) == (("PO-7", None), 0, [])


def test_contact_persons_are_read_only_where_an_order_with_a_contact_is_sent(shop: Shop) -> None:
    apply_orders(shop)
    nobodys = credit_sale(2, customer={"number": "K-99", **IDA})
    shop.sell(credit_sale(1), nobodys)
    exported = shop.export()
    assert [state for _, state, _ in tell_orders(exported.report)] == ["sent", "waiting"]
    assert reads(shop) == 0


def test_none_are_read_for_an_order_that_waits_for_something_else(shop: Shop) -> None:
    apply_orders(shop)
    shop.world.change_product("SERV25", active=False)
    shop.clock.now_s += 5
    shop.sell(sold_to(1, IDA))
    for _ in range(2):
        assert tell_orders(shop.export().report) == [("1", "waiting", "1250.00")]
        shop.clock.now_s += 3_600
    assert reads(shop) == 1, "what is wrong with the product is not known before the first time"


def test_none_are_read_where_the_customer_could_not_be_looked_up(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sold_to(1, IDA))
    shop.faults.extend(Fault("status_before", 503, method="GET", path="/Customers") for _ in range(9))
    shop.export()
    assert (reads(shop), shop.world.orders()) == (0, [])


def test_contact_persons_are_read_once_for_all_orders_of_a_night(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sold_to(1, IDA))
    shop.export()
    shop.clock.now_s += 3_600
    before, reads_before = len(shop.world.requests), reads(shop)
    shop.sell(*(sold_to(number, IDA, f"{number}0.00") for number in range(2, 42)))
    shop.export()
    assert len(shop.world.orders()) == 41
    assert {named(order) for order in shop.world.orders()} == {("Ida Solvang", person_id(shop, "Ida"))}
    assert reads(shop) == reads_before + 1
    orders = [one for one in list(shop.world.requests)[before:] if not one.path.endswith("/Token")]
    of_days = [one for one in orders if "JournalEntryVoucher" in one.path or "/Vouchers" in one.path]
    assert len(orders) - len(of_days) <= 40 * 1.05 + 2, "two more look what became of the first"


def test_what_is_known_of_contact_persons_is_not_in_the_store(both: Shop) -> None:
    apply_orders(both)
    both.sell(sold_to(1, IDA), sold_to(2, {"contact": "Vera L.", "email": "vera@nordlysreiser.example"}))
    both.export()
    tables = ("delivery", "delivery_event", "order_seen", "ledger_listing", "ledger_customer", "customer_link")
    kept = [str(read_rows(both, table)) for table in tables]
    assert any("Fjordvik" in text for text in kept), "what is kept is looked at"
    assert not any("ida@" in text or "ola@" in text or "Lunde" in text for text in kept)


# The same address at another customer


def test_the_same_address_at_another_customer_is_told_on_the_order(both: Shop) -> None:
    apply_orders(both)
    both.sell(sold_to(1, {"contact": "Vera Lunde", "email": "vera@nordlysreiser.example"}))
    exported = both.export()
    assert exported.exit_code is Exit.DONE
    (made,) = both.world.orders()
    assert named(made) == ("Vera Lunde", None)
    for report in (*orders_of(exported.report), *listed(both)):
        (finding,) = report.findings
        assert (finding.code, finding.facts["go_number"]) == ("contact-elsewhere", "10102, 10103")
    assert "customer card > Contact persons > Remove" in fix_of(finding, "en")
    assert "kundekortet > Kontaktpersoner > Fjern" in fix_of(finding, "nb")
    both.world.invoice(made.id)
    both.clock.now_s += 3_600
    both.export()
    assert [codes(report) for report in listed(both)] == [[]], "the invoice has gone"


def test_once_removed_there_and_added_here_the_next_order_names_the_person(shop: Shop) -> None:
    apply_orders(shop)
    vera = {"contact": "Vera Lunde", "email": "vera@nordlysreiser.example"}
    shop.sell(sold_to(1, vera))
    shop.export()
    for customer in (10102, 10103):
        shop.world.remove_contact_person(person_id(shop, "Vera", customer))
    new = shop.world.set_contact_person(ContactPerson(int(CUSTOMER), "Vera", "Lunde", "vera@nordlysreiser.example"))
    shop.clock.now_s += 60
    shop.sell(sold_to(2, vera))
    exported = shop.export()
    assert codes(orders_of(exported.report)[-1]) == []
    assert [named(order) for order in shop.world.orders()] == [("Vera Lunde", None), ("Vera Lunde", new)]


# Reading fails


MISSING = '{"title": "Missing privilege", "detail": "ContactPerson"}'


@pytest.mark.parametrize("status", [403, 400])
def test_without_the_privilege_an_order_goes_with_the_name(shop: Shop, status: int) -> None:
    apply_orders(shop)
    shop.sell(sold_to(1, IDA))
    shop.faults.append(Fault("answer_before", status, MISSING, method="GET", path="/ContactPersons"))
    exported = shop.export()
    (made,) = shop.world.orders()
    assert (exported.exit_code, named(made), reads(shop)) == (Exit.DONE, ("Ida Solvang", None), 1)


@pytest.mark.parametrize("kind", ["lose_answer", "status_before", "garbage"])
def test_where_they_cannot_be_read_an_order_goes_with_the_name(shop: Shop, kind: str) -> None:
    apply_orders(shop)
    shop.sell(sold_to(1, IDA))
    shop.faults.extend(Fault(kind, 500, method="GET", path="/ContactPersons") for _ in range(9))  # type: ignore[arg-type]
    exported = shop.export()
    (made,) = shop.world.orders()
    assert (exported.exit_code, named(made)) == (Exit.DONE, ("Ida Solvang", None))


# What was planned is what is sent


def lose(shop: Shop, kind: str = "lose_request") -> None:
    """Let the next order's request, or its answer, be lost."""
    shop.faults.append(Fault(kind, 503, method="POST", path="/SalesOrders/Complete"))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["lose_request", "lose_answer"])
def test_an_order_that_was_lost_names_the_person_it_was_planned_with(both: Shop, kind: str) -> None:
    apply_orders(both)
    both.sell(sold_to(1, IDA))
    lose(both, kind)
    exported = both.export()
    assert tell_orders(exported.report) == [("1", "uncertain", "1250.00")]
    ida = person_id(both, "Ida")
    both.world.set_contact_person(ContactPerson(int(CUSTOMER), "Ida", "Solvang", "ida2@fjordvikbygg.example"))
    both.clock.now_s += 60
    exported = both.export()
    assert tell_orders(exported.report) == [("1", "sent", "1250.00")]
    assert [named(order) for order in both.world.orders()] == [("Ida Solvang", ida)]


def test_an_order_that_was_lost_with_a_name_is_sent_again_with_the_name(both: Shop) -> None:
    apply_orders(both)
    both.sell(sold_to(1, {"contact": "Nora Vik"}))
    lose(both)
    (planned,) = orders_of(both.export().report)
    reference = planned.reference
    nora = both.world.set_contact_person(ContactPerson(int(CUSTOMER), "Nora", "Vik"))
    both.clock.now_s += 60
    both.sell(sold_to(2, {"contact": "Nora Vik"}))
    both.export()
    lost, new = sorted(both.world.orders(), key=lambda order: str(order.reference != reference))
    assert (named(lost), named(new)) == (("Nora Vik", None), ("Nora Vik", nora))


def test_after_a_refusal_they_are_read_again_at_once(shop: Shop) -> None:
    """The list is good for some minutes, and the person was removed in them."""
    apply_orders(shop)
    shop.sell(sold_to(1, IDA))
    with shop.open() as workspace:
        venues = shop.venues(workspace)
        assert [outcome.report.state_of_order.value for outcome in send(workspace, venues, OrderFilter())] == ["sent"]
        shop.world.remove_contact_person(person_id(shop, "Ida"))
        shop.clock.now_s += 60
        shop.sell(sold_to(2, IDA))
        told = [[one.report.state_of_order.value for one in send(workspace, venues, OrderFilter())] for _ in range(2)]
    assert told == [["sent", "refused"], ["sent", "sent"]]
    assert (named(shop.world.orders()[-1]), reads(shop)) == (("Ida Solvang", None), 2)


def test_an_order_that_was_refused_is_looked_at_anew(shop: Shop) -> None:
    """The person was removed after they were read."""
    apply_orders(shop)
    shop.sell(sold_to(1, IDA))
    shop.faults.append(Fault("status_before", 503, method="POST", path="/SalesOrders/Complete"))
    shop.export()
    shop.world.remove_contact_person(person_id(shop, "Ida"))
    shop.clock.now_s += 60
    exported = shop.export()
    assert [state for _, state, _ in tell_orders(exported.report)] == ["refused"]
    assert send_all(shop) == [("sent", 125_000, False)]
    assert [named(order) for order in shop.world.orders()] == [("Ida Solvang", None)]
