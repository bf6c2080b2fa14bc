"""What PowerOffice's answers are read as, and kept as: JSON, its own words in a refusal, and evidence.

Evidence is an answer word for word, with every secret of the session covered; it is made only where it is
asked for. Nothing here sends anything, and nothing here keeps the answer of a token call.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from posexport.destinations.veil import Veil
from posexport.errors import AnswerLost, NotSent, PosexportError, VoucherRefused

EVIDENCE_LENGTH_MAX = 20_000
"""Characters of a body that are kept: a list of a company's accounts is no evidence of a voucher."""

_Error = TypeVar("_Error", bound=PosexportError)


class Repeatable(Exception):
    """What may simply be asked again. It never leaves the session."""

    def __init__(self, why: str, evidence: str = "") -> None:
        self.evidence = evidence
        super().__init__(why)


class HttpRefused(VoucherRefused):
    """A refusal by its status. `is_told`: PowerOffice itself says so, in the form of its problems, rather than
    something on the way to it."""

    def __init__(self, status: int, words: str, *, is_told: bool) -> None:
        self.status, self.is_told = status, is_told
        super().__init__(words)

    @property
    def is_not_found(self) -> bool:
        """Whether PowerOffice says that there is no such thing. The 404 of a proxy says nothing of the kind."""
        return self.status == 404 and self.is_told

    @property
    def is_conflict(self) -> bool:
        """Whether PowerOffice says that it can no longer be done."""
        return self.status == 409 and self.is_told


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was not refused: its JSON (None where there is no content), and itself as evidence."""

    value: Any
    response: httpx.Response = field(repr=False)
    veil: Veil = field(repr=False)

    @property
    def evidence(self) -> str:
        """As `format_evidence`."""
        return format_evidence(self.response, self.veil)

    def lost(self, why: str) -> AnswerLost:
        """That this answer does not tell what became of the request."""
        return with_evidence(AnswerLost(why), self.evidence)


def with_evidence(error: _Error, evidence: str) -> _Error:
    """The error, with what was answered."""
    error.evidence = evidence
    return error


def format_evidence(response: httpx.Response, veil: Veil) -> str:
    """`HTTP 400 application/problem+json`, and the body on the lines below, as it came but for secrets, and for NULs:
    UTF-16 has one in each letter, between which no secret would be found, and PostgreSQL takes none."""
    content_type = response.headers.get("Content-Type", "").partition(";")[0].strip()
    head = veil(f"HTTP {response.status_code} {content_type}".strip())
    body = veil(response.content.decode("utf-8", "replace").replace("\0", ""))
    return f"{head}\n{body[:EVIDENCE_LENGTH_MAX]}"


def json_of(response: httpx.Response, veil: Veil) -> Any:
    """The JSON of an answer; an answer that is none is as good as lost. Raises Repeatable."""
    content_type = response.headers.get("Content-Type", "")
    if "json" not in content_type:
        why = f"HTTP {response.status_code} with {content_type or 'no content type'}, not JSON"
        raise Repeatable(veil(why), format_evidence(response, veil))
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        raise Repeatable("the answer is not whole JSON", format_evidence(response, veil)) from None


def words_of(response: httpx.Response) -> str:
    """PowerOffice's own words in a refusal: Title and Detail, or the status alone."""
    words = ", ".join(_problem_of(response))
    return f"HTTP {response.status_code}" + (f": {words}" if words else "")


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Raises NotSent where an answer is JSON, but not of the form it is known in."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError):
        raise NotSent(f"what it tells of {what} cannot be read") from None


def is_problem(response: httpx.Response) -> bool:
    """Whether an answer is one of PowerOffice's own problems, with a title or a detail."""
    return bool(_problem_of(response))


def _problem_of(response: httpx.Response) -> list[str]:
    try:
        answer = json.loads(response.content)
    except (ValueError, RecursionError):
        return []
    if not isinstance(answer, dict):
        return []
    told = {str(name).lower(): value for name, value in answer.items()}
    return [str(told[name]) for name in ("title", "detail") if told.get(name)]
