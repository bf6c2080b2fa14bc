"""Which orders are meant: by period, state, customer and ticket. A ticket's number alone is enough where only one
register has it; a name that no order has is answered with the nearest one that there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from posexport.core.day import Period
from posexport.core.order_review import OrderReport
from posexport.core.orders.state import OrderState
from posexport.errors import UsageError


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders are meant. `customer`: the register's code; `ticket`: its number; `register`: the one that made it.
    Empty means every one."""

    period: Period = field(default_factory=Period)
    states: frozenset[OrderState] = frozenset()
    customer: str | None = None
    ticket: str | None = None
    register: str | None = None
    references: frozenset[str] = frozenset()

    def takes(self, report: OrderReport) -> bool:
        """Whether an order is meant, its day apart."""
        return (not self.states or report.state_of_order in self.states) and self.names(report)

    def names(self, report: OrderReport) -> bool:
        """Whether an order has the customer, the ticket and the register that are named."""
        return (
            self.customer in (None, report.order.customer_code)
            and self.ticket in (None, report.order.ticket_number)
            and self.register in (None, report.order.register)
            and (not self.references or report.reference in self.references)
        )

    @property
    def names_any(self) -> bool:
        """Whether a customer, a ticket or a register is named."""
        return not (self.customer is self.ticket is self.register is None)


def require_meant(reports: Sequence[OrderReport], wanted: OrderFilter) -> None:
    """Raises UsageError where no order has what is named, on any day or within the period, and where a ticket is named
    by a number that several registers have. `reports`: of every day."""
    if not wanted.names_any:
        return
    named = [report for report in reports if wanted.names(report)]
    if not named:
        raise UsageError(f"{_describe_missing(reports, wanted)} posexport orders lists them all.")
    of_period = [report for report in named if report.business_day in wanted.period]
    if not of_period:
        days = ", ".join(dict.fromkeys(report.business_day.isoformat() for report in named))
        raise UsageError(f"There is such an order, but not of these days: {days}. Say that day, or leave --from out.")
    require_one_register(((one.venue.id, one.order.register) for one in of_period), wanted.ticket, wanted.register)


def require_one_register(found: Iterable[tuple[str, str]], ticket: str | None, register: str | None) -> None:
    """Raises UsageError where a ticket that is named by its number alone is on several registers of a venue. `found`:
    venues and registers."""
    if ticket is None or register is not None:
        return
    by_venue: dict[str, dict[str, None]] = {}
    for venue, of_register in found:
        by_venue.setdefault(venue, {})[of_register] = None
    for venue, registers in by_venue.items():
        if len(registers) > 1:
            raise UsageError(
                f"Ticket {ticket} is on several registers of {venue}: {_list_words(registers)}. Say which one: "
                f"--register {next(iter(registers))}."
            )


def find_only(reports: Sequence[OrderReport], ticket: str, register: str | None) -> OrderReport:
    """The order of a ticket, as it stands; raises UsageError where there is none, or where several tickets have the
    number."""
    wanted = OrderFilter(ticket=ticket, register=register)
    require_meant(reports, wanted)
    by_ticket = {(one.venue.id, one.business_day, one.order.register): one for one in reports if wanted.names(one)}
    if len(by_ticket) == 1:
        return next(iter(by_ticket.values()))
    several = "; ".join(f"{venue} {day}, register {of}: {one.reference}" for (venue, day, of), one in by_ticket.items())
    raise UsageError(f"Several tickets have number {ticket}. Say which one by its reference: {several}.")


def _describe_missing(reports: Sequence[OrderReport], wanted: OrderFilter) -> str:
    """That nothing has what is named, with the nearest name that there is."""
    for what, name, names in (
        ("ticket", wanted.ticket, [one.order.ticket_number for one in reports]),
        ("customer", wanted.customer, [one.order.customer_code for one in reports]),
        ("register", wanted.register, [one.order.register for one in reports]),
    ):
        known = [known for known in names if known is not None]
        if name is not None and name not in known:
            nearest = get_close_matches(name, known, n=1)
            return f"No order is of {what} {name}.{f' Did you mean {nearest[0]}?' if nearest else ''}"
    named = [f"--{what} {name}" for what, name in (("ticket", wanted.ticket), ("customer", wanted.customer)) if name]
    if wanted.register is not None:
        named.append(f"--register {wanted.register}")
    return f"No order has {' and '.join(named)} together."


def _list_words(words: Iterable[str]) -> str:
    """Words in a sentence: "1, 2 and 3"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
