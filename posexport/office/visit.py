"""One request of somebody who is signed in: who, what is asked for, and what may be shown."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from urllib.parse import quote
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from posexport.app.users import Manager
from posexport.app.workspace import Workspace
from posexport.core.actor import Actor, KnownBy
from posexport.core.company import USUAL_ZONE, Company, Setup, Venue
from posexport.core.roles import Right, User
from posexport.errors import PosexportError
from posexport.office.fill import fill
from posexport.office.menu import list_entries
from posexport.office.site import Site
from posexport.office.uploads import Received
from posexport.office.words import office_words
from posexport.store.database import Connection
from posexport.store.office_log import Entry, add_entry
from posexport.store.office_users import Session, read_form, use_form
from posexport.texts.language import Lang

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Of the business days that have a page."""


class NotFound(Exception):
    """There is no such thing, or not for this user, who is not told which."""


class NotAllowed(Exception):
    """The user sees this and may not do it. `right`: the one that is missing."""

    def __init__(self, right: Right) -> None:
        super().__init__(right.value)
        self.right = right


class Declined(Exception):
    """What a form asks for cannot be done: `words` say why, to a person; `field`: which of its fields is at fault."""

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.words, self.field = words, field


@dataclass(frozen=True)
class Visit:
    """One request. `form`: the fields sent with it; `received`: the files that came with it, where it may have some;
    `form_token`: goes into every form of its pages."""

    site: Site
    request: Request = field(repr=False)
    session: Session
    form_token: str = field(repr=False)
    lang: Lang
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    received: Received | None = field(default=None, repr=False)

    @property
    def user(self) -> User:
        """Who asks."""
        return self.session.user

    @property
    def workspace(self) -> Workspace:
        """The workspace, with the user as the one who acts."""
        return replace(self.site.workspace, actor=Actor(self.user.name, KnownBy.SIGNED_IN))

    @cached_property
    def setup(self) -> Setup:
        """The whole setup, as it was when it was first asked for."""
        return self.site.workspace.load_setup()

    @cached_property
    def companies(self) -> list[Company]:
        """The companies of which the user may see something."""
        return list(self.user.list_companies(self.setup))

    @cached_property
    def company(self) -> Company | None:
        """The one of them that the address chooses (`?company=`); None for all of them."""
        chosen = self.request.query_params.get("company", "")
        return next((company for company in self.companies if company.id == chosen), None)

    @cached_property
    def venues(self) -> list[Venue]:
        """The venues that the user may see, of the chosen company where one is."""
        seen = self.user.list_venues(self.setup)
        return [venue for venue in seen if self.company is None or venue.company_id == self.company.id]

    @cached_property
    def venues_with_removed(self) -> list[Venue]:
        """Those venues, and after them those that were removed from the setup of companies that the user sees as a
        whole: what was sold on account there is owed all the same."""
        removed = (venue for venue in self.workspace.list_with_removed() if venue.is_removed)
        seen = (venue for venue in removed if self.user.may_at(Right.SEE, venue))
        return [*self.venues, *(venue for venue in seen if self.company in (None, self.setup.company_of(venue)))]

    @property
    def manager(self) -> Manager:
        """The user as whoever manages users, for the log."""
        return Manager(self.user, self.session.signed_in_by, find_address(self.request))

    def find_company(self, right: Right = Right.SEE) -> Company:
        """The company that the address names: one that the user sees as a whole, or a venue of.

        Raises NotFound where the user sees nothing of it, NotAllowed where the right is missing in all of it.
        """
        code = self.request.path_params["company"]
        company = next((one for one in self.companies if one.id == code), None)
        if company is None:
            raise NotFound
        if right is not Right.SEE and not self.user.may(right, company.id):
            raise NotAllowed(right)
        return company

    def company_of(self, venue: Venue) -> Company:
        """The company of a venue."""
        return self.setup.company_of(venue)

    def local_now(self) -> datetime:
        """The time by the clock of the user's first venue; by Norway's without one."""
        return self.clock(self.workspace.now_utc_s)

    def clock(self, utc_s: int) -> datetime:
        """A time (UTC s) by that clock."""
        return (
            self.venues[0].calendar.local(utc_s) if self.venues else datetime.fromtimestamp(utc_s, ZoneInfo(USUAL_ZONE))
        )

    def find_venue(self, right: Right = Right.SEE) -> Venue:
        """The venue that the address names.

        Raises NotFound where the user may not see it, NotAllowed where the right is missing.
        """
        venue = self.setup.venue(self.request.path_params["venue"])
        if venue is None or not self.user.may_at(Right.SEE, venue):
            raise NotFound
        if not self.user.may_at(right, venue):
            raise NotAllowed(right)
        return venue

    def find_day(self) -> date:
        """The business day that the address names. Raises NotFound."""
        try:
            day = date.fromisoformat(self.request.path_params["day"])
        except ValueError:
            raise NotFound from None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise NotFound
        return day

    def show(self, template: str, *, status_code: int = 200, **values: object) -> Response:
        """A page."""
        return fill(template, self.lang, status_code=status_code, **self.on_every_page, **values)

    @cached_property
    def on_every_page(self) -> Mapping[str, object]:
        """What every template is filled with."""
        return {
            "user": self.user,
            "path": self.request.url.path,
            "menu": list_entries(self.user),
            "companies": self.companies,
            "chosen_company": self.company,
            "company_query": f"?company={quote(self.company.id)}" if self.company else "",
            "form_token": self.form_token,
            # a page can be sent twice; each form on it has a key that can be used once
            "form_key": secrets.token_urlsafe(16),
            "t": office_words(self.lang),
            "now_utc_s": self.workspace.now_utc_s,
            "printed_at": self.local_now(),
        }

    @property
    def form_key(self) -> str:
        """The key of the form that was sent. Raises Declined for a form without one."""
        key = self.form.get("form_key", "")
        if not key:
            raise Declined(office_words(self.lang)["form_without_key"])
        return key

    def find_sent_form(self) -> str | None:
        """Where this very form led when it was carried out before; None where it was not."""
        key = self.form_key
        with self.workspace.database.reading() as connection:
            return read_form(connection, key, self.user.id)

    def remember_form(self, connection: Connection, leads_to: str) -> str | None:
        """Note, in the transaction that does it, that this form is carried out. Returns None the first time, and where
        it led if it was carried out meanwhile."""
        return use_form(connection, self.form_key, self.user.id, leads_to, self.workspace.now_utc_s)

    def log(
        self, act: str, about: Venue | Company | None = None, day: date | None = None, why: str = "", /, **facts: object
    ) -> None:
        """Add to the log what was done. `about`: None where it concerns neither a venue nor a company."""
        with self.workspace.database.writing() as connection:
            self.log_in(connection, act, about, day, why, **facts)

    def log_in(
        self,
        connection: Connection,
        act: str,
        about: Venue | Company | None = None,
        day: date | None = None,
        why: str = "",
        /,
        **facts: object,
    ) -> None:
        """The same, in the transaction that did it."""
        add_entry(connection, self.make_entry(act, *_ids_of(about), day, why, facts), self.workspace.now_utc_s)

    def note_done(
        self, leads_to: str, act: str, about: Venue | Company | None, day: date | None = None, /, **facts: object
    ) -> None:
        """Note that the form that was sent is carried out and where it leads, and add to the log what was done."""
        with self.workspace.database.writing() as connection:
            self.remember_form(connection, leads_to)
            self.log_in(connection, act, about, day, **facts)

    def note_reasoned(self, leads_to: str, act: str, about: Venue, day: date, why: str, /, **facts: object) -> None:
        """The same of what is done for a reason that a person gave."""
        with self.workspace.database.writing() as connection:
            self.remember_form(connection, leads_to)
            self.log_in(connection, act, about, day, why, **facts)

    def make_entry(
        self, act: str, company: str, venue: str, day: date | None, why: str, facts: Mapping[str, object]
    ) -> Entry:
        """An entry for the log. `company`, `venue`: ids, "" for none."""
        user = self.user
        return Entry(
            act,
            user.id,
            user.name,
            self.session.signed_in_by,
            find_address(self.request),
            company,
            venue,
            day,
            facts,
            why,
        )


def _ids_of(about: Venue | Company | None) -> tuple[str, str]:
    """The ids of a company and a venue, "" for none."""
    if isinstance(about, Venue):
        return about.company_id, about.id
    return (about.id if about else "", "")


def find_address(request: Request) -> str:
    """The address that a request came from."""
    return request.client.host if request.client else ""


def go_to(path: str) -> Response:
    """What an action answers: look at this page."""
    return RedirectResponse(path, status_code=303)


def read_number(text: str) -> int | None:
    """A whole number as an address or a form has it, of nine digits at most; None for anything else.

    >>> read_number("42"), read_number("-1"), read_number("²"), read_number("9" * 10)
    (42, None, None, None)
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def answer_csv(text: str, name: str) -> Response:
    """A CSV file to keep, with a mark that it is UTF-8, so that spreadsheets open it as it is."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text.encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def tell_refusal(general: str, error: PosexportError, lang: Lang) -> str:
    """Why something was refused: in the words of the refusal, without what is typed, where the language has them; and
    in general."""
    from posexport.texts.failures import describe_failure, is_known

    text = str(error)
    told = _TYPED.sub("", describe_failure(text, lang).text)
    return f"{told} {general}" if lang == "en" or is_known(text) else general


_TYPED = re.compile(r":? ?(?:posexport |--)[^.]*")


def describe_error(error: PosexportError, lang: Lang) -> str:
    """An error as it is told on a page, without anything to type in a terminal."""
    from posexport.texts.failures import describe_failure

    told = describe_failure(str(error), lang).text
    return office_words(lang)["error_without_words"] if "posexport " in told else told
