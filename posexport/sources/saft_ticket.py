"""One SAF-T `cashtransaction` element -> one Ticket.

Never here: files, streams, what a whole register did. Units: øre; a sale is positive. What signs mean stands in
`saft_signs`, what codes mean in `saft_codes`. A ticket as nearly all are is read by `saft_plain`, which gives the
same wherever it gives anything; here are all the dialects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from posexport.core.money import convert_ore, extract_vat_ore, format_ore, split_ore
from posexport.core.sales import Movement, Notice, Payment, SaleLine, Ticket, TicketStatus
from posexport.sources import saft_codes
from posexport.sources.saft_codes import CODE_LENGTH_MAX, CodeBook
from posexport.sources.saft_plain import PlainReader
from posexport.sources.saft_signs import (
    Reading,
    SalesSide,
    Undecided,
    WrittenLine,
    WrittenTicket,
    read_signs,
    read_signs_leniently,
)
from posexport.sources.saft_values import (
    EXPORT_AGAIN,
    Unreadable,
    check_code,
    is_long,
    local_name,
    parse_amount,
    parse_loosely,
    parse_moment,
    rate_of,
    short,
)
from posexport.sources.values import check_amount

_TRUE = frozenset({"true", "1", "TRUE", "True", "yes", "Y", "y"})


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
        self._plain = PlainReader(book, currency)
        self._sales = SalesSide()
        self.register = ""
        self.location: str | None = None
        self.paper: set[str] = set()
        """The transIDs that events call pro forma or delivery note."""

    def begin_register(self) -> None:
        """Forget what one register's habits were."""
        self._sales = SalesSide()
        self.paper.clear()

    def read_plain(self, raw: bytes, is_utf8: bool) -> Ticket | None:
        """The ticket in the bytes of a `cashtransaction` (see `PlainReader.read`), None where it is not plain."""
        plain = self._plain.read(raw, is_utf8) if self._sales.side != "D" else None
        if plain is None:
            return None
        try:
            ticket = self._ticket(
                plain.number,
                plain.trans_id,
                plain.completed_at,
                plain.lines,
                plain.payments,
                tip_ore=plain.tip_ore,
                rounding_ore=plain.rounding_ore,
                customer=plain.customer,
            )
        except Unreadable:
            return None
        self._sales.side = "C"
        return ticket

    def place(self, element: Any) -> str:
        """ "register R, ticket T", as far as it can be told."""
        number = ""
        for child in element:
            if local_name(child.tag) in ("nr", "transID"):
                number = number or (child.text or "").strip()
        return f"register {self.register}, ticket {number[:CODE_LENGTH_MAX] or 'without a number'}"

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
        if len(number) > CODE_LENGTH_MAX or len(trans_id) > CODE_LENGTH_MAX or is_long(customer):
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

    def read(self, element: Any) -> Ticket:
        """The ticket in a `cashtransaction` element, in any dialect. Raises Unreadable."""
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
            line.net_ore = parse_loosely("lineAmntEx", texts.get("lineAmntEx"))
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
            total_ore = parse_loosely("transAmntIn", raw.texts.get("transAmntIn"))
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
            parse_loosely("transAmntIn", raw.texts.get("transAmntIn")),
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
                f"exchRt is {short(payment.rate)}.",
                f"what one {payment.currency} is in {self._currency}, such as 11.423500.",
                EXPORT_AGAIN,
            )
        try:
            return check_amount(convert_ore(payment.amount_ore, rate))
        except ValueError:
            raise Unreadable(
                f"exchRt is {short(payment.rate)} on {format_ore(payment.amount_ore)} {payment.currency}.",
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
            rate = rate_of(percent) if percent else None
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
            rate = rate_of(vat.percent) if vat.percent else None
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


def _gather_vat(element: Any) -> _Vat:
    texts = _texts(element)
    amount = parse_loosely("vatAmnt", texts.get("vatAmnt"))
    return _Vat(check_code("vatCode", texts.get("vatCode", "")), texts.get("vatPerc", ""), amount)


def _gather_payment(element: Any) -> _Paid:
    texts = _texts(element)
    amount_ore = parse_amount("paidAmnt", texts.get("paidAmnt"))
    payment_type = check_code("paymentType", texts.get("paymentType", ""))
    if not payment_type and amount_ore:
        raise Unreadable("A payment has no paymentType.", "the code of the payment type.", EXPORT_AGAIN)
    return _Paid(payment_type, amount_ore, check_code("curCode", texts.get("curCode", "")), texts.get("exchRt", ""))
