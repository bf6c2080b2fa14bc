"""What a source of sales must be able to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol, Self

from posexport.core.sales import MasterData, SalesItem


class OpenFile(Protocol):
    """One sales file, also one inside a ZIP, mail or folder."""

    @property
    def name(self) -> str:
        """Its name as the user gave it."""

    @property
    def format(self) -> str:
        """The format, which selects its reader."""

    @property
    def size_bytes(self) -> int:
        """Its uncompressed size."""

    @property
    def written_at_utc_s(self) -> int | None:
        """When the file on disk was last written (UTC s); None where unknown."""

    def called(self, name: str) -> Self:
        """The same file under another name, in messages and in what is stored."""

    def open(self) -> AbstractContextManager[BinaryIO]:
        """A stream of its bytes; the stream's `position` is how much was read."""


class Reader(Protocol):
    """Reads files of one format."""

    def read(self, stream: BinaryIO, name: str, known: MasterData) -> Iterator[SalesItem]:
        """Every item of the file, one ticket at a time. Raises UnreadableSales."""

    def read_master(self, stream: BinaryIO, name: str) -> MasterData | None:
        """Its master data only; None where the format has none. Raises UnreadableSales."""
