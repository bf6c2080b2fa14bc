"""Findings that imports made about single tickets, read by business day, with the tickets as they are now."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from posexport.core.findings.tickets import DoubtedTicket, TicketDoubt
from posexport.core.sales import TicketStatus
from posexport.store.database import day_number, day_of, read_rows

_DOUBTS = """
    SELECT d.business_day, d.code, d.facts, d.act_id,
           r.code, t.number, t.completed_at_utc_s, t.sales_ore, t.status,
           q.code, o.number, o.completed_at_utc_s, o.sales_ore, o.status
    FROM ticket_doubt d
    JOIN ticket t ON t.id = d.ticket_id JOIN register r ON r.id = t.register_id
    LEFT JOIN ticket o ON o.id = d.other_id LEFT JOIN register q ON q.id = o.register_id
    WHERE d.venue_id = :venue AND d.business_day BETWEEN :first AND :last
    ORDER BY d.business_day, t.completed_at_utc_s, r.code, t.number, d.code, d.ticket_id, d.other_id
    """


def read_doubts(connection: Connection, venue: int, first: date, last: date) -> dict[date, tuple[TicketDoubt, ...]]:
    """The doubts about the tickets of these days, by day; only of tickets that still exist."""
    found: dict[date, list[TicketDoubt]] = defaultdict(list)
    of_days = {"venue": venue, "first": day_number(first), "last": day_number(last)}
    for day, code, facts, act_id, *tickets in read_rows(connection, _DOUBTS, of_days):
        ticket, other = _ticket_of(tickets[:5]), _ticket_of(tickets[5:]) if tickets[5] is not None else None
        found[day_of(day)].append(TicketDoubt(code, json.loads(facts), ticket, other, act_id))
    return {day: tuple(doubts) for day, doubts in found.items()}


def _ticket_of(row: Sequence[Any]) -> DoubtedTicket:
    register, number, completed_at_utc_s, sales_ore, status = row
    return DoubtedTicket(register, number, completed_at_utc_s, sales_ore, TicketStatus(status))


_LATER_DAYS = """
    SELECT DISTINCT business_day FROM ticket_doubt
    WHERE venue_id = :venue AND business_day > :last AND code = 'odd-date' ORDER BY business_day
    """


_ODD_VENUES = """
    SELECT DISTINCT v.code FROM ticket_doubt d JOIN venue v ON v.id = d.venue_id
    WHERE d.code = 'odd-date' AND d.business_day >= :since
    """


def read_odd_venues(connection: Connection, since: date) -> frozenset[str]:
    """The ids of venues with doubtfully dated tickets on that day or later."""
    return frozenset(row[0] for row in read_rows(connection, _ODD_VENUES, {"since": day_number(since)}))


def read_odd_days(connection: Connection, venue: int, last_closed: date) -> list[date]:
    """The days after `last_closed` that have doubtfully dated tickets: no preview shows these days yet."""
    rows = read_rows(connection, _LATER_DAYS, {"venue": venue, "last": day_number(last_closed)})
    return [day_of(row[0]) for row in rows]
