"""The keys of a company or venue, as far as they are shown: whether there is one, who set it and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from posexport.app.vault import read_set_by
from posexport.core.company import Company, Venue
from posexport.office.visit import Visit


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key. `who` set it `at`, where it was typed in the office; nothing of the key itself."""

    key: str
    is_set: bool
    who: str = ""
    at: datetime | None = None


def list_keys(visit: Visit, of: Company | Venue, keys: Sequence[str]) -> list[KeyRow]:
    """The keys that may be set of a company or venue."""
    references = {key: getattr(of, key) for key in keys}
    found = read_set_by(visit.workspace, references)
    rows = []
    for key, reference in references.items():
        by = found.get(key)
        at = None if by is None else visit.clock(by.at_utc_s)
        rows.append(KeyRow(key, bool(reference), "" if by is None else by.who, at))
    return rows
