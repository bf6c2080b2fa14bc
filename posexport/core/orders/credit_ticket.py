"""A credit ticket: a ticket with its credit facts, which only an order needs: customer, references, texts of lines.

The facts are the register's own words, cleaned of spaces around them; what is not there is "". Names, e-mails and
addresses are personal data: they belong in no log and no metric.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from posexport.core.day import BusinessCalendar, Moment
from posexport.core.sales import Ticket


class RegisterCustomer(NamedTuple):
    """A customer as the register knows it. `number`: the register's own code, which is no customer number in the
    ledger.

    `organization_number`: nine digits with a right check digit, else ""; `organization_text`: what was written instead,
    where it is no such number. `contact`: the name of the person there. `address`: its lines as written.
    """

    number: str
    name: str = ""
    organization_number: str = ""
    organization_text: str = ""
    email: str = ""
    contact: str = ""
    address: tuple[str, ...] = ()


class TicketReference(NamedTuple):
    """Another ticket, as a return names the sale that it gives back."""

    register: str
    number: str


class LineText(NamedTuple):
    """What an order line says besides its amount. `quantity`: a decimal number with a point, as written; "" where the
    register has none."""

    text: str = ""
    quantity: str = ""
    article: str = ""
    unit: str = ""


class CreditFacts(NamedTuple):
    """What a credit ticket says besides its amounts.

    `customer`: None where the ticket names none. `customer_reference`: the customer's own reference ("your
    reference"). `purchase_order`: the customer's purchase order number. `project`: a project code.
    `register_reference`: the register's own. `refers_to`: the sale that a return gives back. `line_texts`: one per line
    of the ticket, in the order of its lines, or none at all.
    """

    customer: RegisterCustomer | None = None
    customer_reference: str = ""
    purchase_order: str = ""
    project: str = ""
    refers_to: TicketReference | None = None
    register_reference: str = ""
    line_texts: tuple[LineText, ...] = ()


class CreditTicket(NamedTuple):
    """A ticket with a credit payment, at its place in its venue's calendar. `completed_at`: the venue's local time,
    without a zone."""

    venue_id: str
    moment: Moment
    completed_at: datetime
    ticket: Ticket
    facts: CreditFacts = CreditFacts()

    @property
    def business_day(self) -> date:
        """The business day it belongs to."""
        return self.moment.business_day

    @property
    def at_utc_s(self) -> int:
        """When it was completed (UTC s)."""
        return self.moment.at_utc_s

    def text_of(self, place: int) -> LineText:
        """The text of its line at this place, from 0; an empty one where the register has none."""
        texts = self.facts.line_texts
        return texts[place] if place < len(texts) else LineText()


def place_credit_ticket(venue_id: str, calendar: BusinessCalendar, ticket: Ticket, facts: CreditFacts) -> CreditTicket:
    """A ticket of a venue with its facts, placed in the venue's calendar."""
    moment = calendar.place(ticket.completed_at)
    local = calendar.local(moment.at_utc_s).replace(tzinfo=None)
    return CreditTicket(venue_id, moment, local, ticket, facts)
