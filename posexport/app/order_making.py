"""Makes the order of a credit ticket by what is in the store: by the setup of its day, its customer's link and contact,
and, where it gives back a sale, the invoice of that. Nothing is judged here, and nothing asked of the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from posexport.core.company import Company, Venue
from posexport.core.credit_facts import CreditFacts, RegisterCustomer, TicketReference, split_firm
from posexport.core.day import Moment
from posexport.core.delivery import Delivery, History, Stage
from posexport.core.orders.booking import RoutedTicket
from posexport.core.orders.credit_ticket import CreditTicket
from posexport.core.orders.customers import Contact, CustomerLink, LedgerCustomer, find_contact
from posexport.core.orders.document import parse_order
from posexport.core.orders.firms import Firms, OtherFirm
from posexport.core.orders.order import Order, OrderRules, build_order
from posexport.core.orders.relinking import follow_invoice, is_relinked, keep_link
from posexport.core.orders.route import Route
from posexport.core.orders.setup import order_products
from posexport.core.orders.share import DividedTicket
from posexport.core.orders.state import Invoice, ReturnedSale, choose_related
from posexport.core.review import find_believed_at
from posexport.core.vat import USUAL_RATES_BP, VatRate, find_rate
from posexport.delivery.context import DeliveryContext
from posexport.store.charts import find_venue_and_rates
from posexport.store.customer_links import StoredLink, read_links
from posexport.store.database import Connection
from posexport.store.deliveries import read_delivery
from posexport.store.ledger_customers import read_ledger_customers
from posexport.store.ledger_listings import keeps_decimals
from posexport.store.order_seen import read_seen_of
from posexport.store.orders import find_orders_of_ticket, find_sold_ticket
from posexport.store.register_customers import read_all_customers
from posexport.store.setups import find_company_number


@dataclass
class OrderMaker:
    """Makes the orders of one venue on one connection. `delivery`: has what was last read of ledgers."""

    delivery: DeliveryContext = field(repr=False)
    connection: Connection
    company: Company
    venue: Venue
    _rules: dict[date, OrderRules] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def of_store(self) -> tuple[int, tuple[VatRate, ...], int]:
        """The numbers of venue and company in the store, and the ledger's VAT rates."""
        number, rates = find_venue_and_rates(self.connection, self.venue)
        return number, rates, find_company_number(self.connection, self.company.id)

    @cached_property
    def ledger_customers(self) -> Mapping[int, LedgerCustomer]:
        """The ledger's customers as last read, by their ids."""
        _, _, company = self.of_store
        return read_ledger_customers(self.connection, company)

    @cached_property
    def _stored_links(self) -> Mapping[str, StoredLink]:
        return read_links(self.connection, self.of_store[2])

    @cached_property
    def links(self) -> Mapping[str, CustomerLink]:
        """Whom the register's customers are linked to, by their codes."""
        return {code: stored.link for code, stored in self._stored_links.items()}

    @cached_property
    def _keeps_decimals(self) -> bool:
        return keeps_decimals(self.connection, self.of_store[2])

    def build(self, routed: RoutedTicket, credit: CreditTicket, history: History, revision: int) -> Order:
        """The order of a ticket that can be divided, as it would be sent now. `history`: of the ticket's orders."""
        assert isinstance(routed.divided, DividedTicket), routed.key
        first = history.deliveries[0].reference if history.deliveries else ""
        order = build_order(
            credit,
            routed.divided,
            self._rules_on(credit.business_day),
            link=self._find_link_of(credit.facts, history),
            contact=self._find_contact(credit.facts, history),
            revision=revision,
            related_invoice_no=self.find_related(credit.facts.refers_to, credit.moment),
            known_as=_venue_of(first) if first else None,
        )
        sold = None if order.related_invoice_no is None else self.find_sale(order)
        return order if sold is None else follow_invoice(order, sold, credit.facts)

    def find_sale(self, order: Order) -> Order | None:
        """The order of the invoice that a credit note names, as it was sent; None where it was not sent from here."""
        assert order.refers_to is not None
        venue, moment = self.of_store[0], self.venue.calendar.place(order.completed_at)
        for id_ in find_orders_of_ticket(self.connection, venue, order.refers_to, moment.at_utc_s):
            invoice = read_seen_of(self.connection, id_).invoice
            if invoice is not None and invoice.number == str(order.related_invoice_no):
                sold = read_delivery(self.connection, id_)
                return parse_order(json.loads(sold.report), sold.lines)
        return None

    def _rules_on(self, day: date) -> OrderRules:
        if day not in self._rules:
            self._rules[day] = self._make_rules(day)
        return self._rules[day]

    def _make_rules(self, day: date) -> OrderRules:
        venue, (_, rates, _) = self.venue.on(day), self.of_store
        codes = {*USUAL_RATES_BP, *(rate.code for rate in rates)}
        told = {code: find_rate(rates, code, day) if rates else USUAL_RATES_BP.get(code) for code in codes}
        return OrderRules(
            venue_name=venue.name,
            mapping=venue.mapping,
            rates_bp={code: rate for code, rate in told.items() if rate is not None},
            products=order_products(self.company, venue),
            department=venue.department,
            inherits_department=self.company.orders.department_from == "customer",
            is_confirmed=self.company.orders.is_confirmed,
            keeps_decimals=self._keeps_decimals,
        )

    @cached_property
    def _firms(self) -> Firms:
        known = read_all_customers(self.connection, self.of_store[2])
        numbers = {code: customer.organization_number for code, customer in known.items()}
        return Firms(self.links, numbers, self.ledger_customers)

    def _find_link(self, facts: CreditFacts) -> CustomerLink | None:
        found = None if facts.customer is None else self._find_firm(facts.customer)
        return None if isinstance(found, OtherFirm) else found

    def find_other_firm(self, customer: RegisterCustomer) -> OtherFirm | None:
        """Where a ticket's code stands for another firm than before, or than the customer it is linked to: how."""
        found = self._find_firm(customer)
        return found if isinstance(found, OtherFirm) else None

    def _find_firm(self, customer: RegisterCustomer) -> CustomerLink | OtherFirm | None:
        code, number = split_firm(customer.number)
        if code not in self._firms.numbers:
            code, number = customer.number, ""
        return self._firms.find(code, number or customer.organization_number)

    def _find_link_of(self, facts: CreditFacts, history: History) -> CustomerLink | None:
        """Whom an order is for: what may still arrive is for whom it was."""
        link, planned = self._find_link(facts), history.current
        if facts.customer is None or planned is None:
            return link
        until = find_believed_at(planned.stage, planned.changed_at_utc_s, self.company)
        return keep_link(planned, facts.customer.number, link, may_come=self.delivery.now_utc_s < until)

    def is_relinked(self, sent: Delivery) -> bool:
        """Whether the customer of an order was linked anew while its request was under way."""
        code = parse_order(json.loads(sent.report), sent.lines).customer_code
        stored = self._stored_links.get(code or "")
        return stored is not None and is_relinked(sent, stored.link, stored.linked_at_utc_s)

    def _find_contact(self, facts: CreditFacts, history: History) -> Contact | None:
        """Whom the order names, by what is known of the ledger's contact persons. One that was sent and may be there
        names whom it named: should it be sent again, it is the same."""
        link, customer = self._find_link_of(facts, history), facts.customer
        if customer is None or not names_contact(facts):
            return None
        if link is None:
            return Contact(name=customer.contact)
        planned = history.current
        if planned is not None and planned.is_unsure and planned.stage is not Stage.REFUSED and planned.report:
            was = parse_order(json.loads(planned.report), planned.lines)
            if was.link is not None and was.link.customer_id == link.customer_id:
                return Contact(was.contact_person_id, was.customer_reference or customer.contact, was.contact_elsewhere)
        persons = self.delivery.contacts.find_kept(self.company)
        return find_contact(customer, link.customer_id, persons, self.ledger_customers)

    def find_related(self, refers_to: TicketReference | None, moment: Moment) -> int | None:
        """The number of the invoice of the sale that a return gives back; None where it has none yet."""
        found = choose_related(one for one in self.find_invoices(refers_to, moment) if one is not None)
        return None if found is None else int(found.number)

    def judge_returned(self, order: Order) -> ReturnedSale:
        """What is known of the sale that a return gives back."""
        assert order.refers_to is not None
        moment = self.venue.calendar.place(order.completed_at)
        sold = find_sold_ticket(self.connection, self.of_store[0], order.refers_to, moment.at_utc_s)
        if sold is None:
            return ReturnedSale.UNREAD
        if sold.route is not None or sold.is_sent:
            return ReturnedSale.ORDERED if sold.is_sent or sold.route is Route.ORDER else ReturnedSale.NOT_ORDERED
        by_venue = next((venue for venue in self.company.venues if venue.id == sold.venue_id), self.venue)
        is_on_credit = not sold.paid_with.isdisjoint(by_venue.on(sold.business_day).mapping.credit_types)
        is_ordered = is_on_credit and self.company.orders.invoices(sold.business_day)
        return ReturnedSale.ORDERED if is_ordered else ReturnedSale.NOT_ORDERED

    def find_invoices(self, refers_to: TicketReference | None, moment: Moment) -> list[Invoice | None]:
        """The invoices of the sale that a return gives back, one for each order of it that was sent, the newest first:
        None for one that is not invoiced. `moment`: of the return."""
        if refers_to is None:
            return []
        sold = find_orders_of_ticket(self.connection, self.of_store[0], refers_to, moment.at_utc_s)
        return [read_seen_of(self.connection, one).invoice for one in sold]


def names_contact(facts: CreditFacts) -> bool:
    """Whether the order names the buyer's contact: unless the ticket has the buyer's own reference."""
    return facts.customer is not None and bool(facts.customer.contact) and not facts.customer_reference


def _venue_of(reference: str) -> str:
    """The venue id that an order's reference begins with: the id the venue had when it was first planned."""
    return reference.rpartition("-o")[0]
