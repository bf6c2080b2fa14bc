"""Keys that lie sealed in the database. What opens them is never here."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from posexport.store.office_tables import VaultKeyRow

_vault = VaultKeyRow.__table__  # type: ignore[attr-defined]


class StoredKey(NamedTuple):
    """A sealed key. `nonce`, `sealed`: hexadecimal digits; `who` typed it, and when (UTC s)."""

    name: str
    key_id: str
    nonce: str
    sealed: str
    who: str
    at_utc_s: int


def add_key(connection: Connection, key: StoredKey) -> None:
    """Store a sealed key under a new name."""
    connection.execute(insert(_vault).values(**key._asdict()))


def read_key(connection: Connection, name: str) -> StoredKey | None:
    """The key of this name; None where there is none."""
    found = read_keys(connection, [name])
    return found[0] if found else None


def read_keys(connection: Connection, names: Collection[str] | None = None) -> list[StoredKey]:
    """The keys of these names; every one where none are given."""
    query = select(*(_vault.c[name] for name in StoredKey._fields)).order_by(_vault.c.name)
    if names is not None:
        query = query.where(_vault.c.name.in_(list(names)))
    return [StoredKey(*row) for row in connection.execute(query)]


def reseal_key(connection: Connection, key: StoredKey) -> None:
    """Store a key as it is sealed now."""
    changed = {"key_id": key.key_id, "nonce": key.nonce, "sealed": key.sealed}
    connection.execute(update(_vault).where(_vault.c.name == key.name).values(**changed))


def remove_key(connection: Connection, name: str) -> None:
    """Delete a key."""
    connection.execute(delete(_vault).where(_vault.c.name == name))
