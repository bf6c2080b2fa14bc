"""Claims: which of several runs may send a document, and the record of what it is about to send.

One run at a time holds a document's claim; others leave the document alone. The exact payload, with the fingerprint of
its sales and setup, is committed under the claim before the request leaves. Times are UTC seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Generic

from posexport.core.delivery import CLAIM_MAX_S, Delivery, Stage
from posexport.core.document import VOUCHER
from posexport.core.finding import Finding
from posexport.core.ports.ledger import Payload
from posexport.core.report import State
from posexport.core.review import DocumentReview, Shown
from posexport.delivery.context import DeliveryContext
from posexport.errors import Exit
from posexport.store.booked_elsewhere import look_before_sending
from posexport.store.credit_routes import seal_routes
from posexport.store.database import Connection
from posexport.store.days import last_file_of
from posexport.store.deliveries import Claim, Intent, Slot, claim, plan, release, reopen_day, replan
from posexport.store.evidence import digest_tickets
from posexport.store.setup_snapshots import keep_setup
from posexport.store.setups import find_venue_number

CLAIM_S = CLAIM_MAX_S
"""How long (s) a claim lasts."""

BUSY = "another run is sending this {document} right now"
"""`document`: its kind."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Shown]):
    """What came of one document: the report to show, and who must act. `again`: a step was taken, and the day must be
    reviewed anew."""

    report: Shown
    exit_code: Exit = Exit.DONE
    again: bool = False


def busy(review: DocumentReview[Shown]) -> Outcome[Shown]:
    """The outcome where another run holds the document's claim."""
    report = replace(
        review.report, state=State.UNCERTAIN, answer=BUSY.format(document=review.kind.name), is_sent_by_another=True
    )
    return Outcome(report, Exit.WAIT)


def with_findings(report: Shown, found: Sequence[Finding]) -> Shown:
    """A document's report with these findings before its own."""
    return replace(report, findings=(*found, *report.findings))


def as_read(delivery: Delivery) -> Claim:
    """A claim for a delivery as it was read: changes through it succeed only if nobody has changed the delivery
    since."""
    return Claim(delivery.id, delivery.version)


@dataclass(frozen=True, slots=True)
class Claims:
    """Takes claims on documents, and records what is about to be sent."""

    context: DeliveryContext

    def take(self, delivery: Delivery) -> Claim | None:
        """Claim a delivery; None where another run holds it, or where it has changed since it was read."""
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
        """Record the payload that is to be sent. Returns the claim; or an outcome where the day's sales have changed
        since the review, or where another run was first. The routes of the credit tickets that it was made by are
        sealed in the same transaction."""
        with self.context.database.writing() as connection:
            if self._is_stale(connection, review) or not self._seal(connection, review):
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
        """Record, within a transaction, the payload that is about to be sent; returns the claim, None where another run
        was first. The day counts as open from now until a run finds nothing left to do."""
        report, document, now = review.report, review.document, self.context.now_utc_s
        venue = find_venue_number(connection, report.venue)
        reopen_day(connection, venue, report.business_day)
        intent = Intent(
            document=replace(document, payload=payload),
            target=report.company.target,
            file_id=review.file_id,
            report=self.context.preparation_of(review).describe(connection, review, now),
            tickets_digest=self._digest_tickets(connection, venue, report.business_day),
            setup_digest=keep_setup(connection, report.company),
        )
        if held is not None:
            return replan(connection, held, intent, stage, now, now + CLAIM_S, told_at_utc_s)
        slot = Slot(venue, report.business_day)
        return plan(connection, slot, intent, stage, now, now + CLAIM_S, told_at_utc_s)

    def _digest_tickets(self, connection: Connection, venue: int, day: date) -> str:
        """The digest of a day's tickets, which are looked through once for all documents of the day, however many."""
        digests, of = self.context.ticket_digests, (day, last_file_of(connection, venue, day))
        known = digests.get(venue)
        if known is None or known[0] != of:
            known = digests[venue] = of, digest_tickets(connection, venue, day)
        return known[1]

    def _seal(self, connection: Connection, review: DocumentReview[Any]) -> bool:
        """Whether the credit tickets have the routes that the review was made by; they have them for good then."""
        if not review.seals:
            return True
        venue, leaves_out = find_venue_number(connection, review.report.venue), review.kind is VOUCHER
        now = self.context.now_utc_s
        return seal_routes(connection, venue, review.business_day, review.seals, now, leaves_out=leaves_out)

    def _is_stale(self, connection: Connection, review: DocumentReview[Any]) -> bool:
        """Whether the day's sales have changed since the review, or a person has booked the day by hand."""
        venue = find_venue_number(connection, review.report.venue)
        file_id, is_booked = look_before_sending(connection, venue, review.business_day)
        return is_booked or file_id != review.file_id
