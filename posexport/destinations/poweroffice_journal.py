"""PowerOffice Go's journal-entry drafts (v2): `POST /JournalEntryVouchers/ManualJournals`.

Everything is by numeric id, so accounts, VAT codes and departments are looked up first. A draft carries no
external reference and the server does not stop a double: our reference stands in brackets in the description,
and `find` looks for it among this integration's own drafts.

Source: the v2 OpenAPI description (spring 2025).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from posexport.core.ports import (
    Chart,
    Drafted,
    Identity,
    Page,
    Payload,
    Sighting,
    SourceTrail,
    Standing,
)
from posexport.core.voucher import Voucher, VoucherLine
from posexport.destinations import poweroffice_v2 as v2
from posexport.destinations.aftermath import read_aftermath
from posexport.destinations.documentation import put_page
from posexport.destinations.poweroffice import Session, wire_amount
from posexport.destinations.poweroffice_answers import Answered, HttpRefused

PRIVILEGES = ("JournalEntryVoucher_Full", "GeneralLedgerAccount", "Department", "CommonServices")
"""What an extension needs for all this; the `_Full` form of a read privilege serves as well."""


class JournalDrafts:
    """The journal-entry drafts of one venue's client.

    Reads lag writes, usually under a second. `find`, `find_standing` and `has_page` tell nothing of what was done
    less than two seconds before they are asked: they would take what is there for what is not.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._described: dict[str, tuple[str, str]] = {}

    def read_chart(self, vouchers: Sequence[Voucher]) -> Chart:
        """Accounts, VAT codes, departments, the lock date, and the customers these vouchers name."""
        return v2.read_chart(self._session, vouchers)

    def build_payload(self, voucher: Voucher, chart: Chart, trail: SourceTrail) -> Payload:
        """The body of `POST .../ManualJournals`; deterministic for one chart."""
        day = voucher.posting_date.isoformat()
        fields: dict[str, Any] = {
            "CurrencyCode": voucher.currency,
            "VoucherDate": day,
            "Description": v2.describe(voucher),
            "Comment": f"posexport {voucher.reference} · {trail.source} {trail.batch}".strip()[:1000],
            "ManualVoucherLines": [_journal_line(line, voucher, chart) for line in voucher.lines],
        }
        if voucher.department is not None and chart.departments is not None:
            fields["DepartmentId"] = chart.departments[voucher.department]
        return fields

    def send(self, payload: Payload, deadline_utc_s: float) -> Drafted:
        """Draft it."""
        answered = self._session.write("/JournalEntryVouchers/ManualJournals", payload, deadline_utc_s)
        remote_id = answered.value.get("Id") if isinstance(answered.value, dict) else None
        if not remote_id:
            raise answered.lost("the answer gives no id")
        return Drafted(answered.veil(str(remote_id)), "drafted", answered.evidence)

    def find(self, payload: Payload, since_utc_s: int, ruled_out: frozenset[str] = frozenset()) -> Sighting:
        """The draft of ours, made since then, whose description holds the payload's reference. Whatever else was
        read on the way is ruled out, a draft that has been deleted meanwhile too."""
        mark, others = _mark_of(payload), set[str]()
        for remote_id in self._list_candidates(since_utc_s):
            if remote_id in ruled_out:
                continue
            described, evidence = self._describe(remote_id)
            if mark and mark in described:
                return Sighting(Drafted(remote_id, "found by its reference", evidence), frozenset(others))
            others.add(remote_id)
        return Sighting(None, frozenset(others))

    def _list_candidates(self, since_utc_s: int) -> list[str]:
        """The ids of this integration's own drafts of this kind, made since then."""
        return [
            str(row.get("Id"))
            for row in self._list(since_utc_s)
            if row.get("IsCreatedByCurrentIntegration") is not False
            and row.get("VoucherType") in (None, "Unknown", "ManualJournal")
        ]

    def _list(self, since_utc_s: int) -> list[dict[str, Any]]:
        since = {"createdDateTimeOffsetGreaterThan": v2.format_since(since_utc_s)}
        return v2.read_rows(self._session, "/JournalEntryVouchers", since)

    def _describe(self, remote_id: str) -> tuple[str, str]:
        """A draft's description and the answer it stood in, asked for once: after an outage many drafts are looked
        for in the same list. Both are empty where it is not there any more."""
        known = self._described.get(remote_id)
        if known is None:
            known = self._read_description(remote_id)
            self._described[remote_id] = known
        return known

    def _read_description(self, remote_id: str) -> tuple[str, str]:
        answered = self._read_draft(remote_id)
        if answered is None:
            return "", ""
        return str(answered.value.get("Description") or ""), answered.evidence

    def find_standing(self, remote_id: str, since_utc_s: int) -> Standing:
        """By the list, and for what is posted by the ledger. One that is not in the list is asked for by its id, and
        looked for in the ledger, before it is called gone."""
        for row in self._list(since_utc_s):
            if str(row.get("Id")).lower() == remote_id.lower():
                if row.get("IsPosted"):
                    found = read_aftermath(self._session, remote_id, since_utc_s)
                    return found.standing if found else Standing.POSTED
                return Standing.POSTED if row.get("InApprovalWorkflow") else Standing.UNPOSTED
        if self._read_draft(remote_id) is not None:
            return Standing.UNPOSTED
        found = read_aftermath(self._session, remote_id, since_utc_s)
        return found.standing if found else Standing.GONE

    def find_successor(self, remote_id: str, since_utc_s: int) -> str:
        """By the ledger."""
        found = read_aftermath(self._session, remote_id, since_utc_s)
        return found.number if found else ""

    def _read_draft(self, remote_id: str) -> Answered | None:
        """The draft, a JSON object; None where it is not there."""
        return v2.read_one(self._session, f"/JournalEntryVouchers/ManualJournals/{remote_id}")

    def remove(self, remote_id: str) -> Standing:
        """Delete the draft. PowerOffice keeps one that is posted or in an approval."""
        try:
            self._session.delete(f"/JournalEntryVouchers/{remote_id}")
        except HttpRefused as error:
            if error.is_conflict:
                return Standing.POSTED
            if not error.is_not_found:
                raise
        return Standing.GONE

    def attach(self, remote_id: str, page: Page) -> None:
        """Add the page to the draft's documentation. Raises AnswerLost where it may be there."""
        path = f"/JournalEntryVouchers/{remote_id}/VoucherPages"
        put_page(lambda: self._session.upload(path, page), self._session.wait)

    def has_page(self, remote_id: str, page_name: str) -> bool:
        """Whether the draft has any page: PowerOffice does not tell their names."""
        draft = self._read_draft(remote_id)
        return draft is not None and bool(draft.value.get("Pages"))

    def read_identity(self) -> Identity:
        """The client behind the key, and the privileges it lacks."""
        return v2.read_identity(self._session, PRIVILEGES)


def _mark_of(payload: Payload) -> str:
    """What is looked for in descriptions: our reference in its brackets, whatever a person has added to it."""
    _, bracket, reference = str(payload["Description"]).rpartition("[")
    return bracket + reference


def _journal_line(line: VoucherLine, voucher: Voucher, chart: Chart) -> dict[str, Any]:
    side = "Debit" if line.amount_ore > 0 else "Credit"
    return {
        f"{side}AccountId": v2.find_account_id(line, chart),
        f"{side}VatId": v2.find_vat_id(line, voucher, chart),
        "CurrencyAmount": wire_amount(abs(line.amount_ore)),
        "PostingDate": voucher.posting_date.isoformat(),
        "Description": line.description,
    }
