"""The reconciliation of credit sales, and what is not invoiced at a date, as one self-contained HTML page.

The layout is in `templates/`; here it is only filled. Every value is escaped. Amounts are øre until they are printed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from posexport.core.order_reconciliation import DayReconciliation, NotInvoiced, Verdict
from posexport.render.filling import open_templates
from posexport.texts.language import Lang, capitalize, format_day, format_day_short, format_kroner, format_moment
from posexport.texts.reconciliation import (
    describe_days,
    describe_till,
    describe_verdict,
    name_not_invoiced,
    reconciliation_words,
)
from posexport.texts.report import words
from posexport.views.orders import Colour, find_colour
from posexport.views.reconciliation import CountedRow, lay_out_booked, lay_out_counted, lay_out_total

_COLOURS = {Verdict.AGREES: Colour.GREEN, Verdict.DIFFERS: Colour.RED, Verdict.BY_HAND: Colour.GREY}


def fill_reconciliation(days: Sequence[DayReconciliation], lang: Lang, made_at: datetime, layout: Path) -> str:
    """The page of business days reconciled: the template `layout`, filled."""
    return _fill(layout, lang, made_at, reconciliation_words(lang)["title"], days=days)


def fill_not_invoiced(companies: Sequence[NotInvoiced], at: date, lang: Lang, made_at: datetime, layout: Path) -> str:
    """The page of what was not invoiced at a date: the template `layout`, filled."""
    return _fill(layout, lang, made_at, name_not_invoiced(at, lang), companies=companies)


def _fill(
    layout: Path,
    lang: Lang,
    made_at: datetime,
    title: str,
    *,
    days: Sequence[DayReconciliation] = (),
    companies: Sequence[NotInvoiced] = (),
) -> str:
    filters: Mapping[str, Callable[..., Any]] = {
        "kroner": partial(format_kroner, lang=lang),
        "day": partial(format_day, lang=lang),
        "day_short": partial(format_day_short, lang=lang),
        "moment": partial(format_moment, lang=lang),
        "large_first": capitalize,
        "till": partial(describe_till, lang=lang),
        "verdict": partial(describe_verdict, lang=lang),
        "verdict_colour": _find_verdict_colour,
        "booked": partial(lay_out_booked, lang=lang),
        "counted": partial(lay_out_counted, lang=lang),
        "colour": _find_colour,
    }
    return (
        open_templates(layout.parent, filters)
        .get_template(layout.name)
        .render(
            lang=lang,
            title=title,
            r=reconciliation_words(lang),
            w=words(lang),
            made_at=made_at,
            days=days,
            total=lay_out_total(days, lang) if len(days) > 1 else [],
            counted=describe_days(days, lang),
            companies=companies,
        )
    )


def _find_verdict_colour(day: DayReconciliation) -> str:
    """Green where the day agrees and nobody has to do anything about it."""
    return (Colour.AMBER if day.verdict is Verdict.AGREES and not day.is_done else _COLOURS[day.verdict]).value


def _find_colour(row: CountedRow) -> str:
    """The colour of an order's state; red for what is to be done about a changed ticket."""
    return (Colour.RED if row.shown.is_change else find_colour(row.shown.shown)).value
