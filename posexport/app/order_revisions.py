"""posexport orders send --revise: orders whose ticket has changed since they were sent.

An order that nobody has touched is deleted and sent anew; of one that is invoiced, exactly the difference is sent; of
others a person decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from posexport.app.export_orders import link_customers, review_orders
from posexport.app.order_corrections import plan_revision
from posexport.app.order_standing import judge_standing
from posexport.app.resolve import Resolved
from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.core.delivery import Delivery, Kind, Stage
from posexport.core.document import Document
from posexport.core.events import DeliveryEvent, EventKind
from posexport.core.finding import Finding
from posexport.core.findings.orders import CREDITED_RETURN
from posexport.core.order_review import OrderReport, OrderReview
from posexport.core.orders.correction import RevisionPlan
from posexport.core.orders.document import make_order_document
from posexport.core.orders.reference import follow_reference
from posexport.core.orders.state import OrderState
from posexport.delivery.claims import Outcome, as_read, busy, with_findings
from posexport.delivery.order_watch import ask_about_orders
from posexport.delivery.orders import find_obstacles, read_anew
from posexport.errors import Exit, PosexportError, UsageError
from posexport.store.database import Connection
from posexport.store.deliveries import Intent, Slot, add_event, plan, reopen_day, settle
from posexport.store.order_seen import read_seen_of

ANSWERS = {
    RevisionPlan.REFUSE: "somebody has confirmed or changed the order in PowerOffice Go: correct it there",
    RevisionPlan.REFUSE_INVOICED: (
        "its invoice does not come to what was sent, so the order was changed in PowerOffice Go before it was "
        "invoiced, or has a fee: correct the invoice there, if it is not what the ticket comes to"
    ),
    RevisionPlan.REFUSE_CUSTOMER: (
        "it is invoiced to another customer than the ticket has now, and no difference is sent to the wrong one: "
        "credit the invoice in full in PowerOffice Go, and make an order to the right customer there"
    ),
    RevisionPlan.REFUSE_REFERENCES: (
        "it is invoiced, and only what is written on it has changed, so there is no difference to send: credit the "
        "invoice in PowerOffice Go and make it anew there, or take responsibility for it with posexport orders accept"
    ),
    RevisionPlan.NONE: (
        "an invoice of it was credited in PowerOffice Go: make there what the customer is to be invoiced, and take "
        "responsibility for it with posexport orders accept"
    ),
    RevisionPlan.ASK: "it is not known to be in PowerOffice Go: say first with posexport orders resolve where it is",
}
"""Why an order whose ticket has changed is left to a person."""

NOBODY = (
    "its ticket has no customer any more, so no other order can be made of it: register the customer on the ticket, or "
    "delete the order in PowerOffice Go, or credit the invoice there"
)
CREDITED = (
    "its invoice is credited in PowerOffice Go already, and the change would take off more: see whether it is the "
    "same, and take responsibility for the change, or for sending it too, with posexport orders accept"
)
KEPT = (
    "the new order could not be sent as things are, so the old one is left as it is: mend what stands here, and run it "
    "again"
)
LATER = "it was sent twice, and the first request may still arrive in PowerOffice Go: run it again in some minutes"


def revise_orders(
    workspace: Workspace, venues: Sequence[Venue], reviews: Sequence[OrderReview]
) -> list[Outcome[OrderReport]]:
    """Plan the revision of orders whose ticket has changed, after the ledger was asked about each now. What is planned
    is sent as any other order; returned are those that a person decides. Of a correction that waits, the ledger is
    asked about the order it corrects: it can be sent once that is invoiced."""
    told, reviser = [], _Reviser(workspace, venues)
    for review in reviews:
        try:
            outcome = reviser.plan(review) if review.report.is_changed and not review.is_pending else None
            if _is_waiting_correction(review):
                ask_about_tickets(workspace, [review])
        except PosexportError as error:
            outcome = Outcome(replace(review.report, answer=str(error)), error.exit_code)
        if outcome is not None:
            told.append(outcome)
    return told


def ask_about_tickets(workspace: Workspace, reviews: Sequence[OrderReview]) -> None:
    """Ask the ledger what became of these orders and of the others of their tickets, and of their invoices' credit
    notes. Raises what a `Destination` raises."""
    for review in reviews:
        ids = {one.id for one in review.history.standing}
        ask_about_orders(workspace.delivery, review.report.company, review.report.venue, delivery_ids=ids)


def send_credited_anew(workspace: Workspace, review: OrderReview) -> Resolved:
    """Have a ticket's order sent again, under a new reference, since what was invoiced of it is credited in full; the
    ledger is asked about that now.

    Raises UsageError where something of it counts there, or the next one is on its way already; and what a
    `Destination` raises.
    """
    reference, venue = review.report.reference, review.report.venue
    ask_about_tickets(workspace, [review])
    of_day = review_orders(workspace, [venue], {(venue.id, review.business_day)})
    review = next(one for one in of_day if one.report.reference == reference)
    with workspace.database.reading() as connection:
        standing = [read_seen_of(connection, one.id) for one in review.history.standing]
    if not all(one.seen.is_gone or (one.invoice and one.invoice.is_credited_by_hand) for one in standing):
        raise UsageError(_COUNTS.format(reference=reference))
    if review.now is None or review.report.is_settled or review.delivery is not review.history.current:
        raise UsageError(_ON_ITS_WAY.format(reference=reference))
    if _Reviser(workspace, [venue]).write(review, Kind.WHOLE, removes=False) is not None:
        raise UsageError(f"{reference} is being sent by another run right now. Try again in a minute.")
    with workspace.database.writing() as connection:
        said = DeliveryEvent(EventKind.SAID_NOT_THERE, {"who": workspace.actor.name}, Stage.DRAFTED.value)
        add_event(connection, review.history.standing[-1].id, workspace.now_utc_s, said, actor=workspace.actor)
    return Resolved(workspace.actor.name, reference, was_asked=True, is_sent_again=not venue.is_removed)


_COUNTS = (
    "{reference} is in PowerOffice Go, and not all that is invoiced of its ticket is credited. Credit the rest there "
    "first, or leave it: a sale is booked once."
)
_ON_ITS_WAY = (
    "{reference} is credited in PowerOffice Go, and a new order of its ticket is sent already, or nothing is left to "
    "send: see posexport orders."
)


def _is_waiting_correction(review: OrderReview) -> bool:
    is_correction = review.delivery is not None and review.delivery.kind is Kind.ADJUSTMENT
    return is_correction and review.is_pending and review.report.state_of_order is OrderState.WAITING


@dataclass(frozen=True, slots=True)
class _Reviser:
    workspace: Workspace
    venues: Sequence[Venue]

    def plan(self, review: OrderReview) -> Outcome[OrderReport] | None:
        """Plan the revision of one order; the outcome where there is nothing to plan."""
        report = review.report
        ask_about_tickets(self.workspace, [review])
        self._learn(review)
        anew = review_orders(self.workspace, self.venues, {(report.venue.id, review.business_day)})
        review = next(one for one in anew if one.report.reference == report.reference)
        if not review.report.is_changed:
            return None  # somebody has seen to it in the ledger
        if any(one.code == CREDITED_RETURN and one.holds for one in review.report.findings):
            return Outcome(replace(review.report, answer=CREDITED), Exit.BOOKKEEPER)
        if review.now is not None and review.now.customer_code is None:
            return Outcome(replace(review.report, answer=NOBODY), Exit.BOOKKEEPER)
        plan_ = self._choose(review)
        if plan_ in ANSWERS:
            return Outcome(replace(review.report, answer=ANSWERS[plan_]), Exit.BOOKKEEPER)
        if plan_ not in (RevisionPlan.REPLACE, RevisionPlan.CORRECT):
            return Outcome(review.report)
        if plan_ is RevisionPlan.REPLACE and self._may_come_again(review):
            return Outcome(replace(review.report, answer=LATER), Exit.WAIT)
        against = self._find_obstacles(review) if plan_ is RevisionPlan.REPLACE else ()
        if against:
            return Outcome(with_findings(replace(review.report, answer=KEPT), against), Exit.BOOKKEEPER)
        return self.write(review, Kind.WHOLE if plan_ is RevisionPlan.REPLACE else Kind.ADJUSTMENT)

    def _find_obstacles(self, review: OrderReview) -> tuple[Finding, ...]:
        """What would keep the new order from being sent, by what is known here and by what the ledger has now: looked
        for before the old one is deleted. May raise what a `Destination` raises."""
        renewed = review.renewed
        if renewed is None or review.now is None:
            return ()
        return renewed.findings or tuple(
            review.place(one) for one in find_obstacles(self.workspace.delivery, replace(renewed, findings=()))
        )

    def _learn(self, review: OrderReview) -> None:
        """Make the link that the new order needs, where the setup lets it be made, and read anew what last held it."""
        if review.renewed is not None:
            link_customers(self.workspace, [replace(review, report=review.renewed, delivery=None)])
            read_anew(self.workspace.delivery, [review.renewed])

    def _may_come_again(self, review: OrderReview) -> bool:
        """Whether an earlier request may still arrive: as soon as the order is deleted, it would make it anew."""
        finder = self.workspace.delivery.finder
        return any(finder.may_come_again(review.report.company, one) for one in review.history.standing)

    def _choose(self, review: OrderReview) -> RevisionPlan:
        assert review.delivery is not None
        with self.workspace.database.reading() as connection:
            known = read_seen_of(connection, review.delivery.id)
            standing = [read_seen_of(connection, one.id) for one in self._list_counting(connection, review)]
        report = review.report
        return plan_revision(
            report.state_of_order,
            known,
            standing,
            report.order,
            review.now,
            review.delivery.fingerprint == review.share,
            is_relinked=report.is_relinked,
        )

    def _list_counting(self, connection: Connection, review: OrderReview) -> tuple[Delivery, ...]:
        """The ticket's orders in the ledger that are together what it comes to."""
        return judge_standing(review.history, lambda sent: read_seen_of(connection, sent.id)).counting

    def write(self, review: OrderReview, kind: Kind, *, removes: bool = True) -> Outcome[OrderReport] | None:
        """Store the next revision and, where it replaces the order and `removes` it, that this is to be deleted: in one
        transaction. The outcome where another run was first."""
        workspace, now = self.workspace, self.workspace.now_utc_s
        last = review.history.standing[-1]
        document = self._make_document(review)
        intent = Intent(document, review.report.company.target, review.file_id)
        slot = Slot(last.venue_id, review.business_day, kind)
        try:
            with workspace.database.writing() as connection:
                if plan(connection, slot, intent, Stage.READY, now) is None:
                    raise _Outrun
                counting = self._list_counting(connection, review)
                for delivery in counting if kind is Kind.WHOLE and removes else ():
                    if settle(connection, as_read(delivery), DeliveryEvent(EventKind.REMOVING), now) is None:
                        raise _Outrun
                reopen_day(connection, last.venue_id, review.business_day)
        except _Outrun:
            return busy(review)
        return None

    def _make_document(self, review: OrderReview) -> Document:
        revision = review.history.next_revision
        now, last = review.now, review.report
        reference = follow_reference(last.reference, revision) if now is None else now.reference
        document = make_order_document(now or last.order, review.key)
        lines = now.lines if now is not None else ()
        return replace(document, revision=revision, reference=reference, fingerprint=review.share, lines=lines)


class _Outrun(Exception):
    """Another process changed a delivery in the meantime: roll the transaction back."""
