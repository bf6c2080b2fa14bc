"""Interprets PowerOffice's answers: JSON, the wording of a refusal, and evidence.

Evidence is an answer word for word with every secret of the session redacted; made only where it is asked for. Nothing
here sends anything, and the answers of token calls are never kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from posexport.errors import NotSent, VoucherRefused, WrongKey
from posexport.http.evidence import format_evidence
from posexport.http.redact import Redactor
from posexport.ledgers.poweroffice.fields import fold_names


class Repeatable(Exception):
    """An answer after which the call may simply be repeated. Never leaves the session."""

    def __init__(self, why: str, evidence: str = "") -> None:
        self.evidence = evidence
        super().__init__(why)


class HttpRefused(VoucherRefused):
    """A refusal by HTTP status. `is_told`: PowerOffice itself says so, as a problem document, and not a proxy or
    gateway."""

    def __init__(self, status: int, words: str, *, is_told: bool) -> None:
        self.status, self.is_told = status, is_told
        super().__init__(words)

    @property
    def is_not_found(self) -> bool:
        """Whether PowerOffice says that the thing does not exist. A proxy's 404 does not count."""
        return self.status == 404 and self.is_told

    @property
    def is_conflict(self) -> bool:
        """Whether PowerOffice says that it can no longer be done (409)."""
        return self.status == 409 and self.is_told


def json_of(response: httpx.Response, redact: Redactor) -> Any:
    """The JSON of an answer. Raises Repeatable where it is no JSON: such an answer counts as lost."""
    content_type = response.headers.get("Content-Type", "")
    if "json" not in content_type:
        why = f"HTTP {response.status_code} with {content_type or 'no content type'}, not JSON"
        raise Repeatable(redact(why), format_evidence(response, redact))
    try:
        return _parse_json(response.content)
    except (ValueError, RecursionError):
        raise Repeatable("the answer is not whole JSON", format_evidence(response, redact)) from None


def _parse_json(content: bytes) -> Any:
    """What JSON says, with a question mark for half a letter (a lone surrogate) and for a NUL: not every database and
    console takes those.
    Raises ValueError or RecursionError.

    >>> _parse_json(b'["\\\\ud83d!", "\\\\ud83d\\\\ude00"]')
    ['?!', '😀']
    """
    value = json.loads(content)
    if b"\\" not in content:
        return value
    return _whole(value)


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "?").encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return {_whole(name): _whole(item) for name, item in value.items()} if isinstance(value, dict) else value


WORDS_MAX = 8
"""How many texts under `errors` are shown: a voucher of fifty lines may have fifty."""

_NEVER_A_REFUSAL = frozenset({401, 407, 408, 429})
"""HTTP statuses that say nothing about the voucher itself: keys, proxies, timeouts, throttling."""


def words_of(response: httpx.Response) -> str:
    """PowerOffice's wording of a refusal, in any of its formats; the status alone where there is none."""
    words = ", ".join(_list_words(_object_of(response)))
    return f"HTTP {response.status_code}" + (f": {words}" if words else "")


def name_answer(response: httpx.Response) -> str:
    """A short description of an answer that shows neither success nor refusal: status, and wording or content type."""
    content_type = response.headers.get("Content-Type", "").partition(";")[0].strip()
    told = words_of(response)
    return told if ":" in told else f"{told} with {content_type or 'no content type'}, not PowerOffice's own words"


def is_own_refusal(response: httpx.Response) -> bool:
    """Whether PowerOffice itself refused the request: a 4xx with a problem document. Other 4xx prove nothing: proxies,
    gateways and load balancers send them even after PowerOffice has processed the request."""
    status = response.status_code
    return 400 <= status < 500 and status not in _NEVER_A_REFUSAL and is_problem(response)


def is_problem(response: httpx.Response) -> bool:
    """Whether an answer is a problem document of PowerOffice: a title with a detail, with errors by field, or with the
    answer's status. A gateway's `{"statusCode", "message"}` is none."""
    return "json" in response.headers.get("Content-Type", "") and is_problem_document(
        _object_of(response), response.status_code
    )


def is_problem_document(document: Mapping[str, Any], status: int | None = None) -> bool:
    """Whether a JSON object, its names in lower case, is a problem document; with this `status`, where given."""
    if not isinstance(document.get("title"), str) or not document["title"].strip():
        return False
    told = document.get("status")
    if told is not None and status is not None and told != status:
        return False
    is_failure = isinstance(told, int) and not isinstance(told, bool) and told >= 400
    return is_failure or bool(document.get("detail")) or isinstance(document.get("errors"), dict | list)


def is_privilege_question(response: httpx.Response) -> bool:
    """Whether the refusal is about a missing privilege: a 403, or a problem with that title."""
    title = str(_object_of(response).get("title") or "")
    return response.status_code == 403 or title.strip().lower() == "missing privilege"


def find_wrong_key(response: httpx.Response) -> WrongKey:
    """Which key was refused: the gateway checks the subscription key only, and the token call's RFC 6749 error says
    whether the others are wrong or just not allowed."""
    told = _object_of(response)
    if "error" not in told and "message" in told and response.status_code == 401:
        return WrongKey.SUBSCRIPTION
    if told.get("error") in ("invalid_client", "invalid_grant"):
        return WrongKey.CLIENT
    if told.get("error") in ("unauthorized_client", "access_denied", "invalid_scope"):
        return WrongKey.NOT_ALLOWED
    return WrongKey.UNKNOWN


def list_words(document: Mapping[str, Any]) -> list[str]:
    """The texts in a refusal, most useful first: of a problem document, of the gateway, of a token call.

    >>> list_words({"Title": "No", "Errors": {"date": ["is locked", "is a Sunday"]}})
    ['No', 'date: is locked', 'date: is a Sunday']
    """
    return _list_words(fold_names(document))


def _list_words(told: Mapping[str, Any]) -> list[str]:
    names = ("title", "detail", "message", "error", "error_description")
    words = [str(told[name]).strip() for name in names if isinstance(told.get(name), str | int)]
    return [word for word in (*words, *_texts_of(told.get("errors"))) if word]


def _texts_of(errors: Any) -> list[str]:
    """The texts in `errors`, each after its field's name where it has one."""
    by_field = errors.items() if isinstance(errors, dict) else (("", errors),)
    found = [
        f"{field}: {text}" if str(field).strip("$") else str(text)
        for field, texts in by_field
        for text in (texts if isinstance(texts, list) else [texts])
        if isinstance(text, str) and text.strip()
    ]
    more = len(found) - WORDS_MAX
    return [*found[:WORDS_MAX], f"and {more} more"] if more > 0 else found


def _object_of(response: httpx.Response) -> Mapping[str, Any]:
    """The JSON object in an answer, its names in lower case; empty where there is none."""
    try:
        answer = _parse_json(response.content)
    except (ValueError, RecursionError):
        return {}
    return fold_names(answer) if isinstance(answer, dict) else {}


def parse_guid(value: Any) -> str | None:
    """An id as both APIs give it; None where it is malformed or all zeros.

    >>> parse_guid("84CF3BA9-853e-4075-a1b2-f45655b46087"), parse_guid("Not Found"), parse_guid("0" * 32)
    ('84CF3BA9-853e-4075-a1b2-f45655b46087', None, None)
    """
    if not isinstance(value, str) or not _GUID.fullmatch(value) or not value.strip("0-"):
        return None
    return value


_GUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turns errors while interpreting an answer into NotSent: it is JSON, but not of the known form."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError):
        raise NotSent(f"what it tells of {what} cannot be read") from None
