"""The schema that the migrations make is the schema that the store expects, and it is made by itself."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, inspect, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlmodel import SQLModel

import posexport.store.office_tables
import posexport.store.tables
from posexport.store.database import BUSY_S, HEAD, Database, open_database, upgrade
from posexport.store.office_log import Entry, add_entry, read_entries
from tests.support.postgresql import TABLES

_OPEN = "import sys; from posexport.store.database import open_database; open_database(sys.argv[1]).close()"


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", "posexport.store:migrations")
    config.set_main_option("path_separator", "os")
    return config


def test_the_newest_migration_is_the_one_the_store_asks_for() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]


def test_migrations_make_the_schema_of_the_tables(bare_database_url: str) -> None:
    database = open_database(bare_database_url)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert context.get_current_revision() == HEAD
        assert compare_metadata(context, SQLModel.metadata) == []
    database.close()
    assert posexport.store.tables.EntryRow.__tablename__ == "entry"
    assert posexport.store.office_tables.OfficeRunRow.__tablename__ == "office_run"


def test_primary_keys_and_partial_indexes_are_as_the_tables_say(bare_database_url: str) -> None:
    """What alembic does not compare."""
    database = open_database(bare_database_url)
    with database.reading() as connection:
        look = inspect(connection)
        for table in SQLModel.metadata.sorted_tables:
            keys = look.get_pk_constraint(table.name)["constrained_columns"]
            assert keys == [column.name for column in table.primary_key.columns], table.name
        if database.is_postgresql:
            rows = connection.exec_driver_sql("SELECT indexname, indexdef FROM pg_indexes")
            found: dict[str, str] = {row.indexname: row.indexdef for row in rows}
            assert "INCLUDE (amount_ore, vat_ore, discount_ore)" in found["entry_pkey"]
            assert found["ix_ticket_unbalanced"].endswith("WHERE ((status = 0) AND (sales_ore <> payments_ore))")
        else:
            found = dict(connection.exec_driver_sql("SELECT name, sql FROM sqlite_master").fetchall())
            assert "WITHOUT ROWID" in found["entry"]
            assert found["ix_ticket_unbalanced"].endswith("WHERE status = 0 AND sales_ore <> payments_ore")
            assert found["ix_business_day_open"].endswith("WHERE is_open")
            assert found["ix_delivery_page"].endswith("WHERE page_state IN ('wanted', 'sending', 'uncertain')")
            assert found["ix_delivery_other"].endswith("WHERE document_kind <> 'voucher'")
    database.close()


def test_what_stands_in_the_log_of_the_office_cannot_be_changed(bare_database_url: str) -> None:
    database = open_database(bare_database_url)
    with database.writing() as connection:
        add_entry(connection, Entry("signed-in", "k", "Kari Moe"), 1)
    for statement in ("UPDATE office_log SET who = 'Per'", "DELETE FROM office_log"):
        if database.is_postgresql:  # the tests' own role is a superuser, whom rights do not bind
            with database.reading() as connection:
                rights = connection.exec_driver_sql("SELECT relacl FROM pg_class WHERE relname = 'office_log'").scalar()
            assert rights is not None
            assert not {"w", "d"} & set(str(rights).partition("=")[2].partition("/")[0])
        else:
            with pytest.raises(SQLAlchemyError, match="only added to"), database.engine.begin() as connection:
                connection.execute(text(statement))
    with database.reading() as connection:
        assert [entry.who for entry in read_entries(connection)] == ["Kari Moe"]
    database.close()


def test_the_tests_empty_every_table_there_is() -> None:
    assert sorted(TABLES.split(", ")) == sorted(SQLModel.metadata.tables)


def test_a_database_is_made_by_itself_and_an_upgrade_twice_changes_nothing(bare_database_url: str) -> None:
    for _ in range(2):
        database = open_database(bare_database_url)
        upgrade(database)
        with database.reading() as connection:
            tables = set(inspect(connection).get_table_names())
        database.close()
        assert tables == {"alembic_version", *SQLModel.metadata.tables}


def test_a_file_that_somebody_else_is_writing_when_it_is_new_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as maker:
        maker.execute("BEGIN EXCLUSIVE")
        done = threading.Timer(BUSY_S + 0.5, maker.rollback)
        done.start()
        open_database(f"sqlite:///{path}").close()
        done.join()


def test_two_processes_may_make_a_database_at_once(bare_database_url: str) -> None:
    started = [
        subprocess.Popen([sys.executable, "-c", _OPEN, bare_database_url], stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [process.communicate(timeout=60)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0], told
    open_database(bare_database_url).close()


def test_an_older_database_is_upgraded_by_whoever_reads_it(bare_database_url: str) -> None:
    database = open_database(bare_database_url)
    config = alembic_config()
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0004")
    database.close()
    database = open_database(bare_database_url, make=False)
    with database.reading() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == HEAD
    database.close()


_DELIVERIES = [(1, 0, 1), (1, 0, 2), (1, 1, 1), (2, 0, 1), (1, 0, 3)]
"""Of one day: the venue, which of its vouchers, and its revision."""

_READ_0009 = """
    SELECT id, venue_id, business_day, part, revision, reference, state, kind, posting_day, fingerprint, lines, payload,
           remote_id, is_lost, told_at_utc_s FROM delivery ORDER BY id
    """


def _make_deliveries_of_0009(database: Database) -> None:
    """Deliveries as schema 0009 kept them, each with an event, and one with what is watched of it."""
    with database.writing() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0009")
        metadata = MetaData()
        metadata.reflect(connection, only=["delivery", "delivery_event", "import_watch"])
        delivery, event, watch = (metadata.tables[name] for name in ("delivery", "delivery_event", "import_watch"))
        for number, (venue, part, revision) in enumerate(_DELIVERIES, start=1):
            values = {
                **{column.name: 0 for column in delivery.columns if not column.nullable and column.name != "is_lost"},
                "id": number,
                "venue_id": venue,
                "business_day": 20261120,
                "part": part,
                "revision": revision,
                "reference": f"v{venue}-20261120{'-p2' * part}-r{revision}",
                "fingerprint": f"print {number}",
                "state": "drafted",
                "target": "import",
                "kind": "whole",
                "lines": "[]",
                "payload": '{"a": 1}',
                "answer": "",
                "ruled_out": "[]",
                "report": "",
                "tickets_digest": "",
                "setup_digest": "",
                "page_state": "attached",
                "page_answer": "",
                "is_lost": part == 1,
                "posting_day": 20261201 * part,
            }
            connection.execute(delivery.insert().values(**values))
            told = {"delivery_id": number, "at_utc_s": 1, "state": "drafted", "kind": "drafted", "facts": "{}"}
            connection.execute(event.insert().values(**told, request="", answer="", who="", known_by=""))
        connection.execute(watch.insert().values(delivery_id=1, read_at_utc_s=1, is_open=True))


def _read(database: Database, sql: str) -> list[tuple[Any, ...]]:
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(text(sql))]


def test_every_delivery_is_known_by_its_document_and_goes_back_as_it_was(bare_database_url: str) -> None:
    database = open_database(bare_database_url)
    _make_deliveries_of_0009(database)
    before = _read(database, _READ_0009)
    upgrade(database)
    assert _read(database, "SELECT id, venue_id, document_kind, document_key, revision FROM delivery ORDER BY id") == [
        (number, venue, "voucher", "20261120-p2" if part else "20261120", revision)
        for number, (venue, part, revision) in enumerate(_DELIVERIES, start=1)
    ]
    assert _read(database, "SELECT delivery_id FROM delivery_event ORDER BY id") == [(n,) for n in range(1, 6)]
    assert _read(database, "SELECT delivery_id, is_open FROM import_watch") == [(1, True)]
    config = alembic_config()
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0009")
    assert _read(database, _READ_0009) == before
    database.close()


def test_a_document_is_sent_once_and_a_reference_is_its_own(bare_database_url: str) -> None:
    database = open_database(bare_database_url)
    _make_deliveries_of_0009(database)
    upgrade(database)
    for change in ("revision = 1", "reference = 'v1-20261120-r1'"):
        with pytest.raises(IntegrityError), database.writing() as connection:
            connection.execute(text(f"UPDATE delivery SET {change} WHERE id = 2"))
    with database.writing() as connection:
        connection.execute(text("UPDATE delivery SET revision = 1, document_kind = 'order' WHERE id = 2"))
    with pytest.raises(RuntimeError, match="other than vouchers"), database.writing() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0009")
    database.close()


def test_a_migration_can_be_taken_back_and_made_again(bare_database_url: str) -> None:
    database = open_database(bare_database_url)
    config = alembic_config()
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    with database.reading() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    upgrade(database)
    with database.reading() as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version", *SQLModel.metadata.tables}
    database.close()
