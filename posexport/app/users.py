"""posexport users, and the pages of the same: who may sign in to the office, and as what."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from posexport.app.tokens import digest_token, make_token
from posexport.app.workspace import Workspace
from posexport.core.company import Company
from posexport.core.roles import Grant, Right, User
from posexport.errors import UsageError
from posexport.store.database import Connection, lock_sign_ins
from posexport.store.office_log import Entry, add_entry
from posexport.store.office_users import (
    Member as Member,
    add_link,
    add_user,
    change_user,
    close_user,
    find_known,
    find_user,
    has_link_since,
    list_members,
    read_user,
    reopen_user,
    set_grants,
    withdraw_links,
)
from posexport.store.setups import load_setup

LOCAL_USER = "local"
"""The id of the user of this machine, who comes by the link that the office prints and is nobody's to manage."""

INVITATION_S = 7 * 24 * 3600
RESET_S = 3600
"""How long (s) links are good."""

ASKED_AGAIN_S = 5 * 60
"""Whoever asks for a new password again within this time (s) gets no second letter."""

_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f,;<>\"]+@[^@\s\x00-\x1f\x7f,;<>\"]+\.[^@\s\x00-\x1f\x7f,;<>\"]+")
_LENGTH_MAX = 200


class LinkPurpose(StrEnum):
    """What a link is for. Values are stored; never rename."""

    INVITATION = "invitation"
    RESET = "reset"


class Refusal(StrEnum):
    """Why users are not changed as somebody asks."""

    EMAIL = "email"
    NAME = "name"
    NO_ROLE = "no-role"
    NOT_YOURS = "not-yours"
    LAST_ADMINISTRATOR = "last-administrator"
    UNKNOWN = "unknown"


_TOLD = {
    Refusal.EMAIL: "That is no e-mail address. Write one such as name@example.com.",
    Refusal.NAME: "A name has 1 to 200 characters.",
    Refusal.NO_ROLE: "Choose at least one role.",
    Refusal.NOT_YOURS: "These roles are not yours to give or take.",
    Refusal.LAST_ADMINISTRATOR: "Nobody else could manage users then. Have another administrator sign in first.",
    Refusal.UNKNOWN: "There is no such user. List them with posexport users list.",
}


class UserRefused(UsageError):
    """Users are not changed as somebody asks, and why; nothing was changed."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(_TOLD[refusal])


@dataclass(frozen=True, slots=True)
class Manager:
    """Who manages users, and how they came in, for the log."""

    user: User
    signed_in_by: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that can be used once, until a time (UTC s)."""

    purpose: LinkPurpose
    token: str
    until_utc_s: int

    @property
    def path(self) -> str:
        """Where it leads in the office."""
        return f"/{self.purpose}/{self.token}"


@dataclass(frozen=True, slots=True)
class Invited:
    """What came of an invitation. `link`: None where the user can sign in already, or is not the inviter's to let in;
    `added`: the roles that are new."""

    user: User
    link: Link | None
    added: tuple[Grant, ...]


def find_members(workspace: Workspace, by: User, company: str | None = None) -> list[Member]:
    """Whom somebody may see who manages users: everybody with a role in a company that is theirs to manage, or in all.
    With `company` (an id), those of that company alone."""
    companies = None if company is None else [company]
    with workspace.database.reading() as connection:
        members = list_members(connection, companies)
    sees_all = by.may_everywhere(Right.MANAGE_USERS)
    return [one for one in members if one.user.id != LOCAL_USER and (sees_all or _is_near(by, one.user))]


def find_member(workspace: Workspace, by: User, user_id: str, right: Right = Right.MANAGE_USERS) -> Member | None:
    """Somebody by id who has a role in a company in which `by` has the right; None where there is nobody."""
    with workspace.database.reading() as connection:
        member = _find(connection, user_id)
    is_known = member is not None and (by.may_everywhere(right) or _is_near(by, member.user, right))
    return member if is_known and user_id != LOCAL_USER else None


def _is_near(by: User, other: User, right: Right = Right.MANAGE_USERS) -> bool:
    return any(grant.company is None or by.may(right, grant.company) for grant in other.grants)


def format_members(members: Iterable[Member]) -> dict[str, object]:
    """Users as JSON."""
    return {
        "users": [
            {
                "email": one.user.email,
                "name": one.user.name,
                "can_sign_in": one.can_sign_in,
                "roles": [
                    {"role": grant.role.value, "company": grant.company, "venue": grant.venue}
                    for grant in one.user.grants
                ],
            }
            for one in members
        ]
    }


def has_users(workspace: Workspace) -> bool:
    """Whether anybody may sign in, or is invited, besides the user of this machine."""
    with workspace.database.reading() as connection:
        return any(one.user.id != LOCAL_USER for one in list_members(connection))


def invite(workspace: Workspace, by: Manager, email: str, grants: Collection[Grant], *, name: str = "") -> Invited:
    """Invite somebody to these roles. Who is a user already gets the roles besides what they have. Raises
    UserRefused."""
    email, name, now = email.strip().lower(), " ".join(name.split()), workspace.now_utc_s
    if len(email) > _LENGTH_MAX or not _EMAIL.fullmatch(email):
        raise UserRefused(Refusal.EMAIL)
    if len(name) > _LENGTH_MAX:
        raise UserRefused(Refusal.NAME)
    if not grants:
        raise UserRefused(Refusal.NO_ROLE)
    if not all(by.user.may_give(grant) for grant in grants):
        raise UserRefused(Refusal.NOT_YOURS)
    with workspace.database.writing() as connection:
        lock_sign_ins(connection)
        user, link, added = _invite(connection, by, User("", name or email, email, tuple(grants)), now)
        _log(connection, by, "invited" if link else "roles-changed", user, now, added=added)
    return Invited(user, link, added)


def _invite(
    connection: Connection, by: Manager, wanted: User, now_utc_s: int
) -> tuple[User, Link | None, tuple[Grant, ...]]:
    known = find_known(connection, wanted.email)
    member = _find(connection, known) if known else None
    if member is None:
        made = replace(wanted, id=known or secrets.token_urlsafe(12))
        if known is None:
            add_user(connection, made, now_utc_s)
        else:
            reopen_user(connection, known, now_utc_s)
            change_user(connection, known, name=made.name)
            set_grants(connection, known, made.grants)
        return made, _make_link(connection, made.id, LinkPurpose.INVITATION, now_utc_s), made.grants
    before = member.user.grants
    added = tuple(grant for grant in wanted.grants if grant not in before)
    user = replace(member.user, grants=(*before, *added))
    if added:
        set_grants(connection, user.id, user.grants)
    # whoever is invited to more than the inviter manages is let in by the others' invitation alone
    may_let_in = not member.can_sign_in and by.user.may_manage(member.user)
    link = _make_link(connection, user.id, LinkPurpose.INVITATION, now_utc_s) if may_let_in else None
    return user, link, added


def set_roles(
    workspace: Workspace, by: Manager, user_id: str, company: str | None, grants: Collection[Grant]
) -> tuple[Grant, ...]:
    """Let a user have these roles in a company (an id; None: in all of them) and no others there. Sessions are narrowed
    at once. Returns the roles that are new. Raises UserRefused."""
    with workspace.database.writing() as connection:
        lock_sign_ins(connection)
        member = _find(connection, user_id)
        if member is None:
            raise UserRefused(Refusal.UNKNOWN)
        before = member.user.grants
        elsewhere = tuple(grant for grant in before if grant.company != company)
        after = (*elsewhere, *(grant for grant in dict.fromkeys(grants) if grant.company == company))
        added = tuple(grant for grant in after if grant not in before)
        taken = tuple(grant for grant in before if grant not in after)
        if not all(by.user.may_give(grant) for grant in (*added, *taken)):
            raise UserRefused(Refusal.NOT_YOURS)
        if added or taken:
            _keep_an_administrator(connection, member, after)
            set_grants(connection, user_id, after)
            _log(connection, by, "roles-changed", member.user, workspace.now_utc_s, added=added, taken=taken)
    return added


def close(workspace: Workspace, by: Manager, user_id: str) -> None:
    """Let somebody never sign in again, or withdraw their invitation. Raises UserRefused."""
    with workspace.database.writing() as connection:
        lock_sign_ins(connection)
        member = _find_managed(connection, by, user_id)
        _keep_an_administrator(connection, member, ())
        act = "closed" if member.can_sign_in else "invitation-withdrawn"
        _log(connection, by, act, member.user, workspace.now_utc_s, taken=member.user.grants)
        close_user(connection, user_id, workspace.now_utc_s)


def make_link(workspace: Workspace, by: Manager, user_id: str) -> Link:
    """A new link for somebody: to take up the invitation, or to choose a new password. Those from before are worth
    nothing any more. Raises UserRefused."""
    with workspace.database.writing() as connection:
        lock_sign_ins(connection)
        member = _find_managed(connection, by, user_id)
        purpose = LinkPurpose.RESET if member.can_sign_in else LinkPurpose.INVITATION
        _log(connection, by, f"{purpose}-link", member.user, workspace.now_utc_s)
        return _make_link(connection, user_id, purpose, workspace.now_utc_s)


def ask_for_new_password(workspace: Workspace, email: str, address: str) -> tuple[User, Link] | None:
    """A link for whoever says that this is their address, to be sent there and shown nowhere; None where there is no
    such user, or where one was sent just now."""
    now = workspace.now_utc_s
    with workspace.database.writing() as connection:
        user = find_user(connection, email)
        member = _find(connection, user.id) if user else None
        entry = Entry("reset-asked", address=address)
        if member is not None:
            entry = replace(entry, user_id=member.user.id, who=member.user.name)
        add_entry(connection, entry, now)
        if member is None or not member.can_sign_in or member.user.id == LOCAL_USER:
            return None
        if has_link_since(connection, member.user.id, LinkPurpose.RESET, now - ASKED_AGAIN_S):
            return None
        return member.user, _make_link(connection, member.user.id, LinkPurpose.RESET, now)


def find_mail_company(workspace: Workspace, grants: Iterable[Grant]) -> Company | None:
    """The company whose mail server sends letters to somebody with these roles; None where none has one."""
    companies = [company for company in workspace.load_setup().companies if company.mail is not None]
    own = {grant.company for grant in grants}
    return next((company for company in companies if company.id in own or None in own), None)


def _find(connection: Connection, user_id: str) -> Member | None:
    if read_user(connection, user_id) is None:
        return None
    return next(one for one in list_members(connection) if one.user.id == user_id)


def _find_managed(connection: Connection, by: Manager, user_id: str) -> Member:
    member = _find(connection, user_id)
    if member is None:
        raise UserRefused(Refusal.UNKNOWN)
    if user_id == LOCAL_USER or not by.user.may_manage(member.user):
        raise UserRefused(Refusal.NOT_YOURS)
    return member


def _make_link(connection: Connection, user_id: str, purpose: LinkPurpose, now_utc_s: int) -> Link:
    withdraw_links(connection, user_id, now_utc_s)
    lasts_s = INVITATION_S if purpose is LinkPurpose.INVITATION else RESET_S
    link = Link(purpose, make_token(), now_utc_s + lasts_s)
    add_link(connection, digest_token(link.token), purpose, user_id, now_utc_s, link.until_utc_s)
    return link


def _keep_an_administrator(connection: Connection, member: Member, after: Sequence[Grant]) -> None:
    """Raises UserRefused where somebody was the last one who manages the users of a company, or of all, and would not
    any more."""
    if not member.can_sign_in:
        return
    left = replace(member.user, grants=tuple(after))
    others = [
        one.user
        for one in list_members(connection)
        if one.can_sign_in and one.user.id not in {member.user.id, LOCAL_USER}
    ]
    if member.user.may_everywhere(Right.MANAGE_COMPANIES) and not any(
        user.may_everywhere(Right.MANAGE_COMPANIES) for user in (left, *others)
    ):
        raise UserRefused(Refusal.LAST_ADMINISTRATOR)
    for company in load_setup(connection).companies:
        if member.user.may(Right.MANAGE_USERS, company.id) and not any(
            user.may(Right.MANAGE_USERS, company.id) for user in (left, *others)
        ):
            raise UserRefused(Refusal.LAST_ADMINISTRATOR)


def _log(
    connection: Connection,
    by: Manager,
    act: str,
    about: User,
    now_utc_s: int,
    *,
    added: Sequence[Grant] = (),
    taken: Sequence[Grant] = (),
) -> None:
    """Add an act to the log of each company that it is about."""
    companies = dict.fromkeys(grant.company or "" for grant in (*added, *taken) or about.grants) or {"": None}
    for company in companies:
        facts = {"user": about.id, "name": about.name, "email": about.email}
        for key, grants in (("added", added), ("taken", taken)):
            told = [_name_grant(grant) for grant in grants if (grant.company or "") == company]
            if told:
                facts[key] = ", ".join(told)
        entry = Entry(act, by.user.id, by.user.name, by.signed_in_by, by.address, company, facts=facts)
        add_entry(connection, entry, now_utc_s)


def _name_grant(grant: Grant) -> str:
    return f"{grant.role}@{grant.venue}" if grant.venue else grant.role.value
