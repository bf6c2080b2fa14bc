"""Orders put together in the ledger: what it shows of the one that has them is divided among them, to the øre."""

from __future__ import annotations

from datetime import date

from hypothesis import given, strategies as st

from posexport.core.orders.book import LedgerOrder, SeenOrder
from posexport.core.orders.carried import CarriedOrder, divide_seen
from posexport.core.orders.state import Invoice

AMOUNTS = st.integers(-1_000_000, 1_000_000)
CARRIED = st.lists(st.builds(CarriedOrder, st.integers(1, 9), AMOUNTS, st.none() | AMOUNTS), max_size=4)


@given(AMOUNTS, CARRIED)
def test_the_parts_are_together_what_the_order_comes_to(total_ore: int, carried: list[CarriedOrder]) -> None:
    own, parts = divide_seen(SeenOrder(LedgerOrder("2031", total_ore, net_ore=total_ore)), carried)
    found = [one.order for one in (own, *parts)]
    assert sum(one.total_ore or 0 for one in found if one) == total_ore
    assert {one.order_no for one in found if one} == {"2031"}
    if all(one.net_ore is not None for one in carried):
        assert sum(one.net_ore or 0 for one in found if one) == total_ore


@given(AMOUNTS, AMOUNTS, CARRIED, st.booleans())
def test_the_parts_are_together_what_the_invoice_comes_to(
    total_ore: int, balance_ore: int, carried: list[CarriedOrder], is_credited: bool
) -> None:
    invoice = Invoice("5012", date(2026, 11, 23), total_ore, balance_ore, is_credited)
    own, parts = divide_seen(SeenOrder(invoice=invoice), carried)
    found = [one.invoice for one in (own, *parts) if one.invoice]
    assert sum(one.total_ore for one in found) == total_ore
    assert sum(one.balance_ore for one in found) == balance_ore
    assert {one.is_credited for one in found} == {is_credited}
    assert all(one.is_paid for one in found) or not invoice.is_paid


def test_what_is_not_there_is_not_there_for_any_of_them() -> None:
    assert divide_seen(SeenOrder(), [CarriedOrder(1, 500)]) == (SeenOrder(), (SeenOrder(),))
