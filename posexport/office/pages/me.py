"""Me: language, shortcuts, password, and where one is signed in."""

from __future__ import annotations

from starlette.responses import Response

from posexport.app.users import LOCAL_USER
from posexport.core.roles import Right
from posexport.office.access import list_sessions
from posexport.office.browsers import name_browser
from posexport.office.passwords import LENGTH_MIN
from posexport.office.visit import Visit
from posexport.store.office_users import Session, read_password


def list_own_sessions(visit: Visit) -> list[tuple[Session, str]]:
    """The user's sessions that are not over, and what browsers they are in."""
    return [(one, name_browser(one.browser)) for one in list_sessions(visit.site, visit.user)]


def show(visit: Visit, *, trouble: tuple[str, str] | None = None, status_code: int = 200) -> Response:
    """The page. `trouble`: the field of the password's form that is at fault, and why."""
    with visit.workspace.database.reading() as connection:
        has_password = bool(read_password(connection, visit.user.id))
    rights = {right for right in Right if visit.user.may_everywhere(right)} | {
        right for right in Right for company in visit.setup.companies if visit.user.may(right, company.id)
    }
    return visit.show(
        "me.html.j2",
        status_code=status_code,
        sessions=list_own_sessions(visit),
        has_password=has_password,
        is_local=visit.user.id == LOCAL_USER,
        manages_users=Right.MANAGE_USERS in rights,
        own=visit.session.digest,
        least=LENGTH_MIN,
        saved=visit.request.query_params.get("saved", ""),
        trouble=trouble,
        clock=visit.clock,
    )
