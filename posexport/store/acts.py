"""Acts: everything that changed which tickets count. Importing a file is one, undoing it another, and so is withdrawing
or restoring a ticket. All are rows of `sales_file`, in order, with who did it.

Never here: how tickets are removed (`undoing`, `withdrawing`), or what an import writes (`sales_writer`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Subquery, func, insert, select, text, true, union, update

from posexport.core.actor import Actor
from posexport.core.day import BusinessCalendar
from posexport.core.document import VOUCHER
from posexport.core.history import StoryAct
from posexport.core.report import Removal
from posexport.core.sales import TicketStatus
from posexport.store.database import day_number, day_of, read_rows
from posexport.store.tables import (
    AsideRow,
    BusinessDayRow,
    DeliveryRow,
    SalesFileRow,
    SpanRow,
    TicketHoldRow,
    TicketRemovalRow,
    TicketRow,
    VenueRow,
    ZReportRow,
)

_file, _day, _ticket = SalesFileRow.__table__, BusinessDayRow.__table__, TicketRow.__table__  # type: ignore[attr-defined]
_removal, _aside, _venue = TicketRemovalRow.__table__, AsideRow.__table__, VenueRow.__table__  # type: ignore[attr-defined]
_delivery, _z = DeliveryRow.__table__, ZReportRow.__table__  # type: ignore[attr-defined]
_span, _hold = SpanRow.__table__, TicketHoldRow.__table__  # type: ignore[attr-defined]

_NUMBERS_END = 1 << 63
"""Higher than any row id."""


class ActKind(StrEnum):
    """The kind of an act. Values are stored; never rename."""

    IMPORT = "import"
    UNDO = "undo"
    WITHDRAWAL = "withdrawal"
    RESTORATION = "restoration"
    MOVE_IN = "move-in"


class RemovalKind(StrEnum):
    """Why a ticket was removed. Values are stored; never rename."""

    WITHDRAWN = "withdrawn"
    UNDONE = "undone"
    MOVED = "moved"
    BACK = "back"
    """It is there again: kept for the history only."""


DayKey = tuple[int, int]
"""(venue number, business day as the store numbers it)."""


# Writing


def add_act(
    connection: Connection,
    kind: ActKind,
    name: str,
    actor: Actor,
    now_utc_s: int,
    *,
    why: str = "",
    of_file_id: int | None = None,
    file_format: str = "",
    trail_of: int | None = None,
) -> int:
    """Store an act; returns its id, which is higher than any earlier act's. `trail_of`: the act whose audit trail
    (source, batch) its days keep."""
    trail = connection.execute(select(_file.c.source, _file.c.batch).where(_file.c.id == trail_of)).first()
    source, batch = trail or ("", "")
    act_id = int(connection.execute(select(func.coalesce(func.max(_file.c.id), 0))).scalar_one()) + 1
    connection.execute(
        insert(_file).values(
            id=act_id,
            name=name,
            format=file_format,
            read_at_utc_s=now_utc_s,
            kind=kind.value,
            who=actor.name,
            known_by=actor.known_by.value,
            why=why,
            of_file_id=of_file_id,
            source=source,
            batch=batch,
            claim="",
            organization_number="",
            new=0,
            known=0,
            changed=0,
            refused=0,
        )
    )
    return act_id


def reopen_days(connection: Connection, act_id: int, days: Collection[DayKey]) -> list[DayKey]:
    """Mark days as changed by an act, and open again; returns those that are drafted already."""
    drafted = []
    for venue, numbers in sorted(_by_venue(days).items()):
        rows = [{"venue": venue, "day": number, "act": act_id} for number in numbers]
        connection.execute(text(_REOPEN), rows)
        found = connection.execute(
            select(_delivery.c.business_day)
            .where(_delivery.c.venue_id == venue, _delivery.c.state == "drafted")
            .where(_delivery.c.document_kind == VOUCHER.name)
            .where(_delivery.c.business_day.between(min(numbers), max(numbers)))
            .distinct()
        ).scalars()
        drafted += [(venue, number) for number in sorted(set(found) & set(numbers))]
    return drafted


_REOPEN = """
    INSERT INTO business_day (venue_id, business_day, file_id, is_open) VALUES (:venue, :day, :act, TRUE)
    ON CONFLICT (venue_id, business_day) DO UPDATE SET file_id = excluded.file_id, is_open = TRUE
    """


def forget_empty_days(connection: Connection, days: Collection[DayKey]) -> None:
    """Delete those of these days that have no ticket, no Z-report and no delivery left."""
    rows = [{"venue": venue, "day": number} for venue, number in days]
    if rows:
        connection.execute(text(_FORGET_DAYS), rows)


_FORGET_DAYS = """
    DELETE FROM business_day WHERE venue_id = :venue AND business_day = :day
      AND NOT EXISTS (SELECT 1 FROM ticket WHERE venue_id = :venue AND business_day = :day)
      AND NOT EXISTS (SELECT 1 FROM z_report WHERE venue_id = :venue AND business_day = :day)
      AND NOT EXISTS (SELECT 1 FROM delivery WHERE venue_id = :venue AND business_day = :day)
    """


def forget_removals(connection: Connection, venue: int, days: Collection[date]) -> None:
    """Mark the removals of tickets that are there again as `back`, so that they are no longer listed."""
    rows = [{"venue": venue, "day": day_number(day)} for day in days]
    if rows and connection.execute(select(_removal.c.id).where(_removal.c.venue_id == venue).limit(1)).first():
        connection.execute(text(_BACK), rows)


_BACK = """
    UPDATE ticket_removal SET kind = 'back'
    WHERE venue_id = :venue AND business_day = :day AND kind IN ('undone', 'moved', 'withdrawn') AND EXISTS (
        SELECT 1 FROM register r JOIN ticket t ON t.register_id = r.id
        WHERE r.venue_id = ticket_removal.venue_id AND r.code = ticket_removal.register_code
          AND t.number = ticket_removal.number AND t.completed_at_utc_s = ticket_removal.completed_at_utc_s
          AND t.status <> 6 AND (
            (ticket_removal.kind = 'withdrawn' AND t.id = ticket_removal.ticket_id)
            OR (ticket_removal.kind <> 'withdrawn' AND t.content = ticket_removal.content)))
    """


def _by_venue(days: Iterable[DayKey]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for venue, number in days:
        found[venue].append(number)
    return found


# Reading


@dataclass(frozen=True, slots=True)
class Import:
    """An imported file. The counts are tickets at the time of reading; `aside`: those kept aside now. `first_day` and
    `last_day`: the range of its tickets; `venue`: the id of the first venue that has some, "" where none has.
    `undone_by_who`: None where it is not undone. `reference`: names it in addresses, and says nothing of how many
    others were read."""

    id: int
    name: str
    format: str
    read_at_utc_s: int
    made_at_utc_s: int | None
    who: str
    known_by: str
    new: int
    known: int
    changed: int
    refused: int
    aside: int
    first_day: date | None
    last_day: date | None
    undone_at_utc_s: int | None = None
    undone_by_who: str | None = None
    undone_why: str = ""
    venue: str = ""
    reference: str = ""

    @property
    def is_undone(self) -> bool:
        """Whether it was undone."""
        return self.undone_by_who is not None


def list_imports(connection: Connection, venue: int | None = None) -> list[Import]:
    """Every import in the order they were read; with a venue, those that have tickets of it."""
    chosen = None if venue is None else _find_files_of(connection, venue)
    venues: dict[int, str] = dict(read_rows(connection, _FIRST_VENUES, {}))
    return [
        replace(found, venue=venues.get(found.id, ""))
        for found in _read_imports(connection, true())
        if chosen is None or found.id in chosen
    ]


def read_imports(connection: Connection, ids: Collection[int]) -> list[Import]:
    """The imports with these ids, in the order they were read; which venues they have sales of is left open."""
    return _read_imports(connection, _file.c.id.in_(list(ids)))


def find_imports(connection: Connection, reference: str) -> list[Import]:
    """The imports with this reference, the newest last: more than one where the same was read twice within a second."""
    read_at = reference.partition("-")[0]
    if not (read_at.isascii() and read_at.isdecimal() and len(read_at) <= _DIGITS):
        return []
    found = _read_imports(connection, _file.c.read_at_utc_s == int(read_at))
    return [one for one in found if one.reference == reference]


_DIGITS = 18
"""Of the largest time that is looked for."""


def _read_imports(connection: Connection, which: ColumnElement[bool]) -> list[Import]:
    undo = _file.alias("undo")
    query = (
        select(
            _file,
            undo.c.read_at_utc_s.label("undone_at"),
            undo.c.who.label("undone_who"),
            undo.c.why.label("undone_why"),
        )
        .outerjoin(undo, undo.c.id == _file.c.undone_by)
        .where(_file.c.kind == ActKind.IMPORT.value, which)
        .order_by(_file.c.id)
    )
    counted = select(_aside.c.file_id, func.count()).where(_aside.c.kind == "ticket").group_by(_aside.c.file_id)
    aside = {row[0]: row[1] for row in connection.execute(counted)}
    return [_import_of(row, aside.get(row["id"], 0)) for row in connection.execute(query).mappings()]


_FIRST_VENUES = """
    SELECT f.file_id, v.code FROM (
        SELECT file_id, MIN(venue_id) AS venue_id FROM (
            SELECT file_id, venue_id FROM span
            UNION
            SELECT f.id, m.venue_id FROM sales_file f JOIN ticket_removal m ON m.act_id = f.undone_by
        ) AS touched GROUP BY file_id
    ) AS f JOIN venue v ON v.id = f.venue_id
    """


def _find_files_of(connection: Connection, venue: int) -> set[int]:
    """The ids of the imports that had tickets of a venue."""
    rows = read_rows(connection, _FILES_OF, {"venue": venue})
    return {row[0] for row in rows}


_FILES_OF = """
    SELECT file_id FROM span WHERE venue_id = :venue
    UNION
    SELECT f.id FROM sales_file f
    WHERE f.undone_by IN (SELECT act_id FROM ticket_removal WHERE venue_id = :venue)
    """


def find_recent_files(connection: Connection, venues: Collection[str], most: int) -> set[int]:
    """The ids of the newest imports that have, or had, tickets of these venues (ids)."""
    of = _list_venues_of_files()
    query = select(of.c.file_id).join(_venue, _venue.c.id == of.c.venue_id).where(_venue.c.code.in_(list(venues)))
    return set(connection.execute(query.distinct().order_by(of.c.file_id.desc()).limit(most)).scalars())


def find_venues_of(connection: Connection, file_id: int) -> set[str]:
    """The ids of the venues that an import has, or had, tickets of."""
    of = _list_venues_of_files()
    query = select(_venue.c.code).join(of, _venue.c.id == of.c.venue_id).where(of.c.file_id == file_id)
    return set(connection.execute(query).scalars())


def _list_venues_of_files() -> Subquery:
    """Every import with each venue it has tickets of, or had before it was undone or they moved to another venue."""
    had = select(_file.c.id, _removal.c.venue_id).join(_removal, _removal.c.act_id == _file.c.undone_by)
    is_held = _removal.c.ticket_id.between(_hold.c.first_id, _hold.c.last_id)
    moved = select(_hold.c.file_id, _removal.c.venue_id).join(_removal, is_held)
    moved = moved.where(_removal.c.kind == RemovalKind.MOVED)
    return union(select(_span.c.file_id, _span.c.venue_id), had, moved).subquery()


_MOVED_TO = """
    SELECT v.code, COUNT(DISTINCT t.id)
    FROM ticket_hold h
    JOIN ticket_removal r ON r.ticket_id BETWEEN h.first_id AND h.last_id AND r.kind = 'moved'
    JOIN venue old ON old.id = r.venue_id
    JOIN venue v ON v.company_id = old.company_id AND v.id <> old.id
    JOIN register g ON g.venue_id = v.id AND g.code = r.register_code
    JOIN ticket t ON t.register_id = g.id AND t.number = r.number AND t.completed_at_utc_s = r.completed_at_utc_s
        AND t.content = r.content
    WHERE h.file_id = :file GROUP BY v.code ORDER BY v.code
    """


def count_moved(connection: Connection, file_id: int) -> dict[str, int]:
    """How many tickets of an import are at other venues (ids) now than it brought them to."""
    return {code: int(tickets) for code, tickets in read_rows(connection, _MOVED_TO, {"file": file_id})}


def find_companies_aside(connection: Connection, file_id: int) -> set[str]:
    """The ids of the companies of what was kept aside of an import, as far as they are known."""
    return set(
        connection.execute(select(_aside.c.company_code).where(_aside.c.file_id == file_id).distinct()).scalars()
    )


def read_days_touched(connection: Connection, file_id: int) -> list[tuple[str, date]]:
    """The business days that an import was the last to touch, as (venue id, date)."""
    rows = connection.execute(
        select(_venue.c.code, _day.c.business_day)
        .join(_day, _day.c.venue_id == _venue.c.id)
        .where(_day.c.file_id == file_id)
        .order_by(_day.c.business_day, _venue.c.code)
    )
    return [(code, day_of(number)) for code, number in rows]


def _import_of(row: Any, aside: int) -> Import:
    days = [day_of(row[name]) if row[name] else None for name in ("first_day", "last_day")]
    is_undone = row["undone_by"] is not None
    return Import(
        id=row["id"],
        name=row["name"],
        format=row["format"],
        read_at_utc_s=row["read_at_utc_s"],
        made_at_utc_s=row["made_at_utc_s"],
        who=row["who"],
        known_by=row["known_by"],
        new=row["new"],
        known=row["known"],
        changed=row["changed"],
        refused=row["refused"],
        aside=aside,
        first_day=days[0],
        last_day=days[1],
        undone_at_utc_s=row["undone_at"],
        undone_by_who=(row["undone_who"] or "") if is_undone else None,
        undone_why=row["undone_why"] or "",
        reference=_make_reference(row),
    )


def _make_reference(row: Any) -> str:
    """When an import was read (UTC s), and a digest of what never changes of it. Its id is not part of that: anybody
    could try numbers until the digest fits."""
    facts = json.dumps([row[name] for name in _LASTING], ensure_ascii=False)
    return f"{row['read_at_utc_s']}-{sha256(facts.encode()).hexdigest()[:12]}"


_LASTING = ("name", "format", "source", "batch", "claim", "made_at_utc_s", "who", "new", "known", "changed", "refused")


class ActRow(NamedTuple):
    """An act, as far as undoing it needs it."""

    id: int
    kind: str
    name: str
    format: str
    known_by: str
    undone_by: int | None
    of_file_id: int | None
    organization_number: str
    made_at_utc_s: int | None
    claim: str
    read_at_utc_s: int


def find_act(connection: Connection, act_id: int) -> ActRow | None:
    """One act by its id; None where there is none."""
    if not 0 < act_id < _NUMBERS_END:
        return None
    row = connection.execute(select(*(_file.c[name] for name in ActRow._fields)).where(_file.c.id == act_id)).first()
    return None if row is None else ActRow(*row)


def name_days(connection: Connection, days: Iterable[DayKey]) -> list[tuple[str, date]]:
    """The business days as (venue id, date)."""
    codes = {row.id: row.code for row in connection.execute(select(_venue.c.id, _venue.c.code))}
    return [(codes[venue], day_of(number)) for venue, number in days]


REMOVALS_NAMED = 5
"""How many tickets of one undone import a day lists one by one; more are summed."""

_REMOVALS = """
    SELECT m.business_day, m.act_id, m.kind, m.register_code, m.number, m.completed_at_utc_s, m.status, m.sales_ore,
           f.who, f.why, f.read_at_utc_s, f.name
    FROM ticket_removal m JOIN sales_file f ON f.id = m.act_id
    WHERE m.venue_id = :venue AND m.business_day BETWEEN :first AND :last AND m.kind <> 'back'
    ORDER BY m.business_day, m.act_id, m.completed_at_utc_s, m.register_code, m.number
    """


def read_removals(
    connection: Connection, venue: int, days: tuple[date, date], calendar: BusinessCalendar
) -> dict[date, tuple[Removal, ...]]:
    """The tickets removed from each business day, by whom and why; many tickets of one act are summed."""
    rows = read_rows(connection, _REMOVALS, {"venue": venue, "first": day_number(days[0]), "last": day_number(days[1])})
    found: dict[date, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[day_of(row[0])][row[1]].append(row)
    return {
        day: tuple(removal for group in acts.values() for removal in _list_removals(group, calendar))
        for day, acts in found.items()
    }


def _list_removals(rows: Sequence[Any], calendar: BusinessCalendar) -> list[Removal]:
    """The removals of one act on one day."""
    if len(rows) <= REMOVALS_NAMED:
        return [_removal_of(row, calendar) for row in rows]
    _, _, kind, _, _, _, _, _, who, why, at_utc_s, name = rows[0]
    amount_ore = sum(_takings_ore(row) for row in rows)
    return [Removal(kind, who, why, calendar.local(at_utc_s), len(rows), amount_ore, file=name)]


def _removal_of(row: Any, calendar: BusinessCalendar) -> Removal:
    _, _, kind, register, number, completed_at_utc_s, _, _, who, why, at_utc_s, name = row
    return Removal(
        kind=kind,
        who=who,
        why=why,
        at=calendar.local(at_utc_s),
        tickets=1,
        amount_ore=_takings_ore(row),
        register=register,
        number=number,
        completed_at=calendar.local(completed_at_utc_s),
        file=name,
    )


def _takings_ore(row: Any) -> int:
    """The part of a ticket's amount (øre) that was turnover."""
    return int(row[7]) if row[6] == TicketStatus.COUNTED else 0


_ACTS = """
    SELECT f.id, f.kind, f.read_at_utc_s, f.who, f.why, f.name, t.number, t.code
    FROM sales_file f JOIN (
        SELECT c.file_id AS act, t.number AS number, r.code AS code
        FROM ticket_change c JOIN ticket t ON t.id = c.ticket_id JOIN register r ON r.id = t.register_id
        WHERE t.venue_id = :venue AND t.business_day = :day
        UNION
        SELECT t.file_id, t.number, r.code FROM ticket t JOIN register r ON r.id = t.register_id
        WHERE t.venue_id = :venue AND t.business_day = :day
        UNION
        SELECT m.act_id, m.number, m.register_code FROM ticket_removal m
        WHERE m.venue_id = :venue AND m.business_day = :day
    ) AS t ON t.act = f.id
    WHERE f.kind <> 'import'
    ORDER BY f.id, t.code, t.number
    """


def read_acts(connection: Connection, venue: int, day: date) -> tuple[StoryAct, ...]:
    """What people did to a business day's tickets other than importing files, in order."""
    found: dict[int, StoryAct] = {}
    tickets: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for id_, kind, at_utc_s, who, why, name, number, register in read_rows(
        connection, _ACTS, {"venue": venue, "day": day_number(day)}
    ):
        found.setdefault(id_, StoryAct(id_, kind, at_utc_s, who, why, name))
        tickets[id_].append((register, number))
    return tuple(act._replace(tickets=tuple(tickets[id_])) for id_, act in found.items())


def mark_undone(connection: Connection, file_id: int, act_id: int) -> None:
    """Store that an import was undone by an act."""
    connection.execute(update(_file).where(_file.c.id == file_id).values(undone_by=act_id))
