"""The two languages, and dates, times and amounts as they write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from posexport.core.money import format_ore

if TYPE_CHECKING:  # what a venue is takes longer to read than a wrong command to be told
    from posexport.core.company import Venue

Lang = Literal["nb", "en"]
LANGS: tuple[Lang, ...] = ("nb", "en")
"""Norwegian and English."""


def choose_lang(name: str) -> Lang:
    """The language that was chosen by this name; Norwegian where none was."""
    return "en" if name == "en" else "nb"


def format_kroner(amount_ore: int, lang: Lang = "nb") -> str:
    r"""Øre as kroner, for people.

    >>> format_kroner(1234550), format_kroner(-40, "en")
    ('12\xa0345,50', '-0.40')
    """
    plain = format_ore(abs(amount_ore))
    kroner, ore = plain.split(".")
    separator, point = ("\xa0", ",") if lang == "nb" else (",", ".")
    groups = f"{int(kroner):,}".replace(",", separator)
    return f"{'-' if amount_ore < 0 else ''}{groups}{point}{ore}"


WEEKDAYS: Mapping[Lang, tuple[str, ...]] = {
    "nb": ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


MONTHS: Mapping[Lang, tuple[str, ...]] = {
    "nb": (
        "januar",
        "februar",
        "mars",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "desember",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}


def format_day(day: date, lang: Lang) -> str:
    """A day with its weekday.

    >>> format_day(date(2020, 1, 1), "nb"), format_day(date(2020, 1, 1), "en")
    ('onsdag 1. januar 2020', 'Wednesday 1 January 2020')
    """
    return f"{WEEKDAYS[lang][day.weekday()]} {format_date(day, lang)}"


def format_date(day: date, lang: Lang) -> str:
    """A day without its weekday.

    >>> format_date(date(2020, 1, 1), "nb"), format_date(date(2020, 1, 1), "en")
    ('1. januar 2020', '1 January 2020')
    """
    point = "." if lang == "nb" else ""
    return f"{day.day}{point} {MONTHS[lang][day.month - 1]} {day.year}"


def format_day_short(day: date, lang: Lang) -> str:
    """A day for a column: always equally wide in Norwegian.

    >>> format_day_short(date(2020, 1, 1), "nb"), format_day_short(date(2020, 1, 1), "en")
    ('ons 01.01.2020', 'Wed 1 Jan 2020')
    """
    weekday = WEEKDAYS[lang][day.weekday()][:3]
    if lang == "nb":
        return f"{weekday} {day:%d.%m.%Y}"
    return f"{weekday} {day.day} {MONTHS[lang][day.month - 1][:3]} {day.year}"


def format_period(days: Iterable[date], lang: Lang) -> str:
    """The first and last of `days`; one day where they are the same, empty for none."""
    ordered = sorted(set(days))
    if not ordered:
        return ""
    if len(ordered) == 1:
        return format_day(ordered[0], lang)
    return f"{format_date(ordered[0], lang)} – {format_date(ordered[-1], lang)}"


def format_days(days: Iterable[date], lang: Lang) -> str:
    """Days as short as can be, where one follows another as from and to; the year comes once where all have the same.

    >>> days = [date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 24), date(2026, 12, 1)]

    >>> format_days(days, "nb"), format_days(days, "en")
    ('20.–21.11., 24.11., 01.12.2026', '20–21 Nov, 24 Nov, 1 Dec 2026')

    >>> format_days([date(2025, 12, 31), date(2026, 1, 1)], "nb")
    '31.12.2025–01.01.2026'
    """
    ordered = sorted(set(days))
    runs: list[list[date]] = []
    for day in ordered:
        if runs and (day - runs[-1][-1]).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    has_years = len({day.year for day in ordered}) > 1
    told = [_format_run(run[0], run[-1], lang, has_year=has_years or run is runs[-1]) for run in runs]
    return ", ".join(told)


def format_span(first: date, last: date, lang: Lang) -> str:
    """From the first day to the last, whatever lies between, as short as can be.

    >>> format_span(date(2026, 11, 20), date(2026, 12, 1), "en")
    '20 Nov–1 Dec 2026'
    """
    return _format_run(first, last, lang, has_year=True)


def _format_run(first: date, last: date, lang: Lang, *, has_year: bool) -> str:
    """One day, or from the first to the last."""
    end = _format_in_run(last, lang, has_year=has_year)
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first:%d}.–{end}" if lang == "nb" else f"{first.day}–{end}"
    return f"{_format_in_run(first, lang, has_year=first.year != last.year)}–{end}"


def _format_in_run(day: date, lang: Lang, *, has_year: bool) -> str:
    if lang == "nb":
        return f"{day:%d.%m.}{day.year if has_year else ''}"
    return f"{day.day} {MONTHS[lang][day.month - 1][:3]}{f' {day.year}' if has_year else ''}"


def format_moment(moment: datetime, lang: Lang, venue: Venue | None = None) -> str:
    """A time to the minute; an aware one in the venue's local time, where a venue is given.

    >>> format_moment(datetime(2020, 1, 2, 5, 4), "nb"), format_moment(datetime(2020, 1, 2, 5, 4), "en")
    ('02.01.2020 kl. 05.04', '2 Jan 2020 05:04')
    """
    if venue is not None and moment.tzinfo is not None:
        moment = moment.astimezone(ZoneInfo(venue.timezone))
    return (
        f"{format_written_day(moment, lang)} {moment:kl. %H.%M}"
        if lang == "nb"
        else (f"{format_written_day(moment, lang)} {moment:%H:%M}")
    )


def format_written_day(day: date, lang: Lang) -> str:
    """A day as it is written in a field; `core.day.parse_days` understands it.

    >>> format_written_day(date(2020, 1, 2), "nb"), format_written_day(date(2020, 1, 2), "en")
    ('02.01.2020', '2 Jan 2020')
    """
    return f"{day:%d.%m.%Y}" if lang == "nb" else f"{day.day} {MONTHS[lang][day.month - 1][:3]} {day.year}"


def format_organization_number(number: str) -> str:
    r"""Nine digits in groups of three; anything else unchanged.

    >>> format_organization_number("999999999")
    '999\xa0999\xa0999'
    """
    if len(number) != 9 or not number.isdecimal():
        return number
    return "\xa0".join((number[:3], number[3:6], number[6:]))


def capitalize(text: str) -> str:
    """The text with its first letter in upper case, the rest unchanged."""
    return text[:1].upper() + text[1:]
