"""What was done in the office, by whom. Rows are only ever added."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select

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


def read_entries(connection: Connection, companies: Iterable[str] | None, *, most: int = 200) -> list[Entry]:
    """The newest acts first; of these companies alone where they are given."""
    query = select(_log).order_by(_log.c.id.desc()).limit(most)
    if companies is not None:
        query = query.where(_log.c.company.in_(list(companies)))
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
