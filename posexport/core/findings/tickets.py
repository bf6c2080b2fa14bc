"""Findings about single tickets: unbalanced ones, voids that are reversed as well, missing numbers, and what an import
was unsure of.

Imports store doubts (`TicketDoubt`), since only then are two files compared. Whether a doubt still
matters is decided here each time its day is reviewed: the setup may have answered it, or the ticket be gone. Amounts
are øre.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from posexport.core.company import Venue
from posexport.core.finding import Fact, Finding, Ore, Severity
from posexport.core.reversal import Reversal
from posexport.core.sales import CREDIT_SALE, RAISE_PREFIX, TicketStatus
from posexport.core.series import SeriesGap
from posexport.core.settlement import UnbalancedTicket


class DoubtedTicket(NamedTuple):
    """What identifies a ticket to a person."""

    register: str
    number: str
    completed_at_utc_s: int
    sales_ore: int
    status: TicketStatus


class TicketDoubt(NamedTuple):
    """One doubt: its finding's code, the facts stored with it, its ticket, and the other ticket it is about (None for
    none). `act_id`: the import that made it."""

    code: str
    facts: Mapping[str, str | int]
    ticket: DoubtedTicket
    other: DoubtedTicket | None
    act_id: int


_SEVERITIES: Mapping[str, Severity] = {"ticket-changed": Severity.WARNING}
"""Of every code that does not hold its day."""

SAME_NUMBER_TWICE = "same-number-twice"

OTHER_REGISTER = "other-register"
"""The wording about a sale that another register of the venue has too."""

_NEEDS_TWO = frozenset({SAME_NUMBER_TWICE})
"""Codes about two tickets, both of which have to be there."""

_AMOUNTS = frozenset({"amount", "other_amount", "before", "raise", "discount", "paid"})
"""Facts that are amounts in øre."""

NOT_COUNTED = frozenset({"unjudged-ticket", "other-currency"})
"""Codes of tickets that count nowhere until they are judged: they wait even where their day was drafted without
them."""


def severity_of(code: str) -> Severity:
    """The severity of a doubt with this code."""
    return _SEVERITIES.get(code, Severity.ERROR)


def check_doubts(doubts: Iterable[TicketDoubt], venue: Venue) -> list[Finding]:
    """The findings of one day's doubts, without those that no longer matter."""
    return [_make_finding(doubt, venue) for doubt in doubts if not _is_over(doubt, venue)]


def _is_over(doubt: TicketDoubt, venue: Venue) -> bool:
    """Whether the ticket was withdrawn since, or the setup now answers the doubt."""
    if doubt.ticket.status is TicketStatus.WITHDRAWN:
        return True
    if doubt.code in _NEEDS_TWO:
        return doubt.other is None or doubt.other.status is TicketStatus.WITHDRAWN
    return doubt.code != _TOLD_ALL_THE_SAME and is_explained(doubt.code, doubt.facts, venue)


_TOLD_ALL_THE_SAME = "rate-per-100"
"""The code of what is shown, as information, also where the setup has answered it."""


def is_explained(code: str, facts: Mapping[str, object], venue: Venue) -> bool:
    """Whether the setup answers what a ticket alone could not."""
    if code == "unknown-raise":
        known = venue.mapping.product_types.get(f"{RAISE_PREFIX}{facts.get('type', '')}")
        return known is not None and bool(known.accounts)
    if code == "discount-sign":
        return not venue.mapping.accounts.discounts  # sales are posted net: no discount reaches the voucher
    if code == "rate-per-100":
        paid_with = venue.mapping.payment_types.get(str(facts.get("source", "")))
        return paid_with is not None and paid_with.rate_per == 100
    return False


def _make_finding(doubt: TicketDoubt, venue: Venue) -> Finding:
    ticket, other = doubt.ticket, doubt.other
    facts: dict[str, Fact] = {
        "register": ticket.register,
        "number": ticket.number,
        "time": _format_time(ticket, venue),
        "amount": ticket.sales_ore,
    }
    if other is not None:
        facts |= {
            "other_number": other.number,
            "other_time": _format_time(other, venue),
            "other_amount": other.sales_ore,
        }
    if doubt.code == "ticket-changed":
        facts["act"] = doubt.act_id
        facts["amount"] = ticket.sales_ore if ticket.status is TicketStatus.COUNTED else 0
    variant = ""
    if other is not None and doubt.code == SAME_NUMBER_TWICE and other.register != ticket.register:
        variant = OTHER_REGISTER
        facts |= {"other_register": other.register, "act": doubt.act_id}
    facts |= doubt.facts
    if other is not None and other[:4] == ticket[:4]:
        facts["import_id"] = doubt.act_id  # nothing but their imports tells them apart
    else:
        facts.pop("other_import_id", None)
    told = {name: Ore(fact) if name in _AMOUNTS and isinstance(fact, int) else fact for name, fact in facts.items()}
    return Finding(doubt.code, _judge(doubt, venue), told, variant)


def is_about(doubt: TicketDoubt, register: str, number: str, at_utc_s: int) -> bool:
    """Whether a doubt that a sale is there twice is about this ticket, as either of the two."""
    both = (one for one in (doubt.ticket, doubt.other) if one is not None)
    return doubt.code == SAME_NUMBER_TWICE and (register, number, at_utc_s) in {one[:3] for one in both}


def _judge(doubt: TicketDoubt, venue: Venue) -> Severity:
    if doubt.code == _TOLD_ALL_THE_SAME:
        return Severity.INFO if is_explained(doubt.code, doubt.facts, venue) else Severity.ERROR
    return severity_of(doubt.code)


def _format_time(ticket: DoubtedTicket, venue: Venue) -> str:
    return f"{venue.calendar.local(ticket.completed_at_utc_s):%Y-%m-%d %H:%M:%S}"


def check_unbalanced(tickets: Iterable[UnbalancedTicket], venue: Venue) -> list[Finding]:
    """A finding, which holds the day, for each ticket that does not balance."""
    return [
        Finding(
            "unexplained-payment" if ticket.unexplained_payment else "unbalanced",
            Severity.ERROR,
            _ticket_facts(ticket, venue),
        )
        for ticket in tickets
    ]


def check_indivisible(tickets: Iterable[UnbalancedTicket], venue: Venue) -> list[Finding]:
    """A finding for each ticket of which a part is left out, or was to be an order, so that the rest does not balance.
    `source`: the first payment type on it that is left out."""
    return [_make_indivisible_finding(ticket, venue) for ticket in tickets]


def _make_indivisible_finding(ticket: UnbalancedTicket, venue: Venue) -> Finding:
    facts = _ticket_facts(ticket, venue)
    if ticket.is_for_order:
        several = ticket.has_namesake
        return Finding("indivisible-ticket", Severity.ERROR, facts, "order", is_one_of_several=several)
    source = name_payment_type(ticket.payment_types, venue)
    return Finding("indivisible-ticket", Severity.ERROR, {**facts, "source": source})


def name_payment_type(codes: Sequence[str], venue: Venue) -> str:
    """The first of these payment types as the setup has it: sales on account by their `credit_type`; "" for none."""
    known = [venue.mapping.payment_code(code) for code in codes]
    return next((code for code in known if code != CREDIT_SALE), "")


def _ticket_facts(ticket: UnbalancedTicket, venue: Venue) -> dict[str, Fact]:
    return {
        "register": ticket.register,
        "number": ticket.number,
        "time": f"{venue.calendar.local(ticket.completed_at_utc_s):%Y-%m-%d %H:%M:%S}",
        "sales": Ore(ticket.sales_ore),
        "payments": Ore(ticket.payments_ore),
        "difference": Ore(ticket.difference_ore),
    }


def check_reversals(reversals: Iterable[Reversal], venue: Venue) -> list[Finding]:
    """A finding for each voided ticket whose exact counter ticket is counted, or the reverse."""
    found = []
    for void, counter in reversals:
        facts = name_ticket(void.register, void.number, void.completed_at_utc_s, venue)
        other = name_ticket(counter.register, counter.number, counter.completed_at_utc_s, venue)
        facts |= {"amount": Ore(void.sales_ore), "other_amount": Ore(counter.sales_ore)}
        facts |= {"other_number": other["number"], "other_time": other["time"]}
        variant = "sale" if counter.sales_ore > 0 else ""
        if counter.business_day != void.business_day:
            facts["other_day"] = counter.business_day.isoformat()
            variant = f"{variant}-days".removeprefix("-")
        found.append(Finding("void-and-reversal", Severity.ERROR, facts, variant=variant))
    return found


def name_ticket(register: str, number: str, completed_at_utc_s: int, venue: Venue) -> dict[str, Fact]:
    """The facts that identify a ticket to a person, its time local."""
    return {
        "register": register,
        "number": number,
        "time": f"{venue.calendar.local(completed_at_utc_s):%Y-%m-%d %H:%M:%S}",
    }


def make_gap_finding(register: str, gap: SeriesGap) -> Finding:
    """The finding that numbers are missing in a register's series."""
    facts: dict[str, Fact] = {
        "register": register,
        "missing": _format_numbers(gap.missing),
        "first": gap.first,
        "last": gap.last,
    }
    return Finding("ticket-gap", Severity.WARNING, facts)


def _format_numbers(numbers: Sequence[int], most: int = 5) -> str:
    """A few numbers, and how many more."""
    listed = ", ".join(str(number) for number in numbers[:most])
    return listed if len(numbers) <= most else f"{listed} (+{len(numbers) - most})"
