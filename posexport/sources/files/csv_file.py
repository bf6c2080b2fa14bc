"""Sales as CSV: one row per line, payment, tip, rounding or gift card sold, for registers that offer nothing else. Rows
of an Excel sheet (`excel`) are read here too.

Amounts are kroner in the file, with a decimal comma or point; øre, signed, outside this module. Never here: floats,
venues, accounts, the file system. For speed, a row is read in one go, and only if that raises is it examined cell by
cell for an explanation. The format is posexport's own, "Sales as JSON lines and as CSV" in the documentation.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from operator import itemgetter
from typing import BinaryIO, NamedTuple

from posexport.core.sales import Coverage, EntryKind, ImportNote, SalesItem, Ticket
from posexport.errors import UnreadableSales
from posexport.sources.files.csv_cells import (
    parse_moment,
    parse_nok_rate,
    parse_percent,
    parse_shown,
    parse_shown_or_0,
    parse_shown_or_none,
)
from posexport.sources.files.csv_rows import HEADER_IN_WORDS, REQUIRED, CsvText, Fault, Table
from posexport.sources.files.csv_tickets import KINDS, READ, TOLD, TicketRows, parse_currency, parse_kind
from posexport.sources.files.values import (
    CODE_LENGTH_MAX,
    OWN_PREFIX,
    Oddities,
    cannot_go_on,
    format_batch,
    parse_code,
    show_text,
)

_COLUMNS = (*READ, *TOLD)


def read_csv(stream: BinaryIO, name: str) -> Iterator[SalesItem]:
    """The tickets of a CSV file, in file order, one in memory at a time; a `Coverage` comes first.

    `name` is the file's name in messages. The delimiter is `;` or `,`, as in the header. Columns may be in any order
    and case; unknown ones are refused unless they begin with "x_". Raises UnreadableSales, naming the line, for
    everything that cannot be read, and where the rows of a ticket are not together (checked within 100 000 tickets).

    >>> from io import BytesIO
    >>> rows = b'''register;ticket;completed_at;kind;code;vat_code;amount
    ... 1;7;2026-11-21 12:00;sale;100;3;12,50
    ... 1;7;2026-11-21 12:00;payment;CASH;;12,50'''
    >>> list(read_csv(BytesIO(rows), "day.csv"))[1].lines[0].gross_ore
    1250
    """
    yield from read_table(CsvText(stream), name)


def read_table(table: Table, name: str) -> Iterator[SalesItem]:
    """The tickets of a table; a `Coverage` comes first and notes last. Raises UnreadableSales."""
    yield Coverage(source="", batch=format_batch(name))
    try:
        yield from _read_tickets(table)
    except Fault as fault:
        place = f"{table.prefix}line {fault.line_number or max(table.line_number, 1)}"
        place += f", ticket {fault.ticket}" if fault.ticket else ""
        raise UnreadableSales(name, place, fault.found, fault.expected, fault.fix) from None
    except csv.Error as error:
        place = f"{table.prefix}line {table.row_line_number}"
        raise UnreadableSales(name, place, *_not_csv(error, table)) from None
    except OSError as error:
        raise cannot_go_on(name, table.line_number, error) from error


def _read_tickets(table: Table) -> Iterator[Ticket | ImportNote]:
    """The tickets of a table (the hot path). Raises Fault, and csv.Error at `table`'s line."""
    opened = table.open()
    cells, told, width = _parse_header(opened.header)
    table.row_ended()
    tickets = TicketRows(table.prefix)
    for row in opened.rows:
        line_number = table.row_line_number
        table.row_ended()
        if len(row) != width:
            if not "".join(row).strip():
                continue
            row = _fit(row, width, len(opened.header), opened.delimiter)
        row.append("")
        values = cells(row)
        try:
            finished = tickets.take(values, line_number, told(row))
        except Fault as fault:
            raise fault.of(values[1]) from None
        except ValueError:
            total_ore = _find_total(values, row)
            if total_ore is None:
                raise _explain(values).of(values[1]) from None
            tickets.add_total(line_number, total_ore)
        else:
            if finished is not None:
                yield finished
    last = tickets.finish()
    if last is not None:
        yield last
    if opened.titles:
        several = f"{opened.titles} rows before the header were passed over."
        passed = "The row before the header was passed over." if opened.titles == 1 else several
        yield ImportNote(f"{table.prefix}line {opened.line_number}", passed)
    yield from tickets.notices()


def _fit(row: list[str], width: int, header_width: int, delimiter: str) -> list[str]:
    """A row without empty cells after its last column. Raises Fault where these are not empty, or where cells are
    missing."""
    if len(row) < width:
        raise _ragged(len(row), width, delimiter)
    if "".join(row[width:]).strip():
        raise _ragged(len(row), width, delimiter) if len(row) > header_width else _unnamed(row[width:])
    return row[:width]


def _find_total(values: tuple[str, ...], row: list[str]) -> int | None:
    """The amount (øre) of a row of totals: one without time, number and kind, with an amount and at most one word. None
    for any other row."""
    cell = dict(zip(READ, values, strict=True))
    beside = [text.strip() for text in row if text.strip()]
    for name in ("amount", "vat_amount", "discount"):
        if cell[name].strip():
            beside.remove(cell[name].strip())
    is_word = not beside or (len(beside) == 1 and not beside[0].isdigit() and beside[0].lower() not in KINDS)
    if cell["completed_at"].strip() or not cell["amount"].strip() or not is_word:
        return None
    try:
        return parse_shown(cell["amount"], Oddities())
    except ValueError:
        return None


_Pick = Callable[[list[str]], tuple[str, ...]]


def _parse_header(row: list[str]) -> tuple[_Pick, _Pick, int]:
    """Returns the functions that pick the `READ` and the `TOLD` cells from a row (to which an empty cell is added, for
    missing columns), and how many cells a row has. Without a customer, nobody needs what is told: nothing is picked."""
    names = [cell.strip().lower() for cell in row]
    while names and not names[-1]:
        names.pop()
    missing = [column for column in REQUIRED if column not in names]
    seen: set[str] = set()
    for name in names:
        if name not in _COLUMNS and not name.startswith(OWN_PREFIX):
            near = difflib.get_close_matches(name[:CODE_LENGTH_MAX], missing or _COLUMNS, 1, 0.5)
            near = near or difflib.get_close_matches(name[:CODE_LENGTH_MAX], _COLUMNS, 1, 0.5)
            raise Fault(
                f"the column {show_text(name)} is unknown." if name else "a column of the header has no name.",
                f'"{near[0]}", perhaps?' if near else f"{', '.join(_COLUMNS)}.",
                f'Correct the header, or let the name begin with "{OWN_PREFIX}" if it is for your own use.',
            )
        if name in seen:
            raise Fault(
                f'the column "{name}" stands twice.',
                "each column once.",
                "Take one of them out.",
            )
        seen.add(name)
    if missing:
        raise Fault(
            f"the header has no column {', '.join(missing)}.",
            HEADER_IN_WORDS,
            "Add it, as the first row of the file.",
        )

    def pick(columns: Sequence[str]) -> _Pick:
        return itemgetter(*[names.index(column) if column in names else len(names) for column in columns])

    return pick(READ), pick(TOLD) if "customer" in names else lambda _: (), len(names)


# What is wrong with a row that would not go through: slow, and only ever run once per file.


class _Column(NamedTuple):
    """How a cell is parsed, and the words for what is expected."""

    parse: Callable[[str], object]
    expected: str


_CODE = f"a code, not empty, at most {CODE_LENGTH_MAX} characters."
_AMOUNT = "kroner with a decimal comma or point, at most two decimals and no thousands separator, such as 200,00."
_NOTED = Oddities()
"""Collects what is noted while a fault is searched for; never shown."""
_amount_or_0 = partial(parse_shown_or_0, odd=_NOTED)
_CELLS = {
    "register": _Column(parse_code, _CODE),
    "ticket": _Column(parse_code, _CODE),
    "completed_at": _Column(
        partial(parse_moment, odd=_NOTED), "a time such as 2026-11-21T23:41:07 (local) or 2026-11-21T23:41:07+01:00."
    ),
    "kind": _Column(parse_kind, f"{', '.join(KINDS)}."),
    "amount": _Column(partial(parse_shown, odd=_NOTED), _AMOUNT),
    "vat_amount": _Column(partial(parse_shown_or_none, odd=_NOTED), _AMOUNT),
    "discount": _Column(_amount_or_0, _AMOUNT),
    "vat_rate": _Column(partial(parse_percent, odd=_NOTED), "a VAT rate in percent, such as 25 or 11,11."),
    "customer": _Column(lambda text: parse_code(text) if text.strip() else None, _CODE),
    "id": _Column(lambda text: parse_code(text) if text.strip() else None, _CODE),
    "currency": _Column(parse_currency, "a currency of three letters, such as EUR, or nothing."),
    "rate": _Column(
        lambda text: parse_nok_rate(text) if text.strip() else None,
        "NOK for one unit of the currency, such as 11,4235.",
    ),
}


def _explain(values: tuple[str, ...]) -> Fault:
    """The first fault in a row's cells."""
    cell = dict(zip(READ, values, strict=True))
    for name, column in _CELLS.items():
        try:
            column.parse(cell[name])
        except ValueError:
            return _wrong_cell(name, cell[name], column.expected)
    needed = {EntryKind.SALE: ("code", "vat_code"), EntryKind.PAYMENT: ("code",)}.get(parse_kind(cell["kind"]), ())
    for name in needed:
        try:
            parse_code(cell[name])
        except ValueError:
            meant = "product type" if cell["kind"].strip().lower() == "sale" else "payment type"
            return _wrong_cell(name, cell[name], f"the {meant}'s code." if name == "code" else _CODE)
    return _wrong_cell("rate", cell["rate"], "a rate that leaves the amount below a billion NOK.")


def _wrong_cell(name: str, text: str, expected: str) -> Fault:
    found = f"{name} is {show_text(text)}." if text.strip() else f"{name} is empty."
    return Fault(found, expected, "Correct it where the file is made.")


def _ragged(cell_count: int, width: int, delimiter: str) -> Fault:
    fix = "Put a text that holds the delimiter in quotation marks"
    if delimiter == ",":
        fix += ", and an amount with a decimal comma too"
    return Fault(f"the row has {cell_count} cells.", f"{width}, as in the header.", f"{fix}.")


def _unnamed(cells: Sequence[str]) -> Fault:
    text = next(cell for cell in cells if cell.strip())
    return Fault(
        f"{show_text(text.strip())} stands in a column that has no name.",
        "a name in the header over every column that holds something.",
        f'Name the column; a name that begins with "{OWN_PREFIX}" is for your own use.',
    )


def _not_csv(error: csv.Error, text: Table) -> tuple[str, str, str]:
    if "new-line" in str(error):
        return (
            "the lines end in CR alone.",
            "lines that end in LF or CR LF.",
            "Save the file again as CSV UTF-8.",
        )
    return (
        f"the row that begins here cannot be taken apart (up to line {text.line_number}: {error}).",
        "cells in quotation marks that are closed again, and a quotation mark inside one written twice.",
        "Correct the quotation marks of this row.",
    )
