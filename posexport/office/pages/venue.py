"""A venue as it is set up: what may be changed in a form, when it is exported by itself, and its keys."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from posexport.app.setup_revisions import load_newest
from posexport.app.status import read_health
from posexport.app.vault import VENUE_KEYS, is_vault_open
from posexport.app.venue_turns import list_turns
from posexport.core.company import Company, Venue
from posexport.core.roles import Right
from posexport.office.pages.keys import list_keys
from posexport.office.settings import ALL_TAKEN, NotTaken, Setting, list_venue_settings
from posexport.office.visit import NotAllowed, NotFound, Visit
from posexport.store.charts import load_chart
from posexport.store.setups import find_company_number, has_history

TURNS_SHOWN = 3


def find_venue_to_set_up(visit: Visit) -> tuple[Company, Venue]:
    """The company and the venue that the address names.

    Raises NotFound where the user may not see it, NotAllowed where it is not theirs to set up.
    """
    company = visit.find_company()
    venue = next((one for one in company.venues if one.id == visit.request.path_params["venue"]), None)
    if venue is None or not visit.user.may_at(Right.SEE, venue):
        raise NotFound
    if not visit.user.may_at(Right.CONNECT, venue):
        raise NotAllowed(Right.CONNECT)
    return company, venue


def list_settings(visit: Visit, company: Company, venue: Venue, wrong: Sequence[str] = ()) -> list[Setting]:
    """The fields of the venue's form."""
    with visit.workspace.database.reading() as connection:
        found = load_chart(connection, find_company_number(connection, company.id), company.target)
        has_sales = has_history(connection, venue.id)
    departments = {} if found is None else found[1].departments or {}
    known = [(code, code) for code in sorted(departments)]
    return list_venue_settings(company, venue, visit.form, wrong, has_sales=has_sales, departments=known)


def may_be_automatic(visit: Visit, venue: Venue) -> bool:
    """Whether a first draft was made, without which nothing is exported by itself."""
    return read_health(visit.workspace, [venue])[venue.id].last_drafted is not None


def show(visit: Visit, trouble: NotTaken = ALL_TAKEN, *, status_code: int = 200) -> Response:
    """The page. `trouble`: what of its forms was not taken."""
    company, venue = find_venue_to_set_up(visit)
    return visit.show(
        "venue.html.j2",
        status_code=status_code,
        company=company,
        venue=venue,
        settings=list_settings(visit, company, venue, trouble.wrong),
        keys=list_keys(visit, venue, VENUE_KEYS),
        is_vault_open=is_vault_open(visit.workspace),
        key_trouble=trouble.key,
        turns=list_turns(venue, visit.workspace.now_utc_s, TURNS_SHOWN),
        may_be_automatic=venue.automatic_export or may_be_automatic(visit, venue),
        seen=load_newest(visit.workspace).get(company.id, 0),
        trouble=trouble.told,
        saved=visit.request.query_params.get("saved", ""),
    )
