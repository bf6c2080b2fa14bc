"""A company's mail server: its form, its password, which is never shown, a letter that tries it, and its removal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from posexport.app.setup_revisions import load_newest
from posexport.app.vault import is_vault_open, read_set_by
from posexport.core.company import Company
from posexport.core.roles import Right
from posexport.office.pages.keys import KeyRow
from posexport.office.pages.run import RENEWED_EVERY_S
from posexport.office.settings import ALL_TAKEN, NotTaken, list_mail_settings
from posexport.office.visit import NotFound, Visit
from posexport.office.work.mail_test import KIND
from posexport.store.office_runs import RunState, read_lines, read_runs


@dataclass(frozen=True, slots=True)
class LastTest:
    """The letter that was sent last to try the server: to whom, when, and what became of it: `outcome` is "going" while
    that is not known, "failed" where it could not be told."""

    recipient: str
    at: datetime
    outcome: str
    why: str = ""


def kind_of(company: Company) -> str:
    """The kind of the runs that try this company's mail server: they wait for each other."""
    return f"{KIND}:{company.id}"


def show(visit: Visit, trouble: NotTaken = ALL_TAKEN, *, status_code: int = 200) -> Response:
    """The page; it renews itself while a letter is on its way. `trouble`: what of its forms was not taken."""
    company = visit.find_company(Right.CONNECT)
    last = _find_last_test(visit, company)
    response = visit.show(
        "mail.html.j2",
        status_code=status_code,
        company=company,
        settings=list_mail_settings(company, visit.form, trouble.wrong),
        keys=[_find_password(visit, company)] if company.mail else [],
        is_vault_open=is_vault_open(visit.workspace),
        key_trouble=trouble.key,
        told=sorted({one for venue in company.venues for one in venue.notify}),
        last=last,
        recipient=visit.form.get("recipient", visit.user.email),
        seen=load_newest(visit.workspace).get(company.id, 0),
        trouble=trouble.told,
        test_wrong="recipient" in trouble.wrong,
        saved=visit.request.query_params.get("saved", ""),
    )
    if last is not None and last.outcome == "going" and visit.request.method == "GET":
        response.headers["refresh"] = str(RENEWED_EVERY_S)
    return response


def show_remove(visit: Visit, *, trouble: str = "", status_code: int = 200) -> Response:
    """What removing the server does, and the button. Raises NotFound where there is none."""
    company = visit.find_company(Right.CONNECT)
    if company.mail is None:
        raise NotFound
    return visit.show(
        "mail_remove.html.j2",
        status_code=status_code,
        company=company,
        drops_password=_find_password(visit, company).at is not None,
        seen=load_newest(visit.workspace).get(company.id, 0),
        trouble=trouble,
    )


def _find_password(visit: Visit, company: Company) -> KeyRow:
    reference = company.mail.password if company.mail else None
    by = read_set_by(visit.workspace, {"password": reference}).get("password")
    at = None if by is None else visit.clock(by.at_utc_s)
    return KeyRow("password", bool(reference), "" if by is None else by.who, at)


def _find_last_test(visit: Visit, company: Company) -> LastTest | None:
    with visit.workspace.database.reading() as connection:
        runs = read_runs(connection, most=1, kinds=[kind_of(company)])
        lines = read_lines(connection, runs[0].id) if runs else []
    if not runs:
        return None
    run, at = runs[0], visit.clock(runs[0].made_at_utc_s)
    recipient = str(run.asked["recipient"])
    if not run.is_over:
        return LastTest(recipient, at, "going")
    if not lines or run.state is not RunState.DONE:
        return LastTest(recipient, at, "failed")
    return LastTest(recipient, at, lines[0].state, str(lines[0].facts["why"]))
