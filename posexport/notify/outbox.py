"""The outbox: stored messages are sent, retried, and after a while given up.

`notify` writes them, from `alerts` and `weekly`, each of one company; `send_waiting` sends them, and puts what one
person is told of several companies into one letter where the companies send as one (`accounts`). A failing mail server
delays the letters of those who use it and nothing else. Times are UTC seconds, given by the caller.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from posexport.app.workspace import Workspace
from posexport.core.alerts import DAY_S, HOUR_S, list_recipients
from posexport.core.company import Company, Venue
from posexport.core.ports.mail import Letter, MailConnection
from posexport.errors import Exit, LetterRefused, MailTrouble, MissingSecret, PosexportError, UsageError
from posexport.notify.accounts import group_by_account
from posexport.notify.languages import find_languages
from posexport.store.messages import (
    DIGEST,
    MENDED,
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
"""Letters on one connection."""

CLAIM_S = 15 * 60
"""How long (s) a batch's messages are claimed."""

BEGIN_S = 60
"""How long (s) one connection is used for further letters; those left go over another."""

AT_ONCE = 32
"""How many mail servers are used at once."""

Together = tuple[Message, ...]
"""The messages of one letter to one person."""

_log = logging.getLogger("posexport.notify")


@dataclass(frozen=True, slots=True)
class Sent:
    """The result of sending: how many letters were sent, how many wait for a retry, and the failures."""

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

    def enter(self, companies: Collection[int]) -> bool:
        """Mark companies as being sent for; False where another thread already sends for one of them."""
        with self.lock:
            if not self.companies.isdisjoint(companies):
                return False
            self.companies.update(companies)
            return True

    def leave(self, companies: Collection[int]) -> None:
        """Unmark the companies: their messages are sent, or wait."""
        with self.lock:
            self.companies.difference_update(companies)


def send_waiting(workspace: Workspace, now_utc_s: int, at_work: AtWork | None = None) -> Sent:
    """Send what is due, each mail server's in a thread of its own, so that none delays another's letters. A failed
    letter is retried after 5 minutes, later after up to 6 hours, and given up after 14 days. Raises nothing for mail
    failures.

    Returns when each server is done or out of time; companies that `at_work` has already are left out.
    """
    at_work = at_work or AtWork()
    companies = {}
    with workspace.database.reading() as connection:
        for company in workspace.load_setup().companies:
            companies[find_company_number(connection, company.id)] = company
        numbers = set(read_due_companies(connection, now_utc_s))
    due = {number: company for number, company in companies.items() if number in numbers and company.mail}

    def send(group: Mapping[int, Company]) -> Sent:
        if not at_work.enter(group):
            return Sent()
        try:
            return _send_of(workspace, group, now_utc_s)
        finally:
            at_work.leave(group)

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mail") as threads:
        results = list(threads.map(send, group_by_account(due, workspace.secrets)))
    _clear_up(workspace, now_utc_s)
    return Sent(
        sum(result.sent for result in results),
        sum(result.waiting for result in results),
        tuple(trouble for result in results for trouble in result.troubles),
    )


def _send_of(workspace: Workspace, group: Mapping[int, Company], now_utc_s: int) -> Sent:
    """Send the due messages of companies that send as one, batch by batch, until their server fails."""
    total = Sent()
    while not workspace.stopping():
        with workspace.database.writing() as connection:
            claimed = claim_messages(connection, group, now_utc_s, now_utc_s + CLAIM_S, BATCH)
        if not claimed:
            break
        batch = _send_batch(workspace, group, [one for together in claimed for one in _part(together)], now_utc_s)
        troubles = (*total.troubles, *batch.troubles)
        total = Sent(total.sent + batch.sent, total.waiting + batch.waiting, troubles)
        if not batch.sent + batch.waiting or any(_is_of_server(trouble) for trouble in batch.troubles):
            break
    return total


def _is_of_server(trouble: PosexportError) -> bool:
    return not isinstance(trouble, LetterRefused)


def _send_batch(
    workspace: Workspace, group: Mapping[int, Company], claimed: Sequence[Together], now_utc_s: int
) -> Sent:
    """Send the letters whose messages we have claimed. A failure of the server counts for all that are left; a refusal
    of one letter for that one only."""
    left = list(claimed)
    sent = 0
    refused: list[PosexportError] = []
    until_s = workspace.clock() + BEGIN_S
    try:
        with _telling(), workspace.open_mailer(next(iter(group.values()))).connect() as post:
            while left and workspace.clock() < until_s and not workspace.stopping():
                trouble = _send_one(workspace, post, group, left[0], now_utc_s)
                left.pop(0)
                sent += trouble is None
                refused += [trouble] if trouble else []
    except _Trouble as trouble:
        if not workspace.stopping():
            _put_off(workspace, [message for together in left for message in together], str(trouble.error), now_utc_s)
            names = ", ".join(company.id for company in group.values())
            _log.warning("%d letters of %s wait: %s", len(left), names, trouble.error)
            return Sent(sent, len(left) + len(refused), (*refused, trouble.error))
    with workspace.database.writing() as connection:
        for message in (message for together in left for message in together):
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


def _send_one(
    workspace: Workspace, post: MailConnection, group: Mapping[int, Company], together: Together, now_utc_s: int
) -> LetterRefused | None:
    """Send one letter and record its messages as sent; returns the server's refusal of it, or None."""
    named = ", ".join(f"{message.id} ({message.kind} of {group[message.company_id].id})" for message in together)
    try:
        post.send(make_letter(workspace, group, together))
    except LetterRefused as refused:
        _put_off(workspace, together, str(refused), now_utc_s)
        _log.warning("a letter of messages %s waits: %s", named, refused)
        return refused
    with workspace.database.writing() as connection:
        for message in together:
            settle_sent(connection, message, now_utc_s)
    _log.info("a letter of messages %s was sent", named)
    return None


def _put_off(workspace: Workspace, messages: Sequence[Message], answer: str, now_utc_s: int) -> None:
    with workspace.database.writing() as connection:
        for message in messages:
            settle_failed(connection, message, now_utc_s + find_delay_s(message.tries), answer)


def find_delay_s(tries: int) -> int:
    """How long a message waits (s) after this many tries.

    >>> [find_delay_s(tries) // 60 for tries in (1, 2, 3, 7, 8, 1000)]
    [5, 10, 20, 320, 360, 360]
    """
    return int(min(FIRST_RETRY_S * 2 ** min(tries - 1, 20), LONGEST_RETRY_S))


_WHOLE = "<!DOCTYPE"
"""How the HTML of a message begins that is a letter by itself, as all were before several could be in one."""


def _part(together: Together) -> list[Together]:
    """Messages to one person as letters: one, and one more for each that is a letter by itself."""
    whole = [message for message in together if message.html.startswith(_WHOLE)]
    others = tuple(message for message in together if message not in whole)
    return [*((message,) for message in whole), *([others] if others else [])]


def make_letter(workspace: Workspace, group: Mapping[int, Company], together: Together) -> Letter:
    """Stored messages to one person as an e-mail, by company, what waits first. The same messages always have the same
    message id, so that a duplicate, sent after a lost answer, is shown once.

    `group`: the companies that send as one, by number.
    """
    from posexport.render.mail import Told, Written, write_letter

    first = together[0]
    told = "\x1e".join(
        "\x1f".join((message.recipient, message.kind, message.subject, message.body, str(message.made_at_utc_s)))
        for message in together
    )
    written = Written(first.subject, first.body, first.html)
    if not first.html.startswith(_WHOLE):
        messages = _put_in_order(group, together)
        lang = find_languages(workspace, group[messages[0].company_id], [first.recipient])[first.recipient]
        parts = [Told(group[one.company_id], Written(one.subject, one.body, one.html)) for one in messages]
        waits = any(message.kind == DIGEST for message in together)
        written = write_letter(parts, lang, workspace.office, waits=waits)
    return Letter(
        f"posexport.{first.id}.{hashlib.sha256(told.encode()).hexdigest()[:24]}",
        first.recipient,
        *written,
        max(message.made_at_utc_s for message in together),
    )


def _put_in_order(group: Mapping[int, Company], together: Together) -> list[Message]:
    """Messages as they stand in a letter: companies where something waits first, then those with good news; of a
    company its news before its week."""
    rank = {DIGEST: 0, MENDED: 1}
    best: dict[int, int] = {}
    for message in together:
        best[message.company_id] = min(best.get(message.company_id, 2), rank.get(message.kind, 2))
    place = {number: n for n, number in enumerate(group)}
    return sorted(
        together,
        key=lambda one: (best[one.company_id], place[one.company_id], rank.get(one.kind, 2), one.id),
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
    languages = find_languages(workspace, company, recipients)
    letters = {recipient: write_test(company, venue, languages[recipient]) for recipient in recipients}
    results: list[Tried] = []
    is_begun = False
    try:
        with workspace.open_mailer(company).connect() as post:
            for place, recipient in enumerate(recipients):
                is_begun = True
                id_ = f"posexport.test.{now_utc_s}.{hashlib.sha256(recipient.encode()).hexdigest()[:12]}.{place}"
                letter = Letter(id_, recipient, *letters[recipient], now_utc_s)
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
