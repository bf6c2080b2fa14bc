"""What is done about the registers' customers: linked, unlinked, made, read again."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from posexport.app.customers import find_new_customer, link_customer, unlink_customer
from posexport.core.company import Company
from posexport.core.roles import Right
from posexport.errors import UsageError
from posexport.office.pages import customers as page
from posexport.office.runs import ask_for
from posexport.office.visit import Declined, Visit, go_to
from posexport.office.words import office_words
from posexport.office.work import customers


def link(visit: Visit) -> Response:
    """Link the register's customer; asked once more where it would share a customer with others, or where nothing but
    an e-mail address speaks for it."""
    company = visit.find_company(Right.BOOK)
    customer, number = page.find_customer(visit, company), visit.form.get("number", "").strip()
    words = office_words(visit.lang)
    if not number:
        return page.show_link(visit, trouble=words["customer_missing"], status_code=422)
    leads_to = visit.find_sent_form()
    if leads_to is None:
        meanwhile = page.tell_meanwhile(visit, customer)
        if meanwhile:
            return page.show_link(visit, trouble=meanwhile, status_code=422)
        try:
            proposal = page.find_proposal(visit, company, customer.code, number)
        except Declined as declined:
            return page.show_link(visit, trouble=declined.words, status_code=422)
        is_confirmed = visit.form.get("sure") == _sure_of(proposal.shared_with)
        if proposal.asks and not is_confirmed:
            return page.show_sharing(visit, company, customer, proposal)
        try:
            linked = link_customer(
                visit.workspace, company.id, customer.code, number, share=is_confirmed, may_be_old=True
            )
        except UsageError:
            return page.show_link(visit, trouble=words["link_refused"], status_code=422)
        before = linked.before.link.number if linked.before else ""
        leads_to = page.tell_linked(page.find_back(visit), number)
        visit.note_done(leads_to, "customer-linked", company, code=customer.code, number=number, before=before)
    return go_to(leads_to)


def _sure_of(codes: tuple[str, ...]) -> str:
    """What the form of the second question sends: whom the customer would be shared with, so that a code that came to
    it meanwhile is asked about again."""
    return " ".join(["sure", *codes])


def unlink(visit: Visit) -> Response:
    """Take the link away."""
    company = visit.find_company(Right.BOOK)
    customer = page.find_customer(visit, company)
    leads_to = visit.find_sent_form()
    if leads_to is None:
        if customer.link is None:
            raise Declined(office_words(visit.lang)["not_linked_now"])
        meanwhile = page.tell_meanwhile(visit, customer)
        if meanwhile:
            raise Declined(meanwhile)
        unlink_customer(visit.workspace, company.id, customer.code)
        leads_to, number = page.find_back(visit), customer.link.link.number
        visit.note_done(leads_to, "customer-unlinked", company, code=customer.code, number=number)
    return go_to(leads_to)


def create(visit: Visit) -> Response:
    """Ask for the customer to be made in PowerOffice Go."""
    company = visit.find_company(Right.BOOK)
    customer = page.find_customer(visit, company)
    if find_new_customer(visit.workspace, company.id, customer.code) is None and visit.find_sent_form() is None:
        raise Declined(office_words(visit.lang)["customer_not_made"])
    asked = {**_ask_of(visit, company), "code": customer.code}
    return go_to(ask_for(visit, customers.NEW, asked, "customer-create-asked", code=customer.code))


def _ask_of(visit: Visit, company: Company) -> dict[str, Any]:
    """What every run about a company's customers is asked."""
    return {"company": company.id, "venues": [venue.id for venue in company.venues], "then": page.find_back(visit)}


def read_again(visit: Visit) -> Response:
    """Ask for the customers of PowerOffice Go to be read again."""
    company = visit.find_company(Right.BOOK)
    asked = _ask_of(visit, company)
    return go_to(ask_for(visit, customers.KIND, asked, "customers-read-asked"))
