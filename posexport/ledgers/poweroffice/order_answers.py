"""Reads orders in PowerOffice Go's answers, and compares them with requests of ours. Pure; amounts in øre.

Names of answers are in lower case (`fields.fold_names`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, NamedTuple

from posexport.core.orders.book import AskedOrder, LedgerOrder
from posexport.core.ports.ledger import Payload
from posexport.ledgers.poweroffice.answers import reading
from posexport.ledgers.poweroffice.fields import fold_names, parse_text, parse_wire_ore

_CENT = Decimal("0.01")

UNCHANGED = timedelta(seconds=2)
"""How much later than we were told an order may have been changed and count as unchanged: nobody edits so quickly."""


def parse_order(head: Mapping[str, Any], keeps_decimals: bool | None = None) -> LedgerOrder:
    """An order that is no invoice yet. Raises NotSent where a time in it cannot be read."""
    with reading("an order"):
        return LedgerOrder(
            parse_text(head.get("salesorderno")),
            parse_wire_ore(head.get("totalamount")),
            parse_text(head.get("salesorderstatus")).lower() in ("", "draft"),
            parse_instant(head.get("lastchangeddatetimeoffset")),
            keeps_decimals,
            parse_wire_ore(head.get("netamount")),
        )


def parse_instant(value: Any) -> str:
    """A timestamp as ISO in UTC, so that two may be compared; "" where there is none. Raises ValueError.

    >>> parse_instant("2026-11-20 13:05:00.5+01:00"), parse_instant(None)
    ('2026-11-20T12:05:00.500000+00:00', '')
    """
    if not value:
        return ""
    at = datetime.fromisoformat(str(value))
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="microseconds")


def is_unchanged(changed_at: str, as_told: str) -> bool:
    """Whether an order that was last changed at one time is as it was told at another; True where it was not told."""
    if not as_told or not changed_at:
        return not as_told
    return datetime.fromisoformat(changed_at) - datetime.fromisoformat(as_told) <= UNCHANGED


class RowsAsked:
    """Orders or invoices as listed, to pick from those that are asked for: by the reference, and by the id alone where
    a row has no reference."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._by_reference: dict[str, Mapping[str, Any]] = {}
        self._by_id: dict[str, Mapping[str, Any]] = {}
        for row in rows:
            reference = row.get("externalimportreference")
            known = self._by_id if reference is None else self._by_reference
            known.setdefault(parse_text(row.get("id")).lower() if reference is None else str(reference), row)

    def find(self, asked: AskedOrder) -> Mapping[str, Any] | None:
        """The row of what is asked for; None where there is none."""
        return self._by_reference.get(asked.reference) or self._by_id.get(asked.remote_id.lower())


def names_duplicate(evidence: str, payload: Payload) -> bool:
    """Whether a refusal speaks of a reference: ours, or the field that has it."""
    told = evidence.lower()
    return str(payload["ExternalImportReference"]).lower() in told or "externalimportreference" in told


# Content


class Content(NamedTuple):
    """What an order is for, without its texts: the customer, and what is sold as (product, quantity, price)."""

    customer_id: str
    sold: Mapping[tuple[str, Decimal | None, Decimal | None], int]


def read_content(head: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> Content:
    """The content of an order or invoice, whatever the order of its lines. Prices count to two decimals, since the
    ledger may keep no more; a line that the ledger adds itself does not count."""
    sold = Counter(
        (parse_text(line.get("productcode")), _number(line.get("quantity")), _price(line.get("productunitprice")))
        for line in map(fold_names, lines)
        if parse_text(line.get("linetype")).lower() in ("", "normal")
    )
    return Content(parse_text(head.get("customerid")), sold)


def keeps_decimals(payload: Payload, head: Mapping[str, Any]) -> bool | None:
    """Whether the answer to a request has its unit prices with all their decimals; None where none had more than two,
    or where the answer does not say."""
    lines = head.get("salesorderlines")
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        return None
    wanted = Counter(_prices(map(fold_names, payload["SalesOrderLines"])))
    fine = {price for price in wanted if price is not None and price != _round(price)}
    if not fine:
        return None
    there = Counter(_prices(map(fold_names, lines)))
    return all(there[price] >= wanted[price] for price in fine)


def _prices(lines: Iterable[Mapping[str, Any]]) -> Iterable[Decimal | None]:
    return (_number(line.get("productunitprice")) for line in lines)


def _price(value: Any) -> Decimal | None:
    number = _number(value)
    return None if number is None else _round(number)


def _round(number: Decimal) -> Decimal:
    return number.quantize(_CENT, ROUND_HALF_UP)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**15 else None
