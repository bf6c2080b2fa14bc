"""A credit ticket: a ticket with its credit facts, which only an order needs: customer, references, texts of lines."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from posexport.core.credit_facts import NO_FACTS, CreditFacts, LineText
from posexport.core.day import BusinessCalendar, Moment
from posexport.core.sales import Ticket


class CreditTicket(NamedTuple):
    """A ticket with a credit payment, at its place in its venue's calendar. `completed_at`: the venue's local time,
    without a zone."""

    venue_id: str
    moment: Moment
    completed_at: datetime
    ticket: Ticket
    facts: CreditFacts = NO_FACTS

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
