"""Who may sign in to the office, their roles, sessions and links. Tokens are never stored, only their digests.

E-mail addresses are stored in small letters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from posexport.core.roles import Grant, Role, User
from posexport.store.office_tables import (
    OfficeFormRow,
    OfficeGrantRow,
    OfficeIdentityRow,
    OfficeLinkRow,
    OfficeSessionRow,
    OfficeUserRow,
)
from posexport.store.tables import CompanyRow, VenueRow

_user, _grant = OfficeUserRow.__table__, OfficeGrantRow.__table__  # type: ignore[attr-defined]
_session, _link = OfficeSessionRow.__table__, OfficeLinkRow.__table__  # type: ignore[attr-defined]
_form, _identity = OfficeFormRow.__table__, OfficeIdentityRow.__table__  # type: ignore[attr-defined]
_company, _venue = CompanyRow.__table__, VenueRow.__table__  # type: ignore[attr-defined]

_ANYWHERE = 0


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in. `digest`: of its token; `is_outdated`: the user's roles have changed since the token
    was made; `browser`: what it says it is."""

    digest: str
    user: User
    signed_in_by: str
    address: str
    made_at_utc_s: int
    seen_at_utc_s: int
    is_outdated: bool = False
    browser: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody as whoever manages users sees them. `can_sign_in`: has a password or signs in with another service;
    nobody has both before the invitation is taken up. Times are UTC s, None where there is none."""

    user: User
    can_sign_in: bool
    made_at_utc_s: int
    seen_at_utc_s: int | None
    link_until_utc_s: int | None


# Users


def add_user(connection: Connection, user: User, now_utc_s: int, *, password: str = "") -> None:
    """Store a new user with the roles. `password`: its hash.

    Raises sqlalchemy's IntegrityError where the id or the e-mail address is taken.
    """
    connection.execute(
        insert(_user).values(
            id=user.id,
            name=user.name,
            email=user.email.strip().lower(),
            password=password,
            language=user.language,
            keys_off=not user.has_keys,
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
    return None if row is None else _make_user(row, _read_grants(connection, [row.id])[row.id])


def find_user(connection: Connection, email: str) -> User | None:
    """The user with this e-mail address, in whatever letters; None where there is none, or no longer."""
    known = find_known(connection, email)
    return None if known is None else read_user(connection, known)


def find_known(connection: Connection, email: str) -> str | None:
    """The id of whoever has or had this e-mail address: users that were closed too."""
    found = connection.execute(select(_user.c.id).where(_user.c.email == email.strip().lower())).scalar()
    return None if found is None else str(found)


def read_languages(connection: Connection, emails: Collection[str]) -> dict[str, str]:
    """The languages that users with these e-mail addresses have chosen, by the address in small letters."""
    wanted = select(_user.c.email, _user.c.language).where(_user.c.closed_at_utc_s.is_(None), _user.c.language != "")
    rows = connection.execute(wanted.where(_user.c.email.in_({email.strip().lower() for email in emails}))).all()
    return {str(email): str(language) for email, language in rows}


def read_password(connection: Connection, user_id: str) -> str:
    """The hash of a user's password; "" where none is set."""
    return str(connection.execute(select(_user.c.password).where(_user.c.id == user_id)).scalar() or "")


def change_user(
    connection: Connection,
    user_id: str,
    *,
    name: str | None = None,
    password: str | None = None,
    language: str | None = None,
    has_keys: bool | None = None,
) -> None:
    """Change of a user what is given. `password`: its hash."""
    values: dict[str, Any] = {"name": name, "password": password, "language": language}
    if has_keys is not None:
        values["keys_off"] = not has_keys
    given = {column: value for column, value in values.items() if value is not None}
    if given:
        connection.execute(update(_user).where(_user.c.id == user_id).values(**given))


def set_grants(connection: Connection, user_id: str, grants: Iterable[Grant]) -> None:
    """Let a user have these roles and no others. The tokens of open sessions are renewed when they are next used."""
    connection.execute(delete(_grant).where(_grant.c.user_id == user_id))
    _add_grants(connection, user_id, dict.fromkeys(grants))
    connection.execute(update(_user).where(_user.c.id == user_id).values(changes=_user.c.changes + 1))


def close_user(connection: Connection, user_id: str, now_utc_s: int) -> None:
    """Let a user never sign in again: sessions and links end, roles, password and other services are forgotten. The log
    keeps the name."""
    connection.execute(delete(_grant).where(_grant.c.user_id == user_id))
    connection.execute(delete(_identity).where(_identity.c.user_id == user_id))
    closed = {"closed_at_utc_s": now_utc_s, "password": "", "changes": _user.c.changes + 1}
    connection.execute(update(_user).where(_user.c.id == user_id, _user.c.closed_at_utc_s.is_(None)).values(**closed))
    end_sessions(connection, user_id, now_utc_s)
    withdraw_links(connection, user_id, now_utc_s)


def reopen_user(connection: Connection, user_id: str, now_utc_s: int) -> None:
    """Let somebody who was closed be invited again, with nothing of what they had."""
    values = {"closed_at_utc_s": None, "made_at_utc_s": now_utc_s}
    connection.execute(update(_user).where(_user.c.id == user_id).values(**values))


def list_members(connection: Connection, companies: Collection[str] | None = None) -> list[Member]:
    """Everybody who is not closed, by name; with `companies`, those alone who have a role in one of them or in all."""
    wanted = select(_user).where(_user.c.closed_at_utc_s.is_(None)).order_by(_user.c.name, _user.c.email)
    if companies is not None:
        numbers = select(_company.c.id).where(_company.c.code.in_(list(companies)))
        there = or_(_grant.c.company_id == _ANYWHERE, _grant.c.company_id.in_(numbers))
        wanted = wanted.where(_user.c.id.in_(select(_grant.c.user_id).where(there)))
    rows = connection.execute(wanted).all()
    ids = [row.id for row in rows]
    grants = _read_grants(connection, ids)
    seen = _newest(connection, _session, _session.c.seen_at_utc_s, ids)
    links = _newest(connection, _link, _link.c.until_utc_s, ids, _link.c.used_at_utc_s.is_(None))
    elsewhere = set(connection.execute(select(_identity.c.user_id).where(_identity.c.user_id.in_(ids))).scalars())
    return [
        Member(
            _make_user(row, grants[row.id]),
            bool(row.password) or row.id in elsewhere,
            row.made_at_utc_s,
            seen.get(row.id),
            links.get(row.id),
        )
        for row in rows
    ]


def _newest(connection: Connection, table: Any, column: Any, ids: list[str], *which: Any) -> dict[str, int]:
    rows = connection.execute(
        select(table.c.user_id, func.max(column)).where(table.c.user_id.in_(ids), *which).group_by(table.c.user_id)
    )
    return {row[0]: int(row[1]) for row in rows}


def find_identity(connection: Connection, issuer: str, subject: str) -> str | None:
    """The id of the user who is this subject at an issuer (OpenID Connect)."""
    fits = (_identity.c.issuer == issuer, _identity.c.subject == subject)
    found = connection.execute(select(_identity.c.user_id).where(*fits)).scalar()
    return None if found is None else str(found)


def has_identity(connection: Connection, issuer: str, user_id: str) -> bool:
    """Whether a user is linked to some subject at an issuer."""
    fits = (_identity.c.issuer == issuer, _identity.c.user_id == user_id)
    return connection.execute(select(_identity.c.subject).where(*fits)).first() is not None


def add_identity(connection: Connection, issuer: str, subject: str, user_id: str, now_utc_s: int) -> None:
    """Remember who a user is at an issuer."""
    connection.execute(
        insert(_identity).values(issuer=issuer, subject=subject, user_id=user_id, made_at_utc_s=now_utc_s)
    )


def _read_grants(connection: Connection, ids: Collection[str]) -> dict[str, list[Grant]]:
    """The roles of these users. One in a company or at a venue that there is none of any more counts nowhere."""
    rows = connection.execute(
        select(_grant.c.user_id, _grant.c.role, _grant.c.company_id, _company.c.code, _grant.c.venue_id, _venue.c.code)
        .select_from(
            _grant.outerjoin(_company, _company.c.id == _grant.c.company_id).outerjoin(
                _venue, _venue.c.id == _grant.c.venue_id
            )
        )
        .where(_grant.c.user_id.in_(list(ids)))
        .order_by(_grant.c.role, _grant.c.company_id, _grant.c.venue_id)
    )
    found: dict[str, list[Grant]] = defaultdict(list)
    for user_id, role, company_id, company, venue_id, venue in rows:
        if bool(company_id) is (company is not None) and bool(venue_id) is (venue is not None):
            found[user_id].append(Grant(Role(role), company or None, venue or None))
    return found


def _make_user(row: Any, grants: Iterable[Grant]) -> User:
    return User(row.id, row.name, row.email, tuple(grants), row.language, not row.keys_off)


# Sessions


def add_session(
    connection: Connection, digest: str, user_id: str, by: str, address: str, now_utc_s: int, *, browser: str = ""
) -> None:
    """Store that a user is signed in."""
    changes = connection.execute(select(_user.c.changes).where(_user.c.id == user_id)).scalar_one()
    connection.execute(
        insert(_session).values(
            digest=digest,
            user_id=user_id,
            signed_in_by=by,
            address=address,
            made_at_utc_s=now_utc_s,
            seen_at_utc_s=now_utc_s,
            changes=changes,
            browser=browser,
        )
    )


def read_session(connection: Connection, digest: str, *, made_after: int, seen_after: int) -> Session | None:
    """The session with this digest; None where there is none, where it ended, or where it is too old (UTC s)."""
    rows = _select_sessions(connection, _session.c.digest == digest, made_after, seen_after)
    user = read_user(connection, rows[0].user_id) if rows else None
    return None if user is None else _make_session(rows[0], user)


def list_sessions(connection: Connection, user: User, *, made_after: int, seen_after: int) -> list[Session]:
    """The sessions of a user that are not over, the one that was used last first."""
    rows = _select_sessions(connection, _session.c.user_id == user.id, made_after, seen_after)
    return [_make_session(row, user) for row in rows]


def _select_sessions(connection: Connection, which: Any, made_after: int, seen_after: int) -> list[Any]:
    is_open = (
        _session.c.ended_at_utc_s.is_(None),
        _session.c.made_at_utc_s > made_after,
        _session.c.seen_at_utc_s > seen_after,
    )
    wanted = select(_session, _user.c.changes.label("now")).join(_user, _user.c.id == _session.c.user_id)
    newest_first = (_session.c.seen_at_utc_s.desc(), _session.c.digest)
    return list(connection.execute(wanted.where(which, *is_open).order_by(*newest_first)))


def _make_session(row: Any, user: User) -> Session:
    times = (row.made_at_utc_s, row.seen_at_utc_s)
    return Session(row.digest, user, row.signed_in_by, row.address, *times, row.changes != row.now, row.browser)


def renew_session(connection: Connection, digest: str, renewed: str) -> bool:
    """Let a session go on with another token, by its digest; the old one is worth nothing. False where it is over, or
    another request has renewed it."""
    now = select(_user.c.changes).where(_user.c.id == _session.c.user_id).scalar_subquery()
    done = connection.execute(
        update(_session)
        .where(_session.c.digest == digest, _session.c.ended_at_utc_s.is_(None))
        .values(digest=renewed, changes=now)
    )
    return done.rowcount == 1


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


def end_sessions(connection: Connection, user_id: str, now_utc_s: int, *, but: str = "") -> int:
    """End every session of a user, except the one with the digest `but`. Returns how many."""
    ended = connection.execute(
        update(_session)
        .where(_session.c.user_id == user_id, _session.c.ended_at_utc_s.is_(None), _session.c.digest != but)
        .values(ended_at_utc_s=now_utc_s)
    )
    return ended.rowcount


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


def find_link(connection: Connection, digest: str, purpose: str, now_utc_s: int) -> str | None:
    """The user of a link that could still be used."""
    fits = (_link.c.digest == digest, _link.c.purpose == purpose)
    is_good = (_link.c.used_at_utc_s.is_(None), _link.c.until_utc_s > now_utc_s)
    found = connection.execute(select(_link.c.user_id).where(*fits, *is_good)).scalar()
    return None if found is None else str(found)


def is_link_usable(connection: Connection, digest: str, purpose: str, now_utc_s: int) -> bool:
    """Whether a link could still be used."""
    return find_link(connection, digest, purpose, now_utc_s) is not None


def has_link_since(connection: Connection, user_id: str, purpose: str, made_after_utc_s: int) -> bool:
    """Whether a user was given a link of this purpose after a time (UTC s)."""
    fits = (_link.c.user_id == user_id, _link.c.purpose == purpose, _link.c.made_at_utc_s > made_after_utc_s)
    return connection.execute(select(_link.c.digest).where(*fits)).first() is not None


def withdraw_links(connection: Connection, user_id: str, now_utc_s: int) -> None:
    """Let no link of a user be used any more."""
    connection.execute(
        update(_link).where(_link.c.user_id == user_id, _link.c.used_at_utc_s.is_(None)).values(used_at_utc_s=now_utc_s)
    )


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


# Clearing up


def forget_old(connection: Connection, before_utc_s: int) -> None:
    """Delete sessions, links and forms of before a time (UTC s) at which none of them can be of use any more."""
    connection.execute(delete(_session).where(_session.c.seen_at_utc_s < before_utc_s))
    connection.execute(delete(_link).where(_link.c.until_utc_s < before_utc_s))
    connection.execute(delete(_form).where(_form.c.used_at_utc_s < before_utc_s))
