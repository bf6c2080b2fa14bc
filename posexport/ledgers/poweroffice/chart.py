"""A client's chart of accounts, by both APIs, and what a voucher's line is called by it in v2: everything there is
addressed by numeric id, and the chart has those of accounts, VAT codes, departments, customers and projects.

Source: PowerOffice Go's API descriptions, v1 and v2 (spring 2025).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from posexport.core.lines import VoucherLine
from posexport.core.ports.ledger import Account, Chart
from posexport.core.vat import VatRate, find_rows
from posexport.core.voucher import Voucher
from posexport.errors import PrivilegeMissing, VoucherRefused
from posexport.ledgers.poweroffice.answers import reading
from posexport.ledgers.poweroffice.client_information import (
    Read,
    read_v1_client,
    read_v1_privileges,
    read_v2_lock_date,
)
from posexport.ledgers.poweroffice.fields import (
    fold_names,
    is_active,
    parse_day,
    parse_required,
    parse_vat_row,
)
from posexport.ledgers.poweroffice.projects import find_project_ids
from posexport.ledgers.poweroffice.session import Session
from posexport.ledgers.poweroffice.v2 import read_filtered, read_rows


def read_chart(session: Session, vouchers: Sequence[Voucher]) -> Chart:
    """Accounts, VAT codes, departments, the lock date, and the customers these vouchers name.

    Raises NotSent where an answer cannot be interpreted.
    """
    accounts = read_rows(session, "/GeneralLedgerAccounts", {})
    vat_codes = read_rows(session, "/VatCodes", {"includeExpired": "true"})
    departments = read_rows(session, "/Departments", {})
    lock, untold = read_v2_lock_date(session)
    customers = _read_customers(session, vouchers)
    with reading("accounts, VAT codes and departments"):
        chart = Chart(
            accounts={str(row["accountno"]): _account(row) for row in map(fold_names, accounts)},
            vat_rates=_read_vat_rates(vat_codes),
            departments={str(row["code"]): int(row["id"]) for row in map(fold_names, departments) if is_active(row)},
            customers={
                str(row["number"]): int(row["subledgeraccountid"])
                for row in map(fold_names, customers)
                if row.get("subledgeraccountid")
            },
            customer_ids={
                str(row["number"]): int(row["id"])
                for row in map(fold_names, customers)
                if row.get("subledgeraccountid")
            },
            lock_date=parse_day(lock.get("lockdate")),
            lock_date_untold=untold,
        )
    wanted = chart.list_projects(vouchers)
    return replace(chart, projects=find_project_ids(session, wanted)) if wanted else chart


def read_v1_chart(read: Read, venue: str, privileges: Sequence[str]) -> Chart:
    """By v1: accounts, VAT codes, departments, the lock date, whether the client is registered for VAT, and which of
    these privileges the venue's key lacks. What may not be read is left out of the chart, and so not checked.

    Raises NotSent where an answer cannot be interpreted.
    """
    accounts = _read_v1_list(read, "/GeneralLedgerAccount/")
    vat_codes = _read_v1_list(read, "/VatCode/")
    departments = _read_v1_list(read, "/Department/")
    client, untold = read_v1_client(read)
    held = read_v1_privileges(read, privileges)
    with reading("accounts, VAT codes, departments and the client"):
        rates = (parse_vat_row(row, percent=True) for row in map(fold_names, vat_codes or ()) if is_active(row))
        return Chart(
            accounts=None
            if accounts is None
            else {str(row["code"]): _v1_account(row) for row in map(fold_names, accounts)},
            vat_rates=tuple(rates),
            departments=None
            if departments is None
            else {str(row["code"]): 0 for row in map(fold_names, departments) if is_active(row)},
            lock_date=parse_day(client.get("lockdate")),
            lock_date_untold=untold,
            vat_registered=_as_bool(client.get("isvatregistered")),
            lacking={venue: held.missing} if held is not None and held.missing else {},
        )


def _read_v1_list(read: Read, path: str) -> list[dict[str, Any]] | None:
    """The rows of a list; None where it may not be read."""
    try:
        answer = read(path).value
    except (PrivilegeMissing, VoucherRefused):
        return None
    return answer if isinstance(answer, list) else None


def _as_bool(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _read_customers(session: Session, vouchers: Sequence[Voucher]) -> list[dict[str, Any]]:
    wanted = sorted({line.customer for voucher in vouchers for line in voucher.lines if line.customer})
    return read_filtered(session, "/Customers", "customerNos", wanted)


def _account(row: Mapping[str, Any]) -> Account:
    return Account(
        number=str(row["accountno"]),
        name=str(row.get("name") or ""),
        id=int(row["id"]),
        is_active=is_active(row),
        vat_code=str(row["vatcode"]) if row.get("vatcode") is not None else None,
        is_vat_code_locked=bool(row.get("isvatcodelocked")),
        is_department_required=bool(row.get("isdepartmentrequired")),
        is_project_required=bool(row.get("isprojectrequired")),
        required=parse_required(row),
    )


def _v1_account(row: Mapping[str, Any]) -> Account:
    return Account(
        number=str(row["code"]),
        name=str(row.get("name", "")),
        is_active=is_active(row),
        vat_code=str(row["vatcode"]) if row.get("vatcode") is not None else None,
        is_vat_code_locked=bool(row.get("isvatcodelocked") or row.get("isvatcodelockedafterposting")),
        is_department_required=bool(row.get("isdepartmentrequired")),
        is_project_required=bool(row.get("isprojectrequired")),
        required=parse_required(row),
    )


def _read_vat_rates(rows: Sequence[Mapping[str, Any]]) -> tuple[VatRate, ...]:
    """Every active VAT rate. Raises ValueError where there is none, for `reading`: nothing could be sent."""
    rates = tuple(parse_vat_row(row, percent=False) for row in map(fold_names, rows) if is_active(row))
    if not rates:
        raise ValueError
    return rates


def find_vat_id(line: VoucherLine, voucher: Voucher, chart: Chart) -> int:
    """The id of a line's VAT code as valid on the posting date. The chart is known to have it."""
    return find_rows(chart.vat_rates, line.vat_code or "", voucher.posting_date)[0].id


def find_account_id(line: VoucherLine, chart: Chart) -> int:
    """The id of a line's account: a customer's own, or the ledger's."""
    if line.customer is not None and chart.customers is not None:
        return chart.customers[line.customer]
    return (chart.accounts or {})[line.account or ""].id


def find_project(line: VoucherLine, voucher: Voucher, chart: Chart) -> dict[str, int]:
    """The project of a line, as a field of the request; none where its account does not require one."""
    if voucher.project is None or not chart.requires_project(line):
        return {}
    id_ = (chart.projects or {}).get(voucher.project)
    return {} if id_ is None else {"ProjectId": id_}
