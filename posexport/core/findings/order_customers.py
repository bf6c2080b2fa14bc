"""Findings about the customers of orders: none named, not linked, not to be invoiced, or another's contact person.

Customers stand by their codes and numbers alone: names and e-mail addresses are personal data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from posexport.core.finding import Finding, Ore, Severity
from posexport.core.findings.customers import ARCHIVED, describe_other_firm, name_candidate, name_candidates
from posexport.core.findings.orders import Facts, order_facts, place_on_order
from posexport.core.orders.booking import RoutedTicket, find_namesakes
from posexport.core.orders.customers import (
    AmbiguousCustomer,
    AskPerson,
    CustomerFault,
    NewCustomer,
)
from posexport.core.orders.firms import OtherFirm
from posexport.core.orders.order import Order
from posexport.core.orders.share import DividedTicket
from posexport.core.organization_number import find_wrong_check_digit

PART_PAID = "part-paid"
"""The wording about a ticket of which a part was paid at the register, and of which the order has the whole."""

FORMER_TYPE = "former-type"
"""The wording about a ticket whose payment type is on credit no longer."""


def make_no_customer_finding(order: Order, former_type: str = "") -> Finding:
    """The finding that a ticket sold on credit names no customer. `former_type`: the payment type that made it one when
    its day was first sent, and is not on credit in the setup any more, so that whose it is was not kept."""
    if former_type:
        facts = order_facts(order, source=former_type)
        return place_on_order(order, Finding("order-no-customer", Severity.ERROR, facts, FORMER_TYPE))
    if order.part_paid_ore:
        facts = order_facts(order, paid=Ore(order.part_paid_ore))
        return place_on_order(order, Finding("order-no-customer", Severity.ERROR, facts, PART_PAID))
    return place_on_order(order, Finding("order-no-customer", Severity.ERROR, order_facts(order)))


def check_part_payments(routed: Iterable[RoutedTicket]) -> list[Finding]:
    """The findings about a day's tickets without a customer that were paid in part and are ordered whole: nobody can be
    credited with what was paid, so they hold the day's voucher too."""
    routed, found = list(routed), []
    namesakes = find_namesakes(routed)
    for one in routed:
        if one.unnamed_ore and isinstance(one.divided, DividedTicket):
            facts: Facts = {
                "register": one.ticket.register,
                "number": one.ticket.number,
                "amount": Ore(one.divided.credit_ore),
                "paid": Ore(one.unnamed_ore),
            }
            several = one.ticket.number in namesakes
            found.append(Finding("order-no-customer", Severity.ERROR, facts, PART_PAID, is_one_of_several=several))
    return found


def without_part_payments(findings: Iterable[Finding], routed: Iterable[RoutedTicket]) -> list[Finding]:
    """The findings of a voucher without the warning that those part payments are booked on no customer: they are not
    booked before there is one."""
    amount = Ore(-sum(one.unnamed_ore for one in routed))
    return [one for one in findings if one.code != "missing-customer" or one.variant or one.facts["amount"] != amount]


CHECK_DIGIT = "check-digit"
"""The wordings about a customer whose organization number in the register has a wrong check digit."""


def make_unlinked_finding(
    order: Order, company_id: str, found: AskPerson | AmbiguousCustomer | NewCustomer, organization_number: str = ""
) -> Finding:
    """The finding that a customer is not linked: with the one candidate there is, or that there are several.
    `organization_number`: as the register has it."""
    made, wrong = _make_unlinked_finding(order, company_id, found), find_wrong_check_digit(organization_number)
    if not wrong:
        return made
    variant = f"{made.variant}-{CHECK_DIGIT}" if made.variant else CHECK_DIGIT
    return replace(made, variant=variant, facts={**made.facts, "wrong_number": wrong})


def _make_unlinked_finding(
    order: Order, company_id: str, found: AskPerson | AmbiguousCustomer | NewCustomer
) -> Finding:
    facts = order_facts(order, company=company_id)
    candidates = () if isinstance(found, NewCustomer) else found.candidates
    if len(candidates) > 1:
        facts |= name_candidates(candidates)
        variant = ARCHIVED if ARCHIVED in facts else ""
        return place_on_order(order, Finding("order-customer-ambiguous", Severity.ERROR, facts, variant))
    variant = ""
    for candidate in candidates:
        facts["go_number"], variant = candidate.customer.number, name_candidate(candidate)
    return place_on_order(order, Finding("order-customer-not-linked", Severity.ERROR, facts, variant))


def make_other_firm_finding(order: Order, company_id: str, other: OtherFirm) -> Finding:
    """The finding that a ticket's code stands for another firm than before, or than the customer it is linked to."""
    variant, told = describe_other_firm(other)
    facts = order_facts(order, company=company_id) | told
    return place_on_order(order, Finding("order-customer-ambiguous", Severity.ERROR, facts, variant))


def make_being_made_finding(order: Order, company_id: str) -> Finding:
    """The finding that a customer was to be made in the ledger, and no answer came: it is looked up before anything is
    repeated, and nobody is asked to make it by hand."""
    facts = order_facts(order, company=company_id)
    return place_on_order(order, Finding("order-customer-not-linked", Severity.ERROR, facts, "being-made"))


def check_customer(order: Order, company_id: str, faults: Iterable[CustomerFault]) -> list[Finding]:
    """The findings about the customer that an order is linked to."""
    assert order.link is not None, order.reference
    facts = order_facts(order, company=company_id, go_number=order.link.number)
    return [place_on_order(order, _customer_finding(fault, facts)) for fault in faults]


def _customer_finding(fault: CustomerFault, facts: Facts) -> Finding:
    if fault is CustomerFault.INACTIVE:
        return Finding("order-customer-inactive", Severity.ERROR, facts)
    if fault is CustomerFault.VAT_FREE:
        return Finding("order-customer-vat-free", Severity.WARNING, facts)
    variant = "ehf" if fault is CustomerFault.NO_ORGANIZATION_NUMBER else "email"
    return Finding("order-customer-delivery", Severity.WARNING, facts, variant)


def check_contact(order: Order) -> list[Finding]:
    """A finding where the contact's e-mail address is that of a contact person of another customer, unless the order
    names a contact person."""
    if not order.contact_elsewhere:
        return []
    facts = order_facts(order, go_number=", ".join(order.contact_elsewhere))
    return [place_on_order(order, Finding("contact-elsewhere", Severity.INFO, facts))]
