"""The guide's "What happens when...", case by case, as a person plays it by hand: posexport on one side, on the other
the sandbox's page, whose forms are what the bookkeeper clicks and how PowerOffice Go behaves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlencode

import pytest

from posexport.app.accept import accept_finding
from posexport.app.customers import link_customer
from posexport.app.imports import undo_import
from posexport.app.resolve import book_day_elsewhere, take_back_day
from posexport.app.tickets import WhichTicket, restore, withdraw
from posexport.core.report import DayReport, State, StatusRow
from posexport.errors import Exit, UsageError
from posexport.texts.describe import message_of
from posexport.texts.report import describe_state, name_state
from tests.support.books import Books, deliveries
from tests.support.harness import (
    BRYGGA,
    FRIDAY,
    MAPPING,
    SATURDAY,
    VENUES,
    Shop,
    codes,
    sale,
    states,
    together,
    vouchers_of,
)
from tests.support.looks import delete_rows
from tests.support.pages import section

R1, R2 = "torget-20261120-r1", "torget-20261120-r2"
WIRE = ("import", "journal", "ledger")
DRAFTING = ("import", "journal")
"""Targets whose vouchers somebody has still to post."""

PATIENCE_S = 3_600
"""Longer than a claim, a lag, and any time for which "not there" is not believed yet."""

Scene = TypeVar("Scene", bound=Callable[..., None])
PLAYED: set[str] = set()


def plays(case: str) -> Callable[[Scene], Scene]:
    """Says which case of the page a test plays."""

    def mark(scene: Scene) -> Scene:
        PLAYED.add(case)
        return scene

    return mark


def cases() -> list[str]:
    """The cases of the page, as it has them."""
    return re.findall(r"^\*\*\.\.\.(.+?)\?\*\*", section("What happens when..."), re.MULTILINE)


def test_every_case_of_the_page_is_played() -> None:
    assert len(cases()) >= 12
    assert set(cases()) <= PLAYED


# --- by hand ------------------------------------------------------------------------------------------


def click(shop: Shop, act: str, **form: str) -> str:
    """The bookkeeper sends a form of the sandbox's page; what the page says then."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    answer = shop.world.handle("POST", f"/bookkeeper/{act}", "", headers, urlencode(form).encode())
    assert answer.status == 303
    page = shop.world.handle("GET", "/").body.decode()
    told = re.search(r'<p class="notice[^>]*>(.*?)</p>', page)
    assert told is not None
    shop.clock.now_s += 5
    return told[1]


def behave(shop: Shop, **how: str) -> None:
    """How Go behaves from now on is set on the page."""
    usual = {"up": "up", "next_voucher": "", "v1_back_end": "old"}
    times = {"replica_lag_s": "0.3", "fresh_s": "0", "voucher_no_lag_s": "0", "posting_s": "0"}
    assert click(shop, "surroundings", **usual | times | how) == "Set."


def lock(shop: Shop, day: str) -> None:
    assert click(shop, "lock", client=shop.world.clients[0].client_id, day=day).startswith("Locked")


def wait(shop: Shop, seconds: float = PATIENCE_S) -> None:
    """Until the next run of the day."""
    shop.clock.now_s += seconds


@pytest.fixture(params=WIRE)
def books(request: pytest.FixtureRequest, shop: Shop) -> Books:
    """Every target in PowerOffice Go."""
    return Books(shop, request.param).open()


@pytest.fixture(params=DRAFTING)
def drafts(request: pytest.FixtureRequest, shop: Shop) -> Books:
    """Every target in PowerOffice Go where a person posts."""
    return Books(shop, request.param).open()


def drafted(books: Books) -> str:
    """Friday is drafted; its id in Go."""
    books.shop.sell(sale(1, "125.00"))
    assert books.shop.export().exit_code is Exit.DONE
    wait(books.shop, 60)
    return books.entry(R1).remote_id


def sell_later(books: Books) -> None:
    books.shop.sell(sale(2, "75.00"))


# --- once ---------------------------------------------------------------------------------------------


@plays("it is run twice, or two people run it at once")
def test_run_twice_or_by_two_people_a_day_goes_once(books: Books) -> None:
    books.shop.sell(sale(1))
    exported = together(books.shop.export, books.shop.export)
    shown = sorted(len(each.report.vouchers) for each in exported)
    assert shown in ([1, 1], [0, 1]), "where one is done before the other looks, there is nothing left to show"
    wait(books.shop)
    assert books.shop.export(FRIDAY, FRIDAY).exit_code is Exit.DONE
    assert books.references == [R1]


@plays("PowerOffice Go does not answer")
def test_while_go_cannot_be_reached_a_day_waits_and_goes_with_the_next_run(books: Books) -> None:
    books.shop.sell(sale(1))
    behave(books.shop, up="down")
    exported = books.shop.export()
    assert (states(exported.report), exported.exit_code) == ([State.UNREACHABLE], Exit.WAIT)
    behave(books.shop)
    wait(books.shop)
    assert states(books.shop.export().report) == [State.DRAFTED]
    assert books.references == [R1]


@plays("PowerOffice Go does not answer")
@pytest.mark.sampled(6)
@pytest.mark.parametrize(
    ("kind", "arrived"),
    [("lose_request", False), ("lose_answer", True), ("status_before", False), ("status_after", True)],
)
@pytest.mark.parametrize("lag_s", ["0", "1.5"])
def test_a_voucher_without_an_answer_is_looked_for_and_stands_there_once(
    books: Books, kind: str, arrived: bool, lag_s: str
) -> None:
    books.shop.sell(sale(1))
    behave(books.shop, next_voucher=kind, replica_lag_s=lag_s)
    books.shop.export()
    assert books.references == [R1] or not arrived
    wait(books.shop)
    exported = books.shop.export()
    assert exported.exit_code is Exit.DONE
    assert books.references == [R1]
    assert deliveries(books.shop) == [(R1, "drafted", "whole")]


@plays("a journal entry's answer is lost")
@pytest.mark.parametrize("kind", ["lose_request", "lose_answer"])
def test_a_journal_entry_without_an_answer_is_looked_for_until_a_minute_that_is_told(shop: Shop, kind: str) -> None:
    books = Books(shop, "journal").open()
    shop.sell(sale(1))
    behave(shop, next_voucher=kind, replica_lag_s="15")
    exported = shop.export()
    shown = shop.only_voucher(exported.report)
    assert (shown.state, exported.exit_code) == (State.UNCERTAIN, Exit.WAIT)
    assert re.search(r"looked for until \d\d:\d\d", shown.answer)
    again = shop.export()
    assert (states(again.report), again.exit_code) == ([State.UNCERTAIN], Exit.WAIT)
    wait(shop)
    assert states(shop.export().report) == [State.DRAFTED]
    assert books.references == [R1]


@plays("I tidy the text of a draft before posexport has found it")
@pytest.mark.parametrize(
    ("description", "account", "state"),
    [
        ("Torget TORGET-20261120-R1, sjekket", "", State.DRAFTED),
        ("Ryddet", "", State.DRAFTED),
        ("Ryddet", "1920", State.UNCERTAIN),
    ],
)
def test_a_draft_is_known_by_more_than_its_text(shop: Shop, description: str, account: str, state: State) -> None:
    Books(shop, "journal").open()
    shop.sell(sale(1))
    behave(shop, next_voucher="lose_answer")
    shop.export()
    (draft,) = shop.world.drafts()
    click(shop, "text", id=draft.id, description=description)
    if account:
        click(shop, "edit", id=draft.id, day="2026-11-20", **{"account-0": account})
    wait(shop)
    (shown,) = shop.export().report.vouchers
    assert shown.state is state
    assert (codes(shown) == ["draft-in-doubt"]) is bool(account)
    assert [found.id for found in shop.world.drafts()] == [draft.id]


@plays("the database is lost, restored from a copy, moved, or used twice")
@pytest.mark.parametrize("is_changed", [False, True])
def test_a_database_that_was_lost_drafts_nothing_again(books: Books, is_changed: bool) -> None:
    remote_id = drafted(books)
    for table in ("delivery_event", "delivery"):
        delete_rows(books.shop, table)
    if is_changed:
        sell_later(books)
    shown = books.shop.only_voucher(books.shop.export(FRIDAY, FRIDAY).report)
    assert (shown.state is State.DRAFTED) is not is_changed
    assert is_changed or shown.remote_id == remote_id
    assert ("draft-differs" in codes(shown)) is (is_changed and books.target == "journal")
    assert [entry.remote_id for entry in books.entries()] == [remote_id]


@plays("it stays uncertain")
def test_after_a_day_and_a_half_a_person_is_asked_and_says_that_it_is_not_there(books: Books) -> None:
    books.shop.sell(sale(1))
    behave(books.shop, next_voucher="lose_request")
    books.shop.export()
    wait(books.shop, 37 * 3_600)
    asked = books.shop.export()
    assert (states(asked.report), asked.exit_code) == ([State.UNCERTAIN], Exit.BOOKKEEPER)
    assert books.entries() == []
    books.shop.resolve()
    assert states(books.shop.export(FRIDAY, FRIDAY).report) == [State.DRAFTED]
    assert books.references == [R1]


@plays("it stays uncertain")
def test_a_draft_that_somebody_made_another_of_meanwhile_is_named_by_a_person(shop: Shop) -> None:
    Books(shop, "journal").open()
    shop.sell(sale(1))
    behave(shop, next_voucher="lose_answer")
    shop.export()
    (draft,) = shop.world.drafts()
    click(shop, "text", id=draft.id, description="Ryddet")
    click(shop, "edit", id=draft.id, day="2026-11-20", **{"account-0": "1920"})
    wait(shop, 37 * 3_600)
    asked = shop.export()
    assert (states(asked.report), asked.exit_code) == ([State.UNCERTAIN], Exit.BOOKKEEPER)
    shop.resolve(draft.id)
    assert states(shop.export(FRIDAY, FRIDAY).report) == [State.DRAFTED]
    assert [found.id for found in shop.world.drafts()] == [draft.id]


@plays("PowerOffice Go says no")
@pytest.mark.parametrize("back_end", ["old", "new"])
def test_a_refusal_is_told_in_gos_own_words_and_the_other_days_go_on(books: Books, back_end: str) -> None:
    books.shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    behave(books.shop, next_voucher="refuse", v1_back_end=back_end)
    exported = books.shop.export()
    assert (sorted(states(exported.report)), exported.exit_code) == ([State.DRAFTED, State.REFUSED], Exit.INTEGRATOR)
    (refused,) = (shown for shown in vouchers_of(exported.report) if shown.state is State.REFUSED)
    assert "The sandbox was told to refuse this voucher." in refused.answer
    wait(books.shop)
    assert books.shop.export().exit_code is Exit.DONE
    assert [entry.day for entry in books.entries()] == [FRIDAY, SATURDAY]


@plays("PowerOffice Go says no")
@pytest.mark.parametrize("target", ["journal", "ledger"])
def test_a_locked_period_is_known_beforehand_and_nothing_is_sent(shop: Shop, target: str) -> None:
    books = Books(shop, target).open()
    shop.sell(sale(1))
    lock(shop, "2026-11-30")
    for ask in (shop.check, shop.export):
        shown = shop.only(ask().report)
        assert (shown.state, "locked-period" in codes(shown)) == (State.HELD, True)
    assert books.entries() == []
    click(shop, "unlock", client=shop.world.clients[0].client_id)
    assert states(shop.export().report) == [State.DRAFTED]


# --- sales that come later ----------------------------------------------------------------------------


@plays("sales come in after the day was drafted")
def test_a_drafted_day_that_changes_is_told_and_left_alone(books: Books) -> None:
    drafted(books)
    sell_later(books)
    assert codes(books.shop.only(books.shop.export().report)) == ["changed-after-draft"]
    assert books.sums() == {1592: 12_500, 3020: -12_500}


@plays("sales come in after the day was drafted")
def test_a_draft_that_nobody_has_posted_is_replaced_by_one_of_the_whole_day(drafts: Books) -> None:
    remote_id = drafted(drafts)
    click(drafts.shop, "text", id=remote_id, description=f"Ryddet av meg [{R1}]")
    sell_later(drafts)
    assert drafts.shop.revise().exit_code is Exit.DONE
    assert drafts.references == [R2]
    assert drafts.sums() == {1592: 20_000, 3020: -20_000}
    assert "Ryddet" not in drafts.entry(R2).description


@plays("sales come in after the day was drafted")
@pytest.mark.parametrize(("target", "act"), [("import", "post"), ("journal", "post"), ("journal", "approve")])
def test_a_posted_draft_or_one_in_approval_gets_a_correction_of_exactly_the_difference(
    shop: Shop, target: str, act: str
) -> None:
    books = Books(shop, target).open()
    click(shop, act, id=drafted(books))
    sell_later(books)
    assert shop.revise().exit_code is Exit.DONE
    second = books.entry(R2)
    assert second.description.startswith("Korreksjon")
    assert (second.amounts, second.day) == ({1592: 7_500, 3020: -7_500}, FRIDAY)
    assert books.sums() == {1592: 20_000, 3020: -20_000}


@plays("sales come in after the day was drafted")
def test_a_correction_into_a_locked_period_names_the_first_open_day_and_the_command(shop: Shop) -> None:
    books = Books(shop, "journal").open()
    click(shop, "post", id=drafted(books))
    lock(shop, "2026-11-30")
    sell_later(books)
    shown = shop.only(shop.revise().report)
    assert "locked-period" in codes(shown)
    assert any("2026-12-01" in str(finding.facts) for finding in shown.findings)
    assert books.references == [R1]
    assert shop.revise(FRIDAY, FRIDAY, dated=date(2026, 12, 1)).exit_code is Exit.DONE
    assert books.entry(R2).day == date(2026, 12, 1)


@plays("sales come in after the day was drafted")
def test_a_day_whose_draft_was_deleted_is_not_mended_until_a_person_says_so(drafts: Books) -> None:
    click(drafts.shop, "delete", id=drafted(drafts))
    sell_later(drafts)
    drafts.shop.revise()
    assert drafts.entries() == []
    drafts.shop.resolve()
    assert states(drafts.shop.export(FRIDAY, FRIDAY).report) == [State.DRAFTED]
    assert drafts.sums() == {1592: 20_000, 3020: -20_000}


@plays("sales come in after the day was drafted")
@pytest.mark.parametrize(("act", "code"), [("reverse", "voucher-reversed"), ("correct", "voucher-corrected")])
@pytest.mark.parametrize("target", ["journal", "ledger"])
def test_what_was_reversed_or_corrected_after_it_was_posted_is_told_with_its_number_and_left_alone(
    shop: Shop, target: str, act: str, code: str
) -> None:
    books = Books(shop, target).open()
    remote_id = drafted(books)
    click(shop, "post", id=remote_id)
    form = {"day": "2026-11-20", "account-0": "1900"} if act == "correct" else {}
    assert click(shop, act, id=remote_id, **form).startswith("Reversed")
    sell_later(books)
    posts = len(shop.line.posts)
    exported = shop.revise()
    assert exported.exit_code is Exit.BOOKKEEPER
    (found,) = (finding for finding in shop.only(exported.report).findings if finding.code == code)
    assert re.search(r"voucher [0-9]+\b", message_of(found, "en"))
    assert len(shop.line.posts) == posts
    shown: tuple[DayReport | StatusRow, ...] = (*exported.report.vouchers, *shop.status())
    for one in shown:
        state = name_state(one, "nb") if isinstance(one, StatusRow) else describe_state(one, "nb")
        number = found.facts["number"]
        assert state == f"Bokført og {'korrigert' if act == 'correct' else 'reversert'}: bilag {number}"
    if act == "correct":
        with pytest.raises(UsageError, match="was corrected in PowerOffice Go"):
            shop.resolve()
    with shop.open() as workspace:
        venue = shop.venues(workspace)[0]
        assert accept_finding(workspace, venue, FRIDAY, code, "booked by hand in Go") == ("kari", 1)
    assert codes(shop.only(shop.export(FRIDAY, FRIDAY).report)) == ["booked-elsewhere"], "it is closed"
    shop.sell(sale(3, "31.00"))
    assert codes(shop.only(shop.export(FRIDAY, FRIDAY).report))[0] == "changed-after-booking"
    with shop.open() as workspace:
        take_back_day(workspace, shop.venues(workspace)[0], FRIDAY, "")
    shop.export(FRIDAY, FRIDAY)
    assert len(shop.line.posts) == posts, "what is, or was, in the books is not drafted again"


# --- what people do -----------------------------------------------------------------------------------


@plays("an import fails in Go")
@pytest.mark.parametrize("mended", ["post", "delete"])
def test_an_import_that_fails_is_told_every_night_until_it_is_posted_or_deleted(both: Shop, mended: str) -> None:
    books = Books(both, "import").open()
    remote_id = drafted(books)
    lock(both, "2026-11-30")
    assert click(both, "post", id=remote_id).startswith("Not posted.")
    for _ in range(2):
        wait(both, 24 * 3_600)
        exported = both.export()
        assert exported.exit_code is Exit.BOOKKEEPER
        (found,) = (finding for finding in both.only(exported.report).findings if finding.code == "import-failed")
        assert str(both.world.draft(remote_id).error).rstrip(".") in message_of(found, "en")
        assert "import-failed" in [finding.code for finding in both.status()[0].findings]
    assert click(both, "unlock", client=both.world.clients[0].client_id) == "Unlocked."
    click(both, mended, id=remote_id)
    wait(both, 24 * 3_600)
    assert both.export().exit_code is Exit.DONE
    assert both.status()[0].findings == ()


@plays("I delete a draft in Go")
def test_a_deleted_draft_stays_deleted_until_a_person_says_otherwise(drafts: Books) -> None:
    assert click(drafts.shop, "delete", id=drafted(drafts)).startswith("Deleted:")
    assert drafts.shop.export(FRIDAY, FRIDAY).exit_code is Exit.DONE
    assert drafts.entries() == []
    drafts.shop.resolve()
    assert states(drafts.shop.export().report) == [State.DRAFTED]
    assert drafts.references == [R1]


@plays("a file is read twice, or a ticket comes back changed")
def test_a_file_that_is_read_twice_adds_nothing_and_a_changed_ticket_is_taken_over(books: Books) -> None:
    path = books.shop.write(sale(1, "125.00"))
    books.shop.load(path)
    assert books.shop.load(path).results[0].new == 0
    books.shop.sell(sale(1, "130.00"))
    assert books.shop.export().exit_code is Exit.DONE
    assert books.sums() == {1592: 13_000, 3020: -13_000}


@plays("a file is read twice, or a ticket comes back changed")
def test_a_ticket_is_taken_out_and_put_back(books: Books) -> None:
    shop = books.shop
    shop.sell(sale(1, "125.00"), sale(2, "75.00"))
    with shop.open() as workspace:
        withdraw(workspace, shop.venues(workspace)[0], WhichTicket(FRIDAY, "1", "2"), "same sale, keyed twice")
    assert shop.only_voucher(shop.preview()).voucher.lines[0].amount_ore == 12_500
    with shop.open() as workspace:
        restore(workspace, shop.venues(workspace)[0], WhichTicket(FRIDAY, "1", "2"))
    assert shop.export().exit_code is Exit.DONE
    assert books.sums() == {1592: 20_000, 3020: -20_000}


@plays("a wrong file was read")
def test_a_wrong_file_is_taken_back_whole(books: Books) -> None:
    shop = books.shop
    shop.sell(sale(1, "125.00"))
    shop.sell(sale(2, "999.00"))
    with shop.open() as workspace:
        undo_import(workspace, 2, "another shop's")
    assert shop.export().exit_code is Exit.DONE
    assert books.sums() == {1592: 12_500, 3020: -12_500}


@plays("I have booked a day by hand")
def test_a_day_booked_by_hand_is_never_sent_until_that_is_taken_back(books: Books) -> None:
    shop = books.shop
    shop.sell(sale(1))
    with shop.open() as workspace:
        book_day_elsewhere(workspace, shop.venues(workspace)[0], FRIDAY, "booked by hand")
    shop.export()
    assert books.entries() == []
    with shop.open() as workspace:
        take_back_day(workspace, shop.venues(workspace)[0], FRIDAY, "")
    assert states(shop.export().report) == [State.DRAFTED]
    assert books.references == [R1]


@plays("the report (PDF) could not be attached")
@pytest.mark.parametrize("target", ["journal", "ledger"])
def test_a_report_that_could_not_be_attached_is_brought_alone_by_a_later_run(shop: Shop, target: str) -> None:
    books = Books(shop, target).open()
    shop.sell(sale(1))
    behave(shop, fresh_s="3600")
    assert states(shop.export().report) == [State.DRAFTED]
    assert books.entry(R1).pages == ()
    behave(shop)
    wait(shop)
    sent = len(shop.line.posts)
    shop.export()
    assert len(books.entry(R1).pages) == 1
    assert (len(shop.line.posts), books.references) == (sent, [R1])


# --- days ---------------------------------------------------------------------------------------------


@plays("a night was missed")
def test_the_next_run_takes_every_day_that_is_not_done(books: Books) -> None:
    books.shop.sell(*(sale(day, at=f"2026-11-{day}T12:00:00") for day in (10, 14, 20, 21)))
    assert books.shop.export().exit_code is Exit.DONE
    assert [entry.day for entry in books.entries()] == [date(2026, 11, day) for day in (10, 14, 20, 21)]


@plays("a day does not add up")
def test_a_day_that_does_not_add_up_waits_and_the_others_go_on(shop: Shop) -> None:
    books = Books(shop, "import").open(venues=VENUES + BRYGGA, mapping=MAPPING)
    odd: dict[str, Any] = {"payments": [{"payment_type": "CARD", "amount": "124.99"}]}
    shop.sell(sale(1, **odd), sale(2, at="2026-11-21T12:00:00"), sale(3, register="3"))
    exported = shop.export()
    held = [shown for shown in exported.report.vouchers if shown.state is State.HELD]
    assert [(shown.venue.id, shown.business_day) for shown in held] == [("torget", FRIDAY)]
    assert exported.exit_code is Exit.BOOKKEEPER
    assert sorted((entry.reference, entry.day) for entry in books.entries()) == [
        ("brygga-20261120-r1", FRIDAY),
        ("torget-20261121-r1", SATURDAY),
    ]
    assert 7740 not in books.sums(), "nothing is booked as rounding to make it fit"


@plays("a customer of the register is not linked")
def test_a_day_of_a_customer_that_is_not_linked_waits_alone_and_goes_when_a_person_says_who_it_is(shop: Shop) -> None:
    books = Books(shop, "journal").open(customers="linked")
    shop.sell(sale(1, paid="CREDIT", customer="K-17"), sale(2, at="2026-11-19T12:00:00"))
    exported = shop.export()
    told = {shown.business_day: [finding.code for finding in shown.findings] for shown in exported.report.vouchers}
    assert (told[FRIDAY], exported.exit_code) == (["unknown-customer"], Exit.BOOKKEEPER)
    assert books.references == ["torget-20261119-r1"]
    with shop.open() as workspace:
        link_customer(workspace, "fjordmat", "K-17", "10101")
    wait(shop)
    assert shop.export().exit_code is Exit.DONE
    assert books.references == ["torget-20261119-r1", R1]
