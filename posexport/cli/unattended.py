"""What the commands have in common that run unattended: the schedule and its workers."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from posexport.cli.options import collecting_seldom
from posexport.cli.stopping import end_quietly, stopping

if TYPE_CHECKING:
    import threading
    from types import ModuleType

    from posexport.app.workspace import Workspace


@contextlib.contextmanager
def unattended(ctx: click.Context) -> Iterator[tuple[Workspace, threading.Event]]:
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


def import_fleet() -> ModuleType:
    """What a fleet needs, where it is installed. Raises UsageError where it is not."""
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
