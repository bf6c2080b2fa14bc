"""Stored tickets, as far as a ticket being read is compared with them; and the files that have them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from posexport.core.matching import SCOPE_S, Sold
from posexport.core.sales import TicketStatus
from posexport.store.database import read_rows

DAY_S = 25 * 3_600 + SCOPE_S
"""How far (s) from a ticket's time its number may be confused with another's: a business day has up to 25 hours."""

_IDS_AT_ONCE = 500


class There(NamedTuple):
    """A stored ticket. `file_id`: the act that made it what it is."""

    ticket_id: int
    venue_id: int
    register_id: int
    number: str
    sold: Sold
    file_id: int
    status: int
    sales_ore: int


_COLUMNS = """id, venue_id, register_id, number, completed_at_utc_s, business_day, content, source_id, file_id, status,
    sales_ore"""
_BY_NUMBERS = f"""
    SELECT {_COLUMNS} FROM ticket
    WHERE register_id = :register AND number {{among}} AND completed_at_utc_s BETWEEN :first AND :last
    """  # noqa: S608
_BY_IDS = f"SELECT {_COLUMNS} FROM ticket WHERE source_id {{among}} AND venue_id = :venue"  # noqa: S608
_AMONG = {"sqlite": "IN (SELECT value FROM json_each(:texts))", "postgresql": "= ANY(:texts)"}


def read_by_numbers(
    connection: Connection, register_id: int, numbers: Collection[str], first_utc_s: int, last_utc_s: int
) -> list[There]:
    """A register's tickets with these numbers, completed between these times (UTC s), both included."""
    bounds = {"register": register_id, "first": first_utc_s, "last": last_utc_s}
    return _read(connection, _BY_NUMBERS, numbers, bounds)


def read_by_ids(connection: Connection, venue_id: int, source_ids: Collection[str]) -> list[There]:
    """A venue's tickets with these ids of their source."""
    return _read(connection, _BY_IDS, source_ids, {"venue": venue_id})


class Again(NamedTuple):
    """A new ticket, by its id and business day, that another register of its venue has too (`other`)."""

    ticket_id: int
    business_day: int
    other: There


_EARLIER_REGISTERS = """
    SELECT r.id FROM register r
    WHERE r.venue_id = :venue AND EXISTS (SELECT 1 FROM ticket t WHERE t.register_id = r.id AND t.id < :first)
    """
_AGAIN = """
    SELECT t.id, t.business_day, t.register_id,
        o.id, o.venue_id, o.register_id, o.number, o.completed_at_utc_s, o.business_day, o.content, o.source_id,
        o.file_id, o.status, o.sales_ore
    FROM ticket t CROSS JOIN ticket o
    WHERE t.id >= :first AND +t.venue_id = :venue AND t.status = 0 AND t.register_id <> :register
      AND (t.sales_ore <> 0 OR t.payments_ore <> 0)
      AND o.register_id = :register AND o.number = t.number AND o.completed_at_utc_s = t.completed_at_utc_s
      AND o.id < :first AND o.venue_id = :venue AND o.status IN (0, :withdrawn)
      AND ((o.source_id IS NULL OR t.source_id IS NULL) AND (o.content = t.content OR t.completed_at_utc_s % 60 <> 0)
        OR o.source_id = t.source_id)
      AND NOT EXISTS (
        SELECT 1 FROM ticket_hold h WHERE h.file_id = :file AND h.first_id <= o.id AND h.last_id >= o.id
      )
    ORDER BY t.id, o.id
    """  # the plus keeps SQLite from reading all tickets of the venue
_SAME_NUMBERS = """
    SELECT COUNT(*), COUNT(CASE WHEN o.completed_at_utc_s = t.completed_at_utc_s THEN 1 END)
    FROM ticket t CROSS JOIN ticket o
    WHERE t.venue_id = :venue AND t.business_day = :day AND t.register_id = :later AND t.status = 0
      AND o.register_id = :register AND o.number = t.number AND o.business_day = t.business_day
      AND o.status IN (0, :withdrawn)
    """


def read_again(connection: Connection, venue_id: int, first_id: int, file_id: int) -> list[Again]:
    """The sales among a venue's tickets with ids from `first_id` that another register of the venue had before, equal
    in number and time, and in content or their source's id: the register has another name since. Equal in number and
    second is enough where a clock tells seconds: the sale may have been corrected.

    What the file itself has of both registers is two sales, and so is what has two ids. So is what is equal by chance:
    where most numbers that both registers have on that day are of sales at different times, they are two registers. One
    that was withdrawn may be restored."""
    registers = read_rows(connection, _EARLIER_REGISTERS, {"venue": venue_id, "first": first_id})
    asked = {"venue": venue_id, "withdrawn": int(TicketStatus.WITHDRAWN)}
    found: list[Again] = []
    for (register_id,) in registers:
        of_register = {**asked, "register": register_id}
        are_one: dict[tuple[int, int], bool] = {}
        for id_, day, later, *row in read_rows(connection, _AGAIN, of_register | {"first": first_id, "file": file_id}):
            if (later, day) not in are_one:
                [(shared, alike)] = read_rows(connection, _SAME_NUMBERS, of_register | {"later": later, "day": day})
                are_one[later, day] = 2 * alike >= shared
            if are_one[later, day]:
                found.append(Again(id_, day, There(row[0], row[1], row[2], row[3], Sold(*row[4:8]), *row[8:])))
    return found


def _read(connection: Connection, query: str, texts: Collection[str], parameters: dict[str, Any]) -> list[There]:
    dialect = connection.dialect.name
    among = list(texts) if dialect == "postgresql" else json.dumps(list(texts))
    rows = read_rows(connection, query.format(among=_AMONG[dialect]), {**parameters, "texts": among})
    return [There(row[0], row[1], row[2], row[3], Sold(*row[4:8]), *row[8:]) for row in rows]


_FORMER = """
    SELECT c.ticket_id, c.before FROM ticket_change c WHERE c.kind <> 'removed' AND c.ticket_id {among} ORDER BY c.id
    """
_UNDONE = "SELECT id FROM sales_file WHERE undone_by IS NOT NULL AND id {among}"
_AMONG_IDS = {"sqlite": "IN (SELECT value FROM json_each(:ids))", "postgresql": "= ANY(:ids)"}


def read_former(connection: Connection, ticket_ids: Collection[int]) -> dict[int, tuple[Sold, ...]]:
    """The former versions of those of these tickets that changed, oldest first; without those of files that were
    undone, which may be read anew."""
    documents = [(ticket_id, json.loads(before)) for ticket_id, before in _read_of(connection, _FORMER, ticket_ids)]
    undone = {id_ for (id_,) in _read_of(connection, _UNDONE, {document["file_id"] for _, document in documents})}
    found: dict[int, tuple[Sold, ...]] = {}
    for ticket_id, document in documents:
        if document["file_id"] not in undone:
            names = ("completed_at_utc_s", "business_day", "content", "source_id")
            found[ticket_id] = (*found.get(ticket_id, ()), Sold(*(document[name] for name in names)))
    return found


def _read_of(connection: Connection, query: str, ids: Collection[int]) -> list[tuple[Any, ...]]:
    if not ids:
        return []
    dialect = connection.dialect.name
    among = list(ids) if dialect == "postgresql" else json.dumps(list(ids))
    return read_rows(connection, query.format(among=_AMONG_IDS[dialect]), {"ids": among})


class Holder(NamedTuple):
    """A file, not undone, that has a ticket: its act, `name` and `batch`, and when it was made (None where it does not
    say)."""

    file_id: int
    first_id: int
    last_id: int
    made_at_utc_s: int | None
    name: str | None
    batch: str | None


_HOLDERS = """
    SELECT h.file_id, h.first_id, h.last_id, f.made_at_utc_s, f.name, f.batch
    FROM ticket_hold h LEFT JOIN sales_file f ON f.id = h.file_id
    WHERE h.last_id >= :first AND h.first_id <= :last AND f.undone_by IS NULL
    """


def read_holders(connection: Connection, ticket_ids: Collection[int]) -> dict[int, list[Holder]]:
    """The files that have each ticket, by ticket id; also the one being read."""
    found: dict[int, list[Holder]] = {}
    for ids in _chunks(sorted(ticket_ids)):
        rows = read_rows(connection, _HOLDERS, {"first": ids[0], "last": ids[-1]})
        runs = [Holder(*row) for row in rows]
        for id_ in ids:
            found[id_] = [run for run in runs if run.first_id <= id_ <= run.last_id]
    return found


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for at in range(0, len(ids), _IDS_AT_ONCE):
        yield ids[at : at + _IDS_AT_ONCE]
