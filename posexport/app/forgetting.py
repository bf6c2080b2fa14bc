"""Forgets what is known of people once nothing needs it: customers whom nobody sold to on account, and what tickets
said for an invoice once the evidence need not be kept any longer. Done after each scheduled export.

Source: bokføringsloven § 13: vouchers and their evidence are kept for five years after the end of the accounting year.
"""

from __future__ import annotations

import logging
from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime

from posexport.app.customers import read_sold_to
from posexport.app.workspace import Workspace
from posexport.core.company import Company
from posexport.core.credit_facts import split_firm
from posexport.store.credit_facts import forget_old_facts
from posexport.store.customer_links import read_links
from posexport.store.database import Connection, day_number
from posexport.store.old_orders import forget_old_orders
from posexport.store.register_customers import forget_customers, keep_numbers, list_customers_seen_before
from posexport.store.setups import find_company_number, find_venue_number

_log = logging.getLogger("posexport.forgetting")

EVIDENCE_YEARS = 5
"""How many years after the end of its own the evidence of a business day is kept."""

UNUSED_S = 31 * 86_400
"""How long (s) a customer of a register's list is kept that nobody has sold to on account: the sale may come in another
file than the customer."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many customers were forgotten, or are known by their numbers alone, and of how many tickets what they said
    for an invoice."""

    customers: int
    tickets: int


def find_first_kept(now_utc_s: int) -> date:
    """The first business day whose evidence is to be kept.

    >>> find_first_kept(int(datetime(2026, 11, 27, tzinfo=UTC).timestamp()))
    datetime.date(2021, 1, 1)
    """
    return date(datetime.fromtimestamp(now_utc_s, UTC).year - EVIDENCE_YEARS, 1, 1)


def forget_people(workspace: Workspace, company: Company) -> Forgotten:
    """Forget what is no longer needed of a company's customers. Those that were sold to on account on a day whose
    evidence is kept or that waits stay known; of others that are linked no more than the numbers."""
    now = workspace.now_utc_s
    first = find_first_kept(now)
    with workspace.database.writing(durable=False) as connection:
        venues = [find_venue_number(connection, venue) for venue in company.venues]
        tickets = sum(forget_old_facts(connection, venue, day_number(first)) for venue in venues)
        for venue in venues:
            forget_old_orders(connection, venue, day_number(first))
        number = find_company_number(connection, company.id)
        unneeded = _find_unneeded(connection, company, number, first, now - UNUSED_S)
        linked = read_links(connection, number)
        gone = [code for code in unneeded if not _is_among(code, linked)]
        forget_customers(connection, number, gone)
        customers = len(gone) + keep_numbers(connection, number, set(unneeded).difference(gone))
    if customers or tickets:
        _log.info("%s: forgot %d customers and what %d tickets said of theirs", company.id, customers, tickets)
    return Forgotten(customers, tickets)


def _find_unneeded(
    connection: Connection, company: Company, number: int, first: date, seen_before_utc_s: int
) -> list[str]:
    old = list_customers_seen_before(connection, number, seen_before_utc_s)
    if not old:
        return []
    waiting = {code for code, is_waiting in read_sold_to(connection, company).items() if is_waiting}
    needed = {*waiting, *read_sold_to(connection, company, first)}
    return [code for code in old if not _is_among(code, needed)]


def _is_among(code: str, codes: Container[str]) -> bool:
    """Whether a customer is among these, or the code of its firm is."""
    return code in codes or split_firm(code)[0] in codes
