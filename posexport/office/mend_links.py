"""Where a page leads to for what mends a finding: a link with the word of what is done there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from posexport.core.finding import Finding
from posexport.core.mends import MendKind
from posexport.core.roles import Right
from posexport.office.addresses import customer_address
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
    return None


def find_links(visit: Visit, findings: Iterable[Finding], back: str) -> dict[str, MendLink]:
    """The links of findings, by their digests."""
    found = ((finding.digest, find_link(visit, finding, back)) for finding in findings)
    return {digest: link for digest, link in found if link is not None}
