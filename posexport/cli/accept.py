"""Taking responsibility for a finding."""

from __future__ import annotations

import click

from posexport.cli.options import example, find_day, find_lang, find_venues, say, working


@click.command(
    short_help="Take responsibility for a finding that allows it.",
    epilog=example(
        'posexport accept torget 2026-11-20 z-report-mismatch --why "Z ran twice"',
        'posexport accept fjordmat 9 unknown-register --why "The staff canteen"',
    ),
)
@click.argument("venue")
@click.argument("day")
@click.argument("code")
@click.option("--why", required=True, metavar="TEXT", help="The reason; kept with your name and the time.")
@click.pass_context
def accept(ctx: click.Context, venue: str, day: str, code: str, why: str) -> None:
    """Take responsibility for a finding that allows it, such as a Z-report that differs. A register that belongs to
    no venue has neither venue nor day: name the company and the register instead.
    """
    from posexport.app.accept import accept_finding, accept_register
    from posexport.texts.finding_titles import format_title
    from posexport.texts.report import count_tickets

    with working(ctx) as workspace:
        if code == "unknown-register":
            who, many = accept_register(workspace, venue, day, code, why)
            told = "{who} takes responsibility for {many} tickets of register {register} that are not counted."
            if not many:
                told = "The tickets of register {register} are accepted already, by {who}."
            say(told, who=who, many=many, tickets=count_tickets(many, find_lang()), register=day)
            return
        chosen = find_venues(workspace, [venue])[0]
        business_day = find_day(day, [chosen], workspace.now_utc_s)
        who, many = accept_finding(workspace, chosen, business_day, code, why)
    title = format_title(code, find_lang())
    if many:
        told = "{who} takes responsibility for {code} on {venue} {day} ({many} in all)."
        say(told, who=who, code=code, title=title, venue=venue, day=business_day, many=many)
    else:
        told = "{code} on {venue} {day} is accepted already: posexport show {venue} {typed_day}."
        typed_day = business_day.isoformat()
        say(told, code=code, title=title, venue=venue, day=business_day, typed_day=typed_day)
