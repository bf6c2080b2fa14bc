"""Parses values as posexport's own formats (CSV and JSON lines) write them: codes, times, rates, limits of amounts.

Every parser takes text and raises ValueError for anything unknown; the reader adds what is wrong, and where. Never
here: rows, lines, files.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import PurePath
from typing import Any, Generic, TypeVar

from posexport.core.codes import clean_code
from posexport.core.money import parse_ore, round_half_up
from posexport.core.sales import ImportNote
from posexport.errors import UnreadableSales

_T = TypeVar("_T")

AMOUNT_ORE_MAX = 10**11
"""A billion kroner (øre): above it is a card number in the wrong place, below it every sum fits into 64 bits."""
SERIAL_DIGITS_MAX = 15
OWN_PREFIX = "x_"
"""Keys and columns that begin so are the register's own."""
BOM = b"\xef\xbb\xbf"
CURRENCY_CODE = re.compile(r"[A-Za-z]{3}\Z")

CODE_LENGTH_MAX = 100
_AMOUNT_LENGTH_MAX = 30
_RATE_LENGTH_MAX = 20
_REMEMBERED_MAX = 20_000
_REMEMBERED_LENGTH_MAX = 200
_BATCH_LENGTH_MAX = 35
_COMMA_AMOUNT = re.compile(r"[+-]?\d{1,13},\d{1,2}\Z", re.ASCII)
_LONG_AMOUNT = re.compile(r"[+-]?\d{1,13}(?:[.,]\d{4,}|(?:\.\d+)?[eE]-\d{1,3})\Z", re.ASCII)
_NOISE_ORE_MAX = Decimal("0.0001")
"""The largest binary rounding error (øre): a millionth of a krone."""
_ODD_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d)([:.])(\d\d)(?:\3(\d\d)(?:[.,]\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?\Z", re.ASCII
)
_FLAGS = {
    **dict.fromkeys(("true", "1", "yes", "ja", "y", "j", "t", "-1", "sann"), True),
    **dict.fromkeys(("false", "0", "no", "nei", "n", "f", "usann", ""), False),
}
_UNSTORABLE = frozenset(("Cc", "Cs", "Zl", "Zp"))


class Oddities:
    """Unusual spellings in one file that could be read: per kind, how many, and where the first is."""

    def __init__(self) -> None:
        self.total = 0
        self._counts: dict[str, int] = {}
        self._first: dict[str, tuple[str, str]] = {}
        self._unplaced: dict[str, str] = {}

    def note(self, kind: str, written: str) -> None:
        """Count one unusual value; `kind` is a key of `_ODDITIES`."""
        self.total += 1
        self._counts[kind] = self._counts.get(kind, 0) + 1
        if kind not in self._first:
            self._unplaced.setdefault(kind, written)

    def place(self, place: str) -> None:
        """Set the place of everything noted since the last call."""
        for kind, written in self._unplaced.items():
            self._first[kind] = (place, written)
        self._unplaced.clear()

    def notices(self) -> Iterator[ImportNote]:
        """A note for each kind."""
        for kind, (place, written) in self._first.items():
            count = self._counts[kind]
            more = "" if count == 1 else f" There are {count} such values in the file; this is the first."
            yield ImportNote(place, f"{show_text(written)} {_ODDITIES[kind]}{more}")


DECIMAL_COMMA, FLOAT_NOISE, EMPTY, MIDNIGHT, DOTTED = "decimal-comma", "float-noise", "empty", "midnight", "dotted"
_ODDITIES = {
    DECIMAL_COMMA: "has a decimal comma, and was read as if it were a point.",
    FLOAT_NOISE: "is an amount with a computer's rounding error, and was read to the nearest øre.",
    EMPTY: "is empty, and was read as if it were left out.",
    MIDNIGHT: "was read as midnight, 00:00 of the next day.",
    DOTTED: "has points in its time, and was read as if they were colons.",
}


class Parsed(dict[Any, _T], Generic[_T]):
    """A bounded cache of `parse`, by text or tuple of texts: a day has few codes and not many amounts, and a dict is
    faster than parsing. A value that cannot be a key (list, dict) raises TypeError. Values noted among `oddities` are
    not cached, so that each is counted."""

    def __init__(
        self, parse: Callable[[Any], _T], size: int = _REMEMBERED_MAX, oddities: Oddities | None = None
    ) -> None:
        self.parse, self.size, self.oddities = parse, size, oddities or Oddities()

    def __missing__(self, value: Any) -> _T:
        before = self.oddities.total
        parsed = self.parse(value)
        texts = value if type(value) is tuple else (value,)
        if self.oddities.total != before or any(
            type(text) is str and len(text) > _REMEMBERED_LENGTH_MAX for text in texts
        ):
            return parsed
        if len(self) >= self.size:
            self.clear()
        self[value] = parsed
        return parsed


def parse_flag(text: str) -> bool | None:
    """A yes or no in the words that registers write, in any case; None for a word that is neither.

    >>> parse_flag("Ja"), parse_flag("-1"), parse_flag(""), parse_flag("2")
    (True, True, False, None)
    """
    return _FLAGS.get(text.strip().casefold())


def parse_code(text: str) -> str:
    """A register, ticket number, product type, VAT code, payment type or customer. Raises ValueError where it is empty
    or too long."""
    text = text.strip()
    if not text or len(text) > CODE_LENGTH_MAX:
        raise ValueError
    if not text.isprintable() and any(unicodedata.category(letter) in _UNSTORABLE for letter in text):
        raise ValueError
    code = clean_code(text)
    if not code:
        raise ValueError
    return code


def parse_amount(text: str) -> int:
    """Kroner with a decimal point -> øre. Raises ValueError, also for three decimals: "1.000" is one krone to some and
    a thousand to others."""
    if len(text) > _AMOUNT_LENGTH_MAX:
        raise ValueError
    text = text.strip()
    if text[-4:-3] == ".":
        raise ValueError
    return check_amount(parse_ore(text))


def parse_odd_amount(text: str, oddities: Oddities) -> int:
    """An amount that `parse_amount` refuses but that is unambiguous: with a decimal comma, or with a binary rounding
    error. Raises ValueError."""
    text = text.strip()
    if _COMMA_AMOUNT.match(text):
        amount_ore = parse_amount(text.replace(",", "."))
        oddities.note(DECIMAL_COMMA, text)
        return amount_ore
    if len(text) > _AMOUNT_LENGTH_MAX or not _LONG_AMOUNT.match(text):
        raise ValueError
    exact_ore = Decimal(text.replace(",", ".")) * 100
    amount_ore = round_half_up(exact_ore)
    if abs(exact_ore - amount_ore) > _NOISE_ORE_MAX:
        raise ValueError
    oddities.note(FLOAT_NOISE, text)
    return check_amount(amount_ore)


def check_amount(amount_ore: int) -> int:
    """The same amount (øre). Raises ValueError where it is larger than a ticket can have."""
    if not -AMOUNT_ORE_MAX < amount_ore < AMOUNT_ORE_MAX:
        raise ValueError
    return amount_ore


def check_vat_rate(rate_bp: int) -> int:
    """The same rate (basis points). Raises ValueError where it is no percentage."""
    if not 0 <= rate_bp <= 10_000:
        raise ValueError
    return rate_bp


def parse_time(text: str) -> datetime:
    """An ISO date and time in whole seconds: without an offset it is local, an offset is kept. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.microsecond:
        moment = moment.replace(microsecond=0)
    if text[10:11] not in ("T", " ") or len(text) < 16 or not 1970 <= moment.year < 2200:
        raise ValueError
    return moment


def parse_odd_time(text: str, oddities: Oddities) -> datetime:
    """A time that `parse_time` refuses but that is unambiguous: 24:00:00, and 12.00.00. Raises ValueError."""
    written = _ODD_TIME.match(text)
    if written is None:
        raise ValueError
    day, hour, separator, minute, second, zone = written.groups()
    return build_odd_time(day, (hour, minute, second or "00"), zone or "", separator == ".", text, oddities)


def build_odd_time(
    day: str, clock: tuple[str, str, str], zone: str, is_dotted: bool, written: str, oddities: Oddities
) -> datetime:
    """A time from its parts: `day` as ISO date, `clock` as hours, minutes and seconds; 24:00:00 is the start of the
    next day."""
    is_midnight = clock == ("24", "00", "00")
    hour, minute, second = ("00", "00", "00") if is_midnight else clock
    moment = parse_time(f"{day}T{hour:0>2}:{minute}:{second}{zone}")
    if is_dotted:
        oddities.note(DOTTED, written)
    if is_midnight:
        oddities.note(MIDNIGHT, written)
        moment += timedelta(days=1)
    return moment


def parse_rate(text: str) -> Decimal:
    """The price of one unit of a foreign currency in NOK: positive, digits and a point. Raises ValueError."""
    text = text.strip()
    whole, _, part = text.partition(".")
    if len(text) > _RATE_LENGTH_MAX or not (text.isascii() and whole.isdigit() and (part.isdigit() or part == "")):
        raise ValueError
    rate = Decimal(text)
    if not 0 < rate < 1_000_000:
        raise ValueError
    return rate


def find_wide_encoding(head: bytes) -> str:
    """The UTF-16 encoding of a file that begins like this, with or without a byte order mark; "" for any other.

    >>> find_wide_encoding("a;b".encode("utf-16-be")), find_wide_encoding(b"a;b")
    ('utf-16-be', '')
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if len(head) < 4 or head[0] == head[1]:
        return ""
    if head[1] == head[3] == 0 and head[2]:
        return "utf-16-le"
    return "utf-16-be" if head[0] == head[2] == 0 and head[3] else ""


def format_batch(name: str) -> str:
    """A file's name without folder, ZIP and extension, at most 35 characters: the audit trail back to it."""
    stem = PurePath(name.rpartition(" > ")[2]).stem
    return "".join(letter if letter.isprintable() else "?" for letter in stem)[:_BATCH_LENGTH_MAX]


def show_text(text: str) -> str:
    """Text for a message: shortened, without control characters."""
    return repr(text) if len(text) <= 40 else f"{text[:40]!r}... ({len(text)} characters)"


def cannot_go_on(name: str, line_number: int, error: OSError) -> UnreadableSales:
    """The error that the disk failed in the middle of a file."""
    return UnreadableSales(
        name,
        f"after line {line_number}",
        f"the file could not be read further ({error.strerror or error}).",
        "a file that can be read to its end.",
        "Copy the file to a disk that works and run it again.",
    )
