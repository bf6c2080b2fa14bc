"""The office as it was started: what it works with, and how it is reached."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from posexport.app.workspace import Workspace
from posexport.core.company import Venue

NextTurns = Callable[[Workspace, Sequence[Venue]], Iterator[tuple[Venue, datetime | None]]]
"""When each venue is next exported by itself; None where it is not."""


@dataclass(frozen=True, slots=True)
class Site:
    """One running office. `origin`: where browsers find it, such as `http://127.0.0.1:8080`; `hosts`: the names, with
    ports, by which it may be asked; `work_waits`: set when there is a run to take."""

    workspace: Workspace
    origin: str
    hosts: frozenset[str]
    list_next_turns: NextTurns
    work_waits: threading.Event = field(default_factory=threading.Event)

    @property
    def is_https(self) -> bool:
        """Whether browsers reach it over TLS."""
        return self.origin.startswith("https://")

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; browsers take the prefix over TLS alone."""
        return "__Host-posexport" if self.is_https else "posexport"
