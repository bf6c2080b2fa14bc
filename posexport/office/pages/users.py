"""Users: who may sign in, and as what; those of a company, or of all that one manages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from starlette.responses import Response

from posexport.app.users import Link, find_mail_company, find_members
from posexport.core.company import Company
from posexport.core.roles import Grant, Right, Role, User
from posexport.office.visit import NotAllowed, Visit


def show(visit: Visit) -> Response:
    """The page of everybody in the companies whose users one manages."""
    companies = list_managed(visit)
    if len(companies) == 1 and not visit.user.may_everywhere(Right.MANAGE_COMPANIES):
        return show_of(visit, companies[0])
    return show_of(visit, None)


def show_company(visit: Visit) -> Response:
    """The page of one company."""
    return show_of(visit, visit.find_company(Right.MANAGE_USERS))


def list_managed(visit: Visit) -> list[Company]:
    """The companies whose users one manages. Raises NotAllowed where there are none."""
    companies = [one for one in visit.setup.companies if visit.user.may(Right.MANAGE_USERS, one.id)]
    if not companies and not visit.user.may_everywhere(Right.MANAGE_USERS):
        raise NotAllowed(Right.MANAGE_USERS)
    return companies


def show_of(
    visit: Visit, company: Company | None, *, trouble: tuple[str, str] | None = None, status_code: int = 200
) -> Response:
    """The page. `trouble`: the field of the form that is at fault, and why."""
    return visit.show(
        "users.html.j2",
        status_code=status_code,
        company=company,
        managed=list_managed(visit),
        manages_companies=Right.MANAGE_COMPANIES,
        members=find_members(visit.workspace, visit.user, company.id if company else None),
        names=_name_places(visit),
        may_invite=company is not None or visit.user.may_everywhere(Right.MANAGE_COMPANIES),
        address=users_address(company),
        choices=list_invitable(visit, company),
        chosen=read_grants(visit, list_invitable(visit, company)),
        form=visit.form,
        trouble=trouble,
        clock=visit.clock,
    )


def users_address(company: Company | None) -> str:
    """Where the users of a company are listed; None: of all."""
    return f"/c/{company.id}/users" if company else "/users"


class RoleField(NamedTuple):
    """A role that may be given, and the name of its field."""

    grant: Grant
    name: str


@dataclass(frozen=True, slots=True)
class RolePlace:
    """Where roles may be given: in all companies (`company` is None), or in one. `venues`: by name, where a role may be
    at one of them alone."""

    company: Company | None
    roles: Sequence[RoleField]
    venues: Sequence[tuple[str, Sequence[RoleField]]] = ()

    @property
    def fields(self) -> list[RoleField]:
        """Every role of it."""
        return [*self.roles, *(field for _, fields in self.venues for field in fields)]

    def has_any(self, grants: Collection[Grant]) -> bool:
        """Whether one of these roles is here."""
        return any(field.grant in grants for field in self.fields)

    def has_at_venue(self, grants: Collection[Grant]) -> bool:
        """Whether one of these roles is here, at a venue alone."""
        return any(field.grant in grants for _, fields in self.venues for field in fields)


def list_choices(user: User, company: Company | None, prefix: str = "") -> RolePlace:
    """The roles that somebody may give in a company, or in all of them. `prefix`: goes before the names of fields where
    a form is about several places."""

    def list_fields(venue: str | None) -> list[RoleField]:
        grants = [Grant(role, company.id if company else None, venue) for role in Role]
        grants = [one for one in grants if user.may_give(one) and (venue is None or one.role is not Role.PARTNER)]
        return [RoleField(grant, f"{prefix}role-{grant.role}-{venue or ''}") for grant in grants]

    venues = [(venue.name, list_fields(venue.id)) for venue in company.venues] if company else []
    return RolePlace(company, list_fields(None), venues)


PLACES_AT_ONCE = 5
"""A form is about so many companies at most; those of more have pages of their own."""


def list_invitable(visit: Visit, company: Company | None) -> list[RolePlace]:
    """The places of an invitation's form: a company; or few companies, and all of them."""
    if company is not None:
        return [list_choices(visit.user, company)]
    managed = list_managed(visit)
    own = managed if len(managed) <= PLACES_AT_ONCE else []
    return [*(list_choices(visit.user, one, f"{one.id}-") for one in own), list_choices(visit.user, None)]


def read_grants(visit: Visit, places: Iterable[RolePlace]) -> list[Grant]:
    """The roles that a form has ticks for."""
    return [field.grant for place in places for field in place.fields if visit.form.get(field.name)]


def show_link(visit: Visit, user: User, link: Link, posted: str, back: str) -> Response:
    """The page of a link that was made just now: the only time that it is shown."""
    return visit.show(
        "made_link.html.j2",
        about=user,
        link=link,
        address=visit.site.locate(link.path),
        until=visit.clock(link.until_utc_s),
        posted=posted,
        back=back,
    )


def can_post(visit: Visit, user: User) -> bool:
    """Whether letters to a user can be sent."""
    return find_mail_company(visit.workspace, user.grants) is not None


def _name_places(visit: Visit) -> dict[str, str]:
    """The names of companies and venues, by id."""
    setup = visit.setup
    return {one.id: one.name for one in setup.companies} | {one.id: one.name for one in setup.venues}
