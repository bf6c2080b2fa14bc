"""Who is asking: tokens, sessions and links. Digests alone are stored."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from posexport.core.roles import EVERYTHING, User
from posexport.office.site import Site
from posexport.store.office_log import Entry, add_entry
from posexport.store.office_users import (
    Session,
    add_link,
    add_session,
    add_user,
    end_session,
    is_link_usable,
    read_session,
    read_user,
    touch_session,
    use_link,
)

IDLE_S = 12 * 3600
"""After this long without a click a session is over."""

LASTS_S = 7 * 24 * 3600
"""A session is over after this long in any case."""

LOCAL_LINK_S = 15 * 60
"""How long the link is good that the office prints when it starts."""

_TOUCHED_EVERY_S = 60
_LOCAL_USER = "local"
_BY_LOCAL_LINK = "local-link"


def make_token() -> str:
    """A new token of 256 bits."""
    return secrets.token_urlsafe(32)


def digest_token(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_form_token(session_token: str) -> str:
    """The token that every form of a session carries: made from the cookie's, so that only the session's own pages have
    it, and nobody who reads a page learns the cookie's."""
    return hmac.new(session_token.encode(), b"form", hashlib.sha256).hexdigest()


def is_form_token(session_token: str, given: str) -> bool:
    """Whether a form's token is its session's."""
    return hmac.compare_digest(make_form_token(session_token), given)


def make_local_link(site: Site, name: str) -> str:
    """A link that signs this machine's user in, once, within a quarter of an hour; with all rights. `name`: the user's,
    as the operating system has it."""
    token, now = make_token(), site.workspace.now_utc_s
    with site.workspace.database.writing() as connection:
        if read_user(connection, _LOCAL_USER) is None:
            add_user(connection, User(_LOCAL_USER, name, "", EVERYTHING), now)
        add_link(connection, digest_token(token), _BY_LOCAL_LINK, _LOCAL_USER, now, now + LOCAL_LINK_S)
    return f"{site.origin}/login?token={token}"


def is_local_link_usable(site: Site, token: str) -> bool:
    """Whether the link with this token could still be used."""
    with site.workspace.database.reading() as connection:
        return is_link_usable(connection, digest_token(token), _BY_LOCAL_LINK, site.workspace.now_utc_s)


def sign_in_by_local_link(site: Site, token: str, address: str) -> str | None:
    """Sign in with the link that the office printed. Returns the token of the new session; None where the link is
    unknown, used or too old."""
    now = site.workspace.now_utc_s
    with site.workspace.database.writing() as connection:
        user_id = use_link(connection, digest_token(token), _BY_LOCAL_LINK, now)
        user = None if user_id is None else read_user(connection, user_id)
        if user is None:
            add_entry(connection, Entry("sign-in-refused", signed_in_by=_BY_LOCAL_LINK, address=address), now)
            return None
        made = make_token()
        add_session(connection, digest_token(made), user.id, _BY_LOCAL_LINK, address, now)
        add_entry(connection, Entry("signed-in", user.id, user.name, _BY_LOCAL_LINK, address), now)
    return made


def find_session(site: Site, token: str | None) -> Session | None:
    """The session of a cookie's token; None where nobody is signed in with it."""
    if not token:
        return None
    digest, now = digest_token(token), site.workspace.now_utc_s
    with site.workspace.database.reading() as connection:
        session = read_session(connection, digest, made_after=now - LASTS_S, seen_after=now - IDLE_S)
    if session is not None and now - session.seen_at_utc_s >= _TOUCHED_EVERY_S:
        with site.workspace.database.writing(durable=False) as connection:
            touch_session(connection, digest, now)
    return session


def sign_out(site: Site, session: Session) -> None:
    """End a session."""
    now = site.workspace.now_utc_s
    with site.workspace.database.writing() as connection:
        end_session(connection, session.digest, now)
        user = session.user
        add_entry(connection, Entry("signed-out", user.id, user.name, session.signed_in_by, session.address), now)
