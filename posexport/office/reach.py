"""How the office is reached: which address it listens on, what browsers call it, and whose word it takes. What would
let strangers in is refused before anything listens."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_network
from urllib.parse import urlsplit

from posexport.errors import UsageError
from posexport.office.networks import Network, is_loopback
from posexport.views.addresses import PORTS, read_base_url


@dataclass(frozen=True, slots=True)
class Reach:
    """As it was started. `base_url`: where browsers find it, "" for the address that it listens on; `proxies`: networks
    (CIDR) of proxies whose word is taken; `user_header`: in which they say who asks, "" for none."""

    host: str = "127.0.0.1"
    base_url: str = ""
    proxies: tuple[Network, ...] = ()
    user_header: str = ""

    @property
    def is_shared(self) -> bool:
        """Whether people come over a network."""
        return not is_loopback(self.host) or not (self.base_url == "" or is_loopback(_name_of(self.base_url)))


def make_reach(host: str, base_url: str | None, proxies: tuple[str, ...], user_header: str | None) -> Reach:
    """How the office is to be reached, from what was typed. Raises UsageError, in words, for what is no address."""
    networks = tuple(_read_network(one) for one in proxies)
    return Reach(host, _read_base_url(base_url) if base_url else "", networks, user_header or "")


def _read_base_url(typed: str) -> str:
    """An address of the office; see `read_base_url`. Raises UsageError."""
    address = read_base_url(typed)
    if address is None:
        raise UsageError(
            f"--base-url {typed!r} is no address. Write one such as https://pos.example.no or https://example.no/pos."
        )
    return address


def check_reach(reach: Reach, *, has_users: bool) -> None:
    """Raises UsageError where the office would be open to a network without users, or without anything that keeps
    passwords from being read on the way."""
    if reach.user_header and not reach.proxies:
        raise UsageError(
            "--user-header needs --trusted-proxy: whoever asks could say that they are somebody else. "
            "Name the proxy's address, such as --trusted-proxy 127.0.0.1/32."
        )
    if not reach.is_shared:
        return
    if not reach.base_url:
        raise UsageError(
            f"On {reach.host} the office is open to a network, and has to know what browsers call it. "
            "Say it with --base-url https://NAME."
        )
    if not reach.base_url.startswith("https://") and not reach.proxies:
        raise UsageError(
            "Passwords would go over the network for anybody to read. Put a proxy with TLS in front of the office and "
            "say --base-url https://NAME, or say with --trusted-proxy which proxy it is behind."
        )
    if not has_users:
        raise UsageError(
            "Nobody could sign in: the office has no users. Invite the first one, an administrator: "
            f"posexport users invite NAME@EXAMPLE.NO --role administrator --company ID --base-url {reach.base_url}"
        )


def split_base_url(base_url: str) -> tuple[str, frozenset[str], str]:
    """The origin, the names with ports by which browsers ask for it, and the path of its pages.

    >>> split_base_url("https://pos.example/pos")[0::2], sorted(split_base_url("https://pos.example")[1])
    (('https://pos.example', '/pos'), ['pos.example', 'pos.example:443'])
    """
    parts = urlsplit(base_url)
    names = {parts.netloc}
    if parts.port is None:
        names.add(f"{parts.netloc}:{PORTS[parts.scheme]}")
    return f"{parts.scheme}://{parts.netloc}", frozenset(names), parts.path


def _name_of(base_url: str) -> str:
    return urlsplit(base_url).hostname or ""


def _read_network(written: str) -> Network:
    try:
        return ip_network(written.strip(), strict=False)
    except ValueError:
        raise UsageError(
            f"--trusted-proxy {written!r} is no address or network. Write one such as 127.0.0.1/32 or 10.0.0.0/8."
        ) from None
