"""Customers: the registers' customers with credit sales, and which of PowerOffice Go's each of them is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from starlette.responses import Response

from posexport.app.customers import (
    LinkProposal,
    ListedCustomer,
    find_ledger_customers,
    find_new_customer,
    find_read_at,
    list_customers,
    list_sent_orders,
    propose_link,
)
from posexport.core.company import Company
from posexport.core.orders.customers import CandidateReason, CustomerMode
from posexport.core.roles import Right
from posexport.errors import UsageError
from posexport.office.addresses import choose_back
from posexport.office.visit import Declined, NotFound, Visit
from posexport.office.words import office_words

SHOWN_AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class CustomersOfCompany:
    """A company's customers on a page. `read_at`: when its ledger's were last read, None where they never were;
    `creates`: whether customers may be made there."""

    company: Company
    customers: tuple[ListedCustomer, ...]
    read_at: datetime | None
    may_link: bool
    creates: bool
    linked: int
    unlinked: int


def show(visit: Visit) -> Response:
    """The page; PowerOffice Go is not asked."""
    state = visit.request.query_params.get("state", "")
    of_companies = list(_read_companies(visit, state))
    return visit.show(
        "customers.html.j2",
        of_companies=of_companies,
        state=state if state in ("linked", "unlinked") else "",
        linked=sum(one.linked for one in of_companies),
        unlinked=sum(one.unlinked for one in of_companies),
        just_linked=find_linked(visit, _list_numbers(of_companies)),
    )


def _list_numbers(of_companies: Sequence[CustomersOfCompany]) -> list[str]:
    return [one.link.link.number for found in of_companies for one in found.customers if one.link]


def _read_companies(visit: Visit, state: str) -> Iterator[CustomersOfCompany]:
    for company in visit.setup.companies:
        if not visit.user.may(Right.SEE, company.id) or not company.venues:
            continue
        every = list_customers(visit.workspace, company.id, asks=False).customers
        if not every:
            continue
        shown = [
            one for one in every if state not in ("linked", "unlinked") or (one.link is not None) == (state == "linked")
        ]
        yield CustomersOfCompany(
            company,
            tuple(sorted(shown, key=lambda one: (one.link is not None, not one.waiting_ore))),
            read_at(visit, company),
            visit.user.may(Right.BOOK, company.id),
            company.orders.customers is CustomerMode.CREATE,
            sum(one.link is not None for one in every),
            sum(one.link is None for one in every),
        )


def read_at(visit: Visit, company: Company) -> datetime | None:
    """When a company's customers were last read from PowerOffice Go."""
    at_utc_s = find_read_at(visit.workspace, company)
    return None if at_utc_s is None else company.venues[0].calendar.local(at_utc_s)


def find_customer(visit: Visit, company: Company) -> ListedCustomer:
    """The register's customer that is asked about. Raises NotFound."""
    code = (visit.form or visit.request.query_params).get("code", "")
    for one in list_customers(visit.workspace, company.id, asks=False).customers:
        if one.code == code:
            return one
    raise NotFound


def find_back(visit: Visit) -> str:
    """The page to go on with afterwards."""
    return choose_back((visit.form or visit.request.query_params).get("back", ""), "/customers")


# Linking


_TELLS_LINKED = ("/customers", "/orders/", "/v/")


def tell_linked(back: str, number: str) -> str:
    """The page to go on with, which says that the customer is linked, where it can.

    >>> tell_linked("/customers?state=unlinked", "10018"), tell_linked("/", "10018")
    ('/customers?state=unlinked&linked=10018', '/')
    """
    if not back.startswith(_TELLS_LINKED):
        return back
    return f"{back}{'&' if '?' in back else '?'}linked={quote(number)}"


def find_linked(visit: Visit, numbers: Iterable[str]) -> str:
    """The number of the customer that was linked just now, where it is one of these that are linked."""
    asked = visit.request.query_params.get("linked", "")
    return asked if asked in set(numbers) else ""


def show_link(visit: Visit, *, trouble: str = "", status_code: int = 200) -> Response:
    """Choose which customer of PowerOffice Go it is; where there is no candidate, those with its name are shown at
    once, as if they were searched for. `trouble`: why the one that was chosen last is not taken."""
    company = visit.find_company(Right.BOOK)
    customer = find_customer(visit, company)
    given = visit.form or visit.request.query_params
    sought = given.get("q", "" if customer.candidates else customer.name).strip()
    found = find_ledger_customers(visit.workspace, company, sought) if sought else ()
    candidates = [candidate.customer for candidate in customer.candidates]
    is_by_name = "q" not in given and bool(found)
    if "q" not in given and not found:
        sought = ""
    return visit.show(
        "customer_link.html.j2",
        status_code=status_code,
        company=company,
        customer=customer,
        sought=sought,
        is_by_name=is_by_name,
        found=found[:SHOWN_AT_ONCE],
        more=max(len(found) - SHOWN_AT_ONCE, 0),
        has_choice=any(one.is_active for one in (found if sought else candidates)),
        read_at=read_at(visit, company),
        chosen=given.get("number", ""),
        back=find_back(visit),
        trouble=trouble,
        email=CandidateReason.EMAIL,
    )


def tell_meanwhile(visit: Visit, customer: ListedCustomer) -> str:
    """What somebody has done to the customer's link since the page of the form was shown; "" for nothing."""
    words, link = office_words(visit.lang), customer.link
    if visit.form.get("seen", "") == (link.link.number if link else ""):
        return ""
    if link is None:
        return words["unlinked_meanwhile"].format(code=customer.code)
    return words["linked_meanwhile"].format(code=customer.code, number=link.link.number, name=link.link.name)


def find_proposal(visit: Visit, company: Company, code: str, number: str) -> LinkProposal:
    """What the link would mean. Raises Declined where there is no such customer, or it is archived."""
    try:
        return propose_link(visit.workspace, company.id, code, number)
    except UsageError:
        raise Declined(office_words(visit.lang)["customer_not_there"].format(number=number), "number") from None


def show_sharing(visit: Visit, company: Company, customer: ListedCustomer, proposal: LinkProposal) -> Response:
    """Ask before two customers are taken for one."""
    return visit.show(
        "customer_share.html.j2",
        company=company,
        customer=customer,
        proposal=proposal,
        back=find_back(visit),
        q=visit.form.get("q", ""),
    )


def show_unlink(visit: Visit) -> Response:
    """What taking the link away means, and the button that does it."""
    company = visit.find_company(Right.BOOK)
    customer = find_customer(visit, company)
    if customer.link is None:
        raise Declined(office_words(visit.lang)["not_linked_now"])
    sent = list_sent_orders(visit.workspace, company, customer.code)
    back = find_back(visit)
    return visit.show("customer_unlink.html.j2", company=company, customer=customer, sent=sent, back=back)


def show_create(visit: Visit) -> Response:
    """What a customer in PowerOffice Go would be made with, and the button that makes it."""
    company = visit.find_company(Right.BOOK)
    customer = find_customer(visit, company)
    new = find_new_customer(visit.workspace, company.id, customer.code)
    if new is None:
        raise Declined(office_words(visit.lang)["customer_not_made"])
    back = find_back(visit)
    return visit.show("customer_create.html.j2", company=company, customer=customer, new=new, back=back)
