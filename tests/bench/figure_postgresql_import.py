"""JSON lines imported into PostgreSQL; beside psycopg's COPY of the same rows into the same tables, parsed there too.

The server keeps its promises (fsync on), on the same machine.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.bench.answers import digest_store
from tests.bench.files import format_setup
from tests.bench.floor_rows import ENTRY_COLUMNS, TICKET_COLUMNS, FloorRows, Rows
from tests.bench.ground import Ground
from tests.bench.measuring import Compared, Measured, NoFigure, Row, Stopwatch, alternate, run_program
from tests.support.postgresql import NoPostgresql, Server, running_server

NAME = "postgresql-import"
WORK = "import the same into PostgreSQL"
FLOOR = "json.loads a line, psycopg COPY of the same rows into the same indexed tables"
AT_MOST = 1.6


def ours(url: str, sales: str) -> Measured:
    """Import into a store that has its setup."""
    from posexport.app.import_sales import import_sales
    from posexport.wiring import open_workspace

    stopwatch = Stopwatch()
    with stopwatch.running(), open_workspace(url) as workspace:
        import_sales(workspace, [Path(sales)])
    return stopwatch.measured()


def floor(url: str, sales: str) -> Measured:
    """The rows, in one transaction."""
    import psycopg

    stopwatch = Stopwatch()
    with stopwatch.running(), psycopg.connect(url) as connection:
        venue_ids: dict[str, int] = dict(connection.execute("SELECT code, id FROM venue").fetchall())
        rows = FloorRows(Path(sales), venue_ids)
        for tickets, entries in rows.batches():
            _copy(connection, "ticket", TICKET_COLUMNS, tickets)
            _copy(connection, "entry", ENTRY_COLUMNS, entries)
        registers = [(id_, rows.venue_of[code], code) for code, id_ in rows.registers.items()]
        _copy(connection, "register", ("id", "venue_id", "code"), registers)
        _copy(connection, "code", ("text", "id"), list(rows.codes.items()))
        days = ("venue_id", "business_day", "file_id", "is_open")
        _copy(connection, "business_day", days, [(*day, 1, True) for day in sorted(rows.days)])
    return stopwatch.measured()


def _copy(connection: Any, table: str, columns: tuple[str, ...], rows: Rows) -> None:
    with connection.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def look(url: str) -> Measured:
    """What a store has come to hold."""
    return Measured(0.0, digest_store(url))


def measure(ground: Ground) -> list[Row]:
    """The figure."""
    try:
        with running_server({"shared_buffers": "256MB", "max_wal_size": "4GB"}) as url:
            return [_measure(ground, Server(url))]
    except NoPostgresql as error:
        raise NoFigure(str(error)) from None


def _measure(ground: Ground, server: Server) -> Row:
    sales, template = ground.sales("jsonl"), server.make()
    _set_up(ground, template)
    name = template.rpartition("/")[2]

    def side(function: Callable[..., Measured]) -> Measured:
        copy = server.make(name)
        try:
            ran = ground.run(function, copy, str(sales))
            answer = ground.run(look, copy).answer
        finally:
            server.drop(copy)
        return replace(ran, answer=answer)

    try:
        found = alternate(ground.runs, lambda: side(ours), lambda: side(floor))
    finally:
        server.drop(template)
    return Compared(*found).row(NAME, WORK, FLOOR, AT_MOST)


def _set_up(ground: Ground, url: str) -> None:
    setup = ground.folder / "setup-postgresql.toml"
    setup.write_text(format_setup(ground.plan.venues), encoding="utf-8")
    run_program([sys.executable, "-m", "posexport", "--db", url, "setup", "apply", setup])
