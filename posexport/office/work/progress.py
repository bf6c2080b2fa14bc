"""How a run tells what it has done, while it is going on."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import date
from typing import Any

from posexport.app.workspace import Workspace
from posexport.store.office_runs import RunLine, add_line, note_days


class Progress:
    """The lines of a run, numbered in the order in which they are told, by any thread."""

    def __init__(self, workspace: Workspace, run_id: str) -> None:
        self._workspace, self._run_id = workspace, run_id
        self._lock, self._lines = threading.Lock(), 0

    def expect(self, days: int) -> None:
        """Tell how many lines there will be in all."""
        with self._workspace.database.writing(durable=False) as connection:
            note_days(connection, self._run_id, days)

    def tell(self, venue: str, day: date | None, state: str, facts: Mapping[str, Any]) -> None:
        """Add a line: what became of a business day of a venue (its id), or, without them, of something else."""
        with self._lock:
            self._lines += 1
            line = RunLine(self._lines, venue, day, state, facts, self._workspace.now_utc_s)
        with self._workspace.database.writing(durable=False) as connection:
            add_line(connection, self._run_id, line)
