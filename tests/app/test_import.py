"""A file is stored whole or not at all, never twice, and nothing in it is dropped in silence."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from posexport.errors import Exit, UsageError
from posexport.texts.describe import message_of
from tests.support import saft_builder as saft
from tests.support.harness import FRIDAY, VENUES, Shop, codes, sale, setup_text, states
from tests.support.looks import count_rows, read_rows

SAFT_VENUE = """
  [[company.venue]]
  id = "torget"
  name = "Torget Kafé"
  department = "10"
  client_key = "env:PO_CLIENT_TORGET"
  registers = ["K1"]
  export_from = 2019-01-01
"""


def counts(shop: Shop, *paths: Path) -> list[tuple[int, int, int, int]]:
    """(new, known, changed, refused) of each file."""
    imported = shop.load(*paths)
    return [(file.new, file.known, file.changed, file.refused) for file in imported.results]


# Once and whole


def test_a_file_read_twice_adds_nothing(both: Shop) -> None:
    both.apply()
    path = both.write(sale(1), sale(2), sale(3, at="2026-11-21T12:00:00"))
    assert counts(both, path) == [(3, 0, 0, 0)]
    before = both.only_voucher(both.preview(FRIDAY, FRIDAY)).voucher
    assert counts(both, path) == [(0, 3, 0, 0)]
    assert both.only_voucher(both.preview(FRIDAY, FRIDAY)).voucher == before
    assert count_rows(both, "entry") == 6


def test_a_file_given_twice_in_one_call_is_known_the_second_time(both: Shop) -> None:
    both.apply()
    path = both.write(sale(1))
    assert counts(both, path, path) == [(1, 0, 0, 0), (0, 1, 0, 0)]


def test_a_file_read_again_does_not_open_a_drafted_day(both: Shop) -> None:
    both.apply()
    path = both.write(sale(1))
    both.load(path)
    both.export()
    assert both.preview().vouchers == ()
    both.load(path)
    assert both.preview().vouchers == ()


def test_overlapping_files_add_what_is_new(both: Shop) -> None:
    both.apply()
    first = both.write(sale(1), sale(2))
    second = both.write(sale(2), sale(3))
    assert counts(both, first, second) == [(2, 0, 0, 0), (1, 1, 0, 0)]
    assert both.only(both.preview()).control.tickets == 3


def test_the_same_number_at_another_time_or_register_is_another_ticket(both: Shop) -> None:
    both.apply()
    tickets = [sale(1), sale(1, at="2026-11-20T12:02:00"), sale(1, register="2")]
    assert counts(both, both.write(*tickets)) == [(3, 0, 0, 0)]


def test_the_same_instant_written_with_an_offset_is_the_same_ticket(both: Shop) -> None:
    both.apply()
    times = ("2026-11-20T12:00:00", "2026-11-20T12:00:00+01:00", "2026-11-20T11:00:00Z")
    path = both.write(*(sale(1, at=at, id=None) for at in times))
    assert counts(both, path) == [(1, 2, 0, 0)]


def test_a_ticket_that_comes_back_changed_is_taken_over_and_told(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00", id="a"), sale(2, "50.00"))
    assert counts(both, both.write(sale(1, "120.00", id="a"), sale(2, "50.00"))) == [(0, 1, 1, 0)]
    assert both.only(both.preview()).control.sales_ore == 17000
    ((before,),) = read_rows(both, "ticket_change", "before")
    kept = json.loads(before)
    assert kept["number"] == "1"
    assert kept["sales_ore"] == 10000
    assert [entry[12] for entry in kept["entries"]] == [10000, 10000]


def test_a_ticket_that_comes_back_void_is_sold_no_more(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00", id="a"), sale(2, "50.00"))
    both.sell(sale(1, "100.00", void=True, id="a"))
    shown = both.only(both.preview())
    assert shown.control.sales_ore == 5000
    assert shown.control.voids == 1


def test_a_change_of_a_drafted_day_names_the_day(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, id="a"), sale(2, at="2026-11-21T12:00:00", id="b"))
    both.export(FRIDAY, FRIDAY)
    imported = both.sell(sale(1, "130.00", id="a"), sale(2, "140.00", at="2026-11-21T12:00:00", id="b"))
    assert imported.results[0].changed == 2
    assert imported.results[0].changed_after_draft == (("torget", FRIDAY),)


def test_a_late_ticket_opens_its_day_again(both: Shop) -> None:
    both.apply()
    both.sell(sale(1))
    both.export()
    imported = both.sell(sale(2, at="2026-11-21T04:59:59"))
    assert imported.results[0].changed_after_draft == (("torget", FRIDAY),)
    shown = both.only(both.preview())
    assert codes(shown) == ["changed-after-draft"]


@pytest.mark.parametrize("apart", [0, 3000])
def test_a_key_with_two_contents_in_one_file_is_refused_and_nothing_stored(both: Shop, apart: int) -> None:
    both.apply()
    between = [sale(100 + n, at="2026-11-20T13:00:00") for n in range(apart)]
    imported = both.sell(sale(1, "100.00"), *between, sale(1, "120.00"))
    assert imported.results == ()
    assert imported.exit_code is Exit.OPERATOR
    assert "register 1, ticket 1" in str(imported.refused[0])
    assert count_rows(both, "ticket") == 0
    assert count_rows(both, "sales_file") == 0


def test_a_file_cut_off_after_thousands_of_tickets_stores_nothing(both: Shop) -> None:
    both.apply()
    path = both.write(*(sale(n, at=f"2026-11-20T{6 + n % 15:02d}:{n % 60:02d}:00") for n in range(4500)))
    content = path.read_bytes()
    path.write_bytes(content[:-30])
    imported = both.load(path)
    assert imported.exit_code is Exit.OPERATOR
    assert "line 4500" in str(imported.refused[0])
    for table in ("ticket", "entry", "business_day", "span", "sales_file"):
        assert count_rows(both, table) == 0
    path.write_bytes(content)
    assert counts(both, path) == [(4500, 0, 0, 0)]


def test_a_saft_file_cut_off_stores_nothing(both: Shop) -> None:
    both.apply(venues=SAFT_VENUE)
    whole = saft.document(*(saft.sale(str(n), time=f"09:{n % 60:02d}:00") for n in range(2500)))
    path = both.folder / "day.xml"
    path.write_bytes(whole[: len(whole) * 9 // 10])
    imported = both.load(path)
    assert (imported.results, imported.exit_code) == ((), Exit.OPERATOR)
    assert count_rows(both, "ticket") == 0
    assert count_rows(both, "master_data") == 0


def test_of_several_files_the_good_ones_are_stored(both: Shop) -> None:
    both.apply()
    bad = both.folder / "bad.jsonl"
    bad.write_text('{"register": "1"}\n')
    missing = both.folder / "missing.jsonl"
    imported = both.load(both.write(sale(1)), bad, missing, both.write(sale(2)))
    assert [file.new for file in imported.results] == [1, 1]
    assert sorted(error.path for error in imported.refused) == [str(bad), str(missing)]
    assert imported.exit_code is Exit.OPERATOR
    assert both.only(both.preview()).control.tickets == 2


def test_an_import_before_any_setup_says_so(shop: Shop) -> None:
    with pytest.raises(UsageError, match="setup apply"):
        shop.sell(sale(1))


def test_a_change_that_moves_a_ticket_to_another_day_changes_both_days(both: Shop) -> None:
    """As where the hour at which the venue's days begin was changed in between."""
    both.apply()
    both.sell(sale(1, at="2026-11-20T12:00:00"), sale(2, "50.00", at="2026-11-21T04:00:00", id="b"))
    both.export()
    both.apply(torget='day_starts = "03:00"')
    imported = both.sell(sale(2, "60.00", at="2026-11-21T04:00:00", id="b"))
    assert imported.results[0].changed == 1
    assert imported.results[0].changed_after_draft == (("torget", FRIDAY),)
    first, second = both.preview().vouchers
    assert (first.business_day, codes(first)[0]) == (FRIDAY, "changed-after-draft")
    assert second.control.sales_ore == 6000


# Whose it is


def test_an_unknown_register_is_kept_aside_and_told_until_a_venue_gets_it(both: Shop) -> None:
    both.apply()
    path = both.write(sale(1), sale(2, register="9"), sale(3, register="9"), name="mixed.jsonl")
    imported = both.load(path)
    assert (imported.results[0].new, imported.results[0].refused) == (1, 2)
    assert imported.results[0].refused_registers == {("", "9"): 2}
    assert imported.exit_code is Exit.BOOKKEEPER
    report = both.preview()
    assert states(report) == ["ready"]
    assert codes(report) == ["unknown-register"]
    assert "2" in message_of(report.findings[0], "en")
    assert "mixed.jsonl" in message_of(report.findings[0], "en")
    both.apply(venues=VENUES.replace('["1", "2"]', '["1", "9"]'))
    assert codes(both.preview()) == []
    assert counts(both, path) == [(0, 3, 0, 0)]


def test_an_unknown_register_is_told_of_once_however_often_it_is_read(both: Shop) -> None:
    both.apply()
    path = both.write(sale(1, register="9"))
    both.load(path)
    both.load(path)
    assert codes(both.preview()) == ["unknown-register"]


def test_an_unknown_register_is_mended_from_whatever_folder_its_file_is_read_again(both: Shop) -> None:
    both.apply()
    path = both.write(sale(1, register="9"), name="november.jsonl")
    both.load(path)
    elsewhere = both.folder / "elsewhere"
    elsewhere.mkdir()
    path.rename(elsewhere / path.name)
    both.load(elsewhere / path.name, venue_id="torget")
    assert codes(both.preview()) == []


def test_an_unknown_register_holds_nothing_of_the_others_back(both: Shop) -> None:
    both.apply()
    both.sell(sale(1), sale(2, register="9"))
    exported = both.export()
    assert states(exported.report) == ["drafted"]
    assert exported.exit_code is Exit.BOOKKEEPER


def test_a_venue_named_takes_every_register(both: Shop) -> None:
    both.apply()
    path = both.write(sale(1, register="9"), sale(2, register="77"))
    assert both.load(path).exit_code is Exit.BOOKKEEPER
    imported = both.load(path, venue_id="torget")
    assert (imported.results[0].new, imported.exit_code) == (2, Exit.DONE)
    assert codes(both.preview()) == []
    with pytest.raises(UsageError, match="There is no venue 'nowhere'"):
        both.load(path, venue_id="nowhere")


def _two_companies(first: str, second: str) -> str:
    """Two companies whose venues say these lines of themselves."""

    def company(id_: str, number: str, key: str, lines: str) -> str:
        venue = f"""
  [[company.venue]]
  id = "{id_}-v"
  name = "{id_}"
  client_key = "env:{key}"
  export_from = 2019-01-01
  {lines}
"""
        text = setup_text(venues=venue)
        return text.replace('"fjordmat"', f'"{id_}"').replace("999999999", number)

    return company("one", "999999999", "PO_CLIENT_1", first) + company("two", "123456785", "PO_CLIENT_2", second)


def test_a_register_that_two_venues_claim_is_refused_by_name(both: Shop) -> None:
    both.apply(_two_companies('registers = ["1"]', 'registers = ["1"]'))
    imported = both.sell(sale(1))
    assert imported.exit_code is Exit.OPERATOR
    assert "one-v and two-v" in str(imported.refused[0])
    assert "--venue" in str(imported.refused[0])
    assert count_rows(both, "ticket") == 0


def test_a_saft_file_goes_to_the_company_it_names(both: Shop) -> None:
    both.apply(_two_companies('registers = ["K1"]', 'registers = ["K1"]'))
    path = both.folder / "day.xml"
    path.write_bytes(saft.document(saft.sale("1")))
    assert counts(both, path) == [(1, 0, 0, 0)]
    assert [shown.venue.id for shown in both.preview().vouchers] == ["one-v"]


def test_a_venue_that_names_the_location_comes_before_one_that_names_the_register(both: Shop) -> None:
    venues = (
        VENUES.replace('["1", "2"]', '["K1"]').replace("{torget}", "")
        + """
  [[company.venue]]
  id = "brygga"
  name = "Brygga"
  addon = 1
  application_key = "env:PO_ADDON_1"
  client_key = "env:PO_CLIENT_BRYGGA"
  location = "Brygga"
  export_from = 2019-01-01
"""
    )
    both.apply(venues=venues)
    path = both.folder / "day.xml"
    places = saft.location(saft.register(saft.sale("1")), "Torget") + saft.location(
        saft.register(saft.sale("2")), "Brygga"
    )
    path.write_bytes(saft.document(locations=places))
    assert counts(both, path) == [(2, 0, 0, 0)]
    codes = dict(read_rows(both, "venue", "id", "code"))
    tickets = read_rows(both, "ticket", "venue_id", "number", order="number")
    assert [(codes[venue], number) for venue, number in tickets] == [("torget", "1"), ("brygga", "2")]


def test_both_register_and_location_must_agree_where_both_are_set(both: Shop) -> None:
    venues = VENUES.replace('["1", "2"]', '["K1"]').replace("{torget}", 'location = "Torget"')
    both.apply(venues=venues)
    path = both.folder / "day.xml"
    places = saft.location(saft.register(saft.sale("1")), "Torget") + saft.location(
        saft.register(saft.sale("2")), "Brygga"
    )
    path.write_bytes(saft.document(locations=places))
    imported = both.load(path)
    assert (imported.results[0].new, imported.results[0].refused) == (1, 1)
    assert imported.results[0].refused_registers == {("Brygga", "K1"): 1}


# Sets of files


def _set_of_two(folder: Path) -> tuple[Path, Path]:
    """Master data in one file, tickets that need it in another."""
    lists, sales = folder / "lists.xml", folder / "sales.xml"
    lists.write_bytes(saft.document())
    line = saft.line(group=None, article="2001")
    ticket = saft.ticket(line, saft.payment(), number="1")
    sales.write_bytes(saft.document(ticket, lists=""))
    return lists, sales


@pytest.mark.parametrize("order", ["lists first", "sales first"])
@pytest.mark.parametrize("calls", ["one call", "two calls"])
def test_master_data_may_be_in_another_file_of_the_set(both: Shop, order: str, calls: str) -> None:
    both.apply(venues=SAFT_VENUE)
    lists, sales = _set_of_two(both.folder)
    paths = [lists, sales] if order == "lists first" else [sales, lists]
    if calls == "one call":
        assert both.load(*paths).exit_code is Exit.DONE
    else:
        if order == "sales first":
            both.load(sales)
            paths = [lists, sales]
        for path in paths:
            assert both.load(path).exit_code is Exit.DONE
    shown = both.only_voucher(both.preview())
    assert {line.source for line in shown.voucher.lines} == {"200", "CARD"}


def test_a_zip_is_read_file_by_file(both: Shop) -> None:
    both.apply(venues=SAFT_VENUE)
    lists, sales = _set_of_two(both.folder)
    packed = both.folder / "export.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(sales, "a-sales.xml")
        archive.write(lists, "b-lists.xml")
        archive.writestr("readme.txt", "hello")
    imported = both.load(packed)
    assert imported.exit_code is Exit.DONE
    assert [file.new for file in imported.results] == [1, 0]
    assert imported.results[0].name == f"{packed} > a-sales.xml"
    assert counts(both, packed) == [(0, 1, 0, 0), (0, 0, 0, 0)]


def test_a_damaged_member_of_a_zip_leaves_the_others_stored(both: Shop) -> None:
    both.apply()
    packed = both.folder / "export.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.jsonl", json.dumps(sale(1)))
        archive.writestr("b.jsonl", '{"register": "1"')
        archive.writestr("c.jsonl", json.dumps(sale(2)))
    imported = both.load(packed)
    assert imported.exit_code is Exit.OPERATOR
    assert [file.new for file in imported.results] == [1, 1]


def test_the_same_day_in_three_formats_is_the_same_tickets(both: Shop) -> None:
    both.apply(venues=SAFT_VENUE)
    plain = both.write(sale("1", "100.00", at="2020-01-01T09:00:00", register="K1", vat="20.00"))
    table = both.folder / "day.csv"
    table.write_text(
        "register;ticket;completed_at;kind;code;vat_code;amount;vat_amount;text\n"
        "K1;1;2020-01-01T09:00:00;sale;100;3;100,00;20,00;\n"
        "K1;1;2020-01-01T09:00:00;payment;CARD;;100,00;;\n"
    )
    assert counts(both, plain, table) == [(1, 0, 0, 0), (0, 1, 0, 0)]


def test_a_format_that_is_asked_for_is_used(both: Shop) -> None:
    both.apply()
    path = both.write(sale(1), name="day.csv")
    assert both.load(path, file_format="jsonl").results[0].new == 1
    assert both.load(path, file_format="saft").exit_code is Exit.OPERATOR


def test_a_file_of_nothing_but_training_says_that_it_is_no_day_of_zero_sales(both: Shop) -> None:
    both.apply()
    imported = both.sell(sale(1, training=True), sale(2, void=True))
    assert [notice.text for _, notice in imported.notices] == [
        "Every ticket in the file is void or training. That is not the same as no sales."
    ]
    assert imported.results[0].new == 2


def test_a_trail_back_to_the_file_is_kept(both: Shop) -> None:
    both.apply(venues=SAFT_VENUE)
    path = both.folder / "day.xml"
    path.write_bytes(saft.document(saft.sale("1")))
    both.load(path)
    ((name, kind, source, batch, new),) = read_rows(both, "sales_file", "name", "format", "source", "batch", "new")
    assert (name, kind, new) == (str(path), "saft", 1)
    assert 0 < len(source) <= 35
    assert 0 < len(batch) <= 35


# Z-reports


def _z_report(total: str) -> str:
    body = f"<reportTotalCashSales><totalCashSaleAmnt>{total}</totalCashSaleAmnt></reportTotalCashSales>"
    return saft.event("ZREP", report=saft.report(body=body))


def test_a_z_report_read_twice_adds_nothing_and_one_corrected_is_taken_over(both: Shop) -> None:
    both.apply(venues=SAFT_VENUE)
    path = both.folder / "day.xml"

    def load(total: str) -> int:
        path.write_bytes(saft.document(saft.sale("1"), before=_z_report(total)))
        return both.load(path).results[0].z_reports

    assert load("90.00") == 1
    assert both.only(both.preview()).state.value == "held"
    assert load("90.00") == 0
    assert load("100.00") == 1
    assert both.only(both.preview()).state.value == "ready"
    assert count_rows(both, "z_report") == 1
