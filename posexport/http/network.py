"""This machine's network settings: trusted certificates, name resolution, and the proxies that environment variables
name. Errors say which variable or certificate is wrong and what to do.

This machine itself is never reached through a proxy. A proxy's address may hold a password, so it is never shown.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

SYSTEM = "the system's own proxy settings"
"""Where a proxy comes from that no variable names."""

_NO_MORE_AFTER = {9: "is not valid yet", 10: "has expired"}
_OTHER_NAME = {62, 64}
_OWN_SIGNATURE = 18
_UNKNOWN_ISSUER = {2, 19, 20, 21}
"""OpenSSL's numbers of what may be wrong with a certificate (x509_vfy.h)."""

_NO_TLS = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG"}
"""How OpenSSL calls an answer that is no TLS."""


class NetworkTrouble(Exception):
    """A wrong network setting or certificate; the message says what to do."""

    def __init__(self, what: str, fix: str) -> None:
        self.what, self.fix = what, fix
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class ProxySetting:
    """A proxy's address, and the environment variable that names it. The address may hold a password."""

    variable: str
    address: str = field(repr=False)


# Certificates


def make_tls_context(
    environ: Mapping[str, str], usual: Callable[[], ssl.SSLContext] = ssl.create_default_context
) -> ssl.SSLContext:
    """The TLS context: certificates from SSL_CERT_FILE and SSL_CERT_DIR, or else from `usual`, the system's own.

    Raises NetworkTrouble where a variable names what cannot be used.
    """
    file, folder = environ.get("SSL_CERT_FILE") or None, environ.get("SSL_CERT_DIR") or None
    if file is not None:
        _check_certificates(file)
    if folder is not None and not Path(folder).is_dir():
        raise NetworkTrouble(
            f"SSL_CERT_DIR names {folder}, which is no folder.",
            "Correct the variable, or take it away to trust the usual authorities.",
        )
    try:
        if file is None and folder is None:
            return usual()
        return ssl.create_default_context(cafile=file, capath=folder)
    except OSError as error:
        if environ.get("SSLKEYLOGFILE"):
            what = f"SSLKEYLOGFILE names a file that cannot be written ({error.strerror or 'no reason is given'})."
            raise NetworkTrouble(what, "Take the variable away.") from None
        what = f"The list of trusted authorities cannot be read ({error.strerror or type(error).__name__})."
        raise NetworkTrouble(what, "Install it anew, or name another in SSL_CERT_FILE.") from None


def _check_certificates(file: str) -> None:
    fix = (
        "Correct the variable (on many systems the file is /etc/ssl/certs/ca-certificates.crt), or take it away to "
        "trust the usual authorities."
    )
    try:
        if Path(file).is_dir():
            raise IsADirectoryError(0, "it is a folder")
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except FileNotFoundError:
        raise NetworkTrouble(f"SSL_CERT_FILE names {file}, which is not there.", fix) from None
    except ssl.SSLError:
        what = f"SSL_CERT_FILE names {file}, which holds no certificate in PEM form."
        raise NetworkTrouble(what, fix) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name is none"
        raise NetworkTrouble(f"SSL_CERT_FILE names {file}, which cannot be read: {why}.", fix) from None


def find_tls_error(error: BaseException | None) -> ssl.SSLError | None:
    """The TLS failure in an error's chain of causes; None where there is none."""
    for _ in range(10):
        if error is None or isinstance(error, ssl.SSLError):
            break
        error = error.__cause__ or error.__context__
    return error if isinstance(error, ssl.SSLError) else None


def explain_tls(error: ssl.SSLError, name: str, environ: Mapping[str, str], setting: str = "") -> NetworkTrouble | None:
    """The cause of a TLS failure with the server of this name, in words; None where it may be temporary. `setting`: the
    setup key that names the server."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _explain_certificate(error, name, environ, setting)
    if (error.reason or "") in _NO_TLS:
        what = f"{name} answers without TLS."
        return NetworkTrouble(what, f"Check {setting}." if setting else "Check the address.")
    return None


def _explain_certificate(
    error: ssl.SSLCertVerificationError, name: str, environ: Mapping[str, str], setting: str
) -> NetworkTrouble:
    code, trusted = error.verify_code, _name_trusted(environ)
    if code in _NO_MORE_AFTER:
        return NetworkTrouble(
            f"The certificate of {name} {_NO_MORE_AFTER[code]}.",
            "Check the date and the time of this machine; where they are right, whoever runs the server, or the proxy "
            "in front of it, must renew it.",
        )
    if code in _OTHER_NAME:
        return NetworkTrouble(
            f"The certificate of {name} is made out to another name.",
            f"Check {setting or 'the address'}, and whether a proxy stands in front of it.",
        )
    add = (
        f"have its certificate in PEM form added to {trusted}"
        if trusted
        else "put its certificate in PEM form, with those of the others, into a file and set SSL_CERT_FILE to it"
    )
    if code == _OWN_SIGNATURE:
        return NetworkTrouble(
            f"The certificate of {name} is signed by itself, and is none that this machine trusts.",
            f"Where the server, or a proxy in front of it, is your own, {add}. Otherwise somebody else answers.",
        )
    if code in _UNKNOWN_ISSUER:
        return NetworkTrouble(
            f"The certificate of {name} is signed by an authority that this machine does not trust.",
            "A firewall, a proxy or a virus scanner that looks into TLS (TLS inspection) signs so: ask who runs it for "
            f"its authority, and {add}.",
        )
    words = error.verify_message or "no reason is given"
    return NetworkTrouble(f"The certificate of {name} is not good: {words}.", f"Check {setting or 'the address'}.")


def _name_trusted(environ: Mapping[str, str]) -> str:
    for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        if environ.get(variable):
            return f"{environ[variable]}, which {variable} names"
    return ""


# Names

_LOOK_S = 0.1
"""How often whoever waits for a name asks whether it may go on waiting."""


class _LookUp:
    """One name resolution in a thread of its own: the system's call has no time limit and cannot be cancelled."""

    def __init__(self, host: str, port: int) -> None:
        self.is_done = threading.Event()
        self.found: list[tuple[Any, ...]] | OSError | UnicodeError = []
        self._asked = host, port
        threading.Thread(target=self._look, name="look up a name", daemon=True).start()

    def _look(self) -> None:
        try:
            self.found = list(socket.getaddrinfo(*self._asked, 0, socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            self.found = error
        finally:
            with _looking:
                _look_ups.pop(self._asked, None)
            self.is_done.set()


_look_ups: dict[tuple[str, int], _LookUp] = {}
"""Those that are not done yet: a name that never answers costs one thread, however often it is asked for."""

_looking = threading.Lock()


def look_up(host: str, port: int, is_over: Callable[[], bool]) -> list[tuple[Any, ...]]:
    """The addresses of a host name, as `socket.getaddrinfo` returns them; waits until `is_over` says so.

    Raises TimeoutError then, OSError or UnicodeError where the name has no address.
    """
    with _looking:
        asked = _look_ups.get((host, port))
        if asked is None:
            asked = _look_ups[host, port] = _LookUp(host, port)
    while not asked.is_done.wait(_LOOK_S):
        if is_over():
            raise TimeoutError(f"the name {host} was not found in time")
    if isinstance(asked.found, list):
        return asked.found
    raise asked.found.with_traceback(None)


# Proxies


def find_proxy(environ: Mapping[str, str], scheme: str, host: str, port: int | None = None) -> ProxySetting | None:
    """The proxy for an address; None where it is reached directly.

    Raises NetworkTrouble where a variable does not name a usable proxy.
    """
    host = host.strip("[]").rstrip(".").lower()
    if is_this_machine(host) or _is_excepted(environ, host, port):
        return None
    named = _find_named(environ, scheme)
    if named is None and environ is os.environ and not any(name.lower().endswith("_proxy") for name in environ):
        named = _find_of_system(scheme, host)
    if named is None:
        return None
    return _check_proxy(named, scheme, host)


def is_this_machine(host: str) -> bool:
    """Whether a host name or address is this machine's own.

    >>> [is_this_machine(host) for host in ("localhost", "127.8.0.1", "::1", "localhost.example.com")]
    [True, True, True, False]
    """
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _parse_address(host)
    if address is None:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _find_named(environ: Mapping[str, str], scheme: str) -> ProxySetting | None:
    for name in (f"{scheme}_proxy", "all_proxy"):
        for variable in (name, name.upper()):
            # A server that runs us as a CGI script makes HTTP_PROXY of what a visitor sends.
            if variable == "HTTP_PROXY" and "REQUEST_METHOD" in environ:
                continue
            address = environ.get(variable, "").strip()
            if address:
                return ProxySetting(variable, address)
            if variable in environ and variable == name:
                break
    return None


def _find_of_system(scheme: str, host: str) -> ProxySetting | None:
    """The proxy in the system's settings, on systems that keep them outside of environment variables."""
    address = getproxies().get(scheme)
    return None if not address or proxy_bypass(host) else ProxySetting(SYSTEM, address)


def _is_excepted(environ: Mapping[str, str], host: str, port: int | None) -> bool:
    """Whether NO_PROXY lists a host: by name, domain, address or network, with or without a port."""
    told = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    return any(_is_meant(entry.lower(), host, port) for entry in told.replace(",", " ").split())


def _is_meant(entry: str, host: str, port: int | None) -> bool:
    if entry == "*":
        return True
    entry = entry.partition("://")[2] or entry
    address, network = _parse_address(host), None
    with suppress(ValueError):
        network = ipaddress.ip_network(entry.strip("[]"), strict=False)
    if network is not None:
        return address is not None and address in network
    name, colon, asked = entry.rpartition(":")
    if colon and asked.isdecimal():
        if port is not None and int(asked) != port:
            return False
        entry = name
    entry = entry.strip("[]").lstrip("*").lstrip(".").rstrip(".")
    return bool(entry) and (host == entry or host.endswith(f".{entry}"))


def _parse_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    with suppress(ValueError):
        return ipaddress.ip_address(host)
    return None


def _check_proxy(named: ProxySetting, scheme: str, host: str) -> ProxySetting:
    variable, address = named.variable, named.address
    if "://" not in address:
        address = f"http://{address}"
    kind = address.partition("://")[0].lower()
    fix = (
        f"Set {'it' if variable == SYSTEM else variable} to the address of an HTTP proxy, such as "
        f"http://proxy.example.com:3128, or name {host} in NO_PROXY to do without one."
    )
    if kind.startswith("socks") and (kind not in ("socks5", "socks5h") or find_spec("socksio") is None):
        what = f"{_begin(variable)} names a SOCKS proxy, and posexport goes through HTTP proxies only."
        if variable.lower() == "all_proxy":
            fix = fix.replace(f"Set {variable}", f"Set {scheme.upper()}_PROXY", 1)
        raise NetworkTrouble(what, fix)
    if any(_find_faults(address, kind)):
        raise NetworkTrouble(f"{_begin(variable)} names a proxy by what is no address of one.", fix)
    return ProxySetting(variable, address)


def _find_faults(address: str, kind: str) -> Iterator[bool]:
    yield kind not in ("http", "https", "socks5", "socks5h")
    yield not address.isprintable() or " " in address or bool({*address} & {*"?#"})
    try:
        parts = urlsplit(address)
        yield not parts.hostname or parts.port == 0
        yield bool(parts.hostname) and "%" in str(parts.hostname)
    except ValueError:
        yield True


def _begin(variable: str) -> str:
    return variable[0].upper() + variable[1:] if variable == SYSTEM else variable
