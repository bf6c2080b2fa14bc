"""Orders for sales on credit as rows, and how many of them are where. Laid out once here; terminal, HTML and mails only
draw them.

Rows are in no language: a state is named by `texts.orders`. Amounts are øre. Never here: columns, markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from posexport.core.finding import Finding, gravest_first
from posexport.core.order_review import OrderReport
from posexport.core.orders.state import IN_LEDGER, Invoice, OrderState
from posexport.core.report import CreditFigures, DayReport
from posexport.texts.language import Lang, format_kroner
from posexport.texts.orders import ORDER_STATES, ORDER_WORDS, count_orders, describe_reason


class Colour(StrEnum):
    """The colour of a state: what a reader sees before the word."""

    GREY = "grey"
    RED = "red"
    """Somebody has to act."""
    BLUE = "blue"
    AMBER = "amber"
    GREEN = "green"


COLOURS: Mapping[OrderState, Colour] = {
    OrderState.OPEN: Colour.GREY,
    OrderState.WAITING: Colour.RED,
    OrderState.READY: Colour.BLUE,
    OrderState.UNCERTAIN: Colour.AMBER,
    OrderState.REFUSED: Colour.RED,
    OrderState.UNREACHABLE: Colour.AMBER,
    OrderState.SENT: Colour.GREEN,
    OrderState.INVOICED: Colour.GREEN,
    OrderState.CREDITED: Colour.GREY,
    OrderState.GONE: Colour.RED,
    OrderState.MOVED: Colour.GREY,
    OrderState.LEFT_OUT: Colour.GREY,
}


class OrderCustomer(NamedTuple):
    """Whom an order is for: the register's code and name, and the ledger's number and name where it is linked.
    `is_to_be_linked`: it is not, and the export links it by itself."""

    code: str
    name: str = ""
    number: str | None = None
    number_name: str = ""
    is_to_be_linked: bool = False


class OrderRow(NamedTuple):
    """One order. `customer`: None where the ticket names none. `order_no` and `invoice`: as the ledger last told.
    `is_changed`: its ticket has changed since it was sent."""

    shown: OrderReport
    business_day: date
    register: str
    ticket: str
    customer: OrderCustomer | None
    total_ore: int
    state: OrderState
    colour: Colour
    is_changed: bool
    reference: str
    order_no: str = ""
    invoice: Invoice | None = None


class TallyPart(NamedTuple):
    """How many orders are in one place, and the sum sold on credit by them. `reasons`: codes of the findings that stop
    them. `state`: `sent` for all that the ledger has."""

    state: OrderState
    orders: int
    credit_ore: int
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderTable:
    """Orders as rows; `tally`: what became of them, `sent` first. `told`: digests of what stands above them already."""

    rows: tuple[OrderRow, ...]
    tally: tuple[TallyPart, ...]
    told: frozenset[str] = frozenset()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is found on them and not told above them, most severe first."""
        found = (finding for row in self.rows for finding in row.shown.findings)
        return gravest_first(finding for finding in found if finding.digest not in self.told)


class ToldFinding(NamedTuple):
    """A finding on an order, told once for all tickets that it is found on. `also`: the numbers of the others."""

    finding: Finding
    also: tuple[str, ...] = ()


ALIKE_AT_LEAST = 3
"""So many findings that differ in ticket and amount alone are told as one."""

_OF_TICKET = frozenset({"number", "amount", "reference"})


def gather_findings(findings: Iterable[Finding]) -> list[ToldFinding]:
    """Findings on orders, in their order; those that are the same but for the ticket are told with the first."""
    alike: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        facts = tuple((name, fact) for name, fact in finding.facts.items() if name not in _OF_TICKET)
        told = "number" in finding.facts and finding.accepted is None
        key = (finding.key, finding.severity, finding.venue, facts) if told else (id(finding),)
        alike.setdefault(key, []).append(finding)
    found: list[ToldFinding] = []
    for group in alike.values():
        if len(group) < ALIKE_AT_LEAST:
            found += map(ToldFinding, group)
        else:
            found.append(ToldFinding(group[0], tuple(str(one.facts["number"]) for one in group[1:])))
    return found


def lay_out_orders(orders: Iterable[OrderReport], day: DayReport | None = None) -> OrderTable:
    """Orders as rows, in their order. `day`: the voucher of their day, where they stand under it."""
    orders = list(orders)
    told = frozenset(finding.digest for finding in day.findings) if day is not None else frozenset()
    return OrderTable(tuple(map(lay_out_order, orders)), tally_orders(orders), told)


def lay_out_order(shown: OrderReport) -> OrderRow:
    """One order as a row."""
    order, there = shown.order, shown.there
    return OrderRow(
        shown,
        shown.business_day,
        order.register,
        order.ticket_number,
        find_customer(shown),
        order.shown_ore,
        shown.state_of_order,
        find_colour(shown),
        shown.is_changed,
        order.reference,
        there.order_no if there else "",
        shown.seen.invoice,
    )


def find_colour(shown: OrderReport) -> Colour:
    """The colour of an order's state; red wherever an error stands on it, or its ticket has changed since; none where
    it is settled."""
    if shown.is_changed or any(finding.holds for finding in shown.findings):
        return Colour.RED
    return Colour.GREY if shown.is_settled else COLOURS[shown.state_of_order]


def find_customer(shown: OrderReport) -> OrderCustomer | None:
    """Whom an order is for; None where the ticket names nobody."""
    code, link = shown.order.customer_code, shown.order.link
    if code is None:
        return None
    name = shown.customer.name if shown.customer else ""
    if link is None:
        return OrderCustomer(code, name, is_to_be_linked=shown.state_of_order in (OrderState.READY, OrderState.OPEN))
    linked = shown.linked
    return OrderCustomer(code, name, linked.number if linked else link.number, (linked or link).name)


def tally_orders(orders: Iterable[OrderReport]) -> tuple[TallyPart, ...]:
    """How many orders are where, with what they sold on credit: those in the ledger first, the others by state."""
    by_state: dict[OrderState, list[OrderReport]] = {}
    for shown in orders:
        state = OrderState.SENT if shown.state_of_order in IN_LEDGER else shown.state_of_order
        by_state.setdefault(state, []).append(shown)
    return tuple(_tally(state, by_state[state]) for state in (OrderState.SENT, *_NOT_IN_LEDGER) if state in by_state)


_NOT_IN_LEDGER: Sequence[OrderState] = (
    OrderState.READY,
    OrderState.WAITING,
    OrderState.REFUSED,
    OrderState.UNCERTAIN,
    OrderState.UNREACHABLE,
    OrderState.GONE,
    OrderState.OPEN,
    OrderState.MOVED,
    OrderState.LEFT_OUT,
)


def _tally(state: OrderState, orders: Sequence[OrderReport]) -> TallyPart:
    codes = (finding.code for shown in orders for finding in shown.findings if finding.keeps_back)
    reasons = tuple(dict.fromkeys(codes)) if state is OrderState.WAITING else ()
    return TallyPart(state, len(orders), sum(shown.order.credit_ore for shown in orders), reasons)


DayKey = tuple[str, date]
"""A venue's id and a business day."""


def day_of(shown: DayReport | OrderReport) -> DayKey:
    """The business day of a voucher, of a day without one, or of an order."""
    return shown.venue.id, shown.business_day


def group_by_day(orders: Iterable[OrderReport]) -> dict[DayKey, list[OrderReport]]:
    """Orders by their business day, in their order."""
    found: dict[DayKey, list[OrderReport]] = {}
    for shown in orders:
        found.setdefault(day_of(shown), []).append(shown)
    return found


def find_last_of_days(vouchers: Iterable[DayReport]) -> dict[DayKey, DayReport]:
    """The last voucher of each business day: its orders are shown under that."""
    return {day_of(shown): shown for shown in vouchers}


def format_customer(customer: OrderCustomer | None, lang: Lang) -> str:
    """Whom an order is for: the ledger's number and name with the register's code, or that there is no link."""
    if customer is None:
        return ORDER_WORDS["no_customer"][lang]
    if customer.number is None:
        link = ORDER_WORDS["to_be_linked" if customer.is_to_be_linked else "not_linked"][lang]
        return f"{f'{customer.code} {customer.name}'.strip()} ({link})"
    told = f"{customer.number} {customer.number_name or customer.name}".strip()
    if customer.code == customer.number:
        return told
    return f"{told} ({ORDER_WORDS['in_register'][lang].format(code=customer.code)})"


def format_tally(tally: Iterable[TallyPart], lang: Lang) -> str:
    """How many orders are where, as in "Kredittsalg sendt som ordre: 3 ordrer, 2 050,00. Venter: 1 ordre, 640,00
    (kunden er ikke koblet)"; empty for none."""
    parts = {part.state: part for part in tally}
    if not parts:
        return ""
    sent = parts.pop(OrderState.SENT, None)
    told = [f"{ORDER_WORDS['tally_sent'][lang]}: {_count(sent, lang) if sent else ORDER_WORDS['tally_none'][lang]}"]
    told += [f"{ORDER_STATES[state][lang]}: {_count(part, lang)}" for state, part in parts.items()]
    return ". ".join(told)


def _count(part: TallyPart, lang: Lang) -> str:
    counted = f"{count_orders(part.orders, lang)}, {format_kroner(part.credit_ore, lang)}"
    reasons = dict.fromkeys(describe_reason(code, lang) for code in part.reasons)
    return f"{counted} ({'; '.join(reasons)})" if reasons else counted


def format_credit(credit: CreditFigures, lang: Lang) -> str:
    """Where a day's sales on credit are booked: "2 050,00 = 0,00 i bilaget + 2 050,00 som ordrer + 0,00 utelatt", and
    what can be in neither yet, where there is some."""
    told = {
        "total": credit.total_ore,
        "voucher": credit.voucher_ore,
        "ordered": credit.ordered_ore,
        "left_out": credit.left_out_ore,
    }
    is_ = ORDER_WORDS["credit_is"][lang].format(**{key: format_kroner(ore, lang) for key, ore in told.items()})
    held = ORDER_WORDS["credit_held"][lang].format(held=format_kroner(credit.held_ore, lang))
    return f"{is_} + {held}" if credit.held_ore else is_


def format_ordered(credit: CreditFigures, lang: Lang) -> str:
    """How much of a day is ordered: "3 ordrer, 2 050,00"."""
    return f"{count_orders(len(credit.ordered), lang)}, {format_kroner(credit.ordered_ore, lang)}"
