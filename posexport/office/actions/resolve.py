"""Record where a person says that a voucher is."""

from __future__ import annotations

from starlette.responses import Response

from posexport.app.resolve import resolve_voucher
from posexport.core.roles import Right
from posexport.errors import UsageError
from posexport.office.addresses import day_address
from posexport.office.pages import resolve as page
from posexport.office.visit import Visit, go_to, tell_refusal
from posexport.office.words import office_words


def do(visit: Visit) -> Response:
    """Record it, and show the day."""
    venue, day = visit.find_venue(Right.BOOK), visit.find_day()
    words, form = office_words(visit.lang), visit.form
    is_there, id_ = form.get("answer") == "there", form.get("id", "").strip()
    if form.get("answer") not in {"there", "not-there"} or (is_there and not id_):
        return page.show(visit, trouble=words["id_missing"], status_code=422)
    leads_to = visit.find_sent_form()
    if leads_to is None:
        leads_to, reference = day_address(venue.id, day), form.get("reference", "")
        try:
            resolve_voucher(visit.workspace, venue, day, id_ if is_there else None, reference)
        except UsageError as refused:
            return page.show(
                visit, trouble=tell_refusal(words["resolve_refused"], refused, visit.lang), status_code=422
            )
        visit.note_done(leads_to, "resolved", venue, day, reference=reference, id=id_)
    return go_to(leads_to)
