"""Tickets whose amounts need a look once a day is settled: rounding without cash or beyond what coins explain, and
voids that are counted as a separate ticket as well. Read only for days that have rounding, or voids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from posexport.core.reversal import (
    DAYS_BETWEEN_MAX,
    Reversal,
    SignedTicket,
    find_reversals_across,
    sign_amounts,
)
from posexport.core.sales import EntryKind, TicketStatus
from posexport.core.settlement import RoundedTicket
from posexport.store.database import Database, day_number, day_of, read_rows
from posexport.store.day_counts import CountRow
from posexport.store.sums import remember_codes

_VOID, _COUNTED = int(TicketStatus.VOID), int(TicketStatus.COUNTED)
_AT_A_TIME = 400
"""Values in one list of a query."""


_ROUNDED = f"""
    SELECT business_day, ticket_id, amount_ore FROM entry
    WHERE venue_id = :venue AND business_day IN (%(days)s) AND kind = {int(EntryKind.ROUNDING)}
      AND (amount_ore > :limit OR amount_ore < -:limit OR ticket_id NOT IN (%(cash)s))
    """  # noqa: S608
_PAID_IN_CASH = f"""
    SELECT ticket_id FROM entry
    WHERE venue_id = :venue AND business_day IN (%(days)s) AND kind = {int(EntryKind.PAYMENT)} AND part IN (0, 1)
      AND code_id IN (%(codes)s)
    """  # noqa: S608


def read_rounded(
    connection: Connection, venue: int, days: Collection[date], cash: Collection[str], limit_ore: int
) -> dict[date, tuple[RoundedTicket, ...]]:
    """The tickets of these days that are rounded by more than `limit_ore`, or that have no payment of a type in `cash`.
    Days are named one by one, so that only their tickets are read."""
    numbers = {"days": _list(map(day_number, sorted(days))), "codes": _list(_find_ids(connection, cash)) or "-1"}
    paid = _PAID_IN_CASH % numbers
    wanted = {"venue": venue, "limit": limit_ore}
    rows = read_rows(connection, _ROUNDED % {**numbers, "cash": paid}, wanted)
    if not rows:
        return {}
    in_cash = {row[0] for row in read_rows(connection, paid, {"venue": venue})}
    names = _read_names(connection, [row[1] for row in rows])
    types = _read_payment_types(connection, venue, {(row[0], row[1]) for row in rows if row[1] not in in_cash})
    found: dict[date, list[RoundedTicket]] = defaultdict(list)
    for day, ticket_id, amount_ore in sorted(rows, key=lambda row: names[row[1]]):
        at_utc_s, register, number = names[ticket_id]
        has_cash, paid_by = ticket_id in in_cash, types.get(ticket_id, ())
        found[day_of(day)].append(RoundedTicket(register, number, at_utc_s, amount_ore, has_cash, paid_by))
    return {day: tuple(tickets) for day, tickets in found.items()}


def _read_payment_types(
    connection: Connection, venue: int, tickets: Collection[tuple[int, int]]
) -> dict[int, tuple[str, ...]]:
    """By ticket id: the codes of what it was paid by, in order. `tickets`: day numbers and ticket ids."""
    ids = {ticket for _, ticket in tickets}
    if not ids:
        return {}
    query = f"""
        SELECT DISTINCT e.ticket_id, c.text FROM entry e JOIN code c ON c.id = e.code_id
        WHERE e.venue_id = :venue AND e.business_day IN ({_list(sorted({day for day, _ in tickets}))})
          AND e.kind = {int(EntryKind.PAYMENT)} AND e.part IN (0, 1)
        """  # noqa: S608
    found: dict[int, list[str]] = defaultdict(list)
    for ticket_id, code in sorted(read_rows(connection, query, {"venue": venue})):
        if ticket_id in ids:
            found[ticket_id].append(code)
    return {ticket_id: tuple(codes) for ticket_id, codes in found.items()}


def _find_ids(connection: Connection, texts: Collection[str]) -> list[int]:
    """The ids of these codes, of those that are stored."""
    values = {f"code_{place}": code for place, code in enumerate(sorted(texts))}
    if not values:
        return []
    listed = ", ".join(f":{name}" for name in values)
    return [row[0] for row in read_rows(connection, f"SELECT id FROM code WHERE text IN ({listed})", values)]  # noqa: S608


def _read_names(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[int, str, str]]:
    """By ticket id: completion time (UTC s), register and number."""
    found: dict[int, tuple[int, str, str]] = {}
    for some in _portions(ids):
        query = (
            "SELECT t.id, t.completed_at_utc_s, r.code, t.number "  # noqa: S608
            f"FROM ticket t JOIN register r ON r.id = t.register_id WHERE t.id IN ({_list(some)})"
        )
        found.update({row[0]: (row[1], row[2], row[3]) for row in read_rows(connection, query, {})})
    return found


def _list(values: Iterable[int]) -> str:
    return ", ".join(map(str, values))


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
    """A ticket's columns."""

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
    def amounts(self) -> tuple[int, int, int]:
        """Its register and sums, as the counter ticket of a void has them (with the opposite sign)."""
        return self.register_id, self.sales_ore, self.payments_ore

    def sign(self, signature: int, *, is_void: bool) -> SignedTicket:
        """The ticket with the signature of what it comes to."""
        return SignedTicket(
            self.register,
            self.number,
            self.completed_at_utc_s,
            self.serial,
            self.sales_ore,
            signature,
            is_void,
            day_of(self.day),
        )


def read_reversals(
    database: Database, connection: Connection, venue: int, counts: Mapping[date, Sequence[CountRow]], first: date
) -> dict[date, list[Reversal]]:
    """Voids that a counter ticket counts as well, by the day they are reported on, from `first` on; days in between are
    included. `counts`: of the requested days and the week before.

    Of a void imported by an early version only the sums are stored: it is matched with the nearest ticket of its own
    day that has these sums with the opposite sign.
    """
    of_days = {day: rows for day, rows in counts.items() if day >= first - DAYS_BETWEEN_MAX}
    since = first - DAYS_BETWEEN_MAX if _may_be_apart([row for rows in of_days.values() for row in rows]) else first
    if not any(row.status == _VOID for day, rows in of_days.items() if day >= since for row in rows):
        return {}
    around = {"venue": venue, "first": day_number(since), "last": day_number(max(of_days))}
    rows = read_rows(connection, _OF_STATUS, around | {"status": _VOID})
    voids = [_Row(*row) for row in rows]
    counted = list(_read_alike(connection, around, voids))
    doubtful = _find_doubtful_days(voids, counted)
    if not doubtful:
        return {}
    back = [timedelta(days=n) for n in range(DAYS_BETWEEN_MAX.days + 1)]
    near = {day_number(day_of(day) - one) for day in doubtful for one in back}
    wanted = [row for row in counted if row.day in near]
    signatures = _read_signatures(database, connection, venue, wanted)
    tickets = [
        void.sign(-(_find_mirror(void, wanted, signatures) if void.mirror is None else void.mirror), is_void=True)
        for void in voids
        if void.day in near
    ]
    tickets += [row.sign(signatures.get(row.id, 0), is_void=False) for row in wanted]
    return find_reversals_across(tickets, map(day_of, doubtful))


def _may_be_apart(counts: Sequence[CountRow]) -> bool:
    """Whether a void and its counter ticket can be on different days: a voided sale and a counted return, or a voided
    return."""
    voids = [row for row in counts if row.status == _VOID]
    has_sales = any(row.tickets > row.returns for row in voids)
    has_returns = any(row.returns for row in counts if row.status == _COUNTED)
    return (has_sales and has_returns) or any(row.returns for row in voids)


def _find_doubtful_days(voids: Sequence[_Row], counted: Sequence[_Row]) -> set[int]:
    """For each void and counted ticket that may belong together and are near in time, the later of their days."""
    days: dict[tuple[int, int, int], set[int]] = defaultdict(set)
    for row in counted:
        days[row.amounts].add(row.day)
    return {
        max(void.day, day)
        for void in voids
        for day in days.get((void.register_id, -void.sales_ore, -void.payments_ore), ())
        if abs(day_of(void.day) - day_of(day)) <= DAYS_BETWEEN_MAX and (void.mirror is not None or void.day == day)
    }


def _find_mirror(void: _Row, counted: Iterable[_Row], signatures: Mapping[int, int]) -> int:
    """The signature of the counter ticket of a void of which only the sums are known; 0 where there is none."""
    wanted = (void.day, void.register_id, -void.sales_ore, -void.payments_ore)
    counters = [row for row in counted if (row.day, *row.amounts) == wanted]
    nearest = min(counters, key=lambda row: abs(row.completed_at_utc_s - void.completed_at_utc_s), default=None)
    return 0 if nearest is None or not void.sales_ore else signatures.get(nearest.id, 0)


def _read_alike(connection: Connection, around: dict[str, int], voids: Sequence[_Row]) -> Iterator[_Row]:
    """The counted tickets of the voids' registers that have their sums, or these negated."""
    sums = {(void.register_id, sign * void.sales_ore, sign * void.payments_ore) for void in voids for sign in (1, -1)}
    for some in _portions(sorted({sales_ore for _, sales_ore, _ in sums})):
        query = f"{_OF_STATUS} AND t.sales_ore IN ({_list(some)})"
        for row in read_rows(connection, query, around | {"status": _COUNTED}):
            ticket = _Row(*row)
            if ticket.amounts in sums:
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
                    f"WHERE venue_id = :venue AND business_day = :day AND ticket_id IN ({_list(some)})"
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
