"""Give a register that no venue has to a venue: what was kept aside of it is counted from now on."""

from __future__ import annotations

from starlette.responses import Response

from posexport.app.registers import StandsElsewhere, give_register, list_unknown_registers
from posexport.core.roles import Right
from posexport.errors import SetupRefused
from posexport.office.visit import Declined, NotAllowed, NotFound, Visit, go_to
from posexport.office.words import office_words


def do(visit: Visit) -> Response:
    """Save it, and show the files again."""
    words = office_words(visit.lang)
    if not any(visit.user.may_at(Right.MAP, venue) for venue in visit.venues):
        raise NotAllowed(Right.MAP)
    before = visit.find_sent_form()
    if before is not None:
        return go_to(before)
    venue = visit.setup.venue(visit.form.get("venue", ""))
    if venue is None or not visit.user.may_at(Right.SEE, venue):
        raise NotFound
    if not visit.user.may_at(Right.MAP, venue) or not visit.user.may(Right.SEE, venue.company_id):
        raise NotAllowed(Right.MAP)
    location, register = visit.form.get("location", ""), visit.form.get("register", "")
    unknown = list_unknown_registers(visit.workspace, venue.company_id)
    if not any((one.location, one.register) == (location, register) for one in unknown):
        raise Declined(words["register_not_unknown"])
    try:
        moved = give_register(visit.workspace, venue, location, register, visit.workspace.secrets)
    except StandsElsewhere as elsewhere:
        told = words["register_elsewhere"]
        raise Declined(
            told.format(location=elsewhere.location or "–", venue=venue.name, own=elsewhere.venue_location)
        ) from None
    except SetupRefused:
        raise Declined(words["register_refused"]) from None
    tickets = sum(found.tickets for found in moved)
    leads_to = f"/files?done={tickets}"
    visit.note_done(leads_to, "register-given", venue, register=register, location=location, tickets=tickets)
    return go_to(leads_to)
