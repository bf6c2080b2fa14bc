"""Findings about cash rounding that is larger than coins explain, or without cash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from posexport.core.company import Venue
from posexport.core.finding import TICKETS_NAMED, Fact, Finding, Ore, Severity
from posexport.core.findings.tickets import name_payment_type, name_ticket
from posexport.core.settlement import RoundedTicket


def check_rounding(tickets: Iterable[RoundedTicket], limit_ore: int, venue: Venue) -> list[Finding]:
    """Findings where tickets are rounded by more than the limit (an error), or without a cash payment; of a register
    that rounds card payments the first tickets are named. `source`: the payment type that most of them are paid by."""
    found, without = [], []
    for ticket in tickets:
        if abs(ticket.amount_ore) > limit_ore:
            facts = name_ticket(ticket.register, ticket.number, ticket.completed_at_utc_s, venue)
            facts |= {"amount": Ore(ticket.amount_ore), "limit": Ore(limit_ore)}
            found.append(Finding("rounding-too-large", Severity.ERROR, facts))
        else:
            without.append(ticket)
    if len(without) > TICKETS_NAMED:
        named = ", ".join(f"{ticket.number} ({ticket.register})" for ticket in without[:TICKETS_NAMED])
        amount_ore = sum(abs(ticket.amount_ore) for ticket in without)
        many: dict[str, Fact] = {"count": len(without), "amount": Ore(amount_ore), "tickets": named}
        many["source"] = _name_usual_type(without, venue)
        return [*found, Finding("rounding-without-cash", Severity.WARNING, many, variant="many")]
    for ticket in without:
        facts = name_ticket(ticket.register, ticket.number, ticket.completed_at_utc_s, venue)
        facts |= {"amount": Ore(ticket.amount_ore), "source": _name_usual_type([ticket], venue)}
        found.append(Finding("rounding-without-cash", Severity.WARNING, facts))
    return found


def _name_usual_type(tickets: Iterable[RoundedTicket], venue: Venue) -> str:
    """The payment type on most of these tickets, the first by code of several; "" where none has one."""
    counted = Counter(code for ticket in tickets for code in ticket.payment_types)
    return name_payment_type(sorted(counted, key=lambda code: (-counted[code], code)), venue)
