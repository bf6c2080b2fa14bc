"""Connections with a deadline for the whole exchange: a server that sends a byte now and then would never exceed the
time limit of a single read.

A deadline belongs to the thread that makes the request; in seconds of `time.monotonic`.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from posexport.http.network import look_up

_SENT_AT_A_TIME = 65_536
"""Bytes written before the time is looked at again."""


class Deadline(threading.local):
    """When this thread's request must have its whole answer; no limit where none was set."""

    until_s: float | None = None

    def left_s(self, timeout: float | None, trouble: type[Exception]) -> float | None:
        """The time limit of one step (s): its own `timeout`, or less if the deadline comes first. Raises `trouble`
        where it has passed."""
        if self.until_s is None:
            return timeout
        left_s = self.until_s - time.monotonic()
        if left_s <= 0:
            raise trouble("its time is up")
        return left_s if timeout is None else min(timeout, left_s)


class TimedStream(httpcore.NetworkStream):
    """A connection whose reads and writes end by the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """As the connection's own."""
        return self._stream.read(max_bytes, self._deadline.left_s(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """As the connection's own, a part at a time."""
        for begin in range(0, len(buffer), _SENT_AT_A_TIME):
            part = buffer[begin : begin + _SENT_AT_A_TIME]
            self._stream.write(part, self._deadline.left_s(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        """As the connection's own."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """As the connection's own."""
        left_s = self._deadline.left_s(timeout, httpcore.ConnectTimeout)
        return TimedStream(self._stream.start_tls(ssl_context, server_hostname, left_s), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """As the connection's own."""
        return self._stream.get_extra_info(info)


class TimedBackend(httpcore.NetworkBackend):
    """Opens such connections; name resolution ends by the deadline too."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline, self._backend = deadline, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Open a connection, as httpcore does: each address of the host may take `timeout`, all together no longer than
        the deadline. Raises httpcore.ConnectTimeout or httpcore.ConnectError."""
        left_s = self._deadline.left_s(timeout, httpcore.ConnectTimeout)
        over_at = None if left_s is None else time.monotonic() + left_s
        try:
            found = look_up(host, port, lambda: over_at is not None and time.monotonic() >= over_at)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        trouble: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found):
            left_s = self._deadline.left_s(timeout, httpcore.ConnectTimeout)
            try:
                opened = self._backend.connect_tcp(address, port, left_s, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                trouble = error
            else:
                return TimedStream(opened, self._deadline)
        raise trouble
