"""A run: a line per voucher as it is answered."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from posexport.core.roles import Right
from posexport.office.visit import NotFound, Visit
from posexport.store.office_runs import Run, read_lines, read_run

RENEWED_EVERY_S = 3


def find_run(visit: Visit) -> Run:
    """The run that the address names. Raises NotFound where the user may not see its venue."""
    with visit.workspace.database.reading() as connection:
        run = read_run(connection, visit.request.path_params["run"])
    setup = visit.workspace.load_setup()
    venue = None if run is None else setup.venue(run.asked["venue"])
    if run is None or venue is None or not visit.user.may_at(Right.SEE, venue):
        raise NotFound
    return run


def show(visit: Visit) -> Response:
    """The page; it renews itself until the run is over."""
    run = find_run(visit)
    venue = visit.workspace.load_setup().venue(run.asked["venue"])
    with visit.workspace.database.reading() as connection:
        lines = read_lines(connection, run.id)
    response = visit.show(
        "run.html.j2",
        run=run,
        venue=venue,
        day=date.fromisoformat(run.asked["from"]),
        lines=lines,
        may_stop=not run.is_over and not run.stopped_by,
    )
    if not run.is_over:
        response.headers["refresh"] = str(RENEWED_EVERY_S)
    return response
