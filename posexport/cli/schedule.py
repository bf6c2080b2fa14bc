"""The export at 05:00, by itself."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from posexport.cli.options import (
    Group,
    console,
    example,
    find_venues,
    lead_to_office,
    print_json,
    with_json,
    with_office_address,
    working,
)
from posexport.cli.unattended import import_fleet, unattended

if TYPE_CHECKING:
    from posexport.app.workspace import Workspace


@click.group(cls=Group)
def schedule() -> None:
    """The export at 05:00, by itself."""


@schedule.command("run", epilog=example("posexport schedule run", "posexport --log-json schedule run --metrics 9101"))
@click.option(
    "--metrics", metavar="[HOST:]PORT", help="Figures for Prometheus at http://HOST:PORT/metrics. HOST: 127.0.0.1."
)
@click.option("--fleet", is_flag=True, help="Leave the exports to posexport worker, of which there may be many.")
@with_office_address
@click.pass_context
def schedule_run(ctx: click.Context, metrics: str | None, fleet: bool, base_url: str | None) -> None:
    """Take in what lies in the inboxes, and export every venue with automatic_export at its time, in the foreground.
    Nights that were missed are caught up. Ctrl+C or SIGTERM finishes what is on its way and stops.
    """
    from posexport.schedule.run import run

    with unattended(ctx) as (opened, stop), _serving(metrics, opened):
        workspace = lead_to_office(opened, base_url)
        if fleet:
            with import_fleet().handing_out(workspace) as hand_out:
                run(workspace, stop, take=hand_out)
        else:
            run(workspace, stop)


@contextlib.contextmanager
def _serving(address: str | None, workspace: Workspace) -> Iterator[None]:
    """Serve metrics for Prometheus at `address` ("PORT" or "HOST:PORT") while the block runs; nothing for None. Raises
    click.UsageError for what is no port, and UsageError where the port is taken."""
    if address is None:
        yield
        return
    from posexport.errors import UsageError
    from posexport.schedule.metrics import serve

    host, _, port = address.rpartition(":")
    if not port.isdigit() or int(port) > 65_535:
        raise click.UsageError(f"{address!r} is no port. Write --metrics 9101, or --metrics 0.0.0.0:9101.")
    try:
        stop = serve(workspace, host or "127.0.0.1", int(port))
    except OSError as error:
        raise UsageError(f"Port {port} cannot be had for --metrics: {error.strerror}. Choose another.") from None
    try:
        yield
    finally:
        stop()


@schedule.command("list", epilog=example("posexport schedule list"))
@with_json
@click.pass_context
def schedule_list(ctx: click.Context, as_json: bool) -> None:
    """When each venue is next exported, what its last turn came to, and what waits."""
    from posexport.cli.printing import print_schedules
    from posexport.schedule.due import format_next, list_next

    with working(ctx, reads_only=True) as workspace:
        fires = list(list_next(workspace, find_venues(workspace, ())))
        now_utc_s = workspace.now_utc_s
    if as_json:
        print_json(format_next(fires))
        return
    print_schedules(fires, now_utc_s, console())
