"""Dates and times in Norwegian. Findings and programs have them in ISO form ("2026-11-20 11:42:00"), to be compared and
typed; a Norwegian sentence says "20.11.2026 kl. 11.42"."""

from __future__ import annotations

import re

_MOMENT = re.compile(
    r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?:[ T](?P<clock>\d\d:\d\d(?::\d\d)?))?\b"
    r"|\b(?P<only_clock>\d\d:\d\d(?::\d\d)?)\b"
)


def format_moments(text: str, lang: str) -> str:
    """A text with its ISO dates and times as the reader writes them; English is unchanged.

    >>> format_moments("2026-11-20 11:42:00", "nb"), format_moments("2026-11-20", "nb"), format_moments("05:07", "nb")
    ('20.11.2026 kl. 11.42', '20.11.2026', 'kl. 05.07')

    >>> format_moments("2026-11-20 11:42:30", "nb"), format_moments("2026-11-20 11:42:00", "en")
    ('20.11.2026 kl. 11.42.30', '2026-11-20 11:42:00')
    """
    return _MOMENT.sub(_format_one, text) if lang == "nb" else text


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
