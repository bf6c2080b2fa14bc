"""The state of an order: what may be in Go counts before what is planned for it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from posexport.core.delivery import Stage
from posexport.core.orders.state import (
    GOES_BY_ITSELF,
    IN_LEDGER,
    NOT_SURELY_SENT,
    READS_LAG_S,
    WAITS_FOR_PERSON,
    Invoice,
    OrderFacts,
    OrderState,
    Seen,
    decide_state,
    is_at_end,
    may_move_to_voucher,
)
from tests.support.strategies import looking

INVOICE = Invoice("5012", date(2026, 11, 24), 125_000, 125_000)
UNSURE = (Stage.SENDING, Stage.REMOVING, Stage.UNCERTAIN, Stage.DOUBTED)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (OrderFacts(False), OrderState.OPEN),
        (OrderFacts(False, is_held=True), OrderState.OPEN),
        (OrderFacts(True), OrderState.READY),
        (OrderFacts(True, Stage.READY), OrderState.READY),
        (OrderFacts(True, Stage.REPLACED), OrderState.READY),
        (OrderFacts(True, is_held=True), OrderState.WAITING),
        (OrderFacts(True, Stage.HELD), OrderState.WAITING),
        (OrderFacts(True, Stage.UNREACHABLE), OrderState.UNREACHABLE),
        (OrderFacts(True, Stage.UNREACHABLE, is_held=True), OrderState.WAITING),
        (OrderFacts(True, Stage.REFUSED, is_held=True), OrderState.REFUSED),
        (OrderFacts(True, is_moved=True), OrderState.MOVED),
        (OrderFacts(True, Stage.REFUSED, is_moved=True), OrderState.MOVED),
        (OrderFacts(True, Stage.DRAFTED), OrderState.SENT),
        (OrderFacts(True, Stage.DRAFTED, is_held=True, is_moved=True), OrderState.SENT),
    ],
)
def test_an_order_has_the_state_that_its_facts_give(facts: OrderFacts, state: OrderState) -> None:
    assert decide_state(facts) is state


@pytest.mark.parametrize("stage", UNSURE)
def test_a_lost_answer_is_uncertain_whatever_else_was_planned(stage: Stage) -> None:
    for is_held in (False, True):
        for is_moved in (False, True):
            facts = OrderFacts(True, stage, is_held, is_moved)
            assert decide_state(facts) is OrderState.UNCERTAIN


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        (Seen(), OrderState.SENT),
        (Seen(has_order=True), OrderState.SENT),
        (Seen(has_order=False, invoice=INVOICE), OrderState.INVOICED),
        (Seen(has_order=False, invoice=INVOICE._replace(is_credited=True)), OrderState.CREDITED),
        (Seen(has_order=False, missing_for_s=READS_LAG_S), OrderState.SENT),
        (Seen(has_order=False, missing_for_s=READS_LAG_S + 1), OrderState.GONE),
        (Seen(has_order=None, missing_for_s=9_999), OrderState.SENT),
    ],
)
def test_a_sent_order_is_what_go_shows_of_it_and_gone_only_when_reads_cannot_lag(seen: Seen, state: OrderState) -> None:
    assert decide_state(OrderFacts(True, Stage.DRAFTED, seen=seen)) is state


def test_an_order_is_asked_about_until_its_invoice_is_paid() -> None:
    assert not is_at_end(OrderState.SENT, Seen(has_order=True))
    assert not is_at_end(OrderState.INVOICED, Seen(False, INVOICE))
    assert is_at_end(OrderState.INVOICED, Seen(False, INVOICE._replace(balance_ore=0)))
    assert is_at_end(OrderState.CREDITED, Seen(False, INVOICE._replace(is_credited=True)))
    assert not is_at_end(OrderState.GONE, Seen(False))


def test_what_is_refused_or_gone_never_goes_by_itself() -> None:
    assert not GOES_BY_ITSELF & {OrderState.REFUSED, OrderState.GONE, OrderState.WAITING}


def test_every_state_is_in_the_ledger_or_not_surely_sent_or_what_a_person_chose() -> None:
    assert IN_LEDGER | NOT_SURELY_SENT | {OrderState.MOVED, OrderState.LEFT_OUT} == set(OrderState)
    assert not IN_LEDGER & NOT_SURELY_SENT
    assert WAITS_FOR_PERSON < NOT_SURELY_SENT


@looking(100)
@given(
    st.builds(
        OrderFacts,
        st.booleans(),
        st.none() | st.sampled_from(Stage),
        st.booleans(),
        st.booleans(),
        st.builds(Seen, st.none() | st.booleans(), st.none() | st.just(INVOICE), st.integers(0, 300)),
    )
)
def test_what_may_be_in_go_is_never_moved_to_the_voucher(facts: OrderFacts) -> None:
    state = decide_state(facts)
    if facts.stage in UNSURE or (facts.stage is Stage.DRAFTED and state is not OrderState.GONE):
        assert not may_move_to_voucher(state, looked_up=True)
    assert may_move_to_voucher(OrderState.UNREACHABLE, looked_up=True)
    assert not may_move_to_voucher(OrderState.UNREACHABLE)
