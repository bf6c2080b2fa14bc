"""How requests leave this machine: directly, or through the proxy that environment variables name, with the
certificates they name.

A wrong setting is reported by the first request that needs it: a proxy variable does not matter where only this machine
itself is called.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Mapping

import httpx

from posexport.http.failures import NotLeft
from posexport.http.network import (
    NetworkTrouble,
    ProxySetting,
    explain_tls,
    find_proxy,
    find_tls_error,
    make_tls_context,
)
from posexport.http.timed_stream import Deadline, TimedBackend


class Transport(httpx.BaseTransport):
    """All connections of one process. A request that could not leave raises NetworkTrouble where only the operator can
    fix it, NotLeft where a proxy refuses for now, and httpx's own errors otherwise."""

    def __init__(self, environ: Mapping[str, str], limits: httpx.Limits) -> None:
        self._environ, self._limits = environ, limits
        self._routes: dict[tuple[ProxySetting | None, bool], httpx.HTTPTransport] = {}
        self._context: ssl.SSLContext | None = None
        self._lock = threading.Lock()
        self._deadline = Deadline()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """As httpx's transports. The whole answer must be there by the request's extension `until_s` (seconds of
        `time.monotonic`), where it is set. Raises NetworkTrouble, NotLeft and httpx's errors."""
        self._deadline.until_s = request.extensions.get("until_s")
        url = request.url
        proxy = find_proxy(self._environ, url.scheme, url.host, url.port)
        route = self._find_route(proxy, is_secure=url.scheme == "https")
        try:
            return route.handle_request(request)
        except httpx.ProxyError as error:
            raise _explain_proxy(error, proxy, url.host) from None
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise self._explain(error, proxy, url.host) from None

    def close(self) -> None:
        """Close every connection."""
        for route in self._routes.values():
            route.close()

    def _find_route(self, proxy: ProxySetting | None, *, is_secure: bool) -> httpx.HTTPTransport:
        """The httpx transport for a proxy, or for no proxy, made when first needed: only then are certificates read."""
        needs_context = is_secure or (proxy is not None and proxy.address.lower().startswith("https:"))
        with self._lock:
            route = self._routes.get((proxy, needs_context))
            if route is None:
                context = self._find_context() if needs_context else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                through = None if proxy is None else _make_proxy(proxy, context)
                route = httpx.HTTPTransport(verify=context, trust_env=False, limits=self._limits, proxy=through)
                route._pool._network_backend = TimedBackend(self._deadline)  # noqa: SLF001 - httpx names no other way
                self._routes[proxy, needs_context] = route
            return route

    def _find_context(self) -> ssl.SSLContext:
        if self._context is None:
            self._context = make_tls_context(self._environ, lambda: httpx.create_ssl_context(trust_env=False))
        return self._context

    def _explain(self, error: httpx.TransportError, proxy: ProxySetting | None, host: str) -> Exception:
        failed = find_tls_error(error)
        name, setting = host, "base_url in the setup, where it is set"
        if proxy is not None:
            setting = f"{proxy.variable}, and {setting}"
            if proxy.address.lower().startswith("https:"):
                name = f"{host}, or of the proxy that {proxy.variable} names,"
        trouble = None if failed is None else explain_tls(failed, name, self._environ, setting)
        if trouble is not None:
            return trouble
        if failed is not None:
            return NotLeft(f"no secure connection: {failed.reason or 'TLS failed'}")
        if proxy is not None:
            return NotLeft(f"no connection through the proxy that {proxy.variable} names")
        return error


def _make_proxy(proxy: ProxySetting, context: ssl.SSLContext) -> httpx.Proxy:
    try:
        is_secure = proxy.address.lower().startswith("https:")
        return httpx.Proxy(proxy.address, ssl_context=context if is_secure else None)
    except (httpx.InvalidURL, ValueError):
        what = f"{proxy.variable} names a proxy by what is no address of one."
        raise NetworkTrouble(what, f"Correct {proxy.variable}, or take it away.") from None


def _explain_proxy(error: httpx.ProxyError, proxy: ProxySetting | None, host: str) -> NotLeft | NetworkTrouble:
    """The error that a proxy refused the connection; the request itself has not left."""
    variable = "a variable" if proxy is None else proxy.variable
    status = str(error).partition(" ")[0]
    if status == "407":
        what = f"The proxy that {variable} names wants a user and a password, or refuses those it was given."
        return NetworkTrouble(what, f"Write them into {variable}: http://USER:PASSWORD@HOST:PORT.")
    if status.isdecimal() and 400 <= int(status) < 500:
        what = f"The proxy that {variable} names does not let posexport through to {host} (HTTP {status})."
        return NetworkTrouble(what, f"Ask who runs it to let it through, or name {host} in NO_PROXY to do without it.")
    told = f" (HTTP {status})" if status.isdecimal() else ""
    return NotLeft(f"the proxy that {variable} names let nothing through just now{told}")
