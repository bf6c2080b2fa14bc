"""What a source of sales must be able to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol

from posexport.core.sales import MasterData, SalesItem


class OpenFile(Protocol):
    """One sales file, however it was packed."""

    @property
    def name(self) -> str:
        """As the user gave it."""

    @property
    def format(self) -> str:
        """Which reader reads it."""

    @property
    def size_bytes(self) -> int:
        """How much there is to read."""

    @property
    def written_at_utc_s(self) -> int | None:
        """When it was last written to the disk that it was read from; None where that cannot be told."""

    def open(self) -> AbstractContextManager[BinaryIO]:
        """Its bytes; `position` on the stream says how far reading has come."""


class Reader(Protocol):
    """Reads one format."""

    def read(self, stream: BinaryIO, name: str, known: MasterData) -> Iterator[SalesItem]:
        """Everything in the file, one ticket at a time."""

    def read_master(self, stream: BinaryIO, name: str) -> MasterData | None:
        """Its master data alone, None where the format has none."""
