"""Each accounting system in turn, and each by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ledger_bench import TARGETS, WIRE, Bench, open_bench


@pytest.fixture(params=(*TARGETS, "nordbok"))
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """Each destination in turn."""
    yield from open_bench(request.param, tmp_path)


@pytest.fixture(params=WIRE)
def wired(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """Each destination over the wire in turn."""
    yield from open_bench(request.param, tmp_path)


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Bench]:
    """The import queue."""
    yield from open_bench("import", tmp_path)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Bench]:
    """The journal-entry drafts."""
    yield from open_bench("journal", tmp_path)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Bench]:
    """The ledger."""
    yield from open_bench("ledger", tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Bench]:
    """The folder of voucher files."""
    yield from open_bench("file", tmp_path)
