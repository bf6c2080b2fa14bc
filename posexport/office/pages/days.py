"""Days: venues down, business days across; every cell one state."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.responses import Response

from posexport.app.day_list import DayState, read_day_states
from posexport.app.status import list_days, list_without_file
from posexport.core.company import Venue
from posexport.core.day import Period
from posexport.core.report import State
from posexport.core.roles import Right
from posexport.office.pages.draft_period import format_day_key
from posexport.office.pages.month import month_address
from posexport.office.periods import read_month_asked
from posexport.office.visit import Visit
from posexport.office.words import NO_FILE, SIGNS, name_look

VENUES_ON_A_PAGE = 50
_PICKABLE = frozenset({"ready", "held", "uncertain", "refused", "unreachable", "gap"})
"""What may be picked for a preview: what is not drafted."""

_WAITING = frozenset({"held", "changed", "uncertain", "refused", "unreachable", "gap", "ready"})


@dataclass(frozen=True, slots=True)
class GridRow:
    """A venue and its days of the month; None where there is nothing to say about a day."""

    venue: Venue
    cells: tuple[tuple[date, DayState | None, str], ...]

    @property
    def waits(self) -> int:
        """How many of its days wait for a person."""
        return sum(look in _WAITING for _, _, look in self.cells)


def show(visit: Visit) -> Response:
    """The page."""
    first = read_month_asked(visit)
    days = [first + timedelta(days=n) for n in range(monthrange(first.year, first.month)[1])]
    venues = sorted(visit.venues, key=lambda venue: (venue.name, venue.id))
    only_waiting = visit.request.query_params.get("state") == "waiting"
    may_draft = any(visit.user.list_venues(visit.setup, Right.BOOK))
    number, pages = _read_page(visit, len(venues))
    rows = _read_rows(visit, venues[(number - 1) * VENUES_ON_A_PAGE : number * VENUES_ON_A_PAGE], days)
    if only_waiting:
        rows = [_keep_waiting(row) for row in rows if any(look in _WAITING for _, _, look in row.cells)]
    counted = Counter(look for row in rows for _, state, look in row.cells if state is not None)
    return visit.show(
        "days.html.j2",
        first=first,
        before=first - timedelta(days=1),
        after=days[-1] + timedelta(days=1),
        days=days,
        rows=rows,
        only_waiting=only_waiting,
        may_draft=may_draft,
        is_picking=may_draft and "pick" in visit.request.query_params,
        pickable=_PICKABLE,
        day_key=format_day_key,
        number=number,
        pages=pages,
        overview=month_address(visit, first),
        waits=Counter(day for row in rows for day, _, look in row.cells if look in _WAITING),
        counted=[(look, counted[look]) for look in SIGNS if counted[look]],
        signs=SIGNS,
    )


def _read_page(visit: Visit, venues: int) -> tuple[int, int]:
    """The number of the page that is asked for, from 1, and how many there are."""
    pages = max(-(-venues // VENUES_ON_A_PAGE), 1)
    asked = visit.request.query_params.get("page", "")
    return (min(max(int(asked), 1), pages) if asked.isascii() and asked.isdigit() else 1), pages


def _read_rows(visit: Visit, venues: Sequence[Venue], days: Sequence[date]) -> list[GridRow]:
    now = visit.workspace.now_utc_s

    without: dict[str, list[date]] = {}

    def choose(venue: Venue, with_data: Sequence[date]) -> list[date]:
        without[venue.id] = list_without_file(venue, with_data, now)
        return list_days(venue, with_data, Period(days[0], days[-1]), now)

    states = read_day_states(visit.workspace, venues, choose, now) if venues else {}
    return [
        _lay_out(venue, {state.business_day: state for state in states[venue.id]}, without[venue.id], days, now)
        for venue in venues
    ]


def _lay_out(
    venue: Venue, states: dict[date, DayState], without: Sequence[date], days: Sequence[date], now_utc_s: int
) -> GridRow:
    open_day = venue.calendar.open_day(now_utc_s)
    cells = []
    for day in days:
        state = states.get(day)
        if state is None and day == open_day:
            state = DayState(day, State.OPEN, 0)
        look = name_look(state.state, state.exit_code, state.sold) if state else ""
        if state is None and day in without:
            state, look = DayState(day, State.NOTHING, 0), NO_FILE
        cells.append((day, state, look))
    return GridRow(venue, tuple(cells))


def _keep_waiting(row: GridRow) -> GridRow:
    return GridRow(
        row.venue, tuple((day, state, look) if look in _WAITING else (day, None, "") for day, state, look in row.cells)
    )
