"""Links that are used once: an invitation, and a new password. Looking at the page does not use them up."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from posexport.app.users import LinkPurpose
from posexport.core.roles import User
from posexport.office.access import find_user_of_link, take_up_link
from posexport.office.passwords import LENGTH_MIN, Weakness, find_weakness
from posexport.office.stranger import Stranger

NAME_LENGTH_MAX = 200


def answer_invitation(stranger: Stranger) -> Response:
    """The page of an invitation, or what comes of its form."""
    return _answer(stranger, LinkPurpose.INVITATION)


def answer_reset(stranger: Stranger) -> Response:
    """The page on which a new password is chosen, or what comes of its form."""
    return _answer(stranger, LinkPurpose.RESET)


def _answer(stranger: Stranger, purpose: LinkPurpose) -> Response:
    token = stranger.request.path_params["token"]
    user = find_user_of_link(stranger.site, purpose, token)
    if user is None:
        return _show(stranger, purpose, None, status_code=404 if stranger.form is None else 403)
    if stranger.form is None:
        return _show(stranger, purpose, user)
    name, password = " ".join(stranger.form.get("name", "").split()), stranger.form.get("password", "")
    if purpose is LinkPurpose.INVITATION and not 0 < len(name) <= NAME_LENGTH_MAX:
        return _show(stranger, purpose, user, trouble=("name", stranger.words["name_missing"]), status_code=422)
    named = User(user.id, name or user.name, user.email)
    weakness = find_weakness(password, named)
    if weakness is not None:
        trouble = ("password", tell_weakness(stranger.words, weakness))
        return _show(stranger, purpose, named, trouble=trouble, status_code=422)
    is_invited = purpose is LinkPurpose.INVITATION
    made = take_up_link(stranger.site, purpose, token, name if is_invited else "", password, stranger.caller)
    return stranger.let_in(made) if made else _show(stranger, purpose, None, status_code=403)


def tell_weakness(words: Mapping[str, str], weakness: Weakness) -> str:
    """Why a password is not taken, in words."""
    return words[f"password_{weakness}"].format(least=LENGTH_MIN)


def _show(
    stranger: Stranger,
    purpose: LinkPurpose,
    user: User | None,
    *,
    trouble: tuple[str, str] | None = None,
    status_code: int = 200,
) -> Response:
    return stranger.show(
        "link.html.j2",
        status_code=status_code,
        is_invitation=purpose is LinkPurpose.INVITATION,
        address=f"/{purpose}/{stranger.request.path_params['token']}",
        user=user,
        name="" if user is None or user.name == user.email else user.name,
        least=LENGTH_MIN,
        trouble=trouble,
    )
