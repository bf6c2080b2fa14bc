"""What of a ticket is ordered: its lines first, then gift cards sold, the tip, and the rounding."""

from __future__ import annotations

import pytest

from posexport.core.orders.route import Mixed
from posexport.core.settlement import take_share
from tests.support.build import read_ticket
from tests.support.orders import credit_ticket, divided, order_of, tell, texts_of

DINNER = "food@25 100.00, giftcards 80.00, tip 40.00, rounding 0.30"


@pytest.mark.parametrize(
    ("ore", "lines", "gift_cards", "tip", "rounding"),
    [
        (9_000, (9_000,), 0, 0, 0),
        (10_000, (10_000,), 0, 0, 0),
        (13_000, (10_000,), 3_000, 0, 0),
        (19_000, (10_000,), 8_000, 1_000, 0),
        (22_010, (10_000,), 8_000, 4_000, 10),
        (99_000, (10_000,), 8_000, 4_000, 30),
        (-500, (0,), 0, 0, 0),
    ],
)
def test_an_amount_takes_the_lines_before_gift_cards_and_these_before_the_tip_and_the_rounding(
    ore: int, lines: tuple[int, ...], gift_cards: int, tip: int, rounding: int
) -> None:
    ticket = read_ticket(f"{DINNER} = cash 220.30")
    assert take_share(ticket, ore) == (lines, gift_cards, tip, rounding)


def test_a_ticket_paid_by_credit_alone_is_ordered_as_it_is_in_both_ways() -> None:
    credit = credit_ticket(f"{DINNER} = invoice 220.30")
    for mixed in Mixed:
        share = divided(credit, mixed)
        assert share.ordered == ((10_000,), 8_000, 4_000, 30)
        assert (share.is_share, share.part_paid_ore, share.due_ore) == (False, 0, 22_030)


def test_a_part_of_a_gift_card_is_a_share_too() -> None:
    order = order_of("food@25 100.00, giftcards 80.00 = visa 30.00, invoice 150.00")
    assert tell(order)[-1] == "GAVEKORT 1 x 50.00: 50.00 + 0.00"
    assert [line.text for line in order.lines[-2:]] == ["Mat", "Solgte gavekort (andel)"]
    assert len(texts_of(order)) == 2
