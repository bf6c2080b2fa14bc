"""A day's settlement report as PDF: the very one that its draft carries, or would."""

from __future__ import annotations

from starlette.responses import Response

from posexport.app.settlement_report import list_pages
from posexport.office.visit import NotFound, Visit

POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; plugin-types application/pdf; sandbox"
"""A PDF is shown in the browser, and can do nothing there."""


def show(visit: Visit) -> Response:
    """The report of the voucher that is asked for (`?reference=`), or of the day's first; with `?now=1`, of a day that
    has changed since it was drafted, as it is now. Raises NotFound."""
    venue, day = visit.find_venue(), visit.find_day()
    reference, as_now = (visit.request.query_params.get(name, "") for name in ("reference", "now"))
    for name, content in list_pages(visit.workspace, venue, day, as_now=bool(as_now)):
        if reference in ("", name):
            headers = {
                "content-disposition": f'inline; filename="{name}.pdf"',
                "content-security-policy": POLICY,
            }
            return Response(content, media_type="application/pdf", headers=headers)
    raise NotFound
