"""Covers secrets in whatever is kept or told of an answer, however they are written there."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

COVER = "•••"
"""What stands where a secret stood."""


@dataclass(frozen=True, slots=True)
class Veil:
    """Covers secrets in a text, however they are written there."""

    secrets: tuple[str, ...] = field(repr=False)

    def __call__(self, text: str) -> str:
        """The text without them. Longest first, so that no secret is left in part by a shorter one within it."""
        written = {form for secret in self.secrets if secret for form in _forms_of(secret)}
        if not written:
            return text
        either = "|".join(re.escape(form) for form in sorted(written, key=len, reverse=True))
        return re.sub(either, COVER, text, flags=re.IGNORECASE)


def _forms_of(secret: str) -> Iterator[str]:
    """A secret as JSON, an address or a page may write it."""
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield html.escape(secret)


def basic_secret(application_key: str, client_key: str) -> str:
    """The two keys as the token call's header holds them.

    >>> basic_secret("a", "b")
    'YTpi'
    """
    return base64.b64encode(f"{application_key}:{client_key}".encode()).decode()
