"""Undoes an import: afterwards the store is as if the file had never been read.

A ticket stays while another file, not undone, has it, as the newest of these files has it; otherwise it is removed.
Former versions are stored with the act. Covered spans, Z-reports and what was kept aside are removed with the file. All
in the caller's transaction.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from posexport.core.actor import Actor
from posexport.core.sales import TicketStatus
from posexport.errors import UsageError
from posexport.store.acts import (
    ActKind,
    ActRow,
    DayKey,
    RemovalKind,
    add_act,
    find_act,
    forget_empty_days,
    mark_undone,
    name_days,
    reopen_days,
)
from posexport.store.aside import forget_file
from posexport.store.credit_facts import forget_facts
from posexport.store.database import day_of, lock_sales, read_rows
from posexport.store.day_sums import sum_days
from posexport.store.tables import (
    RegisterRow,
    SpanRow,
    TicketChangeRow,
    TicketDoubtRow,
    TicketHoldRow,
    TicketRemovalRow,
    TicketRow,
    ZReadingRow,
    ZReportRow,
)
from posexport.store.ticket_rows import (
    AT_ONCE,
    Document,
    chunks,
    delete_doubts,
    delete_doubts_of_content,
    delete_tickets,
    keep_documents,
    put_documents,
    read_documents,
    read_former,
)

_ticket, _register = TicketRow.__table__, RegisterRow.__table__  # type: ignore[attr-defined]
_hold, _removal = TicketHoldRow.__table__, TicketRemovalRow.__table__  # type: ignore[attr-defined]
_z, _reading = ZReportRow.__table__, ZReadingRow.__table__  # type: ignore[attr-defined]
_span, _doubt = SpanRow.__table__, TicketDoubtRow.__table__  # type: ignore[attr-defined]
_change = TicketChangeRow.__table__  # type: ignore[attr-defined]

OF_FILES = ("no-longer-in-file", "ticket-changed")
"""Codes of doubts about a file as much as about a ticket: deleted with the file."""


@dataclass(frozen=True, slots=True)
class Undone:
    """The outcome of undoing an import: how many tickets were removed, went back to an older file's version, or stay
    because another file has them; the days that changed, and which of them are drafted."""

    act_id: int
    file_id: int
    name: str
    removed: int
    put_back: int
    kept: int
    z_reports: int
    aside: int
    days: tuple[tuple[str, Any], ...]
    changed_after_draft: tuple[tuple[str, Any], ...]
    is_of_earlier_version: bool


class _Holder(NamedTuple):
    """A file that has a ticket: since which act, and when it was made."""

    act_id: int
    made_at_utc_s: int | None


@dataclass(slots=True)
class _Work:
    """The counts of an import being undone."""

    act_id: int
    removed: int = 0
    put_back: int = 0
    kept: int = 0
    days: set[DayKey] = field(default_factory=set)


def undo_import(connection: Connection, file_id: int, actor: Actor, now_utc_s: int, why: str = "") -> Undone:
    """Undo an import.

    Raises UsageError where there is no such import, or where it is undone already.
    """
    lock_sales(connection)
    act = _require_import(connection, file_id)
    holders = _Holders(connection, file_id)
    by_day = _find_tickets(connection, file_id)
    act_id = add_act(
        connection, ActKind.UNDO, act.name, actor, now_utc_s, why=why, of_file_id=file_id, file_format=act.format
    )
    work = _Work(act_id)
    for (venue, day), ids in sorted(by_day.items()):
        for chunk in chunks(ids, AT_ONCE):
            _undo_tickets(connection, work, (venue, day), chunk, holders)
    _bring_back_moved(connection, work, file_id)
    z_reports, z_days = _undo_z_reports(connection, file_id)
    work.days |= z_days
    connection.execute(delete(_hold).where(_hold.c.file_id == file_id))
    forget_facts(connection, file_id)
    connection.execute(delete(_span).where(_span.c.file_id == file_id))
    connection.execute(delete(_doubt).where(_doubt.c.act_id == file_id, _doubt.c.code.in_(OF_FILES)))
    aside = forget_file(connection, file_id, act.name)
    mark_undone(connection, file_id, act_id)
    for venue, days in _by_venue(work.days).items():
        sum_days(connection, venue, [day_of(number) for number in days])
    drafted = reopen_days(connection, act_id, work.days)
    forget_empty_days(connection, work.days)
    return Undone(
        act_id=act_id,
        file_id=file_id,
        name=act.name,
        removed=work.removed,
        put_back=work.put_back,
        kept=work.kept,
        z_reports=z_reports,
        aside=aside,
        days=tuple(name_days(connection, sorted(work.days))),
        changed_after_draft=tuple(name_days(connection, drafted)),
        is_of_earlier_version=not act.known_by,
    )


def _require_import(connection: Connection, file_id: int) -> ActRow:
    act = find_act(connection, file_id)
    if act is None:
        raise UsageError(f"There is no import {file_id}. List them with posexport imports.")
    if act.kind != ActKind.IMPORT:
        of_file = f" of import {act.of_file_id}" if act.of_file_id else ""
        kind = "an undo" if act.kind == ActKind.UNDO else f"a {act.kind}"
        raise UsageError(f"{file_id} is no import but {kind}{of_file}. List imports with posexport imports.")
    if act.undone_by is not None:
        raise UsageError(
            f"Import {file_id} ({act.name}) is undone already. To have its tickets again, read the file anew: "
            "posexport import FILE."
        )
    return act


# Whose tickets they are


class _Holders:
    """The other files that have an import's tickets, by ranges of ticket ids."""

    def __init__(self, connection: Connection, file_id: int) -> None:
        held = read_rows(connection, _OTHER_HOLDS, {"file": file_id})
        starts: dict[int, list[_Holder]] = defaultdict(list)
        ends: dict[int, list[_Holder]] = defaultdict(list)
        for first, last, act_id, made_at_utc_s in held:
            holder = _Holder(act_id, made_at_utc_s)
            starts[first].append(holder)
            ends[last + 1].append(holder)
        self._firsts: list[int] = []
        self._holders: list[tuple[_Holder, ...]] = []
        active: list[_Holder] = []
        for first in sorted(starts.keys() | ends.keys()):
            for holder in ends[first]:
                active.remove(holder)
            active += starts[first]
            self._firsts.append(first)
            self._holders.append(tuple(sorted(set(active), key=lambda holder: holder.act_id)))

    def of(self, ticket_id: int) -> tuple[_Holder, ...]:
        """The other files that have a ticket, in the order they were read."""
        place = bisect_right(self._firsts, ticket_id) - 1
        return self._holders[place] if place >= 0 else ()


_OTHER_HOLDS = """
    SELECT h.first_id, h.last_id, h.act_id, f.made_at_utc_s
    FROM ticket_hold h JOIN sales_file f ON f.id = h.file_id
    WHERE h.file_id <> :file AND f.undone_by IS NULL
      AND h.last_id >= (SELECT MIN(first_id) FROM ticket_hold WHERE file_id = :file)
      AND h.first_id <= (SELECT MAX(last_id) FROM ticket_hold WHERE file_id = :file)
    """


def _find_tickets(connection: Connection, file_id: int) -> dict[DayKey, Sequence[int]]:
    """The ids of an import's tickets, in order, by their day."""
    found: dict[DayKey, array[int]] = defaultdict(lambda: array("q"))
    runs = connection.execute(
        select(_hold.c.first_id, _hold.c.last_id).where(_hold.c.file_id == file_id).order_by(_hold.c.first_id)
    ).all()
    seen = 0
    for first, last in runs:
        first = max(first, seen + 1)
        if last < first:
            continue
        seen = last
        columns = (_ticket.c.venue_id, _ticket.c.business_day, _ticket.c.id)
        for venue, day, id_ in connection.execute(
            select(*columns).where(_ticket.c.id.between(first, last)).order_by(_ticket.c.id)
        ):
            found[venue, day].append(id_)
    return dict(found)


# Tickets


def _undo_tickets(connection: Connection, work: _Work, day: DayKey, ids: Sequence[int], holders: _Holders) -> None:
    """Remove, revert or keep the tickets of one day."""
    alone = [id_ for id_ in ids if not holders.of(id_)]
    shared = _pick_changed(connection, [id_ for id_ in ids if holders.of(id_)])
    _remove(connection, work, day, alone)
    work.removed += len(alone)
    work.kept += len(ids) - len(alone)
    if shared:
        _judge_shared(connection, work, day, shared, holders)


def _pick_changed(connection: Connection, ids: Sequence[int]) -> list[int]:
    """Those of these tickets that have former versions."""
    found: set[int] = set()
    for chunk in chunks(ids):
        query = select(_change.c.ticket_id).where(_change.c.ticket_id.in_(chunk)).distinct()
        found |= set(connection.execute(query).scalars())
    return sorted(found)


def _remove(connection: Connection, work: _Work, day: DayKey, ids: Sequence[int]) -> None:
    """Remove tickets that no other file has."""
    if not ids:
        return
    documents = read_documents(connection, *day, ids)
    withdrawn = [id_ for id_, document in documents.items() if document["status"] == TicketStatus.WITHDRAWN]
    standing = [document for id_, document in documents.items() if document["status"] != TicketStatus.WITHDRAWN]
    keep_documents(connection, standing, work.act_id, "removed")
    _keep_removals(connection, work.act_id, standing)
    for chunk in chunks(withdrawn):
        connection.execute(
            update(_removal)
            .where(_removal.c.ticket_id.in_(chunk), _removal.c.kind == RemovalKind.WITHDRAWN.value)
            .values(kind=RemovalKind.UNDONE.value, act_id=work.act_id)
        )
    delete_tickets(connection, *day, ids)
    delete_doubts(connection, ids)
    work.days.add(day)


def _keep_removals(connection: Connection, act_id: int, documents: Sequence[Document]) -> None:
    if not documents:
        return
    registers = {document["register_id"] for document in documents}
    found = connection.execute(select(_register.c.id, _register.c.code).where(_register.c.id.in_(registers)))
    codes = {row.id: row.code for row in found}
    rows = [removal_row(document, codes[document["register_id"]], RemovalKind.UNDONE, act_id) for document in documents]
    connection.execute(insert(_removal), rows)


def removal_row(
    document: Mapping[str, Any], register: str, kind: RemovalKind, act_id: int, kept: str = ""
) -> dict[str, Any]:
    """A row of `ticket_removal` for a removed ticket; `kept`: the document to restore it from."""
    names = ("venue_id", "business_day", "number", "completed_at_utc_s", "status", "sales_ore", "content")
    return {
        **{name: document[name] for name in names},
        "ticket_id": document["id"],
        "register_code": register,
        "kind": kind.value,
        "act_id": act_id,
        "document": kept,
    }


class _Version(NamedTuple):
    """A ticket's version, valid from an act on."""

    since: int
    document: Document


def _judge_shared(connection: Connection, work: _Work, day: DayKey, ids: Sequence[int], holders: _Holders) -> None:
    """Revert tickets that other files have too to what they would be without the import."""
    former = read_former(connection, ids)
    withdrawn = _read_withdrawn(connection, ids)
    now = read_documents(connection, *day, ids)
    for id_, document in now.items():
        removal = withdrawn.get(id_)
        current = json.loads(removal.document) if document["status"] == TicketStatus.WITHDRAWN and removal else document
        wanted = _pick_version(holders.of(id_), former[id_], _Version(document["file_id"], current))
        is_out = removal is not None and _stays_out(removal, wanted)
        if _is_same(wanted.document, current) and is_out == (document["status"] == TicketStatus.WITHDRAWN):
            continue
        _put_back(connection, work, day, document, wanted.document, removal if is_out else None)


def _read_withdrawn(connection: Connection, ids: Sequence[int]) -> dict[int, Any]:
    """Those of these tickets that a person withdrew and did not restore, with the removal; also where a newer file has
    changed them since."""
    found: dict[int, Any] = {}
    for chunk in chunks(ids):
        query = select(_removal).where(_removal.c.ticket_id.in_(chunk), _removal.c.document != "")
        found |= {row.ticket_id: row for row in connection.execute(query.order_by(_removal.c.id))}
    return found


def _pick_version(
    holders: Iterable[_Holder], former: Sequence[tuple[str, int, Document]], current: _Version
) -> _Version:
    """The version a ticket would have if only these files had been read, in this order: the newer file wins; where
    files do not say when they were made, the later read one."""
    older = {document["file_id"]: document for kind, _, document in former if kind == "older"}
    line = [
        _Version(document["file_id"], document)
        for kind, _, document in former
        if kind != "older" and document["status"] != TicketStatus.WITHDRAWN
    ]
    line.append(current)
    best: tuple[_Holder, _Version] | None = None
    for holder in holders:
        if best is not None and _is_older(holder, best[0]):
            continue
        own = older.get(holder.act_id)
        best = holder, _Version(holder.act_id, own if own is not None else _version_at(line, holder.act_id))
    assert best is not None
    return best[1]


def _is_older(holder: _Holder, other: _Holder) -> bool:
    if holder.made_at_utc_s is None or other.made_at_utc_s is None:
        return False
    return holder.made_at_utc_s < other.made_at_utc_s


def _version_at(line: Sequence[_Version], act_id: int) -> Document:
    """A ticket's version after an act; while it was withdrawn, the version before that."""
    standing = [version for version in line if version.since <= act_id]
    newest = max(standing, key=lambda version: version.since, default=line[0])
    return newest.document


def _stays_out(removal: Any, wanted: _Version) -> bool:
    """Whether a withdrawal still applies: no later file has another version of the ticket."""
    return bool(wanted.since < removal.act_id or wanted.document["content"] == removal.content)


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    names = ("venue_id", "business_day", "register_id", "number", "completed_at_utc_s", "content")
    return all(one[name] == other[name] for name in names)


def _put_back(connection: Connection, work: _Work, day: DayKey, now: Document, wanted: Document, removal: Any) -> None:
    """Replace a ticket's present version by the wanted one; `removal`: the withdrawal that still applies, if any."""
    if now["status"] != TicketStatus.WITHDRAWN:
        keep_documents(connection, [now], work.act_id, "changed")
    delete_tickets(connection, *day, [now["id"]])
    delete_doubts_of_content(connection, [now["id"]])
    if removal is None:
        put_documents(connection, [wanted], work.act_id)
    else:
        put_withdrawn(connection, wanted, work.act_id)
        kept = {name: wanted[name] for name in ("business_day", "status", "sales_ore", "content", "venue_id")}
        connection.execute(
            update(_removal)
            .where(_removal.c.id == removal.id)
            .values(**kept, kind=RemovalKind.WITHDRAWN.value, document=json.dumps(wanted))
        )
    work.put_back += 1
    work.kept -= 1
    work.days |= {day, (wanted["venue_id"], wanted["business_day"])}


def put_withdrawn(connection: Connection, document: Document, act_id: int) -> None:
    """Insert a withdrawn ticket's row without amounts: known, and not counted."""
    out = {**document, "status": int(TicketStatus.WITHDRAWN), "entries": [], "doubts": []}
    put_documents(connection, [out], act_id)


def _bring_back_moved(connection: Connection, work: _Work, file_id: int) -> None:
    """Give back tickets that the import had moved from another venue, where a file that is not undone has them and no
    other venue does."""
    query = select(_removal).where(_removal.c.act_id == file_id, _removal.c.document != "", _removal.c.kind == "moved")
    for removal in connection.execute(query).all():
        held = read_rows(connection, _IS_HELD, {"ticket": removal.ticket_id, "file": file_id})
        same = {name: getattr(removal, name) for name in ("number", "completed_at_utc_s", "content", "venue_id")}
        if not held or read_rows(connection, _IS_ELSEWHERE, same):
            continue
        document = json.loads(removal.document)
        put_documents(connection, [document], work.act_id)
        connection.execute(delete(_removal).where(_removal.c.id == removal.id))
        work.put_back += 1
        work.days.add((document["venue_id"], document["business_day"]))


_IS_HELD = """
    SELECT 1 FROM ticket_hold h JOIN sales_file f ON f.id = h.file_id
    WHERE h.last_id >= :ticket AND h.first_id <= :ticket AND h.file_id <> :file AND f.undone_by IS NULL
    """
_IS_ELSEWHERE = """
    SELECT 1 FROM register r JOIN venue v ON v.id = r.venue_id JOIN ticket t ON t.register_id = r.id
    WHERE v.company_id = (SELECT company_id FROM venue WHERE id = :venue_id)
      AND t.number = :number AND t.completed_at_utc_s = :completed_at_utc_s AND t.content = :content
    """


# Z-reports


def _undo_z_reports(connection: Connection, file_id: int) -> tuple[int, set[DayKey]]:
    """Revert Z-reports to the other files' readings; those without any are deleted. Returns how many changed, and their
    days."""
    read = select(_reading.c.z_report_id).where(_reading.c.file_id == file_id)
    ids = list(connection.execute(read).scalars())
    connection.execute(delete(_reading).where(_reading.c.file_id == file_id))
    changed, days = 0, set()
    for id_ in ids:
        now = connection.execute(select(_z).where(_z.c.id == id_)).one()
        left = _newest_reading(read_rows(connection, _READINGS, {"z": id_}))
        if left is None:
            connection.execute(delete(_z).where(_z.c.id == id_))
        elif (now.file_id, now.total_ore, now.totals) != left:
            figures = dict(zip(("file_id", "total_ore", "totals"), left, strict=True))
            connection.execute(update(_z).where(_z.c.id == id_).values(**figures))
        if left is None or (now.total_ore, now.totals) != left[1:]:
            changed += 1
            days.add((now.venue_id, now.business_day))
    return changed, days


_READINGS = """
    SELECT r.file_id, r.total_ore, r.totals, f.made_at_utc_s
    FROM z_reading r JOIN sales_file f ON f.id = r.file_id
    WHERE r.z_report_id = :z AND f.undone_by IS NULL ORDER BY r.file_id
    """


def _newest_reading(rows: Iterable[tuple[Any, ...]]) -> tuple[int, int | None, str] | None:
    """The file and the figures of a Z-report by these files, read in this order; None where there are none."""
    best: tuple[_Holder, tuple[int, int | None, str]] | None = None
    for file_id, total_ore, totals, made_at_utc_s in rows:
        holder = _Holder(file_id, made_at_utc_s)
        if best is None or not _is_older(holder, best[0]):
            best = holder, (file_id, total_ore, totals)
    return best[1] if best else None


def _by_venue(days: Iterable[DayKey]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for venue, number in sorted(days):
        found[venue].append(number)
    return dict(found)
