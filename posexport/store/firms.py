"""What is known of the codes of a company's registers that several firms may have, for `core.orders.firms`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from posexport.core.orders.customers import CustomerLink
from posexport.core.orders.firms import Firms
from posexport.store.customer_links import read_links
from posexport.store.ledger_customers import read_ledger_customers
from posexport.store.register_customers import read_customers


def read_firms(
    connection: Connection, company: int, codes: Collection[str], links: Mapping[str, CustomerLink] | None = None
) -> Firms:
    """What is known of these codes of a company, linked as stored; as in `links`, where those are not stored yet."""
    stored = {code: one.link for code, one in read_links(connection, company).items()}
    linked = {**stored, **(links or {})}
    known = read_customers(connection, company, codes)
    customers = read_ledger_customers(connection, company) if linked else {}
    return Firms(linked, {code: one.organization_number for code, one in known.items()}, customers)
