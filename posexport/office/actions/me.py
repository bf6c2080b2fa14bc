"""What somebody changes of their own: preferences, password, sessions."""

from __future__ import annotations

from starlette.responses import Response

from posexport.core.roles import Right
from posexport.office.access import change_password
from posexport.office.pages import me as page
from posexport.office.pages.link import tell_weakness
from posexport.office.pages.sign_in import tell_refusal
from posexport.office.passwords import find_weakness
from posexport.office.stranger import find_caller
from posexport.office.visit import Declined, NotAllowed, Visit, go_to
from posexport.office.words import office_words
from posexport.store.office_users import change_user, end_session, end_sessions, read_password

_LANGUAGES = ("", "nb", "en")


def do_preferences(visit: Visit) -> Response:
    """Save the language, and whether letters are shortcuts."""
    language = visit.form.get("language", "")
    if language not in _LANGUAGES:
        raise Declined(office_words(visit.lang)["form_without_key"])
    with visit.workspace.database.writing() as connection:
        if visit.remember_form(connection, "/me?saved=preferences") is None:
            has_keys = bool(visit.form.get("keys"))
            change_user(connection, visit.user.id, language=language, has_keys=has_keys)
            visit.log_in(connection, "preferences-changed", language=language, keys=has_keys)
    return go_to("/me?saved=preferences")


def do_password(visit: Visit) -> Response:
    """Change the password; other sessions end."""
    leads_to, words = "/me?saved=password", office_words(visit.lang)
    before = visit.find_sent_form()
    if before is not None:
        return go_to(before)
    with visit.workspace.database.reading() as connection:
        if not read_password(connection, visit.user.id):
            raise NotAllowed(Right.MANAGE_USERS)
    current, new = visit.form.get("current", ""), visit.form.get("password", "")
    weakness = find_weakness(new, visit.user)
    if weakness is not None:
        return page.show(visit, trouble=("password", tell_weakness(words, weakness)), status_code=422)
    refused = change_password(visit.site, visit.session, current, new, find_caller(visit.request, visit.site))
    if refused is not None:
        told = tell_refusal(words, refused, visit.workspace.now_utc_s, "wrong_current_password")
        return page.show(visit, trouble=("current", told), status_code=422)
    with visit.workspace.database.writing() as connection:
        visit.remember_form(connection, leads_to)
    return go_to(leads_to)


def do_sessions(visit: Visit) -> Response:
    """End one of one's own sessions, or all others."""
    leads_to, ended = "/me?saved=sessions", visit.form.get("session", "")
    own = {session.digest for session, _ in page.list_own_sessions(visit)}
    now = visit.workspace.now_utc_s
    with visit.workspace.database.writing() as connection:
        if visit.remember_form(connection, leads_to) is None:
            if ended in own:
                end_session(connection, ended, now)
            elif not ended:
                end_sessions(connection, visit.user.id, now, but=visit.session.digest)
            visit.log_in(connection, "sessions-ended")
    return go_to(leads_to)
