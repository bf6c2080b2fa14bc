"""Every address of the office, and what it leads to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from posexport.errors import PosexportError
from posexport.office.access import find_session, make_form_token
from posexport.office.actions import accept, draft, resolve, set_account, sign_out, stop
from posexport.office.fill import fill
from posexport.office.pages import (
    confirm_draft,
    day,
    days,
    help as help_page,
    log,
    resolve as resolve_page,
    run,
    runs,
    search,
    set_account as set_account_page,
    sign_in,
    today,
)
from posexport.office.security import Guard, answer_error, is_own_form
from posexport.office.site import Site
from posexport.office.visit import Declined, NotAllowed, NotFound, Visit, describe_error
from posexport.office.words import choose_language, office_words
from posexport.render.templates import find_template

Handler = Callable[[Visit], Response]
_Endpoint = Callable[[Request], Awaitable[Response]]
_Handle = Callable[[Request, Exception], Response]

PAGES: dict[str, Handler] = {
    "/": today.show,
    "/days": days.show,
    "/v/{venue}/{day}": day.show,
    "/v/{venue}/{day}/draft": confirm_draft.show,
    "/v/{venue}/{day}/revise": confirm_draft.show_revise,
    "/v/{venue}/{day}/resolve": resolve_page.show,
    "/v/{venue}/{day}/account": set_account_page.show,
    "/runs": runs.show,
    "/runs/{run}": run.show,
    "/runs/{run}/events": run.tell,
    "/log": log.show,
    "/search": search.show,
    "/help": help_page.show,
}
"""Pages: what a GET shows. None changes anything."""

ACTIONS: dict[str, Handler] = {
    "/logout": sign_out.do,
    "/v/{venue}/{day}/draft": draft.do,
    "/v/{venue}/{day}/revise": draft.do_revise,
    "/v/{venue}/{day}/resolve": resolve.do,
    "/v/{venue}/{day}/accept": accept.do,
    "/v/{venue}/{day}/account": set_account.do,
    "/runs/{run}/stop": stop.do,
}
"""Actions: what a POST does, for a form of one of the pages."""

STATIC = ("office.css", "preview.css", "htmx.min.js", "hx-sse.min.js", "office.js")
"""What pages load, by its name under `/static/`."""


def build_app(site: Site) -> Starlette:
    """The office as an ASGI application."""
    routes: list[BaseRoute] = [
        Route("/login", partial(_sign_in, site), methods=["GET", "POST"]),
        Route("/healthz", _tell_health, methods=["GET"]),
        *[Route(f"/static/{name}", _serve(name), methods=["GET"]) for name in STATIC],
        *[Route(path, _page(site, handler), methods=["GET"]) for path, handler in PAGES.items()],
        *[Route(path, _action(site, handler), methods=["POST"]) for path, handler in ACTIONS.items()],
    ]
    handlers: dict[Any, _Handle] = {404: _answer_unknown, 405: _answer_unknown, 500: lambda *_: answer_error(site)}
    return Starlette(routes=routes, middleware=[Middleware(Guard, site=site)], exception_handlers=handlers)


def _page(site: Site, handler: Handler) -> _Endpoint:
    async def answer(request: Request) -> Response:
        return await run_in_threadpool(_show, site, handler, request)

    return answer


def _action(site: Site, handler: Handler) -> _Endpoint:
    async def answer(request: Request) -> Response:
        return await run_in_threadpool(_do, site, handler, request, await _read_form(request))

    return answer


async def _read_form(request: Request) -> dict[str, str]:
    """The fields of a form; none of a request that has no body."""
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


def _show(site: Site, handler: Handler, request: Request) -> Response:
    visit = _begin(site, request, {})
    return visit if isinstance(visit, Response) else _run(handler, visit)


def _do(site: Site, handler: Handler, request: Request, form: dict[str, str]) -> Response:
    visit = _begin(site, request, form)
    if isinstance(visit, Response):
        return visit
    if not is_own_form(request, site, request.cookies[site.cookie], form.get("form_token", "")):
        visit.log("form-refused", path=request.url.path)
        return visit.show("refused.html.j2", status_code=403, told=office_words(visit.lang)["form_of_elsewhere"])
    return _run(handler, visit)


def _begin(site: Site, request: Request, form: dict[str, str]) -> Visit | Response:
    """The visit of whoever is signed in; the way to sign in for anybody else."""
    token = request.cookies.get(site.cookie)
    session = find_session(site, token)
    if session is None or token is None:
        return RedirectResponse("/login", status_code=303)
    lang = choose_language(session.user.language, request.headers.get("accept-language", ""))
    return Visit(site, request, session, make_form_token(token), lang, form)


def _run(handler: Handler, visit: Visit) -> Response:
    words = office_words(visit.lang)
    try:
        return handler(visit)
    except NotFound:
        return visit.show("refused.html.j2", status_code=404, told=words["not_found"])
    except NotAllowed as missing:
        visit.log("not-allowed", path=visit.request.url.path, right=missing.right.value)
        told = words["not_allowed"].format(role=words[f"right_{missing.right.value}"])
        return visit.show("refused.html.j2", status_code=403, told=told)
    except Declined as declined:
        return visit.show("refused.html.j2", status_code=422, told=declined.words)
    except PosexportError as error:
        return visit.show("refused.html.j2", status_code=422, told=describe_error(error, visit.lang))


async def _sign_in(site: Site, request: Request) -> Response:
    form = await _read_form(request) if request.method == "POST" else {}
    return await run_in_threadpool(sign_in.answer, site, request, form)


async def _tell_health(_: Request) -> Response:
    return PlainTextResponse("ok\n")


def _serve(name: str) -> _Endpoint:
    path = find_template(name if name == "preview.css" else f"static/{name}")

    async def answer(_: Request) -> Response:
        return FileResponse(Path(path), headers={"cache-control": "max-age=300"})

    return answer


def _answer_unknown(request: Request, _: Exception) -> Response:
    lang = choose_language("", request.headers.get("accept-language", ""))
    return fill("unknown.html.j2", lang, status_code=404, t=office_words(lang))
