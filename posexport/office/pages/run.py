"""A run: a line per voucher as it is answered."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from posexport.core.company import Venue
from posexport.core.roles import Right
from posexport.office.visit import NotFound, Visit
from posexport.store.office_runs import Run, read_lines, read_run

RENEWED_EVERY_S = 3


def find_run(visit: Visit) -> tuple[Run, Venue]:
    """The run that the address names, and its venue. Raises NotFound where the user may not see it."""
    with visit.workspace.database.reading() as connection:
        run = read_run(connection, visit.request.path_params["run"])
    venue = None if run is None else visit.setup.venue(run.asked["venue"])
    if run is None or venue is None or not visit.user.may_at(Right.SEE, venue):
        raise NotFound
    return run, venue


def may_stop(visit: Visit, run: Run, venue: Venue) -> bool:
    """Whether the user may stop a run: whoever asked for it, and administrators, while it is not over."""
    is_allowed = run.user_id == visit.user.id or visit.user.may_at(Right.CONNECT, venue)
    return is_allowed and not run.is_over and not run.stopped_by


def show(visit: Visit) -> Response:
    """The page; it renews itself until the run is over."""
    run, venue = find_run(visit)
    with visit.workspace.database.reading() as connection:
        lines = read_lines(connection, run.id)
    response = visit.show(
        "run.html.j2",
        run=run,
        venue=venue,
        day=date.fromisoformat(run.asked["from"]),
        lines=lines,
        may_stop=may_stop(visit, run, venue),
    )
    if not run.is_over:
        response.headers["refresh"] = str(RENEWED_EVERY_S)
    return response
