"""hypothesis strategies: any mapping a client may set up, any tickets a register may write.

`POSEXPORT_SLOW=1` in the environment looks twenty times as hard.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random

from hypothesis import settings, strategies as st

from posexport.core.company import Venue
from posexport.core.mapping import AccountMapping, OtherAccounts, PaymentType, ProductType
from posexport.core.sales import EntryKind, Movement, Payment, SaleLine, Ticket, TicketStatus
from tests.support.build import DAY, VENUE
from tests.support.scope import EXAMPLES_QUICKLY, count_examples

EXAMPLES = 40
"""Examples of an ordinary property; a light one may want more."""

_SLOW = 20 if os.environ.get("POSEXPORT_SLOW") else 1


def looking(examples: int = EXAMPLES, *, quickly: int = EXAMPLES_QUICKLY) -> settings:
    """How hard a property looks; `quickly`: at most, where not everything is tried."""
    return settings(max_examples=count_examples(examples, quickly=quickly) * _SLOW, deadline=None)


PRODUCTS = ("100", "200", "300")
POS_VAT_CODES = ("A", "B", "C", "D")
GO_VAT_CODES = ("3", "31", "33", "6", "0")
PAYMENT_TYPES = ("CASH", "CARD", "CREDIT", "GIFT")
CUSTOMERS = (None, "10018", "10019")
MOVES = (EntryKind.MOVE_FLOAT, EntryKind.MOVE_DIFFERENCE, EntryKind.MOVE_IN_OUT, EntryKind.MOVE_RECEIVED)

_ACCOUNTS = ("1500", "1592", "1900", "1905", "2901", "2911", "3000", "3020", "3030", "7740")
amounts = st.one_of(st.integers(-30_000, 30_000), st.sampled_from((0, 1, -1, 100, 9_999, 1_000_000)))
positive_amounts = st.integers(1, 50_000)


def make_mapping(seed: int, *, transfer: bool | None = None) -> AccountMapping:
    """A complete mapping: every code has an account. `transfer` fixes it for every payment type. One seed rather
    than some sixty choices: a mapping has little to shrink, and drawing it would take most of the time."""
    pick = Random(seed)
    products = {
        code: ProductType(code, pick.choice(("", "Mat", "Øl")), {go: pick.choice(_ACCOUNTS) for go in GO_VAT_CODES})
        for code in PRODUCTS
    }
    payment_types = {
        code: PaymentType(
            code,
            code.capitalize(),
            pick.choice(_ACCOUNTS),
            pick.choice((True, True, False)) if transfer is None else transfer,
            pick.choice(({}, {"EUR": "1905"})),
            pick.choice((True, False)),
        )
        for code in PAYMENT_TYPES
    }
    others = OtherAccounts(
        rounding=pick.choice(_ACCOUNTS),
        tips=pick.choice(_ACCOUNTS),
        gift_cards=pick.choice(_ACCOUNTS),
        cash_difference=pick.choice((None, "1909")),
        cash_in_out=pick.choice((None, "1910")),
        customer_payments=pick.choice((None, "1500")),
        discounts={go: "3087" for go in GO_VAT_CODES if pick.random() < 0.3},
    )
    return AccountMapping(
        vat_codes={code: pick.choice(GO_VAT_CODES) for code in POS_VAT_CODES},
        product_types=products,
        payment_types=payment_types,
        accounts=others,
        vat_registered=pick.random() < 0.8,
    )


def mappings(*, transfer: bool | None = None) -> st.SearchStrategy[AccountMapping]:
    """Any complete mapping."""
    return st.integers(0, 9_999).map(lambda seed: make_mapping(seed, transfer=transfer))


def venues(*, transfer: bool | None = None) -> st.SearchStrategy[Venue]:
    """A venue with any complete mapping."""
    return mappings(transfer=transfer).map(lambda mapping: replace(VENUE, mapping=mapping))


@st.composite
def sale_lines(draw: st.DrawFn, amount: st.SearchStrategy[int] = amounts) -> SaleLine:
    """A line of any product with any VAT code."""
    gross_ore = draw(amount)
    return SaleLine(
        draw(st.sampled_from(PRODUCTS)),
        draw(st.sampled_from(POS_VAT_CODES)),
        gross_ore,
        draw(st.none() | st.just(gross_ore // 5)),
        draw(st.sampled_from((None, 2500, 1500))),
        draw(st.sampled_from((0, 0, 500, -500))),
    )


moments = st.integers(0, 24 * 3600 - 1).map(
    lambda seconds: datetime.combine(DAY, time(5)) + timedelta(seconds=seconds),
)
"""Any time of the one business day."""


@st.composite
def payments_of(draw: st.DrawFn, total_ore: int) -> tuple[Payment, ...]:
    """One to three payments that come to `total_ore`."""
    first = draw(st.lists(amounts, max_size=2))
    kinds = draw(st.lists(st.sampled_from(PAYMENT_TYPES), min_size=len(first) + 1, max_size=len(first) + 1))
    paid = [*first, total_ore - sum(first)]
    return tuple(
        Payment(kind, amount_ore, draw(st.sampled_from((None, None, "EUR"))))
        for kind, amount_ore in zip(kinds, paid, strict=True)
    )


_SOME_LINES = st.lists(sale_lines(), max_size=3)
_OTHERS = st.tuples(*(st.sampled_from((0, 0, ore, -ore)) for ore in (1_500, 40, 50_000)))
_movements = st.lists(
    st.builds(Movement, st.sampled_from(MOVES), st.sampled_from(PAYMENT_TYPES), amounts), min_size=1, max_size=2
)


@st.composite
def tickets(
    draw: st.DrawFn,
    *,
    status: st.SearchStrategy[TicketStatus] = st.sampled_from(TicketStatus),
    lines: st.SearchStrategy[Sequence[SaleLine]] | None = None,
    balanced: bool = True,
) -> Ticket:
    """A ticket that balances; with `balanced` off, one whose payments are off by any amount but 0."""
    chosen = draw(status)
    if chosen is TicketStatus.MOVEMENT:
        return Ticket("1", "1", draw(moments), (), (), status=chosen, movements=tuple(draw(_movements)))
    sold = tuple(draw(_SOME_LINES if lines is None else lines))
    tip_ore, rounding_ore, gift_cards_ore = draw(_OTHERS)
    total_ore = sum(line.gross_ore for line in sold) + tip_ore + rounding_ore + gift_cards_ore
    if not balanced:
        total_ore += draw(amounts.filter(bool))
    return Ticket(
        register=draw(st.sampled_from(("1", "2"))),
        number="1",
        completed_at=draw(moments),
        lines=sold,
        payments=draw(payments_of(total_ore)),
        status=chosen,
        tip_ore=tip_ore,
        rounding_ore=rounding_ore,
        gift_cards_ore=gift_cards_ore,
        customer=draw(st.sampled_from(CUSTOMERS)),
    )


days_of_tickets = st.lists(tickets(), max_size=5)
"""The tickets of one business day, of every status."""
