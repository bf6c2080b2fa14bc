"""PowerOffice Go's import queue (v1): `POST /Import/`, where a person checks the draft and clicks Import.

Every well-formed call answers 200; `success` tells. The server refuses a second import with the same external
reference, which is its own guard against double posting. Amounts: positive debits, negative credits, gross.

Source: the v1 description (legacy, maintained).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from posexport.core.ports import Account, Chart, Drafted, Identity, Payload, SourceTrail
from posexport.core.vat import VatRate
from posexport.core.voucher import Voucher, VoucherLine
from posexport.destinations.poweroffice import Session, wire_amount
from posexport.destinations.reading import parse_day, parse_rate_bp
from posexport.errors import AnswerLost, NotSent, PrivilegeMissing, VoucherRefused

CASH = 4
"""Import type: a cash voucher."""

_DUPLICATE = "ApiUniqueConstraint"


class ImportQueue:
    """The import queue of one venue's client."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def read_chart(self, vouchers: Sequence[Voucher]) -> Chart:
        """Accounts, VAT codes and departments. A list the extension may not read is left unchecked: the
        import queue judges by itself."""
        accounts = self._read_list("/GeneralLedgerAccount/")
        vat_codes = self._read_list("/VatCode/")
        departments = self._read_list("/Department/")
        return Chart(
            accounts=None if accounts is None else _by_number(accounts),
            vat_rates=tuple(_vat_rate(row) for row in vat_codes or ()),
            departments=None
            if departments is None
            else {str(row["code"]): 0 for row in departments if row.get("isActive", True)},
        )

    def build_payload(self, voucher: Voucher, chart: Chart, trail: SourceTrail) -> Payload:
        """The body of `POST /Import/`; deterministic."""
        day = voucher.posting_date.isoformat()
        return {
            "description": f"{voucher.description} [{voucher.reference}]",
            "date": day,
            "type": CASH,
            "externalImportReference": voucher.reference,
            "importLines": [_import_line(line, voucher, day, trail) for line in voucher.lines],
        }

    def send(self, payload: Payload) -> Drafted:
        """Draft it; a refusal because the reference is there already is looked into."""
        answer = self._session.write("/Import/", payload)
        if not isinstance(answer, dict) or "success" not in answer:
            raise AnswerLost("the answer does not say whether it succeeded")
        if answer["success"]:
            if not answer.get("data"):
                raise AnswerLost("the answer gives no id")
            return Drafted(str(answer["data"]), "imported")
        if _DUPLICATE in _words(answer):
            return self._find_same(payload)
        raise VoucherRefused(_words(answer))

    def _find_same(self, payload: Payload) -> Drafted:
        """The import that is there with the payload's reference, if it holds the same lines.

        Raises VoucherRefused where it holds others, AnswerLost where it cannot be read yet.
        """
        row = self._find_row(payload)
        if row is None:
            raise AnswerLost("the reference is taken, but what has it cannot be read yet")
        if "importLines" not in row:
            row = self._read(f"/Import/{row['id']}", None) or row
        if _amounts(row) != _amounts(payload):
            raise VoucherRefused(
                f"an import {payload['externalImportReference']} is there already, with other lines. "
                "Delete it in Go under Menu > Accounts > Import, or mend it there by hand."
            )
        return Drafted(str(row["id"]), "found by its reference")

    def find(self, payload: Payload, since_utc_s: int) -> Drafted | None:
        """The import with the payload's reference."""
        row = self._find_row(payload)
        return Drafted(str(row["id"]), "found by its reference") if row is not None else None

    def _find_row(self, payload: Payload) -> dict[str, Any] | None:
        reference = str(payload["externalImportReference"]).replace("'", "''")
        answer = self._read("/Import/", {"$filter": f"(ExternalImportReference eq '{reference}')"})
        return answer[0] if isinstance(answer, list) and answer else None

    def read_identity(self) -> Identity:
        """The client behind the key."""
        answer = self._read("/Client/", None)
        row = answer[0] if isinstance(answer, list) and answer else answer
        row = row if isinstance(row, dict) else {}
        number = row.get("organizationNumber") or row.get("organisationNumber") or row.get("vatNumber")
        return Identity(str(row.get("name", "")), str(number) if number else None)

    def _read_list(self, path: str) -> list[dict[str, Any]] | None:
        try:
            answer = self._read(path, None)
        except (PrivilegeMissing, VoucherRefused):
            return None
        return answer if isinstance(answer, list) else None

    def _read(self, path: str, parameters: Mapping[str, str] | None) -> Any:
        answer = self._session.read(path, parameters)
        if not isinstance(answer, dict) or "success" not in answer:
            raise NotSent("the answer does not say whether it succeeded")
        if not answer["success"]:
            raise VoucherRefused(_words(answer))
        return answer.get("data")


def _amounts(document: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """What an import comes to: account or customer, VAT code and øre, whatever the order of its lines."""
    return sorted(
        (
            str(line.get("customerCode") or line.get("accountNumber")),
            str(line.get("vatCode")),
            round(float(line["amount"]) * 100),
        )
        for line in document.get("importLines") or ()
    )


def _words(answer: Mapping[str, Any]) -> str:
    """PowerOffice's own words in a refusal."""
    validation = answer.get("validation")
    told = validation if isinstance(validation, dict) else {}
    words = [str(told[name]) for name in ("summary", "exception", "errorLogReference") if told.get(name)]
    return " · ".join(words) or "refused without a reason"


def _by_number(rows: Sequence[Mapping[str, Any]]) -> dict[str, Account]:
    return {
        str(row["code"]): Account(
            number=str(row["code"]),
            name=str(row.get("name", "")),
            is_active=bool(row.get("isActive", True)),
            vat_code=str(row["vatCode"]) if row.get("vatCode") is not None else None,
            is_vat_code_locked=bool(row.get("isVatCodeLocked") or row.get("isVatCodeLockedAfterPosting")),
            is_department_required=bool(row.get("isDepartmentRequired", False)),
            is_project_required=bool(row.get("isProjectRequired", False)),
        )
        for row in rows
    }


def _vat_rate(row: Mapping[str, Any]) -> VatRate:
    return VatRate(
        str(row["code"]),
        parse_rate_bp(row.get("rate", 0), percent=True),
        parse_day(row.get("validFrom")),
        parse_day(row.get("validTo")),
    )


def _import_line(line: VoucherLine, voucher: Voucher, day: str, trail: SourceTrail) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "documentDate": day,
        "documentNumber": int(day.replace("-", "")),
        "postingDate": day,
        "description": line.description,
        "accountNumber": int(line.account or 0),
        "vatCode": line.vat_code,
        "departmentCode": line.department,
        "amount": wire_amount(line.amount_ore),
        "currencyCode": voucher.currency,
        "currencyAmount": wire_amount(line.amount_ore),
        "customerCode": int(line.customer) if line.customer and line.customer.isdigit() else line.customer,
        "saftSourceId": trail.source[:35] or None,
        "saftBatchId": trail.batch[:35] or None,
    }
    return {name: value for name, value in fields.items() if value is not None}
