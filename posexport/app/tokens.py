"""Tokens: what a browser or a link has, and what is stored of it."""

from __future__ import annotations

import hashlib
import secrets


def make_token() -> str:
    """A new token of 256 bits."""
    return secrets.token_urlsafe(32)


def digest_token(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
