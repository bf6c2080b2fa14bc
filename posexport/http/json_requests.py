"""One request for a JSON document of a web service that is none of the ledgers': short, bounded, without retries."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import httpx

from posexport.http.failures import NotLeft
from posexport.http.network import NetworkTrouble
from posexport.http.transport import Transport

TIMEOUT_S = 10.0
"""How long (s) the whole answer may take."""

BYTES_MAX = 1024 * 1024


class NoDocument(Exception):
    """There is no document, and why; nothing of what was sent is in it."""


def fetch_json(
    url: str,
    environ: Mapping[str, str],
    *,
    form: Mapping[str, str] | None = None,
    user: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """The JSON object that a URL answers with; to a form where one is given, as a user with a password where one is.
    Redirects are not followed. Raises NoDocument."""
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=0)
    client = httpx.Client(
        transport=Transport(environ, limits), timeout=TIMEOUT_S, trust_env=False, headers={"accept": "application/json"}
    )
    auth = httpx.BasicAuth(*user) if user else None
    try:
        with client:
            request = client.build_request("GET" if form is None else "POST", url, data=form)
            request.extensions["until_s"] = time.monotonic() + TIMEOUT_S
            answer = client.send(request, auth=auth)
    except (httpx.HTTPError, httpx.InvalidURL, NotLeft, NetworkTrouble) as error:
        raise NoDocument(f"{httpx.URL(url).host} did not answer ({type(error).__name__})") from None
    if answer.status_code != 200 or len(answer.content) > BYTES_MAX:
        raise NoDocument(f"{request.url.host} answered {answer.status_code}")
    try:
        document = answer.json()
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise NoDocument(f"{request.url.host} did not answer with a JSON object")
    return document
