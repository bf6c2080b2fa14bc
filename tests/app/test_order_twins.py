"""A credit ticket that is there twice with different content, from a register that gives no ids: no order is sent
before a person has said which one is right, and what was sent stays."""

from __future__ import annotations

import pytest

from posexport.errors import Exit
from tests.support.command_line import reach_run
from tests.support.harness import Shop
from tests.support.order_cafe import Cafe, codes, sum_of, ticket

FIRST = {**ticket(1042, "25 200.00 = CREDIT 200.00"), "id": None}
SECOND = {**ticket(1042, "25 150.00 = CREDIT 150.00"), "id": None}


@pytest.fixture
def cafe(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cafe:
    made = Cafe(shop, reach_run(shop, monkeypatch, capsys))
    made.set_up()
    return made


def stand(cafe: Cafe) -> list[tuple[str, str, bool, list[str]]]:
    return sorted((one["state"], one["credit"], one["changed"], codes(one)) for one in cafe.orders())


def check_reconciliation(cafe: Cafe, total: str) -> None:
    (day,) = cafe.run("orders", "reconcile", "--from", "2026-11-20", "--json").json["days"]
    assert (day["verdict"], day["till"]) == ("agrees", total)
    (company,) = cafe.run("orders", "not-invoiced", "--at", "2026-11-20", "--json").json["companies"]
    assert company["gross"] == total


def test_what_was_sent_stays_and_its_twin_waits(cafe: Cafe) -> None:
    cafe.sell(FIRST)
    cafe.export()
    cafe.wait()
    cafe.sell(SECOND)
    assert stand(cafe) == [
        ("sent", "200.00", False, []),
        ("waiting", "150.00", False, ["order-same-reference"]),
    ]
    assert cafe.run("orders", "send", "--revise").code == Exit.BOOKKEEPER
    assert sum_of(cafe.order) == "160.00 + 40.00 = 200.00"
    check_reconciliation(cafe, "350.00")


def test_of_two_that_were_never_sent_none_goes_until_one_is_taken_out(cafe: Cafe) -> None:
    cafe.sell(FIRST)
    cafe.sell(SECOND)
    cafe.export()
    assert cafe.shop.world.orders() == []
    assert [(state, credit, found) for state, credit, _, found in stand(cafe)] == [
        ("waiting", "150.00", ["order-same-reference"]),
        ("waiting", "200.00", ["order-same-reference"]),
    ]
    check_reconciliation(cafe, "350.00")
    (wrong,) = [one for one in cafe.orders() if one["credit"] == "150.00"]
    assert (
        "posexport tickets withdraw torget 2026-11-20 1 1042 --at 12:00:00 --amount 150.00"
        in (wrong["findings"][0]["fix"])
    )
    moved = cafe.run("orders", "move", "torget", "2026-11-20", "--ticket", "1042", "--to", "voucher")
    assert (moved.code, "is there twice" in moved.err) == (Exit.OPERATOR, True)
    withdraw = ("tickets", "withdraw", "torget", "2026-11-20", "1", "1042", "--at", "12:00:00", "--amount", "150.00")
    assert cafe.run(*withdraw, "--why", "Wrong").code == Exit.DONE
    assert cafe.export().code == Exit.DONE
    assert sum_of(cafe.order) == "160.00 + 40.00 = 200.00"


def test_when_the_one_that_was_sent_is_taken_out_its_order_has_changed(cafe: Cafe) -> None:
    cafe.sell(FIRST)
    cafe.export()
    cafe.wait()
    cafe.sell(SECOND)
    withdraw = ("tickets", "withdraw", "torget", "2026-11-20", "1", "1042", "--at", "12:00:00", "--amount", "200.00")
    assert cafe.run(*withdraw, "--why", "Wrong").code == Exit.DONE
    assert stand(cafe) == [("sent", "200.00", True, ["order-changed-after-sending"])]
    cafe.run("orders", "send", "--revise")
    assert sum_of(cafe.order) == "120.00 + 30.00 = 150.00"
