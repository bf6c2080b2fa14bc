"""The ledger as v2 shows it: account transactions, and the documentation of what was posted.

Lives here: `AccountTransactions` and `VoucherDocumentation`. Never here: the posting itself.
Source of names, types and required fields: the v2 description of spring 2025.
Go takes the VAT out: a line under a VAT code stands there net, with the VAT as `VatAmount`, and the VAT stands on
an account of its own.
What is not published is decided here and named: `VatAmount` has the sign of `Amount`, and VAT is rounded line by line,
halves away from zero; a reversal mirrors the transactions of the voucher it reverses, without its external reference;
a correction has no external reference, and that of the voucher it corrects stays taken; a posted import becomes one
voucher with an id of its own, and keeps its reference; the time a transaction is created is the time its voucher was
posted; documentation of a voucher that is not there or somebody else's is a 404, of one that is not posted a 400.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from .ledger import Company, DraftLine, Kind, Stored
from .multipart import parse_file
from .parameters import Parameters
from .wire import Answer, Json, Refused, instant, kroner, parse_json

if TYPE_CHECKING:
    from .call import Call

DOCUMENTATION_SIZE_MAX = 30 * 1024 * 1024
NO_CODE = "-1"
"""How a filter of codes asks for what has none."""

LINES_MAX = 10_000
"""Of one voucher, so that transactions have ids of their own."""

VOUCHER_KINDS: tuple[Kind, ...] = ("manual-journal", "cash-voucher", "manual-voucher")
"""What has the id of its voucher from the start."""

_TYPES: dict[str, str] = {
    "import": "Unknown",
    "manual-journal": "ManualJournal",
    "cash-voucher": "CashJournal",
    "manual-voucher": "ManualJournal",
    "correction": "CorrectionVoucher",
    "outgoing-invoice": "OutgoingInvoice",
    "outgoing-credit-note": "OutgoingCreditNote",
}
_IMPORT_TYPES = {1: "OutgoingInvoice", 3: "PayrollJournal", 4: "CashJournal", 5: "YearEndJournal", 99: "ManualJournal"}


def voucher_type(stored: Stored) -> str:
    """The type of voucher it is once posted."""
    if stored.draft.kind == "import":
        return _IMPORT_TYPES[parse_json(stored.wire)["type"]]
    return _TYPES[stored.draft.kind]


def voucher_id(stored: Stored) -> str:
    """The id of the posted voucher: for an import another one than the import's."""
    if stored.draft.kind == "import":
        return str(uuid.uuid5(uuid.NAMESPACE_OID, stored.draft.id))
    return stored.draft.id


# --- transactions -------------------------------------------------------------------------------------


def list_transactions(call: Call) -> Answer:
    """The transactions of every voucher of the client, whoever made it, by the date they count on."""
    call.token.require("AccountTransaction", "AccountTransaction_Full")
    parameters = Parameters(
        call,
        *("fromDate", "toDate", "accountNos", "voucherNos", "voucherTypes", "vatCodes", "departmentCodes"),
        *("projectCodes", "includeSubProject", "productCodes"),
        *("createdDateTimeOffsetGreaterThan", "lastChangedDateTimeOffsetGreaterThan"),
    )
    first, last = parameters.day("fromDate"), parameters.day("toDate")
    if last < first:
        raise Refused("toDate is before fromDate.", field_name="toDate")
    created = parameters.moment("createdDateTimeOffsetGreaterThan")
    changed = parameters.moment("lastChangedDateTimeOffsetGreaterThan")
    accounts, numbers = parameters.numbers("accountNos"), parameters.numbers("voucherNos")
    parameters.flag("includeSubProject")
    by_code = {
        name: parameters.codes(parameter)
        for name, parameter in (
            ("VoucherType", "voucherTypes"),
            ("VatCode", "vatCodes"),
            ("DepartmentCode", "departmentCodes"),
            ("ProjectCode", "projectCodes"),
            ("ProductCode", "productCodes"),
        )
    }
    return parameters.answer(
        row
        for row in _rows(call)
        if first <= row["PostingDate"] <= last
        and (created is None or row["CreatedDateTimeOffset"] > created)
        and (changed is None or row["LastChangedDateTimeOffset"] > changed)
        and accounts(row["AccountNo"])
        and (not parameters.text("voucherNos") or (row["VoucherNo"] is not None and numbers(row["VoucherNo"])))
        and all(codes is None or (row[name] or NO_CODE) in codes for name, codes in by_code.items())
    )


_V1_NAMES = {"AccountNo": "AccountCode", "PostingDate": "Date"}
_NOT_IN_V1 = ("CorrectionOfVoucherId", "ReversedVoucherId", "CurrencyAmount")
"""In v1 a correction and a reversal name the number of the other voucher."""


def list_v1_transactions(call: Call) -> Iterator[Json]:
    """The same rows by v1's names, in PascalCase."""
    call.token.require("Reporting_AccountTransaction_Full")
    parameters = Parameters(call, "fromDate", "toDate")
    first, last = parameters.day("fromDate"), parameters.day("toDate")
    for row in _rows(call):
        if first <= row["PostingDate"] <= last:
            yield {_V1_NAMES.get(name, name): value for name, value in row.items() if name not in _NOT_IN_V1}


def _rows(call: Call) -> Iterator[Json]:
    for stored in call.company.stored.values():
        if not stored.is_seen_at(call.replica_s) or not stored.is_posted_at(call.replica_s):
            continue
        lines = [part for line in stored.draft.lines for part in split_vat(call.company, line, stored)]
        yield from _voucher_rows(call, stored, lines, _of_voucher(call, stored), 1)
        if stored.is_reversed_at(call.replica_s):
            yield from _voucher_rows(call, stored, lines, _of_reversal(call, stored), -1)


@dataclass(frozen=True, slots=True)
class Part:
    """One amount on one account: a line, net of its VAT, or the VAT of one, which stands under no VAT code itself."""

    line: DraftLine
    account_no: int
    amount_ore: int
    vat_ore: int = 0
    is_vat: bool = False


def split_vat(company: Company, line: DraftLine, stored: Stored) -> list[Part]:
    """A line as it stands in the ledger: 125 gross under 25 % is 100 on its account and 25 on the VAT account."""
    row = company.vat_row_on(line.vat_code, _day_of(line, stored))
    if row is None or row.account_no is None or not row.rate_percent:
        return [Part(line, line.account_no, line.amount_ore)]
    vat = line.amount_ore * row.rate_percent / (100 + row.rate_percent)
    vat_ore = int(vat.quantize(Decimal(1), ROUND_HALF_UP))
    return [
        Part(line, line.account_no, line.amount_ore - vat_ore, vat_ore),
        Part(line, row.account_no, vat_ore, is_vat=True),
    ]


def _day_of(line: DraftLine, stored: Stored) -> date:
    return line.posting_date or stored.draft.voucher_date


def _voucher_rows(call: Call, stored: Stored, parts: list[Part], voucher: _Voucher, sign: int) -> Iterator[Json]:
    for at, part in enumerate(parts, start=1):
        yield {"Id": voucher.no * LINES_MAX + at, **_row(call, stored, part, sign), **voucher.properties}


def _row(call: Call, stored: Stored, part: Part, sign: int) -> Json:
    """One transaction on one account."""
    company, line, amount = call.company, part.line, kroner(sign * part.amount_ore)
    code = None if part.is_vat else line.department_code
    vat = None if part.is_vat else company.vat_row_on(line.vat_code, _day_of(line, stored))
    return {
        "AccountId": company.account_ids.id_of(part.account_no),
        "AccountNo": part.account_no,
        "Amount": amount,
        "CurrencyAmount": amount,
        "CurrencyCode": company.client.currency,
        "CustomerAccountNo": line.customer,
        "DepartmentCode": code,
        "DepartmentId": None if code is None else company.department_ids.id_of(code),
        "Description": line.description,
        "PostingDate": _day_of(line, stored),
        "ProductCode": None if part.is_vat else line.product_code,
        "ProjectCode": None if part.is_vat else line.project_code,
        "VatAmount": None if part.is_vat else kroner(sign * part.vat_ore),
        "VatCode": vat.code if vat is not None else None,
        "VatId": company.vat_id(vat) if vat is not None else None,
        "VatRate": (vat.rate_percent / 100).normalize() if vat is not None else None,
        "VoucherDate": stored.draft.voucher_date,
        "VoucherDescription": stored.draft.description,
    }


@dataclass(frozen=True, slots=True)
class _Voucher:
    """What all transactions of a voucher share. `no`: its number, also before it is shown."""

    no: int
    properties: Json


def _of_voucher(call: Call, stored: Stored) -> _Voucher:
    assert stored.voucher_no is not None
    assert stored.posted_at_s is not None
    corrected = call.company.stored[stored.draft.correction_of] if stored.draft.correction_of else None
    return _Voucher(
        stored.voucher_no,
        {
            "CorrectionOfVoucherId": voucher_id(corrected) if corrected else None,
            "CorrectionOfVoucherNo": corrected.voucher_no if corrected else None,
            "CreatedDateTimeOffset": instant(stored.posted_at_s),
            "CreatedFromImportJournalId": stored.draft.id if stored.draft.kind == "import" else None,
            "ExternalImportReference": stored.draft.reference,
            "IsReversed": stored.is_reversed_at(call.replica_s),
            "LastChangedDateTimeOffset": instant(stored.changed_at_s),
            "ReversedVoucherId": None,
            "ReversedVoucherNo": None,
            "VoucherId": voucher_id(stored),
            "VoucherNo": stored.voucher_no_at(call.numbered_s),
            "VoucherType": voucher_type(stored),
        },
    )


def _of_reversal(call: Call, stored: Stored) -> _Voucher:
    reversal = stored.reversal
    assert reversal is not None
    return _Voucher(
        reversal.voucher_no,
        {
            "CorrectionOfVoucherId": None,
            "CorrectionOfVoucherNo": None,
            "CreatedDateTimeOffset": instant(reversal.at_s),
            "CreatedFromImportJournalId": None,
            "ExternalImportReference": None,
            "IsReversed": False,
            "LastChangedDateTimeOffset": instant(reversal.at_s),
            "ReversedVoucherId": voucher_id(stored),
            "ReversedVoucherNo": stored.voucher_no,
            "VoucherId": reversal.id,
            "VoucherNo": reversal.voucher_no if reversal.at_s <= call.numbered_s else None,
            "VoucherType": "ReversalVoucher",
        },
    )


# --- documentation ------------------------------------------------------------------------------------


def list_documentation(call: Call) -> Answer:
    """Which documentation posted vouchers have."""
    call.token.require("VoucherDocumentation", "VoucherDocumentation_Full")
    parameters = Parameters(call, "id", "voucherNo")
    wanted, numbers = parameters.identifier("id"), parameters.numbers("voucherNo")
    return parameters.answer(
        {
            "VoucherId": stored.draft.id,
            "VoucherNo": stored.voucher_no_at(call.numbered_s),
            "VoucherType": voucher_type(stored),
            "HasPdf": _has_page(call, stored, "application/pdf"),
            "HasImages": _has_page(call, stored, "image/"),
            "HasEhf": False,
            "HasSalesOrderAttachments": False,
            "IsImported": True,
        }
        for stored in _candidates(call, wanted)
        if stored.is_posted_at(call.replica_s) and numbers(stored.voucher_no or 0)
    )


def _candidates(call: Call, wanted: str | None) -> Iterable[Stored]:
    found = call.company.stored.values() if wanted is None else [call.company.stored.get(wanted)]
    return [stored for stored in found if stored is not None and stored.draft.kind in VOUCHER_KINDS]


def _has_page(call: Call, stored: Stored, kind: str) -> bool:
    return any(
        page.content_type.startswith(kind) and page.created_at.timestamp() <= call.replica_s
        for page in stored.draft.pages
    )


def put_documentation(call: Call) -> Answer:
    """Replace the documentation of a voucher this integration has posted through the API. Raises Refused."""
    call.token.require("VoucherDocumentation_Full")
    parameters = Parameters(call, "id")
    wanted = parameters.identifier("id")
    if wanted is None:
        raise Refused("id is required.", field_name="id")
    stored = call.find(wanted, *VOUCHER_KINDS, own=True)
    if stored is None or call.is_fresh(stored):
        raise Refused(f"Voucher with id = {wanted} not found.", status=404)
    if not stored.draft.posted:
        raise Refused(f"Voucher with id = {wanted} is not posted.")
    kind = call.request.headers.get("content-type", "")
    file = parse_file(kind, call.request.body, "file", size_max=DOCUMENTATION_SIZE_MAX)
    if file.content_type != "application/pdf":
        raise Refused("The file has to be a PDF.", field_name="file")
    call.replace_pages(stored, file.name, len(file.content), hashlib.sha256(file.content).hexdigest())
    return Answer(202)
