"""Signing in with another service. Coming back shows a button first: looking at an address changes nothing."""

from __future__ import annotations

import logging
from urllib.parse import quote, unquote

from starlette.responses import RedirectResponse, Response

from posexport.office.access import make_token, sign_in_by_service
from posexport.office.oidc import NotIdentified, Service, begin, identify, is_state
from posexport.office.stranger import Stranger

PATH, BACK = "/login/oidc", "/login/oidc/back"
LASTS_S = 600
"""How long (s) somebody may take at the service."""

_log = logging.getLogger("posexport.office")


def lead_away(stranger: Stranger) -> Response:
    """The way to the service; its answer is for this browser alone."""
    service = stranger.site.service
    if service is None or stranger.form is not None:
        return stranger.refuse(404, "not_found")
    value = make_token()
    try:
        response = RedirectResponse(begin(service, value, _redirect_uri(stranger)), status_code=303)
    except NotIdentified as trouble:
        return _refuse(stranger, trouble)
    kept = f"{value}|{quote(stranger.request.query_params.get('to', ''), safe='')}"
    site = stranger.site
    response.set_cookie(
        _cookie(stranger), kept, max_age=LASTS_S, httponly=True, secure=site.is_https, samesite="lax", path="/"
    )
    return response


def come_back(stranger: Stranger) -> Response:
    """The page that the service leads back to, or what comes of its form."""
    service = stranger.site.service
    if service is None:
        return stranger.refuse(404, "not_found")
    value, _, to = stranger.request.cookies.get(_cookie(stranger), "").partition("|")
    asked = stranger.request.query_params if stranger.form is None else stranger.form
    code, state = asked.get("code", ""), asked.get("state", "")
    if not code or not is_state(value, state):
        return _refuse(stranger, NotIdentified("the answer is none to what this browser asked"))
    if stranger.form is None:
        return stranger.show("elsewhere.html.j2", name=service.name, code=code, state=state, address=BACK)
    return _sign_in(stranger, service, value, code, unquote(to))


def _sign_in(stranger: Stranger, service: Service, value: str, code: str, to: str) -> Response:
    try:
        identity = identify(service, value, code, _redirect_uri(stranger))
    except NotIdentified as trouble:
        return _refuse(stranger, trouble)
    made = sign_in_by_service(stranger.site, identity, stranger.caller)
    response = stranger.let_in(made, to) if made else stranger.refuse(403, "no_such_user")
    response.delete_cookie(_cookie(stranger), secure=stranger.site.is_https, httponly=True, samesite="lax")
    return response


def _refuse(stranger: Stranger, trouble: NotIdentified) -> Response:
    _log.warning("nobody was signed in by the other service: %s", trouble.why)
    return stranger.refuse(403, "not_identified")


def _redirect_uri(stranger: Stranger) -> str:
    return stranger.site.locate(BACK)


def _cookie(stranger: Stranger) -> str:
    return f"{stranger.site.cookie}-oidc"
