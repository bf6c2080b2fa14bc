"""Stop a run: what is on its way is finished, nothing more is begun."""

from __future__ import annotations

from starlette.responses import Response

from posexport.core.roles import Right
from posexport.office.pages.run import find_run, may_stop
from posexport.office.visit import NotAllowed, Visit, go_to
from posexport.store.office_runs import ask_to_stop


def do(visit: Visit) -> Response:
    """Ask for it, as whoever asked for the run, or an administrator."""
    run, seen = find_run(visit)
    if not may_stop(visit, run):
        raise NotAllowed(Right.CONNECT)
    leads_to = f"/runs/{run.id}"
    with visit.workspace.database.writing() as connection:
        if visit.remember_form(connection, leads_to) is None:
            ask_to_stop(connection, run.id, visit.user.name, visit.workspace.now_utc_s)
            visit.log_in(connection, "stop-asked", seen[0], run=run.id)
    return go_to(leads_to)
