"""A journal entry is looked for before it is sent: after a lost answer for some minutes, and the first time too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, strategies as st

from posexport.app.accept import accept_finding
from posexport.app.waiting import wait_for_looked_for
from posexport.core.alerts import TWICE, find_reason
from posexport.core.delivery import CLAIM_MAX_S
from posexport.core.report import State
from posexport.core.review import SEND_S
from posexport.errors import Exit, UsageError
from posexport.ledgers.poweroffice import v2
from posexport.ledgers.poweroffice.journal_likeness import Likeness, compare, list_references, read_content
from posexport.sandbox import Draft, Fault, Request
from posexport.schedule.run import list_due, look
from posexport.schedule.turn import SchedulerState
from tests.support.harness import FRIDAY, FULL_DAY, SATURDAY, Shop, codes, sale, states, vouchers_of
from tests.support.looks import delete_rows, overwrite_rows, read_rows, shift_rows
from tests.support.quick_store import put_database

ENTRIES = "/v2/JournalEntryVouchers"
DRAFT = "ManualJournals"
REFERENCE = "torget-20261120-r1"


@pytest.fixture
def journal(shop: Shop) -> Shop:
    """A shop whose vouchers are journal entries, with a day's sales."""
    shop.apply(target="journal")
    shop.sell(*FULL_DAY)
    return shop


def lose(shop: Shop, kind: str = "lose_answer", status: int = 503) -> None:
    """Let the next draft's answer go wrong."""
    fault = Fault(kind, status, method="POST", path=f"{ENTRIES}/{DRAFT}")  # type: ignore[arg-type]
    shop.faults.append(fault)


def asked(shop: Shop) -> list[str]:
    """What was asked, in order: a list, one draft read, one drafted."""
    names = {("GET", ENTRIES): "list", ("POST", f"{ENTRIES}/{DRAFT}"): "draft"}
    told = [(request.method, request.path) for request in shop.world.requests]
    return [names.get(call, "read" if f"{DRAFT}/" in call[1] else "") for call in told if call[0] in ("GET", "POST")]


def sent(shop: Shop) -> int:
    return asked(shop).count("draft")


def rewrite(shop: Shop, draft: Draft, **changed: Any) -> None:
    """A bookkeeper writes something else into a draft: properties by their names, `None` to take one away."""
    with shop.world._lock:
        _, stored = shop.world._stored(draft.id)
        document = json.loads(stored.wire)
        document = {name: value for name, value in (document | changed).items() if value is not None}
        stored.wire = json.dumps(document).encode()


def document_of(shop: Shop, draft: Draft) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shop.world._stored(draft.id)[1].wire)
    return found


def forget(shop: Shop) -> None:
    """The database is lost, and what was sold is read again."""
    for table in ("delivery_event", "delivery"):
        delete_rows(shop, table)
    overwrite_rows(shop, "business_day", {"is_open": True})


# Not there is believed late


@pytest.mark.parametrize("target", ["import", "ledger"])
@pytest.mark.parametrize("later", ["a sale", "nothing left", "held"])
def test_a_draft_that_is_not_seen_yet_is_never_taken_for_one_of_other_sales(
    shop: Shop, target: str, later: str
) -> None:
    """The server refuses a second one, whatever is in the first: that says nothing of which it has."""
    shop.apply(target=target, company="direct_posting = true" if target == "ledger" else "")
    shop.sell(sale(1, "100.00"), sale(2, "25.00", at="2026-11-21T12:00:00"))
    shop.world.replica_lag_s = 15
    shop.world.faults = lambda request: Fault("lose_answer") if is_sent(request) else None
    assert states(shop.export().report) == ["uncertain", "uncertain"]
    shop.world.faults = lambda request: None
    more = {"a sale": [sale(3, "70.00")], "nothing left": [sale(1, "100.00", void=True)], "held": [sale(3, paid="NEW")]}
    shop.sell(*more[later])
    friday = next(shown for shown in shop.export().report.vouchers if shown.business_day == FRIDAY)
    assert (friday.state, codes(friday)[:1]) == (State.UNCERTAIN, ["looked-for"])
    shop.clock.now_s += 600
    friday = next(shown for shown in shop.export().report.vouchers if shown.business_day == FRIDAY)
    assert (friday.state, codes(friday)[:1]) == (State.DRAFTED, ["changed-after-draft"])
    there = (*shop.world.drafts(), *shop.world.vouchers())
    assert sorted(abs(line.amount_ore) for draft in there for line in draft.lines) == [25_00, 25_00, 100_00, 100_00]


GUARDED = ("import", "ledger")
"""The targets whose server refuses a second voucher with the same reference."""


def open_guarded(shop: Shop, target: str) -> None:
    shop.apply(target=target, company="direct_posting = true" if target == "ledger" else "")


def there(shop: Shop) -> list[Draft]:
    """What stands in PowerOffice."""
    return [*shop.world.drafts(), *shop.world.vouchers()]


@pytest.mark.parametrize("target", GUARDED)
def test_a_reference_that_another_database_used_for_other_sales_is_not_taken_for_ours(both: Shop, target: str) -> None:
    """The database was put back to before the voucher was sent, and the answer to the second one was lost."""
    open_guarded(both, target)
    both.sell(sale(1, "100.00"))
    assert states(both.export().report) == ["drafted"]
    forget(both)
    both.sell(sale(2, "25.00"))
    both.clock.now_s += 60
    both.world.faults = lambda request: Fault("lose_answer") if is_sent(request) else None
    assert states(both.export().report) == ["uncertain"]
    both.world.faults = lambda request: None
    for _ in range(2):
        both.clock.now_s += 600
        exported = both.export()
        shown = both.only(exported.report)
        assert (shown.state, codes(shown), exported.exit_code) == (
            State.UNCERTAIN,
            ["draft-differs"],
            Exit.BOOKKEEPER,
        )
    (other,) = there(both)
    assert shown.findings[0].facts == {"reference": REFERENCE, "id": other.id}
    both.world.delete(other.id) if target == "import" else both.world.reverse(other.id)
    both.clock.now_s += 60
    assert states(both.export().report) == ["drafted"]
    ((known,),) = read_rows(both, "delivery", "remote_id")
    (mine,) = (draft for draft in there(both) if draft.id == known)
    assert sum(line.amount_ore for line in mine.lines if line.amount_ore > 0) == 125_00


@pytest.mark.sampled(4)
@pytest.mark.parametrize("target", GUARDED)
@pytest.mark.parametrize("then", ["refused", "unreachable", "held"])
@pytest.mark.parametrize("later", ["nothing left", "other sales"])
def test_a_first_request_may_still_come_whatever_became_of_the_second(
    shop: Shop, target: str, then: str, later: str
) -> None:
    """The server refuses a second one, so that nothing waits before it: its end says nothing of the first."""
    open_guarded(shop, target)
    shop.sell(sale(1, "100.00"))
    shop.world.faults = lambda request: Fault("late", delay_s=200.0) if is_sent(request) else None
    assert states(shop.export().report) == ["uncertain"]
    faults = {"refused": Fault("refuse", 400), "unreachable": Fault("status_before", 503), "held": None}
    shop.world.faults = lambda request: faults[then] if is_sent(request) or then == "unreachable" else None
    (client,) = shop.world.clients
    if then == "held":
        closed = {3020: replace(client.accounts[3020], active=False)}
        shop.world.add_client(replace(client, accounts={**client.accounts, **closed}))
    if then == "unreachable":
        shop.line.before = fail_to_connect
    shop.clock.now_s += 5
    assert states(shop.export().report)[0] in (then, "uncertain")
    shop.world.faults = lambda request: None
    shop.line.before = lambda request: None
    shop.world.add_client(client)
    shop.sell(sale(1, "100.00", void=True) if later == "nothing left" else sale(2, "70.00"))
    exported = shop.export()
    shown = shop.only(exported.report)
    assert ("looked-for" in codes(shown), exported.exit_code) == (True, Exit.WAIT)
    shop.clock.now_s += 600
    shown = shop.only(shop.export().report)
    assert (shown.state, codes(shown)[:1]) == (State.DRAFTED, ["changed-after-draft"])
    assert len(there(shop)) == 1


def fail_to_connect(request: httpx.Request) -> None:
    """Nothing that sends a voucher leaves."""
    if request.method == "POST" and request.url.path.rstrip("/").endswith(("Import", "Journals")):
        raise httpx.ConnectError("Connection refused")


def is_sent(request: Request) -> bool:
    """Whether a voucher is sent by it."""
    return request.method == "POST" and request.path.rstrip("/").endswith(("Import", "Journals"))


@pytest.mark.parametrize("kind", ["lose_request", "lose_answer"])
def test_a_lost_answer_is_looked_for_until_a_minute_that_is_told(journal: Shop, kind: str) -> None:
    journal.world.replica_lag_s = 15
    lose(journal, kind)
    exported = journal.export()
    shown = journal.only_voucher(exported.report)
    assert (shown.state, exported.exit_code) == (State.UNCERTAIN, Exit.WAIT)
    assert "looked for until 13:05" in shown.answer
    assert codes(shown) == ["looked-for"]
    assert shown.findings[0].facts["until"] == "13:05"
    journal.clock.now_s += 8
    again = journal.export()
    assert (states(again.report), again.exit_code) == (["uncertain"], Exit.WAIT)
    assert "looked for until 13:05" in journal.only_voucher(again.report).answer
    (row,) = journal.status()
    assert "looked for until 13:05" in row.answer
    assert [found.code for found in row.findings] in ([], ["looked-for"])
    assert sent(journal) == 1
    journal.clock.now_s += 300
    assert states(journal.export().report) == ["drafted"]
    assert len(journal.world.drafts()) == 1
    assert sent(journal) == (1 if kind == "lose_answer" else 2)


def test_how_long_is_in_the_setup(journal: Shop) -> None:
    journal.apply(target="journal", company="looked_for_minutes = 12")
    lose(journal, "lose_request")
    assert "looked for until 13:12" in journal.only_voucher(journal.export().report).answer
    journal.clock.now_s += 12 * 60 - 1
    assert states(journal.export().report) == ["uncertain"]
    journal.clock.now_s += 1
    assert states(journal.export().report) == ["drafted"]


@pytest.mark.parametrize("target", ["import", "ledger"])
def test_what_the_server_guards_is_not_waited_for(shop: Shop, target: str) -> None:
    shop.apply(target=target, company="direct_posting = true" if target == "ledger" else "")
    shop.sell(sale(1))
    path = "/Import/" if target == "import" else "/CashJournals"
    shop.faults.append(Fault("lose_request", method="POST", path=path))
    shown = shop.only_voucher(shop.export().report)
    assert (shown.state, codes(shown)) == (State.UNCERTAIN, [])
    assert "looked for until" not in shown.answer
    assert states(shop.export().report) == ["drafted"]


def test_a_slow_server_that_makes_it_minutes_later_is_waited_for(journal: Shop) -> None:
    late: list[httpx.Request] = []

    def dawdle(request: httpx.Request) -> None:
        if request.method == "POST" and request.url.path.endswith(DRAFT) and not late:
            late.append(request)
            raise httpx.ReadTimeout("timed out")

    journal.line.before = dawdle
    assert states(journal.export().report) == ["uncertain"]
    journal.clock.now_s += 200
    assert states(journal.export().report) == ["uncertain"]
    (request,) = late
    journal.world.handle("POST", request.url.path, "", dict(request.headers), request.content)
    journal.clock.now_s += 100
    assert states(journal.export().report) == ["drafted"]
    assert len(journal.world.drafts()) == 1
    assert sent(journal) == 1


def test_a_day_whose_sales_came_to_nothing_meanwhile_is_looked_for_all_the_same(journal: Shop) -> None:
    lose(journal, "lose_request")
    journal.export()
    journal.sell(*({**ticket, "void": True} for ticket in FULL_DAY))
    journal.clock.now_s += 60
    assert states(journal.export().report) == ["uncertain"]
    journal.clock.now_s += 300
    assert states(journal.export().report) == ["nothing"]


@pytest.mark.parametrize("target", ["import", "ledger"])
def test_a_second_request_that_is_refused_says_nothing_of_the_first(shop: Shop, target: str) -> None:
    """The first was answered 429 after it had been processed; the second is refused because of it, and neither can be
    read yet. Then the day is taken out."""
    shop.apply(target=target, company="direct_posting = true" if target == "ledger" else "")
    shop.sell(*FULL_DAY)
    shop.world.replica_lag_s = 15.0
    path = "/Import/" if target == "import" else "/Vouchers/CashJournals"
    shop.faults.append(Fault("status_after", 429, method="POST", path=path))
    shop.export()
    shop.sell(*({**ticket, "void": True} for ticket in FULL_DAY))
    shop.clock.now_s += 1
    assert states(shop.export().report) == ["uncertain" if target == "import" else "refused"], "it may be there"
    shop.clock.now_s += 400
    shown = shop.only(shop.export().report)
    assert shown.state is State.DRAFTED
    assert "changed-after-draft" in codes(shown)


def test_an_export_that_stays_finishes_it(journal: Shop) -> None:
    lose(journal, "lose_request")
    assert states(journal.export().report) == ["uncertain"]
    began = journal.clock()
    with journal.open() as workspace:
        assert wait_for_looked_for(workspace, journal.venues(workspace))
        assert not wait_for_looked_for(workspace, journal.venues(workspace))
    assert journal.clock() - began == pytest.approx(300, abs=1)
    assert states(journal.export().report) == ["drafted"]


def test_an_export_that_stays_leaves_when_it_is_told_to_stop(journal: Shop) -> None:
    from dataclasses import replace

    lose(journal, "lose_request")
    journal.export()
    ticks = count()
    with journal.open() as workspace:
        stopping = replace(workspace, stopping=lambda: next(ticks) > 3)
        assert not wait_for_looked_for(stopping, journal.venues(workspace))
    assert sum(journal.clock.slept) < 60


def test_the_schedule_comes_back_when_it_need_not_be_looked_for_any_longer(shop: Shop) -> None:
    shop.apply(target="journal", torget="automatic_export = true")
    shop.sell(sale(1))
    lose(shop, "lose_request")
    night = SchedulerState()
    with shop.open() as workspace:
        look(workspace, night)
        assert read_rows(shop, "delivery", "state") == [("uncertain",)]
        venues = shop.venues(workspace)
        shop.clock.now_s += 299
        assert list_due(workspace, venues) == []
        shop.clock.now_s += 2
        assert list_due(workspace, venues) == venues
        look(workspace, night)
    assert read_rows(shop, "delivery", "state") == [("drafted",)]
    assert len(shop.world.drafts()) == 1


# Clocks


@pytest.mark.parametrize("off_s", [-40 * 86_400, -7_200, 7_200, 40 * 86_400])
def test_a_draft_is_found_whatever_the_clock_was_when_it_was_sent(journal: Shop, off_s: int) -> None:
    lose(journal)
    right_s = journal.clock.now_s
    journal.export()
    shift_rows(journal, "delivery", {"first_sent_at_utc_s": off_s, "changed_at_utc_s": off_s})
    journal.clock.now_s = right_s + 10
    assert states(journal.export().report) == ["drafted"]
    assert len(journal.world.drafts()) == 1


def test_what_was_written_down_by_a_clock_that_ran_ahead_counts_from_now(journal: Shop) -> None:
    lose(journal, "lose_request")
    journal.export()
    shift_rows(journal, "delivery", {"changed_at_utc_s": 86400})
    assert "looked for until 13:05" in journal.only_voucher(journal.export().report).answer
    journal.clock.now_s += 301
    assert states(journal.export().report) == ["drafted"]


def test_a_claim_that_lies_further_ahead_than_a_claim_can_is_none(both: Shop) -> None:
    both.apply(target="journal")
    both.sell(sale(1))
    lose(both, "lose_request")
    both.export()
    both.clock.now_s += 400
    now = int(both.clock())
    overwrite_rows(both, "delivery", {"claimed_until_utc_s": now + CLAIM_MAX_S})
    assert states(both.export().report) == ["uncertain"]
    with pytest.raises(UsageError, match="being sent by another run"):
        both.resolve()
    overwrite_rows(both, "delivery", {"claimed_until_utc_s": now + CLAIM_MAX_S + 1})
    both.resolve()
    overwrite_rows(both, "delivery", {"claimed_until_utc_s": now + 86400})
    assert states(both.export().report) == ["drafted"]


def test_a_process_that_died_is_waited_for_as_long_as_its_request_may_have_begun(journal: Shop) -> None:
    class Crash(BaseException):
        pass

    def crash(request: httpx.Request) -> None:
        if request.method == "POST" and request.url.path.endswith(DRAFT):
            raise Crash

    journal.line.before = crash
    with pytest.raises(Crash):
        journal.export()
    journal.line.before = lambda request: None
    journal.clock.now_s += SEND_S + 299
    assert states(journal.export().report) == ["uncertain"]
    journal.clock.now_s += 3
    assert states(journal.export().report) == ["drafted"]


# A draft is known by more than its text


TIDIED = ("Torget TORGET-20261120-R1", "torget-20261120-r1, sjekket", "(Torget-20261120-r1)", "Kasse", "", None)


@pytest.mark.parametrize("text", TIDIED)
def test_a_draft_whose_text_was_tidied_is_found(journal: Shop, text: str | None) -> None:
    lose(journal)
    journal.export()
    (draft,) = journal.world.drafts()
    rewrite(journal, draft, Description=text)
    journal.clock.now_s += 10
    shown = journal.only_voucher(journal.export().report)
    assert (shown.state, shown.remote_id) == (State.DRAFTED, draft.id)
    assert sent(journal) == 1


def test_lines_that_were_merged_and_written_the_other_way_round_come_to_the_same(journal: Shop) -> None:
    lose(journal)
    journal.export()
    (draft,) = journal.world.drafts()
    lines = document_of(journal, draft)["ManualVoucherLines"]
    halves = [{**line, "CurrencyAmount": part} for line in lines for part in (0.01, line["CurrencyAmount"] - 0.01)]
    rewrite(journal, draft, Description="Kasse", ManualVoucherLines=list(reversed(halves)))
    journal.clock.now_s += 10
    assert states(journal.export().report) == ["drafted"]


def add_to_amounts(document: Mapping[str, Any]) -> dict[str, Any]:
    return {"ManualVoucherLines": [{**line, "CurrencyAmount": 7.5} for line in document["ManualVoucherLines"]]}


def swap_sides(document: Mapping[str, Any]) -> dict[str, Any]:
    other = {"DebitAccountId": "CreditAccountId", "CreditAccountId": "DebitAccountId"}
    lines = [{other.get(name, name): value for name, value in line.items()} for line in document["ManualVoucherLines"]]
    return {"ManualVoucherLines": lines}


def drop_a_line(document: Mapping[str, Any]) -> dict[str, Any]:
    return {"ManualVoucherLines": document["ManualVoucherLines"][1:]}


@pytest.mark.parametrize("mend", [add_to_amounts, swap_sides, drop_a_line])
def test_a_draft_with_our_reference_and_other_amounts_is_a_persons_to_judge(journal: Shop, mend: Any) -> None:
    lose(journal)
    journal.export()
    (draft,) = journal.world.drafts()
    rewrite(journal, draft, **mend(document_of(journal, draft)))
    for _ in range(2):
        journal.clock.now_s += 400
        exported = journal.export()
        shown = journal.only(exported.report)
        assert (shown.state, exported.exit_code) == (State.UNCERTAIN, Exit.BOOKKEEPER)
        assert codes(shown) == ["draft-differs"]
    assert sent(journal) == 1
    journal.resolve(draft.id)
    assert states(journal.preview(FRIDAY, FRIDAY)) == ["drafted"]


def test_a_draft_with_other_amounts_that_is_deleted_is_drafted_as_it_is_now(journal: Shop) -> None:
    lose(journal)
    journal.export()
    (draft,) = journal.world.drafts()
    rewrite(journal, draft, **add_to_amounts(document_of(journal, draft)))
    journal.clock.now_s += 400
    journal.export()
    journal.world.delete(draft.id)
    journal.clock.now_s += 400
    assert states(journal.export().report) == ["drafted"]
    assert len(journal.world.drafts()) == 1


@pytest.mark.parametrize("lines", [None, [], [{"Amount": 3}], "x", [{"DebitAccountId": 1, "CurrencyAmount": None}]])
def test_a_draft_with_our_reference_whose_amounts_cannot_be_read_is_the_one_that_was_sent(
    journal: Shop, lines: Any
) -> None:
    lose(journal)
    journal.export()
    (draft,) = journal.world.drafts()
    rewrite(journal, draft, ManualVoucherLines=lines)
    journal.clock.now_s += 10
    assert states(journal.export().report) == ["drafted"]
    assert sent(journal) == 1


@pytest.mark.parametrize("changed", [{"VoucherDate": "2026-11-21"}, {"Description": f"{REFERENCE}, flyttet"}])
def test_a_draft_with_our_reference_and_another_date_or_text_is_the_one_that_was_sent(
    journal: Shop, changed: dict[str, str]
) -> None:
    lose(journal)
    journal.export()
    (draft,) = journal.world.drafts()
    rewrite(journal, draft, **changed)
    journal.clock.now_s += 10
    assert states(journal.export().report) == ["drafted"]
    assert sent(journal) == 1


def test_two_databases_that_sold_differently_do_not_take_each_others_draft_for_their_own(
    tmp_path: Path, journal: Shop
) -> None:
    other = Shop(put_database(tmp_path / "other.db"), tmp_path, clock=journal.clock)
    other.world, other.line = journal.world, journal.line
    other.apply(target="journal")
    other.sell(*FULL_DAY, sale(9, "10.00"))
    lose(journal, "lose_request")
    assert states(journal.export().report) == ["uncertain"]
    assert states(other.export().report) == ["drafted"]
    journal.clock.now_s += 400
    shown = journal.only(journal.export().report)
    assert (shown.state, codes(shown)) == (State.UNCERTAIN, ["draft-differs"])


def test_two_databases_that_sold_differently_do_not_take_each_others_import_for_their_own(
    tmp_path: Path, both: Shop
) -> None:
    other = Shop(put_database(tmp_path / "other.db"), tmp_path, clock=both.clock)
    other.world, other.line = both.world, both.line
    for shop in (both, other):
        shop.apply(target="import")
    both.sell(*FULL_DAY)
    other.sell(*FULL_DAY, sale(9, "10.00"))
    both.world.faults.append(Fault("lose_request", method="POST", path="/Import/"))  # type: ignore[union-attr]
    assert states(both.export().report) == ["uncertain"]
    assert states(other.export().report) == ["drafted"]
    for _ in range(2):
        both.clock.now_s += 400
        exported = both.export()
        shown = both.only(exported.report)
        assert (shown.state, codes(shown), exported.exit_code) == (State.UNCERTAIN, ["draft-differs"], Exit.BOOKKEEPER)
    (draft,) = both.world.drafts()
    both.world.delete(draft.id)
    both.clock.now_s += 400
    assert states(both.export().report) == ["drafted"]
    assert len(both.world.drafts()) == 1


def test_an_import_that_is_edited_before_it_was_found_is_a_persons_to_judge(both: Shop) -> None:
    both.apply(target="import")
    both.sell(*FULL_DAY)
    both.world.faults.append(Fault("lose_answer", method="POST", path="/Import/"))  # type: ignore[union-attr]
    both.export()
    (draft,) = both.world.drafts()
    first, second, *rest = draft.lines
    lines = (replace(first, amount_ore=first.amount_ore + 100), replace(second, amount_ore=second.amount_ore - 100))
    both.world.edit(draft.id, voucher_date=draft.voucher_date, lines=(*lines, *rest))
    both.clock.now_s += 400
    shown = both.only(both.export().report)
    assert (shown.state, codes(shown)) == (State.UNCERTAIN, ["draft-differs"])
    both.resolve(draft.id)
    assert states(both.preview(FRIDAY, FRIDAY)) == ["drafted"]


def move_day(document: Mapping[str, Any]) -> dict[str, Any]:
    return {"VoucherDate": "2026-11-21"}


def move_amount(document: Mapping[str, Any]) -> dict[str, Any]:
    lines = [{**line, "CurrencyAmount": line["CurrencyAmount"] + 1} for line in document["ManualVoucherLines"]]
    return {"ManualVoucherLines": lines}


def move_account(document: Mapping[str, Any]) -> dict[str, Any]:
    first, *rest = document["ManualVoucherLines"]
    side = "Debit" if "DebitAccountId" in first else "Credit"
    return {"ManualVoucherLines": [{**first, f"{side}AccountId": 1_000_999}, *rest]}


@pytest.mark.parametrize("mend", [move_day, move_amount, move_account])
def test_a_draft_without_a_reference_that_agrees_in_part_is_a_persons_to_judge(journal: Shop, mend: Any) -> None:
    lose(journal)
    journal.export()
    (draft,) = journal.world.drafts()
    rewrite(journal, draft, Description="Kasse", **mend(document_of(journal, draft)))
    journal.clock.now_s += 400
    for _ in range(2):
        exported = journal.export()
        shown = journal.only(exported.report)
        assert (shown.state, exported.exit_code) == (State.UNCERTAIN, Exit.BOOKKEEPER)
        assert codes(shown) == ["draft-in-doubt"]
        assert shown.findings[0].facts["id"] == draft.id
        journal.clock.now_s += 400
    (row,) = journal.status()
    assert [found.code for found in row.findings] == ["draft-in-doubt"]
    assert sent(journal) == 1
    events = [state for (state,) in read_rows(journal, "delivery_event", "state")]
    assert events.count("doubted") == 1


@pytest.mark.parametrize("says", ["it is it", "it is another", "it is deleted"])
def test_a_persons_word_ends_the_doubt(journal: Shop, says: str) -> None:
    lose(journal)
    journal.export()
    (draft,) = journal.world.drafts()
    rewrite(journal, draft, Description="Kasse", VoucherDate="2026-11-21")
    journal.clock.now_s += 400
    journal.export()
    if says == "it is it":
        journal.resolve(draft.id)
        assert states(journal.preview(FRIDAY, FRIDAY)) == ["drafted"]
        assert sent(journal) == 1
        return
    if says == "it is another":
        journal.resolve()
    else:
        journal.world.delete(draft.id)
        journal.clock.now_s += 400
    assert states(journal.export().report) == ["drafted"]
    assert sent(journal) == 2


def test_two_drafts_that_may_be_it_are_a_persons_to_judge(journal: Shop) -> None:
    lose(journal)
    journal.export()
    (draft,) = journal.world.drafts()
    with journal.open() as workspace:
        setup = workspace.load_setup()
        destination = workspace.delivery.open_ledger(setup.companies[0], setup.venues[0])
        (payload,) = read_rows(journal, "delivery", "payload")
        destination.send(json.loads(payload[0]), journal.clock() + 60)
    journal.clock.now_s += 400
    exported = journal.export()
    assert codes(journal.only(exported.report)) == ["draft-in-doubt"]
    assert exported.exit_code is Exit.BOOKKEEPER
    journal.world.delete(draft.id)
    journal.clock.now_s += 400
    assert states(journal.export().report) == ["drafted"], "one of the two was deleted"


def test_a_draft_that_is_listed_and_cannot_be_read_yet_rules_nothing_out(journal: Shop) -> None:
    lose(journal)
    journal.export()
    journal.clock.now_s += 400
    problem = {"title": "Object(s) not found", "detail": "x", "status": 404}

    def not_yet(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(404, json=problem) if f"{DRAFT}/" in request.url.path else None

    journal.line.before = not_yet
    assert states(journal.export().report) == ["uncertain"]
    journal.line.before = lambda request: None
    assert states(journal.export().report) == ["drafted"]
    assert sent(journal) == 1


PROBLEM = {"title": "Customer validation error(s)", "detail": "x", "status": 400}
NO_DRAFTS: tuple[Any, ...] = (
    {},
    PROBLEM,
    {"statusCode": 500, "message": "x"},
    {"success": True, "data": PROBLEM},
    {"Id": None},
)


@pytest.mark.sampled(6)
@pytest.mark.parametrize("told", [*NO_DRAFTS, {"Id": "11111111-2222-3333-4444-555555555555"}])
@pytest.mark.parametrize("status", [200, 206])
def test_an_answer_that_is_not_the_draft_asked_for_rules_nothing_out(journal: Shop, told: Any, status: int) -> None:
    lose(journal)
    journal.export()
    journal.clock.now_s += 400
    journal.line.before = lambda request: httpx.Response(status, json=told) if f"{DRAFT}/" in request.url.path else None
    for _ in range(2):
        assert states(journal.export().report) == ["uncertain"]
        journal.clock.now_s += 400
    journal.line.before = lambda request: None
    assert states(journal.export().report) == ["drafted"]
    assert sent(journal) == 1


@pytest.mark.sampled(9)
@pytest.mark.parametrize("rows", [[{}], [{"Id": None}], [{"Id": "x"}], [PROBLEM], [[]], {}, {"success": True}, "x", 0])
@pytest.mark.parametrize("is_first", [True, False])
def test_an_answer_that_is_no_list_of_drafts_is_not_taken_for_none(journal: Shop, rows: Any, is_first: bool) -> None:
    if not is_first:
        lose(journal)
        journal.export()
        journal.clock.now_s += 400
    before = sent(journal)
    journal.line.before = lambda request: (
        httpx.Response(200, json=rows) if request.method == "GET" and request.url.path == ENTRIES else None
    )
    assert states(journal.export().report) == ["unreachable" if is_first else "uncertain"]
    assert sent(journal) == before
    journal.line.before = lambda request: None
    assert states(journal.export().report) == ["drafted"]
    assert len(journal.world.drafts()) == 1


def test_a_list_without_ids_does_not_say_that_a_draft_is_gone(journal: Shop) -> None:
    lose(journal)
    journal.export()
    journal.clock.now_s += 400
    lists = count()

    def answer(request: httpx.Request) -> httpx.Response | None:
        if f"{DRAFT}/" in request.url.path:
            return httpx.Response(404, json={"title": "Object(s) not found", "detail": "x", "status": 404})
        if request.method == "GET" and request.url.path == ENTRIES and next(lists) % 2:
            return httpx.Response(200, json=[{"Id": None}])
        return None

    journal.line.before = answer
    assert states(journal.export().report) == ["uncertain"]
    journal.line.before = lambda request: None
    assert states(journal.export().report) == ["drafted"]
    assert sent(journal) == 1


# The first time


def test_a_database_that_was_lost_drafts_nothing_again(journal: Shop) -> None:
    journal.sell(sale(7, at="2026-11-21T12:00:00"))
    first = {shown.reference: shown.remote_id for shown in vouchers_of(journal.export().report)}
    forget(journal)
    journal.clock.now_s += 40 * 86_400
    journal.world.requests.clear()
    exported = journal.export(FRIDAY, SATURDAY)
    assert (states(exported.report), exported.exit_code) == (["drafted", "drafted"], Exit.DONE)
    assert {shown.reference: shown.remote_id for shown in vouchers_of(exported.report)} == first
    assert len(journal.world.drafts()) == 2
    assert [len(draft.pages) for draft in journal.world.drafts()] == [1, 1], "nor their documentation"
    assert sent(journal) == 0
    assert asked(journal).count("list") == 1


def test_posted_or_not_what_is_there_is_taken_over(journal: Shop) -> None:
    journal.export()
    (draft,) = journal.world.drafts()
    journal.world.post(draft.id)
    forget(journal)
    journal.clock.now_s += 60
    assert states(journal.export().report) == ["drafted"]
    journal.sell(sale(7, "10.00"))
    journal.clock.now_s += 60
    exported = journal.revise()
    assert exported.exit_code is Exit.DONE
    assert min(draft.debit_ore for draft in journal.world.drafts()) == 1000, "an adjustment of the difference"


def test_a_second_database_drafts_nothing_again(tmp_path: Path, journal: Shop) -> None:
    journal.export()
    other = Shop(put_database(tmp_path / "other.db"), tmp_path, clock=journal.clock)
    other.world, other.line = journal.world, journal.line
    other.apply(target="journal")
    other.sell(*FULL_DAY)
    journal.clock.now_s += 60
    assert states(other.export().report) == ["drafted"]
    assert len(journal.world.drafts()) == 1


def double(shop: Shop, tmp_path: Path) -> Shop:
    """Another database drafts the same day at the same moment: its list was made before ours was there."""
    other = Shop(put_database(tmp_path / "other.db"), tmp_path, clock=shop.clock)
    other.world, other.line = shop.world, shop.line
    other.apply(target="journal")
    other.sell(*FULL_DAY)
    shop.world.replica_lag_s = 3.0
    shop.export()
    assert states(other.export().report) == ["drafted"]
    assert len(shop.world.drafts()) == 2, "nobody could know"
    return other


@pytest.mark.parametrize("whose", ["ours", "the other's"])
def test_two_databases_that_send_at_once_are_told_the_next_night(journal: Shop, tmp_path: Path, whose: str) -> None:
    other = double(journal, tmp_path)
    shop = journal if whose == "ours" else other
    journal.clock.now_s += 86_400
    shop.sell(sale(7, at="2026-11-21T12:00:00"))
    assert states(shop.export(SATURDAY, SATURDAY).report) == ["drafted"], "another day is none the worse"
    ((known,),) = read_rows(shop, "delivery", "remote_id", reference=REFERENCE)
    (twin,) = {draft.id for draft in journal.world.drafts() if REFERENCE in str(draft.description)} - {known}
    shown = shop.only(shop.preview(FRIDAY, FRIDAY))
    assert (shown.state, codes(shown), shown.findings[0].holds) == (State.DRAFTED, ["drafted-twice"], True)
    assert shown.findings[0].facts == {"reference": REFERENCE, "id": known, "others": twin}
    assert f"{TWICE}:drafted-twice" in {find_reason(row) for row in shop.status()}
    asked_before = asked(journal).count("read")
    shop.sell(sale(8, at="2026-11-22T03:00:00"))
    shop.revise(SATURDAY, SATURDAY)
    assert len(read_rows(shop, "delivery_event", kind="doubled")) == 1, "it is written down once"
    assert asked(journal).count("read") - asked_before <= 2


def test_what_was_drafted_the_night_before_is_listed_also_where_clocks_agree(
    journal: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(v2, "CLOCK_MARGIN_S", 0)
    journal.clock.now_s = datetime(2026, 11, 21, 4, 10, tzinfo=UTC).timestamp()
    double(journal, tmp_path)
    journal.clock.now_s += 86_400
    journal.sell(sale(7, at="2026-11-21T12:00:00"))
    assert states(journal.export(SATURDAY, SATURDAY).report) == ["drafted"]
    assert codes(journal.only(journal.preview(FRIDAY, FRIDAY))) == ["drafted-twice"]


def test_a_person_says_that_a_voucher_is_there_once_again(journal: Shop, tmp_path: Path) -> None:
    double(journal, tmp_path)
    journal.clock.now_s += 86_400
    journal.sell(sale(7, at="2026-11-21T12:00:00"))
    journal.export(SATURDAY, SATURDAY)
    with journal.open() as workspace:
        (venue,) = journal.venues(workspace)
        assert accept_finding(workspace, venue, FRIDAY, "drafted-twice", "deleted in Go")[1] == 1
    shown = journal.only(journal.preview(FRIDAY, FRIDAY))
    assert (codes(shown), shown.findings[0].holds) == (["drafted-twice"], False)
    assert [find_reason(row) for row in journal.status()] == ["", ""]


def test_what_is_there_with_other_content_is_shown_and_nothing_is_sent(journal: Shop) -> None:
    journal.export()
    (draft,) = journal.world.drafts()
    forget(journal)
    journal.sell(sale(7, "10.00"))
    journal.clock.now_s += 60
    for _ in range(2):
        exported = journal.export()
        shown = journal.only(exported.report)
        assert (shown.state, exported.exit_code, codes(shown)) == (
            State.UNCERTAIN,
            Exit.BOOKKEEPER,
            ["draft-differs"],
        )
        assert shown.findings[0].facts == {"reference": REFERENCE, "id": draft.id}
        journal.clock.now_s += 400
    assert sent(journal) == 1
    with pytest.raises(UsageError, match="is in PowerOffice Go"):
        journal.resolve()
    journal.world.delete(draft.id)
    journal.clock.now_s += 400
    assert states(journal.export().report) == ["drafted"]


def test_another_revision_that_nobody_knows_is_a_persons_to_judge(journal: Shop) -> None:
    journal.export()
    journal.sell(sale(7, "10.00"))
    journal.clock.now_s += 60
    journal.revise()
    (draft,) = journal.world.drafts()
    assert "-r2]" in str(draft.description)
    forget(journal)
    journal.clock.now_s += 60
    assert codes(journal.only(journal.export().report)) == ["draft-in-doubt"]


@pytest.mark.parametrize("stage", ["ready", "unreachable", "refused", "held"])
def test_every_re_send_is_preceded_by_a_look_whatever_the_stage(journal: Shop, stage: str) -> None:
    journal.export()
    (draft,) = journal.world.drafts()
    answer = "[]" if stage == "held" else ""
    overwrite_rows(journal, "delivery", {"state": stage, "remote_id": None, "answer": answer, "page_state": ""})
    overwrite_rows(journal, "business_day", {"is_open": True})
    journal.clock.now_s += 60
    journal.world.requests.clear()
    shown = journal.only_voucher(journal.export().report)
    assert (shown.state, shown.remote_id) == (State.DRAFTED, draft.id)
    assert sent(journal) == 0


def test_what_was_sent_and_refused_is_known_by_what_was_sent_then(journal: Shop) -> None:
    journal.export()
    (draft,) = journal.world.drafts()
    overwrite_rows(journal, "delivery", {"state": "refused", "remote_id": None, "page_state": ""})
    journal.sell(sale(7, "10.00"))
    journal.clock.now_s += 60
    shown = journal.only_voucher(journal.export().report)
    assert (shown.state, shown.remote_id) == (State.DRAFTED, draft.id)
    assert "changed-after-draft" in codes(shown)


def test_a_month_costs_one_list_and_what_is_known_is_not_read(journal: Shop) -> None:
    journal.sell(*(sale(n, at=f"2026-10-{n:02d}T12:00:00") for n in range(1, 29)))
    journal.world.requests.clear()
    assert set(states(journal.export().report)) == {"drafted"}
    assert (asked(journal).count("list"), asked(journal).count("read")) == (1, 0)
    journal.sell(sale(99, at="2026-10-30T12:00:00"))
    journal.clock.now_s += 60
    journal.world.requests.clear()
    assert states(journal.export().report) == ["drafted"]
    assert (asked(journal).count("list"), asked(journal).count("read")) == (1, 0)


def test_a_list_that_cannot_be_had_is_asked_for_once_and_nothing_is_sent(journal: Shop) -> None:
    journal.sell(*(sale(n, at=f"2026-10-{n:02d}T12:00:00") for n in range(1, 20)))
    journal.world.faults = lambda request: Fault("status_before", 503) if request.path == ENTRIES else None
    exported = journal.export()
    assert (set(states(exported.report)), exported.exit_code) == ({"unreachable"}, Exit.WAIT)
    assert sent(journal) == 0
    assert asked(journal).count("list") == 4
    journal.world.faults = None  # type: ignore[assignment]
    assert set(states(journal.export().report)) == {"drafted"}


# Likeness


def entry(text: str = "", day: str = "2026-11-20", **lines: int) -> dict[str, Any]:
    """A journal entry of debit and credit accounts `d1_3` (account 1, VAT 3), in øre."""
    rows = []
    for key, ore in lines.items():
        account, vat = key[1:].split("_")
        side = "Debit" if key[0] == "d" else "Credit"
        rows.append({f"{side}AccountId": int(account), f"{side}VatId": int(vat), "CurrencyAmount": ore / 100})
    return {"Description": text, "VoucherDate": day, "ManualVoucherLines": rows}


WANTED = entry(f"Dagsoppgjør [{REFERENCE}]", d1_0=12500, c2_3=12500)


@pytest.mark.parametrize(
    ("draft", "likeness"),
    [
        (WANTED, Likeness.SAME),
        (entry("Torget-20261120-R1.", d1_0=12500, c2_3=12500), Likeness.SAME),
        (entry(f"{REFERENCE}-kopi", d1_0=12500, c2_3=12500), Likeness.SAME),
        (entry(REFERENCE, d1_0=12501, c2_3=12501), Likeness.OTHERWISE),
        (entry(REFERENCE, day="2026-11-21", d1_0=12500, c2_3=12500), Likeness.OTHERWISE),
        (entry(f"{REFERENCE}2", d1_0=12500, c2_3=12500), Likeness.DOUBTFUL),
        (entry("torget-20261120-r2", d1_0=1, c2_3=1), Likeness.DOUBTFUL),
        (entry("torget-20261120-p2-r1", d1_0=12500, c2_3=12500), Likeness.OTHER),
        (entry("x-torget-20261120-r1", d1_0=12500, c2_3=12500), Likeness.OTHER),
        (entry("torget-20261119-r1", d1_0=12500, c2_3=12500), Likeness.OTHER),
        (entry("Kasse", d1_0=12500, c2_3=12500), Likeness.NAMELESS),
        (entry("Kasse", d1_0=12500, c2_31=12500), Likeness.DOUBTFUL),
        (entry("Kasse", d1_0=12500, c9_3=12500), Likeness.DOUBTFUL),
        (entry("Kasse", d1_0=9900, c2_3=9900), Likeness.DOUBTFUL),
        (entry("Kasse", d1_0=9900, c2_3=8000, c9_3=1900), Likeness.DOUBTFUL),
        (entry("Kasse", d1_0=9900, c9_3=9900), Likeness.DOUBTFUL),
        (entry("Kasse", day="2026-11-21", d1_0=12500, c2_3=12500), Likeness.DOUBTFUL),
        (entry("Kasse", d5_0=9900, c6_0=9900), Likeness.DOUBTFUL),
        (entry("Kasse", d5_0=9900, c6_0=9900) | {"DepartmentId": 7}, Likeness.DOUBTFUL),
        (entry("Lønn", day="2026-11-21", d5_0=12500, c6_0=12500), Likeness.OTHER),
        ({}, Likeness.OTHER),
        ({"Description": None, "ManualVoucherLines": "x"}, Likeness.OTHER),
    ],
)
def test_what_a_draft_is_to_a_voucher(draft: Mapping[str, Any], likeness: Likeness) -> None:
    assert compare(WANTED, draft) is likeness


@pytest.mark.parametrize(
    ("draft", "department", "likeness"),
    [
        (entry("Kasse", d5_0=9900, c6_0=9900), 8, Likeness.OTHER),
        (entry("Kasse", d5_0=9900, c6_0=9900), 7, Likeness.DOUBTFUL),
        (entry("Kasse", d1_0=9900, c6_0=9900), 8, Likeness.DOUBTFUL),
    ],
)
def test_what_another_department_drafted_on_the_same_day_is_another_thing(
    draft: Mapping[str, Any], department: int, likeness: Likeness
) -> None:
    assert compare(WANTED | {"DepartmentId": 7}, {**draft, "DepartmentId": department}) is likeness


_ROWS = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3), st.integers(-99_999, 99_999)), max_size=8)


def written(rows: list[tuple[int, int, int]], split: bool) -> dict[str, Any]:
    lines = []
    for account, vat, ore in rows:
        side = "Debit" if ore > 0 else "Credit"
        for part in (ore // 3, ore - ore // 3) if split else (ore,):
            amount = part if side == "Debit" else -part
            lines.append({f"{side}AccountId": account, f"{side}VatId": vat, "CurrencyAmount": amount / 100})
    return {"VoucherDate": "2026-11-20", "ManualVoucherLines": lines}


@given(_ROWS, st.randoms())
def test_content_is_the_same_however_its_lines_are_cut_and_ordered(
    rows: list[tuple[int, int, int]], chance: Any
) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert read_content(written(rows, split=False)) == read_content(written(shuffled, split=True))


@given(_ROWS, st.integers(1, 4), st.integers(0, 3), st.integers(1, 99_999))
def test_content_with_one_more_amount_is_another(
    rows: list[tuple[int, int, int]], account: int, vat: int, ore: int
) -> None:
    assert read_content(written(rows, split=False)) != read_content(written([*rows, (account, vat, ore)], split=False))


@given(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True), st.dates(date(2000, 1, 1)))
def test_every_reference_is_seen_in_a_text_whatever_stands_around_it(venue: str, day: date) -> None:
    reference = f"{venue}-{day:%Y%m%d}-r1"
    for text in (f"[{reference}]", reference.upper(), f"Salg {reference}, sjekket", f"({reference})"):
        assert list_references(text) == [reference]
