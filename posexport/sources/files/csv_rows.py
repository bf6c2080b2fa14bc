"""Rows of cells: a CSV file's lines as text, and the search for our header among them.

Never here: what a cell means.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import BinaryIO, NamedTuple, Protocol

from posexport.sources.files.foreign import explain_foreign
from posexport.sources.files.values import BOM, find_wide_encoding, parse_code

REQUIRED = ("register", "ticket", "completed_at", "kind", "code", "vat_code", "amount")
HEADER_IN_WORDS = f"a header row with {', '.join(REQUIRED)}, with ; or , between them."
_ROW_BYTES_MAX = 1_000_000
_SEPARATOR_ROW = re.compile(r'"?sep=([^"\r\n])"?[;,\t]*[ \r\n]*\Z', re.IGNORECASE)
_DELIMITERS = (";", ",", "\t")
_CHUNK_BYTES = 65_536
TITLE_ROWS_MAX = 25
"""How many title rows may precede the header."""
_COLUMNS_OURS = 3
"""With this many of the required columns a header is ours, even with misspelled names."""


class Fault(Exception):
    """What is wrong with a row, before the row's place is known. `line_number`: set where it is another line's
    fault."""

    ticket = ""

    def __init__(self, found: str, expected: str, fix: str, line_number: int | None = None) -> None:
        super().__init__(found)
        self.found, self.expected, self.fix, self.line_number = found, expected, fix, line_number

    def of(self, number: str) -> Fault:
        """The same fault, with the ticket's number where that is usable as a name."""
        with suppress(ValueError):
            self.ticket = parse_code(number)
        return self


class Table(Protocol):
    """Rows of cells, one by one. `prefix`: the words for where its lines are; `row_line_number`: where the last row
    read begins; `line_number`: where it ends."""

    prefix: str
    line_number: int
    row_line_number: int

    def row_ended(self) -> None:
        """Note that the next line begins a new row."""

    def open(self) -> Opened:
        """Find the header. Raises Fault."""


class Opened(NamedTuple):
    """A table whose header was found: its cells and line, the rows after it, the delimiter, and how many title rows
    were skipped."""

    header: list[str]
    line_number: int
    rows: Iterator[list[str]]
    delimiter: str
    titles: int = 0


def count_ours(cells: Sequence[str]) -> int:
    """How many of the required columns these cells name."""
    return len({cell.strip().lower() for cell in cells}.intersection(REQUIRED))


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row is our header, perhaps with misspelled names."""
    return count_ours(cells) >= _COLUMNS_OURS


class CsvText:
    """The file's lines as text, with their numbers; no row longer than `_ROW_BYTES_MAX`.

    UTF-16 where it has a byte order mark, or looks like it. UTF-8 or ISO-8859-1 (as Windows-1252) is decided for the
    whole file while it streams: the first line that is not ASCII decides, and a later line that disagrees is refused
    rather than misread.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._encoding = ""
        self.prefix = ""
        self.line_number = 0
        self.row_line_number = 1
        self.spare_bytes = _ROW_BYTES_MAX

    def row_ended(self) -> None:
        """Note that the next line begins a new row."""
        self.row_line_number = self.line_number + 1
        self.spare_bytes = _ROW_BYTES_MAX

    def lines(self) -> Iterator[str]:
        """The lines. Raises Fault for bytes that are no text."""
        readline = self._stream.readline
        raw = readline(_ROW_BYTES_MAX + 1)
        if encoding := find_wide_encoding(raw):
            yield from self._wide_lines(raw, encoding)
            return
        if raw.startswith(BOM):
            raw = raw.removeprefix(BOM)
            self._encoding = "utf-8"
        while raw:
            self.line_number += 1
            self.spare_bytes -= len(raw)
            if self.spare_bytes < 0:
                raise self._too_long()
            if b"\0" in raw:
                raise Fault(
                    "the line holds NUL bytes.",
                    "text in UTF-8 or ISO-8859-1.",
                    "If the file is UTF-16 without a byte order mark, save it as CSV UTF-8; if not, it is damaged.",
                )
            yield raw.decode("ascii") if raw.isascii() else self._decode(raw)
            raw = readline(_ROW_BYTES_MAX + 1)

    def _count(self, size: int) -> None:
        """Count a line. Raises Fault where the row is too long."""
        self.line_number += 1
        self.spare_bytes -= size
        if self.spare_bytes < 0:
            raise self._too_long()

    def _too_long(self) -> Fault:
        return Fault(
            f"the row is longer than {_ROW_BYTES_MAX // 1_000_000} MB.",
            "one sale, payment, tip, rounding or gift card a row.",
            "Is a quotation mark missing before this line? Close it, or export the file again.",
            self.row_line_number,
        )

    def _wide_lines(self, raw: bytes, encoding: str) -> Iterator[str]:
        """The lines of a UTF-16 file that begins with `raw`."""
        decode = codecs.getincrementaldecoder(encoding)().decode
        text = ""
        try:
            while raw or text:
                text += decode(raw, not raw)
                *whole, rest = text.split("\n")
                for line in whole:
                    self._count(len(line))
                    yield f"{line}\n"
                if rest and (not raw or len(rest) > _ROW_BYTES_MAX):
                    self._count(len(rest))
                    yield rest
                    rest = ""
                text = rest
                raw = self._stream.read(_CHUNK_BYTES) if raw else b""
        except UnicodeDecodeError:
            self.line_number += 1
            raise Fault(
                "the file is UTF-16 and cut off, or damaged.",
                "whole UTF-16, UTF-8 or ISO-8859-1.",
                "Export the file again, as CSV UTF-8 where that can be chosen.",
            ) from None

    def open(self) -> Opened:
        """Find the header: the first row with our columns, after a `sep=;` line and title rows. Raises Fault."""
        lines = self.lines()
        asked = ""
        titles: list[tuple[int, list[str], str]] = []
        for line in lines:
            if not titles and not asked and (separator := _SEPARATOR_ROW.match(line)):
                asked = separator[1]
            elif not line.isspace():
                delimiter, cells = _split_header(line, asked)
                if is_header(cells):
                    titles = [title for title in titles if "".join(title[1]).strip()]
                    return Opened(*self._open_rows(line, lines, delimiter), delimiter, len(titles))
                titles.append((self.line_number, cells, line))
                if len(titles) == TITLE_ROWS_MAX:
                    break
            self.row_ended()
        names = [cell for _, cells, _ in titles for cell in cells]
        beginning = titles[0][2] if titles else ""
        raise explain_not_ours(names, beginning, titles[0][0] if titles else 1)

    def _open_rows(
        self, header: str, lines: Iterator[str], delimiter: str
    ) -> tuple[list[str], int, Iterator[list[str]]]:
        line_number = self.line_number
        reader = csv.reader(chain((header,), lines), delimiter=delimiter, strict=True)
        return next(reader, []), line_number, reader

    def _decode(self, raw: bytes) -> str:
        try:
            text, encoding, ascii_before = raw.decode("utf-8"), "utf-8", True
        except UnicodeDecodeError as error:
            text, encoding, ascii_before = "", "cp1252", raw[: error.start].isascii()
        if encoding != (self._encoding or encoding) or not ascii_before:
            raise Fault(
                "the file mixes UTF-8 and ISO-8859-1.",
                "one encoding in the whole file.",
                "Export the file again, or open it in an editor and save it as UTF-8.",
            )
        self._encoding = encoding
        if encoding == "utf-8":
            return text
        try:
            return raw.decode("cp1252")
        except UnicodeDecodeError:
            raise Fault(
                "the line is neither UTF-8 nor ISO-8859-1.",
                "text in UTF-8 or ISO-8859-1.",
                "Save the file as UTF-8 where it is made.",
            ) from None


def _split_header(line: str, asked: str) -> tuple[str, list[str]]:
    """The delimiter that gives most of our columns, and the line's cells."""
    found = []
    for delimiter in (asked,) if asked else _DELIMITERS:
        try:
            cells = next(csv.reader([line], delimiter=delimiter, strict=True), [])
        except (csv.Error, TypeError):
            cells = line.split(delimiter)
        found.append((delimiter, cells))
    return max(found, key=lambda one: (count_ours(one[1]), len(one[1])))


def explain_not_ours(names: Sequence[str], beginning: str, line_number: int) -> Fault:
    """The fault of a table that has none of our columns, by the columns it has."""
    found, fix = explain_foreign(names, "columns", beginning)
    return Fault(found, HEADER_IN_WORDS, fix, line_number)
