"""Log: who did what in the office."""

from __future__ import annotations

from starlette.responses import Response

from posexport.core.roles import Right
from posexport.office.visit import NotAllowed, Visit
from posexport.store.office_log import read_entries


def show(visit: Visit) -> Response:
    """The page: of the companies whose users one may manage; everything for whoever may manage companies."""
    setup = visit.setup
    companies = [company for company in setup.companies if visit.user.may(Right.MANAGE_USERS, company.id)]
    sees_all = any(grant.company is None for grant in visit.user.grants) and len(companies) == len(setup.companies)
    if not companies and not sees_all:
        raise NotAllowed(Right.MANAGE_USERS)
    with visit.workspace.database.reading() as connection:
        entries = read_entries(connection, None if sees_all else [company.id for company in companies])
    zones = {venue.id: venue for venue in setup.venues}
    return visit.show("log.html.j2", entries=entries, venues=zones, first=setup.venues[0] if setup.venues else None)
