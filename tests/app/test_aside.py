"""Tickets of registers that belong to no venue: kept aside, told of to their own company, and moved in. On SQLite and
PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from posexport.app.accept import accept_register
from posexport.app.imports import list_imports, undo_import
from posexport.app.setup import apply_setup
from posexport.core.finding import Severity
from posexport.core.sales import (
    Doubt,
    EntryKind,
    Movement,
    Payment,
    SaleLine,
    Ticket,
    TicketStatus,
    ZReport,
    ZTotal,
)
from posexport.errors import Exit, UsageError
from posexport.setup.file import read_setup
from posexport.store.aside import format_item, parse_currency, parse_ticket, parse_z_report
from posexport.store.moving_in import MovedIn
from posexport.texts.commands import describe_location
from posexport.texts.describe import fix_of, message_of
from tests.support import saft_builder as saft
from tests.support.harness import FRIDAY, MAPPING, VENUES, Shop, codes, run_program, sale, setup_text, states
from tests.support.looks import add_row, count_rows, overwrite_rows, read_rows

WITH_9 = VENUES.replace('["1", "2"]', '["1", "9"]')

OTHER_COMPANY = """
[[company]]
id = "havmat"
name = "Havmat AS"
organization_number = "984661185"
target = "import"
base_url = "https://go.test"
application_key = "env:PO_APP"
  [[company.venue]]
  id = "kaia"
  name = "Kaia"
  client_key = "env:PO_CLIENT_0"
  registers = ["50"]
  export_from = 2020-01-01
"""


def apply(shop: Shop, text: str | None = None, **options: Any) -> tuple[MovedIn, ...]:
    """Apply a setup file; what moved in."""
    path = shop.folder / "setup.toml"
    path.write_text(text or setup_text(reports=str(shop.folder / "reports"), **options), encoding="utf-8")
    with shop.open() as workspace:
        return apply_setup(workspace, read_setup(path, workspace.load_setup(), shop.environ)).moved


def accept(shop: Shop, register: str, why: str = "the staff canteen") -> tuple[str, int]:
    with shop.open() as workspace:
        return accept_register(workspace, "fjordmat", register, "unknown-register", why)


def undo(shop: Shop, import_id: int) -> int:
    with shop.open() as workspace:
        return undo_import(workspace, import_id).aside


def told(shop: Shop, venues: Sequence[str] = ()) -> list[tuple[str, Severity, int]]:
    """The registers without a venue that a preview tells of: register, severity, tickets."""
    found = [finding for finding in shop.preview(venues=venues).findings if finding.code == "unknown-register"]
    return [(str(finding.facts["register"]), finding.severity, int(finding.facts["count"])) for finding in found]


def numbers_of(shop: Shop) -> set[str]:
    return {row[0] for row in read_rows(shop, "ticket", "number")}


# Kept as they are

TEXTS = st.text(max_size=6)
ORE = st.integers(-(10**9), 10**9)
MOMENTS = st.one_of(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(microsecond=0)),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(
        lambda at: at.replace(microsecond=0, tzinfo=timezone(timedelta(hours=2)))
    ),
)
LINES = st.builds(SaleLine, TEXTS, TEXTS, ORE, st.none() | ORE, st.none() | st.integers(0, 3000), ORE)
TICKETS = st.builds(
    Ticket,
    TEXTS,
    TEXTS,
    MOMENTS,
    st.lists(LINES, max_size=3).map(tuple),
    st.lists(st.builds(Payment, TEXTS, ORE, st.none() | TEXTS), max_size=2).map(tuple),
    location=st.none() | TEXTS,
    status=st.sampled_from(TicketStatus),
    tip_ore=ORE,
    rounding_ore=ORE,
    gift_cards_ore=ORE,
    movements=st.lists(st.builds(Movement, st.sampled_from([EntryKind.MOVE_FLOAT]), TEXTS, ORE), max_size=2).map(tuple),
    customer=st.none() | TEXTS,
    serial=st.none() | ORE,
    tip_may_be_unwritten=st.booleans(),
    source_id=st.none() | TEXTS,
    doubts=st.lists(st.builds(Doubt, TEXTS, st.tuples(st.tuples(TEXTS, TEXTS | ORE))), max_size=2).map(tuple),
)
TOTALS = st.builds(ZTotal, st.none() | st.sampled_from(EntryKind), TEXTS, ORE, st.none() | ORE)
Z_REPORTS = st.builds(
    ZReport, TEXTS, TEXTS, MOMENTS, st.none() | ORE, st.lists(TOTALS, max_size=3).map(tuple), location=st.none() | TEXTS
)


@given(ticket=TICKETS, currency=st.sampled_from(["", "SEK"]))
def test_any_ticket_that_is_kept_aside_comes_back_as_it_was(ticket: Ticket, currency: str) -> None:
    document = format_item(ticket, currency)
    assert parse_ticket(document) == ticket
    assert repr(parse_ticket(document).completed_at.utcoffset()) == repr(ticket.completed_at.utcoffset())
    assert parse_currency(document) == currency


@given(report=Z_REPORTS)
def test_any_z_report_that_is_kept_aside_comes_back_as_it_was(report: ZReport) -> None:
    assert parse_z_report(format_item(report)) == report


# Moving in


def test_tickets_move_in_when_a_venue_gets_their_register_without_being_read_again(both: Shop) -> None:
    apply(both)
    both.sell(sale(1), sale(2, "80.00", register="9"), sale(3, "70.00", register="9"), name="mixed.jsonl")
    assert told(both) == [("9", Severity.ERROR, 2)]
    [moved] = apply(both, venues=WITH_9)
    assert (moved.venue, moved.register, moved.tickets, moved.new) == ("torget", "9", 2, 2)
    assert (moved.first_day, moved.last_day) == (FRIDAY, FRIDAY)
    assert told(both) == []
    assert both.only(both.preview()).control.sales_ore == 27_500
    assert count_rows(both, "aside") == 0
    assert apply(both, venues=WITH_9) == ()


def test_what_moved_in_is_as_if_the_file_had_been_read_with_the_register_known(both: Shop) -> None:
    tickets = (sale(1), sale(2, "80.00", register="9", tip="5.00", rounding="0.00"))
    apply(both)
    both.sell(*tickets)
    apply(both, venues=WITH_9)
    moved = both.only_voucher(both.preview())
    with both.open() as workspace:
        for import_id in (1,):
            undo_import(workspace, import_id)
    assert numbers_of(both) == set()
    both.sell(*tickets)
    read = both.only_voucher(both.preview())
    assert (moved.voucher, moved.control) == (read.voucher, read.control)


def test_what_moved_in_is_held_by_the_file_it_was_read_from(both: Shop) -> None:
    apply(both)
    path = both.write(sale(1), sale(2, register="9"))
    both.load(path)
    apply(both, venues=WITH_9)
    assert read_rows(both, "sales_file", "kind", "of_file_id", "who", id=2) == [("move-in", 1, "kari")]
    assert both.load(path).results[0].known == 2
    undo(both, 1)
    assert numbers_of(both) == {"1", "2"}
    undo(both, 3)
    assert numbers_of(both) == set()


def test_two_files_with_the_same_tickets_move_in_once_and_both_hold_them(both: Shop) -> None:
    apply(both)
    both.sell(sale(2, register="9"))
    both.sell(sale(2, register="9"))
    assert told(both) == [("9", Severity.ERROR, 1)]
    assert [(moved.new, moved.known) for moved in apply(both, venues=WITH_9)] == [(1, 0), (0, 1)]
    undo(both, 1)
    assert numbers_of(both) == {"2"}


def test_a_drafted_day_that_tickets_move_in_to_shows_it(both: Shop) -> None:
    apply(both)
    both.sell(sale(1), sale(2, register="9"))
    both.export()
    [moved] = apply(both, venues=WITH_9)
    assert moved.changed_after_draft == (("torget", FRIDAY),)
    assert "changed-after-draft" in codes(both.only(both.preview(FRIDAY, FRIDAY)))


def test_tickets_wait_while_venues_of_two_companies_have_their_register(both: Shop) -> None:
    apply(both, text=setup_text() + OTHER_COMPANY + MAPPING)
    both.sell(sale(2, register="9"))
    theirs = OTHER_COMPANY.replace('["50"]', '["9"]') + MAPPING
    assert apply(both, text=setup_text(venues=WITH_9) + theirs) == ()
    assert told(both) == [("9", Severity.WARNING, 1)]


OTHER_NUMBER = "888888888"
MINE = """registers = ["1", "9"]
  file_organization_numbers = ["888888888"]"""


def write_of(shop: Shop, number: str, *tickets: dict[str, Any], name: str) -> Path:
    path = shop.folder / name
    path.write_text(json.dumps({"organization_number": number, "tickets": tickets}), encoding="utf-8")
    return path


def test_another_companys_tickets_never_move_in_with_a_register_of_the_same_name(both: Shop) -> None:
    apply(both)
    both.load(write_of(both, OTHER_NUMBER, sale(7, register="9"), name="theirs.json"))
    both.load(write_of(both, "999999999", sale(8, register="9"), name="ours.json"))
    [moved] = apply(both, venues=WITH_9)
    assert (moved.file.rpartition("/")[2], moved.tickets) == ("ours.json", 1)
    assert numbers_of(both) == {"8"}
    (found,) = (finding for finding in both.preview().findings if finding.code == "unknown-register")
    assert (found.variant, found.severity) == ("other", Severity.ERROR)
    assert OTHER_NUMBER in message_of(found, "nb")
    assert 'file_organization_numbers = ["888888888"]' in fix_of(found, "nb")
    assert accept(both, "9") == ("kari", 1)
    assert told(both) == []


def test_another_companys_tickets_that_an_earlier_version_kept_do_not_move_in_either(both: Shop) -> None:
    apply(both)
    both.load(write_of(both, OTHER_NUMBER, sale(7, register="9"), name="theirs.json"))
    overwrite_rows(both, "aside", {"company_code": ""})
    overwrite_rows(both, "sales_file", {"organization_number": OTHER_NUMBER})
    assert apply(both, venues=WITH_9) == ()
    assert numbers_of(both) == set()


def test_another_companys_tickets_move_in_once_a_venue_has_their_number(both: Shop) -> None:
    apply(both)
    both.load(write_of(both, OTHER_NUMBER, sale(7, register="9"), name="theirs.json"))
    [moved] = apply(both, venues=VENUES.replace('registers = ["1", "2"]', MINE))
    assert (moved.tickets, told(both), numbers_of(both)) == (1, [], {"7"})


def test_tickets_wait_for_a_company_that_is_set_up_later(both: Shop) -> None:
    apply(both)
    both.load(write_of(both, "984661185", sale(7, register="50"), name="theirs.json"))
    [moved] = apply(both, text=setup_text() + OTHER_COMPANY + MAPPING)
    assert (moved.venue, moved.tickets, told(both)) == ("kaia", 1, [])


def test_other_company_holds_for_what_is_kept_aside_too_and_is_kept_as_evidence(both: Shop) -> None:
    apply(both)
    both.load(write_of(both, OTHER_NUMBER, sale(7, register="9"), name="theirs.json"), other_company=True)
    [moved] = apply(both, venues=WITH_9)
    assert (moved.tickets, numbers_of(both)) == (1, {"7"})
    assert OTHER_NUMBER in read_rows(both, "sales_file", "why", id=1)[0][0]


def test_setup_apply_says_what_moved_in(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    apply(shop)
    shop.sell(sale(2, register="9"), sale(3, register="9"))
    path = shop.folder / "more.toml"
    path.write_text(setup_text(venues=WITH_9), encoding="utf-8")
    assert run_program(monkeypatch, "--db", shop.url, "setup", "apply", str(path)) == 0
    assert "2 tickets of register 9 moved in to torget" in capsys.readouterr().out


# Told, until it is over


def test_an_import_says_what_a_venues_location_must_be_for_it_to_take_the_register(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    apply(shop)
    path = shop.write(sale(2, register="9"))
    assert run_program(monkeypatch, "--db", shop.url, "import", str(path)) == 3
    told = capsys.readouterr().err
    assert 'Add registers = ["9"] to its venue in the setup' in told
    assert "If that venue has a location, take it out, as this file names none" in told
    assert describe_location('Torget "1"', "en") == 'If that venue has a location, it must be "Torget \\"1\\"".'


def test_a_file_read_twice_counts_its_tickets_once(both: Shop) -> None:
    apply(both)
    path = both.write(sale(1, register="9"), sale(2, register="9"))
    both.load(path)
    both.load(path)
    assert told(both) == [("9", Severity.ERROR, 2)]


def test_it_is_over_when_the_import_is_undone(both: Shop) -> None:
    apply(both)
    both.sell(sale(1), sale(2, register="9"))
    assert undo(both, 1) == 1
    assert told(both) == []
    assert apply(both, venues=WITH_9) == ()


def test_it_is_over_while_an_import_with_the_venue_named_has_the_tickets(both: Shop) -> None:
    apply(both)
    path = both.write(sale(2, register="9"))
    both.load(path)
    both.load(path, venue_id="torget")
    assert told(both) == []
    undo(both, 2)
    assert told(both) == [("9", Severity.ERROR, 1)]


def test_it_is_over_by_acceptance_until_other_tickets_come(both: Shop) -> None:
    apply(both)
    path = both.write(sale(1), sale(2, register="9"))
    both.load(path)
    assert accept(both, "9") == ("kari", 1)
    assert told(both) == []
    both.load(path)
    assert told(both) == []
    assert read_rows(both, "acceptance", "code", "why", "who", "known_by") == [
        ("unknown-register", "the staff canteen", "kari", "terminal")
    ]
    both.sell(sale(3, register="9"))
    assert told(both) == [("9", Severity.ERROR, 1)]


def test_what_was_accepted_still_moves_in(both: Shop) -> None:
    apply(both)
    both.sell(sale(2, register="9"))
    accept(both, "9")
    assert [moved.new for moved in apply(both, venues=WITH_9)] == [1]


def test_accepting_needs_a_reason_a_company_and_tickets_that_wait(both: Shop) -> None:
    apply(both)
    both.sell(sale(2, register="9"))
    with pytest.raises(UsageError, match="Say why"):
        accept(both, "9", " ")
    with pytest.raises(UsageError, match=r"register 8(?s:.*)These wait: 9"):
        accept(both, "8")
    with both.open() as workspace, pytest.raises(UsageError, match="There is no company 'torget'"):
        accept_register(workspace, "torget", "9", "unknown-register", "x")


def test_the_command_takes_company_and_register_for_venue_and_day(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    apply(shop)
    shop.sell(sale(2, register="9"))
    fix = fix_of(shop.preview().findings[0], "en")
    assert 'posexport accept fjordmat 9 unknown-register --why "…"' in fix
    typed = ("accept", "fjordmat", "9", "unknown-register", "--why", "the canteen")
    assert run_program(monkeypatch, "--db", shop.url, *typed) == 0
    assert "takes responsibility for 1 tickets of register 9" in capsys.readouterr().out


# Whose it is


def test_it_concerns_its_own_company_alone(both: Shop) -> None:
    apply(both)
    both.sell(sale(1), sale(2, register="9"))
    apply(both, text=setup_text() + OTHER_COMPANY + MAPPING)
    assert told(both, ["torget"]) == [("9", Severity.ERROR, 1)]
    assert told(both, ["kaia"]) == []
    assert both.export(venues=["kaia"]).exit_code is Exit.DONE
    assert both.export(venues=["torget"]).exit_code is Exit.BOOKKEEPER


def test_where_nobody_can_tell_whose_it_is_every_company_is_warned_and_none_is_held(both: Shop) -> None:
    apply(both, text=setup_text() + OTHER_COMPANY + MAPPING)
    both.sell(sale(2, register="9"))
    for venue in ("torget", "kaia"):
        assert told(both, [venue]) == [("9", Severity.WARNING, 1)]
        assert both.export(venues=[venue]).exit_code is Exit.DONE
    assert accept(both, "9")[1] == 1
    assert told(both) == []


def test_what_an_earlier_version_left_out_is_told_until_its_file_is_read_again_or_it_is_accepted(both: Shop) -> None:
    apply(both)
    for name in ("old.jsonl", "older.jsonl"):
        where = {"file_name": name, "file_id": 0, "location": "", "company_code": ""}
        add_row(both, "unknown_register", register_code="9", tickets=4, **where)
    assert told(both) == [("9", Severity.ERROR, 4), ("9", Severity.ERROR, 4)]
    assert "import the file again" in fix_of(both.preview().findings[0], "en")
    both.sell(sale(1), name="old.jsonl")
    assert told(both) == [("9", Severity.ERROR, 4)]
    assert accept(both, "9")[1] == 4
    assert told(both) == []


def test_imports_tell_how_many_of_their_tickets_are_kept_aside(both: Shop) -> None:
    apply(both)
    both.sell(sale(1), sale(2, register="9"))
    with both.open() as workspace:
        assert [found.aside for found in list_imports(workspace)] == [1]
    apply(both, venues=WITH_9)
    with both.open() as workspace:
        assert [found.aside for found in list_imports(workspace)] == [0]


def test_a_day_whose_sales_are_all_kept_aside_is_no_day(both: Shop) -> None:
    apply(both)
    both.sell(sale(2, register="9"))
    assert states(both.preview()) == []


def test_tickets_of_a_company_without_a_number_are_not_the_ones_whose_lists_stand_first_in_the_file(both: Shop) -> None:
    both.apply(text=setup_text() + OTHER_COMPANY)
    only_lists = f"<company><companyIdent>999999999</companyIdent><companyName>Fjordmat AS</companyName>{saft.master()}"
    data = saft.document(saft.sale("1", date="2026-11-20"), locations=None).decode()
    without_number = data.replace("999999999", "12345").replace(">K1<", ">50X<")
    data = without_number.replace("<company>", only_lists + "</company><company>", 1)
    path = both.folder / "two.xml"
    path.write_text(data, encoding="utf-8")
    assert both.load(path).exit_code is Exit.BOOKKEEPER
    (moved,) = apply(both, setup_text() + OTHER_COMPANY.replace('["50"]', '["50", "50X"]'))
    assert (moved.venue, moved.register, moved.new) == ("kaia", "50X", 1)
