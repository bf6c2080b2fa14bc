"""Tokens: who may call what, and for how long.

Lives here: the token call of v1 and v2 and the check of a bearer token.
Never here: a secret in a message or a log.
Sources: OAuth 2.0 client credentials (RFC 6749, 4.4 and 5.2); `expires_in` is 1200 seconds; a token is a JWT of 2 to
4 kB, whose claims tell client and privileges. Nobody but PowerOffice can check its signature, which is random here.
A token is bound to its pair of keys and to v1 or v2, and keeps the privileges of the moment it was issued.
What is not published is decided here and named: unknown keys are an `invalid_client`, an extension that was switched
off in Go is an `unauthorized_client`, and an empty parameter is an `invalid_request`.
"""

from __future__ import annotations

import base64
import binascii
import random
from collections import deque
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from .chart import Key, SandboxClient
from .refusals import oauth_error
from .wire import PRIVILEGE_MISSING, Answer, HttpRefusal, Json, Request, format_json, json_answer

EXPIRES_IN_S = 1200
SIGNATURE_BYTES = 512
TOKEN_ID_BYTES = 400
"""Long enough for a token of real length: real ones name more privileges than there are here."""

WRONG_KEYS = oauth_error("invalid_client", "The application key or the client key is not valid.")
SWITCHED_OFF = oauth_error("unauthorized_client", "The integration is not active on this client.")


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
            detail = f"The integration does not have the required privilege: {' or '.join(any_of)}."
            raise HttpRefusal(403, detail, title=PRIVILEGE_MISSING)


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

    def issue(self, key: Key, api: str, now_s: float, client: SandboxClient) -> Token:
        while self._by_age and self._by_age[0].expires_at_s <= now_s:
            self._by_value.pop(self._by_age.popleft().value, None)
        valid, invalid = key.privileges & client.privileges, key.privileges - client.privileges
        claims = {
            "iss": "sandbox",
            "nbf": int(now_s),
            "exp": int(now_s) + EXPIRES_IN_S,
            "jti": f"{self._rng.getrandbits(8 * TOKEN_ID_BYTES):0{2 * TOKEN_ID_BYTES}x}",
            "goClientId": client.client_id,
            "goClientName": client.name,
            "role": sorted(valid),
            "goInvalidPrivileges": sorted(invalid),
            "goActiveClientSubscriptions": list(client.subscriptions),
            "goAllowSendInvoice": "False",
        }
        token = Token(
            value=_jwt(claims, self._rng.getrandbits(8 * SIGNATURE_BYTES).to_bytes(SIGNATURE_BYTES)),
            key=key,
            api=api,
            expires_at_s=now_s + EXPIRES_IN_S,
            valid=valid,
            invalid=invalid,
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
                "Unauthorized. Access token is missing or invalid.",
                {"WWW-Authenticate": 'Bearer error="invalid_token"'},
            )
        return token


def _jwt(claims: Json, signature: bytes) -> str:
    parts = (b'{"alg":"RS512","typ":"JWT"}', format_json(claims).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


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
        return oauth_error("invalid_request", "The request has to be form-encoded.")
    form = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    if not all(value for _, value in form):
        return oauth_error("invalid_request", "The request has an empty parameter.")
    grants = [value for name, value in form if name == "grant_type"]
    if len(grants) != 1:
        return oauth_error("invalid_request", "The request needs one grant_type.")
    if grants != ["client_credentials"]:
        return oauth_error("unsupported_grant_type", "Only client_credentials is supported.")
    return None


def token_answer(token: Token) -> Answer:
    value = {"access_token": token.value, "token_type": "bearer", "expires_in": EXPIRES_IN_S}
    return json_answer(value, headers={"Cache-Control": "no-store"})
