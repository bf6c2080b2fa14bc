"""Take back that a finding was accepted, as long as nothing of its day is drafted."""

from __future__ import annotations

from starlette.responses import Response

from posexport.app.accept import take_back_acceptance
from posexport.core.roles import Right
from posexport.errors import UsageError
from posexport.office.addresses import day_address
from posexport.office.visit import Declined, Visit, go_to
from posexport.office.words import office_words


def do(visit: Visit) -> Response:
    """Record it, and show the day again."""
    venue, day = visit.find_venue(Right.BOOK), visit.find_day()
    code, leads_to = visit.form.get("code", ""), visit.find_sent_form()
    if leads_to is None:
        leads_to = day_address(venue.id, day)
        try:
            taken = take_back_acceptance(visit.workspace, venue, day, code)
        except UsageError:
            raise Declined(office_words(visit.lang)["not_taken_back"]) from None
        visit.note_done(leads_to, "unaccepted", venue, day, code=code, accepted_by=taken.who, reason=taken.why)
    return go_to(leads_to)
