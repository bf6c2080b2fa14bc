"""The customers of a company's registers, by their code there: what the files say of them, merged.

Customers are people: no log, metric or message has what is here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, delete, select, text

from posexport.core.credit_facts import (
    RegisterCustomer,
    format_customer,
    name_firm,
    parse_customer,
    tell_apart,
)
from posexport.store.database import list_parameters, read_rows
from posexport.store.tables import CompanyRow, RegisterCustomerRow
from posexport.store.ticket_rows import chunks

_customer = RegisterCustomerRow.__table__  # type: ignore[attr-defined]
_company = CompanyRow.__table__  # type: ignore[attr-defined]

_SAVE_CUSTOMER = text(
    """
    INSERT INTO register_customer (company_id, code, document, seen_at_utc_s)
    VALUES (:company_id, :code, :document, :seen_at_utc_s)
    ON CONFLICT (company_id, code) DO UPDATE SET document = excluded.document, seen_at_utc_s = excluded.seen_at_utc_s
    """
)


def save_customers(
    connection: Connection, company_id: int, customers: Iterable[RegisterCustomer], now_utc_s: int
) -> None:
    """Merge a file's customers into what is stored; what the file says counts, what it is silent about stays. Of two
    firms with one code, the second is another customer (`core.orders.firms`)."""
    told = list(customers)
    known = read_customers(connection, company_id, list_codes(told))
    merged: dict[str, RegisterCustomer] = {}
    for customer in told:
        apart = tell_apart(customer, known.get(customer.number))
        before = known.get(apart.number)
        known[apart.number] = merged[apart.number] = before.merged(apart) if before else apart
    rows = [
        {"company_id": company_id, "code": code, "document": format_customer(one), "seen_at_utc_s": now_utc_s}
        for code, one in merged.items()
    ]
    if rows:
        connection.execute(_SAVE_CUSTOMER, rows)


def list_codes(customers: Iterable[RegisterCustomer]) -> set[str]:
    """The codes that something may be known under of customers, as files name them."""
    named = list(customers)
    firms = (name_firm(one.number, one.organization_number) for one in named if one.organization_number)
    return {*(one.number for one in named), *firms}


def read_customers(connection: Connection, company_id: int, numbers: Iterable[str]) -> dict[str, RegisterCustomer]:
    """What is known of these customers of a company's registers, by their code there."""
    found: dict[str, RegisterCustomer] = {}
    for some in chunks(sorted(set(numbers))):
        listed, codes = list_parameters(some)
        sql = f"SELECT code, document FROM register_customer WHERE company_id = :company AND code IN ({listed})"  # noqa: S608
        for code, document in read_rows(connection, sql, {"company": company_id, **codes}):
            found[code] = parse_customer(document)
    return found


def read_all_customers(connection: Connection, company_id: int) -> dict[str, RegisterCustomer]:
    """Every customer of a company's registers that something is known of, by code."""
    of_company = select(_customer.c.code, _customer.c.document).where(_customer.c.company_id == company_id)
    return {code: parse_customer(document) for code, document in connection.execute(of_company)}


def find_customers(
    connection: Connection, companies: Collection[str], sought: str
) -> list[tuple[str, RegisterCustomer]]:
    """The customers of the companies with these ids whose code, name or organization number has what is sought, each
    with its company's id, by name."""
    wanted = select(_company.c.code, _customer.c.document).join(_company, _company.c.id == _customer.c.company_id)
    rows = connection.execute(wanted.where(_company.c.code.in_(list(companies))))
    found = ((company, parse_customer(document)) for company, document in rows)
    fits = [(company, one) for company, one in found if sought.casefold() in _tell_names(one).casefold()]
    return sorted(fits, key=lambda hit: (hit[1].name, hit[1].number))


def _tell_names(customer: RegisterCustomer) -> str:
    """What people look for a customer by, a line each."""
    return "\n".join((customer.number, customer.name or "", customer.organization_number or ""))


def list_customers_seen_before(connection: Connection, company_id: int, before_utc_s: int) -> tuple[str, ...]:
    """The codes of a company's customers that no file has named since then."""
    named = (_customer.c.company_id == company_id, _customer.c.seen_at_utc_s < before_utc_s)
    return tuple(connection.execute(select(_customer.c.code).where(*named).order_by(_customer.c.code)).scalars())


def forget_customers(connection: Connection, company_id: int, codes: Iterable[str]) -> None:
    """Delete what is known of these customers of a company's registers."""
    for some in chunks(sorted(set(codes))):
        connection.execute(delete(_customer).where(_customer.c.company_id == company_id, _customer.c.code.in_(some)))


def keep_numbers(connection: Connection, company_id: int, codes: Iterable[str]) -> int:
    """Forget all that is known of these customers but code and organization number; returns of how many there was
    more."""
    known = read_customers(connection, company_id, codes)
    alone = {
        code: format_customer(RegisterCustomer(one.number, organization_number=one.organization_number))
        for code, one in known.items()
    }
    rows = [
        {"company_id": company_id, "code": code, "document": document}
        for code, document in alone.items()
        if document != format_customer(known[code])
    ]
    if rows:
        connection.execute(_KEEP_NUMBERS, rows)
    return len(rows)


_KEEP_NUMBERS = text(
    "UPDATE register_customer SET document = :document WHERE company_id = :company_id AND code = :code"
)
