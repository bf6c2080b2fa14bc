"""Put a file that an inbox refused back, to be read again."""

from __future__ import annotations

from starlette.responses import Response

from posexport.app.inbox import read_again
from posexport.core.roles import Right
from posexport.office.visit import Declined, Visit, go_to
from posexport.office.words import office_words


def do(visit: Visit) -> Response:
    """Move it, and show the files again."""
    venue, name = visit.find_venue(Right.UPLOAD), visit.form.get("name", "")
    leads_to = visit.find_sent_form()
    if leads_to is None:
        leads_to = "/files"
        if not read_again(venue, name):
            raise Declined(office_words(visit.lang)["not_in_refused"])
        visit.note_done(leads_to, "read-again", venue, file=name)
    return go_to(leads_to)
