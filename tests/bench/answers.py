"""Sums to compare two sides by. An answer is small: how many rows, their total, and a digest of them all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

STORED = """
    SELECT v.code, e.business_day, e.kind, e.part, c.text, w.text, e.vat_rate_bp, COUNT(*), CAST(SUM(e.line) AS BIGINT),
           CAST(SUM(e.amount_ore) AS BIGINT), CAST(SUM(e.vat_ore) AS BIGINT), CAST(SUM(e.discount_ore) AS BIGINT)
    FROM entry e JOIN venue v ON v.id = e.venue_id
    LEFT JOIN code c ON c.id = e.code_id LEFT JOIN code w ON w.id = e.vat_code_id
    GROUP BY v.code, e.business_day, e.kind, e.part, c.text, w.text, e.vat_rate_bp
"""
"""Everything a store has of amounts."""

STORED_TICKETS = """
    SELECT v.code, t.business_day, t.part, r.code, t.status, COUNT(*), CAST(SUM(t.sales_ore) AS BIGINT),
           CAST(SUM(t.payments_ore) AS BIGINT), CAST(SUM(t.completed_at_utc_s) AS BIGINT), CAST(SUM(t.serial) AS BIGINT)
    FROM ticket t JOIN venue v ON v.id = t.venue_id JOIN register r ON r.id = t.register_id
    GROUP BY v.code, t.business_day, t.part, r.code, t.status
"""
"""Everything a store has of tickets, but what their digests are."""


def digest_rows(rows: Iterable[Iterable[Any]], amount: int = -1) -> dict[str, Any]:
    """Rows in any order as an answer; `amount` is the column that is added up.

    >>> digest_rows([("b", 2), ("a", 1)]) == digest_rows([["a", 1], ["b", 2]])
    True
    """
    listed = sorted([str(cell) for cell in row] for row in rows)
    digest = hashlib.sha256(repr(listed).encode()).hexdigest()[:16]
    return {"rows": len(listed), "total_ore": sum(int(row[amount]) for row in listed), "digest": digest}


def digest_store(url: str) -> dict[str, Any]:
    """What a store holds."""
    from posexport.store.database import open_database

    database = open_database(url)
    try:
        with database.reading() as connection:
            entries = connection.exec_driver_sql(STORED).all()
            tickets = connection.exec_driver_sql(STORED_TICKETS).all()
    finally:
        database.close()
    return {"entries": digest_rows(entries, amount=9), "tickets": digest_rows(tickets, amount=6)}
