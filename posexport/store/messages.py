"""E-mails that are to be sent.

A message is claimed before it is sent: the claim changes the row only if nobody else has, so that of two processes one
sends it. If the sender crashes, the claim expires and the next one sends the message, with the same Message-ID.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from posexport.store.tables import CompanyRow, MessageRow

_message, _company = MessageRow.__table__, CompanyRow.__table__  # type: ignore[attr-defined]

DIGEST, MENDED = "digest", "mended"
"""Kinds of messages, besides those of a week's summary: something waits, or it is only told what is in order again.
Values are stored; never rename."""

NEVER_UTC_S = 2**52
"""The next attempt of a message that was given up."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message that is not sent yet. `tries`: attempts begun; `next_try_at_utc_s`: when it is due."""

    id: int
    company_id: int
    kind: str
    recipient: str
    subject: str
    body: str
    html: str
    made_at_utc_s: int
    next_try_at_utc_s: int
    tries: int


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to store; `kind` says what it is, and for a weekly summary which week."""

    kind: str
    recipient: str
    subject: str
    body: str
    html: str


def lock_company(connection: Connection, company: int) -> None:
    """Keep others from recording alerts of this company until the transaction ends. Nothing to do on SQLite."""
    connection.execute(select(_company.c.id).where(_company.c.id == company).with_for_update()).scalar_one()


def add_messages(connection: Connection, company: int, messages: Iterable[NewMessage], now_utc_s: int) -> None:
    """Store messages, due at once."""
    rows = [
        {
            "company_id": company,
            "kind": message.kind,
            "recipient": message.recipient,
            "subject": message.subject,
            "body": message.body,
            "html": message.html,
            "made_at_utc_s": now_utc_s,
            "next_try_at_utc_s": now_utc_s,
            "tries": 0,
            "answer": "",
        }
        for message in messages
    ]
    if rows:
        connection.execute(insert(_message), rows)


def has_message(connection: Connection, company: int, kind: str) -> bool:
    """Whether a company has had a message of this kind; old messages are deleted after some months."""
    wanted = select(_message.c.id).where(_message.c.company_id == company, _message.c.kind == kind)
    return connection.execute(wanted.limit(1)).first() is not None


def read_due_companies(connection: Connection, now_utc_s: int) -> list[int]:
    """The companies that have messages due, in order."""
    wanted = select(_message.c.company_id).where(_message.c.sent_at_utc_s.is_(None))
    return sorted(set(connection.execute(wanted.where(_message.c.next_try_at_utc_s <= now_utc_s)).scalars()))


def claim_messages(
    connection: Connection, companies: Collection[int], now_utc_s: int, until_utc_s: int, most: int
) -> list[tuple[Message, ...]]:
    """Claim the due messages of these companies until `until_utc_s`: what goes to one person together, for up to `most`
    persons, whoever has waited longest first.

    Messages that were tried before go with those they were tried with, so that the same letter is made of them again.
    """
    due = (
        _message.c.company_id.in_(companies),
        _message.c.sent_at_utc_s.is_(None),
        _message.c.next_try_at_utc_s <= now_utc_s,
    )
    columns = (_message.c.id, _message.c.recipient, _message.c.tries, _message.c.next_try_at_utc_s)
    together: dict[tuple[str, int, int], list[int]] = {}
    for id_, recipient, tries, next_try in connection.execute(select(*columns).where(*due).order_by(_message.c.id)):
        together.setdefault((recipient.casefold(), tries, next_try if tries else 0), []).append(id_)
    claimed = []
    for ids in list(together.values())[:most]:
        # asked again whether they are due: another process may have claimed them since
        wanted = select(_message).where(*due, _message.c.id.in_(ids)).order_by(_message.c.id)
        found = [_message_of(dict(row)) for row in connection.execute(wanted).mappings().all()]
        claimed.append(tuple(one for message in found if (one := _claim(connection, message, until_utc_s))))
    return [messages for messages in claimed if messages]


def _message_of(row: dict[str, Any]) -> Message:
    return Message(**{field.name: row[field.name] for field in fields(Message)})


def _claim(connection: Connection, message: Message, until_utc_s: int) -> Message | None:
    tries = message.tries + 1
    changed = connection.execute(
        update(_message).where(*_untouched(message)).values(tries=tries, next_try_at_utc_s=until_utc_s)
    )
    if changed.rowcount != 1:
        return None
    return replace(message, tries=tries, next_try_at_utc_s=until_utc_s)


def settle_sent(connection: Connection, message: Message, now_utc_s: int) -> None:
    """Store that the mail server accepted the message."""
    connection.execute(update(_message).where(_message.c.id == message.id).values(sent_at_utc_s=now_utc_s, answer=""))


def settle_failed(connection: Connection, message: Message, next_try_at_utc_s: int, answer: str) -> None:
    """Store the failure, and when to try again; nothing happens where the claim was lost."""
    connection.execute(
        update(_message).where(*_untouched(message)).values(next_try_at_utc_s=next_try_at_utc_s, answer=answer)
    )


def release(connection: Connection, message: Message, now_utc_s: int) -> None:
    """Release a message that was not tried after all; it is due again."""
    connection.execute(
        update(_message).where(*_untouched(message)).values(next_try_at_utc_s=now_utc_s, tries=message.tries - 1)
    )


def give_up(connection: Connection, made_before_utc_s: int) -> list[tuple[Message, str]]:
    """Give up messages stored before then, unless they are being sent; returns each with the server's last answer."""
    waiting = (
        _message.c.sent_at_utc_s.is_(None),
        _message.c.made_at_utc_s < made_before_utc_s,
        _message.c.next_try_at_utc_s < NEVER_UTC_S,
    )
    rows = connection.execute(select(_message).where(*waiting)).mappings().all()
    found = [(_message_of(dict(row)), str(row["answer"])) for row in rows]
    return [(message, answer) for message, answer in found if _end(connection, message)]


def _end(connection: Connection, message: Message) -> bool:
    ended = update(_message).where(*_untouched(message)).values(next_try_at_utc_s=NEVER_UTC_S)
    return connection.execute(ended).rowcount == 1


def forget(connection: Connection, before_utc_s: int) -> None:
    """Delete messages sent or given up before then."""
    sent, ended = _message.c.sent_at_utc_s, _message.c.next_try_at_utc_s == NEVER_UTC_S
    unsent = sent.is_(None) & ended & (_message.c.made_at_utc_s < before_utc_s)
    connection.execute(delete(_message).where(or_(sent < before_utc_s, unsent)))


def _untouched(message: Message) -> tuple[Any, ...]:
    """The condition that a message's row is unchanged since it was read: not sent, claimed or postponed."""
    return (
        _message.c.id == message.id,
        _message.c.tries == message.tries,
        _message.c.next_try_at_utc_s == message.next_try_at_utc_s,
        _message.c.sent_at_utc_s.is_(None),
    )
