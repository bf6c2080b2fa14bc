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
    Entry("/accounts", "accounts", right=Right.MAP),
    Entry("/setup", "setup", "s", Right.MAP),
    Entry("/runs", "runs"),
    Entry("/users", "users", right=Right.MANAGE_USERS),
    Entry("/log", "log", right=Right.MANAGE_USERS),
)
"""In the order in which they are shown."""


def list_entries(user: User) -> list[Entry]:
    """The entries that this user may open."""
    rights = {right for grant in user.grants for right in RIGHTS[grant.role]}
    return [entry for entry in MENU if entry.right in rights]
