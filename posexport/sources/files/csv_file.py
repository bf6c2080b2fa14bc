"""Sales as CSV: one row per line, payment, tip, rounding or gift card sold, for a register that offers nothing
else. Also what Excel makes of it: rows of a sheet (`excel`) are read here too.

Amounts are kroner in the file, with a decimal comma or point, and øre, signed, outside this module. Never here:
floats, venues, accounts, the file system. The hot path takes a row apart in one go and raises whatever Python
raises; only then is the row gone through cell by cell to say what is wrong. The format is posexport's own,
"Sales as JSON lines and as CSV" in the documentation.
"""

from __future__ import annotations

import csv
import difflib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from operator import itemgetter
from typing import BinaryIO, NamedTuple

from posexport.core.money import convert_ore, format_ore
from posexport.core.sales import Coverage, EntryKind, ImportNote, Payment, SaleLine, SalesItem, Ticket, TicketStatus
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
from posexport.sources.files.values import (
    CODE_LENGTH_MAX,
    CURRENCY_CODE,
    OWN_PREFIX,
    SERIAL_DIGITS_MAX,
    Oddities,
    Parsed,
    cannot_go_on,
    check_amount,
    format_batch,
    parse_code,
    parse_flag,
    show_text,
)
from posexport.sources.judging import ForeignPayment, doubt_discounts, judge_flags, settle_foreign, sign_discount

_Key = tuple[str, str, datetime]
"""What identifies a ticket: register, number, time completed."""

_COUNTED = TicketStatus.COUNTED
_PAR = Decimal(1)
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
_READ = (
    *REQUIRED,
    "vat_amount",
    "training",
    "void",
    "discount",
    "customer",
    "currency",
    "rate",
    "vat_rate",
    "id",
)
_COLUMNS = (*_READ, "text", "quantity")


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
    yield from read_table(CsvText(stream), name)


def read_table(table: Table, name: str) -> Iterator[SalesItem]:
    """The tickets of a table, a `Coverage` first and what was noticed last. Raises UnreadableSales."""
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


class _OpenTicket:
    """The ticket whose rows are being read."""

    def __init__(
        self, key: _Key, flags: tuple[bool | None, bool | None], written: tuple[str, str], total: _Totals
    ) -> None:
        self.key, self.flags, self.written, self.total = key, flags, written, total
        self.status, self.doubts = judge_flags(*flags, (written[0].strip(), written[1].strip()))
        self.customer: str | None = None
        self.source_id: str | None = None
        self.lines: list[SaleLine] = []
        self.payments: list[Payment] = []
        self.foreign: list[ForeignPayment] = []
        self.has_odd_signs = False
        self.tip_ore = self.rounding_ore = self.gift_cards_ore = 0

    def finished(self) -> Ticket:
        register, number, completed_at = self.key
        is_serial = len(number) <= SERIAL_DIGITS_MAX and number.isascii() and number.isdigit()
        payments, doubts = self.payments, self.doubts
        if self.foreign:
            payments, found = settle_foreign(payments, self.foreign, self._sales_ore)
            doubts += found if self.status is _COUNTED else ()
        if self.has_odd_signs and self.status is _COUNTED:
            doubts += doubt_discounts(self.lines)
        if self.status is not _COUNTED:
            self.total.leave_out(self)
        return Ticket(
            register,
            number,
            completed_at,
            tuple(self.lines),
            tuple(payments),
            None,
            self.status,
            self.tip_ore,
            self.rounding_ore,
            self.gift_cards_ore,
            (),
            self.customer,
            int(number) if is_serial else None,
            False,
            self.source_id,
            doubts,
        )

    @property
    def _sales_ore(self) -> int:
        return sum([line.gross_ore for line in self.lines]) + self.others_ore

    @property
    def others_ore(self) -> int:
        """What was sold besides its lines."""
        return self.tip_ore + self.rounding_ore + self.gift_cards_ore

    def add_discounted(self, line: SaleLine) -> None:
        """A line with a discount, which gets the line's sign."""
        self.has_odd_signs |= line.gross_ore > 0 > line.discount_ore
        self.lines.append(line._replace(discount_ore=sign_discount(line.gross_ore, line.discount_ore)))

    def agrees(self, flags: tuple[bool | None, bool | None], written: tuple[str, str]) -> bool:
        """Whether another row says the same of training and void."""
        return flags == self.flags and all(
            flag is not None or text.strip() == own.strip()
            for flag, text, own in zip(flags, written, self.written, strict=True)
        )


class _Totals:
    """The rows at the end of a table that hold a total, compared with what all rows come to: `sold_ore` the sales,
    `paid_ore` the payments, `others_ore` tips, rounding and gift cards, as the column amount has them."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, int]] = []
        self.sold_ore = self.paid_ore = self.others_ore = 0
        self._left_out = (0, 0, 0)

    def leave_out(self, ticket: _OpenTicket) -> None:
        """A ticket that is not counted, and may be in the total or not."""
        sold_ore, paid_ore, others_ore = self._left_out
        sold_ore += sum(line.gross_ore for line in ticket.lines)
        paid_ore += sum(payment.amount_ore for payment in ticket.payments)
        self._left_out = sold_ore, paid_ore, others_ore + ticket.others_ore

    def notices(self, prefix: str) -> Iterator[ImportNote]:
        """One for each total that is no sum of the rows."""
        whole = (self.sold_ore, self.paid_ore, self.others_ore)
        counted = tuple(ore - out for ore, out in zip(whole, self._left_out, strict=True))
        sums = {
            total
            for sold, paid, others in (whole, counted)
            for total in (sold, paid, sold + others, sold + paid + others)
        }
        for line_number, amount_ore in self.rows:
            if amount_ore not in sums:
                told = f"its sales come to {format_ore(self.sold_ore)}, its payments to {format_ore(self.paid_ore)}"
                yield ImportNote(
                    f"{prefix}line {line_number}",
                    f"The total row says {format_ore(amount_ore)}; {told}. See whether rows are missing from the file.",
                )


def _read_tickets(table: Table) -> Iterator[Ticket | ImportNote]:
    """The hot path. Raises Fault and csv.Error at `table`'s line."""
    opened = table.open()
    delimiter = opened.delimiter
    cells, width = _parse_header(opened.header)
    table.row_ended()

    odd, totals = Oddities(), _Totals()
    codes, kinds, flags = Parsed(parse_code), Parsed(_parse_kind), Parsed(parse_flag)
    amounts = Parsed(partial(parse_shown, odd=odd), oddities=odd)
    amounts_or_none = Parsed(partial(parse_shown_or_none, odd=odd), oddities=odd)
    amounts_or_0 = Parsed(partial(parse_shown_or_0, odd=odd), oddities=odd)
    rates = Parsed(partial(parse_percent, odd=odd), oddities=odd)
    first_lines: dict[_Key, int] = {}
    order: deque[_Key] = deque()
    ticket: _OpenTicket | None = None
    identity: tuple[str, str, str] | None = None
    training_seen = void_seen = ""
    began = noted = sold_ore = paid_ore = others_ore = 0

    for row in opened.rows:
        row_line_number = table.row_line_number
        table.row_ended()
        if len(row) != width:
            if not "".join(row).strip():
                continue
            row = _fit(row, width, len(opened.header), delimiter)
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
            source_id,
        ) = values = cells(row)
        try:
            if ticket is None or (register, number, completed_at) != identity:
                if not "".join(row).strip():
                    continue
                key = (codes[register], parse_code(number), parse_moment(completed_at, odd))
                if totals.rows:
                    raise _total_between(totals.rows[0][0])
                if ticket is None or key != ticket.key:
                    if ticket is not None:
                        yield ticket.finished()
                    if first_lines.setdefault(key, row_line_number) != row_line_number:
                        raise _apart(first_lines[key])
                    order.append(key)
                    if len(order) > _TICKETS_REMEMBERED_MAX:
                        del first_lines[order.popleft()]
                    ticket = _OpenTicket(key, (flags[training], flags[void]), (training, void), totals)
                    training_seen, void_seen, began = training, void, row_line_number
                identity = (register, number, completed_at)
            if row_line_number - began > _TICKET_LINES_MAX:
                raise _endless()
            if (training != training_seen or void != void_seen) and not ticket.agrees(
                (flags[training], flags[void]), (training, void)
            ):
                raise _flags_differ()
            if customer:
                ticket.customer = _same_code(ticket.customer, customer, "customer")
            if source_id:
                ticket.source_id = _same_code(ticket.source_id, source_id, "id")

            kind = kinds[kind_text]
            if kind is _SALE:
                amount_ore = amounts[amount]
                line = SaleLine(
                    codes[code],
                    codes[vat_code],
                    amount_ore,
                    amounts_or_none[vat_amount],
                    rates[vat_rate],
                    amounts_or_0[discount],
                )
                if line.discount_ore:
                    ticket.add_discounted(line)
                else:
                    ticket.lines.append(line)
                sold_ore += amount_ore
                if currency or rate:
                    _check_unforeign(currency, rate)
                if odd.total != noted:
                    noted = odd.total
                    odd.place(f"{table.prefix}line {row_line_number}")
                continue
            if vat_code or vat_amount or discount or vat_rate:
                _check_unsold(values)
            amount_ore = amounts[amount]
            if odd.total != noted:
                noted = odd.total
                odd.place(f"{table.prefix}line {row_line_number}")
            if kind is _PAYMENT:
                payment_type = codes[code]
                foreign = None
                paid_ore += amount_ore
                if currency or rate:
                    written_ore = amount_ore
                    amount_ore, foreign, nok_per_unit = _parse_foreign(amount_ore, currency, rate)
                    if foreign is not None:
                        place = len(ticket.payments)
                        ticket.foreign.append(ForeignPayment(place, written_ore, foreign, nok_per_unit, rate.strip()))
                ticket.payments.append(Payment(payment_type, amount_ore, foreign))
                continue
            if code:
                _check_uncoded(code)
            if currency or rate:
                _check_unforeign(currency, rate)
            others_ore += amount_ore
            if kind is _TIP:
                ticket.tip_ore += amount_ore
            elif kind is _ROUNDING:
                ticket.rounding_ore += amount_ore
            else:
                ticket.gift_cards_ore += amount_ore
        except Fault as fault:
            raise fault.of(number) from None
        except ValueError:
            total_ore = _find_total(values, row)
            if total_ore is None:
                raise _explain(values).of(number) from None
            totals.rows.append((row_line_number, total_ore))
            identity = None
    if ticket is not None:
        yield ticket.finished()
    totals.sold_ore, totals.paid_ore, totals.others_ore = sold_ore, paid_ore, others_ore
    if opened.titles:
        rows = "The row" if opened.titles == 1 else f"{opened.titles} rows"
        were = "was" if opened.titles == 1 else "were"
        yield ImportNote(f"{table.prefix}line {opened.line_number}", f"{rows} before the header {were} passed over.")
    yield from odd.notices()
    yield from totals.notices(table.prefix)


def _fit(row: list[str], width: int, header_width: int, delimiter: str) -> list[str]:
    """A row without the empty cells after its last column. Raises Fault where they are not empty, or too few."""
    if len(row) < width:
        raise _ragged(len(row), width, delimiter)
    if "".join(row[width:]).strip():
        raise _ragged(len(row), width, delimiter) if len(row) > header_width else _unnamed(row[width:])
    return row[:width]


def _find_total(values: tuple[str, ...], row: list[str]) -> int | None:
    """The amount of a row that is a total: without time, number and kind, with an amount and at most one word beside
    it. None for any other row."""
    cell = dict(zip(_READ, values, strict=True))
    beside = [text.strip() for text in row if text.strip()]
    for name in ("amount", "vat_amount", "discount"):
        if cell[name].strip():
            beside.remove(cell[name].strip())
    is_word = not beside or (len(beside) == 1 and not beside[0].isdigit() and beside[0].lower() not in _KINDS)
    if cell["completed_at"].strip() or not cell["amount"].strip() or not is_word:
        return None
    try:
        return parse_shown(cell["amount"], Oddities())
    except ValueError:
        return None


def _parse_header(row: list[str]) -> tuple[Callable[[list[str]], tuple[str, ...]], int]:
    """What takes the `_READ` cells out of a row (with an empty cell added at its end, for columns that are
    not there), and how many cells a row has."""
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
    return itemgetter(*[names.index(column) if column in names else len(names) for column in _READ]), len(names)


# How each cell is read. All raise ValueError for anything else.


def _parse_kind(text: str) -> EntryKind:
    try:
        return _KINDS[text.strip().lower()]
    except KeyError:
        raise ValueError from None


def _parse_currency(text: str) -> str:
    text = text.strip()
    if text and not CURRENCY_CODE.match(text):
        raise ValueError
    return text.upper() or "NOK"


def _parse_foreign(amount_ore: int, currency: str, rate: str) -> tuple[int, str | None, Decimal]:
    """A payment's amount with what is said of its currency -> NOK øre, the currency unless it is NOK, and the rate."""
    code = _parse_currency(currency)
    if not rate.strip():
        if code == "NOK":
            return amount_ore, None, _PAR
        raise Fault(
            f"a payment is in {code} without a rate.",
            f"in the column rate, NOK for one {code}, such as 11,4235.",
            "Give the payment the rate the register used, or its amount in NOK and no currency.",
        )
    nok_per_unit = parse_nok_rate(rate)
    if code == "NOK":
        if nok_per_unit == 1:
            return amount_ore, None, _PAR
        raise Fault(
            f"a payment in NOK has the rate {show_text(rate)}.",
            "the rate 1, or none, for NOK, and a currency for any other.",
            "Say in the column currency which one the amount is in, or leave the rate out.",
        )
    return check_amount(convert_ore(amount_ore, nok_per_unit)), code, nok_per_unit


# What must be empty where: a value nobody would read is refused, not dropped in silence.


def _check_unforeign(currency: str, rate: str) -> None:
    if _parse_foreign(0, currency, rate)[1] is not None:
        raise Fault(
            f"currency is {show_text(currency)} on a row that is no payment.",
            "NOK, or nothing.",
            "Give the amount in NOK; only payments have a currency of their own.",
        )


def _check_uncoded(code: str) -> None:
    if code.strip():
        raise Fault(
            f"code is {show_text(code)} on a row that is neither a sale nor a payment.",
            "an empty code.",
            'Leave the code out, or write kind "sale" if the amount belongs to a product type.',
        )


def _check_unsold(values: tuple[str, ...]) -> None:
    cell = dict(zip(_READ, values, strict=True))
    idle = cell["vat_code"].strip() in ("", "0")
    if not idle or any(_amount_or_0(cell[c]) for c in ("vat_amount", "discount", "vat_rate")):
        raise Fault(
            f"a row of kind {show_text(cell['kind'])} has VAT or a discount.",
            "vat_code, vat_amount, discount and vat_rate on rows of kind sale only.",
            'Leave them empty, or write kind "sale" if the amount is a sale.',
        )


def _same_code(known: str | None, text: str, column: str) -> str | None:
    if not text.strip():
        return known
    code = parse_code(text)
    if known not in (None, code):
        raise Fault(
            f"the ticket has the {column}s {show_text(known or '')} and {show_text(code)}.",
            f"one {column} a ticket.",
            f"Write the same {column} on all its rows, or on the first only.",
        )
    return code


# What is wrong with a row that would not go through: slow, and only ever run once per file.


class _Column(NamedTuple):
    """How a cell is read, and what to expect of it in words."""

    parse: Callable[[str], object]
    expected: str


_CODE = f"a code, not empty, at most {CODE_LENGTH_MAX} characters."
_AMOUNT = "kroner with a decimal comma or point, at most two decimals and no thousands separator, such as 200,00."
_NOTED = Oddities()
"""What is noted while a fault is looked for is told nobody."""
_amount_or_0 = partial(parse_shown_or_0, odd=_NOTED)
_CELLS = {
    "register": _Column(parse_code, _CODE),
    "ticket": _Column(parse_code, _CODE),
    "completed_at": _Column(
        partial(parse_moment, odd=_NOTED), "a time such as 2026-11-21T23:41:07 (local) or 2026-11-21T23:41:07+01:00."
    ),
    "kind": _Column(_parse_kind, f"{', '.join(_KINDS)}."),
    "amount": _Column(partial(parse_shown, odd=_NOTED), _AMOUNT),
    "vat_amount": _Column(partial(parse_shown_or_none, odd=_NOTED), _AMOUNT),
    "discount": _Column(_amount_or_0, _AMOUNT),
    "vat_rate": _Column(partial(parse_percent, odd=_NOTED), "a VAT rate in percent, such as 25 or 11,11."),
    "customer": _Column(lambda text: parse_code(text) if text.strip() else None, _CODE),
    "id": _Column(lambda text: parse_code(text) if text.strip() else None, _CODE),
    "currency": _Column(_parse_currency, "a currency of three letters, such as EUR, or nothing."),
    "rate": _Column(
        lambda text: parse_nok_rate(text) if text.strip() else None,
        "NOK for one unit of the currency, such as 11,4235.",
    ),
}


def _explain(values: tuple[str, ...]) -> Fault:
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


def _total_between(line_number: int) -> Fault:
    return Fault(
        "a row without time, number and kind stands between the tickets.",
        "a total at the end of the file only.",
        "Take the row out, or write what it lacks.",
        line_number,
    )


def _apart(first_line_number: int) -> Fault:
    return Fault(
        f"this ticket began on line {first_line_number}, and other tickets stand between.",
        "the rows of a ticket together.",
        "Sort the file by register, time and ticket.",
    )


def _endless() -> Fault:
    return Fault(
        f"the ticket has more than {_TICKET_LINES_MAX} rows.",
        "the number, the register or the time to change with each ticket.",
        "Number the tickets where the file is made.",
    )


def _flags_differ() -> Fault:
    return Fault(
        "the rows of the ticket disagree about training or void.",
        "the same on all rows of a ticket.",
        "Mark the whole ticket, or leave a single row that was voided out of the file.",
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
