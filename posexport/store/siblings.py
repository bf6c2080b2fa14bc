"""A sale belongs to one venue: where another venue of the company has a register of the same id with the same number,
time and content, the ticket moves to the venue that has the register now, or stays where it was drafted."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from posexport.core.company import fold_register
from posexport.store.database import day_number, day_of, read_rows
from posexport.store.day_sums import sum_days
from posexport.store.stored_tickets import There
from posexport.store.tables import (
    BusinessDayRow,
    EntryRow,
    SpanRow,
    TicketChangeRow,
    TicketDoubtRow,
    TicketRemovalRow,
    TicketRow,
    ZReportRow,
)
from posexport.store.ticket_rows import read_doubts_of_content

_ticket, _entry = TicketRow.__table__, EntryRow.__table__  # type: ignore[attr-defined]
_change, _doubt = TicketChangeRow.__table__, TicketDoubtRow.__table__  # type: ignore[attr-defined]
_removal, _day = TicketRemovalRow.__table__, BusinessDayRow.__table__  # type: ignore[attr-defined]
_span, _z = SpanRow.__table__, ZReportRow.__table__  # type: ignore[attr-defined]


_A_DAY = timedelta(days=1)


class Sibling(NamedTuple):
    """A register of the same id at another venue of the company. `is_apart`: both venues have one, each at a location
    of its own."""

    register_id: int
    venue_id: int
    venue_code: str
    register_code: str
    is_apart: bool = False


_OTHERS = """
    SELECT r.id, r.venue_id, v.code, r.code FROM register r JOIN venue v ON v.id = r.venue_id
    WHERE v.id <> :venue AND v.company_id = (SELECT company_id FROM venue WHERE id = :venue)
    """


def find_siblings(
    connection: Connection, venue: int, register: str, is_apart: Callable[[str], bool] | None = None
) -> tuple[Sibling, ...]:
    """The registers of this id at the other venues of a venue's company. `is_apart` decides `Sibling.is_apart` by the
    other venue's id."""
    rows = read_rows(connection, _OTHERS, {"venue": venue})
    found = [Sibling(*row) for row in rows if fold_register(row[3]) == fold_register(register)]
    return tuple(one._replace(is_apart=is_apart is not None and is_apart(one.venue_code)) for one in found)


def read_document(connection: Connection, there: There) -> dict[str, Any]:
    """A ticket's row, with the rows of its amounts and of its reader's doubts."""
    row = connection.execute(select(_ticket).where(_ticket.c.id == there.ticket_id)).mappings().one()
    document: dict[str, Any] = dict(row)
    of_ticket = (
        _entry.c.venue_id == there.venue_id,
        _entry.c.business_day == document["business_day"],
        _entry.c.ticket_id == there.ticket_id,
    )
    document["entries"] = [list(entry) for entry in connection.execute(select(_entry).where(*of_ticket))]
    found = read_doubts_of_content(connection, there.ticket_id)
    return document | {"doubts": found} if found else document


def take_out(connection: Connection, there: There, act_id: int, kind: str) -> dict[str, Any]:
    """Delete a ticket with its amounts, and store its document as a former version; returns the document."""
    document = read_document(connection, there)
    of_ticket = (
        _entry.c.venue_id == there.venue_id,
        _entry.c.business_day == document["business_day"],
        _entry.c.ticket_id == there.ticket_id,
    )
    connection.execute(delete(_entry).where(*of_ticket))
    connection.execute(delete(_ticket).where(_ticket.c.id == there.ticket_id))
    kept = {"ticket_id": there.ticket_id, "file_id": act_id, "before": json.dumps(document), "kind": kind}
    connection.execute(insert(_change).values(**kept))
    return document


_FIXED = """
    SELECT 1 FROM delivery WHERE venue_id = :venue AND business_day = :day
      AND state IN ('drafted', 'sending', 'removing', 'uncertain', 'doubted') LIMIT 1
    """
_HELD_HERE = """
    SELECT 1 FROM ticket_hold h CROSS JOIN ticket t
    WHERE h.file_id = :file AND t.id >= h.first_id AND t.id <= h.last_id AND t.venue_id = :venue
      AND (t.register_id = :register OR :register = 0) LIMIT 1
    """
_LEFT = """
    SELECT 1 WHERE EXISTS (SELECT 1 FROM ticket WHERE venue_id = :venue AND business_day = :day)
      OR EXISTS (SELECT 1 FROM z_report WHERE venue_id = :venue AND business_day = :day)
      OR EXISTS (SELECT 1 FROM delivery WHERE venue_id = :venue AND business_day = :day)
    """


class Moves:
    """The tickets that move here from other venues while one file is read."""

    def __init__(self, connection: Connection, act_id: int) -> None:
        self._connection, self._act_id = connection, act_id
        self._is_fixed: dict[tuple[int, int], bool] = {}
        self._days: dict[int, set[int]] = defaultdict(set)

    def may_move(self, venue: int, business_day: int) -> bool:
        """Whether nothing of that venue's day is drafted, or being sent."""
        key = (venue, business_day)
        if key not in self._is_fixed:
            found = read_rows(self._connection, _FIXED, {"venue": venue, "day": business_day})
            self._is_fixed[key] = bool(found)
        return not self._is_fixed[key]

    def move(self, there: There, sibling: Sibling) -> None:
        """Remove a ticket from the venue it belonged to."""
        document = take_out(self._connection, there, self._act_id, "removed")
        names = ("venue_id", "business_day", "number", "completed_at_utc_s", "status", "sales_ore", "content")
        self._connection.execute(
            insert(_removal).values(
                **{name: document[name] for name in names},
                ticket_id=there.ticket_id,
                register_code=sibling.register_code,
                kind="moved",
                act_id=self._act_id,
                document=json.dumps(document),
            )
        )
        about = (_doubt.c.ticket_id == there.ticket_id) | (_doubt.c.other_id == there.ticket_id)
        self._connection.execute(delete(_doubt).where(_doubt.c.venue_id == there.venue_id, about))
        self._days[there.venue_id].add(document["business_day"])

    def move_z(
        self, siblings: Iterable[Sibling], key: Mapping[str, Any], figures: Mapping[str, Any], venue: int
    ) -> int:
        """Move a Z-report that another venue has; returns its id, 0 where none has it or it may not move."""
        for sibling in siblings:
            if sibling.is_apart:
                continue
            same = {**key, **figures, "register_id": sibling.register_id}
            found = select(_z.c.id, _z.c.business_day).where(*(_z.c[name] == value for name, value in same.items()))
            row = self._connection.execute(found).first()
            if row is not None and self.may_move(sibling.venue_id, row.business_day):
                to_venue = {"venue_id": venue, "register_id": key["register_id"]}
                self._connection.execute(update(_z).where(_z.c.id == row.id).values(**to_venue))
                self._days[sibling.venue_id].add(row.business_day)
                return int(row.id)
        return 0

    def finish(self) -> None:
        """Recompute and reopen the days that something moved away from, and delete what is left empty: covered spans of
        a venue without tickets, and days without data."""
        for venue, numbers in self._days.items():
            sum_days(self._connection, venue, [day_of(number) for number in numbers])
            of_days = (_day.c.venue_id == venue, _day.c.business_day.in_(sorted(numbers)))
            self._connection.execute(update(_day).where(*of_days).values(is_open=True, file_id=self._act_id))
            self._forget(venue, [day_of(number) for number in sorted(numbers)])

    def _forget(self, venue: int, days: list[date]) -> None:
        first, last = (
            int(datetime.combine(day, time(), UTC).timestamp()) for day in (days[0] - _A_DAY, days[-1] + 2 * _A_DAY)
        )
        in_reach = (_span.c.venue_id == venue, _span.c.end_utc_s > first, _span.c.start_utc_s < last)
        touched = (*in_reach, _span.c.is_silent.is_(False))
        files = self._connection.execute(select(_span.c.file_id, _span.c.register_id).where(*touched).distinct())
        for file_id, register_id in files.all():
            of_register = {"venue": venue, "file": file_id, "register": register_id}
            if not read_rows(self._connection, _HELD_HERE, of_register):
                of_file = (_span.c.venue_id == venue, _span.c.file_id == file_id, _span.c.register_id == register_id)
                self._connection.execute(delete(_span).where(*of_file))
        for day in days:
            number = day_number(day)
            if not read_rows(self._connection, _LEFT, {"venue": venue, "day": number}):
                of_day = (_day.c.venue_id == venue, _day.c.business_day == number)
                self._connection.execute(delete(_day).where(*of_day))
