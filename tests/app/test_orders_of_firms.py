"""A register's code that is used for several firms: each order is for the firm that its ticket names, or waits."""

from __future__ import annotations

import json
from typing import Any

import pytest

from posexport.errors import Exit
from tests.support.harness import Shop
from tests.support.looks import overwrite_rows, read_rows
from tests.support.order_cafe import K_17, Cafe, codes, open_cafe, ticket

NUMBER = "310042161"
OTHER = {"number": "K-17", "name": "Kurslokalet", "organization_number": "NO 310 042 161 MVA"}
FIRM = f"K-17/{NUMBER}"


@pytest.fixture
def cafe(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cafe:
    return open_cafe(shop, monkeypatch, capsys)


def receivers(cafe: Cafe) -> dict[str, int]:
    """The customer of each order in Go, by what it comes to in kroner."""
    numbers = {cafe.contact_id(one.no): one.no for one in cafe.shop.world.customers()}
    return {str(one.total_ore // 100): numbers[one.customer_id] for one in cafe.shop.world.orders()}


def held(cafe: Cafe) -> list[tuple[str, str, list[str]]]:
    """The orders that wait: their customers, and what is found on them, with its wording."""
    waiting = [one for one in cafe.orders() if one["state"] == "waiting"]
    return [(one["customer"]["code"], one["ticket"], codes(one)) for one in waiting]


@pytest.mark.parametrize("mode", ["match", "linked", "create", "number"])
def test_the_second_firm_of_a_code_waits_until_a_person_says_who_it_is(cafe: Cafe, mode: str) -> None:
    cafe.set_up(customers=mode)
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00"))
    cafe.sell(ticket(2, "25 200.00 = CREDIT 200.00", customer=OTHER))
    told = cafe.export()
    assert told.code == Exit.BOOKKEEPER
    assert receivers(cafe) == {"100": 10018}
    assert held(cafe) == [(FIRM, "2", ["order-customer-ambiguous"])]
    (found,) = next(one for one in cafe.orders() if one["ticket"] == "2")["findings"]
    assert "974760673" in found["message"] and NUMBER in found["message"]
    assert f"posexport customers link fjordmat {FIRM} NUMMER" in found["fix"]
    (listed,) = [one for one in cafe.run("customers", "--json").json["customers"] if one["code"] == FIRM]
    assert (listed["name"], listed["waiting"]) == ("Kurslokalet", "200.00")
    assert [one["number"] for one in listed["candidates"]] == [10111]
    assert cafe.run("customers", "link", "fjordmat", FIRM, "10111").code == Exit.DONE
    cafe.sell(
        ticket(3, "25 300.00 = CREDIT 300.00", customer=K_17), ticket(4, "25 400.00 = CREDIT 400.00", customer="K-17")
    )
    assert cafe.export().code == Exit.DONE
    assert receivers(cafe) == {"100": 10018, "200": 10111, "300": 10018, "400": 10018}


def test_in_one_file_each_ticket_has_its_own_firm(cafe: Cafe) -> None:
    cafe.set_up(customers="match", link=False)
    cafe.sell(
        ticket(1, "25 100.00 = CREDIT 100.00"),
        ticket(2, "25 200.00 = CREDIT 200.00", customer=OTHER),
        ticket(3, "25 300.00 = CREDIT 300.00"),
    )
    cafe.export()
    assert receivers(cafe) == {"100": 10018, "300": 10018}
    assert [ticket for _, ticket, _ in held(cafe)] == ["2"]


def test_a_firm_with_a_new_number_goes_on_once_a_person_has_said_that_it_is_the_same(cafe: Cafe) -> None:
    cafe.set_up()
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00", customer=OTHER))
    assert cafe.export().code == Exit.BOOKKEEPER, "K-17 was linked when no number of it was known, and Go has another"
    assert receivers(cafe) == {}
    assert cafe.run("customers", "link", "fjordmat", FIRM, "10018").code == Exit.DONE
    assert cafe.export().code == Exit.DONE
    assert receivers(cafe) == {"100": 10018}


def test_what_a_person_says_of_the_code_again_counts_for_its_own_firm(cafe: Cafe) -> None:
    cafe.set_up()
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00", customer=OTHER))
    cafe.export()
    assert cafe.run("customers", "link", "fjordmat", "K-17", "10018").code == Exit.DONE
    assert cafe.export().code == Exit.DONE
    assert receivers(cafe) == {"100": 10018}
    cafe.wait()
    assert cafe.run("customers", "link", "fjordmat", "K-17", "10111").code == Exit.DONE
    cafe.sell(ticket(2, "25 200.00 = CREDIT 200.00", customer=OTHER))
    assert cafe.export().code == Exit.DONE
    assert receivers(cafe) == {"100": 10018, "200": 10111}
    assert cafe.run("customers", "unlink", "fjordmat", "K-17").code == Exit.DONE
    cafe.sell(ticket(3, "25 300.00 = CREDIT 300.00", customer=OTHER))
    assert cafe.export().code == Exit.BOOKKEEPER
    assert "300" not in receivers(cafe)


def test_a_number_that_was_mended_in_go_lets_the_order_go(cafe: Cafe) -> None:
    cafe.set_up()
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00", customer=OTHER))
    cafe.export()
    cafe.shop.world.change_customer(10018, organization_number=NUMBER)
    cafe.wait()
    assert cafe.export().code == Exit.DONE
    assert receivers(cafe) == {"100": 10018}


def test_a_part_payment_is_credited_to_the_firm_of_its_order(cafe: Cafe) -> None:
    cafe.set_up(mixed="whole")
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00"))
    cafe.sell(ticket(2, "25 300.00 = CARD 100.00, CREDIT 200.00", customer=OTHER, at="2026-11-21T12:00:00"))
    cafe.shop.clock.sleep(86_400)
    assert cafe.export().code == Exit.BOOKKEEPER
    assert cafe.voucher == [], "the second day's waits for its customer"
    assert cafe.run("customers", "link", "fjordmat", FIRM, "10111").code == Exit.DONE
    assert cafe.export().code == Exit.DONE
    assert receivers(cafe) == {"100": 10018, "300": 10111}
    assert "1500/10111 -100.00" in [line.split(" (")[0] for line in cafe.voucher]


def test_a_customer_of_nobody_knows_no_firm(cafe: Cafe) -> None:
    """A number that is none says nothing: the code counts."""
    cafe.set_up()
    wrong: dict[str, Any] = {"number": "K-17", "organization_number": "310042162"}
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00"), ticket(2, "25 200.00 = CREDIT 200.00", customer=wrong))
    assert cafe.export().code == Exit.DONE
    assert receivers(cafe) == {"100": 10018, "200": 10018}


def test_a_ticket_that_names_another_firm_than_its_order_was_sent_to_has_changed(cafe: Cafe) -> None:
    cafe.set_up()
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00"))
    cafe.export()
    cafe.wait()
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00", customer=OTHER))
    assert cafe.run("status", "--exit-code").code == Exit.BOOKKEEPER
    (told,) = cafe.orders()
    assert (told["state"], told["changed"], codes(told)) == ("sent", True, ["order-changed-after-sending"])
    assert cafe.run("orders", "send", "--revise").code == Exit.BOOKKEEPER, "whose it is has to be said first"
    assert receivers(cafe) == {"100": 10018}
    assert cafe.run("customers", "link", "fjordmat", FIRM, "10111").code == Exit.DONE
    assert cafe.run("orders", "send", "--revise").code == Exit.DONE
    assert receivers(cafe) == {"100": 10111}
    assert cafe.run("status", "--exit-code").code == Exit.DONE


def test_an_invoice_to_the_firm_that_a_ticket_no_longer_names_is_told_of_until_it_is_the_same(cafe: Cafe) -> None:
    cafe.set_up()
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00"))
    cafe.export()
    cafe.invoice(5000)
    cafe.wait()
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00", customer=OTHER))
    cafe.export()
    (told,) = cafe.orders()
    assert (told["state"], codes(told)) == ("invoiced", ["order-changed-after-sending"])
    assert cafe.run("customers", "link", "fjordmat", FIRM, "10018", "--share").code == Exit.DONE
    (told,) = cafe.orders()
    assert (told["changed"], codes(told)) == (False, [])


def test_a_voucher_is_for_the_firms_of_what_it_has_and_orders_for_theirs(cafe: Cafe) -> None:
    cafe.set_up()
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00"), ticket(2, "25 200.00 = CREDIT 200.00", customer=OTHER))
    assert cafe.run("customers", "link", "fjordmat", FIRM, "10111").code == Exit.DONE
    move = ("orders", "move", "torget", "2026-11-20", "--ticket", "2", "--to", "voucher")
    assert cafe.run(*move).code == Exit.DONE
    assert cafe.export().code == Exit.DONE
    assert receivers(cafe) == {"100": 10018}
    assert cafe.voucher == ["1500/10111 +200.00", "3020 -200.00 (3)"]


def test_an_order_of_before_firms_were_told_apart_is_not_doubted_when_its_file_is_read_again(cafe: Cafe) -> None:
    """Of a code that got another organization number, that alone was kept."""
    cafe.set_up()
    sale = ticket(1, "25 100.00 = CREDIT 100.00")
    cafe.sell(sale)
    cafe.export()
    ((report,),) = read_rows(cafe.shop, "delivery", "report")
    former = {name: value for name, value in json.loads(report).items() if name != "organization_number"}
    overwrite_rows(cafe.shop, "delivery", {"report": json.dumps(former)})
    since = json.dumps({"number": "K-17", "organization_number": NUMBER})
    overwrite_rows(cafe.shop, "register_customer", {"document": since}, code="K-17")
    cafe.shop.world.change_customer(10018, organization_number=NUMBER)
    cafe.wait()
    cafe.run("customers", "--json")
    cafe.sell(sale, ticket(2, "25 50.00 = CREDIT 50.00", customer=OTHER))
    assert cafe.export().code == Exit.DONE
    assert [(one["state"], one["changed"], codes(one)) for one in cafe.orders()] == [("sent", False, [])] * 2


def test_a_part_payment_to_an_order_that_was_sent_is_for_its_firm_beside_a_sale_of_another(cafe: Cafe) -> None:
    cafe.set_up(mixed="whole")
    cafe.sell(
        ticket(1, "25 300.00 = CARD 100.00, CREDIT 200.00"), ticket(2, "25 400.00 = CREDIT 400.00", customer=OTHER)
    )
    cafe.export()
    assert receivers(cafe) == {"300": 10018}
    assert cafe.voucher == ["1592 +100.00", "1500/10018 -100.00"], "it has nothing of the other firm"
    cafe.run("orders", "move", "torget", "2026-11-20", "--ticket", "2", "--to", "voucher")
    cafe.run("customers", "link", "fjordmat", FIRM, "10111")
    assert cafe.export("--revise").code == Exit.DONE
    credited = ["1500/10111 +400.00", "1592 +100.00", "1500/10018 -100.00", "3020 -400.00 (3)"]
    assert cafe.voucher == credited


def test_part_payments_of_two_firms_on_one_day_are_credited_to_each(cafe: Cafe) -> None:
    cafe.set_up(mixed="whole")
    cafe.sell(
        ticket(1, "25 300.00 = CARD 100.00, CREDIT 200.00"),
        ticket(2, "25 500.00 = CARD 200.00, CREDIT 300.00", customer=OTHER),
    )
    assert cafe.run("customers", "link", "fjordmat", FIRM, "10111").code == Exit.DONE
    assert cafe.export().code == Exit.DONE
    assert receivers(cafe) == {"300": 10018, "500": 10111}
    assert cafe.voucher == ["1592 +300.00", "1500/10018 -100.00", "1500/10111 -200.00"]


def test_a_ticket_that_comes_back_with_the_bare_code_is_still_of_its_firm(cafe: Cafe) -> None:
    cafe.set_up()
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00"), ticket(2, "25 200.00 = CREDIT 200.00", customer=OTHER))
    cafe.run("customers", "link", "fjordmat", FIRM, "10111")
    cafe.export()
    cafe.wait()
    cafe.sell(ticket(2, "25 200.00 = CREDIT 200.00", customer={"number": "K-17", "name": "Kurslokalet"}))
    assert cafe.export().code == Exit.DONE
    assert [(one["state"], codes(one)) for one in cafe.orders()] == [("sent", [])] * 2
    assert cafe.run("status", "--exit-code").code == Exit.DONE


@pytest.mark.parametrize("typed", [" K-17 / 310 042 161 ", "K-17/NO 310042161 MVA"])
def test_a_firm_is_typed_with_its_number_in_any_spelling(cafe: Cafe, typed: str) -> None:
    cafe.set_up()
    cafe.sell(ticket(1, "25 200.00 = CREDIT 200.00", customer=OTHER))
    assert cafe.run("customers", "link", "fjordmat", typed, "10111").code == Exit.DONE
    assert cafe.export().code == Exit.DONE
    assert receivers(cafe) == {"200": 10111}


def test_the_firm_whose_link_goes_with_its_code_is_named(cafe: Cafe) -> None:
    cafe.set_up()
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00", customer=OTHER))
    cafe.run("customers", "link", "fjordmat", "K-17", "10018")
    told = cafe.run("customers", "unlink", "fjordmat", "K-17")
    assert told.code == Exit.DONE
    assert f"Det samme gjelder {FIRM}" in told.out, told
