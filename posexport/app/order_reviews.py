"""The orders of a venue's business days, as they are in the store: each credit ticket whose route is an order, built
and judged by what is known, and each order that was sent.

Nothing is asked of the ledger here: links, products and what became of orders are as last read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from posexport.app.order_corrections import Correction, OrderCorrections, plan_revision
from posexport.app.order_making import OrderMaker, names_contact
from posexport.app.order_standing import (
    OfDay,
    OtherChange,
    check_edited,
    check_taken_over,
    format_references,
    is_nothing_left,
    is_sent_anew,
    judge_on_day,
    judge_standing,
    tell_booked_twice,
)
from posexport.app.sealed_setup import SealedSetup
from posexport.app.voucher_state import VoucherState
from posexport.core.company import Company, Venue
from posexport.core.credit_facts import NO_FACTS, CreditFacts
from posexport.core.delivery import Delivery, History, Kind, Stage
from posexport.core.finding import Finding
from posexport.core.findings import orders as found_by
from posexport.core.findings.order_customers import (
    check_contact,
    make_being_made_finding,
    make_no_customer_finding,
    make_other_firm_finding,
    make_unlinked_finding,
)
from posexport.core.findings.orders import SECOND_ORDER
from posexport.core.findings.setup_rows import name_row
from posexport.core.findings.tickets import check_doubts, check_indivisible, check_unbalanced, is_about
from posexport.core.order_review import OrderReport, OrderReview, arrange_day
from posexport.core.orders.booking import RoutedTicket, SealedRoute, describe_hold, route_tickets
from posexport.core.orders.correction import RevisionPlan, merge_orders, names_other_firm
from posexport.core.orders.credit_ticket import CreditTicket, place_credit_ticket
from posexport.core.orders.customers import (
    CustomerLink,
    CustomerMode,
    NewCustomer,
    ask_before_sharing,
    decide_link,
    find_candidates,
)
from posexport.core.orders.document import ORDER, parse_order
from posexport.core.orders.order import Missing, MissingKind, Order
from posexport.core.orders.products import ProductCatalog
from posexport.core.orders.reference import find_collisions
from posexport.core.orders.route import CreditRules, Route, TicketHold
from posexport.core.orders.share import DividedTicket, divide_ticket, keep_whole
from posexport.core.orders.state import OrderFacts, OrderState, decide_state
from posexport.core.report import State
from posexport.core.review import remember
from posexport.core.sales import EntryKind
from posexport.delivery.context import DeliveryContext
from posexport.delivery.lookup import target_of
from posexport.delivery.orders import check_order, check_total
from posexport.store.acceptances import read_acceptances
from posexport.store.credit_facts import read_facts
from posexport.store.credit_routes import read_routes
from posexport.store.customer_claims import read_claimed_codes
from posexport.store.database import Connection, Database, day_number
from posexport.store.day_figures import read_unbalanced
from posexport.store.days import last_file_of
from posexport.store.deliveries import read_deliveries
from posexport.store.order_seen import read_seen
from posexport.store.sums import read_sums
from posexport.store.ticket_doubts import read_doubts
from posexport.store.tickets import read_stored_tickets


@dataclass
class OrderReviewer:
    """Reviews the orders of one venue on one connection. `delivery`: has what was last read of ledgers."""

    delivery: DeliveryContext = field(repr=False)
    connection: Connection
    company: Company
    venue: Venue
    _credit: dict[date, CreditRules] = field(default_factory=dict, init=False, repr=False)

    @property
    def database(self) -> Database:
        """The store."""
        return self.delivery.database

    @cached_property
    def _being_made(self) -> frozenset[str]:
        return read_claimed_codes(self.connection, self._maker.of_store[2])

    @cached_property
    def _maker(self) -> OrderMaker:
        return OrderMaker(self.delivery, self.connection, self.company, self.venue)

    @cached_property
    def _corrections(self) -> OrderCorrections:
        return OrderCorrections(self._maker)

    @cached_property
    def _catalog(self) -> ProductCatalog | None:
        """The ledger's products as last read: once for all orders, however many wait to be invoiced."""
        return self.delivery.catalogs.find_kept(self.company)

    def _judge(self, found: Sequence[Finding], of_day: OfDay) -> tuple[Finding, ...]:
        return judge_on_day(found, self.venue, of_day)

    def review_day(
        self, day: date, now_utc_s: int, vouchers: VoucherState, *, shows_moved: bool = False
    ) -> list[OrderReview]:
        """The orders of a business day by their tickets' numbers, also of those that are no sales on credit any more.
        `shows_moved`: those too that a person has moved to the voucher."""
        number, _, _ = self._maker.of_store
        routes = read_routes(self.connection, number, (day, day)).get(day, {})
        deliveries = read_deliveries(self.connection, number, day, day, ORDER)
        if not (routes or deliveries or self.company.orders.invoices(day)):
            return []
        every = list(self._route(day, routes))
        routed = [(one, facts) for one, facts in every if one.route is Route.ORDER]
        placed = [(one, self._place(one, facts)) for one, facts in routed]
        of_day = OfDay(
            day,
            now_utc_s,
            vouchers,
            _by_key(deliveries),
            read_seen(self.connection, number, day, day) if deliveries else {},
            read_acceptances(self.connection, number, day, day).get(day, {}),
            last_file_of(self.connection, number, day),
            frozenset(find_collisions(credit for _, credit in placed)),
            frozenset(key for key, many in Counter(one.key for one, _ in placed).items() if many > 1),
            read_doubts(self.connection, number, day, day).get(day, ()),
        )
        divided = [(one, credit) for one, credit in placed if one.hold is None]
        owners = _find_owners([one for one, _ in divided], of_day)
        found = [
            review
            for one, credit in divided
            for review in (
                self._review(one, credit, of_day)
                if owners.get(one.key, one) is one
                else [self._review_twin(one, credit, of_day)]
            )
        ]
        moved = [
            review
            for one, facts in (every if shows_moved else ())
            if _is_moved(one, of_day.histories.get(one.key, History()))
            for review in self._review_moved(one, self._place(one, facts), of_day)
        ]
        known = {one.key for one, _ in routed} | {review.key for review in moved}
        in_voucher = {one.key for one, _ in every if one.route is Route.VOUCHER}
        held = {one.key for one, _ in routed if one.hold is not None}
        gone = [
            review
            for key, history in of_day.histories.items()
            if key not in known
            for review in self._review_ticketless(key, history, of_day, is_in_voucher=key in in_voucher)
        ]
        kept = [
            review
            for key, history in of_day.histories.items()
            if key in held
            for review in self._review_standing(key, history, None, "", of_day)
        ]
        waiting = [
            self._review_held(one, credit, of_day)
            for one, credit in placed
            if one.hold is not None and one.key not in of_day.histories
        ]
        return arrange_day([*found, *gone, *kept, *waiting, *moved])

    def credit_rules_on(self, day: date) -> CreditRules:
        """What counts as a sale on credit on a business day."""
        if day not in self._credit:
            sealed = SealedSetup(self.connection, self.company, self.venue, self._maker.of_store[0])
            self._credit[day] = sealed.rules_on(day)
        return self._credit[day]

    def _route(self, day: date, routes: Mapping[str, SealedRoute]) -> Iterator[tuple[RoutedTicket, CreditFacts]]:
        number, _, company = self._maker.of_store
        rules = self.credit_rules_on(day)
        of_day = [
            entry for found in read_sums(self.database, self.connection, number, (day, day)) for entry in found.sums
        ]
        used = {entry.key.code for entry in of_day if entry.key.kind is EntryKind.PAYMENT}
        codes = {code for code in used if code in rules.credit_types}
        if not codes:
            return
        stored = read_stored_tickets(self.database, self.connection, number, day, paid_with=codes)
        facts = read_facts(self.connection, company, number, day_number(day))
        for one in stored:
            for routed in route_tickets([(one.ticket, one.moment)], rules, routes):
                yield routed, facts.get(one.id, NO_FACTS)

    def _place(self, routed: RoutedTicket, facts: CreditFacts) -> CreditTicket:
        if routed.ticket.customer is None:  # taken off the ticket since a file named one
            facts = facts._replace(customer=None)
        return place_credit_ticket(self.venue.id, self.venue.calendar, routed.ticket, facts)

    def list_routed(self, day: date) -> list[RoutedTicket]:
        """The credit tickets of a business day with their routes, in the order they were completed."""
        routes = read_routes(self.connection, self._maker.of_store[0], (day, day)).get(day, {})
        return [routed for routed, _ in self._route(day, routes)]

    # One order

    def _review(self, routed: RoutedTicket, credit: CreditTicket, of_day: OfDay) -> Iterator[OrderReview]:
        """The reviews of one ticket's order: one per delivery that the ledger has, and one for what is pending."""
        history = of_day.histories.get(routed.key, History())
        current = history.current
        is_pending = current is None or not current.is_drafted
        revision = current.revision if current is not None and is_pending else history.next_revision
        made = self._maker.build(routed, credit, history, revision)
        if current is not None and is_pending:
            made = replace(made, reference=current.reference)  # also where it was planned for a ticket without credit
        standing = self._review_standing(routed.key, history, made, routed.share, of_day, facts=credit.facts)
        for review in standing:
            yield self._with_obstacles(review, made, routed, credit, of_day) if review.report.is_changed else review
        if current is not None and current.kind is Kind.ADJUSTMENT and not current.is_drafted:
            corrected = self._corrections.correct(history, made, of_day)
            yield self._review_pending(routed, credit, corrected.order or made, history, of_day, corrected)
        elif is_pending:
            yield self._review_pending(routed, credit, made, history, of_day)

    def _review_standing(
        self,
        key: str,
        history: History,
        made: Order | None,
        share: str,
        of_day: OfDay,
        *,
        is_sale: bool = True,
        facts: CreditFacts = NO_FACTS,
    ) -> Iterator[OrderReview]:
        """What the ledger has: also what is to be deleted there and is not yet, shown as it stands. `is_sale`: the
        ticket is a sale on credit still, even if no order can be made of it; `facts`: what it says for an invoice."""
        is_settled = (not is_sale or is_sent_anew(history)) and is_nothing_left(history, of_day)
        standing = judge_standing(history, of_day.find_seen)
        for sent in history.standing:
            is_current = sent is history.current and made is not None
            references = format_references(sent, facts, of_day) if is_current else ""
            change = OtherChange(references, is_current and self._maker.is_relinked(sent))
            is_other_firm = is_current and made is not None and _names_other_firm(sent, made)
            is_changed = (sent is history.current and sent.fingerprint != share) or any(change) or is_other_firm
            review = self._review_sent(key, sent, history, made, share, of_day, change, is_changed=is_changed)
            if sent in standing.too_many:
                review = tell_booked_twice(review, SECOND_ORDER)
            elif is_settled or sent in standing.over:
                report = replace(review.report, findings=(), is_changed=False, is_mended=False, is_settled=True)
                review = replace(review, report=report)
            yield review
        for leaving in history.leaving:
            there = replace(leaving, stage=Stage.DRAFTED)
            yield self._review_sent(key, there, history, made, share, of_day, is_changed=False)

    # Not sent

    def _review_pending(
        self,
        routed: RoutedTicket,
        credit: CreditTicket,
        order: Order,
        history: History,
        of_day: OfDay,
        correction: Correction | None = None,
    ) -> OrderReview:
        current = history.current
        report = self._make_report(order, credit, of_day)
        found = [
            *(correction.found if correction is not None else ()),
            *self._check_unsent(report, routed, credit, of_day),
            *check_contact(order),
        ]
        may_be_there = current is not None and (current.may_be_there or current.is_unsure)
        if self.venue.is_removed and not may_be_there:  # whatever else it lacks
            found = [found_by.make_removed_finding(order)]
        remembered, answer = ((), "") if current is None else self._remember(current, order, of_day.now_utc_s)
        is_held = any(finding.holds for finding in self._judge(found, of_day))
        stage = current.stage if current else None
        is_closed = of_day.day <= self.venue.calendar.last_closed(of_day.now_utc_s)
        state = decide_state(OrderFacts(is_closed, stage, is_held=is_held, is_moved=of_day.vouchers.is_booked))
        if state in (OrderState.READY, OrderState.WAITING, OrderState.REFUSED, OrderState.UNREACHABLE):
            is_explained = is_held or self.venue.is_removed or any(finding.holds for finding in remembered)
            limit = self.company.orders.not_invoiced_days
            found += found_by.check_age(order, state, self._today(of_day), limit, is_explained=is_explained)
        shown = State.HELD if is_held else State.READY
        if current is not None and (not is_held or current.stage.shown is State.UNCERTAIN):
            shown = current.stage.shown
        if state is OrderState.MOVED:
            shown, found, remembered, answer = State.NOTHING, [], (), ""
        told = replace(report, state=shown, findings=self._judge(found, of_day), answer=answer, state_of_order=state)
        is_mended = correction is not None and correction.is_mended
        return OrderReview(
            told,
            key=routed.key,
            share=history.standing[-1].fingerprint if is_mended else routed.share,
            is_void=correction is not None and correction.is_nothing,
            delivery=current,
            file_id=of_day.file_id,
            remembered=remembered,
            history=history,
            seals=(routed.seal,) if routed.seal else (),
        )

    def _make_report(self, order: Order, credit: CreditTicket, of_day: OfDay) -> OrderReport:
        """An order that is not sent, before it is judged."""
        return OrderReport(
            self.company,
            self.venue,
            of_day.day,
            State.READY,
            order.reference,
            order,
            customer=credit.facts.customer,
            linked=self._maker.ledger_customers.get(order.link.customer_id) if order.link else None,
            names_contact=names_contact(credit.facts),
        )

    def _check_unsent(
        self, report: OrderReport, routed: RoutedTicket, credit: CreditTicket, of_day: OfDay
    ) -> list[Finding]:
        """What is found on an order that is not sent, by what is known here."""
        order = report.order
        return [
            *_check_vouchers(order, routed, of_day.vouchers),
            *self._check_reference(routed, order, of_day),
            *self._check_doubts(routed, of_day),
            *self._check_customer(order, credit.facts, self._find_former_type(routed, of_day.day)),
            *(name_row(lack, self.company, self.venue, of_day.day) for lack in found_by.check_missing(order)),
            *check_order(report, self._catalog),
            *found_by.check_difference(order),
            *self._corrections.check_return(order),
        ]

    def _with_obstacles(
        self, review: OrderReview, made: Order, routed: RoutedTicket, credit: CreditTicket, of_day: OfDay
    ) -> OrderReview:
        """A review of a sent order that has changed, with what would keep the order of today from being sent in its
        place."""
        renewed = self._make_report(made, credit, of_day)
        found = self._judge(self._check_unsent(renewed, routed, credit, of_day), of_day)
        renewed = replace(renewed, findings=tuple(one for one in found if one.holds))
        return replace(review, renewed=renewed)

    def _review_twin(self, routed: RoutedTicket, credit: CreditTicket, of_day: OfDay) -> OrderReview:
        """A ticket that is there twice, with other content than the one whose order is known: it waits."""
        order = self._maker.build(routed, credit, History(), 1)
        return self._review_pending(routed, credit, order, History(), of_day)

    def _check_reference(self, routed: RoutedTicket, order: Order, of_day: OfDay) -> list[Finding]:
        """A finding where another ticket of the day has the same reference: by chance, or since it is there twice."""
        if routed.key in of_day.twins:
            at = self.venue.calendar.local(routed.placed[1].at_utc_s)
            return [found_by.make_twin_finding(order, routed.ticket.sales_ore, f"{at:%Y-%m-%d %H:%M:%S}")]
        return [found_by.make_same_reference_finding(order)] if order.reference in of_day.collisions else []

    def _check_doubts(self, routed: RoutedTicket, of_day: OfDay) -> list[Finding]:
        """What the day's voucher says of a sale that may be there twice; `_check_reference` tells of those of one
        reference."""
        if routed.key in of_day.twins:
            return []
        ticket, at_utc_s = routed.ticket, routed.placed[1].at_utc_s
        about = [one for one in of_day.doubts if is_about(one, ticket.register, ticket.number, at_utc_s)]
        return check_doubts(about, self.venue.on(of_day.day))

    def _review_held(self, routed: RoutedTicket, credit: CreditTicket, of_day: OfDay) -> OrderReview:
        """What is shown of a ticket that can be neither in the voucher nor in an order as it is."""
        order = self._build_undivided(routed, credit, History())
        is_closed = of_day.day <= self.venue.calendar.last_closed(of_day.now_utc_s)
        state = decide_state(OrderFacts(is_closed, is_held=True, is_moved=of_day.vouchers.is_booked))
        found = [] if state is OrderState.MOVED else self._check_held(routed, of_day)
        report = OrderReport(
            self.company,
            self.venue,
            of_day.day,
            State.NOTHING if state is OrderState.MOVED else State.HELD,
            order.reference,
            order,
            findings=self._judge(found, of_day),
            customer=credit.facts.customer,
            linked=self._maker.ledger_customers.get(order.link.customer_id) if order.link else None,
            state_of_order=state,
        )
        return OrderReview(report, key=routed.key, file_id=of_day.file_id)

    def _check_held(self, routed: RoutedTicket, of_day: OfDay) -> list[Finding]:
        """Why a ticket is held, as its day's voucher says it."""
        venue = self.venue.on(of_day.day)
        rules = self.credit_rules_on(of_day.day)
        if routed.hold is not TicketHold.UNBALANCED:
            return check_indivisible(describe_hold(routed, rules), venue)
        day = of_day.day
        unbalanced = read_unbalanced(self.connection, self._maker.of_store[0], (day, day)).get(day, ())
        key = (routed.ticket.register, routed.ticket.number, routed.placed[1].at_utc_s)
        return check_unbalanced([one for one in unbalanced if one[:3] == key], venue)

    def _build_undivided(self, routed: RoutedTicket, credit: CreditTicket, history: History) -> Order:
        """An order with all of a ticket that cannot be divided."""
        whole = keep_whole(routed.ticket, self.credit_rules_on(credit.business_day))
        order = self._maker.build(routed._replace(divided=whole), credit, history, 1)
        return replace(order, missing=(Missing(MissingKind.DIVISION),))

    def _find_former_type(self, routed: RoutedTicket, day: date) -> str:
        """The payment type by which a ticket is on credit only since its day was sent so; "" where there is none."""
        now = self.venue.on(day).mapping.credit_types
        used = (payment.payment_type for payment in routed.ticket.payments)
        codes = [code for code in used if code in self.credit_rules_on(day).credit_types]
        return "" if any(code in now for code in codes) else next(iter(codes), "")

    def _check_customer(self, order: Order, facts: CreditFacts, former_type: str) -> list[Finding]:
        kinds = {missing.kind for missing in order.missing}
        if MissingKind.CUSTOMER in kinds:
            return [make_no_customer_finding(order, former_type)]
        if MissingKind.LINK not in kinds or facts.customer is None:
            return []
        other = self._maker.find_other_firm(facts.customer)
        if other is not None:
            return [make_other_firm_finding(order, self.company.id, other)]
        mode = self.company.orders.customers
        if mode is not CustomerMode.LINKED and not self._maker.ledger_customers:
            return []  # they were never listed: the export looks them up
        candidates = find_candidates(facts.customer, self._maker.ledger_customers.values())
        taken = {link.customer_id for link in self._maker.links.values()}
        decided = ask_before_sharing(decide_link(mode, facts.customer, candidates), candidates, taken)
        if isinstance(decided, CustomerLink):
            return []  # the export makes the link
        if isinstance(decided, NewCustomer) and facts.customer.number in self._being_made:
            return [make_being_made_finding(order, self.company.id)]
        number = facts.customer.organization_number
        return [make_unlinked_finding(order, self.company.id, decided, number)]

    def _remember(self, current: Delivery, order: Order, now_utc_s: int) -> tuple[tuple[Finding, ...], str]:
        """The findings kept from earlier attempts, and the answer to show; of an order that nobody knows of for too
        long, in words of its own."""
        found, answer = remember(current, self.company, self.venue, target_of(current), now_utc_s)
        overdue = found_by.make_uncertain_finding(order, self.company.uncertain_hours)
        return tuple(overdue if one.code == "uncertain-too-long" else one for one in found), answer

    def _review_moved(self, routed: RoutedTicket, credit: CreditTicket, of_day: OfDay) -> Iterator[OrderReview]:
        """The order that there would be, had its ticket not been moved to the voucher, or left out."""
        history = of_day.histories.get(routed.key, History())
        divided = divide_ticket(routed.ticket, self.credit_rules_on(of_day.day))
        if isinstance(divided, DividedTicket):
            revision = history.current.revision if history.current is not None else 1
            order = self._maker.build(routed._replace(divided=divided), credit, history, revision)
        else:
            order = self._build_undivided(routed, credit, history)
        report = replace(
            self._make_report(order, credit, of_day),
            state=State.NOTHING,
            state_of_order=OrderState.LEFT_OUT if routed.route is Route.LEFT_OUT else OrderState.MOVED,
            names_contact=False,
        )
        yield OrderReview(report, key=routed.key, delivery=history.current, file_id=of_day.file_id, history=history)

    # Sent

    def _review_sent(
        self,
        key: str,
        sent: Delivery,
        history: History,
        now: Order | None,
        share: str,
        of_day: OfDay,
        change: OtherChange = OtherChange(),
        *,
        is_changed: bool,
    ) -> OrderReview:
        order, known = parse_order(json.loads(sent.report), sent.lines), of_day.find_seen(sent)
        state = decide_state(OrderFacts(is_day_closed=True, stage=sent.stage, seen=known.seen))
        found, is_mended = check_taken_over(order, known, history, of_day) if known.sent is None else [], False
        found += check_total(order, known.sent)
        if state is OrderState.GONE:
            found.append(found_by.make_gone_finding(order, known.order_no))
            found += (one for one in self._corrections.check_return(order) if one.holds)
        elif is_changed:
            counting = judge_standing(history, of_day.find_seen).counting
            merged = merge_orders(parse_order(json.loads(one.report), one.lines) for one in counting) or order
            standing = [of_day.find_seen(one) for one in counting]
            plan = plan_revision(
                state, known, standing, order, now, share == sent.fingerprint, is_relinked=change.is_relinked
            )
            told, is_mended = self._corrections.judge_change(merged, now, counting, plan, of_day, change)
            found.append(told)
            if plan is RevisionPlan.CORRECT and not is_mended:
                found += (one for one in self._corrections.correct(history, now, of_day).found if one.code != told.code)
        elif known.invoice is not None and known.invoice.is_credited_by_hand and sent is history.current and now:
            found.append(found_by.make_credited_finding(order, known.invoice))
        if not any(one.code == "order-edited" for one in found):
            found += check_edited(order, known)
        if known.sums.total_ore in (None, order.total_ore) and state in (OrderState.SENT, OrderState.INVOICED):
            found += found_by.check_difference(order)
        if state in (OrderState.SENT, OrderState.INVOICED):
            found += self._corrections.check_note(order, sent, history, of_day)
        if state not in (OrderState.INVOICED, OrderState.CREDITED):
            found += check_contact(order)
        found += found_by.check_age(order, state, self._today(of_day), self.company.orders.not_invoiced_days)
        drafted_at = sent.drafted_at_utc_s
        report = OrderReport(
            self.company,
            self.venue,
            of_day.day,
            State.DRAFTED,
            sent.reference,
            order,
            findings=self._judge(found, of_day),
            remote_id=sent.remote_id,
            drafted_at=self.venue.calendar.local(drafted_at) if drafted_at else None,
            linked=self._maker.ledger_customers.get(order.link.customer_id) if order.link else None,
            seen=known.seen,
            sent=known.sent,
            there=known.order or known.last or known.sent,
            state_of_order=state,
            is_changed=is_changed and not is_mended,
            is_relinked=change.is_relinked,
            is_mended=is_mended,
        )
        if state is OrderState.SENT and not is_changed:  # it can still be mended before it is invoiced
            known_now = check_order(report, self._catalog)
            report = replace(
                report, findings=self._judge([*found, *(one for one in known_now if not one.holds)], of_day)
            )
        return OrderReview(
            report, key=key, share=share, now=now, delivery=sent, file_id=of_day.file_id, history=history
        )

    def _review_ticketless(
        self, key: str, history: History, of_day: OfDay, *, is_in_voucher: bool
    ) -> Iterator[OrderReview]:
        """The orders of a ticket that is no sale on credit any more: void, changed, or removed with its file; or one
        that is booked by the voucher."""
        found = self._review_standing(key, history, None, "", of_day, is_sale=False)
        standing = (replace(review, has_sale=False) for review in found)
        for review in standing:
            yield tell_booked_twice(review) if is_in_voucher else review
        current = history.current
        if current is None or current.is_drafted:
            return
        is_correction = current.kind is Kind.ADJUSTMENT and bool(history.standing)
        corrected = self._corrections.correct(history, None, of_day) if is_correction else Correction(None)
        order = corrected.order or self._last_of(history)
        remembered, answer = self._remember(current, order, of_day.now_utc_s)
        findings = self._judge(corrected.found, of_day)
        is_held = any(one.holds for one in findings) and not current.may_be_there
        state = OrderState.UNCERTAIN if current.may_be_there else OrderState.READY
        report = OrderReport(
            self.company,
            self.venue,
            of_day.day,
            State.HELD if is_held else current.stage.shown,
            current.reference,
            order,
            findings=findings,
            answer=answer,
            state_of_order=OrderState.WAITING if is_held else state,
            is_changed=current.may_be_there,
        )
        yield OrderReview(
            report,
            key=key,
            share=history.standing[-1].fingerprint if corrected.is_mended else "",
            is_void=corrected.is_nothing,
            has_sale=False,
            delivery=current,
            file_id=of_day.file_id,
            remembered=remembered,
            history=history,
        )

    def _last_of(self, history: History) -> Order:
        """The order as it was last made ready; one that only takes an earlier one out has no lines of its own."""
        last = next(one for one in reversed(history.deliveries) if one.report and one.lines)
        return parse_order(json.loads(last.report), last.lines)

    def _today(self, of_day: OfDay) -> date:
        return self.venue.calendar.last_closed(of_day.now_utc_s) + timedelta(days=1)


def _names_other_firm(sent: Delivery, made: Order) -> bool:
    return bool(sent.report) and names_other_firm(parse_order(json.loads(sent.report), sent.lines), made)


def _check_vouchers(order: Order, routed: RoutedTicket, vouchers: VoucherState) -> list[Finding]:
    """A finding where a voucher in the ledger has what is to be ordered, or may have some of it."""
    if not vouchers.may_have(routed):
        return []
    sealed = routed.sealed
    was_moved_back = sealed is not None and sealed.is_moved and not sealed.share
    return [found_by.make_in_voucher_finding(order, was_moved_back=was_moved_back)]


def _find_owners(routed: Iterable[RoutedTicket], of_day: OfDay) -> dict[str, RoutedTicket]:
    """Of tickets that are there twice, by key, the one that the known order is made of: the one that is ordered as that
    was sent, else the first."""
    owners: dict[str, RoutedTicket] = {}
    for one in routed:
        current = of_day.histories.get(one.key, History()).current
        is_sent_so = current is not None and current.fingerprint == one.share
        if one.key in of_day.twins and (is_sent_so or one.key not in owners):
            owners[one.key] = one
    return owners


def _is_moved(routed: RoutedTicket, history: History) -> bool:
    """Whether a person has moved a ticket to the voucher, or left it out, and no order of it is, or may be, in the
    ledger."""
    is_moved = routed.sealed is not None and routed.sealed.is_moved and routed.route is not Route.ORDER
    may_be_there = history.current is not None and history.current.may_be_there
    return is_moved and not history.standing and not may_be_there


def _by_key(deliveries: Sequence[Delivery]) -> dict[str, History]:
    found: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        found.setdefault(delivery.document_key, []).append(delivery)
    return {key: History(tuple(group)) for key, group in found.items()}
