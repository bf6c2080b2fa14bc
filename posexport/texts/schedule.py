"""A schedule as a sentence, where it is a plain one."""

from __future__ import annotations

import re

from posexport.texts.language import WEEKDAYS, Lang, capitalize

_NAMED = {"daily": "0 5 * * *", "weekly": "0 5 * * 1", "monthly": "0 5 1 * *"}
_PLAIN = re.compile(r"(\d{1,2}) (\d{1,2}) (\*|\d{1,2}) \* (\*|[0-7](?:[,-][0-7])*)", re.ASCII)


def describe_schedule(schedule: str, lang: Lang) -> str:
    """When a schedule is due, at a time of the day on every day, some weekdays or a day of the month; "" for others.

    >>> describe_schedule("daily", "nb"), describe_schedule("30 6 * * 1-5", "nb")
    ('Hver dag kl. 05.00', 'Mandag–fredag kl. 06.30')
    >>> describe_schedule("0 5 1 * *", "en"), describe_schedule("*/5 * * * *", "en")
    ('On day 1 of the month at 05:00', '')
    """
    found = _PLAIN.fullmatch(" ".join(_NAMED.get(schedule.strip(), schedule).split()))
    if found is None or (found[3] != "*" and found[4] != "*"):
        return ""
    minute, hour = int(found[1]), int(found[2])
    if minute > 59 or hour > 23:
        return ""
    at = f"kl. {hour:02}.{minute:02}" if lang == "nb" else f"at {hour:02}:{minute:02}"
    return capitalize(f"{_name_days(found[3], found[4], lang)} {at}")


def _name_days(day: str, weekdays: str, lang: Lang) -> str:
    if day != "*":
        return f"den {int(day)}. i måneden" if lang == "nb" else f"on day {int(day)} of the month"
    if weekdays == "*":
        return "hver dag" if lang == "nb" else "every day"
    told = re.sub(r"\d", lambda number: WEEKDAYS[lang][(int(number[0]) - 1) % 7], weekdays)
    return told.replace("-", "–").replace(",", ", ")
