"""Findings about customers: credit sales and paid invoices without a customer, customer numbers that the ledger does
not have, and customers of the registers that are not linked to one of the ledger's. They stand by their codes and
numbers alone: names and e-mail addresses are personal data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from posexport.core.finding import Fact, Finding, Ore, Severity
from posexport.core.lines import MOVEMENT_ACCOUNTS, LineKind, VoucherLine
from posexport.core.mapping import AccountMapping
from posexport.core.orders.customers import (
    Candidate,
    CandidateReason,
    CustomerLink,
    CustomerMode,
    LinkDecision,
    NewCustomer,
)
from posexport.core.orders.firms import OtherFirm
from posexport.core.orders.order import Order
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


UNKNOWN_CUSTOMER = "unknown-customer"

_LIKE = {
    CandidateReason.ORGANIZATION_NUMBER: "organization-number",
    CandidateReason.REFERENCE: "reference",
    CandidateReason.NUMBER: "number",
    CandidateReason.EMAIL: "email",
}
"""The wording about one candidate, by its best reason."""

ARCHIVED = "archived"
"""The wording about one candidate that is archived, or inactive: it is opened again before it is linked. Of several,
the fact that names those."""


def name_candidate(candidate: Candidate) -> str:
    """The wording about one customer that could be the register's."""
    return _LIKE[candidate.best] if candidate.customer.is_active else ARCHIVED


def name_candidates(candidates: Iterable[Candidate]) -> dict[str, Fact]:
    """The facts that name several customers that could be the register's by their numbers, and apart those of them that
    are archived, where some are."""
    candidates = list(candidates)
    archived = [one.customer.number for one in candidates if not one.customer.is_active]
    facts: dict[str, Fact] = {"candidates": ", ".join(one.customer.number for one in candidates)}
    return {**facts, ARCHIVED: ", ".join(archived)} if archived else facts


def _word_ambiguous(facts: Mapping[str, Fact]) -> str:
    return f"ambiguous-{ARCHIVED}" if ARCHIVED in facts else "ambiguous"


def make_unlinked_customer_finding(company_id: str, code: str, mode: CustomerMode, decision: LinkDecision) -> Finding:
    """The finding that a register's customer is not linked, and holds what is booked on it: with the one candidate
    there is, or that there are several, or none."""
    assert not isinstance(decision, CustomerLink), code
    facts: dict[str, Fact] = {"company": company_id, "customer": code}
    candidates = () if isinstance(decision, NewCustomer) else decision.candidates
    if len(candidates) > 1:
        facts |= name_candidates(candidates)
        return Finding(UNKNOWN_CUSTOMER, Severity.ERROR, facts, variant=_word_ambiguous(facts))
    for candidate in candidates:
        facts["go_number"] = candidate.customer.number
        return Finding(UNKNOWN_CUSTOMER, Severity.ERROR, facts, variant=name_candidate(candidate))
    variant = "no-such-number" if mode is CustomerMode.NUMBER else "nobody"
    return Finding(UNKNOWN_CUSTOMER, Severity.ERROR, facts, variant=variant)


def make_lacking_key_finding(company_id: str, code: str) -> Finding:
    """The finding that a register's customer is not linked, and that the ledger's customers cannot be listed."""
    facts: dict[str, Fact] = {"company": company_id, "customer": code}
    return Finding(UNKNOWN_CUSTOMER, Severity.ERROR, facts, variant="no-list")


def make_gone_customer_finding(company_id: str, code: str, link: CustomerLink) -> Finding:
    """The finding that the ledger no longer has the customer that a register's customer is linked to."""
    facts: dict[str, Fact] = {"company": company_id, "customer": code, "go_number": link.number}
    return Finding(UNKNOWN_CUSTOMER, Severity.ERROR, facts, variant="gone")


SHARED_CODE, OTHER_FIRM, SEVERAL_FIRMS = "shared-code", "other-firm", "several-firms"
"""The wordings about a code that stands for another firm than before, or than the customer it is linked to, or for
several on one day."""


def describe_other_firm(other: OtherFirm) -> tuple[str, dict[str, Fact]]:
    """The wording about a code that stands for another firm, and what it says. `customer`: what is to be linked."""
    facts: dict[str, Fact] = {"customer": other.firm, "code": other.code}
    if other.several:
        return SEVERAL_FIRMS, {**facts, "customer": other.code, "numbers": ", ".join(other.several)}
    facts |= {"organization_number": other.organization_number, "other_number": other.other_number}
    return (SHARED_CODE, facts) if other.link is None else (OTHER_FIRM, {**facts, "go_number": other.link.number})


def make_other_firm_finding(company_id: str, other: OtherFirm) -> Finding:
    """The finding that sales on a register's code are for another firm than its link, which holds what they are in."""
    variant, facts = describe_other_firm(other)
    return Finding(UNKNOWN_CUSTOMER, Severity.ERROR, {"company": company_id, **facts}, variant=variant)


def make_not_yet_linked_finding(company_id: str, code: str, *, holds: bool = False) -> Finding:
    """The warning, before the ledger is asked anything, that a person has to link a customer; an error where that
    `holds` the voucher whatever the ledger says."""
    facts: dict[str, Fact] = {"company": company_id, "customer": code}
    return Finding(UNKNOWN_CUSTOMER, Severity.ERROR if holds else Severity.WARNING, facts, variant="unlinked")


_OF_ORDERS = ("order-customer-not-linked", "order-customer-ambiguous")


def find_unlinked_payer(order: Order, findings: Iterable[Finding], mode: CustomerMode) -> Finding | None:
    """What holds the voucher that credits an order's customer with a part payment: that the order's findings say that
    customer is not linked. None where they do not."""
    told = next((finding for finding in findings if finding.code in _OF_ORDERS), None)
    if told is None or not order.part_paid_ore:
        return None
    names = ("company", "customer", "candidates", ARCHIVED, "go_number", "code", "organization_number", "other_number")
    facts = {name: told.facts[name] for name in names if name in told.facts}
    if told.variant in (SHARED_CODE, OTHER_FIRM):
        return Finding(UNKNOWN_CUSTOMER, Severity.ERROR, facts, variant=told.variant)
    if told.code == "order-customer-ambiguous":
        return Finding(UNKNOWN_CUSTOMER, Severity.ERROR, facts, variant=_word_ambiguous(facts))
    variant = next((reason for reason in (*_LIKE.values(), ARCHIVED) if told.variant.startswith(reason)), "")
    nobody = "no-such-number" if mode is CustomerMode.NUMBER else "nobody"
    return Finding(UNKNOWN_CUSTOMER, Severity.ERROR, facts, variant=variant or nobody)


def name_unlinked_customers(findings: Iterable[Finding]) -> frozenset[str]:
    """The register's codes that findings say are not linked, and firms of such codes."""
    told = [finding.facts for finding in findings if finding.code == UNKNOWN_CUSTOMER]
    return frozenset(str(facts[name]) for facts in told for name in ("customer", "code") if name in facts)


def is_linked_since(finding: Finding, links: Mapping[str, CustomerLink]) -> bool:
    """Whether a finding is about a customer that has been linked since, or to another customer of the ledger."""
    link = links.get(str(finding.facts.get("customer"))) if finding.code == UNKNOWN_CUSTOMER else None
    if finding.variant == SEVERAL_FIRMS:
        return False
    return link is not None and not (finding.variant == "gone" and finding.facts.get("go_number") == link.number)


def without_told_again(findings: Iterable[Finding], again: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings without the warnings of customers that are not linked, where `again` says the same of them."""
    told = name_unlinked_customers(again)
    return tuple(
        finding
        for finding in findings
        if finding.code != UNKNOWN_CUSTOMER or str(finding.facts.get("customer")) not in told
    )
