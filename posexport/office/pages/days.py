"""Days: venues down, business days across; every cell one state."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar
from urllib.parse import urlencode

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
from posexport.office.visit import Visit, read_number
from posexport.office.words import NO_FILE, SIGNS, name_look

VENUES_ON_A_PAGE = 50
_Shown = TypeVar("_Shown")
_PICKABLE = frozenset({"ready", "held", "uncertain", "refused", "unreachable", "gap"})
"""What may be picked for a preview: what is not drafted."""

_WAITING = frozenset({"held", "changed", "uncertain", "refused", "unreachable", "gap", "ready"})


WAITING = "waiting"
"""Instead of one state: all that wait for a person."""

LOOKS = (
    *("ready", "held", "uncertain", "refused", "unreachable", "gap", NO_FILE),
    *("changed", "drafted", "ordered", "nothing", "open"),
)
"""What a day can be, as it is offered to choose from."""


WORST_FIRST = (
    *("refused", "held", "gap", "uncertain", "unreachable", "changed", NO_FILE),
    *("ready", "open", "drafted", "ordered", "nothing"),
)
"""What a day can be, as a phone lists it."""


@dataclass(frozen=True, slots=True)
class DaysQuery:
    """What is asked for. `state`: one of `LOOKS` or `WAITING`, "" for all; `venue`, `company`: ids, "" for all."""

    first: date
    state: str
    venue: str
    company: str
    is_picking: bool

    @property
    def is_narrowed(self) -> bool:
        """Whether days or venues are left out."""
        return bool(self.state or self.venue)

    def wants(self, look: str) -> bool:
        """Whether a day that looks like this is asked for."""
        return look in _WAITING if self.state == WAITING else self.state in ("", look)

    def address(self, **changed: object) -> str:
        """The address of the same with something changed."""
        asked = {
            "month": f"{self.first:%Y-%m}",
            "state": self.state,
            "venue": self.venue,
            "pick": "1" if self.is_picking else "",
            "company": self.company,
        }
        return f"/days?{_encode({**asked, **changed})}"

    def draft_address(self, last: date) -> str:
        """Where the month is drafted, up to its last day: of the same company and venue."""
        asked = {"from": self.first, "to": last, "venue": self.venue, "company": self.company}
        return f"/draft?{_encode(asked)}"


def _encode(asked: Mapping[str, object]) -> str:
    return urlencode({name: value for name, value in asked.items() if value})


def read_query(visit: Visit) -> DaysQuery:
    """What the address asks for; what there is not counts as not asked. The page repeats nothing that somebody else may
    have made up: it is sent compressed (see `security.COMPRESSED`)."""
    asked = visit.request.query_params
    return DaysQuery(
        read_month_asked(visit),
        next((look for look in (WAITING, *LOOKS) if look == asked.get("state")), ""),
        next((venue.id for venue in visit.venues if venue.id == asked.get("venue")), ""),
        visit.company.id if visit.company else "",
        "pick" in asked and any(visit.user.list_venues(visit.setup, Right.BOOK)),
    )


@dataclass(frozen=True, slots=True)
class GridRow:
    """A venue and its days of the month; None where there is nothing to say about a day."""

    venue: Venue
    cells: tuple[tuple[date, DayState | None, str], ...]

    @property
    def waits(self) -> int:
        """How many of its days wait for a person."""
        return sum(look in _WAITING for _, _, look in self.cells)


_Listed = tuple[Venue, DayState, str]


def list_by_day(rows: Sequence[GridRow]) -> list[tuple[date, list[_Listed]]]:
    """The days of a grid one under another, as a phone shows them: the one with the worst at any venue first, of each
    day the venue where it is worst first; the grid's order otherwise."""
    by_day: dict[date, list[_Listed]] = {}
    for row in rows:
        for day, state, look in row.cells:
            if state is not None:
                by_day.setdefault(day, []).append((row.venue, state, look))
    listed = [(day, sorted(cells, key=_weigh)) for day, cells in by_day.items()]
    return sorted(listed, key=lambda one: (_weigh(one[1][0]), one[0]))


def _weigh(cell: _Listed) -> int:
    return WORST_FIRST.index(cell[2])


def show(visit: Visit) -> Response:
    """The page."""
    query = read_query(visit)
    first = query.first
    days = [first + timedelta(days=n) for n in range(monthrange(first.year, first.month)[1])]
    venues = sorted(visit.venues, key=lambda venue: (venue.name, venue.id))
    chosen = [venue for venue in venues if query.venue in ("", venue.id)]
    if query.state:  # those that have such a day stand on the first pages
        kept = [_keep(query, row) for row in _read_rows(visit, chosen, days)]
        found = [row for row in kept if any(state is not None for _, state, _ in row.cells)]
        number, pages = _read_page(visit, len(found))
        rows = _cut(found, number)
    else:
        number, pages = _read_page(visit, len(chosen))
        rows = _read_rows(visit, _cut(chosen, number), days)
    counted = Counter(look for row in rows for _, state, look in row.cells if state is not None)
    return visit.show(
        "days.html.j2",
        query=query,
        first=first,
        before=first - timedelta(days=1),
        after=days[-1] + timedelta(days=1),
        days=days,
        rows=rows,
        by_day=list_by_day(rows),
        venues=venues,
        looks=LOOKS,
        waiting=WAITING,
        may_draft=any(visit.user.list_venues(visit.setup, Right.BOOK)),
        pickable=_PICKABLE,
        day_key=format_day_key,
        number=number,
        pages=pages,
        overview=month_address(visit, first),
        waits=Counter(day for row in rows for day, _, look in row.cells if look in _WAITING),
        counted=[(look, counted[look]) for look in SIGNS if counted[look]],
        signs=SIGNS,
    )


def _cut(all_of_them: Sequence[_Shown], number: int) -> Sequence[_Shown]:
    """Those of a page, by its number from 1."""
    return all_of_them[(number - 1) * VENUES_ON_A_PAGE : number * VENUES_ON_A_PAGE]


def _read_page(visit: Visit, venues: int) -> tuple[int, int]:
    """The number of the page that is asked for, from 1, and how many there are."""
    pages = max(-(-venues // VENUES_ON_A_PAGE), 1)
    return min(max(read_number(visit.request.query_params.get("page", "")) or 1, 1), pages), pages


def _read_rows(visit: Visit, venues: Sequence[Venue], days: Sequence[date]) -> list[GridRow]:
    now = visit.workspace.now_utc_s

    without: dict[str, list[date]] = {}

    def choose(venue: Venue, with_data: Sequence[date]) -> list[date]:
        without[venue.id] = list_without_file(venue, with_data, now)
        return list_days(venue, with_data, Period(days[0], days[-1]), now)

    states = read_day_states(visit.workspace, venues, choose, now, (days[0], days[-1]))
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


def _keep(query: DaysQuery, row: GridRow) -> GridRow:
    """A row with the days alone that are asked for."""
    cells = ((day, state, look) if query.wants(look) else (day, None, "") for day, state, look in row.cells)
    return GridRow(row.venue, tuple(cells))
