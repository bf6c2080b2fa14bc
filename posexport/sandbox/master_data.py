"""The lists of v2 that a voucher's numeric ids come from: accounts, VAT codes, departments.

Lives here: their rows, and the filters that the v2 description names for them. Never here: vouchers, and what changes
(`v2_customers`, `v2_products`).
What is not published is decided here and named: this master data has not changed since 2000, and what a filter asks for
that nobody in the sandbox has (managers, imports) is not found.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from .chart import EARLY
from .ledger import Company, required_flags
from .parameters import Parameters
from .wire import Answer, instant

if TYPE_CHECKING:
    from .call import Call

_CREATED = "createdDateTimeOffsetGreaterThan"
_CHANGED = "lastChangedDateTimeOffsetGreaterThan"

ACCOUNT_NONE = ("agricultureDepartments",)
DEPARTMENT_NONE = ("createdFromImportJournalId", "managerEmployeeNo")

_SINCE = datetime(EARLY.year, EARLY.month, EARLY.day, tzinfo=UTC)


def _finds_nothing(parameters: Parameters, nobody_has: tuple[str, ...], *moments: str) -> bool:
    """Whether a filter asks for something that nobody has, or for what is newer than all master data."""
    times = [parameters.moment(name) for name in moments]
    return any(parameters.text(name) for name in nobody_has) or any(
        moment is not None and moment >= _SINCE for moment in times
    )


_ACCOUNT_TYPES = {1: "Asset", 2: "Liability", 3: "Income"}


def list_accounts(call: Call) -> Answer:
    call.token.require("GeneralLedgerAccount", "GeneralLedgerAccount_Full")
    parameters = Parameters(call, "accountNos", *ACCOUNT_NONE, _CHANGED)
    wanted = parameters.numbers("accountNos")
    if _finds_nothing(parameters, ACCOUNT_NONE, _CHANGED):
        return Answer(204)
    company, today = call.company, instant(call.now_s).date()
    return parameters.answer(
        {
            "Id": company.account_ids.id_of(account.no),
            "AccountNo": account.no,
            "Name": account.name,
            "GeneralLedgerAccountType": _ACCOUNT_TYPES.get(account.no // 1000, "Expense"),
            "IsActive": account.active,
            "IsDepartmentRequired": account.department_required,
            "IsProjectRequired": account.project_required,
            **required_flags(account),
            "IsVatCodeLocked": account.vat_locked,
            "VatCode": account.vat_code,
            "VatCodeId": _vat_id_on(company, account.vat_code, today),
            "CurrencyCode": None,
            "DepartmentCode": None,
            "DepartmentId": None,
        }
        for account in company.client.accounts.values()
        if wanted(account.no)
    )


def _vat_id_on(company: Company, code: str, day: date) -> int | None:
    row = company.vat_row_on(code, day)
    return None if row is None else company.vat_id(row)


def list_vat_codes(call: Call) -> Answer:
    call.token.require("CommonServices", "CommonServices_Full")
    parameters = Parameters(call, "includeExpired", "isActive")
    with_expired, active = parameters.flag("includeExpired"), parameters.flag("isActive")
    today = instant(call.now_s).date()
    return parameters.answer(
        {
            "Id": call.company.vat_id(vat),
            "Code": vat.code,
            "Name": vat.name,
            "Description": vat.name,
            "Rate": (vat.rate_percent / 100).normalize(),
            "IsActive": vat.active,
            "IsCustom": vat.code.startswith("C"),
            "ValidFrom": vat.valid_from,
            "ValidTo": vat.valid_to,
            "BaseVatCodeId": None,
        }
        for vat in call.company.client.vat_codes
        if (with_expired or vat.valid_to is None or vat.valid_to >= today) and active in (None, vat.active)
    )


def list_departments(call: Call) -> Answer:
    call.token.require("Department", "Department_Full")
    parameters = Parameters(call, "codes", "isActive", "name", *DEPARTMENT_NONE, _CREATED, _CHANGED)
    if _finds_nothing(parameters, DEPARTMENT_NONE, _CREATED, _CHANGED):
        return Answer(204)
    codes, active, name = parameters.codes("codes"), parameters.flag("isActive"), parameters.text("name")
    return parameters.answer(
        {
            "Id": call.company.department_ids.id_of(department.code),
            "Code": department.code,
            "Name": department.name,
            "IsActive": department.active,
        }
        for department in call.company.client.departments.values()
        if (codes is None or department.code in codes)
        and active in (None, department.active)
        and name in ("", department.name)
    )
