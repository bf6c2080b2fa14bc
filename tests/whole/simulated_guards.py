"""Every guard between what goes wrong on the wire and a business day that is lost or drafted twice, and how it is taken
out, so that the simulation can be seen to fail without it.

    python -m tests.whole.simulation --without NAME --seeds 400      which seeds notice
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import httpx
import pytest

from posexport.app import resolve
from posexport.core import delivery as core_delivery, review as core_review
from posexport.core.company import Company, Venue
from posexport.core.delivery import Delivery, PageState, Stage
from posexport.core.document import DocumentKind
from posexport.core.ports.ledger import Drafted, DraftList, DraftStatus, LedgerKind, Lookup, Payload
from posexport.core.report import VoucherReport
from posexport.delivery import claims, documentation as delivery_documentation, lookup, outcomes, revisions, sender
from posexport.delivery.claims import Claims, Outcome
from posexport.delivery.documentation import Documentation
from posexport.delivery.lookup import DocumentFinder, Run
from posexport.delivery.outcomes import Outcomes
from posexport.delivery.revisions import Revisions
from posexport.delivery.sender import Sender
from posexport.errors import AnswerLost, Exit, PosexportError, VoucherGone, VoucherNotSeen, VoucherRefused
from posexport.http.client import NEVER, Client
from posexport.http.evidence import Answered
from posexport.ledgers.folder.voucher_files import VoucherFolder
from posexport.ledgers.poweroffice import (
    answers,
    chart,
    direct_posting,
    documentation,
    import_queue,
    journal,
    journal_likeness,
    session as poweroffice_session,
    v2,
)
from posexport.ledgers.poweroffice.answers import HttpRefused
from posexport.ledgers.poweroffice.direct_posting import LedgerPostings
from posexport.ledgers.poweroffice.import_queue import ImportQueue, ImportRefused
from posexport.ledgers.poweroffice.journal import JournalDrafts
from posexport.ledgers.poweroffice.journal_likeness import Content, Likeness, compare
from posexport.ledgers.poweroffice.session import Session
from posexport.store import deliveries
from posexport.store.deliveries import Claim

Patch = pytest.MonkeyPatch
_TakeOut = Callable[[Patch], None]


@dataclass(frozen=True)
class Guard:
    """One guard. `target` and `mood`: where its absence is looked for; `first`: the first seed that
    notices; None where none of a few dozen has, and why: `unseen`, mostly as another guard holds the same."""

    name: str
    target: str
    mood: str
    first: int | None
    take_out: _TakeOut
    unseen: str = ""


GUARDS: list[Guard] = []


def _guard(
    target: str, mood: str = "hurried", first: int | None = None, *, unseen: str = ""
) -> Callable[[_TakeOut], _TakeOut]:
    def keep(take_out: _TakeOut) -> _TakeOut:
        GUARDS.append(Guard(take_out.__name__.strip("_").replace("_", "-"), target, mood, first, take_out, unseen))
        return take_out

    return keep


# What an answer means


@_guard("journal", first=8)
def _only_its_own_problem_is_a_refusal(patch: Patch) -> None:
    patch.setattr(poweroffice_session, "is_own_refusal", lambda response: 400 <= response.status_code < 500)


@_guard("journal", unseen="such a problem is looked for since a-refusal-behind-a-request-that-may-have-arrived")
def _a_problem_about_keys_or_time_is_no_refusal(patch: Patch) -> None:
    patch.setattr(answers, "_NEVER_A_REFUSAL", frozenset())


@_guard("journal", first=227)
def _a_conflict_may_be_with_itself(patch: Patch) -> None:
    def judge(session: Session, call: Any, response: httpx.Response) -> None:
        if response.status_code == 409 and answers.is_problem(response):
            raise HttpRefused(409, "conflict", is_told=True)
        original(session, call, response)

    original = Session._judge
    patch.setattr(Session, "_judge", judge)


@_guard("import", first=1)
def _v1_success_is_an_id(patch: Patch) -> None:
    patch.setattr(import_queue, "parse_guid", str)


@_guard("import", first=1)
def _v1_success_is_no_problem(patch: Patch) -> None:
    patch.setattr(import_queue, "is_problem_document", lambda *_: False)
    patch.setattr(import_queue, "parse_guid", str)


@_guard("import", first=8)
def _v1_says_whether_it_succeeded(patch: Patch) -> None:
    def read_data(answered: Answered) -> Any:
        answer = answered.value
        if isinstance(answer, dict) and answer.get("success") is not True and answers.parse_guid(answer.get("data")):
            return answer["data"]
        return original(answered)

    original = import_queue._data_of
    patch.setattr(import_queue, "_data_of", read_data)


@_guard("journal", first=0)
def _v2_success_is_an_id(patch: Patch) -> None:
    def read_id(answered: Answered) -> str:
        return str(answered.value.get("Id")) if isinstance(answered.value, dict) else str(answered.value)

    patch.setattr(v2, "read_id", read_id)


@_guard("ledger", first=1)
def _v2_success_is_an_id_in_the_ledger(patch: Patch) -> None:
    _v2_success_is_an_id(patch)


@_guard("journal", first=53)
def _a_success_of_another_shape_is_a_lost_answer(patch: Patch) -> None:
    def read_id(answered: Answered) -> str:
        try:
            return original(answered)
        except AnswerLost as lost:
            raise VoucherRefused(lost.why) from None

    original = v2.read_id
    patch.setattr(v2, "read_id", read_id)


@_guard("journal", first=0)
def _a_line_that_breaks_may_have_carried_it(patch: Patch) -> None:
    def exchange(session: Session, request: httpx.Request, deadline: float, *, is_repeatable: bool) -> httpx.Response:
        return original(session, request, deadline, is_repeatable=True)

    original = Session._exchange
    patch.setattr(Session, "_exchange", exchange)


@_guard("journal", first=4)
def _what_is_not_guarded_is_not_sent_again_at_once(patch: Patch) -> None:
    def write(session: Session, path: str, body: Any, deadline: float, *, is_guarded: bool) -> Answered:
        return original(session, path, body, deadline, is_guarded=True)

    original = Session.write
    patch.setattr(Session, "write", write)


@_guard(
    "import",
    "changing",
    unseen=(
        "it takes a 401 or 429 of a voucher that was taken, and then a line that no request leaves by: "
        "the simulation's lines lose what has left"
    ),
)
def _what_was_sent_before_the_last_try_counts(patch: Patch) -> None:
    patch.setattr(Session, "_remember_arrival", staticmethod(lambda *_: None))


@_guard("journal", "refused", first=0)
def _the_same_no_twice_with_a_look_between_is_a_refusal(patch: Patch) -> None:
    patch.setattr(Sender, "_find_refusal", lambda _self, _review, _held, error: error)


@_guard(
    "journal",
    "hurried",
    unseen=(
        "what is refused by another's answer is looked for as long: both are out in a-no-that-may-be-none-is-looked-for"
    ),
)
def _one_no_that_may_be_none_is_no_refusal(patch: Patch) -> None:
    def find_refusal(_: Sender, __: object, ___: Claim, error: PosexportError) -> PosexportError:
        return VoucherRefused(error.why) if isinstance(error, AnswerLost) and error.may_last else error

    patch.setattr(Sender, "_find_refusal", find_refusal)


# Looking


@_guard("journal", first=0)
def _it_is_looked_for(patch: Patch) -> None:
    patch.setattr(JournalDrafts, "find", lambda *_: Lookup())


@_guard("journal", first=0)
def _what_was_sent_is_looked_for(patch: Patch) -> None:
    patch.setattr(Sender, "_look_for_sent", lambda *_: None)


@_guard("journal", "copied", first=3)
def _a_first_send_looks(patch: Patch) -> None:
    patch.setattr(DocumentFinder, "look_before_sending", lambda *_: Lookup())


@_guard("journal", first=1)
def _not_there_is_believed_late(patch: Patch) -> None:
    patch.setattr(sender, "looked_for_until", lambda *_, **__: None)


def _believe_at_once_where_the_server_guards(patch: Patch) -> None:
    def looked_for_until(
        sent: Delivery, company: Company, kind: LedgerKind, *, is_sent_again: bool = True
    ) -> int | None:
        return original(sent, company, kind, is_sent_again=True)

    original = core_review.looked_for_until
    patch.setattr(sender, "looked_for_until", looked_for_until)


@_guard("import", "changing", first=7)
def _import_is_believed_late_where_other_sales_would_be_sent(patch: Patch) -> None:
    _believe_at_once_where_the_server_guards(patch)


@_guard("ledger", "changing", first=7)
def _ledger_is_believed_late_where_other_sales_would_be_sent(patch: Patch) -> None:
    _believe_at_once_where_the_server_guards(patch)


@_guard(
    "journal",
    "together",
    unseen="the five minutes of not-there-is-believed-late are longer than the simulation's slowest server",
)
def _a_request_in_flight_may_begin_as_late_as_it_was_allowed(patch: Patch) -> None:
    patch.setattr(core_review, "SEND_S", 0)


@_guard("journal", "together", unseen="the claim and the five minutes of not-there-is-believed-late outlast its waits")
def _no_request_begins_after_its_deadline(patch: Patch) -> None:
    patch.setattr(Client, "_check_time", lambda *_: None)


@_guard(
    "journal",
    "hurried",
    unseen=(
        "the five minutes of not-there-is-believed-late are longer than any lag; what a revision does "
        "not see it tells, and does nothing"
    ),
)
def _what_is_read_lags_what_was_written(patch: Patch) -> None:
    patch.setattr(DocumentFinder, "wait_for_replica", lambda *_, **__: None)


@_guard(
    "journal", "hurried", unseen="no run of the simulation lasts the five minutes after which its list would be too old"
)
def _a_list_that_was_made_too_early_is_made_anew(patch: Patch) -> None:
    def find_listing(
        run: Run, venue: Venue, kind: DocumentKind, target: str, since: int, _: float, now: float
    ) -> DraftList:
        return original(run, venue, kind, target, since, 0, now)

    original = Run.find_listing
    patch.setattr(Run, "find_listing", find_listing)


@_guard(
    "journal",
    "out of time",
    unseen="the clock margin of two days: both are out in clocks-may-differ-and-a-day-has-an-end",
)
def _it_is_looked_for_from_the_end_of_its_day_on(patch: Patch) -> None:
    def find_since(venue: Venue, day: date, sent: Delivery | None, now_utc_s: int) -> int:
        return now_utc_s if sent is None else sent.first_sent_at_utc_s

    for module in (lookup, revisions, resolve):
        patch.setattr(module, "find_since", find_since)


@_guard("journal", "out of time", unseen="the end of the day: both are out in clocks-may-differ-and-a-day-has-an-end")
def _clocks_may_differ(patch: Patch) -> None:
    patch.setattr(v2, "CLOCK_MARGIN_S", 0)


@_guard("journal", "out of time", first=3)
def _a_moment_that_lies_ahead_counts_from_now(patch: Patch) -> None:
    def look_again(
        sender: Sender, shown: core_review.Review, _delivery: Delivery, held: Claim, *_: Any
    ) -> Outcome[VoucherReport]:
        with sender.context.database.writing() as connection:
            deliveries.release(connection, held)
        return Outcome(shown.report, Exit.WAIT)

    patch.setattr(Sender, "_look_again", look_again)


@_guard("journal", "looked for", first=8)
def _a_list_of_another_shape_is_none(patch: Patch) -> None:
    def read_rows(session: Session, path: str, parameters: Mapping[str, str], deadline: float = NEVER) -> Any:
        rows = session.read(path, parameters, deadline).value
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

    patch.setattr(v2, "read_rows", read_rows)
    patch.setattr(chart, "read_rows", read_rows)
    patch.setattr(journal, "parse_guid", str)


@_guard("import", "changing", unseen="the server refuses a second one, and what has the reference is looked into")
def _a_list_of_imports_of_another_shape_is_none(patch: Patch) -> None:
    def row_of(answered: Answered, payload: Payload) -> Any:
        rows = answered.value if isinstance(answered.value, list) else []
        wanted = payload["externalImportReference"]
        return next((row for row in rows if row.get("externalImportReference") == wanted), None)

    patch.setattr(import_queue, "_row_of", row_of)


@_guard("journal", "misread", first=1)
def _a_listed_draft_that_cannot_be_read_is_there(patch: Patch) -> None:
    def read_once(drafts: JournalDrafts, listing: DraftList, remote_id: str) -> Answered | None:
        if remote_id not in listing.read:
            listing.read[remote_id] = drafts._read_draft(remote_id)
        found: Answered | None = listing.read[remote_id]
        return found

    patch.setattr(JournalDrafts, "_read_once", read_once)


@_guard("journal", "looked for", unseen="a draft that is listed and cannot be read is there, whatever the 404 is")
def _a_404_of_anothers_says_nothing(patch: Patch) -> None:
    patch.setattr(HttpRefused, "is_not_found", property(lambda refused: refused.status == 404))


@_guard("journal", "looked for", first=35)
def _an_answer_is_the_draft_that_was_asked_for(patch: Patch) -> None:
    patch.setattr(v2, "is_voucher", lambda *_: True)


# Knowing it again


@_guard("journal", "tidied", first=14)
def _a_draft_is_known_by_more_than_its_text(patch: Patch) -> None:
    def compare_texts(payload: Payload, draft: Mapping[str, Any]) -> Likeness:
        found = compare(payload, draft)
        return found if found in (Likeness.SAME, Likeness.OTHERWISE) else Likeness.OTHER

    patch.setattr(journal, "compare", compare_texts)


@_guard("journal", "two tidied histories", first=0)
def _half_a_match_is_asked_about(patch: Patch) -> None:
    def compare_whole(payload: Payload, draft: Mapping[str, Any]) -> Likeness:
        found = compare(payload, draft)
        return Likeness.OTHER if found is Likeness.DOUBTFUL else found

    patch.setattr(journal, "compare", compare_whole)


@_guard("journal", "two histories", first=0)
def _a_draft_with_other_amounts_is_asked_about(patch: Patch) -> None:
    def compare_references(payload: Payload, draft: Mapping[str, Any]) -> Likeness:
        found = compare(payload, draft)
        return Likeness.SAME if found is Likeness.OTHERWISE else found

    patch.setattr(journal, "compare", compare_references)
    patch.setattr(journal, "has_other_amounts", lambda *_: False)


@_guard(
    "journal",
    "tidied",
    unseen="what is known has its own reference; one that lost it is asked about, which only costs a person's time",
)
def _what_is_known_is_not_taken_for_another(patch: Patch) -> None:
    for module in (lookup, resolve):
        patch.setattr(module, "read_known_drafts", lambda *_: frozenset())


@_guard("journal", "tidied", unseen="it only spares reads: what is read again is seen to be another again")
def _what_was_ruled_out_is_remembered(patch: Patch) -> None:
    patch.setattr(lookup, "rule_out", lambda *_: None)
    patch.setattr(resolve, "remember_others", lambda *_: None)


@_guard("import", "two histories", first=0)
def _a_taken_reference_of_an_import_is_looked_into(patch: Patch) -> None:
    patch.setattr(import_queue, "_amounts", lambda _: Counter())


@_guard("ledger", "two histories", first=0)
def _a_taken_reference_of_a_posting_is_looked_into(patch: Patch) -> None:
    patch.setattr(direct_posting, "_amounts", lambda _: Counter())


@_guard("import", "changing", unseen="not looked for long enough; a look comes before what is sent again, and finds it")
def _a_taken_reference_is_no_success(patch: Patch) -> None:
    def find_same(_: ImportQueue, payload: Payload, refusal: ImportRefused, __: float) -> Drafted:
        return Drafted(str(payload["externalImportReference"]))

    patch.setattr(ImportQueue, "_find_same", find_same)


@_guard("import", "changing", unseen="what was lost before is looked for still, and found by its reference")
def _a_taken_reference_of_an_import_is_no_refusal(patch: Patch) -> None:
    def find_same(_: ImportQueue, __: Payload, refusal: ImportRefused, ___: float) -> Drafted:
        raise refusal

    patch.setattr(ImportQueue, "_find_same", find_same)


@_guard("ledger", "changing", unseen="what was lost before is looked for still, and found by its reference")
def _a_taken_reference_of_a_posting_is_no_refusal(patch: Patch) -> None:
    def find_same(_: LedgerPostings, __: Payload, refusal: HttpRefused, ___: float) -> Drafted:
        raise refusal

    patch.setattr(LedgerPostings, "_find_same", find_same)


# Keeping it


@_guard(
    "journal",
    "hurried",
    unseen="a first send looks too: both are out in what-is-sent-is-written-down-or-looked-for-the-first-time-too",
)
def _what_is_sent_is_written_down_before(patch: Patch) -> None:
    def plan(of_run: Claims, *what: Any) -> Any:
        unsent: list[Any] = [Stage.READY if part is Stage.SENDING else part for part in what]
        return original(of_run, *unsent)

    original = Claims.plan
    patch.setattr(Claims, "plan", plan)


@_guard("journal", "side by side", first=0)
def _claims_are_kept(patch: Patch) -> None:
    patch.setattr(claims, "CLAIM_S", -1)


@_guard("journal", "out of time", first=11)
def _a_claim_of_a_wrong_clock_is_none(patch: Patch) -> None:
    for module in (core_delivery, deliveries):
        patch.setattr(module, "CLAIM_MAX_S", 10**9)


@_guard(
    "journal",
    "together",
    unseen="in the simulation every list shows what was posted and retitled too, so that a look is enough",
)
def _what_is_overdue_is_asked_about(patch: Patch) -> None:
    for module in (sender, core_review):
        patch.setattr(module, "is_overdue", lambda *_: False)


@_guard(
    "journal",
    "together",
    unseen=(
        "it takes a request that hangs for longer than the claim and the five minutes: "
        "see tests/delivery/test_claims_lost.py"
    ),
)
def _a_second_draft_is_taken_back(patch: Patch) -> None:
    patch.setattr(Outcomes, "_take_back_double", lambda _self, shown, *_: Outcome(shown.report, again=True))


# Replacing it


@_guard("journal", "replacing", first=1)
def _a_replaced_draft_is_removed(patch: Patch) -> None:
    patch.setattr(JournalDrafts, "remove", lambda *_: DraftStatus.GONE)


@_guard("import", "replacing", first=5)
def _a_replaced_import_is_removed(patch: Patch) -> None:
    patch.setattr(ImportQueue, "remove", lambda *_: DraftStatus.GONE)


@_guard("file", "replacing", first=0)
def _a_replaced_file_is_removed(patch: Patch) -> None:
    patch.setattr(VoucherFolder, "remove", lambda *_: DraftStatus.GONE)


@_guard("journal", "posted", first=6)
def _what_was_posted_meanwhile_stays(patch: Patch) -> None:
    def remove(drafts: JournalDrafts, remote_id: str) -> DraftStatus:
        original(drafts, remote_id)
        return DraftStatus.GONE

    original = JournalDrafts.remove
    patch.setattr(JournalDrafts, "remove", remove)


@_guard("import", "posted", first=0)
def _an_import_that_was_posted_meanwhile_stays(patch: Patch) -> None:
    def remove(queue: ImportQueue, remote_id: str) -> DraftStatus:
        original(queue, remote_id)
        return DraftStatus.GONE

    original = ImportQueue.remove
    patch.setattr(ImportQueue, "remove", remove)


@_guard("journal", "posted", unseen="in the end a person says that it is gone, and the rest is made good")
def _a_draft_that_somebody_deleted_is_asked_about(patch: Patch) -> None:
    patch.setattr(Revisions, "_find_undone", lambda *_: None)


# Documentation


@_guard("journal", "replacing", first=8)
def _documentation_is_given_up_only_where_the_draft_is_gone(patch: Patch) -> None:
    patch.setattr(Documentation, "_judge_unseen", lambda *_: VoucherGone())


@_guard("journal", "documented", first=0)
def _documentation_that_may_be_there_is_looked_for(patch: Patch) -> None:
    def stage_after(error: PosexportError, before: PageState) -> PageState:
        found = original(error, before)
        return PageState.WANTED if found is PageState.UNCERTAIN else found

    original = delivery_documentation._page_state_after
    patch.setattr(delivery_documentation, "_page_state_after", stage_after)


@_guard("journal", "replacing", first=6)
def _documentation_is_there_only_where_it_is_seen(patch: Patch) -> None:
    patch.setattr(JournalDrafts, "has_page", lambda *_: True)


@_guard("journal", "documented", first=9)
def _a_draft_that_is_not_shown_says_nothing_of_its_documentation(patch: Patch) -> None:
    def has_page(drafts: JournalDrafts, remote_id: str, page_name: str) -> bool:
        try:
            return original(drafts, remote_id, page_name)
        except VoucherNotSeen:
            return False

    original = JournalDrafts.has_page
    patch.setattr(JournalDrafts, "has_page", has_page)


@_guard("journal", "replacing", unseen="the next run brings it; waiting only spares that run")
def _documentation_waits_for_a_draft_that_is_not_shown_yet(patch: Patch) -> None:
    patch.setattr(documentation, "WAITS_S", ())


# Two guards that hold the same: seen when both are out


@_guard("journal", "out of time", first=40)
def _clocks_may_differ_and_a_day_has_an_end(patch: Patch) -> None:
    _it_is_looked_for_from_the_end_of_its_day_on(patch)
    _clocks_may_differ(patch)


@_guard("journal", "hurried", first=38)
def _what_is_sent_is_written_down_or_looked_for_the_first_time_too(patch: Patch) -> None:
    _what_is_sent_is_written_down_before(patch)
    _a_first_send_looks(patch)


@_guard("journal", "hurried", first=0)
def _a_no_that_may_be_none_is_looked_for(patch: Patch) -> None:
    _one_no_that_may_be_none_is_no_refusal(patch)
    _what_is_refused_by_anothers_answer_is_looked_for_as_long(patch)


@_guard("journal", "hurried", unseen="one such no is no refusal: both are out in a-no-that-may-be-none-is-looked-for")
def _what_is_refused_by_anothers_answer_is_looked_for_as_long(patch: Patch) -> None:
    original = Outcomes.settle_failure
    patch.setattr(Outcomes, "settle_failure", lambda *what, **more: original(*what, **(more | {"is_lost": False})))


# What came of it in the simulation's first ten thousand seeds


@_guard("import", "slow and refused", first=1)
def _a_first_request_may_still_come_after_the_second(patch: Patch) -> None:
    for module in (sender, outcomes):
        patch.setattr(module, "may_still_come", lambda *_: False)


@_guard("ledger", "slow and refused", first=1)
def _a_first_posting_may_still_come_after_the_second(patch: Patch) -> None:
    _a_first_request_may_still_come_after_the_second(patch)


@_guard("import", "two histories", first=0)
def _what_is_found_by_its_reference_is_compared(patch: Patch) -> None:
    def find(queue: ImportQueue, *what: Any) -> Lookup:
        return replace(original(queue, *what), is_same=True)

    original = ImportQueue.find
    patch.setattr(ImportQueue, "find", find)


@_guard("ledger", "two histories", first=0)
def _what_is_found_in_the_ledger_by_its_reference_is_compared(patch: Patch) -> None:
    def find(ledger: LedgerPostings, *what: Any) -> Lookup:
        return replace(original(ledger, *what), is_same=True)

    original = LedgerPostings.find
    patch.setattr(LedgerPostings, "find", find)


@_guard(
    "file",
    "together",
    unseen="it takes two runs between the same two steps (seed 699 did): see tests/delivery/test_claims_lost.py",
)
def _what_another_is_about_to_write_down_is_left(patch: Patch) -> None:
    patch.setattr(outcomes, "_finds_by_reference", lambda _: False)
    patch.setattr(Outcomes, "_take_from_others", _take_nothing_from_others)


def _take_nothing_from_others(kept: Outcomes, delivery_id: int, _: str) -> tuple[Delivery, Claim | None]:
    with kept.context.database.reading() as connection:
        return deliveries.read_delivery(connection, delivery_id), None


@_guard("journal", "two tidied histories", first=0)
def _one_account_of_the_day_is_enough_to_ask(patch: Patch) -> None:
    def is_half(wanted: journal_likeness.Content, there: journal_likeness.Content) -> bool:
        if wanted.day != there.day:
            return bool(there.sums) and wanted.sums == there.sums
        return wanted.accounts == there.accounts or wanted.amounts == there.amounts

    patch.setattr(journal_likeness, "_is_half", is_half)


@_guard(
    "journal",
    "two tidied histories",
    unseen="it takes a day of one ticket that comes back for other goods (seed 2817 did): see test_looking.py",
)
def _a_nameless_draft_of_the_day_may_be_ours(patch: Patch) -> None:
    def is_half(wanted: Content, there: Content) -> bool:
        if wanted.day == there.day and wanted.accounts.isdisjoint(there.accounts):
            return wanted.amounts == there.amounts
        return original(wanted, there)

    original = journal_likeness._is_half
    patch.setattr(journal_likeness, "_is_half", is_half)


@_guard("journal", "together", first=42)
def _a_page_is_not_sent_once_another_run_may_have_it(patch: Patch) -> None:
    patch.setattr(delivery_documentation, "SEND_S", 1_000_000)


@_guard(
    "ledger",
    "slow and refused",
    unseen="it takes a day that is voided right behind it (seed 4718 did): see tests/delivery/test_looking.py",
)
def _a_refusal_behind_a_request_that_may_have_arrived_settles_nothing(patch: Patch) -> None:
    patch.setattr(PosexportError, "may_be_there", property(lambda _: False, lambda *_: None))
