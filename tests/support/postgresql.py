"""A PostgreSQL to try things on: the server that POSEXPORT_TEST_POSTGRESQL names, or one of our own in a temporary
folder from the binaries on this machine, for as long as it is used.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Pool, event
from sqlalchemy.engine import URL, make_url

from tests.support.scope import IS_EVERYTHING, WHY_LEFT_OUT

CARELESS: Mapping[str, object] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""A server that only has to live as long as the tests."""


LOCK_MS = 5_000
"""How long (ms) the emptying of the tables waits for whoever has them."""


TABLES = (
    "acceptance, aside, booked_elsewhere, business_day, chart, code, company, credit_facts, credit_route, "
    "customer_link, day_count, day_list, day_list_version, day_mark, day_sum, delivery, delivery_event, entry, "
    "import_watch, ledger_customer, ledger_listing, master_data, message, notice, office_failure, office_form, "
    "office_grant, office_identity, office_link, office_log, office_run, office_run_line, office_session, "
    "office_user, order_seen, "
    "register, register_customer, sales_file, setup_revision, setup_snapshot, span, throttle, ticket, "
    "ticket_change, ticket_doubt, ticket_hold, ticket_removal, turn, unknown_register, vault_key, venue, z_reading, "
    "z_report"
)


class NoPostgresql(Exception):
    """There is none, and none can be started."""


@contextmanager
def running_server(settings: Mapping[str, object]) -> Iterator[str]:
    """The URL of a server in which databases may be made; `settings` are those of one that is started for it.

    Raises NoPostgresql.
    """
    given = os.environ.get("POSEXPORT_TEST_POSTGRESQL")
    if given:
        yield given
        return
    if not IS_EVERYTHING:
        raise NoPostgresql(f"PostgreSQL is left out: {WHY_LEFT_OUT}, or a server that POSEXPORT_TEST_POSTGRESQL names")
    binaries = _find_binaries()
    if binaries is None:
        raise NoPostgresql("no PostgreSQL: set POSEXPORT_TEST_POSTGRESQL, or install it")
    folder = Path(tempfile.mkdtemp(prefix="posexport-pg-"))
    user = _other_user()
    if user:
        os.chown(folder, user["user"], user["group"])
    try:
        initdb = [str(binaries / "initdb"), "--auth=trust", "--username=posexport", "--encoding=UTF8", "--no-sync"]
        subprocess.run([*initdb, "-D", str(folder / "data")], check=True, capture_output=True, cwd=folder, **user)
        port = _free_port()
        options = {
            "unix_socket_directories": folder,
            "listen_addresses": "127.0.0.1",
            "port": port,
            "max_connections": 100,
            **settings,
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


class Server:
    """Makes and drops databases on a server."""

    def __init__(self, url: str) -> None:
        self._url: URL = make_url(url).set(drivername="postgresql")

    def make(self, template: str = "template0") -> str:
        """The URL of a new database, a copy of `template`."""
        name = f"posexport_{uuid.uuid4().hex[:16]}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self._url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Gone, whoever uses it."""
        self._do(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        with psycopg.connect(self._url.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(statement)


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


def empty_tables(url: str) -> None:
    """Take everything out of every table of posexport's.

    Raises LockNotAvailable where another connection keeps one: an earlier test, perhaps, with a read that it left
    half-done, and that Python does not let go of either.
    """
    emptied = f"TRUNCATE {TABLES} RESTART IDENTITY CASCADE"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"SET lock_timeout = {LOCK_MS}")
        try:
            connection.execute(emptied)
        except psycopg.errors.LockNotAvailable:
            gc.collect()  # a generator in a cycle, that reads from within a transaction
            connection.execute(emptied)


class OpenConnections:
    """The connections to PostgreSQL that a test leaves open. Python would close them whenever it comes to them, in the
    middle of another test, that would fail of it or wait for them."""

    def __init__(self) -> None:
        self._made: weakref.WeakSet[psycopg.Connection[Any]] = weakref.WeakSet()

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Every connection that a pool makes meanwhile is noted."""
        event.listen(Pool, "connect", self._note)
        try:
            yield
        finally:
            event.remove(Pool, "connect", self._note)

    def _note(self, connection: object, _record: object) -> None:
        if isinstance(connection, psycopg.Connection):
            self._made.add(connection)

    def close(self) -> int:
        """Close those that are still open; how many of them were in the middle of a transaction."""
        left = [connection for connection in self._made if not connection.closed]
        in_use = [one for one in left if one.info.transaction_status is not TransactionStatus.IDLE]
        for connection in left:
            connection.close()
        self._made.clear()
        return len(in_use)
