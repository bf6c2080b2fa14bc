"""Nordbok as a ledger: vouchers as drafts with an external reference, by one key for each venue."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

import httpx

from posexport.core.money import format_ore, parse_ore
from posexport.core.ports.ledger import (
    Chart,
    Drafted,
    DraftedHow,
    DraftList,
    DraftStatus,
    Identity,
    Ledger,
    Lookup,
    Opening,
    Page,
    Payload,
    SourceTrail,
)
from posexport.core.voucher import Voucher
from posexport.errors import (
    AnswerLost,
    KeysRefused,
    NotConnected,
    NotSent,
    PrivilegeMissing,
    VoucherGone,
    VoucherNotSeen,
    VoucherRefused,
)
from posexport.http.client import NEVER, Client, Runtime
from posexport.http.failures import Lost, NotLeft, NoWayOut

FOUND = DraftedHow.FOUND_BY_REFERENCE
_REPEATABLE = ("GET", "DELETE")
"""Asked again, they do no harm: an answer that is lost leaves nothing uncertain."""
_STATUS = {"draft": DraftStatus.UNPOSTED, "posted": DraftStatus.POSTED, "reversed": DraftStatus.REVERSED}


def open_nordbok(opening: Opening) -> Ledger:
    """The vouchers of a venue's client."""
    base_url = opening.company.base_url or "https://nordbok.test"
    return NordbokLedger(opening.find_runtime(), base_url, opening.find_key("client_key"), opening.venue.id)


class NordbokLedger:
    """One client's vouchers."""

    def __init__(self, runtime: Runtime, base_url: str, key: str, venue: str) -> None:
        self._client = Client(runtime, "nordbok", hashlib.sha256(key.encode()).hexdigest())
        self._base_url, self._key, self._venue = base_url, key, venue

    def read_chart(self, vouchers: Sequence[Voucher]) -> Chart:
        """Only the lock date: Nordbok says of accounts when it is sent them."""
        locked = self._call("GET", "/company").json()["lockedUntil"]
        return Chart(lock_date=date.fromisoformat(locked) if locked else None)

    def build_payload(self, voucher: Voucher, chart: Chart, trail: SourceTrail) -> Payload:
        """The body of `POST /vouchers`; money as text."""
        return {
            "externalReference": voucher.reference,
            "date": voucher.posting_date.isoformat(),
            "text": f"{voucher.description} [{voucher.reference}]",
            "currency": voucher.currency,
            "source": trail.batch[:35],
            "lines": [
                {
                    "account": line.account,
                    "vat": line.vat_code,
                    "department": line.department,
                    "amount": format_ore(line.amount_ore),
                    "customer": line.customer,
                    "text": line.description,
                }
                for line in voucher.lines
            ],
        }

    def send(self, payload: Payload, deadline_utc_s: float) -> Drafted:
        """Draft it; a reference that is taken is looked into."""
        response = self._call("POST", "/vouchers", deadline_utc_s, json=payload)
        if response.status_code == 409:
            return self._find_same(payload)
        if response.status_code != 201:
            raise VoucherRefused(f"HTTP {response.status_code} {response.text}".strip())
        return Drafted(self._read_json(response)["id"])

    def _find_same(self, payload: Payload) -> Drafted:
        for row in self._list(payload):
            if _amounts(row) == _amounts(payload) and row["date"] == payload["date"]:
                return Drafted(row["id"], FOUND)
        raise VoucherRefused(f"a voucher {payload['externalReference']} is there already, with other lines.")

    def _list(self, payload: Payload) -> list[dict[str, Any]]:
        asked = {"externalReference": payload["externalReference"]}
        rows: list[dict[str, Any]] = self._call("GET", "/vouchers", params=asked).json()
        return rows

    def find(
        self,
        payload: Payload,
        since_utc_s: int,
        ruled_out: frozenset[str] = frozenset(),
        listing: DraftList | None = None,
    ) -> Lookup:
        """The voucher with the payload's reference, held against it; no other is looked at."""
        rows = self._list(payload)
        if not rows:
            return Lookup()
        return Lookup(
            Drafted(rows[0]["id"], FOUND),
            is_same=_amounts(rows[0]) == _amounts(payload),
            has_other_amounts=_sum_accounts(rows[0]) != _sum_accounts(payload),
        )

    def find_status(self, remote_id: str, since_utc_s: int) -> DraftStatus:
        """As Nordbok says."""
        response = self._call("GET", f"/vouchers/{remote_id}")
        return DraftStatus.GONE if response.status_code == 404 else _STATUS[response.json()["status"]]

    def find_successor(self, remote_id: str, since_utc_s: int) -> str:
        """The voucher that reversed it."""
        response = self._call("GET", f"/vouchers/{remote_id}")
        return "" if response.status_code == 404 else str(response.json()["reversedBy"])

    def remove(self, remote_id: str) -> DraftStatus:
        """Delete the draft."""
        response = self._call("DELETE", f"/vouchers/{remote_id}")
        return DraftStatus.POSTED if response.status_code == 409 else DraftStatus.GONE

    def attach(self, remote_id: str, page: Page, deadline_utc_s: float) -> None:
        """Put a document on the voucher, in place of any of its name."""
        headers = {"content-type": "application/pdf"}
        path = f"/vouchers/{remote_id}/documents/{quote(page.name)}"
        if self._call("PUT", path, content=page.content, headers=headers).status_code == 404:
            raise VoucherGone

    def has_page(self, remote_id: str, page_name: str) -> bool:
        """Whether a document of that name is there."""
        response = self._call("GET", f"/vouchers/{remote_id}")
        if response.status_code == 404:
            raise VoucherNotSeen("HTTP 404")
        return page_name in response.json()["documents"]

    def read_identity(self) -> Identity:
        """Whose the key is."""
        told = self._call("GET", "/company").json()
        return Identity(told["name"], told["organizationNumber"])

    def _call(
        self,
        method: str,
        path: str,
        deadline_utc_s: float = NEVER,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        given = {"authorization": f"Bearer {self._key}", **(headers or {})}
        request = self._client.build(method, f"{self._base_url}/nordbok{path}", headers=given, **more)
        try:
            response = self._client.exchange(request, deadline_utc_s)
        except NoWayOut as failed:
            raise NotConnected(failed.what, failed.fix) from None
        except NotLeft as failed:
            raise NotSent(failed.why) from None
        except Lost as failed:
            raise (NotSent(failed.why) if method in _REPEATABLE else AnswerLost(failed.why)) from None
        return self._judge(method, path, response)

    def _judge(self, method: str, path: str, response: httpx.Response) -> httpx.Response:
        status, why = response.status_code, f"HTTP {response.status_code}"
        if status == 401:
            raise KeysRefused(self._venue, why)
        if status == 403:
            raise PrivilegeMissing(f"{method} {path}", why)
        if status >= 500 or status == 429:
            raise NotSent(why) if method in _REPEATABLE else AnswerLost(why, status=status)
        if status == 200:
            self._read_json(response)
        return response

    @staticmethod
    def _read_json(response: httpx.Response) -> dict[str, Any]:
        try:
            told: dict[str, Any] = response.json()
        except ValueError:
            raise AnswerLost("the answer is no JSON", status=response.status_code) from None
        return told


def _sum_accounts(document: Mapping[str, Any]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for line in document["lines"]:
        sums[line["account"]] += parse_ore(line["amount"])
    return sums


def _amounts(document: Mapping[str, Any]) -> Counter[tuple[str, str, int]]:
    return Counter((line["account"], line["vat"], parse_ore(line["amount"])) for line in document["lines"])
