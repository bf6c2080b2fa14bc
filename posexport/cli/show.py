"""The whole story of a day's vouchers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from posexport.cli.options import console, example, find_day, find_venues, print_json, with_json, with_lang, working

if TYPE_CHECKING:
    from posexport.texts.language import Lang


@click.command(
    short_help="The whole story of a day's vouchers.",
    epilog=example("posexport show torget 2026-11-20", "posexport show torget 2026-11-20 --json"),
)
@click.argument("venue")
@click.argument("day")
@with_json
@with_lang
@click.pass_context
def show(ctx: click.Context, venue: str, day: str, as_json: bool, lang: Lang) -> None:
    """The whole story of a business day's vouchers: what was sent and answered and when, by which setup, and each
    line down to the tickets behind it. Those that were replaced are told of too.
    """
    from posexport.app.history import read_story

    with working(ctx, reads_only=True) as workspace:
        chosen = find_venues(workspace, [venue], to_look_at=True)[0]
        business_day = find_day(day, [chosen], workspace.now_utc_s)
        company = workspace.load_setup_of([chosen]).company_of(chosen)
        story = read_story(workspace.database, company, chosen, business_day, workspace.now_utc_s)
    if as_json:
        from posexport.views.json_history import format_story

        print_json(format_story(story))
        return
    from posexport.render.choose import render_story

    render_story(story, console(), lang)
