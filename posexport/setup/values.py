"""The kinds of single values in a setup file: what is valid, how it is stored, and the messages where it is not.

A kind says what pydantic checks (type, pattern, range, choice) and, where that is not enough, has a function that
returns the stored value or raises `Wrong` with what is wrong and how to fix it. A kind knows neither its key nor its
line. Rules over several keys are in `check`.

No message ever contains a secret: a reference that could be the secret itself is not repeated. Source: mod 11 of the
Register of Business Enterprises; crontab(5) for weekdays.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from posexport.core.codes import clean_code
from posexport.core.money import format_ore, parse_ore
from posexport.core.organization_number import bare_organization_number, has_right_check_digit

ID_FORM = re.compile(r"[a-z0-9-]{1,30}")
GO_VAT_CODE_FORM = re.compile(r"[0-9A-Za-z]{1,10}")

_DAY_MIN, _DAY_MAX = date(2000, 1, 1), date(2100, 1, 1)
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_CRON_FIELDS = ("minute", "hour", "day", "month", "day_of_week")
_NAMED_SCHEDULES = {"daily": "0 5 * * *", "weekly": "0 5 * * mon", "monthly": "0 5 1 * *"}


class Wrong(ValueError):
    """An invalid value: what is wrong (without its key), and the fix where an example does not show it."""

    def __init__(self, what: str, fix: str = "") -> None:
        self.what, self.fix = what, fix
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value.

    `name`: what it is called. `type`, `pattern` (of the whole text), `least`, `most` and `choices` (called for the
    words there are at the time): what pydantic checks. `unquoted`: turns what may be written without quotes into text,
    and leaves the rest. `read`: a further check, which returns the stored value or raises `Wrong`.

    `expected`: the message where the type is wrong. `wrong`, `fix`: the message where another of pydantic's checks
    fails; {shown} is the value. `json`: additions to the JSON schema.
    """

    name: str
    type: type[object] = str
    pattern: str | None = None
    least: int | None = None
    most: int | None = None
    choices: Callable[[], tuple[str, ...]] | None = None
    unquoted: Callable[[object], object] | None = None
    read: Callable[[Any], object] | None = None
    expected: str = "text in quotes"
    wrong: str = ""
    fix: str = ""
    json: dict[str, Any] | None = None

    def keep(self, text: str) -> object:
        """The stored form of a text that has no line of its own; None where it is invalid."""
        try:
            return text if self.read is None else self.read(text)
        except Wrong:
            return None

    def tell(self, value: object) -> Wrong:
        """The message for a value that pydantic refuses."""
        if self.choices is not None:
            return _explain_choice(value, self.choices())
        if not isinstance(value, self.type) or (isinstance(value, bool) and self.type is not bool):
            return Wrong(f"is {kind_of(value)}; expected {self.expected}")
        return Wrong(self.wrong.replace("{shown}", shown(value)), self.fix)


def _explain_choice(value: object, names: tuple[str, ...]) -> Wrong:
    choice = ", ".join(f'"{name}"' for name in names)
    if not isinstance(value, str):
        return Wrong(f"is {kind_of(value)}; expected one of {choice}")
    near = get_close_matches(value.lower(), names, 1, 0.4)
    guess = f' Did you mean "{near[0]}"?' if near else ""
    return Wrong(f"is {shown(value)}", f"Write one of {choice}.{guess}")


def one_of(*names: str) -> Kind:
    """A kind for one of these words."""
    return Kind("a choice", choices=lambda: names)


def kind_of(value: object) -> str:
    """A TOML value's type, in words for a person."""
    match value:
        case bool():
            return "true or false"
        case str():
            return "text"
        case int():
            return "a whole number"
        case float():
            return "a decimal number"
        case datetime():
            return "a date with a time"
        case date():
            return "a date"
        case time():
            return "a time"
        case list():
            return "a list"
        case _:
            return "a table"


def shown(value: object) -> str:
    """A value for a message: on one line, shortened."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _number_as_text(value: object) -> object:
    """An integer as text: it may be written without quotes."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15:
        return str(value)
    return value


_OR_NUMBER = {"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 0}]}


# ---- text ----


def parse_code(text: str) -> str:
    """A code of the register or of Go, cleaned as codes in sales files are. Raises Wrong."""
    code = clean_code(text)
    if not code:
        raise Wrong("is empty")
    _check_length(code, NAME_LENGTH_MAX)
    return code


def _parse_text(text: str) -> str:
    """One line of text, not empty. Raises Wrong."""
    if not text.strip():
        raise Wrong("is empty")
    _check_length(text, _TEXT_LENGTH_MAX)
    if any(sign in text for sign in "\t\b\f") or re.search(r"^[A-Za-z]:.*[\n\r]", text):
        raise Wrong(
            'holds a sign that a backslash in "..." stands for',
            "Write a Windows path in single quotes: 'C:\\sales\\new'",
        )
    if not text.isprintable():
        raise Wrong("holds a line break or another character that cannot be printed", "Write it on one line.")
    return text


def _parse_title(text: str) -> str:
    _check_length(text, NAME_LENGTH_MAX)
    return _parse_text(text)


def _parse_name(text: str) -> str:
    return text and _parse_title(text)


def _check_length(text: str, most: int) -> None:
    if len(text) > most:
        raise Wrong(f"has {len(text)} characters", f"Write it with {most} at most.")


NAME_LENGTH_MAX = 256
"""The maximum length of a name or code. Source: SAF-T CR 1.00 XSD, SAFlongtextType."""
_TEXT_LENGTH_MAX = 1_000
"""The maximum length of any other text, such as a path."""


CODE = Kind("code", unquoted=_number_as_text, read=parse_code, json=_OR_NUMBER)
TEXT = Kind("text", read=_parse_text)
TITLE = Kind("text", read=_parse_title)
"""The name of a company, or of a venue."""
NAME = Kind("text", read=_parse_name)
"""Text that may be left empty."""
ID = Kind(
    "id",
    pattern=f"^{ID_FORM.pattern}$",
    wrong="is {shown}, and becomes part of every voucher's reference",
    fix="Use 1 to 30 of the characters a-z, 0-9 and -.",
)
BOOL = Kind("true or false", bool, expected="true or false, without quotes")
SECRET = Kind("env:NAME or file:PATH", expected="env:NAME or file:PATH in quotes")
"""A secret's reference. A key of digits only may be written here without quotes by mistake: not even its type is
shown."""

TABLE = Kind("table", dict)


# ---- accounts and money ----


def _parse_go_vat_code(text: str) -> str:
    code = text and parse_code(text)
    if code and not GO_VAT_CODE_FORM.fullmatch(code):
        raise Wrong(f"is {shown(code)}, which is no VAT code in Go", 'Write the code alone, such as "3" or "31".')
    return code


def _parse_key_vat_code(text: str) -> str:
    code = _parse_go_vat_code(text)
    if not code:
        raise Wrong("has an empty VAT code", 'Write the VAT code in Go before the =, as { "3" = "3020" }.')
    return code


def _parse_kroner(text: str) -> str:
    """An amount in kroner from 0 to 100, as text with two decimals. Raises Wrong."""
    try:
        amount_ore = parse_ore(text)
    except ValueError:
        amount_ore = -1
    if not 0 <= amount_ore <= 100_00:
        raise Wrong(f"is {shown(text)}", 'Write kroner from "0.00" to "100.00", such as "0.50".')
    return format_ore(amount_ore)


def _parse_rate_per(number: int) -> int:
    if number not in (1, 100):
        raise Wrong(f"is {kind_of(number)}; expected 1 or 100, without quotes")
    return number


ACCOUNT = Kind(
    "account",
    pattern="^([0-9]{3,8})?$",
    unquoted=_number_as_text,
    wrong="is {shown}, which is no account number",
    fix='Write 3 to 8 digits, such as "3020", or "" where the bookkeeper is to fill it in.',
    json={"anyOf": [{"type": "string", "pattern": "^([0-9]{3,8})?$"}, {"type": "integer", "minimum": 100}]},
)
GO_VAT_CODE = Kind("VAT code in Go", unquoted=_number_as_text, read=_parse_go_vat_code, json=_OR_NUMBER)
KEY_VAT_CODE = Kind("VAT code in Go", read=_parse_key_vat_code)
"""A VAT code in Go that an account is written for."""
PRODUCT = Kind("product code in Go", unquoted=_number_as_text, read=parse_code, json=_OR_NUMBER)
KEY_ORDER_PRODUCT = replace(one_of("tips", "gift_cards", "rounding"), name="tips, gift_cards or rounding")
"""What a product is written for that is no sale line."""
CURRENCY = Kind(
    "currency",
    pattern="^[A-Za-z]{3}$",
    read=str.upper,
    wrong="is {shown}, which is no currency",
    fix='Write its three letters, such as "NOK".',
)
KRONER = Kind("kroner", read=_parse_kroner, expected='an amount in quotes, such as "0.50"')
RATE_PER = Kind(
    "1 or 100",
    int,
    read=_parse_rate_per,
    expected="1 or 100, without quotes",
    json={"type": "integer", "enum": [1, 100]},
)


# ---- who and where ----


def parse_organization_number(text: str) -> str:
    """Nine digits with a valid check digit; spaces, dots, a leading NO and a trailing MVA are removed. Raises Wrong.

    >>> parse_organization_number("NO 999 999 999 MVA")
    '999999999'
    """
    digits = bare_organization_number(text)
    if not digits:
        raise Wrong(f"is {shown(text)}, which is not nine digits")
    if not has_right_check_digit(digits):
        raise Wrong(
            f"is {shown(text)}, whose last digit does not fit the others",
            "Copy it again from the Register of Business Enterprises (brreg.no).",
        )
    return digits


def _parse_server(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536 or "/" in text or " " in text:
        fix = 'Write host and port, such as "smtp.example.com:587".'
        raise Wrong(f"is {shown(text)}, which is no mail server", fix)
    return text


def _parse_base_url(text: str) -> str:
    """An address; plain http only to this machine. Raises Wrong. Never shown in messages, as it may contain a password
    by mistake."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise Wrong("is no address") from None
    if parts.scheme not in ("http", "https") or not host or not text.isprintable() or " " in text:
        raise Wrong("is no http or https address")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise Wrong("holds more than an address", "Leave out names, passwords and everything from ? or #.")
    if parts.scheme == "http" and not _is_this_machine(host):
        raise Wrong(
            f"would send the keys in the clear to {host}",
            "Write https:// (plain http is for addresses of this machine, such as http://127.0.0.1:8899).",
        )
    return text.rstrip("/")


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


ORGANIZATION_NUMBER = Kind(
    "organization number", unquoted=_number_as_text, read=parse_organization_number, json=_OR_NUMBER
)
EMAIL = Kind(
    "e-mail address",
    pattern=r"^[^@\s\x1c-\x1f,;<>]+@[^@\s\x1c-\x1f,;<>]+\.[^@\s\x1c-\x1f,;<>]+$",
    wrong="has {shown}, which is no e-mail address",
    fix='Write one such as "name@example.com".',
)
SERVER = Kind("host:port", read=_parse_server)
BASE_URL = Kind("address", read=_parse_base_url)
ADDON = Kind(
    "whole number, 1-9",
    int,
    least=1,
    most=9,
    expected="a whole number from 1 to 9, without quotes",
    wrong="is no add-on",
    fix="Write the add-on's number, 1 to 9, or leave it out for the main key.",
)


# ---- when ----


def _parse_timezone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        near = get_close_matches(text, available_timezones(), 1, 0.6)
        raise Wrong(
            f"is {shown(text)}, which is no known time zone",
            f'Did you mean "{near[0]}"?' if near else 'Write one such as "Europe/Oslo".',
        ) from None
    return text


def _time_as_text(value: object) -> object:
    """A TOML time as text: 05:00:00 may be written without quotes."""
    if not isinstance(value, time):
        return value
    if value.second or value.microsecond:
        raise Wrong(f"is {value}, which is not on the minute")
    return f"{value:%H:%M}"


def _date_as_text(value: object) -> object:
    """A TOML date as text."""
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value


def _parse_export_from(text: str) -> str:
    return _parse_day(text, "Write the first business day that is to be exported.")


def _parse_valid_from(text: str) -> str:
    return _parse_day(text, "Write the first business day on which it counts.")


def _parse_orders_from(text: str) -> str:
    return _parse_day(text, "Write the first business day whose credit sales become orders.")


def _parse_orders_until(text: str) -> str:
    return _parse_day(text, "Write the last business day whose credit sales become orders.")


def _parse_day(text: str, fix: str) -> str:
    """A business day, as an ISO date. Raises Wrong."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Wrong(f"is {shown(text)}, which is no date") from None
    if not _DAY_MIN <= day < _DAY_MAX:
        raise Wrong(f"is {day}, which must be a slip", fix)
    return day.isoformat()


def parse_schedule(schedule: str) -> dict[str, str]:
    """A schedule as keyword arguments for APScheduler's CronTrigger.

    `schedule` is daily, weekly, monthly or a five-field cron line. APScheduler counts weekdays from Monday where cron
    counts from Sunday, so weekdays are given by name here. Raises ValueError for an invalid weekday; CronTrigger checks
    the other fields.

    >>> parse_schedule("30 6 * * 1-3")["day_of_week"]
    'mon,tue,wed'
    """
    fields = _NAMED_SCHEDULES.get(schedule, schedule).split()
    if len(fields) != len(_CRON_FIELDS):
        raise ValueError(f"it has {len(fields)} fields, not five")
    cron = dict(zip(_CRON_FIELDS, fields, strict=True))
    cron["day_of_week"] = _name_weekdays(cron["day_of_week"])
    return cron


def _name_weekdays(text: str) -> str:
    """Cron's fifth field (0 and 7 are Sunday) as a list of names. Raises ValueError."""
    chosen: list[str] = []
    for part in text.lower().split(","):
        days, slash, step_text = part.partition("/")
        first_text, _, last_text = days.partition("-")
        if slash and step_text not in tuple("1234567"):
            raise ValueError(f'"{part}" has no step from 1 to 7')
        step = int(step_text or 1)
        first, last = (0, 6) if days == "*" else (_weekday(first_text), _weekday(last_text or first_text))
        if "-" in days and last < first:
            last += 7  # fri-mon, and 5-7 written as fri-sun
        chosen += [_WEEKDAYS[day % 7] for day in range(first, last + 1, step)]
    named = [day for day in (*_WEEKDAYS[1:], _WEEKDAYS[0]) if day in chosen]
    return "*" if len(named) == len(_WEEKDAYS) else ",".join(named)


def _weekday(text: str) -> int:
    if text in _WEEKDAYS:
        return _WEEKDAYS.index(text)
    if text in tuple("01234567"):
        return int(text)
    raise ValueError(f'"{text}" is no weekday')


def _parse_schedule_text(text: str) -> str:
    """daily, weekly, monthly, or a cron line that comes due some day. Raises Wrong."""
    text = " ".join(text.split())
    if text in _NAMED_SCHEDULES:
        return text
    fix = 'Write "daily", "weekly", "monthly" or a five-field cron line such as "30 5 * * mon-fri".'
    if len(text.split()) != len(_CRON_FIELDS):
        near = get_close_matches(text.lower(), _NAMED_SCHEDULES, 1, 0.5)
        raise Wrong(f"is {shown(text)}", f'{fix} Did you mean "{near[0]}"?' if near else fix)

    from apscheduler.triggers.cron import CronTrigger

    try:
        trigger = CronTrigger(**parse_schedule(text), timezone=UTC)
    except ValueError as error:
        raise Wrong(f"is {shown(text)}, which is no cron line ({error})", fix) from None
    if trigger.get_next_fire_time(None, datetime(2020, 1, 1, tzinfo=UTC)) is None:
        raise Wrong(f"is {shown(text)}, which never comes due: no year has such a date", fix)
    return text


def _whole(of: str, least: int, most: int, usual: str = "") -> Kind:
    """A kind for a whole number `of` something, within limits."""
    return Kind(
        f"{of}, {least}-{most}",
        int,
        least=least,
        most=most,
        expected=f"a whole number of {of}, without quotes",
        wrong=f"is {{shown}}, which is not from {least} to {most}",
        fix=f"Write {of} from {least} to {most}{usual}.",
    )


TIMEZONE = Kind("time zone", read=_parse_timezone)
TIME = Kind(
    "time",
    pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$",
    unquoted=_time_as_text,
    expected="a time in quotes",
    wrong="is {shown}",
    fix='Write a time from "00:00" to "23:59", such as "05:00".',
    json={"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](:00)?$"},
)
DATE = Kind(
    "date",
    unquoted=_date_as_text,
    read=_parse_export_from,
    expected="a date",
    json={"type": "string", "format": "date"},
)
VALID_FROM = replace(DATE, read=_parse_valid_from)
"""The first business day on which a row counts."""
ORDERS_FROM = replace(DATE, read=_parse_orders_from)
"""The first business day whose credit sales become orders."""
ORDERS_UNTIL = replace(DATE, read=_parse_orders_until)
"""The last one."""
SCHEDULE = Kind("schedule", read=_parse_schedule_text)
HOURS = _whole("hours", 1, 744, "; 36 is usual")
"""At least one, and at most a month's."""
LOOKED_FOR = _whole("minutes", 1, 120, "; 5 is usual")
"""At least one, and at most two hours' worth."""
MINUTES = _whole("minutes", 0, 720)
"""At most half a day's."""
NOT_INVOICED = _whole("days", 1, 25, "; 14 is usual")
"""At most 25: a sale is to be invoiced within a month of delivery."""
