"""Orders whose ticket changes after they were sent, by the commands: what is looked at before an order is deleted, what
is written on it, which invoice a credit note names, and that there is always a way to an end."""

from __future__ import annotations

from typing import Any

import pytest

from posexport.errors import Exit
from posexport.sandbox import Fault
from posexport.sandbox.customers import Customer
from posexport.sandbox.products import Product
from tests.support.command_line import Told
from tests.support.harness import Shop
from tests.support.order_bench import COMPLETE
from tests.support.order_cafe import K_17, Cafe, codes, open_cafe, sum_of, tell, ticket

SOLD = ticket(1042, "25 1000.00 = CREDIT 1000.00")
LESS = ticket(1042, "25 900.00 = CREDIT 900.00")
NEWCOMER = {"number": "K-18", "name": "Utvær Drift AS"}
OTHER = 10402
CHANGED = "order-changed-after-sending"


@pytest.fixture
def cafe(both: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cafe:
    made = open_cafe(both, monkeypatch, capsys)
    made.shop.world.set_customer(Customer(OTHER, "Utvær Drift AS"))
    return made


def sell_and_send(cafe: Cafe, *tickets: object, **keys: Any) -> None:
    cafe.set_up(**keys)
    cafe.sell(*(tickets or (SOLD,)))  # type: ignore[arg-type]
    told = cafe.export()
    assert told.code == Exit.DONE, told
    cafe.wait()


def revise(cafe: Cafe) -> Told:
    cafe.wait()
    return cafe.run("orders", "send", "--revise", "--lang", "en")


def totals(cafe: Cafe) -> list[int]:
    return [order.total_ore for order in cafe.shop.world.orders()]


# Looked at before anything is deleted


def break_product(cafe: Cafe, *, active: bool = False) -> None:
    cafe.shop.world.set_product(Product("SERV25", "Servering", 3020, 3250, active=active))


def test_an_order_is_not_deleted_while_a_product_of_the_new_one_is_archived(cafe: Cafe) -> None:
    sell_and_send(cafe)
    cafe.sell(LESS)
    break_product(cafe)
    told = revise(cafe)
    assert (told.code, totals(cafe)) == (Exit.BOOKKEEPER, [100_000])
    assert "the old one is left as it is" in " ".join(told.out.split())
    assert "SERV25" in told.out
    break_product(cafe, active=True)
    assert (revise(cafe).code, totals(cafe)) == (Exit.DONE, [90_000])


@pytest.mark.parametrize("mends", ["opened", "linked"])
def test_an_order_is_not_deleted_while_the_new_customer_takes_none(cafe: Cafe, mends: str) -> None:
    sell_and_send(cafe)
    assert cafe.run("customers", "link", "fjordmat", "K-18", str(OTHER)).code == Exit.DONE
    cafe.shop.world.change_customer(OTHER, active=False)
    cafe.sell({**SOLD, "customer": NEWCOMER})
    told = revise(cafe)
    assert (told.code, cafe.order.customer_id) == (Exit.BOOKKEEPER, cafe.contact_id(10018))
    assert "archived" in told.out
    if mends == "opened":
        cafe.shop.world.change_customer(OTHER, active=True)
    else:
        assert cafe.run("customers", "link", "fjordmat", "K-18", "10018", "--share").code == Exit.DONE
    assert revise(cafe).code == Exit.DONE
    assert cafe.order.customer_id == cafe.contact_id(OTHER if mends == "opened" else 10018)
    assert [one["state"] for one in cafe.orders()] == ["sent"]


def test_an_order_is_not_deleted_while_the_new_customer_is_not_linked(cafe: Cafe) -> None:
    sell_and_send(cafe)
    cafe.sell({**SOLD, "customer": NEWCOMER})
    told = revise(cafe)
    assert (told.code, cafe.order.customer_id) == (Exit.BOOKKEEPER, cafe.contact_id(10018))
    assert "K-18" in told.out
    assert cafe.run("customers", "link", "fjordmat", "K-18", str(OTHER)).code == Exit.DONE
    assert (revise(cafe).code, cafe.order.customer_id) == (Exit.DONE, cafe.contact_id(OTHER))


def test_a_customer_that_the_setup_lets_be_linked_is_linked_before_it_is_looked_at(cafe: Cafe) -> None:
    sell_and_send(cafe, {**SOLD, "customer": "10018"}, customers="number", link=False)
    cafe.sell({**SOLD, "customer": str(OTHER)})
    assert (revise(cafe).code, cafe.order.customer_id) == (Exit.DONE, cafe.contact_id(OTHER))


def test_an_order_is_not_deleted_while_the_project_of_the_new_one_is_missing(cafe: Cafe) -> None:
    sell_and_send(cafe)
    cafe.sell({**LESS, "project": "P-9"})
    told = revise(cafe)
    assert (told.code, totals(cafe)) == (Exit.BOOKKEEPER, [100_000])
    assert "P-9" in told.out


def test_an_order_is_not_deleted_while_the_voucher_has_what_the_new_one_would(cafe: Cafe) -> None:
    sell_and_send(cafe, ticket(1042, "25 1000.00 = CARD 400.00, CREDIT 600.00"))
    cafe.sell(ticket(1042, "25 1000.00 = CARD 500.00, CREDIT 500.00"))
    assert (revise(cafe).code, totals(cafe)) == (Exit.BOOKKEEPER, [60_000])
    assert cafe.export("--revise").code == Exit.BOOKKEEPER, "the change of the order is told"
    assert (revise(cafe).code, totals(cafe)) == (Exit.DONE, [50_000])
    assert (cafe.export().code, cafe.voucher) == (Exit.DONE, ["1592 +500.00", "3020 -500.00 (3)"])


def test_an_order_is_not_deleted_while_go_cannot_be_asked_about_the_new_one(cafe: Cafe) -> None:
    sell_and_send(cafe)
    cafe.sell(LESS)
    cafe.wait()
    for _ in range(8):
        cafe.shop.faults.append(Fault("status_before", 503, method="GET", path="/Products"))
    told = cafe.run("orders", "send", "--revise")
    assert (told.code, totals(cafe)) == (Exit.WAIT, [100_000])
    cafe.shop.faults.clear()
    assert (revise(cafe).code, totals(cafe)) == (Exit.DONE, [90_000])


def test_a_new_order_that_is_refused_after_the_old_one_is_deleted_is_told_and_sent_again(cafe: Cafe) -> None:
    sell_and_send(cafe)
    cafe.sell(LESS)
    cafe.wait()
    cafe.shop.faults.append(Fault("refuse", 400, method="POST", path=COMPLETE))
    told = cafe.run("orders", "send", "--revise")
    assert (told.code, totals(cafe)) == (Exit.INTEGRATOR, [])
    assert [one["state"] for one in cafe.orders()] == ["refused"]
    assert (revise(cafe).code, totals(cafe)) == (Exit.DONE, [90_000])


# Confirmed when they are sent


def test_an_order_that_was_sent_confirmed_is_replaced(cafe: Cafe) -> None:
    confirm(cafe)
    assert cafe.order.status == "Confirmed"
    cafe.sell(LESS)
    assert (revise(cafe).code, totals(cafe), cafe.order.status) == (Exit.DONE, [90_000], "Confirmed")
    assert [(one["state"], one["changed"]) for one in cafe.orders()] == [("sent", False)]


def test_an_order_that_was_sent_confirmed_is_deleted_when_its_ticket_is_void(cafe: Cafe) -> None:
    confirm(cafe)
    cafe.sell({**SOLD, "void": True})
    assert (revise(cafe).code, totals(cafe)) == (Exit.DONE, [])


def test_an_order_that_was_sent_confirmed_and_that_somebody_has_set_back_is_left_to_them(cafe: Cafe) -> None:
    confirm(cafe)
    cafe.shop.clock.sleep(60)
    cafe.shop.world.confirm_order(cafe.order.id, confirmed=False)
    cafe.sell(LESS)
    assert (revise(cafe).code, totals(cafe)) == (Exit.BOOKKEEPER, [100_000])


def confirm(cafe: Cafe) -> None:
    cafe.flags = {"confirm": "true"}
    sell_and_send(cafe)


# What is written on them


@pytest.mark.parametrize(
    ("was", "now", "what"),
    [
        ({}, {"customer_reference": "Ola"}, "customer_reference - > Ola"),
        ({"purchase_order": "A-1"}, {"purchase_order": "A-2"}, "purchase_order A-1 > A-2"),
        ({"reference": "B1"}, {"reference": "B2"}, "reference B1 > B2"),
    ],
)
def test_what_is_to_be_written_on_an_order_is_told_when_it_changes_and_sent(
    cafe: Cafe, was: dict[str, str], now: dict[str, str], what: str
) -> None:
    sell_and_send(cafe, {**SOLD, **was})
    cafe.sell({**SOLD, **now})
    (shown,) = cafe.orders()
    assert (shown["changed"], codes(shown)) == (True, [CHANGED])
    assert what in shown["findings"][0]["message"]
    assert revise(cafe).code == Exit.DONE
    (name, value), *_ = now.items()
    there = {
        "customer_reference": cafe.order.customer_reference,
        "purchase_order": cafe.order.purchase_order,
        "reference": str(cafe.order.lines[0].description).rpartition(", ref. ")[2],
    }
    assert there[name] == value
    assert [(one["changed"], codes(one)) for one in cafe.orders()] == [(False, [])]


@pytest.mark.parametrize(
    "now",
    [
        {"customer_reference": "Per"},
        {"purchase_order": "A-2"},
        {"project": "P-7"},
        {"reference": "B2"},
        {"customer": {**K_17, "organization_number": "310042161"}},
    ],
    ids=lambda now: next(iter(now)),
)
def test_what_changes_of_the_order_of_a_done_day_is_told_by_the_next_export(cafe: Cafe, now: dict[str, Any]) -> None:
    def export() -> tuple[int, list[tuple[str, list[str]]]]:
        cafe.wait()
        told = cafe.export()
        return told.code, [(one["ticket"], codes(one)) for one in told.json.get("orders", ())]

    written = {**SOLD, "customer_reference": "Ola", "purchase_order": "A-1", "reference": "B1"}
    sell_and_send(cafe, written)
    assert export() == (Exit.DONE, []), "the day is done"
    cafe.sell({**written, "x_read": "again"})
    assert export() == (Exit.DONE, []), "the same once more changes nothing"
    cafe.sell({**written, **now})
    assert [export(), export()] == [(Exit.BOOKKEEPER, [("1042", [CHANGED])])] * 2
    cafe.sell({**written, "x_read": "once more"})
    assert export()[0] == Exit.DONE
    assert export() == (Exit.DONE, []), "the day is done again"


def test_a_file_that_says_nothing_of_a_reference_does_not_change_it(cafe: Cafe) -> None:
    sell_and_send(cafe, {**SOLD, "customer_reference": "Ola", "purchase_order": "A-1"})
    cafe.sell({**SOLD, "completed_at": SOLD["completed_at"]})
    assert [(one["changed"], codes(one)) for one in cafe.orders()] == [(False, [])]


def test_a_contact_that_stands_as_the_reference_is_no_change(cafe: Cafe) -> None:
    with_contact = {**SOLD, "customer": {**SOLD["customer"], "contact": "Kari Moe"}}
    sell_and_send(cafe, with_contact)
    assert cafe.order.customer_reference == "Kari Moe"
    cafe.sell(with_contact)
    assert [one["changed"] for one in cafe.orders()] == [False]


def test_of_an_invoice_there_is_no_difference_to_send_and_a_person_accepts_it(cafe: Cafe) -> None:
    sell_and_send(cafe, {**SOLD, "purchase_order": "A-1"})
    cafe.invoice(5012)
    cafe.wait()
    cafe.sell({**SOLD, "purchase_order": "A-2"})
    (shown,) = cafe.orders()
    assert "purchase_order A-1 > A-2" in shown["findings"][0]["message"]
    assert (revise(cafe).code, totals(cafe)) == (Exit.BOOKKEEPER, [])
    told = cafe.run("orders", "accept", shown["reference"], CHANGED, "--why", "avtalt")
    assert told.code == Exit.DONE, told
    assert cafe.export().code == Exit.DONE
    assert [one["changed"] for one in cafe.orders()] == [False]


# Which invoice a credit note names


def test_a_correction_of_an_ore_names_the_invoice_it_corrects(cafe: Cafe) -> None:
    sell_and_send(cafe, ticket(1042, "25 10.00 = CREDIT 10.00"))
    cafe.invoice(5012)
    cafe.wait()
    cafe.sell(ticket(1042, "15 10.00 = CREDIT 10.00"))
    assert revise(cafe).code == Exit.DONE
    assert (sum_of(cafe.order), cafe.order.related_invoice_no) == ("0.69 + -0.70 = -0.01", 5012)


def test_a_return_names_the_invoice_of_its_sale_and_not_a_credit_note_of_it(cafe: Cafe) -> None:
    sell_and_send(cafe)
    cafe.invoice(5012)
    cafe.wait()
    cafe.sell(LESS)
    assert revise(cafe).code == Exit.DONE
    assert (totals(cafe), cafe.order.related_invoice_no) == ([-10_000], 5012)
    cafe.invoice(5013)
    cafe.wait()
    cafe.sell(
        ticket(
            1050,
            "25 -900.00 = CREDIT -900.00",
            at="2026-11-20T14:00:00",
            refers_to={"register": "1", "ticket": "1042"},
        )
    )
    assert cafe.export().code == Exit.DONE
    assert (tell(cafe.order), cafe.order.related_invoice_no) == (["SERV25 -1 x 720.00: -720.00 + -180.00"], 5012)
    (shown,) = [one for one in cafe.orders() if one["ticket"] == "1050"]
    assert codes(shown) == []


def test_a_return_names_the_invoice_of_its_sale_and_not_that_of_a_difference(cafe: Cafe) -> None:
    sell_and_send(cafe)
    cafe.invoice(5012)
    cafe.wait()
    cafe.sell(ticket(1042, "25 1100.00 = CREDIT 1100.00"))
    assert revise(cafe).code == Exit.DONE
    cafe.invoice(5013)
    cafe.wait()
    given_back = ticket(
        1050, "25 -500.00 = CREDIT -500.00", at="2026-11-20T14:00:00", refers_to={"register": "1", "ticket": "1042"}
    )
    cafe.sell(given_back)
    assert cafe.export().code == Exit.DONE
    assert (totals(cafe), cafe.order.related_invoice_no) == ([-50_000], 5012)


# Credited in full by hand


def sell_invoice_and_credit(cafe: Cafe, how: str) -> str:
    """A person invoices the order as 5012 and takes it back; its reference."""
    sell_and_send(cafe)
    made = cafe.invoice(5012)
    cafe.shop.world.credit(made.id) if how == "credited" else cafe.shop.world.reverse_invoice(made.id)
    cafe.wait()
    (shown,) = cafe.orders()
    assert (shown["state"], codes(shown)) == ("credited", ["order-edited"])
    return str(shown["reference"])


@pytest.mark.parametrize("how", ["credited", "reversed"])
def test_a_credited_sale_is_at_rest_as_it_is(cafe: Cafe, how: str) -> None:
    sell_invoice_and_credit(cafe, how)
    for _ in range(2):
        assert (cafe.export("--revise").code, totals(cafe), cafe.voucher) == (Exit.DONE, [], [])
    assert cafe.run("orders", "reconcile", "--json").code == Exit.DONE


@pytest.mark.parametrize("how", ["credited", "reversed"])
def test_a_credited_sale_is_sent_anew_once_under_another_reference(cafe: Cafe, how: str) -> None:
    reference = sell_invoice_and_credit(cafe, how)
    assert cafe.run("orders", "resolve", reference, "--not-there").code == Exit.DONE
    again = cafe.run("orders", "resolve", reference, "--not-there")
    assert (again.code, "has another order" in again.err) == (Exit.OPERATOR, True)
    assert reconciled(cafe) == "1000.00"
    for _ in range(2):
        assert (cafe.export().code, totals(cafe)) == (Exit.DONE, [100_000])
    assert cafe.order.reference != reference
    assert [(one["state"], one["changed"], codes(one)) for one in cafe.orders()] == [
        ("credited", False, []),
        ("sent", False, []),
    ]
    assert cafe.run("orders", "resolve", reference, "--not-there").code == Exit.OPERATOR
    assert move(cafe).code == Exit.OPERATOR
    assert reconciled(cafe) == "1000.00"
    cafe.sell(LESS)
    assert (revise(cafe).code, totals(cafe)) == (Exit.DONE, [90_000])
    cafe.invoice(5020)
    assert [one["state"] for one in cafe.orders()] == ["credited", "invoiced"]
    assert cafe.export().code == Exit.DONE


@pytest.mark.parametrize("how", ["credited", "reversed"])
def test_a_credited_sale_is_moved_to_the_voucher_once(cafe: Cafe, how: str) -> None:
    sell_invoice_and_credit(cafe, how)
    assert cafe.run("orders", "move", "torget", "2026-11-20", "--to", "voucher").code == Exit.OPERATOR, "none is named"
    assert move(cafe).code == Exit.DONE
    cafe.wait()
    for _ in range(2):
        assert cafe.export("--revise").code == Exit.DONE
        assert (totals(cafe), cafe.voucher) == ([], ["1500/10018 +1000.00", "3020 -1000.00 (3)"])
    assert move(cafe).code == Exit.OPERATOR


def test_a_sale_that_a_return_of_the_register_gives_back_is_neither_sent_anew_nor_moved(cafe: Cafe) -> None:
    sell_and_send(cafe)
    cafe.invoice(5012)
    cafe.wait()
    at, sale = "2026-11-20T14:00:00", {"register": "1", "ticket": "1042"}
    cafe.sell(SOLD, ticket(1050, "25 -1000.00 = CREDIT -1000.00", at=at, refers_to=sale))
    assert cafe.export().code == Exit.DONE
    cafe.invoice(5013)
    cafe.wait()
    shown = {one["ticket"]: one for one in cafe.orders()}
    assert (shown["1042"]["state"], codes(shown["1042"])) == ("credited", [])
    assert cafe.run("orders", "resolve", shown["1042"]["reference"], "--not-there").code == Exit.OPERATOR
    assert move(cafe).code == Exit.OPERATOR
    assert (cafe.export().code, totals(cafe), cafe.voucher) == (Exit.DONE, [], [])


def test_a_sale_is_not_sent_anew_when_its_credit_note_was_taken_back(cafe: Cafe) -> None:
    sell_and_send(cafe)
    note = cafe.shop.world.credit(cafe.invoice(5012).id)
    cafe.wait()
    (shown,) = cafe.orders()
    cafe.shop.world.reverse_invoice(note.id)
    cafe.wait()
    assert cafe.run("orders", "resolve", shown["reference"], "--not-there").code == Exit.OPERATOR
    assert move(cafe).code == Exit.OPERATOR
    assert (cafe.export().code, totals(cafe), cafe.voucher) == (Exit.DONE, [], [])


def test_a_changed_sale_whose_invoice_was_credited_is_sent_anew_as_it_is_now(cafe: Cafe) -> None:
    reference = sell_invoice_and_credit(cafe, "credited")
    cafe.sell(LESS)
    (shown,) = cafe.orders()
    assert codes(shown) == [CHANGED]
    assert cafe.run("orders", "resolve", reference, "--not-there").code == Exit.DONE
    assert (cafe.export().code, totals(cafe)) == (Exit.DONE, [90_000])
    assert [codes(one) for one in cafe.orders()] == [[], []]


def test_a_sale_that_is_void_after_it_was_to_be_sent_anew_is_not_sent(cafe: Cafe) -> None:
    reference = sell_invoice_and_credit(cafe, "credited")
    assert cafe.run("orders", "resolve", reference, "--not-there").code == Exit.DONE
    cafe.sell({**SOLD, "void": True})
    assert (cafe.export().code, totals(cafe)) == (Exit.DONE, [])
    assert cafe.export().code == Exit.DONE


def move(cafe: Cafe) -> Told:
    return cafe.run("orders", "move", "torget", "2026-11-20", "--to", "voucher", "--ticket", "1042")


def reconciled(cafe: Cafe) -> str:
    """What the reconciliation counts of the day's orders."""
    (day,) = cafe.run("orders", "reconcile", "--json").json["days"]
    return str(day["orders"]["total"])


# What needs no order, or no second one


def test_a_credit_ticket_of_nothing_is_neither_order_nor_voucher(cafe: Cafe) -> None:
    cafe.set_up()
    cafe.sell(ticket(1, "25 100.00, 25 -100.00 = CREDIT 0.00"), ticket(2, "25 0.00 = CREDIT 0.00"))
    told = cafe.export()
    assert (told.code, told.json.get("orders", []), cafe.is_empty) == (Exit.DONE, [], True)
    assert (cafe.orders(), cafe.run("status", "--exit-code").code) == ([], Exit.DONE)


def test_a_credit_ticket_that_two_files_have_is_one_order(cafe: Cafe) -> None:
    sell_and_send(cafe)
    cafe.sell(SOLD, ticket(1043, "25 80.00 = CREDIT 80.00"))
    assert cafe.export().code == Exit.DONE
    cafe.sell(ticket(1043, "25 80.00 = CREDIT 80.00"), SOLD)
    assert cafe.export().code == Exit.DONE
    assert totals(cafe) == [100_000, 8_000]
