"""Taking back: imports that are undone, tickets that are withdrawn and restored, and what is told of it. On SQLite and
PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from posexport.app.accept import accept_finding
from posexport.app.history import read_story
from posexport.app.imports import list_imports, undo_import
from posexport.app.tickets import TakenTicket, WhichTicket, restore, withdraw
from posexport.core.report import DayReport, VoucherReport
from posexport.errors import UsageError
from posexport.render.pdf import render_page
from posexport.store.acts import Import
from posexport.store.day_sums import find_wrong_days
from posexport.store.undoing import Undone
from posexport.views.json import format_page, format_voucher
from posexport.views.json_history import format_story
from tests.support.harness import (
    FRIDAY,
    SATURDAY,
    Shop,
    codes,
    of_voucher,
    run_program,
    sale,
    states,
    vouchers_of,
    write_jsonl,
)
from tests.support.looks import add_row, count_rows, delete_rows, overwrite_rows, read_rows, sum_sales_by_ticket


def undo(shop: Shop, import_id: int, why: str = "") -> Undone:
    with shop.open() as workspace:
        return undo_import(workspace, import_id, why)


def take_out(
    shop: Shop, number: int | str, why: str = "rung up twice", *, day: date = FRIDAY, register: str = "1", **more: Any
) -> TakenTicket:
    with shop.open() as workspace:
        which = WhichTicket(day, register, str(number), **more)
        return withdraw(workspace, shop.venues(workspace, ["torget"])[0], which, why)


def bring_back(shop: Shop, number: int | str, *, day: date = FRIDAY, **more: Any) -> TakenTicket:
    with shop.open() as workspace:
        which = WhichTicket(day, "1", str(number), **more)
        return restore(workspace, shop.venues(workspace, ["torget"])[0], which)


def imports_of(shop: Shop) -> list[Import]:
    with shop.open() as workspace:
        return list_imports(workspace)


def shown(shop: Shop, day: date = FRIDAY) -> DayReport:
    return shop.only(shop.preview(day, day, ["torget"]))


def story_of(shop: Shop, day: date = FRIDAY) -> dict[str, Any]:
    with shop.open() as workspace:
        venue = shop.venues(workspace, ["torget"])[0]
        company = workspace.load_setup_of([venue]).company_of(venue)
        return format_story(read_story(workspace.database, company, venue, day, workspace.now_utc_s))


# Imports


def test_imports_are_listed_with_who_read_them_and_what_came_of_them(both: Shop) -> None:
    both.apply()
    both.sell(sale(1), sale(2, at="2026-11-21T12:00:00"), sale(3, register="9"), name="first.jsonl")
    both.sell(sale(1), sale(2, "90.00", at="2026-11-21T12:00:00"), name="second.jsonl")
    first, second = imports_of(both)
    assert (first.new, first.known, first.changed, first.refused, first.aside) == (2, 0, 0, 1, 1)
    assert (first.first_day, first.last_day) == (FRIDAY, SATURDAY)
    assert (first.who, first.known_by, first.is_undone) == ("kari", "terminal", False)
    assert Path(second.name).name == "second.jsonl"
    assert (second.new, second.known, second.changed) == (0, 1, 1)


def test_imports_of_one_venue_are_those_that_had_tickets_of_it_also_when_they_were_undone(both: Shop) -> None:
    both.apply(venues=both_venues())
    both.sell(sale(1))
    both.sell(sale(1, register="3"))
    both.sell(sale(2))
    undo(both, 3)
    with both.open() as workspace:
        torget, brygga = both.venues(workspace)
        assert [found.id for found in list_imports(workspace, torget)] == [1, 3]
        assert [found.id for found in list_imports(workspace, brygga)] == [2]


def both_venues() -> str:
    from tests.support.harness import BRYGGA, VENUES

    return VENUES + BRYGGA


def test_an_import_of_a_number_that_no_database_has_is_none(both: Shop) -> None:
    for number in (-1, 0, 9, 1 << 31, (1 << 63) - 1, 1 << 63, 10**30):
        with pytest.raises(UsageError, match=f"There is no import {number}. List them with posexport imports"):
            undo(both, number)


def test_an_undone_import_leaves_nothing_and_its_file_may_be_read_anew_as_if_for_the_first_time(both: Shop) -> None:
    both.apply()
    path = both.write(sale(1), sale(2, "80.00"), sale(3, at="2026-11-21T10:00:00"))
    both.load(path)
    before = [of_voucher(shown(both, day)) for day in (FRIDAY, SATURDAY)]
    undone = undo(both, 1, "another shop's")
    assert (undone.removed, undone.put_back, undone.kept) == (3, 0, 0)
    assert both.preview().vouchers == ()
    for table in ("ticket", "entry", "day_sum", "day_count", "business_day", "ticket_hold", "span"):
        assert count_rows(both, table) == 0, table
    assert both.load(path).results[0].new == 3
    after = [of_voucher(shown(both, day)) for day in (FRIDAY, SATURDAY)]
    assert [report.voucher for report in after] == [report.voucher for report in before]
    assert [report.control for report in after] == [report.control for report in before]


def test_an_undone_import_says_who_took_it_back_and_when_and_why(both: Shop) -> None:
    both.apply()
    both.sell(sale(1))
    undo(both, 1, " the wrong month ")
    [found] = imports_of(both)
    assert (found.is_undone, found.undone_by_who, found.undone_why) == (True, "kari", "the wrong month")
    assert found.undone_at_utc_s == int(both.clock())
    assert (found.first_day, found.last_day) == (FRIDAY, FRIDAY)


def test_a_ticket_stays_while_another_import_holds_it(both: Shop) -> None:
    both.apply()
    both.sell(sale(1), sale(2))
    both.sell(sale(2), sale(3))
    both.sell(sale(3), sale(4))
    assert undo(both, 2).removed == 0
    assert set(sum_sales_by_ticket(both)) == {("1", "1"), ("1", "2"), ("1", "3"), ("1", "4")}
    assert undo(both, 1).removed == 2
    assert set(sum_sales_by_ticket(both)) == {("1", "3"), ("1", "4")}
    assert undo(both, 3).removed == 2
    assert sum_sales_by_ticket(both) == {}


def test_what_an_import_changed_is_again_as_the_import_before_it_has_it(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00"), sale(2, "10.00"))
    both.sell(sale(1, "120.00"))
    both.sell(sale(1, "140.00"), sale(2, "10.00"))
    assert undo(both, 3).put_back == 1
    assert sum_sales_by_ticket(both) == {("1", "1"): 12_000, ("1", "2"): 1_000}
    assert undo(both, 2).put_back == 1
    assert sum_sales_by_ticket(both) == {("1", "1"): 10_000, ("1", "2"): 1_000}
    assert_sums_right(both)


def test_an_import_between_is_undone_without_touching_what_a_later_one_has(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00"))
    both.sell(sale(1, "120.00"))
    both.sell(sale(1, "140.00"))
    undone = undo(both, 2)
    assert (undone.removed, undone.put_back, undone.kept, undone.days) == (0, 0, 1, ())
    assert sum_sales_by_ticket(both) == {("1", "1"): 14_000}
    undo(both, 3)
    assert sum_sales_by_ticket(both) == {("1", "1"): 10_000}


def test_what_is_put_back_is_the_newest_by_when_files_were_made_not_by_when_they_were_read(both: Shop) -> None:
    both.apply()
    for amount in ("100.00", "120.00", "140.00"):
        both.sell(sale(1, amount))
    for file_id, made_at in ((1, 3_000), (2, 1_000), (3, 5_000)):
        overwrite_rows(both, "sales_file", {"made_at_utc_s": made_at}, id=file_id)
    undo(both, 3)
    assert sum_sales_by_ticket(both) == {("1", "1"): 10_000}


def test_undoing_twice_and_undoing_what_is_no_import_are_refused_in_words(both: Shop) -> None:
    both.apply()
    both.sell(sale(1))
    undo(both, 1)
    with pytest.raises(UsageError, match="undone already"):
        undo(both, 1)
    with pytest.raises(UsageError, match="is no import but an undo"):
        undo(both, 2)
    with pytest.raises(UsageError, match="posexport imports"):
        undo(both, 99)


def test_z_reports_go_back_with_their_import(both: Shop) -> None:
    both.apply()
    both.sell(sale(1))
    write_z(both, 1, 12_500, file_id=1)
    write_z(both, 1, 99_900, file_id=None)
    both.sell(sale(2))
    add_row(both, "z_reading", z_report_id=1, file_id=2, total_ore=99_900, totals="[]")
    overwrite_rows(both, "z_report", {"total_ore": 99900, "file_id": 2}, id=1)
    undo(both, 2)
    assert read_rows(both, "z_report", "total_ore", "file_id") == [(12_500, 1)]
    undo(both, 1)
    assert count_rows(both, "z_report") == 0


def write_z(shop: Shop, id_: int, total_ore: int, file_id: int | None) -> None:
    if file_id is None:
        return
    sums = {"file_id": file_id, "total_ore": total_ore, "totals": "[]"}
    where = {"venue_id": 1, "register_id": 1, "business_day": 20261120}
    add_row(shop, "z_report", id=id_, number="7", reported_at_utc_s=1_795_212_000, **where, **sums)
    add_row(shop, "z_reading", z_report_id=id_, **sums)


def test_a_drafted_day_shows_that_an_import_was_undone_and_is_mended_when_asked(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00"))
    both.sell(sale(2, "40.00"))
    both.export()
    undone = undo(both, 2)
    assert undone.changed_after_draft == (("torget", FRIDAY),)
    report = shown(both)
    assert report.state.value == "drafted"
    assert codes(report)[0] == "changed-after-draft"
    revised = both.revise(FRIDAY, FRIDAY).report
    [voucher] = [found for found in revised.vouchers if isinstance(found, VoucherReport)]
    assert voucher.voucher.debit_ore == 10_000


def test_a_day_left_empty_is_revised_by_deleting_its_draft(both: Shop) -> None:
    both.apply(target="journal")
    both.sell(sale(1))
    drafted = both.only_voucher(both.export().report)
    undo(both, 1)
    assert codes(shown(both))[0] == "changed-after-draft"
    both.revise(FRIDAY, FRIDAY)
    assert read_rows(both, "delivery", "state", order="revision") == [("replaced",), ("replaced",)]
    assert states(both.preview(FRIDAY, FRIDAY)) == ["nothing"]
    assert drafted.remote_id is not None
    assert states(both.export(FRIDAY, FRIDAY).report) == ["nothing"]


def test_a_posted_day_left_empty_is_revised_by_its_exact_opposite(both: Shop) -> None:
    both.apply(target="journal")
    both.sell(sale(1, "125.00"), sale(2, "-20.00"))
    drafted = both.only_voucher(both.export().report)
    both.world.post(str(drafted.remote_id))
    undo(both, 1)
    both.revise(FRIDAY, FRIDAY)
    reports = vouchers_of(both.preview(FRIDAY, FRIDAY))
    assert [report.state.value for report in reports] == ["drafted", "drafted"]
    lines: dict[tuple[str | None, str | None], int] = {}
    for report in reports:
        for line in report.voucher.lines:
            key = (line.account, line.vat_code)
            lines[key] = lines.get(key, 0) + line.amount_ore
    assert set(lines.values()) == {0}


def test_an_import_of_many_days_is_undone_as_a_whole(shop: Shop) -> None:
    shop.apply()
    days = 25
    tickets = (
        sale(n, at=f"2026-10-{1 + n % days:02d}T{8 + n // days % 12:02d}:{n // 300 % 60:02d}:{n % 60:02d}")
        for n in range(3_000)
    )
    shop.load(write_jsonl(shop.folder / "many.jsonl", tickets))
    undone = undo(shop, 1)
    assert undone.removed == 3_000
    assert len(undone.days) == days
    assert count_rows(shop, "ticket") == 0


# Single tickets


def test_a_withdrawn_ticket_counts_nowhere_and_comes_back_as_it_was(both: Shop) -> None:
    both.apply()
    both.sell(sale(1), sale(2, "80.00", tip="5.00", payments=[{"payment_type": "CARD", "amount": "85.00"}]))
    before = of_voucher(shown(both))
    taken = take_out(both, 2)
    assert (taken.who, taken.ticket.sales_ore, taken.is_drafted) == ("kari", 8_500, False)
    assert sum_sales_by_ticket(both) == {("1", "1"): 12_500}
    assert_sums_right(both)
    bring_back(both, 2)
    after = of_voucher(shown(both))
    assert (after.voucher, after.control) == (before.voucher, before.control)
    assert_sums_right(both)


def test_reading_its_file_again_does_not_bring_a_withdrawn_ticket_back(both: Shop) -> None:
    both.apply()
    path = both.write(sale(1), sale(2))
    both.load(path)
    take_out(both, 2)
    result = both.load(path).results[0]
    assert (result.new, result.known, result.changed) == (0, 2, 0)
    assert set(sum_sales_by_ticket(both)) == {("1", "1")}
    bring_back(both, 2)
    assert set(sum_sales_by_ticket(both)) == {("1", "1"), ("1", "2")}


def test_a_withdrawal_needs_a_reason_and_a_ticket_that_is_there(both: Shop) -> None:
    both.apply()
    both.sell(sale(1))
    with pytest.raises(UsageError, match="Say why"):
        take_out(both, 1, "  ")
    with pytest.raises(UsageError, match="no ticket 2 on register 1"):
        take_out(both, 2)
    with pytest.raises(UsageError, match="no ticket 1 on register 2"):
        take_out(both, 1, register="2")
    with pytest.raises(UsageError, match="not taken out"):
        bring_back(both, 1)
    take_out(both, 1)
    with pytest.raises(UsageError, match="taken out already"):
        take_out(both, 1)


def test_a_register_may_be_named_in_any_case(both: Shop) -> None:
    both.apply(venues=both_venues().replace('["1", "2"]', '["Bar-A"]'))
    both.sell(sale(1, register="Bar-A"))
    assert take_out(both, 1, register="bar-a").ticket.register == "Bar-A"


def test_of_several_tickets_with_one_number_a_person_says_which(both: Shop) -> None:
    both.apply()
    both.sell(sale(7, "30.00", at="2026-11-20T12:00:05"), sale(7, "45.00", at="2026-11-20T16:40:00"))
    with pytest.raises(UsageError, match=r"--at HH:MM\[:SS\](?s:.*)12:00:05, 30.00(?s:.*)16:40:00, 45.00"):
        take_out(both, 7)
    with pytest.raises(UsageError, match="but not that one"):
        take_out(both, 7, at="13:00")
    with pytest.raises(UsageError, match="no time of day"):
        take_out(both, 7, at="noon")
    with pytest.raises(UsageError, match="no amount"):
        take_out(both, 7, amount="much")
    assert take_out(both, 7, at="16:40").ticket.sales_ore == 4_500
    assert bring_back(both, 7).ticket.sales_ore == 4_500
    assert take_out(both, 7, at="12:00:05").ticket.sales_ore == 3_000
    assert take_out(both, 7, amount="45,00").ticket.sales_ore == 4_500


def test_a_withdrawn_ticket_that_comes_otherwise_is_another_and_goes_with_its_import(both: Shop) -> None:
    both.apply()
    path = both.write(sale(1, "100.00"))
    both.load(path)
    take_out(both, 1)
    both.sell(sale(1, "120.00"))
    assert sum_sales_by_ticket(both) == {("1", "1"): 12_000}
    both.load(path)
    assert sum_sales_by_ticket(both) == {("1", "1"): 12_000}
    undo(both, 3)
    assert sum_sales_by_ticket(both) == {}
    bring_back(both, 1)
    assert sum_sales_by_ticket(both) == {("1", "1"): 10_000}


def test_a_ticket_may_be_named_by_the_import_that_holds_it(both: Shop) -> None:
    both.apply()
    both.sell(sale(7, "30.00", at="2026-11-20T09:00:00"))
    both.sell(sale(7, "45.00", at="2026-11-20T16:40:00"))
    assert take_out(both, 7, import_id=2).ticket.sales_ore == 4_500


def test_a_drafted_day_shows_that_a_ticket_was_withdrawn_until_it_is_back(both: Shop) -> None:
    both.apply()
    both.sell(sale(1), sale(2))
    both.export()
    assert take_out(both, 2).is_drafted
    assert codes(shown(both))[0] == "changed-after-draft"
    bring_back(both, 2)
    assert "changed-after-draft" not in codes(shown(both))


def test_undoing_the_import_of_a_withdrawn_ticket_takes_it_too_and_its_file_read_anew_brings_it(both: Shop) -> None:
    both.apply()
    path = both.write(sale(1), sale(2))
    both.load(path)
    take_out(both, 2)
    undo(both, 1)
    assert count_rows(both, "ticket") == 0
    both.load(path)
    assert set(sum_sales_by_ticket(both)) == {("1", "1"), ("1", "2")}
    assert shown(both).control.removals == ()


def test_a_withdrawn_ticket_stays_out_when_the_version_that_was_withdrawn_is_undone(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00"))
    both.sell(sale(1, "120.00"))
    take_out(both, 1)
    undo(both, 2)
    assert sum_sales_by_ticket(both) == {}
    [removal] = shown(both).control.removals
    assert removal.amount_ore == 10_000
    bring_back(both, 1)
    assert sum_sales_by_ticket(both) == {("1", "1"): 10_000}


# What is told


def test_what_was_withdrawn_stands_with_sum_person_and_reason_in_the_control_figures(both: Shop) -> None:
    both.apply()
    both.sell(sale(1), sale(2, "80.00"))
    take_out(both, 2, "rung up twice")
    control = format_voucher(shown(both))["control"]
    assert (control["removed"], control["removed_amount"]) == (1, "80.00")
    [removal] = control["removals"]
    assert (removal["kind"], removal["register"], removal["number"]) == ("withdrawn", "1", "2")
    assert (removal["amount"], removal["who"], removal["why"]) == ("80.00", "kari", "rung up twice")
    assert removal["completed_at"] == "2026-11-20T12:00:00+01:00"
    bring_back(both, 2)
    assert "removals" not in format_voucher(shown(both))["control"]


def test_what_an_undone_import_took_away_is_told_ticket_by_ticket_or_as_a_sum(both: Shop) -> None:
    both.apply()
    both.sell(sale(100, "10.00"))
    both.sell(sale(1, "1.00"), *(sale(n, "2.00", at="2026-11-21T12:00:00") for n in range(2, 12)))
    both.sell(sale(200, "20.00", at="2026-11-21T12:00:00"))
    undo(both, 2, "training")
    [one] = shown(both).control.removals
    assert (one.kind, one.number, one.amount_ore, one.why) == ("undone", "1", 100, "training")
    [many] = shown(both, SATURDAY).control.removals
    assert (many.tickets, many.amount_ore, many.number, many.who) == (10, 2_000, None, "kari")


def test_a_withdrawn_training_ticket_takes_no_takings_away(both: Shop) -> None:
    both.apply()
    both.sell(sale(1), sale(2, training=True))
    take_out(both, 2)
    assert shown(both).control.removed_ore == 0


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_removals_and_acts_are_told_in_terminal_and_page_and_story(
    shop: Shop, lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.apply()
    shop.sell(sale(1), sale(2, "80.00"))
    shop.sell(*(sale(n, "1.00") for n in range(10, 17)), name="wrong.jsonl")
    take_out(shop, 2, "rung up <twice>")
    take_out(shop, 1, "a mistake")
    bring_back(shop, 1)
    undo(shop, 2, "the training till")
    words = {
        "nb": ("Tatt ut og ikke regnet med", "8 bonger, 87,00", "angret", "tok inn igjen"),
        "en": ("Taken out and not counted", "8 tickets, 87.00", "undone", "brought back"),
    }[lang]
    db = ("--db", shop.url)
    page = shop.folder / "page.html"
    monkeypatch.setenv("COLUMNS", "200")
    period = ("--from", "2026-11-20", "--to", "2026-11-20", "--lang", lang)
    run_program(monkeypatch, *db, "preview", *period, "--html", str(page))
    told = capsys.readouterr().out
    for word in (*words[:2], "kari", "rung up <twice>", "the training till"):
        assert word in told.replace("\xa0", " ")
    assert "rung up &lt;twice&gt;" in page.read_text()
    assert words[0] in page.read_text()
    run_program(monkeypatch, *db, "show", "torget", "2026-11-20", "--lang", lang)
    told = capsys.readouterr().out
    for word in (words[3], "kari", "rung up <twice>", "the training till", "wrong.jsonl"):
        assert word in told


def test_the_pdf_tells_what_was_taken_out_and_old_documents_without_it_are_still_made(both: Shop) -> None:
    from io import BytesIO

    from pypdf import PdfReader

    both.apply()
    both.sell(sale(1), sale(2, "80.00"))
    plain = format_page(shown(both))
    assert "removals" not in plain["voucher"]["control"]
    assert render_page(plain)
    take_out(both, 2, "rung up twice")
    document = json.loads(json.dumps(format_page(shown(both))))
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(render_page(document))).pages)
    for word in ("Tatt ut og ikke regnet med", "kari", "rung up twice", "80,00"):
        assert word in text.replace("\xa0", " ")


def test_the_story_tells_who_did_what_and_which_tickets_went(both: Shop) -> None:
    both.apply()
    both.sell(sale(1), sale(2, "80.00"))
    both.export()
    take_out(both, 2, "rung up twice")
    story = story_of(both)
    [act] = story["acts"]
    assert (act["kind"], act["who"], act["why"]) == ("withdrawal", "kari", "rung up twice")
    assert act["tickets"] == [{"register": "1", "number": "2"}]
    [voucher] = story["vouchers"]
    assert voucher["tickets_unchanged"] is False
    assert voucher["tickets_as_sent"] is True
    [change] = voucher["changed_since"]
    assert (change["number"], change["change"], change["before"], change["after"]) == ("2", "removed", "80.00", None)
    bring_back(both, 2)
    [voucher] = story_of(both)["vouchers"]
    assert (voucher["tickets_unchanged"], voucher["changed_since"]) == (True, [])
    assert [act["kind"] for act in story_of(both)["acts"]] == ["withdrawal", "restoration"]


def test_a_draft_made_after_a_withdrawal_has_the_tickets_that_count(both: Shop) -> None:
    both.apply()
    both.sell(sale(1), sale(2, "80.00"))
    take_out(both, 2)
    both.export()
    [voucher] = story_of(both)["vouchers"]
    assert (voucher["tickets_unchanged"], voucher["tickets_as_sent"], voucher["changed_since"]) == (True, True, [])


def test_the_tickets_behind_a_draft_are_still_told_when_their_import_is_undone(both: Shop) -> None:
    both.apply()
    path = both.write(sale(1, "100.00"), sale(2, "80.00"))
    both.load(path)
    both.export()
    undo(both, 1, "by mistake")
    [voucher] = story_of(both)["vouchers"]
    assert voucher["tickets_as_sent"] is True
    assert [change["change"] for change in voucher["changed_since"]] == ["removed", "removed"]
    assert sum(len(line["tickets"]) for line in voucher["lines"]) == 4
    both.load(path)
    story = story_of(both)
    [voucher] = story["vouchers"]
    assert (voucher["tickets_as_sent"], voucher["changed_since"]) == (True, [])
    assert voucher["tickets_unchanged"] is True
    assert [act["kind"] for act in story["acts"]] == ["undo"]
    assert "changed-after-draft" not in codes(shown(both))


def test_the_commands_print_json(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.apply()
    shop.sell(sale(1), sale(2))
    db = ("--db", shop.url)

    def run(*arguments: str) -> tuple[int, str]:
        code = run_program(monkeypatch, *db, *arguments)
        return code, capsys.readouterr().out

    code, out = run("imports", "--json")
    assert code == 0
    [found] = json.loads(out)["imports"]
    assert (found["id"], found["new"], found["undone"], found["first_day"]) == (1, 2, None, "2026-11-20")
    assert run("imports", "list", "--json")[1] == out
    assert run("imports", "--json", "list")[1] == out
    code, out = run("tickets", "withdraw", "torget", "2026-11-20", "1", "2", "--why", "twice", "--json")
    assert (code, json.loads(out)["done"]) == (0, "withdraw")
    code, out = run("tickets", "restore", "torget", "2026-11-20", "1", "2")
    assert code == 0
    assert "brought back" in out
    code, out = run("imports", "undo", "1", "--json")
    assert (code, json.loads(out)["removed"]) == (0, 2)
    assert run("imports", "undo", "1")[0] == 2
    assert run("tickets", "withdraw", "torget", "2026-11-20", "1", "2", "--why", "x")[0] == 2
    assert "undone" in run("imports")[1]


# Any sequence


def assert_sums_right(shop: Shop) -> None:
    with shop.open() as workspace, workspace.database.reading() as connection:
        for number in (1, 2):
            assert find_wrong_days(connection, number, [FRIDAY, SATURDAY]) == []


@dataclass
class Model:
    """What counts, worked out slowly: files in order, which of them are undone, and what people took out."""

    files: list[Mapping[int, int]] = field(default_factory=list)
    undone: set[int] = field(default_factory=set)
    withdrawn: dict[int, int] = field(default_factory=dict)
    """Ticket -> how many files had been read."""

    def held(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for place, file in enumerate(self.files):
            if place not in self.undone:
                found |= file
        return found

    def counted(self) -> dict[int, int]:
        return {number: amount for number, amount in self.held().items() if number not in self.withdrawn}


NUMBERS = range(1, 6)
FILES = st.dictionaries(st.sampled_from(NUMBERS), st.sampled_from([1_000, 2_000, 3_000]), min_size=1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("read"), FILES),
        st.tuples(st.just("undo"), st.integers(0, 7)),
        st.tuples(st.just("withdraw"), st.sampled_from(NUMBERS)),
        st.tuples(st.just("restore"), st.sampled_from(NUMBERS)),
    ),
    min_size=1,
    max_size=9,
)


def day_of_ticket(number: int) -> date:
    return FRIDAY if number % 2 else SATURDAY


def tickets_of(file: Mapping[int, int]) -> list[dict[str, Any]]:
    return [
        sale(number, f"{amount / 100:.2f}", at=f"{day_of_ticket(number)}T12:00:{number:02d}")
        for number, amount in file.items()
    ]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_after_any_sequence_of_acts_what_counts_is_what_a_slow_model_says(both: Shop, steps: list[Any]) -> None:
    for table in ("ticket_hold", "ticket_change", "ticket_removal", "ticket_doubt", "ticket", "entry", "day_sum"):
        delete_rows(both, table)
    for table in ("day_count", "business_day", "span", "sales_file"):
        delete_rows(both, table)
    both.apply()
    model, ids = Model(), []
    for what, with_what in steps:
        if what == "read":
            standing = model.held()  # what comes otherwise than it was withdrawn has a test of its own
            with_what = {n: standing[n] if n in model.withdrawn else amount for n, amount in with_what.items()}
            model.files.append(with_what)
            both.sell(*tickets_of(with_what))
            ids.append(read_rows(both, "sales_file", "id")[-1][0])
        elif what == "undo" and with_what < len(ids) and with_what not in model.undone:
            undo(both, ids[with_what])
            model.undone.add(with_what)
            model.withdrawn = {n: at for n, at in model.withdrawn.items() if n in model.held()}
        elif what == "withdraw" and with_what in model.counted():
            take_out(both, with_what, day=day_of_ticket(with_what))
            model.withdrawn[with_what] = len(model.files)
        elif what == "restore" and with_what in model.withdrawn:
            bring_back(both, with_what, day=day_of_ticket(with_what))
            del model.withdrawn[with_what]
        assert sum_sales_by_ticket(both) == {("1", str(number)): amount for number, amount in model.counted().items()}
        assert_sums_right(both)
    for place, id_ in enumerate(ids):
        if place not in model.undone:
            undo(both, id_)
    for table in ("ticket", "entry", "day_sum", "day_count", "business_day", "ticket_hold", "span"):
        assert count_rows(both, table) == 0, table


def test_the_z_report_differs_by_a_withdrawn_ticket_until_that_is_accepted(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00"), sale(2, "25.00"))
    write_z(both, 1, 12_500, file_id=1)
    assert "z-report-mismatch" not in codes(shown(both))
    take_out(both, 2)
    report = shown(both)
    assert (report.state.value, codes(report)[0]) == ("held", "z-report-mismatch")
    with both.open() as workspace:
        accept_finding(workspace, both.venues(workspace)[0], FRIDAY, "z-report-mismatch", "withdrawn")
    assert shown(both).state.value == "ready"


def test_a_sale_that_an_import_moved_goes_back_to_its_venue_with_the_undoing(both: Shop) -> None:
    both.apply(venues=both_venues())
    path = both.write(sale(1, register="3"))
    both.load(path)
    both.load(path, venue_id="torget")
    assert read_rows(both, "ticket", "venue_id") == [(1,)]
    assert undo(both, 2).put_back == 1
    assert read_rows(both, "ticket", "venue_id") == [(2,)]
    assert_sums_right(both)
    undo(both, 1)
    assert count_rows(both, "ticket") == 0


def test_what_two_files_made_doubtful_is_over_when_one_of_them_is_undone(both: Shop) -> None:
    both.apply()
    both.sell(sale(7, "30.00", at="2026-11-20T09:00:00", id=None))
    both.sell(sale(7, "45.00", at="2026-11-20T16:40:00", id=None))
    assert "same-number-twice" in codes(shown(both))
    undo(both, 2)
    assert "same-number-twice" not in codes(shown(both))
    assert count_rows(both, "ticket_doubt") == 0
    both.sell(sale(7, "45.00", at="2026-11-20T16:40:00", id=None))
    assert "same-number-twice" in codes(shown(both))
    take_out(both, 7, at="09:00")
    assert "same-number-twice" not in codes(shown(both))
    bring_back(both, 7)
    assert "same-number-twice" in codes(shown(both))


def test_who_acts_is_kept_with_every_act(both: Shop) -> None:
    both.apply()
    both.sell(sale(1), sale(2))
    take_out(both, 2)
    bring_back(both, 2)
    undo(both, 1)
    assert read_rows(both, "sales_file", "kind", "who", "known_by", "of_file_id") == [
        ("import", "kari", "terminal", None),
        ("withdrawal", "kari", "terminal", None),
        ("restoration", "kari", "terminal", None),
        ("undo", "kari", "terminal", 1),
    ]
