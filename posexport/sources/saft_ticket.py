"""One SAF-T `cashtransaction` element -> one Ticket.

Never here: files, streams, what a whole register did. Units: øre; a sale is positive. What signs mean stands in
`saft_signs`, what codes mean in `saft_codes`. A ticket as nearly all are, positive, in NOK, balanced as
written, is read in one quick pass; every other one by the full reading, which knows all the dialects. Both give
the same ticket wherever both apply.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from operator import itemgetter
from typing import Any, NamedTuple

from posexport.core.money import convert_ore, extract_vat_ore, format_ore, parse_ore, split_ore
from posexport.core.sales import Movement, Notice, Payment, SaleLine, Ticket, TicketStatus
from posexport.sources import saft_codes
from posexport.sources.saft_codes import CODE_LENGTH_MAX, CodeBook, parse_rate
from posexport.sources.saft_signs import (
    Reading,
    SalesSide,
    Undecided,
    WrittenLine,
    WrittenTicket,
    read_signs,
    read_signs_leniently,
)
from posexport.sources.values import check_amount

_TRUE = frozenset({"true", "1", "TRUE", "True", "yes", "Y", "y"})
_MEMO_SIZE = 65_536
_MEMO_LENGTH = 32

# The quick pass stores an element's text by its number: below _TICKET on the row of the line or payment it stands
# in, below _ROWS on the ticket. The others begin a row.
_LINE_TYPE, _GROUP, _QNT, _AMOUNT, _SIDE, _PAID, _CURRENCY, _VAT_CODE, _VAT_PERC, _VAT_AMNT = range(10)
_PAY_TYPE, _KIND = 10, 11
_TRANS_ID, _TRANS_TYPE, _TOTAL, _DATE, _TIME, _CUSTOMER, _ROUNDING, _VOID, _TRAINING = range(9)
_VATS, _TICKET, _ROWS, _LINE, _PAYMENT, _ODD = _VAT_CODE, 16, 32, 32, 33, 34
_QUICK: dict[object, int] = {
    "lineType": _LINE_TYPE,
    "artGroupID": _GROUP,
    "qnt": _QNT,
    "lineAmntIn": _AMOUNT,
    "amntTp": _SIDE,
    "paidAmnt": _PAID,
    "curCode": _CURRENCY,
    "vatCode": _VAT_CODE,
    "vatPerc": _VAT_PERC,
    "vatAmnt": _VAT_AMNT,
    "transID": _TICKET + _TRANS_ID,
    "transType": _TICKET + _TRANS_TYPE,
    "transAmntIn": _TICKET + _TOTAL,
    "transDate": _TICKET + _DATE,
    "transTime": _TICKET + _TIME,
    "custSupID": _TICKET + _CUSTOMER,
    "roundingAmnt": _TICKET + _ROUNDING,
    "voidTransaction": _TICKET + _VOID,
    "trainingID": _TICKET + _TRAINING,
    "ctLine": _LINE,
    "paymentType": _PAYMENT,
    "discount": _ODD,
    "raise": _ODD,
}
_new = tuple.__new__
_LINE_KEY = itemgetter(_LINE_TYPE, _GROUP, _SIDE, _VAT_CODE, _VAT_PERC)
_OF_VAT = frozenset({_VAT_CODE, _VAT_PERC, _VAT_AMNT})
_QUICK_TAGS = tuple(f"{{*}}{name}" for name in _QUICK)
_BLANK: list[Any] = [None] * _KIND + [0]
_BLANK_LINE: list[Any] = [None] * _KIND + [_LINE]
_BLANK_PAYMENT: list[Any] = [None] * _KIND + [_PAYMENT]
_BLANK_TOP: list[str | None] = [None] * 9

_DATE_TIME = re.compile(
    r"(?:(\d{4})-(\d\d)-(\d\d)|(\d{4})(\d\d)(\d\d)|(\d\d?)\.(\d\d?)\.(\d{4}))"
    r"(?:[T ](.+)|([Zz]|[+-]\d\d:?\d\d))?\Z",
    re.ASCII,
)
_CLOCK = re.compile(
    r"(?:\d{4}-\d\d-\d\d[T ])?(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d*)?)?\s*(Z|z|[+-]\d\d:?\d\d)?\Z"
    r"|(\d\d)(\d\d)(\d\d)\Z",
    re.ASCII,
)


class Unreadable(Exception):
    """Something on a ticket or a report that cannot be read; the reader of the file adds the place."""

    def __init__(self, found: str, expected: str, fix: str) -> None:
        self.found, self.expected, self.fix = found, expected, fix
        super().__init__(found)


EXPORT_AGAIN = "Have the cash register's supplier correct it and export the file again."


def local_name(tag: object) -> str:
    """A tag without its namespace; "" for a comment or a processing instruction."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def parse_amount(what: str, text: str | None) -> int:
    """An amount that must be there, in øre. Raises Unreadable."""
    if text is None or not text.strip():
        raise Unreadable(f"{what} is missing.", "an amount such as 102.80.", EXPORT_AGAIN)
    try:
        return check_amount(parse_ore(text))
    except ValueError:
        raise Unreadable(
            f"{what} is {_short(text)}.",
            "an amount in kroner with a decimal point and at most two decimals, such as 102.80, below a billion.",
            EXPORT_AGAIN,
        ) from None


def check_code(what: str, text: str) -> str:
    """A code, a number or a name that is not too long to be one. Raises Unreadable."""
    if len(text) > CODE_LENGTH_MAX:
        raise Unreadable(
            f"{what} is {_short(text)}, {len(text)} characters long.",
            f"at most {CODE_LENGTH_MAX} characters.",
            EXPORT_AGAIN,
        )
    return text


def _parse_loosely(what: str, text: str | None) -> int | None:
    """An amount that only informs (VAT, amount without VAT): more decimals are rounded, nothing is None."""
    if text is None or not text.strip():
        return None
    try:
        return check_amount(parse_ore(text))
    except ValueError:
        pass
    try:
        amount = Decimal(text.strip())
        if amount.is_finite() and abs(amount) < 10**14:
            return check_amount(int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)))
    except (InvalidOperation, ValueError):
        pass
    return parse_amount(what, text)


def _is_long(*texts: str | None) -> bool:
    """Whether one of them is no code, nor anything to remember."""
    return any(text is not None and len(text) > CODE_LENGTH_MAX for text in texts)


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")


def parse_moment(date_text: str | None, time_text: str | None) -> datetime:
    """Date and time of a ticket or a report: whole seconds; naive is local time. Raises Unreadable.

    >>> parse_moment("2020-01-01", "09:15:00.250")
    datetime.datetime(2020, 1, 1, 9, 15)
    """
    if not date_text or not date_text.strip():
        raise Unreadable("The date is missing.", "a date such as 2020-01-31.", EXPORT_AGAIN)
    date_match = _DATE_TIME.match(date_text.strip())
    if date_match is None:
        raise Unreadable(f"The date is {_short(date_text)}.", "a date such as 2020-01-31.", EXPORT_AGAIN)
    numbers = [int(number) for number in date_match.groups()[:9] if number is not None]
    year, month, day = reversed(numbers) if date_match.group(7) else numbers
    attached, date_offset = date_match.group(10), date_match.group(11)
    clock = (time_text or "").strip()
    if attached and (not clock or _is_midnight(clock)):
        clock = attached.strip()
    elif attached and not _is_midnight(attached) and _clock(attached)[:3] != _clock(clock)[:3]:
        raise Unreadable(
            f"The date holds the time {_short(attached)}, and the time beside it is {_short(clock)}.",
            "one time.",
            EXPORT_AGAIN,
        )
    if not clock:
        raise Unreadable("The time is missing.", "a time such as 09:15:00.", EXPORT_AGAIN)
    hour, minute, second, offset = _clock(clock)
    zone = (offset or date_offset or "").upper().replace("Z", "+00:00")
    try:
        moment = datetime.fromisoformat(f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}{zone}")
    except ValueError:
        moment = None
    if moment is None or not 1980 <= moment.year <= 2200:
        raise Unreadable(
            f"Date and time are {_short(date_text)} and {_short(time_text or '')}.",
            "a day and a time that exist, such as 2020-01-31 and 09:15:00.",
            EXPORT_AGAIN,
        )
    return moment


def _clock(text: str) -> tuple[int, int, int, str]:
    match = _CLOCK.match(text.strip())
    if match is None:
        raise Unreadable(f"The time is {_short(text)}.", "a time such as 09:15:00.", EXPORT_AGAIN)
    hour, minute, second, offset, *packed = match.groups()
    if packed[0] is not None:
        hour, minute, second = packed
    return int(hour), int(minute), int(second or 0), offset or ""


def _is_midnight(text: str) -> bool:
    return _clock(text)[:3] == (0, 0, 0)


@dataclass(slots=True)
class _Vat:
    code: str = ""
    percent: str = ""
    amount_ore: int | None = None


@dataclass(slots=True)
class _Line:
    line_type: str = ""
    group: str = ""
    article: str = ""
    negative_quantity: bool = False
    amount_ore: int = 0
    net_ore: int | None = None
    side: str = ""
    vats: list[_Vat] = field(default_factory=list)
    discount_ore: int = 0
    tip_ore: int = 0


class _Paid(NamedTuple):
    payment_type: str
    amount_ore: int
    currency: str
    rate: str


@dataclass(slots=True)
class _Raw:
    """A ticket's elements, read and not yet judged."""

    texts: dict[str, str] = field(default_factory=dict)
    lines: list[_Line] = field(default_factory=list)
    vats: list[_Vat] = field(default_factory=list)
    payments: list[_Paid] = field(default_factory=list)
    discount_ore: int = 0
    tip_ore: int = 0
    surcharge_ore: int = 0
    rounding_ore: int = 0


class TicketReader:
    """Reads the tickets of one file; `notice` takes what could not be judged."""

    def __init__(self, book: CodeBook, currency: str, notice: Callable[[str, Notice], None]) -> None:
        self._book = book
        self._currency = currency
        self._notice = notice
        self._names: dict[object, int] = dict(_QUICK)
        self._ore: dict[str, int] = {}
        self._plain_lines: dict[tuple[str | None, ...], tuple[str, str, int] | tuple[()]] = {}
        self._plain_payments: dict[tuple[str | None, str | None], str] = {}
        self._plain_types: dict[str | None, bool] = {None: True}
        self._sales = SalesSide()
        self.register = ""
        self.location: str | None = None
        self.paper: set[str] = set()
        """The transIDs that events call pro forma or delivery note."""

    def begin_register(self) -> None:
        """Forget what one register's habits were."""
        self._sales = SalesSide()
        self.paper.clear()

    def read(self, element: Any) -> Ticket:
        """The ticket in a `cashtransaction` element. Raises Unreadable."""
        ticket = self.read_plain(element)
        return ticket if ticket is not None else self.read_fully(element)

    def place(self, element: Any) -> str:
        """ "register R, ticket T", as far as it can be told."""
        number = ""
        for child in element:
            if local_name(child.tag) in ("nr", "transID"):
                number = number or (child.text or "").strip()
        return f"register {self.register}, ticket {number[:CODE_LENGTH_MAX] or 'without a number'}"

    # The quick pass.

    def read_plain(self, element: Any) -> Ticket | None:
        """The ticket where it is as nearly all are; None where the full reading must look."""
        if not len(element) or local_name(element[0].tag) != "nr":
            return None
        names = self._names
        row = _BLANK[:]
        rows = [row]
        top = _BLANK_TOP[:]
        line = first_line = vat = None
        for child in element.iter(*_QUICK_TAGS):
            try:
                number = names[child.tag]
            except KeyError:
                number = self._learn_name(child.tag)
            if number < _VATS:
                row[number] = child.text
            elif number < _TICKET:
                if row[number] is not None:
                    if row[_KIND] == _LINE and child.getparent().getparent() is line:
                        return None
                    row = _BLANK[:]
                elif number == _VAT_CODE:
                    vat = child
                row[number] = child.text
            elif number < _ROWS:
                top[number - _TICKET] = child.text
            elif number == _LINE:
                if line is None:
                    first_line = child
                line = child
                row = _BLANK_LINE[:]
                rows.append(row)
            elif number == _PAYMENT:
                row = _BLANK_PAYMENT[:]
                row[_PAY_TYPE] = child.text
                rows.append(row)
            else:
                return None
        own_vat = vat.getparent() if vat is not None else None
        if own_vat is None or own_vat.getparent() is not line:
            return None
        if sum([names.get(child.tag, 0) in _OF_VAT for child in own_vat]) != len(_OF_VAT):
            return None  # some of it may be the ticket's own VAT, which follows the last line
        try:
            line_count = element.index(line) - element.index(first_line) + 1
        except ValueError:
            return None
        return self._judge_plain(element[0].text, rows, top, line_count)

    def _learn_name(self, tag: object) -> int:
        number = _QUICK[local_name(tag)]
        if len(self._names) > 500:
            self._names = dict(_QUICK)
        self._names[tag] = number
        return number

    def _judge_plain(
        self, number: str | None, rows: list[list[Any]], top: list[str | None], line_count: int
    ) -> Ticket | None:
        """`line_count`: so many lines stand together; where others stand apart, a VAT may be the ticket's."""
        head = rows[0]
        plain_type = self._plain_types.get(top[_TRANS_TYPE])
        if plain_type is None:
            plain_type = self._learn_type(top[_TRANS_TYPE] or "")
        void, training = top[_VOID], top[_TRAINING]
        if (
            not plain_type
            or not number
            or number.isspace()
            or head[_SIDE] != "C"
            or self._sales.side == "D"
            or (void is not None and void != "false")
            or (training is not None and training != "false")
            or (top[_TOTAL] is not None and (self._amount(top[_TOTAL]) or -1) < 0)
        ):
            return None
        ore_of, line_of, payment_type_of = self._ore, self._plain_lines, self._plain_payments
        lines, payments = [], []
        lines_ore = paid_sum_ore = 0
        for row in rows:
            kind = row[_KIND]
            if kind == _LINE:
                known = line_of.get(_LINE_KEY(row))
                if known is None:
                    known = self._learn_line(_LINE_KEY(row))
                quantity = row[_QNT]
                if not known or (quantity is not None and "-" in quantity):
                    return None
                gross_ore = ore_of.get(row[_AMOUNT])
                if gross_ore is None:
                    gross_ore = self._amount(row[_AMOUNT])
                vat_ore = ore_of.get(row[_VAT_AMNT])
                if vat_ore is None:
                    vat_ore = self._amount(row[_VAT_AMNT])
                if gross_ore is None or vat_ore is None or vat_ore < 0 or gross_ore < 0:
                    return None
                lines_ore += gross_ore
                # tuple.__new__ is what SaleLine() calls, and this is called once a line of a whole year.
                lines.append(_new(SaleLine, (known[0], known[1], gross_ore, vat_ore, known[2], 0)))
            elif kind == _PAYMENT:
                payment_type = payment_type_of.get((row[_PAY_TYPE], row[_CURRENCY]))
                if payment_type is None:
                    payment_type = self._learn_payment(row[_PAY_TYPE], row[_CURRENCY])
                paid_ore = self._amount(row[_PAID])
                if not payment_type or paid_ore is None:
                    return None
                paid_sum_ore += paid_ore
                payments.append(Payment(payment_type, paid_ore))
        rounding_ore = 0
        if top[_ROUNDING]:
            rounding = self._amount(top[_ROUNDING])
            if rounding is None:
                return None
            rounding_ore = rounding
        if len(lines) != line_count or lines_ore <= 0 or lines_ore + rounding_ore != paid_sum_ore:
            return None
        if not self._sales.side:
            self._sales.side = "C"
        return self._ticket(
            number.strip(),
            (top[_TRANS_ID] or "").strip(),
            self._moment(top[_DATE], top[_TIME]),
            tuple(lines),
            tuple(payments),
            rounding_ore=rounding_ore,
            customer=(top[_CUSTOMER] or "").strip() or None,
        )

    def _amount(self, text: str | None) -> int | None:
        if text is None:
            return None
        known = self._ore.get(text)
        if known is not None:
            return known
        try:
            amount = check_amount(parse_ore(text))
        except ValueError:
            return None
        if len(self._ore) >= _MEMO_SIZE:
            self._ore.clear()
        if len(text) <= _MEMO_LENGTH:
            self._ore[text] = amount
        return amount

    def _learn_line(self, key: tuple[str | None, ...]) -> tuple[str, str, int] | tuple[()]:
        """What a line with these words is, its product type, VAT code and rate; () where it is not plain."""
        if _is_long(*key):
            return ()
        line_type, group, side, code, percent = ((text or "").strip() for text in key)
        if len(self._plain_lines) > _MEMO_SIZE:
            self._plain_lines.clear()
        plain = group and code and percent and side in ("", "C") and not self._book.line_kind(line_type).returned
        known = (self._book.product_type(group, ""), code, int(_rate_of(percent) * 100)) if plain else ()
        self._plain_lines[key] = known
        return known

    def _learn_payment(self, payment_type: str | None, currency: str | None) -> str:
        if _is_long(payment_type, currency):
            return ""
        if len(self._plain_payments) > 1000:
            self._plain_payments.clear()
        plain = payment_type and payment_type.strip() and (not currency or currency == self._currency)
        known = self._book.payment_type(payment_type.strip()) if plain and payment_type else ""
        self._plain_payments[payment_type, currency] = known
        return known

    def _learn_type(self, text: str) -> bool:
        if _is_long(text):
            return False
        code = self._book.predefined(saft_codes.TRANSACTION, text.strip())
        plain = code != saft_codes.RETURN and code not in saft_codes.MOVES
        if len(self._plain_types) > 1000:
            self._plain_types = {None: True}
        self._plain_types[text or None] = plain
        return plain

    @staticmethod
    def _moment(date_text: str | None, time_text: str | None) -> datetime:
        if date_text and time_text and len(date_text) == 10 and len(time_text) == 8:
            try:
                moment = datetime.fromisoformat(f"{date_text}T{time_text}")
            except ValueError:
                return parse_moment(date_text, time_text)
            colons = time_text[2] == time_text[5] == ":"
            if colons and date_text[7] == "-" and moment.tzinfo is None and 1980 <= moment.year <= 2200:
                return moment
        return parse_moment(date_text, time_text)

    def _ticket(
        self,
        number: str,
        trans_id: str,
        completed_at: datetime,
        lines: tuple[SaleLine, ...],
        payments: tuple[Payment, ...],
        *,
        status: TicketStatus = TicketStatus.COUNTED,
        tip_ore: int = 0,
        rounding_ore: int = 0,
        movements: tuple[Movement, ...] = (),
        customer: str | None = None,
    ) -> Ticket:
        if len(number) > CODE_LENGTH_MAX or len(trans_id) > CODE_LENGTH_MAX or _is_long(customer):
            for what, text in (("nr", number), ("transID", trans_id), ("custSupID", customer or "")):
                check_code(what, text)
        return Ticket(
            self.register,
            number if not trans_id or trans_id == number else f"{number} ({trans_id})",
            completed_at,
            lines,
            payments,
            self.location,
            status,
            tip_ore,
            rounding_ore,
            0,
            movements,
            customer,
            int(number) if number.isdigit() and number.isascii() and len(number) <= 15 else None,
            True,
        )

    # The full reading.

    def read_fully(self, element: Any) -> Ticket:
        """The ticket in any dialect. Raises Unreadable."""
        raw = self._gather(element)
        number = raw.texts.get("nr") or raw.texts.get("transID", "")
        trans_id = raw.texts.get("transID", "")
        if not number:
            raise Unreadable("The ticket has no number.", "nr or transID.", EXPORT_AGAIN)
        completed_at = parse_moment(raw.texts.get("transDate"), raw.texts.get("transTime"))
        place = f"register {self.register}, ticket {number}"
        code = self._book.predefined(saft_codes.TRANSACTION, raw.texts.get("transType", ""))
        status = self._status(raw, code, trans_id)
        customer = raw.texts.get("custSupID") or None
        if code in saft_codes.MOVES and not self._sells(raw):
            movements = self._movements(raw, code, place)
            status = TicketStatus.MOVEMENT if status is TicketStatus.COUNTED else status
            return self._ticket(
                number, trans_id, completed_at, (), (), status=status, movements=movements, customer=customer
            )
        written = self._written(raw, code)
        if status is TicketStatus.COUNTED:
            try:
                reading = read_signs(written, self._sales)
            except Undecided as undecided:
                raise Unreadable(
                    f"It cannot be told whether the ticket is a sale or a return: {undecided}.",
                    "a transType, lineType or quantity that tells a return, or an amount below zero.",
                    "Have the supplier export returns with a minus, or with transaction type 11006 among the basics.",
                ) from None
        else:
            reading = read_signs_leniently(written, self._sales)
        if status is TicketStatus.VOID and sum(reading.lines) < 0:
            self._notice(
                "void-return",
                Notice(
                    place,
                    "A voided ticket with a sum below zero is not counted; if it cancels another ticket, "
                    "look that one up, for it is counted.",
                ),
            )
        return self._ticket(
            number,
            trans_id,
            completed_at,
            self._sale_lines(raw, reading, place),
            self._payments(raw, reading, status, place),
            status=status,
            tip_ore=self._tip_ore(reading, place),
            rounding_ore=reading.rounding_ore,
            customer=customer,
        )

    def _gather(self, element: Any) -> _Raw:
        raw = _Raw()
        for child in element:
            name = local_name(child.tag)
            if name == "ctLine":
                raw.lines.append(self._gather_line(child))
            elif name == "vat":
                raw.vats.append(_gather_vat(child))
            elif name == "payment":
                raw.payments.append(_gather_payment(child))
            elif name == "discount":
                raw.discount_ore += abs(parse_amount("dscAmnt", _texts(child).get("dscAmnt")))
            elif name == "raise":
                tip, amount_ore = self._gather_raise(child)
                raw.tip_ore += amount_ore if tip else 0
                raw.surcharge_ore += 0 if tip else abs(amount_ore)
            elif name == "rounding":
                text = _texts(child).get("roundingAmnt")
                raw.rounding_ore += parse_amount("roundingAmnt", text) if text else 0
            elif name:
                raw.texts.setdefault(name, (child.text or "").strip())
        return raw

    def _gather_line(self, element: Any) -> _Line:
        line = _Line()
        texts: dict[str, str] = {}
        for child in element:
            name = local_name(child.tag)
            if name == "vat":
                line.vats.append(_gather_vat(child))
            elif name == "discount":
                line.discount_ore += abs(parse_amount("dscAmnt", _texts(child).get("dscAmnt")))
            elif name == "raise":
                tip, amount_ore = self._gather_raise(child)
                line.tip_ore += amount_ore if tip else 0
            elif name:
                texts[name] = (child.text or "").strip()
        line.line_type, line.group = texts.get("lineType", ""), check_code("artGroupID", texts.get("artGroupID", ""))
        line.article, line.side = check_code("artID", texts.get("artID", "")), texts.get("amntTp", "")
        line.negative_quantity = "-" in texts.get("qnt", "")
        line.amount_ore = parse_amount("lineAmntIn", texts.get("lineAmntIn"))
        try:
            line.net_ore = _parse_loosely("lineAmntEx", texts.get("lineAmntEx"))
        except Unreadable:
            line.net_ore = None  # it only ever helps to tell the VAT; the quick pass does not look at it
        return line

    def _gather_raise(self, element: Any) -> tuple[bool, int]:
        texts = _texts(element)
        return self._book.is_tip(texts.get("raiseType", "")), parse_amount("raiseAmnt", texts.get("raiseAmnt"))

    def _status(self, raw: _Raw, code: str, trans_id: str) -> TicketStatus:
        if raw.texts.get("trainingID", "") in _TRUE:
            return TicketStatus.TRAINING
        if raw.texts.get("voidTransaction", "") in _TRUE:
            return TicketStatus.VOID
        paid = any(payment.amount_ore for payment in raw.payments)
        if not paid and code not in saft_codes.MOVES:
            described = self._book.is_paper(raw.texts.get("transType", ""), raw.texts.get("desc", ""))
            if described or trans_id in self.paper:
                return TicketStatus.NOT_A_SALE
        return TicketStatus.COUNTED

    @staticmethod
    def _sells(raw: _Raw) -> bool:
        """Whether the ticket has a sale line: an amount with an article, a group or VAT."""
        for line in raw.lines:
            taxed = any(vat.amount_ore for vat in line.vats)
            if line.amount_ore and (line.group or line.article or taxed):
                return True
        return False

    def _movements(self, raw: _Raw, code: str, place: str) -> tuple[Movement, ...]:
        kind = saft_codes.MOVES[code]
        moved = [
            (self._book.payment_type(payment.payment_type), self._in_nok(payment))
            for payment in raw.payments
            if payment.amount_ore
        ]
        if not moved:
            total_ore = _parse_loosely("transAmntIn", raw.texts.get("transAmntIn"))
            if not total_ore:
                return ()
            moved = [(self._book.cash(), total_ore)]
        one_way = min(amount for _, amount in moved) > 0 or max(amount for _, amount in moved) < 0
        if code == "11008":
            if raw.texts.get("amntTp") == "D" and all(amount > 0 for _, amount in moved):
                self._notice(
                    "difference-side",
                    Notice(place, "A count difference above zero marked D was read as money missing."),
                )
                moved = [(payment_type, -amount) for payment_type, amount in moved]
        elif one_way:
            sign = -1 if code == saft_codes.PAY_OUT else 1
            moved = [(payment_type, sign * abs(amount)) for payment_type, amount in moved]
        return tuple(Movement(kind, payment_type, amount) for payment_type, amount in moved)

    def _written(self, raw: _Raw, code: str) -> WrittenTicket:
        lines = []
        for line in raw.lines:
            kind = self._book.line_kind(line.line_type)
            lines.append(
                WrittenLine(
                    line.amount_ore,
                    _side(line.side),
                    kind.returned or line.negative_quantity,
                    kind.sold,
                    line.tip_ore,
                    not any(vat.amount_ore for vat in line.vats) and line.net_ore in (None, line.amount_ore),
                )
            )
        return WrittenTicket(
            lines,
            self._ways_of_payments(raw),
            _side(raw.texts.get("amntTp", "")),
            _parse_loosely("transAmntIn", raw.texts.get("transAmntIn")),
            raw.rounding_ore,
            raw.tip_ore,
            raw.discount_ore,
            raw.surcharge_ore,
            code == saft_codes.RETURN,
            code in saft_codes.SALES,
        )

    def _ways_of_payments(self, raw: _Raw) -> list[list[int]]:
        """The payments in NOK: foreign ones times their rate, and as they stand (some programs convert)."""
        as_written = [payment.amount_ore for payment in raw.payments]
        if not any(self._is_foreign(payment) for payment in raw.payments):
            return [as_written]
        if any(self._is_foreign(payment) and not payment.rate for payment in raw.payments):
            return [as_written]
        converted = [self._in_nok(payment) for payment in raw.payments]
        return [converted, as_written] if converted != as_written else [converted]

    def _is_foreign(self, payment: _Paid) -> bool:
        return bool(payment.currency) and payment.currency.upper() != self._currency.upper()

    def _in_nok(self, payment: _Paid) -> int:
        if not self._is_foreign(payment) or not payment.rate:
            return payment.amount_ore
        try:
            rate = Decimal(payment.rate)
        except InvalidOperation:
            rate = Decimal(0)
        if not rate.is_finite() or not 0 < rate < 10**6:
            raise Unreadable(
                f"exchRt is {_short(payment.rate)}.",
                f"what one {payment.currency} is in {self._currency}, such as 11.423500.",
                EXPORT_AGAIN,
            )
        try:
            return check_amount(convert_ore(payment.amount_ore, rate))
        except ValueError:
            raise Unreadable(
                f"exchRt is {_short(payment.rate)} on {format_ore(payment.amount_ore)} {payment.currency}.",
                "a rate that leaves the amount below a billion.",
                EXPORT_AGAIN,
            ) from None

    def _payments(self, raw: _Raw, reading: Reading, status: TicketStatus, place: str) -> tuple[Payment, ...]:
        payments = []
        for payment, amount_ore in zip(raw.payments, reading.payments, strict=True):
            foreign = self._is_foreign(payment)
            counted = status is TicketStatus.COUNTED
            if foreign and not payment.rate and counted and not reading.balanced:
                raise Unreadable(
                    f"A payment of {format_ore(payment.amount_ore)} {payment.currency} has no rate.",
                    f"exchRt, what one {payment.currency} is in {self._currency}.",
                    EXPORT_AGAIN,
                )
            payments.append(
                Payment(
                    self._book.payment_type(payment.payment_type),
                    amount_ore,
                    payment.currency.upper() if foreign else None,
                )
            )
        if len(payments) and reading.payments_way and any(p.currency for p in payments):
            self._notice(
                "already-converted",
                Notice(place, f"A foreign payment was already in {self._currency}; its rate was not used."),
            )
        return tuple(payments)

    def _tip_ore(self, reading: Reading, place: str) -> int:
        if reading.tip_ore and not reading.balanced:
            bare_ore = sum(reading.lines) + reading.rounding_ore
            if bare_ore == sum(reading.payments):
                self._notice(
                    "tip-inside",
                    Notice(place, "The tip seems to be inside the sales, and no line tells where."),
                )
        return reading.tip_ore

    def _sale_lines(self, raw: _Raw, reading: Reading, place: str) -> tuple[SaleLine, ...]:
        gross = list(reading.lines)
        if reading.line_tips:
            gross = [amount - tip for amount, tip in zip(gross, reading.line_tips, strict=True)]
        if reading.adjustment_ore and sum(gross):
            parts = split_ore(reading.adjustment_ore, gross)
            gross = [amount + part for amount, part in zip(gross, parts, strict=True)]
        off = self._ticket_discounts(raw, reading, gross)
        lines = []
        for place_of_line, line in enumerate(raw.lines):
            if place_of_line == reading.tip_line:
                continue
            gross_ore, sign = gross[place_of_line], -1 if reading.lines[place_of_line] < 0 else 1
            vat_code, rate, vat_ore = self._vat(raw, line, place)
            if reading.adjustment_ore:
                vat_ore = extract_vat_ore(gross_ore, int(rate * 100)) if rate is not None else None
            elif vat_ore is not None and line.amount_ore:
                vat_ore = sign * abs(vat_ore)
            lines.append(
                SaleLine(
                    self._book.product_type(line.group, line.article),
                    vat_code,
                    gross_ore,
                    vat_ore,
                    int(rate * 100) if rate is not None else None,
                    sign * line.discount_ore + off[place_of_line],
                )
            )
        return tuple(lines)

    @staticmethod
    def _ticket_discounts(raw: _Raw, reading: Reading, gross: list[int]) -> list[int]:
        """Each line's share of a discount on the whole ticket."""
        if not raw.discount_ore or not sum(gross):
            return [0] * len(gross)
        sign = -1 if sum(gross) < 0 else 1
        return split_ore(sign * raw.discount_ore, list(reading.lines) if sum(reading.lines) else gross)

    def _vat(self, raw: _Raw, line: _Line, place: str) -> tuple[str, Decimal | None, int | None]:
        """A line's VAT code, rate in per cent and VAT in øre (signed as written)."""
        own_ore = [vat.amount_ore for vat in line.vats if vat.amount_ore is not None]
        vat_ore: int | None = sum(own_ore) if own_ore else None
        if vat_ore is None and line.net_ore is not None:
            vat_ore = line.amount_ore - line.net_ore
        own = {(vat.code, vat.percent) for vat in line.vats if vat.code or vat.percent}
        if len(own) > 1:
            taxed = {(vat.code, vat.percent) for vat in line.vats if vat.amount_ore}
            own = taxed if len(taxed) == 1 else own
        if len(own) == 1:
            code, percent = own.pop()
            rate = _rate_of(percent) if percent else None
            if not code and rate is not None:
                code = self._book.vat_code_of_rate(rate)
            return code, rate, vat_ore
        if not own:
            code, rate = self._vat_of_ticket(raw, line)
            if code:
                return code, rate, vat_ore
        self._notice("vat-unknown", Notice(place, "It cannot be told which VAT code a line of this ticket has."))
        return "", None, vat_ore

    def _vat_of_ticket(self, raw: _Raw, line: _Line) -> tuple[str, Decimal | None]:
        """The VAT code of a line that has none itself: the ticket's only one, or the one its amounts tell."""
        book = self._book
        found: dict[str, Decimal | None] = {}
        for vat in raw.vats:
            rate = _rate_of(vat.percent) if vat.percent else None
            code = vat.code or (book.vat_code_of_rate(rate) if rate is not None else "")
            if code:
                found[code] = rate if rate is not None else book.rate_of_vat_code(code)
        if len(found) == 1:
            return next(iter(found.items()))
        if line.net_ore is None:
            return "", None
        vat_ore = line.amount_ore - line.net_ore
        if found:
            fits = [
                (code, rate)
                for code, rate in found.items()
                if rate is not None and _tells(line.amount_ore, vat_ore, rate)
            ]
            return fits[0] if len(fits) == 1 else ("", None)
        rates = [rate for rate in _USUAL if _tells(line.amount_ore, vat_ore, rate)]
        if len(rates) == 1:
            return book.vat_code_of_rate(rates[0]), rates[0]
        return "", None


_USUAL = (Decimal(0), Decimal("11.11"), Decimal(12), Decimal(15), Decimal(25))


def _tells(amount_ore: int, vat_ore: int, rate: Decimal) -> bool:
    """Whether this VAT in this amount can be of this rate, to the øre."""
    return abs(abs(extract_vat_ore(amount_ore, int(rate * 100))) - abs(vat_ore)) <= (1 if rate else 0)


def _side(text: str) -> str:
    side = text.strip().upper()
    return side if side in ("C", "D") else {"K": "C", "CREDIT": "C", "DEBIT": "D"}.get(side, "")


def _texts(element: Any) -> dict[str, str]:
    return {local_name(child.tag): (child.text or "").strip() for child in element}


def _rate_of(text: str) -> Decimal:
    try:
        return parse_rate(text)
    except ValueError:
        raise Unreadable(f"vatPerc is {_short(text)}.", "a percentage such as 25.00.", EXPORT_AGAIN) from None


def _gather_vat(element: Any) -> _Vat:
    texts = _texts(element)
    amount = _parse_loosely("vatAmnt", texts.get("vatAmnt"))
    return _Vat(check_code("vatCode", texts.get("vatCode", "")), texts.get("vatPerc", ""), amount)


def _gather_payment(element: Any) -> _Paid:
    texts = _texts(element)
    amount_ore = parse_amount("paidAmnt", texts.get("paidAmnt"))
    payment_type = check_code("paymentType", texts.get("paymentType", ""))
    if not payment_type and amount_ore:
        raise Unreadable("A payment has no paymentType.", "the code of the payment type.", EXPORT_AGAIN)
    return _Paid(payment_type, amount_ore, check_code("curCode", texts.get("curCode", "")), texts.get("exchRt", ""))
