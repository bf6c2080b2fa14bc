"""Drafting what is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from posexport.cli.options import (
    console,
    example,
    find_day,
    find_period,
    find_venues,
    leave,
    print_json,
    print_open_days,
    say_error,
    with_json,
    with_lang,
    with_period,
    with_venues,
)
from posexport.cli.preview import PreviewChoice, print_preview
from posexport.cli.stopping import count_drafted, format_stopped, judge_stopped, working_until_stopped
from posexport.errors import Exit, Stopped

if TYPE_CHECKING:
    from posexport.core.report import DayReport
    from posexport.texts.language import Lang


@click.command(
    short_help="Draft closed business days in PowerOffice Go.",
    epilog=example(
        "posexport export",
        "posexport export --venue torget --from 2026-11-01 --to yesterday",
        "posexport export --revise --venue torget --from 2026-11-20 --to 2026-11-20",
        "posexport export --revise --remap --venue torget",
    ),
)
@with_venues
@with_period
@click.option("--dry-run", is_flag=True, help="Stop before anything is sent: the same as preview.")
@click.option("--revise", is_flag=True, help="Also mend drafted days whose sales have changed since.")
@click.option(
    "--remap", is_flag=True, help="With --revise: also drafted days that have other accounts by the setup now."
)
@click.option("--dated", metavar="DAY", help="With --revise: another date for it, where its own day is locked.")
@click.option("--wait", is_flag=True, help="Stay while a voucher whose answer was lost is looked for, and finish it.")
@with_json
@with_lang
@click.pass_context
def export(
    ctx: click.Context,
    venues: tuple[str, ...],
    first: str | None,
    last: str | None,
    dry_run: bool,
    revise: bool,
    remap: bool,
    dated: str | None,
    wait: bool,
    as_json: bool,
    lang: Lang,
) -> None:
    """Draft in PowerOffice Go what is not yet drafted for closed business days. Run it again as often as you like.

    Without a period: every closed business day not yet drafted. A day that was drafted is never changed by itself.
    With --revise, one whose sales have changed is mended: its draft is replaced while nobody has posted it, and
    otherwise a voucher of exactly the difference is drafted. With --remap too, drafts that nobody has posted are
    replaced where the setup has other accounts for them now; posted ones are listed, and corrected where --venue,
    --from and --to name them.
    """
    if remap and not revise:
        raise click.UsageError("--remap goes with --revise.")
    if dated is not None and not revise:
        raise click.UsageError("--dated goes with --revise.")
    if dry_run:
        leave(ctx, print_preview(ctx, PreviewChoice(venues, (), first, last), None, as_json, lang))
        return
    from posexport.app.export import Revision, export_period
    from posexport.app.waiting import WAITS_MAX, wait_for_looked_for
    from posexport.cli.customer_printing import print_made_links
    from posexport.cli.printing import format_trouble, show_export_progress
    from posexport.views.json import format_report

    drafted: list[int] = []
    with working_until_stopped(ctx, lambda: format_stopped(ctx, sum(drafted))) as workspace:
        chosen = find_venues(workspace, venues)
        period = find_period(first, last, chosen, workspace.now_utc_s)
        print_open_days(period, chosen, workspace.now_utc_s)
        with show_export_progress(console(stderr=True)) as show:

            def on_done(shown: DayReport, days_in_all: int) -> None:
                drafted.append(count_drafted(shown))
                if show is not None:
                    show(shown, days_in_all)

            named = bool(venues) and first is not None and last is not None
            dated_on = find_day(dated, chosen, workspace.now_utc_s) if dated else None
            revision = Revision(dated_on, remap, named) if revise else None
            exported = export_period(workspace, chosen, period, revision=revision, on_done=on_done)
            for _ in range(WAITS_MAX if wait else 0):
                if not wait_for_looked_for(workspace, chosen):
                    break
                exported = export_period(workspace, chosen, period, revision=revision, on_done=on_done)
        if not as_json:  # posexport customers has them too
            print_made_links(workspace.delivery.customers.drain_made(), lang)
        stopped = judge_stopped(ctx, exported) if workspace.stopping() else ""
    if as_json:
        trouble = format_trouble(exported.trouble or (Stopped(stopped) if stopped else None))
        print_json({**format_report(exported.report, lang), **trouble})
    else:
        from posexport.render.choose import render_report

        render_report(exported.report, console(), lang)
    if exported.trouble is not None:
        say_error(exported.trouble)
    if stopped:
        click.echo(stopped, err=True)
    leave(ctx, max(exported.exit_code, Exit.WAIT) if stopped else exported.exit_code)
