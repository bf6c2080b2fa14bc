"""A company as it is set up: what may be changed in a form, its venues, and its keys."""

from __future__ import annotations

from starlette.responses import Response

from posexport.app.setup_revisions import load_newest
from posexport.app.vault import COMPANY_KEYS, is_vault_open
from posexport.core.roles import Right
from posexport.office.pages.keys import list_keys
from posexport.office.settings import ALL_TAKEN, NotTaken, list_company_settings
from posexport.office.visit import Visit
from posexport.texts.targets import name_target


def show(visit: Visit, trouble: NotTaken = ALL_TAKEN, *, status_code: int = 200) -> Response:
    """The page. `trouble`: what of its forms was not taken."""
    company = visit.find_company(Right.CONNECT)
    return visit.show(
        "company.html.j2",
        status_code=status_code,
        company=company,
        settings=list_company_settings(company, visit.form, trouble.wrong),
        keys=list_keys(visit, company, COMPANY_KEYS),
        is_vault_open=is_vault_open(visit.workspace),
        key_trouble=trouble.key,
        seen=load_newest(visit.workspace).get(company.id, 0),
        name_target=lambda target: name_target(target, visit.lang),
        trouble=trouble.told,
        saved=visit.request.query_params.get("saved", ""),
    )
