"""Tickets whose dates cannot be right, or whose numbers run against time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, insert

from posexport.core.sales import Ticket, TicketStatus
from posexport.store.database import day_number, read_rows
from posexport.store.tables import TicketDoubtRow

_doubt = TicketDoubtRow.__table__  # type: ignore[attr-defined]

_OLD = f"""
    SELECT t.id, t.business_day, r.code, t.number FROM ticket t JOIN register r ON r.id = t.register_id
    WHERE t.venue_id = :venue AND t.business_day <= :day AND t.completed_at_utc_s <= :cutoff AND t.file_id = :file
      AND t.status IN ({int(TicketStatus.COUNTED)}, {int(TicketStatus.MOVEMENT)}, {int(TicketStatus.UNJUDGED)})
    ORDER BY t.completed_at_utc_s, t.id
    """  # noqa: S608


def doubt_old_tickets(connection: Connection, venue: int, file_id: int, cutoff_utc_s: int) -> list[str]:
    """Store a doubt about the date of each ticket that a file brought and that was completed by `cutoff_utc_s`; returns
    where each stands, in words."""
    day = datetime.fromtimestamp(cutoff_utc_s, UTC).date() + timedelta(days=1)
    old = {"venue": venue, "day": day_number(day), "cutoff": cutoff_utc_s, "file": file_id}
    rows = read_rows(connection, _OLD, old)
    doubts = [
        {
            "venue_id": venue,
            "business_day": day_,
            "ticket_id": id_,
            "code": "odd-date",
            "other_id": 0,
            "facts": "{}",
            "act_id": file_id,
        }
        for id_, day_, _, _ in rows
    ]
    if doubts:
        connection.execute(insert(_doubt), doubts)
    return [f"register {register}, ticket {number}" for _, _, register, number in rows]


_HOURS_S = 3_600
_AT_LEAST_RISING = 5
"""How many times as often a register's numbers must rise with time as fall, for the falling ones to be odd."""


@dataclass(slots=True)
class _Hand:
    serial: int
    at_utc_s: int
    rises: int = 0
    falls: int = 0
    first: str = ""


class Clockwork:
    """Checks, in the order of the file, whether each register's numbers rise with time."""

    def __init__(self) -> None:
        self._hands: dict[int, _Hand] = {}

    def see(self, register_id: int, ticket: Ticket, at_utc_s: int) -> None:
        """Note a register's next ticket of the file; it has a serial number."""
        serial = ticket.serial or 0
        hand = self._hands.get(register_id)
        if hand is None:
            self._hands[register_id] = _Hand(serial, at_utc_s)
            return
        on, later_s = serial - hand.serial, at_utc_s - hand.at_utc_s
        is_restart = serial * 2 < hand.serial or hand.serial * 2 < serial
        if on * later_s > 0:
            hand.rises += 1
        elif on * later_s < 0 and abs(later_s) > _HOURS_S and not is_restart:
            hand.falls += 1
            hand.first = hand.first or f"register {ticket.register}, ticket {ticket.number}"
        hand.serial, hand.at_utc_s = serial, at_utc_s

    def find_backwards(self) -> tuple[str, int]:
        """The first ticket whose number runs against time, in words, and how many do; only of registers whose numbers
        otherwise rise."""
        odd = [hand for hand in self._hands.values() if hand.falls and hand.rises >= _AT_LEAST_RISING * hand.falls]
        return (odd[0].first, sum(hand.falls for hand in odd)) if odd else ("", 0)
