"""The engine, its transactions and its schema. SQLite by default, PostgreSQL by URL, with the same code.

A database is created by the first command that writes, and upgraded by any command that opens it; a SQLite file is
readable by its owner only.
"""

from __future__ import annotations

import logging
import os
import re
import socket
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as Connection, Engine, Table, create_engine, event, insert, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from posexport.core.settlement import EntryKey
from posexport.errors import DatabaseAway, Exit, StoreTrouble, UsageError
from posexport.store.database_address import conceal_password, parse_place, show_place
from posexport.store.trouble import BUSY, LOCK_S, find_told, first_line, name_trouble

HEAD = "0015"
"""The newest migration; a test holds it to the folder of migrations."""

SCHEMAS = frozenset(f"{number:04d}" for number in range(1, int(HEAD) + 1))
"""Every schema version that can be upgraded to the newest."""

POOL_SIZE = 20
"""How many connections are kept: one for every voucher that may be sent at once, and a few more."""

CACHE_KB = 4_000
"""SQLite's page cache. An import works on a few days at a time, and more was no faster."""

BUSY_S = 1
"""How long (s) SQLite itself waits for a lock; a stop signal is not noticed meanwhile."""

TOLD_AFTER_S = 10
"""After how long (s) waiting for a lock is logged."""

_UPGRADE_LOCK, _SALES_LOCK, _SIGN_IN_LOCK = 0x706F7365, 0x706F7366, 0x706F7367

_log = logging.getLogger("posexport.store")


@dataclass(frozen=True, slots=True)
class Database:
    """An open database. `codes` caches the texts of code ids, and `keys` what amounts are grouped by; ids never
    change."""

    engine: Engine
    codes: dict[int, str] = field(default_factory=lambda: {0: ""}, repr=False)
    keys: dict[tuple[int, ...], EntryKey] = field(default_factory=dict, repr=False)

    @property
    def is_postgresql(self) -> bool:
        """Whether it is PostgreSQL rather than SQLite."""
        return self.engine.dialect.name == "postgresql"

    def find_beside(self, name: str) -> Path | None:
        """Where something that belongs to this database is kept beside SQLite's file; None for a server's database, and
        for one in memory."""
        path = None if self.is_postgresql else self.engine.url.database
        return Path(f"{path}-{name}") if path and path != ":memory:" else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection whose reads all see one moment (a snapshot).

        Raises StoreTrouble where the database cannot be used.
        """
        options = {"isolation_level": "REPEATABLE READ"} if self.is_postgresql else {}
        with self._naming_trouble(), self.engine.connect().execution_options(**options) as connection:
            yield connection

    @contextmanager
    def writing(self, *, durable: bool = True, at_once: bool = False) -> Iterator[Connection]:
        """A transaction, committed at the end or rolled back as a whole. SQLite's takes the write lock at once, so that
        nothing read in it can change before it is written. One that is not `durable` may be lost in a power cut until a
        durable one follows: only for data that can be recomputed. With `at_once` it fails instead of waiting for
        another writer of SQLite's file.

        Raises StoreTrouble where the database cannot be used: nothing of the transaction is kept then.
        """
        options = {
            "sqlite_begin": "BEGIN IMMEDIATE",
            "sqlite_synchronous": "FULL" if durable else "NORMAL",
            "sqlite_at_once": at_once,
        }
        with (
            self._naming_trouble(),
            self.engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            if not durable and self.is_postgresql:
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            yield connection

    @contextmanager
    def _naming_trouble(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, self.engine.dialect.loaded_dbapi.Error) as error:  # rows go straight to the driver
            trouble = name_trouble(error, show_place(self.engine.url), partial(conceal_password, self.engine.url))
            if trouble is None:
                raise
            raise trouble from None

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_database(place: str, *, make: bool = True) -> Database:
    """Open the database at `place`, a URL or the path of a SQLite file, and upgrade its schema where needed. A missing
    one is created, unless `make` is False.

    Raises UsageError where the place or server cannot be used, and where there is nothing to read; the message never
    contains a password.
    """
    parsed = parse_place(place)
    if parsed.get_backend_name() == "sqlite":
        if make:
            _prepare_file(parsed)
        elif not _is_there(parsed):
            raise _NoDatabase(parsed)
    database = Database(_make_engine(parsed))
    try:
        if not make and _version(database) is None:
            raise _NoDatabase(parsed)
        upgrade(database)
    except UsageError:
        database.close()
        raise
    except StoreTrouble as trouble:
        database.close()
        raise _not_opened(parsed, trouble) from None
    except DBAPIError as error:
        database.close()
        raise UsageError(_explain_not_opened(parsed, conceal_password(parsed, first_line(error))) + _CHECK) from None
    return database


_CHECK = "Check the --db option or POSEXPORT_DB."


def _explain_not_opened(url: URL, why: str) -> str:
    return f"The database {show_place(url)} cannot be opened ({why}). "


def _not_opened(url: URL, trouble: StoreTrouble) -> UsageError:
    """The error for a database that is not opened: the operator's, unless it may work again soon."""
    told = _explain_not_opened(url, trouble.why)
    if trouble.exit_code is not Exit.WAIT:
        return UsageError(f"{told}{trouble.mend} {_CHECK}")
    if url.get_backend_name() == "sqlite" or not _answers(url) or _NOT_YET.search(trouble.why):
        return DatabaseAway(f"{told}Nothing is lost. {trouble.mend} {_CHECK}")
    return UsageError(told + _CHECK)


_NOT_YET = re.compile(r"starting up|shutting down|recovery|not yet|too many|slots|terminat|closed")
"""What a server says that will have us later; it gives no code for it before we are in."""


def _answers(url: URL) -> bool:
    """Whether a server answers at all at this address: what it says of unknown users or names has no error code
    either."""
    try:
        socket.create_connection((url.host or "localhost", url.port or 5432), timeout=3).close()
    except OSError:
        return not url.host or url.host.startswith("/")
    return True


class _NoDatabase(UsageError):
    """There is no database to read."""

    def __init__(self, url: URL) -> None:
        is_file = url.get_backend_name() == "sqlite" and url.database
        where = Path(str(url.database)).absolute() if is_file else show_place(url)
        super().__init__(
            f"There is no posexport database at {where}. Make it with posexport setup apply FILE.toml, or say where "
            "yours is with --db or POSEXPORT_DB; posexport demo ends with the line that says where its own is."
        )


def _is_there(url: URL) -> bool:
    """Whether the database file exists; True for PostgreSQL."""
    return bool(url.database) and url.database != ":memory:" and Path(str(url.database)).exists()


def _prepare_file(url: URL) -> None:
    """Create a database file that only its owner can read."""
    if not url.database or url.database == ":memory:":
        return
    path = Path(url.database)
    try:
        if not path.parent.is_dir():
            raise UsageError(
                f"The folder {path.parent} for the database does not exist. Make it, or choose another --db."
            )
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise UsageError(
            f"The database {path} cannot be made ({error.strerror}). Let the user who runs posexport write to its "
            "folder, or choose another --db."
        ) from None


def _make_engine(url: URL) -> Engine:
    pool = {"pool_size": POOL_SIZE, "pool_timeout": LOCK_S}
    if url.get_backend_name() == "postgresql":
        engine = create_engine(url, pool_pre_ping=True, **pool)

        @event.listens_for(engine, "connect")
        def bound_waits(dbapi_connection: Any, _record: Any) -> None:
            dbapi_connection.execute(f"SET lock_timeout = '{LOCK_S}s'")
            dbapi_connection.commit()

        return engine
    engine = create_engine(url, connect_args={"timeout": BUSY_S, "check_same_thread": False}, **pool)

    @event.listens_for(engine, "connect")
    def set_up(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None
        # only a new file has to be changed for that, and its maker may be writing
        _execute_patiently(dbapi_connection.execute, "PRAGMA journal_mode = WAL", LOCK_S)
        dbapi_connection.execute("PRAGMA synchronous = FULL")
        dbapi_connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        dbapi_connection.execute("PRAGMA temp_store = MEMORY")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        execute = connection.connection.cursor().execute  # the driver's own, as in read_rows
        if "sqlite_synchronous" in options:
            execute(f"PRAGMA synchronous = {options['sqlite_synchronous']}")
        wait_s = 0 if options.get("sqlite_at_once") else LOCK_S
        _execute_patiently(execute, options.get("sqlite_begin", "BEGIN"), wait_s)

    return engine


def _execute_patiently(execute: Callable[[str], object], statement: str, wait_s: int) -> None:
    """Execute a statement that takes a lock of SQLite's, waiting for it. The lock is requested anew every second, so
    that a program that is to stop notices."""
    until_s = time.monotonic() + wait_s
    told_at_s = time.monotonic() + TOLD_AFTER_S
    while True:
        try:
            execute(statement)
        except (OperationalError, sqlite3.OperationalError) as error:  # SQLAlchemy's, or the driver's own
            if find_told(error) is not BUSY or time.monotonic() >= until_s:
                raise
            if time.monotonic() >= told_at_s:
                told_at_s = until_s
                _log.warning(_WAITING, LOCK_S // 60)
        else:
            return


_WAITING = "somebody else is writing to the database, an import perhaps: waiting, for at most %d minutes"


def upgrade(database: Database) -> None:
    """Upgrade the schema to `HEAD`. Alembic is imported only when there is something to do. Raises UsageError for a
    schema that is newer, or unknown."""
    version = _version(database)
    if version == HEAD:
        return
    if version is not None and version not in SCHEMAS:
        is_newer = version.isdigit() and version > HEAD
        whose = "was made by a newer posexport" if is_newer else "has a schema that posexport does not know"
        raise UsageError(
            f"The database {show_place(database.engine.url)} {whose} (schema {version}). It was left as it is. "
            + ("Install that posexport, or a newer one." if is_newer else _CHECK)
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "posexport.store:migrations")
    config.set_main_option("path_separator", "os")
    with database.writing() as connection:
        if database.is_postgresql:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _version(database: Database) -> str | None:
    with database.reading() as connection:
        if not database.engine.dialect.has_table(connection, "alembic_version"):
            return None
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return str(version) if version else None


def make_schema(database: Database, name: str, script: str) -> None:
    """Create a library's own PostgreSQL schema from its script, where it is missing."""
    with database.writing() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        if not database.engine.dialect.has_schema(connection, name):
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
            connection.exec_driver_sql(f"SET LOCAL search_path TO {name}")
            connection.exec_driver_sql(script.replace("%", "%%"))


def lock_sales(connection: Connection) -> None:
    """Keep others from adding or summing sales until this transaction ends. Nothing to do on SQLite."""
    if connection.dialect.name == "postgresql":
        at_once = connection.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _SALES_LOCK}).scalar()
        if not at_once:
            _log.info(_WAITING, LOCK_S // 60)
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SALES_LOCK})


def lock_sign_ins(connection: Connection) -> None:
    """Let one sign-in be counted at a time until this transaction ends. Nothing to do on SQLite."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SIGN_IN_LOCK})


def read_rows(connection: Connection, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of a query, in the connection's transaction and directly from the driver: SQLAlchemy's overhead is ten
    times the cost of most of these queries. `:name` is a parameter.

    Raises what SQLAlchemy would raise.
    """
    if not connection.in_transaction():
        connection.begin()
    if connection.dialect.name == "postgresql":
        sql = _for_psycopg(sql)
    cursor = connection.connection.cursor()
    errors = connection.dialect.loaded_dbapi.Error
    try:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
    except errors as error:
        raise DBAPIError.instance(sql, dict(parameters), error, errors, dialect=connection.dialect) from error
    finally:
        cursor.close()


def list_parameters(values: Iterable[Any]) -> tuple[str, dict[str, Any]]:
    """What stands in the brackets of an IN for `read_rows`, and its parameters.

    >>> list_parameters(["a", "b"])
    (':in_0, :in_1', {'in_0': 'a', 'in_1': 'b'})
    """
    parameters = {f"in_{number}": value for number, value in enumerate(values)}
    return ", ".join(f":{name}" for name in parameters), parameters


@lru_cache(maxsize=100)
def _for_psycopg(sql: str) -> str:
    return re.sub(r"(?<!:):(\w+)", r"%(\1)s", sql.replace("%", "%%"))


def insert_row(connection: Connection, table: Table, **values: Any) -> int:
    """Insert one row; returns its id."""
    key = connection.execute(insert(table), values).inserted_primary_key
    return int(key[0]) if key is not None else 0


def day_number(day: date) -> int:
    """A business day as the integer the database stores.

    >>> day_number(date(2026, 11, 22))
    20261122
    """
    return day.year * 10_000 + day.month * 100 + day.day


@lru_cache(maxsize=8_192)
def day_of(number: int) -> date:
    """The business day that such an integer stands for."""
    return date(number // 10_000, number // 100 % 100, number % 100)
