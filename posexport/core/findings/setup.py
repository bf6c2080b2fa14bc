"""Findings about the setup itself, whatever was sold."""

from __future__ import annotations

from posexport.core.company import Company
from posexport.core.finding import Finding, Severity


def make_direct_posting_finding(company: Company) -> Finding:
    """The finding that a company's vouchers are posted at once, without a person's check."""
    return Finding("direct-posting", Severity.WARNING, {"company": company.name})


def make_shared_key_finding(venue: str, other: str) -> Finding:
    """The finding that two venues have the same client key."""
    return Finding("duplicate-client-key", Severity.ERROR, {"venue": venue, "other": other})


def make_shared_addon_finding(venue: str, other: str, addon: int) -> Finding:
    """The finding that two venues of a company have the same add-on application key."""
    return Finding("duplicate-addon", Severity.ERROR, {"venue": venue, "other": other, "addon": addon})
