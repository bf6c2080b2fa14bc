"""A drafted day whose sales change: nothing is done by itself, and with --revise the day comes to one right sum, by
another draft where nobody has posted the first, and by exactly the difference where somebody has.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from posexport.app.export import STEPS, Revision, export_period
from posexport.app.preview import Exported
from posexport.core.day import Period
from posexport.core.events import DeliveryEvent, EventKind
from posexport.core.ports.ledger import DraftStatus
from posexport.core.report import State
from posexport.delivery.claims import BUSY, CLAIM_S, Claims
from posexport.delivery.revisions import Revisions
from posexport.errors import Exit, UsageError
from posexport.ledgers.poweroffice.journal import JournalDrafts
from posexport.sandbox import Fault
from posexport.texts.describe import fix_of, message_of
from tests.support.books import (
    DRAFT_PATH,
    TARGETS,
    Books,
    Crash,
    Steps,
    deliveries,
    events_of,
    is_draft,
    states_of,
    stepping,
)
from tests.support.harness import (
    FRIDAY,
    FULL_DAY,
    MAPPING,
    SATURDAY,
    VENUES,
    Shop,
    codes,
    empty_day,
    first_review,
    sale,
    states,
    together,
    vouchers_of,
)
from tests.support.looks import read_rows
from tests.support.scope import IS_EVERYTHING

R1, R2, R3, R4 = (f"torget-20261120-r{revision}" for revision in (1, 2, 3, 4))
REPLACEABLE = ("import", "journal", "file", "nordbok")
"""Targets whose vouchers can be taken back while nobody has posted them."""
COMMAND = "posexport export --revise --venue torget --from 2026-11-20 --to 2026-11-20"


@pytest.fixture(params=TARGETS)
def books(request: pytest.FixtureRequest, shop: Shop) -> Books:
    """Every target, on SQLite."""
    return Books(shop, request.param).open()


@pytest.fixture(params=REPLACEABLE)
def drafts(request: pytest.FixtureRequest, shop: Shop) -> Books:
    """Every target whose vouchers can be taken back, on SQLite."""
    return Books(shop, request.param).open()


@pytest.fixture
def journal(both: Shop) -> Books:
    """Journal drafts, on SQLite and on PostgreSQL."""
    return Books(both, "journal").open()


def drafted(books: Books, *tickets: Mapping[str, Any]) -> Books:
    """Import these tickets and draft what they come to."""
    books.shop.sell(*(tickets or (sale(1, "125.00"),)))
    exported = books.shop.export()
    assert exported.exit_code is Exit.DONE, states(exported.report)
    books.wait()
    return books


def sell_later(books: Books, *tickets: Mapping[str, Any]) -> None:
    """Import tickets after their day was drafted, or one of 75.00."""
    books.shop.sell(*(tickets or (sale(2, "75.00"),)))


def told(exported: Exported) -> list[tuple[str, str]]:
    """Reference and state of every voucher."""
    return [(shown.reference, shown.state.value) for shown in exported.report.vouchers]


def void(ticket: Mapping[str, Any]) -> dict[str, Any]:
    """The ticket as the register tells it once it is voided."""
    return {**ticket, "void": True}


def is_closed(shop: Shop, day: date = FRIDAY) -> bool:
    """Whether a run without a period leaves the day alone."""
    ((is_open,),) = read_rows(shop, "business_day", "is_open", business_day=int(f"{day:%Y%m%d}"))
    return not is_open


def comes_to_rest(books: Books, runs: int = 4) -> None:
    """Mend until there is nothing left to mend; every delivery is drafted or replaced then."""
    for _ in range(runs):
        books.shop.clock.now_s += CLAIM_S + 30
        exported = books.shop.revise()
        if exported.exit_code is Exit.DONE:
            break
    assert exported.exit_code is Exit.DONE, told(exported)
    assert {state for _, state, _ in deliveries(books.shop)} <= {"drafted", "replaced"}
    assert books.shop.preview().vouchers == ()
    drafted_now = [reference for reference, state, _ in deliveries(books.shop) if state == "drafted"]
    assert books.references == drafted_now


# Without --revise


def test_without_revise_nothing_changes_ever_and_the_finding_names_the_command(books: Books) -> None:
    drafted(books)
    before = (books.entries(), deliveries(books.shop))
    sell_later(books)
    for _ in range(3):
        exported = books.shop.export()
        assert exported.exit_code is Exit.BOOKKEEPER
        named = books.shop.export(FRIDAY, FRIDAY)
        for shown in (books.shop.only(exported.report), books.shop.only(named.report)):
            assert (shown.reference, shown.state, codes(shown)) == (R1, State.DRAFTED, ["changed-after-draft"])
            for lang in ("nb", "en"):
                assert COMMAND in fix_of(shown.findings[0], lang)
            assert "1592 Bankkort 75,00; 3020 Mat -75,00" in message_of(shown.findings[0])
        books.shop.clock.now_s += 86_400
    assert (books.entries(), deliveries(books.shop)) == before
    (row,) = (row for row in books.shop.status() if row.business_day == FRIDAY)
    assert (row.state, codes(row)) == (State.DRAFTED, ["changed-after-draft"])


def test_a_revision_of_days_that_have_not_changed_asks_and_sends_nothing(books: Books) -> None:
    drafted(books)
    before, asked = books.entries(), len(books.shop.world.requests)
    assert books.shop.revise().report.vouchers == ()
    exported = books.shop.revise(FRIDAY, FRIDAY)
    assert (told(exported), exported.exit_code) == ([(R1, "drafted")], Exit.DONE)
    assert (books.entries(), len(books.shop.world.requests)) == (before, asked)


def test_a_revision_drafts_days_that_were_never_drafted_as_any_export_does(books: Books) -> None:
    drafted(books)
    sell_later(books, sale(2, "75.00"), sale(3, "40.00", at="2026-11-21T12:00:00"))
    exported = books.shop.revise()
    assert exported.exit_code is Exit.DONE
    assert ("torget-20261121-r1", "drafted") in told(exported)
    assert books.sums(FRIDAY) == {1592: 20_000, 3020: -20_000}
    assert books.sums(SATURDAY) == {1592: 4_000, 3020: -4_000}


# A draft that nobody has posted


@pytest.mark.parametrize("target", REPLACEABLE)
def test_late_tickets_on_an_unposted_draft_replace_it_whole(both: Shop, target: str) -> None:
    books = drafted(Books(both, target).open(), *FULL_DAY)
    before = books.entry(R1)
    sell_later(books, sale(7, "75.00", at="2026-11-20T23:00:00"))
    exported = both.revise()
    assert (told(exported), exported.exit_code) == ([(R2, "drafted")], Exit.DONE)
    (after,) = books.entries()
    assert (after.reference, after.day) == (R2, FRIDAY)
    assert after.description.startswith("Dagsoppgjør Torget Kafé 2026-11-20")
    changed = {account: ore - before.amounts[account] for account, ore in after.amounts.items()}
    assert {account: ore for account, ore in changed.items() if ore} == {1592: 7_500, 3020: -7_500}
    assert deliveries(both) == [(R1, "replaced", "whole"), (R2, "drafted", "whole")]
    assert is_closed(both)
    assert both.revise().report.vouchers == ()


def test_a_draft_stays_while_another_request_for_it_may_still_be_processed(both: Shop) -> None:
    """Deleting it would set its reference free, and the request that was given up made it anew: the day twice."""
    books = Books(both, "import").open()
    both.sell(sale(1, "125.00"))
    both.world.faults = deque([Fault("late", delay_s=240, method="POST", path="/Import")])
    assert both.export().exit_code is Exit.WAIT
    assert both.export().exit_code is Exit.DONE
    books.wait()
    sell_later(books)
    assert told(both.revise()) == [(R1, "drafted"), (R2, "drafted")]
    both.clock.now_s += 300
    both.world.process_late()
    assert sum(entry.amounts[1592] for entry in books.entries()) == 20_000
    assert deliveries(both) == [(R1, "drafted", "whole"), (R2, "drafted", "adjustment")]


def test_a_draft_is_replaced_again_once_no_other_request_for_it_can_come(both: Shop) -> None:
    books = Books(both, "import").open()
    both.sell(sale(1, "125.00"))
    both.world.faults = deque([Fault("lose_request", method="POST", path="/Import")])
    assert both.export().exit_code is Exit.WAIT
    assert both.export().exit_code is Exit.DONE
    both.clock.now_s += 390
    sell_later(books)
    assert told(both.revise()) == [(R2, "drafted")]
    assert deliveries(both) == [(R1, "replaced", "whole"), (R2, "drafted", "whole")]


def test_the_evidence_of_a_draft_and_of_its_replacement_is_kept_side_by_side(journal: Books) -> None:
    shop = drafted(journal).shop
    first = journal.entry(R1)
    sell_later(journal)
    shop.revise()
    second = journal.entry(R2)
    rows = read_rows(shop, "delivery", "remote_id", "lines", "payload", "report", "tickets_digest", order="revision")
    assert [row[0] for row in rows] == [first.remote_id, second.remote_id]
    assert [json.loads(row[2])["Description"] for row in rows] == [first.description, second.description]
    assert [json.loads(row[1])[0][3] for row in rows] == [12_500, 20_000]
    assert [json.loads(row[3])["voucher"]["debit"] for row in rows] == ["125.00", "200.00"]
    assert len({row[4] for row in rows}) == 2
    assert states_of(shop, R1) == ["sending", "drafted", "page-sending", "page-attached", "removing", "replaced"]
    assert events_of(shop, R1)[-1] == DeliveryEvent(EventKind.TAKEN_BACK)
    assert states_of(shop, R2) == ["ready", "sending", "drafted", "page-sending", "page-attached"]


def test_a_day_that_changes_again_is_replaced_again(drafts: Books) -> None:
    drafted(drafts)
    for revision in (2, 3, 4):
        sell_later(drafts, sale(revision, "75.00"))
        exported = drafts.shop.revise()
        assert told(exported) == [(f"torget-20261120-r{revision}", "drafted")]
        drafts.wait()
        assert drafts.references == [f"torget-20261120-r{revision}"]
    assert drafts.sums() == {1592: 35_000, 3020: -35_000}


def test_a_replaced_draft_leaves_no_file_of_it_behind(shop: Shop) -> None:
    books = drafted(Books(shop, "file").open())
    sell_later(books)
    shop.revise()
    assert sorted(path.name for path in books.folder.iterdir()) == [
        f".{R1}.json.removed",
        f"{R2}.csv",
        f"{R2}.json",
        f"{R2}.pdf",
    ]


def test_a_draft_is_taken_back_where_it_was_made_and_made_anew_where_drafts_go_now(shop: Shop) -> None:
    books = drafted(Books(shop, "journal").open())
    sell_later(books)
    Books(shop, "import").open()
    assert told(shop.revise()) == [(R2, "drafted")]
    assert [draft.kind for draft in shop.world.drafts()] == ["import"]
    assert books.sums() == {1592: 20_000, 3020: -20_000}
    assert read_rows(shop, "delivery", "target", order="revision") == [("journal",), ("import",)]


# A draft that is posted


@pytest.mark.parametrize("target", TARGETS)
def test_late_tickets_on_a_posted_draft_make_an_adjustment_of_exactly_the_difference(both: Shop, target: str) -> None:
    books = drafted(Books(both, target).open(), *FULL_DAY)
    books.post(R1)
    before = books.entry(R1)
    late = sale(7, "115.00", vat_code="31", at="2026-11-20T23:00:00", paid="CASH")
    sell_later(books, late, void(FULL_DAY[3]))
    exported = both.revise()
    assert (told(exported), exported.exit_code) == ([(R1, "drafted"), (R2, "drafted")], Exit.DONE)
    assert books.entry(R1) == before
    adjustment = books.entry(R2)
    assert adjustment.amounts == {1900: 11_500, 3030: -11_500, 1592: 5_000, 3020: -5_000}
    assert adjustment.day == FRIDAY
    assert adjustment.description.startswith("Korreksjon Dagsoppgjør Torget Kafé 2026-11-20")
    assert deliveries(both) == [(R1, "drafted", "whole"), (R2, "drafted", "adjustment")]
    assert is_closed(both)
    assert both.revise().report.vouchers == ()


def test_an_adjustment_is_shown_as_it_was_drafted_beside_what_it_adjusts(journal: Books) -> None:
    drafted(journal)
    journal.post(R1)
    sell_later(journal)
    journal.shop.revise()
    whole, adjustment = vouchers_of(journal.shop.preview(FRIDAY, FRIDAY))
    assert (whole.voucher.debit_ore, adjustment.voucher.debit_ore) == (12_500, 7_500)
    assert whole.voucher.description == "Dagsoppgjør Torget Kafé 2026-11-20"
    assert adjustment.voucher.description == "Korreksjon Dagsoppgjør Torget Kafé 2026-11-20"
    assert (whole.control.tickets, adjustment.control.tickets) == (2, 0)
    assert adjustment.vat == ()
    assert [row.reference for row in journal.shop.status() if row.business_day == FRIDAY] == [R1, R2]


def test_every_further_change_of_a_posted_day_is_an_adjustment_of_its_own(books: Books) -> None:
    drafted(books)
    for revision in (2, 3, 4):
        books.post(f"torget-20261120-r{revision - 1}")
        sell_later(books, sale(revision, f"{revision}0.00"))
        assert books.shop.revise().exit_code is Exit.DONE
        books.wait()
        added = books.entry(f"torget-20261120-r{revision}")
        assert added.amounts == {1592: revision * 1_000, 3020: -revision * 1_000}
    assert books.references == [R1, R2, R3, R4]
    assert books.sums() == {1592: 21_500, 3020: -21_500}


def test_a_change_is_an_adjustment_where_one_of_two_drafts_is_posted(books: Books) -> None:
    drafted(books)
    books.post(R1)
    sell_later(books)
    books.shop.revise()
    books.wait()
    sell_later(books, sale(3, "10.00"))
    exported = books.shop.revise()
    assert (told(exported), exported.exit_code) == ([(R1, "drafted"), (R2, "drafted"), (R3, "drafted")], Exit.DONE)
    assert books.entry(R3).amounts == {1592: 1_000, 3020: -1_000}
    assert books.sums() == {1592: 21_000, 3020: -21_000}


def test_a_draft_that_is_being_approved_of_gets_an_adjustment(journal: Books) -> None:
    drafted(journal)
    journal.shop.world.submit_for_approval(journal.entry(R1).remote_id)
    journal.wait()
    sell_later(journal)
    assert told(journal.shop.revise()) == [(R1, "drafted"), (R2, "drafted")]
    assert deliveries(journal.shop)[1] == (R2, "drafted", "adjustment")
    assert journal.sums() == {1592: 20_000, 3020: -20_000}


def test_a_draft_and_its_adjustment_become_one_where_both_can_be_taken_back(journal: Books) -> None:
    drafted(journal)
    world, remote_id = journal.shop.world, journal.entry(R1).remote_id
    world.submit_for_approval(remote_id)
    journal.wait()
    sell_later(journal)
    journal.shop.revise()
    world._stored(remote_id)[1].submitted_at_s = None
    journal.wait()
    sell_later(journal, sale(3, "10.00"))
    assert told(journal.shop.revise()) == [(R3, "drafted")]
    assert journal.references == [R3]
    assert journal.sums() == {1592: 21_000, 3020: -21_000}
    assert [state for _, state, _ in deliveries(journal.shop)] == ["replaced", "replaced", "drafted"]


def test_a_difference_of_less_is_an_adjustment_the_other_way(books: Books) -> None:
    drafted(books, sale(1, "125.00"), sale(2, "75.00"))
    books.post(R1)
    sell_later(books, sale(2, "70.00"))
    books.shop.revise()
    assert books.entry(R2).amounts == {1592: -500, 3020: 500}


# What happens in between


@pytest.mark.parametrize("lag_s", [0.0, 0.3])
@pytest.mark.parametrize("target", REPLACEABLE)
def test_a_draft_posted_between_the_plan_and_its_removal_stays_and_gets_an_adjustment(
    both: Shop, target: str, lag_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = drafted(Books(both, target).open())
    both.world.replica_lag_s = lag_s
    sell_later(books)

    def post(what: str) -> None:
        if (what.startswith("DELETE") or what == "before taking back") and R1 in books.references:
            now_s = both.clock.now_s
            books.post(R1)
            both.clock.now_s = now_s
            steps.act = lambda what: None

    steps = Steps(act=post)
    run_stepping(books, steps, monkeypatch)
    books.wait()
    exported = both.export()
    assert exported.exit_code is Exit.DONE
    assert deliveries(both) == [(R1, "drafted", "whole"), (R2, "drafted", "adjustment")]
    assert books.entry(R2).amounts == {1592: 7_500, 3020: -7_500}
    assert DeliveryEvent(EventKind.POSTED_MEANWHILE) in events_of(both, R1)
    assert both.preview().vouchers == ()


@pytest.mark.parametrize("target", ["import", "journal"])
def test_a_draft_deleted_between_the_plan_and_its_removal_is_simply_replaced(shop: Shop, target: str) -> None:
    books = drafted(Books(shop, target).open())
    sell_later(books)

    def delete(request: httpx.Request) -> None:
        if request.method == "DELETE" and R1 in books.references:
            shop.world.delete(books.entry(R1).remote_id)

    shop.line.before = delete
    assert told(shop.revise()) == [(R2, "drafted")]
    assert books.sums() == {1592: 20_000, 3020: -20_000}


def test_tickets_that_arrive_while_a_revision_is_on_its_way_are_in_it_or_told(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ticket at any one step: whichever it is, one more revision at most brings it in."""
    let_tickets_arrive_at_every_step(books, monkeypatch)


def test_tickets_that_arrive_on_the_way_are_in_it_or_told_on_postgresql_too(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_tickets_arrive_at_every_step(Books(Shop(postgresql_url, tmp_path), "journal").open(), monkeypatch)


def let_tickets_arrive_at_every_step(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    """Revise again and again, a ticket arriving at each step in turn."""
    drafted(books)
    sell_later(books)
    number_of_steps = len(run_stepping(books, Steps(), monkeypatch).taken)
    total_ore = 20_000
    for number in range(1, number_of_steps + 1, 2 if IS_EVERYTHING else 5):
        books.wait()
        sell_later(books, sale(100 + number, "1.00"))
        run_stepping(
            books, Steps(act=at_step(number, partial(books.shop.sell, sale(200 + number, "2.00")))), monkeypatch
        )
        total_ore += 300
        books.wait()
        shown = books.shop.preview().vouchers
        if books.sums() != {1592: total_ore, 3020: -total_ore}:
            assert "changed-after-draft" in codes(shown[-1]), number
            assert books.shop.revise().exit_code is Exit.DONE
        assert books.sums() == {1592: total_ore, 3020: -total_ore}, number


def run_stepping(books: Books, steps: Steps, monkeypatch: pytest.MonkeyPatch) -> Steps:
    """A revision whose every step is counted."""
    with stepping(books.shop, steps, monkeypatch) as workspace:
        venues = books.shop.venues(workspace)
        export_period(workspace, venues, Period(), revision=Revision(), in_flight=1)
    return steps


def at_step(number: int, act: Callable[[], Any]) -> Callable[[str], None]:
    """Do something at this step."""
    steps = iter(range(1, 10_000))
    return lambda what: act() if next(steps) == number else None


def test_a_day_that_changes_at_every_look_is_left_for_the_next_run_and_told(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = Books(shop, "journal").open()
    shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    looked: list[date] = []

    def is_stale(self: Claims, connection: Any, review: Any) -> bool:
        looked.append(review.business_day)
        return bool(review.business_day == FRIDAY)

    with monkeypatch.context() as patched:
        patched.setattr(Claims, "_is_stale", is_stale)
        exported = shop.export()
    assert told(exported) == [(R1, "ready"), ("torget-20261121-r1", "drafted")]
    assert exported.exit_code is Exit.WAIT
    assert looked.count(FRIDAY) == STEPS
    assert books.references == ["torget-20261121-r1"]
    assert shop.export().exit_code is Exit.DONE
    assert books.references == [R1, "torget-20261121-r1"]


# A draft that is gone


@pytest.mark.parametrize("target", TARGETS)
def test_a_draft_made_a_moment_ago_is_not_taken_for_gone(shop: Shop, target: str) -> None:
    """What is read lags what was written."""
    books = Books(shop, target).open()
    shop.world.replica_lag_s = 1.9
    shop.sell(sale(1, "125.00"))
    shop.export()
    sell_later(books)
    assert shop.revise().exit_code is Exit.DONE
    assert books.sums() == {1592: 20_000, 3020: -20_000}


@pytest.mark.parametrize("target", ["import", "journal", "ledger", "nordbok"])
def test_a_draft_deleted_in_go_is_told_of_and_nothing_is_sent_until_a_person_says_so(both: Shop, target: str) -> None:
    books = drafted(Books(both, target).open())
    books.delete(R1)
    sell_later(books)
    posts = len(both.line.posts)
    for _ in range(2):
        exported = both.revise()
        shown = both.only(exported.report)
        what = "voucher-reversed" if target == "ledger" else "draft-gone"
        assert (shown.state, codes(shown)) == (State.DRAFTED, [what, "changed-after-draft"])
        assert exported.exit_code is Exit.BOOKKEEPER
        is_offered = "posexport resolve torget 2026-11-20 --not-drafted" in fix_of(shown.findings[0], "en")
        assert is_offered is (target != "ledger"), "what was reversed in the books is not offered for drafting anew"
        (row,) = both.status()
        assert codes(row) == [what, "changed-after-draft"]
        fixes = [fix_of(finding, "en") for finding in row.findings]
        assert "--revise" not in " ".join(fixes), "the answer is another"
        assert fixes[0] == fix_of(shown.findings[0], "en")
    assert (len(both.line.posts), books.entries()) == (posts, [])
    assert deliveries(both) == [(R1, "drafted", "whole")]
    assert both.resolve().was_asked
    exported = both.export()
    assert (told(exported), exported.exit_code) == ([(R1, "drafted")], Exit.DONE)
    assert books.sums() == {1592: 20_000, 3020: -20_000}
    assert codes(*both.status()) == []


def test_a_draft_that_is_there_after_all_is_not_told_as_gone(both: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Go's list was late, say; a person posts it afterwards."""
    books = drafted(Books(both, "journal").open())
    sell_later(books)
    with monkeypatch.context() as late:
        late.setattr(JournalDrafts, "find_status", lambda *_: DraftStatus.GONE)
        assert codes(both.only(both.revise().report)) == ["draft-gone", "changed-after-draft"]
    assert codes(*both.status()) == ["draft-gone", "changed-after-draft"]
    books.post(R1)
    assert both.revise().exit_code is Exit.DONE
    assert books.sums() == {1592: 20_000, 3020: -20_000}
    assert [codes(row) for row in both.status()] == [[], []]


def test_a_draft_that_is_gone_while_its_adjustment_stands_is_brought_back_whole(shop: Shop) -> None:
    """The first of two vouchers is reversed; the second is only the difference."""
    books = drafted(Books(shop, "ledger").open())
    sell_later(books)
    shop.revise()
    books.delete(R1)
    shop.resolve(reference=R1)
    exported = shop.export()
    assert codes(exported.report.vouchers[0]) == ["changed-after-draft"], "nothing of it may be forgotten"
    assert exported.exit_code is Exit.BOOKKEEPER
    assert shop.revise().exit_code is Exit.DONE
    assert books.references == [R2, R3]
    assert books.entry(R3).amounts == {1592: 12_500, 3020: -12_500}
    assert is_closed(shop)


@pytest.mark.parametrize("order", [(R1, R2), (R2, R1)])
def test_a_draft_and_its_adjustment_that_are_both_gone_are_brought_back(shop: Shop, order: tuple[str, str]) -> None:
    books = drafted(Books(shop, "ledger").open())
    sell_later(books)
    shop.revise()
    for reference in order:
        books.delete(reference)
    for reference in order:
        shop.resolve(reference=reference)
    comes_to_rest(books)
    assert books.sums() == {1592: 20_000, 3020: -20_000}


@pytest.mark.parametrize("kind", ["lose_answer", "lose_request"])
def test_what_is_missing_is_brought_back_though_the_adjustment_of_it_is_uncertain(shop: Shop, kind: Any) -> None:
    """The adjustment's answer was lost, and meanwhile a person finds that what it adjusts is gone."""
    books = drafted(Books(shop, "ledger").open())
    sell_later(books)
    shop.faults.append(Fault(kind, method="POST", path=DRAFT_PATH["ledger"]))
    assert shop.revise().exit_code is Exit.WAIT
    books.delete(R1)
    shop.resolve(reference=R1)
    comes_to_rest(books)
    assert books.sums() == {1592: 20_000, 3020: -20_000}


def test_nobody_may_say_that_a_draft_is_gone_while_its_adjustment_is_on_the_wire(both: Shop) -> None:
    books = drafted(Books(both, "ledger").open())
    sell_later(books)

    def say(request: httpx.Request) -> None:
        if is_draft(request):
            both.line.before = lambda request: None
            books.delete(R1)
            with pytest.raises(UsageError, match=f"{R2} is being sent by another run"):
                both.resolve(reference=R1)

    both.line.before = say
    both.revise()
    both.resolve(reference=R1)
    comes_to_rest(books)
    assert books.sums() == {1592: 20_000, 3020: -20_000}


# Locked periods, and another date


@pytest.mark.parametrize("target", ["journal", "ledger"])
@pytest.mark.parametrize("posted", [False, True])
def test_a_locked_day_is_told_with_the_first_open_day_and_the_command_that_uses_it(
    both: Shop, target: str, posted: bool
) -> None:
    books = drafted(Books(both, target).open())
    if posted:
        books.post(R1)
    both.world.set_lock_date(date(2026, 11, 30))
    sell_later(books)
    exported = both.revise()
    shown = both.only(exported.report)
    assert (shown.state, exported.exit_code) == (State.DRAFTED, Exit.BOOKKEEPER)
    assert codes(shown) == ["locked-period", "changed-after-draft"]
    for lang in ("nb", "en"):
        assert f"{COMMAND} --dated 2026-12-01." in fix_of(shown.findings[0], lang)
    assert deliveries(both) == [(R1, "drafted", "whole")], "nothing is planned, nothing taken back"
    assert books.sums() == {1592: 12_500, 3020: -12_500}
    exported = both.revise(FRIDAY, FRIDAY, dated=date(2026, 12, 1))
    assert exported.exit_code is Exit.DONE
    is_whole = target == "journal" and not posted
    revision = books.entry(R2)
    assert revision.day == date(2026, 12, 1)
    assert revision.amounts == ({1592: 20_000, 3020: -20_000} if is_whole else {1592: 7_500, 3020: -7_500})
    assert "2026-11-20" in revision.description
    assert books.sums() == {1592: 20_000, 3020: -20_000}
    shown = vouchers_of(both.preview(FRIDAY, FRIDAY))[-1]
    assert (shown.voucher.posting_date, shown.business_day) == (date(2026, 12, 1), FRIDAY)
    assert codes(shown) == []


def test_another_date_that_is_locked_too_is_told_the_same_way(shop: Shop) -> None:
    books = drafted(Books(shop, "journal").open())
    shop.world.set_lock_date(date(2026, 11, 30))
    sell_later(books)
    shown = shop.only(shop.revise(dated=date(2026, 11, 29)).report)
    assert codes(shown) == ["locked-period", "changed-after-draft"]
    assert "29.11.2026" in message_of(shown.findings[0])
    assert "--dated 2026-12-01." in fix_of(shown.findings[0])
    assert deliveries(shop) == [(R1, "drafted", "whole")]


def test_a_period_locked_between_the_plan_and_the_sending_is_mended_with_another_date(shop: Shop) -> None:
    """Whoever asks about the lock date is told that there is none, and then there is."""
    books = drafted(Books(shop, "import").open())
    sell_later(books)

    def lock(request: httpx.Request) -> None:
        if request.method == "DELETE":
            shop.world.set_lock_date(date(2026, 11, 30))

    shop.line.before = lock
    exported = shop.revise()
    shop.line.before = lambda request: None
    assert (told(exported), exported.exit_code) == ([(R2, "refused")], Exit.INTEGRATOR)
    assert "lock date" in shop.only_voucher(exported.report).answer
    assert books.entries() == []
    (row,) = (row for row in shop.status() if row.business_day == FRIDAY)
    assert (row.state, row.reference) == (State.REFUSED, R2)
    exported = shop.revise(dated=date(2026, 12, 1))
    assert (told(exported), exported.exit_code) == ([(R2, "drafted")], Exit.DONE)
    assert books.entry(R2).day == date(2026, 12, 1)
    assert books.sums() == {1592: 20_000, 3020: -20_000}


def test_another_date_is_used_where_it_is_given_though_the_day_is_not_locked(books: Books) -> None:
    drafted(books)
    sell_later(books)
    assert books.shop.revise(dated=date(2026, 12, 1)).exit_code is Exit.DONE
    assert books.entry(R2).day == date(2026, 12, 1)
    assert books.sums() == {1592: 20_000, 3020: -20_000}


def test_another_date_is_for_revisions_alone(books: Books) -> None:
    """A day that was never drafted has its own date, whatever stands on the command line; so has one that was tried."""
    books.shop.sell(sale(1))
    if books.target != "file":
        fault = Fault("lose_request", method="POST", path=DRAFT_PATH[books.target])
        books.shop.faults.append(fault)
    books.shop.revise(dated=date(2026, 12, 1))
    books.wait_for_lost()
    books.shop.revise(dated=date(2026, 12, 1))
    assert books.entry(R1).day == FRIDAY


def test_a_revision_that_is_on_its_way_gets_its_date_only_while_nothing_can_be_there(shop: Shop) -> None:
    """Its answer was lost: it stands there with the date it was sent with, and is found."""
    books = drafted(Books(shop, "journal").open())
    sell_later(books)
    shop.faults.append(Fault("lose_answer", method="POST", path=DRAFT_PATH["journal"]))
    assert shop.revise().exit_code is Exit.WAIT
    books.wait()
    assert shop.revise(dated=date(2026, 12, 1)).exit_code is Exit.DONE
    assert books.entry(R2).day == FRIDAY
    shown = shop.only_voucher(shop.preview(FRIDAY, FRIDAY))
    assert shown.voucher.posting_date == FRIDAY, "it is shown as it stands there"


# Changes that come to nothing


def test_sales_that_change_back_to_what_was_drafted_close_the_day_and_send_nothing(books: Books) -> None:
    drafted(books)
    before = (books.entries(), deliveries(books.shop))
    sell_later(books)
    assert books.shop.export().exit_code is Exit.BOOKKEEPER
    sell_later(books, void(sale(2, "75.00")))
    exported = books.shop.revise()
    assert (told(exported), codes(books.shop.only(exported.report))) == ([(R1, "drafted")], [])
    assert exported.exit_code is Exit.DONE
    assert (books.entries(), deliveries(books.shop)) == before
    assert is_closed(books.shop)


def test_an_adjustment_that_nobody_needs_any_more_is_let_go(books: Books) -> None:
    """It was planned and could not be sent; then the sales changed back."""
    drafted(books)
    books.post(R1)
    sell_later(books)
    if books.target == "file":
        books.folder.rename(books.shop.folder / "away")
        books.folder.write_text("no folder")
    else:
        books.shop.faults.append(Fault("lose_request", method="POST", path=DRAFT_PATH[books.target]))
    assert books.shop.revise().exit_code is Exit.WAIT
    if books.target == "file":
        books.folder.unlink()
        (books.shop.folder / "away").rename(books.folder)
    assert [state for _, state, _ in deliveries(books.shop)] == [
        "drafted",
        "uncertain" * (books.target != "file") or "unreachable",
    ]
    sell_later(books, void(sale(2, "75.00")))
    books.wait_for_lost()
    exported = books.shop.export()
    assert (told(exported), exported.exit_code) == ([(R1, "drafted")], Exit.DONE)
    assert books.references == [R1]
    assert deliveries(books.shop) == [(R1, "drafted", "whole"), (R2, "replaced", "adjustment")]
    assert is_closed(books.shop)


ANOTHER_CODE = MAPPING + '\n  [[company.vat_code]]\n  code = "25"\n  go = "3"\n'


@pytest.mark.usefixtures("nordbok")
@pytest.mark.parametrize("posted", [False, True])
def test_changes_that_cancel_out_in_lines_send_nothing_and_close_the_day(shop: Shop, posted: bool) -> None:
    """The register tells the same sale under another code of the same VAT."""
    for target in TARGETS:
        day = date(2026, 11, 10) + timedelta(days=TARGETS.index(target))
        books = Books(shop, target).open(mapping=ANOTHER_CODE)
        drafted(books, sale(1, at=f"{day}T12:00:00"))
        reference = f"torget-{day:%Y%m%d}-r1"
        if posted:
            books.post(reference)
        before = books.entries()
        sell_later(books, sale(1, at=f"{day}T12:00:00", vat_code="25"))
        assert codes(shop.only(shop.preview())) == ["changed-after-draft"]
        exported = shop.revise()
        assert (told(exported), exported.exit_code) == ([(reference, "drafted")], Exit.DONE), target
        assert codes(shop.only(exported.report)) == []
        assert books.entries() == before
        assert is_closed(shop, day)
        assert DeliveryEvent(EventKind.SAME_LINES) in events_of(shop, reference)


def test_a_day_of_which_every_ticket_is_voided_has_no_draft_any_more(drafts: Books) -> None:
    drafted(drafts, *FULL_DAY)
    sell_later(drafts, *(void(ticket) for ticket in FULL_DAY))
    exported = drafts.shop.revise()
    assert [state for _, state in told(exported)] == ["nothing"]
    assert exported.exit_code is Exit.DONE
    assert drafts.entries() == []
    assert {state for _, state, _ in deliveries(drafts.shop)} == {"replaced"}
    assert is_closed(drafts.shop)
    assert empty_day(drafts.shop.preview(FRIDAY, FRIDAY)).state is State.NOTHING


def test_a_posted_day_of_which_every_ticket_is_voided_is_reversed_by_its_adjustment(books: Books) -> None:
    drafted(books, *FULL_DAY)
    books.post(R1)
    sell_later(books, *(void(ticket) for ticket in FULL_DAY))
    exported = books.shop.revise()
    assert (told(exported), exported.exit_code) == ([(R1, "drafted"), (R2, "drafted")], Exit.DONE)
    assert books.entry(R2).amounts == {account: -ore for account, ore in books.entry(R1).amounts.items()}
    assert books.sums() == {}
    assert is_closed(books.shop)


def test_a_day_that_was_voided_and_then_sold_on_is_drafted_anew_with_the_next_number(drafts: Books) -> None:
    drafted(drafts)
    sell_later(drafts, void(sale(1, "125.00")))
    drafts.shop.revise()
    drafts.wait()
    sell_later(drafts, sale(9, "30.00"))
    exported = drafts.shop.export()
    assert (told(exported), exported.exit_code) == ([(R3, "drafted")], Exit.DONE)
    assert drafts.sums() == {1592: 3_000, 3020: -3_000}
    drafts.wait()
    sell_later(drafts, sale(10, "10.00"))
    assert told(drafts.shop.revise()) == [(R4, "drafted")]
    assert drafts.sums() == {1592: 4_000, 3020: -4_000}


# A day in two vouchers

BEFORE, AFTER = "2021-09-30T21:00:00", "2021-10-01T01:00:00"
NIGHT, NEXT = date(2021, 9, 30), date(2021, 10, 1)
P1, P2 = "torget-20210930", "torget-20210930-p2"
LODGE = """
  [[company.vat_code]]
  code = "1"
  go = "33"
  [[company.product_type]]
  code = "500"
  name = "Overnatting"
  accounts = { "33" = "3050" }
  [[company.payment_type]]
  code = "CARD"
  name = "Bankkort"
  account = "1592"
"""


def room(number: int, amount: str, at: str, rate: str | None = None) -> dict[str, Any]:
    """A night's lodging, on the night when its VAT went from 6 % to 12 %."""
    ticket = sale(number, amount, at=at, product="500", vat_code="1")
    ticket["lines"][0]["vat_rate"] = rate or ("6" if at == BEFORE else "12")
    return ticket


@pytest.fixture(params=TARGETS)
def night(request: pytest.FixtureRequest, shop: Shop) -> Books:
    """The night a rate changes, drafted in two vouchers."""
    books = Books(shop, request.param).open(mapping=LODGE)
    return drafted(books, room(1, "106.00", BEFORE), room(2, "112.00", AFTER))


def test_a_late_ticket_changes_only_the_part_of_the_day_it_belongs_to(night: Books) -> None:
    assert [(entry.reference, entry.day) for entry in night.entries()] == [(f"{P2}-r1", NEXT), (f"{P1}-r1", NIGHT)]
    untouched = night.entry(f"{P1}-r1")
    sell_later(night, room(3, "56.00", AFTER))
    changed = night.shop.preview()
    assert [codes(shown) for shown in changed.vouchers] == [[], ["changed-after-draft"]]
    assert night.shop.revise().exit_code is Exit.DONE
    assert night.entry(f"{P1}-r1") == untouched
    assert night.sums(NEXT) == {1592: 16_800, 3050: -16_800}
    assert night.sums(NIGHT) == {1592: 10_600, 3050: -10_600}
    assert f"{P2}-r2" in night.references
    comes_to_rest(night)


def test_a_late_ticket_before_midnight_leaves_what_came_after_it_alone(night: Books) -> None:
    untouched = night.entry(f"{P2}-r1")
    sell_later(night, room(3, "53.00", BEFORE))
    assert night.shop.revise().exit_code is Exit.DONE
    assert night.entry(f"{P2}-r1") == untouched
    assert night.sums(NIGHT) == {1592: 15_900, 3050: -15_900}
    comes_to_rest(night)


@pytest.mark.sampled(5)
@pytest.mark.parametrize("posted", [(), (0,), (1,), (0, 1)])
def test_late_tickets_in_both_parts_are_brought_to_both_dates(night: Books, posted: tuple[int, ...]) -> None:
    for part in posted:
        night.post((f"{P1}-r1", f"{P2}-r1")[part])
    sell_later(night, room(3, "53.00", BEFORE), room(4, "56.00", AFTER))
    night.shop.revise()
    comes_to_rest(night)
    assert night.sums(NIGHT) == {1592: 15_900, 3050: -15_900}
    assert night.sums(NEXT) == {1592: 16_800, 3050: -16_800}


def test_a_part_of_which_every_ticket_is_voided_goes_and_comes_again(night: Books) -> None:
    sell_later(night, void(room(2, "112.00", AFTER)))
    night.shop.revise()
    comes_to_rest(night)
    assert night.sums() == {1592: 10_600, 3050: -10_600}
    sell_later(night, room(5, "28.00", AFTER))
    night.shop.revise()
    comes_to_rest(night)
    assert night.sums(NEXT) == {1592: 2_800, 3050: -2_800}
    assert night.sums(NIGHT) == {1592: 10_600, 3050: -10_600}


@pytest.mark.parametrize("posted", [False, True])
def test_a_second_part_that_never_arrived_is_not_moved_to_the_first_when_that_changes(shop: Shop, posted: bool) -> None:
    books = Books(shop, "journal").open(mapping=LODGE)
    shop.sell(room(1, "106.00", BEFORE), room(2, "112.00", AFTER))
    path = DRAFT_PATH["journal"]
    shop.faults.extend([Fault(method="POST", path=path), Fault("refuse", 400, method="POST", path=path)])
    with shop.open() as workspace:
        export_period(workspace, shop.venues(workspace), Period(), in_flight=1)
    assert [state for _, state, _ in deliveries(shop)] == ["refused", "drafted"]
    books.wait()
    if posted:
        books.post(f"{P1}-r1")
    sell_later(books, room(3, "53.00", BEFORE))
    shop.revise()
    comes_to_rest(books)
    assert books.sums(NIGHT) == {1592: 15_900, 3050: -15_900}
    assert books.sums(NEXT) == {1592: 11_200, 3050: -11_200}


# A setup that is not what it was


@pytest.mark.usefixtures("nordbok")
@pytest.mark.parametrize("posted", [False, True])
def test_late_tickets_under_other_accounts_bring_the_whole_day_to_them(shop: Shop, posted: bool) -> None:
    """What is there is taken off the accounts it stands on."""
    for target in TARGETS:
        day = date(2026, 11, 10) + timedelta(days=TARGETS.index(target))
        books = Books(shop, target).open()
        drafted(books, sale(1, at=f"{day}T12:00:00"))
        if posted:
            books.post(f"torget-{day:%Y%m%d}-r1")
        sell_later(books, sale(2, "75.00", at=f"{day}T12:00:00"))
        books.open(mapping=MAPPING.replace('"3020"', '"3022"'))
        assert shop.revise().exit_code is Exit.DONE
        assert books.sums(day) == {1592: 20_000, 3022: -20_000}, target
        if posted or target == "ledger":
            added = books.entry(f"torget-{day:%Y%m%d}-r2")
            assert added.amounts == {1592: 7_500, 3020: 12_500, 3022: -20_000}, target


def test_other_accounts_alone_change_no_day_that_was_drafted(books: Books) -> None:
    drafted(books)
    books.open(mapping=MAPPING.replace('"3020"', '"3022"'))
    exported = books.shop.revise(FRIDAY, FRIDAY)
    assert (told(exported), codes(books.shop.only(exported.report))) == ([(R1, "drafted")], [])
    assert books.sums() == {1592: 12_500, 3020: -12_500}


def test_each_voucher_keeps_the_setup_it_was_made_by(journal: Books) -> None:
    drafted(journal)
    journal.post(R1)
    sell_later(journal)
    journal.open(mapping=MAPPING.replace('"3020"', '"3022"'))
    journal.shop.revise()
    digests = read_rows(journal.shop, "delivery", "setup_digest", order="revision")
    kept = dict(read_rows(journal.shop, "setup_snapshot", "digest", "document"))
    assert len(set(digests)) == len(kept) == 2
    first, second = (kept[digest] for (digest,) in digests)
    assert ('"3020"' in first, '"3020"' in second) == (True, False)


@pytest.mark.parametrize("target", ["import", "ledger", "file"])
def test_a_day_that_moved_to_another_department_is_taken_off_the_old_one(shop: Shop, target: str) -> None:
    books = drafted(Books(shop, target).open())
    books.post(R1)
    sell_later(books)
    books.open(venues=VENUES.replace('"10"', '"20"'))
    assert shop.revise().exit_code is Exit.DONE
    ((lines,),) = read_rows(shop, "delivery", "lines", reference=R2)
    told_lines = {(account, department, ore) for account, _, department, ore, *_ in json.loads(lines)}
    assert told_lines == {
        ("1592", "10", -12_500),
        ("1592", "20", 20_000),
        ("3020", "10", 12_500),
        ("3020", "20", -20_000),
    }


@pytest.mark.parametrize("target", ["import", "ledger"])
def test_a_department_that_was_closed_since_holds_the_correction_that_would_take_a_day_off_it(
    shop: Shop, target: str
) -> None:
    books = drafted(Books(shop, target).open())
    books.post(R1)
    sell_later(books)
    books.open(venues=VENUES.replace('"10"', '"20"'))
    (client,) = shop.world.clients
    departments = {**client.departments, "10": replace(client.departments["10"], active=False)}
    shop.world.add_client(replace(client, departments=departments))
    exported = shop.revise()
    assert exported.exit_code is Exit.BOOKKEEPER
    assert codes(shop.only(exported.report)) == ["unknown-department", "changed-after-draft"]
    assert "Avdeling 10 " in message_of(shop.only(exported.report).findings[0])
    assert deliveries(shop) == [(R1, "drafted", "whole")]
    shop.world.add_client(client)
    assert shop.revise().exit_code is Exit.DONE
    assert books.sums() == {1592: 20_000, 3020: -20_000}


# A day that something else holds


@pytest.mark.parametrize("posted", [False, True])
def test_a_day_held_by_a_finding_of_its_own_is_not_revised_until_that_is_mended(both: Shop, posted: bool) -> None:
    books = drafted(Books(both, "journal").open())
    if posted:
        books.post(R1)
    sell_later(books, sale(2, "75.00", paid="GIFT"))
    asked = len(both.world.requests)
    for _ in range(2):
        exported = both.revise()
        shown = both.only(exported.report)
        assert (shown.state, exported.exit_code) == (State.DRAFTED, Exit.BOOKKEEPER)
        assert sorted(codes(shown)) == ["changed-after-draft", "missing-account"]
    assert len(both.world.requests) == asked
    assert deliveries(both) == [(R1, "drafted", "whole")]
    sell_later(books, sale(2, "75.00"))
    assert both.revise().exit_code is Exit.DONE
    assert books.sums() == {1592: 20_000, 3020: -20_000}


@pytest.mark.parametrize("dated", [None, date(2026, 12, 1)])
def test_a_draft_stays_where_it_is_while_its_planned_replacement_is_held(shop: Shop, dated: date | None) -> None:
    """Planned, not yet taken back, and then a ticket comes that nobody can post."""
    books = drafted(Books(shop, "journal").open())
    sell_later(books)
    shop.faults.append(Fault("status_before", 403, method="DELETE"))
    assert shop.revise(dated=dated).exit_code is Exit.INTEGRATOR
    assert books.references == [R1]
    sell_later(books, sale(3, "10.00", paid="GIFT"))
    exported = shop.revise(dated=dated)
    assert (told(exported), exported.exit_code) == ([(R2, "held")], Exit.BOOKKEEPER)
    assert books.references == [R1]
    sell_later(books, sale(3, "10.00"))
    assert shop.revise(dated=dated).exit_code is Exit.DONE
    assert books.references == [R2]
    assert books.sums() == {1592: 21_000, 3020: -21_000}


@pytest.mark.sampled(4)
@pytest.mark.parametrize("target", ["import", "journal", "ledger"])
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault("status_before", 403, method="GET"), Exit.INTEGRATOR),
        (Fault("status_before", 400, method="GET"), Exit.INTEGRATOR),
        (Fault("garbage", method="GET"), Exit.DONE),
        (Fault("lose_answer", method="GET"), Exit.DONE),
    ],
)
def test_a_day_whose_draft_cannot_be_asked_about_is_left_as_it_is(
    shop: Shop, target: str, fault: Fault, code: Exit
) -> None:
    """A refusal is told, and nothing planned; an answer that was lost is asked for again."""
    books = drafted(Books(shop, target).open())
    sell_later(books)
    shop.faults.append(fault)
    exported = shop.revise()
    assert exported.exit_code is (code if code is Exit.DONE else Exit.INTEGRATOR)
    if code is not Exit.DONE:
        assert deliveries(shop) == [(R1, "drafted", "whole")]
        assert vouchers_of(exported.report)[0].answer
    assert shop.revise().exit_code is Exit.DONE
    assert books.sums() == {1592: 20_000, 3020: -20_000}


@pytest.mark.parametrize("target", ["import", "journal", "ledger"])
def test_an_unreachable_poweroffice_leaves_a_changed_day_as_it_is(shop: Shop, target: str) -> None:
    books = drafted(Books(shop, target).open())
    sell_later(books)

    def refuse(request: httpx.Request) -> None:
        raise httpx.ConnectError("Connection refused")

    shop.line.before = refuse
    exported = shop.revise()
    assert exported.exit_code is Exit.WAIT
    assert "could not be reached" in shop.only_voucher(exported.report).answer
    assert deliveries(shop) == [(R1, "drafted", "whole")]
    shop.line.before = lambda request: None
    assert shop.revise().exit_code is Exit.DONE
    assert books.sums() == {1592: 20_000, 3020: -20_000}


def test_a_secret_that_is_gone_is_told_by_its_name_and_nothing_is_planned(shop: Shop) -> None:
    books = drafted(Books(shop, "journal").open())
    sell_later(books)
    kept = shop.environ.pop("PO_CLIENT_TORGET")
    exported = shop.revise()
    assert exported.exit_code is Exit.BOOKKEEPER, "the change waits for the bookkeeper; of several the highest wins"
    assert "env:PO_CLIENT_TORGET" in shop.only_voucher(exported.report).answer
    assert deliveries(shop) == [(R1, "drafted", "whole")]
    shop.environ["PO_CLIENT_TORGET"] = kept
    assert shop.revise().exit_code is Exit.DONE


@pytest.mark.parametrize("kind", ["lose_answer", "lose_request", "garbage", "status_after", "status_before"])
@pytest.mark.parametrize("target", ["import", "journal"])
def test_whatever_becomes_of_the_removal_the_day_comes_to_one_right_sum(shop: Shop, target: str, kind: Any) -> None:
    books = drafted(Books(shop, target).open())
    sell_later(books)
    for _ in range(5):
        shop.faults.append(Fault(kind, 500, method="DELETE"))
    shop.revise()
    shop.faults.clear()
    comes_to_rest(books)
    assert books.sums() == {1592: 20_000, 3020: -20_000}


# Several at once


@pytest.mark.parametrize("posted", [False, True])
@pytest.mark.parametrize("target", ["journal", "file"])
def test_of_several_revisers_at_once_one_goes_through(both: Shop, target: str, posted: bool) -> None:
    books = Books(both, target).open()
    days = [date(2026, 11, 10) + timedelta(days=n) for n in range(4)]
    drafted(books, *(sale(1, "125.00", at=f"{day}T12:00:00") for day in days))
    if posted:
        for reference in books.references:
            books.post(reference)
    sell_later(books, *(sale(2, "75.00", at=f"{day}T12:00:00") for day in days))
    exported = together(*[both.revise] * 4)
    assert not [one for one in exported if isinstance(one, BaseException)], exported
    assert {one.exit_code for one in exported} <= {Exit.DONE, Exit.WAIT, Exit.BOOKKEEPER}
    comes_to_rest(books)
    for day in days:
        assert books.sums(day) == {1592: 20_000, 3020: -20_000}
    assert len(books.entries()) == len(days) * (2 if posted else 1)
    assert {revision for (revision,) in read_rows(both, "delivery", "revision")} == {1, 2}


def test_of_two_runs_that_reviewed_the_same_change_one_plans_it(both: Shop) -> None:
    drafted(Books(both, "journal").open())
    both.sell(sale(2, "75.00"))
    with both.open() as one, both.open() as two:
        reviews = [first_review(place, both.venues(place)) for place in (one, two)]
        first = Revisions(one.delivery).revise(reviews[0])
        second = Revisions(two.delivery).revise(reviews[1])
    assert first.again
    assert (second.report.answer, second.exit_code, second.again) == (BUSY.format(document="voucher"), Exit.WAIT, False)
    assert deliveries(both) == [(R1, "removing", "whole"), (R2, "ready", "whole")]


def test_a_revision_waits_for_a_run_that_is_bringing_the_documentation(both: Shop) -> None:
    """Both would change the same draft; whoever comes second sees what the first has done."""
    books = Books(both, "journal").open()
    both.sell(sale(1, "125.00"))
    exported: list[Exported] = []

    def meanwhile(request: httpx.Request) -> None:
        if request.url.path.endswith("VoucherPages"):
            both.line.before = lambda request: None
            both.clock.now_s += 5
            both.sell(sale(2, "75.00"))
            exported.append(both.revise())

    both.line.before = meanwhile
    both.export()
    comes_to_rest(books)
    assert books.sums() == {1592: 20_000, 3020: -20_000}
    (entry,) = books.entries()
    assert len(entry.pages) == 1


# Crashes


def day_of(number: int) -> date:
    """A business day for each crash."""
    return date(2026, 11, 20) - timedelta(days=number)


STRIDE = 1 if IS_EVERYTHING else 5
"""Of how many steps one is the last: odd, so that commits, requests and answers all come to be."""

CRASHES = [
    ("import", "unposted"),
    ("import", "voided"),
    ("journal", "unposted"),
    ("journal", "posted"),
    ("journal", "two"),
    ("journal", "voided"),
    ("ledger", "posted"),
    ("file", "unposted"),
    ("file", "posted"),
    ("nordbok", "unposted"),
    ("nordbok", "posted"),
    ("nordbok", "voided"),
]


@pytest.mark.sampled(5)
@pytest.mark.parametrize(("target", "standing"), CRASHES)
def test_a_crash_after_any_step_of_a_revision_ends_with_one_right_sum(
    shop: Shop, target: str, standing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert crash_at_every_step(Books(shop, target).open(), standing, monkeypatch, STRIDE) > 5


def test_a_crash_after_any_step_ends_with_one_right_sum_on_postgresql_too(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = Books(Shop(postgresql_url, tmp_path), "journal").open()
    assert crash_at_every_step(books, "unposted", monkeypatch, 2) > 5


def crash_at_every_step(books: Books, standing: str, monkeypatch: pytest.MonkeyPatch, stride: int = 1) -> int:
    """A revision that dies after its first step, one that dies after its second (or a `stride` later), and so on
    until one lives; after how many steps the last one died. Each has a business day of its own."""
    for number in range(1, 200, stride):
        day = day_of(number)
        wanted = _let_change(books, standing, day)
        steps = Steps(number)
        try:
            run_stepping(books, steps, monkeypatch)
        except Crash:
            comes_to_rest(books)
        assert books.sums(day) == wanted, steps.taken[-1]
        pages = [entry.pages for entry in books.entries() if entry.day == day]
        if books.target != "import":
            assert all(len(found) == 1 for found in pages), steps.taken[-1]
        if len(steps.taken) < number:
            return number - stride
    raise AssertionError("it never lived")


def _let_change(books: Books, standing: str, day: date) -> dict[int, int]:
    """Draft a day and let its sales change; what it is to come to."""
    first, at = f"torget-{day:%Y%m%d}-r1", f"{day}T12:00:00"
    drafted(books, sale(1, "125.00", at=at))
    if standing == "posted":
        books.post(first)
    if standing == "two":
        stored = books.shop.world._stored(books.entry(first).remote_id)[1]
        stored.submitted_at_s = books.shop.clock.now_s
        books.wait()
        sell_later(books, sale(2, "50.00", at=at))
        assert books.shop.revise().exit_code is Exit.DONE
        stored.submitted_at_s = None
        books.wait()
    if standing == "voided":
        sell_later(books, void(sale(1, "125.00", at=at)))
        return {}
    sell_later(books, sale(3, "75.00", at=at))
    total_ore = 25_000 if standing == "two" else 20_000
    return {1592: total_ore, 3020: -total_ore}


def test_a_crash_after_any_step_of_a_night_in_two_vouchers_ends_with_both_right(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the part before midnight the draft is posted."""
    books = Books(shop, "file").open(mapping=LODGE)
    for number in range(1, 200, STRIDE):
        day = date(2021, 9, 30) - timedelta(days=2 * number)
        after = day + timedelta(days=1)
        before_at, after_at = f"{day}T21:00:00", f"{after}T01:00:00"
        drafted(books, room(1, "106.00", before_at, "6"), room(2, "112.00", after_at, "12"))
        books.post(f"torget-{day:%Y%m%d}-r1")
        sell_later(books, room(3, "53.00", before_at, "6"), room(4, "56.00", after_at, "12"))
        steps = Steps(number)
        try:
            run_stepping(books, steps, monkeypatch)
        except Crash:
            comes_to_rest(books)
        assert books.sums(day) == {1592: 15_900, 3050: -15_900}, steps.taken[-1]
        assert books.sums(after) == {1592: 16_800, 3050: -16_800}, steps.taken[-1]
        if len(steps.taken) < number:
            return
    raise AssertionError("it never lived")
