"""The commands of orders, as a person types them."""

from __future__ import annotations

import doctest

import pytest

from posexport.cli.orders import STATES
from posexport.core.orders.state import OrderState
from posexport.errors import Exit
from posexport.views import json_orders
from tests.support.command_line import Run, reach_run
from tests.support.credit_shop import apply_orders, credit_sale
from tests.support.harness import Shop, sale


@pytest.fixture
def run(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return reach_run(shop, monkeypatch, capsys)


def test_orders_are_listed_with_every_state_and_what_each_is(shop: Shop, run: Run) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "390.00"), credit_sale(2, "640.00", customer=None))
    assert run("export").code == Exit.BOOKKEEPER
    told = run("orders", "--json")
    assert told.code == Exit.BOOKKEEPER
    first, second = told.json["orders"]
    assert set(first) == {
        *("venue", "business_day", "register", "ticket", "reference", "revision", "customer", "credit", "net", "vat"),
        *("total", "difference", "state", "changed", "order_no", "sent_at", "invoice", "findings", "lines"),
    }
    assert first["customer"] == {"code": "10101", "name": "Fjordvik Bygg AS", "number": 10101, "linked": "number"}
    assert (first["credit"], first["net"], first["vat"], first["total"]) == ("390.00", "312.00", "78.00", "390.00")
    assert (first["state"], second["state"], second["customer"]) == ("sent", "waiting", None)
    assert [finding["code"] for finding in second["findings"]] == ["order-no-customer"]
    only = run("orders", "list", "--state", "waiting", "--json").json["orders"]
    assert [order["ticket"] for order in only] == ["2"]
    shown = run("orders", "show", first["reference"])
    assert "SERV25" in shown.out
    assert first["reference"] in run("orders").out


def test_an_order_is_moved_to_the_voucher_and_the_answer_says_what_comes_next(shop: Shop, run: Run) -> None:
    apply_orders(shop)
    shop.sell(sale(1), credit_sale(2, "640.00", customer=None))
    run("export")
    moved = run("orders", "move", "torget", "2026-11-20", "--ticket", "2", "--to", "voucher", "--lang", "en")
    assert "is booked by the voucher" in moved.out
    assert "--revise" in moved.out
    assert run("export", "--revise").code == Exit.DONE
    (listed,) = run("orders", "--json").json["orders"]
    assert (listed["state"], listed["ticket"], listed["total"], listed["findings"]) == ("moved", "2", "640.00", [])
    assert run("orders", "list", "--state", "waiting", "--json").json == {"orders": []}
    assert run("orders").code == Exit.DONE


def test_an_export_with_nothing_to_draft_names_the_order_that_is_gone(shop: Shop, run: Run) -> None:
    apply_orders(shop)
    shop.sell(sale(1), credit_sale(2, "640.00"))
    assert run("export").code == Exit.DONE
    assert "orders" not in run("export", "--json").json
    (made,) = shop.world.orders()
    shop.world.delete_order(made.id)
    for _ in range(2):
        shop.clock.sleep(1_000)
        run("orders")
    told = run("export", "--json")
    assert told.code == Exit.BOOKKEEPER == run("status", "--exit-code").code
    (gone,) = told.json["orders"]
    assert (gone["state"], gone["ticket"]) == ("gone", "2")
    shown = run("export", "--lang", "en").out
    assert gone["reference"] in shown and "Nothing to" not in shown
    assert run("export", "--from", "2026-11-21").code == Exit.DONE


def test_the_examples_of_numbers_hold() -> None:
    assert doctest.testmod(json_orders).failed == 0


def test_every_state_can_be_asked_for() -> None:
    assert sorted(STATES) == sorted(state.value for state in OrderState)


def test_what_nobody_has_is_said_with_where_to_look(shop: Shop, run: Run) -> None:
    apply_orders(shop)
    told = run("orders", "show", "torget-o20261120-00000000")
    assert "posexport orders lists them all" in told.err
    told = run("orders", "resolve", "torget-o20261120-00000000")
    assert "--not-there" in told.err


def test_preview_and_export_have_orders_in_their_json_where_there_are_some(shop: Shop, run: Run) -> None:
    apply_orders(shop)
    shop.sell(sale(1))
    assert "orders" not in run("preview", "--json").json
    shop.sell(credit_sale(2))
    assert [order["state"] for order in run("preview", "--json").json["orders"]] == ["ready"]
    assert [order["state"] for order in run("export", "--json").json["orders"]] == ["sent"]
    assert [order["state"] for order in run("orders", "send", "--json").json["orders"]] == ["sent"]
