"""Databases for the tests: SQLite always, PostgreSQL where there is one.

PostgreSQL is the server that POSEXPORT_TEST_POSTGRESQL names; without it, one of our own is started in a
temporary folder from the binaries on this machine, for as long as the tests run; without those, its tests skip.
Each worker has a database of its own, emptied before each test.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy.engine import URL, make_url

from posexport.store.database import open_database
from tests.harness import SECRETS, Shop

settings.register_profile("posexport", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("posexport")

TABLES = (
    "acceptance, business_day, chart, code, company, delivery, delivery_event, entry, master_data, message, notice, "
    "register, sales_file, setup_snapshot, span, throttle, ticket, ticket_change, turn, unknown_register, venue, "
    "z_report"
)


def _find_binaries() -> Path | None:
    found = shutil.which("postgres")
    if found and shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return folders[-1].parent if folders else None


def _other_user() -> dict[str, Any]:
    """PostgreSQL does not run as root; whose it is then, as options of a process."""
    if os.geteuid() != 0:
        return {}
    import pwd

    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a server in which databases may be made."""
    given = os.environ.get("POSEXPORT_TEST_POSTGRESQL")
    if given:
        yield given
        return
    binaries = _find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL: set POSEXPORT_TEST_POSTGRESQL, or install it")
    folder = Path(tempfile.mkdtemp(prefix="posexport-pg-"))
    user = _other_user()
    if user:
        os.chown(folder, user["user"], user["group"])
    try:
        initdb = [binaries / "initdb", "--auth=trust", "--username=posexport", "--encoding=UTF8", "--no-sync"]
        subprocess.run([*initdb, "-D", folder / "data"], check=True, capture_output=True, cwd=folder, **user)
        port = _free_port()
        options = {
            "unix_socket_directories": folder,
            "listen_addresses": "127.0.0.1",
            "port": port,
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": 100,
        }
        arguments = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", folder / "data", *arguments], stdout=log, stderr=log, cwd=folder, **user
            )
        try:
            url = f"postgresql://posexport@127.0.0.1:{port}/postgres"
            _wait_for(url, server)
            yield url
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            assert server.poll() is None, "PostgreSQL did not start"
            time.sleep(0.05)
        else:
            return
    raise AssertionError("PostgreSQL did not come up in ten seconds")


class _Server:
    """Makes and drops databases on a server."""

    def __init__(self, url: str) -> None:
        self._url: URL = make_url(url).set(drivername="postgresql")

    def make(self) -> str:
        name = f"posexport_{uuid.uuid4().hex[:16]}"
        self._do(f"CREATE DATABASE {name} TEMPLATE template0")
        return self._url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        self._do(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        with psycopg.connect(self._url.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def _postgresql_database(postgresql_server: str) -> Iterator[str]:
    """A database of this worker, upgraded."""
    server = _Server(postgresql_server)
    url = server.make()
    try:
        open_database(url).close()
        yield url
    finally:
        server.drop(url)


@pytest.fixture(scope="session")
def _sqlite_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded database to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "upgraded.db"
    open_database(f"sqlite:///{path}").close()
    return path


def _empty(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {TABLES} RESTART IDENTITY CASCADE")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An upgraded, empty database, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def sqlite_url(_sqlite_database: Path, tmp_path: Path) -> str:
    """An upgraded, empty SQLite database."""
    shutil.copy(_sqlite_database, tmp_path / "posexport.db")
    return f"sqlite:///{tmp_path / 'posexport.db'}"


@pytest.fixture
def postgresql_url(_postgresql_database: str) -> str:
    """An upgraded, empty PostgreSQL database."""
    _empty(_postgresql_database)
    return _postgresql_database


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database in which nothing has been made yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    server = _Server(request.getfixturevalue("postgresql_server"))
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
