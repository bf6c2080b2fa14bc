"""Parses single cells of a table, as Excel and people write them: amounts, percentages, times and rates.

Every parser takes text, and raises ValueError for anything unknown or ambiguous. Never here: rows, columns, files.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from posexport.sources.files.values import (
    Oddities,
    build_odd_time,
    check_vat_rate,
    parse_amount,
    parse_odd_amount,
    parse_odd_time,
    parse_rate,
    parse_time,
)

_SHOWN_LENGTH_MAX = 40
_BLANKS = str.maketrans(dict.fromkeys("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}", " "))
_MINUS_SIGNS = str.maketrans(dict.fromkeys("\N{MINUS SIGN}\N{EN DASH}", "-"))
_CURRENCY_SIGN = re.compile(
    r"(?P<before>^[-+(]? *)(?:kr\.?|nok) *|(?: *(?:kr\.?|nok))(?P<after> *[-)]?$)", re.IGNORECASE
)
_SIGNED = re.compile(
    r"(?:(?P<bracket>\()|(?P<before>[-+])?) *(?P<amount>[\d., ]*\d) *(?P<after>-)?(?(bracket)\))\Z", re.ASCII
)
_THOUSANDS = re.compile(r"\d{1,3}(?: \d{3})+[.,]\d\d\Z", re.ASCII)
_NORWEGIAN_TIME = re.compile(
    r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: |T|, ?)(?:kl\.? ?)?(\d{1,2})([:.])(\d\d)(?:\5(\d\d)(?:[.,]\d{1,9})?)?\Z",
    re.ASCII,
)
_SHORT_HOUR = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d):(\d\d)(?::(\d\d))?\Z", re.ASCII)


def parse_shown(text: str, odd: Oddities) -> int:
    """An amount in øre: with a decimal comma or point, not both; else as Excel displays money. Raises ValueError."""
    text = text.strip().replace("\N{MINUS SIGN}", "-")
    try:
        if "," in text and "." in text:
            raise ValueError
        return parse_amount(text.replace(",", "."))
    except ValueError:
        return _parse_money(text, odd)


def _parse_money(text: str, odd: Oddities) -> int:
    """An amount in øre from kroner as Excel displays them: "kr 1 234,50", "(12,50)", "12,50-". Raises ValueError, also
    where it is ambiguous."""
    if len(text) > _SHOWN_LENGTH_MAX:
        raise ValueError
    shown = _CURRENCY_SIGN.sub(r"\g<before>\g<after>", text.translate(_BLANKS).translate(_MINUS_SIGNS).strip()).strip()
    parts = _SIGNED.match(shown)
    if parts is None or (parts["after"] and (parts["before"] or parts["bracket"])):
        return parse_odd_amount(text, odd)
    amount = parts["amount"]
    if " " in amount:
        if not _THOUSANDS.match(amount):
            raise ValueError
        amount = amount.replace(" ", "")
    if "," in amount and "." in amount:
        raise ValueError
    is_negative = parts["before"] == "-" or parts["after"] or parts["bracket"]
    try:
        amount_ore = parse_amount(amount.replace(",", "."))
    except ValueError:
        amount_ore = parse_odd_amount(amount, odd)
    return -amount_ore if is_negative else amount_ore


def parse_shown_or_none(text: str, odd: Oddities) -> int | None:
    """As `parse_shown`; None for an empty cell."""
    return parse_shown(text, odd) if text.strip() else None


def parse_shown_or_0(text: str, odd: Oddities) -> int:
    """As `parse_shown`; 0 for an empty cell."""
    return parse_shown(text, odd) if text.strip() else 0


def parse_percent(text: str, odd: Oddities) -> int | None:
    """A VAT rate in basis points; None for an empty cell."""
    text = text.strip().removesuffix("%").strip()
    return check_vat_rate(parse_shown(text, odd)) if text else None


def parse_moment(text: str, odd: Oddities) -> datetime:
    """A date and time: ISO, or as a Norwegian Excel writes it."""
    text = text.strip()
    try:
        return parse_time(text)
    except ValueError:
        text = " ".join(text.translate(_BLANKS).split())
    if (written := _NORWEGIAN_TIME.match(text)) is not None:
        day, month, year, hour, sign, minute, second = written.groups()
        clock = (hour, minute, second or "00")
        return build_odd_time(f"{year}-{month:0>2}-{day:0>2}", clock, "", sign == ".", text, odd)
    if (written := _SHORT_HOUR.match(text)) is not None:
        date_text, hour, minute, second = written.groups()
        return build_odd_time(date_text, (hour, minute, second or "00"), "", False, text, odd)
    return parse_odd_time(text, odd)


def parse_nok_rate(text: str) -> Decimal:
    """An exchange rate in NOK, with a decimal comma or point."""
    return parse_rate(text.replace(",", "."))
