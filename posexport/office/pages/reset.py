"""A new password for whoever has forgotten theirs. The answer is the same whether there is such a user or not."""

from __future__ import annotations

from starlette.background import BackgroundTask
from starlette.responses import Response

from posexport.app.user_letters import send_reset
from posexport.app.users import ask_for_new_password
from posexport.office.stranger import Stranger


def answer(stranger: Stranger) -> Response:
    """The page, or what comes of its form: the letter is made and sent after the answer, which takes as long for
    anybody."""
    if stranger.form is None:
        return stranger.show("reset.html.j2", is_asked=False)
    response = stranger.show("reset.html.j2", is_asked=True)
    response.background = BackgroundTask(_send, stranger, stranger.form.get("email", ""))
    return response


def _send(stranger: Stranger, email: str) -> None:
    asked = ask_for_new_password(stranger.site.workspace, email, stranger.caller.address)
    if asked is not None:
        user, link = asked
        send_reset(stranger.site.workspace, user, stranger.site.locate(link.path))
