"""The tests' own database on PostgreSQL is emptied before each test, whatever the one before has left."""

from __future__ import annotations

import gc
from collections.abc import Generator

import pytest

from posexport.errors import StoreTrouble
from posexport.store.database import Database, open_database
from posexport.store.ledger_customers import read_ledger_customers
from tests.support import postgresql


def read_half(database: Database) -> Generator[None]:
    with database.reading() as connection:
        read_ledger_customers(connection, 1)
        yield


def test_a_read_that_was_left_half_done_holds_up_no_other_test(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "LOCK_MS", 200)
    database = open_database(postgresql_url)
    left: list[object] = [read_half(database)]
    next(left[0])  # type: ignore[call-overload]
    left.append(left)  # as an exception and its traceback hold one another
    gc.disable()
    try:
        del left
        postgresql.empty_tables(postgresql_url)
    finally:
        gc.enable()
        database.close()


def test_a_connection_that_a_test_leaves_open_is_closed_and_one_in_the_middle_of_something_counted(
    postgresql_url: str,
) -> None:
    connections = postgresql.OpenConnections()
    with connections.noted():
        left, idle = open_database(postgresql_url), open_database(postgresql_url)
        reading = read_half(left)
        next(reading)
        made = list(connections._made)
        assert connections.close() == 1
        assert len(made) == 2 and all(one.closed for one in made)
        assert connections.close() == 0
        with pytest.raises(StoreTrouble):
            reading.close()
    left.close()
    idle.close()
