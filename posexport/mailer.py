"""Messages by e-mail: SMTP with STARTTLS or TLS, certificates checked, one connection for a batch.

Nothing is sent in the clear unless the setup says `security = "none"`: a server that does not offer STARTTLS gets
neither password nor letter. What a server answers is kept without the password, however it repeats it.
"""

from __future__ import annotations

import base64
import os
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime

from posexport.core.ports import Letter
from posexport.core.setup import Mail
from posexport.errors import LetterRefused, MailNotConnected, MailRefused, MailTrouble
from posexport.network import NetworkTrouble, explain_tls, make_tls_context

TIMEOUT_S = 20.0
"""How long the server has for each of its answers."""

_ANSWER_CHARACTERS = 200
_PERMANENT = 500


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """A company's mail server. `context` stands in for the system's certificates in tests."""

    mail: Mail
    password: str | None = field(default=None, repr=False)
    context: ssl.SSLContext | None = field(default=None, repr=False)
    timeout_s: float = TIMEOUT_S
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    @contextmanager
    def connect(self) -> Iterator[SmtpPost]:
        """A connection on which we are logged in; closed politely where that is still possible.

        Raises MailRefused where the server will not have us, MailTrouble where it cannot be reached.
        """
        connection = self._open()
        try:
            yield SmtpPost(self, connection)
        finally:
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
            connection.close()

    def _open(self) -> smtplib.SMTP:
        with self.telling(), ExitStack() as on_failure:
            try:
                connection = self._reach()
                on_failure.callback(connection.close)
                self._introduce(connection)
            except UnicodeError:  # it holds what could not be written, the password perhaps
                why = "the server's name, the user or the password has letters that cannot be sent."
                raise MailRefused(self.mail.server, why) from None
            on_failure.pop_all()
            return connection

    def _reach(self) -> smtplib.SMTP:
        host, _, port = self.mail.server.rpartition(":")
        host = host.strip("[]")
        if self.mail.security == "tls":
            return smtplib.SMTP_SSL(host, int(port), timeout=self.timeout_s, context=self._find_context())
        return smtplib.SMTP(host, int(port), timeout=self.timeout_s)

    def _introduce(self, connection: smtplib.SMTP) -> None:
        connection.ehlo_or_helo_if_needed()
        if self.mail.security == "starttls":
            if not connection.has_extn("starttls"):
                raise MailRefused(self.mail.server, "it does not offer STARTTLS, so nothing was sent.")
            code, answer = connection.starttls(context=self._find_context())
            if code != 220:
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
    def telling(self) -> Iterator[None]:
        """What goes wrong on the way, by name and without secrets. No cause is kept: it may hold the password."""
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
        """A server's words on one line, not too many of them, and without the password in any form it was sent."""
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

    def send(self, letter: Letter) -> None:
        """Hand one letter over.

        Raises LetterRefused where it is only this one, MailTrouble where the connection is of no more use.
        """
        mail = self.mailer.mail
        try:
            message = build_message(letter, mail.sender)
            with self.mailer.telling():
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


def build_message(letter: Letter, sender: str) -> EmailMessage:
    """A letter as it goes over the wire: text and HTML, and headers that no name can add to.

    Raises MessageError or ValueError where an address cannot be one.
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
    """An address as its name and its domain, the latter as the wire has it."""
    name, _, domain = address.rpartition("@")
    return name, domain if domain.isascii() else domain.encode("idna").decode("ascii")
