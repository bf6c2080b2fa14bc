"""Serves the office, with the worker of its runs."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from posexport.app.users import has_users
from posexport.app.workspace import Workspace
from posexport.errors import StoreTrouble, UsageError
from posexport.office.access import clear_up, make_local_link as make_local_link
from posexport.office.app import build_app
from posexport.office.fill import prepare
from posexport.office.oidc import Service, make_service as make_service
from posexport.office.reach import Reach, check_reach, make_reach as make_reach, split_base_url
from posexport.office.runs import Worker
from posexport.office.site import NextTurns, Site

_log = logging.getLogger("posexport.office")

_LOOPBACK = "127.0.0.1"
_CLOSED_AFTER_S = 5
_CLEARED_EVERY_S = 3600


@contextmanager
def listen(port: int, host: str = _LOOPBACK) -> Iterator[socket.socket]:
    """A socket; one that only this machine can reach where no other host is given. Raises UsageError where the port is
    taken, or the host is not this machine's."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError as error:
        raise UsageError(f"--host {host} is no address of this machine ({error.strerror}).") from None
    with socket.socket(family) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(address)
        except OSError as error:
            place = f"Port {port}" if host == _LOOPBACK else f"{host}, port {port},"
            raise UsageError(f"{place} cannot be used ({error.strerror}). Choose another one: --port 0.") from None
        yield listening


def make_local_site(workspace: Workspace, listening: socket.socket, list_next_turns: NextTurns) -> Site:
    """The office at the address that this socket listens on."""
    return make_site(workspace, listening, list_next_turns, Reach())


def make_site(
    workspace: Workspace,
    listening: socket.socket,
    list_next_turns: NextTurns,
    reach: Reach,
    service: Service | None = None,
) -> Site:
    """The office as browsers find it. Raises UsageError where strangers would be let in."""
    check_reach(reach, has_users=has_users(workspace))
    port = listening.getsockname()[1]
    hosts = frozenset({f"{_LOOPBACK}:{port}", f"localhost:{port}", f"[::1]:{port}"})
    name = f"[{reach.host}]" if ":" in reach.host else reach.host
    origin, path = f"http://{name}:{port}", ""
    if reach.base_url:
        origin, hosts, path = split_base_url(reach.base_url)
    return Site(
        workspace,
        origin,
        hosts,
        list_next_turns,
        path=path,
        is_shared=reach.is_shared,
        proxies=reach.proxies,
        user_header=reach.user_header,
        service=service,
    )


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
        proxy_headers=False,  # whose word is taken is the office's own business
        timeout_graceful_shutdown=_CLOSED_AFTER_S,
    )
    server, worker = _Server(config), Worker(site)

    def wait() -> None:
        stop.wait()
        server.should_exit = True

    def tidy() -> None:
        while True:
            try:
                clear_up(site)
            except StoreTrouble as trouble:
                _log.warning("old sessions and links stay for now: %s", trouble)
            if stop.wait(_CLEARED_EVERY_S):
                return

    threading.Thread(target=wait, name="office-stop", daemon=True).start()
    threading.Thread(target=tidy, name="office-tidy", daemon=True).start()
    threading.Thread(target=prepare, name="office-pages", daemon=True).start()
    worker.start()
    try:
        listening.listen()  # who comes before the server takes them waits
        on_ready()
        server.run(sockets=[listening])
    finally:
        stop.set()
        worker.stop()
