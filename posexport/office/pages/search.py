"""Search: a venue, a day, a ticket, a document, an order, a customer or an account by what is typed."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from posexport.app.search import CompanyHit, Hit, search, search_companies
from posexport.core.roles import Right
from posexport.office.addresses import company_address, day_address
from posexport.office.fill import make_field_id
from posexport.office.visit import Visit, go_to


def show(visit: Visit) -> Response:
    """The page; where one thing alone fits, that thing's own."""
    sought = visit.request.query_params.get("q", "").strip()
    whole = [company for company in visit.setup.companies if visit.user.may(Right.SEE, company.id)]
    of_venues = [(hit, _find_address(hit)) for hit in search(visit.workspace, visit.venues, sought)]
    of_companies = [(hit, _find_page(hit)) for hit in search_companies(visit.workspace, whole, sought)]
    addresses = [address for _, address in (*of_venues, *of_companies)]
    if len(addresses) == 1:
        return go_to(addresses[0])
    return visit.show("search.html.j2", sought=sought, of_venues=of_venues, of_companies=of_companies)


def _find_address(hit: Hit) -> str:
    return day_address(hit.venue.id, hit.business_day)


def _find_page(hit: CompanyHit) -> str:
    """A customer's orders, or the row of an account."""
    if hit.what == "customer":
        return f"/orders?{urlencode({'customer': hit.code, 'company': hit.company.id})}"
    return f"{company_address(hit.company.id, 'accounts')}#f-{make_field_id(hit.code)}"
