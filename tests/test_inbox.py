"""What comes into a venue's inbox is read once, whole, and put away; what cannot be read says why."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from posexport.export import Workplace
from posexport.inbox import LONG_S, STILL_S, Watch, take_in
from tests.harness import Shop, sale, together, write_jsonl


@pytest.fixture
def inbox(shop: Shop) -> Path:
    shop.clock.now_s = time.time()  # when a file was moved is told by the system's own clock
    folder = shop.folder / "inbox"
    shop.apply(torget=f'inbox = "{folder}"')
    return folder


@contextmanager
def opened(shop: Shop) -> Iterator[tuple[Workplace, Watch]]:
    with shop.open() as workplace:
        yield workplace, Watch()


def look(workplace: Workplace, watch: Watch) -> int:
    return take_in(workplace, workplace.load_setup().venues[0], watch)


def drop(shop: Shop, path: Path, tickets: list[dict[str, Any]]) -> Path:
    """A file written now, by the shop's clock."""
    write_jsonl(path, tickets)
    os.utime(path, (shop.clock(), shop.clock()))
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_a_file_is_read_when_it_has_stopped_growing_and_put_away(shop: Shop, inbox: Path) -> None:
    with opened(shop) as (workplace, watch):
        assert look(workplace, watch) == 0
        file = drop(shop, inbox / "day.jsonl", [sale(1)])
        assert look(workplace, watch) == 0, "seen for the first time"
        shop.clock.now_s += STILL_S
        drop(shop, file, [sale(1), sale(2)])
        assert look(workplace, watch) == 0, "it grew"
        shop.clock.now_s += STILL_S
        assert look(workplace, watch) == 1
        assert look(workplace, watch) == 0
    assert (names(inbox), names(inbox / "done"), names(inbox / "reading")) == ([], ["day.jsonl"], [])
    assert shop.rows("SELECT COUNT(*) FROM ticket") == [(2,)]


def test_a_file_nobody_has_changed_for_an_hour_is_read_at_once(shop: Shop, inbox: Path) -> None:
    with opened(shop) as (workplace, watch):
        look(workplace, watch)
        file = drop(shop, inbox / "day.jsonl", [sale(1)])
        then = shop.clock() - LONG_S
        os.utime(file, (then, then))
        assert look(workplace, watch) == 1


@pytest.mark.parametrize("name", ["day.jsonl.part", "day.tmp", ".day.jsonl"])
def test_what_is_still_on_its_way_is_left_alone(shop: Shop, inbox: Path, name: str) -> None:
    with opened(shop) as (workplace, watch):
        look(workplace, watch)
        drop(shop, inbox / name, [sale(1)])
        for _ in range(3):
            shop.clock.now_s += 2 * LONG_S
            assert look(workplace, watch) == 0
    assert names(inbox) == [name]


def test_an_empty_file_waits_for_its_content(shop: Shop, inbox: Path) -> None:
    with opened(shop) as (workplace, watch):
        look(workplace, watch)
        (inbox / "day.jsonl").touch()
        for _ in range(3):
            shop.clock.now_s += LONG_S
            assert look(workplace, watch) == 0


def test_a_file_that_cannot_be_read_is_put_aside_with_the_reason_beside_it(shop: Shop, inbox: Path) -> None:
    with opened(shop) as (workplace, watch):
        look(workplace, watch)
        (inbox / "day.jsonl").write_text("{not json\n", encoding="utf-8")
        os.utime(inbox / "day.jsonl", (shop.clock(), shop.clock()))
        look(workplace, watch)
        shop.clock.now_s += STILL_S
        assert look(workplace, watch) == 1
    assert names(inbox / "refused") == ["day.jsonl", "day.jsonl.txt"]
    reason = (inbox / "refused" / "day.jsonl.txt").read_text(encoding="utf-8")
    assert "line 1" in reason
    assert "Expected:" in reason


def test_a_file_with_a_register_of_nobodys_is_put_aside_and_can_be_moved_back(shop: Shop, inbox: Path) -> None:
    with opened(shop) as (workplace, watch):
        look(workplace, watch)
        drop(shop, inbox / "day.jsonl", [sale(1), sale(1, register="9")])
        look(workplace, watch)
        shop.clock.now_s += STILL_S
        look(workplace, watch)
        assert 'registers = ["9"]' in (inbox / "refused" / "day.jsonl.txt").read_text(encoding="utf-8")
        assert look(workplace, watch) == 0
        (inbox / "refused" / "day.jsonl").rename(inbox / "day.jsonl")
        look(workplace, watch)
        shop.clock.now_s += STILL_S
        assert look(workplace, watch) == 1
    assert shop.rows("SELECT COUNT(*) FROM ticket") == [(1,)]


def test_two_files_of_one_name_are_both_kept(shop: Shop, inbox: Path) -> None:
    with opened(shop) as (workplace, watch):
        look(workplace, watch)
        for number in (1, 2):
            drop(shop, inbox / "day.jsonl", [sale(number)])
            look(workplace, watch)
            shop.clock.now_s += STILL_S
            assert look(workplace, watch) == 1
    assert len(names(inbox / "done")) == 2
    assert shop.rows("SELECT COUNT(*) FROM ticket") == [(2,)]


def test_a_file_that_a_process_died_over_is_taken_up_again(shop: Shop, inbox: Path) -> None:
    with opened(shop) as (workplace, watch):
        look(workplace, watch)
        drop(shop, inbox / "reading" / "day.jsonl", [sale(1)])
        shop.clock.now_s = (inbox / "reading" / "day.jsonl").stat().st_ctime
        assert look(workplace, watch) == 0, "somebody may be at it"
        shop.clock.now_s += LONG_S
        assert look(workplace, watch) == 1
    assert names(inbox / "done") == ["day.jsonl"]


def test_of_two_schedulers_one_reads_a_file(shop: Shop, inbox: Path) -> None:
    inbox.mkdir()
    for number in range(5):
        file = drop(shop, inbox / f"day-{number}.jsonl", [sale(number)])
        then = shop.clock() - LONG_S
        os.utime(file, (then, then))

    def work() -> int:
        with opened(shop) as (workplace, watch):
            return look(workplace, watch)

    assert sum(together(work, work)) == 5
    assert len(names(inbox / "done")) == 5
    assert shop.rows("SELECT COUNT(*) FROM sales_file") == [(5,)]


def test_an_inbox_that_cannot_be_used_is_told_of_and_stops_nothing(
    shop: Shop, inbox: Path, caplog: pytest.LogCaptureFixture
) -> None:
    inbox.write_text("a file, not a folder", encoding="utf-8")
    with opened(shop) as (workplace, watch):
        assert look(workplace, watch) == 0
    assert "cannot be used" in caplog.text
