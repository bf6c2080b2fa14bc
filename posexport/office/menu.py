"""Where one can go from every page."""

from __future__ import annotations

from dataclasses import dataclass

from posexport.core.roles import RIGHTS, Right, User


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the menu. `name`: the key of its word; `key`: what, typed after `g`, goes there; `right`: who sees it,
    anywhere."""

    address: str
    name: str
    key: str = ""
    right: Right = Right.SEE


MENU = (
    Entry("/", "today", "t"),
    Entry("/days", "days", "d"),
    Entry("/orders", "orders", "o"),
    Entry("/files", "files", "f", Right.UPLOAD),
    Entry("/runs", "runs"),
    Entry("/setup", "setup", "s", Right.MAP),
)
"""In the order in which they are shown: six at most, which fit a line."""

BELOW_SETUP = (
    Entry("/accounts", "accounts", right=Right.MAP),
    Entry("/users", "users", right=Right.MANAGE_USERS),
    Entry("/log", "log", right=Right.MANAGE_USERS),
)
"""Those that the page Setup leads to."""


def list_entries(user: User, entries: tuple[Entry, ...] = MENU) -> list[Entry]:
    """The entries that this user may open."""
    rights = {right for grant in user.grants for right in RIGHTS[grant.role]}
    return [entry for entry in entries if entry.right in rights]
