"""The bodies of refusals.

Lives here: the bodies of v2, of the gateway in front of it, of the token call (RFC 6749) and of both back ends of v1.
Never here: the rules themselves, and state. v2 says `{"title", "detail", "status"}` in lower case, or `{"title",
"status", "errors", "traceId"}` where single fields are wrong. The gateway, which checks subscription key, path, token
and throttle, says `{"statusCode", "message"}`. v1 answers 200: its old back end with `success` false and `validation`,
its new one, since December 2025, with `success` true around the field-by-field body. What is not published is decided
here and named: the new back end answers so where fields and lines are wrong, and as the old one for a reference that is
taken, an import that does not exist and a bad OData query; a rule about no single field has the empty name.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Literal

from .wire import VALIDATION, Answer, HttpRefusal, Json, Refused, json_answer

V1BackEnd = Literal["old", "new"]

FIELDS_WRONG = "One or more validation errors occurred."


def problem(title: str, detail: str, status: int, headers: Mapping[str, str] | None = None) -> Answer:
    """A refusal by PowerOffice itself, in v2."""
    return json_answer({"title": title, "detail": detail, "status": status}, status, headers=headers)


def gateway(status: int, message: str, headers: Mapping[str, str] | None = None) -> Answer:
    """A refusal by the gateway in front of v2."""
    return json_answer({"statusCode": status, "message": message}, status, headers=headers)


def oauth_error(error: str, description: str) -> Answer:
    """A refusal of the token call."""
    return json_answer({"error": error, "error_description": description}, 400, headers={"Cache-Control": "no-store"})


def v2_refused(refused: Refused, rng: random.Random) -> Answer:
    """v2's answer to a voucher or query that breaks a rule."""
    if refused.field_name and refused.status == 400:
        return json_answer(_by_field(refused.field_name, refused.summary, 400, rng), 400)
    return problem(refused.title, refused.summary, refused.status)


def v2_http(refusal: HttpRefusal, rng: random.Random) -> Answer:
    """v2's other refusals: the gateway's, or PowerOffice's where the refusal has a title."""
    if refusal.field_name:
        body = _by_field(refusal.field_name, refusal.detail, refusal.status, rng)
        return json_answer(body, refusal.status)
    if refusal.title:
        return problem(refusal.title, refusal.detail, refusal.status, refusal.headers)
    return gateway(refusal.status, refusal.detail, refusal.headers)


def v1_refused(refused: Refused, rng: random.Random, back_end: V1BackEnd) -> Answer:
    """v1's answer to a call that breaks a rule: always a 200."""
    if back_end == "new" and refused.kind == VALIDATION:
        return json_answer({"success": True, "data": _by_field(refused.field_name, refused.summary, 400, rng)})
    validation = {
        "errorLogReference": f"{rng.getrandbits(48):012x}",
        "summary": refused.summary,
        "exception": refused.kind,
    }
    return json_answer({"success": False, "validation": validation})


def v1_http(refusal: HttpRefusal) -> Answer:
    """v1's other refusals: a status and a message."""
    return json_answer({"message": refusal.detail}, refusal.status, headers=refusal.headers)


def _by_field(name: str, text: str, status: int, rng: random.Random) -> Json:
    trace_id = f"00-{rng.getrandbits(128):032x}-{rng.getrandbits(64):016x}-00"
    return {"title": FIELDS_WRONG, "status": status, "errors": {name: [text]}, "traceId": trace_id}
