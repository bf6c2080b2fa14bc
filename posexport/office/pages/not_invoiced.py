"""Not invoiced: what was sold on credit and not invoiced at a date, with gross, net and VAT per account."""

from __future__ import annotations

from starlette.responses import Response

from posexport.app.order_reconciliation import find_last_closed, list_not_invoiced_at
from posexport.core.day import Period
from posexport.errors import UsageError
from posexport.office.pages.orders import look_of
from posexport.office.periods import read_period
from posexport.office.visit import Declined, Visit
from posexport.office.words import office_words
from posexport.texts.reconciliation import name_not_invoiced, reconciliation_words
from posexport.views.orders import lay_out_order
from posexport.views.reconciliation import lay_out_counted


def show(visit: Visit) -> Response:
    """The page; PowerOffice Go is not asked."""
    asked = visit.request.query_params.get("at", "").strip()
    venues, trouble = visit.venues_with_removed, ""
    if not venues:
        return visit.show("not_invoiced.html.j2", found=[], at=None, asked="", trouble="", title="", r={})
    at = find_last_closed(visit.workspace, venues)
    try:
        wanted = read_period(visit, asked, asked, venues) if asked else Period(at, at)
        at = wanted.last or at
        companies = list_not_invoiced_at(visit.workspace, venues, at, asks=False)
    except (Declined, UsageError) as refused:
        trouble = refused.words if isinstance(refused, Declined) else office_words(visit.lang)["day_not_over"]
        at, companies = find_last_closed(visit.workspace, venues), []
    return visit.show(
        "not_invoiced.html.j2",
        status_code=422 if trouble else 200,
        found=[(one, lay_out_counted(one.orders, visit.lang)) for one in companies],
        look=lambda row: look_of(lay_out_order(row.shown.shown)),
        at=at,
        asked=asked,
        trouble=trouble,
        title=name_not_invoiced(at, visit.lang),
        r=reconciliation_words(visit.lang),
    )
