"""A page of the guide, in the reader's language."""

from __future__ import annotations

from starlette.responses import Response

from posexport.office.visit import NotFound, Visit
from posexport.render.guide import read_guide


def show(visit: Visit) -> Response:
    """The page."""
    topic = visit.request.path_params["topic"]
    pages = read_guide(visit.lang)
    page = next((page for page in pages if page.topic == topic), None)
    if page is None:
        raise NotFound
    others, opened = [one for one in pages if one is not page], visit.request.query_params.get("open", "")
    return visit.show("guide.html.j2", page=page, others=others, opened=opened)
