"""What came of a voucher, written down and shown: drafted, refused, lost on the way, held back, kept for a person to
look at, or no longer needed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from posexport.core.delivery import PageState, Stage
from posexport.core.findings import Finding, Severity, format_findings
from posexport.core.ports.ledger import Drafted, Lookup, Payload
from posexport.core.report import State
from posexport.core.review import Review, answer_looked_for, find_believed_at, tell_looked_for
from posexport.delivery.claims import Claims, Outcome, busy
from posexport.delivery.context import DeliveryContext
from posexport.errors import AnswerLost, Exit, PosexportError, PowerOfficeRefused, PowerOfficeUnavailable
from posexport.ledgers.registry import find_ledger
from posexport.store.database import Connection
from posexport.store.deliveries import Claim, add_event, read_delivery, refreeze, release, settle, settle_drafted


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Writes down how vouchers end."""

    context: DeliveryContext

    def drafted(
        self,
        review: Review,
        held: Claim,
        drafted: Drafted,
        *,
        again: bool = False,
        page_state: PageState = PageState.WANTED,
    ) -> Outcome:
        """It is there. Sent just now, it is what was reviewed; found, it has the sales of then, and what has
        changed since is seen when the day is looked at `again`."""
        now = self.context.now_utc_s
        with self.context.database.writing(durable=False) as connection:
            evidence = drafted.evidence or f"id {drafted.remote_id}"
            kept = settle_drafted(
                connection, held, drafted.remote_id, now, drafted.answer, evidence, page_state=page_state
            )
        if kept is None:
            return self._take_back_double(review, held, drafted)
        local = review.report.venue.calendar.local(now)
        report = replace(review.report, state=State.DRAFTED, remote_id=drafted.remote_id, drafted_at=local, answer="")
        return Outcome(report, again=again)

    def _take_back_double(self, review: Review, held: Claim, drafted: Drafted) -> Outcome:
        """The claim ran out while the request was on its way, and somebody else has the voucher now. Theirs
        counts; what came of ours is taken back, unless it is the very one they found."""
        with self.context.database.writing() as connection:
            theirs = read_delivery(connection, held.delivery_id)
            add_event(
                connection, held.delivery_id, self.context.now_utc_s, "claim-lost", f"drafted {drafted.remote_id}"
            )
        if theirs.remote_id == drafted.remote_id:
            return Outcome(review.report, again=True)
        destination = self.context.open_where_it_went(review, theirs)
        try:
            destination.remove(drafted.remote_id)
        except (PowerOfficeRefused, PowerOfficeUnavailable) as error:
            answer = f"A second draft, {drafted.remote_id}, could not be taken back. Delete it in Go. ({error})"
            return Outcome(replace(review.report, state=State.UNCERTAIN, answer=answer), Exit.INTEGRATOR)
        return Outcome(review.report, again=True)

    def settle_failure(
        self,
        connection: Connection,
        review: Review,
        held: Claim,
        error: PosexportError,
        told_at_utc_s: int | None = None,
        *,
        is_lost: bool = False,
    ) -> Outcome:
        """Write down how it failed; the message names no secret."""
        stage, company, now = _stage_after(error), review.report.company, self.context.now_utc_s
        settle(
            connection,
            held,
            stage,
            now,
            answer=str(error),
            evidence=error.evidence,
            told_at_utc_s=told_at_utc_s,
            is_lost=is_lost,
        )
        report = replace(review.report, state=stage.shown, answer=str(error))
        if stage is not Stage.UNCERTAIN:
            return Outcome(report, error.exit_code)
        if find_ledger(company.target).is_guarded:
            return Outcome(report, error.exit_code, again=_is_told_off(error))
        until, venue = find_believed_at(stage, now, company), report.venue
        findings = (review.place(tell_looked_for(report.reference, until, venue)), *report.findings)
        answer = f"{error} {answer_looked_for(until, venue)}"
        return Outcome(replace(report, answer=answer, findings=findings), error.exit_code)

    def fail(self, review: Review, held: Claim | None, error: PosexportError) -> Outcome:
        """Something went wrong before the voucher was sent: kept, so that a failed night is seen. A voucher
        that may be there already stays uncertain."""
        delivery = review.delivery
        with self.context.database.writing() as connection:
            if delivery is not None and held is not None and delivery.is_unsure:
                add_event(
                    connection, delivery.id, self.context.now_utc_s, "look-up-failed", str(error), answer=error.evidence
                )
                release(connection, held)
                return Outcome(replace(review.shown, answer=str(error)), error.exit_code)
            held = Claims(self.context).write_intent(connection, review, held, {}, Stage.READY)
            if held is None:
                return busy(review)
            return self.settle_failure(connection, review, held, error)

    def doubt(self, review: Review, held: Claim | None, lookup: Lookup, payload: Payload | None = None) -> Outcome:
        """Something is there that may be it: a person is asked, and nothing is sent. `payload` is of one that never
        was."""
        delivery, named = review.delivery, lookup.drafted
        ids = named.remote_id if named else ", ".join(lookup.alike)
        facts = {"reference": review.report.reference, "id": ids}
        found = Finding("draft-differs" if named else "draft-in-doubt", Severity.ERROR, facts)
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
                    Stage.DOUBTED,
                    self.context.now_utc_s,
                    answer=answer,
                    note=ids,
                    told_at_utc_s=told_at,
                )
        findings = (review.place(found), *review.report.findings)
        return Outcome(replace(review.report, state=State.UNCERTAIN, findings=findings, answer=""), Exit.BOOKKEEPER)

    def hold(self, review: Review, held: Claim | None, found: tuple[Finding, ...]) -> Outcome:
        """PowerOffice would not take it as it is: kept, so that a status can say why."""
        with self.context.database.writing() as connection:
            held = Claims(self.context).write_intent(connection, review, held, {}, Stage.READY)
            if held is None:
                return busy(review)
            settle(connection, held, Stage.HELD, self.context.now_utc_s, answer=format_findings(found))
        findings = (*found, *review.report.findings)
        return Outcome(replace(review.report, state=State.HELD, findings=findings), Exit.BOOKKEEPER)

    def keep_back(self, review: Review, held: Claim | None) -> Outcome:
        """A finding of ours holds it, or a line lacks an account. What was uncertain is known not to be there."""
        if held is not None and review.delivery is not None:
            with self.context.database.writing() as connection:
                if review.delivery.is_unsure:
                    settle(connection, held, Stage.READY, self.context.now_utc_s, note="not there")
                else:
                    release(connection, held)
        return Outcome(replace(review.report, state=State.HELD))

    def let_go(self, review: Review, held: Claim) -> Outcome:
        """Only a person can say more."""
        with self.context.database.writing() as connection:
            release(connection, held)
        return Outcome(review.shown, Exit.BOOKKEEPER)

    def drop(self, review: Review, held: Claim) -> Outcome:
        """Nothing is left to draft: the day's sales come to what is there already."""
        with self.context.database.writing() as connection:
            settle(connection, held, Stage.REPLACED, self.context.now_utc_s, note="nothing left to draft")
            standing = review.history.standing
            if standing:
                refreeze(connection, standing[-1].id, review.fingerprint, self.context.now_utc_s, "the same lines")
        return Outcome(replace(review.report, state=State.NOTHING), again=True)


def _is_told_off(error: PosexportError) -> bool:
    """Whether something on the way said no, and may say so again at once."""
    return isinstance(error, AnswerLost) and error.may_last and error.status >= 300


def _stage_after(error: PosexportError) -> Stage:
    """Where a failure leaves a voucher."""
    if isinstance(error, AnswerLost):
        return Stage.UNCERTAIN
    return Stage.REFUSED if isinstance(error, PowerOfficeRefused) else Stage.UNREACHABLE
