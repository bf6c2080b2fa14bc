"""The tickets behind a line of a voucher as they are stored now, a page at a time: the database adds up what each
ticket has in the line, so that a page costs no more where there are many."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from posexport.core.settlement import EntryKey
from posexport.core.trace import TicketShare
from posexport.store.database import Database, day_number, read_rows
from posexport.store.sums import find_keys

KeyIds = tuple[int, ...]
"""What amounts are grouped by, as the store numbers it."""


class Factors(NamedTuple):
    """How many times an amount and its discount go to a line."""

    amounts: int
    discounts: int


class SharePage(NamedTuple):
    """Some of a line's tickets, in order; and how many there are, and their sum in øre."""

    shares: tuple[TicketShare, ...]
    many: int
    sum_ore: int


_KEYS = """
    SELECT DISTINCT kind, part, code_id, vat_code_id, vat_rate_bp, customer_id, currency_id FROM day_sum
    WHERE venue_id = :venue AND business_day = :day
    """


def read_day_keys(database: Database, connection: Connection, venue: int, day: date) -> dict[KeyIds, EntryKey]:
    """What the amounts of a business day are grouped by."""
    rows = read_rows(connection, _KEYS, {"venue": venue, "day": day_number(day)})
    return find_keys(database, connection, set(rows))


def read_shares(
    connection: Connection, venue: int, day: date, wanted: Mapping[KeyIds, Factors], *, skipped: int, most: int
) -> SharePage:
    """What the tickets of a business day have in the line that amounts of these keys go to; those of 0 are left out."""
    if not wanted:
        return SharePage((), 0, 0)
    of_day = {"venue": venue, "day": day_number(day)}
    rows = ", ".join(f"({', '.join(map(str, (*ids, *factors)))})" for ids, factors in sorted(wanted.items()))
    shares = _SHARES.format(wanted=rows)
    ((many, sum_ore),) = read_rows(connection, f"{shares} {_SUM}", of_day)
    page = read_rows(connection, f"{shares} {_PAGE}", {**of_day, "skipped": skipped, "most": most})
    return SharePage(tuple(TicketShare(*row) for row in page), many, sum_ore)


_SHARES = """
    WITH wanted (kind, part, code_id, vat_code_id, vat_rate_bp, customer_id, currency_id, amounts, discounts)
        AS (VALUES {wanted}),
    share (ticket_id, ore) AS (
        SELECT e.ticket_id, CAST(SUM(w.amounts * e.amount_ore + w.discounts * e.discount_ore) AS BIGINT)
        FROM wanted w JOIN entry e ON e.venue_id = :venue AND e.business_day = :day
            AND e.kind = w.kind AND e.part = w.part AND e.code_id = w.code_id AND e.vat_code_id = w.vat_code_id
            AND e.vat_rate_bp = w.vat_rate_bp AND e.customer_id = w.customer_id AND e.currency_id = w.currency_id
        GROUP BY e.ticket_id HAVING SUM(w.amounts * e.amount_ore + w.discounts * e.discount_ore) <> 0)
    """
_SUM = "SELECT COUNT(*), CAST(COALESCE(SUM(ore), 0) AS BIGINT) FROM share"
_PAGE = """
    SELECT r.code, t.number, t.completed_at_utc_s, s.ore
    FROM share s JOIN ticket t ON t.id = s.ticket_id JOIN register r ON r.id = t.register_id
    ORDER BY t.completed_at_utc_s, r.code, t.number, t.id LIMIT :most OFFSET :skipped
    """
