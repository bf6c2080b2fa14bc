"""The payments of a SAF-T ticket in the file's own currency: every possible interpretation of what the register wrote.

Never here: signs, balancing, XML. Units: øre, and hundredths of a foreign currency. Source: SAF-T CR 1.00 XSD, payment:
curCode, exchRt.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import NamedTuple

from posexport.core.money import convert_ore, convert_together_ore, format_ore
from posexport.sources.files.values import check_amount
from posexport.sources.saft.raw import RawPayment
from posexport.sources.saft.values import EXPORT_AGAIN, Unreadable, short

_CURRENCIES_MAX = 3
"""Up to how many foreign currencies on a ticket every combination of rates for 100 units is tried."""


class WayKind(Enum):
    """How foreign amounts were converted."""

    TOGETHER = "the payments of a currency converted as one sum"
    ONE_BY_ONE = "each converted by itself"
    AS_WRITTEN = "not converted"
    PER_100 = "converted by rates for 100 units"


class Way(NamedTuple):
    """One interpretation of the payments, in øre. `per_100`: the currencies whose rates are taken as for 100 units."""

    amounts: list[int]
    kind: WayKind
    per_100: tuple[str, ...] = ()


class Payments:
    """A ticket's payments. `currency`: the file's own."""

    def __init__(self, raw: Sequence[RawPayment], currency: str) -> None:
        self._raw, self._currency = raw, currency
        self.rates: list[Decimal | None] = [self._rate_of(payment) for payment in raw]

    def is_foreign(self, payment: RawPayment) -> bool:
        """Whether a payment is in another currency than the file's."""
        return bool(payment.currency) and payment.currency.upper() != self._currency

    def without_rate(self) -> list[tuple[RawPayment, Decimal | None]]:
        """Foreign payments, other than 0, whose rate is missing or 1."""
        return [
            (payment, rate)
            for payment, rate in zip(self._raw, self.rates, strict=True)
            if payment.amount_ore and self.is_foreign(payment) and rate in (None, 1)
        ]

    def ways(self) -> list[Way]:
        """The interpretations, most likely first. Raises Unreadable."""
        as_written = Way([payment.amount_ore for payment in self._raw], WayKind.AS_WRITTEN)
        if all(rate is None for rate in self.rates):
            return [as_written]
        one_by_one = [self._convert(payment, rate) for payment, rate in zip(self._raw, self.rates, strict=True)]
        ways = [Way(self._converted({}), WayKind.TOGETHER), Way(one_by_one, WayKind.ONE_BY_ONE), as_written]
        return [way for place, way in enumerate(ways) if way.amounts not in [known.amounts for known in ways[:place]]]

    def ways_per_100(self) -> list[Way]:
        """The interpretations in which the rates of one or more currencies are for 100 units."""
        currencies = sorted(
            {payment.currency.upper() for payment, rate in zip(self._raw, self.rates, strict=True) if rate}
        )
        sizes = range(1, len(currencies) + 1) if len(currencies) <= _CURRENCIES_MAX else [len(currencies)]
        return [
            Way(self._converted(dict.fromkeys(chosen, 100)), WayKind.PER_100, chosen)
            for size in sizes
            for chosen in itertools.combinations(currencies, size)
        ]

    def _converted(self, rate_per: Mapping[str, int]) -> list[int]:
        """Each amount in the file's currency, with the payments of one currency and rate converted together."""
        amounts = [payment.amount_ore for payment in self._raw]
        places: dict[tuple[str, Decimal], list[int]] = defaultdict(list)
        for place, (payment, rate) in enumerate(zip(self._raw, self.rates, strict=True)):
            if rate is not None:
                places[payment.currency.upper(), rate].append(place)
        for (currency, rate), of_rate in places.items():
            per_unit = rate / rate_per.get(currency, 1)
            parts = convert_together_ore([amounts[place] for place in of_rate], per_unit)
            for place, part in zip(of_rate, parts, strict=True):
                amounts[place] = self._check(part, self._raw[place])
        return amounts

    def _rate_of(self, payment: RawPayment) -> Decimal | None:
        """The price of one unit of a foreign payment's currency; None where it is not foreign, or where no rate (or 0)
        is given.

        Raises Unreadable.
        """
        if not self.is_foreign(payment) or not payment.rate:
            return None
        try:
            rate = Decimal(_with_point(payment.rate))
        except InvalidOperation:
            rate = Decimal(-1)
        if not rate.is_finite() or not 0 <= rate < 10**6:
            raise Unreadable(
                f"exchRt is {short(payment.rate)}.",
                f"what one {payment.currency} is in {self._currency}, such as 11.423500.",
                EXPORT_AGAIN,
            )
        return rate or None

    def _convert(self, payment: RawPayment, rate: Decimal | None) -> int:
        return payment.amount_ore if rate is None else self._check(convert_ore(payment.amount_ore, rate), payment)

    def _check(self, amount_ore: int, payment: RawPayment) -> int:
        try:
            return check_amount(amount_ore)
        except ValueError:
            raise Unreadable(
                f"exchRt is {short(payment.rate)} on {format_ore(payment.amount_ore)} {payment.currency}.",
                "a rate that leaves the amount below a billion.",
                EXPORT_AGAIN,
            ) from None


def _with_point(rate: str) -> str:
    """A rate with a decimal point, where its comma cannot be a thousands separator."""
    whole, comma, decimals = rate.strip().partition(",")
    return f"{whole}.{decimals}" if comma and "." not in rate and len(decimals) != 3 else rate
