"""Check: what PowerOffice Go would hold against a company's vouchers, venue by venue, as it was last asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from posexport.core.company import Company, Venue
from posexport.core.roles import Right
from posexport.office.pages.run import renew_after_s
from posexport.office.visit import Visit
from posexport.office.words import DONE, WAITS
from posexport.office.work.check import KIND
from posexport.store.office_runs import Run, RunLine, RunState, read_lines, read_runs
from posexport.texts.doctor import ABOUT

SIGNS = {"ok": DONE, "warning": "!", "wrong": WAITS}
_WORST_FIRST = ("wrong", "warning", "ok")


@dataclass(frozen=True, slots=True)
class VenueCheck:
    """What was found of a venue, the worst first. `at`: when it was asked, None where it never was."""

    venue: Venue
    answers: tuple[RunLine, ...] = ()
    at: datetime | None = None

    @property
    def worst(self) -> str:
        """The worst of its answers."""
        found = {answer.state for answer in self.answers}
        return next((state for state in _WORST_FIRST if state in found), "")


def kind_of(company: Company) -> str:
    """The kind of the runs that check this company: they wait for each other."""
    return f"{KIND}:{company.id}"


def show(visit: Visit) -> Response:
    """The page; it renews itself while a check is going on."""
    company = visit.find_company()
    venues = [venue for venue in visit.venues if venue.company_id == company.id]
    with visit.workspace.database.reading() as connection:
        runs = read_runs(connection, most=20, kinds=[kind_of(company)])
        going = next((run for run in runs if not run.is_over), None)
        done = [(run, read_lines(connection, run.id)) for run in runs if run.state is RunState.DONE]
    checks = [_find_last(venue, done, visit) for venue in venues]
    response = visit.show(
        "check.html.j2",
        company=company,
        checks=sorted(checks, key=lambda check: (_rank(check), check.venue.name)),
        going=going,
        about={key: told[visit.lang] for key, told in ABOUT.items()},
        may_check=any(visit.user.may_at(Right.MAP, venue) for venue in venues),
        signs=SIGNS,
    )
    if going is not None:
        response.headers["refresh"] = str(renew_after_s(visit, going))
    return response


def _rank(check: VenueCheck) -> int:
    return _WORST_FIRST.index(check.worst) if check.worst else 0


def _find_last(venue: Venue, done: Sequence[tuple[Run, Sequence[RunLine]]], visit: Visit) -> VenueCheck:
    for run, lines in done:
        own = [line for line in lines if line.venue == venue.id and line.facts["lang"] == visit.lang]
        if own:
            answers = sorted(own, key=lambda line: (_WORST_FIRST.index(line.state), line.number))
            return VenueCheck(venue, tuple(answers), venue.calendar.local(run.ended_at_utc_s or run.made_at_utc_s))
    return VenueCheck(venue)
