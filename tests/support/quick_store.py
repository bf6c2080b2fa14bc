"""SQLite for tests, without what costs a test its time: no commit waits for the disk, what SQLAlchemy has compiled for
one database is there for the next, and a new database is a copy. What is stored, and when, stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL

from posexport.store.database import open_database


def put_database(path: Path) -> str:
    """An upgraded, empty database in a new file; its URL. Migrations run once for all of them."""
    path.write_bytes(_upgraded())
    path.chmod(0o600)
    return f"sqlite:///{path}"


@cache
def _upgraded() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "upgraded.db"
        open_database(f"sqlite:///{path}").close()
        return path.read_bytes()


MakeEngine = Callable[[URL], Engine]


def quickened(make_engine: MakeEngine) -> MakeEngine:
    """Makes the same engines; those of SQLite are quick."""

    def make(url: URL) -> Engine:
        engine = make_engine(url)
        if engine.dialect.name == "sqlite":
            commit_quickly(engine)
            _share_compiled(engine)
        return engine

    return make


def commit_quickly(engine: Engine) -> None:
    """Wait for no disk: a run that ends loses nothing that it gave to the system; only a power cut would."""
    event.listen(engine, "connect", _wait_for_no_disk)
    event.listen(engine, "set_connection_execution_options", _go_on_so)


def _wait_for_no_disk(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = OFF")


def _go_on_so(_connection: Any, options: dict[str, Any]) -> None:
    """Each transaction says how durable it is to be."""
    if "sqlite_synchronous" in options:
        options["sqlite_synchronous"] = "OFF"


def _share_compiled(engine: Engine) -> None:
    """Statements are remembered by the dialect they were compiled for."""
    first = _first_engine()
    engine.dialect = first.dialect
    engine._compiled_cache = first._compiled_cache


@cache
def _first_engine() -> Engine:
    engine = create_engine("sqlite://", query_cache_size=2_000)
    engine.connect().close()
    engine.dispose()
    return engine
