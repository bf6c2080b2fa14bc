"""Which tickets a file has: a ticket stays as long as any file that is not undone has it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, text

_REMEMBERED = 50

_HOLD = """
    INSERT INTO ticket_hold (file_id, first_id, last_id, act_id) VALUES (:file_id, :first_id, :last_id, :act_id)
    ON CONFLICT (file_id, first_id) DO UPDATE SET last_id = excluded.last_id
    WHERE excluded.last_id > ticket_hold.last_id
    """


class HoldWriter:
    """Writes which tickets a file has, as ranges of ids: a file with only new tickets takes one row. Ranges may overlap
    where a file has a ticket twice."""

    def __init__(self, connection: Connection, file_id: int, act_id: int | None = None) -> None:
        self._connection = connection
        self._file_id, self._act_id = file_id, file_id if act_id is None else act_id
        self._run: tuple[int, int] | None = None
        self._recent: deque[tuple[int, int]] = deque(maxlen=_REMEMBERED)

    def add(self, ticket_ids: Iterable[int]) -> None:
        """The file has these tickets; ids in any order."""
        done = []
        for id_ in sorted(ticket_ids):
            if self._run is not None and self._run[0] <= id_ <= self._run[1] + 1:
                self._run = (self._run[0], max(id_, self._run[1]))
                continue
            if self._run is not None:
                done.append(self._run)
            self._run = (id_, id_)
        self._write(done)

    def has_recently(self, ticket_id: int) -> bool:
        """Whether one of the latest ranges has this ticket."""
        if self._run is not None and self._run[0] <= ticket_id <= self._run[1]:
            return True
        return any(first <= ticket_id <= last for first, last in self._recent)

    def finish(self) -> None:
        """Write the last range."""
        if self._run is not None:
            self._write([self._run])
        self._run = None

    def _write(self, runs: Sequence[tuple[int, int]]) -> None:
        if runs:
            self._recent.extend(runs)
            of_file = {"file_id": self._file_id, "act_id": self._act_id}
            rows = [{**of_file, "first_id": first, "last_id": last} for first, last in runs]
            self._connection.execute(text(_HOLD), rows)
