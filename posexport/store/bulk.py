"""Rows by the ten thousand: COPY on PostgreSQL, the driver's own `executemany` on SQLite.

Both go past SQLAlchemy, inside the transaction of the connection they are given: what it does for each row costs more
than the row. Never here: what the rows are of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add rows whose values stand in the order of the table's columns."""
    if not rows:
        return
    raw: Any = connection.connection.driver_connection
    columns = ", ".join(table.c.keys())
    if connection.dialect.name == "postgresql":
        types = [column.type.compile(connection.dialect).lower() for column in table.c]
        with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(table.c))
        raw.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608
