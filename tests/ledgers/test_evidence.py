"""What was answered is kept word for word and without secrets, and who answered."""

from __future__ import annotations

import base64
import html
import json
import urllib.parse
from pathlib import Path

import httpx
import pytest

from posexport.core.ports.ledger import (
    Identity,
)
from posexport.errors import (
    AnswerLost,
    PosexportError,
    VoucherRefused,
)
from posexport.http.evidence import EVIDENCE_LENGTH_MAX
from posexport.http.redact import COVER, Redactor
from tests.support.ledger_bench import KEY_TEXTS, KEYS, Bench, open_bench, operations, refusal

# Evidence


def test_what_was_answered_to_a_draft_is_kept_word_for_word(wired: Bench) -> None:
    drafted = wired.send()
    head, _, body = drafted.evidence.partition("\n")
    assert head == ("HTTP 200 application/json" if wired.target == "import" else "HTTP 201 application/json")
    answer = json.loads(body)
    assert drafted.remote_id == (answer["data"] if wired.target == "import" else answer["Id"])


def test_a_refusal_is_kept_word_for_word_and_is_no_part_of_the_message(wired: Bench) -> None:
    payload = wired.payload()
    wired.answer(lambda request: refusal(wired.target), "POST")
    with pytest.raises(VoucherRefused, match="Perioden er avsluttet") as caught:
        wired.send(payload)
    head, _, body = caught.value.evidence.partition("\n")
    assert head == ("HTTP 200 application/json" if wired.target == "import" else "HTTP 400 application/problem+json")
    assert body == refusal(wired.target).text
    assert caught.value.evidence not in str(caught.value)
    assert "{" not in str(caught.value)


def test_evidence_is_cut_where_an_answer_is_long(wired: Bench) -> None:
    payload = wired.payload()
    wired.answer(lambda request: httpx.Response(502, html="x" * 1_000_000), "POST")
    with pytest.raises(AnswerLost) as caught:
        wired.send(payload)
    assert len(caught.value.evidence) == len("HTTP 502 text/html\n") + EVIDENCE_LENGTH_MAX


def echo(request: httpx.Request) -> str:
    """A page of a proxy that is too helpful: every header, as it is and as pages and addresses write it, and the
    keys in the middle of words."""
    told = [*(f"{name}: {value}" for name, value in request.headers.items()), *(f"x{key}y" for key in KEY_TEXTS)]
    told.append(base64.b64encode(f"{KEYS.application_key}:{KEYS.client_key}".encode()).decode())
    forms = [form for text in told for form in (text, html.escape(text), urllib.parse.quote(text), text.upper())]
    return "<pre>" + "\n".join([*forms, json.dumps(forms)]) + "</pre>"


@pytest.mark.sampled(5)
@pytest.mark.parametrize("status", [200, 301, 400, 401, 403, 404, 409, 429, 500, 503])
@pytest.mark.parametrize("form", ["page", "problem"])
def test_evidence_and_messages_hold_no_secret_though_the_server_repeats_them(
    wired: Bench, status: int, form: str
) -> None:
    payload = wired.payload()
    drafted = wired.send(payload)
    wired.pass_s()
    tokens: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        tokens.append(request.headers["Authorization"].removeprefix("Bearer "))
        if form == "page":
            return httpx.Response(status, html=echo(request))
        problem = {"Title": "No", "Detail": echo(request), "success": False, "validation": {"summary": echo(request)}}
        return httpx.Response(status, json=problem)

    wired.answer(answer)
    told: list[str] = []
    for operation in operations(wired, drafted.remote_id, payload).values():
        try:
            operation()
        except PosexportError as error:
            told += [error.evidence, str(error), repr(error)]
    assert any(COVER in text for text in told)
    secrets = [*KEY_TEXTS, *tokens, base64.b64encode(f"{KEYS.application_key}:{KEYS.client_key}".encode()).decode()]
    for text in told:
        assert not [secret for secret in secrets if secret.lower() in text.lower()]


def test_a_token_that_was_renewed_is_covered_like_the_one_in_use(wired: Bench) -> None:
    if wired.target == "journal":
        pytest.skip("it is not sent again with another token before somebody has looked")
    payload = wired.payload()
    wired.world.reset()
    tokens: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("/Token"):
            return None
        tokens.append(request.headers["Authorization"].removeprefix("Bearer "))
        return httpx.Response(401 if len(tokens) == 1 else 500, html=" ".join(tokens))

    wired.line.before = answer
    with pytest.raises(AnswerLost) as caught:
        wired.send(payload)
    assert len(set(tokens)) == 2
    assert caught.value.evidence == f"HTTP 500 text/html\n{COVER} {COVER}"


def test_the_answer_to_a_token_call_is_never_evidence(wired: Bench) -> None:
    payload = wired.payload()
    wired.destination = wired.open()
    bodies = (
        httpx.Response(400, json={"error": "invalid_client"}),
        httpx.Response(429, text="slow down"),
        httpx.Response(500, text="access_token=secret-token"),
        httpx.Response(200, html="access_token=secret-token"),
        httpx.Response(200, json={"token": "secret-token"}),
    )
    for body in bodies:
        wired.line.before = lambda request, body=body: body  # type: ignore[misc]
        wired.pass_s(60)
        with pytest.raises(PosexportError) as caught:
            wired.send(payload)
        assert caught.value.evidence == ""
        assert "secret-token" not in str(caught.value)


def test_a_veil_covers_the_longer_of_two_secrets_that_hold_each_other() -> None:
    assert Redactor(("abc", "abcdef", ""))("x abcdef ABC y") == f"x {COVER} {COVER} y"
    assert Redactor(())("nothing to hide") == "nothing to hide"
    assert Redactor(('a"b<ø',))('a"b<ø a\\"b<\\u00f8 a&quot;b&lt;ø a%22b%3C%C3%B8') == " ".join([COVER] * 4)


# Identity


@pytest.mark.parametrize("target", ["journal", "ledger"])
@pytest.mark.parametrize(("told", "number"), [("NO 999 999 999 MVA", "999999999"), ("", None), (None, None)])
def test_an_identity_has_the_organisation_number_in_digits(
    tmp_path: Path, target: str, told: str | None, number: str | None
) -> None:
    for bench in open_bench(target, tmp_path):
        bench.answer(lambda request: httpx.Response(200, json={"OrganizationNumber": told}), path="Organization")
        assert bench.destination.read_identity() == Identity("Fjordmat AS", number)


@pytest.mark.parametrize("status", [403, 404])
def test_an_identity_does_without_the_organisation_number_where_it_is_refused(ledger: Bench, status: int) -> None:
    ledger.answer(lambda request: httpx.Response(status, html="no"), path="Organization")
    assert ledger.destination.read_identity() == Identity("Fjordmat AS", None)


@pytest.mark.parametrize(
    ("target", "lacking"),
    [
        ("journal", ("JournalEntryVoucher_Full", "GeneralLedgerAccount", "Department", "CommonServices")),
        (
            "ledger",
            (
                "CashVoucher_Full",
                "AccountTransaction",
                "VoucherDocumentation_Full",
                "GeneralLedgerAccount",
                "Department",
                "CommonServices",
            ),
        ),
    ],
)
def test_an_identity_names_every_privilege_that_is_lacking(
    tmp_path: Path, target: str, lacking: tuple[str, ...]
) -> None:
    for bench in open_bench(target, tmp_path):
        assert bench.destination.read_identity().missing == ()
        bench.world.set_privileges(KEYS.application_key, KEYS.client_key, [])
        bench.destination = bench.open()
        assert bench.destination.read_identity() == Identity("Fjordmat AS", None, lacking)
