"""Records the outcome of a document and builds the report of it: drafted, refused, answer lost, held, left to a person,
or no longer needed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from posexport.core.delivery import Delivery, PageState, Stage
from posexport.core.events import DeliveryEvent, EventKind, fail
from posexport.core.finding import Finding, format_findings
from posexport.core.findings.customers import without_told_again
from posexport.core.findings.drafts import answer_looked_for, make_doubtful_finding, make_looked_for_finding
from posexport.core.ports.ledger import Drafted, DraftStatus, Lookup, Payload
from posexport.core.report import State
from posexport.core.review import DocumentReview, Shown, find_believed_at, may_still_come
from posexport.delivery.claims import CLAIM_S, Claims, Outcome, as_read, busy
from posexport.delivery.context import DeliveryContext
from posexport.delivery.lookup import find_target, target_of
from posexport.errors import AnswerLost, Exit, PosexportError, PowerOfficeRefused, PowerOfficeUnavailable
from posexport.store.database import Connection
from posexport.store.deliveries import (
    Claim,
    add_event,
    change_slot,
    read_delivery,
    refreeze,
    release,
    remember_others,
    settle,
    settle_drafted,
)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Records how deliveries end."""

    context: DeliveryContext

    def drafted(
        self,
        review: DocumentReview[Shown],
        held: Claim,
        drafted: Drafted,
        *,
        again: bool = False,
        page_state: PageState = PageState.WANTED,
    ) -> Outcome[Shown]:
        """The document is in the ledger. If it was sent just now, it is as reviewed; if it was found, it has the sales
        of its time, and changes show when the day is reviewed `again`."""
        now = self.context.now_utc_s
        with self.context.database.writing(durable=False) as connection:
            evidence = drafted.evidence or f"id {drafted.remote_id}"
            event = DeliveryEvent(EventKind.DRAFTED, {"how": drafted.how.value})
            page_state = page_state if review.kind.has_page else PageState.NONE
            kept = settle_drafted(connection, held, drafted.remote_id, now, event, evidence, page_state=page_state)
            note = self.context.preparation_of(review).note
            report = review.report
            if kept is not None and note is not None:
                report = note(connection, review, held.delivery_id, drafted, now)
        if kept is None:
            return self._take_back_double(review, held, drafted)
        local = report.venue.calendar.local(now)
        is_new = report.findings != review.report.findings and any(finding.holds for finding in report.findings)
        report = replace(report, state=State.DRAFTED, remote_id=drafted.remote_id, drafted_at=local, answer="")
        return Outcome(report, Exit.BOOKKEEPER if is_new else Exit.DONE, again=again)

    def _take_back_double(self, review: DocumentReview[Shown], held: Claim, drafted: Drafted) -> Outcome[Shown]:
        """Our claim ran out during the request, and another worker has the delivery now. The other worker won: delete
        our duplicate draft unless it is the same one. The delivery is claimed from the other worker first, so that it
        does not record our draft as found; it is then looked up again.

        Where the server refuses duplicates, there is only one draft, which the other worker finds by its reference.
        """
        theirs, taken = self._take_from_others(held.delivery_id, drafted.remote_id)
        if theirs.remote_id == drafted.remote_id or _finds_by_reference(theirs):
            return Outcome(review.report, again=True)
        destination = self.context.open_where_it_went(review, theirs)
        try:
            status = destination.remove(drafted.remote_id)
        except (PowerOfficeRefused, PowerOfficeUnavailable) as error:
            return _settle_double(review, drafted, str(error))
        finally:
            if taken is not None:
                with self.context.database.writing() as connection:
                    release(connection, taken)
        return Outcome(review.report, again=True) if status is DraftStatus.GONE else _settle_double(review, drafted)

    def _take_from_others(self, delivery_id: int, remote_id: str) -> tuple[Delivery, Claim | None]:
        """The delivery that `remote_id` also came of, and our claim on it. The other worker learns that its claim is
        lost when it records its outcome; and `remote_id` is ruled out for later look-ups, as it is about to be
        deleted."""
        now = self.context.now_utc_s
        while True:
            with self.context.database.writing() as connection:
                theirs, taken = read_delivery(connection, delivery_id), None
                is_open = theirs.remote_id is None and not _finds_by_reference(theirs)
                if is_open:
                    taken = change_slot(connection, as_read(theirs), claimed_until_utc_s=now + CLAIM_S)
                if taken is not None:
                    remember_others(connection, theirs, frozenset({remote_id}))
                if taken is not None or not is_open:
                    add_event(connection, delivery_id, now, DeliveryEvent(EventKind.CLAIM_LOST, {"id": remote_id}))
                    return theirs, taken

    def settle_failure(
        self,
        connection: Connection,
        review: DocumentReview[Shown],
        held: Claim,
        error: PosexportError,
        told_at_utc_s: int | None = None,
        *,
        is_lost: bool = False,
    ) -> Outcome[Shown]:
        """Record how a delivery failed. The message contains no secret."""
        stage, company, now = _stage_after(error), review.report.company, self.context.now_utc_s
        told = error.tell(review.kind.name)
        settle(
            connection,
            held,
            fail(stage, told),
            now,
            answer=told,
            evidence=error.evidence,
            told_at_utc_s=told_at_utc_s,
            is_lost=is_lost,
        )
        report = replace(review.report, state=stage.shown, answer=told)
        if stage is not Stage.UNCERTAIN:
            return Outcome(report, error.exit_code)
        if find_target(review.kind, company.target).is_guarded:
            return Outcome(report, error.exit_code, again=_is_told_off(error))
        until, venue = find_believed_at(stage, now, company), report.venue
        findings = (review.place(make_looked_for_finding(report.reference, until, venue)), *report.findings)
        answer = f"{told} {answer_looked_for(until, venue)}"
        return Outcome(replace(report, answer=answer, findings=findings), error.exit_code)

    def fail(self, review: DocumentReview[Shown], held: Claim | None, error: PosexportError) -> Outcome[Shown]:
        """Record a failure before anything was sent, so that a failed night is visible. A delivery that may have
        arrived earlier stays uncertain."""
        delivery = review.delivery
        with self.context.database.writing() as connection:
            if delivery is not None and held is not None and delivery.is_unsure:
                told = error.tell(review.kind.name)
                failed = DeliveryEvent(EventKind.LOOK_UP_FAILED, {"error": told})
                add_event(connection, delivery.id, self.context.now_utc_s, failed, answer=error.evidence)
                release(connection, held)
                return Outcome(replace(review.shown, answer=told), error.exit_code)
            held = Claims(self.context).write_intent(connection, review, held, {}, Stage.READY)
            if held is None:
                return busy(review)
            return self.settle_failure(connection, review, held, error)

    def doubt(
        self, review: DocumentReview[Shown], held: Claim | None, lookup: Lookup, payload: Payload | None = None
    ) -> Outcome[Shown]:
        """Something in the ledger may be this document: a person must decide, and nothing is sent. `payload`: of a
        document that was never sent."""
        delivery, named = review.delivery, lookup.drafted
        ids = (named.remote_id,) if named else tuple(lookup.alike)
        found = make_doubtful_finding(review.report.reference, ids, review.kind, is_named=named is not None)
        answer = format_findings([found])
        is_told = delivery is not None and (delivery.stage, delivery.answer) == (Stage.DOUBTED, answer)
        with self.context.database.writing() as connection:
            if payload is not None:
                held = Claims(self.context).write_intent(connection, review, held, payload, Stage.READY)
            if held is None:
                return busy(review)
            if payload is None and is_told:
                release(connection, held)
            else:
                told_at = lookup.told_at_utc_s
                settle(
                    connection,
                    held,
                    DeliveryEvent(EventKind.DOUBTED, {"ids": ids}),
                    self.context.now_utc_s,
                    answer=answer,
                    evidence=named.evidence if named else "",
                    told_at_utc_s=told_at,
                )
        findings = (review.place(found), *review.report.findings)
        return Outcome(replace(review.report, state=State.UNCERTAIN, findings=findings, answer=""), Exit.BOOKKEEPER)

    def hold(self, review: DocumentReview[Shown], held: Claim | None, found: tuple[Finding, ...]) -> Outcome[Shown]:
        """The ledger would refuse the document: hold it, and store the findings for the status."""
        answer, delivery, now = format_findings(found), review.delivery, self.context.now_utc_s
        event = DeliveryEvent(EventKind.HELD, {"findings": answer})
        with self.context.database.writing() as connection:
            if held is not None and delivery is not None and may_still_come(review, now, None):
                told_at = delivery.told_at_utc_s
                settle(connection, held, event, now, answer=answer, told_at_utc_s=told_at, is_lost=True)
            else:
                held = Claims(self.context).write_intent(connection, review, held, {}, Stage.READY)
                if held is None:
                    return busy(review)
                settle(connection, held, event, now, answer=answer)
        findings = (*found, *without_told_again(review.report.findings, found))
        return Outcome(replace(review.report, state=State.HELD, findings=findings), Exit.BOOKKEEPER)

    def hold_refused(
        self, review: DocumentReview[Shown], held: Claim, found: tuple[Finding, ...], failure: PosexportError
    ) -> Outcome[Shown]:
        """The ledger has refused the document, and why is known: hold it, with the refusal word for word."""
        event = fail(Stage.REFUSED, failure.tell(review.kind.name))
        with self.context.database.writing() as connection:
            add_event(connection, held.delivery_id, self.context.now_utc_s, event, answer=failure.evidence)
        return self.hold(review, held, found)

    def keep_back(self, review: DocumentReview[Shown], held: Claim | None) -> Outcome[Shown]:
        """A finding of our own holds the document. If its answer was lost: the lookup found nothing, so reset it to
        ready."""
        if held is not None and review.delivery is not None:
            with self.context.database.writing() as connection:
                if review.delivery.is_unsure:
                    settle(connection, held, DeliveryEvent(EventKind.NOT_THERE), self.context.now_utc_s)
                else:
                    release(connection, held)
        return Outcome(replace(review.report, state=State.HELD))

    def let_go(self, review: DocumentReview[Shown], held: Claim) -> Outcome[Shown]:
        """Release the claim; manual resolution needed."""
        with self.context.database.writing() as connection:
            release(connection, held)
        return Outcome(review.shown, Exit.BOOKKEEPER)

    def drop(self, review: DocumentReview[Shown], held: Claim) -> Outcome[Shown]:
        """Nothing is left to draft: the day's sales are what was drafted before."""
        with self.context.database.writing() as connection:
            settle(connection, held, DeliveryEvent(EventKind.NOTHING_LEFT), self.context.now_utc_s)
            standing = review.history.standing
            if standing:
                refreeze(connection, standing[-1].id, review.document.fingerprint, self.context.now_utc_s)
        return Outcome(replace(review.report, state=State.NOTHING), again=True)


def _finds_by_reference(theirs: Delivery) -> bool:
    """Whether a worker looking up this delivery finds our draft by its reference, as the server refuses duplicates."""
    return theirs.is_unsure and target_of(theirs).is_guarded


def _settle_double(review: DocumentReview[Shown], drafted: Drafted, why: str = "it is posted") -> Outcome[Shown]:
    answer = f"A second draft, {drafted.remote_id}, could not be taken back. Delete it in Go. ({why})"
    return Outcome(replace(review.report, state=State.UNCERTAIN, answer=answer), Exit.INTEGRATOR)


def _is_told_off(error: PosexportError) -> bool:
    """Whether something between us and the ledger (a proxy, a gateway) refused the request, and may refuse it again at
    once."""
    return isinstance(error, AnswerLost) and error.may_last and error.status >= 300


def _stage_after(error: PosexportError) -> Stage:
    """The stage of a delivery after a failure."""
    if isinstance(error, AnswerLost):
        return Stage.UNCERTAIN
    return Stage.REFUSED if isinstance(error, PowerOfficeRefused) else Stage.UNREACHABLE
