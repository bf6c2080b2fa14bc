"""Check a company again: PowerOffice Go is asked by a run."""

from __future__ import annotations

from starlette.responses import Response

from posexport.core.roles import Right
from posexport.office.addresses import company_address
from posexport.office.pages.check import kind_of
from posexport.office.runs import ask_for
from posexport.office.visit import NotAllowed, Visit, go_to


def do(visit: Visit) -> Response:
    """Ask for it, and show the page, which renews itself."""
    company = visit.find_company()
    venues = [venue for venue in company.venues if visit.user.may_at(Right.MAP, venue)]
    if not venues:
        raise NotAllowed(Right.MAP)
    address = company_address(company.id, "check")
    ask_for(
        visit, kind_of(company), {"venues": [venue.id for venue in venues], "then": address}, "check-asked", venues[0]
    )
    return go_to(address)
