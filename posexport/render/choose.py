"""Renders a report, a status or a history for people: in a terminal, or as an HTML page for screen and paper.

The entrance to this folder. The layouts are `terminal.report`, `terminal.history` and `html`, the words `texts.report`.
Layouts, rich and jinja2 are imported by the call that needs them, so that other commands start quickly.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from posexport.core.history import Story
from posexport.core.order_reconciliation import DayReconciliation, NotInvoiced
from posexport.core.report import Report, StatusRow
from posexport.render.templates import find_template
from posexport.texts.language import Lang

if TYPE_CHECKING:
    from rich.console import Console

_PAGE, _RECONCILIATION = "preview.html.j2", "reconciliation.html.j2"


def render_report(report: Report, console: Console, lang: Lang, *, is_full: bool = False) -> None:
    """Print a preview or an export to `console`; of many vouchers each only if `is_full`."""
    from posexport.render.terminal.report import print_report

    print_report(report, console, lang, is_full=is_full)


def render_status(
    rows: tuple[StatusRow, ...], console: Console, lang: Lang, *, only_waiting: bool = False, is_full: bool = False
) -> None:
    """Print each venue's drafted and waiting days, one table per venue, to `console`; of many, those at rest only if
    `is_full`. `only_waiting`: the rows are only those that wait."""
    from posexport.render.terminal.status import print_status

    print_status(rows, console, lang, only_waiting=only_waiting, is_full=is_full)


def render_story(story: Story, console: Console, lang: Lang) -> None:
    """Print the history of a business day's vouchers, down to the tickets behind each line, to `console`."""
    from posexport.render.terminal.history import print_story

    print_story(story, console, lang)


def render_html(report: Report, lang: Lang, made_at: datetime) -> str:
    """A report as one self-contained HTML page; `made_at` is printed as it is given."""
    from posexport.render.html import fill_page

    return fill_page(report, lang, made_at, find_template(_PAGE))


def render_reconciliation(days: Sequence[DayReconciliation], lang: Lang, made_at: datetime) -> str:
    """Business days reconciled as one self-contained HTML page; `made_at` is printed as it is given."""
    from posexport.render.reconciliation_page import fill_reconciliation

    return fill_reconciliation(days, lang, made_at, find_template(_RECONCILIATION))


def render_not_invoiced(companies: Sequence[NotInvoiced], at: date, lang: Lang, made_at: datetime) -> str:
    """What was not invoiced at a date as one self-contained HTML page; `made_at` is printed as it is given."""
    from posexport.render.reconciliation_page import fill_not_invoiced

    return fill_not_invoiced(companies, at, lang, made_at, find_template(_RECONCILIATION))
