"""posexport orders reconcile and orders not-invoiced, as a person types them and as the guide shows them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from posexport.app.customers import link_customer
from posexport.app.resolve import book_day_elsewhere
from posexport.errors import Exit
from tests.support.command_line import Run, reach_run
from tests.support.credit_shop import CUSTOMER, apply_orders, credit_sale
from tests.support.harness import FRIDAY, SATURDAY, Shop, sale
from tests.support.pages import check_marked


@pytest.fixture
def run(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return reach_run(shop, monkeypatch, capsys)


@pytest.fixture
def day(shop: Shop) -> Shop:
    """The day of the guide: of three orders one is sent, one invoiced, and one waits for its customer."""
    apply_orders(shop, customers="linked")
    with shop.open() as workspace:
        link_customer(workspace, "fjordmat", "K-17", CUSTOMER)
    first = (sale(1, "7400.00"), sale(2, "2550.00", paid="CASH"), credit_sale(3, "1250.00", customer="K-17"))
    later = (credit_sale(4, "160.00", customer="K-17"), credit_sale(5, "640.00", customer="K-99"))
    for tickets in (first, later):  # orders of one run have their numbers in any order
        shop.sell(*tickets)
        shop.export(FRIDAY, FRIDAY)
    shop.world.invoice(next(one.id for one in shop.world.orders() if one.total_ore == 16_000), on=FRIDAY)
    shop.clock.sleep(1_000)
    return shop


def check_shown(mark: str, told: str, language: str) -> None:
    """What a command printed is what the guide shows right after a comment."""
    shown = told.replace("\xa0", " ").strip("\n") + "\n"
    check_marked(mark, shown, language)
    if language == "text":
        check_marked(mark, shown, language, "nb")


def without_rule(told: str) -> str:
    return told.partition("\n")[2]


def test_a_day_is_reconciled_as_the_guide_shows_it(day: Shop, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "110")
    told = run("orders", "reconcile", "--venue", "torget", "--from", "2026-11-20", "--to", "2026-11-20")
    assert told.code == Exit.BOOKKEEPER
    check_shown("a day reconciled", without_rule(told.out), "text")
    assert "but is not done. 640.00 is not in Go." in run("orders", "reconcile", "--lang", "en").out


def test_what_is_not_invoiced_is_listed_as_the_guide_shows_it(
    day: Shop, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "110")
    told = run("orders", "not-invoiced", "--at", "2026-11-20")
    assert told.code == Exit.BOOKKEEPER
    check_shown("what is not invoiced", without_rule(told.out), "text")
    assert run("orders", "not-invoiced", "--lang", "en").out.count("Not invoiced at 21 Nov 2026") == 1


def test_a_day_as_json_is_as_the_guide_shows_it(day: Shop, run: Run) -> None:
    (found,) = run("orders", "reconcile", "--json").json["days"]
    assert found["orders"] == {
        "total": "2050.00",
        "sent": "1250.00",
        "invoiced": "160.00",
        "credited": "0.00",
        "uncertain": "0.00",
        "waiting": "640.00",
        "moved": "0.00",
    }
    assert (found["till"], found["voucher"]) == ("12000.00", {"total": "9950.00", "waiting": "0.00"})
    assert (found["verdict"], found["difference"], found["not_in_go"]) == ("agrees", "0.00", "640.00")
    shown = {**found, "tickets": found["tickets"][1:2]}
    check_shown("a day reconciled as JSON", json.dumps(shown, ensure_ascii=False, indent=1), "json")


def test_what_is_not_invoiced_as_json_is_as_the_guide_shows_it(day: Shop, run: Run) -> None:
    (found,) = run("orders", "not-invoiced", "--at", "2026-11-20", "--json").json["companies"]
    assert [ticket["ticket"] for ticket in found["tickets"]] == ["3", "5"]
    shown = {**found, "tickets": found["tickets"][:1]}
    check_shown("what is not invoiced as JSON", json.dumps(shown, ensure_ascii=False, indent=1), "json")


def test_what_agrees_ends_well_and_no_days_are_said_to_be_none(shop: Shop, run: Run) -> None:
    apply_orders(shop)
    assert "Ingen dager med kredittsalg" in run("orders", "reconcile").out
    assert "Alt er fakturert." in run("orders", "not-invoiced").out
    shop.sell(sale(1), credit_sale(2))
    run("export")
    assert (run("orders", "reconcile").code, run("orders", "not-invoiced").code) == (Exit.DONE, Exit.DONE)


def test_an_account_that_is_not_known_is_a_matter_for_a_person(
    shop: Shop, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "110")
    apply_orders(shop)
    shop.sell(credit_sale(2, "50.00", product="900"))
    told = run("orders", "not-invoiced", "--lang", "en")
    assert (told.code, "not known" in told.out) == (Exit.BOOKKEEPER, True)
    assert run("orders", "not-invoiced", "--json").json["companies"][0]["accounts"][0]["account"] is None


def test_a_difference_is_told_with_its_reason(shop: Shop, run: Run) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "10.02"))
    run("export")
    told = run("orders", "reconcile", "--lang", "en")
    assert "-0.01 rounding" in told.out or "0.01 rounding" in told.out
    (day,) = run("orders", "reconcile", "--json").json["days"]
    assert [one["reason"] for one in day["tickets"][0]["reasons"]] == ["rounding"]


def test_a_day_that_is_no_date_or_is_not_over_is_refused(shop: Shop, run: Run) -> None:
    apply_orders(shop)
    assert run("orders", "not-invoiced", "--at", "in-november").code == Exit.OPERATOR
    assert run("orders", "not-invoiced", "--at", "2027-01-01").code == Exit.OPERATOR


@pytest.mark.parametrize(
    ("command", "title", "amount"),
    [
        (["reconcile"], "Avstemming av kredittsalg", "12 000,00"),
        (["not-invoiced", "--at", "2026-11-20"], "Ikke fakturert per 20.11.2026", "1 512,00"),
    ],
)
def test_either_is_written_as_a_page_that_needs_nothing_else(
    day: Shop, run: Run, tmp_path: Path, command: list[str], title: str, amount: str
) -> None:
    page = tmp_path / "page.html"
    assert run("orders", *command, "--html", str(page)).code == Exit.BOOKKEEPER
    text = page.read_text(encoding="utf-8").replace("\xa0", " ")
    assert f"<h1>{title}</h1>" in text
    assert amount in text
    assert "K-99" in text
    assert "http" not in text.replace("http-equiv", "")


def test_a_page_of_nothing_says_so(shop: Shop, run: Run, tmp_path: Path) -> None:
    apply_orders(shop)
    page = tmp_path / "page.html"
    run("orders", "reconcile", "--html", str(page))
    assert "Ingen dager med kredittsalg" in page.read_text(encoding="utf-8")
    run("orders", "not-invoiced", "--html", str(page), "--lang", "en")
    assert "Everything is invoiced." in page.read_text(encoding="utf-8")


def test_what_a_register_wrote_is_no_markup_on_a_page(shop: Shop, run: Run, tmp_path: Path) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, customer={"number": "K-1", "name": "<b>Hotell</b> & sønn"}))
    page = tmp_path / "page.html"
    run("orders", "reconcile", "--html", str(page))
    assert "&lt;b&gt;Hotell&lt;/b&gt; &amp; sønn" in page.read_text(encoding="utf-8")


def test_several_days_are_summed_and_one_booked_by_hand_is_counted_apart(day: Shop, run: Run, tmp_path: Path) -> None:
    day.sell(sale(21, "10.00", at="2026-11-21T12:00:00"), credit_sale(22, "90.00", at="2026-11-21T13:00:00"))
    page = tmp_path / "page.html"
    told = run("orders", "reconcile", "--json", "--html", str(page)).json
    assert [found["business_day"] for found in told["days"]] == ["2026-11-20", "2026-11-21"]
    assert told["total"] == {
        "days": 2,
        "by_hand": 0,
        "till": "12100.00",
        "voucher": "9960.00",
        "orders": "2140.00",
        "left_out": "0.00",
        "held": "0.00",
        "difference": "0.00",
        "not_in_go": "740.00",
    }
    shown = run("orders", "reconcile", "--lang", "en").out
    assert "2 days: 2 agree, but are not done" in shown
    assert "12,100.00" in shown
    assert "2 dager: 2 stemmer" in page.read_text(encoding="utf-8")
    with day.open() as workspace:
        book_day_elsewhere(workspace, day.venues(workspace)[0], SATURDAY, "voucher 17 of the shopping centre")
    told = run("orders", "reconcile", "--json").json
    assert (told["total"]["days"], told["total"]["by_hand"], told["total"]["till"]) == (1, 1, "12000.00")
    assert "1 ført for hånd, 1 stemmer, men er ikke ferdig" in " ".join(run("orders", "reconcile").out.split())
