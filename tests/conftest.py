"""Databases for the tests: SQLite always, PostgreSQL where there is one (see `postgresql`); without it, its tests skip.

Each worker has a database of its own, emptied before each test.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from posexport.core.ports.ledger import LedgerKind
from posexport.ledgers.registry import LEDGERS
from posexport.store import database as store
from posexport.store.database import open_database
from tests.fake_ledger.row import NORDBOK
from tests.support.harness import SECRETS, Shop
from tests.support.postgresql import CARELESS, NoPostgresql, OpenConnections, Server, empty_tables, running_server
from tests.support.quick_store import put_database, quickened
from tests.support.scope import IS_EVERYTHING, count_examples, list_left_out

if TYPE_CHECKING:
    from xdist.scheduler import WorkStealingScheduling
    # Only xdist itself calls the hook that needs it: the tests also run where it is not installed (`.ci/run`).

WORKERS_MAX = 8
"""The most workers that `-n auto` starts on fewer processors than that."""

settings.register_profile("posexport", deadline=None, derandomize="CI" in os.environ, max_examples=count_examples(100))
settings.load_profile("posexport")


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Keep what pytest makes of the tests' code also where Python is asked to keep no bytecode: making it takes most of
    the collection. It is kept with pytest's own cache."""
    if not sys.dont_write_bytecode:
        return (yield)
    kept, sys.pycache_prefix = sys.pycache_prefix, str(session.config.rootpath / ".pytest_cache" / "bytecode")
    sys.dont_write_bytecode = False
    try:
        return (yield)
    finally:
        sys.pycache_prefix, sys.dont_write_bytecode = kept, True


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """More workers than processors: the tests wait much of their time, for programs, servers and browsers."""
    processors = os.cpu_count() or 1
    is_said = "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ
    return None if is_said else max(processors, min(2 * processors, WORKERS_MAX))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WorkStealingScheduling | None:
    """Who has nothing left takes from who has, unless another way is asked for."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log) if config.getoption("dist") == "load" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what takes long, of what was asked for by name or place."""
    if not IS_EVERYTHING:
        for item, reason in list(list_left_out(items)):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session", autouse=True)
def _quick_stores() -> Iterator[None]:
    """Nothing in this process waits for the disk."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("os.fsync", lambda _: None)
        patched.setattr(store, "_make_engine", quickened(store._make_engine))
        yield


@pytest.fixture(scope="session")
def _open_connections() -> Iterator[OpenConnections]:
    """The connections to PostgreSQL that are open."""
    connections = OpenConnections()
    with connections.noted():
        yield connections


@pytest.fixture(autouse=True)
def _no_read_is_left_half_done(_open_connections: OpenConnections) -> Iterator[None]:
    """Whoever leaves a transaction open on a server holds up others there."""
    yield
    assert not _open_connections.close(), "a connection is in the middle of a transaction still"


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a server in which databases may be made."""
    try:
        with running_server(CARELESS) as url:
            yield url
    except NoPostgresql as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def _postgresql_database(postgresql_server: str) -> Iterator[str]:
    """A database of this worker, upgraded."""
    server = Server(postgresql_server)
    url = server.make()
    try:
        open_database(url).close()
        yield url
    finally:
        server.drop(url)


@pytest.fixture
def nordbok(monkeypatch: pytest.MonkeyPatch) -> LedgerKind:
    """A further ledger: its row."""
    monkeypatch.setitem(LEDGERS, NORDBOK.name, NORDBOK)
    return NORDBOK


@pytest.fixture(autouse=True)
def _every_ledger_that_is_asked_for(request: pytest.FixtureRequest) -> None:
    """A test that runs over targets and comes to the further ledger has its row."""
    call = getattr(request.node, "callspec", None)
    if call is not None and NORDBOK.name in [value for value in call.params.values() if isinstance(value, str)]:
        request.getfixturevalue("nordbok")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An upgraded, empty database, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An upgraded, empty SQLite database."""
    return put_database(tmp_path / "posexport.db")


@pytest.fixture
def postgresql_url(_postgresql_database: str) -> str:
    """An upgraded, empty PostgreSQL database."""
    empty_tables(_postgresql_database)
    return _postgresql_database


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database in which nothing has been made yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    server = Server(request.getfixturevalue("postgresql_server"))
    url = server.make()
    yield url
    server.drop(url)


@pytest.fixture
def shop(sqlite_url: str, tmp_path: Path) -> Shop:
    """A shop on SQLite, nothing set up yet."""
    return Shop(sqlite_url, tmp_path)


@pytest.fixture
def both(database_url: str, tmp_path: Path) -> Shop:
    """A shop on SQLite and on PostgreSQL, nothing set up yet."""
    return Shop(database_url, tmp_path)


@pytest.fixture
def secrets_in_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The secrets, for the command line in this process."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
