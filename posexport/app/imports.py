"""posexport imports: list the imports, and undo one as a whole.

Every undo is kept with who and why. PowerOffice is not asked: a drafted day shows as changed afterwards, and `export
--revise` corrects it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from posexport.app.why import read_why
from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.store.acts import Import, list_imports as read_imports
from posexport.store.setups import find_venue_number, load_removed, load_setup
from posexport.store.undoing import Undone, undo_import as undo_in_store

# Imports


def list_imports(workspace: Workspace, venue: Venue | None = None) -> list[Import]:
    """Every import in the order they were read; with a venue, those that have tickets of it."""
    with workspace.database.reading() as connection:
        number = None if venue is None else find_venue_number(connection, venue)
        return read_imports(connection, number)


def find_zones(workspace: Workspace) -> dict[str, str]:
    """The time zone of every venue by its id, removed venues too."""
    with workspace.database.reading() as connection:
        removed = [venue for venue, _ in load_removed(connection)]
        return {venue.id: venue.timezone for venue in (*removed, *load_setup(connection).venues)}


def undo_import(workspace: Workspace, import_id: int, why: str = "") -> Undone:
    """Undo an import: afterwards the store is as if the file had never been read.

    Raises UsageError where there is no such import, or where it is undone already.
    """
    with workspace.database.writing() as connection:
        return undo_in_store(connection, import_id, workspace.actor, workspace.now_utc_s, read_why(why))


def format_imports(imports: list[Import]) -> dict[str, Any]:
    """As `imports --json` prints them; times in UTC."""
    return {
        "imports": [
            {
                "id": found.id,
                "file": found.name,
                "format": found.format,
                "read_at": _format_utc(found.read_at_utc_s),
                "made_at": _format_utc(found.made_at_utc_s),
                "who": found.who or None,
                "known_by": found.known_by or None,
                "new": found.new,
                "known": found.known,
                "changed": found.changed,
                "refused": found.refused,
                "aside": found.aside,
                "first_day": found.first_day.isoformat() if found.first_day else None,
                "last_day": found.last_day.isoformat() if found.last_day else None,
                "undone": _format_undone(found),
            }
            for found in imports
        ]
    }


def _format_undone(found: Import) -> dict[str, Any] | None:
    if not found.is_undone:
        return None
    return {"at": _format_utc(found.undone_at_utc_s), "who": found.undone_by_who, "why": found.undone_why}


def _format_utc(at_utc_s: int | None) -> str | None:
    return None if at_utc_s is None else f"{datetime.fromtimestamp(at_utc_s, UTC):%Y-%m-%dT%H:%M:%SZ}"


def format_undone(undone: Undone) -> dict[str, Any]:
    """As `imports undo --json` prints it."""
    return {
        "import": undone.file_id,
        "file": undone.name,
        "removed": undone.removed,
        "put_back": undone.put_back,
        "kept": undone.kept,
        "z_reports": undone.z_reports,
        "aside": undone.aside,
        "days": _format_days(undone.days),
        "changed_after_draft": _format_days(undone.changed_after_draft),
    }


def _format_days(days: tuple[tuple[str, date], ...]) -> list[dict[str, str]]:
    return [{"venue": venue, "business_day": day.isoformat()} for venue, day in days]
