"""Dates and times as each language writes them. Findings and programs have them in ISO form ("2026-11-20 11:42:00"), to
be compared and typed; a Norwegian sentence says "20.11.2026 kl. 11.42", an English one "20 Nov 2026 11:42:00"."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from posexport.texts.language import Lang

Write = Callable[[str, "Lang"], str]
"""Writes the dates and times of a text in a language."""

_MOMENT = re.compile(
    r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?:[ T](?P<clock>\d\d:\d\d(?::\d\d)?))?\b"
    r"|\b(?P<only_clock>\d\d:\d\d(?::\d\d)?)\b"
)
_DAY = re.compile(r"(?<![\w-])[12]\d{3}-\d\d-\d\d(?![\w-])")


def format_moments(text: str, lang: Lang) -> str:
    """A text with its ISO dates and times as the reader writes them.

    >>> format_moments("2026-11-20 11:42:00", "nb"), format_moments("2026-11-20", "nb"), format_moments("05:07", "nb")
    ('20.11.2026 kl. 11.42', '20.11.2026', 'kl. 05.07')

    >>> format_moments("2026-11-20 11:42:30", "nb"), format_moments("2026-11-20 11:42:00", "en")
    ('20.11.2026 kl. 11.42.30', '20 Nov 2026 11:42:00')
    """
    return _MOMENT.sub(_format_one, text) if lang == "nb" else write_days(text, lang)


def keep_moments(text: str, lang: Lang) -> str:
    """The same in what programs read: Norwegian as people do, English in ISO form, as it always was.

    >>> keep_moments("2026-11-20 11:42:00", "nb"), keep_moments("2026-11-20 11:42:00", "en")
    ('20.11.2026 kl. 11.42', '2026-11-20 11:42:00')
    """
    return format_moments(text, lang) if lang == "nb" else text


def write_days(text: str, lang: Lang) -> str:
    """A text with its ISO dates as the reader writes them; names that have dates in them stay.

    >>> write_days("No sales for 2026-11-14 in x-2026-11-14.csv.", "en")
    'No sales for 14 Nov 2026 in x-2026-11-14.csv.'
    """
    from posexport.texts.language import format_written_day

    def write(found: re.Match[str]) -> str:
        try:
            return format_written_day(date.fromisoformat(found[0]), lang)
        except ValueError:  # no date of the calendar
            return found[0]

    return _DAY.sub(write, text)


def _format_one(found: re.Match[str]) -> str:
    if found["only_clock"]:
        return format_clock(found["only_clock"])
    day = f"{found['day']}.{found['month']}.{found['year']}"
    return f"{day} {format_clock(found['clock'])}" if found["clock"] else day


def format_clock(clock: str) -> str:
    """A time of day in Norwegian; seconds only where they are not 0.

    >>> format_clock("11:42"), format_clock("11:42:00"), format_clock("11:42:05")
    ('kl. 11.42', 'kl. 11.42', 'kl. 11.42.05')
    """
    return f"kl. {clock.removesuffix(':00') if clock.count(':') == 2 else clock}".replace(":", ".")
