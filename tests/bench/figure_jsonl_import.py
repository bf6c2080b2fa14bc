"""JSON lines imported; beside the json module and sqlite3 putting the same rows into the same tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.bench.answers import digest_store
from tests.bench.floor_rows import ENTRY_COLUMNS, TICKET_COLUMNS, FloorRows
from tests.bench.ground import Ground, url_of
from tests.bench.measuring import Compared, Measured, Row, Stopwatch, alternate

NAME = "jsonl-import"
WORK = "import the same as JSON lines"
FLOOR = "json.loads a line, sqlite3.executemany of the same rows into the same indexed tables"
AT_MOST = 1.6


def ours(store: str, sales: str) -> Measured:
    """Import into a store that has its setup."""
    from posexport.app.import_sales import import_sales
    from posexport.wiring import open_workspace

    stopwatch = Stopwatch()
    with stopwatch.running(), open_workspace(url_of(store)) as workspace:
        import_sales(workspace, [Path(sales)])
    return stopwatch.measured()


def floor(store: str, sales: str) -> Measured:
    """The rows, in one transaction, on a connection that is as ours is (journal, cache, durability)."""
    from posexport.store.database import open_database

    stopwatch = Stopwatch()
    with stopwatch.running():
        database = open_database(url_of(store))
        connection: Any = database.engine.raw_connection()
        try:
            connection.execute("BEGIN IMMEDIATE")
            venue_ids = dict(connection.execute("SELECT code, id FROM venue").fetchall())
            rows = FloorRows(Path(sales), venue_ids)
            for tickets, entries in rows.batches():
                connection.executemany(_insertion("ticket", TICKET_COLUMNS), tickets)
                connection.executemany(_insertion("entry", ENTRY_COLUMNS), entries)
            registers = [(id_, rows.venue_of[code], code) for code, id_ in rows.registers.items()]
            connection.executemany(_insertion("register", ("id", "venue_id", "code")), registers)
            connection.executemany(_insertion("code", ("text", "id")), rows.codes.items())
            days = ("venue_id", "business_day", "file_id", "is_open")
            connection.executemany(_insertion("business_day", days), [(*day, 1, True) for day in sorted(rows.days)])
            connection.execute("COMMIT")
        finally:
            connection.close()
            database.close()
    return stopwatch.measured()


def _insertion(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def measure(ground: Ground) -> list[Row]:
    """The figure."""
    sales, store = ground.sales("jsonl"), ground.empty_store()

    def side(function: Callable[..., Measured]) -> Measured:
        copy = ground.fresh_copy(store)
        ran = ground.run(function, str(copy), str(sales))
        answer = ground.run(look, url_of(copy)).answer
        return replace(ran, answer=answer)

    found = alternate(ground.runs, lambda: side(ours), lambda: side(floor))
    return [Compared(*found).row(NAME, WORK, FLOOR, AT_MOST, f"{sales.stat().st_size / 1e6:.0f} MB")]


def look(url: str) -> Measured:
    """What a store has come to hold."""
    return Measured(0.0, digest_store(url))
