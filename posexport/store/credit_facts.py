"""What credit sales say that an invoice needs: texts and references by ticket and file. Who their customers are is in
`register_customers`.

Kept for tickets with a credit payment alone, or with an order, and never counted. A ticket's facts are those of the
file that was read last; undoing that file goes back to the one before. Customers are people: no log, metric or message
has what is here.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from sqlalchemy import Connection, delete, select, text

from posexport.core.codes import Codes
from posexport.core.company import Venue
from posexport.core.credit_facts import (
    NO_FACTS,
    CreditFacts,
    RegisterCustomer,
    format_facts,
    parse_facts,
    tell_apart,
)
from posexport.core.day import Moment
from posexport.core.orders.reference import order_key
from posexport.core.sales import CREDIT_SALE, Ticket, TicketStatus
from posexport.store.database import day_number, list_parameters, read_rows
from posexport.store.register_customers import list_codes, read_customers, save_customers
from posexport.store.tables import CreditFactsRow, VenueRow
from posexport.store.ticket_rows import chunks

_facts = CreditFactsRow.__table__  # type: ignore[attr-defined]
_venue = VenueRow.__table__  # type: ignore[attr-defined]

Key = TypeVar("Key", bound=Hashable)


@dataclass(slots=True)
class FactsWriter:
    """Stores the facts of one file's tickets, in batches, and opens the business days of orders on which something else
    is to be written now. `file_id`: the file that has them; `of_file`: the customers of its own list, by code."""

    connection: Connection
    file_id: int
    now_utc_s: int
    of_file: Mapping[str, RegisterCustomer] = field(default_factory=dict)
    _rows: dict[int, CreditFacts] = field(default_factory=dict)
    _ordered_again: dict[int, tuple[int, int]] = field(default_factory=dict)
    _customers: dict[int, dict[tuple[str, str], RegisterCustomer]] = field(default_factory=dict)
    _credit_types: dict[tuple[str, int], Codes] = field(default_factory=dict)
    _ordered: dict[tuple[int, int], frozenset[str]] = field(default_factory=dict)
    _companies: dict[int, int] = field(default_factory=dict)

    def add(
        self, ticket_id: int, ticket: Ticket, venue_number: int, venue: Venue, moment: Moment, *, is_known: bool = False
    ) -> None:
        """Note a ticket's facts, where it has a credit payment; also where its payment type was on credit once, and
        there is an order of it, which a correction is for. `is_known`: whether the rest of the ticket is as it was, so
        that nothing else opens its day."""
        facts = ticket.facts
        if facts is None or ticket.status is not TicketStatus.COUNTED:
            return
        facts = facts._replace(customer=self._with_number(facts.customer))
        credit_types = self._find_credit_types(venue, moment.business_day)
        paid_with = {payment.payment_type for payment in ticket.payments}
        is_on_credit = CREDIT_SALE in paid_with or any(code in credit_types for code in paid_with)
        key = order_key(ticket.register, ticket.number, moment.at_utc_s)
        is_ordered = (is_known or not is_on_credit) and key in self._find_ordered(venue_number, moment.business_day)
        if not (is_on_credit or is_ordered):
            return
        self._rows[ticket_id] = facts
        if is_known and is_ordered:
            self._ordered_again[ticket_id] = venue_number, day_number(moment.business_day)
        if facts.customer is not None:
            of_company = self._customers.setdefault(self._find_company(venue_number), {})
            customer = facts.customer._replace(contact="")  # who was there is of the ticket
            firm = (customer.number, customer.organization_number)
            known = of_company.get(firm)
            of_company[firm] = known.merged(customer) if known else customer

    def _with_number(self, customer: RegisterCustomer | None) -> RegisterCustomer | None:
        """A ticket's customer, with its organization number from the file's list of customers."""
        if customer is None or customer.organization_number or customer.number not in self.of_file:
            return customer
        return customer._replace(organization_number=self.of_file[customer.number].organization_number)

    def flush(self) -> None:
        """Write what was noted."""
        self._open_days()
        rows = [
            {"ticket_id": ticket_id, "file_id": self.file_id, "document": format_facts(facts)}
            for ticket_id, facts in self._rows.items()
        ]
        if rows:
            self.connection.execute(_SAVE_FACTS, rows)
        for company_id, customers in self._customers.items():
            save_customers(self.connection, company_id, customers.values(), self.now_utc_s)
        self._rows, self._customers, self._ordered_again = {}, {}, {}

    def _open_days(self) -> None:
        """Open the days of ordered tickets whose facts are others than before, so that the next run looks at them."""
        days: set[tuple[int, int]] = set()
        for some in chunks(sorted(self._ordered_again)):
            listed, ids = list_parameters(some)
            rows: list[tuple[int, str]] = read_rows(self.connection, _OF_TICKETS.format(listed=listed), ids)
            before = _parse_latest(rows)
            now = _parse_latest([*rows, *((id_, format_facts(self._rows[id_])) for id_ in some)])
            days |= {
                self._ordered_again[id_] for id_ in some if _list_written(before.get(id_)) != _list_written(now[id_])
            }
        if days:
            named = [{"venue": venue, "day": day, "file": self.file_id} for venue, day in sorted(days)]
            self.connection.execute(_OPEN_DAY, named)

    def _find_credit_types(self, venue: Venue, business_day: date) -> Codes:
        key = (venue.id, venue.find_stretch(business_day))
        if key not in self._credit_types:
            mapping = venue.on(business_day).mapping
            self._credit_types[key] = Codes((*mapping.per_customer, *mapping.credit_types))
        return self._credit_types[key]

    def _find_ordered(self, venue_number: int, business_day: date) -> frozenset[str]:
        """The keys of a day's tickets that are sealed as orders."""
        day = venue_number, day_number(business_day)
        if day not in self._ordered:
            rows = read_rows(self.connection, _ORDERED, {"venue": day[0], "day": day[1]})
            self._ordered[day] = frozenset(row[0] for row in rows)
        return self._ordered[day]

    def _find_company(self, venue_number: int) -> int:
        if venue_number not in self._companies:
            found = select(_venue.c.company_id).where(_venue.c.id == venue_number)
            self._companies[venue_number] = int(self.connection.execute(found).scalar_one())
        return self._companies[venue_number]


_OF_TICKETS = """
    SELECT ticket_id, document FROM credit_facts WHERE ticket_id IN ({listed}) ORDER BY ticket_id, file_id
    """
_OPEN_DAY = text(
    "UPDATE business_day SET is_open = TRUE, file_id = :file WHERE venue_id = :venue AND business_day = :day"
)


def _list_written(facts: CreditFacts | None) -> tuple[str, ...]:
    """What an order has of these facts, but for the texts of its lines."""
    told = facts or NO_FACTS
    firm = told.customer.organization_number if told.customer else ""
    return firm, told.customer_reference, told.purchase_order, told.project, told.register_reference


_ORDERED = "SELECT document_key FROM credit_route WHERE venue_id = :venue AND business_day = :day AND route = 'order'"

_SAVE_FACTS = text(
    """
    INSERT INTO credit_facts (ticket_id, file_id, document) VALUES (:ticket_id, :file_id, :document)
    ON CONFLICT (ticket_id, file_id) DO UPDATE SET document = excluded.document
    """
)


_OF_DAY = """
    SELECT f.ticket_id, f.document FROM ticket t JOIN credit_facts f ON f.ticket_id = t.id
    WHERE t.venue_id = :venue AND t.business_day = :day
    ORDER BY f.ticket_id, f.file_id
    """


def read_facts(connection: Connection, company_id: int, venue: int, business_day: int) -> Mapping[int, CreditFacts]:
    """The facts of a business day's credit tickets, by ticket id. `venue` and `business_day` as the store numbers
    them."""
    rows: list[tuple[int, str]] = read_rows(connection, _OF_DAY, {"venue": venue, "day": business_day})
    facts = _parse_latest(rows)
    named = list_codes(told.customer for told in facts.values() if told.customer is not None)
    customers = read_customers(connection, company_id, named)
    return {ticket_id: _with_customer(told, customers) for ticket_id, told in facts.items()}


def _parse_latest(rows: Iterable[tuple[Key, str]]) -> dict[Key, CreditFacts]:
    """The facts of each ticket, as the last of its files told them. `rows`: ticket and document, in the order of the
    files. A file that names the customer's code alone leaves the firm that an earlier one named with it."""
    found: dict[Key, CreditFacts] = {}
    for ticket, document in rows:
        told = parse_facts(document)
        now, before = told.customer, found[ticket].customer if ticket in found else None
        if now and before and before.number == now.number and not now.organization_number:
            now = now._replace(organization_number=before.organization_number)
        found[ticket] = told._replace(customer=now)
    return found


def _with_customer(facts: CreditFacts, customers: Mapping[str, RegisterCustomer]) -> CreditFacts:
    """The facts with what is known of their customer: of the firm that the ticket names."""
    if facts.customer is None:
        return facts
    told = tell_apart(facts.customer, customers.get(facts.customer.number))
    known = customers.get(told.number, told)
    number = told.organization_number or known.organization_number
    return facts._replace(customer=known._replace(contact=told.contact or known.contact, organization_number=number))


_NAMED = """
    SELECT f.document, t.id, r.code, t.number, t.completed_at_utc_s
    FROM ticket t JOIN credit_facts f ON f.ticket_id = t.id JOIN register r ON r.id = t.register_id
    WHERE t.venue_id = :venue AND t.business_day = :day AND t.status = 0
    ORDER BY f.ticket_id, f.file_id
    """


def read_firms_of_tickets(connection: Connection, venue: int, day: date) -> dict[str, tuple[str, str]]:
    """The customer's code and organization number ("" for none) that each of a business day's credit tickets names, by
    the tickets' keys. `venue` as the store numbers it."""
    rows = read_rows(connection, _NAMED, {"venue": venue, "day": day_number(day)})
    facts = _parse_latest((tuple(ticket), document) for document, *ticket in rows)
    named = ((order_key(*ticket), told.customer) for (_, *ticket), told in facts.items())
    return {key: (customer.number, customer.organization_number) for key, customer in named if customer is not None}


def read_named_firms(
    connection: Connection, venue: int, day: date, *, without: Collection[str] = ()
) -> dict[str, set[str]]:
    """The organization numbers that a business day's credit tickets name with each customer's code; "" for a ticket
    that names none. `venue` as the store numbers it; `without`: the keys of tickets that do not count."""
    found: dict[str, set[str]] = {}
    for key, (code, organization_number) in read_firms_of_tickets(connection, venue, day).items():
        if key not in without:
            found.setdefault(code, set()).add(organization_number)
    return found


def forget_facts(connection: Connection, file_id: int) -> None:
    """Delete what a file told of credit sales."""
    connection.execute(delete(_facts).where(_facts.c.file_id == file_id))


_FORGET_OLD = text(
    """
    DELETE FROM credit_facts WHERE ticket_id IN (
        SELECT t.id FROM ticket t JOIN business_day d ON d.venue_id = t.venue_id AND d.business_day = t.business_day
        WHERE t.venue_id = :venue AND t.business_day < :before AND NOT d.is_open
    )
    """
)


def forget_old_facts(connection: Connection, venue: int, before: int) -> int:
    """Delete what tickets of done business days before this one (as the store numbers them) said for an invoice;
    returns of how many tickets and files."""
    return int(connection.execute(_FORGET_OLD, {"venue": venue, "before": before}).rowcount)
