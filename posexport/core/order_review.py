"""A reviewed order as a value: built from its ticket and judged."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from posexport.core.credit_facts import RegisterCustomer
from posexport.core.document import Document, DocumentKind
from posexport.core.finding import Finding
from posexport.core.findings.orders import BOOKED_TWICE, SECOND_ORDER
from posexport.core.orders.book import LedgerOrder
from posexport.core.orders.customers import LedgerCustomer
from posexport.core.orders.document import ORDER, make_order_document
from posexport.core.orders.order import Order
from posexport.core.orders.reference import list_references
from posexport.core.orders.state import OrderState, Seen
from posexport.core.report import DocumentReport
from posexport.core.review import DocumentReview


@dataclass(frozen=True, slots=True)
class OrderReport(DocumentReport):
    """One order as it is shown.

    `customer`: as the register knows it, None where the ticket names none; `linked`: as the ledger was last read to
    have the customer it is linked to. `names_contact`: it names the contact that the ticket has, by id or by name.
    `seen`: what became of it in the ledger; `sent`: as the ledger answered the sending, and `there`: the order as it
    last showed it. `is_changed`: its ticket has changed since it was sent, and nothing was done about it;
    `is_relinked`: its customer was linked anew before it was known to be there, so it counts as changed; `is_mended`: a
    person has seen to that, in the ledger or by taking responsibility for it. `is_settled`: its ticket is no sale on
    credit any more, and the ledger has nothing of it that counts: deleted there, or invoiced and credited.
    """

    order: Order
    customer: RegisterCustomer | None = field(default=None, kw_only=True)
    linked: LedgerCustomer | None = field(default=None, kw_only=True)
    names_contact: bool = field(default=False, kw_only=True)
    seen: Seen = field(default=Seen(), kw_only=True)
    sent: LedgerOrder | None = field(default=None, kw_only=True)
    there: LedgerOrder | None = field(default=None, kw_only=True)
    state_of_order: OrderState = field(default=OrderState.READY, kw_only=True)
    is_changed: bool = field(default=False, kw_only=True)
    is_relinked: bool = field(default=False, kw_only=True)
    is_mended: bool = field(default=False, kw_only=True)
    is_settled: bool = field(default=False, kw_only=True)

    @property
    def is_in_voucher(self) -> bool:
        """Whether its sale is booked by the day's voucher, since a person has moved it there."""
        told = (finding for finding in self.findings if finding.code == BOOKED_TWICE)
        is_twice = any(not finding.variant.startswith(SECOND_ORDER) for finding in told)
        return is_twice or self.state_of_order is OrderState.MOVED

    @property
    def held_by(self) -> str:
        """The code of the first finding on it that somebody has to see to; "" where there is none."""
        return next((finding.code for finding in self.findings if finding.holds), "")

    def list_references(self) -> dict[str, int]:
        """Every reference that an order of this ticket may have, with its revision."""
        order = self.order
        at_utc_s = self.venue.calendar.place(order.completed_at).at_utc_s
        return list_references(self.reference, order.register, order.ticket_number, at_utc_s)


@dataclass(frozen=True, slots=True)
class OrderReview(DocumentReview[OrderReport]):
    """One order of one business day. `key`: `core.orders.reference.order_key` of its ticket; `share`: a digest of what
    is ordered in the register's own codes, by which a change is recognized, "" where nothing is any more. `now`: on one
    that was sent, the order as it would be made today, None where its ticket is no sale on credit any more, and
    `renewed`: where its ticket has changed, the report of that, with what would keep it from being sent. `is_void`:
    nothing is to be sent, and what is there is to be deleted. `has_sale`: its ticket is a sale on credit still, that is
    no voucher's."""

    key: str = field(kw_only=True)
    share: str = field(default="", kw_only=True)
    now: Order | None = field(default=None, kw_only=True)
    renewed: OrderReport | None = field(default=None, kw_only=True)
    is_void: bool = field(default=False, kw_only=True)
    has_sale: bool = field(default=True, kw_only=True)

    @property
    def kind(self) -> DocumentKind:
        """An order."""
        return ORDER

    @property
    def document(self) -> Document:
        """The order that would be sent, as a document."""
        document = replace(make_order_document(self.report.order, self.key), fingerprint=self.share)
        return replace(document, lines=()) if self.is_void else document


def arrange_day(reviews: Iterable[OrderReview]) -> list[OrderReview]:
    """The orders of a business day by their tickets' numbers, 9 before 10; those of one ticket follow each other, as
    they did. Where several registers have a number, mends name the register; where the venue was removed from the
    setup, findings say so."""
    reviews = sorted(reviews, key=_place_in_day)
    registers: dict[str, set[str]] = defaultdict(set)
    for review in reviews:
        registers[review.report.order.ticket_number].add(review.report.order.register)
    return [_mark(review, is_of_several=len(registers[review.report.order.ticket_number]) > 1) for review in reviews]


def _place_in_day(review: OrderReview) -> tuple[list[tuple[bool, int, str]], str, str]:
    order = review.report.order
    return order_naturally(order.ticket_number), order.register, review.key


def order_naturally(text: str) -> list[tuple[bool, int, str]]:
    """A sort key by which numbers within a text count as numbers.

    >>> sorted(["10", "A-10", "9", "A-9"], key=order_naturally)
    ['9', '10', 'A-9', 'A-10']
    """
    parts: list[str] = re.findall(r"\d+|\D+", text)
    return [(False, int(part), "") if part.isdecimal() else (True, 0, part) for part in parts]


def _mark(review: OrderReview, *, is_of_several: bool) -> OrderReview:
    is_of_removed = review.report.venue.is_removed
    if not (is_of_several or is_of_removed):
        return review

    def mark(finding: Finding) -> Finding:
        return replace(finding, is_one_of_several=is_of_several, is_of_removed=is_of_removed)

    report = replace(review.report, findings=tuple(map(mark, review.report.findings)))
    remembered = tuple(map(mark, review.remembered))
    return replace(review, report=report, remembered=remembered, has_others=is_of_several or review.has_others)
