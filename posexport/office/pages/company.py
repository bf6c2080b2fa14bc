"""A company as it is set up: what may be changed in a form, its venues, and its keys."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from posexport.app.setup_revisions import load_newest
from posexport.core.roles import Right
from posexport.office.settings import list_company_settings
from posexport.office.visit import Visit
from posexport.texts.targets import name_target

KEYS = ("application_key", "subscription_key")


def show(visit: Visit, *, wrong: Sequence[str] = (), trouble: str = "", status_code: int = 200) -> Response:
    """The page. `wrong`: the keys that were not taken; `trouble`: why the form was not, as a whole."""
    company = visit.find_company(Right.CONNECT)
    return visit.show(
        "company.html.j2",
        status_code=status_code,
        company=company,
        settings=list_company_settings(company, visit.form, wrong),
        keys=[(key, getattr(company, key)) for key in KEYS],
        seen=load_newest(visit.workspace).get(company.id, 0),
        name_target=lambda target: name_target(target, visit.lang),
        trouble=trouble,
        saved=visit.request.query_params.get("saved", ""),
    )
