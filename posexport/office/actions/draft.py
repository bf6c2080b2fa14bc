"""Draft a day: a run that somebody takes, not the request itself."""

from __future__ import annotations

import secrets

from starlette.responses import Response

from posexport.core.roles import Right
from posexport.office.runs import ask_for_drafts
from posexport.office.visit import Visit, go_to


def do(visit: Visit) -> Response:
    """Ask for the day to be drafted. The same form sent twice asks once."""
    venue, day = visit.find_venue(Right.BOOK), visit.find_day()
    run_id = secrets.token_urlsafe(12)
    before = visit.remember_form(f"/runs/{run_id}")
    if before is not None:
        return go_to(before)
    ask_for_drafts(visit, run_id, venue, day)
    return go_to(f"/runs/{run_id}")
