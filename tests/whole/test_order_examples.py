"""Worked examples of sales on credit, each as runs of the whole program: a register's file is imported, the day is
exported, and what stands in the sandbox is the voucher and the order of the example, to the øre.

The numbers are those of the examples of `tests.core.orders.test_examples`, where the same is asked of the core alone.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from posexport.errors import Exit
from posexport.sandbox import Fault
from posexport.sandbox.customers import Customer
from posexport.sandbox.products import Product
from tests.support.harness import Shop
from tests.support.order_cafe import Cafe, codes, open_cafe, pieces, sum_of, tell, texts, ticket

COMPLETE = "/SalesOrders/Complete"


@pytest.fixture
def cafe(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cafe:
    return open_cafe(shop, monkeypatch, capsys)


def send(cafe: Cafe, text: str, *, quantity: str = "", **more: Any) -> dict[str, Any]:
    """Sell ticket 1042 alone and export: everything goes, and this is its order as `posexport export` tells it."""
    cafe.sell(pieces(1042, text, quantity, "Vaffel") if quantity else ticket(1042, text, **more))
    told = cafe.export()
    (order,) = told.json["orders"]
    assert (told.code, order["state"], order["ticket"]) == (Exit.DONE, "sent", "1042")
    assert order["order_no"] == cafe.order.no
    assert (order["reference"], order["total"]) == (cafe.order.reference, sum_of(cafe.order).rpartition(" ")[2])
    found: dict[str, Any] = order
    return found


def test_1_a_whole_ticket_of_one_rate(cafe: Cafe) -> None:
    cafe.set_up()
    order = send(cafe, "25 1250.00 = CREDIT 1250.00")
    assert cafe.voucher == []
    assert tell(cafe.order) == ["SERV25 1 x 1000.00: 1000.00 + 250.00"]
    assert sum_of(cafe.order) == "1000.00 + 250.00 = 1250.00"
    assert (codes(order), order["credit"], texts(cafe.order)) == ([], "1250.00", [])
    assert cafe.order.customer_id == cafe.contact_id(10018)
    assert cafe.run("status", "--exit-code").code == Exit.DONE


def test_2_four_rates(cafe: Cafe) -> None:
    cafe.set_up()
    order = send(cafe, "25 199.00, 15 115.00, 12 56.00, 0 20.00 = CREDIT 390.00")
    assert cafe.voucher == []
    assert tell(cafe.order) == [
        "SERV25 1 x 159.20: 159.20 + 39.80",
        "TAKE15 1 x 100.00: 100.00 + 15.00",
        "OVERN12 1 x 50.00: 50.00 + 6.00",
        "FRITT 1 x 20.00: 20.00 + 0.00",
    ]
    assert (sum_of(cafe.order), codes(order)) == ("329.20 + 60.80 = 390.00", [])


def test_3_an_amount_that_does_not_exist_is_an_ore_off(cafe: Cafe) -> None:
    cafe.set_up()
    order = send(cafe, "15 10.00 = CREDIT 10.00")
    assert tell(cafe.order) == ["TAKE15 1 x 8.69: 8.69 + 1.30"]
    assert (sum_of(cafe.order), order["difference"]) == ("8.69 + 1.30 = 9.99", "-0.01")
    assert [(found["code"], found["severity"]) for found in order["findings"]] == [("order-rounding", "info")]
    assert cafe.voucher == []


def test_3_with_a_product_for_it_such_an_amount_is_exact(cafe: Cafe) -> None:
    cafe.set_up(rounding_product="ØRE")
    order = send(cafe, "15 10.00 = CREDIT 10.00")
    assert tell(cafe.order) == ["TAKE15 1 x 8.69: 8.69 + 1.30", "ØRE 1 x 0.01: 0.01 + 0.00"]
    assert (sum_of(cafe.order), order["difference"], codes(order)) == ("8.70 + 1.30 = 10.00", "0.00", [])


def test_4_two_such_amounts_make_up_for_each_other(cafe: Cafe) -> None:
    cafe.set_up()
    order = send(cafe, "15 10.00, 15 10.00 = CREDIT 20.00")
    assert tell(cafe.order) == ["TAKE15 1 x 8.69: 8.69 + 1.30", "TAKE15 1 x 8.70: 8.70 + 1.31"]
    assert (sum_of(cafe.order), codes(order)) == ("17.39 + 2.61 = 20.00", [])


def test_4_three_such_amounts_are_an_ore_off(cafe: Cafe) -> None:
    cafe.set_up()
    order = send(cafe, "15 35.00, 15 35.00, 15 35.00 = CREDIT 105.00")
    assert [line.split(": ")[1] for line in tell(cafe.order)] == ["30.43 + 4.56", "30.44 + 4.57", "30.43 + 4.56"]
    assert (cafe.order.total_ore, order["difference"], codes(order)) == (10_499, "-0.01", ["order-rounding"])


def test_4_a_quantity_of_three_has_a_price_of_six_figures(cafe: Cafe) -> None:
    cafe.set_up()
    order = send(cafe, "15 105.00 = CREDIT 105.00", quantity="3")
    assert tell(cafe.order) == ["TAKE15 3 x 30.4333: 91.30 + 13.70"]
    assert (sum_of(cafe.order), codes(order), cafe.order.lines[-1].description) == (
        "91.30 + 13.70 = 105.00",
        [],
        "Vaffel",
    )


def test_4_where_decimals_are_not_kept_the_quantity_is_in_the_text_from_then_on(cafe: Cafe) -> None:
    cafe.shop.world.price_decimals = 2
    cafe.set_up()
    cafe.sell(pieces(1042, "15 105.00 = CREDIT 105.00", "3", "Vaffel"))
    told = cafe.export()
    assert told.code == Exit.BOOKKEEPER, "the first order shows that decimals are not kept: 3 x 30.43"
    assert codes(told.json["orders"][0]) == ["order-total-differs"]
    cafe.shop.world.delete_order(cafe.order.id)
    cafe.sell(pieces(1043, "15 105.00 = CREDIT 105.00", "3", "Vaffel"))
    told = cafe.export()
    assert tell(cafe.order) == ["TAKE15 1 x 91.30: 91.30 + 13.70"]
    assert (sum_of(cafe.order), cafe.order.lines[-1].description) == ("91.30 + 13.70 = 105.00", "3 x Vaffel")


def test_5_card_and_credit_share_a_ticket(cafe: Cafe) -> None:
    cafe.set_up()
    order = send(cafe, "25 1200.00 = CARD 400.00, CREDIT 800.00")
    assert cafe.voucher == ["1592 +400.00", "3020 -400.00 (3)"]
    assert tell(cafe.order) == ["SERV25 1 x 640.00: 640.00 + 160.00"]
    assert (sum_of(cafe.order), codes(order)) == ("640.00 + 160.00 = 800.00", [])
    assert texts(cafe.order) == ["Del av bong 1042: 1 200,00, hvorav 400,00 betalt i kassen"]
    assert cafe.order.lines[-1].description == "Mat (andel)"


def test_5_with_the_whole_ticket_ordered_the_customer_is_credited_with_what_was_paid(cafe: Cafe) -> None:
    cafe.set_up(mixed="whole")
    order = send(cafe, "25 1200.00 = CARD 400.00, CREDIT 800.00")
    assert cafe.voucher == ["1592 +400.00", "1500/10018 -400.00"]
    assert tell(cafe.order) == ["SERV25 1 x 960.00: 960.00 + 240.00"]
    assert (sum_of(cafe.order), codes(order), order["credit"]) == ("960.00 + 240.00 = 1200.00", [], "800.00")
    assert texts(cafe.order) == []
    (draft,) = cafe.shop.world.drafts()
    (credited,) = [line for line in draft.lines if line.customer]
    assert credited.amount_ore == -40_000
    assert credited.description == "CREDIT kunde K-17, bong 1042, kasse 1", "a draft has no other place for it"
    assert credited.matching_reference is None
    assert cafe.order.matching_reference == cafe.order.reference


@pytest.mark.parametrize("target", ["import", "ledger"])
def test_5_what_was_paid_is_to_be_matched_with_its_order_where_a_line_is_known_to_say_so(
    cafe: Cafe, target: str
) -> None:
    cafe.target = target
    cafe.set_up(mixed="whole")
    send(cafe, "25 1200.00 = CARD 400.00, CREDIT 800.00")
    (sent,) = cafe.shop.world.drafts() or cafe.shop.world.vouchers()
    (credited,) = [line for line in sent.lines if line.customer]
    told = {"import": None, "ledger": cafe.order.matching_reference}
    assert (credited.amount_ore, credited.matching_reference) == (-40_000, told[target])
    assert cafe.order.matching_reference == cafe.order.reference
    assert "bong 1042, kasse 1" in str(credited.description)
    assert [line.matching_reference for line in sent.lines if not line.customer] == [None]


def test_6_card_and_credit_with_two_rates(cafe: Cafe) -> None:
    cafe.set_up()
    order = send(cafe, "25 300.00, 15 100.00 = CARD 150.00, CREDIT 250.00")
    assert cafe.voucher == ["1592 +150.00", "3020 -112.50 (3)", "3030 -37.50 (31)"]
    assert tell(cafe.order) == ["SERV25 1 x 150.00: 150.00 + 37.50", "TAKE15 1 x 54.35: 54.35 + 8.15"]
    assert (sum_of(cafe.order), codes(order)) == ("204.35 + 45.65 = 250.00", [])


def test_7_cash_and_credit_with_four_rates_by_largest_remainder(cafe: Cafe) -> None:
    cafe.set_up()
    order = send(cafe, "25 199.00, 15 99.00, 12 50.00, 0 20.00 = CASH 100.00, CREDIT 268.00")
    assert cafe.voucher == ["1900 +100.00", "3020 -54.08 (3)", "3030 -26.90 (31)", "3050 -13.59 (33)", "3100 -5.43 (5)"]
    assert tell(cafe.order) == [
        "SERV25 1 x 115.93: 115.93 + 28.98",
        "TAKE15 1 x 62.70: 62.70 + 9.41",
        "OVERN12 1 x 32.51: 32.51 + 3.90",
        "FRITT 1 x 14.57: 14.57 + 0.00",
    ]
    assert (sum_of(cafe.order), codes(order), order["difference"]) == ("225.71 + 42.29 = 268.00", [], "0.00")


def test_8_a_tip_on_the_account(cafe: Cafe) -> None:
    cafe.set_up()
    order = send(cafe, "25 500.00 = CREDIT 550.00", tip="50.00")
    assert cafe.voucher == []
    assert tell(cafe.order) == ["SERV25 1 x 400.00: 400.00 + 100.00", "DRIKKEPENGER 1 x 50.00: 50.00 + 0.00"]
    assert (sum_of(cafe.order), codes(order)) == ("450.00 + 100.00 = 550.00", [])


def test_8_a_tip_on_the_account_waits_without_a_product(cafe: Cafe) -> None:
    del cafe.products["tips"]
    cafe.set_up()
    cafe.sell(ticket(1042, "25 500.00 = CREDIT 550.00", tip="50.00"))
    told = cafe.export()
    (order,) = told.json["orders"]
    assert (told.code, order["state"], codes(order)) == (Exit.BOOKKEEPER, "waiting", ["order-product-missing"])
    assert (order["total"], cafe.is_empty) == ("550.00", True)


def test_9_a_tip_by_card_and_the_dinner_on_account(cafe: Cafe) -> None:
    cafe.set_up()
    order = send(cafe, "25 500.00 = CARD 50.00, CREDIT 500.00", tip="50.00")
    assert cafe.voucher == ["1592 +50.00", "2911 -50.00"]
    assert tell(cafe.order) == ["SERV25 1 x 400.00: 400.00 + 100.00"]
    assert (sum_of(cafe.order), codes(order)) == ("400.00 + 100.00 = 500.00", [])


def test_10_cash_rounding_stays_with_the_cash(cafe: Cafe) -> None:
    cafe.set_up()
    order = send(cafe, "25 99.60 = CASH 50.00, CREDIT 50.00", rounding="0.40")
    assert cafe.voucher == ["1900 +50.00", "3020 -49.60 (3)", "7740 -0.40"]
    assert tell(cafe.order) == ["SERV25 1 x 40.00: 40.00 + 10.00"]
    assert (sum_of(cafe.order), codes(order)) == ("40.00 + 10.00 = 50.00", [])


def test_11_a_gift_card_bought_on_account(cafe: Cafe) -> None:
    cafe.set_up()
    order = send(cafe, "25 250.00 = CREDIT 750.00", gift_cards_sold="500.00")
    assert cafe.voucher == []
    assert tell(cafe.order) == ["SERV25 1 x 200.00: 200.00 + 50.00", "GAVEKORT 1 x 500.00: 500.00 + 0.00"]
    assert (sum_of(cafe.order), codes(order)) == ("700.00 + 50.00 = 750.00", [])


def reconcile(cafe: Cafe) -> list[str]:
    """Where the day's takings are, as `posexport orders reconcile` tells it: voucher, orders sent, invoiced and
    waiting; whether that agrees; and what is not in Go."""
    (day,) = cafe.run("orders", "reconcile", "--from", "2026-11-20", "--to", "2026-11-20", "--json").json["days"]
    parts = [day["voucher"]["total"], *(day["orders"][place] for place in ("sent", "invoiced", "waiting"))]
    return [f"{day['till']} = {' + '.join(parts)}", day["verdict"], day["not_in_go"]]


SOLD_BEFORE = ticket(871, "25 200.00 = CREDIT 200.00", at="2026-11-19T12:00:00")
REFERS_TO = {"register": "1", "ticket": "871"}


def test_12_a_return_of_what_is_invoiced_is_a_credit_note_of_that_invoice(cafe: Cafe) -> None:
    cafe.set_up()
    cafe.sell(SOLD_BEFORE)
    cafe.export()
    cafe.invoice(5012)
    cafe.wait()
    order = send(cafe, "25 -200.00 = CREDIT -200.00", refers_to=REFERS_TO)
    assert cafe.voucher == []
    assert tell(cafe.order) == ["SERV25 -1 x 160.00: -160.00 + -40.00"]
    assert (sum_of(cafe.order), codes(order)) == ("-160.00 + -40.00 = -200.00", [])
    assert (cafe.order.related_invoice_no, cafe.order.is_credit_note, texts(cafe.order)) == (5012, True, [])


def test_12_a_return_of_what_is_only_sent_names_the_ticket(cafe: Cafe) -> None:
    cafe.set_up()
    cafe.sell(SOLD_BEFORE)
    cafe.export()
    cafe.sell(ticket(1042, "25 -200.00 = CREDIT -200.00", refers_to=REFERS_TO))
    told = cafe.export()
    (order,) = told.json["orders"]
    assert (told.code, order["state"], codes(order)) == (Exit.DONE, "sent", ["order-return-open"])
    returned = cafe.shop.world.orders()[-1]
    assert (returned.total_ore, returned.related_invoice_no) == (-20_000, None)
    assert texts(returned) == ["Gjelder bong 871"]


def test_13_an_exchange_is_one_order_of_both_signs(cafe: Cafe) -> None:
    cafe.set_up()
    order = send(cafe, "25 300.00, 25 -200.00 = CREDIT 100.00")
    assert cafe.voucher == []
    assert tell(cafe.order) == ["SERV25 1 x 240.00: 240.00 + 60.00", "SERV25 -1 x 160.00: -160.00 + -40.00"]
    assert (sum_of(cafe.order), codes(order)) == ("80.00 + 20.00 = 100.00", [])


def test_13_an_exchange_with_money_back_holds_day_and_order(cafe: Cafe) -> None:
    cafe.set_up()
    cafe.sell(ticket(1042, "25 300.00, 25 -300.00 = CARD -100.00, CREDIT 100.00"))
    for told in (cafe.run("preview", "--json"), cafe.export()):
        (day,) = told.json["vouchers"]
        assert (told.code, day["state"]) == (Exit.BOOKKEEPER, "held")
        (found,) = [found for found in day["findings"] if found["code"] == "indivisible-ticket"]
        assert found["severity"] == "error"
    assert cafe.is_empty


def test_14_without_a_customer_the_order_waits_until_it_is_moved_to_the_voucher(cafe: Cafe) -> None:
    cafe.set_up(link=False)
    cafe.sell(ticket(1042, "25 640.00 = CREDIT 640.00", customer=None))
    told = cafe.export()
    (order,) = told.json["orders"]
    assert (told.code, order["state"], codes(order)) == (Exit.BOOKKEEPER, "waiting", ["order-no-customer"])
    assert (order["total"], order["customer"], cafe.is_empty) == ("640.00", None, True)
    assert cafe.run("status", "--exit-code").code == Exit.BOOKKEEPER
    assert reconcile(cafe) == ["640.00 = 0.00 + 0.00 + 0.00 + 640.00", "agrees", "640.00"]
    moved = cafe.run("orders", "move", "torget", "2026-11-20", "--ticket", "1042", "--to", "voucher")
    assert moved.code == Exit.DONE
    told = cafe.export("--revise")
    assert cafe.voucher == ["1500 +640.00", "3020 -640.00 (3)"]
    (day,) = told.json["vouchers"]
    assert [(found["code"], found["severity"]) for found in day["findings"]] == [("missing-customer", "warning")]
    assert (told.code, cafe.state_of(1042)) == (Exit.DONE, "moved")
    assert cafe.run("orders", "show", order["reference"], "--json").json["orders"][0]["state"] == "moved"
    assert cafe.run("status", "--exit-code").code == Exit.DONE


@pytest.mark.parametrize("mode", ["linked", "match", "create", "number"])
def test_15_of_two_with_one_organization_number_a_person_chooses(cafe: Cafe, mode: str) -> None:
    cafe.shop.world.set_customer(Customer(10402, "Pensjonat Utvær Drift AS", "974760673"))
    cafe.set_up(link=False, customers=mode)
    cafe.sell(ticket(1042, "25 1250.00 = CREDIT 1250.00"))
    told = cafe.export()
    (order,) = told.json["orders"]
    assert (told.code, order["state"], codes(order)) == (Exit.BOOKKEEPER, "waiting", ["order-customer-ambiguous"])
    message = order["findings"][0]["message"]
    assert "10018" in message
    assert "10402" in message
    assert cafe.is_empty
    assert cafe.run("customers", "link", "fjordmat", "K-17", "10402").code == Exit.DONE
    assert cafe.export().code == Exit.DONE
    assert cafe.order.customer_id == cafe.contact_id(10402)
    assert sum_of(cafe.order) == "1000.00 + 250.00 = 1250.00"


@pytest.mark.parametrize("mode", ["linked", "match", "create"])
def test_16_the_same_e_mail_links_nobody_and_makes_nobody(cafe: Cafe, mode: str) -> None:
    cafe.shop.world.set_customer(Customer(10077, "Utvær Selskap AS", email="faktura@utvaer.example"))
    cafe.set_up(link=False, customers=mode)
    known = len(cafe.shop.world.customers())
    buyer = {"number": "K-17", "name": "Utvær Selskap", "email": "Faktura@utvaer.example"}
    cafe.sell(ticket(1042, "25 1250.00 = CREDIT 1250.00", customer=buyer))
    told = cafe.export()
    (order,) = told.json["orders"]
    assert (told.code, order["state"], codes(order)) == (Exit.BOOKKEEPER, "waiting", ["order-customer-not-linked"])
    assert "10077" in order["findings"][0]["message"]
    (listed,) = cafe.run("customers", "--json").json["customers"]
    assert (listed["linked"], listed["waiting"]) == (None, "1250.00")
    assert "10077" in json.dumps(listed["candidates"])
    assert (cafe.is_empty, len(cafe.shop.world.customers())) == (True, known)
    assert cafe.run("customers", "link", "fjordmat", "K-17", "10077").code == Exit.DONE
    assert cafe.export().code == Exit.DONE
    assert cafe.order.customer_id == cafe.contact_id(10077)


def test_17_a_product_with_another_tax_holds_the_order(cafe: Cafe) -> None:
    cafe.shop.world.set_product(Product("SERV25", "Servering", 3030, 3250))
    cafe.set_up()
    cafe.sell(ticket(1042, "25 1250.00 = CREDIT 1250.00"))
    told = cafe.export("--lang", "en")
    (order,) = told.json["orders"]
    assert (told.code, order["state"], codes(order)) == (Exit.BOOKKEEPER, "waiting", ["order-product-vat"])
    (found,) = order["findings"]
    assert found["severity"] == "error"
    for told_part in ("SERV25", "15 %", "25 %"):
        assert told_part in found["message"].replace("\N{NO-BREAK SPACE}", " ")
    assert cafe.is_empty


def test_17_a_product_on_another_account_of_the_same_tax_is_told_and_sent(cafe: Cafe) -> None:
    cafe.shop.world.set_product(Product("SERV25", "Servering", 3000, 3250))
    cafe.set_up()
    order = send(cafe, "25 1250.00 = CREDIT 1250.00")
    assert sum_of(cafe.order) == "1000.00 + 250.00 = 1250.00"
    assert [(found["code"], found["severity"]) for found in order["findings"]] == [("order-product-account", "warning")]
    assert [codes(one) for one in cafe.orders()] == [["order-product-account"]]


@pytest.mark.parametrize("meanwhile", ["nothing", "invoiced"])
def test_18_an_order_whose_answer_was_lost_is_found(cafe: Cafe, meanwhile: str) -> None:
    cafe.set_up()
    cafe.sell(ticket(1042, "25 1250.00 = CREDIT 1250.00"))
    cafe.shop.faults.append(Fault("lose_answer", method="POST", path=COMPLETE))
    told = cafe.export()
    assert (told.code, told.json["orders"][0]["state"]) == (Exit.WAIT, "uncertain")
    reference = cafe.order.reference
    if meanwhile == "invoiced":
        cafe.invoice(5020)
    cafe.wait()
    assert cafe.export().code == Exit.DONE
    assert cafe.state_of(1042) == ("invoiced" if meanwhile == "invoiced" else "sent")
    world = cafe.shop.world
    there = [order.reference for order in (*world.orders(), *(invoice.order for invoice in world.invoices()))]
    assert there == [reference]
    assert cafe.posts(COMPLETE) == 1


def test_18_an_order_that_did_not_arrive_is_sent_again_with_its_reference(cafe: Cafe) -> None:
    cafe.set_up()
    cafe.sell(ticket(1042, "25 1250.00 = CREDIT 1250.00"))
    cafe.shop.faults.append(Fault("lose_request", method="POST", path=COMPLETE))
    told = cafe.export()
    assert (told.code, told.json["orders"][0]["state"]) == (Exit.WAIT, "uncertain")
    cafe.wait()
    assert cafe.export().code == Exit.DONE
    assert cafe.order.reference == told.json["orders"][0]["reference"]
    assert (cafe.state_of(1042), cafe.posts(COMPLETE)) == ("sent", 2)


@pytest.mark.parametrize("duplicate_status", [400, 409])
def test_18_an_order_that_arrives_late_refuses_the_second_and_is_found(cafe: Cafe, duplicate_status: int) -> None:
    cafe.shop.world.duplicate_status = duplicate_status
    cafe.shop.world.replica_lag_s = 30.0
    cafe.set_up()
    cafe.sell(ticket(1042, "25 1250.00 = CREDIT 1250.00"))
    cafe.shop.faults.append(Fault("late", method="POST", path=COMPLETE, delay_s=1_000.0))
    told = cafe.export()
    assert (told.code, told.json["orders"][0]["state"]) == (Exit.WAIT, "uncertain")
    cafe.shop.clock.sleep(999)
    for _ in range(4):
        told = cafe.export()
        cafe.shop.clock.sleep(400)
    assert told.code == Exit.DONE
    assert cafe.order.reference is not None
    assert (cafe.state_of(1042), len(cafe.shop.world.orders())) == ("sent", 1)


def test_19_the_business_day_decides_which_way_a_sale_goes(cafe: Cafe) -> None:
    cafe.set_up()
    cafe.sell(
        ticket(1, "25 800.00 = CREDIT 800.00", at="2026-11-14T21:00:00"),
        ticket(2, "25 800.00 = CREDIT 800.00", at="2026-11-15T02:30:00"),
        ticket(3, "25 800.00 = CREDIT 800.00", at="2026-11-15T12:00:00"),
    )
    told = cafe.export()
    assert told.code == Exit.DONE
    (draft,) = cafe.shop.world.drafts()
    assert cafe.voucher == ["1500/10018 +1600.00", "3020 -1600.00 (3)"]
    assert draft.voucher_date == date(2026, 11, 14)
    assert (tell(cafe.order), sum_of(cafe.order)) == (
        ["SERV25 1 x 640.00: 640.00 + 160.00"],
        "640.00 + 160.00 = 800.00",
    )
    assert cafe.order.order_date == date(2026, 11, 15)
    refused = cafe.apply("2026-11-10")
    assert refused.code == Exit.OPERATOR
    assert "14 Nov 2026" in refused.err
    assert "2026-11-15" in refused.err


def comes_back(cafe: Cafe, text: str, **more: Any) -> str:
    """The ticket comes back like this; the message of the finding that says so."""
    cafe.wait()
    cafe.sell(ticket(1042, text, **more))
    (order,) = cafe.orders("--lang", "en")
    assert codes(order) == ["order-changed-after-sending"]
    assert order["changed"] is True
    return str(order["findings"][0]["message"])


THOUSAND = "25 1000.00 = CREDIT 1000.00"


@pytest.mark.parametrize("way", ["comes back as 900", "comes back void"])
@pytest.mark.parametrize("order", ["untouched", "invoiced", "edited"])
def test_20_a_ticket_that_changed_after_its_order_was_sent(cafe: Cafe, order: str, way: str) -> None:
    cafe.set_up()
    send(cafe, THOUSAND)
    assert sum_of(cafe.order) == "800.00 + 200.00 = 1000.00"
    sent = cafe.order
    if order == "invoiced":
        cafe.wait()
        cafe.invoice(5020)
    elif order == "edited":
        cafe.wait()
        cafe.shop.world.edit_order(sent.id, 1, description="Som avtalt")
    is_void = way == "comes back void"
    message = comes_back(cafe, THOUSAND, void=True) if is_void else comes_back(cafe, "25 900.00 = CREDIT 900.00")
    if is_void and order == "untouched":
        assert "is no sale on credit any more since its order" in message and "of 1,000.00 was sent" in message
    else:
        assert f"by {'-1,000.00' if is_void else '-100.00'}: " in message
    told = cafe.run("orders", "send", "--revise", "--json")
    if order == "edited":
        assert told.code == Exit.BOOKKEEPER
        assert cafe.order.total_ore == 100_000
        assert told.json["orders"][0]["changed"] is True
    elif order == "invoiced":
        assert told.code == Exit.DONE
        assert (cafe.order.related_invoice_no, cafe.order.is_credit_note) == (5020, True)
        wanted = "-800.00 + -200.00 = -1000.00" if is_void else "-80.00 + -20.00 = -100.00"
        assert sum_of(cafe.order) == wanted
    elif is_void:
        assert (told.code, cafe.is_empty) == (Exit.DONE, True)
    else:
        assert (told.code, sum_of(cafe.order)) == (Exit.DONE, "720.00 + 180.00 = 900.00")
        assert cafe.order.id != sent.id
        assert cafe.order.reference != sent.reference
        assert [one["revision"] for one in cafe.orders()] == [2]
    assert cafe.voucher == []


def test_21_a_standing_discount_is_not_taken_once_more(cafe: Cafe) -> None:
    discounted = Customer(10018, "Pensjonat Utvær AS", "974760673", allowance_percent=Decimal(10))
    cafe.shop.world.set_customer(discounted)
    cafe.set_up()
    order = send(cafe, THOUSAND)
    assert tell(cafe.order) == ["SERV25 1 x 800.00: 800.00 + 200.00"]
    assert (sum_of(cafe.order), codes(order)) == ("800.00 + 200.00 = 1000.00", [])


def test_22_a_customer_without_vat_is_invoiced_with_the_vat_of_the_till(cafe: Cafe) -> None:
    cafe.shop.world.set_customer(Customer(10018, "Pensjonat Utvær AS", "974760673", vat_free=True))
    cafe.set_up()
    order = send(cafe, "25 500.00 = CREDIT 500.00")
    assert tell(cafe.order) == ["SERV25 1 x 400.00: 400.00 + 100.00"]
    assert (sum_of(cafe.order), codes(order)) == ("400.00 + 100.00 = 500.00", ["order-customer-vat-free"])
    assert [codes(one) for one in cafe.orders()] == [["order-customer-vat-free"]]


def test_23_a_quantity_whose_price_is_whole_ore(cafe: Cafe) -> None:
    cafe.set_up()
    order = send(cafe, "25 199.60 = CREDIT 199.60", quantity="4")
    assert tell(cafe.order) == ["SERV25 4 x 39.92: 159.68 + 39.92"]
    assert (sum_of(cafe.order), codes(order)) == ("159.68 + 39.92 = 199.60", [])


def test_24_a_day_is_its_voucher_and_its_orders(cafe: Cafe) -> None:
    cafe.set_up()
    cafe.shop.world._one(None).orders._last_order_no = 2030
    cafe.sell(
        ticket(1, "25 7400.00 = CARD 7400.00", customer=None),
        ticket(2, "25 2550.00 = CASH 2550.00", customer=None),
        ticket(3, "25 1250.00 = CREDIT 1250.00"),
        ticket(4, "25 160.00 = CREDIT 160.00", at="2026-11-20T13:00:00"),
        ticket(5, "25 640.00 = CREDIT 640.00", at="2026-11-20T14:00:00", customer="K-99"),
    )
    told = cafe.export()
    assert told.code == Exit.BOOKKEEPER
    assert cafe.voucher == ["1592 +7400.00", "1900 +2550.00", "3020 -9950.00 (3)"]
    cafe.shop.world._one(None).orders._last_invoice_no = 5020
    cafe.shop.world.invoice(next(order.id for order in cafe.shop.world.orders() if order.total_ore == 16_000))
    listed = cafe.orders()
    invoiced = listed[1]["invoice"]
    assert [(one["ticket"], one["state"], one["total"]) for one in listed] == [
        ("3", "sent", "1250.00"),
        ("4", "invoiced", "160.00"),
        ("5", "waiting", "640.00"),
    ]
    assert min(one["order_no"] for one in listed if one["order_no"]) == 2031
    assert (invoiced["number"], invoiced["total"]) == (5021, "160.00")
    shown = cafe.run("preview", "--from", "2026-11-20", "--to", "2026-11-20", "--json")
    (day,) = shown.json["vouchers"]
    control = {
        name: day["control"][name] for name in ("sales", "credit_sales", "credit_in_voucher", "credit_in_orders")
    }
    assert control == {
        "sales": "12000.00",
        "credit_sales": "2050.00",
        "credit_in_voucher": "0.00",
        "credit_in_orders": "2050.00",
    }
    assert (day["debit"], day["control"]["credit_left_out"]) == ("9950.00", "0.00")
    assert reconcile(cafe) == ["12000.00 = 9950.00 + 1250.00 + 160.00 + 640.00", "agrees", "640.00"]
