"""Choose an account: for what a held day lacks one for, out of PowerOffice Go's own chart as it was last read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from starlette.responses import Response

from posexport.app.row_to_write import find_name
from posexport.core.company import Company, Venue
from posexport.core.finding import Finding
from posexport.core.findings.setup_rows import Wanted, find_wanted
from posexport.core.ports.ledger import Account
from posexport.core.roles import Right
from posexport.office.mend_links import can_set_account, may_set_account
from posexport.office.pages.day import read_day
from posexport.office.visit import Declined, Visit
from posexport.office.words import office_words
from posexport.store.charts import load_last_chart
from posexport.store.setups import find_company_number

SHOWN_AT_ONCE = 60
_SALES = "3"
"""How the numbers of sales accounts begin in Norwegian charts."""


@dataclass(frozen=True, slots=True)
class KnownAccounts:
    """The accounts of a company's client, in order, and when they were read; None where they never were."""

    accounts: tuple[Account, ...] = ()
    read_at: datetime | None = None


def find_lacking(visit: Visit, venue: Venue, day: date, digest: str) -> tuple[Finding, Wanted]:
    """The finding of a day with this digest, and what the setup lacks for it.

    Raises Declined where the day does not have it any more, or where it is for others to set.
    """
    for report in read_day(visit, venue, day).vouchers:
        for finding in report.findings:
            wanted = find_wanted(finding) if can_set_account(finding) else None
            if finding.digest != digest or wanted is None:
                continue
            if not may_set_account(visit, finding, venue, day):
                raise Declined(office_words(visit.lang)["account_of_company"])
            return finding, wanted
    raise Declined(office_words(visit.lang)["no_longer_found"])


def read_accounts(visit: Visit, company: Company, venue: Venue) -> KnownAccounts:
    """The accounts as they were last read; PowerOffice Go is not asked."""
    with visit.workspace.database.reading() as connection:
        found = load_last_chart(connection, find_company_number(connection, company.id), company.target)
    if found is None or found[1].accounts is None:
        return KnownAccounts()
    accounts = tuple(sorted(found[1].accounts.values(), key=lambda account: account.number))
    return KnownAccounts(accounts, venue.calendar.local(found[0]))


def show(visit: Visit, *, trouble: str = "", doubted: str = "", status_code: int = 200) -> Response:
    """The page. `trouble`: why what was chosen last is not taken; `doubted`: an account that is taken once it is said
    to be right."""
    venue, day = visit.find_venue(Right.MAP), visit.find_day()
    chosen = visit.form or visit.request.query_params
    finding, wanted = find_lacking(visit, venue, day, chosen.get("finding", ""))
    company = visit.company_of(venue)
    known, sought = read_accounts(visit, company, venue), chosen.get("q", "").strip()
    fitting = [account for account in known.accounts if _fits(account, sought)]
    naming = find_name(visit.workspace, venue, wanted, day)
    if wanted.table == "product_type":
        fitting.sort(key=lambda account: not account.number.startswith(_SALES))
    return visit.show(
        "set_account.html.j2",
        status_code=status_code,
        venue=venue,
        is_own=not visit.user.may(Right.MAP, company.id),
        day=day,
        finding=finding,
        wanted=wanted,
        known=known,
        sought=sought,
        accounts=fitting[:SHOWN_AT_ONCE],
        more=max(len(fitting) - SHOWN_AT_ONCE, 0),
        trouble=trouble,
        doubted=doubted,
        typed=chosen.get("account", ""),
        naming=naming,
        typed_name=chosen.get("name", naming.name if naming else ""),
    )


def _fits(account: Account, sought: str) -> bool:
    """Whether an account's number begins with what is sought, or its name has it."""
    return account.number.startswith(sought) or sought.lower() in account.name.lower()
