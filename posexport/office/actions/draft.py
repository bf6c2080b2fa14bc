"""Draft a day, or revise its draft: a run that somebody takes, not the request itself."""

from __future__ import annotations

from starlette.responses import Response

from posexport.core.roles import Right
from posexport.office.pages import confirm_draft
from posexport.office.periods import read_day
from posexport.office.runs import ask_for_drafts
from posexport.office.visit import Declined, Visit, go_to


def do(visit: Visit) -> Response:
    """Ask for the day to be drafted; a revision that was planned before, on another date where one is written. The same
    form sent twice asks once."""
    return _ask(visit, revises=False)


def do_revise(visit: Visit) -> Response:
    """Ask for the day's draft to be revised, on another date where one is written."""
    return _ask(visit, revises=True)


def _ask(visit: Visit, *, revises: bool) -> Response:
    venue, day = visit.find_venue(Right.BOOK), visit.find_day()
    try:
        dated = read_day(visit, visit.form.get("dated", ""), [venue])
    except Declined as declined:
        page = confirm_draft.show_revise if revises else confirm_draft.show
        return page(visit, trouble=declined.words, status_code=422)
    return go_to(ask_for_drafts(visit, venue, day, revises=revises or dated is not None, dated=dated))
