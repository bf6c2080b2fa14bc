"""One request of somebody who is not signed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from posexport.office.access import LASTS_S, Caller
from posexport.office.fill import fill
from posexport.office.site import Site
from posexport.office.visit import go_to
from posexport.office.words import choose_language, office_words
from posexport.texts.language import Lang


@dataclass(frozen=True)
class Stranger:
    """One request. `form`: the fields sent with it, None where it asks for a page."""

    site: Site
    request: Request = field(repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)

    @property
    def lang(self) -> Lang:
        """The browser's language."""
        return choose_language("", self.request.headers.get("accept-language", ""))

    @property
    def words(self) -> Mapping[str, str]:
        """The words of the pages."""
        return office_words(self.lang)

    @property
    def caller(self) -> Caller:
        """Where the request comes from."""
        return find_caller(self.request, self.site)

    def show(self, template: str, *, status_code: int = 200, **values: object) -> Response:
        """A page without a menu."""
        return fill(template, self.lang, status_code=status_code, t=self.words, **values)

    def refuse(self, status_code: int, word: str) -> Response:
        """A page that says why not."""
        return self.show("unknown.html.j2", status_code=status_code, told=self.words[word])

    def let_in(self, token: str, to: str = "/") -> Response:
        """What signing in answers: the session's cookie, and the page that was asked for."""
        response = go_to(find_own_page(to))
        set_cookie(response, self.site, token)
        return response


def find_caller(request: Request, site: Site) -> Caller:
    """Where a request comes from."""
    return Caller(
        request.client.host if request.client else "",
        request.headers.get("user-agent", ""),
        request.cookies.get(site.cookie, ""),
        request.scope.get("posexport.user", ""),
    )


def set_cookie(response: Response, site: Site, token: str) -> None:
    """Give a browser the token of its session."""
    response.set_cookie(site.cookie, token, max_age=LASTS_S, httponly=True, secure=site.is_https, samesite="lax")


def find_own_page(to: str) -> str:
    """A page of ours, from an address that anybody may have made up.

    >>> find_own_page("/v/torget/2026-11-20?part=z"), find_own_page("//evil.example"), find_own_page("https://x")
    ('/v/torget/2026-11-20?part=z', '/', '/')
    """
    is_own = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable() and "\\" not in to
    return to if is_own else "/"
