"""Commands that run unattended: the schedule, its workers, and e-mail."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from posexport.cli.options import (
    Group,
    collecting_seldom,
    console,
    example,
    find_venues,
    leave,
    print_json,
    with_json,
    working,
)
from posexport.cli.stopping import (
    end_quietly,
    format_command,
    stopping,
    working_until_stopped,
)
from posexport.errors import Exit

if TYPE_CHECKING:
    import threading
    from types import ModuleType

    from posexport.app.workspace import Workspace


@click.command(
    short_help="Tell people what waits and what is mended.",
    epilog=example("posexport notify", "posexport notify --test torget"),
)
@click.option("--test", "test", metavar="VENUE", help="Only send a test message to this venue's addresses.")
@click.pass_context
def notify(ctx: click.Context, test: str | None) -> None:
    """Send each recipient one e-mail with new and resolved issues, plus any due weekly summary.

    posexport schedule run does this by itself. The same is never told twice, and a mail server that fails delays
    messages and nothing else.
    """
    command = format_command(ctx)
    told = f"Stopped: what was not sent waits, and nothing is lost. Go on with: {command}"
    if test is not None:
        told = f"Stopped: it is not known whether the test message was sent. Send it again with: {command}"
    with working_until_stopped(ctx, lambda: told) as workspace:
        from posexport.cli.printing import print_sent_messages, print_tested_addresses
        from posexport.notify.notify import keep_people_posted
        from posexport.notify.outbox import send_test

        if test is None:
            sent = keep_people_posted(workspace, workspace.now_utc_s)
            print_sent_messages(sent)
            code = sent.exit_code
        else:
            chosen = find_venues(workspace, [test])[0]
            code = print_tested_addresses(send_test(workspace, chosen, workspace.now_utc_s), command)
        if workspace.stopping():
            click.echo(told, err=True)
            code = max(code, Exit.WAIT)
    leave(ctx, code)


@click.group(cls=Group)
def schedule() -> None:
    """The export at 05:00, by itself."""


@schedule.command("run", epilog=example("posexport schedule run", "posexport --log-json schedule run --metrics 9101"))
@click.option(
    "--metrics", metavar="[HOST:]PORT", help="Figures for Prometheus at http://HOST:PORT/metrics. HOST: 127.0.0.1."
)
@click.option("--fleet", is_flag=True, help="Leave the exports to posexport worker, of which there may be many.")
@click.pass_context
def schedule_run(ctx: click.Context, metrics: str | None, fleet: bool) -> None:
    """Take in what lies in the inboxes, and export every venue with automatic_export at its time, in the foreground.
    Nights that were missed are caught up. Ctrl+C or SIGTERM finishes what is on its way and stops.
    """
    from posexport.schedule.run import run

    with _unattended(ctx) as (workspace, stop), _serving(metrics, workspace):
        if fleet:
            with _fleet().handing_out(workspace) as hand_out:
                run(workspace, stop, take=hand_out)
        else:
            run(workspace, stop)


@contextlib.contextmanager
def _unattended(ctx: click.Context) -> Iterator[tuple[Workspace, threading.Event]]:
    """Open a workspace that logs to stderr, and yield it with an event that is set when the program is to stop."""
    from posexport.core.actor import SCHEDULER
    from posexport.logs import log_to_stderr
    from posexport.wiring import open_workspace

    log_to_stderr(as_json=ctx.find_root().params["log_json"])

    def rest(seconds: float) -> None:
        stop.wait(seconds)

    with (
        stopping(end_quietly) as stop,
        open_workspace(ctx.find_root().obj, sleep=rest, stopping=stop.is_set, actor=SCHEDULER) as workspace,
        collecting_seldom(),
    ):
        yield workspace, stop


def _fleet() -> ModuleType:
    from posexport.errors import UsageError

    try:
        from posexport.schedule import worker
    except ModuleNotFoundError as error:
        if error.name not in ("procrastinate", "psycopg_pool"):
            raise
        raise UsageError(
            "A fleet needs Procrastinate. Install it, in posexport's folder: pip install '.[fleet]'"
        ) from None
    return worker


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
    fleet = _fleet()
    with _unattended(ctx) as (workspace, stop):
        fleet.work(workspace, stop, concurrency=concurrency)
