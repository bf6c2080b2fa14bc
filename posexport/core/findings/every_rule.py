"""Applies every rule to a settlement, its voucher and the ledger's chart of accounts. Pure; the order means nothing,
and each rule is in the file of its subject."""

from __future__ import annotations

from posexport.core.company import Venue
from posexport.core.finding import Finding
from posexport.core.findings.accounts import (
    check_account,
    check_accounts,
    check_bank_accounts,
    check_tips,
    make_unknown_department_finding,
)
from posexport.core.findings.customers import check_customer_numbers, check_customers
from posexport.core.findings.days import check_lock_date
from posexport.core.findings.payments import list_left_out, list_movements
from posexport.core.findings.tickets import check_indivisible, check_unbalanced
from posexport.core.findings.vat import check_vat_codes, check_vat_validity
from posexport.core.mapping import AccountMapping
from posexport.core.ports.ledger import Chart
from posexport.core.settlement import Settlement
from posexport.core.voucher import Voucher


def check_settlement(settlement: Settlement, venue: Venue) -> list[Finding]:
    """The findings from the tickets alone: unbalanced ones, unmapped VAT codes, what is left out."""
    return [
        *check_unbalanced(settlement.unbalanced, venue),
        *check_indivisible(settlement.indivisible, venue),
        *check_vat_codes(settlement.transferred, venue.mapping),
        *list_left_out(settlement.left_out, venue.mapping),
        *list_movements(settlement.transferred, venue.mapping),
    ]


def check_voucher(voucher: Voucher, mapping: AccountMapping) -> list[Finding]:
    """The findings from the lines alone: missing and questionable accounts."""
    return [
        *check_accounts(voucher, mapping),
        *check_bank_accounts(voucher),
        *check_tips(voucher),
        *check_customers(voucher, mapping),
    ]


def check_chart(voucher: Voucher, chart: Chart) -> list[Finding]:
    """The findings where the ledger would refuse the voucher, by its chart of accounts."""
    found = [
        *(f for line in voucher.lines for f in check_account(line, chart, voucher.project)),
        *check_vat_validity(voucher, chart),
        *check_customer_numbers(voucher, chart),
    ]
    departments = chart.departments
    if departments is not None and voucher.department is not None and voucher.department not in departments:
        found.append(make_unknown_department_finding(voucher.department))
    found += check_lock_date(voucher.posting_date, chart.lock_date)
    return list({finding.digest: finding for finding in found}.values())
