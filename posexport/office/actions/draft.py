"""Draft a day, or revise its draft: a run that somebody takes, not the request itself."""

from __future__ import annotations

from starlette.responses import Response

from posexport.core.roles import Right
from posexport.office.runs import ask_for_drafts
from posexport.office.visit import Visit, go_to


def do(visit: Visit) -> Response:
    """Ask for the day to be drafted. The same form sent twice asks once."""
    return go_to(ask_for_drafts(visit, visit.find_venue(Right.BOOK), visit.find_day()))


def do_revise(visit: Visit) -> Response:
    """Ask for the day's draft to be revised."""
    return go_to(ask_for_drafts(visit, visit.find_venue(Right.BOOK), visit.find_day(), revises=True))
