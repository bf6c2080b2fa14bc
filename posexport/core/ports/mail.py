"""What sends mail: one letter to one person over an open connection."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail to one person. `id` makes its Message-ID: the same letter sent twice is known as one.

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
        """Hand it over. Raises LetterRefused where it is only this one, another MailTrouble where the connection
        is of no more use."""


class Mailer(Protocol):
    """How one company's messages are sent."""

    def connect(self) -> AbstractContextManager[MailConnection]:
        """One connection for a batch of letters. Raises MailTrouble."""
