"""Tokens: who may call what, and for how long.

Lives here: the token call of v1 and v2 and the check of a bearer token.
Never here: a secret in a message or a log.
Sources: OAuth 2.0 client credentials (RFC 6749, 4.4); `expires_in` is 1200 seconds.
Wrong keys are answered 400 `{"error":"invalid_client"}`, another grant 400 `unsupported_grant_type`.
A token is bound to its pair of keys and to v1 or v2, and keeps the privileges of the moment it was issued.
"""

from __future__ import annotations

import base64
import binascii
import random
from collections import deque
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from .chart import Key
from .wire import Answer, HttpRefusal, Request, json_answer

EXPIRES_IN_S = 1200


@dataclass(frozen=True, slots=True)
class Token:
    """An access token. `invalid` privileges are the key's, but outside the client's subscription."""

    value: str = field(repr=False)
    key: Key
    api: str
    expires_at_s: float
    valid: frozenset[str]
    invalid: frozenset[str]

    def require(self, *any_of: str) -> None:
        """Raises `HttpRefusal` 403 unless the token holds one of these privileges."""
        if not self.valid.intersection(any_of):
            raise HttpRefusal(403, f"The integration does not have the required privilege: {' or '.join(any_of)}.")


class Tokens:
    """The tokens in use, oldest first; expired ones are dropped as new ones are issued."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._by_value: dict[str, Token] = {}
        self._by_age: deque[Token] = deque()

    def __len__(self) -> int:
        return len(self._by_value)

    def clear(self) -> None:
        self._by_value.clear()
        self._by_age.clear()

    def issue(self, key: Key, api: str, now_s: float, allowed: frozenset[str]) -> Token:
        while self._by_age and self._by_age[0].expires_at_s <= now_s:
            self._by_value.pop(self._by_age.popleft().value, None)
        token = Token(
            value=f"sandbox-{self._rng.getrandbits(192):048x}",
            key=key,
            api=api,
            expires_at_s=now_s + EXPIRES_IN_S,
            valid=key.privileges & allowed,
            invalid=key.privileges - allowed,
        )
        self._by_value[token.value] = token
        self._by_age.append(token)
        return token

    def check(self, request: Request, api: str, now_s: float) -> Token:
        """The token the request carries; raises `HttpRefusal` 401."""
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        token = self._by_value.get(value.strip()) if scheme.lower() == "bearer" else None
        if token is None or token.api != api or token.expires_at_s <= now_s:
            raise HttpRefusal(
                401,
                "Authorization has been denied: the access token is missing, unknown or expired.",
                {"WWW-Authenticate": 'Bearer error="invalid_token"'},
            )
        return token


def basic_keys(request: Request) -> tuple[str, str] | None:
    """Application key and client key from Basic authorization, or None where it is not well-formed."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
    application_key, colon, client_key = text.partition(":")
    return (application_key, client_key) if colon else None


def check_grant(request: Request) -> Answer | None:
    """None where the form asks for client credentials, else the refusal."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return json_answer({"error": "invalid_request"}, 400)
    form = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    grants = [value for name, value in form if name == "grant_type"]
    if len(grants) != 1:
        return json_answer({"error": "invalid_request"}, 400)
    return None if grants == ["client_credentials"] else json_answer({"error": "unsupported_grant_type"}, 400)


def token_answer(token: Token) -> Answer:
    value = {"access_token": token.value, "token_type": "bearer", "expires_in": EXPIRES_IN_S}
    return json_answer(value, headers={"Cache-Control": "no-store"})
