"""Pages made beside this process are the pages made in it, and it goes on without the one beside it."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from posexport.errors import ReportNotMade
from posexport.render.pdf_process import FEW, PageMaker, make_page
from tests.render.test_render_pdf import document_of_everything

DOCUMENT = document_of_everything()
NO_DOCUMENT: dict[str, Any] = {"reference": "torget-20261120-r1"}


@pytest.fixture
def beside() -> Iterator[PageMaker]:
    """One that makes every page beside this process."""
    maker = PageMaker(few=0)
    yield maker
    maker.close()


def pid_of(maker: PageMaker) -> int:
    assert maker._beside is not None
    return maker._beside.pid


def test_a_page_is_the_same_wherever_it_is_made(beside: PageMaker) -> None:
    assert beside.make(DOCUMENT) == make_page(DOCUMENT)


def test_few_pages_start_no_process() -> None:
    maker = PageMaker()
    for _ in range(FEW):
        maker.make(DOCUMENT)
    assert maker._beside is None


def test_each_thread_gets_its_own_page(beside: PageMaker) -> None:
    documents = [
        DOCUMENT | {"voucher": DOCUMENT["voucher"] | {"reference": f"torget-202611{day}-r1"}} for day in range(10, 16)
    ]
    with ThreadPoolExecutor(3) as threads:
        made = list(threads.map(beside.make, documents))
    assert made == [make_page(document) for document in documents]
    assert len(set(made)) == len(made)


def test_what_is_no_document_is_refused_beside_as_here_and_the_next_is_made(beside: PageMaker) -> None:
    told = []
    for make in (beside.make, make_page):
        with pytest.raises(ReportNotMade) as refused:
            make(NO_DOCUMENT)
        told.append(str(refused.value))
    assert told[0] == told[1]
    assert beside.make(DOCUMENT) == make_page(DOCUMENT)


def test_pages_are_made_here_once_the_process_beside_is_gone(
    beside: PageMaker, caplog: pytest.LogCaptureFixture
) -> None:
    beside.make(DOCUMENT)
    os.kill(pid_of(beside), signal.SIGKILL)
    with caplog.at_level(logging.WARNING):
        made = [beside.make(DOCUMENT) for _ in range(2)]
    assert made == [make_page(DOCUMENT)] * 2
    assert len(caplog.records) == 1


def test_pages_are_made_here_where_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert PageMaker(few=0).make(DOCUMENT) == make_page(DOCUMENT)


@pytest.mark.skipif(os.name != "posix", reason="asks the system for a process by its number")
def test_the_process_beside_outlives_what_asks_the_program_to_stop_but_not_the_program() -> None:
    program = f"""
import sys, time
from posexport.render.pdf_process import PageMaker
maker = PageMaker(few=0)
try:
    maker.make({NO_DOCUMENT!r})
except Exception:
    pass
print(maker._beside.pid, flush=True)
time.sleep(60)
"""
    running = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    pid = int(running.stdout.readline())
    for asked in (signal.SIGTERM, signal.SIGINT):
        os.kill(pid, asked)
    time.sleep(0.2)
    assert is_running(pid)
    running.kill()
    running.communicate()
    until = time.monotonic() + 10
    while is_running(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_running(pid)


def is_running(pid: int) -> bool:
    """Whether there is such a process, and not only its remains."""
    status = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
