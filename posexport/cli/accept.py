"""Taking responsibility for a finding."""

from __future__ import annotations

import click

from posexport.cli.options import example, find_day, find_venues, working


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

    with working(ctx) as workspace:
        if code == "unknown-register":
            who, many = accept_register(workspace, venue, day, code, why)
            if not many:
                click.echo(f"The tickets of register {day} are accepted already, by {who}.")
                return
            click.echo(f"{who} takes responsibility for {many} tickets of register {day} that are not counted.")
            return
        chosen = find_venues(workspace, [venue])[0]
        business_day = find_day(day, [chosen], workspace.now_utc_s)
        who, many = accept_finding(workspace, chosen, business_day, code, why)
    if many:
        click.echo(f"{who} takes responsibility for {code} on {venue} {business_day} ({many} in all).")
    else:
        click.echo(f"{code} on {venue} {business_day} is accepted already: posexport show {venue} {business_day}.")
