"""Signing in with another service (OpenID Connect): Entra ID, Google or any other. The code flow with PKCE; what the
service says counts only as it signed it, for us, just now, and for the browser that asked.

Nothing is kept here between the two steps: what they have in common is worked out from a random value in a cookie of
the browser.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from posexport.errors import UsageError
from posexport.http.json_requests import NoDocument, fetch_json
from posexport.office.networks import is_loopback

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures that nobody but the service can make."""

LEEWAY_S = 60
"""How far (s) its clock and ours may differ."""


_NAMES = {"accounts.google.com": "Google", "login.microsoftonline.com": "Microsoft"}


class NotIdentified(Exception):
    """The service does not say who somebody is, or not so that it can be believed. `why`: for the server's log, without
    anything secret."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Service:
    """The service, as it was set up. `issuer`: its address; `name`: what the button says."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    name: str
    environ: Mapping[str, str] = field(repr=False)
    clock: Callable[[], float] = time.time


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is by a service. `email`: "" where it was not verified."""

    issuer: str
    subject: str
    email: str
    name: str


def make_service(
    issuer: str, client_id: str, secret: str, environ: Mapping[str, str], clock: Callable[[], float]
) -> Service:
    """A service from what was typed; `secret` is the secret itself. Raises UsageError for an address that is none, or
    over which secrets would go in the clear, and where the extra is not installed."""
    try:
        import joserfc as _  # noqa: F401 - asked for now, not at the first sign-in
    except ModuleNotFoundError:
        raise UsageError("Signing in with another service needs joserfc: pip install '.[office]'") from None
    parts = urlsplit(issuer)
    is_secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not is_secure or not parts.hostname or parts.query or parts.fragment:
        raise UsageError(
            f"--oidc-issuer {issuer!r} is no address of an issuer. Write one such as https://accounts.google.com."
        )
    return Service(issuer, client_id, secret, _NAMES.get(parts.hostname, parts.hostname), environ, clock)


def begin(service: Service, value: str, redirect_uri: str) -> str:
    """The address at which the service asks who somebody is. `value`: the random one of the browser's cookie. Raises
    NotIdentified where the service does not answer."""
    verifier = _derive(value, "verifier")
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": service.client_id,
        "redirect_uri": redirect_uri,
        "scope": "openid email profile",
        "state": _derive(value, "state"),
        "nonce": _derive(value, "nonce"),
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    address = _find_address(_discover(service), "authorization_endpoint")
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def is_state(value: str, state: str) -> bool:
    """Whether an answer of the service is one to what this browser asked."""
    return bool(value) and hmac.compare_digest(_derive(value, "state").encode(), state.encode())


def identify(service: Service, value: str, code: str, redirect_uri: str) -> Identity:
    """Who somebody is, for the code that the service gave the browser. Raises NotIdentified."""
    known = _discover(service)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": _derive(value, "verifier"),
    }
    user: tuple[str, str] | None = (service.client_id, service.secret)
    methods = known.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if "client_secret_basic" not in methods:
        form |= {"client_id": service.client_id, "client_secret": service.secret}
        user = None
    answered = _fetch(service, _find_address(known, "token_endpoint"), form=form, user=user)
    keys = _fetch(service, _find_address(known, "jwks_uri"))
    claims = _read_token(service, str(answered.get("id_token", "")), keys, _derive(value, "nonce"))
    is_verified = claims.get("email_verified") is True or claims.get("xms_edov") in (True, 1, "1")
    email = str(claims.get("email", "")) if is_verified else ""
    return Identity(service.issuer, claims["sub"], email, str(claims.get("name", "")))


def _discover(service: Service) -> dict[str, Any]:
    found = _fetch(service, f"{service.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != service.issuer:
        raise NotIdentified("the service calls itself by another issuer")
    return found


def _fetch(service: Service, url: str, **asked: Any) -> dict[str, Any]:
    try:
        return fetch_json(url, service.environ, **asked)
    except NoDocument as missing:
        raise NotIdentified(str(missing)) from None


def _find_address(known: Mapping[str, Any], name: str) -> str:
    address = known.get(name)
    parts = urlsplit(address if isinstance(address, str) else "")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise NotIdentified(f"the service names no {name} that is safe")
    return str(address)


def _read_token(service: Service, token: str, keys: Mapping[str, Any], nonce: str) -> dict[str, Any]:
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        claims = jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=list(ALGORITHMS)).claims  # type: ignore[arg-type]
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise NotIdentified(f"the token is not signed by the service ({type(error).__name__})") from None
    now, audience = service.clock(), claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    wrong = [
        name
        for name, is_right in (
            ("iss", claims.get("iss") == service.issuer),
            ("aud", service.client_id in audiences),
            ("azp", claims.get("azp", service.client_id) == service.client_id),
            ("exp", _is_number(claims.get("exp")) and claims["exp"] > now - LEEWAY_S),
            ("iat", _is_number(claims.get("iat")) and claims["iat"] < now + LEEWAY_S),
            ("nonce", hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode())),
            ("sub", isinstance(claims.get("sub"), str) and bool(claims["sub"])),
        )
        if not is_right
    ]
    if wrong:
        raise NotIdentified(f"the token is not for this sign-in: {', '.join(wrong)}")
    return dict(claims)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _derive(value: str, purpose: str) -> str:
    return hmac.new(value.encode(), purpose.encode(), hashlib.sha256).hexdigest()
