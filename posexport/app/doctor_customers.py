"""The doctor's answers about customers: whether those of the ledger can be read, which of the registers' wait for a
link, and which could not be invoiced. Asked once per company. Customers stand by their codes and numbers alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from posexport.app.customers import read_sold_to
from posexport.app.diagnosis import Diagnosis, DoctorContext
from posexport.app.workspace import Workspace
from posexport.core.company import Company
from posexport.core.orders.customers import (
    CustomerFault,
    CustomerLink,
    CustomerMode,
    LedgerCustomer,
    judge_customer,
)
from posexport.core.ports.ledger import Ledger
from posexport.delivery.customer_links import find_customer_book, links_customers
from posexport.delivery.customer_lists import CHANGES_AGE_S
from posexport.errors import Exit, KeysRefused, PowerOfficeRefused
from posexport.store.customer_links import StoredLink, read_links
from posexport.store.setups import find_company_number

CODES_NAMED = 10
"""So many customers are named in an answer; more are counted."""

_FAULTS = {
    CustomerFault.INACTIVE: "customers/inactive",
    CustomerFault.VAT_FREE: "customers/vat-free",
    CustomerFault.NO_ORGANIZATION_NUMBER: "customers/ehf",
    CustomerFault.NO_EMAIL: "customers/email",
}
"""The answer about each fault of a customer that is to be invoiced."""


def examine_customers(context: DoctorContext, workspace: Workspace, destination: Ledger) -> Iterator[Diagnosis]:
    """Every answer about the customers of a company; none where it sells nothing on account. Raises what a `Ledger`
    raises, except that customers may not be read."""
    company = context.company
    if not links_customers(company):
        return
    with workspace.database.reading() as connection:
        sold = read_sold_to(connection, company)
        links = read_links(connection, find_company_number(connection, company.id))
    if not (sold or links or company.orders.is_on):
        return
    is_by_number = company.orders.customers is CustomerMode.NUMBER and not company.orders.is_on
    book = find_customer_book(company, destination)
    if book is None:
        code, exit_code = (
            ("customers/not-looked-up", Exit.DONE) if is_by_number else ("customers/no-key", Exit.OPERATOR)
        )
        yield context.say("customers", "warning" if is_by_number else "wrong", code, exit_code)
        return
    try:
        customers = workspace.delivery.customers.lists.find(company, book, age_s=CHANGES_AGE_S)
    except KeysRefused:
        raise
    except PowerOfficeRefused as refused:
        if is_by_number:
            yield context.say("customers", "warning", "customers/refused", answer=refused.answer)
        else:
            yield context.say("customers", "wrong", "customers/refused", Exit.INTEGRATOR, answer=refused.answer)
        return
    unlinked = [code for code in sold if code not in links]
    left = _leave_out_linked_next(workspace, company, unlinked, customers)
    yield from _examine_unlinked(context, left, sold)
    faulty = list(_examine_linked(context, links, {customer.id: customer for customer in customers}))
    yield from faulty
    if not left and not faulty:
        yield context.say("customers", "ok", "customers/linked", count=len(links))


def _leave_out_linked_next(
    workspace: Workspace, company: Company, codes: Sequence[str], customers: Sequence[LedgerCustomer]
) -> list[str]:
    """The codes that no link would come about for by itself."""
    desk = workspace.delivery.customers
    decisions = desk.decide(company, desk.read_known(company, codes), customers)
    return [code for code in codes if not isinstance(decisions[code], CustomerLink)]


def _examine_unlinked(context: DoctorContext, left: Sequence[str], sold: Mapping[str, bool]) -> Iterator[Diagnosis]:
    """The customers without a link: those that a waiting day has, and the rest."""
    company = context.company.id
    waiting, others = [code for code in left if sold[code]], [code for code in left if not sold[code]]
    if waiting:
        facts = {"codes": _list_codes(waiting), "company": company}
        yield context.say("customers", "wrong", "customers/waiting", Exit.BOOKKEEPER, **facts)
    if others:
        yield context.say("customers", "warning", "customers/unlinked", codes=_list_codes(others), company=company)


def _examine_linked(
    context: DoctorContext, links: Mapping[str, StoredLink], customers: Mapping[int, LedgerCustomer]
) -> Iterator[Diagnosis]:
    """Links to customers that are no longer there, and what those to be invoiced are not fit for."""
    company = context.company
    for code, stored in links.items():
        customer = customers.get(stored.link.customer_id)
        facts = {"code": code, "number": stored.link.number, "company": company.id}
        if customer is None:
            yield context.say("customers", "wrong", "customers/gone", Exit.BOOKKEEPER, **facts)
        elif company.orders.is_on:
            for fault in judge_customer(customer):
                yield context.say("customers", "warning", _FAULTS[fault], **facts)


def _list_codes(codes: Sequence[str]) -> str:
    more = len(codes) - CODES_NAMED
    return ", ".join(codes[:CODES_NAMED]) + (f" (+{more})" if more > 0 else "")
