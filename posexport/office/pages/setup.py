"""Setup: the companies, and what of each can be looked at and changed."""

from __future__ import annotations

from starlette.responses import Response

from posexport.core.roles import Right
from posexport.office.menu import BELOW_SETUP, list_entries
from posexport.office.visit import NotAllowed, Visit


def show(visit: Visit) -> Response:
    """The page."""
    companies = list(visit.user.list_companies(visit.setup, Right.MAP))
    if not companies and not visit.user.may_everywhere(Right.MAP):
        raise NotAllowed(Right.MAP)
    return visit.show(
        "setup.html.j2",
        below=list_entries(visit.user, BELOW_SETUP),
        settable=companies,
        connect=Right.CONNECT,
        seen={v.id for v in visit.venues},
    )
