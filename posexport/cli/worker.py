"""One of many that take the turns of a fleet."""

from __future__ import annotations

import click

from posexport.cli.options import example
from posexport.cli.unattended import import_fleet, unattended


@click.command(
    short_help="One of many that take the turns of a fleet.",
    epilog=example("posexport --db postgresql://posexport@db/posexport worker"),
)
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    default=16,
    show_default=True,
    help="Venues at once. They wait for PowerOffice most of the time.",
)
@click.pass_context
def worker(ctx: click.Context, concurrency: int) -> None:
    """Take the turns that posexport schedule run --fleet hands out, in the foreground. Any number of workers share
    one PostgreSQL database, and PowerOffice's throttles with it. Ctrl+C or SIGTERM finishes what is on its way and
    stops; what a worker that died leaves behind, the others take up.
    """
    fleet = import_fleet()
    with unattended(ctx) as (workspace, stop):
        fleet.work(workspace, stop, concurrency=concurrency)
