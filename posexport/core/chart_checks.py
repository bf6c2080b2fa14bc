"""What a client's chart of accounts has against a voucher: accounts, departments, VAT codes, customers and the lock
date, as PowerOffice would refuse it. Pure; nobody is asked from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from posexport.core.findings import Fact, Finding, Severity
from posexport.core.lines import VoucherLine
from posexport.core.mapping import NO_VAT, AccountMapping
from posexport.core.ports.ledger import Chart
from posexport.core.vat import USUAL_RATES_BP, VatRate, find_rows, format_rate
from posexport.core.voucher import Voucher

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


def check_former_departments(voucher: Voucher, chart: Chart) -> list[Finding]:
    """An adjustment takes amounts off the department they stand on, which is no longer the venue's."""
    former = {line.department for line in voucher.lines if line.department not in (None, voucher.department)}
    known = former if chart.departments is None else chart.departments
    return [
        Finding("unknown-department", Severity.ERROR, {"department": department})
        for department in sorted(filter(None, former))
        if department not in known
    ]


def check_chart(voucher: Voucher, chart: Chart) -> list[Finding]:
    """Whether PowerOffice will take the voucher, by what it told of the client."""
    found = [
        *(f for line in voucher.lines for f in _check_account(line, chart)),
        *_check_vat_validity(voucher, chart),
        *_check_customer_numbers(voucher, chart),
    ]
    departments = chart.departments
    if departments is not None and voucher.department is not None and voucher.department not in departments:
        found.append(Finding("unknown-department", _ERROR, {"department": voucher.department}))
    found += check_lock_date(voucher.posting_date, chart.lock_date)
    return list({finding.digest: finding for finding in found}.values())


def check_registration(voucher: Voucher, chart: Chart, mapping: AccountMapping) -> list[Finding]:
    """Whether the client is registered for VAT, by PowerOffice and by the setup. VAT of a client that is not would be
    owed all the same; sales without VAT of a client that is are for a person to look at."""
    if chart.vat_registered is None or chart.vat_registered == mapping.vat_registered:
        return []
    if chart.vat_registered:
        return [Finding("vat-registration", _WARNING, variant="registered")]
    day = voucher.posting_date
    codes = {line.vat_code for line in voucher.lines if line.vat_code is not None}
    with_vat = sorted(code for code in codes if _find_known_rate(code, chart, day))
    return [Finding("vat-registration", _ERROR, {"vat_codes": ", ".join(with_vat)})] if with_vat else []


def _find_known_rate(code: str, chart: Chart, day: date) -> int:
    """A VAT code's rate by PowerOffice, or as it usually is."""
    rates = [row.rate_bp for row in find_rows(chart.vat_rates, code, day)]
    return max(rates) if rates else USUAL_RATES_BP.get(code, 0)


def check_lock_date(posting_date: date, lock_date: date | None) -> list[Finding]:
    """Nothing may be posted on or before the lock date."""
    if lock_date is None or posting_date > lock_date:
        return []
    facts: dict[str, Fact] = {"lock_date": lock_date.isoformat(), "day": posting_date.isoformat()}
    return [Finding("locked-period", _ERROR, facts)]


def _check_account(line: VoucherLine, chart: Chart) -> list[Finding]:
    if chart.accounts is None or line.account is None or line.customer is not None:
        return []
    account = chart.accounts.get(line.account)
    if account is None:
        return [Finding("unknown-account", _ERROR, {"account": line.account})]
    facts: dict[str, Fact] = {"account": account.number, "name": account.name}
    found = []
    if not account.is_active:
        found.append(Finding("inactive-account", _ERROR, facts))
    if account.is_vat_code_locked and (account.vat_code or NO_VAT) != line.vat_code:
        locked = {**facts, "locked": account.vat_code or NO_VAT, "vat_code": line.vat_code or ""}
        found.append(Finding("vat-code-locked", _ERROR, locked))
    if account.is_department_required and line.department is None:
        found.append(Finding("department-required", _ERROR, facts))
    if account.is_project_required:
        found.append(Finding("project-required", _ERROR, facts))
    return [*found, *(_miss_dimension(name, facts) for name in account.required)]


def _miss_dimension(name: str, facts: Mapping[str, Fact]) -> Finding:
    """That an account requires what our vouchers never have: "location", say, or "dim2"."""
    if name.startswith("dim"):
        return Finding("dimension-required", _ERROR, {**facts, "number": name.removeprefix("dim")}, "dimension")
    return Finding("dimension-required", _ERROR, facts, name)


def _check_vat_validity(voucher: Voucher, chart: Chart) -> list[Finding]:
    used = {line.vat_code for line in voucher.lines if line.vat_code is not None}
    return check_vat_rows(used, chart.vat_rates, voucher.posting_date)


def check_vat_rows(codes: Iterable[str], rates: Sequence[VatRate], day: date) -> list[Finding]:
    """Each VAT code has exactly one row that counts on the day, where PowerOffice told of any."""
    found: list[Finding] = []
    for code in sorted(codes) if rates else ():
        rows, facts = find_rows(rates, code, day), {"vat_code": code, "day": day.isoformat()}
        if not rows:
            found.append(Finding("unknown-vat-code", _ERROR, facts))
        elif len(rows) > 1:
            told = "; ".join(_format_row(row) for row in rows)
            found.append(Finding("vat-code-twice", _ERROR, {**facts, "rows": told}))
    return found


def _format_row(row: VatRate) -> str:
    """A row of a VAT code as a list has it: its rate and its period."""
    since, until = (day.isoformat() if day else "…" for day in (row.valid_from, row.valid_to))
    return f"{format_rate(row.rate_bp)} % {since} – {until}"


def _check_customer_numbers(voucher: Voucher, chart: Chart) -> list[Finding]:
    if chart.customers is None:
        return []
    used = {line.customer for line in voucher.lines if line.customer is not None}
    return [
        Finding("unknown-customer", _ERROR, {"customer": customer})
        for customer in sorted(used - chart.customers.keys())
    ]
