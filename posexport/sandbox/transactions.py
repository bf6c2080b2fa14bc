"""The ledger as v2 shows it: account transactions, and the documentation of what was posted.

Lives here: `AccountTransactions` and `VoucherDocumentation`. Never here: the posting itself.
Source of names, types and required fields: the v2 description of spring 2025.
What is not published is decided here and named: every line of a voucher is one transaction, its VAT not split
out; a reversal mirrors the transactions of the voucher it reverses, without its external reference; a posted
import becomes one voucher with an id of its own, and keeps its reference; the time a transaction is created is
the time its voucher was posted; documentation of a voucher that is not there, not posted or somebody else's is a
400; filters other than dates, times, accounts and voucher numbers are refused.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .ledger import DraftLine, Kind, Stored
from .multipart import parse_file
from .parameters import Parameters
from .wire import Answer, Json, Refused, instant, kroner, parse_json

if TYPE_CHECKING:
    from .world import Call

DOCUMENTATION_SIZE_MAX = 30 * 1024 * 1024
LINES_MAX = 10_000
"""Of one voucher, so that transactions have ids of their own."""

VOUCHER_KINDS: tuple[Kind, ...] = ("manual-journal", "cash-voucher", "manual-voucher")
"""What has the id of its voucher from the start."""

_TYPES: dict[str, str] = {
    "import": "Unknown",
    "manual-journal": "ManualJournal",
    "cash-voucher": "CashJournal",
    "manual-voucher": "ManualJournal",
}
_IMPORT_TYPES = {1: "OutgoingInvoice", 3: "PayrollJournal", 4: "CashJournal", 5: "YearEndJournal", 99: "ManualJournal"}


def voucher_type(stored: Stored) -> str:
    """What kind of voucher it is once it is posted."""
    if stored.draft.kind == "import":
        return _IMPORT_TYPES[parse_json(stored.wire)["type"]]
    return _TYPES[stored.draft.kind]


def voucher_id(stored: Stored) -> str:
    """An import is no voucher: what is posted from it has another id."""
    if stored.draft.kind == "import":
        return str(uuid.uuid5(uuid.NAMESPACE_OID, stored.draft.id))
    return stored.draft.id


# --- transactions -------------------------------------------------------------------------------------


def list_transactions(call: Call) -> Answer:
    """Of every voucher on the client, whoever made it, by the date of its effect."""
    call.token.require("AccountTransaction", "AccountTransaction_Full")
    parameters = Parameters(call, "fromDate", "toDate", "accountNos", "voucherNos", "createdDateTimeOffsetGreaterThan")
    first, last = parameters.day("fromDate"), parameters.day("toDate")
    if last < first:
        raise Refused("toDate is before fromDate.", field_name="toDate")
    created = parameters.moment("createdDateTimeOffsetGreaterThan")
    accounts, numbers = parameters.numbers("accountNos"), parameters.numbers("voucherNos")
    return parameters.answer(
        row
        for row in _rows(call)
        if first <= row["PostingDate"] <= last
        and (created is None or row["CreatedDateTimeOffset"] > created)
        and accounts(row["AccountNo"])
        and numbers(row["VoucherNo"])
    )


def _rows(call: Call) -> Iterator[Json]:
    for stored in call.company.stored.values():
        if not stored.is_seen_at(call.replica_s) or not stored.is_posted_at(call.replica_s):
            continue
        kind = voucher_type(stored)
        for at, line in enumerate(stored.draft.lines, start=1):
            yield _row(call, stored, line, at) | _of_voucher(call, stored, kind)
            if stored.is_reversed_at(call.replica_s):
                yield _row(call, stored, line, at) | _of_reversal(stored, line, at)


def _row(call: Call, stored: Stored, line: DraftLine, at: int) -> Json:
    """What stands on a line, whichever voucher has it."""
    company, amount = call.company, kroner(line.amount_ore)
    code = line.department_code
    vat = company.client.vat_codes.get(line.vat_code)
    return {
        "Id": (stored.voucher_no or 0) * LINES_MAX + at,
        "AccountId": company.account_ids.id_of(line.account_no),
        "AccountNo": line.account_no,
        "Amount": amount,
        "CurrencyAmount": amount,
        "CurrencyCode": company.client.currency,
        "CustomerAccountNo": line.customer,
        "DepartmentCode": code,
        "DepartmentId": None if code is None else company.department_ids.id_of(code),
        "Description": line.description,
        "PostingDate": line.posting_date or stored.draft.voucher_date,
        "VatCode": line.vat_code,
        "VatId": company.vat_ids.id_of(line.vat_code),
        "VatRate": (vat.rate_percent / 100).normalize() if vat is not None else None,
        "VoucherDate": stored.draft.voucher_date,
        "VoucherDescription": stored.draft.description,
    }


def _of_voucher(call: Call, stored: Stored, kind: str) -> Json:
    return {
        "CreatedDateTimeOffset": instant(stored.posted_at_s or stored.created_at_s),
        "CreatedFromImportJournalId": stored.draft.id if stored.draft.kind == "import" else None,
        "ExternalImportReference": stored.draft.reference,
        "IsReversed": stored.is_reversed_at(call.replica_s),
        "ReversedVoucherId": None,
        "ReversedVoucherNo": None,
        "VoucherId": voucher_id(stored),
        "VoucherNo": stored.voucher_no,
        "VoucherType": kind,
    }


def _of_reversal(stored: Stored, line: DraftLine, at: int) -> Json:
    reversal = stored.reversal
    assert reversal is not None
    amount = kroner(-line.amount_ore)
    return {
        "Id": reversal.voucher_no * LINES_MAX + at,
        "Amount": amount,
        "CurrencyAmount": amount,
        "CreatedDateTimeOffset": instant(reversal.at_s),
        "CreatedFromImportJournalId": None,
        "ExternalImportReference": None,
        "IsReversed": False,
        "ReversedVoucherId": voucher_id(stored),
        "ReversedVoucherNo": stored.voucher_no,
        "VoucherId": reversal.id,
        "VoucherNo": reversal.voucher_no,
        "VoucherType": "ReversalVoucher",
    }


# --- documentation ------------------------------------------------------------------------------------


def list_documentation(call: Call) -> Answer:
    """What documentation posted vouchers have."""
    call.token.require("VoucherDocumentation", "VoucherDocumentation_Full")
    parameters = Parameters(call, "id", "voucherNo")
    wanted, numbers = parameters.identifier("id"), parameters.numbers("voucherNo")
    return parameters.answer(
        {
            "VoucherId": stored.draft.id,
            "VoucherNo": stored.voucher_no,
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
    """Replaces the documentation of a voucher this integration has posted through the API."""
    call.token.require("VoucherDocumentation_Full")
    parameters = Parameters(call, "id")
    wanted = parameters.identifier("id")
    if wanted is None:
        raise Refused("id is required.", field_name="id")
    stored = call.find(wanted, *VOUCHER_KINDS, own=True)
    if stored is None:
        raise Refused(f"Voucher with id = {wanted} not found.", status=404)
    if not stored.draft.posted:
        raise Refused(f"Voucher with id = {wanted} is not posted.")
    kind = call.request.headers.get("content-type", "")
    file = parse_file(kind, call.request.body, "file", size_max=DOCUMENTATION_SIZE_MAX)
    if file.content_type != "application/pdf":
        raise Refused("The file has to be a PDF.", field_name="file")
    call.replace_pages(stored, file.name, len(file.content), hashlib.sha256(file.content).hexdigest())
    return Answer(202)
