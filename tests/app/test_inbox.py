"""What comes into a venue's inbox is read once, whole, and put away; what cannot be read says why."""

from __future__ import annotations

import errno
import os
import shutil
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from posexport.app import inbox as app_inbox
from posexport.app.inbox import LONG_S, STILL_S, InboxWatch, _shorten, take_in
from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.store import database as store
from tests.support.harness import Shop, sale, together, write_jsonl
from tests.support.looks import count_rows, read_rows


@pytest.fixture
def inbox(shop: Shop) -> Path:
    shop.clock.now_s = time.time()  # when a file was moved is told by the system's own clock
    folder = shop.folder / "inbox"
    shop.apply(torget=f'inbox = "{folder}"')
    return folder


@contextmanager
def opened(shop: Shop) -> Iterator[tuple[Workspace, InboxWatch]]:
    with shop.open() as workspace:
        yield workspace, InboxWatch()


def look(workspace: Workspace, watch: InboxWatch) -> int:
    return take_in(workspace, workspace.load_setup().venues[0], watch)


def drop(shop: Shop, path: Path, tickets: list[dict[str, Any]]) -> Path:
    """A file written now, by the shop's clock."""
    write_jsonl(path, tickets)
    os.utime(path, (shop.clock(), shop.clock()))
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_a_file_is_read_when_it_has_stopped_growing_and_put_away(shop: Shop, inbox: Path) -> None:
    with opened(shop) as (workspace, watch):
        assert look(workspace, watch) == 0
        file = drop(shop, inbox / "day.jsonl", [sale(1)])
        assert look(workspace, watch) == 0, "seen for the first time"
        shop.clock.now_s += STILL_S
        drop(shop, file, [sale(1), sale(2)])
        assert look(workspace, watch) == 0, "it grew"
        shop.clock.now_s += STILL_S
        assert look(workspace, watch) == 1
        assert look(workspace, watch) == 0
    assert (names(inbox), names(inbox / "done"), names(inbox / "reading")) == ([], ["day.jsonl"], [])
    assert count_rows(shop, "ticket") == 2


def test_a_file_nobody_has_changed_for_an_hour_is_read_at_once(shop: Shop, inbox: Path) -> None:
    with opened(shop) as (workspace, watch):
        look(workspace, watch)
        file = drop(shop, inbox / "day.jsonl", [sale(1)])
        then = shop.clock() - LONG_S
        os.utime(file, (then, then))
        assert look(workspace, watch) == 1


@pytest.mark.parametrize("name", ["day.jsonl.part", "day.tmp", ".day.jsonl"])
def test_what_is_still_on_its_way_is_left_alone(shop: Shop, inbox: Path, name: str) -> None:
    with opened(shop) as (workspace, watch):
        look(workspace, watch)
        drop(shop, inbox / name, [sale(1)])
        for _ in range(3):
            shop.clock.now_s += 2 * LONG_S
            assert look(workspace, watch) == 0
    assert names(inbox) == [name]


def test_an_empty_file_waits_for_its_content(shop: Shop, inbox: Path) -> None:
    with opened(shop) as (workspace, watch):
        look(workspace, watch)
        (inbox / "day.jsonl").touch()
        for _ in range(3):
            shop.clock.now_s += LONG_S
            assert look(workspace, watch) == 0


def test_a_file_that_cannot_be_read_is_put_aside_with_the_reason_beside_it(shop: Shop, inbox: Path) -> None:
    with opened(shop) as (workspace, watch):
        look(workspace, watch)
        (inbox / "day.jsonl").write_text("{not json\n", encoding="utf-8")
        os.utime(inbox / "day.jsonl", (shop.clock(), shop.clock()))
        look(workspace, watch)
        shop.clock.now_s += STILL_S
        assert look(workspace, watch) == 1
    assert names(inbox / "refused") == ["day.jsonl", "day.jsonl.txt"]
    reason = (inbox / "refused" / "day.jsonl.txt").read_text(encoding="utf-8")
    assert reason.startswith("day.jsonl, linje 1: "), "in the company's language, and by the name that it has there"
    told, _, in_english = reason.partition("\n\nIn English:\n")
    assert "Ventet:" in told and "Expected:" not in told
    assert in_english.startswith("day.jsonl, line 1: ") and "Expected:" in in_english


def test_a_file_with_a_register_of_nobodys_is_put_aside_and_can_be_moved_back(shop: Shop, inbox: Path) -> None:
    with opened(shop) as (workspace, watch):
        look(workspace, watch)
        drop(shop, inbox / "day.jsonl", [sale(1), sale(1, register="9")])
        look(workspace, watch)
        shop.clock.now_s += STILL_S
        look(workspace, watch)
        assert 'registers = ["9"]' in (inbox / "refused" / "day.jsonl.txt").read_text(encoding="utf-8")
        assert look(workspace, watch) == 0
        (inbox / "refused" / "day.jsonl").rename(inbox / "day.jsonl")
        look(workspace, watch)
        shop.clock.now_s += STILL_S
        assert look(workspace, watch) == 1
    assert count_rows(shop, "ticket") == 1


def test_two_files_of_one_name_are_both_kept(shop: Shop, inbox: Path) -> None:
    with opened(shop) as (workspace, watch):
        look(workspace, watch)
        for number in (1, 2):
            drop(shop, inbox / "day.jsonl", [sale(number)])
            look(workspace, watch)
            shop.clock.now_s += STILL_S
            assert look(workspace, watch) == 1
    assert len(names(inbox / "done")) == 2
    assert count_rows(shop, "ticket") == 2


def test_a_file_that_a_process_died_over_is_taken_up_again(shop: Shop, inbox: Path) -> None:
    with opened(shop) as (workspace, watch):
        look(workspace, watch)
        drop(shop, inbox / "reading" / "day.jsonl", [sale(1)])
        shop.clock.now_s = (inbox / "reading" / "day.jsonl").stat().st_ctime
        assert look(workspace, watch) == 0, "somebody may be at it"
        shop.clock.now_s += LONG_S
        assert look(workspace, watch) == 1
    assert names(inbox / "done") == ["day.jsonl"]


def test_of_two_schedulers_one_reads_a_file(shop: Shop, inbox: Path) -> None:
    inbox.mkdir()
    for number in range(5):
        file = drop(shop, inbox / f"day-{number}.jsonl", [sale(number)])
        then = shop.clock() - LONG_S
        os.utime(file, (then, then))

    def work() -> int:
        with opened(shop) as (workspace, watch):
            return look(workspace, watch)

    assert sum(together(work, work)) == 5
    assert len(names(inbox / "done")) == 5
    assert count_rows(shop, "sales_file") == 5


def test_an_inbox_that_cannot_be_used_is_told_of_and_stops_nothing(
    shop: Shop, inbox: Path, caplog: pytest.LogCaptureFixture
) -> None:
    inbox.write_text("a file, not a folder", encoding="utf-8")
    with opened(shop) as (workspace, watch):
        assert look(workspace, watch) == 0
    assert "cannot be used" in caplog.text


# What stands in a file's way


def wait_for(shop: Shop, workspace: Workspace, watch: InboxWatch) -> int:
    """Two looks, so far apart that what lies there is whole."""
    look(workspace, watch)
    shop.clock.now_s += STILL_S
    return look(workspace, watch)


def break_moves(monkeypatch: pytest.MonkeyPatch, folder: str, number: int) -> None:
    """No file can be renamed into this folder."""
    rename = os.rename

    def broken(source: Any, target: Any, **options: Any) -> None:
        if Path(target).parent.name == folder and Path(source).parent.name != folder:
            raise OSError(number, os.strerror(number), str(source), None, str(target))
        rename(source, target, **options)

    monkeypatch.setattr(os, "rename", broken)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EIO])
def test_a_file_that_cannot_be_put_away_is_told_and_stops_no_other(
    shop: Shop, inbox: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    with opened(shop) as (workspace, watch):
        look(workspace, watch)
        drop(shop, inbox / "a.jsonl", [sale(1)])
        drop(shop, inbox / "b.jsonl", [sale(2)])
        break_moves(monkeypatch, "done", number)
        assert wait_for(shop, workspace, watch) == 2
    assert count_rows(shop, "ticket") == 2
    assert names(inbox / "reading") == ["a.jsonl", "b.jsonl"]
    for name in ("a.jsonl", "b.jsonl"):
        assert f"{name} cannot be moved to done: {os.strerror(number)}. It stays in" in caplog.text


def test_a_file_is_put_away_on_another_disk_too(
    shop: Shop, inbox: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(shop) as (workspace, watch):
        look(workspace, watch)
        drop(shop, inbox / "a.jsonl", [sale(1)])
        drop(shop, inbox / "bad.jsonl", [])
        (inbox / "bad.jsonl").write_text("{", encoding="utf-8")
        break_moves(monkeypatch, "done", errno.EXDEV)
        break_moves(monkeypatch, "refused", errno.EXDEV)
        assert wait_for(shop, workspace, watch) == 2
    assert (names(inbox / "done"), names(inbox / "reading")) == (["a.jsonl"], [])
    assert names(inbox / "refused") == ["bad.jsonl", "bad.jsonl.txt"]
    assert "cannot be moved" not in caplog.text


@pytest.mark.parametrize("number", [errno.EACCES, errno.EXDEV, errno.ENAMETOOLONG])
def test_a_file_that_cannot_be_taken_is_told_once_and_stops_no_other(
    shop: Shop, inbox: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    with opened(shop) as (workspace, watch):
        look(workspace, watch)
        drop(shop, inbox / "a.jsonl", [sale(1)])
        drop(shop, inbox / "b.jsonl", [sale(2)])
        rename = os.rename

        def broken(source: Any, target: Any, **options: Any) -> None:
            if Path(source).name == "a.jsonl":
                raise OSError(number, os.strerror(number))
            rename(source, target, **options)

        monkeypatch.setattr(os, "rename", broken)
        assert wait_for(shop, workspace, watch) == 1
        for _ in range(5):
            shop.clock.now_s += 20
            assert look(workspace, watch) == 0
        assert caplog.text.count("a.jsonl is not read") == 1
        shop.clock.now_s += LONG_S
        look(workspace, watch)
        assert caplog.text.count("a.jsonl is not read") == 2
    assert names(inbox) == ["a.jsonl"]
    assert count_rows(shop, "ticket") == 1


@pytest.mark.parametrize("stem", ["n" * 249, "æ" * 124, "n" * 240, "x" * 100])
def test_a_name_that_is_too_long_with_what_is_added_to_it_is_cut(shop: Shop, inbox: Path, stem: str) -> None:
    name = f"{stem}.jsonl"
    with opened(shop) as (workspace, watch):
        look(workspace, watch)
        for _ in range(2):
            (inbox / name).write_text("{", encoding="utf-8")
            os.utime(inbox / name, (shop.clock(), shop.clock()))
            assert wait_for(shop, workspace, watch) == 1
            shop.clock.now_s += 1
    kept = names(inbox / "refused")
    assert len(kept) == 4
    assert sum(one.endswith(".txt") for one in kept) == 2
    assert all(len(os.fsencode(one)) <= 255 for one in kept)
    assert names(inbox / "reading") == []


@given(
    st.text(st.characters(blacklist_characters="/\0", blacklist_categories=["Cs"]), min_size=1), st.integers(20, 255)
)
def test_a_cut_name_is_never_too_long_and_stays_the_same_where_it_fits(name: str, most_bytes: int) -> None:
    cut = _shorten(name, most_bytes, "-20261122T120000")
    assert len(os.fsencode(cut)) <= most_bytes
    if len(os.fsencode(name)) <= most_bytes:
        assert _shorten(name, most_bytes) == name


def test_a_reason_that_cannot_be_written_is_told_with_what_it_is(
    shop: Shop, inbox: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: Any) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with opened(shop) as (workspace, watch):
        look(workspace, watch)
        (inbox / "bad.jsonl").write_text("{", encoding="utf-8")
        drop(shop, inbox / "good.jsonl", [sale(1)])
        monkeypatch.setattr(Path, "write_bytes", full)
        assert wait_for(shop, workspace, watch) == 2
    assert "the reason cannot be written beside bad.jsonl: No space left on device. It is: " in caplog.text
    assert count_rows(shop, "ticket") == 1


def test_names_are_cleaned_in_the_log(shop: Shop, inbox: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    evil = "day\x1b[31m\n2026-11-22 posexport.inbox: all is well\x9b.jsonl"
    with opened(shop) as (workspace, watch):
        look(workspace, watch)
        drop(shop, inbox / evil, [sale(1)])
        (inbox / f"bad{evil}").write_text("{", encoding="utf-8")
        raw = os.fsencode(inbox) + b"/\xff\xfe.jsonl"
        shutil.copy(os.fsencode(inbox / evil), raw)
        (inbox / f"link{evil}").symlink_to(inbox.parent / "nowhere")
        assert wait_for(shop, workspace, watch) == 3
    assert len(caplog.messages) >= 4
    for message in caplog.messages:
        assert not any(unicodedata.category(one) in ("Cc", "Cs") for one in message), message


@pytest.mark.parametrize("is_inside", [True, False])
def test_a_link_in_an_inbox_is_not_followed(
    shop: Shop, inbox: Path, caplog: pytest.LogCaptureFixture, is_inside: bool
) -> None:
    with opened(shop) as (workspace, watch):
        look(workspace, watch)
        target = drop(shop, (inbox / ".kept" if is_inside else shop.folder / "other.jsonl"), [sale(1)])
        (inbox / "day.jsonl").symlink_to(target)
        drop(shop, inbox / "own.jsonl", [sale(2)])
        assert wait_for(shop, workspace, watch) == 1
        assert (inbox / "day.jsonl").is_symlink(), "it stays where it is"
        shop.clock.now_s += 2 * LONG_S
        look(workspace, watch)
    assert target.exists()
    assert read_rows(shop, "ticket", "number") == [("2",)]
    assert "day.jsonl in the inbox is a link" in caplog.text


def test_a_file_that_becomes_a_link_as_it_is_taken_is_not_followed(
    shop: Shop, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = drop(shop, shop.folder / "other.jsonl", [sale(1)])
    with opened(shop) as (workspace, watch):
        look(workspace, watch)
        drop(shop, inbox / "day.jsonl", [sale(2)])
        rename = os.rename

        def swap(source: Any, target: Any, **options: Any) -> None:
            if Path(target).parent.name == "reading":
                Path(source).unlink()
                Path(source).symlink_to(secret)
            rename(source, target, **options)

        monkeypatch.setattr(os, "rename", swap)
        assert wait_for(shop, workspace, watch) == 0
    assert count_rows(shop, "ticket") == 0


@pytest.mark.parametrize("folder", ["done", "refused"])
@pytest.mark.parametrize("is_there", [True, False])
def test_nothing_is_moved_out_of_an_inbox_through_a_link_and_the_sales_are_read_all_the_same(
    shop: Shop, inbox: Path, caplog: pytest.LogCaptureFixture, folder: str, is_there: bool
) -> None:
    inbox.mkdir()
    other = shop.folder / "other"
    if is_there:
        other.mkdir()
    (inbox / folder).symlink_to(other)
    with opened(shop) as (workspace, watch):
        drop(shop, inbox / "day.jsonl", [sale(1)])
        (inbox / "wrong.jsonl").write_text("no sales", encoding="utf-8")
        assert wait_for(shop, workspace, watch) == 2
        assert f"{folder} in the inbox is a link, and nothing is moved through links; make it a folder" in caplog.text
        assert count_rows(shop, "ticket") == 1
        assert not is_there or names(other) == []
        stayed = {"done": "day.jsonl", "refused": "wrong.jsonl"}
        assert names(inbox / "reading") == [stayed.pop(folder)]
        ((name, put_away),) = stayed.items()
        assert put_away in names(inbox / name)
        (inbox / folder).unlink()
        shop.clock.now_s += LONG_S + 1
        assert look(workspace, watch) == 1, "it is read again, and put away"
    assert names(inbox / "reading") == []
    assert count_rows(shop, "ticket") == 1


def test_nothing_is_taken_through_a_link(shop: Shop, inbox: Path, caplog: pytest.LogCaptureFixture) -> None:
    inbox.mkdir()
    other = shop.folder / "other"
    other.mkdir()
    (inbox / "reading").symlink_to(other)
    with opened(shop) as (workspace, watch):
        drop(shop, inbox / "day.jsonl", [sale(1)])
        assert wait_for(shop, workspace, watch) == 0
        assert "reading is a link, and nothing is moved through links; make it a folder. It is tried" in caplog.text
        assert (names(other), names(inbox)) == ([], ["day.jsonl"])
        (inbox / "reading").unlink()
        assert wait_for(shop, workspace, watch) == 1
    assert count_rows(shop, "ticket") == 1


def test_a_file_waits_in_the_inbox_while_the_database_cannot_be_used(
    shop: Shop, inbox: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(store, "LOCK_S", 1)
    with opened(shop) as (workspace, watch):
        look(workspace, watch)
        drop(shop, inbox / "a.jsonl", [sale(1)])
        drop(shop, inbox / "b.jsonl", [sale(2)])
        with shop.open() as other, other.database.writing():
            assert wait_for(shop, workspace, watch) == 0
        assert names(inbox) == ["a.jsonl", "b.jsonl"]
        assert "a.jsonl waits: The database" in caplog.text
        assert look(workspace, watch) == 2
    assert names(inbox / "refused") == []


# Stopping


def test_no_file_is_begun_once_the_program_is_to_stop(shop: Shop, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []
    take = app_inbox._take

    def note_and_take(venue: Venue, path: Path, seen: InboxWatch, now_s: float) -> Path | None:
        taken.append(path.name)
        return take(venue, path, seen, now_s)

    monkeypatch.setattr(app_inbox, "_take", note_and_take)
    with opened(shop) as (workspace, watch):
        look(workspace, watch)
        for n in range(4):
            drop(shop, inbox / f"{n}.jsonl", [sale(n)])
        look(workspace, watch)
        shop.clock.now_s += STILL_S
        stopping = replace(workspace, stopping=lambda: len(list((inbox / "done").iterdir())) >= 2)
        assert take_in(stopping, workspace.load_setup().venues[0], watch) == 2
        assert (taken, names(inbox)) == (["0.jsonl", "1.jsonl"], ["2.jsonl", "3.jsonl"])
        assert look(workspace, watch) == 2


def test_a_file_in_the_middle_of_which_the_program_is_to_stop_comes_back(shop: Shop, inbox: Path) -> None:
    with opened(shop) as (workspace, watch):
        look(workspace, watch)
        drop(shop, inbox / "long.jsonl", [sale(n) for n in range(2_000)])
        look(workspace, watch)
        shop.clock.now_s += STILL_S
        asked = 0

        def stopping() -> bool:
            nonlocal asked
            asked += 1
            return asked > 3

        assert take_in(replace(workspace, stopping=stopping), workspace.load_setup().venues[0], watch) == 0
        assert (names(inbox), names(inbox / "reading")) == (["long.jsonl"], [])
        assert count_rows(shop, "ticket") == 0
        assert look(workspace, watch) == 1
    assert count_rows(shop, "ticket") == 2_000
