"""The single values of a setup file: what TOML gives -> what a company's document keeps.

A parser takes a value and returns it as text, number or true/false, or raises `Wrong` with what it is and how
to mend it; it knows neither its key nor its line. Rules over several keys stand in `check`.

No message ever holds a secret: a reference that could be the secret itself is not repeated.
Source: mod 11 of the Register of Business Enterprises; crontab(5) for weekdays.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from posexport.core.codes import clean_code
from posexport.core.money import format_ore, parse_ore
from posexport.core.organization_number import bare_organization_number, has_right_check_digit

ID_FORM = re.compile(r"[a-z0-9-]{1,30}")
GO_VAT_CODE_FORM = re.compile(r"[0-9A-Za-z]{1,10}")

_ACCOUNT_FORM = re.compile(r"[0-9]{3,8}")
_CURRENCY_FORM = re.compile(r"[A-Za-z]{3}")
_TIME_FORM = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_EMAIL_FORM = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")

_EXPORT_FROM_MIN, _EXPORT_FROM_MAX = date(2000, 1, 1), date(2100, 1, 1)
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_CRON_FIELDS = ("minute", "hour", "day", "month", "day_of_week")
_NAMED_SCHEDULES = {"daily": "0 5 * * *", "weekly": "0 5 * * mon", "monthly": "0 5 1 * *"}


class Wrong(Exception):
    """A value that will not do: what it is (without its key) and, where an example will not do, the mend."""

    def __init__(self, what: str, fix: str = "") -> None:
        self.what, self.fix = what, fix
        super().__init__(what)


def kind_of(value: object) -> str:
    """A TOML value's type as a person says it."""
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
    """A value as a message may show it: on one line and not too long."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _expected(value: object, wanted: str) -> Wrong:
    return Wrong(f"is {kind_of(value)}; expected {wanted}")


def parse_string(value: object, wanted: str = "text in quotes") -> str:
    """Text as it stands; `wanted` says in words what else it should have been."""
    if not isinstance(value, str):
        raise _expected(value, wanted)
    return value


def _parse_number_or_string(value: object) -> str:
    """Text, or a whole number written without quotes."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15:
        return str(value)
    return parse_string(value)


def parse_code(value: object) -> str:
    """A code of the register or of Go, cleaned as a file's codes are."""
    text = clean_code(_parse_number_or_string(value))
    if not text:
        raise Wrong("is empty")
    return text


def parse_text(value: object) -> str:
    """One line of text, not empty."""
    text = parse_string(value)
    if not text.strip():
        raise Wrong("is empty")
    if any(sign in text for sign in "\t\b\f") or re.search(r"^[A-Za-z]:.*[\n\r]", text):
        raise Wrong(
            'holds a sign that a backslash in "..." stands for',
            "Write a Windows path in single quotes: 'C:\\sales\\new'",
        )
    if not text.isprintable():
        raise Wrong("holds a line break or another character that cannot be printed", "Write it on one line.")
    return text


def parse_name(value: object) -> str:
    """A name that may be left empty."""
    return "" if value == "" else parse_text(value)


def parse_id(value: object) -> str:
    """A company's or venue's id, which becomes part of references."""
    text = parse_string(value)
    if not ID_FORM.fullmatch(text):
        raise Wrong(
            f"is {shown(text)}, and becomes part of every voucher's reference",
            "Use 1 to 30 of the characters a-z, 0-9 and -.",
        )
    return text


def parse_bool(value: object) -> bool:
    """True or false, unquoted."""
    if not isinstance(value, bool):
        raise _expected(value, "true or false, without quotes")
    return value


def parse_account(value: object) -> str:
    """An account number; empty is left for the bookkeeper."""
    text = _parse_number_or_string(value)
    if text and not _ACCOUNT_FORM.fullmatch(text):
        raise Wrong(
            f"is {shown(text)}, which is no account number",
            'Write 3 to 8 digits, such as "3020", or "" where the bookkeeper is to fill it in.',
        )
    return text


def parse_go_vat_code(value: object) -> str:
    """A VAT code in Go; empty is left for the bookkeeper."""
    text = "" if value == "" else parse_code(value)
    if text and not GO_VAT_CODE_FORM.fullmatch(text):
        fix = 'Write the code alone, such as "3" or "31".'
        raise Wrong(f"is {shown(text)}, which is no VAT code in Go", fix)
    return text


def parse_key_vat_code(value: object) -> str:
    """A VAT code in Go that an account is written for."""
    text = parse_go_vat_code(value)
    if not text:
        raise Wrong("has an empty VAT code", 'Write the VAT code in Go before the =, as { "3" = "3020" }.')
    return text


def parse_currency(value: object) -> str:
    """Three letters, made capitals."""
    text = parse_string(value)
    if not _CURRENCY_FORM.fullmatch(text):
        raise Wrong(f"is {shown(text)}, which is no currency", 'Write its three letters, such as "NOK".')
    return text.upper()


def parse_organization_number(value: object) -> str:
    """Nine digits with a valid check digit; blanks, dots, a leading NO and a trailing MVA are taken away.

    >>> parse_organization_number("NO 999 999 999 MVA")
    '999999999'
    """
    text = _parse_number_or_string(value)
    digits = bare_organization_number(text)
    if not digits:
        raise Wrong(f"is {shown(text)}, which is not nine digits")
    if not has_right_check_digit(digits):
        raise Wrong(
            f"is {shown(text)}, whose last digit does not fit the others",
            "Copy it again from the Register of Business Enterprises (brreg.no).",
        )
    return digits


def parse_timezone(value: object) -> str:
    """A time zone of the IANA database."""
    text = parse_string(value)
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        near = get_close_matches(text, available_timezones(), 1, 0.6)
        raise Wrong(
            f"is {shown(text)}, which is no known time zone",
            f'Did you mean "{near[0]}"?' if near else 'Write one such as "Europe/Oslo".',
        ) from None
    return text


def parse_day_starts(value: object) -> str:
    """HH:MM. A TOML time (05:00:00, without quotes) says the same."""
    if isinstance(value, time):
        if value.second or value.microsecond:
            raise Wrong(f"is {value}, which is not on the minute")
        return f"{value:%H:%M}"
    text = parse_string(value, "a time in quotes")
    if not _TIME_FORM.fullmatch(text):
        raise Wrong(f"is {shown(text)}", 'Write a time from "00:00" to "23:59", such as "05:00".')
    return text


def parse_export_from(value: object) -> str:
    """A business day, as an ISO date; in quotes says the same."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise Wrong(f"is {shown(value)}, which is no date") from None
    if isinstance(value, datetime) or not isinstance(value, date):
        raise _expected(value, "a date")
    if not _EXPORT_FROM_MIN <= value < _EXPORT_FROM_MAX:
        fix = "Write the first business day that is to be exported."
        raise Wrong(f"is {value}, which must be a slip", fix)
    return value.isoformat()


def parse_addon(value: object) -> int:
    """An add-on's number, 1 to 9."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise _expected(value, "a whole number from 1 to 9, without quotes")
    if not 1 <= value <= 9:
        raise Wrong("is no add-on", "Write the add-on's number, 1 to 9, or leave it out for the main key.")
    return value


def parse_hours(value: object) -> int:
    """Whole hours, at least one and at most a month's."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise _expected(value, "a whole number of hours, without quotes")
    if not 1 <= value <= 744:
        raise Wrong("is out of reach", "Write hours from 1 to 744; 36 is usual.")
    return value


def parse_looked_for(value: object) -> int:
    """Whole minutes, at least one and at most two hours' worth."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise _expected(value, "a whole number of minutes, without quotes")
    if not 1 <= value <= 120:
        raise Wrong("is out of reach", "Write minutes from 1 to 120; 5 is usual.")
    return value


def parse_rate_per(value: object) -> int:
    """How many units of a foreign currency a register's rates are for."""
    if isinstance(value, bool) or value not in (1, 100):
        raise _expected(value, "1 or 100, without quotes")
    return int(str(value))


def parse_kroner(value: object) -> str:
    """An amount in kroner from 0 to 100, as text with two decimals."""
    text = parse_string(value, 'an amount in quotes, such as "0.50"')
    try:
        amount_ore = parse_ore(text)
    except ValueError:
        amount_ore = -1
    if not 0 <= amount_ore <= 100_00:
        raise Wrong(f"is {shown(text)}", 'Write kroner from "0.00" to "100.00", such as "0.50".')
    return format_ore(amount_ore)


def parse_minutes(value: object) -> int:
    """Whole minutes, at most half a day's."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise _expected(value, "a whole number of minutes, without quotes")
    if not 0 <= value <= 720:
        raise Wrong("is out of reach", "Write minutes from 0 to 720.")
    return value


def parse_server(value: object) -> str:
    """A mail server as host:port."""
    text = parse_string(value)
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536 or "/" in text or " " in text:
        fix = 'Write host and port, such as "smtp.example.com:587".'
        raise Wrong(f"is {shown(text)}, which is no mail server", fix)
    return text


def parse_email(value: object) -> str:
    """One e-mail address."""
    text = parse_string(value)
    if not _EMAIL_FORM.fullmatch(text):
        fix = 'Write one such as "name@example.com".'
        raise Wrong(f"has {shown(text)}, which is no e-mail address", fix)
    return text


def parse_base_url(value: object) -> str:
    """An address; plain http only to this machine. It may hold a password by mistake, so it is not shown."""
    text = parse_string(value)
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


def one_of(*names: str) -> Callable[[object], str]:
    """A parser that takes these words only."""
    choice = ", ".join(f'"{name}"' for name in names)

    def parse(value: object) -> str:
        text = parse_string(value, f"one of {choice}")
        if text not in names:
            near = get_close_matches(text.lower(), names, 1, 0.4)
            guess = f' Did you mean "{near[0]}"?' if near else ""
            raise Wrong(f"is {shown(text)}", f"Write one of {choice}.{guess}")
        return text

    return parse


def parse_schedule(schedule: str) -> dict[str, str]:
    """When to export, as keyword arguments for APScheduler's CronTrigger.

    `schedule` is daily, weekly, monthly or a five-field cron line. APScheduler counts weekdays from Monday
    where cron counts from Sunday, so weekdays are given by name here. Raises ValueError where a weekday
    is none; the other fields are for CronTrigger to judge.

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
    """Cron's fifth field (0 and 7 are Sunday) as a list of names."""
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


def parse_schedule_text(value: object) -> str:
    """daily, weekly, monthly or a cron line that comes due some day."""
    text = " ".join(parse_string(value).split())
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
        raise Wrong(f"is {shown(text)}, a day that never comes", fix)
    return text


# ---- secrets ----
