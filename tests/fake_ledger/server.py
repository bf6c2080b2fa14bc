"""Nordbok's side: vouchers in memory, behind requests whose paths begin with /nordbok/. It shares the clock, the faults
and the list of requests of the sandbox's world, so that tests go about it as they do about PowerOffice Go."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary

from posexport.core.money import parse_ore
from posexport.sandbox import ConnectionLost, PowerOfficeGo
from posexport.sandbox.books import LoggedRequest
from posexport.sandbox.faults import next_fault

Standing = Literal["draft", "posted", "reversed"]


class Answer(NamedTuple):
    """What is answered to a request."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),)


class Asked(NamedTuple):
    """A request."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


class Line(NamedTuple):
    """One line of a voucher."""

    account_no: int
    vat_code: str
    department_code: str | None
    amount_ore: int
    customer: int | None


class Document(NamedTuple):
    """What is attached to a voucher."""

    name: str
    content_type: str
    size: int


@dataclass
class NordbokVoucher:
    """One voucher as it stands there."""

    id: str
    reference: str
    description: str
    voucher_date: date
    lines: tuple[Line, ...]
    body: dict[str, Any]
    standing: Standing = "draft"
    reversed_by: str = ""
    documents: dict[str, Document] = field(default_factory=dict)

    @property
    def pages(self) -> list[Document]:
        """Its documents."""
        return list(self.documents.values())


class NordbokServer:
    """One client's vouchers. An external reference is taken once, for as long as its voucher stands."""

    def __init__(self, world: PowerOfficeGo) -> None:
        self.world = world
        self.vouchers: dict[str, NordbokVoucher] = {}
        self.lock_date: date | None = None
        self._last = 0

    def standing(self) -> list[NordbokVoucher]:
        """Drafts and what is in the books."""
        return [voucher for voucher in self.vouchers.values() if voucher.standing != "reversed"]

    # What a bookkeeper does

    def post(self, voucher_id: str) -> None:
        """Post a draft."""
        self.vouchers[voucher_id].standing = "posted"

    def delete(self, voucher_id: str) -> None:
        """Delete a draft."""
        assert self.vouchers.pop(voucher_id).standing == "draft"

    def reverse(self, voucher_id: str) -> str:
        """Reverse what was posted; the number of the voucher that does so."""
        self._last += 1
        voucher = self.vouchers[voucher_id]
        voucher.standing, voucher.reversed_by = "reversed", str(self._last)
        return voucher.reversed_by

    # Requests

    def handle(self, asked: Asked) -> Answer:
        """Answer a request, or go wrong as the world's faults say. Raises ConnectionLost."""
        fault = next_fault(self.world.faults, asked)  # type: ignore[arg-type]
        if fault.kind == "lose_request":
            self._log(asked, 0, fault.kind)
            raise ConnectionLost(processed=False)
        answer = (
            Answer(fault.status, fault.body.encode())
            if fault.kind in ("status_before", "answer_before")
            else self._answer(asked)
        )
        self._log(asked, answer.status, fault.kind)
        if fault.kind == "lose_answer":
            raise ConnectionLost(processed=True)
        if fault.kind == "status_after":
            return Answer(fault.status)
        return Answer(200, b"<html>") if fault.kind == "garbage" else answer

    def _log(self, asked: Asked, status: int, fault: str) -> None:
        self.world.requests.append(
            LoggedRequest(asked.method, asked.path, status, "nordbok", self.world.clock(), fault)
        )

    def _answer(self, asked: Asked) -> Answer:
        if not re.fullmatch(r"Bearer (?!wrong).+", asked.headers.get("authorization", "")):
            return Answer(401, b'{"error": "unknown key"}')
        for method, path, act in _ROUTES:
            found = re.fullmatch(path, asked.path)
            if found and method == asked.method:
                answer: Answer = getattr(self, act)(asked, *found.groups())
                return answer
        return Answer(404)

    def _company(self, asked: Asked) -> Answer:
        locked = self.lock_date.isoformat() if self.lock_date else None
        told = {"name": "Fjordmat AS", "organizationNumber": "999999999", "lockedUntil": locked}
        return Answer(200, json.dumps(told).encode())

    def _create(self, asked: Asked) -> Answer:
        body = json.loads(asked.body)
        reference = body["externalReference"]
        if any(voucher.reference == reference for voucher in self.standing()):
            return Answer(409, b'{"error": "externalReference is taken"}')
        self._last += 1
        made = NordbokVoucher(
            id=f"N{self._last}",
            reference=reference,
            description=body["text"],
            voucher_date=date.fromisoformat(body["date"]),
            lines=tuple(_read_lines(body)),
            body=body,
        )
        if sum(line.amount_ore for line in made.lines):
            return Answer(422, b'{"error": "the voucher is not balanced"}')
        self.vouchers[made.id] = made
        return Answer(201, json.dumps({"id": made.id}).encode())

    def _find(self, asked: Asked) -> Answer:
        (reference,) = parse_qs(asked.query)["externalReference"]
        found = [{"id": one.id, **one.body} for one in self.standing() if one.reference == reference]
        return Answer(200, json.dumps(found).encode())

    def _read(self, asked: Asked, voucher_id: str) -> Answer:
        found = self.vouchers.get(voucher_id)
        if found is None:
            return Answer(404)
        told = {"status": found.standing, "reversedBy": found.reversed_by, "documents": list(found.documents)}
        return Answer(200, json.dumps(told).encode())

    def _delete(self, asked: Asked, voucher_id: str) -> Answer:
        found = self.vouchers.get(voucher_id)
        if found is None:
            return Answer(404)
        if found.standing != "draft":
            return Answer(409, b'{"error": "the voucher is posted"}')
        del self.vouchers[voucher_id]
        return Answer(204)

    def _attach(self, asked: Asked, voucher_id: str, name: str) -> Answer:
        found = self.vouchers.get(voucher_id)
        if found is None:
            return Answer(404)
        found.documents[name] = Document(name, asked.headers["content-type"], len(asked.body))
        return Answer(204)


_ROUTES = (
    ("GET", "/nordbok/company", "_company"),
    ("POST", "/nordbok/vouchers", "_create"),
    ("GET", "/nordbok/vouchers", "_find"),
    ("GET", "/nordbok/vouchers/([^/]+)", "_read"),
    ("DELETE", "/nordbok/vouchers/([^/]+)", "_delete"),
    ("PUT", "/nordbok/vouchers/([^/]+)/documents/([^/]+)", "_attach"),
)


def _read_lines(body: dict[str, Any]) -> Iterator[Line]:
    for line in body["lines"]:
        customer = int(line["customer"]) if line["customer"] else None
        yield Line(int(line["account"]), line["vat"], line["department"], parse_ore(line["amount"]), customer)


_SERVERS: WeakKeyDictionary[PowerOfficeGo, NordbokServer] = WeakKeyDictionary()


def nordbok_of(world: PowerOfficeGo) -> NordbokServer:
    """The Nordbok that stands beside a sandbox's world."""
    return _SERVERS.setdefault(world, NordbokServer(world))
