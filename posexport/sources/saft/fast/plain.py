"""Reads an ordinary ("plain") SAF-T ticket from its text, without an XML parser: several times faster.

A plain ticket is positive, in NOK, balanced as written, names no customer, and consists only of elements without
attributes. For every other one the reader returns None, and the ordinary path reads it, which knows all dialects,
refuses what cannot be read and says why. Both give the same ticket wherever both apply.

A program writes its tickets and lines in few shapes (the sequence of tags). A shape is examined once (do its tags
balance, where are the texts that count) and compiled into a regular expression: what that matches is well-formed, and
its groups are the texts. Never here: streams, and unbounded caches. Units: øre.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from posexport.core.codes import clean_code
from posexport.core.money import parse_ore
from posexport.core.sales import Payment, SaleLine
from posexport.sources.files.values import Parsed, check_amount, parse_flag
from posexport.sources.saft import codes
from posexport.sources.saft.codes import CODE_LENGTH_MAX, CodeBook
from posexport.sources.saft.values import Unreadable, parse_moment, rate_of

_TEXT = r"[^<>&\x00-\x08\x0b-\x1f]*+"
"""A text without entities, and without the characters below 32 that XML forbids or changes."""
_CUSTOMER = re.compile(r"<custSupID>\s*[^<\s]")
"""A customer: what such a ticket says for an invoice is read the ordinary way."""
_NO_CHARACTER = re.compile("[\ufffe\uffff]")
_TAG = re.compile(rf"<(/?)([A-Za-z_][A-Za-z0-9_.-]{{0,60}})( ?/)?>{_TEXT}")
_TAGS_MAX, _DEPTH_MAX, _SHAPES_MAX = 250, 20, 50
_LINES_REMEMBERED = 4_000
"""The size of each shape's cache: the same goods are sold again and again."""
_LINE, _LINES_GONE = "<ctLine>", "<ctLine/>"


class PlainTicket(NamedTuple):
    """The content of a plain ticket. It is counted, and has nothing beyond these fields."""

    number: str
    trans_id: str
    completed_at: datetime
    lines: tuple[SaleLine, ...]
    payments: tuple[Payment, ...]
    tip_ore: int
    rounding_ore: int


class PlainReader:
    """Reads the plain tickets of one file. `currency`: the file's own."""

    def __init__(self, book: CodeBook, currency: str) -> None:
        self._book = book
        self._currency = currency
        self._line_shapes = _Shapes(_LINE_TEXTS, _is_plain_line, self._read_line)
        self._ticket_shapes = _Shapes(_TICKET_TEXTS, _is_plain_ticket, lambda _: None)
        self._are_sales = Parsed(self._is_sale)
        self._amounts = Parsed(_read_amount)

    def read(self, raw: bytes, is_utf8: bool) -> PlainTicket | None:
        """The ticket in `raw`, from its start tag to its end; None where it is not plain. `is_utf8`: bytes that are not
        ASCII are UTF-8."""
        if not raw.isascii() and not is_utf8:
            return None
        text = raw.decode()
        if not raw.isascii() and _NO_CHARACTER.search(text):
            return None
        if "\r" in text:
            text = text.replace("\r\n", "\n")  # as XML reads it
        begin = at = text.find(_LINE)
        if begin < 0 or _CUSTOMER.search(text):
            return None
        sold: list[SaleLine] = []
        shape, match = self._line_shapes.find(text, at)
        while match is not None and shape is not None:
            line = shape.lines[match.groups()]
            if line is None:
                return None
            sold.append(line)
            at = match.end()
            match = shape.pattern.match(text, at)
            if match is None and text.startswith(_LINE, at):
                shape, match = self._line_shapes.find(text, at)
        if not sold:
            return None
        rest = f"{text[:begin].lstrip()}{_LINES_GONE}{text[at:]}"
        shape, match = self._ticket_shapes.find(rest, 0)
        if shape is None or match is None or match.end() != len(rest):
            return None
        return self._judge(tuple(sold), dict(zip(shape.names, match.groups(), strict=True)))

    def _judge(self, lines: tuple[SaleLine, ...], texts: Mapping[str, str]) -> PlainTicket | None:
        text_of, amount_of = texts.get, self._amounts
        total, rounding, tip = text_of("transAmntIn"), text_of("rounding/roundingAmnt"), text_of("raise/raiseAmnt")
        if text_of("amntTp") != "C" or (total and (amount_of[total] or 0) <= 0):
            return None
        if not (_is_no(text_of("voidTransaction", "false")) and _is_no(text_of("trainingID", "false"))):
            return None
        if not self._are_sales[text_of("transType", "")]:
            return None
        rounding_ore, tip_ore = amount_of[rounding] if rounding else 0, 0 if tip is None else amount_of[tip]
        if rounding_ore is None or tip_ore is None or tip_ore < 0:
            return None
        if tip is not None and not self._book.is_tip(text_of("raise/raiseType", "").strip()):
            return None
        payments = self._read_payments(texts)
        if payments is None:
            return None
        lines_ore = sum([line.gross_ore for line in lines])
        paid_ore = sum([payment.amount_ore for payment in payments])
        number, moment = text_of("nr", "").strip(), _read_moment(text_of("transDate", ""), text_of("transTime", ""))
        if not number or moment is None or lines_ore <= 0 or paid_ore <= 0:
            return None
        if lines_ore + tip_ore + rounding_ore != paid_ore:
            return None
        return PlainTicket(number, text_of("transID", "").strip(), moment, lines, payments, tip_ore, rounding_ore)

    def _read_payments(self, texts: Mapping[str, str]) -> tuple[Payment, ...] | None:
        payments: list[Payment] = []
        for names in _PAYMENT_NAMES:
            payment_type, amount, currency = map(texts.get, names)
            if payment_type is None and amount is None:
                return tuple(payments)
            amount_ore = self._amounts[amount or ""]
            known = (payment_type or "").strip()
            if amount_ore is None or (currency or self._currency) != self._currency:
                return None
            if not 0 < len(known) <= CODE_LENGTH_MAX:
                return None
            payments.append(Payment(self._book.payment_type(known), amount_ore))
        return None

    def _read_line(self, texts: Mapping[str, str]) -> SaleLine | None:
        """The line with these texts; None where it is not plain."""
        text_of = {name: text.strip() for name, text in texts.items()}.get
        gross_ore, vat_ore = _read_amount(text_of("lineAmntIn", "")), _read_amount(text_of("vat/vatAmnt", ""))
        discount = text_of("discount/dscAmnt")
        discount_ore = 0 if discount is None else _read_amount(discount)
        group, code, percent = text_of("artGroupID"), clean_code(text_of("vat/vatCode", "")), text_of("vat/vatPerc")
        if gross_ore is None or vat_ore is None or discount_ore is None or gross_ore < 0 or vat_ore < 0:
            return None
        if max(map(len, texts.values())) > CODE_LENGTH_MAX:
            return None
        quantity = text_of("qnt", "")
        if not (group and code and percent) or text_of("amntTp", "") not in ("", "C"):
            return None
        if "-" in quantity or not quantity.isascii():
            return None
        if self._book.line_kind(text_of("lineType", "")).returned:
            return None
        try:
            rate = rate_of(percent)
        except Unreadable:
            return None
        self._book.vat_codes_seen.add(code)
        product_type = self._book.product_type(group, "")
        return SaleLine(product_type, code, gross_ore, vat_ore, int(rate * 100), abs(discount_ore))

    def _is_sale(self, kind: str) -> bool:
        """Whether a transType leaves a ticket plain: no return, and no cash movement."""
        if len(kind) > CODE_LENGTH_MAX:
            return False
        code = self._book.predefined(codes.TRANSACTION, kind.strip())
        return code != codes.RETURN and code not in codes.MOVES


def _is_no(flag: str) -> bool:
    return flag == "false" or parse_flag(flag) is False


def _read_amount(text: str) -> int | None:
    try:
        return check_amount(parse_ore(text))
    except ValueError:
        return None


def _read_moment(day: str, clock: str) -> datetime | None:
    """As `parse_moment`, faster for the usual spelling; None for what cannot be read."""
    try:
        if len(day) == 10 and len(clock) == 8 and day[7] == "-" and clock[2] == clock[5] == ":":
            moment = datetime.fromisoformat(f"{day}T{clock}")
            if moment.tzinfo is None and 1980 <= moment.year <= 2200:
                return moment
        return parse_moment(day, clock)
    except (ValueError, Unreadable):
        return None


# Shapes: the tags of a line or a ticket, looked at once. Paths leave out the line or the ticket itself.

_PAYMENTS_MAX = 10
_LINE_TEXTS = frozenset(
    {
        *("lineType", "artGroupID", "amntTp", "qnt", "lineAmntIn"),
        *("vat/vatCode", "vat/vatPerc", "vat/vatAmnt", "discount/dscAmnt"),
    }
)
_PAYMENT_NAMES = [
    tuple(f"payment {number}/{name}" for name in ("paymentType", "paidAmnt", "curCode"))
    for number in range(1, _PAYMENTS_MAX + 2)
]
_TICKET_TEXTS = frozenset(
    {
        *("nr", "transID", "transType", "transAmntIn", "amntTp", "transDate", "transTime"),
        *("voidTransaction", "trainingID", "rounding/roundingAmnt", "raise/raiseType", "raise/raiseAmnt"),
        *(name for names in _PAYMENT_NAMES for name in names),
    }
)


def _is_plain_line(paths: list[str], names: list[str]) -> bool:
    """Whether a line with these elements can be plain. `names`: the elements whose texts are read."""
    if "raise" in paths or "curCode" in paths or paths.count("vat") > 1 or paths.count("discount") > 1:
        return False
    return "discount" not in paths or "discount/dscAmnt" in names


def _is_plain_ticket(paths: list[str], names: list[str]) -> bool:
    """The same for a ticket; its lines must be together."""
    if "discount" in paths or "curCode" in paths or paths.count("raise") > 1 or paths.count("rounding") > 1:
        return False
    if [path for path in paths if path.rpartition("/")[2] == "ctLine"] != ["ctLine"]:
        return False
    if "raise" in paths and "raise/raiseAmnt" not in names:
        return False
    return all(f"{path}/paidAmnt" in names for path in paths if path.startswith("payment ") and "/" not in path)


class _Shape(NamedTuple):
    """`names`: what the groups of `pattern` are; `lines`: a cache of lines read by this shape."""

    pattern: re.Pattern[str]
    names: list[str]
    is_plain: bool
    lines: Parsed[SaleLine | None]


class _Shapes:
    """The shapes seen so far, latest first; limited in number."""

    def __init__(
        self,
        wanted: frozenset[str],
        is_plain: Callable[[list[str], list[str]], bool],
        read: Callable[[Mapping[str, str]], SaleLine | None],
    ) -> None:
        self._wanted, self._is_plain, self._read = wanted, is_plain, read
        self._shapes: list[_Shape] = []

    def find(self, text: str, at: int) -> tuple[_Shape, re.Match[str]] | tuple[None, None]:
        """The shape of the element that begins there, and its match; None where it is not plain."""
        for place, shape in enumerate(self._shapes):
            match = shape.pattern.match(text, at)
            if match is not None:
                self._shapes.insert(0, self._shapes.pop(place))
                return (shape, match) if shape.is_plain else (None, None)
        if len(self._shapes) < _SHAPES_MAX and (learned := self._look(text, at)) is not None:
            self._shapes.insert(0, learned)
            return self.find(text, at)
        return None, None

    def _look(self, text: str, at: int) -> _Shape | None:
        """Work out the shape of the element that begins there; None where its tags do not balance, or where it has more
        than tags and texts."""
        open_tags: list[str] = []
        paths: list[str] = []
        names: list[str] = []
        pattern = ""
        for _ in range(_TAGS_MAX):
            tag = _TAG.match(text, at)
            if tag is None or len(open_tags) > _DEPTH_MAX:
                return None
            end, name, empty = tag.groups()
            read = _TEXT
            if end:
                if empty or not open_tags or open_tags.pop() != name:
                    return None
            else:
                open_tags.append(name)
                paths.append(_number_payment("/".join(open_tags[1:]), paths))
                if paths[-1] in self._wanted and not empty:
                    names.append(paths[-1])
                    read = f"({_TEXT})"
                if empty:
                    open_tags.pop()
            pattern += f"<{end or ''}{re.escape(name)}{empty or ''}>{read}"
            at = tag.end()
            if not open_tags:
                once = all(paths.count(path) == 1 for path in self._wanted.intersection(paths))
                is_plain = bool(names) and once and self._is_plain(paths, names)
                lines = Parsed(lambda texts: self._read(dict(zip(names, texts, strict=True))), _LINES_REMEMBERED)
                return _Shape(re.compile(pattern), names, is_plain, lines)
        return None


def _number_payment(path: str, before: list[str]) -> str:
    """A path numbered by payment, of which a ticket may have several."""
    first, slash, rest = path.partition("/")
    if first != "payment":
        return path
    number = sum(known.startswith("payment ") and "/" not in known for known in before)
    return f"payment {number if slash else number + 1}{slash}{rest}"
