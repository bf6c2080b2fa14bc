"""A user: their roles, a link for a new password or the invitation, and closing."""

from __future__ import annotations

from starlette.responses import Response

from posexport.app.users import Member, find_member
from posexport.core.company import Company
from posexport.core.roles import Right
from posexport.office.pages.users import PLACES_AT_ONCE, list_choices, list_managed
from posexport.office.visit import NotAllowed, NotFound, Visit
from posexport.office.words import WORDS


def find(visit: Visit) -> Member:
    """The user that the address names. Raises NotFound for whoever has no role where this one sees anything, NotAllowed
    where it is not theirs to manage users."""
    wanted = visit.request.path_params["user"]
    if find_member(visit.workspace, visit.user, wanted, Right.SEE) is None:
        raise NotFound
    list_managed(visit)
    member = find_member(visit.workspace, visit.user, wanted)
    if member is None:
        raise NotAllowed(Right.MANAGE_USERS)
    return member


def find_managed(visit: Visit) -> Member:
    """The same, as somebody who may do everything with them. Raises NotAllowed too."""
    member = find(visit)
    if not visit.user.may_manage(member.user):
        raise NotAllowed(Right.MANAGE_COMPANIES)
    return member


def show(visit: Visit, *, trouble: str = "", status_code: int = 200) -> Response:
    """The page. `trouble`: why what was asked for last is not done."""
    member, saved = find(visit), visit.request.query_params.get("saved", "")
    managed = list_managed(visit)
    places: list[Company | None] = [
        company
        for company in managed
        if len(managed) <= PLACES_AT_ONCE or any(one.company == company.id for one in member.user.grants)
    ]
    if visit.user.may_everywhere(Right.MANAGE_COMPANIES):
        places.append(None)
    shown = {company.id if company else None for company in places}
    return visit.show(
        "user.html.j2",
        status_code=status_code,
        member=member,
        about=member.user,
        places=[list_choices(visit.user, company) for company in places],
        others=[grant for grant in member.user.grants if grant.company not in shown and grant.company is None],
        may_manage=visit.user.may_manage(member.user),
        is_me=member.user.id == visit.user.id,
        saved=saved if f"user_saved_{saved}" in WORDS else "",
        trouble=trouble,
        clock=visit.clock,
    )


def show_close(visit: Visit, *, trouble: str = "", status_code: int = 200) -> Response:
    """What closing does, and the button."""
    member = find_managed(visit)
    return visit.show("close_user.html.j2", status_code=status_code, member=member, about=member.user, trouble=trouble)
