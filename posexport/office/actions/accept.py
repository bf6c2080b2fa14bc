"""Accept a finding: somebody takes responsibility for it, with a reason."""

from __future__ import annotations

from starlette.responses import Response

from posexport.app.accept import accept_finding
from posexport.core.actor import WHY_LENGTH_MAX
from posexport.core.finding import ACCEPTABLE_ON_DAYS
from posexport.core.roles import Right
from posexport.office.addresses import day_address
from posexport.office.pages import day as page
from posexport.office.visit import Declined, Visit, go_to
from posexport.office.words import office_words

WHY_LENGTH_MIN = 3


def do(visit: Visit) -> Response:
    """Record it, and show the day again."""
    return accept(visit, visit.form.get("code", ""))


def accept(visit: Visit, code: str) -> Response:
    """Record that the findings of this code are accepted."""
    venue, day = visit.find_venue(Right.BOOK), visit.find_day()
    why = visit.form.get("why", "").strip()
    words = office_words(visit.lang)
    if code not in ACCEPTABLE_ON_DAYS:
        raise Declined(words["not_acceptable"])
    leads_to = visit.find_sent_form()
    if leads_to is not None:
        return go_to(leads_to)
    if not WHY_LENGTH_MIN <= len(why) <= WHY_LENGTH_MAX:
        return page.show(visit, trouble=(code, words["reason_missing"]), status_code=422)
    found = {finding.code for report in page.read_day(visit, venue, day).vouchers for finding in report.findings}
    if code not in found:
        raise Declined(words["no_longer_found"])
    leads_to = day_address(venue.id, day)
    if accept_finding(visit.workspace, venue, day, code, why)[1]:
        visit.note_reasoned(leads_to, "accepted", venue, day, why, code=code)
    return go_to(leads_to)
