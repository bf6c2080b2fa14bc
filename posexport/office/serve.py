"""Serves the office on this machine, with the worker of its runs."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from posexport.app.workspace import Workspace
from posexport.errors import UsageError
from posexport.office.access import make_local_link as make_local_link
from posexport.office.app import build_app
from posexport.office.runs import Worker
from posexport.office.site import NextTurns, Site

_LOOPBACK = "127.0.0.1"
_CLOSED_AFTER_S = 5


@contextmanager
def listen(port: int) -> Iterator[socket.socket]:
    """A socket that only this machine can reach. Raises UsageError where the port is taken."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((_LOOPBACK, port))
        except OSError as error:
            raise UsageError(f"Port {port} cannot be used ({error.strerror}). Choose another one: --port 0.") from None
        yield listening


def make_local_site(workspace: Workspace, listening: socket.socket, list_next_turns: NextTurns) -> Site:
    """The office at the address that this socket listens on."""
    port = listening.getsockname()[1]
    hosts = frozenset({f"{_LOOPBACK}:{port}", f"localhost:{port}"})
    return Site(workspace, f"http://{_LOOPBACK}:{port}", hosts, list_next_turns)


class _Server(uvicorn.Server):
    """uvicorn, stopped by the program that started it instead of by signals of its own."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the program."""
        yield


def serve(site: Site, listening: socket.socket, stop: threading.Event, on_ready: Callable[[], None]) -> None:
    """Serve the office until `stop` is set; what is on its way is finished. `on_ready` is called when browsers can
    reach it."""
    config = uvicorn.Config(
        build_app(site),
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=_CLOSED_AFTER_S,
    )
    server, worker = _Server(config), Worker(site)

    def wait() -> None:
        stop.wait()
        server.should_exit = True

    threading.Thread(target=wait, name="office-stop", daemon=True).start()
    worker.start()
    try:
        on_ready()
        server.run(sockets=[listening])
    finally:
        stop.set()
        worker.stop()
