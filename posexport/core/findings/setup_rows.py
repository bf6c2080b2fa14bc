"""What the setup is to have for a finding to be resolved, and which of its rows that is for a venue: its own, where it
has one, or else its company's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from posexport.core.codes import find_code
from posexport.core.company import Company, Venue
from posexport.core.finding import Finding
from posexport.core.mapping import Table
from posexport.core.row_plan import RowPlan, find_known_rows
from posexport.core.sales import RAISE_PREFIX


class Wanted(NamedTuple):
    """What the setup is to have: an account, a VAT code or another key for a `code` of a table; in `accounts`, for the
    key's name. `vat_code` (Go's): where it is a product type's account for this VAT code only; where it is a register's
    VAT code, the one that it is to be no longer."""

    table: Table
    code: str
    vat_code: str = ""


_BY_FACT: Mapping[str, tuple[Table, str]] = {
    "missing-account/sale": ("product_type", "source"),
    "missing-account/unknown-product": ("product_type", "source"),
    "missing-account/product-later": ("product_type", "source"),
    "missing-account/payment": ("payment_type", "source"),
    "missing-account/unknown-payment": ("payment_type", "source"),
    "missing-account/payment-later": ("payment_type", "source"),
    "missing-account/other": ("accounts", "source"),
    "missing-account/other-later": ("accounts", "source"),
    "missing-vat-code": ("vat_code", "pos_code"),
    "missing-vat-code/later": ("vat_code", "pos_code"),
    "indivisible-ticket": ("payment_type", "source"),
    "rounding-without-cash": ("payment_type", "source"),
    "rounding-without-cash/many": ("payment_type", "source"),
    "rate-per-100": ("payment_type", "source"),
    "bank-account": ("payment_type", "source"),
    "movements-left-out": ("accounts", "source"),
}
"""Findings about one code of the setup: in which table, and which of their facts the code is."""

_ALWAYS: Mapping[str, Wanted] = {
    "missing-account/credit": Wanted("accounts", "credit_type"),
    "tips-as-income": Wanted("accounts", "tips"),
}
"""Findings about one key of the setup, always the same."""


_OF_THE_DAY: Mapping[str, tuple[Table, str]] = {"order-product-missing/sale": ("product_type", "source")}
"""Findings about one code whose row is always the one that counts on the day: what it is to have is in no voucher, so
that no drafted day uses it."""


def find_wanted(finding: Finding) -> Wanted | None:
    """What the setup is to have by the finding's facts alone; None where they do not say it."""
    if finding.key == "unknown-raise":
        return Wanted("product_type", f"{RAISE_PREFIX}{finding.facts.get('type', '')}")
    if finding.key not in _BY_FACT:
        return _ALWAYS.get(finding.key)
    table, name = _BY_FACT[finding.key]
    code = str(finding.facts.get(name, ""))
    return (
        Wanted(table, code, str(finding.facts.get("vat_code", "")) if table == "product_type" else "") if code else None
    )


def name_row(finding: Finding, company: Company, venue: Venue, day: date) -> Finding:
    """The finding with the setup row that counts for this venue on a day, where that is the venue's own, or valid from
    a day on."""
    wanted = find_wanted(finding) or _find_of_the_day(finding)
    if wanted is None:
        return finding
    rows = find_known_rows(company, venue, wanted.table, wanted.code)
    return set_row(finding, RowPlan(rows.address(rows.find_current(day))))


def _find_of_the_day(finding: Finding) -> Wanted | None:
    if finding.key not in _OF_THE_DAY:
        return None
    table, name = _OF_THE_DAY[finding.key]
    return Wanted(table, str(finding.facts[name]), str(finding.facts.get("vat_code", "")))


def set_row(finding: Finding, plan: RowPlan) -> Finding:
    """The finding with the row to write; without it, where it is a company's that is always valid: the mends name that
    one by themselves."""
    return replace(finding, row=plan) if plan.address.venue or plan.address.valid_from else finding


_NAMED: tuple[Table, ...] = ("product_type", "payment_type")
Names = Mapping[Table, Mapping[str, str]]
"""The names of product types and payment types, by code."""


def name_codes(findings: Iterable[Finding], read_names: Callable[[], Names]) -> list[Finding]:
    """The findings with the register's own names of codes that lack an account and have none in the setup.
    `read_names`: called where there is such a code."""
    return [_name_code(finding, read_names) for finding in findings]


def _name_code(finding: Finding, read_names: Callable[[], Names]) -> Finding:
    wanted = find_wanted(finding) if finding.code == "missing-account" else None
    if wanted is None or wanted.table not in _NAMED or finding.facts.get("name") != wanted.code:
        return finding
    name = find_code(read_names()[wanted.table], wanted.code)
    return replace(finding, facts={**finding.facts, "name": name}) if name else finding
