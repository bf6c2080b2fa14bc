"""A file that was read: what it has, and the form that takes it back."""

from __future__ import annotations

from starlette.responses import Response

from posexport.core.company import Venue
from posexport.core.roles import Right
from posexport.office.pages.files import name_of
from posexport.office.visit import NotAllowed, NotFound, Visit
from posexport.store.acts import Import, count_moved, find_companies_aside, find_imports, find_venues_of
from posexport.store.database import Connection


def find_import(visit: Visit, right: Right = Right.SEE) -> tuple[Import, list[Venue]]:
    """The import that the address names, and the venues it has sales of, or had before they moved to another one: all
    of its company where it has none but what was kept aside.

    Raises NotFound where the user sees none of them, NotAllowed where the right is missing at one of them.
    """
    with visit.workspace.database.reading() as connection:
        imports = find_imports(connection, visit.request.path_params["file"])
        places = [(found, _find_venues(visit, connection, found)) for found in reversed(imports)]
    for found, venues in places:
        if not any(visit.user.may_at(Right.SEE, venue) for venue in venues):
            continue
        if right is not Right.SEE and not all(visit.user.may_at(right, venue) for venue in venues):
            raise NotAllowed(right)
        return found, venues
    raise NotFound


def _find_venues(visit: Visit, connection: Connection, found: Import) -> list[Venue]:
    codes = find_venues_of(connection, found.id) | count_moved(connection, found.id).keys()
    companies = set() if codes else find_companies_aside(connection, found.id)
    return [venue for venue in visit.setup.venues if venue.id in codes or venue.company_id in companies]


def show(visit: Visit, *, trouble: str = "", status_code: int = 200) -> Response:
    """The page. `trouble`: why the form that was sent last is not taken."""
    found, venues = find_import(visit)
    seen = [venue for venue in venues if visit.user.may_at(Right.SEE, venue)]
    with visit.workspace.database.reading() as connection:
        moved = count_moved(connection, found.id)
    names = {venue.id: venue.name for venue in seen}
    may_undo = all(visit.user.may_at(Right.UPLOAD, venue) for venue in venues)
    return visit.show(
        "imported.html.j2",
        status_code=status_code,
        found=found,
        name=name_of(found),
        venues=seen,
        others=len(venues) - len(seen),
        moved=[(names.get(code, ""), tickets) for code, tickets in moved.items()],
        read_at=seen[0].calendar.local(found.read_at_utc_s),
        undone_at=None if found.undone_at_utc_s is None else seen[0].calendar.local(found.undone_at_utc_s),
        may_undo=may_undo and not found.is_undone,
        trouble=trouble,
        why=visit.form.get("why", ""),
    )
