"""Search: a venue, a day, a ticket, a document or an order by what is typed."""

from __future__ import annotations

from starlette.responses import Response

from posexport.app.search import Hit, search
from posexport.office.addresses import day_address
from posexport.office.visit import Visit, go_to


def show(visit: Visit) -> Response:
    """The page; where one thing alone fits, that thing's own."""
    sought = visit.request.query_params.get("q", "").strip()
    hits = [(hit, _find_address(hit)) for hit in search(visit.workspace, visit.venues, sought)]
    if len(hits) == 1:
        return go_to(hits[0][1])
    return visit.show("search.html.j2", sought=sought, hits=hits)


def _find_address(hit: Hit) -> str:
    return day_address(hit.venue.id, hit.business_day)
