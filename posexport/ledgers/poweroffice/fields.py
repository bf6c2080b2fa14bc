"""Parses fields that both APIs' answers have: dates, rates and amounts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from posexport.core.money import round_half_up
from posexport.core.ports.ledger import DIMENSIONS
from posexport.core.vat import VatRate


def fold_names(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its names in lower case: PowerOffice spells them differently in places (`validTo`, `validto`).

    >>> fold_names({"Code": "3", "validto": None})
    {'code': '3', 'validto': None}
    """
    return {str(name).lower(): value for name, value in row.items()}


def parse_text(value: Any) -> str:
    """A text or number of JSON as text; "" for null.

    >>> parse_text(4711), parse_text(" Mat "), parse_text(None)
    ('4711', 'Mat', '')
    """
    return "" if value is None else str(value).strip()


def parse_day(value: Any) -> date | None:
    """The date that a date or timestamp begins with; None where it is no date."""
    if not isinstance(value, str) or len(value) < 10:
        return None
    return date.fromisoformat(value[:10])


def is_active(row: Mapping[str, Any]) -> bool:
    """Whether a row, its names in lower case, is active; True where it does not say."""
    return row.get("isactive") is not False


def parse_required(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What else an account requires of its lines, from a row with its names in lower case (`isLocationRequired`,
    `IsDim1Required`).

    >>> parse_required({"isdim1required": True, "isquantityrequired": False})
    ('dim1',)
    """
    return tuple(name for name in DIMENSIONS if row.get(f"is{name}required") is True)


def parse_vat_row(row: Mapping[str, Any], *, percent: bool) -> VatRate:
    """One row of a VAT code's history, its names in lower case. `percent`: rates as v1 writes them; see
    `parse_rate_bp`."""
    return VatRate(
        str(row["code"]),
        parse_rate_bp(row.get("rate"), percent=percent),
        parse_day(row.get("validfrom")),
        parse_day(row.get("validto")),
        0 if percent else int(row["id"]),
    )


def parse_rate_bp(value: Any, *, percent: bool) -> int:
    """A VAT rate in basis points; `percent`: written as 25 (v1), otherwise as 0.25 (v2).

    >>> parse_rate_bp(0.1111, percent=False), parse_rate_bp(11.11, percent=True)
    (1111, 1111)
    """
    return round_half_up(Decimal(str(value or 0)) * (100 if percent else 10_000))


def parse_wire_ore(value: Any) -> int | None:
    """An amount in kroner from JSON, in øre; None where it is no amount.

    >>> parse_wire_ore(-102.8), parse_wire_ore(514), parse_wire_ore(None)
    (-10280, 51400, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return round_half_up(Decimal(str(value)) * 100)


def sum_accounts(lines: Iterable[tuple[Any, Any]]) -> Mapping[Any, int] | None:
    """The sum per account (øre) of lines of (account, JSON amount in kroner), without accounts whose sum is 0; None
    where an amount cannot be read.

    >>> sum_accounts([(1900, 10.5), (3020, -10), (1900, -0.5), (7740, 0)]), sum_accounts([(1900, "ten")])
    ({1900: 1000, 3020: -1000}, None)
    """
    sums: Counter[Any] = Counter()
    for account, amount in lines:
        amount_ore = parse_wire_ore(amount)
        if amount_ore is None:
            return None
        sums[account] += amount_ore
    return {account: amount_ore for account, amount_ore in sums.items() if amount_ore}


_CLOSED_PROJECT = ("archived", "complete")


def is_open_project(row: Mapping[str, Any]) -> bool:
    """Whether a project, with its names folded, can still be posted on."""
    return is_active(row) and parse_text(row.get("projectstatus")).lower() not in _CLOSED_PROJECT
