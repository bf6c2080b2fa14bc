"""Sign-ins to the office that failed: who fails too often waits, and so does the address that it came from.

Only digests of the names that were typed are stored: somebody may have typed a password there.
"""

from __future__ import annotations

import hashlib
import ipaddress
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from posexport.store.database import lock_sign_ins
from posexport.store.office_tables import OfficeFailureRow

FAILURES_MAX = 5
"""After so many failures nobody tries again by that name, or from that address, for a while."""

WHILE_S = 15 * 60
"""How long (s) a failure counts."""

_failure = OfficeFailureRow.__table__  # type: ignore[attr-defined]


def begin_attempt(connection: Connection, name: str, address: str, now_utc_s: int) -> int | None:
    """Note that somebody tries to sign in, as a failure until `end_attempts` says otherwise: of many at once, no more
    than FAILURES_MAX are let through. Returns None where the attempt may be made; else until when (UTC s) it may
    not."""
    lock_sign_ins(connection)
    named, from_ = _digest(name), _group(address)
    waits = [
        until
        for until in (
            _find_wait(connection, _failure.c.name == named, now_utc_s),
            _find_wait(connection, _failure.c.address == from_, now_utc_s) if from_ else None,
        )
        if until is not None
    ]
    if waits:
        return max(waits)
    connection.execute(insert(_failure).values(at_utc_s=now_utc_s, name=named, address=from_))
    return None


def _find_wait(connection: Connection, which: Any, now_utc_s: int) -> int | None:
    """Until when (UTC s) those of these failures that count keep others from trying."""
    counting = (_failure.c.at_utc_s > now_utc_s - WHILE_S, which)
    newest_first = select(_failure.c.at_utc_s).where(*counting).order_by(_failure.c.at_utc_s.desc())
    oldest_that_counts = connection.execute(newest_first.offset(FAILURES_MAX - 1).limit(1)).scalar()
    return None if oldest_that_counts is None else int(oldest_that_counts) + WHILE_S


def count_attempts(connection: Connection, name: str, now_utc_s: int) -> int:
    """How many attempts by this name count."""
    counting = (_failure.c.at_utc_s > now_utc_s - WHILE_S, _failure.c.name == _digest(name))
    return len(connection.execute(select(_failure.c.id).where(*counting)).all())


def end_attempts(connection: Connection, name: str) -> None:
    """Forget the failures by this name: somebody has signed in by it."""
    connection.execute(delete(_failure).where(_failure.c.name == _digest(name)))


def forget_failures(connection: Connection, now_utc_s: int) -> None:
    """Delete failures that count no more."""
    connection.execute(delete(_failure).where(_failure.c.at_utc_s <= now_utc_s - WHILE_S))


def _digest(name: str) -> str:
    return hashlib.sha256(name.strip().lower().encode()).hexdigest()


def _group(address: str) -> str:
    """An address as its failures are counted: one line to the internet has 2^64 addresses of version 6.

    >>> _group("192.0.2.7"), _group("2001:db8:1:2:3:4:5:6")
    ('192.0.2.7', '2001:db8:1:2::/64')
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if parsed.version == 4 else str(ipaddress.ip_network((parsed, 64), strict=False))
