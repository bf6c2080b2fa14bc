"""Faults of network and server, as data: the world takes one `Fault` per request.

Lives here: the faults that a test or a simulation orders, and the corruption of answers. Never here: the decision when
a fault happens; that is the caller's callable or queue. Units: `delay_s` in seconds. The world never sleeps, the server
does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from .wire import Answer, Request, json_answer

FaultKind = Literal[
    "none",
    "lose_request",
    "lose_answer",
    "status_before",
    "status_after",
    "answer_before",
    "answer_after",
    "garbage",
    "refuse",
    "late",
]
"""`refuse`: PowerOffice's own no, in its own form; `late`: the answer is lost, and the request is processed `delay_s`
later, as by a server that goes on after everybody has given it up; `answer_before` and `answer_after`: the fault's own
`body` as JSON, in place of the request's being processed, or of the answer to it."""
Garbage = Literal["html", "truncated", "content-type", "extra-field"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. In a queue, `method` and `path` (a part of it) select the request it is for."""

    kind: FaultKind = "none"
    status: int = 503
    body: str = ""
    garbage: Garbage = "html"
    delay_s: float = 0.0
    method: str = ""
    path: str = ""
    headers: tuple[tuple[str, str], ...] = field(default=())

    def is_for(self, request: Request) -> bool:
        return (not self.method or self.method == request.method) and self.path in request.path


Faults = Callable[[Request], Fault | None] | deque[Fault]
"""A callable decides per request; a queue is spent in order, each fault on the first request it is for."""


def next_fault(faults: Faults | None, request: Request) -> Fault:
    """Take this request's fault from the queue; a fault of kind "none" where there is none."""
    if faults is None:
        return Fault()
    if callable(faults):
        return faults(request) or Fault()
    for index, fault in enumerate(faults):
        if fault.is_for(request):
            del faults[index]
            return fault
    return Fault()


def status_answer(fault: Fault) -> Answer:
    """The answer of a proxy in front of PowerOffice Go: no JSON, no ProblemDetails."""
    headers = {"Content-Type": "text/html; charset=utf-8", **dict(fault.headers)}
    return Answer(fault.status, headers, f"<html><body><h1>{fault.status}</h1></body></html>".encode())


def ordered_answer(fault: Fault) -> Answer:
    """The answer with the fault's own body."""
    return Answer(
        fault.status, {"Content-Type": "application/json; charset=utf-8", **dict(fault.headers)}, fault.body.encode()
    )


def refusal_answer(fault: Fault, api: str) -> Answer:
    """A refusal by PowerOffice Go itself; v1's newer back end sends it as a success."""
    value = {"title": "Customer validation error(s)", "detail": "A fault was ordered.", "status": fault.status}
    if api == "v1":
        return json_answer({"success": True, "data": value})
    return json_answer(value, fault.status, headers=dict(fault.headers))


def spoil(answer: Answer, garbage: Garbage) -> Answer:
    """The answer made unreadable in one of four ways; its status stays."""
    kind = answer.headers.get("Content-Type", "application/json; charset=utf-8")
    match garbage:
        case "html":
            body = b"<!doctype html><html><body>Service is being upgraded</body></html>"
            return replace(answer, headers={**answer.headers, "Content-Type": "text/html"}, body=body)
        case "truncated":
            half = answer.body[: max(1, len(answer.body) // 2)] or b"{"
            return replace(answer, headers={**answer.headers, "Content-Type": kind}, body=half)
        case "content-type":
            return replace(answer, headers={**answer.headers, "Content-Type": "text/plain"})
        case "extra-field":
            start, rest = answer.body[:1], answer.body[1:]
            if start != b"{":
                return answer
            comma = b"" if rest.lstrip().startswith(b"}") else b","
            body = b'{"brandNewField":{"x":1},"BrandNewField":[null]' + comma + rest
            return replace(answer, body=body)
