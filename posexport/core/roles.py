"""Who may do what in the office: roles, the rights they give, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the command line reads roles before it knows what is asked
    from posexport.core.company import Company, Setup, Venue


class Role(StrEnum):
    """What somebody is to a company. Values are stored; never rename."""

    READER = "reader"
    SHOP = "shop"
    BOOKKEEPER = "bookkeeper"
    ADMINISTRATOR = "administrator"
    PARTNER = "partner"
    """Runs several companies, such as an accounting firm."""


class Right(StrEnum):
    """What may be done. Several roles add up."""

    SEE = "see"
    """Days, vouchers, reports and orders."""
    UPLOAD = "upload"
    """Sales files."""
    BOOK = "book"
    """Draft, revise, accept and resolve days, send orders and link customers."""
    MAP = "map"
    """Accounts, VAT codes, payment types and products."""
    CONNECT = "connect"
    """Venues, schedules, keys, messages and targets."""
    MANAGE_USERS = "manage-users"
    MANAGE_COMPANIES = "manage-companies"


RIGHTS = {
    Role.READER: frozenset({Right.SEE}),
    Role.SHOP: frozenset({Right.SEE, Right.UPLOAD}),
    Role.BOOKKEEPER: frozenset({Right.SEE, Right.UPLOAD, Right.BOOK, Right.MAP}),
    Role.ADMINISTRATOR: frozenset({Right.SEE, Right.UPLOAD, Right.MAP, Right.CONNECT, Right.MANAGE_USERS}),
    Role.PARTNER: frozenset(
        {Right.SEE, Right.UPLOAD, Right.MAP, Right.CONNECT, Right.MANAGE_USERS, Right.MANAGE_COMPANIES}
    ),
}
"""The rights of each role."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a company and at a venue (ids); None: in all of them."""

    role: Role
    company: str | None = None
    venue: str | None = None

    def reaches(self, company: str, venue: str | None) -> bool:
        """Whether it holds in a company and, where one is given, at its venue. What concerns a company as a whole is
        not reached by a role at one venue."""
        return self.company in {None, company} and (self.venue is None or self.venue == venue)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in. `language`: "" where the browser's counts; `has_keys`: letters are shortcuts."""

    id: str
    name: str
    email: str
    grants: tuple[Grant, ...] = ()
    language: str = ""
    has_keys: bool = True

    def may(self, right: Right, company: str, venue: str | None = None) -> bool:
        """Whether the user has a right in a company, or at one of its venues."""
        return any(right in RIGHTS[grant.role] and grant.reaches(company, venue) for grant in self.grants)

    def may_at(self, right: Right, venue: Venue) -> bool:
        """Whether the user has a right at a venue; at one that was removed from the setup, in its company as a
        whole."""
        return self.may(right, venue.company_id, None if venue.is_removed else venue.id)

    def may_everywhere(self, right: Right) -> bool:
        """Whether the user has a right in all companies, also in those to come."""
        return any(
            right in RIGHTS[grant.role] and grant.company is None and grant.venue is None for grant in self.grants
        )

    def may_give(self, grant: Grant) -> bool:
        """Whether the user may give somebody a role, and take it away: in all companies only whoever manages all of
        them, and only they make others managers of companies."""
        right = Right.MANAGE_COMPANIES if grant.role is Role.PARTNER else Right.MANAGE_USERS
        if grant.company is None:
            return self.may_everywhere(Right.MANAGE_COMPANIES)
        return self.may(right, grant.company)

    def may_manage(self, other: User) -> bool:
        """Whether the user may do everything with another one that can be done: close them, and give them a new
        password. Where only some of the other's roles are the user's to give, only those can be changed."""
        if not other.grants:
            return self.may_everywhere(Right.MANAGE_USERS)
        return all(self.may_give(grant) for grant in other.grants)

    def list_venues(self, setup: Setup, right: Right = Right.SEE) -> Iterator[Venue]:
        """The venues at which the user has a right."""
        return (venue for venue in setup.venues if self.may_at(right, venue))

    def list_companies(self, setup: Setup, right: Right = Right.SEE) -> Iterator[Company]:
        """The companies in which, or at one of whose venues, the user has a right."""
        for company in setup.companies:
            if self.may(right, company.id) or any(self.may_at(right, venue) for venue in company.venues):
                yield company


EVERYTHING = (Grant(Role.BOOKKEEPER), Grant(Role.PARTNER))
"""All rights everywhere: of whoever runs the office on their own machine."""
