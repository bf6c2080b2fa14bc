"""Tickets as JSON documents, stored as former versions and restored from them: a ticket's row, with the rows of its
amounts (`entries`) and of its reader's doubts (`doubts`).

Never here: which tickets are removed, or why.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select

from posexport.store.tables import EntryRow, TicketChangeRow, TicketDoubtRow, TicketRow

_ticket, _entry = TicketRow.__table__, EntryRow.__table__  # type: ignore[attr-defined]
_change, _doubt = TicketChangeRow.__table__, TicketDoubtRow.__table__  # type: ignore[attr-defined]

Document = dict[str, Any]
_Id = TypeVar("_Id")

AT_ONCE = 5_000
"""How many tickets of a day are in memory at once."""

_IDS_MAX = 900
"""In one statement; SQLite took 999 before 3.32."""

_RUNS_MAX = 40
"""Up to how many ranges of ids are deleted range by range; each scans its day."""

NOT_OF_CONTENT = ("no-longer-in-file", "odd-date", "ticket-changed")
"""Codes of doubts that are not about a ticket's content; the others are deleted when the content changes."""

_ENTRY_COLUMNS = [column.name for column in _entry.c]
_COLUMNS_BEFORE_0004 = [name for name in _ENTRY_COLUMNS if name != "register_id"]
_COLUMNS = {len(names): names for names in (_ENTRY_COLUMNS, _COLUMNS_BEFORE_0004)}
"""The columns of entries stored as JSON, by their number: before schema 0004 the register was not among them."""


def name_entry(row: Sequence[Any]) -> dict[str, Any]:
    """A stored amount as column -> value."""
    return dict(zip(_COLUMNS[len(row)], row, strict=True))


def chunks(ids: Sequence[_Id], size: int = _IDS_MAX) -> Iterator[Sequence[_Id]]:
    """The ids, or codes, in chunks of at most `size`."""
    for at in range(0, len(ids), size):
        yield ids[at : at + size]


_OF_CONTENT = (_doubt.c.other_id <= 0, _doubt.c.code.not_in(NOT_OF_CONTENT))


def read_documents(connection: Connection, venue: int, day: int, ids: Collection[int]) -> dict[int, Document]:
    """The documents of these tickets of a business day (as the store numbers it), by id, in order."""
    if not ids:
        return {}
    wanted, within = set(ids), (min(ids), max(ids))
    of_tickets = (_ticket.c.venue_id == venue, _ticket.c.business_day == day, _ticket.c.id.between(*within))
    rows = connection.execute(select(_ticket).where(*of_tickets).order_by(_ticket.c.id)).mappings()
    found: dict[int, Document] = {row["id"]: {**row, "entries": []} for row in rows if row["id"] in wanted}
    of_entries = (_entry.c.venue_id == venue, _entry.c.business_day == day, _entry.c.ticket_id.between(*within))
    for entry in connection.execute(select(_entry).where(*of_entries)):
        if entry.ticket_id in found:
            found[entry.ticket_id]["entries"].append(list(entry))
    of_doubts = (_doubt.c.venue_id == venue, _doubt.c.business_day == day, *_OF_CONTENT)
    for doubt in connection.execute(select(_doubt).where(*of_doubts)):
        if doubt.ticket_id in found:
            found[doubt.ticket_id].setdefault("doubts", []).append([doubt.code, doubt.other_id, doubt.facts])
    return found


def read_doubts_of_content(connection: Connection, ticket_id: int) -> list[list[Any]]:
    """The doubts about a ticket's content, as its document has them."""
    columns = (_doubt.c.code, _doubt.c.other_id, _doubt.c.facts)
    found = connection.execute(select(*columns).where(_doubt.c.ticket_id == ticket_id, *_OF_CONTENT))
    return [list(row) for row in found]


def keep_documents(connection: Connection, documents: Iterable[Document], act_id: int, kind: str) -> None:
    """Store former versions of tickets, valid until this act."""
    rows = [
        {"ticket_id": document["id"], "file_id": act_id, "before": json.dumps(document), "kind": kind}
        for document in documents
    ]
    if rows:
        connection.execute(insert(_change), rows)


def delete_tickets(connection: Connection, venue: int, day: int, ids: Collection[int]) -> None:
    """Delete tickets of one business day, with their amounts."""
    for where in _pick(_ticket.c.id, ids):
        connection.execute(delete(_ticket).where(_ticket.c.venue_id == venue, _ticket.c.business_day == day, where))
    delete_entries(connection, venue, day, ids)


def delete_entries(connection: Connection, venue: int, day: int, ids: Collection[int]) -> None:
    """Delete the amounts of tickets of one business day."""
    for where in _pick(_entry.c.ticket_id, ids):
        connection.execute(delete(_entry).where(_entry.c.venue_id == venue, _entry.c.business_day == day, where))


def _pick(column: ColumnElement[int], ids: Collection[int]) -> Iterator[ColumnElement[bool]]:
    """SQL conditions that select these ids, as few as possible."""
    listed = sorted(ids)
    runs = list(find_runs(listed))
    if len(runs) <= _RUNS_MAX:
        yield from (column.between(first, last) for first, last in runs)
        return
    for chunk in chunks(listed):
        yield and_(column.between(chunk[0], chunk[-1]), column.in_(chunk))


def find_runs(ids: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and last of every run of consecutive numbers.

    >>> list(find_runs([4, 5, 6, 9]))
    [(4, 6), (9, 9)]
    """
    for _, group in groupby(enumerate(ids), key=lambda numbered: numbered[1] - numbered[0]):
        run = [id_ for _, id_ in group]
        yield run[0], run[-1]


def put_documents(connection: Connection, documents: Sequence[Document], act_id: int) -> None:
    """Insert tickets from their documents; this act made them what they are."""
    if not documents:
        return
    connection.execute(insert(_ticket), [_ticket_row(document, act_id) for document in documents])
    entries = [
        {"register_id": document["register_id"], **name_entry(row)}
        for document in documents
        for row in document["entries"]
    ]
    if entries:
        connection.execute(insert(_entry), entries)
    doubts = [row for document in documents for row in _doubt_rows(document, act_id)]
    if doubts:
        connection.execute(insert(_doubt), doubts)


def _ticket_row(document: Mapping[str, Any], act_id: int) -> dict[str, Any]:
    """A ticket's row from its document; columns newer than the document are empty."""
    return {column.name: document.get(column.name) for column in _ticket.c} | {"file_id": act_id}


def _doubt_rows(document: Mapping[str, Any], act_id: int) -> Iterator[dict[str, Any]]:
    for code, other_id, facts in document.get("doubts", ()):
        yield {
            "venue_id": document["venue_id"],
            "business_day": document["business_day"],
            "ticket_id": document["id"],
            "code": code,
            "other_id": other_id,
            "facts": facts,
            "act_id": act_id,
        }


def delete_doubts_of_content(connection: Connection, ids: Collection[int]) -> None:
    """Delete the doubts about these tickets' content: it has changed."""
    for chunk in chunks(sorted(ids)):
        connection.execute(delete(_doubt).where(_doubt.c.ticket_id.in_(chunk), *_OF_CONTENT))


def delete_doubts(connection: Connection, ids: Collection[int]) -> None:
    """Delete the doubts about removed tickets, and about others because of them."""
    for chunk in chunks(sorted(ids)):
        connection.execute(delete(_doubt).where(_doubt.c.ticket_id.in_(chunk)))
    if ids:
        others = set(connection.execute(select(_doubt.c.other_id).where(_doubt.c.other_id > 0)).scalars()) & set(ids)
        for chunk in chunks(sorted(others)):
            connection.execute(delete(_doubt).where(_doubt.c.other_id.in_(chunk)))


def read_former(connection: Connection, ids: Collection[int]) -> dict[int, list[tuple[str, int, Document]]]:
    """The former versions of these tickets, oldest first: kind, the act until which it was valid, and the document."""
    found: dict[int, list[tuple[str, int, Document]]] = defaultdict(list)
    for chunk in chunks(sorted(ids)):
        rows = connection.execute(select(_change).where(_change.c.ticket_id.in_(chunk)).order_by(_change.c.id))
        for row in rows:
            found[row.ticket_id].append((row.kind, row.file_id, json.loads(row.before)))
    return found
