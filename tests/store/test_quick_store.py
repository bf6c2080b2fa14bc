"""The SQLite of the tests is quick, and otherwise what posexport makes."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from posexport.store import database as store
from posexport.store.database import open_database
from tests.support.harness import Shop
from tests.support.looks import StoreFile
from tests.support.quick_store import put_database


@pytest.mark.parametrize("durable", [True, False])
def test_no_commit_of_a_test_waits_for_the_disk(shop: Shop, durable: bool) -> None:
    with shop.open() as workspace, workspace.database.writing(durable=durable) as connection:
        assert connection.exec_driver_sql("PRAGMA main.synchronous").scalar() == 0


def test_what_was_compiled_for_one_database_is_there_for_the_next(shop: Shop, tmp_path: Path) -> None:
    other = open_database(put_database(tmp_path / "other.db")).engine
    with shop.open() as workspace:
        assert other._compiled_cache is workspace.database.engine._compiled_cache
        assert other.dialect is workspace.database.engine.dialect


def test_a_database_that_is_put_somewhere_is_as_one_that_is_made_there(tmp_path: Path) -> None:
    put, made = tmp_path / "put.db", tmp_path / "made.db"
    put_database(put)
    open_database(f"sqlite:///{made}").close()
    assert StoreFile(put).rows("SELECT version_num FROM alembic_version") == [(store.HEAD,)]
    shape = "SELECT type, name, sql FROM sqlite_master ORDER BY name"
    assert StoreFile(put).rows(shape) == StoreFile(made).rows(shape)
    assert stat.S_IMODE(put.stat().st_mode) == stat.S_IMODE(made.stat().st_mode)
