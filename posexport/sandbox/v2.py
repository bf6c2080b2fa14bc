"""v2: journal-entry drafts, direct posting, and the lists a voucher's numeric ids come from.

Lives here: routes, PascalCase shapes, ProblemDetails, and the strict reading of vouchers.
Never here: bookkeeping rules (`ledger`), tokens and throttles (`world`).
Source of names, types and required fields: the v2 description of spring 2025. Lists answer 204 when empty.
A draft carries no external reference and a second one is not refused; vouchers posted directly are checked.
What is not published is decided here and named: a draft needs at least one line and balances per posting
date; a draft line without VAT id takes its account's VAT code; foreign currency needs an exchange rate on the
line; the company has no locations or dimensions, and a voucher's line no product.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from . import master_data, transactions, v2_sales
from .chart import CURRENCIES, Account
from .ledger import DraftLine, Stored, check_balance
from .multipart import parse_file
from .parameters import Parameters
from .refusals import v2_refused
from .wire import (
    Answer,
    HttpRefusal,
    Json,
    OnLine,
    Refused,
    amount_ore_of,
    check_known,
    day_of,
    format_json,
    instant,
    json_answer,
    json_body,
    list_of,
    number_of,
    parse_json,
    required_day_of,
    text_of,
    whole_of,
)

if TYPE_CHECKING:
    from .call import Call

COMMENT_LENGTH_MAX = 1000
TEXT_LENGTH_MAX = 255
REFERENCE_LENGTH_MAX = 50
SAFT_ID_LENGTH_MAX = 35
NO_DIMENSION = -1

JOURNAL_READ = ("JournalEntryVoucher", "JournalEntryVoucher_Full")
JOURNAL_WRITE = ("JournalEntryVoucher_Full",)

HEAD_DIMENSIONS = ("Dim1Id", "Dim2Id", "Dim3Id", "LocationId")
LINE_DIMENSIONS = (*HEAD_DIMENSIONS, "ProductId")
UNSUPPORTED = (
    "Accrual",
    "AgricultureDetails",
    "CreditVatReturnSpecification",
    "DebitVatReturnSpecification",
    "VatReturnSpecification",
)
JOURNAL_FIELDS = (
    "Comment",
    "CurrencyCode",
    "DepartmentId",
    "Description",
    *HEAD_DIMENSIONS,
    "ProjectId",
    "ManualVoucherLines",
    "VoucherDate",
)
JOURNAL_LINE_FIELDS = (
    "CreditAccountId",
    "CreditVatId",
    "CurrencyAmount",
    "CurrencyCode",
    "CurrencyExchangeRate",
    "DebitAccountId",
    "DebitVatId",
    "DepartmentId",
    "Description",
    *LINE_DIMENSIONS,
    "PostingDate",
    "ProjectId",
    "Quantity",
    "Quantity2",
)
VOUCHER_FIELDS = (
    "CurrencyCode",
    "Description",
    "ExternalImportReference",
    "ImportedVoucherNo",
    "SaftBatchId",
    "SaftSourceId",
    "VoucherDate",
    "VoucherLines",
)
VOUCHER_LINE_FIELDS = (
    "AccountId",
    "CurrencyAmount",
    "CurrencyCode",
    "CurrencyExchangeRate",
    "CustomMatchingReference",
    "DepartmentId",
    "Description",
    *LINE_DIMENSIONS,
    "ExternalLineReference",
    "PostingDate",
    "ProjectId",
    "Quantity",
    "Quantity2",
    "VatId",
)


def answer(call: Call) -> Answer:
    """The answer to an authorized v2 call; raises `HttpRefusal` where a request fails for other reasons than
    bookkeeping rules."""
    try:
        return _route(call)
    except Refused as refused:
        return v2_refused(refused, call.world.rng)


def _route(call: Call) -> Answer:
    parts = call.request.path.removeprefix("/v2/").split("/")
    match parts[0]:
        case "Customers" | "ContactPersons" | "Products" | "ProductGroups" | "Projects":
            return v2_sales.answer_master_data(call, parts)
        case "SalesOrders" | "OutgoingInvoices":
            return v2_sales.answer_orders(call, parts)
    return _route_vouchers(call, parts)


def _route_vouchers(call: Call, parts: list[str]) -> Answer:
    match call.request.method, parts:
        case "GET", ["GeneralLedgerAccounts"]:
            return master_data.list_accounts(call)
        case "GET", ["VatCodes"]:
            return master_data.list_vat_codes(call)
        case "GET", ["Departments"]:
            return master_data.list_departments(call)
        case "GET", ["LockDateSettings"]:
            call.token.require("CommonServices", "CommonServices_Full")
            return json_answer({"LockDate": call.company.client.lock_date})
        case "GET", ["ClientIntegrationInformation"]:
            return _integration(call)
        case "GET", ["OrganizationSettings"]:
            return _organization(call)
        case "GET", ["AccountTransactions"]:
            return transactions.list_transactions(call)
        case "GET", ["VoucherDocumentation"]:
            return transactions.list_documentation(call)
        case "PUT", ["VoucherDocumentation"]:
            return transactions.put_documentation(call)
        case "GET", ["JournalEntryVouchers"]:
            return _list_journal(call)
        case "DELETE", ["JournalEntryVouchers", voucher_id]:
            return _delete_journal(call, voucher_id)
        case "POST", ["JournalEntryVouchers", "ManualJournals"]:
            return _post_journal(call)
        case "GET", ["JournalEntryVouchers", "ManualJournals", voucher_id]:
            call.token.require(*JOURNAL_READ)
            return json_answer(_journal_dto(call, _read_journal(call, voucher_id)))
        case "POST", ["JournalEntryVouchers", voucher_id, "VoucherPages"]:
            return _post_page(call, voucher_id)
        case "POST", ["Vouchers", "CashJournals" | "ManualJournals" as kind]:
            return _post_voucher(call, _DIRECT[kind])
        case "GET", ["Vouchers", "CashJournals" | "ManualJournals" as kind, voucher_id]:
            return _get_voucher(call, _DIRECT[kind], voucher_id)
    raise HttpRefusal(404, "Resource not found")


# --- the client, and its vouchers ---------------------------------------------------------------------


def _integration(call: Call) -> Answer:
    return json_answer(
        {
            "ActiveClientSubscriptions": call.company.client.subscriptions,
            "AllowSendInvoice": False,
            "ClientId": call.company.client.client_id,
            "ClientName": call.company.client.name,
            "InvalidPrivileges": sorted(call.token.invalid),
            "ValidPrivileges": sorted(call.token.valid),
        }
    )


def _organization(call: Call) -> Answer:
    call.token.require("CommonServices", "CommonServices_Full")
    client = call.company.client
    return json_answer(
        {
            "Id": client.client_id,
            "Name": client.name,
            "LegalName": client.name,
            "OrganizationNumber": client.organization_number,
            "EmailAddress": None,
            "PhoneNumber": None,
            "WebsiteUrl": None,
            "IsAgricultureClient": False,
            "InvoiceInboxEhf": False,
            "InvoiceInboxEmail": False,
            "InvoiceInboxEmailAddress": None,
        }
    )


def _list_journal(call: Call) -> Answer:
    """This integration's own journal entry vouchers, by the time they were created."""
    call.token.require(*JOURNAL_READ)
    parameters = Parameters(
        call,
        "createdDateTimeOffsetGreaterThan",
        "lastChangedDateTimeOffsetGreaterThan",
        "inApprovalWorkflow",
        "isPosted",
    )
    created = parameters.moment("createdDateTimeOffsetGreaterThan")
    changed = parameters.moment("lastChangedDateTimeOffsetGreaterThan")
    posted, in_workflow = parameters.flag("isPosted"), parameters.flag("inApprovalWorkflow")
    times = call.company.journal_times.get(call.token.key.application_key, [])
    first = bisect_right(times, created.timestamp(), key=lambda entry: entry[0]) if created else 0
    items: list[Json] = []
    for _, _, voucher_id in times[first:]:
        stored = call.company.stored[voucher_id]
        is_posted = stored.is_posted_at(call.replica_s)
        is_in_workflow = stored.is_in_approval_at(call.replica_s)
        if not stored.is_seen_at(call.replica_s):
            continue
        if posted not in (None, is_posted) or in_workflow not in (None, is_in_workflow):
            continue
        if created is not None and stored.draft.created_at <= created:
            continue
        if changed is not None and instant(stored.changed_at_s) <= changed:
            continue
        items.append(
            {
                "Id": voucher_id,
                "VoucherType": "ManualJournal",
                "CreatedDateTimeOffset": stored.draft.created_at,
                "LastChangedDateTimeOffset": instant(stored.changed_at_s),
                "InApprovalWorkflow": is_in_workflow,
                "IsCreatedByCurrentIntegration": True,
                "IsPosted": is_posted,
                "OriginatedFromEhf": False,
            }
        )
    return parameters.answer(items)


# --- journal-entry drafts -----------------------------------------------------------------------------


def _not_found(voucher_id: str) -> Refused:
    return Refused(f"Voucher with id = {voucher_id} not found.", status=404)


def _no_such(name: str, number: object) -> Refused:
    """The refusal of an id that no master data has."""
    return Refused(f"{name} {number} does not exist.", status=404)


def _read_journal(call: Call, voucher_id: str) -> Stored:
    stored = call.read(voucher_id, "manual-journal", own=True)
    if stored is None:
        raise _not_found(voucher_id)
    return stored


def _find_unposted(call: Call, voucher_id: str) -> Stored:
    stored = call.find(voucher_id, "manual-journal", own=True)
    if stored is None:
        raise _not_found(voucher_id)
    if stored.draft.posted:
        raise Refused(f"Voucher with id = {voucher_id} is already posted.", status=409)
    if stored.is_in_approval_at(call.now_s):
        raise Refused(f"Voucher with id = {voucher_id} is in an approval workflow.", status=409)
    return stored


def _journal_dto(call: Call, stored: Stored) -> Json:
    dto: Json = parse_json(stored.wire)
    dto["Pages"] = [
        {"Id": page.id, "VoucherId": stored.draft.id, "CreatedDateTimeOffset": page.created_at}
        for page in stored.draft.pages
        if page.created_at.timestamp() <= call.replica_s
    ]
    return dto


def _delete_journal(call: Call, voucher_id: str) -> Answer:
    call.token.require(*JOURNAL_WRITE)
    call.world.mark_deleted(call.company, _find_unposted(call, voucher_id), call.now_s)
    return Answer(200)


def _post_page(call: Call, voucher_id: str) -> Answer:
    call.token.require(*JOURNAL_WRITE)
    stored = call.find(voucher_id, "manual-journal", own=True)
    if stored is not None and call.is_fresh(stored):
        raise _not_found(voucher_id)
    stored = _find_unposted(call, voucher_id)
    file = parse_file(call.request.headers.get("content-type", ""), call.request.body, "file")
    call.add_page(stored, file.name, file.content_type, len(file.content), hashlib.sha256(file.content).hexdigest())
    return Answer(201)


def _post_journal(call: Call) -> Answer:
    call.token.require(*JOURNAL_WRITE)
    body = json_body(call.request)
    check_known(body, JOURNAL_FIELDS, "ManualJournalEntryVoucherPostDto")
    head = _head(body)
    text_of(body, "Comment", length_max=COMMENT_LENGTH_MAX)
    _check_dimensions(body, HEAD_DIMENSIONS)
    inherited = _Dimensions(_department(call, body, None), _project(call, body, None))
    lines: list[DraftLine] = []
    dtos: list[Json] = []
    for at, line in enumerate(list_of(body, "ManualVoucherLines"), start=1):
        with OnLine(at, "ManualVoucherLines"):
            lines += _journal_line(call, line, head, inherited)
        dtos.append(_line_dto(call, line, at, JOURNAL_LINE_FIELDS, head))
    check_balance(lines)
    voucher_id = call.world.new_id()
    dto = {name: body.get(name) for name in JOURNAL_FIELDS if name != "Comment"}
    dto |= {"Id": voucher_id, "VoucherDate": head.voucher_date, "ManualVoucherLines": dtos}
    stored = call.receive(
        "manual-journal",
        voucher_id,
        reference=None,
        description=head.description,
        voucher_date=head.voucher_date,
        lines=tuple(lines),
        wire=format_json(dto).encode("utf-8", "replace"),
    )
    location = {"Location": f"/v2/JournalEntryVouchers/ManualJournals/{voucher_id}"}
    return json_answer(_journal_dto(call, stored), 201, headers=location)


@dataclass(frozen=True, slots=True)
class _Head:
    currency: str
    voucher_date: date
    description: str | None


def _head(body: Json) -> _Head:
    currency = text_of(body, "CurrencyCode", length_max=3, required=True)
    if currency not in CURRENCIES:
        raise Refused(f"Currency '{currency}' does not exist.")
    voucher_date = required_day_of(body, "VoucherDate")
    return _Head(currency, voucher_date, text_of(body, "Description", length_max=TEXT_LENGTH_MAX))


@dataclass(frozen=True, slots=True)
class _Dimensions:
    """The codes that a line without its own inherits."""

    department: str | None
    project: str | None


def _check_dimensions(value: Json, names: Iterable[str]) -> None:
    for name in names:
        if whole_of(value, name) not in (None, NO_DIMENSION):
            raise _no_such(name, value[name])


def _department(call: Call, value: Json, inherited: str | None) -> str | None:
    """The department's code: the line's own, none for -1, else the head's."""
    number = whole_of(value, "DepartmentId")
    if number is None:
        return inherited
    if number == NO_DIMENSION:
        return None
    code = call.company.department_ids.code_of(number)
    if code is None or str(code) not in call.company.client.departments:
        raise _no_such("DepartmentId", number)
    return str(code)


def _project(call: Call, value: Json, inherited: str | None) -> str | None:
    """The project's code: the line's own, none for -1, else the head's."""
    number = whole_of(value, "ProjectId")
    if number is None:
        return inherited
    if number == NO_DIMENSION:
        return None
    project = call.company.projects.register.now(number)
    if project is None:
        raise _no_such("ProjectId", number)
    return call.company.projects.usable(project.code).code


def _account(call: Call, value: Json, name: str, *, required: bool = False) -> tuple[Account, int | None] | None:
    """The account behind an id, and the customer's number where the id is a sub-ledger account's."""
    number = whole_of(value, name, required=required)
    if number is None:
        return None
    customer_no = call.company.subledger_ids.code_of(number)
    if isinstance(customer_no, int):
        return call.company.check_customer(customer_no), customer_no
    account_no = call.company.account_ids.code_of(number)
    if not isinstance(account_no, int):
        raise _no_such(name, number)
    return call.company.check_account(account_no), None


def _vat(call: Call, value: Json, name: str, account: Account, posting_date: date, *, required: bool = False) -> str:
    """The code a line stands under: the one of its id, or its account's."""
    number = whole_of(value, name, required=required)
    if number is None:
        call.company.check_vat(account.vat_code, account, posting_date)
        return account.vat_code
    row = call.company.vat_row_of(number)
    if row is None:
        raise _no_such(name, number)
    call.company.check_vat_row(row, account, posting_date)
    return row.code


def _amount_ore(call: Call, line: Json, head: _Head) -> int:
    """The line's amount in the company's currency, in øre."""
    amount_ore = amount_ore_of(line, "CurrencyAmount")
    currency = text_of(line, "CurrencyCode", length_max=3) or head.currency
    if currency not in CURRENCIES:
        raise Refused(f"Currency '{currency}' does not exist.")
    rate = number_of(line, "CurrencyExchangeRate")
    if currency == call.company.client.currency:
        if rate not in (None, 1):
            raise Refused(f"CurrencyExchangeRate has to be 1 for {currency}.")
        return amount_ore
    if rate is None or rate <= 0:
        raise Refused(f"CurrencyExchangeRate is required for {currency}: this sandbox keeps no rates.")
    return int((Decimal(amount_ore) * rate).quantize(Decimal(1), ROUND_HALF_UP))


def _check_line(line: Json, fields: Iterable[str], what: str) -> None:
    for name in UNSUPPORTED:
        if line.get(name) not in (None, "None"):
            raise Refused(f"{name} is not supported by this sandbox.")
    check_known(line, (*fields, *UNSUPPORTED), what)
    _check_dimensions(line, LINE_DIMENSIONS)
    for name in ("Quantity", "Quantity2"):
        number_of(line, name)


def _journal_line(call: Call, line: Json, head: _Head, inherited: _Dimensions) -> list[DraftLine]:
    """One ledger line per side (debit, credit) that is given. Raises Refused."""
    _check_line(line, JOURNAL_LINE_FIELDS, "ManualJournalEntryVoucherLinePostDto")
    posting_date = day_of(line, "PostingDate") or head.voucher_date
    call.company.check_day(posting_date)
    amount_ore = _amount_ore(call, line, head)
    department, project = _department(call, line, inherited.department), _project(call, line, inherited.project)
    description = text_of(line, "Description", length_max=TEXT_LENGTH_MAX)
    found: list[DraftLine] = []
    for side, sign in (("Debit", 1), ("Credit", -1)):
        target = _account(call, line, f"{side}AccountId")
        if target is None:
            if whole_of(line, f"{side}VatId") is not None:
                raise Refused(f"{side}VatId is given without {side}AccountId.")
            continue
        account, customer_no = target
        vat_code = _vat(call, line, f"{side}VatId", account, posting_date)
        call.company.check_department(department)
        found.append(
            DraftLine(
                account.no,
                vat_code,
                department,
                sign * amount_ore,
                description,
                customer_no,
                posting_date,
                has_quantity=bool(number_of(line, "Quantity")),
                project_code=project,
            )
        )
    if not found:
        raise Refused("DebitAccountId or CreditAccountId is required.")
    return found


def _line_dto(call: Call, line: Json, at: int, fields: Iterable[str], head: _Head) -> Json:
    dto: dict[str, Any] = {"Id": at, **{name: line.get(name) for name in fields}}
    dto["CurrencyCode"] = line.get("CurrencyCode") or head.currency
    dto["PostingDate"] = line.get("PostingDate") or head.voucher_date
    return dto | {"CreatedDateTimeOffset": instant(call.now_s)}


# --- direct posting -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Direct:
    kind: Any
    privilege: str
    dto: str


_DIRECT = {
    "CashJournals": _Direct("cash-voucher", "CashVoucher_Full", "CashVoucher"),
    "ManualJournals": _Direct("manual-voucher", "ManualVoucher_Full", "ManualVoucher"),
}


def _post_voucher(call: Call, direct: _Direct) -> Answer:
    call.token.require(direct.privilege)
    body = json_body(call.request)
    check_known(body, VOUCHER_FIELDS, f"{direct.dto}PostDto")
    head = _head(body)
    reference = text_of(body, "ExternalImportReference", length_max=REFERENCE_LENGTH_MAX)
    saft_source_id = text_of(body, "SaftSourceId", length_max=SAFT_ID_LENGTH_MAX)
    saft_batch_id = text_of(body, "SaftBatchId", length_max=SAFT_ID_LENGTH_MAX)
    whole_of(body, "ImportedVoucherNo")
    if reference in call.company.voucher_by_reference:
        taken_by = call.company.voucher_by_reference[reference]
        raise Refused(f"ExternalImportReference is already in use. '{reference}' is used on (voucher) Id = {taken_by}.")
    lines: list[DraftLine] = []
    dtos: list[Json] = []
    for at, line in enumerate(list_of(body, "VoucherLines"), start=1):
        with OnLine(at, "VoucherLines"):
            lines.append(_voucher_line(call, line, head, direct, saft_source_id, saft_batch_id))
        dtos.append(_line_dto(call, line, at, VOUCHER_LINE_FIELDS, head))
    check_balance(lines)
    voucher_id = call.world.new_id()
    dto = {name: body.get(name) for name in VOUCHER_FIELDS}
    dto |= {
        "Id": voucher_id,
        "VoucherDate": head.voucher_date,
        "VoucherLines": dtos,
        "CreatedDateTimeOffset": instant(call.now_s),
    }
    stored = call.receive(
        direct.kind,
        voucher_id,
        reference=reference,
        description=head.description,
        voucher_date=head.voucher_date,
        lines=tuple(lines),
        wire=format_json(dto).encode("utf-8", "replace"),
        posted=True,
    )
    number = None if call.world.voucher_no_lag_s else stored.voucher_no
    return json_answer({**dto, "VoucherNo": number, "IsReversed": False}, 201)


def _voucher_line(
    call: Call,
    line: Json,
    head: _Head,
    direct: _Direct,
    saft_source_id: str | None,
    saft_batch_id: str | None,
) -> DraftLine:
    _check_line(line, VOUCHER_LINE_FIELDS, f"{direct.dto}LinePostDto")
    posting_date = required_day_of(line, "PostingDate")
    call.company.check_day(posting_date)
    target = _account(call, line, "AccountId", required=True)
    assert target is not None
    account, customer_no = target
    vat_code = _vat(call, line, "VatId", account, posting_date, required=True)
    department = _department(call, line, None)
    call.company.check_department(department)
    text_of(line, "ExternalLineReference", length_max=TEXT_LENGTH_MAX)
    found = DraftLine(
        account.no,
        vat_code,
        department,
        _amount_ore(call, line, head),
        text_of(line, "Description", length_max=TEXT_LENGTH_MAX),
        customer_no,
        posting_date,
        saft_source_id=saft_source_id,
        saft_batch_id=saft_batch_id,
        has_quantity=bool(number_of(line, "Quantity")),
        project_code=_project(call, line, None),
        matching_reference=text_of(line, "CustomMatchingReference", length_max=TEXT_LENGTH_MAX),
    )
    call.company.check_required(found)
    return found


def _get_voucher(call: Call, direct: _Direct, voucher_id: str) -> Answer:
    call.token.require(direct.privilege)
    stored = call.read(voucher_id, direct.kind, own=True)
    if stored is None:
        raise _not_found(voucher_id)
    is_reversed = stored.is_reversed_at(call.replica_s)
    number = stored.voucher_no_at(call.numbered_s)
    return json_answer({**parse_json(stored.wire), "VoucherNo": number, "IsReversed": is_reversed})
