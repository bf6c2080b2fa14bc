"""The route of a credit ticket: decided by its payments, its business day and the setup, and by nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from posexport.core.codes import Codes
from posexport.core.orders.route import CreditRules, Route, TicketHold, choose_route, sum_credit_part
from posexport.core.sales import TicketStatus
from tests.support.build import DAY, read_ticket
from tests.support.orders import CREDIT

ACCOUNT = read_ticket("food@25 250.00 = invoice 250.00")
TWO_TYPES = read_ticket("food@25 250.00 = invoice 150.00, vipps 100.00")
BOTH = replace(CREDIT, credit_types=Codes(["invoice", "vipps"]))
OFF = replace(CREDIT, invoices_from=None)


@pytest.mark.parametrize(
    ("since", "until", "route"),
    [
        (0, None, Route.ORDER),
        (1, None, Route.VOUCHER),
        (-5, 0, Route.ORDER),
        (-5, -1, Route.VOUCHER),
        (None, None, Route.VOUCHER),
        (None, 5, Route.VOUCHER),
    ],
)
def test_orders_are_made_from_the_first_day_to_the_last_both_included(
    since: int | None, until: int | None, route: Route
) -> None:
    days = [None if offset is None else DAY + timedelta(days=offset) for offset in (since, until)]
    rules = replace(CREDIT, invoices_from=days[0], invoices_until=days[1])
    assert choose_route(ACCOUNT, DAY, rules) is route


def test_a_credit_type_that_is_not_transferred_is_left_out_where_no_order_is_made() -> None:
    assert choose_route(ACCOUNT, DAY, replace(OFF, transferred=Codes())) is Route.LEFT_OUT
    assert choose_route(ACCOUNT, DAY, replace(CREDIT, transferred=Codes())) is Route.ORDER


@pytest.mark.parametrize("rules", [BOTH, replace(BOTH, invoices_from=None)])
def test_two_credit_types_that_disagree_hold_their_ticket_whatever_the_day(rules: CreditRules) -> None:
    assert choose_route(TWO_TYPES, DAY, rules) is TicketHold.TRANSFERS_DIFFER
    agreed = replace(rules, transferred=Codes(["invoice", "vipps"]))
    assert choose_route(TWO_TYPES, DAY, agreed) in (Route.ORDER, Route.VOUCHER)


def test_a_ticket_without_a_credit_payment_has_no_route() -> None:
    assert choose_route(read_ticket("food@25 250.00 = visa 250.00"), DAY, CREDIT) is None


@pytest.mark.parametrize("status", set(TicketStatus) - {TicketStatus.COUNTED})
def test_a_ticket_that_is_not_counted_has_no_route(status: TicketStatus) -> None:
    assert choose_route(ACCOUNT._replace(status=status), DAY, CREDIT) is None


def test_credit_payments_that_come_to_nothing_make_no_order() -> None:
    nothing = read_ticket("food@25 250.00 = invoice 250.00, invoice -250.00, visa 250.00")
    assert sum_credit_part(nothing, CREDIT) == 0
    assert choose_route(nothing, DAY, CREDIT) is Route.VOUCHER


def test_days_before_orders_keep_the_route_they_had_and_days_after_do_not() -> None:
    switched = replace(CREDIT, credit_before=Route.LEFT_OUT, invoices_until=date(2026, 11, 30))
    assert choose_route(ACCOUNT, date(2026, 11, 14), switched) is Route.LEFT_OUT
    assert choose_route(ACCOUNT, date(2026, 11, 15), switched) is Route.ORDER
    assert choose_route(ACCOUNT, date(2026, 12, 1), switched) is Route.VOUCHER
