"""The reference of an order: always the same for the same ticket and revision, and unique in the ledger."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from posexport.core.orders.credit_ticket import CreditTicket
from posexport.core.sales import Ticket
from posexport.core.settlement import PlacedTicket

REFERENCE_LENGTH_MAX = 49
"""A venue's id has at most 30 characters, and the rest of a reference has 19."""

REVISIONS_MAX = 20
"""How many revisions of one ticket's order are looked for: each is a change that somebody had sent anew."""


def format_order_reference(credit: CreditTicket, revision: int = 1, venue_id: str | None = None) -> str:
    """The reference by which PowerOffice and people identify an order: at most 49 characters, where the venue's id has
    at most 30. `venue_id`: the id the venue had when the order was first planned, where it has another now.

    Two tickets of one venue and day may have the same by chance, since it has eight digits of a digest:
    `find_collisions`.
    """
    return f"{venue_id or credit.venue_id}-{name_order((credit.ticket, credit.moment), revision)}"


def name_order(placed: PlacedTicket, revision: int = 1) -> str:
    """An order's reference without its venue: `o20261120-9f3a61c2`."""
    ticket, moment = placed
    digest = _digest([ticket.register, ticket.number, moment.at_utc_s, revision])
    return f"o{moment.business_day:%Y%m%d}-{digest}"


def name_of_reference(reference: str) -> str:
    """The name of the order with this reference.

    >>> name_of_reference("torget-o20261120-9f3a61c2")
    'o20261120-9f3a61c2'
    """
    return "-".join(reference.rsplit("-", 2)[-2:])


def name_ticket(ticket: Ticket) -> str:
    """A ticket in Norwegian, as the first line of its order has it."""
    return f"bong {ticket.number}, kasse {ticket.register}"


def find_day_of(reference: str) -> date | None:
    """The business day in an order's reference; None where it has none, and so is no order's.

    >>> find_day_of("torget-o20261120-9f3a61c2"), find_day_of("torget-20261120-r1")
    (datetime.date(2026, 11, 20), None)
    """
    name = reference.rpartition("-")[0].rpartition("-")[2]
    try:
        return datetime.strptime(name, "o%Y%m%d").date()  # noqa: DTZ007 -- a day
    except ValueError:
        return None


def order_key(register: str, ticket_number: str, completed_at_utc_s: int) -> str:
    """The key of a ticket's order among its venue's documents: the same for all its revisions, and for a ticket without
    an order."""
    identity = json.dumps([register, ticket_number, completed_at_utc_s], ensure_ascii=True)
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def follow_reference(reference: str, revision: int) -> str:
    """The reference of a later revision of an order whose ticket is no sale on credit any more."""
    return f"{reference.rpartition('-')[0]}-{_digest([reference, revision])}"


def list_references(
    reference: str, register: str, ticket_number: str, completed_at_utc_s: int, revisions: int = REVISIONS_MAX
) -> dict[str, int]:
    """Every reference that an order of a ticket may have, with its revision: by `format_order_reference`, and by
    `follow_reference` after each of those before it. `reference`: one of them."""
    stem, found = reference.rpartition("-")[0], dict[str, int]()
    for revision in range(1, revisions + 1):
        of_ticket = f"{stem}-{_digest([register, ticket_number, completed_at_utc_s, revision])}"
        of_this = [of_ticket, *(follow_reference(one, revision) for one, at in found.items() if at == revision - 1)]
        for one in of_this:
            found.setdefault(one, revision)
    return found


def list_ticket_references(
    venue_id: str, business_day: date, register: str, ticket_number: str, completed_at_utc_s: int
) -> dict[str, int]:
    """Every reference that an order of a ticket may have, with its revision, at a venue that had this id when the day
    was first planned."""
    stem = f"{venue_id}-o{business_day:%Y%m%d}-"
    return list_references(stem, register, ticket_number, completed_at_utc_s)


def _digest(identity: list[str | int]) -> str:
    return hashlib.sha256(json.dumps(identity, ensure_ascii=True).encode()).hexdigest()[:8]


def find_collisions(credits_: Iterable[CreditTicket]) -> dict[str, tuple[CreditTicket, ...]]:
    """The references that several of these tickets have, with those tickets: none of them may be sent."""
    named: dict[str, list[CreditTicket]] = defaultdict(list)
    for credit in credits_:
        named[format_order_reference(credit)].append(credit)
    return {reference: tuple(several) for reference, several in named.items() if len(several) > 1}
