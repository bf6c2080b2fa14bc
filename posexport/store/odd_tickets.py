"""Tickets whose amounts ask for a look once a day is settled: rounding that touches no cash or is more than coins
allow, and voids that a counter ticket counts as well. Read only for days that have rounding, or voids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, text

from posexport.core.reversal import SignedTicket, sign_amounts
from posexport.core.sales import EntryKind, TicketStatus
from posexport.core.settlement import RoundedTicket
from posexport.store.database import Database, day_number, day_of, read_rows
from posexport.store.settlements import remember_codes
from posexport.store.tables import CodeRow

_code = CodeRow.__table__  # type: ignore[attr-defined]

_AT_A_TIME = 400
"""Values in one list of a query."""


_ROUNDED = f"""
    SELECT business_day, code, number, completed_at_utc_s, amount_ore, has_cash FROM (
        SELECT e.business_day, r.code, t.number, t.completed_at_utc_s, t.id, SUM(e.amount_ore) AS amount_ore,
               CASE WHEN t.id IN (
                   SELECT p.ticket_id FROM entry p
                   WHERE p.venue_id = :venue AND p.business_day BETWEEN :first AND :last
                     AND p.kind = {int(EntryKind.PAYMENT)} AND p.code_id IN (:cash)
               ) THEN 1 ELSE 0 END AS has_cash
        FROM entry e JOIN ticket t ON t.id = e.ticket_id JOIN register r ON r.id = t.register_id
        WHERE e.venue_id = :venue AND e.business_day BETWEEN :first AND :last AND e.kind = {int(EntryKind.ROUNDING)}
        GROUP BY e.business_day, r.code, t.number, t.completed_at_utc_s, t.id
    ) AS rounded
    WHERE has_cash = 0 OR ABS(amount_ore) > :limit
    ORDER BY business_day, completed_at_utc_s, code, number
    """  # noqa: S608


def read_rounded(
    connection: Connection, venue: int, first: date, last: date, cash: Collection[str], limit_ore: int
) -> dict[date, tuple[RoundedTicket, ...]]:
    """The tickets of these days that are rounded by more than `limit_ore`, or without a payment of a type in `cash`."""
    ids = connection.execute(select(_code.c.id).where(_code.c.text.in_(sorted(cash)))).scalars().all() if cash else []
    query = _ROUNDED.replace(":cash", ", ".join(map(str, ids)) or "-1")
    of_days = {"venue": venue, "first": day_number(first), "last": day_number(last), "limit": limit_ore}
    found: dict[date, list[RoundedTicket]] = defaultdict(list)
    for day, register, number, at, amount_ore, has_cash in read_rows(connection, query, of_days):
        found[day_of(day)].append(RoundedTicket(register, number, at, int(amount_ore), bool(has_cash)))
    return {day: tuple(tickets) for day, tickets in found.items()}


_COLUMNS = """
    t.id, t.business_day, t.register_id, r.code, t.number, t.completed_at_utc_s, t.serial, t.sales_ore, t.payments_ore,
    t.mirror
    """
_OF_STATUS = f"""
    SELECT {_COLUMNS}
    FROM ticket t JOIN register r ON r.id = t.register_id
    WHERE t.venue_id = :venue AND t.business_day BETWEEN :first AND :last AND t.status = :status
    """  # noqa: S608


class _Row(NamedTuple):
    """A ticket as its row has it."""

    id: int
    day: int
    register_id: int
    register: str
    number: str
    completed_at_utc_s: int
    serial: int | None
    sales_ore: int
    payments_ore: int
    mirror: int | None

    @property
    def place(self) -> tuple[int, int]:
        """Where its counter ticket is looked for."""
        return self.day, self.register_id

    def sign(self, signature: int, *, is_void: bool) -> SignedTicket:
        """With what it comes to."""
        return SignedTicket(
            self.register, self.number, self.completed_at_utc_s, self.serial, self.sales_ore, signature, is_void
        )


def read_void_days(
    database: Database, connection: Connection, venue: int, first: date, last: date
) -> dict[date, list[SignedTicket]]:
    """Of the days on which a void may have a counter ticket that counts: the voids, and all tickets of the same
    amounts with either sign."""
    of_days = {"venue": venue, "first": day_number(first), "last": day_number(last)}
    rows = read_rows(connection, _OF_STATUS + " AND t.mirror IS NOT NULL", of_days | {"status": int(TicketStatus.VOID)})
    voids = [_Row(*row) for row in rows]
    counted = list(_read_alike(connection, of_days, voids))
    reversed_at = {(*row.place, row.sales_ore, row.payments_ore) for row in counted}
    doubtful = {void.day for void in voids if (*void.place, -void.sales_ore, -void.payments_ore) in reversed_at}
    if not doubtful:
        return {}
    found: dict[date, list[SignedTicket]] = defaultdict(list)
    for void in voids:
        if void.day in doubtful:
            found[day_of(void.day)].append(void.sign(-(void.mirror or 0), is_void=True))
    wanted = [row for row in counted if row.day in doubtful]
    signatures = _read_signatures(database, connection, venue, wanted)
    for row in wanted:
        found[day_of(row.day)].append(row.sign(signatures.get(row.id, 0), is_void=False))
    return dict(found)


def _read_alike(connection: Connection, of_days: dict[str, int], voids: Sequence[_Row]) -> Iterator[_Row]:
    """The tickets that count of the days and registers of the voids, with their sums or these negated."""
    sums = {(*void.place, sign * void.sales_ore, sign * void.payments_ore) for void in voids for sign in (1, -1)}
    amounts = sorted({key[2] for key in sums})
    for some in _portions(amounts):
        listed = ", ".join(map(str, some))
        query = f"{_OF_STATUS} AND t.sales_ore IN ({listed})"
        for row in read_rows(connection, query, of_days | {"status": int(TicketStatus.COUNTED)}):
            ticket = _Row(*row)
            if (*ticket.place, ticket.sales_ore, ticket.payments_ore) in sums:
                yield ticket


def _read_signatures(database: Database, connection: Connection, venue: int, tickets: Sequence[_Row]) -> dict[int, int]:
    amounts: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
    by_day: dict[int, list[int]] = defaultdict(list)
    for ticket in tickets:
        by_day[ticket.day].append(ticket.id)
    for day, ids in by_day.items():
        for some in _portions(ids):
            rows = connection.execute(
                text(
                    "SELECT ticket_id, kind, code_id, vat_code_id, amount_ore FROM entry "  # noqa: S608
                    f"WHERE venue_id = :venue AND business_day = :day AND ticket_id IN ({', '.join(map(str, some))})"
                ),
                {"venue": venue, "day": day},
            )
            for ticket_id, *amount in rows:
                amounts[ticket_id].append((amount[0], amount[1], amount[2], amount[3]))
    remember_codes(database, connection, {id_ for group in amounts.values() for row in group for id_ in row[1:3]})
    codes = database.codes
    return {
        ticket_id: sign_amounts((kind, codes[code], codes[vat_code], ore) for kind, code, vat_code, ore in group)
        for ticket_id, group in amounts.items()
    }


def _portions(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + _AT_A_TIME] for start in range(0, len(values), _AT_A_TIME))
