"""Projects of a client (v2): looked up by code, and made where the setup asks for it.

A dot in a code is reserved: sub-project 2 of project 10 has the code 10.2, and is made as 2 under 10. Source: the v2
OpenAPI description (spring 2025), ProjectDto and ProjectPostDto.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from posexport.core.orders.book import LedgerProject
from posexport.ledgers.poweroffice.answers import reading
from posexport.ledgers.poweroffice.fields import fold_names, is_open_project, parse_text
from posexport.ledgers.poweroffice.session import Session
from posexport.ledgers.poweroffice.v2 import read_filtered


def find_projects(session: Session, codes: Iterable[str]) -> dict[str, LedgerProject]:
    """Those of these projects that there are, by code. Raises NotSent where the answer cannot be interpreted."""
    wanted = sorted(set(codes))
    rows = read_filtered(session, "/Projects", "projectCodes", wanted)
    with reading("the projects"):
        found = [_read_project(row) for row in map(fold_names, rows)]
    return {project.code: project for project in found if project.code in wanted}


def find_project_ids(session: Session, codes: Sequence[str]) -> dict[str, int | None]:
    """The ids of these projects, by code; None for one that does not exist or is closed. Raises NotSent where the
    answer cannot be interpreted."""
    rows = [fold_names(row) for row in read_filtered(session, "/Projects", "projectCodes", codes)]
    with reading("the projects"):
        known = {str(row["code"]): int(row["id"]) for row in rows if is_open_project(row)}
    return {code: known.get(code) for code in codes}


def create_project(session: Session, code: str, deadline_utc_s: float) -> LedgerProject:
    """Make a project, unless there is one with this code: nothing else keeps it from being made twice. Raises
    AnswerLost where it may have been made."""
    known = find_projects(session, [code]).get(code)
    if known is not None:
        return known
    parent, _, own = code.rpartition(".")
    body: dict[str, Any] = {"Code": own, "Name": code, **({"ParentProjectCode": parent} if parent else {})}
    answered = session.write("/Projects", body, deadline_utc_s, is_guarded=False)
    if not isinstance(answered.value, dict):
        raise answered.lost("the answer is no project")
    made = _read_project(fold_names(answered.value))
    if made.code != code:
        raise answered.lost(f"the project made has the code {made.code!r}")
    return made


def _read_project(row: Mapping[str, Any]) -> LedgerProject:
    return LedgerProject(parse_text(row.get("code")), parse_text(row.get("name")), is_open_project(row))
