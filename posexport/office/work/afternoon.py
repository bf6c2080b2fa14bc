"""Asks for a check of every company each afternoon, so that an account that was closed is known before the night."""

from __future__ import annotations

import secrets
from datetime import datetime

from posexport.app.workspace import Workspace
from posexport.core.company import Company
from posexport.office.addresses import company_address
from posexport.office.work.check import KIND
from posexport.store.database import Connection
from posexport.store.office_runs import add_run, new_run
from posexport.store.office_users import use_form

FROM_HOUR = 14
"""From this hour on, by the clock of a company's first venue."""

WHO = "posexport"


def ask_for_checks(workspace: Workspace) -> int:
    """Ask for the checks that are due and that nobody has asked for today by itself; returns how many. Several offices
    on one database ask once."""
    now = workspace.now_utc_s
    due = [(company, at) for company in workspace.load_setup().companies if (at := _find_due(company, now)) is not None]
    if not due:
        return 0
    with workspace.database.writing() as connection:
        return sum(_ask(connection, company, at, now) for company, at in due)


def _find_due(company: Company, now_utc_s: int) -> datetime | None:
    if not company.venues:
        return None
    at = company.venues[0].calendar.local(now_utc_s)
    return at if at.hour >= FROM_HOUR else None


def _ask(connection: Connection, company: Company, at: datetime, now_utc_s: int) -> bool:
    address, of_today = company_address(company.id, KIND), f"{KIND}-{company.id}-{at.date().isoformat()}"
    if use_form(connection, of_today, "", address, now_utc_s) is not None:
        return False
    asked = {"venues": [venue.id for venue in company.venues], "then": address}
    run_id, kind = secrets.token_urlsafe(12), f"{KIND}:{company.id}"
    add_run(connection, new_run(run_id, "", WHO, kind, asked, now_utc_s))
    return True
