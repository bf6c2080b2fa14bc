"""A reviewed document as a value: read, built and judged; above all the voucher of a business day."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Generic, Self, TypeVar

from posexport.core.company import Company, Venue
from posexport.core.delivery import Delivery, History, Stage
from posexport.core.document import VOUCHER, Document, DocumentKind, voucher_key
from posexport.core.finding import Finding, parse_findings
from posexport.core.findings.drafts import (
    answer_looked_for,
    describe_change,
    make_looked_for_finding,
    make_overdue_finding,
)
from posexport.core.orders.booking import RouteSeal
from posexport.core.ports.ledger import LedgerKind
from posexport.core.report import DocumentReport, EmptyDay, State, VoucherReport
from posexport.core.settlement import (
    EntrySum,
    fingerprint_sums,
)
from posexport.core.voucher import Voucher

Shown = TypeVar("Shown", bound=DocumentReport)


@dataclass(frozen=True, slots=True)
class DocumentReview(ABC, Generic[Shown]):
    """One document as it is in the store: what everything that sends documents works on. Each kind of document has its
    own subclass (see `core.document`).

    `delivery`: its present delivery, None where nothing was attempted; `history`: every delivery of it; `file_id`: the
    last act that touched its business day, so that a later one is noticed. `remembered`: blocking findings kept from
    earlier attempts, until PowerOffice or a person says that they no longer apply. `has_others`: its day has others of
    the same kind. `seals`: the routes of the credit tickets it was made by.
    """

    report: Shown
    delivery: Delivery | None = field(default=None, kw_only=True)
    file_id: int = field(default=0, kw_only=True)
    remembered: tuple[Finding, ...] = field(default=(), kw_only=True)
    history: History = field(default_factory=History, kw_only=True)
    has_others: bool = field(default=False, kw_only=True)
    seals: tuple[RouteSeal, ...] = field(default=(), kw_only=True)

    @property
    @abstractmethod
    def kind(self) -> DocumentKind:
        """The kind of document."""

    @property
    @abstractmethod
    def document(self) -> Document:
        """The document that would be sent."""

    @property
    def next_revision(self) -> int:
        """The revision that would be sent: the pending delivery's, or the next one."""
        return self.delivery.revision if self.is_pending and self.delivery else self.history.next_revision

    @property
    def shown(self) -> Shown:
        """The report, with the remembered findings; what is found again is not told twice."""
        told = {finding.digest for finding in self.report.findings} if self.remembered else frozenset()
        kept = [finding for finding in self.remembered if finding.digest not in told]
        return replace(self.report, findings=(*kept, *self.report.findings))

    @property
    def business_day(self) -> date:
        """Its business day."""
        return self.report.business_day

    @property
    def is_pending(self) -> bool:
        """Whether it is not known to be in PowerOffice."""
        return self.delivery is None or not self.delivery.is_drafted

    def place(self, finding: Finding) -> Finding:
        """The finding with this document's venue and day."""
        venue, several = self.report.venue.id, self.has_others
        return replace(finding, venue=venue, business_day=self.business_day, is_one_of_several=several)

    def with_lines(self, lines: tuple[Any, ...]) -> Self:  # noqa: ARG002
        """The same with these lines, which are those of its document, with more that the ledger has shown of them."""
        return self

    @property
    def holds(self) -> bool:
        """Whether a finding of our own keeps it from being drafted."""
        return any(finding.keeps_back for finding in self.report.findings)


@dataclass(frozen=True, slots=True)
class Review(DocumentReview[VoucherReport]):
    """One voucher of one business day.

    `sums`: its sales, of which its `fingerprint` is a digest. `whole`: the voucher as it would be drafted today, on a
    drafted one whose sales have changed since; where drafted days are compared with the setup too, also on one whose
    lines would differ. `is_paid_to_others`: a part payment on a drafted one is credited to another customer of the
    ledger than its order is for. `before`: the digest of its sales by the setup that the day was first sent with, ""
    where that is the same setup.
    """

    sums: tuple[EntrySum, ...] = ()
    whole: VoucherReport | None = None
    is_paid_to_others: bool = False
    before: str = ""

    @property
    def fingerprint(self) -> str:
        """The digest of its sales that a delivery stores, to recognize a change."""
        return fingerprint_day(self.sums, self.report.venue)

    @property
    def kind(self) -> DocumentKind:
        """A voucher."""
        return VOUCHER

    @property
    def document(self) -> Document:
        """The voucher that would be sent, as a document."""
        return self.make_document(self.report.voucher)

    def with_lines(self, lines: tuple[Any, ...]) -> Review:
        """Its voucher with these lines."""
        return replace(self, report=replace(self.report, voucher=replace(self.report.voucher, lines=lines)))

    def make_document(self, voucher: Voucher) -> Document:
        """A voucher of this review as a document."""
        return Document(
            VOUCHER.name,
            voucher_key(voucher.business_day, voucher.part),
            self.next_revision,
            voucher.reference,
            self.fingerprint,
            voucher.lines,
            is_sendable=voucher.is_sendable,
        )

    @property
    def has_same_sales(self) -> bool:
        """Whether a drafted voucher's sales are still those it was drafted from, and of the same customers."""
        return self.delivery is not None and self.has_sales_of(self.delivery) and not self.is_paid_to_others

    def has_sales_of(self, delivery: Delivery) -> bool:
        """Whether its sales are those that a delivery was made from."""
        return delivery.fingerprint in {self.fingerprint, self.before or None}

    def describe_change(self, found: Iterable[Finding], *, undone: bool = False) -> Finding:
        """The finding about how it differs from what was drafted, and what keeps that from being corrected."""
        voucher = self.whole.voucher if self.whole else None
        return describe_change(self.history, voucher, self.report.venue.id, found, undone=undone)


@dataclass(frozen=True, slots=True)
class EmptyReview:
    """A business day without a voucher, as it is in the store: nothing was sent, and nothing is to be. `file_id`: the
    last act that touched it; `seals`: the routes of its credit tickets."""

    report: EmptyDay
    file_id: int = 0
    seals: tuple[RouteSeal, ...] = ()

    @property
    def business_day(self) -> date:
        """Its business day."""
        return self.report.business_day

    @property
    def shown(self) -> EmptyDay:
        """The report; no findings are remembered for it."""
        return self.report


DayReview = Review | EmptyReview
"""What a business day comes to: one of its vouchers, or that it has none."""


def fingerprint_day(sums: Sequence[EntrySum], venue: Venue) -> str:
    """The digest by which a change of a drafted day is recognized: of its sums, with discounts where the setup gives
    them an account."""
    with_discounts = bool(venue.mapping.accounts.discounts)
    mapping = venue.mapping
    return fingerprint_sums(
        sums,
        with_discounts=with_discounts,
        with_customers=mapping.per_customer,
        with_payers=mapping.received_per_customer,
    )


def is_overdue(delivery: Delivery, company: Company, now_utc_s: int) -> bool:
    """Whether a voucher has been uncertain for so long that an empty look-up is not enough: a draft may have been
    posted, edited or deleted meanwhile."""
    age_s = now_utc_s - delivery.changed_at_utc_s
    return delivery.stage.shown is State.UNCERTAIN and age_s > company.uncertain_hours * 3600


SEND_S = 90
"""How long after the claim a request may still be begun: what is in flight has its answer, or has lost it, before
anybody else may take the voucher, also where the clocks of two machines are a minute apart."""


def looked_for_until(
    delivery: Delivery, company: Company, kind: LedgerKind, *, is_sent_again: bool = True
) -> int | None:
    """Until when (UTC s) an empty look-up does not count: a slow server may still be processing the request, and reads
    lag writes. None where nothing was sent, or where this kind of server refuses duplicates.

    If what would be sent now differs from what was sent (not `is_sent_again`), a server's refusal of a duplicate would
    not show which of the two it has: then every kind of server is looked up.
    """
    if (kind.is_guarded and is_sent_again) or not delivery.is_unsure:
        return None
    return find_believed_at(delivery.stage, delivery.changed_at_utc_s, company)


def correct_age(delivery: Delivery, now_utc_s: int, told_at_utc_s: int | None) -> Delivery:
    """A delivery with its times corrected, when our clock was set since: `told_at_utc_s` is PowerOffice's clock now. Of
    both clocks the one that makes it younger counts, so that neither shortens the wait; a time in a clock's future
    counts from now."""
    age_s = max(0, now_utc_s - delivery.changed_at_utc_s)
    if told_at_utc_s is None or delivery.told_at_utc_s is None:
        return replace(delivery, changed_at_utc_s=now_utc_s - age_s)
    told_age_s = max(0, told_at_utc_s - delivery.told_at_utc_s)
    changed_at = now_utc_s - min(age_s, told_age_s)
    return replace(delivery, changed_at_utc_s=changed_at, told_at_utc_s=told_at_utc_s - told_age_s)


def find_believed_at(stage: Stage, changed_at_utc_s: int, company: Company) -> int:
    """As `looked_for_until`, for these values. A request whose end is unknown may have begun as late as was allowed."""
    sent_by = changed_at_utc_s + (SEND_S if stage is Stage.SENDING else 0)
    return sent_by + company.looked_for_minutes * 60


def may_still_come(review: DocumentReview[Any], now_utc_s: int, told_at_utc_s: int | None) -> bool:
    """Whether an earlier request of a voucher may still be processed by a slow server. That such a server refuses
    duplicates, so that the voucher is sent again at once, does not show that the first request was refused."""
    delivery = review.delivery
    if delivery is None or not delivery.is_unsure:
        return False
    aged = correct_age(delivery, now_utc_s, told_at_utc_s)
    return find_believed_at(aged.stage, aged.changed_at_utc_s, review.report.company) > now_utc_s


def remember(
    delivery: Delivery, company: Company, venue: Venue, kind: LedgerKind, now_utc_s: int
) -> tuple[tuple[Finding, ...], str]:
    """The findings kept from a delivery's earlier attempts, and the answer to show. `kind`: of the target that it was
    sent to."""
    found, answer = _find_known(delivery, company, venue, kind, now_utc_s)
    return tuple(replace(one, venue=venue.id, business_day=delivery.business_day) for one in found), answer


def _find_known(
    delivery: Delivery, company: Company, venue: Venue, kind: LedgerKind, now_utc_s: int
) -> tuple[Sequence[Finding], str]:
    if delivery.stage in (Stage.HELD, Stage.DOUBTED):
        return parse_findings(delivery.answer), ""
    if is_overdue(delivery, company, now_utc_s):
        return [make_overdue_finding(delivery, company)], delivery.answer
    until = looked_for_until(delivery, company, kind)
    if until is not None and until > now_utc_s:
        answer = f"{delivery.answer} {answer_looked_for(until, venue)}".strip()
        return [make_looked_for_finding(delivery.reference, until, venue)], answer
    return [], delivery.answer
