"""Vouchers that are posted directly, by v2."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from posexport.core.ports.ledger import (
    DraftedHow,
    DraftStatus,
    SourceTrail,
)
from posexport.errors import (
    AnswerLost,
    NotSent,
    PosexportError,
    PowerOfficeRefused,
    PrivilegeMissing,
    VoucherRefused,
)
from posexport.sandbox import ALL_PRIVILEGES
from tests.support.ledger_bench import KEYS, REFERENCE, Bench, a_voucher


def test_a_voucher_is_posted_with_its_reference_trail_and_departments(ledger: Bench) -> None:
    voucher = a_voucher()
    chart = ledger.destination.read_chart([voucher])
    payload = ledger.destination.build_payload(voucher, chart, SourceTrail("s" * 40, "b" * 40))
    ledger.send(payload)
    (posted,) = ledger.received()
    assert (posted.kind, posted.reference, posted.posted) == ("cash-voucher", REFERENCE, True)
    assert posted.description == f"Dagsoppgjør Torget Kafé 2026-11-20 [{REFERENCE}]"
    assert {(line.saft_source_id, line.saft_batch_id) for line in posted.lines} == {("s" * 35, "b" * 35)}
    assert {line.department_code for line in posted.lines} == {"10"}
    assert all("VatId" in line and line["PostingDate"] == "2026-11-20" for line in payload["VoucherLines"])


def test_the_same_voucher_posted_twice_is_found_by_its_reference(ledger: Bench) -> None:
    payload = ledger.payload()
    drafted = ledger.send(payload)
    ledger.pass_s()
    again = ledger.send({**payload, "VoucherLines": payload["VoucherLines"][::-1]})
    assert (again.remote_id, again.how) == (drafted.remote_id, DraftedHow.FOUND_BY_REFERENCE)
    assert ledger.count() == 1


def test_another_voucher_with_the_same_reference_is_refused_with_its_mend(ledger: Bench) -> None:
    ledger.send()
    ledger.pass_s()
    with pytest.raises(VoucherRefused, match=f"{REFERENCE} is there already, with other lines. Reverse it") as caught:
        ledger.send(ledger.payload(amount_ore=99_00))
    assert "already in use" in caught.value.evidence
    assert ledger.count() == 1


@pytest.mark.parametrize(("status", "ends"), [(400, VoucherRefused), (409, AnswerLost)])
def test_a_refusal_that_is_no_duplicate_stays_what_it_is(
    ledger: Bench, status: int, ends: type[PosexportError]
) -> None:
    payload = ledger.payload()
    problem = {"Title": "Perioden er avsluttet", "Status": status}
    ledger.answer(lambda request: httpx.Response(status, json=problem), "POST")
    with pytest.raises(ends, match="Perioden er avsluttet") as caught:
        ledger.send(payload)
    assert "Perioden er avsluttet" in caught.value.evidence
    assert sum("AccountTransactions" in path for _, path in ledger.calls()) == 1


@pytest.mark.parametrize("status", [403, 404, 413])
def test_only_a_refusal_that_may_be_a_duplicate_is_looked_into(ledger: Bench, status: int) -> None:
    payload = ledger.payload()
    ledger.answer(lambda request: httpx.Response(status, json={"Title": "No", "Detail": "x"}), "POST")
    with pytest.raises(PowerOfficeRefused):
        ledger.send(payload)
    assert not [path for _, path in ledger.calls() if "AccountTransactions" in path]


def test_a_duplicate_that_may_not_be_looked_up_stays_a_refusal(ledger: Bench) -> None:
    payload = ledger.payload()
    ledger.send(payload)
    ledger.pass_s()
    privileges = ALL_PRIVILEGES - {"AccountTransaction"}
    ledger.world.set_privileges(KEYS.application_key, KEYS.client_key, privileges)
    ledger.destination = ledger.open()
    with pytest.raises(VoucherRefused, match="already in use"):
        ledger.send(payload)
    with pytest.raises(PrivilegeMissing, match="AccountTransaction"):
        ledger.find(payload)


def test_a_reversed_voucher_is_told_as_that_and_its_reference_is_free(ledger: Bench) -> None:
    payload = ledger.payload()
    first = ledger.send(payload)
    ledger.delete(first.remote_id)
    ledger.pass_s()
    assert ledger.find(payload).drafted is None
    assert ledger.standing(first.remote_id) is DraftStatus.REVERSED
    second = ledger.send(payload)
    ledger.pass_s()
    found = ledger.find(payload).drafted
    assert found is not None
    assert found.remote_id == second.remote_id != first.remote_id


def test_a_voucher_that_is_there_but_was_made_another_way_is_told(ledger: Bench) -> None:
    payload = ledger.payload()
    ledger.send(payload)
    ledger.pass_s()
    missing = {"Title": "Object(s) not found", "Detail": "Voucher not found."}
    ledger.answer(lambda request: httpx.Response(404, json=missing), "GET", "CashJournals")
    with pytest.raises(VoucherRefused, match="made another way"):
        ledger.send(payload)


NO_VOUCHERS: tuple[Any, ...] = (
    {"Id": "11111111-2222-3333-4444-555555555555"},
    {"title": "x"},
    {"success": True},
    {"Id": None},
    {},
    [],
)


@pytest.mark.parametrize("told", NO_VOUCHERS)
def test_an_answer_that_is_not_the_voucher_asked_for_is_not_taken_for_it(ledger: Bench, told: Any) -> None:
    payload = ledger.payload()
    drafted = ledger.send(payload)
    ledger.pass_s()
    lines = {"VoucherLines": payload["VoucherLines"]} if isinstance(told, dict) and told.get("Id") else {}
    answer = {**told, **lines, "IsReversed": False} if isinstance(told, dict) else told
    ledger.answer(lambda request: httpx.Response(200, json=answer), "GET", "CashJournals")
    with pytest.raises(NotSent, match="not the voucher that was asked for"):
        ledger.standing(drafted.remote_id)
    with pytest.raises(AnswerLost, match="whether the reference is taken cannot be read"):
        ledger.send(payload)
    assert ledger.count() == 1


def test_a_voucher_of_which_no_lines_are_told_is_not_said_to_have_others(ledger: Bench) -> None:
    payload = ledger.payload()
    drafted = ledger.send(payload)
    ledger.pass_s()
    ledger.answer(lambda request: httpx.Response(200, json={"Id": drafted.remote_id}), "GET", "CashJournals")
    with pytest.raises(AnswerLost, match="whether the reference is taken cannot be read"):
        ledger.send(payload)


@pytest.mark.parametrize("spelled", ["id", "Id"])
def test_the_status_of_another_import_is_not_taken_for_ones_own(queue: Bench, spelled: str) -> None:
    drafted = queue.send(queue.payload())
    queue.pass_s()
    other = {spelled: "11111111-2222-3333-4444-555555555555", "isPosted": True}
    queue.answer(lambda request: httpx.Response(200, json={"success": True, "data": other}), "GET", "/status")
    for ask in (queue.standing, queue.destination.read_progress):  # type: ignore[attr-defined]
        with pytest.raises(NotSent, match="not about the import that was asked for"):
            ask(drafted.remote_id)
