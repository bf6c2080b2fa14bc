"""Tickets and documents by the numbers that people have before them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, text

from posexport.store.database import day_of


class FoundNumber(NamedTuple):
    """What has the number that was looked for. `what`: `ticket`, `document` or `order`; `name`: the ticket's
    register, else the reference of the document. `amount_ore`: of a ticket, else None."""

    what: str
    venue: str
    business_day: date
    name: str
    amount_ore: int | None = None


_TICKETS = text("""
    SELECT v.code, t.business_day, r.code, t.sales_ore
    FROM venue v JOIN register r ON r.venue_id = v.id JOIN ticket t ON t.register_id = r.id AND t.number = :number
    WHERE v.code IN :venues
    ORDER BY t.completed_at_utc_s DESC LIMIT :most
    """).bindparams(bindparam("venues", expanding=True))
_DOCUMENTS = text("""
    SELECT v.code, d.business_day, d.reference FROM delivery d JOIN venue v ON v.id = d.venue_id
    WHERE d.reference = :number AND v.code IN :venues
    """).bindparams(bindparam("venues", expanding=True))
_ORDERS = text("""
    SELECT v.code, d.business_day, d.reference, o.document
    FROM venue v JOIN delivery d ON d.venue_id = v.id AND d.document_kind <> 'voucher'
    JOIN order_seen o ON o.delivery_id = d.id
    WHERE v.code IN :venues AND o.document LIKE :part
    ORDER BY d.business_day DESC LIMIT :most
    """).bindparams(bindparam("venues", expanding=True))


def find_numbers(connection: Connection, venues: Collection[str], number: str, most: int) -> list[FoundNumber]:
    """What has this number at the venues with these ids: tickets, newest first, a document by its reference, and orders
    by their own or their invoice's number in the ledger; at most so many of each."""
    if not venues or not number:
        return []
    asked = {"venues": list(venues), "number": number, "most": most}
    tickets = connection.execute(_TICKETS, asked)
    found = [FoundNumber("ticket", venue, day_of(day), register, ore) for venue, day, register, ore in tickets]
    found += [
        FoundNumber("document", venue, day_of(day), reference)
        for venue, day, reference in connection.execute(_DOCUMENTS, {"venues": asked["venues"], "number": number})
    ]
    if number.isdigit():
        part = f'%"{number}"%'
        orders = connection.execute(_ORDERS, {"venues": asked["venues"], "part": part, "most": most})
        found += [FoundNumber("order", venue, day_of(day), reference) for venue, day, reference, _ in orders]
    return found
