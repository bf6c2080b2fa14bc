"""The dry run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from posexport.cli.options import (
    choose_of_companies,
    console,
    example,
    find_period,
    find_venues,
    leave,
    print_json,
    print_open_days,
    with_companies,
    with_full,
    with_json,
    with_lang,
    with_period,
    with_venues,
    with_waiting,
    working,
    write_file,
)
from posexport.errors import Exit

if TYPE_CHECKING:
    from datetime import datetime

    from posexport.core.report import Report
    from posexport.texts.language import Lang


@click.command(
    short_help="The dry run: vouchers as they would be drafted.",
    epilog=example("posexport preview", "posexport preview --from last-week --html preview.html"),
)
@with_venues
@with_companies
@with_period
@with_waiting
@with_full
@click.option(
    "--html", metavar="FILE", type=click.Path(path_type=Path), help="Also write one page to look at or print."
)
@click.option("--check", is_flag=True, help="Also ask PowerOffice Go whether it would take them.")
@with_json
@with_lang
@click.pass_context
def preview(
    ctx: click.Context,
    venues: tuple[str, ...],
    companies: tuple[str, ...],
    first: str | None,
    last: str | None,
    waiting: bool,
    is_full: bool,
    html: Path | None,
    check: bool,
    as_json: bool,
    lang: Lang,
) -> None:
    """The dry run: the vouchers as they would be drafted, and everything found about them.

    Without a period: every closed business day not yet drafted. With --check, PowerOffice Go is asked about
    accounts, VAT codes, departments and the lock date; nothing is sent. With --waiting, only what waits is shown.
    More than twenty vouchers are told in short, equal findings as one: see each with --full or --html.
    """
    chosen = PreviewChoice(venues, companies, first, last, only_waiting=waiting, is_checked=check)
    leave(ctx, print_preview(ctx, chosen, html, as_json, lang, is_full=is_full))


class PreviewChoice(NamedTuple):
    """Which days a preview shows: of venues (ids; all for none) of companies (ids; all for none), from the first to the
    last as they were typed. `only_waiting`: those that wait; `is_checked`: the ledger is asked too."""

    venues: tuple[str, ...]
    companies: tuple[str, ...] = ()
    first: str | None = None
    last: str | None = None
    only_waiting: bool = False
    is_checked: bool = False


def print_preview(
    ctx: click.Context, chosen: PreviewChoice, html: Path | None, as_json: bool, lang: Lang, *, is_full: bool = False
) -> Exit:
    """Print vouchers as they would be drafted; returns who must act. `html`: also write the page there. Raises
    UsageError."""
    from posexport.app import preview as app_preview
    from posexport.views.json import format_report

    with working(ctx, reads_only=True) as workspace:
        venues = choose_of_companies(workspace, find_venues(workspace, chosen.venues), chosen.companies)
        period = find_period(chosen.first, chosen.last, venues, workspace.now_utc_s)
        now_utc_s = workspace.now_utc_s
        print_open_days(period, venues, now_utc_s)
        if chosen.is_checked:
            checked = app_preview.check_period(workspace, venues, period)
            report, code = checked.report, checked.exit_code
        else:
            report = app_preview.preview(workspace, venues, period)
            code = app_preview.judge_report(report)
    if chosen.only_waiting:
        report = app_preview.keep_waiting(report)
    if html is not None:
        _write_html(html, report, venues[0].calendar.local(now_utc_s), lang)
    if as_json:
        print_json(format_report(report, lang))
    else:
        from posexport.render.choose import render_report

        render_report(report, console(), lang, is_full=is_full)
    return code


def _write_html(path: Path, report: Report, made_at: datetime, lang: Lang) -> None:
    """Write the page. `made_at`: by the clock that the page's other times are told by, whatever this machine's is."""
    from posexport.render.choose import render_html

    write_file(path, render_html(report, lang, made_at).encode(), "--html")
