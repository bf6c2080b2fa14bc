"""A report or a status as a person reads it: in a terminal, or as one page for screen and paper.

The way in; the layouts are `render_terminal` and `render_html`, the words `render_words`. Those two, and rich
and jinja2 with them, are loaded by the call that needs them, so that commands without a picture start quickly.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from posexport.core.findings import Lang
from posexport.core.report import Report, StatusRow

if TYPE_CHECKING:
    from rich.console import Console

_PAGE = "preview.html.j2"


def render_report(report: Report, console: Console, lang: Lang) -> None:
    """Print a preview or an export to `console`."""
    from posexport.render_terminal import print_report

    print_report(report, console, lang)


def render_status(rows: tuple[StatusRow, ...], console: Console, lang: Lang) -> None:
    """Print what was drafted and what waits, one table per venue, to `console`."""
    from posexport.render_terminal import print_status

    print_status(rows, console, lang)


def render_html(report: Report, lang: Lang, made_at: datetime) -> str:
    """A report as one self-contained HTML page; `made_at` is printed as it is given."""
    from posexport.render_html import fill_page

    return fill_page(report, lang, made_at, templates_folder(), _PAGE)


def templates_folder() -> Path:
    """Where the page's templates are: inside an installed wheel, or at the top of a source checkout.

    Raises FileNotFoundError where neither is there, which is a broken installation.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "templates", package.parent / "templates"):
        if (folder / _PAGE).is_file():
            return folder
    raise FileNotFoundError(f"{_PAGE} is missing from this installation of posexport. Install it again.")
