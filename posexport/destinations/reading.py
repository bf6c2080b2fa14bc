"""Small things both APIs' answers hold: dates, rates and amounts as they write them."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from typing import Any

from posexport.core.money import round_half_up


def parse_day(value: Any) -> date | None:
    """The date at the start of a date or a time; None where there is none."""
    if not isinstance(value, str) or len(value) < 10:
        return None
    return date.fromisoformat(value[:10])


def parse_rate_bp(value: Any, *, percent: bool) -> int:
    """A VAT rate in basis points; `percent`: written as 25 (v1), otherwise as 0.25 (v2).

    >>> parse_rate_bp(0.1111, percent=False), parse_rate_bp(11.11, percent=True)
    (1111, 1111)
    """
    return round_half_up(Decimal(str(value or 0)) * (100 if percent else 10_000))


def parse_wire_ore(value: Any) -> int | None:
    """An amount in kroner as JSON has it, in øre; None where it is none.

    >>> parse_wire_ore(-102.8), parse_wire_ore(514), parse_wire_ore(None)
    (-10280, 51400, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return round_half_up(Decimal(str(value)) * 100)
