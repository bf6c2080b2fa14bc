"""Looks at the store, and changes behind posexport's back: the tests' own, by the names of tables and columns.

What a test wants to know of the store it asks here, so that no SQL stands in the tests of anything but the store. Each
of these takes whoever has `rows` and `change` (a Shop), and further arguments say which rows are meant: `state="held"`,
`removed_at_utc_s=None`, `id=(1, 2)` for any of several. A table or a column that there is none of is a KeyError.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Table
from sqlmodel import SQLModel

from posexport.store import office_tables as _office_tables, tables as _tables

assert _tables and _office_tables, "the tables are known"


class Store(Protocol):
    """Whoever lets tests at a store."""

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What a statement reads."""

    def change(self, statement: str) -> None:
        """Run a statement that changes something."""


def read_rows(store: Store, table: str, *columns: str, order: str = "", **which: Any) -> list[tuple[Any, ...]]:
    """These columns (all, where none is named) of the rows of a table, by their key or in another order."""
    found = _find(table)
    wanted = ", ".join(found.columns[name].name for name in columns) or "*"
    keys = [found.columns[order].name] if order else [column.name for column in found.primary_key]
    return store.rows(f"SELECT {wanted} FROM {table}{_where(found, which)} ORDER BY {', '.join(keys)}")


def count_rows(store: Store, table: str, **which: Any) -> int:
    """How many rows of a table there are."""
    return int(store.rows(f"SELECT COUNT(*) FROM {table}{_where(_find(table), which)}")[0][0])


def overwrite_rows(store: Store, table: str, values: Mapping[str, Any], **which: Any) -> None:
    """Let the rows of a table have these values."""
    found = _find(table)
    told = ", ".join(f"{found.columns[name].name} = {_literal(value)}" for name, value in values.items())
    store.change(f"UPDATE {table} SET {told}{_where(found, which)}")


def shift_rows(store: Store, table: str, shifts: Mapping[str, int], **which: Any) -> None:
    """Add so much to these columns of the rows of a table."""
    found = _find(table)
    told = ", ".join(f"{found.columns[name].name} = {name} + {int(shift)}" for name, shift in shifts.items())
    store.change(f"UPDATE {table} SET {told}{_where(found, which)}")


def delete_rows(store: Store, table: str, **which: Any) -> None:
    """Take the rows out of a table."""
    store.change(f"DELETE FROM {table}{_where(_find(table), which)}")


def add_row(store: Store, table: str, **values: Any) -> None:
    """Put a row into a table."""
    found = _find(table)
    names = ", ".join(found.columns[name].name for name in values)
    store.change(f"INSERT INTO {table} ({names}) VALUES ({', '.join(map(_literal, values.values()))})")


def _find(table: str) -> Table:
    return SQLModel.metadata.tables[table]


def _where(table: Table, which: Mapping[str, Any]) -> str:
    told = [f"{table.columns[name].name} {_meant(value)}" for name, value in which.items()]
    return f" WHERE {' AND '.join(told)}" if told else ""


def _meant(value: Any) -> str:
    if value is None:
        return "IS NULL"
    if isinstance(value, Collection) and not isinstance(value, str):
        return f"IN ({', '.join(map(_literal, value))})"
    return f"= {_literal(value)}"


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(int(value))
    assert isinstance(value, str), value
    return "'" + value.replace("'", "''") + "'"


# Other stores, and what is joined or counted


class Within:
    """A store as one of its open connections sees and changes it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """As `Store.rows`."""
        return [tuple(row) for row in self._connection.exec_driver_sql(statement)]

    def change(self, statement: str) -> None:
        """As `Store.change`."""
        self._connection.exec_driver_sql(statement)


class StoreFile:
    """A SQLite file, whoever has it open."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """As `Store.rows`."""
        with closing(sqlite3.connect(self._path)) as connection:
            return connection.execute(statement).fetchall()

    def change(self, statement: str) -> None:
        """As `Store.change`."""
        with closing(sqlite3.connect(self._path)) as connection, connection:
            connection.execute(statement)

    def read_all(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table."""
        with closing(sqlite3.connect(self._path)) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}

    def columns_of(self, table: str) -> set[str]:
        """The names of a table's columns, as they are stored."""
        return {row[1] for row in self.rows(f"PRAGMA table_info({table})")}

    def copy_to(self, path: Path) -> None:
        """Copy what is committed into a new file."""
        with closing(sqlite3.connect(self._path)) as connection:
            connection.execute("VACUUM INTO ?", (str(path),))

    def fold_journal(self) -> None:
        """Bring what stands in the journal into the file itself."""
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def held_open(self) -> Iterator[None]:
        """While this lasts somebody reads, so that the journal is kept."""
        with closing(sqlite3.connect(self._path)) as connection:
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
            yield


def read_deliveries(store: Store, *columns: str, order: str = "revision", **which: Any) -> list[tuple[Any, ...]]:
    """Deliveries with their venue's code before these columns."""
    codes = dict(read_rows(store, "venue", "id", "code"))
    rows = read_rows(store, "delivery", "venue_id", *columns, order=order, **which)
    return [(codes[venue], *row) for venue, *row in rows]


def sum_sales_by_ticket(store: Store) -> dict[tuple[str, str], int]:
    """The sales (øre) of each ticket that counts, by its register's code and its number."""
    rows = store.rows(
        "SELECT r.code, t.number, SUM(e.amount_ore) FROM ticket t JOIN register r ON r.id = t.register_id "
        "JOIN entry e ON e.ticket_id = t.id AND e.venue_id = t.venue_id AND e.business_day = t.business_day "
        "WHERE e.kind = 1 AND t.status = 0 GROUP BY r.code, t.number"
    )
    return {(register, number): int(amount_ore) for register, number, amount_ore in rows}


def count_triggers(store: Store, *, is_sqlite: bool) -> dict[str, int]:
    """How many triggers each table has; PostgreSQL counts one for each kind of change."""
    if is_sqlite:
        return dict(store.rows("SELECT tbl_name, COUNT(*) FROM sqlite_master WHERE type = 'trigger' GROUP BY tbl_name"))
    return dict(store.rows("SELECT event_object_table, COUNT(*) FROM information_schema.triggers GROUP BY 1"))


def touch_rows(store: Store, table: str, column: str) -> None:
    """Write every row of a table as it is."""
    name = _find(table).columns[column].name
    store.change(f"UPDATE {table} SET {name} = {name}")
