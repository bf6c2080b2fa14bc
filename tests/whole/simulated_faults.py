"""What the line and the server do to one request of the simulation, and which request may meet what.

A voucher meets everything that a refusal or a success can be mistaken for; a read meets answers that could be taken
for "there is nothing"; everything meets a line that breaks. Which one it is, the seed decides.
"""

from __future__ import annotations

import json
import random
from typing import Any

from posexport.sandbox import Fault
from posexport.sandbox.faults import FaultKind

_VOUCHERS = ("/Import/", "/JournalEntryVouchers/ManualJournals", "/Vouchers/CashJournals")
"""Where vouchers are sent."""
_DRAFT = "/JournalEntryVouchers/ManualJournals/"
"""What one draft is read by."""
_STATUSES = (301, 302, 307, 400, 401, 403, 404, 407, 408, 409, 429)
"""What a proxy, a gateway or a load balancer says of its own, whatever became of the request."""

_ID = "84cf3ba9-853e-4075-a1b2-f45655b46087"
"""An id that is nobody's."""
_NO_ID = "00000000-0000-0000-0000-000000000000"
_PROBLEM = {"title": "Customer validation error(s)", "status": 400, "errors": {"date": ["A fault was ordered."]}}

_V1_SUCCESSES: tuple[Any, ...] = (
    {"success": True},
    {"success": True, "data": None},
    {"success": True, "data": "Not Found"},
    {"success": True, "data": _NO_ID},
    {"success": True, "data": {"importId": _ID}},
    {"success": "true", "data": _ID},
    {"data": _ID},
    {},
    [],
    "OK",
)
_V2_SUCCESSES: tuple[Any, ...] = (
    {},
    {"Id": None},
    {"Id": _NO_ID},
    {"Id": 17},
    {"Id": "ManualJournal"},
    {"Data": {"Id": _ID}},
    {"Title": "Customer validation error(s)", "Status": 400},
    [{"Id": _ID}],
    None,
    "OK",
)
"""What looks as if a voucher had been taken, and does not say what the API promises."""

_FOREIGN: tuple[tuple[int, Any], ...] = (
    (404, {"statusCode": 404, "message": "Resource not found"}),
    (403, {"statusCode": 403, "message": "Out of call volume quota."}),
    (400, {"title": "Bad Gateway", "status": 502, "detail": "The upstream server did not answer."}),
    (400, {"title": "Bad Request"}),
    (401, {"title": "Unauthorized", "status": 401, "detail": "The token is no longer valid."}),
    (408, {"title": "Request Timeout", "status": 408, "detail": "It took too long."}),
    (409, {"title": "Object conflict", "status": 409, "detail": "A voucher like it is there already."}),
    (429, {"title": "Too Many Requests", "status": 429, "detail": "Slow down."}),
)
"""What looks like PowerOffice's own refusal, and says nothing of whether the voucher was taken."""

_V1_LISTS: tuple[Any, ...] = (
    {},
    {"success": True, "data": {}},
    {"success": True, "data": "OK"},
    {"success": True, "data": [{"x": 1}]},
)
_V2_LISTS: tuple[Any, ...] = ({}, {"message": "Service is being upgraded"}, "OK", [{"x": 1}], [[]])
"""What could be taken for a list without the voucher that is looked for."""


def is_voucher(request: Any) -> bool:
    """Whether a request sends a voucher."""
    return bool(request.method == "POST" and request.path.endswith(_VOUCHERS))


class Trouble:
    """Chooses what happens to a request. `is_slow`: the server may process a voucher long after it was given up."""

    def __init__(self, chance: random.Random, *, is_slow: bool) -> None:
        self._chance, self._is_slow = chance, is_slow

    def choose(self, request: Any) -> Fault:
        """One fault; it never says that a voucher was refused which was taken, in PowerOffice's own form: no program
        could know better."""
        if is_voucher(request) and self._chance.random() < 0.7:
            return self._choose_of_voucher(request.api)
        if request.method == "GET" and self._chance.random() < 0.4:
            return self._choose_of_read(request)
        if request.method == "DELETE" and self._chance.random() < 0.4:
            return Fault("status_before", self._chance.choice(_STATUSES))
        return self._chance.choice(
            (
                Fault("lose_request"),
                Fault("lose_answer"),
                Fault("lose_answer"),
                Fault("status_before", 429, headers=(("Retry-After", "1"),)),
                Fault("status_before", 503),
                Fault("status_after", 500),
                Fault("garbage", garbage=self._chance.choice(("html", "truncated", "content-type", "extra-field"))),
            )
        )

    def _choose_of_voucher(self, api: str) -> Fault:
        """A no that may be none, one that is, a yes that is none, and a server that goes on by itself."""
        if self._is_slow and self._chance.random() < 0.3:
            return Fault("late", delay_s=self._chance.choice((2.0, 40.0, 230.0)))
        kind = self._chance.choice(("refuse", *("status",) * 3, *("success",) * 2, *("foreign",) * 3))
        if kind == "refuse":
            return Fault("refuse", 400)
        if kind == "status":
            when: FaultKind = self._chance.choice(["status_before", "status_after", "status_after"])
            return Fault(when, self._chance.choice(_STATUSES))
        status, body = self._chance.choice(_FOREIGN)
        if kind == "success":
            status = self._chance.choice((200, 201))
            body = self._chance.choice(_V1_SUCCESSES if api == "v1" else _V2_SUCCESSES)
        when = self._chance.choice(["answer_before", "answer_after"])
        return Fault(when, status, json.dumps(body))

    def _choose_of_read(self, request: Any) -> Fault:
        """Another's 404, PowerOffice's own of a draft that it does not show yet, and lists that are none."""
        if _DRAFT in request.path and self._chance.random() < 0.5:
            return Fault("refuse", 404)
        if self._chance.random() < 0.4:
            return Fault("status_before", self._chance.choice(_STATUSES))
        return Fault(
            "answer_before", 200, json.dumps(self._chance.choice(_V1_LISTS if request.api == "v1" else _V2_LISTS))
        )
