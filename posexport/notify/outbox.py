"""The outbox: stored messages are sent, retried, and after a while given up.

`notify` writes them, from `alerts` and `weekly`; `send_waiting` sends them. A failing mail server delays messages
and nothing else. Times are UTC seconds, given by the caller.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from posexport.app.workspace import Workspace
from posexport.core.alerts import (
    DAY_S,
    HOUR_S,
    list_recipients,
)
from posexport.core.company import Company, Venue
from posexport.core.ports.mail import Letter, MailConnection
from posexport.errors import Exit, LetterRefused, MailTrouble, MissingSecret, PosexportError, UsageError
from posexport.store.messages import (
    Message,
    claim_messages,
    forget,
    give_up,
    read_due_companies,
    release,
    settle_failed,
    settle_sent,
)
from posexport.store.notices import forget_notices
from posexport.store.setups import find_company_number

FIRST_RETRY_S = 5 * 60
LONGEST_RETRY_S = 6 * HOUR_S
"""A message is tried again after 5 minutes, then 10, 20, 40, …, and from then on every 6 hours."""

GIVEN_UP_AFTER_S = 14 * DAY_S
"""How long (s) a message is tried."""

KEPT_S = 90 * DAY_S
"""How long (s) sent messages and resolved alerts are kept."""

BATCH = 50
"""Messages on one connection."""

CLAIM_S = 15 * 60
"""How long (s) a batch's messages are claimed."""

BEGIN_S = 60
"""How long (s) one connection is used for further letters; those left go over another."""

AT_ONCE = 32
"""How many companies' mail servers are used at once."""

_log = logging.getLogger("posexport.notify")


@dataclass(frozen=True, slots=True)
class Sent:
    """The result of sending: how many messages were sent, how many wait for a retry, and the failures."""

    sent: int = 0
    waiting: int = 0
    troubles: tuple[PosexportError, ...] = ()

    @property
    def exit_code(self) -> Exit:
        """Who must act, as an exit code."""
        return max((trouble.exit_code for trouble in self.troubles), default=Exit.DONE)


@dataclass(slots=True)
class AtWork:
    """The companies whose messages this process is sending right now; shared between threads."""

    companies: set[int] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self, company: int) -> bool:
        """Mark a company as being sent for; False where another thread already does."""
        with self.lock:
            if company in self.companies:
                return False
            self.companies.add(company)
            return True

    def leave(self, company: int) -> None:
        """Unmark the company: its messages are sent, or wait."""
        with self.lock:
            self.companies.discard(company)


def send_waiting(workspace: Workspace, now_utc_s: int, at_work: AtWork | None = None) -> Sent:
    """Send what is due, each company in a thread of its own, so that no mail server delays another's messages. A failed
    message is retried after 5 minutes, later after up to 6 hours, and given up after 14 days. Raises nothing for mail
    failures.

    Returns when each server is done or out of time; companies that `at_work` has already are left out.
    """
    at_work = at_work or AtWork()
    companies = {}
    with workspace.database.reading() as connection:
        for company in workspace.load_setup().companies:
            companies[find_company_number(connection, company.id)] = company
        due = [number for number in read_due_companies(connection, now_utc_s) if number in companies]

    def send(number: int) -> Sent:
        if not at_work.enter(number):
            return Sent()
        try:
            return _send_of(workspace, number, companies[number], now_utc_s)
        finally:
            at_work.leave(number)

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mail") as threads:
        results = list(threads.map(send, due))
    _clear_up(workspace, now_utc_s)
    return Sent(
        sum(result.sent for result in results),
        sum(result.waiting for result in results),
        tuple(trouble for result in results for trouble in result.troubles),
    )


def _send_of(workspace: Workspace, number: int, company: Company, now_utc_s: int) -> Sent:
    """Send one company's due messages, batch by batch, until its server fails."""
    total = Sent()
    while company.mail is not None and not workspace.stopping():
        with workspace.database.writing() as connection:
            claimed = claim_messages(connection, number, now_utc_s, now_utc_s + CLAIM_S, BATCH)
        if not claimed:
            break
        batch = _send_batch(workspace, company, claimed, now_utc_s)
        troubles = (*total.troubles, *batch.troubles)
        total = Sent(total.sent + batch.sent, total.waiting + batch.waiting, troubles)
        if not batch.sent + batch.waiting or any(_is_of_server(trouble) for trouble in batch.troubles):
            break
    return total


def _is_of_server(trouble: PosexportError) -> bool:
    return not isinstance(trouble, LetterRefused)


def _send_batch(workspace: Workspace, company: Company, claimed: Sequence[Message], now_utc_s: int) -> Sent:
    """Send the messages that we have claimed. A failure of the server counts for all that are left; a refusal of one
    message for that one only."""
    left = list(claimed)
    sent = 0
    refused: list[PosexportError] = []
    until_s = workspace.clock() + BEGIN_S
    try:
        with _telling(), workspace.open_mailer(company).connect() as post:
            while left and workspace.clock() < until_s and not workspace.stopping():
                trouble = _send_one(workspace, post, left[0], now_utc_s)
                left.pop(0)
                sent += trouble is None
                refused += [trouble] if trouble else []
    except _Trouble as trouble:
        if not workspace.stopping():
            for message in left:
                _put_off(workspace, message, str(trouble.error), now_utc_s)
            _log.warning("%d messages of %s wait: %s", len(left), company.id, trouble.error)
            return Sent(sent, len(left) + len(refused), (*refused, trouble.error))
    with workspace.database.writing() as connection:
        for message in left:
            release(connection, message, now_utc_s)
    return Sent(sent, len(refused), tuple(refused))


class _Trouble(Exception):
    """A failure of a company's mail, in words for a person."""

    def __init__(self, error: PosexportError) -> None:
        self.error = error
        super().__init__(str(error))


@contextmanager
def _telling() -> Iterator[None]:
    """Turns every failure of a company's mail into `_Trouble`."""
    try:
        yield
    except (MailTrouble, MissingSecret, UsageError) as error:
        raise _Trouble(error) from None


def _send_one(workspace: Workspace, post: MailConnection, message: Message, now_utc_s: int) -> LetterRefused | None:
    """Send one message and record it as sent; returns the server's refusal of it, or None."""
    try:
        post.send(format_letter(message))
    except LetterRefused as refused:
        _put_off(workspace, message, str(refused), now_utc_s)
        _log.warning("message %d (%s) waits: %s", message.id, message.kind, refused)
        return refused
    with workspace.database.writing() as connection:
        settle_sent(connection, message, now_utc_s)
    return None


def _put_off(workspace: Workspace, message: Message, answer: str, now_utc_s: int) -> None:
    with workspace.database.writing() as connection:
        settle_failed(connection, message, now_utc_s + find_delay_s(message.tries), answer)


def find_delay_s(tries: int) -> int:
    """How long a message waits (s) after this many tries.

    >>> [find_delay_s(tries) // 60 for tries in (1, 2, 3, 7, 8, 1000)]
    [5, 10, 20, 320, 360, 360]
    """
    return int(min(FIRST_RETRY_S * 2 ** min(tries - 1, 20), LONGEST_RETRY_S))


def format_letter(message: Message) -> Letter:
    """A stored message as an e-mail. Its message id is always the same, so that a duplicate, sent after a lost answer,
    is shown once."""
    told = "\x1f".join((message.recipient, message.kind, message.subject, message.body, str(message.made_at_utc_s)))
    digest = hashlib.sha256(told.encode()).hexdigest()[:24]
    return Letter(
        f"posexport.{message.id}.{digest}",
        message.recipient,
        message.subject,
        message.body,
        message.html,
        message.made_at_utc_s,
    )


def _clear_up(workspace: Workspace, now_utc_s: int) -> None:
    """Give up messages that have been tried for too long, and delete old ones."""
    with workspace.database.writing() as connection:
        given_up = give_up(connection, now_utc_s - GIVEN_UP_AFTER_S)
        forget(connection, now_utc_s - KEPT_S)
        forget_notices(connection, now_utc_s - KEPT_S)
    for message, answer in given_up:
        _log.error(
            "message %d (%s) was not sent in %d days and is given up: %s",
            message.id,
            message.kind,
            GIVEN_UP_AFTER_S // DAY_S,
            answer or "no mail server is set up",
        )


# Trying it out


class Tried(NamedTuple):
    """The result of a test message to one address. `is_sent`: None where the server may have accepted it though its
    answer was lost."""

    recipient: str
    is_sent: bool | None = True
    trouble: MailTrouble | None = None


def send_test(workspace: Workspace, venue: Venue, now_utc_s: int) -> list[Tried]:
    """Send a test message to each of a venue's addresses, once and without retry. A failure of the server counts for
    every remaining address.

    Raises UsageError where the setup has no mail server or no address, and MissingSecret.
    """
    from posexport.render.mail import write_test

    company = workspace.load_setup_of([venue]).company_of(venue)
    if company.mail is None:
        raise UsageError(f"Company {company.id} has no mail server. Add [company.mail] to the setup and apply it.")
    recipients = list(list_recipients([venue]))
    if not recipients:
        raise UsageError(f'Venue {venue.id} has nobody to tell. Add notify = ["name@example.com"] and apply the setup.')
    written = write_test(company, venue)
    results: list[Tried] = []
    is_begun = False
    try:
        with workspace.open_mailer(company).connect() as post:
            for place, recipient in enumerate(recipients):
                is_begun = True
                id_ = f"posexport.test.{now_utc_s}.{hashlib.sha256(recipient.encode()).hexdigest()[:12]}.{place}"
                letter = Letter(id_, recipient, written.subject, written.text, written.html, now_utc_s)
                results.append(_try_one(post, letter))
                is_begun = False
    except MailTrouble as trouble:
        left = [Tried(recipient, False, trouble) for recipient in recipients[len(results) :]]
        results += [left[0]._replace(is_sent=None), *left[1:]] if is_begun else left
    return results


def _try_one(post: MailConnection, letter: Letter) -> Tried:
    try:
        post.send(letter)
    except LetterRefused as refused:
        return Tried(letter.recipient, False, refused)
    return Tried(letter.recipient)
