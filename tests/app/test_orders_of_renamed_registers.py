"""Sales that come again under another register of their venue, from a register that gives no ids: neither ordered nor
booked twice before a person has said what they are."""

from __future__ import annotations

from typing import Any

import pytest

from posexport.errors import Exit
from tests.support.harness import Shop
from tests.support.order_cafe import Cafe, codes, open_cafe, ticket


@pytest.fixture
def cafe(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cafe:
    made = open_cafe(shop, monkeypatch, capsys)
    made.set_up()
    return made


def sold(number: int, text: str, register: str = "1", at: str = "2026-11-20T12:00:00") -> dict[str, Any]:
    return {**ticket(number, text, at=at), "register": register, "id": None}


ON_ACCOUNT, BY_CARD = "25 200.00 = CREDIT 200.00", "25 100.00 = CARD 100.00"


def totals(cafe: Cafe) -> list[int]:
    return sorted(order.total_ore // 100 for order in cafe.shop.world.orders())


def test_what_was_sent_stays_and_what_came_again_waits_until_its_import_is_undone(cafe: Cafe) -> None:
    cafe.sell(sold(1, ON_ACCOUNT), sold(2, BY_CARD))
    assert cafe.export().code == Exit.DONE
    cafe.wait()
    cafe.sell(sold(1, ON_ACCOUNT, "2"), sold(2, BY_CARD, "2"))
    told = cafe.export("--revise")
    assert (told.code, totals(cafe)) == (Exit.BOOKKEEPER, [200])
    assert cafe.voucher == ["1592 +100.00", "3020 -100.00 (3)"]
    (waiting,) = [one for one in cafe.orders() if one["state"] == "waiting"]
    assert waiting["register"] == "2"
    (found,) = [one for one in waiting["findings"] if one["code"] == "same-number-twice"]
    assert "kasse 1" in found["message"] and "posexport imports undo 2" in found["fix"]
    assert cafe.run("imports", "undo", "2", "--why", "Renamed").code == Exit.DONE
    assert cafe.export("--revise").code == Exit.DONE
    assert totals(cafe) == [200]


def test_of_two_that_were_not_sent_none_goes_before_one_is_taken_out(cafe: Cafe) -> None:
    cafe.sell(sold(1, ON_ACCOUNT))
    cafe.sell(sold(1, ON_ACCOUNT, "2"))
    assert cafe.export().code == Exit.BOOKKEEPER
    assert totals(cafe) == []
    assert [codes(one) for one in cafe.orders()] == [["same-number-twice"]] * 2
    fix = cafe.orders()[0]["findings"][0]["fix"]
    assert "posexport tickets withdraw torget 2026-11-20 1 1 --at 12:00:00 --amount 200.00" in fix
    assert cafe.run("tickets", "withdraw", "torget", "2026-11-20", "1", "1", "--why", "Renamed").code == Exit.DONE
    assert cafe.export().code == Exit.DONE
    assert totals(cafe) == [200]


def test_two_sales_go_once_a_person_has_said_that_they_are_two(cafe: Cafe) -> None:
    cafe.sell(sold(1, ON_ACCOUNT), sold(2, BY_CARD))
    cafe.sell(sold(1, ON_ACCOUNT, "2"), sold(2, BY_CARD, "2"))
    cafe.export()
    accept = ("accept", "torget", "2026-11-20", "same-number-twice", "--why", "Two registers")
    told = cafe.run(*accept)
    assert told.code == Exit.DONE, told
    assert cafe.export().code == Exit.DONE
    assert totals(cafe) == [200, 200]
    assert cafe.voucher == ["1592 +200.00", "3020 -200.00 (3)"]


def test_a_sale_that_is_restored_beside_the_same_of_another_register_is_asked_about(cafe: Cafe) -> None:
    cafe.sell(sold(1, ON_ACCOUNT))
    first = ("torget", "2026-11-20", "1", "1")
    cafe.run("tickets", "withdraw", *first, "--why", "Renamed")
    cafe.sell(sold(1, ON_ACCOUNT, "2"))
    assert cafe.export().code == Exit.DONE
    assert cafe.run("tickets", "restore", *first).code == Exit.DONE
    assert cafe.export().code == Exit.BOOKKEEPER
    assert totals(cafe) == [200]
    assert [codes(one) for one in cafe.orders() if one["state"] == "waiting"] == [["same-number-twice"]]


def test_what_one_file_has_of_two_registers_is_two_sales(cafe: Cafe) -> None:
    cafe.sell(sold(1, ON_ACCOUNT))
    cafe.sell(sold(1, ON_ACCOUNT), sold(1, ON_ACCOUNT, "2"), sold(3, BY_CARD))
    assert cafe.export().code == Exit.DONE
    assert totals(cafe) == [200, 200]


def test_another_second_number_or_content_is_another_sale(cafe: Cafe) -> None:
    cafe.sell(sold(1, ON_ACCOUNT))
    cafe.sell(
        sold(1, ON_ACCOUNT, "2", at="2026-11-20T12:00:01"),
        sold(2, ON_ACCOUNT, "2"),
    )
    cafe.sell(sold(1, "25 201.00 = CREDIT 201.00", "2"))
    cafe.run("tickets", "withdraw", "torget", "2026-11-20", "2", "1", "--amount", "201.00", "--why", "Wrong")
    assert cafe.export().code == Exit.DONE
    assert totals(cafe) == [200, 200, 200]


def test_a_sale_that_is_there_twice_on_its_own_register_is_not_ordered_twice(cafe: Cafe) -> None:
    cafe.sell(sold(1, ON_ACCOUNT))
    cafe.export()
    cafe.wait()
    cafe.sell(sold(1, ON_ACCOUNT, at="2026-11-20T12:30:00"))
    assert cafe.export().code == Exit.BOOKKEEPER
    assert totals(cafe) == [200]
    (waiting,) = [one for one in cafe.orders() if one["state"] == "waiting"]
    assert codes(waiting) == ["same-number-twice"]


def test_a_sale_with_the_same_id_that_has_changed_is_asked_about_under_another_register(cafe: Cafe) -> None:
    cafe.sell({**sold(1, ON_ACCOUNT), "id": "X"})
    cafe.export()
    cafe.wait()
    cafe.sell({**sold(1, "25 150.00 = CREDIT 150.00", "2"), "id": "X"})
    assert cafe.export().code == Exit.BOOKKEEPER
    assert totals(cafe) == [200]
    assert [codes(one) for one in cafe.orders() if one["state"] == "waiting"] == [["same-number-twice"]]


def test_a_corrected_sale_is_asked_about_under_another_register_where_the_clock_tells_seconds(cafe: Cafe) -> None:
    cafe.sell(sold(1, ON_ACCOUNT, at="2026-11-20T12:00:07"))
    cafe.export()
    cafe.wait()
    cafe.sell(sold(1, "25 150.00 = CREDIT 150.00", "2", at="2026-11-20T12:00:07"))
    assert cafe.export().code == Exit.BOOKKEEPER
    assert totals(cafe) == [200]
    assert [codes(one) for one in cafe.orders() if one["state"] == "waiting"] == [["same-number-twice"]]


def test_two_registers_that_number_alike_may_sell_the_same_in_the_same_minute(cafe: Cafe) -> None:
    minutes = [(n, f"2026-11-20T12:{10 * n:02d}:00", f"2026-11-20T12:{10 * n + n % 3:02d}:00") for n in range(1, 6)]
    cafe.sell(*(sold(n, BY_CARD, at=at) for n, at, _ in minutes))
    cafe.sell(*(sold(n, BY_CARD, "2", at=at) for n, _, at in minutes))
    assert cafe.export().code == Exit.DONE
    assert cafe.voucher == ["1592 +1000.00", "3020 -1000.00 (3)"]


def test_what_comes_again_sale_by_sale_is_asked_about_each_time(cafe: Cafe) -> None:
    """A register that has another name since is told by how many of its numbers are sold at the same times."""
    for n in range(1, 5):
        at = f"2026-11-20T12:{n:02d}:00"
        cafe.sell(sold(n, BY_CARD, at=at))
        cafe.sell(sold(n, BY_CARD, "2", at=at))
    (shown,) = cafe.run("preview", "--json").json["vouchers"]
    assert codes(shown) == ["same-number-twice"] * 4
