"""Who may sign in to the office, their roles, sessions and links. Tokens are never stored, only their digests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from posexport.core.roles import Grant, Role, User
from posexport.store.office_tables import (
    OfficeFormRow,
    OfficeGrantRow,
    OfficeLinkRow,
    OfficeSessionRow,
    OfficeUserRow,
)
from posexport.store.tables import CompanyRow, VenueRow

_user, _grant = OfficeUserRow.__table__, OfficeGrantRow.__table__  # type: ignore[attr-defined]
_session, _link = OfficeSessionRow.__table__, OfficeLinkRow.__table__  # type: ignore[attr-defined]
_form = OfficeFormRow.__table__  # type: ignore[attr-defined]
_company, _venue = CompanyRow.__table__, VenueRow.__table__  # type: ignore[attr-defined]

_ANYWHERE = 0


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in. `digest`: of its token."""

    digest: str
    user: User
    signed_in_by: str
    address: str
    made_at_utc_s: int
    seen_at_utc_s: int


# Users


def add_user(connection: Connection, user: User, now_utc_s: int, *, password: str = "") -> None:
    """Store a new user with the roles. `password`: its hash.

    Raises sqlalchemy's IntegrityError where the id or the e-mail address is taken.
    """
    connection.execute(
        insert(_user).values(
            id=user.id,
            name=user.name,
            email=user.email,
            password=password,
            language=user.language,
            made_at_utc_s=now_utc_s,
        )
    )
    _add_grants(connection, user.id, user.grants)


def _add_grants(connection: Connection, user_id: str, grants: Iterable[Grant]) -> None:
    for grant in grants:
        connection.execute(
            insert(_grant).values(
                user_id=user_id,
                role=grant.role.value,
                company_id=_number_of(connection, _company, grant.company),
                venue_id=_number_of(connection, _venue, grant.venue),
            )
        )


def _number_of(connection: Connection, table: Any, code: str | None) -> int:
    if code is None:
        return _ANYWHERE
    return int(connection.execute(select(table.c.id).where(table.c.code == code)).scalar_one())


def read_user(connection: Connection, user_id: str) -> User | None:
    """The user with this id; None where there is none, or no longer."""
    row = connection.execute(select(_user).where(_user.c.id == user_id, _user.c.closed_at_utc_s.is_(None))).first()
    return None if row is None else _make_user(connection, row)


def _make_user(connection: Connection, row: Any) -> User:
    grants = connection.execute(
        select(_grant.c.role, _grant.c.company_id, _company.c.code, _grant.c.venue_id, _venue.c.code)
        .select_from(
            _grant.outerjoin(_company, _company.c.id == _grant.c.company_id).outerjoin(
                _venue, _venue.c.id == _grant.c.venue_id
            )
        )
        .where(_grant.c.user_id == row.id)
        .order_by(_grant.c.role, _grant.c.company_id, _grant.c.venue_id)
    )
    made = [
        Grant(Role(role), company or None, venue or None)
        for role, company_id, company, venue_id, venue in grants
        if bool(company_id) is (company is not None) and bool(venue_id) is (venue is not None)
    ]
    return User(row.id, row.name, row.email, tuple(made), row.language)


# Sessions


def add_session(connection: Connection, digest: str, user_id: str, by: str, address: str, now_utc_s: int) -> None:
    """Store that a user is signed in."""
    connection.execute(
        insert(_session).values(
            digest=digest,
            user_id=user_id,
            signed_in_by=by,
            address=address,
            made_at_utc_s=now_utc_s,
            seen_at_utc_s=now_utc_s,
        )
    )


def read_session(connection: Connection, digest: str, *, made_after: int, seen_after: int) -> Session | None:
    """The session with this digest; None where there is none, where it ended, or where it is too old (UTC s)."""
    fits = (
        _session.c.digest == digest,
        _session.c.ended_at_utc_s.is_(None),
        _session.c.made_at_utc_s > made_after,
        _session.c.seen_at_utc_s > seen_after,
    )
    row = connection.execute(select(_session).where(*fits)).first()
    user = None if row is None else read_user(connection, row.user_id)
    if row is None or user is None:
        return None
    return Session(row.digest, user, row.signed_in_by, row.address, row.made_at_utc_s, row.seen_at_utc_s)


def touch_session(connection: Connection, digest: str, now_utc_s: int) -> None:
    """Remember that a session was used just now."""
    connection.execute(update(_session).where(_session.c.digest == digest).values(seen_at_utc_s=now_utc_s))


def end_session(connection: Connection, digest: str, now_utc_s: int) -> None:
    """End a session."""
    connection.execute(
        update(_session)
        .where(_session.c.digest == digest, _session.c.ended_at_utc_s.is_(None))
        .values(ended_at_utc_s=now_utc_s)
    )


# Links


def add_link(connection: Connection, digest: str, purpose: str, user_id: str, now_utc_s: int, until_utc_s: int) -> None:
    """Store a link that can be used once, until a time (UTC s)."""
    values = {"purpose": purpose, "user_id": user_id, "made_at_utc_s": now_utc_s, "until_utc_s": until_utc_s}
    connection.execute(insert(_link).values(digest=digest, **values))


def use_link(connection: Connection, digest: str, purpose: str, now_utc_s: int) -> str | None:
    """The user of a link, which is used by this; None where it is unknown, used or too old. Of two at once, one has
    it."""
    used = connection.execute(
        update(_link)
        .where(
            _link.c.digest == digest,
            _link.c.purpose == purpose,
            _link.c.used_at_utc_s.is_(None),
            _link.c.until_utc_s > now_utc_s,
        )
        .values(used_at_utc_s=now_utc_s)
    )
    if used.rowcount != 1:
        return None
    return str(connection.execute(select(_link.c.user_id).where(_link.c.digest == digest)).scalar_one())


def is_link_usable(connection: Connection, digest: str, purpose: str, now_utc_s: int) -> bool:
    """Whether a link could still be used."""
    fits = (_link.c.digest == digest, _link.c.purpose == purpose)
    is_good = (_link.c.used_at_utc_s.is_(None), _link.c.until_utc_s > now_utc_s)
    return connection.execute(select(_link.c.digest).where(*fits, *is_good)).first() is not None


# Forms


def read_form(connection: Connection, key: str, user_id: str) -> str | None:
    """Where a form led that was carried out before; None where it was not."""
    found = connection.execute(select(_form.c.leads_to).where(_form.c.key == key, _form.c.user_id == user_id)).scalar()
    return None if found is None else str(found)


def use_form(connection: Connection, key: str, user_id: str, leads_to: str, now_utc_s: int) -> str | None:
    """Remember that a form is carried out, in the transaction that does it, and where it leads. Returns None the first
    time, and then where it led. Of two at once, the second waits for the first."""
    try:
        with connection.begin_nested():
            values = {"user_id": user_id, "leads_to": leads_to, "used_at_utc_s": now_utc_s}
            connection.execute(insert(_form).values(key=key, **values))
    except IntegrityError:
        return read_form(connection, key, user_id) or "/"
    return None
