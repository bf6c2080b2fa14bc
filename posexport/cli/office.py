"""posexport office: the back office in a browser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from posexport.cli.options import example, find_actor
from posexport.cli.stopping import end_quietly, stopping
from posexport.errors import UsageError

if TYPE_CHECKING:
    import socket
    import threading
    from datetime import datetime
    from types import ModuleType

    from posexport.app.workspace import Workspace
    from posexport.core.company import Venue

_OF_THE_EXTRA = ("starlette", "uvicorn", "multipart", "python_multipart")


@click.command(
    short_help="The back office in a browser.",
    epilog=example("posexport office", "posexport --db fjordmat.db office --port 8090 --open"),
)
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes any free one.")
@click.option("--open", "opens", is_flag=True, help="Also open the link in the browser.")
@click.pass_context
def office(ctx: click.Context, port: int, opens: bool) -> None:
    """Look at days, draft them and accept findings in a browser. Runs in the foreground; Ctrl+C stops it.

    A link is printed that signs you in, once, within 15 minutes. Only this machine can reach the office.
    """
    from posexport.logs import log_to_stderr
    from posexport.wiring import open_workspace

    serving = _import_office()
    log_to_stderr(as_json=ctx.find_root().params["log_json"])
    with stopping(end_quietly) as stop, serving.listen(port) as listening:

        def rest(seconds: float) -> None:
            stop.wait(seconds)

        with open_workspace(ctx.find_root().obj, sleep=rest, stopping=stop.is_set) as workspace:
            _serve(serving, workspace, listening, stop, opens=opens)


def _serve(
    serving: ModuleType, workspace: Workspace, listening: socket.socket, stop: threading.Event, *, opens: bool
) -> None:
    site = serving.make_local_site(workspace, listening, _list_next_turns)
    link = serving.make_local_link(site, find_actor().name)

    def tell() -> None:
        click.echo(f"The office is open. Sign in, once, within 15 minutes:\n\n  {link}\n\nCtrl+C closes it.")
        if opens:
            click.launch(link)

    serving.serve(site, listening, stop, tell)


def _list_next_turns(workspace: Workspace, venues: Sequence[Venue]) -> Iterator[tuple[Venue, datetime | None]]:
    from posexport.schedule.due import list_next

    return ((fire.venue, fire.at) for fire in list_next(workspace, venues))


def _import_office() -> ModuleType:
    try:
        from posexport.office import serve
    except ModuleNotFoundError as error:
        if error.name not in _OF_THE_EXTRA:
            raise
        raise UsageError(
            "The office needs Starlette and uvicorn. Install them, in posexport's folder: pip install '.[office]'"
        ) from None
    return serve
