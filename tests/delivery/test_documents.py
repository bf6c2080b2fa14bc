"""What is sent is a document: one of a second kind, which no code but its own knows, goes the whole way that vouchers
go."""

from __future__ import annotations

import json

import pytest
from rich.console import Console

from posexport.app.history import read_story
from posexport.app.resolve import book_day_elsewhere
from posexport.app.status import judge_status
from posexport.app.workspace import Workspace
from posexport.core.delivery import Kind, Stage
from posexport.core.document import VOUCHER, Document, part_of, voucher_key
from posexport.core.events import DeliveryEvent, EventKind
from posexport.core.history import Story
from posexport.core.report import StatusRow
from posexport.delivery.claims import BUSY, Claims, as_read
from posexport.delivery.lookup import Run
from posexport.errors import Exit, UsageError
from posexport.render.terminal.history import print_story
from posexport.render.terminal.status import print_status
from posexport.store.deliveries import (
    Intent,
    Slot,
    plan,
    read_deliveries,
    read_known_drafts,
    read_last_drafted_days,
    read_other_deliveries,
    settle,
)
from posexport.store.import_watch import read_due_imports
from posexport.store.setups import _check_references, find_drafted_days, find_venue_number
from posexport.views.json import format_status
from posexport.views.json_history import format_story
from tests.support.harness import FRIDAY, SATURDAY, Shop, sale, states, together
from tests.support.looks import delete_rows, overwrite_rows, read_rows
from tests.support.notes import (
    NOTE,
    Note,
    NoteLine,
    Notes,
    columns,
    format_reference,
    lost_answer,
    open_notes,
    refusal,
    review_note,
)

RETURN = Note("1/1042", (NoteLine("Lunsj til møtet", -20_000), NoteLine("Kaffe", -4_500)))
OTHER = Note("1/1043", (NoteLine("Blomster", -9_900),))
R_RETURN, R_OTHER = format_reference("torget", RETURN, 1), format_reference("torget", OTHER, 1)


@pytest.fixture
def notes(both: Shop, monkeypatch: pytest.MonkeyPatch) -> Notes:
    """A shop with one day's sales whose voucher is not drafted yet, and a desk that takes notes."""
    both.apply(target="journal")
    both.sell(sale(1))
    return open_notes(both, monkeypatch)


def tell(notes: Notes) -> Story:
    """The story of the day."""
    with notes.shop.open() as workspace:
        setup = workspace.load_setup()
        venue = setup.venues[0]
        return read_story(workspace.database, setup.company_of(venue), venue, FRIDAY, workspace.now_utc_s)


def rows_of_notes(notes: Notes) -> list[StatusRow]:
    """What a status tells of them."""
    return [row for row in notes.shop.status() if row.document_kind == NOTE.name]


def test_several_documents_of_a_day_are_drafted_each_under_its_own_key_and_reference(notes: Notes) -> None:
    outcomes = notes.send(RETURN, OTHER)
    assert [(o.report.state.value, o.report.remote_id, o.exit_code) for o in outcomes] == [
        ("drafted", "note-1", Exit.DONE),
        ("drafted", "note-2", Exit.DONE),
    ]
    kept = columns(notes.shop, "document_key", "revision", "reference", "state", "remote_id", "page_state")
    assert kept == [
        ("1/1042", 1, R_RETURN, "drafted", "note-1", ""),
        ("1/1043", 1, R_OTHER, "drafted", "note-2", ""),
    ]
    (payload,) = columns(notes.shop, "payload")[0]
    assert json.loads(payload) == notes.desk.notes["note-1"]
    assert columns(notes.shop, "fingerprint")[0] == (RETURN.fingerprint,)


def test_what_is_drafted_is_not_sent_again_and_its_lines_come_back_as_they_were(notes: Notes) -> None:
    notes.send_one(RETURN)
    with notes.shop.open() as workspace, workspace.database.reading() as connection:
        number = find_venue_number(connection, notes.shop.venues(workspace)[0])
        (delivery,) = read_deliveries(connection, number, FRIDAY, FRIDAY, NOTE)
        assert read_other_deliveries(connection, number, FRIDAY, FRIDAY) == [delivery]
        assert read_deliveries(connection, number, FRIDAY, FRIDAY) == []
    assert delivery.document == Document(
        NOTE.name, "1/1042", 1, R_RETURN, RETURN.fingerprint, RETURN.lines, delivery.payload
    )
    again = notes.send_one(RETURN)
    assert (again.report.state.value, again.exit_code, notes.desk.sent) == ("drafted", Exit.DONE, [R_RETURN])


def test_a_days_voucher_and_its_other_documents_do_not_touch_each_other(notes: Notes) -> None:
    notes.send(RETURN)
    exported = notes.shop.export()
    assert states(exported.report) == ["drafted"]
    notes.send(OTHER)
    assert read_rows(notes.shop, "delivery", "document_kind", "document_key", "state") == [
        ("note", "1/1042", "drafted"),
        ("voucher", "20261120", "drafted"),
        ("note", "1/1043", "drafted"),
    ]
    assert states(notes.shop.preview(FRIDAY, FRIDAY)) == ["drafted"]
    notes.shop.sell(sale(2))
    revised = notes.shop.revise(FRIDAY, FRIDAY)
    assert states(revised.report) == ["drafted"]
    assert len(notes.desk.notes) == 2, "revising the voucher takes back no other document"


def test_a_note_that_waits_keeps_its_day_open_after_the_voucher_is_drafted(notes: Notes) -> None:
    notes.desk.goes_wrong = [refusal()]
    notes.send_one(RETURN)
    notes.shop.export()
    assert read_rows(notes.shop, "business_day", "is_open") == [(True,)]
    notes.send_one(RETURN)
    notes.shop.export(FRIDAY, FRIDAY)
    assert read_rows(notes.shop, "business_day", "is_open") == [(False,)]


@pytest.mark.parametrize("is_there", [True, False])
def test_a_lost_answer_is_looked_for_and_the_document_is_there_once(notes: Notes, is_there: bool) -> None:
    notes.desk.goes_wrong, notes.desk.swallows = [lost_answer()], is_there
    outcome = notes.send_one(RETURN)
    assert (outcome.report.state.value, outcome.exit_code) == ("uncertain", Exit.WAIT)
    assert [finding.code for finding in outcome.report.findings] == ["looked-for"]
    (row,) = rows_of_notes(notes)
    assert (row.state.value, [finding.code for finding in row.findings]) == ("uncertain", ["looked-for"])
    notes.desk.swallows = False
    again = notes.send_one(RETURN)
    if not is_there:
        assert (again.report.state.value, len(notes.desk.sent)) == ("uncertain", 1), "it may still come"
        notes.shop.clock.now_s += 3_600
        again = notes.send_one(RETURN)
    assert again.report.state.value == "drafted"
    assert [kept["reference"] for kept in notes.desk.notes.values()] == [R_RETURN]
    assert notes.desk.sent == [R_RETURN] * (1 if is_there else 2)
    assert columns(notes.shop, "state", "revision") == [("drafted", 1)]


def test_what_another_database_sent_is_taken_over(notes: Notes) -> None:
    with notes.shop.open() as workspace:
        before = review_note(workspace, RETURN)
    notes.send_one(RETURN)
    assert before.delivery is None
    delete_rows(notes.shop, "delivery_event")
    delete_rows(notes.shop, "delivery")
    outcome = notes.send_one(RETURN)
    assert (outcome.report.state.value, outcome.report.remote_id) == ("drafted", "note-1")
    assert notes.desk.sent == [R_RETURN]
    assert columns(notes.shop, "page_state") == [("",)]


def test_what_the_preparation_finds_holds_the_document_until_it_is_mended(notes: Notes) -> None:
    nobodys = Note(RETURN.ticket, RETURN.lines, customer=None)
    outcome = notes.send_one(nobodys)
    assert (outcome.report.state.value, outcome.exit_code) == ("held", Exit.BOOKKEEPER)
    (row,) = rows_of_notes(notes)
    assert (row.state.value, [finding.code for finding in row.findings]) == ("held", ["missing-customer"])
    assert judge_status([row]) is Exit.BOOKKEEPER
    assert notes.desk.sent == []
    assert notes.send_one(RETURN).report.state.value == "drafted"
    assert columns(notes.shop, "fingerprint", "state") == [(RETURN.fingerprint, "drafted")]


def test_a_refused_document_says_why(notes: Notes) -> None:
    notes.desk.goes_wrong = [refusal()]
    outcome = notes.send_one(RETURN)
    assert (outcome.report.state.value, outcome.exit_code) == ("refused", Exit.INTEGRATOR)
    (row,) = rows_of_notes(notes)
    assert (row.state.value, "The customer is locked." in row.answer) == ("refused", True)


def test_of_two_runs_one_sends(notes: Notes) -> None:
    first, second = together(lambda: notes.send_one(RETURN), lambda: notes.send_one(RETURN))
    assert "drafted" in (first.report.state.value, second.report.state.value)
    assert notes.desk.sent == [R_RETURN]
    notes.desk.goes_wrong = [lost_answer()]
    notes.send_one(OTHER)

    with notes.shop.open() as workspace:
        delivery = review_note(workspace, OTHER).delivery
        assert delivery is not None
        assert Claims(workspace.delivery).take(delivery) is not None
    outcome = notes.send_one(OTHER)
    assert (outcome.report.answer, outcome.exit_code) == (BUSY.format(document=NOTE.name), Exit.WAIT)


def test_sales_that_come_in_meanwhile_are_looked_at_first(notes: Notes) -> None:
    def sell_more(_: Workspace) -> None:
        notes.shop.sell(sale(9))

    (outcome,) = notes.send(RETURN, before=sell_more)
    assert (outcome.again, notes.desk.sent) == (True, [])


def test_a_revision_takes_the_document_before_it_back(notes: Notes) -> None:
    notes.send_one(RETURN)
    changed = Note(RETURN.ticket, (NoteLine("Lunsj til møtet", -18_000),))
    second = format_reference("torget", changed, 2)
    with notes.shop.open() as workspace:
        review = review_note(workspace, changed)
        document = review.document
        assert document.revision == 2
        with workspace.database.writing() as connection:
            number = find_venue_number(connection, review.report.venue)
            intent = Intent(
                Document(NOTE.name, document.key, 2, second, document.fingerprint, document.lines),
                "journal",
                review.file_id,
            )
            assert plan(connection, Slot(number, FRIDAY, Kind.WHOLE), intent, Stage.READY, workspace.now_utc_s)
            (before,) = review.history.standing
            assert settle(connection, as_read(before), DeliveryEvent(EventKind.REMOVING), workspace.now_utc_s)
    assert notes.send_one(changed).again
    assert notes.send_one(changed).report.state.value == "drafted"
    assert [kept["reference"] for kept in notes.desk.notes.values()] == [second]
    assert columns(notes.shop, "revision", "state") == [(1, "replaced"), (2, "drafted")]
    assert [(row.reference, row.state.value) for row in rows_of_notes(notes)] == [(second, "drafted")]


@pytest.mark.parametrize("is_there", [True, False])
def test_a_person_says_where_it_is_and_the_ledger_is_asked_first(notes: Notes, is_there: bool) -> None:
    notes.desk.goes_wrong, notes.desk.swallows = [lost_answer()], is_there
    notes.send_one(RETURN)
    notes.desk.swallows = False
    wrong = None if is_there else "note-7"
    with pytest.raises(UsageError, match="is in PowerOffice Go, as note-1" if is_there else "has no note note-7"):
        notes.shop.resolve(wrong, R_RETURN)
    resolved = notes.shop.resolve("note-1" if is_there else None, R_RETURN)
    assert (resolved.reference, resolved.was_asked, resolved.is_sent_again) == (R_RETURN, True, not is_there)
    assert columns(notes.shop, "state", "page_state") == [("drafted" if is_there else "ready", "")]
    assert notes.send_one(RETURN).report.state.value == "drafted" if not is_there else True
    assert [kept["reference"] for kept in notes.desk.notes.values()] == [R_RETURN]


def test_a_person_says_which_where_a_day_has_several(notes: Notes) -> None:
    notes.desk.goes_wrong = [lost_answer(), lost_answer()]
    notes.send(RETURN, OTHER)
    with pytest.raises(UsageError, match=f"has several: {R_RETURN}, {R_OTHER}"):
        notes.shop.resolve()
    notes.shop.resolve(None, R_OTHER)
    assert columns(notes.shop, "state") == [("uncertain",), ("ready",)]


def test_a_revision_of_another_document_is_no_later_one_of_this(notes: Notes) -> None:
    notes.send_one(OTHER)
    overwrite_rows(notes.shop, "delivery", {"revision": 2})
    notes.desk.goes_wrong = [lost_answer()]
    notes.send_one(RETURN)
    assert notes.shop.resolve(None, R_RETURN).is_sent_again
    assert columns(notes.shop, "document_key", "state") == [("1/1043", "drafted"), ("1/1042", "ready")]


def test_a_target_may_take_a_second_document_where_it_refuses_a_second_voucher(notes: Notes) -> None:
    notes.shop.apply(target="import")
    notes.desk.goes_wrong = [lost_answer()]
    assert [finding.code for finding in notes.send_one(RETURN).report.findings] == ["looked-for"]
    assert notes.send_one(RETURN).report.state.value == "uncertain"
    assert notes.desk.sent == [R_RETURN]


def test_a_day_may_be_booked_by_hand_beside_its_other_documents(notes: Notes) -> None:
    notes.send_one(RETURN)
    with notes.shop.open() as workspace:
        assert book_day_elsewhere(workspace, notes.shop.venues(workspace)[0], FRIDAY, "by hand").is_new
    assert [row.state.value for row in rows_of_notes(notes)] == ["drafted"]
    assert [row.is_booked for row in notes.shop.status() if row.document_kind == "voucher"] == [True]


def test_history_tells_what_happened_to_every_document(notes: Notes) -> None:
    notes.desk.goes_wrong, notes.desk.swallows = [lost_answer()], True
    notes.send_one(RETURN)
    notes.send_one(RETURN)
    story = tell(notes)
    (told,) = story.documents
    assert (told.document_kind, told.reference, told.state, told.remote_id) == ("note", R_RETURN, "drafted", "note-1")
    assert [recorded.event.kind for recorded in told.events] == [
        EventKind.SENDING,
        EventKind.UNCERTAIN,
        EventKind.DRAFTED,
    ]
    assert told.request == notes.desk.notes["note-1"]
    (document,) = format_story(story)["documents"]
    assert (document["document"], document["reference"]) == ("note", R_RETURN)
    assert document["events"][0]["request"] == told.request
    console = Console(width=100, record=True, file=None, force_terminal=False)
    with console.capture() as printed:
        print_story(story, console, "en")
    assert R_RETURN in printed.get()
    assert "no usable answer came" in printed.get()
    assert "drafted: note-1" in printed.get()


def test_a_day_without_other_documents_is_told_as_ever(notes: Notes) -> None:
    assert "documents" not in format_story(tell(notes))
    assert all("document" not in row for row in format_status(notes.shop.status()))


def test_a_status_tells_of_every_document(notes: Notes) -> None:
    notes.send(RETURN, OTHER)
    rows = notes.shop.status()
    assert [(row.document_kind, row.reference, row.state.value) for row in rows if row.reference] == [
        ("voucher", "torget-20261120-r1", "ready"),
        ("note", R_RETURN, "drafted"),
        ("note", R_OTHER, "drafted"),
    ]
    shown = [row for row in format_status(rows) if "document" in row]
    assert [(row["document"], row["reference"], row["remote_id"]) for row in shown] == [
        ("note", R_RETURN, "note-1"),
        ("note", R_OTHER, "note-2"),
    ]
    console = Console(width=100, force_terminal=False)
    with console.capture() as printed:
        print_status(rows, console, "en")
    assert R_RETURN in printed.get()


def test_what_is_asked_of_vouchers_alone_knows_no_other_document(notes: Notes) -> None:
    notes.shop.apply(target="import")
    notes.send_one(RETURN)
    with notes.shop.open() as workspace, workspace.database.reading() as connection:
        venue = notes.shop.venues(workspace)[0]
        number = find_venue_number(connection, venue)
        assert read_known_drafts(connection, number) == frozenset()
        assert read_known_drafts(connection, number, NOTE) == {"note-1"}
        assert read_due_imports(connection, number, "import", 0, workspace.now_utc_s + 86_400) == []
        assert read_last_drafted_days(connection) == {}
        assert find_drafted_days(connection, number) == []
        _check_references(connection, "torget")


def test_a_listing_of_drafts_is_of_one_kind(notes: Notes) -> None:
    with notes.shop.open() as workspace:
        venue, run = notes.shop.venues(workspace)[0], Run()
    of_notes, of_vouchers = (run.find_listing(venue, kind, "journal", 0, 0, 1) for kind in (NOTE, VOUCHER))
    assert of_notes is not of_vouchers
    assert run.find_listing(venue, NOTE, "journal", 0, 0, 1) is of_notes


def test_a_vouchers_key_says_its_day_and_which_of_its_vouchers_it_is() -> None:
    for part in (0, 1):
        assert part_of(voucher_key(FRIDAY, part)) == part
    assert len({voucher_key(day, part) for day in (FRIDAY, SATURDAY) for part in (0, 1)}) == 4
    assert VOUCHER.parse_lines(VOUCHER.format_lines(())) == ()
