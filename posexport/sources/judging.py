"""Decides what concerns a ticket as a whole, alike for CSV and JSON: its flags, foreign payments and discounts.

Amounts are øre, signed. Never here: how a value is written, rows, lines, files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from posexport.core.money import convert_ore, convert_together_ore
from posexport.core.sales import Doubt, Payment, SaleLine, TicketStatus

_CURRENCIES_MAX = 4
"""Up to how many currencies on a ticket every combination of rates for 100 units is tried."""


class ForeignPayment(NamedTuple):
    """A payment in a foreign currency: its index among the ticket's payments, the amount in the currency's hundredths,
    and the rate (NOK per unit), as `written`."""

    place: int
    foreign_ore: int
    currency: str
    rate: Decimal
    written: str


def settle_foreign(
    payments: Sequence[Payment], foreign: Sequence[ForeignPayment], sales_ore: int
) -> tuple[list[Payment], tuple[Doubt, ...]]:
    """A ticket's payments, with the foreign ones converted so that the ticket balances, if possible: each by itself,
    then those of one currency together, then with the rate taken as for 100 units, which is a doubt. `payments` has
    them converted each by itself; if nothing balances, that stays."""
    if sum(payment.amount_ore for payment in payments) == sales_ore:
        return list(payments), ()
    currencies = sorted({payment.currency for payment in foreign})
    chosen = [c for n in range(min(len(currencies), _CURRENCIES_MAX) + 1) for c in combinations(currencies, n)]
    for per_100 in chosen:
        for convert in (_convert_one_by_one, convert_together_ore):
            settled = _convert(payments, foreign, per_100, convert)
            if sum(payment.amount_ore for payment in settled) == sales_ore:
                return settled, _doubt_rates(payments, foreign, per_100)
    return list(payments), ()


def _convert(
    payments: Sequence[Payment],
    foreign: Sequence[ForeignPayment],
    per_100: Sequence[str],
    convert: Callable[[Sequence[int], Decimal], list[int]],
) -> list[Payment]:
    """`payments` with the foreign ones converted again, those of one currency and rate together."""
    groups: dict[tuple[str, Decimal], list[ForeignPayment]] = {}
    for payment in foreign:
        groups.setdefault((payment.currency, payment.rate), []).append(payment)
    settled = list(payments)
    for (currency, rate), group in groups.items():
        amounts_ore = convert([payment.foreign_ore for payment in group], rate / (100 if currency in per_100 else 1))
        for payment, amount_ore in zip(group, amounts_ore, strict=True):
            settled[payment.place] = settled[payment.place]._replace(amount_ore=amount_ore)
    return settled


def _convert_one_by_one(amounts_ore: Sequence[int], rate: Decimal) -> list[int]:
    return [convert_ore(amount_ore, rate) for amount_ore in amounts_ore]


def _doubt_rates(
    payments: Sequence[Payment], foreign: Sequence[ForeignPayment], per_100: Sequence[str]
) -> tuple[Doubt, ...]:
    doubts = [
        Doubt(
            "rate-per-100",
            (
                ("currency", payment.currency),
                ("rate", payment.written),
                ("source", payments[payment.place].payment_type),
            ),
        )
        for payment in foreign
        if payment.currency in per_100
    ]
    return tuple(dict.fromkeys(doubts))


def sign_discount(gross_ore: int, discount_ore: int) -> int:
    """A discount with its line's sign: on a return it is negative, however it was written."""
    return -abs(discount_ore) if gross_ore < 0 else discount_ore


def doubt_discounts(lines: Sequence[SaleLine]) -> tuple[Doubt, ...]:
    """A doubt about each negative discount on a sale: a discount written with a minus sign, or a surcharge."""
    return tuple(
        Doubt("discount-sign", (("discount", line.discount_ore),))
        for line in lines
        if line.gross_ore > 0 > line.discount_ore
    )


def judge_flags(
    training: bool | None, void: bool | None, written: tuple[object, object]
) -> tuple[TicketStatus, tuple[Doubt, ...]]:
    """A ticket's status by its two flags; None is a flag in an unknown word, shown in `written`. Where one flag is
    known to be set, the other no longer matters."""
    if training:
        return TicketStatus.TRAINING, ()
    if void:
        return TicketStatus.VOID, ()
    if training is not None and void is not None:
        return TicketStatus.COUNTED, ()
    doubts = [
        Doubt("unjudged-ticket", (("what", name), ("written", _shorten(str(text)))))
        for name, flag, text in zip(("training", "void"), (training, void), written, strict=True)
        if flag is None
    ]
    return TicketStatus.UNJUDGED, tuple(doubts)


def _shorten(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text[:40])
