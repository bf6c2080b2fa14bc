"""Runs: the work that was asked for, newest first."""

from __future__ import annotations

from starlette.responses import Response

from posexport.office.visit import Visit
from posexport.store.office_runs import read_runs


def show(visit: Visit) -> Response:
    """The page."""
    seen = {venue.id: venue for venue in visit.venues}
    with visit.workspace.database.reading() as connection:
        runs = [run for run in read_runs(connection) if run.asked["venue"] in seen]
    return visit.show("runs.html.j2", runs=runs, venues=seen)
