"""Findings about customers: credit sales and paid invoices without a customer, and customer numbers that the ledger
does not have."""

from __future__ import annotations

from posexport.core.finding import Fact, Finding, Ore, Severity
from posexport.core.lines import MOVEMENT_ACCOUNTS, LineKind, VoucherLine
from posexport.core.mapping import AccountMapping
from posexport.core.ports.ledger import Chart
from posexport.core.sales import EntryKind
from posexport.core.voucher import Voucher


def check_customers(voucher: Voucher, mapping: AccountMapping) -> list[Finding]:
    """A finding where a credit sale, or an invoice paid at the register, has no customer: it is booked on the account,
    without a sub-ledger."""
    payment, found = LineKind.PAYMENT, []
    for line in voucher.lines:
        known = mapping.payment_type(line.source) if line.kind is payment else None
        if known is not None and known.customer_ledger and line.customer is None and line.account:
            facts: dict[str, Fact] = {
                "source": line.source,
                "amount": Ore(line.amount_ore),
                "account": line.account,
            }
            found.append(Finding("missing-customer", Severity.WARNING, facts))
    if mapping.received_per_customer:
        found += [_missing_payer(line) for line in voucher.lines if _names_no_payer(line)]
    return found


def _names_no_payer(line: VoucherLine) -> bool:
    is_received = line.kind is LineKind.MOVEMENT and line.source == MOVEMENT_ACCOUNTS[EntryKind.MOVE_RECEIVED]
    return is_received and line.customer is None


def _missing_payer(line: VoucherLine) -> Finding:
    facts: dict[str, Fact] = {"source": line.source, "amount": Ore(-line.amount_ore), "account": line.account or ""}
    return Finding("missing-customer", Severity.WARNING, facts, variant="received")


def check_customer_numbers(voucher: Voucher, chart: Chart) -> list[Finding]:
    """A finding for each customer of a voucher that the ledger does not have."""
    if chart.customers is None:
        return []
    used = {line.customer for line in voucher.lines if line.customer is not None}
    return [
        Finding("unknown-customer", Severity.ERROR, {"customer": customer})
        for customer in sorted(used - chart.customers.keys())
    ]
