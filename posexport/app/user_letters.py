"""Letters to users of the office. They are sent at once and not kept in the outbox, which would hold their links."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from enum import StrEnum

from posexport.app.users import Invited, find_mail_company
from posexport.app.workspace import Workspace
from posexport.core.company import Company
from posexport.core.ports.mail import Letter
from posexport.core.roles import User
from posexport.errors import (
    LetterRefused,
    MailNotConnected,
    MailRefused,
    MailTrouble,
    MissingSecret,
    PosexportError,
    UsageError,
)
from posexport.render.mail import Written
from posexport.render.user_mail import write_user_mail
from posexport.texts.language import Lang, choose_lang

_log = logging.getLogger("posexport.notify")


class Posted(StrEnum):
    """What became of a letter."""

    SENT = "sent"
    NO_SERVER = "no-server"
    """No company of the user's has a mail server."""
    FAILED = "failed"


def send_invitation(workspace: Workspace, by: str, invited: Invited, address: str) -> Posted:
    """Send somebody who was invited the link, or tell who was a user before of the role. `address`: of the link, or of
    the office."""
    kind = "invitation" if invited.link else "roles-changed"
    return _send(workspace, kind, invited.user, address, by)


def send_reset(workspace: Workspace, user: User, address: str) -> Posted:
    """Send somebody a link for a new password."""
    return _send(workspace, "reset", user, address)


class Tested(StrEnum):
    """What became of a letter that tries a company's mail server."""

    SENT = "sent"
    NO_SERVER = "no-server"
    NO_PASSWORD = "no-password"  # noqa: S105
    REFUSED = "refused"
    """The server takes no letters from us as we are set up."""
    LETTER_REFUSED = "letter-refused"
    OUT_OF_REACH = "out-of-reach"
    NO_ANSWER = "no-answer"


_TROUBLES: Mapping[type[PosexportError], Tested] = {
    UsageError: Tested.NO_SERVER,
    MissingSecret: Tested.NO_PASSWORD,
    LetterRefused: Tested.LETTER_REFUSED,
    MailNotConnected: Tested.OUT_OF_REACH,
    MailRefused: Tested.REFUSED,
    MailTrouble: Tested.NO_ANSWER,
}


def send_test(workspace: Workspace, company: Company, recipient: str, lang: Lang, address: str) -> tuple[Tested, str]:
    """Send a letter that tries a company's mail server, at once. Returns what became of it, and why, in the server's
    words where it has any. `address`: of the page where the server is set up."""
    try:
        _post(workspace, company, recipient, write_user_mail("test", lang, company, address, workspace.actor.name))
    except tuple(_TROUBLES) as trouble:
        told = trouble.why if isinstance(trouble, MailTrouble) else ""
        return next(found for kind, found in _TROUBLES.items() if isinstance(trouble, kind)), told
    return Tested.SENT, ""


def _send(workspace: Workspace, kind: str, user: User, address: str, by: str = "") -> Posted:
    company = find_mail_company(workspace, user.grants)
    if company is None:
        return Posted.NO_SERVER
    lang = choose_lang(user.language)
    try:
        _post(workspace, company, user.email, write_user_mail(kind, lang, company, address, by))
    except (MailTrouble, MissingSecret, UsageError) as trouble:
        _log.warning("a letter to a user of %s was not sent: %s", company.id, trouble)
        return Posted.FAILED
    return Posted.SENT


def _post(workspace: Workspace, company: Company, recipient: str, written: Written) -> None:
    """Send one letter. Raises MailTrouble, MissingSecret, and UsageError where the company has no mail server."""
    now = workspace.now_utc_s
    digest = hashlib.sha256(f"{recipient}\n{written.text}".encode()).hexdigest()[:24]
    letter = Letter(f"posexport.user.{now}.{digest}", recipient, written.subject, written.text, written.html, now)
    with workspace.open_mailer(company).connect() as post:
        post.send(letter)
