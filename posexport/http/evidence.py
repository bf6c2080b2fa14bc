"""HTTP answers kept word for word, with secrets redacted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from posexport.errors import AnswerLost, PosexportError
from posexport.http.redact import Redactor

if TYPE_CHECKING:
    import httpx

EVIDENCE_LENGTH_MAX = 20_000
"""How many characters of a body are kept: a list of a company's accounts is no evidence for a voucher."""


_Error = TypeVar("_Error", bound=PosexportError)


@dataclass(frozen=True, slots=True)
class Answered:
    """A successful answer: its JSON (None where it has no content), and the response as evidence. `is_preceded`: an
    earlier attempt of the same call may have been processed."""

    value: Any
    response: httpx.Response = field(repr=False)
    redact: Redactor = field(repr=False)
    is_preceded: bool = False

    @property
    def evidence(self) -> str:
        """The answer as text, by `format_evidence`."""
        return format_evidence(self.response, self.redact)

    def lost(self, why: str) -> AnswerLost:
        """The error that this answer does not show whether the request was carried out."""
        return with_evidence(AnswerLost(why, status=self.response.status_code), self.evidence)


def with_evidence(error: _Error, evidence: str) -> _Error:
    """The same error, with the answer attached."""
    error.evidence = evidence
    return error


def format_evidence(response: httpx.Response, redact: Redactor) -> str:
    """`HTTP 400 application/problem+json`, then the body on the lines below, redacted and without NULs (in UTF-16 every
    letter has one, which would hide secrets, and PostgreSQL rejects them)."""
    content_type = response.headers.get("Content-Type", "").partition(";")[0].strip()
    head = redact(f"HTTP {response.status_code} {content_type}".strip())
    body = redact(response.content.decode("utf-8", "replace").replace("\0", ""))
    return f"{head}\n{body[:EVIDENCE_LENGTH_MAX]}"
