"""One voucher's way to PowerOffice: planned -> sending -> drafted | refused | uncertain | unreachable.

The intent, with the exact payload and the fingerprint of the sales behind it, is committed before the request
and the outcome after it. A delivery found in `sending` or `uncertain` is looked up where it was sent before
anything is sent again. Of two processes one holds the claim; the other leaves the voucher alone. A draft that is
to be replaced is taken back before the next revision is sent. The documentation of a draft is a step of its own
behind all this: whatever becomes of it, the voucher is never sent again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from posexport.core.checks import check_chart, check_former_departments, check_registration
from posexport.core.company import Company, Venue, is_guarded
from posexport.core.delivery import CLAIM_MAX_S, Delivery, Kind, PageState, Stage
from posexport.core.findings import Finding, Severity, format_findings
from posexport.core.ports.ledger import (
    Chart,
    Drafted,
    DraftStatus,
    Ledger,
    Lookup,
    Page,
    Payload,
    SignsIn,
    SourceTrail,
)
from posexport.core.report import State, VoucherReport
from posexport.core.review import (
    SEND_S,
    Review,
    answer_looked_for,
    correct_age,
    describe_old_setup,
    find_believed_at,
    is_overdue,
    looked_for_until,
    tell_looked_for,
    tell_undone,
)
from posexport.core.vat import VatRate
from posexport.core.voucher import Voucher, build_adjustment, page_name, renumber, subtract_lines
from posexport.delivery.chart_cache import Charts
from posexport.delivery.lookup import REPLICA_LAG_S, Lookout, Run, begin_run, find_since, tell_time
from posexport.delivery.outcome import BUSY, Outcome
from posexport.errors import (
    AnswerLost,
    Exit,
    OperatorError,
    PageTooLate,
    PosexportError,
    PowerOfficeRefused,
    PowerOfficeUnavailable,
    PrivilegeMissing,
    VoucherGone,
    VoucherNotSeen,
    VoucherRefused,
)
from posexport.store.bookings import look_before_sending
from posexport.store.charts import load_vat_rates
from posexport.store.database import Connection, Database
from posexport.store.days import read_trail
from posexport.store.deliveries import (
    Claim,
    Intent,
    Slot,
    add_event,
    begin_page,
    change_slot,
    claim,
    plan,
    read_delivery,
    read_last_answer,
    read_without_page,
    redate,
    refreeze,
    release,
    reopen_day,
    replan,
    settle,
    settle_drafted,
    settle_page,
)
from posexport.store.evidence import digest_tickets, keep_setup
from posexport.store.setups import find_company_number, find_place, find_venue_number
from posexport.views.json import format_page

CLAIM_S = CLAIM_MAX_S
"""How long a voucher on its way is left alone by others."""


UNSEEN_S = 15
"""How long after it was made a draft that PowerOffice does not show is not believed to be gone."""

_OF_DRAFTS = frozenset({"documentation-missing", "import-failed"})
"""Findings about what is drafted, beside those about the day's sales; and those that a revision tells of anew."""
_TOLD_ANEW = ("changed-after-draft", "draft-gone", "voucher-reversed", "voucher-corrected")


@dataclass(frozen=True, slots=True)
class Sender:
    """Brings reviewed vouchers where they belong. `open_ledger` may raise OperatorError; `render_page` makes
    the PDF of what `format_page` gives."""

    database: Database
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    open_ledger: Callable[[Company, Venue], Ledger]
    render_page: Callable[[Mapping[str, Any]], bytes]
    charts: Charts

    @property
    def lookout(self) -> Lookout:
        """What looks for vouchers in PowerOffice."""
        return Lookout(self.database, self.clock, self.sleep, self.open_ledger)

    def deliver(self, review: Review, run: Run | None = None) -> Outcome:
        """Draft one voucher that is ready, or was tried before; every way it can end is an Outcome. What the `run` has
        listed already is not listed again."""
        held, run = None, begin_run([review], self._now()) if run is None else run
        if review.delivery is not None:
            held = self._claim(review.delivery)
            if held is None:
                return self._busy(review)
        try:
            return self._deliver(review, held, run)
        except (OperatorError, PowerOfficeRefused, PowerOfficeUnavailable) as error:
            return self._fail(review, held, error)

    def _deliver(self, review: Review, held: Claim | None, run: Run) -> Outcome:
        delivery, voucher = review.delivery, review.report.voucher
        assert voucher is not None
        if delivery is not None and held is not None:
            if review.history.leaving:
                return self._take_back(review, held)
            if delivery.is_unsure:
                seen = self._look_for_sent(review, held, run)
                if seen is not None:
                    return seen
            if not voucher.lines:
                return self._drop(review, held)
        if review.holds or not voucher.is_sendable:
            return self._keep_back(review, held)
        company, venue = review.report.company, review.report.venue
        destination = self.open_ledger(company, venue)
        chart, found_wrong = self._judge(review, destination, voucher, remembered=delivery is None)
        if found_wrong:
            return self._hold(review, held, found_wrong)
        payload = destination.build_payload(voucher, chart, self._read_trail(venue, voucher))
        return self._look_before_sending(review, held, payload, run) or self._send(review, held, destination, payload)

    def sign_in(self, company: Company, venue: Venue) -> None:
        """Have a venue's token before its vouchers are there. What goes wrong is told when they are delivered."""
        with suppress(PosexportError):
            destination = self.open_ledger(company, venue)
            if isinstance(destination, SignsIn):
                destination.sign_in()

    def learn_rates(self, company: Company, venue: Venue, *, anew: bool) -> bool:
        """Ask PowerOffice for VAT rates before vouchers are judged by them, `anew` where what is kept is in doubt;
        whether they are news. What goes wrong is told when the vouchers are delivered."""
        if not anew and self.charts.are_kept(company):
            return False
        known = self._load_rates(company)
        try:
            chart = self.charts.find(company, self.open_ledger(company, venue), remembered=not anew)
        except PosexportError:
            return False
        return bool(chart.vat_rates) and chart.vat_rates != known

    def ask(self, review: Review) -> Outcome:
        """What PowerOffice would say to a voucher, asked and not sent."""
        report = review.shown
        if report.voucher is None or not review.is_pending or not report.voucher.lines:
            return Outcome(report)
        try:
            destination = self.open_ledger(report.company, report.venue)
            chart = self.charts.find(report.company, destination, [report.voucher])
            _require_privileges(report.venue, chart)
        except (OperatorError, PowerOfficeRefused, PowerOfficeUnavailable) as error:
            return Outcome(replace(report, answer=str(error)), error.exit_code)
        found = self._check(review, report.voucher, chart)
        is_uncertain = report.state is State.UNCERTAIN
        still = review.remembered if is_uncertain else ()
        asked = replace(review.report, findings=(*found, *still, *review.report.findings))
        if any(finding.holds for finding in found):
            return Outcome(asked if is_uncertain else replace(asked, state=State.HELD), Exit.BOOKKEEPER)
        is_mended = report.state is State.HELD and not review.holds
        return Outcome(replace(asked, state=State.READY) if is_mended else asked)

    # Before anything is sent

    def _judge(
        self, review: Review, destination: Ledger, voucher: Voucher, *, remembered: bool = False
    ) -> tuple[Chart, tuple[Finding, ...]]:
        """The chart to send a voucher by, and what PowerOffice has against it: never by what is only remembered."""
        company = review.report.company
        chart = self.charts.find(company, destination, [voucher], remembered=remembered)
        if remembered and self._find_wrong(review, voucher, chart):
            chart = self.charts.find(company, destination, [voucher])
        _require_privileges(review.report.venue, chart)
        return chart, self._find_wrong(review, voucher, chart)

    def _find_wrong(self, review: Review, voucher: Voucher, chart: Chart) -> tuple[Finding, ...]:
        """What PowerOffice has against a voucher."""
        return tuple(found for found in self._check(review, voucher, chart) if found.holds)

    def _load_rates(self, company: Company) -> tuple[VatRate, ...]:
        with self.database.reading() as connection:
            return load_vat_rates(connection, find_company_number(connection, company.id))

    def _check(self, review: Review, voucher: Voucher, chart: Chart) -> tuple[Finding, ...]:
        """What PowerOffice has against a voucher, or to say of it. A correction of a locked day is offered the first
        open one."""
        found = []
        registration = check_registration(voucher, chart, review.report.venue.mapping)
        for finding in (*check_chart(voucher, chart), *check_former_departments(voucher, chart), *registration):
            if finding.code == "locked-period" and review.history.next_revision > 1 and chart.lock_date is not None:
                first_open = (chart.lock_date + timedelta(days=1)).isoformat()
                facts = {**finding.facts, "first_open": first_open, "business_day": review.business_day.isoformat()}
                finding = replace(finding, variant="revision", facts=facts)
            found.append(replace(finding, venue=voucher.venue, business_day=voucher.business_day))
        return tuple(found)

    def _claim(self, delivery: Delivery) -> Claim | None:
        with self.database.writing(durable=False) as connection:
            return claim(connection, delivery, self._now(), self._now() + CLAIM_S)

    # Looking before anything is sent

    def _look_for_sent(self, review: Review, held: Claim, run: Run) -> Outcome | None:
        """What came of looking for what an earlier request may have made; None where it is known not to be there."""
        delivery, company, now = review.delivery, review.report.company, self._now()
        assert delivery is not None
        lookup = self.lookout.look_for_sent(review, delivery, run)
        is_doubtful = delivery.stage is Stage.DOUBTED or lookup.has_other_amounts
        if lookup.drafted is not None and (lookup.is_same or not is_doubtful):
            return self._drafted(review, held, lookup.drafted, again=True)
        if lookup.drafted is not None or lookup.alike:
            return self._doubt(review, held, lookup)
        if is_overdue(delivery, company, now):
            return self._let_go(review, held)
        aged = correct_age(delivery, now, lookup.told_at_utc_s)
        until = looked_for_until(aged, company, is_sent_again=_is_sent_again(review, delivery))
        if until is None or until <= now:
            return None
        return self._look_again(review, held, aged, until)

    def _look_again(self, review: Review, held: Claim, aged: Delivery, until_utc_s: int) -> Outcome:
        """It is not there yet, and may still come. Its time is written down anew where our clock was set meanwhile."""
        delivery, venue = review.delivery, review.report.venue
        assert delivery is not None
        with self.database.writing() as connection:
            if aged != delivery:
                add_event(connection, delivery.id, self._now(), "clock-set")
            change_slot(
                connection,
                held,
                changed_at_utc_s=aged.changed_at_utc_s,
                told_at_utc_s=aged.told_at_utc_s,
                claimed_until_utc_s=0,
            )
        found = (review.place(tell_looked_for(delivery.reference, until_utc_s, venue)),)
        findings = (*found, *review.report.findings)
        answer = answer_looked_for(until_utc_s, venue)
        if delivery.answer and delivery.stage is not Stage.DOUBTED:
            answer = f"{delivery.answer} {answer}"
        return Outcome(replace(review.report, answer=answer, findings=findings), Exit.WAIT)

    def _look_before_sending(self, review: Review, held: Claim | None, payload: Payload, run: Run) -> Outcome | None:
        """What came of looking for what another database, or this one before it was restored, may have drafted of it;
        None where there is nothing. What was sent before from here is held against that first."""
        delivery = review.delivery
        if delivery is not None and delivery.payload and delivery.payload != payload and held is not None:
            lookup = self.lookout.look_before_sending(review, delivery.payload, run)
            if lookup.drafted is not None and lookup.is_same:
                return self._drafted(review, held, lookup.drafted, again=True)
        lookup = self.lookout.look_before_sending(review, payload, run)
        if lookup.drafted is not None and lookup.is_same:
            return self._take_over(review, held, payload, lookup.drafted)
        if lookup.drafted is not None or lookup.alike:
            return self._doubt(review, held, lookup, payload)
        return None

    def _take_over(self, review: Review, held: Claim | None, payload: Payload, drafted: Drafted) -> Outcome:
        """It is there already, as it would be sent now; its documentation may be too."""
        planned = self._plan(review, held, payload, Stage.READY)
        if isinstance(planned, Outcome):
            return planned
        return self._drafted(review, planned, drafted, page_state=PageState.UNCERTAIN)

    def _doubt(self, review: Review, held: Claim | None, lookup: Lookup, payload: Payload | None = None) -> Outcome:
        """Something is there that may be it: a person is asked, and nothing is sent. `payload` is of one that never
        was."""
        delivery, named = review.delivery, lookup.drafted
        ids = named.remote_id if named else ", ".join(lookup.alike)
        facts = {"reference": review.report.reference, "id": ids}
        found = Finding("draft-differs" if named else "draft-in-doubt", Severity.ERROR, facts)
        answer = format_findings([found])
        is_told = delivery is not None and (delivery.stage, delivery.answer) == (Stage.DOUBTED, answer)
        with self.database.writing() as connection:
            if payload is not None:
                held = self._write_intent(connection, review, held, payload, Stage.READY)
            if held is None:
                return self._busy(review)
            if payload is None and is_told:
                release(connection, held)
            else:
                told_at = lookup.told_at_utc_s
                settle(connection, held, Stage.DOUBTED, self._now(), answer=answer, note=ids, told_at_utc_s=told_at)
        findings = (review.place(found), *review.report.findings)
        return Outcome(replace(review.report, state=State.UNCERTAIN, findings=findings, answer=""), Exit.BOOKKEEPER)

    def _open_where_it_went(self, review: Review, delivery: Delivery) -> Ledger:
        return self.lookout.open_where_it_went(review, delivery.target)

    def _read_trail(self, venue: Venue, voucher: Voucher) -> SourceTrail:
        with self.database.reading() as connection:
            number = find_venue_number(connection, venue)
            source, batch = read_trail(connection, number, voucher.business_day)
            place = find_place(connection, number)
        return SourceTrail(source or "posexport", batch or voucher.reference[:35], place)

    # Sending, and after

    def _send(self, review: Review, held: Claim | None, destination: Ledger, payload: Payload) -> Outcome:
        now = self._now()
        planned = self._plan(review, held, payload, Stage.SENDING, tell_time(destination))
        if isinstance(planned, Outcome):
            return planned
        try:
            drafted = destination.send(payload, now + SEND_S)
        except (PowerOfficeRefused, PowerOfficeUnavailable) as error:
            failure = self._find_refusal(planned, error)
            if isinstance(failure, PowerOfficeRefused):
                self.charts.doubt(review.report.company)
            with self.database.writing(durable=False) as connection:
                told_at, is_lost = tell_time(destination), isinstance(error, AnswerLost)
                return self._settle(connection, review, planned, failure, told_at, is_lost=is_lost)
        return self._drafted(review, planned, drafted)

    def _find_refusal(self, held: Claim, error: PowerOfficeRefused | PowerOfficeUnavailable) -> PosexportError:
        """The same unusable answer as the last time, with a look between that found nothing, is a refusal: a no that
        lasts would be looked up and sent again for ever."""
        if not isinstance(error, AnswerLost) or not error.may_last:
            return error
        with self.database.reading() as connection:
            before = read_last_answer(connection, held.delivery_id)
        if not before or _head_of(before) != _head_of(error.evidence):
            return error
        refusal = VoucherRefused(f"{error.why}. It answered the same before, and the voucher is not there.")
        refusal.evidence = error.evidence
        return refusal

    def _plan(
        self,
        review: Review,
        held: Claim | None,
        payload: Payload,
        stage: Stage,
        told_at_utc_s: int | None = None,
    ) -> Claim | Outcome:
        """Write down what is meant to be there, unless sales of the day have come in since it was reviewed, or somebody
        else was first: then what to show instead."""
        with self.database.writing() as connection:
            if self._is_stale(connection, review):
                if held is not None:
                    release(connection, held)
                return Outcome(review.report, again=True)
            held = self._write_intent(connection, review, held, payload, stage, told_at_utc_s)
        return self._busy(review) if held is None else held

    def _is_stale(self, connection: Connection, review: Review) -> bool:
        """Whether sales of the day have come in since it was reviewed, or somebody has booked it by hand."""
        venue = find_venue_number(connection, review.report.venue)
        file_id, is_booked = look_before_sending(connection, venue, review.business_day)
        return is_booked or file_id != review.file_id

    def _write_intent(
        self,
        connection: Connection,
        review: Review,
        held: Claim | None,
        payload: Payload,
        stage: Stage,
        told_at_utc_s: int | None = None,
    ) -> Claim | None:
        """Write down what is about to be sent, or would be, under our claim; None where somebody else was first.
        The day is open from then until a run has seen that nothing of it is left to do."""
        report, now = review.report, self._now()
        assert report.voucher is not None
        venue = find_venue_number(connection, report.venue)
        reopen_day(connection, venue, report.business_day)
        intent = Intent(
            target=report.company.target,
            fingerprint=review.fingerprint,
            lines=report.voucher.lines,
            payload=payload,
            file_id=review.file_id,
            report=format_page(report),
            tickets_digest=digest_tickets(connection, venue, report.business_day),
            setup_digest=keep_setup(connection, report.company),
        )
        if held is not None:
            return replan(connection, held, intent, stage, now, now + CLAIM_S, told_at_utc_s)
        slot = Slot(
            venue, report.business_day, report.voucher.part, review.history.next_revision, report.voucher.reference
        )
        return plan(connection, slot, intent, stage, now, now + CLAIM_S, told_at_utc_s)

    def _drafted(
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
        now = self._now()
        with self.database.writing(durable=False) as connection:
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
        with self.database.writing() as connection:
            theirs = read_delivery(connection, held.delivery_id)
            add_event(connection, held.delivery_id, self._now(), "claim-lost", f"drafted {drafted.remote_id}")
        if theirs.remote_id == drafted.remote_id:
            return Outcome(review.report, again=True)
        destination = self._open_where_it_went(review, theirs)
        try:
            destination.remove(drafted.remote_id)
        except (PowerOfficeRefused, PowerOfficeUnavailable) as error:
            answer = f"A second draft, {drafted.remote_id}, could not be taken back. Delete it in Go. ({error})"
            return Outcome(replace(review.report, state=State.UNCERTAIN, answer=answer), Exit.INTEGRATOR)
        return Outcome(review.report, again=True)

    def _settle(
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
        stage, company, now = _stage_after(error), review.report.company, self._now()
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
        if is_guarded(company.target):
            return Outcome(report, error.exit_code, again=_is_told_off(error))
        until, venue = find_believed_at(stage, now, company), report.venue
        findings = (review.place(tell_looked_for(report.reference, until, venue)), *report.findings)
        answer = f"{error} {answer_looked_for(until, venue)}"
        return Outcome(replace(report, answer=answer, findings=findings), error.exit_code)

    def _fail(self, review: Review, held: Claim | None, error: PosexportError) -> Outcome:
        """Something went wrong before the voucher was sent: kept, so that a failed night is seen. A voucher
        that may be there already stays uncertain."""
        delivery = review.delivery
        with self.database.writing() as connection:
            if delivery is not None and held is not None and delivery.is_unsure:
                add_event(connection, delivery.id, self._now(), "look-up-failed", str(error), answer=error.evidence)
                release(connection, held)
                return Outcome(replace(review.shown, answer=str(error)), error.exit_code)
            held = self._write_intent(connection, review, held, {}, Stage.READY)
            if held is None:
                return self._busy(review)
            return self._settle(connection, review, held, error)

    def _hold(self, review: Review, held: Claim | None, found: tuple[Finding, ...]) -> Outcome:
        """PowerOffice would not take it as it is: kept, so that a status can say why."""
        with self.database.writing() as connection:
            held = self._write_intent(connection, review, held, {}, Stage.READY)
            if held is None:
                return self._busy(review)
            settle(connection, held, Stage.HELD, self._now(), answer=format_findings(found))
        findings = (*found, *review.report.findings)
        return Outcome(replace(review.report, state=State.HELD, findings=findings), Exit.BOOKKEEPER)

    def _keep_back(self, review: Review, held: Claim | None) -> Outcome:
        """A finding of ours holds it, or a line lacks an account. What was uncertain is known not to be there."""
        if held is not None and review.delivery is not None:
            with self.database.writing() as connection:
                if review.delivery.is_unsure:
                    settle(connection, held, Stage.READY, self._now(), note="not there")
                else:
                    release(connection, held)
        return Outcome(replace(review.report, state=State.HELD))

    def _let_go(self, review: Review, held: Claim) -> Outcome:
        """Only a person can say more."""
        with self.database.writing() as connection:
            release(connection, held)
        return Outcome(review.shown, Exit.BOOKKEEPER)

    def _drop(self, review: Review, held: Claim) -> Outcome:
        """Nothing is left to draft: the day's sales come to what is there already."""
        with self.database.writing() as connection:
            settle(connection, held, Stage.REPLACED, self._now(), note="nothing left to draft")
            standing = review.history.standing
            if standing:
                refreeze(connection, standing[-1].id, review.fingerprint, self._now(), "the same lines")
        return Outcome(replace(review.report, state=State.NOTHING), again=True)

    def _busy(self, review: Review) -> Outcome:
        return Outcome(replace(review.report, state=State.UNCERTAIN, answer=BUSY), Exit.WAIT)

    # Revisions

    def revise(
        self, review: Review, dated: date | None = None, *, leave_posted: bool = False, run: Run | None = None
    ) -> Outcome:
        """Begin to mend a drafted voucher whose sales, or accounts, have changed since. Where every draft of it can be
        taken back, the next revision is the whole day; otherwise it is an adjustment of exactly the difference. Here it
        is planned, with the drafts that are to go; `deliver` does the rest, now or after a crash. A revision
        that is planned already gets its date, where one is given. `leave_posted`: what has been posted is only told of
        where nothing but its accounts has changed."""
        try:
            if review.is_pending:
                return self._redate(review, dated, run)
            return self._plan_revision(review, dated, leave_posted=leave_posted and review.has_same_sales)
        except (OperatorError, PowerOfficeRefused, PowerOfficeUnavailable) as error:
            return Outcome(replace(review.report, answer=str(error)), error.exit_code)

    def _redate(self, review: Review, dated: date | None, run: Run | None) -> Outcome:
        """A revision that may be there already keeps its date until it has been looked for."""
        delivery = review.delivery
        if delivery is None or dated is None or delivery.posting_day == dated or delivery.revision == 1:
            return self.deliver(review, run)
        if delivery.is_unsure:
            return self.deliver(review, run)
        held = self._claim(delivery)
        if held is None:
            return self._busy(review)
        with self.database.writing() as connection:
            redate(connection, held, dated)
        return Outcome(review.report, again=True)

    def _plan_revision(self, review: Review, dated: date | None, *, leave_posted: bool) -> Outcome:
        whole, standing = review.whole, review.history.standing
        assert whole is not None
        assert whole.voucher is not None
        is_held = any(finding.holds for finding in whole.findings)
        if is_held or not (whole.voucher.is_sendable or not whole.voucher.lines):
            own = (finding for finding in review.report.findings if finding.code in _OF_DRAFTS)
            told = (review.describe_change(whole.findings), *own, *whole.findings)
            return Outcome(replace(review.report, findings=told), Exit.BOOKKEEPER)
        self.lookout.wait_for_replica(max(delivery.drafted_at_utc_s or 0 for delivery in standing))
        where = {
            delivery.id: self._open_where_it_went(review, delivery).find_status(
                str(delivery.remote_id), find_since(whole.venue, delivery.business_day, delivery, self._now())
            )
            for delivery in standing
        }
        undone = [self._tell_undone(review, delivery, where[delivery.id]) for delivery in standing]
        if any(undone):
            found = next(filter(None, undone))
            return self._leave(review, (found,), is_undone=True)
        differs = bool(subtract_lines(whole.voucher.lines, review.history.lines))
        can_replace = differs and all(standing_now is DraftStatus.UNPOSTED for standing_now in where.values())
        can_replace = can_replace and not any(self.lookout.may_come_again(whole.company, sent) for sent in standing)
        if leave_posted and not can_replace:
            found = describe_old_setup(review.history, whole.voucher, whole.venue.id)
            return Outcome(_with_findings(review.report, (found,)))
        revision = review.history.next_revision
        if can_replace:
            kind, voucher = Kind.WHOLE, renumber(whole.voucher, revision, dated)
        else:
            kind = Kind.ADJUSTMENT
            voucher = build_adjustment(whole.voucher, review.history.lines, whole.venue, revision, dated)
        if voucher.lines:
            destination = self.open_ledger(whole.company, whole.venue)
            _, found_wrong = self._judge(review, destination, voucher)
            if found_wrong:
                return self._leave(review, found_wrong)
        return self._write_plan(review, kind, voucher, dated)

    def _leave(self, review: Review, found: tuple[Finding, ...], *, is_undone: bool = False) -> Outcome:
        """What is there stands as it was, as what was found keeps it from being mended."""
        rest = [finding for finding in review.report.findings if finding.code not in _TOLD_ANEW]
        if not (is_undone and review.has_same_sales):
            rest.insert(0, review.describe_change(found, undone=is_undone))
        return Outcome(replace(review.report, findings=(*found, *rest)), Exit.BOOKKEEPER)

    def _tell_undone(self, review: Review, delivery: Delivery, standing: DraftStatus) -> Finding | None:
        """That a voucher does not stand as it was made, so that there is nothing to revise: a person deleted it, or
        reversed or corrected what was posted."""
        if standing is DraftStatus.GONE:
            return review.place(Finding("draft-gone", Severity.ERROR, {"reference": delivery.reference}))
        if standing not in (DraftStatus.REVERSED, DraftStatus.CORRECTED):
            return None
        destination = self._open_where_it_went(review, delivery)
        number = destination.find_successor(str(delivery.remote_id), delivery.first_sent_at_utc_s) or "?"
        with self.database.writing() as connection:
            add_event(connection, delivery.id, self._now(), standing.value, number)
        return review.place(tell_undone(standing, number, delivery.reference))

    def _write_plan(self, review: Review, kind: Kind, voucher: Voucher, dated: date | None) -> Outcome:
        """The next revision and, where it replaces what is there, the drafts that are to go: all of it or
        nothing."""
        now, last = self._now(), review.history.standing[-1]
        day = review.business_day
        slot = Slot(last.venue_id, day, voucher.part, review.history.next_revision, voucher.reference, kind, dated)
        intent = Intent(review.report.company.target, review.fingerprint, voucher.lines, {}, review.file_id)
        try:
            with self.database.writing() as connection:
                if plan(connection, slot, intent, Stage.READY, now) is None:
                    return self._busy(review)
                if kind is Kind.WHOLE:
                    for delivery in review.history.standing:
                        _require(settle(connection, _as_read(delivery), Stage.REMOVING, now))
                reopen_day(connection, last.venue_id, day)
        except _Outrun:
            return self._busy(review)
        return Outcome(review.report, again=True)

    def _take_back(self, review: Review, held: Claim) -> Outcome:
        """Take back the drafts that a revision replaces. Where one was posted meanwhile, it stays, and the
        revision becomes an adjustment."""
        leaving = [
            (delivery, self._open_where_it_went(review, delivery).remove(str(delivery.remote_id)))
            for delivery in review.history.leaving
        ]
        stays = any(standing is not DraftStatus.GONE for _, standing in leaving)
        with self.database.writing() as connection:
            for delivery, standing in leaving:
                stage, note = (Stage.REPLACED, "taken back")
                if standing is not DraftStatus.GONE:
                    stage, note = Stage.DRAFTED, "posted meanwhile"
                settle(connection, _as_read(delivery), stage, self._now(), note=note)
            change_slot(connection, held, claimed_until_utc_s=0, **({"kind": Kind.ADJUSTMENT} if stays else {}))
        return Outcome(review.report, again=True)

    # Documentation

    def list_without_page(self, venues: Sequence[Venue], day: date | None = None) -> list[tuple[Venue, Delivery]]:
        """The venues' drafts whose documentation is still to be brought; those of one business day, where it is
        given."""
        with self.database.reading() as connection:
            return [
                (venue, delivery)
                for venue in venues
                for delivery in read_without_page(connection, find_venue_number(connection, venue), day)
            ]

    def bring_page(self, company: Company, venue: Venue, delivery: Delivery) -> PosexportError | None:
        """Put documentation on a draft; what went wrong, if anything did."""
        held = self._claim(delivery)
        if held is None or delivery.remote_id is None:
            return None
        if not delivery.report:
            self._give_up_page(held)
            return None
        name, told = page_name(delivery.reference), None
        state = PageState.UNCERTAIN if delivery.page_state.may_be_there else PageState.WANTED
        try:
            destination = self.open_ledger(replace(company, target=delivery.target), venue)
            if state is PageState.UNCERTAIN:
                self.sleep(REPLICA_LAG_S)
                if destination.has_page(delivery.remote_id, name):
                    state = PageState.ATTACHED
            if state is not PageState.ATTACHED:
                page = Page(name, self.render_page(json.loads(delivery.report)))
                with self.database.writing() as connection:
                    begun = begin_page(connection, held, self._now())
                if begun is None:
                    return None
                held, state = begun, PageState.WANTED
                destination.attach(delivery.remote_id, page)
                state = PageState.ATTACHED
        except PosexportError as error:
            is_gone = isinstance(error, VoucherNotSeen) and self._is_gone(company, venue, delivery)
            told = VoucherGone() if is_gone else error
            state = _page_state_after(told, state)
        with self.database.writing(durable=False) as connection:
            answer, evidence = (str(told), told.evidence) if told else ("", "")
            settle_page(connection, held, state, self._now(), answer, evidence)
        return told

    def _is_gone(self, company: Company, venue: Venue, delivery: Delivery) -> bool:
        """Whether a draft that takes no documentation is not there any more. Never in the run that made it, nor right
        after: what PowerOffice shows lags behind."""
        was_tried = bool(delivery.page_answer)
        if not was_tried or self.clock() < (delivery.drafted_at_utc_s or 0) + UNSEEN_S:
            return False
        try:
            destination = self.open_ledger(replace(company, target=delivery.target), venue)
            standing = destination.find_status(str(delivery.remote_id), delivery.first_sent_at_utc_s)
        except PosexportError:
            return False
        return standing is DraftStatus.GONE

    def _give_up_page(self, held: Claim) -> None:
        """Of a voucher that was sent before its report was kept, none can be made as it was sent."""
        with self.database.writing() as connection:
            settle_page(connection, held, PageState.GIVEN_UP, self._now(), "sent before reports were kept")

    def _now(self) -> int:
        return int(self.clock())


def _require_privileges(venue: Venue, chart: Chart) -> None:
    """Raises PrivilegeMissing where PowerOffice has just said that nothing can be sent with a venue's key."""
    lacking = chart.lacking.get(venue.id)
    if lacking:
        raise PrivilegeMissing("import vouchers", f"it lacks {', '.join(lacking)}")


def _is_sent_again(review: Review, delivery: Delivery) -> bool:
    """Whether what would be sent now is what was sent then."""
    voucher = review.report.voucher
    return voucher is not None and voucher.is_sendable and not review.holds and voucher.lines == delivery.lines


class _Outrun(Exception):
    """Somebody else changed a delivery that was read as it was: the transaction is given up."""


def _require(held: Claim | None) -> Claim:
    if held is None:
        raise _Outrun
    return held


def _as_read(delivery: Delivery) -> Claim:
    """A delivery as it was read: changed only where nobody else has changed it since."""
    return Claim(delivery.id, delivery.version)


def _is_told_off(error: PosexportError) -> bool:
    """Whether something on the way said no, and may say so again at once."""
    return isinstance(error, AnswerLost) and error.may_last and error.status >= 300


def _head_of(evidence: str) -> str:
    """The status and the kind of an answer."""
    return evidence.partition("\n")[0]


def _with_findings(report: VoucherReport, found: Sequence[Finding]) -> VoucherReport:
    return replace(report, findings=(*found, *report.findings))


def _stage_after(error: PosexportError) -> Stage:
    """Where a failure leaves a voucher."""
    if isinstance(error, AnswerLost):
        return Stage.UNCERTAIN
    return Stage.REFUSED if isinstance(error, PowerOfficeRefused) else Stage.UNREACHABLE


def _page_state_after(error: PosexportError, before: PageState) -> PageState:
    """Where a failure leaves a draft's documentation. A draft that was posted or deleted takes none any more; whatever
    else it was, the next run tries again."""
    if isinstance(error, AnswerLost):
        return PageState.UNCERTAIN
    return PageState.GIVEN_UP if isinstance(error, PageTooLate | VoucherGone) else before
