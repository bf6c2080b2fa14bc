"""Log: who did what in the office."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.responses import Response

from posexport.app.users import find_members
from posexport.core.roles import Right, Role
from posexport.office.pages.users import list_managed
from posexport.office.periods import read_day
from posexport.office.visit import FIRST_YEAR, LAST_YEAR, Declined, Visit
from posexport.office.words import WORDS, office_words
from posexport.store.office_log import Entry, LogFilter, read_entries

ON_A_PAGE = 200
FIELDS = ("who", "company", "act", "from", "to")
"""What the log can be narrowed by."""

_ACT = "act_"


@dataclass(frozen=True, slots=True)
class LogLine:
    """An act as it is shown. `at`: by the clock of its venue."""

    entry: Entry
    at: datetime
    act: str
    place: str
    details: str


def show(visit: Visit) -> Response:
    """The page: of the companies whose users one may manage; everything for whoever may manage all companies."""
    asked = {name: visit.request.query_params.get(name, "").strip() for name in FIELDS}
    before = _read_end(visit.request.query_params.get("before", ""))
    entries = read(visit, asked, before, most=ON_A_PAGE + 1)
    shown = lay_out(visit, entries[:ON_A_PAGE])
    words = office_words(visit.lang)
    acts = sorted(
        ((words[key], key.removeprefix(_ACT)) for key in WORDS if key.startswith(_ACT)), key=lambda act: act[0]
    )
    told = {name: value for name, value in asked.items() if value}
    return visit.show(
        "log.html.j2",
        lines=shown,
        asked=asked,
        acts=acts,
        managed=list_managed(visit),
        older=urlencode({**told, "before": _end_of(entries[:ON_A_PAGE], before)}) if len(entries) > ON_A_PAGE else "",
        is_narrowed=bool(told),
        is_wrong=[name for name in ("from", "to") if asked[name] and _read_day(visit, asked[name]) is None],
    )


class _End(NamedTuple):
    """Where a page of the log ends: the time of its last act (UTC s), and how many acts of that second were shown. It
    counts what the user sees; an act's number would tell how many there are of other companies."""

    at_utc_s: int
    shown: int


def _end_of(entries: Sequence[Entry], before: _End | None) -> str:
    at_utc_s = entries[-1].at_utc_s
    shown = sum(entry.at_utc_s == at_utc_s for entry in entries)
    if before is not None and before.at_utc_s == at_utc_s:
        shown += before.shown
    return f"{at_utc_s}-{shown}"


def _read_end(written: str) -> _End | None:
    parts = _END.fullmatch(written)
    return _End(int(parts[1]), int(parts[2])) if parts else None


_END = re.compile(r"([0-9]{1,12})-([0-9]{1,9})")


def read(visit: Visit, asked: Mapping[str, str], before: _End | None = None, *, most: int | None = None) -> list[Entry]:
    """The acts that are asked for, as far as the user may see them. Raises NotAllowed for who may see none."""
    companies, sees_all = {one.id for one in list_managed(visit)}, visit.user.may_everywhere(Right.MANAGE_USERS)
    wanted = asked["company"]
    if wanted:
        companies &= {wanted}
    users: set[str] = set()
    if not wanted and not sees_all:
        users = {member.user.id for member in find_members(visit.workspace, visit.user)}
    first, last = _read_day(visit, asked["from"]), _read_day(visit, asked["to"])
    which = LogFilter(
        None if sees_all and not wanted else companies,
        users,
        asked["who"],
        asked["act"],
        None if first is None else _begin(visit, first),
        _find_end(visit, last, before),
        before.shown if before else 0,
    )
    with visit.workspace.database.reading() as connection:
        return read_entries(connection, which, most=most)


def _find_end(visit: Visit, last: date | None, before: _End | None) -> int | None:
    """Acts from then on (UTC s) are not asked for."""
    ends = [] if last is None else [_begin(visit, last + timedelta(days=1))]
    if before is not None:
        ends.append(before.at_utc_s + 1)
    return min(ends, default=None)


def _read_day(visit: Visit, written: str) -> date | None:
    try:
        day = read_day(visit, written, visit.venues)
    except Declined:
        return None
    return day if day is not None and FIRST_YEAR <= day.year <= LAST_YEAR else None


def _begin(visit: Visit, day: date) -> int:
    """When a day begins by the user's clock, UTC s."""
    return int(datetime.combine(day, time(), visit.local_now().tzinfo).timestamp())


def lay_out(visit: Visit, entries: list[Entry]) -> list[LogLine]:
    """Acts as they are shown."""
    words = office_words(visit.lang)
    venues = {venue.id: venue for venue in visit.setup.venues}
    names = {one.id: one.name for one in visit.setup.companies} | {one.id: one.name for one in venues.values()}
    several = len(visit.setup.companies) > 1
    found = []
    for entry in entries:
        venue = venues.get(entry.venue)
        at = venue.calendar.local(entry.at_utc_s) if venue else visit.clock(entry.at_utc_s)
        places = [entry.venue] if entry.venue else [entry.company] if entry.company and several else []
        place = ", ".join(names.get(one, one) for one in places)
        found.append(LogLine(entry, at, words[f"{_ACT}{entry.act}"], place, tell_facts(entry, words, names)))
    return found


def tell_facts(entry: Entry, words: Mapping[str, str], names: Mapping[str, str]) -> str:
    """What an act was about, in words; what has no word is told by its value alone."""
    told = []
    for key, value in entry.facts.items():
        if key in _UNTOLD or value in ("", None) or (key == "email" and value == entry.facts.get("name")):
            continue
        shown = _tell_value(key, value, words, names)
        label = words.get(f"fact_{key}", "")
        told.append(label.format(value=shown) if label else shown)
    return " · ".join(told)


def _tell_value(key: str, value: object, words: Mapping[str, str], names: Mapping[str, str]) -> str:
    """A fact in words: names of venues and companies instead of their ids, lists and tables without brackets."""
    if key in _ROLES:
        return _tell_roles(str(value), words, names)
    if key == "right":
        return words.get(f"right_{value}", str(value))
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_tell_value('', one, words, names) or '–'}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(_tell_value("", one, words, names) for one in value)
    if isinstance(value, bool):
        return words["yes" if value else "no"]
    return names.get(str(value), str(value))


_UNTOLD = frozenset({"user", "run"})
_ROLES = frozenset({"added", "taken"})


def _tell_roles(value: str, words: Mapping[str, str], names: Mapping[str, str]) -> str:
    told = []
    for one in value.split(", "):
        role, _, venue = one.partition("@")
        word = words[f"role_{role}"] if role in set(Role) else role
        told.append(f"{word} ({names.get(venue, venue)})" if venue else word)
    return ", ".join(told)
