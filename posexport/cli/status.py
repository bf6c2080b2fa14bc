"""What was drafted, and what waits for whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from posexport.cli.options import (
    choose_of_companies,
    console,
    example,
    find_period,
    find_venues,
    leave,
    print_json,
    say,
    with_companies,
    with_full,
    with_json,
    with_lang,
    with_period,
    with_venues,
    with_waiting,
    working,
)

if TYPE_CHECKING:
    from posexport.app.workspace import Workspace
    from posexport.core.company import Venue
    from posexport.schedule.due import NextFire
    from posexport.texts.language import Lang


@click.command(
    short_help="What was drafted, and what waits for whom.",
    epilog=example("posexport status", "posexport status --venue torget --json"),
)
@with_venues
@with_companies
@with_period
@with_waiting
@with_full
@click.option("--exit-code", "with_code", is_flag=True, help="For monitoring: the exit code says who must act.")
@with_json
@with_lang
@click.pass_context
def status(
    ctx: click.Context,
    venues: tuple[str, ...],
    companies: tuple[str, ...],
    first: str | None,
    last: str | None,
    waiting: bool,
    is_full: bool,
    with_code: bool,
    as_json: bool,
    lang: Lang,
) -> None:
    """Per venue and business day: what was drafted, where and when, and what waits for whom.

    Without --venue, also the orders of venues that were removed from the setup that wait for somebody. With --waiting,
    only what waits. Of more than 200 days only those that wait are listed, and the others counted: see each with
    --full.
    """
    from posexport.app.status import judge_status, keep_waiting, list_orders_of_removed, status as read_status

    with working(ctx, reads_only=True) as workspace:
        known = list(workspace.load_setup().venues) if not venues else find_venues(workspace, venues, to_look_at=True)
        chosen = choose_of_companies(workspace, known, companies)
        period = find_period(first, last, chosen, workspace.now_utc_s)
        rows = read_status(workspace, chosen, period)
        removed = () if venues else tuple(list_orders_of_removed(workspace, period))
        rows += tuple(row for row in removed if not companies or row.venue.company_id in companies)
        fires, now_utc_s = _list_next(workspace, chosen), workspace.now_utc_s
    shown = keep_waiting(rows) if waiting else rows
    if as_json:
        from posexport.views.json import format_status

        schedules = _format_next(fires) if fires else {}
        print_json({"days": format_status(shown, lang), **schedules})
    elif not (known or rows):
        say("Nothing is set up yet. Run posexport setup apply FILE.toml first.", err=True)
    else:
        from posexport.render.choose import render_status

        render_status(shown, console(), lang, only_waiting=waiting, is_full=is_full)
        if fires:
            from posexport.cli.printing import print_next_exports

            print_next_exports(fires, now_utc_s, console(), lang)
    if with_code:
        leave(ctx, judge_status(rows))


def _list_next(workspace: Workspace, venues: Sequence[Venue]) -> list[NextFire]:
    """The next run of each venue with an automatic export."""
    chosen = [venue for venue in venues if venue.automatic_export]
    if not chosen:
        return []  # and the scheduler is not loaded for it
    from posexport.schedule.due import list_next

    return list(list_next(workspace, chosen))


def _format_next(fires: Sequence[NextFire]) -> dict[str, Any]:
    from posexport.schedule.due import format_next

    return format_next(fires)
