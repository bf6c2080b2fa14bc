"""Corrects drafted days that have changed since: the next revision is the whole day where every draft can be deleted,
otherwise an adjustment of exactly the difference. The revision is planned here; `sender` deletes the drafts and sends
it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from posexport.core.delivery import Delivery, Kind, Stage
from posexport.core.events import DeliveryEvent, EventKind
from posexport.core.finding import Finding
from posexport.core.findings.drafts import describe_old_setup, make_undone_finding
from posexport.core.ports.ledger import DraftedHow, DraftStatus
from posexport.core.report import VoucherReport
from posexport.core.review import Review
from posexport.core.voucher import Voucher, build_adjustment, renumber, subtract_lines
from posexport.delivery.claims import Claims, Outcome, as_read, busy, with_findings
from posexport.delivery.context import DeliveryContext
from posexport.delivery.lookup import Run, find_since
from posexport.delivery.preflight import ChartChecks
from posexport.delivery.sender import Sender
from posexport.errors import Exit, OperatorError, PowerOfficeRefused, PowerOfficeUnavailable
from posexport.store.deliveries import Claim, Intent, Slot, add_event, plan, read_noted, redate, reopen_day, settle

_OF_DRAFTS = frozenset({"documentation-missing", "import-failed"})
"""Findings about drafts, as opposed to the day's sales, and those that a revision makes anew."""
_TOLD_ANEW = ("changed-after-draft", "draft-gone", "voucher-reversed", "voucher-corrected")


@dataclass(frozen=True, slots=True)
class Revisions:
    """Plans revisions of drafted vouchers."""

    context: DeliveryContext

    def revise(
        self, review: Review, dated: date | None = None, *, leave_posted: bool = False, run: Run | None = None
    ) -> Outcome[VoucherReport]:
        """Plan the revision of a drafted voucher whose sales or accounts have changed: the whole day where every draft
        can be deleted, otherwise an adjustment of the difference. Only the plan is stored here; `Sender.deliver`
        carries it out, now or after a crash. `dated`: another posting date, also for a revision already planned.
        `leave_posted`: a posted voucher is only reported where nothing but its accounts has changed."""
        try:
            if review.is_pending:
                return self._redate(review, dated, run)
            if review.whole is None:
                return Outcome(review.report)
            return self._plan_revision(review, review.whole, dated, leave_posted and review.has_same_sales)
        except (OperatorError, PowerOfficeRefused, PowerOfficeUnavailable) as error:
            return Outcome(replace(review.report, answer=str(error)), error.exit_code)

    def _redate(self, review: Review, dated: date | None, run: Run | None) -> Outcome[VoucherReport]:
        """Give a planned revision another date. One that may have been sent already keeps its date until it has been
        looked up."""
        delivery = review.delivery
        if delivery is None or dated is None or delivery.posting_day == dated or delivery.revision == 1:
            return Sender(self.context).deliver(review, run)
        if delivery.is_unsure:
            return Sender(self.context).deliver(review, run)
        held = Claims(self.context).take(delivery)
        if held is None:
            return busy(review)
        with self.context.database.writing() as connection:
            redate(connection, held, dated)
        return Outcome(review.report, again=True)

    def _plan_revision(
        self, review: Review, whole: VoucherReport, dated: date | None, leave_posted: bool
    ) -> Outcome[VoucherReport]:
        standing = review.history.standing
        is_held = any(finding.holds for finding in whole.findings)
        if is_held or not (whole.voucher.is_sendable or not whole.voucher.lines):
            own = (finding for finding in review.report.findings if finding.code in _OF_DRAFTS)
            told = (review.describe_change(whole.findings), *own, *whole.findings)
            return Outcome(replace(review.report, findings=told), Exit.BOOKKEEPER)
        self.context.finder.wait_for_replica(max(delivery.drafted_at_utc_s or 0 for delivery in standing))
        where = {
            delivery.id: self.context.open_where_it_went(review, delivery).find_status(
                str(delivery.remote_id),
                find_since(whole.venue, delivery.business_day, delivery, self.context.now_utc_s),
            )
            for delivery in standing
        }
        self._note_found_again(standing, where)
        undone = [self._find_undone(review, delivery, where[delivery.id]) for delivery in standing]
        if any(undone):
            found = next(filter(None, undone))
            return self._leave(review, (found,), is_undone=True)
        differs = bool(subtract_lines(whole.voucher.lines, review.history.lines))
        can_replace = differs and all(standing_now is DraftStatus.UNPOSTED for standing_now in where.values())
        can_replace = can_replace and not any(
            self.context.finder.may_come_again(whole.company, sent) for sent in standing
        )
        if leave_posted and not can_replace:
            found = describe_old_setup(review.history, whole.voucher, whole.venue.id)
            return Outcome(with_findings(review.report, (found,)))
        revision = review.history.next_revision
        if can_replace:
            kind, voucher = Kind.WHOLE, renumber(whole.voucher, revision, dated)
        else:
            kind = Kind.ADJUSTMENT
            voucher = build_adjustment(whole.voucher, review.history.lines, whole.venue, revision, dated)
        if voucher.lines:
            destination = self.context.open_ledger(whole.company, whole.venue)
            judged = ChartChecks(self.context).judge(review, destination, voucher)
            if judged.found:
                return self._leave(review, judged.found)
        return self._write_plan(review, kind, voucher, dated)

    def _leave(self, review: Review, found: tuple[Finding, ...], *, is_undone: bool = False) -> Outcome[VoucherReport]:
        """The outcome where the drafted voucher cannot be corrected: it stays, with the reasons as findings."""
        rest = [finding for finding in review.report.findings if finding.code not in _TOLD_ANEW]
        if not (is_undone and review.has_same_sales):
            rest.insert(0, review.describe_change(found, undone=is_undone))
        return Outcome(replace(review.report, findings=(*found, *rest)), Exit.BOOKKEEPER)

    def _find_undone(self, review: Review, delivery: Delivery, standing: DraftStatus) -> Finding | None:
        """The finding that a person deleted, reversed or corrected a voucher in the ledger, so that there is nothing to
        revise; None where it stands as it was made."""
        if standing is DraftStatus.GONE:
            self._note(delivery, DeliveryEvent(EventKind.GONE, {"reference": delivery.reference}))
            return review.place(make_undone_finding(standing, "", delivery.reference))
        if standing not in (DraftStatus.REVERSED, DraftStatus.CORRECTED):
            return None
        destination = self.context.open_where_it_went(review, delivery)
        since = find_since(review.report.venue, delivery.business_day, delivery, self.context.now_utc_s)
        number = destination.find_successor(str(delivery.remote_id), since) or "?"
        self._note(delivery, DeliveryEvent(EventKind(standing.value), {"number": number}))
        return review.place(make_undone_finding(standing, number, delivery.reference))

    def _note_found_again(self, standing: Sequence[Delivery], where: Mapping[int, DraftStatus]) -> None:
        """Store that a draft that was missing when last asked about is there after all."""
        last = standing[-1]
        with self.context.database.reading() as connection:
            undone = read_noted(connection, last.venue_id, last.business_day, last.business_day).undone
        for delivery in standing:
            was, _ = undone.get(delivery.id, (None, ""))
            if was is DraftStatus.GONE and where[delivery.id] is not DraftStatus.GONE:
                found = {"how": DraftedHow.FOUND_BY_REFERENCE.value}
                self._note(delivery, DeliveryEvent(EventKind.DRAFTED, found))

    def _note(self, delivery: Delivery, event: DeliveryEvent) -> None:
        """Store a voucher's state in the ledger: the status shows it from now on."""
        with self.context.database.writing() as connection:
            add_event(connection, delivery.id, self.context.now_utc_s, event)

    def _write_plan(self, review: Review, kind: Kind, voucher: Voucher, dated: date | None) -> Outcome[VoucherReport]:
        """Store the next revision and, where it replaces drafts, which ones are to be deleted: in one transaction."""
        now, last = self.context.now_utc_s, review.history.standing[-1]
        day = review.business_day
        slot = Slot(last.venue_id, day, kind, dated)
        intent = Intent(review.make_document(voucher), review.report.company.target, review.file_id)
        try:
            with self.context.database.writing() as connection:
                if plan(connection, slot, intent, Stage.READY, now) is None:
                    return busy(review)
                if kind is Kind.WHOLE:
                    for delivery in review.history.standing:
                        removing = DeliveryEvent(EventKind.REMOVING)
                        _require(settle(connection, as_read(delivery), removing, now))
                reopen_day(connection, last.venue_id, day)
        except _Outrun:
            return busy(review)
        return Outcome(review.report, again=True)


class _Outrun(Exception):
    """Another process changed a delivery in the meantime: roll the transaction back."""


def _require(held: Claim | None) -> Claim:
    if held is None:
        raise _Outrun
    return held
