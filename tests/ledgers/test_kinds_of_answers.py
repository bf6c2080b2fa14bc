"""What becomes of every kind of answer to a call."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from posexport.errors import (
    AnswerLost,
    NotSent,
    PosexportError,
    PowerOfficeRefused,
    PrivilegeMissing,
    VoucherRefused,
)
from posexport.sandbox import Fault
from tests.support.ledger_bench import Bench, operations


@dataclass(frozen=True)
class Spoil:
    """What goes wrong with the drafting call, how it ends, how often it is sent, and whether a voucher is there."""

    fault: Fault
    ends: type[PosexportError] | None
    is_there: bool
    sends: int = 1
    waits: int = 0


def _status(status: int, *, after: bool = False, **headers: str) -> Fault:
    told = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Fault("status_after" if after else "status_before", status, headers=told)


SPOILS = {
    "the request is lost": Spoil(Fault("lose_request"), AnswerLost, False),
    "the answer is lost": Spoil(Fault("lose_answer"), AnswerLost, True),
    "HTML": Spoil(Fault("garbage", garbage="html"), AnswerLost, True),
    "JSON cut off": Spoil(Fault("garbage", garbage="truncated"), AnswerLost, True),
    "another content type": Spoil(Fault("garbage", garbage="content-type"), AnswerLost, True),
    "a field nobody knows": Spoil(Fault("garbage", garbage="extra-field"), None, True),
    "500 before": Spoil(_status(500), AnswerLost, False),
    "500 after": Spoil(_status(500, after=True), AnswerLost, True),
    "502 after": Spoil(_status(502, after=True), AnswerLost, True),
    "503 before": Spoil(_status(503), AnswerLost, False),
    "504 after": Spoil(_status(504, after=True), AnswerLost, True),
    **{
        f"{status} of a proxy": Spoil(_status(status, after=after), AnswerLost, after)
        for status in (300, 301, 302, 303, 307, 308, 400, 403, 404, 405, 407, 408, 409, 413, 418, 422, 451)
        for after in (False, True)
    },
    "401 once": Spoil(_status(401), None, True, sends=2),
    "401 after": Spoil(_status(401, after=True), None, True, sends=2),
    "429 with a wait": Spoil(_status(429, Retry_After="7"), None, True, sends=2, waits=1),
    "429 without a wait": Spoil(_status(429), None, True, sends=2, waits=1),
    "429 after": Spoil(_status(429, after=True), None, True, sends=2, waits=1),
    "429 for a day": Spoil(_status(429, Retry_After="86400"), AnswerLost, False),
}
"""What becomes of a voucher whose server refuses a second one."""

UNGUARDED = {
    "401 once": Spoil(_status(401), AnswerLost, False),
    "401 after": Spoil(_status(401, after=True), AnswerLost, True),
    "429 with a wait": Spoil(_status(429, Retry_After="7"), AnswerLost, False),
    "429 without a wait": Spoil(_status(429), AnswerLost, False),
    "429 after": Spoil(_status(429, after=True), AnswerLost, True),
}
"""And of one whose server takes as many as it is sent: it is not sent again before somebody has looked."""


@pytest.mark.sampled(36)
@pytest.mark.parametrize("name", SPOILS)
def test_every_spoiled_answer_to_a_draft_ends_as_it_should(wired: Bench, name: str) -> None:
    spoil = UNGUARDED.get(name, SPOILS[name]) if wired.target == "journal" else SPOILS[name]
    if wired.target == "ledger" and spoil.fault == _status(409, after=True):
        spoil = replace(spoil, ends=None)  # a conflict is looked into, and the voucher is there
    payload = wired.payload()
    wired.replica_s(0)
    wired.order(spoil.fault.kind, spoil.fault.status, garbage=spoil.fault.garbage, headers=spoil.fault.headers)
    if spoil.ends is None:
        assert wired.send(payload).remote_id == wired.received()[0].id
    else:
        with pytest.raises(spoil.ends) as caught:
            wired.send(payload)
        assert type(caught.value).__mro__.index(spoil.ends) <= 1
        assert bool(caught.value.evidence) is (not spoil.fault.kind.startswith("lose"))
    assert wired.posts() == spoil.sends
    assert wired.count() == int(spoil.is_there)
    assert len(wired.clock.slept) == spoil.waits
    if spoil.waits and name == "429 with a wait":
        assert wired.clock.slept == [7]


@pytest.mark.parametrize("then", ["lose_request", "refuse"])
@pytest.mark.parametrize("first", [401, 429])
def test_what_may_have_arrived_once_is_not_told_as_never_sent(wired: Bench, first: int, then: str) -> None:
    payload = wired.payload()
    wired.replica_s(0)
    wired.order("status_after", first)
    sent: list[str] = []

    def fail(request: httpx.Request) -> None:
        if request.method == "POST" and "Token" not in request.url.path:
            sent.append(request.url.path)
            if len(sent) > 1:
                raise httpx.ConnectError("Connection refused") if then == "refuse" else httpx.ReadError("reset")

    wired.line.before = fail
    with pytest.raises(AnswerLost):
        wired.send(payload)
    assert wired.count() == 1


OWN_PROBLEMS = {
    "a problem": (400, {"title": "Customer validation error(s)", "detail": "Perioden er avsluttet", "status": 400}),
    "by field": (
        400,
        {"title": "One or more validation errors occurred.", "status": 400, "errors": {"date": ["låst"]}},
    ),
    "no such thing": (404, {"title": "Object(s) not found", "detail": "Konto 9", "status": 404}),
    "other cases": (422, {"Title": "Unable to cast object(s)", "Detail": "Konto 9", "Status": 422}),
}


@pytest.mark.parametrize("name", OWN_PROBLEMS)
def test_poweroffices_own_problem_is_a_refusal_and_all_its_words_are_told(wired: Bench, name: str) -> None:
    payload = wired.payload()
    status, problem = OWN_PROBLEMS[name]
    wired.answer(lambda request: httpx.Response(status, json=problem), "POST")
    with pytest.raises(VoucherRefused) as caught:
        wired.send(payload)
    for words in (f"HTTP {status}", *(text for text in problem.values() if isinstance(text, str))):
        assert str(words) in str(caught.value)
    assert name != "by field" or "date: låst" in str(caught.value)


FOREIGN_PROBLEMS = {
    "a gateway": (403, {"statusCode": 403, "message": "Forbidden"}, "application/json"),
    "a gateway's 404": (404, {"statusCode": 404, "message": "Resource not found"}, "application/json"),
    "a title alone": (400, {"title": "Bad Request"}, "application/json"),
    "of another status": (400, {"title": "Bad Gateway", "detail": "x", "status": 502}, "application/json"),
    "a problem that is no JSON": (400, {"title": "No", "detail": "x", "status": 400}, "text/html"),
    "a conflict": (409, {"title": "Object conflict", "detail": "x", "status": 409}, "application/json"),
    "keys": (401, {"title": "Unauthorized", "detail": "x", "status": 401}, "application/json"),
    "time": (408, {"title": "Request timeout", "detail": "x", "status": 408}, "application/json"),
    "an empty object": (400, {}, "application/json"),
    "a list": (400, ["title", "detail"], "application/json"),
    "a server's own": (500, {"title": "Error", "detail": "x", "status": 500}, "application/json"),
}


@pytest.mark.parametrize("name", FOREIGN_PROBLEMS)
def test_what_is_not_poweroffices_own_problem_is_a_lost_answer(wired: Bench, name: str) -> None:
    payload = wired.payload()
    status, body, content_type = FOREIGN_PROBLEMS[name]
    headers = {"Content-Type": content_type}
    wired.answer(lambda request: httpx.Response(status, content=json.dumps(body), headers=headers), "POST")
    with pytest.raises(AnswerLost, match=f"HTTP {status}") as caught:
        wired.send(payload)
    assert caught.value.may_last is (status < 500)
    assert caught.value.evidence.startswith(f"HTTP {status} ")


def test_a_refusals_many_texts_are_told_up_to_eight(wired: Bench) -> None:
    payload = wired.payload()
    errors = {f"lines[{n}]": [f"wrong {n}"] for n in range(12)}
    problem = {"title": "One or more validation errors occurred.", "status": 400, "errors": errors}
    wired.answer(lambda request: httpx.Response(400, json=problem), "POST")
    with pytest.raises(VoucherRefused) as caught:
        wired.send(payload)
    told = str(caught.value)
    assert "lines[7]: wrong 7" in told
    assert "lines[8]" not in told
    assert "and 4 more" in told


@pytest.mark.parametrize("status", [400, 403])
def test_a_missing_privilege_is_one_by_its_title_as_by_its_status(wired: Bench, status: int) -> None:
    payload = wired.payload()
    problem = {"title": "Missing privilege", "detail": "JournalEntryVoucher_Full", "status": status}
    wired.answer(lambda request: httpx.Response(status, json=problem), "POST")
    with pytest.raises(PrivilegeMissing, match="JournalEntryVoucher_Full"):
        wired.send(payload)


@pytest.mark.parametrize(
    "data",
    [
        {"title": "One or more validation errors occurred.", "status": 400, "errors": {"date": ["Perioden er låst"]}},
        {"title": "Missing privilege", "detail": "Perioden er låst", "status": 403},
        {"Title": "No", "Status": 400, "Errors": ["Perioden er låst"]},
    ],
)
def test_a_success_around_a_problem_is_a_refusal(queue: Bench, data: dict[str, Any]) -> None:
    payload = queue.payload()
    queue.answer(lambda request: httpx.Response(200, json={"success": True, "data": data}), "POST", "/Import/")
    with pytest.raises(VoucherRefused, match="Perioden er låst"):
        queue.send(payload)


def test_a_success_around_a_problem_that_may_be_a_duplicate_is_looked_into(queue: Bench) -> None:
    payload = queue.payload()
    first = queue.send(payload)
    queue.pass_s()
    problem = {"title": "Object conflict", "status": 400, "errors": {"externalImportReference": ["er i bruk"]}}
    queue.answer(lambda request: httpx.Response(200, json={"success": True, "data": problem}), "POST", "/Import/")
    assert queue.send(payload).remote_id == first.remote_id
    other = queue.payload(amount_ore=7_00)
    with pytest.raises(VoucherRefused, match="with other lines"):
        queue.send(other)


NO_IDS: tuple[Any, ...] = (
    "",
    "7",
    7,
    "Not Found",
    "0" * 32,
    "00000000-0000-0000-0000-000000000000",
    True,
    None,
    [],
    {},
)


@pytest.mark.parametrize("no_id", NO_IDS, ids=repr)
def test_only_an_id_such_as_the_api_promises_is_a_success(wired: Bench, no_id: Any) -> None:
    payload = wired.payload()
    answer = {"success": True, "data": no_id} if wired.target == "import" else {"Id": no_id, "Description": "x"}
    wired.answer(lambda request: httpx.Response(201, json=answer), "POST")
    with pytest.raises(AnswerLost, match="gives no id"):
        wired.send(payload)


@pytest.mark.parametrize("success", ["true", 1, None, "ja"])
def test_a_success_that_is_neither_true_nor_false_is_a_lost_answer(queue: Bench, success: Any) -> None:
    payload = queue.payload()
    guid = "84cf3ba9-853e-4075-a1b2-f45655b46087"
    queue.answer(lambda request: httpx.Response(200, json={"success": success, "data": guid}), "POST", "/Import/")
    with pytest.raises(AnswerLost, match="does not say whether"):
        queue.send(payload)


def test_a_429_that_goes_on_is_given_up_and_nothing_is_there(wired: Bench) -> None:
    payload = wired.payload()
    wired.answer(lambda request: httpx.Response(429, text="slow down"), "POST")
    with pytest.raises(AnswerLost, match="429") as caught:
        wired.send(payload)
    assert not caught.value.may_last
    assert "slow down" in caught.value.evidence
    assert wired.count() == 0


def test_a_server_that_cannot_be_reached_is_tried_a_few_times(wired: Bench) -> None:
    payload = wired.payload()
    tried: list[str] = []

    def refuse(request: httpx.Request) -> None:
        tried.append(request.url.path)
        raise httpx.ConnectError("Connection refused")

    wired.line.before = refuse
    with pytest.raises(NotSent) as caught:
        wired.send(payload)
    assert len(tried) == 4
    assert caught.value.evidence == ""


OPERATIONS = ("read_chart", "send", "find", "find_status", "remove", "attach", "has_page", "read_identity")


@pytest.mark.sampled(27)
@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("status", [301, 400, 403, 404, 405, 409, 413, 415, 422])
def test_nothing_that_was_refused_is_ever_repeated(wired: Bench, name: str, status: int) -> None:
    payload = wired.payload()
    drafted = wired.send(payload)
    wired.pass_s()
    asked: Counter[tuple[str, str]] = Counter()

    def answer(request: httpx.Request) -> httpx.Response:
        asked[request.method, str(request.url)] += 1
        return httpx.Response(status, json={"Title": "No", "Detail": "Perioden er avsluttet", "Status": status})

    wired.answer(answer)
    with contextlib.suppress(PowerOfficeRefused, AnswerLost):
        operations(wired, drafted.remote_id, payload)[name]()
    if name == "attach" and status == 404:  # a voucher that has just been made may not be seen yet
        assert sum(wired.clock.slept) in (0, 10)
        return
    assert set(asked.values()) <= {1}
    assert wired.clock.slept == []


@pytest.mark.sampled(24)
@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("kind", ["502", "lost", "garbage"])
def test_only_what_may_be_made_twice_is_repeated_when_its_answer_was_lost(wired: Bench, name: str, kind: str) -> None:
    payload = wired.payload()
    drafted = wired.send(payload)
    wired.pass_s()
    asked: Counter[tuple[str, str]] = Counter()

    def answer(request: httpx.Request) -> httpx.Response:
        asked[request.method, request.url.path] += 1
        if kind == "lost":
            raise httpx.ReadTimeout("timed out")
        return httpx.Response(502 if kind == "502" else 200, html="<h1>Upgrading</h1>")

    wired.answer(answer)
    with contextlib.suppress(PosexportError):
        operations(wired, drafted.remote_id, payload)[name]()
    assert all(many == (1 if method == "POST" else 4) for (method, _), many in asked.items()), asked
