"""Taking responsibility for the same thing twice is once: one event, and whoever comes second is told so."""

from __future__ import annotations

import pytest

from posexport.app.accept import accept_finding, accept_register
from posexport.errors import UsageError
from tests.support.harness import FRIDAY, Shop, run_program, sale, together
from tests.support.looks import read_rows


def accept(shop: Shop, code: str, why: str = "seen to") -> tuple[str, int]:
    with shop.open() as workspace:
        return accept_finding(workspace, shop.venues(workspace)[0], FRIDAY, code, why)


def accept_nine(shop: Shop) -> tuple[str, int]:
    with shop.open() as workspace:
        return accept_register(workspace, "fjordmat", "9", "unknown-register", "the canteen")


def test_a_day_without_sales_is_accepted_once(both: Shop) -> None:
    both.apply()
    both.sell(*(sale(n, at=f"2026-11-{n:02d}T12:00:00") for n in (*range(1, 20), 21)))
    assert accept(both, "no-sales-data") == ("kari", 1)
    assert accept(both, "no-sales-data", "again") == ("kari", 0)
    both.export()
    assert accept(both, "no-sales-data") == ("kari", 0)
    assert read_rows(both, "acceptance", "why") == [("seen to",)]


def test_a_finding_of_a_voucher_is_accepted_once_also_when_it_is_drafted(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "125.40", rounding="-0.60", payments=[{"payment_type": "CASH", "amount": "124.80"}]))
    assert accept(both, "rounding-too-large") == ("kari", 1)
    both.export()
    assert accept(both, "rounding-too-large", "again") == ("kari", 0)
    assert read_rows(both, "acceptance", "why") == [("seen to",)]


def test_a_register_is_accepted_once_also_by_two_at_a_time(both: Shop) -> None:
    both.apply()
    both.sell(sale(1), sale(2, register="9"))
    assert sorted(together(*[lambda: accept_nine(both)] * 3)) == [("kari", 0), ("kari", 0), ("kari", 1)]
    assert read_rows(both, "acceptance", "code") == [("unknown-register",)]


def test_further_tickets_of_a_register_are_accepted_anew(both: Shop) -> None:
    both.apply()
    both.sell(sale(1), sale(2, register="9"))
    assert accept_nine(both) == ("kari", 1)
    both.sell(sale(3, register="9"), sale(4, register="9"))
    assert accept_nine(both) == ("kari", 2)
    with both.open() as workspace, pytest.raises(UsageError, match="No tickets of register 8"):
        accept_register(workspace, "fjordmat", "8", "unknown-register", "the canteen")


def test_the_command_says_that_it_is_accepted_already_and_is_done(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.apply()
    shop.sell(sale(1), sale(2, register="9"))
    typed = ("accept", "fjordmat", "9", "unknown-register", "--why", "the canteen")
    assert run_program(monkeypatch, "--db", shop.url, *typed) == 0
    capsys.readouterr()
    assert run_program(monkeypatch, "--db", shop.url, *typed) == 0
    assert "The tickets of register 9 are accepted already" in capsys.readouterr().out
