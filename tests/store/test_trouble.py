"""What a database may do to us: somebody else has it, it is full, read-only, damaged, gone, or of another schema. Each
is a sentence with what to do and the right exit code, what was not finished is undone, and what was done is told."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from posexport.app import sales_file
from posexport.app.import_sales import import_sales
from posexport.app.sales_file import AT_ONCE, KEPT, Spool
from posexport.core.sales import ImportNote
from posexport.errors import DatabaseAway, Exit, ImportStopped, StoreTrouble, StoreUnusable, UsageError
from posexport.store import database as store
from posexport.store.database import Database, open_database
from posexport.store.database_address import parse_place
from posexport.store.trouble import name_trouble
from tests.support.harness import FRIDAY, FULL_DAY, SATURDAY, Shop, run_program, sale, states, together

MANY = tuple(sale(n, at=f"2026-11-20T{8 + n // 600:02d}:{n // 10 % 60:02d}:{n % 10:02d}") for n in range(KEPT + 700))
"""More tickets than are kept in memory."""


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Locks are waited for a second or two."""
    monkeypatch.setattr(store, "LOCK_S", 1)
    monkeypatch.setattr(store, "TOLD_AFTER_S", 0)


@contextmanager
def locked(shop: Shop) -> Iterator[None]:
    """Somebody else is writing: to SQLite's file, or sales to PostgreSQL."""
    with shop.open() as workspace, workspace.database.writing() as connection:
        store.lock_sales(connection)
        yield


def plain_url(url: str) -> str:
    return url.replace("postgresql+psycopg", "postgresql")


def kill_connections(url: str) -> None:
    """As a server does that is told to shut down."""
    with psycopg.connect(plain_url(url), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


# Who waits for whom


@pytest.mark.long
def test_a_lock_is_waited_for(both: Shop, hurried: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "LOCK_S", 30)
    both.apply()
    file = both.write(sale(1))
    is_locked = threading.Event()

    def hold() -> None:
        with locked(both):
            is_locked.set()
            time.sleep(3)

    def load() -> Any:
        assert is_locked.wait(10)
        return both.load(file)

    _, imported = together(hold, load)
    assert imported.results[0].new == 1


def test_a_lock_that_lasts_ends_in_words_and_nothing_is_stored(both: Shop, hurried: None) -> None:
    both.apply()
    files = [both.write(sale(1)), both.write(sale(2))]
    with locked(both):
        imported = both.load(*files)
    assert (imported.results, imported.exit_code) == ((), Exit.WAIT)
    assert "is in use by another program" in str(imported.trouble)
    assert imported.not_read == tuple(map(str, files))
    assert both.rows("SELECT COUNT(*) FROM ticket") == [(0,)]
    assert [result.new for result in both.load(*files).results] == [1, 1]


@pytest.mark.long
def test_waiting_for_a_lock_is_told(
    shop: Shop, hurried: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(store, "LOCK_S", 3)
    shop.apply()
    file = shop.write(sale(1))
    with locked(shop):
        shop.load(file)
    assert "somebody else is writing to the database" in caplog.text


def test_nobody_waits_while_a_file_is_being_read(both: Shop, hurried: None) -> None:
    both.apply()
    both.write(*MANY, name="many.jsonl")
    is_reading, may_go_on = threading.Event(), threading.Event()

    def slow(name: str, position: int, size: int, tickets: int) -> None:
        if tickets >= 500 and not is_reading.is_set():
            is_reading.set()
            assert may_go_on.wait(30)

    def load() -> Any:
        with both.open() as workspace:
            return import_sales(workspace, [both.folder / "many.jsonl"], on_progress=slow)

    def sell() -> Any:
        assert is_reading.wait(30)
        try:
            return both.sell(sale("x", at="2026-11-20T23:00:00"))
        finally:
            may_go_on.set()

    long, short = together(load, sell)
    assert short.results[0].new == 1
    assert long.results[0].new == len(MANY)
    assert both.rows("SELECT COUNT(*) FROM ticket") == [(len(MANY) + 1,)]


def test_an_export_goes_on_while_a_file_is_being_read(both: Shop) -> None:
    both.apply()
    both.sell(*FULL_DAY)
    both.write(*MANY, name="many.jsonl")
    exported: list[Any] = []

    def meanwhile(name: str, position: int, size: int, tickets: int) -> None:
        if tickets == 1_000 and position <= size // 2 and not exported:
            exported.append(both.export(FRIDAY, FRIDAY))

    with both.open() as workspace:
        import_sales(workspace, [both.folder / "many.jsonl"], on_progress=meanwhile)
    assert states(exported[0].report) == ["drafted"]
    assert both.status()[0].state.value == "drafted"
    assert both.rows("SELECT is_open FROM business_day WHERE business_day = 20261120")[0][0], "it has new tickets"


def test_of_two_imports_of_one_file_at_once_each_ticket_is_stored_once(both: Shop) -> None:
    both.apply()
    file = both.write(*MANY)
    first, second = together(lambda: both.load(file), lambda: both.load(file))
    assert sorted(result.new for found in (first, second) for result in found.results) == [0, len(MANY)]
    assert both.rows("SELECT COUNT(*), SUM(sales_ore) FROM ticket") == [(len(MANY), 12_500 * len(MANY))]


def test_a_setup_that_changes_while_a_file_is_being_read_counts(both: Shop) -> None:
    both.apply(torget='location = "Nowhere"')
    both.write(*MANY, name="many.jsonl")

    def change(name: str, position: int, size: int, tickets: int) -> None:
        if tickets == 500 and position <= size // 2:  # it is being read
            both.apply()

    with both.open() as workspace:
        imported = import_sales(workspace, [both.folder / "many.jsonl"], on_progress=change)
    assert imported.results[0].new == len(MANY)


def test_a_venue_that_goes_while_its_file_is_being_read_is_told(both: Shop) -> None:
    both.apply()
    both.write(*MANY, name="many.jsonl")

    def rename(name: str, position: int, size: int, tickets: int) -> None:
        if tickets == 500 and position <= size // 2:  # it is being read
            both.change("UPDATE company SET document = replace(document, '\"torget\"', '\"bar\"')")
            both.change("UPDATE venue SET code = 'bar'")

    with both.open() as workspace:
        imported = import_sales(workspace, [both.folder / "many.jsonl"], venue_id="torget", on_progress=rename)
    assert "venue torget was taken out of the setup" in str(imported.refused[0])
    assert both.rows("SELECT COUNT(*) FROM ticket") == [(0,)]


def test_nothing_of_a_file_that_ends_badly_is_stored_however_long_it_is(both: Shop) -> None:
    both.apply()
    file = both.write(*MANY)
    file.write_text(file.read_text(encoding="utf-8") + "{", encoding="utf-8")
    assert "many" not in str(both.load(file).refused[0])
    assert both.rows("SELECT COUNT(*) FROM ticket") == [(0,)]


@pytest.mark.parametrize("count", [0, 1, KEPT - 1, KEPT, KEPT + 1, KEPT + AT_ONCE, KEPT + 3 * AT_ONCE + 7])
def test_a_spool_gives_back_what_it_was_given_in_order(count: int) -> None:
    with Spool() as spool:
        notes = [ImportNote(f"line {n}", "") for n in range(count)]
        spool.fill(notes)
        assert len(spool) == count
        assert list(spool) == notes


def test_a_spool_leaves_no_file_that_anybody_could_find(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Spool() as spool:
        spool.fill(range(KEPT + 5 * AT_ONCE))  # type: ignore[arg-type]
        assert list(tmp_path.iterdir()) == []


def test_no_room_for_a_long_file_is_told(both: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    both.apply()
    monkeypatch.setattr("tempfile.tempdir", "/dev/full/nowhere")
    imported = both.load(both.write(sale(1)), both.write(*MANY), both.write(sale(2)))
    assert imported.exit_code is Exit.OPERATOR
    assert "for temporary files cannot be written" in str(imported.trouble)
    assert "TMPDIR" in str(imported.trouble)
    assert len(imported.results) == 1
    assert len(imported.not_read) == 2


def test_an_import_that_is_told_to_stop_stores_nothing_of_its_file(both: Shop) -> None:
    both.apply()
    file = both.write(*MANY)
    asked = 0

    def stopping() -> bool:
        nonlocal asked
        asked += 1
        return asked > 8  # it is being written by then

    with both.open() as workspace:
        object.__setattr__(workspace, "stopping", stopping)
        imported = import_sales(workspace, [file])
    assert isinstance(imported.trouble, ImportStopped)
    assert imported.exit_code is Exit.WAIT
    assert both.rows("SELECT COUNT(*) FROM ticket") == [(0,)]


# Full, read-only, damaged


def fill(database: Database) -> None:
    """No room for more in a SQLite database."""

    @event.listens_for(database.engine, "connect")
    def limit(connection: Any, _record: Any) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 20}")


def test_a_full_disk_keeps_what_was_there_and_tells_what_was_done(shop: Shop, capsys: Any) -> None:
    shop.apply()
    small, large, last = shop.write(sale(1)), shop.write(*MANY), shop.write(sale(2, at="2026-11-21T12:00:00"))
    with shop.open() as workspace:
        fill(workspace.database)
        imported = import_sales(workspace, [small, large, last])
    assert [result.new for result in imported.results] == [1]
    assert isinstance(imported.trouble, StoreUnusable)
    assert imported.exit_code is Exit.OPERATOR
    assert "is full" in str(imported.trouble)
    assert "Make room" in str(imported.trouble)
    assert imported.not_read == (str(large), str(last))
    assert shop.rows("SELECT COUNT(*) FROM ticket") == [(1,)]


def is_mountable() -> bool:
    return os.name == "posix" and os.geteuid() == 0 and shutil.which("mount") is not None


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes."""
    import subprocess

    folder = tmp_path / "disk"
    folder.mkdir()
    done = is_mountable() and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], capture_output=True, check=False
    )
    if not done or done.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_disk_that_fills_up_is_told_by_the_command_also_as_json(
    small_disk: Path, shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.apply()
    db = small_disk / "x.db"
    files = [shop.write(sale(1)), shop.write(*MANY), shop.write(sale(2))]
    assert run_program(monkeypatch, "--db", str(db), "setup", "apply", str(shop.folder / "setup.toml")) == Exit.DONE
    (small_disk / "ballast").write_bytes(b"x" * (shutil.disk_usage(small_disk).free - 200_000))
    capsys.readouterr()
    assert run_program(monkeypatch, "--db", str(db), "import", "--json", *map(str, files)) == Exit.OPERATOR
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert [found["new"] for found in told["files"]] == [1]
    assert told["trouble"]["exit_code"] == Exit.OPERATOR
    assert "full" in told["trouble"]["message"]
    assert told["not_read"] == [str(file) for file in files[1:]]
    assert "Make room" in err
    (small_disk / "ballast").unlink()
    assert run_program(monkeypatch, "--db", str(db), "import", *map(str, files)) == Exit.DONE


def test_a_database_that_may_only_be_read_is_told(shop: Shop) -> None:
    shop.apply()
    with shop.open() as workspace:

        @event.listens_for(workspace.database.engine, "connect")
        def read_only(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA query_only = ON")

        imported = import_sales(workspace, [shop.write(sale(1))])
    assert imported.exit_code is Exit.OPERATOR
    assert "can be read but not written" in str(imported.trouble)


def test_a_read_only_copy_of_postgresql_is_told(postgresql_url: str, tmp_path: Path) -> None:
    shop = Shop(postgresql_url, tmp_path)
    shop.apply()
    with shop.open() as workspace:

        @event.listens_for(workspace.database.engine, "connect")
        def read_only(connection: Any, _record: Any) -> None:
            connection.execute("SET default_transaction_read_only = on")
            connection.commit()

        imported = import_sales(workspace, [shop.write(sale(1))])
        shop._idle.clear()
    assert imported.exit_code is Exit.OPERATOR
    assert "read-only copy" in str(imported.trouble)


def test_a_damaged_database_is_told(shop: Shop) -> None:
    shop.apply()
    shop.sell(*MANY)
    path = Path(shop.url.removeprefix("sqlite:///"))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:8_192] + b"\x5a" * (len(whole) - 8_192))
    with pytest.raises((StoreUnusable, UsageError), match=r"damaged|malformed") as caught:
        shop.sell(sale("x"))
    assert caught.value.exit_code is Exit.OPERATOR


@pytest.mark.parametrize("version", ["9999", "0042", "abc", "f00dfeedbeef", "0000"])
def test_a_schema_that_posexport_does_not_know_is_left_alone(
    both: Shop, version: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    both.change(f"UPDATE alembic_version SET version_num = '{version}'")
    both._idle.clear()
    try:
        with pytest.raises(UsageError, match=rf"\(schema {version}\)\. It was left as it is\.") as caught:
            open_database(both.url)
        assert caught.value.exit_code is Exit.OPERATOR
        assert ("newer posexport" in str(caught.value)) == version.isdigit() or version == "0000"
        assert run_program(monkeypatch, "--db", both.url, "status", "--json") == Exit.OPERATOR
        assert capsys.readouterr().out == ""
    finally:  # for the tests that share the database
        engine = store._make_engine(parse_place(both.url))
        with engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{store.HEAD}'")
        engine.dispose()


def test_a_folder_that_nobody_may_look_into_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_entry(_: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_dir", no_entry)
    with pytest.raises(UsageError, match=r"cannot be made \(Permission denied\)\. Let the user"):
        open_database(str(tmp_path / "x.db"))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the administrator may do anything")
def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with pytest.raises(UsageError, match="cannot be made"):
            open_database(str(tmp_path / "x.db"))
    finally:
        tmp_path.chmod(stat.S_IRWXU)


# Servers that go away


def test_an_import_whose_connection_is_lost_is_undone_and_told(postgresql_url: str, tmp_path: Path) -> None:
    shop = Shop(postgresql_url, tmp_path)
    shop.apply()
    files = [shop.write(sale("a")), shop.write(*MANY), shop.write(sale("b"))]
    half = 0

    def cut(name: str, position: int, size: int, tickets: int) -> None:
        nonlocal half
        if name == str(files[1]) and position > size // 2 and not half:
            half = tickets + 1
            kill_connections(postgresql_url)

    with shop.open() as workspace:
        imported = import_sales(workspace, files, on_progress=cut)
    assert half
    assert imported.exit_code is Exit.WAIT
    assert "was lost" in str(imported.trouble)
    assert [result.new for result in imported.results] == [1]
    assert imported.not_read == tuple(map(str, files[1:]))
    assert shop.rows("SELECT COUNT(*) FROM ticket") == [(1,)]
    assert [result.new for result in shop.load(*files).results] == [0, len(MANY), 1]


def test_connections_that_were_lost_while_nobody_used_them_are_made_anew(postgresql_url: str, tmp_path: Path) -> None:
    shop = Shop(postgresql_url, tmp_path)
    shop.apply()
    with shop.open() as workspace:
        workspace.load_setup()
        kill_connections(postgresql_url)
        assert import_sales(workspace, [shop.write(sale(1))]).results[0].new == 1


def test_an_export_tells_what_it_drafted_before_its_database_went(both: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    both.apply()
    both.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    is_gone = threading.Event()
    begin = Database.writing

    @contextmanager
    def going(self: Database, **options: Any) -> Iterator[Any]:
        if is_gone.is_set():
            raise StoreTrouble("The connection to the database was lost.", "Run it again.", "gone")
        with begin(self, **options) as connection:
            yield connection

    monkeypatch.setattr(Database, "writing", going)
    both.line.before = lambda request: is_gone.set() if len(both.world.drafts()) == 1 else None
    with both.open() as workspace:
        from posexport.app.export import export_period
        from posexport.core.day import Period

        exported = export_period(workspace, workspace.load_setup().venues, Period(), in_flight=1)
    assert exported.exit_code is Exit.WAIT
    assert "was lost" in str(exported.trouble)
    shown = {voucher.business_day: voucher for voucher in exported.report.vouchers}
    assert set(shown) == {FRIDAY, SATURDAY}
    assert "drafted" in states(exported.report)
    assert {"uncertain", "ready"} & set(states(exported.report))
    is_gone.clear()
    both.clock.now_s += 6 * 3_600
    again = both.export()
    assert set(states(again.report)) <= {"drafted"}
    assert len(both.world.drafts()) == 2


def test_an_export_whose_database_is_lost_prints_what_was_done(
    both: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    both.apply(target="file")
    both.sell(sale(1))
    trouble = StoreTrouble("The disk of the database is in trouble.", "Run it again.", "x")

    def lost(*_: Any, **__: Any) -> None:
        raise trouble

    monkeypatch.setattr("posexport.app.export._close", lost)
    assert run_program(monkeypatch, "--db", both.url, "export", "--json") == Exit.WAIT
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert [voucher["state"] for voucher in told["vouchers"]] == ["drafted"]
    assert told["trouble"] == {"message": str(trouble), "exit_code": 5}
    assert err.startswith(f"Error: {trouble}")


def test_a_server_that_does_not_answer_is_waited_for_and_one_that_refuses_us_is_not(postgresql_server: str) -> None:
    with pytest.raises(DatabaseAway, match=r"cannot be opened .*Nothing is lost") as away:
        open_database("postgresql://posexport:hidden@127.0.0.1:1/x")
    assert away.value.exit_code is Exit.WAIT
    assert "hidden" not in str(away.value)
    with pytest.raises(UsageError, match="cannot be opened") as unknown:
        open_database(postgresql_server.rpartition("/")[0] + "/no_such_database")
    assert unknown.value.exit_code is Exit.OPERATOR


@pytest.mark.parametrize(
    ("state", "exit_code", "words"),
    [
        ("57P01", Exit.WAIT, "was lost"),
        ("57P03", Exit.WAIT, "was lost"),
        ("08006", Exit.WAIT, "was lost"),
        ("53300", Exit.WAIT, "no room for us"),
        ("55P03", Exit.WAIT, "in use"),
        ("40P01", Exit.WAIT, "in use"),
        ("53100", Exit.OPERATOR, "is full"),
        ("25006", Exit.OPERATOR, "not written"),
        ("42501", Exit.OPERATOR, "may not be used"),
        ("XX001", Exit.OPERATOR, "is damaged"),
        ("58030", Exit.OPERATOR, "gives trouble"),
    ],
)
def test_what_postgresql_says_has_a_sentence_and_an_exit_code(state: str, exit_code: Exit, words: str) -> None:
    class Said(psycopg.Error):
        sqlstate = state

    trouble = name_trouble(OperationalError("SELECT 1", None, Said("FATAL: it said so.\nand much besides")), "db")
    assert trouble is not None
    assert trouble.exit_code is exit_code
    assert words in str(trouble)
    assert "(FATAL: it said so)" in str(trouble)
    assert "besides" not in str(trouble)


@pytest.mark.parametrize("state", ["42601", "42P01", "22003", "23505"])
def test_what_is_our_own_fault_stays_a_bug(state: str) -> None:
    class Said(psycopg.Error):
        sqlstate = state

    assert name_trouble(OperationalError("SELECT 1", None, Said("x")), "db") is None


def test_a_query_that_is_wrong_is_a_bug_on_both(both: Shop) -> None:
    with both.open() as workspace, pytest.raises(Exception, match="nowhere") as caught:
        _ask(workspace.database.reading, "SELECT * FROM nowhere")
    assert not isinstance(caught.value, StoreTrouble)


def _ask(opening: Callable[[], Any], statement: str) -> None:
    with opening() as connection:
        connection.exec_driver_sql(statement)


def test_a_spool_is_made_of_the_items_that_a_batch_takes() -> None:
    assert sales_file.KEPT % sales_file.AT_ONCE == 0
