"""Credit tickets that cannot be divided: they wait in neither voucher nor order, are listed, and can be moved."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from posexport.errors import Exit
from tests.support.command_line import reach_run
from tests.support.harness import Shop
from tests.support.order_cafe import Cafe, codes, ticket

MONEY_BACK = ticket(1042, "25 300.00, 25 -300.00 = CARD -100.00, CREDIT 100.00")
MOVE = ("orders", "move", "torget", "2026-11-20", "--ticket", "1042")


@pytest.fixture
def cafe(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cafe:
    """A café whose register sold an exchange with money back."""
    made = Cafe(shop, reach_run(shop, monkeypatch, capsys))
    made.set_up()
    return made


def find(day: dict[str, Any], code: str) -> dict[str, Any]:
    (found,) = [found for found in day["findings"] if found["code"] == code]
    return dict(found)


def test_the_mend_moves_it_to_the_voucher_and_names_no_setting(cafe: Cafe) -> None:
    cafe.sell(MONEY_BACK)
    (day,) = cafe.run("preview", "--json").json["vouchers"]
    found = find(day, "indivisible-ticket")
    assert "posexport orders move torget 2026-11-20 --ticket 1042 --to voucher" in found["fix"]
    assert "transfer" not in found["fix"]
    assert [mend["kind"] for mend in found["mends"]] == ["move-order", "correct-in-register", "import-file"]


def test_it_is_listed_as_waiting_with_what_was_sold_on_credit_and_is_never_sent(cafe: Cafe) -> None:
    cafe.sell(MONEY_BACK)
    assert cafe.export().code == Exit.BOOKKEEPER
    (order,) = cafe.orders()
    assert (order["ticket"], order["state"], order["credit"], codes(order)) == (
        *("1042", "waiting", "100.00"),
        ["indivisible-ticket"],
    )
    listed = cafe.run("orders", "--lang", "en")
    assert (listed.code, "100.00" in listed.out) == (Exit.BOOKKEEPER, True)
    assert "the ticket cannot be divided" in " ".join(listed.out.split())
    assert cafe.run("orders", "send").code == Exit.BOOKKEEPER
    assert (cafe.is_empty, cafe.posts("/SalesOrders/Complete")) == (True, 0)


def test_of_two_registers_with_its_number_the_day_names_the_one(cafe: Cafe) -> None:
    cafe.sell(MONEY_BACK, {**MONEY_BACK, "register": "2", "id": "2/1042"})
    (day,) = cafe.run("preview", "--json").json["vouchers"]
    fixes = [found["fix"] for found in day["findings"] if found["code"] == "indivisible-ticket"]
    assert ["--register 1 --to voucher" in fixes[0], "--register 2 --to voucher" in fixes[1]] == [True, True]
    assert cafe.run(*MOVE, "--to", "voucher", "--register", "2").code == Exit.DONE
    assert [(one["register"], one["state"]) for one in cafe.orders()] == [("1", "waiting"), ("2", "moved")]


@pytest.mark.parametrize("command", [("preview",), ("export",)])
def test_under_its_voucher_it_is_told_once(cafe: Cafe, command: tuple[str, ...]) -> None:
    cafe.sell(MONEY_BACK)
    told = " ".join(cafe.run(*command, "--lang", "en").out.split())
    assert told.count("cannot be divided into what was sold on credit") == 1
    page = cafe.shop.folder / "preview.html"
    cafe.run("preview", "--lang", "en", "--html", str(page))
    assert page.read_text(encoding="utf-8").count("cannot be divided into what was sold on credit") == 1


def test_the_control_line_says_that_it_waits_in_neither(cafe: Cafe) -> None:
    cafe.sell(MONEY_BACK, ticket(1043, "25 50.00 = CREDIT 50.00", at="2026-11-20T13:00:00"))
    told = cafe.run("preview", "--json").json
    (day,) = told["vouchers"]
    control = {name: amount for name, amount in day["control"].items() if name.startswith("credit_")}
    assert control == {
        "credit_sales": "150.00",
        "credit_in_voucher": "0.00",
        "credit_in_orders": "50.00",
        "credit_left_out": "0.00",
        "credit_held": "100.00",
    }
    line = "150,00 = 0,00 i bilaget + 50,00 som ordrer + 0,00 utelatt + 100,00 som venter, i ingen av dem"
    assert line in " ".join(cafe.run("preview").out.replace("\xa0", " ").split())
    assert "0.00 left out + 100.00 waiting, in none of them" in " ".join(
        cafe.run("preview", "--lang", "en").out.replace("\xa0", " ").split()
    )


def test_moved_it_is_in_the_voucher_whole_and_back_it_waits_again(cafe: Cafe) -> None:
    cafe.sell(MONEY_BACK)
    assert cafe.run(*MOVE, "--to", "voucher").code == Exit.DONE
    (day,) = cafe.run("preview", "--json").json["vouchers"]
    assert (day["state"], day["control"]["credit_in_voucher"], day["control"]["credit_held"]) == (
        *("ready", "100.00"),
        "0.00",
    )
    assert cafe.state_of(1042) == "moved"
    assert cafe.run(*MOVE, "--to", "order").code == Exit.DONE
    assert cafe.state_of(1042) == "waiting"
    assert cafe.run(*MOVE, "--to", "voucher").code == Exit.DONE
    assert cafe.export().code == Exit.DONE
    assert cafe.voucher == [f"1500/{10018} +100.00", "1592 -100.00"]
    assert cafe.shop.world.orders() == []


def test_the_reconciliation_counts_it_once(cafe: Cafe) -> None:
    cafe.sell(ticket(1042, "25 100.00 = CARD 30.00, CREDIT 70.00"), MONEY_BACK | {"ticket": "1043", "id": "1/1043"})
    (day,) = cafe.run("orders", "reconcile", "--from", "2026-11-20", "--json").json["days"]
    assert (day["verdict"], day["difference"], day["held"]) == ("agrees", "0.00", "100.00")
    told = cafe.run("orders", "reconcile", "--from", "2026-11-20", "--lang", "en").out
    assert "ticket 1043 (" in told.replace("\n", " ")
    (company,) = cafe.run("orders", "not-invoiced", "--at", "2026-11-20", "--json").json["companies"]
    assert company["gross"] == "70.00"


SHARED = ticket(1044, "25 100.00 = CARD 30.00, CREDIT 70.00")
NO_BALANCE = ticket(1045, "25 300.00 = CREDIT 250.00")
CASH = ticket(1046, "25 80.00 = CASH 80.00")


@pytest.mark.parametrize(
    ("tickets", "mixed"),
    [
        ((MONEY_BACK,), "share"),
        ((MONEY_BACK, SHARED, CASH), "share"),
        ((MONEY_BACK, SHARED, NO_BALANCE, CASH), "share"),
        ((SHARED, CASH), "share"),
        ((NO_BALANCE, CASH), "whole"),
        ((MONEY_BACK, CASH), "whole"),
    ],
)
@pytest.mark.parametrize("is_exported", [False, True])
def test_preview_and_reconciliation_put_every_krone_in_the_same_place(
    cafe: Cafe, tickets: tuple[dict[str, Any], ...], mixed: str, is_exported: bool
) -> None:
    cafe.set_up(mixed=mixed)
    cafe.sell(*tickets)
    if is_exported:
        cafe.export()
    shown = cafe.run("preview", "--from", "2026-11-20", "--to", "2026-11-20", "--json").json["vouchers"][0]["control"]
    control = {name: Decimal(amount) for name, amount in shown.items() if name.startswith("credit_")}
    (day,) = cafe.run("orders", "reconcile", "--from", "2026-11-20", "--json").json["days"]
    till = {one["credit"]: Decimal(0) for one in day["payments"]}
    for one in day["payments"]:
        till[one["credit"]] += Decimal(one["amount"])
    voucher, orders, left_out, held = (
        Decimal(amount) for amount in (day["voucher"]["total"], day["orders"]["total"], day["left_out"], day["held"])
    )
    ordered = sum((Decimal(one["credit"]) for one in day["tickets"]), Decimal(0))
    part_paid = orders - ordered  # of tickets whose order has all of them
    assert control["credit_sales"] == till[True] == sum(control.values()) - control["credit_sales"]
    assert [ordered, left_out, held] == [control[f"credit_{place}"] for place in ("in_orders", "left_out", "held")]
    assert voucher + part_paid - till.get(False, Decimal(0)) == control["credit_in_voucher"]
    assert Decimal(day["till"]) == voucher + orders + left_out + held
    assert (day["verdict"], day["difference"]) == ("agrees", "0.00")


def test_one_that_does_not_balance_is_listed_and_no_voucher_can_have_it(cafe: Cafe) -> None:
    cafe.sell(ticket(1042, "25 300.00 = CREDIT 250.00"))
    (order,) = cafe.orders()
    assert (order["state"], order["credit"], codes(order)) == ("waiting", "250.00", ["unbalanced"])
    (day,) = cafe.run("orders", "reconcile", "--from", "2026-11-20", "--json").json["days"]
    assert (day["verdict"], day["difference"]) == ("agrees", "0.00")
    told = cafe.run(*MOVE, "--to", "voucher")
    assert (told.code, "does not balance" in told.err) == (Exit.OPERATOR, True)
    (day,) = cafe.run("preview", "--json").json["vouchers"]
    assert find(day, "unbalanced")["message"] == order["findings"][0]["message"]
