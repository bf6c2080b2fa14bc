"""A drafted day whose sales change is shown as it was drafted beside what it is now; what replaces or corrects it says
so; and the report that a draft carries never changes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from posexport.app.settlement_report import list_pages
from posexport.core.report import VoucherReport
from posexport.views.json import format_voucher
from tests.support.books import TARGETS, Books
from tests.support.harness import FRIDAY, Shop, sale, setup_text
from tests.support.looks import read_rows

R1, R2 = "torget-20261120-r1", "torget-20261120-r2"
OLD, NEW = sale(1, "125.00"), sale(2, "75.00", paid="CASH")


def sides(shown: VoucherReport) -> dict[str, tuple[int, int]]:
    """What stands on each account: drafted, and now."""
    return {str(change.line.account): (change.drafted_ore, change.now_ore) for change in shown.changes}


@pytest.fixture
def changed(shop: Shop) -> Shop:
    """A drafted day that another ticket came to."""
    shop.apply()
    shop.sell(OLD)
    shop.export()
    shop.sell(NEW)
    return shop


def kept_reports(shop: Shop) -> list[tuple[Any, ...]]:
    """What is stored of each voucher's report."""
    return read_rows(shop, "delivery", "reference", "report", "fingerprint")


def documents(shop: Shop, *, as_now: bool = False) -> dict[str, dict[str, Any]]:
    """The data of the day's reports, by reference."""
    with shop.open() as workspace:
        pages = list_pages(workspace, shop.venues(workspace)[0], FRIDAY, as_now=as_now)
    return {reference: json.loads(page.removeprefix(b"%PDF-1.7 ")) for reference, page in pages}


def test_a_changed_day_has_what_was_drafted_beside_what_it_is_now(changed: Shop) -> None:
    shown = changed.only_voucher(changed.preview())
    assert sides(shown) == {"1592": (12500, 12500), "1900": (0, 7500), "3020": (-12500, -20000)}
    assert shown.compared_with == (R1,)
    assert shown.voucher.debit_ore == 12500


def test_a_day_that_has_not_changed_has_nothing_to_compare(shop: Shop) -> None:
    shop.apply()
    shop.sell(OLD)
    assert shop.only_voucher(shop.preview()).changes == ()
    shop.export()
    assert shop.only_voucher(shop.preview(FRIDAY, FRIDAY)).changes == ()


def test_a_line_that_is_gone_is_shown_with_nothing_now(changed: Shop) -> None:
    changed.sell({**OLD, "void": True}, NEW)
    shown = changed.only_voucher(changed.preview())
    assert sides(shown)["1592"] == (12500, 0)


def test_the_json_of_a_changed_day_is_what_it_was(changed: Shop) -> None:
    assert not {"changes", "compared_with", "is_adjustment"} & format_voucher(changed.preview().vouchers[0]).keys()


@pytest.mark.parametrize("target", [target for target in TARGETS if target != "ledger"])
def test_what_replaces_or_corrects_a_draft_is_shown_beside_it_and_says_so_in_its_report(
    shop: Shop, target: str
) -> None:
    books = Books(shop, target).open()
    shop.sell(OLD)
    shop.export()
    books.wait()
    shop.sell(NEW)
    shop.revise()
    *_, document = [json.loads(report) for _, report, _ in kept_reports(shop)]
    assert document["changes"]["references"] == [R1]
    assert {(line["account"], line["drafted"], line["now"]) for line in document["changes"]["lines"]} == {
        ("1592", "125.00", "125.00"),
        ("1900", "0.00", "75.00"),
        ("3020", "-125.00", "-200.00"),
    }
    is_whole = document["voucher"]["debit"] == "200.00"
    assert document["changes"]["is_adjustment"] is not is_whole


def test_each_revision_is_compared_with_the_one_that_it_replaces(shop: Shop) -> None:
    books = Books(shop, "journal").open()
    shop.sell(OLD)
    shop.export()
    for number in (2, 3):
        books.wait()
        shop.sell(sale(number, "75.00", paid="CASH"))
        shop.revise()
    told = {reference: json.loads(report) for reference, report, _ in kept_reports(shop)}
    assert "changes" not in told[R1]
    assert told[R2]["changes"]["references"] == [R1]
    assert told["torget-20261120-r3"]["changes"]["references"] == [R2]
    lines = told["torget-20261120-r3"]["changes"]["lines"]
    assert ("75.00", "150.00") in {(line["drafted"], line["now"]) for line in lines}


def test_a_report_says_when_from_which_files_and_by_which_version_it_was_made(shop: Shop) -> None:
    from posexport import __version__

    shop.apply(setup_text(torget='timezone = "Europe/Helsinki"'))
    shop.sell(OLD, name="morning.jsonl")
    shop.clock.now_s += 3600
    shop.sell(NEW, name="evening.jsonl")
    shop.sell(sale(3, "10.00", at="2026-11-21T12:00:00"), name="saturday.jsonl")
    shop.export(FRIDAY, FRIDAY)
    made = documents(shop)[R1]["made"]
    assert made == {
        "at": "2026-11-22T15:00:00+02:00",
        "version": __version__,
        "files": [
            {"name": "morning.jsonl", "read_at": "2026-11-22T14:00:00+02:00"},
            {"name": "evening.jsonl", "read_at": "2026-11-22T15:00:00+02:00"},
        ],
    }


def test_what_is_stored_of_a_draft_never_changes_and_its_report_is_made_from_that(changed: Shop) -> None:
    before = kept_reports(changed)
    changed.clock.now_s += 86_400
    changed.preview()
    changed.export()
    assert kept_reports(changed) == before
    assert documents(changed)[R1] == json.loads(before[0][1])


def test_the_report_of_a_changed_day_as_it_is_now_has_both_sides_and_says_that_it_is_not_sent(changed: Shop) -> None:
    document = documents(changed, as_now=True)[R1]
    assert document["is_unsent"] and document["voucher"]["debit"] == "200.00"
    assert document["changes"]["references"] == [R1]
    assert documents(changed)[R1]["voucher"]["debit"] == "125.00"


def test_a_day_that_has_not_changed_has_no_other_report_as_it_is_now(shop: Shop) -> None:
    shop.apply()
    shop.sell(OLD)
    shop.export()
    assert documents(shop, as_now=True) == documents(shop)
