"""Sends one document to PowerOffice: planned -> sending -> drafted | refused | uncertain | unreachable.

The exact payload, with the fingerprint of what is behind it, is committed before the request and the outcome after it.
A delivery found in `sending` or `uncertain` is looked up where it was sent before anything is sent again. Of two
processes one holds the claim; the other leaves the document alone. Drafts that a revision replaces are deleted before
the revision is sent. Attaching the report is a separate step afterwards: whatever comes of it, the document is not sent
again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from posexport.core.company import Company, Venue
from posexport.core.delivery import Delivery, Kind, PageState, Stage
from posexport.core.events import DeliveryEvent, EventKind
from posexport.core.finding import Finding
from posexport.core.findings.drafts import answer_looked_for, make_looked_for_finding
from posexport.core.ports.ledger import (
    Destination,
    Drafted,
    DraftedHow,
    DraftStatus,
    Lookup,
    Payload,
    SignsIn,
)
from posexport.core.review import (
    SEND_S,
    DocumentReview,
    Shown,
    correct_age,
    is_overdue,
    looked_for_until,
    may_still_come,
)
from posexport.delivery.claims import Claims, Outcome, as_read, busy
from posexport.delivery.context import DeliveryContext
from posexport.delivery.lookup import Run, begin_run, find_destination, read_time, target_of
from posexport.delivery.outcomes import Outcomes
from posexport.errors import (
    AnswerLost,
    Exit,
    OperatorError,
    PosexportError,
    PowerOfficeRefused,
    PowerOfficeUnavailable,
    ReferenceTaken,
    VoucherRefused,
)
from posexport.store.deliveries import Claim, add_event, change_slot, read_last_answer, settle


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends reviewed documents."""

    context: DeliveryContext

    @property
    def _outcomes(self) -> Outcomes:
        return Outcomes(self.context)

    def deliver(self, review: DocumentReview[Shown], run: Run | None = None) -> Outcome[Shown]:
        """Draft one document that is ready, or whose earlier attempt is unfinished; a drafted one is left as it is.
        Raises nothing for ledger failures: every ending is an Outcome. Drafts that `run` has listed are not listed
        again."""
        if not review.is_pending:
            return Outcome(review.report)
        outcome = self._claim_and_deliver(review, run)
        return replace(outcome, report=self.context.preparation_of(review).show(outcome.report))

    def _claim_and_deliver(self, review: DocumentReview[Shown], run: Run | None) -> Outcome[Shown]:
        held, run = None, begin_run([review], self.context.now_utc_s) if run is None else run
        if review.delivery is not None:
            held = Claims(self.context).take(review.delivery)
            if held is None:
                return busy(review)
        try:
            return self._deliver(review, held, run)
        except (OperatorError, PowerOfficeRefused, PowerOfficeUnavailable) as error:
            return self._outcomes.fail(review, held, error)

    def _deliver(self, review: DocumentReview[Shown], held: Claim | None, run: Run) -> Outcome[Shown]:
        delivery, document = review.delivery, review.document
        if delivery is not None and held is not None:
            if review.history.leaving:
                return self._take_back(review, held)
            if delivery.is_unsure:
                seen = self._look_for_sent(review, delivery, held, run)
                if seen is not None:
                    return seen
            if not document.lines:
                return self._outcomes.drop(review, held)
        if review.holds or not document.is_sendable:
            return self._outcomes.keep_back(review, held)
        ledger = self.context.open_ledger(review.report.company, review.report.venue)
        prepared = self.context.preparation_of(review).prepare(self.context, review, ledger, run)
        if prepared.found:
            return self._outcomes.hold(review, held, prepared.found)
        review, payload = _tell(review, prepared.told), prepared.payload
        review = review if prepared.lines is None else review.with_lines(prepared.lines)
        destination = find_destination(review.kind, ledger, review.report.company)
        if prepared.alike:
            return self._outcomes.doubt(review, held, Lookup(alike=prepared.alike), payload)
        return (
            self._look_before_sending(review, held, payload, run)
            or self._look_for_others(review, held, payload, prepared.others, run)
            or self._send(review, held, destination, payload)
        )

    def sign_in(self, company: Company, venue: Venue) -> None:
        """Fetch a venue's token before its vouchers are ready. Failures are left to the delivery, which reports
        them."""
        with suppress(PosexportError):
            destination = self.context.open_ledger(company, venue)
            if isinstance(destination, SignsIn):
                destination.sign_in()

    # Looking before anything is sent

    def _look_for_sent(
        self, review: DocumentReview[Shown], delivery: Delivery, held: Claim, run: Run
    ) -> Outcome[Shown] | None:
        """The outcome of looking up an earlier request's document; None where it is certainly not there."""
        company, now = review.report.company, self.context.now_utc_s
        lookup = self.context.finder.look_for_sent(review, delivery, run)
        is_doubtful = delivery.stage is Stage.DOUBTED or lookup.has_other_amounts
        if lookup.drafted is not None and (lookup.is_same or not is_doubtful):
            return self._outcomes.drafted(review, held, lookup.drafted, again=True)
        if lookup.drafted is not None or lookup.alike:
            return self._outcomes.doubt(review, held, lookup)
        if is_overdue(delivery, company, now):
            return self._outcomes.let_go(review, held)
        aged = correct_age(delivery, now, lookup.told_at_utc_s)
        until = looked_for_until(aged, company, target_of(aged), is_sent_again=_is_sent_again(review, delivery))
        if until is None or until <= now:
            return None
        return self._look_again(review, delivery, held, aged, until)

    def _look_again(
        self, review: DocumentReview[Shown], delivery: Delivery, held: Claim, aged: Delivery, until_utc_s: int
    ) -> Outcome[Shown]:
        """The document is not there yet and may still arrive: stays uncertain. Its time of sending is corrected where
        our clock was set meanwhile."""
        venue = review.report.venue
        with self.context.database.writing() as connection:
            if aged != delivery:
                add_event(connection, delivery.id, self.context.now_utc_s, DeliveryEvent(EventKind.CLOCK_SET))
            change_slot(
                connection,
                held,
                changed_at_utc_s=aged.changed_at_utc_s,
                told_at_utc_s=aged.told_at_utc_s,
                claimed_until_utc_s=0,
            )
        found = (review.place(make_looked_for_finding(delivery.reference, until_utc_s, venue)),)
        findings = (*found, *review.report.findings)
        answer = answer_looked_for(until_utc_s, venue)
        if delivery.answer and delivery.stage is not Stage.DOUBTED:
            answer = f"{delivery.answer} {answer}"
        return Outcome(replace(review.report, answer=answer, findings=findings), Exit.WAIT)

    def _look_before_sending(
        self, review: DocumentReview[Shown], held: Claim | None, payload: Payload, run: Run
    ) -> Outcome[Shown] | None:
        """The outcome of searching for a draft of this document from another database, or from this one before it was
        restored; None where there is none. Our own earlier deliveries are compared first."""
        delivery = review.delivery
        if delivery is not None and delivery.payload and delivery.payload != payload and held is not None:
            lookup = self.context.finder.look_before_sending(review, delivery.payload, run)
            if lookup.drafted is not None and lookup.is_same:
                return self._outcomes.drafted(review, held, lookup.drafted, again=True)
        lookup = self.context.finder.look_before_sending(review, payload, run)
        if lookup.drafted is not None and lookup.is_same:
            return self._take_over(review, held, payload, lookup.drafted)
        if lookup.drafted is not None or lookup.alike:
            return self._outcomes.doubt(review, held, lookup, payload)
        return None

    def _look_for_others(
        self,
        review: DocumentReview[Shown],
        held: Claim | None,
        payload: Payload,
        others: Mapping[str, int],
        run: Run,
    ) -> Outcome[Shown] | None:
        """The outcome of searching for a revision of this document that this database does not know of; None where
        there is none. Where nothing else can still arrive, one becomes this document's revision: taken over where it
        has the content that would be sent, otherwise left to a person, as several are."""
        if not others:
            return None
        lookup, delivery = self.context.finder.look_for_others(review, payload, others, run), review.delivery
        reference, revision = lookup.reference, others.get(lookup.reference, 0)
        is_free = all(one is delivery or one.revision != revision for one in review.history.deliveries)
        is_unsure = delivery is not None and delivery.is_unsure
        if lookup.drafted is not None and is_free and not is_unsure:
            if held is not None:
                with self.context.database.writing() as connection:
                    held = change_slot(connection, held, reference=reference, revision=revision)
                if held is None:
                    return busy(review)
            review, payload = self.context.preparation_of(review).rename(review, payload, reference, revision)
            if lookup.is_same:
                return self._take_over(review, held, payload, lookup.drafted)
        elif lookup.drafted is not None:
            lookup = replace(lookup, drafted=None, alike=(lookup.drafted.remote_id,))
        return self._outcomes.doubt(review, held, lookup, payload) if lookup.drafted or lookup.alike else None

    def _take_over(
        self, review: DocumentReview[Shown], held: Claim | None, payload: Payload, drafted: Drafted
    ) -> Outcome[Shown]:
        """The document is already there as it would be sent now, perhaps with its report: record it as drafted."""
        planned = Claims(self.context).plan(review, held, payload, Stage.READY)
        if isinstance(planned, Outcome):
            return planned
        return self._outcomes.drafted(review, planned, drafted, page_state=PageState.UNCERTAIN)

    # Replacing

    def _take_back(self, review: DocumentReview[Shown], held: Claim) -> Outcome[Shown]:
        """Delete the drafts that a revision replaces. If one was posted meanwhile, it stays, and the revision becomes
        an adjustment. If one is a draft that somebody has changed, it stays too, and a person decides: there is no
        revision."""
        leaving = [(delivery, self._remove(review, delivery)) for delivery in review.history.leaving]
        stays = any(standing is not DraftStatus.GONE for _, standing in leaving)
        is_off = any(standing is DraftStatus.UNPOSTED for _, standing in leaving)
        with self.context.database.writing() as connection:
            for delivery, standing in leaving:
                kind = EventKind.TAKEN_BACK if standing is DraftStatus.GONE else EventKind.POSTED_MEANWHILE
                settle(connection, as_read(delivery), DeliveryEvent(kind), self.context.now_utc_s)
            if is_off:
                settle(connection, held, DeliveryEvent(EventKind.CALLED_OFF), self.context.now_utc_s)
            else:
                change_slot(connection, held, claimed_until_utc_s=0, **({"kind": Kind.ADJUSTMENT} if stays else {}))
        return Outcome(review.report, again=True)

    def _remove(self, review: DocumentReview[Shown], delivery: Delivery) -> DraftStatus:
        destination = self.context.open_where_it_went(review, delivery)
        return self.context.preparation_of(review).remove(self.context, destination, delivery)

    # Sending

    def _send(
        self, review: DocumentReview[Shown], held: Claim | None, destination: Destination, payload: Payload
    ) -> Outcome[Shown]:
        now, told_at = self.context.now_utc_s, read_time(destination)
        may_come = may_still_come(review, now, told_at)
        planned = Claims(self.context).plan(review, held, payload, Stage.SENDING, told_at)
        if isinstance(planned, Outcome):
            return planned
        try:
            drafted = destination.send(payload, now + SEND_S)
        except ReferenceTaken as taken:
            there = Drafted(taken.remote_id, DraftedHow.FOUND_BY_REFERENCE, taken.evidence)
            lookup = Lookup(there, has_other_amounts=True, told_at_utc_s=read_time(destination))
            return self._outcomes.doubt(review, planned, lookup)
        except (PowerOfficeRefused, PowerOfficeUnavailable) as error:
            failure = self._find_refusal(review, planned, error)
            if isinstance(failure, PowerOfficeRefused):
                self.context.charts.doubt(review.report.company)
                self.context.catalogs.doubt(review.report.company)
                self.context.contacts.doubt(review.report.company)
            found = self._explain(review, failure)
            if found:
                return self._outcomes.hold_refused(review, planned, found, failure)
            with self.context.database.writing(durable=False) as connection:
                told_at = read_time(destination)
                is_lost = may_come or error.may_be_there or isinstance(error, AnswerLost)
                return self._outcomes.settle_failure(connection, review, planned, failure, told_at, is_lost=is_lost)
        return self._outcomes.drafted(review, planned, drafted)

    def _explain(self, review: DocumentReview[Shown], failure: PosexportError) -> tuple[Finding, ...]:
        """What is wrong with a document by what its ledger has now, where that refused it: something may have been
        closed there since it was last read. Nothing where that cannot be read, or the document may be there."""
        if not isinstance(failure, VoucherRefused) or failure.may_be_there:
            return ()
        try:
            ledger = self.context.open_ledger(review.report.company, review.report.venue)
            found = self.context.preparation_of(review).explain(self.context, review, ledger)
        except (OperatorError, PowerOfficeRefused, PowerOfficeUnavailable):
            return ()
        return tuple(finding for finding in found if finding.holds)

    def _find_refusal(
        self, review: DocumentReview[Shown], held: Claim, error: PowerOfficeRefused | PowerOfficeUnavailable
    ) -> PosexportError:
        """The failure to record: an unusable answer counts as a refusal if the last attempt got the same and the lookup
        between them found nothing. Otherwise a lasting refusal would be looked up and sent again for ever."""
        if not isinstance(error, AnswerLost) or not error.may_last:
            return error
        with self.context.database.reading() as connection:
            before = read_last_answer(connection, held.delivery_id)
        if not before or _head_of(before) != _head_of(error.evidence):
            return error
        refusal = VoucherRefused(f"{error.why}. It answered the same before, and the {review.kind.name} is not there.")
        refusal.evidence = error.evidence
        return refusal


def _tell(review: DocumentReview[Shown], told: Iterable[Finding]) -> DocumentReview[Shown]:
    """The review with these findings about its document too."""
    known = review.report.findings
    placed = tuple(review.place(finding) for finding in told)
    new = tuple(finding for finding in placed if finding.code not in {one.code for one in known})
    return replace(review, report=replace(review.report, findings=(*known, *new))) if new else review


def _is_sent_again(review: DocumentReview[Any], delivery: Delivery) -> bool:
    """Whether the payload that would be sent now is the one that was sent before."""
    document = review.document
    return document.is_sendable and not review.holds and document.lines == delivery.lines


def _head_of(evidence: str) -> str:
    """The first line of an answer kept as evidence: its status and content type."""
    return evidence.partition("\n")[0]
