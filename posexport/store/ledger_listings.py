"""What the ledgers of companies were last asked to list, as text: products, projects, and what is known of how orders
are kept there. Times are UTC seconds."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select, text

from posexport.store.tables import LedgerListingRow

_listing = LedgerListingRow.__table__  # type: ignore[attr-defined]

PRODUCTS, PROJECTS, ORDER_DECIMALS = "products", "projects", "order-decimals"
"""What listings are called. `ORDER_DECIMALS` has "no" where the ledger does not keep all decimals of unit prices."""


class Listing(NamedTuple):
    """A listing and when it was read, by our clock."""

    read_at_utc_s: int
    document: str


def read_listing(connection: Connection, company: int, what: str) -> Listing | None:
    """What was last listed of a company's ledger; None where it never was."""
    named = (_listing.c.company_id == company, _listing.c.what == what)
    row = connection.execute(select(_listing.c.read_at_utc_s, _listing.c.document).where(*named)).first()
    return None if row is None else Listing(int(row.read_at_utc_s), row.document)


_SAVE = text(
    """
    INSERT INTO ledger_listing (company_id, what, read_at_utc_s, told_at, document)
    VALUES (:company_id, :what, :read_at_utc_s, '', :document)
    ON CONFLICT (company_id, what) DO UPDATE SET
        read_at_utc_s = excluded.read_at_utc_s, document = excluded.document
    """
)


def save_listing(connection: Connection, company: int, what: str, document: str, now_utc_s: int) -> None:
    """Store a listing in place of the one before."""
    values = {"company_id": company, "what": what, "read_at_utc_s": now_utc_s, "document": document}
    connection.execute(_SAVE, values)


def keeps_decimals(connection: Connection, company: int) -> bool:
    """Whether a company's ledger keeps all decimals of unit prices, as far as is known."""
    known = read_listing(connection, company, ORDER_DECIMALS)
    return known is None or known.document != "no"


def note_decimals(connection: Connection, company: int, *, are_kept: bool, now_utc_s: int) -> None:
    """Remember that a company's ledger keeps all decimals of unit prices, or does not."""
    if keeps_decimals(connection, company) != are_kept:
        save_listing(connection, company, ORDER_DECIMALS, "yes" if are_kept else "no", now_utc_s)
