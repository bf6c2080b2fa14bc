"""Sales as CSV: one row per line, payment, tip, rounding or gift card sold, for a register that offers nothing
else.

Amounts are kroner in the file, with a decimal comma or point, and øre, signed, outside this module. Never here:
floats, venues, accounts, the file system. The hot path takes a row apart in one go and raises whatever Python
raises; only then is the row gone through cell by cell to say what is wrong. The format is posexport's own,
"Sales as JSON lines and as CSV" in the documentation.
"""

from __future__ import annotations

import csv
import difflib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from itertools import chain
from operator import itemgetter
from typing import BinaryIO, NamedTuple

from posexport.core.money import convert_ore
from posexport.core.sales import Coverage, EntryKind, Payment, SaleLine, SalesItem, Ticket, TicketStatus
from posexport.errors import UnreadableSales
from posexport.sources.values import (
    BOM,
    CODE_LENGTH_MAX,
    CURRENCY_CODE,
    OWN_PREFIX,
    SERIAL_DIGITS_MAX,
    Parsed,
    cannot_go_on,
    check_amount,
    check_vat_rate,
    format_batch,
    parse_amount,
    parse_code,
    parse_rate,
    parse_time,
    show_text,
)

_Key = tuple[str, str, datetime]
"""What identifies a ticket: register, number, time completed."""

_COUNTED, _TRAINING, _VOID = TicketStatus.COUNTED, TicketStatus.TRAINING, TicketStatus.VOID
_ROW_BYTES_MAX = 1_000_000
_TICKET_LINES_MAX = 200_000
"""A ticket is held in memory until its last row: so many lines of the file, and it is no ticket."""
_TICKETS_REMEMBERED_MAX = 10_000
"""So far apart the rows of one ticket are told of by their lines; further apart they are two tickets that differ,
which the store refuses."""

_SALE, _PAYMENT, _TIP, _ROUNDING, _GIFT_CARD = (
    EntryKind.SALE,
    EntryKind.PAYMENT,
    EntryKind.TIP,
    EntryKind.ROUNDING,
    EntryKind.GIFT_CARD,
)
_KINDS = {"sale": _SALE, "payment": _PAYMENT, "tip": _TIP, "rounding": _ROUNDING, "gift-card": _GIFT_CARD}
_FLAGS = {"": False, "0": False, "false": False, "usann": False, "1": True, "true": True, "sann": True}
"""SANN and USANN are what a Norwegian Excel makes of true and false."""

_REQUIRED = ("register", "ticket", "completed_at", "kind", "code", "vat_code", "amount")
_READ = (
    *_REQUIRED,
    "vat_amount",
    "training",
    "void",
    "discount",
    "customer",
    "currency",
    "rate",
    "vat_rate",
)
_COLUMNS = (*_READ, "text", "quantity")


class _Fault(Exception):
    """What is wrong with a row, before it is known which row. `line_number` where it is not the row's own."""

    ticket = ""

    def __init__(self, found: str, expected: str, fix: str, line_number: int | None = None) -> None:
        super().__init__(found)
        self.found, self.expected, self.fix, self.line_number = found, expected, fix, line_number

    def of(self, number: str) -> _Fault:
        """The same, of the ticket with `number` where that is one to name it by."""
        with suppress(ValueError):
            self.ticket = parse_code(number)
        return self


def read_csv(stream: BinaryIO, name: str) -> Iterator[SalesItem]:
    """The tickets of a CSV file, in file order, one in memory at a time; a `Coverage` comes first.

    `name` is how messages call the file. `;` or `,` by what the header uses. Columns stand in any order, in
    any case; one nobody knows is refused unless it begins with "x_". Raises UnreadableSales, naming the line,
    for everything that cannot be read, and where the rows of a ticket stand apart (within the last 100 000
    tickets).

    >>> from io import BytesIO
    >>> rows = b'''register;ticket;completed_at;kind;code;vat_code;amount
    ... 1;7;2026-11-21 12:00;sale;100;3;12,50
    ... 1;7;2026-11-21 12:00;payment;CASH;;12,50'''
    >>> list(read_csv(BytesIO(rows), "day.csv"))[1].lines[0].gross_ore
    1250
    """
    yield Coverage(source="", batch=format_batch(name))
    text = _Text(stream)
    try:
        yield from _read_tickets(text)
    except _Fault as fault:
        place = f"line {fault.line_number or max(text.line_number, 1)}"
        place += f", ticket {fault.ticket}" if fault.ticket else ""
        raise UnreadableSales(name, place, fault.found, fault.expected, fault.fix) from None
    except csv.Error as error:
        place = f"line {text.row_line_number}"
        raise UnreadableSales(name, place, *_not_csv(error, text)) from None
    except OSError as error:
        raise cannot_go_on(name, text.line_number, error) from error


class _Text:
    """The file's lines as text, with their numbers; no row longer than `_ROW_BYTES_MAX`.

    UTF-8 or ISO-8859-1 (with Windows' additions) is decided for the whole file while it streams: ASCII
    is the same in both, so the first line that is not ASCII decides, and a later one that disagrees is
    refused rather than read as letters nobody wrote.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._encoding = ""
        self.line_number = 0
        self.row_line_number = 1
        self.spare_bytes = _ROW_BYTES_MAX

    def row_ended(self) -> None:
        """The next line begins a new row."""
        self.row_line_number = self.line_number + 1
        self.spare_bytes = _ROW_BYTES_MAX

    def lines(self) -> Iterator[str]:
        """Raises _Fault for bytes that are no text."""
        readline = self._stream.readline
        raw = readline(_ROW_BYTES_MAX + 1)
        if raw.startswith(BOM):
            raw = raw.removeprefix(BOM)
            self._encoding = "utf-8"
        while raw:
            self.line_number += 1
            self.spare_bytes -= len(raw)
            if self.spare_bytes < 0:
                raise _Fault(
                    f"the row is longer than {_ROW_BYTES_MAX // 1_000_000} MB.",
                    "one sale, payment, tip, rounding or gift card a row.",
                    "Is a quotation mark missing before this line? Close it, or export the file again.",
                    self.row_line_number,
                )
            if b"\0" in raw:
                raise _Fault(
                    "the line holds NUL bytes.",
                    "text in UTF-8 or ISO-8859-1.",
                    "If the file is UTF-16 (Unicode text), save it as CSV UTF-8; if not, it is damaged.",
                )
            yield raw.decode("ascii") if raw.isascii() else self._decode(raw)
            raw = readline(_ROW_BYTES_MAX + 1)

    def _decode(self, raw: bytes) -> str:
        try:
            text, encoding, ascii_before = raw.decode("utf-8"), "utf-8", True
        except UnicodeDecodeError as error:
            text, encoding, ascii_before = "", "cp1252", raw[: error.start].isascii()
        if encoding != (self._encoding or encoding) or not ascii_before:
            raise _Fault(
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
            raise _Fault(
                "the line is neither UTF-8 nor ISO-8859-1.",
                "text in UTF-8 or ISO-8859-1.",
                "Save the file as UTF-8 where it is made.",
            ) from None


class _OpenTicket:
    """The ticket whose rows are being read."""

    def __init__(self, key: _Key, training: bool, void: bool) -> None:
        self.key, self.training, self.void = key, training, void
        self.customer: str | None = None
        self.lines: list[SaleLine] = []
        self.payments: list[Payment] = []
        self.tip_ore = self.rounding_ore = self.gift_cards_ore = 0

    def finished(self) -> Ticket:
        register, number, completed_at = self.key
        is_serial = len(number) <= SERIAL_DIGITS_MAX and number.isascii() and number.isdigit()
        return Ticket(
            register,
            number,
            completed_at,
            tuple(self.lines),
            tuple(self.payments),
            None,
            _TRAINING if self.training else _VOID if self.void else _COUNTED,
            self.tip_ore,
            self.rounding_ore,
            self.gift_cards_ore,
            (),
            self.customer,
            int(number) if is_serial else None,
        )


def _read_tickets(text: _Text) -> Iterator[Ticket]:
    """The hot path. Raises _Fault and csv.Error at `text`'s line."""
    lines = text.lines()
    header = next((line for line in lines if not line.isspace()), "")
    delimiter = ";" if ";" in header else ","
    text.row_line_number = max(text.line_number, 1)
    reader = csv.reader(chain((header,), lines), delimiter=delimiter, strict=True)
    cells, width = _parse_header(next(reader, []))
    text.row_ended()

    codes, kinds, flags = Parsed(parse_code), Parsed(_parse_kind), Parsed(_parse_flag)
    amounts, amounts_or_none = Parsed(_parse_amount), Parsed(_parse_amount_or_none)
    amounts_or_0, rates = Parsed(_parse_amount_or_0), Parsed(_parse_vat_rate)
    first_lines: dict[_Key, int] = {}
    order: deque[_Key] = deque()
    ticket: _OpenTicket | None = None
    identity: tuple[str, str, str] | None = None
    training_seen = void_seen = ""
    began = 0

    for row in reader:
        row_line_number = text.row_line_number
        text.row_ended()
        if len(row) != width:
            if not "".join(row).strip():
                continue
            raise _ragged(len(row), width, delimiter)
        row.append("")
        (
            register,
            number,
            completed_at,
            kind_text,
            code,
            vat_code,
            amount,
            vat_amount,
            training,
            void,
            discount,
            customer,
            currency,
            rate,
            vat_rate,
        ) = values = cells(row)
        try:
            if ticket is None or (register, number, completed_at) != identity:
                if not "".join(row).strip():
                    continue
                key = (codes[register], parse_code(number), _parse_time(completed_at))
                if ticket is None or key != ticket.key:
                    if ticket is not None:
                        yield ticket.finished()
                    if first_lines.setdefault(key, row_line_number) != row_line_number:
                        raise _apart(first_lines[key])
                    order.append(key)
                    if len(order) > _TICKETS_REMEMBERED_MAX:
                        del first_lines[order.popleft()]
                    ticket, began = _OpenTicket(key, flags[training], flags[void]), row_line_number
                    training_seen, void_seen = training, void
                identity = (register, number, completed_at)
            if row_line_number - began > _TICKET_LINES_MAX:
                raise _endless()
            if (training != training_seen or void != void_seen) and (
                flags[training] != ticket.training or flags[void] != ticket.void
            ):
                raise _flags_differ()
            if customer:
                ticket.customer = _same_customer(ticket.customer, customer)

            kind = kinds[kind_text]
            if kind is _SALE:
                ticket.lines.append(
                    SaleLine(
                        codes[code],
                        codes[vat_code],
                        amounts[amount],
                        amounts_or_none[vat_amount],
                        rates[vat_rate],
                        amounts_or_0[discount],
                    )
                )
                if currency or rate:
                    _check_unforeign(currency, rate)
                continue
            if vat_code or vat_amount or discount or vat_rate:
                _check_unsold(values)
            amount_ore = amounts[amount]
            if kind is _PAYMENT:
                payment_type = codes[code]
                foreign = None
                if currency or rate:
                    amount_ore, foreign = _parse_foreign(amount_ore, currency, rate)
                ticket.payments.append(Payment(payment_type, amount_ore, foreign))
                continue
            if code:
                _check_uncoded(code)
            if currency or rate:
                _check_unforeign(currency, rate)
            if kind is _TIP:
                ticket.tip_ore += amount_ore
            elif kind is _ROUNDING:
                ticket.rounding_ore += amount_ore
            else:
                ticket.gift_cards_ore += amount_ore
        except _Fault as fault:
            raise fault.of(number) from None
        except ValueError:
            raise _explain(values).of(number) from None
    if ticket is not None:
        yield ticket.finished()


def _parse_header(row: list[str]) -> tuple[Callable[[list[str]], tuple[str, ...]], int]:
    """What takes the `_READ` cells out of a row (with an empty cell added at its end, for columns that are
    not there), and how many cells a row has."""
    names = [cell.strip().lower() for cell in row]
    missing = [column for column in _REQUIRED if column not in names]
    seen: set[str] = set()
    for name in names:
        if name not in _COLUMNS and not name.startswith(OWN_PREFIX):
            near = difflib.get_close_matches(name[:CODE_LENGTH_MAX], missing or _COLUMNS, 1, 0.5)
            near = near or difflib.get_close_matches(name[:CODE_LENGTH_MAX], _COLUMNS, 1, 0.5)
            raise _Fault(
                f"the column {show_text(name)} is unknown." if name else "a column of the header has no name.",
                f'"{near[0]}", perhaps?' if near else f"{', '.join(_COLUMNS)}.",
                f'Correct the header, or let the name begin with "{OWN_PREFIX}" if it is for your own use.',
            )
        if name in seen:
            raise _Fault(
                f'the column "{name}" stands twice.',
                "each column once.",
                "Take one of them out.",
            )
        seen.add(name)
    if missing:
        raise _Fault(
            f"the header has no column {', '.join(missing)}.",
            f"a header row with {', '.join(_REQUIRED)}, with ; or , between them.",
            "Add it, as the first row of the file.",
        )
    return itemgetter(*[names.index(column) if column in names else len(names) for column in _READ]), len(row)


# How each cell is read. All raise ValueError for anything else.


def _parse_kind(text: str) -> EntryKind:
    try:
        return _KINDS[text.strip().lower()]
    except KeyError:
        raise ValueError from None


def _parse_flag(text: str) -> bool:
    try:
        return _FLAGS[text.strip().lower()]
    except KeyError:
        raise ValueError from None


def _parse_amount(text: str) -> int:
    """With a decimal comma or point, not both."""
    text = text.strip().replace("\N{MINUS SIGN}", "-")
    if "," in text and "." in text:
        raise ValueError
    return parse_amount(text.replace(",", "."))


def _parse_amount_or_none(text: str) -> int | None:
    return _parse_amount(text) if text.strip() else None


def _parse_amount_or_0(text: str) -> int:
    return _parse_amount(text) if text.strip() else 0


def _parse_vat_rate(text: str) -> int | None:
    return check_vat_rate(_parse_amount(text)) if text.strip() else None


def _parse_time(text: str) -> datetime:
    return parse_time(text.strip())


def _parse_rate(text: str) -> Decimal:
    """With a decimal comma or point."""
    return parse_rate(text.replace(",", "."))


def _parse_currency(text: str) -> str:
    text = text.strip()
    if text and not CURRENCY_CODE.match(text):
        raise ValueError
    return text.upper() or "NOK"


def _parse_foreign(amount_ore: int, currency: str, rate: str) -> tuple[int, str | None]:
    """A payment's amount with what is said of its currency -> NOK øre, and the currency unless it is NOK."""
    code = _parse_currency(currency)
    if not rate.strip():
        if code == "NOK":
            return amount_ore, None
        raise _Fault(
            f"a payment is in {code} without a rate.",
            f"in the column rate, NOK for one {code}, such as 11,4235.",
            "Give the payment the rate the register used, or its amount in NOK and no currency.",
        )
    nok_per_unit = _parse_rate(rate)
    if code == "NOK":
        if nok_per_unit == 1:
            return amount_ore, None
        raise _Fault(
            f"a payment in NOK has the rate {show_text(rate)}.",
            "the rate 1, or none, for NOK, and a currency for any other.",
            "Say in the column currency which one the amount is in, or leave the rate out.",
        )
    return check_amount(convert_ore(amount_ore, nok_per_unit)), code


# What must be empty where: a value nobody would read is refused, not dropped in silence.


def _check_unforeign(currency: str, rate: str) -> None:
    if _parse_foreign(0, currency, rate)[1] is not None:
        raise _Fault(
            f"currency is {show_text(currency)} on a row that is no payment.",
            "NOK, or nothing.",
            "Give the amount in NOK; only payments have a currency of their own.",
        )


def _check_uncoded(code: str) -> None:
    if code.strip():
        raise _Fault(
            f"code is {show_text(code)} on a row that is neither a sale nor a payment.",
            "an empty code.",
            'Leave the code out, or write kind "sale" if the amount belongs to a product type.',
        )


def _check_unsold(values: tuple[str, ...]) -> None:
    cell = dict(zip(_READ, values, strict=True))
    idle = cell["vat_code"].strip() in ("", "0")
    if not idle or any(_parse_amount_or_0(cell[c]) for c in ("vat_amount", "discount", "vat_rate")):
        raise _Fault(
            f"a row of kind {show_text(cell['kind'])} has VAT or a discount.",
            "vat_code, vat_amount, discount and vat_rate on rows of kind sale only.",
            'Leave them empty, or write kind "sale" if the amount is a sale.',
        )


def _same_customer(known: str | None, text: str) -> str | None:
    if not text.strip():
        return known
    customer = parse_code(text)
    if known not in (None, customer):
        raise _Fault(
            f"the ticket has the customers {show_text(known or '')} and {show_text(customer)}.",
            "one customer a ticket.",
            "Write the same customer on all its rows, or on the first only.",
        )
    return customer


# What is wrong with a row that would not go through: slow, and only ever run once per file.


class _Column(NamedTuple):
    """How a cell is read, and what to expect of it in words."""

    parse: Callable[[str], object]
    expected: str


_CODE = f"a code, not empty, at most {CODE_LENGTH_MAX} characters."
_AMOUNT = "kroner with a decimal comma or point, at most two decimals and no thousands separator, such as 200,00."
_FLAG = "0 or 1, or nothing."
_CELLS = {
    "register": _Column(parse_code, _CODE),
    "ticket": _Column(parse_code, _CODE),
    "completed_at": _Column(_parse_time, "a time such as 2026-11-21T23:41:07 (local) or 2026-11-21T23:41:07+01:00."),
    "kind": _Column(_parse_kind, f"{', '.join(_KINDS)}."),
    "amount": _Column(_parse_amount, _AMOUNT),
    "vat_amount": _Column(_parse_amount_or_none, _AMOUNT),
    "discount": _Column(_parse_amount_or_0, _AMOUNT),
    "vat_rate": _Column(_parse_vat_rate, "a VAT rate in percent, such as 25 or 11,11."),
    "training": _Column(_parse_flag, _FLAG),
    "void": _Column(_parse_flag, _FLAG),
    "customer": _Column(lambda text: parse_code(text) if text.strip() else None, _CODE),
    "currency": _Column(_parse_currency, "a currency of three letters, such as EUR, or nothing."),
    "rate": _Column(
        lambda text: _parse_rate(text) if text.strip() else None,
        "NOK for one unit of the currency, such as 11,4235.",
    ),
}


def _explain(values: tuple[str, ...]) -> _Fault:
    """The first thing wrong with a row's cells."""
    cell = dict(zip(_READ, values, strict=True))
    for name, column in _CELLS.items():
        try:
            column.parse(cell[name])
        except ValueError:
            return _wrong_cell(name, cell[name], column.expected)
    needed = {_SALE: ("code", "vat_code"), _PAYMENT: ("code",)}.get(_parse_kind(cell["kind"]), ())
    for name in needed:
        try:
            parse_code(cell[name])
        except ValueError:
            meant = "product type" if cell["kind"].strip().lower() == "sale" else "payment type"
            return _wrong_cell(name, cell[name], f"the {meant}'s code." if name == "code" else _CODE)
    return _wrong_cell("rate", cell["rate"], "a rate that leaves the amount below a billion NOK.")


def _wrong_cell(name: str, text: str, expected: str) -> _Fault:
    found = f"{name} is {show_text(text)}." if text.strip() else f"{name} is empty."
    return _Fault(found, expected, "Correct it where the file is made.")


def _ragged(cell_count: int, width: int, delimiter: str) -> _Fault:
    fix = "Put a text that holds the delimiter in quotation marks"
    if delimiter == ",":
        fix += ", and an amount with a decimal comma too"
    return _Fault(f"the row has {cell_count} cells.", f"{width}, as in the header.", f"{fix}.")


def _apart(first_line_number: int) -> _Fault:
    return _Fault(
        f"this ticket began on line {first_line_number}, and other tickets stand between.",
        "the rows of a ticket together.",
        "Sort the file by register, time and ticket.",
    )


def _endless() -> _Fault:
    return _Fault(
        f"the ticket has more than {_TICKET_LINES_MAX} rows.",
        "the number, the register or the time to change with each ticket.",
        "Number the tickets where the file is made.",
    )


def _flags_differ() -> _Fault:
    return _Fault(
        "the rows of the ticket disagree about training or void.",
        "the same on all rows of a ticket.",
        "Mark the whole ticket, or leave a single row that was voided out of the file.",
    )


def _not_csv(error: csv.Error, text: _Text) -> tuple[str, str, str]:
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
