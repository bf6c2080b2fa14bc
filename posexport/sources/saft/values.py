"""Parses values of a SAF-T ticket or report: amounts, codes, rates, times; and says what is wrong with one.

Never here: elements, tickets. Units: øre.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from posexport.core.codes import clean_code
from posexport.core.money import parse_ore, round_half_up
from posexport.sources.files.values import check_amount
from posexport.sources.saft.codes import CODE_LENGTH_MAX, parse_rate

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
_DOTTED = re.compile(r"(?:\d{4}-\d\d-\d\d[T ])?(\d\d?)\.(\d\d)(?:\.(\d\d))?\Z", re.ASCII)
_COMMA = re.compile(r"([+-]?\d{1,16}),(\d{1,2}|\d{4,})\Z", re.ASCII)
_THOUSANDS = re.compile(r"([+-]?\d{1,3})((?:[ .,]\d{3})+)([.,])(\d\d)\Z", re.ASCII)
_COMPUTED = re.compile(r"[+-]?\d{1,16}\.\d{3,}(?:[eE]-\d{1,3})?\Z|[+-]?\d(?:\.\d+)?[eE]-\d{1,3}\Z", re.ASCII)
_NOISE = Decimal("0.000001")
"""The largest binary rounding error, in kroner."""
_ODD_LENGTH_MAX = 40

Odd = Callable[[str, str], None]
"""Called for an unusual spelling that could be read: its kind, and the text."""


class Unreadable(Exception):
    """Something in a ticket or report cannot be read; the file's reader adds the place."""

    def __init__(self, found: str, expected: str, fix: str) -> None:
        self.found, self.expected, self.fix = found, expected, fix
        super().__init__(found)


EXPORT_AGAIN = "Have the cash register's supplier correct it and export the file again."


def local_name(tag: object) -> str:
    """A tag without its namespace; "" for a comment or a processing instruction."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def parse_amount(what: str, text: str | None, odd: Odd | None = None) -> int:
    """A required amount in øre. An unusual spelling that is unambiguous is passed to `odd`, and refused without it.
    Raises Unreadable."""
    if text is None or not text.strip():
        raise Unreadable(f"{what} is missing.", "an amount such as 102.80.", EXPORT_AGAIN)
    try:
        return check_amount(parse_ore(text))
    except ValueError:
        pass
    found = _parse_odd(text) if odd is not None else None
    if odd is None or found is None:
        raise Unreadable(
            f"{what} is {short(text)}.",
            "an amount in kroner with a decimal point and at most two decimals, such as 102.80, below a billion.",
            EXPORT_AGAIN,
        )
    kind, amount_ore = found
    odd(kind, text.strip())
    return amount_ore


def _parse_odd(text: str) -> tuple[str, int] | None:
    """The kind of unusual spelling and the only amount it can mean; None where it means none, or is ambiguous.

    >>> _parse_odd("20,00"), _parse_odd("55.199999999999996"), _parse_odd("1,000")
    (('decimal-comma', 2000), ('noise', 5520), None)
    """
    plain = clean_code(text).replace("\N{MINUS SIGN}", "-")
    kind = "decimal-comma" if plain == text.strip() else "other-signs"
    if plain.endswith("-") and len(plain) > 1 and plain[0].isdigit():
        plain, kind = f"-{plain[:-1].rstrip()}", "other-signs"
    grouped = _THOUSANDS.match(plain)
    if grouped:
        first, groups, point, decimals = grouped.groups()
        if point in groups or len(set(re.findall(r"[ .,]", groups))) > 1:
            return None
        plain, kind = f"{first}{re.sub('[ .,]', '', groups)}.{decimals}", "thousands"
    elif "," in plain:
        comma = _COMMA.match(plain)
        if comma is None:
            return None
        plain = f"{comma.group(1)}.{comma.group(2)}"
    try:
        return kind, check_amount(parse_ore(plain))
    except ValueError:
        pass
    amount_ore = _parse_noise(plain)
    return None if amount_ore is None else ("noise", amount_ore)


def _parse_noise(text: str) -> int | None:
    """The amount (øre) that a number with a binary rounding error stands for; None where it is none."""
    if len(text) > _ODD_LENGTH_MAX or _COMPUTED.match(text) is None:
        return None
    try:
        amount = Decimal(text)
        if not amount.is_finite() or abs(amount) >= 10**14:
            return None
        amount_ore = check_amount(round_half_up(amount * 100))
    except (InvalidOperation, ValueError):
        return None
    return amount_ore if abs(amount - Decimal(amount_ore) / 100) <= _NOISE else None


def check_code(what: str, text: str) -> str:
    """A code, number or name, cleaned. Raises Unreadable where it is too long to be one."""
    text = clean_code(text)
    if len(text) > CODE_LENGTH_MAX:
        raise Unreadable(
            f"{what} is {short(text)}, {len(text)} characters long.",
            f"at most {CODE_LENGTH_MAX} characters.",
            EXPORT_AGAIN,
        )
    return text


def parse_loosely(what: str, text: str | None, odd: Odd | None = None) -> int | None:
    """An amount (øre) that is only informative (VAT, amount without VAT): more decimals are rounded, and empty is None.

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
    return parse_amount(what, text, odd)


def is_long(*texts: str | None) -> bool:
    """Whether one of these texts is too long to be a code."""
    return any(text is not None and len(text) > CODE_LENGTH_MAX for text in texts)


def short(text: str) -> str:
    """A text for a message, shortened."""
    return repr(text if len(text) <= 60 else text[:57] + "...")


def parse_moment(date_text: str | None, time_text: str | None, odd: Odd | None = None) -> datetime:
    """Date and time of a ticket or report, in whole seconds; local time where it has no offset. 24:00:00 and 12.00.00
    are passed to `odd`, and refused without it. Raises Unreadable.

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
    if odd is not None:
        clock, attached = _without_dots(clock, odd), attached and _without_dots(attached, odd)
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
    is_end_of_day = odd is not None and (hour, minute, second) == (24, 0, 0)
    hour = 0 if is_end_of_day else hour
    try:
        moment = datetime.fromisoformat(f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}{zone}")
        if odd is not None and is_end_of_day:
            odd("24:00", clock)
            moment += timedelta(days=1)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or not 1980 <= moment.year <= 2200:
        raise Unreadable(
            f"Date and time are {short(date_text)} and {short(time_text or '')}.",
            "a day and a time that exist, such as 2020-01-31 and 09:15:00.",
            EXPORT_AGAIN,
        )
    return moment


def _without_dots(clock: str, odd: Odd) -> str:
    """A time of day with colons instead of dots (12.00.00)."""
    dotted = _DOTTED.match(clock.strip())
    if dotted is None:
        return clock
    odd("dotted-time", clock)
    return ":".join(part for part in dotted.groups() if part)


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
