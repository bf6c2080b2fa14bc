"""A SAF-T ticket's or report's values, from text: amounts, codes, rates, times; and what is wrong with one.

Never here: elements, tickets. Units: øre.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from posexport.core.money import parse_ore
from posexport.sources.saft_codes import CODE_LENGTH_MAX, parse_rate
from posexport.sources.values import check_amount

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
            f"{what} is {short(text)}.",
            "an amount in kroner with a decimal point and at most two decimals, such as 102.80, below a billion.",
            EXPORT_AGAIN,
        ) from None


def check_code(what: str, text: str) -> str:
    """A code, a number or a name that is not too long to be one. Raises Unreadable."""
    if len(text) > CODE_LENGTH_MAX:
        raise Unreadable(
            f"{what} is {short(text)}, {len(text)} characters long.",
            f"at most {CODE_LENGTH_MAX} characters.",
            EXPORT_AGAIN,
        )
    return text


def parse_loosely(what: str, text: str | None) -> int | None:
    """An amount that only informs (VAT, amount without VAT): more decimals are rounded, nothing is None.

    Raises Unreadable.
    """
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


def is_long(*texts: str | None) -> bool:
    """Whether one of them is no code, nor anything to remember."""
    return any(text is not None and len(text) > CODE_LENGTH_MAX for text in texts)


def short(text: str) -> str:
    """A text as a message shows it."""
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
        raise Unreadable(f"The date is {short(date_text)}.", "a date such as 2020-01-31.", EXPORT_AGAIN)
    numbers = [int(number) for number in date_match.groups()[:9] if number is not None]
    year, month, day = reversed(numbers) if date_match.group(7) else numbers
    attached, date_offset = date_match.group(10), date_match.group(11)
    clock = (time_text or "").strip()
    if attached and (not clock or _is_midnight(clock)):
        clock = attached.strip()
    elif attached and not _is_midnight(attached) and _clock(attached)[:3] != _clock(clock)[:3]:
        raise Unreadable(
            f"The date holds the time {short(attached)}, and the time beside it is {short(clock)}.",
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
            f"Date and time are {short(date_text)} and {short(time_text or '')}.",
            "a day and a time that exist, such as 2020-01-31 and 09:15:00.",
            EXPORT_AGAIN,
        )
    return moment


def _clock(text: str) -> tuple[int, int, int, str]:
    match = _CLOCK.match(text.strip())
    if match is None:
        raise Unreadable(f"The time is {short(text)}.", "a time such as 09:15:00.", EXPORT_AGAIN)
    hour, minute, second, offset, *packed = match.groups()
    if packed[0] is not None:
        hour, minute, second = packed
    return int(hour), int(minute), int(second or 0), offset or ""


def _is_midnight(text: str) -> bool:
    return _clock(text)[:3] == (0, 0, 0)


def rate_of(text: str) -> Decimal:
    """A VAT percentage. Raises Unreadable."""
    try:
        return parse_rate(text)
    except ValueError:
        raise Unreadable(f"vatPerc is {short(text)}.", "a percentage such as 25.00.", EXPORT_AGAIN) from None
