"""Signing in. The link that the office prints shows a button first, so that whatever looks at addresses before people
do (mail programs, chats) does not use it up."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from posexport.office.access import (
    Refused,
    is_local_link_usable,
    sign_in_by_local_link,
    sign_in_by_password,
    sign_in_by_proxy,
)
from posexport.office.stranger import Stranger


def answer(stranger: Stranger) -> Response:
    """The page, or what comes of its form."""
    asked = stranger.request.query_params
    if stranger.form is None:
        trouble = stranger.words["form_lost"] if asked.get("lost") else ""
        return _show(stranger, token=asked.get("token", ""), to=asked.get("to", ""), trouble=trouble)
    form, to = stranger.form, stranger.form.get("to", "")
    if form.get("token"):
        made = sign_in_by_local_link(stranger.site, form["token"], stranger.caller)
        return stranger.let_in(made, to) if made else _show(stranger, token=form["token"], to=to, status_code=403)
    if form.get("by") == "proxy":
        made = sign_in_by_proxy(stranger.site, stranger.caller)
        return stranger.let_in(made, to) if made else _refuse(stranger, stranger.words["no_such_user"], to)
    email = form.get("email", "").strip()
    done = sign_in_by_password(stranger.site, email, form.get("password", ""), stranger.caller)
    if isinstance(done, str):
        return stranger.let_in(done, to)
    told = tell_refusal(stranger.words, done, stranger.site.workspace.now_utc_s, "wrong_password")
    return _refuse(stranger, told, to, email)


def tell_refusal(words: Mapping[str, str], refused: Refused, now_utc_s: int, wrong: str) -> str:
    """Why somebody is not let in. `wrong`: the key of the word for where they may try again at once."""
    if refused.until_utc_s is None:
        return words[wrong]
    minutes = -(-(refused.until_utc_s - now_utc_s) // 60)
    return words["too_many_tries_one" if minutes == 1 else "too_many_tries"].format(minutes=minutes)


def _refuse(stranger: Stranger, trouble: str, to: str, email: str = "") -> Response:
    return _show(stranger, to=to, trouble=trouble, email=email, status_code=403)


def _show(
    stranger: Stranger, *, token: str = "", to: str = "", trouble: str = "", email: str = "", status_code: int = 200
) -> Response:
    return stranger.show(
        "sign_in.html.j2",
        status_code=status_code,
        token=token,
        is_usable=bool(token) and is_local_link_usable(stranger.site, token),
        is_shared=stranger.site.is_shared,
        vouched_for=stranger.caller.vouched_for,
        service=stranger.site.service.name if stranger.site.service else "",
        to=to,
        trouble=trouble,
        email=email,
    )
