"""Links: which customer of a company's ledger a customer of its registers is, by the register's code.

One code has one link at most; several codes may have the same customer. The ledger's id never changes and is what
counts; number and name are as last seen. Customers are people: no log or metric has what is here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, text, update

from posexport.core.orders.customers import CustomerLink, LedgerCustomer, LinkedBy
from posexport.store.tables import CustomerLinkRow
from posexport.store.ticket_rows import chunks

_link = CustomerLinkRow.__table__  # type: ignore[attr-defined]


class StoredLink(NamedTuple):
    """A link, and how it came about. `linked_number`: the customer's number when the link was made."""

    code: str
    link: CustomerLink
    linked_number: str
    who: str
    linked_at_utc_s: int
    why: str = ""

    @property
    def is_renumbered(self) -> bool:
        """Whether the customer has another number in the ledger since."""
        return self.link.number != self.linked_number


_COLUMNS = (
    *(_link.c.code, _link.c.customer_id, _link.c.number, _link.c.name, _link.c.linked_by),
    *(_link.c.linked_number, _link.c.who, _link.c.linked_at_utc_s, _link.c.why),
)


def read_links(connection: Connection, company: int, codes: Iterable[str] | None = None) -> dict[str, StoredLink]:
    """A company's links by code, in the order of the codes; of these codes only, where they are given."""
    of_company = select(*_COLUMNS).where(_link.c.company_id == company).order_by(_link.c.code)
    if codes is None:
        return {row.code: _parse(row) for row in connection.execute(of_company)}
    found: dict[str, StoredLink] = {}
    for some in chunks(sorted(set(codes))):
        for row in connection.execute(of_company.where(_link.c.code.in_(some))):
            found[row.code] = _parse(row)
    return found


def _parse(row: tuple[object, ...]) -> StoredLink:
    code, customer_id, number, name, linked_by, linked_number, who, at_utc_s, why = row
    link = CustomerLink(customer_id, number, name, LinkedBy(linked_by))  # type: ignore[arg-type]
    return StoredLink(code, link, linked_number, who, at_utc_s, why)  # type: ignore[arg-type]


def read_codes_of(connection: Connection, company: int, customer_id: int) -> tuple[str, ...]:
    """The register's codes that are linked to a customer of the ledger, in order."""
    codes = select(_link.c.code).where(_link.c.company_id == company, _link.c.customer_id == customer_id)
    return tuple(connection.execute(codes.order_by(_link.c.code)).scalars())


_ADD = text(
    """
    INSERT INTO customer_link
        (company_id, code, customer_id, number, name, linked_number, linked_by, who, why, linked_at_utc_s)
    VALUES (:company_id, :code, :customer_id, :number, :name, :number, :linked_by, :who, '', :linked_at_utc_s)
    ON CONFLICT (company_id, code) DO NOTHING
    """
)


def add_links(
    connection: Connection, company: int, links: Mapping[str, CustomerLink], who: str, now_utc_s: int
) -> dict[str, CustomerLink]:
    """Store links that were made without a person; returns those that are new. A code that has a link already, from
    another run or a person, keeps it."""
    return {
        code: link
        for code, link in links.items()
        if connection.execute(_ADD, _values(company, code, link, who, now_utc_s)).rowcount
    }


def set_link(
    connection: Connection, company: int, code: str, link: CustomerLink, who: str, now_utc_s: int, why: str = ""
) -> None:
    """Store a link that a person made, in place of any that the code has."""
    values = {**_values(company, code, link, who, now_utc_s), "linked_number": link.number, "why": why}
    connection.execute(delete(_link).where(_link.c.company_id == company, _link.c.code == code))
    connection.execute(insert(_link).values(**values))


def _values(company: int, code: str, link: CustomerLink, who: str, now_utc_s: int) -> dict[str, object]:
    return {
        "company_id": company,
        "code": code,
        "customer_id": link.customer_id,
        "number": link.number,
        "name": link.name,
        "linked_by": link.by.value,
        "who": who,
        "linked_at_utc_s": now_utc_s,
    }


def delete_link(connection: Connection, company: int, code: str) -> bool:
    """Delete the link of a code; False where it has none."""
    gone = delete(_link).where(_link.c.company_id == company, _link.c.code == code)
    return bool(connection.execute(gone).rowcount)


def update_seen(connection: Connection, company: int, customers: Iterable[LedgerCustomer]) -> None:
    """Note the numbers and names that linked customers have in the ledger now. Who is linked stays as it is."""
    listed = {customer.id: customer for customer in customers}
    for stored in read_links(connection, company).values():
        now, link = listed.get(stored.link.customer_id), stored.link
        if now is not None and (now.number, now.name) != (link.number, link.name):
            of_code = (_link.c.company_id == company, _link.c.code == stored.code)
            connection.execute(update(_link).where(*of_code).values(number=now.number, name=now.name))
