"""Combines the rows of a CSV file or a sheet into tickets: `TicketRows` takes one row after the other, and returns a
ticket when the first row of the next one comes.

Does not know where cells are in the file. An unreadable cell raises ValueError, rows that contradict each other raise
Fault. Amounts in øre, signed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial

from posexport.core.credit_facts import (
    CreditFacts,
    LineText,
    TicketReference,
    gather_texts,
    name_customer,
    tidy_quantity,
    tidy_text,
)
from posexport.core.money import convert_ore, format_ore
from posexport.core.sales import EntryKind, ImportNote, Payment, SaleLine, Ticket, TicketStatus
from posexport.sources.files.csv_cells import (
    parse_moment,
    parse_nok_rate,
    parse_percent,
    parse_shown,
    parse_shown_or_0,
    parse_shown_or_none,
)
from posexport.sources.files.csv_rows import REQUIRED, Fault
from posexport.sources.files.values import (
    CURRENCY_CODE,
    SERIAL_DIGITS_MAX,
    Oddities,
    Parsed,
    check_amount,
    parse_code,
    parse_flag,
    show_text,
)
from posexport.sources.judging import ForeignPayment, doubt_discounts, judge_flags, settle_foreign, sign_discount

READ = (
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
"""The columns that are read, in the order of a row's cells here."""

TOLD_OF_TICKET = (
    "customer_name",
    "organization_number",
    "email",
    "contact",
    "customer_reference",
    "purchase_order",
    "project",
    "refers_to_register",
    "refers_to_ticket",
)
TOLD_OF_LINE = ("text", "quantity", "article")
TOLD = (*TOLD_OF_TICKET, *TOLD_OF_LINE)
"""The columns that only an invoice needs, in the order of a row's further cells here."""

KINDS = {
    "sale": EntryKind.SALE,
    "payment": EntryKind.PAYMENT,
    "tip": EntryKind.TIP,
    "rounding": EntryKind.ROUNDING,
    "gift-card": EntryKind.GIFT_CARD,
}

Cells = tuple[str, ...]
"""A row's cells in the order of READ, each as it is written."""

_Key = tuple[str, str, datetime]
"""What identifies a ticket: register, number, time completed."""

_COUNTED = TicketStatus.COUNTED
_PAR = Decimal(1)
_TICKET_LINES_MAX = 200_000
"""The most lines of the file that one ticket may take, since it is held in memory."""
_TICKETS_REMEMBERED_MAX = 10_000
"""Over how many tickets rows that are apart are recognized and reported by line; further apart they are two versions of
a ticket, which the store refuses."""


class TicketRows:
    """Takes the rows of a table in order, with one ticket in memory: a ticket ends where the first row of another
    begins. `prefix`: the words for where the table's lines are."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._odd, self._placed = Oddities(), 0
        self._totals = _Totals()
        self._ticket: _OpenTicket | None = None
        self._written_key: Cells | None = None
        self._first_lines: dict[_Key, int] = {}
        self._order: deque[_Key] = deque()
        odd = self._odd
        self._codes, self._flags = Parsed(parse_code), Parsed(parse_flag)
        self._amounts = Parsed(partial(parse_shown, odd=odd), oddities=odd)
        self._amounts_or_none = Parsed(partial(parse_shown_or_none, odd=odd), oddities=odd)
        self._amounts_or_0 = Parsed(partial(parse_shown_or_0, odd=odd), oddities=odd)
        self._rates = Parsed(partial(parse_percent, odd=odd), oddities=odd)
        adds: dict[EntryKind, Callable[[_OpenTicket, Cells], None]] = {
            EntryKind.SALE: self._add_sale,
            EntryKind.PAYMENT: self._add_payment,
            EntryKind.TIP: self._add_tip,
            EntryKind.ROUNDING: self._add_rounding,
            EntryKind.GIFT_CARD: self._add_gift_card,
        }
        self._adds = Parsed(lambda text: adds[parse_kind(text)])

    def take(self, row: Cells, line_number: int, told: Cells = ()) -> Ticket | None:
        """Add a row; returns the previous ticket where this row begins another. `told`: its cells in the order of TOLD,
        where the table has customers. Raises Fault, and ValueError for an unreadable cell; no amount of the row is
        added then."""
        finished = None
        if row[:3] != self._written_key:
            if not "".join(row).strip():
                return None
            finished = self._begin(row, line_number)
        ticket = self._ticket
        assert ticket is not None, "a row without a key is no row"
        ticket.check(row, line_number, self._flags)
        if told:
            ticket.note(told)
        self._adds[row[3]](ticket, row)
        if told and len(ticket.line_texts) < len(ticket.lines):
            ticket.line_texts.append(_read_line_text(told))
        if self._odd.total != self._placed:
            self._placed = self._odd.total
            self._odd.place(f"{self._prefix}line {line_number}")
        return finished

    def add_total(self, line_number: int, amount_ore: int) -> None:
        """Add a row of totals over the rows before it. Only other such rows may follow."""
        self._totals.rows.append((line_number, amount_ore))
        self._written_key = None

    def finish(self) -> Ticket | None:
        """The last ticket; None where there was none."""
        return self._ticket.finished() if self._ticket is not None else None

    def notices(self) -> Iterator[ImportNote]:
        """Notes about the rows, after all were taken."""
        yield from self._odd.notices()
        yield from self._totals.notices(self._prefix)

    def _begin(self, row: Cells, line_number: int) -> Ticket | None:
        """Handle a row whose key cells differ from the previous row's: the same ticket written differently, or the next
        one, in which case the finished ticket is returned. Raises Fault after a row of totals."""
        register, number, completed_at = row[:3]
        key = (self._codes[register], parse_code(number), parse_moment(completed_at, self._odd))
        if self._totals.rows:
            raise _total_between(self._totals.rows[0][0])
        before = self._ticket
        finished = None
        if before is None or key != before.key:
            if before is not None:
                finished = before.finished()
            self._check_together(key, line_number)
            self._ticket = _OpenTicket(key, row, line_number, self._flags, self._totals)
        self._written_key = row[:3]
        return finished

    def _check_together(self, key: _Key, line_number: int) -> None:
        """Raises Fault where the ticket has earlier rows with another ticket's between."""
        if self._first_lines.setdefault(key, line_number) != line_number:
            raise _apart(self._first_lines[key])
        self._order.append(key)
        if len(self._order) > _TICKETS_REMEMBERED_MAX:
            del self._first_lines[self._order.popleft()]

    def _add_sale(self, ticket: _OpenTicket, row: Cells) -> None:
        _, _, _, _, code, vat_code, amount, vat_amount, _, _, discount, _, currency, rate, vat_rate, _ = row
        amount_ore = self._amounts[amount]
        line = SaleLine(
            self._codes[code],
            self._codes[vat_code],
            amount_ore,
            self._amounts_or_none[vat_amount],
            self._rates[vat_rate],
            self._amounts_or_0[discount],
        )
        if currency or rate:
            _check_unforeign(currency, rate)
        if line.discount_ore:
            ticket.add_discounted(line)
        else:
            ticket.lines.append(line)
        self._totals.sold_ore += amount_ore

    def _add_payment(self, ticket: _OpenTicket, row: Cells) -> None:
        amount_ore = self._amount_of_no_sale(row)
        payment_type, currency, rate = self._codes[row[4]], row[12], row[13]
        self._totals.paid_ore += amount_ore
        if not currency and not rate:
            ticket.payments.append(Payment(payment_type, amount_ore))
            return
        nok_ore, foreign, nok_per_unit = _parse_foreign(amount_ore, currency, rate)
        if foreign is not None:
            place = len(ticket.payments)
            ticket.foreign.append(ForeignPayment(place, amount_ore, foreign, nok_per_unit, rate.strip()))
        ticket.payments.append(Payment(payment_type, nok_ore, foreign))

    def _add_tip(self, ticket: _OpenTicket, row: Cells) -> None:
        ticket.tip_ore += self._amount_of_other(row)

    def _add_rounding(self, ticket: _OpenTicket, row: Cells) -> None:
        ticket.rounding_ore += self._amount_of_other(row)

    def _add_gift_card(self, ticket: _OpenTicket, row: Cells) -> None:
        ticket.gift_cards_ore += self._amount_of_other(row)

    def _amount_of_other(self, row: Cells) -> int:
        """The amount (øre) of a row that is neither sale nor payment."""
        amount_ore = self._amount_of_no_sale(row)
        if row[4]:
            _check_uncoded(row[4])
        if row[12] or row[13]:
            _check_unforeign(row[12], row[13])
        self._totals.others_ore += amount_ore
        return amount_ore

    def _amount_of_no_sale(self, row: Cells) -> int:
        if row[5] or row[7] or row[10] or row[14]:
            _check_unsold(row)
        return self._amounts[row[6]]


class _OpenTicket:
    """The ticket whose rows are being taken. `row`: its first one."""

    def __init__(self, key: _Key, row: Cells, line_number: int, flags: Parsed[bool | None], totals: _Totals) -> None:
        self.key, self._began, self._totals = key, line_number, totals
        self._written_flags = row[8:10]
        self._training_and_void = (flags[row[8]], flags[row[9]])
        self.status, self.doubts = judge_flags(*self._training_and_void, (row[8].strip(), row[9].strip()))
        self.customer: str | None = None
        self.source_id: str | None = None
        self._told: dict[str, str] = {}
        self.line_texts: list[LineText] = []
        self.lines: list[SaleLine] = []
        self.payments: list[Payment] = []
        self.foreign: list[ForeignPayment] = []
        self.has_odd_signs = False
        self.tip_ore = self.rounding_ore = self.gift_cards_ore = 0

    def check(self, row: Cells, line_number: int, flags: Parsed[bool | None]) -> None:
        """Check that a row agrees with the ticket's earlier rows. Raises Fault where it does not, or where the ticket
        has too many rows."""
        if line_number - self._began > _TICKET_LINES_MAX:
            raise _endless()
        if row[8:10] != self._written_flags and not self._agrees(row, flags):
            raise _flags_differ()
        if row[11]:
            self.customer = _same_code(self.customer, row[11], "customer")
        if row[15]:
            self.source_id = _same_code(self.source_id, row[15], "id")

    def note(self, told: Cells) -> None:
        """Note what a row says of the ticket for an invoice. Raises Fault where an earlier row says otherwise."""
        for name, text in zip(TOLD_OF_TICKET, told, strict=False):
            said = tidy_text(text)
            if said and self._told.setdefault(name, said) != said:
                raise _two_texts(name, self._told[name], said)

    def _facts(self) -> CreditFacts | None:
        """What the ticket says for an invoice; None where it names no customer."""
        if self.customer is None:
            return None
        told = self._told.get
        customer = name_customer(
            self.customer,
            told("organization_number", ""),
            name=told("customer_name", ""),
            email=told("email", ""),
            contact=told("contact", ""),
        )
        register, number = told("refers_to_register", self.key[0]), told("refers_to_ticket")
        return CreditFacts(
            customer,
            told("customer_reference", ""),
            told("purchase_order", ""),
            told("project", ""),
            refers_to=TicketReference(parse_code(register), parse_code(number)) if number else None,
            line_texts=gather_texts(self.line_texts),
        )

    def _agrees(self, row: Cells, flags: Parsed[bool | None]) -> bool:
        """Whether another row says the same about training and void, in any wording."""
        said = (flags[row[8]], flags[row[9]])
        return said == self._training_and_void and all(
            flag is not None or text.strip() == own.strip()
            for flag, text, own in zip(said, row[8:10], self._written_flags, strict=True)
        )

    def add_discounted(self, line: SaleLine) -> None:
        """Add a line with a discount, which gets the line's sign."""
        self.has_odd_signs |= line.gross_ore > 0 > line.discount_ore
        self.lines.append(line._replace(discount_ore=sign_discount(line.gross_ore, line.discount_ore)))

    @property
    def others_ore(self) -> int:
        """Tip, rounding and gift cards sold, together (øre)."""
        return self.tip_ore + self.rounding_ore + self.gift_cards_ore

    @property
    def _sales_ore(self) -> int:
        return sum([line.gross_ore for line in self.lines]) + self.others_ore

    def finished(self) -> Ticket:
        """The complete ticket."""
        register, number, completed_at = self.key
        is_serial = len(number) <= SERIAL_DIGITS_MAX and number.isascii() and number.isdigit()
        payments, doubts = self.payments, self.doubts
        if self.foreign:
            payments, found = settle_foreign(payments, self.foreign, self._sales_ore)
            doubts += found if self.status is _COUNTED else ()
        if self.has_odd_signs and self.status is _COUNTED:
            doubts += doubt_discounts(self.lines)
        if self.status is not _COUNTED:
            self._totals.leave_out(self)
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
            self._facts(),
        )


class _Totals:
    """The rows of totals at the end of a table, compared with the sums of all rows (øre): `sold_ore` sales, `paid_ore`
    payments, `others_ore` tips, rounding and gift cards."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, int]] = []
        self.sold_ore = self.paid_ore = self.others_ore = 0
        self._left_out = (0, 0, 0)

    def leave_out(self, ticket: _OpenTicket) -> None:
        """Note a ticket that is not counted: totals may be with or without it."""
        sold_ore, paid_ore, others_ore = self._left_out
        sold_ore += sum(line.gross_ore for line in ticket.lines)
        paid_ore += sum(payment.amount_ore for payment in ticket.payments)
        self._left_out = sold_ore, paid_ore, others_ore + ticket.others_ore

    def notices(self, prefix: str) -> Iterator[ImportNote]:
        """A note for each total that is not the sum of the rows."""
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


# How cells are read that the machine above has no `Parsed` for. All raise ValueError for anything else.


def parse_kind(text: str) -> EntryKind:
    """The kind of a row, in any case. Raises ValueError."""
    try:
        return KINDS[text.strip().lower()]
    except KeyError:
        raise ValueError from None


def parse_currency(text: str) -> str:
    """A three-letter currency code; NOK for an empty cell. Raises ValueError."""
    text = text.strip()
    if text and not CURRENCY_CODE.match(text):
        raise ValueError
    return text.upper() or "NOK"


def _parse_foreign(amount_ore: int, currency: str, rate: str) -> tuple[int, str | None, Decimal]:
    """A payment's amount, currency and rate -> its amount in øre (NOK), the currency unless it is NOK, and the rate.
    Raises Fault."""
    code = parse_currency(currency)
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


def _check_unsold(row: Cells) -> None:
    cell = dict(zip(READ, row, strict=True))
    idle = cell["vat_code"].strip() in ("", "0")
    if not idle or any(parse_shown_or_0(cell[c], Oddities()) for c in ("vat_amount", "discount", "vat_rate")):
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


def _two_texts(column: str, known: str, text: str) -> Fault:
    return Fault(
        f"the rows of the ticket have {column} {show_text(known)} and {show_text(text)}.",
        f"one {column} a ticket.",
        "Write the same on all its rows, or on the first only.",
    )


def _read_line_text(told: Cells) -> LineText:
    text, quantity, article = told[len(TOLD_OF_TICKET) :]
    return LineText(tidy_text(text), tidy_quantity(quantity), tidy_text(article))


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
