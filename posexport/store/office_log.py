"""What was done in the office, by whom. Rows are only ever added; the database refuses anything else."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, and_, func, insert, or_, select

from posexport.store.database import day_number, day_of
from posexport.store.office_tables import OfficeLogRow

_log = OfficeLogRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. `facts`: what it was about, without secrets; `company`, `venue`: ids, "" for none."""

    act: str
    user_id: str = ""
    who: str = ""
    signed_in_by: str = ""
    address: str = ""
    company: str = ""
    venue: str = ""
    business_day: date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""
    at_utc_s: int = 0


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which acts are asked for. `companies`: ids, None for everything; `users`: ids of those whose acts outside any
    company belong to it, such as signing in. `who`: a part of a name; times are UTC s, the second one excluded.
    `skipped`: so many of the newest are left out."""

    companies: Collection[str] | None = None
    users: Collection[str] = ()
    who: str = ""
    act: str = ""
    from_utc_s: int | None = None
    to_utc_s: int | None = None
    skipped: int = 0


EVERYTHING = LogFilter()


def add_entry(connection: Connection, entry: Entry, now_utc_s: int) -> None:
    """Add an act to the log."""
    connection.execute(
        insert(_log).values(
            at_utc_s=now_utc_s,
            user_id=entry.user_id,
            who=entry.who,
            signed_in_by=entry.signed_in_by,
            address=entry.address,
            company=entry.company,
            venue=entry.venue,
            business_day=0 if entry.business_day is None else day_number(entry.business_day),
            act=entry.act,
            facts=json.dumps(entry.facts, ensure_ascii=False, sort_keys=True),
            why=entry.why,
        )
    )


def read_entries(connection: Connection, which: LogFilter = EVERYTHING, *, most: int | None = None) -> list[Entry]:
    """The newest acts first; no more than `most` where it is given."""
    query = _narrow(select(_log), which).order_by(_log.c.at_utc_s.desc(), _log.c.id.desc())
    query = query.offset(which.skipped or None)
    if most is not None:
        query = query.limit(most)
    return [
        Entry(
            row.act,
            row.user_id,
            row.who,
            row.signed_in_by,
            row.address,
            row.company,
            row.venue,
            day_of(row.business_day) if row.business_day else None,
            json.loads(row.facts),
            row.why,
            row.at_utc_s,
        )
        for row in connection.execute(query)
    ]


def _narrow(query: Select[Any], which: LogFilter) -> Select[Any]:
    if which.companies is not None:
        own = _log.c.company.in_(list(which.companies))
        query = query.where(or_(own, and_(_log.c.company == "", _log.c.user_id.in_(list(which.users)))))
    if which.who:
        query = query.where(func.lower(_log.c.who).contains(which.who.lower(), autoescape=True))
    if which.act:
        query = query.where(_log.c.act == which.act)
    if which.from_utc_s is not None:
        query = query.where(_log.c.at_utc_s >= which.from_utc_s)
    if which.to_utc_s is not None:
        query = query.where(_log.c.at_utc_s < which.to_utc_s)
    return query
