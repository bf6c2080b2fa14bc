"""The sandbox as a server on this machine: sockets around `PowerOfficeGo.handle`.

Lives here: HTTP/1.1 with keep-alive, the delays that faults and latency ask for, and closing everything. Never here:
what an answer says. Nothing is printed; keys, tokens and bodies never leave the process.
"""

from __future__ import annotations

import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from .wire import Answer, ConnectionLost, http_date, json_answer
from .world import PowerOfficeGo

BODY_SIZE_MAX = 32 * 1024 * 1024
IDLE_TIMEOUT_S = 60


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "PowerOfficeGoSandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = IDLE_TIMEOUT_S
    wbufsize = 64 * 1024  # headers and body leave in one write: two would wait for a delayed acknowledgement
    server: _Http

    def _serve(self) -> None:
        body = self._body()
        if body is None:
            return
        if self.server.latency_s:
            self.server.stopping.wait(self.server.latency_s)
        url = urlsplit(self.path)
        try:
            answer = self.server.world.handle(self.command, url.path, url.query, dict(self.headers), body)
        except ConnectionLost as lost:
            self.server.stopping.wait(lost.delay_s)
            self.close_connection = True
            return
        if answer.delay_s:
            self.server.stopping.wait(answer.delay_s)
        self._send(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

    def _body(self) -> bytes | None:
        """The body, or None where the request was refused for its form."""
        text = self.headers.get("Content-Length", "0")
        if self.headers.get("Transfer-Encoding"):
            self._refuse(411, "The request needs a Content-Length.")
        elif not (text.isascii() and text.isdigit()):
            self._refuse(400, "Content-Length is not a number.")
        elif len(text) > 12 or int(text) > BODY_SIZE_MAX:
            self._refuse(413, "The request body is too large.")
        else:
            body = self.rfile.read(int(text))
            if len(body) == int(text):
                return body
            self._refuse(400, "The request body ended early.")
        return None

    def handle_expect_100(self) -> bool:
        proceed = super().handle_expect_100()
        self.wfile.flush()
        return proceed

    def _refuse(self, status: int, message: str) -> None:
        self.close_connection = True
        self._send(json_answer({"message": message}, status))

    def _send(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        self.send_header("Server", self.version_string())
        if "Date" not in answer.headers:  # the world's clock is the only one
            self.send_header("Date", http_date(self.server.world.clock()))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and answer.status != 204:
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as it is called
        """Silent: a log line would hold query strings."""


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = sys.platform != "win32"
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], world: PowerOfficeGo, latency_s: float) -> None:
        self.world = world
        self.latency_s = latency_s
        self.stopping = threading.Event()
        self._connections: set[socket.socket] = set()
        self._serving: set[threading.Thread] = set()
        self._connections_lock = threading.Lock()
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        # without the lookup of a host name that HTTPServer does, which may take seconds
        if self.allow_reuse_address:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._connections_lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        with self._connections_lock:
            self._serving.add(threading.current_thread())
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._connections_lock:
                self._connections.discard(request)
                self._serving.discard(threading.current_thread())

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore a client that hangs up; show anything else, since it is a bug of the sandbox."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    def hang_up(self) -> None:
        """Wake every sleeping request, close every connection and wait for its thread."""
        self.stopping.set()
        with self._connections_lock:
            connections, threads = list(self._connections), list(self._serving)
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for thread in threads:
            thread.join(timeout=2)


class SandboxServer:
    """A running sandbox; a context manager, or `start` and `stop`.

    The port is bound when the server is made: a busy port raises OSError there. Port 0 takes any free one.
    `latency_s` is slept before every request.
    """

    def __init__(self, world: PowerOfficeGo, host: str = "127.0.0.1", port: int = 0, *, latency_s: float = 0.0) -> None:
        self.world = world
        self._http = _Http((host, port), world, latency_s)
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        return self._http.server_port

    @property
    def base_url(self) -> str:
        return f"http://{self._http.server_name}:{self._http.server_port}"

    def start(self) -> Self:
        """Serves in a daemon thread."""
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, name="sandbox", daemon=True
            )
            self._thread.start()
        return self

    def serve_forever(self) -> None:
        """Serves in this thread until it is interrupted."""
        self._http.serve_forever()

    def stop(self) -> None:
        """Stops serving, closes every connection and frees the port."""
        if self._thread is not None:
            self._http.shutdown()
            self._thread.join()
            self._thread = None
        self._http.server_close()
        self._http.hang_up()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
