"""What a person says of a voucher that posexport lost sight of: held against what stands in PowerOffice Go, and kept
with a name; and how long posexport goes on by itself before it asks.
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from posexport.app.resolve import resolve_voucher
from posexport.app.setup import Leaving, apply_setup
from posexport.app.workspace import find_venues
from posexport.core.events import DeliveryEvent, EventKind
from posexport.core.report import State
from posexport.delivery.claims import CLAIM_S
from posexport.errors import Exit, MissingSecret, UsageError
from posexport.sandbox import Fault
from posexport.setup.file import read_setup
from posexport.texts.describe import fix_of, message_of
from tests.support.books import DRAFT_PATH, Books, Crash, deliveries, events_of, is_draft, states_of
from tests.support.harness import BRYGGA, FRIDAY, SATURDAY, Shop, codes, sale, setup_text, states
from tests.support.looks import overwrite_rows, read_rows

WIRE = ("import", "journal", "ledger")
R1 = "torget-20261120-r1"
OTHER = "torget-20261121-r1"
HOUR_S = 3_600
NOWHERE = "84cf3ba9-853e-4075-a1b2-f45655b46087"


@pytest.fixture(params=WIRE)
def books(request: pytest.FixtureRequest, shop: Shop) -> Books:
    """Every target of PowerOffice, on SQLite."""
    return Books(shop, request.param).open()


@pytest.fixture
def journal(both: Shop) -> Books:
    """Journal drafts, on SQLite and on PostgreSQL."""
    return Books(both, "journal").open()


def lose(books: Books, *, received: bool, day: str = "2026-11-20") -> Books:
    """Sell and export; the answer to the voucher is lost, and so is the voucher where it was not `received`."""
    kind: Any = "lose_answer" if received else "lose_request"
    books.shop.sell(sale(1, "125.00", at=f"{day}T12:00:00"))
    books.shop.faults.append(Fault(kind, method="POST", path=DRAFT_PATH[books.target]))
    exported = books.shop.export()
    assert (states(exported.report), exported.exit_code) == (["uncertain"], Exit.WAIT)
    books.wait()
    return books


def drafted(books: Books) -> Books:
    """Sell and export."""
    books.shop.sell(sale(1, "125.00"))
    assert books.shop.export().exit_code is Exit.DONE
    books.wait()
    return books


def go_silent(shop: Shop) -> None:
    """PowerOffice cannot be reached from now on."""

    def refuse(request: httpx.Request) -> None:
        raise httpx.ConnectError("Connection refused")

    shop.line.before = refuse


def speak_again(shop: Shop) -> None:
    """PowerOffice can be reached again."""
    shop.line.before = lambda request: None


def vouchers_sent(shop: Shop) -> int:
    """How often a voucher went over the wire, whatever became of it."""
    return len(shop.line.posts)


# What a person may say


def test_a_voucher_that_a_person_found_is_drafted_under_its_id_and_the_evidence_names_who(journal: Books) -> None:
    lose(journal, received=True)
    remote_id = journal.entries()[0].remote_id
    resolved = journal.shop.resolve(remote_id)
    assert (resolved.who, resolved.reference, resolved.was_asked) == ("kari", R1, True)
    assert read_rows(journal.shop, "delivery", "state", "remote_id") == [("drafted", remote_id)]
    assert events_of(journal.shop, R1)[-1] == DeliveryEvent(EventKind.SAID_THERE, {"who": "kari", "id": remote_id})
    exported = journal.shop.export()
    assert (states(exported.report), exported.exit_code) == (["drafted"], Exit.DONE)
    assert vouchers_sent(journal.shop) == 1
    assert len(journal.entry(R1).pages) == 1, "its documentation is still brought"
    assert journal.shop.preview().vouchers == ()


def test_a_voucher_that_a_person_did_not_find_is_sent_by_the_next_export(journal: Books) -> None:
    lose(journal, received=False)
    resolved = journal.shop.resolve()
    assert (resolved.was_asked, resolved.is_sent_again) == (True, True)
    assert deliveries(journal.shop) == [(R1, "ready", "whole")]
    assert events_of(journal.shop, R1)[-1] == DeliveryEvent(EventKind.SAID_NOT_THERE, {"who": "kari"})
    exported = journal.shop.export()
    assert (states(exported.report), exported.exit_code) == (["drafted"], Exit.DONE)
    assert journal.references == [R1]


def test_a_draft_that_was_deleted_is_drafted_anew_under_its_reference(books: Books) -> None:
    drafted(books)
    before = books.entry(R1)
    books.delete(R1)
    assert books.shop.export(FRIDAY, FRIDAY).exit_code is Exit.DONE
    assert books.entries() == [], "not by itself"
    books.shop.resolve()
    exported = books.shop.export()
    assert (states(exported.report), exported.exit_code) == (["drafted"], Exit.DONE)
    after = books.entry(R1)
    assert after.remote_id != before.remote_id
    assert (after.amounts, after.description) == (before.amounts, before.description)
    assert len(after.pages) == (0 if books.target == "import" else 1)


def test_a_voucher_found_by_a_person_is_held_against_the_sales_of_now(books: Books) -> None:
    lose(books, received=True)
    books.shop.sell(sale(2, "75.00"))
    books.shop.resolve(books.entries()[0].remote_id)
    exported = books.shop.export()
    assert codes(books.shop.only(exported.report)) == ["changed-after-draft"]
    assert books.shop.revise().exit_code is Exit.DONE
    assert books.sums() == {1592: 20_000, 3020: -20_000}


# What a person may not say


def test_a_day_without_anything_to_resolve_is_named(books: Books) -> None:
    for say in (None, NOWHERE):
        with pytest.raises(UsageError, match="torget 2026-11-20 has no voucher to resolve: none is uncertain"):
            books.shop.resolve(say)
    drafted(books)
    with pytest.raises(UsageError, match=r"only those can be said to be there\. Look at it with posexport status"):
        books.shop.resolve(books.entry(R1).remote_id)
    with pytest.raises(UsageError, match="has no voucher torget-20261120-r7 to resolve"):
        books.shop.resolve(reference="torget-20261120-r7")
    with pytest.raises(UsageError, match="2026-11-21 has no voucher to resolve"):
        books.shop.resolve(day=SATURDAY)
    assert deliveries(books.shop) == [(R1, "drafted", "whole")]


@pytest.mark.parametrize("state", ["refused", "unreachable", "held"])
def test_a_voucher_that_is_known_not_to_be_there_needs_no_word(shop: Shop, state: str) -> None:
    Books(shop, "journal").open()
    shop.sell(sale(1))
    if state == "unreachable":
        go_silent(shop)
    elif state == "refused":
        fault = Fault("refuse", 400, method="POST", path=DRAFT_PATH["journal"])
        shop.faults.append(fault)
    else:
        shop.world.set_lock_date(SATURDAY)
    assert states(shop.export().report) == [state]
    speak_again(shop)
    for say in (None, NOWHERE):
        with pytest.raises(UsageError, match="none is uncertain"):
            shop.resolve(say)


def test_of_several_vouchers_one_has_to_be_named(journal: Books) -> None:
    drafted(journal)
    journal.post(R1)
    journal.shop.sell(sale(2, "75.00"))
    assert journal.shop.revise().exit_code is Exit.DONE
    journal.wait()
    with pytest.raises(UsageError, match=f"has several: {R1}, torget-20261120-r2. Say which with --reference") as told:
        journal.shop.resolve()
    assert str(told.value).endswith("posexport resolve torget 2026-11-20 --not-drafted --reference torget-20261120-r2")
    journal.delete("torget-20261120-r2")
    assert journal.shop.resolve(reference="torget-20261120-r2").reference == "torget-20261120-r2"
    assert journal.shop.export().exit_code is Exit.DONE
    assert journal.sums() == {1592: 20_000, 3020: -20_000}


def test_one_that_is_uncertain_is_meant_before_one_that_is_drafted(journal: Books) -> None:
    drafted(journal)
    journal.post(R1)
    journal.shop.sell(sale(2, "75.00"))
    journal.shop.faults.append(Fault("lose_request", method="POST", path=DRAFT_PATH["journal"]))
    assert journal.shop.revise().exit_code is Exit.WAIT
    journal.wait()
    assert journal.shop.resolve().reference == "torget-20261120-r2"
    assert journal.shop.export().exit_code is Exit.DONE
    assert journal.sums() == {1592: 20_000, 3020: -20_000}


def test_nobody_is_believed_who_says_that_a_voucher_is_not_there_when_it_is(books: Books) -> None:
    lose(books, received=True)
    remote_id = books.entries()[0].remote_id
    with pytest.raises(UsageError) as told:
        books.shop.resolve()
    assert f"{R1} is in PowerOffice Go, as {remote_id}. If that is right: --drafted {remote_id}." in str(told.value)
    assert deliveries(books.shop) == [(R1, "uncertain", "whole")]
    assert books.shop.export().exit_code is Exit.DONE
    with pytest.raises(UsageError, match=f"as {remote_id}"):
        books.wait()
        books.shop.resolve()
    assert deliveries(books.shop) == [(R1, "drafted", "whole")]


@pytest.mark.sampled(7)
@pytest.mark.parametrize("said", [NOWHERE, R1, "1", "a/b", "../Client", "é?x=1#y", " "])
def test_nobody_is_believed_who_names_an_id_that_is_not_there(books: Books, said: str) -> None:
    lose(books, received=False)
    with pytest.raises(UsageError, match=r"has no voucher .* of this venue\. The id is the one PowerOffice gives it"):
        books.shop.resolve(said)
    assert deliveries(books.shop) == [(R1, "uncertain", "whole")]
    assert states_of(books.shop, R1) == ["sending", "uncertain"]


def test_nobody_is_believed_who_names_the_id_of_another_day(books: Books) -> None:
    lose(books, received=False)
    books.shop.sell(sale(9, "80.00", at="2026-11-21T12:00:00"))
    with books.shop.open():
        books.shop.export(SATURDAY, SATURDAY)
    books.wait()
    other = books.entry(OTHER).remote_id
    with pytest.raises(UsageError, match=f"{other} is another voucher of torget. Look for {R1}"):
        books.shop.resolve(other)
    books.wait_for_lost()
    assert books.shop.export().exit_code is Exit.DONE
    assert books.sums(FRIDAY) == {1592: 12_500, 3020: -12_500}


def test_an_id_that_was_deleted_is_not_there(books: Books) -> None:
    lose(books, received=True)
    remote_id = books.entries()[0].remote_id
    books.delete(R1)
    with pytest.raises(UsageError, match=f"has no voucher {remote_id}"):
        books.shop.resolve(remote_id)
    assert books.shop.resolve().was_asked
    assert books.shop.export().exit_code is Exit.DONE
    assert books.sums() == {1592: 12_500, 3020: -12_500}


@pytest.mark.parametrize("received", [False, True])
def test_a_voucher_that_another_run_is_sending_is_left_to_it(both: Shop, received: bool) -> None:
    books = Books(both, "journal").open()
    both.sell(sale(1, "125.00"))

    def crash(request: httpx.Request) -> None:
        if is_draft(request):
            if received:
                both.world.handle("POST", request.url.path, "", dict(request.headers), request.content)
            raise Crash

    both.line.before = crash
    with pytest.raises(Crash):
        both.export()
    speak_again(both)
    said = books.entries()[0].remote_id if received else None
    both.clock.now_s += CLAIM_S - 1
    with pytest.raises(UsageError, match=f"{R1} is being sent by another run right now"):
        both.resolve(said)
    assert states_of(both, R1) == ["sending"]
    both.clock.now_s += 1
    both.resolve(said)
    assert both.export().exit_code is Exit.DONE
    assert books.sums() == {1592: 12_500, 3020: -12_500}


def test_a_secret_that_is_not_there_is_no_reason_to_believe_anybody(books: Books) -> None:
    lose(books, received=True)
    del books.shop.environ["PO_CLIENT_TORGET"]
    with pytest.raises(MissingSecret, match="env:PO_CLIENT_TORGET"):
        books.shop.resolve()
    assert deliveries(books.shop) == [(R1, "uncertain", "whole")]


def test_a_file_that_was_collected_is_not_believed_to_be_missing(shop: Shop) -> None:
    books = drafted(Books(shop, "file").open())
    with pytest.raises(UsageError, match=f"{R1}.json"):
        shop.resolve()
    books.post(R1)
    with pytest.raises(UsageError, match=f"{R1}.json"):
        shop.resolve()
    assert deliveries(shop) == [(R1, "drafted", "whole")]


# Where PowerOffice cannot be asked


@pytest.mark.parametrize("received", [False, True])
def test_a_word_that_could_not_be_checked_is_taken_and_looked_for_once_more_before_it_is_sent(
    books: Books, received: bool
) -> None:
    """Kari is wrong where it was received: nothing is drafted twice for it."""
    lose(books, received=received)
    go_silent(books.shop)
    resolved = books.shop.resolve()
    assert (resolved.who, resolved.was_asked, resolved.is_sent_again) == ("kari", False, True)
    assert events_of(books.shop, R1)[-1] == DeliveryEvent(EventKind.SAID_NOT_THERE, {"who": "kari"}, "uncertain")
    speak_again(books.shop)
    exported = books.shop.export()
    assert (states(exported.report), exported.exit_code) == (["drafted"], Exit.DONE)
    assert books.sums() == {1592: 12_500, 3020: -12_500}
    assert len(books.entries()) == 1


@pytest.mark.parametrize("deleted", [False, True])
def test_a_draft_that_is_said_to_be_gone_while_nobody_can_ask_is_looked_for_before_it_is_drafted_anew(
    books: Books, deleted: bool
) -> None:
    drafted(books)
    if deleted:
        books.delete(R1)
    go_silent(books.shop)
    assert not books.shop.resolve().was_asked
    speak_again(books.shop)
    assert books.shop.export().exit_code is Exit.DONE
    assert books.sums() == {1592: 12_500, 3020: -12_500}
    assert len(books.entries()) == 1


def test_a_word_given_after_the_limit_is_enough_though_nobody_could_be_asked(books: Books) -> None:
    lose(books, received=False)
    books.shop.clock.now_s += 40 * HOUR_S
    assert books.shop.export().exit_code is Exit.BOOKKEEPER
    go_silent(books.shop)
    assert not books.shop.resolve().was_asked
    speak_again(books.shop)
    assert books.shop.export().exit_code is Exit.DONE
    assert books.references == [R1]


def test_an_id_that_could_not_be_checked_is_taken(books: Books) -> None:
    lose(books, received=True)
    remote_id = books.entries()[0].remote_id
    go_silent(books.shop)
    resolved = books.shop.resolve(remote_id)
    assert (resolved.who, resolved.was_asked) == ("kari", False)
    assert events_of(books.shop, R1)[-1] == DeliveryEvent(EventKind.SAID_THERE, {"who": "kari", "id": remote_id})
    speak_again(books.shop)
    assert books.shop.export().exit_code is Exit.DONE
    assert len(books.entries()) == 1


def test_a_word_is_all_there_is_where_the_keys_may_not_ask(books: Books) -> None:
    """PowerOffice will never say: what is waited for would be waited for in vain."""
    lose(books, received=False)
    books.shop.environ["PO_CLIENT_TORGET"] = "wrong"
    assert not books.shop.resolve().was_asked
    assert deliveries(books.shop) == [(R1, "ready", "whole")]


def test_a_draft_that_corrections_build_on_is_not_given_up_on_a_word_alone(books: Books) -> None:
    """It would be sent once more with the next correction, and nothing would look for it."""
    drafted(books)
    books.post(R1)
    books.shop.sell(sale(2, "75.00"))
    assert books.shop.revise().exit_code is Exit.DONE
    books.wait()
    go_silent(books.shop)
    with pytest.raises(UsageError, match=f"Later corrections build on {R1}, and PowerOffice Go cannot be asked"):
        books.shop.resolve(reference=R1)
    speak_again(books.shop)
    assert [state for _, state, _ in deliveries(books.shop)] == ["drafted", "drafted"]
    assert books.shop.revise(FRIDAY, FRIDAY).exit_code is Exit.DONE
    assert books.sums() == {1592: 20_000, 3020: -20_000}


# How long posexport goes on by itself


def test_a_voucher_below_the_limit_is_looked_for_and_sent_again_by_itself(journal: Books) -> None:
    lose(journal, received=False)
    ((changed_at,),) = read_rows(journal.shop, "delivery", "changed_at_utc_s")
    journal.shop.clock.now_s = changed_at + 36 * HOUR_S
    exported = journal.shop.export()
    assert (states(exported.report), exported.exit_code) == (["drafted"], Exit.DONE)
    assert journal.references == [R1]
    assert vouchers_sent(journal.shop) == 2


def test_a_voucher_above_the_limit_that_is_found_is_drafted_by_itself(books: Books) -> None:
    lose(books, received=True)
    books.shop.clock.now_s += 400 * HOUR_S
    exported = books.shop.export()
    assert (states(exported.report), exported.exit_code) == (["drafted"], Exit.DONE)
    assert codes(books.shop.only(exported.report)) == []
    assert vouchers_sent(books.shop) == 1
    assert len(books.entries()) == 1


@pytest.mark.parametrize("target", WIRE)
def test_a_voucher_above_the_limit_that_is_not_found_is_never_sent_again_by_itself(both: Shop, target: str) -> None:
    books = lose(Books(both, target).open(), received=False)
    ((changed_at,),) = read_rows(both, "delivery", "changed_at_utc_s")
    both.clock.now_s = changed_at + 36 * HOUR_S + 1
    for _ in range(3):
        exported = both.export()
        shown = both.only(exported.report)
        assert (shown.state, codes(shown), exported.exit_code) == (
            State.UNCERTAIN,
            ["uncertain-too-long"],
            Exit.BOOKKEEPER,
        )
        both.clock.now_s += 100 * HOUR_S
    assert vouchers_sent(both) == 1
    assert books.entries() == []
    assert read_rows(both, "delivery", "changed_at_utc_s") == [(changed_at,)], "looking does not make it younger"
    (row,) = (row for row in both.status() if row.business_day == FRIDAY)
    assert (row.state, codes(row)) == (State.UNCERTAIN, ["uncertain-too-long"])
    for finding in (shown.findings[0], row.findings[0], both.only(both.preview()).findings[0]):
        for lang in ("nb", "en"):
            assert R1 in message_of(finding, lang)
            assert "36" in message_of(finding, lang)
            fix = fix_of(finding, lang)
            assert "torget 2026-11-20 --drafted ID" in fix
            assert "posexport resolve torget 2026-11-20 --not-drafted" in fix.replace("posexport  ", "posexport ")


@pytest.mark.parametrize("say_it_is_there", [False, True])
def test_a_voucher_above_the_limit_goes_on_with_a_persons_word(books: Books, say_it_is_there: bool) -> None:
    lose(books, received=say_it_is_there)
    said = books.entries()[0].remote_id if say_it_is_there else None
    books.shop.clock.now_s += 40 * HOUR_S
    if not say_it_is_there:
        assert books.shop.export().exit_code is Exit.BOOKKEEPER
    books.shop.resolve(said)
    assert "uncertain-too-long" not in codes(books.shop.only(books.shop.preview()))
    exported = books.shop.export()
    assert (states(exported.report), exported.exit_code) == (["drafted"], Exit.DONE)
    assert books.references == [R1]


def test_the_limit_is_the_companys_own(shop: Shop) -> None:
    shop.apply(target="journal", company="uncertain_hours = 2")
    books = lose(Books(shop, "journal"), received=False)
    shop.clock.now_s += 2 * HOUR_S
    exported = shop.export()
    assert codes(shop.only(exported.report)) == ["uncertain-too-long"]
    assert "2 hours" in message_of(shop.only(exported.report).findings[0], "en")
    assert books.entries() == []


def test_a_request_that_a_crash_cut_off_grows_old_as_well(shop: Shop) -> None:
    books = Books(shop, "journal").open()
    shop.sell(sale(1, "125.00"))

    def crash(request: httpx.Request) -> None:
        if is_draft(request):
            raise Crash

    shop.line.before = crash
    with pytest.raises(Crash):
        shop.export()
    speak_again(shop)
    shop.clock.now_s += 40 * HOUR_S
    exported = shop.export()
    assert (codes(shop.only(exported.report)), exported.exit_code) == (["uncertain-too-long"], Exit.BOOKKEEPER)
    assert books.entries() == []
    shop.resolve()
    assert shop.export().exit_code is Exit.DONE
    assert books.sums() == {1592: 12_500, 3020: -12_500}


def test_a_voucher_above_the_limit_stops_no_other_day(books: Books) -> None:
    lose(books, received=False)
    books.shop.clock.now_s += 40 * HOUR_S
    books.shop.sell(sale(2, "80.00", at="2026-11-21T12:00:00"))
    exported = books.shop.export()
    assert (states(exported.report), exported.exit_code) == (["uncertain", "drafted"], Exit.BOOKKEEPER)
    assert books.references == [OTHER]


def test_a_voucher_above_the_limit_that_cannot_be_looked_for_is_waited_with(books: Books) -> None:
    lose(books, received=True)
    books.shop.clock.now_s += 40 * HOUR_S
    go_silent(books.shop)
    exported = books.shop.export()
    shown = books.shop.only_voucher(exported.report)
    assert (shown.state, codes(shown), exported.exit_code) == (State.UNCERTAIN, ["uncertain-too-long"], Exit.WAIT)
    assert "could not be reached" in shown.answer
    speak_again(books.shop)
    assert books.shop.export().exit_code is Exit.DONE


def test_a_voucher_above_the_limit_stays_so_whatever_its_sales_become(books: Books) -> None:
    lose(books, received=False)
    books.shop.clock.now_s += 40 * HOUR_S
    books.shop.sell({**sale(1, "125.00"), "void": True})
    exported = books.shop.export()
    assert (codes(books.shop.only(exported.report))[0], exported.exit_code) == ("uncertain-too-long", Exit.BOOKKEEPER)
    books.shop.resolve()
    assert states(books.shop.export().report) == ["nothing"]
    assert books.entries() == []


def test_a_preview_that_asks_poweroffice_still_tells_of_a_voucher_above_the_limit(books: Books) -> None:
    lose(books, received=False)
    books.shop.clock.now_s += 40 * HOUR_S
    checked = books.shop.check()
    shown = books.shop.only(checked.report)
    assert (shown.state, codes(shown), checked.exit_code) == (
        State.UNCERTAIN,
        ["uncertain-too-long"],
        Exit.BOOKKEEPER,
    )
    assert vouchers_sent(books.shop) == 1


def remove_torget(shop: Shop) -> None:
    path = shop.folder / "setup.toml"
    path.write_text(setup_text(venues=BRYGGA, target="journal"), encoding="utf-8")
    with shop.open() as workspace:
        companies = read_setup(path, workspace.load_setup(), shop.environ)
        apply_setup(workspace, companies, Leaving(removals=["torget"]))


def test_what_is_uncertain_of_a_venue_is_resolved_before_the_venue_is_removed(journal: Books) -> None:
    lose(journal, received=False)
    with pytest.raises(UsageError, match="posexport resolve torget 2026-11-20") as caught:
        remove_torget(journal.shop)
    assert R1 in str(caught.value)
    journal.shop.resolve(None)
    remove_torget(journal.shop)


def test_what_was_uncertain_when_its_venue_was_removed_can_still_be_resolved(
    journal: Books,
) -> None:
    lose(journal, received=False)
    overwrite_rows(journal.shop, "delivery", {"state": "held"})
    remove_torget(journal.shop)
    overwrite_rows(journal.shop, "delivery", {"state": "uncertain"})
    with journal.shop.open() as workspace:
        [venue] = find_venues(workspace.load_setup_with(["torget"]), ["torget"])
        resolved = resolve_voucher(workspace, venue, FRIDAY, None)
    assert (resolved.reference, resolved.was_asked) == (R1, True)
