"""What a preview, an export and a status show: plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from posexport.core.company import Company, Venue
from posexport.core.finding import Finding, Severity
from posexport.core.vat import VatFigure
from posexport.core.voucher import LineChange, Voucher
from posexport.core.z_report import ZComparison

BOOKED_ELSEWHERE = "booked-elsewhere"
"""The finding of a business day that a person booked by hand."""


class State(StrEnum):
    """The state of a document, such as a business day's voucher."""

    READY = "ready"
    HELD = "held"
    DRAFTED = "drafted"
    UNCERTAIN = "uncertain"
    """Sent, and no usable answer came: the next run looks it up before anything is sent again."""
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    NOTHING = "nothing"
    """A business day without sales."""
    GAP = "gap"
    """Only in a status: no sales data at all between two days that have some."""
    OPEN = "open"
    """Only in a status: a business day that is not over."""


@dataclass(frozen=True, slots=True)
class Removal:
    """Sales that were removed from a business day, by whom, when and why: one ticket, or all that one act removed
    (`register`, `number` and `completed_at` are None then). `kind`: "withdrawn" by a person, "undone" with the import
    of `file`, "moved" to another venue. Times are local."""

    kind: str
    who: str
    why: str
    at: datetime
    tickets: int
    amount_ore: int
    register: str | None = None
    number: str | None = None
    completed_at: datetime | None = None
    file: str = ""


class OrderedTicket(NamedTuple):
    """A ticket that an order has, or a part of it. `customer`: the register's code, None where it names none."""

    register: str
    number: str
    customer: str | None
    credit_ore: int


@dataclass(frozen=True, slots=True)
class CreditFigures:
    """Where a business day's sales on credit are booked: all of them (øre) are in the voucher, in orders, left out, or
    held, since their ticket can be in neither as it is. What became of the orders is not told here."""

    total_ore: int
    voucher_ore: int
    left_out_ore: int
    ordered: tuple[OrderedTicket, ...] = ()
    held_ore: int = 0

    @property
    def ordered_ore(self) -> int:
        """What orders have of them."""
        return sum(ticket.credit_ore for ticket in self.ordered)


@dataclass(frozen=True, slots=True)
class ControlFigures:
    """Figures to compare with the register's own report; amounts in øre, times local.

    `sales_ore`: turnover with tips, rounding and gift cards; `returns`: tickets that pay money back; `removals`: what
    the register's journal has and these figures do not; `credit`: None where sales on credit are not ordered.
    """

    tickets: int = 0
    sales_ore: int = 0
    returns: int = 0
    returns_ore: int = 0
    discounts_ore: int = 0
    voids: int = 0
    voids_ore: int = 0
    training: int = 0
    training_ore: int = 0
    movements: int = 0
    not_sales: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    removals: tuple[Removal, ...] = ()
    credit: CreditFigures | None = None

    @property
    def removed(self) -> int:
        """How many tickets were removed."""
        return sum(removal.tickets for removal in self.removals)

    @property
    def removed_ore(self) -> int:
        """Their sum in øre."""
        return sum(removal.amount_ore for removal in self.removals)


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """One document as it is shown.

    `answer`: PowerOffice's own words where it refused, or why it could not be reached. `is_sent_by_another`: another
    run holds its claim.
    """

    company: Company
    venue: Venue
    business_day: date
    state: State
    reference: str
    findings: tuple[Finding, ...] = field(default=(), kw_only=True)
    remote_id: str | None = field(default=None, kw_only=True)
    drafted_at: datetime | None = field(default=None, kw_only=True)
    answer: str = field(default="", kw_only=True)
    is_sent_by_another: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class VoucherReport(DocumentReport):
    """One voucher as it is shown.

    `control` and `z_reports` belong to the whole business day; they are empty on its second voucher. `changes`: its
    lines as they were drafted beside what they would be now, where its sales have changed since, or where it corrects
    or replaces what was drafted; `compared_with`: the references of what was drafted, oldest first. `is_adjustment`: it
    is the difference to those, and does not replace them.
    """

    voucher: Voucher
    vat: tuple[VatFigure, ...] = ()
    control: ControlFigures = ControlFigures()
    z_reports: tuple[ZComparison, ...] = ()
    changes: tuple[LineChange, ...] = ()
    compared_with: tuple[str, ...] = ()
    is_adjustment: bool = False

    @property
    def is_booked(self) -> bool:
        """Whether a person booked the day by hand."""
        return _is_booked(self.findings)


@dataclass(frozen=True, slots=True)
class EmptyDay:
    """A business day without a voucher, as it is shown: without sales, or booked by hand. It is held where a finding
    says that something is missing. `reference`: the one its voucher would have; `is_left_out`: something was sold, and
    is left out of vouchers and orders; `deleted`: references of its vouchers that were deleted in the ledger just now,
    since nothing is left for one."""

    company: Company
    venue: Venue
    business_day: date
    state: State
    reference: str
    findings: tuple[Finding, ...] = ()
    control: ControlFigures = ControlFigures()
    z_reports: tuple[ZComparison, ...] = ()
    is_left_out: bool = False
    deleted: tuple[str, ...] = ()

    @property
    def is_booked(self) -> bool:
        """Whether a person booked the day by hand."""
        return _is_booked(self.findings)

    @property
    def sold(self) -> str:
        """Why it has no voucher although something was sold: `ORDERED` or `LEFT_OUT`; "" where nothing was."""
        if self.state is not State.NOTHING or self.is_booked:
            return ""
        if self.control.credit is not None and self.control.credit.ordered:
            return ORDERED
        return LEFT_OUT if self.is_left_out else ""


ORDERED = "ordered"
"""Orders have all that was sold on a business day, or all but what is left out."""

LEFT_OUT = "left-out"
"""All that was sold on a business day is left out of vouchers and orders."""


DayReport = VoucherReport | EmptyDay
"""The report of a business day: one of its vouchers, or that it has none."""

_WAITING = frozenset({State.HELD, State.UNCERTAIN, State.REFUSED, State.UNREACHABLE})


def waits(shown: DayReport) -> bool:
    """Whether a voucher, or a day without one, waits for somebody or for an answer."""
    return shown.state in _WAITING or any(finding.holds for finding in shown.findings)


def by_company(reports: Iterable[DayReport]) -> list[tuple[Company, list[DayReport]]]:
    """Reports by their company, in the order companies first appear."""
    groups: dict[str, tuple[Company, list[DayReport]]] = {}
    for shown in reports:
        groups.setdefault(shown.company.id, (shown.company, []))[1].append(shown)
    return list(groups.values())


class Nothing(StrEnum):
    """Why a report has no voucher."""

    DONE = "done"
    """Every closed business day with sales is drafted already, or booked by hand."""
    NOT_OVER = "not-over"
    """There are sales, of a business day that is not over."""
    NO_SALES = "no-sales"
    """No sales were read for the period."""
    NONE_WAITS = "none-waits"
    """Only what waits was asked for, and nothing does."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a preview or an export shows: `vouchers`, and days without one in between, and `orders`
    (`core.order_review.OrderReport`); `findings` belong to no single document. `nothing`: why there is nothing to show,
    if so. `begun_at`: of an export, when it began."""

    vouchers: tuple[DayReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    nothing: Nothing | None = None
    orders: tuple[DocumentReport, ...] = ()
    begun_at: datetime | None = None

    def was_drafted_before(self, shown: DayReport) -> bool:
        """Whether a voucher was drafted before this export, and nothing is the matter with it: it is there for its
        orders' sake."""
        if self.begun_at is None or not isinstance(shown, VoucherReport) or shown.state is not State.DRAFTED:
            return False
        is_calm = all(finding.severity is Severity.INFO for finding in shown.findings)
        return shown.drafted_at is not None and shown.drafted_at < self.begun_at and is_calm


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One business day of one venue in a status, or another document of that day than its voucher (`document_kind`);
    `findings` say why it waits. `order_state`: of an order, its `OrderState`; "" of anything else. `sold`: of a day
    without a voucher, `EmptyDay.sold`."""

    venue: Venue
    business_day: date
    state: State
    reference: str = ""
    remote_id: str | None = None
    drafted_at: datetime | None = None
    debit_ore: int | None = None
    findings: tuple[Finding, ...] = ()
    answer: str = ""
    document_kind: str = "voucher"
    order_state: str = ""
    sold: str = ""

    @property
    def is_booked(self) -> bool:
        """Whether a person booked the day by hand."""
        return _is_booked(self.findings)


def _is_booked(findings: Iterable[Finding]) -> bool:
    return any(finding.code == BOOKED_ELSEWHERE for finding in findings)
