"""E-mail by SMTP with STARTTLS or TLS, certificates checked, one connection for a batch.

Nothing is sent unencrypted unless the setup says `security = "none"`: a server without STARTTLS gets neither password
nor letter. The server's answers are kept with the password redacted.
"""

from __future__ import annotations

import base64
import os
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from typing import Any

from posexport.core.company import Mail
from posexport.core.ports.mail import Letter
from posexport.errors import LetterRefused, MailNotConnected, MailRefused, MailTrouble
from posexport.http.network import NetworkTrouble, explain_tls, look_up, make_tls_context

TIMEOUT_S = 20.0
"""How long (s) the server may take for each answer."""

TOTAL_S = 120.0
"""How long (s) one connection may last, however often the server asks for more time."""

_LOOK_S = 0.1
"""How often (s) is checked whether a connection must end."""

_ANSWER_CHARACTERS = 200
_READY = 220
_PERMANENT = 500


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """A company's mail server. `context`: other certificates, for tests. Once `stopping` says so, an open connection is
    ended, whatever the server is doing."""

    mail: Mail
    password: str | None = field(default=None, repr=False)
    context: ssl.SSLContext | None = field(default=None, repr=False)
    timeout_s: float = TIMEOUT_S
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    total_s: float = TOTAL_S
    stopping: Callable[[], bool] = lambda: False

    @contextmanager
    def connect(self) -> Iterator[SmtpPost]:
        """Yields a connection that is logged in; closed with QUIT where that is still possible.

        Raises MailRefused where the server refuses us, MailTrouble where it cannot be reached.
        """
        with Deadline(self.total_s, self.stopping) as deadline:
            connection = self._open(deadline)
            try:
                yield SmtpPost(self, connection, deadline)
            finally:
                with suppress(smtplib.SMTPException, OSError):
                    connection.quit()
                connection.close()

    def _open(self, deadline: Deadline) -> smtplib.SMTP:
        with self.telling(deadline), ExitStack() as on_failure:
            try:
                connection = self._reach(deadline)
                on_failure.callback(connection.close)
                self._introduce(connection)
            except UnicodeError:  # it holds what could not be written, the password perhaps
                why = "the server's name, the user or the password has letters that cannot be sent."
                raise MailRefused(self.mail.server, why) from None
            on_failure.pop_all()
            return connection

    def _reach(self, deadline: Deadline) -> smtplib.SMTP:
        host, _, port = self.mail.server.rpartition(":")
        host = host.strip("[]")
        connection: _Timed | _TimedTls
        if self.mail.security == "tls":
            connection = _TimedTls(timeout=self.timeout_s, context=self._find_context())
        else:
            connection = _Timed(timeout=self.timeout_s)
        connection.deadline = deadline
        vars(connection)["_host"] = host  # what TLS asks the certificate for; connect() alone does not set it
        code, answer = connection.connect(host, int(port))
        if code != _READY:
            connection.close()
            raise smtplib.SMTPConnectError(code, answer)
        return connection

    def _introduce(self, connection: smtplib.SMTP) -> None:
        connection.ehlo_or_helo_if_needed()
        if self.mail.security == "starttls":
            if not connection.has_extn("starttls"):
                raise MailRefused(self.mail.server, "it does not offer STARTTLS, so nothing was sent.")
            code, answer = connection.starttls(context=self._find_context())
            if code != _READY:
                raise MailRefused(self.mail.server, f"STARTTLS failed ({code} {self.clean(answer)}).")
            connection.ehlo()
        if self.mail.user is not None:
            connection.login(self.mail.user, self.password or "")

    def _find_context(self) -> ssl.SSLContext:
        try:
            return self.context or make_tls_context(self.environ)
        except NetworkTrouble as trouble:
            raise MailNotConnected(self.mail.server, trouble.what, trouble.fix) from None

    @contextmanager
    def telling(self, deadline: Deadline) -> Iterator[None]:
        """Turns failures on the connection into MailTrouble with a named cause and without secrets. The original
        exception is dropped: it may hold the password."""
        try:
            with self._naming():
                yield
        except MailTrouble:
            if deadline.why:
                raise MailTrouble(self.mail.server, deadline.why) from None
            raise

    @contextmanager
    def _naming(self) -> Iterator[None]:
        server = self.mail.server
        try:
            yield
        except smtplib.SMTPAuthenticationError as error:
            raise self._refusal(error.smtp_code, self.clean(error.smtp_error), "the login failed") from None
        except smtplib.SMTPNotSupportedError:
            raise MailRefused(server, "it offers no way to log in.") from None
        except smtplib.SMTPResponseException as error:
            raise MailTrouble(server, f"{error.smtp_code} {self.clean(error.smtp_error)}".strip()) from None
        except ssl.SSLError as error:
            host = server.rpartition(":")[0]
            trouble = explain_tls(error, host, self.environ, "server and security under [company.mail]")
            if trouble is not None:
                raise MailNotConnected(server, trouble.what, trouble.fix) from None
            raise MailTrouble(server, f"no secure connection: {error.reason or 'TLS failed'}") from None
        except TimeoutError:
            raise self._silence() from None
        except smtplib.SMTPException as error:
            if isinstance(error.__context__, TimeoutError):
                raise self._silence() from None
            raise MailTrouble(server, self.clean(str(error))) from None
        except OSError as error:
            raise MailTrouble(server, error.strerror or type(error).__name__) from None

    def _refusal(self, code: int, answer: str, what: str) -> MailTrouble:
        if code >= _PERMANENT:
            return MailRefused(self.mail.server, f"{what} ({code} {answer}).")
        return MailTrouble(self.mail.server, f"{what}: {code} {answer}")

    def _silence(self) -> MailTrouble:
        return MailTrouble(self.mail.server, f"no answer within {self.timeout_s:.0f} seconds")

    def clean(self, answer: bytes | str) -> str:
        """A server's answer on one line, shortened, with the password redacted in every form it was sent in."""
        text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
        user, password = self.mail.user or "", self.password
        if password:
            plain = f"\0{user}\0{password}"
            for secret in (plain, f"{user}\0{password}", password):
                text = text.replace(base64.b64encode(secret.encode()).decode(), "***").replace(secret, "***")
        one_line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        return one_line if len(one_line) <= _ANSWER_CHARACTERS else one_line[: _ANSWER_CHARACTERS - 1] + "…"


@dataclass(frozen=True, slots=True)
class SmtpPost:
    """An open connection to a mail server."""

    mailer: SmtpMailer
    connection: smtplib.SMTP = field(repr=False)
    deadline: Deadline

    def send(self, letter: Letter) -> None:
        """Send one letter.

        Raises LetterRefused where only this one was refused, MailTrouble where the connection can no longer be used.
        """
        mail = self.mailer.mail
        try:
            message = build_message(letter, mail.sender)
            with self.mailer.telling(self.deadline):
                self._hand_over(message)
        except (MessageError, UnicodeError, ValueError) as error:
            why = f"the address {letter.recipient!r} cannot be written ({error})."
            raise LetterRefused(mail.server, why, is_final=True) from None

    def _hand_over(self, message: EmailMessage) -> None:
        try:
            self.connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            raise self._refused(*next(iter(error.recipients.values()))) from None
        except smtplib.SMTPNotSupportedError as error:
            raise self._refused(_PERMANENT, str(error).encode()) from None
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            if error.smtp_code == 421:  # the server is about to hang up
                raise
            raise self._refused(error.smtp_code, error.smtp_error) from None

    def _refused(self, code: int, answer: bytes | str) -> LetterRefused | MailTrouble:
        if code == 421 or code < 400:
            return MailTrouble(self.mailer.mail.server, f"{code} {self.mailer.clean(answer)}".strip())
        told = f"{code} {self.mailer.clean(answer)}".strip()
        return LetterRefused(self.mailer.mail.server, told, is_final=code >= _PERMANENT)


class Deadline:
    """Ends a connection to a mail server when its time is up, or when the program is to stop: time limits of single
    reads do not help against a server that answers a letter at a time."""

    def __init__(self, total_s: float, stopping: Callable[[], bool]) -> None:
        self._total_s, self._until_s, self._stopping = total_s, time.monotonic() + total_s, stopping
        self._sockets: list[socket.socket] = []
        self._lock, self._is_done = threading.Lock(), threading.Event()
        self.why = ""
        """Why the connection was ended; "" where it was not."""

    def __enter__(self) -> Deadline:
        threading.Thread(target=self._watch, name="mail deadline", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_done.set()
        with self._lock:
            for one in self._sockets:
                one.close()
            self._sockets.clear()

    @property
    def left_s(self) -> float:
        """How much time is left (s)."""
        return max(0.001, self._until_s - time.monotonic())

    def bound(self, one: socket.socket) -> None:
        """End this socket too, at the deadline. A duplicate of it is kept: TLS wraps the socket into another one of the
        same connection."""
        with self._lock:
            self._sockets.append(one.dup())
        if self.why:
            self._end()

    def _watch(self) -> None:
        while not self._is_done.wait(_LOOK_S):
            if self._stopping():
                self.why = "posexport was told to stop"
            elif time.monotonic() >= self._until_s:
                self.why = f"it was not done within {self._total_s:.0f} seconds"
            if self.why:
                self._end()
                return

    def _end(self) -> None:
        with self._lock:
            for one in self._sockets:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)


class _Timed(smtplib.SMTP):
    """An SMTP connection that ends by the deadline."""

    deadline: Deadline

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Connect, as smtplib does: each address of the host may take `timeout`, all together no longer than the
        deadline. Raises OSError."""
        trouble: OSError | None = None
        for family, kind, protocol, _, address in self._look_up(host, port, timeout):
            found = socket.socket(family, kind, protocol)
            self.deadline.bound(found)
            try:
                found.settimeout(min(timeout, self.deadline.left_s))
                found.connect(address)
            except OSError as error:
                found.close()
                trouble = error
            else:
                found.settimeout(timeout)
                return found
        raise trouble or OSError(f"{host} has no address")

    def _look_up(self, host: str, port: int, timeout: float) -> list[tuple[Any, ...]]:
        """The server's addresses. Raises OSError where the name is not resolved in time."""
        over_at = time.monotonic() + timeout
        try:
            return look_up(host, port, lambda: bool(self.deadline.why) or time.monotonic() >= over_at)
        except TimeoutError:
            raise OSError(0, f"its name was not found within {timeout:.0f} seconds") from None


class _TimedTls(smtplib.SMTP_SSL, _Timed):
    """The same over TLS from the start."""


def build_message(letter: Letter, sender: str) -> EmailMessage:
    """A letter as a MIME message: text and HTML, and headers that no name can inject into.

    Raises MessageError or ValueError where an address is malformed.
    """
    _, domain = _split(sender)
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"] = Address("posexport", *_split(sender))
    message["To"] = Address("", *_split(letter.recipient))
    message["Subject"] = " ".join("".join(c if c.isprintable() else " " for c in letter.subject).split())
    message["Date"] = format_datetime(datetime.fromtimestamp(letter.made_at_utc_s, UTC))
    message["Message-ID"] = f"<{letter.id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return message


def _split(address: str) -> tuple[str, str]:
    """An address as name and domain, the domain as the wire has it (IDNA)."""
    name, _, domain = address.rpartition("@")
    return name, domain if domain.isascii() else domain.encode("idna").decode("ascii")
