"""A voucher's way to PowerOffice: written down before the wire, looked for before it is sent again, drafted once."""

from __future__ import annotations

import contextlib
import json
import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from posexport.app.export import export_period
from posexport.core.company import DEFAULT_LOOKED_FOR_MINUTES
from posexport.core.day import Period
from posexport.core.report import State
from posexport.core.review import SEND_S
from posexport.delivery import claims, outcomes
from posexport.delivery.claims import BUSY, CLAIM_S
from posexport.delivery.sender import Sender
from posexport.errors import Exit
from posexport.sandbox import Fault
from posexport.texts.describe import message_of
from posexport.texts.report import describe_next, describe_state
from tests.support.harness import (
    BRYGGA,
    FRIDAY,
    FULL_DAY,
    MAPPING,
    SATURDAY,
    SECRETS,
    VENUES,
    Shop,
    codes,
    first_review,
    of_voucher,
    sale,
    states,
    together,
)
from tests.support.looks import read_rows

WIRE = ("import", "journal")
DRAFT_PATH = {"import": "/Import/", "journal": "/JournalEntryVouchers/ManualJournals"}


class Crash(BaseException):
    """The machine stops."""


def is_draft(request: httpx.Request) -> bool:
    return bool(request.headers.get("content-type", "").startswith("application/json"))


def deliveries(shop: Shop) -> list[tuple[Any, ...]]:
    return read_rows(shop, "delivery", "reference", "state", "remote_id", order="reference")


def events(shop: Shop) -> list[str]:
    return [state for (state,) in read_rows(shop, "delivery_event", "state")]


# Before the wire, and after


@pytest.mark.parametrize("target", WIRE)
def test_the_intent_is_committed_before_the_request_and_the_outcome_after_it(both: Shop, target: str) -> None:
    both.apply(target=target)
    both.sell(*FULL_DAY)
    seen: list[tuple[Any, ...]] = []

    def look(request: httpx.Request) -> None:
        if is_draft(request):
            times = ("claimed_until_utc_s", "first_sent_at_utc_s")
            seen.extend(read_rows(both, "delivery", "state", "payload", *times, "remote_id", "target", "file_id"))
            assert json.loads(seen[0][1]) == json.loads(request.content)

    both.line.before = look
    both.export()
    now = int(both.clock())
    assert [(row[0], *row[2:]) for row in seen] == [("sending", now + CLAIM_S, now, None, target, 1)]
    ((state, payload, claimed, remote_id, drafted_at),) = read_rows(
        both, "delivery", "state", "payload", "claimed_until_utc_s", "remote_id", "drafted_at_utc_s"
    )
    assert (state, claimed, drafted_at) == ("drafted", 0, now)
    assert payload == seen[0][1]
    assert remote_id == both.world.drafts()[0].id
    assert events(both) == ["sending", "drafted", "page-sending", "page-attached"]


def test_every_change_of_state_is_kept_with_its_time(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1))
    shop.faults.append(Fault("lose_answer", method="POST", path="/Import/"))
    shop.export()
    shop.clock.now_s += 600
    shop.export()
    kept = read_rows(shop, "delivery_event", "state", "at_utc_s", "kind", "facts")
    assert [state for state, *_ in kept] == ["sending", "uncertain", "drafted", "page-sending", "page-attached"]
    assert kept[2][1] - kept[1][1] == 600
    assert tuple(kept[2][2:]) == ("drafted", '{"how": "found-by-reference"}')


# Crashes


@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize("processed", [False, True])
def test_a_crash_on_the_wire_is_looked_up_when_the_claim_has_run_out(both: Shop, target: str, processed: bool) -> None:
    both.apply(target=target)
    both.sell(*FULL_DAY)

    def crash(request: httpx.Request) -> None:
        if is_draft(request):
            if processed:
                both.world.handle("POST", request.url.path, "", dict(request.headers), request.content)
            raise Crash

    both.line.before = crash
    with pytest.raises(Crash):
        both.export()
    both.line.before = lambda request: None
    assert deliveries(both) == [("torget-20261120-r1", "sending", None)]
    assert states(both.preview()) == ["uncertain"]
    both.clock.now_s += CLAIM_S - 1
    exported = both.export()
    assert (states(exported.report), exported.exit_code) == (["uncertain"], Exit.WAIT)
    assert of_voucher(exported.report.vouchers[0]).answer == BUSY.format(document="voucher")
    assert len(both.world.drafts()) == int(processed)
    both.clock.now_s += 1
    if target == "journal" and not processed:
        exported = both.export()
        assert (states(exported.report), exported.exit_code) == (["uncertain"], Exit.WAIT)
        assert codes(exported.report.vouchers[0]) == ["looked-for"]
        assert not both.world.drafts()
        both.clock.now_s += SEND_S + 300 - CLAIM_S
    exported = both.export()
    assert (states(exported.report), exported.exit_code) == (["drafted"], Exit.DONE)
    (draft,) = both.world.drafts()
    assert deliveries(both) == [("torget-20261120-r1", "drafted", draft.id)]


@pytest.mark.parametrize("target", [*WIRE, "file"])
def test_a_crash_after_the_answer_and_before_the_outcome_drafts_once(
    shop: Shop, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.apply(target=target)
    shop.sell(sale(1))

    def crash(*arguments: object, **more: object) -> None:
        raise Crash

    with monkeypatch.context() as broken:
        broken.setattr(outcomes, "settle_drafted", crash)
        with pytest.raises(Crash):
            shop.export()
    assert deliveries(shop) == [("torget-20261120-r1", "sending", None)]
    shop.clock.now_s += CLAIM_S
    assert states(shop.export().report) == ["drafted"]
    assert len(shop.world.drafts()) == (0 if target == "file" else 1)
    assert shop.preview().vouchers == ()


def test_a_crash_before_the_intent_leaves_nothing_to_look_for(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.apply()
    shop.sell(sale(1))

    def crash(*arguments: object, **more: object) -> None:
        raise Crash

    with monkeypatch.context() as broken:
        broken.setattr(claims, "plan", crash)
        with pytest.raises(Crash):
            shop.export()
    assert deliveries(shop) == []
    assert states(shop.export().report) == ["drafted"]


def test_a_bug_in_one_voucher_leaves_the_others_drafted(shop: Shop) -> None:
    shop.apply()
    shop.sell(*(sale(n, at=f"2026-11-{n:02d}T12:00:00") for n in range(1, 9)))

    def bug(request: httpx.Request) -> None:
        if is_draft(request) and "torget-20261101" in request.content.decode():
            raise RuntimeError("a bug")

    shop.line.before = bug
    with pytest.raises(RuntimeError, match="a bug"):
        shop.export()
    drafted = len(shop.world.drafts())
    shop.line.before = lambda request: None
    shop.clock.now_s += CLAIM_S
    assert set(states(shop.export().report)) == {"drafted"}
    assert len(shop.world.drafts()) == 8
    assert drafted <= 7


# Several at once


def test_a_second_run_while_the_first_is_on_the_wire_reports_busy(both: Shop) -> None:
    both.apply()
    both.sell(sale(1))
    other: list[Any] = []

    def meanwhile(request: httpx.Request) -> None:
        if is_draft(request) and not other:
            other.append(None)
            other[0] = both.export()

    both.line.before = meanwhile
    first = both.export()
    assert (states(first.report), first.exit_code) == (["drafted"], Exit.DONE)
    assert (states(other[0].report), other[0].exit_code) == (["uncertain"], Exit.WAIT)
    assert other[0].report.vouchers[0].answer == BUSY.format(document="voucher")
    shown = other[0].report.vouchers[0]
    assert describe_state(shown, "en") == "On its way from another run"
    assert "no usable answer" not in describe_next(shown, "en")
    assert "ikke noe brukbart svar" not in describe_next(shown, "nb")
    assert len(both.world.drafts()) == 1


@pytest.mark.parametrize("tried", [False, True])
def test_of_two_runs_that_reviewed_the_same_one_goes_through(both: Shop, tried: bool) -> None:
    both.apply()
    both.sell(sale(1))
    if tried:
        both.faults.append(Fault("lose_request", method="POST", path="/Import/"))
        both.export()
        both.clock.now_s += 5
    with both.open() as one, both.open() as two:
        reviews = [first_review(place, both.venues(place)) for place in (one, two)]
        first = Sender(one.delivery).deliver(reviews[0])
        second = Sender(two.delivery).deliver(reviews[1])
    assert (first.report.state, first.exit_code) == (State.DRAFTED, Exit.DONE)
    assert (second.report.state, second.report.answer, second.exit_code) == (
        State.UNCERTAIN,
        BUSY.format(document="voucher"),
        Exit.WAIT,
    )
    assert len(both.world.drafts()) == 1
    assert states(both.preview(FRIDAY, FRIDAY)) == ["drafted"]


def test_four_runs_at_once_draft_every_day_once(both: Shop) -> None:
    both.apply()
    days = 8
    both.sell(*(sale(n, f"{n}00.00", at=f"2026-11-{n:02d}T12:00:00") for n in range(1, days + 1)))
    exported = together(both.export, both.export, both.export, both.export)
    assert not [one for one in exported if isinstance(one, BaseException)], exported
    assert sorted(draft.debit_ore for draft in both.world.drafts()) == [n * 10000 for n in range(1, days + 1)]
    assert read_rows(both, "delivery", "state") == [("drafted",)] * days
    assert both.export().exit_code is Exit.DONE


# One's trouble is its own


def test_a_venue_that_fails_stops_no_other(shop: Shop) -> None:
    shop.apply(venues=VENUES + BRYGGA)
    shop.sell(sale(1), sale(1, register="3"), sale(2, at="2026-11-21T12:00:00"))
    shop.environ["PO_CLIENT_TORGET"] = "wrong"
    exported = shop.export()
    assert exported.exit_code is Exit.INTEGRATOR
    found = {(shown.venue.id, shown.business_day): shown.state for shown in exported.report.vouchers}
    assert found == {
        ("torget", FRIDAY): State.REFUSED,
        ("torget", SATURDAY): State.REFUSED,
        ("brygga", FRIDAY): State.DRAFTED,
    }
    assert {draft.application_key for draft in shop.world.drafts()} == {SECRETS["PO_ADDON_1"]}
    shop.environ["PO_CLIENT_TORGET"] = SECRETS["PO_CLIENT_TORGET"]
    assert states(shop.export().report) == ["drafted", "drafted"]


def test_a_day_that_is_held_stops_no_other(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1, paid="GIFT"), sale(2, at="2026-11-21T12:00:00"))
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["held", "drafted"], Exit.BOOKKEEPER)


def test_a_secret_that_is_not_there_is_the_operators_and_names_only_its_reference(shop: Shop) -> None:
    shop.apply(venues=VENUES + BRYGGA)
    shop.sell(sale(1), sale(1, register="3"))
    del shop.environ["PO_CLIENT_TORGET"]
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["unreachable", "drafted"], Exit.OPERATOR)
    assert "env:PO_CLIENT_TORGET is not set" in of_voucher(exported.report.vouchers[0]).answer
    shop.environ["PO_CLIENT_TORGET"] = SECRETS["PO_CLIENT_TORGET"]
    assert states(shop.export().report) == ["drafted"]


def test_two_departments_draft_with_keys_of_their_own(shop: Shop) -> None:
    shop.apply(venues=VENUES + BRYGGA)
    shop.sell(sale(1, "100.00"), sale(1, "200.00", register="3"))
    shop.export()
    drafts = {draft.application_key: draft for draft in shop.world.drafts()}
    assert drafts[SECRETS["PO_APP"]].debit_ore == 10000
    assert drafts[SECRETS["PO_ADDON_1"]].debit_ore == 20000
    assert {line.department_code for line in drafts[SECRETS["PO_ADDON_1"]].lines} == {"20"}


# What PowerOffice would not take


@pytest.mark.parametrize(
    ("target", "mapping", "venues", "code"),
    [
        ("import", MAPPING.replace('"1592"', '"1594321"'), VENUES, "unknown-account"),
        ("journal", MAPPING.replace('"1592"', '"1594321"'), VENUES, "unknown-account"),
        ("import", MAPPING.replace('"3020"', '"3999"'), VENUES, "inactive-account"),
        ("journal", MAPPING.replace('"3020"', '"3999"'), VENUES, "inactive-account"),
        ("import", MAPPING.replace('"3020"', '"3100"'), VENUES, "vat-code-locked"),
        ("journal", MAPPING.replace('"3020"', '"3100"'), VENUES, "vat-code-locked"),
        ("import", MAPPING.replace('"3020"', '"3905"'), VENUES.replace('department = "10"', ""), "department-required"),
        ("import", MAPPING, VENUES.replace('"10"', '"99"'), "unknown-department"),
        ("journal", MAPPING, VENUES.replace('"10"', '"999"'), "unknown-department"),
        ("journal", MAPPING.replace('go = "3"', 'go = "C24"').replace('"3" =', '"C24" ='), VENUES, "unknown-vat-code"),
        ("import", MAPPING.replace('go = "3"', 'go = "X9"').replace('"3" =', '"X9" ='), VENUES, "unknown-vat-code"),
    ],
)
def test_what_poweroffice_would_not_take_is_held_and_never_sent(
    shop: Shop, target: str, mapping: str, venues: str, code: str
) -> None:
    shop.apply(target=target, mapping=mapping, venues=venues)
    shop.sell(sale(1))
    for _ in range(2):
        exported = shop.export()
        shown = shop.only(exported.report)
        assert (shown.state, exported.exit_code) == (State.HELD, Exit.BOOKKEEPER)
        assert code in codes(shown)
        assert (shown.findings[0].venue, shown.findings[0].business_day) == ("torget", FRIDAY)
    assert shop.line.posts == []
    remembered = shop.only(shop.preview())
    assert remembered.state is State.HELD
    assert remembered.findings == shown.findings
    shop.apply(target=target)
    assert states(shop.export().report) == ["drafted"]


@pytest.mark.parametrize("target", WIRE)
def test_a_day_that_poweroffice_held_goes_when_it_is_mended_there(shop: Shop, target: str) -> None:
    shop.apply(target=target, mapping=MAPPING.replace('"3020"', '"3999"'))
    shop.sell(sale(1))
    assert states(shop.export().report) == ["held"]
    (client,) = shop.world.clients
    accounts = dict(client.accounts)
    accounts[3999] = replace(accounts[3999], active=True)
    shop.world.add_client(replace(client, accounts=accounts))
    assert states(shop.export().report) == ["drafted"]
    assert {line.account_no for line in shop.world.drafts()[0].lines} == {1592, 3999}


@pytest.mark.parametrize("target", WIRE)
def test_a_day_held_by_a_rate_that_poweroffice_knows_better_is_drafted(shop: Shop, target: str) -> None:
    """125.00 with 37.50 of VAT is 42.86 %: a mismatch for code 3 until Go is asked and says so too."""
    (client,) = shop.world.clients
    rows = (replace(row, rate_percent=Decimal("42.86")) if row.code == "3" else row for row in client.vat_codes)
    shop.world.add_client(replace(client, vat_codes=tuple(rows)))
    shop.apply(target=target)
    shop.sell(sale(1, vat="37.50"))
    assert codes(shop.only(shop.preview())) == ["vat-mismatch"]
    assert states(shop.export().report) == ["drafted"]
    assert codes(shop.only(shop.preview(FRIDAY, FRIDAY))) == []


def test_a_locked_period_holds_a_journal_draft_until_it_is_opened(shop: Shop) -> None:
    shop.apply(target="journal")
    shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    shop.world.set_lock_date(FRIDAY)
    exported = shop.export()
    assert states(exported.report) == ["held", "drafted"]
    assert codes(exported.report.vouchers[0]) == ["locked-period"]
    shop.world.set_lock_date(None)
    assert states(shop.export().report) == ["drafted"]


def test_a_customer_nobody_knows_holds_a_journal_draft(shop: Shop) -> None:
    shop.apply(target="journal")
    shop.sell(
        sale(1, paid="CREDIT", customer="999"), sale(2, at="2026-11-21T12:00:00", paid="CREDIT", customer="10002")
    )
    exported = shop.export()
    assert states(exported.report) == ["held", "drafted"]
    assert codes(exported.report.vouchers[0]) == ["unknown-customer"]


def test_a_day_held_by_the_store_is_not_asked_about(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1, paid="GIFT"))
    shop.export()
    assert len(shop.world.requests) == 0


# What changes on the way


@pytest.mark.parametrize("target", WIRE)
def test_sales_that_change_while_a_draft_is_uncertain_are_told_when_it_is_found(both: Shop, target: str) -> None:
    both.apply(target=target)
    both.sell(sale(1, "125.00"))
    both.faults.append(Fault("lose_answer", method="POST", path=DRAFT_PATH[target]))
    both.export()
    both.sell(sale(2, "75.00"))
    exported = both.export()
    assert exported.exit_code is Exit.BOOKKEEPER
    shown = both.only(exported.report)
    assert (shown.state, codes(shown)) == (State.DRAFTED, ["changed-after-draft"])
    assert "75,00" in message_of(shown.findings[0])
    assert codes(both.only(both.preview())) == ["changed-after-draft"], "the day stays open until it is mended"
    assert [draft.debit_ore for draft in both.world.drafts()] == [12500]


@pytest.mark.parametrize("target", WIRE)
def test_sales_that_change_before_anything_was_received_are_sent_as_they_are_now(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    shop.sell(sale(1, "125.00"))
    shop.faults.append(Fault("lose_request", method="POST", path=DRAFT_PATH[target]))
    shop.export()
    shop.sell(sale(2, "75.00"))
    shop.clock.now_s += 300
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["drafted"], Exit.DONE)
    assert [draft.debit_ore for draft in shop.world.drafts()] == [20000]
    assert shop.preview().vouchers == ()


def test_sales_that_arrive_while_a_draft_is_on_the_wire_keep_the_day_open(both: Shop) -> None:
    both.apply()
    both.sell(sale(1))
    late: list[Any] = []

    def meanwhile(request: httpx.Request) -> None:
        if is_draft(request) and not late:
            late.append(both.sell(sale(2, "75.00")))

    both.line.before = meanwhile
    assert states(both.export().report) == ["drafted"]
    assert codes(both.only(both.preview())) == ["changed-after-draft"]


def test_a_draft_that_was_lost_is_looked_for_where_it_was_sent(shop: Shop) -> None:
    shop.apply(target="import")
    shop.sell(sale(1))
    shop.faults.append(Fault("lose_answer", method="POST", path="/Import/"))
    shop.export()
    shop.apply(target="journal")
    assert states(shop.export().report) == ["drafted"]
    assert [draft.kind for draft in shop.world.drafts()] == ["import"]


def test_a_draft_that_never_came_is_sent_to_the_new_target(shop: Shop) -> None:
    shop.apply(target="import")
    shop.sell(sale(1))
    shop.faults.append(Fault("lose_request", method="POST", path="/Import/"))
    shop.export()
    shop.apply(target="journal")
    assert states(shop.export().report) == ["drafted"]
    assert [draft.kind for draft in shop.world.drafts()] == ["manual-journal"]
    assert read_rows(shop, "delivery", "target", "state") == [("journal", "drafted")]


@pytest.mark.parametrize("target", WIRE)
def test_a_look_up_waits_for_the_replica(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    shop.sell(sale(1))
    shop.world.replica_lag_s = 1.9
    shop.faults.append(Fault("lose_answer", method="POST", path=DRAFT_PATH[target]))
    shop.export()
    assert shop.clock.slept == []
    assert states(shop.export().report) == ["drafted"]
    assert shop.clock.slept == [2]
    assert len(shop.world.drafts()) == 1


def test_a_draft_that_the_bookkeeper_deleted_is_not_drafted_again_by_itself(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1))
    shop.export()
    shop.world.delete(shop.world.drafts()[0].id)
    shop.export()
    shop.export(FRIDAY, FRIDAY)
    assert shop.world.drafts() == []


# All of it at once, by seed


@pytest.mark.sampled(5)
@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize(("seed", "in_flight"), [*((seed, 1) for seed in range(4)), (4, 16)])
def test_whatever_goes_wrong_every_day_is_drafted_exactly_once(
    shop: Shop, target: str, seed: int, in_flight: int
) -> None:
    """One at a time, a seed that fails fails again."""
    chance = random.Random(seed)
    shop.apply(target=target, venues=VENUES + BRYGGA)
    days = [date(2026, 11, 10) + timedelta(days=n) for n in range(4)]
    for register in ("1", "3"):
        shop.sell(*(sale(n, f"{100 + n}.00", at=f"{day}T12:00:00", register=register) for n, day in enumerate(days)))
    faults = [Fault("lose_request"), Fault("lose_answer"), Fault("status_before", 429), Fault("status_before", 503)]
    faults += [Fault("status_after", 500), Fault("status_after", 502), Fault("garbage")]
    shop.world.faults = lambda request: chance.choice(faults) if chance.random() < 0.45 else None

    def stumble(request: httpx.Request) -> None:
        luck = chance.random()
        if luck < 0.05:
            raise httpx.ConnectError("Connection refused")
        if luck < 0.08 and is_draft(request):
            raise Crash

    shop.line.before = stumble
    for _ in range(6):
        with contextlib.suppress(Crash), shop.open() as workspace:
            export_period(workspace, shop.venues(workspace), Period(), in_flight=in_flight)
        shop.clock.now_s += chance.choice([1, 60, 400])
    shop.world.faults = None  # type: ignore[assignment]
    shop.line.before = lambda request: None
    shop.clock.now_s += 60 * DEFAULT_LOOKED_FOR_MINUTES + CLAIM_S
    exported = shop.export()
    assert exported.exit_code is Exit.DONE, states(exported.report)
    assert shop.preview().vouchers == ()
    drafted = Counter((draft.application_key, draft.voucher_date) for draft in shop.world.drafts())
    assert set(drafted.values()) == {1}
    assert {day for _, day in drafted} == set(days)
    assert len(drafted) == 8
    assert {draft.debit_ore for draft in shop.world.drafts()} == {10000, 10100, 10200, 10300}
