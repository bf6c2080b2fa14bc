"""Sales in an Excel workbook (.xlsx): every visible sheet with our columns is read as CSV is.

A cell is turned into exact text; what the text means is decided where CSV is read. Never here: formulas (their last
value counts), display formats, old workbooks (.xls).
"""

from __future__ import annotations

import re
import shutil
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from posexport.core.sales import Coverage, SalesItem
from posexport.errors import UnreadableSales
from posexport.sources.files.csv_file import read_table
from posexport.sources.files.csv_rows import (
    HEADER_IN_WORDS,
    TITLE_ROWS_MAX,
    Fault,
    Opened,
    explain_not_ours,
    is_header,
)
from posexport.sources.files.values import format_batch

_IN_MEMORY_BYTES = 8_000_000
_HALF_A_SECOND = timedelta(milliseconds=500)
_DAYS_MIN, _DAYS_MAX = 25_569, 109_575
"""1970 and 2200, as Excel counts days."""
_ZEROS = re.compile(r"0+\Z")
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,  # what XML parsers raise
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    EOFError,
    OverflowError,
    NotImplementedError,
)
"""What openpyxl raises for a workbook that is none, depending on where it is damaged."""


def read_excel(stream: BinaryIO, name: str) -> Iterator[SalesItem]:
    """The tickets of every visible sheet with our columns, sheet by sheet; a `Coverage` comes first.

    openpyxl is imported when the first workbook is read. Raises UnreadableSales, naming sheet and line.
    """
    yield Coverage(source="", batch=format_batch(name))
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as copy:
        shutil.copyfileobj(stream, copy)
        copy.seek(0)
        with closing(_load(copy, name)) as book:
            sheets = [_Sheet(sheet) for sheet in book.worksheets if getattr(sheet, "sheet_state", "") == "visible"]
            ours = [sheet for sheet in sheets if _has_our_columns(sheet, name)]
            for sheet in ours or sheets[:1]:
                sheet.prefix = f"sheet {sheet.title}, "
                for item in read_table(sheet, name):
                    if not isinstance(item, Coverage):
                        yield item
            if not sheets:
                raise _unreadable(name, "it has no sheet")


def _load(copy: Any, name: str) -> Any:
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(copy, read_only=True, data_only=True)
    except _DAMAGED as error:
        raise _unreadable(name, str(error) or type(error).__name__) from None


def _has_our_columns(sheet: _Sheet, name: str) -> bool:
    try:
        return any(is_header(row) for _, row in zip(range(TITLE_ROWS_MAX), sheet.rows(), strict=False))
    except Fault as fault:
        raise UnreadableSales(name, "", fault.found, fault.expected, fault.fix) from None


def _unreadable(name: str, why: str) -> UnreadableSales:
    shown = "".join(letter if letter.isprintable() else "?" for letter in why[:200])
    return UnreadableSales(
        name,
        "",
        f"the Excel file cannot be read ({shown}).",
        "an Excel workbook (.xlsx) as Excel saves it.",
        "Open it in Excel, save it again as Excel workbook (.xlsx), or as CSV UTF-8, and give that.",
    )


class _Sheet:
    """One sheet as a table of texts."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self.title = "".join(letter if letter.isprintable() else "?" for letter in str(sheet.title))
        self.prefix = ""
        self.line_number = 0
        self.row_line_number = 1
        self._time_column = -1

    def row_ended(self) -> None:
        """Nothing to do: a sheet's rows have their own numbers."""

    def rows(self, width: int = 0) -> Iterator[list[str]]:
        """Its rows, each at least `width` cells long. Raises Fault where the sheet is damaged."""
        self.line_number = 0
        try:
            for row in self._sheet.iter_rows():
                self.line_number += 1
                self.row_line_number = self.line_number
                cells = [_show(cell) for cell in row]
                if 0 <= self._time_column < len(cells):
                    cells[self._time_column] = self._show_time(row[self._time_column], cells[self._time_column])
                yield cells + [""] * (width - len(cells))
        except _DAMAGED as error:
            raise Fault(
                f"the sheet cannot be read ({type(error).__name__}).",
                "an Excel workbook (.xlsx) as Excel saves it.",
                "Open it in Excel and save it again, or save it as CSV UTF-8.",
            ) from None

    def open(self) -> Opened:
        """Find the header: the first row with our columns, after title rows. Raises Fault."""
        titles: list[list[str]] = []
        for row in self.rows():
            if is_header(row):
                header, line_number = row, self.line_number
                names = [cell.strip().lower() for cell in header]
                self._time_column = names.index("completed_at") if "completed_at" in names else -1
                rows = self.rows(len(header))
                for _ in range(line_number):
                    next(rows)
                return Opened(header, line_number, rows, ";", len(titles))
            if "".join(row).strip():
                titles.append(row)
            if self.line_number == TITLE_ROWS_MAX:
                break
        if not titles:
            raise Fault("the sheet is empty.", HEADER_IN_WORDS, "Export the sales again.", 1)
        raise explain_not_ours([cell for row in titles for cell in row], "", 1)

    def _show_time(self, cell: Any, shown: str) -> str:
        """A date and time that Excel stores as a plain number (days since its epoch), as text; a whole number has no
        time."""
        value = cell.value
        if not isinstance(value, float) or value.is_integer() or not _DAYS_MIN < value < _DAYS_MAX:
            return shown
        from openpyxl.utils.datetime import from_excel

        moment: datetime = from_excel(value, self._sheet.parent.epoch)
        return (moment + _HALF_A_SECOND).replace(microsecond=0).isoformat()


def _show(cell: Any) -> str:
    """A cell as text."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("_x000D_", "").strip()
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return _show_number(value, str(cell.number_format or ""))
    if isinstance(value, datetime):
        if value.time() == time() and "h" not in str(cell.number_format or "h").lower():
            return value.date().isoformat()
        return (value + _HALF_A_SECOND).replace(microsecond=0).isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _show_number(value: float, number_format: str) -> str:
    """A number with its exact digits; a percentage in percent, and with leading zeros where the cell's format has them
    (codes)."""
    if "%" in number_format:
        value = round(value * 100, 8)
    whole = int(value) if isinstance(value, int) or (value.is_integer() and abs(value) < 10**15) else None
    if whole is None:
        return repr(value)
    return str(whole).zfill(len(number_format)) if _ZEROS.match(number_format) else str(whole)
