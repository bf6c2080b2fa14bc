"""Runs: the work that was asked for, newest first."""

from __future__ import annotations

from starlette.responses import Response

from posexport.office.pages.run import describe_run, list_seen
from posexport.office.visit import Visit
from posexport.store.office_runs import read_runs


def show(visit: Visit) -> Response:
    """The page."""
    with visit.workspace.database.reading() as connection:
        runs = read_runs(connection)
    shown = [
        (run, describe_run(run, seen, visit.lang), seen[0].calendar.local(run.made_at_utc_s))
        for run in runs
        if (seen := list_seen(visit, run))
    ]
    return visit.show("runs.html.j2", runs=shown)
