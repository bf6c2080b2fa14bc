"""Signing in. The link that the office prints shows a button first, so that whatever looks at addresses before people
do (mail programs, chats) does not use it up."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from posexport.office.access import LASTS_S, is_local_link_usable, sign_in_by_local_link
from posexport.office.fill import fill
from posexport.office.security import is_from_own_page
from posexport.office.site import Site
from posexport.office.visit import find_address
from posexport.office.words import choose_language, office_words
from posexport.texts.language import Lang


def answer(site: Site, request: Request, form: Mapping[str, str]) -> Response:
    """The page, or what comes of its form."""
    lang = choose_language("", request.headers.get("accept-language", ""))
    if request.method == "GET":
        token = request.query_params.get("token", "")
        return _show(lang, token, is_usable=bool(token) and is_local_link_usable(site, token))
    token = form.get("token", "")
    if not is_from_own_page(request, site):
        return _show(lang, "", is_usable=False, status_code=403)
    made = sign_in_by_local_link(site, token, find_address(request))
    if made is None:
        return _show(lang, token, is_usable=False, status_code=403)
    response = RedirectResponse("/", status_code=303)
    response.set_cookie(site.cookie, made, max_age=LASTS_S, httponly=True, secure=site.is_https, samesite="lax")
    return response


def _show(lang: Lang, token: str, *, is_usable: bool, status_code: int = 200) -> Response:
    words = office_words(lang)
    return fill("sign_in.html.j2", lang, status_code=status_code, t=words, token=token, is_usable=is_usable)
