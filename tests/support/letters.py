"""A mail server that is none: it keeps the letters, or takes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from posexport.core.ports.mail import Letter
from posexport.errors import MailTrouble

MAIL = """
[company.mail]
server = "mail.fjordmat.example:587"
sender = "posexport@fjordmat.example"
"""


@dataclass
class Post:
    """A mail server that keeps what it is given, or takes nothing. `fault`: how it fails."""

    letters: list[Letter] = field(default_factory=list)
    fails: bool = False
    fault: MailTrouble | None = None

    @contextmanager
    def connect(self) -> Iterator[Post]:
        if self.fails:
            raise MailTrouble("mail.fjordmat.example:587", "connection refused")
        if self.fault is not None:
            raise self.fault
        yield self

    def send(self, letter: Letter) -> None:
        self.letters.append(letter)
