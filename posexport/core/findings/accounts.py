"""Findings about accounts and departments: lines without an account, questionable accounts, and what the client's chart
of accounts would refuse. Pure; the ledger is not asked from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum

from posexport.core.finding import Fact, Finding, Ore, Severity
from posexport.core.findings.vat import make_locked_vat_code_finding
from posexport.core.lines import LineKind, VoucherLine
from posexport.core.mapping import NO_VAT, AccountMapping, DatedMapping, Table
from posexport.core.ports.ledger import Chart
from posexport.core.sales import CREDIT_SALE
from posexport.core.voucher import Voucher


def check_accounts(voucher: Voucher, mapping: AccountMapping) -> list[Finding]:
    """A finding for each line that has no account."""
    return [_missing_account(line, mapping) for line in voucher.lines if line.account is None and line.vat_code]


def _missing_account(line: VoucherLine, mapping: AccountMapping) -> Finding:
    facts: dict[str, Fact] = {
        "source": line.source,
        "name": line.description,
        "vat_code": line.vat_code or "",
        "amount": Ore(abs(line.amount_ore)),
    }
    variant = "other"
    if line.kind is LineKind.SALES:
        variant = "sale" if mapping.product_type(line.source) else "unknown-product"
    elif line.source == CREDIT_SALE:
        variant = "credit"
    elif line.kind in (LineKind.PAYMENT, LineKind.MOVEMENT):
        variant = "payment" if mapping.payment_type(line.source) else "unknown-payment"
    return Finding("missing-account", Severity.ERROR, facts, variant=variant)


_SET_LATER: Mapping[str, tuple[Table, str, str]] = {
    "missing-vat-code": ("vat_code", "pos_code", "later"),
    "missing-account/unknown-product": ("product_type", "source", "product-later"),
    "missing-account/unknown-payment": ("payment_type", "source", "payment-later"),
    "missing-account/other": ("accounts", "source", "other-later"),
}
"""Findings that say that the setup has no row: in which table, of which code, and what it is where one comes later."""


def mark_later(findings: Iterable[Finding], dated: DatedMapping | None, posting_date: date) -> list[Finding]:
    """The same findings; those about a missing row say so where the setup has the row from a later day on."""
    return list(findings) if dated is None else [_mark_later(finding, dated, posting_date) for finding in findings]


def _mark_later(finding: Finding, dated: DatedMapping, posting_date: date) -> Finding:
    if finding.key not in _SET_LATER:
        return finding
    table, code, variant = _SET_LATER[finding.key]
    since = dated.find_next(table, str(finding.facts[code]), posting_date)
    if since is None:
        return finding
    return replace(finding, variant=variant, facts={**finding.facts, "set_from": since.isoformat()})


def check_bank_accounts(voucher: Voucher) -> list[Finding]:
    """A warning for each payment type on a bank account (1920-1999): card payments belong on a clearing account."""
    payment = LineKind.PAYMENT
    return [
        make_bank_account_finding(line.source, line.description, line.account or "")
        for line in voucher.lines
        if line.kind is payment and is_bank_account(line.account)
    ]


def is_bank_account(account: str | None) -> bool:
    """Whether an account is a bank account."""
    return account is not None and len(account) == 4 and "1920" <= account <= "1999"


class AccountKind(StrEnum):
    """What an account is for that sales are not booked on, by the Norwegian standard's numbers."""

    CASH = "cash"
    BANK = "bank"
    RECEIVABLE = "receivable"
    VAT = "vat"


def find_other_kind(account: str) -> AccountKind | None:
    """What else than sales an account is for; None where nothing speaks against it.

    >>> find_other_kind("1920"), find_other_kind("2700"), find_other_kind("3020")
    (<AccountKind.BANK: 'bank'>, <AccountKind.VAT: 'vat'>, None)
    """
    if is_bank_account(account):
        return AccountKind.BANK
    by_number = (("19", AccountKind.CASH), ("15", AccountKind.RECEIVABLE), ("27", AccountKind.VAT))
    return next((purpose for number, purpose in by_number if len(account) == 4 and account.startswith(number)), None)


def check_tips(voucher: Voucher) -> list[Finding]:
    """A warning where tips are booked on an income account: they are a debt to staff."""
    tip = LineKind.TIP
    return [
        Finding("tips-as-income", Severity.WARNING, {"account": line.account})
        for line in voucher.lines
        if line.kind is tip and line.account is not None and line.account.startswith("3")
    ]


def check_account(line: VoucherLine, chart: Chart, project: str | None = None) -> list[Finding]:
    """The findings where the ledger does not have a line's account, or does not accept the line on it. `project`: the
    voucher's."""
    if chart.accounts is None or line.account is None or line.customer is not None:
        return []
    account = chart.accounts.get(line.account)
    if account is None:
        return [Finding("unknown-account", Severity.ERROR, {"account": line.account})]
    facts: dict[str, Fact] = {"account": account.number, "name": account.name}
    found = []
    if not account.is_active:
        found.append(Finding("inactive-account", Severity.ERROR, facts))
    if account.is_vat_code_locked and (account.vat_code or NO_VAT) != line.vat_code:
        found.append(make_locked_vat_code_finding(account, line.vat_code))
    if account.is_department_required and line.department is None:
        found.append(Finding("department-required", Severity.ERROR, facts))
    if account.is_project_required and project is None:
        found.append(Finding("project-required", Severity.ERROR, facts))
    elif account.is_project_required and (chart.projects or {}).get(project or "", 0) is None:
        found.append(Finding("project-required", Severity.ERROR, {**facts, "project": project or ""}, "unknown"))
    return [*found, *(_miss_dimension(name, facts) for name in account.required)]


def _miss_dimension(name: str, facts: Mapping[str, Fact]) -> Finding:
    """The finding that an account requires what our vouchers never have, such as "location" or "dim2"."""
    if name.startswith("dim"):
        return Finding("dimension-required", Severity.ERROR, {**facts, "number": name.removeprefix("dim")}, "dimension")
    return Finding("dimension-required", Severity.ERROR, facts, name)


def check_former_departments(voucher: Voucher, chart: Chart) -> list[Finding]:
    """A finding where an adjustment deducts amounts from a department that is no longer the venue's."""
    former = {line.department for line in voucher.lines if line.department not in (None, voucher.department)}
    known = former if chart.departments is None else chart.departments
    return [
        make_unknown_department_finding(department)
        for department in sorted(filter(None, former))
        if department not in known
    ]


def make_unknown_department_finding(department: str) -> Finding:
    """The finding that the ledger has no such department."""
    return Finding("unknown-department", Severity.ERROR, {"department": department})


def make_bank_account_finding(payment_type: str, name: str, account: str) -> Finding:
    """The finding that a payment type is booked on a bank account."""
    return Finding("bank-account", Severity.WARNING, {"source": payment_type, "name": name, "account": account})
