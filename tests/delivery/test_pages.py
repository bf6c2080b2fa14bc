"""The documentation of a draft: brought once, a step of its own, and never a reason to send a voucher again."""

from __future__ import annotations

import hashlib
import itertools
import json
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from posexport.app.export import PAGES_AT_ONCE, export_period
from posexport.app.preview import Exported
from posexport.app.settlement_report import list_pages
from posexport.core.company import Company, Venue
from posexport.core.day import Period
from posexport.core.report import State
from posexport.delivery.claims import CLAIM_S
from posexport.delivery.lookup import REPLICA_LAG_S
from posexport.delivery.sender import Sender
from posexport.errors import Exit, ReportNotMade
from posexport.sandbox import Fault
from posexport.store.deliveries import begin_page
from posexport.texts.describe import fix_of, message_of
from posexport.wiring import open_workspace
from tests.support.books import TARGETS, Books, Crash, Steps, deliveries, states_of, stepping
from tests.support.harness import FRIDAY, FULL_DAY, SATURDAY, VENUES, Shop, codes, sale, states, together
from tests.support.looks import overwrite_rows, read_rows
from tests.support.scope import IS_EVERYTHING

R1, R2 = "torget-20261120-r1", "torget-20261120-r2"
WIRE = ("journal", "ledger")
"""Targets whose documentation goes over the wire."""
PAGE_PATH = {"journal": "/VoucherPages", "ledger": "/VoucherDocumentation"}


@pytest.fixture(params=TARGETS)
def books(request: pytest.FixtureRequest, shop: Shop) -> Books:
    """Every target, on SQLite."""
    return Books(shop, request.param).open()


@pytest.fixture
def journal(both: Shop) -> Books:
    """Journal drafts, on SQLite and on PostgreSQL."""
    return Books(both, "journal").open()


def is_page(request: httpx.Request) -> bool:
    """Whether a request brings documentation."""
    path = request.url.path
    return request.method in ("POST", "PUT") and path.endswith(("/VoucherPages", "/VoucherDocumentation"))


def is_voucher(request: httpx.Request) -> bool:
    """Whether a request sends a voucher."""
    return request.method == "POST" and request.url.path.endswith(("/ManualJournals", "/Import/"))


def page_state(shop: Shop) -> str:
    """Where the documentation of the one delivery is."""
    ((state,),) = read_rows(shop, "delivery", "page_state")
    return str(state)


def page_file(books: Books, reference: str = R1) -> Path:
    """Where a page is a file."""
    return (books.folder if books.target == "file" else books.shop.folder / "reports") / f"{reference}.pdf"


def is_told(exported: Exported) -> bool:
    """Whether an export says that documentation is missing, of a voucher that it shows or of another."""
    findings = [*exported.report.findings, *(f for shown in exported.report.vouchers for f in shown.findings)]
    return "documentation-missing" in [finding.code for finding in findings]


def is_in_status(shop: Shop) -> bool:
    """Whether a status says that documentation is missing."""
    return any("documentation-missing" in codes(row) for row in shop.status())


def document_of(shop: Shop, reference: str = R1) -> dict[str, Any]:
    """What a draft's documentation is made of, as it was kept."""
    ((document,),) = read_rows(shop, "delivery", "report", reference=reference)
    found: dict[str, Any] = json.loads(document)
    return found


# Attached once


@pytest.mark.parametrize("target", WIRE)
def test_a_draft_gets_its_documentation_once(both: Shop, target: str) -> None:
    books = Books(both, target).open()
    both.sell(*FULL_DAY)
    sent: list[bytes] = []
    both.line.before = lambda request: sent.append(request.content) if is_page(request) else None
    exported = both.export()
    assert (states(exported.report), exported.exit_code) == (["drafted"], Exit.DONE)
    assert codes(both.only(exported.report)) == []
    (draft,) = (*both.world.drafts(), *both.world.vouchers())
    (page,) = draft.pages
    assert page.name == f"{R1}.pdf"
    content = both.render_page(document_of(both))
    assert content.startswith(b"%PDF")
    assert page.sha256 == hashlib.sha256(content).hexdigest()
    (body,) = sent
    assert content in body
    for _ in range(2):
        both.export()
        both.export(FRIDAY, FRIDAY)
    assert len(sent) == 1
    assert len(books.entry(R1).pages) == 1
    assert states_of(both, R1) == ["sending", "drafted", "page-sending", "page-attached"]
    assert not is_in_status(both)


@pytest.mark.parametrize("target", ["import", "file"])
def test_documentation_that_is_a_file_lies_in_its_folder_under_the_name_on_the_voucher(shop: Shop, target: str) -> None:
    books = Books(shop, target).open()
    shop.sell(*FULL_DAY)
    assert shop.export().exit_code is Exit.DONE
    path = page_file(books)
    assert path.read_bytes() == shop.render_page(document_of(shop))
    assert path.stat().st_mode & 0o077 == 0, "for its owner only"
    if target == "import":
        (draft,) = shop.world.drafts()
        assert draft.description == f"Dagsoppgjør Torget Kafé 2026-11-20 [{path.name}]"
        assert [found.name for found in path.parent.iterdir()] == [path.name]
    assert page_state(shop) == "attached"


def test_the_documentation_of_each_revision_is_its_own(books: Books) -> None:
    books.shop.sell(sale(1, "125.00"))
    books.shop.export()
    books.wait()
    books.post(R1)
    books.shop.sell(sale(2, "75.00"))
    assert books.shop.revise().exit_code is Exit.DONE
    assert [document_of(books.shop, reference)["voucher"]["debit"] for reference in (R1, R2)] == ["125.00", "75.00"]
    if books.target == "import":
        assert page_file(books, R1).exists()
        assert page_file(books, R2).exists()
    else:
        assert [entry.pages for entry in books.entries()] == [(f"{R1}.pdf",), (f"{R2}.pdf",)]


# What can go wrong

Stumble = Callable[[Books], None]


def fault(kind: Any, status: int = 503, times: int = 1) -> Stumble:
    """Something happens to the request that brings the page."""

    def order(books: Books) -> None:
        path = PAGE_PATH[books.target]
        method = "POST" if books.target == "journal" else "PUT"
        for _ in range(times):
            books.shop.faults.append(Fault(kind, status, method=method, path=path))

    return order


def refuse(books: Books) -> None:
    """The page does not get through."""

    def stumble(request: httpx.Request) -> None:
        if is_page(request):
            raise httpx.ConnectError("Connection refused")

    books.shop.line.before = stumble


def block(books: Books) -> None:
    """The folder for pages is none."""
    if books.target == "import":
        page_file(books).parent.write_text("not a folder")
        return
    page_file(books).mkdir(parents=True)


def unmake(books: Books) -> None:
    """No page can be made."""

    def render_page(document: Mapping[str, Any]) -> bytes:
        raise ReportNotMade("the template is wrong")

    books.shop.render_page = render_page  # type: ignore[method-assign]


def mend(books: Books) -> None:
    """Whatever it was, it is over."""
    books.shop.faults.clear()
    books.shop.line.before = lambda request: None
    books.shop.__dict__.pop("render_page", None)
    if books.target == "import" and page_file(books).parent.is_file():
        page_file(books).parent.unlink()
    if books.target == "file" and page_file(books).is_dir():
        page_file(books).rmdir()


TROUBLE = [
    ("journal", fault("lose_request"), Exit.WAIT, "uncertain"),
    ("journal", fault("lose_answer"), Exit.WAIT, "uncertain"),
    ("journal", fault("garbage"), Exit.WAIT, "uncertain"),
    ("journal", fault("status_after", 500), Exit.WAIT, "uncertain"),
    ("journal", fault("status_before", 502), Exit.WAIT, "uncertain"),
    ("journal", fault("status_before", 429, 5), Exit.WAIT, "wanted"),
    ("journal", fault("status_before", 403), Exit.INTEGRATOR, "wanted"),
    ("journal", refuse, Exit.WAIT, "wanted"),
    ("journal", unmake, Exit.BUG, "wanted"),
    ("ledger", fault("lose_request", times=4), Exit.WAIT, "wanted"),
    ("ledger", fault("lose_answer", times=4), Exit.WAIT, "wanted"),
    ("ledger", fault("status_after", 500, 4), Exit.WAIT, "wanted"),
    ("ledger", fault("status_before", 403), Exit.INTEGRATOR, "wanted"),
    ("ledger", refuse, Exit.WAIT, "wanted"),
    ("ledger", unmake, Exit.BUG, "wanted"),
    ("import", block, Exit.WAIT, "wanted"),
    ("import", unmake, Exit.BUG, "wanted"),
    ("file", block, Exit.WAIT, "wanted"),
    ("file", unmake, Exit.BUG, "wanted"),
]


@pytest.mark.sampled(10)
@pytest.mark.parametrize(("target", "stumble", "code", "left"), TROUBLE)
def test_a_page_that_cannot_be_brought_leaves_the_voucher_drafted_and_comes_alone_with_the_next_export(
    shop: Shop, target: str, stumble: Stumble, code: Exit, left: str
) -> None:
    books = Books(shop, target).open()
    shop.sell(*FULL_DAY)
    stumble(books)
    exported = shop.export()
    shown = shop.only(exported.report)
    assert (shown.state, codes(shown), exported.exit_code) == (State.DRAFTED, ["documentation-missing"], code)
    assert message_of(shown.findings[0], "en").startswith(
        "The voucher is in PowerOffice Go, but its report (PDF) is not"
    )
    assert "(" in message_of(shown.findings[0], "en").removeprefix(
        "The voucher is in PowerOffice Go, but its report (PDF)"
    )
    assert "posexport report torget 2026-11-20 --pdf" in fix_of(shown.findings[0], "en")
    assert page_state(shop) == left
    assert is_in_status(shop)
    assert codes(shop.only(shop.preview(FRIDAY, FRIDAY))) == ["documentation-missing"]
    assert shop.preview().vouchers == (), "the day itself is done with"
    entries, posts = books.entries(), len(shop.line.posts)
    mend(books)
    books.wait()
    asked = len(shop.world.requests)
    again = shop.export()
    assert (again.report.vouchers, again.exit_code) == ((), Exit.DONE)
    assert not is_told(again)
    went = [(request.method, request.path) for request in list(shop.world.requests)[asked:]]
    assert all(path.endswith(("/OAuth/Token", PAGE_PATH.get(target, ""))) or method == "GET" for method, path in went)
    assert len(shop.line.posts) == posts, "no voucher is sent again"
    assert page_state(shop) == "attached"
    assert not is_in_status(shop)
    if target == "import":
        assert page_file(books).read_bytes().startswith(b"%PDF")
    else:
        assert len(books.entry(R1).pages) == 1
    assert [entry.amounts for entry in books.entries()] == [entry.amounts for entry in entries]


@pytest.mark.parametrize(
    ("target", "stumble", "code"),
    [
        ("journal", fault("status_before", 403, 3), Exit.INTEGRATOR),
        ("ledger", fault("status_before", 403, 3), Exit.INTEGRATOR),
        ("ledger", refuse, Exit.WAIT),
        ("import", block, Exit.WAIT),
        ("file", unmake, Exit.BUG),
    ],
)
def test_a_page_that_goes_on_failing_is_told_of_by_every_export_that_tries(
    shop: Shop, target: str, stumble: Stumble, code: Exit
) -> None:
    """The day is done with and no longer shown; an exit code that nothing explains would be a riddle."""
    books = Books(shop, target).open()
    shop.sell(sale(1))
    stumble(books)
    shop.export()
    exported = shop.export()
    assert (exported.report.vouchers, exported.exit_code) == ((), code)
    (finding,) = (found for found in exported.report.findings if found.code == "documentation-missing")
    assert (finding.venue, finding.business_day) == ("torget", FRIDAY)
    named = shop.export(FRIDAY, FRIDAY)
    assert named.exit_code is code
    assert codes(shop.only(named.report)) == ["documentation-missing"]
    assert "documentation-missing" not in codes(named.report), "told once"
    mend(books)
    assert shop.export().exit_code is Exit.DONE


def test_a_draft_posted_before_its_documentation_came_is_told_once_and_given_up(journal: Books) -> None:
    shop = journal.shop
    shop.sell(sale(1))

    def post(request: httpx.Request) -> None:
        if is_page(request):
            shop.world.post(shop.world.drafts()[0].id)

    shop.line.before = post
    exported = shop.export()
    shown = shop.only(exported.report)
    assert (shown.state, codes(shown), exported.exit_code) == (
        State.DRAFTED,
        ["documentation-missing"],
        Exit.INTEGRATOR,
    )
    assert "is already posted" in message_of(shown.findings[0], "en")
    assert page_state(shop) == "given-up"
    assert states_of(shop, R1)[-1] == "page-given-up"
    asked = len(shop.world.requests)
    assert shop.export().exit_code is Exit.DONE
    assert len(shop.world.requests) == asked
    assert not is_in_status(shop)
    assert deliveries(shop) == [(R1, "drafted", "whole")]


def test_a_draft_deleted_before_its_documentation_came_is_not_made_anew_for_it(journal: Books) -> None:
    journal.shop.sell(sale(1))

    def delete(request: httpx.Request) -> None:
        if is_page(request) and journal.shop.world.drafts():
            journal.shop.world.delete(journal.shop.world.drafts()[0].id)

    journal.shop.line.before = delete
    first = journal.shop.export()
    assert first.exit_code is Exit.WAIT, "right after the draft a 404 may be a lag"
    assert page_state(journal.shop) == "wanted"
    for _ in range(2):
        journal.shop.export()
    assert journal.entries() == []
    assert page_state(journal.shop) == "given-up"


# Not seen yet


PROBLEM_404 = {"title": "Object(s) not found", "detail": "Voucher not found.", "status": 404}


def test_a_run_that_is_held_up_until_its_claim_is_over_sends_no_documentation(
    journal: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.shop.sell(*FULL_DAY)

    def begin_late(connection: Any, held: Any, now_utc_s: int) -> Any:
        begun = begin_page(connection, held, now_utc_s)
        journal.shop.clock.now_s += CLAIM_S + 1
        return begun

    with monkeypatch.context() as patch:
        patch.setattr("posexport.delivery.documentation.begin_page", begin_late)
        assert states(journal.shop.export().report) == ["drafted"]
    assert page_state(journal.shop) == "wanted"
    assert [len(draft.pages) for draft in journal.shop.world.drafts()] == [0]
    journal.shop.clock.now_s += 60
    journal.shop.export()
    assert [len(draft.pages) for draft in journal.shop.world.drafts()] == [1]


def hide(request: httpx.Request) -> httpx.Response | None:
    """As if no draft had been made: the list is empty, and whatever is asked of one is a 404."""
    if "/JournalEntryVouchers" not in request.url.path:
        return None
    is_list = request.method == "GET" and request.url.path.endswith("/JournalEntryVouchers")
    return httpx.Response(204) if is_list else httpx.Response(404, json=PROBLEM_404)


def hide_for(books: Books, seconds: float, *, body: Any = PROBLEM_404) -> list[float]:
    """What is put on a voucher finds it only so long after it was made; when each was tried."""
    tried: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response | None:
        if not is_page(request):
            return None
        tried.append(books.shop.clock.now_s)
        if tried[-1] >= tried[0] + seconds:
            return None
        return httpx.Response(404, json=body) if body is not None else httpx.Response(404)

    books.shop.line.before = answer
    return tried


@pytest.mark.parametrize("lag_s", [0.4, 2, 5, 9.5])
@pytest.mark.parametrize("target", ["journal", "ledger"])
def test_a_voucher_that_is_not_seen_yet_is_waited_for_and_gets_its_page_in_the_same_run(
    shop: Shop, target: str, lag_s: float
) -> None:
    books = Books(shop, target).open()
    shop.sell(sale(1))
    tried = hide_for(books, lag_s)
    assert shop.export().exit_code is Exit.DONE
    assert page_state(shop) == "attached"
    assert len(books.entry(R1).pages) == 1
    assert tried[-1] - tried[0] <= 10


@pytest.mark.parametrize("target", ["journal", "ledger"])
def test_a_voucher_that_stays_unseen_is_left_to_the_next_run_which_brings_the_page(both: Shop, target: str) -> None:
    books = Books(both, target).open()
    both.sell(sale(1))
    tried = hide_for(books, 60)
    exported = both.export()
    assert (exported.exit_code, page_state(both)) == (Exit.WAIT, "wanted")
    assert tried[-1] - tried[0] == 10
    (told,) = (found for found in both.only(exported.report).findings if found.code == "documentation-missing")
    assert "tries again" in fix_of(told, "en")
    both.clock.now_s += 20
    assert both.export().exit_code is Exit.WAIT, "the draft is there, so it is not given up"
    assert page_state(both) == "wanted"
    both.clock.now_s += 20
    assert both.export().exit_code is Exit.DONE
    assert len(books.entry(R1).pages) == 1


@pytest.mark.parametrize("lag_s", [5, 14])
def test_a_draft_that_no_read_shows_yet_is_not_given_up_by_the_run_that_made_it(journal: Books, lag_s: float) -> None:
    """Everything about it is a 404: the page, the draft, and it is in no list."""
    shop = journal.shop
    shop.sell(sale(1))
    made: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST" and request.url.path.endswith("/ManualJournals"):
            made.append(shop.clock.now_s)
            return None
        return hide(request) if made and shop.clock.now_s < made[0] + lag_s else None

    shop.line.before = answer
    for _ in range(2):
        shop.export()
    assert page_state(shop) == "attached"
    assert len(journal.entry(R1).pages) == 1


def test_a_draft_that_was_made_late_in_a_second_is_not_given_up_before_reads_show_it(journal: Books) -> None:
    """Its time is kept in whole seconds, so that it seems nearly a second older than it is."""
    shop, lag_s = journal.shop, 15
    shop.sell(sale(1))
    shop.clock.now_s = int(shop.clock.now_s) + 0.96
    made: list[float] = []
    pages: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST" and request.url.path.endswith("/ManualJournals"):
            made.append(shop.clock.now_s)
            return None
        if is_page(request) and not pages:
            pages.append(shop.clock.now_s)
            return httpx.Response(503)
        return hide(request) if made and shop.clock.now_s < made[0] + lag_s else None

    shop.line.before = answer
    assert shop.export().exit_code is Exit.WAIT
    assert page_state(shop) == "uncertain"
    for after_s in (5.0, lag_s - 0.2 - REPLICA_LAG_S):  # the look for the page comes so much later
        shop.clock.now_s = made[0] + after_s
        assert shop.export().exit_code is Exit.WAIT
        assert page_state(shop) == "uncertain"
    shop.clock.now_s = made[0] + 60
    assert shop.export().exit_code is Exit.DONE
    assert len(journal.entry(R1).pages) == 1


def test_the_run_that_made_a_draft_never_believes_that_it_is_gone_however_late_its_page_comes(journal: Books) -> None:
    shop = journal.shop
    shop.sell(sale(1))
    made: list[float] = []
    waited: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST" and request.url.path.endswith("/ManualJournals"):
            made.append(shop.clock.now_s)
            return None
        if is_page(request) and not waited:
            waited.append(60)
            shop.clock.now_s += 60
        return hide(request) if made and shop.clock.now_s < made[0] + 75 else None

    shop.line.before = answer
    assert shop.export().exit_code is Exit.WAIT
    assert page_state(shop) == "wanted"
    shop.clock.now_s += 10
    assert shop.export().exit_code is Exit.DONE
    assert len(journal.entry(R1).pages) == 1


@pytest.mark.parametrize("fresh_s", [3, 9, 30])
@pytest.mark.parametrize("target", ["journal", "ledger"])
def test_a_sandbox_that_shows_what_is_fresh_late_gets_every_page(shop: Shop, target: str, fresh_s: float) -> None:
    books = Books(shop, target).open()
    shop.world.fresh_s = fresh_s
    shop.sell(sale(1))
    exported = shop.export()
    assert exported.exit_code is (Exit.DONE if fresh_s < 10 else Exit.WAIT)
    shop.clock.now_s += fresh_s
    assert shop.export().exit_code is Exit.DONE
    assert len(books.entry(R1).pages) == 1


def test_what_is_given_up_is_told_by_its_reason_and_promises_nothing(journal: Books) -> None:
    shop = journal.shop
    shop.sell(sale(1))
    hide_for(journal, 10_000)
    shop.export()
    shop.world.delete(shop.world.drafts()[0].id)
    journal.wait()
    exported = shop.export()
    (told,) = (found for found in exported.report.findings if found.code == "documentation-missing")
    assert (told.variant, exported.exit_code) == ("gone", Exit.DONE)
    assert "tries again" not in fix_of(told, "en")
    assert "--not-drafted" in fix_of(told, "en")
    asked = len(shop.world.requests)
    assert not is_told(shop.export())
    assert len(shop.world.requests) == asked


@pytest.mark.parametrize("status", [400, 403, 413, 415])
@pytest.mark.parametrize("target", ["journal", "ledger"])
def test_any_other_refusal_of_a_page_is_tried_again_as_its_message_promises(
    shop: Shop, target: str, status: int
) -> None:
    books = Books(shop, target).open()
    shop.sell(sale(1))
    refused = {"title": "Missing privilege", "status": status}
    shop.line.before = lambda request: httpx.Response(status, json=refused) if is_page(request) else None
    exported = shop.export()
    assert (exported.exit_code, page_state(shop)) == (Exit.INTEGRATOR, "wanted")
    shop.line.before = lambda request: None
    assert shop.export().exit_code is Exit.DONE
    assert len(books.entry(R1).pages) == 1


# Unsure


@pytest.mark.parametrize("received", [False, True])
def test_poweroffice_is_asked_for_the_page_before_it_is_sent_again(journal: Books, received: bool) -> None:
    shop = journal.shop
    shop.sell(sale(1))
    fault("lose_answer" if received else "lose_request")(journal)
    shop.export()
    journal.wait()
    seen: list[str] = []
    shop.line.before = lambda request: seen.append(request.method) if "JournalEntry" in request.url.path else None
    shop.export()
    assert seen == (["GET"] if received else ["GET", "POST"])
    assert len(journal.entry(R1).pages) == 1
    assert "page-uncertain" in states_of(shop, R1)


def test_a_page_that_is_known_not_to_be_there_is_not_asked_for(journal: Books) -> None:
    shop = journal.shop
    shop.sell(sale(1))
    refuse(journal)
    shop.export()
    seen: list[str] = []
    shop.line.before = lambda request: seen.append(request.method) if "JournalEntry" in request.url.path else None
    shop.export()
    assert seen == ["POST"]


def test_a_page_nobody_can_be_asked_about_stays_unsure(journal: Books) -> None:
    shop = journal.shop
    shop.sell(sale(1))
    fault("lose_answer")(journal)
    shop.export()

    def fall_silent(request: httpx.Request) -> None:
        raise httpx.ConnectError("Connection refused")

    shop.line.before = fall_silent
    exported = shop.export()
    assert exported.exit_code is Exit.WAIT
    assert is_told(exported)
    assert page_state(shop) == "uncertain"
    shop.line.before = lambda request: None
    assert shop.export().exit_code is Exit.DONE
    assert len(journal.entry(R1).pages) == 1


def test_a_draft_that_is_not_shown_is_not_taken_for_one_without_its_page(journal: Books) -> None:
    shop = journal.shop
    shop.sell(sale(1))
    fault("lose_answer")(journal)
    shop.export()
    journal.wait()
    is_read = ("GET", f"/v2/JournalEntryVouchers/ManualJournals/{shop.world.drafts()[0].id}")
    shop.line.before = lambda request: (
        httpx.Response(404, json=PROBLEM_404) if (request.method, request.url.path) == is_read else None
    )
    exported = shop.export()
    assert (exported.exit_code, is_told(exported), page_state(shop)) == (Exit.WAIT, True, "uncertain")
    shop.line.before = lambda request: None
    assert shop.export().exit_code is Exit.DONE
    assert (page_state(shop), len(journal.entry(R1).pages)) == ("attached", 1)


@pytest.mark.parametrize("what", ["posted", "deleted"])
def test_a_draft_that_is_not_shown_any_more_is_not_asked_about_for_ever(journal: Books, what: str) -> None:
    shop = journal.shop
    shop.sell(sale(1))
    fault("lose_request")(journal)
    shop.export()
    (draft,) = shop.world.drafts()
    shop.world.post(draft.id) if what == "posted" else shop.world.delete(draft.id)
    journal.wait()
    shop.clock.now_s += 20
    shop.line.before = lambda request: (
        httpx.Response(404, json=PROBLEM_404) if request.url.path.endswith(draft.id) else None
    )
    shop.export()
    assert page_state(shop) == "given-up"


def test_a_page_is_asked_for_only_once_what_was_written_is_read(journal: Books) -> None:
    shop = journal.shop
    shop.world.replica_lag_s = 1.9
    shop.sell(sale(1))
    fault("lose_answer")(journal)
    shop.export()
    slept = len(shop.clock.slept)
    shop.export()
    assert shop.clock.slept[slept:] == [2]
    assert len(journal.entry(R1).pages) == 1


@pytest.mark.parametrize("target", TARGETS)
def test_a_crash_after_any_step_of_an_export_leaves_one_voucher_with_one_page(
    shop: Shop, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = Books(shop, target).open()
    for number in range(1, 100, 1 if IS_EVERYTHING else 3):
        day = FRIDAY.replace(day=1 + number // 10, month=1 + number % 10)
        shop.sell(sale(1, "125.00", at=f"{day}T12:00:00"))
        steps = Steps(number)
        try:
            with stepping(shop, steps, monkeypatch) as workspace:
                export_period(workspace, shop.venues(workspace), Period(), in_flight=1)
        except Crash:
            shop.clock.now_s += CLAIM_S + 300
            assert shop.export().exit_code is Exit.DONE, steps.taken[-1]
        reference = f"torget-{day:%Y%m%d}-r1"
        assert books.sums(day) == {1592: 12_500, 3020: -12_500}
        if target == "import":
            assert page_file(books, reference).read_bytes().startswith(b"%PDF")
        else:
            assert books.entry(reference).pages == (f"{reference}.pdf",), steps.taken[-1]
        if len(steps.taken) < number:
            break
    assert number > 5
    assert set(read_rows(shop, "delivery", "state", "page_state")) == {("drafted", "attached")}


# Several at once


def test_two_runs_at_once_bring_a_page_once(journal: Books) -> None:
    shop = journal.shop
    shop.sell(sale(1))
    other: list[Exported] = []

    def meanwhile(request: httpx.Request) -> None:
        if is_page(request):
            shop.line.before = lambda request: None
            other.append(shop.export())
            other.append(shop.export(FRIDAY, FRIDAY))

    shop.line.before = meanwhile
    assert shop.export().exit_code is Exit.DONE
    assert [one.exit_code for one in other] == [Exit.DONE, Exit.DONE]
    assert len(journal.entry(R1).pages) == 1


def test_four_runs_at_once_bring_every_page_once(journal: Books) -> None:
    shop = journal.shop
    shop.sell(*(sale(n, at=f"2026-11-{n:02d}T12:00:00") for n in range(1, 7)))
    refuse(journal)
    shop.export()
    shop.line.before = lambda request: None
    exported = together(*[shop.export] * 4)
    assert not [one for one in exported if isinstance(one, BaseException)], exported
    assert [len(entry.pages) for entry in journal.entries()] == [1] * 6


def test_a_run_that_was_too_slow_with_a_page_changes_nothing_any_more(journal: Books) -> None:
    """Its claim ran out on the way; whoever came after it has seen to the page."""
    shop = journal.shop
    shop.sell(sale(1))
    slow: list[Exported] = []

    def take_long(request: httpx.Request) -> None:
        if is_page(request):
            shop.line.before = lambda request: None
            shop.clock.now_s += CLAIM_S
            response = shop.world.handle("POST", request.url.path, "", dict(request.headers), request.content)
            assert response.status < 300
            shop.clock.now_s += 5
            slow.append(shop.export())
            raise httpx.ReadTimeout("timed out")

    shop.line.before = take_long
    shop.export()
    assert slow[0].exit_code is Exit.DONE
    assert page_state(shop) == "attached"
    assert len(journal.entry(R1).pages) == 1


def test_a_page_that_fails_stops_no_other(journal: Books) -> None:
    shop = journal.shop
    shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    fault("status_before", 403)(journal)
    exported = shop.export()
    assert exported.exit_code is Exit.INTEGRATOR
    assert sorted(codes(shown) for shown in exported.report.vouchers) == [[], ["documentation-missing"]]
    assert sorted(len(entry.pages) for entry in journal.entries()) == [0, 1]


# What was never kept


def test_a_voucher_sent_before_reports_were_kept_gets_none_and_stops_nothing(journal: Books) -> None:
    """As one has it that was uncertain while posexport was upgraded."""
    shop = journal.shop
    shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    refuse(journal)
    shop.export()
    shop.line.before = lambda request: None
    overwrite_rows(shop, "delivery", {"report": ""}, reference=R1)
    exported = shop.export()
    assert exported.exit_code is Exit.DONE
    assert [len(entry.pages) for entry in journal.entries()] == [0, 1]
    assert not is_in_status(shop)
    assert shop.export().exit_code is Exit.DONE


# The report of a day, as a file


def pages_of(shop: Shop, day: Any = FRIDAY) -> list[tuple[str, dict[str, Any]]]:
    """The reference and the document of each report of a day."""
    with shop.open() as workspace:
        pages = list_pages(workspace, shop.venues(workspace)[0], day)
    assert all(content.startswith(b"%PDF-1.7 ") for _, content in pages)
    return [(reference, json.loads(content.removeprefix(b"%PDF-1.7 "))) for reference, content in pages]


def test_the_report_of_a_drafted_day_is_as_it_was_drafted_whatever_was_sold_since(books: Books) -> None:
    books.shop.sell(*FULL_DAY)
    before = pages_of(books.shop)
    books.shop.export()
    drafted = pages_of(books.shop)
    assert drafted == [(R1, document_of(books.shop))]
    assert drafted == before, "and as the preview would have it"
    books.wait()
    books.shop.sell(sale(7, "75.00"))
    assert pages_of(books.shop) == drafted
    books.open(venues=VENUES.replace("Torget Kafé", "Torvet Bistro"))
    assert pages_of(books.shop) == drafted, "nor whatever was set up since"


def test_the_report_of_a_day_that_is_not_drafted_is_as_it_would_be(shop: Shop) -> None:
    books = Books(shop, "journal").open()
    shop.sell(sale(1, "125.00"))
    ((reference, document),) = pages_of(shop)
    assert (reference, document["voucher"]["debit"]) == (R1, "125.00")
    shop.sell(sale(2, "75.00"))
    assert pages_of(shop)[0][1]["voucher"]["debit"] == "200.00"
    shop.sell(sale(3, "10.00", paid="GIFT"))
    assert "missing-account" in [finding["code"] for finding in pages_of(shop)[0][1]["voucher"]["findings"]]
    assert books.entries() == []


def test_a_report_is_in_the_companys_language_and_stays_in_the_one_it_was_drafted_in(shop: Shop) -> None:
    shop.apply(target="file")
    shop.sell(*FULL_DAY)
    shop.export()
    norwegian = pages_of(shop)
    shop.apply(target="file", company='language = "en"')
    assert pages_of(shop) == norwegian
    shop.sell(sale(5, at=f"{SATURDAY}T12:00:00", paid="GIFT"))
    ((_, english),) = pages_of(shop, SATURDAY)
    assert "language" not in norwegian[0][1]
    assert english["language"] == "en"
    assert "is not in the setup" in english["voucher"]["findings"][0]["message"]


def test_a_day_without_a_voucher_has_no_report(shop: Shop) -> None:
    Books(shop, "journal").open()
    shop.sell({**sale(1), "void": True})
    assert pages_of(shop) == []
    assert pages_of(shop, SATURDAY) == []


def test_each_voucher_of_a_day_has_a_report_of_its_own(books: Books) -> None:
    books.shop.sell(sale(1, "125.00"))
    books.shop.export()
    books.wait()
    books.post(R1)
    books.shop.sell(sale(2, "75.00"))
    books.shop.revise()
    (first, whole), (second, adjustment) = pages_of(books.shop)
    assert (first, whole["voucher"]["debit"]) == (R1, "125.00")
    assert (second, adjustment["voucher"]["debit"]) == (R2, "75.00")
    assert adjustment["voucher"]["description"] == "Korreksjon Dagsoppgjør Torget Kafé 2026-11-20"


def test_the_real_report_is_put_on_the_draft_and_made_again_byte_for_byte(shop: Shop) -> None:
    Books(shop, "journal").open()
    shop.sell(*FULL_DAY)
    with open_workspace(
        shop.url, environ=shop.environ, clock=shop.clock, sleep=shop.clock.sleep, transport=shop.line
    ) as workspace:
        exported = export_period(workspace, shop.venues(workspace), Period())
        ((reference, content),) = list_pages(workspace, shop.venues(workspace)[0], FRIDAY)
    assert exported.exit_code is Exit.DONE
    (page,) = shop.world.drafts()[0].pages
    assert (reference, page.name) == (R1, f"{R1}.pdf")
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    assert (page.size, page.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_no_voucher_waits_for_anothers_page_to_be_made(journal: Books) -> None:
    """More days than threads: if each made its own page before the next is sent, the last would never be."""
    shop, many = journal.shop, 40
    days = [FRIDAY - timedelta(days=back) for back in range(many)]
    shop.sell(*(sale(1000 + place, at=f"{day}T12:00:00") for place, day in enumerate(days)))
    sent, all_sent = itertools.count(1), threading.Event()

    def count(request: httpx.Request) -> None:
        if is_voucher(request) and next(sent) == many:
            all_sent.set()

    def render_page(document: Mapping[str, Any]) -> bytes:
        if not all_sent.wait(20):
            raise ReportNotMade("a voucher was not sent before this page was made")
        return b"%PDF-1.7 page"

    shop.line.before = count
    shop.render_page = render_page  # type: ignore[method-assign]
    exported = shop.export()
    assert {shown.state for shown in exported.report.vouchers} == {State.DRAFTED}
    assert exported.exit_code is Exit.DONE
    assert {*read_rows(shop, "delivery", "page_state")} == {("attached",)}


def test_pages_that_are_not_begun_when_the_program_dies_are_not_begun_any_more(shop: Shop) -> None:
    many = 4 * PAGES_AT_ONCE
    days = [FRIDAY - timedelta(days=back) for back in range(many)]
    shop.apply()
    shop.sell(*(sale(1000 + place, at=f"{day}T12:00:00") for place, day in enumerate(days)))
    begun: list[str] = []
    sent, all_sent, first_begun = itertools.count(1), threading.Event(), threading.Event()

    def count(request: httpx.Request) -> None:
        if is_voucher(request):
            if f"{min(days)}" not in request.content.decode():
                assert first_begun.wait(60)  # the first day's page is the first of all
            if next(sent) == many:
                all_sent.set()

    def render_page(document: Mapping[str, Any]) -> bytes:
        begun.append(document["voucher"]["business_day"])
        first_begun.set()
        assert all_sent.wait(60)
        if document["voucher"]["business_day"] == f"{min(days)}":
            raise Crash
        time.sleep(0.5)
        return b"%PDF-1.7 page"

    shop.line.before = count
    shop.render_page = render_page  # type: ignore[method-assign]
    with pytest.raises(Crash), shop.open() as workspace:
        export_period(workspace, shop.venues(workspace), Period())
    assert 0 < len(begun) < many


def test_venues_are_signed_in_while_the_others_are_read(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in: list[str] = []
    sign_in = Sender.sign_in

    def note(sender: Sender, company: Company, venue: Venue) -> None:
        signed_in.append(venue.id)
        sign_in(sender, company, venue)

    monkeypatch.setattr(Sender, "sign_in", note)
    books.shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    assert books.shop.export().exit_code is Exit.DONE
    assert signed_in == ["torget"]
    assert books.shop.export().exit_code is Exit.DONE
    assert signed_in == ["torget"], "there was nothing to send"


def test_what_goes_wrong_while_signing_in_is_told_when_the_voucher_is_sent(both: Shop) -> None:
    Books(both, "journal").open()
    both.sell(sale(1))

    def refuse_token(request: httpx.Request) -> httpx.Response | None:
        is_token = request.url.path.endswith("/OAuth/Token")
        return httpx.Response(400, json={"error": "invalid_client"}) if is_token else None

    both.line.before = refuse_token
    exported = both.export()
    shown = both.only_voucher(exported.report)
    assert (shown.state, exported.exit_code) == (State.REFUSED, Exit.INTEGRATOR)
    assert "key" in shown.answer
    assert len(both.world.drafts()) == 0
