"""Alerts, as rows of `notice`: what a venue's people are told of, until it is resolved.

An alert that nobody has been told of has `quiet ` before its stored reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Connection, delete, insert, select, update

from posexport.core.alerts import Alert
from posexport.store.database import day_number, day_of
from posexport.store.tables import NoticeRow

_notice = NoticeRow.__table__  # type: ignore[attr-defined]

_QUIET = "quiet "
_AT_ONCE = 500
"""How many ids stand in one statement."""


def read_open_notices(connection: Connection, venues: Sequence[int]) -> list[Alert]:
    """Every open alert of these venues, in the order they were stored."""
    rows = connection.execute(
        select(_notice)
        .where(_notice.c.venue_id.in_(venues), _notice.c.mended_at_utc_s.is_(None))
        .order_by(_notice.c.id)
    )
    return [
        Alert(
            row.id,
            row.venue_id,
            day_of(row.business_day),
            row.reason.removeprefix(_QUIET),
            row.told_at_utc_s,
            not row.reason.startswith(_QUIET),
        )
        for row in rows
    ]


def add_notices(
    connection: Connection, notices: Iterable[tuple[int, date, str]], now_utc_s: int, *, is_told: bool
) -> None:
    """Store alerts: (venue number, business day, reason) each."""
    rows = [
        {
            "venue_id": venue,
            "business_day": day_number(day),
            "reason": reason if is_told else _QUIET + reason,
            "told_at_utc_s": now_utc_s,
        }
        for venue, day, reason in notices
    ]
    if rows:
        connection.execute(insert(_notice), rows)


def close_notices(connection: Connection, ids: Sequence[int], now_utc_s: int) -> None:
    """Close these alerts: resolved, or replaced by another."""
    for start in range(0, len(ids), _AT_ONCE):
        some = _notice.c.id.in_(ids[start : start + _AT_ONCE])
        connection.execute(update(_notice).where(some).values(mended_at_utc_s=now_utc_s))


def forget_notices(connection: Connection, before_utc_s: int) -> None:
    """Delete alerts closed before then."""
    connection.execute(delete(_notice).where(_notice.c.mended_at_utc_s < before_utc_s))
