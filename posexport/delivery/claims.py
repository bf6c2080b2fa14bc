"""Which run a document belongs to, and what comes of it.

Of two runs one holds the claim; the other leaves the document alone. What is about to be sent is written down under the
claim, with the sales and the setup behind it, before anything leaves. Times are UTC seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic

from posexport.core.delivery import CLAIM_MAX_S, Delivery, Stage
from posexport.core.findings import Finding
from posexport.core.ports.ledger import Payload
from posexport.core.report import State
from posexport.core.review import DocumentReview, Shown
from posexport.delivery.context import DeliveryContext
from posexport.errors import Exit
from posexport.store.bookings import look_before_sending
from posexport.store.database import Connection
from posexport.store.deliveries import Claim, Intent, Slot, claim, plan, release, reopen_day, replan
from posexport.store.evidence import digest_tickets, keep_setup
from posexport.store.setups import find_venue_number

CLAIM_S = CLAIM_MAX_S
"""How long a document on its way is left alone by others."""

BUSY = "another run is sending this voucher right now"


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Shown]):
    """What came of one document: how it is shown now, and who must act. `again`: a step was taken, and the day is
    to be looked at anew."""

    report: Shown
    exit_code: Exit = Exit.DONE
    again: bool = False


def busy(review: DocumentReview[Shown]) -> Outcome[Shown]:
    """Another run has the document."""
    report = replace(review.report, state=State.UNCERTAIN, answer=BUSY, is_sent_by_another=True)
    return Outcome(report, Exit.WAIT)


def with_findings(report: Shown, found: Sequence[Finding]) -> Shown:
    """A document as it is shown, these findings before its own."""
    return replace(report, findings=(*found, *report.findings))


def as_read(delivery: Delivery) -> Claim:
    """A delivery as it was read: changed only where nobody else has changed it since."""
    return Claim(delivery.id, delivery.version)


@dataclass(frozen=True, slots=True)
class Claims:
    """Takes documents for this run, and writes down what it is about to send."""

    context: DeliveryContext

    def take(self, delivery: Delivery) -> Claim | None:
        """The claim on a delivery; None where another run has it, or it is not any more what was read."""
        with self.context.database.writing(durable=False) as connection:
            return claim(connection, delivery, self.context.now_utc_s, self.context.now_utc_s + CLAIM_S)

    def plan(
        self,
        review: DocumentReview[Shown],
        held: Claim | None,
        payload: Payload,
        stage: Stage,
        told_at_utc_s: int | None = None,
    ) -> Claim | Outcome[Shown]:
        """Write down what is meant to be there, unless sales of the day have come in since it was reviewed, or somebody
        else was first: then what to show instead."""
        with self.context.database.writing() as connection:
            if self._is_stale(connection, review):
                if held is not None:
                    release(connection, held)
                return Outcome(review.report, again=True)
            held = self.write_intent(connection, review, held, payload, stage, told_at_utc_s)
        return busy(review) if held is None else held

    def write_intent(
        self,
        connection: Connection,
        review: DocumentReview[Any],
        held: Claim | None,
        payload: Payload,
        stage: Stage,
        told_at_utc_s: int | None = None,
    ) -> Claim | None:
        """Write down what is about to be sent, or would be, under our claim; None where somebody else was first.
        The day is open from then until a run has seen that nothing of it is left to do."""
        report, document, now = review.report, review.document, self.context.now_utc_s
        venue = find_venue_number(connection, report.venue)
        reopen_day(connection, venue, report.business_day)
        intent = Intent(
            document=replace(document, payload=payload),
            target=report.company.target,
            file_id=review.file_id,
            report=self.context.preparation_of(review).describe(report),
            tickets_digest=digest_tickets(connection, venue, report.business_day),
            setup_digest=keep_setup(connection, report.company),
        )
        if held is not None:
            return replan(connection, held, intent, stage, now, now + CLAIM_S, told_at_utc_s)
        slot = Slot(venue, report.business_day)
        return plan(connection, slot, intent, stage, now, now + CLAIM_S, told_at_utc_s)

    def _is_stale(self, connection: Connection, review: DocumentReview[Any]) -> bool:
        """Whether sales of the day have come in since it was reviewed, or somebody has booked it by hand."""
        venue = find_venue_number(connection, review.report.venue)
        file_id, is_booked = look_before_sending(connection, venue, review.business_day)
        return is_booked or file_id != review.file_id
