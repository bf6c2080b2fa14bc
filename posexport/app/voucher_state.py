"""Where the vouchers of a business day stand, for the orders of that day: nothing is ordered that a voucher in the
ledger may have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from posexport.core.delivery import Delivery, History, Stage
from posexport.core.orders.booking import RoutedTicket
from posexport.core.review import DayReview, Review


class VoucherState(NamedTuple):
    """Where the vouchers of a business day stand, for its orders. `has_sent`: one may be in the ledger; `is_current`:
    what may be there is what they would be today; `is_settled`: nothing that corrects one is on its way;
    `is_booked`: a person has booked the whole day by hand."""

    has_sent: bool = False
    is_current: bool = True
    is_settled: bool = True
    is_booked: bool = False

    def may_have(self, routed: RoutedTicket) -> bool:
        """Whether one in the ledger may have what is ordered of a ticket now."""
        return self.has_sent and not (self.is_settled and (self.is_current or routed.is_out_of_vouchers))


def judge_vouchers(reviews: Sequence[DayReview]) -> VoucherState:
    """Where a business day's vouchers stand."""
    vouchers = [review for review in reviews if isinstance(review, Review)]
    sent = [(review, newest) for review in vouchers if (newest := _find_sent(review.history)) is not None]
    return VoucherState(
        bool(sent),
        all(review.has_sales_of(newest) for review, newest in sent),
        all(_is_settled(review.history) for review, _ in sent),
        any(review.report.is_booked for review in reviews),
    )


def _find_sent(history: History) -> Delivery | None:
    """The newest delivery that is, or may be, in the ledger: also one that was refused behind a request that may have
    arrived. None where there is none."""
    return next((one for one in reversed(history.deliveries) if one.may_be_there or one.is_unsure), None)


def _is_settled(history: History) -> bool:
    """Whether what corrects a voucher in the ledger is there too, and what it replaces is not, where one was planned:
    planned without a ticket is not yet booked without it."""
    newest = history.current
    is_doubted = newest is not None and newest.stage is Stage.DOUBTED  # what is there may have anything
    return not history.leaving and (newest is None or newest.is_drafted or not (history.standing or is_doubted))
