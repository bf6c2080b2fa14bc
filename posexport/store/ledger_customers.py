"""The customers of a company's ledger as they were last listed there, archived ones too: all of them once, and later
those that changed. Customers are people: no log or metric has what is here. Times are UTC seconds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, text

from posexport.core.orders.customers import Delivery, LedgerCustomer
from posexport.store.database import read_rows
from posexport.store.tables import LedgerCustomerRow, LedgerListingRow

_customer = LedgerCustomerRow.__table__  # type: ignore[attr-defined]
_listing = LedgerListingRow.__table__  # type: ignore[attr-defined]

CUSTOMERS = "customers"
"""What the listing of customers is called."""


class ListingTimes(NamedTuple):
    """When customers were last listed. `whole_at_utc_s`: when all of them were; `read_at_utc_s`: when those that had
    changed were, by our clock; `told_at_utc_s`: the same by the ledger's clock."""

    whole_at_utc_s: int
    read_at_utc_s: int
    told_at_utc_s: int


def read_listing_times(connection: Connection, company: int) -> ListingTimes | None:
    """When a company's customers were last listed; None where they never were."""
    named = (_listing.c.company_id == company, _listing.c.what == CUSTOMERS)
    columns = (_listing.c.read_at_utc_s, _listing.c.told_at, _listing.c.document)
    row = connection.execute(select(*columns).where(*named)).first()
    if row is None:
        return None
    return ListingTimes(int(json.loads(row.document)["whole_at_utc_s"]), row.read_at_utc_s, int(row.told_at))


class LedgerCustomers(Mapping[int, LedgerCustomer]):
    """Customers by their ids, each parsed when it is asked for: of thousands a day's orders name a few."""

    def __init__(self, documents: Mapping[int, str]) -> None:
        """`documents`: each as JSON."""
        self._documents = documents

    def __getitem__(self, id_: int) -> LedgerCustomer:
        return parse_ledger_customer(self._documents[id_])

    def __iter__(self) -> Iterator[int]:
        return iter(self._documents)

    def __len__(self) -> int:
        return len(self._documents)


def read_ledger_customers(connection: Connection, company: int) -> LedgerCustomers:
    """A company's customers as last listed, in the order of their ids."""
    sql = "SELECT customer_id, document FROM ledger_customer WHERE company_id = :company ORDER BY customer_id"
    return LedgerCustomers(dict(read_rows(connection, sql, {"company": company})))


_SAVE_CUSTOMER = text(
    """
    INSERT INTO ledger_customer (company_id, customer_id, document) VALUES (:company_id, :customer_id, :document)
    ON CONFLICT (company_id, customer_id) DO UPDATE SET document = excluded.document
    """
)
_SAVE_TIMES = text(
    """
    INSERT INTO ledger_listing (company_id, what, read_at_utc_s, told_at, document)
    VALUES (:company_id, :what, :read_at_utc_s, :told_at, :document)
    ON CONFLICT (company_id, what) DO UPDATE SET
        read_at_utc_s = excluded.read_at_utc_s, told_at = excluded.told_at, document = excluded.document
    """
)


def save_customers(
    connection: Connection, company: int, customers: Iterable[LedgerCustomer], times: ListingTimes, *, is_whole: bool
) -> None:
    """Store customers that were listed: all of them (`is_whole`), so that others are forgotten, or those that have
    changed."""
    if is_whole:
        connection.execute(delete(_customer).where(_customer.c.company_id == company))
    rows = [
        {"company_id": company, "customer_id": customer.id, "document": format_ledger_customer(customer)}
        for customer in customers
    ]
    if rows:
        connection.execute(_SAVE_CUSTOMER, rows)
    told = {
        "company_id": company,
        "what": CUSTOMERS,
        "read_at_utc_s": times.read_at_utc_s,
        "told_at": str(times.told_at_utc_s),
        "document": json.dumps({"whole_at_utc_s": times.whole_at_utc_s}),
    }
    connection.execute(_SAVE_TIMES, told)


def format_ledger_customer(customer: LedgerCustomer) -> str:
    """A customer of the ledger as JSON; what is as usual is left out.

    >>> format_ledger_customer(LedgerCustomer(7, "10018", "Hotell", delivery=Delivery.EHF))
    '{"delivery":"ehf","id":7,"name":"Hotell","number":"10018"}'
    """
    usual = LedgerCustomer(0, "")._asdict()
    told = {name: value for name, value in customer._asdict().items() if name == "id" or value != usual[name]}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def parse_ledger_customer(document: str) -> LedgerCustomer:
    """A customer from that JSON."""
    told = json.loads(document)
    delivery = Delivery(told.pop("delivery", Delivery.OTHER))
    return LedgerCustomer(told.pop("id"), told.pop("number", ""), delivery=delivery, **told)
