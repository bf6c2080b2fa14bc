"""What sends mail: one letter to one recipient over an open connection."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail to one recipient. `id` makes its Message-ID, so that mail programs show a letter sent twice once.

    `made_at_utc_s` is its date; `text` and `html` say the same.
    """

    id: str
    recipient: str
    subject: str
    text: str
    html: str
    made_at_utc_s: int


class MailConnection(Protocol):
    """An open connection to a mail server."""

    def send(self, letter: Letter) -> None:
        """Send it. Raises LetterRefused where only this one is refused, another MailTrouble where the connection can no
        longer be used."""


class Mailer(Protocol):
    """A company's mail server."""

    def connect(self) -> AbstractContextManager[MailConnection]:
        """One connection for a batch of letters. Raises MailTrouble."""
