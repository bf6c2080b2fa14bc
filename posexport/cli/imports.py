"""Commands that undo: imports as a whole, and single tickets."""

from __future__ import annotations

from typing import Any

import click

from posexport.cli.options import (
    Command,
    Group,
    console,
    example,
    find_day,
    find_venues,
    print_json,
    with_json,
    working,
)


@click.group(
    cls=Group,
    invoke_without_command=True,
    short_help="What was read, by whom; and how to take one back.",
    epilog=example("posexport imports", 'posexport imports undo 12 --why "The file of another shop"'),
)
@click.option("--venue", metavar="ID", help="Only imports with tickets of this venue.")
@with_json
@click.pass_context
def imports(ctx: click.Context, venue: str | None, as_json: bool) -> None:
    """List the files that were read: when, by whom, what came of them, and which were taken back."""
    if ctx.invoked_subcommand is None:
        _list_imports(ctx, venue, as_json)


@imports.command("list", epilog=example("posexport imports list", "posexport imports list --venue torget --json"))
@click.option("--venue", metavar="ID", help="Only imports with tickets of this venue.")
@with_json
@click.pass_context
def imports_list(ctx: click.Context, venue: str | None, as_json: bool) -> None:
    """List the files that were read, as posexport imports alone does."""
    before = ctx.parent.params if ctx.parent else {}  # what was said before the word list
    _list_imports(ctx, venue or before.get("venue"), as_json or bool(before.get("as_json")))


def _list_imports(ctx: click.Context, venue: str | None, as_json: bool) -> None:
    from posexport.app.imports import find_zones, format_imports, list_imports
    from posexport.cli.printing import print_imports

    with working(ctx, reads_only=True) as workspace:
        found = list_imports(workspace, find_venues(workspace, [venue], to_look_at=True)[0] if venue else None)
        zones = find_zones(workspace)
    if as_json:
        print_json(format_imports(found))
        return
    print_imports(found, zones, console())


@imports.command("undo", epilog=example('posexport imports undo 12 --why "The file of another shop"'))
@click.argument("import_id", metavar="ID", type=int)
@click.option("--why", default="", metavar="TEXT", help="The reason; kept with your name and the time.")
@with_json
@click.pass_context
def imports_undo(ctx: click.Context, import_id: int, why: str, as_json: bool) -> None:
    """Take import ID back, as if its file had never been read. A ticket that another import has too stays, as that one
    has it. A day that is drafted already shows as changed. The same file may be read again.
    """
    from posexport.app.imports import format_undone, undo_import
    from posexport.cli.printing import print_undone

    with working(ctx) as workspace:
        undone = undo_import(workspace, import_id, why)
    if as_json:
        print_json(format_undone(undone))
    print_undone(undone, quiet=as_json)


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
