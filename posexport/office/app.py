"""Every address of the office, and what it leads to."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from posexport.core.roles import RIGHTS, Right
from posexport.errors import PosexportError, StoreTrouble, StoreUnusable
from posexport.office.access import digest_token, find_session, make_form_token, renew_token
from posexport.office.actions import (
    accept,
    accounts as account_actions,
    check,
    customers as customer_actions,
    draft,
    draft_period as draft_period_action,
    give_register,
    log as log_action,
    mail,
    mapping,
    me as me_actions,
    no_sales,
    orders as order_actions,
    read_again,
    resolve,
    save_settings,
    set_account,
    set_key,
    sign_out,
    stop,
    unaccept,
    undo_import,
    upload,
    users as users_actions,
)
from posexport.office.fill import fill
from posexport.office.pages import (
    accounts,
    check as check_page,
    company,
    confirm_draft,
    customers,
    day,
    day_report,
    days,
    draft_period,
    elsewhere,
    files,
    guide,
    help as help_page,
    imported,
    link,
    log,
    mail as mail_page,
    mapping as mapping_page,
    me,
    month,
    not_invoiced,
    order,
    orders,
    reading,
    reset,
    resolve as resolve_page,
    run,
    runs,
    search,
    set_account as set_account_page,
    setup,
    sign_in,
    today,
    user,
    users,
    venue,
)
from posexport.office.security import (
    HEALTH,
    STRANGERS_BYTES_MAX,
    Guard,
    TooLarge,
    answer_error,
    is_from_own_page,
    is_own_form,
    limit_body,
)
from posexport.office.site import Site
from posexport.office.stranger import Stranger, find_caller, set_cookie
from posexport.office.uploads import (
    FILES_MAX,
    UPLOAD_BYTES_MAX,
    NotWhole,
    Received,
    find_uploads,
    is_upload,
    keepable,
    receive,
)
from posexport.office.visit import Declined, NotAllowed, NotFound, Visit, describe_error
from posexport.office.words import choose_language, office_words
from posexport.render.templates import find_template
from posexport.store.office_runs import read_runs
from posexport.store.office_users import Session

_log = logging.getLogger("posexport.office")

Handler = Callable[[Visit], Response]
_Endpoint = Callable[[Request], Awaitable[Response]]
_Handle = Callable[[Request, Exception], Response]

PAGES: dict[str, Handler] = {
    "/": today.show,
    "/days": days.show,
    "/month": month.choose,
    "/c/{company}/month": month.show,
    "/draft": draft_period.show,
    "/v/{venue}/{day}": day.show,
    "/v/{venue}/{day}/report": day_report.show,
    "/v/{venue}/{day}/draft": confirm_draft.show,
    "/v/{venue}/{day}/revise": confirm_draft.show_revise,
    "/v/{venue}/{day}/resolve": resolve_page.show,
    "/v/{venue}/{day}/account": set_account_page.show,
    "/files": files.show,
    "/files/{run}": reading.show,
    "/imports/{file}": imported.show,
    "/setup": setup.show,
    "/c/{company}": company.show,
    "/c/{company}/check": check_page.show,
    "/c/{company}/mail": mail_page.show,
    "/c/{company}/mail/remove": mail_page.show_remove,
    "/c/{company}/venues/{venue}": venue.show,
    "/orders": orders.show,
    "/orders.csv": orders.download,
    "/orders/not-invoiced": not_invoiced.show,
    "/orders/{reference}": order.show,
    "/orders/{reference}/send": order.show_send,
    "/orders/{reference}/revise": order.show_revise,
    "/orders/{reference}/move": order.show_move,
    "/orders/{reference}/resolve": order.show_resolve,
    "/customers": customers.show,
    "/accounts": accounts.choose,
    "/c/{company}/accounts": accounts.show,
    "/c/{company}/accounts/file": accounts.download,
    "/c/{company}/accounts/paste": mapping_page.show,
    "/c/{company}/accounts/history": accounts.show_history,
    "/c/{company}/accounts/restore": accounts.show_restore,
    "/c/{company}/customers/link": customers.show_link,
    "/c/{company}/customers/unlink": customers.show_unlink,
    "/c/{company}/customers/create": customers.show_create,
    "/runs": runs.show,
    "/runs/{run}": run.show,
    "/runs/{run}/events": run.tell,
    "/log": log.show,
    "/users": users.show,
    "/c/{company}/users": users.show_company,
    "/users/{user}": user.show,
    "/users/{user}/close": user.show_close,
    "/me": me.show,
    "/search": search.show,
    "/help": help_page.show,
    "/help/{topic}": guide.show,
}
"""Pages: what a GET shows. None changes anything."""

ACTIONS: dict[str, Handler] = {
    "/logout": sign_out.do,
    "/draft": draft_period_action.do,
    "/v/{venue}/{day}/draft": draft.do,
    "/v/{venue}/{day}/revise": draft.do_revise,
    "/v/{venue}/{day}/resolve": resolve.do,
    "/v/{venue}/{day}/accept": accept.do,
    "/v/{venue}/{day}/unaccept": unaccept.do,
    "/v/{venue}/{day}/no-sales": no_sales.do,
    "/v/{venue}/{day}/account": set_account.do,
    "/files": upload.do,
    "/files/register": give_register.do,
    "/v/{venue}/inbox": read_again.do,
    "/imports/{file}/undo": undo_import.do,
    "/c/{company}": save_settings.do_company,
    "/c/{company}/check": check.do,
    "/c/{company}/keys": set_key.do,
    "/c/{company}/mail": save_settings.do_mail,
    "/c/{company}/mail/password": mail.set_password,
    "/c/{company}/mail/test": mail.send_test,
    "/c/{company}/mail/remove": mail.remove,
    "/c/{company}/venues/{venue}/keys": set_key.do,
    "/c/{company}/venues/{venue}": save_settings.do_venue,
    "/c/{company}/venues/{venue}/automatic": save_settings.do_automatic,
    "/orders/{reference}/send": order_actions.send,
    "/orders/{reference}/revise": order_actions.revise,
    "/orders/{reference}/move": order_actions.move,
    "/orders/{reference}/resolve": order_actions.resolve,
    "/orders/{reference}/accept": order_actions.accept,
    "/c/{company}/accounts": account_actions.save,
    "/c/{company}/accounts/restore": account_actions.restore,
    "/c/{company}/accounts/paste": mapping.read,
    "/c/{company}/accounts/paste/save": mapping.save,
    "/c/{company}/accounts/chart": account_actions.read_chart,
    "/c/{company}/customers/link": customer_actions.link,
    "/c/{company}/customers/unlink": customer_actions.unlink,
    "/c/{company}/customers/create": customer_actions.create,
    "/c/{company}/customers/read": customer_actions.read_again,
    "/runs/{run}/stop": stop.do,
    "/log": log_action.do,
    "/users": users_actions.invite_to_all,
    "/c/{company}/users": users_actions.invite_to_company,
    "/users/{user}": users_actions.set_roles_everywhere,
    "/c/{company}/users/{user}": users_actions.set_roles_in_company,
    "/users/{user}/link": users_actions.give_link,
    "/users/{user}/close": users_actions.do_close,
    "/me": me_actions.do_preferences,
    "/me/password": me_actions.do_password,
    "/me/sessions": me_actions.do_sessions,
}
"""Actions: what a POST does, for a form of one of the pages."""

FORM_BYTES_MAX = 1024 * 1024
"""The largest form that is read of somebody who is signed in."""

STRANGERS: dict[str, Callable[[Stranger], Response]] = {
    "/login": sign_in.answer,
    elsewhere.PATH: elsewhere.lead_away,
    elsewhere.BACK: elsewhere.come_back,
    "/invitation/{token}": link.answer_invitation,
    "/reset": reset.answer,
    "/reset/{token}": link.answer_reset,
}
"""What is for whoever is not signed in: a GET shows it, a POST sends its form."""

STATIC = ("office.css", "preview.css", "htmx.min.js", "hx-sse.min.js", "office.js")
"""What pages load, by its name under `/static/`."""


FIELDS_MAX = 10_000
"""The most fields of a form: a company's accounts are one."""


def build_app(site: Site) -> Starlette:
    """The office as an ASGI application."""
    routes: list[BaseRoute] = [
        Route(HEALTH, _tell_health(site), methods=["GET"]),
        *[Route(f"/static/{name}", _serve(name), methods=["GET"]) for name in STATIC],
        *[Route(path, _for_strangers(site, handler), methods=["GET", "POST"]) for path, handler in STRANGERS.items()],
        *[Route(path, _page(site, handler), methods=["GET"]) for path, handler in PAGES.items()],
        *[Route(path, _action(site, handler), methods=["POST"]) for path, handler in ACTIONS.items()],
    ]
    handlers: dict[Any, _Handle] = {
        404: _answer_unknown,
        405: _answer_unknown,
        TooLarge: _answer_too_large,
        500: lambda *_: answer_error(site),
    }
    return Starlette(routes=routes, middleware=[Middleware(Guard, site=site)], exception_handlers=handlers)


def _page(site: Site, handler: Handler) -> _Endpoint:
    async def answer(request: Request) -> Response:
        return await run_in_threadpool(_show, site, handler, request)

    return answer


def _action(site: Site, handler: Handler) -> _Endpoint:
    async def answer(request: Request) -> Response:
        session = await run_in_threadpool(find_session, site, find_caller(request, site))
        if session is None:
            return _lead_to_sign_in(request)
        if handler is upload.do and is_upload(request):
            return await _take_files(site, request, session)
        form = await _read_form(limit_body(request, FORM_BYTES_MAX))
        return await run_in_threadpool(_do, site, handler, request, session, form)

    return answer


async def _take_files(site: Site, request: Request, session: Session) -> Response:
    """Read a form with files, of somebody who may send some, to its end. Nothing of it is kept where that fails."""
    may_upload = any(Right.UPLOAD in RIGHTS[grant.role] for grant in session.user.grants)
    if not may_upload or not is_from_own_page(request, site):
        return await run_in_threadpool(_do, site, upload.do, request, session, {})
    try:
        received = await receive(limit_body(request, UPLOAD_BYTES_MAX), find_uploads(site.workspace))
    except (TooLarge, NotWhole, StoreUnusable) as refused:
        return await run_in_threadpool(_visit, site, partial(_decline_files, refused), request, session, {})
    return await run_in_threadpool(_do_with_files, site, request, session, received)


def _decline_files(refused: Exception, visit: Visit) -> Response:
    words = office_words(visit.lang)
    if isinstance(refused, TooLarge):
        told = words["upload_too_large"].format(mb=UPLOAD_BYTES_MAX // 2**20, files=FILES_MAX)
        return files.show(visit, trouble=told, status_code=413)
    if isinstance(refused, NotWhole):
        return files.show(visit, trouble=words["upload_cut_off"], status_code=400)
    _log.error("an upload could not be stored: %s", refused)
    return files.show(visit, trouble=words["error_without_words"], status_code=507)


def _do_with_files(site: Site, request: Request, session: Session, received: Received) -> Response:
    is_handed_over = False

    def do(visit: Visit) -> Response:
        nonlocal is_handed_over
        is_handed_over = True  # the action says what becomes of the files
        return upload.do(replace(visit, received=received))

    try:
        return _do(site, do, request, session, received.fields)
    finally:
        if not is_handed_over:
            received.drop()


def _for_strangers(site: Site, handler: Callable[[Stranger], Response]) -> _Endpoint:
    async def answer(request: Request) -> Response:
        if request.method != "POST":
            return await run_in_threadpool(handler, Stranger(site, request))
        if not is_from_own_page(request, site):
            return _refuse(request, 403, "form_of_elsewhere")
        form = await _read_form(limit_body(request, STRANGERS_BYTES_MAX))
        return await run_in_threadpool(handler, Stranger(site, request, form))

    return answer


async def _read_form(request: Request) -> dict[str, str]:
    """The fields of a form, files in it as their text; none of a request that has no body. Raises TooLarge."""
    async with request.form(max_fields=FIELDS_MAX) as sent:
        told = {name: value if isinstance(value, str) else _decode(await value.read()) for name, value in sent.items()}
    return {name: keepable(value) for name, value in told.items()}


def _decode(file: bytes) -> str:
    """A small file as text; what is no UTF-8 in it becomes a sign that says so."""
    return file.decode("utf-8-sig", errors="replace")


def _show(site: Site, handler: Handler, request: Request) -> Response:
    session = find_session(site, find_caller(request, site))
    return _lead_to_sign_in(request) if session is None else _visit(site, handler, request, session, {})


def _do(site: Site, handler: Handler, request: Request, session: Session, form: dict[str, str]) -> Response:
    if is_own_form(request, site, request.cookies[site.cookie], form.get("form_token", "")):
        return _visit(site, handler, request, session, form)
    return _visit(site, _refuse_form, request, session, form)


def _refuse_form(visit: Visit) -> Response:
    visit.log("form-refused", path=visit.request.url.path)
    return visit.show("refused.html.j2", status_code=403, told=office_words(visit.lang)["form_of_elsewhere"])


def _lead_to_sign_in(request: Request) -> Response:
    """The way to sign in, and back to the page that was asked for."""
    query = f"?{request.url.query}" if request.url.query else ""
    if request.method != "GET":
        return RedirectResponse("/login?lost=1", status_code=303)
    to = f"{request.url.path}{query}" if request.url.path != "/" else ""
    return RedirectResponse(f"/login?to={quote(to, safe='')}" if to else "/login", status_code=303)


def _visit(site: Site, handler: Handler, request: Request, session: Session, form: dict[str, str]) -> Response:
    """What a page or an action answers. A session whose user's roles have changed goes on with another token."""
    token, renewed = request.cookies[site.cookie], None
    if session.is_outdated:
        renewed = renew_token(site, session)
        if renewed is None:
            return _lead_to_sign_in(request)
        token, session = renewed, replace(session, digest=digest_token(renewed), is_outdated=False)
    lang = choose_language(session.user.language, request.headers.get("accept-language", ""))
    response = _run(handler, Visit(site, request, session, make_form_token(token), lang, form))
    if renewed is not None:
        set_cookie(response, site, renewed)
    return response


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


def _tell_health(site: Site) -> _Endpoint:
    async def answer(_: Request) -> Response:
        try:
            await run_in_threadpool(_read_something, site)
        except StoreTrouble as trouble:
            _log.error("not healthy: %s", trouble)
            return PlainTextResponse("not ok\n", status_code=503)
        return PlainTextResponse("ok\n")

    return answer


def _read_something(site: Site) -> None:
    """Raises StoreTrouble where the database cannot be read."""
    with site.workspace.database.reading() as connection:
        read_runs(connection, most=1)


def _serve(name: str) -> _Endpoint:
    path = find_template(name if name == "preview.css" else f"static/{name}")

    async def answer(_: Request) -> Response:
        return FileResponse(Path(path), headers={"cache-control": "max-age=300"})

    return answer


def _answer_unknown(request: Request, _: Exception) -> Response:
    return _refuse(request, 404, "not_found")


def _answer_too_large(request: Request, _: Exception) -> Response:
    return _refuse(request, 413, "too_large")


def _refuse(request: Request, status_code: int, word: str) -> Response:
    """A page that says why, to anybody."""
    lang = choose_language("", request.headers.get("accept-language", ""))
    words = office_words(lang)
    return fill("unknown.html.j2", lang, status_code=status_code, t=words, told=words[word])
