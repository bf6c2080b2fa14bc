"""An upload: what came of each of its files."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from posexport.office.pages.run import find_run, may_stop, renew_after_s
from posexport.office.visit import NotFound, Visit
from posexport.office.work.files import KIND, READ
from posexport.store.acts import read_imports
from posexport.store.office_runs import read_lines


def show(visit: Visit) -> Response:
    """The page; it renews itself until everything is read."""
    run, seen = find_run(visit)
    if run.work != KIND:
        raise NotFound
    with visit.workspace.database.reading() as connection:
        lines = read_lines(connection, run.id)
        imports = read_imports(connection, [line.facts["import"] for line in lines if line.state == READ])
    response = visit.show(
        "reading.html.j2",
        run=run,
        lines=lines,
        imports={found.id: found for found in imports},
        asked_at=seen[0].calendar.local(run.made_at_utc_s),
        names={venue.id: venue.name for venue in visit.setup.venues if venue.company_id == run.asked["company"]},
        seen={venue.id for venue in visit.venues},
        may_stop=not run.is_over and not run.stopped_by and may_stop(visit, run),
        as_day=date.fromisoformat,
    )
    if not run.is_over:
        response.headers["refresh"] = str(renew_after_s(visit, run))
    return response
