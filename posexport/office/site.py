"""The office as it was started: what it works with, and how it is reached."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address

from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.office.networks import Network
from posexport.office.oidc import Service

NextTurns = Callable[[Workspace, Sequence[Venue]], Iterator[tuple[Venue, datetime | None]]]
"""When each venue is next exported by itself; None where it is not."""


@dataclass(frozen=True, slots=True)
class Site:
    """One running office. `origin`: where browsers find it, such as `http://127.0.0.1:8080`; `hosts`: the names, with
    ports, by which it may be asked; `path`: below which its pages are, such as `/pos`, "" for none; `work_waits`: set
    when there is a run to take.

    `proxies`: whose word is taken for where a request came from and, where `user_header` names a header, for who sent
    it. `service`: with which people sign in elsewhere. `is_shared`: people come over a network, so that no link is
    printed that lets in whoever sees it.
    """

    workspace: Workspace
    origin: str
    hosts: frozenset[str]
    list_next_turns: NextTurns
    work_waits: threading.Event = field(default_factory=threading.Event)
    path: str = ""
    is_shared: bool = False
    proxies: tuple[Network, ...] = ()
    user_header: str = ""
    service: Service | None = None

    @property
    def is_https(self) -> bool:
        """Whether browsers reach it over TLS."""
        return self.origin.startswith("https://")

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; browsers take the prefix over TLS alone."""
        return "__Host-posexport" if self.is_https else "posexport"

    def locate(self, path: str) -> str:
        """The whole address of a page, for a letter or a terminal."""
        return f"{self.origin}{self.path}{path}"

    def trusts(self, address: str) -> bool:
        """Whether what comes from this address is from a trusted proxy."""
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self.proxies)
