"""Tickets that change after their order was sent: what may be done, and the order of exactly the difference."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from posexport.core.orders.correction import (
    LedgerSums,
    RevisionPlan,
    build_correction,
    choose_revision,
    is_mended_in_ledger,
)
from posexport.core.orders.customers import Contact
from posexport.core.orders.order import Order, OrderLineKind
from posexport.core.orders.route import Mixed
from posexport.core.orders.state import GOES_BY_ITSELF, OrderState
from tests.support.orders import CUSTOMER, LINK, credit_ticket, order_of, sums_of, tell, texts_of
from tests.support.strategies import looking

SENT = "food@25 1000.00 = invoice 1000.00"


def correct(sent: Order, now: Order | None, product: str | None = None) -> Order:
    order = build_correction(
        sent, now, reference="torget-o20261120-0badcafe", revision=2, invoice_no=5020, difference_product=product
    )
    assert order is not None
    return order


def test_an_invoiced_sale_that_is_less_now_becomes_a_credit_note_of_the_difference() -> None:
    order = correct(order_of(SENT), order_of("food@25 900.00 = invoice 900.00"))
    assert tell(order) == ["MAT25 -1 x 80.00: -80.00 + -20.00"]
    assert (sums_of(order), order.related_invoice_no) == ("-80.00 + -20.00 = -100.00", 5020)
    assert texts_of(order) == ["Rettelse av faktura 5020: bong 1042, kasse 1"]
    assert (order.revision, order.reference) == (2, "torget-o20261120-0badcafe")


def test_an_invoiced_sale_that_is_more_now_becomes_an_order_of_its_own() -> None:
    order = correct(order_of(SENT), order_of("food@25 1000.00, tip 50.00 = invoice 1050.00"))
    assert tell(order) == ["TIPS 1 x 50.00: 50.00 + 0.00"]
    assert order.related_invoice_no is None


def test_a_sale_that_came_back_void_is_credited_as_a_whole() -> None:
    order = correct(order_of(SENT), None)
    assert sums_of(order) == "-800.00 + -200.00 = -1000.00"


def test_a_correction_never_names_a_contact_person_of_another_customer() -> None:
    less, kari, ola = "food@25 900.00 = invoice 900.00", Contact(31, "Kari"), Contact(47, "Ola", ("10410",))
    sent = order_of(SENT, contact=kari)
    assert correct(sent, order_of(less, contact=ola)).contact_person_id == 47
    relinked = order_of(less, contact=ola, link=LINK._replace(customer_id=4712))
    assert correct(sent, relinked).contact_person_id == 31
    assert correct(order_of(SENT, contact=Contact(name="Kari")), relinked).customer_reference == "Kari"
    assert correct(sent, order_of(less, contact=ola, link=LINK._replace(number="10019"))).contact_person_id == 47


def test_what_did_not_change_needs_no_order() -> None:
    same = build_correction(order_of(SENT), order_of(SENT), reference="x", revision=2, invoice_no=5020)
    assert same is None


def test_goods_exchanged_for_goods_of_another_rate_are_corrected_both() -> None:
    order = correct(order_of(SENT), order_of("food@25 885.00, food@15 115.00 = invoice 1000.00"))
    assert tell(order) == ["MAT25 -1 x 92.00: -92.00 + -23.00", "MAT15 1 x 100.00: 100.00 + 15.00"]
    assert order.due_ore == 0


def test_more_paid_at_the_register_of_a_whole_ticket_is_no_change_of_what_was_sold() -> None:
    before = order_of("food@25 1000.00 = visa 200.00, invoice 800.00", mixed=Mixed.WHOLE)
    after = order_of("food@25 900.00 = visa 300.00, invoice 600.00", mixed=Mixed.WHOLE)
    order = correct(before, after)
    assert (order.due_ore, order.credit_ore, order.part_paid_ore) == (-10_000, -20_000, 10_000)


amounts = st.lists(st.integers(-50_000, 50_000).filter(bool), min_size=1, max_size=4)


def of(lines: list[int]) -> Order:
    products = ("food@25", "food@15", "entry@12", "goods@free")
    sold = ", ".join(f"{products[place % 4]} {ore / 100:.2f}" for place, ore in enumerate(lines))
    return order_of(credit_ticket(f"{sold} = invoice {sum(lines) / 100:.2f}"))


@looking(100)
@given(amounts, st.none() | amounts, st.none() | st.just("AVR"))
def test_a_correction_is_the_difference_to_the_ore(
    before: list[int], after: list[int] | None, product: str | None
) -> None:
    if sum(before) == 0 or (after is not None and sum(after) == 0):
        return
    sent, now = of(before), None if after is None else of(after)
    order = build_correction(sent, now, reference="x", revision=2, invoice_no=5020, difference_product=product)
    due_ore = (now.due_ore if now else 0) - sent.due_ore
    if order is None:
        assert due_ore == 0
        return
    assert order.due_ore == due_ore
    sold = [line for line in order.lines if line.kind not in (OrderLineKind.TEXT, OrderLineKind.DIFFERENCE)]
    assert abs(order.difference_ore) <= (0 if product else len(sold))


@pytest.mark.parametrize(
    ("state", "is_draft", "is_untouched", "is_invoiced_as_sent", "way"),
    [
        (OrderState.SENT, True, True, True, RevisionPlan.REPLACE),
        (OrderState.SENT, False, True, True, RevisionPlan.REFUSE),
        (OrderState.SENT, True, False, True, RevisionPlan.REFUSE),
        (OrderState.INVOICED, True, True, True, RevisionPlan.CORRECT),
        (OrderState.INVOICED, True, True, False, RevisionPlan.REFUSE_INVOICED),
        (OrderState.GONE, True, True, True, RevisionPlan.ASK),
        (OrderState.UNCERTAIN, True, True, True, RevisionPlan.ASK),
        (OrderState.CREDITED, True, True, True, RevisionPlan.NONE),
        (OrderState.MOVED, True, True, True, RevisionPlan.NONE),
        (OrderState.WAITING, True, True, True, RevisionPlan.SEND),
        (OrderState.REFUSED, True, True, True, RevisionPlan.SEND),
    ],
)
def test_what_is_done_with_a_changed_order_depends_on_where_it_is(
    state: OrderState, is_draft: bool, is_untouched: bool, is_invoiced_as_sent: bool, way: RevisionPlan
) -> None:
    chosen = choose_revision(
        state, is_draft=is_draft, is_untouched=is_untouched, is_invoiced_as_sent=is_invoiced_as_sent
    )
    assert chosen is way


@pytest.mark.parametrize(
    ("state", "is_same_customer", "is_credited", "way"),
    [
        (OrderState.INVOICED, False, False, RevisionPlan.REFUSE_CUSTOMER),
        (OrderState.SENT, False, False, RevisionPlan.REPLACE),
        (OrderState.INVOICED, True, True, RevisionPlan.NONE),
        (OrderState.SENT, True, True, RevisionPlan.NONE),
    ],
)
def test_no_difference_goes_to_another_customer_or_corrects_what_was_credited(
    state: OrderState, is_same_customer: bool, is_credited: bool, way: RevisionPlan
) -> None:
    chosen = choose_revision(
        state,
        is_draft=True,
        is_untouched=True,
        is_invoiced_as_sent=True,
        is_same_customer=is_same_customer,
        is_credited=is_credited,
    )
    assert chosen is way


def test_nothing_that_may_be_in_go_is_sent_again_by_a_revision() -> None:
    sent_again = {
        state
        for state in OrderState
        if choose_revision(state, is_draft=True, is_untouched=True, is_invoiced_as_sent=True) is RevisionPlan.SEND
    }
    assert OrderState.UNCERTAIN not in sent_again
    assert sent_again & GOES_BY_ITSELF == {OrderState.READY, OrderState.UNREACHABLE}


# Corrected in the ledger by a person


@pytest.mark.parametrize(
    ("there", "is_mended"),
    [
        (LedgerSums(100_000, 90_000, 72_000), True),
        (LedgerSums(100_000, 90_000), True),
        (LedgerSums(100_000, 90_000, 78_261), False),
        (LedgerSums(100_000, 90_001, 72_000), False),
        (LedgerSums(100_000, None), False),
        (LedgerSums(None, 90_000, 72_000), False),
    ],
)
def test_an_order_is_corrected_in_the_ledger_where_all_that_is_known_of_it_is_the_tickets_now(
    there: LedgerSums, is_mended: bool
) -> None:
    now = order_of("food@25 900.00 = invoice 900.00")
    assert is_mended_in_ledger(order_of(SENT), now, there) is is_mended


def test_an_order_that_nobody_edited_is_not_corrected_whatever_it_comes_to() -> None:
    now = order_of("goods@25 1000.00 = invoice 1000.00")
    assert not is_mended_in_ledger(order_of(SENT), now, LedgerSums(100_000, 100_000, 80_000))


def test_an_order_for_another_customer_than_the_ticket_has_now_is_not_corrected() -> None:
    less, other = "food@25 900.00 = invoice 900.00", CUSTOMER._replace(number="K-99")
    now = order_of(credit_ticket(less, customer=other))
    assert not is_mended_in_ledger(order_of(SENT), now, LedgerSums(100_000, 90_000, 72_000))


def test_an_order_of_a_void_ticket_is_corrected_where_it_comes_to_nothing() -> None:
    assert is_mended_in_ledger(order_of(SENT), None, LedgerSums(100_000, 0, 0))
    assert not is_mended_in_ledger(order_of(SENT), None, LedgerSums(100_000, 90_000, 72_000))


def test_a_person_may_correct_to_the_ore_what_the_ledger_cannot_come_to() -> None:
    now = order_of("food@15 10.00 = invoice 10.00")
    assert now.total_ore == 999
    assert is_mended_in_ledger(order_of(SENT), now, LedgerSums(100_000, 1_000, 870))
    assert is_mended_in_ledger(order_of(SENT), now, LedgerSums(100_000, 999, 869))
    assert not is_mended_in_ledger(order_of(SENT), now, LedgerSums(100_000, 998, 868))
