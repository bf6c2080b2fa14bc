"""What PowerOffice's answers are read as: their limits, their words, keys told apart, tokens and waits."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, strategies as st

from posexport.errors import AnswerLost, KeysRefused, NotSent, PowerOfficeUnavailable, WrongKey
from posexport.http.client import parse_retry_after_s
from posexport.ledgers.poweroffice import session
from posexport.ledgers.poweroffice.answers import list_words, parse_guid
from tests.support.harness import Shop, sale
from tests.support.ledger_bench import WIRE, Bench, open_bench
from tests.support.looks import read_rows

JSON = {"Content-Type": "application/json"}


@pytest.fixture(params=WIRE)
def wired(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """Each destination over the wire in turn."""
    yield from open_bench(request.param, tmp_path)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Bench]:
    yield from open_bench("ledger", tmp_path)


def answer_token(bench: Bench, answer: Callable[[httpx.Request], httpx.Response]) -> None:
    """Let the token call be answered this way, with a new session."""
    bench.destination = bench.open()
    bench.line.before = lambda request: answer(request) if request.url.path.endswith("/Token") else None


HALF = rb'{"title": "\ud800 nei", "detail": "Konto \udfff\u0000", "status": 400, "errors": {"\ud83d": ["\ude00"]}}'


@pytest.mark.parametrize("place", ["/Token", "/Import/", "/GeneralLedgerAccount/"])
def test_half_a_letter_in_an_answer_is_no_trouble_to_the_database_or_the_console(both: Shop, place: str) -> None:
    both.apply()
    both.sell(sale(1))
    both.line.before = lambda request: (
        httpx.Response(400, headers=JSON, content=HALF) if request.url.path.endswith(place) else None
    )
    shown = both.only_voucher(both.export().report)
    for text in (shown.answer, *(answer for (answer,) in read_rows(both, "delivery", "answer") if answer)):
        assert text == text.encode("utf-8", "replace").decode()


# Limits


class Drip(httpx.SyncByteStream):
    """A body that comes a little at a time; `between` happens before each piece."""

    def __init__(self, pieces: Iterator[bytes], between: Callable[[], None] = lambda: None) -> None:
        self.pieces, self.between, self.given = pieces, between, 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.between()
            self.given += len(piece)
            yield piece


def endless(piece: bytes) -> Iterator[bytes]:
    while True:
        yield piece


def limit_answers(wired: Bench, bytes_max: int) -> None:
    """Let no answer be longer than so much."""
    client = wired.destination._session._client  # type: ignore[attr-defined]
    client.limits = replace(client.limits, answer_bytes_max=bytes_max)


@pytest.mark.parametrize("is_packed", [False, True])
def test_an_answer_without_end_is_read_to_a_limit_and_is_lost(wired: Bench, is_packed: bool) -> None:
    limit_answers(wired, 3_000_000)
    payload = wired.payload()
    headers, pieces = dict(JSON), endless(b" " * 65_536)
    if is_packed:
        headers["Content-Encoding"] = "gzip"
        pieces = iter([gzip.compress(b" " * 9_000_000)])
    body = Drip(pieces)
    wired.answer(lambda request: httpx.Response(200, headers=headers, stream=body), "POST")
    with pytest.raises(AnswerLost, match="longer than 3 MB"):
        wired.send(payload)
    assert body.given < 4_000_000
    assert wired.posts() == 0


def test_an_answer_that_never_ends_is_given_up_after_a_total_time(
    wired: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("posexport.http.client.time.monotonic", lambda: now[0])
    payload = wired.payload()

    def pass_time() -> None:
        now[0] += 5

    body = Drip(endless(b" "), pass_time)
    wired.answer(lambda request: httpx.Response(200, headers=JSON, stream=body), "POST")
    with pytest.raises(AnswerLost, match="not there in 45 s"):
        wired.send(payload)
    assert body.given <= 11


def test_an_answer_packed_twice_is_not_unpacked(wired: Bench) -> None:
    payload = wired.payload()
    headers = {**JSON, "Content-Encoding": "gzip, gzip"}
    twice = gzip.compress(gzip.compress(b"{}"))
    wired.answer(lambda request: httpx.Response(200, headers=headers, stream=httpx.ByteStream(twice)), "POST")
    with pytest.raises(AnswerLost, match="packed more than once"):
        wired.send(payload)


def test_a_read_beyond_a_limit_is_not_taken_for_an_empty_list(wired: Bench) -> None:
    payload = wired.payload()
    limit_answers(wired, 100)
    wired.answer(lambda request: httpx.Response(200, json=["x" * 200]), "GET")
    with pytest.raises(NotSent, match="longer than"):
        wired.find(payload)


def test_an_answer_within_its_limits_is_whole_and_unpacked(wired: Bench) -> None:
    payload = wired.payload()

    def answer(request: httpx.Request) -> httpx.Response:
        told = wired.world.handle("POST", request.url.path, "", dict(request.headers), request.content)
        headers = {**told.headers, "Content-Encoding": "gzip"}
        packed = gzip.compress(told.body)
        return httpx.Response(told.status, headers=headers, stream=Drip(iter([packed[:20], packed[20:]])))

    wired.answer(answer, "POST")
    drafted = wired.send(payload)
    assert drafted.remote_id == wired.received()[0].id
    assert "{" in drafted.evidence


@pytest.mark.parametrize("value", ["٣".encode(), b"\xe9\xff", "blåbær".encode()])
@pytest.mark.parametrize("status", [200, 400, 429, 503])
def test_a_header_that_is_no_ascii_ends_nothing(wired: Bench, value: bytes, status: int) -> None:
    payload = wired.payload()

    def answer(request: httpx.Request) -> httpx.Response:
        told = wired.world.handle("POST", request.url.path, "", dict(request.headers), request.content)
        headers = [*httpx.Headers(told.headers).raw, (b"Retry-After", value), (b"Server", value)]
        body = told.body if status == 200 else b"<html>"
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))

    wired.answer(answer, "POST")
    if status == 200:
        assert wired.send(payload).remote_id == wired.received()[0].id
    else:
        with pytest.raises(PowerOfficeUnavailable):
            wired.send(payload)


def test_the_whole_of_a_call_ends_before_a_claim_does() -> None:
    from posexport.core.company import DEFAULT_LOOKED_FOR_MINUTES
    from posexport.core.delivery import CLAIM_MAX_S
    from posexport.core.review import SEND_S
    from posexport.setup.values import LOOKED_FOR
    from posexport.wiring import TIMEOUT_S

    assert TIMEOUT_S < session.LIMITS.exchange_s < 60 * (LOOKED_FOR.least or 0)
    assert SEND_S + session.LIMITS.exchange_s < CLAIM_MAX_S
    assert session.LIMITS.exchange_s + 15 < 60 * DEFAULT_LOOKED_FOR_MINUTES


# Keys


RFC_6749 = {
    "invalid_client": WrongKey.CLIENT,
    "invalid_grant": WrongKey.CLIENT,
    "unauthorized_client": WrongKey.NOT_ALLOWED,
    "access_denied": WrongKey.NOT_ALLOWED,
    "invalid_request": WrongKey.UNKNOWN,
    "unsupported_grant_type": WrongKey.UNKNOWN,
}


@pytest.mark.parametrize("status", [400, 401])
@pytest.mark.parametrize("error", RFC_6749)
def test_keys_are_told_apart_by_the_words_of_the_token_call(wired: Bench, error: str, status: int) -> None:
    body = {"error": error, "error_description": "Denne nøkkelen nei"}
    answer_token(wired, lambda request: httpx.Response(status, json=body))
    with pytest.raises(KeysRefused, match="refused the keys of venue torget") as caught:
        wired.destination.read_identity()
    assert caught.value.wrong is RFC_6749[error]
    assert "Denne nøkkelen nei" in str(caught.value)
    assert error in str(caught.value)
    assert RFC_6749[error].value[1] in str(caught.value)


@pytest.mark.parametrize("where", ["token", "call"])
def test_a_subscription_key_is_refused_by_the_gateway(ledger: Bench, where: str) -> None:
    body = {"statusCode": 401, "message": "Access denied due to invalid subscription key."}
    if where == "token":
        answer_token(ledger, lambda request: httpx.Response(401, json=body))
    else:
        ledger.answer(lambda request: httpx.Response(401, json=body))
    with pytest.raises(KeysRefused, match="subscription key is wrong") as caught:
        ledger.destination.read_identity()
    assert caught.value.wrong is WrongKey.SUBSCRIPTION
    assert "Access denied due to invalid subscription key." in str(caught.value)


@pytest.mark.parametrize("status", [301, 302, 400, 403, 404, 407])
def test_a_page_in_place_of_a_token_names_no_key(wired: Bench, status: int) -> None:
    answer_token(wired, lambda request: httpx.Response(status, html="<h1>Proxy</h1>"))
    with pytest.raises(KeysRefused, match=f"HTTP {status}") as caught:
        wired.destination.read_identity()
    assert caught.value.wrong is WrongKey.UNKNOWN


def test_the_three_wrong_keys_have_words_of_their_own() -> None:
    texts = {str(KeysRefused("torget", "nei", wrong)) for wrong in WrongKey}
    assert len(texts) == len(WrongKey)


# Tokens


ODD_TOKENS: dict[str, tuple[str, str]] = {
    "no token": ('{"expires_in": 1200}', "without a token"),
    "null": ('{"access_token": null}', "without a token"),
    "a number": ('{"access_token": 12}', "without a token"),
    "a list": ("[]", "without a token"),
    "not ASCII": ('{"access_token": "nøkkel", "expires_in": 1200}', "no header can carry"),
    "a line break": ('{"access_token": "a\\nb", "expires_in": 1200}', "no header can carry"),
    "blank": ('{"access_token": " ", "expires_in": 1200}', "no header can carry"),
    "empty": ('{"access_token": "", "expires_in": 1200}', "no header can carry"),
    "endless": ('{"access_token": "%s", "expires_in": 1200}' % ("x" * 30_000), "no header can carry"),
    "NaN": ('{"access_token": "x", "expires_in": NaN}', "lifetime"),
    "infinite": ('{"access_token": "x", "expires_in": Infinity}', "lifetime"),
    "huge": ('{"access_token": "x", "expires_in": 1e300}', "lifetime"),
    "hugest": ('{"access_token": "x", "expires_in": 1%s}' % ("0" * 400), "lifetime"),
    "huge text": ('{"access_token": "x", "expires_in": "9%s"}' % ("9" * 4000), "lifetime"),
    "negative": ('{"access_token": "x", "expires_in": -1}', "lifetime"),
    "zero": ('{"access_token": "x", "expires_in": 0}', "lifetime"),
    "true": ('{"access_token": "x", "expires_in": true}', "lifetime"),
    "words": ('{"access_token": "x", "expires_in": "soon"}', "lifetime"),
}


@pytest.mark.parametrize("name", ODD_TOKENS)
def test_an_odd_token_is_refused_in_words(wired: Bench, name: str) -> None:
    body, words = ODD_TOKENS[name]
    answer_token(wired, lambda request: httpx.Response(200, content=body.encode(), headers=JSON))
    with pytest.raises(NotSent, match=words):
        wired.destination.read_identity()


@pytest.mark.parametrize("told", [1200, 1200.0, "1200", 604_800])
def test_a_lifetime_may_be_written_as_a_number_or_as_its_digits(wired: Bench, told: Any) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        real = wired.world.handle("POST", request.url.path, "", dict(request.headers), request.content)
        return httpx.Response(200, json={**json.loads(real.body), "expires_in": told})

    answer_token(wired, answer)
    for _ in range(2):
        wired.destination.read_identity()
        wired.clock.now_s += 600
    assert len(asked) == 1


# Waits


@pytest.mark.parametrize(
    ("told", "wait_s"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("0", 1),
        ("", 1),
        ("soon", 1),
        ("-5", 1),
        ("²", 1),
        ("3.5", 1),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 100),
        ("Thursday, 01-Jan-70 00:01:40 GMT", 100),
        ("Thu, 01 Jan 1970 02:01:40 +0200", 100),
        ("Wed, 31 Dec 1969 00:00:00 GMT", 1),
        ("Thu, 99 Jan 1970 00:00:00 GMT", 1),
    ],
)
def test_how_long_to_wait_is_read_as_seconds_or_as_a_date(told: str, wait_s: float) -> None:
    assert parse_retry_after_s(told, 0) == wait_s


@given(st.integers(1, 10_000), st.integers(0, 2_000_000_000))
def test_a_date_to_wait_for_is_as_good_as_its_seconds(seconds: int, now_utc_s: int) -> None:
    at = datetime.fromtimestamp(now_utc_s, UTC) + timedelta(seconds=seconds)
    assert parse_retry_after_s(format_datetime(at, usegmt=True), now_utc_s) == float(seconds)
    assert parse_retry_after_s(str(seconds), now_utc_s) == float(seconds)


@given(st.text(max_size=40))
def test_whatever_is_told_a_wait_is_a_second_at_least(told: str) -> None:
    assert parse_retry_after_s(told, 1_700_000_000.0) >= 1


def test_a_read_waits_until_the_date_it_is_told(wired: Bench) -> None:
    at = format_datetime(datetime.fromtimestamp(wired.clock() + 9, UTC), usegmt=True)
    answers = iter([httpx.Response(429, headers={"Retry-After": at})])
    wired.line.before = lambda request: None if request.url.path.endswith("/Token") else next(answers, None)
    wired.destination.read_identity()
    assert wired.clock.slept == [pytest.approx(9, abs=1)]


# Words


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"title": "A", "detail": "B"}, ["A", "B"]),
        ({"TITLE": "A", "Detail": "B", "ERRORS": {"x": ["C"]}}, ["A", "B", "x: C"]),
        ({"statusCode": 429, "message": "Try again in 3 seconds."}, ["Try again in 3 seconds."]),
        ({"error": "invalid_client", "error_description": "B"}, ["invalid_client", "B"]),
        ({"title": "A", "errors": {"x": "C", "$": ["D"], "y": [1, None, "", "E"]}}, ["A", "x: C", "D", "y: E"]),
        ({"title": "A", "errors": ["C", "D"]}, ["A", "C", "D"]),
        ({"title": " ", "detail": None, "errors": 7}, []),
        ({}, []),
    ],
)
def test_the_words_of_every_form_are_told(document: dict[str, Any], words: list[str]) -> None:
    assert list_words(document) == words


@pytest.mark.parametrize("value", ["", None, 7, True, "x", "84cf3ba9853e4075a1b2f45655b46087", "0" * 8 + "-" + "0" * 4])
def test_what_is_no_id_is_none(value: Any) -> None:
    assert parse_guid(value) is None


@given(st.uuids(version=4))
def test_every_id_is_one(value: Any) -> None:
    assert parse_guid(str(value)) == str(value)
    assert parse_guid(str(value).upper()) == str(value).upper()
