"""Taking a single ticket out, and bringing it back."""

from __future__ import annotations

from typing import Any

import click

from posexport.cli.options import Command, Group, example, find_day, find_venues, print_json, with_json, working


@click.group(cls=Group)
def tickets() -> None:
    """Take a single ticket out, or bring it back."""


def _with_ticket(command: Command) -> Command:
    """The arguments and options that name one ticket."""
    for option in (
        click.option("--import", "import_id", type=int, metavar="ID", help="The one that this import holds."),
        click.option("--amount", metavar="KRONER", help="The one of this amount, such as 125.00."),
        click.option("--at", metavar="HH:MM[:SS]", help="The one of this time, by the venue's clock."),
        *(click.argument(name) for name in ("number", "register", "day", "venue")),
    ):
        command = option(command)
    return command


@tickets.command(
    "withdraw",
    epilog=example(
        'posexport tickets withdraw torget 2026-11-20 1 1042 --why "Rung up twice"',
        'posexport tickets withdraw torget 2026-11-20 1 7 --at 16:40 --why "The same coffee"',
    ),
)
@_with_ticket
@click.option("--why", required=True, metavar="TEXT", help="The reason; kept with your name and the time.")
@with_json
@click.pass_context
def tickets_withdraw(ctx: click.Context, /, why: str, as_json: bool, **which: Any) -> None:
    """Take out ticket NUMBER of REGISTER on business DAY: it counts nowhere, and reading its file again does not bring
    it back. Where several share the number, say which.
    """
    _take(ctx, "withdraw", why, as_json, which)


@tickets.command("restore", epilog=example("posexport tickets restore torget 2026-11-20 1 1042"))
@_with_ticket
@click.option("--why", default="", metavar="TEXT", help="The reason; kept with your name and the time.")
@with_json
@click.pass_context
def tickets_restore(ctx: click.Context, /, why: str, as_json: bool, **which: Any) -> None:
    """Bring back ticket NUMBER of REGISTER on business DAY that was taken out."""
    _take(ctx, "restore", why, as_json, which)


def _take(ctx: click.Context, what: str, why: str, as_json: bool, which: dict[str, Any]) -> None:
    from posexport.app import tickets as app_tickets
    from posexport.cli.printing import print_withdrawn

    with working(ctx) as workspace:
        venue = find_venues(workspace, [which.pop("venue")])[0]
        day = find_day(which.pop("day"), [venue], workspace.now_utc_s)
        take = app_tickets.withdraw if what == "withdraw" else app_tickets.restore
        taken = take(workspace, venue, app_tickets.WhichTicket(day=day, **which), why)
    if as_json:
        print_json(app_tickets.format_taken(taken, venue, what))
    print_withdrawn(taken, venue, day, what, quiet=as_json)
