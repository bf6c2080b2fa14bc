"""The dry run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from posexport.cli.options import (
    console,
    example,
    find_period,
    find_venues,
    leave,
    print_json,
    print_open_days,
    with_json,
    with_lang,
    with_period,
    with_venues,
    working,
    write_file,
)
from posexport.errors import Exit

if TYPE_CHECKING:
    from posexport.texts.language import Lang


@click.command(
    short_help="The dry run: vouchers as they would be drafted.",
    epilog=example("posexport preview", "posexport preview --from last-week --html preview.html"),
)
@with_venues
@with_period
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
    first: str | None,
    last: str | None,
    html: Path | None,
    check: bool,
    as_json: bool,
    lang: Lang,
) -> None:
    """The dry run: the vouchers as they would be drafted, and everything found about them.

    Without a period: every closed business day not yet drafted. With --check, PowerOffice Go is asked about
    accounts, VAT codes, departments and the lock date; nothing is sent.
    """
    leave(ctx, print_preview(ctx, venues, first, last, html, as_json, lang, check=check))


def print_preview(
    ctx: click.Context,
    ids: tuple[str, ...],
    first: str | None,
    last: str | None,
    html: Path | None,
    as_json: bool,
    lang: Lang,
    *,
    check: bool = False,
) -> Exit:
    """Print the vouchers of these venues (ids; all for none) and business days as they would be drafted; returns who
    must act. `check`: ask the ledger too; `html`: also write the page there. Raises UsageError."""
    from posexport.app import preview as app_preview
    from posexport.views.json import format_report

    with working(ctx, reads_only=True) as workspace:
        venues = find_venues(workspace, ids)
        period = find_period(first, last, venues, workspace.now_utc_s)
        now_utc_s = workspace.now_utc_s
        print_open_days(period, venues, now_utc_s)
        if check:
            checked = app_preview.check_period(workspace, venues, period)
            report, code = checked.report, checked.exit_code
        else:
            report = app_preview.preview(workspace, venues, period)
            code = app_preview.judge_report(report)
    if html is not None:
        _write_html(html, report, now_utc_s, lang)
    if as_json:
        print_json(format_report(report, lang))
    else:
        from posexport.render.choose import render_report

        render_report(report, console(), lang)
    return code


def _write_html(path: Path, report: Any, now_utc_s: int, lang: Lang) -> None:
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from posexport.render.choose import render_html

    # by the clock that the page's other times are told by, whatever this machine's is
    zone = ZoneInfo(report.vouchers[0].venue.timezone) if report.vouchers else None
    made_at = datetime.fromtimestamp(now_utc_s, UTC).astimezone(zone)
    write_file(path, render_html(report, lang, made_at).encode(), "--html")
