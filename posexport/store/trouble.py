"""Turns database errors into named failures: what is wrong, what to do, and who must do it.

Only what the environment does to a database has a name here. Any other driver error is a programming error.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy.exc import DBAPIError, TimeoutError as PoolTimeout

from posexport.errors import StoreTrouble, StoreUnusable

LOCK_S = 15 * 60
"""How long (s) another process's lock is waited for: as long as a very large import may write."""


class Told(NamedTuple):
    """What is wrong with a database and what to do, and whether that is for the operator. {place}: the database; {why}:
    the driver's message."""

    what: str
    mend: str
    is_operators: bool = False


BUSY = Told(
    f"The database {{place}} is in use by another program, which did not let go of it within {LOCK_S // 60} minutes "
    "({why}).",
    "Run it again when that one is done; posexport itself never has it for so long.",
)
GONE = Told(
    "The connection to the database {place} was lost ({why}).",
    "Run it again when the database server answers.",
)
CROWDED = Told(
    "The server of the database {place} has no room for us ({why}).",
    "Run it again later; where it stays so, allow it more connections or memory.",
)
FULL = Told(
    "The disk of the database {place} is full ({why}).",
    "Make room on it and run it again.",
    is_operators=True,
)
READ_ONLY = Told(
    "The database {place} can be read but not written ({why}).",
    "Let the user who runs posexport write to the file and to its folder, or name a server that is not a read-only "
    "copy, and run it again.",
    is_operators=True,
)
FORBIDDEN = Told(
    "The database {place} may not be used ({why}).",
    "Let the user who runs posexport read and write the file and its folder; on PostgreSQL, its tables and their "
    "schema. Then run it again.",
    is_operators=True,
)
DAMAGED = Told(
    "The database {place} is damaged ({why}).",
    "Do not write to it any more. Put back the last copy of it that is whole, and import the sales since then again.",
    is_operators=True,
)
DISK = Told(
    "The disk of the database {place} gives trouble ({why}).",
    "Look at that disk, or the network it is on, and run it again.",
    is_operators=True,
)

_OF_SQLITE = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_PROTOCOL: BUSY,
    sqlite3.SQLITE_NOMEM: CROWDED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: FORBIDDEN,
    sqlite3.SQLITE_PERM: FORBIDDEN,
    sqlite3.SQLITE_AUTH: FORBIDDEN,
    sqlite3.SQLITE_IOERR: DISK,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
}
"""By SQLite's primary result code."""

_OF_POSTGRESQL = {
    "55P03": BUSY,  # lock_not_available
    "57014": BUSY,  # query_canceled: somebody has set a time limit
    "40P01": BUSY,  # deadlock_detected
    "40001": BUSY,  # serialization_failure
    "57P01": GONE,  # admin_shutdown
    "57P02": GONE,  # crash_shutdown
    "57P03": GONE,  # cannot_connect_now: it starts or stops
    "57P05": GONE,  # idle_session_timeout
    "25P03": GONE,  # idle_in_transaction_session_timeout
    "53100": FULL,
    "25006": READ_ONLY,
    "42501": FORBIDDEN,
    "58030": DISK,
    "58P01": DISK,
}
"""By SQLSTATE; classes of it are in `_OF_CLASS`."""

_OF_CLASS = {"08": GONE, "53": CROWDED, "XX": DAMAGED}


def name_trouble(
    error: Exception, place: str, conceal: Callable[[str], str] = lambda text: text
) -> StoreTrouble | None:
    """The failure behind a driver's or SQLAlchemy's error; None where it is a programming error. `place`: the
    database's name without password; `conceal` redacts the password in the driver's message."""
    told = find_told(error)
    if told is None:
        return None
    kind = StoreUnusable if told.is_operators else StoreTrouble
    why = conceal(first_line(error))
    return kind(told.what.format(place=place, why=why), told.mend, why)


def find_told(error: Exception) -> Told | None:
    """The description of an error; None where it is none of these failures."""
    if isinstance(error, PoolTimeout):
        return BUSY
    said = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(said, sqlite3.Error):
        return _OF_SQLITE.get((getattr(said, "sqlite_errorcode", None) or 0) & 0xFF)
    state = getattr(said, "sqlstate", None)
    if state is not None:
        return _OF_POSTGRESQL.get(state) or _OF_CLASS.get(state[:2])
    is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return GONE if is_lost or _is_of_connection(said) else None


def _is_of_connection(said: BaseException | None) -> bool:
    """Whether the error is psycopg's own and not the server's: it is about the connection then."""
    return type(said).__name__ == "OperationalError"


def first_line(error: Exception) -> str:
    """The first line of the driver's message."""
    said = str(error.orig if isinstance(error, DBAPIError) else error).strip()
    return (said.splitlines() or [type(error).__name__])[0].rstrip(".")
