"""What has changed of a ticket since its orders were sent, and what takes off what is invoiced of one: corrections and
returns, and what is found on them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from posexport.app.order_making import OrderMaker
from posexport.app.order_standing import (
    OfDay,
    OtherChange,
    is_any_credited,
    is_nothing_left,
    judge_on_day,
    judge_standing,
)
from posexport.core.delivery import Delivery, History, Kind
from posexport.core.finding import Finding
from posexport.core.findings import orders as found_by
from posexport.core.findings.orders import SentOrder
from posexport.core.orders.correction import (
    RevisionPlan,
    build_correction,
    choose_revision,
    is_for_same_customer,
    is_mended_in_ledger,
    merge_orders,
    refuse_correction,
)
from posexport.core.orders.document import parse_order
from posexport.core.orders.order import Order
from posexport.core.orders.state import Invoice, OrderState
from posexport.store.order_seen import StoredSeen


class Correction(NamedTuple):
    """The order of a difference; None where there is none, or where what is `found` says why it cannot be sent.
    `is_mended`: a person has seen to it in the ledger."""

    order: Order | None
    found: tuple[Finding, ...] = ()
    is_mended: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is to be sent."""
        return self.order is None and not self.found


@dataclass(frozen=True, slots=True)
class OrderCorrections:
    """Judges what takes off a venue's orders."""

    maker: OrderMaker

    def correct(self, history: History, now: Order | None, of_day: OfDay) -> Correction:
        """What a ticket comes to more, or less, than what is invoiced of it."""
        current, standing = history.current, judge_standing(history, of_day.find_seen).counting
        assert current is not None
        sent = merge_orders(parse_order(json.loads(one.report), one.lines) for one in standing)
        invoices = [of_day.find_seen(one).invoice for one in standing]
        numbers = [int(found.number) for found in invoices if found is not None and found.number.isdigit()]
        if sent is None:
            return Correction(now)
        if now is None and is_nothing_left(history, of_day):
            return Correction(None, is_mended=True)
        refused = refuse_correction(sent, now, bool(numbers), is_any_credited(history, of_day))
        if refused is not None:
            found, is_mended = self.judge_change(sent, now, standing, refused, of_day)
            return Correction(None, () if is_mended else (found,), is_mended)
        corrected = build_correction(
            sent,
            now,
            reference=current.reference,
            revision=current.revision,
            invoice_no=numbers[0],
            difference_product=self.maker.company.orders.rounding_product,
        )
        credited = [] if corrected is None else self._check_correction(corrected, standing, of_day)
        if not any(one.holds for one in judge_on_day(credited, self.maker.venue, of_day)):
            return Correction(corrected, tuple(credited))
        change, is_mended = self.judge_change(sent, now, standing, RevisionPlan.CORRECT, of_day)
        return Correction(None, is_mended=True) if is_mended else Correction(corrected, (change, *credited))

    def _check_correction(
        self,
        order: Order,
        corrected: Sequence[Delivery],
        of_day: OfDay,
        *,
        is_sent: bool = False,
        note: Invoice | None = None,
    ) -> list[Finding]:
        """What is found on an order of less than its ticket's orders that are `corrected`: those are credited already.
        `note`: its own invoice."""
        invoices = [found for one in corrected if (found := of_day.find_seen(one).invoice) is not None]
        if order.is_return or not corrected:
            return []
        reference = corrected[-1].reference
        return found_by.check_credited_correction(order, reference, invoices, is_sent=is_sent, note=note)

    def check_note(self, order: Order, sent: Delivery, history: History, of_day: OfDay) -> list[Finding]:
        """What is found on an order that takes off what is invoiced, as a draft in the ledger or as a credit note."""
        known = of_day.find_seen(sent)
        if known.invoice is not None and known.sent is None:
            return []  # a person may have made it, and is not told of their own credit note
        if sent.kind is Kind.ADJUSTMENT and not order.is_return:
            earlier = [one for one in history.standing if one.revision < sent.revision]
            return self._check_correction(order, earlier, of_day, is_sent=True, note=known.invoice)
        return self.check_return(order, is_sent=True, note=known.invoice)

    def judge_change(
        self,
        sent: Order,
        now: Order | None,
        standing: Sequence[Delivery],
        plan: RevisionPlan,
        of_day: OfDay,
        change: OtherChange = OtherChange(),
    ) -> tuple[Finding, bool]:
        """The finding that a ticket has changed since its orders were sent, and whether a person has seen to it: in the
        ledger, or by taking responsibility for it. `sent`: what the orders that are `standing` come to."""
        known = [of_day.find_seen(one) for one in standing]
        sent, sums = replace(sent, reference=standing[-1].reference), [one.sums for one in known]
        if len(sums) == 1 and is_mended_in_ledger(sent, now, sums[0]):
            there = SentOrder(known[0].order_no, sums[0].total_ore or 0)
            return found_by.make_mended_finding(sent, there), True
        told = [one.total_ore for one in sums if one.total_ore is not None]
        theirs_ore = sum(told) if len(told) == len(standing) else None
        company_id = self.maker.company.id
        found = found_by.make_changed_finding(sent, now, plan, theirs_ore, *change, company_id=company_id)
        placed = [
            replace(one, venue=self.maker.venue.id, business_day=of_day.day) for one in found_by.list_wordings(found)
        ]
        accepted = next((one for one in placed if one.digest in of_day.accepted), None)
        return (found, False) if accepted is None else (accepted, True)

    def check_return(self, order: Order, *, is_sent: bool = False, note: Invoice | None = None) -> list[Finding]:
        """What is found on an order that gives back a sale: that it is credited already, or not invoiced yet. `note`:
        its own invoice."""
        if not order.is_return:
            return []
        moment = self.maker.venue.calendar.place(order.completed_at)
        invoices = [one for one in self.maker.find_invoices(order.refers_to, moment) if one is not None]
        credited = found_by.check_credited_return(order, invoices, is_sent=is_sent, note=note)
        if note is None:
            credited += found_by.check_return_customer(order, self.maker.links.get(order.customer_code or ""))
        if not is_sent and order.related_invoice_no is not None:
            sold = self.maker.find_sale(order)
            credited += found_by.check_return_buyer(order, sold, self.maker.company.id)
        if credited or note is not None or (is_sent and self._is_sale_invoiced(order)):
            return credited
        if not order.is_open_return:
            return []
        return found_by.check_return(order, self.maker.judge_returned(order))

    def _is_sale_invoiced(self, order: Order) -> bool:
        """Whether the sale that an order gives back has an invoice by now."""
        return self.maker.find_related(order.refers_to, self.maker.venue.calendar.place(order.completed_at)) is not None


def plan_revision(
    state: OrderState,
    known: StoredSeen,
    standing: Sequence[StoredSeen],
    sent: Order,
    now: Order | None,
    has_same_sales: bool,
    *,
    is_relinked: bool,
) -> RevisionPlan:
    """What would be done about an order whose ticket has changed. `known`: of that order; `standing`: of every order of
    the ticket that was sent; `sent`, `now`: the order as it was sent, and as it would be made today; `has_same_sales`:
    nothing but what is written on it has changed; `is_relinked`: as in `OtherChange`."""
    return choose_revision(
        state,
        is_draft=known.is_draft or sent.is_confirmed,
        is_untouched=known.is_untouched,
        is_invoiced_as_sent=all(one.is_invoiced_as_sent for one in standing),
        is_same_customer=not is_relinked and is_for_same_customer(sent, now),
        is_credited=any(one.is_credited for one in standing),
        has_same_sales=has_same_sales,
    )
