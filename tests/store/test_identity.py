"""A ticket counts once, whatever the file: held against what is stored, or asked about."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from posexport.app.imports import list_imports, undo_import
from posexport.app.tickets import WhichTicket, restore, withdraw
from posexport.core.day import BusinessCalendar
from posexport.core.matching import Sold
from posexport.core.report import State
from posexport.errors import Exit
from posexport.store.database import day_number
from posexport.texts.describe import fix_of, message_of
from tests.app.test_import import SAFT_VENUE, counts
from tests.core.test_matching import Shelf
from tests.support import saft_builder as saft
from tests.support.harness import BRYGGA, FRIDAY, MAPPING, SATURDAY, VENUES, Shop, codes, sale, states
from tests.support.scope import count_examples

NOON_OF_FRIDAY = 1_795_172_400


def bare(number: int, amount: str = "125.00", at: str = "2026-11-20T12:00:00", **more: Any) -> dict[str, Any]:
    """A ticket of a register that gives no ids."""
    return sale(number, amount, at, **{"id": None, **more})


def takings(shop: Shop, venues: tuple[str, ...] = ()) -> list[tuple[str, str, int]]:
    """What counts, by venue and day."""
    with shop.open():
        pass
    return [
        (shown.venue.id, shown.business_day.isoformat(), shown.control.sales_ore)
        for shown in shop.preview(FRIDAY, SATURDAY, venues).vouchers
        if shown.control is not None and shown.control.tickets
    ]


def doubts(shop: Shop) -> list[tuple[str, int, int, Any]]:
    rows = shop.rows("SELECT code, ticket_id, other_id, facts FROM ticket_doubt ORDER BY code, ticket_id, other_id")
    return [(code, one, other, json.loads(facts)) for code, one, other, facts in rows]


def write_saft(
    shop: Shop,
    *tickets: str,
    name: str,
    made: str = "2020-01-03",
    made_time: str = "00:00:00",
    since: str = "2020-01-01",
    until: str = "2020-01-02",
    company: str = "999999999",
    currency: str = "NOK",
) -> Path:
    """A SAF-T file that says when it was made and what it covers."""
    text = saft.document(*tickets).decode()
    for tag, value in (
        ("startDate", since),
        ("endDate", until),
        ("dateCreated", made),
        ("timeCreated", made_time),
        ("curCode", currency),
    ):
        text, found = re.subn(f"<{tag}>[^<]*</{tag}>", f"<{tag}>{value}</{tag}>", text, count=1)
        assert found == 1, tag
    own = "<company><companyIdent>999999999</companyIdent>"
    assert own in text
    text = text.replace(own, own.replace("999999999", company))
    path = shop.folder / name
    path.write_text(text, encoding="utf-8")
    return path


# Times


@pytest.mark.parametrize("at", ["12:00:03", "11:58:01", "13:00:00", "10:00:30"])
def test_a_ticket_that_comes_again_with_another_time_is_the_same(both: Shop, at: str) -> None:
    both.apply()
    both.sell(bare(1), bare(2, "50.00"))
    assert counts(both, both.write(bare(1, at=f"2026-11-20T{at}"))) == [(0, 1, 0, 0)]
    assert takings(both) == [("torget", "2026-11-20", 17500)]
    assert both.rows("SELECT DISTINCT completed_at_utc_s FROM ticket") == [(NOON_OF_FRIDAY,)]


def test_a_number_again_at_another_time_of_the_day_counts_twice_and_holds_the_day(both: Shop) -> None:
    both.apply()
    both.sell(bare(7, "39.00"), name="noon.jsonl")
    for later in (bare(7, "39.00", "2026-11-20T16:40:00"), bare(7, "45.00", "2026-11-20T17:40:00")):
        assert both.sell(later, name="evening.jsonl").results[0].new == 1
    shown = both.only(both.preview())
    assert (shown.state, shown.control.sales_ore) == (State.HELD, 12300)
    assert codes(shown).count("same-number-twice") == 3
    assert "noon.jsonl" in message_of(shown.findings[0], "en")


def test_one_time_and_two_contents_in_two_files_count_twice_and_hold_the_day(both: Shop) -> None:
    both.apply()
    both.sell(bare(7, "200.00"))
    result = both.sell(bare(7, "90.00", paid="CASH")).results[0]
    assert (result.new, result.changed, result.doubts) == (1, 0, {"same-number-twice": 1})
    shown = both.only(both.preview())
    assert (shown.state, shown.control.sales_ore) == (State.HELD, 29000)


def test_of_two_that_are_equal_but_for_what_was_sold_the_mend_names_the_import_of_each(both: Shop) -> None:
    both.apply()
    both.sell(bare(7, "90.00"), name="noon.jsonl")
    both.sell(bare(7, "90.00", paid="CASH"), name="evening.jsonl")
    fix = fix_of(both.only(both.preview()).findings[0], "en")
    for name in ("noon.jsonl", "evening.jsonl"):
        (held_by,) = (id_ for id_, path in both.rows("SELECT id, name FROM sales_file") if path.endswith(name))
        assert f"--at 12:00:00 --amount 90.00 --import {held_by} " in fix, name
    with both.open() as workspace:
        which = WhichTicket(FRIDAY, "1", "7", at="12:00:00", amount="90.00", import_id=held_by)
        withdraw(workspace, workspace.load_setup().venues[0], which, "Rung up twice")
    assert takings(both) == [("torget", "2026-11-20", 9000)]


def test_one_file_with_a_number_at_two_times_has_two_sales_and_a_notice(both: Shop) -> None:
    both.apply()
    imported = both.sell(
        bare(7, "39.00"), bare(7, "39.00", "2026-11-20T16:40:00"), bare(7, "45.00", "2026-11-20T18:00:00")
    )
    assert imported.results[0].new == 3
    [(_, notice)] = imported.notices
    assert notice.text.startswith("2 tickets have a number that another ticket")
    assert "ticket 7, 2026-11-20 16:40:00" in notice.place
    assert both.only(both.preview()).state is State.READY


def test_one_file_with_a_ticket_twice_has_it_once_and_says_so(both: Shop) -> None:
    both.apply()
    imported = both.sell(bare(7), bare(7), bare(7, at="2026-11-20T12:01:10"))
    assert (imported.results[0].new, imported.results[0].known) == (1, 2)
    [(_, notice)] = imported.notices
    assert notice.text.startswith("2 tickets stand more than once")


def test_a_shift_of_an_hour_is_told_from_a_sale_an_hour_later_where_the_file_has_both(both: Shop) -> None:
    both.apply()
    both.sell(bare(7, "39.00"))
    path = both.write(bare(7, "39.00", "2026-11-20T13:00:00"), bare(7, "39.00"))
    assert counts(both, path) == [(1, 1, 0, 0)]
    assert counts(both, path) == [(0, 2, 0, 0)]


@pytest.mark.parametrize("between", [0, 700])
def test_a_ticket_waits_for_the_rest_of_its_file(both: Shop, between: int) -> None:
    """What looks alike comes first in the file, what is the same thousands of tickets later."""
    both.apply()
    both.sell(bare(7, "39.00"))
    others = [bare(1000 + n, at=f"2026-11-20T14:{n // 60:02d}:{n % 60:02d}") for n in range(between)]
    path = both.write(bare(7, "39.00", "2026-11-20T13:00:00"), *others, bare(7, "39.00"))
    assert counts(both, path) == [(1 + between, 1, 0, 0)]


# Ids


def test_an_id_tells_a_change_and_what_it_was(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00", id="a"), name="one.jsonl")
    imported = both.sell(sale(1, "120.00", "2026-11-20T12:30:00", id="a"), name="two.jsonl")
    assert imported.results[0].changed == 1
    shown = both.only(both.preview())
    assert (shown.state, shown.control.sales_ore, codes(shown)) == (State.READY, 12000, ["ticket-changed"])
    [finding] = shown.findings
    assert "100.00" in message_of(finding, "en")
    assert "120.00" in message_of(finding, "en")


def test_what_was_odd_about_a_ticket_is_over_once_it_comes_corrected(both: Shop) -> None:
    """Whatever it was: a discount with the wrong sign, a rate for 100, an unknown flag."""
    both.apply()
    odd_line = {"product_type": "100", "vat_code": "3", "gross": "100.00", "discount": "-5.00"}
    per_100 = [{"payment_type": "CARD", "amount": "100.00", "currency": "SEK", "rate": "100.00"}]
    both.sell(
        sale(1, "100.00", id="a", lines=[odd_line]),
        sale(2, "100.00", id="b", payments=per_100),
        sale(3, "100.00", id="c", void="perhaps"),
        name="one.jsonl",
    )
    assert {code for code, *_ in doubts(both)} == {"discount-sign", "rate-per-100", "unjudged-ticket"}
    both.sell(*(sale(number, "90.00", id=id_) for number, id_ in ((1, "a"), (2, "b"), (3, "c"))), name="two.jsonl")
    assert {code for code, *_ in doubts(both)} == {"ticket-changed"}


@pytest.mark.parametrize(("rate_per", "told"), [("", {"rate-per-100": 1}), ("rate_per = 100\n", {})])
def test_an_import_tells_of_no_doubt_that_the_setup_has_answered(
    shop: Shop, rate_per: str, told: dict[str, int]
) -> None:
    euro = '[[company.payment_type]]\ncode = "EURO"\naccount = "1901"\n' + rate_per
    shop.apply(mapping=MAPPING + euro)
    per_100 = [{"payment_type": "EURO", "amount": "100.00", "currency": "SEK", "rate": "100.00"}]
    assert shop.sell(sale(1, "100.00", payments=per_100)).results[0].doubts == told


def test_a_change_to_nothing_says_nothing_and_one_of_a_restored_ticket_names_its_file(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00", id="a"), sale(2, id="b"), name="one.jsonl")
    with both.open() as workspace:
        torget = workspace.load_setup().venues[0]
        which = WhichTicket(FRIDAY, "1", "1")
        withdraw(workspace, torget, which, "keyed twice")
        restore(workspace, torget, which)
    both.sell(sale(1, "100.00", id="a", void=True), sale(2, id="b"), name="two.jsonl")
    [finding] = both.only(both.preview()).findings
    assert "was 100.00 in file one.jsonl and is 0.00 in the newer file two.jsonl" in message_of(finding, "en")


def test_changing_over_to_ids_doubles_nothing(both: Shop) -> None:
    both.apply()
    both.sell(bare(1), bare(2))
    assert counts(both, both.write(sale(1, id="a"), sale(2, id="b"))) == [(0, 2, 0, 0)]
    assert counts(both, both.write(sale(1, "130.00", id="a"), sale(2, "140.00", id="b"))) == [(0, 0, 2, 0)]
    assert both.rows("SELECT source_id FROM ticket ORDER BY id") == [("a",), ("b",)]


def test_a_file_without_ids_adds_nothing_after_its_ticket_got_an_id_and_was_corrected_under_it(both: Shop) -> None:
    both.apply()
    files = [both.write(bare(1, "20.00")), both.write(sale(1, "20.00", id="a")), both.write(sale(1, "10.00", id="a"))]
    both.load(*files)
    assert counts(both, files[0]) == [(0, 1, 0, 0)]
    assert takings(both) == [("torget", "2026-11-20", 1000)]
    assert counts(both, *files) == [(0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 1, 0)]
    assert takings(both) == [("torget", "2026-11-20", 1000)]
    assert {code for code, *_ in doubts(both)} == {"ticket-changed"}


def test_a_file_that_could_not_be_judged_adds_nothing_after_its_ticket_came_plainly(both: Shop) -> None:
    both.apply()
    files = [both.write(bare(1, "20.00", void="perhaps")), both.write(bare(1, "20.00"))]
    both.load(*files)
    assert counts(both, *files) == [(0, 1, 0, 0), (0, 1, 0, 0)]
    assert takings(both) == [("torget", "2026-11-20", 2000)]


def test_a_version_whose_file_was_undone_is_asked_about_when_another_file_has_it(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "20.00", id="a"))
    both.sell(sale(1, "10.00", id="a"))
    with both.open() as workspace:
        undo_import(workspace, max(act.id for act in list_imports(workspace)))
    assert counts(both, both.write(bare(1, "10.00"))) == [(1, 0, 0, 0)]
    assert both.only(both.preview()).state is State.HELD


def test_ids_that_change_with_every_export_are_asked_about(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, id="first-export-1"))
    both.sell(sale(1, id="second-export-1"))
    assert both.only(both.preview()).state is State.HELD


def test_an_id_that_two_registers_use_makes_two_tickets(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, id="1"), sale(1, "90.00", register="2", id="1"))
    assert takings(both) == [("torget", "2026-11-20", 21500)]


def test_a_file_that_contradicts_itself_is_refused_also_where_both_are_stored(both: Shop) -> None:
    both.apply()
    both.sell(bare(7, "200.00"))
    both.sell(bare(7, "90.00"))
    imported = both.sell(bare(7, "200.00"), bare(7, "90.00"))
    assert imported.exit_code is Exit.OPERATOR
    assert both.rows("SELECT COUNT(*) FROM sales_file") == [(2,)]


def test_an_id_twice_in_one_file_with_two_contents_refuses_it(both: Shop) -> None:
    both.apply()
    imported = both.sell(sale(1, "100.00", id="a"), sale(2, "90.00", "2026-11-20T18:00:00", id="a"))
    assert imported.exit_code is Exit.OPERATOR
    assert both.rows("SELECT COUNT(*) FROM ticket") == [(0,)]


# Files that say when they were made


def test_the_newer_file_wins_in_whichever_order_they_are_read(both: Shop) -> None:
    both.apply(venues=SAFT_VENUE)
    old = write_saft(both, saft.sale("1", "100.00"), name="old.xml", made="2020-01-03")
    new = write_saft(both, saft.sale("1", "120.00"), name="new.xml", made="2020-01-04")
    assert counts(both, old, new) == [(1, 0, 0, 0), (0, 0, 1, 0)]
    result = both.load(old).results[0]
    assert (result.known, result.older, result.changed) == (1, 1, 0)
    assert both.rows("SELECT sales_ore FROM ticket") == [(12000,)]
    assert both.rows("SELECT kind, COUNT(*) FROM ticket_change GROUP BY kind") == [("changed", 1)]


def test_an_older_file_read_last_is_kept_beside_and_changes_nothing(both: Shop) -> None:
    both.apply(venues=SAFT_VENUE)
    both.load(write_saft(both, saft.sale("1", "120.00"), name="new.xml", made="2020-01-04"))
    old = write_saft(both, saft.sale("1", "100.00"), name="old.xml", made="2020-01-03")
    for _ in range(2):
        assert both.load(old).results[0].older == 1
    assert both.rows("SELECT sales_ore FROM ticket") == [(12000,)]
    [(kind, file_id, before)] = both.rows("SELECT kind, file_id, before FROM ticket_change")
    assert (kind, file_id, json.loads(before)["file_id"], json.loads(before)["sales_ore"]) == ("older", 2, 2, 10000)


def test_a_newer_file_that_has_a_ticket_as_it_is_protects_it(both: Shop) -> None:
    both.apply(venues=SAFT_VENUE)
    for made, amount in (("2020-01-03", "100.00"), ("2020-01-06", "100.00"), ("2020-01-04", "120.00")):
        both.load(write_saft(both, saft.sale("1", amount), name=f"{made}.xml", made=made))
    assert both.rows("SELECT sales_ore FROM ticket") == [(10000,)]


def test_an_older_file_brings_nothing_back_that_the_newer_lacks_and_adds_what_only_it_can_know(both: Shop) -> None:
    both.apply(venues=SAFT_VENUE)
    both.load(write_saft(both, saft.sale("1"), saft.sale("2"), name="new.xml", made="2020-01-05"))
    old = write_saft(
        both,
        saft.sale("1"),
        saft.sale("3", time="11:00:00"),
        saft.sale("4", time="13:00:00"),
        name="old.xml",
        made="2020-01-03",
    )
    result = both.load(old).results[0]
    assert (result.new, result.known, result.older) == (0, 3, 2)
    assert both.rows("SELECT number FROM ticket ORDER BY number") == [("1",), ("2",)]


def test_a_ticket_that_a_newer_file_covers_and_lacks_is_told_and_told_no_more_when_it_is_there(both: Shop) -> None:
    both.apply(venues=SAFT_VENUE)
    both.load(write_saft(both, saft.sale("1"), saft.sale("2", time="10:00:00"), name="a.xml", made="2020-01-03"))
    result = both.load(write_saft(both, saft.sale("1"), name="b.xml", made="2020-01-04")).results[0]
    assert result.doubts == {"no-longer-in-file": 1}
    assert doubts(both) == [("no-longer-in-file", 2, 0, {"other_file": "a.xml", "file": "b.xml"})]
    both.load(write_saft(both, saft.sale("2", time="10:00:00"), name="c.xml", made="2020-01-04"))
    assert doubts(both) == []


def test_parts_of_one_export_lack_nothing_of_each_other(both: Shop) -> None:
    both.apply(venues=SAFT_VENUE)
    both.load(write_saft(both, saft.sale("1"), saft.sale("2", time="10:00:00"), name="a.xml", made="2020-01-03"))
    parts = [
        write_saft(both, saft.sale("1"), name="part1.xml", made="2020-01-04"),
        write_saft(both, saft.sale("2", time="10:00:00"), name="part2.xml", made="2020-01-04"),
    ]
    both.load(*parts)
    assert doubts(both) == []


def test_a_file_whose_claim_its_own_tickets_contradict_tells_of_nothing(both: Shop) -> None:
    both.apply(venues=SAFT_VENUE)
    both.load(write_saft(both, saft.sale("1"), saft.sale("2", time="10:00:00"), name="a.xml", made="2020-01-03"))
    wrong = write_saft(both, saft.sale("1"), name="b.xml", made="2020-01-04", since="2020-02-01", until="2020-02-02")
    both.load(wrong)
    assert doubts(both) == []


def test_a_claim_does_not_reach_an_edge_day_of_which_the_store_has_sales_and_the_file_none(both: Shop) -> None:
    both.apply(venues=SAFT_VENUE)
    both.load(write_saft(both, saft.sale("1"), saft.sale("2", date="2020-01-02"), name="a.xml", made="2020-01-06"))
    both.load(write_saft(both, saft.sale("1"), name="b.xml", made="2020-01-07"))
    [(whole,), (trimmed,)] = both.rows("SELECT end_utc_s FROM span ORDER BY file_id")
    assert whole - trimmed == 19 * 3_600, "from 05:00 on the 2nd to midnight after it"
    assert doubts(both) == []


def test_a_ticket_that_the_newer_file_has_at_another_time_is_the_same(both: Shop) -> None:
    both.apply(venues=SAFT_VENUE)
    both.load(write_saft(both, saft.sale("1"), name="a.xml", made="2020-01-03"))
    moved = write_saft(both, saft.sale("1", time="15:17:00"), name="b.xml", made="2020-01-04")
    assert counts(both, moved) == [(0, 1, 0, 0)]
    assert doubts(both) == []


# Whose it is


@pytest.mark.parametrize("options", [{}, {"venue_id": "torget"}])
def test_another_companys_file_is_left_out_naming_both_numbers(both: Shop, options: dict[str, Any]) -> None:
    both.apply(venues=SAFT_VENUE)
    path = write_saft(both, saft.sale("1"), name="other.xml", company="123456785")
    imported = both.load(path, **options)
    assert imported.exit_code is Exit.BOOKKEEPER
    assert imported.results[0].refused_companies == {("123456785", "999999999"): 1}
    assert both.rows("SELECT COUNT(*) FROM ticket") == [(0,)]
    assert both.load(path, other_company=True, **options).results[0].new == 1
    [(why,)] = both.rows("SELECT why FROM sales_file WHERE new = 1")
    assert "123456785" in why


def test_a_venue_may_list_more_numbers_that_are_its_own(both: Shop) -> None:
    both.apply(venues=SAFT_VENUE + '  file_organization_numbers = ["123456785"]\n')
    path = write_saft(both, saft.sale("1"), name="unit.xml", company="123 456 785 MVA")
    assert counts(both, path) == [(1, 0, 0, 0)]


def test_a_number_that_is_none_is_told_and_not_compared(both: Shop) -> None:
    both.apply(venues=SAFT_VENUE)
    path = write_saft(both, saft.sale("1"), name="none.xml", company="12345")
    text = re.sub("<taxRegIdent>[^<]*</taxRegIdent>", "", path.read_text())
    path.write_text(text)
    imported = both.load(path)
    assert imported.results[0].new == 1
    assert any("no valid organization number" in notice.text for _, notice in imported.notices)


def test_sales_in_another_currency_than_the_ledgers_count_nowhere(both: Shop) -> None:
    both.apply(venues=SAFT_VENUE)
    result = both.load(write_saft(both, saft.sale("1"), name="euro.xml", currency="EUR")).results[0]
    assert result.doubts == {"other-currency": 1}
    assert both.rows("SELECT status FROM ticket") == [(5,)]
    shown = both.only(both.preview())
    assert shown.state is State.HELD
    assert "EUR" in message_of(shown.findings[0], "en")


# Registers and venues


def test_a_register_is_known_whatever_the_case_of_its_id(both: Shop) -> None:
    both.apply(venues=VENUES.replace('["1", "2"]', '["Kasse A", "2"]').replace("{torget}", ""))
    both.sell(bare(1, register="Kasse A"))
    assert counts(both, both.write(bare(1, register="KASSE A"), bare(2, register="kasse a"))) == [(1, 1, 0, 0)]
    assert both.rows("SELECT code FROM register") == [("Kasse A",)]


def test_two_venues_whose_registers_differ_by_case_alone_stay_two(both: Shop) -> None:
    venues = VENUES.replace('["1", "2"]', '["k1"]').replace("{torget}", "") + BRYGGA.replace('["3"]', '["K1"]')
    both.apply(venues=venues)
    both.sell(bare(1, register="k1"), bare(2, register="K1"))
    assert [venue for venue, _, _ in takings(both)] == ["torget", "brygga"]


def _move_register(shop: Shop) -> Path:
    shop.apply(venues=VENUES + BRYGGA)
    path = shop.write(bare(1, register="2"), bare(2, register="2"), name="moved.jsonl")
    shop.load(path)
    return path


def test_a_register_that_gets_its_right_venue_takes_its_sales_along(both: Shop) -> None:
    path = _move_register(both)
    both.apply(venues=VENUES.replace('["1", "2"]', '["1"]') + BRYGGA.replace('["3"]', '["3", "2"]'))
    result = both.load(path).results[0]
    assert (result.new, result.moved) == (2, 2)
    assert takings(both) == [("brygga", "2026-11-20", 25000)]
    assert both.rows("SELECT kind, COUNT(*) FROM ticket_removal GROUP BY kind") == [("moved", 2)]
    assert both.rows("SELECT COUNT(*) FROM business_day") == [(1,)]
    assert both.rows("SELECT COUNT(*) FROM span") == [(1,)]
    assert counts(both, path) == [(0, 2, 0, 0)]


def test_what_is_drafted_stays_where_it_was_drafted_and_counts_there_alone(both: Shop) -> None:
    path = _move_register(both)
    both.export()
    both.apply(venues=VENUES.replace('["1", "2"]', '["1"]') + BRYGGA.replace('["3"]', '["3", "2"]'))
    imported = both.load(path)
    assert (imported.results[0].new, imported.results[0].known) == (0, 2)
    assert "torget" in imported.notices[0][1].text
    assert "2026-11-20" in imported.notices[0][1].text
    assert both.rows("SELECT COUNT(*) FROM ticket") == [(2,)]


LOCATED = SAFT_VENUE + '  location = "Torget"\n' + BRYGGA.replace('["3"]', '["k1"]') + '  location = "Brygga"\n'


def write_at_location(shop: Shop, location: str, name: str) -> Path:
    path = write_saft(shop, saft.sale("7"), name=name)
    path.write_text(path.read_text().replace("<name>Torget</name>", f"<name>{location}</name>"))
    return path


def venues_of(shop: Shop) -> list[str]:
    """The venue of each ticket."""
    return sorted(row[0] for row in shop.rows("SELECT v.code FROM ticket t JOIN venue v ON v.id = t.venue_id"))


def test_two_shops_at_locations_of_their_own_stay_two_whatever_is_alike(both: Shop) -> None:
    both.apply(venues=LOCATED)
    torget, brygga = (write_at_location(both, name, f"{name}.xml") for name in ("Torget", "Brygga"))
    assert counts(both, torget) == [(1, 0, 0, 0)]
    imported = both.load(brygga)
    assert (imported.results[0].new, imported.results[0].moved) == (1, 0)
    assert any("venue torget" in notice.text and "locations" in notice.text for _, notice in imported.notices)
    assert counts(both, torget, brygga) == [(0, 1, 0, 0), (0, 1, 0, 0)]
    assert venues_of(both) == ["brygga", "torget"]


def test_a_file_that_was_read_for_the_wrong_venue_moves_to_its_location_when_it_is_read_again(both: Shop) -> None:
    both.apply(venues=LOCATED)
    path = write_at_location(both, "Brygga", "brygga.xml")
    both.load(path, venue_id="torget")
    assert venues_of(both) == ["torget"]
    assert both.load(path).results[0].moved == 1
    assert venues_of(both) == ["brygga"]


def test_two_shops_with_a_register_1_stay_two(both: Shop) -> None:
    both.apply(venues=VENUES + BRYGGA)
    both.load(both.write(bare(1), bare(2)), venue_id="torget")
    both.load(both.write(bare(1, "99.00"), bare(2, at="2026-11-20T12:00:01")), venue_id="brygga")
    assert len(takings(both)) == 2
    assert both.rows("SELECT COUNT(*) FROM ticket") == [(4,)]


# Dates


def test_a_ticket_of_the_future_is_told_and_the_status_stays_readable(both: Shop) -> None:
    both.apply()
    imported = both.sell(bare(1), bare(2, at="2099-01-01T12:00:00"))
    assert imported.results[0].doubts == {"odd-date": 1}
    assert "2099-01-01" in imported.notices[0][1].text
    assert len(both.status()) < 60


def test_tickets_two_years_older_than_the_others_hold_their_day(both: Shop) -> None:
    both.apply()
    imported = both.sell(bare(1), bare(2), bare(3, at="2024-11-20T11:00:00"), bare(4, at="2024-11-21T11:00:00"))
    assert imported.results[0].doubts == {"odd-date": 1}
    assert states(both.preview(FRIDAY.replace(year=2024), FRIDAY.replace(year=2024))) == ["held"]
    assert len(both.status()) < 60


def test_a_register_whose_clock_was_set_back_years_is_told_by_what_is_stored(both: Shop) -> None:
    both.apply()
    both.sell(bare(1))
    assert both.sell(bare(2, at="2020-05-01T12:00:00")).results[0].doubts == {"odd-date": 1}


def test_a_file_with_old_dates_that_is_read_again_tells_of_no_doubts_when_there_are_no_new_ones(both: Shop) -> None:
    both.apply()
    again = bare(1), bare(3, at="2024-11-20T11:00:00")
    assert both.sell(*again).results[0].doubts == {"odd-date": 1}
    assert both.sell(*again).results[0].doubts == {}


def test_a_file_of_old_sales_alone_is_history_and_holds_nothing(both: Shop) -> None:
    both.apply()
    imported = both.sell(bare(1, at="2021-05-01T12:00:00"), bare(2, at="2021-05-02T12:00:00"))
    assert imported.results[0].doubts == {}
    assert "more than two years old" in imported.notices[0][1].text


def test_sales_from_before_the_first_exported_day_are_told_in_one_line(both: Shop) -> None:
    both.apply(venues=VENUES.replace("2020-01-01", "2026-11-20").replace("{torget}", ""))
    imported = both.sell(bare(1), bare(2, at="2026-11-18T12:00:00"), bare(3, at="2026-11-19T12:00:00"))
    [(_, notice)] = imported.notices
    assert notice.text.startswith("2 tickets are from before 2026-11-20")


def test_numbers_that_run_against_the_clock_by_hours_are_told(both: Shop) -> None:
    both.apply()
    day = [bare(100 + n, at=f"2026-11-20T{10 + n // 6:02d}:{n % 6 * 10:02d}:00") for n in range(40)]
    odd = bare(140, at="2026-11-20T06:00:00")
    imported = both.sell(*day, odd, bare(141, at="2026-11-20T17:00:00"))
    assert any("against the clock" in notice.text for _, notice in imported.notices)
    restart = [bare(n, at=f"2026-11-21T{10 + n:02d}:00:00") for n in range(1, 9)]
    assert both.sell(*day, *restart).notices == ()


# Any files

TIMES = st.sampled_from(["11:00:00", "11:59:30", "12:00:00", "12:00:45", "13:00:00", "13:00:20", "16:40:00"])
NEAR = timedelta(minutes=2)
LATE_AND_EARLY = st.sampled_from(["00:30:00", "04:20:00", "05:20:00", "05:21:10"])
"""About the border of two business days."""


def any_files(has_ids: st.SearchStrategy[bool]) -> st.SearchStrategy[list[list[dict[str, Any]]]]:
    """Files of tickets whose numbers, times and amounts are often the same. An id is of a number and a time."""
    tickets = st.builds(
        lambda number, amount, at, day, has_id: bare(
            number, amount, f"2026-11-{day}T{at}", id=f"{number}/{day}/{at}" if has_id else None
        ),
        st.sampled_from([1, 2]),
        st.sampled_from(["10.00", "20.00"]),
        TIMES | LATE_AND_EARLY,
        st.sampled_from([20, 21]),
        has_ids,
    )
    files = st.lists(tickets, min_size=1, max_size=5).filter(is_of_one_mind)
    return st.lists(files, min_size=1, max_size=3)


def is_of_one_mind(file: list[dict[str, Any]]) -> bool:
    """Whether a file has no number with two amounts at one time, as near as times are told apart."""
    return not any(
        one["ticket"] == other["ticket"]
        and one["payments"] != other["payments"]
        and abs(datetime.fromisoformat(one["completed_at"]) - datetime.fromisoformat(other["completed_at"])) < NEAR
        for one in file
        for other in file
    )


def empty(shop: Shop) -> None:
    """As before the first file."""
    tables = ("ticket", "entry", "ticket_hold", "ticket_doubt", "ticket_change", "sales_file", "span", "day_sum")
    for table in (*tables, "day_count", "business_day", "register"):
        shop.change(f"DELETE FROM {table}")
    shop.apply()


def of_midnight(amount: str, *, has_id: bool = False) -> dict[str, Any]:
    """A ticket of `any_files`."""
    at = "20/00:30:00"
    return bare(1, amount, f"2026-11-{at.replace('/', 'T')}", id=f"1/{at}" if has_id else None)


@settings(max_examples=count_examples(25, quickly=10), suppress_health_check=list(HealthCheck))
@given(files=any_files(st.booleans()))
@example(files=[[of_midnight("20.00")], [of_midnight("20.00", has_id=True)], [of_midnight("10.00", has_id=True)]])
def test_files_read_twice_in_their_order_add_nothing(both: Shop, files: list[list[dict[str, Any]]]) -> None:
    empty(both)
    paths = [both.write(*file) for file in files]
    both.load(*paths)
    count = both.rows("SELECT COUNT(*) FROM ticket")
    again = both.load(*paths)
    assert [result.new for result in again.results] == [0] * len(again.results)
    assert both.rows("SELECT COUNT(*) FROM ticket") == count


def as_sold(calendar: BusinessCalendar, ticket: dict[str, Any]) -> Sold:
    """A ticket as the pure rules see it: what it comes to stands for all its content."""
    moment = calendar.place(datetime.fromisoformat(ticket["completed_at"]))
    return Sold(moment.at_utc_s, day_number(moment.business_day), int(ticket["payments"][0]["amount"][:2]))


@settings(max_examples=count_examples(25, quickly=10), suppress_health_check=list(HealthCheck))
@given(files=any_files(st.just(False)))
def test_the_store_keeps_what_the_slow_rules_say(both: Shop, files: list[list[dict[str, Any]]]) -> None:
    empty(both)
    calendar = BusinessCalendar(ZoneInfo("Europe/Oslo"))
    shelves = {"1": Shelf(), "2": Shelf()}
    for file in files:
        before = {number: (dict(shelf.tickets), set(shelf.asked)) for number, shelf in shelves.items()}
        results = [
            shelf.read([as_sold(calendar, ticket) for ticket in file if ticket["ticket"] == number])
            for number, shelf in shelves.items()
        ]
        if None in results:
            for number, shelf in shelves.items():
                shelf.tickets, shelf.asked = before[number]
        both.sell(*file)
    expected = [
        (number, sold.at_utc_s, sold.content * 100)
        for number, shelf in shelves.items()
        for sold in shelf.tickets.values()
    ]
    assert sorted(both.rows("SELECT number, completed_at_utc_s, sales_ore FROM ticket")) == sorted(expected)
    asked = sum(len(shelf.asked) for shelf in shelves.values())
    assert both.rows("SELECT COUNT(*) FROM ticket_doubt WHERE code = 'same-number-twice'") == [(asked,)]
