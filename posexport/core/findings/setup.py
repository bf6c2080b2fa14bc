"""What the setup itself makes doubtful, whatever was sold."""

from __future__ import annotations

from posexport.core.company import Company
from posexport.core.finding import TO_BE_ASKED_AGAIN, Finding, Severity


def make_direct_posting_finding(company: Company) -> Finding:
    """That a company's vouchers are posted at once, without anybody who looks at them first."""
    return Finding("direct-posting", Severity.WARNING, {"company": company.name})


def make_shared_key_finding(venue: str, other: str) -> Finding:
    """That two venues have the same client key."""
    return Finding("duplicate-client-key", Severity.ERROR, {"venue": venue, "other": other})


def make_shared_addon_finding(venue: str, other: str, addon: int) -> Finding:
    """That two venues of a company have the same extension of PowerOffice's."""
    return Finding("duplicate-addon", Severity.ERROR, {"venue": venue, "other": other, "addon": addon})


def make_ask_again_finding(was: str) -> Finding:
    """That what the ledger once said of a voucher, with this code, was about a setup that has changed since."""
    return Finding(TO_BE_ASKED_AGAIN, Severity.INFO, {"was": was})
