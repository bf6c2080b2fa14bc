"""PowerOffice Go's journal-entry drafts (v2): `POST /JournalEntryVouchers/ManualJournals`.

Everything is by numeric id, so accounts, VAT codes and departments are looked up first. A draft carries no
external reference and the server does not stop a double: our reference stands in brackets in the description,
and `find` looks for it among this integration's own drafts.

Source: the v2 OpenAPI description (spring 2025).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from posexport.core.ports import Account, Chart, Drafted, Identity, Payload, SourceTrail
from posexport.core.vat import VatRate
from posexport.core.voucher import Voucher, VoucherLine
from posexport.destinations.poweroffice import Session, wire_amount
from posexport.destinations.reading import parse_day, parse_rate_bp
from posexport.errors import AnswerLost, NotSent

CLOCK_MARGIN_S = 600
"""How far PowerOffice's clock may be behind ours when drafts are listed by their time."""

PRIVILEGES = ("JournalEntryVoucher_Full", "GeneralLedgerAccount", "Department", "CommonServices")
"""What an extension needs for all this; the `_Full` form of a read privilege serves as well."""


class JournalDrafts:
    """The journal-entry drafts of one venue's client."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._descriptions: dict[str, str] = {}

    def read_chart(self, vouchers: Sequence[Voucher]) -> Chart:
        """Accounts, VAT codes, departments, the lock date, and the customers these vouchers name."""
        accounts = self._session.read("/GeneralLedgerAccounts") or []
        vat_codes = self._session.read("/VatCodes", {"includeExpired": "true"}) or []
        departments = self._session.read("/Departments") or []
        lock = self._session.read("/LockDateSettings") or {}
        return Chart(
            accounts={str(row["AccountNo"]): _account(row) for row in accounts},
            vat_rates=tuple(_vat_rate(row) for row in vat_codes if row.get("IsActive", True)),
            vat_ids={str(row["Code"]): int(row["Id"]) for row in vat_codes},
            departments={str(row["Code"]): int(row["Id"]) for row in departments if row.get("IsActive", True)},
            customers=self._read_customers(vouchers),
            lock_date=parse_day(lock.get("LockDate")),
        )

    def _read_customers(self, vouchers: Sequence[Voucher]) -> dict[str, int]:
        wanted = sorted({line.customer for voucher in vouchers for line in voucher.lines if line.customer})
        if not wanted:
            return {}
        rows = self._session.read("/Customers", {"customerNos": ",".join(wanted)}) or []
        return {str(row["Number"]): int(row["SubledgerAccountId"]) for row in rows if row.get("SubledgerAccountId")}

    def build_payload(self, voucher: Voucher, chart: Chart, trail: SourceTrail) -> Payload:
        """The body of `POST .../ManualJournals`; deterministic for one chart."""
        day = voucher.posting_date.isoformat()
        fields: dict[str, Any] = {
            "CurrencyCode": voucher.currency,
            "VoucherDate": day,
            "Description": describe(voucher),
            "Comment": f"posexport {voucher.reference} · {trail.source} {trail.batch}".strip()[:1000],
            "ManualVoucherLines": [_journal_line(line, day, chart) for line in voucher.lines],
        }
        if voucher.department is not None and chart.departments is not None:
            fields["DepartmentId"] = chart.departments[voucher.department]
        return fields

    def send(self, payload: Payload) -> Drafted:
        """Draft it."""
        answer = self._session.write("/JournalEntryVouchers/ManualJournals", payload)
        remote_id = answer.get("Id") if isinstance(answer, dict) else None
        if not remote_id:
            raise AnswerLost("the answer gives no id")
        return Drafted(str(remote_id), "drafted")

    def find(self, payload: Payload, since_utc_s: int) -> Drafted | None:
        """The draft of ours, made since then, whose description is the payload's."""
        since = datetime.fromtimestamp(since_utc_s - CLOCK_MARGIN_S, UTC)
        rows = self._session.read(
            "/JournalEntryVouchers", {"createdDateTimeOffsetGreaterThan": f"{since:%Y-%m-%d %H:%M:%S}+00:00"}
        )
        for row in rows or []:
            if row.get("IsCreatedByCurrentIntegration") is False or row.get("VoucherType") not in (
                None,
                "ManualJournal",
            ):
                continue
            if self._describe(str(row["Id"])) == payload["Description"]:
                return Drafted(str(row["Id"]), "found by its reference")
        return None

    def _describe(self, remote_id: str) -> str:
        """A draft's description, asked for once: after an outage many drafts are looked for in the same list."""
        known = self._descriptions.get(remote_id)
        if known is None:
            draft = self._session.read(f"/JournalEntryVouchers/ManualJournals/{remote_id}")
            known = str(draft.get("Description") or "") if isinstance(draft, dict) else ""
            self._descriptions[remote_id] = known
        return known

    def read_identity(self) -> Identity:
        """The client behind the key, and the privileges it lacks."""
        answer = self._session.read("/ClientIntegrationInformation")
        if not isinstance(answer, dict):
            raise NotSent("the answer does not say whose key it is")
        valid = set(answer.get("ValidPrivileges") or ())
        missing = tuple(name for name in PRIVILEGES if name not in valid and f"{name}_Full" not in valid)
        return Identity(str(answer.get("ClientName") or ""), None, missing)


def describe(voucher: Voucher) -> str:
    """A draft's description, our reference in brackets at its end."""
    return f"{voucher.description} [{voucher.reference}]"


def _account(row: Mapping[str, Any]) -> Account:
    return Account(
        number=str(row["AccountNo"]),
        name=str(row.get("Name") or ""),
        id=int(row["Id"]),
        is_active=row.get("IsActive") is not False,
        vat_code=str(row["VatCode"]) if row.get("VatCode") is not None else None,
        is_vat_code_locked=bool(row.get("IsVatCodeLocked")),
        is_department_required=bool(row.get("IsDepartmentRequired")),
        is_project_required=bool(row.get("IsProjectRequired")),
    )


def _vat_rate(row: Mapping[str, Any]) -> VatRate:
    return VatRate(
        str(row["Code"]),
        parse_rate_bp(row.get("Rate"), percent=False),
        parse_day(row.get("ValidFrom")),
        parse_day(row.get("ValidTo")),
    )


def _journal_line(line: VoucherLine, day: str, chart: Chart) -> dict[str, Any]:
    side = "Debit" if line.amount_ore > 0 else "Credit"
    return {
        f"{side}AccountId": _account_id(line, chart),
        f"{side}VatId": chart.vat_ids[line.vat_code or ""],
        "CurrencyAmount": wire_amount(abs(line.amount_ore)),
        "PostingDate": day,
        "Description": line.description,
    }


def _account_id(line: VoucherLine, chart: Chart) -> int:
    if line.customer is not None and chart.customers is not None:
        return chart.customers[line.customer]
    return (chart.accounts or {})[line.account or ""].id
