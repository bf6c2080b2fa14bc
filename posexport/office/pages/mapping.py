"""Accounts from a setup file: where it is pasted, or chosen."""

from __future__ import annotations

from starlette.responses import Response

from posexport.core.roles import Right
from posexport.office.visit import Visit
from posexport.setup.secrets import KEY_ITSELF


def show(visit: Visit, *, trouble: str = "", status_code: int = 200) -> Response:
    """The page. `trouble`: why the text that was sent is not taken; it stands there still, without what looks like a
    key."""
    return visit.show(
        "mapping.html.j2",
        status_code=status_code,
        company=visit.find_company(Right.MAP),
        lines=KEY_ITSELF.sub("…", visit.form.get("text", "")).splitlines(),
        removes=visit.form.get("removes") == "yes",
        trouble=trouble,
    )
