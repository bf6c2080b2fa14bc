"""What holds for every request, whoever asks: known names only, forms of our own pages only, and what a browser may do
with an answer."""

from __future__ import annotations

import logging
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


class Guard:
    """ASGI middleware: answers only to the office's own names (another one is a page elsewhere that tries to reach this
    machine through the browser), and puts the same headers on every answer."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app, self._site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI's interface."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                put_headers(MutableHeaders(scope=message), self._site)
            await send(message)

        if Headers(scope=scope).get("host", "").lower() in self._site.hosts:
            await self._app(scope, receive, send_with_headers)
        else:
            await PlainTextResponse("Unknown host.\n", status_code=400)(scope, receive, send_with_headers)


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


def is_from_own_page(request: Request, site: Site) -> bool:
    """Whether the browser says that a form was sent from one of the office's own pages. What it does not say, the
    form's token has to prove."""
    fetch_site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    return fetch_site in {None, "same-origin", "none"} and origin in {None, site.origin}


def is_own_form(request: Request, site: Site, session_token: str, given: str) -> bool:
    """Whether a form was sent from one of the office's pages, to the one who sends it."""
    return is_from_own_page(request, site) and is_form_token(session_token, given)
