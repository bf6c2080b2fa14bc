"""The orders of a ticket that the ledger has: which of them count, and what is found on them by what it shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from posexport.app.review import judge_findings
from posexport.app.voucher_state import VoucherState
from posexport.core.company import Venue
from posexport.core.credit_facts import CreditFacts
from posexport.core.delivery import Delivery, History, Kind
from posexport.core.finding import Finding
from posexport.core.findings import orders as found_by
from posexport.core.findings.orders import SentOrder
from posexport.core.findings.tickets import TicketDoubt
from posexport.core.history import Acceptance
from posexport.core.order_review import OrderReview
from posexport.core.orders.book import LedgerOrder
from posexport.core.orders.correction import list_new_references
from posexport.core.orders.document import parse_order
from posexport.core.orders.order import Order
from posexport.core.orders.state import OrderState
from posexport.delivery.orders import check_total
from posexport.store.order_seen import StoredSeen


class OfDay(NamedTuple):
    """What the orders of one day are made from. `collisions`: references that several of its tickets have; `twins`:
    keys that several have, each once more with other content; `doubts`: about the day's tickets."""

    day: date
    now_utc_s: int
    vouchers: VoucherState
    histories: Mapping[str, History]
    seen: Mapping[int, StoredSeen]
    accepted: Mapping[str, Acceptance]
    file_id: int
    collisions: frozenset[str]
    twins: frozenset[str] = frozenset()
    doubts: tuple[TicketDoubt, ...] = ()

    def find_seen(self, sent: Delivery) -> StoredSeen:
        """What is known of an order that was sent."""
        return self.seen.get(sent.id, StoredSeen())


def judge_on_day(found: Sequence[Finding], venue: Venue, of_day: OfDay) -> tuple[Finding, ...]:
    """Findings placed on their venue and day, with what a person has taken responsibility for, in any of its
    wordings."""
    placed = [replace(one, venue=venue.id, business_day=of_day.day) for one in found]
    accepted = found_by.accept_in_every_wording(placed, of_day.accepted)
    return judge_findings(placed, accepted, venue.calendar)


class Standing(NamedTuple):
    """The orders of a ticket in the ledger. `counting`: those that are together what it comes to; `too_many`: whole
    ones that arrived late, when another had been sent; `over`: such that are deleted or credited there."""

    counting: tuple[Delivery, ...]
    too_many: tuple[Delivery, ...] = ()
    over: tuple[Delivery, ...] = ()


def judge_standing(history: History, find_seen: Callable[[Delivery], StoredSeen]) -> Standing:
    """Which of a ticket's orders in the ledger count, by what it last showed of them."""
    whole = [one for one in history.standing if one.kind is Kind.WHOLE and one.lines]
    seen = {one.id: find_seen(one) for one in whole}
    there = [one for one in whole if not (seen[one.id].seen.is_gone or seen[one.id].is_credited)] or whole[-1:]
    if len(whole) < 2:
        return Standing(history.standing)
    too_many, over = tuple(there[:-1]), tuple(one for one in whole if one not in there)
    return Standing(tuple(one for one in history.standing if one not in (*too_many, *over)), too_many, over)


def tell_booked_twice(review: OrderReview, variant: str = "") -> OrderReview:
    """An order in the ledger whose sale is booked by the voucher, or, by the `variant`, by another order; it is not to
    be changed from here."""
    report, invoice = review.report, review.report.seen.invoice
    if report.is_settled or report.state_of_order not in (OrderState.SENT, OrderState.INVOICED):
        return review
    there = report.there
    number = invoice.number if invoice else there.order_no if there else ""
    total_ore = invoice.ordered_ore if invoice else there.total_ore if there else None
    sent = SentOrder(number, report.order.total_ore if total_ore is None else total_ore)
    found = found_by.make_booked_twice_finding(report.order, sent, variant, is_invoiced=invoice is not None)
    report = replace(report, findings=(review.place(found),), is_changed=False)
    return replace(review, report=report)


class OtherChange(NamedTuple):
    """What has changed since an order was sent, its sales apart. `references`: what is to be written on it, by
    `format_references`; `is_relinked`: its customer was linked anew while its request was under way."""

    references: str = ""
    is_relinked: bool = False


def format_references(sent: Delivery, facts: CreditFacts, of_day: OfDay) -> str:
    """What a ticket says now to be written on its order, and did not when that was sent: as names in the register's
    files with both values; "" where nothing differs, and of an order that is credited."""
    if not sent.report or of_day.find_seen(sent).is_credited:
        return ""
    order = parse_order(json.loads(sent.report), sent.lines)
    found = list_new_references(order, facts, is_whole=sent.kind is Kind.WHOLE and bool(sent.lines))
    return "; ".join(f"{name} {was or '-'} > {now}" for name, was, now in found)


def is_any_credited(history: History, of_day: OfDay) -> bool:
    """Whether an invoice of a ticket that counts was credited in the ledger."""
    return any(of_day.find_seen(one).is_credited for one in judge_standing(history, of_day.find_seen).counting)


def is_sent_anew(history: History) -> bool:
    """Whether a ticket's whole order is to be sent again, beside those that came to nothing."""
    current = history.current
    return current is not None and not current.is_drafted and current.kind is Kind.WHOLE and bool(history.standing)


def is_nothing_left(history: History, of_day: OfDay) -> bool:
    """Whether every order that was sent of a ticket is deleted in the ledger, or credited there, and none is to be."""
    standing = map(of_day.find_seen, history.standing)
    return not history.leaving and all(one.seen.is_gone or one.is_credited for one in standing)


def check_edited(order: Order, known: StoredSeen) -> list[Finding]:
    """A finding where somebody has changed a sent order in the ledger since."""
    there, sent = known.order, known.sent
    if there is None or sent is None or there.total_ore in (None, sent.total_ore):
        return []
    return [found_by.make_edited_finding(order, SentOrder(there.order_no, int(there.total_ore or 0)))]


def check_taken_over(order: Order, known: StoredSeen, history: History, of_day: OfDay) -> list[Finding]:
    """A finding where an order of which the ledger said nothing when it was sent, since a person or a search found it,
    comes to another total there than here; together with those that stand beside it and have no lines here."""
    beside = [of_day.find_seen(one) for one in history.standing if not one.lines]
    totals = [one.sums.total_ore for one in (known, *beside)]
    told = [total_ore for total_ore in totals if total_ore is not None]
    if not order.lines or len(told) < len(totals) or known.seen.is_gone or known.is_credited:
        return []
    number = known.order_no or (known.invoice.number if known.invoice else "")
    return check_total(order, LedgerOrder(number, sum(told)))
