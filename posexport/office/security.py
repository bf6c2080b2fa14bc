"""What holds for every request, whoever asks: known names only, forms of our own pages only, no more than is expected,
and what a browser may do with an answer."""

from __future__ import annotations

import gzip
import logging
import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from posexport.office.access import is_form_token
from posexport.office.site import Site

_log = logging.getLogger("posexport.office")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""What a page may load and do: nothing from elsewhere, no script or style inside it."""

_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}

HEALTH = "/healthz"
"""Told to anybody, under whatever name."""

COMPRESSED = re.compile(r"/days|/c/[^/]+/month")
"""The large pages, sent compressed to browsers that take it. Only pages that repeat nothing of what was asked: how well
a page with both is compressed would tell the secrets on it."""

STRANGERS_BYTES_MAX = 64 * 1024
"""The largest body that is read of somebody who is not signed in."""

_FORWARDED = (b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto")


_DIGITS_MAX = 18
"""Of a length that is said; a longer number is none."""


class TooLarge(Exception):
    """More was sent than is read."""


class Guard:
    """ASGI middleware, around everything else: answers only to the office's own names (another one is a page elsewhere
    that tries to reach this machine through the browser), puts the same headers on every answer, takes a trusted
    proxy's word, and nobody else's, for where a request comes from, and lets the pages be below a path that they know
    nothing of. An address with a character that no database keeps is none."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app, self._site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI's interface."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        inner = self._enter(scope)
        headers = Headers(scope=scope)
        compresses = bool(COMPRESSED.fullmatch(inner["path"])) and "gzip" in headers.get("accept-encoding", "")
        answer = _Answer(send, self._site, compresses=compresses)
        if "\0" in inner["path"] or b"%00" in scope.get("query_string", b""):
            await PlainTextResponse("Unknown address.\n", status_code=400)(scope, receive, answer)
        elif inner["path"] == HEALTH or headers.get("host", "").lower() in self._site.hosts:
            await self._app(inner, receive, answer)
        else:
            await PlainTextResponse("Unknown host.\n", status_code=400)(scope, receive, answer)

    def _enter(self, scope: Scope) -> Scope:
        """The request as the pages see it."""
        site, client = self._site, scope.get("client")
        headers, user = list(scope["headers"]), ""
        if client is not None and site.trusts(client[0]):
            client = (_find_origin(headers, site, client[0]), 0)
            user = _find_header(headers, site.user_header)
        own = (*_FORWARDED, site.user_header.lower().encode()) if site.user_header else _FORWARDED
        kept = [(name, value) for name, value in headers if name.lower() not in own]
        path = scope["path"].removeprefix(site.path) if _is_below(scope["path"], site.path) else scope["path"]
        told = {"client": client, "headers": kept, "path": path or "/", "root_path": "", "posexport.user": user}
        return {**scope, **told}


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _find_origin(headers: list[tuple[bytes, bytes]], site: Site, sent_by: str) -> str:
    """Where a request comes from, as trusted proxies say: the last address in the list that is none of theirs."""
    addresses = [told.strip() for told in _find_header(headers, "x-forwarded-for").split(",") if told.strip()]
    for address in reversed(addresses):
        if not site.trusts(address):
            return address
    return addresses[0] if addresses else sent_by


def _find_header(headers: list[tuple[bytes, bytes]], name: str) -> str:
    """A header's values; "" where there is none."""
    wanted = name.lower().encode()
    return ", ".join(value.decode("latin-1") for found, value in headers if wanted and found.lower() == wanted)


class _Answer:
    """Sends an answer on, with what every one has. What a page says below "/" is said below the site's path; of what is
    told in parts, each has whole attributes. `compresses`: pages are sent as gzip."""

    def __init__(self, send: Send, site: Site, *, compresses: bool) -> None:
        self._send, self._site, self._compresses = send, site, compresses
        self._begun: Message | None = None
        self._body = b""
        self._is_told_in_parts = False

    async def __call__(self, message: Message) -> None:
        """ASGI's interface."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            put_headers(headers, self._site)
            if self._site.path and headers.get("location", "").startswith("/"):
                headers["location"] = self._site.path + headers["location"]
            kind = headers.get("content-type", "").partition(";")[0]
            self._is_told_in_parts = bool(self._site.path) and kind == "text/event-stream"
            if kind == "text/html" and (self._site.path or self._compresses):
                self._begun = message
                return
        elif self._is_told_in_parts and message["type"] == "http.response.body":
            message = {**message, "body": place_below(message.get("body", b""), self._site.path)}
        if self._begun is None:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if not message.get("more_body"):
            await self._send_page(self._begun, self._body)

    async def _send_page(self, begun: Message, body: bytes) -> None:
        headers = MutableHeaders(scope=begun)
        if self._site.path:
            body = place_below(body, self._site.path)
        if self._compresses:
            body = gzip.compress(body, _GZIP_LEVEL, mtime=0)
            headers["content-encoding"], headers["vary"] = "gzip", "Accept-Encoding"
        headers["content-length"] = str(len(body))
        await self._send(begun)
        await self._send({"type": "http.response.body", "body": body})


_GZIP_LEVEL = 5


_ADDRESS = re.compile(
    rb'(\s(?:href|action|src|formaction|hx-(?:get|post|push-url|replace-url|sse:connect))=")(?=/(?!/))'
)


def place_below(html: bytes, path: str) -> bytes:
    """A page whose addresses begin at the site's path. In text no quotation mark is left as it is, so that nothing but
    attributes is changed.

    >>> place_below(b'<a href="/days">href="/days"</a> <form action="//elsewhere">', "/pos")
    b'<a href="/pos/days">href="/days"</a> <form action="//elsewhere">'
    """
    return _ADDRESS.sub(rb"\g<1>" + path.encode(), html)


def put_headers(headers: MutableHeaders, site: Site) -> None:
    """Put on an answer what a browser is to know of it."""
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if site.is_https:
        headers.setdefault("strict-transport-security", "max-age=31536000")


def answer_error(site: Site) -> Response:
    """What is answered where the program is at fault: a number that stands in the log, right before what happened."""
    number = secrets.token_hex(4)
    _log.error("error %s:", number)
    told = f"Noe gikk galt hos oss. Oppgi nummer {number}.\nSomething went wrong. Quote number {number}.\n"
    answer = PlainTextResponse(told, status_code=500)
    put_headers(answer.headers, site)
    return answer


def limit_body(request: Request, bytes_max: int) -> Request:
    """The same request, of which no more than so much is read. Reading it raises TooLarge where there is more."""
    told = request.headers.get("content-length", "0")
    left = bytes_max

    async def receive() -> Message:
        nonlocal left
        if not (told.isascii() and told.isdigit()) or len(told) > _DIGITS_MAX or int(told) > bytes_max:
            raise TooLarge
        message = await request.receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise TooLarge
        return message

    return Request(request.scope, receive)


def is_from_own_page(request: Request, site: Site) -> bool:
    """Whether the browser says that a form was sent from one of the office's own pages. What it does not say, the
    form's token has to prove."""
    fetch_site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    return fetch_site in {None, "same-origin", "none"} and origin in {None, site.origin}


def is_own_form(request: Request, site: Site, session_token: str, given: str) -> bool:
    """Whether a form was sent from one of the office's pages, to the one who sends it."""
    return is_from_own_page(request, site) and is_form_token(session_token, given)
