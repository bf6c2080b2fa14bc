"""Stored tickets that a newer file covers and no longer has. Found after all files of an import are read, since one
export may be several files; withdrawn when a later file has them after all."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert

from posexport.core.coverage import Span
from posexport.core.day import stretches
from posexport.store.database import day_number, day_of, lock_sales, read_rows
from posexport.store.stored_tickets import read_holders
from posexport.store.tables import TicketDoubtRow

_doubt = TicketDoubtRow.__table__  # type: ignore[attr-defined]

CODE = "no-longer-in-file"


class VenueTrail(NamedTuple):
    """What a file has of a venue: the span it credibly covers, the registers and business days it has tickets of, and
    those of them that had tickets before it."""

    venue: int
    span: Span | None
    register_days: frozenset[tuple[int, int]]
    earlier: frozenset[tuple[int, int]]


class FileTrail(NamedTuple):
    """A file that has just been read: its act, when it was made, and what it has of each venue."""

    file_id: int
    name: str
    made_at_utc_s: int | None
    venues: tuple[VenueTrail, ...]


_COUNTS = """
    SELECT DISTINCT register_id, business_day FROM day_count
    WHERE venue_id = :venue AND business_day BETWEEN :first AND :last
    """
_COUNTED = """
    SELECT t.id, t.business_day, t.register_id, t.completed_at_utc_s, t.file_id, f.name
    FROM ticket t LEFT JOIN sales_file f ON f.id = t.file_id
    WHERE t.venue_id = :venue AND t.business_day BETWEEN :first AND :last AND t.status = 0
    """
_DOUBTS = """
    SELECT d.ticket_id, f.made_at_utc_s FROM ticket_doubt d LEFT JOIN sales_file f ON f.id = d.act_id
    WHERE d.venue_id = :venue AND d.business_day BETWEEN :first AND :last AND d.code = 'no-longer-in-file'
    """


def read_earlier(
    connection: Connection, venue: int, register_days: Collection[tuple[int, int]]
) -> frozenset[tuple[int, int]]:
    """Those of these (register, business day) pairs that have stored sums."""
    found: set[tuple[int, int]] = set()
    for stretch in _stretches(day for _, day in register_days):
        of_days = {"venue": venue, "first": day_number(stretch[0]), "last": day_number(stretch[-1])}
        found |= {(row[0], row[1]) for row in read_rows(connection, _COUNTS, of_days)}
    return frozenset(found & set(register_days))


def _stretches(numbers: Any) -> list[list[date]]:
    return list(stretches(sorted({day_of(number) for number in numbers})))


def lift_missing(connection: Connection, trail: FileTrail) -> int:
    """Delete the doubts about tickets that this file has, if it was made no earlier than the file that lacked them.
    Returns how many."""
    lifted = 0
    for of_venue in trail.venues:
        for stretch in _stretches(day for _, day in of_venue.register_days):
            of_days = {"venue": of_venue.venue, "first": day_number(stretch[0]), "last": day_number(stretch[-1])}
            rows = read_rows(connection, _DOUBTS, of_days)
            told = {
                ticket_id
                for ticket_id, made_at in rows
                if made_at is None or trail.made_at_utc_s is None or made_at <= trail.made_at_utc_s
            }
            holders = read_holders(connection, told)
            for ticket_id in told:
                if any(holder.file_id == trail.file_id for holder in holders[ticket_id]):
                    of_ticket = (_doubt.c.ticket_id == ticket_id, _doubt.c.code == CODE)
                    connection.execute(delete(_doubt).where(*of_ticket))
                    lifted += 1
    return lifted


def may_lack_tickets(trail: FileTrail) -> bool:
    """Whether there were earlier tickets in what the file credibly covers."""
    return trail.made_at_utc_s is not None and any(
        of_venue.earlier and of_venue.span is not None for of_venue in trail.venues
    )


def doubt_missing(connection: Connection, trails: Sequence[FileTrail]) -> dict[int, int]:
    """Store a doubt for each ticket that the files just read cover and lack; returns the number of tickets by file
    id."""
    lock_sales(connection)
    found: dict[int, int] = {}
    for trail in trails:
        if trail.made_at_utc_s is None:
            continue
        parts = [other for other in trails if other.made_at_utc_s == trail.made_at_utc_s]
        for of_venue in trail.venues:
            if of_venue.span is not None:
                count = _doubt_missing_of(connection, trail, of_venue, of_venue.span, parts)
                found[trail.file_id] = found.get(trail.file_id, 0) + count
    return found


def _doubt_missing_of(
    connection: Connection, trail: FileTrail, of_venue: VenueTrail, span: Span, parts: Sequence[FileTrail]
) -> int:
    of_parts = [other for part in parts for other in part.venues if other.venue == of_venue.venue]
    named = {register_day for other in of_parts for register_day in other.register_days}
    earlier = {register_day for other in of_parts for register_day in other.earlier} & named
    count = 0
    for stretch in _stretches(day for _, day in earlier):
        of_days = {"venue": of_venue.venue, "first": day_number(stretch[0]), "last": day_number(stretch[-1])}
        there = [
            row
            for row in read_rows(connection, _COUNTED, of_days)
            if (row[2], row[1]) in earlier and span.start_utc_s <= row[3] < span.end_utc_s
        ]
        count += _doubt_rows(connection, trail, of_venue.venue, there)
    return count


def _doubt_rows(connection: Connection, trail: FileTrail, venue: int, there: Sequence[tuple[Any, ...]]) -> int:
    """Store a doubt for those of these tickets that no file made as late has."""
    made_at = trail.made_at_utc_s or 0
    known: dict[int, tuple[Any, ...]] = {}
    held = read_holders(connection, [row[0] for row in there])
    for row in there:
        made = [holder.made_at_utc_s for holder in held[row[0]]]
        if not any(at is not None and at >= made_at for at in made):
            known[row[0]] = row
    told = {row[0] for row in read_rows(connection, _TOLD, {"venue": venue, "code": CODE})} if known else set()
    rows = [
        {
            "venue_id": venue,
            "business_day": row[1],
            "ticket_id": id_,
            "code": CODE,
            "other_id": 0,
            "facts": json.dumps({"other_file": _short(row[5]), "file": _short(trail.name)}, ensure_ascii=False),
            "act_id": trail.file_id,
        }
        for id_, row in known.items()
        if id_ not in told
    ]
    if rows:
        connection.execute(insert(_doubt), rows)
    return len(rows)


_TOLD = "SELECT ticket_id FROM ticket_doubt WHERE venue_id = :venue AND code = :code"


def _short(name: str | None) -> str:
    return (name or "").replace("\\", "/").rpartition("/")[2]
