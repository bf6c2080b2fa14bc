"""Where a page leads to for what mends a finding: a link with the word of what is done there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from posexport.core.company import Venue
from posexport.core.finding import Finding
from posexport.core.findings.setup_rows import find_wanted
from posexport.core.mends import MendKind
from posexport.core.roles import Right
from posexport.core.row_plan import can_be_own
from posexport.office.addresses import customer_address, day_address
from posexport.office.visit import Visit


class MendLink(NamedTuple):
    """A link. `word`: the key of its words."""

    address: str
    word: str


def find_link(visit: Visit, finding: Finding, back: str) -> MendLink | None:
    """Where the user can mend a finding; None where that is done elsewhere, or may not be done. `back`: the page to go
    on with afterwards."""
    for mend in finding.mends:
        company = str(mend.facts.get("company", ""))
        if mend.kind is MendKind.LINK_CUSTOMER and company and visit.user.may(Right.BOOK, company):
            return MendLink(customer_address(company, str(mend.facts["customer"]), "link", back), "link_customer")
        venue = visit.setup.venue(str(mend.facts.get("venue", "")))
        if venue is None or "day" not in mend.facts:
            continue
        if mend.kind is MendKind.REVISE and visit.user.may_at(Right.BOOK, venue):
            return MendLink(day_address(venue.id, date.fromisoformat(str(mend.facts["day"])), "revise"), "revise")
        lacks_file = mend.kind is MendKind.IMPORT_FILE and finding.code in _OF_FILES
        if lacks_file and visit.user.may_at(Right.UPLOAD, venue):
            return MendLink("/files", "upload_file")
    return None


_OF_FILES = frozenset({"no-sales-data", "incomplete-day"})
"""Findings about files alone, which another one mends."""


def can_set_account(finding: Finding) -> bool:
    """Whether choosing an account is what mends it; sales on account without a payment need a payment type."""
    return finding.code == "missing-account" and finding.variant != "credit" and find_wanted(finding) is not None


def lacks_name(finding: Finding) -> bool:
    """Whether a finding is about a code that neither the setup nor the register's files name."""
    wanted = find_wanted(finding) if finding.code == "missing-account" else None
    return wanted is not None and wanted.table != "accounts" and finding.facts.get("name") == wanted.code


def may_set_account(visit: Visit, finding: Finding, venue: Venue, day: date) -> bool:
    """Whether the user may choose the account that a venue's day lacks: for the whole company; with a role at the
    venue alone, where a row of the venue's own can have it."""
    wanted = find_wanted(finding) if can_set_account(finding) else None
    if wanted is None or not visit.user.may_at(Right.MAP, venue):
        return False
    company = visit.company_of(venue)
    return visit.user.may(Right.MAP, company.id) or can_be_own(company, venue, wanted.table, wanted.code, day)


def find_account_link(visit: Visit, finding: Finding, venue: Venue, day: date) -> MendLink | None:
    """Where the user can choose the account that a venue's day lacks; None where that is not what mends the finding, or
    may not be done."""
    if not may_set_account(visit, finding, venue, day):
        return None
    return MendLink(f"{day_address(venue.id, day, 'account')}?finding={finding.digest}", "choose_account")


def find_links(visit: Visit, findings: Iterable[Finding], back: str) -> dict[str, MendLink]:
    """The links of findings, by their digests."""
    found = ((finding.digest, find_link(visit, finding, back)) for finding in findings)
    return {digest: link for digest, link in found if link is not None}
