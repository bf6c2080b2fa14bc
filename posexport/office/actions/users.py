"""Invite people, change their roles, make links for them and close them."""

from __future__ import annotations

from starlette.responses import Response

from posexport.app.user_letters import send_invitation, send_reset
from posexport.app.users import (
    Invited,
    LinkPurpose,
    Refusal,
    UserRefused,
    close,
    find_member,
    invite,
    make_link,
    set_roles,
)
from posexport.core.company import Company
from posexport.core.roles import Right
from posexport.office.pages import user as user_page, users as page
from posexport.office.visit import NotAllowed, NotFound, Visit, go_to
from posexport.office.words import office_words


def invite_to_all(visit: Visit) -> Response:
    """Invite somebody to all companies."""
    page.list_managed(visit)
    if not visit.user.may_everywhere(Right.MANAGE_COMPANIES):
        raise NotAllowed(Right.MANAGE_COMPANIES)
    return _invite(visit, None)


def invite_to_company(visit: Visit) -> Response:
    """Invite somebody to a company."""
    return _invite(visit, visit.find_company(Right.MANAGE_USERS))


def _invite(visit: Visit, company: Company | None) -> Response:
    back = page.users_address(company)
    before = _claim(visit, back)
    if before is not None:
        return go_to(before)
    grants = page.read_grants(visit, page.list_invitable(visit, company))
    try:
        done = invite(
            visit.workspace, visit.manager, visit.form.get("email", ""), grants, name=visit.form.get("name", "")
        )
    except UserRefused as refused:
        field = refused.refusal.value if refused.refusal in {Refusal.EMAIL, Refusal.NAME, Refusal.NO_ROLE} else ""
        return page.show_of(visit, company, trouble=(field, tell(visit, refused)), status_code=422)
    path = done.link.path if done.link else "/"
    posted = send_invitation(visit.workspace, visit.user.name, done, visit.site.locate(path))
    if done.link is None:
        return go_to(f"/users/{done.user.id}?saved={posted}")
    return page.show_link(visit, done.user, done.link, posted, back)


def set_roles_everywhere(visit: Visit) -> Response:
    """Let a user have other roles in all companies."""
    user_page.find(visit)
    if not visit.user.may_everywhere(Right.MANAGE_COMPANIES):
        raise NotAllowed(Right.MANAGE_COMPANIES)
    return _set_roles(visit, None)


def set_roles_in_company(visit: Visit) -> Response:
    """Let a user have other roles in a company."""
    return _set_roles(visit, visit.find_company(Right.MANAGE_USERS))


def _set_roles(visit: Visit, company: Company | None) -> Response:
    member = user_page.find(visit)
    leads_to = f"/users/{member.user.id}?saved=roles"
    before = _claim(visit, leads_to)
    if before is not None:
        return go_to(before)
    code = company.id if company else None
    # roles that are not this manager's to give have no tick, and stay
    kept = [one for one in member.user.grants if one.company == code and not visit.user.may_give(one)]
    chosen = page.read_grants(visit, [page.list_choices(visit.user, company)])
    try:
        set_roles(visit.workspace, visit.manager, member.user.id, code, [*kept, *chosen])
    except UserRefused as refused:
        return _show_refusal(visit, refused)
    still_seen = find_member(visit.workspace, visit.user, member.user.id)
    return go_to(leads_to if still_seen else page.users_address(company))


def give_link(visit: Visit) -> Response:
    """Make a link for a user, show it once, and send it."""
    member = user_page.find_managed(visit)
    back = f"/users/{member.user.id}"
    before = _claim(visit, back)
    if before is not None:
        return go_to(before)
    link = make_link(visit.workspace, visit.manager, member.user.id)
    address = visit.site.locate(link.path)
    if link.purpose is LinkPurpose.RESET:
        posted = send_reset(visit.workspace, member.user, address)
    else:
        posted = send_invitation(visit.workspace, visit.user.name, Invited(member.user, link, ()), address)
    return page.show_link(visit, member.user, link, posted, back)


def do_close(visit: Visit) -> Response:
    """Let a user sign in no more."""
    leads_to = "/users"
    try:
        member = user_page.find_managed(visit)
    except NotFound:  # closed already, perhaps by this very form
        if visit.form.get("form_key") and visit.find_sent_form():
            return go_to(leads_to)
        raise
    if visit.find_sent_form():
        return go_to(leads_to)
    try:
        close(visit.workspace, visit.manager, member.user.id)
    except UserRefused as refused:
        return user_page.show_close(visit, trouble=tell(visit, refused), status_code=422)
    with visit.workspace.database.writing() as connection:
        visit.remember_form(connection, leads_to)
    return go_to(leads_to)


def tell(visit: Visit, refused: UserRefused) -> str:
    """Why, in words."""
    return office_words(visit.lang)[f"users_{refused.refusal}"]


def _show_refusal(visit: Visit, refused: UserRefused) -> Response:
    if refused.refusal is Refusal.UNKNOWN:
        raise NotFound
    return user_page.show(visit, trouble=tell(visit, refused), status_code=422)


def _claim(visit: Visit, leads_to: str) -> str | None:
    """Take this form before it is carried out: a link that it makes is shown once. Returns where it led if it was sent
    before."""
    with visit.workspace.database.writing() as connection:
        return visit.remember_form(connection, leads_to)
