"""Imports in PowerOffice's queue that were accepted and then could not be posted: asked about once a night.

An import waits in the queue until a person clicks Import, and only the queue's status says what then goes wrong. So the
status of each is read by the first run of every business day, for 31 days or until it is posted; failures are stored,
where reviews find them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from posexport.core.company import Company, Setup, Venue
from posexport.core.delivery import WATCHED_S
from posexport.core.ports.ledger import DraftStatus, ImportProgress, TellsProgress
from posexport.delivery.context import DeliveryContext
from posexport.errors import PosexportError, VoucherRefused
from posexport.ledgers.registry import LEDGERS
from posexport.store.database import Connection
from posexport.store.import_watch import WatchedImport, note_imports, read_due_imports
from posexport.store.setups import find_venue_number

_log = logging.getLogger("posexport.watching")

_Told = tuple[WatchedImport, bool, str | None]


def watch_imports(
    context: DeliveryContext, setup: Setup, venues: Sequence[Venue], stopping: Callable[[], bool] = lambda: False
) -> None:
    """Read the status of these venues' queued imports that nobody has posted, whatever target the venue has now, and
    store failures. A venue that cannot be asked is left to the next night."""
    kinds = [kind.name for kind in LEDGERS.values() if kind.tells_progress]
    now = int(context.clock())
    with context.database.reading() as connection:
        due = [
            (replace(setup.company_of(venue), target=target), venue, imports)
            for venue in venues
            for target in kinds
            if (imports := _find_due(connection, venue, target, now))
        ]
    for company, venue, imports in due:
        if not stopping():
            _watch_venue(context, company, venue, imports, stopping)


def _find_due(connection: Connection, venue: Venue, target: str, now_utc_s: int) -> list[WatchedImport]:
    morning = venue.calendar.opened_at(now_utc_s)
    return read_due_imports(connection, find_venue_number(connection, venue), target, now_utc_s - WATCHED_S, morning)


def _watch_venue(
    context: DeliveryContext,
    company: Company,
    venue: Venue,
    due: Sequence[WatchedImport],
    stopping: Callable[[], bool],
) -> None:
    told: list[_Told] = []
    try:
        destination = context.open_ledger(company, venue)
        assert isinstance(destination, TellsProgress)
        for watched in due:
            if stopping():
                break
            told += _ask(destination, watched)
    except PosexportError as error:
        _log.warning("%s: whether imports have failed could not be asked: %s", venue.id, error)
    if told:
        with context.database.writing() as connection:
            note_imports(connection, told, int(context.clock()))


def _ask(destination: TellsProgress, watched: WatchedImport) -> list[_Told]:
    """The statuses of one import; empty where we may not ask."""
    try:
        progress = destination.read_progress(watched.remote_id)
    except VoucherRefused as refused:
        _log.warning("import %s could not be asked about: %s", watched.remote_id, refused)
        return []
    return [(watched, progress.standing is DraftStatus.UNPOSTED, _error_of(progress))]


def _error_of(progress: ImportProgress) -> str | None:
    """The error text of an import that is not posted; None where it has none."""
    return progress.error if progress.standing is DraftStatus.UNPOSTED else None
