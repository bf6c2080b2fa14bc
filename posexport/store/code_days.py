"""On which business days a code was sold under or paid by, for rows of the setup that count from a day on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Row, bindparam, text

from posexport.core.sales import EntryKind
from posexport.store.database import day_number, day_of


class SoldAs(NamedTuple):
    """What a setup row applies to: amounts of these kinds; with this code, where one is named; with one of these
    register VAT codes, where any is named."""

    kinds: Collection[EntryKind]
    code: str | None = None
    vat_codes: Collection[str] = ()


_DAYS = """
    SELECT {what} FROM day_sum s
    JOIN business_day d ON d.venue_id = s.venue_id AND d.business_day = s.business_day
    LEFT JOIN code c ON c.id = s.code_id LEFT JOIN code v ON v.id = s.vat_code_id
    WHERE s.venue_id IN :venues AND s.business_day BETWEEN :first AND :last AND s.kind IN :kinds AND s.amount_ore <> 0
    """


def find_first_waiting(
    connection: Connection, venues: Collection[int], sold: SoldAs, first: date, last: date
) -> date | None:
    """The first of these days that is not done and has such an amount; None where there is none."""
    return _find_first(connection, venues, sold, first, last, "AND d.is_open")


def list_waiting(connection: Connection, venue: int, sold: SoldAs, first: date, last: date) -> list[date]:
    """Those of these days of a venue that are not done and have such an amount, in order."""
    found = _select(connection, [venue], sold, first, last, "DISTINCT s.business_day", "AND d.is_open")
    return sorted(day_of(row[0]) for row in found)


def has_done_with(connection: Connection, venues: Collection[int], sold: SoldAs, first: date, last: date) -> bool:
    """Whether one of these days has such an amount and is done: drafted or booked by hand."""
    return _find_first(connection, venues, sold, first, last, "AND NOT d.is_open") is not None


def _find_first(
    connection: Connection, venues: Collection[int], sold: SoldAs, first: date, last: date, which: str
) -> date | None:
    [(found,)] = _select(connection, venues, sold, first, last, "MIN(s.business_day)", which)
    return None if found is None else day_of(found)


def _select(
    connection: Connection, venues: Collection[int], sold: SoldAs, first: date, last: date, what: str, which: str
) -> Sequence[Row[Any]]:
    query = f"{_DAYS.format(what=what)} {which}"
    if sold.code is not None:
        query = f"{query} AND c.text = :code"
    if sold.vat_codes:
        query = f"{query} AND v.text IN :vat_codes"
    values: dict[str, object] = {
        "venues": list(venues),
        "kinds": [int(kind) for kind in sold.kinds],
        "first": day_number(first),
        "last": day_number(last),
        **({} if sold.code is None else {"code": sold.code}),
        **({"vat_codes": list(sold.vat_codes)} if sold.vat_codes else {}),
    }
    lists: list[BindParameter[object]] = [
        bindparam(name, expanding=True) for name, value in values.items() if isinstance(value, list)
    ]
    return connection.execute(text(query).bindparams(*lists), values).all()
