"""Answers kept word for word, without secrets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from posexport.errors import AnswerLost, PosexportError
from posexport.http.redact import Redactor

EVIDENCE_LENGTH_MAX = 20_000
"""Characters of a body that are kept: a list of a company's accounts is no evidence of a voucher."""


_Error = TypeVar("_Error", bound=PosexportError)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was not refused: its JSON (None where there is no content), and itself as evidence.
    `is_preceded`: an earlier request of the same call may have been processed."""

    value: Any
    response: httpx.Response = field(repr=False)
    redact: Redactor = field(repr=False)
    is_preceded: bool = False

    @property
    def evidence(self) -> str:
        """As `format_evidence`."""
        return format_evidence(self.response, self.redact)

    def lost(self, why: str) -> AnswerLost:
        """That this answer does not tell what became of the request."""
        return with_evidence(AnswerLost(why, status=self.response.status_code), self.evidence)


def with_evidence(error: _Error, evidence: str) -> _Error:
    """The error, with what was answered."""
    error.evidence = evidence
    return error


def format_evidence(response: httpx.Response, redact: Redactor) -> str:
    """`HTTP 400 application/problem+json`, and the body on the lines below, as it came but for secrets, and for NULs:
    UTF-16 has one in each letter, between which no secret would be found, and PostgreSQL takes none."""
    content_type = response.headers.get("Content-Type", "").partition(";")[0].strip()
    head = redact(f"HTTP {response.status_code} {content_type}".strip())
    body = redact(response.content.decode("utf-8", "replace").replace("\0", ""))
    return f"{head}\n{body[:EVIDENCE_LENGTH_MAX]}"
