"""Signing in with another service, against one that listens on this machine."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from posexport.app.users import close, invite
from posexport.core.roles import Grant, Role
from posexport.errors import UsageError
from posexport.office.oidc import ALGORITHMS, LEEWAY_S, make_service
from tests.office.test_signing_in import HOUSE, KARI, acts, bring_in
from tests.office.test_users import find
from tests.support.command_line import make_run
from tests.support.harness import Shop, sale
from tests.support.looks import count_rows, read_rows
from tests.support.office import Office, Visitor, open_office

KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}) for kid in ("a", "b"))
SECRET = "oidc-5ecret-77"


@dataclass
class Issuer:
    """Who says who somebody is: with these claims, signed with this key. `asked`: the forms that it was sent."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: KEY)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "a"})
    known: dict[str, Any] = field(default_factory=dict)
    further_keys: list[Any] = field(default_factory=list)
    asked: list[tuple[dict[str, str], str]] = field(default_factory=list)
    nonce: str = ""
    challenge: str = ""

    def answer(self, path: str, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        if path == "/.well-known/openid-configuration":
            places = {"authorization": "authorize", "token": "token"}
            told = {f"{name}_endpoint": f"{self.url}/{place}" for name, place in places.items()}
            return {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **told, **self.known}
        if path == "/keys":
            return {"keys": [KEY.as_dict(private=False), *self.further_keys]}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if path != "/token" or base64.urlsafe_b64encode(digest).decode().rstrip("=") != self.challenge:
            return None
        self.asked.append((form, authorization))
        said: dict[str, Any] = {
            "iss": self.url,
            "aud": "posexport",
            "sub": "kari-1",
            "nonce": self.nonce,
            **TIMES,
            **self.claims,
        }
        if self.header["alg"] == "none":
            parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in (self.header, said))
            return {"id_token": f"{'.'.join(part.rstrip('=') for part in parts)}."}
        return {"id_token": jwt.encode(self.header, said, self.key)}


TIMES: dict[str, int] = {}


@pytest.fixture
def issuer(both: Shop) -> Iterator[Issuer]:
    issuer = Issuer()
    now = int(both.clock())
    TIMES.update(iat=now, exp=now + 300)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            form = dict(parse_qsl(self.rfile.read(length).decode()))
            told = issuer.answer(urlsplit(self.path).path, form, self.headers.get("authorization", ""))
            body = json.dumps(told or {"error": "invalid_grant"}).encode()
            self.send_response(200 if told else 400)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield issuer
        server.shutdown()
        thread.join()


@pytest.fixture
def office(both: Shop, issuer: Issuer) -> Iterator[Office]:
    both.apply()
    both.sell(sale(1))
    service = make_service(issuer.url, "posexport", SECRET, {}, both.clock)
    with open_office(both, service=service) as office:
        yield office


def go_there(visitor: Visitor, issuer: Issuer, to: str = "/days") -> str:
    """To the service and back: the address that it leads back to."""
    visitor.get(f"/login?to={to}")
    [link] = visitor.tree.xpath("//a[contains(@href, '/login/oidc')]/@href")
    away = visitor._ask(visitor.client.get(str(link)))
    assert away.status_code == 303, visitor.text
    asked = {name: values[0] for name, values in parse_qs(urlsplit(away.headers["location"]).query).items()}
    assert asked["client_id"] == "posexport" and asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://127.0.0.1:8080/login/oidc/back"
    issuer.nonce, issuer.challenge = asked["nonce"], asked["code_challenge"]
    return f"/login/oidc/back?code=c0de&state={asked['state']}"


def sign_in(office: Office, issuer: Issuer, **claims: Any) -> Visitor:
    visitor = office.enter()
    back = go_there(visitor, issuer)
    issuer.claims = claims
    visitor.get(back)
    visitor.send("/login/oidc/back")
    return visitor


MAIL = {"email": "Kari@Fjordmat.example", "email_verified": True, "name": "Kari Moe"}


def test_somebody_who_was_invited_signs_in_elsewhere_and_is_known_there_from_then_on(
    office: Office, issuer: Issuer, both: Shop
) -> None:
    invited = invite(office.workspace, HOUSE, KARI, [Grant(Role.BOOKKEEPER, "fjordmat")])
    assert invited.link is not None
    visitor = sign_in(office, issuer, **MAIL)
    assert visitor.page.url.path == "/days" and "Kari Moe" in visitor.text
    assert office.enter().get(invited.link.path).status_code == 404, "the invitation is taken up"
    [(form, authorization)] = issuer.asked
    assert form["code"] == "c0de" and SECRET not in str(form)
    assert base64.b64decode(authorization.removeprefix("Basic ")).decode() == f"posexport:{SECRET}"
    again = sign_in(office, issuer, email="other@x.example", email_verified=True)
    assert again.page.url.path == "/days", "by its own name for them"
    assert [(act, by) for act, _, by in acts(both)][1:] == [
        ("identity-linked", "oidc"),
        ("signed-in", "oidc"),
        ("signed-in", "oidc"),
    ]
    again.get("/me")
    assert "logger inn uten passord" in again.text


@pytest.mark.parametrize(
    "claims",
    [
        {"email": KARI},
        {"email": KARI, "email_verified": False},
        {"email": KARI, "email_verified": "true"},
        {"email": "nobody@x.example", "email_verified": True},
        {},
    ],
)
def test_nobody_becomes_a_user_and_no_address_counts_unverified(
    office: Office, issuer: Issuer, both: Shop, claims: dict[str, Any]
) -> None:
    bring_in(office)
    users = count_rows(both, "office_user")
    visitor = sign_in(office, issuer, **claims)
    assert visitor.page.status_code == 403 and "ikke bruker her" in visitor.text
    assert visitor.get("/").url.path == "/login"
    assert count_rows(both, "office_user") == users and count_rows(both, "office_identity") == 0


def test_a_second_name_elsewhere_is_not_linked_to_the_same_user(office: Office, issuer: Issuer) -> None:
    bring_in(office)
    assert sign_in(office, issuer, **MAIL).page.url.path == "/days"
    assert sign_in(office, issuer, **MAIL, sub="eve-2").page.status_code == 403


def test_who_is_closed_is_not_let_in_and_who_is_invited_again_is_linked_anew(office: Office, issuer: Issuer) -> None:
    bring_in(office)
    sign_in(office, issuer, **MAIL)
    close(office.workspace, HOUSE, find(office, KARI).id)
    assert sign_in(office, issuer, **MAIL).page.status_code == 403
    invite(office.workspace, HOUSE, KARI, [Grant(Role.READER, "fjordmat")])
    assert sign_in(office, issuer, **MAIL).page.url.path == "/days"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "http://evil.example"},
        {"aud": "another"},
        {"aud": ["posexport", "another"], "azp": "another"},
        {"nonce": "of another sign-in"},
        {"exp": "never"},
        {"sub": ""},
        {"sub": 7},
    ],
)
def test_a_token_that_is_not_for_this_sign_in_is_not_believed(
    office: Office, issuer: Issuer, claims: dict[str, Any]
) -> None:
    bring_in(office)
    visitor = sign_in(office, issuer, **MAIL | claims)
    assert visitor.page.status_code == 403 and "ikke fullført" in visitor.text
    assert visitor.get("/").url.path == "/login"


def test_a_token_is_believed_for_as_long_as_it_says(office: Office, issuer: Issuer, both: Shop) -> None:
    bring_in(office)
    now = int(both.clock())
    assert sign_in(office, issuer, **MAIL, exp=now - LEEWAY_S).page.status_code == 403
    assert sign_in(office, issuer, **MAIL, iat=now + LEEWAY_S).page.status_code == 403
    assert sign_in(office, issuer, **MAIL, exp=now - LEEWAY_S + 1, iat=now - 9999).page.url.path == "/days"


@pytest.mark.parametrize(
    ("key", "header"),
    [
        (OTHER_KEY, {"alg": "RS256", "kid": "a"}),
        (OTHER_KEY, {"alg": "RS256", "kid": "b"}),
        (OctKey.import_key(SECRET.encode() * 3), {"alg": "HS256"}),
        (OctKey.import_key(b"posexport" * 5), {"alg": "HS256", "kid": "a"}),
    ],
)
def test_a_token_that_others_signed_is_not_believed(
    office: Office, issuer: Issuer, key: Any, header: dict[str, Any]
) -> None:
    bring_in(office)
    issuer.key, issuer.header = key, header
    assert sign_in(office, issuer, **MAIL).page.status_code == 403


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "none", "kid": "a"}, {"alg": "HS256", "kid": "shared"}])
def test_a_signature_that_others_can_make_too_is_not_believed(
    office: Office, issuer: Issuer, header: dict[str, Any]
) -> None:
    """Also where the service's own list of keys has a secret that whoever looks can read."""
    bring_in(office)
    shared = OctKey.generate_key(256, {"kid": "shared"})
    issuer.further_keys = [shared.as_dict(private=True)]
    issuer.key, issuer.header = shared, header
    assert sign_in(office, issuer, **MAIL).page.status_code == 403
    issuer.key, issuer.header = KEY, {"alg": "RS256", "kid": "a"}
    assert sign_in(office, issuer, **MAIL).page.url.path == "/days"


def test_the_signatures_that_count_are_these() -> None:
    """Word for word: whoever adds one changes it here too."""
    families = {"RS", "PS", "ES"}
    assert set(ALGORITHMS) == {"EdDSA", *(f"{family}{bits}" for family in families for bits in (256, 384, 512))}


@pytest.mark.parametrize("address", ["http://service.example/authorize", "javascript:alert(1)", "//service.example", 7])
def test_nobody_is_led_to_an_address_without_tls(office: Office, issuer: Issuer, address: object) -> None:
    issuer.known = {"authorization_endpoint": address}
    assert office.enter().get("/login/oidc").status_code == 403


def test_over_tls_what_the_two_steps_have_in_common_goes_over_tls_alone(office: Office) -> None:
    site = replace(office.site, origin="https://127.0.0.1:8080")
    visitor = Office(site, office.workspace).enter()
    (cookie,) = visitor._ask(visitor.client.get("/login/oidc")).headers.get_list("set-cookie")
    assert cookie.startswith("__Host-posexport-oidc=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    visitor.runner.run(visitor.client.aclose())
    visitor.runner.close()


def test_an_answer_is_for_the_browser_that_asked(office: Office, issuer: Issuer) -> None:
    bring_in(office)
    issuer.claims = MAIL
    mine = office.enter()
    back = go_there(mine, issuer)
    theirs = office.enter()
    assert theirs.get(back).status_code == 403, "a link that somebody else is given"
    assert mine.get(back.replace("state=", "state=0")).status_code == 403
    mine.get(back)
    form = mine.find_form("/login/oidc/back")
    assert mine.post("/login/oidc/back", form, {"origin": "https://evil.example"}).status_code == 403
    assert theirs.post("/login/oidc/back", form).status_code == 403 and issuer.asked == []
    mine.post("/login/oidc/back", form)
    assert mine.page.url.path == "/days"
    assert mine.post("/login/oidc/back", form).status_code == 403, "once"


@pytest.mark.parametrize(
    "known", [{"issuer": "http://evil.example"}, {"token_endpoint": "http://evil.example/token"}, {"jwks_uri": None}]
)
def test_a_service_that_leads_elsewhere_is_not_followed(office: Office, issuer: Issuer, known: dict[str, Any]) -> None:
    bring_in(office)
    visitor = office.enter()
    if "issuer" in known:
        issuer.known = known
        assert visitor.get("/login/oidc").status_code == 403
        return
    back = go_there(visitor, issuer)
    issuer.known, issuer.claims = known, MAIL
    visitor.get(back)
    visitor.send("/login/oidc/back")
    assert visitor.page.status_code == 403


def test_a_service_that_wants_the_secret_in_the_form_gets_it_there(office: Office, issuer: Issuer) -> None:
    bring_in(office)
    issuer.known = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert sign_in(office, issuer, **MAIL).page.url.path == "/days"
    [(form, authorization)] = issuer.asked
    assert (form["client_secret"], authorization) == (SECRET, "")


def test_a_service_that_does_not_answer_is_told_and_its_secret_is_nowhere(
    both: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    both.apply()
    service = make_service("http://127.0.0.1:9", "posexport", SECRET, {}, both.clock)
    assert SECRET not in repr(service)
    with open_office(both, service=service) as office:
        visitor = office.enter()
        assert visitor.get("/login/oidc").status_code == 403 and "ikke fullført" in visitor.text
    assert "127.0.0.1 did not answer" in caplog.text and SECRET not in caplog.text
    assert SECRET not in str(read_rows(both, "office_log"))


def test_without_a_service_there_is_no_way_there(both: Shop) -> None:
    both.apply()
    with open_office(both) as office:
        visitor = office.enter()
        assert visitor.get("/login/oidc").status_code == 404
        assert visitor.get("/login/oidc/back?code=1&state=2").status_code == 404
        visitor.get("/login")
        assert not visitor.tree.xpath("//a[contains(@href, 'oidc')]")


@pytest.mark.parametrize("issuer_url", ["http://login.example", "login.example", "https://", "https://x/?a=b"])
def test_an_issuer_is_reached_over_tls(issuer_url: str) -> None:
    with pytest.raises(UsageError, match="--oidc-issuer"):
        make_service(issuer_url, "posexport", SECRET, {}, lambda: 0)


def test_a_service_that_is_named_in_part_is_refused(
    both: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POSEXPORT_DB", both.url)
    run = make_run(monkeypatch, capsys)
    done = run("office", "--port", "0", "--oidc-issuer", "https://login.example")
    assert done.code == 2 and "go together" in done.err
    whole = ("--oidc-issuer", "https://login.example", "--oidc-client-id", "x", "--oidc-secret", "env:NO_SUCH")
    done = run("office", "--port", "0", *whole)
    assert done.code == 2 and "env:NO_SUCH is not set" in done.err
