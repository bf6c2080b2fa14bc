"""Claims of new customers: of all codes and processes, one at a time makes the customer with an organization number.

A claim is a row among the listings of a company's ledger, committed before the request leaves. Times are UTC seconds.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, select, text

from posexport.store.tables import LedgerListingRow

_listing = LedgerListingRow.__table__  # type: ignore[attr-defined]

CLAIM_S = 3_600
"""How long (s) a claim lasts that nobody gives up: a customer that was made under it is in every listing by then."""

_CLAIM = text(
    """
    INSERT INTO ledger_listing (company_id, what, read_at_utc_s, told_at, document)
    VALUES (:company_id, :what, :now_utc_s, '', :code)
    ON CONFLICT (company_id, what) DO UPDATE SET
        read_at_utc_s = excluded.read_at_utc_s, document = excluded.document
    WHERE ledger_listing.document = excluded.document OR ledger_listing.read_at_utc_s <= :expired_utc_s
    """
)


def claim_new_customer(
    connection: Connection, company: int, organization_number: str, code: str, now_utc_s: int
) -> bool:
    """Claim the making of the customer with an organization number for a register's code, or go on with its claim;
    False where another code has it."""
    values = {
        "company_id": company,
        "what": _name(organization_number),
        "now_utc_s": now_utc_s,
        "code": code,
        "expired_utc_s": now_utc_s - CLAIM_S,
    }
    return bool(connection.execute(_CLAIM, values).rowcount)


def release_new_customer(connection: Connection, company: int, organization_number: str, code: str) -> None:
    """Give a code's claim up: the customer is made and stored, or is certainly not made."""
    named = (_listing.c.company_id == company, _listing.c.what == _name(organization_number))
    connection.execute(delete(_listing).where(*named, _listing.c.document == code))


def read_claimed_codes(connection: Connection, company: int) -> frozenset[str]:
    """The codes that have such a claim: their customers are being made, or the answer to that was lost."""
    named = (_listing.c.company_id == company, _listing.c.what.startswith(_name(""), autoescape=True))
    return frozenset(connection.execute(select(_listing.c.document).where(*named)).scalars())


def _name(organization_number: str) -> str:
    return f"new-customer:{organization_number}"
