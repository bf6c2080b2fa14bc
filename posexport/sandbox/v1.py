"""The v1 import queue: drafts a bookkeeper finds under Accounts > Import, and the lists around it.

Lives here: routes, camelCase shapes and the strict reading of `POST /Import/`.
Never here: bookkeeping rules (`ledger`), tokens and throttles (`world`).
Every well-formed call answers 200, with `success` true or false; what is null is left out of answers.
What PowerOffice does not publish is decided here and named: `vatCode` is required on account lines, texts are
at most 255 characters, and properties a settlement exporter has no use for are refused as unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from .chart import CURRENCIES
from .ledger import REQUIRED_FLAGS, DraftLine, Stored, check_balance, required_flags, why_not_post
from .odata import Row, apply_list_query, parse_list_query
from .refusals import v1_refused
from .transactions import list_v1_transactions
from .wire import (
    Answer,
    HttpRefusal,
    Json,
    Refused,
    amount_ore_of,
    check_known,
    day_of,
    format_json,
    instant,
    json_answer,
    json_body,
    kroner,
    list_of,
    number_of,
    parse_json,
    required_day_of,
    text_of,
    whole_of,
)

if TYPE_CHECKING:
    from .call import Call

IMPORT_TYPES = (1, 3, 4, 5, 99)
REFERENCE_LENGTH_MAX = 50
SAFT_ID_LENGTH_MAX = 35
TEXT_LENGTH_MAX = 255
CODE_LENGTH_MAX = 50

IMPORT_FIELDS = ("description", "date", "type", "externalImportReference", "importLines")
DIMENSION_FIELDS = ("dim1Code", "dim2Code", "dim3Code", "locationCode", "productCode")
LINE_FIELDS = (
    "documentDate",
    "documentNumber",
    "postingDate",
    "description",
    "accountNumber",
    "vatCode",
    "departmentCode",
    *DIMENSION_FIELDS,
    "projectCode",
    "amount",
    "currencyCode",
    "currencyAmount",
    "quantity",
    "customerCode",
    "customMatchingReference",
    "saftSourceId",
    "saftBatchId",
)


@dataclass(frozen=True, slots=True)
class _List:
    """A list of v1: its privileges, the PascalCase fields a filter may name, and the function that gives its rows."""

    privileges: tuple[str, ...]
    fields: tuple[str, ...]
    rows: Callable[[Call], Iterable[Row]]


def answer(call: Call) -> Answer:
    """The answer to an authorized v1 call; raises `HttpRefusal` for what is not 200."""
    try:
        return json_answer(_route(call))
    except Refused as refused:
        return v1_refused(refused, call.world.rng, call.world.v1_back_end)


def _route(call: Call) -> Json:
    parts = call.request.path.strip("/").split("/")
    match call.request.method, parts:
        case "POST", ["Import"]:
            return _post_import(call)
        case "POST", ["Import", "Post"]:
            return _post_posting(call)
        case "GET", ["Import"]:
            return _get_imports(call)
        case "GET", ["Import", import_id]:
            call.token.require("Import", "Import_Full")
            return _found(_camel(_import_row(_read(call, import_id), call)))
        case "GET", ["Import", import_id, "status"]:
            return _get_status(call, import_id)
        case "DELETE", ["Import", import_id]:
            return _delete_import(call, import_id)
        case "GET", ["Client"]:
            return _found(_camel(_client_row(call)))
        case "GET", ["ClientIntegrationInformation"]:
            return _found(_camel(_integration_row(call)))
        case "GET", ["Reporting", "AccountTransactions"]:
            return _found([_camel(row) for row in list_v1_transactions(call)])
        case "GET", [name] if name in _LISTS:
            return _get_list(call, _LISTS[name])
    if parts[0] in ("Import", "Client", "ClientIntegrationInformation", *_LISTS) and len(parts) <= 3:
        raise HttpRefusal(405, "The requested resource does not support this http method.")
    raise HttpRefusal(404, "No HTTP resource was found that matches the request URI.")


def _found(data: Any) -> Json:
    return {"data": data, "success": True}


def _camel(row: Row) -> Json:
    """A row in camelCase, without nulls; timestamps with a T between date and time."""
    return {
        name[0].lower() + name[1:]: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
        if value is not None
    }


def _listed(rows: Iterable[Row], query: str, fields: tuple[str, ...]) -> Json:
    found, total = apply_list_query(parse_list_query(query, fields), rows)
    return {"data": [_camel(row) for row in found], "count": total, "success": True}


# --- imports ------------------------------------------------------------------------------------------


def _post_import(call: Call) -> Json:
    call.token.require("Import_Full")
    body = json_body(call.request)
    check_known(body, IMPORT_FIELDS, "Import")
    description = text_of(body, "description", length_max=TEXT_LENGTH_MAX, required=True)
    required_day_of(body, "date")
    kind = whole_of(body, "type", required=True)
    if kind not in IMPORT_TYPES:
        raise Refused(f"type {kind} is not an import type: 1, 3, 4, 5 or 99.", field_name="type")
    reference = text_of(body, "externalImportReference", length_max=REFERENCE_LENGTH_MAX)
    if reference is not None and not reference.strip():
        raise Refused("externalImportReference must not be blank.", field_name="externalImportReference")
    if reference in call.company.import_by_reference:
        raise Refused(
            f"An import with ExternalImportReference '{reference}' already exists on the client.",
            kind="ApiUniqueConstraint",
        )
    read = [_line(call, line, at) for at, line in enumerate(list_of(body, "importLines"), start=1)]
    check_balance(line for _, line in read)
    import_id = call.world.new_id()
    kept = {name: value for name, value in body.items() if value is not None}
    kept["importLines"] = [
        {"id": at, **{name: value for name, value in line.items() if value is not None}}
        for at, line in enumerate(body["importLines"], start=1)
    ]
    call.receive(
        "import",
        import_id,
        reference=reference,
        description=description,
        voucher_date=read[0][0],
        lines=tuple(line for _, line in read),
        wire=format_json(kept).encode("utf-8", "replace"),
    )
    return _found(import_id)


def _line(call: Call, line: Json, at: int) -> tuple[date, DraftLine]:
    try:
        return _strict_line(call, line)
    except Refused as refused:
        raise refused.on_line(at, "importLines") from None


def _strict_line(call: Call, line: Json) -> tuple[date, DraftLine]:
    """The line's document date and the line; raises `Refused` at the first rule broken."""
    company = call.company
    check_known(line, LINE_FIELDS, "ImportLine")
    document_date = required_day_of(line, "documentDate")
    document_number = whole_of(line, "documentNumber", required=True)
    posting_date = required_day_of(line, "postingDate")
    company.check_day(posting_date)
    customer_no = whole_of(line, "customerCode")
    account_no = whole_of(line, "accountNumber", required=customer_no is None)
    if customer_no is not None:
        account = company.check_customer(customer_no)
    else:
        assert account_no is not None
        account = company.check_account(account_no)
    vat_code = text_of(line, "vatCode", length_max=CODE_LENGTH_MAX, required=customer_no is None) or "0"
    company.check_vat(vat_code, account, posting_date)
    department_code = text_of(line, "departmentCode", length_max=CODE_LENGTH_MAX)
    company.check_department(department_code)
    for name in DIMENSION_FIELDS:
        code = text_of(line, name, length_max=CODE_LENGTH_MAX)
        if code is not None:
            raise Refused(f"{name} '{code}' does not exist.", field_name=name)
    project_code = _project(call, line)
    amount_ore = amount_ore_of(line, "amount")
    _check_currency(call, line, amount_ore)
    quantity = number_of(line, "quantity")
    return document_date, DraftLine(
        account_no=account.no,
        vat_code=vat_code,
        department_code=department_code,
        amount_ore=amount_ore,
        description=text_of(line, "description", length_max=TEXT_LENGTH_MAX),
        customer=customer_no,
        posting_date=posting_date,
        document_number=document_number,
        saft_source_id=text_of(line, "saftSourceId", length_max=SAFT_ID_LENGTH_MAX),
        saft_batch_id=text_of(line, "saftBatchId", length_max=SAFT_ID_LENGTH_MAX),
        has_quantity=bool(quantity),
        project_code=project_code,
        matching_reference=text_of(line, "customMatchingReference", length_max=TEXT_LENGTH_MAX),
    )


def _project(call: Call, line: Json) -> str | None:
    """The line's project. Raises Refused."""
    code = text_of(line, "projectCode", length_max=CODE_LENGTH_MAX)
    if code is None:
        return None
    if call.company.projects.coded(code) is None:
        raise Refused(f"projectCode '{code}' does not exist.", field_name="projectCode")
    return call.company.projects.usable(code).code


def _check_currency(call: Call, line: Json, amount_ore: int) -> None:
    currency = text_of(line, "currencyCode", length_max=3)
    if currency is not None and currency not in CURRENCIES:
        raise Refused(f"Currency '{currency}' does not exist.")
    if line.get("currencyAmount") is None:
        return
    currency_amount_ore = amount_ore_of(line, "currencyAmount")
    if currency in (None, call.company.client.currency) and currency_amount_ore != amount_ore:
        raise Refused(
            f"currencyAmount {kroner(currency_amount_ore)} and amount {kroner(amount_ore)} differ in one currency."
        )


def _import_row(stored: Stored, call: Call) -> Row:
    kept = parse_json(stored.wire)
    return {
        "Id": stored.draft.id,
        "Description": kept.get("description"),
        "Date": kept.get("date"),
        "Type": kept.get("type"),
        "IsPosted": stored.is_posted_at(call.replica_s),
        "ExternalImportReference": kept.get("externalImportReference"),
        "ImportLines": kept.get("importLines"),
        "LastChanged": instant(stored.changed_at_s),
    }


_IMPORT_ROW_FIELDS = (
    "Id",
    "Description",
    "Date",
    "Type",
    "IsPosted",
    "ExternalImportReference",
    "LastChanged",
)


def _filter_row(stored: Stored, call: Call) -> Row:
    """A row as filters compare it, with dates as dates."""
    row = _import_row(stored, call)
    row["Date"] = day_of(row, "Date")
    return row


def _get_imports(call: Call) -> Json:
    call.token.require("Import", "Import_Full")
    query = parse_list_query(call.request.query, _IMPORT_ROW_FIELDS)
    candidates: Iterable[Stored] = call.company.stored.values()
    if query.equals is not None and query.equals[0] == "ExternalImportReference":
        candidates = _with_reference(call, query.equals[1])
    seen = [stored for stored in candidates if stored.draft.kind == "import" and stored.is_seen_at(call.replica_s)]
    found, total = apply_list_query(query, [_filter_row(stored, call) for stored in seen])
    return {"data": [_camel(row) for row in found], "count": total, "success": True}


def _with_reference(call: Call, reference: object) -> list[Stored]:
    """The imports with this reference, from the index; one deleted a moment ago is searched among the deleted."""
    import_id = call.company.import_by_reference.get(str(reference))
    found = [call.company.stored[import_id]] if import_id is not None else []
    return found + [stored for stored in call.world.just_deleted(call.company) if stored.draft.reference == reference]


def _read(call: Call, import_id: str) -> Stored:
    stored = call.read(import_id, "import")
    if stored is None:
        raise Refused(f"Import {import_id} was not found.", kind="ApiNotFound")
    return stored


def _find(call: Call, import_id: object) -> Stored:
    stored = call.find(import_id, "import") if isinstance(import_id, str) else None
    if stored is None:
        raise Refused(f"Import {import_id} was not found.", kind="ApiNotFound")
    return stored


def _get_status(call: Call, import_id: str) -> Json:
    call.token.require("Import", "Import_Full")
    stored = _read(call, import_id)
    posted, posting = stored.is_posted_at(call.replica_s), stored.is_posting_at(call.replica_s)
    failed = stored.has_failed_at(call.replica_s)
    row = {
        "Id": stored.draft.id,
        "IsPosting": posting,
        "IsPosted": posted,
        "HasError": failed,
        "ErrorDescription": stored.draft.error if failed else None,
        "CanBePosted": not (posted or posting) and why_not_post(call.company, stored.draft) is None,
    }
    return _found(_camel(row))


def _delete_import(call: Call, import_id: str) -> Json:
    call.token.require("Import_Full")
    stored = _find(call, import_id)
    if stored.draft.posted:
        raise Refused(f"Import {import_id} is posted and cannot be deleted.")
    call.world.mark_deleted(call.company, stored, call.now_s)
    return {"success": True}


def _post_posting(call: Call) -> Json:
    call.token.require("Import_Full")
    body = json_body(call.request)
    check_known(body, ("id",), "Import")
    stored = _find(call, body.get("id"))
    if stored.draft.posted:
        raise Refused(f"Import {stored.draft.id} is posted already.")
    call.company.check_postable(stored.draft)
    call.world.mark_posted(call.company, stored, call.now_s)
    return _found(stored.draft.id)


# --- the lists around it ------------------------------------------------------------------------------


def _account_rows(call: Call) -> Iterable[Row]:
    for account in call.company.client.accounts.values():
        yield {
            "Id": call.company.account_ids.id_of(account.no),
            "Code": account.no,
            "Name": account.name,
            "VatCode": account.vat_code,
            "IsVatCodeLockedAfterPosting": account.vat_locked,
            "IsDepartmentRequired": account.department_required,
            "IsProjectRequired": account.project_required,
            **required_flags(account),
            "IsActive": account.active,
        }


def _vat_rows(call: Call) -> Iterable[Row]:
    for vat in call.company.client.vat_codes:
        yield {
            "Id": call.company.vat_id(vat),
            "Code": vat.code,
            "Name": vat.name,
            "Rate": vat.rate_percent,
            "IsActive": vat.active,
            "ValidFrom": vat.valid_from,
            "Validto": vat.valid_to,
            "IsCustom": vat.code.startswith("C"),
        }


def _department_rows(call: Call) -> Iterable[Row]:
    for department in call.company.client.departments.values():
        yield {
            "Id": call.company.department_ids.id_of(department.code),
            "Code": department.code,
            "Name": department.name,
            "IsActive": department.active,
        }


def _customer_rows(call: Call) -> Iterable[Row]:
    for contact_id, version in call.company.customers.register.items_at(call.replica_s):
        customer = version.value
        yield {
            "Id": contact_id,
            "Code": customer.no,
            "Name": customer.name,
            "VatNumber": customer.organization_number,
            "EmailAddress": customer.email,
            "InvoiceEmailAddress": customer.invoice_email,
            "ExternalCode": customer.external_number,
            "ExternalImportReference": customer.external_reference,
            "IsPerson": customer.is_person,
            "IsVatFree": customer.vat_free,
            "IsArchived": not customer.active,
            "LastChanged": version.changed_at,
        }


def _client_row(call: Call) -> Row:
    client = call.company.client
    return {
        "Id": client.client_id,
        "Name": client.name,
        "LegalName": client.name,
        "VatNumber": client.organization_number,
        "LockDate": client.lock_date,
        "IsVatRegistered": client.vat_registered,
    }


def _integration_row(call: Call) -> Row:
    return {
        "ClientId": call.company.client.client_id,
        "ClientName": call.company.client.name,
        "ValidPrivileges": sorted(call.token.valid),
        "InvalidPrivileges": sorted(call.token.invalid),
        "ActiveClientSubscriptions": call.company.client.subscriptions,
        "AllowSendInvoice": False,
    }


_LISTS = {
    "GeneralLedgerAccount": _List(
        ("GeneralLedgerAccount", "GeneralLedgerAccount_Full"),
        (
            "Id",
            "Code",
            "Name",
            "VatCode",
            "IsVatCodeLockedAfterPosting",
            "IsDepartmentRequired",
            "IsProjectRequired",
            *REQUIRED_FLAGS,
            "IsActive",
        ),
        _account_rows,
    ),
    "VatCode": _List(
        ("CommonServices", "CommonServices_Full"),
        ("Id", "Code", "Name", "Rate", "IsActive", "ValidFrom", "Validto", "IsCustom"),
        _vat_rows,
    ),
    "Department": _List(("Department", "Department_Full"), ("Id", "Code", "Name", "IsActive"), _department_rows),
    "Customer": _List(
        ("Customer", "Customer_Full"),
        (
            *("Id", "Code", "Name", "VatNumber", "EmailAddress", "InvoiceEmailAddress", "ExternalCode"),
            *("ExternalImportReference", "IsPerson", "IsVatFree", "IsArchived", "LastChanged"),
        ),
        _customer_rows,
    ),
}


def _get_list(call: Call, listed: _List) -> Json:
    call.token.require(*listed.privileges)
    return _listed(listed.rows(call), call.request.query, listed.fields)
