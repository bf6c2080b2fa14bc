"""Looking for a venue, a day, a ticket, a document, an order, a customer or an account by what somebody types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from posexport.app.workspace import Workspace
from posexport.core.company import Company, Venue
from posexport.core.day import parse_days
from posexport.core.setup_revision import RowAddress
from posexport.store.register_customers import find_customers
from posexport.store.search import find_numbers

HITS_AT_MOST = 25


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that fits. `what`: `venue`, `day`, `ticket`, `document` or `order`; `name`: a ticket's register, else
    the reference, else ""; `amount_ore`: of a ticket."""

    what: str
    venue: Venue
    business_day: date
    name: str = ""
    amount_ore: int | None = None


def search(workspace: Workspace, venues: Sequence[Venue], sought: str) -> list[Hit]:
    """What fits the text, at these venues: days that it names, venues with it in their names, and numbers that are it;
    at most `HITS_AT_MOST` of each. A venue is shown with its last business day that is over."""
    sought = " ".join(sought.split())
    if not sought:
        return []
    last = {venue.id: venue.calendar.last_closed(workspace.now_utc_s) for venue in venues}
    named = [venue for venue in venues if sought.casefold() in f"{venue.name} {venue.id}".casefold()]
    hits = [Hit("venue", venue, last[venue.id]) for venue in named[:HITS_AT_MOST]]
    hits += [Hit("day", venue, day) for venue in venues[:HITS_AT_MOST] if (day := _read_day(workspace, venue, sought))]
    by_id = {venue.id: venue for venue in venues}
    with workspace.database.reading() as connection:
        found = find_numbers(connection, list(by_id), sought, HITS_AT_MOST)
    return hits + [Hit(one.what, by_id[one.venue], one.business_day, one.name, one.amount_ore) for one in found]


@dataclass(frozen=True, slots=True)
class CompanyHit:
    """Something of a company that fits. `what`: `customer` or `account`; `code`: the register's of the customer, or the
    first row of the setup that has the account (`app.account_table.Cell.name`); `name`: what it is shown by."""

    what: str
    company: Company
    code: str
    name: str


def search_companies(workspace: Workspace, companies: Sequence[Company], sought: str) -> list[CompanyHit]:
    """What fits the text in these companies: the account with this number, and customers of the registers by code, name
    or organization number; at most `HITS_AT_MOST` of each."""
    sought = " ".join(sought.split())
    if len(sought) < _SOUGHT_LENGTH_MIN:
        return []
    by_id = {company.id: company for company in companies}
    with workspace.database.reading() as connection:
        customers = find_customers(connection, by_id, sought)[:HITS_AT_MOST]
    hits = [CompanyHit("account", company, cells[0], sought) for company, cells in _find_accounts(companies, sought)]
    return hits[:HITS_AT_MOST] + [
        CompanyHit("customer", by_id[company], one.number, " ".join(filter(None, (one.number, one.name))))
        for company, one in customers
    ]


_SOUGHT_LENGTH_MIN = 2


def _find_accounts(companies: Iterable[Company], number: str) -> Iterator[tuple[Company, list[str]]]:
    """The companies whose setup has an account, with the names of its cells."""
    for company in companies if number.isdigit() else ():
        document = company.document
        cells = [
            *_list_cells(document, ""),
            *(cell for venue in document["venue"] for cell in _list_cells(venue, venue["id"])),
        ]
        found = [name for name, account in cells if account == number]
        if found:
            yield company, found


def _list_cells(rows: Mapping[str, Any], venue: str) -> Iterator[tuple[str, str]]:
    """The accounts that a document, or a venue's own part of it, has in its rows, with the names of their cells."""
    for table in ("product_type", "payment_type"):
        for row in rows.get(table, ()):
            address = RowAddress(table, str(row["code"]), venue, str(row.get("valid_from", "")))
            if "account" in row:
                yield f"{address}|account", str(row["account"])
            for vat_code, account in row.get("accounts", {}).items():
                yield f"{address}|accounts.{vat_code}", str(account)
    for key, account in rows.get("accounts", {}).items():
        if not isinstance(account, Mapping):
            yield f"{RowAddress('accounts', '', venue)}|{key}", str(account)


def _read_day(workspace: Workspace, venue: Venue, sought: str) -> date | None:
    """The business day that the text names; None where it names none, or several."""
    try:
        first, last = parse_days(sought, venue.calendar.open_day(workspace.now_utc_s))
    except ValueError:
        return None
    return first if first == last else None
