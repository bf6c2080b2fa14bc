"""Imports in the ledger's queue that nobody has posted yet: when PowerOffice was last asked, and what had failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert, update
from sqlalchemy.exc import IntegrityError

from posexport.core.events import DeliveryEvent, EventKind
from posexport.store.database import day_number, day_of, read_rows
from posexport.store.deliveries import add_event, reopen_day
from posexport.store.tables import ImportWatchRow

_watch = ImportWatchRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class WatchedImport:
    """An import to ask about, and the failure known so far; None where there was none."""

    delivery_id: int
    venue_id: int
    business_day: date
    remote_id: str
    error: str | None


_DUE = """
    SELECT d.id, d.venue_id, d.business_day, d.remote_id, w.error
    FROM delivery d LEFT JOIN import_watch w ON w.delivery_id = d.id
    WHERE d.venue_id = :venue AND d.state = 'drafted' AND d.document_kind = 'voucher' AND d.target = :target
    AND d.remote_id IS NOT NULL
    AND d.drafted_at_utc_s BETWEEN :since AND :before
    AND (w.delivery_id IS NULL OR (w.is_open AND w.read_at_utc_s <= :before))
    ORDER BY d.business_day, d.document_key, d.revision
    """


def read_due_imports(
    connection: Connection, venue: int, target: str, since_utc_s: int, before_utc_s: int
) -> list[WatchedImport]:
    """A venue's imports sent to this target since `since_utc_s`, neither posted nor deleted, and not asked about since
    `before_utc_s`."""
    values = {"venue": venue, "target": target, "since": since_utc_s, "before": before_utc_s}
    rows = read_rows(connection, _DUE, values)
    return [
        WatchedImport(delivery_id, venue_id, day_of(day), remote_id, error)
        for delivery_id, venue_id, day, remote_id, error in rows
    ]


def note_imports(
    connection: Connection, told: Sequence[tuple[WatchedImport, bool, str | None]], now_utc_s: int
) -> None:
    """Store the answer for each import: whether it is still unposted, and its failure (None for none). Days with a new,
    or resolved, failure are reopened."""
    for watched, is_open, error in told:
        _save(connection, watched.delivery_id, now_utc_s, is_open=is_open, error=error)
        if error == watched.error:
            continue
        add_event(connection, watched.delivery_id, now_utc_s, _make_event(error))
        reopen_day(connection, watched.venue_id, watched.business_day)


def _make_event(error: str | None) -> DeliveryEvent:
    if error is None:
        return DeliveryEvent(EventKind.IMPORT_MENDED)
    return DeliveryEvent(EventKind.IMPORT_FAILED, {"error": error} if error else {})


def _save(connection: Connection, delivery_id: int, now_utc_s: int, *, is_open: bool, error: str | None) -> None:
    values = {"read_at_utc_s": now_utc_s, "is_open": is_open, "error": error}
    change = update(_watch).where(_watch.c.delivery_id == delivery_id).values(**values)
    if connection.execute(change).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(_watch).values(delivery_id=delivery_id, **values))
    except IntegrityError:  # another run was first
        connection.execute(change)


_FAILED = """
    SELECT w.delivery_id, w.error FROM delivery d JOIN import_watch w ON w.delivery_id = d.id
    WHERE d.venue_id = :venue AND d.business_day BETWEEN :first AND :last AND w.error IS NOT NULL
    """


def read_failed_imports(connection: Connection, venue: int, first: date, last: date) -> dict[int, str]:
    """The failures of a venue's imports of these business days, by delivery id, as last asked."""
    days = {"venue": venue, "first": day_number(first), "last": day_number(last)}
    return dict(read_rows(connection, _FAILED, days))
