"""Orders named by their tickets: two registers with one number, numbers that nobody has, and the order of a list."""

from __future__ import annotations

from typing import Any

import pytest

from posexport.core.order_review import order_naturally
from posexport.errors import Exit
from tests.support.command_line import Run, Told, reach_run
from tests.support.credit_shop import CUSTOMER, apply_orders, credit_sale
from tests.support.harness import Shop, sale

TWO_REGISTERS = [
    credit_sale(1042, "640.00", customer=None),
    credit_sale(1042, "390.00", customer=None, register="2", at="2026-11-20T13:00:00"),
]


@pytest.fixture
def run(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return reach_run(shop, monkeypatch, capsys)


@pytest.fixture
def two(shop: Shop, run: Run) -> Run:
    """A shop of two registers that have sold on credit under one number."""
    apply_orders(shop)
    shop.sell(*TWO_REGISTERS)
    return run


def list_orders(run: Run, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run("orders", "--json", *options).json["orders"]
    return found


def refused(told: Told, *words: str) -> None:
    assert told.code == Exit.OPERATOR, told
    assert all(word in told.err for word in words), told.err


MOVE = ("orders", "move", "torget", "2026-11-20", "--to", "voucher", "--ticket", "1042")


@pytest.mark.parametrize(
    "command",
    [
        ("orders", "show", "--ticket", "1042"),
        ("orders", "send", "--ticket", "1042"),
        ("orders", "resolve", "--ticket", "1042", "--not-there"),
        ("orders", "accept", "order-unsent", "--ticket", "1042", "--why", "Known"),
        MOVE,
    ],
    ids=lambda command: command[1],
)
def test_a_number_that_two_registers_have_is_refused_with_both_named(two: Run, command: tuple[str, ...]) -> None:
    refused(two(*command), "Ticket 1042 is on several registers of torget: 1 and 2", "--register 1")


def test_the_register_says_which_ticket_is_meant(two: Run) -> None:
    assert [one["register"] for one in list_orders(two, "--ticket", "1042")] == ["1", "2"]
    (only,) = list_orders(two, "--ticket", "1042", "--register", "2")
    assert only["credit"] == "390.00"
    shown = two("orders", "show", "--ticket", "1042", "--register", "2", "--json").json["orders"]
    assert [one["reference"] for one in shown] == [only["reference"]]
    sent = two("orders", "send", "--ticket", "1042", "--register", "2", "--json").json["orders"]
    assert [one["register"] for one in sent] == ["2"]
    assert two(*MOVE, "--register", "2").code == Exit.DONE
    assert [(one["register"], one["state"]) for one in list_orders(two)] == [("1", "waiting"), ("2", "moved")]
    back = two("orders", "move", "torget", "2026-11-20", "--to", "order", "--ticket", "1042", "--register", "2")
    assert back.code == Exit.DONE


def test_a_ticket_that_was_moved_back_from_two_registers_is_named_with_its_register(two: Run) -> None:
    for register in ("1", "2"):
        assert two(*MOVE, "--register", register).code == Exit.DONE
    refused(two("orders", "move", "torget", "2026-11-20", "--to", "order", "--ticket", "1042"), "1 and 2")


def test_what_is_told_to_be_typed_names_the_register_only_where_two_have_the_number(shop: Shop, two: Run) -> None:
    fixes = [one["findings"][0]["fix"] for one in list_orders(two)]
    assert ["--ticket 1042 --register 1 --to voucher" in fixes[0], "--register 2" in fixes[1]] == [True, True]
    mends = [one["findings"][0]["mends"][-1] for one in list_orders(two)]
    assert [mend["register"] for mend in mends] == ["1", "2"]
    shop.sell(credit_sale(7, "10.00", customer=None, at="2026-11-20T14:00:00"))
    (alone,) = list_orders(two, "--ticket", "7")
    assert "--register" not in alone["findings"][0]["fix"]
    assert "register" not in alone["findings"][0]["mends"][-1]


def test_the_day_names_the_register_of_a_part_payment_of_nobody(shop: Shop, run: Run) -> None:
    apply_orders(shop, customers="linked", mixed="whole")
    paid = [{"payment_type": "CARD", "amount": "40.00"}, {"payment_type": "CREDIT", "amount": "60.00"}]
    shop.sell(
        {**credit_sale(1042, "100.00", customer=None), "payments": paid},
        {**credit_sale(1042, "100.00", customer=None, register="2", at="2026-11-20T13:00:00"), "payments": paid},
    )
    (day,) = run("preview", "--json").json["vouchers"]
    fixes = [found["fix"] for found in day["findings"] if found["code"] == "order-no-customer"]
    assert ["--register 1" in fixes[0], "--register 2" in fixes[1]] == [True, True]


def test_either_a_reference_or_a_ticket_is_named(two: Run) -> None:
    (first, _) = list_orders(two)
    assert two("orders", "show", first["reference"]).code == Exit.DONE
    for command in (
        ("orders", "show"),
        ("orders", "show", "--register", "1"),
        ("orders", "show", first["reference"], "--ticket", "1042"),
        ("orders", "accept", "order-unsent", "--why", "Known"),
    ):
        assert two(*command).code == Exit.OPERATOR


def test_tickets_of_several_days_with_one_number_are_told_apart_by_their_references(shop: Shop, run: Run) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(5), credit_sale(5, "20.00", at="2026-11-21T12:00:00"))
    references = [one["reference"] for one in list_orders(run)]
    refused(run("orders", "show", "--ticket", "5"), "Several tickets have number 5", *references)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--ticket", "104"), ("No order is of ticket 104.", "Did you mean 1042?")),
        (("--ticket", "nope"), ("No order is of ticket nope.", "posexport orders lists them all.")),
        (("--customer", "1010"), ("No order is of customer 1010.", f"Did you mean {CUSTOMER}?")),
        (("--ticket", "1042", "--register", "9"), ("No order is of register 9.",)),
        (("--ticket", "1042", "--customer", CUSTOMER), (f"--ticket 1042 and --customer {CUSTOMER} together",)),
        (("--ticket", "1042", "--from", "2026-11-21"), ("not of these days: 2026-11-20",)),
    ],
)
def test_what_no_order_has_is_refused_in_words_with_the_nearest_there_is(
    shop: Shop, run: Run, options: tuple[str, ...], words: tuple[str, ...]
) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1042, customer=None), credit_sale(7, at="2026-11-20T13:00:00"))
    refused(run("orders", "send", *options), *words)


def test_sending_a_period_without_orders_is_no_mistake(shop: Shop, run: Run) -> None:
    apply_orders(shop)
    shop.sell(sale(1))
    told = run("orders", "send", "--from", "2026-11-20", "--lang", "en")
    assert (told.code, told.out.strip()) == (Exit.DONE, "No orders to show.")


def test_orders_are_listed_by_day_and_then_by_number_as_numbers_go(shop: Shop, run: Run) -> None:
    apply_orders(shop)
    shop.sell(
        credit_sale(10, at="2026-11-20T10:00:00"),
        credit_sale(9, at="2026-11-20T11:00:00"),
        credit_sale("A-2", at="2026-11-20T12:00:00"),
        credit_sale("A-10", at="2026-11-20T09:00:00"),
        credit_sale(3, at="2026-11-21T10:00:00"),
    )
    assert [one["ticket"] for one in list_orders(run)] == ["9", "10", "A-2", "A-10", "3"]
    assert [one["ticket"] for one in run("preview", "--json").json["orders"]] == ["9", "10", "A-2", "A-10", "3"]


def test_numbers_of_any_form_have_their_place() -> None:
    assert sorted(["", "10", "9", "B", "A10", "A9b", "A9"], key=order_naturally) == [
        *("", "9", "10", "A9", "A9b", "A10", "B"),
    ]
