"""Who is asking: tokens, sessions, links and passwords. Digests alone are stored."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from posexport.app.tokens import digest_token as digest_token, make_token as make_token
from posexport.app.users import LOCAL_USER, LinkPurpose
from posexport.core.roles import EVERYTHING, User
from posexport.office.oidc import Identity
from posexport.office.passwords import hash_password, is_outdated, is_password
from posexport.office.site import Site
from posexport.store.database import Connection, lock_sign_ins
from posexport.store.office_failures import begin_attempt, count_attempts, end_attempts, forget_failures
from posexport.store.office_log import Entry, add_entry
from posexport.store.office_users import (
    Session,
    add_identity,
    add_link,
    add_session,
    add_user,
    change_user,
    end_session,
    end_sessions,
    find_identity,
    find_link,
    find_user,
    forget_old,
    has_identity,
    is_link_usable,
    list_sessions as list_open_sessions,
    read_password,
    read_session,
    read_user,
    renew_session,
    touch_session,
    use_link,
    withdraw_links,
)

IDLE_S = 12 * 3600
"""After this long without a click a session is over."""

LASTS_S = 7 * 24 * 3600
"""A session is over after this long in any case."""

LOCAL_LINK_S = 15 * 60
"""How long the link is good that the office prints when it starts."""

KEPT_S = 30 * 24 * 3600
"""How long what cannot be used any more is kept: sessions, links and forms."""

_TOUCHED_EVERY_S = 60
_BROWSER_LENGTH_MAX = 200
_BY_LOCAL_LINK = "local-link"
BY_PASSWORD = "password"  # noqa: S105 - how somebody signs in
BY_PROXY = "proxy"
BY_SERVICE = "oidc"
_NAME_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request comes from. `token`: of the session that its browser had so far; `browser`: what it says it is;
    `vouched_for`: the user's e-mail address as a trusted proxy tells it."""

    address: str
    browser: str = ""
    token: str = field(default="", repr=False)
    vouched_for: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody was not let in. `until_utc_s`: when they may try again, where they tried too often."""

    until_utc_s: int | None = None


def make_form_token(session_token: str) -> str:
    """The token that every form of a session carries: made from the cookie's, so that only the session's own pages have
    it, and nobody who reads a page learns the cookie's."""
    return hmac.new(session_token.encode(), b"form", hashlib.sha256).hexdigest()


def is_form_token(session_token: str, given: str) -> bool:
    """Whether a form's token is its session's."""
    return hmac.compare_digest(make_form_token(session_token).encode(), given.encode())


# The link that the office prints


def make_local_link(site: Site, name: str) -> str:
    """A link that signs this machine's user in, once, within a quarter of an hour; with all rights. `name`: the user's,
    as the operating system has it."""
    token, now = make_token(), site.workspace.now_utc_s
    with site.workspace.database.writing() as connection:
        if read_user(connection, LOCAL_USER) is None:
            add_user(connection, User(LOCAL_USER, name, "", EVERYTHING), now)
        add_link(connection, digest_token(token), _BY_LOCAL_LINK, LOCAL_USER, now, now + LOCAL_LINK_S)
    return site.locate(f"/login?token={token}")


def is_local_link_usable(site: Site, token: str) -> bool:
    """Whether the link with this token could still be used."""
    if site.is_shared:
        return False
    with site.workspace.database.reading() as connection:
        return is_link_usable(connection, digest_token(token), _BY_LOCAL_LINK, site.workspace.now_utc_s)


def sign_in_by_local_link(site: Site, token: str, caller: Caller) -> str | None:
    """Sign in with the link that the office printed. Returns the token of the new session; None where the link is
    unknown, used or too old."""
    now = site.workspace.now_utc_s
    with site.workspace.database.writing() as connection:
        user_id = None if site.is_shared else use_link(connection, digest_token(token), _BY_LOCAL_LINK, now)
        user = None if user_id is None else read_user(connection, user_id)
        if user is None:
            entry = Entry("sign-in-refused", signed_in_by=_BY_LOCAL_LINK, address=caller.address)
            add_entry(connection, entry, now)
            return None
        return _let_in(connection, user, _BY_LOCAL_LINK, caller, now)


def _let_in(connection: Connection, user: User, by: str, caller: Caller, now_utc_s: int) -> str:
    """Begin a session, with a token of its own; the one that the browser had so far is over."""
    made = make_token()
    if caller.token:
        end_session(connection, digest_token(caller.token), now_utc_s)
    browser = caller.browser[:_BROWSER_LENGTH_MAX]
    add_session(connection, digest_token(made), user.id, by, caller.address, now_utc_s, browser=browser)
    add_entry(connection, Entry("signed-in", user.id, user.name, by, caller.address), now_utc_s)
    return made


# Passwords


def sign_in_by_password(site: Site, email: str, password: str, caller: Caller) -> str | Refused:
    """Sign in with an e-mail address and a password. Returns the token of the new session. Nobody learns from the
    answer, or from how long it takes, whether there is such a user."""
    database, now = site.workspace.database, site.workspace.now_utc_s
    with database.writing() as connection:
        until = begin_attempt(connection, email, caller.address, now)
        user = find_user(connection, email)
        hashed = read_password(connection, user.id) if user is not None else ""
    if until is not None:
        return Refused(until)
    is_right = is_password(hashed, password)
    renewed = hash_password(password) if is_right and is_outdated(hashed) else None
    with database.writing() as connection:
        user = find_user(connection, email) if is_right else None
        if user is None:
            _log_refusal(connection, email, caller, now)
            return Refused()
        end_attempts(connection, email)
        change_user(connection, user.id, password=renewed)
        return _let_in(connection, user, BY_PASSWORD, caller, now)


def _log_refusal(connection: Connection, email: str, caller: Caller, now_utc_s: int) -> None:
    """Whose sign-in was refused is told where it is a user's; what else was typed may be a password."""
    known = find_user(connection, email)
    tries = count_attempts(connection, email, now_utc_s)
    who = (known.id, known.name) if known is not None else ("", "")
    entry = Entry("sign-in-refused", *who, BY_PASSWORD, caller.address, facts={"tries": tries})
    add_entry(connection, entry, now_utc_s)


def find_user_of_link(site: Site, purpose: LinkPurpose, token: str) -> User | None:
    """Whose link this is, as long as it can be used."""
    with site.workspace.database.reading() as connection:
        user_id = find_link(connection, digest_token(token), purpose, site.workspace.now_utc_s)
        return None if user_id is None else read_user(connection, user_id)


def take_up_link(site: Site, purpose: LinkPurpose, token: str, name: str, password: str, caller: Caller) -> str | None:
    """Use a link, once: choose a password, and a name where the link is an invitation. Every session from before is
    over. Returns the token of a new one; None where somebody else was faster, or it was withdrawn."""
    hashed, now = hash_password(password), site.workspace.now_utc_s
    with site.workspace.database.writing() as connection:
        user_id = use_link(connection, digest_token(token), purpose, now)
        if user_id is None or read_user(connection, user_id) is None:
            return None
        change_user(connection, user_id, name=name or None, password=hashed)
        user = read_user(connection, user_id)
        assert user is not None
        end_sessions(connection, user_id, now)
        end_attempts(connection, user.email)
        act = "invitation-taken-up" if purpose is LinkPurpose.INVITATION else "password-changed"
        add_entry(connection, Entry(act, user.id, user.name, f"{purpose}-link", caller.address), now)
        return _let_in(connection, user, f"{purpose}-link", caller, now)


def change_password(site: Site, session: Session, current: str, new: str, caller: Caller) -> Refused | None:
    """Let a user have another password. Their other sessions are over. Returns None where it is done."""
    database, now, user = site.workspace.database, site.workspace.now_utc_s, session.user
    with database.writing() as connection:
        until = begin_attempt(connection, user.email, caller.address, now)
        hashed = read_password(connection, user.id)
    if until is not None:
        return Refused(until)
    if not is_password(hashed, current):
        with database.writing() as connection:
            _log_refusal(connection, user.email, caller, now)
        return Refused()
    made = hash_password(new)
    with database.writing() as connection:
        end_attempts(connection, user.email)
        change_user(connection, user.id, password=made)
        end_sessions(connection, user.id, now, but=session.digest)
        entry = Entry("password-changed", user.id, user.name, session.signed_in_by, caller.address)
        add_entry(connection, entry, now)
    return None


# What another service says


def sign_in_by_service(site: Site, identity: Identity, caller: Caller) -> str | None:
    """Sign in as who somebody is by another service: whoever has signed in with it before, by its own name for them;
    the first time, by a verified e-mail address, whoever was invited with it. Nobody becomes a user by it. Returns the
    token of the new session; None where that is no user."""
    now = site.workspace.now_utc_s
    with site.workspace.database.writing() as connection:
        lock_sign_ins(connection)
        known = find_identity(connection, identity.issuer, identity.subject)
        user = read_user(connection, known) if known else _link_identity(connection, identity, caller, now)
        if user is None:
            add_entry(connection, Entry("sign-in-refused", signed_in_by=BY_SERVICE, address=caller.address), now)
            return None
        return _let_in(connection, user, BY_SERVICE, caller, now)


def _link_identity(connection: Connection, identity: Identity, caller: Caller, now_utc_s: int) -> User | None:
    user = find_user(connection, identity.email) if identity.email else None
    if user is None or user.id == LOCAL_USER or has_identity(connection, identity.issuer, user.id):
        return None
    add_identity(connection, identity.issuer, identity.subject, user.id, now_utc_s)
    if user.name == user.email and identity.name:
        change_user(connection, user.id, name=identity.name[:_NAME_LENGTH_MAX])
    withdraw_links(connection, user.id, now_utc_s)
    user = read_user(connection, user.id)
    assert user is not None
    entry = Entry("identity-linked", user.id, user.name, BY_SERVICE, caller.address, facts={"issuer": identity.issuer})
    add_entry(connection, entry, now_utc_s)
    return user


# What a trusted proxy says


def sign_in_by_proxy(site: Site, caller: Caller) -> str | None:
    """Sign in as whom a trusted proxy vouches for. Returns the token of the new session; None where that is no user."""
    now = site.workspace.now_utc_s
    with site.workspace.database.writing() as connection:
        user = find_user(connection, caller.vouched_for) if caller.vouched_for else None
        if user is None or user.id == LOCAL_USER:
            add_entry(connection, Entry("sign-in-refused", signed_in_by=BY_PROXY, address=caller.address), now)
            return None
        return _let_in(connection, user, BY_PROXY, caller, now)


# Sessions


def find_session(site: Site, caller: Caller) -> Session | None:
    """The session that a request belongs to; None where nobody is signed in with it. One that began by a proxy's word
    ends where the proxy does not vouch for the same user any more."""
    if not caller.token:
        return None
    digest, now = digest_token(caller.token), site.workspace.now_utc_s
    with site.workspace.database.reading() as connection:
        session = read_session(connection, digest, made_after=now - LASTS_S, seen_after=now - IDLE_S)
    if session is None:
        return None
    if session.user.id == LOCAL_USER and site.is_shared:
        return None
    if session.signed_in_by == BY_PROXY and session.user.email != caller.vouched_for.strip().lower():
        return None
    if now - session.seen_at_utc_s >= _TOUCHED_EVERY_S:
        with site.workspace.database.writing(durable=False) as connection:
            touch_session(connection, digest, now)
    return session


def renew_token(site: Site, session: Session) -> str | None:
    """Another token for a session, because its user's roles have changed. None where another request was faster."""
    made = make_token()
    with site.workspace.database.writing() as connection:
        return made if renew_session(connection, session.digest, digest_token(made)) else None


def list_sessions(site: Site, user: User) -> list[Session]:
    """A user's sessions that are not over, the one that was used last first."""
    now = site.workspace.now_utc_s
    with site.workspace.database.reading() as connection:
        return list_open_sessions(connection, user, made_after=now - LASTS_S, seen_after=now - IDLE_S)


def sign_out(site: Site, session: Session) -> None:
    """End a session."""
    now = site.workspace.now_utc_s
    with site.workspace.database.writing() as connection:
        end_session(connection, session.digest, now)
        user = session.user
        add_entry(connection, Entry("signed-out", user.id, user.name, session.signed_in_by, session.address), now)


def clear_up(site: Site) -> None:
    """Delete what cannot be used any more: old sessions, links, forms and failures. The log stays."""
    now = site.workspace.now_utc_s
    with site.workspace.database.writing() as connection:
        forget_old(connection, now - KEPT_S)
        forget_failures(connection, now)
